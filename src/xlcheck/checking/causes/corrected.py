"""A submission as it would be with other figures: what is left to explain once a gross mistake is put right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from xlcheck.checking.causes.constraint_model import ConstraintModel
from xlcheck.checking.cellrefs import cell_ref
from xlcheck.model import BLANK, SCALE, Amount, CellKind, Section, Submission
from xlcheck.outcome import Diagnosis, SuspectCell
from xlcheck.reading.sections import finish


def corrected(model: ConstraintModel, figures: Mapping[int, int]) -> Submission:
    """The submission of a model with other figures (cell → millionths; 0: blank); what does not change is shared."""
    changed: dict[int, tuple[Section, dict[tuple[int, int], Amount]]] = {}
    for cell, figure in figures.items():
        section, row, column = model.place(cell)
        amount = _amount(figure, model.ulp(cell)) if figure else BLANK
        changed.setdefault(id(section), (section, {}))[1][row, column] = amount
    now = model.now
    tables = dict(now.tables)
    for section, amounts in changed.values():
        table = tables[section.table]
        sections = {k: _with(s, amounts) if s is section else s for k, s in table.sections.items()}
        tables[section.table] = replace(table, sections=sections)
    return replace(now, tables=tables)


def _amount(figure: int, ulp: int) -> Amount:
    value = Decimal(figure) / SCALE
    return Amount(CellKind.NUMBER, str(value), value, figure, ulp)


def _with(section: Section, amounts: Mapping[tuple[int, int], Amount]) -> Section:
    rows = [[amounts.get((r, c), own) for c, own in enumerate(row)] for r, row in enumerate(section.amounts)]
    return finish(
        replace(section, amounts=rows, figures=[], index={}, codes={}, doubled={}, children=[], tops=[], stale={})
    )


def as_printed(diagnoses: Iterable[Diagnosis], model: ConstraintModel) -> list[Diagnosis]:
    """Diagnoses of a corrected submission, their cells with what is printed there now."""
    printed = {
        (section.table, section.cell(r, c)): model.term(model.number(section, r, c))
        for table in model.now.tables.values()
        for section in table.sections.values()
        for r in range(len(section.rows))
        for c in range(len(section.columns))
    }
    titles = {table.spec.number: key for key, table in model.now.tables.items()}

    def suspect(one: SuspectCell) -> SuspectCell:
        term = printed.get((titles.get(one.cell.table, ""), one.cell.cell))
        return one if term is None else one._replace(cell=cell_ref(term, one.cell.role, model.now))

    return [
        d._replace(cells=tuple(map(suspect, d.cells)), alternatives=tuple(map(suspect, d.alternatives)))
        for d in diagnoses
    ]
