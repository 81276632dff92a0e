"""Folders of sets as bytes, to go along to another machine."""

from __future__ import annotations

import io
import os
import shutil
import zipfile
from pathlib import Path

from xlcheck.errors import Fault
from xlcheck.files import reason
from xlcheck.mapping.places import MappingFolders

_NAMES = ("own", "base")


def packed(folders: MappingFolders) -> bytes:
    """All files of the sets below them."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, root in zip(_NAMES, folders.all, strict=False):
            for path in sorted(p for p in root.rglob("*") if p.suffix in (".yaml", ".csv")):
                archive.write(path, f"{name}/{path.relative_to(root).as_posix()}")
    return whole.getvalue()


def unpacked(files: bytes, folder: Path) -> MappingFolders:
    """The folders below ``folder``, with these files in them: whole, or there already. Its name says what they are.

    Raises:
        Fault: it can't be written.
    """
    if not folder.is_dir():
        half = folder.with_name(f"{folder.name}.{os.getpid()}.part")
        try:
            with zipfile.ZipFile(io.BytesIO(files)) as archive:
                archive.extractall(half)
            half.rename(folder)
        except OSError as error:
            shutil.rmtree(half, ignore_errors=True)
            if not folder.is_dir():  # else somebody was quicker
                raise Fault(f"写不了“{folder}”：{reason(error)}") from error
    own, base = (folder / name for name in _NAMES)
    return MappingFolders(own, base if base.is_dir() else None)
