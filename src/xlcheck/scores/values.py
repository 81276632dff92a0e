"""What stands in a cell of a score sheet: a comparison, a number with its printed digits, a unit, or words.

``≥95%`` · ``＝1300元/人，月`` · ``≤315人`` · ``50个`` · ``改善`` · ``达成预期指标``. A date or a term (2023年12月底前) is words.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from enum import Enum
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from xlcheck.labels import plain

_SIGNS = {
    "≥": "≥", ">=": "≥", "=>": "≥", "≧": "≥", "⩾": "≥", "大于等于": "≥", "大于或等于": "≥", "不低于": "≥", "不少于": "≥", "不小于": "≥", "至少": "≥",
    "≤": "≤", "<=": "≤", "=<": "≤", "≦": "≤", "⩽": "≤", "小于等于": "≤", "小于或等于": "≤", "不高于": "≤", "不超过": "≤", "不多于": "≤", "不大于": "≤", "至多": "≤", "控制在": "≤",
    "=": "＝", "等于": "＝", ">": ">", "大于": ">", "高于": ">", "超过": ">", "<": "<", "小于": "<", "低于": "<", "少于": "<",
}  # fmt: skip
_LEADS = r"(?:(?:已|实际|共|均|全部)*(?:完成|达到|达|发放|举办|开展|为|是|共|约)*)?"
_VALUE = re.compile(
    rf"{_LEADS}({'|'.join(map(re.escape, sorted(_SIGNS, key=len, reverse=True)))})?{_LEADS}"
    r"([-−]?\d{1,3}(?:,\d{3})+(?:\.\d+)?|[-−]?\d{1,13}(?:\.\d{1,6})?)([^\d]{0,12}?)(及?以上|以内|以下|之内|内)?"
)
_TERM = re.compile(r"^(?:年|月|日|号|季度|周岁?前)(?!度?$)|前$|底|内完成|以前|之前")
_BEHIND = {"以上": "≥", "及以上": "≥", "以内": "≤", "以下": "≤", "之内": "≤", "内": "≤"}
_PERCENT = ("%", "百分比", "个百分点", "百分点")
_DASHES = re.compile(r"^[-‐-―−－─━_ー~～/\\]+$")
_LONGEST = 60
_BARE = ("", "%", "分", "元", "万元")
_FRACTION = 2  # what is not larger beside a percentage is a fraction: 1 for 100%
_TENS = {"千": 3, "万": 4, "亿": 8}


class ValueKind(Enum):
    """What a cell holds."""

    BLANK = "blank"
    NUMBER = "number"
    WORDS = "words"
    ERROR = "error"


class ScoreValue(NamedTuple):
    """What a cell holds. ``number`` is what is printed (95 for 95%), ``ulp`` the unit of its last printed digit.

    ``sign`` is one of ``≥ ≤ ＝ > <`` or empty, ``unit`` what stands behind the number (``%``, ``人``). ``stored`` is a
    number cell: a formula can take it. ``percent``: the file keeps a hundredth of what it prints.
    """

    kind: ValueKind
    text: str
    number: Fraction = Fraction(0)
    ulp: Fraction = Fraction(0)
    sign: str = ""
    unit: str = ""
    stored: bool = False
    percent: bool = False

    @property
    def filled(self) -> bool:
        """Whether something stands there."""
        return self.kind is not ValueKind.BLANK

    @property
    def numeric(self) -> bool:
        """Whether it is a number."""
        return self.kind is ValueKind.NUMBER

    @property
    def digits(self) -> int:
        """Decimals that are printed."""
        return decimals_of(self.ulp)

    @property
    def bare(self) -> bool:
        """Whether it is a figure of a form: a number and nothing else but a percent sign, points or money."""
        return self.numeric and not self.sign and self.unit in _BARE


NOTHING = ScoreValue(ValueKind.BLANK, "")


def decimals_of(ulp: Fraction) -> int:
    """Decimals of numbers whose last printed digit is worth ``ulp``."""
    return max(0, len(str(ulp.denominator)) - 1) if ulp else 0


@lru_cache(maxsize=8192)
def of_number(text: str, decimals: int | None = None, *, percent: bool = False) -> ScoreValue:
    """A number that a cell stores, as it is printed: with ``decimals`` (None: all it has), a percentage as such."""
    try:
        stored = Decimal(text)
    except InvalidOperation:
        return ScoreValue(ValueKind.ERROR, text)
    if not stored.is_finite() or abs(stored) >= Decimal(10) ** 15:
        return ScoreValue(ValueKind.ERROR, text)
    value = Decimal(f"{stored:.12g}") * (100 if percent else 1)
    places = _places(value) if decimals is None else decimals
    printed = round(Fraction(value) * 10**places + Fraction(1, 10**9)) if places < 7 else Fraction(value) * 10**places
    number = Fraction(printed, 10**places)
    shown = f"{Decimal(number.numerator) / Decimal(number.denominator):.{min(places, 6)}f}{'%' if percent else ''}"
    return ScoreValue(
        ValueKind.NUMBER,
        shown,
        number,
        Fraction(1, 10**places),
        unit="%" if percent else "",
        stored=True,
        percent=percent,
    )


def _places(value: Decimal) -> int:
    """Decimals that a number has, six at most."""
    exponent = value.normalize().as_tuple().exponent
    return min(max(0, -int(exponent)), 6)


@lru_cache(maxsize=4096)
def of_text(text: str) -> ScoreValue:
    """A text read as a value: a number with what stands around it, else words."""
    bare = plain(text[: _LONGEST * 4])
    if not bare or _DASHES.match(bare):
        return ScoreValue(ValueKind.BLANK, text.strip())
    match = _VALUE.fullmatch(bare) if len(bare) <= _LONGEST else None
    if match is None:
        return ScoreValue(ValueKind.WORDS, text.strip())
    sign, digits, behind, limit = match.groups()
    unit = behind.strip(",，。;；.")
    if _TERM.search(unit):
        return ScoreValue(ValueKind.WORDS, text.strip())
    number = Decimal(digits.replace(",", "").replace("−", "-"))
    ulp = Fraction(1, 10 ** _printed_decimals(digits))
    said = _SIGNS[sign] if sign else _BEHIND.get(limit or "", "")
    return ScoreValue(ValueKind.NUMBER, text.strip(), Fraction(number), ulp, said, _unit(unit))


def _printed_decimals(digits: str) -> int:
    return len(digits.partition(".")[2])


def _unit(text: str) -> str:
    return "%" if text in _PERCENT else text


class _Scale(NamedTuple):
    unit: str
    factor: Fraction


def _scale(unit: str) -> _Scale:
    """A unit without what multiplies it: 万元 → 元 × 10000."""
    first = unit[:1]
    if first in _TENS and len(unit) > 1:
        return _Scale(unit[1:], Fraction(10 ** _TENS[first]))
    return _Scale(unit, Fraction(1))


def comparable(one: ScoreValue, other: ScoreValue) -> Fraction | None:
    """By what ``other`` is multiplied so that it has the unit of ``one``; None where the units are of different things."""
    if "%" in (one.unit, other.unit) and one.unit != other.unit and not (one.unit and other.unit):
        return _of_fraction(one, other)
    if not one.unit or not other.unit or _same(one.unit, other.unit):
        return Fraction(1)
    mine, theirs = _scale(one.unit), _scale(other.unit)
    return theirs.factor / mine.factor if _same(mine.unit, theirs.unit) else None


def _of_fraction(one: ScoreValue, other: ScoreValue) -> Fraction:
    """A percentage beside a number without a sign: that is one, too, or the fraction that it stands for."""
    if one.unit and 0 < other.number <= _FRACTION < one.number:
        return Fraction(100)
    if other.unit and 0 < one.number <= _FRACTION < other.number:
        return Fraction(1, 100)
    return Fraction(1)


def _same(one: str, other: str) -> bool:
    """Whether two units are one: measure words of a kind (人, 名), one with the thing counted (5辆车), one without its 每年."""
    if one == other or _kind(one) == _kind(other):
        return True
    mine, theirs = (_counted(unit) for unit in (one, other))
    if _kind(mine) == _kind(theirs):
        return True
    if mine in _KNOWN and theirs in _KNOWN:
        return False
    short, long = sorted((mine, theirs), key=len)
    return bool(short) and (long.startswith(short) or (len(short) > 1 and long.endswith(short)))


_LIKE = ({"人", "名", "位"}, {"人次", "人·次"}, {"次", "场", "期", "场次", "次数"}, {"个", "项", "家", "件", "处", "份", "套", "台", "册", "篇"}, {"户", "户数"}, {"天", "日"}, {"平方米", "㎡", "m2"}, {"公里", "千米", "km"}, {"小时", "h"}, {"分", "分数"})  # fmt: skip


_KNOWN = frozenset[str]().union(*_LIKE, ("元", "%"))
_EACH = re.compile(r"[/／每](?:人|户|名|年|月|年度|季度|次|天|日)*$|[,，、·](?:人|户|名|年|月)+$")
_ABOUT = re.compile("^[余多来]|[余多]$")


def _counted(unit: str) -> str:
    """What is counted: without 余 of 210余人, without the year or the head that it is for (4次/年, 3000元/人/年)."""
    bare = _ABOUT.sub("", unit)
    while (shorter := _EACH.sub("", bare)) != bare and shorter:
        bare = shorter
    return bare


def _kind(unit: str) -> str:
    bare = re.sub(r"[\s,，、·.每]", "", unit)
    for number, alike in enumerate(_LIKE):
        if bare in alike:
            return str(number)
    return re.sub(r"[/／]", "", bare)
