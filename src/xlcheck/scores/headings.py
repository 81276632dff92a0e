"""How headings and labels of score sheets are compared: without years, units in brackets, formulas, and signs."""

from __future__ import annotations

import re
from functools import lru_cache

from xlcheck.labels import label_key, plain

_BRACKETS = re.compile(r"\([^()]*\)")
_SIGNS = re.compile(r"[\s:：、,，.。;；*×/\-－—“”\"'()%]+")
_WEIGHT = re.compile(r"\((?:权重|分值|满分)?[:：]?(\d{1,3}(?:\.\d{1,2})?)分?(?:[*×].*)?\)|(\d{1,3}(?:\.\d{1,2})?)分$")


@lru_cache(maxsize=8192)
def heading_key(text: str) -> str:
    """``预算数（A）`` → ``预算数A``; ``执行率（%）`` → ``执行率``; ``其中：当年财政拨款`` → ``当年财政拨款``."""
    return _SIGNS.sub("", label_key(text))


@lru_cache(maxsize=8192)
def bare_heading(text: str) -> str:
    """The same without what stands in brackets: ``得分（20分×执行率）`` → ``得分``."""
    return _SIGNS.sub("", _BRACKETS.sub("", label_key(text)))


def weight_in(text: str) -> str | None:
    """The weight that a label prints: ``产出指标（50分）`` → ``50``; None where it prints none."""
    match = _WEIGHT.search(plain(text[:80]))
    return (match[1] or match[2]) if match else None
