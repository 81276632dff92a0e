"""The register of findings (问题台账), every version of every unit: as .xlsx and as .csv."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import xlsxwriter

from xlcheck.errors import Usage
from xlcheck.form import Severity
from xlcheck.ledger.receipts import Line
from xlcheck.office.drafts import code_shown
from xlcheck.reading.marks.format import COLOURS
from xlcheck.shown import clean
from xlcheck.writing.newsheets import (
    OPTIONS,
    StyleBook,
    Value,
    amount,
    columns,
    fitting,
    listed,
    printed,
    put,
    tall,
    when,
)

NAME = "问题台账"
MOST = 1_000_000  # lines of one sheet
_COLUMNS = (
    ("单位代码", 10), ("单位名称", 22), ("年度", 7), ("表样", 14), ("版本", 6), ("报送时间", 16), ("级别", 7), ("规则", 12),
    ("表", 10), ("单元格", 10), ("问题", 44), ("应为", 12), ("现为", 12), ("差额", 12), ("状态", 9), ("首次出现版本", 9),
    ("单位说明", 26),
)  # fmt: skip
HEADINGS = tuple(name for name, _ in _COLUMNS)
_AT, _LEVEL, _AMOUNTS = HEADINGS.index("报送时间"), HEADINGS.index("级别"), range(11, 14)
_CENTRED = frozenset({2, 4, 14, 15})
_STARTS = "=+-@＝＋－＠\t\r\n"  # what a spreadsheet may take for the beginning of a formula
_FIGURE = re.compile(r"[+-]?\d+(?:\.\d+)?", re.ASCII)


def register_workbook(lines: Iterable[Line]) -> bytes:
    """The bytes of an .xlsx with one sheet; amounts are numbers wherever a number holds all their digits.

    Equal lines give equal bytes: it says to be made when the last of its workbooks came in.

    Raises:
        Usage: there are more lines than a sheet holds.
    """
    rows = [_values(line) for line in lines]
    if len(rows) > MOST:
        raise Usage(f"问题台账有 {len(rows)} 行，一张工作表放不下。请写成 .csv，或用 --year 只要一年的。")
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, OPTIONS)
    book.set_properties({"created": _made(rows), "title": NAME, "comments": "xlcheck status --register"})
    sheet, styles = book.add_worksheet(NAME), StyleBook(book)
    columns(sheet, styles, 0, _COLUMNS)
    for at, row in enumerate(rows, 1):
        _write(sheet, styles, at, row)
    listed(sheet, len(rows), len(HEADINGS), 2)
    printed(sheet, NAME)
    book.close()
    return out.getvalue()


def _write(sheet: Any, styles: StyleBook, at: int, row: tuple[Value, ...]) -> None:
    wrapped = [
        (v, w) for i, (v, (_, w)) in enumerate(zip(row, _COLUMNS, strict=True)) if isinstance(v, str) and _wraps(i)
    ]
    sheet.set_row(at, tall((fitting(v), w) for v, w in wrapped))
    for column, value in enumerate(row):
        put(sheet, at, column, *_cell(styles, column, value))


def _wraps(column: int) -> bool:
    return column not in (*_AMOUNTS, _AT, _LEVEL, *_CENTRED)


def _cell(styles: StyleBook, column: int, value: Value) -> tuple[Value, Any]:
    """What a cell holds, and how it styles."""
    if column in _AMOUNTS:
        found, pattern = amount(str(value))
        return found, styles.box(align="right", **({"num_format": pattern} if pattern else {}))
    if column == _AT:
        return when(str(value)), styles.of(when(str(value)))
    if column == _LEVEL:
        return value, styles.box(align="center", **_colour(str(value)))
    return value, styles.box(**({"align": "center"} if column in _CENTRED else {"text_wrap": True}))


def _colour(level: str) -> dict[str, str]:
    return {"bg_color": f"#{COLOURS[Severity(level)]}"} if level in list(Severity) else {}


def _made(rows: list[tuple[Value, ...]]) -> datetime:
    """XlsxWriter would write the time of the run; a workbook without lines gets the first year of the form."""
    times = [t for t in (when(str(row[_AT])) for row in rows) if isinstance(t, datetime)]
    return max(times, default=datetime(2023, 12, 31))  # noqa: DTZ001 - Excel knows no zones


def register_csv(lines: Iterable[Line]) -> bytes:
    """UTF-8 with BOM, lines end with CR LF. Text that a spreadsheet could take for a formula gets an apostrophe.

    Amounts that are numbers stay numbers, negative ones too.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(HEADINGS)
    for line in lines:
        writer.writerow([_guarded(v, i in _AMOUNTS) for i, v in enumerate(_values(line))])
    return out.getvalue().encode("utf-8-sig")


def _guarded(value: Value, figure: bool) -> Value:
    if not isinstance(value, str) or (figure and _FIGURE.fullmatch(value)):
        return value
    text = clean(value)
    return f"'{text}" if value.lstrip(" \u00a0\u3000\ufeff").startswith(tuple(_STARTS)) else text


def _values(line: Line) -> tuple[Value, ...]:
    """One row, in the order of :data:`HEADINGS`; amounts and times as the ledger holds them."""
    receipt, found = line
    return (
        code_shown(receipt.unit), receipt.unit_name, receipt.year, receipt.form, receipt.version, receipt.at, found.severity,
        found.rule, found.table, found.cell, found.message, found.expected, found.actual, found.difference, found.state,
        found.since, found.explanation,
    )  # fmt: skip
