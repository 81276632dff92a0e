"""An exact bounded simplex in integers: feasible with a witness, or a conflict.

The method is the one SMT solvers use (Dutertre and de Moura 2006): rows define basic variables by nonbasic ones, an
assignment satisfies all rows at all times, and bounds of basic variables are repaired one by one. Bounds can be
loosened and restored and rows added without starting anew, which makes testing one freed cell after another cheap.

Coefficients are exact: integers as long as all pivots are ±1, else fractions, turned back into integers whenever
their denominator is 1 (docs/design/localization.md §6). The shortest violated row goes first; should that not end, Bland's rule
(the smallest variable first) does. There is no big-M and no tolerance.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

Exact = int | Fraction
Bound = int | None
_BEFORE_BLAND = 400  # pivots of one check by the quick rule
_LONG = 500  # entries of a row: going through it is work as well


class OverBudgetError(Exception):
    """More work than was allowed."""


class Budget:
    """How much work (entries of the tableau that were touched) a search may still do; the same on every machine."""

    def __init__(self, work: int) -> None:
        self.left = work

    def spend(self, work: int) -> None:
        """Raises OverBudgetError when nothing is left."""
        self.left -= work
        if self.left < 0:
            raise OverBudgetError


class Simplex:
    """Variables (integers) with bounds, of which some are defined as sums of others: rows."""

    def __init__(self, budget: Budget) -> None:
        self.low: dict[int, Bound] = {}
        self.high: dict[int, Bound] = {}
        self.value: dict[int, Exact] = {}
        self.rows: dict[int, dict[int, Exact]] = {}  # basic variable → its row over nonbasic ones
        self.uses: dict[int, set[int]] = {}  # nonbasic variable → basic ones whose rows have it
        self.budget = budget
        self._fixed: set[int] = set()  # rows that hold for ever: once they left the basis they are gone
        self._suspect: set[int] = set()  # basic variables that may be outside of their bounds

    def variable(self, number: int, value: int, low: Bound, high: Bound) -> None:
        """A new variable; ``value`` lies within the bounds."""
        self.low[number], self.high[number], self.value[number] = low, high, value
        self.uses[number] = set()

    def row(self, number: int, weights: Mapping[int, int], low: Bound, high: Bound, *, fixed: bool = True) -> None:
        """A new variable ``number`` = Σ weight·variable; ``fixed``: its bounds never change."""
        self.low[number], self.high[number] = low, high
        if fixed and low is not None and low == high:
            self._fixed.add(number)
        # what left the basis for ever stood at a fixed value, which its users have in their constant part: see _pivot
        self.value[number] = _whole(sum((w * self.value[v] for v, w in weights.items()), start=0))
        self.rows[number] = self._in_nonbasic(weights)
        for variable in self.rows[number]:
            self.uses[variable].add(number)
        self._suspect.add(number)

    def _in_nonbasic(self, weights: Mapping[int, int]) -> dict[int, Exact]:
        """A sum with the rows of basic variables put in the place of these."""
        found: dict[int, Exact] = {}
        for variable, weight in weights.items():
            if variable in self.rows:
                for other, factor in self.rows[variable].items():
                    _put(found, other, weight * factor)
            else:
                _put(found, variable, weight)
        return found

    def bound(self, variable: int, low: Bound, high: Bound) -> None:
        """Change the bounds of a variable; the next :meth:`conflict` repairs what that breaks."""
        self.low[variable], self.high[variable] = low, high
        if variable in self.rows:
            self._suspect.add(variable)
            return
        value = self.value[variable]
        if low is not None and value < low:
            self._move(variable, low)
        elif high is not None and value > high:
            self._move(variable, high)

    def _move(self, variable: int, value: Exact) -> None:
        change = value - self.value[variable]
        self.value[variable] = value
        for basic in self.uses[variable]:
            self.value[basic] = _whole(self.value[basic] + self.rows[basic][variable] * change)
        self._suspect |= self.uses[variable]

    # --- feasibility ------------------------------------------------------------------------------

    def conflict(self) -> frozenset[int] | None:
        """Repair the assignment. None when it fits all bounds, else variables whose bounds admit none.

        Raises:
            OverBudgetError: it took too much work; what was assigned stays usable.
        """
        pivots = 0
        while True:
            broken = self._broken(bland=pivots > _BEFORE_BLAND)
            if broken is None:
                return None
            basic, target, up = broken
            entering = self._entering(basic, up=up, bland=pivots > _BEFORE_BLAND)
            if entering is None:
                return frozenset({basic, *self.rows[basic]})
            self._pivot(basic, entering, target)
            pivots += 1

    def _broken(self, *, bland: bool) -> tuple[int, int, bool] | None:
        """A basic variable outside of its bounds, the bound it breaks, and whether it must rise."""
        best: tuple[int, int] | None = None
        found: tuple[int, int, bool] | None = None
        fine = []
        self.budget.spend(len(self._suspect))
        for basic in self._suspect:
            row = self.rows.get(basic)
            if row is None:
                fine.append(basic)
                continue
            value, low, high = self.value[basic], self.low[basic], self.high[basic]
            if low is not None and value < low:
                broken = (basic, low, True)
            elif high is not None and value > high:
                broken = (basic, high, False)
            else:
                fine.append(basic)
                continue
            rank = (0 if bland else len(row), basic)
            if best is None or rank < best:
                best, found = rank, broken
        self._suspect.difference_update(fine)
        return found

    def _entering(self, basic: int, *, up: bool, bland: bool) -> int | None:
        """A nonbasic variable that can move the right way: with a unit weight and few users, if there is one."""
        best: tuple[bool, int, int] | None = None
        row = self.rows[basic]
        self.budget.spend(len(row))
        for variable, weight in row.items():
            rising = (weight > 0) == up
            end = self.high[variable] if rising else self.low[variable]
            value = self.value[variable]
            if end is None or (value < end if rising else value > end):
                rank = (False, 0, variable) if bland else (weight not in (1, -1), len(self.uses[variable]), variable)
                if best is None or rank < best:
                    best = rank
        return None if best is None else best[2]

    def _pivot(self, basic: int, entering: int, target: Exact) -> None:
        """``entering`` takes the place of ``basic``, which goes to ``target``."""
        row = self.rows[basic]
        users = self.uses[entering]
        self.budget.spend(len(row) * len(users))
        del self.rows[basic]
        weight = row.pop(entering)
        change = _divide(target - self.value[basic], weight)
        self.value[basic] = target
        self.value[entering] = _whole(self.value[entering] + change)
        users.discard(basic)
        for user in users:
            self.value[user] = _whole(self.value[user] + self.rows[user][entering] * change)
        self._suspect |= users
        self._suspect.add(entering)
        for variable in row:
            self.uses[variable].discard(basic)
        new: dict[int, Exact] = {v: _divide(-f, weight) for v, f in row.items()}
        self.uses[basic] = set()
        if basic not in self._fixed:  # one that never moves again needs no column
            new[basic] = _divide(1, weight)
        self._substitute(entering, new, users)
        self.rows[entering] = new
        self.uses[entering] = set()
        for variable in new:
            self.uses[variable].add(entering)

    def _substitute(self, entering: int, new: Mapping[int, Exact], users: set[int]) -> None:
        """Put the ``new`` row of a variable in its place in the rows of its ``users``."""
        for user in users:
            other = self.rows[user]
            factor = other.pop(entering)
            for variable, f in new.items():
                before = other.get(variable)
                now = factor * f if before is None else before + factor * f
                if now == 0:
                    del other[variable]
                    self.uses[variable].discard(user)
                else:
                    other[variable] = _whole(now)
                    self.uses[variable].add(user)

    # --- the range of a variable -------------------------------------------------------------------

    def climb(self, variable: int, *, up: bool) -> bool:
        """Move a feasible assignment to the largest (smallest) value of a variable; False when there is none.

        Raises:
            OverBudgetError: it took too much work.
        """
        steps = 0
        while True:
            steps += 1
            row: Mapping[int, Exact] = self.rows.get(variable, {variable: 1})
            moving = self._improving(row, up=up, bland=steps > _BEFORE_BLAND)
            if moving is None:
                return True
            rising = (row[moving] > 0) == up
            limit, blocking, target = self._room(moving, rising=rising)
            if limit is None:
                return False
            if blocking is None:
                self.budget.spend(len(self.uses[moving]))
                self._move(moving, self.value[moving] + (limit if rising else -limit))
            else:
                self._pivot(blocking, moving, target)

    def _improving(self, row: Mapping[int, Exact], *, up: bool, bland: bool) -> int | None:
        best: tuple[int, int] | None = None
        if len(row) > _LONG:
            self.budget.spend(len(row))
        for variable, weight in row.items():
            rising = (weight > 0) == up
            end = self.high[variable] if rising else self.low[variable]
            if end is None or end != self.value[variable]:
                rank = (0 if bland else len(self.uses[variable]), variable)
                if best is None or rank < best:
                    best = rank
        return None if best is None else best[1]

    def _room(self, moving: int, *, rising: bool) -> tuple[Exact | None, int | None, Exact]:
        """How far a nonbasic variable can go, the basic one that stops it (None: its own bound) and where that stands."""
        limit = self._own_room(moving, rising=rising)
        blocking: int | None = None
        target: Exact = 0
        self.budget.spend(len(self.uses[moving]))
        for basic in sorted(self.uses[moving]):
            rate: Exact = self.rows[basic][moving] if rising else -self.rows[basic][moving]
            stop = self.high[basic] if rate > 0 else self.low[basic]
            if stop is None:
                continue
            room = _divide(stop - self.value[basic], rate)
            if limit is None or room < limit:
                limit, blocking, target = room, basic, stop
        return limit, blocking, target

    def _own_room(self, moving: int, *, rising: bool) -> Exact | None:
        """How far a variable can go to its own bound; None: it has none."""
        end = self.high[moving] if rising else self.low[moving]
        if end is None:
            return None
        return end - self.value[moving] if rising else self.value[moving] - end


def _put(row: dict[int, Exact], variable: int, weight: Exact) -> None:
    total = row.get(variable, 0) + weight
    if total == 0:
        row.pop(variable, None)
    else:
        row[variable] = _whole(total)


def _divide(number: Exact, by: Exact) -> Exact:
    if by == 1:
        return number
    if by == -1:
        return -number
    return _whole(Fraction(number) / by)


def _whole(number: Exact) -> Exact:
    """Fractions spread through sums: back to an integer as soon as it is one."""
    return number.numerator if isinstance(number, Fraction) and number.denominator == 1 else number
