"""The shapes of a section: how its rows are known and how its figures stand. The standard library only.

A room asks for a trait, or has one table with an entry for every shape (:func:`by_shape`); none compares names.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, TypeVar

_T = TypeVar("_T")


class Shape(NamedTuple):
    """One shape by its name in mappings, and what the rooms ask of it. Printed as its name.

    ``listed``: the form prints every row by its label; no other row belongs there.
    ``open_ended``: the form fixes no row but the total; a unit prints what codes it has, and may go on on another sheet.
    ``coded``: a row is known by its code, and any code of the section's lengths may be one.
    ``economic``: its codes are those of the economic classification, whose classes the form fixes.
    ``in_blocks``: its rows stand in blocks of columns side by side, as many as a unit prints.
    ``turned``: one record, whose figures lie across: the heading of a figure says its row too.
    ``rectangular``: a figure stands where a row of the sheet crosses a column; else each cell has its own place.
    """

    name: str
    listed: bool = False
    open_ended: bool = False
    coded: bool = False
    economic: bool = False
    in_blocks: bool = False
    turned: bool = False
    rectangular: bool = False

    def __str__(self) -> str:
        """The name, as a mapping writes it."""
        return self.name


_ALL = (
    Shape("labels", listed=True, rectangular=True),
    Shape("codes", open_ended=True, coded=True, rectangular=True),
    Shape("blocks", coded=True, economic=True, in_blocks=True),
    Shape("record", turned=True),
)
SHAPES: Mapping[str, Shape] = {shape.name: shape for shape in _ALL}


def by_shape(**entries: _T) -> Mapping[str, _T]:
    """The table of a room: what it does for each shape, by the shape's name.

    Raises:
        LookupError: a shape has no entry, or an entry no shape. It is raised when the room is imported, so that a
            shape can't be forgotten there and its sections be passed over.
    """
    missing, strange = SHAPES.keys() - entries.keys(), entries.keys() - SHAPES.keys()
    if missing or strange:
        raise LookupError(f"table of shapes: no entry for {sorted(missing)}, no shape for {sorted(strange)}")
    return entries
