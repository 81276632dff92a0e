"""Number formats that make a cell show something else than the number it holds.

Offices keep 元 and let the format ``0!.0,`` show 万元 (design.md); a 科目代码 gets a date format; ``;;;`` shows
nothing at all. Syntax: ECMA-376 part 1, 18.8.31; ``!`` escapes like a backslash in Chinese formats.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from lxml import etree

from xlcheck.labels import whole
from xlcheck.reading.package import chosen

_MAX_CODE = 1_000
_CONDITION = re.compile(r"(>=|<=|>|<|=)(-?\d{1,15}(?:\.\d{1,9})?)")
_BUILT_IN_DATES = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_BUILT_IN_PERCENT = {9: "0%", 10: "0.00%"}


class Shown(NamedTuple):
    """How a format shows a number: divided by ``factor``, with ``decimals``; as a date; or not at all."""

    code: str
    factor: Decimal
    decimals: int
    date: bool = False
    invisible: bool = False
    when: tuple[str, Decimal] | None = None

    def applies(self, value: Decimal) -> bool:
        """Whether the format shows ``value`` so: its first section may be for large (or small) numbers only."""
        if self.when is None:
            return True
        sign, bound = self.when
        holds = {">": value > bound, "<": value < bound, "=": value == bound}
        return any(holds[s] for s in sign)


def odd_formats(styles: etree._Element) -> Mapping[int, Shown]:
    """Cell style → :class:`Shown`, for the styles (of a styles part) that show another number than the cell holds."""
    codes: dict[int, str] = {}
    found: dict[int, Shown] = {}
    for table in styles:
        if str(table.tag).endswith("numFmts"):
            for element in table:
                number = whole(element.get("numFmtId"))
                if number is not None:
                    codes[number] = element.get("formatCode") or ""
    odd = {n: shown for n, code in codes.items() if (shown := shown_of(code)) is not None}
    for table in styles:
        if str(table.tag).endswith("cellXfs"):
            for index, element in enumerate(table):
                number = whole(chosen(element).get("numFmtId")) or 0
                shown = odd.get(number) or (built_in(number) if number not in codes else None)
                if shown is not None:
                    found[index] = shown
    return found


def built_in(number: int) -> Shown | None:
    """The formats that every file has without listing them: dates and percentages are the odd ones."""
    if number in _BUILT_IN_DATES:
        return Shown("日期", Decimal(1), 0, date=True)
    return shown_of(_BUILT_IN_PERCENT[number]) if number in _BUILT_IN_PERCENT else None


@lru_cache(maxsize=1024)
def shown_of(code: str) -> Shown | None:
    """What a format code makes of a positive number; None when it shows the number itself."""
    code = code[:_MAX_CODE]
    section = _first_section(code)
    if not section.strip() and ";" in code:
        return Shown(code, Decimal(1), 0, invisible=True)
    if section.strip().lower() in ("general", "@", "g/通用格式", "常规"):
        return None
    return _Scan(code, section).result()


def _first_section(code: str) -> str:
    quoted = skip = False
    for i, char in enumerate(code):
        if skip:
            skip = False
        elif char == '"':
            quoted = not quoted
        elif not quoted and char in "\\!_*":
            skip = True
        elif not quoted and char == ";":
            return code[:i]
    return code


class _Scan:
    """One pass over a section, counting placeholders, scaling commas and literal points."""

    def __init__(self, code: str, section: str) -> None:
        self.code = code
        self.section = section
        self.when: tuple[str, Decimal] | None = None
        self.digits = 0
        self.worded = False
        self.after_point: int | None = None
        self.after_literal: int | None = None
        self.commas = 0
        self.percents = 0
        self.date = False
        self._scan(section)

    def _scan(self, section: str) -> None:
        at = 0
        while at < len(section):
            char = section[at]
            at += 1
            if char == '"':
                end = section.find('"', at)
                end = len(section) if end < 0 else end
                self._literal(section[at:end])
                at = end + 1
            elif char in "\\!":
                self._literal(section[at : at + 1])
                at += 1
            elif char in "_*":
                at += 1
            elif char == "[":
                end = section.find("]", at)
                inside = section[at : end if end >= 0 else len(section)].lower()
                condition = _CONDITION.fullmatch(inside)
                if condition:
                    self.when = condition[1], Decimal(condition[2])
                self.date |= bool(inside) and not inside.strip("hms")
                at = end + 1 if end >= 0 else len(section)
            else:
                self._plain(char)

    def _literal(self, text: str) -> None:
        self.worded = True
        if text == "." and self.digits and self.after_point is None:
            self.after_literal = 0

    def _plain(self, char: str) -> None:
        if char in "0#?":
            self.digits += 1
            self.commas = 0
            if self.after_point is not None:
                self.after_point += 1
            elif self.after_literal is not None:
                self.after_literal += 1
        elif char == "," and self.digits:
            self.commas += 1
        elif char == ".":
            self.after_point = self.after_point or 0
        elif char == "%":
            self.percents += 1
        elif char.lower() in "ymdhs":
            self.date = True

    def result(self) -> Shown | None:
        if self.date:
            return Shown(self.code, Decimal(1), 0, date=True)
        if not self.digits and self.worded and "general" not in self.section.lower() and "@" not in self.section:
            return Shown(self.code, Decimal(1), 0, invisible=True, when=self.when)
        power = 3 * self.commas + (self.after_literal or 0) - 2 * self.percents
        if not self.digits or power == 0:
            return None
        decimals = (self.after_point or 0) + (self.after_literal or 0)
        return Shown(self.code, Decimal(1).scaleb(power), decimals, when=self.when)
