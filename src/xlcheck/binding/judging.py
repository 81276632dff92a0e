"""What figures say to a reading of a table's columns: sums along its rows, and copies in other tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import mul

from xlcheck.binding.evidence import Evidence, Identity, close
from xlcheck.binding.rowlabels import Expected
from xlcheck.binding.slots import Body

_HOLDS, _HOLDS_THIN, _BREAKS, _MOST = 0.5, 0.15, -1.0, 4.0
_SAME, _OTHER = 0.9, -0.7
_ROWS = 80  # beyond these the bounds of a score are reached long ago


def judge_of(
    evidence: Evidence,
    place: tuple[str, str],
    bodies: Mapping[int, Body],
    expected: Expected,
    figured: Iterable[int],
) -> Callable[[Mapping[str, int]], float]:
    """A function reading (slot → column) → nats. ``figured`` are the columns that could be slots and hold figures.

    An identity with a part that no column was found for says nothing, unless no column with figures is left over:
    then the part is 0.
    """
    identities = evidence.identities.get(place, [])
    columns = frozenset(figured)
    copies: dict[tuple[str, int], float] = {}
    sums: dict[tuple[int, tuple[int, ...]], float] = {}
    rows = _telling(bodies)
    lines = {c: [body.figures.get(row, 0) for row in rows] for c, body in bodies.items()}
    zeros = [0] * len(rows)

    def judge(reading: Mapping[str, int]) -> float:
        score = 0.0
        left = columns.difference(reading.values())
        for n, identity in enumerate(identities):
            missing = [k for _, k in identity.terms if k not in reading]
            if missing and (left or len(identity.terms) - len(missing) < 2 or identity.terms[0][1] in missing):
                continue
            at = tuple(reading.get(k, 0) for _, k in identity.terms)
            if (n, at) not in sums:
                sums[n, at] = _sum(identity, at, lines, zeros)
            score += sums[n, at]
        for slot, column in reading.items():
            if (slot, column) not in copies:
                copies[slot, column] = _copies(slot, bodies[column], expected, rows) if column in bodies else 0.0
            score += copies[slot, column]
        return score

    return judge


def _sum(identity: Identity, at: tuple[int, ...], lines: Mapping[int, Sequence[int]], zeros: Sequence[int]) -> float:
    """What the rows say to an identity between columns; ``lines`` are the figures of each column, row by row."""
    weights = [w for w, _ in identity.terms]
    score = 0.0
    for values in zip(*(lines.get(c, zeros) for c in at), strict=True):
        filled = len(values) - values.count(0)
        if not filled:
            continue
        if close(sum(map(mul, weights, values)), 0, len(values)):
            score += _HOLDS if filled > 2 else _HOLDS_THIN
        else:
            score += _BREAKS
    return max(-_MOST, min(_MOST, score))


def _telling(bodies: Mapping[int, Body]) -> list[str]:
    """The rows that say most: all of a small table, of a large one those with most figures; more rows add nothing."""
    filled: dict[str, int] = {}
    for body in bodies.values():
        for row, figure in body.figures.items():
            filled[row] = filled.get(row, 0) + (figure != 0)
    if len(filled) <= _ROWS:
        return list(filled)
    return sorted(filled, key=lambda row: -filled[row])[:_ROWS]


def _copies(slot: str, body: Body, expected: Expected, rows: Iterable[str]) -> float:
    score = 0.0
    if not expected:
        return score
    for row in rows:
        figure = body.figures.get(row)
        if figure is None:
            continue
        for value, sure in expected.get((row, slot), ()):
            if not figure and not value:
                continue
            if close(figure, value):
                score += _SAME
            elif sure:
                score += _OTHER
    return max(-2.5, min(3.0, score))
