"""Findings about cells of the tables inside a document → findings about passages of it: a document has no addresses."""

from __future__ import annotations

import re

from xlcheck.documents.document import Document, DocumentTable
from xlcheck.labels import column_index
from xlcheck.outcome import CellRef, Diagnosis, NotEvaluated, Remark, SuspectCell, TextPlace

_IN_REASON = re.compile(r" [A-Z]{1,3}\d{1,7}(?=（)")
_ADDRESS = re.compile(r"([A-Z]{1,3})(\d{1,7})")


class DocumentSpots:
    """Where the cells of the tables of one document stand in its text. ``name`` is what findings call the document."""

    def __init__(self, name: str, document: Document) -> None:
        self.name = name
        self.document = document
        self.tables = {table.grid.name: table for table in document.tables}

    def remark(self, remark: Remark) -> Remark:
        """A remark about passages: no formula of the marked copy can be about them."""
        cells = tuple(map(self.cell, remark.cells))
        params = dict(remark.params)
        for before, after in zip(remark.cells, cells, strict=True):
            if after.passage is not None and before.cell:
                said = f"“{after.passage.quote.strip() or after.label}”"
                params = {key: self._without(text, before.cell, said) for key, text in params.items()}
        return remark._replace(cells=cells, params=params, live=None)

    @staticmethod
    def _without(text: str, address: str, said: str) -> str:
        """A parameter with the words of a cell in the place of its address."""
        return re.sub(rf"(?<![A-Za-z0-9]){address}(?![A-Za-z0-9])", lambda _: said, text)

    @staticmethod
    def reason(reason: NotEvaluated) -> NotEvaluated:
        """Why something was not checked, without addresses."""
        return reason._replace(reason=_IN_REASON.sub("", reason.reason))

    def diagnosis(self, diagnosis: Diagnosis) -> Diagnosis:
        """A diagnosis that names passages."""
        return diagnosis._replace(
            cells=tuple(map(self._suspect, diagnosis.cells)),
            alternatives=tuple(map(self._suspect, diagnosis.alternatives)),
        )

    def _suspect(self, suspect: SuspectCell) -> SuspectCell:
        return suspect._replace(cell=self.cell(suspect.cell))

    def cell(self, cell: CellRef) -> CellRef:
        """A cell of one of the tables as a passage; any other one as it is. A table as a whole is its first words."""
        table = self.tables.get(cell.sheet or "")
        if table is None or cell.passage is not None:
            return cell
        start, end = self._span(table, cell.cell)
        quote = self.document.text[start:end]
        passage = TextPlace(self.name, start, end, quote, re.sub(r"\s+", "", quote))
        return cell._replace(sheet=None, cell=None, passage=passage)

    @staticmethod
    def _span(table: DocumentTable, address: str | None) -> tuple[int, int]:
        match = _ADDRESS.fullmatch(address or "")
        found = table.spans.get((int(match[2]), column_index(match[1]))) if match else None
        return found if found is not None else min(table.spans.values(), default=(0, 0))
