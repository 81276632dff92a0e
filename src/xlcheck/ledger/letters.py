"""Letters in the ledger: their states, and every change of state in the journal."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from xlcheck.errors import Usage
from xlcheck.ledger.records import Letter, Posted
from xlcheck.ledger.store import Ledger, Transaction

_COLUMNS = ", ".join(Posted._fields)
# what may follow what; everything else is a mistake of ours and must not happen
_NEXT = {
    Letter.READY: {Letter.SENDING, Letter.UNCERTAIN},
    Letter.RETRY: {Letter.SENDING, Letter.FAILED, Letter.UNCERTAIN, Letter.READY},
    Letter.SENDING: {Letter.HANDED, Letter.RETRY, Letter.FAILED},
    Letter.HANDED: {Letter.SENT, Letter.RETRY, Letter.FAILED, Letter.UNCERTAIN},
    Letter.UNCERTAIN: {Letter.SENT, Letter.READY, Letter.FAILED},
    Letter.FAILED: {Letter.READY},
    Letter.SENT: set[Letter](),
}


def add(change: Transaction, letter: Posted) -> None:
    """Put a letter into the ledger; a Message-ID that is there already is left as it is."""
    values = letter._replace(recipients=json.dumps(letter.recipients), copies=json.dumps(letter.copies))  # type: ignore[arg-type]
    marks = ", ".join("?" * len(values))
    cursor = change.execute(f"INSERT OR IGNORE INTO letter ({_COLUMNS}) VALUES ({marks})", *values)  # noqa: S608
    if cursor.rowcount:
        change.note("letter", letter.id, state=letter.state, unit=letter.unit, sha256=letter.sha256)


def move(change: Transaction, letter: Posted, state: Letter, **more: Any) -> Posted:
    """A letter in its next state; ``more`` are other fields that change (``said``, ``due``, ``attempts``, ``sent``, …).

    Raises:
        Usage: another process was quicker, or a person asks for what can't be.
    """
    row = change.rows("SELECT state FROM letter WHERE id = ?", letter.id)
    if not row or row[0][0] != letter.state or state not in _NEXT[Letter(letter.state)]:
        raise Usage(f"信件 {letter.id} 现在的状态是“{row[0][0] if row else '没有'}”，不能改为“{state.value}”。")
    fields = {"state": state.value, **more}
    stored = {name: json.dumps(value) if isinstance(value, tuple) else value for name, value in fields.items()}
    pairs = ", ".join(f"{name} = ?" for name in fields)
    change.execute(f"UPDATE letter SET {pairs} WHERE id = ?", *stored.values(), letter.id)  # noqa: S608
    change.note("letter", letter.id, **fields)
    return letter._replace(**fields)


def letters(source: Ledger | Transaction, states: Iterable[Letter] = ()) -> list[Posted]:
    """All letters (in some states), in the order in which they were made."""
    wanted = [s.value for s in states]
    where = f"WHERE state IN ({', '.join('?' * len(wanted))})" if wanted else ""
    return _read(source, f"{where} ORDER BY datetime(made), receipt, id", *wanted)


def letter(source: Ledger | Transaction, number: str) -> Posted | None:
    """A letter by its number."""
    found = _read(source, "WHERE id = ?", number)
    return found[0] if found else None


def of_files(source: Ledger | Transaction, names: Iterable[str]) -> list[Posted]:
    """The letters that are kept under these file names."""
    return [one for name in sorted(names) for one in _read(source, "WHERE file = ?", name)]


def last_to(source: Ledger | Transaction, unit: str, year: int | None) -> Posted | None:
    """The last letter to a unit about a year."""
    found = _read(
        source, "WHERE unit = ? AND year IS ? ORDER BY datetime(made) DESC, receipt DESC, id LIMIT 1", unit, year
    )
    return found[0] if found else None


def due(source: Ledger | Transaction, at: str) -> list[Posted]:
    """Letters to be sent now: ready ones, and those whose time to be tried again has come."""
    where = """WHERE state = ? OR (state = ? AND (due = '' OR datetime(due) <= datetime(?) OR datetime(due) > datetime(?, '+3 days')))
    ORDER BY datetime(made), receipt, id"""  # nothing waits for three days: then the clock was wrong
    return _read(source, where, Letter.READY.value, Letter.RETRY.value, at, at)


def _read(source: Ledger | Transaction, where: str, *values: Any) -> list[Posted]:
    found = []
    for row in source.rows(f"SELECT {_COLUMNS} FROM letter {where}", *values):  # noqa: S608
        one = Posted(*row)
        found.append(one._replace(recipients=tuple(json.loads(row[5])), copies=tuple(json.loads(row[6]))))
    return found


def of_receipt(source: Ledger | Transaction, receipt: int) -> list[Posted]:
    """The letters about a workbook."""
    return _read(source, "WHERE receipt = ?", receipt)
