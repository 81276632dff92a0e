"""What an Excel formula gives on the cells of a workbook: sums and the like. Anything else is not judged."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from xlcheck.formula.excelsyntax import (
    Addition,
    Bracketed,
    Constant,
    Expression,
    FunctionCall,
    Percentage,
    Product,
    Reference,
    Signed,
)
from xlcheck.reading.formulacells import FormulaCells, Results, Spot, UnknownError, area_of, spot_of
from xlcheck.reading.grid import Grid

_MOST_DEEP = 40  # brackets, signs and calls in each other
_LIMIT = Decimal(10) ** 15
_MOST_DECIMALS = 9  # that ROUND is asked for, or of tens
_SUBTOTAL_SUM = 9


class Evaluation:
    """Formulas in one cell, on the ``results`` of others (None: on what is saved)."""

    def __init__(self, cells: FormulaCells, grid: Grid, at: Spot, shift: Spot, results: Results | None) -> None:
        self.cells = cells
        self.grid = grid
        self.at = at
        self.shift = shift
        self.results = results
        self.deep = 0

    def value(self, node: Expression) -> Decimal:
        """The value of a whole formula, or of what counts as one: a term, an argument, what stands in brackets.

        Raises:
            UnknownError: it can't be said.
            ArithmeticError: it has none.
        """
        value = self._evaluate(node)
        if not value.is_finite() or abs(value) >= _LIMIT:
            raise UnknownError
        return value

    def _evaluate(self, node: Expression) -> Decimal:
        return _NODES[type(node)](self, node)

    def _deeper(self, node: Expression, read: Callable[[Expression], Decimal]) -> Decimal:
        self.deep += 1
        if self.deep >= _MOST_DEEP:
            raise UnknownError
        value = read(node)
        self.deep -= 1
        return value

    # --- what stands in a formula ---

    def constant(self, node: Constant) -> Decimal:
        """A number as typed."""
        return node.value

    def reference(self, node: Reference) -> Decimal:
        """One cell; a range is no number."""
        if node.last is not None:
            raise UnknownError
        return self.cells.single(node.sheet, spot_of(node.first, self.shift), self.grid, self.results)

    def bracketed(self, node: Bracketed) -> Decimal:
        """What stands in brackets."""
        return self._deeper(node.inner, self.value)

    def signed(self, node: Signed) -> Decimal:
        """An operand behind a sign."""
        value = self._deeper(node.operand, self._evaluate)
        return -value if node.negative else value

    def percentage(self, node: Percentage) -> Decimal:
        """An operand before percent signs."""
        value = self._evaluate(node.operand)
        for _ in range(node.times):
            value /= 100
        return value

    def product(self, node: Product) -> Decimal:
        """Factors, multiplied or divided from left to right."""
        value = self._evaluate(node.factors[0])
        for sign, factor in zip(node.signs, node.factors[1:], strict=True):
            value = value * self._evaluate(factor) if sign == "*" else value / self._evaluate(factor)
        return value

    def addition(self, node: Addition) -> Decimal:
        """Terms, added or subtracted from left to right."""
        value = self.value(node.terms[0])
        for sign, term in zip(node.signs, node.terms[1:], strict=True):
            value += (1 if sign == "+" else -1) * self.value(term)
        return value

    def call(self, node: FunctionCall) -> Decimal:
        """A function, if it is one that is known."""
        function = _FUNCTIONS.get(node.name)
        if function is None:
            raise UnknownError
        return function(self, node.arguments)

    # --- functions ---

    def sum(self, arguments: Sequence[Expression]) -> Decimal:
        """SUM."""
        return sum(self._numbers(arguments), Decimal(0))

    def smallest(self, arguments: Sequence[Expression]) -> Decimal:
        """MIN, 0 of nothing."""
        return min(self._numbers(arguments), default=Decimal(0))

    def largest(self, arguments: Sequence[Expression]) -> Decimal:
        """MAX, 0 of nothing."""
        return max(self._numbers(arguments), default=Decimal(0))

    def subtotal(self, arguments: Sequence[Expression]) -> Decimal:
        """SUBTOTAL 9, the sum, where it leaves nothing out."""
        for argument in arguments:
            if isinstance(argument, Reference):
                area = area_of(argument, self.shift)
                if self.cells.leaves_out(argument.sheet, area, self.grid):
                    raise UnknownError
        numbers = list(self._numbers(arguments))
        if numbers[:1] != [_SUBTOTAL_SUM]:
            raise UnknownError
        return sum(numbers[1:], Decimal(0))

    def absolute(self, arguments: Sequence[Expression]) -> Decimal:
        """ABS."""
        if len(arguments) != 1:
            raise UnknownError
        return abs(self._argument(arguments[0]))

    def rounded(self, arguments: Sequence[Expression]) -> Decimal:
        """ROUND, half away from zero."""
        if len(arguments) != 2:
            raise UnknownError
        number, decimals = map(self._argument, arguments)
        if abs(decimals) > _MOST_DECIMALS:
            raise UnknownError
        return number.quantize(Decimal(1).scaleb(-int(decimals)), ROUND_HALF_UP)

    def _argument(self, node: Expression) -> Decimal:
        return self._deeper(node, self.value)

    def _numbers(self, arguments: Sequence[Expression]) -> Iterator[Decimal]:
        """The numbers of the arguments of a call, areas cell by cell."""
        for argument in arguments:
            if isinstance(argument, Reference):
                area = area_of(argument, self.shift)
                yield from self.cells.numbers(argument.sheet, area, self.grid, self.at, self.results)
            else:
                yield self._argument(argument)


_NODES: Mapping[type, Callable[[Evaluation, Any], Decimal]] = {
    Constant: Evaluation.constant,
    Reference: Evaluation.reference,
    Bracketed: Evaluation.bracketed,
    Signed: Evaluation.signed,
    Percentage: Evaluation.percentage,
    Product: Evaluation.product,
    Addition: Evaluation.addition,
    FunctionCall: Evaluation.call,
}
_FUNCTIONS: Mapping[str, Callable[[Evaluation, Sequence[Expression]], Decimal]] = {
    "SUM": Evaluation.sum,
    "MIN": Evaluation.smallest,
    "MAX": Evaluation.largest,
    "SUBTOTAL": Evaluation.subtotal,
    "ABS": Evaluation.absolute,
    "ROUND": Evaluation.rounded,
}
