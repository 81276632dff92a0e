"""Whose a table is and in which unit of money, as the texts above it say."""

from __future__ import annotations

import re

from xlcheck.reading.headyears import DIGIT, MONTH, is_bare

_MONEY = "(?:亿|千万|百万|万|千|百)?元"
_PREFIX = r"[(\[【]?\s*(?:人民币|RMB|CNY|[￥¥])?\s*"
_KIND = r"(?:金\s*额|计量|货币|计价|数据|币值|资金)?\s*单\s*位"
_CURRENCY = re.compile(
    rf"(?:{_KIND}|币种)\s*[:：]\s*{_PREFIX}(?P<money>{_MONEY})(?:人民币)?(?=$|[\s)\]】(,;、。/0-9])", re.IGNORECASE
)
_BARE_CURRENCY = re.compile(
    rf"[(\[【]?\s*(?:{_KIND}\s*)?{_PREFIX}(?P<money>{_MONEY})(?:人民币)?\s*[)\]】]*\s*", re.IGNORECASE
)
_TITLE_CURRENCY = re.compile(rf"表\s*[(\[【]\s*{_PREFIX}(?P<money>{_MONEY})\s*[)\]】]\s*$", re.IGNORECASE)
_CURRENCY_LABEL = re.compile(rf"[(\[【]?\s*{_KIND}\s*[:：]?\s*[)\]】]?")
_ANY_MONEY = re.compile(rf"(?:[一-鿿]{{0,3}}元|[A-Z]{{3}}|{_MONEY}\s*[(（,，、;；/].*)$", re.DOTALL)


def _spaced(*words: str) -> str:
    """Any of some words, each also with a space between its characters: 部 门."""
    return "(?:" + "|".join(r"\s?".join(word) for word in words) + ")"


_COLON = r"\s?[:：]"
_SEAL_WORDS = "公章|盖章|签章|印章|章|加盖公章|单位公章|盖公章"
_SEAL = rf"\s*(?:[(\[]\s*(?:{_SEAL_WORDS})\s*[)\]]\s*)?"
_OWN_LEADS = (
    "公开",
    "填报",
    "编制",
    "编报",
    "填表",
    "报送",
    "上报",
    "申报",
    "预算",
    "决算",
    "报表",
    "一级预算",
    "二级预算",
    "基层预算",
    "本",
)
_LEAD = rf"{_spaced(*_OWN_LEADS)}?\s?"
_BODY = (
    rf"(?:{_spaced('部门')}\s*[(/、]?\s*{_spaced('单位')}\s*\)?|{_spaced('单位')}\s*[(/、]?\s*{_spaced('部门')}\s*\)?"
    rf"|{_spaced('部门', '单位', '机构')})"
)
_NAME = rf"\s?{_spaced('名称', '全称')}"
_UNIT = re.compile(rf"{_LEAD}{_BODY}{_SEAL}(?:{_NAME})?{_SEAL}{_COLON}\s*(?P<name>.*)", re.DOTALL)
_UNIT_LABEL = re.compile(
    rf"(?:{_LEAD}{_BODY}{_SEAL}{_NAME}{_SEAL}|{_spaced('编制', '填报', '编报', '公开', '预算', '决算', '填表')}\s?{_BODY}{_SEAL}"
    rf"|{_LEAD}{_BODY}{_SEAL}{_COLON})"
)
_SEALED = re.compile(rf"\s*[(\[]\s*(?:{_SEAL_WORDS})\s*[)\]]?")
# What others than the unit are led to by: its superiors, who made or approved the form.
_OTHERS = "主管|上级|制表|监制|批复|汇总|所属|主办|承办|审核|审批|归口|代管|指导|印制|发布|监督|受理|接收|拨款|收款|付款|开户|下属|下级"
_OTHERS_END = re.compile(rf"(?:{_OTHERS})[)）]?(?:预算|决算)?$")
_OTHER = rf"{_spaced(*_OTHERS.split('|'))}"
_OTHER_LABEL = (
    rf"(?:{_OTHER}\s?(?:{_OTHER}\s?)?|[(（]{_OTHER}[)）])(?:{_spaced('预算')}\s?)?{_spaced('部门', '单位', '机构', '机关')}"
    rf"(?:\s?{_spaced('名称', '全称')})?"
)
_PERSON = r"(?:单位|部门|财务|财会|机构|填表|制表|编制|审核|复核|经办|联系)*(?:负责人|人|电话|日期|时间|代码|编码|地址|类型|性质|级次|邮编)"
_NOBODY = re.compile(
    rf"(?:{_OTHER_LABEL}|{_PERSON}|{'|'.join(_OWN_LEADS)}?(?:部门|单位|机构)(?:名称|全称)?|名称|全称|年度|无|[/\\—\-─_＿]+)[:：]?"
)
_ANY_LABEL = (
    rf"(?:{_OTHER_LABEL}|{_PERSON}|(?:{_spaced('金额', '计量', '货币', *_OWN_LEADS)}\s?)?{_BODY}(?:[(（][^()（）]{{1,6}}[)）])?"
    rf"(?:{_NAME})?(?:[(（][^()（）]{{1,6}}[)）])?|[\u4e00-\u9fff]{{0,6}}(?:年度|日期|时间|币种))"
)
LABELLED = re.compile(rf"(?<=[\s;；,，|/、。)）])[(（]?(?={_ANY_LABEL}{_COLON})")  # where another label begins
_BEHIND = re.compile(
    rf"\s*(?:{DIGIT}{{2,8}}\s*年度?(?:{MONTH}.*)?$|{DIGIT}{{4}}\s*年.*$|(?:金额|计量|货币)?单位\s*[:：].*$"
    rf"|[(（]?{_OTHER_LABEL}{_COLON}.*$"
    r"|(?:编制|填报|填表|报送|制表|公开)?\s*(?:日期|时间|人|负责人)\s*[:：].*$|公开\s*\d{1,2}\s*表.*$)",
    re.DOTALL,
)
_LONE = re.compile(
    r"[\s;,|/、，；]+[\u4e00-\u9fff]$"
)  # the first character of a label with wide spaces: 某某局，主　管　部　门
GAP = re.compile(r"\s{2,}|[\t\n\r　]")  # divides what a text says from what it says besides


def currency_of(text: str) -> str | None:
    """The unit of money; empty where the text leads to it; None where it does not speak of one."""
    if "元" not in text:
        return "" if "单" in text and _CURRENCY_LABEL.fullmatch(text) else None
    for pattern in (_CURRENCY, _TITLE_CURRENCY):
        if match := pattern.search(text):
            return match["money"]
    return bare_currency(text)


def bare_currency(text: str) -> str | None:
    """The unit of money where a text is nothing else."""
    match = _BARE_CURRENCY.fullmatch(text)
    return match["money"] if match else None


def unit_of(text: str, printed: str) -> str | None:
    """The name of the unit behind its label, as it is printed; empty where it must stand in the next cell."""
    lead = len(text) - len(text.lstrip("( "))
    match = _UNIT.match(text, lead)
    if match is None:
        return "" if _UNIT_LABEL.fullmatch(text, lead) else None
    rest = match["name"]
    name = unit_name(rest, printed[match.start("name") :])
    return "" if not name and (not rest.strip() or _BEHIND.match(rest)) else name or None


def unit_name(text: str, printed: str) -> str:
    """A name without what is printed behind it; empty where none is left or it is something else.

    ``text`` is in half width, ``printed`` the same as it stands there.
    """
    name = _BEHIND.sub("", text)
    gap = GAP.search(name.rstrip(), len(name) - len(name.lstrip()))
    name = name[: gap.start()] if gap else name
    seal = _SEALED.search(name)
    name = (name[: seal.start()] if seal else name).rstrip(" :;,|/、。")
    name = _LONE.sub("", name)
    bare = name.strip(" :")
    if not bare or _is_something_else(bare):
        return ""
    return printed[: len(name)].strip(" :：;；|/、。")


def _is_something_else(text: str) -> bool:
    """Whether a text is a unit of money, a year or a number, and so the name of nobody."""
    number = text.replace(".", "").replace(",", "").isdigit()
    return number or is_bare(text) or any(p.fullmatch(text) for p in (_BARE_CURRENCY, _ANY_MONEY, _NOBODY))


def leads_to_others(text: str) -> bool:
    """Whether a text ends in a word that makes a label behind it one of others: 主　管　| 部门：教育局."""
    return _OTHERS_END.search("".join(text.split())) is not None


def is_label(text: str) -> bool:
    """Whether a text leads to another by a colon."""
    return "：" in text or ":" in text
