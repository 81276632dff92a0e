"""All rules on one submission → :class:`Outcome`: a verdict for every relation, findings for some."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from xlcheck.checking import claims, judge
from xlcheck.checking.causes.name import causes, constraint_model
from xlcheck.checking.conditions import Terms, condition
from xlcheck.checking.excelform import live_form
from xlcheck.checking.findings import finding_of, tail_summaries
from xlcheck.checking.judge import End, Judged
from xlcheck.checking.relations import NotCheckable, Relations, Term, lay
from xlcheck.checking.results import left_out
from xlcheck.checking.scales import Wrong, causes_in_yuan, fold_cells, in_yuan, workbook_in_yuan
from xlcheck.checking.tail import Habits, Sums, beyond, sums_of
from xlcheck.form import Grade, RuleSpec, Severity, Verdict
from xlcheck.formula import syntax as s
from xlcheck.formula.linear import Linear
from xlcheck.model import CannotSay, Cause, Finding, Live, Outcome, Submission, decimal_text

_MOST_LISTED = 300  # of one rule; who has more has not made that many mistakes
_ABSENT = "这套表没有其中的表、栏或行"
_TALLY = {End.EXACT: "pass", End.ROUNDING: "explained_by_rounding", End.EMPTY: "not_applicable"}


class _Check:
    """The state of one run: verdict counts, findings, and 尾差 kept for their summaries."""

    def __init__(self, now: Submission, before: Submission | None) -> None:
        self.now = now
        self.before = before
        self.outcome = Outcome(findings=list(now.remarks))
        self.tails: list[tuple[RuleSpec, Judged]] = []
        self.failing: list[Wrong] = []
        self.unequal: list[Wrong] = []
        self.folded: set[tuple[str, int, int]] = set()
        self.terms = Terms(now.form.terms)
        self._habits: Habits | None = None
        self._plain_habits: Habits | None = None
        self._silent: Counter[tuple[str, str]] = Counter()
        self._listed: Counter[str] = Counter()

    def count(self, rule: RuleSpec, what: str, number: int = 1) -> None:
        tally = self.outcome.tallies.setdefault(rule.id, {})
        tally[what] = tally.get(what, 0) + number

    def cannot_say(self, rule: RuleSpec, reason: str) -> None:
        self.count(rule, "cannot_say")
        self._silent[rule.id, reason] += 1
        if self._silent[rule.id, reason] == 1:
            self.outcome.cannot_say.append(CannotSay(rule.id, reason))

    def may_list(self, rule: RuleSpec) -> bool:
        """Whether another finding of a rule is listed; past the first hundreds they are counted, and that is said."""
        self._listed[rule.id] += 1
        return self._listed[rule.id] <= _MOST_LISTED

    def unlisted(self) -> Iterator[Finding]:
        """One finding for each rule that failed more often than is listed."""
        for rule in self.now.form.rules:
            more = self._listed[rule.id] - _MOST_LISTED
            if more > 0:
                facts = {"count": str(more), "listed": str(_MOST_LISTED)}
                yield Finding(rule.id, rule.severity, rule.kind, "unlisted", facts=facts)

    @property
    def habits(self) -> Habits:
        if self._habits is None:
            self._habits = Habits(self.now, _in_table_sums(self.now))
        return self._habits

    @property
    def known_habits(self) -> Habits:
        """The habits as far as they have been looked at: who sums what is shown has asked for them before."""
        if self._habits is not None:
            return self._habits
        if self._plain_habits is None:
            self._plain_habits = Habits(self.now, {})
        return self._plain_habits

    def run(self, rule: RuleSpec) -> None:
        claim = rule.tree
        if _formless(rule, self.now):
            self.count(rule, "not_applicable")
            return
        try:
            if isinstance(claim, s.Implies):
                value, reason = condition(claim.condition, rule, self.now, self.terms)
                if value is None:
                    self.cannot_say(rule, reason)
                    return
                if not value:
                    self.count(rule, "not_applicable")
                    return
                claim = claim.claim
            self._claim(rule, claim)
        except NotCheckable as error:
            if rule.missing is Verdict.NOT_APPLICABLE:
                self.count(rule, "not_applicable")
            else:
                self.cannot_say(rule, str(error))

    def _claim(self, rule: RuleSpec, claim: Any) -> None:
        if isinstance(claim, s.Compare):
            if rule.linear is None:
                self._general(rule, claim)
            else:
                self._linear(rule, rule.linear)
        elif isinstance(claim, s.Call):
            self._test(rule, claim)
        else:
            value, reason = condition(claim, rule, self.now, self.terms)
            self._plain(rule, value, reason)

    def _plain(self, rule: RuleSpec, value: bool | None, reason: str) -> None:
        if value is None:
            self.cannot_say(rule, reason)
        elif value:
            self.count(rule, "pass")
        else:
            self.count(rule, "fail")
            self.outcome.findings.append(Finding(rule.id, rule.severity, rule.kind, "claim"))

    def _test(self, rule: RuleSpec, call: s.Call) -> None:
        for result in claims.run(call, rule, self.now):
            if result.verdict is Verdict.CANNOT_SAY:
                self.cannot_say(rule, result.reason)
                continue
            self.count(rule, result.verdict.value)
            if result.verdict is Verdict.FAIL:
                found = Finding(rule.id, rule.severity, rule.kind, result.what, result.cells, facts=result.facts)
                if self.may_list(rule):
                    self.outcome.findings.append(found)

    def _linear(self, rule: RuleSpec, form: Linear) -> None:
        relations = lay(rule, form, self.now, self.before)
        if not relations.bindings:
            self.count(rule, "not_applicable")  # no code has what the rule speaks of: said, not left out
            return
        gone = [p.section.table for p in relations.plans if self.now.tables[p.section.table].absent]
        for binding, column in _suspects(self, rule, relations):
            if binding in relations.doubled:
                self.cannot_say(rule, relations.doubled[binding])
                continue
            judged = self._judge(form, relations.terms(binding, column))
            if gone and judged.end in (End.WRONG, End.TAIL):
                spec = self.now.tables[gone[0]].spec
                judged = judged._replace(end=End.LOST, reason=f"这份工作簿没有{spec.title}（{spec.name}）")
            if judged.end in (End.WRONG, End.TAIL):
                for key, code in relations.absent(binding):
                    spec = self.now.tables[key].spec
                    if any(len(code) in left_out(s) for s in self.now.tables[key].sections.values()):
                        said = f"{spec.title}没有印{len(code)}位的科目，科目 {code} 是多少不知道"
                        judged = judged._replace(end=End.LOST, reason=said)
            self._file(rule, form, relations, (binding, column), judged)

    def _judge(self, form: Linear, terms: list[Term]) -> Judged:
        left, right = judge.sides(terms, form.constant)
        reason = judge.unusable(terms, self.now)
        if reason:
            return Judged(End.LOST, tuple(terms), left, right, reason)
        if not any(t.amount.filled for t in terms):
            return Judged(End.EMPTY, tuple(terms), left, right)
        if judge.holds_exactly(form.op, left - right):
            return Judged(End.EXACT, tuple(terms), left, right)
        if judge.holds_rounded(form.op, terms, form.constant):
            return Judged(End.ROUNDING, tuple(terms), left, right)
        absent = _absent(terms)
        if absent is not None:
            return Judged(absent, tuple(terms), left, right, _ABSENT)
        hopeless = form.op == "恒等" or beyond(terms, left - right)
        tail = not hopeless and self.habits.explain(form.op, terms, form.constant)
        return Judged(End.TAIL if tail else End.WRONG, tuple(terms), left, right)

    def _file(self, rule: RuleSpec, form: Linear, relations: Relations, at: tuple[int, int], judged: Judged) -> None:
        if judged.end is End.LOST:
            self.cannot_say(rule, judged.reason)
        elif judged.end in _TALLY:
            self.count(rule, _TALLY[judged.end])
        else:
            self.count(rule, "fail")
            if judged.end is End.TAIL:
                self.count(rule, "tail")
                self.tails.append((rule, judged))
            elif self.may_list(rule):
                absent = relations.absent(at[0])
                found = finding_of(rule, form.op, judged, absent, self.now)
                found = found._replace(live=_live(form, judged, found, self))
                self.outcome.findings.append(found)
                if rule.grade is not Grade.ALWAYS or rule.kind == "continuity":
                    return
                if form.op in ("≤", "≥"):
                    self.unequal.append(Wrong(found, judged, (rule.id, *at), gap=True))
                elif form.op == "=":
                    gap = "absent" in found.facts
                    self.failing.append(Wrong(found, judged, (rule.id, *at), gap))

    def _general(self, rule: RuleSpec, claim: s.Compare) -> None:
        from xlcheck.checking.general import General, Unusable

        general = General(rule, claim, self.now, self.before)
        for binding, column in general.relations:
            terms = general.relations.terms(binding, column)
            if not any(t.amount.filled for t in terms) and not judge.unusable(terms, self.now):
                self.count(rule, "not_applicable")
                continue
            try:
                exactly, loosely, left, right = general.holds(binding, column)
            except Unusable as error:
                self.cannot_say(rule, str(error))
                continue
            if loosely:
                self.count(rule, "pass" if exactly else "explained_by_rounding")
                continue
            self.count(rule, "fail")
            judged = Judged(End.WRONG, tuple(terms), int(left * 1_000_000), int(right * 1_000_000))
            if self.may_list(rule):
                self.outcome.findings.append(_ratio_finding(rule, claim.op, judged, self.now))


def _formless(rule: RuleSpec, now: Submission) -> bool:
    """Whether a rule tests tables that the workbook's form does not have (无数据, 有说明, codes): it says nothing here."""
    if not any(t.absent for t in now.tables.values()):
        return False
    named = [n.name for n in s.walk(rule.tree) if isinstance(n, s.Bare) and n.name in now.tables]
    if named and all(now.tables[n].absent for n in named):
        return True
    refs = s.refs(rule.tree)
    own = [r for r in refs if r.row.kind == "each"] or refs[:1]
    return bool(own) and all(now.tables[r.table].absent for r in own if r.table in now.tables)


def _absent(terms: list[Term]) -> End | None:
    """How a relation ends that does not hold and has cells that this workbook's form does not have.

    Parts of a sum are 0 where the form has no place for them; a total, the other side of a copy, or a whole table that
    is not there can't be 0 for that: such a relation is not applicable, or can't be said.
    """
    if not any(t.amount.note == "absent" for t in terms):
        return None
    first = [t for t in terms if t.left]
    parts = [t for t in terms if not t.left]
    if len(first) == 1 and first[0].amount.note != "absent" and len({t.weight > 0 for t in parts}) == 1:
        printed = [t for t in parts if t.amount.note != "absent"]
        same = {(t.section.table, t.section.spec.key) for t in terms}
        if printed and len(same) == 1:
            return None
    return End.EMPTY


def _ratio_finding(rule: RuleSpec, op: str, judged: Judged, now: Submission) -> Finding:
    found = finding_of(rule, op, judged, (), now)
    expected, actual = decimal_text(judged.right), decimal_text(judged.left)
    return Finding(
        found.rule, found.severity, found.kind, "relation", found.cells, expected, actual,
        decimal_text(judged.left - judged.right), "0.00", found.unit, found.facts,
    )  # fmt: skip


def _suspects(check: _Check, rule: RuleSpec, relations: Relations) -> Iterator[tuple[int, int]]:
    """The relations that don't simply hold; the others are counted here, without listing cells."""
    op, constant = relations.form.op, relations.form.constant
    summers = [(p.weight, p.summer()) for p in relations.plans]
    exact = blank = 0
    sparse = _zero_means_blank(relations)
    one_sided = {"≤": 1, "≥": -1}.get(op, 0)
    (first_weight, first), *rest = summers
    empty = _empty_columns(relations)
    for column in relations.columns:
        if column in empty:
            check.count(rule, "not_applicable", len(relations.bindings))
            continue
        for binding in range(len(relations.bindings)):
            try:
                lead = first(binding, column)
                difference = constant + first_weight * lead
                for weight, summer in rest:
                    difference += weight * summer(binding, column)
            except TypeError:
                yield binding, column
                continue
            fine = difference == 0 if not one_sided else difference * one_sided <= 0
            if not fine or op not in ("=", "≤", "≥") or binding in relations.doubled:
                yield binding, column
            elif lead:
                exact += 1
            elif sparse and difference == constant:
                blank += 1
            else:
                yield binding, column
    if exact:
        check.count(rule, "pass", exact)
    if blank:
        check.count(rule, "not_applicable", blank)


def _zero_means_blank(relations: Relations) -> bool:
    """Whether both sides being 0 can only mean that every cell is blank: no typed zeros, no minus."""
    return relations.form.one_signed and all(p.section.sparse for p in relations.plans)


def _empty_columns(relations: Relations) -> set[int]:
    """Columns of a ``*`` in which no cell of the whole section is filled: nothing to compare."""
    if len(relations.columns) == 1:
        return set()
    starred = [p.section.empty_columns for p in relations.plans if p.columns is None]
    if len(starred) < len(relations.plans):
        return set()
    return set(starred[0].intersection(*starred[1:]))


def _in_table_sums(now: Submission) -> Sums:
    found: list[list[Term]] = []
    for rule in now.form.rules:
        if rule.kind != "arithmetic" or not isinstance(rule.tree, s.Compare):
            continue
        form = rule.linear
        if form is None or form.op != "=" or form.split != 1:
            continue
        try:
            relations = lay(rule, form, now, None)
        except NotCheckable:
            continue
        found += [relations.terms(b, c) for b, c in relations]
    return sums_of(found)


_ORDER = {Severity.ERROR: 0, Severity.VERIFY: 1, Severity.NOTE: 2}


def check(now: Submission, before: Submission | None = None, rules: Sequence[RuleSpec] | None = None) -> Outcome:
    """Run the rules (all of the form's, unless named) on ``now``; ``before`` is last year's submission.

    Findings come worst first, then in the order of the rules.
    """
    now.mixed_units = len(now.units) > 1
    run = _Check(now, before)
    for rule in now.form.rules if rules is None else rules:
        run.run(rule)
    run.outcome.findings += run.unlisted()
    _scale(run)
    accused = {t.spot for w in run.failing for t in w.judged.terms}
    tails = [(rule, j) for rule, j in run.tails if not accused.intersection(t.spot for t in j.terms)]
    run.outcome.findings += tail_summaries(tails, now)
    run.outcome.findings.sort(key=lambda f: _ORDER[f.severity])
    if run.failing or run.unequal or run.folded:
        run.outcome.findings, run.outcome.causes = _together(*fold_cells(run.outcome.findings, _causes(run)))
    return run.outcome


def _live(form: Linear, judged: Judged, found: Finding, check: _Check) -> Live | None:
    """The formulas of a finding; its difference keeps the sign that the finding gives it.

    What a rounding habit may leave is no mistake to the check, so it is none to the formula.
    """
    reach = 0
    if form.op == "=":
        reach = check.known_habits.reach(list(judged.terms))
        reach = reach if reach < abs(judged.left - judged.right) else 0
    live = live_form(judged.terms, form.op, form.constant, check.now, reach)
    if live is None or found.difference is None:
        return live
    turned = (judged.left - judged.right > 0) != (Decimal(found.difference) > 0)
    return live._replace(difference=f"=-{live.difference.removeprefix('=')}") if turned else live


def _scale(run: _Check) -> None:
    """Fold what a table or column in the wrong unit breaks into one finding."""
    found, left = in_yuan(run.failing, run.now, lambda: _equations(run.now))
    whole = workbook_in_yuan(run.now, left)
    if whole is not None:
        gone = {id(w) for w in whole.explained}
        found, left = [*found, whole.finding], [w for w in left if id(w) not in gone]
    if found:
        kept = {id(w.finding) for w in left}
        folded = {id(w.finding) for w in run.failing} - kept
        run.folded = {w.key for w in run.failing if id(w.finding) in folded}
        run.outcome.findings = [*found, *(f for f in run.outcome.findings if id(f) not in folded)]
        run.failing = left
        told = {f.facts["table"] for f in found if f.what == "table_in_yuan"}
        for one in run.unequal:  # nor is a table in 元 comparable with others
            if any(run.now.tables[t.section.table].spec.number in told for t in one.judged.terms):
                run.folded.add(one.key)
                run.outcome.findings = [f for f in run.outcome.findings if f is not one.finding]
        run.unequal = [w for w in run.unequal if w.key not in run.folded]


def _together(findings: list[Finding], found: list[Cause]) -> tuple[list[Finding], list[Cause]]:
    """What one cause explains stands together, at the place of its first finding; no severity is mixed with another."""
    leader = {
        i: min(j for j in c.explains if findings[j].severity is findings[i].severity)
        for c in reversed(found)
        for i in c.explains
    }
    order = sorted(range(len(findings)), key=lambda i: (_ORDER[findings[i].severity], leader.get(i, i), i))
    at = {old: new for new, old in enumerate(order)}
    return [findings[i] for i in order], [c._replace(explains=tuple(sorted(at[i] for i in c.explains))) for c in found]


def _equations(now: Submission) -> Iterator[tuple[tuple[str, int, int], list[Term]]]:
    """The cells of all relations with ``=`` that always hold, by key."""
    joint = constraint_model(now)
    for relation in joint.relations:
        if relation.op == "=":
            yield relation.key, [joint.term(cell) for cell in relation.weights]


def _causes(run: _Check) -> list[Cause]:
    at = {id(f): i for i, f in enumerate(run.outcome.findings)}
    failing = [*run.failing, *run.unequal]
    findings = {w.key: at[id(w.finding)] for w in failing}
    gaps = {w.key for w in failing if w.gap}
    scaled = causes_in_yuan(run.outcome.findings, run.now)
    found, complete = causes(run.now, run.before, findings, gaps, run.folded, run.habits)
    run.outcome.unsearched = not complete
    return [*scaled, *found]
