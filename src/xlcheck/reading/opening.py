"""Bytes of any workbook → its cells. The format is known by the content; what can't be read is refused by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from xlcheck.errors import Refused
from xlcheck.outcome import Justification
from xlcheck.reading.entries import refuse_large
from xlcheck.reading.foreign.building import distinct
from xlcheck.reading.formats import FORMATS
from xlcheck.reading.grid import Grid
from xlcheck.reading.layout import SheetLayout
from xlcheck.reading.marks.returned import is_marked
from xlcheck.reading.pictures import pictures_only
from xlcheck.reading.sniff import Kind, kind_of, other_name
from xlcheck.reading.workbook import Workbook

_SAVE_AS = "请用 Excel/WPS 打开后另存为 .xlsx，再发送。"
_REFUSALS = {
    Kind.EMPTY: ("empty_file", "文件是空的，没有内容。请重新导出或重新发送。"),
    Kind.ENCRYPTED: (
        "encrypted",
        "工作簿设了打开密码，无法读取。请在 Excel/WPS 中取消打开密码（文件—信息—保护工作簿），再发送。",
    ),
    Kind.ARCHIVE: (
        "archive",
        "这是压缩包，不是工作簿。压缩包里的压缩包不再打开，请解开后发送；从标准输入只能读工作簿本身。",
    ),
    Kind.OLE: ("not_xlsx", f"这是旧版 Office 文件（可能是 Word、PPT 文档），不是工作簿。{_SAVE_AS}"),
    Kind.MHTML: ("not_xlsx", f"这是“单个文件网页”（.mht），不能直接读取。{_SAVE_AS}"),
    Kind.XML: ("not_xlsx", f"这是 XML 文件，不是 Excel 工作簿。{_SAVE_AS}"),
}  # fmt: skip


@dataclass(slots=True)
class Opened:
    """A workbook that passed the guards, with its cells: what both the checker and the marker need.

    ``workbook`` is the package of an .xlsx or .xlsm, None for other formats. ``layouts`` gives the look of the
    sheets of ``grids`` where the format has one that can be read. ``marked``: marks of an earlier check were taken off;
    ``justifications`` are what the unit wrote into their list.
    """

    workbook: Workbook | None
    grids: list[Grid]
    kind: Kind = Kind.OOXML
    layouts: Callable[[], list[SheetLayout]] = field(default=list)
    marked: bool = False
    justifications: tuple[Justification, ...] = ()

    @property
    def recalculates(self) -> bool:
        """Whether a spreadsheet recalculates all formulas when it opens the file."""
        return self.workbook is not None and self.workbook.recalculates


def open_workbook(data: bytes) -> Opened:
    """Guard and read ``data``: what the unit made, without the marks of an earlier check.

    Raises:
        Refused: unreadable, encrypted, hostile, or no workbook.
    """
    opened = open_marked(data)
    if opened.workbook is None or not is_marked(opened.workbook):
        return opened
    from xlcheck.reading.marks.justifications import read_justifications
    from xlcheck.reading.marks.returned import ReturnedCopy
    from xlcheck.reading.marks.unmark import unmarked_workbook

    copy = ReturnedCopy(opened.workbook, opened.grids)
    said = read_justifications(copy.lists)
    clean = unmarked_workbook(copy)
    if clean is None:
        return replace(opened, justifications=said)
    if refused := pictures_only(clean.workbook, clean.grids):
        raise refused
    return Opened(clean.workbook, clean.grids, marked=True, justifications=said)


def open_marked(data: bytes) -> Opened:
    """The same with the marks, as the file has them.

    Raises:
        Refused: unreadable, encrypted, hostile, or no workbook.
    """
    refuse_large(data)
    kind = kind_of(data)
    known = FORMATS.get(kind)
    if known is None:
        raise _refusal(kind, data)
    book = known.read(data)
    if refused := pictures_only(book.workbook, book.grids, data, kind):
        raise refused
    grids = book.grids if known.marked_in_place else _named(book.grids)
    return Opened(book.workbook, grids, kind, book.layouts)


def _refusal(kind: Kind, data: bytes) -> Refused:
    """Why a file of a kind that is not read is none that we read."""
    if kind in _REFUSALS:
        return Refused(*_REFUSALS[kind])
    name = other_name(data)
    what = f"这是{name}，不是 Excel 工作簿。" if name else "这不是 Excel 工作簿（.xlsx、.xls、.et 等）。"
    if name.endswith("压缩包"):
        return Refused("not_xlsx", f"{what}请解压后发送 Excel/WPS 工作簿，或压成 .zip 再发送。")
    return Refused("not_xlsx", f"{what}请发送 Excel/WPS 工作簿。")


def _named(grids: list[Grid]) -> list[Grid]:
    """The sheets of a workbook that has something in it, every one under a name of its own."""
    if not any(grid.rows for grid in grids):
        raise Refused("empty_workbook", "工作簿里没有任何内容。请检查发送的是不是填好的那一份。")
    return distinct(grids)
