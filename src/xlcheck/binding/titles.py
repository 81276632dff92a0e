"""What a table is called: a title read by its grammar (fund × content × detail), not found in a list of names.

``2023年度一般公共预算财政拨款基本支出决算明细表（续）`` says fund 一般公共预算, content 基本支出, and that it goes on.
What the words say is evidence for a kind of table (the key of a table in the mappings); headings have their say too.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from xlcheck.labels import plain

_LONGEST = 80
_DATE = re.compile(r"(?:20\d\d|二[〇○零Oo0]\S{2})年?度?")
_TAIL = re.compile(
    r"(?:\((?:续|续表|续\d|一|二|三|\d|万元|元|单位[:：]?\S{0,4}|公开\d+表?|[^()]{0,8}级|样表|空表|含下属单位|汇总|本级|部门|单位)\)"
    r"|续表?|公开\d{1,2}表?|-\d|[:：])+$"
)
_LEAD = re.compile(
    r"^(?:\(?(?:公开|附|财决|决公开|决)?(?:表|件)\s?[\d一二三四五六七八九十]{1,3}(?:-\d)?表?[)、.:：]*"
    r"|\(?[\d一二三四五六七八九十]{1,3}[)、.:：]+|\(?公开\d{1,2}表?[)、.:：]*)"
)
_GOES_ON = re.compile(r"续表?\)?\d?$|\(续")
_BY_UNIT = re.compile(r"分单位|按单位|分部门|各单位|单位汇总|所属单位")
_TABLE = re.compile(r"(?:表|情况|明细|一览|总览|统计|概况|简表|总表|汇总)$")
_NO_TITLE = re.compile(r"^(?:注|说明|备注|附注)[\d:：.、]|[。；;]|目录$|^目录|封面|编制说明|填表说明|审核结果|文字说明")
_THREE = re.compile(r"三公|[“\"]三公[”\"]|出国.*(?:用车|接待)|(?:用车|接待).*出国|接待.*用车|用车.*接待")


class Title(NamedTuple):
    """What a title says. ``kinds`` are keys of tables it fits, the likeliest first; none: a table we do not know.

    ``name`` is the title without year, number and the sign that it goes on.
    """

    text: str
    kinds: tuple[str, ...]
    goes_on: bool = False
    by_unit: bool = False
    strong: bool = True
    name: str = ""


@lru_cache(maxsize=2048)
def parse_title(text: str, *, loose: bool = False) -> Title | None:
    """Read a text as a title; None when it can't be one. ``loose``: it need not end in 表, 情况 or the like."""
    if not 4 <= len(text) <= _LONGEST:
        return None
    bare = plain(text)
    if _NO_TITLE.search(bare) or not 4 <= len(bare) <= _LONGEST:
        return None
    goes_on = _GOES_ON.search(bare) is not None
    by_unit = _BY_UNIT.search(bare) is not None
    core = _TAIL.sub("", _LEAD.sub("", _DATE.sub("", bare)))
    core = re.sub(r"\([^()]{0,12}\)$", "", core)
    named = _TABLE.search(core) is not None
    if not named and not loose:
        return None
    kinds = _kinds(core)
    if not kinds and not named:
        return None
    return Title(bare, () if by_unit else kinds, goes_on, by_unit, named, core)


def _kinds(text: str) -> tuple[str, ...]:
    """Kinds of tables that the words of a title fit."""
    if re.search(r"绩效|自评|资产|目标|征收|债务限额|预算批复|预算表$|人员情况|机构情况", text):
        return ()
    if re.search(r"相关信息|机构运行|信息统计", text):
        return ("信息表", "三公表")
    if _THREE.search(text):
        return ("三公表",)
    if re.search(r"购买服务", text):
        return ("购买服务表",)
    if re.search(r"政府采购", text):
        return ("采购表",)
    fund = _fund(text)
    if fund == "专户":
        return ()
    income = re.search(r"收入|收支|收、支|收和支|收与支|取得|来源|筹集|进项", text) is not None
    spend = re.search(r"支出|收支|收、支|收和支|收与支|开支|用款|支情况|使用|运用|去向|花费", text) is not None
    basic, project = "基本支出" in text or "基本经费" in text, re.search(r"项目(?:支出|经费)", text) is not None
    detail = re.search(r"明细|经济分类", text) is not None
    if basic and not project:
        return _BASIC.get(fund, ())
    if project and not basic:
        return ("项目支出表",) if fund in ("一般公共", "") and not income else ()
    if not income and not spend:
        return _BARE.get(fund, ())
    both = income and spend
    if fund == "一般公共":
        if both:
            return ("一般公共收支表", "一般公共支出表")
        return ("一般公共明细表", "一般公共支出表") if detail and spend else ("一般公共支出表",) if spend else ()
    if fund == "基金":
        return ("基金表",)
    if fund == "国资":
        return ("国资收支表", "国资表") if both else ("国资表", "国资收支表")
    if fund == "财政拨款":
        if both:
            return ("财拨总表",)
        return ("财拨明细表",) if spend and detail else ()
    if both:
        return ("收支总表",)
    return ("收入表",) if income else ("支出表",)


_BASIC = {"一般公共": ("基本支出表",), "": ("基本支出表",), "基金": ("基金基本支出表",), "财政拨款": ("基本支出表",)}
_BARE = {
    "基金": ("基金表",),
    "国资": ("国资表", "国资收支表"),
    "一般公共": ("一般公共支出表",),
    "财政拨款": ("财拨总表",),
}


def _fund(text: str) -> str:
    if re.search(r"政府性?基金|基金预算|^基金|基金(?:收|支)", text):
        return "基金"
    if re.search(r"国有资本|国资", text):
        return "国资"
    if re.search(r"一般公共|公共(?:财政)?预算|一般预算", text):
        return "一般公共"
    if re.search(r"财政(?:预算)?(?:拨款|补助|资金)|财拨", text) and "专户" not in text:
        return "财政拨款"
    return "专户" if "专户" in text else ""


@lru_cache(maxsize=1024)
def tab_title(name: str) -> Title | None:
    """A tab read as a title: ``Z08_1 一般公共预算财政拨款基本支出决算明细`` (Excel cuts it at 31 characters)."""
    bare = re.sub(
        r"^(?:公开|[A-Za-z]{1,3}|财决|附?表|[\d\-_.、:()（） ]|[一二三四五六七八九十]{1,3}、|第?\d+张?)+",
        "",
        plain(name),
    )
    bare = re.sub(r"\([^()]*$|\(财决[^()]*\)$", "", bare)
    return parse_title(bare, loose=True) if len(bare) >= 4 else None
