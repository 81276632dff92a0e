"""Which cells of the page are marked, and how: the same rule as in the marked copy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from xlcheck.form import Severity
from xlcheck.model import CellRef, Finding, Outcome
from xlcheck.reading.grid import split_reference
from xlcheck.writing.listsheet import main_cell

SUSPECT, PART = -1, 9
RANKS = {severity: rank for rank, severity in enumerate(Severity)}
Spot = tuple[int, int]


@dataclass(slots=True)
class Mark:
    """How a cell is marked. ``rank``: -1 most likely wrong, 0 错误, 1 核实, 2 提示, 9 only takes part in a sum.

    ``findings`` are the indexes of all findings with this cell, ``cause`` that of the cause which names it.
    """

    rank: int
    findings: list[int] = field(default_factory=list)
    cause: int | None = None


Marks = Mapping[str, Mapping[Spot, Mark]]


def marks_of(outcome: Outcome) -> Marks:
    """Marks by sheet and 1-based (row, column). A 尾差 marks nothing; nor does a blank that only takes part."""
    found: dict[str, dict[Spot, Mark]] = {}
    for number, cause in enumerate(outcome.causes):
        spot = spot_of(cause.cell)
        if spot and cause.cell.sheet:
            found.setdefault(cause.cell.sheet, {})[spot] = Mark(SUSPECT, cause=number)
    for number, finding in enumerate(outcome.findings):
        if finding.what == "tail":
            continue
        for cell in finding.cells:
            spot = spot_of(cell)
            if spot is None or cell.sheet is None:
                continue
            rank = PART if _aside(cell, finding) else RANKS[finding.severity]
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


def _aside(cell: CellRef, finding: Finding) -> bool:
    """Whether a cell only takes part in a sum, and is not what the finding is about."""
    sides = len(finding.cells) > 2 and {c.role for c in finding.cells} == {"left", "right"}
    return cell.role == "part" or (sides and cell is not main_cell(finding))
