"""The door to :mod:`zipfile` for looking at a directory: what damaged ones raise, and the names they list."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

# What zipfile raises on damaged files: the directory (BadZipFile, struct.error, ValueError, OSError), versions and
# methods it does not know (NotImplementedError), passwords (RuntimeError), an early end (EOFError).
ZIP_ERRORS = (zipfile.BadZipFile, struct.error, ValueError, NotImplementedError, RuntimeError, EOFError, OSError)


def part_names(source: Path | bytes) -> frozenset[str] | None:
    """The names in a zip, lower-case with forward slashes; None when its directory can't be read."""
    try:
        with zipfile.ZipFile(io.BytesIO(source) if isinstance(source, bytes) else source) as archive:
            return frozenset(n.lower().replace("\\", "/").lstrip("/") for n in archive.namelist())
    except ZIP_ERRORS:
        return None
