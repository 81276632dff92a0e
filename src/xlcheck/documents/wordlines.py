"""Lines of a Word document while it is walked through: pieces of text with the elements that they come from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from lxml import etree


class TextPiece(NamedTuple):
    """Characters that one element prints: a ``w:t`` from character ``at`` of its own text on, a tab, a symbol."""

    text: str
    element: etree._Element
    at: int = 0


@dataclass(slots=True, eq=False)
class PrintedLine:
    """One line: its pieces, where it stands, and the cell that holds it, if any."""

    place: str
    cell: WordCell | None = None
    style: str = ""
    numbering: str = ""
    continues: bool = False
    pieces: list[TextPiece] = field(default_factory=list)
    text: str = ""
    start: int = 0


@dataclass(slots=True, eq=False)
class WordCell:
    """A cell of a table: its 1-based place, how wide and high it is, and its own lines."""

    row: int
    column: int
    wide: int = 1
    high: int = 1
    lines: list[PrintedLine] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class WordTable:
    """A table with its cells.

    ``before`` lines came before it, ``holder`` is the cell that it stands in; ``place`` is that of its surroundings.
    ``height`` rows have been read; ``reaching`` are the cells that the next row may continue, by column.
    """

    before: int
    place: str
    holder: WordCell | None
    height: int = 0
    reaching: dict[int, WordCell] = field(default_factory=dict)
    cells: list[WordCell] = field(default_factory=list)
