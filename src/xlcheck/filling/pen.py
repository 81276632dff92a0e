"""What every section of a sheet is written with: texts, merged cells and amounts in the look of the official tables."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple

from xlcheck.form import RowSpec, TableSpec
from xlcheck.model import Amount, CellKind, Section
from xlcheck.shown import put_text

_FONT = "宋体"


class FormStyles:
    """Cell formats by what they are for; each made once."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, Any], ...], Any] = {}

    def get(self, **properties: Any) -> Any:
        """The format with these properties, in the font of the form."""
        base = {"font_name": _FONT, "font_size": 10, "valign": "vcenter"} | properties
        key = tuple(sorted(base.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(base)
        return self._made[key]

    def boxed(self, **properties: Any) -> Any:
        """The same with a border."""
        return self.get(border=1, **properties)


class Pen(NamedTuple):
    """Writes into the sheet of one table. Rows and columns are 1-based."""

    sheet: Any
    spec: TableSpec
    styles: FormStyles

    def merge(self, first: tuple[int, int], last: tuple[int, int], text: str, style: Any) -> None:
        """Write over 1-based (row, column) corners; a single cell is not merged."""
        (top, left), (bottom, right) = first, last
        if first == last:
            self.text(top, left, text, style)
            return
        odd = text.startswith("<")  # see put_text
        self.sheet.merge_range(top - 1, left - 1, bottom - 1, right - 1, "" if odd else text, style)
        if odd:
            self.text(top, left, text, style)

    def text(self, row: int, column: int, text: str, style: Any) -> None:
        """Write a text, as nothing but a text."""
        put_text(self.sheet, row - 1, column - 1, text, style)

    def amount(self, row: int, column: int, amount: Amount | None, spec: RowSpec | None) -> None:
        """Write an amount, or the empty cell that one goes into; ``spec`` is its row where the form fixes one."""
        pattern = "0" if spec is not None and spec.exact else "#,##0." + "0" * self.spec.decimals
        style = self.styles.boxed(align="right", num_format=pattern)
        if amount is not None and amount.stored is not None:
            self.sheet.write_number(row - 1, column - 1, _plain(amount.stored), style)
            return
        if spec is not None and spec.mark and not _is_text(amount):
            self.text(row, column, spec.mark, self.styles.boxed(align="center"))
        elif amount is not None and (amount.text or _is_text(amount)):
            self.text(row, column, amount.text, style)
        else:
            self.sheet.write_blank(row - 1, column - 1, None, style)


def figure_of(section: Section | None, row: str, column: str) -> Amount | None:
    """The figure of a cell; None in a blank form, or where the row is not there."""
    if section is None or row not in section.index:
        return None
    return section.amounts[section.index[row]][section.columns.index(column)]


def _is_text(amount: Amount | None) -> bool:
    return amount is not None and amount.kind is CellKind.TEXT


def _plain(value: Decimal) -> int | float:
    """XlsxWriter takes floats; 15 digits survive the way there and back."""
    return int(value) if value == int(value) else float(value)
