"""Which lines above a table in a document are its headings: its title, whose it is, the unit of its amounts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from xlcheck.documents.wordlines import PrintedLine, WordTable

_MOST_HEADINGS = 6
_LONGEST = 80  # characters: longer ones are sentences
_STOPS = ("。", "；", "，", "！", "？")
_PART = re.compile(r"\S+(?:[ \u3000]\S+)*")  # parts of a line stand apart by tabs or several blanks


class HeadingPart(NamedTuple):
    """A part of a heading that stands by itself, and its offset in the document's text."""

    text: str
    start: int


def headings(table: WordTable, lines: Sequence[PrintedLine]) -> list[list[HeadingPart]]:
    """The lines right above a table that are no sentences, from the top, each as its parts."""
    found: list[list[HeadingPart]] = []
    for line in map(lines.__getitem__, range(table.before - 1, -1, -1)):
        text = line.text.strip()
        if line.cell is not table.holder or line.place != table.place or len(found) == _MOST_HEADINGS:
            break
        if len(text) > _LONGEST or text.endswith(_STOPS):
            break
        if text:
            found.append([HeadingPart(m[0], line.start + m.start()) for m in _PART.finditer(line.text)])
    return found[::-1]
