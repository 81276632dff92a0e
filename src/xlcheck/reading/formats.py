"""The formats that are read, one entry each. All lists of formats and endings follow from :data:`FORMATS`.

A new format is a module in ``reading/foreign``, a :class:`Kind` that ``sniff`` knows it by, and an entry here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import PurePath
from typing import TYPE_CHECKING, NamedTuple

from xlcheck.reading.sniff import Kind
from xlcheck.reading.zips import part_names

if TYPE_CHECKING:
    from xlcheck.reading.grid import Grid
    from xlcheck.reading.layout import SheetLayout
    from xlcheck.reading.workbook import Workbook

_PICTURE_FOLDERS = ("pictures/", "xl/media/", "media/")
_SIGNATURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF89a", b"GIF87a", b"II*\0", b"MM\0*")
_IMAGE = re.compile(rb"<img\b", re.IGNORECASE)


class BookContents(NamedTuple):
    """What a reader makes of a file: its sheets, its package if it is one, the look of the sheets if that can be read."""

    grids: list[Grid]
    workbook: Workbook | None = None
    layouts: Callable[[], list[SheetLayout]] = list


class Format(NamedTuple):
    """An input format.

    ``name`` is what the list of findings calls it where the marked copy is a new .xlsx; ``ending`` is the usual one of
    its files, ``endings`` are those by which a file is taken for one of them, whatever its bytes say.
    ``told_by_content``: its bytes alone say that a file is a workbook. ``mailed``: an attachment is taken by its name.
    ``marked_in_place``: the marked copy is the file itself with marks. ``pictures`` tells whether a file holds any.
    """

    kind: Kind
    name: str
    ending: str
    endings: tuple[str, ...]
    read: Callable[[bytes], BookContents]
    pictures: Callable[[bytes], bool]
    told_by_content: bool = True
    mailed: bool = True
    marked_in_place: bool = False


# --- readers: their modules are loaded when they are needed ---------------------------------------


def _package(data: bytes) -> BookContents:
    from xlcheck.reading.package import Package
    from xlcheck.reading.sheetxml import read_grid
    from xlcheck.reading.workbook import Workbook

    workbook = Workbook(Package(data))
    return BookContents([read_grid(workbook, sheet) for sheet in workbook.sheets], workbook)


def _xls(data: bytes) -> BookContents:
    from xlcheck.reading.foreign.xls import XlsBook

    book = XlsBook(data)
    return BookContents(book.grids(), layouts=book.layouts)


def _xlsb(data: bytes) -> BookContents:
    from xlcheck.reading.foreign.xlsb import xlsb_grids

    return BookContents(xlsb_grids(data))


def _ods(data: bytes) -> BookContents:
    from xlcheck.reading.foreign.ods import ods_grids

    return BookContents(ods_grids(data))


def _flat_ods(data: bytes) -> BookContents:
    from xlcheck.reading.foreign.ods import flat_ods_grids

    return BookContents(flat_ods_grids(data))


def _spreadsheetml(data: bytes) -> BookContents:
    from xlcheck.reading.foreign.spreadsheetml import spreadsheetml_grids

    return BookContents(spreadsheetml_grids(data))


def _html(data: bytes) -> BookContents:
    from xlcheck.reading.foreign.html import html_grids

    return BookContents(html_grids(data))


def _delimited(data: bytes) -> BookContents:
    from xlcheck.reading.foreign.delimited import delimited_grids

    return BookContents(delimited_grids(data))


# --- where pictures are ---------------------------------------------------------------------------


def _among_parts(data: bytes) -> bool:
    return any(name.startswith(_PICTURE_FOLDERS) for name in part_names(data) or ())


def _in_stream(data: bytes) -> bool:
    return any(signature in data for signature in _SIGNATURES)


def _drawn(data: bytes) -> bool:
    return b"<draw:image" in data


def _in_page(data: bytes) -> bool:
    return _IMAGE.search(data) is not None


def _none(_data: bytes) -> bool:
    return False


# --- the table ------------------------------------------------------------------------------------

FORMATS = {
    entry.kind: entry
    for entry in (
        Format(
            Kind.OOXML, ".xlsx，样式表不完整", ".xlsx", (".xlsx", ".xlsm", ".xltx", ".xltm"), _package, _among_parts,
            marked_in_place=True,
        ),
        Format(Kind.XLS, "旧版 .xls/.et 格式", ".xls", (".xls", ".xlt", ".et", ".ett"), _xls, _in_stream),
        Format(Kind.XLSB, "二进制格式 .xlsb", ".xlsb", (".xlsb",), _xlsb, _among_parts),
        Format(Kind.ODS, "OpenDocument 格式 .ods", ".ods", (".ods", ".ots"), _ods, _among_parts),
        Format(Kind.FLAT_ODS, "OpenDocument 格式 .fods", ".fods", (".fods",), _flat_ods, _drawn),
        # .xml may be anything: such a file is taken by what is in it
        Format(Kind.SPREADSHEETML, "Excel 2003 XML 格式", ".xml", (), _spreadsheetml, _none),
        # pages in a mail are its text, its signature, a notice of its server
        Format(
            Kind.HTML, "网页格式", ".html", (".htm", ".html"), _html, _in_page, told_by_content=False, mailed=False,
        ),
        Format(Kind.DELIMITED, "文本格式 CSV", ".csv", (".csv", ".tsv"), _delimited, _none, told_by_content=False),
    )
}  # fmt: skip
ARCHIVE_ENDINGS = frozenset({".zip"})


def _endings(formats: Iterable[Format]) -> frozenset[str]:
    return frozenset(ending for entry in formats for ending in entry.endings)


WORKBOOK_ENDINGS = _endings(FORMATS.values())
COPY_ENDINGS = FORMATS[Kind.OOXML].endings  # marked copies are packages, whatever the file was
TAKEN_ENDINGS = WORKBOOK_ENDINGS | ARCHIVE_ENDINGS  # of files in a folder, and in an archive
MAILED_ENDINGS = _endings(entry for entry in FORMATS.values() if entry.mailed) | ARCHIVE_ENDINGS
# a workbook with a password is one too: it is refused by name
TOLD_BY_CONTENT = frozenset({Kind.ENCRYPTED, *(entry.kind for entry in FORMATS.values() if entry.told_by_content)})


def named_as_workbook(name: str | PurePath) -> bool:
    """Whether the ending of a file is one of workbooks."""
    return PurePath(name).suffix.lower() in WORKBOOK_ENDINGS
