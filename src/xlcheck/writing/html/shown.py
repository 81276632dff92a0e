"""What stands in a cell of the page: figures as the table prints them, never a raw binary fraction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from xlcheck.model import SCALE, Amount, CellKind, decimal_text
from xlcheck.reading.grid import Cell
from xlcheck.reading.numberformats import Shown

_TOO_LARGE = Decimal(10) ** 15  # programs keep fifteen digits
_LONGEST = 1_000
_EPOCH = dt.date(1899, 12, 30)
_LAST_DAY = 2_958_465  # 9999-12-31
_PERCENT = Decimal("0.01")


def shown_amount(amount: Amount) -> str:
    """A figure with the decimals that its table prints; anything else as it was typed."""
    if amount.kind is CellKind.NUMBER and amount.figure is not None:
        return decimal_text(amount.figure, _digits(amount.ulp))
    return "（公式没有结果）" if amount.kind is CellKind.NO_CACHE else _cut(amount.text)


def shown_cell(cell: Cell, formats: Mapping[int, Shown]) -> str:
    """Any other cell: numbers without a binary tail, dates and percentages as such, text as it is."""
    if cell.type == "?":
        return "（公式没有结果）"
    if cell.type == "b":
        return "TRUE" if cell.text == "1" else "FALSE"
    value = _number(cell.text) if cell.type == "n" else None
    return _cut(cell.text) if value is None else _shown_number(value, formats.get(cell.style))


def _shown_number(value: Decimal, form: Shown | None) -> str:
    return _formatted(value, form) if form is not None and form.applies(value) else _plain(value)


def _number(text: str) -> Decimal | None:
    """The number that a cell stores; None where it is none, or larger than its digits are good for."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() and abs(value) < _TOO_LARGE else None


def _formatted(value: Decimal, form: Shown) -> str:
    if form.date:
        return str(_EPOCH + dt.timedelta(days=int(value))) if 0 < value <= _LAST_DAY else _plain(value)
    if form.invisible or not form.factor:
        return _plain(value)
    shown = round(value / form.factor, min(form.decimals, 9))
    return f"{shown}%" if form.factor == _PERCENT else str(shown)


def _plain(value: Decimal) -> str:
    """As a cell of the format General shows it: at most eleven digits."""
    return str(int(value)) if value == value.to_integral_value() else f"{float(value):.11g}"


def _digits(ulp: int) -> int:
    """Decimals of a figure whose last printed digit is worth ``ulp`` millionths."""
    return max(0, len(str(SCALE // ulp)) - 1) if ulp else 0


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}……"
