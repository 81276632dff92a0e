"""A file of the inbox becomes a claim: a folder of its own in 处理中, by one rename.

``处理中/<claim>/件/<path in the inbox>`` is the file, ``处理中/<claim>/结果/`` what is made of it. As long as the folder is
there, work is to be done; what has been done already, the ledger says.
"""

from __future__ import annotations

import contextlib
import errno
import filecmp
import os
import secrets
import shutil
import time
from pathlib import Path
from typing import NamedTuple

from xlcheck.errors import Fault
from xlcheck.files import forget_halves, is_half, reason, sync_folder, write_whole

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
    """A path as text; a name in another encoding than the system's is read as GB 18030."""
    raw = os.fsencode(path)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace")


def take(file: Path, inbox: Path, working: Path) -> Claim | None:
    """Claim a file; None where somebody else took it, or still holds it open (Windows).

    Raises:
        Fault: the machine refuses; the file is still in the inbox.
    """
    number = f"{time.strftime('%Y%m%dT%H%M%S')}-{secrets.token_hex(4)}"
    folder = working / number
    target = folder / _FILE / file.relative_to(inbox)
    try:
        target.parent.mkdir(parents=True)
        try:
            _rename(file, target)
        except (FileNotFoundError, PermissionError) as error:
            shutil.rmtree(folder, ignore_errors=True)
            if isinstance(error, PermissionError) and os.name != "nt":
                raise
            return None
        sync_folder(target.parent)
        sync_folder(file.parent)
    except OSError as error:
        raise Fault(f"取不走“{file}”：{reason(error)}") from error
    return Claim(number, folder, target)


def _rename(source: Path, target: Path) -> None:
    """Rename; between two file systems: copy whole, then remove. Killed in between, the same bytes come once more."""
    try:
        source.rename(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        forget_halves(target)
        write_whole(target, source.read_bytes())
        source.unlink()


def unfinished(working: Path) -> list[Claim]:
    """Claims that a run before this one left, oldest first.

    Raises:
        OSError: the folder can't be read.
    """
    found = []
    for folder in sorted(p for p in working.iterdir() if p.is_dir() and not p.is_symlink()):
        files = []
        for path in (folder / _FILE).rglob("*"):
            if is_half(path.name):
                path.unlink(missing_ok=True)  # killed while copying; the whole of it is still in the inbox
            elif path.is_file() and not path.is_symlink():
                files.append(path)
        found.append(Claim(folder.name, folder, files[0] if files else None))
    return found


def move(source: Path, target: Path) -> None:
    """Put a result where it belongs. Done before: nothing to do. A stranger's file of that name is moved aside.

    Raises:
        Fault: the machine refuses; the source is still there.
    """
    try:
        if not source.is_file():
            return
        target.parent.mkdir(parents=True, exist_ok=True)
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
    """Take the empty claim away.

    Raises:
        Fault: the machine refuses.
    """
    try:
        shutil.rmtree(claim.folder)
        sync_folder(claim.folder.parent)
    except FileNotFoundError:
        return
    except OSError as error:
        raise Fault(f"删不了“{claim.folder}”：{reason(error)}") from error


def sweep(inbox: Path, older_than: float) -> None:
    """Remove folders in the inbox that have been emptied; what holds anything stays."""
    for folder, _, _ in os.walk(inbox, topdown=False):
        path = Path(folder)
        with contextlib.suppress(OSError):
            if path != inbox and not path.is_symlink() and time.time() - path.stat().st_mtime >= older_than:
                path.rmdir()
