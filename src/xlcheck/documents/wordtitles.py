"""Which lines of a document belong to a table: above it its title, whose it is, the unit of its amounts; below it its notes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from xlcheck.documents.wordlines import PrintedLine, WordTable

_MOST_HEADINGS = 6
_LONGEST = 80  # characters: longer ones are sentences
_STOPS = ("。", "；", "，", "！", "？")
_MOST_NOTES = 3
_NOTE = re.compile(r"\s*(?:说明|备注|注)\s*\d?\s*[:：]|.*(?:本表|该表|此表)[^。]{0,12}(?:无数据|为空)", re.DOTALL)
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


def notes(table: WordTable, lines: Sequence[PrintedLine]) -> list[HeadingPart]:
    """The lines right below a table that are notes of it: 注：……, ……故本表无数据。"""
    found: list[HeadingPart] = []
    for line in _below(table, lines):
        text = line.text.strip()
        if len(found) == _MOST_NOTES or (text and not _NOTE.match(text)):
            break
        if text:
            found.append(HeadingPart(text, line.start + len(line.text) - len(line.text.lstrip())))
    return found


def _below(table: WordTable, lines: Sequence[PrintedLine]) -> Iterator[PrintedLine]:
    """The lines of the same surroundings that follow a table."""
    inside = {id(cell) for cell in table.cells}
    after = table.before
    while after < len(lines) and id(lines[after].cell) in inside:
        after += 1
    for line in lines[after:]:
        if line.cell is not table.holder or line.place != table.place:
            return
        yield line
