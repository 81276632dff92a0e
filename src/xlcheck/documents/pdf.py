"""A PDF with a text layer → :class:`Document`. The only door for pypdfium2.

PDFium gives every character with its box; lines are made of the boxes, so that the order in which a program wrote them does not
matter. What runs along a page is turned, what runs across it is a watermark and left out. A page of which the text
is invisible was recognised from a picture: it is read, and said.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from xlcheck.documents.document import Document, DocumentKind, Paragraph
from xlcheck.documents.pdflines import Glyph, PageLines, lines_of
from xlcheck.documents.pdfpages import printed_lines
from xlcheck.errors import Refused

if TYPE_CHECKING:
    from types import ModuleType

MOST_PAGES = 500
MOST_CHARACTERS = 2_000_000
_MOST_ON_PAGE = 100_000
_PASSWORD = 4  # FPDF_ERR_PASSWORD
_INVISIBLE = 3  # a text render mode
_ASKEW = math.radians(2)
_SAMPLE = 3  # characters of a page that are asked whether they are visible
_NAMED = 20  # pages that are named one by one


def read_pdf(data: bytes) -> Document:
    """The document in a PDF.

    Raises:
        Refused: damaged, encrypted, without a text layer, or longer than any report.
    """
    try:
        import pypdfium2
        from pypdfium2 import raw
    except ImportError as error:  # there are machines that it is not made for
        raise Refused(
            "no_converter", "这台机器上没有读取 PDF 的组件（pypdfium2）。请发送 .docx，或安装后再试。"
        ) from error
    pages: list[PageLines] = []
    unread: list[str] = []
    document = _opened(data, pypdfium2, raw)
    try:
        empty, recognised = [], []
        for number in range(1, _page_count(document) + 1):
            page, visible = _page(document, number - 1, raw)
            pages.append(page)
            if not page.lines:
                empty.append(number)
            elif not visible:
                recognised.append(number)
            if sum(page.characters for page in pages) > MOST_CHARACTERS:
                raise Refused("too_large", "PDF 的文字超过 200 万字，不像文字说明，拒绝读取。")
    except pypdfium2.PdfiumError as error:
        raise _damaged() from error
    finally:
        document.close()
    if not any(page.lines for page in pages):
        raise Refused(
            "pictures_only",
            "这份 PDF 没有文字层（多半是扫描件或图片），读不出文字，无法核对。请发送由 Word/WPS 直接另存的 PDF，或 Word 文档本身。",
        )
    if empty:
        unread.append(f"第 {_numbers(empty)} 页没有文字（可能是图片或空白页），没有核对。")
    if recognised:
        unread.append(f"第 {_numbers(recognised)} 页的文字是从扫描件识别出来的，可能有识别错误，请以原件为准。")
    return _document(pages, unread)


def _document(pages: list[PageLines], unread: list[str]) -> Document:
    paragraphs, at = [], 0
    for line in printed_lines(pages):
        paragraphs.append(Paragraph(at, line.text, line.place, continues=line.continues))
        at += len(line.text) + 1
    if not paragraphs:
        raise Refused("empty_document", "PDF 里除了页眉页脚没有任何文字。请检查发送的是不是写好的那一份。")
    return Document(DocumentKind.PDF, tuple(paragraphs), (), "\n".join(p.text for p in paragraphs), tuple(unread))


def _numbers(pages: list[int]) -> str:
    named = "、".join(map(str, pages[:_NAMED]))
    return named if len(pages) <= _NAMED else f"{named} 等 {len(pages)} "


def _damaged() -> Refused:
    return Refused("damaged", "PDF 已损坏，读不出来。请重新导出或重新发送。")


def _opened(data: bytes, library: ModuleType, raw: ModuleType) -> Any:
    try:
        return library.PdfDocument(data)
    except library.PdfiumError as error:
        if raw.FPDF_GetLastError() == _PASSWORD or "assword" in str(error):
            raise Refused("encrypted", "PDF 设了打开密码，无法读取。请取消密码后再发送。") from error
        raise _damaged() from error


def _page_count(document: Any) -> int:
    pages = len(document)
    if pages > MOST_PAGES:
        raise Refused("too_large", f"PDF 有 {pages} 页，超过 {MOST_PAGES} 页的上限。")
    return pages


def _page(document: Any, index: int, raw: ModuleType) -> tuple[PageLines, bool]:
    """The lines of a page, and whether its text can be seen."""
    page = document[index]
    text = page.get_textpage()
    try:
        count = text.count_chars()
        if count > _MOST_ON_PAGE:
            raise Refused("too_large", f"PDF 第 {index + 1} 页的文字多得不像文字说明，拒绝读取。")
        glyphs = list(_glyphs(text, count, raw))
        visible = any(_visible(text, glyph.number, raw) for glyph in glyphs[:: max(len(glyphs) // _SAMPLE, 1)])
        return lines_of(glyphs, page.get_size()), visible
    finally:
        text.close()
        page.close()


def _glyphs(text: Any, count: int, raw: ModuleType) -> Iterator[Glyph]:
    """The characters of a page that something is printed for, turned so that their lines run from left to right."""
    box = raw.FS_RECTF()
    for index in range(count):
        code = raw.FPDFText_GetUnicode(text, index)
        if code < 0x20 or raw.FPDFText_IsGenerated(text, index) == 1:
            continue
        if not raw.FPDFText_GetLooseCharBox(text, index, ctypes.byref(box)):
            continue
        angle = raw.FPDFText_GetCharAngle(text, index)
        turns = round(angle / (math.pi / 2))
        if abs(angle - turns * math.pi / 2) <= _ASKEW:
            yield Glyph.turned(_character(code), (box.left, box.bottom, box.right, box.top), turns % 4, index)


def _character(code: int) -> str:
    return "\ufffd" if 0xD800 <= code < 0xE000 or code > 0x10FFFF else chr(code)


def _visible(text: Any, index: int, raw: ModuleType) -> bool:
    found = raw.FPDFText_GetTextObject(text, index)
    return not found or bool(raw.FPDFTextObj_GetTextRenderMode(found) != _INVISIBLE)
