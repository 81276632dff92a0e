"""“三公”经费: one figure an item and a side (预算数, 决算数), in whatever direction they are printed.

Blocks (all 预算, then all 决算), pairs under each item, items as rows, sides as rows, inside an information table, one
row a sub-unit with a total row.
"""

from __future__ import annotations

from xlcheck.binding.itemcells import ItemCells
from xlcheck.binding.itemcolumns import items_in_columns
from xlcheck.binding.itemrows import items_in_rows
from xlcheck.binding.items import Items
from xlcheck.binding.reading import Context, Reading, RowRead, SectionRead
from xlcheck.binding.slots import CERTAIN, WEIGHTS
from xlcheck.form import SectionSpec

_KIND = "三公表"
_LEAST_ITEMS = 4  # that make a region the table


def bind_record(reading: Reading, section: SectionSpec, context: Context) -> SectionRead:
    """Bind the one section of a table of items and sides."""
    items = context.once(("items", section.key), lambda: _items(context, section))
    bound = items_in_rows(reading.frame, items) or items_in_columns(reading.frame, items) or ItemCells()
    reading.top, reading.bottom = bound.header
    reading.data_from = bound.first
    read = SectionRead(section, [RowRead(r.key, r.label, None) for r in section.rows])
    read.lost, read.open, read.strange, read.paths = bound.lost, bound.open, bound.strange, bound.paths
    _keep_cells(read, bound)
    if bound.units:
        reading.said.append(("sangong_units", {"count": str(bound.units)}))
    return read


def points_of_cells(section: SectionRead) -> float:
    """What cells that are there say for a reading: each half of a column."""
    return sum(WEIGHTS[section.cell_grades.get(at, CERTAIN)] for at in section.cell_at) / 2


def is_specific(reading: Reading) -> bool:
    """Whether items enough stand there, with both sides."""
    cells = next(iter(reading.sections.values())).cell_at
    return len({key for _, key in cells}) >= _LEAST_ITEMS and len({row for row, _ in cells}) == 2


def _items(context: Context, section: SectionSpec) -> Items:
    others = context.table_words(_KIND).others
    return Items(context.words, context.columns(_KIND, section), context.rows(_KIND, section), others)


def _keep_cells(read: SectionRead, bound: ItemCells) -> None:
    """Keep the cells in the section, whose rows are the sides."""
    index = {row.key: i for i, row in enumerate(read.rows)}
    for (side, item), cell in bound.cells.items():
        row = read.rows[index[side]]
        if row.at is None:
            row.at = cell.at[0]
        read.cell_at[index[side], item] = cell.at
        if cell.grade != CERTAIN:
            read.cell_grades[index[side], item] = cell.grade
