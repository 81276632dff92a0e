"""Failing relations that have to do with each other: each group is a search of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from xlcheck.checking.causes.constraint_model import ConstraintModel


def components(model: ConstraintModel, failing: Sequence[int]) -> Iterator[list[int]]:
    """Failing relations that share cells, transitively, in their order."""
    speaking: dict[int, list[int]] = {}
    for number in failing:
        for cell in model.relations[number].weights:
            speaking.setdefault(cell, []).append(number)
    order = {n: i for i, n in enumerate(failing)}
    seen: set[int] = set()
    for number in failing:
        if number not in seen:
            group = _connected(number, model, speaking)
            seen |= group
            yield sorted(group, key=order.__getitem__)


def _connected(number: int, model: ConstraintModel, speaking: dict[int, list[int]]) -> set[int]:
    """A relation and all that share cells with it, directly or through others; their cells go from ``speaking``."""
    found, todo = {number}, [number]
    while todo:
        for cell in model.relations[todo.pop()].weights:
            more = [n for n in speaking.pop(cell, ()) if n not in found]
            found.update(more)
            todo += more
    return found
