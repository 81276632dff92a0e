"""One worksheet's cells: stored text, type, style, formula; merges; hidden rows and columns."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from xlcheck.errors import Refused
from xlcheck.labels import address, column_index, whole, without_invisible
from xlcheck.reading.numberformats import Formats, Shown

MAX_CELLS = 200_000
MAX_ROWS = 5_000
MAX_MERGES = 50_000
LAST_ROW = 1_048_576
LAST_COLUMN = 16_384
NO_HEIGHT = 2.0  # points: a row this low shows nothing
NO_WIDTH = 0.3  # characters
_MOST_STEPS = 3_000_000  # looks at rows under merged cells: merges that don't overlap never need so many
_NEAR = 64  # rows or columns that are looked through one by one
_NO_CELLS: dict[int, Cell] = {}


class Cell(NamedTuple):
    """A filled cell. ``type``: n, s (any text), b, e, d, or ``?`` for a formula without a value."""

    text: str
    type: str
    style: int
    formula: bool


class Formula(NamedTuple):
    """A formula as stored, without ``=``; ``origin`` is the cell it was written for (of a shared one: the first)."""

    text: str
    origin: tuple[int, int]


@dataclass(slots=True)
class Grid:
    """A sheet. ``rows[r][c]`` are the filled cells, 1-based; blanks are not kept.

    ``formats`` are the odd number formats by cell style, ``formulas`` those that the file spells out. ``whole`` is
    the sheet that this grid is a part of, where one sheet holds several tables. ``covered`` are the filled cells under
    a merged cell, which nobody sees: they are not among ``rows``. ``recalculated`` are the results, as they were
    saved, of formulas that a spreadsheet recalculates when it opens the file; ``unjudged`` those that we can't work out.
    """

    name: str
    part: str
    rows: dict[int, dict[int, Cell]] = field(default_factory=dict)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    hidden: bool = False
    formats: Mapping[int, Shown] = field(default_factory=dict)
    formulas: dict[tuple[int, int], Formula] = field(default_factory=dict)
    whole: Grid | None = None
    covered: dict[tuple[int, int], Cell] = field(default_factory=dict)
    recalculated: dict[tuple[int, int], str] = field(default_factory=dict)
    unjudged: set[tuple[int, int]] = field(default_factory=set)

    def text(self, row: int, column: int) -> str:
        """The text in a cell, empty when it is blank."""
        cell = self.rows.get(row, {}).get(column)
        return cell.text if cell else ""

    def stored(self, row: int, column: int) -> Cell | None:
        """What the file has in a cell, shown or not."""
        return self.rows.get(row, {}).get(column) or self.covered.get((row, column))

    def format_of(self, cell: Cell) -> Shown | None:
        """The number format of a cell, where it may show another number than the cell holds."""
        shown = self.formats.get(cell.style)
        if shown is None and isinstance(self.formats, Formats):
            return self.formats.others.get(cell.style)
        return shown

    def merge_at(self, row: int, column: int) -> tuple[int, int, int, int] | None:
        """The merged range (first row, first column, last row, last column) over a cell."""
        for area in self.merges:
            if area[0] <= row <= area[2] and area[1] <= column <= area[3]:
                return area
        return None


def take_covered(grid: Grid) -> None:
    """Move the cells under merged ones out of ``rows``: only the first cell of a merged area is shown.

    Raises:
        Refused: so many merges over each other that finding the cells takes too long.
    """
    covering = _Covering(grid)
    for area in grid.merges:
        covering.take(*area)
    if grid.covered:
        grid.rows = {at: row for at, row in grid.rows.items() if row}


class _Covering:
    """Takes cells from under merged areas, and counts what that costs."""

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self.steps = 0
        self.lines: list[int] | None = None  # the rows that hold something, in order

    def take(self, top: int, left: int, bottom: int, right: int) -> None:
        """The cells under one area."""
        if top == bottom and right - left < _NEAR:  # the usual one
            cells = self.grid.rows.get(top, _NO_CELLS)
            for column in range(left + 1, right + 1):
                if column in cells:
                    self.grid.covered[top, column] = cells.pop(column)
            return
        for row in self._filled_rows(top, bottom):
            self._take_from(row, left, right, first=row == top)

    def _filled_rows(self, top: int, bottom: int) -> Sequence[int]:
        """Rows of an area; of a high one those that hold something."""
        if bottom - top <= _NEAR:
            return range(top, bottom + 1)
        if self.lines is None:
            self.lines = sorted(self.grid.rows)
        return self.lines[bisect_left(self.lines, top) : bisect_right(self.lines, bottom)]

    def _take_from(self, row: int, left: int, right: int, *, first: bool) -> None:
        """The cells of one row; in the ``first`` row of an area its first cell is the one that is shown."""
        cells = self.grid.rows.get(row, _NO_CELLS)
        self.steps += 1 + min(right - left, len(cells))
        if self.steps > _MOST_STEPS:
            what = "的合并单元格互相重叠，多得不像决算公开表，拒绝读取。"
            raise Refused("too_many_cells", f"工作表“{self.grid.name}”{what}")
        covered = {c for c in cells if left + first <= c <= right}
        if covered:
            self.grid.covered.update(((row, c), cells[c]) for c in covered)
            self.grid.rows[row] = {c: cell for c, cell in cells.items() if c not in covered}


def twice(grid: Grid, row: int, column: int) -> Refused:
    """Two cells with one address: nobody can say which of them is shown."""
    where = address(row, column)
    return Refused("damaged", f"工作表“{grid.name}”里的单元格 {where} 出现了两次，分不清哪一个是真的，拒绝读取。")


def nothing(text: str) -> bool:
    """Whether nothing of a text is seen: white space, invisible characters."""
    return not text or (not text[0].isalnum() and not without_invisible(text).strip())


def guard(grid: Grid) -> None:
    """Drop empty rows; refuse a sheet that is larger than any 决算公开表.

    Raises:
        Refused: too many rows or cells, or outside of a sheet.
    """
    grid.rows = {at: row for at, row in grid.rows.items() if row}
    if grid.rows and max(grid.rows) > LAST_ROW:
        raise Refused("damaged", f"工作表“{grid.name}”的行号超出了范围，文件不可信，拒绝读取。")
    if len(grid.rows) > MAX_ROWS:
        raise Refused("too_many_rows", f"工作表“{grid.name}”有内容的行超过 {MAX_ROWS} 行，不像决算公开表。")
    if sum(map(len, grid.rows.values())) > MAX_CELLS:
        raise Refused("too_many_cells", f"工作表“{grid.name}”有内容的单元格超过 {MAX_CELLS} 个。")


def split_reference(reference: str) -> tuple[int, int] | None:
    """``$B$12`` → (12, 2); None when it is no cell reference inside a sheet."""
    bare = reference.replace("$", "")
    letters = bare.rstrip("0123456789")
    digits = bare[len(letters) :]
    if not digits or not (letters.isascii() and letters.isalpha()) or len(letters) > 3:
        return None
    row, column = whole(digits) or 0, column_index(letters.upper())
    return (row, column) if 1 <= row <= LAST_ROW and column <= LAST_COLUMN else None
