"""What stands between 若 and 则: True, False, or None and the reason why that can't be said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from xlcheck.checking import judge, predicates
from xlcheck.checking.relations import NotCheckable, lay
from xlcheck.form import RuleSpec, Verdict
from xlcheck.formula import syntax as s
from xlcheck.formula.linear import linear
from xlcheck.model import Submission


class ConditionAnswer(NamedTuple):
    """Whether a condition holds; None and the ``reason`` where that can't be said."""

    value: bool | None
    reason: str = ""


class Terms:
    """The named conditions of a set, each evaluated once a run."""

    def __init__(self, trees: Mapping[str, s.Claim]) -> None:
        self.trees = trees
        self.known: dict[str, ConditionAnswer] = {}


def condition(node: s.Claim, rule: RuleSpec, now: Submission, terms: Terms) -> ConditionAnswer:
    """Whether a condition holds; None and the reason where that can't be said."""
    match node:
        case s.Bare(name):
            if name not in terms.known:
                terms.known[name] = condition(terms.trees[name], rule, now, terms)
            return terms.known[name]
        case s.Not(operand):
            return _opposite(condition(operand, rule, now, terms))
        case s.Junction(op, parts):
            return _junction(op, [condition(p, rule, now, terms) for p in parts])
        case s.Compare():
            return _compare(node, rule, now)
        case s.Call():
            return _call(node, rule, now)
    raise TypeError(node)


def _opposite(answer: ConditionAnswer) -> ConditionAnswer:
    value, reason = answer
    return ConditionAnswer(None if value is None else not value, reason)


def _junction(op: str, answers: list[ConditionAnswer]) -> ConditionAnswer:
    decisive = op == "或"
    if any(a.value is decisive for a in answers):
        return ConditionAnswer(decisive)
    return next((a for a in answers if a.value is None), ConditionAnswer(not decisive))


def _compare(node: s.Compare, rule: RuleSpec, now: Submission) -> ConditionAnswer:
    form = linear(node)
    if form is None:
        return ConditionAnswer(None, "条件里只能用加减和合计")
    try:
        relations = lay(rule, form, now, None)
    except NotCheckable as error:
        return ConditionAnswer(None, str(error))
    for binding, column in relations:
        terms = relations.terms(binding, column)
        reason = judge.unusable(terms, now)
        if reason:
            return ConditionAnswer(None, reason)
        if not judge.holds_rounded(form.op, terms, form.constant):
            return ConditionAnswer(False)
    return ConditionAnswer(True)


def _call(node: s.Call, rule: RuleSpec, now: Submission) -> ConditionAnswer:
    try:
        results = list(predicates.run(node, rule, now))
    except NotCheckable as error:
        return ConditionAnswer(None, str(error))
    if any(r.verdict is Verdict.FAIL for r in results):
        return ConditionAnswer(False)
    unknown = next((r for r in results if r.verdict is Verdict.CANNOT_SAY), None)
    return ConditionAnswer(None, unknown.reason) if unknown else ConditionAnswer(True)
