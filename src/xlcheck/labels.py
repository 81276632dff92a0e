"""How two printed labels are compared: without ordinals, spaces, and width of characters.

Real tables print ``一、一般公共预算财政拨款收入``, ``（一）行政单位`` or ``1.副部（省）级及以上领导用车``, break
labels over lines and mix full- and half-width signs (domain.md §2.2). The key of a label is what is
left when all of that is taken away.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_ORDINAL = re.compile(
    r"^(?:[一二三四五六七八九十]+[、.,]|\([一二三四五六七八九十]+\)[、.]?|\d{1,2}[、.](?!\d)|\(\d{1,2}\))"
)
_LEAD = re.compile(r"^(?:其中|加|减)[::]")
_SPACE = re.compile(r"[\s\u200b\ufeff]+")
_QUOTES = str.maketrans({"“": '"', "”": '"', "「": '"', "」": '"', "‘": "'", "’": "'", "﹣": "-"})


def plain(text: str) -> str:
    """``text`` without white space, in half-width forms and straight quotes."""
    return _SPACE.sub("", unicodedata.normalize("NFKC", text)).translate(_QUOTES)


@lru_cache(maxsize=8192)
def label_key(text: str) -> str:
    """The form in which labels are compared: :func:`plain`, without ordinal, ``其中:`` or colon."""
    bare = plain(text)
    previous = None
    while bare != previous:
        previous = bare
        bare = _LEAD.sub("", _ORDINAL.sub("", bare)).strip(":")
    return bare


@lru_cache(maxsize=4096)
def column_letters(index: int) -> str:
    """Spreadsheet letters of a 1-based column number: 1 → ``A``, 28 → ``AB``."""
    letters = ""
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@lru_cache(maxsize=4096)
def column_index(letters: str) -> int:
    """1-based column number of spreadsheet letters: ``AB`` → 28."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index


def whole(text: str | None) -> int | None:
    """The number that ``text`` spells in at most nine ASCII digits, else None. Untrusted text never reaches ``int``."""
    return int(text) if text and len(text) <= 9 and text.isascii() and text.isdigit() else None


def address(row: int, column: int) -> str:
    """``A1`` address of a 1-based row and column."""
    return f"{column_letters(column)}{row}"
