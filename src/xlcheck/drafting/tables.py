"""One sheet → the draft of its table: what the sheet prints, with what a known table of that name adds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import itemgetter
from typing import Any

from xlcheck.drafting.byshape import BY_SHAPE, BoundSection
from xlcheck.drafting.emit import DraftEntry, DraftSection, DraftTable, without_none
from xlcheck.drafting.printed import PrintedTable
from xlcheck.form import ColumnSpec, TableSpec
from xlcheck.labels import column_letters, label_key
from xlcheck.reading.byshape import bind_columns
from xlcheck.reading.columns import Header, find_header
from xlcheck.reading.grid import Grid
from xlcheck.reading.recognise import head_facts, is_footnote
from xlcheck.reading.rows import table_end

_WIDTHS = {"label": 34, "name": 34, "amount": 14}
_WIDTH = 8  # of columns with codes and line numbers
_LONGEST_FOOTNOTE = 299  # characters; what is longer is prose about the table
_MOST_CODE_COLUMNS = 4  # that one header cell covers: 类, 款, 项 and one to spare
_FAR = 10**6  # a column that no sheet has
_BELOW_ANY_HEAD = 99  # where to stop looking for facts on a sheet without header


def known_table(grid: Grid, spec: TableSpec, name: str) -> DraftTable:
    """The draft of a table that the library knows by name: printed labels and columns, its keys, codes and aliases."""
    header = find_header(grid, spec)
    values = {"key": spec.key, **_head(grid, spec, name, header)}
    if not header.top:
        why = "没有找到表头" if spec.header_depth else "这张表分段印表头"
        return DraftTable(f"{name}：表样库里有这张表", values, (), (f"{why}，照抄了表样库里同名的表",))
    table = PrintedTable(grid, header, table_end(grid, header.data_from))
    sections = _bound(header, spec)
    strange = _strange(table, sections)
    drafts = [_section(table, section, more) for section, more in zip(sections, strange, strict=True)]
    return DraftTable(f"{name}：按表样库里的同名表起草", values, drafts)


def _bound(header: Header, spec: TableSpec) -> list[BoundSection]:
    taken: frozenset[int] = frozenset()
    found = []
    for section in spec.sections:
        bound, _ = bind_columns(header, section, taken)
        taken = taken.union(bound.values())
        found.append(BoundSection(section, bound))
    return found


def _head(grid: Grid, spec: TableSpec, name: str, header: Header) -> dict[str, Any]:
    facts = head_facts(grid, header.top or _BELOW_ANY_HEAD)
    number = facts.get("编号", ("", ""))[0]
    found: dict[str, Any] = {"number": number or None, "name": name, "sheet": grid.name}
    if header.top:
        found["header_row"] = header.top
        found["numbered"] = bool(header.numbers)
    note = _footnote(grid, table_end(grid, header.data_from or 1))
    if note:
        found["footnote"] = note
    currency = facts.get("金额单位", (spec.currency, ""))[0]
    if currency != spec.currency:
        found["currency"] = currency
    return found


def _footnote(grid: Grid, end: int) -> str:
    """The note below the table; empty where there is none, or only prose."""
    note = next(filter(is_footnote, _texts_below(grid, end)), "")
    return note if len(note) <= _LONGEST_FOOTNOTE else ""


def _texts_below(grid: Grid, end: int) -> Iterator[str]:
    """The texts from a row on, row by row."""
    for row in sorted(r for r in grid.rows if r >= end):
        yield from (cell.text.strip() for cell in grid.rows[row].values() if cell.type == "s")


def _strange(table: PrintedTable, sections: Sequence[BoundSection]) -> list[list[int]]:
    """Columns of the sheet that the known table does not have, by the section they stand in."""
    free = _free_columns(table, sections)
    starts = [section.first_amount for section in sections]
    ends = [*starts[1:], _FAR]
    return [[at for at in free if start < at < end] if start else [] for start, end in zip(starts, ends, strict=True)]


def _free_columns(table: PrintedTable, sections: Sequence[BoundSection]) -> list[int]:
    """Columns with a header that belong to no column of the known table."""
    taken = {at for section in sections for at in section.at.values()}
    taken |= _covered(table, taken)
    return [at for at in table.header.paths if at not in taken]


def _covered(table: PrintedTable, taken: set[int]) -> set[int]:
    """Columns under a header cell that is merged over several, of which the first is a known one."""
    return {
        column
        for top, left, bottom, right in table.grid.merges
        if left in taken and table.header.top <= top <= table.header.bottom
        for column in range(left, right + 1)
    }


# --- sections -----------------------------------------------------------------------------------


def _section(table: PrintedTable, section: BoundSection, strange: list[int]) -> DraftSection:
    spec = section.spec
    columns = [_column(table, column, at) for column, at in sorted(section.at.items(), key=itemgetter(1))]
    columns += [_strange_column(table.header, at) for at in strange]
    body = BY_SHAPE[spec.shape.name](table, section)
    values = {"shape": spec.shape.name, "first_row": table.header.data_from, **body.values}
    return DraftSection(spec.key, values, columns, body.rows, body.doubts)


# --- columns ------------------------------------------------------------------------------------


def _column(table: PrintedTable, spec: ColumnSpec, at: int) -> DraftEntry:
    path = list(table.header.paths.get(at, ())) or list(spec.header)
    is_amount = spec.role == "amount"
    values = {
        "role": None if is_amount else spec.role,
        "key": _own_key(spec, path) if is_amount else None,
        "row": spec.row or None,
        "header": path,
        "aliases": _aliases(spec, path),
        "at": column_letters(at),
        "to": _last_letters(table, at) if spec.role == "code" else None,
        "number": table.header.numbers.get(at) if is_amount else None,
        "width": _WIDTHS.get(spec.role, _WIDTH),
        "block": spec.block or None,
    }
    return DraftEntry(without_none(values))


def _own_key(spec: ColumnSpec, path: Sequence[str]) -> str | None:
    """The key of a column that is not called by its innermost text."""
    return spec.key if spec.key != path[-1] else None


def _aliases(spec: ColumnSpec, path: Sequence[str]) -> list[list[str]] | None:
    """The known wordings of a header, but for the one that is printed."""
    printed = [label_key(text) for text in path]
    return [list(names) for names in spec.names if list(names) != printed] or None


def _last_letters(table: PrintedTable, at: int) -> str | None:
    """The last column of codes in 类, 款, 项 that stand under one header cell; None where the first is the only one."""
    area = table.grid.merge_at(table.header.bottom, at)
    if area is None:
        return None
    _, left, _, right = area
    wide = left == at < right and right - at < _MOST_CODE_COLUMNS
    return column_letters(right) if wide else None


def _strange_column(header: Header, at: int) -> DraftEntry:
    return DraftEntry({"header": list(header.paths[at]), "at": column_letters(at)}, "表样库里没有这一栏")
