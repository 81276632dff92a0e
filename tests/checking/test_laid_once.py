"""A rule is laid over a submission once, whoever asks."""

from __future__ import annotations

import pytest

from support.places import SAMPLES
from xlcheck.checking import layouts
from xlcheck.checking.check import check
from xlcheck.checking.layouts import Layouts
from xlcheck.checking.relations import NotCheckable, lay


@pytest.fixture(scope="module")
def wrong(pipeline):
    return pipeline.read((SAMPLES / "tunliu_2023_transposed.xlsx").read_bytes())


def test_verdicts_habits_and_causes_share_what_was_laid(wrong, monkeypatch):
    laid = []
    monkeypatch.setattr(layouts, "lay", lambda rule, *rest: laid.append(rule.id) or lay(rule, *rest))
    assert check(wrong).diagnoses
    assert len(laid) == len(set(laid)) > 50


def test_a_rule_of_last_year_is_none_of_this_year(wrong):
    with_last_year = Layouts(wrong, wrong)
    ids = {one.rule.id for one in with_last_year.all_this_year()}
    rules = {rule.id: rule for rule in wrong.form.rules if rule.linear is not None}
    asks = {i for i, rule in rules.items() if any(ref.last_year for _, ref in rule.linear.terms)}
    assert asks
    assert not asks & ids
    assert all(with_last_year.laid(rules[i]) is not None for i in asks)


def test_what_cannot_be_laid_is_said_to_who_asks_for_it_by_name(wrong):
    rule = next(r for r in wrong.form.rules if r.linear is not None and any(ref.last_year for _, ref in r.linear.terms))
    assert Layouts(wrong).laid(rule) is None
    with pytest.raises(NotCheckable, match="上年"):
        Layouts(wrong).of(rule, rule.linear)
