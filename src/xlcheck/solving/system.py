"""A system of linear relations over figures with intervals, of which only the rows that matter are ever solved.

Every figure starts where it is printed. A relation that holds there costs nothing until one of its figures has to
move: then it is added. A conflict of some relations is one of all of them, and an assignment is only called feasible
when every relation that its moved figures touch holds, so both answers are those of the whole system.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from xlcheck.solving.simplex import Bound, Budget, Exact, Simplex

Bounds = tuple[Bound, Bound]
_MANY = 4_000  # variables: looking which have moved is work as well


class InfeasibleError(Exception):
    """Relations that had not mattered before admit no assignment after all."""


class Constraint(NamedTuple):
    """``low ≤ Σ weight·variable ≤ high``; None: no bound."""

    weights: Mapping[int, int]
    low: Bound
    high: Bound


class System:
    """Rows over variables; variables and their intervals are asked for when they are needed."""

    def __init__(
        self,
        rows: Sequence[Constraint],
        touching: Callable[[int], Iterable[int]],
        start: Callable[[int], int],
        bounds: Callable[[int], Bounds],
        budget: Budget,
        switched: frozenset[int] = frozenset(),
    ) -> None:
        """``touching`` gives the numbers of the rows with a variable; rows in ``switched`` count while switched on."""
        self._rows = rows
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
        """Let a row count, or count no more."""
        self._off.discard(number) if on else self._off.add(number)
        if on:
            self.add(number)
        if number in self._added:
            row = self._rows[number]
            self._simplex.bound(-1 - number, *((row.low, row.high) if on else (None, None)))

    def add(self, number: int) -> None:
        """Add a row for good."""
        if number in self._added:
            return
        self._added.add(number)
        row = self._rows[number]
        for variable in row.weights:
            if variable not in self._known:
                self._register(variable)
        self._simplex.row(-1 - number, row.weights, row.low, row.high, fixed=number not in self._switched)

    def _register(self, variable: int) -> None:
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
        """None when all rows can hold, else variables whose intervals don't let them.

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
            for number in more:
                self.add(number)

    def _violated(self) -> list[int]:
        """Rows not yet added that the figures moved so far break."""
        value = self._simplex.value
        if len(self._known) > _MANY:
            self._simplex.budget.spend(len(self._known) // 16)
        moved = [v for v, start in self._known.items() if value[v] != start]
        near = sorted({n for v in moved for n in self._touching(v)} - self._added - self._off)
        found = []
        for number in near:
            weights, low, high = self._rows[number]
            self._simplex.budget.spend(len(weights))
            total = sum(w * (value[v] if v in self._known else self._start(v)) for v, w in weights.items())
            if (low is not None and total < low) or (high is not None and total > high):
                found.append(number)
        return found

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
        if variable not in self._known:
            self._register(variable)
        while True:
            bounded = self._simplex.climb(variable, up=up)
            more = self._violated() if bounded else self._open(variable)
            if not more:
                return self._simplex.value[variable] if bounded else None
            for number in more:
                self.add(number)
            if self._simplex.conflict() is not None:
                raise InfeasibleError

    def _open(self, variable: int) -> list[int]:
        """Rows that may still stop a variable without a bound: its own first, then those of all known variables."""
        gone = self._added | self._off
        own = set(self._touching(variable)) - gone
        return sorted(own or {n for v in self._known for n in self._touching(v)} - gone)

    def value(self, variable: int) -> Exact:
        """The figure of the witness."""
        return self._simplex.value[variable] if variable in self._known else self._start(variable)
