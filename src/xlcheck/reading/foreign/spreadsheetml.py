"""Excel 2003 XML (SpreadsheetML), which many export programs write and call .xls."""

from __future__ import annotations

from lxml import etree

from xlcheck.errors import Refused
from xlcheck.labels import whole
from xlcheck.reading.foreign.building import Builder, Styles
from xlcheck.reading.grid import NO_HEIGHT, NO_WIDTH, Grid
from xlcheck.reading.numberformats import named_format
from xlcheck.reading.package import parse_xml
from xlcheck.reading.workbook import local

_KINDS = {"Number": "n", "String": "s", "Boolean": "b", "Error": "e", "DateTime": "d"}
_MOST_MERGED = 20_000
_MOST_PARENTS = 20
_MOST_COLUMNS = 400
_POINTS = 5.25  # of a character: columns are measured in points here
_DEFAULT = "Default"


def spreadsheetml_grids(data: bytes) -> list[Grid]:
    """The grids of a SpreadsheetML file.

    Raises:
        Refused: not well-formed, with a document type, or too large.
    """
    root = parse_xml(data, "SpreadsheetML", bare=True)
    if local(root.tag) != "Workbook":
        raise Refused("not_xlsx", "这个 XML 文件不是 Excel 工作簿。请用 Excel/WPS 打开后另存为 .xlsx。")
    looks = _Looks(root)
    return [_grid(s, looks) for s in root if local(s.tag) == "Worksheet"]


def _attribute(element: etree._Element, name: str) -> str:
    return next((str(v) for k, v in element.attrib.items() if local(k) == name), "")


class _Looks:
    """Number formats by the names of styles. A style has what it doesn't say from its parent, else from Default."""

    def __init__(self, root: etree._Element) -> None:
        self.styles = Styles()
        self._codes: dict[str, str | None] = {}
        self._parents: dict[str, str] = {}
        self._numbers: dict[str, int] = {}
        for style in (e for e in root.iter() if local(e.tag) == "Style"):
            name = _attribute(style, "ID")
            formats = [e for e in style if local(e.tag) == "NumberFormat"]
            self._codes[name] = named_format(_attribute(formats[0], "Format")) if formats else None
            self._parents[name] = _attribute(style, "Parent")

    def number(self, name: str) -> int:
        """The style number of a style."""
        if name not in self._numbers:
            self._numbers[name] = self.styles.number(self._code(name))
        return self._numbers[name]

    def _code(self, name: str) -> str:
        for _ in range(_MOST_PARENTS):
            code = self._codes.get(name)
            if code is not None:
                return code
            name = self._parents.get(name) or (_DEFAULT if name != _DEFAULT else "")
        return ""


def _visible(sheet: etree._Element) -> str:
    return next((e.text or "" for e in sheet.iter() if local(e.tag) == "Visible"), "")


def _unseen(element: etree._Element, size: str, least: float, usual: str) -> bool:
    """Whether a row or column is hidden, or has no size (``usual``: what it has if it says nothing)."""
    text = _attribute(element, size) or usual
    try:
        return _attribute(element, "Hidden") == "1" or (bool(text) and float(text) < least)
    except ValueError:
        return False


def _grid(sheet: etree._Element, looks: _Looks) -> Grid:
    built = Builder(
        _attribute(sheet, "Name"), hidden=_visible(sheet).startswith("Sheet") and _visible(sheet) != "SheetVisible"
    )
    built.grid.formats = looks.styles.formats
    tables = [e for e in sheet if local(e.tag) == "Table"]
    if not tables:
        return built.done()
    if len(tables) > 1:
        raise Refused(
            "damaged", f"工作表“{built.grid.name}”里有 {len(tables)} 份单元格数据，分不清哪一份是真的，拒绝读取。"
        )
    table = tables[0]
    inherited = _Inherited(_attribute(table, "StyleID"))
    heights, widths = _attribute(table, "DefaultRowHeight"), _attribute(table, "DefaultColumnWidth")
    row = column = 0
    for element in table:
        name = local(element.tag)
        if name == "Row":
            row = whole(_attribute(element, "Index")) or row + 1
            span = min(whole(_attribute(element, "Span")) or 0, _MOST_MERGED)
            if _unseen(element, "Height", NO_HEIGHT, heights):
                built.grid.hidden_rows.add(row)  # those that it spans hold nothing
            inherited.row = _attribute(element, "StyleID")
            _row(built, row, element, looks, inherited)
            row += span
        elif name == "Column":
            column = whole(_attribute(element, "Index")) or column + 1
            span = min(whole(_attribute(element, "Span")) or 0, _MOST_MERGED)
            if _unseen(element, "Width", NO_WIDTH * _POINTS, widths):
                built.grid.hidden_columns.update(range(column, min(column + span, column + _MOST_COLUMNS) + 1))
            if style := _attribute(element, "StyleID"):
                inherited.columns.append((column, column + span, style))
            column += span
    return built.done()


class _Inherited:
    """The styles that cells without one of their own have: that of the row, else of the column, else of the table."""

    def __init__(self, table: str) -> None:
        self.table = table
        self.row = ""
        self.columns: list[tuple[int, int, str]] = []

    def style(self, column: int) -> str:
        """The style of a cell that names none."""
        return self.row or next((s for a, b, s in self.columns if a <= column <= b), "") or self.table or _DEFAULT


def _row(built: Builder, row: int, element: etree._Element, looks: _Looks, inherited: _Inherited) -> None:
    column = 0
    for cell in element:
        if local(cell.tag) != "Cell":
            continue
        column = whole(_attribute(cell, "Index")) or column + 1
        data = next((d for d in cell if local(d.tag) == "Data"), None)
        formula = bool(_attribute(cell, "Formula"))
        if data is not None:
            style = looks.number(_attribute(cell, "StyleID") or inherited.style(column))
            text = "".join(str(t) for t in data.itertext())
            built.put(row, column, text, _KINDS.get(_attribute(data, "Type"), "s"), style, formula=formula)
        elif formula:
            built.put(row, column, "", "?", formula=True)
        wide = min(whole(_attribute(cell, "MergeAcross")) or 0, _MOST_MERGED)
        high = min(whole(_attribute(cell, "MergeDown")) or 0, _MOST_MERGED)
        if wide or high:
            built.merge(row, column, row + high, column + wide)
        column += wide
