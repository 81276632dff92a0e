"""Interval arithmetic on printed figures, in exact integers.

A figure printed with a last digit of ``ulp`` stands for every exact figure that rounds to it
(half up, away from zero); the intervals are half-open, so that the same exact figure always prints
the same (docs/design/localization.md §2.2). A blank is exactly 0. Ends are inclusive integers (millionths of the
unit; for 万元 that is 分, the grain of every account).
"""

from __future__ import annotations

from typing import NamedTuple


class Interval(NamedTuple):
    """All integers from ``low`` to ``high``, both included; empty when low > high."""

    low: int
    high: int

    def __add__(self, other: object) -> Interval:
        if not isinstance(other, Interval):
            return NotImplemented
        return Interval(self.low + other.low, self.high + other.high)

    def scaled(self, factor: int) -> Interval:
        """The interval of ``factor`` × x."""
        low, high = self.low * factor, self.high * factor
        return Interval(low, high) if factor >= 0 else Interval(high, low)

    def meets(self, other: Interval) -> bool:
        """Whether the two have an element in common."""
        return self.low <= other.high and other.low <= self.high

    def hull(self, other: Interval) -> Interval:
        """The smallest interval around both."""
        return Interval(min(self.low, other.low), max(self.high, other.high))


ZERO = Interval(0, 0)


def printed(figure: int, ulp: int) -> Interval:
    """Exact figures that print as ``figure`` when rounded half up to ``ulp`` (0: exact)."""
    half = ulp // 2
    if half == 0:
        return Interval(figure, figure)
    if figure > 0:
        return Interval(figure - half, figure + half - 1)
    if figure < 0:
        return Interval(figure - half + 1, figure + half)
    return Interval(1 - half, half - 1)


def rounded(figure: int, ulp: int) -> Interval:
    """Like :func:`printed` with both ends included: whichever way ties are rounded."""
    half = ulp // 2
    return Interval(figure - half, figure + half)


def truncated(figure: int, ulp: int) -> Interval:
    """Exact figures that print as ``figure`` when further digits are cut off."""
    most = max(ulp - 1, 0)
    if figure > 0:
        return Interval(figure, figure + most)
    if figure < 0:
        return Interval(figure - most, figure)
    return Interval(-most, most)


def possible(op: str, difference: Interval) -> bool:
    """Whether ``left op right`` can hold for some exact figures, given left − right's interval."""
    match op:
        case "=":
            return difference.low <= 0 <= difference.high
        case "恒等":
            return difference == ZERO
        case "≤":
            return difference.low <= 0
        case "≥":
            return difference.high >= 0
        case "<":
            return difference.low < 0
        case ">":
            return difference.high > 0
        case "≠":
            return difference != ZERO
    raise ValueError(op)
