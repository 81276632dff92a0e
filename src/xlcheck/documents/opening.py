"""Bytes of any document → :class:`Document`. Its kind is known by its bytes; plain text and pages by their name as well."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import PurePath

from xlcheck.documents.document import Document, DocumentKind
from xlcheck.documents.endings import TEXT_ENDINGS, WORD_ENDINGS
from xlcheck.errors import Fault, Refused
from xlcheck.reading.entries import refuse_large
from xlcheck.reading.libreoffice import converted_document, program
from xlcheck.reading.sniff import Kind, document_ending, kind_of, other_name

_KINDS = {
    ".docx": DocumentKind.DOCX, ".doc": DocumentKind.DOC, ".odt": DocumentKind.ODT, ".pdf": DocumentKind.PDF,
    ".rtf": DocumentKind.RTF,
}  # fmt: skip
_PAGES = frozenset({Kind.HTML, Kind.XML})  # what some programs save under .doc
_CONVERTED = {
    DocumentKind.DOC: ".doc",
    DocumentKind.WPS: ".doc",
    DocumentKind.RTF: ".rtf",
    DocumentKind.ODT: ".odt",
}  # fmt: skip - LibreOffice goes by the ending, and takes .wps for another program's
_SAVE_AS = "请用 Word/WPS 打开后另存为 .docx，再发送。"
_FIB, _FIB_SIGN, _FIB_ENCRYPTED = 512, b"\xec\xa5", 0x01  # the first bytes of the text in a .doc; byte 11, bit 0
_LIBREOFFICE_DATE = (0, 0x21)  # 1980-01-01, as in marked copies: it writes the time of day into the zip


def document_kind(data: bytes, name: str = "") -> DocumentKind | None:
    """What kind of document a file is; None for none.

    ``name`` decides only where bytes can't: whether text is a document (``.txt``) and not a table, whether an old WPS
    file is one, and what is behind a password.
    """
    ending = PurePath(name).suffix.lower()
    known = _KINDS.get(document_ending(data))
    if known is DocumentKind.DOC and ending in (".wps", ".wpt"):
        return DocumentKind.WPS
    if known is not None:
        return known
    return _by_name(data, ending)


def _by_name(data: bytes, ending: str) -> DocumentKind | None:
    if ending not in TEXT_ENDINGS and ending not in WORD_ENDINGS:
        return None
    kind = kind_of(data)
    if ending in WORD_ENDINGS:
        if kind is Kind.ENCRYPTED:
            return DocumentKind.DOCX
        return DocumentKind.DOC if kind in _PAGES else None
    return DocumentKind.TEXT if data[:2] != b"PK" and kind is not Kind.ENCRYPTED and not other_name(data) else None


def is_document(data: bytes, name: str = "") -> bool:
    """Whether a file is a document, not a workbook."""
    return document_kind(data, name) is not None


def read_document(data: bytes, name: str = "") -> Document:
    """Guard and read a document.

    Raises:
        Refused: unreadable, encrypted, hostile, without text, or no document.
    """
    kind = _guarded_kind(data, name)
    return _READERS[kind](data) if kind in _READERS else _read_word(_converted(data, kind), kind)


def word_bytes(data: bytes, name: str = "") -> bytes:
    """A Word document as .docx: itself, or what LibreOffice makes of another format. Same input, same bytes.

    Raises:
        Refused: no such document, or LibreOffice is not there.
    """
    kind = _guarded_kind(data, name)
    if kind is DocumentKind.DOCX:
        return data
    if kind not in _CONVERTED:
        raise Refused("not_document", "这种文件里不能加批注。")
    return _converted(data, kind)


def _guarded_kind(data: bytes, name: str) -> DocumentKind:
    """What a document is that can be read.

    Raises:
        Refused: none, or it can't.
    """
    refuse_large(data)
    kind = document_kind(data, name)
    if kind is None or kind_of(data) is Kind.EMPTY:
        raise _refusal(data)
    if kind_of(data) is Kind.ENCRYPTED or (kind in (DocumentKind.DOC, DocumentKind.WPS) and _has_password(data)):
        raise Refused("encrypted", "文档设了打开密码，无法读取。请在 Word/WPS 中取消打开密码，再发送。")
    return kind


def _has_password(data: bytes) -> bool:
    """Whether an old Word file is encrypted, as far as its first block of text says so."""
    return data[_FIB : _FIB + 2] == _FIB_SIGN and bool(data[_FIB + 11] & _FIB_ENCRYPTED)


def _refusal(data: bytes) -> Refused:
    """Why a file is no document that we read."""
    name = other_name(data)
    match kind_of(data):
        case Kind.EMPTY:
            return Refused("empty_file", "文件是空的，没有内容。请重新导出或重新发送。")
        case Kind.ENCRYPTED:
            return Refused("encrypted", "文件设了打开密码，无法读取。请取消打开密码，再发送。")
        case Kind.MHTML:
            return Refused("not_document", f"这是“单个文件网页”（.mht），不能直接读取。{_SAVE_AS}")
    if "图片" in name:
        return Refused("pictures_only", f"这是{name}，没有文字，无法核对。请发送 Word 文档或由 Word/WPS 另存的 PDF。")
    what = f"这是{name}，不是能读取的文档。" if name else "这不是能读取的文档（.docx、.doc、.wps、.pdf、.txt）。"
    return Refused("not_document", f"{what}请发送 Word 文档或由 Word/WPS 另存的 PDF。")


@lru_cache(maxsize=2)  # what is read is marked next
def _converted(data: bytes, kind: DocumentKind) -> bytes:
    """What LibreOffice makes of a document, without the time of day.

    Raises:
        Refused: it is not installed, or can't read the document.
    """
    from xlcheck.reading.entries import Entry, entries_of, zipped

    if not program():
        what = "读取 .doc、.wps、.rtf、.odt 要用 LibreOffice，这台机器上没有安装。"
        raise Refused("no_converter", f"{what}请用 Word/WPS 另存为 .docx 再发送，或在这台机器上安装 LibreOffice。")
    try:
        made = converted_document(data, _ending(data, kind))
    except Fault as error:
        what = "文档打不开（LibreOffice 没能转换），可能已损坏或设了打开密码。"
        raise Refused("damaged", f"{what}{_SAVE_AS}") from error
    time, date = _LIBREOFFICE_DATE
    return zipped([Entry(e.part._replace(time=time, date=date), e.raw) for e in entries_of(made).values()])


def _ending(data: bytes, kind: DocumentKind) -> str:
    """The ending that tells LibreOffice what a document is."""
    return ".html" if kind_of(data) is Kind.HTML else ".xml" if kind_of(data) is Kind.XML else _CONVERTED[kind]


# --- readers: their modules are loaded when they are needed ---------------------------------------


def _read_word(data: bytes, kind: DocumentKind = DocumentKind.DOCX) -> Document:
    from xlcheck.documents.worddocument import read_word

    try:
        return read_word(data, kind)
    except Refused as error:  # the guards speak of workbooks
        message = error.message.replace("Excel/WPS", "Word/WPS").replace("工作簿", "文档")
        raise Refused(error.code, message) from error


def _read_pdf(data: bytes) -> Document:
    from xlcheck.documents.pdf import read_pdf

    return read_pdf(data)


def _read_text(data: bytes) -> Document:
    from xlcheck.documents.plaintext import read_text

    return read_text(data)


_READERS: dict[DocumentKind, Callable[[bytes], Document]] = {
    DocumentKind.DOCX: _read_word,
    DocumentKind.PDF: _read_pdf,
    DocumentKind.TEXT: _read_text,
}
