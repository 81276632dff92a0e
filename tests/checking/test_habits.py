"""Clean workbooks of every honest rounding habit have no error; exact ones have no 尾差."""

from __future__ import annotations

import pytest

from support.synthetic import clean_submission
from xlcheck.checking.check import check


@pytest.mark.parametrize("fiscal_only", [True, False])
@pytest.mark.parametrize("habits", ["A", "B", "D", "AB", "ABD"])
@pytest.mark.parametrize("leaves", [4, 12, 40])
def test_a_clean_workbook_has_nothing_above_a_note(form, habits, leaves, fiscal_only):
    for seed in range(12):
        outcome = check(clean_submission(form, seed, habits, leaves, fiscal_only))
        assert [f for f in outcome.remarks if f.code != "tail"] == [], seed
        assert outcome.count("pass") > 100


def test_a_workbook_rounded_cell_by_cell_has_no_tail_either(form):
    for seed in range(40):
        assert check(clean_submission(form, seed, "A", 5 + seed)).remarks == ()


def test_tails_are_summed_up_once_a_pair_of_tables(form):
    outcome = check(clean_submission(form, 3, "B", 30))
    tails = [f.params["tables"] for f in outcome.remarks if f.code == "tail"]
    assert tails
    assert len(tails) == len(set(tails))
    assert outcome.count("tail") == sum(int(f.params["count"]) for f in outcome.remarks)
