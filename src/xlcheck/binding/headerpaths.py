"""The header path of every column: the texts over it, merged cells spread, from the outermost to the nearest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from xlcheck.reading.grid import Cell

Merge = tuple[int, int, int, int]  # first row, first column, last row, last column

_TALLEST = 200  # rows of a merged cell that may be part of a header; what is taller is a frame around a page
_WIDEST = 160  # columns that one merged text is spread over
_COLUMNS = 400  # columns that a header is looked for in


def merges_by_row(merges: Sequence[Merge]) -> dict[int, list[Merge]]:
    """Merged cells by each row that they cover."""
    by_row: dict[int, list[Merge]] = {}
    for merge in merges:
        first, _, last, _ = merge
        if last - first < _TALLEST:
            for row in range(first, last + 1):
                by_row.setdefault(row, []).append(merge)
    return by_row


class HeaderTexts:
    """The texts of some header rows: where they are printed, and where merged ones count besides.

    ``heading`` gives the text printed in a cell.
    """

    def __init__(
        self,
        lines: Mapping[int, Mapping[int, Cell]],
        merges: Mapping[int, Sequence[Merge]],
        heading: Callable[[int, int], str],
        top: int,
        bottom: int,
    ) -> None:
        self.bottom = bottom
        self.rows = [row for row in range(top, bottom + 1) if row in lines or row in merges]
        self.printed = _texts(self.rows, lines, heading)
        self.spread: dict[tuple[int, int], str] = {}
        for row in self.rows:
            for merge in merges.get(row, ()):
                at = merge[:2]
                self._spread(row, merge, self.printed.get(at) or heading(*at))

    def _spread(self, row: int, merge: Merge, text: str) -> None:
        """Spread a merged text over one row; one that reaches down to the last header row names its first column only."""
        _, left, last, right = merge
        for column in range(left, min(right, left + _WIDEST) + 1):
            self.spread[row, column] = "" if last >= self.bottom and column > left else text

    def paths(self) -> dict[int, tuple[str, ...]]:
        """The texts over each column that has one of its own, or a part of a merged one."""
        paths: dict[int, list[str]] = {}
        for column, text in self._over_columns():
            path = paths.setdefault(column, [])
            if not path or path[-1] != text:
                path.append(text)
        named = self._named()
        return {column: tuple(path) for column, path in paths.items() if column in named}

    def _named(self) -> set[int]:
        """Columns with a text of their own, printed or merged."""
        return {c for _, c in self.printed} | {c for (_, c), text in self.spread.items() if text}

    def _over_columns(self) -> Iterator[tuple[int, str]]:
        """(column, text) of every header row; a text runs right over columns whose own first text is further down."""
        width = max((c for _, c in (*self.printed, *self.spread)), default=0)
        first_rows = {column: row for row, column in reversed(self.printed)}
        for row in self.rows:
            text = ""
            for column in range(1, min(width, _COLUMNS) + 1):
                at = (row, column)
                before = text if first_rows.get(column, 0) > row else ""
                text = self.spread[at] if at in self.spread else self.printed.get(at, before)
                if text:
                    yield column, text


def _texts(
    rows: Iterable[int], lines: Mapping[int, Mapping[int, Cell]], heading: Callable[[int, int], str]
) -> dict[tuple[int, int], str]:
    """The texts printed in some rows, by row and column."""
    cells = [(row, column) for row in rows for column in lines.get(row, ())]
    return {at: text for at in cells if (text := heading(*at))}
