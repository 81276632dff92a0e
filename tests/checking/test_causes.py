"""Mistakes are named: the cell or the operation, first, with the right figure; what can't be told apart is said to be so."""

from __future__ import annotations

import random

import pytest

from support.judging import Judged, bases, cases, judge, score
from support.mistakes import SINGLES, STRUCTURAL, amount_at, filled, single, typed, with_amounts
from support.synthetic import clean_submission
from xlcheck.checking.causes import search
from xlcheck.checking.check import check
from xlcheck.model import Submission
from xlcheck.report.diagnosiswords import diagnosis_message

# Seeds are fixed, so these are exact; `make bench-causes` measures many more.
_PER_SINGLE = 14
_PER_OTHER = 24


@pytest.fixture(scope="module")
def clean(pipeline):
    return bases(pipeline)


@pytest.fixture(scope="module")
def singles(clean) -> list[Judged]:
    return [judge(b, kind, m) for kind in SINGLES for b, m in cases(clean, kind, _PER_SINGLE, 1)]


def test_single_mistakes_are_found_and_their_cell_is_in_the_answer(singles):
    found = score(singles)
    assert found.detected >= 98  # a last digit in a large sum can be lost in the rounding
    assert found.named >= 99.5


def test_the_true_cell_comes_first_and_with_the_right_figure(singles):
    found = score(singles)
    assert found.first >= 97
    assert found.figure >= 94
    assert found.unique_first >= 99


def test_one_mistake_makes_one_red_cell(singles):
    assert score(singles).red <= 1.05


@pytest.mark.parametrize("kind", ["swap", "move"])
def test_two_figures_in_each_others_place_are_named_together(clean, kind):
    found = score(judge(b, kind, m) for b, m in cases(clean, kind, 2 * _PER_OTHER, 1))
    assert found.detected >= 85
    assert found.first >= 93


def test_two_independent_mistakes_are_two_causes(clean):
    found = score(judge(b, "double", m) for b, m in cases(clean, "double", 3 * _PER_OTHER, 1))
    assert found.detected == 100
    assert found.named >= 97
    assert found.first >= 88


@pytest.mark.parametrize("kind", STRUCTURAL)
def test_an_operation_is_named_and_not_the_cells_it_touched(clean, kind):
    found = score(judge(b, kind, m) for b, m in cases(clean, kind, _PER_OTHER, 1))
    assert found.detected >= 95
    assert found.first >= 87


def test_what_the_figures_cannot_tell_apart_is_shown_as_a_class(form):
    now = clean_submission(form, 1, "A", 12)
    spots = [s for s in filled(now) if s[0] == "基本支出表"]
    leaf = next(s for s in spots if now.section(s[0], s[1]).rows[s[2]].code == "30102")
    wrong = with_amounts(now, {leaf: typed((amount_at(now, leaf).figure or 0) - 170_000, now, leaf)})
    (cause,) = check(wrong).diagnoses
    named = {b.cell.label.split(" ")[0] for b in (*cause.cells, *cause.alternatives)}
    assert "30102" in named
    assert len(named) > 3
    said = diagnosis_message(cause)
    assert ("任一处" in said) == cause.tied
    assert cause.tied or "也可能是" in said


def test_a_table_that_shows_last_years_figures_is_said_to(form):
    now, last = clean_submission(form, 1, "A", 12), clean_submission(form, 2, "A", 12)
    copied = now.tables | {"一般公共支出表": last.tables["一般公共支出表"]}
    outcome = check(Submission(now.form, copied), last)
    (cause,) = [c for c in outcome.diagnoses if c.code == "stale"]
    assert (cause.kind, cause.cell.table) == ("copied", "公开05")
    assert len(cause.explains) > 4
    assert "还是上年的数" in diagnosis_message(cause)
    assert not [c for c in check(Submission(now.form, copied)).diagnoses if c.code == "stale"]


def test_an_answer_is_the_same_every_time(clean):
    for base, mistake in cases(clean, "double", 6, 3):
        assert check(mistake.wrong).diagnoses == check(mistake.wrong).diagnoses, base.name


def test_a_search_without_budget_falls_back_to_what_it_knows_and_says_so(clean, monkeypatch):
    monkeypatch.setattr(search, "WORK", 50)
    unsure = 0
    for _, mistake in cases(clean, "double", 40, 9):
        outcome = check(mistake.wrong)
        unsure += outcome.unsearched
    assert unsure > 0


def test_hundreds_of_mistakes_use_up_the_budget_and_that_is_said(form):
    now = clean_submission(form, 5, "A", 40)
    draw = random.Random(1)
    for spot in draw.sample(filled(now), 200):
        mistake = single(now, spot, draw.choice(SINGLES), draw)
        now = mistake.wrong if mistake else now
    outcome = check(now)
    assert len(outcome.remarks) > 100
    assert outcome.diagnoses
    assert outcome.unsearched


def test_causes_explain_findings_that_are_there_and_every_named_cell_has_an_address(clean):
    for kind in ("single", "double", "shifted_block", "chain"):
        for _, mistake in cases(clean, kind, 15, 4):
            outcome = check(mistake.wrong)
            for cause in outcome.diagnoses:
                assert cause.explains
                assert all(0 <= i < len(outcome.remarks) for i in cause.explains)
                assert cause.cells
                assert all(b.cell.sheet and b.cell.cell for b in (*cause.cells, *cause.alternatives))
                assert diagnosis_message(cause).endswith("。")
