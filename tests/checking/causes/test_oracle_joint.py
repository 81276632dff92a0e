"""Verdicts and single-cell repairs of the constraint model against HiGHS, each proved exactly; XLCHECK_ORACLE: how many."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator

import pytest
from units_with_mistakes import HABITS, Case, cases, cells_of, levels_of, model_of, oracle_of, possible, system_of

from solving.highs_oracle import CASES, Oracle
from support.synthetic import clean_submission
from xlcheck.checking.causes.bounds import domain, screened
from xlcheck.checking.causes.components import components
from xlcheck.checking.causes.constraint_model import ConstraintModel
from xlcheck.checking.causes.levels import Level
from xlcheck.checking.causes.repairs import Component
from xlcheck.solving.system import System

_PARTS = 6
_UNITS = max(CASES // 10, 30)


def _part(form, part: int) -> Iterator[tuple[Case, str, ConstraintModel, Level, frozenset[int]]]:
    """A share of the units, at both levels, with the relations that can't hold even on their own."""
    for case in cases(form, range(part * _UNITS // _PARTS, (part + 1) * _UNITS // _PARTS)):
        model = model_of(case.mistake.wrong)
        for name, level in levels_of(model).items():
            failing = frozenset(n for n in range(len(model.relations)) if not possible(model, n, level))
            yield case, f"{case.name} {name}", model, level, failing


def _fits(
    model: ConstraintModel, level: Level, found: System, off: frozenset[int], freed: tuple[int, ...] = ()
) -> bool:
    """Whether the witness is one, exactly: all relations that count, all intervals but those of freed cells."""
    for cell in cells_of(model):
        low, high = domain(model, cell) if cell in freed else level(cell)
        figure = found.value(cell)
        if (low is not None and figure < low) or (high is not None and figure > high):
            return False
    for number in range(len(model.relations)):
        _, op, weights, constant, _, _ = model.relations[number]
        rest = constant + sum(w * found.value(c) for c, w in weights.items())
        if number not in off and not (rest <= 0 if op == "≤" else rest >= 0 if op == "≥" else rest == 0):
            return False
    return True


@pytest.mark.parametrize("part", range(_PARTS))
def test_verdicts_and_single_repairs_are_those_of_highs(form, part):
    verdicts: Counter[str] = Counter()
    for _, where, model, level, failing in _part(form, part):
        mine, oracle = system_of(model, level, failing), oracle_of(model, level)
        without = oracle_of(model, level, off=failing).feasible()
        assert (mine.conflict() is None) == without, where
        assert not without or _fits(model, level, mine, failing), where
        verdicts["rest"] += 1
        with Component(model, mine, sorted(failing)) as component:
            root = component.conflict({})
            assert (root is None) == oracle.feasible(), where
            verdicts["root"] += 1
            if root is None:
                assert _fits(model, level, mine, frozenset()), where
                continue
            assert not oracle.only(root), where
            assert component.narrowed(sorted(root)) == _singles(component, oracle, sorted(root), level, where), where
            verdicts["freed"] += len(root)
        assert (mine.conflict() is None) == without, where  # the relations are off again
    assert min(verdicts.values()) > 0
    assert len(verdicts) == 3


def _singles(component: Component, oracle: Oracle, cells: list[int], level: Level, where: str) -> list[int]:
    """Cells that alone make everything hold, by HiGHS; each attempt of ours ends in the same way."""
    found = []
    for cell in cells:
        theirs = oracle.feasible({cell: domain(component.model, cell)})
        with component.system.changed(component.free((cell,))):
            conflict = component.system.conflict()
            assert (conflict is None) == theirs, (where, cell)
            if theirs:
                assert _fits(component.model, level, component.system, frozenset(), (cell,)), (where, cell)
                found.append(cell)
            else:
                others = {c: (None, None) for c in cells_of(component.model) if c not in conflict}
                own = {cell: domain(component.model, cell)} if cell in conflict else {}
                assert random.Random(cell).random() < 0.8 or not oracle.feasible({**others, **own}), (where, cell)
    return found


def test_every_single_repair_lies_in_the_root_conflict_and_passes_the_screen(form):
    """Cells of the failing relations, and some others: HiGHS tries each."""
    repairable = 0
    for case in cases(form, range(10_000, 10_000 + max(CASES // 100, 6)), doubles=False):
        model = model_of(case.mistake.wrong)
        others = random.Random(case.name).sample(cells_of(model), 12)
        for name, level in levels_of(model).items():
            failing = [n for n in range(len(model.relations)) if not possible(model, n, level)]
            if not failing:  # a figure that nothing else speaks of, or by no more than rounding
                continue
            oracle = oracle_of(model, level)
            shared = set.intersection(*(set(model.relations[n].weights) for n in failing))
            near = [c for n in failing[:2] for c in model.relations[n].weights]
            tried = {*shared, *others, *random.Random(case.name).sample(near, min(12, len(near)))}
            every = {c for c in sorted(tried) if oracle.feasible({c: domain(model, c)})}
            mine = system_of(model, level, frozenset(failing))
            with Component(model, mine, failing) as component:
                root = component.conflict({})
                assert root is not None, (case.name, name)
                assert every <= root, (case.name, name)
                screen = screened(model, failing, level)
                assert every <= screen.keys(), (case.name, name)
                assert set(component.narrowed(list(screen))) == every, (case.name, name)
                for cell in sorted(every):
                    with mine.changed(component.free((cell,))):
                        assert mine.conflict() is None
                        low, high = mine.extremes(cell)
                    a, b = screen[cell]
                    assert a is None or (low is not None and a <= low), (case.name, name)
                    assert b is None or (high is not None and high <= b), (case.name, name)
            repairable += bool(every)
    assert repairable > 2


def test_the_screen_of_each_component_keeps_its_single_repairs(form):
    """With two mistakes there may be two components: the others' relations are off while one is looked at."""
    seen = 0
    for case in cases(form, range(20_000, 20_000 + max(CASES // 20, 15))):
        model = model_of(case.mistake.wrong)
        for name, level in levels_of(model).items():
            failing = [n for n in range(len(model.relations)) if not possible(model, n, level)]
            for group in components(model, failing):
                mine = system_of(model, level, frozenset(failing))
                near = sorted({c for n in group for c in model.relations[n].weights})
                with Component(model, mine, group) as component:
                    singles = {c for c in near if component.conflict(component.free((c,))) is None}
                off = frozenset(failing).difference(group)
                assert singles <= screened(model, group, level, off).keys(), (case.name, name)
                seen += bool(singles)
    assert seen > 10


def test_a_clean_unit_can_hold_and_highs_agrees(form):
    for habits in HABITS:
        for seed in range(3):
            model = model_of(clean_submission(form, seed, habits, 4 + 5 * seed))
            for name, level in levels_of(model).items():
                mine, theirs = system_of(model, level, frozenset()), oracle_of(model, level).feasible()
                assert (mine.conflict() is None) == theirs, (habits, seed, name)
                assert theirs or (name, habits) != ("strict", "A"), seed
                assert not theirs or _fits(model, level, mine, frozenset()), (habits, seed, name)
