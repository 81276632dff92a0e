"""The cells of a sheet as a person sees them: a merged cell stands in all the cells that it covers."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from functools import cached_property

from xlcheck.reading.grid import Cell, Grid
from xlcheck.scores.values import NOTHING, ScoreValue, ValueKind, of_number, of_text

_NO_CELLS: dict[int, Cell] = {}
_WIDEST = 60  # columns of a form
_MOST_STEPS = 500_000  # cells under merged ones: no form has so many
Spot = tuple[int, int]


class Lattice:
    """A sheet by rows and columns, merged cells spread; rows from ``top`` to ``bottom``."""

    def __init__(self, grid: Grid, top: int = 1, bottom: int = 0) -> None:
        self.grid = grid
        self.top = top
        self.bottom = bottom or max(grid.rows, default=0)
        self._values: dict[Spot, ScoreValue] = {}

    @cached_property
    def areas(self) -> dict[Spot, tuple[int, int, int, int]]:
        """The merged area over each cell that is in one."""
        found: dict[Spot, tuple[int, int, int, int]] = {}
        steps = 0
        for area in self.grid.merges:
            top, left, bottom, right = area
            if bottom < self.top or top > self.bottom or right - left > _WIDEST or steps > _MOST_STEPS:
                continue
            steps += (min(bottom, self.bottom) - max(top, self.top) + 1) * (right - left + 1)
            for row in range(max(top, self.top), min(bottom, self.bottom) + 1):
                for column in range(left, right + 1):
                    found[row, column] = area
        return found

    def area(self, row: int, column: int) -> tuple[int, int, int, int]:
        """The area of the cell that is seen there."""
        return self.areas.get((row, column)) or (row, column, row, column)

    def origin(self, row: int, column: int) -> Spot:
        """The cell that is seen there."""
        area = self.areas.get((row, column))
        return (row, column) if area is None else area[:2]

    def cell(self, row: int, column: int) -> Cell | None:
        """What the file has in the cell that is seen there."""
        at = self.origin(row, column)
        return self.grid.rows.get(at[0], _NO_CELLS).get(at[1])

    def text(self, row: int, column: int) -> str:
        """The text that is seen there, without white space around it."""
        cell = self.cell(row, column)
        return cell.text.strip() if cell is not None and cell.type != "n" else ""

    @cached_property
    def width(self) -> int:
        """The last column that holds something."""
        rows = (cells for row, cells in self.grid.rows.items() if self.top <= row <= self.bottom)
        filled = max((max(cells) for cells in rows if cells), default=0)
        merged = max((area[3] for at, area in self.areas.items() if at == area[:2] and self.cell(*at)), default=0)
        return min(max(filled, merged), _WIDEST)

    def seen(self, row: int) -> Iterator[tuple[int, Spot]]:
        """The filled cells of a row from left to right, each once: the column where it is first seen, and its place."""
        last: Spot | None = None
        for column in range(1, self.width + 1):
            at = self.origin(row, column)
            if at != last and self.cell(row, column) is not None:
                yield column, at
            last = at

    def value(self, row: int, column: int) -> ScoreValue:
        """What is seen there, as a value."""
        at = self.origin(row, column)
        known = self._values.get(at)
        if known is None:
            cell = self.grid.rows.get(at[0], _NO_CELLS).get(at[1])
            known = self._values[at] = NOTHING if cell is None else self._value(cell)
        return known

    def _value(self, cell: Cell) -> ScoreValue:
        if cell.type == "s":
            return of_text(cell.text)
        if cell.type != "n":
            return ScoreValue(ValueKind.ERROR, cell.text)
        shown = self.grid.format_of(cell)
        if shown is None:
            return of_number(cell.text)
        percent = "%" in shown.code
        try:
            seen = shown.seen(Decimal(cell.text))
        except InvalidOperation:
            return ScoreValue(ValueKind.ERROR, cell.text)
        if seen.how in ("date", "invisible", "unclear"):
            return ScoreValue(ValueKind.ERROR, cell.text)
        if seen.how == "same" or percent:
            return of_number(cell.text, seen.decimals, percent=percent)
        value = of_number(str(seen.number), seen.decimals)
        return value._replace(stored=False)
