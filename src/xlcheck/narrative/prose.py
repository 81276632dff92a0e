"""Printed text → text to read: one width, no spaces, broken lines joined; every character keeps its place.

PDF and plain text break lines inside words and figures, Word puts spaces between Chinese and digits; quotes are of all
kinds. All that is taken away here, once, and nowhere else.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from xlcheck.labels import simplified, without_invisible

BREAK = "\n"  # the end of a paragraph
_DROPPED = set("“”‘’\"'「」『』《》〈〉*#￥¥")
_KEPT = {
    "，": "，",
    "。": "。",
    "；": "；",
    "：": "：",
    "、": "、",
    ",": "，",
    ";": "；",
    ":": "：",
    "!": "。",
    "！": "。",
    "?": "。",
    "？": "。",
}
_DIGITS = "0123456789"
_STOPS = "。；：！？;:.、"  # what a paragraph ends with; a line of a paragraph may too, where it is full
_FULL, _SHORT = 0.9, 0.5  # parts of the width of a full line: what fills it, and what is no line that goes on
_LEVEL, _SPLIT = re.compile(r"\s*[（(][类款项][）)]"), re.compile(r"[\u4e00-\u9fff）)]\s*$")
_ORDINAL = re.compile(
    r"\s*(?:第?[一二三四五六七八九十]{1,3}[、.．]|[（(](?:[一二三四五六七八九十]{1,3}|\d{1,2})[)）]|\d{1,2}[、.．](?!\d)|[①-⑳])"
)


class TextLine(NamedTuple):
    """A paragraph (``whole``) or a line that may go on in the next one. ``start``: its place in the document's text."""

    start: int
    text: str
    whole: bool = True
    numbering: str = ""


@dataclass(slots=True)
class Prose:
    """Text to read, and the place of each of its characters in the document's text."""

    text: str = ""
    at: list[int] = field(default_factory=list)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The place in the document's text of characters ``start`` to ``end`` (exclusive); not of no characters."""
        return self.at[start], self.at[end - 1] + 1


def prose_of(lines: Sequence[TextLine], full: int) -> Prose:
    """The lines of one passage as text to read; paragraphs end with :data:`BREAK`. ``full`` is the width of a full line."""
    characters: list[str] = []
    at: list[int] = []
    for number, line in enumerate(lines):
        for offset, character in enumerate(line.text):
            if character.isspace() and _parts_numbers(line.text, offset):
                characters.append(" ")  # 2 1.08 are two numbers; a number broken by the end of a line is one
                at.append(line.start + offset)
            for one in _normal(character):
                characters.append(one)
                at.append(line.start + offset)
        if _ends(line, lines[number + 1] if number + 1 < len(lines) else None, full):
            characters.append(BREAK)
            at.append(line.start + len(line.text))
    _mend_commas(characters)
    return Prose("".join(characters), at)


def _parts_numbers(text: str, space: int) -> bool:
    """Whether a space stands between two numbers of one line."""
    before, behind = text[:space].rstrip(), text[space:].lstrip()
    return (
        bool(before and behind)
        and before[-1] in _DIGITS
        and behind[0] in _DIGITS
        and text[space - 1 : space] == before[-1]
    )


def _ends(line: TextLine, following: TextLine | None, full: int) -> bool:
    """Whether a paragraph ends with a line."""
    if following is None:
        return True
    if _LEVEL.match(following.text) and _SPLIT.search(line.text):
        return False  # a name of a 科目, broken before its （项）
    if _is_open(line.text) and "）" in following.text.lstrip()[:8]:
        return False  # broken inside of brackets
    if line.whole:
        return True
    if _ORDINAL.match(following.text):
        return True
    wide, text = width(line.text), line.text.rstrip()
    return wide < full * _SHORT or (wide < full * _FULL and text.endswith(tuple(_STOPS)))


def _is_open(text: str) -> bool:
    """Whether brackets are opened and not closed."""
    return text.count("（") + text.count("(") > text.count("）") + text.count(")")


@lru_cache(maxsize=8192)
def read_word(word: str) -> str:
    """A word as the text to read has it."""
    return "".join(one for character in word for one in _normal(character))


def width(text: str) -> int:
    """How wide a text is printed: 2 for a Chinese character, 1 for a Latin one."""
    return sum(1 if c.isascii() else 2 for c in text.strip())


def full_width(lines: Sequence[TextLine]) -> int:
    """The width of a line that is filled: what most long lines have."""
    widths = sorted(width(line.text) for line in lines if not line.whole and line.text.strip())
    return widths[int(len(widths) * 0.8)] if widths else 0


@lru_cache(maxsize=8192)
def _normal(character: str) -> str:
    """A character as it is compared; empty for spaces and quotes."""
    if character in _KEPT:
        return _KEPT[character]
    if character in _DROPPED or character.isspace():
        return ""
    if character.isascii() or "\u4e00" <= character <= "\u9fff":
        return simplified(character)
    return "".join(c for c in unicodedata.normalize("NFKC", without_invisible(character)) if not c.isspace())


def _mend_commas(characters: list[str]) -> None:
    """A comma that parts thousands (1,055.4) becomes the ASCII one again: three digits behind it, none before its group."""
    for i in range(1, len(characters) - 3):
        if characters[i] != "，" or characters[i - 1] not in _DIGITS:
            continue
        behind = characters[i + 1 : i + 5]
        three = all(c in _DIGITS for c in behind[:3]) and (len(behind) < 4 or behind[3] not in _DIGITS)
        if three and _leads_thousands(characters, i):
            characters[i] = ","


def _leads_thousands(characters: list[str], comma: int) -> bool:
    """Whether one to three digits (or a group already parted) stand before the comma, and no decimals."""
    i = comma
    while i > 0 and characters[i - 1] in _DIGITS:
        i -= 1
    if not 1 <= comma - i <= 3:
        return False
    return i == 0 or characters[i - 1] != "."
