"""The exact simplex against HiGHS and against every assignment there is; XLCHECK_ORACLE sets the number of cases."""

from __future__ import annotations

import math
import random
from itertools import product

import pytest

from solving.highs_oracle import CASES, Oracle, broken, system, within, witnessed
from solving.random_systems import Case, random_bounds, random_case
from xlcheck.solving.simplex import OverBudgetError
from xlcheck.solving.system import Bounds, Constraint, InfeasibleError, System

_PARTS = 6


def _begun(case: Case, *, lazy: bool = True) -> System:
    """A system that knows the rows its start breaks, or (not ``lazy``) all."""
    found = system(*case)
    for number in broken(case.rows, case.start) if lazy else range(len(case.rows)):
        found.add(number)
    return found


def _seeds(count: int, part: int) -> range:
    return range(part * count // _PARTS, (part + 1) * count // _PARTS)


@pytest.mark.parametrize("part", range(_PARTS))
def test_a_verdict_is_that_of_highs_and_comes_with_a_witness_or_a_conflict(part):
    verdicts = set()
    for seed in _seeds(max(CASES // 2, 120), part):
        case = random_case(seed)
        mine = _begun(case)
        conflict = mine.conflict()
        oracle = Oracle(*case)
        assert (conflict is None) == oracle.feasible(), seed
        if conflict is None:
            assert witnessed(mine, case.rows, case.bounds), seed
        else:
            assert conflict <= case.bounds.keys(), seed
            assert not oracle.only(conflict), seed
        verdicts.add(conflict is None)
    assert verdicts == {True, False}


def test_rows_added_when_they_matter_decide_as_all_rows_at_once():
    for seed in range(CASES // 4):
        case = random_case(f"lazy {seed}")
        late, early = _begun(case), _begun(case, lazy=False)
        conflict = late.conflict()
        assert (conflict is None) == (early.conflict() is None), seed
        if conflict is None:
            assert witnessed(late, case.rows, case.bounds), seed
            assert witnessed(early, case.rows, case.bounds), seed
            for variable in case.bounds:
                assert late.extremes(variable) == early.extremes(variable), (seed, variable)


def test_the_extremes_of_a_variable_are_those_of_highs():
    bounded = set()
    for seed in range(CASES // 4):
        case = random_case(f"extremes {seed}")
        mine = _begun(case)
        if mine.conflict() is not None:
            continue
        oracle = Oracle(*case)
        for variable in random.Random(seed).sample(sorted(case.bounds), 2):
            low, high = mine.extremes(variable)
            for end, up in ((low, False), (high, True)):
                theirs = oracle.extreme(variable, up=up)
                assert (end is None) == (theirs is None), (seed, variable, up)
                bounded.add(end is None)
                if end is None:
                    continue
                # exact ends are fractions; ours is the last whole number inside
                assert abs(end - theirs) < 1 + 1e-4 + abs(theirs) * 1e-9, (seed, variable, up)
                if low is None or high is None or low <= high:
                    assert oracle.feasible({variable: (end, end)}), (seed, variable, up)
                own = case.bounds[variable]
                if end != own[up]:  # one more is proved to be too much
                    beyond = (end + 1, own[1]) if up else (own[0], end - 1)
                    assert not oracle.feasible({variable: beyond}), (seed, variable, up)
        assert witnessed(mine, case.rows, case.bounds), seed
    assert bounded == {True, False}


def test_extremes_of_what_can_not_hold_are_refused():
    refused = 0
    for seed in range(CASES // 4):
        case = random_case(f"refused {seed}")
        if _begun(case).conflict() is None:
            continue
        late = _begun(case)
        if any(len(r.weights) == 0 for r in case.rows):
            continue
        with pytest.raises(InfeasibleError):
            _asked(late, case)
        refused += 1
    assert refused > CASES // 40


def _asked(late: System, case: Case) -> None:
    if late.conflict() is not None:
        raise InfeasibleError
    for variable in case.bounds:
        late.extremes(variable)


# --- changes, undone -------------------------------------------------------------------------------------------


def _fresh(case: Case, off: set[int], changed: dict[int, Bounds]) -> tuple[bool, Oracle]:
    """What HiGHS says of the rows that count and the bounds of now."""
    rows = [r for n, r in enumerate(case.rows) if n not in off]
    oracle = Oracle(rows, {**case.bounds, **changed}, case.start)
    return oracle.feasible(), oracle


def test_changed_bounds_and_switched_rows_leave_no_trace():
    verdicts = set()
    for seed in range(CASES // 6):
        case = random_case(f"changes {seed}")
        draw = random.Random(f"changes {seed}")
        switched = frozenset(n for n in range(len(case.rows)) if draw.random() < 0.4)
        mine = system(*case, switched=switched)
        for number in set(broken(case.rows, case.start)) - switched:
            mine.add(number)
        off = set(switched)
        for step in range(6):
            for number in sorted(switched):
                if draw.random() < 0.5:
                    mine.switch(number, on=number in off)
                    off ^= {number}
            verdicts.add(_nested(mine, case, off, {}, draw, (seed, step)))
            expected, oracle = _fresh(case, off, {})
            conflict = mine.conflict()
            assert (conflict is None) == expected, (seed, step)
            assert conflict is None or not oracle.only(conflict), (seed, step)
            assert conflict is not None or witnessed(mine, case.rows, case.bounds, frozenset(off)), (seed, step)
    assert verdicts == {True, False}


def _nested(
    mine: System, case: Case, off: set[int], outer: dict[int, Bounds], draw: random.Random, where: object
) -> bool:
    """Change some bounds, perhaps others inside; a row can be new in there."""
    chosen = draw.sample(sorted(case.bounds), draw.randrange(1, 3))
    inner = {v: (None, None) if draw.random() < 0.4 else random_bounds(draw, case.start[v]) for v in chosen}
    bounds = {**outer, **inner}
    with mine.changed(inner):
        expected, oracle = _fresh(case, off, bounds)
        conflict = mine.conflict()
        assert (conflict is None) == expected, where
        if conflict is None:
            assert witnessed(mine, case.rows, {**case.bounds, **bounds}, frozenset(off)), where
            variable = draw.choice(sorted(case.bounds))
            again = system([r for n, r in enumerate(case.rows) if n not in off], {**case.bounds, **bounds},
                           {v: _clamped(s, bounds.get(v, case.bounds[v])) for v, s in case.start.items()})  # fmt: skip
            for number in range(len(case.rows) - len(off)):
                again.add(number)
            assert again.conflict() is None, where
            assert mine.extremes(variable) == again.extremes(variable), where
        else:
            assert not oracle.only(conflict), where
        if len(bounds) < 4 and draw.random() < 0.4:
            _nested(mine, case, off, bounds, draw, where)
    return conflict is None


def _clamped(figure: int, bounds: Bounds) -> int:
    low, high = bounds
    if low is not None and figure < low:
        return low
    return high if high is not None and figure > high else figure


# --- every assignment there is --------------------------------------------------------------------------------


def _network(draw: random.Random) -> Case:
    """Each variable in at most two rows, once with +1 and once with −1: then whole numbers suffice."""
    size = draw.randrange(2, 6)
    bounds = {}
    for variable in range(size):
        low = draw.randrange(-3, 3)
        bounds[variable] = (low, low + draw.randrange(4))
    start = {v: draw.randrange(low, high + 1) for v, (low, high) in bounds.items()}
    weights: list[dict[int, int]] = [{} for _ in range(draw.randrange(2, 5))]
    for variable in range(size):
        a, b = draw.sample(range(len(weights)), 2)
        weights[a][variable] = 1
        if draw.random() < 0.8:
            weights[b][variable] = -1
    rows = []
    for one in weights:
        middle = draw.randrange(-4, 5)
        rows.append(
            Constraint(one, *draw.choice(((middle, middle), (None, middle), (middle, None), (middle - 1, middle + 1))))
        )
    return Case([r for r in rows if r.weights], bounds, start)


def test_verdicts_and_extremes_are_those_of_trying_every_assignment():
    verdicts = set()
    for seed in range(200):
        case = _network(random.Random(seed))
        fitting = [
            dict(zip(case.bounds, figures, strict=True))
            for figures in product(*(range(low, high + 1) for low, high in case.bounds.values()))
            if all(_fits(r, figures) for r in case.rows)
        ]
        mine = _begun(case)
        conflict = mine.conflict()
        assert (conflict is None) == bool(fitting), seed
        verdicts.add(bool(fitting))
        if fitting:
            for variable in case.bounds:
                figures = [f[variable] for f in fitting]
                assert mine.extremes(variable) == (min(figures), max(figures)), (seed, variable)
    assert verdicts == {True, False}


def _fits(row: Constraint, figures: tuple[int, ...]) -> bool:
    return within((row.low, row.high), sum(w * figures[v] for v, w in row.weights.items()))


# --- work ------------------------------------------------------------------------------------------------------


def _spent(case: Case) -> int:
    mine = system(*case, work=10**9)
    for number in broken(case.rows, case.start):
        mine.add(number)
    mine.conflict()
    return 10**9 - mine._simplex.budget.left


def test_the_same_system_takes_the_same_work_and_no_more_than_was_allowed():
    stopped = 0
    for seed in range(60):
        case = random_case(f"work {seed}")
        needed = _spent(case)
        assert needed == _spent(case), seed
        for work in {0, needed // 2, needed - 1, needed} - {-1}:
            mine = system(*case, work=work)
            try:
                for number in broken(case.rows, case.start):
                    mine.add(number)
                mine.conflict()
                assert work >= needed, seed
            except OverBudgetError:
                assert work < needed, seed
                stopped += 1
    assert stopped > 60


def _answers_rightly_after_an_interruption(seed: int) -> bool:
    """Run out of work inside of changed bounds, get more, and be asked again."""
    case = random_case(f"interrupted {seed}")
    draw = random.Random(seed)
    variable = draw.choice(sorted(case.bounds))
    mine = _begun(case)
    budget = mine._simplex.budget
    mine.conflict()
    budget.left = draw.randrange(12)
    try:
        with mine.changed({variable: random_bounds(draw, case.start[variable] + draw.randrange(-9999, 9999))}):
            mine.conflict()
    except OverBudgetError:
        pass
    budget.left = 10**9
    conflict = mine.conflict()
    if (conflict is None) != Oracle(*case).feasible():
        return False
    return conflict is not None or witnessed(mine, case.rows, case.bounds)


def test_a_system_that_ran_out_of_work_answers_rightly_when_it_gets_more():
    assert [seed for seed in range(150) if not _answers_rightly_after_an_interruption(seed)] == []


def test_sums_of_large_figures_lose_no_digit():
    """A sum that is off by one at 10¹¹ is off."""
    huge = 10**11
    for off, possible in ((0, True), (1, False), (-1, False)):
        bounds: dict[int, Bounds] = {0: (huge, huge), 1: (huge - 5, huge - 5), 2: (2 * huge - 5 + off,) * 2}
        case = Case([Constraint({0: 1, 1: 1, 2: -1}, 0, 0)], bounds, {v: b[0] or 0 for v, b in bounds.items()})
        assert (_begun(case).conflict() is None) == possible


def test_an_end_between_whole_numbers_is_rounded_inwards():
    """3x = y with y ≤ 10: x goes from −3 to 3."""
    case = Case([Constraint({0: 3, 1: -1}, 0, 0)], {0: (None, None), 1: (-10, 10)}, {0: 0, 1: 0})
    assert _begun(case, lazy=False).extremes(0) == (math.ceil(-10 / 3), math.floor(10 / 3))
