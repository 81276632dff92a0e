"""What a test that is no comparison gives, and the rows of codes that such tests look at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from xlcheck.form import Verdict
from xlcheck.labels import address
from xlcheck.model import Section, Table
from xlcheck.outcome import CellRef


class Result(NamedTuple):
    """One verdict of a test; for a failure the cells, and what to say of it."""

    verdict: Verdict
    what: str = ""
    cells: tuple[CellRef, ...] = ()
    facts: dict[str, str] = {}  # noqa: RUF012 - never mutated
    reason: str = ""


PASS = Result(Verdict.PASS)
_MANY = 3  # codes below a level that a form does not print


def code_sections(table: Table) -> Iterator[Section]:
    """The sections of a table whose rows are codes."""
    return (x for x in table.sections.values() if x.spec.lengths)


def subject(table: Table, section: Section, row: int, *, name: bool = False) -> tuple[CellRef, ...]:
    """The code of a row (or its ``name``) as the cell of a finding."""
    found = section.rows[row]
    column = _lead_column(section, row, name)
    cell = address(found.at, column) if found.at and column > 0 else None
    value = found.name if name else found.code
    return (CellRef(table.spec.number, section.sheet(row, table.sheet), cell, "subject", found.label, value),)


def _lead_column(section: Section, row: int, name: bool) -> int:
    """The column of the code of a row, or of its name: in blocks the two before the figure."""
    spot = section.cell_at.get((row, 0))
    if spot:
        return spot[1] - (1 if name else 2)
    role = "name" if name else "code"
    usual = next((c.at for c in section.spec.columns if c.role == role), 1)
    return section.lead_at.get(role, usual)


def left_out(section: Section) -> set[int]:
    """Lengths of codes that a form leaves out: not one row of that level among many below it."""
    printed = Counter(len(r.code) for r in section.rows if r.code)
    return {n for n in section.spec.lengths if not printed[n] and _below(printed, n) >= _MANY}


def _below(printed: Counter[int], length: int) -> int:
    """How many codes are longer than ``length``."""
    return sum(count for longer, count in printed.items() if longer > length)
