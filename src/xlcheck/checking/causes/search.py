"""Failing relations → explanations: the fewest, the likeliest, and what explains the same equally well."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from xlcheck.checking.causes.constraint_model import ConstraintModel, Constraints, Level, cached
from xlcheck.checking.causes.hypothesis import Operation
from xlcheck.checking.causes.operations import operations as candidates
from xlcheck.checking.causes.repairs import ANOTHER, Component, Repair, components, factors, screened
from xlcheck.solving.simplex import Budget, OverBudgetError
from xlcheck.solving.system import Bounds, InfeasibleError, System

Leveled = tuple[Level, System, frozenset[int]]
WORK = 400_000  # entries of the tableau: about 150 ms of plain Python
TIED = math.log(1.05)
_RIVAL = math.log(1e4)
_SAVED = 2.0
_UNEXPLAINED = -30.0
_SAVED_ALONE = 8.0  # one cell does as well
_FEW = 2


class CauseCandidate(NamedTuple):
    """What went wrong: a repair or an operation, the relations it explains, and repairs that do it as well.

    ``tied``: nothing favours it over the first of the alternatives.
    """

    explains: tuple[int, ...]
    repair: Repair | None
    operation: Operation | None
    alternatives: tuple[Repair, ...] = ()
    tied: bool = False

    @property
    def score(self) -> float:
        """The logarithm of how likely it is."""
        found = self.repair or self.operation
        return found.score if found else -math.inf

    @property
    def plain(self) -> bool:
        """Whether a known slip of the hand says it all."""
        return self.repair is not None and all(r.error_model.kind != "unknown" for r in self.repair.corrections)


class Search:
    """The search in one submission; ``levels`` are intervals of cells, the tightest first."""

    def __init__(
        self,
        model: ConstraintModel,
        failing: Sequence[int],
        levels: Sequence[Level],
        gaps: frozenset[int] = frozenset(),
        work: int | None = None,
    ) -> None:
        """``gaps`` are those of ``failing`` that name a row which is not there: no single figure explains that.

        Nor one that should be larger than another: which of the two is wrong, and by how much, nothing tells.
        """
        self.model = model
        self._gaps = gaps
        self.failing = list(failing)
        self.all_failing = frozenset(failing)
        self.budget = Budget(WORK if work is None else work)
        self.over_budget = False
        self._levels = [cached(level) for level in levels]
        relations = model.relations
        self.loose = [n for n in range(len(relations)) if n not in self.all_failing and not model.holds(n)]

    def cause_candidates(self) -> list[CauseCandidate]:
        """One for each independent mistake, in the order of the relations.

        Single cells first, then operations, then sets of cells for what is left: the dearest search comes last.
        """
        apart = {n for n in self.failing if self.model.relations[n].op != "="}
        groups = list(components(self.model, [n for n in self.failing if n not in apart]))
        groups += [[n] for n in self.failing if n in apart]
        systems = self._systems()
        found = [self._alone(group, systems) for group in groups]
        flat = [e for f in found for e in f]
        plain = all(found) and all(e.plain and len(e.explains) > 1 for e in flat)
        if len(flat) > 1 or not plain:
            groups, found = self._with_operations(groups, found, blocks=not plain or len(flat) > _FEW)
        found = [f or self._together(g, systems) for g, f in zip(groups, found, strict=True)]
        _, found = self._merged(groups, found, systems)
        order = {n: i for i, n in enumerate(self.failing)}
        return sorted(
            self._with_unequal([e for f in found for e in f]), key=lambda e: min(order[n] for n in e.explains)
        )

    def _with_unequal(self, found: list[CauseCandidate]) -> list[CauseCandidate]:
        """Comparisons that hold too once a figure is right are explained by it."""
        open_ones = {n for n in self.failing if self.model.relations[n].op != "="}
        open_ones.difference_update(*(e.explains for e in found))
        answers = []
        for one in found:
            rights = {r.cell: r.figure for r in one.repair.corrections} if one.repair else {}
            more = [n for n in sorted(open_ones) if self._mends(rights, n)]
            open_ones.difference_update(more)
            answers.append(one._replace(explains=(*one.explains, *more)))
        return answers

    def _mends(self, rights: Mapping[int, int | None], number: int) -> bool:
        _, op, weights, _, difference, _ = self.model.relations[number]
        for cell, figure in rights.items():
            if cell in weights and figure is not None:
                difference += weights[cell] * (figure - self.model.figure(cell))
        return difference <= 0 if op == "≤" else difference >= 0

    def _merged(
        self, groups: list[list[int]], found: list[list[CauseCandidate]], systems: Sequence[Leveled]
    ) -> tuple[list[list[int]], list[list[CauseCandidate]]]:
        """Components whose repairs change the same cells are one: what mends the one would break the other."""
        cells = [{c for e in f if e.repair for c in e.repair.cells} for f in found]
        left = list(range(len(groups)))
        merged, explained = [], []
        while left:
            first = left.pop(0)
            mine, changed = [first], set(cells[first])
            while more := [i for i in left if cells[i] & changed]:
                mine += more
                changed.update(*(cells[i] for i in more))
                left = [i for i in left if i not in more]
            if len(mine) == 1:
                merged.append(groups[first])
                explained.append(found[first])
            else:
                group = [n for i in mine for n in groups[i]]
                merged.append(group)
                explained.append(self._together(group, systems))
        return merged, explained

    # --- the level -------------------------------------------------------------------------------------

    def _systems(self) -> list[Leveled]:
        """The model at the tightest level that what holds allows, then at wider ones.

        Strict intervals are for workbooks in which every relation that holds does so by strict rounding. The last
        resort leaves out what only holds by rounding.
        """
        near = self.model.near
        tails = any(not self._possible(n, self._levels[0]) for n in self.loose)
        self._is_wide = tails
        levels = [(level, self.all_failing) for level in self._levels[tails:]]
        levels.append((self._levels[0], self.all_failing.union(self.loose)))
        return [
            (
                level,
                System(
                    Constraints(self.model), lambda c: near.get(c, ()), self.model.figure, level, self.budget, switched
                ),
                switched - self.all_failing,
            )
            for level, switched in levels
        ]

    def _possible(self, number: int, level: Level) -> bool:
        """Whether a relation can hold on its own, with its cells in the intervals of a level."""
        _, op, weights, constant, _, _ = self.model.relations[number]
        low = high = constant
        for cell, weight in weights.items():
            a, b = level(cell)
            low, high = (low + weight * a, high + weight * b) if weight > 0 else (low + weight * b, high + weight * a)
        return (op == "≥" or low <= 0) and (op == "≤" or high >= 0)

    # --- one component -----------------------------------------------------------------------------------

    def _alone(self, group: list[int], systems: Sequence[Leveled]) -> list[CauseCandidate]:
        """The single cells that explain a component, at the tightest level that has any."""
        if self._unsolvable(group):
            return []
        for level, system, ignored in systems:
            core = [n for n in group if not self._possible(n, level)]
            known = screened(self.model, core, level, ignored) if core else {}
            if known:
                return [self._single(group, system, known)]
        return []

    def _together(self, group: list[int], systems: Sequence[Leveled]) -> list[CauseCandidate]:
        """The smallest sets of cells that explain a component."""
        for _, system, _ in () if self._unsolvable(group) else systems[1:] if self._is_wide else systems:
            try:
                with Component(self.model, system, group, wide=self._is_wide) as component:
                    root = component.conflict({})
                    found = self._several(component, [root]) if root else []
                    if found:
                        return found
            except (OverBudgetError, InfeasibleError):
                self.over_budget = True
        return []

    def _unsolvable(self, group: Sequence[int]) -> bool:
        return not self._gaps.isdisjoint(group) or self.model.relations[group[0]].op != "="

    def _single(self, group: list[int], system: System, known: Mapping[int, Bounds]) -> CauseCandidate:
        """The cells that alone explain a component; the constraint model narrows them where the screen leaves several."""
        cells = list(known)
        with Component(self.model, system, group, wide=self._is_wide) as component:
            if len(cells) > 1:
                try:
                    cells = component.narrowed(cells) or cells
                except OverBudgetError:
                    self.over_budget = True
            return _ranked(_shared([component.repair((c,), known) for c in cells]), group)

    def _several(self, component: Component, conflicts: list[frozenset[int]]) -> list[CauseCandidate]:
        sets = component.smallest(conflicts)
        found = []
        for choice in factors(sets) if sets else []:
            repairs = [_part(component.repair(next(s for s in sets if s >= cells)), cells) for cells in choice]
            found.append(_ranked(repairs, self._share(component.failing, choice)))
        return found

    def _share(self, group: Sequence[int], choice: Sequence[frozenset[int]]) -> list[int]:
        """The failing relations that speak of the cells of a choice (all, if none does)."""
        cells = frozenset().union(*choice)
        mine = [n for n in group if not cells.isdisjoint(self.model.relations[n].weights)]
        return mine or list(group)

    def _price(self, group: Sequence[int], found: Sequence[CauseCandidate]) -> float:
        """How likely a component is without an operation; a comparison that does not hold says little on its own."""
        if found:
            return sum(e.score for e in found)
        return -ANOTHER if self.model.relations[group[0]].op != "=" else _UNEXPLAINED

    # --- operations ----------------------------------------------------------------------------------------

    def _with_operations(
        self, groups: list[list[int]], found: list[list[CauseCandidate]], *, blocks: bool
    ) -> tuple[list[list[int]], list[list[CauseCandidate]]]:
        """Operations take the place of what they explain better: several components, or one at a better score."""
        operations, complete = candidates(self.model, self.failing, blocks=blocks, wide=self._is_wide)
        self.over_budget |= not complete
        # what a habit of rounding could leave follows from the rest: a total that is no sum of what is shown any more
        cores = [[n for n in g if n in self._gaps or not self._possible(n, self._levels[-1])] or g for g in groups]
        left = list(range(len(groups)))
        chosen: list[list[CauseCandidate]] = []
        taken: set[int] = set()
        for one in operations:
            covered = [i for i in left if one.explains.issuperset(cores[i]) and not one.explains.isdisjoint(groups[i])]
            partly = [i for i in left if i not in covered and not one.explains.isdisjoint(groups[i])]
            if partly or not covered or not taken.isdisjoint(one.cells):
                continue
            before = sum(self._price(groups[i], found[i]) for i in covered) + ANOTHER * (len(covered) - 1)
            alone = len(covered) == 1 and len(found[covered[0]]) == 1 and one.kind != "swapped_cells"
            if one.score > before + (_SAVED_ALONE if alone else _SAVED):
                explains = one.explains.union(*(groups[i] for i in covered))
                chosen.append([CauseCandidate(tuple(sorted(explains)), None, one)])
                taken |= one.cells
                left = [i for i in left if i not in covered]
        explained = [list(e.explains) for one in chosen for e in one]
        return explained + [groups[i] for i in left], chosen + [found[i] for i in left]


def _part(repair: Repair, cells: frozenset[int]) -> Repair:
    """The part of a repair that one choice makes."""
    rights = tuple(r for r in repair.corrections if r.cell in cells)
    score = sum(math.log(max(r.error_model.chance, 1e-300)) for r in rights)
    return Repair(rights, score + ANOTHER * (len(rights) - 1))


def _shared(singles: Sequence[Repair]) -> list[Repair]:
    """One of the blank cells was left blank by mistake, not all: they share the chance."""
    count = sum(r.corrections[0].error_model.kind == "deleted" for r in singles)
    return [
        r._replace(score=r.score - math.log(count)) if r.corrections[0].error_model.kind == "deleted" else r
        for r in singles
    ]


def _ranked(repairs: Sequence[Repair], group: Sequence[int]) -> CauseCandidate:
    ranked = sorted(repairs, key=lambda r: (-r.score, sorted(r.cells)))
    best = ranked[0]
    rivals = tuple(r for r in ranked[1:] if r.score > best.score - _RIVAL)
    tied = bool(rivals) and rivals[0].score > best.score - TIED
    return CauseCandidate(tuple(group), best, None, rivals, tied)
