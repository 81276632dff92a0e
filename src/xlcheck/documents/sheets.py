"""A sheet that holds prose → :class:`Document`: its cells row by row, the lines of a cell as they stand."""

from __future__ import annotations

from xlcheck.documents.document import Document, DocumentKind, Paragraph
from xlcheck.reading.grid import Grid

_LONG = 40  # characters: shorter cells may be labels
_SENTENCE = "。"
_LEAST = 200  # characters of prose that make a sheet one of text
_SHARE = 0.5  # of all that is written on the sheet


def holds_prose(grid: Grid) -> bool:
    """Whether most of what a sheet says is sentences, as a 文字说明 put into the workbook."""
    texts = [cell.text for row in grid.rows.values() for cell in row.values() if cell.type == "s"]
    prose = sum(len(text) for text in texts if len(text) >= _LONG and _SENTENCE in text)
    return prose >= _LEAST and prose >= _SHARE * sum(map(len, texts))


def document_of_sheet(grid: Grid) -> Document:
    """The text on a sheet. Cells of one row are lines below each other; the place of all is ``body``."""
    paragraphs, at = [], 0
    for row in sorted(grid.rows):
        for column in sorted(grid.rows[row]):
            for number, line in enumerate(grid.rows[row][column].text.replace("\r", "").split("\n")):
                paragraphs.append(Paragraph(at, line, continues=number > 0))
                at += len(line) + 1
    return Document(DocumentKind.SHEET, tuple(paragraphs), (), "\n".join(p.text for p in paragraphs))
