"""A wrong figure that was carried into the totals above it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cached_property

from xlcheck.checking.causes.constraint_model import ConstraintModel
from xlcheck.checking.causes.error_models import error_model
from xlcheck.checking.causes.hypothesis import PRIOR, Hypothesis, Operation
from xlcheck.checking.causes.repairs import written

_MOST_CHAINS = 60


class Chains(Hypothesis):
    """Figures of one table that are wrong, with all totals above them."""

    def chains(self) -> Iterator[Operation]:
        """A figure of one table that is wrong, with all totals above it recomputed from it."""
        model = self.model
        sides: dict[tuple[str, int], set[int]] = {}
        for number in self.failing:
            relation = model.relations[number]
            if relation.op != "=":
                continue
            tables = Counter(model.place(c)[0].table for c in relation.weights)
            for cell, weight in relation.weights.items():
                table = model.place(cell)[0].table
                if abs(weight) == 1 and tables[table] == 1:
                    sides.setdefault((table, relation.difference // weight), set()).add(cell)
        made = 0
        tied: dict[frozenset[int], list[Operation]] = {}
        for (_, excess), cells in sorted(_close(sides, model).items(), key=lambda x: (-len(x[1]), x[0])):
            if made >= _MOST_CHAINS:
                break
            for first in sorted(set.intersection(*({c, *self._below(c)} for c in cells))):
                above = self._above(first)
                if not above:
                    continue
                if made >= _MOST_CHAINS:
                    break
                made += 1
                one = self._chain(first, {first, *above}, excess)
                if one is not None:
                    tied.setdefault(one.explains, []).append(one)
        for alike in tied.values():
            same = [o for o in alike if o.figures[o.primary] >= 0] or alike
            same.sort(key=lambda o: (-o.score, o.primary))
            others = {
                o.primary: o.figures[o.primary] for o in same[1:] if o.primary not in self._above(same[0].primary)
            }
            yield same[0]._replace(others=others)

    def _chain(self, first: int, chain: set[int], excess: int) -> Operation | None:
        model = self.model
        figures = {c: model.figure(c) - excess for c in chain}
        explained = self.outcome(figures)
        ulp = model.ulp(first) or 1_000_000
        if not explained or figures[first] % ulp:
            return None
        found = error_model(written(model, first, ulp, frozenset(chain)), figures[first] // ulp)
        if found.kind == "deleted" or figures[first] < 0:
            found = found._replace(chance=found.chance / 100)
        score = PRIOR + math.log(max(found.chance, 1e-300))
        return Operation("chain", "chain", figures, frozenset(), explained, first, score, found)

    @cached_property
    def _known(self) -> dict[tuple[int, bool], frozenset[int]]:
        return {}

    def _above(self, cell: int) -> frozenset[int]:
        """Totals of its own table that a cell enters, and theirs."""
        return self._reached(cell, up=True)

    def _below(self, cell: int) -> frozenset[int]:
        return self._reached(cell, up=False)

    def _reached(self, cell: int, *, up: bool) -> frozenset[int]:
        if (cell, up) in self._known:
            return self._known[cell, up]
        found: set[int] = set()
        todo = [cell]
        while todo:
            at = todo.pop()
            for number in self.model.near.get(at, ()):
                relation = self.model.relations[number]
                if relation.total < 0 or (relation.total == at) == up:
                    continue
                more = [relation.total] if up else [c for c in relation.weights if c != at]
                todo += [c for c in more if c not in found]
                found.update(more)
        self._known[cell, up] = frozenset(found)
        return self._known[cell, up]


def _close(sides: Mapping[tuple[str, int], set[int]], model: ConstraintModel) -> dict[tuple[str, int], set[int]]:
    """Cells of a table that are off by the same amount, but for rounding; the amount that most of them show."""
    reaches = {key: 3 * max(model.ulp(c) for c in cells) for key, cells in sides.items()}
    step = max(reaches.values(), default=0) + 1
    found: dict[tuple[str, int], set[int]] = {}
    places: dict[tuple[str, int], list[tuple[int, tuple[str, int]]]] = {}  # amounts about as large, with their order
    for table, excess in sorted(sides, key=lambda k: -len(sides[k])):
        reach, about = reaches[table, excess], excess // step
        near = [
            one for n in (about - 1, about, about + 1) for one in places.get((table, n), ())
            if abs(one[1][1] - excess) <= reach
        ]  # fmt: skip
        key = min(near)[1] if near else (table, excess)
        if not near:
            places.setdefault((table, about), []).append((len(found), key))
        found.setdefault(key, set()).update(sides[table, excess])
    return found
