"""The template: tables, rows, columns and rules of a set, compiled. Frozen; the standard library only."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from xlcheck.formula.linear import Linear
from xlcheck.formula.syntax import Claim, Ref
from xlcheck.shapes import Shape

TOTAL = "合计"
_BEHIND = re.compile(r"（[^（）]*）$")
_YEAR = re.compile(r"\d{4}\s*年度")


def titled(number: str) -> str:
    """``公开03`` → ``公开03表``; a short name such as 支出表 or a number such as 附表3 stays as it is."""
    return number if "表" in number else f"{number}表"


class Severity(StrEnum):
    """错误 must be changed; 核实 changed or explained; 提示 is for information."""

    ERROR = "错误"
    VERIFY = "核实"
    NOTE = "提示"

    @property
    def rank(self) -> int:
        """0 for the worst: the one order in which severities are sorted, compared and counted."""
        return _RANKS[self]


_RANKS = {severity: rank for rank, severity in enumerate(Severity)}


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
    optional: bool = False


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
    shape: Shape
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
    all_rows: bool = False
    sheet: str = ""
    number_caption: str = "栏次"
    header_texts: frozenset[str] = frozenset()

    @property
    def title(self) -> str:
        """What the table is called in a sentence: 公开03表, or its short name where it has no number."""
        return titled(self.number)

    def section(self, key: str) -> SectionSpec:
        """The section ``key``; raises ``KeyError`` when the table has none of that name."""
        for section in self.sections:
            if section.key == key:
                return section
        raise KeyError(key)


# A cell of an example: a reference of the formula language, or (table key, property); None where neither is there.
ExampleCell = Ref | tuple[str, str] | None


class Example(NamedTuple):
    """An example of a rule: ``kind`` is pass, fail or rounding; cells as written, resolved, and value.

    A resolved cell is a reference of the formula language, or (table key, property).
    """

    kind: str
    cells: tuple[tuple[str, ExampleCell, str], ...]
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
    tree: Claim
    linear: Linear | None
    reason: str
    mend: str
    basis: str
    kind: str
    missing: Verdict
    examples: tuple[Example, ...]
    rounding_note: str = ""
    origin: str = ""


class SetSpec(NamedTuple):
    """A set: all tables and rules of one form of one place and year.

    ``dated`` is the day of the rules (``2026-11-23``; empty where the set does not say). ``codes`` are the names known of a 科目代码, each with a note (``旧称``: it was renamed); the list is never complete.
    """

    id: str
    title: str
    year: int
    place: str
    tables: tuple[TableSpec, ...]
    rules: tuple[RuleSpec, ...]
    terms: Mapping[str, Claim]
    term_notes: Mapping[str, str]
    codes: Mapping[str, Mapping[str, str]]
    dated: str = ""

    @property
    def short_title(self) -> str:
        """The title without a year and without what stands in parentheses behind it: 山西省部门决算公开表."""
        return _YEAR.sub("", _BEHIND.sub("", self.title)) or self.title

    def table(self, key: str) -> TableSpec:
        """The table with this key or number; raises ``KeyError``."""
        for table in self.tables:
            if key in (table.key, table.number):
                return table
        raise KeyError(key)
