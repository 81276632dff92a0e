"""The rows of a section in blocks side by side, as a sheet prints them: fixed codes first, then others that are there."""

from __future__ import annotations

from collections.abc import Mapping

from xlcheck.form import RowSpec, SectionSpec, Severity
from xlcheck.labels import label_key
from xlcheck.model import Row, Section
from xlcheck.reading.columns import Bound
from xlcheck.reading.rows import CodeRow, RowsFound, bind_blocks
from xlcheck.reading.sections import data_rows
from xlcheck.reading.sheetrows import SectionRows, TableSheet


def block_rows(sheet: TableSheet, spec: SectionSpec, bound: Bound) -> SectionRows:
    """Fixed codes in blocks side by side: those of the form, then others that are there."""
    rows_found = bind_blocks(sheet.grid, sheet.header, spec, bound, sheet.end)
    places: dict[str, list[CodeRow]] = {}
    for code in rows_found.codes:
        places.setdefault(code.code, []).append(code)
    rows = data_rows(spec)
    known = {r.code for r in rows}
    rows += [Row(c, f"{c} {p[0].name}".strip(), None, c, p[0].name) for c, p in places.items() if c not in known]
    section = sheet.section(spec, rows, bound)
    section.column_at = [None] * len(section.columns)
    printed = {r.code: r for r in reversed(spec.rows) if r.code}
    for i, row in enumerate(rows):
        at = places.get(row.code or "", [])
        if len(at) == 1:
            _report_name(sheet, printed, at[0])
        _place_in_block(section, i, at, rows_found)
        if row.code:
            row.label = f"{row.code} {row.name}"
    return SectionRows(section, rows_found)


def _place_in_block(section: Section, index: int, places: list[CodeRow], rows_found: RowsFound) -> None:
    """Where a row of a section in blocks stands: by its code, at the foot, or (if that can't be said) nowhere."""
    row = section.rows[index]
    if len(places) == 1:
        place = places[0]
        row.at, row.name = place.at, place.name
        section.cell_at[index, 0] = (place.at, place.amount_column)
    elif row.key in rows_found.by_key and rows_found.columns.get(row.key):
        row.at = rows_found.by_key[row.key]
        section.cell_at[index, 0] = (row.at, rows_found.columns[row.key])
    elif row.key in rows_found.ambiguous or places:
        rows_found.ambiguous.add(row.key)


def _report_name(sheet: TableSheet, printed: Mapping[str, RowSpec], place: CodeRow) -> None:
    """A code beside another name than the form prints; that of another code: labels and amounts have slipped apart."""
    key = label_key(place.name)
    own = printed.get(place.code)
    if own is None or not key or key in own.names:
        return
    others = any(key in r.names for r in printed.values())
    severity, what = (Severity.VERIFY, "wrong_name") if others else (Severity.NOTE, "other_name")
    facts = {"code": place.code, "expected": own.label, "found": place.name}
    sheet.remark(severity, what, place.at, place.name_column, **facts)
