"""Which column of a block is what: headings first, then what stands below them, their order, and arithmetic.

As everywhere (docs/binding.md): an exact heading never moves; arithmetic chooses only between readings that headings
leave open; a reading is used only where it has nine tenths of the weight of all.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from xlcheck.binding.scoresheets.words import SheetWords
from xlcheck.scores.sheet import CERTAIN, DOUBTFUL, LIKELY
from xlcheck.scores.spec import SlotRole
from xlcheck.scores.values import ScoreValue

_BEAM = 600
_WEIGHED = 150
_ENOUGH = 0.9
_HALF = 0.5
_NEEDED, _UNEXPLAINED, _EMPTY = 2.6, -0.9, -0.1
_BLANK = -2.5  # a column that nothing stands in, in a form that was filled
_INVERSION = -0.6
_PAIRS = {  # what two columns the wrong way round say; nobody prints what was spent before what was planned
    ("指标值", "完成值"): -1.3,
    ("分值", "得分"): -1.3,
    ("全年预算数", "全年执行数"): -3.0,
    ("年初预算数", "全年预算数"): -3.0,
    ("年初预算数", "全年执行数"): -3.0,
    ("执行率", "得分"): -1.3,
}
_NUMBERS = (SlotRole.MONEY, SlotRole.RATE, SlotRole.WEIGHT, SlotRole.SCORE)
_NEVER = (SlotRole.OTHER,)  # recognised by their names alone
Reading = Mapping[str, int]  # column key → index of the headed column


class HeadedColumn(NamedTuple):
    """A column of a block: where it begins, the texts over it from the outside in, what stands below."""

    at: int
    path: tuple[str, ...]
    values: tuple[ScoreValue, ...]

    @property
    def heading(self) -> str:
        """The innermost text."""
        return self.path[-1] if self.path else ""

    @property
    def filled(self) -> tuple[ScoreValue, ...]:
        """What stands below, blanks left out."""
        return tuple(value for value in self.values if value.filled)


class BoundColumn(NamedTuple):
    """A column that was told, and how sure that is."""

    at: int
    grade: str
    heading: str


class WantedColumns(NamedTuple):
    """What is looked for: roles by column key in usual order, those that a form can't do without, and what arithmetic says of a reading."""

    block: str
    roles: Mapping[str, SlotRole]
    needed: frozenset[str]
    identity: Callable[[Mapping[str, HeadedColumn]], float]


class Binding(NamedTuple):
    """The columns of a block. ``again`` are further columns under a heading that another one has."""

    columns: dict[str, BoundColumn]
    again: dict[str, list[HeadedColumn]]


def bind(columns: Sequence[HeadedColumn], slots: WantedColumns, words: SheetWords) -> Binding:
    """Tell the columns of a block apart."""
    fixed: dict[str, int] = {}
    again: dict[str, list[HeadedColumn]] = {}
    for index, column in enumerate(columns):
        key = _exact(column, slots, words)
        if key:
            fixed[key] = _keep(key, fixed[key], index, columns, again) if key in fixed else index
    bound = {key: BoundColumn(columns[i].at, CERTAIN, columns[i].heading) for key, i in fixed.items()}
    taken = {*fixed.values(), *(columns.index(c) for others in again.values() for c in others)}
    left = [i for i in range(len(columns)) if i not in taken]
    if left and not slots.needed <= fixed.keys():
        bound |= _Inference(columns, slots, words, fixed, left).columns()
    return Binding(bound, again)


def _exact(column: HeadedColumn, slots: WantedColumns, words: SheetWords) -> str:
    """The column key that a heading, or the whole path, is an exact name of."""
    for text in (column.heading, "".join(column.path), *reversed(column.path[:-1])):
        key = words.exact(slots.block, text)
        if key in slots.roles:
            return key
    return ""


def _keep(key: str, one: int, other: int, columns: Sequence[HeadedColumn], again: dict[str, list[HeadedColumn]]) -> int:
    """Of two columns with one name the one with more below it; the other is kept aside."""
    first, second = sorted((one, other), key=lambda i: (-len(columns[i].filled), -i))
    again.setdefault(key, []).append(columns[second])
    return first


def suits(role: SlotRole, column: HeadedColumn) -> float:
    """What the values of a column say for a role, in nats."""
    filled = column.filled
    if not filled:
        return 0.3 if role is SlotRole.REASON else _BLANK
    bare = sum(value.bare for value in filled) / len(filled)
    if role in _NUMBERS:
        return -5.0 if bare < _HALF else _size(role, [value for value in filled if value.bare])
    if role in (SlotRole.TARGET, SlotRole.RESULT):
        if len(filled) < len(column.values) * _HALF:
            return -3.0
        telling = sum(bool(v.sign or v.unit or not v.numeric) for v in filled) / len(filled)
        return 1.0 if telling >= _HALF else -1.0
    if role is SlotRole.REASON:
        return -4.0 if bare > 0 else 0.3
    words = sum(not value.numeric for value in filled) / len(filled)
    return 0.5 if words >= 0.8 else -4.0


def _size(role: SlotRole, values: Iterable[ScoreValue]) -> float:
    """Whether numbers are of a size that the role may have."""
    if role is SlotRole.MONEY:
        return 0.2
    most = 200 if role is SlotRole.RATE else 100
    return 0.5 if all(0 <= value.number <= most for value in values) else -4.0


class _Inference:
    """The best reading of columns without a known name."""

    def __init__(
        self,
        columns: Sequence[HeadedColumn],
        slots: WantedColumns,
        words: SheetWords,
        fixed: Reading,
        left: Sequence[int],
    ) -> None:
        self.all = columns
        self.slots = slots
        self.words = words
        self.fixed = fixed
        self.left = left
        self.open = [key for key, role in slots.roles.items() if key not in fixed and role not in _NEVER]

    def columns(self) -> dict[str, BoundColumn]:
        """The columns that could be told, those in doubt among them."""
        readings = self._weighed()
        if not readings:
            return {}
        top = max(score for score, _ in readings)
        weights = [(math.exp(score - top), reading) for score, reading in readings]
        total = sum(weight for weight, _ in weights)
        best = max(readings, key=lambda r: r[0])[1]
        found: dict[str, BoundColumn] = {}
        for key, index in best.items():
            share = sum(w for w, r in weights if key in r and self._alike(r[key], index)) / total
            grade = LIKELY if share >= _ENOUGH else DOUBTFUL
            if grade is LIKELY or (
                share >= _HALF and key in self.slots.needed
            ):  # what a form can do without is left alone
                found[key] = BoundColumn(self.all[index].at, grade, self.all[index].heading)
        return found

    def _alike(self, one: int, other: int) -> bool:
        """Whether it is one column, or two that say the same: then it does not matter which."""
        return one == other or [v.number for v in self.all[one].values] == [v.number for v in self.all[other].values]

    def _weighed(self) -> list[tuple[float, dict[str, int]]]:
        """The best readings of the beam, with all evidence."""
        beam: list[tuple[float, dict[str, int]]] = [(0.0, {})]
        for index in self.left:
            beam = sorted(self._grown(beam, index), key=lambda r: -r[0])[:_BEAM]
        return [(score + self._whole(reading), reading) for score, reading in beam[:_WEIGHED]]

    def _grown(
        self, beam: Sequence[tuple[float, dict[str, int]]], index: int
    ) -> Iterable[tuple[float, dict[str, int]]]:
        column = self.all[index]
        alone = _UNEXPLAINED if column.filled and column.heading else _EMPTY
        points = {key: self._points(key, column) for key in self.open}
        for score, reading in beam:
            yield score + alone, reading
            for key, more in points.items():
                if key not in reading and more > -4.0:
                    yield score + more, {**reading, key: index}

    def _points(self, key: str, column: HeadedColumn) -> float:
        likeness = max(
            self.words.likeness(self.slots.block, key, text) for text in (column.heading, "".join(column.path))
        )
        needed = _NEEDED if key in self.slots.needed else 0.0
        return likeness + needed + suits(self.slots.roles[key], column)

    def _whole(self, reading: Mapping[str, int]) -> float:
        """What a reading as a whole has for or against it: order, arithmetic."""
        whole = {**self.fixed, **reading}
        return self._order(whole, reading) + self.slots.identity({k: self.all[i] for k, i in whole.items()})

    def _order(self, whole: Mapping[str, int], reading: Mapping[str, int]) -> float:
        usual = [key for key in self.slots.roles if key in whole]
        nats = 0.0
        for n, one in enumerate(usual):
            for other in usual[n + 1 :]:
                if whole[one] > whole[other] and (one in reading or other in reading):
                    nats += _PAIRS.get((one, other), _INVERSION)
        return nats
