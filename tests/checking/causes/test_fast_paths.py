"""The ways around long work give what the long work gives: they are compared with it as it would be written down."""

from __future__ import annotations

import random

import pytest

from support.judging import bases, cases
from support.large import large_unit, with_mistakes
from xlcheck.checking.causes import hypothesis
from xlcheck.checking.causes.bounds import implied, reach
from xlcheck.checking.causes.chains import _close
from xlcheck.checking.causes.constraint_model import ConstraintModel
from xlcheck.checking.causes.find import constraint_model
from xlcheck.checking.causes.hypothesis import Hypothesis
from xlcheck.checking.causes.levels import strict
from xlcheck.checking.causes.operations import operations
from xlcheck.checking.causes.pairs import Pairs
from xlcheck.checking.causes.shifts import Block, Move, Shifts, _nearest
from xlcheck.checking.check import check
from xlcheck.checking.layouts import Layouts
from xlcheck.solving.simplex import Budget


@pytest.mark.parametrize("seed", range(60))
def test_the_nearest_blocks_come_in_the_order_of_their_distance(seed):
    draw = random.Random(seed)
    size = draw.randrange(3, 40)
    front, back = draw.randrange(size), draw.randrange(size)
    starts = range(max(0, front - 5), min(size, front + draw.randrange(1, 30)))
    stops = range(max(0, back - draw.randrange(1, 30)), min(size, back + 5))
    pairs = [(a, b) for a in starts for b in stops if a < b]
    for most in (1, 7, 120, 10_000):
        expected = sorted(pairs, key=lambda p: abs(p[0] - front) + abs(p[1] - back))[:most]
        assert _nearest(starts, stops, (front, back), most) == expected


@pytest.fixture(scope="module")
def wrong(pipeline):
    """Models with the relations that fail in them."""
    found = bases(pipeline)
    models = []
    for kind in ("single", "double", "shifted_block", "pasted_labels", "chain", "swap", "omitted"):
        for _, mistake in cases(found, kind, 4, 3):
            model = constraint_model(Layouts(mistake.wrong))
            models.append((model, [n for n in range(len(model.relations)) if not model.holds(n)]))
    return models


def naive_outcome(one: Hypothesis, figures: dict[int, int], lost: frozenset[int]) -> frozenset[int] | None:
    """As :meth:`Hypothesis.outcome` says it, cell by cell."""
    model = one.model
    change = {c: f - model.figure(c) for c, f in figures.items()}
    mended = set()
    for number in {n for c in (*change, *lost) for n in model.near.get(c, ())}:
        relation, failing = model.relations[number], number in one.failing
        if any(c in lost for c in relation.weights):
            mended |= {number} if failing else set()
            continue
        moved = sum(w * change.get(c, 0) for c, w in relation.weights.items())
        if not failing and not moved:
            continue
        sizes = [abs(w) * model.ulp(c) for c, w in relation.weights.items() if model.figure(c) or c in change]
        slack = max(sum(sizes) // 2, max(sizes, default=0))
        slack = slack if failing else max(slack, abs(relation.difference))
        off = relation.difference + moved
        if relation.op != "=":
            bad = off > 0 if relation.op == "≤" else off < 0
            if bad and not failing and abs(off) > slack:
                return None
            mended |= {number} if failing and not bad else set()
            continue
        if abs(off) > slack or (failing and 2 * abs(off) > abs(relation.difference)):
            return None
        mended |= {number} if failing else set()
    return frozenset(mended) or None


def test_an_operation_is_judged_as_cell_by_cell(wrong):
    draw = random.Random(1)
    answers = set()
    for model, failing in wrong:
        one = Hypothesis(model, failing)
        cells = [c for n in failing for c in model.relations[n].weights]
        for _ in range(60):
            some = draw.sample(cells, min(len(cells), draw.choice((1, 1, 2, 5))))
            figures = {c: draw.choice([model.figure(c), *one.needs().get(c, [0])]) for c in some}
            lost = frozenset(draw.sample(cells, draw.choice((0, 0, 1, 3))))
            expected = naive_outcome(one, figures, lost)
            assert one.outcome(figures, lost) == expected
            answers.add(expected is None)
    assert answers == {True, False}


def test_no_block_is_given_up_that_a_closer_look_would_take(wrong):
    taken = 0
    for model, failing in wrong:
        one = Shifts(model, failing)
        for table in model.now.tables.values():
            for section in table.sections.values():
                size, width = len(section.rows), len(section.columns)
                if size < 3 or not width:
                    continue
                draw = random.Random(size)
                for _ in range(60):
                    first = draw.randrange(size - 1)
                    last = draw.randrange(first + 1, size)
                    by = draw.choice((1, 1, 2, -1, -2))
                    columns = draw.choice([list(range(width)), [draw.randrange(width)]])
                    meant, lost = block(model, section, columns, first, last, by)
                    explained = naive_outcome(one, meant, lost) if meant is not None else None
                    if explained:
                        taken += 1
                        assert not one._hopeless(
                            Block(section, columns, first, last, by), Move(one, section, columns, by, ())
                        )
    assert taken


def block(model: ConstraintModel, section, columns, first, last, by):
    """Figures and lost cells of a shift; None where it is none."""
    size = len(section.rows)
    over = range(max(0, first - by), first) if by > 0 else range(last + 1, min(size, last + 1 - by))
    if any(section.rows[r].key == "合计" for r in (*range(first, last + 1), *over)):
        return None, frozenset()
    meant, lost, amounts = {}, {model.number(section, r, c) for r in over for c in columns}, 0
    for row in range(first, last + 1):
        for column in columns:
            figure = section.figures[row - by][column] if 0 <= row - by < size else None
            if figure is None:
                lost.add(model.number(section, row, column))
                continue
            amounts += bool(figure)
            if figure != section.figures[row][column]:
                meant[model.number(section, row, column)] = figure
    return (meant, frozenset(lost)) if amounts > 1 and meant else (None, frozenset())


@pytest.mark.parametrize("seed", range(30))
def test_amounts_that_are_nearly_alike_are_put_together(wrong, seed):
    draw = random.Random(seed)
    model, _ = wrong[0]
    cells = [c for c in range(model.size) if model.ulp(c)]
    sides = {
        (draw.choice("甲乙"), draw.randrange(-8, 8) * 20_000 + draw.randrange(3)): set(
            draw.sample(cells, draw.randrange(1, 4))
        )
        for _ in range(40)
    }
    expected: dict[tuple[str, int], set[int]] = {}
    for table, excess in sorted(sides, key=lambda k: -len(sides[k])):
        near = 3 * max(model.ulp(c) for c in sides[table, excess])
        key = next((k for k in expected if k[0] == table and abs(k[1] - excess) <= near), (table, excess))
        expected.setdefault(key, set()).update(sides[table, excess])
    assert list(_close(sides, model).items()) == list(expected.items())


def test_what_a_relation_implies_of_a_cell_is_what_the_others_leave(wrong):
    for model, failing in wrong:
        level = strict(model)
        for number in failing:
            relation = model.relations[number]
            whole = reach(relation, level)
            for cell, weight in relation.weights.items():
                low = high = relation.constant
                for other, factor in relation.weights.items():
                    if other != cell:
                        a, b = level(other)
                        low, high = low + min(factor * a, factor * b), high + max(factor * a, factor * b)
                ends = sorted((-low / weight, -high / weight))
                found = implied(relation, cell, level, whole)
                assert found == implied(relation, cell, level)
                if relation.op == "=":
                    assert ends[0] <= found[0] < ends[0] + 1
                    assert ends[1] - 1 < found[1] <= ends[1]


def test_a_search_without_a_budget_says_that_it_was_not_complete(wrong):
    model, failing = wrong[8]
    found, complete = operations(model, failing, blocks=True, wide=False)
    assert complete
    before, hypothesis.WORK = hypothesis.WORK, 5
    try:
        fewer, complete = operations(model, failing, blocks=True, wide=False)
    finally:
        hypothesis.WORK = before
    assert not complete
    assert len(fewer) <= len(found)


def test_swaps_are_found_among_thousands_of_equal_figures(form):
    """All figures alike, half of them asked for twice as much: no list of all pairs."""
    model = constraint_model(Layouts(with_mistakes(large_unit(form, 400), 200)))
    failing = [n for n in range(len(model.relations)) if not model.holds(n)]
    one = Pairs(model, failing)
    one.budget = Budget(10_000_000)
    assert len(list(one.swaps())) <= 160


def test_an_ordinary_workbook_is_searched_completely(pipeline, sample_submission):
    for _, mistake in cases(bases(pipeline, ()), "single", 20, 5):
        assert not check(mistake.wrong).unsearched
