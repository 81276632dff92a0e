"""Rules of grade ``usually`` break ties between cells, and do nothing else."""

from __future__ import annotations

import dataclasses
import random

import pytest

from support.mistakes import Spot, amount_at, typed, with_amounts
from support.synthetic import clean_submission
from xlcheck.checking.check import check
from xlcheck.form import Grade, SetSpec
from xlcheck.model import Submission
from xlcheck.outcome import Diagnosis
from xlcheck.pipeline import Pipeline

ACROSS = {"G02-02", "G02-03"}


@pytest.fixture(scope="module")
def form() -> SetSpec:
    return Pipeline().library.load("shanxi-2023")


def graded(form: SetSpec, grade: Grade | None) -> SetSpec:
    """The form with the sums down the columns of 公开02 of another grade (None: without them)."""
    rules = [r._replace(grade=grade) if r.id in ACROSS and grade else r for r in form.rules]
    return form._replace(rules=tuple(r for r in rules if grade or r.id not in ACROSS))


def wrong_leaves(now: Submission) -> list[tuple[Spot, Submission]]:
    """Amounts of leaf rows of 公开02 changed in several digits: no slip of the hand tells one cell of the row."""
    draw = random.Random(5)
    section = now.section("收入表", "全表")
    leaves = [r for r, row in enumerate(section.rows) if row.code and not section.children[r]]
    spots = [("收入表", "全表", r, c) for r in leaves for c in range(len(section.columns)) if section.figures[r][c]]
    found = []
    for spot in draw.sample(spots, 30):
        figure = amount_at(now, spot).figure or 0
        found.append((spot, with_amounts(now, {spot: typed(figure + 37_130_000, now, spot)})))
    return found


def causes_of(now: Submission, form: SetSpec) -> list[Diagnosis]:
    return check(dataclasses.replace(now, form=form, remarks=[])).diagnoses


def test_what_usually_holds_breaks_ties_and_only_ties(form: SetSpec) -> None:
    now = clean_submission(form, 2, "A", 30)
    section = now.section("收入表", "全表")
    broken = 0
    for spot, wrong in wrong_leaves(now):
        without, asked = causes_of(wrong, graded(form, None)), causes_of(wrong, graded(form, Grade.USUALLY))
        assert len(without) == len(asked) == 1
        everyone = {b.cell.cell for b in (*without[0].cells, *without[0].alternatives)}
        assert everyone == {b.cell.cell for b in (*asked[0].cells, *asked[0].alternatives)}
        if not without[0].tied:
            assert asked[0].cell == without[0].cell
        elif asked[0].cell.cell == section.cell(spot[2], spot[3]):
            broken += not asked[0].tied
        else:  # a slip of the hand made others likelier: what usually holds speaks for none of those
            assert without[0].cell.cell != section.cell(spot[2], spot[3])
    assert broken > 5


def test_local_rules_have_no_say(form: SetSpec) -> None:
    now = clean_submission(form, 2, "A", 30)
    for _, wrong in wrong_leaves(now):
        assert causes_of(wrong, graded(form, Grade.LOCAL)) == causes_of(wrong, graded(form, None))
