"""The rows of a section as a sheet prints them, without their amounts: by label, by code, or the one of a record."""

from __future__ import annotations

from typing import NamedTuple

from xlcheck.form import TOTAL, SectionSpec, Severity, TableSpec
from xlcheck.labels import address
from xlcheck.model import Row, Section
from xlcheck.outcome import CellRef, Remark
from xlcheck.reading.columns import Bound, Header
from xlcheck.reading.grid import Grid
from xlcheck.reading.rows import RowsFound, bind_codes, bind_labels, record_row, total_row
from xlcheck.reading.sections import data_rows


class SectionRows(NamedTuple):
    """A section whose rows have been looked for, without its amounts."""

    section: Section
    rows: RowsFound


class TableSheet(NamedTuple):
    """A table and the sheet that prints it, to before row ``end``; what is odd about it goes to ``remarks``."""

    table: TableSpec
    grid: Grid
    header: Header
    end: int
    number_caption: str
    remarks: list[Remark]

    def section(self, spec: SectionSpec, rows: list[Row], bound: Bound) -> Section:
        """A section with its rows and columns, without amounts."""
        keys = list(spec.column_keys)
        at = {c.key: bound.get(c) for c in spec.amounts}
        return Section(spec, self.table.key, rows, keys, [at[k] for k in keys], [])

    def remark(self, severity: Severity, what: str, row: int, column: int, **facts: str) -> None:
        """Note something odd about the structure of the sheet."""
        cell = address(row, column) if row and column else None
        text = self.grid.text(row, column) if cell else None
        label = facts.get("expected", self.table.name)
        ref = CellRef(self.table.number, self.grid.name, cell, "subject", label, text)
        facts = {"table": self.table.number, "sheet": self.grid.name, **facts}
        self.remarks.append(Remark(None, severity, "structure", what, (ref,), params=facts))


def label_rows(sheet: TableSheet, spec: SectionSpec, bound: Bound) -> SectionRows:
    """Rows by label."""
    places = bind_labels(sheet.grid, sheet.header, spec, bound, sheet.end)
    rows = data_rows(spec)
    for row in rows:
        row.at = places.by_key.get(row.key)
    return SectionRows(sheet.section(spec, rows, bound), places)


def code_rows(sheet: TableSheet, spec: SectionSpec, bound: Bound) -> SectionRows:
    """The total and one row a code."""
    captions = sheet.table.header_texts | {sheet.number_caption}
    captions -= set(spec.total_names)
    places = bind_codes(sheet.grid, sheet.header, spec, bound, sheet.end, captions)
    rows = [Row(TOTAL, TOTAL, total_row(places))]
    rows += [Row(r.code, f"{r.code} {r.name}".strip(), r.at, r.code, r.name) for r in places.codes]
    return SectionRows(sheet.section(spec, rows, bound), places)


def record_rows(sheet: TableSheet, spec: SectionSpec, bound: Bound) -> SectionRows:
    """The one row of a record, as many figures as it has columns."""
    at = record_row(sheet.grid, sheet.header, bound, sheet.end)
    rows = data_rows(spec)
    section = sheet.section(spec, rows, bound)
    section.column_at = [None] * len(section.columns)
    for r, row in enumerate(rows):
        row.at = at
        for column, sheet_column in bound.items():
            if column.row == row.key:
                section.cell_at[r, section.columns.index(column.key)] = (at, sheet_column)
    return SectionRows(section, RowsFound(end=sheet.end))
