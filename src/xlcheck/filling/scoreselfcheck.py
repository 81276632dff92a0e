"""The sheet 自查 of a blank score sheet: the rules as formulas that follow what is being filled in.

Functions that Excel 2007, WPS and LibreOffice share. A rule about words (≥95%, 达成预期指标) has no Excel form and is left
to the check; so is how finely something is printed. Rates may be typed as 44.28 or as 44.28%.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from xlcheck.checking.scoresheets.cells import FormPlace, NotThere, RowBinding, bindings, cell_at, places, refs_of
from xlcheck.checking.scoresheets.formulatext import NoExcelFormError, expression_text
from xlcheck.filling.pen import FormStyles
from xlcheck.form import Severity
from xlcheck.formula import syntax as s
from xlcheck.formula.excel import quoted
from xlcheck.formula.ranges import Unusable
from xlcheck.scores.made import FormData, made_sheet
from xlcheck.scores.sheet import ScoreSheet
from xlcheck.scores.spec import FUNDS, INDICATORS, GradeBand, ScoreSheetSpec, SheetRule, SlotRole

NAME = "自查"
_FIRST = 4  # the first row of the list, 0-based
_WIDTHS = (9, 40, 26, 44)
_HALF_A_CENT = 0.00501  # half of the last printed digit, and what binary fractions lose
_ROWS_A_LINE = 10  # of indicators: a formula of Excel has 8,192 characters
_FILLED_WITH = {SlotRole.MONEY: "0", SlotRole.RATE: "0", SlotRole.WEIGHT: "0", SlotRole.SCORE: "0"}
_OPS = {"=": "ABS({d})<={slack}", "≤": "{d}<={slack}", "≥": "{d}>=-{slack}"}


class SelfCheckLine(NamedTuple):
    """A line of the list: a rule, where it looks, and the formula that says how it stands."""

    rule: str
    title: str
    where: str
    formula: str


def write_self_check(book: Any, spec: ScoreSheetSpec, sheet: str, indicators: Sequence[dict[str, str]]) -> None:
    """Add the sheet to a workbook whose ``sheet`` is the blank of a family with these rows of indicators."""
    styles = FormStyles(book)
    made = book.add_worksheet(NAME)
    for column, width in enumerate(_WIDTHS):
        made.set_column(column, column, width)
    lines = self_check_lines(spec, sheet, indicators)
    last = _FIRST + len(lines)
    made.write_string(0, 0, "填表自查", styles.get(font_size=16, bold=True))
    made.write_string(
        1,
        0,
        "填好左边的表，这里随时跟着变。执行率填 44.28 或 44.28% 都可以。写成文字的内容由 xlcheck 检查。",
        styles.get(),
    )
    wrong, odd = (f'COUNTIF(D{_FIRST + 1}:D{last},"{word}*")' for word in ("不对", "请核对"))
    said = f'"不对 "&{wrong}&" 项，请核对 "&{odd}&" 项"'
    made.write_formula(2, 0, f'=IF({wrong}+{odd}=0,"没有不对的地方",{said})', styles.get(bold=True))
    for column, heading in enumerate(("编号", "查什么", "哪一格", "结果")):
        made.write_string(_FIRST - 1, column, heading, styles.boxed(bold=True, align="center"))
    style, plain = styles.boxed(text_wrap=True), styles.boxed()
    for row, line in enumerate(lines, _FIRST):
        made.write_string(row, 0, line.rule, plain)
        made.write_string(row, 1, line.title, style)
        made.write_string(row, 2, line.where, style)
        made.write_formula(row, 3, line.formula, style)
    for word, colour in (("不对", "#FFC7CE"), ("请核对", "#FFEB9C")):
        look = book.add_format({"bg_color": colour})
        rule = {"type": "text", "criteria": "begins with", "value": word, "format": look}
        made.conditional_format(_FIRST, 3, last, 3, rule)
    made.freeze_panes(_FIRST, 0)


def self_check_lines(spec: ScoreSheetSpec, sheet: str, indicators: Sequence[dict[str, str]]) -> list[SelfCheckLine]:
    """The list for the blank with these rows of indicators, in the order of the rules."""
    blank = made_sheet(spec, _as_if_filled(spec, indicators), sheet)
    return [line for rule in spec.rules for line in _RuleLines(rule, blank).lines()]


def _as_if_filled(spec: ScoreSheetSpec, indicators: Sequence[dict[str, str]]) -> FormData:
    """Data with a figure in every cell for one: what is blank is not there for a rule about a sum."""
    funds = [(label, _figures(spec, FUNDS, first=not n)) for n, label in enumerate(spec.fund_rows)]
    rows = [{**row, **_figures(spec, INDICATORS, first=True)} for row in indicators]
    return FormData(funds=funds, indicators=rows, total={"分值": "0", "得分": "0", "等级": "优"})


def _figures(spec: ScoreSheetSpec, block: str, *, first: bool) -> dict[str, str]:
    slots = [slot for slot in spec.block(block).slots if slot.first and slot.role in _FILLED_WITH]
    return {slot.key: "0" for slot in slots if first or slot.role is SlotRole.MONEY}


class _RuleLines:
    """The lines of one rule: one a relation of money and totals, one for all indicators."""

    def __init__(self, rule: SheetRule, sheet: ScoreSheet) -> None:
        self.rule = rule
        self.sheet = sheet

    def lines(self) -> Iterator[SelfCheckLine]:
        spec = self.rule.rule
        found = [made for at in bindings(spec.tree, self.sheet) if (made := self._relation(at)) is not None]
        if not found:
            return
        bad = "不对" if spec.severity is Severity.ERROR else "请核对"
        if found[0].at.block == INDICATORS:
            for start in range(0, len(found), _ROWS_A_LINE):
                rows = found[start : start + _ROWS_A_LINE]
                yield SelfCheckLine(spec.id, spec.title, f"{rows[0].cell} 到 {rows[-1].cell}", _all_of(rows, bad))
            return
        yield from (SelfCheckLine(spec.id, spec.title, one.where, one.formula(bad)) for one in found)

    def _relation(self, at: RowBinding) -> AskedRelation | None:
        try:
            return _RelationWriter(self.sheet, at).relation(self.rule.rule.tree)
        except (NoExcelFormError, NotThere, Unusable):
            return None


class AskedRelation(NamedTuple):
    """A relation in Excel: what must be there for it to be asked, whether it holds, and the right figure, where there is one."""

    at: RowBinding
    where: str
    cell: str
    asked: str
    holds: str
    right: str

    def formula(self, bad: str) -> str:
        """What the line says: 对, what is wrong, or nothing while figures are missing."""
        right = f'"{bad}，应为 "&{self.right}' if self.right else f'"{bad}"'
        return f'=IFERROR(IF({self.asked},IF({self.holds},"对",{right}),""),"请填数字")'


def _all_of(found: Sequence[AskedRelation], bad: str) -> str:
    """One formula for the same relation in many rows: it names the cells of those that don't hold."""
    asked = ",".join(one.asked for one in found)
    wrong = "&".join(f'IF({one.asked},IF({one.holds},""," {one.cell}"),"")' for one in found)
    return f'=IFERROR(IF(OR({asked}),IF(LEN({wrong})=0,"对","{bad}："&{wrong}),""),"请填数字")'


class _RelationWriter:
    """Writes one relation of one row."""

    def __init__(self, sheet: ScoreSheet, at: RowBinding) -> None:
        self.sheet = sheet
        self.at = at

    def relation(self, tree: s.Claim) -> AskedRelation:
        condition, claim = (tree.condition, tree.claim) if isinstance(tree, s.Implies) else (None, tree)
        about = (cell_at(p, self.sheet) for ref in refs_of(claim) for p in places(ref, self.at, self.sheet))
        cell = next((cell for cell in about if cell.cell is not None), None)
        if cell is None or cell.cell is None:
            raise NoExcelFormError
        filled = [f"LEN({self._plain(p)})>0" for p in self._asked(claim)]
        asked = [*filled, *([self._claim(condition)] if condition is not None else [])]
        return AskedRelation(
            self.at,
            f"{cell.cell} {cell.label}",
            cell.cell,
            f"AND({','.join(asked)})",
            self._claim(claim),
            self._right(claim),
        )

    def _asked(self, claim: s.Claim) -> list[FormPlace]:
        """What must be filled in before a comparison says anything: the figure itself, and all that is not added up."""
        if not isinstance(claim, (s.Compare, s.Junction)):
            return []
        refs = [ref for ref in refs_of(claim) if ref.row.kind != "set"]
        found = dict.fromkeys(p for ref in refs for p in places(ref, self.at, self.sheet))
        return [place for place in found if cell_at(place, self.sheet).cell is not None]

    # --- claims ----------------------------------------------------------------------------------

    def _claim(self, node: s.Claim) -> str:
        match node:
            case s.Compare("=", s.Ref() as left, s.Call("分档", (inside,))):
                return f"{self._value(left)}={_nested(self.sheet.spec.grades, self._value(inside))}"
            case s.Compare(op, left, right) if op in _OPS:
                difference = f"({self._value(left)}-({self._value(right)}))"
                return _OPS[op].format(d=difference, slack=self._slack(node))
            case s.Compare(op, left, right) if op in ("<", ">"):
                return f"{self._value(left)}{op}{self._value(right)}"
            case s.Junction("或", parts):
                return self._any(parts)
            case s.Junction(_, parts):
                return f"AND({','.join(map(self._claim, parts))})"
            case s.Not(operand):
                return f"NOT({self._claim(operand)})"
            case s.Call(("填了" | "空着") as name, args):
                test = ">0" if name == "填了" else "=0"
                cells = [
                    self._plain(p) for arg in args if isinstance(arg, s.Ref) for p in places(arg, self.at, self.sheet)
                ]
                return f"AND({','.join(f'LEN({cell}){test}' for cell in cells)})"
            case s.Call("有原因", (s.Ref() as ref,)):
                (place,) = places(ref, self.at, self.sheet)
                return f"LEN({self._plain(place._replace(column='偏差原因'))})>0"
        raise NoExcelFormError

    def _any(self, parts: Sequence[s.Claim]) -> str:
        """One of several: each must have an Excel form, else a legal figure would be called wrong."""
        return f"OR({','.join(map(self._claim, parts))})"

    def _slack(self, node: s.Compare) -> str:
        """Half a cent for each figure that may be rounded; nothing where figures are only compared in size."""
        if node.op != "=":
            return "0.000001"
        money = [
            p
            for ref in s.refs(node)
            for p in places(ref, self.at, self.sheet)
            if p.block == FUNDS and not self._is_exact(p)
        ]
        return f"{_HALF_A_CENT * max(1, len(money) if self.at.column else 1):.5f}"

    def _is_exact(self, place: FormPlace) -> bool:
        slot = self.sheet.spec.block(FUNDS).slot(place.column)
        return slot is not None and slot.role is SlotRole.WEIGHT

    def _right(self, claim: s.Claim) -> str:
        """The figure that the claim asks for; empty where it is none."""
        if isinstance(claim, s.Junction):
            claim = claim.parts[0]
        match claim:
            case s.Compare("=", s.Ref(), s.Call("分档", (inside,))):
                return _nested(self.sheet.spec.grades, self._value(inside))
            case s.Compare("=", s.Ref(), right):
                return f"ROUND({self._value(right)},{6 if self.at.column else 2})"
        return ""

    # --- values ----------------------------------------------------------------------------------

    def _value(self, node: s.Expr) -> str:
        if isinstance(node, s.Call) and node.name == "精确到":  # how finely a figure is printed, a cell does not know
            raise NoExcelFormError
        return expression_text(node, self.at, self.sheet, self._cell)

    def _cell(self, place: FormPlace) -> str:
        cell = cell_at(place, self.sheet)
        if cell.cell is None:
            return f"{float(cell.value.number):g}"
        slot = self.sheet.spec.block(FUNDS).slot(place.column) if place.block == FUNDS else None
        plain = self._plain(place)
        return f"IF({plain}<=1.5,{plain}*100,{plain})" if slot is not None and slot.role is SlotRole.RATE else plain

    def _plain(self, place: FormPlace) -> str:
        cell = cell_at(place, self.sheet)
        if cell.cell is None:
            raise NoExcelFormError
        return f"{quoted(self.sheet.sheet)}!{cell.cell}"


def _nested(grades: Sequence[GradeBand], score: str) -> str:
    """IF(score>=90,"优",IF(…))."""
    first, *others = grades
    return f'IF({score}>={first.at_least},"{first.name}",{_nested(others, score)})' if others else f'"{first.name}"'
