"""A sheet → its regions: one rectangle a table, each with what names it.

Several tables may stand on a sheet, below each other or side by side. A contents page names many tables and is none;
a title said again on the next page begins nothing new.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from xlcheck.binding.frame import Frame
from xlcheck.binding.titles import LONGEST, SHORTEST, Title, parse_title, tab_title
from xlcheck.binding.words import Words
from xlcheck.labels import plain
from xlcheck.reading.grid import LAST_COLUMN, LAST_ROW, Cell, Grid
from xlcheck.reading.heads import Head

HEAD_ROWS = 12
_FEWEST_ROWS = 3
_MOST_CELLS = 40  # of a row with a title in it: more are figures
_LONGEST_HEAD = 90  # characters of what stands beside a title
_LOOSE_ROWS = 4  # where the title of a sheet is looked for that is not plainly one
_BAND = 4  # rows in which titles stand side by side
_HEAD_ENDS = ("年度", "万元", "元)")
_NUMBER = re.compile(r"^(?:财?决?公开|附表?|表|财决|GK|Z)?\s?0?[\d一二三四五六七八九十]{1,3}(?:-\d)?表?$")
_BEHIND = re.compile(r"(?:\([^()]*\))+$")
_ORDINAL = re.compile(r"^(?:[一二三四五六七八九十]+[、.．]|[(（][一二三四五六七八九十\d]+[)）]|\d+[、.．])")


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


class TitleAt(NamedTuple):
    """A title, and the (row, column) where it stands."""

    at: tuple[int, int]
    title: Title


_NO_TITLE = (0, 0)


def regions(grid: Grid) -> list[Region]:
    """The regions of a sheet from top to bottom; none where it only lists tables."""
    tab = tab_title(grid.name)
    titles = _titles(grid, tab)
    if not titles:
        loose = _loose(grid)
        at, title = loose if loose is not None else (_NO_TITLE, None)
        return [Region(grid, title, at, tab, alone=True)]
    if len({t.title.subject for t in titles}) == 1:
        return [Region(grid, titles[0].title, titles[0].at, tab, alone=True)]
    parts = _cut(grid, titles)
    if len(parts) == 1:
        _, own = parts[0]
        known = own if own.title.telling else next((t for t in titles if t.title.kinds), own)
        return [Region(grid, known.title, known.at, tab, alone=True)]
    return [Region(part, title, at, tab, alone=False) for part, (at, title) in parts]


def _titles(grid: Grid, tab: Title | None) -> list[TitleAt]:
    """Texts that are titles of tables: in the first rows, or alone in their row."""
    rows = sorted(grid.rows)
    head = rows[HEAD_ROWS] if len(rows) > HEAD_ROWS else LAST_ROW + 1
    titles: list[TitleAt] = []
    for row in rows:
        for candidate in _candidates(grid, row):
            if row < head:
                fits = _fits_in_head(candidate.title, first=not titles and tab is None)
            else:
                fits = _fits_below(candidate.title)
            if fits:
                titles.append(candidate)
    return titles


def _candidates(grid: Grid, row: int) -> Iterator[TitleAt]:
    """Texts of a row that read as titles: alone in it, or beside another table."""
    cells = grid.rows[row]
    if len(cells) > _MOST_CELLS:
        return
    for column in sorted(cells):
        cell = cells[column]
        title = parse_title(cell.text) if cell.type == "s" and SHORTEST <= len(cell.text) <= LONGEST else None
        if title is not None and (_alone(cells, column) or _beside(grid, title, row, column)):
            yield TitleAt((row, column), title)


def _fits_in_head(title: Title, *, first: bool) -> bool:
    """Whether a text in the first rows is a title: one with an ordinal (一、收入情况) only where it is the first, or ends in 表."""
    return first or title.text.endswith("表") or not _ORDINAL.match(title.text)


def _fits_below(title: Title) -> bool:
    """Whether a text further down is a title: it ends as one, and has no ordinal."""
    return _BEHIND.sub("", title.text).endswith(("表", "续")) and not _ORDINAL.match(title.text)


def _alone(cells: dict[int, Cell], column: int) -> bool:
    """Whether beside a text only numbers of tables, heads (单位：万元) and other titles stand."""
    return all(_goes_with_title(cell) for at, cell in cells.items() if at != column)


def _goes_with_title(cell: Cell) -> bool:
    """Whether a cell may stand beside a title: the number of a page or a table, a head, another title."""
    if cell.type == "n":
        return len(cell.text) < 4 and cell.text.isdigit()
    if cell.type != "s" or len(cell.text) >= _LONGEST_HEAD:
        return False
    bare = plain(cell.text)
    head = ":" in bare or bare.endswith(_HEAD_ENDS)
    return head or _NUMBER.match(bare) is not None or parse_title(cell.text) is not None


def _beside(grid: Grid, title: Title, row: int, column: int) -> bool:
    """Whether a title stands beside another table: merged over several columns, or right of all else in its row."""
    if not title.kinds or not title.text.endswith("表"):
        return False
    wide = any(m[0] == row and m[1] == column and m[3] - m[1] >= 2 for m in grid.merges)
    return wide or (column == max(grid.rows[row]) and column - 1 not in grid.rows[row])


def _loose(grid: Grid) -> TitleAt | None:
    """The first line of a sheet as its title, where no text is plainly one."""
    for row in sorted(grid.rows)[:_LOOSE_ROWS]:
        cells = grid.rows[row]
        if len(cells) > 2 or any(cell.type != "s" for cell in cells.values()):
            return None
        for column in sorted(cells):
            title = _loose_title(cells[column].text)
            if title is not None:
                return TitleAt((row, column), title)
    return None


def _loose_title(text: str) -> Title | None:
    """A text as the title of a table we know, though it does not end as one; no head (单位：…) is."""
    title = parse_title(text, loose=True) if ":" not in plain(text) else None
    return title if title is not None and title.kinds else None


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
    texts = [c.text for c in grid.rows.get(title - 1, {}).values()]
    return title - 1 if len(texts) == 1 and len(texts[0]) < 40 and _NUMBER.match(plain(texts[0])) else title


def part_of(grid: Grid, area: tuple[int, int, int, int]) -> Grid:
    """The cells of ``grid`` in an area (top, left, bottom, right), 1-based and inclusive."""
    top, left, bottom, right = area
    rows = {}
    for row, cells in grid.rows.items():
        inside = {c: cell for c, cell in cells.items() if left <= c <= right} if top <= row <= bottom else {}
        if inside:
            rows[row] = inside
    merges = [m for m in grid.merges if top <= m[0] <= bottom and left <= m[1] <= right]
    return replace(grid, rows=rows, merges=merges, whole=grid.whole or grid)
