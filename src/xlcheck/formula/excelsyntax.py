"""What an Excel formula says, as a tree: as much of the language as public tables use.

A tree belongs to the text of a formula, not to a cell: relative references are moved when they are looked up.
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple


class Corner(NamedTuple):
    """A cell as a reference names it; ``$`` fixes its row or column."""

    row: int
    column: int
    row_fixed: bool
    column_fixed: bool


class Reference(NamedTuple):
    """A cell (``last`` is None) or a range, on the sheet it names (empty: its own)."""

    sheet: str
    first: Corner
    last: Corner | None

    @property
    def operands(self) -> tuple[Expression, ...]:
        """The expressions in it."""
        return ()


class Constant(NamedTuple):
    """A number as typed."""

    value: Decimal

    @property
    def operands(self) -> tuple[Expression, ...]:
        """The expressions in it."""
        return ()


class Bracketed(NamedTuple):
    """An expression in brackets."""

    inner: Expression

    @property
    def operands(self) -> tuple[Expression, ...]:
        """The expressions in it."""
        return (self.inner,)


class Signed(NamedTuple):
    """An operand with a sign before it."""

    negative: bool
    operand: Expression

    @property
    def operands(self) -> tuple[Expression, ...]:
        """The expressions in it."""
        return (self.operand,)


class Percentage(NamedTuple):
    """An operand with ``%`` behind it, perhaps more than once."""

    operand: Expression
    times: int

    @property
    def operands(self) -> tuple[Expression, ...]:
        """The expressions in it."""
        return (self.operand,)


class Product(NamedTuple):
    """Factors with the signs (``*``, ``/``) before all but the first."""

    factors: tuple[Expression, ...]
    signs: tuple[str, ...]

    @property
    def operands(self) -> tuple[Expression, ...]:
        """The expressions in it."""
        return self.factors


class Addition(NamedTuple):
    """Terms with the signs (``+``, ``-``) before all but the first."""

    terms: tuple[Expression, ...]
    signs: tuple[str, ...]

    @property
    def operands(self) -> tuple[Expression, ...]:
        """The expressions in it."""
        return self.terms


class FunctionCall(NamedTuple):
    """A function by its name in capitals, whatever it is, with its arguments."""

    name: str
    arguments: tuple[Expression, ...]

    @property
    def operands(self) -> tuple[Expression, ...]:
        """The expressions in it."""
        return self.arguments


Expression = Constant | Reference | Bracketed | Signed | Percentage | Product | Addition | FunctionCall


class ExcelFormula(NamedTuple):
    """A formula read. ``tree`` is None where it is not understood, though all it refers to is known."""

    tree: Expression | None
    references: tuple[Reference, ...]
