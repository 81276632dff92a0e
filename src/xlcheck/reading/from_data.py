"""Figures from data instead of a workbook → a :class:`Submission` (examples of rules, ``fill``)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from xlcheck.form import TOTAL, SectionSpec, SetSpec, TableSpec
from xlcheck.model import BLANK, LOST, Amount, CellKind, Row, Section, Submission, Table
from xlcheck.reading.amounts import printed_figure
from xlcheck.reading.byshape import BY_SHAPE
from xlcheck.reading.sections import data_rows, finish

Spot = tuple[str, str]


@dataclass(slots=True)
class DataTable:
    """What is given of one table: amounts by (section, row key or code, column); codes in order."""

    amounts: dict[tuple[str, str, str], Amount] = field(default_factory=dict)
    codes: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    facts: dict[str, tuple[str, str]] = field(default_factory=dict)
    statement: str = ""


def number(value: Decimal, ulp: int) -> Amount:
    """An amount that holds a number."""
    return Amount(CellKind.NUMBER, str(value), value, printed_figure(value, ulp), ulp)


def submission(form: SetSpec, given: dict[str, DataTable], missing: Amount = BLANK) -> Submission:
    """Tables of ``form`` with the given amounts; cells not given are ``missing`` (BLANK or LOST)."""
    filled = Submission(form, {})
    for spec in form.tables:
        filled.tables[spec.key] = _table(spec, given.get(spec.key, DataTable()), missing)
    return filled


def _table(spec: TableSpec, given: DataTable, missing: Amount) -> Table:
    table = Table(spec, spec.sheet, {}, dict(given.facts), given.statement)
    for section in spec.sections:
        rows = list(_rows(section, given.codes.get(section.key, [])))
        columns = list(section.column_keys)
        at: list[int | None] = [c.at for c in {c.key: c for c in reversed(section.amounts)}.values()]
        place = BY_SHAPE[section.shape.name].place
        filled = Section(section, spec.key, rows, columns, at[::-1], [])
        for r, row in enumerate(rows):
            key = row.code or row.key
            filled.amounts.append([given.amounts.get((section.key, key, c), missing) for c in columns])
            place(filled, section, r, row)
        table.sections[section.key] = finish(filled)
    return table


def _rows(section: SectionSpec, codes: list[tuple[str, str]]) -> Iterable[Row]:
    first = section.first_row
    if section.total and section.total_first:
        yield Row(TOTAL, TOTAL, first)
        first += 1
    yield from data_rows(section, placed=True)
    known = {s.code for s in section.rows if s.code}
    for i, (code, name) in enumerate(codes):
        if code not in known:
            yield Row(code, f"{code} {name}".strip(), first + i, code, name)
    if section.total and not section.total_first:
        yield Row(TOTAL, TOTAL, first + len(codes))


__all__ = ["BLANK", "LOST", "DataTable", "number", "submission"]
