"""A .docx → :class:`Document`."""

from __future__ import annotations

from xlcheck.documents.document import Document, DocumentKind, Paragraph
from xlcheck.documents.wordfile import WordFile
from xlcheck.documents.wordtables import document_table
from xlcheck.documents.wordtext import WordText
from xlcheck.errors import Refused
from xlcheck.reading.package import Package


def read_word(data: bytes, kind: DocumentKind = DocumentKind.DOCX) -> Document:
    """The document in a .docx; ``kind`` is what it was before it became one.

    Raises:
        Refused: unreadable, hostile, or without any text.
    """
    return document_of(WordText(WordFile(Package(data))), kind)


def document_of(text: WordText, kind: DocumentKind = DocumentKind.DOCX) -> Document:
    """What has been read, with the offsets of all lines put into them.

    Raises:
        Refused: there is no text, or a table is larger than any of figures.
    """
    at = 0
    for line in text.lines:
        line.start = at
        at += len(line.text) + 1
    if not any(line.text.strip() for line in text.lines):
        raise _nothing(text)
    return Document(
        kind,
        tuple(
            Paragraph(line.start, line.text, line.place, line.style, line.numbering, line.continues)
            for line in text.lines
        ),
        tuple(document_table(number, table, text.lines) for number, table in enumerate(text.tables, 1)),
        "\n".join(line.text for line in text.lines),
        tuple(_unread(text)),
    )


def _nothing(text: WordText) -> Refused:
    if text.pictures:
        return Refused(
            "pictures_only",
            "文档里只有图片（多半是扫描件），没有文字，无法核对。请发送可以选中文字的 Word 文档或 PDF。",
        )
    return Refused("empty_document", "文档里没有任何文字。请检查发送的是不是写好的那一份。")


def _unread(text: WordText) -> list[str]:
    said = []
    if text.pictures:
        said.append(f"文档里有 {text.pictures} 张图片，图片里的文字没有读取，也没有核对。")
    if text.objects:
        said.append(f"文档里嵌入了 {text.objects} 个对象（如 Excel 表格），其中的内容没有读取，也没有核对。")
    return said
