"""Blocks of amounts that stand some rows too high or too low."""

from __future__ import annotations

from collections.abc import Container, Iterator

from xlcheck.checking.causes.trial import PRIOR, Operation, Trial
from xlcheck.form import TOTAL
from xlcheck.model import Section

_MOST_SHIFT = 3
_MOST_ENDS = 120


class Shifts(Trial):
    """Consecutive rows whose amounts moved together."""

    def shifts(self) -> Iterator[Operation]:
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
        score = PRIOR - 0.5 * abs(by) - 1.0 * gone - 0.01 * (last - first)
        return Operation("shifted_block", "shifted", meant, lost, explained, primary, score, None, facts)


def _worth(one: Operation) -> float:
    return one.score + len(one.explains)
