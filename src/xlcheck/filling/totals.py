"""Totals that the data leave out, computed by the form's own sum rules."""

from __future__ import annotations

from decimal import Decimal

from xlcheck.checking.relations import NotCheckable, Term, lay
from xlcheck.filling.content import Content
from xlcheck.form import SetSpec
from xlcheck.model import BLANK, LOST, Submission
from xlcheck.reading.given import number, submission


def complete(form: SetSpec, content: Content) -> Submission:
    """A submission in which every cell is given, computed, or blank.

    A total is computed where a rule within one table says ``total = Σ parts`` and it was not given; a
    given total is never touched, right or wrong. Sums of nothing stay blank.
    """
    now = submission(form, content.tables, LOST)
    relations = _sums(form, now)
    while _fill_once(relations):
        pass
    for table in now.tables.values():
        for section in table.sections.values():
            for r, row in enumerate(section.amounts):
                for c, amount in enumerate(row):
                    if amount is LOST:
                        section.amounts[r][c] = BLANK
                        section.figures[r][c] = 0
    return now


def _sums(form: SetSpec, now: Submission) -> list[list[Term]]:
    found = []
    for rule in form.rules:
        if rule.kind != "arithmetic" or rule.linear is None or rule.linear.split != 1:
            continue
        try:
            relations = lay(rule, rule.linear, now, None)
        except NotCheckable:
            continue
        if rule.linear.op == "=":
            found += [relations.terms(b, c) for b, c in relations]
    return found


def _fill_once(relations: list[list[Term]]) -> bool:
    """Fill totals whose parts are all known or were never given; whether anything was filled.

    Parts that are themselves totals still to come are waited for.
    """
    open_totals = {terms[0].spot for terms in relations if terms[0].amount is LOST}
    filled = False
    for terms in relations:
        total, parts = terms[0], terms[1:]
        if total.amount is not LOST or any(p.spot in open_totals for p in parts):
            continue
        if not any(p.amount.filled for p in parts):
            _set(total, None)
        else:
            _set(total, sum(-p.weight * (p.amount.figure or 0) for p in parts))
        open_totals.discard(total.spot)
        filled = True
    return filled


def _set(total: Term, figure: int | None) -> None:
    section = total.section
    if figure is None:
        section.amounts[total.row][total.column] = BLANK
        section.figures[total.row][total.column] = 0
        return
    ulp = 0 if section.rows[total.row].exact else 10_000
    amount = number(Decimal(figure).scaleb(-6), ulp)
    section.amounts[total.row][total.column] = amount
    section.figures[total.row][total.column] = figure
