"""What a number format makes of a number: the same number, another one, a date, or nothing that can be read.

Offices keep 元 and let the format ``0!.0,`` show 万元 (docs/design/design.md); a 科目代码 gets a date format; ``;;;`` shows
nothing at all; ``"-"0.00`` shows a minus before a number that has none. What a person sees is what counts, so the
section of the format that applies to a value is read as a person reads it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from lxml import etree

from xlcheck.labels import whole
from xlcheck.reading.appearance import Appearance, appearance, choose, number_read
from xlcheck.reading.formatcode import (
    Condition,
    FormatSection,
    half_width,
    read_section,
    split_sections,
    telling,
)
from xlcheck.reading.package import chosen

_MAX_CODE = 1_000
_MOST_SECTIONS = 3  # that are for numbers
_PLAIN_CODES = {"", "general", "@", "g/通用格式", "常规"}
_BUILT_IN_DATES = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_BUILT_IN = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00",
    5: "¥#,##0;¥-#,##0", 6: "¥#,##0;[Red]¥-#,##0", 7: "¥#,##0.00;¥-#,##0.00", 8: "¥#,##0.00;[Red]¥-#,##0.00",
    9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??",
    37: "#,##0_);(#,##0)", 38: "#,##0_);[Red](#,##0)", 39: "#,##0.00_);(#,##0.00)", 40: "#,##0.00_);[Red](#,##0.00)",
    41: '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ ', 42: '_ ¥* #,##0_ ;_ ¥* -#,##0_ ;_ ¥* "-"_ ;_ @_ ',
    43: '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', 44: '_ ¥* #,##0.00_ ;_ ¥* -#,##0.00_ ;_ ¥* "-"??_ ;_ @_ ',
    48: "##0.0E+0",
}  # fmt: skip
_ONE = Decimal(1)
_BINARY = Decimal("1e-12")  # what binary fractions may be off by


class Shown(NamedTuple):
    """How a format shows a number: divided by ``factor``, with ``decimals``; as a date; or not at all.

    These say it of the first section, which is for positive numbers; :meth:`seen` says it of any value. ``quiet``: a
    positive number is shown as it is, but perhaps with other decimals, or a negative one without its sign.
    """

    code: str
    factor: Decimal
    decimals: int
    date: bool = False
    invisible: bool = False
    when: Condition | None = None
    sections: tuple[FormatSection, ...] = ()
    quiet: bool = False

    def applies(self, value: Decimal) -> bool:
        """Whether the format shows ``value`` so: its first section may be for large (or small) numbers only."""
        return self.when is None or self.when.holds(value)

    def matters(self, decimals: int | None) -> bool:
        """Whether a table that prints ``decimals`` (None: any) could see another figure through it than is stored."""
        if not self.quiet or any(section.when is not None for section in self.sections):
            return True
        first, *others = self.sections
        if decimals is not None and (first.exponent or first.decimals not in (decimals, None)):
            return True
        return not (_usual_negative(others[:1], first) and all(map(_usual_zero, others[1:])))

    def seen(self, value: Decimal) -> Appearance:
        """What a person sees of ``value``."""
        if not self.sections:
            return Appearance("date" if self.date else "same")
        section, size = choose(self.sections, value)
        if section is None:
            return Appearance("unclear", text="####")
        seen = appearance(section, value, size)
        if not value and seen.how == "same" and self._is_for_zero(section):
            return Appearance("same")  # 0 there is exactly 0
        return seen

    def _is_for_zero(self, section: FormatSection) -> bool:
        """Whether it is a section of its own for zero."""
        return section is self.sections[-1] and len(self.sections) == _MOST_SECTIONS


def _usual_negative(sections: list[FormatSection], first: FormatSection) -> bool:
    """Whether a section for negatives, if there is one, says the sign and no other decimals than the first."""
    return all(_is_first_with_sign(section, first) for section in sections)


def _is_first_with_sign(section: FormatSection, first: FormatSection) -> bool:
    says_sign = section.colour or section.sign not in ("", "+")
    if not says_sign or not section._replace(sign="").plain:
        return False
    return not section.exponent and section.decimals == first.decimals


def _usual_zero(section: FormatSection) -> bool:
    """Whether a section for zero shows 0, a dash or the like."""
    return not section.speaks_of_digits if section.worded else section.steady


class Formats(dict[int, Shown]):
    """Number formats by cell style that show another (positive) number than the cell holds.

    ``others`` are those that show it as it is, though their decimals or their signs may matter.
    """

    def __init__(self) -> None:
        super().__init__()
        self.others: dict[int, Shown] = {}
        self._by_decimals: dict[int | None, Mapping[int, Shown]] = {}

    def add(self, style: int, shown: Shown | None) -> None:
        """Take the format of a style."""
        if shown is not None:
            (self.others if shown.quiet else self)[style] = shown

    def for_decimals(self, decimals: int | None) -> Mapping[int, Shown]:
        """The formats that can change a figure of a table that prints so many decimals (None: exact numbers)."""
        if decimals not in self._by_decimals:
            quiet = {style: shown for style, shown in self.others.items() if shown.matters(decimals)}
            self._by_decimals[decimals] = {**self, **quiet}
        return self._by_decimals[decimals]


# --- which format a style has ---------------------------------------------------------------------


def odd_formats(styles: etree._Element) -> Formats:
    """Cell style → :class:`Shown`, for the styles (of a styles part) that show another number than the cell holds."""
    shown: dict[int, Shown | None] = {}
    for element in _entries(styles, "numFmts"):
        number = whole(element.get("numFmtId"))
        if number is not None:
            shown[number] = format_of(element.get("formatCode") or "")
    formats = Formats()
    for style, element in enumerate(_entries(styles, "cellXfs")):
        number = whole(chosen(element).get("numFmtId")) or 0
        formats.add(style, shown[number] if number in shown else built_in_format(number))
    return formats


def _entries(styles: etree._Element, table: str) -> Iterator[etree._Element]:
    return (element for t in styles if str(t.tag).endswith(table) for element in t)


def built_in(number: int) -> Shown | None:
    """The built-in formats that show another number: dates and percentages are the odd ones."""
    return _odd(built_in_format(number))


def built_in_format(number: int) -> Shown | None:
    """A format that every file has without listing it; None for General and text."""
    if number in _BUILT_IN_DATES:
        return Shown("日期", _ONE, 0, date=True)
    return format_of(_BUILT_IN[number]) if number in _BUILT_IN else None


def shown_of(code: str) -> Shown | None:
    """What a format code makes of a positive number; None when it shows the number itself."""
    return _odd(format_of(code))


def _odd(shown: Shown | None) -> Shown | None:
    return None if shown is None or shown.quiet else shown


@lru_cache(maxsize=1024)
def format_of(code: str) -> Shown | None:
    """A format code read; None when it shows every number as it is, with all its decimals (General)."""
    code = code[:_MAX_CODE]
    if code.strip().lower() in _PLAIN_CODES:
        return None
    sections = _sections_of(code)
    first = sections[0]
    if len(sections) == 1 and _shows_all(first):
        return None
    return Shown(
        code,
        first.factor,
        first.decimals or 0,
        date=first.date,
        invisible=first.worded,
        when=first.when,
        sections=sections,
        quiet=first.plain,
    )


def _sections_of(code: str) -> tuple[FormatSection, ...]:
    """The sections for numbers: the one for texts is left out."""
    texts = split_sections(code)
    if 1 < len(texts) <= _MOST_SECTIONS and "@" in texts[-1]:
        texts.pop()
    return tuple(read_section(text, alone=";" not in code) for text in texts[:_MOST_SECTIONS])


def _shows_all(section: FormatSection) -> bool:
    """Whether a section shows every number as it is."""
    return section.plain and section.decimals is None and section.when is None


# --- what other formats call their formats, and what they say of the text that is shown ------------

_NAMED = {
    "general": "General", "general number": "General", "standard": "#,##0.00", "fixed": "0.00", "percent": "0.00%",
    "scientific": "0.00E+00", "currency": "¥#,##0.00", "euro currency": "€#,##0.00", "short date": "yyyy-m-d",
    "medium date": "yyyy-m-d", "long date": "yyyy-m-d", "general date": "yyyy-m-d", "short time": "h:mm",
    "medium time": "h:mm", "long time": "h:mm:ss", "yes/no": '"Yes";"Yes";"No"', "true/false": '"True";"True";"False"',
    "on/off": '"On";"On";"Off"',
}  # fmt: skip


def named_format(name: str) -> str:
    """The code behind a name of Excel 2003 XML and of web pages (``Fixed``); anything else is a code itself."""
    return _NAMED.get(name.strip().lower(), name)


def text_format(text: str) -> Shown:
    """The format of a cell that shows ``text``, whatever it holds."""
    section = FormatSection(tokens=(("lit", text[:_MAX_CODE]),), worded=True)
    return Shown(text[:_MAX_CODE], _ONE, 0, invisible=True, sections=(section,))


def contradicts(shown: Shown | None, value: Decimal, text: str) -> bool:
    """Whether the text that a file says is shown is another number than its format makes of its value."""
    seen = shown.seen(value) if shown is not None else Appearance("same", value)
    number = value if seen.how == "same" else seen.number
    if seen.how not in ("same", "scaled", "other") or number is None:
        return False
    printed = number_read("".join(filter(_is_of_number, half_width(text))))
    if printed is None:
        return False
    last = printed.value.as_tuple().exponent
    return abs(printed.value - number) > _ONE.scaleb(min(int(last), 0)) / 2 + abs(number) * _BINARY


def _is_of_number(char: str) -> bool:
    """Whether a character belongs to a printed number, without its percent sign."""
    return (telling(char) and char != "%") or char in "Ee"
