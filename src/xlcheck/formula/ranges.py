"""Ranges of rationals: what products and ratios of printed figures may come to.

Sums of printed figures are intervals of integers (:mod:`xlcheck.formula.interval`); products and ratios are not whole,
so they are reckoned in fractions, as exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import product
from typing import NamedTuple


class Range(NamedTuple):
    """A closed interval of rationals."""

    low: Fraction
    high: Fraction


class Unusable(Exception):
    """A value that can't be computed. ``str()`` says why."""


def point(value: Fraction) -> Range:
    """The range of one value."""
    return Range(value, value)


def total(parts: Sequence[Range]) -> Range:
    """The range of a sum."""
    return Range(sum((p.low for p in parts), Fraction(0)), sum((p.high for p in parts), Fraction(0)))


def negative(one: Range) -> Range:
    """The range of −x."""
    return Range(-one.high, -one.low)


def rounded(value: Fraction, digits: int) -> Fraction:
    """``value`` rounded half up to ``digits`` decimals."""
    places = Decimal(1).scaleb(-digits)
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return Fraction(exact.quantize(places, ROUND_HALF_UP))


def combine(op: str, left: Range, right: Range) -> Range:
    """The range of ``left op right``, op one of ``+ - * /``.

    Raises:
        Unusable: a division by what may be 0.
    """
    if op == "+":
        return Range(left.low + right.low, left.high + right.high)
    if op == "-":
        return Range(left.low - right.high, left.high - right.low)
    if op == "/":
        if right.low <= 0 <= right.high:
            raise Unusable("除数是 0，算不出比率")
        right = Range(1 / right.high, 1 / right.low)
    ends = [a * b for a, b in product(left, right)]
    return Range(min(ends), max(ends))


POSSIBLE: Mapping[str, Callable[[Range, Range], bool]] = {
    "=": lambda left, right: left.low <= right.high and right.low <= left.high,
    "恒等": lambda left, right: left.low <= right.high and right.low <= left.high,
    "≤": lambda left, right: left.low <= right.high,
    "≥": lambda left, right: left.high >= right.low,
    "<": lambda left, right: left.low < right.high,
    ">": lambda left, right: left.high > right.low,
    "≠": lambda left, right: not (left == right and left.low == left.high),
}
