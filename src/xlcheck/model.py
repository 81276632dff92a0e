"""The words everybody uses: amounts, and what a workbook says. What was found in one is in ``outcome.py``.

What never changes is a NamedTuple: frozen like a frozen dataclass, and made seven times faster at import,
which every run pays for.

Frozen data without I/O; the standard library only. Figures are integers in **millionths** of the
table's unit (for a 万元 table: 分), so that every comparison is exact; ``SCALE`` is their scale.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from xlcheck.form import RuleSpec, SectionSpec, SetSpec, TableSpec
from xlcheck.labels import address
from xlcheck.outcome import Remark

if TYPE_CHECKING:
    from xlcheck.scores.sheet import ScoreSheet

SCALE = 1_000_000


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
    HEADER_WORD = "header_word"
    COVERED = "covered"


class Amount(NamedTuple):
    """One cell of a table. ``figure`` is the printed figure in millionths; None if there is none.

    ``stored`` is the exact decimal in the file, ``text`` what the cell holds, as text.
    ``ulp`` is the unit of the last printed digit in millionths (10,000 for two decimals; 0: exact). ``note`` names
    what is odd about a figure that could be read all the same (``scaled``, ``more_digits``, …); empty if nothing is.
    """

    kind: CellKind
    text: str
    stored: Decimal | None
    figure: int | None
    ulp: int
    note: str = ""

    @property
    def filled(self) -> bool:
        """Whether the cell holds a figure (a typed zero counts, a blank or a dash does not)."""
        return self.kind in (CellKind.NUMBER, CellKind.TEXT_NUMBER)


BLANK = Amount(CellKind.BLANK, "", None, 0, 0)
LOST = Amount(CellKind.BLANK, "", None, None, 0)
# A row or column that this workbook's form does not have: nothing stands there, and nothing has to.
ABSENT = Amount(CellKind.BLANK, "", None, 0, 0, "absent")


def decimal_text(figure: int, digits: int = 2) -> str:
    """A figure in millionths as a decimal string with at least ``digits`` decimals."""
    value = Decimal(figure).scaleb(-6)
    short = value.quantize(Decimal(1).scaleb(-digits))
    return str(short if short == value else value.normalize())


# --- what a workbook says ---------------------------------------------------------------------


class Place(NamedTuple):
    """Where a figure stands in the form: table and section by key, row and column by index."""

    table: str
    section: str
    row: int
    column: int


@dataclass(slots=True)
class Row:
    """A row of a section as the workbook has it. ``at`` is None when the row was not found.

    ``sheet`` is set where the row stands on another sheet than its table (a table that goes on).
    """

    key: str
    label: str
    at: int | None
    code: str | None = None
    name: str = ""
    unit: str | None = None
    exact: bool = False
    reason: str = ""
    optional: bool = False
    sheet: str = ""


class Doubt(NamedTuple):
    """A figure that is bound, but not beyond doubt: what its cell holds, and why no rule uses it."""

    amount: Amount
    reason: str


@dataclass(slots=True)
class Section:
    """The figures of a section. ``figures[r][c]`` are integers in millionths (None: unusable).

    ``figures`` has one row more than ``rows``: a row of zeros for a code that is not there.
    ``lead_at`` are the sheet columns of code, name and label, by role. ``sparse``: no zero is typed and nothing is negative, so that a sum of 0 means that all is blank.
    ``doubts`` are figures (row, column) that no rule uses, ``inferred`` those bound by more than their headings.
    ``stale``: what figures (row, column) will say that are results of formulas nobody has recalculated, in millionths.
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
    lead_at: dict[str, int] = field(default_factory=dict)
    doubts: dict[tuple[int, int], Doubt] = field(default_factory=dict)
    inferred: frozenset[tuple[int, int]] = frozenset()
    absent_columns: frozenset[int] = frozenset()
    stale: dict[tuple[int, int], int] = field(default_factory=dict)

    def spot(self, row: int, column: int) -> tuple[int, int] | None:
        """1-based (row, column) in the sheet, or None when the row or column was not found."""
        if (row, column) in self.cell_at:
            return self.cell_at[row, column]
        at, col = self.rows[row].at, self.column_at[column]
        return None if at is None or col is None else (at, col)

    def sheet(self, row: int, usual: str | None) -> str | None:
        """The sheet that a row stands on; ``usual`` is that of the table."""
        return self.rows[row].sheet or usual

    def cell(self, row: int, column: int) -> str | None:
        """``A1`` address of a figure, or None when it was not found."""
        spot = self.spot(row, column)
        return None if spot is None else address(*spot)


@dataclass(slots=True)
class Table:
    """A table as the workbook has it. ``sheet`` is None when it was not found.

    ``absent``: the workbook's form does not have it, and nothing demands it; its rules are not applicable.
    """

    spec: TableSpec
    sheet: str | None
    sections: dict[str, Section]
    facts: dict[str, tuple[str, str]] = field(default_factory=dict)
    statement: str = ""
    lost: str = ""
    absent: bool = False

    @property
    def currency(self) -> str:
        """The unit of amounts that the sheet prints, else the form's."""
        return self.facts["金额单位"][0] if "金额单位" in self.facts else self.spec.currency


class Recognised(NamedTuple):
    """A table as it was recognised: the key of its kind (empty: none we know), its sheet, what the workbook prints."""

    kind: str
    title: str
    sheet: str
    name: str
    number: str
    grade: str


class PrintedNames(NamedTuple):
    """What the heads of a workbook call its unit.

    ``name`` is what most of the tables print (empty: none prints one), ``beside`` other names that stand with it, or with
    each other, in one head, ``elsewhere`` those that other tables print in its place, or that stand behind what may be no label.
    """

    name: str = ""
    beside: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()

    @property
    def others(self) -> tuple[str, ...]:
        """All but the first."""
        return (*self.beside, *self.elsewhere)


NO_NAMES = PrintedNames()


@dataclass(frozen=True, slots=True)
class Submission:
    """All that was read from one workbook: its tables, and what was odd about their structure. Nothing changes it.

    ``nearest`` is None where a set explains the tables; else the id of the nearest (empty: none is near), and ``form``
    is the open form. ``sheets`` are its score sheets (绩效自评表), in printed order.
    """

    form: SetSpec
    tables: dict[str, Table]
    unit: str | None = None
    year: int | None = None
    currency: str | None = None
    remarks: tuple[Remark, ...] = ()
    other_sheets: tuple[str, ...] = ()
    recognised: tuple[Recognised, ...] = ()
    nearest: str | None = None
    sheet_order: tuple[str, ...] = ()
    sheets: tuple[ScoreSheet, ...] = ()
    names: PrintedNames = NO_NAMES

    @property
    def rules(self) -> dict[str, RuleSpec]:
        """The rules that it is checked by, those of its score sheets included, by their ids."""
        families = {sheet.spec.id: sheet.spec for sheet in self.sheets}
        own = {rule.rule.id: rule.rule for spec in families.values() for rule in spec.rules}
        return {rule.id: rule for rule in self.form.rules} | own

    @property
    def project(self) -> str:
        """The one project that its score sheets are about, where it holds nothing else; empty where it is not so."""
        projects = {sheet.project for sheet in self.sheets}
        return projects.pop() if len(projects) == 1 and not self.tables else ""

    @property
    def mixed_units(self) -> bool:
        """Whether the tables print amounts in several units."""
        return len(self.units) > 1

    @property
    def units(self) -> set[str]:
        """The units that the tables print amounts in."""
        return {t.currency for t in self.tables.values() if not t.lost}

    def section(self, table: str, section: str) -> Section:
        """A section by the keys of its table and its own."""
        return self.tables[table].sections[section]


# --- what was found -------------------------------------------------------------------------


def figures_of(sections: Sequence[Section]) -> Iterator[tuple[Section, int, int, Amount]]:
    """Every cell of ``sections`` that should hold a figure, in printed order."""
    for section in sections:
        for r, row in enumerate(section.amounts):
            for c, amount in enumerate(row):
                yield section, r, c, amount
