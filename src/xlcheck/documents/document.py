"""What is read of a document: its paragraphs in reading order, its tables, and one text that places count in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from xlcheck.reading.grid import Grid


class SentDocument(NamedTuple):
    """A document as it was sent; ``problem`` says why its bytes can't be had."""

    name: str
    data: bytes
    problem: str = ""


class DocumentKind(StrEnum):
    """Kinds of documents, by their bytes. What is no .docx or PDF of its own is read through LibreOffice or as text."""

    DOCX = "docx"
    DOC = "doc"
    WPS = "wps"
    RTF = "rtf"
    ODT = "odt"
    PDF = "pdf"
    TEXT = "txt"
    SHEET = "sheet"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One printed paragraph, or one line where the source has lines (.txt, PDF, a line break inside a Word paragraph).

    ``start`` counts characters of :attr:`Document.text`. ``text`` has every printed character once, white space included,
    and no line break. ``place`` is ``body``, ``table``, ``textbox`` or ``footnote``; headers and footers are not read.
    ``style`` is the style's name in small letters, ``heading 1`` to ``heading 9`` where the paragraph has an outline
    level; ``numbering`` is the automatic number that is printed before the text and is not part of it (``一、``).
    ``continues``: the line belongs to the paragraph of the line before (a line break inside a Word paragraph; in a PDF a
    line that the layout shows to go on).
    """

    start: int
    text: str
    place: str = "body"
    style: str = ""
    numbering: str = ""
    continues: bool = False

    @property
    def end(self) -> int:
        """The offset behind the last character."""
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class DocumentTable:
    """A table inside a document.

    ``grid`` has the headings above it as its first rows (title, department, unit), then the table itself. ``spans`` says
    where the text of a cell stands in :attr:`Document.text`, by 1-based row and column of the grid, the headings included.
    """

    grid: Grid
    spans: Mapping[tuple[int, int], tuple[int, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Document:
    """A document as it is printed. ``text`` is the paragraphs joined by one line break each.

    ``unread`` are Chinese sentences about what the document holds and nobody read: pictures, embedded objects.
    """

    kind: DocumentKind
    paragraphs: tuple[Paragraph, ...]
    tables: tuple[DocumentTable, ...]
    text: str
    unread: tuple[str, ...] = ()

    @property
    def grids(self) -> tuple[Grid, ...]:
        """The tables, as sheets are read."""
        return tuple(table.grid for table in self.tables)
