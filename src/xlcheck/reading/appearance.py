"""What a person sees of a number under a format: the number itself, another one, a date, or nothing to be read."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Context, Decimal
from enum import Enum
from typing import NamedTuple

from xlcheck.reading.formatcode import FormatSection, half_width, without_currency

_ONE = Decimal(1)
_READABLE = re.compile(r"(\()?([-+]?)(\d{1,3}(?:,\d{3}){1,12}|\d{1,40})?(?:\.(\d{1,40}))?(\))?", re.ASCII)
_MINUS = ("-", "()")
_READABLE_SIGNS = ("", "+", *_MINUS)  # around a number; others make nothing of it that can be read
_EXACT = Context(prec=90)
_GENERAL = FormatSection(tokens=(("general", ""),))


class Appearance(NamedTuple):
    """What a format shows of a value.

    ``how``: same (the number itself), scaled, other (another number), date, invisible, or unclear. ``number`` is what
    a person reads, where there is one; ``decimals`` are those shown (None: all there are); ``text`` is how the cell
    looks, where that is odd.
    """

    how: str
    number: Decimal | None = None
    decimals: int | None = None
    text: str = ""


# --- which section a value is shown by ------------------------------------------------------------


class SectionChoice(NamedTuple):
    """The section for a value, and what it is given to print: where it is the one for negatives, without the sign.

    No section: Excel fills the cell with ####.
    """

    section: FormatSection | None
    size: Decimal


def choose(sections: tuple[FormatSection, ...], value: Decimal) -> SectionChoice:
    """The section for a value: positive, negative, zero; conditions come first, the last one takes what is left."""
    if len(sections) == 1:
        only = sections[0]
        return SectionChoice(only if only.applies(value) else _GENERAL, value)
    first, second = sections[:2]
    zero = sections[2] if len(sections) > 2 else None
    if value < 0 and _for_negatives(second, first, zero):
        return SectionChoice(second, -value)
    if _takes(first, value, zero):
        return SectionChoice(first, value)
    return SectionChoice(_for_the_rest(second, zero, value), value)


def _for_the_rest(second: FormatSection, zero: FormatSection | None, value: Decimal) -> FormatSection | None:
    """The section for what the first one does not take."""
    if second.when is None:
        return zero or second
    return second if second.when.holds(value) else zero


def _for_negatives(second: FormatSection, first: FormatSection, zero: FormatSection | None) -> bool:
    """Whether the second section is for the negative numbers: no condition says otherwise."""
    if second.when is not None:
        return False
    return zero is not None or first.when is None or first.when.positive


def _takes(first: FormatSection, value: Decimal, zero: FormatSection | None) -> bool:
    """Whether the first of several sections is for a value; ``zero`` is the one for zero, if there is one."""
    if first.when is not None:
        return first.when.holds(value)
    return value > 0 or (value == 0 and zero is None)


# --- what a section shows -------------------------------------------------------------------------


def appearance(section: FormatSection, value: Decimal, size: Decimal) -> Appearance:
    """What a section makes of ``value``; ``size`` is what it is given to print."""
    if section.date:
        return Appearance("date")
    if section.worded:
        return _worded(section, value)
    if not section.steady or (section.fraction and value != value.to_integral_value()):
        return _among_texts(section, value, size)
    return _numeric(section, value, size)


def _among_texts(section: FormatSection, value: Decimal, size: Decimal) -> Appearance:
    """What a person reads where other signs stand among the digits; unclear where they are not the number's own."""
    printed = rendered(section, size)
    if section.fraction or section.exponent or section.factor < _ONE:
        return Appearance("unclear", text=printed)
    return read_number(printed, value)


def _worded(section: FormatSection, value: Decimal) -> Appearance:
    if section.speaks_of_digits:
        return read_number(section.texts, value)
    return Appearance("invisible" if value else "same", text=section.texts)


def _numeric(section: FormatSection, value: Decimal, size: Decimal) -> Appearance:
    number = _EXACT.divide(value, section.factor)
    sign = _sign_seen(section, value, size) if value else _SignSeen.RIGHT
    if sign is _SignSeen.UNCLEAR:
        return Appearance("unclear", text=rendered(section, size))
    decimals = _decimals_shown(section, number)
    if sign is _SignSeen.TURNED:
        return Appearance("other", -number, decimals, rendered(section, size))
    return Appearance("same" if section.factor == _ONE else "scaled", number, decimals)


def _decimals_shown(section: FormatSection, number: Decimal) -> int | None:
    """The last digit that is shown, in decimals of the number itself; None: as many as it has."""
    if section.exponent and number:
        return (section.decimals or 0) - number.adjusted()
    return section.decimals


class _SignSeen(Enum):
    """Whether the sign that a person sees is the number's."""

    RIGHT = "right"
    TURNED = "turned"
    UNCLEAR = "unclear"


def _sign_seen(section: FormatSection, value: Decimal, size: Decimal) -> _SignSeen:
    """The sign that a person sees of a number that is not 0."""
    marked = section.sign in ("-", "()", "trail")
    if section.when is not None and section.when.below_zero:  # programs differ in whether a minus of their own is added
        return _SignSeen.RIGHT if marked or section.colour else _SignSeen.UNCLEAR
    given = size < 0
    if _has_two_signs(section, value, given=given):
        return _SignSeen.UNCLEAR
    if (given or marked) == (value < 0):
        return _SignSeen.RIGHT
    return _SignSeen.TURNED if value > 0 else _sign_unsaid(section)


def _has_two_signs(section: FormatSection, value: Decimal, *, given: bool) -> bool:
    """Whether a minus that is ``given`` meets a sign of the section, or a positive number gets one behind it."""
    return (given and section.sign != "") or (section.sign == "trail" and value > 0)


def _sign_unsaid(section: FormatSection) -> _SignSeen:
    """Where nothing says that a number is negative but, at most, a colour or words."""
    if section.colour:
        return _SignSeen.RIGHT
    return _SignSeen.UNCLEAR if section.noted and section.sign != "+" else _SignSeen.TURNED


class NumberRead(NamedTuple):
    """A number as a person reads it in a text, and how many decimals it has there."""

    value: Decimal
    decimals: int


def read_number(text: str, value: Decimal) -> Appearance:
    """What a person reads in a cell that looks like ``text`` and holds ``value``."""
    read = number_read(text)
    if read is None:
        return Appearance("unclear", text=text)
    if read.value == value:
        return Appearance("same", read.value)
    return Appearance("other", *read, text.strip())


def number_read(text: str) -> NumberRead | None:
    """The number that a person reads in ``text``; None where it is none."""
    bare = without_currency("".join(half_width(text).split()))
    match = _READABLE.fullmatch(bare)
    if match is None:
        return None
    opening, sign, whole_digits, fraction, closing = match.groups(default="")
    signs = opening + sign + closing
    if not (whole_digits or fraction) or signs not in _READABLE_SIGNS:
        return None
    number = _number(whole_digits, fraction)
    return NumberRead(-number if signs in _MINUS else number, len(fraction))


def _number(whole_digits: str, fraction: str) -> Decimal:
    return Decimal((whole_digits or "0").replace(",", "") + (f".{fraction}" if fraction else ""))


# --- how a number is printed ----------------------------------------------------------------------


def rendered(section: FormatSection, size: Decimal) -> str:
    """A number as the section prints it: digits in their places, texts where they stand."""
    if section.exponent:
        return f"{size:E}"
    return ("-" if size < 0 else "") + _Digits(section, abs(size)).printed()


class _Digits:
    """The digits of a number being dealt out to the places of a section."""

    def __init__(self, section: FormatSection, size: Decimal) -> None:
        self.section = section
        self.size = size
        self.places = [text for kind, text in section.tokens if kind == "int"]
        decimals = sum(kind == "frac" for kind, _ in section.tokens)
        # digits behind a literal point (0!.0,) are digits of the whole number
        scale = section.factor
        if section.decimals:
            scale = _EXACT.scaleb(scale, decimals - section.decimals)
        number = _EXACT.divide(size, scale).quantize(_ONE.scaleb(-decimals), ROUND_HALF_UP, _EXACT)
        whole_digits, _, self.fraction = f"{number:f}".partition(".")
        self.whole_digits = whole_digits.lstrip("0")
        self.place = self.shown = 0  # places passed, and digits of the whole number printed in them

    def printed(self) -> str:
        """The whole cell, without a sign of the number's own."""
        return "".join(self._piece(kind, text) for kind, text in self.section.tokens)

    def _piece(self, kind: str, text: str) -> str:
        if kind == "int":
            return self._whole_digits()
        if kind == "frac":
            digit, self.fraction = self.fraction[:1], self.fraction[1:]
            return digit
        if kind == "point":
            return f"{'' if self.places else self.whole_digits}."
        return f"{self.size.normalize():f}" if kind == "general" else text

    def _whole_digits(self) -> str:
        """What stands in the next place: nothing or a 0 before the number, several digits in its first place."""
        behind = len(self.places) - self.place - 1  # places that come after it
        end = len(self.whole_digits) - behind
        self.place += 1
        if end <= 0:
            return "0" if "0" in self.places[: self.place] else ""
        digits = self.whole_digits[self.shown : end]
        self.shown = end
        return digits
