"""OpenDocument spreadsheets (.ods, .fods), read from their XML.

python-calamine reads them too, but as blanks where a cell holds an error, and without merges or hidden rows;
an error read as a blank would be counted as 0. It is the oracle of the tests instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from lxml import etree

from xlcheck.errors import Refused
from xlcheck.reading.foreign.building import Builder, CellContent, is_error, number_text
from xlcheck.reading.foreign.odsstyles import OdsStyles, attribute
from xlcheck.reading.grid import LAST_COLUMN, LAST_ROW, Grid
from xlcheck.reading.package import Package, parse_xml
from xlcheck.reading.workbook import local

_MOST_HIDDEN_COLUMNS = 1_000  # in one run: more are those right of the table, to the end of the sheet
_MOST_HIDDEN_ROWS = 10_000
_GROUPS = {
    "table-row-group", "table-header-rows", "table-rows", "table-column-group", "table-header-columns", "table-columns",
}  # fmt: skip
_BREAKS = {"tab": "\t", "line-break": "\n"}
_MOST_SPACES = 1_000  # in one run
_MOST_PIECES = 1_000  # elements in a part of a paragraph: more are no text of a table
_REPEATED_MOST = 2_000  # a run of equal filled cells longer than this is no table of figures


def ods_grids(data: bytes) -> list[Grid]:
    """The grids of an .ods package.

    Raises:
        Refused: the guards of the package; damaged; encrypted.
    """
    package = Package(data)
    if "meta-inf/manifest.xml" in package and b"encryption-data" in package.read("META-INF/manifest.xml"):
        raise Refused("encrypted", "工作簿设了打开密码，无法读取。请取消打开密码后再发送。")
    styles = [package.tree("styles.xml")] if "styles.xml" in package else []
    return _grids(package.tree("content.xml"), *styles)


def flat_ods_grids(data: bytes) -> list[Grid]:
    """The grids of a flat .fods file."""
    return _grids(parse_xml(data, "fods", bare=True))


def _grids(root: etree._Element, *more: etree._Element) -> list[Grid]:
    """The grids of a document; ``more`` are other parts with styles."""
    book = next((e for e in root.iter() if local(e.tag) == "spreadsheet"), None)
    if book is None:
        raise Refused("not_xlsx", "这不是电子表格（可能是文字文档）。请发送 .xlsx 工作簿。")
    styles = OdsStyles((*more, root))
    return [_OdsSheet(e, styles).grid() for e in book if local(e.tag) == "table"]


def _repeat(element: etree._Element, name: str, most: int) -> int:
    text = attribute(element, name) or "1"
    return min(int(text), most) if text.isascii() and text.isdigit() and len(text) < 10 else 1


def _inside(table: etree._Element, name: str) -> Iterator[etree._Element]:
    """Rows or columns, also those in groups and headers; not those of a table within a cell."""
    for element in table:
        tag = local(element.tag)
        if tag == name:
            yield element
        elif tag in _GROUPS:
            yield from _inside(element, name)


class _Filled(NamedTuple):
    """A cell from ``column`` on, ``times`` times, and how many columns and rows it spans."""

    column: int
    times: int
    content: CellContent
    formula: bool
    wide: int
    high: int
    style: int

    @property
    def counts(self) -> bool:
        """Whether it holds something or spans others."""
        return bool(self.content.text or self.content.kind != "s" or self.formula) or self.wide > 1 or self.high > 1


class _OdsSheet:
    """One table of the document on its way into a grid."""

    def __init__(self, table: etree._Element, styles: OdsStyles) -> None:
        self.table = table
        self.styles = styles
        hidden = ("table", attribute(table, "style-name") or "") in styles.unseen
        self.built = Builder(attribute(table, "name") or "", hidden=hidden)
        self.built.grid.formats = styles.style_numbers.formats
        self.usual: list[tuple[int, str]] = []  # last column → the style of its cells

    def grid(self) -> Grid:
        """The whole table."""
        self._columns()
        self._rows()
        return self.built.done()

    def _columns(self) -> None:
        column = 1
        for element in _inside(self.table, "table-column"):
            count = _repeat(element, "number-columns-repeated", LAST_COLUMN)
            if count < _MOST_HIDDEN_COLUMNS and self._unseen(element, "table-column"):
                self.built.grid.hidden_columns.update(range(column, column + count))
            column += count
            self.usual.append((column - 1, attribute(element, "default-cell-style-name") or ""))

    def _rows(self) -> None:
        row = 1
        for element in _inside(self.table, "table-row"):
            count = _repeat(element, "number-rows-repeated", LAST_ROW)
            self._put_all(element, row, min(count, _REPEATED_MOST))
            if count < _MOST_HIDDEN_ROWS and self._unseen(element, "table-row"):
                self.built.grid.hidden_rows.update(range(row, row + count))
            row += count
            if row > LAST_ROW:
                return

    def _put_all(self, element: etree._Element, first: int, times: int) -> None:
        """The cells of a row, ``times`` times from row ``first`` on."""
        filled = [cell for cell in self._cells(element) if cell.counts]
        for at in range(first, first + times) if filled else ():
            self._put(at, filled)

    def _put(self, row: int, filled: list[_Filled]) -> None:
        for cell in filled:
            for at in range(cell.column, cell.column + cell.times):
                self.built.put(row, at, *cell.content, cell.style, formula=cell.formula)
            if cell.wide > 1 or cell.high > 1:
                self.built.merge(row, cell.column, row + cell.high - 1, cell.column + cell.wide - 1)

    def _cells(self, row: etree._Element) -> Iterator[_Filled]:
        """The cells of a row that may hold something or span others."""
        column = 1
        for cell in row:
            if local(cell.tag) not in ("table-cell", "covered-table-cell"):
                continue
            count = _repeat(cell, "number-columns-repeated", LAST_COLUMN)
            if _may_hold_something(cell):
                yield self._filled(cell, row, column, count)
            column += count
            if column > LAST_COLUMN:
                return

    def _filled(self, cell: etree._Element, row: etree._Element, column: int, count: int) -> _Filled:
        content = _content(cell)
        return _Filled(
            column,
            min(count, _REPEATED_MOST),
            content,
            formula=attribute(cell, "formula") is not None,
            wide=_repeat(cell, "number-columns-spanned", LAST_COLUMN),
            high=_repeat(cell, "number-rows-spanned", LAST_ROW),
            style=self._style(cell, row, column, content.text) if content.kind == "n" else 0,
        )

    def _style(self, cell: etree._Element, row: etree._Element, column: int, number: str) -> int:
        """The style number of a cell with a number, as far as the text that is shown agrees with it."""
        name = attribute(cell, "style-name") or attribute(row, "default-cell-style-name")
        if name is None:
            name = next((style for last, style in self.usual if column <= last), "")
        return self.styles.style_numbers.checked(self.styles.number(name), number, _shown_text(cell))

    def _unseen(self, element: etree._Element, family: str) -> bool:
        """Whether a row or column is hidden: itself, by its style, or as part of a group that is folded."""
        if attribute(element, "visibility") in ("collapse", "filter"):
            return True
        return (family, attribute(element, "style-name") or "") in self.styles.unseen or _is_folded(element)


def _is_folded(element: etree._Element) -> bool:
    """Whether a row or column is in a group that is not shown."""
    parent = element.getparent()
    while parent is not None and local(parent.tag) != "table":
        if attribute(parent, "display") == "false":
            return True
        parent = parent.getparent()
    return False


def _may_hold_something(cell: etree._Element) -> bool:
    return len(cell) > 0 or any(local(k) in ("value", "value-type", "formula") for k in cell.attrib)


# --- what a cell holds ----------------------------------------------------------------------------


def _content(cell: etree._Element) -> CellContent:
    kinds = [str(v) for k, v in cell.attrib.items() if local(k) == "value-type"]
    text = _shown_text(cell)
    if "error" in kinds or _shows_error(cell, text):
        return CellContent(text or "#ERR!", "e")
    return _CONTENTS.get(kinds[0] if kinds else "", _string)(cell, text)


def _shows_error(cell: etree._Element, text: str) -> bool:
    return bool(attribute(cell, "formula")) and is_error(text)


def _number(cell: etree._Element, _text: str) -> CellContent:
    value = attribute(cell, "value") or ""
    try:
        return CellContent(number_text(float(value)) if "e" in value.lower() or value.endswith(".0") else value, "n")
    except ValueError:
        return CellContent(value, "e")


def _boolean(cell: etree._Element, _text: str) -> CellContent:
    return CellContent("1" if attribute(cell, "boolean-value") == "true" else "0", "b")


def _date(cell: etree._Element, text: str) -> CellContent:
    return CellContent(text or (attribute(cell, "date-value") or ""), "d")


def _string(cell: etree._Element, text: str) -> CellContent:
    return CellContent(attribute(cell, "string-value") or text, "s")


_CONTENTS: dict[str, Callable[[etree._Element, str], CellContent]] = {
    "float": _number,
    "currency": _number,
    "percentage": _number,
    "boolean": _boolean,
    "date": _date,
    "time": _date,
}


def _shown_text(cell: etree._Element) -> str:
    return "\n".join(_text(p) for p in cell if local(p.tag) == "p")


def _text(paragraph: etree._Element) -> str:
    """The text of a paragraph: runs of spaces are elements of their own, notes are left out."""
    pieces = [paragraph.text or ""]
    for child in paragraph:
        pieces += (_text_of(child), child.tail or "")
    return "".join(pieces)


def _text_of(child: etree._Element) -> str:
    """What an element in a paragraph stands for."""
    name = local(child.tag)
    if name == "s":
        return " " * _repeat(child, "c", _MOST_SPACES)
    if name in _BREAKS:
        return _BREAKS[name]
    return _text(child) if name != "annotation" and len(child) < _MOST_PIECES else ""
