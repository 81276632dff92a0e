"""An expression of a rule of score sheets as a part of an Excel formula: for marked copies and for the self-check."""

from __future__ import annotations

from collections.abc import Callable

from xlcheck.checking.scoresheets.cells import FormPlace, RowBinding, places
from xlcheck.formula import syntax as s
from xlcheck.scores.sheet import ScoreSheet


class NoExcelFormError(Exception):
    """The relation has no Excel form."""


def expression_text(node: s.Expr, at: RowBinding, sheet: ScoreSheet, cell: Callable[[FormPlace], str]) -> str:
    """The expression for one row of a sheet; ``cell`` writes one of its cells.

    Raises:
        NoExcelFormError: Excel can't say it.
    """

    def written(inside: s.Expr) -> str:
        return expression_text(inside, at, sheet, cell)

    match node:
        case s.Number(value):
            return f"{value}"
        case s.Ref():
            cells = [cell(place) for place in places(node, at, sheet)]
            return cells[0] if len(cells) == 1 else f"SUM({','.join(cells)})"
        case s.Negative(operand):
            return f"-({written(operand)})"
        case s.Arithmetic(op, left, right):
            return f"({written(left)}{op}{written(right)})"
        case s.Call("合计", args):
            return f"SUM({','.join(map(written, args))})"
        case s.Call(("最小" | "最大") as name, args):
            return f"{'MIN' if name == '最小' else 'MAX'}({','.join(map(written, args))})"
        case s.Call("精确到", (inside, _)):
            return written(inside)
    raise NoExcelFormError
