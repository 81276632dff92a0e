"""The Excel form of a rule's relations in a given workbook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from xlcheck.checking.relations import NotCheckable, Relations, Term, lay
from xlcheck.form import RuleSpec
from xlcheck.formula.excel import FormulaCell, difference, test
from xlcheck.model import Amount, CellKind, Submission
from xlcheck.outcome import Live

_MILLIONTHS = 6  # figures are integers in units of 10 ** -6


def excel_form(terms: Sequence[Term], op: str, constant: int, now: Submission) -> str | None:
    """The formula that is TRUE as long as the relation can hold; None where a cell is not there."""
    live = live_form(terms, op, constant, now)
    return live.holds if live else None


def live_form(terms: Sequence[Term], op: str, constant: int, now: Submission, reach: int = 0) -> Live | None:
    """What keeps the finding of a relation up to date in the workbook; None where a cell is not there.

    A cell that shows another number than a formula would take it for has no place in one: None too (scaled by its
    format, more digits than are printed or fewer than the table prints, a number typed as text). So has one of last
    year's workbook. ``reach`` is the largest difference (in millionths) that an office's rounding habit may leave,
    beyond strict rounding.
    """
    groups: dict[tuple[int, bool], list[FormulaCell]] = {}
    ulp = 0
    for term in terms:
        usual = _usual_digit(term, now)
        cell = _formula_cell(term, now) if _plain(term.amount, usual) else None
        if cell is None:
            return None
        groups.setdefault((term.weight, term.left), []).append(cell)
        ulp = max(ulp, usual)
    if not groups:
        return None
    weighted = [(w, cells) for (w, _), cells in groups.items()]
    return Live(test(op, weighted, constant, ulp, reach), difference(weighted, constant))


def _usual_digit(term: Term, now: Submission) -> int:
    """The last digit that the table prints, in millionths (0: a row of exact figures)."""
    if term.section.rows[term.row].exact:
        return 0
    digit: int = 10 ** (_MILLIONTHS - now.tables[term.section.table].spec.decimals)
    return digit


def _formula_cell(term: Term, now: Submission) -> FormulaCell | None:
    """Where a formula finds the figure; None where this workbook does not have it."""
    table = now.tables[term.section.table]
    spot = term.section.spot(term.row, term.column)
    sheet = term.section.sheet(term.row, table.sheet)
    own = table.sections.get(term.section.spec.key)
    if spot is None or sheet is None or own is not term.section:
        return None
    return FormulaCell(sheet, *spot)


def _plain(amount: Amount, usual: int) -> bool:
    """Whether a formula takes a cell for the figure that was read, with the last digit that the table prints."""
    rounded = amount.filled and amount.ulp != usual
    return amount.kind is not CellKind.TEXT_NUMBER and amount.note not in ("scaled", "more_digits") and not rounded


def excel_forms(rule: RuleSpec, now: Submission) -> Iterator[str]:
    """The Excel form of every relation of a linear rule; nothing for other rules."""
    if rule.linear is None:
        return
    try:
        relations: Relations = lay(rule, rule.linear, now, None)
    except NotCheckable:
        return
    for binding, column in relations:
        formula = excel_form(relations.terms(binding, column), rule.linear.op, rule.linear.constant, now)
        if formula:
            yield formula
