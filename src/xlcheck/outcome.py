"""What was found in a workbook, as rooms hand it to each other: remarks, diagnoses, what could not be checked, the outcome."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from xlcheck.form import Severity


class TextPlace(NamedTuple):
    """A passage of a document (文字说明): characters ``start`` to ``end`` of its text, and what they say.

    ``quote`` is exactly what is marked, ``sentence`` the sentence around it, without spaces.
    """

    document: str
    start: int
    end: int
    quote: str
    sentence: str


class CellRef(NamedTuple):
    """A cell of a finding: its place for the reader of the form and for the reader of the file.

    ``passage`` is set instead where it is no cell but a passage of a document; then there is no sheet and no cell, and
    ``table`` is empty but for a cell of a table inside the document.
    """

    table: str
    sheet: str | None
    cell: str | None
    role: str
    label: str
    value: str | None
    weight: int = 1
    last_year: bool = False
    passage: TextPlace | None = None

    @property
    def listed_table(self) -> str:
        """The table as lists of findings have it; the document of a passage."""
        return self.table if self.passage is None else self.passage.document

    @property
    def listed_cell(self) -> str:
        """The cell as lists of findings have it: 整张表 where it is none, the words of a passage."""
        if self.passage is None:
            return self.cell or "整张表"
        return "".join(self.passage.quote.split()) or "全文"


class TextCounts(NamedTuple):
    """What became of the figures of a document: bound to a cell, derived from others, foreign, or nobody can say.

    ``uncompared`` belong into tables that nobody has: there is no workbook.
    """

    document: str
    bound: int = 0
    derived: int = 0
    foreign: int = 0
    cannot_say: int = 0
    uncompared: int = 0

    @property
    def figures(self) -> int:
        """All of them."""
        return self.bound + self.derived + self.foreign + self.cannot_say + self.uncompared


class Live(NamedTuple):
    """Excel formulas that follow a finding in the workbook: ``holds`` is TRUE once it is mended."""

    holds: str
    difference: str


class Remark(NamedTuple):
    """One thing that reading or checking has to say. Amounts are decimal strings in ``unit``; None where unknown.

    ``code`` names its kind (a block of ``report/codes.py``), ``params`` fill the blanks of its sentence. ``live`` are
    its formulas for the marked copy, where its relation has an Excel form. A report makes a finding of each.
    """

    rule: str | None
    severity: Severity
    category: str
    code: str
    cells: tuple[CellRef, ...] = ()
    expected: str | None = None
    actual: str | None = None
    difference: str | None = None
    allowed: str | None = None
    unit: str | None = None
    params: Mapping[str, str] = {}
    live: Live | None = None


class SuspectCell(NamedTuple):
    """A cell that a cause names: the figure it should show (None: can't tell) and the exact figures that fit.

    ``interval`` has decimal strings, empty where there is no bound.
    """

    cell: CellRef
    suggested: str | None
    interval: tuple[str, str]


class Diagnosis(NamedTuple):
    """What most likely went wrong, and the remarks (by index) that this explains.

    ``cells`` are those to change, the first one first; ``alternatives`` other cells any one of which would explain
    the same remarks. ``tied``: the figures don't favour the first over them. ``kind`` is one of the contract's,
    ``code`` says which sentence fits, ``params`` fill its blanks; ``message`` is that sentence, once a report has it.
    """

    kind: str
    cells: tuple[SuspectCell, ...]
    explains: tuple[int, ...]
    unit: str
    alternatives: tuple[SuspectCell, ...] = ()
    tied: bool = False
    code: str = "cell"
    params: Mapping[str, str] = {}
    message: str = ""

    @property
    def cell(self) -> CellRef:
        """The cell to look at first."""
        return self.cells[0].cell

    @property
    def suggested(self) -> str | None:
        """What the first cell should say."""
        return self.cells[0].suggested

    @property
    def interval(self) -> tuple[str, str]:
        """The exact figures that fit the first cell."""
        return self.cells[0].interval


class NotEvaluated(NamedTuple):
    """A relation that could not be checked, and why."""

    rule: str
    reason: str


class Justification(NamedTuple):
    """What a unit says to a finding, bound by ``key`` to the finding and by ``values`` to its figures.

    The other fields are for people who read a list of them. See :mod:`xlcheck.report.identity`.
    """

    key: str
    values: str
    text: str
    unit: str = ""
    year: str = ""
    form: str = ""
    rule: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What checking one submission gives: remarks (worst first) and diagnoses, verdicts counted by rule.

    ``tallies`` has, by rule, how many of its relations ended how. ``unsearched``: the search for causes ran out of its
    budget.
    """

    remarks: tuple[Remark, ...]
    diagnoses: tuple[Diagnosis, ...]
    not_evaluated: tuple[NotEvaluated, ...]
    tallies: Mapping[str, Mapping[str, int]]
    unsearched: bool = False

    def count(self, verdict: str) -> int:
        """Relations that ended as ``verdict``, over all rules."""
        return sum(t.get(verdict, 0) for t in self.tallies.values())
