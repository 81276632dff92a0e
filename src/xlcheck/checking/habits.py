"""The rounding habits of a submission, looked for once they are needed (:mod:`xlcheck.checking.tail` tells what they are)."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from xlcheck.checking.relations import NotCheckable, Term, lay
from xlcheck.checking.tail import Habits, Sums, sums_of
from xlcheck.form import RuleSpec
from xlcheck.formula import syntax as s
from xlcheck.formula.linear import Linear
from xlcheck.model import Submission


class HabitsOf:
    """The rounding habits that a submission shows, looked for once they are needed."""

    def __init__(self, now: Submission) -> None:
        self._now = now
        self._seen: Habits | None = None
        self._plain: Habits | None = None

    @property
    def seen(self) -> Habits:
        """The habits with totals that are summed from what is shown."""
        if self._seen is None:
            self._seen = Habits(self._now, _in_table_sums(self._now))
        return self._seen

    @property
    def so_far(self) -> Habits:
        """The habits as far as they have been looked at: who sums what is shown has asked for them before."""
        if self._seen is not None:
            return self._seen
        if self._plain is None:
            self._plain = Habits(self._now, {})
        return self._plain


def _in_table_sums(now: Submission) -> Sums:
    return sums_of([terms for rule in now.form.rules if (form := _sum_of(rule)) for terms in _laid(rule, form, now)])


def _sum_of(rule: RuleSpec) -> Linear | None:
    """The one total = its parts that a rule of arithmetic states; None if it states something else."""
    form = rule.linear
    if form is None or rule.kind != "arithmetic" or not isinstance(rule.tree, s.Compare):
        return None
    return form if form.op == "=" and form.split == 1 else None


def _laid(rule: RuleSpec, form: Linear, now: Submission) -> Iterator[list[Term]]:
    """The cells of each relation of a rule; none where it cannot be checked."""
    with contextlib.suppress(NotCheckable):
        relations = lay(rule, form, now, None)
        yield from (relations.terms(binding, column) for binding, column in relations)
