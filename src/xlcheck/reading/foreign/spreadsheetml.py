"""Excel 2003 XML (SpreadsheetML), which many export programs write and call .xls."""

from __future__ import annotations

from lxml import etree

from xlcheck.errors import Refused
from xlcheck.labels import whole
from xlcheck.reading.foreign.building import Builder
from xlcheck.reading.grid import Grid
from xlcheck.reading.numberformats import Shown, shown_of
from xlcheck.reading.package import parse_xml
from xlcheck.reading.workbook import local

_KINDS = {"Number": "n", "String": "s", "Boolean": "b", "Error": "e", "DateTime": "d"}
_MOST_MERGED = 20_000


def spreadsheetml_grids(data: bytes) -> list[Grid]:
    """The grids of a SpreadsheetML file.

    Raises:
        Refused: not well-formed, with a document type, or too large.
    """
    root = parse_xml(data, "SpreadsheetML", bare=True)
    if local(root.tag) != "Workbook":
        raise Refused("not_xlsx", "这个 XML 文件不是 Excel 工作簿。请用 Excel/WPS 打开后另存为 .xlsx。")
    styles = {_attribute(s, "ID"): i for i, s in enumerate(root.iter(), 1) if local(s.tag) == "Style"}
    formats = _formats(root, styles)
    return [_grid(s, styles, formats) for s in root if local(s.tag) == "Worksheet"]


def _attribute(element: etree._Element, name: str) -> str:
    return next((str(v) for k, v in element.attrib.items() if local(k) == name), "")


def _formats(root: etree._Element, styles: dict[str, int]) -> dict[int, Shown]:
    found = {}
    for element in root.iter():
        if local(element.tag) == "NumberFormat" and (parent := element.getparent()) is not None:
            shown = shown_of(_attribute(element, "Format"))
            if shown is not None:
                found[styles.get(_attribute(parent, "ID"), 0)] = shown
    return found


def _visible(sheet: etree._Element) -> str:
    return next((e.text or "" for e in sheet.iter() if local(e.tag) == "Visible"), "")


def _grid(sheet: etree._Element, styles: dict[str, int], formats: dict[int, Shown]) -> Grid:
    built = Builder(
        _attribute(sheet, "Name"), hidden=_visible(sheet).startswith("Sheet") and _visible(sheet) != "SheetVisible"
    )
    built.grid.formats = formats
    table = next((e for e in sheet if local(e.tag) == "Table"), None)
    if table is None:
        return built.done()
    row = column = 0
    for element in table:
        name = local(element.tag)
        if name == "Row":
            row = whole(_attribute(element, "Index")) or row + 1
            if _attribute(element, "Hidden") == "1":
                built.grid.hidden_rows.add(row)
            _row(built, row, element, styles)
            row += min(whole(_attribute(element, "Span")) or 0, _MOST_MERGED)
        elif name == "Column":
            column = whole(_attribute(element, "Index")) or column + 1
            if _attribute(element, "Hidden") == "1":
                built.grid.hidden_columns.add(column)
            column += min(whole(_attribute(element, "Span")) or 0, _MOST_MERGED)
    return built.done()


def _row(built: Builder, row: int, element: etree._Element, styles: dict[str, int]) -> None:
    column = 0
    for cell in element:
        if local(cell.tag) != "Cell":
            continue
        column = whole(_attribute(cell, "Index")) or column + 1
        data = next((d for d in cell if local(d.tag) == "Data"), None)
        formula = bool(_attribute(cell, "Formula"))
        style = styles.get(_attribute(cell, "StyleID"), 0)
        if data is not None:
            text = "".join(str(t) for t in data.itertext())
            built.put(row, column, text, _KINDS.get(_attribute(data, "Type"), "s"), style, formula=formula)
        elif formula:
            built.put(row, column, "", "?", style, formula=True)
        wide = min(whole(_attribute(cell, "MergeAcross")) or 0, _MOST_MERGED)
        high = min(whole(_attribute(cell, "MergeDown")) or 0, _MOST_MERGED)
        if wide or high:
            built.merge(row, column, row + high, column + wide)
        column += wide
