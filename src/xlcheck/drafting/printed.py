"""A sheet and where its table stands on it: what every draft reads from."""

from __future__ import annotations

from typing import NamedTuple

from xlcheck.reading.columns import Header
from xlcheck.reading.grid import Grid
from xlcheck.reading.rows import code_text

_LONGEST_LINE = 3  # digits of a 行次; a longer number is a code or a figure


class PrintedTable(NamedTuple):
    """A sheet, the header of its table, and the first row after the table's data."""

    grid: Grid
    header: Header
    end: int

    def text(self, row: int, column: int) -> str:
        """What a cell prints, without space around it."""
        return self.grid.text(row, column).strip()

    def line(self, row: int, column: int) -> int | None:
        """The 行次 of a row; None where it prints none, or the table has no such column (0)."""
        text = code_text(self.grid.text(row, column)) if column else ""
        return int(text) if text.isascii() and text.isdigit() and len(text) <= _LONGEST_LINE else None

    def rows(self) -> list[int]:
        """The rows of the data that have cells."""
        return [row for row in sorted(self.grid.rows) if self.header.data_from <= row < self.end]
