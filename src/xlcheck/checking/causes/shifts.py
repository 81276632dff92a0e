"""Blocks of amounts that stand some rows too high or too low."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import product
from typing import NamedTuple

from xlcheck.checking.causes.constraint_model import ConstraintModel, Relation
from xlcheck.checking.causes.hypothesis import PRIOR, Hypothesis, Operation, Solved
from xlcheck.form import TOTAL
from xlcheck.model import Section
from xlcheck.solving.simplex import OverBudgetError

_FEWEST_ROWS = 3  # of a section, that a block of two can move in
_STEPS = (1, -1, 2, -2, 3, -3)  # rows by which blocks are shifted
_MOST_ENDS = 120  # pairs of a first and a last row that are tried
_MOST_ENDS_OF_ONE_COLUMN = 600  # which is tried faster
_MOST_ENDS_BESIDE = 2_500  # where other mistakes stand beside it, the longest first
_MARGIN = 2  # rows around the relations that fail in which a block may begin or end, besides those it moved by
_FEWEST_AMOUNTS = 2  # of a block: one alone was moved
_LARGE = 64  # cells: relations that are looked at after the others
_FEWEST_TELLING = 2  # relations that a shift explains by figures that are known
_WEAK = 3.0  # where there is one only
_TELLING_IN = 3  # one of so many relations must tell
_EACH_LEFT = 2  # relations that it mends for each one that it leaves failing
_EACH_STEP = 0.5
_EACH_ROW_LOST = 1.0  # rows of the form that the block does not fill any more
_EACH_ROW = 0.01


class _Row(NamedTuple):
    """What a shift does to one row, whatever block it is part of.

    ``changed``: it would show other figures. ``broken``: that breaks a relation which speaks of no other row of the
    section. ``amounts``: how many figures that are not zero the shift would bring into it.
    """

    changed: bool
    broken: bool
    amounts: int


class Move:
    """A shift of some columns of a section by some rows: what it does to each row, worked out once for all blocks."""

    def __init__(
        self, search: Shifts, section: Section, columns: Sequence[int], by: int, skipped: Container[int]
    ) -> None:
        """``skipped`` are relations that are not looked at."""
        self.by, self.skipped = by, skipped
        self._search, self._section, self._columns = search, section, columns
        self._known: dict[int, _Row] = {}

    def row(self, row: int) -> _Row:
        """What becomes of a row."""
        found = self._known.get(row)
        if found is None:
            found = self._known[row] = self._row(row)
        return found

    def possible(self, rows: Iterable[int]) -> set[int]:
        """Those of some rows that may be part of a block: of most shifts around one wrong figure there are none."""
        return {row for row in rows if not self.row(row).broken}

    def _row(self, row: int) -> _Row:
        figures, columns, source = self._section.figures, self._columns, row - self.by
        if not 0 <= source < len(figures):
            return _Row(changed=False, broken=False, amounts=0)
        own, meant = figures[row], figures[source]
        changed = any(meant[c] is not None and meant[c] != own[c] for c in columns)
        broken = changed and self._breaks(row)
        return _Row(changed, broken, sum(bool(meant[c]) for c in columns))

    def _breaks(self, row: int) -> bool:
        search, block = self._search, Block(self._section, self._columns, row, row, self.by)
        around = search.around(block, (row,), self.skipped)
        return any(search.breaks(number, block) for number in around if search.speaks_only_of(number, block))


class Block(NamedTuple):
    """Rows ``first`` to ``last`` of the form, whose amounts stand ``by`` rows higher (negative: lower)."""

    section: Section
    columns: Sequence[int]
    first: int
    last: int
    by: int

    @property
    def rows(self) -> range:
        """The rows whose amounts moved."""
        return range(self.first, self.last + 1)

    @property
    def over(self) -> range:
        """The rows outside of the block that it was written over."""
        if self.by > 0:
            return range(max(0, self.first - self.by), self.first)
        return range(self.last + 1, min(len(self.section.rows), self.last + 1 - self.by))

    @property
    def gone(self) -> int:
        """Rows at the end of the section that it was moved away from, or over."""
        return min(abs(self.by), self.first if self.by > 0 else len(self.section.rows) - 1 - self.last)

    def meant(self, row: int, column: int) -> int | None:
        """What a cell of the block was meant to say; None: it can't be told."""
        source = row - self.by
        return self.section.figures[source][column] if 0 <= source < len(self.section.rows) else None

    def facts(self) -> dict[str, str]:
        """What the sentence needs."""
        labels = self.section.rows
        return {
            "by": str(abs(self.by)), "way": "上" if self.by > 0 else "下", "first": labels[self.first].label,
            "last": labels[self.last].label, "count": str(len(self.rows)),
        }  # fmt: skip


class _Shifted(NamedTuple):
    """What the cells of a block were meant to say, what it was written over, and what that explains."""

    figures: dict[int, int]
    lost: frozenset[int]
    explained: frozenset[int]


class Shifts(Hypothesis):
    """Consecutive rows whose amounts moved together."""

    def shifts(self) -> Iterator[Operation]:
        """Amounts of consecutive rows printed some rows too high or too low: in all columns or in one."""
        for section, columns in self._touched_sections():
            if len(section.rows) >= _FEWEST_ROWS and not section.spec.shape.turned:
                one = self._shift_of(section, columns)
                if one is not None:
                    yield one

    def _touched_sections(self) -> Iterator[tuple[Section, list[int]]]:
        """The sections that failing relations speak of, with the columns they do."""
        touched: dict[int, tuple[Section, set[int]]] = {}
        for relation in self.failing_relations():
            for cell in relation.weights:
                section, _, column = self.model.place(cell)
                touched.setdefault(id(section), (section, set()))[1].add(column)
        yield from ((section, sorted(columns)) for section, columns in touched.values())

    def _shift_of(self, section: Section, touched: Sequence[int]) -> Operation | None:
        """The best shift of all columns; if there is none, of the first one that has one."""
        every = list(range(len(section.columns)))
        for columns in [every, *([c] for c in touched)] if len(every) > 1 else [every]:
            best = self._best_shift(section, columns)
            if best is not None:
                return best
        return None

    def _best_shift(self, section: Section, columns: list[int]) -> Operation | None:
        families = self._families(section, columns)
        if not families:
            return None
        lead = max(columns, key=lambda c: sum(bool(row[c]) for row in section.figures))
        across = self._across(section, lead) if len(columns) > 1 else frozenset()
        best: Operation | None = None
        for by in _STEPS:
            whole = Move(self, section, columns, by, ())
            part = Move(self, section, [lead], by, across) if across else whole
            for first, last in self._ends(section, families, part):
                # one column tells nearly always that it can't be
                if across and self._shifted(Block(section, [lead], first, last, by), part) is None:
                    continue
                one = self._shift(Block(section, columns, first, last, by), whole)
                if one is not None and (best is None or _worth(one) > _worth(best)):
                    best = one
        return best

    # --- where blocks may begin and end -------------------------------------------------------------------

    def _across(self, section: Section, lead: int) -> frozenset[int]:
        """Relations of a column with others of its section: a block moves with all of its columns."""
        model = self.model
        size, width, base = len(section.rows), len(section.columns), model.number(section, 0, 0)
        near = {n for row in range(size) for n in model.near.get(base + row * width + lead, ())}
        return frozenset(
            number
            for number in near
            if any(0 <= c - base < size * width and (c - base) % width != lead for c in model.relations[number].weights)
        )

    def _families(self, section: Section, columns: list[int]) -> list[list[int]]:
        """For each failing relation its rows in the section; sums over the whole table only if there are no others."""
        found: list[list[int]] = []
        wide: list[list[int]] = []
        for relation in self.failing_relations():
            rows = self._rows_of(relation, section, columns)
            of_total = [section.rows[r].key == TOTAL for r in rows]
            if not all(of_total):
                (wide if len(rows) > 2 and any(of_total) else found).append(rows)
        return found or wide

    def _rows_of(self, relation: Relation, section: Section, columns: list[int]) -> list[int]:
        """The rows that a relation speaks of, in some columns of a section."""
        cells = [self.model.place(c) for c in relation.weights]
        return sorted({c.row for c in cells if c.section is section and c.column in columns})

    def _ends(self, section: Section, families: list[list[int]], move: Move) -> list[tuple[int, int]]:
        """First and last row of blocks that may have been shifted as ``move`` says.

        The first relation that fails has a row of the block's beginning, the last one of its end.
        """
        reach = abs(move.by) + _MARGIN
        if self.beside:
            return _anywhere(families, len(section.rows), reach)
        size = len(section.rows)
        front = min(families, key=lambda f: (f[-1], f[0]))
        back = max(families, key=lambda f: (f[0], f[-1]))
        starts = range(max(0, front[0] - reach), min(size, front[-1] + reach + 1))
        stops = range(max(0, back[0] - reach), min(size, back[-1] + reach + 1))
        first, last = move.possible(starts), move.possible(stops)
        if not first or not last or min(first) >= max(last):
            return []
        most = _MOST_ENDS if len(section.columns) > 1 else _MOST_ENDS_OF_ONE_COLUMN
        nearest = _nearest(starts, stops, (front[0], back[-1]), most)
        return [(a, b) for a, b in nearest if a in first and b in last]

    # --- whether a block is worth a look --------------------------------------------------------------------

    def _hopeless(self, block: Block, move: Move) -> bool:
        """Whether a block is not worth a closer look: what it breaks shows soon."""
        if move.row(block.first).broken or move.row(block.last).broken:
            return True
        rows, over = block.section.rows, block.over
        top, bottom = min(block.first, over.start), max(block.last + 1, over.stop)
        if any(rows[row].key == TOTAL for row in range(top, bottom)):
            return True  # the total of a table stands apart
        moved = [move.row(row) for row in block.rows]
        if any(row.broken for row in moved) or sum(row.amounts for row in moved) < _FEWEST_AMOUNTS:
            return True
        here = [number for number, row in zip(block.rows, moved, strict=True) if row.changed]
        if not here:
            return True
        late: list[int] = []
        for number in self.around(block, here, move.skipped):
            if len(self.model.relations[number].weights) > _LARGE:
                late.append(number)
            elif self.breaks(number, block):
                return True
        return any(self.breaks(number, block) for number in late)

    def around(self, block: Block, rows: Sequence[int], skipped: Container[int]) -> Iterator[int]:
        """The relations of some rows of a block, each once."""
        near = self.model.near
        base, width = self.model.number(block.section, 0, 0), len(block.section.columns)
        seen: set[int] = set()
        for row in rows:
            for column in block.columns:
                for number in near.get(base + row * width + column, ()):
                    if number not in seen and number not in skipped:
                        seen.add(number)
                        yield number

    def breaks(self, number: int, block: Block) -> bool:
        """Whether a relation fails once a block stands where it should."""
        section, columns, first, last, by = block
        figures, weights = section.figures, self.model.relations[number].weights
        base, width, size = self.model.number(section, 0, 0), len(section.columns), len(section.rows)
        over = block.over
        change: dict[int, int] = {}
        self.budget.spend(len(weights))
        for cell in weights:
            row, column = divmod(cell - base, width)
            if not 0 <= row < size or column not in columns:
                continue
            if row in over:
                return False  # unknown
            if first <= row <= last:
                figure = figures[row - by][column] if 0 <= row - by < size else None
                if figure is None:
                    return False
                if figure != figures[row][column]:
                    change[cell] = figure - self.model.figure(cell)
        if self.beside and number in self.failing:
            return False  # for reasons of its own
        return bool(change) and self.holds(number, change) is False

    def speaks_only_of(self, number: int, block: Block) -> bool:
        """Whether a relation has no cells in the columns of a section but those of a block."""
        section, columns, first, last, _ = block
        base, width = self.model.number(section, 0, 0), len(section.columns)
        before, end = base + first * width, base + (last + 1) * width
        stop = base + len(section.rows) * width
        cells = self.model.relations[number].weights
        return all(before <= c < end or not base <= c < stop or (c - base) % width not in columns for c in cells)

    # --- a block -----------------------------------------------------------------------------------------------

    def _shifted(self, block: Block, move: Move) -> _Shifted | None:
        """What becomes of the cells of a block; None where that breaks a relation, or mends none."""
        if self._hopeless(block, move):
            return None
        section = block.section
        figures: dict[int, int] = {}
        lost = {self.model.number(section, row, column) for row, column in product(block.over, block.columns)}
        for row, column in product(block.rows, block.columns):
            figure = block.meant(row, column)
            if figure is None:
                lost.add(self.model.number(section, row, column))
            elif figure != section.figures[row][column]:
                figures[self.model.number(section, row, column)] = figure
        explained = self._mended(figures, frozenset(lost), move.skipped)
        return _Shifted(figures, frozenset(lost), explained) if explained else None

    def _mended(self, figures: dict[int, int], lost: frozenset[int], skipped: Container[int]) -> frozenset[int] | None:
        """The relations that a shift mends; beside other mistakes, where it mends most of what it touches."""
        if not self.beside:
            return self.outcome(figures, lost, skipped)
        effect = self.effect(figures, lost, skipped)
        enough = len(effect.mended) >= _EACH_LEFT * len(effect.left) and effect.left <= self.failing
        return effect.mended if enough else None

    def _shift(self, block: Block, move: Move) -> Operation | None:
        found = self._shifted(block, move)
        if found is None:
            return None
        solved = self._worked_out(found)
        if solved is None:
            return None
        telling = self._telling(found) + solved.agreeing
        if not telling or _TELLING_IN * telling < len(found.explained):
            return None
        figures, lost, explained = found
        cost = _EACH_STEP * abs(block.by) + _EACH_ROW_LOST * block.gone + _EACH_ROW * (block.last - block.first)
        return Operation(
            kind="shifted_block",
            what="shifted",
            explains=explained,
            primary=min(c for c in (*figures, *lost) if self.model.figure(c) or figures.get(c)),
            score=PRIOR - cost - (_WEAK if telling < _FEWEST_TELLING else 0.0),
            figures=solved.figures | figures,
            lost=lost,
            facts=block.facts()
            | {"worked_out": str(sum(f != self.model.figure(c) for c, f in solved.figures.items()))},
        )

    def _worked_out(self, found: _Shifted) -> Solved | None:
        """What the cells said that a block was written over; None where nothing could stand there."""
        solved = self.solved(found.figures, found.lost)
        if solved is None and self.beside:
            return Solved({}, 0)  # other mistakes stand in what it was written over, too
        return solved

    def _telling(self, found: _Shifted) -> int:
        """How many relations hold by their figures: what holds because a cell in it is unknown says nothing."""
        return sum(found.lost.isdisjoint(self.model.relations[n].weights) for n in found.explained)


def shifted_beside(model: ConstraintModel, failing: Sequence[int]) -> Operation | None:
    """A block that was shifted, other mistakes beside it allowed; None where there is none."""
    with suppress(OverBudgetError):
        return max(Shifts(model, failing, wide=True, beside=True).shifts(), key=_worth, default=None)
    return None


def _worth(one: Operation) -> float:
    return one.score + len(one.explains)


def _nearest(starts: range, stops: range, spot: tuple[int, int], most: int) -> list[tuple[int, int]]:
    """The pairs of a start and a later stop that lie nearest to ``spot``, in the order of their distance."""
    start, stop = spot
    found: list[tuple[int, int]] = []
    for distance in range(_farthest(starts, start) + _farthest(stops, stop) + 1):
        for a in range(max(starts[0], start - distance), min(starts[-1], start + distance) + 1):
            rest = distance - abs(a - start)
            found += [(a, b) for b in ((stop - rest, stop + rest) if rest else (stop,)) if b in stops and a < b]
        if len(found) >= most:
            return found[:most]
    return found


def _anywhere(families: Sequence[Sequence[int]], size: int, reach: int) -> list[tuple[int, int]]:
    """First and last row of blocks, one among other mistakes: near the ends of what any relation that fails speaks of."""
    starts = {r for f in families for r in range(f[0] - reach, f[0] + reach + 1) if 0 <= r < size}
    stops = {r for f in families for r in range(f[-1] - reach, f[-1] + reach + 1) if 0 <= r < size}
    pairs = [(a, b) for a in starts for b in stops if a < b]
    return sorted(pairs, key=lambda pair: (pair[0] - pair[1], pair[0]))[:_MOST_ENDS_BESIDE]


def _farthest(numbers: range, spot: int) -> int:
    return max(abs(numbers[0] - spot), abs(numbers[-1] - spot))
