"""The second pass: verdicts → what went wrong. Which failures are one mistake, and in which cell it most likely is.

Failures are named by their number among the verdicts, what is in 元 by the numbers after them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from xlcheck.checking.layouts import Layouts
from xlcheck.checking.scales import Failing, InYuan, KeyedTerms, diagnosis_of, in_yuan, workbook_in_yuan
from xlcheck.checking.verdicts import Failure, RelationKey, Verdicts
from xlcheck.model import Submission
from xlcheck.outcome import Diagnosis

if TYPE_CHECKING:
    from xlcheck.checking.causes.find import Causes  # twenty modules, which a workbook without mistakes has no use for


class Diagnosed(NamedTuple):
    """What went wrong: tables, columns or the workbook in 元, the failures that this explains, and the causes found.

    ``explains`` of a diagnosis are numbers of failures, or (from ``len(failures)`` on) of what is in 元. ``left`` are
    the failing equations that are still to be explained. ``complete``: the search did not run out of its budget.
    """

    scaled: tuple[InYuan, ...]
    folded: frozenset[int]
    left: tuple[Failing, ...]
    diagnoses: tuple[Diagnosis, ...]
    complete: bool


def diagnose(now: Submission, before: Submission | None, found: Verdicts) -> Diagnosed:
    """Look for what explains the failures; ``before`` is last year's submission."""
    equations = _searchable(found.failures, equation=True)
    comparisons = _searchable(found.failures, equation=False)
    scaled = _in_wrong_unit(found.layouts, equations)
    left = _without(equations, scaled)
    folded = _folded(scaled, _beside(comparisons, scaled))
    searched = [*left, *(one for one in comparisons if one.number not in folded)]
    known = _known(scaled, len(found.failures), now)
    if not (searched or folded):
        return Diagnosed(tuple(scaled), folded, tuple(left), tuple(known), complete=True)
    result = _search(before, found, searched, folded)
    return Diagnosed(tuple(scaled), folded, tuple(left), (*known, *result.diagnoses), result.complete)


def undiagnosed(found: Verdicts) -> Diagnosed:
    """The failures as they are, where nobody asks what explains them."""
    left = _searchable(found.failures, equation=True)
    return Diagnosed((), frozenset(), tuple(left), (), complete=True)


def _folded(scaled: Sequence[InYuan], beside: Sequence[Failing]) -> frozenset[int]:
    """The numbers of the failures that are explained by what is in 元."""
    return frozenset(n for one in scaled for n in one.explains) | {one.number for one in beside}


def _in_wrong_unit(layouts: Layouts, equations: Sequence[Failing]) -> list[InYuan]:
    """The columns and tables in 元; the workbook last."""
    now = layouts.now
    scaled = in_yuan(equations, now, lambda: _equations(layouts))
    whole = workbook_in_yuan(now, _without(equations, scaled))
    return scaled if whole is None else [*scaled, whole]


def _search(before: Submission | None, found: Verdicts, searched: Sequence[Failing], folded: frozenset[int]) -> Causes:
    """Search for what explains ``searched``; the ``folded`` failures have been explained."""
    from xlcheck.checking.causes.find import Finder

    gaps = frozenset(one.key for one in searched if _gap(found.failures[one.number]))
    aside = frozenset(key for n in folded if (key := found.failures[n].key) is not None)
    return Finder(before, gaps, aside, found.habits.seen).causes(
        found.layouts, {one.key: one.number for one in searched}
    )


def _known(scaled: Sequence[InYuan], first: int, now: Submission) -> list[Diagnosis]:
    """The diagnoses of what is certain to be in 元, numbered from ``first`` on."""
    found = [diagnosis_of(one, number, now) for number, one in enumerate(scaled, first) if one.certain]
    return [diagnosis for diagnosis in found if diagnosis is not None]


def _searchable(failures: Sequence[Failure], *, equation: bool) -> list[Failing]:
    return [
        Failing(number, one.key, one.judged)
        for number, one in enumerate(failures)
        if one.search is not None and one.search.equation is equation and one.key is not None and one.judged is not None
    ]


def _gap(failure: Failure) -> bool:
    return failure.search is not None and failure.search.gap


def _without(failing: Sequence[Failing], scaled: Sequence[InYuan]) -> list[Failing]:
    gone = {n for one in scaled for n in one.explains}
    return [one for one in failing if one.number not in gone]


def _beside(comparisons: Sequence[Failing], scaled: Sequence[InYuan]) -> list[Failing]:
    """Comparisons with a table in 元: it is not comparable with others."""
    tables = {one.group.table for one in scaled if one.certain and one.group.whole}
    return [one for one in comparisons if any(t.section.table in tables for t in one.judged.terms)]


def _equations(layouts: Layouts) -> Iterator[KeyedTerms]:
    """The cells of all relations with ``=`` that always hold, by key."""
    from xlcheck.checking.causes.find import constraint_model

    model = constraint_model(layouts)
    for relation in model.relations:
        if relation.op == "=":
            yield relation.key, [model.term(cell) for cell in relation.weights]


__all__ = ["Diagnosed", "RelationKey", "diagnose", "undiagnosed"]
