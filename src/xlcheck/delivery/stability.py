"""Which files in the inbox have settled: copied whole, and left alone since.

Copying programs write in pieces, some into a file that already has its full size and its old time. So a file is taken
when size and time have not changed for some seconds *and* the end of its format is there; one whose end never comes is
taken after a minute all the same, to be answered as damaged. One that is nothing but zeros, or ends in them where the end of
its format should be, is a copy that has its room and not yet its bytes: it is never taken, nor is one that a program says is open.
"""

from __future__ import annotations

import math
import os
import stat
import struct
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from xlcheck.delivery.leftovers import downloaded_by, is_hidden, owned_by, passed_over
from xlcheck.delivery.order import Came, in_order
from xlcheck.files import is_link, reason

_DAMAGED = 60.0  # seconds after which an end that is missing is not waited for
_TAIL = 65_557  # bytes: the end record of an archive with the longest comment
_END = b"PK\x05\x06"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_HEADER = 512  # bytes
_SECTORS = (512, 4096)  # bytes: versions 3 and 4 of the format
_FREE = 0xFFFFFFFF
_NO_SECTOR = 0xFFFFFFFA  # numbers from here on are no sectors
_LARGER, _LOCATOR = b"PK\x06\x07", 20  # bytes
_RECORDS = 1024  # bytes that the larger records may take
_DEEPEST = 12
_HEAD = 4096  # bytes


class Seen(NamedTuple):
    """A file of the inbox as it was when it last changed. ``since`` is monotonic seconds."""

    size: int
    changed: int
    inode: int
    since: float

    def like(self, other: Seen) -> bool:
        """Whether a file has not changed between two looks."""
        return self[:3] == other[:3]


class _Folder(NamedTuple):
    """What the names in a folder say of the files beside them, whose names are in lower case.

    ``open`` are those that a program has open, each with the file that says so; ``coming`` are still downloaded.
    """

    open: Mapping[str, os.DirEntry[str]]
    coming: frozenset[str]

    @classmethod
    def of(cls, entries: Iterable[os.DirEntry[str]]) -> _Folder:
        """Of the entries of a folder."""
        names = list(entries)
        opened = {owned.lower(): entry for entry in names if (owned := owned_by(entry.name))}
        return cls(opened, frozenset(beside.lower() for entry in names if (beside := downloaded_by(entry.name))))


class StabilityCheck:
    """Looks at the inbox again and again; remembers between looks what has not changed.

    ``left`` is what the last look found and will never take, with the reason in words.
    """

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._seen: dict[Path, Seen] = {}
        self.left: dict[Path, str] = {}

    def look(self, inbox: Path) -> tuple[list[Path], int]:
        """Files that have settled, in the order in which they came, and how many have not yet.

        Raises:
            OSError: the inbox can't be read.
        """
        now = self._clock()
        before, self._seen, self.left = self._seen, {}, {}
        ready, waiting = [], 0
        for path, state, beside in self._files(inbox):
            seen = Seen(state.st_size, state.st_mtime_ns, state.st_ino, now)
            old = before.get(path)
            if old is not None and old.like(seen):
                seen = old
            self._seen[path] = seen
            quiet = now - seen.since
            if quiet >= self._seconds and self._waits(path, state, beside, quiet):
                waiting += 1
            elif self._settled(path, quiet):
                ready.append(path)
        came = in_order((Came(str(path), self._seen[path].changed), path) for path in ready)
        return came, len(self._seen) - len(ready) - waiting

    def _waits(self, path: Path, state: os.stat_result, beside: _Folder, quiet: float) -> bool:
        """Whether a file that has not changed for a while has to be waited for, however long; said after a while."""
        name = path.name.lower()
        if name in beside.open:
            owner = beside.open[name]
            self._left_after(
                path,
                quiet,
                _written(owner),
                f"正开着（旁边有“{owner.name}”），没有处理。关掉它，会自己接着取；已经关了，就删掉“{owner.name}”",
            )
        elif name in beside.coming:
            self._left_after(
                path, quiet, state.st_mtime, "还没有下载完（旁边有下载程序的记录），没有处理。下载完会自己接着取"
            )
        elif unfilled(path, state.st_size, patient=quiet < self._patience):
            what = "是空的" if not state.st_size else "里面还是空白（全是 0）"
            self._left_after(
                path,
                quiet,
                state.st_mtime,
                f"{what}，像是还没有复制完，没有处理。复制完会自己接着取；确实如此，就重新复制或删掉",
            )
        else:
            return False
        return True

    def _left_after(self, path: Path, quiet: float, since: float, why: str) -> None:
        """Say why a file is left, once it has been so for long, by our clock or by its own time."""
        if quiet >= self._patience or time.time() - since >= self._patience:
            self.left[path] = why

    @property
    def _patience(self) -> float:
        """Seconds after which an end that is missing is not waited for."""
        return max(_DAMAGED, self._seconds)

    def _settled(self, path: Path, quiet: float) -> bool:
        """Whether a file that has not changed for ``quiet`` seconds is there whole, or will not get its end any more."""
        return quiet >= self._seconds and (quiet >= self._patience or complete(path))

    def _files(self, folder: Path, depth: int = 0) -> Iterator[tuple[Path, os.stat_result, _Folder]]:
        with os.scandir(folder) as scan:
            entries = list(scan)
        beside = _Folder.of(entries)
        for entry in entries:
            try:
                state = entry.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue  # taken away while we looked
            except OSError as error:
                self.left[Path(entry.path)] = f"看不了（{reason(error)}），没有处理"
                continue
            if not passed_over(entry.name) or is_link(state):
                yield from self._entry(Path(entry.path), state, beside, depth)
            elif is_hidden(entry.name):
                self.left[Path(entry.path)] = "是隐藏的（名字以点开头），没有处理。要处理，就去掉名字开头的点"

    def _entry(
        self, path: Path, state: os.stat_result, beside: _Folder, depth: int
    ) -> Iterator[tuple[Path, os.stat_result, _Folder]]:
        """A file, or the files in a folder; what is neither, or can't be opened, is left."""
        if is_link(state):
            self.left[path] = "是链接，没有处理。请放入文件本身"
        elif stat.S_ISREG(state.st_mode):
            yield path, state, beside
        elif not stat.S_ISDIR(state.st_mode):
            self.left[path] = "不是文件，没有处理。请移走"
        elif depth >= _DEEPEST:
            self.left[path] = f"是第 {_DEEPEST + 1} 层文件夹，太深了，里面的没有处理。请移到上面来"
        else:
            try:
                yield from self._files(path, depth + 1)
            except FileNotFoundError:
                return  # taken away while we looked
            except OSError as error:
                self.left[path] = f"打不开（{reason(error)}），里面的没有处理。请让运行 xlcheck 的用户能读能写"


def _written(entry: os.DirEntry[str]) -> float:
    """When a file was last written (seconds); the far future where it is gone."""
    try:
        return entry.stat(follow_symlinks=False).st_mtime
    except OSError:
        return math.inf


def unfilled(path: Path, size: int, *, patient: bool) -> bool:
    """Whether a file has its room, but not its bytes yet: it begins with zeros, as nothing does that is a workbook or text.

    ``patient``: else also one that ends in zeros where the end of its format should be.
    """
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
            if not head.strip(b"\0"):
                return True
            if patient or size <= _HEAD or complete(path):
                return False
            file.seek(-_HEAD, os.SEEK_END)
            return not file.read(_HEAD).strip(b"\0")
    except OSError:
        return False


def complete(path: Path) -> bool:
    """Whether the end of the file's format is there. A file that can't be read now is not complete."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(512)
            if head[:2] == b"PK":
                file.seek(max(0, size - _TAIL))
                return _archive_ends(file.read(_TAIL), size)
            if head[:8] == _OLE:
                return _compound_ends(head, size, file.read, file.seek)
            if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
                file.seek(max(0, size - 64))
                return file.read().rstrip(b"\x00 \t\r\n").endswith(b">")
    except OSError:
        return False
    return True


def _archive_ends(tail: bytes, size: int) -> bool:
    """An end record whose directory is right before it (APPNOTE 4.3.16)."""
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < 22:
        return False
    length, start = struct.unpack("<II", tail[at + 12 : at + 20])
    end = size - (len(tail) - at)
    # before the directory stands what it lists, from the first byte on: else it is that of a workbook inside an archive
    between = end - (start + length)
    larger = tail[at - _LOCATOR : at].startswith(_LARGER)  # the larger records stand between (APPNOTE 4.3.14, 4.3.15)
    return bool(start == _FREE or between == 0 or (larger and 0 < between <= _RECORDS))


def _compound_ends(head: bytes, size: int, read: Callable[[int], bytes], seek: Callable[[int], int]) -> bool:
    """Every sector that the last page of the allocation table names is inside the file ([MS-CFB] 2.2, 2.3)."""
    if len(head) < _OLE_HEADER:
        return False
    sector = 1 << struct.unpack("<H", head[30:32])[0]
    if sector not in _SECTORS:
        return True  # damaged, not unfinished
    pages = [p for p in struct.unpack("<109I", head[76:_OLE_HEADER]) if p < _NO_SECTOR]
    if not pages:
        return True
    if (max(pages) + 2) * sector > size:
        return False
    seek((pages[-1] + 1) * sector)
    entries = struct.unpack(f"<{sector // 4}I", read(sector))
    last = (len(pages) - 1) * len(entries) + _last_used(entries)
    return bool(size > (last + 1) * sector)


def _last_used(entries: Sequence[int]) -> int:
    """The number of the last sector on a page of the allocation table that is not free."""
    return max((i for i, entry in enumerate(entries) if entry != _FREE), default=0)
