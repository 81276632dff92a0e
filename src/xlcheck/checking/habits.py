"""The rounding habits of a submission, looked for once they are needed (:mod:`xlcheck.checking.tail` tells what they are)."""

from __future__ import annotations

from xlcheck.checking.layouts import Layouts
from xlcheck.checking.tail import Habits, Sums
from xlcheck.form import RuleSpec
from xlcheck.formula import syntax as s


class HabitsOf:
    """The rounding habits that a submission shows, looked for once they are needed."""

    def __init__(self, layouts: Layouts) -> None:
        self._layouts = layouts
        self._seen: Habits | None = None
        self._plain: Habits | None = None

    @property
    def seen(self) -> Habits:
        """The habits with totals that are summed from what is shown."""
        if self._seen is None:
            sums = [one for one in self._layouts.all_this_year() if _is_sum(one.rule)]
            self._seen = Habits(self._layouts.now, Sums(sums))
        return self._seen

    @property
    def so_far(self) -> Habits:
        """The habits as far as they have been looked at: who sums what is shown has asked for them before."""
        if self._seen is not None:
            return self._seen
        if self._plain is None:
            self._plain = Habits(self._layouts.now, Sums([]))
        return self._plain


def _is_sum(rule: RuleSpec) -> bool:
    """Whether a rule of arithmetic states one total = its parts."""
    form = rule.linear
    if form is None or rule.kind != "arithmetic" or not isinstance(rule.tree, s.Compare):
        return False
    return form.op == "=" and form.split == 1
