"""Interval arithmetic on printed figures: sound and exact."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlcheck.formula.interval import ZERO, Interval, possible, printed, rounded, truncated
from xlcheck.formula.syntax import OPERATORS

ulps = st.sampled_from([10**n for n in range(1, 7)])
exacts = st.integers(-(10**12), 10**12)
intervals = st.builds(lambda low, width: Interval(low, low + width), st.integers(-20, 20), st.integers(0, 12))


def half_up(exact: int, ulp: int, mode: str = ROUND_HALF_UP) -> int:
    return int((Decimal(exact) / ulp).to_integral_value(mode)) * ulp


def inside(value: int, interval: Interval) -> bool:
    return interval.low <= value <= interval.high


@given(exacts, ulps)
def test_every_exact_figure_lies_in_the_interval_of_what_it_prints_as(exact, ulp):
    assert inside(exact, printed(half_up(exact, ulp), ulp))


@given(exacts, ulps, st.integers(-3, 3).filter(bool))
def test_no_exact_figure_lies_in_the_interval_of_another_print(exact, ulp, steps):
    assert not inside(exact, printed(half_up(exact, ulp) + steps * ulp, ulp))


@given(st.integers(-(10**6), 10**6), ulps)
def test_neighbouring_prints_leave_no_gap(step, ulp):
    assert printed(step * ulp, ulp).high + 1 == printed((step + 1) * ulp, ulp).low


def test_prints_near_zero_partition_the_integers():
    covered = [n for figure in range(-50, 60, 10) for n in range(printed(figure, 10).low, printed(figure, 10).high + 1)]
    assert covered == list(range(-55 + 1, 55))


def test_ties_round_away_from_zero():
    assert printed(10_000, 10_000) == Interval(5_000, 14_999)
    assert printed(-10_000, 10_000) == Interval(-14_999, -5_000)
    assert printed(0, 10_000) == Interval(-4_999, 4_999)


@pytest.mark.parametrize("ulp", [0, 1])
@given(figure=exacts)
def test_a_figure_without_rounding_stands_for_itself(ulp, figure):
    assert printed(figure, ulp) == Interval(figure, figure)


@given(exacts, ulps)
def test_the_loose_interval_holds_the_printed_one_and_both_ties(exact, ulp):
    figure = half_up(exact, ulp)
    loose, strict = rounded(figure, ulp), printed(figure, ulp)
    assert loose.low <= strict.low
    assert strict.high <= loose.high
    assert loose == Interval(figure - ulp // 2, figure + ulp // 2)


@given(exacts, ulps)
def test_a_cut_off_figure_lies_in_its_truncated_interval(exact, ulp):
    assert inside(exact, truncated(half_up(exact, ulp, ROUND_DOWN), ulp))


@given(st.lists(exacts, max_size=30), ulps)
def test_the_sum_of_exact_figures_lies_in_the_sum_of_their_intervals(exact, ulp):
    total = ZERO
    for figure in exact:
        total += printed(half_up(figure, ulp), ulp)
    assert inside(sum(exact), total)


@given(st.lists(st.tuples(exacts, st.integers(-5, 5)), max_size=12), ulps)
def test_weighted_sums_lie_in_the_sum_of_scaled_intervals(terms, ulp):
    total = ZERO
    for exact, weight in terms:
        total += printed(half_up(exact, ulp), ulp).scaled(weight)
    assert inside(sum(exact * weight for exact, weight in terms), total)


@given(intervals, intervals)
def test_the_sum_of_intervals_is_no_wider_than_it_must_be(one, two):
    sums = {a + b for a in range(one.low, one.high + 1) for b in range(two.low, two.high + 1)}
    assert one + two == Interval(min(sums), max(sums))


@given(intervals, st.integers(-5, 5))
def test_scaling_keeps_the_order_of_the_ends(interval, factor):
    products = [factor * n for n in range(interval.low, interval.high + 1)]
    assert interval.scaled(factor) == Interval(min(products), max(products))


@given(intervals, intervals)
def test_two_intervals_meet_when_they_share_an_integer(one, two):
    shared = set(range(one.low, one.high + 1)) & set(range(two.low, two.high + 1))
    assert one.meets(two) == bool(shared)
    assert two.meets(one) == bool(shared)


@given(intervals, intervals)
def test_the_hull_is_the_smallest_interval_around_both(one, two):
    hull = one.hull(two)
    ends = [one.low, one.high, two.low, two.high]
    assert hull == Interval(min(ends), max(ends))


_HOLDS = {
    "=": lambda x: x == 0, "≤": lambda x: x <= 0, "≥": lambda x: x >= 0,
    "<": lambda x: x < 0, ">": lambda x: x > 0, "≠": lambda x: x != 0,
}  # fmt: skip


@pytest.mark.parametrize("op", list(_HOLDS))
@given(interval=intervals)
def test_a_comparison_is_possible_when_some_exact_difference_satisfies_it(op, interval):
    expected = any(_HOLDS[op](x) for x in range(interval.low, interval.high + 1))
    assert possible(op, interval) == expected


@given(intervals)
def test_identity_needs_a_difference_that_is_nothing_but_zero(interval):
    assert possible("恒等", interval) == (interval == ZERO)


def test_every_operator_of_the_language_is_decided():
    assert set(OPERATORS) == {*_HOLDS, "恒等"}


def test_an_operator_the_language_does_not_have_is_an_error():
    with pytest.raises(ValueError, match="=="):
        possible("==", ZERO)
