"""What a block of ``codes.py`` is made of: category, severities, sentence, advice, and typed parameters."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from typing import NamedTuple

from xlcheck.form import Severity

STRUCTURE, VALUE, SCALE, CONTINUITY = "structure", "value", "scale", "continuity"
TEXT, PERFORMANCE = "text", "performance"
RULE = ""  # the category is that of the rule: arithmetic, cross_table, structure, reference, …


class FindingCode(NamedTuple):
    """One kind of finding.

    ``severities`` are those it may have, the usual one first; a rule's own says which. ``advice`` is empty where the
    rule says what to do. ``example`` fills every blank of the sentence.
    """

    code: str
    category: str
    severities: tuple[Severity, ...]
    sentence: str
    advice: str
    example: Mapping[str, str]

    @property
    def blanks(self) -> tuple[str, ...]:
        """The names of what the sentence has blanks for, in its order."""
        return tuple(dict.fromkeys(name for _, name, _, _ in string.Formatter().parse(self.sentence) if name))

    @property
    def parameters(self) -> tuple[str, ...]:
        """The blanks that the finding does not fill by itself."""
        return tuple(name for name in self.blanks if name not in OWN)

    def said(self, blanks: Mapping[str, str]) -> str:
        """The sentence."""
        return self.sentence.format_map(blanks) + "。"

    def advised(self, blanks: Mapping[str, str]) -> str:
        """What to do; empty where the rule says it. It has no blanks that the sentence has not."""
        return self.advice.format_map(blanks) + "。" if self.advice else ""


class Parameter(NamedTuple):
    """What a parameter is: the form of its text (a regular expression), and its meaning in Chinese."""

    form: str
    meaning: str

    def fits(self, text: str) -> bool:
        """Whether a text is one of this type."""
        return re.fullmatch(self.form, text, re.DOTALL) is not None


_TEXT, _COUNT, _CELL, _YEAR = r".*", r"\d+", r"([A-Z]{1,3}\d+)?", r"\d{4}|（没有年度）"
# Blanks that every finding fills by itself, from its cells, its figures and its rule.
OWN = {
    "where": "第一个单元格的表和地址", "value": "它现在的内容", "places": "各单元格所在的表", "title": "规则的标题",
    "difference": "差额", "unit": "金额单位", "expected": "应为",
}  # fmt: skip
PARAMETERS = {
    "above": Parameter(_TEXT, "上面的标题"), "amount": Parameter(_TEXT, "金额，照文字的写法"), "base": Parameter(_TEXT, "比较的基数"), "first": Parameter(_TEXT, "前面的说法"),
    "heading": Parameter(_TEXT, "标题"), "left": Parameter(_TEXT, "被除数，或前一个数"), "measure": Parameter(_TEXT, "计量单位"), "numbers": Parameter(_TEXT, "序号"),
    "off": Parameter(_TEXT, "相差多少"), "printed": Parameter(_TEXT, "应为的数"), "quote": Parameter(_TEXT, "文字的原文"), "rate": Parameter(_TEXT, "增减率"), "right": Parameter(_TEXT, "除数、后一个数，或正确的说法"),
    "same": Parameter(_TEXT, "两处是否相同"), "second": Parameter(_TEXT, "后面的说法"), "sections": Parameter(_TEXT, "各节"), "should": Parameter(_TEXT, "应为的比例或说法"),
    "there": Parameter(_TEXT, "表和单元格"), "unit_name": Parameter(_TEXT, "单位名称"), "what": Parameter(_TEXT, "哪一项的什么数"), "whole": Parameter(_TEXT, "总体"), "word": Parameter(_TEXT, "用的词"),
    "absent": Parameter(_TEXT, "没有这个科目的表"), "before": Parameter(r"\d+", "前面的科目代码"), "cell": Parameter(_CELL, "单元格地址"),
    "cells": Parameter(_TEXT, "单元格地址，几个"), "claim": Parameter(_TEXT, "不成立的是什么"), "code": Parameter(_TEXT, "科目代码"), "column": Parameter(_TEXT, "栏"), "count": Parameter(_COUNT, "个数"),
    "dropped": Parameter(_TEXT, "漏了这一行的表"), "expected": Parameter(_TEXT, "应有的项目或行"), "fact": Parameter("单位名称|年度|金额单位", "表头的哪一项"),
    "form": Parameter(_TEXT, "表样"), "found": Parameter(_TEXT, "找到的是什么、在哪里"), "hint": Parameter(_TEXT, "补充的说明"), "how": Parameter(_TEXT, "按什么算，带着数"), "id": Parameter(r"[\w-]+", "表样的名称"),
    "label": Parameter(_TEXT, "项目和栏"), "lengths": Parameter(_TEXT, "允许的位数"), "listed": Parameter(_COUNT, "已列出的条数"), "missing": Parameter(_TEXT, "缺少的上级科目"),
    "name": Parameter(_TEXT, "表名"), "nearest": Parameter(_TEXT, "最接近的表样"), "number": Parameter(_TEXT, "编号，或读作的数"), "op": Parameter("应等于|不?应[大小]于|不应等于", "比较的说法"),
    "other": Parameter(_TEXT, "另一个"), "parts": Parameter(_TEXT, "各个加数"), "said": Parameter(_TEXT, "各处的写法"), "sheet": Parameter(_TEXT, "工作表"), "sheets": Parameter(_TEXT, "工作表，几张"),
    "table": Parameter(_TEXT, "表的编号"), "tables": Parameter(_TEXT, "表，几张"), "text": Parameter(_TEXT, "单元格里的文字"), "unit": Parameter(_TEXT, "单位名称或金额单位"),
    "usual": Parameter(_TEXT, "通常的值"), "year": Parameter(_YEAR, "年度"),
}  # fmt: skip
