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
_ANY_MONEY = re.compile(r"(?:[一-鿿]{0,3}元|[A-Z]{3})$")

_SEAL = r"\s*(?:[(\[]\s*(?:公章|盖章|签章|印章|章|加盖公章|单位公章|盖公章)\s*[)\]]\s*)?"
_LEAD = r"(?:公开|填报|编制|编报|填表|报送|上报|申报|预算|决算|报表|一级预算|二级预算|基层预算|本)?"
_BODY = r"(?:部门\s*[(/、]?\s*单位\s*\)?|单位\s*[(/、]?\s*部门\s*\)?|部门|单位|机构)"
_UNIT = re.compile(rf"{_LEAD}{_BODY}{_SEAL}(?:名称|全称)?{_SEAL}[:：]\s*(?P<name>.*)", re.DOTALL)
_UNIT_LABEL = re.compile(
    rf"(?:{_LEAD}{_BODY}{_SEAL}(?:名称|全称){_SEAL}|(?:编制|填报|编报|公开|预算|决算|填表){_BODY}{_SEAL}|{_LEAD}{_BODY}{_SEAL}[:：])"
)
_SEALED = re.compile(r"\s*[(\[]\s*(?:公章|盖章|签章|印章|章|加盖公章|单位公章|盖公章)\s*[)\]]?")
_BEHIND = re.compile(
    rf"\s*(?:{DIGIT}{{2,8}}\s*年度?(?:{MONTH}.*)?$|{DIGIT}{{4}}\s*年.*$|(?:金额|计量|货币)?单位\s*[:：].*$"
    r"|(?:编制|填报|填表|报送|制表|公开)?\s*(?:日期|时间|人|负责人)\s*[:：].*$|公开\s*\d{1,2}\s*表.*$)",
    re.DOTALL,
)
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
    name = (name[: seal.start()] if seal else name).rstrip(" :")
    bare = name.strip(" :")
    if not bare or _is_something_else(bare):
        return ""
    return printed[: len(name)].strip(" :：")


def _is_something_else(text: str) -> bool:
    """Whether a text is a unit of money, a year or a number, and so the name of nobody."""
    number = text.replace(".", "").replace(",", "").isdigit()
    return number or is_bare(text) or any(p.fullmatch(text) for p in (_BARE_CURRENCY, _ANY_MONEY))


def is_label(text: str) -> bool:
    """Whether a text leads to another by a colon."""
    return "：" in text or ":" in text
