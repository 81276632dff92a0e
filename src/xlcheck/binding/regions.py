"""A sheet → its regions: one rectangle a table, each with what names it.

Several tables may stand on a sheet, below each other or side by side. A contents page names many tables and is none;
a title said again on the next page begins nothing new.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from xlcheck.binding.frame import Frame
from xlcheck.binding.titles import Title, parse_title, tab_title
from xlcheck.binding.words import Words
from xlcheck.labels import plain
from xlcheck.reading.grid import LAST_COLUMN, LAST_ROW, Cell, Grid
from xlcheck.reading.heads import Head

HEAD_ROWS = 12
_FEWEST_ROWS = 3
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
        if self.title is not None and (self.title.kinds or self.title.by_unit):
            return self.title.kinds
        return self.tab.kinds if self.tab is not None and self.alone else ()

    @property
    def named(self) -> Title | None:
        """The title that counts."""
        if self.title is not None and (self.title.kinds or self.title.by_unit or self.tab is None):
            return self.title
        return self.tab if self.alone else self.title


def regions(grid: Grid) -> list[Region]:
    """The regions of a sheet from top to bottom; none where it only lists tables."""
    tab = tab_title(grid.name)
    found = _titles(grid, tab)
    if not found:
        loose = _loose(grid)
        return [Region(grid, loose[1] if loose else None, loose[0] if loose else (0, 0), tab, alone=True)]
    distinct = {t.kinds or t.text for _, t in found}
    if len(distinct) == 1 or len(found) == 1:
        return [Region(grid, found[0][1], found[0][0], tab, alone=True)]
    parts = _cut(grid, found)
    if not parts and len(found) > 3:
        return []
    named = [p for p in parts if p[1][1].kinds or p[1][1].by_unit]
    alone = len(parts) == 1
    if alone and not named:
        better = next((t for t in found if t[1].kinds), None)
        if better is not None:
            parts = [(parts[0][0], better)]
    return [Region(grid if alone else part, title, at, tab, alone) for part, (at, title) in parts]


Found = tuple[tuple[int, int], Title]


def _titles(grid: Grid, tab: Title | None) -> list[Found]:
    """Texts that are titles of tables: in the first rows, or alone in their row."""
    rows = sorted(grid.rows)
    head = rows[HEAD_ROWS] if len(rows) > HEAD_ROWS else LAST_ROW + 1
    found: list[Found] = []
    for row in rows:
        cells = grid.rows[row]
        if len(cells) > 40:
            continue
        for column in sorted(cells):
            cell = cells[column]
            if cell.type != "s" or not 4 <= len(cell.text) <= 80:
                continue
            title = parse_title(cell.text)
            if title is None or not (_alone(cells, column) or _beside(grid, title, row, column)):
                continue
            if row >= head and (not _BEHIND.sub("", title.text).endswith(("表", "续")) or _ORDINAL.match(title.text)):
                continue
            if row < head and _ORDINAL.match(title.text) and not title.text.endswith("表") and (found or tab):
                continue
            found.append(((row, column), title))
    return found


def _alone(cells: dict[int, Cell], column: int) -> bool:
    """Whether beside a text only numbers of tables, heads (单位：万元) and other titles stand."""
    for at, cell in cells.items():
        if at == column:
            continue
        bare = plain(cell.text) if cell.type == "s" and len(cell.text) < 90 else None
        if bare is None:
            if cell.type == "n" and len(cell.text) < 4 and cell.text.isdigit():
                continue  # the number of a page or of a table
            return False
        if not (_NUMBER.match(bare) or ":" in bare or parse_title(cell.text) or bare.endswith(("年度", "万元", "元)"))):
            return False
    return True


def _beside(grid: Grid, title: Title, row: int, column: int) -> bool:
    """Whether a title stands beside another table: merged over several columns, or right of all else in its row."""
    if not title.kinds or not title.text.endswith("表"):
        return False
    wide = any(m[0] == row and m[1] == column and m[3] - m[1] >= 2 for m in grid.merges)
    return wide or (column == max(grid.rows[row]) and column - 1 not in grid.rows[row])


def _loose(grid: Grid) -> Found | None:
    """The first line of a sheet as its title, where no text is plainly one."""
    for row in sorted(grid.rows)[:4]:
        cells = grid.rows[row]
        texts = [(c, cell) for c, cell in sorted(cells.items()) if cell.type == "s"]
        if len(texts) != len(cells) or len(cells) > 2:
            return None
        for column, cell in texts:
            title = parse_title(cell.text, loose=True) if ":" not in plain(cell.text) else None
            if title is not None and title.kinds:
                return (row, column), title
    return None


def _cut(grid: Grid, found: list[Found]) -> list[tuple[Grid, Found]]:
    """The tables of a sheet that holds several, each with its title; lists of contents leave nothing."""
    bands = _bands(found)
    parts = []
    for number, band in enumerate(bands):
        top = 1 if number == 0 else min(_head_top(grid, at[0]) for at, _ in band)
        following = bands[number + 1] if number + 1 < len(bands) else ()
        bottom = min((_head_top(grid, at[0]) for at, _ in following), default=LAST_ROW + 1)
        columns = sorted(at[1] for at, _ in band)
        for at, title in band:
            left = 1 if at[1] == columns[0] else at[1]
            right = next((c for c in columns if c > at[1]), LAST_COLUMN + 1)
            part = part_of(grid, (top, left, bottom - 1, right - 1))
            if sum(row > at[0] for row in part.rows) >= _FEWEST_ROWS:
                parts.append((part, (at, title)))
    return parts


def _bands(found: Iterable[Found]) -> list[list[Found]]:
    """Titles that stand beside each other, within a few rows. One said again on the next page begins nothing new."""
    bands: list[list[Found]] = []
    for at, title in found:
        last = bands[-1] if bands else []
        if last and at[0] - last[0][0][0] < 4 and at[1] not in [a[1] for a, _ in last]:
            last.append((at, title))
        elif not last or [t.kinds or t.text for _, t in last] != [title.kinds or title.text]:
            bands.append([(at, title)])
    return bands


def _head_top(grid: Grid, title: int) -> int:
    """The first row of a table's head: its number may stand right above the title."""
    texts = [c.text for c in grid.rows.get(title - 1, {}).values()]
    return title - 1 if len(texts) == 1 and len(texts[0]) < 40 and _NUMBER.match(plain(texts[0])) else title


def part_of(grid: Grid, area: tuple[int, int, int, int]) -> Grid:
    """The cells of ``grid`` in an area (top, left, bottom, right), 1-based and inclusive."""
    top, left, bottom, right = area
    rows = {
        r: inside
        for r, cells in grid.rows.items()
        if top <= r <= bottom and (inside := {c: cell for c, cell in cells.items() if left <= c <= right})
    }
    merges = [m for m in grid.merges if top <= m[0] <= bottom and left <= m[1] <= right]
    return replace(grid, rows=rows, merges=merges, whole=grid.whole or grid)
