"""Every rule on one score sheet: how each of its relations ends, and the cells that it is about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from xlcheck.checking.scoresheets.cells import FormPlace, NotThere, RowBinding, bindings, cell_at, places, refs_of
from xlcheck.checking.scoresheets.evaluate import Evaluator
from xlcheck.formula import syntax as s
from xlcheck.formula.ranges import Unusable
from xlcheck.scores.sheet import ScoreSheet
from xlcheck.scores.spec import FUNDS, SheetRule

PASS, ROUNDED, FAIL, SILENT, CANNOT = "pass", "explained_by_rounding", "fail", "not_applicable", "cannot_say"


class RelationEnd(NamedTuple):
    """How a relation ended, and why nothing can be said of it."""

    verdict: str
    reason: str = ""


class SheetRelation(NamedTuple):
    """One relation of a rule at one row of one sheet."""

    rule: SheetRule
    at: RowBinding
    end: RelationEnd

    @property
    def key(self) -> tuple[str, RowBinding]:
        """What names it within its sheet."""
        return self.rule.rule.id, self.at


@dataclass(frozen=True, slots=True)
class SheetVerdicts:
    """All relations of one sheet."""

    sheet: ScoreSheet
    relations: tuple[SheetRelation, ...]
    failed: Mapping[tuple[str, RowBinding], SheetRelation] = field(default_factory=dict)

    def tally(self) -> Mapping[str, Mapping[str, int]]:
        """How the relations of each rule ended."""
        found: dict[str, Counter[str]] = {}
        for relation in self.relations:
            found.setdefault(relation.rule.rule.id, Counter())[relation.end.verdict] += 1
        return found


def judge(sheet: ScoreSheet, rules: Sequence[SheetRule] | None = None) -> SheetVerdicts:
    """Run the rules of the sheet's family (or ``rules``) on it."""
    evaluator = Evaluator(sheet)
    relations: list[SheetRelation] = []
    failed: dict[tuple[str, RowBinding], SheetRelation] = {}
    for rule in _ordered(sheet.spec.rules if rules is None else rules):
        for at in bindings(rule.rule.tree, sheet):
            end = relation_end(rule, at, evaluator)
            if end.verdict == FAIL and any((other, at._replace(column="")) in failed for other in rule.unless):
                end = RelationEnd(SILENT)
            relation = SheetRelation(rule, at, end)
            relations.append(relation)
            if end.verdict == FAIL:
                failed[rule.rule.id, at] = relation
    return SheetVerdicts(sheet, tuple(relations), failed)


def _ordered(rules: Sequence[SheetRule]) -> Iterator[SheetRule]:
    """The rules, those that look at how others ended after these."""
    yield from (rule for rule in rules if not rule.unless)
    later = [rule for rule in rules if rule.unless]
    while later:
        names = {rule.rule.id for rule in later}
        ready = [rule for rule in later if not names.intersection(rule.unless)] or later
        yield from ready
        later = [rule for rule in later if rule not in ready]


def relation_end(rule: SheetRule, at: RowBinding, evaluator: Evaluator) -> RelationEnd:
    """How a rule ends at one row."""
    try:
        claim = in_force(rule.rule.tree, at, evaluator)
        if claim is None or _says_nothing(rule, claim, at, evaluator):
            return RelationEnd(SILENT)
        if evaluator.holds(claim, at, wide=False):
            return RelationEnd(PASS)
        return RelationEnd(ROUNDED if evaluator.holds(claim, at, wide=True) else FAIL)
    except NotThere:
        return RelationEnd(SILENT)
    except Unusable as error:
        return RelationEnd(CANNOT, str(error))


def in_force(tree: s.Claim, at: RowBinding, evaluator: Evaluator) -> s.Claim | None:
    """What a rule claims at a row; None where its condition is not met."""
    if not isinstance(tree, s.Implies):
        return tree
    return tree.claim if evaluator.holds(tree.condition, at, wide=False) else None


def _says_nothing(rule: SheetRule, claim: s.Claim, at: RowBinding, evaluator: Evaluator) -> bool:
    """Whether a comparison is of blanks alone; rows of money below the total may leave any cell blank."""
    if rule.says or not isinstance(claim, (s.Compare, s.Junction)):
        return False
    values = [cell_at(place, evaluator.sheet).value for ref in refs_of(claim) for place in evaluator.places(ref, at)]
    if at.block == FUNDS and at.row > 0:
        return not all(value.filled for value in values)
    return not any(value.filled for value in values)


class Sides(NamedTuple):
    """The two sides of a comparison that failed, as printed, with the cells of each and the node that was compared."""

    node: s.Compare
    left: Fraction
    right: Fraction
    on_left: tuple[FormPlace, ...]
    on_right: tuple[FormPlace, ...]


def compared(claim: s.Claim, at: RowBinding, evaluator: Evaluator) -> list[Sides]:
    """The comparisons of a failed claim: one, or those of which one should have held."""
    found = []
    for node in _comparisons(claim, at, evaluator):
        try:
            left, right = (evaluator.range(side, at, wide=False).low for side in (node.left, node.right))
            sides = tuple(_places_of(side, at, evaluator.sheet) for side in (node.left, node.right))
        except (NotThere, Unusable):
            continue
        found.append(Sides(node, left, right, *sides))
    return found


def _comparisons(claim: s.Claim, at: RowBinding, evaluator: Evaluator) -> Iterator[s.Compare]:
    """The comparisons of a claim; those that go with a test which is not met (且) are left out."""
    match claim:
        case s.Compare(_, _, s.Call("分档")):
            return
        case s.Compare():
            yield claim
        case s.Junction("且", parts):
            tests = [part for part in parts if not isinstance(part, s.Compare)]
            if all(_is_met(test, at, evaluator) for test in tests):
                yield from (part for part in parts if isinstance(part, s.Compare))
        case s.Junction(_, parts):
            for part in parts:
                yield from _comparisons(part, at, evaluator)


def _is_met(test: s.Claim, at: RowBinding, evaluator: Evaluator) -> bool:
    try:
        return evaluator.holds(test, at, wide=False)
    except (NotThere, Unusable):
        return False


def _places_of(node: s.Expr, at: RowBinding, sheet: ScoreSheet) -> tuple[FormPlace, ...]:
    return tuple(dict.fromkeys(place for ref in s.refs(node) for place in places(ref, at, sheet)))


def touched(tree: s.Claim, at: RowBinding, sheet: ScoreSheet) -> tuple[FormPlace, ...]:
    """Every cell that a rule looks at in a row, its condition included; those that are not there left out."""
    found: dict[FormPlace, None] = {}
    for ref in refs_of(tree):
        try:
            found.update(dict.fromkeys(places(ref, at, sheet)))
        except (NotThere, Unusable):
            continue
    return tuple(found)
