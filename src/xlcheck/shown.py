"""Text of others (names of files and units, subjects, cells) as it may be shown: on a screen, in a page, in a list."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container
from typing import Any

# What turns text around, moves a cursor, breaks a line where nobody sees it or can't be encoded.
_UNFIT = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)

# What a line is broken between: runs of ASCII (and 公开03) stay whole, brackets and marks stay with what they belong to.
_PIECES = re.compile("[“‘（《【〔]*(?:(?:公开)?[!-~]+|[^ ])[，。；：、！？”’）》】〕…]* *")


def clean(text: str) -> str:
    """``text`` with characters that steer a terminal, turn text around or can't be encoded replaced by U+FFFD."""
    return _UNFIT.sub("\ufffd", text)


def one_line(text: str) -> str:
    """The same on one line: line ends and tabs are replaced too."""
    return clean(text).replace("\n", "\ufffd").replace("\t", "\ufffd")


def cleaned(data: Any, exact: Container[str] = ()) -> Any:
    """Plain data with every text in it cleaned, but for those under the keys ``exact``: names that programs look up."""
    if isinstance(data, str):
        return clean(data)
    if isinstance(data, dict):
        return {key: value if key in exact else cleaned(value, exact) for key, value in data.items()}
    return [cleaned(value, exact) for value in data] if isinstance(data, list | tuple) else data


def escaped(json: str) -> str:
    """JSON in which what is not cleaned stands as an escape: a program reads it, a screen is not steered by it."""
    return _UNFIT.sub(lambda found: f"\\u{ord(found[0]):04x}", json)


def columns_of(text: str) -> int:
    """How many columns of a fixed-width font ``text`` takes: two for a wide character, none for a mark on the one before."""
    return sum(_columns(c) for c in text)


def _columns(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def wrapped(text: str, width: int) -> list[str]:
    """Lines of at most ``width`` columns, indented as the first one is.

    Figures, addresses of cells and words stay whole, however narrow the screen; no line begins with a closing mark.
    """
    indent = text[: len(text) - len(text.lstrip(" "))]
    lines, line, room = [], indent, width - len(indent)
    left = room
    for piece in _PIECES.findall(text[len(indent) :]):
        size = columns_of(piece.rstrip(" "))
        if size > left and left < room:
            lines.append(line.rstrip(" "))
            line, left = indent, room
        line += piece
        left -= columns_of(piece)
    return [*lines, line.rstrip(" ")]


def shortened(text: str, width: int) -> str:
    """One line of at most ``width`` columns; what is cut off is said by an ellipsis."""
    if columns_of(text) <= width:
        return text
    kept, room = "", width - 1
    for character in text:
        room -= _columns(character)
        if room < 0:
            break
        kept += character
    return f"{kept}…"


def put_text(sheet: Any, row: int, column: int, text: str, style: Any = None) -> None:
    """Write a text to a 0-based cell of a new sheet as it is: XlsxWriter takes ``<r>…</r>`` for markup of its own."""
    if text.startswith("<r>") and text.endswith("</r>"):
        sheet.write_rich_string(row, column, text[:1], text[1:2], text[2:], *([] if style is None else [style]))
    else:
        sheet.write_string(row, column, text, style)
