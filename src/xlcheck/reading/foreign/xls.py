"""Excel 97–2003 and WPS 表格 (.xls, .et): BIFF through xlrd. The only door for xlrd."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from typing import Any

import xlrd

from xlcheck.errors import Refused
from xlcheck.reading.foreign.building import Builder, number_text
from xlcheck.reading.grid import NO_HEIGHT, NO_WIDTH, Grid, twice
from xlcheck.reading.layout import Look, PrintSetup, SheetLayout
from xlcheck.reading.numberformats import Formats, format_of

_EOF, _WSBOOL, _SETUP = 0x000A, 0x0081, 0x00A1
_CELLS = {0x0006, 0x0203, 0x0204, 0x0205, 0x027E, 0x00FD}  # FORMULA, NUMBER, LABEL, BOOLERR, RK, LABELSST
_MANY_NUMBERS = 0x00BD  # MULRK
_MARGINS = (0x0026, 0x0027, 0x0028, 0x0029)
_ENCRYPTED = "工作簿设了打开密码，无法读取。请在 Excel/WPS 中取消打开密码（文件—信息—保护工作簿），再发送。"
_LAST_COLUMN = 255
_BIFF5 = 50
_HORIZONTAL = {1: "left", 2: "center", 3: "right", 4: "fill", 5: "justify", 6: "center_across", 7: "distributed"}
_VERTICAL = {0: "top", 1: "vcenter", 2: "bottom", 3: "vjustify", 4: "vdistributed"}


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
        except xlrd.XLRDError as error:
            if "encrypted" in str(error).lower():
                raise Refused("encrypted", _ENCRYPTED) from error
            raise Refused(
                "damaged", "旧版 .xls/.et 文件读不出来，可能已损坏。请用 Excel/WPS 另存为 .xlsx 后再发送。"
            ) from error
        except Exception as error:  # xlrd meets damaged records with whatever Python raises on them
            raise Refused(
                "damaged", "旧版 .xls/.et 文件读不出来，可能已损坏。请用 Excel/WPS 另存为 .xlsx 后再发送。"
            ) from error
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
                    text, letter = _typed(kind, values[column])
                    built.put(row + 1, column + 1, text, letter, sheet.cell_xf_index(row, column))
        for first_row, last_row, first_column, last_column in sheet.merged_cells:
            built.merge(first_row + 1, first_column + 1, last_row, last_column)
        built.grid.hidden_rows = {at + 1 for at, info in sheet.rowinfo_map.items() if info.hidden or _low(info)}
        if sheet.default_row_hidden:
            built.grid.hidden_rows |= {row for row in built.grid.rows if row - 1 not in sheet.rowinfo_map}
        narrow = NO_WIDTH * 256
        built.grid.hidden_columns = {
            at + 1 for at, info in sheet.colinfo_map.items() if info.hidden or info.width < narrow
        }
        return built.done()

    def _refuse_twins(self, number: int, grid: Grid) -> None:
        """Two values in one cell: xlrd would take the last of them."""
        seen: set[tuple[int, int]] = set()
        for kind, body in self._records(number):
            if (kind not in _CELLS and kind != _MANY_NUMBERS) or len(body) < 6:
                continue
            row, first = struct.unpack_from("<2H", body)
            last = struct.unpack_from("<H", body, len(body) - 2)[0] if kind == _MANY_NUMBERS else first
            for column in range(first, min(last, _LAST_COLUMN) + 1):
                if (row, column) in seen:
                    raise twice(grid, row + 1, column + 1)
                seen.add((row, column))

    # --- layout ---------------------------------------------------------------------------------

    def layouts(self) -> list[SheetLayout]:
        """The look of every sheet of :meth:`grids`, in the same order."""
        looks: dict[int, Look] = {}
        return [self._layout(s, looks) for s in self._sheets]

    def _layout(self, sheet: Any, looks: dict[int, Look]) -> SheetLayout:
        cells: dict[tuple[int, int], Look] = {}
        for row in range(sheet.nrows):
            for column, kind in enumerate(sheet.row_types(row)):
                if kind != xlrd.XL_CELL_EMPTY:
                    index = sheet.cell_xf_index(row, column)
                    if index not in looks:
                        looks[index] = self._look(index)
                    cells[row + 1, column + 1] = looks[index]
        return SheetLayout(
            cells=cells,
            widths={c + 1: info.width / 256 for c, info in sheet.colinfo_map.items() if c < 256},
            heights={r + 1: info.height / 20 for r, info in sheet.rowinfo_map.items() if info.height_mismatch},
            gridlines=bool(sheet.show_grid_lines),
            frozen=(sheet.horz_split_pos, sheet.vert_split_pos) if sheet.panes_are_frozen else (0, 0),
            printing=self._printing(sheet),
        )

    def _printing(self, sheet: Any) -> PrintSetup:
        """What xlrd passes over: SETUP, WSBOOL and margins ([MS-XLS] 2.4.257, 2.4.376, 2.4.166)."""
        area, titles = self._print_names(sheet)
        setup, fit_to_page = b"", False
        inches = dict(zip(_MARGINS, PrintSetup().margins, strict=True))
        for kind, body in self._records(sheet.number):
            if kind == _SETUP and len(body) >= 12:
                setup = body
            elif kind == _WSBOOL and len(body) >= 2:
                fit_to_page = bool(body[1] & 0x01)
            elif kind in inches and len(body) >= 8:
                inches[kind] = min(max(struct.unpack("<d", body[:8])[0], 0.0), 10.0)
        margins = tuple(inches.values())
        if not setup:
            return PrintSetup(margins=margins, area=area, title_rows=titles)
        paper, scale, _, wide, high, flags = struct.unpack("<6H", setup[:12])
        known = not flags & 0x0004
        return PrintSetup(
            landscape=known and not flags & 0x0040 and not flags & 0x0002,
            paper=paper if known and 0 < paper < 119 else 9,
            scale=scale if known and 10 <= scale <= 400 else 100,
            fit=(wide, high) if fit_to_page else None,
            margins=margins,
            area=area,
            title_rows=titles,
        )

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

    def _print_names(self, sheet: Any) -> tuple[tuple[int, int, int, int] | None, tuple[int, int] | None]:
        """Print area (first row, first column, last row, last column) and title rows, 1-based."""
        area, titles = None, None
        for name in self._book.name_obj_list:
            if name.builtin and name.scope == sheet.number and name.result is not None:
                spans = _spans(name.result.value)
                if name.name == "\x06" and spans:
                    area = spans[0]
                elif name.name == "\x07":
                    rows = [s for s in spans if s[3] - s[1] >= 255]
                    titles = (rows[0][0], rows[0][2]) if rows else None
        return area, titles

    def _look(self, index: int) -> Look:
        book = self._book
        if index >= len(book.xf_list) or book.xf_list[index].font_index >= len(book.font_list):
            return Look()  # a damaged style table
        xf = book.xf_list[index]
        font = book.font_list[xf.font_index]
        form = book.format_map.get(xf.format_key)
        border = xf.border
        sides = (border.left_line_style, border.right_line_style, border.top_line_style, border.bottom_line_style)
        fill = xf.background.pattern_colour_index if xf.background.fill_pattern == 1 else None
        return Look(
            font=font.name,
            size=font.height / 20,
            bold=bool(font.bold),
            italic=bool(font.italic),
            underline=bool(font.underline_type),
            colour=self._colour(font.colour_index),
            fill=self._colour(fill),
            horizontal=_HORIZONTAL.get(xf.alignment.hor_align, ""),
            vertical=_VERTICAL.get(xf.alignment.vert_align, "vcenter"),
            wrap=bool(xf.alignment.text_wrapped),
            indent=int(xf.alignment.indent_level),
            borders=tuple(int(s) for s in sides),
            number=(form.format_str if form else "") or "General",
        )

    def _colour(self, index: int | None) -> str:
        rgb = self._book.colour_map.get(index) if index is not None else None
        return "".join(f"{c:02X}" for c in rgb) if rgb else ""


def _low(info: Any) -> bool:
    """Whether a row has a height of its own, and as good as none."""
    return not info.has_default_height and info.height is not None and info.height < NO_HEIGHT * 20


def _typed(kind: int, value: Any) -> tuple[str, str]:
    if kind in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
        return number_text(float(value)), "n"
    if kind == xlrd.XL_CELL_BOOLEAN:
        return str(int(value)), "b"
    if kind == xlrd.XL_CELL_ERROR:
        return xlrd.error_text_from_code.get(value, "#ERR!"), "e"
    return str(value), "s"


def _spans(value: Any) -> list[tuple[int, int, int, int]]:
    """Xlrd's 3D references (half-open, 0-based) as 1-based inclusive ranges."""
    found = []
    for ref in value if isinstance(value, list) else []:
        coordinates = getattr(ref, "coords", None)
        if coordinates:
            _, _, first_row, last_row, first_column, last_column = coordinates
            found.append((first_row + 1, first_column + 1, last_row, last_column))
    return found
