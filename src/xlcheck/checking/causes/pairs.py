"""Two amounts in each other's place, one wrong figure in several places, a row in 元."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain

from xlcheck.checking.causes.constraint_model import CellAt, Relation
from xlcheck.checking.causes.error_models import error_model, quotient
from xlcheck.checking.causes.hypothesis import PRIOR, Hypothesis, Operation
from xlcheck.checking.causes.repairs import written
from xlcheck.model import Section

_YUAN_IN_WAN = 10_000
_LEAST_YUAN = 5  # last digits: below that, any row of large figures comes out as nothing
_FEWEST_IN_YUAN = 2  # amounts of a row: one alone is a cell in 元
_FEW = 40  # cells in doubt, so few that neighbours may be tried which nobody asks for
_NEARBY = (-2, -1, 1, 2)  # rows: an amount slips by one or two
_NEAR = 5  # last digits between a figure and the one that is asked for: rounding, of several cells
_FAR = 3.0  # a swap of cells that are not beside each other is rarer
_MOST_PAIRS = 160
_MOST_ECHOES = 200
_MOST_CELLS = 16  # that show the same wrong figure

Pair = tuple[int, int]  # two cells, the smaller number first


class Pairs(Hypothesis):
    """Operations on a few cells."""

    # --- two amounts in each other's place ------------------------------------------------------------------

    def swaps(self) -> Iterator[Operation]:
        """Two amounts that stand in each other's place; a blank is no amount: then one was moved."""
        needs = self.needs()
        for a, b in _first(chain(self._near_swaps(needs), self._far_swaps(needs)), _MOST_PAIRS):
            one = self._swap(a, b)
            if one is not None:
                yield one

    def _swap(self, a: int, b: int) -> Operation | None:
        model = self.model
        if model.ulp(a) != model.ulp(b):
            return None
        figures = {a: model.figure(b), b: model.figure(a)}
        explained = self.outcome(figures)
        beside = _distance(model.place(a), model.place(b)) == 1
        if not explained or (len(explained) == 1 and not beside):
            return None
        return Operation(
            kind="swapped_cells",
            what="swapped" if all(figures.values()) else "moved",
            explains=explained,
            primary=a if model.figure(a) else b,
            score=PRIOR if beside else PRIOR - _FAR,
            figures=figures,
        )

    def _near_swaps(self, needs: Mapping[int, Sequence[int]]) -> Iterator[Pair]:
        """Cells in doubt and others of their row or column nearby, where the other shows what is asked for."""
        few = len(needs) <= _FEW
        for cell in sorted(needs):
            here = self.model.place(cell)
            for there in _nearby(here):
                beside = few and _distance(here, there) == 1
                if self._may_swap(cell, there, needs[cell], anything=beside):
                    yield _pair(cell, self.model.number(*there))

    def _may_swap(self, cell: int, there: CellAt, needed: Sequence[int], *, anything: bool) -> bool:
        """Whether another cell shows a figure that is asked of ``cell``; ``anything``: another figure will do."""
        figure = there.section.figures[there.row][there.column]
        if figure is None or figure == self.model.figure(cell):
            return False
        tolerance = _NEAR * max(self.model.ulp(cell), 1)
        return anything or any(abs(n - figure) <= tolerance for n in needed)

    def _far_swaps(self, needs: Mapping[int, Sequence[int]]) -> Iterator[Pair]:
        """Cells of one table, each of which needs the figure of the other."""
        model = self.model
        cells = {cell: (model.place(cell).section.table, model.figure(cell)) for cell in needs if model.figure(cell)}
        asking: dict[tuple[str, int, int], list[int]] = {}  # by table, figure and what is asked for instead
        for cell, (table, own) in cells.items():
            for figure in dict.fromkeys(needs[cell]):
                asking.setdefault((table, own, figure), []).append(cell)
        for cell, (table, own) in cells.items():
            for figure in dict.fromkeys(needs[cell]):
                for other in asking.get((table, figure, own), ()):
                    if cell != other:
                        yield _pair(cell, other)

    # --- one wrong figure in several places -------------------------------------------------------------------

    def echoes(self) -> Iterator[Operation]:
        """A wrong figure that stands in several places: in another table, or in the only part of a sum."""
        needs = sorted(self.needs().items())
        asked = [(cell, f) for cell, figures in needs if self.model.figure(cell) for f in dict.fromkeys(figures)]
        for cell, figure in asked[:_MOST_ECHOES]:
            one = self._echo(cell, figure)
            if one is not None:
                yield one

    def _echo(self, cell: int, figure: int) -> Operation | None:
        cells = self._showing_the_same(cell, figure)
        explained = self.outcome(dict.fromkeys(cells, figure)) if len(cells) > 1 else None
        step = self.model.step(cell)
        if not explained or figure % step or figure < 0:
            return None
        found = error_model(written(self.model, cell, cells), figure // step)
        return Operation(
            kind="echo",
            what="echo",
            explains=explained,
            primary=min(cells),
            score=PRIOR + found.log_chance,
            figures=dict.fromkeys(sorted(cells), figure),
            error_model=found,
        )

    def _showing_the_same(self, cell: int, figure: int) -> frozenset[int]:
        """``cell`` and those that have to say ``figure`` with it, as they show the same; empty if that is not so."""
        model, old = self.model, self.model.figure(cell)
        cells = {cell}
        todo = [cell]
        while todo and len(cells) <= _MOST_CELLS:
            for number in model.near.get(todo.pop(), ()):
                relation = model.relations[number]
                if self._bears(number, relation, cells, figure - old):
                    continue
                same = [c for c in relation.weights if c not in cells and model.figure(c) == old]
                if len(same) != 1:
                    return frozenset()
                cells.add(same[0])
                todo.append(same[0])
        return frozenset(cells)

    def _bears(self, number: int, relation: Relation, cells: set[int], change: int) -> bool:
        """Whether a relation lets some of its cells change, or speaks against them as they are."""
        if relation.op != "=" or number in self.failing:
            return True
        moved = sum(relation.weights.get(c, 0) for c in cells) * change
        return abs(relation.difference + moved) <= self.slack(number)

    # --- a row in 元 -------------------------------------------------------------------------------------------

    def rows_in_yuan(self) -> Iterator[Operation]:
        """All amounts of one row in 元 (columns and tables: :mod:`xlcheck.checking.scales`)."""
        for section, row in self._failing_rows():
            one = self._row_in_yuan(section, row)
            if one is not None:
                yield one

    def _row_in_yuan(self, section: Section, row: int) -> Operation | None:
        model = self.model
        cells = [model.number(section, row, c) for c in range(len(section.columns)) if section.figures[row][c]]
        ulp = model.ulp(cells[0]) if cells else 0
        if len(cells) < _FEWEST_IN_YUAN or not ulp:
            return None
        figures = {c: quotient(model.figure(c), _YUAN_IN_WAN * ulp) * ulp for c in cells}
        if max(abs(f) for f in figures.values()) < _LEAST_YUAN * ulp:
            return None
        explained = self.outcome(figures)
        if not explained:
            return None
        return Operation("scale", "row_in_yuan", explained, primary=cells[0], score=PRIOR, figures=figures)

    def _failing_rows(self) -> list[tuple[Section, int]]:
        """Rows with a cell in a failing relation."""
        found: dict[tuple[int, int], tuple[Section, int]] = {}
        for relation in self.failing_relations():
            for cell in relation.weights:
                section, row, _ = self.model.place(cell)
                found.setdefault((id(section), row), (section, row))
        return list(found.values())


def _nearby(here: CellAt) -> Iterator[CellAt]:
    """The cells of a column a little above and below, and all others of the row."""
    section, row, column = here
    yield from (CellAt(section, row + d, column) for d in _NEARBY if 0 <= row + d < len(section.rows))
    yield from (CellAt(section, row, c) for c in range(len(section.columns)) if c != column)


def _distance(a: CellAt, b: CellAt) -> int | None:
    """Rows and columns between two cells; None: they stand in different sections."""
    return abs(a.row - b.row) + abs(a.column - b.column) if a.section is b.section else None


def _pair(a: int, b: int) -> Pair:
    return min(a, b), max(a, b)


def _first(pairs: Iterable[Pair], most: int) -> list[Pair]:
    """The first pairs, each once."""
    found: dict[Pair, None] = {}
    for pair in pairs:
        found[pair] = None
        if len(found) >= most:
            break
    return list(found)
