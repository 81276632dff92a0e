"""Four kinds of verdict, and the shortcut that counts relations without listing them."""

from __future__ import annotations

import random
from collections import Counter
from decimal import Decimal

import pytest

from support.places import SAMPLES
from support.synthetic import clean_submission
from xlcheck.checking.check import check
from xlcheck.checking.excelform import excel_form
from xlcheck.checking.relations import NotCheckable, lay
from xlcheck.checking.verdicts import verdicts
from xlcheck.formula import syntax
from xlcheck.formula.interval import ZERO, Interval, possible, printed
from xlcheck.model import BLANK, Amount, CellKind
from xlcheck.reading.extract import finish
from xlcheck.reading.from_data import DataTable, number, submission

CENT = 10_000


def given(form, tables):
    """{公开NN: {(section, row, column): figure}} → submission."""
    found = {t.key: DataTable() for t in form.tables}
    for name, cells in tables.items():
        spec = form.table(name)
        for (section, row, column), value in cells.items():
            ulp = 0 if any(r.key == row and r.exact for r in spec.section(section).rows) else CENT
            found[spec.key].amounts[section, row, column] = number(Decimal(value), ulp)
            if spec.section(section).shape.open_ended and row != "合计":
                rows = found[spec.key].codes.setdefault(section, [])
                if (row, "") not in rows:
                    rows.append((row, ""))
                    rows.sort()
    return submission(form, found)


def only(form, now, *ids, before=None):
    rules = [r for r in form.rules if r.id in ids]
    assert len(rules) == len(ids)
    return check(now, before, rules)


def test_a_blank_relation_is_not_applicable_and_never_a_pass(form):
    outcome = only(form, given(form, {}), "G01-01", "G04-02", "G0103-02")
    assert outcome.count("pass") == 0
    assert outcome.count("not_applicable") == 1 + 4 + 26


def test_a_blank_total_over_filled_parts_is_said_as_such(form):
    now = given(form, {"公开01": {("收入", "事业收入", "金额"): "5.00"}})
    (finding,) = only(form, now, "G01-01").remarks
    assert (finding.code, finding.expected, finding.cells[0].role) == ("blank_total", "5.00", "total")


def test_typed_zeros_are_checked_and_pass(form):
    now = given(form, {"公开01": {("收入", "本年收入合计", "金额"): "0", ("收入", "事业收入", "金额"): "0.00"}})
    assert only(form, now, "G01-01").count("pass") == 1


def test_a_code_that_only_one_table_has_is_found_from_either_side(form):
    cells = {("全表", "2080505", "小计"): "2.15", ("全表", "2080505", "基本支出"): "2.15"}
    (finding,) = only(form, given(form, {"公开05": cells}), "G0305-02").remarks
    assert (finding.params["code"], finding.params["absent"].split("、")[0]) == ("2080505", "公开03表")
    cells = {("全表", "2080505", "基本支出"): "2.15"}
    (finding,) = only(form, given(form, {"公开03": cells}), "G0305-02").remarks
    assert (finding.params["code"], finding.params["absent"].split("、")[0]) == ("2080505", "公开05表")
    assert finding.expected is None


def test_with_other_money_the_tables_may_differ_but_not_the_wrong_way(form):
    other = {("收入", "事业收入", "金额"): "9.00"}
    more = {("全表", "2080505", "基本支出"): "12.00"}
    less = {("全表", "2080505", "基本支出"): "2.00"}
    ids = ("G0305-02", "G0305-05")
    fine = only(form, given(form, {"公开01": other, "公开03": more, "公开05": less}), *ids)
    assert (fine.remarks, fine.count("not_applicable")) == ((), 1)
    (finding,) = only(form, given(form, {"公开01": other, "公开03": less, "公开05": more}), *ids).remarks
    assert finding.rule == "G0305-05"


def test_without_other_money_they_must_be_equal(form):
    now = given(
        form,
        {"公开03": {("全表", "2080505", "基本支出"): "12.00"}, "公开05": {("全表", "2080505", "基本支出"): "2.00"}},
    )
    outcome = only(form, now, "G0305-02", "G0305-05")
    assert [f.rule for f in outcome.remarks] == ["G0305-02"]


def test_last_year_is_not_applicable_without_its_workbook_and_checked_with_it(form):
    now = given(form, {"公开01": {("收入", "年初结转和结余", "金额"): "9.25"}})
    assert only(form, now, "G01-09").count("not_applicable") == 1
    before = given(form, {"公开01": {("支出", "年末结转和结余", "金额"): "8.00"}})
    (finding,) = only(form, now, "G01-09", before=before).remarks
    assert (finding.severity, finding.category, finding.difference) == ("核实", "continuity", "1.25")


def test_counts_are_exact(form):
    now = given(form, {"公开10": {("全表", "车辆数合计", "统计数"): "3", ("全表", "其他用车", "统计数"): "2"}})
    (finding,) = only(form, now, "G10-02").remarks
    assert (finding.expected, finding.actual, finding.allowed, finding.unit) == ("2", "3", "0", "辆")


@pytest.mark.parametrize(
    ("total", "verdict"),
    [
        ("10.02", "pass"),
        ("10.03", "explained_by_rounding"),
        ("10.01", "explained_by_rounding"),
        ("10.04", "fail"),
        ("10.00", "fail"),
    ],
)
def test_a_sum_of_two_may_be_off_by_one_hundredth_and_no_more(form, total, verdict):
    cells = {
        ("收入", "本年收入合计", "金额"): total,
        ("收入", "事业收入", "金额"): "5.01",
        ("收入", "其他收入", "金额"): "5.01",
    }
    assert only(form, given(form, {"公开01": cells}), "G01-01").count(verdict) == 1


def test_a_mirror_off_by_one_hundredth_is_a_tail_and_by_two_an_error(form):
    for value, what in (("5.01", "tail"), ("5.02", "relation")):
        cells = {"公开01": {("收入", "事业收入", "金额"): "5.00"}, "公开02": {("全表", "合计", "事业收入"): value}}
        (finding,) = only(form, given(form, cells), "G0102-04").remarks
        assert finding.code == what


def test_a_text_where_a_figure_belongs_makes_every_relation_with_it_unsayable(form, sample_submission):
    import copy

    now = copy.deepcopy(sample_submission)
    section = now.section("支出表", "全表")
    row = section.codes["20801"]
    section.amounts[row][1] = Amount(CellKind.TEXT, "见附注", None, None, CENT)
    finish_again(section)
    clean, outcome = check(sample_submission), check(now)
    touched = {"G03-01", "G03-02", "G0305-02"}
    assert {c.rule for c in outcome.not_evaluated} == touched
    assert all("F9 填的是文字“见附注”" in c.reason for c in outcome.not_evaluated)
    assert outcome.count("cannot_say") == 4
    for rule, tally in clean.tallies.items():
        if rule not in touched:
            assert outcome.tallies[rule] == tally


def finish_again(section):
    section.index.clear()
    section.codes.clear()
    section.doubled.clear()
    section.tops.clear()
    finish(section)


def naive_tally(form, now):
    """Every relation of every unconditional linear rule, listed and judged one by one."""
    tally: dict[str, Counter] = {}
    for rule in form.rules:
        if rule.linear is None or isinstance(rule.tree, syntax.Implies) or rule.kind == "continuity":
            continue
        counts = tally.setdefault(rule.id, Counter())
        try:
            relations = lay(rule, rule.linear, now, None)
        except NotCheckable:
            continue
        if not relations.bindings:
            counts["not_applicable"] += 1
        for binding, column in relations:
            terms = relations.terms(binding, column)
            amounts = [t.amount for t in terms]
            if any(a.figure is None for a in amounts):
                counts["cannot_say"] += 1
                continue
            exact = rule.linear.constant + sum(t.weight * a.figure for t, a in zip(terms, amounts, strict=True))
            span = Interval(rule.linear.constant, rule.linear.constant)
            for term, amount in zip(terms, amounts, strict=True):
                span += (printed(amount.figure, amount.ulp) if amount.filled else ZERO).scaled(term.weight)
            if not any(a.filled for a in amounts):
                counts["not_applicable"] += 1
            elif possible(rule.linear.op, Interval(exact, exact)):
                counts["pass"] += 1
            elif possible(rule.linear.op, span):
                counts["explained_by_rounding"] += 1
            else:
                counts["fail"] += 1
    return {k: dict(v) for k, v in tally.items()}


@pytest.mark.parametrize("seed", range(30))
def test_the_shortcut_counts_what_listing_every_relation_counts(form, seed):
    draw = random.Random(seed)
    now = clean_submission(form, seed, "ABD", 4 + seed)
    for table in now.tables.values():
        for section in table.sections.values():
            for row in section.amounts:
                for c, amount in enumerate(row):
                    if draw.random() < 0.02:
                        row[c] = draw.choice(
                            [
                                number(Decimal(draw.randrange(-900, 9000)) / 100, amount.ulp or CENT),
                                number(Decimal(0), CENT),
                                Amount(CellKind.TEXT, "文字", None, None, CENT),
                                BLANK,
                            ]
                        )
            finish_again(section)
    tallies = verdicts(now, None, form.rules).tallies  # nobody asks for causes here
    for rule, expected in naive_tally(form, now).items():
        found = {k: v for k, v in tallies.get(rule, {}).items() if k != "tail"}
        assert found == expected, rule


def test_every_relation_of_cells_has_an_excel_form(form, sample_submission):
    with_form, without = set(), set()
    for rule in form.rules:
        if rule.linear is None or rule.kind == "continuity":
            without.add(rule.id)
            continue
        relations = lay(rule, rule.linear, sample_submission, None)
        for binding, column in relations:
            terms = relations.terms(binding, column)
            formula = excel_form(terms, rule.linear.op, rule.linear.constant, sample_submission)
            if terms:
                assert formula, rule.id
                assert len(formula) < 8192
                with_form.add(rule.id)
    structural = {f"G00-0{i}" for i in range(1, 10)}
    blank_tests = {
        "G06-04",
        "G07-05",
        "G08-05",
        "G09-03",
        "G09-04",
        "G0407-06",
        "G0407-07",
        "G0407-08",
        "G0408-03",
        "G0408-04",
        "G0408-05",
    }
    assert without == structural | blank_tests | {"G01-09", "G04-11"}
    assert len(with_form | without) >= len(form.rules) - 8


def test_a_row_left_out_of_one_table_is_said_where_it_is_missing(pipeline):

    data = (SAMPLES / "tunliu_2023_dropped_row.xlsx").read_bytes()
    checked = pipeline.run(data, "x.xlsx")
    said = [f.message for f in checked.report.findings if "dropped" in f.params]
    assert len(said) == 2
    assert all(s.startswith("公开05表漏了科目 2080506 这一行：公开03表 ") for s in said)
    assert checked.report.diagnoses == ()


def test_tables_in_different_units_are_not_compared(form):
    now = given(
        form, {"公开01": {("收入", "事业收入", "金额"): "5.00"}, "公开02": {("全表", "合计", "事业收入"): "50000"}}
    )
    now.tables["收入表"].facts["金额单位"] = ("元", "I3")
    outcome = only(form, now, "G0102-04")
    assert outcome.remarks == ()
    assert "单位不同" in outcome.not_evaluated[0].reason


def test_last_years_cell_is_called_last_years_and_never_marked(form):
    from xlcheck.report.sentences import message

    now = given(form, {"公开01": {("收入", "年初结转和结余", "金额"): "9.25"}})
    before = given(form, {"公开01": {("支出", "年末结转和结余", "金额"): "8.00"}})
    (finding,) = only(form, now, "G01-09", before=before).remarks
    ours, theirs = finding.cells
    assert (ours.last_year, theirs.last_year, theirs.sheet) == (False, True, None)
    assert "上年公开01表 F35（年末结转和结余）为 8.00" in message(finding)
