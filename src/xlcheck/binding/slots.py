"""Which column is which concept: exact headings first, the rest as one assignment by all the evidence there is.

Scores are in nats, from the study in docs/binding.md §3 (set by hand there, nothing fitted). Arithmetic chooses only
between readings that headings leave open.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from xlcheck.binding.frame import Column
from xlcheck.binding.headings import Headings

CERTAIN, LIKELY, DOUBTFUL = "certain", "likely", "doubtful"
_BEAM, _BEST = 120, 40
_UNBOUND_SLOT, _UNBOUND_COLUMN = -2.6, -0.9
_INVERSION = -1.3
_SURE = 0.90
_EXCHANGE = 1.5


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

    def doubtful(self) -> list[str]:
        """Slots that are bound, but not beyond doubt."""
        return [k for k, g in self.grades.items() if g == DOUBTFUL]


class _Scored(NamedTuple):
    score: float
    choice: tuple[int, ...]  # column index per open slot, −1: none


Judge = Callable[[Mapping[str, int]], float]


class Slots(Headings):
    """The concepts of one section, assigned to the columns of one region."""

    def assign(
        self, columns: Sequence[Column], bodies: Mapping[int, Body], judge: Judge, numbers: Mapping[str, int]
    ) -> Bound:
        """Assign slots to columns; ``judge`` is what figures say to a reading (slot → column), in nats."""
        bound = Bound()
        strange = {c.at for c in columns if self.distractor(c)}
        bound.strange = sorted(strange)
        candidates = [c for c in columns if c.at not in strange]
        named = {c.at: self.named_by(c) for c in candidates}
        exact = {k.key: [c for c in candidates if k.key in named[c.at]] for k in self.concepts}
        claims: dict[int, list[str]] = {}
        for slot, found in exact.items():
            for c in found:
                claims.setdefault(c.at, []).append(slot)
        for slot, found in exact.items():
            if len(found) == 1 and claims[found[0].at] == [slot]:
                bound.at[slot], bound.grades[slot] = found[0].at, CERTAIN
        taken = set(bound.at.values())
        free = [c for c in candidates if c.at not in taken and self._worth(c, bodies)]
        slots = [k.key for k in self.concepts if k.key not in bound.at]
        if slots and free:
            self._infer(bound, slots, free, bodies, judge, numbers, exact)
        used = set(bound.at.values())
        bound.open = [c.at for c in candidates if c.at not in used and any(bodies[c.at].figures.values())]
        return bound

    @staticmethod
    def _worth(column: Column, bodies: Mapping[int, Body]) -> bool:
        body = bodies[column.at]
        return bool(column.path or body.figures) and body.texts <= len(body.figures) + 1

    def _infer(
        self,
        bound: Bound,
        slots: list[str],
        free: list[Column],
        bodies: Mapping[int, Body],
        judge: Judge,
        numbers: Mapping[str, int],
        exact: Mapping[str, list[Column]],
    ) -> None:
        scores = [
            [(5.0 if c in exact[s] else self.heading(c, s)) + _number(c, numbers.get(s, 0)) for c in free]
            for s in slots
        ]
        order = {k.key: i for i, k in enumerate(self.concepts)}
        fixed = [(order[s], at) for s, at in bound.at.items()]
        readings = self._beam(slots, free, scores, order, fixed, bodies)
        rated: list[_Scored] = []
        for reading in readings[:_BEST]:
            chosen = dict(bound.at)
            chosen |= {s: free[i].at for s, i in zip(slots, reading.choice, strict=True) if i >= 0}
            gaps = self._elimination(slots, free, reading.choice, order, fixed)
            rated.append(_Scored(reading.score + gaps + judge(chosen), reading.choice))
        rated.sort(key=lambda r: -r.score)
        if not rated:
            return
        best = rated[0]
        weights = [math.exp(min(0.0, r.score - best.score)) for r in rated]
        total = sum(weights)
        for n, slot in enumerate(slots):
            index = best.choice[n]
            if index < 0:
                continue
            share = sum(w for r, w in zip(rated, weights, strict=True) if r.choice[n] == index) / total
            bound.at[slot] = free[index].at
            bound.grades[slot] = LIKELY if share >= _SURE else DOUBTFUL
            if share < _SURE:
                other = next((r.choice[n] for r in rated if r.choice[n] not in (index, -1)), -1)
                bound.rivals[slot] = "·".join(free[other].path) if other >= 0 else ""
        self._exchange(bound, slots, free, scores, best.choice, bodies, judge)

    def _beam(
        self,
        slots: list[str],
        free: list[Column],
        scores: list[list[float]],
        order: Mapping[str, int],
        fixed: list[tuple[int, int]],
        bodies: Mapping[int, Body],
    ) -> list[_Scored]:
        beam = [_Scored(0.0, ())]
        places = [
            [
                scores[n][i] + _INVERSION * sum((order[slot] < o) != (column.at < at) for o, at in fixed)
                for i, column in enumerate(free)
            ]
            for n, slot in enumerate(slots)
        ]
        filled = [any(bodies[c.at].figures.values()) for c in free]
        for n, slot in enumerate(slots):
            grown = []
            mine = order[slot]
            earlier = [order[s] < mine for s in slots[:n]]
            for state in beam:
                grown.append(_Scored(state.score + _UNBOUND_SLOT, (*state.choice, -1)))
                before = [free[j].at for m, j in enumerate(state.choice) if j >= 0 and earlier[m]]
                for i, column in enumerate(free):
                    if i not in state.choice:
                        crossed = sum(at > column.at for at in before) if before else 0
                        grown.append(_Scored(state.score + places[n][i] + _INVERSION * crossed, (*state.choice, i)))
            beam = sorted(grown, key=_worst)[:_BEAM]
        return sorted(
            (
                _Scored(s.score + _UNBOUND_COLUMN * sum(f for i, f in enumerate(filled) if i not in s.choice), s.choice)
                for s in beam
            ),
            key=lambda s: -s.score,
        )

    def _elimination(
        self,
        slots: list[str],
        free: list[Column],
        choice: tuple[int, ...],
        order: Mapping[str, int],
        fixed: list[tuple[int, int]],
    ) -> float:
        """As many open slots as unexplained columns between two fixed ones: each is the one that is left."""
        score = 0.0
        anchors = sorted(fixed)
        for n, slot in enumerate(slots):
            if choice[n] < 0:
                continue
            mine, at = order[slot], free[choice[n]].at
            low = max((a for a in anchors if a[0] < mine), default=None)
            high = min((a for a in anchors if a[0] > mine), default=None)
            between = [s for s in slots if (low is None or order[s] > low[0]) and (high is None or order[s] < high[0])]
            columns = [c for c in free if (low is None or c.at > low[1]) and (high is None or c.at < high[1])]
            if len(between) == len(columns) and any(c.at == at for c in columns):
                place = [c.at for c in columns].index(at)
                if between.index(slot) == place:
                    score += 2.5 if low is not None and high is not None else 1.6 if low or high else 0.6
        return score

    def _exchange(
        self,
        bound: Bound,
        slots: list[str],
        free: list[Column],
        scores: list[list[float]],
        choice: tuple[int, ...],
        bodies: Mapping[int, Body],
        judge: Judge,
    ) -> None:
        """Two inferred columns that headings and figures tell apart by little: both are doubtful.

        So is a column that could as well be a concept that was not found.
        """
        chosen = dict(bound.at)
        base = judge(chosen)
        for n, slot in enumerate(slots):
            if choice[n] < 0 or not any(bodies[free[choice[n]].at].figures.values()):
                continue
            for m, other in enumerate(slots):
                if m == n:
                    continue
                if choice[m] < 0:
                    gain = scores[n][choice[n]] - scores[m][choice[n]]
                    swapped = {k: v for k, v in chosen.items() if k != slot} | {other: chosen[slot]}
                elif m > n and bodies[free[choice[n]].at].figures != bodies[free[choice[m]].at].figures:
                    gain = scores[n][choice[n]] + scores[m][choice[m]] - scores[n][choice[m]] - scores[m][choice[n]]
                    swapped = chosen | {slot: chosen[other], other: chosen[slot]}
                else:
                    continue
                if gain + base - judge(swapped) < _EXCHANGE:
                    for s in {slot, other} & set(bound.at):
                        bound.grades[s] = DOUBTFUL
                    bound.rivals.setdefault(slot, other)


def _worst(reading: _Scored) -> float:
    return -reading.score


def _number(column: Column, usual: int) -> float:
    """What the printed number of a column says for the one that the form numbers ``usual``."""
    if not column.number or not usual:
        return 0.0
    return 1.2 if column.number == usual else -0.6
