"""What the tests of both kinds of bundle share."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TIMES: list[str] = []


def built(ending: str) -> list[Path]:
    """Both builds of a bundle."""
    return [next(iter((ROOT / "build" / f"dist-{n}").glob(f"xlcheck-*-{ending}")), Path("none")) for n in (1, 2)]


def without_rights() -> list[str]:
    """How to run a program that a folder's rights hold back, even where the tests run as root."""
    if os.geteuid() != 0:
        return []
    if shutil.which("setpriv") is None:
        pytest.skip("root, and no setpriv")
    return ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all"]
