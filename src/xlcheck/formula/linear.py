"""The linear form of a comparison: Σ coefficient × reference + constant, op, 0."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from xlcheck.formula.syntax import Arithmetic, Call, Compare, Expr, Negative, Number, Ref


class Linear(NamedTuple):
    """``Σ weight·ref + constant op 0``; ``split`` is how many terms stood on the left.

    What can be said before any workbook is there: ``each`` is the quantifier (empty: none) and ``own`` the
    term that has it, ``starred`` a term with ``*`` (−1: none); ``one_signed``: a single term on the left, and
    all on the right with one sign.
    """

    op: str
    terms: tuple[tuple[int, Ref], ...]
    constant: int
    split: int
    each: str
    own: int
    starred: int
    one_signed: bool


def form(op: str, terms: tuple[tuple[int, Ref], ...], constant: int, split: int) -> Linear:
    """A linear form with all that follows from its references."""
    refs = [ref for _, ref in terms]
    own = _first_of(ref.row.kind == "each" for ref in refs)
    starred = _first_of(ref.column is not None and ref.column.kind == "all" for ref in refs)
    signs = {w > 0 for w, _ in terms[split:]}
    each = refs[own].row.first if own >= 0 else ""
    return Linear(op, terms, constant, split, each, own, starred, split == 1 and len(signs) <= 1)


def _first_of(fits: Iterable[bool]) -> int:
    """The number of the first that fits; −1: none does."""
    return next((i for i, fit in enumerate(fits) if fit), -1)


def linear(compare: object) -> Linear | None:
    """The linear form of ``compare``, or None where it has none (ratios, rounding).

    Weights are integers; the constant is in millionths of the unit.
    """
    if not isinstance(compare, Compare):
        return None
    left, right = _flatten(compare.left, Decimal(1)), _flatten(compare.right, Decimal(-1))
    if left is None or right is None:
        return None
    both = left + right
    constant = both.constant.scaleb(6)
    if constant != int(constant) or any(w != int(w) for w, _ in both.terms):
        return None
    whole = tuple((int(w), ref) for w, ref in both.terms)
    return form(compare.op, whole, int(constant), len(left.terms))


@dataclass(frozen=True, slots=True)
class _WeightedSum:
    """One side of a comparison: Σ weight·reference + constant."""

    terms: tuple[tuple[Decimal, Ref], ...] = ()
    constant: Decimal = Decimal(0)

    def __add__(self, other: _WeightedSum) -> _WeightedSum:
        return _WeightedSum(self.terms + other.terms, self.constant + other.constant)


def _flatten(node: Expr, weight: Decimal) -> _WeightedSum | None:
    match node:
        case Ref():
            return _WeightedSum(terms=((weight, node),))
        case Number(value):
            return _WeightedSum(constant=weight * value)
        case Negative(operand):
            return _flatten(operand, -weight)
        case Call("合计", args):
            return _join([_flatten(a, weight) for a in args])
        case Arithmetic("+", left, right):
            return _join([_flatten(left, weight), _flatten(right, weight)])
        case Arithmetic("-", left, right):
            return _join([_flatten(left, weight), _flatten(right, -weight)])
        case Arithmetic("*", Number(value), other) | Arithmetic("*", other, Number(value)):
            return _flatten(other, weight * value)
    return None


def _join(parts: list[_WeightedSum | None]) -> _WeightedSum | None:
    """The sum of the parts; None where one of them is not linear."""
    linear_parts = [part for part in parts if part is not None]
    return sum(linear_parts, _WeightedSum()) if len(linear_parts) == len(parts) else None
