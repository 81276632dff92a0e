"""Random systems of rows, seeded: sparse, mostly ±1, with bounds that are reached exactly, or missed by one."""

from __future__ import annotations

import random
from typing import NamedTuple

from xlcheck.solving.system import Bounds, Constraint


class Case(NamedTuple):
    """Rows, the bounds of their variables, and where each starts (within its bounds)."""

    rows: list[Constraint]
    bounds: dict[int, Bounds]
    start: dict[int, int]


def random_case(seed: int | str) -> Case:
    """A system that can hold about as often as not."""
    draw = random.Random(seed)
    size = draw.randrange(2, 15)
    bounds: dict[int, Bounds] = {}
    start: dict[int, int] = {}
    hidden: dict[int, int] = {}
    for variable in range(size):
        start[variable] = draw.choice((0, 1, -1, draw.choice((1, 1, -1)) * int(10 ** draw.uniform(0, 11))))
        bounds[variable] = random_bounds(draw, start[variable])
        hidden[variable] = _inside(draw, bounds[variable], start[variable])
    hard = draw.random() < 0.5
    rows = [_row(draw, bounds, hidden, hard=hard) for _ in range(draw.randrange(1, 15))]
    return Case(rows, bounds, start)


def random_bounds(draw: random.Random, start: int) -> Bounds:
    """Bounds around a figure: what its print leaves, itself only, or open on one side or both."""
    kind = draw.randrange(10)
    if kind < 5:
        half = draw.choice((1, 50, 5000))
        return (start - half, start + half - 1)
    if kind < 7:
        return (start, start)
    if kind < 8:
        return (min(start, 0), None) if draw.random() < 0.7 else (None, max(start, 0))
    if kind < 9:
        return (None, None)
    return (start - draw.randrange(100_000), start + draw.randrange(100_000))


def _inside(draw: random.Random, bounds: Bounds, start: int) -> int:
    low, high = bounds
    if draw.random() < 0.6 and not (low is None and high is None):
        return draw.choice([b for b in bounds if b is not None])
    return draw.randrange(start - 9999 if low is None else low, (start + 9999 if high is None else high) + 1)


def _row(draw: random.Random, bounds: dict[int, Bounds], hidden: dict[int, int], *, hard: bool) -> Constraint:
    chosen = draw.sample(sorted(bounds), min(len(bounds), draw.choice((1, 2, 2, 3, 3, 4, 6))))
    weights = {v: draw.choice((1, -1)) * draw.choice((1, 1, 1, 1, 1, 1, 1, 2, 3)) for v in chosen}
    total = sum(w * hidden[v] for v, w in weights.items())
    ends = [bounds[v][w > 0] for v, w in weights.items()]
    if hard and draw.random() < 0.3 and None not in ends:  # its largest value, or one more
        total = sum(w * e for w, e in zip(weights.values(), ends, strict=True) if e is not None) + draw.choice(
            (0, 0, 0, 1)
        )
        return Constraint(weights, total, draw.choice((None, total)))
    if hard:
        total += draw.choice((0, 0, 0, 0, 0, 0, 1, -1, draw.randrange(-9999, 10_000)))
    match draw.randrange(6):
        case 0:
            return Constraint(weights, None, total + draw.choice((0, 1)))
        case 1:
            return Constraint(weights, total - draw.choice((0, 1)), None)
        case 2:
            return Constraint(weights, total - draw.randrange(3), total + draw.randrange(3))
        case _:
            return Constraint(weights, total, total)
