"""The header of a table in a sheet: its rows, and over each column the path of its texts."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import cached_property

from xlcheck.form import ColumnSpec, TableSpec
from xlcheck.labels import label_key
from xlcheck.reading.grid import Cell, Grid

_FEWEST_TEXTS = 2  # of a header in one row: a single one may stand anywhere
_SEARCH_ROWS = 20  # in which a header begins
_DEEPER = 4  # rows that a merged cell may reach below the header's last row of words
_GAP = 2  # rows that may stand between the rows of a header
_WIDEST_MERGE = 200  # columns: what is merged wider is a line across the sheet
_MOST_COLUMNS = 400
_FIRST_NUMBERS = (1, 101)  # that columns are counted from
_LONGEST_NUMBER = 12  # characters of a printed number: 第 1 栏
_MOST_NUMBER = 4  # digits, too many for the number of a column
_NO_CELLS: dict[int, Cell] = {}
_COUNTED = re.compile(r"[(第]?\s*(\d{1,3})(?:\.0)?\s*[)栏]{0,2}", re.ASCII)

Bound = dict[ColumnSpec, int]  # columns of a section → those of the sheet


@dataclass
class Header:
    """The header of a table in a sheet: its rows, and for each column its texts from the top."""

    top: int
    bottom: int
    paths: dict[int, tuple[str, ...]] = field(default_factory=dict)
    numbers: dict[int, int] = field(default_factory=dict)
    data_from: int = 0

    @cached_property
    def leaves(self) -> dict[str, list[int]]:
        """Innermost header text → the columns it stands over."""
        leaves: dict[str, list[int]] = {}
        for column, path in self.paths.items():
            leaves.setdefault(path[-1], []).append(column)
        return leaves


def find_header(grid: Grid, table: TableSpec) -> Header:
    """The header block of ``table`` in ``grid``; ``top`` is 0 when there is none."""
    known = table.header_texts
    rows = _first_rows(grid, table)
    top = next((r for r in rows if _hits(grid, r, known) >= _FEWEST_TEXTS), 0)
    if not top:
        return Header(0, 0)
    bottom = _last_row(grid, table, [r for r in rows if r >= top])
    header = Header(top, bottom, _Paths(grid, top, bottom, known).found())
    header.data_from = bottom + 1
    _read_numbers(grid, header, table)
    return header


def _first_rows(grid: Grid, table: TableSpec) -> list[int]:
    """The rows in which the header is looked for; a whole sheet may begin further down than the form."""
    first = min(grid.rows, default=1) if grid.whole else 1
    return [r for r in sorted(grid.rows) if r < _SEARCH_ROWS + table.header_row + first]


def _last_row(grid: Grid, table: TableSpec, rows: list[int]) -> int:
    """The last row of the header that begins in the first of ``rows``."""
    top = bottom = rows[0]
    for row in rows[1:]:
        if row > bottom + _GAP or not _goes_on(grid, row, table):
            break
        bottom = row
    deep = [last for first, _, last, _ in grid.merges if top <= first <= bottom < last <= bottom + _DEEPER]
    return max([bottom, *deep])


def _goes_on(grid: Grid, row: int, table: TableSpec) -> bool:
    """Whether a row below the first one of a header is a part of it."""
    if _hits(grid, row, table.header_texts) < _FEWEST_TEXTS:
        return False
    return not _has_figures(grid, row) and not _is_total(grid, row, table)


def header_key(text: str, known: frozenset[str]) -> str:
    """A header text as it is compared: without a bracket that the form does not have."""
    key = label_key(text)
    if key not in known and key.endswith(")"):
        short = key[: key.rfind("(")]
        return short if short in known else key
    return key


def _hits(grid: Grid, row: int, known: frozenset[str]) -> int:
    cells = grid.rows[row].values()
    return len({k for c in cells if c.type == "s" and (k := header_key(c.text, known)) in known})


def _is_total(grid: Grid, row: int, table: TableSpec) -> bool:
    """A total row whose cells repeat header words is no header."""
    first = label_key(grid.rows[row][min(grid.rows[row])].text)
    return any(first in section.total_names for section in table.sections)


def _has_figures(grid: Grid, row: int) -> bool:
    return any(cell.type == "n" for cell in grid.rows[row].values())


def _read_numbers(grid: Grid, header: Header, table: TableSpec) -> None:
    """The row of printed column numbers right below the header is not data; keep it as evidence."""
    caption = label_key(table.number_caption or "栏次")
    for row in range(header.bottom + 1, header.bottom + 3):
        numbers = _column_numbers(grid.rows.get(row, {}), caption)
        if numbers is not None:
            header.numbers = numbers
            header.data_from = row + 1
            return


def _column_numbers(cells: dict[int, Cell], caption: str) -> dict[int, int] | None:
    """The numbers of columns that a row prints; None where it is no such row."""
    numbers = {c: n for c, cell in cells.items() if (n := printed_number(cell.text)) is not None}
    others = [cell for c, cell in cells.items() if c not in numbers]
    if any(cell.type != "s" for cell in others):
        return None  # figures
    if _has_text(cells, caption):
        return numbers
    return numbers if not others and _counting(list(numbers.values())) else None


def _has_text(cells: dict[int, Cell], wanted: str) -> bool:
    return any(label_key(cell.text) == wanted for cell in cells.values())


def _counting(numbers: list[int]) -> bool:
    """Whether numbers count columns: 1, 2, 3 … or 101, 102 …."""
    if len(numbers) < 2 or numbers[0] not in _FIRST_NUMBERS:
        return False
    return numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def printed_number(text: str) -> int | None:
    """The number of a column as offices print it: 1, １, ①, (1), 1栏, 第1栏; None when it is none."""
    if text.isascii() and text.isdigit():
        return int(text) if len(text) < _MOST_NUMBER else None
    match = _COUNTED.fullmatch(unicodedata.normalize("NFKC", text).strip()) if len(text) < _LONGEST_NUMBER else None
    return int(match[1]) if match else None


class _Paths:
    """The texts over each column of a header, from the top.

    ``spread`` are the texts of merged cells, for every cell of theirs.
    """

    def __init__(self, grid: Grid, top: int, bottom: int, known: frozenset[str]) -> None:
        self.grid = grid
        self.top = top
        self.bottom = bottom
        self.known = known
        rows = (grid.rows.get(row) for row in range(top, bottom + 1))
        self.width = max((max(cells) for cells in rows if cells), default=0)
        self.spread: dict[tuple[int, int], str] = {}
        for area in grid.merges:
            self._spread(*area)

    def _spread(self, first_row: int, first_column: int, last_row: int, last_column: int) -> None:
        if first_row > self.bottom or last_row < self.top or last_column - first_column > _WIDEST_MERGE:
            return
        self.width = max(self.width, last_column)
        text = header_key(self.grid.text(first_row, first_column), self.known)
        innermost = last_row >= self.bottom  # one column printed over several: only its first one counts
        for row in range(max(first_row, self.top), min(last_row, self.bottom) + 1):
            for column in range(first_column, last_column + 1):
                self.spread[row, column] = "" if innermost and column > first_column else text

    def found(self) -> dict[int, tuple[str, ...]]:
        """Column → its texts, for those that have one of their own."""
        paths: dict[int, list[str]] = {c: [] for c in range(1, min(self.width, _MOST_COLUMNS) + 1)}
        own = {column for (_, column), text in self.spread.items() if text}
        for row in range(self.top, self.bottom + 1):
            own |= self._add_row(row, paths)
        return {c: tuple(path) for c, path in paths.items() if path and c in own}

    def _add_row(self, row: int, paths: dict[int, list[str]]) -> set[int]:
        """Add the texts of a row to ``paths``; the columns that have one of their own there."""
        cells = self.grid.rows.get(row, _NO_CELLS)
        own = set()
        before = ""
        for column, path in paths.items():
            text = self.spread.get((row, column), "")
            if not text and column in cells:
                text = header_key(cells[column].text, self.known)
            if text:
                own.add(column)
            elif row < self.bottom and (row, column) not in self.spread:
                text = before  # centred over several columns without a merge
            before = text
            if text and (not path or path[-1] != text):
                path.append(text)
        return own
