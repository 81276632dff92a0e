"""Clean workbooks of every honest rounding habit have no error; exact ones have no 尾差."""

from __future__ import annotations

import pytest

from support.effort import drawn
from support.mistakes import typed, with_amounts
from support.synthetic import clean_submission
from xlcheck.checking.check import check
from xlcheck.form import Severity

FEW = range(3)
MANY = range(3, 3 + drawn(30))


@pytest.mark.parametrize("seeds", [FEW, pytest.param(MANY, marks=pytest.mark.long)], ids=["few", "many"])
@pytest.mark.parametrize("fiscal_only", [True, False])
@pytest.mark.parametrize("habits", ["A", "B", "D", "AB", "ABD"])
@pytest.mark.parametrize("leaves", [4, 12, 40])
def test_a_clean_workbook_has_nothing_above_a_note(form, habits, leaves, fiscal_only, seeds):
    for seed in seeds:
        outcome = check(clean_submission(form, seed, habits, leaves, fiscal_only))
        assert [f for f in outcome.remarks if f.code != "tail"] == [], seed
        assert outcome.count("pass") > 100


def test_a_workbook_rounded_cell_by_cell_has_no_tail_either(form):
    for seed in range(0, 40, 3):
        assert check(clean_submission(form, seed, "A", 5 + seed)).remarks == ()


def test_tails_are_summed_up_once_a_pair_of_tables(form):
    outcome = check(clean_submission(form, 3, "B", 30))
    tails = [f.params["tables"] for f in outcome.remarks if f.code == "tail"]
    assert tails
    assert len(tails) == len(set(tails))
    assert outcome.count("tail") == sum(int(f.params["count"]) for f in outcome.remarks)


@pytest.mark.parametrize("count", [15, pytest.param(drawn(120, least=15), marks=pytest.mark.long)], ids=["few", "many"])
@pytest.mark.parametrize("habits", ["A", "B", "D", "ABD"])
def test_an_office_that_prints_nothing_for_less_than_half_a_digit_makes_no_mistake(form, habits, count):
    """Less than 50 元 under 万元: a blank part of a sum need not be nothing."""
    wrong = tails = 0
    for seed in range(count):
        outcome = check(clean_submission(form, 7_000 + seed, habits, 5 + seed % 30, small=0.04))
        wrong += any(f.severity is Severity.ERROR for f in outcome.remarks)
        tails += any(f.code == "tail" for f in outcome.remarks)
    assert wrong == 0
    assert tails * 10 > count


def test_a_difference_of_more_than_a_digit_is_no_habit_however_many_cells_are_blank(form):
    now = clean_submission(form, 7_003, "A", 25, small=0.04)
    section = now.section("支出表", "全表")
    total = next(r for r, row in enumerate(section.rows) if row.key == "合计")
    spot = ("支出表", "全表", total, 1)
    wrong = with_amounts(now, {spot: typed((section.figures[total][1] or 0) + 1_000_000, now, spot)})
    assert any(f.severity is Severity.ERROR for f in check(wrong).remarks)
