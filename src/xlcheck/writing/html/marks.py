"""Which cells of the page are marked, and how: the same rule as in the marked copy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from xlcheck.form import Severity
from xlcheck.model import CellRef, Finding, Outcome
from xlcheck.reading.grid import split_reference
from xlcheck.writing.blamed import blamed, explained
from xlcheck.writing.listsheet import main_cell

SUSPECT, RIVAL, PART = -1, -2, 9
RANKS = {severity: rank for rank, severity in enumerate(Severity)}
Spot = tuple[int, int]


@dataclass(slots=True)
class Mark:
    """How a cell is marked.

    ``rank`` is -1 for most likely wrong, -2 for one of several that may be, 0 for 错误,
    1 for 核实, 2 for 提示, 9 for what only takes part in a sum.

    ``findings`` are the indexes of all findings with this cell, ``cause`` that of the cause which names it.
    """

    rank: int
    findings: list[int] = field(default_factory=list)
    cause: int | None = None


Marks = Mapping[str, Mapping[Spot, Mark]]


def marks_of(outcome: Outcome) -> Marks:
    """Marks by sheet and 1-based (row, column). A 尾差 marks nothing; nor does a blank that only takes part."""
    found: dict[str, dict[Spot, Mark]] = {}
    for (sheet, at), one in blamed(outcome).items():
        place = split_reference(at)
        if place:
            found.setdefault(sheet, {})[place] = Mark(RIVAL if one.rival else SUSPECT, cause=one.cause)
    follows = explained(outcome)
    for number, finding in enumerate(outcome.findings):
        if finding.what == "tail":
            continue
        aside = _aside(finding)
        for cell in finding.cells:
            spot = spot_of(cell)
            if spot is None or cell.sheet is None:
                continue
            rank = PART if number in follows or aside(cell) else RANKS[finding.severity]
            there = found.setdefault(cell.sheet, {})
            if rank == PART and not cell.value and spot not in there:
                continue
            mark = there.setdefault(spot, Mark(rank))
            mark.rank = min(mark.rank, rank)
            if number not in mark.findings[-1:]:
                mark.findings.append(number)
    return found


def spot_of(cell: CellRef) -> Spot | None:
    """Row and column of a cell of this year's workbook, None when it is nowhere in it."""
    return split_reference(cell.cell) if cell.cell and cell.sheet and not cell.last_year else None


def _aside(finding: Finding) -> Callable[[CellRef], bool]:
    """Whether a cell of a finding only takes part in a sum, and is not what the finding is about."""
    sides = len(finding.cells) > 2 and {c.role for c in finding.cells} == {"left", "right"}
    main = main_cell(finding) if sides else None
    return lambda cell: cell.role == "part" or (sides and cell is not main)
