"""A number format code read: its sections, each with the places of its digits and what stands around them.

Syntax: ECMA-376 part 1, 18.8.31; ``!`` escapes like a backslash in Chinese formats.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import ClassVar, NamedTuple

_ONE = Decimal(1)
_MOST_DECIMALS = 30
_MOST_POWER = 60  # of ten: no format of a table scales that far
_CONDITION = re.compile(r"(>=|<=|<>|>|<|=)\s*(-?\d{1,15}(?:\.\d{1,9})?)")
_COLOUR = re.compile(
    r"black|blue|cyan|green|magenta|red|white|yellow|(?:黑|蓝|青|绿|洋红|红|白|黄)色?|(?:color|颜色)\s*\d{1,2}"
)
_GENERAL = re.compile(r"general|g/通用格式|常规", re.IGNORECASE)
_HALF_WIDTH = str.maketrans("−－﹣（）＋．，％０１２３４５６７８９", "---()+.,%0123456789")
_TELLING = frozenset("-+().,%0123456789")  # beside a number, these make another number of it
_CURRENCIES = "¥￥$"
_SIGNS = {("", ""): "", ("+", ""): "+", ("-", ""): "-", ("(", ")"): "()", ("", "-"): "trail"}
_PLACES = ("int", "frac", "point", "general")  # tokens that the number itself stands in
_COMPARE: dict[str, Callable[[Decimal, Decimal], bool]] = {
    ">": operator.gt,
    "<": operator.lt,
    "=": operator.eq,
    ">=": operator.ge,
    "<=": operator.le,
    "<>": operator.ne,
}


class Condition(NamedTuple):
    """``[>=10000]``: the numbers that a section is for."""

    sign: str
    bound: Decimal

    def holds(self, value: Decimal) -> bool:
        """Whether a section with this condition is for ``value``."""
        return _COMPARE[self.sign](value, self.bound)

    @property
    def positive(self) -> bool:
        """Whether it only says what the first section is for anyway."""
        return self.sign in (">", ">=") and self.bound == 0

    @property
    def below_zero(self) -> bool:
        """Whether it holds for negative numbers only (or 0)."""
        return self.sign in ("<", "<=") and self.bound <= 0


class FormatSection(NamedTuple):
    """One section of a format code.

    ``tokens`` are (kind, text): ``lit`` (a text), ``int`` and ``frac`` (places of digits), ``point``, ``percent``,
    ``general``. ``sign`` is what stands around the digits: nothing, ``+``, ``-``, ``()``, ``trail`` (a minus behind
    them). ``steady``: nothing else there makes another number of them. ``worded``: no digit of the number is shown.
    """

    when: Condition | None = None
    tokens: tuple[tuple[str, str], ...] = ()
    factor: Decimal = _ONE
    decimals: int | None = None
    sign: str = ""
    steady: bool = True
    worded: bool = False
    date: bool = False
    colour: bool = False
    exponent: bool = False
    fraction: bool = False
    noted: bool = False

    @property
    def plain(self) -> bool:
        """Whether a positive number is shown as it is, but for its decimals."""
        odd = self.worded or self.date or self.fraction or self.sign not in ("", "+")
        return self.steady and not odd and self.factor == _ONE

    @property
    def texts(self) -> str:
        """All that it prints whatever the number is, in half-width characters."""
        return _texts(self.tokens)

    @property
    def speaks_of_digits(self) -> bool:
        """Whether the texts that it prints hold digits of their own."""
        return any(c.isnumeric() and telling(c) for c in self.texts)

    def applies(self, value: Decimal) -> bool:
        """Whether its condition, if it has one, holds for ``value``."""
        return self.when is None or self.when.holds(value)


def half_width(text: str) -> str:
    """``text`` with the digits and signs of numbers in half width."""
    return text.translate(_HALF_WIDTH)


def telling(char: str) -> bool:
    """Whether a character beside a number makes another number of it."""
    return char in _TELLING or (char.isnumeric() and not "一" <= char <= "龥")


def without_currency(text: str) -> str:
    """``text`` without the signs of currencies around it."""
    return text.strip(_CURRENCIES)


def split_sections(code: str) -> list[str]:
    """The sections of a code as written: divided by semicolons that are neither quoted nor escaped."""
    sections, start = [], 0
    quoted = skip = False
    for i, char in enumerate(code):
        if skip:
            skip = False
        elif char == '"':
            quoted = not quoted
        elif quoted:
            continue
        elif char in "\\!_*":
            skip = True
        elif char == ";":
            sections.append(code[start:i])
            start = i + 1
    return [*sections, code[start:]]


def read_section(text: str, *, alone: bool) -> FormatSection:
    """One section read.

    ``alone``: it is the whole code, where brackets without anything else (``[Red]``) mean General.
    """
    scanner = _SectionScanner(text, general=alone)
    scanner.scan()
    return scanner.section()


class _Surroundings(NamedTuple):
    """What stands around the digits: their sign; whether nothing else changes them; whether there are texts."""

    sign: str = ""
    steady: bool = True
    noted: bool = False


_UNSTEADY = _Surroundings(steady=False, noted=True)


class _SectionScanner:
    """One pass over a section: its tokens, places of digits, scaling commas and literal points."""

    def __init__(self, text: str, *, general: bool) -> None:
        self.text = text
        self.at = 0
        self.when: Condition | None = None
        self.tokens: list[tuple[str, str]] = []
        self.general = general
        self.colour = self.date = self.era = self.fraction = self.exponent = False
        self.digits = self.commas = self.percents = 0
        self.after_point: int | None = None
        self.after_literal: int | None = None

    def scan(self) -> None:
        """Read all characters."""
        while self.at < len(self.text):
            char = self.text[self.at]
            self.at += 1
            self._STEPS.get(char, _SectionScanner._other)(self, char)

    # --- characters ---

    def _general(self, char: str) -> None:
        word = _GENERAL.match(self.text, self.at - 1)
        if word is None:
            self._other(char)
        else:
            self.tokens.append(("general", ""))
            self.at = word.end()

    def _until(self, mark: str) -> str:
        """The text up to a mark, or to the end where there is none; behind it reading goes on."""
        end = self.text.find(mark, self.at)
        end = len(self.text) if end < 0 else end
        inside = self.text[self.at : end]
        self.at = end + 1
        return inside

    def _quoted(self, _char: str) -> None:
        self._literal(self._until('"'))

    def _escaped(self, _char: str) -> None:
        self._literal(self.text[self.at : self.at + 1])
        self.at += 1

    def _literal(self, text: str) -> None:
        self.tokens.append(("lit", text))
        if text == "." and self.digits and self.after_point is None and self.after_literal is None:
            self.after_literal = 0

    def _padding(self, _char: str) -> None:
        self.at += 1
        self.general = False

    def _bracket(self, _char: str) -> None:
        inside = self._until("]").strip()
        small = inside.lower()
        if condition := _CONDITION.fullmatch(small):
            self.when = Condition(condition[1], Decimal(condition[2]))
        elif small.startswith("$"):
            if currency := inside[1:].partition("-")[0]:
                self._literal(currency)
        elif _COLOUR.fullmatch(small):
            self.colour = True
        elif small and not small.strip("hms"):
            self.date = True

    def _exponent(self, char: str) -> None:
        if not self.digits or self.text[self.at : self.at + 1] not in ("+", "-"):
            self._other(char)
            return
        self.exponent = True
        rest = range(self.at + 1, len(self.text))
        self.at = next((i for i in rest if self.text[i] not in "0#?"), len(self.text))

    def _digit(self, char: str) -> None:
        self.digits += 1
        self.commas = 0
        if self.after_point is not None:
            self.after_point += 1
        elif self.after_literal is not None:
            self.after_literal += 1
        self.tokens.append(("int" if self.after_point is None else "frac", char))

    def _comma(self, char: str) -> None:
        if self.digits:
            self.commas += 1
        else:
            self._other(char)

    def _point(self, char: str) -> None:
        if self.after_point is None:
            self.after_point = 0
            self.tokens.append(("point", char))
        else:
            self._other(char)

    def _percent(self, char: str) -> None:
        self.percents += 1
        self.tokens.append(("percent", char))

    def _any_text(self, _char: str) -> None:
        self.tokens.append(("general", ""))

    def _part_of_date(self, _char: str) -> None:
        self.date = True

    def _other(self, char: str) -> None:
        self.era |= char in "gebGEB"
        self.fraction |= char == "/" and self.digits > 0
        self.tokens.append(("lit", char))

    _STEPS: ClassVar[dict[str, Callable[[_SectionScanner, str], None]]] = {
        **dict.fromkeys("Gg常", _general),
        '"': _quoted,
        **dict.fromkeys("\\!", _escaped),
        **dict.fromkeys("_*", _padding),
        "[": _bracket,
        **dict.fromkeys("Ee", _exponent),
        **dict.fromkeys("0#?", _digit),
        ",": _comma,
        ".": _point,
        "%": _percent,
        "@": _any_text,
        **dict.fromkeys("ymdhsaYMDHSA", _part_of_date),
    }

    # --- what they come to ---

    def section(self) -> FormatSection:
        """The section that has been read."""
        tokens = tuple(self.tokens)
        if self.date or (self.era and not self.digits):
            return FormatSection(self.when, tokens, date=True)
        general = self._is_general()
        if not self.digits and not general:
            return FormatSection(self.when, tokens, worded=True, colour=self.colour)
        around = self._around()
        return FormatSection(
            self.when,
            tokens,
            factor=self._factor(),
            decimals=None if general else self._decimals(),
            sign=around.sign,
            steady=around.steady,
            noted=around.noted,
            colour=self.colour,
            exponent=self.exponent,
            fraction=self.fraction,
        )

    def _is_general(self) -> bool:
        """Whether the number is shown as it is: General, or nothing at all where that means the same."""
        return any(kind == "general" for kind, _ in self.tokens) or (self.general and not self.tokens)

    def _factor(self) -> Decimal:
        """What the number is divided by: thousands for commas, tens for places behind a literal point, % multiplies."""
        power = 3 * self.commas + (self.after_literal or 0) - 2 * self.percents
        return _ONE.scaleb(max(-_MOST_POWER, min(power, _MOST_POWER)))

    def _decimals(self) -> int:
        return min((self.after_point or 0) + (self.after_literal or 0), _MOST_DECIMALS)

    def _around(self) -> _Surroundings:
        spots = [i for i, (kind, _) in enumerate(self.tokens) if kind in _PLACES]
        if not spots:
            return _Surroundings()
        lead, trail = _texts(self.tokens[: spots[0]]), _texts(self.tokens[spots[-1] :])
        within = self._within(spots[0], spots[-1])
        sign = _SIGNS.get((_signs(lead), _signs(trail)))
        if within is None or sign is None or _says_more(within):
            return _UNSTEADY
        return _Surroundings(sign, noted=bool((lead + trail).strip(" " + _CURRENCIES)))

    def _within(self, first: int, last: int) -> str | None:
        """The texts between the first and the last digit, but for a point; None where there is more than one."""
        within = _texts(self.tokens[first:last])
        if self.after_literal is None:
            return within
        return within.replace(".", "", 1) if self.after_point is None else None


def _says_more(within: str) -> bool:
    """Whether texts among the digits change how a number is read: all but commas that part thousands."""
    return any(telling(c) and c != "," for c in within)


def _texts(tokens: Iterable[tuple[str, str]]) -> str:
    return half_width("".join(text for kind, text in tokens if kind == "lit"))


def _signs(text: str) -> str:
    """A text beside the digits without blanks and currencies; empty where nothing of it changes the number."""
    if not any(map(telling, text)):
        return ""
    return "".join(c for c in text if not c.isspace() and c not in _CURRENCIES)
