"""HiGHS as the independent oracle, with proofs in exact fractions: no verdict here rests on a tolerance.

Every row gets two slacks that cost 1 each. The least cost is 0 exactly when the rows can hold; else its dual prices
say how the rows contradict the bounds, and that is checked in fractions. Figures are moved to their start and divided
by 10,000, so that HiGHS sees small numbers only. That a system *can* hold is proved by an exact witness.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

import highspy
import numpy as np

from support.effort import drawn
from xlcheck.solving.simplex import Budget, Exact
from xlcheck.solving.system import Bounds, Constraint, System

_SCALE = 10_000
_NOTHING = 1e-6
_ENOUGH = 10**12
CASES = drawn(240, "XLCHECK_ORACLE", 240)


class UnprovedError(AssertionError):
    """HiGHS says that rows can't hold, but its prices prove nothing."""


class Oracle:
    """One set of rows; bounds may change. ``start`` gives a figure near the solution for each variable."""

    def __init__(self, rows: Sequence[Constraint], bounds: Mapping[int, Bounds], start: Mapping[int, int]) -> None:
        self.rows = [r for r in rows if r.weights]
        self.bounds = dict(bounds)
        self.start = start
        self.at = {v: i for i, v in enumerate(bounds)}
        self._size = len(self.at)
        self._solver = self._model()

    def _model(self) -> highspy.Highs:
        solver = highspy.Highs()
        for option, value in (("output_flag", False), ("threads", 1), ("presolve", "off"),
                              ("primal_feasibility_tolerance", 1e-9), ("dual_feasibility_tolerance", 1e-9)):  # fmt: skip
            solver.setOptionValue(option, value)
        lp = highspy.HighsLp()
        count = len(self.rows)
        lp.num_col_, lp.num_row_ = self._size + 2 * count, count
        ends = [self._ends(v, b) for v, b in self.bounds.items()]
        lp.col_cost_ = np.array([0.0] * self._size + [1.0] * (2 * count))
        lp.col_lower_ = np.array([low for low, _ in ends] + [0.0] * (2 * count))
        lp.col_upper_ = np.array([high for _, high in ends] + [highspy.kHighsInf] * (2 * count))
        limits = [self._limits(r) for r in self.rows]
        lp.row_lower_ = np.array([low for low, _ in limits])
        lp.row_upper_ = np.array([high for _, high in limits])
        first, index, value = [0], [], []
        for number, row in enumerate(self.rows):
            index += [*(self.at[v] for v in row.weights), self._size + 2 * number, self._size + 2 * number + 1]
            value += [*map(float, row.weights.values()), 1.0, -1.0]
            first.append(len(index))
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.array(first)
        lp.a_matrix_.index_ = np.array(index)
        lp.a_matrix_.value_ = np.array(value)
        assert solver.passModel(lp) == highspy.HighsStatus.kOk
        return solver

    def _ends(self, variable: int, bounds: Bounds) -> tuple[float, float]:
        return _scaled(bounds, self.start[variable])

    def _limits(self, row: Constraint) -> tuple[float, float]:
        return _scaled((row.low, row.high), sum(w * self.start[v] for v, w in row.weights.items()))

    def change(self, bounds: Mapping[int, Bounds]) -> None:
        """Other bounds for some variables."""
        for variable, both in bounds.items():
            if self.bounds[variable] != both:
                self.bounds[variable] = both
                self._solver.changeColBounds(self.at[variable], *self._ends(variable, both))

    def feasible(self, changed: Mapping[int, Bounds] = {}) -> bool:
        """Whether all rows can hold; a No is proved exactly. ``changed`` bounds are for this question only."""
        before = {v: self.bounds[v] for v in changed}
        self.change(changed)
        try:
            self._solve()
            if self._solver.getInfo().objective_function_value <= _NOTHING:
                return True
            if not self._proved():
                raise UnprovedError(self._solver.getInfo().objective_function_value)
            return False
        finally:
            self.change(before)

    def _solve(self) -> None:
        """From where it stands; should numbers let HiGHS down, anew, then by other ways."""
        solver = self._solver
        for presolve, tolerance in (("off", 1e-9), ("off", 1e-9), ("on", 1e-9), ("off", 1e-7), ("on", 1e-7)):
            solver.setOptionValue("presolve", presolve)
            for option in ("primal_feasibility_tolerance", "dual_feasibility_tolerance"):
                solver.setOptionValue(option, tolerance)
            solver.run()
            if solver.getModelStatus() == highspy.HighsModelStatus.kOptimal:
                break
            solver.clearSolver()
        assert solver.getModelStatus() == highspy.HighsModelStatus.kOptimal

    def only(self, variables: frozenset[int]) -> bool:
        """Whether all rows can hold with the bounds of these variables alone."""
        return self.feasible({v: (None, None) for v in self.bounds if v not in variables})

    def _proved(self) -> bool:
        prices = [float(p) for p in self._solver.getSolution().row_dual]
        return any(self._refuted([sign * Fraction(p).limit_denominator(most) for p in prices])
                   for most in (1, 12, 1000, 100_000) for sign in (1, -1))  # fmt: skip

    def _refuted(self, prices: Sequence[Fraction]) -> bool:
        """Whether Σ price·row is larger than the bounds of the variables ever let it be (Farkas)."""
        sums: dict[int, Fraction] = {}
        least = Fraction(0)
        for price, row in zip(prices, self.rows, strict=True):
            if price:
                end = row.low if price > 0 else row.high
                if end is None:
                    return False
                least += price * end
                for variable, weight in row.weights.items():
                    sums[variable] = sums.get(variable, Fraction(0)) + price * weight
        most = Fraction(0)
        for variable, factor in sums.items():
            if factor:
                end = self.bounds[variable][factor > 0]
                if end is None:
                    return False
                most += factor * end
        return most < least

    def extreme(self, variable: int, *, up: bool) -> float | None:
        """The largest (smallest) value of a variable when all rows hold; None: there is none."""
        slacks = range(self._size, self._size + 2 * len(self.rows))
        solver = self._solver
        for slack in slacks:
            solver.changeColBounds(slack, 0.0, 0.0)
            solver.changeColCost(slack, 0.0)
        solver.changeColCost(self.at[variable], -1.0 if up else 1.0)
        solver.run()
        status, value = solver.getModelStatus(), solver.getInfo().objective_function_value
        solver.changeColCost(self.at[variable], 0.0)
        for slack in slacks:
            solver.changeColBounds(slack, 0.0, highspy.kHighsInf)
            solver.changeColCost(slack, 1.0)
        if status in (highspy.HighsModelStatus.kUnbounded, highspy.HighsModelStatus.kUnboundedOrInfeasible):
            return None
        assert status == highspy.HighsModelStatus.kOptimal
        return (-value if up else value) * _SCALE + self.start[variable]


def _scaled(bounds: Bounds, by: int) -> tuple[float, float]:
    low, high = bounds
    return (
        -highspy.kHighsInf if low is None else (low - by) / _SCALE,
        highspy.kHighsInf if high is None else (high - by) / _SCALE,
    )


# --- the system under test ------------------------------------------------------------------------------------


def system(
    rows: Sequence[Constraint], bounds: Mapping[int, Bounds], start: Mapping[int, int], switched: frozenset[int] = frozenset(),
    work: int = _ENOUGH,
) -> System:  # fmt: skip
    """A fresh system; rows that the start breaks are still to be added."""
    near: dict[int, list[int]] = {}
    for number, row in enumerate(rows):
        for variable in row.weights:
            near.setdefault(variable, []).append(number)
    return System(rows, lambda v: near.get(v, ()), start.__getitem__, bounds.__getitem__, Budget(work), switched)


def broken(rows: Sequence[Constraint], start: Mapping[int, int]) -> list[int]:
    """Rows that do not hold at the start."""
    figures = {v: start[v] for row in rows for v in row.weights}
    return [n for n, row in enumerate(rows) if not holds(row, figures)]


def holds(row: Constraint, figures: Mapping[int, Exact]) -> bool:
    """Whether a row holds, exactly."""
    total = sum(w * figures[v] for v, w in row.weights.items())
    return (row.low is None or total >= row.low) and (row.high is None or total <= row.high)


def within(bounds: Bounds, figure: Exact) -> bool:
    """Whether a figure lies within bounds, exactly."""
    low, high = bounds
    return (low is None or figure >= low) and (high is None or figure <= high)


def witnessed(
    found: System, rows: Sequence[Constraint], bounds: Mapping[int, Bounds], off: frozenset[int] = frozenset()
) -> bool:
    """Whether the witness of a system fits every bound and every row that counts, exactly."""
    figures = {v: found.value(v) for v in bounds}
    return all(within(bounds[v], f) for v, f in figures.items()) and all(
        holds(row, figures) for n, row in enumerate(rows) if n not in off
    )
