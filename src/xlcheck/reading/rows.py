"""Which sheet row is which row of the form: by label, by code, or the single record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from xlcheck.form import TOTAL, ColumnSpec, RowKind, RowSpec, SectionSpec
from xlcheck.labels import label_key, whole, without_unit
from xlcheck.reading.codes import code_text, is_code, joined_code, lost_code
from xlcheck.reading.columns import Bound, Header
from xlcheck.reading.grid import Cell, Grid
from xlcheck.reading.recognise import is_footnote

_NO_CELLS: dict[int, Cell] = {}
_RECORD_ROWS = 6  # below the header in which the figures of a one-row table are looked for
_BLOCK_ROLES = 3  # code, name, amount
_FAR = 10**6  # right of every column


@dataclass(slots=True)
class CodeRow:
    """A row of a code table as found. ``amount_column`` is set for blocks side by side."""

    at: int
    code: str
    name: str
    amount_column: int = 0
    name_column: int = 0


@dataclass(slots=True)
class RowsFound:
    """Rows of one section: by label, in order of codes, and what was odd.

    ``odd`` holds (what, sheet row, text); ``end`` is the row after the last row of the table.
    """

    by_key: dict[str, int] = field(default_factory=dict)
    codes: list[CodeRow] = field(default_factory=list)
    totals: list[int] = field(default_factory=list)
    odd: list[tuple[str, int, str]] = field(default_factory=list)
    ambiguous: set[str] = field(default_factory=set)
    columns: dict[str, int] = field(default_factory=dict)
    end: int = 0


def table_end(grid: Grid, start: int) -> int:
    """The row where the notes under the table begin (注：…), or one past the last row."""
    for row in sorted(grid.rows):
        if row >= start:
            first = grid.rows[row][min(grid.rows[row])]
            if first.type == "s" and is_footnote(first.text):
                return row
    return max(grid.rows, default=start) + 1


def _columns_of(bound: dict[ColumnSpec, int], role: str) -> list[int]:
    return [at for column, at in bound.items() if column.role == role]


def _first_of(bound: dict[ColumnSpec, int], role: str) -> int:
    """The first column of a role; 0 where there is none."""
    return next(iter(_columns_of(bound, role)), 0)


def _figures(cells: dict[int, Cell], columns: Iterable[int]) -> bool:
    """Whether any of the columns holds a number."""
    return any(c in cells and cells[c].type == "n" for c in columns)


# --- rows by label ----------------------------------------------------------------------------


def bind_labels(grid: Grid, header: Header, section: SectionSpec, bound: dict[ColumnSpec, int], end: int) -> RowsFound:
    """Rows of a label table. The template's own address is looked at first."""
    if not _first_of(bound, "label"):
        return RowsFound(end=end)
    binder = _LabelBinder(grid, section, bound, range(header.data_from, end))
    binder.match_labels()
    binder.match_lines()
    binder.report_strangers()
    return binder.rows


class _LabelBinder:
    """The rows of a label table, as they are found.

    ``texts`` are the labels by sheet row as they are compared, ``lines`` the printed 行次.
    """

    def __init__(self, grid: Grid, section: SectionSpec, bound: Bound, span: range) -> None:
        self.rows = RowsFound(end=span.stop)
        self.grid = grid
        self.section = section
        self.span = span
        self.label_at = _first_of(bound, "label")
        self.amounts = _columns_of(bound, "amount")
        self.texts = {
            r: label_key(cell.text)
            for r in sorted(grid.rows)
            if r in span and (cell := grid.rows[r].get(self.label_at)) and cell.type == "s"
        }
        self.lines = dict(self._printed_lines(_first_of(bound, "line")))

    def _printed_lines(self, column: int) -> Iterator[tuple[int, int]]:
        for row, cells in self.grid.rows.items():
            cell = cells.get(column) if row in self.span else None
            line = whole(code_text(cell.text)) if cell else None
            if line is not None:
                yield row, line

    def match_labels(self) -> None:
        """Rows by their labels; of several with one label, those that the form has in the same number or by 行次."""
        for rows, specs in self._rows_of_labels().items():
            if len(rows) == len(specs):
                self.rows.by_key.update(zip((s.key for s in specs), rows, strict=True))
                continue
            for spec in specs:
                by_line = [r for r in rows if spec.line is not None and self.lines.get(r) == spec.line]
                if len(by_line) == 1:
                    self.rows.by_key[spec.key] = by_line[0]
                else:
                    self.rows.ambiguous.add(spec.key)

    def _rows_of_labels(self) -> dict[tuple[int, ...], list[RowSpec]]:
        """Sheet rows with one label → the rows of the form that they may be."""
        places: dict[str, list[int]] = {}
        for row, text in self.texts.items():
            places.setdefault(text, []).append(row)
        groups: dict[tuple[int, ...], list[RowSpec]] = {}
        for spec in self.section.rows:
            if spec.kind is RowKind.DATA:
                rows = sorted({r for name in spec.names for r in places.get(name, ())})
                if rows:
                    groups.setdefault(tuple(rows), []).append(spec)
        return groups

    def match_lines(self) -> None:
        """A row whose label was changed but whose 行次 still stands: bound, and said."""
        rows = self.rows
        taken = set(rows.by_key.values())
        at_line = self._rows_of_lines()
        for spec in self.section.rows:
            if spec.kind is not RowKind.DATA or spec.key in rows.by_key or spec.line is None:
                continue
            at = at_line.get(spec.line, [])
            if len(at) == 1 and at[0] not in taken and at[0] in self.texts:
                rows.by_key[spec.key] = at[0]
                rows.ambiguous.discard(spec.key)
                printed = self.grid.text(at[0], self.label_at)
                rows.odd.append(("changed_label", at[0], f"{spec.label}\t{printed}"))

    def _rows_of_lines(self) -> dict[int, list[int]]:
        """Sheet rows by the 行次 that they print."""
        at_line: dict[int, list[int]] = {}
        for row, line in self.lines.items():
            at_line.setdefault(line, []).append(row)
        return at_line

    def report_strangers(self) -> None:
        """Rows with figures that are no rows of the form."""
        known = self._known_texts()
        taken = set(self.rows.by_key.values())
        for row in sorted(self.grid.rows):
            if row not in self.span or row in taken or self.texts.get(row) in known:
                continue
            if _figures(self.grid.rows[row], self.amounts):
                self.rows.odd.append(("unknown_row", row, self.grid.text(row, self.label_at).strip()))

    def _known_texts(self) -> set[str]:
        """What the form prints in its rows, and what rows are called of which it can't be said which they are."""
        specs = self.section.rows
        known = {label_key(text) for spec in specs for text in spec.texts}
        known |= {name for spec in specs if spec.key in self.rows.ambiguous for name in spec.names}
        return known - {""}


# --- rows by code -------------------------------------------------------------------------------


def bind_codes(
    grid: Grid,
    header: Header,
    section: SectionSpec,
    bound: dict[ColumnSpec, int],
    end: int,
    captions: frozenset[str] = frozenset(),
) -> RowsFound:
    """Rows of a code table: the total row and one row a code, in the order of the sheet.

    Rows that begin with one of ``captions`` repeat the header (a new page) and are passed over.
    """
    binder = _CodeBinder(grid, section, bound, RowsFound(end=end))
    if binder.code_columns and binder.amounts:
        for row in sorted(grid.rows):
            if header.data_from <= row < end:
                binder.take(row, captions)
    return binder.rows


class _CodeBinder:
    """The rows of a code table, as they are found. A code may be split over the columns before its name."""

    def __init__(self, grid: Grid, section: SectionSpec, bound: Bound, rows: RowsFound) -> None:
        self.grid = grid
        self.total_names = section.total_names
        self.rows = rows
        self.names = _columns_of(bound, "name")
        self.amounts = _columns_of(bound, "amount")
        self.code_columns = self._code_columns(_first_of(bound, "code"))
        self.lead = (*self.code_columns, *self.names)

    def _code_columns(self, first: int) -> range:
        if not first:
            return range(0)
        split = self.names and min(self.names) > first
        return range(first, min([*self.names, *self.amounts])) if split else range(first, first + 1)

    def take(self, row: int, captions: frozenset[str]) -> None:
        """One row of the sheet."""
        cells = self.grid.rows[row]
        if self._led_by_total(cells):
            self.rows.totals.append(row)
        elif label_key(cells[min(cells)].text) not in captions:
            code = joined_code(cells, self.code_columns, self.grid.formats)
            self._place(row, code, " ".join(cells[c].text.strip() for c in self.names if c in cells))

    def _led_by_total(self, cells: dict[int, Cell]) -> bool:
        """Whether the name of the total stands where a code or its name would."""
        names = self.total_names
        return bool(names) and any(_without_unit(cells[c].text) in names for c in self.lead if c in cells)

    def _place(self, row: int, code: str, name: str) -> None:
        cells = self.grid.rows[row]
        if is_code(code):
            self.rows.codes.append(CodeRow(row, code, name))
        elif (lost := lost_code(code)) is not None:
            self.rows.odd.append(("broken_code", row, lost))
        elif label_key(_first_text(cells)) in self.total_names or label_key(name) in self.total_names:
            self.rows.totals.append(row)
        elif _figures(cells, self.amounts):
            self.rows.odd.append(("no_code", row, f"{code} {name}".strip()))


@lru_cache(maxsize=8192)
def _without_unit(text: str) -> str:
    """A label as it is compared, without its unit."""
    return without_unit(label_key(text))


def _first_text(cells: dict[int, Cell]) -> str:
    return next((cells[c].text for c in sorted(cells) if cells[c].type == "s"), "")


# --- blocks of codes side by side ---------------------------------------------------------------


class _BlockRows(NamedTuple):
    """The columns of one block."""

    code: int
    name: int
    amount: int


def bind_blocks(grid: Grid, header: Header, section: SectionSpec, bound: dict[ColumnSpec, int], end: int) -> RowsFound:
    """Fixed codes in blocks side by side, and the totals at the foot."""
    rows = RowsFound(end=end)
    blocks = _blocks(bound)
    footers = {name: spec for spec in section.rows if spec.footer for name in spec.names}
    amounts = sorted(block.amount for block in blocks)
    for row in sorted(grid.rows):
        if header.data_from <= row < end:
            for block in blocks:
                _take_block_code(rows, grid, row, block)
            _take_footers(rows, grid, row, footers, amounts)
    return rows


def _blocks(bound: dict[ColumnSpec, int]) -> list[_BlockRows]:
    roles: dict[int, dict[str, int]] = {}
    for column, at in bound.items():
        roles.setdefault(column.block, {})[column.role] = at
    return [_BlockRows(r["code"], r["name"], r["amount"]) for r in roles.values() if len(r) == _BLOCK_ROLES]


def _take_block_code(rows: RowsFound, grid: Grid, row: int, block: _BlockRows) -> None:
    cells = grid.rows[row]
    code = joined_code(cells, range(block.code, block.name), grid.formats)
    if not code:
        return
    if is_code(code):
        name = cells[block.name].text.strip() if block.name in cells else ""
        rows.codes.append(CodeRow(row, code, name, block.amount, block.name))
    elif lost_code(code) == code:  # a date is not said here
        rows.odd.append(("broken_code", row, code))


def _take_footers(rows: RowsFound, grid: Grid, row: int, footers: dict[str, RowSpec], amounts: list[int]) -> None:
    """Totals at the foot, each with the column of its amount; one that stands there twice is ambiguous."""
    for column, cell in grid.rows[row].items():
        spec = footers.get(label_key(cell.text)) if cell.type == "s" else None
        if spec is None:
            continue
        if spec.key in rows.by_key:
            rows.ambiguous.add(spec.key)
            rows.columns[spec.key] = 0
        else:
            rows.by_key[spec.key] = row
            rows.columns[spec.key] = _footer_column(grid, row, column, amounts)


def _footer_column(grid: Grid, row: int, column: int, amounts: list[int]) -> int:
    """The amount beside a label at the foot: right of its merge, or the next filled amount column."""
    area = grid.merge_at(row, column)
    if area is not None and area[3] > column:
        return next((a for a in amounts if a > area[3]), 0)
    cells = grid.rows[row]
    next_text = min((c for c in cells if c > column and cells[c].type == "s"), default=_FAR)
    return _filled_or_last([a for a in amounts if column < a < next_text], cells)


def _filled_or_last(columns: list[int], cells: dict[int, Cell]) -> int:
    """The first of the columns with something in it, else the last one; 0: there are none."""
    return next((c for c in columns if c in cells), columns[-1] if columns else 0)


# --- a single record ----------------------------------------------------------------------------


def record_row(grid: Grid, header: Header, bound: dict[ColumnSpec, int], end: int) -> int:
    """The data row of a one-row table: the first below the header and its numbers, filled if any is."""
    amounts = _columns_of(bound, "amount")
    for row in range(header.data_from, min(end, header.data_from + _RECORD_ROWS)):
        if _figures(grid.rows.get(row, _NO_CELLS), amounts):
            return row
    return header.data_from


def total_row(rows: RowsFound) -> int | None:
    """The row of the total; None when there is none or more than one."""
    return rows.totals[0] if len(rows.totals) == 1 else None


__all__ = [
    "TOTAL", "CodeRow", "RowsFound", "bind_blocks", "bind_codes", "bind_labels", "code_text",
    "record_row", "table_end", "total_row",
]  # fmt: skip
