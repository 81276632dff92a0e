"""Sections whose rows are what codes a unit has: their data, and how they are written."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from xlcheck.filling.pen import Pen, figure_of
from xlcheck.filling.rowdata import RowData
from xlcheck.form import TOTAL, ColumnSpec, SectionSpec
from xlcheck.model import Amount, Section


def rows_by_code(data: RowData, section: SectionSpec, given: Mapping[str, Any]) -> None:
    """Take the total, and the rows that the data list with their codes."""
    rest = dict(given)
    if section.total in rest:
        data.row(section, TOTAL, rest.pop(section.total or ""))
    rows = rest.pop("rows", None) or []
    if not isinstance(rows, list):
        data.wrong("：rows 应当是列表")
        rows = []
    for row in rows:
        _take_row(data, section, row)
    data.strangers(rest, "合计、rows")


def _take_row(data: RowData, section: SectionSpec, row: Any) -> None:
    if not isinstance(row, Mapping) or not row.get("code"):
        data.wrong("：rows 里每行要有 code、name、values")
        return
    code = str(row["code"])
    rows = data.table.codes.setdefault(section.key, [])
    if any(known == code for known, _ in rows):
        data.wrong(f"：科目 {code} 写了两次")
        return
    rows.append((code, str(row.get("name") or "")))
    data.row(section, code, row.get("values") or {})


def write_codes(pen: Pen, spec: SectionSpec, section: Section | None) -> int:
    """Write the total and the codes that there are, or spare rows in a blank form; returns the last row."""
    lines = _code_lines(section)
    count = max(len(lines) if section else spec.spare, 1)
    lines += [_CodeLine()] * (count - len(lines))
    _total_row(pen, spec, section, spec.first_row if spec.total_first else spec.first_row + count)
    for at, line in enumerate(lines, spec.first_row + spec.total_first):
        _code_row(pen, spec, line, at)
    return spec.first_row + count


def _total_row(pen: Pen, spec: SectionSpec, section: Section | None, at: int) -> None:
    code, name = _column_of(spec, "code"), _column_of(spec, "name")
    pen.merge((at, code.at), (at, name.last), spec.total or TOTAL, pen.styles.boxed(align="center"))
    for column in spec.amounts:
        pen.amount(at, column.at, figure_of(section, TOTAL, column.key), None)


def _code_row(pen: Pen, spec: SectionSpec, line: _CodeLine, at: int) -> None:
    code, name = _column_of(spec, "code"), _column_of(spec, "name")
    pen.merge((at, code.at), (at, code.last), line.code, pen.styles.boxed(align="left"))
    pen.merge((at, name.at), (at, name.last), line.name, pen.styles.boxed(text_wrap=True))
    for column in spec.amounts:
        pen.amount(at, column.at, line.amounts.get(column.key), None)


class _CodeLine(NamedTuple):
    """One row of codes, by default a blank one."""

    code: str = ""
    name: str = ""
    amounts: Mapping[str, Amount] = MappingProxyType({})


def _code_lines(section: Section | None) -> list[_CodeLine]:
    """The rows of a section but its total."""
    if section is None:
        return []
    return [
        _CodeLine(row.code or "", row.name, dict(zip(section.columns, amounts, strict=True)))
        for row, amounts in zip(section.rows, section.amounts, strict=True)
        if row.key != TOTAL
    ]


def _column_of(spec: SectionSpec, role: str) -> ColumnSpec:
    return next(column for column in spec.columns if column.role == role)
