"""Single-cell corruptions of the filled sample: found, with the cell; never a traceback.

``XLCHECK_CORRUPTIONS`` changes their number; with 2,000 the share found is 99.5 %.
"""

from __future__ import annotations

import os

import pytest

from support.corrupt import Corruptor, corruptions

SHARE = int(os.environ.get("XLCHECK_CORRUPTIONS", "480")) // 8


def finds(pipeline, corruptor, wrong) -> tuple[bool, list]:
    checked, marked = pipeline.run(corruptor.apply(wrong), "x.xlsx", mark=True)
    assert marked, wrong
    errors = [f for f in checked.outcome.findings if f.severity == "错误"]
    hit = any(c.sheet == wrong.sheet and c.cell == wrong.cell for f in errors for c in f.cells)
    return hit, checked.outcome.causes


@pytest.mark.parametrize("seed", range(8))
def test_98_percent_of_wrong_cells_are_in_an_error_and_no_other_cell_is_blamed(
    pipeline, sample, sample_submission, seed
):
    corruptor = Corruptor(sample)
    missed, blamed = [], []
    for wrong in corruptions(sample_submission, SHARE, seed):
        hit, causes = finds(pipeline, corruptor, wrong)
        if not hit:
            missed.append(wrong)
        blamed += [(wrong, c.cell) for c in causes if (c.cell.sheet, c.cell.cell) != (wrong.sheet, wrong.cell)]
    assert len(missed) <= SHARE * 0.02, missed
    assert blamed == []


def test_a_named_cause_comes_with_the_right_figure(pipeline, sample, sample_submission):
    corruptor = Corruptor(sample)
    named = right = 0
    for wrong in corruptions(sample_submission, 200, 99):
        _, causes = finds(pipeline, corruptor, wrong)
        for cause in causes:
            named += 1
            right += cause.suggested is not None and abs(float(cause.suggested) - float(wrong.before)) < 0.006
    assert named >= 160
    assert right >= named * 0.95
