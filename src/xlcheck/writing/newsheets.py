"""Sheets of our own workbooks: how cells look, how text stays text, how a page prints. XlsxWriter's objects come in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from xlcheck.shown import clean, columns_of, put_text

FONT = "微软雅黑"
HEAD = "1F3864"
OPTIONS = {
    "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
}  # fmt: skip
_A4 = 9
_LONGEST = 16_000  # characters of a cell: Excel takes 32,767 UTF-16 units, XlsxWriter drops what is longer
_EARLIEST = 1900  # the first year that Excel knows
_AMOUNT = re.compile(r"[+-]?\d{1,15}(?:\.(\d{1,10}))?", re.ASCII)
_ROW, _LINE, _EDGE, _TALLEST = 16.0, 13.5, 3.0, 405.0  # points; Excel takes 409
_MARGIN = 3.0  # characters of a column that no text stands in
_DIGITS = 15  # that a float keeps
_CENTS = 2  # decimals that are always shown

Value = str | int | float | date | datetime | None


class StyleBook:
    """Cell formats by what they are for; each is made once."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, Any], ...], Any] = {}

    def get(self, **properties: Any) -> Any:
        """A format with these properties of XlsxWriter, in our font."""
        base = {"font_name": FONT, "font_size": 10, "valign": "vcenter"} | properties
        key = tuple(sorted(base.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(base)
        return self._made[key]

    def box(self, **properties: Any) -> Any:
        """A cell of a table."""
        return self.get(**({"border": 1, "border_color": "#BFC6D1"} | properties))

    def heading(self, **properties: Any) -> Any:
        """A cell of a table's head."""
        own = {"bold": True, "font_color": "#FFFFFF", "bg_color": f"#{HEAD}", "align": "center", "text_wrap": True}
        return self.box(**(own | properties))

    def filled(self, colour: str, **properties: Any) -> Any:
        """A word on a colour (RRGGBB)."""
        return self.box(align="center", bg_color=f"#{colour}", **properties)

    def of(self, value: Value, **properties: Any) -> Any:
        """The format that fits a value."""
        match value:
            case datetime():
                return self.box(num_format="yyyy-mm-dd hh:mm", align="center", **properties)
            case date():
                return self.box(num_format="yyyy-mm-dd", align="center", **properties)
            case int() | float():
                return self.box(align="right", **properties)
        return self.box(**properties)


def fitting(text: str) -> str:
    """``text`` as a cell can hold it: without unfit characters, cut (and said to be) where it is too long."""
    text = clean(text)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}……（太长，后面没有写）"


def put(sheet: Any, row: int, column: int, value: Value, style: Any) -> None:
    """Write one 0-based cell by its type. Text is always written as text: nothing of it becomes a formula or a link."""
    match value:
        case None | "":
            sheet.write_blank(row, column, None, style)
        case str():
            put_text(sheet, row, column, fitting(value), style)
        case date():
            sheet.write_datetime(row, column, value, style)
        case _:
            sheet.write_number(row, column, value, style)


def when(at: str) -> datetime | str:
    """An ISO 8601 time of the ledger as a cell's value: local time without its offset; other text as it is."""
    try:
        found = datetime.fromisoformat(at).replace(tzinfo=None, microsecond=0)
    except ValueError:
        return at
    return found if found.year >= _EARLIEST else at


def amount(text: str) -> tuple[float | str, str]:
    """A decimal string → (number, its number format); (text, "") where a float would not keep all its digits."""
    found = _AMOUNT.fullmatch(text)
    digits = sum(character.isdigit() for character in text.lstrip("+-0."))
    if not found or digits > _DIGITS:
        return text, ""
    decimals = (found[1] or "").rstrip("0")
    return float(text), "#,##0.00" if len(decimals) <= _CENTS else "#,##0.00########"


def tall(texts: Iterable[tuple[str, float]]) -> float:
    """The height (points) of a row whose texts, each in a column of a width (characters), are wrapped.

    Excel finds it out by itself, LibreOffice does not; a row that is given its height looks the same in both.
    """
    lines = max((sum(_lines(part, width) for part in text.split("\n")) for text, width in texts), default=1)
    return min(_TALLEST, max(_ROW, lines * _LINE + _EDGE))


def _lines(text: str, width: float) -> int:
    return max(1, -int(-columns_of(text) // max(1.0, width - _MARGIN)))


def columns(sheet: Any, styles: StyleBook, row: int, names: Sequence[tuple[str, float]]) -> None:
    """The head of a table in a 0-based row: (name, width in characters) of each column."""
    for at, (name, width) in enumerate(names):
        sheet.set_column(at, at, width)
        put(sheet, row, at, name, styles.heading())
    sheet.set_row(row, 32)


def printed(sheet: Any, heading: str) -> None:
    """A4 across, as wide as one page, ``heading`` on top, row 0 on every page."""
    paper(sheet)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_header(f"&C{heading}")  # no font size: the year after it would be read as part of it


def paper(sheet: Any) -> None:
    """A4 across with page numbers."""
    sheet.set_paper(_A4)
    sheet.set_landscape()
    sheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.6)
    sheet.set_footer("&C第 &P 页，共 &N 页")


def listed(sheet: Any, rows: int, width: int, fixed: int = 0) -> None:
    """A list with its head in row 0: filter, head (and ``fixed`` columns) that stay; ``rows`` and ``width`` in cells."""
    sheet.freeze_panes(1, fixed)
    sheet.autofilter(0, 0, max(rows, 1), width - 1)
