"""审核说明: what a unit says to a finding, accepted or not.

A justification is bound to unit, year, form, rule and cells (its key) and to the figures it explains: it stands as
long as they do not change (docs/design/design.md, *Severities*). An 错误 is to be mended, not explained.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from xlcheck.form import Severity
from xlcheck.outcome import Justification, Remark
from xlcheck.report.identity import figures_key
from xlcheck.report.report import CheckedWorkbook, Finding, Report, Statement

SHORTEST = 8  # characters that say something; "情况属实" is no reason
_COPIED = 3  # as many findings of different rules with one text have not been looked at one by one
_SAYS = re.compile(r"[\W_]+")
_LONGEST = 600
_UNACCEPTED = {
    "lapsed": "原来的说明“{}”写的时候数字不是这样，已失效，请改正，或按现在的数字重新说明。",
    "short": "说明“{}”太短，没有说出原因，未接受：请写明具体原因。",
    "copied": "说明“{}”在几条不同的问题上一字不差，未接受：请逐条写明各自的原因。",
    "error": "“错误”必须改正，不能用说明代替；说明“{}”未接受。",
}


def statements(
    remarks: Sequence[Remark], keys: Sequence[str], given: Iterable[Justification]
) -> Mapping[int, Statement]:
    """What ``given`` says to each remark (by index), and whether that counts.

    Of several for one finding the last one counts, but one of other figures only where there is none of these.
    """
    versions: dict[str, list[Justification]] = defaultdict(list)
    for one in given:
        if one.text.strip():
            versions[one.key].append(one)
    bound = {i: _fitting(remarks[i], versions[key]) for i, key in enumerate(keys) if key in versions}
    copied = _copied(remarks, bound)
    return {i: _statement(remarks[i], one, copied=_bare(one.text) in copied) for i, one in bound.items()}


def _fitting(remark: Remark, versions: Sequence[Justification]) -> Justification:
    figures = figures_key(remark)
    fitting = [one for one in versions if one.values == figures]
    return (fitting or versions)[-1]


def _copied(remarks: Sequence[Remark], bound: Mapping[int, Justification]) -> set[str]:
    """Texts that are given for findings of several rules."""
    rules: dict[str, set[str]] = defaultdict(set)
    for i, one in bound.items():
        rules[_bare(one.text)].add(remarks[i].rule or remarks[i].code)
    return {text for text, found in rules.items() if len(found) >= _COPIED}


def _statement(remark: Remark, one: Justification, *, copied: bool) -> Statement:
    text = one.text.strip()
    why = _why_not(remark, one, copied=copied)
    short = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}……"
    return Statement(text, why or "accepted", _UNACCEPTED[why].format(short) if why else "")


def _why_not(remark: Remark, said: Justification, *, copied: bool) -> str:
    """Why a justification does not count; empty when it does."""
    if remark.severity is Severity.ERROR:
        return "error"
    if said.values != figures_key(remark):
        return "lapsed"
    bare = _bare(said.text)
    if len(bare) < SHORTEST or len(set(bare)) < SHORTEST // 2:
        return "short"
    return "copied" if copied else ""


def _bare(text: str) -> str:
    return _SAYS.sub("", text)


def accepted(report: Report) -> list[Justification]:
    """The justifications that stand, as they can be kept and given again."""
    return [
        _kept(report.workbook, finding, finding.statement.text)
        for finding in report.findings
        if finding.statement is not None and finding.justified
    ]


def _kept(book: CheckedWorkbook, finding: Finding, text: str) -> Justification:
    """What a unit says to a finding, with all that it is known again by."""
    cells = "、".join(f"{c.table} {c.cell}" for c in finding.cells if c.cell)[:200]
    return Justification(
        finding.key, finding.figures_key, text, book.unit or "", str(book.year or ""),
        book.template_id, finding.rule or finding.code, cells,
    )  # fmt: skip
