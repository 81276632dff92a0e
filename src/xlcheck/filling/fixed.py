"""Sections whose rows the form fixes, by label or in blocks side by side: their data, and how they are written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from xlcheck.filling.pen import Pen, figure_of
from xlcheck.filling.rowdata import RowData
from xlcheck.form import ColumnSpec, RowKind, RowSpec, SectionSpec
from xlcheck.labels import label_key
from xlcheck.model import Section


def rows_by_name(data: RowData, section: SectionSpec, given: Mapping[str, Any]) -> None:
    """Take rows that the data call by key, code or label."""
    for name, value in given.items():
        key = _row_key(section, str(name))
        if key is None:
            data.wrong(f"：没有“{name}”这一行")
        else:
            data.row(section, key, value)


def _row_key(section: SectionSpec, name: str) -> str | None:
    """The key of the row that the data call ``name``: its code where it has one."""
    wanted = label_key(name)
    ways: tuple[Callable[[RowSpec], bool], ...] = (
        lambda row: name in (row.key, row.code),
        lambda row: label_key(row.key) == wanted,
        lambda row: wanted in row.names,
    )
    rows = [row for row in section.rows if row.kind is RowKind.DATA]
    found = next((row for fits in ways for row in rows if fits(row)), None)
    return (found.code or found.key) if found is not None else None


def write_rows(pen: Pen, spec: SectionSpec, section: Section | None) -> int:
    """Write the rows of the form one below the other; returns the last one."""
    for row in spec.rows:
        _fixed_row(pen, spec, section, row)
    return max(r.at for r in spec.rows)


def write_blocks(pen: Pen, spec: SectionSpec, section: Section | None) -> int:
    """Write the rows of the form in their blocks; returns the last row of the sheet."""
    last = write_rows(pen, spec, section)
    _box_blocks(pen, spec)
    return last


def _fixed_row(pen: Pen, spec: SectionSpec, section: Section | None, row: RowSpec) -> None:
    if row.kind in (RowKind.HEADING, RowKind.CAPTION):
        _words_row(pen, spec, row)
    elif row.footer:
        _footer(pen, spec, section, row)
    else:
        for column in spec.columns:
            if not row.block or column.block == row.block:
                _cell(pen, section, row, column)


def _cell(pen: Pen, section: Section | None, row: RowSpec, column: ColumnSpec) -> None:
    match column.role:
        case "code":
            pen.text(row.at, column.at, row.code or "", pen.styles.boxed(align="left"))
        case "label" | "name":
            pen.text(row.at, column.at, row.label, _label_style(pen, row))
        case "line":
            _line(pen, row, column)
        case _:
            pen.amount(row.at, column.at, figure_of(section, row.key, column.key), row)


def _label_style(pen: Pen, row: RowSpec) -> Any:
    if row.label == "总计" or row.label.endswith("合计"):
        return pen.styles.boxed(align="center")
    return pen.styles.boxed(text_wrap=True, indent=row.indent)


def _line(pen: Pen, row: RowSpec, column: ColumnSpec) -> None:
    style = pen.styles.boxed(align="center")
    if row.line is None:
        pen.sheet.write_blank(row.at - 1, column.at - 1, None, style)
    else:
        pen.sheet.write_number(row.at - 1, column.at - 1, row.line, style)


def _words_row(pen: Pen, spec: SectionSpec, row: RowSpec) -> None:
    if row.kind is RowKind.HEADING:
        style = pen.styles.boxed(bold=True)
        pen.merge((row.at, spec.columns[0].at), (row.at, spec.columns[-1].at), row.texts[0], style)
        return
    for column, text in zip(spec.columns, row.texts, strict=False):
        pen.text(row.at, column.at, text, pen.styles.boxed(align="center"))


def _footer(pen: Pen, spec: SectionSpec, section: Section | None, row: RowSpec) -> None:
    amount = next(c for c in spec.columns if c.role == "amount" and c.block == row.block)
    before = [r.block for r in spec.rows if r.footer and r.block < row.block]
    first = min(c.at for c in spec.columns if c.block > max(before, default=0))
    style = pen.styles.boxed(align="center")
    pen.merge((row.at, first), (row.at, amount.at - 1), row.label, style)
    pen.amount(row.at, amount.at, figure_of(section, row.key, amount.key), row)


def _box_blocks(pen: Pen, spec: SectionSpec) -> None:
    """Empty boxes under blocks that are shorter than the longest."""
    bottom = max(r.at for r in spec.rows if not r.footer)
    for column in spec.columns:
        last = max((r.at for r in spec.rows if r.block == column.block and not r.footer), default=bottom)
        for row in range(last + 1, bottom + 1):
            pen.sheet.write_blank(row - 1, column.at - 1, None, pen.styles.boxed())
