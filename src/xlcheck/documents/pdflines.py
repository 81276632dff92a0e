"""Characters of a PDF page with their boxes → lines from top to bottom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

_BLANK = 0.5  # of the height of a line: a wider gap is a blank
_HAIR = 0.1  # and so is a narrower one that the file has a blank for
_WIDE = 1.5  # a wider one parts what stands apart, as the cells of a row
_SAME = 0.5  # of the smaller height: boxes that overlap by more are on one line
_BLANKS = frozenset(" \u00a0\u3000")
_INVISIBLE = frozenset("\u00ad\u200b\u200c\u200d\u2060\ufeff\ufffe")

Box = tuple[float, float, float, float]


class Glyph(NamedTuple):
    """One printed character, the ``number``-th of its page.

    The box counts along the lines: to the right, and down. ``turns`` are the quarters that they are turned by on the page.
    """

    text: str
    left: float
    right: float
    top: float
    bottom: float
    turns: int
    number: int

    @classmethod
    def turned(cls, text: str, box: Box, turns: int, number: int) -> Glyph:
        """A character by its box on the page (left, bottom, right, top; upwards)."""
        left, bottom, right, top = box
        left, right, bottom, top = min(left, right), max(left, right), min(bottom, top), max(bottom, top)
        match turns:
            case 0:
                return cls(text, left, right, -top, -bottom, turns, number)
            case 1:
                return cls(text, bottom, top, left, right, turns, number)
            case 2:
                return cls(text, -right, -left, bottom, top, turns, number)
            case _:
                return cls(text, -top, -bottom, -right, -left, turns, number)

    @property
    def height(self) -> float:
        """How high the character's line is, at least a little."""
        return max(self.bottom - self.top, 0.1)


@dataclass(slots=True)
class PdfLine:
    """A line: its text with a blank for a gap and two for a wide one, and where it stands. ``parts`` stand wide apart."""

    text: str
    left: float
    right: float
    top: float
    bottom: float
    parts: int
    place: str = "body"
    continues: bool = False

    @property
    def height(self) -> float:
        """How high the line is."""
        return self.bottom - self.top


@dataclass(slots=True)
class PageLines:
    """The lines of a page, and how high it is."""

    lines: list[PdfLine] = field(default_factory=list)
    top: float = 0.0
    bottom: float = 0.0
    characters: int = 0


def lines_of(glyphs: Sequence[Glyph], size: tuple[float, float]) -> PageLines:
    """The lines of a page; where text runs in several directions, the one that most of it runs in comes first."""
    directions = sorted({g.turns for g in glyphs}, key=lambda turns: (-sum(g.turns == turns for g in glyphs), turns))
    page = PageLines(characters=len(glyphs))
    for turns in directions:
        along = [g for g in glyphs if g.turns == turns and g.text not in _INVISIBLE]
        page.lines += [_line(row) for row in _rows(along) if any(g.text not in _BLANKS for g in row)]
    width, height = size
    turned = bool(directions) and directions[0] % 2 == 1
    high = width if turned else height
    first = {0: -high, 1: 0.0, 2: 0.0, 3: -high}[directions[0] if directions else 0]
    page.top, page.bottom = first, first + high
    return page


def _rows(glyphs: list[Glyph]) -> Iterator[list[Glyph]]:
    """Characters of one line each, from top to bottom."""
    row: list[Glyph] = []
    top = bottom = 0.0
    for glyph in sorted(glyphs, key=lambda g: ((g.top + g.bottom) / 2, g.left)):
        shared = min(bottom, glyph.bottom) - max(top, glyph.top)
        if row and shared < _SAME * min(bottom - top, glyph.height):
            yield row
            row = []
        if not row:
            top, bottom = glyph.top, glyph.bottom
        row.append(glyph)
    if row:
        yield row


def _line(row: list[Glyph]) -> PdfLine:
    """The line of a row of characters that are not all blanks."""
    row.sort(key=lambda g: (g.left, g.number))
    inked = [g for g in row if g.text not in _BLANKS]
    heights = sorted(g.height for g in inked)
    high = heights[len(heights) // 2]
    text, parts, right, blank = "", 1, inked[0].left, False
    previous: Glyph | None = None
    for glyph in row:
        if glyph.text in _BLANKS:
            blank = True
            continue
        if previous is not None and _again(glyph, previous, high):
            continue
        gap = (glyph.left - right) / high
        if text and (gap > _BLANK or (blank and gap > _HAIR)):
            text += "  " if gap > _WIDE else " "
            parts += gap > _WIDE
        text += glyph.text
        right, previous, blank = max(right, glyph.right), glyph, False
    return PdfLine(text, inked[0].left, right, min(g.top for g in inked), max(g.bottom for g in inked), parts)


def _again(glyph: Glyph, previous: Glyph, high: float) -> bool:
    """Whether a character is the one before printed once more for a bold look."""
    return glyph.text == previous.text and abs(glyph.left - previous.left) < 0.15 * high
