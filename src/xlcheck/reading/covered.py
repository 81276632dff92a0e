"""Figures under merged cells: only the first cell of a merged area is shown, so the others are not counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product
from typing import NamedTuple

from xlcheck.form import Severity
from xlcheck.labels import address, figure_text
from xlcheck.model import Section, Table
from xlcheck.outcome import CellRef, Remark
from xlcheck.reading.amounts import COVERED, text_number
from xlcheck.reading.grid import Cell, Grid
from xlcheck.reading.remarks import enumerated, short_number, structure_finding
from xlcheck.reading.values import cell_label

_MOST_HIDDEN = 4  # hidden figures that a sentence names
_LONGEST_FIGURE = 40  # characters; what is longer is no figure
_LAST_CHARACTERS = 4  # where a text that is a number has a digit: behind it 万元 or a bracket

_Spot = tuple[int, int]
_Area = tuple[int, int, int, int]


def report_covered(table: Table, grid: Grid) -> Iterable[Remark]:
    """Figures under merged cells: not shown, so not counted. Two findings a table at most.

    A place under a merged cell that shows a figure, or that has one of its own underneath, is marked as covered: what
    stands there nobody can say, a blank it is not.
    """
    areas = _areas_over_figures(table, grid)
    if areas:
        covered = _Covered(table, grid)
        covered.take(areas)
        yield from covered.findings()


class _FigurePlace(NamedTuple):
    """A place of the form, by indexes in its section."""

    section: Section
    row: int
    column: int

    def cover(self) -> None:
        """Note that nobody can say what stands here."""
        self.section.amounts[self.row][self.column] = COVERED
        self.section.figures[self.row][self.column] = None
        self.section.empty_columns -= {self.column}


class _Covered:
    """What merged areas cover of one table.

    ``underneath`` are the figures under each area, ``shared`` the places of the form that one figure is shown for.
    """

    def __init__(self, table: Table, grid: Grid) -> None:
        self.table = table
        self.grid = grid
        self.places = _places(table, grid)
        self.underneath: dict[_Area, list[_Spot]] = {}
        self.shared: dict[_Area, list[_Spot]] = {}

    def take(self, areas: list[_Area]) -> None:
        """Look under ``areas``, and mark the places of the form that they cover."""
        rows, columns = sorted({r for r, _ in self.places}), sorted({c for _, c in self.places})
        for area in areas if rows else ():
            self._take(area, _under(area, rows, columns))

    def _take(self, area: _Area, spots: list[_Spot]) -> None:
        """One area with the cells that it covers."""
        figures = [at for at in spots if _is_figure(self.grid.covered.get(at))]
        shows = _is_figure(self.grid.rows.get(area[0], {}).get(area[1]))
        if not figures and not shows:
            return
        placed = self._cover(spots)
        if figures:
            self.underneath[area] = figures
        elif placed:
            self.shared[area] = placed

    def _cover(self, spots: list[_Spot]) -> list[_Spot]:
        """Mark what stands there as covered; returns the places of the form."""
        placed = [at for at in spots if at in self.places]
        for at in placed:
            self.places[at].cover()
        return placed

    def findings(self) -> Iterable[Remark]:
        """One finding for what lies underneath, one for figures shown once for several places."""
        for what, spots_by_area in (("covered_figure", self.underneath), ("merged_figures", self.shared)):
            if spots_by_area:
                refs = [self._reference(at) for spots in spots_by_area.values() for at in spots]
                sentences = [_sentence(self.grid, area, spots) for area, spots in spots_by_area.items()]
                yield structure_finding(self.table.spec, Severity.VERIFY, what, refs, found=enumerated(sentences))

    def _reference(self, at: _Spot) -> CellRef:
        place, cell = self.places.get(at), self.grid.covered.get(at)
        label = cell_label(*place) if place else ""
        text = cell.text if cell else None
        return CellRef(self.table.spec.number, self.grid.name, address(*at), "subject", label, text)


def _under(area: _Area, rows: list[int], columns: list[int]) -> list[_Spot]:
    """The cells that an area covers, in the columns with figures and from the first of the rows to the last."""
    top, left, bottom, right = area
    lines = range(max(top, rows[0]), min(bottom, rows[-1]) + 1)
    across = [c for c in columns if left <= c <= right]
    return [spot for spot in product(lines, across) if spot != (top, left)]


def _places(table: Table, grid: Grid) -> dict[_Spot, _FigurePlace]:
    """The places of a table's figures that stand on this sheet."""
    return {
        spot: _FigurePlace(section, r, c)
        for section in table.sections.values()
        for r, row in enumerate(section.rows[: len(section.amounts)])
        for c in range(len(section.columns) if row.sheet in ("", grid.name) else 0)
        if (spot := section.spot(r, c)) is not None
    }


# --- which merged areas lie over figures ----------------------------------------------------------


def _areas_over_figures(table: Table, grid: Grid) -> list[_Area]:
    """Merged areas that reach into the block of a table's figures, if they show or cover anything like a figure."""
    sections = list(table.sections.values())
    areas = _over_columns(sections, grid.merges)
    if not grid.covered:
        areas = [m for m in areas if _may_show(grid.rows.get(m[0], {}).get(m[1]))]
    return _over_rows(sections, areas) if areas else []


def _over_columns(sections: list[Section], merges: list[_Area]) -> list[_Area]:
    columns = [column for s in sections for column in _columns_with_figures(s)]
    if not columns:
        return []
    left, right = min(columns), max(columns)
    return [m for m in merges if m[3] >= left and m[1] <= right]


def _columns_with_figures(section: Section) -> Iterator[int]:
    yield from (column for _, column in section.cell_at.values())
    yield from (column for column in section.column_at if column is not None)


def _over_rows(sections: list[Section], merges: list[_Area]) -> list[_Area]:
    rows = [row for s in sections for row in _rows_with_figures(s)]
    if not rows:
        return []
    first, last = min(rows), max(rows)
    return [m for m in merges if m[2] >= first and m[0] <= last]


def _rows_with_figures(section: Section) -> Iterator[int]:
    yield from (row for row, _ in section.cell_at.values())
    yield from (row.at for row in section.rows if row.at is not None)


# --- what stands there ----------------------------------------------------------------------------


def _may_show(cell: Cell | None) -> bool:
    """Whether a cell holds a number, or a text that may be one."""
    if cell is None:
        return False
    return cell.type == "n" or (cell.type == "s" and any(c.isdigit() for c in cell.text[-_LAST_CHARACTERS:]))


def _is_figure(cell: Cell | None) -> bool:
    """Whether a cell holds a number that is not 0."""
    if cell is None:
        return False
    if cell.type == "s":
        return len(cell.text) < _LONGEST_FIGURE and bool(text_number(figure_text(cell.text), "万元"))
    return cell.type == "n" and cell.text.strip("0.-") != ""


def _sentence(grid: Grid, area: _Area, spots: list[_Spot]) -> str:
    """``E12:E13 合并成一格，显示 E12 的 108.54，盖住了 E13 的 37.39``."""
    top, left, bottom, right = area
    first = address(top, left)
    text = short_number(grid.text(top, left))
    hidden = [
        f"{address(*at)} 的 {short_number(cell.text)}" for at in spots if (cell := grid.covered.get(at)) is not None
    ]
    lead = f"{first}:{address(bottom, right)} 合并成一格，"
    if not hidden:
        return f"{lead}只有 {first} 有数 {text}"
    shown = f"显示 {first} 的 {text}，" if text else "里面看不见数，"
    more = f" 等 {len(hidden)} 格" if len(hidden) > _MOST_HIDDEN else ""
    return f"{lead}{shown}盖住了 " + "、".join(hidden[:_MOST_HIDDEN]) + more
