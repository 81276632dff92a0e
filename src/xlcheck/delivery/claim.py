"""A file of the inbox becomes a claim: a folder of its own in 处理中, by one rename.

``处理中/<claim>/件/<path in the inbox>`` is the file, ``处理中/<claim>/结果/`` what is made of it. As long as the folder is
there, work is to be done; what has been done already, the ledger says.
"""

from __future__ import annotations

import contextlib
import errno
import filecmp
import os
import re
import secrets
import shutil
import stat
import time
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from xlcheck.delivery.order import Came, in_order
from xlcheck.errors import Fault
from xlcheck.files import copy_whole, forget_halves, is_half, make_folder, reason, sync_folder
from xlcheck.shown import one_line

_OURS = re.compile(r"\d{8}T\d{6}-[0-9a-f]{8}")  # a claim's folder; what else lies in 处理中 is somebody else's
_SECOND = len("20260820T103000")  # how far the number of a claim tells when it was taken
_FILE, _RESULTS = "件", "结果"


class Claim(NamedTuple):
    """Something taken from the inbox. ``file`` is None when it is gone (or never came)."""

    id: str
    folder: Path
    file: Path | None

    @property
    def results(self) -> Path:
        """What is made of it, by entry: ``0.xlsx`` the marked copy, ``0.txt`` the reason."""
        return self.folder / _RESULTS

    @property
    def name(self) -> str:
        """Its path in the inbox, as it can be printed and stored."""
        return printable(self.file.relative_to(self.folder / _FILE)) if self.file else ""


def printable(path: Path) -> str:
    """A path as one line of text; a name in another encoding than the system's is read as GB 18030."""
    raw = os.fsencode(path)
    try:
        return one_line(raw.decode("utf-8"))
    except UnicodeDecodeError:
        return one_line(raw.decode("gb18030", "replace"))


def take(file: Path, inbox: Path, working: Path) -> Claim | None:
    """Claim a file; None where somebody else took it, or still holds it open (Windows).

    Raises:
        Fault: the machine refuses; the file is still in the inbox.
    """
    number = f"{time.strftime('%Y%m%dT%H%M%S')}-{secrets.token_hex(4)}"
    claim = Claim(number, working / number, working / number / _FILE / file.relative_to(inbox))
    target = claim.folder / _FILE / file.relative_to(inbox)
    try:
        make_folder(target.parent)
        if not _renamed(file, target, claim):
            return None
        sync_folder(target.parent)
        sync_folder(file.parent)
    except OSError as error:
        raise Fault(f"取不走“{file}”：{reason(error)}") from error
    return claim


def _renamed(file: Path, target: Path, claim: Claim) -> bool:
    """Rename a file into its claim; False where it can't be had, for now or for good. Without the file, no claim is left."""
    try:
        _rename(file, target)
    except OSError as error:
        if not os.path.lexists(file) and os.path.lexists(target):
            return True  # over a network a rename that is said to have failed may have been done all the same
        close(claim)
        if _not_to_be_had(error):
            return False
        raise
    return True


def _not_to_be_had(error: OSError) -> bool:
    """Whether somebody else took a file, or still holds it open (Windows)."""
    return isinstance(error, FileNotFoundError) or (isinstance(error, PermissionError) and os.name == "nt")


def _rename(source: Path, target: Path) -> None:
    """Rename; between two file systems: copy whole, then remove. Killed in between, the same bytes come once more."""
    try:
        source.rename(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        forget_halves(target)
        copy_whole(source, target)
        try:
            source.unlink()
        except FileNotFoundError:
            return
        except OSError:
            target.unlink(missing_ok=True)  # what can't be taken away would come again and again
            raise


def unfinished(working: Path) -> tuple[list[Claim], Fault | None]:
    """Claims that a run before this one left, in the order in which their files came, and why one could not be looked into.

    Raises:
        OSError: the folder itself can't be read.
    """
    found, fault = [], None
    with os.scandir(working) as entries:
        names = sorted(e.name for e in entries if _OURS.fullmatch(e.name) and e.is_dir(follow_symlinks=False))
    for name in names:
        try:
            found.append(_claim(working / name))
        except OSError as error:
            fault = Fault(f"读不了“{working / name}”：{reason(error)}")
            fault.__cause__ = error
    return [claim for _, claims in groupby(found, lambda c: c.id[:_SECOND]) for claim in _as_they_came(claims)], fault


def _as_they_came(claims: Iterable[Claim]) -> list[Claim]:
    """Claims of one second: their numbers do not tell which was first, their files do."""
    return in_order((Came(claim.name, _written(claim.file)), claim) for claim in claims)


def _written(file: Path | None) -> int:
    """When a file was last written (nanoseconds); 0 where it is gone."""
    try:
        return file.stat().st_mtime_ns if file is not None else 0
    except OSError:
        return 0


def _claim(folder: Path) -> Claim:
    """A claim as it lies there. An error is never taken for "there is no file": what seems empty is removed."""
    files = []
    for path in _below(folder / _FILE):
        if is_half(path.name):
            path.unlink(missing_ok=True)  # killed while copying; the whole of it is still in the inbox
        else:
            files.append(path)
    return Claim(folder.name, folder, files[0] if files else None)


def filed_in(folder: Path) -> Path | None:
    """The file in the folder of a claim; None where there is none, or no such claim."""
    try:
        return next((path for path in _below(folder / _FILE) if not is_half(path.name)), None)
    except OSError:
        return None


def _below(folder: Path) -> Iterator[Path]:
    """The regular files in a folder and in those below it.

    Raises:
        OSError: one can't be read.
    """
    try:
        entries = sorted(os.scandir(folder), key=lambda e: e.name)
    except FileNotFoundError:
        return
    for entry in entries:
        mode = entry.stat(follow_symlinks=False).st_mode
        if stat.S_ISDIR(mode):
            yield from _below(Path(entry.path))
        elif stat.S_ISREG(mode):
            yield Path(entry.path)


def move(source: Path, target: Path) -> None:
    """Put a result where it belongs. Done before: nothing to do. A stranger's file of that name is moved aside.

    Raises:
        Fault: the machine refuses; the source is still there.
    """
    try:
        if not os.path.lexists(source):
            return
        make_folder(target.parent)
        if target.is_file() and filecmp.cmp(source, target, shallow=False):
            source.unlink()  # copied between file systems, killed before the source was removed
            return
        if target.exists():
            target.rename(target.with_name(f"{time.time_ns()}_{target.name}"[:120] + target.suffix))
        _rename(source, target)
        sync_folder(target.parent)
    except OSError as error:
        raise Fault(f"写不了“{target}”：{reason(error)}") from error


def close(claim: Claim) -> None:
    """Take the claim away once its file is: results of ours with it, but never a file that came from the inbox.

    Raises:
        Fault: the machine refuses, or there is still a file.
    """
    try:
        with contextlib.suppress(FileNotFoundError):
            shutil.rmtree(claim.results)
        for folder, _, _ in os.walk(claim.folder / _FILE, topdown=False, onerror=_raised):
            Path(folder).rmdir()
        claim.folder.rmdir()
        sync_folder(claim.folder.parent)
    except FileNotFoundError:
        return
    except OSError as error:
        raise Fault(f"删不了“{claim.folder}”：{reason(error)}") from error


def _raised(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):
        raise error


def sweep(inbox: Path, older_than: float) -> None:
    """Remove folders in the inbox that have been emptied; what holds anything stays."""
    for folder, _, _ in os.walk(inbox, topdown=False):
        path = Path(folder)
        with contextlib.suppress(OSError):
            if path != inbox and not path.is_symlink() and time.time() - path.stat().st_mtime >= older_than:
                path.rmdir()
