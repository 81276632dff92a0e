"""The Excel form of a rule of score sheets: what keeps a finding up to date in the marked copy.

Functions that Excel 2007, WPS and LibreOffice share: SUM, MIN, MAX, ROUND, ABS, IF, LEN, AND, OR. A cell that holds a
text (≥95%) is no number to a formula: a relation with one has no Excel form.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from xlcheck.checking.scoresheets.cells import FormPlace, NotThere, RowBinding, cell_at, places
from xlcheck.checking.scoresheets.evaluate import Evaluator
from xlcheck.checking.scoresheets.formulatext import NoExcelFormError, expression_text
from xlcheck.checking.scoresheets.judge import compared
from xlcheck.formula import syntax as s
from xlcheck.formula.excel import quoted
from xlcheck.formula.ranges import Unusable
from xlcheck.outcome import Live
from xlcheck.scores.spec import GradeBand

_BOTH = {"=": "ABS({d})<={slack}", "≤": "{d}<={slack}", "≥": "{d}>=-{slack}"}


def live_of(claim: s.Claim, at: RowBinding, evaluator: Evaluator) -> Live | None:
    """The formulas of a failed claim; None where Excel can't say it."""
    try:
        return _Writer(at, evaluator).live(claim)
    except (NoExcelFormError, NotThere, Unusable):
        return None


class _Writer:
    """Writes formulas for one row of one sheet."""

    def __init__(self, at: RowBinding, evaluator: Evaluator) -> None:
        self.at = at
        self.evaluator = evaluator
        self.sheet = evaluator.sheet

    def live(self, claim: s.Claim) -> Live:
        match claim:
            case s.Compare(_, s.Ref() as left, s.Call("分档", (inside,))):
                return self._grade(left, inside)
            case s.Call("填了", args):
                return self._filled(args)
        sides = compared(claim, self.at, self.evaluator)
        tests = [self._test(one.node) for one in sides if one.node.op in _BOTH]
        if not tests or len(tests) < len(sides):
            raise NoExcelFormError
        nearest = min(sides, key=lambda one: abs(one.left - one.right)).node
        holds = tests[0] if len(tests) == 1 else f"OR({','.join(tests)})"
        return Live(f"={holds}", f"={self._difference(nearest)}")

    def _test(self, node: s.Compare) -> str:
        """TRUE as long as a comparison can hold: the two sides are no further apart than the printed digits allow."""
        ranges = [self.evaluator.range(side, self.at, wide=True) for side in (node.left, node.right)]
        slack = sum((r.high - r.low for r in ranges), Fraction(0)) / 2
        return _BOTH[node.op].format(d=self._difference(node), slack=_number(slack))

    def _difference(self, node: s.Compare) -> str:
        return f"ROUND({self._text(node.left)}-({self._text(node.right)}),6)"

    def _text(self, node: s.Expr) -> str:
        return expression_text(node, self.at, self.sheet, self._cell)

    def _cell(self, place: FormPlace) -> str:
        """A cell as a formula takes it: one without place is the number that is assumed for it."""
        cell = cell_at(place, self.sheet)
        value = cell.value
        if cell.cell is None:
            return _number(value.number)
        if value.filled and not value.stored:
            raise NoExcelFormError
        address = f"{quoted(self.sheet.sheet)}!{cell.cell}"
        return f"({address}*100)" if value.percent else address

    def _grade(self, left: s.Ref, inside: s.Expr) -> Live:
        (place,) = places(left, self.at, self.sheet)
        cell = cell_at(place, self.sheet)
        score = self._text(inside)
        address = f"{quoted(self.sheet.sheet)}!{cell.cell}"
        if cell.cell is None or len(cell.value.text) > 4:
            raise NoExcelFormError
        return Live(f"={address}={_nested(self.sheet.spec.grades, score)}", "")

    def _filled(self, args: Sequence[s.Expr]) -> Live:
        found = [cell for arg in args for cell in self.evaluator.cells(arg, self.at)]
        tests = [f"LEN({quoted(self.sheet.sheet)}!{cell.cell})>0" for cell in found if cell.cell]
        if not tests:
            raise NoExcelFormError
        return Live(f"={tests[0]}" if len(tests) == 1 else f"=AND({','.join(tests)})", "")


def _nested(grades: Sequence[GradeBand], score: str) -> str:
    """IF(score>=90,"优",IF(…))."""
    first, *others = grades
    if not others:
        return f'"{first.name}"'
    return f'IF({score}>={first.at_least},"{first.name}",{_nested(others, score)})'


def joined(lives: Sequence[Live | None]) -> Live | None:
    """One formula for findings that are said together: TRUE once all hold."""
    if not lives or any(live is None for live in lives) or len(lives) > 60:
        return None
    tests = [live.holds.removeprefix("=") for live in lives if live is not None]
    return Live(f"={tests[0]}" if len(tests) == 1 else f"=AND({','.join(tests)})", "")


def _number(value: Fraction) -> str:
    return f"{float(value):.9g}"
