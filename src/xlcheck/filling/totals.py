"""Totals that the data leave out, computed by the form's own sum rules."""

from __future__ import annotations

from decimal import Decimal

from xlcheck.checking.relations import NotCheckable, Term, lay
from xlcheck.filling.content import UnitData
from xlcheck.form import RuleSpec, SetSpec
from xlcheck.formula.linear import Linear
from xlcheck.model import BLANK, LOST, Amount, Section, Submission
from xlcheck.reading.from_data import number, submission

_CENT = 10_000  # a hundredth in millionths: what a computed total is printed to


def complete(form: SetSpec, content: UnitData) -> Submission:
    """A submission in which every cell is from the data, computed, or blank.

    A total is computed where a rule within one table says ``total = Σ parts`` and the data leave it out; one that
    is there is never touched, right or wrong. Sums of nothing stay blank.
    """
    filled = submission(form, content.tables, LOST)
    relations = _sums(form, filled)
    while _fill_once(relations):
        pass
    for table in filled.tables.values():
        for section in table.sections.values():
            _blank_what_is_lost(section)
    return filled


def _blank_what_is_lost(section: Section) -> None:
    for r, row in enumerate(section.amounts):
        for c, amount in enumerate(row):
            if amount is LOST:
                _put(section, r, c, BLANK, 0)


def _sums(form: SetSpec, filled: Submission) -> list[list[Term]]:
    """The terms of every relation that says a total is the sum of its parts, the total first."""
    found = []
    for rule in form.rules:
        sum_rule = _sum_of(rule)
        if sum_rule is None:
            continue
        try:
            relations = lay(rule, sum_rule, filled, None)
        except NotCheckable:
            continue
        found += [relations.terms(b, c) for b, c in relations]
    return found


def _sum_of(rule: RuleSpec) -> Linear | None:
    """The linear form of a rule within one table that has a single term on its left."""
    form: Linear | None = rule.linear if rule.kind == "arithmetic" else None
    return form if form is not None and form.split == 1 and form.op == "=" else None


def _fill_once(relations: list[list[Term]]) -> bool:
    """Fill totals whose parts are all known or were left out; whether anything was filled.

    Parts that are themselves totals still to come are waited for.
    """
    open_totals = {total.spot for total, *_ in relations if total.amount is LOST}
    before = len(open_totals)
    for total, *parts in relations:
        if total.amount is LOST and open_totals.isdisjoint(part.spot for part in parts):
            _set(total, _sum(parts))
            open_totals.discard(total.spot)
    return len(open_totals) < before


def _sum(parts: list[Term]) -> int | None:
    """What the parts add up to; None where none of them is filled."""
    if not any(part.amount.filled for part in parts):
        return None
    return sum(-part.weight * (part.amount.figure or 0) for part in parts)


def _set(total: Term, figure: int | None) -> None:
    if figure is None:
        _put(total.section, total.row, total.column, BLANK, 0)
        return
    ulp = 0 if total.section.rows[total.row].exact else _CENT
    amount = number(Decimal(figure).scaleb(-6), ulp)
    _put(total.section, total.row, total.column, amount, figure)


def _put(section: Section, row: int, column: int, amount: Amount, figure: int) -> None:
    section.amounts[row][column] = amount
    section.figures[row][column] = figure
