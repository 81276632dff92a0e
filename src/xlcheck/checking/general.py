"""Comparisons without a linear form: products, ratios, 四舍五入.

Products and ratios of printed figures are intervals; 四舍五入 is taken of the figures *as printed*: a
percentage is right if it is the rounding of the ratio of the printed amounts (docs/design/design.md, *Figures*).
"""

from __future__ import annotations

from fractions import Fraction

from xlcheck.checking import judge
from xlcheck.checking.relations import Relations, lay
from xlcheck.form import RuleSpec
from xlcheck.formula import syntax as s
from xlcheck.formula.interval import Interval
from xlcheck.formula.linear import form
from xlcheck.formula.ranges import POSSIBLE, Range, Unusable, combine, negative, point, rounded, total
from xlcheck.model import SCALE, Amount, Submission


class General:
    """Evaluates the two sides of a comparison for every binding of its references."""

    def __init__(self, rule: RuleSpec, node: s.Compare, now: Submission, before: Submission | None) -> None:
        self.now = now
        self.node = node
        refs = s.refs(node)
        left = len(s.refs(node.left))
        self.relations: Relations = lay(rule, form(node.op, tuple((1, r) for r in refs), 0, left), now, before)
        self._plan_of = {id(r): p for r, p in zip(refs, self.relations.plans, strict=True)}

    def sides(self, binding: int, column: int) -> tuple[Range, Range, Fraction, Fraction]:
        """Ranges of both sides, and both sides of the printed figures.

        Raises:
            Unusable: a cell without a figure, or a division by zero.
        """
        terms = self.relations.terms(binding, column)
        reason = judge.unusable(terms, self.now)
        if reason:
            raise Unusable(reason)
        at = binding, column
        wide = [self._range(x, at, True) for x in (self.node.left, self.node.right)]
        exact = [self._range(x, at, False) for x in (self.node.left, self.node.right)]
        return wide[0], wide[1], exact[0].low, exact[1].low

    def holds(self, binding: int, column: int) -> tuple[bool, bool, Fraction, Fraction]:
        """(holds as printed, can hold with rounding, left, right)."""
        left, right, shown_left, shown_right = self.sides(binding, column)
        exactly = POSSIBLE[self.node.op](Range(shown_left, shown_left), Range(shown_right, shown_right))
        loosely = self.node.op != "恒等" and POSSIBLE[self.node.op](left, right)
        return exactly, exactly or loosely, shown_left, shown_right

    def _range(self, node: s.Expr, at: tuple[int, int], wide: bool) -> Range:
        """What an expression can come to at a (binding, column): as printed, or as far as rounding lets it."""
        match node:
            case s.Number(value):
                return point(Fraction(value))
            case s.Ref():
                return self._cells(node, at, wide)
            case s.Negative(operand):
                inner = self._range(operand, at, wide)
                return negative(inner)
            case s.Call("四舍五入", (inside, s.Number(digits))):
                return point(rounded(self._range(inside, at, False).low, int(digits)))
            case s.Call("合计", args):
                return total([self._range(a, at, wide) for a in args])
            case s.Arithmetic(op, left, right):
                return combine(op, self._range(left, at, wide), self._range(right, at, wide))
        raise Unusable("公式里有不能计算的部分")

    def _cells(self, ref: s.Ref, at: tuple[int, int], wide: bool) -> Range:
        plan = self._plan_of[id(ref)]
        amounts = (plan.section.amounts[row][column] for row, column in plan.cells(*at))
        spans = list(map(judge.span if wide else _as_printed, amounts))
        return Range(Fraction(sum(x.low for x in spans), SCALE), Fraction(sum(x.high for x in spans), SCALE))


def _as_printed(amount: Amount) -> Interval:
    figure = amount.figure or 0
    return Interval(figure, figure)
