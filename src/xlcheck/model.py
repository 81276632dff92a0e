"""The words everybody uses: amounts, tables of a form, what a workbook says, what was found.

What never changes is a NamedTuple: frozen like a frozen dataclass, and made seven times faster at import,
which every run pays for.

Frozen data without I/O; the standard library only. Figures are integers in **millionths** of the
table's unit (for a 万元 table: 分), so that every comparison is exact; ``SCALE`` is their scale.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

from xlcheck.labels import address

SCALE = 1_000_000
DEFAULT_SECTION = "全表"
TOTAL = "合计"


class Severity(StrEnum):
    """错误 must be changed; 核实 changed or explained; 提示 is for information."""

    ERROR = "错误"
    VERIFY = "核实"
    NOTE = "提示"


class Grade(StrEnum):
    """How widely a rule holds. What only a ``usually`` rule says is never more than 核实."""

    ALWAYS = "always"
    USUALLY = "usually"
    LOCAL = "local"


class Verdict(StrEnum):
    """How a rule ends on one binding."""

    PASS = "pass"  # noqa: S105 - a verdict, no password
    FAIL = "fail"
    NOT_APPLICABLE = "not_applicable"
    CANNOT_SAY = "cannot_say"


class CellKind(StrEnum):
    """What kind of thing stands in a cell that should hold a figure."""

    NUMBER = "number"
    BLANK = "blank"
    DASH = "dash"
    NOT_APPLICABLE = "not_applicable"
    TEXT_NUMBER = "text_number"
    TEXT = "text"
    ERROR_VALUE = "error_value"
    NO_CACHE = "no_cache"
    BOOLEAN = "boolean"
    DATE = "date"


class Amount(NamedTuple):
    """One cell of a table. ``figure`` is the printed figure in millionths; None if there is none.

    ``stored`` is the exact decimal in the file, ``text`` what the cell holds, as text.
    ``ulp`` is the unit of the last printed digit in millionths (10,000 for two decimals; 0: exact).
    """

    kind: CellKind
    text: str
    stored: Decimal | None
    figure: int | None
    ulp: int

    @property
    def filled(self) -> bool:
        """Whether the cell holds a figure (a typed zero counts, a blank or a dash does not)."""
        return self.kind in (CellKind.NUMBER, CellKind.TEXT_NUMBER)


BLANK = Amount(CellKind.BLANK, "", None, 0, 0)
LOST = Amount(CellKind.BLANK, "", None, None, 0)


def decimal_text(figure: int, digits: int = 2) -> str:
    """A figure in millionths as a decimal string with at least ``digits`` decimals."""
    value = Decimal(figure).scaleb(-6)
    short = value.quantize(Decimal(1).scaleb(-digits))
    return str(short if short == value else value.normalize())


# --- the form -------------------------------------------------------------------------------


class RowKind(StrEnum):
    """What a printed row of a label table is."""

    DATA = "data"
    BLANK = "blank"
    HEADING = "heading"
    CAPTION = "caption"


class RowSpec(NamedTuple):
    """One printed row (or code) of a form. ``at`` is its row in the official template, 1-based."""

    key: str
    label: str
    at: int
    kind: RowKind = RowKind.DATA
    names: tuple[str, ...] = ()
    line: int | None = None
    code: str | None = None
    unit: str | None = None
    exact: bool = False
    mark: str | None = None
    texts: tuple[str, ...] = ()
    indent: int = 0
    block: int = 0
    footer: bool = False


class ColumnSpec(NamedTuple):
    """One printed column. ``header`` is the path of its header texts, outermost first.

    ``at`` to ``last`` are its sheet columns in the official blank: codes are merged over three.
    """

    key: str
    role: str
    header: tuple[str, ...]
    names: tuple[tuple[str, ...], ...]
    at: int
    last: int
    number: int | None = None
    width: float = 12.0
    row: str | None = None
    block: int = 0


class SectionSpec(NamedTuple):
    """A rectangle of figures: rows by labels, by codes, by codes in blocks, or a single record."""

    key: str
    shape: str
    rows: tuple[RowSpec, ...]
    columns: tuple[ColumnSpec, ...]
    lengths: tuple[int, ...] = ()
    total: str | None = None
    total_names: tuple[str, ...] = ()
    total_first: bool = True
    spare: int = 0
    first_row: int = 0

    @property
    def amounts(self) -> tuple[ColumnSpec, ...]:
        """The columns that hold figures, in printed order."""
        return tuple(c for c in self.columns if c.role == "amount")

    @property
    def column_keys(self) -> tuple[str, ...]:
        """Distinct keys of the figure columns, in printed order."""
        return tuple(dict.fromkeys(c.key for c in self.amounts))

    @property
    def row_keys(self) -> tuple[str, ...]:
        """Keys of the rows that hold figures and are fixed by the form."""
        return tuple(r.key for r in self.rows if r.kind is RowKind.DATA)


class TableSpec(NamedTuple):
    """One table of a form: its names, its sections and how the official blank is laid out."""

    key: str
    number: str
    name: str
    names: tuple[str, ...]
    sections: tuple[SectionSpec, ...]
    header_row: int
    header_depth: int
    numbered: bool
    last_row: int
    unit_label: str = "部门名称"
    currency: str = "万元"
    currency_label: str = "金额单位："
    decimals: int = 2
    landscape: bool = False
    footnote: str = ""
    empty_statement: str = ""
    sheet: str = ""
    number_caption: str = "栏次"
    header_texts: frozenset[str] = frozenset()

    def section(self, key: str) -> SectionSpec:
        """The section ``key``; raises ``KeyError`` when the table has none of that name."""
        for section in self.sections:
            if section.key == key:
                return section
        raise KeyError(key)


class Example(NamedTuple):
    """An example of a rule: ``kind`` is pass, fail or rounding; cells as written, resolved, and value.

    A resolved cell is a reference of the formula language, or (table key, property).
    """

    kind: str
    cells: tuple[tuple[str, Any, str], ...]
    line: int = 1
    column: int = 1


class RuleSpec(NamedTuple):
    """One rule, compiled.

    ``formula`` is the text of the mapping, ``tree`` its resolved syntax, ``linear`` its linear form.
    """

    id: str
    title: str
    severity: Severity
    grade: Grade
    formula: str
    tree: Any
    linear: Any
    reason: str
    mend: str
    basis: str
    kind: str
    missing: Verdict
    examples: tuple[Example, ...]
    rounding_note: str = ""
    origin: str = ""


class SetSpec(NamedTuple):
    """A set: all tables and rules of one form of one place and year."""

    id: str
    title: str
    year: int
    place: str
    tables: tuple[TableSpec, ...]
    rules: tuple[RuleSpec, ...]
    terms: Mapping[str, Any]
    term_notes: Mapping[str, str]
    codes: Mapping[str, str]

    def table(self, key: str) -> TableSpec:
        """The table with this key or number; raises ``KeyError``."""
        for table in self.tables:
            if key in (table.key, table.number):
                return table
        raise KeyError(key)


# --- what a workbook says ---------------------------------------------------------------------


class Place(NamedTuple):
    """Where a figure stands in the form: table and section by key, row and column by index."""

    table: str
    section: str
    row: int
    column: int


@dataclass(slots=True)
class Row:
    """A row of a section as the workbook has it. ``at`` is None when the row was not found."""

    key: str
    label: str
    at: int | None
    code: str | None = None
    name: str = ""
    unit: str | None = None
    exact: bool = False
    reason: str = ""


@dataclass(slots=True)
class Section:
    """The figures of a section. ``figures[r][c]`` are integers in millionths (None: unusable).

    ``figures`` has one row more than ``rows``: a row of zeros for a code that is not there.
    ``sparse``: no zero is typed and nothing is negative, so that a sum of 0 means that all is blank.
    """

    spec: SectionSpec
    table: str
    rows: list[Row]
    columns: list[str]
    column_at: list[int | None]
    amounts: list[list[Amount]]
    figures: list[list[int | None]] = field(default_factory=list)
    cell_at: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    index: dict[str, int] = field(default_factory=dict)
    codes: dict[str, int] = field(default_factory=dict)
    doubled: dict[str, list[int]] = field(default_factory=dict)
    children: list[list[int]] = field(default_factory=list)
    tops: list[int] = field(default_factory=list)
    empty_columns: frozenset[int] = frozenset()
    sparse: bool = False
    lost: str = ""

    def spot(self, row: int, column: int) -> tuple[int, int] | None:
        """1-based (row, column) in the sheet, or None when the row or column was not found."""
        if (row, column) in self.cell_at:
            return self.cell_at[row, column]
        at, col = self.rows[row].at, self.column_at[column]
        return None if at is None or col is None else (at, col)

    def cell(self, row: int, column: int) -> str | None:
        """``A1`` address of a figure, or None when it was not found."""
        spot = self.spot(row, column)
        return None if spot is None else address(*spot)


@dataclass(slots=True)
class Table:
    """A table as the workbook has it. ``sheet`` is None when it was not found."""

    spec: TableSpec
    sheet: str | None
    sections: dict[str, Section]
    facts: dict[str, tuple[str, str]] = field(default_factory=dict)
    statement: str = ""
    lost: str = ""


@dataclass(slots=True)
class Submission:
    """All that was read from one workbook: its tables, and what was odd about their structure."""

    form: SetSpec
    tables: dict[str, Table]
    unit: str | None = None
    year: int | None = None
    currency: str | None = None
    remarks: list[Finding] = field(default_factory=list)
    other_sheets: list[str] = field(default_factory=list)
    sheet_order: list[str] = field(default_factory=list)

    def section(self, table: str, section: str) -> Section:
        """A section by the keys of its table and its own."""
        return self.tables[table].sections[section]


# --- what was found -------------------------------------------------------------------------


class CellRef(NamedTuple):
    """A cell of a finding: its place for the reader of the form and for the reader of the file."""

    table: str
    sheet: str | None
    cell: str | None
    role: str
    label: str
    value: str | None
    weight: int = 1


class Finding(NamedTuple):
    """One thing a reader must know. Amounts are decimal strings in ``unit``; None where unknown.

    ``what`` says which sentence fits (see ``writing/words.py``), ``facts`` fills its blanks.
    """

    rule: str | None
    severity: Severity
    kind: str
    what: str
    cells: tuple[CellRef, ...] = ()
    expected: str | None = None
    actual: str | None = None
    difference: str | None = None
    allowed: str | None = None
    unit: str | None = None
    facts: Mapping[str, str] = {}


class Cause(NamedTuple):
    """What most likely went wrong: one cell that explains several findings.

    ``suggested`` is the figure that would satisfy all relations (None when several would), ``interval`` the
    exact figures that would, ``explains`` indexes of findings. ``kind`` is one of the contract's.
    """

    kind: str
    cell: CellRef
    suggested: str | None
    interval: tuple[str, str]
    explains: tuple[int, ...]
    unit: str


class CannotSay(NamedTuple):
    """A relation that could not be checked, and why."""

    rule: str
    reason: str


@dataclass(slots=True)
class Outcome:
    """Verdicts of all rules on one submission, counted by rule, and the findings they gave."""

    findings: list[Finding] = field(default_factory=list)
    cannot_say: list[CannotSay] = field(default_factory=list)
    causes: list[Cause] = field(default_factory=list)
    tallies: dict[str, dict[str, int]] = field(default_factory=dict)

    def count(self, what: str) -> int:
        """Relations that ended as ``what``, over all rules."""
        return sum(t.get(what, 0) for t in self.tallies.values())


def figures_of(sections: Sequence[Section]) -> Iterator[tuple[Section, int, int, Amount]]:
    """Every cell of ``sections`` that should hold a figure, in printed order."""
    for section in sections:
        for r, row in enumerate(section.amounts):
            for c, amount in enumerate(row):
                yield section, r, c, amount
