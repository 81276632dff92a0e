"""openpyxl as it is, but quicker with merged cells: half of what it took to load a form went into the same few borders.

For every cell at the edge of every merge openpyxl adds two borders and hashes the sum, field by field. A workbook has few
borders, so that the same sum is remembered by the numbers of the two; what comes of it is the same workbook
(``tests/reading/test_quickmerges.py`` compares).
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Hashable

from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.styles.borders import Border
from openpyxl.styles.cell_style import StyleArray
from openpyxl.worksheet.merge import MergedCellRange

GET_BORDERS, FORMAT = MergedCellRange._get_borders, MergedCellRange.format  # openpyxl's own
EDGES = ("top", "left", "right", "bottom")


def use() -> None:
    """From here on in this process."""
    MergedCellRange._get_borders = _take_the_last_cells_borders
    MergedCellRange.format = _format


def _take_the_last_cells_borders(merge: MergedCellRange) -> None:
    sheet = merge.ws
    merge.start_cell = sheet._cells.get((merge.min_row, merge.min_col))
    if merge.start_cell is None:
        merge.start_cell = sheet.cell(row=merge.min_row, column=merge.min_col)
    end = sheet._cells.get((merge.max_row, merge.max_col))
    if end is not None:
        what = ("end", _style(end).borderId)
        _add(merge, merge.start_cell, what, lambda: Border(right=end.border.right, bottom=end.border.bottom))


def _format(merge: MergedCellRange) -> None:
    for name in EDGES:
        side = getattr(merge.start_cell.border, name)
        if side and side.style is None:
            continue
        what = (name, _style(merge.start_cell).borderId)
        for place in getattr(merge, name):
            _add(merge, _cell(merge, place), what, lambda: Border(**{name: side}))  # noqa: B023 - called at once
    protection = copy.copy(merge.start_cell.protection)
    number = None
    for place in merge.cells:
        cell = _cell(merge, place)
        if number is None:
            cell.protection = protection
            number = cell._style.protectionId
        _style(cell).protectionId = number


def _add(merge: MergedCellRange, cell: Cell, what: Hashable, border: Callable[[], Border]) -> None:
    """The border of the cell and ``border``, which is always the same for the same ``what``."""
    sums = merge.ws.parent.__dict__.setdefault("_sums_of_borders", {})
    key = (_style(cell).borderId, what)
    if key not in sums:
        cell.border += border()
        sums[key] = cell._style.borderId
    cell._style.borderId = sums[key]


def _cell(merge: MergedCellRange, place: tuple[int, int]) -> Cell:
    cells = merge.ws._cells
    if place not in cells:
        cells[place] = MergedCell(merge.ws, row=place[0], column=place[1])
    return cells[place]


def _style(cell: Cell) -> StyleArray:
    if not cell._style:
        cell._style = StyleArray()
    return cell._style
