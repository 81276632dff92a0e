"""How the sheets of an .xls look: fonts, fills, widths and print set-up, as far as a rebuilt copy keeps them."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from typing import Any

from xlcheck.reading.layout import CellStyle, PrintSetup, SheetLayout

_EMPTY = 0  # the type of a cell that is not there
_WSBOOL, _SETUP = 0x0081, 0x00A1
_LENGTHS = {_WSBOOL: 2, _SETUP: 12}  # bytes that a record has at least
_MARGINS = (0x0026, 0x0027, 0x0028, 0x0029)
_MARGIN_LENGTH = 8
_WIDEST_MARGIN = 10.0  # inches
_FIT_TO_PAGE = 0x01  # in the second byte of WSBOOL
_NO_PRINTER, _PORTRAIT, _NO_ORIENTATION = 0x0004, 0x0002, 0x0040  # flags of SETUP
_PAPERS = range(1, 119)
_FULL_SCALE = 100  # per cent
_A4 = 9
_SCALES = range(10, 401)
_PRINT_AREA, _PRINT_TITLES = "\x06", "\x07"  # names that Excel has built in
_LAST_COLUMN = 255
_SOLID = 1  # a fill without a pattern
_POINT = 20  # twentieths of a point
_CHARACTER = 256  # widths are in 256ths of a character
_HORIZONTAL = {1: "left", 2: "center", 3: "right", 4: "fill", 5: "justify", 6: "center_across", 7: "distributed"}
_VERTICAL = {0: "top", 1: "vcenter", 2: "bottom", 3: "vjustify", 4: "vdistributed"}

_Area = tuple[int, int, int, int]
_Records = Iterable[tuple[int, bytes]]


class XlsLayouts:
    """Reads the layout of sheets of one xlrd book; each style of cells is read once."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._styles: dict[int, CellStyle] = {}

    def layout(self, sheet: Any, records: _Records) -> SheetLayout:
        """The look of one sheet; ``records`` are its BIFF records."""
        return SheetLayout(
            cells=dict(self._cells(sheet)),
            widths={c + 1: info.width / _CHARACTER for c, info in sheet.colinfo_map.items() if c <= _LAST_COLUMN},
            heights={r + 1: info.height / _POINT for r, info in sheet.rowinfo_map.items() if info.height_mismatch},
            gridlines=bool(sheet.show_grid_lines),
            frozen=(sheet.horz_split_pos, sheet.vert_split_pos) if sheet.panes_are_frozen else (0, 0),
            printing=self._printing(sheet, records),
        )

    def _cells(self, sheet: Any) -> Iterator[tuple[tuple[int, int], CellStyle]]:
        for row in range(sheet.nrows):
            for column, kind in enumerate(sheet.row_types(row)):
                if kind != _EMPTY:
                    yield (row + 1, column + 1), self._style(sheet.cell_xf_index(row, column))

    def _style(self, index: int) -> CellStyle:
        if index not in self._styles:
            self._styles[index] = self._read_style(index)
        return self._styles[index]

    def _printing(self, sheet: Any, records: _Records) -> PrintSetup:
        """What xlrd passes over: SETUP, WSBOOL and margins ([MS-XLS] 2.4.257, 2.4.376, 2.4.166)."""
        bodies = {kind: body for kind, body in records if len(body) >= _LENGTHS.get(kind, _MARGIN_LENGTH)}
        area, titles = self._print_names(sheet)
        margins = tuple(
            _inches(bodies[kind]) if kind in bodies else usual
            for kind, usual in zip(_MARGINS, PrintSetup().margins, strict=True)
        )
        setup = PrintSetup(margins=margins, area=area, title_rows=titles)
        if _SETUP not in bodies:
            return setup
        return _page(setup, bodies[_SETUP], fit_to_page=bool(bodies.get(_WSBOOL, bytes(2))[1] & _FIT_TO_PAGE))

    def _print_names(self, sheet: Any) -> tuple[_Area | None, tuple[int, int] | None]:
        """Print area (first row, first column, last row, last column) and title rows, 1-based."""
        spans = {
            name.name: _spans(name.result.value)
            for name in self._book.name_obj_list
            if name.builtin and name.scope == sheet.number and name.result is not None
        }
        areas, titles = spans.get(_PRINT_AREA, []), spans.get(_PRINT_TITLES, [])
        rows = [(top, bottom) for top, left, bottom, right in titles if right - left >= _LAST_COLUMN]
        return next(iter(areas), None), next(iter(rows), None)

    def _read_style(self, index: int) -> CellStyle:
        book = self._book
        if self._is_damaged(index):
            return CellStyle()
        xf = book.xf_list[index]
        font = book.font_list[xf.font_index]
        form = book.format_map.get(xf.format_key)
        border = xf.border
        sides = (border.left_line_style, border.right_line_style, border.top_line_style, border.bottom_line_style)
        fill = xf.background.pattern_colour_index if xf.background.fill_pattern == _SOLID else None
        return CellStyle(
            font=font.name,
            size=font.height / _POINT,
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

    def _is_damaged(self, index: int) -> bool:
        """Whether the table of styles has no such style, or that of fonts not its font."""
        book = self._book
        return index >= len(book.xf_list) or book.xf_list[index].font_index >= len(book.font_list)

    def _colour(self, index: int | None) -> str:
        rgb = self._book.colour_map.get(index) if index is not None else None
        return "".join(f"{c:02X}" for c in rgb) if rgb else ""


def _page(setup: PrintSetup, record: bytes, *, fit_to_page: bool) -> PrintSetup:
    """The paper of a SETUP record; what no printer has confirmed is left as usual."""
    paper, scale, _, wide, high, flags = struct.unpack("<6H", record[:12])
    fit = (wide, high) if fit_to_page else None
    if flags & _NO_PRINTER:
        return setup._replace(landscape=False, paper=_A4, scale=_FULL_SCALE, fit=fit)
    return setup._replace(
        landscape=not flags & (_NO_ORIENTATION | _PORTRAIT),
        paper=paper if paper in _PAPERS else _A4,
        scale=scale if scale in _SCALES else _FULL_SCALE,
        fit=fit,
    )


def _inches(record: bytes) -> float:
    margin: float = struct.unpack("<d", record[:_MARGIN_LENGTH])[0]
    return min(max(margin, 0.0), _WIDEST_MARGIN)


def _spans(value: Any) -> list[tuple[int, int, int, int]]:
    """Xlrd's 3D references (half-open, 0-based) as 1-based inclusive ranges."""
    spans = []
    for ref in value if isinstance(value, list) else []:
        coordinates = getattr(ref, "coords", None)
        if coordinates:
            _, _, first_row, last_row, first_column, last_column = coordinates
            spans.append((first_row + 1, first_column + 1, last_row, last_column))
    return spans
