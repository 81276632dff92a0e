"""Tables of a Word document: their rows and cells with what they span, and the grids that are made of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lxml import etree

from xlcheck.documents.document import DocumentTable
from xlcheck.documents.wordfile import alternative, child, name_of, number, value
from xlcheck.documents.wordlines import PrintedLine, WordCell, WordTable
from xlcheck.documents.wordtitles import headings, notes
from xlcheck.reading.foreign.building import Builder, typed
from xlcheck.reading.grid import LAST_COLUMN, LAST_ROW

_THROUGH = frozenset({"w:customXml", "w:ins", "w:moveTo", "w:smartTag"})
_MOST_SPAN = 1_000


def _members(holder: etree._Element, wanted: str) -> Iterator[etree._Element]:
    """Rows of a table or cells of a row, through content controls and what else may stand around them."""
    waiting = list(reversed(holder))
    while waiting:
        element = waiting.pop()
        name = name_of(element.tag)
        inner = None
        if name == wanted:
            yield element
        elif name == "w:sdt":
            inner = child(element, "w:sdtContent")
        elif name == "mc:AlternateContent":
            inner = alternative(element)
        elif name in _THROUGH:
            inner = element
        if inner is not None:
            waiting += reversed(inner)


def rows_of(table: etree._Element) -> Iterator[list[etree._Element]]:
    """The rows of a table that are not deleted: their properties, where they have any, and their cells."""
    for row in _members(table, "w:tr"):
        properties = child(row, "w:trPr")
        if child(properties, "w:del") is None:
            yield [row, *_members(row, "w:tc")]


def spanned(row: Sequence[etree._Element], table: WordTable) -> Iterator[tuple[WordCell, etree._Element | None]]:
    """The cells of one more row with what to read in them: nothing where a cell goes on from above or from the left.

    They are added to ``table``, whose last row they make.
    """
    at = table.height = table.height + 1
    before = number(child(child(row[0], "w:trPr"), "w:gridBefore")) or 0
    column = 1 + min(max(before, 0), _MOST_SPAN)
    left: WordCell | None = None
    for element in row[1:]:
        properties = child(element, "w:tcPr")
        wide = min(max(number(child(properties, "w:gridSpan")) or 1, 1), _MOST_SPAN)
        above = table.reaching.get(column) if _goes_on(properties, "w:vMerge") else None
        if above is not None and above.wide == wide:
            above.high = at - above.row + 1
            cell = left = above
            yield cell, None
        elif left is not None and _goes_on(properties, "w:hMerge"):
            left.wide += wide
            yield left, None
        else:
            cell = left = WordCell(at, column, wide)
            table.cells.append(cell)
            table.reaching[column] = cell
            yield cell, element
        column += wide


def _goes_on(properties: etree._Element | None, name: str) -> bool:
    """Whether a cell continues a merged one: said without a value, or as ``continue``."""
    merge = child(properties, name)
    return merge is not None and (value(merge) or "continue") == "continue"


def document_table(number_of: int, table: WordTable, lines: Sequence[PrintedLine]) -> DocumentTable:
    """A table as sheets are read, with the headings above it as its first rows and its notes as the last.

    Raises:
        Refused: larger than any table of figures.
    """
    built = Builder(f"文中表{number_of}")
    spans: dict[tuple[int, int], tuple[int, int]] = {}
    row = 0
    for heading in headings(table, lines):
        row += 1
        for column, (text, start) in enumerate(heading, 1):
            built.put(row, column, text, "s")
            spans[row, column] = start, start + len(text)
    for cell in table.cells:
        at = row + cell.row
        if not (at <= LAST_ROW and cell.column <= LAST_COLUMN):
            continue
        if cell.lines:
            first, last = cell.lines[0], cell.lines[-1]
            built.put(at, cell.column, *typed("\n".join(line.text for line in cell.lines).strip()))
            spans[at, cell.column] = first.start, last.start + len(last.text)
        if cell.wide > 1 or cell.high > 1:
            built.merge(at, cell.column, at + cell.high - 1, cell.column + cell.wide - 1)
    first_note = min(row + table.height + 1, LAST_ROW)
    for at, (text, start) in enumerate(notes(table, lines)[: LAST_ROW - first_note + 1], first_note):
        built.put(at, 1, text, "s")
        spans[at, 1] = start, start + len(text)
    return DocumentTable(built.done(), spans)
