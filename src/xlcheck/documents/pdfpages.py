"""Lines of all pages of a PDF → the running text: without what repeats on every page, with what goes on said."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from xlcheck.documents.pdflines import PageLines, PdfLine

_EDGE = 0.12  # of a page's height: headers and footers stand no farther in
_MOST_EDGE_LINES = 3
_NEAR = 0.02  # of the height: the same place
_NUMBER = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(r"(?:第\s*)?\d{1,4}(?:\s*页)?(?:\s*[,，/／]?\s*共?\s*\d{1,4}\s*页?)?")
_FRAMED_NUMBER = re.compile(r"(?:[-–—―－·•~]\s*\d{1,4}\s*[-–—―－·•~]|第\s*\d{1,4}\s*页.*)")
_DASHES = " -–—―－·•~\u3000"
_STOPS = tuple("。！？；：:;")
_HEADED = re.compile(
    r"(?:第[一二三四五六七八九十百\d]+[部章节条]|[（(]?[一二三四五六七八九十百]{1,3}[）)、.．]|[（(]?\d{1,2}[）)、．]|[①-⑳])"
)
_SHORT_OF = 1.6  # heights of a line: one that ends farther from the right margin is not full
_INDENTED = 0.7  # heights: one that begins farther from the left margin is indented
_ROW_PARTS = 3
_LONGEST_ENTRY = 40  # characters: what is longer is a sentence


class _Edge(NamedTuple):
    """A line at the edge of a page: the page's number, its place in the list of lines, how far down it stands."""

    page: int
    at: int
    down: float
    text: str


def printed_lines(pages: Sequence[PageLines]) -> list[PdfLine]:
    """The lines of the running text; ``continues`` and ``place`` are set."""
    for page, gone in zip(pages, _running_heads(pages), strict=True):
        page.lines = [line for at, line in enumerate(page.lines) if at not in gone]
        _tables(page.lines)
    lines = [line for page in pages for line in page.lines]
    _paragraphs(lines)
    return lines


# --- headers, footers, page numbers ---------------------------------------------------------------


def _running_heads(pages: Sequence[PageLines]) -> list[set[int]]:
    """For each page, which of its lines are headers, footers and page numbers."""
    gone: list[set[int]] = [set() for _ in pages]
    alike: dict[str, list[_Edge]] = defaultdict(list)
    for number, page in enumerate(pages):
        for edge in _edges(number, page):
            alike[_NUMBER.sub("#", "".join(edge.text.split()))].append(edge)
            if _FRAMED_NUMBER.fullmatch(edge.text.strip()):
                gone[number].add(edge.at)
    for pattern, edges in alike.items():
        for edge in edges:
            if _repeats(edge, edges, len(pages), numbered=pattern.strip(_DASHES) == "#" or "页" in pattern):
                gone[edge.page].add(edge.at)
    return [_outermost(found, len(page.lines)) for found, page in zip(gone, pages, strict=True)]


def _outermost(found: set[int], count: int) -> set[int]:
    """Those lines that have no line of the running text between them and the edge of the page."""
    above = [at for at in sorted(found) if all(outer in found for outer in range(at))]
    below = [at for at in sorted(found) if all(outer in found for outer in range(at, count))]
    return {*above, *below}


def _edges(number: int, page: PageLines) -> Iterable[_Edge]:
    """The first and last lines of a page that stand near its edge."""
    high = max(page.bottom - page.top, 1.0)
    lines = page.lines
    for at in sorted(
        {*range(min(_MOST_EDGE_LINES, len(lines))), *range(max(len(lines) - _MOST_EDGE_LINES, 0), len(lines))}
    ):
        middle = ((lines[at].top + lines[at].bottom) / 2 - page.top) / high
        if not _EDGE < middle < 1 - _EDGE:
            yield _Edge(number, at, middle, lines[at].text)


def _repeats(edge: _Edge, alike: Sequence[_Edge], pages: int, *, numbered: bool) -> bool:
    """Whether a line stands at its place on many pages: with the same words, or with the numbers of the pages."""
    same = [e for e in alike if e.page != edge.page and abs(e.down - edge.down) < _NEAR]
    if numbered:
        if not _PAGE_NUMBER.fullmatch(edge.text.strip(_DASHES)):
            return False
        return any(_step(e) == _step(edge) for e in same)
    others = {e.page for e in same if e.text == edge.text}
    return len(others) + 1 >= min(3, max(2, pages)) and len(others) + 1 >= pages / 4


def _step(edge: _Edge) -> int:
    """How far the number in a line is from that of its page: the same all through where it is a page number."""
    number = _NUMBER.search(edge.text)
    return int(number[0]) - edge.page if number is not None else -1


# --- rows and paragraphs --------------------------------------------------------------------------


def _tables(lines: Sequence[PdfLine]) -> None:
    """Rows of tables: lines of several parts, and what stands between such lines and is no sentence."""
    last: int | None = None
    for at, line in enumerate(lines):
        if line.parts >= _ROW_PARTS:
            for between in lines[at if last is None else last : at + 1]:
                between.place = "table"
            last = at + 1
        elif len(line.text) > _LONGEST_ENTRY or line.text.endswith("。"):
            last = None


def _paragraphs(lines: Sequence[PdfLine]) -> None:
    """Lines that go on in the next one: full ones, before one that is not indented."""
    body = [line for line in lines if line.place == "body"]
    if not body:
        return
    left, right = _margin([line.left for line in body], low=True), _margin([line.right for line in body], low=False)
    starts = [line.left - left > _INDENTED * line.height for line in body]
    indents = sum(starts) * 10 > len(body)
    for before, line in pairwise(lines):
        if before.place != "body" or line.place != "body" or line.left - left > _INDENTED * line.height:
            continue
        full = right - before.right < _SHORT_OF * before.height
        line.continues = full and (indents or not (before.text.endswith(_STOPS) or _HEADED.match(line.text)))


def _margin(edges: Sequence[float], *, low: bool) -> float:
    """Where most lines begin or end: the outermost place that one line in twenty has."""
    counts: dict[int, int] = defaultdict(int)
    for edge in edges:
        counts[round(edge / 3)] += 1
    common = [place for place, count in counts.items() if count * 20 >= len(edges)] or list(counts)
    return 3.0 * (min(common) if low else max(common))
