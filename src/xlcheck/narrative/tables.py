"""Tables inside a document against those of the workbook: the same cell is the same figure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from xlcheck.documents.document import Document
from xlcheck.form import titled
from xlcheck.formula.interval import printed
from xlcheck.model import Amount, Section, Submission, Table, decimal_text
from xlcheck.narrative.remarks import CATEGORY, ERROR, VERIFY
from xlcheck.outcome import CellRef, Remark, TextPlace

_MOST = 12
_ENOUGH = 4  # figures from which a table shows with how many decimals it is printed
_FEWEST_SAME = 0.5  # a table of which less than this part agrees is of another year or unit


class _Difference(NamedTuple):
    """A cell of the document's table that says something else than the workbook's."""

    own: Amount
    theirs: Amount
    place: CellRef
    ref: CellRef


def table_differences(name: str, document: Document, own: Submission, now: Submission) -> Iterator[Remark]:
    """One remark a table that differs. ``own`` are the tables of the document ``name``."""
    spots = _Spots(name, document)
    for key, table in own.tables.items():
        theirs = now.tables.get(key)
        if table.lost or table.absent or theirs is None or theirs.lost or theirs.absent:
            continue
        compared, found = 0, list[_Difference]()
        for section_key, section in table.sections.items():
            other = theirs.sections.get(section_key)
            if other is not None and not section.lost and not other.lost:
                for difference in _differences(spots, (table, section), (theirs, other)):
                    compared += 1
                    if difference is not None:
                        found.append(difference)
        if found:
            yield _remark(theirs, found, alike=len(found) <= compared * _FEWEST_SAME)


def _differences(
    spots: _Spots, own: tuple[Table, Section], theirs: tuple[Table, Section]
) -> Iterator[_Difference | None]:
    """Every cell that both have and that holds a figure in one of them; None where they agree."""
    (table, section), (other_table, other) = own, theirs
    finest = _finest(table)
    for r, row in enumerate(section.rows):
        at = other.codes.get(row.code) if row.code else other.index.get(row.key)
        for c, column in enumerate(section.columns):
            if at is None or column not in other.columns or section.spot(r, c) is None:
                continue
            k = other.columns.index(column)
            one, two = section.amounts[r][c], other.amounts[at][k]
            if one.figure is None or two.figure is None or other.spot(at, k) is None or not (one.filled or two.filled):
                continue
            if printed(one.figure, max(one.ulp, finest)).meets(printed(two.figure, two.ulp)):
                yield None
            else:
                label = " · ".join(p for p in (row.code or row.label or row.key, column) if p)
                ref = CellRef(
                    other_table.spec.number,
                    other.sheet(at, other_table.sheet),
                    other.cell(at, k),
                    "right",
                    label,
                    two.text or None,
                )
                yield _Difference(one, two, spots.place(table, section, (r, c), label), ref)


def _finest(table: Table) -> int:
    """The last digit of a document's table in millionths: it may print fewer decimals than the form, all through.

    0 where that can't be told: too few figures, or none with digits other than 0 to judge by.
    """
    texts = [a.text for s in table.sections.values() for row in s.amounts for a in row if a.filled and a.figure]
    if len(texts) < _ENOUGH:
        return 0
    return int(10 ** (6 - min(6, max(len(text.partition(".")[2].strip()) for text in texts))))


class _Spots:
    """Where the cells of the document's tables stand in its text."""

    def __init__(self, name: str, document: Document) -> None:
        self.name = name
        self.document = document
        self.tables = {t.grid.name: t for t in document.tables}

    def place(self, table: Table, section: Section, at: tuple[int, int], label: str) -> CellRef:
        """A cell of a table as a passage."""
        sheet, spot = section.sheet(at[0], table.sheet), section.spot(*at)
        found = self.tables.get(sheet or "")
        start, end = found.spans.get(spot, (0, 0)) if found is not None and spot is not None else (0, 0)
        quote = self.document.text[start:end]
        passage = TextPlace(self.name, start, end, quote, quote)
        return CellRef("", None, None, "subject", label, quote.strip() or None, passage=passage)


def _remark(theirs: Table, found: list[_Difference], *, alike: bool) -> Remark:
    said = "；".join(
        f"{d.ref.label} 文档是 {_figure(d.own)}，工作簿 {d.ref.cell} 是 {_figure(d.theirs)}" for d in found[:_MOST]
    )
    more = f"；等 {len(found)} 处" if len(found) > _MOST else ""
    cells = tuple(c for d in found[:_MOST] for c in (d.place, d.ref))
    return Remark(
        "T01-12", ERROR if alike else VERIFY, CATEGORY, "text_table_differs", cells,
        params={"name": theirs.spec.name, "table": titled(theirs.spec.number), "count": str(len(found)), "said": said + more},
    )  # fmt: skip


def _figure(amount: Amount) -> str:
    return decimal_text(amount.figure or 0) if amount.filled else "空"
