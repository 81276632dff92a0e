"""The linear form: weights and constant of a comparison, or none."""

from __future__ import annotations

import pytest

from xlcheck.formula.linear import linear
from xlcheck.formula.parser import parse


def form(text: str) -> tuple[str, list[tuple[int, str]], int, int]:
    found = linear(parse(text))
    assert found is not None
    return found.op, [(weight, ref.table) for weight, ref in found.terms], found.constant, found.split


def test_the_right_side_is_taken_from_the_left():
    assert form("甲[1] = 乙[1]") == ("=", [(1, "甲"), (-1, "乙")], 0, 1)


@pytest.mark.parametrize("op", ["=", "恒等", "≤", "≥", "≠", "<", ">"])
def test_the_operator_is_kept(op):
    assert form(f"甲[1] {op} 乙[1]")[0] == op


def test_sums_spread_and_minus_turns_signs():
    assert form("甲[1] - 乙[1] = 合计(丙[1], 丁[1] - 戊[1])") == (
        "=", [(1, "甲"), (-1, "乙"), (-1, "丙"), (-1, "丁"), (1, "戊")], 0, 2,
    )  # fmt: skip


def test_a_minus_before_brackets_turns_all_signs_in_them():
    assert form("-(甲[1] - 乙[1]) = 0") == ("=", [(-1, "甲"), (1, "乙")], 0, 2)


def test_whole_factors_on_either_side_are_weights():
    assert form("2 × 甲[1] = 乙[1] × 3") == ("=", [(2, "甲"), (-3, "乙")], 0, 1)
    assert form("2 × (甲[1] + 3 × 乙[1]) = 0")[1] == [(2, "甲"), (6, "乙")]


def test_the_constant_is_in_millionths_and_signed():
    assert form("甲[1] = 乙[1] + 0.01") == ("=", [(1, "甲"), (-1, "乙")], -10_000, 1)
    assert form("甲[1] + 1.5 ≥ 0")[2] == 1_500_000


def test_a_cell_that_stands_on_both_sides_stays_two_terms():
    assert form("甲[1] = 甲[1] + 乙[1]")[1] == [(1, "甲"), (-1, "甲"), (-1, "乙")]


@pytest.mark.parametrize(
    "text",
    [
        "甲[1] / 乙[1] = 1",
        "甲[1] × 乙[1] = 1",
        "甲[1] = 四舍五入(乙[1], 2)",
        "甲[1] × 0.5 = 乙[1]",
        "甲[1] = 0.0000001",
        "甲[1] = 单位名称",
        "若 丙 则 甲[1] = 乙[1]",
        "无数据(甲)",
    ],
)
def test_ratios_rounding_fractions_and_tests_have_no_linear_form(text):
    assert linear(parse(text)) is None


def test_two_halves_that_make_a_whole_are_linear():
    assert form("0.5 × (2 × 甲[1]) = 乙[1]")[1] == [(1, "甲"), (-1, "乙")]
