"""The head of a block and what stands below it: headed columns over rows of a lattice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from xlcheck.binding.scoresheets.columns import HeadedColumn
from xlcheck.binding.scoresheets.lattice import Lattice

_LONGEST_HEADING = 24


class BlockHead(NamedTuple):
    """The rows of a head, from ``top`` to ``bottom``."""

    top: int
    bottom: int


def head_at(lattice: Lattice, row: int) -> BlockHead:
    """The head that begins in a row: with a second row where a heading is split in two, or cells reach down to one."""
    spots = [at for _, at in lattice.seen(row) if at[0] == row]
    areas = [lattice.area(*at) for at in spots]
    reach = [area[2] for area in areas if area[2] <= row + 2 and area[3] - area[1] < 12]
    bottom = max((r for r in reach if sum(x == r for x in reach) >= 2), default=row)
    if bottom > row:
        return BlockHead(row, bottom)
    return BlockHead(row, row + 1 if _is_second_row(lattice, row + 1, areas) else row)


def _is_second_row(lattice: Lattice, row: int, above: Sequence[tuple[int, int, int, int]]) -> bool:
    """Whether a row holds the parts of wide headings above it, and nothing else."""
    own = [at for _, at in lattice.seen(row) if at[0] == row]
    texts = [lattice.text(*at) for at in own]
    wide = [area for area in above if area[3] > area[1]]
    if not own or not wide or not all(text and len(text) <= _LONGEST_HEADING for text in texts):
        return False
    return all(any(area[1] <= at[1] <= area[3] for area in wide) for at in own) and not any(
        lattice.value(*at).numeric for at in own
    )


def headed_columns(lattice: Lattice, head: BlockHead, rows: Sequence[int]) -> list[HeadedColumn]:
    """The columns under a head, those of one merged heading once, with what stands in ``rows``."""
    found: list[HeadedColumn] = []
    last: tuple[tuple[int, int], ...] = ()
    for column in range(1, lattice.width + 1):
        places = tuple(dict.fromkeys(lattice.origin(row, column) for row in range(head.top, head.bottom + 1)))
        if places == last:
            _widen(found, lattice, column, rows)
            continue
        last = places
        path = tuple(text for at in places if (text := lattice.text(*at)))
        found.append(HeadedColumn(column, path, _values(lattice, column, rows)))
    return [column for column in found if column.path or column.filled]


def _values(lattice: Lattice, column: int, rows: Sequence[int]) -> tuple:  # type: ignore[type-arg]
    return tuple(lattice.value(row, column) for row in rows)


def _widen(found: list[HeadedColumn], lattice: Lattice, column: int, rows: Sequence[int]) -> None:
    """Where the first column under a wide heading is empty, the figures may stand in another one under it."""
    if found and not found[-1].filled:
        values = _values(lattice, column, rows)
        if any(value.filled for value in values):
            found[-1] = found[-1]._replace(at=column, values=values)
