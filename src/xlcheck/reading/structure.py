"""Where a table is not built as the form prints it, though it can be read: said, and still checked."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable

from xlcheck.form import Severity, TableSpec
from xlcheck.labels import address, column_letters, label_key
from xlcheck.model import CellRef, Finding, Section, Table
from xlcheck.reading.columns import Header
from xlcheck.reading.grid import Grid

_MOST = 6
_COUNTING = {"行次", "栏次", "序号"}
_SHAPES = ("labels", "codes")


def report_structure(table: Table, grid: Grid, header: Header, taken: frozenset[int], remarks: list[Finding]) -> None:
    """Findings for rows out of order, hidden figures, and columns that the form does not have."""
    remarks += _moved_rows(table, grid)
    remarks += _extra_columns(table, grid, header, taken)
    remarks += _hidden(table, grid)


def _finding(spec: TableSpec, severity: Severity, what: str, refs: Iterable[CellRef], **facts: str) -> Finding:
    return Finding(None, severity, "structure", what, tuple(refs), facts={"table": spec.title, **facts})


def _moved_rows(table: Table, grid: Grid) -> Iterable[Finding]:
    """Rows of a label table that do not stand in the order of the form."""
    for section in table.sections.values():
        if section.spec.shape != "labels" or section.lost:
            continue
        found = [(i, row.at) for i, row in enumerate(section.rows) if row.at is not None]
        kept = _longest_rising([at for _, at in found])
        moved = [i for n, (i, _) in enumerate(found) if n not in kept]
        if moved:
            rows = [section.rows[i] for i in moved]
            column = section.lead_at.get("label", 1)
            refs = [
                CellRef(table.spec.number, grid.name, address(r.at or 1, column), "subject", r.label, r.label)
                for r in rows
            ]
            yield _finding(table.spec, Severity.NOTE, "moved_row", refs, found=_some([r.label for r in rows]))


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


def _extra_columns(table: Table, grid: Grid, header: Header, taken: frozenset[int]) -> Iterable[Finding]:
    """Columns with figures between those of the form. Helpers right of the table are the unit's own business."""
    sections = [s for s in table.sections.values() if s.spec.shape in _SHAPES and not s.lost]
    amounts = [c for s in sections for c in s.column_at if c is not None]
    if len(amounts) < 2:
        return
    known = taken | _under_wide_columns(grid, header, taken)
    rows = [row.at for s in sections for row in s.rows if row.at is not None]
    strange = []
    for column in range(min(amounts) + 1, max(amounts)):
        path = header.paths.get(column, ())
        if column in known or (path and label_key(path[-1]) in _COUNTING):
            continue
        if any((cell := grid.rows.get(r, {}).get(column)) is not None and cell.type == "n" for r in rows):
            strange.append(column)
    if strange:
        refs = [
            CellRef(table.spec.number, grid.name, address(header.bottom, c), "subject", "", grid.text(header.bottom, c))
            for c in strange
        ]
        named = [f"{column_letters(c)} 栏“{'·'.join(header.paths.get(c, ())) or '没有表头'}”" for c in strange]
        yield _finding(table.spec, Severity.NOTE, "extra_column", refs, found="、".join(named[:_MOST]))


def _under_wide_columns(grid: Grid, header: Header, taken: frozenset[int]) -> set[int]:
    """Columns that a header cell of the form, merged across, covers too (codes printed over three columns)."""
    return {
        column
        for top, left, bottom, right in grid.merges
        if left in taken and top <= header.bottom <= bottom and right - left < 50
        for column in range(left, right + 1)
    }


def _hidden(table: Table, grid: Grid) -> Iterable[Finding]:
    """Figures that nobody sees but that were checked: on a hidden sheet, in hidden rows or columns."""
    spec = table.spec
    if grid.hidden:
        ref = CellRef(spec.number, grid.name, None, "subject", spec.name, None)
        yield _finding(spec, Severity.VERIFY, "hidden_sheet", [ref], sheet=grid.name)
    if not grid.hidden_rows and not grid.hidden_columns:
        return
    refs: list[CellRef] = []
    places: set[str] = set()
    for section in table.sections.values():
        for r, c, row, column in _filled(section):
            if row in grid.hidden_rows or column in grid.hidden_columns:
                places.add(f"第 {row} 行" if row in grid.hidden_rows else f"{column_letters(column)} 列")
                text = section.amounts[r][c].text
                refs.append(
                    CellRef(spec.number, grid.name, address(row, column), "subject", section.rows[r].label, text)
                )
    if refs:
        yield _finding(spec, Severity.VERIFY, "hidden_cells", refs, found=_some(sorted(places), "、"))


def _filled(section: Section) -> Iterable[tuple[int, int, int, int]]:
    """(row, column) indexes and sheet (row, column) of every figure that is not zero."""
    for r, amounts in enumerate(section.amounts):
        for c, amount in enumerate(amounts):
            if amount.figure and (spot := section.spot(r, c)) is not None:
                yield r, c, *spot


def _some(names: list[str], between: str = "”“") -> str:
    shown = between.join(names[:_MOST])
    return shown if len(names) <= _MOST else f"{shown} 等 {len(names)} 处"
