"""Units with mistakes, seeded: synthetic ones of every rounding habit and four published samples."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from solving.highs_oracle import Oracle
from support.mistakes import SINGLES, Mistake, amount_at, double, filled, single
from support.places import SAMPLES
from support.synthetic import clean_submission
from xlcheck.checking.causes.constraint_model import ConstraintModel, Constraints
from xlcheck.checking.causes.find import constraint_model
from xlcheck.checking.causes.levels import Level, cached, strict, tolerant
from xlcheck.checking.layouts import Layouts
from xlcheck.form import SetSpec
from xlcheck.model import Submission
from xlcheck.pipeline import Pipeline
from xlcheck.solving.simplex import Budget
from xlcheck.solving.system import Bounds, System

_SAMPLES = ("tunliu_2023", "putuo_shegong_2024", "putuo_caizheng_2024", "beijing_2023")
HABITS = ("A", "B", "ABD", "D")
_SIZES = (3, 8, 20)
_ENOUGH = 10**12


class Case(NamedTuple):
    """A unit with a mistake, and where it comes from: a habit, or a sample."""

    name: str
    source: str
    mistake: Mistake


@cache
def _sample(name: str) -> Submission:
    return Pipeline().read((SAMPLES / f"{name}.xlsx").read_bytes())


def _clean(form: SetSpec, seed: int, draw: random.Random) -> tuple[str, Submission]:
    if seed % 5 == 4:
        name = _SAMPLES[seed // 5 % len(_SAMPLES)]
        return name, _sample(name)
    habits = HABITS[seed % 5]
    return habits, clean_submission(form, seed, habits, draw.choice(_SIZES), fiscal_only=draw.random() < 0.3)


def cases(form: SetSpec, seeds: range, *, doubles: bool = True) -> Iterator[Case]:
    """One unit with a mistake for each seed: one in three has two."""
    for seed in seeds:
        draw = random.Random(f"unit {seed}")
        source, clean = _clean(form, seed, draw)
        spots = [s for s in filled(clean) if amount_at(clean, s).figure]
        mistake = None
        while mistake is None:
            if doubles and seed % 3 == 2:
                mistake = double(clean, draw)
            else:
                mistake = single(clean, draw.choice(spots), draw.choice(SINGLES), draw)
        yield Case(f"{seed} {source} {mistake.kind}", source, mistake)


def model_of(now: Submission) -> ConstraintModel:
    """The constraint model; of relations with ≤ and ≥ those that hold, as in :func:`xlcheck.checking.causes.find.Finder`."""
    model = constraint_model(Layouts(now))
    model.relations = [r for n, r in enumerate(model.relations) if r.op == "=" or model.holds(n)]
    return model


def levels_of(model: ConstraintModel) -> dict[str, Level]:
    return {"strict": cached(strict(model)), "tolerant": cached(tolerant(model))}


def cells_of(model: ConstraintModel) -> list[int]:
    return sorted(model.near)


def possible(model: ConstraintModel, number: int, level: Level) -> bool:
    """Whether a relation can hold on its own."""
    _, op, weights, constant, _, _ = model.relations[number]
    ends = [sorted((w * level(c)[0], w * level(c)[1])) for c, w in weights.items()]
    low, high = constant + sum(e[0] for e in ends), constant + sum(e[1] for e in ends)
    return (op == "≥" or low <= 0) and (op == "≤" or high >= 0)


def system_of(
    model: ConstraintModel, level: Level, failing: frozenset[int], *, off: frozenset[int] = frozenset()
) -> System:
    """A fresh system of all relations that are not ``off``, whether they hold as printed or only by rounding."""
    near = model.near
    found = System(Constraints(model), lambda c: near.get(c, ()), model.figure, level, Budget(_ENOUGH), failing | off)
    for number in range(len(model.relations)):
        if number not in failing and number not in off and not model.holds(number):
            found.add(number)
    return found


def oracle_of(model: ConstraintModel, level: Level, *, off: frozenset[int] = frozenset()) -> Oracle:
    """HiGHS with all relations that are not ``off``."""
    rows = [model.constraint(n) for n in range(len(model.relations)) if n not in off]
    bounds: dict[int, Bounds] = {c: tuple(level(c)) for c in cells_of(model)}
    return Oracle(rows, bounds, {c: model.figure(c) for c in bounds})


def cell_at(model: ConstraintModel, spot: tuple[str, str, int, int]) -> int:
    """The variable of a place."""
    table, section, row, column = spot
    return model.number(model.now.section(table, section), row, column)
