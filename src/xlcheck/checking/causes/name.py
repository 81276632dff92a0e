"""Explanations → :class:`Cause`: the cells by their addresses, the figures as people write them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from xlcheck.checking.causes.constraint_model import ConstraintModel, Key, failing_of, strict, tolerant
from xlcheck.checking.causes.hypothesis import Operation
from xlcheck.checking.causes.repairs import Correction, Repair
from xlcheck.checking.causes.search import CauseCandidate, Search
from xlcheck.checking.causes.stale import stale
from xlcheck.checking.causes.ties import break_ties
from xlcheck.checking.conditions import Terms
from xlcheck.checking.findings import cell_ref, digits
from xlcheck.checking.tail import Habits
from xlcheck.form import Grade
from xlcheck.formula.interval import Interval
from xlcheck.model import Blame, Cause, Submission, decimal_text

_MOST_ALTERNATIVES = 60


def constraint_model(now: Submission) -> ConstraintModel:
    """All relations of grade ``always`` that are in force, those under a condition that is met included."""
    model = ConstraintModel(now)
    terms = Terms(now.form.terms)
    for rule in now.form.rules:
        if rule.grade is Grade.ALWAYS and rule.kind != "continuity":
            model.add(rule, None, terms)
    return model


def causes(
    now: Submission,
    before: Submission | None,
    findings: Mapping[Key, int],
    gaps: Iterable[Key],
    aside: Iterable[Key],
    habits: Habits,
) -> tuple[list[Cause], bool]:
    """The causes of failing relations, given by key with the index of their finding; whether the search was complete.

    ``before`` is last year's submission. ``gaps`` name a row that is not there; relations ``aside`` are explained
    otherwise: a table in 元.
    """
    model = constraint_model(now)
    left_out = set(aside)
    model.relations = [
        r
        for r in model.relations
        if r.key not in left_out and (r.key in findings or r.op == "=" or _fine(r.op, r.difference))
    ]
    failing = failing_of(model, [k for k in findings if k not in left_out])
    if not failing:
        return [], True

    def wide(cell: int) -> Interval:
        return habits.band(model.term(cell))

    old = stale(model, before, failing) if before is not None else []
    found = [_cause(CauseCandidate(tuple(sorted(one.explains)), None, one), model, findings) for one in old]
    gone = {n for one in old for n in one.explains}
    if gone:
        keys = [model.relations[n].key for n in failing if n not in gone]
        model = model.without(gone)
        failing = failing_of(model, keys)
    search = Search(model, failing, (strict(model), wide, tolerant(model)), frozenset(failing_of(model, gaps)))
    found += [_cause(e, model, findings) for e in break_ties(search.cause_candidates(), now, before)]
    return found, not search.over_budget


def _fine(op: str, difference: int) -> bool:
    return difference <= 0 if op == "≤" else difference >= 0


def _cause(found: CauseCandidate, model: ConstraintModel, findings: Mapping[Key, int]) -> Cause:
    explains = tuple(sorted({findings[model.relations[n].key] for n in found.explains}))
    if found.operation is not None:
        return _of_operation(found.operation, model, explains)
    repair = found.repair or Repair((), 0.0)
    first = repair.corrections[0]
    others = tuple(_blame(right, model) for one in found.alternatives[:_MOST_ALTERNATIVES] for right in one.corrections)
    facts = _facts(first, model)
    if len(found.alternatives) > _MOST_ALTERNATIVES:
        facts["more"] = str(len(found.alternatives) - _MOST_ALTERNATIVES)
    return Cause(
        _kind(repair),
        tuple(_blame(r, model) for r in repair.corrections),
        explains,
        _unit(model, first.cell),
        others,
        found.tied,
        "omitted" if "part" in facts and facts["part"].startswith("+") else "doubled" if "part" in facts else "cell",
        facts,
    )


def _kind(repair: Repair) -> str:
    kinds = {r.error_model.kind for r in repair.corrections}
    return kinds.pop() if len(kinds) == 1 else "unknown"


def _facts(right: Correction, model: ConstraintModel) -> dict[str, str]:
    if right.error_model.kind != "stale_total" or not right.error_model.part:
        return {}
    ulp = model.ulp(right.cell) or 1_000_000
    part = right.error_model.part * ulp
    label = ""
    for number in model.near.get(right.cell, ()):
        relation = model.relations[number]
        if relation.total == right.cell:
            named = [c for c in relation.weights if c != right.cell and model.figure(c) == abs(part)]
            if len(named) == 1:
                label = cell_ref(model.term(named[0]), "part", model.now).label
    text = decimal_text(abs(part), digits(model.ulp(right.cell)))
    return {"part": ("+" if part > 0 else "-") + text, "label": label, "amount": text}


def _of_operation(one: Operation, model: ConstraintModel, explains: tuple[int, ...]) -> Cause:
    cells = {c for c in one.cells if c in one.figures or not _in_empty_column(model, c)}
    order = [one.primary] if one.primary in cells else []
    order += sorted(c for c in cells if c != one.primary)
    facts = dict(one.facts)
    if len(one.others) > _MOST_ALTERNATIVES:
        facts["more"] = str(len(one.others) - _MOST_ALTERNATIVES)
    return Cause(
        one.error_model.kind if one.error_model else one.kind,
        tuple(_meant(c, one.figures.get(c), model) for c in order),
        explains,
        _unit(model, one.primary),
        tuple(_meant(c, f, model) for c, f in list(one.others.items())[:_MOST_ALTERNATIVES]),
        False,
        one.what,
        facts,
    )


def _in_empty_column(model: ConstraintModel, cell: int) -> bool:
    section, _, column = model.place(cell)
    return column in section.empty_columns


def _meant(cell: int, figure: int | None, model: ConstraintModel) -> Blame:
    text = None if figure is None else decimal_text(figure, digits(model.ulp(cell)))
    return Blame(cell_ref(model.term(cell), "subject", model.now), text, (text or "", text or ""))


def _blame(right: Correction, model: ConstraintModel) -> Blame:
    places = digits(model.ulp(right.cell))
    return Blame(
        cell_ref(model.term(right.cell), "subject", model.now),
        None if right.figure is None else decimal_text(right.figure, places),
        ("" if right.low is None else decimal_text(right.low), "" if right.high is None else decimal_text(right.high)),
    )


def _unit(model: ConstraintModel, cell: int) -> str:
    section, row, _ = model.place(cell)
    return section.rows[row].unit or model.now.tables[section.table].currency
