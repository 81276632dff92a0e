"""Which texts of a sheet are titles of tables: by how they read, and by what stands beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from xlcheck.binding.titles import LONGEST, SHORTEST, Title, parse_title
from xlcheck.labels import plain
from xlcheck.reading.grid import LAST_ROW, Cell, Grid
from xlcheck.reading.tablenumbers import is_table_number

_HEAD_ROWS = 12  # rows of a sheet in which a title may look like other texts
_MOST_CELLS = 40  # of a row with a title in it: more are figures
_LONGEST_HEAD = 90  # characters of what stands beside a title
_LOOSE_ROWS = 4  # where the title of a sheet is looked for that is not plainly one
_HEAD_ENDS = ("年度", "万元", "元)")
_BEHIND = re.compile(r"(?:\([^()]*\))+$")
_ORDINAL = re.compile(r"^(?:[一二三四五六七八九十]+[、.．]|[(（][一二三四五六七八九十\d]+[)）]|\d+[、.．])")


class TitleAt(NamedTuple):
    """A title, and the (row, column) where it stands."""

    at: tuple[int, int]
    title: Title


def titles_in(grid: Grid, tab: Title | None) -> list[TitleAt]:
    """Texts that are titles of tables: in the first rows, or alone in their row."""
    rows = sorted(grid.rows)
    head = rows[_HEAD_ROWS] if len(rows) > _HEAD_ROWS else LAST_ROW + 1
    titles: list[TitleAt] = []
    for row in rows:
        for candidate in _candidates(grid, row):
            first = not titles and tab is None
            if _fits_in_head(candidate.title, first=first) if row < head else _fits_below(candidate.title):
                titles.append(candidate)
    return titles


def _candidates(grid: Grid, row: int) -> Iterator[TitleAt]:
    """Texts of a row that read as titles: alone in it, or beside another table."""
    cells = grid.rows[row]
    if len(cells) > _MOST_CELLS:
        return
    # what is too short or too long is not even kept in mind as no title
    texts = [c for c, cell in cells.items() if cell.type == "s" and SHORTEST <= len(cell.text) <= LONGEST]
    if any(_is_figure(cell) for cell in cells.values()):
        texts = [c for c in texts if "表" in cells[c].text]  # beside figures only a title of another table stands
    for column in sorted(texts):
        title = None if is_table_number(cells[column].text) else parse_title(cells[column].text)  # 财决01表 names none
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


def _is_figure(cell: Cell) -> bool:
    """Whether a cell holds a number that is not that of a page or a table."""
    return cell.type == "n" and not (len(cell.text) < 4 and cell.text.isdigit())


def _goes_with_title(cell: Cell) -> bool:
    """Whether a cell may stand beside a title: the number of a page or a table, a head, another title."""
    if cell.type == "n":
        return not _is_figure(cell)
    if cell.type != "s" or len(cell.text) >= _LONGEST_HEAD:
        return False
    bare = plain(cell.text)
    head = ":" in bare or bare.endswith(_HEAD_ENDS)
    return head or is_table_number(bare) or parse_title(cell.text) is not None


def _beside(grid: Grid, title: Title, row: int, column: int) -> bool:
    """Whether a title stands beside another table: merged over several columns, or right of all else in its row."""
    if not title.kinds or not title.text.endswith("表"):
        return False
    wide = any(m[0] == row and m[1] == column and m[3] - m[1] >= 2 for m in grid.merges)
    return wide or (column == max(grid.rows[row]) and column - 1 not in grid.rows[row])


def loose_title(grid: Grid) -> TitleAt | None:
    """The first line of a sheet as its title, where no text is plainly one."""
    for row in sorted(grid.rows)[:_LOOSE_ROWS]:
        cells = grid.rows[row]
        if len(cells) > 2 or any(cell.type != "s" for cell in cells.values()):
            return None
        for column in sorted(cells):
            title = _as_title(cells[column].text)
            if title is not None:
                return TitleAt((row, column), title)
    return None


def _as_title(text: str) -> Title | None:
    """A text as the title of a table we know, though it does not end as one; no head (单位：…) is."""
    title = parse_title(text, loose=True) if ":" not in plain(text) else None
    return title if title is not None and title.kinds else None
