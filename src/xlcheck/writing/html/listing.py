"""Findings, causes and what could not be checked, as the page lists them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from xlcheck.outcome import CellRef
from xlcheck.report.report import Finding, Report
from xlcheck.report.sentences import place

MOST_FINDINGS = 1_000
MOST_FIGURES = 20_000  # rows of figures behind all findings of a workbook
MOST_PARTS = 300  # and behind one
MOST_REASONS = 300
_ROLES = {"total": "合计", "part": "其中", "left": "一方", "right": "另一方", "subject": "本格"}
_SUMMED = ("part", "right", "left")
Anchor = Callable[[CellRef], str]


class FigureView(NamedTuple):
    """A cell behind a finding: where it stands, what it is there for, what it says."""

    place: str
    anchor: str
    role: str
    label: str
    sign: str
    value: str


class SubjectView(NamedTuple):
    """The cell that a finding is about: its table, its address, its id on the page; empty where there is none."""

    table: str = ""
    cell: str = ""
    anchor: str = ""


class FindingView(NamedTuple):
    """One finding of the list. ``anchor`` is the id of its cell on the page, empty where it has none."""

    number: int
    severity: str
    rank: int
    table: str
    cell: str
    anchor: str
    message: str
    expected: str
    todo: str
    rule_title: str
    cause: int | None
    tied: bool
    figures: tuple[FigureView, ...]
    more: int
    found: Finding
    demand: str


class CauseView(NamedTuple):
    """A cell that is most likely wrong, with the findings (by number, from 1) that it explains."""

    number: int
    message: str
    anchor: str
    place: str
    value: str
    suggested: str
    explains: tuple[int, ...]
    tied: bool


class Unsaid(NamedTuple):
    """Rules that could not be checked for one reason."""

    reason: str
    rules: str
    relations: int


@dataclass
class Lister:
    """Makes the lists of one workbook; ``anchor`` gives the id of a cell on the page, ``titles`` those of rules by id."""

    report: Report
    titles: Mapping[str, str]
    anchor: Anchor

    def findings(self) -> list[FindingView]:
        """The first findings, each with its figures as long as there is room."""
        left, views = MOST_FIGURES, []
        for index, finding in enumerate(self.report.findings[:MOST_FINDINGS]):
            room = min(MOST_PARTS, left)
            left -= min(room, len(finding.cells))
            views.append(self._finding(index, finding, room))
        return views

    def _finding(self, index: int, finding: Finding, room: int) -> FindingView:
        subject, diagnosis = self._subject(finding.subject), self.report.diagnosis_of(finding)
        figures = tuple(self._figure(c) for c in finding.cells[:room]) if _has_figures(finding) else ()
        return FindingView(
            number=index + 1,
            severity=finding.severity.value,
            rank=finding.severity.rank,
            table=subject.table,
            cell=subject.cell,
            anchor=subject.anchor,
            message=finding.message,
            expected=finding.right or "",
            todo=finding.advice,
            rule_title=self.titles.get(finding.rule or "", ""),
            cause=finding.diagnosis,
            tied=diagnosis is not None and diagnosis.tied,
            figures=figures,
            more=max(0, len(finding.cells) - room) if figures else 0,
            found=finding,
            demand=finding.params.get("op", "应为"),
        )

    def _subject(self, subject: CellRef | None) -> SubjectView:
        if subject is None:
            return SubjectView()
        return SubjectView(subject.listed_table, subject.listed_cell, self.anchor(subject))

    def _figure(self, cell: CellRef) -> FigureView:
        role, value = _ROLES.get(cell.role, ""), cell.value or "（空）"
        return FigureView(place(cell), self.anchor(cell), role, cell.label, _sign(cell), value)

    def causes(self) -> list[CauseView]:
        """The cells that are most likely wrong."""
        return [
            CauseView(
                number, d.message, self.anchor(d.cell), place(d.cell), d.cell.value or "（空）",
                "" if d.tied else d.suggested or "", tuple(i + 1 for i in d.explains), d.tied,
            )
            for number, d in enumerate(self.report.diagnoses[:MOST_FINDINGS])
        ]  # fmt: skip

    def unsaid(self) -> list[Unsaid]:
        """What could not be checked, by reason, in the order of the first rule of each."""
        reasons: dict[str, list[str]] = {}
        for entry in self.report.not_evaluated:
            reasons.setdefault(entry.reason, []).append(entry.rule)
        return [Unsaid(reason, _counted(rules), len(rules)) for reason, rules in list(reasons.items())[:MOST_REASONS]]


def _sign(cell: CellRef) -> str:
    """How a cell enters its sum: ``+``, ``−2×``; empty for a cell that is a side of its own."""
    sign = ("−" if cell.weight < 0 else "+") if cell.role in _SUMMED else ""
    return sign if abs(cell.weight) <= 1 else f"{sign}{abs(cell.weight)}×"


def _has_figures(finding: Finding) -> bool:
    """Whether there is more behind a finding than the one cell that its sentence names."""
    return len([c for c in finding.cells if c.cell]) > 1 or finding.expected is not None


def _counted(rules: list[str]) -> str:
    """``G01-01、G03-02（12 处）``."""
    runs = ((rule, len(list(same))) for rule, same in groupby(rules))
    return "、".join(rule if count == 1 else f"{rule}（{count} 处）" for rule, count in runs)
