"""Which sheet column is which column of the form: by the path of header texts above it."""

from __future__ import annotations

from dataclasses import dataclass, field

from xlcheck.labels import label_key
from xlcheck.model import ColumnSpec, SectionSpec, TableSpec
from xlcheck.reading.grid import Grid

_SEARCH_ROWS = 20


@dataclass(slots=True)
class Header:
    """The header of a table in a sheet: its rows, and for each column its texts from the top."""

    top: int
    bottom: int
    paths: dict[int, tuple[str, ...]] = field(default_factory=dict)
    numbers: dict[int, int] = field(default_factory=dict)
    data_from: int = 0


def find_header(grid: Grid, table: TableSpec) -> Header:
    """The header block of ``table`` in ``grid``; ``top`` is 0 when there is none."""
    known = table.header_texts
    rows = [r for r in sorted(grid.rows) if r <= _SEARCH_ROWS + table.header_row]
    top = next((r for r in rows if _hits(grid, r, known) >= 2), 0)
    if not top:
        return Header(0, 0)
    bottom = top
    for row in rows:
        if row <= bottom:
            continue
        if row > bottom + 2 or _hits(grid, row, known) < 2 or _has_figures(grid, row):
            break
        bottom = row
    header = Header(top, bottom, _paths(grid, top, bottom))
    header.data_from = bottom + 1
    _read_numbers(grid, header, table)
    return header


def _hits(grid: Grid, row: int, known: frozenset[str]) -> int:
    return len({k for c in grid.rows[row].values() if c.type == "s" and (k := label_key(c.text)) in known})


def _has_figures(grid: Grid, row: int) -> bool:
    return any(cell.type == "n" for cell in grid.rows[row].values())


def _read_numbers(grid: Grid, header: Header, table: TableSpec) -> None:
    """The row of printed column numbers right below the header is not data; keep it as evidence."""
    for row in range(header.bottom + 1, header.bottom + 3):
        cells = grid.rows.get(row, {})
        numbers = {c: int(cell.text) for c, cell in cells.items() if cell.text.isdigit() and len(cell.text) < 3}
        named = any(label_key(cell.text) == label_key(table.number_caption or "栏次") for cell in cells.values())
        others = [c for c, cell in cells.items() if c not in numbers and cell.type != "s"]
        ordered = list(numbers.values())
        counting = len(ordered) > 1 and ordered == list(range(ordered[0], ordered[0] + len(ordered)))
        if not others and (named or (counting and ordered[0] == 1 and len(ordered) == len(cells))):
            header.numbers = numbers
            header.data_from = row + 1
            return


def _paths(grid: Grid, top: int, bottom: int) -> dict[int, tuple[str, ...]]:
    width = max((max(grid.rows[r]) for r in range(top, bottom + 1) if grid.rows.get(r)), default=0)
    spread: dict[tuple[int, int], str] = {}
    merged: set[tuple[int, int]] = set()
    for first_row, first_column, last_row, last_column in grid.merges:
        if first_row > bottom or last_row < top or last_column - first_column > 200:
            continue
        width = max(width, last_column)
        text = label_key(grid.text(first_row, first_column))
        innermost = last_row >= bottom  # one column printed over several: only its first one counts
        for row in range(max(first_row, top), min(last_row, bottom) + 1):
            for column in range(first_column, last_column + 1):
                spread[row, column] = "" if innermost and column > first_column else text
                merged.add((row, column))
    found: dict[int, list[str]] = {c: [] for c in range(1, min(width, 400) + 1)}
    for row in range(top, bottom + 1):
        before = ""
        for column, path in found.items():
            text = spread.get((row, column)) or label_key(grid.text(row, column))
            if not text and row < bottom and (row, column) not in merged:
                text = before  # centred over several columns without a merge
            before = text
            if text and (not path or path[-1] != text):
                path.append(text)
    return {c: tuple(p) for c, p in found.items() if p}


def bind_columns(header: Header, section: SectionSpec) -> tuple[dict[ColumnSpec, int], list[ColumnSpec]]:
    """Columns of ``section`` → sheet columns; second, those bound by 栏次 because the text changed.

    Specs with the same header path (blocks side by side) are matched from left to right. A column that
    can't be told from another stays unbound.
    """
    bound: dict[ColumnSpec, int] = {}
    groups: dict[tuple[str, ...], list[ColumnSpec]] = {}
    for column in section.columns:
        groups.setdefault(column.names[0], []).append(column)
    for specs in groups.values():
        candidates = _candidates(header, specs[0], strict=True)
        _assign(specs, candidates, bound)
    _relax(header, section, bound)
    return bound, _by_number(header, section, bound)


def _candidates(header: Header, spec: ColumnSpec, strict: bool) -> list[int]:
    found = []
    for column, path in header.paths.items():
        for names in spec.names:
            if path[-1] == names[-1] and (not strict or _within(names, path)):
                found.append(column)
                break
    return found


def _within(names: tuple[str, ...], path: tuple[str, ...]) -> bool:
    rest = iter(path)
    return all(name in rest for name in names)


def _assign(specs: list[ColumnSpec], candidates: list[int], bound: dict[ColumnSpec, int]) -> None:
    if len(candidates) == len(specs):
        bound.update(zip(specs, candidates, strict=True))
        return
    for spec in specs:
        if len(specs) == 1 and len(candidates) > 1 and spec.at in candidates:
            bound[spec] = spec.at


def _relax(header: Header, section: SectionSpec, bound: dict[ColumnSpec, int]) -> None:
    """Without the outer header texts: by the innermost one alone, where counts agree."""
    groups: dict[str, list[ColumnSpec]] = {}
    for column in section.columns:
        if column not in bound:
            groups.setdefault(column.names[0][-1], []).append(column)
    taken = set(bound.values())
    for specs in groups.values():
        candidates = [c for c in _candidates(header, specs[0], strict=False) if c not in taken]
        if len(candidates) == len(specs):
            bound.update(zip(specs, candidates, strict=True))


def _by_number(
    header: Header, section: SectionSpec, bound: dict[ColumnSpec, int]
) -> list[ColumnSpec]:
    taken = set(bound.values())
    places: dict[int, list[int]] = {}
    for column, number in header.numbers.items():
        places.setdefault(number, []).append(column)
    changed = []
    for spec in section.amounts:
        at = places.get(spec.number or 0, [])
        if spec not in bound and len(at) == 1 and at[0] not in taken:
            bound[spec] = at[0]
            changed.append(spec)
    return changed
