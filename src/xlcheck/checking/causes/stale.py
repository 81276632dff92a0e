"""A table that still shows last year's figures."""

from __future__ import annotations

from collections.abc import Iterable

from xlcheck.checking.causes.constraint_model import ConstraintModel
from xlcheck.checking.causes.hypothesis import Hypothesis, Operation
from xlcheck.model import Section, Submission

_FEWEST = 5
_SAME = 0.9


def stale(model: ConstraintModel, before: Submission, failing: Iterable[int]) -> list[Operation]:
    """Tables whose figures are last year's, where that breaks relations with the others.

    Nine of ten figures alike, five at least: two years never come out the same, and a copy is seldom left untouched.
    """
    trial = Hypothesis(model, failing)
    found = []
    for key, table in model.now.tables.items():
        old = before.tables.get(key)
        if old is None or old.lost or table.lost or old.currency != table.currency:
            continue
        cells: set[int] = set()
        alike = 0
        for name, section in table.sections.items():
            last = _figures(old.sections[name]) if name in old.sections else {}
            for r, row in enumerate(section.rows):
                for c, column in enumerate(section.columns):
                    if section.figures[r][c]:
                        cells.add(model.number(section, r, c))
                        alike += last.get((row.code or row.key, column)) == section.figures[r][c]
        if len(cells) < _FEWEST or alike < _SAME * len(cells):
            continue
        explains = trial.outcome({}, frozenset(cells))
        if explains and len(explains) > 1:
            facts = {"alike": str(alike), "count": str(len(cells))}
            first = min(cells)
            found.append(Operation("copied", "stale", {}, frozenset(cells), explains, first, 0.0, None, facts))
    return found


def _figures(section: Section) -> dict[tuple[str, str], int | None]:
    return {
        (row.code or row.key, column): section.figures[r][c]
        for r, row in enumerate(section.rows)
        for c, column in enumerate(section.columns)
    }
