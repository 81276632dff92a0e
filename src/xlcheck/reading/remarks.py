"""How what is odd about a sheet is said: findings about its structure, and lists that don't grow long."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Context, Decimal, InvalidOperation

from xlcheck.form import Severity, TableSpec
from xlcheck.outcome import CellRef, Remark

_MOST_NAMED = 6
_FIFTEEN = Context(prec=15)  # digits that Excel keeps


def structure_finding(table: TableSpec, severity: Severity, what: str, refs: Iterable[CellRef], **facts: str) -> Remark:
    """A finding about how a table is built."""
    return Remark(None, severity, "structure", what, tuple(refs), params={"table": table.title, **facts})


def enumerated(names: list[str], *, between: str = "、") -> str:
    """The first of ``names`` in a row, and how many there are where that is not all."""
    shown = between.join(names[:_MOST_NAMED])
    return shown if len(names) <= _MOST_NAMED else f"{shown} 等 {len(names)} 处"


def short_number(text: str) -> str:
    """A stored number with the fifteen digits that Excel keeps; another text without the spaces around it."""
    try:
        return f"{Decimal(text):.15g}"
    except InvalidOperation:
        return text.strip()


def digits(text: str) -> str:
    """A stored number with the digits that it really has; other text as it is."""
    try:
        value = Decimal(text)
        return f"{value.normalize(_FIFTEEN):f}" if value else text.strip()
    except ArithmeticError:
        return text.strip()
