"""What the journal has noted, asked for by event."""

from __future__ import annotations

import json
from typing import Any

from xlcheck.ledger.store import Ledger, Transaction


def last(source: Ledger | Transaction, event: str) -> dict[str, Any]:
    """What the last line about an event says; nothing where there is none."""
    rows = source.rows("SELECT data FROM journal WHERE event = ? ORDER BY seq DESC LIMIT 1", event)
    return dict(json.loads(rows[0]["data"])) if rows else {}


def subjects(source: Ledger | Transaction, event: str) -> frozenset[str]:
    """What lines about an event are about."""
    return frozenset(row["subject"] for row in source.rows("SELECT subject FROM journal WHERE event = ?", event))
