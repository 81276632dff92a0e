"""Printed figures of a text as intervals of exact ones, and the ratios of such intervals. Exact fractions, no floats.

A figure printed with a last digit of ``ulp`` stands for all that rounds to it, whichever way ties go. 0 without decimals
is exactly 0 to the usual two: nobody prints 0万元 for 4,000 元 beside amounts with two decimals. 0亿元 is rounded.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from xlcheck.narrative.tokens import AMOUNT, COUNT, Printed

_CENT = Decimal("0.01")
_COARSE = ("百万元", "亿元", "亿")


class Span(NamedTuple):
    """All exact figures from ``low`` to ``high``, both included."""

    low: Fraction
    high: Fraction

    def plus(self, other: Span, sign: int = 1) -> Span:
        """All sums (or differences) of a figure of each."""
        if sign > 0:
            return Span(self.low + other.low, self.high + other.high)
        return Span(self.low - other.high, self.high - other.low)

    def meets(self, other: Span) -> bool:
        """Whether the two have a figure in common."""
        return self.low <= other.high and other.low <= self.high

    def overlaps(self, other: Span) -> bool:
        """Whether they have more than an end in common: 1.31 and 1.32 only touch. A single figure must be within."""
        if self.low == self.high or other.low == other.high:
            return self.meets(other)
        return self.low < other.high and other.low < self.high

    @property
    def flipped(self) -> Span:
        """The same with the other sign."""
        return Span(-self.high, -self.low)

    @property
    def size(self) -> Span:
        """The same without sign."""
        if self.low >= 0:
            return self
        if self.high <= 0:
            return self.flipped
        return Span(Fraction(0), max(-self.low, self.high))


@lru_cache(maxsize=8192)
def span(value: Decimal, ulp: Decimal) -> Span:
    """What a printed figure stands for."""
    half, exact = Fraction(ulp) / 2, Fraction(value)
    return Span(exact - half, exact + half)


@lru_cache(maxsize=4096)
def printed_span(printed: Printed) -> Span:
    """What a figure of the text stands for; it must have a number."""
    assert printed.value is not None  # noqa: S101 - callers have looked
    ulp = printed.ulp
    if printed.kind == COUNT and ulp == 1:
        return span(printed.value, Decimal(0))
    if printed.value == 0 and printed.kind == AMOUNT and ulp > _CENT and not is_coarse(printed):
        ulp = _CENT
    return span(printed.value, ulp)


def is_coarse(printed: Printed) -> bool:
    """Whether an amount is printed in so large a unit that 0 is a rounded figure too: 0亿元."""
    return printed.unit in _COARSE


@lru_cache(maxsize=8192)
def quotient(part: Span, whole: Span) -> Span | None:
    """``part`` / ``whole`` in per cent; None where the whole may be 0."""
    if whole.low <= 0 <= whole.high:
        return None
    ends = [100 * p / w for p in part for w in whole]
    return Span(min(ends), max(ends))


def shown(value: Decimal | Fraction, digits: int = 2) -> str:
    """A figure as people write it, rounded half up."""
    from decimal import ROUND_HALF_UP

    exact = value if isinstance(value, Decimal) else Decimal(value.numerator) / Decimal(value.denominator)
    return str(exact.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP))
