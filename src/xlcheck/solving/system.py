"""A system of linear constraints over figures with intervals, of which only those that matter are ever solved.

Every figure starts where it is printed. A constraint that holds there costs nothing until one of its figures has to
move: then it is added. A conflict of some constraints is one of all of them, and an assignment is only called feasible
when every constraint that its moved figures touch holds, so both answers are those of the whole system.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from xlcheck.solving.simplex import Bound, Budget, Exact, Simplex

Bounds = tuple[Bound, Bound]
_FREE: Bounds = (None, None)
_MANY = 4_000  # variables: looking which have moved is work as well
_LOOKS = 16  # variables that are looked at for the work of one entry


class InfeasibleError(Exception):
    """Constraints that had not mattered before admit no assignment after all."""


class Constraint(NamedTuple):
    """``low ≤ Σ weight·variable ≤ high``; None: no bound."""

    weights: Mapping[int, int]
    low: Bound
    high: Bound

    def admits(self, total: Exact) -> bool:
        """Whether the sum may have this value."""
        return (self.low is None or total >= self.low) and (self.high is None or total <= self.high)


class System:
    """Constraints over variables; variables and their intervals are asked for when they are needed."""

    def __init__(
        self,
        constraints: Sequence[Constraint],
        touching: Callable[[int], Iterable[int]],
        start: Callable[[int], int],
        bounds: Callable[[int], Bounds],
        budget: Budget,
        switched: frozenset[int] = frozenset(),
    ) -> None:
        """``touching`` gives the numbers of the constraints with a variable; those in ``switched`` count while on."""
        self._constraints = constraints
        self._touching = touching
        self._start = start
        self._bounds = bounds
        self._simplex = Simplex(budget)
        self._added: set[int] = set()
        self._changed: dict[int, Bounds] = {}
        self._known: dict[int, int] = {}
        self._off = set(switched)
        self._switched = switched

    def switch(self, number: int, *, on: bool) -> None:
        """Let a constraint count, or count no more."""
        if on:
            self._off.discard(number)
            self.add(number)
        else:
            self._off.add(number)
        if number in self._added:
            _, low, high = self._constraints[number]
            self._simplex.bound(_row(number), *((low, high) if on else _FREE))

    def add(self, number: int) -> None:
        """Add a constraint for good."""
        if number in self._added:
            return
        self._added.add(number)
        weights, low, high = self._constraints[number]
        for variable in weights:
            self._register(variable)
        self._simplex.row(_row(number), weights, low, high, fixed=number not in self._switched)

    def _register(self, variable: int) -> None:
        if variable in self._known:
            return
        start = self._start(variable)
        self._known[variable] = start
        self._simplex.variable(variable, start, *self._bounds(variable))
        if variable in self._changed:
            self._simplex.bound(variable, *self._changed[variable])

    @contextmanager
    def changed(self, bounds: Mapping[int, Bounds]) -> Iterator[None]:
        """Other intervals for some variables, for a while."""
        before = dict(self._changed)
        self._changed.update(bounds)
        for variable, (low, high) in bounds.items():
            if variable in self._known:
                self._simplex.bound(variable, low, high)
            else:
                self._register(variable)
        try:
            yield
        finally:
            for variable in bounds:
                self._simplex.bound(variable, *before.get(variable, self._bounds(variable)))
            self._changed = before

    def conflict(self) -> frozenset[int] | None:
        """None when all constraints can hold, else variables whose intervals don't let them.

        Raises:
            OverBudgetError: it took too much work.
        """
        while True:
            found = self._simplex.conflict()
            if found is not None:
                return frozenset(v for v in found if v >= 0)
            more = self._violated()
            if not more:
                return None
            self._add_all(more)

    def _add_all(self, numbers: Iterable[int]) -> None:
        for number in numbers:
            self.add(number)

    def _violated(self) -> list[int]:
        """Constraints not yet added that the figures moved so far break."""
        value, budget = self._simplex.value, self._simplex.budget
        if len(self._known) > _MANY:
            budget.spend(len(self._known) // _LOOKS)
        moved = [v for v, start in self._known.items() if value[v] != start]
        found = []
        for number in sorted(self._waiting(moved)):
            constraint = self._constraints[number]
            budget.spend(len(constraint.weights))
            if not constraint.admits(sum(w * self.value(v) for v, w in constraint.weights.items())):
                found.append(number)
        return found

    def _waiting(self, variables: Iterable[int]) -> set[int]:
        """Constraints of some variables that count, but have not been added."""
        return {n for v in variables for n in self._touching(v)} - self._added - self._off

    def extremes(self, variable: int) -> Bounds:
        """The smallest and the largest value a variable can have; the system must be feasible.

        Raises:
            InfeasibleError: it is not.
            OverBudgetError: it took too much work.
        """
        low, high = (self._extreme(variable, up=up) for up in (False, True))
        return (
            None if low is None else -(-low.numerator // low.denominator),
            None if high is None else high.numerator // high.denominator,
        )

    def _extreme(self, variable: int, *, up: bool) -> Exact | None:
        self._register(variable)
        while True:
            bounded = self._simplex.climb(variable, up=up)
            more = self._violated() if bounded else self._open(variable)
            if not more:
                return self._simplex.value[variable] if bounded else None
            self._add_all(more)
            if self._simplex.conflict() is not None:
                raise InfeasibleError

    def _open(self, variable: int) -> list[int]:
        """Constraints that may still stop a variable without a bound: its own first, then those of all known ones."""
        return sorted(self._waiting((variable,)) or self._waiting(self._known))

    def value(self, variable: int) -> Exact:
        """The figure of the witness."""
        return self._simplex.value[variable] if variable in self._known else self._start(variable)


def _row(number: int) -> int:
    """The variable of the simplex that stands for a constraint."""
    return -1 - number
