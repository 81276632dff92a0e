"""What a table is called: a title read by its grammar (fund × content × detail), not found in a list of names.

``2023年度一般公共预算财政拨款基本支出决算明细表（续）`` says fund 一般公共预算, content 基本支出, and that it goes on.
What the words say is evidence for a kind of table (the key of a table in the mappings); headings have their say too.
"""

from __future__ import annotations

import re
from enum import Enum, auto
from functools import lru_cache
from typing import NamedTuple

from xlcheck.labels import plain

SHORTEST, LONGEST = 4, 80  # characters of a title
_DATE = re.compile(r"(?:20\d\d|二[〇○零Oo0]\S{2})年?度?")
_TAIL = re.compile(
    r"(?:\((?:续|续表|续\d|一|二|三|\d|万元|元|单位[:：]?\S{0,4}|公开\d+表?|[^()]{0,8}级|样表|空表|含下属单位|汇总|本级|部门|单位)\)"
    r"|续表?|公开\d{1,2}表?|-\d|[:：])+$"
)
_LEAD = re.compile(
    r"^(?:\(?(?:公开|附|财决|决公开|决)?(?:表|件)\s?[\d一二三四五六七八九十]{1,3}(?:-\d)?表?[)、.:：]*"
    r"|\(?[\d一二三四五六七八九十]{1,3}[)、.:：]+|\(?公开\d{1,2}表?[)、.:：]*)"
)
_TAB_LEAD = re.compile(
    r"^(?:公开|[A-Za-z]{1,3}|财决|附?表|[\d\-_.、:()（） ]|[一二三四五六七八九十]{1,3}、|第?\d+张?)+"
)
_CUT_OFF = re.compile(r"\([^()]*$|\(财决[^()]*\)$")  # what Excel cut a tab's name off in
_BRACKETED = re.compile(r"\([^()]{0,12}\)$")
_GOES_ON = re.compile(r"续表?\)?\d?$|\(续")
_BY_UNIT = re.compile(r"分单位|按单位|分部门|各单位|单位汇总|所属单位")
_TABLE = re.compile(r"(?:表|情况|明细|一览|总览|统计|概况|简表|总表|汇总)$")
_NO_TITLE = re.compile(r"^(?:注|说明|备注|附注)[\d:：.、]|[。；;]|目录$|^目录|封面|编制说明|填表说明|审核结果|文字说明")
_THREE_COSTS = re.compile(r"三公|[“\"]三公[”\"]|出国.*(?:用车|接待)|(?:用车|接待).*出国|接待.*用车|用车.*接待")


# words that decide alone, whatever fund and content a title names, in this order; no kinds: no table of ours
_PLAINLY: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = (
    (re.compile(r"绩效|自评|资产|目标|征收|债务限额|预算批复|预算表$|人员情况|机构情况"), ()),
    (re.compile(r"相关信息|机构运行|信息统计"), ("信息表", "三公表")),
    (_THREE_COSTS, ("三公表",)),
    (re.compile("购买服务"), ("购买服务表",)),
    (re.compile("政府采购"), ("采购表",)),
)
# the fund that a title names, the first that matches; 专户 is money that no table of ours holds
_FUNDS = (
    (re.compile(r"政府性?基金|基金预算|^基金|基金(?:收|支)"), "基金"),
    (re.compile(r"国有资本|国资"), "国资"),
    (re.compile(r"一般公共|公共(?:财政)?预算|一般预算"), "一般公共"),
    (re.compile("专户"), "专户"),
    (re.compile(r"财政(?:预算)?(?:拨款|补助|资金)|财拨"), "财政拨款"),
)
_INCOME = re.compile(r"收入|收支|收、支|收和支|收与支|取得|来源|筹集|进项")
_SPENDING = re.compile(r"支出|收支|收、支|收和支|收与支|开支|用款|支情况|使用|运用|去向|花费")
_BASIC = re.compile(r"基本支出|基本经费")
_PROJECT = re.compile(r"项目(?:支出|经费)")
_DETAIL = re.compile(r"明细|经济分类")


class _Flow(Enum):
    """What of its fund a title speaks of."""

    NEITHER = auto()
    INCOME = auto()
    SPENDING = auto()
    SPENDING_DETAIL = auto()
    BOTH = auto()


GENERAL_FUND = "一般公共"
_BASIC_KINDS = {
    "一般公共": ("基本支出表",),
    "": ("基本支出表",),
    "基金": ("基金基本支出表",),
    "财政拨款": ("基本支出表",),
}
_PROJECT_KINDS = {"一般公共": ("项目支出表",), "": ("项目支出表",)}
_KINDS: dict[str, dict[_Flow, tuple[str, ...]]] = {
    "一般公共": {
        _Flow.NEITHER: ("一般公共支出表",),
        _Flow.SPENDING: ("一般公共支出表",),
        _Flow.SPENDING_DETAIL: ("一般公共明细表", "一般公共支出表"),
        _Flow.BOTH: ("一般公共收支表", "一般公共支出表"),
    },
    "基金": dict.fromkeys(_Flow, ("基金表",)),
    "国资": {**dict.fromkeys(_Flow, ("国资表", "国资收支表")), _Flow.BOTH: ("国资收支表", "国资表")},
    "财政拨款": {
        _Flow.NEITHER: ("财拨总表",),
        _Flow.SPENDING_DETAIL: ("财拨明细表",),
        _Flow.BOTH: ("财拨总表",),
    },
    "": {
        _Flow.INCOME: ("收入表",),
        _Flow.SPENDING: ("支出表",),
        _Flow.SPENDING_DETAIL: ("支出表",),
        _Flow.BOTH: ("收支总表",),
    },
}


class Title(NamedTuple):
    """What a title says. ``kinds`` are keys of tables it fits, the likeliest first; none: a table we do not know.

    ``name`` is the title without year, number and the sign that it goes on, ``fund`` the money it names (empty: none).
    """

    text: str
    kinds: tuple[str, ...]
    goes_on: bool = False
    by_unit: bool = False
    strong: bool = True
    name: str = ""
    fund: str = ""

    @property
    def telling(self) -> bool:
        """Whether it says what the table is: one we know, or one that lists units."""
        return bool(self.kinds) or self.by_unit

    @property
    def subject(self) -> tuple[str, ...] | str:
        """What two titles of one table have in common."""
        return self.kinds or self.text


@lru_cache(maxsize=2048)
def parse_title(text: str, *, loose: bool = False) -> Title | None:
    """Read a text as a title; None when it can't be one. ``loose``: it need not end in 表, 情况 or the like."""
    if not SHORTEST <= len(text) <= LONGEST:
        return None
    bare = plain(text)
    if _NO_TITLE.search(bare) or not SHORTEST <= len(bare) <= LONGEST:
        return None
    goes_on = _GOES_ON.search(bare) is not None
    by_unit = _BY_UNIT.search(bare) is not None
    core = _TAIL.sub("", _LEAD.sub("", _DATE.sub("", bare)))
    core = _BRACKETED.sub("", core)
    named = _TABLE.search(core) is not None
    if not named and not loose:
        return None
    kinds = _kinds(core)
    if not kinds and not named:
        return None
    return Title(bare, () if by_unit else kinds, goes_on, by_unit, named, core, fund_of(core))


def _kinds(text: str) -> tuple[str, ...]:
    """Kinds of tables that the words of a title fit."""
    for words, kinds in _PLAINLY:
        if words.search(text):
            return kinds
    fund = fund_of(text)
    basic, project = _BASIC.search(text), _PROJECT.search(text)
    if basic and not project:
        return _BASIC_KINDS.get(fund, ())
    if project and not basic:
        return () if _INCOME.search(text) else _PROJECT_KINDS.get(fund, ())
    return _KINDS.get(fund, {}).get(_flow(text), ())


def fund_of(text: str) -> str:
    """The fund that a title names; empty: none."""
    return next((fund for words, fund in _FUNDS if words.search(text)), "")


def _flow(text: str) -> _Flow:
    """What a title speaks of; detail counts only for spending alone."""
    income = _INCOME.search(text) is not None
    if not _SPENDING.search(text):
        return _Flow.INCOME if income else _Flow.NEITHER
    if income:
        return _Flow.BOTH
    return _Flow.SPENDING_DETAIL if _DETAIL.search(text) else _Flow.SPENDING


@lru_cache(maxsize=1024)
def tab_title(name: str) -> Title | None:
    """A tab read as a title: ``Z08_1 一般公共预算财政拨款基本支出决算明细`` (Excel cuts it at 31 characters)."""
    bare = _CUT_OFF.sub("", _TAB_LEAD.sub("", plain(name)))
    return parse_title(bare, loose=True) if len(bare) >= SHORTEST else None
