"""Score sheets made up in random families, wordings and layouts: clean ones clean, mistakes found and named."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import bench_scores as bench
from support.scoreforms import FAMILIES, UNKNOWN, clean_form, random_layout
from support.scoresheets import random_of, render
from xlcheck.mapping.library import Library

NUMBER = 24


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6), family=st.sampled_from(sorted(FAMILIES)))
def test_a_clean_form_has_no_finding_but_notes_in_whatever_layout(seed, family, pipeline):
    rng = random_of(seed)
    form = clean_form(rng, family)
    report = pipeline.run(render([form], [random_layout(rng, family)]).data(), "x").report
    assert [f.message for f in report.findings if f.severity.value != "提示"] == []
    assert report.counts.passed > 15
    assert report.counts.not_evaluated == 0


@settings(max_examples=30, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6), family=st.sampled_from(sorted(FAMILIES)))
def test_words_that_nobody_knows_make_doubts_at_most(seed, family, pipeline):
    rng = random_of(seed)
    form = clean_form(rng, family)
    report = pipeline.run(render([form], [random_layout(rng, family, unknown=0.4)]).data(), "x").report
    assert report.counts.errors == 0
    assert {f.code for f in report.findings if f.severity.value == "核实"} <= {"doubtful_binding", "sheet_unread"}


def test_the_unknown_words_stand_in_no_mapping():
    known = {w for spec in Library().score_sheets for block in spec.blocks for slot in block.slots for w in slot.names}
    assert not known & {word for words in UNKNOWN.values() for word in words}


def test_one_mistake_in_a_form_is_found_and_named(pipeline):
    ends = bench.mistakes(pipeline, 90, 5, 0.0, show=False)
    every: Counter[str] = Counter()
    for tally in ends.values():
        every.update(tally)
    assert set(ends) == set(bench.KINDS)
    assert every["found"] >= 0.95 * every["made"]
    assert every["named"] >= 0.9 * every["made"]


@pytest.mark.parametrize("one_sheet", [False, True])
def test_many_forms_in_one_workbook_are_checked_each_for_itself(one_sheet, pipeline):
    rng = random_of(9)
    forms, layouts = [], []
    for number in range(NUMBER):
        family = rng.choice(sorted(FAMILIES))
        forms.append(clean_form(rng, family) | {"project": f"项目{number}"})
        layouts.append(random_layout(rng, family))
    checked = pipeline.run(render(forms, layouts, one_sheet=one_sheet).data(), "x")
    assert [sheet.project for sheet in checked.submission.sheets] == [form["project"] for form in forms]
    assert checked.report.counts.errors == 0
