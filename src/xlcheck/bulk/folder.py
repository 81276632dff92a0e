"""The folder of a bulk run: shards of reports, what was answered, who is at work there.

``reports/``   the shards; a shard counts once a file of answers names it, and others are cleared away
``answered/``  what was answered, in files written by the one process that asked for the run
``running``    there while a run is at work: two at once would clear away each other's shards
"""

from __future__ import annotations

import json
import os
import socket
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from xlcheck.bulk.answered import BulkRow, Commit, Index, commit_of, entries_of, written
from xlcheck.bulk.work import Shard
from xlcheck.errors import Fault, Usage
from xlcheck.storage import Place, entries, exists, read, remove, write

REPORTS, ANSWERED, RUNNING, SUMMARY = "reports", "answered", "running", "summary.json"
_BEAT = 5.0  # seconds between signs of life
_SILENT = 15.0  # seconds without one after which a run is dead
_COMMIT = 2.0  # seconds between files of answers: what is lost, at most, when this process is killed
_MOST_ROWS = 5_000


@dataclass
class ResultsFolder:
    """The folder at ``at`` under ``settings`` (a digest of rules and options). ``clock`` gives seconds."""

    at: Place
    settings: str
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    run: str = ""
    _me: str = field(default_factory=lambda: uuid.uuid4().hex)
    _beats: int = 0
    _beaten: float = 0.0
    _committed: float = 0.0
    _commits: int = 0
    _shards: list[str] = field(default_factory=list)
    _rows: list[BulkRow] = field(default_factory=list)

    @property
    def reports(self) -> Place:
        """Where shards go."""
        return self.at / REPORTS

    def start(self) -> Index:
        """Take the folder for a run of its own, clear away what a run before left half done; what was answered.

        Raises:
            Usage: another run is at work there, or it is no such folder.
            Fault, OSError: it can't be read or written.
        """
        self._refuse_running()
        self._beat()
        names = entries(self.at / ANSWERED)[0]
        self.run = f"{1 + max((_number(name) for name in names), default=0):04d}"
        counted: set[str] = set()
        index = Index(self._entries(names, counted))
        self._clear(lambda name: name not in counted)
        self._committed = self.clock()
        return index

    def add(self, shard: Shard) -> None:
        """Answers that have come; they count once they are committed.

        Raises:
            Fault: they can't be written.
        """
        new = [row for row in shard.rows if not row.known]
        if shard.name:
            self._shards.append(shard.name)
        self._rows += new
        if len(self._rows) >= _MOST_ROWS or (self._rows and self.clock() - self._committed >= _COMMIT):
            self._commit()
        self.alive()

    def alive(self) -> None:
        """Show now and then that this run is at work.

        Raises:
            Fault: another run has taken the folder.
        """
        if self.clock() - self._beaten >= _BEAT:
            if self._seen().get("run") != self._me:
                raise Fault(f"另一次检查占用了“{self.at}”，这一次停下了。等它结束后再运行同一条命令。")
            self._beat()

    def finish(self, summary: dict[str, Any]) -> None:
        """Everything is done: commit, clear away shards that don't count, say what came of it.

        Raises:
            Fault: it can't be written.
        """
        self._commit()
        counted: set[str] = set()
        for _ in self._entries(entries(self.at / ANSWERED)[0], counted, of_run=self.run):
            pass
        self._clear(lambda name: name.startswith(f"{self.run}-") and name not in counted)
        write(self.at / SUMMARY, json.dumps(summary, ensure_ascii=False, indent=2).encode() + b"\n")

    def leave(self) -> None:
        """Let others in; what came before stays committed.

        Raises:
            Fault: it can't be written.
        """
        self._commit()
        if self._seen().get("run") == self._me:
            remove(self.at / RUNNING)

    def _commit(self) -> None:
        if not self._rows:
            return
        self._commits += 1
        name = f"{self.run}-{self._commits:06d}.jsonl"
        write(self.at / ANSWERED / name, written(Commit(self.settings, tuple(self._shards)), self._rows))
        self._rows, self._shards = [], []
        self._committed = self.clock()

    def _entries(self, names: list[str], counted: set[str], of_run: str = "") -> Iterator[tuple[bytes, bytes]]:
        """The entries for the index of all files of answers; ``counted`` gets the shards that they name."""
        for name in names:
            if of_run and not name.startswith(f"{of_run}-"):
                continue
            data = read(self.at / ANSWERED / name)
            try:
                commit = commit_of(data)
                counted.update(commit.shards)
                if commit.settings == self.settings and not of_run:
                    yield from entries_of(data)
            except (ValueError, KeyError, TypeError) as error:
                raise Usage(
                    f"“{self.at / ANSWERED / name}”不是 xlcheck 写的。--results 请给一个新的文件夹。"
                ) from error

    def _clear(self, is_left_over: Callable[[str], bool]) -> None:
        for name in entries(self.reports)[0]:
            if is_left_over(name):
                remove(self.reports / name)

    # --- who is at work ---------------------------------------------------------------------------

    def _beat(self) -> None:
        self._beats += 1
        sign = {"run": self._me, "beat": self._beats, "host": socket.gethostname(), "process": os.getpid()}
        write(self.at / RUNNING, json.dumps(sign).encode())
        self._beaten = self.clock()

    def _seen(self) -> dict[str, Any]:
        try:
            found = json.loads(read(self.at / RUNNING))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def _refuse_running(self) -> None:
        if not exists(self.at / RUNNING):
            return
        before = self._seen()
        if _is_dead(before):
            return
        until = self.clock() + _SILENT
        while self.clock() < until:
            if self._seen() != before:
                raise Usage(f"另一次检查正在写“{self.at}”。请等它结束，或者给 --results 另一个文件夹。")
            self.sleep(1.0)


def _number(name: str) -> int:
    """The number of the run of a file of answers."""
    lead = name.partition("-")[0]
    return int(lead) if lead.isascii() and lead.isdigit() else 0


def _is_dead(sign: dict[str, Any]) -> bool:
    """Whether the process that gave a sign of life is known to be dead: it was on this machine, and is no more."""
    process = sign.get("process")
    if os.name != "posix" or sign.get("host") != socket.gethostname() or not isinstance(process, int) or process <= 0:
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return process == os.getpid()  # a number that came round: we have given no sign yet
