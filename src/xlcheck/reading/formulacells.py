"""The cells that formulas look at: numbers in areas of sheets, under a budget of looks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import NamedTuple, Protocol

from xlcheck.formula.excelsyntax import Corner, Reference
from xlcheck.reading.grid import Cell, Formula, Grid

_LONGEST_NUMBER = 40  # characters
_MOST_VISITS = 2_000_000

Spot = tuple[int, int]


class UnknownError(Exception):
    """A formula says something that is not understood here, or that can't be judged."""


class Area(NamedTuple):
    """Cells of a sheet, 1-based and inclusive."""

    top: int
    left: int
    bottom: int
    right: int

    def holds(self, spot: Spot) -> bool:
        """Whether a cell is in it."""
        return self.top <= spot[0] <= self.bottom and self.left <= spot[1] <= self.right

    def among(self, spots: Iterable[Spot]) -> Iterator[Spot]:
        """Those of ``spots`` that are in it."""
        top, left, bottom, right = self
        return (at for at in spots if top <= at[0] <= bottom and left <= at[1] <= right)

    @property
    def size(self) -> int:
        """How many cells there are in it."""
        return (self.bottom - self.top + 1) * (self.right - self.left + 1)

    def spots(self) -> Iterator[Spot]:
        """All its cells, row by row."""
        rows, columns = range(self.top, self.bottom + 1), range(self.left, self.right + 1)
        return ((row, column) for row in rows for column in columns)


class Results(Protocol):
    """Results of formulas that are known by now. ``strict``: a saved result is none."""

    strict: bool

    def known(self, grid: Grid, at: Spot) -> Decimal | None:
        """The result of the formula in a cell; None where it has none yet."""


class FormulaCells:
    """Looks into the cells of ``grids`` for formulas; past its budget nothing more is judged."""

    def __init__(self, grids: Iterable[Grid]) -> None:
        self._grids = {g.name.lower(): g.whole or g for g in grids}
        self._visits = 0
        self._hollow: dict[int, list[Spot]] = {}

    @property
    def exhausted(self) -> bool:
        """Whether the budget has been used up."""
        return self._visits > _MOST_VISITS

    def visit(self, count: int) -> None:
        """Count cells and characters looked at.

        Raises:
            UnknownError: they are too many.
        """
        self._visits += count
        if self.exhausted:
            raise UnknownError

    def sheet(self, name: str, here: Grid) -> Grid | None:
        """The sheet that a reference in ``here`` names."""
        return self._grids.get(name.lower()) if name else here

    def precedents(self, grid: Grid, reference: Reference, shift: Spot) -> Iterator[tuple[Grid, Spot]]:
        """The cells with formulas that a reference includes."""
        area = area_of(reference, shift)
        there = self.sheet(reference.sheet, grid)
        if there is None or not there.formulas:
            return
        self.visit(min(area.size, len(there.formulas)))
        few = area.size <= len(there.formulas)
        spots = (at for at in area.spots() if at in there.formulas) if few else area.among(there.formulas)
        yield from ((there, spot) for spot in spots)

    def numbers(self, sheet: str, area: Area, here: Grid, at: Spot, results: Results | None) -> Iterator[Decimal]:
        """The numbers in an area; text and blanks don't count, as in SUM. Errors and circles are not judged."""
        grid = self.sheet(sheet, here)
        if grid is None or (grid is here and area.holds(at)):
            raise UnknownError
        for spot in (*self._filled(grid, area), *self._hollow_formulas(grid, area, results)):
            number = self._number(grid, spot, results)
            if number is not None:
                yield number

    def single(self, sheet: str, spot: Spot, here: Grid, results: Results | None) -> Decimal:
        """The number in one cell, 0 for a blank; text is not judged."""
        grid = self.sheet(sheet, here)
        if grid is None:
            raise UnknownError
        number = self._number(grid, spot, results)
        if number is None and grid.stored(*spot) is not None:
            raise UnknownError
        return number or Decimal(0)

    def leaves_out(self, sheet: str, area: Area, here: Grid) -> bool:
        """Whether SUBTOTAL may pass over a cell of an area: another SUBTOTAL, or a hidden row."""
        grid = self.sheet(sheet, here)
        if grid is None:
            return True
        self.visit(len(grid.hidden_rows) + len(grid.formulas))
        if any(area.top <= row <= area.bottom for row in grid.hidden_rows):
            return True
        return any(area.holds(at) and "SUBTOTAL" in formula.text.upper() for at, formula in grid.formulas.items())

    def _filled(self, grid: Grid, area: Area) -> Iterator[Spot]:
        """The places in an area that hold something, shown or not."""
        self.visit(min(area.bottom - area.top + 1, len(grid.rows)))
        for row in _within(grid.rows, area.top, area.bottom):
            cells = grid.rows[row]
            self.visit(min(area.right - area.left, len(cells)))
            yield from ((row, column) for column in _within(cells, area.left, area.right))
        if grid.covered:
            self.visit(len(grid.covered))
            yield from area.among(grid.covered)

    def _hollow_formulas(self, grid: Grid, area: Area, results: Results | None) -> list[Spot]:
        """The formulas in an area whose saved result is an empty text: they may give a number."""
        if results is None or not grid.formulas:
            return []
        if id(grid) not in self._hollow:
            self._hollow[id(grid)] = [at for at in grid.formulas if grid.stored(*at) is None]
        hollow = self._hollow[id(grid)]
        self.visit(len(hollow))
        return list(area.among(hollow))

    def _number(self, grid: Grid, at: Spot, results: Results | None) -> Decimal | None:
        """The number in a cell, recalculated where that is asked for; None for a blank or a text."""
        cell = grid.stored(*at)
        if results is not None and (at in grid.formulas or (cell is not None and cell.formula)):
            result = results.known(grid, at)
            if result is not None:
                return result
            if results.strict:
                raise UnknownError
        return _stored_number(cell)


def _stored_number(cell: Cell | None) -> Decimal | None:
    """The number that a cell stores; None for a blank or a text.

    Raises:
        UnknownError: it is no number, or one too long to reckon with.
    """
    if cell is None or cell.type in ("s", "b"):
        return None
    if cell.type != "n" or len(cell.text) > _LONGEST_NUMBER:
        raise UnknownError
    return Decimal(cell.text)


def _within(known: Mapping[int, object], first: int, last: int) -> Iterator[int]:
    """The known rows or columns from ``first`` to ``last``: through them, or through those asked for if they are fewer."""
    if last - first > len(known):
        return (at for at in known if first <= at <= last)
    return (at for at in range(first, last + 1) if at in known)


def shift_of(formula: Formula, at: Spot) -> Spot:
    """How far relative references move from the cell that a formula was written for to another that shares it."""
    return at[0] - formula.origin[0], at[1] - formula.origin[1]


def area_of(reference: Reference, shift: Spot) -> Area:
    """The cells that a reference names where it has moved by ``shift``.

    Raises:
        UnknownError: they are outside of a sheet.
    """
    first = spot_of(reference.first, shift)
    last = first if reference.last is None else spot_of(reference.last, shift)
    return Area(min(first[0], last[0]), min(first[1], last[1]), max(first[0], last[0]), max(first[1], last[1]))


def spot_of(corner: Corner, shift: Spot) -> Spot:
    """The cell that a part of a reference names where it has moved by ``shift``.

    Raises:
        UnknownError: it is outside of a sheet.
    """
    row = corner.row + (0 if corner.row_fixed else shift[0])
    column = corner.column + (0 if corner.column_fixed else shift[1])
    if row < 1 or column < 1:
        raise UnknownError
    return row, column
