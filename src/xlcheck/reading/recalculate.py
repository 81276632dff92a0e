"""Does a formula's saved result agree with the figures it refers to? A small evaluator for sums and the like.

Only what public tables use is understood: + - * / %, brackets, references and ranges (also of other sheets), SUM,
ROUND, ABS, MIN, MAX and SUBTOTAL 9. Anything else is not judged: None, never a guess. Precedents count with their own
saved results, so that a stale cell is named where it is and not wherever it is used.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import ROUND_HALF_UP, Decimal, DivisionByZero, InvalidOperation, Overflow

from xlcheck.labels import column_index
from xlcheck.reading.grid import Formula, Grid

_TOKEN = re.compile(
    r"\s*(?:"
    r"(?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)"
    r"|(?P<ref>(?:(?:'(?P<quoted>(?:[^']|'')+)'|(?P<bare>[\w.]+))!)?"
    r"(?P<first>\$?[A-Za-z]{1,3}\$?\d{1,7})(?::(?P<last>\$?[A-Za-z]{1,3}\$?\d{1,7}))?)(?![\w(])"
    r"|(?P<call>[A-Za-z]{1,10})\("
    r"|(?P<sign>[-+*/%(),])"
    r")"
)
_PLACE = re.compile(r"(\$?)([A-Za-z]{1,3})(\$?)(\d{1,7})")
_MOST_LENGTH = 2_000
_LONGEST_NUMBER = 40
_MOST_DEEP = 40
_MOST_VISITS = 600_000
_LIMIT = Decimal(10) ** 15


class _UnknownError(Exception):
    """The formula says something that is not understood here."""


class Calculator:
    """Evaluates formulas on the saved values of ``grids``; stops judging when it has looked at very many cells."""

    def __init__(self, grids: Iterable[Grid]) -> None:
        self._grids = {g.name.lower(): g.whole or g for g in grids}
        self._visits = 0

    def value(self, grid: Grid, at: tuple[int, int], formula: Formula) -> Decimal | None:
        """What ``formula`` gives in the cell ``at`` of ``grid``; None when that can't be said."""
        if len(formula.text) > _MOST_LENGTH or self._visits > _MOST_VISITS:
            return None
        self._visits += len(formula.text)  # reading costs as looking does
        shift = at[0] - formula.origin[0], at[1] - formula.origin[1]
        try:
            return _Parse(self, grid.whole or grid, shift, formula.text, at).whole()
        except (_UnknownError, InvalidOperation, Overflow, DivisionByZero):
            return None

    def cells(self, sheet: str, area: tuple[int, int, int, int], here: Grid, at: tuple[int, int]) -> Iterator[Decimal]:
        """The numbers in an area; text and blanks don't count, as in SUM. Errors and circles are not judged."""
        grid = self._grids.get(sheet.lower()) if sheet else here
        if grid is None:
            raise _UnknownError
        top, left, bottom, right = area
        if grid is here and top <= at[0] <= bottom and left <= at[1] <= right:
            raise _UnknownError
        for row in grid.rows if bottom - top > len(grid.rows) else range(top, bottom + 1):
            self.visit(1)
            cells = grid.rows.get(row)
            if cells is None or not top <= row <= bottom:
                continue
            for column in cells if right - left > len(cells) else range(left, right + 1):
                cell = cells.get(column)
                self.visit(1)
                if cell is None or not left <= column <= right:
                    continue
                if cell.type in ("e", "?", "d"):
                    raise _UnknownError
                if cell.type == "n":
                    yield _number(cell.text)

    def visit(self, count: int) -> None:
        """Count cells and signs looked at; past the budget nothing more is judged."""
        self._visits += count
        if self._visits > _MOST_VISITS:
            raise _UnknownError

    def leaves_out(self, sheet: str, area: tuple[int, int, int, int], here: Grid) -> bool:
        """Whether SUBTOTAL may pass over a cell of an area: another SUBTOTAL, or a hidden row."""
        grid = self._grids.get(sheet.lower()) if sheet else here
        top, left, bottom, right = area
        self.visit(len(grid.hidden_rows) + len(grid.formulas) if grid else 0)
        if grid is None or any(top <= row <= bottom for row in grid.hidden_rows):
            return True
        return any(
            top <= row <= bottom and left <= column <= right and "SUBTOTAL" in formula.text.upper()
            for (row, column), formula in grid.formulas.items()
        )

    def single(self, sheet: str, row: int, column: int, here: Grid) -> Decimal:
        """The number in one cell, 0 for a blank; text is not judged."""
        grid = self._grids.get(sheet.lower()) if sheet else here
        cell = grid.rows.get(row, {}).get(column) if grid else None
        if grid is None or (cell is not None and cell.type != "n"):
            raise _UnknownError
        return _number(cell.text) if cell else Decimal(0)


def _number(text: str) -> Decimal:
    if len(text) > _LONGEST_NUMBER:
        raise _UnknownError
    return Decimal(text)


class _Parse:
    """Recursive descent over one formula, evaluating as it goes."""

    def __init__(
        self, calculator: Calculator, grid: Grid, shift: tuple[int, int], text: str, here: tuple[int, int]
    ) -> None:
        self.here = here
        self.calculator = calculator
        self.grid = grid
        self.shift = shift
        self.tokens = list(_tokens(text))
        calculator.visit(len(self.tokens))
        self.at = 0
        self.deep = 0

    def whole(self) -> Decimal:
        value = self._sum()
        if self.at != len(self.tokens):
            raise _UnknownError
        return value

    def _peek(self) -> str:
        return self.tokens[self.at].group("sign") or "" if self.at < len(self.tokens) else ""

    def _take(self, sign: str) -> bool:
        found = self._peek() == sign
        self.at += found
        return found

    def _sum(self) -> Decimal:
        value = self._product()
        while self._peek() in ("+", "-"):
            sign = 1 if self._take("+") else -1
            self.at += sign < 0
            value += sign * self._product()
        return self._sane(value)

    def _product(self) -> Decimal:
        value = self._factor()
        while self._peek() in ("*", "/"):
            if self._take("*"):
                value *= self._factor()
            else:
                self.at += 1
                value /= self._factor()
        return self._sane(value)

    def _sane(self, value: Decimal) -> Decimal:
        if not value.is_finite() or abs(value) >= _LIMIT:
            raise _UnknownError
        return value

    def _factor(self) -> Decimal:
        self.deep += 1
        if self.deep > _MOST_DEEP or self.at >= len(self.tokens):
            raise _UnknownError
        if self._take("-"):
            value = -self._factor()
        elif self._take("+"):
            value = self._factor()
        else:
            value = self._atom()
            while self._take("%"):
                value /= 100
        self.deep -= 1
        return value

    def _atom(self) -> Decimal:
        token = self.tokens[self.at]
        self.at += 1
        if token.group("number"):
            return Decimal(token.group("number"))
        if token.group("sign") == "(":
            value = self._sum()
            self._close()
            return value
        if token.group("call"):
            return self._call(token.group("call").upper())
        if token.group("ref") and not token.group("last"):
            return self.calculator.single(_sheet(token), *self._place(token.group("first")), self.grid)
        raise _UnknownError

    def _close(self) -> None:
        if not self._take(")"):
            raise _UnknownError

    def _call(self, name: str) -> Decimal:
        if name in ("SUM", "MIN", "MAX", "SUBTOTAL"):
            values = list(self._values(plain=name == "SUBTOTAL"))
            if name == "SUBTOTAL" and (not values or values.pop(0) != 9):
                raise _UnknownError
            if name in ("SUM", "SUBTOTAL"):
                return sum(values, Decimal(0))
            return (min if name == "MIN" else max)(values, default=Decimal(0))
        first = self._sum()
        if name == "ABS":
            self._close()
            return abs(first)
        if name == "ROUND" and self._take(","):
            digits = self._sum()
            self._close()
            if not -9 <= digits <= 9:
                raise _UnknownError
            return first.quantize(Decimal(1).scaleb(-int(digits)), ROUND_HALF_UP)
        raise _UnknownError

    def _values(self, *, plain: bool) -> Iterator[Decimal]:
        """The arguments of a call, areas cell by cell. ``plain``: nothing in them that SUBTOTAL would leave out."""
        while True:
            token = self.tokens[self.at] if self.at < len(self.tokens) else None
            after = self.tokens[self.at + 1].group("sign") if self.at + 1 < len(self.tokens) else None
            if token is not None and token.group("ref") and after in (",", ")"):
                self.at += 1
                first = self._place(token.group("first"))
                last = self._place(token.group("last")) if token.group("last") else first
                area = min(first[0], last[0]), min(first[1], last[1]), max(first[0], last[0]), max(first[1], last[1])
                if plain and self.calculator.leaves_out(_sheet(token), area, self.grid):
                    raise _UnknownError
                yield from self.calculator.cells(_sheet(token), area, self.grid, self.here)
            else:
                yield self._sum()
            if not self._take(","):
                self._close()
                return

    def _place(self, text: str) -> tuple[int, int]:
        match = _PLACE.fullmatch(text)
        if match is None:
            raise _UnknownError
        row = int(match[4]) + (0 if match[3] else self.shift[0])
        column = column_index(match[2].upper()) + (0 if match[1] else self.shift[1])
        if row < 1 or column < 1:
            raise _UnknownError
        return row, column


def _tokens(text: str) -> Iterator[re.Match[str]]:
    at = 0
    text = text.strip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise _UnknownError
        yield match
        at = match.end()


def _sheet(token: re.Match[str]) -> str:
    return (token.group("quoted") or "").replace("''", "'") or token.group("bare") or ""
