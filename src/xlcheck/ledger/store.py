"""The ledger's file: opened, brought up to date, written in whole transactions, backed up while in use."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from xlcheck.errors import Fault
from xlcheck.files import owned, reason, sync_folder
from xlcheck.ledger import chain, seals
from xlcheck.ledger.schema import MIGRATIONS

_NO_LEDGER = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_WAIT = 20_000  # milliseconds for another process to finish its transaction


def now() -> str:
    """The time as the ledger writes it."""
    return datetime.now().astimezone().isoformat(timespec="seconds")


class Damaged(Fault):
    """A ledger that is there and can't be read as one: a backup helps."""


class Ledger:
    """One SQLite file in WAL mode; every commit is on the disk before it returns.

    All that is written goes through :meth:`transaction`, which also writes the journal. Its owner alone may read it.
    """

    def __init__(self, path: Path) -> None:
        """Open ``path``, made if it is not there.

        Raises:
            Damaged: it is no ledger, or no longer a whole one.
            Fault: it can't be opened, or was written by a newer xlcheck.
        """
        self._open(path, write=True)

    @classmethod
    def to_read(cls, path: Path) -> Self:
        """The ledger in ``path``, to be looked at: nothing is written, not even beside it.

        Raises:
            Damaged: it is no ledger, or no longer a whole one.
            Fault: it can't be read, or was written by another version of xlcheck.
        """
        found = cls.__new__(cls)
        found._open(path, write=False)  # noqa: SLF001 - its own
        return found

    def _open(self, path: Path, *, write: bool) -> None:
        self.path = path
        try:
            with self._said():
                self.connection = self._made() if write else self._seen()
        except OSError as error:
            raise Fault(f"台账“{path}”打不开：{reason(error)}") from error
        self.connection.row_factory = sqlite3.Row
        try:
            with self._said():
                self._prepare(write=write)
            state = path.stat()
        except (Fault, OSError) as error:
            self.close()
            raise error if isinstance(error, Fault) else Fault(f"台账“{path}”打不开：{reason(error)}") from error
        self._file = (state.st_dev, state.st_ino)

    def _made(self) -> sqlite3.Connection:
        """A connection that may write; what SQLite puts beside the file has the file's mode."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        owned(self.path)
        return sqlite3.connect(self.path, isolation_level=None, timeout=_WAIT / 1000)

    def _seen(self) -> sqlite3.Connection:
        """A connection that can't write. Where nobody has the file open there is no need to look at its lock either."""
        with self.path.open("rb"):
            pass  # says why it can't be read
        beside = self.path.with_name(f"{self.path.name}-wal")
        quiet = not beside.exists() or beside.stat().st_size == 0
        mode = "mode=ro&immutable=1" if quiet else "mode=ro"
        uri = f"{self.path.absolute().as_uri()}?{mode}"
        return sqlite3.connect(uri, uri=True, isolation_level=None, timeout=_WAIT / 1000)

    def _prepare(self, *, write: bool) -> None:
        self.connection.execute(f"PRAGMA busy_timeout = {_WAIT}")
        if write:
            self.connection.execute("PRAGMA journal_mode = WAL")
            self.connection.execute("PRAGMA synchronous = FULL")
            self.connection.execute("PRAGMA foreign_keys = ON")
        version = self._version()
        if version > len(MIGRATIONS):
            raise Fault(f"台账“{self.path}”是更新版本的 xlcheck 写的（{version}），请升级后再用。")
        if version < len(MIGRATIONS):
            if not write:
                raise Fault(_unborn(self.path, version))
            self._migrate()

    def _version(self) -> int:
        return int(self.connection.execute("PRAGMA user_version").fetchone()[0])

    def _migrate(self) -> None:
        """All missing scripts in one transaction; another process may have been quicker."""
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            for number in range(self._version(), len(MIGRATIONS)):
                for statement in _statements(MIGRATIONS[number]):
                    self.connection.execute(statement)
                self.connection.execute(f"PRAGMA user_version = {number + 1}")
                chain.append(self.connection, now(), "schema", str(number + 1), {})
            known = seals.digests(self.connection, seals.every(self.connection))
            if known:  # what an older xlcheck wrote is sealed as it stands now
                chain.append(self.connection, now(), "sealed", "", {seals.ROWS: known})
            self.connection.execute("COMMIT")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                self.connection.execute("ROLLBACK")
            raise

    def _still_there(self) -> None:
        """What is written into a file that somebody has taken away, or put another one in the place of, is lost."""
        try:
            state = self.path.stat()
        except OSError as error:
            raise Fault(
                f"台账“{self.path}”不在了：{reason(error)}。请停下 xlcheck，把它放回去（或用备份恢复）再启动。"
            ) from error
        if (state.st_dev, state.st_ino) != self._file:
            raise Fault(f"台账“{self.path}”被换成了另一个文件。请停下 xlcheck 再启动。")

    @contextlib.contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """A transaction: all of it or nothing.

        Raises:
            Fault: the machine refused (disk full, folder gone, …); nothing was written.
        """
        self._still_there()
        with self._said():
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                change = Transaction(self.connection)
                yield change
                change.settle()
                self.connection.execute("COMMIT")
            except BaseException:
                with contextlib.suppress(sqlite3.Error):
                    self.connection.execute("ROLLBACK")
                raise

    def rows(self, query: str, *values: Any) -> list[sqlite3.Row]:
        """The rows of a query.

        Raises:
            Fault: the file can't be read.
        """
        with self._said():
            return self.connection.execute(query, values).fetchall()

    def head(self) -> str:
        """The hash of the journal's last line (empty: it has none).

        Raises:
            Fault: the file can't be read.
        """
        rows = self.rows("SELECT hash FROM journal ORDER BY seq DESC LIMIT 1")
        return str(rows[0]["hash"]) if rows else ""

    def verify(self, head: str = "") -> chain.ChainCheck:
        """Whether file, journal and all that the journal speaks of are whole.

        Raises:
            Fault: the file can't be read.
        """
        with self._said():
            found = chain.verify(self.connection, head)
            changed = list(seals.unsealed(self.connection))
            damage = [r[0] for r in self.connection.execute("PRAGMA integrity_check(5)") if r[0] != "ok"]
        return found._replace(mistakes=(*found.mistakes, *changed, *(f"数据库文件损坏：{d}" for d in damage)))

    def backup(self, target: Path) -> None:
        """A copy of the ledger as it is now, whole, while others may write.

        Raises:
            Fault: the copy can't be written.
        """
        part = target.with_name(f".{target.name}.part")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            owned(part)
            with self._said(), contextlib.closing(sqlite3.connect(part)) as copy:
                copy.execute("PRAGMA journal_mode = DELETE")
                self.connection.backup(copy)
                copy.execute("PRAGMA journal_mode = DELETE")
            part.replace(target)
            sync_folder(target.parent)
        except OSError as error:
            raise Fault(f"写不了台账备份“{target}”：{reason(error)}") from error
        finally:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)

    @contextlib.contextmanager
    def _said(self) -> Iterator[None]:
        """What SQLite says, as a fault of ours."""
        try:
            yield
        except sqlite3.Error as error:
            kind = Damaged if getattr(error, "sqlite_errorcode", 0) & 0xFF in _NO_LEDGER else Fault
            raise kind(f"台账“{self.path}”：{words(error)}") from error

    def close(self) -> None:
        """Let go of the file."""
        with contextlib.suppress(sqlite3.Error):
            self.connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def _unborn(path: Path, version: int) -> str:
    """Why a ledger of an older schema can't be looked at."""
    if not version:
        return f"台账“{path}”是空的，里面没有流水。"
    return f"台账“{path}”是旧版本的 xlcheck 写的，运行一次 xlcheck watch 就会更新。"


class Transaction:
    """What may be done inside a transaction. What is changed in its tables is sealed by the journal's next line."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._changed: dict[seals.SealedRows, None] = {}

    def execute(self, statement: str, *values: Any) -> sqlite3.Cursor:
        """Run one statement that changes no row of a table: those are for :meth:`insert` and :meth:`update`."""
        return self._connection.execute(statement, values)

    def insert(self, table: str, values: Mapping[str, Any], *, otherwise: str = "ABORT") -> sqlite3.Cursor:
        """Add a row, by column; ``otherwise`` is what happens where its key is taken (SQLite's OR clause)."""
        marks = ", ".join("?" * len(values))
        statement = f"INSERT OR {otherwise} INTO {table} ({', '.join(values)}) VALUES ({marks})"  # noqa: S608
        cursor = self.execute(statement, *values.values())
        if cursor.rowcount > 0:
            key = values if set(seals.KEYS[table]) <= values.keys() else {"id": cursor.lastrowid}
            self._changed[seals.of_row(table, key)] = None
        return cursor

    def update(self, table: str, key: Mapping[str, Any], fields: Mapping[str, Any]) -> None:
        """Change columns of the rows with a key (the columns of :data:`seals.KEYS`)."""
        pairs = ", ".join(f"{name} = ?" for name in fields)
        where = " AND ".join(f"{name} = ?" for name in key)
        self.execute(f"UPDATE {table} SET {pairs} WHERE {where}", *fields.values(), *key.values())  # noqa: S608
        self._changed[seals.of_row(table, key)] = None

    def rows(self, query: str, *values: Any) -> list[sqlite3.Row]:
        """The rows of a query, as they are inside this transaction."""
        return self._connection.execute(query, values).fetchall()

    def note(self, event: str, subject: str, **data: Any) -> None:
        """A line in the journal."""
        known = seals.digests(self._connection, self._changed)
        self._changed.clear()
        chain.append(self._connection, now(), event, subject, data | ({seals.ROWS: known} if known else {}))

    def settle(self) -> None:
        """What no line of the journal has spoken of gets one of its own."""
        if self._changed:
            self.note("rows", "")


def _statements(script: str) -> Iterator[str]:
    """The statements of a script (triggers hold semicolons of their own)."""
    text = ""
    for line in script.splitlines(keepends=True):
        text += line
        if sqlite3.complete_statement(text):
            yield text
            text = ""


def words(error: sqlite3.Error) -> str:
    """What SQLite says, in Chinese where it is a common thing."""
    said = str(error)
    known = {
        "full": "磁盘空间不足", "readonly": "没有写的权限", "disk I/O": "磁盘读写出错", "unable to open": "打不开，文件夹不在或没有权限",
        "locked": "正被另一个程序使用", "malformed": "文件损坏，请用备份恢复", "not a database": "不是台账文件，或已损坏，请用备份恢复",
    }  # fmt: skip
    return next((chinese for english, chinese in known.items() if english in said), said)
