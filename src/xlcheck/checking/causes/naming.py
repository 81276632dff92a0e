"""Candidates → :class:`Diagnosis`: the cells by their addresses, the figures as people write them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from xlcheck.checking.causes.constraint_model import ConstraintModel, Key
from xlcheck.checking.causes.hypothesis import Operation
from xlcheck.checking.causes.repairs import Correction, Repair
from xlcheck.checking.causes.search import CauseCandidate
from xlcheck.checking.cellrefs import cell_ref, digits
from xlcheck.model import decimal_text
from xlcheck.outcome import Diagnosis, SuspectCell

UNSAID = -1  # the finding of a relation that holds as printed, and fails once a table is laid out rightly
_MOST_ALTERNATIVES = 60  # who is shown more looks at none


class Naming:
    """The cells, figures and findings of a model, as people read them."""

    def __init__(self, model: ConstraintModel, findings: Mapping[Key, int]) -> None:
        self._model = model
        self._findings = findings

    def cause(self, found: CauseCandidate) -> Diagnosis:
        """A candidate as a cause."""
        if found.operation is not None:
            return self._of_operation(found.operation, found.explains)
        return self._of_repair(found.repair or Repair((), 0.0), found)

    def _of_repair(self, repair: Repair, found: CauseCandidate) -> Diagnosis:
        first = repair.corrections[0]
        others = found.alternatives[:_MOST_ALTERNATIVES]
        part = self._part(first)
        return Diagnosis(
            kind=_kind(repair),
            cells=tuple(self._suspect(c) for c in repair.corrections),
            explains=self._indexes(found.explains),
            unit=self._unit(first.cell),
            alternatives=tuple(self._suspect(c) for one in others for c in one.corrections),
            tied=found.tied,
            code=_what(first) if part else "cell",
            params=part | _more(len(found.alternatives)),
        )

    def _of_operation(self, one: Operation, explains: Iterable[int]) -> Diagnosis:
        cells = {c for c in one.cells if c in one.figures or not self._in_empty_column(c)} or {one.primary}
        order = sorted(cells, key=lambda c: (c != one.primary, c))
        others = list(one.others.items())[:_MOST_ALTERNATIVES]
        return Diagnosis(
            kind=one.error_model.kind if one.error_model else one.kind,
            cells=tuple(self._meant(c, one.figures.get(c)) for c in order),
            explains=self._indexes(explains),
            unit=self._unit(one.primary),
            alternatives=tuple(self._meant(c, f) for c, f in others),
            code=one.what,
            params={**one.facts, **_more(len(one.others))},
        )

    def _indexes(self, explains: Iterable[int]) -> tuple[int, ...]:
        """The findings about some relations."""
        numbers = {self._findings[self._model.relations[n].key] for n in explains}
        return tuple(sorted(numbers - {UNSAID}))

    def _part(self, correction: Correction) -> dict[str, str]:
        """The part that a total leaves out (+) or has twice (−); empty where that is not what went wrong."""
        model, found = self._model, correction.error_model
        if found.kind != "stale_total" or not found.part:
            return {}
        amount = abs(found.part) * model.step(correction.cell)
        text = decimal_text(amount, digits(model.ulp(correction.cell)))
        label = self._part_label(correction.cell, amount)
        return {"part": ("+" if found.part > 0 else "-") + text, "label": label, "amount": text}

    def _part_label(self, total: int, amount: int) -> str:
        """The label of the only part of a total that shows an amount; empty when there are several."""
        label = ""
        for relation in self._model.sums_to(total):
            parts = [c for c in relation.parts() if self._model.figure(c) == amount]
            if len(parts) == 1:
                label = cell_ref(self._model.term(parts[0]), "part", self._model.now).label
        return label

    def _in_empty_column(self, cell: int) -> bool:
        section, _, column = self._model.place(cell)
        return column in section.empty_columns

    def _meant(self, cell: int, figure: int | None) -> SuspectCell:
        """A cell of an operation: what it was meant to say is one figure, or unknown."""
        text = None if figure is None else decimal_text(figure, digits(self._model.ulp(cell)))
        return SuspectCell(cell_ref(self._model.term(cell), "subject", self._model.now), text, (text or "", text or ""))

    def _suspect(self, correction: Correction) -> SuspectCell:
        """A cell of a repair: the likeliest figure, and all that would fit."""
        model, figure = self._model, correction.figure
        return SuspectCell(
            cell_ref(model.term(correction.cell), "subject", model.now),
            None if figure is None else decimal_text(figure, digits(model.ulp(correction.cell))),
            (_bound(correction.low), _bound(correction.high)),
        )

    def _unit(self, cell: int) -> str:
        section, row, _ = self._model.place(cell)
        return section.rows[row].unit or self._model.now.tables[section.table].currency


def _kind(repair: Repair) -> str:
    kinds = {c.error_model.kind for c in repair.corrections}
    return kinds.pop() if len(kinds) == 1 else "unknown"


def _what(correction: Correction) -> str:
    return "omitted" if correction.error_model.part > 0 else "doubled"


def _bound(figure: int | None) -> str:
    return "" if figure is None else decimal_text(figure)


def _more(alternatives: int) -> dict[str, str]:
    """How many alternatives are not listed."""
    return {"more": str(alternatives - _MOST_ALTERNATIVES)} if alternatives > _MOST_ALTERNATIVES else {}
