"""One relation → how it ends: exact, explained by rounding, 尾差, wrong, empty, or unusable."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum, auto
from typing import NamedTuple

from xlcheck.checking.relations import Term
from xlcheck.formula.interval import ZERO, Interval, possible, printed
from xlcheck.model import Amount, CellKind, Submission


class End(Enum):
    """How a relation ends; TAIL and WRONG are both ``fail``."""

    EXACT = auto()
    ROUNDING = auto()
    TAIL = auto()
    WRONG = auto()
    EMPTY = auto()
    LOST = auto()


class Judged(NamedTuple):
    """A relation that did not simply hold: its cells, both sides in millionths, and the end."""

    end: End
    terms: tuple[Term, ...]
    left: int
    right: int
    reason: str = ""


def span(amount: Amount) -> Interval:
    """Exact figures that a cell can stand for: a blank or a dash is exactly 0."""
    if not amount.filled or amount.figure is None:
        return ZERO
    return printed(amount.figure, amount.ulp)


def holds_exactly(op: str, difference: int) -> bool:
    """Whether the figures as printed satisfy the comparison."""
    return possible(op, Interval(difference, difference))


def holds_rounded(op: str, terms: Sequence[Term], constant: int) -> bool:
    """Whether exact figures exist that print like this and satisfy the comparison."""
    difference = Interval(constant, constant)
    for term in terms:
        difference += span(term.amount).scaled(term.weight)
    return possible(op, difference)


def sides(terms: Sequence[Term], constant: int) -> tuple[int, int]:
    """Sums of the two sides as printed, the constant counted on the right."""
    left = sum(t.weight * (t.amount.figure or 0) for t in terms if t.left)
    right = -sum(t.weight * (t.amount.figure or 0) for t in terms if not t.left) - constant
    return left, right


def unusable(terms: Sequence[Term], submission: Submission) -> str:
    """Why the first cell without a figure has none."""
    for term in terms:
        if term.amount.figure is None:
            return _reason(term, submission)
    return ""


_WHY = {
    CellKind.TEXT: "填的是文字“{text}”，不是数字",
    CellKind.ERROR_VALUE: "是错误值 {text}",
    CellKind.NO_CACHE: "是公式但没有计算结果",
    CellKind.BOOLEAN: "是逻辑值 {text}，不是数字",
    CellKind.DATE: "是日期，不是数字",
    CellKind.COVERED: "被合并的单元格盖住，看不见填了多少",
    CellKind.HEADER_WORD: "是表头文字“{text}”，合计行没有印数字",
}


def _reason(term: Term, submission: Submission) -> str:
    title = submission.tables[term.section.table].spec.title
    row = term.section.rows[term.row]
    cell = term.section.cell(term.row, term.column)
    if cell is None:
        column = term.section.columns[term.column]
        return row.reason or f"{title}没有找到“{column}”这一栏"
    why = _WHY.get(term.amount.kind, "没有可用的数字").format(text=term.amount.text.strip()[:20])
    return f"{title} {cell} {why}"
