"""Where score sheets are: which sheets of a workbook hold some, and where on a sheet one ends and the next begins."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from xlcheck.binding.regions import Region
from xlcheck.binding.scoresheets.lattice import Lattice
from xlcheck.binding.scoresheets.words import SheetWords
from xlcheck.reading.grid import Grid
from xlcheck.scores.headings import heading_key
from xlcheck.scores.spec import INDICATORS

_NAMED = re.compile("自评|绩效")
_ANCHORS = ("三级指标", "绩效指标", "自评", "项目名称", "实际完成值")
_TOP_ROWS = 6
_ROWS = 24  # in which an anchor is looked for where no title speaks of it
_ABOVE = 4  # rows of a title above the name of the project
_MOST_IN_TITLE = 3
_COLUMNS_OF_FORM = ("三级", "指标值", "完成值", "分值", "得分")
_FEWEST = 3
_FEWEST_HEADINGS = 5
_ROWS_BELOW = 2


class FormArea(NamedTuple):
    """The rows of a sheet that one form takes up; ``head`` is the first row of the head of its indicators."""

    grid: Grid
    top: int
    bottom: int
    head: int


def may_hold_forms(grid: Grid, regions: Sequence[Region]) -> bool:
    """Whether a sheet may hold score sheets: a cheap look, so that other workbooks pay next to nothing."""
    if not grid.rows:
        return False
    named = _NAMED.search(grid.name) is not None
    if not named and any(region.kinds for region in regions):
        return any(r.title is not None and _NAMED.search(r.title.text) for r in regions)
    rows = sorted(grid.rows)
    if named or any(_NAMED.search(c.text) for r in rows[:_TOP_ROWS] for c in grid.rows[r].values() if c.type == "s"):
        return True
    first = (c.text for r in rows[:_ROWS] for c in grid.rows[r].values() if c.type == "s" and len(c.text) < 12)
    return sum(any(anchor in text for anchor in _ANCHORS) for text in first) >= 2


def form_areas(grid: Grid, words: SheetWords) -> list[FormArea]:
    """The forms of a sheet, strip by strip from top to bottom; none where it holds something else (targets, a summary)."""
    return [area for strip in strips_of(grid, words) for area in _areas(strip, words)]


def _areas(grid: Grid, words: SheetWords) -> list[FormArea]:
    """The forms of a sheet, or of a part of it with no forms side by side."""
    lattice = Lattice(grid)
    rows = sorted(grid.rows)
    starts = [row for row in rows if names_project(lattice, row, words)]
    heads = [row for row in rows if is_indicator_head(lattice, row, words)]
    if not heads and starts:
        heads = heads_by_figures(lattice, starts, rows)
    if not heads:
        return []
    tops = _tops(lattice, starts, heads, rows)
    ends = [*(top - 1 for top in tops[1:]), rows[-1]]
    first = (next((head for head in heads if top <= head <= end), 0) for top, end in zip(tops, ends, strict=True))
    areas = [FormArea(grid, top, end, head) for top, end, head in zip(tops, ends, first, strict=True)]
    return [area for area in areas if area.head]


def _tops(lattice: Lattice, starts: Sequence[int], heads: Sequence[int], rows: Sequence[int]) -> list[int]:
    """The first rows of forms: above each name of a project; where a form has none, its head tells."""
    if not starts:
        return [rows[0], *(_up(lattice, head, heads[i]) for i, head in enumerate(heads[1:]))]
    tops: list[int] = []
    for start in starts:
        before = [head for head in heads if tops and tops[-1] < head < start]
        if not tops or before:
            tops.append(_up(lattice, start, tops[-1] if tops else 0))
    return [rows[0] if tops[0] - rows[0] < _TOP_ROWS else tops[0], *tops[1:]]


def _up(lattice: Lattice, row: int, after: int) -> int:
    """The first row of the title above a row: few cells a row, none of them a figure."""
    top = row
    while top - 1 > after and row - top < _ABOVE:
        cells = [lattice.cell(*at) for _, at in lattice.seen(top - 1)]
        short = all(c is not None and c.type == "s" and len(c.text) < 60 for c in cells)
        if not cells or len(cells) > _MOST_IN_TITLE or not short:
            break
        top -= 1
    return top


def names_project(lattice: Lattice, row: int, words: SheetWords) -> bool:
    """Whether a row says the name of a project: the label first in it, not as a heading among others."""
    left = 0
    for column, at in lattice.seen(row):
        left = left or column
        if _says_project(lattice, at, words):
            return at[0] == row and not _is_heading(lattice, row, at, words)
        if column > left + 2:
            break
    return False


def _says_project(lattice: Lattice, at: tuple[int, int], words: SheetWords) -> bool:
    return words.is_label("项目名称", lattice.text(*at).split("：")[0].split(":")[0])


def _is_heading(lattice: Lattice, row: int, at: tuple[int, int], words: SheetWords) -> bool:
    """Whether a cell is a heading among those of indicators."""
    others = [lattice.text(*spot) for _, spot in lattice.seen(row) if spot != at]
    return any(words.exact(INDICATORS, other) for other in others if other)


def is_indicator_head(lattice: Lattice, row: int, words: SheetWords) -> bool:
    """Whether a row is the head of indicators with results and scores: three of their columns, known or alike."""
    texts = [lattice.text(*at) for _, at in lattice.seen(row)]
    short = [text for text in texts if text and len(text) <= 20]
    if len(short) < 4:
        return False
    found = {words.exact(INDICATORS, text) for text in short} - {""}
    levels = sum(heading_key(text).endswith("级指标") for text in short)
    if not found and not levels:
        return False
    strange = [text for text in short if not words.exact(INDICATORS, text)]
    alike = {c for c in _COLUMNS_OF_FORM if any(words.likeness(INDICATORS, c, text) >= 1.0 for text in strange)}
    hits = (found | alike).intersection(_COLUMNS_OF_FORM)
    if "项目名称" in map(heading_key, short):
        return False
    results = bool({"完成值", "得分"} & hits)
    if len(hits) >= _FEWEST and results:
        return True
    return levels >= 2 and len(short) >= 5 and (results or _has_scores(lattice, row))


def heads_by_figures(lattice: Lattice, starts: Sequence[int], rows: Sequence[int]) -> list[int]:
    """Heads of indicators in words that nobody knows: short texts over rows with words on the left and two figures or more.

    Below each name of a project the last such row: the one before it heads the money.
    """
    found = []
    for n, start in enumerate(starts):
        end = starts[n + 1] if n + 1 < len(starts) else rows[-1] + 1
        heads = [row for row in rows if start < row < end and _heads_indicators(lattice, row)]
        found += heads[-1:]
    return found


def _heads_indicators(lattice: Lattice, row: int) -> bool:
    spots = [at for _, at in lattice.seen(row)]
    texts = [lattice.text(*at) for at in spots if at[0] == row]
    if len(texts) < _FEWEST_HEADINGS or not all(text and len(text) <= 20 for text in texts):
        return False
    if any(lattice.value(*at).numeric for at in spots):
        return False
    return all(_is_like_indicator(lattice, below) for below in range(row + 1, row + 1 + _ROWS_BELOW))


def _is_like_indicator(lattice: Lattice, row: int) -> bool:
    """Whether a row has two words or more on the left, and a weight and a score that is no greater on the right."""
    spots = [at for _, at in lattice.seen(row)]
    points = [value.number for at in spots if (value := lattice.value(*at)).bare and value.unit in ("", "分")]
    words = [at for at in spots if lattice.text(*at) and not lattice.value(*at).numeric]
    return len(words) >= 2 and len(points) >= 2 and all(0 <= number <= 100 for number in points)


# --- side by side ---------------------------------------------------------------------------------------


def strips_of(grid: Grid, words: SheetWords) -> list[Grid]:
    """The sheet cut between forms that stand side by side; the sheet itself where none do.

    A strip begins at a column in which a project is named; each must have a head of indicators, else nothing is cut.
    """
    lattice = Lattice(grid)
    lefts = sorted(
        {at[1] for row in grid.rows for _, at in lattice.seen(row) if _names_another(lattice, row, at, words)}
    )
    if len(lefts) < 2:
        return [grid]
    bounds = [1, *lefts[1:], lattice.width + 1]
    strips = [_strip(grid, left, right - 1) for left, right in pairwise(bounds)]
    whole = all(any(is_indicator_head(Lattice(s), row, words) for row in sorted(s.rows)) for s in strips)
    return strips if whole else [grid]


def _names_another(lattice: Lattice, row: int, at: tuple[int, int], words: SheetWords) -> bool:
    """Whether a cell says that the name of a project follows: no heading of a list, whatever stands in the form beside it."""
    if at[0] != row or not _says_project(lattice, at, words):
        return False
    beside = lattice.origin(row, lattice.area(*at)[3] + 1)
    return not words.exact(INDICATORS, lattice.text(*beside))


def _strip(grid: Grid, left: int, right: int) -> Grid:
    """A sheet with the cells of some columns alone, where they are."""
    rows = {row: {c: cell for c, cell in cells.items() if left <= c <= right} for row, cells in grid.rows.items()}
    merges = [area for area in grid.merges if left <= area[1] and area[3] <= right]
    return replace(grid, rows={row: cells for row, cells in rows.items() if cells}, merges=merges)


def _has_scores(lattice: Lattice, head: int) -> bool:
    """Whether two bare numbers stand in a row below a head whose words nobody knows: a weight and a score."""
    below = ([lattice.value(*at) for _, at in lattice.seen(row)] for row in range(head + 1, head + 4))
    return any(sum(value.bare for value in values) >= 2 for values in below)
