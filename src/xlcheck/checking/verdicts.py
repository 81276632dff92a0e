"""The first pass: every rule on one submission → how each of its relations ends. Nothing is said of them yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from xlcheck.checking import judge, predicates
from xlcheck.checking.conditions import Terms, condition
from xlcheck.checking.habits import HabitsOf
from xlcheck.checking.judge import End, Judged
from xlcheck.checking.layouts import Layouts
from xlcheck.checking.nothing import NothingThere
from xlcheck.checking.quicklook import QuickLook
from xlcheck.checking.relations import NotCheckable, Relations, Term
from xlcheck.checking.results import Result, left_out
from xlcheck.checking.tail import beyond
from xlcheck.form import Grade, RuleSpec, Verdict
from xlcheck.formula import syntax as s
from xlcheck.formula.linear import Linear
from xlcheck.model import Submission
from xlcheck.outcome import NotEvaluated

if TYPE_CHECKING:
    from xlcheck.checking.general import General

MOST_LISTED = 300  # of one rule; who has more has not made that many mistakes
_NO_PLACE = "这套表没有其中的表、栏或行"
_TALLY = {End.EXACT: "pass", End.ROUNDING: "explained_by_rounding", End.EMPTY: "not_applicable"}

RelationKey = tuple[str, int, int]  # rule, binding, column


class SearchUse(NamedTuple):
    """What the search for causes may make of a failing relation.

    ``equation``: its cells must add up; else it is a comparison (≤, ≥). ``gap``: it names a row that is not there, so
    that its cells are not the ones to accuse.
    """

    equation: bool
    gap: bool


class Failure(NamedTuple):
    """A relation or test that does not hold.

    ``key`` and ``judged`` are set for relations, ``result`` for tests. ``absent`` are (table, code) of rows that are
    not there. ``search`` is None where the search for causes may not use it. ``reach`` is the largest difference, in
    millionths, that a rounding habit leaves where all is right (0: none that counts).
    """

    rule: RuleSpec
    op: str = ""
    key: RelationKey | None = None
    judged: Judged | None = None
    ratio: bool = False
    result: Result | None = None
    absent: tuple[tuple[str, str], ...] = ()
    search: SearchUse | None = None
    reach: int = 0


class Unlisted(NamedTuple):
    """A rule that failed more often than is listed: how often more."""

    rule: RuleSpec
    more: int


@dataclass(frozen=True, slots=True)
class Verdicts:
    """How all relations ended: counted by rule, those that failed one by one, 尾差 apart from them.

    ``unplaced`` do not hold, and count for nothing because the workbook has no place for some of their cells.
    """

    tallies: dict[str, dict[str, int]]
    failures: tuple[Failure, ...]
    tails: tuple[tuple[RuleSpec, Judged], ...]
    unlisted: tuple[Unlisted, ...]
    not_evaluated: tuple[NotEvaluated, ...]
    habits: HabitsOf
    layouts: Layouts
    unplaced: tuple[Judged, ...] = ()


def verdicts(now: Submission, before: Submission | None, rules: Sequence[RuleSpec]) -> Verdicts:
    """Run ``rules`` on ``now``; ``before`` is last year's submission."""
    run = _RuleRun(now, before)
    for rule in rules:
        run.rule(rule)
    unlisted = (Unlisted(r, run.listed[r.id] - MOST_LISTED) for r in now.form.rules)
    return Verdicts(
        run.tallies, tuple(run.failures), tuple(run.tails), tuple(u for u in unlisted if u.more > 0),
        tuple(run.not_evaluated), run.habits, run.layouts, tuple(run.unplaced),
    )  # fmt: skip


class _RuleRun:
    """The state of one run over the rules."""

    def __init__(self, now: Submission, before: Submission | None) -> None:
        self.now = now
        self.before = before
        self.tallies: dict[str, dict[str, int]] = {}
        self.failures: list[Failure] = []
        self.tails: list[tuple[RuleSpec, Judged]] = []
        self.unplaced: list[Judged] = []
        self.not_evaluated: list[NotEvaluated] = []
        self.listed: Counter[str] = Counter()
        self.layouts = Layouts(now, before)
        self.habits = HabitsOf(self.layouts)
        self.nothing = NothingThere(self.layouts)
        self._terms = Terms(now.form.terms)
        self._silent: set[tuple[str, str]] = set()

    # --- what is written down ---------------------------------------------------------------------

    def count(self, rule: RuleSpec, verdict: str, number: int = 1) -> None:
        """Count relations that end alike; of none nothing is written down."""
        if number:
            tally = self.tallies.setdefault(rule.id, {})
            tally[verdict] = tally.get(verdict, 0) + number

    def cannot_say(self, rule: RuleSpec, reason: str) -> None:
        """Count a relation that can't be checked; each reason is written down once a rule."""
        self.count(rule, "cannot_say")
        if (rule.id, reason) not in self._silent:
            self._silent.add((rule.id, reason))
            self.not_evaluated.append(NotEvaluated(rule.id, reason))

    def may_list(self, rule: RuleSpec) -> bool:
        """Whether another failure of a rule is listed; past the first hundreds they are counted, and that is said."""
        self.listed[rule.id] += 1
        return self.listed[rule.id] <= MOST_LISTED

    # --- one rule -----------------------------------------------------------------------------------

    def rule(self, rule: RuleSpec) -> None:
        """All relations of a rule."""
        if _formless(rule, self.now):
            self.count(rule, "not_applicable")
            return
        try:
            claim = self._in_force(rule)
            if claim is not None:
                self._claim(rule, claim)
        except NotCheckable as error:
            if rule.missing is Verdict.NOT_APPLICABLE:
                self.count(rule, "not_applicable")
            else:
                self.cannot_say(rule, str(error))

    def _in_force(self, rule: RuleSpec) -> s.Claim | None:
        """What a rule claims here; None where its condition is not met, or nobody can say whether it is."""
        claim = rule.tree
        if not isinstance(claim, s.Implies):
            return claim
        met, reason = condition(claim.condition, rule, self.now, self._terms)
        if met is None:
            self.cannot_say(rule, reason)
        elif not met:
            self.count(rule, "not_applicable")
        return claim.claim if met else None

    def _claim(self, rule: RuleSpec, claim: s.Claim) -> None:
        match claim:
            case s.Compare() if rule.linear is not None:
                self._linear(rule, rule.linear)
            case s.Compare():
                self._general(rule, claim)
            case s.Call():
                self._test(rule, claim)
            case _:
                self._plain(rule, *condition(claim, rule, self.now, self._terms))

    def _plain(self, rule: RuleSpec, value: bool | None, reason: str) -> None:
        if value is None:
            self.cannot_say(rule, reason)
        else:
            self.count(rule, "pass" if value else "fail")
            if not value:
                self.failures.append(Failure(rule))

    def _test(self, rule: RuleSpec, call: s.Call) -> None:
        for result in predicates.run(call, rule, self.now):
            if result.verdict is Verdict.CANNOT_SAY:
                self.cannot_say(rule, result.reason)
                continue
            self.count(rule, result.verdict.value)
            if result.verdict is Verdict.FAIL and self.may_list(rule):
                self.failures.append(Failure(rule, result=result))

    # --- comparisons --------------------------------------------------------------------------------

    def _linear(self, rule: RuleSpec, form: Linear) -> None:
        relations = self.layouts.of(rule, form)
        if not relations.bindings:
            self.count(rule, "not_applicable")  # no code has what the rule speaks of: said, not left out
            return
        missing = self._missing_table(relations)
        look = QuickLook(relations)
        for binding, column in look.suspects():
            if binding in relations.doubled:
                self.cannot_say(rule, relations.doubled[binding])
                continue
            judged = self._judge(form, relations.terms(binding, column))
            if judged.end in (End.WRONG, End.TAIL):
                reason = missing or self._unprinted(relations.absent(binding))
                judged = judged._replace(end=End.LOST, reason=reason) if reason else judged
            self._file(rule, form, relations, (binding, column), judged)
        self.count(rule, "pass", look.held)
        self.count(rule, "not_applicable", look.empty)

    def _missing_table(self, relations: Relations) -> str:
        """Why no relation of a rule can fail: the form of this workbook does not have one of its tables."""
        named = dict.fromkeys(p.section.table for p in relations.plans if self.now.tables[p.section.table].absent)
        gone = [key for key in named if not self.nothing.holds_nothing(key)]
        if not gone:
            return ""
        spec = self.now.tables[gone[0]].spec
        return f"这份工作簿没有{spec.title}（{spec.name}）"

    def _unprinted(self, absent: Sequence[tuple[str, str]]) -> str:
        """Why a relation can't fail for a code that is not there: the table leaves out all codes of that level."""
        reason = ""
        for key, code in absent:
            table = self.now.tables[key]
            if any(len(code) in left_out(section) for section in table.sections.values()):
                reason = f"{table.spec.title}没有印{len(code)}位的科目，科目 {code} 是多少不知道"
        return reason

    def _judge(self, form: Linear, terms: list[Term]) -> Judged:
        left, right = judge.sides(terms, form.constant)
        judged = Judged(End.EXACT, tuple(terms), left, right)
        reason = judge.unusable(terms, self.now)
        if reason:
            return judged._replace(end=End.LOST, reason=reason)
        if not any(t.amount.filled for t in terms):
            return judged._replace(end=End.EMPTY)
        if judge.holds_exactly(form.op, left - right):
            return judged
        if judge.holds_rounded(form.op, terms, form.constant):
            return judged._replace(end=End.ROUNDING)
        if _has_no_place(terms):
            return judged._replace(end=End.EMPTY, reason=_NO_PLACE)
        return judged._replace(end=End.TAIL if self._is_tail(form, terms, left - right) else End.WRONG)

    def _is_tail(self, form: Linear, terms: list[Term], difference: int) -> bool:
        hopeless = form.op == "恒等" or beyond(terms, difference)
        return not hopeless and self.habits.seen.explain(form.op, terms, form.constant)

    def _file(self, rule: RuleSpec, form: Linear, relations: Relations, at: tuple[int, int], judged: Judged) -> None:
        if judged.end is End.LOST:
            self.cannot_say(rule, judged.reason)
        elif judged.end in _TALLY:
            self.count(rule, _TALLY[judged.end])
            if judged.reason == _NO_PLACE and form.op == "=":
                self.unplaced.append(judged)
        elif judged.end is End.TAIL:
            self.count(rule, "fail")
            self.count(rule, "tail")
            self.tails.append((rule, judged))
        else:
            self.count(rule, "fail")
            if self.may_list(rule):
                absent = tuple(relations.absent(at[0]))
                search = _searched(rule, form.op, gap=names_a_gap(judged, absent))
                self.failures.append(
                    Failure(
                        rule, form.op, (rule.id, *at), judged, absent=absent, search=search,
                        reach=self._reach(form.op, judged),
                    )
                )  # fmt: skip

    def _reach(self, op: str, judged: Judged) -> int:
        """What a rounding habit may leave is no mistake to the check, so it is none to the live formula."""
        if op != "=":
            return 0
        reach = self.habits.so_far.reach(list(judged.terms))
        return reach if reach < abs(judged.left - judged.right) else 0

    def _general(self, rule: RuleSpec, claim: s.Compare) -> None:
        from xlcheck.checking.general import General

        general = General(rule, claim, self.now, self.before)
        for binding, column in general.relations:
            terms = general.relations.terms(binding, column)
            if any(t.amount.filled for t in terms) or judge.unusable(terms, self.now):
                self._ratio(rule, claim.op, general, (binding, column), terms)
            else:
                self.count(rule, "not_applicable")

    def _ratio(self, rule: RuleSpec, op: str, general: General, at: tuple[int, int], terms: list[Term]) -> None:
        from xlcheck.formula.ranges import Unusable

        try:
            exactly, loosely, left, right = general.holds(*at)
        except Unusable as error:
            self.cannot_say(rule, str(error))
            return
        if loosely:
            self.count(rule, "pass" if exactly else "explained_by_rounding")
        else:
            self._failed_ratio(rule, op, terms, (left, right))

    def _failed_ratio(self, rule: RuleSpec, op: str, terms: list[Term], sides: tuple[Fraction, Fraction]) -> None:
        self.count(rule, "fail")
        if self.may_list(rule):
            left, right = (int(side * 1_000_000) for side in sides)
            self.failures.append(Failure(rule, op, judged=Judged(End.WRONG, tuple(terms), left, right), ratio=True))


def names_a_gap(judged: Judged, absent: Sequence[tuple[str, str]]) -> bool:
    """Whether a failing relation is about a code that one side does not have: a row left out, no wrong figure."""
    return bool(absent) and len({t.left for t in judged.terms}) == 1


def _searched(rule: RuleSpec, op: str, *, gap: bool) -> SearchUse | None:
    """What the search may make of a failing relation: only rules that always hold tell a wrong cell from a right one."""
    if rule.grade is not Grade.ALWAYS or rule.kind == "continuity":
        return None
    if op in ("≤", "≥"):
        return SearchUse(equation=False, gap=True)
    return SearchUse(equation=True, gap=gap) if op == "=" else None


def _formless(rule: RuleSpec, now: Submission) -> bool:
    """Whether a rule tests tables that the workbook's form does not have (无数据, 有说明, codes): it says nothing here."""
    absent = {key for key, table in now.tables.items() if table.absent}
    return bool(absent) and (_names_only(absent, rule, now) or _starts_only_from(absent, rule, now))


def _names_only(absent: set[str], rule: RuleSpec, now: Submission) -> bool:
    """Whether the tables that a rule names as a whole are all absent."""
    named = {n.name for n in s.walk(rule.tree) if isinstance(n, s.Bare)} & now.tables.keys()
    return bool(named) and named <= absent


def _starts_only_from(absent: set[str], rule: RuleSpec, now: Submission) -> bool:
    """Whether the tables whose codes a rule goes through (else that of its first reference) are all absent."""
    refs = s.refs(rule.tree)
    own = [r for r in refs if r.row.kind == "each"] or refs[:1]
    return bool(own) and {r.table for r in own} & now.tables.keys() <= absent


def _has_no_place(terms: list[Term]) -> bool:
    """Whether a relation does not hold only because this workbook's form has no place for some of its cells.

    Parts of a sum are 0 where the form has no place for them; a total, the other side of a copy, or a whole table that
    is not there can't be 0 for that: such a relation is not applicable.
    """
    return any(map(_is_absent, terms)) and not _may_lack_parts(terms)


def _may_lack_parts(terms: list[Term]) -> bool:
    """Whether it is a sum within one section, whose total and at least one part are printed."""
    printed = [t for t in terms if not _is_absent(t)]
    one_total = _on_left(terms) == _on_left(printed) == 1
    return one_total and _has_one_sign(terms) and len(printed) > 1 and _in_one_section(terms)


def _on_left(terms: list[Term]) -> int:
    return sum(t.left for t in terms)


def _has_one_sign(terms: list[Term]) -> bool:
    """Whether all parts are added, or all are taken away."""
    return len({t.weight > 0 for t in terms if not t.left}) == 1


def _in_one_section(terms: list[Term]) -> bool:
    return len({(t.section.table, t.section.spec.key) for t in terms}) == 1


def _is_absent(term: Term) -> bool:
    return term.amount.note == "absent"
