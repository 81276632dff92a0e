"""Does a formula's saved result agree with the figures it refers to? Sums and the like.

Only what public tables use is understood: + - * / %, brackets, references and ranges (also of other sheets), SUM,
ROUND, ABS, MIN, MAX and SUBTOTAL 9. Anything else is not judged: None, never a guess. A cell is stale where its formula
doesn't give its saved result on the saved results of others, so that it is named where it is and not wherever it is
used; what it should say follows from all the formulas before it.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Context, Decimal, InvalidOperation
from functools import cached_property
from typing import TYPE_CHECKING

from xlcheck.reading.grid import Cell, Formula, Grid

if TYPE_CHECKING:
    from xlcheck.reading.workings import FormulaResults, Workings

_LONGEST_NUMBER = 40  # characters
_NOISE = Decimal("0.000001")
_FIFTEEN = Context(prec=15)
_NO_CELLS: dict[int, Cell] = {}

_Spot = tuple[int, int]


class Calculator:
    """Evaluates formulas of ``grids``; stops judging when it has looked at very many cells.

    What works them out (and lark, which reads them) is loaded for the first formula: most workbooks have none.
    """

    def __init__(self, grids: Iterable[Grid]) -> None:
        self._grids = tuple(grids)

    @cached_property
    def _workings(self) -> Workings:
        from xlcheck.reading.workings import Workings

        return Workings(self._grids)

    @cached_property
    def _fresh(self) -> FormulaResults:
        return self._workings.results(strict=False)

    def value(self, grid: Grid, at: _Spot, formula: Formula) -> Decimal | None:
        """What ``formula`` gives in the cell ``at`` of ``grid``, once the formulas that it refers to are right.

        None when that can't be said. A formula that is not understood counts with its saved result.
        """
        whole = grid.whole or grid
        if whole.formulas.get(at) == formula:
            return self._fresh.value(whole, at)
        return self.on_saved(grid, at, formula)

    def on_saved(self, grid: Grid, at: _Spot, formula: Formula) -> Decimal | None:
        """What ``formula`` gives on the results that are saved; None when that can't be said.

        Only a formula for which this is not its own saved result is stale itself: others follow it.
        """
        return self._workings.evaluate(grid.whole or grid, at, formula, None)

    def refresh(self, grids: Iterable[Grid]) -> None:
        """Put the results that a spreadsheet shows in the place of those saved in the file.

        For workbooks that are recalculated when they are opened. Only results of which every input is understood are
        replaced; what was saved is kept in ``Grid.recalculated``.
        """
        sheets = {id(sheet): sheet for grid in grids if (sheet := grid.whole or grid).formulas}
        if sheets:
            results = self._workings.results(strict=True)
            for sheet in sheets.values():
                _refresh(sheet, results)


def _refresh(sheet: Grid, results: FormulaResults) -> None:
    for at in sheet.formulas:
        cell = sheet.rows.get(at[0], _NO_CELLS).get(at[1])
        if cell is None or cell.type not in ("n", "e"):
            continue
        value = results.value(sheet, at)
        if value is None:
            sheet.unjudged.add(at)
        elif _differs(cell, value):
            sheet.recalculated.setdefault(at, cell.text)
            text = f"{_FIFTEEN.plus(value).normalize():f}"
            sheet.rows[at[0]][at[1]] = cell._replace(text=text, type="n")


def _differs(cell: Cell, value: Decimal) -> bool:
    """Whether a saved result is another number than ``value``, by more than binary fractions leave."""
    if cell.type != "n" or len(cell.text) > _LONGEST_NUMBER:
        return True
    try:
        return abs(Decimal(cell.text) - value) > max(_NOISE, abs(value) * _NOISE * _NOISE)
    except InvalidOperation:
        return True
