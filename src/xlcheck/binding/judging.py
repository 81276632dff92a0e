"""What figures say to a reading of a table's columns: sums along its rows, and copies in other tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from operator import mul

from xlcheck.binding.evidence import Evidence, Expected, Place, SumIdentity, close
from xlcheck.binding.slots import Body, Judge

# weights in nats, those of the study in docs/binding.md §3
_HOLDS, _HOLDS_THIN, _BREAKS, _MOST = 0.5, 0.15, -1.0, 4.0
_SAME, _OTHER = 0.9, -0.7
_MOST_SAME, _MOST_OTHER = 3.0, -2.5
_ROWS = 80  # beyond these the bounds of a score are reached long ago


class FigureJudge:
    """Rates readings (slot → column) by the figures of one section, in nats; :meth:`told` adds what other tables say.

    ``figured`` are the columns that could be slots and hold figures. An identity with a part that no column was found
    for says nothing, unless no column with figures is left over: then the part is 0.
    """

    def __init__(self, evidence: Evidence, place: Place, bodies: Mapping[int, Body], figured: Iterable[int]) -> None:
        self._identities = evidence.identities.get(place, [])
        self._slots = [tuple(slot for _, slot in identity.terms) for identity in self._identities]
        self._bodies = bodies
        self._figured = frozenset(figured)
        self._rows = _telling(bodies)
        self._lines = {c: [body.figures.get(row, 0) for row in self._rows] for c, body in bodies.items()}
        self._zeros = [0] * len(self._rows)
        self._sums: dict[tuple[int, tuple[int, ...]], float] = {}

    def told(self, expected: Expected) -> Judge:
        """A judge that heeds what other tables say of the figures, beside the sums of this one."""
        if not expected:
            return self.sums
        copies: dict[tuple[str, int], float] = {}

        def judged(reading: Mapping[str, int]) -> float:
            score = self.sums(reading)
            for copied in reading.items():
                if copied not in copies:
                    copies[copied] = self._repeated(*copied, expected)
                score += copies[copied]
            return score

        return judged

    def sums(self, reading: Mapping[str, int]) -> float:
        """What the sums along the rows say to a reading."""
        score = 0.0
        left_over = bool(self._figured.difference(reading.values()))
        for n, slots in enumerate(self._slots):
            if _applies(slots, reading, left_over=left_over):
                columns = tuple(reading.get(slot, 0) for slot in slots)
                if (n, columns) not in self._sums:
                    self._sums[n, columns] = self._sum(self._identities[n], columns)
                score += self._sums[n, columns]
        return score

    def _sum(self, identity: SumIdentity, columns: tuple[int, ...]) -> float:
        """What the rows say to an identity between ``columns``."""
        return _summed(identity, [self._lines.get(c, self._zeros) for c in columns])

    def _repeated(self, slot: str, column: int, expected: Expected) -> float:
        """What other tables say to ``column`` as ``slot``."""
        body = self._bodies.get(column)
        return _repeated(slot, body, expected, self._rows) if body is not None else 0.0


def _applies(slots: Sequence[str], reading: Mapping[str, int], *, left_over: bool) -> bool:
    """Whether an identity between slots says anything to a reading: all are there, or those that are not must be 0."""
    missing = [slot for slot in slots if slot not in reading]
    if not missing:
        return True
    return not left_over and len(slots) - len(missing) >= 2 and slots[0] not in missing


def _summed(identity: SumIdentity, lines: Sequence[Sequence[int]]) -> float:
    """What the rows say to an identity; ``lines`` are the figures of each of its columns, row by row."""
    weights = [w for w, _ in identity.terms]
    score = 0.0
    for values in zip(*lines, strict=True):
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


def _repeated(slot: str, body: Body, expected: Expected, rows: Iterable[str]) -> float:
    """What other tables say to the figures of a column as ``slot``; nothing beside nothing says nothing."""
    score = 0.0
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
    return max(_MOST_OTHER, min(_MOST_SAME, score))
