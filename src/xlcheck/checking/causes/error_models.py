"""How a figure comes to be written as another one: the errors of a hand, and how likely each is.

A noisy channel (docs/design/localization.md §5): ``chance(written | right)`` is the sum over error models of how often
they happen times how many ways there are. The kinds weigh alike as long as no corrected returns say otherwise; an
unknown error weighs least.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

_PRIOR = 0.1  # of each kind of error
_DELETED = 0.001  # a blank is most often a blank: of the figures that may be missing this one is one of many
_OMITTED = 0.1  # a total that leaves out a part, or has it twice
_UNKNOWN = 0.03  # divided by ten for each digit: any figure of that length may be written
_MOST_DIGITS = 12  # that an unknown error is divided for
_NEIGHBOURS = 4  # a figure may be copied from either side, from above and from below
_LEAST_COPIED = 0.02  # of the chance of a copy, where nearly all figures are equal to their neighbours
_OTHER_DIGITS = 9  # that may be typed for the right one
_DIGITS = 10  # that may be typed where none belongs
_ZEROS = 5  # at most, behind a first digit that is missing
_POINT_MOVES = (1, 2, 3, 5, 6)  # digits by which a point is misplaced; 4 is 元 for 万元
_WAN = 4
_WAN_FOR_YUAN = 4  # how much rarer 万元 for 元 is than 元 for 万元
_SURE = 100  # a rounded figure of three digits tells what it was rounded from; shorter ones do so less
_LEAST_CHANCE = 1e-300  # 0 has no logarithm


class Written(NamedTuple):
    """A cell as it stands: figure in units of its last digit (None: blank), and what stands around it.

    ``neighbours`` are the figures of the cells beside, above and below; ``parts`` those it is the sum of, one tuple for
    each sum. ``alike`` is the share of figures of the table that are equal to such a neighbour without being a copy of it.
    """

    figure: int | None
    decimals: int
    neighbours: tuple[int, ...] = ()
    parts: tuple[tuple[int, ...], ...] = ()
    alike: float = 0.0


class ErrorModel(NamedTuple):
    """A way in which ``right`` becomes what is written. ``part``: the figure that was left out or counted twice."""

    kind: str
    chance: float
    part: int = 0

    @property
    def log_chance(self) -> float:
        """The logarithm of the chance."""
        return math.log(max(self.chance, _LEAST_CHANCE))


def error_model(written: Written, right: int) -> ErrorModel:
    """The likeliest way to write ``written.figure`` for ``right`` (units of the last digit), with the chance of all."""
    if not written.figure:  # nobody mistypes a 0.00 that a template has put there: the amount was forgotten
        return ErrorModel("deleted", _DELETED)
    found = list(_ways(written, written.figure, right))
    best = max(found, key=lambda m: m.chance)
    return best._replace(chance=sum(m.chance for m in found))


def _ways(written: Written, figure: int, right: int) -> Iterator[ErrorModel]:
    typed, meant = _digits(figure, written.decimals), _digits(right, written.decimals)
    if figure == -right and right:
        yield ErrorModel("sign", _PRIOR)
    if _same_sign(figure, right):
        if typed != meant:
            yield from _digit_errors(typed, meant)
        if figure and right:
            yield from _scale_errors(figure, right)
    if figure and figure in written.neighbours:
        yield ErrorModel("copied", _PRIOR / _NEIGHBOURS * max(1.0 - written.alike, _LEAST_COPIED))
    if right != figure:
        yield from _sum_errors(written.parts, right - figure)
    yield ErrorModel("unknown", _UNKNOWN * 10.0 ** -min(max(len(meant), len(str(abs(figure)))), _MOST_DIGITS))


def _same_sign(a: int, b: int) -> bool:
    return (a < 0) == (b < 0) or not a or not b


@lru_cache(maxsize=4096)
def _digits(figure: int, decimals: int) -> str:
    """The digits as typed, without point and sign: at least one before the point."""
    return str(abs(figure)).rjust(decimals + 1, "0")


# --- digits ------------------------------------------------------------------------------------------


def _digit_errors(typed: str, meant: str) -> Iterator[ErrorModel]:
    if len(typed) == len(meant):
        yield from _changed_digits(typed, meant)
    if len(typed) <= len(meant):
        # zeros that a missing first digit leaves in front go with it
        ways = sum(int(_without(meant, i) or "0") == int(typed) for i in range(len(meant)))
        if ways:
            yield ErrorModel("missing_digit", _PRIOR * ways / len(meant))
    elif len(typed) == len(meant) + 1:
        ways = sum(_without(typed, i) == meant for i in range(len(typed)))
        if ways:
            yield ErrorModel("extra_digit", _PRIOR * ways / (_DIGITS * len(typed)))


def _changed_digits(typed: str, meant: str) -> Iterator[ErrorModel]:
    """One digit is another one, or two stand in each other's place."""
    places = [i for i, (a, b) in enumerate(zip(typed, meant, strict=True)) if a != b]
    if len(places) == 1:
        yield ErrorModel("wrong_digit", _PRIOR / (_OTHER_DIGITS * len(meant)))
    elif len(places) == 2 and _transposed(typed, places[0]) == meant:
        yield ErrorModel("transposition", _PRIOR / (len(meant) - 1))


def _without(digits: str, place: int) -> str:
    return digits[:place] + digits[place + 1 :]


def _transposed(digits: str, place: int) -> str:
    """The digits with the one at ``place`` and the next in each other's place."""
    return digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]


# --- powers of ten -----------------------------------------------------------------------------------


def _scale_errors(figure: int, right: int) -> Iterator[ErrorModel]:
    """The point in the wrong place, or 元 for 万元 (the figure then has the digits that rounding took)."""
    for power in _POINT_MOVES:
        if figure == right * 10**power:
            yield ErrorModel("scale", _PRIOR / power)
        elif _prints_as(right, figure, 10**power):
            yield ErrorModel("scale", _PRIOR / power * _telling(figure))
    if _prints_as(figure, right, 10**_WAN):
        yield ErrorModel("scale", _PRIOR * _telling(right))
    elif _prints_as(right, figure, 10**_WAN):
        yield ErrorModel("scale", _PRIOR / _WAN_FOR_YUAN * _telling(figure))


def _prints_as(large: int, small: int, factor: int) -> bool:
    """Whether ``large`` / ``factor`` prints as ``small``, whichever way it was rounded."""
    return abs(large - small * factor) <= factor // 2


def _telling(rounded: int) -> float:
    """A figure of one or two digits is easily what another one rounds to."""
    return min(1.0, abs(rounded) / _SURE)


# --- sums --------------------------------------------------------------------------------------------


def _sum_errors(sums: tuple[tuple[int, ...], ...], missing: int) -> Iterator[ErrorModel]:
    """A part was left out of a sum, or counted twice (then less than nothing is missing)."""
    for parts in sums:
        times = parts.count(missing) + parts.count(-missing) if len(parts) > 1 else 0
        if times:
            yield ErrorModel("stale_total", _OMITTED / len(parts) * times, missing)


# --- from what is written to what may be right -------------------------------------------------------


def candidates(written: Written) -> set[int]:
    """All figures (units of the last digit) of which a known error makes what is written."""
    figure = written.figure
    if figure is None:
        return set()
    sign = -1 if figure < 0 else 1
    found = {sign * int(t) for t in _retyped(_digits(figure, written.decimals)) if t}
    found.update(_rescaled(figure))
    for parts in written.parts:
        found.update(figure + p for p in parts)
        found.update(figure - p for p in parts)
    found.discard(figure)
    return found


def _retyped(text: str) -> Iterator[str]:
    """The digits that were meant, if one is wrong, too many or missing, or two are transposed."""
    for i in range(len(text)):
        yield from (text[:i] + d + text[i + 1 :] for d in "0123456789")
        yield _without(text, i)
    for i in range(len(text) - 1):
        yield _transposed(text, i)
    for i in range(len(text) + 1):
        yield from (text[:i] + d + text[i:] for d in "0123456789")
    # a first digit, and the zeros behind it that were no longer typed
    yield from (d + "0" * zeros + text.lstrip("0") for d in "123456789" for zeros in range(_ZEROS))


def _rescaled(figure: int) -> Iterator[int]:
    """The figures that were meant, if the sign, the point or the unit is wrong."""
    yield -figure
    yield from range(figure * 10 - 5, figure * 10 + 6)  # whatever digit the rounding took
    for power in (*_POINT_MOVES, _WAN):
        yield figure * 10**power
        yield quotient(figure, 10**power)


def quotient(figure: int, factor: int) -> int:
    """``figure`` / ``factor``, rounded half up, away from zero."""
    half = (abs(figure) + factor // 2) // factor
    return half if figure >= 0 else -half
