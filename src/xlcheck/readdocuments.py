"""Documents read: those that came with a workbook or by themselves, and sheets that hold the text; their lines."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from xlcheck.documents.document import Document, DocumentKind, DocumentTable, Paragraph, SentDocument
from xlcheck.documents.joined import joined_forms
from xlcheck.documents.opening import read_document
from xlcheck.documents.sheets import document_of_sheet, holds_prose
from xlcheck.errors import Refused
from xlcheck.narrative.prose import TextLine, width
from xlcheck.reading.grid import Grid

_LINE = 110  # a line of a page is not wider; Chinese characters count two
_FEWEST_LINES = 12
_OPEN = 0.35  # paragraphs end with a stop; most lines of a page don't
_STOPS = tuple("。；：！？;:")


class ReadDocument(NamedTuple):
    """A document that was read; ``refused`` says why it can't be."""

    sent: SentDocument
    document: Document | None
    refused: Refused | None = None


def opened_document(sent: SentDocument) -> ReadDocument:
    """Read one document; what can't be read is an answer too."""
    if sent.problem:
        return ReadDocument(sent, None, Refused("unreadable", sent.problem))
    try:
        return ReadDocument(sent, joined_forms(read_document(sent.data, sent.name)))
    except Refused as refusal:
        return ReadDocument(sent, None, refusal)


def sheet_documents(grids: Iterable[Grid], unread: Sequence[str]) -> Iterator[ReadDocument]:
    """The sheets of a workbook that hold the text, among those that are no table of ours."""
    for grid in grids:
        if grid.name in unread and holds_prose(grid):
            yield ReadDocument(SentDocument(grid.name, b""), document_of_sheet(grid))


def lines_of(document: Document, *, tables: bool = False, without: Collection[str] = ()) -> list[TextLine]:
    """The lines of a document's running text; with ``tables`` those in its tables too, but for the tables named ``without``."""
    spans = [_span(table) for table in document.tables if table.grid.name in without and table.spans]
    kept = [p for p in document.paragraphs if p.place != "table" or (tables and not _lies_in(p, spans))]
    broken = document.kind is DocumentKind.TEXT or _are_lines(kept)
    lines = []
    for number, paragraph in enumerate(kept):
        following = kept[number + 1] if number + 1 < len(kept) else None
        whole = not broken and (following is None or not following.continues)
        lines.append(TextLine(paragraph.start, paragraph.text, whole, paragraph.numbering))
    return lines


def _span(table: DocumentTable) -> tuple[int, int]:
    """From where to where a table goes in the text, what belongs to its head above it included."""
    return min(start for start, _ in table.spans.values()), max(end for _, end in table.spans.values())


def _lies_in(paragraph: Paragraph, spans: Iterable[tuple[int, int]]) -> bool:
    return any(start <= paragraph.start <= end for start, end in spans)


def _are_lines(paragraphs: Sequence[Paragraph]) -> bool:
    """Whether what should be paragraphs are the lines of a page: text pasted from a PDF, a return behind every line."""
    long = [p.text.strip() for p in paragraphs if width(p.text) > _LINE // 4]
    if len(long) < _FEWEST_LINES or max(map(width, long)) > _LINE:
        return False
    return sum(not t.endswith(_STOPS) for t in long) > len(long) * _OPEN
