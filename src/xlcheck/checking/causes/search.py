"""Failing relations → candidates for their causes: the fewest, the likeliest, and what explains the same equally well."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from xlcheck.checking.causes.bounds import reach, screened
from xlcheck.checking.causes.components import components
from xlcheck.checking.causes.constraint_model import ConstraintModel, Constraints
from xlcheck.checking.causes.hypothesis import Operation
from xlcheck.checking.causes.levels import Level, cached
from xlcheck.checking.causes.operations import operations
from xlcheck.checking.causes.repairs import ANOTHER, Component, Repair, factors, repair_of
from xlcheck.formula.interval import possible
from xlcheck.solving.simplex import Budget, OverBudgetError
from xlcheck.solving.system import Bounds, InfeasibleError, System

WORK = 400_000  # entries of the tableau: about 150 ms of plain Python
TIED = math.log(1.05)  # two cells whose chances differ by less are alike
_RIVAL = math.log(1e4)  # who is less likely than that is not named
_SAVED = 2.0  # an operation takes the place of cells when it is so much likelier: it says more at once
_SAVED_ALONE = 8.0  # one cell does as well
_UNEXPLAINED = -30.0  # the score of a component that nothing explains
_CONFIRMED = 3.0  # nats that a figure gains which stands in another table too, where it might be larger
_MANY = 30  # failing relations that hang together: where no few cells explain them, there are too many mistakes
_FEW = 2  # single cells: more of them are worth the search for blocks


class CauseCandidate(NamedTuple):
    """What may have gone wrong: a repair or an operation, the relations it explains, and repairs that do it as well.

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
    def is_plain(self) -> bool:
        """Whether known errors of the hand say it all, and several relations speak for them."""
        if self.repair is None or len(self.explains) < 2:
            return False
        return all(c.error_model.kind != "unknown" for c in self.repair.corrections)


class _Group:
    """Failing relations that belong together, and what explains them (nothing, as long as nothing has been found)."""

    def __init__(self, numbers: Sequence[int], candidates: Sequence[CauseCandidate]) -> None:
        self.numbers = list(numbers)
        self.candidates = list(candidates)
        self.cells = frozenset(c for e in candidates if e.repair for c in e.repair.cells)


class _LeveledSystem(NamedTuple):
    """The model at a level: its system, and the relations that the level leaves out besides the failing ones."""

    level: Level
    system: System
    ignored: frozenset[int]


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
        self._intervals = [cached(level) for level in levels]
        numbers = range(len(model.relations))
        self.loose = [n for n in numbers if n not in self.all_failing and not model.holds(n)]
        # strict intervals are for workbooks in which every relation that holds does so by strict rounding
        self._is_wide = any(not self._possible(n, self._intervals[0]) for n in self.loose if not self._is_close(n))

    def cause_candidates(self) -> list[CauseCandidate]:
        """One for each independent mistake, in the order of the relations.

        Single cells first, then operations, then sets of cells for what is left: the dearest search comes last.
        """
        groups = self._with_operations([_Group(numbers, self._alone(numbers)) for numbers in self._components()])
        groups = [g if g.candidates else _Group(g.numbers, self._together(g.numbers)) for g in groups]
        found = self._with_unequal([e for g in self._merged(groups) for e in g.candidates])
        order = {n: i for i, n in enumerate(self.failing)}
        return sorted(found, key=lambda e: min(order[n] for n in e.explains))

    def _components(self) -> list[list[int]]:
        """The failing equations that share cells; comparisons, each on its own."""
        equations = [n for n in self.failing if not self._is_comparison(n)]
        return [*components(self.model, equations), *([n] for n in self.failing if self._is_comparison(n))]

    def _is_comparison(self, number: int) -> bool:
        return self.model.relations[number].op != "="

    def _with_unequal(self, found: list[CauseCandidate]) -> list[CauseCandidate]:
        """Comparisons that hold too once a figure is right are explained by it."""
        left = {n for n in self.failing if self._is_comparison(n)}
        left.difference_update(*(e.explains for e in found))
        answers = []
        for one in found:
            figures = one.repair.figures if one.repair else {}
            more = [n for n in sorted(left) if self._mends(figures, n)]
            left.difference_update(more)
            answers.append(one._replace(explains=(*one.explains, *more)))
        return answers

    def _mends(self, figures: Mapping[int, int], number: int) -> bool:
        relation = self.model.relations[number]
        return relation.allows(self.model.difference(relation, figures))

    def _merged(self, groups: Sequence[_Group]) -> list[_Group]:
        """Components whose repairs change the same cells are one: what mends the one would break the other."""
        merged: list[_Group] = []
        left = list(groups)
        while left:
            mine = _linked(left)
            left = [g for g in left if g not in mine]
            if len(mine) > 1:
                numbers = [n for g in mine for n in g.numbers]
                mine = [_Group(numbers, self._together(numbers))]
            merged += mine
        return merged

    # --- the level -------------------------------------------------------------------------------------

    @cached_property
    def _levels(self) -> list[_LeveledSystem]:
        """The model at the tightest level that what holds allows, then at wider ones.

        The last resort leaves out what only holds by rounding.
        """
        fitting = self._intervals[1:] if self._is_wide else self._intervals
        levels = [self._level(level, frozenset()) for level in fitting]
        return [*levels, self._level(self._intervals[0], frozenset(self.loose))]

    def _level(self, level: Level, ignored: frozenset[int]) -> _LeveledSystem:
        model, near = self.model, self.model.near
        switched = self.all_failing | ignored
        system = System(Constraints(model), lambda c: near.get(c, ()), model.figure, level, self.budget, switched)
        return _LeveledSystem(level, system, ignored)

    def _is_close(self, number: int) -> bool:
        """Whether rounding to the nearest leaves so little of a relation that a closer look is not needed."""
        whole, _, count = self.model.grain(number)
        return abs(self.model.relations[number].difference) < whole // 2 - count

    def _possible(self, number: int, level: Level) -> bool:
        """Whether a relation can hold on its own, with its cells in the intervals of a level."""
        relation = self.model.relations[number]
        return possible(relation.op, reach(relation, level))

    # --- one component -----------------------------------------------------------------------------------

    def _alone(self, group: Sequence[int]) -> list[CauseCandidate]:
        """The single cells that explain a component, at the tightest level that has any."""
        for level, system, ignored in self._levels if self._solvable(group) else ():
            core = [n for n in group if not self._possible(n, level)]
            known = screened(self.model, core, level, ignored) if core else {}
            if known:
                return [self._single(group, system, known)]
        return []

    def _together(self, group: Sequence[int]) -> list[CauseCandidate]:
        """The smallest sets of cells that explain a component."""
        levels = self._levels[1:] if self._is_wide else self._levels
        for _, system, _ in levels if self._solvable(group) else ():
            try:
                found = self._several(group, system)
            except (OverBudgetError, InfeasibleError):
                self.over_budget = True
            else:
                if found:
                    return found
        return []

    def _solvable(self, group: Sequence[int]) -> bool:
        """Whether single figures may explain a component: no row is missing, and it says what they should be."""
        return self._gaps.isdisjoint(group) and not self._is_comparison(group[0])

    def _single(self, group: Sequence[int], system: System, known: Mapping[int, Bounds]) -> CauseCandidate:
        """The cells that alone explain a component; the system narrows them where the screen leaves several."""
        cells = list(known)
        with Component(self.model, system, group, wide=self._is_wide) as component:
            if len(cells) > 1:
                try:
                    cells = component.narrowed(cells) or cells
                except OverBudgetError:
                    self.over_budget = True
            return _ranked(self._heeding(_shared([component.repair((c,), known) for c in cells])), group)

    def _several(self, group: Sequence[int], system: System) -> list[CauseCandidate]:
        """The smallest sets of several cells, at one level, as independent choices."""
        with Component(self.model, system, group, wide=self._is_wide) as component:
            root = component.conflict({})
            sets = component.smallest([root]) if root else []
            self.over_budget |= not sets and len(group) > _MANY
            found = []
            for choice in factors(sets) if sets else []:
                repairs = [_part(component.repair(next(s for s in sets if s >= cells)), cells) for cells in choice]
                found.append(_ranked(self._heeding(repairs), self._share(group, choice)))
            return found

    def _heeding(self, repairs: list[Repair]) -> list[Repair]:
        """Repairs, rated by the comparisons: what one of them mends of those that fail needs another mistake with the others.

        One that holds because both sides are the same figure speaks for that figure.
        """
        repairs = [r._replace(score=r.score - _CONFIRMED * self._confirmed(r)) for r in repairs]
        for number in (n for n in self.failing if self._is_comparison(n)):
            mends = [self._mends(repair.figures, number) for repair in repairs]
            if any(mends):
                paired = zip(repairs, mends, strict=True)
                repairs = [r if does else r._replace(score=r.score + ANOTHER) for r, does in paired]
        return repairs

    def _confirmed(self, repair: Repair) -> int:
        """How many cells of a repair show a figure that another one, in a comparison, shows too."""
        return sum(any(map(self._is_tight, self.model.near.get(cell, ()))) for cell in repair.cells)

    def _is_tight(self, number: int) -> bool:
        relation = self.model.relations[number]
        return relation.op != "=" and not relation.difference and any(self.model.figure(c) for c in relation.weights)

    def _share(self, group: Sequence[int], choice: Sequence[frozenset[int]]) -> Sequence[int]:
        """The failing relations that speak of the cells of a choice (all, if none does)."""
        cells = frozenset().union(*choice)
        mine = [n for n in group if not cells.isdisjoint(self.model.relations[n].weights)]
        return mine or group

    # --- operations ----------------------------------------------------------------------------------------

    def _with_operations(self, groups: list[_Group]) -> list[_Group]:
        """The groups after a search for operations, where single cells don't say it all: of blocks, if need be."""
        found = [e for g in groups for e in g.candidates]
        plain = all(g.candidates for g in groups) and all(e.is_plain for e in found)
        if plain and len(found) <= 1:
            return groups
        return self._replaced(groups, blocks=not plain or len(found) > _FEW)

    def _replaced(self, groups: Sequence[_Group], *, blocks: bool) -> list[_Group]:
        """Operations take the place of what they explain better: several components, or one at a better score."""
        found, complete = operations(self.model, self.failing, blocks=blocks, wide=self._is_wide)
        self.over_budget |= not complete
        cores = {g: self._core(g.numbers) for g in groups}
        chosen: list[_Group] = []
        taken: set[int] = set()
        for one in found:
            covered = _covered(one, cores)
            if covered and taken.isdisjoint(one.cells) and self._pays(one, covered):
                explains = sorted(one.explains.union(*(g.numbers for g in covered)))
                chosen.append(_Group(explains, [CauseCandidate(tuple(explains), None, one)]))
                taken |= one.cells
                cores = {g: core for g, core in cores.items() if g not in covered}
        return [*chosen, *cores]

    def _core(self, group: Sequence[int]) -> Sequence[int]:
        """What an operation has to explain of a component.

        What a habit of rounding could leave follows from the rest: a total that is no sum of what is shown any more.
        """
        widest = self._intervals[-1]
        return [n for n in group if n in self._gaps or not self._possible(n, widest)] or group

    def _pays(self, one: Operation, covered: Sequence[_Group]) -> bool:
        """Whether an operation is so much likelier than what has explained its components before."""
        before = sum(self._price(g) for g in covered) + ANOTHER * (len(covered) - 1)
        alone = len(covered) == 1 and len(covered[0].candidates) == 1 and one.kind != "swapped_cells"
        return one.score > before + (_SAVED_ALONE if alone else _SAVED)

    def _price(self, group: _Group) -> float:
        """How likely a component is without an operation; a comparison that does not hold says little on its own."""
        if group.candidates:
            return sum(e.score for e in group.candidates)
        return -ANOTHER if self._is_comparison(group.numbers[0]) else _UNEXPLAINED


def _linked(groups: Sequence[_Group]) -> list[_Group]:
    """The first group, and all whose repairs change the same cells, directly or through others."""
    first, *left = groups
    mine, changed = [first], set(first.cells)
    while more := [g for g in left if g.cells & changed]:
        mine += more
        changed.update(*(g.cells for g in more))
        left = [g for g in left if g not in more]
    return mine


def _covered(one: Operation, cores: Mapping[_Group, Sequence[int]]) -> list[_Group]:
    """The components that an operation explains; none, where it explains only a part of one that it touches."""
    touched = [g for g in cores if not one.explains.isdisjoint(g.numbers)]
    return touched if all(one.explains.issuperset(cores[g]) for g in touched) else []


def _part(repair: Repair, cells: frozenset[int]) -> Repair:
    """The part of a repair that one choice makes."""
    return repair_of([c for c in repair.corrections if c.cell in cells])


def _shared(singles: Sequence[Repair]) -> list[Repair]:
    """One of the blank cells was left blank by mistake, not all: they share the chance."""
    blank = [r.corrections[0].error_model.kind == "deleted" for r in singles]
    share = math.log(max(sum(blank), 1))
    return [r._replace(score=r.score - share) if b else r for r, b in zip(singles, blank, strict=True)]


def _ranked(repairs: Sequence[Repair], group: Sequence[int]) -> CauseCandidate:
    best, *others = sorted(repairs, key=lambda r: (-r.score, sorted(r.cells)))
    rivals = tuple(r for r in others if r.score > best.score - _RIVAL)
    tied = bool(rivals) and rivals[0].score > best.score - TIED
    return CauseCandidate(tuple(group), best, None, rivals, tied)
