"""Folders with many workbooks, made of few: hard links where the file system has them."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from support.places import SAMPLES

USUAL = ("tunliu_2023.xlsx", "tunliu_2023_transposed.xlsx", "putuo_shegong_2024.xlsx", "putuo_caizheng_2024.xlsx")


def many(folder: Path, number: int, a_folder: int = 100) -> Path:
    """``number`` workbooks in folders of ``a_folder``: published reports, one with a mistake."""
    for i in range(number):
        place = folder / f"县{i // a_folder:04d}"
        place.mkdir(parents=True, exist_ok=True)
        put(SAMPLES / USUAL[i % len(USUAL)], place / f"单位{i:06d}.xlsx")
    return folder


def put(source: Path, target: Path) -> None:
    """A hard link, or a copy."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
