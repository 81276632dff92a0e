"""The numbers that tables carry: 公开03表, 财决02, GK03, Z03, 附表3, 表三."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from xlcheck.labels import plain

_LONGEST_TITLE = 60  # characters
_NUMERALS = {c: i for i, c in enumerate("一二三四五六七八九十", 1)}
_COUNT = r"(?:\d{1,2}|[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九])"
_NUMBER = (
    r"[(\[【]?\s*(?:部门)?(?:决算|决)?(?P<kind>公开|财决|GK|Z|附表|附件|表)(?:部门|公开)?\s*表?\s*"
    rf"(?P<count>{_COUNT})(?:\s*[-—_.]\s*(?P<part>\d{{1,2}}))?\s*表?\s*[)\]】]?"
)
_OWN = re.compile(rf"{_NUMBER}\s*[:：]?", re.IGNORECASE)
_FRONT = re.compile(rf"{_NUMBER}\s*[-—_:：、.．]?\s*(?![\d一二三四五六七八九十])(?=\D.*表|\D*$)", re.IGNORECASE)
_BACK = re.compile(rf"(?<=[\s(\[【]){_NUMBER}\s*$", re.IGNORECASE)
# a number of which nobody needs to know the words before it: 财决批复01表, 编号：09, 第3号表, 县级决算公开表1, 表01（单位）
_LONGEST_NUMBER = 40  # characters
_NUMBERED = re.compile(
    r"^(?P<lead>[^\d:：]{0,14})[:：]?第?\s?(?:0?\d{1,2}|[一二三四五六七八九十]{1,3})(?:[-—_.]\d{1,2})?号?表?(?:\([^()]{1,6}\))?$"
)
_CONTENT = re.compile(
    r"收入|支出|收支|拨款|经费|基金|资本|三公|采购|费用|项目|明细|情况|总表|一览|[一二三四五六七八九十][、.．]|年|栏|行|注|其中"
)
_RANKS = {"公开": 0, "财决": 1, "GK": 2, "Z": 3, "附表": 4, "表": 5, "附件": 6}  # the table's own ones first
_PADDED = {"公开", "财决", "GK", "Z"}


class TableNumber(NamedTuple):
    """A number in its compact form; the lower its rank, the more it is the table's own."""

    rank: int
    text: str


def table_number(text: str) -> TableNumber | None:
    """The number of a table in a text in half width: a short text of its own, or the front or the end of a title."""
    if len(text) > _LONGEST_TITLE:
        return None
    match = _OWN.fullmatch(text) or _FRONT.match(text) or _BACK.search(text)
    if match is None:
        return None
    kind = match["kind"].upper()
    return TableNumber(_RANKS[kind], _compact(kind, match["count"], match["part"]))


@lru_cache(maxsize=4096)
def is_table_number(text: str) -> bool:
    """Whether a text is the number of a table and nothing else: it names no fund and no content."""
    if len(text) >= _LONGEST_NUMBER:
        return False
    match = _NUMBERED.match(plain(text))
    return match is not None and not _CONTENT.search(match["lead"])


def _compact(kind: str, count: str, part: str | None) -> str:
    value = int(count) if count.isdigit() else _counted(count)
    number = f"{kind}{value:02d}" if kind in _PADDED else f"{kind}{value}"
    return f"{number}-{int(part)}" if part else number


def _counted(text: str) -> int:
    """十二 → 12."""
    tens, ten, ones = text.rpartition("十") if "十" in text else ("", "", text)
    if not ten:
        return _NUMERALS[ones]
    return (_NUMERALS[tens] if tens else 1) * 10 + (_NUMERALS[ones] if ones else 0)
