"""Amounts beside the wrong labels: in their order, or beside the codes of another table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import product
from typing import NamedTuple

from xlcheck.checking.causes.hypothesis import PRIOR, Hypothesis, Operation
from xlcheck.form import TOTAL
from xlcheck.model import Section

_FEWEST_MIRRORED = 3  # rows that other tables speak of: with fewer, any order fits
_FEWEST_MOVED = 2  # rows: one in the wrong place is an amount that was moved
_LEAST_MATCHED = 0.75  # of the rows; where more of them are wrong, it is not their order
_FEWEST_EXPLAINED = 3  # relations, by cells of a whole table
_FEWEST_CODES = 4  # of two tables whose codes are the same: short lists are alike by chance
_LARGEST_ALIGNED = 40_000  # pairs of rows that are compared
_NEAR = 20_000  # millionths: two last digits of a figure with two decimals, one for each table
_UNLIKELY_ORDER = 3.0  # whole labels in another order are rarer than a block that was shifted
_EACH_LOST = 0.1
_EACH_STEP = 0.3  # rows by which most amounts moved


class _Rows(NamedTuple):
    """The rows of a section but its total: what they show, and what other tables ask of them, by column."""

    section: Section
    numbers: list[int]
    shown: dict[int, tuple[int, ...]]
    asked: dict[int, dict[int, list[int]]]

    @property
    def mirrored(self) -> list[int]:
        """Rows that other tables speak of."""
        return [r for r in self.numbers if self.asked[r]]

    @property
    def filled(self) -> list[int]:
        """Rows that show an amount."""
        return [r for r in self.numbers if any(self.shown[r])]

    def fit(self, row: int, source: int) -> bool:
        """Whether the amounts of ``source`` are what other tables ask of ``row``."""
        shown = self.shown[source]
        return all(abs(f - shown[c]) <= _NEAR for c, figures in self.asked[row].items() for f in figures)

    def is_lost(self, row: int, column: int, *, moved_away: bool) -> bool:
        """Whether nobody can tell what a cell was meant to say: it shows what others contradict, or another row's."""
        shown = self.shown[row][column]
        if column in self.asked[row]:
            return any(f != shown for f in self.asked[row][column])
        return bool(shown) and moved_away


class _Matching(NamedTuple):
    """Rows with the rows that show their amounts."""

    sources: dict[int, int]

    @property
    def moved(self) -> list[int]:
        """Rows whose amounts stand in another one."""
        return [row for row, source in self.sources.items() if row != source]

    def tells(self, rows: _Rows) -> bool:
        """Whether the order of the amounts is right, and their place is wrong."""
        fewer = min(len(rows.filled), len(rows.mirrored))
        return len(self.moved) >= _FEWEST_MOVED and len(self.sources) >= _LEAST_MATCHED * fewer

    def usual_step(self) -> tuple[int, int]:
        """By how many rows most amounts moved, and how many did so."""
        return Counter(row - source for row, source in self.sources.items() if row != source).most_common(1)[0]

    def is_block(self) -> bool:
        """Whether all amounts between the first and the last that moved did so by the same number of rows."""
        moved = self.moved
        stays = any(row == source and min(moved) < row < max(moved) for row, source in self.sources.items())
        return not stays and self.usual_step()[1] == len(moved)


class Labels(Hypothesis):
    """Labels and amounts that do not belong together."""

    # --- in their order ---------------------------------------------------------------------------------

    def aligned(self) -> Iterator[Operation]:
        """Amounts that stand in the right order beside the wrong labels: other tables say whose they are."""
        sections: dict[int, Section] = {}
        for cell in self.needs():
            section = self.model.place(cell).section
            if not section.spec.shape.turned:
                sections.setdefault(id(section), section)
        for section in sections.values():
            one = self._alignment(self._rows(section))
            if one is not None:
                yield one

    def _rows(self, section: Section) -> _Rows:
        numbers = [r for r in range(len(section.rows)) if section.rows[r].key != TOTAL]
        width = range(len(section.columns))
        shown = {r: tuple(section.figures[r][c] or 0 for c in width) for r in numbers}
        return _Rows(section, numbers, shown, {r: self._asked(section, r) for r in numbers})

    def _asked(self, section: Section, row: int) -> dict[int, list[int]]:
        """By column: what relations with other tables ask of a row. Empty where all they ask is to be blank."""
        found: dict[int, list[int]] = {}
        model, mirrored = self.model, self._mirrored
        for column in range(len(section.columns)):
            cell = model.number(section, row, column)
            numbers = mirrored.get(cell)
            if numbers:
                relations = [model.relations[number] for number in numbers]
                found[column] = [model.figure(cell) - r.difference // r.weights[cell] for r in relations]
        return found if any(any(f) for f in found.values()) else {}

    @cached_property
    def _mirrored(self) -> dict[int, list[int]]:
        """By cell: the relations that say it is the figure of other tables."""
        found: dict[int, list[int]] = {}
        table_of = self.model.table_of
        for number, relation in enumerate(self.model.relations):
            if relation.op == "=" and relation.total < 0:
                tables = [table_of(cell) for cell in relation.weights]
                if tables.count(tables[0]) < len(tables):
                    for cell, table in zip(relation.weights, tables, strict=True):
                        if abs(relation.weights[cell]) == 1 and tables.count(table) == 1:
                            found.setdefault(cell, []).append(number)
        return found

    def _alignment(self, rows: _Rows) -> Operation | None:
        if len(rows.mirrored) < _FEWEST_MIRRORED:
            return None
        matching = _Matching(_align(rows.mirrored, rows.filled, rows.fit))
        if not matching.tells(rows):
            return None
        meant = self._meant(rows, matching)
        lost = self._lost(rows, matching)
        explained = self.outcome(meant, lost)
        if not explained or len(explained) < _FEWEST_EXPLAINED:
            return None
        block = matching.is_block()
        return Operation(
            kind="shifted_block" if block else "pasted_labels",
            what="shifted" if block else "labels",
            explains=explained,
            primary=self._first_cell(rows, matching),
            score=PRIOR - _UNLIKELY_ORDER - _EACH_LOST * len(lost) - _EACH_STEP * abs(matching.usual_step()[0]),
            figures=meant,
            lost=lost,
            facts=_facts(rows.section, matching),
        )

    def _meant(self, rows: _Rows, matching: _Matching) -> dict[int, int]:
        """What cells whose amounts stand in another row were meant to say."""
        return {
            self.model.number(rows.section, row, column): figure
            for row, source in matching.sources.items()
            for column, figure in enumerate(rows.shown[source])
            if figure != rows.shown[row][column]
        }

    def _lost(self, rows: _Rows, matching: _Matching) -> frozenset[int]:
        """Cells of rows whose amounts stand nowhere, and that show what is not theirs."""
        given = set(matching.sources.values())
        return frozenset(
            self.model.number(rows.section, row, column)
            for row in rows.numbers
            if row not in matching.sources
            for column in range(len(rows.section.columns))
            if rows.is_lost(row, column, moved_away=row in given)
        )

    def _first_cell(self, rows: _Rows, matching: _Matching) -> int:
        """The first row that moved, in the first column that has amounts."""
        column = next(c for c in range(len(rows.section.columns)) if any(rows.shown[r][c] for r in rows.filled))
        return self.model.number(rows.section, matching.moved[0], column)

    # --- the codes of another table ---------------------------------------------------------------------

    def pasted(self) -> Iterator[Operation]:
        """The codes of another table, all of them, beside fewer amounts: nobody can tell whose these are."""
        for alike in self._sections_by_codes().values():
            for section in alike if len(alike) > 1 else ():
                one = self._pasted(section, next(x for x in alike if x is not section))
                if one is not None:
                    yield one

    def _sections_by_codes(self) -> dict[tuple[str, ...], list[Section]]:
        found: dict[tuple[str, ...], list[Section]] = {}
        for table in self.model.now.tables.values():
            for section in table.sections.values():
                codes = tuple(r.code for r in section.rows if r.code)
                if section.spec.shape.open_ended and len(codes) >= _FEWEST_CODES:
                    found.setdefault(codes, []).append(section)
        return found

    def _pasted(self, section: Section, other: Section) -> Operation | None:
        """The labels of ``other`` pasted into ``section``, whose own amounts end before they do."""
        model = self.model
        rows = [r for r, row in enumerate(section.rows) if row.code]
        if any(section.figures[rows[-1]]) or not _shows_amount(other, rows[-1]):
            return None
        cells = frozenset(model.number(section, r, c) for r, c in product(rows, range(len(section.columns))))
        lost = frozenset(c for c in cells if model.figure(c))
        explained = self.outcome({}, cells) or frozenset()
        if len(explained) < _FEWEST_EXPLAINED:
            return None
        return Operation(
            kind="pasted_labels",
            what="pasted",
            explains=explained,
            primary=model.number(section, self._first_failing_row(explained, cells), 0),
            score=2 * PRIOR - _EACH_LOST * len(lost),
            lost=lost,
            facts={"other": model.now.tables[other.table].spec.title, "count": str(len(rows))},
        )

    def _first_failing_row(self, relations: Iterable[int], cells: Container[int]) -> int:
        weights = (self.model.relations[n].weights for n in relations)
        return min(self.model.place(c).row for named in weights for c in named if c in cells)


def _shows_amount(section: Section, row: int) -> bool:
    return any(section.figures[row if len(section.rows) > row else 0])


def _facts(section: Section, matching: _Matching) -> dict[str, str]:
    moved = matching.moved
    by, _ = matching.usual_step()
    return {
        "by": str(abs(by)), "way": "上" if by > 0 else "下", "first": section.rows[min(moved)].label,
        "last": section.rows[max(moved)].label, "count": str(len(moved)),
    }  # fmt: skip


def _align(rows: Sequence[int], sources: Sequence[int], fit: Callable[[int, int], bool]) -> dict[int, int]:
    """The longest common subsequence of rows and the rows whose amounts they ask for."""
    if len(rows) * len(sources) > _LARGEST_ALIGNED:
        return {}
    equal = [[fit(r, s) for s in sources] for r in rows]
    longest = _longest(equal, len(sources))
    found: dict[int, int] = {}
    i = j = 0
    while i < len(rows) and j < len(sources):
        if equal[i][j]:
            found[rows[i]] = sources[j]
            i, j = i + 1, j + 1
        elif longest[i + 1][j] >= longest[i][j + 1]:
            i += 1
        else:
            j += 1
    return found


def _longest(equal: Sequence[Sequence[bool]], width: int) -> list[list[int]]:
    """The length of the longest common subsequence of what begins at each pair."""
    lengths = [[0] * (width + 1) for _ in range(len(equal) + 1)]
    for i in range(len(equal) - 1, -1, -1):
        for j in range(width - 1, -1, -1):
            both = lengths[i + 1][j + 1] + 1
            lengths[i][j] = both if equal[i][j] else max(lengths[i + 1][j], lengths[i][j + 1])
    return lengths
