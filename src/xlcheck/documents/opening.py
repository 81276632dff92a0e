"""Bytes of any document → :class:`Document`. Its kind is known by its bytes; a text file by its name as well."""

from __future__ import annotations

from pathlib import PurePath

from xlcheck.documents.document import Document, DocumentKind
from xlcheck.errors import Refused
from xlcheck.reading.entries import refuse_large
from xlcheck.reading.zips import part_names


def document_kind(data: bytes, name: str = "") -> DocumentKind | None:
    """What kind of document a file is; None for none."""
    if data[:2] == b"PK":
        names = part_names(data) or frozenset()
        return DocumentKind.DOCX if any(n.startswith("word/") for n in names) else None
    if PurePath(name).suffix.lower() == ".txt":
        return DocumentKind.TEXT
    return None


def is_document(data: bytes, name: str = "") -> bool:
    """Whether a file is a document, not a workbook."""
    return document_kind(data, name) is not None


def read_document(data: bytes, name: str = "") -> Document:
    """Guard and read a document.

    Raises:
        Refused: unreadable, encrypted, hostile, without text, or no document.
    """
    from xlcheck.documents.plaintext import read_text
    from xlcheck.documents.worddocument import read_word

    refuse_large(data)
    kind = document_kind(data, name)
    if kind is DocumentKind.DOCX:
        return read_word(data)
    if kind is DocumentKind.TEXT:
        return read_text(data)
    raise Refused("not_xlsx", "这不是能读取的文档。")


def word_bytes(data: bytes, name: str = "") -> bytes:
    """A Word document as .docx: itself, or what LibreOffice makes of another format.

    Raises:
        Refused: no such document.
    """
    if document_kind(data, name) is DocumentKind.DOCX:
        return data
    raise Refused("not_xlsx", "这不是 Word 文档。")
