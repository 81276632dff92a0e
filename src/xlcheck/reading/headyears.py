"""The years in the texts above a table, and what is meant as one but is none: ``202年度``, ``2O23年度``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_ARABIC = "0123456789"
_ZEROS = "〇○◯⚪零oOОо0"
_CHINESE = {
    **dict.fromkeys(_ZEROS, "0"),
    **{c: str(i) for i, c in enumerate("一二三四五六七八九", 1)},
    "壹": "1",
    "贰": "2",
    "两": "2",
}
_NOT_ZERO = "一二三四五六七八九壹贰两"
DIGIT = f"[{_ARABIC}{''.join(_CHINESE)}lI]"
MONTH = r"\s*(?:\d{1,2}|[一二三四五六七八九十]{1,3})\s*月"
_RANGE = r"(?!\s*0?1\s*[-—–~至到]\s*12\s*月)"
_YEAR = re.compile(
    rf"(?<![-—–~至到.\d])(?P<lead>截至|截止|自|于)?(?P<digits>{DIGIT}(?:\s?{DIGIT}){{1,7}})\s*(?:财政|会计|预算|决算|财)?年(?P<full>度)?"
    rf"(?P<date>{_RANGE}{MONTH})?"
)
_SPREAD_YEAR = re.compile(rf"(?<![\d.])[{_ARABIC}]\s*[{_ARABIC}]\s*[{_ARABIC}]\s*[{_ARABIC}](?=\s*年)")
_SPREAD_DATE = re.compile(r"(?<=年)\s+(?=\d{1,2}\s*月)")
_DATE_LABEL = re.compile(r"(?:日期|时间|打印日|编制日|报送日)\s*[:：]?\s*$")
_MONTH_FIRST = re.compile(rf"{MONTH}")
_YEAR_LABEL = re.compile(
    r"(?:会计|决算|预算|财政|所属|报告|填报|公开|编制)?年(?:度|份)(?:[:：]\s*(?P<value>.*))?", re.DOTALL
)
_BARE_YEAR = re.compile(rf"({DIGIT}{{2,8}})(?:\.0+)?\s*年?度?")
_FIRST, _LAST = "1990", "2099"  # years of our days
_FIRST_DIGITS = "一二" + _ZEROS  # of a year in Chinese characters
_LEAST_MEANT = 3  # digits that are meant as a year

_FULL = 2  # how firmly a year is said: as one of accounts (年度),
_WHOLE = 1  # or as all that the text says


class YearText(NamedTuple):
    """What a text says of the year.

    ``value`` is the year in four digits; empty where it stands in the next cell; None where there is none. ``firm``: 2
    for a year of accounts (年度), 1 for one that is all that the text says, else 0. ``whole``: the text says nothing
    else. ``bad``: something is meant as a year, but is none.
    """

    value: str | None = None
    firm: int = 0
    whole: bool = False
    bad: bool = False


def year_of(text: str) -> YearText:
    """The year that a text without large gaps in it says: of several the firmest."""
    years = list(_years(text))
    bad = any(y.bad for y in years)
    best = max((y for y in years if y.value), key=lambda y: y.firm, default=None)
    if best is not None:
        return best._replace(bad=bad)
    match = _YEAR_LABEL.fullmatch(text)
    return YearText(bad=bad) if bad or match is None else _labelled(match["value"])


def bare_year(text: str) -> str | None:
    """The year where a text is nothing else, with or without 年度."""
    match = _BARE_YEAR.fullmatch(text)
    return _parsed(match[1]) if match else None


def is_bare(text: str) -> bool:
    """Whether a text is a year and nothing else, or meant as one."""
    return _BARE_YEAR.fullmatch(text) is not None


def has_digits(text: str) -> bool:
    """Whether any digit of the usual kind is in a text."""
    return any(c in _ARABIC for c in text)


def spread_year(text: str) -> tuple[int, int] | None:
    """Where a year is written with spaces between its digits (2 0 2 3 年度)."""
    match = _SPREAD_YEAR.search(text)
    return match.span() if match else None


def closed_date(text: str) -> str:
    """A text in which no gap parts a year from its month (2024年   8月), whatever its length becomes."""
    return _SPREAD_DATE.sub("", text)


def is_date_label(text: str) -> bool:
    """Whether a text leads to a date (打印日期：)."""
    return _DATE_LABEL.search(text) is not None


def is_month(text: str) -> bool:
    """Whether a text begins with a month: what stands before it is the year of a date."""
    return _MONTH_FIRST.match(text) is not None


def _years(text: str) -> Iterator[YearText]:
    """The years in a text; dates are none."""
    if "年" not in text:
        return
    for match in _YEAR.finditer(text):
        if not match["date"] and (match["full"] or not is_date_label(text[: match.start()])):
            yield from _year_in(match, whole=match[0].strip() == text.strip("()[]【】 "))


def _year_in(match: re.Match[str], *, whole: bool) -> Iterator[YearText]:
    """The year that a match says, if it says one, or was meant to; ``whole``: there is nothing else in the text."""
    digits, full = match["digits"].replace(" ", ""), bool(match["full"])
    value = _parsed(digits)
    if value and (full or not match["lead"]):
        yield YearText(value, _firmness(full=full, whole=whole), whole)
    elif not value and _meant(digits, full=full, whole=whole):
        yield YearText(whole=whole, bad=True)


def _firmness(*, full: bool, whole: bool) -> int:
    if full:
        return _FULL
    return _WHOLE if whole else 0


def _labelled(value: str | None) -> YearText:
    """What a label says with what stands behind its colon."""
    if not value or not value.strip():
        return YearText("", _FULL, whole=True)
    year = bare_year(value.strip())
    return YearText(year, _FULL, whole=True, bad=year is None and is_bare(value.strip()))


def _parsed(digits: str) -> str | None:
    """``2023`` or ``二〇二三`` as four digits; None for what is no year of our days."""
    year = digits if digits.isascii() and digits.isdigit() else _from_chinese(digits)
    return year if len(year) == len(_FIRST) and _FIRST <= year <= _LAST else None


def _from_chinese(digits: str) -> str:
    """Chinese digits as ours; empty where there are others among them, or nothing but zeros."""
    if not _is_chinese(digits) or not any(c in _NOT_ZERO for c in digits):
        return ""
    return "".join(_CHINESE[c] for c in digits)


def _is_chinese(digits: str) -> bool:
    return all(c in _CHINESE for c in digits)


def _meant(digits: str, *, full: bool, whole: bool) -> bool:
    """Whether digits that are no year were meant to be one: ``202年度``, ``2O23年度``; not ``近三年``, ``12年``."""
    if not (full or whole):
        return False
    enough = len(digits) >= _LEAST_MEANT
    if has_digits(digits):
        return enough or (whole and full and len(digits) == 2)
    return enough and _is_chinese(digits) and digits[0] in _FIRST_DIGITS
