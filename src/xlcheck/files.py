"""Files are replaced only whole: write beside, flush to disk, rename, flush the folder."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from xlcheck.errors import Fault

_HALF = ".part"
_OWNER = 0o600
_JUNCTION = 0xA0000003  # IO_REPARSE_TAG_MOUNT_POINT ([MS-FSCC] 2.1.2.1)


def write_whole(path: Path, data: bytes, *, private: bool = False) -> None:
    """Put ``data`` at ``path``; a reader sees the old file or the new one, never a part.

    ``private``: only its owner may read it.

    Raises:
        Fault: the disk is full, the folder can't be written, … The old file is then untouched.
    """
    _whole(path, lambda file: file.write(data), _OWNER if private else None)


def copy_whole(source: Path, path: Path) -> None:
    """The same with the bytes of a file, piece by piece.

    Raises:
        OSError: the source can't be read.
        Fault: as :func:`write_whole`.
    """
    with source.open("rb") as original:
        private = stat.S_IMODE(os.fstat(original.fileno()).st_mode) == _OWNER
        _whole(path, lambda file: shutil.copyfileobj(original, file), _OWNER if private else None)


def _whole(path: Path, fill: Callable[[BinaryIO], object], mode: int | None = None) -> None:
    try:
        make_folder(path.parent)
        handle, name = _beside(path)
    except OSError as error:
        raise Fault(f"写不了“{path}”：{reason(error)}") from error
    try:
        with os.fdopen(handle, "wb") as file:
            fill(file)
            file.flush()
            os.fsync(file.fileno())
        with _not_where_there_is_none():
            name.chmod(_mode(path) if mode is None else mode)
        name.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        with contextlib.suppress(OSError):
            name.unlink()
        raise Fault(f"写不了“{path}”：{reason(error)}") from error
    except BaseException:
        with contextlib.suppress(OSError):
            name.unlink()
        raise


def _beside(path: Path) -> tuple[int, Path]:
    """A new file in the same folder (``tempfile`` would do, at five milliseconds of imports a run)."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    number = 0
    while True:
        name = path.with_name(f"{_lead(path)}{os.getpid()}-{number}{_HALF}")
        try:
            return os.open(name, flags, 0o600), name
        except FileExistsError:
            number += 1


def _lead(path: Path) -> str:
    """How the names begin under which a file is written before it is whole."""
    return f".{path.name[:50]}."


def is_half(name: str) -> bool:
    """Whether a name is that of a file which :func:`write_whole` has not finished."""
    return name.startswith(".") and name.endswith(_HALF)


def forget_halves(path: Path) -> None:
    """Remove what earlier attempts to write ``path`` left when they were killed. Nobody else may be writing it.

    Raises:
        OSError: the folder can't be read, or a file not removed.
    """
    if path.parent.is_dir():
        for one in path.parent.iterdir():
            if is_half(one.name) and one.name.startswith(_lead(path)):
                one.unlink(missing_ok=True)


def _mode(path: Path) -> int:
    """The mode of the file to be replaced, or what the umask gives a new one."""
    with contextlib.suppress(OSError):
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def owned(path: Path) -> None:
    """A file that only its owner may read: made where it is not there, else closed to others if it is ours to close.

    Raises:
        OSError: it can't be made.
    """
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER))
    except FileExistsError:
        with contextlib.suppress(OSError):
            if path.stat().st_mode & 0o077:
                path.chmod(_OWNER)


def unwritable(path: Path) -> str:
    """Why nothing can be written to a file, or into a folder (empty: it can), as far as that can be seen without trying."""
    wanted = os.W_OK | os.X_OK if path.is_dir() else os.W_OK
    if hasattr(os, "statvfs"):
        with contextlib.suppress(OSError):
            if os.statvfs(path).f_flag & os.ST_RDONLY:
                return reason(OSError(errno.EROFS, ""))
    return "" if os.access(path, wanted) else reason(PermissionError(errno.EACCES, ""))


def readable_by_others(path: Path) -> bool:
    """Whether others than its owner may read a file, where file systems know of owners."""
    try:
        return os.name != "nt" and bool(path.stat().st_mode & 0o077)
    except OSError:
        return False


def make_folder(folder: Path) -> None:
    """Make a folder and what is missing above it; each new name is put on the disk.

    Raises:
        OSError: it can't be made.
    """
    missing = []
    at = folder
    while not at.is_dir() and at != at.parent:
        missing.append(at)
        at = at.parent
    for one in reversed(missing):
        try:
            one.mkdir()
        except FileExistsError:
            if not one.is_dir():  # else somebody was quicker
                raise
        sync_folder(one.parent)


def sync_folder(folder: Path) -> None:
    """Put the names in a folder on the disk (Windows does so by itself, and some file systems know no such thing)."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        with _not_where_there_is_none():
            os.fsync(handle)
    finally:
        os.close(handle)


@contextlib.contextmanager
def _not_where_there_is_none() -> Iterator[None]:
    """What a file system does not have (a folder's flush, a file's mode) is not missed."""
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EPERM):
            raise


def is_link(state: os.stat_result) -> bool:
    """Whether what is there leads elsewhere: a symbolic link, or a junction of Windows."""
    return stat.S_ISLNK(state.st_mode) or getattr(state, "st_reparse_tag", 0) == _JUNCTION


def reason(error: OSError) -> str:
    """Why the machine refused, in Chinese where the reason is a common one."""
    known = {
        "ENOSPC": "磁盘空间不足", "EACCES": "没有权限", "EPERM": "没有权限", "EROFS": "磁盘是只读的",
        "ENOENT": "文件或文件夹不存在", "EISDIR": "这是文件夹，不是文件", "ENOTDIR": "上级不是文件夹", "EEXIST": "上级不是文件夹",
        "EIO": "磁盘读写出错", "ESTALE": "网络共享断开了", "ENOTCONN": "网络共享断开了", "EHOSTDOWN": "网络共享断开了",
        "EDQUOT": "磁盘配额已满", "ENOTEMPTY": "里面还有文件", "ENAMETOOLONG": "文件名太长", "EFBIG": "文件太大",
    }  # fmt: skip
    return known.get(errno.errorcode.get(error.errno or 0, ""), error.strerror or str(error))
