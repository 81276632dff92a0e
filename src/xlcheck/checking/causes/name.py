"""Explanations → :class:`Diagnosis`: the cells by their addresses, the figures as people write them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from xlcheck.checking.causes.joint import Joint, Key, failing_of, strict, tolerant
from xlcheck.checking.causes.repairs import Repair, Right
from xlcheck.checking.causes.search import Explanation, Search
from xlcheck.checking.causes.stale import stale
from xlcheck.checking.causes.ties import untied
from xlcheck.checking.causes.trial import Operation
from xlcheck.checking.cellrefs import cell_ref, digits
from xlcheck.checking.conditions import Terms
from xlcheck.checking.tail import Habits
from xlcheck.form import Grade
from xlcheck.formula.interval import Interval
from xlcheck.model import Diagnosis, Submission, SuspectCell, decimal_text

_MOST_ALTERNATIVES = 60


def joint_model(now: Submission) -> Joint:
    """All relations of grade ``always`` that are in force, those under a condition that is met included."""
    joint = Joint(now)
    terms = Terms(now.form.terms)
    for rule in now.form.rules:
        if rule.grade is Grade.ALWAYS and rule.kind != "continuity":
            joint.add(rule, None, terms)
    return joint


def causes(
    now: Submission,
    before: Submission | None,
    findings: Mapping[Key, int],
    gaps: Iterable[Key],
    aside: Iterable[Key],
    habits: Habits,
) -> tuple[list[Diagnosis], bool]:
    """The causes of failing relations, given by key with the index of their finding; whether the search was complete.

    ``before`` is last year's submission. ``gaps`` name a row that is not there; relations ``aside`` are explained
    otherwise: a table in 元.
    """
    joint = joint_model(now)
    left_out = set(aside)
    joint.relations = [
        r
        for r in joint.relations
        if r.key not in left_out and (r.key in findings or r.op == "=" or _fine(r.op, r.difference))
    ]
    failing = failing_of(joint, [k for k in findings if k not in left_out])
    if not failing:
        return [], True

    def wide(cell: int) -> Interval:
        return habits.band(joint.term(cell))

    old = stale(joint, before, failing) if before is not None else []
    found = [_cause(Explanation(tuple(sorted(one.explains)), None, one), joint, findings) for one in old]
    gone = {n for one in old for n in one.explains}
    if gone:
        keys = [joint.relations[n].key for n in failing if n not in gone]
        joint = joint.without(gone)
        failing = failing_of(joint, keys)
    search = Search(joint, failing, (strict(joint), wide, tolerant(joint)), frozenset(failing_of(joint, gaps)))
    found += [_cause(e, joint, findings) for e in untied(search.explanations(), now, before)]
    return found, not search.over_budget


def _fine(op: str, difference: int) -> bool:
    return difference <= 0 if op == "≤" else difference >= 0


def _cause(found: Explanation, joint: Joint, findings: Mapping[Key, int]) -> Diagnosis:
    explains = tuple(sorted({findings[joint.relations[n].key] for n in found.explains}))
    if found.operation is not None:
        return _of_operation(found.operation, joint, explains)
    repair = found.repair or Repair((), 0.0)
    first = repair.rights[0]
    others = tuple(_blame(right, joint) for one in found.alternatives[:_MOST_ALTERNATIVES] for right in one.rights)
    facts = _facts(first, joint)
    if len(found.alternatives) > _MOST_ALTERNATIVES:
        facts["more"] = str(len(found.alternatives) - _MOST_ALTERNATIVES)
    return Diagnosis(
        _kind(repair),
        tuple(_blame(r, joint) for r in repair.rights),
        explains,
        _unit(joint, first.cell),
        others,
        found.tied,
        "omitted" if "part" in facts and facts["part"].startswith("+") else "doubled" if "part" in facts else "cell",
        facts,
    )


def _kind(repair: Repair) -> str:
    kinds = {r.slip.kind for r in repair.rights}
    return kinds.pop() if len(kinds) == 1 else "unknown"


def _facts(right: Right, joint: Joint) -> dict[str, str]:
    if right.slip.kind != "stale_total" or not right.slip.part:
        return {}
    ulp = joint.ulp(right.cell) or 1_000_000
    part = right.slip.part * ulp
    label = ""
    for number in joint.near.get(right.cell, ()):
        relation = joint.relations[number]
        if relation.total == right.cell:
            named = [c for c in relation.weights if c != right.cell and joint.figure(c) == abs(part)]
            if len(named) == 1:
                label = cell_ref(joint.term(named[0]), "part", joint.now).label
    text = decimal_text(abs(part), digits(joint.ulp(right.cell)))
    return {"part": ("+" if part > 0 else "-") + text, "label": label, "amount": text}


def _of_operation(one: Operation, joint: Joint, explains: tuple[int, ...]) -> Diagnosis:
    cells = {c for c in one.cells if c in one.figures or not _in_empty_column(joint, c)}
    order = [one.primary] if one.primary in cells else []
    order += sorted(c for c in cells if c != one.primary)
    facts = dict(one.facts)
    if len(one.others) > _MOST_ALTERNATIVES:
        facts["more"] = str(len(one.others) - _MOST_ALTERNATIVES)
    return Diagnosis(
        one.slip.kind if one.slip else one.kind,
        tuple(_meant(c, one.figures.get(c), joint) for c in order),
        explains,
        _unit(joint, one.primary),
        tuple(_meant(c, f, joint) for c, f in list(one.others.items())[:_MOST_ALTERNATIVES]),
        False,
        one.what,
        facts,
    )


def _in_empty_column(joint: Joint, cell: int) -> bool:
    section, _, column = joint.place(cell)
    return column in section.empty_columns


def _meant(cell: int, figure: int | None, joint: Joint) -> SuspectCell:
    text = None if figure is None else decimal_text(figure, digits(joint.ulp(cell)))
    return SuspectCell(cell_ref(joint.term(cell), "subject", joint.now), text, (text or "", text or ""))


def _blame(right: Right, joint: Joint) -> SuspectCell:
    places = digits(joint.ulp(right.cell))
    return SuspectCell(
        cell_ref(joint.term(right.cell), "subject", joint.now),
        None if right.figure is None else decimal_text(right.figure, places),
        ("" if right.low is None else decimal_text(right.low), "" if right.high is None else decimal_text(right.high)),
    )


def _unit(joint: Joint, cell: int) -> str:
    section, row, _ = joint.place(cell)
    return section.rows[row].unit or joint.now.tables[section.table].currency
