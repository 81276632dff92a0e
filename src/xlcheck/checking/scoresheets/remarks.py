"""Failed relations of score sheets → remarks: which cell, what it says, what follows from the others, by which formula."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from xlcheck.checking.scoresheets.cells import FormPlace, RowBinding, cell_at, places
from xlcheck.checking.scoresheets.evaluate import Evaluator
from xlcheck.checking.scoresheets.judge import FAIL, SheetRelation, SheetVerdicts, Sides, compared, in_force
from xlcheck.checking.scoresheets.live import joined, live_of
from xlcheck.form import RuleSpec
from xlcheck.formula import syntax as s
from xlcheck.outcome import CellRef, Remark
from xlcheck.scores.sheet import ScoreSheet
from xlcheck.scores.spec import FUNDS, SlotRole
from xlcheck.scores.values import decimals_of

_CATEGORY = "performance"
_OPS = {"=": "应等于", "≤": "不应大于", "≥": "不应小于"}
_MOST_NAMED = 8
_MOST_ADDED = 6
_SIGNS = {"*": " × ", "/": " ÷ ", "+": " + ", "-": " − "}
Key = tuple[str, RowBinding]


class Said(NamedTuple):
    """A remark with the relations that it is about."""

    remark: Remark
    keys: tuple[Key, ...]


def remarks_of(found: SheetVerdicts) -> list[Said]:
    """All remarks of a sheet, in the order of its rules; those of a rule that speaks once are one."""
    evaluator = Evaluator(found.sheet)
    said: list[Said] = []
    together: dict[str, list[SheetRelation]] = {}
    for relation in found.relations:
        if relation.end.verdict != FAIL:
            continue
        if relation.rule.together:
            together.setdefault(relation.rule.rule.id, []).append(relation)
        else:
            said.append(Said(_Teller(relation, evaluator).remark(), (relation.key,)))
    for relations in together.values():
        said.append(_one_for_all(relations, evaluator))
    return said


def _one_for_all(relations: Sequence[SheetRelation], evaluator: Evaluator) -> Said:
    """One remark for several rows of a rule."""
    each = [_Teller(relation, evaluator).remark() for relation in relations]
    keys = tuple(relation.key for relation in relations)
    if len(each) == 1:
        return Said(each[0], keys)
    cells = tuple(cell for remark in each for cell in remark.cells)
    named = "、".join(f"{cell.cell}（{cell.label.split(' · ')[0]}）" for cell in cells[:_MOST_NAMED])
    params = {
        "table": evaluator.sheet.name, "count": str(len(each)), "claim": relations[0].rule.says,
        "found": named + (" 等" if len(cells) > _MOST_NAMED else ""),
    }  # fmt: skip
    live = joined([remark.live for remark in each])
    return Said(each[0]._replace(code="score_tests", cells=cells, params=params, live=live), keys)


class _Teller:
    """Tells of one failed relation."""

    def __init__(self, relation: SheetRelation, evaluator: Evaluator) -> None:
        self.relation = relation
        self.rule: RuleSpec = relation.rule.rule
        self.at = relation.at
        self.evaluator = evaluator
        self.sheet: ScoreSheet = evaluator.sheet
        claim = in_force(self.rule.tree, self.at, evaluator)
        self.claim: s.Claim = claim if claim is not None else self.rule.tree

    def remark(self) -> Remark:
        """The remark."""
        live = live_of(self.claim, self.at, self.evaluator)
        if self.relation.rule.says:
            return self._tested()._replace(live=live)
        match self.claim:
            case s.Compare(_, s.Ref() as left, s.Call("分档", (inside,))):
                return self._graded(left, inside)._replace(live=live)
        sides = compared(self.claim, self.at, self.evaluator)
        if not sides:
            return self._made("claim", ())
        nearest = min(sides, key=lambda one: abs(one.left - one.right))
        return self._compared(nearest, sides)._replace(live=live)

    # --- tests -----------------------------------------------------------------------------------

    def _tested(self) -> Remark:
        refs = s.refs(self.claim)
        first = isinstance(self.claim, s.Call) and self.claim.name == "在档内"
        (place,) = places(refs[0] if first else refs[-1], self.at, self.sheet)
        cell = self.ref(place, "subject")
        return self._made("score_test", (cell,), {"claim": self.relation.rule.says, "label": cell.label})

    def _graded(self, left: s.Ref, inside: s.Expr) -> Remark:
        (place,) = places(left, self.at, self.sheet)
        (score,) = places(inside, self.at, self.sheet) if isinstance(inside, s.Ref) else (place,)
        right = self.evaluator.grade_by(inside, self.at)
        params = {"number": cell_at(score, self.sheet).value.text, "found": right}
        return self._made("score_grade", (self.ref(place, "total"), self.ref(score, "part")), params)

    # --- comparisons -----------------------------------------------------------------------------

    def _compared(self, one: Sides, sides: Sequence[Sides]) -> Remark:
        subject = one.on_left[0] if len(one.on_left) == 1 and isinstance(one.node.left, (s.Ref, s.Call)) else None
        if subject is None:
            return self._whole(one)
        if _is_plain_sum(one.node):
            return self._sum(one, subject)
        places_left = (
            decimals_of(cell_at(subject, self.sheet).value.ulp) if cell_at(subject, self.sheet).value.filled else 2
        )
        digits = max(places_left, 2) if self.sheet.rows else 2
        cells = (self.ref(subject, "total"), *(self.ref(p, "part") for p in one.on_right if p != subject))
        if one.node.op != "=":
            params = {"op": _OPS[one.node.op], "label": cells[0].label, "number": _decimal(one.right, digits)}
            return self._figures(self._made("score_limit", cells, params), one, digits, subject)
        hows = list(
            dict.fromkeys(
                f"“{self.how(x.node.right)}”应为 {_decimal(x.right, digits)}" for x in _different(sides, digits)
            )
        )
        params = {"label": cells[0].label, "how": "，或按".join(hows)}
        return self._figures(self._made("score_formula", cells, params), one, digits, subject)

    def _sum(self, one: Sides, subject: FormPlace) -> Remark:
        cells = [self.ref(subject, "total" if len(one.on_right) > 1 else "left")]
        weights = _weights(one.node.right)
        role = "part" if len(one.on_right) > 1 else "right"
        there = (p for p in one.on_right if cell_at(p, self.sheet).at is not None)
        cells += [self.ref(p, role, weights.get((p.block, p.column), 1)) for p in there]
        digits = max((cell_at(p, self.sheet).value.digits for p in (*one.on_left, *one.on_right)), default=2)
        digits = max(digits, 2)
        blank = not cell_at(subject, self.sheet).value.filled and len(one.on_right) > 1
        remark = self._made("blank_total" if blank else "relation", tuple(cells), {"op": _OPS[one.node.op]})
        return self._figures(remark, one, digits, subject)

    def _whole(self, one: Sides) -> Remark:
        """A sum that must come to a given number: no cell of it is the total."""
        cells = tuple(self.ref(place, "part") for place in (*one.on_left, *one.on_right))
        params = {
            "table": self.sheet.name,
            "how": self.how(one.node.right),
            "number": _decimal(one.right, 0),
            "found": _decimal(one.left, 0),
        }
        made = self._made("score_weights", cells, params)
        return made._replace(
            expected=_decimal(one.left, 2),
            actual=_decimal(one.right, 2),
            difference=_decimal(one.right - one.left, 2),
            unit="分",
        )

    def _figures(self, remark: Remark, one: Sides, digits: int, subject: FormPlace) -> Remark:
        expected, actual = _decimal(one.right, digits), _decimal(one.left, digits)
        difference = str(Decimal(actual) - Decimal(expected))
        return remark._replace(expected=expected, actual=actual, difference=difference, unit=self.unit(subject))

    # --- words -----------------------------------------------------------------------------------

    def unit(self, place: FormPlace) -> str:
        """The unit of the figure in a place."""
        return unit_of(place, self.sheet)

    def how(self, node: s.Expr) -> str:
        """A formula with the figures in it: 全年执行数 82.357 ÷ 全年预算数 186 × 100."""
        match node:
            case s.Number(value):
                return f"{value}"
            case s.Ref():
                return self._named(places(node, self.at, self.sheet))
            case s.Negative(operand):
                return f"−{self.how(operand)}"
            case s.Arithmetic(op, left, right):
                return f"{self._inner(left, op)}{_SIGNS[op]}{self._inner(right, op)}"
            case s.Call("合计", args):
                return " + ".join(map(self.how, args))
            case s.Call("最小", (s.Number(), inside)):
                return self.how(inside)
            case s.Call("最大", (s.Number(), inside)):
                return self.how(inside)
            case s.Call("最大", args):
                return f"较大的（{'、'.join(map(self.how, args))}）"
            case s.Call("精确到", (inside, _)):
                return self.how(inside)
        return ""

    def _inner(self, node: s.Expr, op: str) -> str:
        text = self.how(node)
        low = isinstance(node, s.Arithmetic) and node.op in "+-" and op in "*/"
        nested = isinstance(node, s.Call) and op == "*" and (" − " in text or " + " in text)
        return f"（{text}）" if low or nested else text

    def _named(self, found: Sequence[FormPlace]) -> str:
        cells = [cell_at(place, self.sheet) for place in found]
        if len(cells) == 1:
            return f"{found[0].column} {cells[0].value.text or '空'}"
        if len(cells) <= _MOST_ADDED:
            return " + ".join(cell.value.text or "空" for cell in cells)
        total = sum((cell.value.number for cell in cells), Fraction(0))
        return f"各{found[0].block}{found[0].column}之和 {_decimal(total, 0)}"

    def ref(self, place: FormPlace, role: str, weight: int = 1) -> CellRef:
        """A cell of the finding."""
        return cell_ref(place, role, self.sheet, weight)

    def _made(self, code: str, cells: tuple[CellRef, ...], params: dict[str, str] | None = None) -> Remark:
        return Remark(self.rule.id, self.rule.severity, _CATEGORY, code, cells, params=params or {})


def cell_ref(place: FormPlace, role: str, sheet: ScoreSheet, weight: int = 1) -> CellRef:
    """A cell of a sheet as a finding names it."""
    cell = cell_at(place, sheet)
    value = cell.value.text if cell.value.filled else None
    return CellRef(sheet.name, sheet.sheet, cell.cell, role, cell.label or place.column, value, weight)


def unit_of(place: FormPlace, sheet: ScoreSheet) -> str:
    """The unit of the figure in a place: money, percent, points."""
    slot = sheet.spec.block(FUNDS).slot(place.column) if place.block == FUNDS else None
    if slot is not None and slot.role is SlotRole.MONEY:
        return sheet.currency
    return "%" if slot is not None and slot.role is SlotRole.RATE else "分"


def _is_plain_sum(node: s.Compare) -> bool:
    """Whether one cell is compared with sums and differences of others: every sentence of ours can say that."""
    return node.op == "=" and isinstance(node.left, s.Ref) and _is_linear(node.right)


def _is_linear(node: s.Expr) -> bool:
    match node:
        case s.Ref():
            return True
        case s.Arithmetic(("+" | "-"), left, right):
            return _is_linear(left) and _is_linear(right)
        case s.Call("合计", args):
            return all(map(_is_linear, args))
    return False


def _weights(node: s.Expr) -> dict[tuple[str, str], int]:
    """The sign of each column in a sum."""
    found: dict[tuple[str, str], int] = {}

    def walk(part: s.Expr, sign: int) -> None:
        match part:
            case s.Ref(table, _, row, column):
                found[table, column.first if column is not None else row.first] = sign
            case s.Arithmetic(op, left, right):
                walk(left, sign)
                walk(right, -sign if op == "-" else sign)
            case s.Call(_, args):
                for arg in args:
                    walk(arg, sign)

    walk(node, 1)
    return found


def _different(sides: Sequence[Sides], digits: int) -> list[Sides]:
    """Comparisons that ask for different figures, each once."""
    found: dict[str, Sides] = {}
    for one in sides:
        found.setdefault(_decimal(one.right, digits), one)
    return list(found.values())


def _decimal(value: Fraction, digits: int) -> str:
    """A figure with at least so many decimals, rounded half up; trailing zeros beyond them left out."""
    scaled = Fraction(value) * 10**digits
    whole = (abs(scaled) + Fraction(1, 2)).__floor__()
    if digits == 0 and scaled.denominator != 1:
        return _decimal(value, 2).rstrip("0").rstrip(".")
    text = Decimal(whole).scaleb(-digits)
    return f"{-text if value < 0 and whole else text:f}"
