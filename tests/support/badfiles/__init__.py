"""Bad and strange files by the hundred, made by script: what no reader may crash, hang or swell on."""

from __future__ import annotations

from collections.abc import Iterator

from support.badfiles import (
    cellfaults,
    foreignfaults,
    markfaults,
    namefaults,
    odsfaults,
    olefaults,
    partfaults,
    sheetfaults,
    textfaults,
    xlsbfaults,
    xmlfaults,
    zipfaults,
)
from support.badfiles.build import Make, raw
from support.badfiles.formats import good_foreign

_ROOMS = (
    zipfaults, xmlfaults, sheetfaults, partfaults, markfaults, cellfaults, namefaults, foreignfaults, olefaults,
    odsfaults, xlsbfaults, textfaults,
)  # fmt: skip


def makers() -> dict[str, Make]:
    """Name → function that makes the file; always the same bytes."""
    return {name: make for room in _ROOMS for name, make in room.cases.items()}


def bad_files() -> Iterator[tuple[str, bytes]]:
    """All of them, one at a time."""
    for name, make in makers().items():
        yield name, raw(make)


def bad_file(name: str) -> bytes:
    """One of them."""
    return raw(makers()[name])


__all__ = ["bad_file", "bad_files", "good_foreign", "makers"]
