"""The tests that are no comparison: blank tables, codes, names, facts of the head.

Each is a plain function of a table (or of all) → results.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from xlcheck.checking import judge
from xlcheck.checking.names import listed_names, same_names
from xlcheck.checking.relations import Term, lay
from xlcheck.checking.results import PASS, Result, code_sections, left_out, subject
from xlcheck.form import RuleSpec, Verdict
from xlcheck.formula import syntax as s
from xlcheck.formula.linear import form as linear_form
from xlcheck.labels import label_key
from xlcheck.model import CellKind, CellRef, Section, Submission, Table
from xlcheck.reading.recognise import NO_DATA
from xlcheck.reading.values import cell_label


def run(call: s.Call, rule: RuleSpec, now: Submission) -> Iterator[Result]:
    """Results of a test used as a claim."""
    if call.name == "全空":
        yield from _all_blank(call, rule, now)
    elif call.name == "有数":
        inner = list(_all_blank(call, rule, now))
        failed = any(r.verdict is Verdict.FAIL for r in inner)
        yield PASS if failed else Result(Verdict.FAIL, "all_blank")
    elif call.name == "未印":
        yield _unprinted(call, now)
    elif call.name == "各表一致":
        for arg in call.args:
            yield _same_fact(arg.name, now)  # type: ignore[union-attr]
    elif call.name == "同码同名":
        yield from same_names(_tables(call, now))
    elif call.name == "名称合科目表":
        yield from listed_names(_tables(call, now), now.form.codes)
    else:
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
    if lost or test not in ("无数据", "有说明"):
        return lost
    unread = any(
        a.figure is None and a.kind is not CellKind.HEADER_WORD
        for x in table.sections.values()
        for row in x.amounts
        for a in row
    )
    return f"{table.spec.title}有读不出数字的格子" if unread else ""


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


def _unprinted(call: s.Call, now: Submission) -> Result:
    """Whether none of the rows named stands in the workbook. What was read in doubt may be one of them."""
    for ref in (a for a in call.args if isinstance(a, s.Ref)):
        table = now.tables.get(ref.table)
        section = table.sections.get(ref.section) if table is not None else None
        if table is None or section is None or table.lost or section.lost or table.absent:
            return Result(Verdict.CANNOT_SAY, reason=table.lost if table is not None else "")
        keys = ref.row.keys or (ref.row.first,)
        if any(section.rows[section.index[k]].at is not None for k in keys if k in section.index):
            return Result(Verdict.FAIL)
        if section.doubts:
            return Result(Verdict.CANNOT_SAY, reason=f"{table.spec.title}有拿不准的行")
    return PASS


def _no_data(table: Table) -> Iterator[Result]:
    for section in table.sections.values():
        for r, row in enumerate(section.amounts):
            for c, amount in enumerate(row):
                if amount.figure:
                    label = f"{section.rows[r].label}"
                    cell = _cell(table, section, r, c, label, amount.text)
                    yield Result(Verdict.FAIL, "table_not_empty", (cell,), {"table": table.spec.number})
                    return
    yield PASS


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
        wrong, said = False, set[str]()
        unprinted = left_out(section)
        for i, row in enumerate(section.rows):
            lengths = [n for n in section.spec.lengths if row.code and n < len(row.code) and n not in unprinted]
            missing = [row.code[:n] for n in lengths if row.code and row.code[:n] not in section.codes]
            if missing:
                wrong = True
                key = "、".join(missing)
                if key in said:
                    continue
                said.add(key)
                facts = {"code": row.code or "", "missing": key}
                yield Result(Verdict.FAIL, "missing_parent", subject(table, section, i), facts)
        if not wrong:
            yield PASS


def _lengths(table: Table) -> Iterator[Result]:
    for section in code_sections(table):
        lengths = section.spec.lengths
        wrong = [i for i, r in enumerate(section.rows) if r.code and len(r.code) not in lengths and r.code.isascii()]
        for i in wrong:
            facts = {"code": section.rows[i].code or "", "lengths": "、".join(map(str, lengths))}
            yield Result(Verdict.FAIL, "code_length", subject(table, section, i), facts)
        if not wrong:
            yield PASS


def _ascending(table: Table) -> Iterator[Result]:
    for section in code_sections(table):
        if section.spec.shape == "blocks":
            continue
        before, wrong = "", False
        for i, row in enumerate(section.rows):
            if row.code and not row.code.isdigit():
                continue  # a name without a code: its place is not known
            if row.code and row.code < before:
                wrong = True
                facts = {"code": row.code, "before": before}
                yield Result(Verdict.FAIL, "code_order", subject(table, section, i), facts)
            before = row.code or before
        if not wrong:
            yield PASS


def _same_fact(fact: str, now: Submission) -> Result:
    said = {k: t.facts[fact] for k, t in now.tables.items() if fact in t.facts}
    values = Counter(label_key(v) for v, _ in said.values())
    if not values:
        return Result(Verdict.CANNOT_SAY, reason=f"各表都没有找到“{fact}”")
    common = values.most_common(1)[0][0]
    odd = [k for k, (v, _) in said.items() if label_key(v) != common]
    if not odd:
        return PASS
    usual = next(v for v, _ in said.values() if label_key(v) == common)
    cells = tuple(
        CellRef(now.tables[k].spec.number, now.tables[k].sheet, said[k][1], "subject", fact, said[k][0]) for k in odd
    )
    return Result(Verdict.FAIL, "fact_differs", cells, {"fact": fact, "usual": usual})


_TABLE_TESTS = {
    "无数据": _no_data,
    "有说明": _has_statement,
    "科目代码唯一": _unique,
    "上级科目齐全": _parents,
    "科目代码位数": _lengths,
    "科目代码升序": _ascending,
}
