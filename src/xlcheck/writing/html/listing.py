"""Findings, causes and what could not be checked, as the page lists them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from xlcheck.form import SetSpec
from xlcheck.model import Cause, CellRef, Finding, Outcome
from xlcheck.writing.causewords import cause_message, cause_todo
from xlcheck.writing.html.marks import RANKS
from xlcheck.writing.listsheet import main_cell
from xlcheck.writing.words import mend, message, place, unaccepted

MOST_FINDINGS = 1_000
MOST_FIGURES = 20_000  # rows of figures behind all findings of a workbook
MOST_PARTS = 300  # and behind one
MOST_REASONS = 300
_ROLES = {"total": "合计", "part": "其中", "left": "一方", "right": "另一方", "subject": "本格"}
Anchor = Callable[[CellRef], str]


class FigureView(NamedTuple):
    """A cell behind a finding: where it stands, what it is there for, what it says."""

    place: str
    anchor: str
    role: str
    label: str
    sign: str
    value: str


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
    unaccepted: str


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
    """Makes the lists of one workbook; ``anchor`` gives the id of a cell on the page."""

    outcome: Outcome
    form: SetSpec
    anchor: Anchor

    def findings(self) -> list[FindingView]:
        """The first findings, each with its figures as long as there is room."""
        titles = {rule.id: rule.title for rule in self.form.rules}
        left, views = MOST_FIGURES, []
        causes = {i: n for n, cause in reversed(list(enumerate(self.outcome.causes))) for i in cause.explains}
        for index, finding in enumerate(self.outcome.findings[:MOST_FINDINGS]):
            room = min(MOST_PARTS, left)
            left -= min(room, len(finding.cells))
            views.append(self._finding(index, finding, causes.get(index), room, titles))
        return views

    def _finding(
        self, index: int, finding: Finding, cause_number: int | None, room: int, titles: dict[str, str]
    ) -> FindingView:
        main = main_cell(finding)
        cause = self.outcome.causes[cause_number] if cause_number is not None else None
        todo, expected = _advice(finding, cause, main, self.form)
        figures = tuple(self._figure(c) for c in finding.cells[:room]) if _has_figures(finding) else ()
        return FindingView(
            number=index + 1,
            severity=finding.severity.value,
            rank=RANKS[finding.severity],
            table=main.table if main else "",
            cell=(main.cell or "整张表") if main else "",
            anchor=self.anchor(main) if main else "",
            message=message(finding, self.form),
            expected=expected,
            todo=todo,
            rule_title=titles.get(finding.rule or "", ""),
            cause=cause_number,
            tied=cause is not None and cause.tied,
            figures=figures,
            more=max(0, len(finding.cells) - room) if figures else 0,
            found=finding,
            demand=finding.facts.get("op", "应为"),
            unaccepted=unaccepted(finding),
        )

    def _figure(self, cell: CellRef) -> FigureView:
        sign = "" if cell.role not in ("part", "right", "left") else "−" if cell.weight < 0 else "+"
        if abs(cell.weight) > 1:
            sign += f"{abs(cell.weight)}×"
        return FigureView(
            place(cell), self.anchor(cell), _ROLES.get(cell.role, ""), cell.label, sign, cell.value or "（空）"
        )

    def causes(self) -> list[CauseView]:
        """The cells that are most likely wrong."""
        return [
            CauseView(
                number, cause_message(cause), self.anchor(cause.cell), place(cause.cell),
                cause.cell.value or "（空）", "" if cause.tied else cause.suggested or "", tuple(i + 1 for i in cause.explains), cause.tied,
            )
            for number, cause in enumerate(self.outcome.causes[:MOST_FINDINGS])
        ]  # fmt: skip

    def unsaid(self) -> list[Unsaid]:
        """What could not be checked, by reason, in the order of the first rule of each."""
        reasons: dict[str, list[str]] = {}
        for entry in self.outcome.cannot_say:
            reasons.setdefault(entry.reason, []).append(entry.rule)
        return [Unsaid(reason, _counted(rules), len(rules)) for reason, rules in list(reasons.items())[:MOST_REASONS]]


def _has_figures(finding: Finding) -> bool:
    """Whether there is more behind a finding than the one cell that its sentence names."""
    return len([c for c in finding.cells if c.cell]) > 1 or finding.expected is not None


def _advice(finding: Finding, cause: Cause | None, main: CellRef | None, form: SetSpec) -> tuple[str, str]:
    """What to do, and the figure to put: what follows from a figure that is itself wrong is no advice."""
    if cause is None:
        return mend(finding, form), finding.expected or ""
    itself = main is not None and (cause.cell.table, cause.cell.cell) == (main.table, main.cell)
    return cause_todo(cause), (cause.suggested or "") if itself and not cause.tied else ""


def _counted(rules: list[str]) -> str:
    """``G01-01、G03-02（12 处）``."""
    runs = ((rule, len(list(same))) for rule, same in groupby(rules))
    return "、".join(rule if count == 1 else f"{rule}（{count} 处）" for rule, count in runs)
