"""Relations that failed → findings: both sides, the difference, what rounding allows, all cells."""

from __future__ import annotations

from collections.abc import Sequence

from xlcheck.checking.judge import Judged
from xlcheck.checking.relations import Term
from xlcheck.form import RuleSpec, Severity, titled
from xlcheck.model import CellKind, CellRef, Finding, Submission, Table, decimal_text
from xlcheck.reading.values import cell_label

_LABELS = {
    "=": "应等于",
    "恒等": "应等于",
    "≤": "不应大于",
    "≥": "不应小于",
    "<": "应小于",
    ">": "应大于",
    "≠": "不应等于",
}


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
    left = [t for t in terms if t.left]
    right = [t for t in terms if not t.left]
    roles = ("left", "right")
    if len(left) == 1 and len(right) > 1:
        roles = ("total", "part")
    elif len(right) == 1 and len(left) > 1:
        roles = ("part", "total")
    unique: dict[tuple[int, int, int], CellRef] = {}
    for term in terms:
        unique.setdefault(term.spot, cell_ref(term, roles[0] if term.left else roles[1], submission))
    return tuple(unique.values())


def allowed(terms: Sequence[Term]) -> int:
    """How far apart the two sides may be because of rounding, in millionths: n filled cells × ½ ulp.

    Two cells that stand for the same figure must print the same: 0.
    """
    filled = [t for t in terms if t.amount.filled]
    if len(filled) <= 2:
        return 0
    return sum(abs(t.weight) * t.amount.ulp // 2 for t in filled)


def grain(terms: Sequence[Term]) -> int:
    """The coarsest last digit among the cells, in millionths: how to print sums of them."""
    return max((t.amount.ulp for t in terms if t.amount.filled), default=10_000)


def finding_of(
    rule: RuleSpec, op: str, judged: Judged, absent: Sequence[tuple[str, str]], submission: Submission
) -> Finding:
    """The finding for a relation that is wrong."""
    terms = judged.terms
    cells = cells_of(terms, submission)
    places = digits(grain(terms))
    subject_right = _subject_is_right(terms)
    actual, expected = (judged.right, judged.left) if subject_right else (judged.left, judged.right)
    facts = {"op": _LABELS[op] if not subject_right else _turned(op)}
    if absent and len({t.left for t in terms}) == 1:  # where a side has cells, an absent code is the usual case
        facts["absent"] = "、".join(submission.tables[t].spec.title for t, _ in absent)
        facts["code"] = absent[0][1]
        dropped = [t for t, c in absent if _dropped(submission.tables[t], c, abs(judged.left - judged.right))]
        if dropped:
            facts["dropped"] = "、".join(submission.tables[t].spec.title for t in dropped)
    blank_total = _blank_total(cells, terms, subject_right)
    return Finding(
        rule.id,
        rule.severity,
        rule.kind,
        "blank_total" if blank_total else "relation",
        cells,
        None if "absent" in facts else decimal_text(expected, places),
        decimal_text(actual, places),
        decimal_text(actual - expected, places),
        decimal_text(allowed(terms), places),
        unit_of(terms, submission),
        facts,
    )


def _dropped(table: Table, code: str, figure: int) -> bool:
    """Whether the row of ``code`` was left out of a table: its parent is short by just that figure."""
    for section in table.sections.values():
        parent = next((section.codes[code[:n]] for n in (5, 3) if n < len(code) and code[:n] in section.codes), None)
        if parent is not None:
            for column in range(len(section.columns)):
                below = [section.figures[r][column] or 0 for r in section.children[parent]]
                if (section.figures[parent][column] or 0) - sum(below) == figure:
                    return True
    return False


def unit_of(terms: Sequence[Term], submission: Submission) -> str:
    """The unit of a relation: that of its first cell's row, else of its table."""
    if not terms:
        return "万元"
    first = terms[0]
    return first.section.rows[first.row].unit or submission.tables[first.section.table].currency


def _subject_is_right(terms: Sequence[Term]) -> bool:
    return sum(t.left for t in terms) > 1 and sum(not t.left for t in terms) == 1


def _turned(op: str) -> str:
    return _LABELS[{"≤": "≥", "≥": "≤", "<": ">", ">": "<"}.get(op, op)]


def _blank_total(cells: Sequence[CellRef], terms: Sequence[Term], subject_right: bool) -> bool:
    totals = [c for c in cells if c.role == "total"]
    if not totals:
        return False
    subject = next(t for t in terms if t.left is not subject_right)
    return not subject.amount.filled


def tail_summaries(found: Sequence[tuple[RuleSpec, Judged]], submission: Submission) -> list[Finding]:
    """尾差: one line for each table, or pair of tables, that differs by rounding habit only."""
    groups: dict[tuple[str, ...], list[tuple[RuleSpec, Judged]]] = {}
    for rule, judged in found:
        tables = dict.fromkeys(submission.tables[t.section.table].spec.number for t in judged.terms)
        groups.setdefault(tuple(tables), []).append((rule, judged))
    return [_tail_summary(tables, group, submission) for tables, group in groups.items()]


def _tail_summary(tables: tuple[str, ...], group: list[tuple[RuleSpec, Judged]], submission: Submission) -> Finding:
    largest = max(group, key=lambda item: abs(item[1].left - item[1].right))[1]
    cells: dict[tuple[str, str | None], CellRef] = {}
    for _, judged in group:
        for ref in cells_of(judged.terms, submission):
            if ref.role != "part":
                cells.setdefault((ref.table, ref.cell), ref)
    places = digits(grain(largest.terms))
    rule = group[0][0]
    return Finding(
        rule.id,
        Severity.NOTE,
        "cross_table" if len(tables) > 1 else "arithmetic",
        "tail",
        tuple(cells.values()),
        decimal_text(largest.right, places),
        decimal_text(largest.left, places),
        decimal_text(largest.left - largest.right, places),
        decimal_text(allowed(largest.terms), places),
        unit_of(largest.terms, submission),
        {"tables": "、".join(titled(t) for t in tables), "count": str(len(group))},
    )
