"""A recognised sheet → a :class:`Table`: every figure a fact with its place."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Context, Decimal

from xlcheck.form import TOTAL, ColumnSpec, RowKind, SectionSpec, Severity, TableSpec
from xlcheck.labels import address, label_key, simplified
from xlcheck.model import ABSENT, BLANK, LOST, SCALE, Amount, CellKind, CellRef, Remark, Row, Section, Table
from xlcheck.reading.amounts import AmountReader
from xlcheck.reading.columns import Header, bind_columns, find_header, printed_number
from xlcheck.reading.grid import Cell, Grid
from xlcheck.reading.recognise import head_facts, no_data
from xlcheck.reading.rows import (
    CodeRow,
    RowsFound,
    bind_blocks,
    bind_codes,
    bind_labels,
    record_row,
    table_end,
    total_row,
)
from xlcheck.reading.structure import report_structure
from xlcheck.reading.values import fold_many, report_notes, report_values

_FIFTEEN = Context(prec=15)  # digits that Excel keeps
_NO_CELLS: dict[int, Cell] = {}

_TOTALS = frozenset({"合计", "总计", "小计"})  # said over the columns of a total row whatever the form has there


class NotAsPrintedError(Exception):
    """A table is not built as the form prints it: it has to be read by evidence (``xlcheck.binding``)."""


def lost_table(spec: TableSpec, reason: str) -> Table:
    """A table that is not there: every rule that needs it cannot say, because of ``reason``."""
    table = Table(spec, None, {}, lost=reason)
    for section in spec.sections:
        table.sections[section.key] = lost_section(spec, section, reason)
    return table


def lost_section(table: TableSpec, spec: SectionSpec, reason: str) -> Section:
    """A section that can't be read: all its rows are lost, because of ``reason``."""
    rows = [Row(r.key, r.label, None, r.code, reason=reason) for r in _data_rows(spec)]
    if spec.total:
        rows.insert(0, Row(TOTAL, TOTAL, None, reason=reason))
    width = len(spec.column_keys)
    amounts = [[LOST] * width for _ in rows]
    return finish(Section(spec, table.key, rows, list(spec.column_keys), [None] * width, amounts, lost=reason))


def absent_table(spec: TableSpec) -> Table:
    """A table that the workbook's form does not have, and that nothing demands: nothing stands there."""
    table = Table(spec, None, {}, absent=True)
    for section in spec.sections:
        found = lost_section(spec, section, f"这套表没有{spec.title}（{spec.name}）")
        found.lost = ""
        found.amounts = [[ABSENT] * len(found.columns) for _ in found.rows]
        found.index, found.codes, found.doubled, found.tops = {}, {}, {}, []
        table.sections[section.key] = finish(found)
    return table


def extract(
    spec: TableSpec, grid: Grid, remarks: list[Remark], said: tuple[Mapping[str, tuple[str, str]], int] | None = None
) -> Table:
    """Read one table from its sheet as the form prints it; what is odd about it goes to ``remarks``.

    ``said`` are the :func:`head_facts` of the sheet above a row, and that row, where the caller has them already.

    Raises:
        NotAsPrintedError: header, columns or rows are not those of the form, or figures stand beside them.
    """
    start = len(remarks)
    header = find_header(grid, spec)
    if not header.top and spec.header_depth:
        raise NotAsPrintedError
    reader = AmountReader(10 ** (6 - spec.decimals), spec.currency, grid.formats)
    table = Table(spec, grid.name, {})
    table.facts = {k: (v, _a1(at)) for k, (v, at) in _above(grid, header.top or 99, said).items()}
    end = table_end(grid, header.data_from)
    sheet = _Sheet(spec, grid, header, end, remarks)
    for section in spec.sections:
        table.sections[section.key] = sheet.section(section, reader)
    if _leaves_figures(sheet, table, reader):
        raise NotAsPrintedError
    report_structure(table, grid, header, sheet.taken, remarks)
    report_notes(table, grid, remarks)
    fold_many(spec, remarks, start)
    notes = [c.text.strip() for r in sorted(grid.rows) if r >= end for c in grid.rows[r].values() if c.type == "s"]
    notes += [t for t in no_data(grid, header.data_from) if t not in notes]
    table.statement = simplified("\n".join(notes))
    return table


def _above(
    grid: Grid, row: int, said: tuple[Mapping[str, tuple[str, str]], int] | None
) -> Mapping[str, tuple[str, str]]:
    """What stands above a row: the first that says a fact counts, so that what was found above a lower row will do."""
    if said is None or said[1] < row:
        return head_facts(grid, row)
    return {k: (v, at) for k, (v, at) in said[0].items() if int(at.partition(":")[0]) < row}


def _a1(at: str) -> str:
    row, _, column = at.partition(":")
    return address(int(row), int(column))


class _Sheet:
    """One table being read from one sheet. ``taken`` are columns that a section already has."""

    def __init__(self, table: TableSpec, grid: Grid, header: Header, end: int, remarks: list[Remark]) -> None:
        self.table = table
        self.grid = grid
        self.header = header
        self.end = end
        self.remarks = remarks
        self.taken: frozenset[int] = frozenset()
        self.amounts: set[int] = set()
        self.odd: set[int] = set()
        self.lost_rows: set[int] = set()

    def remark(self, severity: Severity, what: str, row: int = 0, column: int = 0, **facts: str) -> None:
        """Note something odd about the structure of the sheet."""
        self.remarks.append(_remark(self.table, self.grid, severity, what, row, column, **facts))

    def broken(self, spec: SectionSpec, section: Section) -> Section:
        """A section with a code that lost its digits: which row it is cannot be known, so no sum over codes can."""
        self.lost_rows = {row.at for row in section.rows if row.at}
        reason = f"{self.table.title}（工作表“{self.grid.name}”）有科目代码丢了数字，不知道是哪个科目"
        return lost_section(self.table, spec, reason)

    def _grouped_above(self, bound: dict[ColumnSpec, int]) -> bool:
        """Whether columns are printed twice and a row above the header tells them apart: 2022年 over some, 2023年 over others."""
        paths = self.header.paths
        twice = {
            other
            for c, at in bound.items()
            if c.role == "amount" and at in paths
            for other in self.header.leaves[paths[at][-1]]
            if other != at and paths[other] == paths[at] and other not in bound.values()
        }
        if not twice:
            return False
        above = self.grid.rows.get(self.header.top - 1, _NO_CELLS)
        texts = {c for c, cell in above.items() if cell.type == "s"}
        ours = {at for c, at in bound.items() if c.role == "amount"}
        return any(min(ours) <= c <= max(ours) for c in texts) and any(min(twice) <= c <= max(twice) for c in texts)

    def section(self, spec: SectionSpec, reader: AmountReader) -> Section:
        """Bind and read one section."""
        bound, changed = bind_columns(self.header, spec, self.taken)
        self.taken = self.taken.union(bound.values())
        self.amounts |= {at for c, at in bound.items() if c.role == "amount"}
        if changed or _unbound(spec, bound) or self._grouped_above(bound):
            raise NotAsPrintedError
        section, found = _BUILD[spec.shape](self, spec, bound)
        for column, at in bound.items():
            if column.role != "amount":
                section.lead_at.setdefault(column.role, at)
        for what, row, text in found.odd:
            if what != "broken_code":
                raise NotAsPrintedError
            self.odd.add(row)
            self.remark(Severity.VERIFY, what, row, _label_column(bound), expected=text, found=text)
        _report_odd_codes(self, section, bound)
        if found.odd and spec.shape in ("codes", "blocks"):
            return self.broken(spec, section)
        if _misses_rows(section):
            raise NotAsPrintedError
        _read_amounts(section, self.grid, reader, self.table.header_texts)
        report_values(self.table, section, self.grid, self.remarks)
        return finish(section)


def _report_odd_codes(sheet: _Sheet, section: Section, bound: dict[ColumnSpec, int]) -> None:
    """Codes under a number format that shows something else: read as stored, and said once a table."""
    at = next((at for c, at in bound.items() if c.role == "code"), 0)
    if section.spec.shape != "codes" or not at or not sheet.grid.formats:
        return
    cells = [
        (address(row.at, at), cell.text)
        for row in section.rows
        if row.code and row.at and (cell := sheet.grid.rows.get(row.at, _NO_CELLS).get(at))
        if cell.type == "n" and cell.style in sheet.grid.formats
    ]
    if cells:
        refs = tuple(CellRef(sheet.table.number, sheet.grid.name, c, "subject", "科目代码", t) for c, t in cells)
        shown = "、".join(f"{c}（{t}）" for c, t in cells[:6]) + (" 等" if len(cells) > 6 else "")
        facts = {"table": sheet.table.title, "found": shown}
        sheet.remarks.append(Remark(None, Severity.VERIFY, "structure", "code_format", refs, params=facts))


def _unbound(spec: SectionSpec, bound: dict[ColumnSpec, int]) -> list[ColumnSpec]:
    """Columns that the section can't do without and that were not found; a column of names is missed, no more."""
    if spec.shape == "blocks":
        return [] if bound else [c for c in spec.columns if c.role == "code"][:1]
    needed = ("amount", "label", "code", "name")
    return [c for c in spec.columns if c.role in needed and c not in bound]


def _label_column(bound: dict[ColumnSpec, int]) -> int:
    return min((at for c, at in bound.items() if c.role in ("label", "code", "name")), default=1)


def _data_rows(spec: SectionSpec) -> list[Row]:
    return [
        Row(r.key, r.label, None, r.code, r.label, r.unit, r.exact, optional=r.optional)
        for r in spec.rows
        if r.kind is RowKind.DATA
    ]


def _empty(table: TableSpec, spec: SectionSpec, rows: list[Row], bound: dict[ColumnSpec, int]) -> Section:
    keys = list(spec.column_keys)
    at = {c.key: bound.get(c) for c in spec.amounts}
    return Section(spec, table.key, rows, keys, [at[k] for k in keys], [])


def _labels(sheet: _Sheet, spec: SectionSpec, bound: dict[ColumnSpec, int]) -> tuple[Section, RowsFound]:
    found = bind_labels(sheet.grid, sheet.header, spec, bound, sheet.end)
    rows = _data_rows(spec)
    for row in rows:
        row.at = found.by_key.get(row.key)
    return _empty(sheet.table, spec, rows, bound), found


def _codes(sheet: _Sheet, spec: SectionSpec, bound: dict[ColumnSpec, int]) -> tuple[Section, RowsFound]:
    captions = sheet.table.header_texts | {label_key(sheet.table.number_caption or "栏次")}
    captions -= set(spec.total_names)
    found = bind_codes(sheet.grid, sheet.header, spec, bound, sheet.end, captions)
    rows = [Row(TOTAL, TOTAL, total_row(found))]
    rows += [Row(r.code, f"{r.code} {r.name}".strip(), r.at, r.code, r.name) for r in found.codes]
    return _empty(sheet.table, spec, rows, bound), found


def _blocks(sheet: _Sheet, spec: SectionSpec, bound: dict[ColumnSpec, int]) -> tuple[Section, RowsFound]:
    found = bind_blocks(sheet.grid, sheet.header, spec, bound, sheet.end)
    places: dict[str, list[CodeRow]] = {}
    for code in found.codes:
        places.setdefault(code.code, []).append(code)
    rows = _data_rows(spec)
    known = {r.code for r in rows}
    rows += [Row(c, f"{c} {p[0].name}".strip(), None, c, p[0].name) for c, p in places.items() if c not in known]
    section = _empty(sheet.table, spec, rows, bound)
    section.column_at = [None] * len(section.columns)
    for i, row in enumerate(rows):
        if row.code and len(places.get(row.code, ())) == 1:
            place = places[row.code][0]
            _report_name(sheet, spec, place)
            row.at, row.name = place.at, place.name
            section.cell_at[i, 0] = (place.at, place.amount_column)
        elif row.key in found.by_key and found.columns.get(row.key):
            row.at = found.by_key[row.key]
            section.cell_at[i, 0] = (row.at, found.columns[row.key])
        elif row.key in found.ambiguous or (row.code and row.code in places):
            found.ambiguous.add(row.key)
        if row.code:
            row.label = f"{row.code} {row.name}"
    return section, found


def _report_name(sheet: _Sheet, spec: SectionSpec, place: CodeRow) -> None:
    """A code beside another name than the form prints; that of another code: labels and amounts have slipped apart."""
    key = label_key(place.name)
    own = next((r for r in spec.rows if r.code == place.code), None)
    if own is None or not key or key in own.names:
        return
    others = any(key in r.names for r in spec.rows if r.code)
    severity, what = (Severity.VERIFY, "wrong_name") if others else (Severity.NOTE, "other_name")
    facts = {"code": place.code, "expected": own.label, "found": place.name}
    sheet.remark(severity, what, place.at, place.name_column, **facts)


def _record(sheet: _Sheet, spec: SectionSpec, bound: dict[ColumnSpec, int]) -> tuple[Section, RowsFound]:
    found = RowsFound(end=sheet.end)
    at = record_row(sheet.grid, sheet.header, bound, sheet.end)
    rows = _data_rows(spec)
    for row in rows:
        row.at = at
    section = _empty(sheet.table, spec, rows, bound)
    section.column_at = [None] * len(section.columns)
    for column, sheet_column in bound.items():
        for r, row in enumerate(rows):
            if column.row == row.key:
                section.cell_at[r, section.columns.index(column.key)] = (at, sheet_column)
    return section, found


_BUILD = {"labels": _labels, "codes": _codes, "blocks": _blocks, "record": _record}


def _read_amounts(section: Section, grid: Grid, reader: AmountReader, words: frozenset[str]) -> None:
    """Fill ``section.amounts``. In a total row a text that is one of the header's ``words`` is no figure."""
    exact = AmountReader(0, reader.currency, grid.formats)
    words |= _TOTALS
    for r, row in enumerate(section.rows):
        use = exact if row.exact else reader
        lost = BLANK if row.optional else LOST
        if section.cell_at:
            spots = [section.spot(r, c) for c in range(len(section.columns))]
            found = [use.read(grid.rows.get(s[0], _NO_CELLS).get(s[1])) if s else lost for s in spots]
        elif row.at is None:
            found = [lost] * len(section.columns)
        else:
            cells = grid.rows.get(row.at, _NO_CELLS)
            found = [LOST if c is None else use.read(cells.get(c)) for c in section.column_at]
        if row.key == TOTAL:
            found = [_header_word(a) if a.kind is CellKind.TEXT and label_key(a.text) in words else a for a in found]
        section.amounts.append(found)


def _header_word(amount: Amount) -> Amount:
    return amount._replace(kind=CellKind.HEADER_WORD)


def finish(section: Section) -> Section:
    """Fill what follows from rows and amounts: figures, indexes, the tree of codes."""
    section.figures = [[a.figure for a in row] for row in section.amounts]
    section.figures.append([0] * len(section.columns))
    section.empty_columns = frozenset(
        c for c in range(len(section.columns)) if all(row[c] is BLANK or row[c] is ABSENT for row in section.amounts)
    )
    section.sparse = not any(
        a.figure is not None and a.figure <= 0 and a.filled for row in section.amounts for a in row if a is not BLANK
    )
    for i, row in enumerate(section.rows):
        section.index.setdefault(row.key, i)
        if row.code:
            if row.code in section.codes:
                section.doubled.setdefault(row.code, [section.codes[row.code]]).append(i)
            else:
                section.codes[row.code] = i
    section.children = [[] for _ in section.rows]
    lengths = section.spec.lengths[::-1]
    for i, row in enumerate(section.rows):
        if not row.code or not lengths:
            continue
        parent = _parent(section.codes, row.code, lengths)
        if parent is None:
            section.tops.append(i)
        else:
            section.children[parent].append(i)
    return section


def _parent(codes: dict[str, int], code: str, lengths: tuple[int, ...]) -> int | None:
    """The nearest ancestor that is there: a missing 款 row leaves its 项 under the 类."""
    for length in lengths:
        if length < len(code) and (found := codes.get(code[:length])) is not None:
            return found
    return None


# --- what is odd --------------------------------------------------------------------------------


def _remark(
    table: TableSpec,
    grid: Grid,
    severity: Severity,
    what: str,
    row: int = 0,
    column: int = 0,
    **facts: str,
) -> Remark:
    cell = address(row, column) if row and column else None
    text = grid.text(row, column) if cell else None
    ref = CellRef(table.number, grid.name, cell, "subject", facts.get("expected", table.name), text)
    return Remark(
        None, severity, "structure", what, (ref,), params={"table": table.number, "sheet": grid.name, **facts}
    )


def _misses_rows(section: Section) -> bool:
    """Whether a row of the form was not found, or several could be it."""
    for i, row in enumerate(section.rows):
        there = row.at is not None if section.spec.shape != "blocks" else (i, 0) in section.cell_at
        if not there and not row.optional:
            return True
    return False


def _leaves_figures(sheet: _Sheet, table: Table, reader: AmountReader) -> bool:
    """Whether figures in amount columns are in no cell of the form.

    In the row of 栏次, in a line without a name, in a second row of a one-row table, beside no code. Columns outside
    of the form may hold what they like.
    """
    used = {s.spot(r, c) for s in table.sections.values() for r in range(len(s.rows)) for c in range(len(s.columns))}
    caption = label_key(sheet.table.number_caption or "栏次")
    for row in sheet.grid.rows:
        if not sheet.header.bottom < row < sheet.end or row in sheet.odd or row in sheet.lost_rows:
            continue
        filled = sheet.grid.rows[row]
        counted = row < sheet.header.data_from or label_key(filled[min(filled)].text) == caption
        columns = sheet.amounts.intersection(filled)
        if counted and all(printed_number(filled[c].text) is not None for c in columns):
            continue
        for column in columns:
            if (row, column) in used:
                continue
            amount = reader.read(filled[column])
            if not amount.filled or not amount.figure:
                continue
            if not (counted and amount.figure % SCALE == 0 and 0 < amount.figure < 100 * SCALE):
                return True
    return False


def digits(text: str) -> str:
    """A stored number with the digits that it really has; other text as it is."""
    try:
        value = Decimal(text)
        return f"{value.normalize(_FIFTEEN):f}" if value else text.strip()
    except ArithmeticError:
        return text.strip()


def _some(labels: list[str], most: int = 6) -> str:
    shown = "”“".join(labels[:most])
    return shown if len(labels) <= most else f"{shown}”等“共 {len(labels)} 行"
