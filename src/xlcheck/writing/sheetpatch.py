"""Edits inside one worksheet's XML: styles of cells, cells that don't exist yet, the notes' reference."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterator
from functools import cached_property
from typing import NamedTuple

from lxml import etree

from xlcheck.errors import Refused
from xlcheck.labels import address, column_index, whole
from xlcheck.reading.grid import split_reference
from xlcheck.reading.workbook import local, namespace

_AFTER_LINKS = {
    "printOptions", "pageMargins", "pageSetup", "headerFooter", "rowBreaks", "colBreaks", "customProperties",
    "cellWatches", "ignoredErrors", "smartTags", "drawing", "legacyDrawing",
}  # fmt: skip
_AFTER_LEGACY = {
    "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst",
}  # fmt: skip
_WRAPPER = "AlternateContent"
_MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_AFTER_FORMATS = {"dataValidations", "hyperlinks"} | _AFTER_LINKS | _AFTER_LEGACY


def kind(element: etree._Element) -> str:
    """What an element of a worksheet is: a wrapper for alternatives (``mc:AlternateContent``) is what it wraps."""
    if local(element.tag) != _WRAPPER:
        return local(element.tag)
    return next((local(e.tag) for choice in element for e in choice if isinstance(e.tag, str)), _WRAPPER)


class _ColumnCell(NamedTuple):
    """A cell of a row, its place among the row's children, and its 1-based column."""

    cell: etree._Element
    place: int
    column: int


def _columns_of(row: etree._Element) -> Iterator[_ColumnCell]:
    """The cells of a row; one without a reference stands in the next column."""
    column = 0
    for place, cell in enumerate(row):
        if isinstance(cell.tag, str):  # no comment
            reference = cell.get("r")
            column = column_index(reference.rstrip("0123456789").upper()) if reference else column + 1
            yield _ColumnCell(cell, place, column)


class SheetPatch:
    """One worksheet tree. Rows and cells are made where missing, in their order.

    Raises:
        Refused: a cell stands where it can't be edited (in another row, or within another cell).
    """

    def __init__(self, root: etree._Element) -> None:
        self.root = root
        self.space = namespace(root)
        data = root.find(self.space + "sheetData")
        if data is None:
            raise ValueError("worksheet without sheetData")
        self.data = data
        self._rows: dict[int, etree._Element] = {}
        self._priority: int | None = None
        self._last_format: etree._Element | None = None
        at = 0
        for row in data:
            if local(row.tag) == "row":
                at = whole(row.get("r")) or at + 1
                self._rows[at] = row
        self._order = sorted(self._rows)

    def cell(self, row: int, column: int) -> etree._Element:
        """The cell at a 1-based place; made if it does not exist, with its row's or column's style."""
        parent = self._row(row)
        place = 0
        for seen in _columns_of(parent):
            if seen.column == column:
                return seen.cell
            if seen.column > column:
                break
            place = seen.place + 1
        if address(row, column) in self._addresses:
            said = f"单元格 {address(row, column)} 在文件里放错了位置，无法标记。请用 Excel/WPS 重新保存。"
            raise Refused("damaged", said)
        made = etree.Element(self.space + "c", r=address(row, column))
        style = self._inherited_style(parent, column)
        if style:
            made.set("s", style)
        parent.insert(place, made)
        return made

    @cached_property
    def _addresses(self) -> frozenset[str]:
        """The addresses that cells carry, wherever in the sheet they stand."""
        return frozenset(str(c.get("r")).upper() for c in self.data.iter(self.space + "c") if c.get("r"))

    def _row(self, row: int) -> etree._Element:
        if row not in self._rows:
            made = etree.Element(self.space + "row", r=str(row))
            after = bisect_right(self._order, row)
            later = self._order[after : after + 1]
            at = self.data.index(self._rows[later[0]]) if later else len(self.data)
            self.data.insert(at, made)
            self._rows[row] = made
            self._order.insert(after, row)
        return self._rows[row]

    def _inherited_style(self, row: etree._Element, column: int) -> str | None:
        if row.get("customFormat") in ("1", "true"):
            return row.get("s")
        columns = self.root.find(self.space + "cols")
        if columns is None:
            return None
        return next((e.get("style") for e in columns if _is_of_columns(e, column)), None)

    def add_green(self, cell: str, formula: str, dxf: int) -> None:
        """A conditional format over one cell; it comes after the rules that the sheet has."""
        if self._priority is None:
            rules = self.root.iter("{*}cfRule")  # those of Excel 2010 in the extLst too
            self._priority = max((whole(r.get("priority")) or 0 for r in rules), default=0)
        self._priority += 1
        holder = etree.Element(self.space + "conditionalFormatting", sqref=cell)
        rule = etree.SubElement(
            holder, self.space + "cfRule", type="expression", dxfId=str(dxf), priority=str(self._priority)
        )
        etree.SubElement(rule, self.space + "formula").text = formula
        if self._last_format is None:
            self._insert(holder, _AFTER_FORMATS)
        else:
            self._last_format.addnext(holder)  # by index each would count from the first
        self._last_format = holder

    def legacy_drawing(self) -> etree._Element | None:
        """The element that points to the sheet's VML drawing, if any."""
        direct = self.root.find(self.space + "legacyDrawing")
        return next(self.root.iter(self.space + "legacyDrawing"), None) if direct is None else direct

    def add_legacy_drawing(self, relation: str, rel_space: str, *, offered: bool = False) -> None:
        """Point to a VML drawing, at the place CT_Worksheet wants it; ``offered``: only to those who know VML."""
        element = etree.Element(self.space + "legacyDrawing")
        element.set(f"{{{rel_space}}}id", relation)
        if offered:
            names = {"mc": _MC, "v": "urn:schemas-microsoft-com:vml"}
            wrapper: etree._Element = etree.Element(f"{{{_MC}}}{_WRAPPER}", nsmap=names)
            etree.SubElement(wrapper, f"{{{_MC}}}Choice", Requires="v").append(element)
            element = wrapper
        self._insert(element, _AFTER_LEGACY)

    def add_hyperlink(self, location: str, tip: str) -> None:
        """Make the first filled cell of the sheet (its title) lead to ``location``, if it leads nowhere yet."""
        address = self._first_filled()
        if address is None:
            return
        holder = self._links()
        if not any(_covers(e.get("ref"), address) for e in holder):
            etree.SubElement(holder, self.space + "hyperlink", ref=address, location=location, tooltip=tip)

    def _first_filled(self) -> str | None:
        """The address of the first cell with something in it."""
        return next((str(c.get("r")) for r in self.data for c in r if len(c) and c.get("r")), None)

    def _links(self) -> etree._Element:
        """The holder of the sheet's links; made if there is none."""
        holder = self.root.find(self.space + "hyperlinks")
        if holder is None:
            holder = etree.Element(self.space + "hyperlinks")
            self._insert(holder, _AFTER_LINKS | _AFTER_LEGACY)
        return holder

    def _insert(self, element: etree._Element, later: Collection[str]) -> None:
        """Put an element where CT_Worksheet wants it: before the first of those that come ``later``."""
        at = next((i for i, e in enumerate(self.root) if kind(e) in later), len(self.root))
        self.root.insert(at, element)


def _covers(area: str | None, cell: str) -> bool:
    """Whether ``A1:J1`` covers ``A1``; an area of several parts does if its first one does."""
    first, _, last = (area or "").split(" ")[0].partition(":")
    start, end, spot = split_reference(first), split_reference(last or first), split_reference(cell)
    if start is None or end is None or spot is None:
        return False
    return start[0] <= spot[0] <= end[0] and start[1] <= spot[1] <= end[1]


def _is_of_columns(element: etree._Element, column: int) -> bool:
    """Whether an element describes a range of columns with this one in it."""
    return (whole(element.get("min")) or 0) <= column <= (whole(element.get("max")) or 0)
