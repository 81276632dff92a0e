"""What a check gives: one frozen :class:`Report`. Everything that is shown, mailed or kept is made of it.

Amounts are decimal strings in the table's unit. Nothing here looks at a workbook: see :mod:`xlcheck.report.assemble`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from xlcheck.counted import counted_as
from xlcheck.errors import RefusalCode
from xlcheck.form import Severity
from xlcheck.model import PrintedNames, Recognised
from xlcheck.outcome import CellRef, Diagnosis, Live, NotEvaluated, TextCounts

NEW, OPEN, MENDED, UNSURE = "新增", "未改正", "已改正", "无法核对"
JUSTIFIED = "已说明"


class Conclusion(Enum):
    """What a report comes to, in one word: the worst that is still to be done, or known, about the workbook."""

    REFUSED = "没有检查"
    WRONG = "有错误"
    DOUBTFUL = "须核实"
    JUSTIFIED = "已说明"
    UNSAID = "有没能核对"
    FINE = "没有发现错误"


class CheckedWorkbook(NamedTuple):
    """The workbook that a report is of.

    ``template_id`` is the template it was checked by. ``recognised`` is False where none explains the tables: then that
    is the open form, and ``nearest`` may name the one that comes nearest. ``dated`` is the day of its rules.
    ``project`` is what it is about where it is the score sheet of one project alone.
    """

    path: str
    sha256: str
    template_id: str = ""
    template_title: str = ""
    recognised: bool = True
    dated: str = ""
    nearest: str | None = None
    unit: str | None = None
    year: int | None = None
    currency: str | None = None
    tables: tuple[Recognised, ...] = ()
    other_sheets: tuple[str, ...] = ()
    names: PrintedNames = PrintedNames()
    project: str = ""

    @property
    def counted_as(self) -> str:
        """What it counts as among what a unit sends: its template, with the project of a score sheet that came alone."""
        return counted_as(self.known_template, self.project)

    @property
    def known_template(self) -> str:
        """The template that explains the tables; empty where none does."""
        return self.template_id if self.recognised else ""


class Refusal(NamedTuple):
    """Why a workbook was not checked, and the sentence."""

    code: RefusalCode
    message: str


class Statement(NamedTuple):
    """What the unit says to a finding (审核说明).

    ``state`` is ``accepted`` or why it is not (``lapsed``, ``short``, ``copied``, ``error``); ``message`` says so.
    """

    text: str
    state: str
    message: str = ""


class Finding(NamedTuple):
    """One thing a reader must know, with all that is said of it.

    It has the fields of its remark as its own, not the remark: one that is read back from JSON has no remark.

    ``key`` is its identity over the versions of a workbook, ``figures_key`` changes with the figures it is about.
    ``subject`` is the cell that it is listed under. ``mend`` is what to do about it by itself, ``advice`` what to do
    where a diagnosis explains it; ``right`` is the figure to put into ``subject`` (None: nobody can say). ``live`` are
    its formulas for the marked copy. ``change`` is what became of it since the last version (empty: not compared),
    ``diagnosis`` the index of the one that explains it.
    """

    key: str
    rule: str | None
    severity: Severity
    category: str
    code: str
    message: str
    mend: str
    cells: tuple[CellRef, ...] = ()
    expected: str | None = None
    actual: str | None = None
    difference: str | None = None
    allowed: str | None = None
    unit: str | None = None
    params: Mapping[str, str] = {}
    live: Live | None = None
    figures_key: str = ""
    subject: CellRef | None = None
    advice: str = ""
    right: str | None = None
    statement: Statement | None = None
    change: str = ""
    diagnosis: int | None = None

    @property
    def justified(self) -> bool:
        """Whether the unit has explained it, and that stands."""
        return self.statement is not None and self.statement.state == "accepted"

    @property
    def open(self) -> bool:
        """Whether the unit still has to do something about it, or to know it."""
        return not self.justified

    @property
    def sums_up(self) -> bool:
        """Whether it only sums up many small differences (尾差): its cells are right, and are not marked."""
        return self.code == "tail"


class EarlierFinding(NamedTuple):
    """A finding of an earlier version of the workbook, by its identity."""

    key: str
    rule: str
    severity: str
    message: str


class Comparison(NamedTuple):
    """The report against that of an earlier version (at ``path``): what is no more, and what nobody can say."""

    path: str
    mended: tuple[EarlierFinding, ...]
    unsure: tuple[EarlierFinding, ...]


class Counts(NamedTuple):
    """Findings by severity: all of them, and those that are not justified (``open_…``); relations by their end."""

    errors: int = 0
    verifies: int = 0
    notes: int = 0
    justified: int = 0
    open_errors: int = 0
    open_verifies: int = 0
    open_notes: int = 0
    passed: int = 0
    within_rounding: int = 0
    failed: int = 0
    not_applicable: int = 0
    not_evaluated: int = 0

    @property
    def by_severity(self) -> dict[Severity, int]:
        """All findings, worst severity first."""
        return {Severity.ERROR: self.errors, Severity.VERIFY: self.verifies, Severity.NOTE: self.notes}

    @property
    def open_by_severity(self) -> dict[Severity, int]:
        """The findings that are not justified, worst severity first."""
        return {Severity.ERROR: self.open_errors, Severity.VERIFY: self.open_verifies, Severity.NOTE: self.open_notes}

    @property
    def findings(self) -> int:
        """All findings."""
        return self.errors + self.verifies + self.notes


def counted(findings: Sequence[Finding], tallies: Mapping[str, Mapping[str, int]]) -> Counts:
    """The one count of findings and relations that everything shows. ``tallies``: by rule, ends of its relations."""
    every = Counter(f.severity for f in findings)
    left = Counter(f.severity for f in findings if f.open)
    ends: Counter[str] = Counter()
    for tally in tallies.values():
        ends.update(tally)
    return Counts(
        errors=every[Severity.ERROR],
        verifies=every[Severity.VERIFY],
        notes=every[Severity.NOTE],
        justified=sum(f.justified for f in findings),
        open_errors=left[Severity.ERROR],
        open_verifies=left[Severity.VERIFY],
        open_notes=left[Severity.NOTE],
        passed=ends["pass"],
        within_rounding=ends["explained_by_rounding"],
        failed=ends["fail"],
        not_applicable=ends["not_applicable"],
        not_evaluated=ends["cannot_say"],
    )


_NOTHING = Counts()


@dataclass(frozen=True, slots=True)
class Report:
    """All that a check of one workbook gives.

    ``diagnoses`` explain findings by index, each with its sentence. ``complete``: the search for them did not run out
    of its budget. ``tallies`` has the ends of relations by rule. ``marked`` is where the marked copy is, if it was
    written.
    """

    workbook: CheckedWorkbook
    refusal: Refusal | None = None
    findings: tuple[Finding, ...] = ()
    diagnoses: tuple[Diagnosis, ...] = ()
    complete: bool = True
    not_evaluated: tuple[NotEvaluated, ...] = ()
    tallies: Mapping[str, Mapping[str, int]] | None = None
    comparison: Comparison | None = None
    counts: Counts = _NOTHING
    texts: tuple[TextCounts, ...] = ()
    marked_documents: tuple[str, ...] = ()
    marked: str | None = None

    @property
    def worst(self) -> Severity | None:
        """The worst severity of what is not justified; None where nothing is left."""
        return min((f.severity for f in self.findings if f.open), key=lambda s: s.rank, default=None)

    @property
    def conclusion(self) -> Conclusion:
        """What the report comes to."""
        counts = self.counts
        if self.refusal is not None:
            return Conclusion.REFUSED
        steps = (
            (counts.open_errors, Conclusion.WRONG), (counts.open_verifies, Conclusion.DOUBTFUL),
            (counts.verifies, Conclusion.JUSTIFIED), (counts.not_evaluated, Conclusion.UNSAID),
        )  # fmt: skip
        return next((conclusion for number, conclusion in steps if number), Conclusion.FINE)

    @property
    def changes(self) -> dict[str, int]:
        """How many findings are new, still there, mended, and not known to be, against the earlier version."""
        if self.comparison is None:
            return {}
        found = {change: sum(f.change == change for f in self.findings) for change in (NEW, OPEN)}
        return found | {MENDED: len(self.comparison.mended), UNSURE: len(self.comparison.unsure)}

    def diagnosis_of(self, finding: Finding) -> Diagnosis | None:
        """The diagnosis that explains a finding, the first one where there are several."""
        return None if finding.diagnosis is None else self.diagnoses[finding.diagnosis]
