"""Rows put to amounts that keep their order: which rows do not belong, so that the rest adds up (docs/causes.md)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from operator import mul
from typing import NamedTuple

from xlcheck.checking.causes.constraint_model import ConstraintModel
from xlcheck.checking.causes.hypothesis import Hypothesis
from xlcheck.model import Section

EXTRA = -1  # the source of a row that does not belong
_MOST_EXTRA = 0.5  # of the rows
_MOST_STATES = 1_500  # kept from row to row, the cheapest
_NOWHERE, _ELSEWHERE = 0.5, 0.5  # what a row costs that no other table has, and more for each that has it
_VIOLATED = 3.0  # what it costs that a relation fails


class Slip(NamedTuple):
    """Rows of a section from the top, and the columns whose amounts moved."""

    section: Section
    rows: list[int]
    columns: list[int]

    def shown(self, position: int) -> tuple[int, ...]:
        """The figures of the row at a position, as printed."""
        figures = self.section.figures[self.rows[position]]
        return tuple(figures[c] or 0 for c in self.columns)


class _Entry(NamedTuple):
    """What a row adds to a relation: a weight for each of its columns."""

    relation: int
    weights: tuple[int, ...]


class _State(NamedTuple):
    """Rows from the top put to amounts: how many amounts were used, and what open relations come to so far."""

    used: int
    sums: tuple[int, ...]


class _Path(NamedTuple):
    """The cheapest way to a state, in extra rows, and the source of its last row behind the way to the row above."""

    cost: float
    source: int
    before: _Path | None

    def sources(self) -> list[int]:
        """The source of every row, from the top."""
        found: list[int] = []
        at: _Path | None = self
        while at is not None and at.before is not None:
            found.append(at.source)
            at = at.before
        return found[::-1]


class _Step(NamedTuple):
    """One more row: open relations with it, what those that begin come to without it, what it adds, what is complete, what stays open."""

    relations: list[int]
    starts: tuple[int, ...]
    added: list[tuple[int, tuple[int, ...]]]
    closing: list[tuple[int, int]]
    kept: list[int]


_Layer = dict[_State, _Path]


class Alignment:
    """Which rows of a section do not belong, so that the amounts, in their order, fit the others.

    A pass over the rows from the top: each has the next amount, or does not belong. What relations come to is summed on
    the way; one that is complete must hold. Ways that agree in the amounts used and in all open sums are one.
    """

    def __init__(self, hypothesis: Hypothesis, slip: Slip, *, beside: bool) -> None:
        """``beside``: other mistakes may stand beside it, that leave relations failing."""
        self.hypothesis = hypothesis
        self.beside = beside
        self.model: ConstraintModel = hypothesis.model
        self.slip = slip
        self.size = len(slip.rows)
        self.entries: list[list[_Entry]] = [[] for _ in range(self.size)]
        self.starts: dict[int, int] = {}  # relation → what its other cells come to
        self.first: dict[int, int] = {}
        self.last: dict[int, int] = {}
        self.slack: dict[int, int] = {}
        self.amounts = [slip.shown(p) for p in range(self.size)]
        self.costs = self._costs()
        self.most = _MOST_EXTRA * sum(self.costs)
        self._enter()

    def _enter(self) -> None:
        """The relations that the amounts stand in, by the rows they speak of."""
        model, slip = self.model, self.slip
        cells = {
            model.number(slip.section, row, column): (at, place)
            for at, row in enumerate(slip.rows)
            for place, column in enumerate(slip.columns)
        }
        for number in sorted({n for cell in cells for n in model.near.get(cell, ())}):
            relation = model.relations[number]
            inside = {cell: cells[cell] for cell in relation.weights if cell in cells}
            weights: dict[int, list[int]] = {}
            for cell, (at, place) in inside.items():
                weights.setdefault(at, [0] * len(slip.columns))[place] = relation.weights[cell]
            for at, row_weights in weights.items():
                self.entries[at].append(_Entry(number, tuple(row_weights)))
            shown = sum(relation.weights[cell] * model.figure(cell) for cell in inside)
            self.starts[number] = relation.difference - shown
            self.first[number], self.last[number] = min(weights), max(weights)
            self.slack[number] = self.hypothesis.slack(number, inside)

    def _costs(self) -> list[float]:
        """What it costs to say of each row that it does not belong: more where other tables have its code too."""
        section = self.slip.section
        others = [
            {row.code for row in other.rows if row.code}
            for table in self.model.now.tables.values()
            for other in table.sections.values()
            if other is not section and other.spec.shape.open_ended
        ]
        codes = [section.rows[r].code for r in self.slip.rows]
        return [_NOWHERE + _ELSEWHERE * sum(code in other for other in others) for code in codes]

    def readings(self) -> Iterator[list[int]]:
        """Sources of the rows, the cheapest first."""
        layer: _Layer = {_State(0, ()): _Path(0.0, EXTRA, None)}
        opened: list[int] = []
        for position in range(self.size):
            layer, opened = self._next(position, layer, opened)
            if not layer:
                return
        ends = sorted(layer.items(), key=lambda item: item[1].cost)
        yield from (path.sources() for state, path in ends if state.used < self.size)

    def _next(self, position: int, layer: _Layer, opened: Sequence[int]) -> tuple[_Layer, list[int]]:
        """The states below one more row; ``opened`` are the relations whose sums the states hold."""
        step = self._step(position, opened)
        found: _Layer = {}
        for state, path in layer.items():
            self.hypothesis.budget.spend(len(step.added) + 1)
            sums = (*state.sums, *step.starts)
            for source in (state.used, EXTRA):
                cost, totals = self._gone_on(position, source, sums, step)
                cost += path.cost
                if cost <= self.most:
                    below = _State(state.used + (source != EXTRA), tuple([totals[i] for i in step.kept]))
                    if below not in found or found[below].cost > cost:
                        found[below] = _Path(cost, source, path)
        return _cheapest(found), [step.relations[i] for i in step.kept]

    def _step(self, position: int, opened: Sequence[int]) -> _Step:
        """What changes with one more row."""
        entries = self.entries[position]
        begun = [e.relation for e in entries if self.first[e.relation] == position]
        relations = [*opened, *begun]
        index = {n: i for i, n in enumerate(relations)}
        return _Step(
            relations,
            tuple(self.starts[n] for n in begun),
            [(index[e.relation], e.weights) for e in entries],
            [(index[e.relation], e.relation) for e in entries if self.last[e.relation] == position],
            [i for i, n in enumerate(relations) if self.last[n] > position],
        )

    def _gone_on(self, position: int, source: int, sums: Sequence[int], step: _Step) -> tuple[float, Sequence[int]]:
        """What it costs that a row has the amounts of ``source``, and what relations come to with them."""
        totals: Sequence[int] = sums
        cost = self.costs[position]
        if source != EXTRA:
            amounts, cost = self.amounts[source], 0.0
            totals = list(sums)
            for i, weights in step.added:
                totals[i] += sum(map(mul, weights, amounts))
        for i, number in step.closing:
            cost += self._violation(number, totals[i])
        return cost, totals

    def _violation(self, number: int, difference: int) -> float:
        """What it costs that a relation has this difference when all is in its place: nothing, where it holds."""
        if self.model.relations[number].allows(difference, self.slack[number]):
            return 0.0
        return _VIOLATED if self.beside else math.inf


def _cheapest(layer: _Layer) -> _Layer:
    """The cheapest states, where there are too many."""
    if len(layer) <= _MOST_STATES:
        return layer
    kept: Iterable[tuple[_State, _Path]] = sorted(layer.items(), key=lambda item: item[1].cost)[:_MOST_STATES]
    return dict(kept)
