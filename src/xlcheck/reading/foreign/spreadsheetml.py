"""Excel 2003 XML (SpreadsheetML), which many export programs write and call .xls."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from xlcheck.errors import Refused
from xlcheck.labels import whole
from xlcheck.reading.foreign.building import Builder, StyleNumbers
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
    styles = _XmlStyles(root)
    return [_XmlSheet(s, styles).grid() for s in root if local(s.tag) == "Worksheet"]


def _attribute(element: etree._Element, name: str) -> str:
    return next((str(v) for k, v in element.attrib.items() if local(k) == name), "")


class _XmlStyles:
    """Number formats by the names of styles. A style has what it doesn't say from its parent, else from Default."""

    def __init__(self, root: etree._Element) -> None:
        self.style_numbers = StyleNumbers()
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
            self._numbers[name] = self.style_numbers.number(self._code(name))
        return self._numbers[name]

    def _code(self, name: str) -> str:
        for _ in range(_MOST_PARENTS):
            code = self._codes.get(name)
            if code is not None:
                return code
            name = self._parents.get(name) or (_DEFAULT if name != _DEFAULT else "")
        return ""


class _Inherited:
    """The styles that cells without one of their own have: that of the row, else of the column, else of the table."""

    def __init__(self, table: str) -> None:
        self.table = table
        self.row = ""
        self.columns: list[tuple[int, int, str]] = []

    def style(self, column: int) -> str:
        """The style of a cell that names none."""
        return self.row or next((s for a, b, s in self.columns if a <= column <= b), "") or self.table or _DEFAULT


class _XmlSheet:
    """One worksheet on its way into a grid."""

    def __init__(self, sheet: etree._Element, styles: _XmlStyles) -> None:
        self.sheet = sheet
        self.styles = styles
        self.built = Builder(_attribute(sheet, "Name"), hidden=_is_hidden(sheet))
        self.built.grid.formats = styles.style_numbers.formats

    def grid(self) -> Grid:
        """The whole sheet."""
        tables = [e for e in self.sheet if local(e.tag) == "Table"]
        if len(tables) > 1:
            name, count = self.built.grid.name, len(tables)
            raise Refused("damaged", f"工作表“{name}”里有 {count} 份单元格数据，分不清哪一份是真的，拒绝读取。")
        for table in tables:
            self._table(table)
        return self.built.done()

    def _table(self, table: etree._Element) -> None:
        inherited = _Inherited(_attribute(table, "StyleID"))
        self._columns(table, inherited)
        usual = _attribute(table, "DefaultRowHeight")
        row = 0
        for element in _children(table, "Row"):
            row = _count(element, "Index") or row + 1
            if _unseen(element, "Height", NO_HEIGHT, usual):
                self.built.grid.hidden_rows.add(row)  # those that it spans hold nothing
            inherited.row = _attribute(element, "StyleID")
            self._row(row, element, inherited)
            row += _merged(element, "Span")

    def _columns(self, table: etree._Element, inherited: _Inherited) -> None:
        usual = _attribute(table, "DefaultColumnWidth")
        column = 0
        for element in _children(table, "Column"):
            column = _count(element, "Index") or column + 1
            last = column + _merged(element, "Span")
            if _unseen(element, "Width", NO_WIDTH * _POINTS, usual):
                self.built.grid.hidden_columns.update(range(column, min(last, column + _MOST_COLUMNS) + 1))
            if style := _attribute(element, "StyleID"):
                inherited.columns.append((column, last, style))
            column = last

    def _row(self, row: int, element: etree._Element, inherited: _Inherited) -> None:
        column = 0
        for cell in _children(element, "Cell"):
            column = _count(cell, "Index") or column + 1
            self._cell(row, column, cell, _attribute(cell, "StyleID") or inherited.style(column))
            wide, high = _merged(cell, "MergeAcross"), _merged(cell, "MergeDown")
            if wide or high:
                self.built.merge(row, column, row + high, column + wide)
            column += wide

    def _cell(self, row: int, column: int, cell: etree._Element, style: str) -> None:
        data = next(_children(cell, "Data"), None)
        formula = bool(_attribute(cell, "Formula"))
        if data is not None:
            text = "".join(str(t) for t in data.itertext())
            kind = _KINDS.get(_attribute(data, "Type"), "s")
            self.built.put(row, column, text, kind, self.styles.number(style), formula=formula)
        elif formula:
            self.built.put(row, column, "", "?", formula=True)


def _is_hidden(sheet: etree._Element) -> bool:
    visible = next((e.text or "" for e in sheet.iter() if local(e.tag) == "Visible"), "")
    return visible.startswith("Sheet") and visible != "SheetVisible"


def _unseen(element: etree._Element, size: str, least: float, usual: str) -> bool:
    """Whether a row or column is hidden, or has no size (``usual``: what it has if it says nothing)."""
    text = _attribute(element, size) or usual
    try:
        return _attribute(element, "Hidden") == "1" or (bool(text) and float(text) < least)
    except ValueError:
        return False


def _children(element: etree._Element, name: str) -> Iterator[etree._Element]:
    return (child for child in element if local(child.tag) == name)


def _count(element: etree._Element, name: str) -> int:
    return whole(_attribute(element, name)) or 0


def _merged(element: etree._Element, name: str) -> int:
    """Over how many more rows or columns an element goes."""
    return min(_count(element, name), _MOST_MERGED)
