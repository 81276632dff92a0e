"""A wrong figure that was carried into the totals above it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import islice

from xlcheck.checking.causes.constraint_model import ConstraintModel, Relation
from xlcheck.checking.causes.error_models import error_model
from xlcheck.checking.causes.hypothesis import PRIOR, Hypothesis, Operation
from xlcheck.checking.causes.repairs import written

_MOST_CHAINS = 60
_ROUNDING = 3  # last digits that two relations of one table may see a mistake differently, as others round too
_ODD = 100.0  # a blank or a negative amount that was carried up is so much rarer than another slip

Excess = tuple[str, int]  # a table, and by how much cells of it are too large


class Chains(Hypothesis):
    """Figures of one table that are wrong, with all totals above them."""

    def chains(self) -> Iterator[Operation]:
        """A figure of one table that is wrong, with all totals above it recomputed from it."""
        alike: dict[frozenset[int], list[Operation]] = {}
        for first, excess in islice(self._beginnings(), _MOST_CHAINS):
            one = self._chain(first, excess)
            if one is not None:
                alike.setdefault(one.explains, []).append(one)
        for operations in alike.values():
            yield self._likeliest(operations)

    def _beginnings(self) -> Iterator[tuple[int, int]]:
        """Cells in which a chain may have begun, and by how much they are too large; where most cells are so first."""
        for (_, excess), cells in sorted(_close(self._sides(), self.model).items(), key=lambda x: (-len(x[1]), x[0])):
            for first in sorted(set.intersection(*({c, *self._below(c)} for c in cells))):
                if self._above(first):
                    yield first, excess

    def _sides(self) -> dict[Excess, set[int]]:
        """Cells that stand alone for their table in a failing relation, by what the relation says of them."""
        sides: dict[Excess, set[int]] = {}
        for number in self.failing:
            relation = self.model.relations[number]
            if relation.op == "=":
                for cell, table in self._alone_in_table(relation):
                    excess = relation.difference // relation.weights[cell]
                    sides.setdefault((table, excess), set()).add(cell)
        return sides

    def _alone_in_table(self, relation: Relation) -> Iterator[tuple[int, str]]:
        """Cells of a relation that are the only one of their table in it, with the table."""
        tables = {c: self.model.place(c).section.table for c in relation.weights}
        count = Counter(tables.values())
        for cell, weight in relation.weights.items():
            if abs(weight) == 1 and count[tables[cell]] == 1:
                yield cell, tables[cell]

    def _chain(self, first: int, excess: int) -> Operation | None:
        model = self.model
        chain = {first, *self._above(first)}
        figures = {c: model.figure(c) - excess for c in chain}
        explained = self.outcome(figures)
        step = model.step(first)
        if not explained or figures[first] % step or (figures[first] < 0 and not model.figure(first)):
            return None
        found = error_model(written(model, first, frozenset(chain)), figures[first] // step)
        if found.kind == "deleted" or figures[first] < 0:
            found = found._replace(chance=found.chance / _ODD)
        return Operation(
            kind="chain",
            what="chain",
            explains=explained,
            primary=first,
            score=PRIOR + found.log_chance,
            figures=figures,
            error_model=found,
        )

    def _likeliest(self, alike: list[Operation]) -> Operation:
        """The likeliest of chains that explain the same, with the beginnings of those that are no part of it."""
        first, *rest = sorted(
            [o for o in alike if o.figures[o.primary] >= 0] or alike, key=lambda o: (-o.score, o.primary)
        )
        above = self._above(first.primary)
        return first._replace(others={o.primary: o.figures[o.primary] for o in rest if o.primary not in above})

    # --- totals and their parts ---------------------------------------------------------------------------------

    @cached_property
    def _known(self) -> dict[tuple[int, bool], frozenset[int]]:
        return {}

    def _above(self, cell: int) -> frozenset[int]:
        """Totals of its own table that a cell enters, and theirs."""
        return self._reached(cell, up=True)

    def _below(self, cell: int) -> frozenset[int]:
        return self._reached(cell, up=False)

    def _reached(self, cell: int, *, up: bool) -> frozenset[int]:
        if (cell, up) not in self._known:
            found: set[int] = set()
            todo = [cell]
            while todo:
                more = [c for c in self._next(todo.pop(), up=up) if c not in found]
                todo += more
                found.update(more)
            self._known[cell, up] = frozenset(found)
        return self._known[cell, up]

    def _next(self, cell: int, *, up: bool) -> Iterator[int]:
        """The totals right above a cell, or the parts right below."""
        for relation in self.model.around(cell):
            if relation.total >= 0 and (relation.total != cell) == up:
                yield from [relation.total] if up else relation.parts()


class _Groups:
    """Amounts of one table that are nearly alike, each group under the first that came."""

    def __init__(self, width: int) -> None:
        """``width``: no amount is put to one that is further away."""
        self.cells: dict[Excess, set[int]] = {}
        self._width = width + 1
        self._near: dict[Excess, list[tuple[int, Excess]]] = {}  # groups by about how large they are, with their order

    def put(self, key: Excess, cells: set[int], reach: int) -> None:
        """Add cells to the first group that lies within ``reach``, or to one of their own."""
        near = min(self._within(key, reach), default=None)
        if near is None:
            place = key[0], key[1] // self._width
            self._near.setdefault(place, []).append((len(self.cells), key))
        self.cells.setdefault(near[1] if near else key, set()).update(cells)

    def _within(self, key: Excess, reach: int) -> Iterator[tuple[int, Excess]]:
        table, excess = key
        about = excess // self._width
        for place in (about - 1, about, about + 1):
            yield from (one for one in self._near.get((table, place), ()) if abs(one[1][1] - excess) <= reach)


def _close(sides: Mapping[Excess, set[int]], model: ConstraintModel) -> dict[Excess, set[int]]:
    """Cells of a table that are off by the same amount, but for rounding; the amount that most of them show."""
    reaches = {key: _ROUNDING * max(model.ulp(c) for c in cells) for key, cells in sides.items()}
    groups = _Groups(max(reaches.values(), default=0))
    for key in sorted(sides, key=lambda k: -len(sides[k])):
        groups.put(key, sides[key], reaches[key])
    return groups.cells
