"""What stands above a table: whose it is, of which year, in which unit of money, and the number it carries.

A pure function of the texts above a row. What is meant as a year but is none (``202年度``, ``2O23年度``) is no year: it
is told among what is odd.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from xlcheck.labels import plain as bare
from xlcheck.reading.grid import Cell, Grid
from xlcheck.reading.headnames import bare_currency, leads_to_others
from xlcheck.reading.headtexts import (
    NOTHING,
    HeadText,
    normal,
    own_value,
    plain,
    read_text,
    without_loose_year,
    without_units,
)
from xlcheck.reading.headyears import bare_year, has_digits, is_date_label, is_month
from xlcheck.reading.tablenumbers import table_number

_LONGEST = 150  # characters of a head but for its spaces; what is longer is a remark
_MOST = 1000  # characters with them
_COLONS = " :：∶︰﹕"
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

    ``unit`` is the first name behind a label of the unit's own, ``units`` all that differ: several are one too many.
    ``loose`` are names behind labels without a colon, beside those: they may as well be headings.
    ``year`` is of four digits, ``currency`` 万元 and the like, ``number`` compact: ``公开03``, ``附表3``, ``表3``.
    """

    unit: Fact | None = None
    year: Fact | None = None
    currency: Fact | None = None
    number: Fact | None = None
    odd: tuple[Odd, ...] = ()
    units: tuple[Fact, ...] = ()
    loose: tuple[Fact, ...] = ()


def read_head(grid: Grid, until_row: int) -> Head:
    """The facts that the texts above row ``until_row`` give; of several the first one, of years the one of 年度."""
    reader = _HeadReader()
    for row in sorted(r for r in grid.rows if r < until_row):
        for said in _said_in(grid.rows[row], row):
            reader.take(said)
    return reader.head()


def read_foot(grid: Grid, after_row: int) -> Head:
    """The names of the unit that stand below row ``after_row`` behind labels of its own (编制单位：…), and nothing else."""
    reader = _HeadReader()
    for row in sorted(r for r in grid.rows if r > after_row):
        for said in _said_in(grid.rows[row], row):
            reader.take_unit(said)
    return reader.head()


def _said_in(cells: dict[int, Cell], row: int) -> Iterator[_Said]:
    """What the cells of a row say, each with the text behind it, as far as the one before it leaves it that."""
    before = ""
    for column in sorted(cells):
        text = _read(cells[column])
        if text is not NOTHING:
            behind = _next_text(cells, row, column)
            if is_date_label(before) or (behind is not None and is_month(normal(behind.text))):
                text = without_loose_year(text)
            if leads_to_others(before):
                text = without_units(text)
            yield _Said(text, _Placed(row, column, cells[column].text), behind)
        before = cells[column].text.strip(_COLONS) or before


def _read(cell: Cell) -> HeadText:
    """What a cell says; numbers and long texts say nothing of a table."""
    text = cell.text
    if cell.type == "n" or len(text) > _MOST or (len(text) > _LONGEST and len("".join(text.split())) > _LONGEST):
        return NOTHING
    return read_text(text)


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


class _Said(NamedTuple):
    """What a cell says, and the text behind it in its row."""

    text: HeadText
    cell: _Placed
    behind: _Placed | None


def _next_text(cells: dict[int, Cell], row: int, column: int) -> _Placed | None:
    """The text behind a cell in its row; a colon alone is none."""
    texts = ((c, cells[c].text.strip()) for c in sorted(cells) if c > column)
    return next((_Placed(row, c, text) for c, text in texts if text.strip(_COLONS)), None)


def _unit_in(cell: _Placed) -> Fact | None:
    """The name of the unit in the cell behind its label; None where that says something else."""
    name = own_value(normal(cell.text), plain(cell.text), read_text(cell.text))
    return cell.fact(name) if name else None


class _HeadReader:
    """Facts as they come in. ``alone`` are years that cells hold and nothing else.

    ``units`` are names by what they are compared by; ``loose`` those behind a label without a colon, which may as well be
    a heading: they count where there are no others.
    """

    def __init__(self) -> None:
        self.units: dict[str, Fact] = {}
        self.loose: dict[str, Fact] = {}
        self.currency: Fact | None = None
        self.year: tuple[int, Fact] | None = None
        self.alone: list[Fact] = []
        self.number: tuple[int, Fact] | None = None
        self.odd: list[Odd] = []

    def take(self, said: _Said) -> None:
        """What one cell says, with the text behind it in its row."""
        says, cell, behind = said
        self._take_year(says, cell, behind)
        self._take_currency(says, cell, behind)
        self.take_unit(said)
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

    def take_unit(self, said: _Said) -> None:
        """The names that one cell says, or the one behind it."""
        says, cell, behind = said
        named = [cell.fact(name) for name in says.units]
        if says.leads and behind is not None and (own := _unit_in(behind)) is not None:
            named.append(own)
        kept = self.units if says.firmly else self.loose
        for fact in named:
            kept.setdefault(bare(fact.value), fact)

    def head(self) -> Head:
        """All facts."""
        year = self.year and self.year[1]
        others = [f for f in self.alone if year is not None and f.value != year.value]
        odd = [*self.odd, *(Odd("other_year", *f.at, f.text) for f in others)]
        number = self.number and self.number[1]
        units = tuple((self.units or self.loose).values())
        odd = sorted(odd, key=lambda o: (o.row, o.column))
        loose = tuple(fact for key, fact in self.loose.items() if self.units and key not in self.units)
        return Head(next(iter(units), None), year, self.currency, number, tuple(odd), units, loose)
