"""One workbook's fault is not the batch's; last year's workbook must be last year's."""

from __future__ import annotations

import pytest

import samples
from xlcheck.pipeline import Pipeline


def filled(year: str = "2023", unit: str = "某某中心") -> bytes:
    return samples.fill({"unit": unit, "year": year, "tables": {"公开10": {"货物": "1.00"}}})


def test_a_fault_of_ours_is_one_workbook_without_a_verdict(pipeline, sample, monkeypatch):
    def broken(*_):
        raise RecursionError("zu tief")

    monkeypatch.setattr("xlcheck.pipeline.check", broken)
    checked = pipeline.run(sample, "x.xlsx", mark=True)
    marked = checked.marked
    assert (checked.report.refusal.code, checked.outcome, marked) == ("fault", None, None)
    monkeypatch.undo()
    assert pipeline.run(sample, "x.xlsx").report.refusal is None


@pytest.mark.parametrize(
    ("year", "unit", "odd"),
    [("2022", "某某中心", False), ("2023", "某某中心", True), ("2022", "别的单位", True), ("2019", "某某中心", True)],
)
def test_a_workbook_that_is_not_last_years_is_said(year, unit, odd):
    pipeline = Pipeline()
    pipeline.last_year = pipeline.read(filled(year, unit))
    checked = pipeline.run(filled(), "x.xlsx")
    assert ("other_last_year" in [f.code for f in checked.report.findings]) is odd


def test_a_workbook_older_than_the_form_is_said():
    checked = Pipeline().run(filled("2019"), "x.xlsx")
    assert "older_year" in [f.code for f in checked.report.findings]


def test_a_formula_saved_by_openpyxl_has_no_value_and_is_not_blank(pipeline, sample):
    import io

    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(sample))
    book["公开03 支出决算表"]["E7"] = "=SUM(F7:G7)"
    out = io.BytesIO()
    book.save(out)
    checked = pipeline.run(out.getvalue(), "x.xlsx")
    assert [f.code for f in checked.report.findings] == ["no_cache"]
    assert checked.report.diagnoses == ()
    assert all("是公式但没有计算结果" in c.reason for c in checked.report.not_evaluated)


def test_a_code_given_twice_is_refused_by_fill():
    from xlcheck.errors import DataError

    rows = [{"code": "208", "name": "类", "values": {"基本支出": "1"}}, {"code": "208", "name": "类", "values": {}}]
    with pytest.raises(DataError, match="科目 208 写了两次"):
        samples.fill({"tables": {"公开03": {"rows": rows}}})


def test_a_table_that_says_it_is_empty_and_is_not_is_said():
    data = {"unit": "某某中心", "year": "2023"}
    data["tables"] = {"公开09": {"说明": "说明：本表无数据", "决算数": {"合计": "0.60", "公务接待费": "0.60"}}}
    checked = Pipeline().run(samples.fill(data), "x.xlsx")
    assert "G09-04" in [f.rule for f in checked.report.findings]


def test_a_unit_of_money_that_the_form_does_not_use_is_said():
    tables = {f"公开{i:02d}": {"金额单位": "元"} for i in range(1, 11)}
    checked = Pipeline().run(samples.fill({"unit": "某某中心", "year": "2023", "tables": tables}), "x.xlsx")
    (finding,) = [f for f in checked.report.findings if f.code == "other_currency"]
    assert (finding.severity, finding.category) == ("提示", "scale"), "all tables say so, and are read so"


def test_one_table_in_another_unit_than_the_others_is_doubted():
    tables = {f"公开{i:02d}": {"金额单位": "元"} for i in range(1, 10)}
    checked = Pipeline().run(samples.fill({"unit": "某某中心", "year": "2023", "tables": tables}), "x.xlsx")
    assert [f.severity for f in checked.report.findings if f.code == "other_currency"] == ["核实"]
