"""Minimum sets of cells that, given other figures, make every relation of a component hold; and how likely each is.

A *repair* is complete and exact: freeing its cells makes the whole model feasible, and no smaller set does. The
search is the hitting-set search of model-based diagnosis: every infeasible attempt gives a conflict (cells whose
intervals can't all be right), and only sets with a cell in every conflict are worth an attempt.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import NamedTuple, Self

from xlcheck.checking.causes.constraint_model import ConstraintModel, Level, Relation
from xlcheck.checking.causes.error_models import ErrorModel, Written, candidates, error_model
from xlcheck.formula.interval import Interval, printed
from xlcheck.solving.simplex import OverBudgetError
from xlcheck.solving.system import Bounds, InfeasibleError, System

_NARROW = 6  # last digits: what is left is for slips and printed sums to decide
_MOST_PRINTABLE = 120
ANOTHER = math.log(0.004)  # a second independent mistake in the same component
_MOST_REPAIRS = 150
_MOST_TESTS = 400
_LARGEST = 4
_ODD = 100.0
_UNBOUNDED = 1_000_000  # figures that a cell without bounds may have


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
        return frozenset(r.cell for r in self.corrections)


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
        found: list[frozenset[int]] = []
        seen: set[frozenset[int]] = set()
        stack: list[frozenset[int]] = [frozenset()]
        while stack and self.tests <= _MOST_TESTS and len(found) < _MOST_REPAIRS:
            cells = stack.pop()
            if cells in seen:
                continue
            seen.add(cells)
            open_conflict = min((c for c in conflicts if not c & cells), key=len, default=None)
            if open_conflict is None:
                clash = self.conflict(self.free(cells))
                if clash is None:
                    found.append(cells)
                    continue
                conflicts.append(clash)
                open_conflict = clash
            if len(cells) < size:
                stack += [cells | {c} for c in sorted(open_conflict, reverse=True)]
        return [f for f in found if len(f) == size]

    # --- what the cells should say ----------------------------------------------------------------------

    def repair(self, cells: Sequence[int] | frozenset[int], known: Mapping[int, Bounds] = {}) -> Repair:
        """The exact range of each freed cell, the likeliest figure in it, and the score.

        ``known`` are ranges by the relations of each cell alone: where they leave one printed figure, that is it.
        """
        freed = frozenset(cells)
        sure = {c: r for c in freed if (r := known.get(c)) is not None and self._pinned(r, c)}
        ranges = sure if len(sure) == len(freed) else self._ranges(freed, known)
        rights = [self._right(cell, *ranges[cell], freed) for cell in sorted(cells)]
        score = sum(math.log(max(r.error_model.chance, 1e-300)) for r in rights) + ANOTHER * (len(rights) - 1)
        return Repair(tuple(rights), score)

    def _pinned(self, bounds: Bounds, cell: int) -> bool:
        low, high = bounds
        ulp = self.model.ulp(cell) or 1_000_000
        return low is not None and high is not None and high - low < _NARROW * ulp

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

    def _right(self, cell: int, low: int | None, high: int | None, freed: frozenset[int]) -> Correction:
        model = self.model
        ulp = model.ulp(cell) or 1_000_000
        around = written(model, cell, ulp, freed)
        figures, count = printable(low, high, ulp, around, model.ulp(cell), wide=self.wide)
        weights = self._weights(cell, freed, ulp, figures)
        models = {f: error_model(around, f) for f in figures}
        if not figures:
            return Correction(cell, None, low, high, ErrorModel("unknown", 1e-12))
        whole = sum(weights.values()) * count / len(figures)
        chance = sum(models[f].chance * weights[f] for f in figures) / whole
        if (around.figure or 0) < 0 and domain(model, cell)[0] == 0:
            chance = min(1.0, chance * _ODD)  # a minus where no amount has one
        best = max(figures, key=lambda f: (models[f].chance * weights[f], -abs(f)))
        sure = len(figures) == 1 or count <= _MOST_PRINTABLE or models[best].kind not in ("unknown", "deleted")
        return Correction(cell, best * ulp if sure else None, low, high, models[best]._replace(chance=chance))

    def _weights(self, cell: int, freed: frozenset[int], ulp: int, figures: Sequence[int]) -> dict[int, float]:
        """How well each figure fits the relations as printed.

        What the other relations of a rule leave over in this workbook, this one most likely does too: nothing, where
        totals are summed from what is shown; a little too much, where figures are cut off.
        """
        weights = dict.fromkeys(figures, 1.0)
        for number in self.model.near.get(cell, ()):
            relation = self.model.relations[number]
            weight = relation.weights[cell]
            if relation.op != "=" or sum(c in relation.weights for c in freed) != 1:
                continue
            usual, count = self.model.residuals(relation.key[0])
            # n figures rounded on their own: their sum is off by what n uniform errors add up to
            spread = self.model.grain(number).number / 6 + 0.2
            for figure in figures:
                off = (relation.difference + weight * (figure * ulp - self.model.figure(cell))) / ulp
                loose = math.exp(-off * off / (2 * spread)) / math.sqrt(2 * math.pi * spread)
                weights[figure] *= (usual.get(round(off, 3), 0) + loose) / (count + 1) + 1e-12
        return weights


def written(model: ConstraintModel, cell: int, ulp: int, freed: frozenset[int]) -> Written:
    """A cell with what stands around it; cells that are in doubt themselves don't count as neighbours."""
    section, row, column = model.place(cell)
    amount = section.amounts[row][column]
    near = [(row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1)]
    neighbours = []
    for r, c in near:
        if 0 <= r < len(section.rows) and 0 <= c < len(section.columns):
            figure = section.figures[r][c]
            if figure and model.number(section, r, c) not in freed:
                neighbours.append(figure // ulp)
    parts: list[tuple[int, ...]] = []
    for number in model.near.get(cell, ()):
        relation = model.relations[number]
        if relation.total == cell:
            parts.append(tuple(f // ulp for c in relation.weights if c != cell and (f := model.figure(c))))
    figure = None if not amount.filled or amount.figure is None else amount.figure // ulp
    decimals = max(0, 7 - len(str(ulp)))
    return Written(figure, decimals, tuple(neighbours), tuple(parts))


_MAY_BE_NEGATIVE = ("结余", "结转", "分配")


def domain(model: ConstraintModel, cell: int) -> Bounds:
    """What a freed cell can say: no minus, except in carry-overs (where nobody forgets to type one)."""
    section, row, column = model.place(cell)
    if not section.amounts[row][column].filled:
        return (0, None)
    label = section.rows[row].label + section.columns[column]
    return (None, None) if any(word in label for word in _MAY_BE_NEGATIVE) else (0, None)


def printable(
    low: int | None, high: int | None, ulp: int, around: Written, grain: int, *, wide: bool
) -> tuple[list[int], int]:
    """Figures (units of the last digit) that can stand for an exact one between ``low`` and ``high``, and how many.

    All of them where there are few, else those that a known slip turns into what is written. ``wide``: by the habits
    of offices, a figure may be cut off, or off by one.
    """
    if wide and grain:
        low, high = None if low is None else low - grain, None if high is None else high + grain
    if low is None or high is None:
        fitting = [
            f for f in candidates(around) if (low is None or f * ulp >= low) and (high is None or f * ulp <= high)
        ]
        return sorted(fitting), _UNBOUNDED
    first, last = low // ulp - 1, high // ulp + 1
    fits = Interval(low, high)
    if last - first <= _MOST_PRINTABLE:
        figures = [n for n in range(first, last + 1) if printed(n * ulp, grain).meets(fits) and n != around.figure]
        return figures, len(figures)
    return sorted(f for f in candidates(around) if first < f < last), last - first - 1


def factors(repairs: Sequence[frozenset[int]]) -> list[list[frozenset[int]]]:
    """Minimum repairs as independent choices: every combination of one of each is one of them.

    Mistakes that have nothing to do with each other then don't multiply. Where the repairs are no such product,
    they are one choice.
    """
    cells = sorted(set().union(*repairs)) if repairs else []
    groups: list[set[int]] = []
    for cell in cells:
        linked = [g for g in groups if any(not _independent(cell, other, repairs) for other in g)]
        merged = {cell}.union(*linked)
        groups = [g for g in groups if g not in linked] + [merged]
    choices = [sorted({r & frozenset(g) for r in repairs}, key=sorted) for g in groups]
    if math.prod(len(c) for c in choices) == len(set(repairs)):
        combined = {frozenset().union(*chosen) for chosen in product(*choices)}
        if combined == set(repairs):
            return choices
    return [sorted(set(repairs), key=sorted)]


def _independent(a: int, b: int, repairs: Sequence[frozenset[int]]) -> bool:
    """Whether every choice about the one goes with every choice about the other."""
    both = {(a in r, b in r) for r in repairs}
    return len(both) == len({x for x, _ in both}) * len({y for _, y in both})


def screened(
    model: ConstraintModel, failing: Sequence[int], level: Level, ignored: frozenset[int] = frozenset()
) -> dict[int, Bounds]:
    """Cells that stand in all of ``failing``, with the figures that all their relations allow them.

    Every cell that is a repair alone is among them: in the constraint model there are only more relations.
    """
    relations = model.relations
    shared = set.intersection(*(set(relations[n].weights) for n in failing))
    own = ignored.union(failing)
    reaches: dict[int, Interval] = {}
    found: dict[int, Bounds] = {}
    for cell in sorted(shared):
        low, high = domain(model, cell)
        for number in (*failing, *(n for n in model.near.get(cell, ()) if n not in own)):
            if number not in reaches:
                reaches[number] = reach(relations[number], level)
            a, b = implied(relations[number], cell, level, reaches[number])
            low = a if low is None else low if a is None else max(a, low)
            high = b if high is None else high if b is None else min(b, high)
            if low is not None and high is not None and low > high:
                break
        else:
            found[cell] = (low, high)
    return found


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


def components(model: ConstraintModel, failing: Sequence[int]) -> Iterator[list[int]]:
    """Failing relations that share cells, transitively, in their order."""
    leader = {n: n for n in failing}

    def find(n: int) -> int:
        while leader[n] != n:
            leader[n] = leader[leader[n]]
            n = leader[n]
        return n

    first: dict[int, int] = {}
    order = {n: i for i, n in enumerate(failing)}
    for number in failing:
        for cell in model.relations[number].weights:
            other = first.setdefault(cell, number)
            a, b = find(other), find(number)
            if a != b:
                leader[max(a, b, key=order.__getitem__)] = min(a, b, key=order.__getitem__)
    groups: dict[int, list[int]] = {}
    for number in failing:
        groups.setdefault(find(number), []).append(number)
    yield from groups.values()
