"""Failures → remarks: both sides, the difference, what rounding allows, all cells, the formulas that follow it."""

from __future__ import annotations

from collections.abc import Sequence

from xlcheck.checking.cellrefs import cells_of, digits
from xlcheck.checking.excelform import live_form
from xlcheck.checking.judge import Judged
from xlcheck.checking.relations import Term
from xlcheck.checking.verdicts import MOST_LISTED, Failure, Unlisted, names_a_gap
from xlcheck.form import RuleSpec, Severity, titled
from xlcheck.model import Section, Submission, Table, decimal_text
from xlcheck.outcome import CellRef, Live, Remark

_LABELS = {
    "=": "应等于",
    "恒等": "应等于",
    "≤": "不应大于",
    "≥": "不应小于",
    "<": "应小于",
    ">": "应大于",
    "≠": "不应等于",
}
_CODE_LENGTHS = (5, 3)  # of 款 and 类, what may stand above a code, the nearest first


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


def remark_of(failure: Failure, submission: Submission) -> Remark:
    """What is to be said of a failure."""
    if failure.judged is not None:
        return (_ratio_remark if failure.ratio else _relation_remark)(failure, failure.judged, submission)
    rule, result = failure.rule, failure.result
    if result is None:
        return Remark(rule.id, rule.severity, rule.kind, "claim")
    return Remark(rule.id, rule.severity, rule.kind, result.what, result.cells, params=result.facts)


def _relation_remark(failure: Failure, judged: Judged, submission: Submission) -> Remark:
    rule, terms = failure.rule, judged.terms
    cells = cells_of(terms, submission)
    places = digits(grain(terms))
    turned = _subject_is_right(terms)
    actual, expected = (judged.right, judged.left) if turned else (judged.left, judged.right)
    params = {"op": _turned(failure.op) if turned else _LABELS[failure.op], **_gap_params(failure, judged, submission)}
    return Remark(
        rule.id,
        rule.severity,
        rule.kind,
        "blank_total" if _blank_total(cells, terms, turned) else "relation",
        cells,
        None if "absent" in params else decimal_text(expected, places),
        decimal_text(actual, places),
        decimal_text(actual - expected, places),
        decimal_text(allowed(terms), places),
        unit_of(terms, submission),
        params,
        live_of(failure, judged, turned, submission),
    )


def _gap_params(failure: Failure, judged: Judged, submission: Submission) -> dict[str, str]:
    """Where a side has cells and the other has no row for the code: which tables don't, which of them dropped it."""
    if not names_a_gap(judged, failure.absent):
        return {}
    tables = submission.tables
    params = {"absent": "、".join(tables[t].spec.title for t, _ in failure.absent), "code": failure.absent[0][1]}
    short = abs(judged.left - judged.right)
    dropped = [tables[t].spec.title for t, code in failure.absent if _dropped(tables[t], code, short)]
    return params | ({"dropped": "、".join(dropped)} if dropped else {})


def live_of(failure: Failure, judged: Judged, turned: bool, submission: Submission) -> Live | None:
    """The formulas of a remark; their difference keeps the sign that the remark gives it."""
    form = failure.rule.linear
    if form is None:
        return None
    live = live_form(judged.terms, form.op, form.constant, submission, failure.reach)
    if live is None or not turned:
        return live
    return live._replace(difference=f"=-{live.difference.removeprefix('=')}")


def _ratio_remark(failure: Failure, judged: Judged, submission: Submission) -> Remark:
    said = _relation_remark(failure._replace(reach=0), judged, submission)
    return said._replace(
        code="relation",
        expected=decimal_text(judged.right),
        actual=decimal_text(judged.left),
        difference=decimal_text(judged.left - judged.right),
        allowed="0.00",
        live=None,
    )


def _dropped(table: Table, code: str, figure: int) -> bool:
    """Whether the row of ``code`` was left out of a table: its parent is short by just that figure."""
    return any(_short_by(section, code, figure) for section in table.sections.values())


def _short_by(section: Section, code: str, figure: int) -> bool:
    """Whether the parent of ``code`` is more than the rows below it, by ``figure``, in some column."""
    parent = _parent_row(section, code)
    return parent is not None and any(
        _excess(section, parent, column) == figure for column in range(len(section.columns))
    )


def _parent_row(section: Section, code: str) -> int | None:
    """The row of the nearest code above ``code`` that a section has."""
    above = (code[:n] for n in _CODE_LENGTHS if n < len(code))
    return next((section.codes[c] for c in above if c in section.codes), None)


def _excess(section: Section, parent: int, column: int) -> int:
    """How much more a row says than the rows below it."""
    below = sum(section.figures[row][column] or 0 for row in section.children[parent])
    return (section.figures[parent][column] or 0) - below


def unit_of(terms: Sequence[Term], submission: Submission) -> str:
    """The unit of a relation: that of its first cell's row, else of its table."""
    if not terms:
        return "万元"
    first = terms[0]
    return first.section.rows[first.row].unit or submission.tables[first.section.table].currency


def unlisted_remark(unlisted: Unlisted) -> Remark:
    """That a rule failed more often than is listed."""
    rule = unlisted.rule
    params = {"count": str(unlisted.more), "listed": str(MOST_LISTED)}
    return Remark(rule.id, rule.severity, rule.kind, "unlisted", params=params)


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


def tail_summaries(found: Sequence[tuple[RuleSpec, Judged]], submission: Submission) -> list[Remark]:
    """尾差: one line for each table, or pair of tables, that differs by rounding habit only."""
    groups: dict[tuple[str, ...], list[tuple[RuleSpec, Judged]]] = {}
    for rule, judged in found:
        tables = dict.fromkeys(submission.tables[t.section.table].spec.number for t in judged.terms)
        groups.setdefault(tuple(tables), []).append((rule, judged))
    return [_tail_summary(tables, group, submission) for tables, group in groups.items()]


def _tail_summary(tables: tuple[str, ...], group: list[tuple[RuleSpec, Judged]], submission: Submission) -> Remark:
    largest = max((judged for _, judged in group), key=lambda judged: abs(judged.left - judged.right))
    places = digits(grain(largest.terms))
    rule = group[0][0]
    return Remark(
        rule.id,
        Severity.NOTE,
        "cross_table" if len(tables) > 1 else "arithmetic",
        "tail",
        _cells_without_parts([judged for _, judged in group], submission),
        decimal_text(largest.right, places),
        decimal_text(largest.left, places),
        decimal_text(largest.left - largest.right, places),
        decimal_text(allowed(largest.terms), places),
        unit_of(largest.terms, submission),
        {"tables": "、".join(titled(t) for t in tables), "count": str(len(group))},
    )


def _cells_without_parts(relations: Sequence[Judged], submission: Submission) -> tuple[CellRef, ...]:
    """The cells of relations, each once, but for the parts of sums."""
    cells: dict[tuple[str, str | None], CellRef] = {}
    for judged in relations:
        for ref in cells_of(judged.terms, submission):
            if ref.role != "part":
                cells.setdefault((ref.table, ref.cell), ref)
    return tuple(cells.values())
