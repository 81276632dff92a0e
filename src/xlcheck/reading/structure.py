"""Where a table is not built as the form prints it, though it can be read: said, and still checked."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

from xlcheck.form import Severity, TableSpec
from xlcheck.labels import address, column_letters, figure_text, label_key
from xlcheck.model import CellRef, Remark, Section, Table
from xlcheck.reading.amounts import COVERED, text_number
from xlcheck.reading.columns import Header
from xlcheck.reading.grid import Cell, Grid
from xlcheck.reading.values import cell_label

_MOST = 6
_MOST_HIDDEN = 4
_COUNTING = {"行次", "栏次", "序号"}
_SHAPES = ("labels", "codes")


def report_structure(table: Table, grid: Grid, header: Header, taken: frozenset[int], remarks: list[Remark]) -> None:
    """Findings for rows out of order, hidden and covered figures, and columns that the form does not have."""
    remarks += _moved_rows(table, grid)
    remarks += _extra_columns(table, grid, header, taken)
    remarks += _hidden(table, grid)
    remarks += report_covered(table, grid)


def _finding(spec: TableSpec, severity: Severity, what: str, refs: Iterable[CellRef], **facts: str) -> Remark:
    return Remark(None, severity, "structure", what, tuple(refs), params={"table": spec.title, **facts})


def _moved_rows(table: Table, grid: Grid) -> Iterable[Remark]:
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


def _extra_columns(table: Table, grid: Grid, header: Header, taken: frozenset[int]) -> Iterable[Remark]:
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


def _hidden(table: Table, grid: Grid) -> Iterable[Remark]:
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


def report_covered(table: Table, grid: Grid) -> Iterable[Remark]:
    """Figures under merged cells: not shown, so not counted. Two findings a table at most.

    A place under a merged cell that shows a figure, or that has one of its own underneath, is marked as covered: what
    stands there nobody can say, a blank it is not.
    """
    over = _over_figures(table, grid)
    if not over:
        return
    spots = {
        spot: (section, r, c)
        for section in table.sections.values()
        for r, row in enumerate(section.rows[: len(section.amounts)])
        for c in range(len(section.columns) if row.sheet in ("", grid.name) else 0)
        if (spot := section.spot(r, c)) is not None
    }
    under: dict[_Area, list[_Spot]] = {}
    shared: dict[_Area, list[_Spot]] = {}
    for area, covered in _merged(grid, over, spots):
        shown = _is_figure(grid.rows.get(area[0], {}).get(area[1]))
        hidden = [at for at in covered if _is_figure(grid.covered.get(at))]
        if hidden:
            under[area] = hidden
        elif shown and any(at in spots for at in covered):
            shared[area] = [at for at in covered if at in spots]
        if hidden or shown:
            for at in covered:
                if at in spots:
                    _cover(*spots[at])
    for what, found in (("covered_figure", under), ("merged_figures", shared)):
        if found:
            refs = [_covered_ref(table, grid, at, spots) for spots_of in found.values() for at in spots_of]
            said = [_covered_said(grid, area, at) for area, at in found.items()]
            yield _finding(table.spec, Severity.VERIFY, what, refs, found=_some(said, "、"))


_Spot = tuple[int, int]
_Area = tuple[int, int, int, int]
_Places = dict[_Spot, tuple[Section, int, int]]


def _over_figures(table: Table, grid: Grid) -> list[_Area]:
    """Merged areas that reach into the block of a table's figures, if they show or cover anything like a figure."""
    sections = table.sections.values()
    places = [spot for s in sections for spot in s.cell_at.values()]
    columns = [c for _, c in places] + [c for s in sections for c in s.column_at if c is not None]
    left, right = min(columns, default=0), max(columns, default=0)
    over = [m for m in grid.merges if m[3] >= left and m[1] <= right] if columns else []
    if not grid.covered:
        over = [m for m in over if _may_show(grid.rows.get(m[0], {}).get(m[1]))]
    if not over:
        return []
    rows = [r for r, _ in places] + [row.at for s in sections for row in s.rows if row.at is not None]
    first, last = min(rows, default=0), max(rows, default=0)
    return [m for m in over if m[2] >= first and m[0] <= last] if rows else []


def _may_show(cell: Cell | None) -> bool:
    """Whether a cell holds a number, or a text that may be one."""
    return cell is not None and (cell.type == "n" or (cell.type == "s" and any(c.isdigit() for c in cell.text[-4:])))


def _merged(grid: Grid, over: list[_Area], spots: _Places) -> Iterable[tuple[_Area, list[_Spot]]]:
    """Merged areas with the places that they cover: figures of the table, and cells that hold something."""
    rows, columns = sorted({r for r, _ in spots}), sorted({c for _, c in spots})
    for area in over:
        top, left, bottom, right = area
        lines = range(max(top, rows[0]), min(bottom, rows[-1]) + 1) if rows else ()
        found = [
            (r, c)
            for r in lines
            for c in columns
            if left <= c <= right and (r, c) != (top, left) and ((r, c) in spots or (r, c) in grid.covered)
        ]
        if found:
            yield area, found


def _is_figure(cell: Cell | None) -> bool:
    """Whether a cell holds a number that is not 0."""
    if cell is None or cell.type not in ("n", "s"):
        return False
    number = text_number(figure_text(cell.text), "万元") if cell.type == "s" and len(cell.text) < 40 else None
    return bool(number) if cell.type == "s" else cell.text.strip("0.-") != ""


def _cover(section: Section, row: int, column: int) -> None:
    section.amounts[row][column] = COVERED
    section.figures[row][column] = None
    section.empty_columns -= {column}


def _covered_ref(table: Table, grid: Grid, at: _Spot, spots: _Places) -> CellRef:
    place, cell = spots.get(at), grid.covered.get(at)
    label = cell_label(*place) if place else ""
    return CellRef(table.spec.number, grid.name, address(*at), "subject", label, cell.text if cell else None)


def _covered_said(grid: Grid, area: _Area, spots: list[_Spot]) -> str:
    """``E12:E13 合并成一格，显示 E12 的 108.54，盖住了 E13 的 37.39``."""
    top = address(area[0], area[1])
    text = _number(grid.text(area[0], area[1]))
    hidden = [(address(*at), _number(cell.text)) for at in spots if (cell := grid.covered.get(at)) is not None]
    lead = f"{top}:{address(area[2], area[3])} 合并成一格，"
    if not hidden:
        return f"{lead}只有 {top} 有数 {text}"
    shown = f"显示 {top} 的 {text}，" if text else "里面看不见数，"
    more = f" 等 {len(hidden)} 格" if len(hidden) > _MOST_HIDDEN else ""
    return f"{lead}{shown}盖住了 " + "、".join(f"{at} 的 {value}" for at, value in hidden[:_MOST_HIDDEN]) + more


def _number(text: str) -> str:
    try:
        return f"{Decimal(text):.15g}"
    except InvalidOperation:
        return text.strip()


def _filled(section: Section) -> Iterable[tuple[int, int, int, int]]:
    """(row, column) indexes and sheet (row, column) of every figure that is not zero."""
    for r, amounts in enumerate(section.amounts):
        for c, amount in enumerate(amounts):
            if amount.figure and (spot := section.spot(r, c)) is not None:
                yield r, c, *spot


def _some(names: list[str], between: str = "”“") -> str:
    shown = between.join(names[:_MOST])
    return shown if len(names) <= _MOST else f"{shown} 等 {len(names)} 处"
