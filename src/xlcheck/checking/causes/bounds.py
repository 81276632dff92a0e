"""What one cell may say by its own nature, and by each of its relations alone: the first, cheap look at it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from xlcheck.checking.causes.constraint_model import ConstraintModel, Relation
from xlcheck.checking.causes.levels import Level
from xlcheck.formula.interval import Interval
from xlcheck.solving.system import Bounds

_MAY_BE_NEGATIVE = ("结余", "结转", "分配")


def domain(model: ConstraintModel, cell: int) -> Bounds:
    """What a freed cell can say: no minus, except in carry-overs (where nobody forgets to type one)."""
    section, row, column = model.place(cell)
    if not section.amounts[row][column].filled:
        return (0, None)
    label = section.rows[row].label + section.columns[column]
    return (None, None) if any(word in label for word in _MAY_BE_NEGATIVE) else (0, None)


def screened(
    model: ConstraintModel, failing: Sequence[int], level: Level, ignored: frozenset[int] = frozenset()
) -> dict[int, Bounds]:
    """Cells that stand in all of ``failing``, with the figures that all their relations allow them.

    Every cell that is a repair alone is among them: in the constraint model there are only more relations.
    """
    screen = _Screening(model, failing, level, ignored)
    shared = set.intersection(*(set(model.relations[n].weights) for n in failing))
    found = {cell: screen.allowed(cell) for cell in sorted(shared)}
    return {cell: bounds for cell, bounds in found.items() if bounds is not None}


class _Screening:
    """What the relations of a cell, one by one, let it say."""

    def __init__(self, model: ConstraintModel, failing: Sequence[int], level: Level, ignored: frozenset[int]) -> None:
        self._model = model
        self._failing = failing
        self._level = level
        self._aside = ignored.union(failing)
        self._reaches: dict[int, Interval] = {}

    def allowed(self, cell: int) -> Bounds | None:
        """The figures that all relations of a cell allow; None when there are none."""
        bounds = domain(self._model, cell)
        for number in self._numbers(cell):
            bounds = _tighter(bounds, self._implied(number, cell))
            if bounds[0] is not None and bounds[1] is not None and bounds[0] > bounds[1]:
                return None
        return bounds

    def _numbers(self, cell: int) -> Iterator[int]:
        """The failing relations first: they leave least."""
        yield from self._failing
        yield from (n for n in self._model.near.get(cell, ()) if n not in self._aside)

    def _implied(self, number: int, cell: int) -> Bounds:
        relation = self._model.relations[number]
        if number not in self._reaches:
            self._reaches[number] = reach(relation, self._level)
        return implied(relation, cell, self._level, self._reaches[number])


def _tighter(one: Bounds, other: Bounds) -> Bounds:
    """The figures within both bounds."""
    low, high = one
    if low is None or (other[0] is not None and other[0] > low):
        low = other[0]
    if high is None or (other[1] is not None and other[1] < high):
        high = other[1]
    return low, high


def reach(relation: Relation, level: Level) -> Interval:
    """What lies between the sides of a relation when each cell may be anywhere in its interval."""
    low = high = relation.constant
    for cell, weight in relation.weights.items():
        a, b = level(cell)
        low, high = (low + weight * a, high + weight * b) if weight > 0 else (low + weight * b, high + weight * a)
    return Interval(low, high)


def implied(relation: Relation, cell: int, level: Level, whole: Interval | None = None) -> Bounds:
    """Figures of a cell with which one relation can hold, the others as their intervals let them.

    ``whole`` is the relation's :func:`reach`, where the caller knows it.
    """
    low, high = reach(relation, level) if whole is None else whole
    weight = relation.weights[cell]
    a, b = level(cell) if weight > 0 else level(cell)[::-1]
    low, high = low - weight * a, high - weight * b
    # weight · x + rest = 0 (or ≤, ≥): x lies between −rest/weight
    size = abs(weight)
    least, most = (-high, -low) if weight > 0 else (low, high)
    bounds: list[int | None] = [-(-least // size), most // size]
    if relation.op != "=":
        bounds[(relation.op == "≤") != (weight > 0)] = None
    return bounds[0], bounds[1]
