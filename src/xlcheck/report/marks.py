"""Which cells are marked, and how: the one rule for the marked copy, the page and every other format.

The cell that a diagnosis names comes first; where the figures can't tell which of several it is, they are marked alike.
Then the worst finding of a cell gives its mark. Cells that only take part in a sum, and those of what a diagnosis
explains, are marked as such, blank ones not at all. A 尾差 marks nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum

from xlcheck.form import Severity
from xlcheck.outcome import CellRef, SuspectCell
from xlcheck.report.report import Finding, Report


class Level(IntEnum):
    """How a cell is marked, what matters most first. ``RIVAL``: only one of several that may be wrong."""

    RIVAL = -2
    SUSPECT = -1
    ERROR = 0
    VERIFY = 1
    NOTE = 2
    PART = 9


@dataclass(slots=True)
class CellMark:
    """The mark of one cell.

    ``findings`` are the indexes of all findings that it stands in, ``about`` those that are about it. ``diagnosis`` is
    the index of the one that names it, ``leads`` whether it is shown first there, ``suspect`` what is said of it there.
    """

    level: Level
    diagnosis: int | None = None
    leads: bool = False
    suspect: SuspectCell | None = None
    findings: list[int] = field(default_factory=list)
    about: list[int] = field(default_factory=list)


Marks = dict[str, dict[str, CellMark]]


def marks_of(report: Report) -> Marks:
    """The marks by sheet and address."""
    marks: Marks = {}
    for sheet, address, mark in _suspects(report):
        marks.setdefault(sheet, {}).setdefault(address, mark)
    for index, finding in enumerate(report.findings):
        if not finding.sums_up:
            _mark_finding(marks, index, finding)
    return marks


def _suspects(report: Report) -> Iterator[tuple[str, str, CellMark]]:
    """The cells that diagnoses name: those to change, then those that may be the wrong one as well."""
    for number, diagnosis in enumerate(report.diagnoses):
        level = Level.RIVAL if diagnosis.tied else Level.SUSPECT
        for at, suspect in enumerate(diagnosis.cells):
            yield from _named(suspect, CellMark(level, number, at == 0, suspect))
    for number, diagnosis in enumerate(report.diagnoses):
        for suspect in diagnosis.alternatives:
            yield from _named(suspect, CellMark(Level.RIVAL, number, suspect=suspect))


def _named(suspect: SuspectCell, mark: CellMark) -> Iterator[tuple[str, str, CellMark]]:
    if suspect.cell.sheet and suspect.cell.cell:
        yield suspect.cell.sheet, suspect.cell.cell, mark


def _mark_finding(marks: Marks, index: int, finding: Finding) -> None:
    level = Level((Severity.NOTE if finding.justified else finding.severity).rank)
    if finding.subject is not None and finding.subject.passage is not None:
        return  # it is the text that is to be looked at
    for cell in finding.cells:
        if not (cell.sheet and cell.cell):
            continue
        there = marks.setdefault(cell.sheet, {})
        aside = takes_part(finding, cell)
        if aside and not cell.value and cell.cell not in there:
            continue
        mark = there.setdefault(cell.cell, CellMark(Level.PART if aside else level))
        _add(mark, index, None if aside else level)


def _add(mark: CellMark, index: int, level: Level | None) -> None:
    """Add a finding to the mark of a cell; ``level``: of one that is about the cell, None: the cell only takes part."""
    if level is not None:
        mark.level = min(mark.level, level)
        mark.about.append(index)
    if index not in mark.findings[-1:]:
        mark.findings.append(index)


def takes_part(finding: Finding, cell: CellRef) -> bool:
    """Whether a cell of a finding only takes part in a sum, or in what a diagnosis explains: it is not what is wrong."""
    if finding.diagnosis is not None or cell.role == "part":
        return True
    sides = len(finding.cells) > 2 and {c.role for c in finding.cells} == {"left", "right"}
    return sides and cell is not finding.subject
