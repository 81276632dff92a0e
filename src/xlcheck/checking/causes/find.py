"""Failing relations → their causes: the search, and what is left beside a table that was laid out wrongly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from xlcheck.checking.causes.constraint_model import ConstraintModel, Key, failing_of
from xlcheck.checking.causes.corrected import as_printed, corrected
from xlcheck.checking.causes.extra_rows import laid_wrong
from xlcheck.checking.causes.hypothesis import Hypothesis, Operation
from xlcheck.checking.causes.levels import strict, tolerant
from xlcheck.checking.causes.naming import UNSAID, Naming
from xlcheck.checking.causes.search import CauseCandidate, Search
from xlcheck.checking.causes.shifts import shifted_beside
from xlcheck.checking.causes.stale import stale
from xlcheck.checking.causes.ties import break_ties
from xlcheck.checking.conditions import Terms
from xlcheck.checking.layouts import Layouts
from xlcheck.checking.tail import Habits
from xlcheck.form import Grade
from xlcheck.model import Submission
from xlcheck.outcome import Diagnosis

_FEW = 2  # causes: more of them are worth a look for one behind them
_DEEPEST = 3  # gross mistakes that are put right, one after the other
_EACH_LEFT = 2  # relations that fresh results mend for each that fails with them
_MOST_FAILING = 400  # relations: more are no one mistake
_FEWEST_FAILING = 12  # relations, of a table laid out wrongly; fewer are looked at one by one


def constraint_model(layouts: Layouts) -> ConstraintModel:
    """All relations of grade ``always`` that are in force, those under a condition that is met included."""
    now = layouts.now
    model = ConstraintModel(now)
    terms = Terms(now.form.terms)
    for rule in now.form.rules:
        if rule.grade is Grade.ALWAYS and rule.kind != "continuity":
            model.add(rule, layouts.this_year, terms)
    return model


class Causes(NamedTuple):
    """The causes of failing relations; ``complete``: the search did not run out of its budget."""

    diagnoses: list[Diagnosis]
    complete: bool

    def left_open(self, findings: Mapping[Key, int]) -> int:
        """How much there is to look at: the causes, and the findings that none of them explains."""
        explained = {n for d in self.diagnoses for n in d.explains}
        return len(self.diagnoses) + len(set(findings.values()) - explained - {UNSAID})


class Finder(NamedTuple):
    """Looks for causes in one submission.

    ``before`` is last year's submission. ``gaps`` name a row that is not there; relations ``aside`` are explained
    otherwise: a table in 元. ``depth``: how many gross mistakes have been put right before.
    """

    before: Submission | None
    gaps: frozenset[Key]
    aside: frozenset[Key]
    habits: Habits
    depth: int = 0

    def causes(self, layouts: Layouts, findings: Mapping[Key, int]) -> Causes:
        """The causes of failing relations, given by key with the index of their finding."""
        model = self._model_of(layouts, findings)
        failing = failing_of(model, findings)
        if not failing:
            return Causes([], complete=True)
        behind = self._behind(model, failing)
        if behind is not None:
            return self._beside(model, behind, findings)
        copies = stale(model, self.before, failing) if self.before is not None else []
        known = [Naming(model, findings).cause(_alone(one)) for one in copies]
        if copies:
            model = model.without(frozenset().union(*(one.explains for one in copies)))
            failing = failing_of(model, findings)
        found = self._found(model, failing, findings)
        return found._replace(diagnoses=[*known, *found.diagnoses])

    def _behind(self, model: ConstraintModel, failing: Sequence[int]) -> Operation | None:
        """Formulas that nobody has recalculated, where relations fail that hold with what they give; None where none do."""
        figures = model.stale()
        if not figures:
            return None
        mended, left = Hypothesis(model, failing, wide=True).effect(figures)
        if not mended or len(mended) < _EACH_LEFT * len(left) or not left.issubset(failing):
            return None  # the saved results were right, and what they are worked out from is not
        facts = {"count": str(len(figures))}
        return Operation("stale_total", "stale_formulas", mended, min(figures), 0.0, figures, facts=facts)

    def _model_of(self, layouts: Layouts, findings: Mapping[Key, int]) -> ConstraintModel:
        """The model that is searched: without relations ``aside``, and without comparisons that only rounding lets hold."""
        model = constraint_model(layouts)
        aside = self.aside
        model.keep(lambda r: r.key not in aside and (r.op == "=" or r.key in findings or r.allows(r.difference)))
        return model

    def _found(self, model: ConstraintModel, failing: Sequence[int], findings: Mapping[Key, int]) -> Causes:
        """The causes by the search; one table laid out wrongly and what stands beside it, where that leaves less open."""
        searched = self._searched(model, failing, findings)
        if (
            self.depth == _DEEPEST
            or not _FEWEST_FAILING <= len(failing) <= _MOST_FAILING
            or searched.left_open(findings) <= _FEW
        ):
            return searched
        for look in (laid_wrong, shifted_beside):
            found = look(model, failing)
            beside = self._beside(model, found, findings) if found is not None else searched
            if beside.left_open(findings) < searched.left_open(findings):
                explained = beside.left_open(findings) == len(beside.diagnoses)
                return beside._replace(complete=beside.complete and (searched.complete or explained))
        return searched

    def _searched(self, model: ConstraintModel, failing: Sequence[int], findings: Mapping[Key, int]) -> Causes:
        levels = (strict(model), lambda cell: self.habits.band(model.term(cell)), tolerant(model))
        search = Search(model, failing, levels, frozenset(failing_of(model, self.gaps)))
        found = break_ties(search.cause_candidates(), model.now, self.before)
        return Causes([Naming(model, findings).cause(c) for c in found], not search.over_budget)

    def _beside(self, model: ConstraintModel, laid: Operation, findings: Mapping[Key, int]) -> Causes:
        """A table laid out wrongly, and the causes of what still fails once it is right."""
        effect = Hypothesis(model, failing_of(model, findings), wide=True).effect(laid.figures)
        gone = {model.relations[n].key for n in laid.explains}
        left = {key: index for key, index in findings.items() if key not in gone}
        left |= {key: UNSAID for n in effect.left if (key := model.relations[n].key) not in findings}
        rest = self._replace(depth=self.depth + 1).causes(Layouts(corrected(model, laid.figures)), left)
        others = as_printed((d for d in rest.diagnoses if d.explains), model)
        first = _agreeing(Naming(model, findings).cause(_alone(laid)), others)
        return rest._replace(diagnoses=[first, *others])


def _alone(one: Operation) -> CauseCandidate:
    """An operation as a cause of what it explains."""
    return CauseCandidate(tuple(sorted(one.explains)), None, one)


def _agreeing(laid: Diagnosis, rest: Iterable[Diagnosis]) -> Diagnosis:
    """A table laid out wrongly: where a cell holds another mistake besides, it is meant to say what is right in the end."""
    right = {(s.cell.table, s.cell.cell): s for d in rest if not d.tied for s in d.cells if s.suggested}
    cells = (right.get((s.cell.table, s.cell.cell), s) for s in laid.cells)
    return laid._replace(cells=tuple(cells))
