"""A text file → :class:`Document`: one paragraph a line."""

from __future__ import annotations

from xlcheck.documents.document import Document, DocumentKind, Paragraph
from xlcheck.errors import Refused

MOST_CHARACTERS = 5_000_000
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe\0\0", "utf-32"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_NAMES = ("utf-8", "gb18030")
_ENDS = str.maketrans({"\x0b": "\n", "\x0c": "\n", "\x85": "\n", "\u2028": "\n", "\u2029": "\n"})
_CONTROLS = frozenset(range(32)) - {9, 10, 11, 12, 13}


def decoded(data: bytes) -> str | None:
    """The text of a file in UTF-8, UTF-16 or GB 18030; None where it is no text."""
    for mark, name in _BOMS:
        if data.startswith(mark):
            return _as(data, name)
    if b"\0" in data[:4096]:
        return next((t for name in ("utf-16-le", "utf-16-be") if (t := _as(data, name)) is not None), None)
    return next((t for name in _NAMES if (t := _as(data, name)) is not None), None)


def _as(data: bytes, name: str) -> str | None:
    """The text in one encoding; None where there are bytes or characters in it that no text has."""
    try:
        text = data.decode(name).removeprefix("\ufeff")
    except UnicodeError:
        return None
    return None if any(ord(c) in _CONTROLS for c in text[:65_536]) else text


def read_text(data: bytes) -> Document:
    """The document in a text file.

    Raises:
        Refused: no text, none that can be decoded, or more than a report ever has.
    """
    text = decoded(data)
    if text is None:
        raise Refused("damaged", "文本文件读不出来：编码不是 UTF-8、UTF-16 或 GB18030。请另存为 UTF-8 后再发送。")
    if len(text) > MOST_CHARACTERS:
        raise Refused("too_large", "文本文件超过 500 万字，不像文字说明，拒绝读取。")
    return document_of_lines(DocumentKind.TEXT, _lines(text))


def _lines(text: str) -> list[str]:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").translate(_ENDS).split("\n")
    return lines[:-1] if lines[-1] == "" else lines


def document_of_lines(kind: DocumentKind, lines: list[str]) -> Document:
    """The document of lines.

    Raises:
        Refused: nothing is in them.
    """
    if not any(line.strip() for line in lines):
        raise Refused("empty_document", "文档里没有任何文字。请检查发送的是不是写好的那一份。")
    paragraphs, at = [], 0
    for line in lines:
        paragraphs.append(Paragraph(at, line))
        at += len(line) + 1
    return Document(kind, tuple(paragraphs), (), "\n".join(lines))
