"""How far the figure of a cell may be from what is printed: strictly rounded, or by the bound of level 错误."""

from __future__ import annotations

from collections.abc import Callable

from xlcheck.checking import judge
from xlcheck.checking.causes.constraint_model import ConstraintModel
from xlcheck.formula.interval import ZERO, Interval

Level = Callable[[int], Interval]


def strict(model: ConstraintModel) -> Level:
    """What the print of a figure leaves it (docs/design/localization.md §2.2): half-open; a blank is exactly 0."""
    return lambda cell: judge.span(model.amount(cell))


def tolerant(model: ConstraintModel) -> Level:
    """Level 错误 (docs/design/localization.md §2.3): one last digit, and half of one for each filled leaf below in its table."""
    return _Tolerant(model).band


class _Tolerant:
    """No function in a function that calls itself: such a ring would keep the whole model in memory."""

    def __init__(self, model: ConstraintModel) -> None:
        self._model = model
        self._known: dict[int, int] = {}

    def band(self, cell: int) -> Interval:
        """The interval of a cell."""
        model = self._model
        if not model.amount(cell).filled:
            return ZERO
        ulp = model.ulp(cell)
        reach = ulp + ulp // 2 * self._leaves(cell) if ulp else 0
        return Interval(model.figure(cell) - reach, model.figure(cell) + reach)

    def _leaves(self, cell: int) -> int:
        """The filled leaves below a cell in its table."""
        known = self._known
        if cell not in known:
            known[cell] = 1 if self._model.figure(cell) else 0  # ends a cycle, should a form ever have one
            counts = [sum(self._leaves(c) for c in relation.parts()) for relation in self._model.sums_to(cell)]
            known[cell] = max(counts, default=0) or known[cell]
        return known[cell]


def cached(level: Level) -> Level:
    """A level that is asked for the same cell many times."""
    known: dict[int, Interval] = {}

    def bounds(cell: int) -> Interval:
        if cell not in known:
            known[cell] = level(cell)
        return known[cell]

    return bounds
