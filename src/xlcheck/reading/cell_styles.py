"""How the sheets of an .xlsx look, as far as a page shows them: column widths, bold, size, alignment.

Only the page (``--format html``) asks for it; checking never does. What can't be understood is left out.
"""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree

from xlcheck.labels import whole
from xlcheck.reading.grid import Grid
from xlcheck.reading.layout import CellStyle, SheetLayout
from xlcheck.reading.workbook import Workbook, local, namespace

_MOST_COLUMNS = 400
_WIDEST = 255.0


def package_layouts(workbook: Workbook, grids: Sequence[Grid]) -> list[SheetLayout]:
    """The look of the sheets of ``grids``, which are those of ``workbook`` in the same order."""
    part = workbook.related("styles")
    styles = _cell_styles(workbook.package.tree(part)) if part else []
    layouts = []
    for grid in grids:
        cells = {
            (at, column): styles[cell.style]
            for at, row in grid.rows.items()
            for column, cell in row.items()
            if cell.style < len(styles)
        }
        layouts.append(SheetLayout(cells=cells, widths=_widths(workbook.package.tree(grid.part))))
    return layouts


def _cell_styles(styles: etree._Element) -> list[CellStyle]:
    """One a cell style (``cellXfs``)."""
    tables = {local(t.tag): t for t in styles}
    fonts = [_font(f) for f in tables.get("fonts", ())]
    return [_cell_style(xf, fonts) for xf in tables.get("cellXfs", ())]


def _font(font: etree._Element) -> tuple[bool, float]:
    bold, size = False, 11.0
    for element in font:
        if local(element.tag) == "b":
            bold = element.get("val") not in ("0", "false")
        elif local(element.tag) == "sz":
            size = _decimal(element.get("val"), 11.0, 409.0)
    return bold, size


def _cell_style(xf: etree._Element, fonts: Sequence[tuple[bool, float]]) -> CellStyle:
    number = whole(xf.get("fontId")) or 0
    bold, size = fonts[number] if number < len(fonts) else (False, 11.0)
    horizontal, indent = _alignment(xf)
    return CellStyle(size=size, bold=bold, horizontal=horizontal, indent=indent)


def _alignment(xf: etree._Element) -> tuple[str, int]:
    """Where texts stand in a cell, and how far they are indented; of several elements the last one counts."""
    horizontal, indent = "", 0
    for element in xf:
        if local(element.tag) == "alignment":
            horizontal = element.get("horizontal") or ""
            indent = min(whole(element.get("indent")) or 0, 15)
    return horizontal, indent


def _widths(root: etree._Element) -> dict[int, float]:
    """Widths in characters of the columns that have one of their own."""
    widths: dict[int, float] = {}
    for element in root.iterfind(f"{namespace(root)}cols/{namespace(root)}col"):
        first, last = whole(element.get("min")) or 1, whole(element.get("max")) or 0
        width = _decimal(element.get("width"), 0.0, _WIDEST)
        if width:
            widths.update(dict.fromkeys(range(first, min(last, _MOST_COLUMNS) + 1), width))
    return widths


def _decimal(text: str | None, usual: float, most: float) -> float:
    try:
        value = float(text or "")
    except ValueError:
        return usual
    return value if 0 < value <= most else usual
