"""The Excel form: a formula that tests the same relation inside the workbook.

Only functions that Excel 2007, WPS and LibreOffice share: SUM, COUNT, ABS, ROUND, MAX, OR, AND.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from xlcheck.labels import address


class Cell(NamedTuple):
    """A cell of the workbook: sheet name and 1-based row and column."""

    sheet: str
    row: int
    column: int


def quoted(sheet: str) -> str:
    """A sheet name as a formula spells it: quotes doubled and around it."""
    escaped = sheet.replace("'", "''")
    return f"'{escaped}'"


def areas(cells: Iterable[Cell]) -> list[str]:
    """References of ``cells``, runs down a column or along a row joined to ranges."""
    found: list[str] = []
    run: list[Cell] = []
    for cell in cells:
        if run and not _continues(run, cell):
            found.append(_area(run))
            run = []
        run.append(cell)
    if run:
        found.append(_area(run))
    return found


def _continues(run: Sequence[Cell], cell: Cell) -> bool:
    first, last = run[0], run[-1]
    if cell.sheet != last.sheet:
        return False
    down = cell.column == last.column == first.column and cell.row == last.row + 1
    along = cell.row == last.row == first.row and cell.column == last.column + 1
    return down or along


def _area(run: Sequence[Cell]) -> str:
    start = f"{quoted(run[0].sheet)}!{address(run[0].row, run[0].column)}"
    if len(run) == 1:
        return start
    return f"{start}:{address(run[-1].row, run[-1].column)}"


def weighted_sum(terms: Sequence[tuple[int, Sequence[Cell]]], constant: int = 0) -> str:
    """``SUM(…)-SUM(…)+…`` of groups of cells with integer weights, plus millionths ``constant``."""
    text = ""
    for weight, cells in terms:
        if not cells or not weight:
            continue
        sign = "-" if weight < 0 else ("+" if text else "")
        factor = "" if abs(weight) == 1 else f"{abs(weight)}*"
        text += f"{sign}{factor}SUM({','.join(areas(cells))})"
    if constant:
        text += f"{'+' if constant > 0 else '-'}{abs(constant) / 1_000_000:g}"
    return text or "0"


def difference(terms: Sequence[tuple[int, Sequence[Cell]]], constant: int) -> str:
    """The formula of the left side less the right side, to the millionth."""
    return f"=ROUND({weighted_sum(terms, constant)},6)"


def test(op: str, terms: Sequence[tuple[int, Sequence[Cell]]], constant: int, ulp: int, reach: int = 0) -> str:  # noqa: PT028 - no test of pytest
    """A formula that is TRUE as long as the relation can hold for the figures shown.

    ``ulp`` is the unit of the last printed digit in millionths; with n filled cells (weights ±1) the
    two sides may differ by less than n·½·ulp. The bound counts filled cells, so it follows edits. Up to ``reach``
    millionths they may differ in any case.
    """
    difference = f"ROUND({weighted_sum(terms, constant)},6)"
    cells = [a for _, group in terms for a in areas(group)]
    slack = f"{ulp / 2_000_000:g}*COUNT({','.join(cells)})"
    if reach and op == "=":
        return f"=OR({difference}=0,ABS({difference})<{slack},ABS({difference})<={reach / 1_000_000:.9g})"
    loose = f"OR({difference}=0,ABS({difference})<{slack})" if ulp else f"{difference}=0"
    match op:
        case "=":
            return f"={loose}"
        case "恒等":
            return f"={difference}=0"
        case "≠":
            return f"={difference}<>0"
        case "≤" | "<":
            return f"={difference}<{slack}" if ulp and op == "<" else f"=OR({difference}<=0,{loose})"
        case "≥" | ">":
            return f"={difference}>-{slack}" if ulp and op == ">" else f"=OR({difference}>=0,{loose})"
    raise ValueError(op)
