"""A workbook without our marks: from its original parts where they are as we left them, else taken off one by one."""

from __future__ import annotations

from typing import NamedTuple

from xlcheck.errors import Refused
from xlcheck.reading.grid import Cell, Grid
from xlcheck.reading.marks.original_parts import original_entries
from xlcheck.reading.marks.removal import without_marks
from xlcheck.reading.marks.returned import ReturnedCopy, is_list
from xlcheck.reading.package import Package
from xlcheck.reading.sheetxml import read_grid
from xlcheck.reading.workbook import Workbook


class Unmarked(NamedTuple):
    """A workbook without our marks, and its sheets."""

    workbook: Workbook
    grids: list[Grid]


def unmarked(data: bytes) -> bytes | None:
    """The file without our marks; None where it has none.

    As long as nobody has saved the copy, every part comes back as it was; else fills, frames, notes, conditional
    formats, names and the list sheet go, and everything of the unit's stays. What is left need not be a workbook that can
    be checked.

    Raises:
        Refused: no workbook that can be read.
    """
    copy = ReturnedCopy(Workbook(Package(data)))
    if (original := _original(copy)) is not None:
        return original.workbook.package.zipped()
    return without_marks(copy).zipped() if copy.marked else None


def unmarked_workbook(copy: ReturnedCopy) -> Unmarked | None:
    """The same of a copy that has been opened, opened.

    Raises:
        Refused: without the marks it can't be read.
    """
    if (original := _original(copy)) is not None:
        return original
    return _opened(without_marks(copy)) if copy.marked else None


def _original(copy: ReturnedCopy) -> Unmarked | None:
    """The workbook before it was marked, where it says what the copy shows: nobody can hide other figures in there."""
    package = copy.workbook.package
    entries = original_entries(package)
    if entries is None:
        return None
    try:
        original = _opened(Package(entries, package.read_of(entries)))
        shown = [copy.grid(e) for e in copy.workbook.sheets]
    except Refused:
        return None
    left = {g.name: _texts(g.rows) for g in shown if not is_list(g)}
    return original if left == {g.name: _texts(g.rows) for g in original.grids} else None


def _opened(package: Package) -> Unmarked:
    workbook = Workbook(package)
    return Unmarked(workbook, [read_grid(workbook, e) for e in workbook.sheets])


def _texts(rows: dict[int, dict[int, Cell]]) -> dict[tuple[int, int], tuple[str, str]]:
    return {(r, c): (cell.text, cell.type) for r, cells in rows.items() for c, cell in cells.items()}
