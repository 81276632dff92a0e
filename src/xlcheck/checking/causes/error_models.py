"""How a figure comes to be written as another one: the slips of a hand, and how likely each is (localization.md §5).

A noisy channel: ``chance(written | right)`` is the sum over kinds of slips of how often they happen times how many
ways there are. The kinds weigh alike as long as no corrected returns say otherwise; an unknown slip weighs least.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

_PRIOR = 0.1  # of each kind of slip
_DELETED = 0.05  # one more figure than anybody sees: a blank is most often a blank
_OMITTED = 0.1
_UNKNOWN = 0.03
_NEIGHBOURS = 4
_ZEROS = 5
_WAN = 4


class Written(NamedTuple):
    """A cell as it stands: figure in units of its last digit (None: blank), and what stands around it.

    ``neighbours`` are the figures of the cells beside, above and below; ``parts`` those it is the sum of, one tuple for each sum.
    """

    figure: int | None
    decimals: int
    neighbours: tuple[int, ...] = ()
    parts: tuple[tuple[int, ...], ...] = ()


class ErrorModel(NamedTuple):
    """A way in which ``right`` becomes what is written. ``part``: the figure that was left out or counted twice."""

    kind: str
    chance: float
    part: int = 0


def error_model(written: Written, right: int) -> ErrorModel:
    """The likeliest way to write ``written.figure`` for ``right`` (units of the last digit), with the chance of all."""
    if written.figure is None:
        return ErrorModel("deleted", _DELETED)
    found = list(_ways(written, right))
    best = max(found, key=lambda s: s.chance)
    return best._replace(chance=sum(s.chance for s in found))


def _ways(written: Written, right: int) -> Iterator[ErrorModel]:
    figure = written.figure or 0
    text = _digits(right, written.decimals)
    if figure == -right and right:
        yield ErrorModel("sign", _PRIOR)
    yield from _digit_errors(_digits(figure, written.decimals), text, _same_sign(figure, right))
    yield from _scale_errors(figure, right)
    if figure and figure in written.neighbours:
        yield ErrorModel("copied", _PRIOR / _NEIGHBOURS)
    for parts in written.parts:
        if len(parts) > 1 and right != figure:
            times = parts.count(right - figure) + parts.count(figure - right)
            if times:
                yield ErrorModel("stale_total", _OMITTED / len(parts) * times, right - figure)
    yield ErrorModel("unknown", _UNKNOWN * 10.0 ** -min(max(len(text), len(str(abs(figure)))), 12))


def _same_sign(a: int, b: int) -> bool:
    return (a < 0) == (b < 0) or not a or not b


@lru_cache(maxsize=4096)
def _digits(figure: int, decimals: int) -> str:
    """The digits as typed, without point and sign: at least one before the point."""
    return str(abs(figure)).rjust(decimals + 1, "0")


def _digit_errors(a: str, b: str, same_sign: bool) -> Iterator[ErrorModel]:
    """``b`` was meant, ``a`` was typed."""
    if not same_sign or a == b:
        return
    if len(a) == len(b):
        differ = [i for i in range(len(a)) if a[i] != b[i]]
        if len(differ) == 1:
            yield ErrorModel("wrong_digit", _PRIOR / (9 * len(b)))
        elif len(differ) == 2 and differ[1] == differ[0] + 1 and a[differ[0]] == b[differ[1]] and a[differ[1]] == b[differ[0]]:  # fmt: skip
            yield ErrorModel("transposition", _PRIOR / (len(b) - 1))
    # zeros that a missing first digit leaves in front go with it
    ways = sum(int(b[:i] + b[i + 1 :] or "0") == int(a) for i in range(len(b))) if len(a) <= len(b) else 0
    if ways:
        yield ErrorModel("missing_digit", _PRIOR * ways / len(b))
    ways = sum(a[:i] + a[i + 1 :] == b for i in range(len(a))) if len(a) == len(b) + 1 else 0
    if ways:
        yield ErrorModel("extra_digit", _PRIOR * ways / (10 * len(a)))


def _scale_errors(figure: int, right: int) -> Iterator[ErrorModel]:
    """The point in the wrong place, or 元 for 万元 (the figure then has the digits that rounding took)."""
    if not figure or not right or not _same_sign(figure, right):
        return
    for power in (1, 2, 3, 5, 6):
        if figure == right * 10**power:
            yield ErrorModel("scale", _PRIOR / power)
        elif _near(right, figure, 10**power):
            yield ErrorModel("scale", _PRIOR / power * _telling(figure))
    if _near(figure, right, 10**_WAN):
        yield ErrorModel("scale", _PRIOR * _telling(right))
    elif _near(right, figure, 10**_WAN):
        yield ErrorModel("scale", _PRIOR / 4 * _telling(figure))


def _near(large: int, small: int, factor: int) -> bool:
    """Whether ``large`` / ``factor`` prints as ``small``, whichever way it was rounded."""
    return abs(large - small * factor) <= factor // 2


def _telling(rounded: int) -> float:
    """A figure of one or two digits is easily what another one rounds to."""
    return min(1.0, abs(rounded) / 100)


def candidates(written: Written) -> set[int]:
    """All figures (units of the last digit) of which a known slip makes what is written."""
    figure = written.figure
    if figure is None:
        return set()
    sign = -1 if figure < 0 else 1
    text = _digits(figure, written.decimals)
    texts: set[str] = set()
    for i in range(len(text)):
        texts.update(text[:i] + d + text[i + 1 :] for d in "0123456789")
        texts.add(text[:i] + text[i + 1 :])
        if i + 1 < len(text):
            texts.add(text[:i] + text[i + 1] + text[i] + text[i + 2 :])
    for i in range(len(text) + 1):
        texts.update(text[:i] + d + text[i:] for d in "0123456789")
    texts.update(d + "0" * zeros + text.lstrip("0") for d in "123456789" for zeros in range(_ZEROS))
    found = {sign * int(t) for t in texts if t}
    found.update(figure * 10 + digit for digit in range(-5, 6))
    found.add(-figure)
    for power in (1, 2, 3, _WAN, 5, 6):
        found.update({figure * 10**power, _rounded(figure, 10**power)})
    for parts in written.parts:
        found.update(figure + p for p in parts)
        found.update(figure - p for p in parts)
    found.discard(figure)
    return found


def _rounded(figure: int, factor: int) -> int:
    half = (abs(figure) + factor // 2) // factor
    return half if figure >= 0 else -half
