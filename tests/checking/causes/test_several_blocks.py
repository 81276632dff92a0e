"""Two blocks of one table that moved differently: a cause each, with what every cell was meant to say."""

from __future__ import annotations

import pytest

from support.mistakes import BLANK, Spot, with_amounts
from support.synthetic import clean_submission
from xlcheck.checking.check import check
from xlcheck.model import Amount, Submission

TABLE = "支出表"


def shifted(now: Submission, first: int, last: int, by: int) -> tuple[Submission, dict[tuple[int, int], int]]:
    """Rows ``first`` to ``last`` that show what belongs ``by`` rows below them, and what was moved; where it came from is blank."""
    section = now.section(TABLE, "全表")
    width = range(len(section.columns))
    changed: dict[Spot, Amount] = {}
    for row in range(first, last + 1):
        changed |= {(TABLE, "全表", row, c): section.amounts[row + by][c] for c in width}
    for row in range(last + 1, last + 1 + by) if by > 0 else range(first + by, first):
        changed |= {(TABLE, "全表", row, c): BLANK for c in width}
    right = {(r, c): section.figures[r][c] or 0 for r in range(first + by, last + by + 1) for c in width}
    return with_amounts(now, changed), right


@pytest.mark.parametrize(
    ("one", "two"), [((3, 11, 1), (22, 30, 1)), ((4, 12, 1), (24, 31, -2)), ((3, 9, 2), (20, 33, -1))]
)
def test_each_block_is_a_cause_with_the_figures_that_moved(pipeline, one, two):
    now = clean_submission(pipeline.library.load("shanxi-2023"), 2, "A", 25)
    first, right = shifted(now, *one)
    wrong, more = shifted(first, *two)
    right |= more
    causes = check(wrong).diagnoses
    assert [c.code for c in causes] == ["shifted", "shifted"]
    section = wrong.section(TABLE, "全表")
    told = {s.cell.cell: s.suggested for c in causes for s in c.cells if s.suggested}
    moved = {at: f for at, f in right.items() if section.figures[at[0]][at[1]] != f and f}
    good = sum(told.get(section.cell(*at)) == f"{f / 1e6:.2f}" for at, f in moved.items())
    assert good >= 0.8 * len(moved)
