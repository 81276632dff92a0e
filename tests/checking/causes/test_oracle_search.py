"""What the search returns is tried again from scratch; XLCHECK_ORACLE sets the number of units."""

from __future__ import annotations

import pytest
from units_with_mistakes import (
    HABITS,
    Case,
    cases,
    cell_at,
    cells_of,
    levels_of,
    model_of,
    oracle_of,
    possible,
    system_of,
)

from solving.highs_oracle import CASES
from support.synthetic import clean_submission
from xlcheck.checking.causes import find
from xlcheck.checking.causes.bounds import implied, screened
from xlcheck.checking.causes.levels import Level
from xlcheck.checking.causes.repairs import Component, Correction
from xlcheck.checking.causes.search import CauseCandidate, Search
from xlcheck.checking.check import check
from xlcheck.formula.interval import printed

_UNITS = max(CASES // 12, 40)


class _Kept(Search):
    """The search as the check starts it, with what it was given and what it found."""

    made: list[_Kept] = []  # noqa: RUF012

    def __init__(self, *given: object, **more: object) -> None:
        super().__init__(*given, **more)
        self.levels: tuple[Level, ...] = given[2]
        self.found: list[CauseCandidate] = []
        _Kept.made.append(self)

    def cause_candidates(self) -> list[CauseCandidate]:
        self.found = super().cause_candidates()
        return self.found


@pytest.fixture
def searched(monkeypatch):
    monkeypatch.setattr(find, "Search", _Kept)

    def run(case: Case) -> _Kept | None:
        _Kept.made.clear()
        check(case.mistake.wrong)
        return _Kept.made[0] if _Kept.made else None

    return run


def _holds(search: _Kept, explains: frozenset[int], cells: frozenset[int]) -> bool:
    """Whether, at some level of the search, everything can hold with these cells free: by a fresh system."""
    model, failing = search.model, frozenset(search.failing)
    loose = frozenset(search.loose)
    for level, off in (*((x, frozenset()) for x in search.levels), (search.levels[0], loose)):
        mine = system_of(model, level, failing, off=off)
        with Component(model, mine, sorted(explains)) as component:
            conflict = component.conflict(component.free(cells))
        if conflict is None:
            oracle = oracle_of(model, level, off=off | failing.difference(explains))
            return oracle.feasible(component.free(cells))
    return False


def _all_hold(search: _Kept, one: CauseCandidate, mended: frozenset[int], cells: frozenset[int]) -> bool:
    others = [e for e in search.found if e is not one and e.repair]
    every = mended.union(*(e.explains for e in others))
    return bool(others) and _holds(search, every, cells.union(*(e.repair.cells for e in others)))


def _sums(search: _Kept, numbers: frozenset[int]) -> frozenset[int]:
    return frozenset(n for n in numbers if search.model.relations[n].op == "=")


def _linked(one: CauseCandidate, every: list[CauseCandidate]) -> list[CauseCandidate]:
    """Other explanations that share failing relations with one: parts of the same repair."""
    linked, left = [one], [e for e in every if e is not one and e.repair]
    while more := [e for e in left if any(not set(e.explains).isdisjoint(x.explains) for x in linked)]:
        linked += more
        left = [e for e in left if e not in more]
    return linked[1:]


def test_every_repair_makes_everything_hold(form, searched):
    tried = 0
    for case in cases(form, range(30_000, 30_000 + _UNITS)):
        search = searched(case)
        for one in search.found if search else ():
            if one.repair is None:
                continue
            parts = _linked(one, search.found)
            explains = frozenset(one.explains).union(*(p.explains for p in parts))
            rest = frozenset().union(*(p.repair.cells for p in parts))
            for repair in (one.repair, *one.alternatives[:3]):
                # a comparison (≤) that the likeliest repair mends too is no claim of the others
                mended = explains if repair is one.repair else _sums(search, explains)
                # a comparison that passes only because of another mistake speaks of both: then with all other repairs
                assert _holds(search, mended, repair.cells | rest) or _all_hold(search, one, mended, repair.cells), (
                    case.name,
                    sorted(repair.cells),
                )
                tried += 1
    assert tried > _UNITS


def test_without_its_cells_no_repair_is_needed_for_nothing(form, searched):
    """What is explained can't hold as it stands: HiGHS proves it at the widest level for single mistakes."""
    tried = 0
    for case in cases(form, range(40_000, 40_000 + max(CASES // 30, 10)), doubles=False):
        search = searched(case)
        for one in search.found if search else ():
            if one.repair and len(one.repair.corrections) == 1:
                off = frozenset(search.failing).difference(one.explains)
                assert not oracle_of(search.model, search.levels[0], off=off).feasible(), case.name
                tried += 1
    assert tried > 5


def _right_of(search: _Kept, cell: int) -> Correction | None:
    repairs = [r for e in search.found if e.repair for r in (e.repair, *e.alternatives)]
    return next((r.corrections[0] for r in repairs if r.cells == {cell}), None)


def test_the_true_figure_lies_in_the_interval_that_is_reported(form, searched):
    named = reported = 0
    for case in cases(form, range(50_000, 50_000 + _UNITS), doubles=False):
        search = searched(case)
        if search is None:
            continue
        ((spot, true),) = case.mistake.right.items()
        cell = cell_at(search.model, spot)
        reported += 1
        right = _right_of(search, cell)
        if right is None:
            continue
        named += 1
        # other habits of rounding print a figure up to one last digit further from where it is
        reach = 0 if case.source == "A" else search.model.ulp(cell)
        shown = printed(true, search.model.ulp(cell))
        assert right.low is None or right.low <= shown.high + reach, case.name
        assert right.high is None or shown.low - reach <= right.high, case.name
    assert named > 0.8 * reported > 0


def test_each_relation_of_the_wrong_cell_leaves_room_for_the_true_figure(form):
    """Strictly for habit A, else at the tolerant level; so the screen keeps the wrong cell."""
    seen = 0
    for case in cases(form, range(60_000, 60_000 + _UNITS), doubles=False):
        model = model_of(case.mistake.wrong)
        ((spot, true),) = case.mistake.right.items()
        cell = cell_at(model, spot)
        for kind, level in levels_of(model).items():
            if kind == "strict" and case.source != "A":
                continue
            shown = printed(true, model.ulp(cell))
            reach = 0 if kind == "strict" else model.ulp(cell) // 2
            for number in model.near.get(cell, ()):
                low, high = implied(model.relations[number], cell, level)
                assert low is None or low <= shown.high + reach, (case.name, kind)
                assert high is None or shown.low - reach <= high, (case.name, kind)
            failing = [n for n in model.near.get(cell, ()) if not possible(model, n, level)]
            if failing and true >= 0:
                seen += 1
                assert cell in screened(model, failing, level), (case.name, kind)
    assert seen > _UNITS // 2


@pytest.mark.parametrize("habits", HABITS)
def test_a_clean_unit_starts_no_search(form, searched, habits):
    _Kept.made.clear()
    check(clean_submission(form, 5, habits, 12))
    assert _Kept.made == []


def test_a_search_out_of_work_still_answers_and_says_so(form, searched):
    stopped = 0
    for case in cases(form, range(70_000, 70_045)):
        search = searched(case)
        if search is None:
            continue
        whole = len(search.found)
        for work in (0, 1, 7, 50, 400, 3000):
            again = Search(search.model, search.failing, search.levels, search._gaps, work)
            found = again.cause_candidates()
            assert len(found) <= whole or again.over_budget, case.name
            assert all(set(e.explains) <= set(search.failing) for e in found), case.name
            stopped += again.over_budget
    assert stopped > 3


def test_the_freed_cell_of_a_single_mistake_can_say_the_true_figure(form):
    """Not only relation by relation: all of them together, decided by HiGHS."""
    seen = 0
    for case in cases(form, range(80_000, 80_000 + max(CASES // 20, 15)), doubles=False):
        model = model_of(case.mistake.wrong)
        ((spot, true),) = case.mistake.right.items()
        cell = cell_at(model, spot)
        if case.source != "A" or cell not in cells_of(model):
            continue
        shown = printed(true, model.ulp(cell))
        oracle = oracle_of(model, levels_of(model)["strict"])
        assert oracle.feasible({cell: tuple(shown)}), case.name
        seen += 1
    assert seen > 2
