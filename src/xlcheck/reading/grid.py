"""One worksheet's cells: stored text, type, style, formula; merges; hidden rows and columns."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from lxml import etree

from xlcheck.errors import Refused
from xlcheck.labels import address, column_index, whole, without_invisible
from xlcheck.reading.numberformats import Formats, Shown
from xlcheck.reading.workbook import SheetEntry, Workbook, namespace, string_of, unescape

MAX_CELLS = 200_000
MAX_ROWS = 5_000
MAX_MERGES = 50_000
LAST_ROW = 1_048_576
LAST_COLUMN = 16_384
_MOST_COLUMNS = 400
_MOST_STEPS = 3_000_000  # looks at rows under merged cells: merges that don't overlap never need so many
_NEAR = 64
NO_HEIGHT = 2.0  # points: a row this low shows nothing
NO_WIDTH = 0.3  # characters
_AREA = re.compile(r"([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})$")


class Cell(NamedTuple):
    """A filled cell. ``type``: n, s (any text), b, e, d, or ``?`` for a formula without a value."""

    text: str
    type: str
    style: int
    formula: bool


_Texts = tuple[list[str], dict[str, str]]  # shared strings by index, and by number as written: what is seen of them
_NO_CELLS: dict[int, Cell] = {}


class Formula(NamedTuple):
    """A formula as stored, without ``=``; ``origin`` is the cell it was written for (of a shared one: the first)."""

    text: str
    origin: tuple[int, int]


@dataclass(slots=True)
class Grid:
    """A sheet. ``rows[r][c]`` are the filled cells, 1-based; blanks are not kept.

    ``formats`` are the odd number formats by cell style, ``formulas`` those that the file spells out. ``whole`` is
    the sheet that this grid is a part of, where one sheet holds several tables. ``covered`` are the filled cells under
    a merged cell, which nobody sees: they are not among ``rows``. ``recalculated`` are the results, as they were
    saved, of formulas that a spreadsheet recalculates when it opens the file.
    """

    name: str
    part: str
    rows: dict[int, dict[int, Cell]] = field(default_factory=dict)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    hidden: bool = False
    formats: Mapping[int, Shown] = field(default_factory=dict)
    formulas: dict[tuple[int, int], Formula] = field(default_factory=dict)
    whole: Grid | None = None
    covered: dict[tuple[int, int], Cell] = field(default_factory=dict)
    recalculated: dict[tuple[int, int], str] = field(default_factory=dict)

    def text(self, row: int, column: int) -> str:
        """The text in a cell, empty when it is blank."""
        cell = self.rows.get(row, {}).get(column)
        return cell.text if cell else ""

    def stored(self, row: int, column: int) -> Cell | None:
        """What the file has in a cell, shown or not."""
        return self.rows.get(row, {}).get(column) or self.covered.get((row, column))

    def format_of(self, cell: Cell) -> Shown | None:
        """The number format of a cell, where it may show another number than the cell holds."""
        found = self.formats.get(cell.style)
        return self.formats.others.get(cell.style) if found is None and isinstance(self.formats, Formats) else found

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
    grid = Grid(entry.name, entry.part, hidden=entry.state != "visible", formats=workbook.formats)
    parts: dict[str, list[etree._Element]] = {}
    for element in root:
        parts.setdefault(str(element.tag), []).append(element)
    data = parts.get(space + "sheetData", ())
    if len(data) > 1:
        raise Refused("damaged", f"工作表“{grid.name}”里有 {len(data)} 份单元格数据，分不清哪一份是真的，拒绝读取。")
    settings = parts.get(space + "sheetFormatPr", ())
    areas = [area for e in parts.get(space + "dimension", ()) if (area := _area(e.get("ref") or ""))]
    wide = max((area[3] - area[1] + 1 for area in areas), default=LAST_COLUMN)
    for element in data:
        _read_rows(grid, element, space, (workbook.strings, workbook.seen), flat=any(map(_flat, settings)), wide=wide)
        _read_formulas(grid, element, space)
    grid.hidden_columns = _hidden_columns(parts.get(space + "cols", ()), settings)
    merges = [e for element in parts.get(space + "mergeCells", ()) for e in element]
    if merges:
        if len(merges) > MAX_MERGES:
            raise Refused("too_many_cells", f"工作表“{grid.name}”的合并单元格超过 {MAX_MERGES} 处，不像决算公开表。")
        grid.merges = [m for m in (_area(e.get("ref") or "") for e in merges) if m]
        take_covered(grid)
    return grid


def _flat(settings: etree._Element) -> bool:
    """Whether rows that say nothing of their height have none.

    ``zeroHeight`` hides the rows that the file does not list, and these hold nothing.
    """
    return settings.get("customHeight") in ("1", "true") and _small(settings.get("defaultRowHeight"), NO_HEIGHT)


def _small(size: str | None, least: float) -> bool:
    """Whether a height or width is too small for anything to be seen."""
    if size is None:
        return False
    try:
        return float(size) < least
    except ValueError:
        return False


def _hidden_columns(tables: Iterable[etree._Element], settings: Iterable[etree._Element]) -> set[int]:
    found: set[int] = set()
    elements = [e for table in tables for e in table]
    for element in elements:
        if element.get("hidden") in ("1", "true") or _small(element.get("width"), NO_WIDTH):
            found.update(_span(element))
    if any(_small(e.get("defaultColWidth"), NO_WIDTH) for e in settings):
        found.update(set(range(1, _MOST_COLUMNS + 1)).difference(*map(_span, elements)))
    return found


def _span(columns: etree._Element) -> range:
    first, last = whole(columns.get("min")) or 1, whole(columns.get("max")) or 0
    return range(first, min(last, first + _MOST_COLUMNS) + 1)


def take_covered(grid: Grid) -> None:
    """Move the cells under merged ones out of ``rows``: only the first cell of a merged area is shown.

    Raises:
        Refused: so many merges over each other that finding the cells takes too long.
    """
    rows, steps = grid.rows, 0
    lines: list[int] | None = None
    for top, left, bottom, right in grid.merges:
        if top == bottom and right - left < _NEAR:  # the usual one
            cells = rows.get(top, _NO_CELLS)
            for column in range(left + 1, right + 1):
                if column in cells:
                    grid.covered[top, column] = cells.pop(column)
            continue
        span: Sequence[int] = range(top, bottom + 1)
        if bottom - top > _NEAR:
            lines = sorted(rows) if lines is None else lines
            span = lines[bisect_left(lines, top) : bisect_right(lines, bottom)]
        for row in span:
            cells = rows.get(row, _NO_CELLS)
            steps += 1 + min(right - left, len(cells))
            if steps > _MOST_STEPS:
                what = "的合并单元格互相重叠，多得不像决算公开表，拒绝读取。"
                raise Refused("too_many_cells", f"工作表“{grid.name}”{what}")
            found = {c for c in cells if left + (row == top) <= c <= right}
            if found:
                grid.covered.update(((row, c), cells[c]) for c in found)
                rows[row] = {c: cell for c, cell in cells.items() if c not in found}
    if grid.covered:
        grid.rows = {at: row for at, row in rows.items() if row}


def _read_formulas(grid: Grid, data: etree._Element, space: str) -> None:
    """Formulas by cell. A shared one is spelled out once; array formulas and data tables are left out."""
    shared: dict[str, Formula] = {}
    for element in data.iter(space + "f"):
        cell = element.getparent()
        at = split_reference(cell.get("r") or "") if cell is not None else None
        if at is None or element.get("t") in ("array", "dataTable"):
            continue
        text, number = element.text, element.get("si")
        if text:
            formula = grid.formulas[at] = Formula(text, at)
            if number is not None and element.get("t") == "shared":
                shared[number] = formula
        elif number in shared:
            grid.formulas[at] = shared[number]


def _read_rows(grid: Grid, data: etree._Element, space: str, texts: _Texts, *, flat: bool, wide: int) -> None:
    strings = texts[0]
    _scan_rows(grid, data, flat=flat, wide=wide)
    try:
        _read_addressed(grid, data, space, texts)
    except _NoReferenceError:
        grid.rows.clear()
        for at, column, cell in _counted(grid, data):
            _put(grid, at, column, _read_cell(cell, space, strings, grid))
    guard(grid)


def _put(grid: Grid, at: int, column: int, cell: Cell | None) -> None:
    if cell is not None:
        row = grid.rows.setdefault(at, {})
        if column in row:
            raise twice(grid, at, column)
        row[column] = cell


def twice(grid: Grid, row: int, column: int) -> Refused:
    """Two cells with one address: nobody can say which of them is shown."""
    where = address(row, column)
    return Refused("damaged", f"工作表“{grid.name}”里的单元格 {where} 出现了两次，分不清哪一个是真的，拒绝读取。")


def _read_addressed(grid: Grid, data: etree._Element, space: str, texts: _Texts) -> None:
    """Read the cells that hold something; blank ones, the most, are never looked at.

    This is the innermost loop of reading: it trades looks for speed. A plain value is read here, formulas
    and inline strings by :func:`_read_cell`.
    """
    columns: dict[str, int] = {}
    rows: dict[str, dict[int, Cell]] = {}
    strings, shared = texts
    styles: dict[str | None, int] = {None: 0}
    make = tuple.__new__  # what Cell does, without a call in between
    for value in data.iter(space + "v"):
        cell = value.getparent()
        reference = cell.get("r") if cell is not None else None
        if cell is None or not reference:
            raise _NoReferenceError
        letters = reference.rstrip("0123456789")
        column = columns.get(letters) or _column(columns, letters, reference, grid)
        digits = reference[len(letters) :]
        row = rows.get(digits)
        if row is None:
            row = rows[digits] = grid.rows.setdefault(_row_of(digits, reference, grid), {})
        if column in row:
            raise twice(grid, int(digits), column)
        if len(cell) > 1:
            found = _read_cell(cell, space, strings, grid)
            if found is not None:
                row[column] = found
            continue
        kind, text = cell.get("t"), value.text
        if not text:
            continue
        if kind == "s":
            known = shared.get(text)
            if known is None:
                known = _shared(strings, text, grid)
                known = shared[text] = known if known[:1].isalnum() or not nothing(known) else ""
            if not known:
                continue
            text = known
        elif kind == "str":
            text, kind = unescape(text), "s"
        style = cell.get("s")
        number = styles.get(style)
        if number is None:
            number = styles[style] = whole(style) or 0
        row[column] = make(Cell, (text, kind or "n", number, False))
    _read_others(grid, data, space, strings, columns)


def _read_others(grid: Grid, data: etree._Element, space: str, strings: list[str], columns: dict[str, int]) -> None:
    """Cells without a ``v``: inline strings, and formulas without a value."""
    value = space + "v"
    read: set[etree._Element] = set()
    for tag in (space + "is", space + "f"):
        for inner in data.iter(tag):
            cell = inner.getparent()
            if cell is None or cell in read or cell.find(value) is not None:
                continue
            read.add(cell)
            at, column = _spot(cell, columns, grid)
            _put(grid, at, column, _read_cell(cell, space, strings, grid))


def _spot(cell: etree._Element, columns: dict[str, int], grid: Grid) -> tuple[int, int]:
    """Where a cell says it stands; ``columns`` are the letters known so far."""
    reference = cell.get("r")
    if not reference:
        raise _NoReferenceError
    letters = reference.rstrip("0123456789")
    column = columns.get(letters) or _column(columns, letters, reference, grid)
    return _row_of(reference[len(letters) :], reference, grid), column


def _row_of(digits: str, reference: str, grid: Grid) -> int:
    number = whole(digits)
    if not number:
        raise Refused("damaged", f"工作表“{grid.name}”里有不合规的单元格地址“{reference[:20]}”，拒绝读取。")
    return number


def _scan_rows(grid: Grid, data: etree._Element, *, flat: bool, wide: int) -> None:
    """Row numbers and hidden rows, without a look at the cells.

    ``flat``: rows have no height unless they say so. ``wide``: the columns that the sheet says it has.
    """
    at = 0
    seen: set[int] = set()
    for element in data:
        at = _row_number(element.get("r"), at, grid)
        height = element.get("ht")
        if element.get("hidden") in ("1", "true") or (flat if height is None else _small(height, NO_HEIGHT)):
            grid.hidden_rows.add(at)
        if len(element) > wide:
            _refuse_twins(grid, element)
        if at in seen:
            raise Refused("damaged", f"工作表“{grid.name}”的第 {at} 行出现了两次，文件不可信，拒绝读取。")
        seen.add(at)


def nothing(text: str) -> bool:
    """Whether nothing of a text is seen: white space, invisible characters."""
    return not text or (not text[0].isalnum() and not without_invisible(text).strip())


def _refuse_twins(grid: Grid, row: etree._Element) -> None:
    """A row with more cells than the sheet has columns: one address may be there twice, though one cell is blank."""
    seen: set[tuple[int, int]] = set()
    for cell in row:
        at = split_reference(cell.get("r") or "")
        if at in seen:
            raise twice(grid, *at)
        if at is not None:
            seen.add(at)


class _NoReferenceError(Exception):
    """A cell without an address: the sheet has to be read by counting cells."""


def _counted(grid: Grid, data: etree._Element) -> Iterator[tuple[int, int, etree._Element]]:
    """The same where addresses are left out: rows and cells count on from the one before."""
    columns: dict[str, int] = {}
    at = 0
    for element in data:
        at = _row_number(element.get("r"), at, grid)
        column = 0
        for cell in element:
            reference = cell.get("r")
            letters = reference.rstrip("0123456789") if reference else ""
            column = (columns.get(letters) or _column(columns, letters, reference, grid)) if reference else column + 1
            if len(cell):
                yield at, column, cell


def _read_cell(cell: etree._Element, space: str, strings: list[str], grid: Grid) -> Cell | None:
    """What a cell holds; None when that is nothing."""
    kind = cell.get("t")
    if len(cell) == 1 and cell[0].tag == space + "v":
        text, formula = cell[0].text, False
    else:
        text, formula = _parts(cell, kind, (space + "v", space + "f"))
    if not text:
        return Cell("", "?", _style(cell), True) if formula and kind != "str" else None
    if kind == "s":
        text = _shared(strings, text, grid)
        if nothing(text):
            return None
    elif kind == "str":
        text, kind = unescape(text), "s"
    elif kind == "inlineStr":
        kind = "s"
    return Cell(text, kind or "n", _style(cell), formula)


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


def guard(grid: Grid) -> None:
    """Drop empty rows; refuse a sheet that is larger than any 决算公开表.

    Raises:
        Refused: too many rows or cells, or outside of a sheet.
    """
    grid.rows = {at: row for at, row in grid.rows.items() if row}
    if grid.rows and max(grid.rows) > LAST_ROW:
        raise Refused("damaged", f"工作表“{grid.name}”的行号超出了范围，文件不可信，拒绝读取。")
    if len(grid.rows) > MAX_ROWS:
        raise Refused("too_many_rows", f"工作表“{grid.name}”有内容的行超过 {MAX_ROWS} 行，不像决算公开表。")
    if sum(map(len, grid.rows.values())) > MAX_CELLS:
        raise Refused("too_many_cells", f"工作表“{grid.name}”有内容的单元格超过 {MAX_CELLS} 个。")


def _column(seen: dict[str, int], letters: str, reference: str, grid: Grid) -> int:
    good = letters.isascii() and letters.isalpha() and len(letters) <= 3
    index = column_index(letters.upper()) if good else 0
    if not 1 <= index <= LAST_COLUMN:
        raise Refused("damaged", f"工作表“{grid.name}”里有不合规的单元格地址“{reference[:20]}”，拒绝读取。")
    seen[letters] = index
    return index


def _shared(strings: list[str], text: str, grid: Grid) -> str:
    index = whole(text)
    index = whole(text.strip()) if index is None else index
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
