"""One rule, one page: what, why, formula, Excel form, how to mend, examples. Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from xlcheck.checking.examples import example_submission
from xlcheck.checking.excelform import excel_forms
from xlcheck.form import Example, Grade, RuleSpec, SetSpec

_GRADES = {Grade.ALWAYS: "总是成立", Grade.USUALLY: "通常成立（不成立时先核实）", Grade.LOCAL: "当地要求"}
_KINDS = {"pass": "成立", "fail": "不成立", "rounding": "只有四舍五入的差额，不算错误"}


def page(form: SetSpec, rule: RuleSpec) -> str:
    """The page of ``rule``, ending in a newline."""
    return "\n".join(_lines(form, rule)) + "\n"


def _lines(form: SetSpec, rule: RuleSpec) -> Iterator[str]:
    yield f"# {rule.id} {rule.title}"
    yield ""
    yield f"级别：{rule.severity.value}　适用：{_GRADES[rule.grade]}　定义：mappings/{rule.origin}"
    yield ""
    yield "## 公式"
    yield ""
    yield "```"
    yield rule.formula
    yield "```"
    for name, reason in form.term_notes.items():
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
    yield from _excel(form, rule)
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


def _excel(form: SetSpec, rule: RuleSpec) -> Iterator[str]:
    formula = next(excel_forms(rule, example_submission(form, rule)), None)
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
    lines = [
        f"# {form.title}：全部规则（{len(form.rules)} 条）",
        "",
        "| 编号 | 级别 | 规则 | 公式 |",
        "|---|---|---|---|",
    ]
    for rule in form.rules:
        formula = rule.formula.replace("|", "\\|")
        lines.append(f"| [{rule.id}]({rule.id}.md) | {rule.severity.value} | {rule.title} | `{formula}` |")
    return "\n".join(lines) + "\n"
