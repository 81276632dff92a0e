"""Blocks of amounts that stand some rows too high or too low."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Container, Iterator, Sequence
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

from xlcheck.checking.causes.hypothesis import PRIOR, Hypothesis, Operation
from xlcheck.form import TOTAL
from xlcheck.model import Section

_MOST_SHIFT = 3
_MOST_ENDS = 120
_LARGE = 64  # cells: relations that are looked at after the others


class _Moves(NamedTuple):
    """What a shift of a section's rows would change, for blocks of any length.

    ``totals`` and ``changed`` are rows in order, ``amounts`` how many there are that a shift would bring into the rows
    before each.
    """

    totals: list[int]
    changed: list[int]
    amounts: list[int]


class Shifts(Hypothesis):
    """Consecutive rows whose amounts moved together."""

    def shifts(self) -> Iterator[Operation]:
        """Amounts of consecutive rows printed some rows too high or too low: in all columns or in one."""
        touched: dict[int, tuple[Section, set[int]]] = {}
        for number in sorted(self.failing):
            for cell in self.model.relations[number].weights:
                section, _, column = self.model.place(cell)
                touched.setdefault(id(section), (section, set()))[1].add(column)
        for section, columns in touched.values():
            if len(section.rows) < 3 or section.spec.shape == "record":
                continue
            every = list(range(len(section.columns)))
            choices = [every, *([c] for c in sorted(columns))] if len(every) > 1 else [every]
            for chosen in choices:
                best = self._best_shift(section, chosen)
                if best is not None:
                    yield best
                    break

    def _best_shift(self, section: Section, columns: list[int]) -> Operation | None:
        families = self._families(section, columns)
        if not families:
            return None
        lead = max(columns, key=lambda c: sum(bool(row[c]) for row in section.figures))
        across = self._across(section, lead) if len(columns) > 1 else frozenset()
        best: Operation | None = None
        for by in (k for n in range(1, _MOST_SHIFT + 1) for k in (n, -n)):
            for first, last in self._ends(section, families, by):
                # one column tells nearly always that it can't be
                if across and self._shifted(section, [lead], first, last, by, across) is None:
                    continue
                one = self._shift(section, columns, first, last, by)
                if one is not None and (best is None or _worth(one) > _worth(best)):
                    best = one
        return best

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
        model = self.model
        found: list[list[int]] = []
        wide: list[list[int]] = []
        for number in sorted(self.failing):
            cells = [model.place(c) for c in model.relations[number].weights]
            rows = sorted({r for x, r, c in cells if x is section and c in columns})
            if rows and any(section.rows[r].key != TOTAL for r in rows):
                (wide if len(rows) > 2 and any(section.rows[r].key == TOTAL for r in rows) else found).append(rows)
        return found or wide

    def _ends(self, section: Section, families: list[list[int]], by: int) -> list[tuple[int, int]]:
        """First and last row of blocks that may have been shifted ``by`` rows up (negative: down).

        The first relation that fails has a row of the block's beginning, the last one of its end.
        """
        size, reach = len(section.rows), abs(by) + 2
        front = min(families, key=lambda f: (f[-1], f[0]))
        back = max(families, key=lambda f: (f[0], f[-1]))
        starts = range(max(0, front[0] - reach), min(size, front[-1] + reach + 1))
        stops = range(max(0, back[0] - reach), min(size, back[-1] + reach + 1))
        return _nearest(starts, stops, (front[0], back[-1]), _MOST_ENDS * (1 if len(section.columns) > 1 else 5))

    @cached_property
    def _known_moves(self) -> dict[tuple[int, tuple[int, ...], int], _Moves]:
        return {}

    def _moves(self, section: Section, columns: Sequence[int], by: int) -> _Moves:
        key = id(section), tuple(columns), by
        if key not in self._known_moves:
            figures, size = section.figures, len(section.rows)
            changed, amounts = [], []
            for row in range(size):
                source = figures[row - by] if 0 <= row - by < size else None
                own = figures[row]
                amounts.append(0 if source is None else sum(bool(source[c]) for c in columns))
                if source is not None and any(source[c] is not None and source[c] != own[c] for c in columns):
                    changed.append(row)
            totals = [r for r, row in enumerate(section.rows) if row.key == TOTAL]
            self._known_moves[key] = _Moves(totals, changed, [0, *accumulate(amounts)])
        return self._known_moves[key]

    def _hopeless(
        self, section: Section, columns: Sequence[int], block: tuple[int, int, int], skipped: Container[int]
    ) -> bool:
        """Whether a block (first row, last row, by) is not worth a closer look: what it breaks shows soon."""
        first, last, by = block
        moves = self._moves(section, columns, by)
        over = self._over(section, block)
        top, bottom = min(first, over.start), max(last + 1, over.stop)
        if bisect_left(moves.totals, top) < bisect_left(moves.totals, bottom):
            return True  # the total of a table stands apart
        here = moves.changed[bisect_left(moves.changed, first) : bisect_right(moves.changed, last)]
        if moves.amounts[last + 1] - moves.amounts[first] < 2 or not here:
            return True
        model, base, width = self.model, self.model.number(section, 0, 0), len(section.columns)
        seen: set[int] = set()
        late: list[int] = []
        for row in here:
            for column in columns:
                for number in model.near.get(base + row * width + column, ()):
                    if number in seen or number in skipped:
                        continue
                    seen.add(number)
                    if len(model.relations[number].weights) > _LARGE:
                        late.append(number)
                    elif self._breaks(number, section, columns, block):
                        return True
        return any(self._breaks(number, section, columns, block) for number in late)

    def _breaks(self, number: int, section: Section, columns: Sequence[int], block: tuple[int, int, int]) -> bool:
        """Whether a relation fails once a block (first row, last row, by) stands where it should."""
        model, figures = self.model, section.figures
        first, last, by = block
        base, width, size = model.number(section, 0, 0), len(section.columns), len(section.rows)
        over = self._over(section, block)
        change: dict[int, int] = {}
        self.budget.spend(len(model.relations[number].weights))
        for cell in model.relations[number].weights:
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
                    change[cell] = figure - model.figure(cell)
        return bool(change) and self.holds(number, change) is False

    def _over(self, section: Section, block: tuple[int, int, int]) -> range:
        """The rows outside of a block that it was written over."""
        first, last, by = block
        return range(max(0, first - by), first) if by > 0 else range(last + 1, min(len(section.rows), last + 1 - by))

    def _shifted(
        self, section: Section, columns: list[int], first: int, last: int, by: int, skipped: Container[int] = ()
    ) -> tuple[dict[int, int], frozenset[int], frozenset[int]] | None:
        """What a shift meant the cells to say, what it wrote over, and what it explains."""
        block = first, last, by
        if self._hopeless(section, columns, block, skipped):
            return None
        model, figures = self.model, section.figures
        size = len(section.rows)
        meant: dict[int, int] = {}
        lost: set[int] = set()
        for row in range(first, last + 1):
            source = row - by
            for column in columns:
                cell = model.number(section, row, column)
                figure = figures[source][column] if 0 <= source < size else None
                if figure is None:
                    lost.add(cell)
                elif figure != figures[row][column]:
                    meant[cell] = figure
        over = self._over(section, block)
        lost.update(model.number(section, row, c) for row in over for c in columns)
        explained = self.outcome(meant, frozenset(lost), skipped)
        return (meant, frozenset(lost), explained) if explained else None

    def _shift(self, section: Section, columns: list[int], first: int, last: int, by: int) -> Operation | None:
        """Constraints ``first`` to ``last`` of the form, whose amounts stand ``by`` rows higher (negative: lower)."""
        found = self._shifted(section, columns, first, last, by)
        gone = min(abs(by), first if by > 0 else len(section.rows) - 1 - last)
        if found is None:
            return None
        model = self.model
        meant, lost, explained = found
        # what holds because a cell in it is unknown says nothing
        telling = sum(lost.isdisjoint(model.relations[n].weights) for n in explained)
        if telling < 2 or 3 * telling < len(explained):
            return None
        primary = min(c for c in (*meant, *lost) if model.figure(c) or meant.get(c))
        facts = {
            "by": str(abs(by)), "way": "上" if by > 0 else "下", "first": section.rows[first].label,
            "last": section.rows[last].label, "count": str(last - first + 1),
        }  # fmt: skip
        score = PRIOR - 0.5 * abs(by) - 1.0 * gone - 0.01 * (last - first)
        return Operation("shifted_block", "shifted", meant, lost, explained, primary, score, None, facts)


def _worth(one: Operation) -> float:
    return one.score + len(one.explains)


def _nearest(starts: range, stops: range, spot: tuple[int, int], most: int) -> list[tuple[int, int]]:
    """The pairs of a start and a later stop that lie nearest to ``spot``, in the order of their distance."""
    start, stop = spot
    found: list[tuple[int, int]] = []
    far = max(abs(e - start) for e in (starts[0], starts[-1])) + max(abs(e - stop) for e in (stops[0], stops[-1]))
    for distance in range(far + 1):
        for a in range(max(starts[0], start - distance), min(starts[-1], start + distance) + 1):
            rest = distance - abs(a - start)
            found += [(a, b) for b in ((stop - rest, stop + rest) if rest else (stop,)) if b in stops and a < b]
        if len(found) >= most:
            return found[:most]
    return found
