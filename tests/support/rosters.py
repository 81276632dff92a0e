"""Rosters for desks of tests."""

from __future__ import annotations

import os
import time
from pathlib import Path


def write_settled(path: Path, text: str, encoding: str = "utf-8") -> None:
    """A roster that nobody is writing any more: one of a moment ago is waited for, three seconds every time."""
    path.write_text(text, encoding=encoding)
    an_hour_ago = time.time() - 3_600
    os.utime(path, (an_hour_ago, an_hour_ago))
