"""A folder of sets as bytes, to go along to another machine."""

from __future__ import annotations

import io
import os
import shutil
import zipfile
from pathlib import Path

from xlcheck.errors import Fault
from xlcheck.files import reason


def packed(root: Path) -> bytes:
    """All files of the sets below ``root``."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for path in sorted(p for p in root.rglob("*") if p.suffix in (".yaml", ".csv")):
            archive.write(path, path.relative_to(root).as_posix())
    return whole.getvalue()


def unpacked(files: bytes, folder: Path) -> Path:
    """``folder`` with these files in it: whole, or there already. Its name says what they are.

    Raises:
        Fault: it can't be written.
    """
    if folder.is_dir():
        return folder
    half = folder.with_name(f"{folder.name}.{os.getpid()}.part")
    try:
        with zipfile.ZipFile(io.BytesIO(files)) as archive:
            archive.extractall(half)
        half.rename(folder)
    except OSError as error:
        shutil.rmtree(half, ignore_errors=True)
        if not folder.is_dir():  # else somebody was quicker
            raise Fault(f"写不了“{folder}”：{reason(error)}") from error
    return folder
