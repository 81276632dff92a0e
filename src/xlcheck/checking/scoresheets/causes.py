"""Which cell of a score sheet is most likely wrong: the one whose right figure mends most and breaks nothing.

A form has a few dozen relations, so every cell can be tried: what it would have to say for a failing relation to hold is
put in, and all relations that it is in are judged again. Where several cells do equally well, how people mistype decides
(``checking/causes/error_models.py``), and what nothing decides is said to be a tie.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from typing import NamedTuple

from xlcheck.checking.causes.error_models import Written, error_model
from xlcheck.checking.scoresheets.cells import FormPlace, NotThere, RowBinding, cell_at, money_columns
from xlcheck.checking.scoresheets.evaluate import Evaluator
from xlcheck.checking.scoresheets.judge import (
    CANNOT,
    FAIL,
    SheetRelation,
    SheetVerdicts,
    compared,
    in_force,
    relation_end,
    touched,
)
from xlcheck.checking.scoresheets.remarks import Key, cell_ref, unit_of
from xlcheck.formula import syntax as s
from xlcheck.formula.ranges import Unusable
from xlcheck.outcome import SuspectCell
from xlcheck.scores.made import with_value as changed_sheet
from xlcheck.scores.sheet import ScoreSheet
from xlcheck.scores.spec import FUNDS, INDICATORS, TOTAL_ROW
from xlcheck.scores.values import ScoreValue, ValueKind, decimals_of

_CENT = Fraction(1, 100)
_TIE = math.log(30)  # what is not plainly likelier is a tie
_HABIT = math.log(8)  # a figure that repeats its neighbour, or a score that is full, is what is usual
_MOST_ROUNDS = 8
_GIVEN = ("指标值", "完成值")  # what was set and what was done: nothing in the form tells it
_SET = ("分值",)  # what people choose: no odd decimals
_FULL = 100
_BOTH_WRONG = -2.0  # that the total followed a wrong score
_SECANTS = 5
_LARGEST = Fraction(10) ** 12


_TOTAL = FormPlace(TOTAL_ROW, 0, "得分")
_WHOLE = FormPlace(TOTAL_ROW, 0, "分值")


class SheetCause(NamedTuple):
    """What most likely went wrong in a sheet. ``cells`` are those to change, ``others`` what would do as well; ``changes`` are the right values."""

    kind: str
    cells: tuple[SuspectCell, ...]
    explains: tuple[Key, ...]
    unit: str
    others: tuple[SuspectCell, ...] = ()
    tied: bool = False
    changes: tuple[tuple[FormPlace, ScoreValue], ...] = ()


class _Hypothesis(NamedTuple):
    """A cell with another value, and the failing relations that hold then; ``total`` is what the total score must say then too."""

    place: FormPlace
    value: ScoreValue
    mended: frozenset[Key]
    chance: float
    kind: str
    total: ScoreValue | None = None


def causes_of(found: SheetVerdicts) -> list[SheetCause]:
    """The causes of what failed in a sheet, the one that explains most first."""
    if not found.failed:
        return []
    return list(_Search(found).causes())


class _Search:
    """The search in one sheet."""

    def __init__(self, found: SheetVerdicts) -> None:
        self.sheet = found.sheet
        self.open: dict[Key, SheetRelation] = {r.key: r for r in found.relations if r.end.verdict == FAIL}
        self.touching: dict[FormPlace, list[SheetRelation]] = {}
        for relation in found.relations:
            if relation.end.verdict != CANNOT:
                for place in touched(relation.rule.rule.tree, relation.at, self.sheet):
                    self.touching.setdefault(place, []).append(relation)
        evaluator = Evaluator(self.sheet)
        self.before = {r.key: relation_end(r.rule, r.at, evaluator).verdict for r in found.relations}

    def causes(self) -> Iterator[SheetCause]:
        """One cause after the other, each of what those before leave."""
        summed = self._unsummed()
        if summed is not None:
            self._take(summed)
            yield summed
        for _ in range(_MOST_ROUNDS):
            cause = self._best()
            if cause is None:
                return
            self._take(cause)
            yield cause

    def _take(self, cause: SheetCause) -> None:
        for key in cause.explains:
            self.open.pop(key, None)

    # --- one cell ---------------------------------------------------------------------------------

    def _best(self) -> SheetCause | None:
        tried: dict[tuple[FormPlace, Fraction, str], _Hypothesis] = {}
        for relation in self.open.values():
            for place, value in self._suggestions(relation):
                key = place, value.number, value.text if not value.numeric else ""
                if key not in tried:
                    hypothesis = self._tried(place, value)
                    if hypothesis is not None:
                        tried[key] = hypothesis
        if not tried:
            return None
        most = max(len(h.mended) for h in tried.values())
        best = sorted((h for h in tried.values() if len(h.mended) == most), key=lambda h: -h.chance)
        first = best[0]
        rivals = [
            h
            for h in best[1:]
            if h.mended == first.mended and first.chance - h.chance < _TIE and h.place != first.place
        ]
        rivals = list({h.place: h for h in reversed(rivals)}.values())
        changes: tuple[tuple[FormPlace, ScoreValue], ...] = ((first.place, first.value),)
        if first.total is not None:
            changes = (*changes, (_TOTAL, first.total))
        cells = tuple(self._suspect(*change) for change in changes)
        return SheetCause(
            first.kind, cells, tuple(sorted(first.mended)), unit_of(first.place, self.sheet),
            tuple(self._suspect(h.place, h.value) for h in rivals), bool(rivals), () if rivals else changes,
        )  # fmt: skip

    def _suspect(self, place: FormPlace, value: ScoreValue) -> SuspectCell:
        return SuspectCell(cell_ref(place, "subject", self.sheet), value.text, ("", ""))

    def _suggestions(self, relation: SheetRelation) -> Iterator[tuple[FormPlace, ScoreValue]]:
        """What each cell of a failing relation would have to say for it to hold."""
        evaluator = Evaluator(self.sheet)
        try:
            claim = in_force(relation.rule.rule.tree, relation.at, evaluator)
        except (NotThere, Unusable):
            return
        match claim:
            case None:
                return
            case s.Compare(_, s.Ref() as left, s.Call("分档", (inside,))):
                grade = ScoreValue(ValueKind.WORDS, evaluator.grade_by(inside, relation.at))
                yield FormPlace(TOTAL_ROW, 0, left.row.first), grade
                return
        for sides in compared(claim, relation.at, evaluator):
            for place in dict.fromkeys((*sides.on_left, *sides.on_right)):
                if place.column in _GIVEN or self._is_unused(place):
                    continue
                if cell_at(place, self.sheet).at is not None and sides.node.op in ("=", "≤", "≥"):
                    solved = self._solved(sides.node, relation.at, place)
                    if solved is not None:
                        yield place, solved
        if relation.at.block == INDICATORS:  # a score is most often full
            row = self.sheet.rows[INDICATORS][relation.at.row]
            if row.cell("分值").value.numeric:
                yield (
                    FormPlace(INDICATORS, relation.at.row, "得分"),
                    _like(row.cell("得分").value, row.cell("分值").value.number),
                )

    def _is_unused(self, place: FormPlace) -> bool:
        """Whether a cell is in a row of money, below the total, that nobody filled in: nothing was forgotten there."""
        if place.block != FUNDS or not place.row:
            return False
        row = self.sheet.rows[FUNDS][place.row]
        return not any(row.cell(column).value.filled for column in money_columns(self.sheet))

    def _solved(self, node: s.Compare, at: RowBinding, place: FormPlace) -> ScoreValue | None:
        """The value of a cell for which both sides are equal, in the digits that the cell prints."""
        value = cell_at(place, self.sheet).value
        if value.filled and not value.numeric:
            return None

        def gap(number: Fraction) -> Fraction:
            evaluator = Evaluator(with_value(self.sheet, place, _like(value, number)))
            left, right = (evaluator.range(side, at, wide=False).low for side in (node.left, node.right))
            return left - right

        try:
            root = _root(gap, value.number)
        except (NotThere, Unusable):
            return None
        if root is None or abs(root) > _LARGEST:
            return None
        digits = self._digits(place, value)
        return _like(value, _rounded(root, digits), digits)

    def _digits(self, place: FormPlace, value: ScoreValue) -> int:
        """Decimals that the cell should print: money as finely as the form does, scores up to two, what is set as it is."""
        if place.block == FUNDS and place.column in money_columns(self.sheet):
            return max(decimals_of(value.ulp), self._finest())
        printed = _needed(value.number)
        return printed if place.column in _SET else max(printed, 2)

    def _finest(self) -> int:
        cells = (row.cell(column).value for row in self.sheet.rows[FUNDS] for column in money_columns(self.sheet))
        return max((value.digits for value in cells if value.numeric), default=2)

    def _tried(self, place: FormPlace, value: ScoreValue) -> _Hypothesis | None:
        """What another value mends; None where it breaks something, or is what stands there."""
        old = cell_at(place, self.sheet).value
        if value.numeric and (value.number < 0 or (old.filled and value.number == old.number)):
            return None
        if place == _WHOLE and value.number != _FULL:
            return None
        kind, chance = self._chance(place, old, value)
        mended = self._mended((place,), with_value(self.sheet, place, value))
        if mended:
            return _Hypothesis(place, value, mended, chance, kind)
        total = self._total_after(place, old, value)
        if mended is None and total is not None:
            sheet = with_value(with_value(self.sheet, place, value), _TOTAL, total)
            both = self._mended((place, _TOTAL), sheet)
            if both:
                return _Hypothesis(place, value, both, chance + _BOTH_WRONG, kind, total)
        return None

    def _mended(self, places: tuple[FormPlace, ...], sheet: ScoreSheet) -> frozenset[Key] | None:
        """The failing relations that hold in another version of the sheet; None where it breaks one that held."""
        evaluator = Evaluator(sheet)
        mended: set[Key] = set()
        for relation in {r.key: r for place in places for r in self.touching.get(place, ())}.values():
            verdict = relation_end(relation.rule, relation.at, evaluator).verdict
            if verdict == FAIL and self.before[relation.key] != FAIL:
                return None
            if relation.key in self.open and verdict not in (FAIL, CANNOT):
                mended.add(relation.key)
        return frozenset(mended)

    def _total_after(self, place: FormPlace, old: ScoreValue, value: ScoreValue) -> ScoreValue | None:
        """What the total score says once a score is another; None where it is no score, or there is no total."""
        if place.column != "得分" or place.block == TOTAL_ROW or not self.sheet.rows.get(TOTAL_ROW):
            return None
        total = cell_at(_TOTAL, self.sheet).value
        after = total.number + value.number - old.number
        return _like(total, after) if total.numeric and after <= _FULL else None

    def _chance(self, place: FormPlace, old: ScoreValue, value: ScoreValue) -> tuple[str, float]:
        """The kind of mistake that writes ``old`` for ``value``, and how likely that is (a logarithm)."""
        if not value.numeric:
            return "unknown", 0.0
        digits = max(old.digits, value.digits, 2)
        written = _whole(old.number, digits) if old.filled else None
        found = error_model(Written(written, digits), _whole(value.number, digits))
        usual = _HABIT if self._is_usual(place, value) else 0.0
        return found.kind, found.log_chance + usual

    def _is_usual(self, place: FormPlace, value: ScoreValue) -> bool:
        """Whether the new figure is what stands beside it: money that repeats, a full score."""
        row = self.sheet.rows[place.block][place.row]
        if place.block == FUNDS and place.column in money_columns(self.sheet):
            beside = (row.cell(c).value for c in money_columns(self.sheet) if c not in (place.column, "结转结余"))
            return any(v.numeric and v.number == value.number for v in beside)
        pair = {"得分": "分值", "分值": "得分"}.get(place.column, "")
        return place.block == INDICATORS and bool(pair) and row.cell(pair).value.number == value.number

    # --- the row of all money was not summed --------------------------------------------------------

    def _unsummed(self) -> SheetCause | None:
        """Several columns of the total differ from their parts at once: the row was not summed, and what follows from it neither."""
        failing = [key for key in self.open if key[1].column and not key[1].block]
        if len(failing) < 2:
            return None
        sheet = self.sheet
        changed: dict[FormPlace, ScoreValue] = {}
        parts = [row for row in sheet.rows[FUNDS] if row.key.startswith("分项")]
        for _, at in failing:
            place = FormPlace(FUNDS, 0, at.column)
            total = sum((row.cell(at.column).value.number for row in parts), Fraction(0))
            changed[place] = _like(cell_at(place, sheet).value, total, self._finest())
            sheet = with_value(sheet, place, changed[place])
        for column, value in self._following(sheet):
            place = FormPlace(FUNDS, 0, column)
            cell = cell_at(place, sheet)
            if cell.at is not None and (not cell.value.filled or abs(cell.value.number - value) > _CENT):
                changed[place] = _like(cell.value, _rounded(value, 2), 2)
                sheet = with_value(sheet, place, changed[place])
        mended = [
            key
            for key in self.open
            if relation_end(self.open[key].rule, key[1], Evaluator(sheet)).verdict not in (FAIL, CANNOT)
        ]
        if not set(failing) <= set(mended):
            return None
        suspects = tuple(self._suspect(place, value) for place, value in changed.items())
        return SheetCause(
            "stale_total", suspects, tuple(sorted(mended)), self.sheet.currency, changes=tuple(changed.items())
        )

    def _following(self, sheet: ScoreSheet) -> Iterator[tuple[str, Fraction]]:
        """Balance, rate and score of the total row, as they follow from its money."""
        row = sheet.rows[FUNDS][0]
        budget, spent, weight = (row.cell(key).value.number for key in ("全年预算数", "全年执行数", "分值"))
        yield "结转结余", budget - spent
        if budget:
            yield "执行率", spent / budget * 100
            yield "得分", weight * min(Fraction(1), spent / budget)


def corrected(sheet: ScoreSheet, causes: Iterable[SheetCause]) -> ScoreSheet:
    """The sheet with the right values of what its causes name, where they don't tie."""
    for cause in causes:
        for place, value in cause.changes:
            sheet = with_value(sheet, place, value)
    return sheet


def with_value(sheet: ScoreSheet, place: FormPlace, value: ScoreValue) -> ScoreSheet:
    """The sheet with another value in one cell."""
    return changed_sheet(sheet, place.block, place.row, place.column, value)


def _like(old: ScoreValue, number: Fraction, digits: int | None = None) -> ScoreValue:
    """A value with another number, printed as short as it may be: at most ``digits`` decimals."""
    places = _needed(number) if digits is None else min(_needed(number), digits)
    whole = _whole(number, places)
    sign = "-" if whole < 0 else ""
    text = str(abs(whole)).rjust(places + 1, "0")
    shown = f"{sign}{text[:-places]}.{text[-places:]}" if places else f"{sign}{text}"
    tail = "%" if old.unit == "%" else ""
    ulp = Fraction(1, 10**places) if old.ulp or not old.filled else old.ulp
    finer = min(old.ulp, ulp) if old.ulp else ulp
    return old._replace(kind=ValueKind.NUMBER, number=number, text=shown + tail, ulp=finer)


def _needed(number: Fraction) -> int:
    """Decimals that a number needs, six at most."""
    return next((n for n in range(6) if (number * 10**n).denominator == 1), 6)


def _whole(number: Fraction, digits: int) -> int:
    """A number in units of its last digit, rounded half up."""
    scaled = number * 10**digits
    return -int(-scaled + Fraction(1, 2)) if scaled < 0 else int(scaled + Fraction(1, 2))


def _rounded(number: Fraction, digits: int) -> Fraction:
    return Fraction(_whole(number, digits), 10**digits)


def _root(gap: Callable[[Fraction], Fraction], start: Fraction) -> Fraction | None:
    """Where a function is 0: at once where it is a line, by secants where it is a ratio."""
    one, other = start, start + 1
    low, high = gap(one), gap(other)
    for _ in range(_SECANTS):
        if high == low:
            return None
        new = other - high * (other - one) / (high - low)
        new = new.limit_denominator(10**9)
        value = gap(new)
        if abs(value) < Fraction(1, 10**7):
            return new
        one, low, other, high = other, high, new, value
    return other if abs(high) < Fraction(1, 10**4) else None
