"""A sheet → its regions: one rectangle a table, each with what names it.

Several tables may stand on a sheet, below each other or side by side. A contents page names many tables and is none;
a title said again on the next page begins nothing new.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from xlcheck.binding.frame import Frame
from xlcheck.binding.headlines import TitleAt, loose_title, titles_in
from xlcheck.binding.titles import Title, tab_title
from xlcheck.binding.words import Words
from xlcheck.reading.grid import LAST_COLUMN, LAST_ROW, Cell, Grid
from xlcheck.reading.heads import Head
from xlcheck.reading.tablenumbers import is_table_number

_FEWEST_ROWS = 3  # below a title, of a table
_NO_TITLE = (0, 0)
_BAND = 4  # rows in which titles stand side by side


@dataclass(slots=True)
class Region:
    """A part of a sheet that may be a table. ``at`` is the (row, column) of its title; (0, 0): no title in the sheet.

    ``tab`` is what the sheet's name says, ``alone`` whether the sheet holds just this region.
    """

    grid: Grid
    title: Title | None
    at: tuple[int, int]
    tab: Title | None
    alone: bool
    head: Head | None = None
    facts: dict[str, tuple[str, str]] | None = None
    frames: dict[tuple[Any, ...], Frame] = field(default_factory=dict)
    year: int | None = None

    @property
    def sheet(self) -> str:
        """The name of the sheet."""
        return self.grid.name

    def frame(self, words: Words, carry: tuple[str, str] = ("", ""), carried: tuple[int, ...] = ()) -> Frame:
        """The region below its title, the same one whenever it is asked for.

        ``carry``: class and 款 that the region it goes on from ended in; ``carried``: its columns of codes and names.
        """
        key = (self.at[0], self.year, carry, carried)
        if key not in self.frames:
            self.frames[key] = Frame(self.grid, words, self.at[0], self.year, carry, carried)
        return self.frames[key]

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kinds that its title, else its tab, speaks of."""
        if self.title is not None and self.title.telling:
            return self.title.kinds
        return self.tab.kinds if self.tab is not None and self.alone else ()

    @property
    def named(self) -> Title | None:
        """The title that counts."""
        if self.title is not None and (self.title.telling or self.tab is None):
            return self.title
        return self.tab if self.alone else self.title


def regions(grid: Grid) -> list[Region]:
    """The regions of a sheet from top to bottom; none where it only lists tables."""
    tab = tab_title(grid.name)
    titles = titles_in(grid, tab)
    if not titles:
        return [_whole(grid, loose_title(grid), tab)]
    if len({titled.title.subject for titled in titles}) == 1:
        return [_whole(grid, titles[0], tab)]
    parts = _cut(grid, titles)
    if len(parts) == 1:
        _, own = parts[0]
        known = (titled for titled in titles if titled.title.kinds)
        return [_whole(grid, own if own.title.telling else next(known, own), tab)]
    return [Region(part, title, at, tab, alone=False) for part, (at, title) in parts]


def _whole(grid: Grid, titled: TitleAt | None, tab: Title | None) -> Region:
    """A sheet that is one region."""
    at, title = titled if titled is not None else (_NO_TITLE, None)
    return Region(grid, title, at, tab, alone=True)


def _cut(grid: Grid, titles: Sequence[TitleAt]) -> list[tuple[Grid, TitleAt]]:
    """The tables of a sheet that holds several, each with its title; lists of contents leave nothing."""
    bands = _bands(titles)
    tops = [min(_head_top(grid, at[0]) for at, _ in band) for band in bands]
    parts = []
    for band, top, below in zip(bands, [1, *tops[1:]], [*tops[1:], LAST_ROW + 1], strict=True):
        for titled, left, right in _side_by_side(band):
            part = part_of(grid, (top, left, below - 1, right - 1))
            if sum(row > titled.at[0] for row in part.rows) >= _FEWEST_ROWS:
                parts.append((part, titled))
    return parts


def _side_by_side(band: Sequence[TitleAt]) -> Iterator[tuple[TitleAt, int, int]]:
    """Titles beside each other, each with its first column and the one past its last."""
    columns = sorted(titled.at[1] for titled in band)
    for titled in band:
        own = titled.at[1]
        left = 1 if own == columns[0] else own
        yield titled, left, next((c for c in columns if c > own), LAST_COLUMN + 1)


def _bands(titles: Iterable[TitleAt]) -> list[list[TitleAt]]:
    """Titles that stand beside each other, within a few rows. One said again on the next page begins nothing new."""
    bands: list[list[TitleAt]] = []
    for titled in titles:
        last = bands[-1] if bands else []
        if last and _is_beside(titled, last):
            last.append(titled)
        elif [t.title.subject for t in last] != [titled.title.subject]:
            bands.append([titled])
    return bands


def _is_beside(titled: TitleAt, band: Sequence[TitleAt]) -> bool:
    """Whether a title stands within a few rows of a band's first, in a column of its own."""
    row, column = titled.at
    return row - band[0].at[0] < _BAND and all(t.at[1] != column for t in band)


def _head_top(grid: Grid, title: int) -> int:
    """The first row of a table's head: its number may stand right above the title."""
    texts = [cell.text for cell in grid.rows.get(title - 1, {}).values()]
    return title - 1 if len(texts) == 1 and is_table_number(texts[0]) else title


def part_of(grid: Grid, area: tuple[int, int, int, int]) -> Grid:
    """The cells of ``grid`` in an area (top, left, bottom, right), 1-based and inclusive."""
    top, left, bottom, right = area
    cut = {row: _between(cells, left, right) for row, cells in grid.rows.items() if top <= row <= bottom}
    rows = {row: cells for row, cells in cut.items() if cells}
    merges = [m for m in grid.merges if top <= m[0] <= bottom and left <= m[1] <= right]
    return replace(grid, rows=rows, merges=merges, whole=grid.whole or grid)


def _between(cells: Mapping[int, Cell], left: int, right: int) -> dict[int, Cell]:
    """The cells of a row in some columns."""
    return {column: cell for column, cell in cells.items() if left <= column <= right}
