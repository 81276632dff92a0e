"""The examples of the rules of score sheets, run: each makes a sheet of its cells, and must end as it says."""

from __future__ import annotations

from collections.abc import Iterator

from xlcheck.checking.scoresheets.cells import NotThere, bindings
from xlcheck.checking.scoresheets.evaluate import Evaluator
from xlcheck.checking.scoresheets.judge import FAIL, PASS, ROUNDED, SILENT, RelationEnd, in_force, judge
from xlcheck.checking.scoresheets.live import live_of
from xlcheck.form import Example
from xlcheck.formula.ranges import Unusable
from xlcheck.formula.syntax import Ref
from xlcheck.scores.made import FormData, made_sheet
from xlcheck.scores.sheet import ScoreSheet
from xlcheck.scores.spec import FIRST_LEVEL, FUNDS, INDICATORS, SECOND_LEVEL, TOTAL_ROW, ScoreSheetSpec, SheetRule

_SAID = {"pass": "应当成立", "fail": "应当不成立", "rounding": "应当只差四舍五入"}
_SHEET = "自评表"


def example_sheet(spec: ScoreSheetSpec, example: Example) -> ScoreSheet:
    """The sheet of an example: rows of money and indicators in the order in which it names them."""
    data = FormData(facts={"项目名称": "示例"})
    funds: dict[str, dict[str, str]] = {}
    indicators: dict[str, dict[str, str]] = {}
    for _, ref, value in example.cells:
        if not isinstance(ref, Ref):
            continue
        row, column = ref.row.first, ref.column.first if ref.column is not None else ""
        if ref.table == FUNDS:
            funds.setdefault(row, {})[column] = value
        elif ref.table == INDICATORS:
            indicators.setdefault(row, {"三级": row})[column] = value
        elif ref.table in (FIRST_LEVEL, SECOND_LEVEL):
            data.groups.setdefault(ref.table, {})[row] = value
        elif ref.table == TOTAL_ROW:
            data.total[row] = value
    data.funds = [("总额", funds.pop("总额", {})), *funds.items()]
    data.indicators = list(indicators.values())
    return made_sheet(spec, data, _SHEET)


def sheet_mistake_of(spec: ScoreSheetSpec, rule: SheetRule, example: Example) -> str | None:
    """A sentence when an example does not end as it says, else None."""
    ends = [relation.end for relation in judge(example_sheet(spec, example), [rule]).relations]
    if _ends_as_said(ends, example.kind):
        return None
    found = "、".join(dict.fromkeys(end.verdict for end in ends if end.verdict != SILENT)) or "没有任何结论"
    return f"规则 {rule.rule.id} 的示例 {example.kind} {_SAID[example.kind]}，实际结果：{found}"


def _ends_as_said(ends: list[RelationEnd], kind: str) -> bool:
    verdicts = {end.verdict for end in ends}
    return {
        "pass": PASS in verdicts and FAIL not in verdicts,
        "fail": FAIL in verdicts,
        "rounding": ROUNDED in verdicts and FAIL not in verdicts,
    }[kind]


def excel_forms_of(spec: ScoreSheetSpec, rule: SheetRule) -> Iterator[str]:
    """The Excel forms of a rule on the sheet of its passing example."""
    example = next((e for e in rule.rule.examples if e.kind == "pass"), Example("pass", ()))
    sheet = example_sheet(spec, example)
    evaluator = Evaluator(sheet)
    for at in bindings(rule.rule.tree, sheet):
        try:
            claim = in_force(rule.rule.tree, at, evaluator)
        except (NotThere, Unusable):  # what the example does not have has no Excel form
            continue
        live = live_of(claim, at, evaluator) if claim is not None else None
        if live is not None:
            yield live.holds
