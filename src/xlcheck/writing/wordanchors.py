"""Where comments are anchored in a Word document: runs are cut so that a range holds exactly the characters meant.

A run that is cut keeps its properties on both sides. Where Word takes no comment (text boxes, notes, formulas, alternatives,
readings above characters) or throws it away (content controls filled from data), the range goes around what holds the text.
"""

from __future__ import annotations

import copy
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import pairwise

from lxml import etree

from xlcheck.documents.wordfile import child, name_of
from xlcheck.documents.wordlines import PrintedLine
from xlcheck.documents.wordtext import WordText

_PRESERVE = "{http://www.w3.org/XML/1998/namespace}space"
_WHOLE = frozenset({"w:r", "mc:AlternateContent", "m:oMath", "m:oMathPara"})


@dataclass(slots=True)
class AnchoredPiece:
    """Characters from ``start`` to ``end`` of the document's text that one element prints; ``line`` holds them."""

    start: int
    end: int
    element: etree._Element
    line: PrintedLine


@dataclass(frozen=True, slots=True)
class AnchoredRange:
    """The first and the last element that a comment goes around; ``place`` is where the text stands if not in there."""

    first: etree._Element
    last: etree._Element
    place: str


class Anchors:
    """The pieces of a document's text, cut where comments begin and end.

    ``ranges`` are the first offset of each comment and the one behind its last; the lines of ``text`` have theirs already.
    All cuts are made at once: a later one would part what an earlier range goes around.
    """

    def __init__(self, text: WordText, ranges: Collection[tuple[int, int]]) -> None:
        self._holders = text.anchors
        self._pieces: list[AnchoredPiece] = []
        cuts = sorted({at for ends in ranges for at in ends})
        for line in text.lines:
            at = line.start
            for piece in line.pieces:
                end = at + len(piece.text)
                inner = cuts[bisect_right(cuts, at) : bisect_left(cuts, end)]
                whole = AnchoredPiece(at, end, piece.element, line)
                self._pieces += self._cut(whole, piece.text, inner) if inner else [whole]
                at = end
        self._starts = [piece.start for piece in self._pieces]
        for ends in ranges:
            self._part_runs(*ends)

    def _cut(self, whole: AnchoredPiece, text: str, cuts: list[int]) -> Iterator[AnchoredPiece]:
        """A text in several elements of the same run, one behind the other."""
        element = whole.element
        if name_of(element.tag) != "w:t" or self._around(whole) is not element.getparent():
            yield whole
            return
        bounds = [whole.start, *cuts, whole.end]
        for number, (start, end) in enumerate(pairwise(bounds)):
            if number:
                following = _like(element)
                element.addnext(following)
                element = following
            element.text = text[start - whole.start : end - whole.start]
            element.set(_PRESERVE, "preserve")
            yield AnchoredPiece(start, end, element, whole.line)

    def _around(self, piece: AnchoredPiece) -> etree._Element:
        """What a comment on a piece goes around: its run, or the outermost thing in the paragraph that can't be cut."""
        element = self._holders.get(piece.line, piece.element)
        found = element
        while element is not None and name_of(element.tag) != "w:p":
            name = name_of(element.tag)
            if name in _WHOLE or (name == "w:sdt" and child(child(element, "w:sdtPr"), "w:dataBinding") is not None):
                found = element
            up = element.getparent()
            if up is None:
                break
            element = up
        return found

    def range_of(self, start: int, end: int) -> AnchoredRange | None:
        """What a comment on the characters from ``start`` to ``end`` goes around; None where no element prints any."""
        ends = self._ends(start, end)
        if ends is None:
            return None
        held = ends[0].line in self._holders or ends[1].line in self._holders
        place = ends[0].line.place if held else ""
        return AnchoredRange(self._around(ends[0]), self._around(ends[1]), place)

    def _ends(self, start: int, end: int) -> tuple[AnchoredPiece, AnchoredPiece] | None:
        """The first and the last piece of some characters."""
        first, last = bisect_right(self._starts, start) - 1, bisect_left(self._starts, end) - 1
        if first < 0 or self._pieces[first].end <= start:
            first += 1
        return (self._pieces[first], self._pieces[last]) if start < end and first <= last else None

    def _part_runs(self, start: int, end: int) -> None:
        """Cut runs before the first and behind the last piece of some characters."""
        ends = self._ends(start, end)
        if ends is None:
            return
        for piece, following in ((ends[0], ends[0].element), (ends[1], ends[1].element.getnext())):
            around = self._around(piece)
            if piece.line in self._holders or piece.element.getparent() is not around or following is None:
                continue
            if any(name_of(e.tag) != "w:rPr" for e in following.itersiblings(preceding=True)):
                _divide(around, following)


def _divide(run: etree._Element, element: etree._Element) -> None:
    """Make two of a run, the second from ``element`` on with the same properties."""
    second = _like(run)
    properties = child(run, "w:rPr")
    moved = [element, *element.itersiblings()]
    if properties is not None:
        second.append(copy.deepcopy(properties))
    second.extend(moved)
    run.addnext(second)


def _like(element: etree._Element) -> etree._Element:
    """An empty element of the same name with the same attributes."""
    made = etree.Element(element.tag)
    for key, text in element.attrib.items():
        made.set(key, text)
    return made
