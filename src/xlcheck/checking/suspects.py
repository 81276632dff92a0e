"""The screen: the one cell that explains a group of failing relations, where there is just one.

A cell is a candidate when it stands in every failing relation of a group, one exact figure for it would
satisfy them all, and would not break a relation that holds (localization.md §3.1, step 1). Where several
cells qualify, none is named: the figures can't tell, and nothing is drawn by lot.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from xlcheck.checking import judge
from xlcheck.checking.findings import cell_ref, digits
from xlcheck.checking.relations import Term
from xlcheck.formula.interval import Interval, printed
from xlcheck.model import Cause, Submission, decimal_text

Spot = tuple[int, int, int]
_MOST_PRINTABLE = 200


class Failing(NamedTuple):
    """A failing ``=`` relation and the index of its finding. ``gap``: a row it names is not there at all."""

    finding: int
    terms: tuple[Term, ...]
    constant: int
    gap: bool


def suspects(
    failing: Sequence[Failing], every: Callable[[], Iterable[tuple[Sequence[Term], int]]], now: Submission
) -> list[Cause]:
    """One cause for each group of failing relations that a single cell explains.

    ``every`` lists all ``=`` relations of the form, (terms, constant); it is asked only when needed.
    """
    found = []
    holding: list[tuple[Sequence[Term], int]] | None = None
    for group in _groups(failing):
        if any(one.gap for one in group):
            continue  # a missing row is no mistyped figure
        if len(group) == 1:
            continue  # one relation accuses all its cells alike
        candidates = _candidates(group)
        if len(candidates) > 1:
            holding = list(every()) if holding is None else holding
            narrowed = {spot: _narrowed(spot, i, holding, now) for spot, i in candidates.items()}
            candidates = {spot: i for spot, i in narrowed.items() if i is not None}
        if len(candidates) == 1:
            spot, interval = candidates.popitem()
            if interval.high < 0 and spot in _blanks(group):
                continue  # nobody forgets to type a minus figure that all the others do without
            found.append(_cause(spot, interval, group, now))
    return found


def _blanks(group: Sequence[Failing]) -> set[Spot]:
    return {t.spot for one in group for t in one.terms if not t.amount.filled}


def _groups(failing: Sequence[Failing]) -> list[list[Failing]]:
    """Failing relations that share cells, transitively, each group in the order of the findings."""
    leader = list(range(len(failing)))

    def find(i: int) -> int:
        while leader[i] != i:
            leader[i] = leader[leader[i]]
            i = leader[i]
        return i

    first: dict[Spot, int] = {}
    for i, one in enumerate(failing):
        for term in one.terms:
            other = first.setdefault(term.spot, i)
            leader[max(find(other), find(i))] = min(find(other), find(i))
    groups: dict[int, list[Failing]] = {}
    for i, one in enumerate(failing):
        groups.setdefault(find(i), []).append(one)
    return [sorted(members, key=lambda one: one.finding) for members in groups.values()]


def _candidates(group: Sequence[Failing]) -> dict[Spot, Interval]:
    shared = set.intersection(*({t.spot for t in one.terms} for one in group))
    found: dict[Spot, Interval] = {}
    for spot in shared:
        implied = [_implied(spot, one.terms, one.constant) for one in group]
        low, high = max(i.low for i in implied), min(i.high for i in implied)
        if low <= high:
            found[spot] = Interval(low, high)
    return found


def _implied(spot: Spot, terms: Sequence[Term], constant: int) -> Interval:
    """Exact figures of the cell that satisfy one relation, given all others as printed."""
    rest, weight = Interval(constant, constant), 0
    for term in terms:
        if term.spot == spot:
            weight += term.weight
        else:
            rest += judge.span(term.amount).scaled(term.weight)
    if weight == 0:
        return Interval(1, 0)
    turned = rest.scaled(-1 if weight > 0 else 1)
    size = abs(weight)
    return Interval(-(-turned.low // size), turned.high // size)


def _narrowed(
    spot: Spot, interval: Interval, holding: Sequence[tuple[Sequence[Term], int]], now: Submission
) -> Interval | None:
    """``interval`` cut to what every relation with the cell allows; None when nothing is left."""
    for terms, constant in holding:
        if any(t.spot == spot for t in terms) and not judge.unusable(terms, now):
            implied = _implied(spot, terms, constant)
            interval = Interval(max(interval.low, implied.low), min(interval.high, implied.high))
            if interval.low > interval.high:
                return None
    return interval


def _cause(spot: Spot, interval: Interval, group: Sequence[Failing], now: Submission) -> Cause:
    term = next(t for t in group[0].terms if t.spot == spot)
    section = term.section
    exact = section.rows[term.row].exact
    decimals = now.tables[section.table].spec.decimals
    ulp = 0 if exact else 10 ** (6 - decimals)
    places = digits(ulp)
    figures = [decimal_text(f, places) for f in _printable(interval, ulp)]
    cell = cell_ref(term, "subject", now)
    suggested = figures[0] if len(figures) == 1 else _typed(cell.value, figures)
    return Cause(
        kind_of(cell.value, suggested),
        cell,
        suggested,
        (figures[0], figures[-1]) if figures else (decimal_text(interval.low), decimal_text(interval.high)),
        tuple(one.finding for one in group),
        section.rows[term.row].unit or now.tables[section.table].currency,
    )


def _typed(written: str | None, figures: Sequence[str]) -> str | None:
    """Of several possible figures, the only one that a known slip of the hand turns into ``written``."""
    fitting = [f for f in figures if written and kind_of(written, f) != "unknown"]
    return fitting[0] if len(fitting) == 1 else None


def _printable(interval: Interval, ulp: int) -> list[int]:
    """Figures of the form's precision that stand for some exact figure in ``interval``."""
    if not ulp:
        return list(range(interval.low, interval.high + 1)) if interval.high - interval.low < _MOST_PRINTABLE else []
    first, last = interval.low // ulp - 1, interval.high // ulp + 1
    if last - first > _MOST_PRINTABLE:
        return []
    return [n * ulp for n in range(first, last + 1) if printed(n * ulp, ulp).meets(interval)]


def kind_of(written: str | None, right: str | None) -> str:
    """The typing mistake that makes ``written`` out of ``right`` (both decimal strings)."""
    if not written:
        return "deleted"
    if right is None or written == right:
        return "unknown"
    if written.lstrip("-") == right.lstrip("-"):
        return "sign"
    a, b = (x.replace(".", "").replace("-", "").lstrip("0") for x in (written, right))
    if (a.rstrip("0") == b.rstrip("0") and a) or _yuan(written, right):
        return "scale"
    if len(a) == len(b):
        differ = [i for i in range(len(a)) if a[i] != b[i]]
        if len(differ) == 1:
            return "wrong_digit"
        swapped = len(differ) == 2 and differ[1] == differ[0] + 1
        return (
            "transposition" if swapped and a[differ[0]] == b[differ[1]] and a[differ[1]] == b[differ[0]] else "unknown"
        )
    if len(a) + 1 == len(b) and any(b[:i] + b[i + 1 :] == a for i in range(len(b))):
        return "missing_digit"
    if len(a) == len(b) + 1 and any(a[:i] + a[i + 1 :] == b for i in range(len(a))):
        return "extra_digit"
    return "unknown"


def _yuan(written: str, right: str) -> bool:
    """Whether ``written`` is the exact amount in 元 of which ``right`` is the rounded one in 万元."""
    try:
        exact = Decimal(written.replace(",", "")).scaleb(-4)
    except InvalidOperation:  # a dash, a word
        return False
    return abs(exact) > 0 and abs(exact - Decimal(right)) <= Decimal("0.005")
