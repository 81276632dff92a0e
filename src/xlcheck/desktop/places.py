"""Where results go: beside what was dropped; where nothing can be written there, into the user's own folder."""

from __future__ import annotations

import re
import secrets
import tempfile
from pathlib import Path

from xlcheck.errors import Fault

CHECKED = "已审核"
_SUFFIX = re.compile(rf"（{CHECKED}\d*）$")
_MOST = 10_000


def plain_stem(stem: str) -> str:
    """The name of a file or folder without the mark that our results bear."""
    return _SUFFIX.sub("", stem) or stem


def checked_name(stem: str, number: int = 1) -> str:
    """How the result of something is called; from the second on with its number."""
    return f"{stem}（{CHECKED}{number if number > 1 else ''}）"


def free(folder: Path, stem: str, ending: str, data: bytes) -> Path:
    """The first name of a result that is free, or whose file holds the very same bytes: nothing is ever replaced.

    Raises:
        Fault: all names are taken.
    """
    for number in range(1, _MOST):
        path = folder / f"{checked_name(stem, number)}{ending}"
        if not path.exists() or holds(path, data):
            return path
    raise Fault(f"“{folder}”里的审核副本太多了，请先移走一些。")


def holds(path: Path, data: bytes) -> bool:
    """Whether a file is there and has just these bytes."""
    try:
        return path.stat().st_size == len(data) and path.read_bytes() == data
    except OSError:
        return False


def can_write(folder: Path) -> bool:
    """Whether new files can be put into a folder, or into the nearest one above it that is there.

    It is tried out: rights alone do not tell (shares, discs, Windows).
    """
    there = next((place for place in (folder, *folder.parents) if place.exists()), folder)
    probe = there / f".xlcheck-{secrets.token_hex(8)}"
    try:  # tempfile would try ten thousand names in a folder of Windows that refuses them all
        probe.open("xb").close()
        probe.unlink()
    except OSError:
        return False
    return True


def own_folder() -> Path:
    """The user's own folder for what the program keeps (on Windows in %LOCALAPPDATA%), else a temporary one.

    Raises:
        Fault: nothing can be written anywhere.
    """
    from platformdirs import user_data_path

    for place in (user_data_path("xlcheck", appauthor=False), Path(tempfile.gettempdir()) / "xlcheck"):
        if can_write(place):
            return place
    raise Fault("没有能写文件的地方：用户文件夹和临时文件夹都写不了。请检查磁盘空间和权限。")
