"""Formulas being worked out: each one once, on the results of those that it refers to."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal, DivisionByZero, InvalidOperation, Overflow

from xlcheck.formula.excelgrammar import parse_excel
from xlcheck.formula.excelsyntax import ExcelFormula
from xlcheck.reading.evaluate import Evaluation
from xlcheck.reading.formulacells import FormulaCells, Spot, UnknownError, shift_of
from xlcheck.reading.grid import Formula, Grid

_MOST_LENGTH = 2_000  # characters of a formula
_MOST_READ = 500_000  # characters of formulas that differ: reading them costs much more than looking at cells


class Workings:
    """The formulas of ``grids``, read and evaluated under one budget."""

    def __init__(self, grids: Iterable[Grid]) -> None:
        self._cells = FormulaCells(grids)
        self._read: set[str] = set()
        self._unread = _MOST_READ

    def results(self, *, strict: bool) -> FormulaResults:
        """Results of the formulas, none of them known yet."""
        return FormulaResults(self, strict=strict)

    def evaluate(self, grid: Grid, at: Spot, formula: Formula, results: FormulaResults | None) -> Decimal | None:
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
        parsed = parse_excel(text)
        if parsed is None:
            raise UnknownError
        return parsed


class FormulaResults:
    """Results of formulas, each worked out once, on the results of those that it refers to.

    ``strict``: a formula that is not understood has no result, nor has what refers to it. Otherwise its saved result
    stands. What refers to itself has none.
    """

    def __init__(self, workings: Workings, *, strict: bool) -> None:
        self.workings = workings
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
                known[key] = self.workings.evaluate(there, spot, there.formulas[spot], self)
            else:
                open_.add(key)
                needed = self._needed(there, spot)
                if needed is None or any((id(g), s) in open_ for g, s in needed):
                    known[key] = None  # a circle has no result
                else:
                    waiting += needed
        return known[id(grid), at]

    def _needed(self, grid: Grid, at: Spot) -> list[tuple[Grid, Spot]] | None:
        """What a formula refers to and has no result yet; None where that can't be said."""
        precedents = self.workings.precedents(grid, at)
        if precedents is None:
            return None
        return [(g, s) for g, s in precedents if (id(g), s) not in self._known]
