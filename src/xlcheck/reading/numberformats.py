"""What a number format makes of a number: the same number, another one, a date, or nothing that can be read.

Offices keep 元 and let the format ``0!.0,`` show 万元 (design.md); a 科目代码 gets a date format; ``;;;`` shows
nothing at all; ``"-"0.00`` shows a minus before a number that has none. What a person sees is what counts, so the
section of the format that applies to a value is read as a person reads it. Syntax: ECMA-376 part 1, 18.8.31; ``!``
escapes like a backslash in Chinese formats.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache
from typing import NamedTuple

from lxml import etree

from xlcheck.labels import whole
from xlcheck.reading.package import chosen

_MAX_CODE = 1_000
_MOST_DECIMALS = 30
_MOST_POWER = 60
_MOST_SECTIONS = 3  # that are for numbers
_CONDITION = re.compile(r"(>=|<=|<>|>|<|=)\s*(-?\d{1,15}(?:\.\d{1,9})?)")
_COLOUR = re.compile(
    r"black|blue|cyan|green|magenta|red|white|yellow|(?:黑|蓝|青|绿|洋红|红|白|黄)色?|(?:color|颜色)\s*\d{1,2}"
)
_GENERAL = re.compile(r"general|g/通用格式|常规", re.IGNORECASE)
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
_HALF_WIDTH = str.maketrans("−－﹣（）＋．，％０１２３４５６７８９", "---()+.,%0123456789")
_TELLING = frozenset("-+().,%0123456789")  # beside a number, these make another number of it
_CURRENCIES = "¥￥$"
_SIGNS = {"", "+", "-"}
_READABLE = re.compile(r"(\()?([-+]?)(\d{1,3}(?:,\d{3}){1,12}|\d{1,40})?(?:\.(\d{1,40}))?(\))?", re.ASCII)
_EXACT = Context(prec=90)
_ONE = Decimal(1)
_BINARY = Decimal("1e-12")  # what binary fractions may be off by


class Seen(NamedTuple):
    """What a format shows of a value.

    ``how``: same (the number itself), scaled, other (another number), date, invisible, or unclear. ``number`` is what
    a person reads, where there is one; ``decimals`` are those shown (None: all there are); ``text`` is how the cell
    looks, where that is odd.
    """

    how: str
    number: Decimal | None = None
    decimals: int | None = None
    text: str = ""


class Part(NamedTuple):
    """One section of a format code.

    ``tokens`` are (kind, text): ``lit`` (a text), ``int`` and ``frac`` (places of digits), ``point``, ``percent``,
    ``general``. ``sign`` is what stands around the digits: nothing, ``+``, ``-``, ``()``, ``trail`` (a minus behind
    them). ``steady``: nothing else there makes another number of them. ``worded``: no digit of the number is shown.
    """

    when: tuple[str, Decimal] | None = None
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
    when: tuple[str, Decimal] | None = None
    parts: tuple[Part, ...] = ()
    quiet: bool = False

    def applies(self, value: Decimal) -> bool:
        """Whether the format shows ``value`` so: its first section may be for large (or small) numbers only."""
        return self.when is None or _compare(value, *self.when)

    def matters(self, decimals: int | None) -> bool:
        """Whether a table that prints ``decimals`` (None: any) could see another figure through it than is stored."""
        if not self.quiet or any(p.when is not None for p in self.parts):
            return True
        first, *rest = self.parts
        if decimals is not None and (first.exponent or first.decimals not in (decimals, None)):
            return True
        if not rest:
            return False
        negative, zero = rest[0], rest[1] if len(rest) > 1 else None
        signed = negative._replace(sign="").plain and (negative.colour or negative.sign not in ("", "+"))
        usual = signed and not negative.exponent and negative.decimals == first.decimals
        return not usual or (zero is not None and (_digits_said(zero) if zero.worded else not zero.steady))

    def seen(self, value: Decimal) -> Seen:
        """What a person sees of ``value``."""
        if not self.parts:
            return Seen("date" if self.date else "same")
        part, size = _section(self.parts, value)
        if part is None:
            return Seen("unclear", text="####")
        seen = _see(part, value, size)
        if not value and seen.how == "same" and part is self.parts[-1] and len(self.parts) == _MOST_SECTIONS:
            return Seen("same")  # a section of its own for zero: 0 there is exactly 0
        return seen


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
        found = self._by_decimals.get(decimals)
        if found is None:
            quiet = {style: shown for style, shown in self.others.items() if shown.matters(decimals)}
            found = self._by_decimals[decimals] = {**self, **quiet}
        return found


# --- which format a style has ---------------------------------------------------------------------


def odd_formats(styles: etree._Element) -> Formats:
    """Cell style → :class:`Shown`, for the styles (of a styles part) that show another number than the cell holds."""
    shown: dict[int, Shown | None] = {}
    found = Formats()
    for table in styles:
        if str(table.tag).endswith("numFmts"):
            for element in table:
                number = whole(element.get("numFmtId"))
                if number is not None:
                    shown[number] = format_of(element.get("formatCode") or "")
    for table in styles:
        if str(table.tag).endswith("cellXfs"):
            for index, element in enumerate(table):
                number = whole(chosen(element).get("numFmtId")) or 0
                if number not in shown:
                    shown[number] = built_in_format(number)
                found.add(index, shown[number])
    return found


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
    texts = _sections(code)
    if 1 < len(texts) <= _MOST_SECTIONS and "@" in texts[-1]:
        texts.pop()  # the section for texts
    parts = tuple(_Scan(text, alone=";" not in code).part() for text in texts[:_MOST_SECTIONS])
    first = parts[0]
    if len(parts) == 1 and first.plain and first.decimals is None and first.when is None:
        return None
    return Shown(
        code, first.factor, first.decimals or 0, first.date, first.worded, first.when, parts, quiet=first.plain
    )


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
    part = Part(tokens=(("lit", text[:_MAX_CODE]),), worded=True)
    return Shown(text[:_MAX_CODE], _ONE, 0, invisible=True, parts=(part,))


def contradicts(shown: Shown | None, value: Decimal, text: str) -> bool:
    """Whether the text that a file says is shown is another number than its format makes of its value."""
    seen = shown.seen(value) if shown is not None else Seen("same", value)
    number = value if seen.how == "same" else seen.number
    if seen.how not in ("same", "scaled", "other") or number is None:
        return False
    said = _read("".join(c for c in text.translate(_HALF_WIDTH) if (_telling(c) and c != "%") or c in "Ee"), value)
    if said.number is None:
        return False
    apart = abs(said.number - number)
    last = said.number.as_tuple().exponent
    return apart > _ONE.scaleb(min(int(last), 0)) / 2 + abs(number) * _BINARY


# --- reading a format code ------------------------------------------------------------------------


def _sections(code: str) -> list[str]:
    found, start = [], 0
    quoted = skip = False
    for i, char in enumerate(code):
        if skip:
            skip = False
        elif char == '"':
            quoted = not quoted
        elif not quoted and char in "\\!_*":
            skip = True
        elif not quoted and char == ";":
            found.append(code[start:i])
            start = i + 1
    return [*found, code[start:]]


class _Scan:
    """One pass over a section: its tokens, places of digits, scaling commas and literal points.

    ``alone``: it is the whole code, where brackets without anything else (``[Red]``) mean General.
    """

    def __init__(self, section: str, *, alone: bool) -> None:
        self.when: tuple[str, Decimal] | None = None
        self.tokens: list[tuple[str, str]] = []
        self.general = alone
        self.colour = self.date = self.era = self.fraction = self.exponent = False
        self.digits = self.commas = self.percents = 0
        self.after_point: int | None = None
        self.after_literal: int | None = None
        self._scan(section)

    def _scan(self, section: str) -> None:
        at = 0
        while at < len(section):
            char = section[at]
            at += 1
            if char in "Gg常" and (general := _GENERAL.match(section, at - 1)):
                self.tokens.append(("general", ""))
                at = general.end()
            elif char == '"':
                end = section.find('"', at)
                end = len(section) if end < 0 else end
                self._literal(section[at:end])
                at = end + 1
            elif char in "\\!":
                self._literal(section[at : at + 1])
                at += 1
            elif char in "_*":
                at += 1
                self.general = False
            elif char == "[":
                end = section.find("]", at)
                end = len(section) if end < 0 else end
                self._bracket(section[at:end].strip())
                at = end + 1
            elif char in "Ee" and self.digits and section[at : at + 1] in ("+", "-"):
                self.exponent = True
                at = next((i for i in range(at + 1, len(section)) if section[i] not in "0#?"), len(section))
            else:
                self._plain(char)

    def _bracket(self, inside: str) -> None:
        small = inside.lower()
        condition = _CONDITION.fullmatch(small)
        if condition:
            self.when = condition[1], Decimal(condition[2])
        elif small.startswith("$"):
            currency = inside[1:].partition("-")[0]
            if currency:
                self._literal(currency)
        elif _COLOUR.fullmatch(small):
            self.colour = True
        elif small and not small.strip("hms"):
            self.date = True

    def _literal(self, text: str) -> None:
        self.tokens.append(("lit", text))
        if text == "." and self.digits and self.after_point is None and self.after_literal is None:
            self.after_literal = 0

    def _plain(self, char: str) -> None:
        if char in "0#?":
            self.digits += 1
            self.commas = 0
            if self.after_point is not None:
                self.after_point += 1
            elif self.after_literal is not None:
                self.after_literal += 1
            self.tokens.append(("int" if self.after_point is None else "frac", char))
        elif char == "," and self.digits:
            self.commas += 1
        elif char == "." and self.after_point is None:
            self.after_point = 0
            self.tokens.append(("point", char))
        elif char == "%":
            self.percents += 1
            self.tokens.append(("percent", char))
        elif char == "@":
            self.tokens.append(("general", ""))
        elif char.lower() in "ymdhsa":
            self.date = True
        else:
            self.era |= char.lower() in "geb"
            self.fraction |= char == "/" and self.digits > 0
            self.tokens.append(("lit", char))

    def part(self) -> Part:
        """The section."""
        tokens = tuple(self.tokens)
        if self.date or (self.era and not self.digits):
            return Part(self.when, tokens, date=True)
        general = any(kind == "general" for kind, _ in tokens) or (self.general and not tokens)
        if not self.digits and not general:
            return Part(self.when, tokens, worded=True, colour=self.colour)
        power = 3 * self.commas + (self.after_literal or 0) - 2 * self.percents
        decimals = min((self.after_point or 0) + (self.after_literal or 0), _MOST_DECIMALS)
        sign, steady, noted = self._around()
        return Part(
            self.when, tokens, _ONE.scaleb(max(-_MOST_POWER, min(power, _MOST_POWER))),
            None if general else decimals, sign, steady, colour=self.colour,
            exponent=self.exponent, fraction=self.fraction, noted=noted,
        )  # fmt: skip

    def _around(self) -> tuple[str, bool, bool]:
        """The sign around the digits; whether no other text makes another number of them; whether there are texts."""
        spots = [i for i, (kind, _) in enumerate(self.tokens) if kind in ("int", "frac", "point", "general")]
        if not spots:
            return "", True, False
        lead = _texts(self.tokens[: spots[0]])
        within = _texts(self.tokens[spots[0] : spots[-1]])
        trail = _texts(self.tokens[spots[-1] :])
        if self.after_literal is not None:
            within = within.replace(".", "", 1)
            if self.after_point is not None:
                return "", False, True
        before, after = (_tight(text) if _tells(text) else "" for text in (lead, trail))
        noted = bool((lead + trail).strip(" " + _CURRENCIES))
        inside = "".join(c for c in within if _telling(c) and c != ",")
        if inside:
            return "", False, True
        if (before, after) == ("(", ")"):
            return "()", True, noted
        if before == "" and after == "-":
            return "trail", True, noted
        return (before, True, noted) if before in _SIGNS and not after else ("", False, True)


def _texts(tokens: Iterable[tuple[str, str]]) -> str:
    return "".join(text for kind, text in tokens if kind == "lit").translate(_HALF_WIDTH)


def _telling(char: str) -> bool:
    return char in _TELLING or (char.isnumeric() and not "一" <= char <= "龥")


def _tells(text: str) -> bool:
    return any(map(_telling, text))


def _tight(text: str) -> str:
    return "".join(c for c in text if not c.isspace() and c not in _CURRENCIES)


def _digits_said(part: Part) -> bool:
    return any(c.isnumeric() and _telling(c) for c in _texts(part.tokens))


# --- what a section shows -------------------------------------------------------------------------


def _compare(value: Decimal, sign: str, bound: Decimal) -> bool:
    if sign == "<>":
        return value != bound
    holds = {">": value > bound, "<": value < bound, "=": value == bound}
    return any(holds[s] for s in sign)


_GENERAL_PART = Part(tokens=(("general", ""),))


def _section(parts: tuple[Part, ...], value: Decimal) -> tuple[Part | None, Decimal]:
    """The section for a value, and what it is given to print: where it is the one for negatives, without the sign.

    Positive, negative, zero; conditions come first, and the last section without one takes what is left. None:
    Excel fills the cell with ####.
    """
    first, second, zero = (*parts, None, None)[:3]
    if first is None:
        return None, value
    if second is None:
        return (first if first.when is None or _compare(value, *first.when) else _GENERAL_PART), value
    positive = first.when is None or (first.when[0] in (">", ">=") and first.when[1] == 0)
    if value < 0 and second.when is None and (positive or zero is not None):
        return second, -value
    plain = value > 0 or (value == 0 and zero is None)
    if plain if first.when is None else _compare(value, *first.when):
        return first, value
    if second.when is None:
        return (second if zero is None else zero), value
    return (second if _compare(value, *second.when) else zero), value


def _see(part: Part, value: Decimal, size: Decimal) -> Seen:
    """What a section makes of ``value``; ``size`` is what it is given to print."""
    if part.date:
        return Seen("date")
    if part.worded:
        if _digits_said(part):
            return _read(_texts(part.tokens), value)
        return Seen("invisible" if value else "same", text=_texts(part.tokens))
    if not part.steady or (part.fraction and value != value.to_integral_value()):
        broken = part.fraction or part.exponent or part.factor < _ONE
        return Seen("unclear", text=_render(part, size)) if broken else _read(_render(part, size), value)
    number = _EXACT.divide(value, part.factor)
    decimals = part.decimals
    if part.exponent and number:
        decimals = (decimals or 0) - number.adjusted()
    said = _sign_said(part, value, size)
    if said == "unclear":
        return Seen("unclear", text=_render(part, size))
    if said == "turned":
        return Seen("other", -number, decimals, _render(part, size))
    return Seen("same" if part.factor == _ONE else "scaled", number, decimals)


def _sign_said(part: Part, value: Decimal, size: Decimal) -> str:
    """Whether the sign that a person sees is the number's: right, turned, or unclear."""
    if not value:
        return "right"
    below = part.when is not None and part.when[0] in ("<", "<=") and part.when[1] <= 0
    marked = part.sign in ("-", "()", "trail")
    if below:  # programs differ in whether a minus of their own is added
        return "right" if marked or part.colour else "unclear"
    given = size < 0
    if (given and part.sign) or (part.sign == "trail" and value > 0):
        return "unclear"
    if (given or marked) == (value < 0):
        return "right"
    if value < 0:  # nothing says that it is negative but, at most, a colour
        return "right" if part.colour else "unclear" if part.noted and part.sign != "+" else "turned"
    return "turned"


def _read(text: str, value: Decimal) -> Seen:
    """The number that a person reads in a cell that looks like ``text``."""
    bare = "".join(text.translate(_HALF_WIDTH).split()).strip(_CURRENCIES)
    match = _READABLE.fullmatch(bare)
    if match is None or not (match[3] or match[4]) or bool(match[1]) != bool(match[5]) or (match[1] and match[2]):
        return Seen("unclear", text=text)
    number = Decimal((match[3] or "0").replace(",", "") + (f".{match[4]}" if match[4] else ""))
    number = -number if match[1] or match[2] == "-" else number
    if number == value:
        return Seen("same", number)
    return Seen("other", number, len(match[4] or ""), text.strip())


def _render(part: Part, size: Decimal) -> str:
    """A number as the section prints it: digits in their places, texts where they stand."""
    if part.exponent:
        return f"{size:E}"
    frac = sum(kind == "frac" for kind, _ in part.tokens)
    places = [text for kind, text in part.tokens if kind == "int"]
    # digits behind a literal point (0!.0,) are digits of the whole number
    scale = _EXACT.scaleb(part.factor, frac - (part.decimals or 0)) if part.decimals else part.factor
    rounded = _EXACT.divide(abs(size), scale).quantize(_ONE.scaleb(-frac), ROUND_HALF_UP, _EXACT)
    whole_digits, _, fraction = f"{rounded:f}".partition(".")
    whole_digits = whole_digits.lstrip("0")
    missing = max(len(places) - len(whole_digits), 0)
    more = max(len(whole_digits) - len(places), 0)
    pieces = ["-"] if size < 0 else []
    place = shown = 0
    for kind, text in part.tokens:
        if kind == "int":
            if place < missing:
                pieces.append("0" if "0" in places[: place + 1] else "")
            else:
                end = more + place - missing + 1
                pieces.append(whole_digits[shown:end])
                shown = end
            place += 1
        elif kind == "frac":
            pieces.append(fraction[:1])
            fraction = fraction[1:]
        elif kind == "point":
            pieces.append((whole_digits if not places else "") + ".")
        else:
            pieces.append(f"{abs(size).normalize():f}" if kind == "general" else text)
    return "".join(pieces)
