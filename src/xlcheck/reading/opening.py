"""Bytes of any workbook → its cells. The format is known by the content; what can't be read is refused by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from xlcheck.errors import Refused
from xlcheck.reading.foreign.building import distinct
from xlcheck.reading.grid import Grid, read_grid
from xlcheck.reading.layout import SheetLayout
from xlcheck.reading.package import Package, refuse_large
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
    sheets of ``grids`` where the format has one that can be read.
    """

    workbook: Workbook | None
    grids: list[Grid]
    kind: Kind = Kind.OOXML
    layouts: Callable[[], list[SheetLayout]] = field(default=list)

    @property
    def recalculates(self) -> bool:
        """Whether a spreadsheet recalculates all formulas when it opens the file."""
        return self.workbook is not None and self.workbook.recalculates


def open_workbook(data: bytes) -> Opened:
    """Guard and read ``data``.

    Raises:
        Refused: unreadable, encrypted, hostile, or no workbook.
    """
    refuse_large(data)
    kind = kind_of(data)
    if kind is Kind.OOXML:
        workbook = Workbook(Package(data))
        grids = [read_grid(workbook, s) for s in workbook.sheets]
        _refuse_pictures(workbook, grids, data, kind)
        return Opened(workbook, grids)
    if kind is Kind.XLS:
        from xlcheck.reading.foreign.xls import XlsBook

        book = XlsBook(data)
        grids = book.grids()
        _refuse_pictures(None, grids, data, kind)
        return Opened(None, _some(grids), kind, book.layouts)
    grids = _reader(kind, data)(data)
    _refuse_pictures(None, grids, data, kind)
    return Opened(None, _some(grids), kind)


def _refuse_pictures(workbook: Workbook | None, grids: list[Grid], data: bytes, kind: Kind) -> None:
    if refused := pictures_only(workbook, grids, data, kind):
        raise refused


def _reader(kind: Kind, data: bytes) -> Callable[[bytes], list[Grid]]:
    """The reader of a format; modules are loaded when they are needed."""
    if kind in (Kind.ODS, Kind.FLAT_ODS):
        from xlcheck.reading.foreign import ods

        return ods.ods_grids if kind is Kind.ODS else ods.flat_ods_grids
    if kind is Kind.XLSB:
        from xlcheck.reading.foreign.xlsb import xlsb_grids

        return xlsb_grids
    if kind is Kind.SPREADSHEETML:
        from xlcheck.reading.foreign.spreadsheetml import spreadsheetml_grids

        return spreadsheetml_grids
    if kind is Kind.HTML:
        from xlcheck.reading.foreign.html import html_grids

        return html_grids
    if kind is Kind.DELIMITED:
        from xlcheck.reading.foreign.delimited import delimited_grids

        return delimited_grids
    if kind in _REFUSALS:
        raise Refused(*_REFUSALS[kind])
    name = other_name(data)
    what = f"这是{name}，不是 Excel 工作簿。" if name else "这不是 Excel 工作簿（.xlsx、.xls、.et 等）。"
    raise Refused("not_xlsx", f"{what}请发送 Excel/WPS 工作簿。")


def _some(grids: list[Grid]) -> list[Grid]:
    if not any(grid.rows for grid in grids):
        raise Refused("empty_workbook", "工作簿里没有任何内容。请检查发送的是不是填好的那一份。")
    return distinct(grids)
