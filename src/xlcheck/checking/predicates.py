"""The tests that are no comparison: blank tables, codes, names, facts of the head.

Each is a plain function of a table (or of all) → results.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from xlcheck.checking import judge
from xlcheck.checking.names import listed_names, same_names
from xlcheck.checking.relations import Term, lay
from xlcheck.checking.results import PASS, Result, code_sections, left_out, subject
from xlcheck.form import RuleSpec, Verdict
from xlcheck.formula import syntax as s
from xlcheck.formula.linear import form as linear_form
from xlcheck.labels import label_key
from xlcheck.model import Amount, CellKind, Section, Submission, Table
from xlcheck.outcome import CellRef
from xlcheck.reading.recognise import NO_DATA
from xlcheck.reading.values import cell_label


def run(call: s.Call, rule: RuleSpec, now: Submission) -> Iterator[Result]:
    """Results of a test used as a claim."""
    test = _TESTS.get(call.name)
    return test(call, rule, now) if test else _each_table(call, now)


def _each_table(call: s.Call, now: Submission) -> Iterator[Result]:
    """Results of a test that is made of each table on its own; none of one that the form does not have."""
    for table in _tables(call, now):
        if table.absent:
            continue
        lost = _lost(table, call.name)
        if lost:
            yield Result(Verdict.CANNOT_SAY, reason=lost)
        else:
            yield from _TABLE_TESTS[call.name](table)


def _lost(table: Table, test: str) -> str:
    """Why a test can't be made of a table: it, or a figure that the test would look at, is not there."""
    lost = table.lost or next((x.lost for x in table.sections.values() if x.lost), "")
    if lost or test not in _TESTS_OF_FIGURES or not _has_unread_figures(table):
        return lost
    return f"{table.spec.title}有读不出数字的格子"


def _has_unread_figures(table: Table) -> bool:
    amounts = (a for x in table.sections.values() for row in x.amounts for a in row)
    return any(a.figure is None and a.kind is not CellKind.HEADER_WORD for a in amounts)


def _tables(call: s.Call, now: Submission) -> list[Table]:
    return [now.tables[a.name] for a in call.args if isinstance(a, s.Bare) and a.name in now.tables]


def _cell(table: Table, section: Section, row: int, column: int, label: str, value: str) -> CellRef:
    return CellRef(
        table.spec.number, section.sheet(row, table.sheet), section.cell(row, column), "subject", label, value
    )


def _terms(call: s.Call, rule: RuleSpec, now: Submission) -> list[Term]:
    refs = tuple((1, a) for a in call.args if isinstance(a, s.Ref))
    relations = lay(rule, linear_form("=", refs, 0, len(refs)), now, None)
    return [t for b, c in relations for t in relations.terms(b, c)]


# --- tests of the cells, rows and tables named ----------------------------------------------------------


def _all_blank(call: s.Call, rule: RuleSpec, now: Submission) -> Iterator[Result]:
    terms = _terms(call, rule, now)
    filled = [t for t in terms if t.amount.figure]
    if not filled:
        lost = judge.unusable(terms, now)
        yield Result(Verdict.CANNOT_SAY, reason=lost) if lost else PASS
        return
    for term in filled:
        table = now.tables[term.section.table]
        label = cell_label(term.section, term.row, term.column)
        cell = _cell(table, term.section, term.row, term.column, label, term.amount.text)
        yield Result(Verdict.FAIL, "should_be_blank", (cell,), {"label": label})


def _has_figures(call: s.Call, rule: RuleSpec, now: Submission) -> Iterator[Result]:
    filled = any(r.verdict is Verdict.FAIL for r in list(_all_blank(call, rule, now)))
    yield PASS if filled else Result(Verdict.FAIL, "all_blank")


def _unprinted(call: s.Call, _rule: RuleSpec, now: Submission) -> Iterator[Result]:
    """Whether none of the rows named stands in the workbook. What was read in doubt may be one of them."""
    results = (_unprinted_rows(ref, now) for ref in call.args if isinstance(ref, s.Ref))
    yield next((r for r in results if r is not PASS), PASS)


def _unprinted_rows(ref: s.Ref, now: Submission) -> Result:
    table = now.tables.get(ref.table)
    if table is None:
        return Result(Verdict.CANNOT_SAY)
    section = table.sections.get(ref.section)
    if section is None or _is_missing(table, section):
        return Result(Verdict.CANNOT_SAY, reason=table.lost)
    if _is_any_printed(ref, section):
        return Result(Verdict.FAIL)
    if section.doubts:
        return Result(Verdict.CANNOT_SAY, reason=f"{table.spec.title}有拿不准的行")
    return PASS


def _is_any_printed(ref: s.Ref, section: Section) -> bool:
    """Whether the workbook has a row of those that are named."""
    named = (section.index[key] for key in ref.row.keys or (ref.row.first,) if key in section.index)
    return any(section.rows[row].at is not None for row in named)


def _is_missing(table: Table, section: Section) -> bool:
    return bool(table.lost or section.lost or table.absent)


def _same_facts(call: s.Call, _rule: RuleSpec, now: Submission) -> Iterator[Result]:
    yield from (_same_fact(arg.name, now) for arg in call.args if isinstance(arg, s.Bare))


def _same_fact(fact: str, now: Submission) -> Result:
    """Whether all tables print the same; those that print another than most are pointed at."""
    tables = [table for table in now.tables.values() if fact in table.facts]
    if not tables:
        return Result(Verdict.CANNOT_SAY, reason=f"各表都没有找到“{fact}”")
    usual = _usual([table.facts[fact][0] for table in tables])
    cells = tuple(_fact_cell(t, fact) for t in tables if label_key(t.facts[fact][0]) != label_key(usual))
    return Result(Verdict.FAIL, "fact_differs", cells, {"fact": fact, "usual": usual}) if cells else PASS


def _usual(said: Sequence[str]) -> str:
    """What most of them say, as the first of these writes it."""
    common = Counter(map(label_key, said)).most_common(1)[0][0]
    return next(value for value in said if label_key(value) == common)


def _fact_cell(table: Table, fact: str) -> CellRef:
    value, at = table.facts[fact]
    return CellRef(table.spec.number, table.sheet, at, "subject", fact, value)


def _same_names(call: s.Call, _rule: RuleSpec, now: Submission) -> Iterator[Result]:
    return same_names(_tables(call, now))


def _listed_names(call: s.Call, _rule: RuleSpec, now: Submission) -> Iterator[Result]:
    return listed_names(_tables(call, now), now.form.codes)


# --- tests of one table ---------------------------------------------------------------------------------


def _no_data(table: Table) -> Iterator[Result]:
    for section in table.sections.values():
        for r, row in enumerate(section.amounts):
            for c, amount in enumerate(row):
                if amount.figure or _may_be_a_figure(amount):
                    label = f"{section.rows[r].label}"
                    cell = _cell(table, section, r, c, label, amount.text)
                    yield Result(Verdict.FAIL, "table_not_empty", (cell,), {"table": table.spec.number})
                    return
    yield PASS


def _may_be_a_figure(amount: Amount) -> bool:
    """Whether a text in the place of an amount holds digits (3.12万元): such a table is not empty."""
    return amount.kind is CellKind.TEXT and any(ch.isdigit() for ch in amount.text)


def _has_statement(table: Table) -> Iterator[Result]:
    if NO_DATA.search(table.statement):
        yield PASS
        return
    cell = CellRef(table.spec.number, table.sheet, None, "subject", table.spec.name, None)
    yield Result(Verdict.FAIL, "no_statement", (cell,), {"table": table.spec.number})


def _unique(table: Table) -> Iterator[Result]:
    for section in code_sections(table):
        for code, rows in section.doubled.items():
            cells = tuple(c for r in rows for c in subject(table, section, r))
            yield Result(Verdict.FAIL, "doubled_code", cells, {"code": code, "count": str(len(rows))})
        if not section.doubled:
            yield PASS


def _parents(table: Table) -> Iterator[Result]:
    for section in code_sections(table):
        first: dict[str, int] = {}  # the first row of those that lack the same parents
        for row, missing in _missing_parents(section):
            first.setdefault(missing, row)
        for missing, row in first.items():
            facts = {"code": section.rows[row].code or "", "missing": missing}
            yield Result(Verdict.FAIL, "missing_parent", subject(table, section, row), facts)
        if not first:
            yield PASS


def _missing_parents(section: Section) -> Iterator[tuple[int, str]]:
    """Rows whose codes have parents that are not there, with these; levels that the form leaves out are no parents."""
    unprinted = left_out(section)
    levels = [n for n in section.spec.lengths if n not in unprinted]
    for i, row in enumerate(section.rows):
        missing = [parent for parent in _parents_of(row.code or "", levels) if parent not in section.codes]
        if missing:
            yield i, "、".join(missing)


def _parents_of(code: str, levels: Sequence[int]) -> Iterator[str]:
    """The codes above a code: its beginnings that are as long as those of a level."""
    return (code[:n] for n in levels if n < len(code))


def _lengths(table: Table) -> Iterator[Result]:
    for section in code_sections(table):
        lengths = section.spec.lengths
        wrong = [i for i, row in enumerate(section.rows) if _has_other_length(row.code or "", lengths)]
        for i in wrong:
            facts = {"code": section.rows[i].code or "", "lengths": "、".join(map(str, lengths))}
            yield Result(Verdict.FAIL, "code_length", subject(table, section, i), facts)
        if not wrong:
            yield PASS


def _has_other_length(code: str, lengths: Sequence[int]) -> bool:
    """Whether it is a code of no known length; what has letters of other scripts is no code."""
    return code != "" and len(code) not in lengths and code.isascii()


def _ascending(table: Table) -> Iterator[Result]:
    for section in code_sections(table):
        if section.spec.shape.in_blocks:
            continue
        wrong = list(_out_of_order(section))
        for row, before in wrong:
            facts = {"code": section.rows[row].code or "", "before": before}
            yield Result(Verdict.FAIL, "code_order", subject(table, section, row), facts)
        if not wrong:
            yield PASS


def _out_of_order(section: Section) -> Iterator[tuple[int, str]]:
    """Rows whose codes are smaller than the one before, with that; a name without a code has no known place."""
    before = ""
    for i, row in enumerate(section.rows):
        if row.code and row.code.isdigit():
            if row.code < before:
                yield i, before
            before = row.code


_TESTS: dict[str, Callable[[s.Call, RuleSpec, Submission], Iterator[Result]]] = {
    "全空": _all_blank,
    "有数": _has_figures,
    "未印": _unprinted,
    "各表一致": _same_facts,
    "同码同名": _same_names,
    "名称合科目表": _listed_names,
}
_TESTS_OF_FIGURES = ("无数据", "有说明")
_TABLE_TESTS: dict[str, Callable[[Table], Iterator[Result]]] = {
    "无数据": _no_data,
    "有说明": _has_statement,
    "科目代码唯一": _unique,
    "上级科目齐全": _parents,
    "科目代码位数": _lengths,
    "科目代码升序": _ascending,
}
