"""Ties between repairs, broken by what is usual.

Relations of grade ``usually`` convict nobody (docs/design/design.md, *Figures*): they are asked only where the figures of the
relations that always hold favour no cell over another. A repair that makes such a relation hold gets a vote, one
that breaks it loses one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from xlcheck.checking.causes.constraint_model import ConstraintModel
from xlcheck.checking.causes.repairs import Repair
from xlcheck.checking.causes.search import TIED, CauseCandidate
from xlcheck.checking.conditions import Terms
from xlcheck.checking.layouts import Layouts
from xlcheck.form import Grade
from xlcheck.model import Submission


def break_ties(found: Iterable[CauseCandidate], now: Submission, before: Submission | None) -> list[CauseCandidate]:
    """Candidates in which ties are broken where relations that usually hold speak for one repair."""
    every = list(found)
    if not any(e.tied for e in every):
        return every
    usual = _usual(now, before)
    return [_decided(e, usual) if e.tied and usual.relations else e for e in every]


def _usual(now: Submission, before: Submission | None) -> ConstraintModel:
    """The relations of grade ``usually``; last year's figures in them are as they are."""
    model = ConstraintModel(now)
    layouts, terms = Layouts(now, before), Terms(now.form.terms)
    for rule in now.form.rules:
        if rule.grade is Grade.USUALLY:
            model.add(rule, layouts.laid, terms)
    return model


def _decided(found: CauseCandidate, usual: ConstraintModel) -> CauseCandidate:
    """The repairs that tie, those with most votes first."""
    every = [r for r in (found.repair, *found.alternatives) if r is not None]
    tied = [r for r in every if r.score > found.score - TIED]
    votes = {id(r): _votes(r, usual) for r in tied}
    tied.sort(key=lambda r: -votes[id(r)])
    first, second = tied[:2]
    others = (*tied[1:], *every[len(tied) :])
    return found._replace(repair=first, alternatives=others, tied=votes[id(first)] == votes[id(second)])


def _votes(repair: Repair, usual: ConstraintModel) -> int:
    figures = repair.figures
    near = sorted({n for cell in figures for n in usual.near.get(cell, ())})
    return sum(_holds(n, usual, figures) - _holds(n, usual, {}) for n in near)


def _holds(number: int, usual: ConstraintModel, figures: Mapping[int, int]) -> bool:
    """Whether a relation holds, one last digit for each of its figures aside."""
    relation = usual.relations[number]
    room = sum(usual.ulp(c) for c in relation.weights if figures.get(c, usual.figure(c)))
    return relation.allows(usual.difference(relation, figures), room)
