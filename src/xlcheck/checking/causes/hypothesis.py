"""An operation, and whether it mends what it touches.

An *operation* says what some cells were meant to show (``figures``) and which are unknown because something was
written over them (``lost``). It is a candidate when every relation it touches holds afterwards, which is decided on
the printed figures; no relation that holds now may break (Scholtus 2016: edit operations beside imputations).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Container, Iterable, Mapping
from typing import NamedTuple

from xlcheck.checking.causes.constraint_model import ConstraintModel
from xlcheck.checking.causes.error_models import ErrorModel
from xlcheck.solving.simplex import Budget

PRIOR = math.log(0.025)  # of any operation, beside that of a mistyped figure
WORK = 3_000_000  # cells: about a second of plain Python


class Operation(NamedTuple):
    """Cells that were meant to say something else, together. ``explains``: failing relations that hold afterwards.

    ``primary`` is the cell to show first, ``error_model`` what happened to it (chains and echoes), ``facts`` what the sentence needs.
    ``others`` are cells (with what they should say) where a chain may have begun as well.
    """

    kind: str
    what: str
    figures: Mapping[int, int]
    lost: frozenset[int]
    explains: frozenset[int]
    primary: int
    score: float
    error_model: ErrorModel | None = None
    facts: Mapping[str, str] = {}
    others: Mapping[int, int] = {}

    @property
    def cells(self) -> frozenset[int]:
        """The cells it changes."""
        return self.lost.union(self.figures)


class Hypothesis:
    """One set of failing relations, on which operations are tried. Those who look for operations build on it."""

    def __init__(
        self, model: ConstraintModel, failing: Iterable[int], *, wide: bool = False, budget: Budget | None = None
    ) -> None:
        """``wide``: the workbook's rounding is not strict. ``budget``: how many cells may be looked at."""
        self.model = model
        self._wide = wide
        self.failing = frozenset(failing)
        self.budget = budget or Budget(WORK)

    def outcome(
        self, figures: Mapping[int, int], lost: frozenset[int] = frozenset(), skipped: Container[int] = ()
    ) -> frozenset[int] | None:
        """The failing relations that other figures mend; None when they break one or leave one they touch failing.

        Relations in ``skipped`` are not looked at.

        Raises:
            OverBudgetError: it took too much work.
        """
        model = self.model
        self.budget.spend(len(figures) + len(lost))
        change = {c: f - model.figure(c) for c, f in figures.items()}
        near = model.near
        touched = {n for c in change for n in near.get(c, ())}
        touched.update(n for c in lost for n in near.get(c, ()))
        mended = set()
        for number in touched:
            if number in skipped:
                continue
            failing = number in self.failing
            relation = model.relations[number]
            self.budget.spend(min(len(change) + len(lost), len(relation.weights)))
            if lost and _meet(lost, relation.weights):
                if failing:
                    mended.add(number)
                continue
            holds = self.holds(number, change)
            if holds is False:
                return None
            if holds and failing:
                mended.add(number)
        return frozenset(mended) or None

    def holds(self, number: int, change: Mapping[int, int]) -> bool | None:
        """Whether a relation holds after a ``change`` of its figures; None: the change says nothing about it."""
        relation, failing = self.model.relations[number], number in self.failing
        weights = relation.weights
        if len(change) < len(weights):
            moved = sum(weights[c] * by for c, by in change.items() if c in weights)
        else:
            moved = sum(w * change[c] for c, w in weights.items() if c in change)
        if not failing and not moved:
            return None
        difference = relation.difference + moved
        if relation.op != "=":
            wrong = difference > 0 if relation.op == "≤" else difference < 0
            if wrong and not failing and abs(difference) > self.slack(number, change):
                return False
            return None if wrong else True
        if abs(difference) > self.slack(number, change):
            return False
        return not failing or 2 * abs(difference) <= abs(relation.difference)

    def slack(self, number: int, change: Collection[int] = ()) -> int:
        """What rounding can leave between the sides of a relation."""
        model, relation = self.model, self.model.relations[number]
        whole, largest, _ = model.grain(number)
        weights = relation.weights
        if change:
            less, more = (change, weights) if len(change) < len(weights) else (weights, change)
            for cell in less:
                if cell in more and not model.figure(cell):
                    size = abs(weights[cell]) * model.ulp(cell)
                    whole, largest = whole + size, max(largest, size)
        allowed = max(whole // (1 if self._wide else 2), largest)
        return allowed if number in self.failing else max(allowed, abs(relation.difference))

    def needs(self) -> dict[int, list[int]]:
        """By cell: the figures that failing relations ask for when all else is right as printed."""
        found: dict[int, list[int]] = {}
        for number in sorted(self.failing):
            relation = self.model.relations[number]
            if relation.op == "=":
                for cell, weight in relation.weights.items():
                    if weight and not relation.difference % weight:
                        found.setdefault(cell, []).append(self.model.figure(cell) - relation.difference // weight)
        return found


def _meet(cells: Collection[int], others: Collection[int]) -> bool:
    """Whether two collections share a cell; the smaller one is gone through."""
    less, more = (cells, others) if len(cells) < len(others) else (others, cells)
    return any(c in more for c in less)
