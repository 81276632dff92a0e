"""Which column is which concept: exact headings first, the rest as one assignment by all the evidence there is.

Scores are in nats, from the study in docs/binding.md §3 (set by hand there, nothing fitted). Arithmetic chooses only
between readings that headings leave open.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from xlcheck.binding.frame import Column
from xlcheck.binding.headings import Headings

CERTAIN, LIKELY, DOUBTFUL = "certain", "likely", "doubtful"
# what a grade counts in the quality of a reading, in columns bound beyond doubt: set by hand
WEIGHTS = {CERTAIN: 1.0, LIKELY: 0.7, DOUBTFUL: 0.2}
_BEAM = 120  # partial readings kept; the study found no better one beyond
_BEST = 40  # readings weighed with all the evidence
_NAMED = 5.0  # nats for a heading in words of the form or the vocabulary: more than any likeness
_UNBOUND_SLOT, _UNBOUND_COLUMN = -2.6, -0.9
_INVERSION = -1.3  # two columns in another order than the form's
_USUAL_NUMBER, _OTHER_NUMBER = 1.2, -0.6
_ONLY_ONE_LEFT = (0.6, 1.6, 2.5)  # by how many of its neighbours are bound
_BEFORE_ALL, _BEHIND_ALL = (-1, 0), (1_000_000, 1_000_000)  # (place, column) where no neighbour is bound
_SURE = 0.90  # share of the weight of all readings that makes one likely
_EXCHANGE = 1.5  # nats that an exchange must cost


class Body(NamedTuple):
    """What stands in a column: its figures by row, whether it is mostly text, and whether they look like counts."""

    figures: Mapping[str, int]
    texts: int = 0


@dataclass(slots=True)
class Bound:
    """Slots → columns with grades; ``open`` are columns with figures that no slot took; ``rivals`` for the doubts."""

    at: dict[str, int] = field(default_factory=dict)
    grades: dict[str, str] = field(default_factory=dict)
    rivals: dict[str, str] = field(default_factory=dict)
    open: list[int] = field(default_factory=list)
    strange: list[int] = field(default_factory=list)


Judge = Callable[[Mapping[str, int]], float]


class Slots(Headings):
    """The concepts of one section, assigned to the columns of one region."""

    def choice(self, columns: Sequence[Column], bodies: Mapping[int, Body], numbers: Mapping[str, int]) -> SlotChoice:
        """What headings and order leave open of the slots of ``columns``; ``numbers`` are the usual ones of slots."""
        strange = sorted({column.at for column in columns if self.distractor(column)})
        candidates = [column for column in columns if column.at not in strange]
        named = self._named(candidates)
        exact = _exact(named)
        free = [c for c in _left(candidates, exact) if _may_hold_figures(c, bodies[c.at])]
        filled = [column for column in candidates if _filled(bodies[column.at])]
        return SlotChoice(exact, strange, filled, self._left_open(exact, free, named, numbers, bodies))

    def _left_open(
        self,
        exact: Mapping[str, int],
        free: Sequence[Column],
        named: Mapping[str, Collection[Column]],
        numbers: Mapping[str, int],
        bodies: Mapping[int, Body],
    ) -> _Assignment | None:
        """The slots that exact headings leave and the columns that are free; None where there is nothing to choose."""
        places = {concept.key: place for place, concept in enumerate(self.concepts)}
        slots = [slot for slot in places if slot not in exact]
        if not slots or not free:
            return None
        scores = [self._scores(slot, free, named[slot], numbers.get(slot, 0)) for slot in slots]
        return _Assignment(slots, free, scores, places, bodies, exact)

    def _named(self, columns: Sequence[Column]) -> dict[str, list[Column]]:
        """Slot → columns whose heading names it."""
        slots = {c.at: self.named_by(c) for c in columns}
        return {k.key: [c for c in columns if k.key in slots[c.at]] for k in self.concepts}

    def _scores(self, slot: str, columns: Iterable[Column], named: Collection[Column], number: int) -> list[float]:
        """What headings and printed numbers of columns say for a slot: those ``named`` name it, ``number`` is usual."""
        return [(_NAMED if c in named else self.heading(c, slot)) + _number(c, number) for c in columns]


def _left(columns: Iterable[Column], bound: Mapping[str, int]) -> list[Column]:
    """Columns that no slot has; ``bound``: slot → column."""
    taken = set(bound.values())
    return [c for c in columns if c.at not in taken]


def _filled(body: Body) -> bool:
    """Whether a column holds a figure other than zero."""
    return any(body.figures.values())


def _exact(named: Mapping[str, Sequence[Column]]) -> dict[str, int]:
    """Slots that one column alone names, which names no other: slot → column."""
    claims = Counter(column.at for columns in named.values() for column in columns)
    return {slot: cs[0].at for slot, cs in named.items() if len(cs) == 1 and claims[cs[0].at] == 1}


def _may_hold_figures(column: Column, body: Body) -> bool:
    """Whether a column may be one of figures: it has a heading or figures, and is not mostly text."""
    return bool(column.path or body.figures) and body.texts <= len(body.figures) + 1


class _Assigned(NamedTuple):
    """A reading of the open slots: the index of a free column for each, −1: none."""

    score: float
    choice: tuple[int, ...]


class _Exchange(NamedTuple):
    """A reading in which ``slot`` gave its column to ``other``, and what headings and numbers say against it."""

    slot: str
    other: str
    cost: float
    at: Mapping[str, int]


@dataclass
class _Assignment:
    """Open slots and free columns of one region, and what speaks for putting the ones to the others.

    ``scores`` are those of headings and numbers by slot and column, ``order`` is the place of each slot in the form,
    ``exact`` what exact headings bind (slot → column).
    """

    slots: Sequence[str]
    columns: Sequence[Column]
    scores: Sequence[Sequence[float]]
    order: Mapping[str, int]
    bodies: Mapping[int, Body]
    exact: Mapping[str, int]

    def infer(self, bound: Bound, judge: Judge) -> None:
        """Bind the open slots as the best reading has them, each with its grade."""
        rated = [_Assigned(score + judge(at), choice) for (score, choice), at in self.readings]
        rated.sort(key=_worst)
        self._grade(bound, rated)
        self._doubt_exchangeable(bound, rated[0].choice, judge)

    @cached_property
    def readings(self) -> list[tuple[_Assigned, dict[str, int]]]:
        """The likeliest readings by all but figures, with the column of every slot; made once, however often they are rated."""
        fixed = [(self.order[slot], at) for slot, at in self.exact.items()]
        left = [self._only_left(slot, fixed) for slot in self.slots]
        return [
            (r._replace(score=r.score + self._elimination(r.choice, left)), {**self.exact, **self._taken(r)})
            for r in self._beam(fixed)[:_BEST]
        ]

    @cached_property
    def filled(self) -> list[bool]:
        """Which of the columns hold a figure other than zero."""
        return [_filled(self.bodies[c.at]) for c in self.columns]

    def _taken(self, reading: _Assigned) -> dict[str, int]:
        """Slot → column of a reading."""
        return {s: self.columns[i].at for s, i in zip(self.slots, reading.choice, strict=True) if i >= 0}

    # --- readings by headings, numbers and order -------------------------------------------------

    def _beam(self, fixed: Sequence[tuple[int, int]]) -> list[_Assigned]:
        """The readings that headings, numbers and order speak for, the best first."""
        beam = [_Assigned(0.0, ())]
        for n, slot in enumerate(self.slots):
            mine = self.order[slot]
            places = [
                score + _INVERSION * sum((mine < o) != (column.at < at) for o, at in fixed)
                for score, column in zip(self.scores[n], self.columns, strict=True)
            ]
            earlier = [self.order[s] < mine for s in self.slots[:n]]
            beam = sorted(self._grown(beam, places, earlier), key=_worst)[:_BEAM]
        return sorted(map(self._with_columns_left, beam), key=_worst)

    def _grown(
        self, beam: Sequence[_Assigned], places: Sequence[float], earlier: Sequence[bool]
    ) -> Iterator[_Assigned]:
        """Readings with the next slot nowhere, and at each column that they leave; ``earlier``: slots before it in the form."""
        ats = [column.at for column in self.columns]
        for score, choice in beam:
            yield _Assigned(score + _UNBOUND_SLOT, (*choice, -1))
            before = [ats[j] for j, is_earlier in zip(choice, earlier, strict=True) if j >= 0 and is_earlier]
            for i, at in enumerate(ats):
                if i not in choice:
                    crossed = sum(b > at for b in before) if before else 0
                    yield _Assigned(score + places[i] + _INVERSION * crossed, (*choice, i))

    def _with_columns_left(self, reading: _Assigned) -> _Assigned:
        """A reading with what it says against it that columns with figures are left over."""
        left = sum(filled for i, filled in enumerate(self.filled) if i not in reading.choice)
        return reading._replace(score=reading.score + _UNBOUND_COLUMN * left)

    # --- the one that is left --------------------------------------------------------------------

    def _only_left(self, slot: str, fixed: Sequence[tuple[int, int]]) -> tuple[int, float]:
        """The column that a slot has where as many slots as columns lie between two bound ones, and nats; (0, 0): none."""
        mine = self.order[slot]
        low = max((f for f in fixed if f[0] < mine), default=_BEFORE_ALL)
        high = min((f for f in fixed if f[0] > mine), default=_BEHIND_ALL)
        slots = [s for s in self.slots if low[0] < self.order[s] < high[0]]
        columns = [c.at for c in self.columns if low[1] < c.at < high[1]]
        if len(slots) != len(columns):
            return 0, 0.0
        neighbours = (low != _BEFORE_ALL) + (high != _BEHIND_ALL)
        return columns[slots.index(slot)], _ONLY_ONE_LEFT[neighbours]

    def _elimination(self, choice: Sequence[int], left: Sequence[tuple[int, float]]) -> float:
        """What it says for a reading that slots have the one column that is left for them."""
        score = 0.0
        for index, (at, nats) in zip(choice, left, strict=True):
            if index >= 0 and self.columns[index].at == at:
                score += nats
        return score

    # --- grades ----------------------------------------------------------------------------------

    def _grade(self, bound: Bound, rated: Sequence[_Assigned]) -> None:
        """Bind the slots as the first reading has them; what the weight of the others leaves open is doubtful."""
        best = rated[0]
        weights = [math.exp(min(0.0, r.score - best.score)) for r in rated]
        total = sum(weights)
        for n, (slot, index) in enumerate(zip(self.slots, best.choice, strict=True)):
            if index >= 0:
                choices = [reading.choice[n] for reading in rated]
                share = _weight(choices, weights, index) / total
                bound.at[slot] = self.columns[index].at
                bound.grades[slot] = LIKELY if share >= _SURE else DOUBTFUL
                if share < _SURE:
                    bound.rivals[slot] = self._runner_up(choices, index)

    def _runner_up(self, choices: Iterable[int], best: int) -> str:
        """The heading of the column that the next reading gives a slot; empty where none gives it another."""
        other = next((index for index in choices if index not in (best, -1)), None)
        return "·".join(self.columns[other].path) if other is not None else ""

    def _doubt_exchangeable(self, bound: Bound, choice: Sequence[int], judge: Judge) -> None:
        """Two inferred columns that headings and figures tell apart by little: both are doubtful.

        So is a column that could as well be a concept that was not found.
        """
        base = judge(bound.at)
        for exchange in self._exchanges(bound.at, choice):
            if exchange.cost + base - judge(exchange.at) < _EXCHANGE:
                for slot in {exchange.slot, exchange.other} & set(bound.at):
                    bound.grades[slot] = DOUBTFUL
                bound.rivals.setdefault(exchange.slot, exchange.other)

    def _exchanges(self, bound: Mapping[str, int], choice: Sequence[int]) -> Iterator[_Exchange]:
        """Every exchange of a filled inferred column: for another such one, or to a slot that has none."""
        for n, (slot, i) in enumerate(zip(self.slots, choice, strict=True)):
            if i < 0 or not self.filled[i]:
                continue
            for m, (other, j) in enumerate(zip(self.slots, choice, strict=True)):
                if j < 0:
                    cost = self.scores[n][i] - self.scores[m][i]
                    kept = {k: at for k, at in bound.items() if k != slot}
                    yield _Exchange(slot, other, cost, kept | {other: bound[slot]})
                elif m > n and self._differ(i, j):
                    cost = self.scores[n][i] + self.scores[m][j] - self.scores[n][j] - self.scores[m][i]
                    swapped = {**bound, slot: bound[other], other: bound[slot]}
                    yield _Exchange(slot, other, cost, swapped)

    def _differ(self, i: int, j: int) -> bool:
        """Whether two columns hold other figures."""
        return self.bodies[self.columns[i].at].figures != self.bodies[self.columns[j].at].figures


@dataclass(frozen=True)
class SlotChoice:
    """The slots of the columns of one region: those that headings bind, and the choice that they leave to figures.

    ``exact``: slot → column; ``strange`` are columns that are none of the concepts, ``filled`` the others with a figure
    other than zero.
    """

    exact: Mapping[str, int]
    strange: Sequence[int]
    filled: Sequence[Column]
    left: _Assignment | None

    def bound(self, judge: Judge) -> Bound:
        """The slots with their columns; ``judge`` is what figures say to a reading (slot → column), in nats."""
        bound = Bound(dict(self.exact), dict.fromkeys(self.exact, CERTAIN), strange=list(self.strange))
        if self.left is not None:
            self.left.infer(bound, judge)
        bound.open = [column.at for column in _left(self.filled, bound.at)]
        return bound


def _weight(choices: Iterable[int], weights: Iterable[float], index: int) -> float:
    """The weight of the readings that choose a column."""
    return sum(weight for chosen, weight in zip(choices, weights, strict=True) if chosen == index)


def _worst(reading: _Assigned) -> float:
    return -reading.score


def _number(column: Column, usual: int) -> float:
    """What the printed number of a column says for the one that the form numbers ``usual``."""
    if not column.number or not usual:
        return 0.0
    return _USUAL_NUMBER if column.number == usual else _OTHER_NUMBER
