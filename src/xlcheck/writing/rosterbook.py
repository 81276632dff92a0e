"""Rows of a roster → a workbook that people fill on: every cell is text, so that codes keep their zeros."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime

import xlsxwriter

from xlcheck.writing.newsheets import OPTIONS, StyleBook, columns, listed, put

_NAME = "单位名册"
_WIDTH, _WIDE = 14, 30
_LONG = ("单位名称", "其他名称", "邮箱", "文件", "可能就是")
_MADE = datetime.fromisoformat("2000-01-01T00:00:00")  # equal rows give equal bytes
_MORE_ROWS = 200  # below the last one that are text too


def roster_book(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """The bytes of an .xlsx with one sheet: the headings in row 1, then the rows."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, OPTIONS)
    book.set_properties({"created": _MADE, "comments": "xlcheck"})
    styles = StyleBook(book)
    sheet = book.add_worksheet(_NAME)
    columns(sheet, styles, 0, [(name, _WIDE if name in _LONG else _WIDTH) for name in headings])
    text = styles.box(num_format="@", text_wrap=True)
    for at in range(1, len(rows) + _MORE_ROWS):
        values = rows[at - 1] if at <= len(rows) else ("",) * len(headings)
        for column, value in enumerate(values):
            put(sheet, at, column, value, text)
    listed(sheet, len(rows), len(headings), 2)
    book.close()
    return out.getvalue()
