"""The cells of a “三公” table by side and item, as they were found in one of its layouts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from xlcheck.binding.items import LEAST, Path
from xlcheck.binding.slots import CERTAIN, DOUBTFUL, LIKELY

SURE = 0.9  # likeness from which words say a side or an item beyond doubt


class GradedCell(NamedTuple):
    """A cell, and how sure it is what stands in it."""

    at: tuple[int, int]
    grade: str


@dataclass(slots=True)
class ItemCells:
    """Cells by (side, item), and what is said of the rest.

    ``header`` are its first and last row, ``first`` that of the body, ``paths`` the texts over the columns; ``open`` and
    ``strange`` are columns and rows with figures that no item took, ``units`` rows of which none is the total.
    """

    header: tuple[int, int] = (0, 0)
    first: int = 0
    paths: dict[int, Path] = field(default_factory=dict)
    cells: dict[tuple[str, str], GradedCell] = field(default_factory=dict)
    open: list[int] = field(default_factory=list)
    strange: list[tuple[int, str]] = field(default_factory=list)
    lost: str = ""
    units: int = 0


def grade_of(*likes: float) -> str:
    """The grade of a figure by how surely words say its side and its item."""
    least = min(likes)
    if least >= SURE:
        return CERTAIN
    return LIKELY if least >= LEAST else DOUBTFUL
