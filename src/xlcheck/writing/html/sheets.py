"""A sheet as a grid for the page: rows and cells as the reviewer knows them, merges, marks, what is left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from xlcheck.labels import address, column_letters
from xlcheck.model import Amount, Submission, figures_of
from xlcheck.reading.grid import Grid
from xlcheck.reading.layout import CellStyle, SheetLayout
from xlcheck.report.marks import CellMark
from xlcheck.writing.html.shown import shown_amount, shown_cell

MOST_ROWS = 2_000
MOST_COLUMNS = 60
MOST_CELLS = 60_000  # in all sheets of a workbook
_GAP = 4  # this many blank rows in a row are said instead of shown
_USUAL_WIDTH = 9.0
_TITLE_SIZE = 14  # points, from which on a text is a title
_HIGHEST = 200  # rows of a merge
_NO_LOOK = CellStyle(size=11.0)

Spot = tuple[int, int]  # 1-based row and column


class CellView(NamedTuple):
    """A cell of the page. ``id`` is set where something leads to it; ``mark`` where it is marked."""

    text: str
    looks: str
    wide: int = 1
    high: int = 1
    id: str = ""
    at: str = ""
    mark: CellMark | None = None
    indent: int = 0


class RowView(NamedTuple):
    """A row of the page: a sheet's row, or (``blank_to`` set) a run of blank ones."""

    number: int
    cells: tuple[CellView, ...]
    hidden: bool = False
    blank_to: int = 0


class ColumnView(NamedTuple):
    """A column of the page; ``width`` in pixels."""

    letters: str
    width: int
    hidden: bool


@dataclass(slots=True)
class SheetView:
    """A sheet of the page. ``anchors`` are the ids of the cells that something leads to."""

    id: str
    name: str
    hidden: bool
    columns: list[ColumnView]
    rows: list[RowView]
    anchors: dict[Spot, str]
    left_out: str = ""
    titles: str = ""
    tally: dict[int, int] = field(default_factory=dict)

    @property
    def hidden_said(self) -> str:
        """Which rows and columns are hidden, in words; empty if none is."""
        rows = _runs([r.number for r in self.rows if r.hidden])
        columns = "、".join(c.letters for c in self.columns if c.hidden)
        said = [f"第 {rows} 行"] if rows else []
        return "，".join([*said, f"{columns} 列"] if columns else said)


def amounts_of(now: Submission) -> dict[str, dict[Spot, Amount]]:
    """The figures of all tables, by sheet and place in it."""
    found: dict[str, dict[Spot, Amount]] = {}
    for table in now.tables.values():
        if table.sheet is None:
            continue
        there = found.setdefault(table.sheet, {})
        for section, row, column, amount in figures_of(list(table.sections.values())):
            spot = section.spot(row, column)
            if spot is not None:
                there[spot] = amount
    return found


class Drawer:
    """Draws the sheets of one workbook, all within one allowance of cells."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self.left = MOST_CELLS
        self.number = 0

    def draw(
        self,
        sheet: tuple[Grid, SheetLayout],
        amounts: Mapping[Spot, Amount],
        marks: Mapping[Spot, CellMark],
        wanted: Iterable[Spot],
    ) -> SheetView:
        """One sheet; ``wanted`` are the cells that links lead to."""
        grid, layout = sheet
        self.number += 1
        wanted = set(wanted) | set(marks)
        last_column = _last_column(grid, wanted)
        columns = list(range(1, min(last_column, MOST_COLUMNS) + 1))
        merged = _merged(grid, len(columns))
        filled = sorted({*grid.rows, *(r for r, _ in wanted), *merged.rows})
        room = min(MOST_ROWS, self.left // max(len(columns), 1))
        kept = filled[:room]
        self.left -= len(kept) * len(columns)
        view = SheetView(
            f"{self.prefix}-s{self.number}", grid.name, grid.hidden,
            [_column(c, layout, grid) for c in columns], [], {}, _left_out(len(filled) - len(kept), last_column),
        )  # fmt: skip
        painter = _Painter(view, grid, layout, amounts, marks, wanted, merged)
        view.rows.extend(painter.rows(kept))
        for mark in marks.values():
            view.tally[mark.level] = view.tally.get(mark.level, 0) + 1
        return view


def _last_column(grid: Grid, wanted: Iterable[Spot]) -> int:
    """The last column with something in it, or with a cell that must be shown; 0: there is none."""
    return max([c for row in grid.rows.values() for c in row] + [c for _, c in wanted], default=0)


@dataclass(slots=True)
class _Painter:
    view: SheetView
    grid: Grid
    layout: SheetLayout
    amounts: Mapping[Spot, Amount]
    marks: Mapping[Spot, CellMark]
    wanted: set[Spot]
    merged: _Merged

    def rows(self, kept: list[int]) -> Iterator[RowView]:
        """The rows, short blank runs among them shown, long ones said."""
        before = 0
        for at in kept:
            if at - before > _GAP:
                yield RowView(before + 1, (), blank_to=at - 1)
            else:
                for blank in range(before + 1, at):
                    yield RowView(blank, tuple(self._cells(blank)), blank in self.grid.hidden_rows)
            yield RowView(at, tuple(self._cells(at)), at in self.grid.hidden_rows)
            before = at

    def _cells(self, at: int) -> Iterator[CellView]:
        for column in range(1, len(self.view.columns) + 1):
            spot = at, column
            if spot in self.merged.covered:
                first = self.merged.covered[spot]
                if spot in self.wanted and first in self.view.anchors:
                    self.view.anchors[spot] = self.view.anchors[first]
                continue
            yield self._cell(spot)

    def _cell(self, spot: Spot) -> CellView:
        look = self.layout.cells.get(spot, _NO_LOOK)
        text, shape = self._text(spot, look)
        looks = [shape, "b" if look.bold else "", "t" if look.size >= _TITLE_SIZE else ""]
        wide, high = self.merged.spans.get(spot, (1, 1))
        mark = self._mark(spot)
        at = address(*spot) if mark else ""
        return CellView(text, " ".join(filter(None, looks)), wide, high, self._anchor(spot), at, mark, look.indent)

    def _text(self, spot: Spot, look: CellStyle) -> tuple[str, str]:
        """What a cell says, and how that is aligned: a figure as it was read, else what the cell shows."""
        cell, amount = self.grid.rows.get(spot[0], {}).get(spot[1]), self.amounts.get(spot)
        if amount is not None and amount.kind != "blank":
            return shown_amount(amount), "n"
        if cell is not None:
            return shown_cell(cell, self.grid.formats), _alignment(look, cell.type)
        return "", "" if amount is None else "n"

    def _anchor(self, spot: Spot) -> str:
        """The id of a cell, if something leads to it or to one that it covers; it is remembered."""
        if self.wanted.isdisjoint(self._place(spot)):
            return ""
        anchor = self.view.anchors[spot] = f"{self.view.id}-{address(*spot)}"
        return anchor

    def _mark(self, spot: Spot) -> CellMark | None:
        """The mark of a cell, else the first one of those that it covers."""
        return next((self.marks[s] for s in self._place(spot) if s in self.marks), None)

    def _place(self, spot: Spot) -> list[Spot]:
        """A cell and, in order, those that it covers."""
        return [spot, *sorted(self.merged.inside.get(spot, ()))]


class _Area(NamedTuple):
    """A merged range as far as it is shown; 1-based, ends included."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def wide(self) -> int:
        """How many columns it spans."""
        return self.right - self.left + 1

    @property
    def high(self) -> int:
        """How many rows it spans."""
        return self.bottom - self.top + 1

    def spots(self) -> list[Spot]:
        """Its cells, row by row."""
        rows, columns = range(self.top, self.bottom + 1), range(self.left, self.right + 1)
        return [(row, column) for row in rows for column in columns]


@dataclass(slots=True)
class _Merged:
    """Merges as far as they are shown: spans (wide, high) of first cells, and for the others their first cell."""

    spans: dict[Spot, tuple[int, int]] = field(default_factory=dict)
    covered: dict[Spot, Spot] = field(default_factory=dict)
    inside: dict[Spot, set[Spot]] = field(default_factory=dict)
    rows: set[int] = field(default_factory=set)

    def add(self, area: _Area) -> None:
        """Take a merge in, unless it lies over another."""
        first, *others = area.spots()
        if any(s in self.covered or s in self.spans for s in (first, *others)):
            return
        self.spans[first] = area.wide, area.high
        self.covered.update(dict.fromkeys(others, first))
        self.inside[first] = set(others)
        self.rows.update(range(area.top, area.bottom + 1))


def _merged(grid: Grid, columns: int) -> _Merged:
    """The merges that can be shown: clipped to the columns, not higher than a page, none over another."""
    found, allowance = _Merged(), 2 * MOST_CELLS
    for top, left, bottom, right in grid.merges:
        area = _Area(top, left, min(bottom, top + _HIGHEST - 1), min(right, columns))
        size = area.wide * area.high
        if area.wide < 1 or size < 2 or top not in grid.rows:
            continue
        allowance -= size
        if allowance < 0:
            break
        found.add(area)
    return found


def _column(column: int, layout: SheetLayout, grid: Grid) -> ColumnView:
    width = min(max(layout.widths.get(column, _USUAL_WIDTH), 3.0), 60.0)
    return ColumnView(column_letters(column), round(width * 7 + 5), column in grid.hidden_columns)


def _alignment(look: CellStyle, kind: str) -> str:
    if look.horizontal in ("center", "centerContinuous", "distributed"):
        return "c"
    if look.horizontal == "right":
        return "n"
    return _BY_KIND.get((look.horizontal, kind), "")


# how a program aligns what nobody has aligned: figures to the right, TRUE and error values in the middle
_BY_KIND = {("", "n"): "n", ("general", "n"): "n", ("", "b"): "c", ("", "e"): "c"}


def _left_out(rows: int, last_column: int) -> str:
    said = [f"另有 {rows} 行"] if rows else []
    if last_column > MOST_COLUMNS:
        said.append(f"{column_letters(MOST_COLUMNS)} 列以后的 {last_column - MOST_COLUMNS} 列")
    return "，".join(said)


def _runs(numbers: list[int]) -> str:
    """``1、3–5``."""
    said: list[list[int]] = []
    for number in numbers:
        if said and said[-1][1] == number - 1:
            said[-1][1] = number
        else:
            said.append([number, number])
    return "、".join(str(a) if a == b else f"{a}–{b}" for a, b in said)
