"""The page of a rule of texts: what, why, how to mend, examples. Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from xlcheck.profile import NarrativeRule


def text_page(rule: NarrativeRule) -> str:
    """The page of ``rule``, ending in a newline."""
    return "\n".join(_lines(rule)) + "\n"


def _lines(rule: NarrativeRule) -> Iterator[str]:
    yield f"# {rule.id} {rule.title}"
    yield ""
    yield f"级别：{rule.severity}　适用：文字说明　定义：mappings/{rule.origin}"
    for title, said in (("为什么", rule.reason), ("怎么改", rule.mend)):
        yield from ("", f"## {title}", "", said)
    yield from ("", "## 示例", "")
    if rule.note:
        yield f"{rule.note}。"
    for title, sentences in (("对的", rule.passing), ("不对的", rule.failing), ("只是取舍，算对的", rule.rounding)):
        if sentences:
            yield f"**{title}**"
            yield ""
            yield from (f"- {sentence}" for sentence in sentences)
            yield ""
    if rule.note:
        yield ""
    yield "## 依据"
    yield ""
    yield f"{rule.basis}。"


def text_catalogue(rules: Sequence[NarrativeRule]) -> str:
    """The list of all rules of texts, ending in a newline."""
    lines = ["# 文字说明的规则", "", "| 规则 | 级别 | 说什么 |", "|---|---|---|"]
    lines += [f"| [{rule.id}]({rule.id}.md) | {rule.severity} | {rule.title} |" for rule in rules]
    return "\n".join(lines) + "\n"
