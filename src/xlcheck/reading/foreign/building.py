"""What the readers of other formats share: cells into grids, under the same guards as an .xlsx."""

from __future__ import annotations

import math
import re
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from xlcheck.errors import Refused
from xlcheck.reading.grid import (
    LAST_COLUMN,
    LAST_ROW,
    MAX_CELLS,
    MAX_MERGES,
    Cell,
    Grid,
    guard,
    nothing,
    take_covered,
    twice,
)
from xlcheck.reading.numberformats import Formats, Shown, contradicts, format_of, text_format

_PLAIN_NUMBER = re.compile(r"[-+]?(?:0|[1-9]\d{0,2}(?:,\d{3})+|[1-9]\d*)?(?:\.\d+)?")
_PERCENT = re.compile(r"[-+]?\d+(?:\.\d+)?%")
_MAX_TEXT = 32_767
_MAX_SHOWN = 60
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # what no XML may hold


class Builder:
    """Puts cells into one grid and stops when there are more than any sheet may have.

    Raises:
        Refused: too many cells, outside of a sheet, or two in one place.
    """

    def __init__(self, name: str, *, hidden: bool = False) -> None:
        self.grid = Grid(_fit_name(name), "", hidden=hidden)
        self._count = 0

    def put(self, row: int, column: int, text: str, kind: str, style: int = 0, *, formula: bool = False) -> None:
        """One cell, 1-based. ``kind`` as in :class:`Cell`; blank text is no cell."""
        if kind == "s" and (not text or nothing(text)):
            return
        if not (1 <= row <= LAST_ROW and 1 <= column <= LAST_COLUMN):
            raise Refused("damaged", f"工作表“{self.grid.name}”里有超出范围的单元格，文件不可信，拒绝读取。")
        self._count += 1
        if self._count > MAX_CELLS:
            raise Refused("too_many_cells", f"工作表“{self.grid.name}”有内容的单元格超过 {MAX_CELLS} 个。")
        cells = self.grid.rows.setdefault(row, {})
        if column in cells:
            raise twice(self.grid, row, column)
        cells[column] = Cell(_UNFIT.sub("\ufffd", text[:_MAX_TEXT]), kind, style, formula)

    def merge(self, row: int, column: int, last_row: int, last_column: int) -> None:
        """A merged range, clipped to a sheet."""
        last_row, last_column = min(last_row, LAST_ROW), min(last_column, LAST_COLUMN)
        if len(self.grid.merges) >= MAX_MERGES:
            raise Refused(
                "too_many_cells", f"工作表“{self.grid.name}”的合并单元格超过 {MAX_MERGES} 处，不像决算公开表。"
            )
        if last_row >= row > 0 and last_column >= column > 0 and (last_row, last_column) != (row, column):
            self.grid.merges.append((row, column, last_row, last_column))

    def done(self, *, guarded: bool = True) -> Grid:
        """The grid, rows in order, guarded, without what merged cells cover."""
        self.grid.rows = {at: self.grid.rows[at] for at in sorted(self.grid.rows)}
        if guarded:
            guard(self.grid)
        take_covered(self.grid)
        return self.grid


class StyleNumbers:
    """Number formats by names of styles, as numbers that cells can have. 0 is General."""

    def __init__(self) -> None:
        self.formats = Formats()
        self._numbers: dict[str, int] = {}
        self._shown: dict[str, int] = {}

    def number(self, code: str) -> int:
        """The style number of a format code."""
        if code not in self._numbers:
            shown = format_of(code)
            self._numbers[code] = self._add(shown) if shown is not None else 0
        return self._numbers[code]

    def checked(self, style: int, value: str, text: str) -> int:
        """The style of a number; where the file says that another number is shown, one that shows that."""
        shown = self.formats.get(style) or self.formats.others.get(style)
        try:
            if not text.strip() or not contradicts(shown, Decimal(value), text):
                return style
        except InvalidOperation:
            return style
        text = " ".join(text.split())[:_MAX_SHOWN]
        if text not in self._shown:
            self._shown[text] = self._add(text_format(text))
        return self._shown[text]

    def _add(self, shown: Shown) -> int:
        number = len(self._numbers) + len(self._shown) + 1
        self.formats.add(number, shown)
        return number


def number_text(value: float) -> str:
    """A binary fraction as short as it can be written: 2080505.0 → ``2080505``, 525.21 → ``525.21``."""
    if math.isfinite(value) and abs(value) < 1e15 and value == int(value):
        return str(int(value))
    return repr(value)


class CellContent(NamedTuple):
    """What a cell holds: its text, and its kind as in :class:`Cell`."""

    text: str
    kind: str


def typed(text: str) -> CellContent:
    """A cell as Excel types what it finds in a web page or a CSV: numbers become numbers.

    A leading zero keeps a code a text; Excel would drop it, and then the code would be another.
    """
    bare = text.strip()
    if bare and bare[0] in "+-.0123456789" and _PLAIN_NUMBER.fullmatch(bare) and bare.strip("+-."):
        return CellContent(bare.replace(",", "").lstrip("+"), "n")
    if bare.startswith("#") and bare.upper() in _ERRORS:
        return CellContent(bare.upper(), "e")
    return CellContent(text, "s")


_ERRORS = {"#REF!", "#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#VALUE!"}


def is_error(text: str) -> bool:
    """Whether a text is what a spreadsheet prints for an error value."""
    return text.strip().upper() in _ERRORS or text.startswith("Err:")


def _fit_name(name: str) -> str:
    """A sheet name that Excel takes: findings must name the sheet as the rebuilt copy has it."""
    bare = re.sub(r"[\[\]:*?/\\\x00-\x1f]", "_", name).strip().strip("'")[:31]
    return bare if bare and bare.lower() != "history" else f"{bare or '工作表'}_"


def distinct(grids: list[Grid]) -> list[Grid]:
    """Every sheet under a name of its own."""
    used: set[str] = set()
    for grid in grids:
        name, number = grid.name, 1
        while grid.name.lower() in used:
            number += 1
            grid.name = f"{name[:27]}({number})"
        used.add(grid.name.lower())
    return grids
