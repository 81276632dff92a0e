"""What stands in a cell of a score sheet: comparisons, numbers with their printed digits, units, words."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlcheck.scores.headings import bare_heading, heading_key, weight_in
from xlcheck.scores.values import ValueKind, comparable, of_number, of_text


@pytest.mark.parametrize(
    ("text", "sign", "number", "unit"),
    [
        ("≥95%", "≥", "95", "%"), (">=90%", "≥", "90", "%"), ("＝1300元/人，月", "＝", "1300", "元/人,月"), ("=548元/月", "＝", "548", "元/月"),
        ("≤315人", "≤", "315", "人"), ("≥100百分比", "≥", "100", "%"), ("≤90万元", "≤", "90", "万元"), ("50", "", "50", ""), ("98.5%", "", "98.5", "%"),
        ("不低于95%", "≥", "95", "%"), ("不超过30万元", "≤", "30", "万元"), ("95%以上", "≥", "95", "%"), ("10天以内", "≤", "10", "天"), ("1,234.50元", "", "1234.5", "元"),
        ("已完成52个", "", "52", "个"), ("达到98%", "", "98", "%"), ("-5", "", "-5", ""),
    ],
)  # fmt: skip
def test_a_value_is_a_comparison_a_number_and_a_unit(text, sign, number, unit):
    value = of_text(text)
    assert (value.kind, value.sign, value.number, value.unit) == (ValueKind.NUMBER, sign, Fraction(number), unit)


@pytest.mark.parametrize(
    "text",
    [
        "改善",
        "达成预期指标",
        "效果显著",
        "2023年12月底前",
        "12月31日前完成",
        "3月底",
        "严格执行相关制度规定",
        "在项目计划完成时间内完成",
        "第2季度末前",
    ],
)
def test_words_and_terms_are_no_numbers(text):
    assert of_text(text).kind is ValueKind.WORDS


@pytest.mark.parametrize("text", ["", "  ", "—", "──", "-", "/"])
def test_a_dash_is_nothing(text):
    assert not of_text(text).filled


@given(
    st.decimals(min_value=0, max_value=10**9, places=3),
    st.sampled_from(["≥", "≤", "＝", ">", "<", ""]),
    st.sampled_from(["%", "人", "万元", "元/人", ""]),
)
def test_what_is_printed_is_read_with_its_last_digit(number, sign, unit):
    value = of_text(f"{sign}{number}{unit}")
    assert value.number == Fraction(number)
    assert value.ulp == Fraction(1, 1000)
    assert (value.sign, value.unit) == (sign, unit)


def test_a_number_is_what_its_format_shows():
    assert (of_number("0.4428", 2, percent=True).number, of_number("0.4428", 2, percent=True).text) == (
        Fraction("44.28"),
        "44.28%",
    )
    assert of_number("82.357").digits == 3
    assert of_number("103.64300000000001").text == "103.643"
    assert of_number("186", 2).text == "186.00"
    assert of_number("nan").kind is ValueKind.ERROR


@pytest.mark.parametrize(
    ("one", "other", "factor"),
    [
        ("≥50个", "52项", 1),
        ("≤30万元", "280000元", Fraction(1, 10000)),
        ("≥95%", "95", 1),
        ("100%", "1", 100),
        ("≥95%", "95人", None),
        ("12人", "12户", None),
        ("5人", "5名", 1),
    ],
)
def test_units_are_compared_as_people_do(one, other, factor):
    assert comparable(of_text(one), of_text(other)) == factor


def test_headings_are_compared_without_what_goes_around_them():
    assert heading_key("执行率（%）") == "执行率"
    assert bare_heading("得分（20分×执行率）") == "得分"
    assert heading_key("其中：当年财政拨款") == "当年财政拨款"
    assert (weight_in("产出指标（50分）"), weight_in("得分（20分×执行率）"), weight_in("产出指标")) == (
        "50",
        "20",
        None,
    )
