"""An operation, and whether it mends what it touches.

An *operation* says what some cells were meant to show (``figures``) and which are unknown because something was
written over them (``lost``). It is a candidate when every relation it touches holds afterwards, which is decided on
the printed figures; no relation that holds now may break (Scholtus 2016: edit operations beside imputations).
"""

from __future__ import annotations

import math
from collections.abc import Container, Iterable, Mapping
from typing import NamedTuple

from xlcheck.checking.causes.joint import Joint
from xlcheck.checking.causes.slips import Slip

PRIOR = math.log(0.025)  # of any operation, beside that of a mistyped figure


class Operation(NamedTuple):
    """Cells that were meant to say something else, together. ``explains``: failing relations that hold afterwards.

    ``primary`` is the cell to show first, ``slip`` what happened to it (chains and echoes), ``facts`` what the sentence needs.
    ``others`` are cells (with what they should say) where a chain may have begun as well.
    """

    kind: str
    what: str
    figures: Mapping[int, int]
    lost: frozenset[int]
    explains: frozenset[int]
    primary: int
    score: float
    slip: Slip | None = None
    facts: Mapping[str, str] = {}
    others: Mapping[int, int] = {}

    @property
    def cells(self) -> frozenset[int]:
        """The cells it changes."""
        return self.lost.union(self.figures)


class Trial:
    """One set of failing relations, on which operations are tried. Those who look for operations build on it."""

    def __init__(self, joint: Joint, failing: Iterable[int], *, wide: bool = False) -> None:
        """``wide``: the workbook's rounding is not strict."""
        self.joint = joint
        self._wide = wide
        self.failing = frozenset(failing)

    def outcome(
        self, figures: Mapping[int, int], lost: frozenset[int] = frozenset(), skipped: Container[int] = ()
    ) -> frozenset[int] | None:
        """The failing relations that other figures mend; None when they break one or leave one they touch failing.

        Relations in ``skipped`` are not looked at.
        """
        joint = self.joint
        change = {c: f - joint.figure(c) for c, f in figures.items()}
        near = joint.near
        touched = {n for c in change for n in near.get(c, ())}
        touched.update(n for c in lost for n in near.get(c, ()))
        mended = set()
        for number in touched:
            if number in skipped:
                continue
            failing = number in self.failing
            relation = joint.relations[number]
            if lost and not lost.isdisjoint(relation.weights):
                if failing:
                    mended.add(number)
                continue
            moved = sum(w * change[c] for c, w in relation.weights.items() if c in change)
            if not failing and not moved:
                continue
            difference = relation.difference + moved
            if relation.op != "=":
                wrong = difference > 0 if relation.op == "≤" else difference < 0
                if not wrong and failing:
                    mended.add(number)
                elif wrong and not failing and abs(difference) > self.slack(number, change):
                    return None
                continue
            if abs(difference) > self.slack(number, change):
                return None
            if failing:
                if 2 * abs(difference) > abs(relation.difference):
                    return None
                mended.add(number)
        return frozenset(mended) or None

    def slack(self, number: int, change: Container[int] = ()) -> int:
        """What rounding can leave between the sides of a relation."""
        joint, relation = self.joint, self.joint.relations[number]
        sizes = [abs(w) * joint.ulp(c) for c, w in relation.weights.items() if joint.figure(c) or c in change]
        allowed = max(sum(sizes) // (1 if self._wide else 2), max(sizes, default=0))
        return allowed if number in self.failing else max(allowed, abs(relation.difference))

    def needs(self) -> dict[int, list[int]]:
        """By cell: the figures that failing relations ask for when all else is right as printed."""
        found: dict[int, list[int]] = {}
        for number in sorted(self.failing):
            relation = self.joint.relations[number]
            if relation.op == "=":
                for cell, weight in relation.weights.items():
                    if weight and not relation.difference % weight:
                        found.setdefault(cell, []).append(self.joint.figure(cell) - relation.difference // weight)
        return found
