"""What a region holds, apart from what table it is: figures, amounts, and what its head says; looked up once."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from xlcheck.binding.cells import ONE, figure_of
from xlcheck.binding.regions import Region
from xlcheck.reading.grid import Cell
from xlcheck.reading.heads import Head, read_head
from xlcheck.reading.recognise import facts_of

FEWEST = 2
OFFICIAL = "公开"  # what the numbers of the national form begin with; 表1, 附表2 are the office's own
_AMOUNT = 200 * ONE  # from which a whole number is no count or page
_NUMERIC = frozenset("0123456789-+(.")


def tabular(region: Region) -> bool:
    """Whether a region holds a table at all: a few figures, or a header over codes."""
    return weight(region) >= FEWEST


def has_amounts(region: Region) -> bool:
    """Whether a region holds what looks like amounts or codes: page numbers and counts are small and whole."""
    figures = (figure_of(cell) or 0 for cells in _below_title(region) for cell in cells)
    return sum(figure % ONE != 0 or abs(figure) >= _AMOUNT for figure in figures) >= FEWEST


def tablelike(region: Region) -> bool:
    """Whether a region without figures looks like a table that is empty: two rows or more of several cells."""
    return sum(len(cells) >= 3 for cells in _below_title(region)) >= 2


def weight(region: Region) -> int:
    """Cells of a region that hold a number."""
    return sum(_is_number(cell) for cells in _below_title(region) for cell in cells)


def _below_title(region: Region) -> Iterator[Collection[Cell]]:
    """The rows of a region below its title, cells only."""
    title = region.at[0]
    return (cells.values() for row, cells in region.grid.rows.items() if row > title)


def _is_number(cell: Cell) -> bool:
    if cell.type == "s":
        return cell.text[:1] in _NUMERIC and figure_of(cell) is not None
    return cell.type == "n"


def head_until(region: Region) -> int:
    """The row below which no head is looked for."""
    rows = sorted(region.grid.rows)
    return rows[min(len(rows) - 1, 8)] + 1 if rows else 1


def facts(region: Region) -> dict[str, str]:
    """What the head of a region says: fact → value; looked up once."""
    return {k: v for k, (v, _) in said_above(region).items()}


def said_above(region: Region) -> dict[str, tuple[str, str]]:
    """What the head of a region says: fact → (value, row:column); looked up once."""
    if region.facts is None:
        region.facts = facts_of(head_of(region))
    return region.facts


def head_of(region: Region) -> Head:
    """The head of a region; looked up once."""
    if region.head is None:
        region.head = read_head(region.grid, head_until(region))
    return region.head


def number_of(region: Region) -> str:
    """The number that a region prints as its own (公开03, 附表3); empty where it prints none."""
    return said_above(region).get("编号", ("", ""))[0]
