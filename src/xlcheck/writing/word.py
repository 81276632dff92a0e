"""A Word document with our comments on the exact characters, and without them again.

The package is patched: the document's part, the part with comments, the content types and relationships change, every other
part stays byte for byte. The originals go along in the copy, and the file around them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from lxml import etree

from xlcheck.documents.opening import word_bytes
from xlcheck.documents.unmark import unmarked, without_marks
from xlcheck.documents.worddocument import document_of
from xlcheck.documents.wordfile import WordFile, name_of
from xlcheck.documents.wordlines import PrintedLine
from xlcheck.documents.wordtext import WordText
from xlcheck.reading.edit import Edit
from xlcheck.reading.marks.file_frame import frame_of
from xlcheck.reading.package import Package
from xlcheck.writing.keeping import finished
from xlcheck.writing.wordanchors import AnchoredRange, Anchors
from xlcheck.writing.wordcomments import CommentPart

_LONGEST_QUOTE = 60
_HOLDERS = {"textbox": "文本框", "footnote": "脚注或尾注"}


class TextMark(NamedTuple):
    """A comment on the characters from ``start`` to ``end`` of :attr:`Document.text`; ``text`` may have line breaks."""

    start: int
    end: int
    text: str


def marked_document(data: bytes, marks: Sequence[TextMark], summary: str, name: str = "") -> bytes:
    """A .docx (or what LibreOffice makes one of) with a comment for each mark, and ``summary`` on its first paragraph.

    Marks of an earlier check are taken off first. A mark without characters goes to its whole paragraph, one in a text
    box or a note to what holds that, and says so. ``name`` is the file's, as for :func:`read_document`. Same input, same bytes.

    Raises:
        Refused: no document that can be read.
        ValueError: a mark outside of the text.
    """
    clean = word_bytes(data, name)
    package = Package(clean)
    if (before := without_marks(WordFile(package))) is not None:
        clean, package = before, Package(before)
    edit = Edit(package)
    root = edit.tree(WordFile(package).part)
    etree.strip_tags(root, etree.Comment, etree.ProcessingInstruction)  # they may stand inside of a text
    word = WordFile(package, root)
    printed = WordText(word)
    text = document_of(printed).text
    wanted = sorted((_on_characters(mark, printed.lines, len(text)) for mark in marks), key=lambda m: (m.start, -m.end))
    title = _title(printed.lines)
    noted = [TextMark(title.start, title.start + len(title.text), summary), *wanted]
    anchors = Anchors(printed, [(mark.start, mark.end) for mark in noted])
    comments = CommentPart(edit, word, root)
    found = [(mark, place) for mark in noted if (place := anchors.range_of(mark.start, mark.end)) is not None]
    keys = [comments.add(_said(mark, place, text)) for mark, place in found]
    for key, (_, place) in zip(keys, found, strict=True):
        place.first.addprevious(comments.begin(key))
    for key, (_, place) in reversed(list(zip(keys, found, strict=True))):
        _outermost(place.last).addnext(comments.reference(key))
        place.last.addnext(comments.end(key))
    edit.drop_signatures()
    return finished(edit, frame_of(clean))


def unmarked_document(data: bytes) -> bytes:
    """The document as it came in; one that was saved since it was marked, without our comments; another as it is.

    Raises:
        Refused: a Word document that can't be read.
    """
    return unmarked(data) if data[:2] == b"PK" else data


def _on_characters(mark: TextMark, lines: Sequence[PrintedLine], length: int) -> TextMark:
    """A mark with characters: its own, or those of its line, or of the nearest line before or after that has any."""
    if not 0 <= mark.start <= mark.end <= length:
        raise ValueError(mark)
    if any(max(line.start, mark.start) < min(line.start + len(line.text), mark.end) for line in lines):
        return mark
    filled = [line for line in lines if line.text.strip()]
    before = [line for line in filled if line.start <= mark.start]
    line = before[-1] if before else filled[0]
    return mark._replace(start=line.start, end=line.start + len(line.text))


def _title(lines: Sequence[PrintedLine]) -> PrintedLine:
    filled = [line for line in lines if line.text.strip()]
    return next((line for line in filled if line.place not in _HOLDERS), filled[0])


def _said(mark: TextMark, place: AnchoredRange, text: str) -> str:
    """The text of a comment; one that could not stand at its words begins with them."""
    if place.place not in _HOLDERS:
        return mark.text
    quote = " ".join(text[mark.start : mark.end].split())
    short = quote if len(quote) <= _LONGEST_QUOTE else f"{quote[:_LONGEST_QUOTE]}……"
    return f"（针对{_HOLDERS[place.place]}中的“{short}”）\n{mark.text}"


def _outermost(element: etree._Element) -> etree._Element:
    """The child of the paragraph that holds an element: a reference must not be part of an insertion or a link."""
    found = element
    for ancestor in element.iterancestors():
        if name_of(ancestor.tag) == "w:p":
            return found
        found = ancestor
    return element
