"""An operation, and whether it mends what it touches.

An *operation* says what some cells were meant to show (``figures``) and which are unknown because something was
written over them (``lost``). It is a candidate when every relation it touches holds afterwards, which is decided on
the printed figures; no relation that holds now may break (Scholtus 2016: edit operations beside imputations).
"""

from __future__ import annotations

import math
from collections.abc import Container, Iterable, Iterator, Mapping
from typing import NamedTuple

from xlcheck.checking.causes.constraint_model import ConstraintModel, Relation
from xlcheck.checking.causes.error_models import ErrorModel
from xlcheck.solving.simplex import Budget

PRIOR = math.log(0.025)  # of any operation, beside that of a mistyped figure
WORK = 3_000_000  # cells: about a second of plain Python
WORK_BESIDE = 500_000  # of a search for one gross mistake among others


class Operation(NamedTuple):
    """Cells that were meant to say something else, together. ``explains``: failing relations that hold afterwards.

    ``primary`` is the cell to show first, ``error_model`` what happened to it (chains and echoes), ``facts`` what the
    sentence needs. ``others`` are cells (with what they should say) where a chain may have begun as well.
    """

    kind: str
    what: str
    explains: frozenset[int]
    primary: int
    score: float
    figures: Mapping[int, int] = {}
    lost: frozenset[int] = frozenset()
    error_model: ErrorModel | None = None
    facts: Mapping[str, str] = {}
    others: Mapping[int, int] = {}

    @property
    def cells(self) -> frozenset[int]:
        """The cells it changes."""
        return self.lost.union(self.figures)


class Effect(NamedTuple):
    """Failing relations that other figures mend, and those of what they touch that fail then."""

    mended: frozenset[int]
    left: frozenset[int]


class Solved(NamedTuple):
    """What cells that are lost must have said, by the relations in which nothing else is lost.

    ``agreeing``: how many relations say so of a cell besides the first that does.
    """

    figures: dict[int, int]
    agreeing: int


class Hypothesis:
    """One set of failing relations, on which operations are tried. Those who look for operations build on it."""

    def __init__(
        self, model: ConstraintModel, failing: Iterable[int], *, wide: bool = False, beside: bool = False
    ) -> None:
        """``wide``: the workbook's rounding is not strict. ``beside``: other mistakes may stand beside what is looked for."""
        self.model = model
        self._wide = wide
        self.failing = frozenset(failing)
        self.beside = beside
        self.budget = Budget(WORK_BESIDE if beside else WORK)

    def failing_relations(self) -> Iterator[Relation]:
        """The failing relations, in the order of the model."""
        for number in sorted(self.failing):
            yield self.model.relations[number]

    def outcome(
        self, figures: Mapping[int, int], lost: frozenset[int] = frozenset(), skipped: Container[int] = ()
    ) -> frozenset[int] | None:
        """The failing relations that other figures mend; None when they break one or leave one they touch failing.

        Relations in ``skipped`` are not looked at. What is lost may have said whatever its relations need.

        Raises:
            OverBudgetError: it took too much work.
        """
        mended = set()
        for number, holds in self._verdicts(figures, lost, skipped):
            if holds is False:
                return None
            if holds and number in self.failing:
                mended.add(number)
        return frozenset(mended) or None

    def effect(
        self, figures: Mapping[int, int], lost: frozenset[int] = frozenset(), skipped: Container[int] = ()
    ) -> Effect:
        """What other figures do to the relations that they touch, whatever fails for reasons of its own."""
        mended: set[int] = set()
        left: set[int] = set()
        for number, holds in self._verdicts(figures, lost, skipped):
            if holds is False:
                left.add(number)
            elif number in self.failing:
                (mended if holds else left).add(number)
        return Effect(frozenset(mended), frozenset(left))

    def solved(self, figures: Mapping[int, int], lost: frozenset[int]) -> Solved | None:
        """What is known of lost cells once others say ``figures``; None where relations ask different things of one."""
        found: dict[int, int] = {}
        asked = self._asked_of_lost(figures, lost)
        for cell, said in asked.items():
            slack, figure = min(said)
            if figure < -slack or any(abs(other - figure) > slack + more for more, other in said):
                return None
            found[cell] = max(figure, 0)
        return Solved(found, sum(len(said) - 1 for said in asked.values()))

    def _asked_of_lost(self, figures: Mapping[int, int], lost: frozenset[int]) -> dict[int, list[tuple[int, int]]]:
        """By lost cell: what relations ask of it in which nothing else is lost, with what rounding leaves each."""
        change = {c: f - self.model.figure(c) for c, f in figures.items()}
        asked: dict[int, list[tuple[int, int]]] = {}
        for number in self._touched((), lost):
            relation = self.model.relations[number]
            weights = relation.weights
            gone = [c for c in weights if c in lost]
            if relation.op == "=" and len(gone) == 1 and abs(weights[gone[0]]) == 1:
                changed = weights.keys() & change.keys()
                difference = relation.difference + sum(weights[c] * change[c] for c in changed)
                figure = self.model.figure(gone[0]) - difference * weights[gone[0]]
                asked.setdefault(gone[0], []).append((self.slack(number, changed), figure))
        return asked

    def _verdicts(
        self, figures: Mapping[int, int], lost: frozenset[int], skipped: Container[int]
    ) -> Iterator[tuple[int, bool | None]]:
        """The relations that other figures touch, and whether each holds then (:meth:`holds`)."""
        size = len(figures) + len(lost)
        self.budget.spend(size)
        change = {c: f - self.model.figure(c) for c, f in figures.items()}
        for number in self._touched(change, lost):
            if number not in skipped:
                weights = self.model.relations[number].weights
                self.budget.spend(min(size, len(weights)))
                yield number, self.holds(number, change) if not lost or weights.keys().isdisjoint(lost) else True

    def _touched(self, change: Iterable[int], lost: Iterable[int]) -> set[int]:
        """The relations that some cells stand in."""
        near = self.model.near
        touched = {n for c in change for n in near.get(c, ())}
        touched.update(n for c in lost for n in near.get(c, ()))
        return touched

    def holds(self, number: int, change: Mapping[int, int]) -> bool | None:
        """Whether a relation holds after a ``change`` of its figures; None: the change says nothing about it."""
        relation, failing = self.model.relations[number], number in self.failing
        weights = relation.weights
        changed = weights.keys() & change.keys()
        moved = sum([weights[c] * change[c] for c in changed])
        if not failing and not moved:
            return None
        difference = relation.difference + moved
        if relation.op != "=":
            return self._comparison_holds(number, difference, changed)
        if abs(difference) > self.slack(number, changed):
            return False
        # what fails is only mended where most of its difference is gone
        return not failing or 2 * abs(difference) <= abs(relation.difference)

    def _comparison_holds(self, number: int, difference: int, changed: Iterable[int]) -> bool | None:
        """Whether a relation with ≤ or ≥ holds with a difference; one that failed before and still does says nothing."""
        if self.model.relations[number].allows(difference):
            return True
        breaks = number not in self.failing and abs(difference) > self.slack(number, changed)
        return False if breaks else None

    def slack(self, number: int, changed: Iterable[int] = ()) -> int:
        """What rounding can leave between the sides of a relation, when ``changed`` cells of it are no longer blank."""
        model, relation = self.model, self.model.relations[number]
        whole, largest, _ = model.grain(number)
        for cell in changed:
            if not model.figure(cell):
                size = abs(relation.weights[cell]) * model.ulp(cell)
                whole, largest = whole + size, max(largest, size)
        allowed = max(whole if self._wide else whole // 2, largest)
        return allowed if number in self.failing else max(allowed, abs(relation.difference))

    def needs(self) -> dict[int, list[int]]:
        """By cell: the figures that failing relations ask for when all else is right as printed."""
        found: dict[int, list[int]] = {}
        for relation in self.failing_relations():
            if relation.op == "=":
                for cell, weight in relation.weights.items():
                    if weight and not relation.difference % weight:
                        found.setdefault(cell, []).append(self.model.figure(cell) - relation.difference // weight)
        return found
