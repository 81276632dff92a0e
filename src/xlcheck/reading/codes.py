"""What a 科目代码 cell says: the digits of a code, however the office typed them, or that they are lost."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal

from xlcheck.labels import plain
from xlcheck.reading.grid import Cell
from xlcheck.reading.numberformats import Shown

_PLAIN: Mapping[int, Shown] = {}
_DATED = "日期 "  # leads what is a date in a column of codes
_CODE = re.compile(r"^\d{1,9}$")
_DECIMAL_TAIL = re.compile(r"\.0+$")
_EXPONENT = re.compile(r"^\d+(?:\.\d+)?[eE]\+?\d{1,2}$")
_LONGEST_EXPONENT = 20  # characters: more digits than any code has
_DAYS = range(36_526, 73_051)  # 2000 to 2099 as Excel counts days: a date that was typed, no code
_BROKEN = re.compile(r"^(?:\d(?:\.\d+)?[eE]\+?\d{1,2}|\d{2,4}[-/年]\d{1,2}[-/月]\d{1,2}日?(?:T.*)?|#+)$")


def code_text(text: str) -> str:
    """A 科目代码 cell as digits: ``208.0``, ``2.08E2`` and full-width digits become ``208``; 2.08E6 lost its digits."""
    if text.isascii() and text.isdigit():
        return text
    bare = plain(text)
    if _EXPONENT.match(bare) and len(bare) < _LONGEST_EXPONENT:
        bare = _spelled_out(bare)
    return _DECIMAL_TAIL.sub("", bare)


def _spelled_out(bare: str) -> str:
    """A number with an exponent as digits, if every one of them is there: 2.080505E6; else as it is."""
    value, places = Decimal(bare), len(bare.partition(".")[2].lower().partition("e")[0])
    complete = value == value.to_integral_value() and places == value.adjusted()
    return str(int(value)) if complete else bare


def is_code(text: str) -> bool:
    """Whether a text of :func:`joined_code` is a code."""
    return bool(_CODE.match(text))


def lost_code(text: str) -> str | None:
    """The text of what was a code and is none any more (2.08E6, a date, ####); None for anything else."""
    if text.startswith(_DATED):
        return text.removeprefix(_DATED)
    return text if _BROKEN.match(text) else None


def joined_code(cells: dict[int, Cell], columns: Iterable[int], formats: Mapping[int, Shown] = _PLAIN) -> str:
    """A code in one column, or split 类|款|项 over several (201|06|01): the parts in a row."""
    parts = [_code_of(cells[c], formats) for c in columns if c in cells]
    if len(parts) > 1 and all(p.isascii() and p.isdigit() for p in parts):
        return "".join(parts)
    return parts[0] if parts else ""


def _code_of(cell: Cell, formats: Mapping[int, Shown]) -> str:
    """The code in one cell. A number that is stored as such has all its digits; a date that was typed is no code."""
    text = code_text(cell.text)
    if cell.type == "n" and _EXPONENT.match(text):
        value = Decimal(text)
        return str(int(value)) if value == value.to_integral_value() else text
    dated = cell.type == "d" or (cell.style in formats and _is_day(text, formats[cell.style]))
    return f"{_DATED}{text}" if dated else text


def _is_day(text: str, shown: Shown) -> bool:
    """Whether a number is shown as a date of our days."""
    return shown.date and text.isdigit() and int(text[:9]) in _DAYS
