"""Forms that nobody has filled in: nothing contradicts a form without figures, so its rules say nothing of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from xlcheck.checking.judge import Judged
from xlcheck.checking.verdicts import Verdicts
from xlcheck.form import Severity
from xlcheck.model import Amount, CellKind, Submission, Table, decimal_text, figures_of
from xlcheck.outcome import CellRef, Remark
from xlcheck.reading.values import cell_label

# Findings that say of figures which were not bound: where one stands, a table may be filled in and we don't see it.
_MAY_HIDE = {
    "absent_columns", "broken_code", "covered_figure", "doubled_table", "doubtful_binding", "extra_column", "likely_binding",
    "merged_figures", "missing_table_unsure", "not_read", "open_columns", "open_rows", "part_not_read", "picture",
    "rows_by_unit", "sangong_units", "unclear", "unknown_table", "unread_figure", "unread_rows",
}  # fmt: skip

_NOTHING = (CellKind.BLANK, CellKind.DASH, CellKind.NOT_APPLICABLE, CellKind.HEADER_WORD)


def unfilled(now: Submission, found: Verdicts, said: Sequence[Remark]) -> Iterator[Remark]:
    """A form without any figure; else tables without any whose counterpart has some, where nothing else is said of them.

    ``said`` is what else there is to say of the submission.
    """
    tables = {key: table for key, table in now.tables.items() if not (table.absent or table.lost)}
    empty = {key for key, table in tables.items() if _is_empty(table)}
    if tables and len(empty) == len(tables):
        yield _empty_form(now, list(tables.values()), said)
        return
    spoken = {cell.table for remark in said if remark.severity is not Severity.NOTE for cell in remark.cells}
    for judged in found.unplaced:
        for key in sorted(empty & {term.section.table for term in judged.terms}):
            if tables[key].spec.number not in spoken:
                spoken.add(tables[key].spec.number)
                yield _empty_table(judged, tables[key], now)


def _is_empty(table: Table) -> bool:
    """Whether a table has no figure but zeros, and none that could not be read, or is bound in doubt."""
    sections = list(table.sections.values())
    if any(section.doubts or section.lost for section in sections):
        return False
    return not any(_says_something(amount) for _, _, _, amount in figures_of(sections))


def _says_something(amount: Amount) -> bool:
    """Whether a cell holds a figure but zero, or what may be one."""
    if amount.kind in _NOTHING or not amount.text:
        return False
    return amount.figure is None or amount.figure != 0


def _empty_form(now: Submission, tables: Sequence[Table], said: Sequence[Remark]) -> Remark:
    """That nothing is filled in. Beyond doubt only where the form is known, and no figure stands where we don't look."""
    zeros = any(amount.filled for table in tables for _, _, _, amount in figures_of(list(table.sections.values())))
    doubt = now.nearest is not None or any(remark.code in _MAY_HIDE for remark in said)
    severity = Severity.VERIFY if zeros or doubt else Severity.ERROR
    hint = "填的数都是 0" if zeros else "认出的格子里没有一个数" if doubt else "一个数也没有填"
    named = "、".join(table.spec.title for table in tables)
    return Remark(None, severity, "structure", "empty_form", params={"tables": named, "hint": hint})


def _empty_table(judged: Judged, table: Table, now: Submission) -> Remark:
    """That a table has no figure, and another one has figures that it should agree with."""
    others = [t for t in judged.terms if t.section.table != table.spec.key and t.amount.figure]
    first = others[0]
    other = now.tables[first.section.table]
    label = cell_label(first.section, first.row, first.column)
    sheet = first.section.sheet(first.row, other.sheet)
    figure = decimal_text(first.amount.figure or 0)
    cells = (
        CellRef(table.spec.number, table.sheet, None, "subject", table.spec.name, None),
        CellRef(
            other.spec.number, sheet, first.section.cell(first.row, first.column), "part", label, first.amount.text
        ),
    )
    params = {"table": table.spec.title, "other": other.spec.title, "label": label, "found": figure}
    return Remark(None, Severity.VERIFY, "structure", "empty_table", cells, params=params)
