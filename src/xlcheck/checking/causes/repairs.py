"""Minimum sets of cells that, given other figures, make every relation of a component hold; and how likely each is.

A *repair* is complete and exact: freeing its cells makes the whole model feasible, and no smaller set does. The
search is the hitting-set search of model-based diagnosis: every infeasible attempt gives a conflict (cells whose
intervals can't all be right), and only sets with a cell in every conflict are worth an attempt.
"""

from __future__ import annotations

import math
from bisect import insort
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import NamedTuple, Self

from xlcheck.checking.causes.bounds import domain
from xlcheck.checking.causes.constraint_model import ConstraintModel
from xlcheck.checking.causes.error_models import ErrorModel, Written, candidates, error_model
from xlcheck.formula.interval import Interval, printed
from xlcheck.model import SCALE
from xlcheck.solving.simplex import OverBudgetError
from xlcheck.solving.system import Bounds, InfeasibleError, System

ANOTHER = math.log(0.004)  # a second independent mistake in the same component
_NARROW = 6  # last digits: what is left is for error models and printed sums to decide
_MOST_PRINTABLE = 120
_MOST_REPAIRS = 150
_MOST_TESTS = 400  # attempts to make everything hold with some cells freed
_MOST_PARTS = 60  # of a total whose parts' parts are looked at
_LARGEST = 4  # cells of a repair: more explain anything
_ODD = 100.0  # a minus where no amount has one speaks for itself
_HOPELESS = ErrorModel("unknown", 1e-12)  # no printable figure fits
_UNBOUNDED = 1_000_000  # figures that a cell without bounds may have
_ERRORS_A_DIGIT = 6  # errors of figures rounded on their own that add up to a variance of one last digit
_LEAST_VARIANCE = 0.2
_LEAST_FIT = 1e-12  # a relation that does not fit may still be the wrong one


class Correction(NamedTuple):
    """What a freed cell should say: the exact figures that fit, the likeliest printed one (None: can't tell)."""

    cell: int
    figure: int | None
    low: int | None
    high: int | None
    error_model: ErrorModel


class Repair(NamedTuple):
    """Cells to change, in order of their numbers, and the logarithm of how likely that is."""

    corrections: tuple[Correction, ...]
    score: float

    @property
    def cells(self) -> frozenset[int]:
        """The cells it changes."""
        return frozenset(c.cell for c in self.corrections)

    @property
    def figures(self) -> dict[int, int]:
        """What the cells should say, where that can be told."""
        return {c.cell: c.figure for c in self.corrections if c.figure is not None}


def repair_of(corrections: Sequence[Correction]) -> Repair:
    """The repair that makes some corrections, with its score."""
    chance = sum(c.error_model.log_chance for c in corrections)
    return Repair(tuple(corrections), chance + ANOTHER * (len(corrections) - 1))


class Component:
    """Failing relations that share cells, switched on in the system of everything that holds."""

    def __init__(self, model: ConstraintModel, system: System, failing: Sequence[int], *, wide: bool = False) -> None:
        self.model = model
        self.wide = wide
        self.failing = tuple(failing)
        self.system = system
        self.tests = 0

    def __enter__(self) -> Self:
        for number in self.failing:
            self.system.switch(number, on=True)
        return self

    def __exit__(self, *_: object) -> None:
        for number in self.failing:
            self.system.switch(number, on=False)

    def free(self, cells: Sequence[int] | frozenset[int]) -> dict[int, Bounds]:
        """The intervals of freed cells: amounts are not negative, except where they may be or are."""
        return {c: domain(self.model, c) for c in cells}

    def conflict(self, changed: dict[int, Bounds]) -> frozenset[int] | None:
        """Whether everything can hold with other intervals for some cells: None, or a conflict."""
        self.tests += 1
        with self.system.changed(changed):
            return self.system.conflict()

    # --- repairs --------------------------------------------------------------------------------------

    def narrowed(self, screened: Sequence[int]) -> list[int]:
        """Those of ``screened`` that alone make everything hold; a failed attempt often rules out others too."""
        left, found = list(screened), []
        while left:
            cell = left.pop(0)
            clash = self.conflict(self.free((cell,)))
            if clash is None:
                found.append(cell)
            else:
                left = [c for c in left if c in clash]
        return found

    def smallest(self, conflicts: list[frozenset[int]], least: int = 2) -> list[frozenset[int]]:
        """All repairs of the smallest size from ``least`` on; empty when there is none within bounds."""
        for size in range(least, _LARGEST + 1):
            found = self._of_size(size, conflicts)
            if found:
                return found
            if self.tests > _MOST_TESTS:
                break
        return []

    def _of_size(self, size: int, conflicts: list[frozenset[int]]) -> list[frozenset[int]]:
        """The repairs of one size; ``conflicts`` grows by what the search meets, the shortest first."""
        conflicts.sort(key=len)
        found: list[frozenset[int]] = []
        seen: set[frozenset[int]] = set()
        stack: list[frozenset[int]] = [frozenset()]
        while stack and self.tests <= _MOST_TESTS and len(found) < _MOST_REPAIRS:
            cells = stack.pop()
            if cells in seen:
                continue
            seen.add(cells)
            conflict = self._unresolved(cells, conflicts)
            if conflict is None:
                found.append(cells)
            elif len(cells) < size:
                stack += [cells | {c} for c in sorted(conflict, reverse=True)]
        return [f for f in found if len(f) == size]

    def _unresolved(self, cells: frozenset[int], conflicts: list[frozenset[int]]) -> frozenset[int] | None:
        """A conflict that is left when some cells are freed: one that is known, or else a new one, which is noted."""
        for known in conflicts:  # the shortest first: it leaves the fewest cells to try
            if cells.isdisjoint(known):
                return known
        found = self.conflict(self.free(cells))
        if found is not None:
            insort(conflicts, found, key=len)
        return found

    # --- what the cells should say ----------------------------------------------------------------------

    def repair(self, cells: Sequence[int] | frozenset[int], known: Mapping[int, Bounds] = {}) -> Repair:
        """The exact range of each freed cell, the likeliest figure in it, and the score.

        ``known`` are ranges by the relations of each cell alone: where they leave one printed figure, that is it.
        """
        freed = frozenset(cells)
        sure = {c: r for c in freed if (r := known.get(c)) is not None and self._pinned(r, c)}
        ranges = sure if len(sure) == len(freed) else self._ranges(freed, known)
        return repair_of([self._correction(cell, ranges[cell], freed) for cell in sorted(cells)])

    def _pinned(self, bounds: Bounds, cell: int) -> bool:
        low, high = bounds
        return low is not None and high is not None and high - low < _NARROW * self.model.step(cell)

    def _ranges(self, freed: frozenset[int], known: Mapping[int, Bounds]) -> Mapping[int, Bounds]:
        try:
            with self.system.changed(self.free(freed)):
                if self.system.conflict() is None:
                    return {c: self.system.extremes(c) for c in sorted(freed)}
        except (InfeasibleError, OverBudgetError):
            if not known:
                raise
        if not known:
            raise InfeasibleError
        return known

    def _correction(self, cell: int, bounds: Bounds, freed: frozenset[int]) -> Correction:
        step = self.model.step(cell)
        around = written(self.model, cell, freed)
        fitting = printable(bounds, step, around, self.model.ulp(cell), wide=self.wide)
        if not fitting.figures:
            return Correction(cell, None, *bounds, _HOPELESS)
        weights = self._weights(cell, freed, fitting.figures)
        models = {f: error_model(around, f) for f in fitting.figures}
        best = max(fitting.figures, key=lambda f: (models[f].chance * weights[f], -abs(f)))
        whole = sum(weights.values()) * fitting.total / len(fitting.figures)
        chance = sum(models[f].chance * weights[f] for f in fitting.figures) / whole
        if (around.figure or 0) < 0 and domain(self.model, cell)[0] == 0:
            chance = min(1.0, chance * _ODD)
        figure = best * step if fitting.tells(models[best]) else None
        return Correction(cell, figure, *bounds, models[best]._replace(chance=chance))

    def _weights(self, cell: int, freed: frozenset[int], figures: Sequence[int]) -> dict[int, float]:
        """How well each figure fits the relations as printed.

        What the other relations of a rule leave over in this workbook, this one most likely does too: nothing, where
        totals are summed from what is shown; a little too much, where figures are cut off.
        """
        weights = dict.fromkeys(figures, 1.0)
        for number in self.model.near.get(cell, ()):
            relation = self.model.relations[number]
            if relation.op == "=" and sum(c in relation.weights for c in freed) == 1:
                for figure, fit in self._fits(number, cell, figures):
                    weights[figure] *= fit
        return weights

    def _fits(self, number: int, cell: int, figures: Sequence[int]) -> Iterator[tuple[int, float]]:
        """How well each figure of a cell fits one relation."""
        relation, step = self.model.relations[number], self.model.step(cell)
        weight, own = relation.weights[cell], self.model.figure(cell)
        usual = self.model.residuals(relation.key[0])
        # n figures rounded on their own: their sum is off by what n uniform errors add up to
        variance = self.model.grain(number).number / _ERRORS_A_DIGIT + _LEAST_VARIANCE
        for figure in figures:
            off = (relation.difference + weight * (figure * step - own)) / step
            loose = math.exp(-off * off / (2 * variance)) / math.sqrt(2 * math.pi * variance)
            yield figure, (usual.often(off) + loose) / (usual.number + 1) + _LEAST_FIT


# --- one cell ---------------------------------------------------------------------------------------------


def written(model: ConstraintModel, cell: int, freed: frozenset[int]) -> Written:
    """A cell with what stands around it; cells that are in doubt themselves don't count as neighbours."""
    amount, step = model.amount(cell), model.step(cell)
    parts = [tuple(f // step for c in found if (f := model.figure(c))) for found in _parts(model, cell)]
    figure = None if not amount.filled or amount.figure is None else amount.figure // step
    decimals = max(0, len(str(SCALE)) - len(str(step)))
    around = list(_neighbours(model, cell, freed))
    own = model.figure(cell)
    alike = max((model.alike(cell, beside) for beside, f in around if f == own), default=0.0)
    return Written(figure, decimals, tuple(f // step for _, f in around), tuple(parts), alike)


def _parts(model: ConstraintModel, cell: int) -> Iterator[list[int]]:
    """The cells that a total is the sum of, for each of its sums; then theirs, which are easily counted again."""
    for relation in model.sums_to(cell):
        parts = relation.parts()
        yield parts
        if len(parts) > _MOST_PARTS:
            continue
        below = [c for part in parts for inner in model.sums_to(part) for c in inner.parts()]
        if below:
            yield below


def _neighbours(model: ConstraintModel, cell: int, freed: frozenset[int]) -> Iterator[tuple[bool, int]]:
    """The figures above, below, and on both sides (``True``) of a cell."""
    section, row, column = model.place(cell)
    for r, c in ((row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1)):
        if 0 <= r < len(section.rows) and 0 <= c < len(section.columns):
            figure = section.figures[r][c]
            if figure and model.number(section, r, c) not in freed:
                yield c != column, figure


class Printable(NamedTuple):
    """Figures (units of the last digit) that are tried, and how many there are that would fit."""

    figures: list[int]
    total: int

    def tells(self, likeliest: ErrorModel) -> bool:
        """Whether the likeliest figure can be named: there are few, or a known error of the hand leads to it."""
        if len(self.figures) == 1 or self.total <= _MOST_PRINTABLE:
            return True
        return likeliest.kind not in ("unknown", "deleted")


def printable(bounds: Bounds, step: int, around: Written, grain: int, *, wide: bool) -> Printable:
    """Figures that can stand for an exact one within ``bounds``.

    All of them where there are few, else those that a known error turns into what is written. ``wide``: by the habits
    of offices, a figure may be cut off, or off by one.
    """
    low, high = _widened(bounds, grain) if wide else bounds
    if low is None or high is None:
        fitting = [f for f in candidates(around) if _lies_in(f * step, low, high)]
        return Printable(sorted(fitting), _UNBOUNDED)
    first, last = low // step - 1, high // step + 1
    if last - first > _MOST_PRINTABLE:
        return Printable(sorted(f for f in candidates(around) if first < f < last), last - first - 1)
    fits = Interval(low, high)
    return _printed_in(fits, range(first, last + 1), step, grain, around.figure)


def _widened(bounds: Bounds, by: int) -> Bounds:
    low, high = bounds
    return None if low is None else low - by, None if high is None else high + by


def _printed_in(fits: Interval, figures: range, step: int, grain: int, shown: int | None) -> Printable:
    """Those figures, but for the one that is shown, that stand for an exact one in an interval."""
    found = [f for f in figures if printed(f * step, grain).meets(fits) and f != shown]
    return Printable(found, len(found))


def _lies_in(figure: int, low: int | None, high: int | None) -> bool:
    return (low is None or figure >= low) and (high is None or figure <= high)


# --- independent choices ----------------------------------------------------------------------------------


def factors(repairs: Sequence[frozenset[int]]) -> list[list[frozenset[int]]]:
    """Minimum repairs as independent choices: every combination of one of each is one of them.

    Mistakes that have nothing to do with each other then don't multiply. Where the repairs are no such product,
    they are one choice.
    """
    every = set(repairs)
    choices = [sorted({r & group for r in repairs}, key=sorted) for group in _dependent(repairs)]
    if math.prod(len(c) for c in choices) == len(every):
        combined = {frozenset().union(*chosen) for chosen in product(*choices)}
        if combined == every:
            return choices
    return [sorted(every, key=sorted)]


def _dependent(repairs: Sequence[frozenset[int]]) -> list[frozenset[int]]:
    """The cells of all repairs, in groups that are chosen independently of each other."""
    groups: list[frozenset[int]] = []
    for cell in sorted(frozenset().union(*repairs)):
        linked = [g for g in groups if any(not _independent(cell, other, repairs) for other in g)]
        groups = [g for g in groups if g not in linked] + [frozenset({cell}).union(*linked)]
    return groups


def _independent(a: int, b: int, repairs: Sequence[frozenset[int]]) -> bool:
    """Whether every choice about the one goes with every choice about the other."""
    both = {(a in r, b in r) for r in repairs}
    return len(both) == len({x for x, _ in both}) * len({y for _, y in both})
