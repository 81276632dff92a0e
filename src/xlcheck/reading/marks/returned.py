"""A marked copy that comes back: how it is known, its list sheets and records."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from lxml import etree

from xlcheck.reading.grid import Grid
from xlcheck.reading.marks.format import NAME, ORIGINALS, RECORD, SHEET, SIGNATURE
from xlcheck.reading.marks.records import Record, records_in
from xlcheck.reading.sheetxml import read_grid
from xlcheck.reading.workbook import SheetEntry, Workbook, namespace


class ReturnedCopy:
    """A workbook that may carry our marks. Its sheets are read when they are asked for, and each once.

    ``grids`` are those of all its sheets, where they have been read.
    """

    def __init__(self, workbook: Workbook, grids: Sequence[Grid] = ()) -> None:
        self.workbook = workbook
        self._grids = dict(zip(workbook.sheets, grids, strict=bool(grids)))

    def grid(self, entry: SheetEntry) -> Grid:
        """A sheet.

        Raises:
            Refused: it can't be read.
        """
        if entry not in self._grids:
            self._grids[entry] = read_grid(self.workbook, entry)
        return self._grids[entry]

    @cached_property
    def lists(self) -> list[Grid]:
        """Our list sheets, known by their signature.

        Raises:
            Refused: one that has their name can't be read.
        """
        named = (self.grid(e) for e in self.workbook.sheets if e.name.startswith(SHEET))
        return [grid for grid in named if is_list(grid)]

    @cached_property
    def records(self) -> list[Record]:
        """What the list sheets say of the marked cells."""
        return [record for grid in self.lists for record in records_in(grid)]

    @property
    def marked(self) -> bool:
        """Whether there are marks to be taken off: a unit may have deleted 审核结果 and left the colours."""
        return bool(self.lists) or _named(self.workbook)


def is_marked(workbook: Workbook) -> bool:
    """Whether a workbook may carry our marks, at the price of a look at its sheets' names."""
    listed = any(e.name.startswith(SHEET) for e in workbook.sheets)
    return listed or ORIGINALS in workbook.package or _named(workbook)


def is_list(grid: Grid) -> bool:
    """Whether a sheet is a list of ours."""
    return grid.text(1, RECORD) == SIGNATURE


def _named(workbook: Workbook) -> bool:
    return any(map(is_our_name, names_of(workbook.root)))


def is_our_name(element: etree._Element) -> bool:
    """Whether a defined name is one of ours."""
    return (element.get("name") or "").startswith(NAME)


def names_of(root: etree._Element) -> list[etree._Element]:
    """The defined names of a workbook."""
    holder = root.find(namespace(root) + "definedNames")
    return list(holder.iterchildren("*")) if holder is not None else []
