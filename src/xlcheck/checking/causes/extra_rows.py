"""The labels of another table beside the amounts of this one: rows too many, from each of which on the amounts stand higher.

As it was published: the labels of 公开03 beside the amounts of 公开05, which has no place for some of them. The amounts
keep their order, the total among them; when they were used up, the column was left blank, began again from the top, or
repeated its last amount. One pass over the rows finds which of them do not belong (docs/causes.md).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

from xlcheck.checking.causes.constraint_model import ConstraintModel
from xlcheck.checking.causes.hypothesis import PRIOR, Hypothesis, Operation
from xlcheck.form import TOTAL
from xlcheck.model import Section
from xlcheck.solving.simplex import OverBudgetError

_FEWEST_ROWS = 5
_MOST_ROWS = 400
_FEWEST_EXPLAINED = 5  # relations: fewer are explained by less
_FEWEST_MOVED = 3  # cells that were meant to say something else
_MOST_EXTRA = 0.5  # of the rows
_MOST_STATES = 1_500  # kept from row to row, the cheapest
_UNLIKELY = 1.0  # it is rarer than a block that was shifted
_EACH_EXTRA = 0.6  # for each that no other table has either
_STRANGE_FILLING = 4.0  # below the last amount stands what is neither nothing nor any of the amounts
_NOWHERE, _ELSEWHERE = 0.5, 0.5  # what a row costs that no other table has, and more for each that has it
_EACH_LEFT = 4  # relations that it mends for each one that fails then
_VIOLATED = 3.0  # what it costs that a relation fails
_EXTRA = -1  # the source of a row that does not belong


class _Slip(NamedTuple):
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


class ExtraRows(Hypothesis):
    """Rows that do not belong in a table, found by what its amounts have to add up to."""

    def __init__(
        self, model: ConstraintModel, failing: Iterable[int], *, wide: bool = False, beside: bool = False
    ) -> None:
        """``beside``: other mistakes may stand beside it, that leave relations failing."""
        super().__init__(model, failing, wide=wide)
        self.beside = beside

    def extra_rows(self) -> Iterator[Operation]:
        """One operation for each section that has them: in all columns, else in single ones."""
        for section, columns in self._failing_sections():
            if _FEWEST_ROWS <= len(section.rows) <= _MOST_ROWS and section.spec.shape.open_ended:
                yield from self._of_section(section, columns)

    def _failing_sections(self) -> Iterator[tuple[Section, list[int]]]:
        """Sections that many failing relations speak of, with the columns they do."""
        spoken: dict[int, tuple[Section, set[int], int]] = {}
        for relation in self.failing_relations():
            places = [self.model.place(cell) for cell in relation.weights]
            for section in {id(p.section): p.section for p in places}.values():
                _, columns, count = spoken.get(id(section), (section, set(), 0))
                columns.update(p.column for p in places if p.section is section)
                spoken[id(section)] = section, columns, count + 1
        for section, columns, count in spoken.values():
            if count >= _FEWEST_EXPLAINED:
                yield section, sorted(columns)

    def _of_section(self, section: Section, touched: Sequence[int]) -> Iterator[Operation]:
        every = list(range(len(section.columns)))
        rows = [r for r in range(len(section.rows)) if section.rows[r].at is not None]
        rows.sort(key=lambda r: section.rows[r].at or 0)
        orders = [rows]
        if (
            rows and section.rows[rows[0]].key != TOTAL
        ):  # at the top it stays in its place anyhow; at the end it may have stayed too
            orders.append([r for r in rows if section.rows[r].key != TOTAL])
        for columns in [every, *([c] for c in touched)] if len(every) > 1 else [every]:
            found = [self._best(_Slip(section, order, columns)) for order in orders]
            one = max((o for o in found if o is not None), key=_worth, default=None)
            if one is not None:
                yield one
                if columns == every:
                    return

    def _best(self, slip: _Slip) -> Operation | None:
        """The operation that explains most, of the readings with as few extra rows as possible."""
        alignment = _Alignment(self, slip)
        found = (self._operation(slip, sources, alignment.costs) for sources in alignment.readings())
        return max((one for one in found if one is not None), key=_worth, default=None)

    def _operation(self, slip: _Slip, sources: Sequence[int], costs: Sequence[float]) -> Operation | None:
        model, section = self.model, slip.section
        figures: dict[int, int] = {}
        for position, source in enumerate(sources):
            meant = slip.shown(source) if source != _EXTRA else (0,) * len(slip.columns)
            shown = slip.shown(position)
            for column, figure, own in zip(slip.columns, meant, shown, strict=True):
                if figure != own:
                    figures[model.number(section, slip.rows[position], column)] = figure
        explained = self._explained(figures)
        if len(figures) < _FEWEST_MOVED or not explained or len(explained) < _FEWEST_EXPLAINED:
            return None
        filling = _filling(slip, sources)
        extra = [slip.rows[p] for p, source in enumerate(sources) if source == _EXTRA]
        cost = (
            _UNLIKELY
            + _EACH_EXTRA * sum(costs[p] for p, source in enumerate(sources) if source == _EXTRA)
            + (_STRANGE_FILLING if filling == "other" else 0.0)
        )
        return Operation(
            kind="pasted_labels",
            what="extra_rows",
            explains=explained,
            primary=min(figures, key=lambda c: model.place(c).row),
            score=PRIOR - cost,
            figures=figures,
            facts=_facts(slip, extra, filling),
        )

    def _explained(self, figures: Mapping[int, int]) -> frozenset[int] | None:
        """The failing relations that it mends; beside other mistakes, where it mends nearly all that it touches."""
        if not self.beside:
            return self.outcome(figures)
        effect = self.effect(figures)
        return effect.mended if len(effect.mended) >= _EACH_LEFT * len(effect.left) else None


def _worth(one: Operation) -> tuple[int, float]:
    return len(one.explains), one.score


def laid_wrong(model: ConstraintModel, failing: Sequence[int]) -> Operation | None:
    """A table whose rows do not belong to its amounts, other mistakes beside it allowed; None where there is none."""
    with suppress(OverBudgetError):
        return max(ExtraRows(model, failing, wide=True, beside=True).extra_rows(), key=_worth, default=None)
    return None


def _facts(slip: _Slip, extra: Sequence[int], filling: str) -> dict[str, str]:
    """What the sentence needs."""
    section = slip.section
    facts = {
        "extra": "、".join(section.rows[r].label for r in extra[:_MOST_NAMED]),
        "count": str(len(extra)),
        "first": section.rows[extra[0]].label,
        "filling": filling,
    }
    return facts | ({"column": section.columns[slip.columns[0]]} if len(slip.columns) < len(section.columns) else {})


_MOST_NAMED = 6  # rows in one sentence


def _filling(slip: _Slip, sources: Sequence[int]) -> str:
    """What stands below the last amount: nothing, the amounts again from the top, the last one again, or something else."""
    amounts = [slip.shown(p) for p in range(len(sources))]
    used = sum(source != _EXTRA for source in sources)
    rest = amounts[used:]
    if not any(map(any, rest)):
        return "blank"
    if rest == amounts[: len(rest)] or rest == amounts[1 : 1 + len(rest)]:
        return "again"
    return "last" if used and rest == [amounts[used - 1]] * len(rest) else "other"


class _Alignment:
    """Which rows of a section do not belong, so that the amounts, in their order, fit the others.

    A pass over the rows from the top: each has the next amount, or does not belong. What relations come to is summed on
    the way; one that is complete must hold. Ways that agree in the amounts used and in all open sums are one.
    """

    def __init__(self, hypothesis: ExtraRows, slip: _Slip) -> None:
        self.hypothesis = hypothesis
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
        self._enter()

    def _enter(self) -> None:
        """The relations that the amounts stand in, by the rows they speak of."""
        model, slip = self.model, self.slip
        position = {row: p for p, row in enumerate(slip.rows)}
        place = {c: i for i, c in enumerate(slip.columns)}
        cells = {model.number(slip.section, r, c): (position[r], place[c]) for r in slip.rows for c in slip.columns}
        own = sorted({n for cell in cells for n in model.near.get(cell, ())})
        for number in own:
            relation = model.relations[number]
            inside = {cell: cells[cell] for cell in relation.weights if cell in cells}
            weights: dict[int, list[int]] = {}
            for cell, (at, column) in inside.items():
                weights.setdefault(at, [0] * len(slip.columns))[column] = relation.weights[cell]
            shown = sum(relation.weights[cell] * model.figure(cell) for cell in inside)
            self.starts[number] = relation.difference - shown
            for at, row_weights in weights.items():
                self.entries[at].append(_Entry(number, tuple(row_weights)))
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
        layer: dict[_State, _Path] = {_State(0, ()): _Path(0.0, _EXTRA, None)}
        opened: list[int] = []
        for position in range(self.size):
            layer, opened = self._next(position, layer, opened)
            if not layer:
                return
        ends = sorted(layer.items(), key=lambda item: item[1].cost)
        yield from (path.sources() for state, path in ends if state.used < self.size)

    def _next(
        self, position: int, layer: dict[_State, _Path], opened: Sequence[int]
    ) -> tuple[dict[_State, _Path], list[int]]:
        """The states below one more row; ``opened`` are the relations whose sums the states hold."""
        entries = self.entries[position]
        begun = [e.relation for e in entries if self.first[e.relation] == position]
        every = [*opened, *begun]
        index = {n: i for i, n in enumerate(every)}
        added = [(index[e.relation], e.weights) for e in entries]
        closing = [(index[e.relation], e.relation) for e in entries if self.last[e.relation] == position]
        kept = [i for i, n in enumerate(every) if self.last[n] > position]
        starts = tuple(self.starts[n] for n in begun)
        found: dict[_State, _Path] = {}
        most = _MOST_EXTRA * sum(self.costs)
        for state, path in layer.items():
            sums = (*state.sums, *starts)
            self.hypothesis.budget.spend(len(added) + 1)
            for source in (state.used, _EXTRA):
                cost = path.cost + (self.costs[position] if source == _EXTRA else 0.0)
                totals = list(sums)
                if source != _EXTRA:
                    amounts = self.amounts[source]
                    for i, weights in added:
                        totals[i] += sum(w * a for w, a in zip(weights, amounts, strict=True))
                cost += sum(self._violation(n, totals[i]) for i, n in closing)
                if cost <= most:
                    below = _State(state.used + (source != _EXTRA), tuple(totals[i] for i in kept))
                    if below not in found or found[below].cost > cost:
                        found[below] = _Path(cost, source, path)
        return _fewest(found), [every[i] for i in kept]

    def _violation(self, number: int, difference: int) -> float:
        """What it costs that a relation has this difference when all is in its place: nothing, where it holds."""
        if self.model.relations[number].allows(difference, self.slack[number]):
            return 0.0
        return _VIOLATED if self.hypothesis.beside else math.inf


def _fewest(layer: dict[_State, _Path]) -> dict[_State, _Path]:
    """The states with the fewest extra rows, where there are too many."""
    if len(layer) <= _MOST_STATES:
        return layer
    kept: Iterable[tuple[_State, _Path]] = sorted(layer.items(), key=lambda item: item[1].cost)[:_MOST_STATES]
    return dict(kept)
