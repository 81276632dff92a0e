"""Messages of mailboxes that have been looked at: none is taken twice."""

from __future__ import annotations

from xlcheck.ledger.records import Fetched
from xlcheck.ledger.rows import RecordTable
from xlcheck.ledger.store import Ledger, Transaction

_MESSAGES = RecordTable("mail", Fetched)


def seen(source: Ledger | Transaction, mailbox: str, validity: int) -> set[int]:
    """The UIDs of a mailbox that have been looked at, under this UIDVALIDITY (RFC 3501 §2.3.1.1)."""
    query = "SELECT uid FROM mail WHERE mailbox = ? AND validity = ?"
    return {row["uid"] for row in source.rows(query, mailbox, validity)}


def known(source: Ledger | Transaction, mailbox: str, validity: int, digest: str) -> bool:
    """Whether the same message was looked at when the mailbox numbered its messages otherwise (RFC 3501 §2.3.1.1)."""
    query = "SELECT 1 FROM mail WHERE mailbox = ? AND validity != ? AND digest = ? LIMIT 1"
    return bool(source.rows(query, mailbox, validity, digest))


def look(change: Transaction, message: Fetched) -> None:
    """Remember a message."""
    change.insert(_MESSAGES.table, _MESSAGES.values(message), otherwise="IGNORE")
    change.note("mail", f"{message.mailbox}/{message.uid}", sender=message.sender, verdict=message.verdict)


def set_aside(source: Ledger | Transaction) -> list[Fetched]:
    """Messages of senders outside the roster, latest first."""
    rows = source.rows(f"{_MESSAGES.select} WHERE verdict = 'set_aside' ORDER BY at DESC")
    return [_MESSAGES.read(row) for row in rows]
