"""What one cell says as a code: the whole code, a part of it, code and name; and the code that parts make.

Numbers lose their zeros (208|5|5 is 2080505: two digits a part).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Literal

from xlcheck.labels import plain
from xlcheck.reading.grid import Cell
from xlcheck.reading.rows import code_text

_FULL = re.compile(r"^[2-5]\d{2}(?:\d{2}){0,2}$", re.ASCII)
_PART = re.compile(r"^\d{1,2}$", re.ASCII)
_BOTH = re.compile(r"^\s*([2-5]\d{2}(?:\d{2}){0,2})[\s\-—_、.．:：]*([^\d\s.,，%()（）+\-].*)$", re.ASCII)
_OPENING, _CLOSING = "[(【〔〈<", "])】〕〉>"
_IN_FRONT = re.compile(
    r"^[\[(【〔〈<]([2-5]\d{2}(?:\d{2}){0,2})[\])】〕〉>][\s\-—_、.．:：]*([^\d\s.,，%+\-].*)$", re.ASCII
)
_NAMED_FIRST = re.compile(r"^(\D.*?)[\[(【〔〈<]([2-5]\d{2}(?:\d{2}){0,2})[\])】〕〉>]$", re.ASCII)
_DIVIDED = re.compile(r"^([2-5]\d{2})([.\-/])(\d{2})(?:\2(\d{2}))?$", re.ASCII)
_LONGEST = 80  # a longer text is neither a code nor a code and its name
_LONGEST_DIVIDED = 9  # 208-05-05
_KEPT = 8_192  # texts: those of a workbook stand in several of its tables

Look = Literal["full", "part", "both", "text", "other"]
"""What a cell looks like: a whole code, a part of one, code and name, another text, anything else."""


def look_of(cell: Cell, *, dotted: bool) -> Look:
    """What a cell looks like; ``dotted`` is said of a column where dots divide the parts of codes."""
    if len(cell.text) > _LONGEST:
        return "text" if cell.type == "s" else "other"
    return _look(cell.type, cell.text, dotted)


@lru_cache(maxsize=_KEPT)
def _look(kind: str, text: str, dotted: bool) -> Look:
    if kind == "s":
        return _look_of_text(text, dotted=dotted)
    if kind != "n" or _is_amount(text):
        return "other"
    return _look_of_code(_coded(kind, text, dotted)) or "other"


def _look_of_text(text: str, *, dotted: bool) -> Look:
    if text[:1].isdigit() or text[:1].isspace():
        bare = _coded("s", text, dotted)
    else:
        bare = text.strip() if text.isascii() else plain(text)
    look = _look_of_code(bare)
    if look is not None:
        return look
    may_be_both = bare[:1].isdigit() or bare[:1] in _OPENING or bare[-1:] in _CLOSING
    return "both" if may_be_both and code_and_name(bare) else "text"


def _look_of_code(bare: str) -> Look | None:
    if _FULL.match(bare):
        return "full"
    return "part" if _PART.match(bare) else None


def _is_amount(text: str) -> bool:
    """Whether a number has decimals, as no code has: 525.21."""
    return "." in text and text[-2:-1] != "." and "E" not in text and "e" not in text


def is_dotted(cell: Cell) -> bool:
    """Whether dots divide the three parts of a code: in its column 208.05 is a code too, elsewhere it is an amount."""
    return cell.type == "s" and cell.text.count(".") == 2 and _DIVIDED.match(plain(cell.text)) is not None


def coded(cell: Cell, *, dotted: bool) -> str:
    """What a cell says as a code: digits without what divides them (208-05-05, 208.05.05)."""
    return _coded(cell.type, cell.text, dotted)


@lru_cache(maxsize=_KEPT)
def _coded(kind: str, text: str, dotted: bool) -> str:
    bare = plain(code_text(text))
    if kind != "s" or len(bare) > _LONGEST_DIVIDED:
        return bare
    match = _DIVIDED.match(bare)
    if match is None or (match[2] == "." and not dotted):
        return bare
    return match[1] + match[3] + (match[4] or "")


def code_and_name(text: str) -> tuple[str, str] | None:
    """Code and name of a cell that holds both: 208社会保障和就业支出, [208]社会保障和就业支出, 社会保障和就业支出（208）."""
    bare = plain(text)
    if match := _BOTH.match(bare) or _IN_FRONT.match(bare):
        return match[1], match[2]
    match = _NAMED_FIRST.match(bare)
    return (match[2], match[1]) if match else None


def padded(codes: Iterable[str]) -> bool:
    """Whether codes are filled up to seven digits: no code of the classification ends in 00."""
    listed = list(codes)
    return any(c.endswith("0000") for c in listed) and all(len(c) == 7 for c in listed)


def unpadded(code: str) -> str:
    """2080000 → 208, 2080100 → 20801."""
    if code.endswith("0000"):
        return code[:3]
    return code[:5] if code.endswith("00") else code


def longest_code(parts: Iterable[str]) -> str:
    """The longest of the parts that is a whole code; empty where none is."""
    return max((part for part in parts if _FULL.match(part)), key=len, default="")


def joined(parts: Sequence[str], top: str, second: str) -> str:
    """The code that the parts of a row make; ``top`` and ``second`` are the class and 款 above it."""
    full = longest_code(parts)
    if len(full) > 3:
        return _completed(full, parts[parts.index(full) + 1 :])
    small = {i: part for i, part in enumerate(parts) if part and part != full}
    if not all(_PART.match(part) for part in small.values()):
        return ""
    digits = {i: part.zfill(2) for i, part in small.items() if int(part)}  # 0 says that there is no such part
    base = full or _above(min(digits, default=0), top, second)
    return base + "".join(digits.values()) if base else ""


def _completed(full: str, right: Sequence[str]) -> str:
    """A code of more than a class, with the part right of it that it lacks."""
    rest = [part for part in right if part]
    lacks = len(full) == 5 and len(rest) == 1 and _PART.match(rest[0])
    return full + rest[0].zfill(2) if lacks else full


def _above(index: int, top: str, second: str) -> str:
    """What a row leaves out whose first part stands in the column ``index``: the class, or class and 款."""
    if index == 0:
        return ""
    return top if index == 1 else second
