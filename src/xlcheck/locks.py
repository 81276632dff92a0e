"""One process at a time: a lock that goes with its process, however that ends. The door for filelock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from xlcheck.errors import Fault
from xlcheck.files import reason


@contextmanager
def locked(path: Path, wait: float = 0) -> Iterator[bool]:
    """Whether nobody else holds the lock at ``path``, which is held meanwhile; others are waited for ``wait`` seconds.

    Raises:
        Fault: nothing can be locked there.
    """
    lock = FileLock(path)
    try:
        lock.acquire(timeout=wait)
    except Timeout:
        yield False
        return
    except (OSError, NotImplementedError) as error:  # filelock says the second of a file system without locks
        why = reason(error) if isinstance(error, OSError) else "这里的文件系统不支持锁"
        raise Fault(f"锁不住“{lock.lock_file}”：{why}") from error
    try:
        yield True
    finally:
        lock.release()
