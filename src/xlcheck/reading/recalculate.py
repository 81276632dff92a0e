"""Does a formula's saved result agree with the figures it refers to? Sums and the like.

Only what public tables use is understood: + - * / %, brackets, references and ranges (also of other sheets), SUM,
ROUND, ABS, MIN, MAX and SUBTOTAL 9. Anything else is not judged: None, never a guess. A cell is stale where its formula
doesn't give its saved result on the saved results of others, so that it is named where it is and not wherever it is
used; what it should say follows from all the formulas before it.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Context, Decimal, DivisionByZero, InvalidOperation, Overflow

from xlcheck.formula.excelsyntax import ExcelFormula
from xlcheck.reading.evaluate import Evaluation
from xlcheck.reading.formulacells import FormulaCells, Results, Spot, UnknownError, shift_of
from xlcheck.reading.grid import Cell, Formula, Grid

_MOST_LENGTH = 2_000  # characters of a formula
_MOST_READ = 500_000  # characters of formulas that differ: reading them costs much more than looking at cells
_LONGEST_NUMBER = 40  # characters
_NOISE = Decimal("0.000001")
_FIFTEEN = Context(prec=15)
_NO_CELLS: dict[int, Cell] = {}


class Calculator:
    """Evaluates formulas of ``grids``; stops judging when it has looked at very many cells."""

    def __init__(self, grids: Iterable[Grid]) -> None:
        self._cells = FormulaCells(grids)
        self._read: set[str] = set()
        self._unread = _MOST_READ
        self._fresh = _Results(self, strict=False)

    def value(self, grid: Grid, at: Spot, formula: Formula) -> Decimal | None:
        """What ``formula`` gives in the cell ``at`` of ``grid``, once the formulas that it refers to are right.

        None when that can't be said. A formula that is not understood counts with its saved result.
        """
        whole = grid.whole or grid
        if whole.formulas.get(at) == formula:
            return self._fresh.value(whole, at)
        return self.on_saved(grid, at, formula)

    def on_saved(self, grid: Grid, at: Spot, formula: Formula) -> Decimal | None:
        """What ``formula`` gives on the results that are saved; None when that can't be said.

        Only a formula for which this is not its own saved result is stale itself: others follow it.
        """
        return self.evaluate(grid.whole or grid, at, formula, None)

    def refresh(self, grids: Iterable[Grid]) -> None:
        """Put the results that a spreadsheet shows in the place of those saved in the file.

        For workbooks that are recalculated when they are opened. Only results of which every input is understood are
        replaced; what was saved is kept in ``Grid.recalculated``.
        """
        results = _Results(self, strict=True)
        sheets = {id(sheet): sheet for grid in grids if (sheet := grid.whole or grid).formulas}
        for sheet in sheets.values():
            for at in sheet.formulas:
                cell = sheet.rows.get(at[0], _NO_CELLS).get(at[1])
                if cell is None or cell.type not in ("n", "e"):
                    continue
                value = results.value(sheet, at)
                if value is not None and _differs(cell, value):
                    sheet.recalculated.setdefault(at, cell.text)
                    text = f"{_FIFTEEN.plus(value).normalize():f}"
                    sheet.rows[at[0]][at[1]] = cell._replace(text=text, type="n")

    def evaluate(self, grid: Grid, at: Spot, formula: Formula, results: Results | None) -> Decimal | None:
        """One formula, on the ``results`` of others (None: on what is saved)."""
        try:
            self._cells.visit(len(formula.text))
            tree = self._parsed(formula).tree
            if tree is None:
                return None
            return Evaluation(self._cells, grid, at, shift_of(formula, at), results).value(tree)
        except (UnknownError, InvalidOperation, Overflow, DivisionByZero):
            return None

    def precedents(self, grid: Grid, at: Spot) -> list[tuple[Grid, Spot]] | None:
        """The cells with formulas that the formula in a cell refers to; None where that can't be said."""
        formula = grid.formulas[at]
        shift = shift_of(formula, at)
        try:
            references = self._parsed(formula).references
            return [found for r in references for found in self._cells.precedents(grid, r, shift)]
        except UnknownError:
            return None

    def _parsed(self, formula: Formula) -> ExcelFormula:
        text = formula.text
        if text not in self._read:
            if len(text) > min(_MOST_LENGTH, self._unread):
                raise UnknownError
            self._unread -= len(text)
            self._read.add(text)
        from xlcheck.formula.excelgrammar import parse_excel  # lark, which most workbooks have no need of

        parsed = parse_excel(text)
        if parsed is None:
            raise UnknownError
        return parsed


class _Results:
    """Results of formulas, each worked out once, on the results of those that it refers to.

    ``strict``: a formula that is not understood has no result, nor has what refers to it. Otherwise its saved result
    stands. What refers to itself has none.
    """

    def __init__(self, calculator: Calculator, *, strict: bool) -> None:
        self.calculator = calculator
        self.strict = strict
        self._known: dict[tuple[int, Spot], Decimal | None] = {}

    def known(self, grid: Grid, at: Spot) -> Decimal | None:
        """The result of a formula, if it has been worked out."""
        return self._known.get((id(grid), at))

    def value(self, grid: Grid, at: Spot) -> Decimal | None:
        """The result of the formula in a cell. Without recursion: a chain of formulas may be long."""
        known = self._known
        open_: set[tuple[int, Spot]] = set()
        waiting = [(grid, at)]
        while waiting:
            there, spot = waiting[-1]
            key = id(there), spot
            if key in known:
                waiting.pop()
            elif key in open_:  # all that it refers to is done, or refers back to it
                waiting.pop()
                open_.discard(key)
                known[key] = self.calculator.evaluate(there, spot, there.formulas[spot], self)
            else:
                open_.add(key)
                precedents = self.calculator.precedents(there, spot)
                needed = [(g, s) for g, s in precedents or () if (id(g), s) not in known]
                if precedents is None or any((id(g), s) in open_ for g, s in needed):
                    known[key] = None  # a circle has no result
                else:
                    waiting += needed
        return known[id(grid), at]


def _differs(cell: Cell, value: Decimal) -> bool:
    """Whether a saved result is another number than ``value``, by more than binary fractions leave."""
    if cell.type != "n" or len(cell.text) > _LONGEST_NUMBER:
        return True
    try:
        return abs(Decimal(cell.text) - value) > max(_NOISE, abs(value) * _NOISE * _NOISE)
    except InvalidOperation:
        return True
