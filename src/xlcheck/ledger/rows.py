"""Records ↔ rows of the ledger: every column by its name, in both directions."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Mapping
from typing import Any, Generic, NamedTuple, TypeVar

R = TypeVar("R", bound=NamedTuple)


class RecordTable(Generic[R]):
    """How one kind of record is kept: ``columns`` are fields under another name, ``lists`` are kept as JSON."""

    def __init__(
        self, table: str, record: type[R], *, columns: Mapping[str, str] | None = None, lists: Collection[str] = ()
    ) -> None:
        self.table = table
        self.record = record
        self.lists = lists
        self.columns = {field: field for field in record._fields} | dict(columns or {})
        self.select = f"SELECT {', '.join(f'{table}.{column}' for column in self.columns.values())} FROM {table}"  # noqa: S608

    def values(self, record: R) -> dict[str, Any]:
        """A record as it is written, by column."""
        return {self.columns[f]: json.dumps(v) if f in self.lists else v for f, v in record._asdict().items()}

    def read(self, row: sqlite3.Row) -> R:
        """A record as it was read."""
        return self.record._make(self._value(row, field) for field in self.record._fields)

    def _value(self, row: sqlite3.Row, field: str) -> Any:
        value = row[self.columns[field]]
        return tuple(json.loads(value)) if field in self.lists else value
