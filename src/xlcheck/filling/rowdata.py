"""The rows of a table as data give them → amounts; every mistake said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from xlcheck.form import SectionSpec, TableSpec
from xlcheck.labels import label_key
from xlcheck.model import BLANK, Amount, CellKind
from xlcheck.reading.from_data import DataTable, number

_DASHES = frozenset("─—-")  # what is printed where nothing applies
_TOO_LARGE = Decimal(10) ** 15  # figures are kept in millionths, and floats keep 15 digits
_MILLIONTHS = 6


class RowData(NamedTuple):
    """Takes rows of one table into ``table``; what does not fit is added to ``mistakes``."""

    spec: TableSpec
    table: DataTable
    mistakes: list[str]

    def wrong(self, sentence: str) -> None:
        """Add a mistake of this table."""
        self.mistakes.append(f"{self.spec.number}{sentence}")

    def strangers(self, rest: Iterable[str], known: str) -> None:
        """Say that names are none of those that are known here."""
        for name in rest:
            self.wrong(f"：不认识“{name}”，应当是 {known}")

    def row(self, section: SectionSpec, row: str, value: Any) -> None:
        """Take the amounts of a row (key or code): by column, as a list of all of them, or its only one."""
        columns = section.column_keys
        for name, raw in self._cells(columns, row, value):
            column = next((c for c in columns if label_key(c) == label_key(name)), None)
            if column is None:
                self.wrong(f"“{row}”：没有“{name}”这一栏，有：{'、'.join(columns)}")
                continue
            self.table.amounts[section.key, row, column] = self._amount(section, row, column, raw)

    def _cells(self, columns: tuple[str, ...], row: str, value: Any) -> Iterable[tuple[str, Any]]:
        """The cells of a row: by column, as a list of all of them, or its only one."""
        if isinstance(value, Mapping) and "text" not in value:
            return ((str(name), raw) for name, raw in value.items())
        if not isinstance(value, list):
            return [(columns[0], value)]
        if len(value) != len(columns):
            self.wrong(f"“{row}”：应有 {len(columns)} 个数，给了 {len(value)} 个")
        return zip(columns, value, strict=False)

    def _amount(self, section: SectionSpec, row: str, column: str, raw: Any) -> Amount:
        if raw is None or raw == "":
            return BLANK
        if isinstance(raw, Mapping):
            return Amount(CellKind.TEXT, str(raw.get("text", "")), None, None, 0)
        text = str(raw).strip()
        if _DASHES.issuperset(text):
            return Amount(CellKind.NOT_APPLICABLE, text, None, 0, 0)
        value = _decimal(text)
        if value is None:
            self.wrong(f"“{row} · {column}”：“{text}”不是数字")
            return BLANK
        exact = any(r.key == row and r.exact for r in section.rows)
        return number(value, 0 if exact else 10 ** (_MILLIONTHS - self.spec.decimals))


def _decimal(text: str) -> Decimal | None:
    """The number that a text spells; None where it spells none, or one that is larger than any."""
    try:
        value = Decimal(text.replace(",", ""))
    except InvalidOperation:
        return None
    return value if value.is_finite() and abs(value) < _TOO_LARGE else None
