"""Rules laid over one submission, each once: whoever checks, looks for habits or searches for causes asks here."""

from __future__ import annotations

from collections.abc import Iterator

from xlcheck.checking.relations import NotCheckable, Relations, lay
from xlcheck.form import RuleSpec
from xlcheck.formula.linear import Linear
from xlcheck.model import Submission


class Layouts:
    """The relations of linear rules on a submission, beside last year's where a rule asks for it."""

    def __init__(self, now: Submission, before: Submission | None = None) -> None:
        self.now = now
        self._before = before
        self._known: dict[str, Relations] = {}

    def of(self, rule: RuleSpec, form: Linear) -> Relations:
        """The relations of a rule, whose linear form this is.

        Raises:
            NotCheckable: a table it needs is not there.
        """
        found = self._known.get(rule.id)
        if found is None:
            found = self._known[rule.id] = lay(rule, form, self.now, self._before)
        return found

    def laid(self, rule: RuleSpec) -> Relations | None:
        """The relations of a rule; None where it has no linear form, or can't be laid."""
        if rule.linear is None:
            return None
        try:
            return self.of(rule, rule.linear)
        except NotCheckable:
            return None

    def this_year(self, rule: RuleSpec) -> Relations | None:
        """The same of rules that speak of this year alone."""
        form = rule.linear
        return None if form is None or any(ref.last_year for _, ref in form.terms) else self.laid(rule)

    def all_this_year(self) -> Iterator[Relations]:
        """Those of all rules of the form."""
        return (found for rule in self.now.form.rules if (found := self.this_year(rule)) is not None)
