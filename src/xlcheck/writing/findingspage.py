"""The page of all kinds of findings, made of the blocks in ``report/``: 问题一览 (``docs/findings.md``). In Chinese."""

from __future__ import annotations

from collections.abc import Iterator

from xlcheck.report.codes import CODES
from xlcheck.report.findingcode import (
    CONTINUITY,
    OWN,
    PARAMETERS,
    PERFORMANCE,
    RULE,
    SCALE,
    STRUCTURE,
    TEXT,
    VALUE,
    FindingCode,
)

_CATEGORIES = {
    STRUCTURE: "工作簿、表、栏、行", VALUE: "单元格里填的是什么", SCALE: "金额单位（元、万元）", RULE: "规则（勾稽关系）", CONTINUITY: "上年、上次",
    TEXT: "文字说明", PERFORMANCE: "绩效自评表",
}  # fmt: skip
_LEAD = """# 问题一览

由 `make docs` 从 `src/xlcheck/report/` 里的各个 `…codes.py` 生成，不要手改。每一种问题有一个代码（JSON 报告的 `what`），写法、级别和怎么改都只在那里写一次。
规则的问题，级别和怎么改由规则决定，见 [rules/](rules/)。例子是编的。
"""


def findings_page() -> str:
    """The whole page."""
    return "\n".join([_LEAD, *_sections()]) + "\n"


def _sections() -> Iterator[str]:
    for category, title in _CATEGORIES.items():
        yield f"## {title}\n"
        for code in CODES.values():
            if code.category == category:
                yield _block(code)


def _block(code: FindingCode) -> str:
    levels = "、".join(s.value for s in code.severities)
    lines = [f"### `{code.code}`\n", f"级别：{levels}\n", f"> {code.said(code.example)}\n"]
    lines.append(f"怎么改：{code.advised(code.example)}\n" if code.advice else "怎么改：见规则。\n")
    if code.blanks:
        lines += ["| 参数 | 意思 |", "|---|---|", *(f"| `{name}` | {meaning(name)} |" for name in code.blanks), ""]
    return "\n".join(lines)


def meaning(name: str) -> str:
    """What a blank of a sentence stands for."""
    return PARAMETERS[name].meaning if name in PARAMETERS else OWN[name]
