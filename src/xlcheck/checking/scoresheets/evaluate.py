"""A formula of a score sheet evaluated at one row: what it comes to as printed, and as far as rounding lets it."""

from __future__ import annotations

from fractions import Fraction

from xlcheck.checking.scoresheets.cells import FormPlace, NotThere, RowBinding, cell_at, places, row_at
from xlcheck.formula import syntax as s
from xlcheck.formula.ranges import POSSIBLE, Range, Unusable, combine, negative, point, rounded, total
from xlcheck.labels import plain
from xlcheck.scores.sheet import ScoreCell, ScoreSheet
from xlcheck.scores.spec import INDICATORS, TOTAL_ROW
from xlcheck.scores.values import ScoreValue, ValueKind, comparable

_BEYOND = Fraction(3, 10)
_CENT = Fraction(1, 100)
_ZERO = point(Fraction(0))
_POINTS = ("分值", "得分")
_NO_REASON = ("无", "没有", "否", "0", "无偏差", "不适用")
_REASONS = ("原因", "由于", "导致", "因为", "受", "未能", "推迟", "调整", "因")
_SHORTEST_REASON = 12


class Evaluator:
    """Evaluates formulas on one sheet. ``wide``: printed figures stand for all that print so; else for themselves."""

    def __init__(self, sheet: ScoreSheet) -> None:
        self.sheet = sheet
        self._places: dict[tuple[int, RowBinding], list[FormPlace] | Exception] = {}

    def places(self, ref: s.Ref, at: RowBinding) -> list[FormPlace]:
        """The cells of a reference of a rule, looked up once.

        Raises:
            NotThere, Unusable: as :func:`xlcheck.checking.scoresheets.cells.places`.
        """
        key = id(ref), at
        known = self._places.get(key)
        if known is None:
            try:
                known = places(ref, at, self.sheet)
            except (NotThere, Unusable) as error:
                known = error
            self._places[key] = known
        if isinstance(known, Exception):
            raise known
        return known

    # --- what is true ----------------------------------------------------------------------------

    def holds(self, node: s.Claim, at: RowBinding, *, wide: bool) -> bool:
        """Whether a claim holds.

        Raises:
            NotThere: it needs a row or column that the form does not have.
            Unusable: it can't be told.
        """
        match node:
            case s.Compare(op, left, right):
                return self._compare(op, left, right, at, wide)
            case s.Junction("或", parts):
                return self._any(parts, at, wide)
            case s.Junction(_, parts):
                return all(self.holds(part, at, wide=wide) for part in parts)
            case s.Not(operand):
                return not self.holds(operand, at, wide=False)
            case s.Call(name, args):
                return self._test(name, args, at)
        raise Unusable("公式里有不能计算的部分")

    def _any(self, parts: tuple[s.Claim, ...], at: RowBinding, wide: bool) -> bool:
        """Whether one of several holds; one that can't be told counts only where no other can be either."""
        silent: Exception | None = None
        told = False
        for part in parts:
            try:
                if self.holds(part, at, wide=wide):
                    return True
                told = True
            except (NotThere, Unusable) as error:
                silent = silent or error
        if not told and silent is not None:
            raise silent
        return False

    def _compare(self, op: str, left: s.Expr, right: s.Expr, at: RowBinding, wide: bool) -> bool:
        if isinstance(right, s.Call) and right.name == "分档":
            return self._grade(left, at) == self.grade_by(right.args[0], at)
        return POSSIBLE[op](self.range(left, at, wide=wide), self.range(right, at, wide=wide))

    def _grade(self, node: s.Expr, at: RowBinding) -> str:
        (cell,) = self.cells(node, at)
        grade = self.sheet.spec.grade_of(plain(cell.value.text))
        return grade.name if grade else cell.value.text

    def grade_by(self, node: s.Expr, at: RowBinding) -> str:
        """The grade of a score."""
        score = self.range(node, at, wide=False).low
        return next(
            g.name for g in self.sheet.spec.grades if score >= Fraction(g.at_least) or g is self.sheet.spec.grades[-1]
        )

    # --- what it comes to -------------------------------------------------------------------------

    def range(self, node: s.Expr, at: RowBinding, *, wide: bool, summed: bool = False) -> Range:
        """What an expression comes to. ``summed``: its figures are added up, each exact to the cent.

        Raises:
            NotThere, Unusable: as :meth:`holds`.
        """
        match node:
            case s.Number(value):
                return point(Fraction(value))
            case s.Ref():
                found = self.places(node, at)
                parts = [self._figure(place, wide, summed) for place in found]
                return parts[0] if len(parts) == 1 else total(parts)
            case s.Negative(operand):
                return negative(self.range(operand, at, wide=wide))
            case s.Arithmetic(op, left, right):
                added = summed or (op == "+" and _is_sum(left, right))
                return combine(
                    op, self.range(left, at, wide=wide, summed=added), self.range(right, at, wide=wide, summed=added)
                )
            case s.Call(name, args):
                return self._function(name, args, at, wide)
        raise Unusable("公式里有不能计算的部分")

    def _function(self, name: str, args: tuple[s.Expr, ...], at: RowBinding, wide: bool) -> Range:
        match name, args:
            case "合计", _:
                return total([self.range(a, at, wide=wide, summed=True) for a in args])
            case (("最小" | "最大"), _):
                choose = min if name == "最小" else max
                parts = [self.range(a, at, wide=wide) for a in args]
                return Range(choose(p.low for p in parts), choose(p.high for p in parts))
            case "精确到", (s.Ref() as ref, s.Number(digits)):
                (place,) = self.places(ref, at)
                return self._figure(place, wide, False, Fraction(1, 10 ** int(digits)))
            case "四舍五入", (inside, s.Number(digits)):
                return point(rounded(self.range(inside, at, wide=False).low, int(digits)))
        raise Unusable("公式里有不能计算的部分")

    def _figure(self, place: FormPlace, wide: bool, summed: bool, coarsest: Fraction | None = None) -> Range:
        """The figure in a cell; a blank is 0.

        Raises:
            Unusable: it holds words.
        """
        cell = cell_at(place, self.sheet)
        value = cell.value
        if not value.filled:
            return _ZERO
        if not value.numeric:
            raise Unusable(f"{self.sheet.name} {cell.cell}（{cell.label}）“{value.text[:20]}”不是数")
        factor = self._factor(place) if place.column == "完成值" else 1
        ulp = min(value.ulp, coarsest) if coarsest is not None else _added(value, place) if summed else value.ulp
        if not wide or not ulp:
            number = value.number * factor if factor != 1 else value.number
            return Range(number, number)
        half = ulp / 2
        return Range((value.number - half) * factor, (value.number + half) * factor)

    def _factor(self, place: FormPlace) -> Fraction:
        """By what a result is multiplied to have the unit of its target."""
        if place.block != INDICATORS:
            return Fraction(1)
        row = row_at(place, self.sheet)
        return comparable(row.cell("指标值").value, row.cell("完成值").value) or Fraction(1)

    def cells(self, node: s.Expr, at: RowBinding) -> list[ScoreCell]:
        """The cells of a reference."""
        if not isinstance(node, s.Ref):
            raise Unusable("公式里有不能计算的部分")
        return [cell_at(place, self.sheet) for place in self.places(node, at)]

    # --- tests ------------------------------------------------------------------------------------

    def _test(self, name: str, args: tuple[s.Expr, ...], at: RowBinding) -> bool:
        if (
            name == "填了"
            and any(isinstance(a, s.Ref) and a.table == TOTAL_ROW for a in args)
            and not self.sheet.rows[TOTAL_ROW]
        ):
            raise Unusable(f"{self.sheet.name}没有认出总分一行")
        if name in ("填了", "空着"):
            return self._filled(args, at, name == "填了")
        if name == "在档内":
            return self._in_band(args, at)
        if name == "有原因":
            return self._reasoned(args[0], at)
        if name == "印到":
            ref, digits = args
            (cell,) = self.cells(ref, at)
            return cell.value.numeric and isinstance(digits, s.Number) and cell.value.digits >= int(digits.value)
        values = [cell.value for arg in args for cell in self.cells(arg, at)]
        match name:
            case "定量":
                return all(value.numeric for value in values)
            case "定性":
                return all(value.kind is ValueKind.WORDS for value in values)
            case "完成字样":
                return all(plain(value.text).strip("。") in self.sheet.spec.done_words for value in values)
            case "正向":
                return all(value.numeric and value.sign in ("≥", ">", "＝") for value in values)
            case "反向":
                return all(value.numeric and value.sign in ("≤", "<") for value in values)
            case "超出":
                return _goes_beyond(*values)
            case "同单位":
                return comparable(values[0], values[1]) is not None
        raise Unusable("公式里有不能计算的部分")

    def _filled(self, args: tuple[s.Expr, ...], at: RowBinding, wanted: bool) -> bool:
        try:
            return all(cell.value.filled is wanted for arg in args for cell in self.cells(arg, at))
        except NotThere:
            if wanted:
                raise
            return True

    def _in_band(self, args: tuple[s.Expr, ...], at: RowBinding) -> bool:
        """Whether a score is in the band that the words of the result allow.

        Raises:
            NotThere: the words are in no band.
        """
        score, weight = (self.range(arg, at, wide=False).low for arg in args[:2])
        (result,) = self.cells(args[2], at)
        said = plain(result.value.text)
        band = next((b for b in reversed(self.sheet.spec.bands) if any(word in said for word in b.words)), None)
        if band is None or not weight:
            raise NotThere
        return Fraction(band.low) <= score / weight * 100 <= Fraction(band.high)

    def _reasoned(self, ref: s.Expr, at: RowBinding) -> bool:
        """Whether the row gives a reason, or a text below the form does.

        Raises:
            NotThere: the form has no room for reasons.
        """
        (place,) = self.places(ref, at) if isinstance(ref, s.Ref) else (None,)
        if place is None:
            raise Unusable("公式里有不能计算的部分")
        cell = row_at(place, self.sheet).cell("偏差原因")
        said = plain(cell.value.text)
        if cell.value.filled and said not in _NO_REASON:
            return True
        if any(_gives_reason(text.text) for text in self.sheet.texts):
            return True
        if "偏差原因" not in self.sheet.columns.get(place.block, {}):
            raise NotThere
        return False


def _added(value: ScoreValue, place: FormPlace) -> Fraction:
    """The last digit of a figure that is added up: a score without decimals is what it says, another exact to the cent."""
    if place.column in _POINTS and not value.digits:
        return Fraction(0)
    return min(value.ulp, _CENT)


def _gives_reason(text: str) -> bool:
    bare = plain(text)
    return len(bare) >= _SHORTEST_REASON and any(word in bare for word in _REASONS[:5])


def _goes_beyond(target: ScoreValue, result: ScoreValue) -> bool:
    """Whether a result is so much better than its target that points may be taken off for a target set too low."""
    factor = comparable(target, result)
    if factor is None or not (target.numeric and result.numeric and target.number > 0):
        return False
    share = result.number * factor / target.number
    more, less = share >= 1 + _BEYOND, share <= 1 - _BEYOND
    return less if target.sign in ("≤", "<") else more if target.sign else more or less


def _is_sum(left: s.Expr, right: s.Expr) -> bool:
    """Whether something is added to a sum."""
    return any(isinstance(side, s.Call) and side.name == "合计" for side in (left, right))
