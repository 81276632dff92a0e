"""Does a formula's saved result agree with the figures it refers to? A small evaluator for sums and the like.

Only what public tables use is understood: + - * / %, brackets, references and ranges (also of other sheets), SUM,
ROUND, ABS, MIN, MAX and SUBTOTAL 9. Anything else is not judged: None, never a guess. A cell is stale where its formula
doesn't give its saved result on the saved results of others, so that it is named where it is and not wherever it is
used; what it should say follows from all the formulas before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import ROUND_HALF_UP, Context, Decimal, DivisionByZero, InvalidOperation, Overflow

from xlcheck.labels import column_index
from xlcheck.reading.grid import Cell, Formula, Grid

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
_MOST_VISITS = 2_000_000
_LIMIT = Decimal(10) ** 15
_NOISE = Decimal("0.000001")
_FIFTEEN = Context(prec=15)
_NO_CELLS: dict[int, Cell] = {}


class _UnknownError(Exception):
    """The formula says something that is not understood here."""


class Calculator:
    """Evaluates formulas of ``grids``; stops judging when it has looked at very many cells."""

    def __init__(self, grids: Iterable[Grid]) -> None:
        self._grids = {g.name.lower(): g.whole or g for g in grids}
        self._visits = 0
        self._empty: dict[int, list[tuple[int, int]]] = {}
        self._fresh = _Values(self, strict=False)

    def value(self, grid: Grid, at: tuple[int, int], formula: Formula) -> Decimal | None:
        """What ``formula`` gives in the cell ``at`` of ``grid``, once the formulas that it refers to are right.

        None when that can't be said. A formula that is not understood counts with its saved result.
        """
        whole = grid.whole or grid
        if whole.formulas.get(at) == formula:
            return self._fresh.value(whole, at)
        return self.on_saved(grid, at, formula)

    def on_saved(self, grid: Grid, at: tuple[int, int], formula: Formula) -> Decimal | None:
        """What ``formula`` gives on the results that are saved; None when that can't be said.

        Only a formula for which this is not its own saved result is stale itself: others follow it.
        """
        return self.evaluate(grid.whole or grid, at, formula, None)

    def refresh(self, grids: Iterable[Grid]) -> None:
        """Put the results that a spreadsheet shows in the place of those saved in the file.

        For workbooks that are recalculated when they are opened. Only results of which every input is understood are
        replaced; what was saved is kept in ``Grid.recalculated``.
        """
        values = _Values(self, strict=True)
        for grid in {id(whole): whole for g in grids if (whole := g.whole or g).formulas}.values():
            for at in grid.formulas:
                cell = grid.rows.get(at[0], _NO_CELLS).get(at[1])
                value = values.value(grid, at) if cell is not None and cell.type in ("n", "e") else None
                if cell is not None and value is not None and _differs(cell, value):
                    grid.recalculated.setdefault(at, cell.text)
                    text = f"{_FIFTEEN.plus(value).normalize():f}"
                    grid.rows[at[0]][at[1]] = cell._replace(text=text, type="n")

    def evaluate(self, grid: Grid, at: tuple[int, int], formula: Formula, values: _Values | None) -> Decimal | None:
        """One formula, on the ``values`` of others (None: on what is saved)."""
        if len(formula.text) > _MOST_LENGTH or self._visits > _MOST_VISITS:
            return None
        self._visits += len(formula.text)  # reading costs as looking does
        try:
            return _Parse(self, grid, formula, at, values).whole()
        except (_UnknownError, InvalidOperation, Overflow, DivisionByZero):
            return None

    def grid(self, sheet: str, here: Grid) -> Grid | None:
        """The sheet that a reference names."""
        return self._grids.get(sheet.lower()) if sheet else here

    def spots(self, grid: Grid, area: tuple[int, int, int, int]) -> Iterator[tuple[int, int]]:
        """The places in an area that hold something, shown or not."""
        top, left, bottom, right = area
        for row in grid.rows if bottom - top > len(grid.rows) else range(top, bottom + 1):
            cells = grid.rows.get(row)
            self.visit(1 if cells is None else 1 + min(len(cells), right - left))
            if cells is None or not top <= row <= bottom:
                continue
            for column in cells if right - left > len(cells) else range(left, right + 1):
                if left <= column <= right and column in cells:
                    yield row, column
        if grid.covered:
            self.visit(len(grid.covered))
            yield from (at for at in grid.covered if top <= at[0] <= bottom and left <= at[1] <= right)

    def precedents(self, grid: Grid, at: tuple[int, int], formula: Formula) -> Iterator[tuple[Grid, tuple[int, int]]]:
        """The cells with formulas that a formula refers to."""
        for sheet, area in _areas(formula, at):
            there = self.grid(sheet, grid)
            if there is None or not there.formulas:
                continue
            top, left, bottom, right = area
            size = (bottom - top + 1) * (right - left + 1)
            self.visit(min(size, len(there.formulas)))
            if size <= len(there.formulas):
                spots = ((row, column) for row in range(top, bottom + 1) for column in range(left, right + 1))
                yield from ((there, spot) for spot in spots if spot in there.formulas)
            else:
                yield from ((there, (r, c)) for r, c in there.formulas if top <= r <= bottom and left <= c <= right)

    def cells(
        self, sheet: str, area: tuple[int, int, int, int], here: Grid, at: tuple[int, int], values: _Values | None
    ) -> Iterator[Decimal]:
        """The numbers in an area; text and blanks don't count, as in SUM. Errors and circles are not judged."""
        grid = self.grid(sheet, here)
        if grid is None:
            raise _UnknownError
        if grid is here and area[0] <= at[0] <= area[2] and area[1] <= at[1] <= area[3]:
            raise _UnknownError
        for spot in (*self.spots(grid, area), *self._hollow(grid, area, values)):
            number = self._number(grid, spot, values)
            if number is not None:
                yield number

    def _hollow(self, grid: Grid, area: tuple[int, int, int, int], values: _Values | None) -> list[tuple[int, int]]:
        """The formulas in an area whose saved result is an empty text: they may give a number."""
        if values is None or not grid.formulas:
            return []
        known = self._empty.get(id(grid))
        if known is None:
            known = self._empty[id(grid)] = [at for at in grid.formulas if grid.stored(*at) is None]
        top, left, bottom, right = area
        self.visit(len(known))
        return [(r, c) for r, c in known if top <= r <= bottom and left <= c <= right]

    def single(self, sheet: str, row: int, column: int, here: Grid, values: _Values | None) -> Decimal:
        """The number in one cell, 0 for a blank; text is not judged."""
        grid = self.grid(sheet, here)
        if grid is None:
            raise _UnknownError
        number = self._number(grid, (row, column), values)
        if number is None and grid.stored(row, column) is not None:
            raise _UnknownError
        return number or Decimal(0)

    def _number(self, grid: Grid, at: tuple[int, int], values: _Values | None) -> Decimal | None:
        """The number in a cell, recalculated where that is asked for; None for a blank or a text."""
        cell = grid.stored(*at)
        if values is not None and (at in grid.formulas or (cell is not None and cell.formula)):
            found = values.known(grid, at)
            if found is not None:
                return found
            if values.strict:
                raise _UnknownError
        if cell is None or cell.type in ("s", "b"):
            return None
        if cell.type != "n":
            raise _UnknownError
        return _number(cell.text)

    def visit(self, count: int) -> None:
        """Count cells and signs looked at; past the budget nothing more is judged."""
        self._visits += count
        if self._visits > _MOST_VISITS:
            raise _UnknownError

    def leaves_out(self, sheet: str, area: tuple[int, int, int, int], here: Grid) -> bool:
        """Whether SUBTOTAL may pass over a cell of an area: another SUBTOTAL, or a hidden row."""
        grid = self.grid(sheet, here)
        top, left, bottom, right = area
        self.visit(len(grid.hidden_rows) + len(grid.formulas) if grid else 0)
        if grid is None or any(top <= row <= bottom for row in grid.hidden_rows):
            return True
        return any(
            top <= row <= bottom and left <= column <= right and "SUBTOTAL" in formula.text.upper()
            for (row, column), formula in grid.formulas.items()
        )


class _Values:
    """Results of formulas, each worked out once, on the results of those that it refers to.

    ``strict``: a formula that is not understood has no result, nor has what refers to it. Otherwise its saved result
    stands. What refers to itself has none.
    """

    def __init__(self, calculator: Calculator, *, strict: bool) -> None:
        self.calculator = calculator
        self.strict = strict
        self._found: dict[tuple[int, tuple[int, int]], Decimal | None] = {}

    def known(self, grid: Grid, at: tuple[int, int]) -> Decimal | None:
        """The result of a formula, if it has been worked out."""
        return self._found.get((id(grid), at))

    def value(self, grid: Grid, at: tuple[int, int]) -> Decimal | None:
        """The result of the formula in a cell. Without recursion: a chain of formulas may be long."""
        found = self._found
        open_: set[tuple[int, tuple[int, int]]] = set()
        waiting = [(grid, at)]
        while waiting:
            there, spot = waiting[-1]
            key = id(there), spot
            if key in found:
                waiting.pop()
            elif key in open_:  # all that it refers to is done, or refers back to it
                waiting.pop()
                open_.discard(key)
                found[key] = self.calculator.evaluate(there, spot, there.formulas[spot], self)
            else:
                open_.add(key)
                try:
                    needed = list(self.calculator.precedents(there, spot, there.formulas[spot]))
                except _UnknownError:
                    needed, found[key] = [], None
                needed = [(g, s) for g, s in needed if (id(g), s) not in found]
                if any((id(g), s) in open_ for g, s in needed):
                    needed, found[key] = [], None  # a circle has no result
                waiting += needed
        return found[id(grid), at]


def _differs(cell: Cell, value: Decimal) -> bool:
    """Whether a saved result is another number than ``value``, by more than binary fractions leave."""
    if cell.type != "n" or len(cell.text) > _LONGEST_NUMBER:
        return True
    try:
        return abs(Decimal(cell.text) - value) > max(_NOISE, abs(value) * _NOISE * _NOISE)
    except InvalidOperation:
        return True


def _number(text: str) -> Decimal:
    if len(text) > _LONGEST_NUMBER:
        raise _UnknownError
    return Decimal(text)


class _Parse:
    """Recursive descent over one formula, evaluating as it goes."""

    def __init__(
        self, calculator: Calculator, grid: Grid, formula: Formula, here: tuple[int, int], values: _Values | None
    ) -> None:
        self.here = here
        self.calculator = calculator
        self.grid = grid
        self.values = values
        self.shift = here[0] - formula.origin[0], here[1] - formula.origin[1]
        self.tokens = list(_tokens(formula.text))
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
            row, column = _place(token.group("first"), self.shift)
            return self.calculator.single(_sheet(token), row, column, self.grid, self.values)
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
                area = _area(token, self.shift)
                if plain and self.calculator.leaves_out(_sheet(token), area, self.grid):
                    raise _UnknownError
                yield from self.calculator.cells(_sheet(token), area, self.grid, self.here, self.values)
            else:
                yield self._sum()
            if not self._take(","):
                self._close()
                return


def _place(text: str, shift: tuple[int, int]) -> tuple[int, int]:
    match = _PLACE.fullmatch(text)
    if match is None:
        raise _UnknownError
    row = int(match[4]) + (0 if match[3] else shift[0])
    column = column_index(match[2].upper()) + (0 if match[1] else shift[1])
    if row < 1 or column < 1:
        raise _UnknownError
    return row, column


def _area(token: re.Match[str], shift: tuple[int, int]) -> tuple[int, int, int, int]:
    first = _place(token.group("first"), shift)
    last = _place(token.group("last"), shift) if token.group("last") else first
    return min(first[0], last[0]), min(first[1], last[1]), max(first[0], last[0]), max(first[1], last[1])


def _areas(formula: Formula, at: tuple[int, int]) -> Iterator[tuple[str, tuple[int, int, int, int]]]:
    """The areas that a formula refers to: (sheet, area)."""
    if len(formula.text) > _MOST_LENGTH:
        raise _UnknownError
    shift = at[0] - formula.origin[0], at[1] - formula.origin[1]
    for token in _tokens(formula.text):
        if token.group("ref"):
            yield _sheet(token), _area(token, shift)


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
