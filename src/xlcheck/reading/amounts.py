"""What stands in a cell that should hold a figure → :class:`Amount`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation, Overflow

from xlcheck.labels import figure_text, without_invisible
from xlcheck.model import BLANK, Amount, CellKind
from xlcheck.reading.grid import Cell
from xlcheck.reading.numberformats import Formats, Shown

# Excel keeps and shows 15 significant digits; what lies beyond is noise of binary fractions.
_FIFTEEN = Context(prec=15)
_NOISE = Decimal("0.000001")
_DASHES = re.compile(r"^[-‐-―−－─━_ー~～]+$")
_NUMBER = re.compile(r"^([-+]?)(\d{1,3}(?:,\d{3})+|\d+)?(\.\d+)?$")
_DAYS = range(36_526, 73_051)  # 2000 to 2099 as Excel counts days
_LIMIT = Decimal(10) ** 15
_CENT = 10_000
_new = tuple.__new__  # what Amount does, without a call in between
_NUMBER_KIND = CellKind.NUMBER
_SIX = 6  # decimals that a figure has: millionths
COVERED = Amount(CellKind.COVERED, "", None, None, 0)  # under a merged cell: not shown, so nobody can say what it is
_SHORT = re.compile(r"(\d{1,12})(?:\.(\d{1,2}))?$", re.ASCII)
_PLAIN: Mapping[int, Shown] = {}


class AmountReader:
    """Reads the cells of tables that print in units of ``ulp`` millionths (0: exact numbers).

    ``formats`` are the number formats by style: what is read is what a person sees. A format that shows fewer decimals
    than the table prints makes a coarser figure, one that shows more a finer one, where the number has them.
    """

    def __init__(self, ulp: int, currency: str, formats: Mapping[int, Shown] = _PLAIN) -> None:
        self.ulp = ulp
        self.currency = currency
        self.formats = formats
        if isinstance(formats, Formats):
            self.formats = formats.for_decimals(_decimals(ulp) if ulp else None)
        self._seen: dict[tuple[str, str], Amount] = {}
        self._styled: dict[tuple[int, str], Amount] = {}

    def read(self, cell: Cell | None) -> Amount:
        """The amount in ``cell``; cells with equal contents share one object."""
        if cell is None:
            return BLANK
        if cell.style in self.formats and cell.type == "n":
            at = (cell.style, cell.text)
            known = self._styled.get(at)
            if known is None:
                known = self._styled[at] = self._shown(cell.text, self.formats[cell.style])
            return known
        key = (cell.type, cell.text)
        amount = self._seen.get(key)
        if amount is None:
            amount = self._seen[key] = self._read(cell)
        return amount

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
            return _new(Amount, (_NUMBER_KIND, text, Decimal(text), figure, _CENT, ""))
        try:
            stored = _FIFTEEN.create_decimal(text)
        except (InvalidOperation, Overflow):
            return Amount(CellKind.ERROR_VALUE, text, None, None, self.ulp)
        return self._figure(CellKind.NUMBER, text, stored, self._digits_note(text, stored))

    def _digits_note(self, text: str, stored: Decimal) -> str:
        """``more_digits`` beyond those that the form prints; ``float_noise`` where they are none at all."""
        if not self.ulp or not stored.is_finite() or abs(stored) >= _LIMIT:
            return ""
        figure = Decimal(printed_figure(stored, self.ulp)).scaleb(-6)
        if abs(stored - figure) >= _NOISE:
            return "more_digits"
        # Excel writes the 17 digits of a binary fraction: 525.21 is stored as 525.21000000000004 and has no noise
        return "" if float(text) == float(figure) else "float_noise"

    def _shown(self, text: str, shown: Shown) -> Amount:
        """A number under a format that may show another one."""
        plain = self._number(text)
        if plain.stored is None:
            return plain
        seen = shown.seen(plain.stored)
        unread = _UNREAD.get(seen.how)
        if unread is not None:
            return unread(self, plain)
        if seen.how == "same" or seen.number is None or not (plain.stored or seen.number):
            return self._rounded(plain, seen.decimals)
        scaled = self._figure(CellKind.NUMBER, text, seen.number, "scaled")
        return scaled if seen.how == "scaled" else self._rounded(scaled, seen.decimals)._replace(note="scaled")

    def as_date(self, plain: Amount) -> Amount:
        """A number that is shown as a date: one that was typed, or a figure under a wrong format."""
        stored = plain.stored
        if stored is not None and stored == stored.to_integral_value() and int(stored) in _DAYS:
            return Amount(CellKind.DATE, plain.text, None, None, self.ulp)
        return plain._replace(note="date_format") if stored else plain

    def as_invisible(self, plain: Amount) -> Amount:
        """A number that nobody sees."""
        return plain._replace(note="invisible")

    def as_unclear(self, plain: Amount) -> Amount:
        """A number of which nobody can say what is shown."""
        return Amount(CellKind.NUMBER, plain.text, plain.stored, None, self.ulp, "unclear")

    def _rounded(self, amount: Amount, decimals: int | None) -> Amount:
        """A figure with the decimals that its cell shows; finer ones than the table's only where the number has them."""
        usual = _decimals(self.ulp)
        if decimals is None or not self.ulp or decimals == usual or amount.stored is None or amount.figure is None:
            return amount
        ulp = 10 ** (_SIX - min(decimals, _SIX))
        figure = printed_figure(amount.stored, ulp)
        if decimals > usual:
            return amount if figure == amount.figure else amount._replace(figure=figure, ulp=ulp, note="finer_digits")
        rest = abs(amount.stored - Decimal(figure).scaleb(-_SIX))
        return amount._replace(figure=figure, ulp=ulp, note="fewer_digits" if rest >= _NOISE else amount.note)

    def _figure(self, kind: CellKind, text: str, stored: Decimal, note: str = "") -> Amount:
        if not stored.is_finite() or abs(stored) >= _LIMIT:
            return Amount(CellKind.ERROR_VALUE, text, None, None, self.ulp)
        return Amount(kind, text, stored, printed_figure(stored, self.ulp), self.ulp, note)

    def _text(self, text: str) -> Amount:
        bare = figure_text(text)
        if not bare:
            return BLANK
        if _DASHES.match(seen := without_invisible(text).strip()):
            kind = CellKind.NOT_APPLICABLE if len(seen) >= 3 else CellKind.DASH
            return Amount(kind, text, None, 0, 0)
        number = text_number(bare, self.currency)
        if number is None:
            return Amount(CellKind.TEXT, text, None, None, self.ulp)
        return self._figure(CellKind.TEXT_NUMBER, text, number)


_UNREAD = {
    "date": AmountReader.as_date,
    "invisible": AmountReader.as_invisible,
    "unclear": AmountReader.as_unclear,
}


def _decimals(ulp: int) -> int:
    """How many decimals figures have whose last digit is worth ``ulp`` millionths."""
    return max(0, _SIX + 1 - len(str(ulp))) if ulp else 0


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
    bare = bare.lstrip("¥￥").removesuffix(currency)
    match = _NUMBER.match(bare)
    if not match or not (match.group(2) or match.group(3)):
        return None
    value = Decimal((match.group(1) or "") + (match.group(2) or "0").replace(",", "") + (match.group(3) or ""))
    return -value if negative else value
