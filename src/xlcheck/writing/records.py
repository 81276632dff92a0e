"""The records of marked cells, as few rows as a sheet may have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from xlcheck.labels import address
from xlcheck.reading.grid import split_reference
from xlcheck.reading.marks.records import Record

_MOST_RECORDS = 4_000  # rows: together with findings and reasons fewer than a sheet may have when it comes back
_LONGEST_RECORD = 8_000  # characters: a cell takes four times as many


class _Alike(NamedTuple):
    """What marked cells of one record have in common."""

    sheet: str
    colour: str
    fill: str
    border: str


def compact(records: Sequence[Record]) -> list[Record]:
    """``records`` as they are, or, where they are too many for the rows of a sheet, one for all cells that are alike."""
    if len(records) <= _MOST_RECORDS:
        return list(records)
    alike: dict[_Alike, list[tuple[int, int]]] = {}
    for one in records:
        spot = split_reference(one.cell)
        if spot is not None:
            alike.setdefault(_Alike(one.sheet, one.colour, one.fill, one.border), []).append((spot[1], spot[0]))
    found = [
        Record(look.sheet, cells, look.colour, look.fill, look.border)
        for look, spots in alike.items()
        for cells in _joined(_areas(sorted(spots)))
    ]
    return found[:_MOST_RECORDS]  # beyond that marks are taken off without a look to give back


def _joined(areas: Iterable[str]) -> Iterator[str]:
    """Areas in one text after another, as many in each as a record holds."""
    text = ""
    for area in areas:
        if len(text) + len(area) > _LONGEST_RECORD:
            yield text
            text = ""
        text += f" {area}" if text else area
    yield text


def _areas(spots: Sequence[tuple[int, int]]) -> Iterator[str]:
    """Cells (column, row) in order as runs down their columns."""
    start = 0
    for at in range(1, len(spots) + 1):
        if at == len(spots) or spots[at] != (spots[at - 1][0], spots[at - 1][1] + 1):
            first, last = spots[start], spots[at - 1]
            name = address(first[1], first[0])
            yield name if first == last else f"{name}:{address(last[1], last[0])}"
            start = at
