"""What stands above a table: whose it is, of which year, in which unit of money, and the number it carries.

A pure function of the texts above a row. What is meant as a year but is none (``202年度``, ``2O23年度``) is no year: it
is told among what is odd.
"""

from __future__ import annotations

from typing import NamedTuple

from xlcheck.reading.grid import Cell, Grid
from xlcheck.reading.headnames import bare_currency, is_label, unit_name
from xlcheck.reading.headtexts import NOTHING, HeadText, normal, plain, read_text
from xlcheck.reading.headyears import bare_year, has_digits
from xlcheck.reading.tablenumbers import table_number

_LONGEST = 120  # characters of a head; what is longer is a remark
_LONGEST_VALUE = 12  # characters of a year or a unit of money behind its label


class Fact(NamedTuple):
    """A fact with the 1-based (row, column) of its cell and the text there."""

    value: str
    at: tuple[int, int]
    text: str


class Odd(NamedTuple):
    """What is wrong with a head.

    ``what``: ``bad_year`` (meant as a year, but none), ``other_year`` (a year that is not the one above it).
    """

    what: str
    row: int
    column: int
    text: str


class Head(NamedTuple):
    """The facts of one head; None for those that are not there.

    ``year`` is of four digits, ``currency`` 万元 and the like, ``number`` compact: ``公开03``, ``附表3``, ``表3``.
    """

    unit: Fact | None = None
    year: Fact | None = None
    currency: Fact | None = None
    number: Fact | None = None
    odd: tuple[Odd, ...] = ()


def read_head(grid: Grid, until_row: int) -> Head:
    """The facts that the texts above row ``until_row`` give; of several the first one, of years the one of 年度."""
    reader = _HeadReader()
    for row in sorted(r for r in grid.rows if r < until_row):
        cells = grid.rows[row]
        for column in sorted(cells):
            text = _read(cells[column])
            if text is not NOTHING:
                reader.take(text, _Placed(row, column, cells[column].text), _next_text(cells, row, column))
    return reader.head()


def _read(cell: Cell) -> HeadText:
    """What a cell says; numbers and long texts say nothing of a table."""
    return NOTHING if cell.type == "n" or len(cell.text) > _LONGEST else read_text(cell.text)


def tab_number(name: str) -> str | None:
    """The number in the name of a sheet: ``公开03 支出决算表``, ``GK03``, ``Z03 支出决算表(财决03表)``, ``表三``."""
    number = table_number(normal(name).strip())
    return number.text if number else None


class _Placed(NamedTuple):
    """A text with its 1-based place."""

    row: int
    column: int
    text: str

    def fact(self, value: str) -> Fact:
        """What it says, as a fact."""
        return Fact(value, (self.row, self.column), self.text)

    def odd(self, what: str) -> Odd:
        """What is wrong with it."""
        return Odd(what, self.row, self.column, self.text)


def _next_text(cells: dict[int, Cell], row: int, column: int) -> _Placed | None:
    """The text behind a cell in its row."""
    return next((_Placed(row, c, t) for c in sorted(cells) if c > column and (t := cells[c].text.strip())), None)


def _unit_in(cell: _Placed) -> Fact | None:
    """The name of the unit in the cell behind its label; None where that says something else."""
    name = unit_name(normal(cell.text), plain(cell.text))
    alone = name and not is_label(name) and read_text(cell.text)._replace(bad_year=False) == NOTHING
    return cell.fact(name) if name and alone else None


class _HeadReader:
    """Facts as they come in. ``alone`` are years that cells hold and nothing else."""

    def __init__(self) -> None:
        self.unit: Fact | None = None
        self.currency: Fact | None = None
        self.year: tuple[int, Fact] | None = None
        self.alone: list[Fact] = []
        self.number: tuple[int, Fact] | None = None
        self.odd: list[Odd] = []

    def take(self, says: HeadText, cell: _Placed, behind: _Placed | None) -> None:
        """What one cell says, with the text behind it in its row."""
        self._take_year(says, cell, behind)
        self._take_currency(says, cell, behind)
        self._take_unit(says, cell, behind)
        if says.number and (self.number is None or says.number.rank < self.number[0]):
            self.number = says.number.rank, cell.fact(says.number.text)

    def _take_year(self, says: HeadText, cell: _Placed, behind: _Placed | None) -> None:
        if says.bad_year:
            self.odd.append(cell.odd("bad_year"))
        if says.year:
            self._keep_year(cell.fact(says.year), says.firm)
            if says.alone:
                self.alone.append(cell.fact(says.year))
        elif says.year == "" and behind is not None and len(behind.text) <= _LONGEST_VALUE:
            self._take_labelled_year(behind, says.firm)

    def _take_labelled_year(self, cell: _Placed, firm: int) -> None:
        """What stands behind a label, unless it speaks for itself."""
        own = read_text(cell.text)
        if own.year or own.bad_year:
            return
        year = bare_year(normal(cell.text))
        if year is not None:
            self._keep_year(cell.fact(year), firm)
        elif has_digits(cell.text):
            self.odd.append(cell.odd("bad_year"))

    def _keep_year(self, year: Fact, firm: int) -> None:
        if self.year is None or firm > self.year[0]:
            self.year = firm, year

    def _take_currency(self, says: HeadText, cell: _Placed, behind: _Placed | None) -> None:
        if self.currency is not None:
            return
        if says.currency:
            self.currency = cell.fact(says.currency)
        elif says.currency == "" and behind is not None and len(behind.text) <= _LONGEST_VALUE:
            money = bare_currency(normal(behind.text))
            self.currency = behind.fact(money) if money else None

    def _take_unit(self, says: HeadText, cell: _Placed, behind: _Placed | None) -> None:
        if self.unit is not None or says.unit is None:
            return
        if says.unit:
            self.unit = cell.fact(says.unit)
        elif behind is not None:
            self.unit = _unit_in(behind)

    def head(self) -> Head:
        """All facts."""
        year = self.year and self.year[1]
        others = [f for f in self.alone if year is not None and f.value != year.value]
        odd = [*self.odd, *(Odd("other_year", *f.at, f.text) for f in others)]
        number = self.number and self.number[1]
        return Head(self.unit, year, self.currency, number, tuple(sorted(odd, key=lambda o: (o.row, o.column))))
