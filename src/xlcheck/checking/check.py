"""All rules on one submission → :class:`Outcome`, in three passes: verdicts, diagnoses, remarks.

Each pass makes new data of the last one's and changes none of it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence

from xlcheck.checking.collapse import Numbered, collapsed
from xlcheck.checking.diagnosis import Diagnosed, diagnose, undiagnosed
from xlcheck.checking.emptiness import unfilled
from xlcheck.checking.judge import Judged
from xlcheck.checking.nothing import nothing_missed
from xlcheck.checking.remarks import remark_of, tail_summaries, unlisted_remark
from xlcheck.checking.scoresheets.results import NO_SHEETS, SheetsChecked
from xlcheck.checking.verdicts import Verdicts, verdicts
from xlcheck.form import RuleSpec
from xlcheck.model import Submission
from xlcheck.outcome import Diagnosis, Outcome, Remark


def check(
    now: Submission,
    before: Submission | None = None,
    rules: Sequence[RuleSpec] | None = None,
    *,
    causes: bool = True,
) -> Outcome:
    """Run the rules (all of the form's, unless named) on ``now``; ``before`` is last year's submission.

    Without ``causes`` nobody asks what explains the failures, which takes most of the time. Remarks come worst first, then in the order of the rules; what one cause explains stands together.
    """
    now = nothing_missed(now)
    found = verdicts(now, before, now.form.rules if rules is None else rules)
    diagnosed = diagnose(now, before, found) if causes else undiagnosed(found)
    scored = _scored(now) if rules is None else NO_SHEETS
    entries = list(_said(now, found, diagnosed))
    free = max((entry.number for entry in entries), default=len(found.failures)) + 1
    empty = list(unfilled(now, found, [entry.remark for entry in entries])) if rules is None else []
    entries += [Numbered(number, remark) for number, remark in enumerate(empty, free)]
    first = free + len(empty)
    entries += [Numbered(number, remark) for number, remark in enumerate(scored.remarks, first)]
    said = sorted(entries, key=lambda n: n.remark.severity.rank)
    remarks, diagnoses = _together(*collapsed(said, [*diagnosed.diagnoses, *_renumbered(scored, first)]))
    return Outcome(
        remarks,
        diagnoses,
        (*found.not_evaluated, *scored.not_evaluated),
        {**found.tallies, **scored.tallies},
        not diagnosed.complete,
    )


def _scored(now: Submission) -> SheetsChecked:
    """What is to be said of the score sheets; what checks them is loaded where there are some."""
    if not now.sheets:
        return NO_SHEETS
    from xlcheck.checking.scoresheets.check import check_sheets

    return check_sheets(now)


def _renumbered(scored: SheetsChecked, first: int) -> list[Diagnosis]:
    """The diagnoses of score sheets with the numbers of their remarks, which begin with ``first``."""
    return [d._replace(explains=tuple(first + n for n in d.explains)) for d in scored.diagnoses]


def _said(now: Submission, found: Verdicts, diagnosed: Diagnosed) -> Iterator[Numbered]:
    """Everything that is to be said, once, under its number: failures have theirs, then comes what is in 元, then the rest."""
    numbers = itertools.count(len(found.failures))
    yield from (Numbered(next(numbers), one.remark) for one in diagnosed.scaled)
    yield from (Numbered(next(numbers), remark) for remark in now.remarks)
    yield from (Numbered(i, remark_of(f, now)) for i, f in enumerate(found.failures) if i not in diagnosed.folded)
    yield from (Numbered(next(numbers), unlisted_remark(one)) for one in found.unlisted)
    yield from (Numbered(next(numbers), remark) for remark in tail_summaries(_unaccused(found, diagnosed), now))


def _unaccused(found: Verdicts, diagnosed: Diagnosed) -> list[tuple[RuleSpec, Judged]]:
    """尾差 that no failing relation shares a cell with: beside a wrong figure nobody knows what a small one means."""
    accused = {t.spot for one in diagnosed.left for t in one.judged.terms}
    return [(rule, j) for rule, j in found.tails if not accused.intersection(t.spot for t in j.terms)]


def _together(
    remarks: Sequence[Numbered], diagnoses: Sequence[Diagnosis]
) -> tuple[tuple[Remark, ...], tuple[Diagnosis, ...]]:
    """What one cause explains stands together, at the place of its first remark; no severity is mixed with another.

    The diagnoses come back with the indexes of what they explain.
    """
    place = {entry.number: at for at, entry in enumerate(remarks)}
    leader = _leaders(remarks, place, diagnoses)

    def order(entry: Numbered) -> tuple[int, int, int]:
        own = place[entry.number]
        return entry.remark.severity.rank, leader.get(entry.number, own), own

    sorted_remarks = sorted(remarks, key=order)
    index = {entry.number: at for at, entry in enumerate(sorted_remarks)}
    explained = tuple(d._replace(explains=tuple(sorted(index[n] for n in d.explains))) for d in diagnoses)
    return tuple(entry.remark for entry in sorted_remarks), explained


def _leaders(remarks: Sequence[Numbered], place: Mapping[int, int], diagnoses: Sequence[Diagnosis]) -> dict[int, int]:
    """By number of a remark, the place of the first of its severity that has the same cause."""
    level = {entry.number: entry.remark.severity for entry in remarks}
    return {
        n: min(place[other] for other in d.explains if level[other] is level[n])
        for d in reversed(diagnoses)
        for n in d.explains
    }
