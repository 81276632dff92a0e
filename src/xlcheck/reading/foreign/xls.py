"""Excel 97–2003 and WPS 表格 (.xls, .et): BIFF through xlrd. The only door for xlrd."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from typing import Any

import xlrd

from xlcheck.errors import Refused
from xlcheck.reading.foreign.building import Builder, CellContent, number_text
from xlcheck.reading.foreign.xlslayout import XlsLayouts
from xlcheck.reading.grid import NO_HEIGHT, NO_WIDTH, Grid, twice
from xlcheck.reading.layout import SheetLayout
from xlcheck.reading.numberformats import Formats, format_of

_EOF = 0x000A
_CELLS = {0x0006, 0x0203, 0x0204, 0x0205, 0x027E, 0x00FD}  # FORMULA, NUMBER, LABEL, BOOLERR, RK, LABELSST
_MANY_NUMBERS = 0x00BD  # MULRK
_ENCRYPTED = "工作簿设了打开密码，无法读取。请在 Excel/WPS 中取消打开密码（文件—信息—保护工作簿），再发送。"
_LAST_COLUMN = 255
_TWIPS = 20  # of a point
_WIDTH_UNIT = 256  # of a character
_BIFF5 = 50
_DAMAGED = "旧版 .xls/.et 文件读不出来，可能已损坏。请用 Excel/WPS 另存为 .xlsx 后再发送。"


class XlsBook:
    """An .xls or .et file: its grids, and its layout for a rebuilt copy.

    Raises:
        Refused: encrypted or damaged.
    """

    def __init__(self, data: bytes) -> None:
        try:
            self._book = xlrd.open_workbook(
                file_contents=data, formatting_info=True, logfile=io.StringIO(), on_demand=True, ragged_rows=True
            )
            self._sheets = self._book.sheets()
        except MemoryError:
            raise
        except Exception as error:  # xlrd meets damaged records with whatever Python raises on them
            raise _refusal(error) from error
        self._formats = Formats()
        for index, xf in enumerate(self._book.xf_list):
            form = self._book.format_map.get(xf.format_key)
            self._formats.add(index, format_of(form.format_str or "") if form else None)

    def grids(self) -> list[Grid]:
        """One grid a worksheet."""
        return [self._grid(s) for s in self._sheets]

    def _grid(self, sheet: Any) -> Grid:
        built = Builder(sheet.name, hidden=sheet.visibility != 0)
        built.grid.formats = self._formats
        self._refuse_twins(sheet.number, built.grid)
        for row in range(sheet.nrows):
            values = sheet.row_values(row)
            for column, kind in enumerate(sheet.row_types(row)):
                if kind not in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
                    built.put(row + 1, column + 1, *_typed(kind, values[column]), sheet.cell_xf_index(row, column))
        for first_row, last_row, first_column, last_column in sheet.merged_cells:
            built.merge(first_row + 1, first_column + 1, last_row, last_column)
        built.grid.hidden_rows = _hidden_rows(sheet, built.grid)
        built.grid.hidden_columns = _hidden_columns(sheet)
        return built.done()

    def _refuse_twins(self, number: int, grid: Grid) -> None:
        """Two values in one cell: xlrd would take the last of them."""
        seen: set[tuple[int, int]] = set()
        for kind, body in self._records(number):
            if not _has_cells(kind, body):
                continue
            row, first = struct.unpack_from("<2H", body)
            last = struct.unpack_from("<H", body, len(body) - 2)[0] if kind == _MANY_NUMBERS else first
            for column in range(first, min(last, _LAST_COLUMN) + 1):
                if (row, column) in seen:
                    raise twice(grid, row + 1, column + 1)
                seen.add((row, column))

    def layouts(self) -> list[SheetLayout]:
        """The look of every sheet of :meth:`grids`, in the same order."""
        reader = XlsLayouts(self._book)
        return [reader.layout(sheet, self._records(sheet.number)) for sheet in self._sheets]

    def _records(self, number: int) -> Iterator[tuple[int, bytes]]:
        """The BIFF records of one sheet, from its BOF to its EOF; none of files older than Excel 5."""
        stream, places = self._book.mem, self._book._sh_abs_posn  # noqa: SLF001 - xlrd has no other way to them
        if not stream or number >= len(places) or self._book.biff_version < _BIFF5:
            return
        at = places[number]
        while at + 4 <= len(stream):
            kind, length = struct.unpack_from("<2H", stream, at)
            if kind == _EOF:
                return
            yield kind, bytes(stream[at + 4 : at + 4 + length])
            at += 4 + length


def _has_cells(kind: int, body: bytes) -> bool:
    """Whether a record holds cells of a row, and says which."""
    return (kind in _CELLS or kind == _MANY_NUMBERS) and len(body) >= 6


def _refusal(error: Exception) -> Refused:
    """Why a workbook can't be opened."""
    if isinstance(error, xlrd.XLRDError) and "encrypted" in str(error).lower():
        return Refused("encrypted", _ENCRYPTED)
    return Refused("damaged", _DAMAGED)


def _hidden_rows(sheet: Any, grid: Grid) -> set[int]:
    hidden = {at + 1 for at, info in sheet.rowinfo_map.items() if info.hidden or _low(info)}
    if sheet.default_row_hidden:
        hidden |= {row for row in grid.rows if row - 1 not in sheet.rowinfo_map}
    return hidden


def _hidden_columns(sheet: Any) -> set[int]:
    narrow = NO_WIDTH * _WIDTH_UNIT
    return {at + 1 for at, info in sheet.colinfo_map.items() if info.hidden or info.width < narrow}


def _low(info: Any) -> bool:
    """Whether a row has a height of its own, and as good as none."""
    return not info.has_default_height and info.height is not None and info.height < NO_HEIGHT * _TWIPS


def _typed(kind: int, value: Any) -> CellContent:
    if kind in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
        return CellContent(number_text(float(value)), "n")
    if kind == xlrd.XL_CELL_BOOLEAN:
        return CellContent(str(int(value)), "b")
    if kind == xlrd.XL_CELL_ERROR:
        return CellContent(xlrd.error_text_from_code.get(value, "#ERR!"), "e")
    return CellContent(str(value), "s")
