"""Where a table is not built as the form prints it, though it can be read: said, and still checked."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from typing import NamedTuple

from xlcheck.form import Severity
from xlcheck.labels import address, column_letters, label_key
from xlcheck.model import Amount, Row, Section, Table
from xlcheck.outcome import CellRef, Remark
from xlcheck.reading.columns import Header
from xlcheck.reading.covered import report_covered
from xlcheck.reading.grid import Grid
from xlcheck.reading.remarks import enumerated, structure_finding

_COUNTING = {"行次", "栏次", "序号"}  # heads of columns that only count
_MOST_COLUMNS = 6  # that a sentence names
_WIDEST_MERGE = 50  # columns: what is merged wider is a line across the sheet, no head of a column


def report_structure(table: Table, grid: Grid, header: Header, taken: frozenset[int], remarks: list[Remark]) -> None:
    """Findings for rows out of order, hidden and covered figures, and columns that the form does not have."""
    remarks += _moved_rows(table, grid)
    remarks += _extra_columns(table, grid, header, taken)
    remarks += _hidden(table, grid)
    remarks += report_covered(table, grid)


def _moved_rows(table: Table, grid: Grid) -> Iterable[Remark]:
    """Rows of a label table that do not stand in the order of the form."""
    for section in table.sections.values():
        if not section.spec.shape.listed or section.lost:
            continue
        if rows := _out_of_order(section.rows):
            column = section.lead_at.get("label", 1)
            refs = [
                CellRef(table.spec.number, grid.name, address(r.at or 1, column), "subject", r.label, r.label)
                for r in rows
            ]
            labels = enumerated([r.label for r in rows], between="”“")
            yield structure_finding(table.spec, Severity.NOTE, "moved_row", refs, found=labels)


def _out_of_order(rows: list[Row]) -> list[Row]:
    """The rows that must have been moved, if the most that can are in their places."""
    placed = [(row, row.at) for row in rows if row.at is not None]
    kept = _longest_rising([at for _, at in placed])
    return [row for n, (row, _) in enumerate(placed) if n not in kept]


def _longest_rising(values: list[int]) -> set[int]:
    """Positions of a longest rising subsequence: what stands in order; the rest has been moved."""
    tails: list[int] = []
    at: list[int] = []
    before: list[int] = []
    for i, value in enumerate(values):
        place = bisect_left(tails, value)
        before.append(at[place - 1] if place else -1)
        if place == len(tails):
            tails.append(value)
            at.append(i)
        else:
            tails[place], at[place] = value, i
    kept: set[int] = set()
    last = at[-1] if at else -1
    while last >= 0:
        kept.add(last)
        last = before[last]
    return kept


def _extra_columns(table: Table, grid: Grid, header: Header, taken: frozenset[int]) -> Iterable[Remark]:
    """Columns with figures between those of the form. Helpers right of the table are the unit's own business."""
    sections = [s for s in table.sections.values() if s.spec.shape.rectangular and not s.lost]
    rows = _sheet_rows(sections)
    between = _between_amounts(sections, header, taken | _under_wide_columns(grid, header, taken))
    strange = [c for c in between if any(_holds_number(grid, row, c) for row in rows)]
    if strange:
        heads = ((address(header.bottom, c), grid.text(header.bottom, c)) for c in strange)
        refs = [CellRef(table.spec.number, grid.name, cell, "subject", "", text) for cell, text in heads]
        named = "、".join(_headed(header, c) for c in strange[:_MOST_COLUMNS])
        yield structure_finding(table.spec, Severity.NOTE, "extra_column", refs, found=named)


def _sheet_rows(sections: list[Section]) -> list[int]:
    """The rows of the sheet that the sections have."""
    return [row.at for section in sections for row in section.rows if row.at is not None]


def _between_amounts(sections: list[Section], header: Header, known: frozenset[int]) -> list[int]:
    """Columns between the first and the last with amounts that are not known and do not count rows."""
    amounts = [c for s in sections for c in s.column_at if c is not None]
    inner = range(min(amounts) + 1, max(amounts)) if amounts else ()
    return [c for c in inner if c not in known and not _counts(header, c)]


def _counts(header: Header, column: int) -> bool:
    """Whether a column is headed 行次 or the like."""
    path = header.paths.get(column, ())
    return bool(path) and label_key(path[-1]) in _COUNTING


def _holds_number(grid: Grid, row: int, column: int) -> bool:
    cell = grid.rows.get(row, {}).get(column)
    return cell is not None and cell.type == "n"


def _headed(header: Header, column: int) -> str:
    """``C 栏“支出·合计”``."""
    return f"{column_letters(column)} 栏“{'·'.join(header.paths.get(column, ())) or '没有表头'}”"


def _under_wide_columns(grid: Grid, header: Header, taken: frozenset[int]) -> set[int]:
    """Columns that a header cell of the form, merged across, covers too (codes printed over three columns)."""
    return {
        column
        for top, left, bottom, right in grid.merges
        if left in taken and top <= header.bottom <= bottom and right - left < _WIDEST_MERGE
        for column in range(left, right + 1)
    }


def _hidden(table: Table, grid: Grid) -> Iterable[Remark]:
    """Figures that nobody sees but that were checked: on a hidden sheet, in hidden rows or columns."""
    spec = table.spec
    if grid.hidden:
        ref = CellRef(spec.number, grid.name, None, "subject", spec.name, None)
        yield structure_finding(spec, Severity.VERIFY, "hidden_sheet", [ref], sheet=grid.name)
    if grid.hidden_rows or grid.hidden_columns:
        yield from _hidden_cells(table, grid)


def _hidden_cells(table: Table, grid: Grid) -> Iterable[Remark]:
    spec = table.spec
    figures = [f for section in table.sections.values() for f in _filled(section) if f.hidden(grid)]
    if figures:
        refs = [
            CellRef(spec.number, grid.name, address(f.row, f.column), "subject", f.label, f.amount.text)
            for f in figures
        ]
        places = sorted({f.hidden(grid) for f in figures})
        yield structure_finding(spec, Severity.VERIFY, "hidden_cells", refs, found=enumerated(places))


class _PlacedFigure(NamedTuple):
    """A figure with the label of its row and its 1-based place in the sheet."""

    amount: Amount
    label: str
    row: int
    column: int

    def hidden(self, grid: Grid) -> str:
        """The hidden row or column that it stands in; empty where it is seen."""
        if self.row in grid.hidden_rows:
            return f"第 {self.row} 行"
        return f"{column_letters(self.column)} 列" if self.column in grid.hidden_columns else ""


def _filled(section: Section) -> Iterable[_PlacedFigure]:
    """Every figure that is not zero and has a place."""
    for r, amounts in enumerate(section.amounts):
        for c, amount in enumerate(amounts):
            if amount.figure and (spot := section.spot(r, c)) is not None:
                yield _PlacedFigure(amount, section.rows[r].label, *spot)
