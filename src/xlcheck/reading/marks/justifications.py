"""What a unit has written into 审核结果, read back: its justifications, each with the key of its finding."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from xlcheck.outcome import Justification
from xlcheck.reading.grid import Grid
from xlcheck.reading.marks.format import KEY, RULE, STATEMENT, VALUES

_LONGEST = 2_000


def read_justifications(lists: Iterable[Grid]) -> tuple[Justification, ...]:
    """The justifications in the list sheets of a marked copy."""
    return tuple(justification for grid in lists for justification in _of_sheet(grid))


def _of_sheet(grid: Grid) -> Iterator[Justification]:
    for row in sorted(grid.rows):
        key, values = grid.text(row, KEY), grid.text(row, VALUES)
        text = grid.text(row, STATEMENT).strip()
        if key and values and text:
            yield Justification(key, values, text[:_LONGEST], rule=grid.text(row, RULE))
