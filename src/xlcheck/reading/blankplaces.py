"""Where the figures of a section stand in the official blank, by row: for figures from data, which no sheet prints."""

from __future__ import annotations

from xlcheck.form import SectionSpec
from xlcheck.model import Row, Section


def at_crossings(filled: Section, section: SectionSpec, index: int, row: Row) -> None:
    """Where rows of the sheet cross columns: nothing to say of single cells."""


def along_record(filled: Section, section: SectionSpec, index: int, row: Row) -> None:
    """One beside another, in the columns that are of this row."""
    for column in section.amounts:
        if column.row == row.key:
            filled.cell_at[index, filled.columns.index(column.key)] = (row.at or 1, column.at)


def in_block(filled: Section, section: SectionSpec, index: int, row: Row) -> None:
    """In the column with the amounts of the block that the row stands in."""
    block = next((spec.block for spec in section.rows if spec.key == row.key), 1)
    column = next((column.at for column in section.amounts if column.block == block), 1)
    filled.cell_at[index, 0] = (row.at or 1, column)
