"""Verdicts and single-cell repairs of the joint model against HiGHS, each proved exactly; XLCHECK_ORACLE: how many."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator

import pytest
from units_with_mistakes import HABITS, Case, cases, cells_of, levels_of, model_of, oracle_of, possible, system_of

from solving.highs_oracle import CASES, Oracle
from support.synthetic import clean_submission
from xlcheck.checking.causes.joint import Joint, Level
from xlcheck.checking.causes.repairs import Component, components, domain, screened
from xlcheck.solving.system import System

_PARTS = 6
_UNITS = max(CASES // 10, 30)


def _part(form, part: int) -> Iterator[tuple[Case, str, Joint, Level, frozenset[int]]]:
    """A share of the units, at both levels, with the relations that can't hold even on their own."""
    for case in cases(form, range(part * _UNITS // _PARTS, (part + 1) * _UNITS // _PARTS)):
        joint = model_of(case.mistake.wrong)
        for name, level in levels_of(joint).items():
            failing = frozenset(n for n in range(len(joint.relations)) if not possible(joint, n, level))
            yield case, f"{case.name} {name}", joint, level, failing


def _fits(joint: Joint, level: Level, found: System, off: frozenset[int], freed: tuple[int, ...] = ()) -> bool:
    """Whether the witness is one, exactly: all relations that count, all intervals but those of freed cells."""
    for cell in cells_of(joint):
        low, high = domain(joint, cell) if cell in freed else level(cell)
        figure = found.value(cell)
        if (low is not None and figure < low) or (high is not None and figure > high):
            return False
    for number in range(len(joint.relations)):
        _, op, weights, constant, _, _ = joint.relations[number]
        rest = constant + sum(w * found.value(c) for c, w in weights.items())
        if number not in off and not (rest <= 0 if op == "≤" else rest >= 0 if op == "≥" else rest == 0):
            return False
    return True


@pytest.mark.parametrize("part", range(_PARTS))
def test_verdicts_and_single_repairs_are_those_of_highs(form, part):
    verdicts: Counter[str] = Counter()
    for _, where, joint, level, failing in _part(form, part):
        mine, oracle = system_of(joint, level, failing), oracle_of(joint, level)
        without = oracle_of(joint, level, off=failing).feasible()
        assert (mine.conflict() is None) == without, where
        assert not without or _fits(joint, level, mine, failing), where
        verdicts["rest"] += 1
        with Component(joint, mine, sorted(failing)) as component:
            root = component.conflict({})
            assert (root is None) == oracle.feasible(), where
            verdicts["root"] += 1
            if root is None:
                assert _fits(joint, level, mine, frozenset()), where
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
        theirs = oracle.feasible({cell: domain(component.joint, cell)})
        with component.system.changed(component.free((cell,))):
            conflict = component.system.conflict()
            assert (conflict is None) == theirs, (where, cell)
            if theirs:
                assert _fits(component.joint, level, component.system, frozenset(), (cell,)), (where, cell)
                found.append(cell)
            else:
                others = {c: (None, None) for c in cells_of(component.joint) if c not in conflict}
                own = {cell: domain(component.joint, cell)} if cell in conflict else {}
                assert random.Random(cell).random() < 0.8 or not oracle.feasible({**others, **own}), (where, cell)
    return found


def test_every_single_repair_lies_in_the_root_conflict_and_passes_the_screen(form):
    """Cells of the failing relations, and some others: HiGHS tries each."""
    repairable = 0
    for case in cases(form, range(10_000, 10_000 + max(CASES // 100, 6)), doubles=False):
        joint = model_of(case.mistake.wrong)
        others = random.Random(case.name).sample(cells_of(joint), 12)
        for name, level in levels_of(joint).items():
            failing = [n for n in range(len(joint.relations)) if not possible(joint, n, level)]
            if not failing:  # a figure that nothing else speaks of, or by no more than rounding
                continue
            oracle = oracle_of(joint, level)
            shared = set.intersection(*(set(joint.relations[n].weights) for n in failing))
            near = [c for n in failing[:2] for c in joint.relations[n].weights]
            tried = {*shared, *others, *random.Random(case.name).sample(near, min(12, len(near)))}
            every = {c for c in sorted(tried) if oracle.feasible({c: domain(joint, c)})}
            mine = system_of(joint, level, frozenset(failing))
            with Component(joint, mine, failing) as component:
                root = component.conflict({})
                assert root is not None, (case.name, name)
                assert every <= root, (case.name, name)
                screen = screened(joint, failing, level)
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
        joint = model_of(case.mistake.wrong)
        for name, level in levels_of(joint).items():
            failing = [n for n in range(len(joint.relations)) if not possible(joint, n, level)]
            for group in components(joint, failing):
                mine = system_of(joint, level, frozenset(failing))
                near = sorted({c for n in group for c in joint.relations[n].weights})
                with Component(joint, mine, group) as component:
                    singles = {c for c in near if component.conflict(component.free((c,))) is None}
                off = frozenset(failing).difference(group)
                assert singles <= screened(joint, group, level, off).keys(), (case.name, name)
                seen += bool(singles)
    assert seen > 10


def test_a_clean_unit_can_hold_and_highs_agrees(form):
    for habits in HABITS:
        for seed in range(3):
            joint = model_of(clean_submission(form, seed, habits, 4 + 5 * seed))
            for name, level in levels_of(joint).items():
                mine, theirs = system_of(joint, level, frozenset()), oracle_of(joint, level).feasible()
                assert (mine.conflict() is None) == theirs, (habits, seed, name)
                assert theirs or (name, habits) != ("strict", "A"), seed
                assert not theirs or _fits(joint, level, mine, frozenset()), (habits, seed, name)
