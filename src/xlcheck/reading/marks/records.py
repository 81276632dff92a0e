"""What a marked copy notes of its marked cells, so that unmarking can give each its look back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from xlcheck.labels import address
from xlcheck.reading.grid import MAX_CELLS, MAX_ROWS, Grid, split_reference
from xlcheck.reading.marks.format import RECORD


class Record(NamedTuple):
    """A marked cell and how it looked before: what unmarking needs after another program has saved the workbook.

    In a workbook with very many, ``cell`` names all those of a sheet that are alike: ``E7:E90 F7``. The fields stand
    side by side in the list sheet, in this order.
    """

    sheet: str
    cell: str
    colour: str
    fill: str
    border: str

    def cells(self) -> Iterator[str]:
        """The addresses it speaks of."""
        for area in self.cell.split():
            yield from _addresses(area)


def _addresses(area: str) -> Iterable[str]:
    """The addresses of a run down a column (``E7:E90``); anything else as it stands."""
    first, _, last = area.partition(":")
    start, end = split_reference(first), split_reference(last)
    if start is None or end is None or start[1] != end[1] or not 0 <= end[0] - start[0] < MAX_ROWS:
        return (area,)
    return (address(row, start[1]) for row in range(start[0], end[0] + 1))


def records_in(grid: Grid) -> Iterator[Record]:
    """What a list sheet says of the marked cells; its first row is the signature."""
    for row in sorted(r for r in grid.rows if r > 1):
        record = Record(*(grid.text(row, RECORD + i) for i in range(len(Record._fields))))
        if record.cell and record.colour:
            yield record


def of_sheet(records: Sequence[Record], sheet: str) -> dict[str, Record]:
    """The records of a sheet's cells by address, no more than a sheet may have cells."""
    found = ((address, record) for record in records if record.sheet == sheet for address in record.cells())
    return dict(islice(found, MAX_CELLS))
