"""Tables that a workbook does not have and that would hold nothing: other tables say so."""

from __future__ import annotations

from dataclasses import replace

from xlcheck.checking.layouts import Layouts
from xlcheck.checking.relations import Relations, SidePlan, Term
from xlcheck.form import RuleSpec, Severity
from xlcheck.formula import syntax as s
from xlcheck.model import Submission
from xlcheck.outcome import Remark
from xlcheck.reading.sections import absent_table

_MISSING = "missing_table"


def nothing_missed(now: Submission) -> Submission:
    """The submission where tables that it misses, and that would be empty, are taken for empty ones.

    Their rules can be checked then. That they are to be published all the same, with 本表无数据, is still said.
    """
    gone = [r for r in now.remarks if r.code == _MISSING]
    if not gone:
        return now
    keys = {spec.key for spec in now.form.tables for r in gone if r.cells[0].table == spec.number}
    tables = {key: absent_table(table.spec) if key in keys else table for key, table in now.tables.items()}
    there = NothingThere(Layouts(replace(now, tables=tables), None))
    empty = {key for key in keys if there.holds_nothing(key)}
    if not empty:
        return now
    numbers = {now.tables[key].spec.number for key in empty}
    remarks = tuple(_as_empty(r) if r in gone and r.cells[0].table in numbers else r for r in now.remarks)
    kept = {key: tables[key] if key in empty else table for key, table in now.tables.items()}
    return replace(now, tables=kept, remarks=remarks)


def _as_empty(remark: Remark) -> Remark:
    return remark._replace(code="missing_empty_table", severity=Severity.VERIFY)


class NothingThere:
    """Which of the absent tables of a submission hold nothing for sure.

    Every figure that a rule sets equal to one of the table's is 0 or blank, and there are some: where 公开04 shows no
    基金 and no 国资, a workbook without 公开07 and 公开08 has left nothing out.
    """

    def __init__(self, layouts: Layouts) -> None:
        self._layouts = layouts
        self._known: dict[str, bool] = {}

    def holds_nothing(self, table: str) -> bool:
        """Whether an absent table (its key) would be empty."""
        if table not in self._known:
            looks = [look for rule in self._layouts.now.form.rules if (look := self._look(rule, table)) is not None]
            self._known[table] = bool(looks) and all(looks)
        return self._known[table]

    def _look(self, rule: RuleSpec, table: str) -> bool | None:
        """Whether all that a rule sets equal to figures of the table is nothing; None where it says nothing of them."""
        form = rule.linear
        if form is None or form.op != "=" or form.constant or not isinstance(rule.tree, s.Compare):
            return None
        relations = self._layouts.this_year(rule)
        others = _beside(relations, table) if relations is not None else []
        if relations is None or not others or any(self._is_absent(plan) for plan in others):
            return None
        terms = (t for binding, column in relations for t in relations.terms(binding, column))
        return all(_is_nothing(term) for term in terms if term.section.table != table)

    def _is_absent(self, plan: SidePlan) -> bool:
        return self._layouts.now.tables[plan.section.table].absent


def _beside(relations: Relations, table: str) -> list[SidePlan]:
    """What stands against figures of the table, which make up one side alone; none where they do not."""
    sides = [[plan for plan in relations.plans if plan.left is left] for left in (True, False)]
    for own, others in (sides, sides[::-1]):
        if own and others and all(p.section.table == table for p in own):
            return [] if any(p.section.table == table for p in others) else others
    return []


def _is_nothing(term: Term) -> bool:
    """Whether a cell shows no figure but 0; what stands in a row that is not printed is nothing, in a column it is unknown."""
    return term.column not in term.section.absent_columns and term.amount.figure == 0
