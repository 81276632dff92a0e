"""One worksheet of an .xlsx or .xlsm as XML → its :class:`Grid`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TypeAlias

from lxml import etree

from xlcheck.errors import Refused
from xlcheck.labels import column_index, whole
from xlcheck.reading.grid import (
    LAST_COLUMN,
    LAST_ROW,
    MAX_MERGES,
    NO_HEIGHT,
    NO_WIDTH,
    Cell,
    Formula,
    Grid,
    guard,
    nothing,
    split_reference,
    take_covered,
    twice,
)
from xlcheck.reading.sheettext import TextRow, WrittenCell, WrittenSheet, formula_of, sheet_text, text_of
from xlcheck.reading.workbook import SheetEntry, Workbook, namespace, string_of, unescape

_MOST_COLUMNS = 400
_DIGITS = "0123456789"
_TRUE = ("1", "true")
_TYPES = {"": "n", "str": "s", "inlineStr": "s"}
_AREA = re.compile(r"([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})$")


def read_grid(workbook: Workbook, entry: SheetEntry) -> Grid:
    """Read one sheet.

    Raises:
        Refused: too many cells or rows, or references outside of a sheet.
    """
    sheet = _SheetReader(workbook, entry)
    sheet.read_cells()
    sheet.read_hidden_columns()
    sheet.read_merges()
    return sheet.grid


# row and column, whether it is shared, the number it is shared by, its text
_WrittenFormula: TypeAlias = tuple[tuple[int, int], bool, str, str]


class _NoReferenceError(Exception):
    """A cell without an address: the sheet has to be read by counting cells."""


class _SheetReader:
    """One sheet being read. ``columns`` are the letters of columns known so far, ``plain`` is what was read without a tree."""

    def __init__(self, workbook: Workbook, entry: SheetEntry) -> None:
        self.plain = sheet_text(workbook.package, entry.part)
        root = self.plain.frame if self.plain else workbook.package.tree(entry.part)
        self.workbook = workbook
        self.grid = Grid(entry.name, entry.part, hidden=entry.state != "visible", formats=workbook.formats)
        self.space = namespace(root)
        self.value = self.space + "v"
        self.formula = self.space + "f"
        self.strings: list[str] = []
        self.columns: dict[str, int] = {}
        self.tables: dict[str, list[etree._Element]] = {}
        for element in root:
            self.tables.setdefault(str(element.tag), []).append(element)

    def _tables(self, name: str) -> list[etree._Element]:
        return self.tables.get(self.space + name, [])

    def _inside(self, name: str) -> list[etree._Element]:
        """What stands in the tables of a name."""
        return [element for table in self._tables(name) for element in table]

    def _damaged(self, what: str) -> Refused:
        return Refused("damaged", f"工作表“{self.grid.name}”{what}")

    # --- cells ---

    def read_cells(self) -> None:
        """Rows, cells and formulas."""
        data = self._tables("sheetData")
        if len(data) > 1:
            raise self._damaged(f"里有 {len(data)} 份单元格数据，分不清哪一份是真的，拒绝读取。")
        for element in data:
            self.strings = self.workbook.strings
            if self.plain:
                self._read_plain(self.plain)
            else:
                self._read_tree(element)

    def _read_plain(self, sheet: WrittenSheet) -> None:
        """Rows and cells from their text."""
        self._scan_rows((row.number, row.height, row.hidden, row) for row in sheet.rows)
        cells = sheet.cells()
        self._read_addressed(cells)
        guard(self.grid)
        formulas = [(self._at(c[0], c[1]), *formula_of(c[4])) for c in cells if c[4]]
        self._keep_formulas(formulas)

    def _read_tree(self, data: etree._Element) -> None:
        """The same from a tree."""
        self._scan_rows((row.get("r"), row.get("ht"), row.get("hidden"), row) for row in data)
        try:
            self._read_addressed(self._addressed(data))
            self._read_others(data)
        except _NoReferenceError:
            self.grid.rows.clear()
            for at, column, cell in self._counted(data):
                self._put(at, column, self._cell(cell))
        guard(self.grid)
        self._keep_formulas(self._formulas(data))

    def _scan_rows(self, rows: Iterable[tuple[str | None, str | None, str | None, etree._Element | TextRow]]) -> None:
        """Row numbers and hidden rows, without a look at the cells: the number, height and ``hidden`` of each, and the row."""
        flat = any(map(_flat, self._tables("sheetFormatPr")))
        wide = self._width()
        at = 0
        seen: set[int] = set()
        for number, height, hidden, row in rows:
            at = self._row_number(number, at)
            if hidden in _TRUE or (flat if height is None else _small(height, NO_HEIGHT)):
                self.grid.hidden_rows.add(at)
            if len(row) > wide:
                self._refuse_twins(row)
            if at in seen:
                raise self._damaged(f"的第 {at} 行出现了两次，文件不可信，拒绝读取。")
            seen.add(at)

    def _width(self) -> int:
        """How many columns the sheet says that it has."""
        areas = [area for e in self._tables("dimension") if (area := _area(e.get("ref") or ""))]
        return max((right - left + 1 for _, left, _, right in areas), default=LAST_COLUMN)

    def _refuse_twins(self, row: etree._Element | TextRow) -> None:
        """A row with more cells than the sheet has columns: one address may be there twice, though one cell is blank."""
        references = row.references() if isinstance(row, TextRow) else [cell.get("r") or "" for cell in row]
        seen: set[tuple[int, int]] = set()
        for at in map(split_reference, references):
            if at in seen:
                raise twice(self.grid, *at)
            if at is not None:
                seen.add(at)

    def _read_addressed(self, cells: Iterable[WrittenCell]) -> None:
        """Keep the cells that show something, and formulas without a result.

        This is the innermost loop of reading: it trades looks for speed.
        """
        grid, columns = self.grid, self.columns
        rows: dict[str, dict[int, Cell]] = {}
        seen = self.workbook.seen
        styles: dict[str, int] = {"": 0}
        make = tuple.__new__  # what Cell does, without a call in between
        for letters, digits, style, kind, formula, text, inside in cells:
            column = columns.get(letters) or self._column(letters, letters + digits)
            row = rows.get(digits)
            if row is None:
                row = rows[digits] = grid.rows.setdefault(self._row(digits, letters + digits), {})
            if column in row:
                raise twice(grid, int(digits), column)
            shown, type_ = text, _TYPES.get(kind, kind)
            if kind == "s" and text:
                known = seen.get(text)
                if known is None:
                    string = self._shared(text)
                    known = seen[text] = string if string[:1].isalnum() or not nothing(string) else ""
                shown = known
            elif kind == "str":
                shown = unescape(text)
            elif inside and kind == "inlineStr":
                shown = unescape(text_of(inside))
            if shown:
                number = styles.get(style)
                if number is None:
                    number = styles[style] = whole(style) or 0
                row[column] = make(Cell, (shown, type_, number, formula != ""))
            elif formula and not text and kind != "str":
                row[column] = Cell("", "?", whole(style) or 0, True)

    def _addressed(self, data: etree._Element) -> Iterator[WrittenCell]:
        """The cells of a tree that have a value; blank ones, the most, are never looked at."""
        for value in data.iter(self.value):
            cell = value.getparent()
            reference = cell.get("r") if cell is not None else None
            if cell is None or not reference:
                raise _NoReferenceError
            letters, kind = reference.rstrip(_DIGITS), cell.get("t") or ""
            text, formula = self._parts(cell, kind) if len(cell) > 1 else (value.text, False)
            yield (
                letters,
                reference[len(letters) :],
                cell.get("s") or "",
                kind,
                "<f>" if formula else "",
                text or "",
                "",
            )

    def _read_others(self, data: etree._Element) -> None:
        """Cells without a ``v``: inline strings, and formulas without a value."""
        read: set[etree._Element] = set()
        for tag in (self.space + "is", self.formula):
            for inner in data.iter(tag):
                cell = inner.getparent()
                if cell is not None and cell not in read and cell.find(self.value) is None:
                    read.add(cell)
                    self._put(*self._spot(cell), self._cell(cell))

    def _counted(self, data: etree._Element) -> Iterator[tuple[int, int, etree._Element]]:
        """The same where addresses are left out: rows and cells count on from the one before."""
        at = 0
        for element in data:
            at = self._row_number(element.get("r"), at)
            column = 0
            for cell in element:
                reference = cell.get("r")
                column = self._column_of(reference) if reference else column + 1
                if len(cell):
                    yield at, column, cell

    def _put(self, at: int, column: int, cell: Cell | None) -> None:
        if cell is not None:
            row = self.grid.rows.setdefault(at, {})
            if column in row:
                raise twice(self.grid, at, column)
            row[column] = cell

    def _formulas(self, data: etree._Element) -> Iterator[_WrittenFormula]:
        """The formulas of a tree; array formulas and data tables are left out."""
        for element in data.iter(self.formula):
            cell = element.getparent()
            at = split_reference(cell.get("r") or "") if cell is not None else None
            if at is not None and element.get("t") not in ("array", "dataTable"):
                yield at, element.get("t") == "shared", element.get("si") or "", element.text or ""

    def _keep_formulas(self, formulas: Iterable[_WrittenFormula]) -> None:
        """Formulas by cell. A shared one is spelled out once."""
        shared: dict[str, Formula] = {}
        for at, is_shared, number, text in formulas:
            if text:
                formula = self.grid.formulas[at] = Formula(text, at)
                if number and is_shared:
                    shared[number] = formula
            elif number in shared:
                self.grid.formulas[at] = shared[number]

    # --- one cell ---

    def _cell(self, cell: etree._Element) -> Cell | None:
        """What a cell holds; None when that is nothing."""
        kind = cell.get("t")
        text, formula = self._parts(cell, kind)
        if not text:
            return Cell("", "?", _style(cell), True) if formula and kind != "str" else None
        if kind == "s":
            text = self._shared(text)
            if nothing(text):
                return None
        elif kind == "str":
            text = unescape(text)
        return Cell(text, "s" if kind in ("str", "inlineStr") else kind or "n", _style(cell), formula)

    def _parts(self, cell: etree._Element, kind: str | None) -> tuple[str | None, bool]:
        """The text of a cell, and whether there is a formula."""
        text, formula = None, False
        for child in cell:
            if child.tag == self.value:
                text = child.text
            elif child.tag == self.formula:
                formula = True
            elif kind == "inlineStr" and isinstance(child.tag, str):
                text = string_of(child)
        return text, formula

    def _shared(self, text: str) -> str:
        """A shared string by its number as written."""
        index = whole(text)
        index = whole(text.strip()) if index is None else index
        if index is None or index >= len(self.strings):
            raise self._damaged("引用了不存在的文字，文件已损坏。")
        return self.strings[index]

    # --- addresses ---

    def _spot(self, cell: etree._Element) -> tuple[int, int]:
        """Where a cell says it stands."""
        reference = cell.get("r")
        if not reference:
            raise _NoReferenceError
        column = self._column_of(reference)
        return self._row(reference[len(reference.rstrip(_DIGITS)) :], reference), column

    def _at(self, letters: str, digits: str) -> tuple[int, int]:
        """Row and column of an address in two parts."""
        reference = letters + digits
        return self._row(digits, reference), self._column_of(reference)

    def _column_of(self, reference: str) -> int:
        letters = reference.rstrip(_DIGITS)
        return self.columns.get(letters) or self._column(letters, reference)

    def _column(self, letters: str, reference: str) -> int:
        good = letters.isascii() and letters.isalpha() and len(letters) <= 3
        index = column_index(letters.upper()) if good else 0
        if not 1 <= index <= LAST_COLUMN:
            raise self._damaged(f"里有不合规的单元格地址“{reference[:20]}”，拒绝读取。")
        self.columns[letters] = index
        return index

    def _row(self, digits: str, reference: str) -> int:
        number = whole(digits)
        if not number:
            raise self._damaged(f"里有不合规的单元格地址“{reference[:20]}”，拒绝读取。")
        return number

    def _row_number(self, text: str | None, before: int) -> int:
        if text is None:
            return before + 1
        number = whole(text)
        if not number:
            raise self._damaged(f"里有不合规的行号“{text[:20]}”，拒绝读取。")
        return number

    # --- columns and merges ---

    def read_hidden_columns(self) -> None:
        """Columns that are hidden, or have as good as no width."""
        hidden = self.grid.hidden_columns
        columns = self._inside("cols")
        for element in columns:
            if element.get("hidden") in _TRUE or _small(element.get("width"), NO_WIDTH):
                hidden.update(_span(element))
        if any(_small(e.get("defaultColWidth"), NO_WIDTH) for e in self._tables("sheetFormatPr")):
            hidden.update(set(range(1, _MOST_COLUMNS + 1)).difference(*map(_span, columns)))

    def read_merges(self) -> None:
        """Merged cells, and what they cover."""
        merges = self._inside("mergeCells")
        if len(merges) > MAX_MERGES:
            what = f"的合并单元格超过 {MAX_MERGES} 处，不像决算公开表。"
            raise Refused("too_many_cells", f"工作表“{self.grid.name}”{what}")
        if merges:
            self.grid.merges = [m for m in (_area(e.get("ref") or "") for e in merges) if m]
            take_covered(self.grid)


def _flat(settings: etree._Element) -> bool:
    """Whether rows that say nothing of their height have none.

    ``zeroHeight`` hides the rows that the file does not list, and these hold nothing.
    """
    return settings.get("customHeight") in _TRUE and _small(settings.get("defaultRowHeight"), NO_HEIGHT)


def _small(size: str | None, least: float) -> bool:
    """Whether a height or width is too small for anything to be seen."""
    if size is None:
        return False
    try:
        return float(size) < least
    except ValueError:
        return False


def _span(columns: etree._Element) -> range:
    first, last = whole(columns.get("min")) or 1, whole(columns.get("max")) or 0
    return range(first, min(last, first + _MOST_COLUMNS) + 1)


def _style(cell: etree._Element) -> int:
    return whole(cell.get("s")) or 0


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
