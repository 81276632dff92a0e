"""What was answered: a row a workbook, and an index of all of them that fits a small memory.

A workbook is answered for good when the same bytes, under the same name, by the same rules and settings, have had a report
or a refusal that is the file's fault. What the machine spoiled is done again.
"""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from xlcheck.errors import RefusalCode, Whose
from xlcheck.form import Severity

SCHEMA = "xlcheck.answered/1"
_NAME, _BYTES = 8, 16  # bytes kept of hashes: of a name and its settings, of a workbook (never mistaken, however made)
_ENTRY = _NAME + _BYTES + 1
_ENDS: tuple[Severity | RefusalCode | None, ...] = (None, *Severity, *RefusalCode)  # as they fit into one byte


class BulkRow(NamedTuple):
    """How one workbook ended: all that travels of it.

    ``path`` and ``copy`` as :class:`xlcheck.intake.Job` has them; ``sha256`` is empty where there were no bytes; ``known``: it was
    answered before, nothing was done.
    """

    path: str
    copy: str
    sha256: str
    worst: Severity | None = None
    refusal: RefusalCode | None = None
    fault: str = ""
    known: bool = False

    @property
    def final(self) -> bool:
        """Whether another try can give nothing else."""
        return not self.fault and (self.refusal is None or self.refusal.whose is Whose.FILE)

    @property
    def outcome(self) -> bytes:
        """What is remembered of it: one byte."""
        return bytes([_ENDS.index(self.refusal or self.worst)])


class Known(NamedTuple):
    """What is remembered of a workbook: the first bytes of its SHA-256, and how it ended."""

    sha256: bytes = b""
    end: Severity | RefusalCode | None = None

    def is_of(self, sha256: str) -> bool:
        """Whether these are the bytes that were answered."""
        return bool(self.sha256) and bytes.fromhex(sha256).startswith(self.sha256)

    @property
    def refusal(self) -> RefusalCode | None:
        """Why it was refused, if it was."""
        return self.end if isinstance(self.end, RefusalCode) else None

    @property
    def worst(self) -> Severity | None:
        """The worst that was found in it."""
        return self.end if isinstance(self.end, Severity) else None


class Index:
    """What was answered under the same settings, 25 bytes a workbook."""

    def __init__(self, rows: Iterable[tuple[bytes, bytes]] = ()) -> None:
        found = sorted((name + rest for name, rest in rows), key=lambda entry: entry[:_NAME])
        self._entries = b"".join(found)  # those of one name in the order in which they came: the last one counts

    def __len__(self) -> int:
        return len(self._entries) // _ENTRY

    def of(self, path: str, copy: str) -> Known:
        """What is known of a workbook."""
        wanted = _name(path, copy)
        at = bisect_right(range(len(self)), wanted, key=self._name_at) - 1
        if at < 0 or self._name_at(at) != wanted:
            return Known()
        entry = self._entries[at * _ENTRY + _NAME : (at + 1) * _ENTRY]
        return Known(entry[:_BYTES], _ENDS[entry[_BYTES]])

    def _name_at(self, at: int) -> bytes:
        return self._entries[at * _ENTRY : at * _ENTRY + _NAME]


def _name(path: str, copy: str) -> bytes:
    return hashlib.blake2b(f"{path}\0{copy}".encode(errors="surrogatepass"), digest_size=_NAME).digest()


# --- as files -------------------------------------------------------------------------------------------


class Commit(NamedTuple):
    """What one file of answers says: under which settings, in which shards the reports are."""

    settings: str
    shards: tuple[str, ...]


def written(commit: Commit, rows: Sequence[BulkRow]) -> bytes:
    """A file of answers: JSON lines, what it says of itself first."""
    head = {"schema": SCHEMA, "settings": commit.settings, "shards": list(commit.shards)}
    return "".join(f"{json.dumps(line, ensure_ascii=True)}\n" for line in [head, *map(_data, rows)]).encode()


def commit_of(data: bytes) -> Commit:
    """What a file of answers says of itself.

    Raises:
        ValueError, KeyError: it is none.
    """
    head = json.loads(data.partition(b"\n")[0])
    if head["schema"] != SCHEMA:
        raise ValueError(head["schema"])
    return Commit(head["settings"], tuple(head["shards"]))


def entries_of(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The entries for the index of a file of answers: of those workbooks that need not be done again."""
    for line in data.splitlines()[1:]:
        row = json.loads(line)
        refusal = RefusalCode(row["refusal"]) if row["refusal"] else None
        worst = Severity(row["worst"]) if row["worst"] else None
        found = BulkRow(row["path"], row["copy"], row["sha256"], worst, refusal, row["fault"])
        if found.final and found.sha256:
            yield _name(found.path, found.copy), bytes.fromhex(found.sha256)[:_BYTES] + found.outcome


def _data(row: BulkRow) -> dict[str, Any]:
    return {
        "path": row.path,
        "copy": row.copy,
        "sha256": row.sha256,
        "status": "refused" if row.refusal else "checked",
        "refusal": row.refusal.value if row.refusal else None,
        "worst": row.worst.value if row.worst else None,
        "fault": row.fault,
    }
