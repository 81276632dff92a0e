"""An opened workbook → :class:`Submission`: its form, its tables, every figure in its place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from xlcheck.form import SetSpec, Severity, TableSpec
from xlcheck.labels import whole
from xlcheck.model import CellRef, Finding, Submission, Table
from xlcheck.reading.extract import extract, lost_table
from xlcheck.reading.grid import Grid
from xlcheck.reading.opening import Opened
from xlcheck.reading.recalculate import Calculator
from xlcheck.reading.recognise import Match, contradictions, match_tables, recognise
from xlcheck.reading.sniff import Kind
from xlcheck.reading.values import report_stale


def read(opened: Opened, forms: Iterable[SetSpec], forced: SetSpec | None = None) -> Submission:
    """Recognise the form (unless ``forced``) and extract every table.

    Raises:
        Refused: none of our forms.
    """
    if forced is not None:
        form, match = forced, match_tables(opened.grids, forced.tables)
    else:
        form, match = recognise(opened.grids, forms)
    submission = Submission(form, {}, sheet_order=[g.name for g in opened.grids])
    submission.other_sheets = match.others
    calculator = Calculator(opened.grids)
    for spec in form.tables:
        submission.tables[spec.key] = _table(spec, match, submission.remarks, calculator)
    if opened.kind not in (Kind.HTML, Kind.DELIMITED):  # these have but one sheet
        submission.remarks += _shared_sheets(submission, match)
    submission.remarks += [_contradiction(form, *found) for found in contradictions(match, form.tables)]
    submission.remarks += [_rival(form, other, missing) for other, missing in match.rivals]
    _common_facts(submission)
    return submission


def _shared_sheets(submission: Submission, match: Match) -> Iterable[Finding]:
    """One finding for each sheet that holds several tables."""
    tables: dict[str, list[TableSpec]] = {}
    for spec in submission.form.tables:
        for grid in match.sheets.get(spec.key, ()):
            if grid.whole is not None:
                tables.setdefault(grid.name, []).append(spec)
    for sheet, specs in ((s, found) for s, found in tables.items() if len(found) > 1):
        refs = tuple(CellRef(s.number, sheet, None, "subject", s.name, None) for s in specs)
        facts = {"sheet": sheet, "count": str(len(specs)), "found": "、".join(s.title for s in specs)}
        yield Finding(None, Severity.NOTE, "structure", "shared_sheet", refs, facts=facts)


def _contradiction(form: SetSpec, grid: Grid, key: str, other: str) -> Finding:
    """The title names one table, the tab or the number above it another: the title counts."""
    spec, wrong = form.table(key), form.table(other)
    ref = CellRef(spec.number, grid.name, None, "subject", spec.name, None)
    facts = {"sheet": grid.name, "name": spec.name, "other": f"{wrong.title}（{wrong.name}）"}
    return Finding(None, Severity.NOTE, "structure", "title_differs", (ref,), facts=facts)


def _rival(form: SetSpec, other: SetSpec, missing: list[str]) -> Finding:
    """Another form fits as well, but for tables that are not there: whether they should be, only a person knows."""
    facts = {"form": form.title, "other": other.title, "id": other.id, "found": "、".join(missing)}
    return Finding(None, Severity.NOTE, "structure", "form_unsure", facts=facts)


def _table(spec: TableSpec, match: Match, remarks: list[Finding], calculator: Calculator) -> Table:
    grids = match.sheets.get(spec.key, [])
    if len(grids) == 1:
        if spec.key in match.by_number:
            remarks.append(_note(spec, grids[0].name, Severity.VERIFY, "by_number"))
        table = extract(spec, grids[0], remarks)
        if grids[0].formulas:
            report_stale(table, grids[0], calculator, remarks)
        return table
    if not grids:
        remarks.append(_note(spec, None, Severity.ERROR, "missing_table"))
        return lost_table(spec, f"缺少{spec.title}（{spec.name}）")
    names = "”“".join(g.name for g in grids)
    remarks.append(_note(spec, grids[0].name, Severity.ERROR, "doubled_table", sheets=names))
    return lost_table(spec, f"{spec.title}有 {len(grids)} 张工作表（“{names}”），分不清以哪张为准")


def _note(spec: TableSpec, sheet: str | None, severity: Severity, what: str, **facts: str) -> Finding:
    ref = CellRef(spec.number, sheet, None, "subject", spec.name, None)
    return Finding(
        None,
        severity,
        "structure",
        what,
        (ref,),
        facts={"table": spec.number, "name": spec.name, "sheet": sheet or "", **facts},
    )


def _common_facts(submission: Submission) -> None:
    for fact in ("单位名称", "年度", "金额单位"):
        values = Counter(t.facts[fact][0] for t in submission.tables.values() if fact in t.facts)
        common = values.most_common(1)[0][0] if values else None
        if fact == "单位名称":
            submission.unit = common
        elif fact == "年度":
            submission.year = whole(common)
        else:
            submission.currency = common
