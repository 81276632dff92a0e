"""Two amounts in each other's place, one wrong figure in several places, a row in 元."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from xlcheck.checking.causes.error_models import error_model
from xlcheck.checking.causes.hypothesis import PRIOR, Hypothesis, Operation
from xlcheck.checking.causes.repairs import written
from xlcheck.model import Section

_YUAN_IN_WAN = 10_000
_LEAST_YUAN = 5  # last digits: below that, any row of large figures comes out as nothing
_FEW = 40
_MOST_PAIRS = 160
_MOST_ECHOES = 200
_MOST_CELLS = 16


class Pairs(Hypothesis):
    """Operations on a few cells."""

    def swaps(self) -> Iterator[Operation]:
        """Two amounts that stand in each other's place; a blank is no amount: then one was moved."""
        model = self.model
        needs = self.needs()
        few = len(needs) <= _FEW
        pairs: dict[tuple[int, int], None] = {}
        for cell in sorted(needs):
            if len(pairs) >= _MOST_PAIRS:
                break
            section, row, column = model.place(cell)
            near = [(row + d, column) for d in (-2, -1, 1, 2)] + [(row, c) for c in range(len(section.columns))]
            own = model.figure(cell)
            for r, c in near:
                if (r, c) == (row, column) or not (0 <= r < len(section.rows) and 0 <= c < len(section.columns)):
                    continue
                other = model.number(section, r, c)
                figure = section.figures[r][c]
                if figure is None or figure == own:
                    continue
                tolerance = 5 * max(model.ulp(cell), 1)
                beside = few and abs(r - row) + abs(c - column) == 1
                if beside or any(abs(n - figure) <= tolerance for n in needs[cell]):
                    pairs[min(cell, other), max(cell, other)] = None
        for pair in self._far_swaps(needs):
            if len(pairs) >= _MOST_PAIRS:
                break
            pairs[pair] = None
        for a, b in list(pairs)[:_MOST_PAIRS]:
            if model.ulp(a) != model.ulp(b):
                continue
            explained = self.outcome({a: model.figure(b), b: model.figure(a)})
            if explained and (len(explained) > 1 or self._beside(a, b)):
                moved = not (model.figure(a) and model.figure(b))
                primary = a if model.figure(a) else b
                score = PRIOR - (0 if self._beside(a, b) else 3)
                figures = {a: model.figure(b), b: model.figure(a)}
                yield Operation(
                    "swapped_cells", "moved" if moved else "swapped", figures, frozenset(), explained, primary, score
                )

    def _far_swaps(self, needs: Mapping[int, Sequence[int]]) -> Iterator[tuple[int, int]]:
        """Cells of one table, each of which needs the figure of the other."""
        model = self.model
        cells = {cell: (model.place(cell)[0].table, model.figure(cell)) for cell in needs if model.figure(cell)}
        asking: dict[tuple[str, int, int], list[int]] = {}  # by table, figure and what is asked for instead
        for cell, (table, own) in cells.items():
            for figure in dict.fromkeys(needs[cell]):
                asking.setdefault((table, own, figure), []).append(cell)
        for cell, (table, own) in cells.items():
            for figure in dict.fromkeys(needs[cell]):
                for other in asking.get((table, figure, own), ()):
                    if cell != other:
                        yield min(cell, other), max(cell, other)

    def _beside(self, a: int, b: int) -> bool:
        (x, r, c), (y, s, d) = self.model.place(a), self.model.place(b)
        return x is y and abs(r - s) + abs(c - d) == 1

    def echoes(self) -> Iterator[Operation]:
        """A wrong figure that stands in several places: in another table, or in the only part of a sum."""
        model = self.model
        tried = 0
        for cell, figures in sorted(self.needs().items()):
            if not model.figure(cell):
                continue
            for figure in dict.fromkeys(figures):
                tried += 1
                if tried > _MOST_ECHOES:
                    return
                cells = self._echo(cell, figure)
                explained = self.outcome(dict.fromkeys(cells, figure)) if len(cells) > 1 else None
                ulp = model.ulp(cell) or 1_000_000
                if explained and not figure % ulp and figure >= 0:
                    found = error_model(written(model, cell, ulp, cells), figure // ulp)
                    score = PRIOR + math.log(max(found.chance, 1e-300))
                    yield Operation(
                        "echo",
                        "echo",
                        dict.fromkeys(sorted(cells), figure),
                        frozenset(),
                        explained,
                        min(cells),
                        score,
                        found,
                    )

    def _echo(self, cell: int, figure: int) -> frozenset[int]:
        """The cells that show the same figure as ``cell`` and have to change with it."""
        model, old = self.model, self.model.figure(cell)
        cells = {cell}
        todo = [cell]
        while todo and len(cells) <= _MOST_CELLS:
            for number in model.near.get(todo.pop(), ()):
                relation = model.relations[number]
                change = sum(relation.weights.get(c, 0) for c in cells) * (figure - old)
                if (
                    relation.op != "="
                    or number in self.failing
                    or abs(relation.difference + change) <= self.slack(number)
                ):
                    continue
                same = [c for c in relation.weights if c not in cells and model.figure(c) == old]
                if len(same) != 1:
                    return frozenset()
                cells.add(same[0])
                todo.append(same[0])
        return frozenset(cells)

    def rows_in_yuan(self) -> Iterator[Operation]:
        """All amounts of one row in 元 (columns and tables: :mod:`xlcheck.checking.scales`)."""
        model = self.model
        for section, row in self._lines():
            cells = [model.number(section, row, c) for c in range(len(section.columns)) if section.figures[row][c]]
            if len(cells) < 2:
                continue
            ulp = model.ulp(cells[0])
            if not ulp:
                continue
            figures = {c: _rounded(model.figure(c), _YUAN_IN_WAN * ulp) * ulp for c in cells}
            if max(abs(f) for f in figures.values()) < _LEAST_YUAN * ulp:
                continue
            explained = self.outcome(figures)
            if explained:
                yield Operation("scale", "row_in_yuan", figures, frozenset(), explained, cells[0], PRIOR)

    def _lines(self) -> list[tuple[Section, int]]:
        """Constraints with a cell in a failing relation."""
        found: dict[tuple[int, int], tuple[Section, int]] = {}
        for number in sorted(self.failing):
            for cell in self.model.relations[number].weights:
                section, row, _ = self.model.place(cell)
                found.setdefault((id(section), row), (section, row))
        return list(found.values())


def _rounded(figure: int, factor: int) -> int:
    half = (abs(figure) + factor // 2) // factor
    return half if figure >= 0 else -half
