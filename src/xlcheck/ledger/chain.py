"""The journal: one line for everything that happened, each bound to the one before it by its hash.

A line that is changed, left out or put in breaks the chain from there on. What is cut off the end leaves no trace in
the chain itself: who wants to know notes the last hash elsewhere (``xlcheck journal verify`` prints it and takes it back).
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Mapping
from typing import Any, NamedTuple

START = "0" * 64


class Verdict(NamedTuple):
    """What verification says: how many lines hold, the last hash, and what is wrong (empty: nothing)."""

    lines: int
    head: str
    mistakes: tuple[str, ...]


def append(connection: sqlite3.Connection, at: str, event: str, subject: str, data: Mapping[str, Any]) -> str:
    """Add a line inside the transaction that is open; returns its hash."""
    row = connection.execute("SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1").fetchone()
    seq, previous = (row[0] + 1, row[1]) if row else (1, START)
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    found = _hash(seq, at, event, subject, text, previous)
    connection.execute(
        "INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?)", (seq, at, event, subject, text, previous, found)
    )
    return found


def verify(connection: sqlite3.Connection, head: str = "") -> Verdict:
    """Recompute the whole chain; ``head`` is a hash noted earlier (or how it begins) that must be in it."""
    previous, count, seen = START, 0, not head
    mistakes = []
    for seq, at, event, subject, data, before, found in connection.execute("SELECT * FROM journal ORDER BY seq"):
        if seq != count + 1:
            mistakes.append(f"第 {count + 1} 条缺失")
            count = seq - 1
        if before != previous:
            mistakes.append(f"第 {seq} 条与上一条接不上")
        if _hash(seq, at, event, subject, data, before) != found:
            mistakes.append(f"第 {seq} 条（{at} {event} {subject}）被改动过")
        previous, count = found, seq
        seen = seen or found.startswith(head)
    if not seen:
        mistakes.append("记下的校验值不在流水里：末尾被截掉了，或不是这本台账")
    return Verdict(count, previous, tuple(mistakes))


def _hash(seq: int, at: str, event: str, subject: str, data: str, previous: str) -> str:
    text = json.dumps([seq, at, event, subject, data, previous], ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
