"""OpenDocument spreadsheets (.ods, .fods), read from their XML.

python-calamine reads them too, but as blanks where a cell holds an error, and without merges or hidden rows;
an error read as a blank would be counted as 0. It is the oracle of the tests instead.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lxml import etree

from xlcheck.errors import Refused
from xlcheck.reading.foreign.building import Builder, is_error, number_text
from xlcheck.reading.grid import LAST_COLUMN, LAST_ROW, Grid
from xlcheck.reading.package import Package, parse_xml
from xlcheck.reading.workbook import local

_REPEATED_MOST = 2_000  # a run of equal filled cells longer than this is no table of figures


def ods_grids(data: bytes) -> list[Grid]:
    """The grids of an .ods package.

    Raises:
        Refused: the guards of the package; damaged; encrypted.
    """
    package = Package(data)
    if "meta-inf/manifest.xml" in package and b"encryption-data" in package.read("META-INF/manifest.xml"):
        raise Refused("encrypted", "工作簿设了打开密码，无法读取。请取消打开密码后再发送。")
    return _grids(package.tree("content.xml"))


def flat_ods_grids(data: bytes) -> list[Grid]:
    """The grids of a flat .fods file."""
    return _grids(parse_xml(data, "fods", bare=True))


def _grids(root: etree._Element) -> list[Grid]:
    book = next((e for e in root.iter() if local(e.tag) == "spreadsheet"), None)
    if book is None:
        raise Refused("not_xlsx", "这不是电子表格（可能是文字文档）。请发送 .xlsx 工作簿。")
    hidden = _hidden_styles(root)
    return [_grid(e, hidden) for e in book if local(e.tag) == "table"]


def _attribute(element: etree._Element, name: str) -> str | None:
    return next((str(v) for k, v in element.attrib.items() if local(k) == name), None)


def _hidden_styles(root: etree._Element) -> set[str]:
    """Names of the table styles that hide their sheet."""
    found = set()
    for style in root.iter():
        if local(style.tag) == "style" and _attribute(style, "family") == "table":
            for inner in style:
                if local(inner.tag) == "table-properties" and _attribute(inner, "display") == "false":
                    found.add(_attribute(style, "name") or "")
    return found


def _repeat(element: etree._Element, name: str, most: int) -> int:
    text = _attribute(element, name) or "1"
    return min(int(text), most) if text.isascii() and text.isdigit() and len(text) < 10 else 1


def _grid(table: etree._Element, hidden: set[str]) -> Grid:
    style = _attribute(table, "style-name") or ""
    built = Builder(_attribute(table, "name") or "", hidden=style in hidden)
    column = 1
    for element in _inside(table, "table-column"):
        count = _repeat(element, "number-columns-repeated", LAST_COLUMN)
        if _attribute(element, "visibility") in ("collapse", "filter") and count < 1000:
            built.grid.hidden_columns.update(range(column, column + count))
        column += count
    row = 1
    for element in _inside(table, "table-row"):
        count = _repeat(element, "number-rows-repeated", LAST_ROW)
        filled = [f for f in _row(element) if f.text or f.kind != "s" or f.formula or f.wide > 1 or f.high > 1]
        copies = min(count, _REPEATED_MOST) if filled else 0
        for at in range(row, row + copies):
            _put(built, at, filled)
        if _attribute(element, "visibility") in ("collapse", "filter") and count < 10_000:
            built.grid.hidden_rows.update(range(row, row + count))
        row += count
        if row > LAST_ROW:
            break
    return built.done()


def _inside(table: etree._Element, name: str) -> Iterator[etree._Element]:
    """Rows or columns, also those in groups and headers; not those of a table within a cell."""
    for element in table:
        tag = local(element.tag)
        if tag == name:
            yield element
        elif tag in ("table-row-group", "table-header-rows", "table-rows", "table-column-group", "table-header-columns",
                     "table-columns"):  # fmt: skip
            yield from _inside(element, name)


class _Filled(NamedTuple):
    """A cell from ``column`` on, ``times`` times, and how many columns and rows it spans."""

    column: int
    times: int
    text: str
    kind: str
    formula: bool
    wide: int
    high: int


def _row(row: etree._Element) -> Iterator[_Filled]:
    """The cells of a row that may hold something or span others."""
    column = 1
    for cell in row:
        if local(cell.tag) not in ("table-cell", "covered-table-cell"):
            continue
        count = _repeat(cell, "number-columns-repeated", LAST_COLUMN)
        if len(cell) or any(local(k) in ("value", "value-type", "formula") for k in cell.attrib):
            text, kind = _value(cell)
            wide = _repeat(cell, "number-columns-spanned", LAST_COLUMN)
            high = _repeat(cell, "number-rows-spanned", LAST_ROW)
            formula = _attribute(cell, "formula") is not None
            yield _Filled(column, min(count, _REPEATED_MOST), text, kind, formula, wide, high)
        column += count
        if column > LAST_COLUMN:
            return


def _put(built: Builder, row: int, filled: list[_Filled]) -> None:
    for cell in filled:
        for at in range(cell.column, cell.column + cell.times):
            built.put(row, at, cell.text, cell.kind, formula=cell.formula)
        if cell.wide > 1 or cell.high > 1:
            built.merge(row, cell.column, row + cell.high - 1, cell.column + cell.wide - 1)


def _value(cell: etree._Element) -> tuple[str, str]:
    kinds = [str(v) for k, v in cell.attrib.items() if local(k) == "value-type"]
    text = "\n".join(_text(p) for p in cell if local(p.tag) == "p")
    if "error" in kinds or (_attribute(cell, "formula") and is_error(text)):
        return text or "#ERR!", "e"
    if kinds and kinds[0] in ("float", "currency", "percentage"):
        value = _attribute(cell, "value") or ""
        try:
            return (number_text(float(value)) if "e" in value.lower() or value.endswith(".0") else value), "n"
        except ValueError:
            return value, "e"
    if kinds and kinds[0] == "boolean":
        return ("1" if _attribute(cell, "boolean-value") == "true" else "0"), "b"
    if kinds and kinds[0] in ("date", "time"):
        return text or (_attribute(cell, "date-value") or ""), "d"
    return _attribute(cell, "string-value") or text, "s"


def _text(paragraph: etree._Element) -> str:
    """The text of a paragraph: runs of spaces are elements of their own, notes are left out."""
    pieces = [paragraph.text or ""]
    for child in paragraph:
        name = local(child.tag)
        if name == "s":
            pieces.append(" " * _repeat(child, "c", 1000))
        elif name in ("tab", "line-break"):
            pieces.append("\n" if name == "line-break" else "\t")
        elif name != "annotation":
            pieces.append(_text(child) if len(child) < 1000 else "")
        pieces.append(child.tail or "")
    return "".join(pieces)
