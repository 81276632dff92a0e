"""Repairs as independent choices: a product exactly where there is one, by trying every partition."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import combinations, product

from xlcheck.checking.causes.repairs import factors

Family = set[frozenset[int]]


def _combined(choices: Sequence[Sequence[frozenset[int]]]) -> Family:
    return {frozenset().union(*chosen) for chosen in product(*choices)}


def _parts(family: Family) -> bool:
    """Whether some cells are chosen independently of the others."""
    cells = sorted(frozenset().union(*family))
    for size in range(1, len(cells) // 2 + 1):
        for some in combinations(cells, size):
            mine = {r & frozenset(some) for r in family}
            rest = {r - frozenset(some) for r in family}
            if _combined([list(mine), list(rest)]) == family and len(mine) * len(rest) == len(family):
                return True
    return False


def _families(count: int) -> Iterator[Family]:
    """Sets of two or three cells of at most six; half of them made as a product."""
    for seed in range(count):
        draw = random.Random(seed)
        if draw.random() < 0.5:
            cells = list(range(6))
            draw.shuffle(cells)
            cut = draw.randrange(1, 5)
            yield _combined([[frozenset({c}) for c in cells[:cut]], [frozenset({c}) for c in cells[cut:]]])
        else:
            every = [frozenset(s) for s in combinations(range(draw.randrange(3, 6)), draw.choice((2, 3)))]
            yield set(draw.sample(every, min(len(every), draw.randrange(1, 7))))


def test_choices_always_make_up_the_repairs_and_nothing_else():
    for family in _families(400):
        choices = factors(sorted(family, key=sorted))
        assert _combined(choices) == family
        cells = [frozenset().union(*c) for c in choices]
        assert sum(map(len, cells)) == len(frozenset().union(*cells))


def test_where_no_cells_are_independent_there_is_one_choice():
    seen = 0
    for family in _families(400):
        if not _parts(family):
            assert factors(sorted(family, key=sorted)) == [sorted(family, key=sorted)]
            seen += 1
    assert seen > 50


def test_one_cell_each_of_several_groups_is_that_many_choices():
    for sizes in product((1, 2, 3), repeat=3):
        numbers = iter(range(10))
        groups = [[frozenset({next(numbers)}) for _ in range(n)] for n in sizes]
        assert sorted(factors(sorted(_combined(groups), key=sorted))) == sorted(groups)


def test_repairs_that_are_a_product_are_more_than_one_choice():
    seen = 0
    for family in _families(400):
        cells = frozenset().union(*family)
        if _parts(family) and not _tangled(family, cells):
            assert len(factors(sorted(family, key=sorted))) > 1, family
            seen += 1
    assert seen > 100


def _tangled(family: Family, cells: frozenset[int]) -> bool:
    """Whether three cells are two by two, but never all three, in a repair."""
    return any(
        all(any(set(p) <= r for r in family) for p in combinations(three, 2))
        and not any(set(three) <= r for r in family)
        for three in combinations(sorted(cells), 3)
    )


def test_two_of_three_cells_times_one_of_two_are_two_choices():
    two_of_three = [frozenset(p) for p in combinations((0, 1, 2), 2)]
    one_of_two = [frozenset({3}), frozenset({4})]
    family = _combined([two_of_three, one_of_two])
    assert sorted(map(len, factors(sorted(family, key=sorted)))) == [2, 3]


def test_no_repairs_are_no_choice_that_could_be_made():
    assert factors([]) in ([], [[]])
