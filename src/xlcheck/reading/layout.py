"""How a sheet looks, as far as a rebuilt copy keeps it. Frozen data; knows no file format."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

_NONE: Mapping[Any, Any] = MappingProxyType({})


class CellStyle(NamedTuple):
    """The look of a cell. Colours are RRGGBB (empty: none); ``borders`` are Excel's line styles, left right top bottom."""

    font: str = "宋体"
    size: float = 11.0
    bold: bool = False
    italic: bool = False
    underline: bool = False
    colour: str = ""
    fill: str = ""
    horizontal: str = ""
    vertical: str = "vcenter"
    wrap: bool = False
    indent: int = 0
    borders: tuple[int, ...] = (0, 0, 0, 0)
    number: str = "General"


class PrintSetup(NamedTuple):
    """Print set-up. ``margins`` in inches: left right top bottom; ranges are 1-based and inclusive.

    ``paper`` is Excel's number (9: A4), ``scale`` per cent, ``fit`` pages wide and high (0: as many as needed).
    """

    landscape: bool = False
    paper: int = 9
    scale: int = 100
    fit: tuple[int, int] | None = None
    margins: tuple[float, ...] = (0.7, 0.7, 0.75, 0.75)
    area: tuple[int, int, int, int] | None = None
    title_rows: tuple[int, int] | None = None


class SheetLayout(NamedTuple):
    """The look of one sheet: cells by (row, column), widths in characters, heights in points, 1-based."""

    cells: Mapping[tuple[int, int], CellStyle] = _NONE
    widths: Mapping[int, float] = _NONE
    heights: Mapping[int, float] = _NONE
    gridlines: bool = True
    frozen: tuple[int, int] = (0, 0)
    printing: PrintSetup = PrintSetup()
