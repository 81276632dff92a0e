"""Amounts beside the wrong labels: in their order, or beside the codes of another table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

from xlcheck.checking.causes.hypothesis import PRIOR, Hypothesis, Operation
from xlcheck.form import TOTAL
from xlcheck.model import Section

_FEWEST_PASTED = 3


class Labels(Hypothesis):
    """Labels and amounts that do not belong together."""

    def aligned(self) -> Iterator[Operation]:
        """Amounts that stand in the right order beside the wrong labels: other tables say whose they are."""
        needs = self.needs()
        sections: dict[int, tuple[Section, set[int]]] = {}
        for cell in needs:
            section, _, column = self.model.place(cell)
            if section.spec.shape in ("codes", "labels", "blocks"):
                sections.setdefault(id(section), (section, set()))[1].add(column)
        for section, _ in sections.values():
            one = self._alignment(section)
            if one is not None:
                yield one

    def _alignment(self, section: Section) -> Operation | None:
        model = self.model
        width = range(len(section.columns))
        rows = [r for r in range(len(section.rows)) if section.rows[r].key != TOTAL]
        has = {r: tuple(section.figures[r][c] or 0 for c in width) for r in rows}
        asked = {r: self._asked(section, r) for r in rows}
        mirrored = [r for r in rows if asked[r]]
        if len(mirrored) < 3:
            return None
        sources = [r for r in rows if any(has[r])]
        matched = _align(mirrored, sources, lambda r, s: self._fits(asked[r], has[s]))
        moved = [r for r, s in matched.items() if r != s]
        if len(moved) < 2 or len(matched) < 0.75 * min(len(sources), len(mirrored)):
            return None
        meant: dict[int, int] = {}
        lost: set[int] = set()
        for row in rows:
            source = matched.get(row)
            for column in width:
                cell = model.number(section, row, column)
                if source is not None:
                    if has[source][column] != has[row][column]:
                        meant[cell] = has[source][column]
                elif row in asked and asked[row] and column in asked[row]:
                    if any(n != has[row][column] for n in asked[row][column]):
                        lost.add(cell)
                elif has[row][column] and row not in matched.values():
                    continue
                elif has[row][column]:
                    lost.add(cell)
        explained = self.outcome(meant, frozenset(lost))
        if not explained or len(explained) < 3:
            return None
        steps = Counter(r - s for r, s in matched.items() if r != s)
        by, votes = steps.most_common(1)[0]
        stays = [r for r, source in matched.items() if r == source and min(moved) < r < max(moved)]
        even = votes == len(moved) and not stays
        primary = model.number(section, moved[0], next(c for c in width if any(has[r][c] for r in sources)))
        facts = {
            "by": str(abs(by)), "way": "上" if by > 0 else "下", "first": section.rows[min(moved)].label,
            "last": section.rows[max(moved)].label, "count": str(len(moved)),
        }  # fmt: skip
        kind = "shifted_block" if even else "pasted_labels"
        return Operation(kind, "shifted" if kind == "shifted_block" else "labels", meant, frozenset(lost), explained,
                         primary, PRIOR - 3 - 0.1 * len(lost), None, facts)  # fmt: skip

    def pasted(self) -> Iterator[Operation]:
        """The codes of another table, all of them, beside fewer amounts: nobody can tell whose these are."""
        model = self.model
        listed: dict[tuple[str, ...], list[Section]] = {}
        for table in model.now.tables.values():
            for section in table.sections.values():
                codes = tuple(r.code for r in section.rows if r.code)
                if section.spec.shape == "codes" and len(codes) >= 4:
                    listed.setdefault(codes, []).append(section)
        for same in listed.values():
            for section in same if len(same) > 1 else ():
                one = self._labels(section, next(x for x in same if x is not section))
                if one is not None:
                    yield one

    def _labels(self, section: Section, other: Section) -> Operation | None:
        model = self.model
        rows = [r for r in range(len(section.rows)) if section.rows[r].code]
        if any(section.figures[rows[-1]]) or not any(other.figures[rows[-1] if len(other.rows) > rows[-1] else 0]):
            return None
        cells = frozenset(model.number(section, r, c) for r in rows for c in range(len(section.columns)))
        explained = self.outcome({}, cells)
        if not explained or len(explained) < _FEWEST_PASTED:
            return None
        failing = {model.place(c)[1] for n in explained for c in model.relations[n].weights if c in cells}
        primary = model.number(section, min(failing), 0)
        facts = {"other": model.now.tables[other.table].spec.title, "count": str(len(rows))}
        kept = frozenset(c for c in cells if model.figure(c))
        return Operation("pasted_labels", "pasted", {}, kept, explained, primary, 2 * PRIOR, None, facts)

    def _asked(self, section: Section, row: int) -> dict[int, list[int]]:
        """By column: what relations with other tables ask of a row."""
        model = self.model
        found: dict[int, list[int]] = {}
        for column in range(len(section.columns)):
            cell = model.number(section, row, column)
            for number in model.near.get(cell, ()):
                relation = model.relations[number]
                if relation.op != "=" or relation.total >= 0 or abs(relation.weights[cell]) != 1:
                    continue
                if any(model.place(c)[0].table == section.table for c in relation.weights if c != cell):
                    continue
                found.setdefault(column, []).append(model.figure(cell) - relation.difference // relation.weights[cell])
        return found if any(any(f) for f in found.values()) else {}

    def _fits(self, asked: Mapping[int, Sequence[int]], has: Sequence[int]) -> bool:
        return all(abs(n - has[c]) <= 20_000 for c, figures in asked.items() for n in figures)


def _align(rows: Sequence[int], sources: Sequence[int], fits: Callable[[int, int], bool]) -> dict[int, int]:
    """The longest common subsequence of rows and the rows whose amounts they ask for."""
    n, m = len(rows), len(sources)
    if n * m > 40_000:
        return {}
    table = [[0] * (m + 1) for _ in range(n + 1)]
    equal = [[fits(r, s) for s in sources] for r in rows]
    for i in range(n - 1, -1, -1):
        for j in range(m - 1, -1, -1):
            table[i][j] = table[i + 1][j + 1] + 1 if equal[i][j] else max(table[i + 1][j], table[i][j + 1])
    found: dict[int, int] = {}
    i = j = 0
    while i < n and j < m:
        if equal[i][j]:
            found[rows[i]] = sources[j]
            i, j = i + 1, j + 1
        elif table[i + 1][j] >= table[i][j + 1]:
            i += 1
        else:
            j += 1
    return found
