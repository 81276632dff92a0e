"""The five published reports: every relation known not to hold exactly is told for what it is, and no other."""

from __future__ import annotations

from collections import Counter

import pytest
import yaml

from support.places import DATA, ROOT, SAMPLES
from xlcheck.checking import judge
from xlcheck.checking.check import check
from xlcheck.checking.relations import NotCheckable, lay
from xlcheck.formula import syntax

REPORTS = sorted(p.name for p in (DATA).iterdir() if (p / "known.yaml").is_file())
CENT = 10_000


def known(report):
    return yaml.safe_load((DATA / report / "known.yaml").read_text(encoding="utf-8"))


def submission(pipeline, report):
    return pipeline.read((SAMPLES / f"{report}.xlsx").read_bytes())


def inexact(now):
    """(left, right) in hundredths of every relation whose printed figures are not equal."""
    found = Counter()
    for rule in now.form.rules:
        if rule.linear is None or rule.linear.op != "=" or rule.kind == "continuity":
            continue
        if isinstance(rule.tree, syntax.Implies):
            continue  # per code, a consequence of the others
        try:
            relations = lay(rule, rule.linear, now, None)
        except NotCheckable:
            continue
        for binding, column in relations:
            terms = relations.terms(binding, column)
            left, right = judge.sides(terms, rule.linear.constant)
            if left != right and not judge.unusable(terms, now):
                found[left // CENT, right // CENT] += 1
    return found


def test_there_are_five_reports():
    assert len(REPORTS) == 5


@pytest.mark.parametrize("report", REPORTS)
def test_the_inexact_relations_are_exactly_those_known(pipeline, report):
    expected = Counter((round(r["left"] * 100), round(r["right"] * 100)) for r in known(report)["arithmetic"])
    found = inexact(submission(pipeline, report))
    # two relations the list of the study leaves out: they follow from the others
    extra = found - expected
    assert expected - found == Counter()
    assert all(abs(left - right) <= 1 or (left, right) in expected for left, right in extra)


@pytest.mark.parametrize("report", REPORTS)
def test_rounding_is_silent_mirrors_are_tails_and_errors_are_errors(pipeline, report):
    kinds = Counter(r["kind"] for r in known(report)["arithmetic"])
    outcome = check(submission(pipeline, report))
    errors = [f for f in outcome.remarks if f.severity == "错误"]
    assert outcome.count("explained_by_rounding") == kinds["sum_rounding"]
    assert outcome.count("tail") == kinds["mirror_0.01"]
    assert len(errors) == kinds["error"]


def test_the_dropped_digit_of_shiquan_is_named_in_its_four_cells(pipeline):
    (cause,) = check(submission(pipeline, "putuo_shiquan_2025")).diagnoses
    assert {(b.cell.table, b.cell.label) for b in cause.cells} == {
        (t, f"{code} · 基本支出") for t in ("支出表", "一般公共支出表") for code in ("212", "21201")
    }
    assert {(b.cell.value, b.suggested) for b in cause.cells} == {("1066.51", "10661.51")}
    assert (cause.kind, cause.alternatives, len(cause.explains)) == ("missing_digit", (), 8)


def test_money_that_is_not_fiscal_is_no_error(pipeline):
    """财政局: 01 and 04 differ by non-fiscal money (27.51 + 6.20 = 33.71), which closes by itself."""
    now = submission(pipeline, "putuo_caizheng_2024")
    outcome = check(now)
    assert [f.code for f in outcome.remarks if f.severity != "提示"] == []
    assert outcome.tallies["G0305-01"] == {"not_applicable": 1}
    assert outcome.tallies["G0305-04"]["pass"] > 10


@pytest.mark.parametrize("report", [r for r in REPORTS if r.startswith("putuo")])
def test_a_report_is_recognised_as_of_its_own_form(pipeline, report):
    assert submission(pipeline, report).form.id == "shanghai-putuo-2024"


def test_optional_rows_that_a_unit_does_not_print_are_no_finding(pipeline):
    """Two reports have 24 function rows, one lacks 30306, one 30203."""
    from openpyxl import load_workbook

    path = ROOT / "samples" / "putuo_shengtai_2025.xlsx"
    book = load_workbook(path)
    sheet = book["收入支出决算总表"]
    labels = {sheet.cell(r, 3).value: r for r in range(1, sheet.max_row + 1)}
    for label in ("二十四、债务还本支出", "二十五、债务付息支出"):
        sheet.cell(labels[label], 3).value = None
    from io import BytesIO

    out = BytesIO()
    book.save(out)
    outcome = check(pipeline.read(out.getvalue()))
    assert [f.code for f in outcome.remarks if f.category == "structure"] == []
