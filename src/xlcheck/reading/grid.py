"""One worksheet's cells: stored text, type, style, formula; merges; hidden rows and columns."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from lxml import etree

from xlcheck.errors import Refused
from xlcheck.labels import column_index, whole
from xlcheck.reading.workbook import SheetEntry, Workbook, namespace, string_of, unescape

MAX_CELLS = 200_000
MAX_ROWS = 5_000
LAST_ROW = 1_048_576
LAST_COLUMN = 16_384
_AREA = re.compile(r"([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})$")


class Cell(NamedTuple):
    """A filled cell. ``type``: n, s (any text), b, e, d, or ``?`` for a formula without a value."""

    text: str
    type: str
    style: int
    formula: bool


@dataclass(slots=True)
class Grid:
    """A sheet. ``rows[r][c]`` are the filled cells, 1-based; blanks are not kept."""

    name: str
    part: str
    rows: dict[int, dict[int, Cell]] = field(default_factory=dict)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden: bool = False

    def text(self, row: int, column: int) -> str:
        """The text in a cell, empty when it is blank."""
        cell = self.rows.get(row, {}).get(column)
        return cell.text if cell else ""

    def merge_at(self, row: int, column: int) -> tuple[int, int, int, int] | None:
        """The merged range (first row, first column, last row, last column) over a cell."""
        for area in self.merges:
            if area[0] <= row <= area[2] and area[1] <= column <= area[3]:
                return area
        return None


def read_grid(workbook: Workbook, entry: SheetEntry) -> Grid:
    """Read one sheet.

    Raises:
        Refused: too many cells or rows, or references outside of a sheet.
    """
    root = workbook.package.tree(entry.part)
    space = namespace(root)
    grid = Grid(entry.name, entry.part, hidden=entry.state != "visible")
    data = root.find(space + "sheetData")
    if data is not None:
        _read_rows(grid, data, space, workbook.strings)
    merges = root.find(space + "mergeCells")
    if merges is not None:
        grid.merges = [m for m in (_area(e.get("ref") or "") for e in merges) if m]
    return grid


def _read_rows(grid: Grid, data: etree._Element, space: str, strings: list[str]) -> None:
    at, filled = 0, 0
    columns: dict[str, int] = {}
    tags = (space + "v", space + "f")
    for element in data:
        number = element.get("r")
        at = _row_number(number, at, grid)
        if element.get("hidden") in ("1", "true"):
            grid.hidden_rows.add(at)
        if not len(element):
            continue
        row = _read_row(grid, element, len(str(at)), tags, strings, columns)
        if at in grid.rows:
            raise Refused("damaged", f"工作表“{grid.name}”的第 {at} 行出现了两次，文件不可信，拒绝读取。")
        if row:
            filled += len(row)
            grid.rows[at] = row
            _guard(grid, at, filled)


def _read_row(
    grid: Grid, element: etree._Element, skip: int, tags: tuple[str, str], strings: list[str], columns: dict[str, int]
) -> dict[int, Cell]:
    """The filled cells of one row. This is the innermost loop of reading: it trades looks for speed."""
    row: dict[int, Cell] = {}
    column = 0
    value_tag = tags[0]
    for cell in element:
        reference = cell.get("r")
        if reference:
            letters = reference[:-skip]
            column = columns.get(letters) or _column(columns, letters, reference, grid)
        else:
            column += 1
        count = len(cell)
        if not count:
            continue
        kind = cell.get("t")
        first = cell[0]
        if count == 1 and first.tag == value_tag:
            text, formula = first.text, False
        else:
            text, formula = _parts(cell, kind, tags)
        if not text:
            if formula and kind != "str":
                row[column] = Cell("", "?", _style(cell), True)
            continue
        if kind == "s":
            text = _shared(strings, text, grid)
            if not text or text.isspace():
                continue
        elif kind == "str":
            text, kind = unescape(text), "s"
        elif kind == "inlineStr":
            kind = "s"
        row[column] = Cell(text, kind or "n", _style(cell), formula)
    return row


def _row_number(text: str | None, before: int, grid: Grid) -> int:
    if text is None:
        return before + 1
    number = whole(text)
    if not number:
        raise Refused("damaged", f"工作表“{grid.name}”里有不合规的行号“{text[:20]}”，拒绝读取。")
    return number


def _style(cell: etree._Element) -> int:
    return whole(cell.get("s")) or 0


def _parts(cell: etree._Element, kind: str | None, tags: tuple[str, str]) -> tuple[str | None, bool]:
    """Text and whether there is a formula, of a cell with more than a value."""
    text, formula = None, False
    for child in cell:
        tag = child.tag
        if tag == tags[0]:
            text = child.text
        elif tag == tags[1]:
            formula = True
        elif kind == "inlineStr" and isinstance(tag, str):
            text = string_of(child)
    return text, formula


def _guard(grid: Grid, at: int, filled: int) -> None:
    if at > LAST_ROW:
        raise Refused("damaged", f"工作表“{grid.name}”的行号超出了范围，文件不可信，拒绝读取。")
    if len(grid.rows) > MAX_ROWS:
        raise Refused("too_many_rows", f"工作表“{grid.name}”有内容的行超过 {MAX_ROWS} 行，不像决算公开表。")
    if filled > MAX_CELLS:
        raise Refused("too_many_cells", f"工作表“{grid.name}”有内容的单元格超过 {MAX_CELLS} 个。")


def _column(seen: dict[str, int], letters: str, reference: str, grid: Grid) -> int:
    good = letters.isascii() and letters.isalpha() and len(letters) <= 3
    index = column_index(letters.upper()) if good else 0
    if not 1 <= index <= LAST_COLUMN:
        raise Refused("damaged", f"工作表“{grid.name}”里有不合规的单元格地址“{reference[:20]}”，拒绝读取。")
    seen[letters] = index
    return index


def _shared(strings: list[str], text: str, grid: Grid) -> str:
    index = whole(text.strip())
    if index is None or index >= len(strings):
        raise Refused("damaged", f"工作表“{grid.name}”引用了不存在的文字，文件已损坏。")
    return strings[index]


def split_reference(reference: str) -> tuple[int, int] | None:
    """``$B$12`` → (12, 2); None when it is no cell reference inside a sheet."""
    bare = reference.replace("$", "")
    letters = bare.rstrip("0123456789")
    digits = bare[len(letters) :]
    if not digits or not (letters.isascii() and letters.isalpha()) or len(letters) > 3:
        return None
    row, column = whole(digits) or 0, column_index(letters.upper())
    return (row, column) if 1 <= row <= LAST_ROW and column <= LAST_COLUMN else None


def _area(reference: str) -> tuple[int, int, int, int] | None:
    plain = _AREA.match(reference)
    if plain:
        area = int(plain[2]), column_index(plain[1]), int(plain[4]), column_index(plain[3])
        fits = 0 < area[0] <= area[2] <= LAST_ROW and area[1] <= area[3] <= LAST_COLUMN
        return area if fits else None
    first, _, last = reference.partition(":")
    start, end = split_reference(first), split_reference(last or first)
    if start is None or end is None:
        return None
    return start[0], start[1], end[0], end[1]
