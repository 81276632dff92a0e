"""Everything a process does to the disk, counted step by step, so that a test can stop it or fail it at any one of them.

To be installed in a forked child only: it replaces functions of ``os`` and the class of SQLite's connections there.
"""

from __future__ import annotations

import io
import os
import signal
import socket
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple, Self

from support.effort import SHARE, drawn

_CALLS = ("rename", "replace", "unlink", "mkdir", "rmdir", "fsync", "chmod")
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_WRITE, _OPEN, _KILL = os.write, os.open, os.kill
COMMITS = ("COMMIT", "rename", "replace")  # never thinned out


class Point(NamedTuple):
    """A moment: before or after (or, of a write, amid) the step of a number."""

    number: int
    name: str
    when: str
    about: str = ""

    def __str__(self) -> str:
        return f"{self.when} {self.number} {self.name} {self.about}"


Hook = Callable[[Point], None]


class Steps:
    """Calls ``hook`` before and after each step; in the workers of this process only, or in itself only."""

    def __init__(self, hook: Hook, *, workers: bool = False) -> None:
        self._hook = hook
        self._workers = workers
        self._main = os.getpid()
        self._number = 0
        self._inside = False

    def install(self) -> None:
        """Replace what writes."""
        for name in _CALLS:
            setattr(os, name, self._counted(name, getattr(os, name)))
        plain_open, plain_fdopen, plain_connect = os.open, os.fdopen, sqlite3.connect
        counted_open = self._counted("open", plain_open)

        def opened(path: Any, flags: int, *more: Any, **named: Any) -> int:
            return (counted_open if flags & _WRITES else plain_open)(path, flags, *more, **named)

        def wrapped(handle: int, mode: str = "r", *more: Any, **named: Any) -> Any:
            file = plain_fdopen(handle, mode, *more, **named)
            return _Halved(file, self) if mode == "wb" else file

        def connected(*values: Any, **named: Any) -> sqlite3.Connection:
            found = plain_connect(*values, factory=_Connection, **named)
            found.steps = self
            return found

        os.open, os.fdopen, sqlite3.connect = opened, wrapped, connected  # type: ignore[assignment]

    def install_network(self) -> None:
        """Count what goes out over sockets and what is waited for."""
        for name in ("sendall", "send", "recv_into"):
            plain = getattr(socket.socket, name)

            def call(own: socket.socket, *values: Any, plain: Any = plain, name: str = name) -> Any:
                return self.around(name, "", lambda: plain(own, *values))

            setattr(socket.socket, name, call)

    def around(self, name: str, about: str, call: Callable[[], Any]) -> Any:
        """One step."""
        if self._inside or (os.getpid() == self._main) == self._workers:
            return call()
        self._number += 1
        number = self._number
        self._tell(Point(number, name, "before", about))
        result = call()
        self._tell(Point(number, name, "after", about))
        return result

    def amid(self, about: str) -> None:
        """Half of a file is written."""
        if not self._inside and (os.getpid() == self._main) != self._workers:
            self._number += 1
            self._tell(Point(self._number, "write", "amid", about))

    def _tell(self, point: Point) -> None:
        self._inside = True
        try:
            self._hook(point)
        finally:
            self._inside = False

    def _counted(self, name: str, plain: Callable[..., Any]) -> Callable[..., Any]:
        def call(*values: Any, **named: Any) -> Any:
            about = os.fsdecode(values[0]) if isinstance(values[0], (str, bytes, os.PathLike)) else ""
            return self.around(name, Path(about).name, lambda: plain(*values, **named))

        return call


class _Halved:
    """A file that is written in two halves, with a step between them."""

    def __init__(self, file: io.BufferedWriter, steps: Steps) -> None:
        self._file, self._steps = file, steps

    def write(self, data: bytes) -> int:
        self._file.write(data[: len(data) // 2])
        self._file.flush()
        self._steps.amid(str(len(data)))
        self._file.write(data[len(data) // 2 :])
        return len(data)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._file.__exit__(*error)  # type: ignore[arg-type]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


class _Connection(sqlite3.Connection):
    """SQLite's, with its transactions counted."""

    steps: Steps

    def execute(self, statement: str, *values: Any) -> sqlite3.Cursor:
        word = statement.split(maxsplit=1)[0]
        if word not in ("BEGIN", "COMMIT"):
            return super().execute(statement, *values)
        found: sqlite3.Cursor = self.steps.around(
            word, "", lambda: super(_Connection, self).execute(statement, *values)
        )
        return found

    def backup(self, target: sqlite3.Connection, **named: Any) -> None:
        self.steps.around("backup", "", lambda: super(_Connection, self).backup(target, **named))


def hooked(hook: Hook, *, workers: bool = False, network: bool = False) -> Callable[[], None]:
    """What a child does first, so that ``hook`` is called at each of its steps."""

    def install() -> None:
        counted = Steps(hook, workers=workers)
        counted.install()
        if network:
            counted.install_network()

    return install


# --- hooks -------------------------------------------------------------------------------------------------------


def noting(file: Path) -> Hook:
    """Writes every point to a file."""
    handle = _OPEN(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def hook(point: Point) -> None:
        _WRITE(handle, "\t".join(map(str, point)).encode() + b"\n")

    return hook


def noted(file: Path) -> list[Point]:
    """The points of :func:`noting`."""
    rows = [line.split("\t") for line in file.read_text(encoding="utf-8", errors="replace").splitlines()]
    return [Point(int(number), name, when, about) for number, name, when, about in rows]


def first(marker: Path) -> bool:
    """Whether this is the first time, of all processes."""
    try:
        os.close(_OPEN(marker, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        return False
    return True


def killing(at: Point, marker: Path) -> Hook:
    """Kills the process at a point, once."""

    def hook(point: Point) -> None:
        if point[0] == at[0] and point[2] == at[2] and first(marker):
            _KILL(os.getpid(), signal.SIGKILL)

    return hook


def failing(start: int, code: int, marker: Path, *, lasting: bool) -> Hook:
    """Fails the step of a number; ``lasting``: and all after it, until there is a file ``<marker>.mended``."""
    mended = marker.with_name(f"{marker.name}.mended")

    def hook(point: Point) -> None:
        if point.when == "after" or point.number < start or (lasting and mended.exists()):
            return
        if not lasting and (point.number > start or not first(marker)):
            return
        if lasting:
            first(marker)
        if point.name in ("BEGIN", "COMMIT", "backup"):
            raise sqlite3.OperationalError("database or disk is full" if code == 28 else "disk I/O error")
        raise OSError(code, os.strerror(code))

    return hook


def thinned(points: list[Point], most: int) -> list[Point]:
    """At most so many (or the share that is drawn), evenly; commits and renames are all kept, of a small share some."""
    most = drawn(most)
    kept = [p for p in points if p.name in COMMITS][:: max(1, round(0.3 / SHARE))]
    rest = [p for p in points if p.name not in COMMITS]
    room = max(0, most - len(kept))
    if room < len(rest):
        rest = [rest[i * len(rest) // room] for i in range(room)]
    return sorted(kept + rest)
