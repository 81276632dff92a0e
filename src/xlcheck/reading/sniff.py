"""What a file is, by its bytes; its name and ending are never asked."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, TypeVar

from xlcheck.reading.zips import part_names

Sign = TypeVar("Sign", bytes, str)
HEAD = 65_536
_TAIL = 65_557
_MOST_DIRECTORY = 2 * 1024 * 1024
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_NOTHING = b"\0 \t\r\n"
_BIFF = (b"\x09\x08\x10\x00", b"\x09\x08\x08\x00", b"\x09\x04\x06\x00", b"\x09\x02\x06\x00", b"\x09\x00\x04\x00")
_SHEETML = b"urn:schemas-microsoft-com:office:spreadsheet"
_FLAT_ODS = b"office:spreadsheet"
_HTML = re.compile(rb"<(?:!doctype\s+html|html|table|head|body|meta)\b", re.IGNORECASE)
_WORD, _OLD_WORD = " Word 文档（.docx）", " Word 或 WPS 文字文档（.doc）"
_ODT, _PDF, _RTF = " OpenDocument 文字文档（.odt）", " PDF 文件", " RTF 文档"
_OTHERS = {
    b"%PDF": _PDF, b"Rar!": " RAR 压缩包", b"7z\xbc\xaf": " 7z 压缩包", b"\x89PNG": "图片（PNG）", b"\xff\xd8\xff": "图片（JPG）",
    b"GIF8": "图片（GIF）", b"BM": "图片（BMP）", b"II*\0": "图片（TIF）", b"MM\0*": "图片（TIF）", b"{\\rtf": _RTF, b"\x1f\x8b": " gzip 压缩包",
    b"MZ": "程序文件", b"\x7fELF": "程序文件", b"SQLite": "数据库文件",
}  # fmt: skip
_PACKAGES = (
    ("word/", _WORD),
    ("ppt/", " PPT 演示文稿（.pptx）"),
    ("visio/", " Visio 绘图（.vsdx）"),
    ("ofd.xml", " OFD 版式文件"),
)
_STREAMS = (("WordDocument", _OLD_WORD), ("PowerPoint Document", " PPT 演示文稿（.ppt）"))
_MIMETYPES = {
    b"opendocument.text": _ODT,
    b"opendocument.presentation": " OpenDocument 演示文稿（.odp）",
}
_DOCUMENT_ENDINGS = {_WORD: ".docx", _OLD_WORD: ".doc", _ODT: ".odt", _PDF: ".pdf", _RTF: ".rtf"}
_PDF_LEAD = 64  # some programs put a mark or blanks before it
_BEGINNING = 4_096  # bytes in which a page or a text shows what it is
_NO_ARCHIVE = {"[content_types].xml", "mimetype", "content.xml", "ofd.xml"}
_DELIMITED = re.compile("[,;\t|]")


class Kind(StrEnum):
    """Formats that are told apart. The last ones can't be read."""

    OOXML = "xlsx"
    XLSB = "xlsb"
    ODS = "ods"
    FLAT_ODS = "fods"
    XLS = "xls"
    SPREADSHEETML = "spreadsheetml"
    HTML = "html"
    DELIMITED = "csv"
    ARCHIVE = "zip"
    ENCRYPTED = "encrypted"
    MHTML = "mhtml"
    EMPTY = "empty"
    OLE = "ole"
    XML = "xml"
    OTHER = "other"


def kind_of(data: bytes) -> Kind:
    """The format of a whole file (or of its first ``HEAD`` bytes, as far as they tell)."""
    if not data[:64].strip(_NOTHING) and not data.strip(_NOTHING):  # the second look copies a file that ends in zeros
        return Kind.EMPTY
    if data[:2] == b"PK":
        return _zip_kind(data)
    if data[:8] == _OLE:
        return _ole_kind(data)
    if data[:4] in _BIFF:
        return Kind.XLS
    if other_name(data):
        return Kind.OTHER
    return _text_kind(data)


def other_name(data: bytes) -> str:
    """What a well-known foreign file is called, with the blank that Chinese puts before letters; empty if not known."""
    if data[:2] == b"PK":
        return _package_name(data, part_names(data) or frozenset())
    if data[:8] == _OLE:
        return _first_name(_STREAMS, lambda stream: stream.encode("utf-16-le") in data)
    if b"%PDF-" in data[:_PDF_LEAD]:
        return _OTHERS[b"%PDF"]
    return _first_name(_OTHERS.items(), data.startswith)


def document_ending(data: bytes) -> str:
    """The usual ending of files of a kind that holds text: ``.docx``, ``.doc``, ``.odt``, ``.pdf``, ``.rtf``; empty for others."""
    return _DOCUMENT_ENDINGS.get(other_name(data), "")


def _first_name(names: Iterable[tuple[Sign, str]], fits: Callable[[Sign], bool]) -> str:
    """The name beside the first sign that fits; empty if none does."""
    return next((name for sign, name in names if fits(sign)), "")


def _package_name(data: bytes, known: frozenset[str]) -> str:
    """What a zip is called that is a document of another kind."""
    if _has_workbook(known):
        return ""
    if "mimetype" in known:
        return _first_name(_MIMETYPES.items(), lambda kind: kind in data[:200])
    if not {"[content_types].xml", "ofd.xml"} & known:
        return ""
    return _first_name(_PACKAGES, lambda lead: any(n.startswith(lead) for n in known))


def _zip_kind(data: bytes) -> Kind:
    known = part_names(data)
    if not known:
        return Kind.OOXML  # the guards of the package say what is wrong with it
    if _package_name(data, known):
        return Kind.OTHER
    if known >= {"mimetype", "content.xml"}:
        return Kind.ODS
    if not _is_package(known):
        return Kind.ARCHIVE
    return Kind.XLSB if _is_binary(known) else Kind.OOXML


def _is_binary(names: frozenset[str]) -> bool:
    return "xl/workbook.bin" in names and "xl/workbook.xml" not in names


def _is_package(names: frozenset[str]) -> bool:
    return "[content_types].xml" in names or _has_workbook(names)


def _has_workbook(names: frozenset[str]) -> bool:
    return any(name.startswith("xl/") for name in names)


def _ole_kind(data: bytes) -> Kind:
    """By the names of the streams: they stand in the directory as UTF-16."""

    def has(name: str) -> bool:
        return name.encode("utf-16-le") in data

    if has("EncryptedPackage"):
        return Kind.ENCRYPTED
    if any(has(stream) for stream, _ in _STREAMS):
        return Kind.OTHER
    return Kind.XLS if has("Workbook") or has("Book") else Kind.OLE


def _text_kind(data: bytes) -> Kind:
    head = data[:HEAD]
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        head = head.decode("utf-16", "ignore").encode("utf-8", "ignore")
    bare = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return next((kind for kind, fits in _TEXTS if fits(bare)), Kind.OTHER)


def _is_markup(head: bytes) -> bool:
    return head[:1] == b"<"


def _is_mhtml(head: bytes) -> bool:
    return head[:13].lower().startswith(b"mime-version") or b"\nContent-Type: multipart/related" in head[:2000]


def _is_text(head: bytes) -> bool:
    """Lines of text with delimiters: no control characters, and some line with a comma, a tab or a semicolon."""
    if any(b < 9 or 13 < b < 32 for b in head[:_BEGINNING]):
        return False
    text = head[:_BEGINNING].decode("latin-1")
    return bool(_DELIMITED.search(text))


_TEXTS: tuple[tuple[Kind, Callable[[bytes], object]], ...] = (  # the first that fits, by the first bytes of a file
    (Kind.SPREADSHEETML, lambda head: _is_markup(head) and _SHEETML in head),
    (Kind.FLAT_ODS, lambda head: head.startswith(b"<?xml") and _FLAT_ODS in head),
    (Kind.MHTML, _is_mhtml),
    (Kind.HTML, lambda head: _is_markup(head) and _HTML.search(head[:_BEGINNING])),
    (Kind.XML, _is_markup),
    (Kind.DELIMITED, _is_text),
)


def _modest_directory(file: BinaryIO) -> bool:
    """Whether the directory of a zip can be looked into outside of a worker: no more than its tail claims."""
    size = file.seek(0, io.SEEK_END)
    file.seek(max(0, size - _TAIL))
    tail = file.read(_TAIL)
    at = tail.rfind(b"PK\x05\x06")
    return at >= 0 and len(tail) >= at + 16 and int.from_bytes(tail[at + 12 : at + 16], "little") <= _MOST_DIRECTORY


def is_archive(path: Path) -> bool:
    """Whether a file is a zip that holds files, not a workbook that is a zip. Only its directory is read."""
    names = part_names(path) if _is_modest_zip(path) else None
    if not names:
        return False
    return _NO_ARCHIVE.isdisjoint(names) and not _has_workbook(names)


def _is_modest_zip(path: Path) -> bool:
    """Whether a file begins as a zip, with a directory of a size that can be read."""
    try:
        with path.open("rb") as file:
            return file.read(2) == b"PK" and _modest_directory(file)
    except OSError:
        return False
