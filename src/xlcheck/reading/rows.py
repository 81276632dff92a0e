"""Which sheet row is which row of the form: by label, by code, or the single record."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from xlcheck.form import TOTAL, ColumnSpec, RowKind, RowSpec, SectionSpec
from xlcheck.labels import label_key, plain, whole, without_unit
from xlcheck.reading.columns import Header
from xlcheck.reading.grid import Cell, Grid
from xlcheck.reading.numberformats import Shown
from xlcheck.reading.recognise import is_footnote

_PLAIN: Mapping[int, Shown] = {}
_DATED = "日期 "
_CODE = re.compile(r"^\d{1,9}$")
_DECIMAL_TAIL = re.compile(r"\.0+$")
_EXPONENT = re.compile(r"^\d+(?:\.\d+)?[eE]\+?\d{1,2}$")
_DAYS = range(36_526, 73_051)  # 2000 to 2099 as Excel counts days: a date that was typed, no code
_BROKEN = re.compile(r"^(?:\d(?:\.\d+)?[eE]\+?\d{1,2}|\d{2,4}[-/年]\d{1,2}[-/月]\d{1,2}日?(?:T.*)?|#+)$")


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


def code_text(text: str) -> str:
    """A 科目代码 cell as digits: ``208.0``, ``2.08E2`` and full-width digits become ``208``; 2.08E6 lost its digits."""
    if text.isascii() and text.isdigit():
        return text
    bare = plain(text)
    if _EXPONENT.match(bare) and len(bare) < 20:
        value, places = Decimal(bare), len(bare.partition(".")[2].lower().partition("e")[0])
        if value == value.to_integral_value() and places == value.adjusted():
            bare = str(int(value))  # every digit is there: 2.080505E6
    return _DECIMAL_TAIL.sub("", bare)


def table_end(grid: Grid, start: int) -> int:
    """The row where the notes under the table begin (注：…), or one past the last row."""
    for row in sorted(grid.rows):
        if row >= start:
            first = grid.rows[row][min(grid.rows[row])]
            if first.type == "s" and is_footnote(first.text):
                return row
    return max(grid.rows, default=start) + 1


def _figures(grid: Grid, row: int, columns: Iterable[int]) -> bool:
    cells = grid.rows.get(row, {})
    return any(c in cells and cells[c].type == "n" for c in columns)


# --- rows by label ----------------------------------------------------------------------------


def bind_labels(grid: Grid, header: Header, section: SectionSpec, bound: dict[ColumnSpec, int], end: int) -> RowsFound:
    """Rows of a label table. The template's own address is looked at first."""
    found = RowsFound(end=end)
    label_at = next((at for c, at in bound.items() if c.role == "label"), 0)
    line_at = next((at for c, at in bound.items() if c.role == "line"), 0)
    amounts = [at for c, at in bound.items() if c.role == "amount"]
    if not label_at:
        return found
    texts = {
        r: label_key(cell.text)
        for r in sorted(grid.rows)
        if header.data_from <= r < end and (cell := grid.rows[r].get(label_at)) and cell.type == "s"
    }
    lines = _printed_lines(grid, line_at, header.data_from, end)
    _match_labels(section, texts, lines, found)
    _match_by_line(section, texts, lines, found, grid, label_at)
    _report_strangers(section, texts, found, grid, label_at, amounts, (header.data_from, end))
    return found


def _printed_lines(grid: Grid, line_at: int, start: int, end: int) -> dict[int, int]:
    lines = {}
    for row, cells in grid.rows.items():
        cell = cells.get(line_at) if start <= row < end else None
        number = whole(code_text(cell.text)) if cell else None
        if number is not None:
            lines[row] = number
    return lines


def _match_labels(section: SectionSpec, texts: dict[int, str], lines: dict[int, int], found: RowsFound) -> None:
    places: dict[str, list[int]] = {}
    for row, text in texts.items():
        places.setdefault(text, []).append(row)
    groups: dict[tuple[int, ...], list[RowSpec]] = {}
    for spec in section.rows:
        if spec.kind is RowKind.DATA:
            rows = sorted({r for name in spec.names for r in places.get(name, ())})
            if rows:
                groups.setdefault(tuple(rows), []).append(spec)
    for shared, specs in groups.items():
        rows = list(shared)
        if len(rows) == len(specs):
            found.by_key.update(zip((s.key for s in specs), rows, strict=True))
            continue
        for spec in specs:
            by_line = [r for r in rows if spec.line is not None and lines.get(r) == spec.line]
            if len(by_line) == 1:
                found.by_key[spec.key] = by_line[0]
            else:
                found.ambiguous.add(spec.key)


def _match_by_line(
    section: SectionSpec,
    texts: dict[int, str],
    lines: dict[int, int],
    found: RowsFound,
    grid: Grid,
    label_at: int,
) -> None:
    """A row whose label was changed but whose 行次 still stands: bound, and said."""
    taken = set(found.by_key.values())
    at_line: dict[int, list[int]] = {}
    for row, line in lines.items():
        at_line.setdefault(line, []).append(row)
    for spec in section.rows:
        if spec.kind is not RowKind.DATA or spec.key in found.by_key or spec.line is None:
            continue
        rows = at_line.get(spec.line, [])
        if len(rows) == 1 and rows[0] not in taken and rows[0] in texts:
            found.by_key[spec.key] = rows[0]
            found.ambiguous.discard(spec.key)
            found.odd.append(("changed_label", rows[0], f"{spec.label}\t{grid.text(rows[0], label_at)}"))


def _report_strangers(
    section: SectionSpec,
    texts: dict[int, str],
    found: RowsFound,
    grid: Grid,
    label_at: int,
    amounts: list[int],
    span: tuple[int, int],
) -> None:
    taken = set(found.by_key.values())
    printed = {label_key(t) for spec in section.rows for t in spec.texts}
    doubted = {name for spec in section.rows if spec.key in found.ambiguous for name in spec.names}
    for row in sorted(grid.rows):
        if not span[0] <= row < span[1] or row in taken:
            continue
        text = texts.get(row, "")
        if text and (text in printed or text in doubted):
            continue
        if _figures(grid, row, amounts):
            found.odd.append(("unknown_row", row, grid.text(row, label_at).strip()))


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
    found = RowsFound(end=end)
    code_at = next((at for c, at in bound.items() if c.role == "code"), 0)
    name_at = [at for c, at in bound.items() if c.role == "name"]
    amounts = [at for c, at in bound.items() if c.role == "amount"]
    if not code_at or not amounts:
        return found
    codes = (
        range(code_at, min([*name_at, *amounts])) if name_at and min(name_at) > code_at else range(code_at, code_at + 1)
    )
    for row in sorted(grid.rows):
        if header.data_from <= row < end:
            cells = grid.rows[row]
            lead = [without_unit(label_key(cells[c].text)) for c in (*codes, *name_at) if c in cells]
            if section.total_names and any(text in section.total_names for text in lead):
                found.totals.append(row)
                continue
            if label_key(cells[min(cells)].text) in captions:
                continue
            code = joined_code(cells, codes, grid.formats)
            name = " ".join(cells[c].text.strip() for c in name_at if c in cells)
            _place_code_row(found, section, row, code, name, cells, amounts)
    return found


def joined_code(cells: dict[int, Cell], columns: Iterable[int], formats: Mapping[int, Shown] = _PLAIN) -> str:
    """A code in one column, or split 类|款|项 over several (201|06|01): the parts in a row."""
    parts = [_code_of(cells[c], formats) for c in columns if c in cells]
    if len(parts) > 1 and all(p.isascii() and p.isdigit() for p in parts):
        return "".join(parts)
    return parts[0] if parts else ""


def _code_of(cell: Cell, formats: Mapping[int, Shown]) -> str:
    """The code in one cell. A number that is stored as such has all its digits; a date that was typed is no code."""
    text = code_text(cell.text)
    if cell.type == "n" and _EXPONENT.match(text):
        value = Decimal(text)
        return str(int(value)) if value == value.to_integral_value() else text
    shown = formats.get(cell.style)
    dated = cell.type == "d" or (shown is not None and shown.date and text.isdigit() and int(text[:9]) in _DAYS)
    return f"{_DATED}{text}" if dated else text


def _place_code_row(
    found: RowsFound,
    section: SectionSpec,
    row: int,
    code: str,
    name: str,
    cells: dict[int, Cell],
    amounts: list[int],
) -> None:
    if _CODE.match(code):
        found.codes.append(CodeRow(row, code, name))
        return
    if _BROKEN.match(code) or code.startswith(_DATED):
        found.odd.append(("broken_code", row, code.removeprefix(_DATED)))
        return
    lead = label_key(next((cells[c].text for c in sorted(cells) if cells[c].type == "s"), ""))
    if lead in section.total_names or label_key(name) in section.total_names:
        found.totals.append(row)
    elif any(c in cells and cells[c].type == "n" for c in amounts):
        found.odd.append(("no_code", row, f"{code} {name}".strip()))


# --- blocks of codes side by side ---------------------------------------------------------------


def bind_blocks(grid: Grid, header: Header, section: SectionSpec, bound: dict[ColumnSpec, int], end: int) -> RowsFound:
    """Fixed codes in blocks side by side, and the totals at the foot."""
    found = RowsFound(end=end)
    blocks = _blocks(bound)
    footers = {name: spec for spec in section.rows if spec.footer for name in spec.names}
    amount_columns = sorted(a for _, _, a in blocks)
    for row in sorted(grid.rows):
        if not header.data_from <= row < end:
            continue
        cells = grid.rows[row]
        for code_at, name_at, amount_at in blocks:
            code = joined_code(cells, range(code_at, name_at), grid.formats)
            if _BROKEN.match(code):
                found.odd.append(("broken_code", row, code))
            if _CODE.match(code):
                name = cells[name_at].text.strip() if name_at in cells else ""
                found.codes.append(CodeRow(row, code, name, amount_at, name_at))
        for column, cell in cells.items():
            spec = footers.get(label_key(cell.text)) if cell.type == "s" else None
            if spec is not None and spec.key in found.by_key:
                found.ambiguous.add(spec.key)
                found.columns[spec.key] = 0
            elif spec is not None:
                found.by_key[spec.key] = row
                found.columns[spec.key] = _footer_column(grid, row, column, amount_columns)
    return found


def _blocks(bound: dict[ColumnSpec, int]) -> list[tuple[int, int, int]]:
    roles: dict[int, dict[str, int]] = {}
    for column, at in bound.items():
        roles.setdefault(column.block, {})[column.role] = at
    return [(r["code"], r["name"], r["amount"]) for r in roles.values() if len(r) == 3]


def _footer_column(grid: Grid, row: int, column: int, amounts: list[int]) -> int:
    """The amount beside a label at the foot: right of its merge, or the next filled amount column."""
    area = grid.merge_at(row, column)
    after = [a for a in amounts if a > (area[3] if area else column)]
    if area and area[3] > column:
        return after[0] if after else 0
    cells = grid.rows[row]
    stop = min((c for c in cells if c > column and cells[c].type == "s"), default=10**6)
    near = [a for a in after if a < stop]
    return next((a for a in near if a in cells), near[-1] if near else 0)


# --- a single record ----------------------------------------------------------------------------


def record_row(grid: Grid, header: Header, bound: dict[ColumnSpec, int], end: int) -> int:
    """The data row of a one-row table: the first below the header and its numbers, filled if any is."""
    amounts = [at for c, at in bound.items() if c.role == "amount"]
    for row in range(header.data_from, min(end, header.data_from + 6)):
        if _figures(grid, row, amounts):
            return row
    return header.data_from


def total_row(found: RowsFound) -> int | None:
    """The row of the total; None when there is none or more than one."""
    return found.totals[0] if len(found.totals) == 1 else None


__all__ = [
    "TOTAL", "CodeRow", "RowsFound", "bind_blocks", "bind_codes", "bind_labels", "code_text",
    "record_row", "table_end", "total_row",
]  # fmt: skip
