"""What figures say to a reading of a table's columns: sums along its rows, and copies in other tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from xlcheck.binding.evidence import Evidence, Identity, close
from xlcheck.binding.rowlabels import Expected
from xlcheck.binding.slots import Body

_HOLDS, _HOLDS_THIN, _BREAKS, _MOST = 0.5, 0.15, -1.0, 4.0
_SAME, _OTHER = 0.9, -0.7


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
    sums: dict[tuple[Identity, tuple[int, ...]], float] = {}

    def judge(reading: Mapping[str, int]) -> float:
        score = 0.0
        left = columns.difference(reading.values())
        for identity in identities:
            missing = [k for _, k in identity.terms if k not in reading]
            if missing and (left or len(identity.terms) - len(missing) < 2 or identity.terms[0][1] in missing):
                continue
            at = tuple(reading.get(k, 0) for _, k in identity.terms)
            if (identity, at) not in sums:
                sums[identity, at] = _sum(identity, at, bodies)
            score += sums[identity, at]
        for slot, column in reading.items():
            if (slot, column) not in copies:
                copies[slot, column] = _copies(slot, bodies[column], expected) if column in bodies else 0.0
            score += copies[slot, column]
        return score

    return judge


def _sum(identity: Identity, at: tuple[int, ...], bodies: Mapping[int, Body]) -> float:
    rows: set[str] = set()
    for c in at:
        if c in bodies:
            rows.update(bodies[c].figures)
    score = 0.0
    for row in rows:
        values = [bodies[c].figures.get(row, 0) if c in bodies else 0 for c in at]
        filled = sum(v != 0 for v in values)
        if not filled:
            continue
        total = sum(w * v for (w, _), v in zip(identity.terms, values, strict=True))
        if close(total, 0, len(values)):
            score += _HOLDS if filled > 2 else _HOLDS_THIN
        else:
            score += _BREAKS
    return max(-_MOST, min(_MOST, score))


def _copies(slot: str, body: Body, expected: Expected) -> float:
    score = 0.0
    for row, figure in body.figures.items():
        for value, sure in expected.get((row, slot), ()):
            if not figure and not value:
                continue
            if close(figure, value):
                score += _SAME
            elif sure:
                score += _OTHER
    return max(-2.5, min(3.0, score))
