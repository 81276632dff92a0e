"""What a region holds, apart from what table it is: figures, amounts, and what its head says; looked up once."""

from __future__ import annotations

from xlcheck.binding.frame import figure_of
from xlcheck.binding.regions import Region
from xlcheck.reading.heads import Head, read_head
from xlcheck.reading.recognise import facts_of

FEWEST = 2
OFFICIAL = "公开"  # what the numbers of the national form begin with; 表1, 附表2 are the office's own
_NUMERIC = frozenset("0123456789-+(.")


def tabular(region: Region) -> bool:
    """Whether a region holds a table at all: a few figures, or a header over codes."""
    return weight(region) >= FEWEST


def has_amounts(region: Region) -> bool:
    """Whether a region holds what looks like amounts or codes: page numbers and counts are small and whole."""
    figures = (figure_of(c) for r, cells in region.grid.rows.items() if r > region.at[0] for c in cells.values())
    return sum(1 for v in figures if v and (v % 1_000_000 or abs(v) >= 200_000_000)) >= FEWEST


def tablelike(region: Region) -> bool:
    """Whether a region without figures looks like a table that is empty: two rows or more of several cells."""
    return sum(len(cells) >= 3 for r, cells in region.grid.rows.items() if r > region.at[0]) >= 2


def weight(region: Region) -> int:
    """Cells of a region that hold a number, beside those in the row of column numbers."""
    return sum(
        1
        for r, cells in region.grid.rows.items()
        if r > region.at[0]
        for c in cells.values()
        if c.type == "n" or (c.type == "s" and c.text[:1] in _NUMERIC and figure_of(c) is not None)
    )


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
    return facts(region).get("编号", "")
