"""An .xlsx made anew from the cells of a workbook that can't take marks itself (.xls, .et, .ods, a web page, …).

Every value stays at its address; fonts, borders, fills, number formats, merges, widths and print set-up come along
where the format has them. Macros, pictures and formulas do not: the unit's own file stays the one to correct. A sheet
whose name no new workbook can have gets one like it.
"""

from __future__ import annotations

import datetime as dt
import io
import math
from itertools import product
from typing import Any

import xlsxwriter

from xlcheck.reading.grid import Cell, Grid
from xlcheck.reading.layout import CellStyle, PrintSetup, SheetLayout
from xlcheck.reading.package import Package
from xlcheck.reading.workbook import Workbook
from xlcheck.report.report import Report
from xlcheck.shown import clean, put_text
from xlcheck.writing.marked import Return, marked_copy
from xlcheck.writing.sheetnames import fit_names, renamed

_CREATED = dt.datetime(2023, 1, 1, tzinfo=dt.UTC)  # equal inputs give equal bytes
_PLAIN = CellStyle(vertical="")
_BARE = SheetLayout(printing=PrintSetup(landscape=True, fit=(1, 0)))
_MARGIN = 100  # rows and columns beyond the last cell that still keep their look
_MOST_MERGED = 200_000
_DEFAULT_HEIGHT = 15.0
_DEFAULT_WIDTH = 8.43
_WIDEST = 200
_FITTING = 44  # the widest column that texts alone ask for
_FIRST_WIDE = 0x2E80  # from here on characters take two columns (CJK and what follows)
_FULL_SCALE = 100  # per cent
_LONGEST = 32_767  # characters of a cell


def rebuilt(grids: list[Grid], layouts: list[SheetLayout]) -> bytes:
    """The bytes of an .xlsx with the cells of ``grids``, one sheet each, in the same order.

    ``layouts`` belong to ``grids`` one by one; without them sheets get plain cells and widths that fit. The names of
    the sheets are those of :func:`fit_names`.
    """
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, options)
    book.set_properties({"created": _CREATED, "comments": "xlcheck 按原文件的数值重新生成"})
    looks: dict[CellStyle, Any] = {}
    for index, (grid, name) in enumerate(zip(grids, fit_names([g.name for g in grids]), strict=True)):
        layout = layouts[index] if index < len(layouts) else None
        _Sheet(book.add_worksheet(name), grid, layout, _Formats(book, looks)).write()
    book.close()
    return out.getvalue()


def rebuilt_copy(grids: list[Grid], layouts: list[SheetLayout], report: Report, back: Return) -> bytes:
    """The marked copy of a workbook that is made anew."""
    names: dict[str, str] = {}
    fitting = fit_names([g.name for g in grids])
    for grid, name in sorted(zip(grids, fitting, strict=True), key=lambda both: not both[0].rows):
        names.setdefault(grid.name, name)  # of two sheets of one name it is the one that holds something
    if any(old != new for old, new in names.items()):
        report = renamed(report, names)
    return marked_copy(Workbook(Package(rebuilt(grids, layouts))), report, back)


class _Formats:
    """The cell formats of a book, one a look."""

    def __init__(self, book: Any, looks: dict[CellStyle, Any]) -> None:
        self._book = book
        self._looks = looks

    def of(self, look: CellStyle) -> Any:
        if look not in self._looks:
            self._looks[look] = self._book.add_format(_properties(look))
        return self._looks[look]


class _Sheet:
    """One sheet being written."""

    def __init__(self, sheet: Any, grid: Grid, layout: SheetLayout | None, formats: _Formats) -> None:
        self.sheet = sheet
        self.grid = grid
        self.layout = layout or _BARE
        self.plain = layout is None
        self.formats = formats
        # What a file says of rows and columns far below and beside its cells costs memory and shows nothing.
        shown = [*self.layout.cells, *((r, c) for r, cells in grid.rows.items() for c in cells)]
        self.last_row = max((r for r, _ in shown), default=0) + _MARGIN
        self.last_column = max((c for _, c in shown), default=0) + _MARGIN

    def write(self) -> None:
        self._columns()
        self._merges()
        for (row, column), look in self.layout.cells.items():
            self.sheet.write_blank(row - 1, column - 1, None, self.formats.of(look))
        for row, cells in self.grid.rows.items():
            for column, cell in cells.items():
                self._cell(row, column, cell)
        self._rows()
        self._page()
        self._view()

    def _cell(self, row: int, column: int, cell: Cell) -> None:
        look = self.layout.cells.get((row, column))
        form = self.formats.of(look) if look else None
        at = (row - 1, column - 1)
        if cell.type == "n" and (value := _finite(cell.text)) is not None:
            self.sheet.write_number(*at, value, form)
        elif cell.type == "b":
            self.sheet.write_boolean(*at, cell.text == "1", form)
        elif cell.type == "e":
            self.sheet.write_formula(*at, f"={cell.text}" if cell.text == "#REF!" else "=NA()", form, cell.text)
        else:
            put_text(self.sheet, *at, cell.text[:_LONGEST], form)

    def _merges(self) -> None:
        """Merged ranges, but never two over one cell: Excel would call the file damaged."""
        taken: set[tuple[int, int]] = set()
        for first_row, first_column, bottom, right in self.grid.merges:
            last_row, last_column = min(bottom, self.last_row), min(right, self.last_column)
            size = (last_row - first_row + 1) * (last_column - first_column + 1)
            if size < 2 or size + len(taken) > _MOST_MERGED:
                continue
            spots = set(product(range(first_row, last_row + 1), range(first_column, last_column + 1)))
            if spots & taken:
                continue
            taken |= spots
            form = self.formats.of(self.layout.cells.get((first_row, first_column), _PLAIN))
            self.sheet.merge_range(first_row - 1, first_column - 1, last_row - 1, last_column - 1, "", form)

    def _columns(self) -> None:
        widths = _fitting(self.grid) if self.plain else self.layout.widths
        for column in sorted(c for c in {*widths, *self.grid.hidden_columns} if c <= self.last_column):
            hidden = {"hidden": 1} if column in self.grid.hidden_columns else {}
            self.sheet.set_column(
                column - 1, column - 1, min(widths.get(column, _DEFAULT_WIDTH), _WIDEST), None, hidden
            )

    def _rows(self) -> None:
        for row in sorted(r for r in {*self.layout.heights, *self.grid.hidden_rows} if r <= self.last_row):
            hidden = {"hidden": 1} if row in self.grid.hidden_rows else {}
            self.sheet.set_row(row - 1, self.layout.heights.get(row, _DEFAULT_HEIGHT), None, hidden)

    def _page(self) -> None:
        """How the sheet is printed."""
        printing = self.layout.printing
        if printing.landscape:
            self.sheet.set_landscape()
        self.sheet.set_paper(printing.paper)
        left, right, top, bottom = printing.margins
        self.sheet.set_margins(left, right, top, bottom)
        if printing.fit is not None:
            self.sheet.fit_to_pages(*printing.fit)
        elif printing.scale != _FULL_SCALE:
            self.sheet.set_print_scale(printing.scale)
        if printing.area:
            self.sheet.print_area(*(n - 1 for n in printing.area))
        if printing.title_rows:
            self.sheet.repeat_rows(printing.title_rows[0] - 1, printing.title_rows[1] - 1)

    def _view(self) -> None:
        """How the sheet is shown."""
        if self.plain:
            self.sheet.hide_gridlines(0)  # on paper too: there are no borders
        elif not self.layout.gridlines:
            self.sheet.hide_gridlines(2)
        if any(self.layout.frozen):
            self.sheet.freeze_panes(*self.layout.frozen)
        if self.grid.hidden:
            self.sheet.hide()


def _finite(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _properties(look: CellStyle) -> dict[str, Any]:
    found: dict[str, Any] = {
        "font_name": clean(look.font), "font_size": look.size, "bold": look.bold, "italic": look.italic,
        "underline": int(look.underline), "text_wrap": look.wrap, "indent": min(look.indent, 15),
        "num_format": clean(look.number),
        "left": look.borders[0], "right": look.borders[1], "top": look.borders[2], "bottom": look.borders[3],
    }  # fmt: skip
    found |= {k: v for k, v in (("align", look.horizontal), ("valign", look.vertical)) if v}
    if look.colour:
        found["font_color"] = f"#{look.colour}"
    if look.fill:
        found |= {"bg_color": f"#{look.fill}", "pattern": 1}
    return found


def _fitting(grid: Grid) -> dict[int, float]:
    """Column widths that show the texts of a sheet without a layout; merged cells don't count."""
    wide = {(m[0], m[1]) for m in grid.merges if m[3] > m[1]}
    found: dict[int, float] = {}
    for row, cells in grid.rows.items():
        for column, cell in cells.items() if len(cells) > 1 else ():
            if (row, column) not in wide:
                found[column] = max(found.get(column, _DEFAULT_WIDTH), min(_width(cell.text[:60]) + 2, _FITTING))
    return found


def _width(text: str) -> int:
    """Columns that a text takes."""
    return len(text) + sum(ord(c) >= _FIRST_WIDE for c in text)
