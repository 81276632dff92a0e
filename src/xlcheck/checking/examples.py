"""Run a rule's own examples: they are its tests, in ``lint`` and in the test suite."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

from xlcheck.checking.check import check
from xlcheck.form import TOTAL, Example, ExampleCell, RuleSpec, SetSpec
from xlcheck.formula.syntax import Ref, refs
from xlcheck.model import Submission
from xlcheck.outcome import Outcome
from xlcheck.reading.from_data import DataTable, number, submission

UNPRINTED = "未印"  # in the place of a figure: the row does not stand in the workbook
_SAID = {"pass": "应当成立", "fail": "应当不成立", "rounding": "应当只有四舍五入的差额"}


def run_example(form: SetSpec, rule: RuleSpec, example: Example) -> Outcome:
    """Check the example's cells (all others blank) with this one rule; what explains a failure is not asked."""
    now = _submission(form, example, last_year=False)
    two_years = any(ref.last_year for ref in refs(rule.tree))
    before = _submission(form, example, last_year=True) if two_years else None
    return check(now, before, [rule], causes=False)


def example_submission(form: SetSpec, rule: RuleSpec) -> Submission:
    """The blank form with the cells of the rule's passing example."""
    example = next((e for e in rule.examples if e.kind == "pass"), Example("pass", ()))
    return _submission(form, example, last_year=False)


def mistake_of(form: SetSpec, rule: RuleSpec, example: Example) -> str | None:
    """A sentence when the example does not end as it says, else None."""
    outcome = run_example(form, rule, example)
    if _ends_as_said(outcome, rule, example.kind):
        return None
    return f"规则 {rule.id} 的示例 {example.kind} {_SAID[example.kind]}，实际结果：{_ends(outcome)}"


def _ends_as_said(outcome: Outcome, rule: RuleSpec, kind: str) -> bool:
    failed = [f for f in outcome.remarks if f.code != "tail"]
    return {
        "pass": outcome.count("pass") > 0 and not outcome.count("fail"),
        "fail": bool(failed) and failed[0].severity == rule.severity,
        "rounding": not failed and outcome.count("explained_by_rounding") + outcome.count("tail") > 0,
    }[kind]


def _ends(outcome: Outcome) -> str:
    """How often the rule ended in which way."""
    counts = {k: outcome.count(k) for k in ("pass", "explained_by_rounding", "tail", "fail", "cannot_say")}
    return "、".join(f"{k} {v}" for k, v in counts.items() if v) or "没有任何结论"


def _submission(form: SetSpec, example: Example, last_year: bool) -> Submission:
    cells = [(cell, value) for _, cell, value in example.cells if _is_of_year(cell, last_year)]
    made = submission(form, _given(form, cells))
    for cell, value in cells:
        if isinstance(cell, Ref) and value == UNPRINTED:
            _take_row_away(made, cell)
    return made


def _given(form: SetSpec, cells: Iterable[tuple[ExampleCell, str]]) -> dict[str, DataTable]:
    """The data of all tables: blank but for what the example writes down."""
    given: dict[str, DataTable] = {t.key: DataTable() for t in form.tables}
    for cell, value in cells:
        if isinstance(cell, Ref):
            _put(form, given[cell.table], cell, value)
        elif cell is not None:
            _put_fact(form, given[cell[0]], cell[0], cell[1], value)
    return given


def _is_of_year(cell: object, last_year: bool) -> bool:
    """Whether what an example writes down belongs into this year's submission, or last year's; facts into both."""
    return not isinstance(cell, Ref) or cell.last_year == last_year


def _take_row_away(made: Submission, cell: Ref) -> None:
    """As if the workbook did not print the row of a cell."""
    section = made.section(cell.table, cell.section)
    section.rows[section.index[cell.row.first]].at = None


def _put(form: SetSpec, table: DataTable, ref: Ref, value: str) -> None:
    spec = form.table(ref.table)
    section = spec.section(ref.section)
    row = ref.row.first
    known = next((r for r in section.rows if r.key == row), None)
    ulp = 0 if known and known.exact else 10 ** (6 - spec.decimals)
    column = ref.column.first if ref.column else section.column_keys[0]
    key = known.code or row if known else row
    try:
        table.amounts[ref.section, key, column] = number(Decimal(value), ulp)
    except InvalidOperation:
        return
    if section.shape.open_ended and row != TOTAL:
        _put_code(table, ref.section, row)


def _put_code(table: DataTable, section: str, code: str) -> None:
    """A row of a code without a name, among those that are there."""
    rows = table.codes.setdefault(section, [])
    if (code, "") not in rows:
        rows.append((code, ""))
        rows.sort()


def _put_fact(form: SetSpec, table: DataTable, key: str, prop: str, value: str) -> None:
    if prop == "说明":
        table.statement = value
    elif prop == "科目":
        section = next(x for x in form.table(key).sections if x.lengths)
        pairs = [part.strip().partition(" ") for part in value.split("；")]
        table.codes[section.key] = [(code, name.strip()) for code, _, name in pairs]
    else:
        table.facts[prop] = (value, "A1")
