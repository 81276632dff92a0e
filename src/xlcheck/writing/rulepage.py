"""One rule, one page: what, why, formula, Excel form, how to mend, examples. Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from xlcheck.checking.examples import example_submission
from xlcheck.checking.excelform import excel_forms
from xlcheck.checking.scoresheets.examples import excel_forms_of
from xlcheck.form import Example, Grade, RuleSpec, SetSpec
from xlcheck.scores.spec import ScoreSheetSpec, SheetRule

_GRADES = {Grade.ALWAYS: "总是成立", Grade.USUALLY: "通常成立（不成立时先核实）", Grade.LOCAL: "当地要求"}
_KINDS = {"pass": "成立", "fail": "不成立", "rounding": "只有四舍五入的差额，不算错误"}


def page(form: SetSpec, rule: RuleSpec) -> str:
    """The page of ``rule``, ending in a newline."""
    formula = next(excel_forms(rule, example_submission(form, rule)), None)
    return "\n".join(_lines(rule, form.term_notes, formula)) + "\n"


def sheet_page(spec: ScoreSheetSpec, rule: SheetRule) -> str:
    """The page of a rule of score sheets, ending in a newline."""
    return "\n".join(_lines(rule.rule, {}, next(excel_forms_of(spec, rule), None))) + "\n"


def _lines(rule: RuleSpec, term_notes: Mapping[str, str], formula: str | None) -> Iterator[str]:
    yield f"# {rule.id} {rule.title}"
    yield ""
    yield f"级别：{rule.severity.value}　适用：{_GRADES[rule.grade]}　定义：mappings/{rule.origin}"
    yield ""
    yield "## 公式"
    yield ""
    yield "```"
    yield rule.formula
    yield "```"
    for name, reason in term_notes.items():
        if name in rule.formula:
            yield ""
            yield f"其中“{name}”：{reason}。"
    yield ""
    yield "## 为什么"
    yield ""
    yield rule.reason
    yield ""
    yield "## 怎么改"
    yield ""
    yield rule.mend
    yield ""
    yield "## Excel 公式"
    yield ""
    yield from _excel(formula)
    yield "## 示例"
    yield ""
    for example in rule.examples:
        yield from _example(example)
    if rule.rounding_note:
        yield f"没有四舍五入的示例：{rule.rounding_note}。"
        yield ""
    yield "## 依据"
    yield ""
    yield rule.basis


def _excel(formula: str | None) -> Iterator[str]:
    if formula is None:
        yield "这条规则没有 Excel 形式（不是单元格之间的加减比较，或要用到上年的工作簿）。"
    else:
        yield "在空白表样里（按科目的表以示例中的科目为准），关系成立时为 TRUE："
        yield ""
        yield "```"
        yield formula
        yield "```"
    yield ""


def _example(example: Example) -> Iterator[str]:
    yield f"**{_KINDS[example.kind]}**"
    yield ""
    yield "| 单元格 | 数值 |"
    yield "|---|---|"
    for text, _, value in example.cells:
        yield f"| {text} | {value} |"
    yield ""


def catalogue(form: SetSpec) -> str:
    """All rules of a set as a Markdown table with links to their pages."""
    return _catalogue(form.title, form.rules)


def sheet_catalogue(spec: ScoreSheetSpec) -> str:
    """The same of a family of score sheets."""
    return _catalogue(spec.title, [rule.rule for rule in spec.rules])


def _catalogue(title: str, rules: Iterable[RuleSpec]) -> str:
    rules = list(rules)
    lines = [
        f"# {title}：全部规则（{len(rules)} 条）",
        "",
        "| 编号 | 级别 | 规则 | 公式 |",
        "|---|---|---|---|",
    ]
    for rule in rules:
        formula = rule.formula.replace("|", "\\|")
        lines.append(f"| [{rule.id}]({rule.id}.md) | {rule.severity.value} | {rule.title} | `{formula}` |")
    return "\n".join(lines) + "\n"
