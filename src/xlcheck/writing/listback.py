"""What a unit has written into 审核结果, read back: its explanations, each with the key of its finding."""

from __future__ import annotations

from collections.abc import Iterator

from xlcheck.model import Justification
from xlcheck.reading.grid import Grid
from xlcheck.reading.workbook import Workbook
from xlcheck.writing import listsheet
from xlcheck.writing.unmark import is_marked, marks_of

_LONGEST = 2_000


def justifications_in(workbook: Workbook) -> list[Justification]:
    """The explanations in the list sheets of a marked copy; none in any other workbook."""
    if not is_marked(workbook):
        return []
    return [e for grid in marks_of(workbook).sheets for e in _of_sheet(grid)]


def _of_sheet(grid: Grid) -> Iterator[Justification]:
    for row in sorted(grid.rows):
        key, values = grid.text(row, listsheet.KEY), grid.text(row, listsheet.VALUES)
        text = grid.text(row, listsheet.STATEMENT).strip()
        if key and values and text:
            yield Justification(key, values, text[:_LONGEST], rule=grid.text(row, listsheet.RULE))
