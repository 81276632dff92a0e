"""What people do to whole groups of cells: swap two, shift a block, paste labels, carry a wrong figure up, type 元.

An *operation* says what some cells were meant to show (``figures``) and which are unknown because something was
written over them (``lost``). It is a candidate when every relation it touches holds afterwards, which is decided on
the printed figures; no relation that holds now may break (Scholtus 2016: edit operations beside imputations).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from xlcheck.checking.causes.joint import Joint
from xlcheck.checking.causes.repairs import written
from xlcheck.checking.causes.slips import Slip, slip
from xlcheck.form import TOTAL
from xlcheck.model import Section

_PRIOR = math.log(0.025)
_MOST_SHIFT = 3
_MOST_ENDS = 120
_FEWEST_PASTED = 3
_YUAN_IN_WAN = 10_000
_FEW = 40
_MOST_PAIRS = 160
_MOST_CHAINS = 60
_MOST_ECHOES = 200
_MOST_CELLS = 16


class Operation(NamedTuple):
    """Cells that were meant to say something else, together. ``explains``: failing relations that hold afterwards.

    ``primary`` is the cell to show first, ``slip`` what happened to it (chains and echoes), ``facts`` what the sentence needs.
    ``others`` are cells (with what they should say) where a chain may have begun as well.
    """

    kind: str
    what: str
    figures: Mapping[int, int]
    lost: frozenset[int]
    explains: frozenset[int]
    primary: int
    score: float
    slip: Slip | None = None
    facts: Mapping[str, str] = {}
    others: Mapping[int, int] = {}

    @property
    def cells(self) -> frozenset[int]:
        """The cells it changes."""
        return self.lost.union(self.figures)


class Operations:
    """Candidates for one set of failing relations."""

    def __init__(self, joint: Joint, failing: Iterable[int], *, wide: bool = False) -> None:
        """``wide``: the workbook's rounding is not strict."""
        self.joint = joint
        self._wide = wide
        self.failing = frozenset(failing)

    def found(self, *, blocks: bool = True) -> list[Operation]:
        """All candidates (without ``blocks``: of two cells only), those that explain most first."""
        every = list(self._swaps())
        if blocks:
            every += [*self._chains(), *self._rows_in_yuan(), *self._shifts(), *self._aligned(), *self._pasted()]
        every += self._echoes()
        unique: dict[tuple[frozenset[int], frozenset[int]], Operation] = {}
        for one in every:
            key = (one.cells, one.explains)
            if key not in unique or unique[key].score < one.score:
                unique[key] = one
        return sorted(unique.values(), key=lambda o: (-len(o.explains), -o.score, o.primary))

    # --- trying one -----------------------------------------------------------------------------------

    def outcome(
        self, figures: Mapping[int, int], lost: frozenset[int] = frozenset(), skipped: Container[int] = ()
    ) -> frozenset[int] | None:
        """The failing relations that other figures mend; None when they break one or leave one they touch failing.

        Relations in ``skipped`` are not looked at.
        """
        joint = self.joint
        change = {c: f - joint.figure(c) for c, f in figures.items()}
        near = joint.near
        touched = {n for c in change for n in near.get(c, ())}
        touched.update(n for c in lost for n in near.get(c, ()))
        mended = set()
        for number in touched:
            if number in skipped:
                continue
            failing = number in self.failing
            relation = joint.relations[number]
            if lost and not lost.isdisjoint(relation.weights):
                if failing:
                    mended.add(number)
                continue
            moved = sum(w * change[c] for c, w in relation.weights.items() if c in change)
            if not failing and not moved:
                continue
            difference = relation.difference + moved
            if relation.op != "=":
                wrong = difference > 0 if relation.op == "≤" else difference < 0
                if not wrong and failing:
                    mended.add(number)
                elif wrong and not failing and abs(difference) > self.slack(number, change):
                    return None
                continue
            if abs(difference) > self.slack(number, change):
                return None
            if failing:
                if 2 * abs(difference) > abs(relation.difference):
                    return None
                mended.add(number)
        return frozenset(mended) or None

    def slack(self, number: int, change: Container[int] = ()) -> int:
        """What rounding can leave between the sides of a relation."""
        joint, relation = self.joint, self.joint.relations[number]
        sizes = [abs(w) * joint.ulp(c) for c, w in relation.weights.items() if joint.figure(c) or c in change]
        allowed = max(sum(sizes) // (1 if self._wide else 2), max(sizes, default=0))
        return allowed if number in self.failing else max(allowed, abs(relation.difference))

    def needs(self) -> dict[int, list[int]]:
        """By cell: the figures that failing relations ask for when all else is right as printed."""
        found: dict[int, list[int]] = {}
        for number in sorted(self.failing):
            relation = self.joint.relations[number]
            if relation.op == "=":
                for cell, weight in relation.weights.items():
                    if weight and not relation.difference % weight:
                        found.setdefault(cell, []).append(self.joint.figure(cell) - relation.difference // weight)
        return found

    # --- two cells ---------------------------------------------------------------------------------------

    def _swaps(self) -> Iterator[Operation]:
        """Two amounts that stand in each other's place; a blank is no amount: then one was moved."""
        joint = self.joint
        needs = self.needs()
        few = len(needs) <= _FEW
        pairs: dict[tuple[int, int], None] = {}
        for cell in sorted(needs):
            section, row, column = joint.place(cell)
            near = [(row + d, column) for d in (-2, -1, 1, 2)] + [(row, c) for c in range(len(section.columns))]
            own = joint.figure(cell)
            for r, c in near:
                if (r, c) == (row, column) or not (0 <= r < len(section.rows) and 0 <= c < len(section.columns)):
                    continue
                other = joint.number(section, r, c)
                figure = section.figures[r][c]
                if figure is None or figure == own:
                    continue
                tolerance = 5 * max(joint.ulp(cell), 1)
                beside = few and abs(r - row) + abs(c - column) == 1
                if beside or any(abs(n - figure) <= tolerance for n in needs[cell]):
                    pairs[min(cell, other), max(cell, other)] = None
        pairs.update(self._far_swaps(needs))
        for a, b in list(pairs)[:_MOST_PAIRS]:
            if joint.ulp(a) != joint.ulp(b):
                continue
            explained = self.outcome({a: joint.figure(b), b: joint.figure(a)})
            if explained and (len(explained) > 1 or self._beside(a, b)):
                moved = not (joint.figure(a) and joint.figure(b))
                primary = a if joint.figure(a) else b
                score = _PRIOR - (0 if self._beside(a, b) else 3)
                figures = {a: joint.figure(b), b: joint.figure(a)}
                yield Operation(
                    "swapped_cells", "moved" if moved else "swapped", figures, frozenset(), explained, primary, score
                )

    def _far_swaps(self, needs: Mapping[int, Sequence[int]]) -> dict[tuple[int, int], None]:
        """Cells of one table, each of which needs the figure of the other."""
        joint = self.joint
        by_figure: dict[tuple[str, int], list[int]] = {}
        for cell in needs:
            if joint.figure(cell):
                by_figure.setdefault((joint.place(cell)[0].table, joint.figure(cell)), []).append(cell)
        found: dict[tuple[int, int], None] = {}
        for cell, figures in needs.items():
            table = joint.place(cell)[0].table
            for figure in figures:
                for other in by_figure.get((table, figure), ()):
                    if joint.figure(cell) in needs[other] and cell != other and joint.figure(cell):
                        found[min(cell, other), max(cell, other)] = None
        return found

    def _beside(self, a: int, b: int) -> bool:
        (x, r, c), (y, s, d) = self.joint.place(a), self.joint.place(b)
        return x is y and abs(r - s) + abs(c - d) == 1

    # --- a wrong figure copied ------------------------------------------------------------------------------

    def _echoes(self) -> Iterator[Operation]:
        """A wrong figure that stands in several places: in another table, or in the only part of a sum."""
        joint = self.joint
        tried = 0
        for cell, figures in sorted(self.needs().items()):
            if not joint.figure(cell):
                continue
            for figure in dict.fromkeys(figures):
                tried += 1
                if tried > _MOST_ECHOES:
                    return
                cells = self._echo(cell, figure)
                explained = self.outcome(dict.fromkeys(cells, figure)) if len(cells) > 1 else None
                ulp = joint.ulp(cell) or 1_000_000
                if explained and not figure % ulp and figure >= 0:
                    found = slip(written(joint, cell, ulp, cells), figure // ulp)
                    score = _PRIOR + math.log(max(found.chance, 1e-300))
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
        joint, old = self.joint, self.joint.figure(cell)
        cells = {cell}
        todo = [cell]
        while todo and len(cells) <= _MOST_CELLS:
            for number in joint.near.get(todo.pop(), ()):
                relation = joint.relations[number]
                change = sum(w for c, w in relation.weights.items() if c in cells) * (figure - old)
                if (
                    relation.op != "="
                    or number in self.failing
                    or abs(relation.difference + change) <= self.slack(number)
                ):
                    continue
                same = [c for c in relation.weights if c not in cells and joint.figure(c) == old]
                if len(same) != 1:
                    return frozenset()
                cells.add(same[0])
                todo.append(same[0])
        return frozenset(cells)

    # --- a wrong figure carried into the totals ------------------------------------------------------------

    def _chains(self) -> Iterator[Operation]:
        """A figure of one table that is wrong, with all totals above it recomputed from it."""
        joint = self.joint
        sides: dict[tuple[str, int], set[int]] = {}
        for number in self.failing:
            relation = joint.relations[number]
            if relation.op != "=":
                continue
            tables = Counter(joint.place(c)[0].table for c in relation.weights)
            for cell, weight in relation.weights.items():
                table = joint.place(cell)[0].table
                if abs(weight) == 1 and tables[table] == 1:
                    sides.setdefault((table, relation.difference // weight), set()).add(cell)
        made = 0
        tied: dict[frozenset[int], list[Operation]] = {}
        for (_, excess), cells in sorted(_close(sides, joint).items(), key=lambda x: (-len(x[1]), x[0])):
            for first in sorted(set.intersection(*({c, *self._below(c)} for c in cells))):
                above = self._above(first)
                if not above or made >= _MOST_CHAINS:
                    continue
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
        joint = self.joint
        figures = {c: joint.figure(c) - excess for c in chain}
        explained = self.outcome(figures)
        ulp = joint.ulp(first) or 1_000_000
        if not explained or figures[first] % ulp:
            return None
        found = slip(written(joint, first, ulp, frozenset(chain)), figures[first] // ulp)
        if found.kind == "deleted" or figures[first] < 0:
            found = found._replace(chance=found.chance / 100)
        score = _PRIOR + math.log(max(found.chance, 1e-300))
        return Operation("chain", "chain", figures, frozenset(), explained, first, score, found)

    def _above(self, cell: int) -> set[int]:
        """Totals of its own table that a cell enters, and theirs."""
        return self._reached(cell, up=True)

    def _below(self, cell: int) -> set[int]:
        return self._reached(cell, up=False)

    def _reached(self, cell: int, *, up: bool) -> set[int]:
        found: set[int] = set()
        todo = [cell]
        while todo:
            at = todo.pop()
            for number in self.joint.near.get(at, ()):
                relation = self.joint.relations[number]
                if relation.total < 0 or (relation.total == at) == up:
                    continue
                more = [relation.total] if up else [c for c in relation.weights if c != at]
                todo += [c for c in more if c not in found]
                found.update(more)
        return found

    # --- 元 ---------------------------------------------------------------------------------------------

    def _rows_in_yuan(self) -> Iterator[Operation]:
        """All amounts of one row in 元 (columns and tables: :mod:`xlcheck.checking.scales`)."""
        joint = self.joint
        for section, row in self._lines():
            cells = [joint.number(section, row, c) for c in range(len(section.columns)) if section.figures[row][c]]
            if len(cells) < 2:
                continue
            ulp = joint.ulp(cells[0])
            if not ulp:
                continue
            figures = {c: _rounded(joint.figure(c), _YUAN_IN_WAN * ulp) * ulp for c in cells}
            if any(joint.figure(c) < 100 * _YUAN_IN_WAN * ulp for c in cells[:1]):
                continue
            explained = self.outcome(figures)
            if explained:
                yield Operation("scale", "row_in_yuan", figures, frozenset(), explained, cells[0], _PRIOR)

    def _lines(self) -> list[tuple[Section, int]]:
        """Rows with a cell in a failing relation."""
        found: dict[tuple[int, int], tuple[Section, int]] = {}
        for number in sorted(self.failing):
            for cell in self.joint.relations[number].weights:
                section, row, _ = self.joint.place(cell)
                found.setdefault((id(section), row), (section, row))
        return list(found.values())

    # --- blocks -------------------------------------------------------------------------------------------

    def _shifts(self) -> Iterator[Operation]:
        """Amounts of consecutive rows printed some rows too high or too low: in all columns or in one."""
        touched: dict[int, tuple[Section, set[int]]] = {}
        for number in sorted(self.failing):
            for cell in self.joint.relations[number].weights:
                section, _, column = self.joint.place(cell)
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
        joint = self.joint
        found = set()
        for row in range(len(section.rows)):
            for number in joint.near.get(joint.number(section, row, lead), ()):
                places = [joint.place(c) for c in joint.relations[number].weights]
                if any(x is section and c != lead for x, _, c in places):
                    found.add(number)
        return frozenset(found)

    def _families(self, section: Section, columns: list[int]) -> list[list[int]]:
        """For each failing relation its rows in the section; sums over the whole table only if there are no others."""
        joint = self.joint
        found: list[list[int]] = []
        wide: list[list[int]] = []
        for number in sorted(self.failing):
            cells = [joint.place(c) for c in joint.relations[number].weights]
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
        pairs = [(a, b) for a in starts for b in stops if a < b]
        return sorted(pairs, key=lambda p: abs(p[0] - front[0]) + abs(p[1] - back[-1]))[
            : _MOST_ENDS * (1 if len(section.columns) > 1 else 5)
        ]

    def _shifted(
        self, section: Section, columns: list[int], first: int, last: int, by: int, skipped: Container[int] = ()
    ) -> tuple[dict[int, int], frozenset[int], frozenset[int]] | None:
        """What a shift meant the cells to say, what it wrote over, and what it explains."""
        joint, figures = self.joint, section.figures
        size = len(section.rows)
        meant: dict[int, int] = {}
        lost: set[int] = set()
        amounts = 0
        for row in range(first, last + 1):
            source = row - by
            for column in columns:
                cell = joint.number(section, row, column)
                figure = figures[source][column] if 0 <= source < size else None
                if figure is None:
                    lost.add(cell)
                    continue
                amounts += bool(figure)
                if figure != figures[row][column]:
                    meant[cell] = figure
        over = range(max(0, first - by), first) if by > 0 else range(last + 1, min(size, last + 1 - by))
        if any(section.rows[r].key == TOTAL for r in (*range(first, last + 1), *over)):
            return None  # the total of a table stands apart
        lost.update(joint.number(section, row, c) for row in over for c in columns)
        if amounts < 2 or not meant:
            return None
        explained = self.outcome(meant, frozenset(lost), skipped)
        return (meant, frozenset(lost), explained) if explained else None

    def _shift(self, section: Section, columns: list[int], first: int, last: int, by: int) -> Operation | None:
        """Rows ``first`` to ``last`` of the form, whose amounts stand ``by`` rows higher (negative: lower)."""
        found = self._shifted(section, columns, first, last, by)
        gone = min(abs(by), first if by > 0 else len(section.rows) - 1 - last)
        if found is None:
            return None
        joint = self.joint
        meant, lost, explained = found
        # what holds because a cell in it is unknown says nothing
        telling = sum(lost.isdisjoint(joint.relations[n].weights) for n in explained)
        if telling < 2 or 3 * telling < len(explained):
            return None
        primary = min(c for c in (*meant, *lost) if joint.figure(c) or meant.get(c))
        facts = {
            "by": str(abs(by)), "way": "上" if by > 0 else "下", "first": section.rows[first].label,
            "last": section.rows[last].label, "count": str(last - first + 1),
        }  # fmt: skip
        score = _PRIOR - 0.5 * abs(by) - 1.0 * gone - 0.01 * (last - first)
        return Operation("shifted_block", "shifted", meant, lost, explained, primary, score, None, facts)

    def _aligned(self) -> Iterator[Operation]:
        """Amounts that stand in the right order beside the wrong labels: other tables say whose they are."""
        needs = self.needs()
        sections: dict[int, tuple[Section, set[int]]] = {}
        for cell in needs:
            section, _, column = self.joint.place(cell)
            if section.spec.shape in ("codes", "labels", "blocks"):
                sections.setdefault(id(section), (section, set()))[1].add(column)
        for section, _ in sections.values():
            one = self._alignment(section)
            if one is not None:
                yield one

    def _alignment(self, section: Section) -> Operation | None:
        joint = self.joint
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
                cell = joint.number(section, row, column)
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
        primary = joint.number(section, moved[0], next(c for c in width if any(has[r][c] for r in sources)))
        facts = {
            "by": str(abs(by)), "way": "上" if by > 0 else "下", "first": section.rows[min(moved)].label,
            "last": section.rows[max(moved)].label, "count": str(len(moved)),
        }  # fmt: skip
        kind = "shifted_block" if even else "pasted_labels"
        return Operation(kind, "shifted" if kind == "shifted_block" else "labels", meant, frozenset(lost), explained,
                         primary, _PRIOR - 3 - 0.1 * len(lost), None, facts)  # fmt: skip

    def _pasted(self) -> Iterator[Operation]:
        """The codes of another table, all of them, beside fewer amounts: nobody can tell whose these are."""
        joint = self.joint
        listed: dict[tuple[str, ...], list[Section]] = {}
        for table in joint.now.tables.values():
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
        joint = self.joint
        rows = [r for r in range(len(section.rows)) if section.rows[r].code]
        if any(section.figures[rows[-1]]) or not any(other.figures[rows[-1] if len(other.rows) > rows[-1] else 0]):
            return None
        cells = frozenset(joint.number(section, r, c) for r in rows for c in range(len(section.columns)))
        explained = self.outcome({}, cells)
        if not explained or len(explained) < _FEWEST_PASTED:
            return None
        failing = {joint.place(c)[1] for n in explained for c in joint.relations[n].weights if c in cells}
        primary = joint.number(section, min(failing), 0)
        facts = {"other": joint.now.tables[other.table].spec.title, "count": str(len(rows))}
        kept = frozenset(c for c in cells if joint.figure(c))
        return Operation("pasted_labels", "pasted", {}, kept, explained, primary, 2 * _PRIOR, None, facts)

    def _asked(self, section: Section, row: int) -> dict[int, list[int]]:
        """By column: what relations with other tables ask of a row."""
        joint = self.joint
        found: dict[int, list[int]] = {}
        for column in range(len(section.columns)):
            cell = joint.number(section, row, column)
            for number in joint.near.get(cell, ()):
                relation = joint.relations[number]
                if relation.op != "=" or relation.total >= 0 or abs(relation.weights[cell]) != 1:
                    continue
                if any(joint.place(c)[0].table == section.table for c in relation.weights if c != cell):
                    continue
                found.setdefault(column, []).append(joint.figure(cell) - relation.difference // relation.weights[cell])
        return found if any(any(f) for f in found.values()) else {}

    def _fits(self, asked: Mapping[int, Sequence[int]], has: Sequence[int]) -> bool:
        return all(abs(n - has[c]) <= 20_000 for c, figures in asked.items() for n in figures)


def _close(sides: Mapping[tuple[str, int], set[int]], joint: Joint) -> dict[tuple[str, int], set[int]]:
    """Cells of a table that are off by the same amount, but for rounding; the amount that most of them show."""
    found: dict[tuple[str, int], set[int]] = {}
    for table, excess in sorted(sides, key=lambda k: -len(sides[k])):
        reach = 3 * max(joint.ulp(c) for c in sides[table, excess])
        near = next((k for k in found if k[0] == table and abs(k[1] - excess) <= reach), (table, excess))
        found.setdefault(near, set()).update(sides[table, excess])
    return found


def _worth(one: Operation) -> float:
    return one.score + len(one.explains)


def _align(rows: Sequence[int], sources: Sequence[int], fits: object) -> dict[int, int]:
    """The longest common subsequence of rows and the rows whose amounts they ask for."""
    n, m = len(rows), len(sources)
    if n * m > 40_000:
        return {}
    table = [[0] * (m + 1) for _ in range(n + 1)]
    equal = [[fits(r, s) for s in sources] for r in rows]  # type: ignore[operator]
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


def _rounded(figure: int, factor: int) -> int:
    half = (abs(figure) + factor // 2) // factor
    return half if figure >= 0 else -half
