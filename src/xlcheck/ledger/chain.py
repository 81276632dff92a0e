"""The journal: one line for everything that happened, each bound to the one before it by its hash.

A line that is changed, left out or put in breaks the chain from there on. What is cut off the end leaves no trace in
the chain itself: who wants to know notes the last hash elsewhere (``xlcheck journal verify`` prints it and takes it back).
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

START = "0" * 64


class ChainCheck(NamedTuple):
    """What verification says: how many lines hold, the last hash, and what is wrong (empty: nothing)."""

    lines: int
    head: str
    mistakes: tuple[str, ...]


class _JournalLine(NamedTuple):
    """A line of the journal as its hash covers it."""

    seq: int
    at: str
    event: str
    subject: str
    data: str
    previous: str

    @property
    def hash(self) -> str:
        text = json.dumps(list(self), ensure_ascii=False)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


_LINES = f"SELECT {', '.join(_JournalLine._fields)}, hash FROM journal"  # noqa: S608


def append(connection: sqlite3.Connection, at: str, event: str, subject: str, data: Mapping[str, Any]) -> str:
    """Add a line inside the transaction that is open; returns its hash."""
    last = connection.execute(f"{_LINES} ORDER BY seq DESC LIMIT 1").fetchone()
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    line = _JournalLine(
        seq=last["seq"] + 1 if last else 1, at=at, event=event, subject=subject, data=text,
        previous=last["hash"] if last else START,
    )  # fmt: skip
    statement = f"INSERT INTO journal ({', '.join(_JournalLine._fields)}, hash) VALUES (?, ?, ?, ?, ?, ?, ?)"  # noqa: S608
    connection.execute(statement, (*line, line.hash))
    return line.hash


def verify(connection: sqlite3.Connection, head: str = "") -> ChainCheck:
    """Recompute the whole chain; ``head`` is a hash noted earlier (or how it begins) that must be in it."""
    previous, count, seen = START, 0, not head
    mistakes: list[str] = []
    for row in connection.execute(f"{_LINES} ORDER BY seq"):
        line = _JournalLine(**{name: row[name] for name in _JournalLine._fields})
        mistakes += _breaks(line, row["hash"], previous, count)
        previous, count = row["hash"], line.seq
        seen = seen or previous.startswith(head)
    if not seen:
        mistakes.append("记下的校验值不在流水里：末尾被截掉了，或不是这本台账")
    return ChainCheck(count, previous, tuple(mistakes))


def _breaks(line: _JournalLine, known: str, previous: str, count: int) -> Iterator[str]:
    """What is wrong with a line whose hash is said to be ``known``, after ``count`` lines of which the last is ``previous``."""
    if line.seq != count + 1:
        yield f"第 {count + 1} 条缺失"
    if line.previous != previous:
        yield f"第 {line.seq} 条与上一条接不上"
    if line.hash != known:
        yield f"第 {line.seq} 条（{line.at} {line.event} {line.subject}）被改动过"
