"""Letters in the ledger: their states, and every change of state in the journal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from xlcheck.errors import Usage
from xlcheck.ledger.records import Letter, Posted
from xlcheck.ledger.rows import RecordTable
from xlcheck.ledger.store import Ledger, Transaction

_LETTERS = RecordTable("letter", Posted, lists=("recipients", "copies"))
# what may follow what; everything else is a mistake of ours and must not happen
_NEXT = {
    Letter.READY: {Letter.SENDING, Letter.UNCERTAIN, Letter.DROPPED},
    Letter.RETRY: {Letter.SENDING, Letter.FAILED, Letter.UNCERTAIN, Letter.READY, Letter.DROPPED},
    Letter.SENDING: {Letter.HANDED, Letter.RETRY, Letter.FAILED},
    Letter.HANDED: {Letter.SENT, Letter.RETRY, Letter.FAILED, Letter.UNCERTAIN},
    Letter.UNCERTAIN: {Letter.SENT, Letter.READY, Letter.FAILED},
    Letter.FAILED: {Letter.READY},
    Letter.SENT: set[Letter](),
    Letter.DROPPED: set[Letter](),
}


def add(change: Transaction, letter: Posted) -> None:
    """Put a letter into the ledger; a Message-ID that is there already is left as it is."""
    cursor = change.insert(_LETTERS.table, _LETTERS.values(letter), otherwise="IGNORE")
    if cursor.rowcount:
        change.note("letter", letter.id, state=letter.state, unit=letter.unit, sha256=letter.sha256)


def move(change: Transaction, letter: Posted, state: Letter, **more: Any) -> Posted:
    """A letter in its next state; ``more`` are other fields that change (``said``, ``due``, ``attempts``, ``sent``, …).

    Raises:
        Usage: another process was quicker, or a person asks for what can't be.
    """
    rows = change.rows("SELECT state FROM letter WHERE id = ?", letter.id)
    known = rows[0]["state"] if rows else "没有"
    if known != letter.state or state not in _NEXT[Letter(letter.state)]:
        raise Usage(f"信件 {letter.id} 现在的状态是“{known}”，不能改为“{state.value}”。")
    fields = {"state": state.value, **more}
    moved = letter._replace(**fields)
    stored = _LETTERS.values(moved)
    change.update(_LETTERS.table, {"id": letter.id}, {name: stored[name] for name in fields})
    change.note("letter", letter.id, **fields)
    return moved


def letters(source: Ledger | Transaction, states: Iterable[Letter] = ()) -> list[Posted]:
    """All letters (in some states), in the order in which they were made."""
    wanted = [s.value for s in states]
    where = f"WHERE state IN ({', '.join('?' * len(wanted))})" if wanted else ""
    return _read(source, f"{where} ORDER BY datetime(made), receipt, id", *wanted)


def letter(source: Ledger | Transaction, number: str) -> Posted | None:
    """A letter by its number."""
    return next(iter(_read(source, "WHERE id = ?", number)), None)


def of_files(source: Ledger | Transaction, names: Iterable[str]) -> list[Posted]:
    """The letters that are kept under these file names."""
    return [one for name in sorted(names) for one in _read(source, "WHERE file = ?", name)]


def last_to(source: Ledger | Transaction, unit: str, year: int | None) -> Posted | None:
    """The last letter to a unit about a year; what was never to go out is none."""
    where = "WHERE unit = ? AND year IS ? AND state != ? ORDER BY datetime(made) DESC, receipt DESC, id LIMIT 1"
    return next(iter(_read(source, where, unit, year, Letter.DROPPED.value)), None)


def due(source: Ledger | Transaction, at: str) -> list[Posted]:
    """Letters to be sent now: ready ones, and those whose time to be tried again has come."""
    where = """WHERE state = ? OR (state = ? AND (due = '' OR datetime(due) <= datetime(?) OR datetime(due) > datetime(?, '+3 days')))
    ORDER BY datetime(made), receipt, id"""  # nothing waits for three days: then the clock was wrong
    return _read(source, where, Letter.READY.value, Letter.RETRY.value, at, at)


def _read(source: Ledger | Transaction, where: str, *values: Any) -> list[Posted]:
    return [_LETTERS.read(row) for row in source.rows(f"{_LETTERS.select} {where}", *values)]


def of_receipt(source: Ledger | Transaction, receipt: int) -> list[Posted]:
    """The letters about a workbook."""
    return _read(source, "WHERE receipt = ?", receipt)
