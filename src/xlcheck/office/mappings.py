"""The sets that a desk checks with: those of the program, and before them those of its own folder, where it has one."""

from __future__ import annotations

from pathlib import Path

from xlcheck.errors import Usage
from xlcheck.mapping.library import Library
from xlcheck.office.settings import FILE, Settings


def library_of(root: Path, settings: Settings) -> Library:
    """The sets of the desk in ``root``; its folder may be named from there, or as a whole path.

    Raises:
        Usage: the settings name a folder that is not there.
    """
    if not settings.mappings:
        return Library()
    own = root / settings.mappings
    if not own.is_dir():
        raise Usage(f"{FILE} 里“映射文件夹”写的“{own}”不是文件夹。")
    return Library.with_own(own)
