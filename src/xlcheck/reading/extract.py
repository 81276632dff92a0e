"""A recognised sheet → a :class:`Table`: every figure a fact with its place."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping

from xlcheck.form import TOTAL, SectionSpec, Severity, TableSpec
from xlcheck.labels import address, label_key, simplified
from xlcheck.model import BLANK, LOST, SCALE, Amount, CellKind, Section, Table
from xlcheck.outcome import CellRef, Remark
from xlcheck.reading.amounts import AmountReader
from xlcheck.reading.byshape import BY_SHAPE, bind_columns
from xlcheck.reading.columns import Bound, Header, find_header, printed_number
from xlcheck.reading.grid import Cell, Grid
from xlcheck.reading.recognise import head_facts, no_data
from xlcheck.reading.remarks import digits
from xlcheck.reading.rows import RowsFound, table_end
from xlcheck.reading.sections import absent_table, finish, lost_section, lost_table
from xlcheck.reading.sheetrows import TableSheet
from xlcheck.reading.structure import report_structure
from xlcheck.reading.values import fold_many, report_notes, report_values

_NO_CELLS: dict[int, Cell] = {}
_SEARCHED = 99  # rows in which the facts of a table without a header stand
_NEEDED = ("amount", "label", "code", "name")  # columns that a section can't do without
_LEADING = ("label", "code", "name")
_MOST_CODES = 6  # that a sentence names
_MOST_COUNTED = 100 * SCALE  # larger figures are no numbers of columns
_TOTALS = frozenset({"合计", "总计", "小计"})  # said over the columns of a total row whatever the form has there

_Facts = Mapping[str, tuple[str, str]]


class NotAsPrintedError(Exception):
    """A table is not built as the form prints it: it has to be read by evidence (``xlcheck.binding``)."""


def extract(spec: TableSpec, grid: Grid, remarks: list[Remark], known: tuple[_Facts, int] | None = None) -> Table:
    """Read one table from its sheet as the form prints it; what is odd about it goes to ``remarks``.

    ``known`` are the :func:`head_facts` of the sheet above a row, and that row, where the caller has them already.

    Raises:
        NotAsPrintedError: header, columns or rows are not those of the form, or figures stand beside them.
    """
    start = len(remarks)
    header = find_header(grid, spec)
    if not header.top and spec.header_depth:
        raise NotAsPrintedError
    table = Table(spec, grid.name, {})
    table.facts = {k: (v, _a1(at)) for k, (v, at) in _facts_above(grid, header.top or _SEARCHED, known).items()}
    reader = _TableReader(spec, grid, header, remarks)
    for section in spec.sections:
        table.sections[section.key] = reader.section(section)
    if reader.leaves_figures(table):
        raise NotAsPrintedError
    report_structure(table, grid, header, reader.taken, remarks)
    report_notes(table, grid, remarks)
    fold_many(spec, remarks, start)
    table.statement = simplified("\n".join(_notes(grid, header.data_from, reader.end)))
    return table


def _facts_above(grid: Grid, row: int, known: tuple[_Facts, int] | None) -> _Facts:
    """What stands above a row: the first that says a fact counts, so that what was found above a lower row will do."""
    if known is None or known[1] < row:
        return head_facts(grid, row)
    return {k: (v, at) for k, (v, at) in known[0].items() if int(at.partition(":")[0]) < row}


def _a1(at: str) -> str:
    row, _, column = at.partition(":")
    return address(int(row), int(column))


def _notes(grid: Grid, start: int, end: int) -> list[str]:
    """The notes under a table that ends before row ``end``, and what says in it that it has no data."""
    notes = [c.text.strip() for r in sorted(grid.rows) if r >= end for c in grid.rows[r].values() if c.type == "s"]
    return notes + [text for text in no_data(grid, start) if text not in notes]


class _TableReader:
    """One table being read from one sheet.

    ``taken`` are columns that a section already has, ``amounts`` those with figures, ``odd_rows`` those with codes
    that can't be read, ``lost_rows`` the others of the last section with such a row.
    """

    def __init__(self, table: TableSpec, grid: Grid, header: Header, remarks: list[Remark]) -> None:
        self.table = table
        self.grid = grid
        self.header = header
        self.end = table_end(grid, header.data_from)
        self.remarks = remarks
        self.number_caption = label_key(table.number_caption or "栏次")
        self.sheet = TableSheet(table, grid, header, self.end, self.number_caption, remarks)
        self.reader = AmountReader(10 ** (6 - table.decimals), table.currency, grid.formats)
        self.taken: frozenset[int] = frozenset()
        self.amounts: set[int] = set()
        self.odd_rows: set[int] = set()
        self.lost_rows: set[int] = set()

    # --- sections ---

    def section(self, spec: SectionSpec) -> Section:
        """Bind and read one section.

        Raises:
            NotAsPrintedError: it is not as the form prints it.
        """
        bound = self._columns(spec)
        section, rows = BY_SHAPE[spec.shape.name].rows(self.sheet, spec, bound)
        for column, at in bound.items():
            if column.role != "amount":
                section.lead_at.setdefault(column.role, at)
        self._report_odd_rows(rows, bound)
        self._report_odd_codes(section, bound)
        if rows.odd and spec.shape.coded:
            return self._broken(spec, section)
        if _misses_rows(section):
            raise NotAsPrintedError
        self._read_amounts(section)
        report_values(self.table, section, self.grid, self.remarks)
        return finish(section)

    def _columns(self, spec: SectionSpec) -> Bound:
        bound, changed = bind_columns(self.header, spec, self.taken)
        self.taken = self.taken.union(bound.values())
        self.amounts.update(_amount_columns(bound))
        if changed or _misses_columns(spec, bound) or self._grouped_above(bound) or self._under_others(bound):
            raise NotAsPrintedError
        return bound

    def _under_others(self, bound: Bound) -> bool:
        """Whether a heading that stands over several columns was taken under what the form does not print: 合计 of 年初结转和结余."""
        known, taken = self.table.header_texts, set(bound.values())
        for at in _amount_columns(bound):
            *outer, leaf = self.header.paths.get(at, ("",))
            if any(text not in known for text in outer) and not taken.issuperset(self.header.leaves[leaf]):
                return True
        return False

    def _grouped_above(self, bound: Bound) -> bool:
        """Whether columns are printed twice and a row above the header tells them apart: 2022年 over some, 2023年 over others."""
        ours = _amount_columns(bound)
        twice = self._printed_again(ours, frozenset(bound.values()))
        if not twice:
            return False
        above = self.grid.rows.get(self.header.top - 1, _NO_CELLS)
        texts = [c for c, cell in above.items() if cell.type == "s"]
        return _any_within(texts, ours) and _any_within(texts, twice)

    def _printed_again(self, columns: list[int], bound: frozenset[int]) -> list[int]:
        """Columns with the heads of others that the form does not have."""
        paths = self.header.paths
        return [
            other
            for at in columns
            if at in paths
            for other in self.header.leaves[paths[at][-1]]
            if other not in bound and paths[other] == paths[at]
        ]

    def _broken(self, spec: SectionSpec, section: Section) -> Section:
        """A section with a code that lost its digits: which row it is cannot be known, so no sum over codes can."""
        self.lost_rows = {row.at for row in section.rows if row.at}
        reason = f"{self.table.title}（工作表“{self.grid.name}”）有科目代码丢了数字，不知道是哪个科目"
        return lost_section(self.table, spec, reason)

    # --- amounts ---

    def _read_amounts(self, section: Section) -> None:
        """Fill ``section.amounts``. In a total row a text that is one of the header's is no figure."""
        exact = AmountReader(0, self.reader.currency, self.grid.formats)
        words = self.table.header_texts | _TOTALS
        for r, row in enumerate(section.rows):
            amounts = _row_amounts(section, r, self.grid, exact if row.exact else self.reader)
            section.amounts.append([_as_total(a, words) for a in amounts] if row.key == TOTAL else amounts)

    def leaves_figures(self, table: Table) -> bool:
        """Whether figures in amount columns are in no cell of the form.

        In the row of 栏次, in a line without a name, in a second row of a one-row table, beside no code. Columns outside
        of the form may hold what they like.
        """
        used: dict[int, set[int]] = {}
        for section in table.sections.values():
            for row, columns in _spots(section):
                used.setdefault(row, set()).update(columns)
        passed = self.odd_rows | self.lost_rows
        return any(
            self._leaves_figures_in(row, used.get(row, ()))
            for row in self.grid.rows
            if self.header.bottom < row < self.end and row not in passed
        )

    def _leaves_figures_in(self, row: int, used: Container[int]) -> bool:
        """Whether a row has figures, not 0, in columns with amounts that are not among the columns ``used`` of it."""
        cells = self.grid.rows[row]
        columns = self.amounts.intersection(cells)
        left = [cells[c] for c in columns if c not in used]
        if not left:
            return False
        numbered = row < self.header.data_from or label_key(cells[min(cells)].text) == self.number_caption
        if numbered and all(printed_number(cells[c].text) is not None for c in columns):
            return False
        amounts = [self.reader.read(cell) for cell in left]
        return any(a.filled and a.figure and not (numbered and _counts_column(a.figure)) for a in amounts)

    # --- what is odd ---

    def _report_odd_rows(self, rows: RowsFound, bound: Bound) -> None:
        """Rows whose code lost its digits are said; others that are odd are not for this way of reading."""
        column = min((at for c, at in bound.items() if c.role in _LEADING), default=1)
        for what, row, text in rows.odd:
            if what != "broken_code":
                raise NotAsPrintedError
            self.odd_rows.add(row)
            self.sheet.remark(Severity.VERIFY, what, row, column, expected=text, found=text)

    def _report_odd_codes(self, section: Section, bound: Bound) -> None:
        """Codes under a number format that shows something else: read as stored, and said once a table."""
        at = next((at for c, at in bound.items() if c.role == "code"), 0)
        if not section.spec.shape.open_ended or not at or not self.grid.formats:
            return
        codes = self._code_cells(section, at)
        odd = [(address(row, at), cell.text) for row, cell in codes if self._shows_otherwise(cell)]
        if odd:
            self.remarks.append(self._odd_codes(odd))

    def _odd_codes(self, cells: list[tuple[str, str]]) -> Remark:
        """The remark about codes that show something else, by address and text."""
        refs = tuple(CellRef(self.table.number, self.grid.name, c, "subject", "科目代码", t) for c, t in cells)
        shown = "、".join(f"{c}（{t}）" for c, t in cells[:_MOST_CODES])
        facts = {"table": self.table.title, "found": shown + (" 等" if len(cells) > _MOST_CODES else "")}
        return Remark(None, Severity.VERIFY, "structure", "code_format", refs, params=facts)

    def _code_cells(self, section: Section, column: int) -> Iterator[tuple[int, Cell]]:
        """The cells that hold the codes of a section, by row."""
        for row in section.rows:
            cell = self.grid.rows.get(row.at, _NO_CELLS).get(column) if row.code and row.at else None
            if cell is not None and row.at:
                yield row.at, cell

    def _shows_otherwise(self, cell: Cell) -> bool:
        """Whether the number format of a cell may show another number."""
        return cell.type == "n" and cell.style in self.grid.formats


def _amount_columns(bound: Bound) -> list[int]:
    return [at for column, at in bound.items() if column.role == "amount"]


def _any_within(columns: list[int], others: list[int]) -> bool:
    """Whether any column stands between the first and the last of others."""
    return any(min(others) <= column <= max(others) for column in columns)


def _counts_column(figure: int) -> bool:
    """Whether a figure in a row of 栏次 is the number of its column."""
    return figure % SCALE == 0 and 0 < figure < _MOST_COUNTED


def _misses_columns(spec: SectionSpec, bound: Bound) -> bool:
    """Whether a column that the section can't do without was not found."""
    if spec.shape.in_blocks:
        return not bound and any(column.role == "code" for column in spec.columns)
    return any(column.role in _NEEDED and column not in bound for column in spec.columns)


def _misses_rows(section: Section) -> bool:
    """Whether a row of the form was not found, or several could be it."""
    in_blocks = section.spec.shape.in_blocks
    for i, row in enumerate(section.rows):
        placed = (i, 0) in section.cell_at if in_blocks else row.at is not None
        if not placed and not row.optional:
            return True
    return False


def _spots(section: Section) -> Iterator[tuple[int, Iterable[int]]]:
    """The cells of a section in the sheet: columns by row."""
    columns = [c for c in section.column_at if c is not None]
    placed = {row for row, _ in section.cell_at}
    for r, row in enumerate(section.rows):
        if r in placed:
            spots = (section.spot(r, c) for c in range(len(section.columns)))
            yield from ((at[0], at[1:]) for at in spots if at is not None)
        elif row.at is not None:
            yield row.at, columns


def _row_amounts(section: Section, index: int, grid: Grid, reader: AmountReader) -> list[Amount]:
    row = section.rows[index]
    missing = BLANK if row.optional else LOST
    if section.cell_at:
        spots = [section.spot(index, c) for c in range(len(section.columns))]
        return [reader.read(grid.rows.get(at[0], _NO_CELLS).get(at[1])) if at else missing for at in spots]
    if row.at is None:
        return [missing] * len(section.columns)
    cells, read = grid.rows.get(row.at, _NO_CELLS), reader.read
    # most cells are blank, and no call is made for them
    return [LOST if c is None else read(cells[c]) if c in cells else BLANK for c in section.column_at]


def _as_total(amount: Amount, words: frozenset[str]) -> Amount:
    """An amount in a total row: one of the header's words is said to be that."""
    if amount.kind is CellKind.TEXT and label_key(amount.text) in words:
        return amount._replace(kind=CellKind.HEADER_WORD)
    return amount


__all__ = [
    "NotAsPrintedError", "absent_table", "digits", "extract", "finish", "lost_section", "lost_table",
]  # fmt: skip
