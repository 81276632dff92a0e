"""The second pass: verdicts → what went wrong. Which failures are one mistake, and in which cell it most likely is.

Failures are named by their number among the verdicts, what is in 元 by the numbers after them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from xlcheck.checking.causes.name import causes, constraint_model
from xlcheck.checking.scales import Failing, InYuan, KeyedTerms, diagnosis_of, in_yuan, workbook_in_yuan
from xlcheck.checking.verdicts import Failure, RelationKey, Verdicts
from xlcheck.model import Diagnosis, Submission


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
    scaled = in_yuan(equations, now, lambda: _equations(now))
    left = _without(equations, scaled)
    whole = workbook_in_yuan(now, left)
    if whole is not None:
        scaled, left = [*scaled, whole], _without(left, [whole])
    beside = _beside(comparisons, scaled)
    folded = {n for one in scaled for n in one.explains} | {one.number for one in beside}
    searched = [*left, *(one for one in comparisons if one.number not in folded)]
    if not (searched or folded):
        return Diagnosed(tuple(scaled), frozenset(), tuple(left), (), complete=True)
    known = [d for i, one in enumerate(scaled) if (d := _of_scale(one, len(found.failures) + i, now)) is not None]
    gaps = {one.key for one in searched if _gap(found.failures[one.number])}
    aside = {key for n in folded if (key := found.failures[n].key) is not None}
    numbers = {one.key: one.number for one in searched}
    searched_for, complete = causes(now, before, numbers, gaps, aside, found.habits.seen)
    return Diagnosed(tuple(scaled), frozenset(folded), tuple(left), (*known, *searched_for), complete)


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


def _of_scale(one: InYuan, number: int, now: Submission) -> Diagnosis | None:
    return diagnosis_of(one, number, now) if one.certain else None


def _equations(now: Submission) -> Iterator[KeyedTerms]:
    """The cells of all relations with ``=`` that always hold, by key."""
    model = constraint_model(now)
    for relation in model.relations:
        if relation.op == "=":
            yield relation.key, [model.term(cell) for cell in relation.weights]


__all__ = ["Diagnosed", "RelationKey", "diagnose"]
