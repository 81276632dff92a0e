"""A table that still shows last year's figures."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from xlcheck.checking.causes.constraint_model import ConstraintModel
from xlcheck.checking.causes.hypothesis import Hypothesis, Operation
from xlcheck.model import Section, Submission, Table

_FEWEST = 5  # figures: fewer may come out the same two years in a row
_SAME = 0.9  # of the figures: a copy is seldom left untouched
_FEWEST_EXPLAINED = 2  # relations with other tables that the copy breaks


class _Comparison(NamedTuple):
    """The cells of a table that hold a figure, and in how many of them it is last year's."""

    cells: frozenset[int]
    alike: int

    @property
    def is_copy(self) -> bool:
        """Whether the table is last year's."""
        return len(self.cells) >= _FEWEST and self.alike >= _SAME * len(self.cells)


def stale(model: ConstraintModel, before: Submission, failing: Iterable[int]) -> list[Operation]:
    """Tables whose figures are last year's, where that breaks relations with the others.

    Nine of ten figures alike, five at least: two years never come out the same, and a copy is seldom left untouched.
    """
    hypothesis = Hypothesis(model, failing)
    found = []
    for key, table in model.now.tables.items():
        old = before.tables.get(key)
        if old is not None and _comparable(table, old):
            one = _operation(hypothesis, _compared(model, table, old))
            if one is not None:
                found.append(one)
    return found


def _comparable(table: Table, old: Table) -> bool:
    return not (old.lost or table.lost) and old.currency == table.currency


def _compared(model: ConstraintModel, table: Table, old: Table) -> _Comparison:
    cells: set[int] = set()
    alike = 0
    for name, section in table.sections.items():
        last = _figures(old.sections[name]) if name in old.sections else {}
        for r, row in enumerate(section.rows):
            for c, column in enumerate(section.columns):
                if section.figures[r][c]:
                    cells.add(model.number(section, r, c))
                    alike += last.get((row.code or row.key, column)) == section.figures[r][c]
    return _Comparison(frozenset(cells), alike)


def _operation(hypothesis: Hypothesis, found: _Comparison) -> Operation | None:
    explained = hypothesis.outcome({}, found.cells) if found.is_copy else None
    if not explained or len(explained) < _FEWEST_EXPLAINED:
        return None
    return Operation(
        kind="copied",
        what="stale",
        explains=explained,
        primary=min(found.cells),
        score=0.0,
        lost=found.cells,
        facts={"alike": str(found.alike), "count": str(len(found.cells))},
    )


def _figures(section: Section) -> dict[tuple[str, str], int | None]:
    return {
        (row.code or row.key, column): section.figures[r][c]
        for r, row in enumerate(section.rows)
        for c, column in enumerate(section.columns)
    }
