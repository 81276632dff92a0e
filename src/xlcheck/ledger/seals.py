"""What the rows of the ledger said when the journal last spoke of them.

Each line of the journal about a change has the digests of the rows that it changed; the chain covers the line, so it covers
them. A row that says something else now, is gone, or that no line speaks of was changed by another hand.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

_DIGITS = 32  # of a SHA-256, in hex
ROWS = "rows"  # what the digests are called in a line of the journal
# The columns by which rows are sealed: the findings of a workbook together.
KEYS = {
    "receipt": ("id",), "finding": ("receipt",), "explanation": ("key", "figures"), "letter": ("id",),
    "mail": ("mailbox", "validity", "uid"), "attachment": ("sha256", "sender"), "decision": ("id",),
}  # fmt: skip
_CALLED = {
    "receipt": "工作簿", "finding": "问题（第几份工作簿的）", "explanation": "单位说明", "letter": "信件", "mail": "来信", "attachment": "附件",
    "decision": "人工决定",
}  # fmt: skip


class SealedRows(NamedTuple):
    """The rows of a table that are sealed together: the values of the columns of :data:`KEYS`."""

    table: str
    key: tuple[Any, ...]

    @property
    def name(self) -> str:
        """What they are called in the journal."""
        return json.dumps([self.table, *self.key], ensure_ascii=False, separators=(",", ":"))

    @property
    def called(self) -> str:
        """What they are called before people."""
        return f"{_CALLED[self.table]} {'/'.join(str(part)[:24] for part in self.key)}"


def of_row(table: str, values: Mapping[str, Any]) -> SealedRows:
    """The rows that a row of a table is sealed with."""
    return SealedRows(table, tuple(values[column] for column in KEYS[table]))


def digests(connection: sqlite3.Connection, changed: Iterable[SealedRows]) -> dict[str, str]:
    """By name, the digests of rows as they stand now; empty where there are none."""
    return {rows.name: _digest(connection, rows) for rows in changed}


def every(connection: sqlite3.Connection) -> Iterator[SealedRows]:
    """All rows that the ledger has; one of an older xlcheck has not all tables yet."""
    there = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    for table, columns in KEYS.items():
        if table not in there:
            continue
        names = ", ".join(columns)
        for row in connection.execute(f"SELECT DISTINCT {names} FROM {table} ORDER BY {names}"):  # noqa: S608
            yield SealedRows(table, tuple(row))


def _digest(connection: sqlite3.Connection, rows: SealedRows) -> str:
    where = " AND ".join(f"{column} = ?" for column in KEYS[rows.table])
    found = [_said(row) for row in connection.execute(f"SELECT * FROM {rows.table} WHERE {where}", rows.key)]  # noqa: S608
    text = "\n".join(sorted(found))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS] if found else ""


def _said(row: sqlite3.Row) -> str:
    """All that a row says; what is empty says nothing, so that a column which comes later changes no digest."""
    values = {name: _stored(row[name]) for name in sorted(row.keys()) if row[name]}
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def _stored(value: Any) -> Any:
    return hashlib.sha256(value).hexdigest() if isinstance(value, bytes) else value


def unsealed(connection: sqlite3.Connection) -> Iterator[str]:
    """What is wrong with the rows of the ledger, beside the journal: changed, gone, or never written by us."""
    last: dict[str, str] = {}
    for (data,) in connection.execute("SELECT data FROM journal ORDER BY seq"):
        last.update(_sealed(data))
    for rows in every(connection):
        known = last.pop(rows.name, None)
        if known is None:
            yield f"{rows.called}：流水里没有，不是 xlcheck 写的"
        elif known != _digest(connection, rows):
            yield f"{rows.called}：与流水里记的不同，被改动过"
    for name, known in last.items():
        if known:
            table, *key = json.loads(name)
            yield f"{SealedRows(table, tuple(key)).called}：流水里有，台账里不在了"


def _sealed(data: str) -> Mapping[str, str]:
    """The digests in a line of the journal; a line that is no longer one of ours has none (the chain says so)."""
    try:
        found = json.loads(data).get(ROWS, {})
    except (ValueError, AttributeError):
        return {}
    return found if isinstance(found, dict) else {}
