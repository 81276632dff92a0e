"""Cells of relations as the cells of a remark: where they stand, what they are called, what they say."""

from __future__ import annotations

from collections.abc import Sequence

from xlcheck.checking.relations import Term
from xlcheck.model import CellKind, Submission, decimal_text
from xlcheck.outcome import CellRef
from xlcheck.reading.values import cell_label


def value_text(term: Term) -> str | None:
    """A cell's printed figure as a decimal string; its text where it is none; None when blank."""
    amount = term.amount
    if amount.kind is CellKind.BLANK:
        return None
    if not amount.filled or amount.figure is None:
        return amount.text
    return decimal_text(amount.figure, digits(amount.ulp))


def digits(ulp: int) -> int:
    """Decimals of figures whose last digit is worth ``ulp`` millionths (0: whole numbers)."""
    return max(0, 7 - len(str(ulp))) if ulp else 0


def cell_ref(term: Term, role: str, submission: Submission) -> CellRef:
    """A term as a cell of a finding."""
    table = submission.tables[term.section.table]
    ours = any(section is term.section for section in table.sections.values())
    return CellRef(
        table.spec.number,
        term.section.sheet(term.row, table.sheet) if ours else None,
        term.section.cell(term.row, term.column),
        role,
        cell_label(term.section, term.row, term.column),
        value_text(term),
        term.weight if term.left else -term.weight,
        last_year=not ours,
    )


def cells_of(terms: Sequence[Term], submission: Submission) -> tuple[CellRef, ...]:
    """Cells with their roles: total and parts where one cell stands against several, else two sides."""
    on_left, on_right = _roles(terms)
    unique: dict[tuple[int, int, int], CellRef] = {}
    for term in terms:
        unique.setdefault(term.spot, cell_ref(term, on_left if term.left else on_right, submission))
    return tuple(unique.values())


def _roles(terms: Sequence[Term]) -> tuple[str, str]:
    """What the cells of the left side are, and those of the right."""
    left = sum(t.left for t in terms)
    right = len(terms) - left
    if left == 1 < right:
        return "total", "part"
    if right == 1 < left:
        return "part", "total"
    return "left", "right"
