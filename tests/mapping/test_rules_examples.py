"""Every shipped rule says what it does by examples, and every example ends as it says."""

from __future__ import annotations

import re

import pytest

from xlcheck.checking.examples import mistake_of
from xlcheck.form import Example
from xlcheck.mapping.library import Library

FORM = Library().load("shanxi-2023")
RULES = {rule.id: rule for rule in FORM.rules}


def test_the_set_has_97_rules_with_numbers_of_their_own():
    assert len(FORM.rules) == 97
    assert len(RULES) == 97


def test_the_set_has_ten_tables_in_printed_order():
    assert [t.number for t in FORM.tables] == [f"公开{n:02d}" for n in range(1, 11)]


@pytest.mark.parametrize("rule", RULES)
def test_the_rule_has_a_passing_a_failing_and_a_rounding_example_or_says_why_not(rule):
    kinds = [example.kind for example in RULES[rule].examples]
    assert "pass" in kinds
    assert "fail" in kinds
    assert ("rounding" in kinds) != bool(RULES[rule].rounding_note)
    assert all(example.cells for example in RULES[rule].examples)


@pytest.mark.parametrize(
    ("rule", "example"),
    [(rule.id, example) for rule in FORM.rules for example in rule.examples],
    ids=[f"{rule.id}-{example.kind}" for rule in FORM.rules for example in rule.examples],
)
def test_the_example_ends_as_it_says(rule, example):
    assert mistake_of(FORM, RULES[rule], example) is None


@pytest.mark.parametrize("rule", RULES)
def test_the_failing_example_does_not_pass_and_the_passing_one_does_not_fail(rule):
    cells = {example.kind: example.cells for example in RULES[rule].examples}
    assert mistake_of(FORM, RULES[rule], Example("pass", cells["fail"]))
    assert mistake_of(FORM, RULES[rule], Example("fail", cells["pass"]))


@pytest.mark.parametrize("rule", RULES)
def test_the_rule_says_why_and_what_to_do_in_chinese(rule):
    for text in (RULES[rule].title, RULES[rule].reason, RULES[rule].mend, RULES[rule].basis):
        assert re.search(r"[\u4e00-\u9fff]{2}", text)
