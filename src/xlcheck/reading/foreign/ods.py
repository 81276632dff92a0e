"""OpenDocument spreadsheets (.ods, .fods), read from their XML.

python-calamine reads them too, but as blanks where a cell holds an error, and without merges or hidden rows;
an error read as a blank would be counted as 0. It is the oracle of the tests instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from lxml import etree

from xlcheck.errors import Refused
from xlcheck.labels import whole
from xlcheck.reading.foreign.building import Builder, Styles, is_error, number_text
from xlcheck.reading.grid import LAST_COLUMN, LAST_ROW, NO_HEIGHT, Grid
from xlcheck.reading.package import Package, parse_xml
from xlcheck.reading.workbook import local

_LENGTH = re.compile(r"(\d{1,6}(?:\.\d{1,6})?)(pt|cm|mm|in|pc|px)")
_UNITS = {"pt": 1.0, "cm": 28.3465, "mm": 2.83465, "in": 72.0, "pc": 12.0, "px": 0.75}
_CONDITION = re.compile(r"value\(\)\s*(>=|<=|!=|>|<|=)\s*(-?\d{1,15}(?:\.\d{1,9})?)")
_MOST_PARENTS = 20
_MOST_MAPS = 3
_MOST_DIGITS = 60
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
    looks = _Looks((*more, root))
    return [_grid(e, looks) for e in book if local(e.tag) == "table"]


def _attribute(element: etree._Element, name: str) -> str | None:
    return next((str(v) for k, v in element.attrib.items() if local(k) == name), None)


class _Looks:
    """The styles of a document: which hide a sheet, a row or a column, and what number format cells have."""

    def __init__(self, roots: Iterable[etree._Element]) -> None:
        self.unseen: set[tuple[str, str]] = set()  # (family, name)
        self.styles = Styles()
        self._cells: dict[str, tuple[str | None, str | None]] = {}  # name → data style, parent
        self._data: dict[str, etree._Element] = {}
        self._numbers: dict[str, int] = {}
        for root in roots:
            for block in root:
                if local(block.tag) in ("styles", "automatic-styles"):
                    self._read(block)

    def _read(self, block: etree._Element) -> None:
        for style in block:
            name, kind = _attribute(style, "name") or "", local(style.tag)
            family = _attribute(style, "family") or ""
            if kind in ("style", "default-style") and family == "table-cell":
                self._cells[name] = _attribute(style, "data-style-name"), _attribute(style, "parent-style-name")
            elif kind == "style" and any(_shows_nothing(inner) for inner in style):
                self.unseen.add((family, name))
            elif kind.endswith("-style"):
                self._data[name] = style

    def number(self, name: str) -> int:
        """The style number of a cell style."""
        if name not in self._numbers:
            data = self._data_style(name)
            self._numbers[name] = self.styles.number(_code(data, self._data)) if data is not None else 0
        return self._numbers[name]

    def _data_style(self, name: str | None) -> etree._Element | None:
        for _ in range(_MOST_PARENTS):
            data, parent = self._cells.get(name or "", (None, None))
            if data is not None:
                return self._data.get(data)
            if name == "" or name is None:
                return None
            name = parent or ""  # the default style has no name
        return None


def _shows_nothing(properties: etree._Element) -> bool:
    """Whether properties of a sheet, row or column hide it, or leave it no height or width."""
    name = local(properties.tag)
    if name == "table-properties":
        return _attribute(properties, "display") == "false"
    if name == "table-row-properties":
        return _points(_attribute(properties, "row-height")) < NO_HEIGHT
    return name == "table-column-properties" and _points(_attribute(properties, "column-width")) < NO_HEIGHT


def _points(length: str | None) -> float:
    """A length in points; what can't be understood is long."""
    match = _LENGTH.fullmatch((length or "").strip())
    return float(match[1]) * _UNITS[match[2]] if match else NO_HEIGHT


# --- number styles as format codes ----------------------------------------------------------------


def _code(style: etree._Element, known: dict[str, etree._Element], *, inner: bool = False) -> str:
    """A data style as a format code: its own section, and those of the conditions under which others apply."""
    kind = local(style.tag)
    if kind in ("date-style", "time-style"):
        return "yyyy-mm-dd"
    if kind == "boolean-style":
        return '"TRUE";"TRUE";"FALSE"'
    own = "".join(_piece(e, kind) for e in style)
    maps = [] if inner else [e for e in style if local(e.tag) == "map"][:_MOST_MAPS]
    sections: list[tuple[str, str]] = []
    for element in maps:
        other = known.get(_attribute(element, "apply-style-name") or "")
        condition = _CONDITION.fullmatch((_attribute(element, "condition") or "").strip())
        if other is None or condition is None:
            continue
        sections.append((condition[1].replace("!=", "<>") + condition[2], _code(other, known, inner=True)))
    return _joined(sections, own)


def _joined(sections: list[tuple[str, str]], own: str) -> str:
    """Sections in the order of a format code: where they are for positives, negatives and zero, without conditions."""
    conditions = [c for c, _ in sections]
    codes = [code for _, code in sections]
    if conditions in ([">=0"], [">0", "<0"], [">0", "<0", "=0"]):
        return ";".join([*codes, own])
    return ";".join([*(f"[{c}]{code}" for c, code in sections[:2]), own])


def _piece(element: etree._Element, kind: str) -> str:
    """One piece of a data style."""
    name = local(element.tag)
    text = "".join(str(t) for t in element.itertext())
    if name == "text":
        return text if kind == "percentage-style" and text.strip() == "%" else _literal(text)
    if name == "currency-symbol":
        return _literal(text)
    if name == "fill-character":
        return f"*{text[:1] or ' '}"
    if name == "text-content":
        return "@"
    if name == "fraction":
        return "# ?/?"
    if name in ("number", "scientific-number"):
        return _digits(element) + ("E+00" if name == "scientific-number" else "")
    colour = _attribute(element, "color") if name == "text-properties" else None
    return "[Red]" if colour and colour.lower() not in ("#000000", "#000") else ""


def _literal(text: str) -> str:
    return "".join(f"\\{c}" for c in text[:_MOST_DIGITS])


def _digits(element: etree._Element) -> str:
    """The digits of a number: none said means General; texts may stand among them; some show thousands."""
    places, least = _attribute(element, "decimal-places"), _attribute(element, "min-decimal-places")
    decimals = min(whole(places) or 0, _MOST_DIGITS)
    embedded = {
        whole(_attribute(e, "position")) or 0: "".join(str(t) for t in e.itertext())
        for e in element
        if local(e.tag) == "embedded-text"
    }
    if places is None and not embedded and _attribute(element, "display-factor") is None:
        return "General"
    count = max(min(whole(_attribute(element, "min-integer-digits")) or 0, _MOST_DIGITS), 1)
    digits = max([count, *(min(at, _MOST_DIGITS) + 1 for at in embedded)])
    grouped = "#,##" if _attribute(element, "grouping") == "true" else ""
    pieces = [grouped]
    for at in range(digits, 0, -1):
        pieces.append("0" if at <= count else "#")
        pieces.append(_literal(embedded.get(at - 1, "")))
    fixed = min(decimals if least is None else whole(least) or 0, decimals)
    fraction = f".{'0' * fixed}{'#' * (decimals - fixed)}" if decimals else ""
    factor = _attribute(element, "display-factor") or "1"
    thousands = (len(factor) - 1) // 3 if factor.isascii() and factor.isdigit() and factor.strip("0") == "1" else 0
    return "".join(pieces) + fraction + "," * min(thousands, _MOST_MAPS)


# --- cells ----------------------------------------------------------------------------------------


def _repeat(element: etree._Element, name: str, most: int) -> int:
    text = _attribute(element, name) or "1"
    return min(int(text), most) if text.isascii() and text.isdigit() and len(text) < 10 else 1


def _grid(table: etree._Element, looks: _Looks) -> Grid:
    style = _attribute(table, "style-name") or ""
    built = Builder(_attribute(table, "name") or "", hidden=("table", style) in looks.unseen)
    built.grid.formats = looks.styles.formats
    usual: list[tuple[int, str]] = []  # last column → the style of its cells
    column = 1
    for element in _inside(table, "table-column"):
        count = _repeat(element, "number-columns-repeated", LAST_COLUMN)
        if _unseen(element, "table-column", looks) and count < 1000:
            built.grid.hidden_columns.update(range(column, column + count))
        column += count
        usual.append((column - 1, _attribute(element, "default-cell-style-name") or ""))
    row = 1
    for element in _inside(table, "table-row"):
        count = _repeat(element, "number-rows-repeated", LAST_ROW)
        filled = [
            f for f in _row(element, usual, looks) if f.text or f.kind != "s" or f.formula or f.wide > 1 or f.high > 1
        ]
        copies = min(count, _REPEATED_MOST) if filled else 0
        for at in range(row, row + copies):
            _put(built, at, filled)
        if _unseen(element, "table-row", looks) and count < 10_000:
            built.grid.hidden_rows.update(range(row, row + count))
        row += count
        if row > LAST_ROW:
            break
    return built.done()


def _unseen(element: etree._Element, family: str, looks: _Looks) -> bool:
    """Whether a row or column is hidden: itself, by its style, or as part of a group that is folded."""
    if _attribute(element, "visibility") in ("collapse", "filter"):
        return True
    if (family, _attribute(element, "style-name") or "") in looks.unseen:
        return True
    parent = element.getparent()
    while parent is not None and local(parent.tag) != "table":
        if _attribute(parent, "display") == "false":
            return True
        parent = parent.getparent()
    return False


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
    style: int


def _row(row: etree._Element, usual: list[tuple[int, str]], looks: _Looks) -> Iterator[_Filled]:
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
            style = _style(cell, row, column, usual, looks) if kind == "n" else 0
            yield _Filled(column, min(count, _REPEATED_MOST), text, kind, formula, wide, high, style)
        column += count
        if column > LAST_COLUMN:
            return


def _style(cell: etree._Element, row: etree._Element, column: int, usual: list[tuple[int, str]], looks: _Looks) -> int:
    """The style number of a cell with a number, as far as the text that is shown agrees with it."""
    name = _attribute(cell, "style-name") or _attribute(row, "default-cell-style-name")
    if name is None:
        name = next((style for last, style in usual if column <= last), "")
    shown = "\n".join(_text(p) for p in cell if local(p.tag) == "p")
    return looks.styles.checked(looks.number(name), _value(cell)[0], shown)


def _put(built: Builder, row: int, filled: list[_Filled]) -> None:
    for cell in filled:
        for at in range(cell.column, cell.column + cell.times):
            built.put(row, at, cell.text, cell.kind, cell.style, formula=cell.formula)
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
