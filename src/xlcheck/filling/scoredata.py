"""The data of score sheets, as given in YAML or JSON; what they leave out computed by the rules themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from xlcheck.checking.scoresheets.cells import FormPlace, NotThere, RowBinding, bindings, cell_at, places
from xlcheck.checking.scoresheets.evaluate import Evaluator
from xlcheck.checking.scoresheets.judge import in_force
from xlcheck.formula import syntax as s
from xlcheck.formula.ranges import Unusable
from xlcheck.labels import plain
from xlcheck.scores.made import TOTAL_KEY, FormData, made_sheet, with_value
from xlcheck.scores.sheet import ScoreSheet
from xlcheck.scores.spec import FUNDS, INDICATORS, TOTAL_ROW, ScoreSheetSpec, SlotRole
from xlcheck.scores.values import ScoreValue, ValueKind, of_text

_FACTS = ("项目名称", "主管部门", "实施单位", "金额单位", "年度")
_GOALS = ("年度目标", "实际完成情况")
_TOTAL = ("分值", "得分", "等级")
_ROUNDS = 12
_ZERO = ScoreValue(ValueKind.NUMBER, "0", Fraction(0), Fraction(0), stored=True)
_RULES = ("P01-01", "P01-02", "P01-03", "P01-04", "P02-01", "P02-04", "P02-05", "P03-01", "P03-02", "P03-09")


def understand_forms(spec: ScoreSheetSpec, data: Any, unit: str, year: str, mistakes: list[str]) -> list[FormData]:
    """The forms that ``data`` lists; what does not fit is added to ``mistakes``."""
    if not isinstance(data, Sequence) or isinstance(data, str):
        mistakes.append("forms 应当是自评表的列表")
        return []
    return [_Form(spec, number, unit, year, mistakes).read(form) for number, form in enumerate(data, 1)]


class _Form:
    """Reads the data of one form."""

    def __init__(self, spec: ScoreSheetSpec, number: int, unit: str, year: str, mistakes: list[str]) -> None:
        self.spec = spec
        self.number = number
        self.mistakes = mistakes
        self.form = FormData(facts={"实施单位": unit, "年度": year})

    def wrong(self, sentence: str) -> None:
        self.mistakes.append(f"第 {self.number} 份自评表{sentence}")

    def read(self, data: Any) -> FormData:
        """The form, as far as it can be understood."""
        if not isinstance(data, Mapping):
            self.wrong("：应当是“项: 内容”")
            return self.form
        for key, value in data.items():
            self._take(str(key), value)
        if not self.form.facts.get("项目名称"):
            self.wrong("没有写项目名称")
        return self.form

    def _take(self, key: str, value: Any) -> None:
        if key == "金额单位":
            self.form.currency = _text(value)
        elif key in _FACTS:
            self.form.facts[key] = _text(value)
        elif key in _GOALS:
            goals = list(self.form.goals)
            goals[_GOALS.index(key)] = _text(value)
            self.form.goals = (goals[0], goals[1])
        elif key == FUNDS:
            self._funds(value)
        elif key == INDICATORS:
            self._indicators(value)
        elif key == TOTAL_ROW:
            self.form.total = dict(self._cells(value, _TOTAL, "总分"))
        elif key == "分析":
            self.form.texts = {str(k): _text(v) for k, v in value.items()} if isinstance(value, Mapping) else {}
        else:
            known = "、".join((*_FACTS, *_GOALS, FUNDS, INDICATORS, TOTAL_ROW, "分析"))
            self.wrong(f"：不认识“{key}”，应当是 {known}")

    def _funds(self, value: Any) -> None:
        columns = [slot.key for slot in self.spec.block(FUNDS).slots if slot.key != "项目"]
        if not isinstance(value, Mapping) or not value:
            self.wrong("的资金应当是“行: {栏: 数}”，总额在第一行")
            return
        for label, cells in value.items():
            self.form.funds.append((str(label), dict(self._cells(cells or {}, columns, f"资金 {label}"))))

    def _indicators(self, value: Any) -> None:
        columns = [slot.key for slot in self.spec.block(INDICATORS).slots]
        if not isinstance(value, Sequence) or isinstance(value, str) or not value:
            self.wrong("的指标应当是列表")
            return
        for at, row in enumerate(value, 1):
            self.form.indicators.append(dict(self._cells(row, columns, f"第 {at} 个指标")))

    def _cells(self, value: Any, columns: Sequence[str], where: str) -> Iterator[tuple[str, str]]:
        if not isinstance(value, Mapping):
            self.wrong(f"的{where}应当是“栏: 内容”")
            return
        for column, cell in value.items():
            if str(column) in columns:
                yield str(column), _text(cell)
            else:
                self.wrong(f"的{where}：没有“{column}”这一栏，有：{'、'.join(columns)}")


def _text(value: Any) -> str:
    return "" if value is None else str(value)


# --- what the data leave out -----------------------------------------------------------------------------


def completed(spec: ScoreSheetSpec, data: FormData, sheet: str, number: int) -> ScoreSheet:
    """The sheet of the data with what they leave out computed by the rules of its family; what is written stays.

    Scores of words: a result in the best band has full weight, any other is left for a person.
    """
    made = made_sheet(spec, _with_room(spec, data), sheet, number)
    given = {place for place in _cells_of(made) if cell_at(place, made).value.filled}
    for _ in range(_ROUNDS):
        before = made
        made = _once(made, given)
        if made == before:
            break
    return made


def _with_room(spec: ScoreSheetSpec, data: FormData) -> FormData:
    """The data with room for what is computed: the total row (its weight only where the data say nothing of it), the usual weight of the rate."""
    for key in ("得分", "等级") if data.total else _TOTAL:
        data.total.setdefault(key, "")
    weight = spec.block(FUNDS).slot("分值")
    if data.funds and weight is not None and weight.first:
        data.funds[0][1].setdefault("分值", f"{spec.execution_weights[0]}")
    return data


def _cells_of(sheet: ScoreSheet) -> Iterator[FormPlace]:
    for block, rows in sheet.rows.items():
        for index, row in enumerate(rows):
            yield from (FormPlace(block, index, column) for column in row.cells)


def _once(sheet: ScoreSheet, given: set[FormPlace]) -> ScoreSheet:
    for rule in sheet.spec.rules:
        if rule.rule.id not in _RULES:
            continue
        for at in bindings(rule.rule.tree, sheet):
            sheet = _computed(rule.rule.tree, at, sheet, given)
    return _worded(sheet, given)


def _computed(tree: s.Claim, at: RowBinding, sheet: ScoreSheet, given: set[FormPlace]) -> ScoreSheet:
    """The sheet with the cell that a rule says is equal to an expression, where the data leave it out."""
    node = _equation(tree)
    try:
        if node is None or not isinstance(node.left, s.Ref):
            return sheet
        (place,) = places(node.left, at, sheet)
        if place in given or (at.block == FUNDS and at.row > 0):
            return sheet
        trial = Evaluator(_put(sheet, place, _ZERO))
        if in_force(tree, at, trial) is None or not _known(node.right, at, sheet):
            return sheet
        if isinstance(node.right, s.Call) and node.right.name == "分档":
            grade = trial.grade_by(node.right.args[0], at)
            return _put(sheet, place, ScoreValue(ValueKind.WORDS, grade))
        figure = trial.range(node.right, at, wide=False).low
    except (NotThere, Unusable):
        return sheet
    return _put(sheet, place, _printed(figure, _digits(place, sheet)))


def _equation(tree: s.Claim) -> s.Compare | None:
    claim = tree.claim if isinstance(tree, s.Implies) else tree
    while isinstance(claim, s.Junction):
        claim = claim.parts[0]
    return claim if isinstance(claim, s.Compare) and claim.op == "=" else None


def _known(node: s.Expr, at: RowBinding, sheet: ScoreSheet) -> bool:
    """Whether all that a figure follows from is there: of sums all scores, of formulas every cell."""
    for ref in s.refs(node):
        found = [cell_at(place, sheet).value.filled for place in places(ref, at, sheet)]
        whole = ref.row.kind != "set" or ref.table == INDICATORS
        if not (all(found) if whole else any(found)):
            return False
    return True


def _worded(sheet: ScoreSheet, given: set[FormPlace]) -> ScoreSheet:
    """Full weight for indicators whose result says that all was reached."""
    best = sheet.spec.bands[0].words if sheet.spec.bands else ()
    others = [word for band in sheet.spec.bands[1:] for word in band.words]
    for index, row in enumerate(sheet.rows[INDICATORS]):
        place = FormPlace(INDICATORS, index, "得分")
        result, weight = row.cell("完成值").value, row.cell("分值").value
        said = plain(result.text)
        reached = any(word in said for word in best) and not any(word in said for word in others)
        if place not in given and result.kind is ValueKind.WORDS and weight.numeric and reached:
            sheet = _put(sheet, place, _printed(weight.number, 2))
    return sheet


def _put(sheet: ScoreSheet, place: FormPlace, value: ScoreValue) -> ScoreSheet:
    return with_value(sheet, place.block, place.row, place.column, value)


def _digits(place: FormPlace, sheet: ScoreSheet) -> int:
    """Decimals of a computed figure: money as finely as the data, everything else two."""
    slot = sheet.spec.block(FUNDS).slot(place.column) if place.block == FUNDS else None
    if slot is None or slot.role is not SlotRole.MONEY:
        return 2
    values = [cell.value for row in sheet.rows[FUNDS] for key, cell in row.cells.items() if _is_money(key, sheet)]
    return max((v.digits for v in values if v.numeric), default=2)


def _is_money(column: str, sheet: ScoreSheet) -> bool:
    slot = sheet.spec.block(FUNDS).slot(column)
    return slot is not None and slot.role is SlotRole.MONEY


def _printed(figure: Fraction, digits: int) -> ScoreValue:
    """A figure rounded half up, without zeros at its end."""
    whole = int(abs(figure) * 10**digits + Fraction(1, 2))
    text = str(whole).rjust(digits + 1, "0")
    shown = f"{text[:-digits]}.{text[-digits:]}".rstrip("0").rstrip(".") if digits else text
    return of_text(f"-{shown}" if figure < 0 and whole else shown)._replace(stored=True)


__all__ = ["TOTAL_KEY", "completed", "understand_forms"]
