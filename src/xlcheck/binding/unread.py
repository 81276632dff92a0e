"""Figures of a table that nothing took: no row, column or cell of the form, nor anything else that is said of it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import dropwhile
from typing import NamedTuple

from xlcheck.binding.cells import ONE
from xlcheck.binding.evidence import close
from xlcheck.binding.reading import Reading, SectionRead
from xlcheck.binding.rowlabels import strange_label
from xlcheck.form import TOTAL

_MOST_COLUMNS = 100  # column numbers are smaller
_CLASS = 3  # digits of an economic class
_ECONOMIC = range(300, 60_000)  # codes of economic classes and 款, as numbers
_NAMELESS_ROLES = ("label", "line", "name", "code", "amount")


def named_strange(reading: Reading, read: SectionRead) -> list[tuple[int, str]]:
    """Rows (sheet row, text) that no row of the form took and that say something of themselves."""
    return [(row, text) for row, text in read.strange if not _nameless(reading, text)]


def unread_figures(reading: Reading) -> list[tuple[int, int]]:
    """Cells (row, column) with a figure in the columns of figures that nothing took, in rows not spoken of otherwise."""
    return list(_Unread(reading).cells())


def _nameless(reading: Reading, text: str) -> bool:
    """Whether a row says nothing of itself: no text, or a word of the header."""
    key = reading.frame.words.key(text)
    leads = reading.frame.words.leads
    return strange_label(text) or any(key in leads[role] for role in _NAMELESS_ROLES)


class _TotalLine(NamedTuple):
    """The figures of the total of a code table, in its columns, and the rows that the table has."""

    columns: list[int]
    figures: list[int | None]
    rows: set[int | None]


class _Unread:
    """A reading, and what of it was used."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.frame = reading.frame
        self.sections = list(reading.sections.values())
        self.used = frozenset[tuple[int, int]]().union(*map(_cells, self.sections))
        self.columns = {column for _, column in self.used}
        self.told = self._told()
        self.totals = [line for section in self.sections if (line := self._total_line(section)) is not None]

    def cells(self) -> Iterator[tuple[int, int]]:
        """The cells with figures that are left, row by row."""
        for row in self.frame.lines:
            if row > self.reading.bottom and row not in self.told and not self.frame.counting(row):
                yield from self._cells_in(row)

    def _cells_in(self, row: int) -> Iterator[tuple[int, int]]:
        left = [(c, v) for c, v in self.frame.figures(row) if v and c in self.columns and (row, c) not in self.used]
        if not left or self._explained(row):
            return
        captioned = self._captioned(row)
        yield from ((row, column) for column, figure in left if not (captioned and _column_number(figure)))

    def _told(self) -> set[int]:
        """Rows of which something is said already."""
        told: set[int] = set()
        for section in self.sections:
            told.update(row for row, _ in named_strange(self.reading, section))
            told.update(row for rows in section.doubled.values() for row in rows)
            told.update(self.frame.lines if section.covered else section.parts)
        return told

    def _explained(self, row: int) -> bool:
        """Whether it is plain why a row is none of the form's."""
        return self._repeats_total(row) or self._is_beside(row) or self._adds_up(row) or self._is_whole(row)

    def _total_line(self, section: SectionRead) -> _TotalLine | None:
        """The total of a code table; None where it has none, or no figure in it."""
        total = next((r.at for r in section.rows if r.key == TOTAL and r.at is not None), None)
        if not section.spec.shape.open_ended or total is None:
            return None
        columns = sorted(set(section.column_at.values()))
        figures = [self.frame.figure(total, column) for column in columns]
        return _TotalLine(columns, figures, {row.at for row in section.rows}) if any(figures) else None

    def _repeats_total(self, row: int) -> bool:
        """Whether a row of a code table repeats its total and is no code: the unit itself, in its own name."""
        return any(
            row not in line.rows and [self.frame.figure(row, column) for column in line.columns] == line.figures
            for line in self.totals
        )

    def _is_beside(self, row: int) -> bool:
        """Whether a row of a table of items is another thing that the form asks for: counts, 会议费, 机关运行经费."""
        if not self.reading.spec.sections[0].shape.turned:
            return False
        first = min((column for column, _ in self.frame.figures(row)), default=0)
        return any(self.frame.text(row, column) for column in self.frame.grid.rows[row] if column < first)

    def _adds_up(self, row: int) -> bool:
        """Whether a row of the table of economic codes says its figure in parts too: 合计 | 人员经费 | 公用经费."""
        if not self.reading.spec.sections[0].shape.economic:
            return False
        figures = [figure for _, figure in self.frame.figures(row)]
        figures = list(dropwhile(_economic_code, figures))  # codes that are read as numbers
        *parts, whole = sorted(figures) or [0]
        return len(parts) > 0 and close(sum(parts), whole, len(figures))

    def _is_whole(self, row: int) -> bool:
        """Whether a row of the table of economic codes is 合计: the sum of its classes."""
        classes = [
            self.frame.figure(*spot) or 0
            for section in self.sections
            if section.spec.shape.economic
            for i, read in enumerate(section.rows)
            if read.code and len(read.code) == _CLASS and (spot := section.spot(i, section.spec.column_keys[0]))
        ]
        figures = [figure for _, figure in self.frame.figures(row)]
        return any(classes) and len(figures) == 1 and close(sum(classes), figures[0], len(classes))

    def _captioned(self, row: int) -> bool:
        """Whether a row is that of the column numbers, whatever else was put into it."""
        return any(self.frame.words.key(self.frame.text(row, c)) in ("栏次", "行次") for c in self.frame.grid.rows[row])


def _cells(section: SectionRead) -> set[tuple[int, int]]:
    """The cells of a section."""
    columns = section.spec.column_keys
    spots = {section.spot(row, column) for row in range(len(section.rows)) for column in columns}
    return {spot for spot in spots if spot is not None}


def _economic_code(figure: int) -> bool:
    """Whether a figure is an economic code."""
    return figure % ONE == 0 and figure // ONE in _ECONOMIC


def _column_number(figure: int) -> bool:
    """Whether a figure is the number of a column."""
    return figure % ONE == 0 and 0 < figure // ONE < _MOST_COLUMNS
