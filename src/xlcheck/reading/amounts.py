"""What stands in a cell that should hold a figure → :class:`Amount`."""

from __future__ import annotations

import re
import unicodedata
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation, Overflow

from xlcheck.model import BLANK, Amount, CellKind
from xlcheck.reading.grid import Cell

# Excel keeps and shows 15 significant digits; what lies beyond is noise of binary fractions.
_FIFTEEN = Context(prec=15)
_DASHES = re.compile(r"^[-‐-―−－─━_ー~～]+$")
_NUMBER = re.compile(r"^([-+]?)(\d{1,3}(?:,\d{3})+|\d+)?(\.\d+)?$")
_LIMIT = Decimal(10) ** 15
_CENT = 10_000
_SHORT = re.compile(r"(\d{1,12})(?:\.(\d{1,2}))?$", re.ASCII)


class AmountReader:
    """Reads the cells of tables that print in units of ``ulp`` millionths (0: exact numbers)."""

    def __init__(self, ulp: int, currency: str) -> None:
        self.ulp = ulp
        self.currency = currency
        self._seen: dict[tuple[str, str], Amount] = {}

    def read(self, cell: Cell | None) -> Amount:
        """The amount in ``cell``; cells with equal contents share one object."""
        if cell is None:
            return BLANK
        key = (cell.type, cell.text)
        found = self._seen.get(key)
        if found is None:
            found = self._seen[key] = self._read(cell)
        return found

    def _read(self, cell: Cell) -> Amount:
        if cell.type == "n":
            return self._number(cell.text)
        if cell.type == "s":
            return self._text(cell.text)
        kinds = {"e": CellKind.ERROR_VALUE, "b": CellKind.BOOLEAN, "d": CellKind.DATE}
        return Amount(kinds.get(cell.type, CellKind.NO_CACHE), cell.text, None, None, self.ulp)

    def _number(self, text: str) -> Amount:
        plain = _SHORT.match(text)
        if plain and self.ulp == _CENT:
            # "525.21": no noise to strip, nothing to round; the common case, kept cheap
            figure = int(plain[1]) * 1_000_000 + int((plain[2] or "").ljust(2, "0")) * _CENT
            return Amount(CellKind.NUMBER, text, Decimal(text), figure, _CENT)
        try:
            stored = _FIFTEEN.create_decimal(text)
        except (InvalidOperation, Overflow):
            return Amount(CellKind.ERROR_VALUE, text, None, None, self.ulp)
        return self._figure(CellKind.NUMBER, text, stored)

    def _figure(self, kind: CellKind, text: str, stored: Decimal) -> Amount:
        if not stored.is_finite() or abs(stored) >= _LIMIT:
            return Amount(CellKind.ERROR_VALUE, text, None, None, self.ulp)
        return Amount(kind, text, stored, printed_figure(stored, self.ulp), self.ulp)

    def _text(self, text: str) -> Amount:
        bare = unicodedata.normalize("NFKC", text).strip().replace(" ", "").replace("\u3000", "")
        if not bare:
            return BLANK
        if _DASHES.match(text.strip()):
            kind = CellKind.NOT_APPLICABLE if len(text.strip()) >= 3 else CellKind.DASH
            return Amount(kind, text, None, 0, 0)
        number = text_number(bare, self.currency)
        if number is None:
            return Amount(CellKind.TEXT, text, None, None, self.ulp)
        return self._figure(CellKind.TEXT_NUMBER, text, number)


def printed_figure(value: Decimal, ulp: int) -> int:
    """``value`` rounded half up to the last printed digit, in millionths."""
    scaled = value.scaleb(6)
    if not ulp:
        return int(scaled.to_integral_value(ROUND_HALF_UP))
    return int((scaled / ulp).to_integral_value(ROUND_HALF_UP)) * ulp


def text_number(text: str, currency: str) -> Decimal | None:
    """The number that ``text`` plainly is: separators, ￥, trailing unit, brackets for minus."""
    bare = text.replace("−", "-").lstrip("¥￥").removesuffix(currency)
    negative = bare.startswith("(") and bare.endswith(")")
    bare = bare[1:-1] if negative else bare
    match = _NUMBER.match(bare)
    if not match or not (match.group(2) or match.group(3)):
        return None
    value = Decimal((match.group(1) or "") + (match.group(2) or "0").replace(",", "") + (match.group(3) or ""))
    return -value if negative else value
