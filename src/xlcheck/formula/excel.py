"""The Excel form: a formula that tests the same relation inside the workbook.

Only functions that Excel 2007, WPS and LibreOffice share: SUM, COUNT, ABS, ROUND, MAX, OR, AND.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from xlcheck.labels import address

_MILLION = 1_000_000  # constants and units come in millionths


class FormulaCell(NamedTuple):
    """A cell of the workbook: sheet name and 1-based row and column."""

    sheet: str
    row: int
    column: int


def quoted(sheet: str) -> str:
    """A sheet name as a formula spells it: quotes doubled and around it."""
    escaped = sheet.replace("'", "''")
    return f"'{escaped}'"


def areas(cells: Iterable[FormulaCell]) -> list[str]:
    """References of ``cells``, runs down a column or along a row joined to ranges."""
    found: list[str] = []
    run: list[FormulaCell] = []
    for cell in cells:
        if run and not _continues(run, cell):
            found.append(_area(run))
            run = []
        run.append(cell)
    if run:
        found.append(_area(run))
    return found


def _continues(run: Sequence[FormulaCell], cell: FormulaCell) -> bool:
    first, last = run[0], run[-1]
    if cell.sheet != last.sheet:
        return False
    down = cell.column == last.column == first.column and cell.row == last.row + 1
    along = cell.row == last.row == first.row and cell.column == last.column + 1
    return down or along


def _area(run: Sequence[FormulaCell]) -> str:
    start = f"{quoted(run[0].sheet)}!{address(run[0].row, run[0].column)}"
    if len(run) == 1:
        return start
    return f"{start}:{address(run[-1].row, run[-1].column)}"


def weighted_sum(terms: Sequence[tuple[int, Sequence[FormulaCell]]], constant: int = 0) -> str:
    """``SUM(…)-SUM(…)+…`` of groups of cells with integer weights, plus millionths ``constant``."""
    parts = [_signed(weight, f"SUM({','.join(areas(cells))})") for weight, cells in terms if cells and weight]
    return "".join(parts).removeprefix("+") + _constant(constant) or "0"


def _constant(millionths: int) -> str:
    """A number at the end of a sum; 0 is not written."""
    if not millionths:
        return ""
    return f"{'+' if millionths > 0 else '-'}{abs(millionths) / _MILLION:g}"


def _signed(weight: int, part: str) -> str:
    factor = "" if abs(weight) == 1 else f"{abs(weight)}*"
    return f"{'-' if weight < 0 else '+'}{factor}{part}"


def difference(terms: Sequence[tuple[int, Sequence[FormulaCell]]], constant: int) -> str:
    """The formula of the left side less the right side, to the millionth."""
    return f"=ROUND({weighted_sum(terms, constant)},6)"


# How each comparison is tested; ``loose`` is TRUE where the sides differ by no more than rounding explains.
_TESTS = {
    "=": "={loose}",
    "恒等": "={difference}=0",
    "≠": "={difference}<>0",
    "≤": "=OR({difference}<=0,{loose})",
    "<": "=OR({difference}<=0,{loose})",
    "≥": "=OR({difference}>=0,{loose})",
    ">": "=OR({difference}>=0,{loose})",
}
_TESTS_OF_ROUNDED = {"<": "={difference}<{slack}", ">": "={difference}>-{slack}"}


def test(op: str, terms: Sequence[tuple[int, Sequence[FormulaCell]]], constant: int, ulp: int, reach: int = 0) -> str:  # noqa: PT028 - no test of pytest
    """A formula that is TRUE as long as the relation can hold for the figures shown.

    ``ulp`` is the unit of the last printed digit in millionths; with n filled cells (weights ±1) the
    two sides may differ by less than n·½·ulp. The bound counts filled cells, so it follows edits. Up to ``reach``
    millionths they may differ in any case.
    """
    if op not in _TESTS:
        raise ValueError(op)
    difference = f"ROUND({weighted_sum(terms, constant)},6)"
    cells = [a for _, group in terms for a in areas(group)]
    slack = f"{ulp / (2 * _MILLION):g}*COUNT({','.join(cells)})"
    if reach and op == "=":
        return f"=OR({difference}=0,ABS({difference})<{slack},ABS({difference})<={reach / _MILLION:.9g})"
    loose = f"OR({difference}=0,ABS({difference})<{slack})" if ulp else f"{difference}=0"
    pattern = _TESTS_OF_ROUNDED.get(op, _TESTS[op]) if ulp else _TESTS[op]
    return pattern.format(difference=difference, slack=slack, loose=loose)
