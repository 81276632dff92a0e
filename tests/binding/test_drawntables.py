"""Workbooks drawn by hand in layouts of other offices, all figures right: read, and nobody blamed (tests/data/drawntables)."""

from __future__ import annotations

import io

import openpyxl
import pytest

from support.places import DATA
from xlcheck.form import Severity
from xlcheck.reading.tablenumbers import is_table_number

DRAWN = DATA / "drawntables"
CLEAN = ("wide_flow", "number_in_words", "by_unit", "two_funds", "counts_below", "sides_as_rows", "no_funds")
NUMBERS = (
    "批复{}表", "决算0{}表", "公开决算0{}表", "决算公开0{}表", "县级决算公开表{}", "编号：0{}", "第{}号表", "政府信息公开0{}表", "公开0{}表（单位）",
    "江南省财决0{}表", "部门预决算公开{}表", "附表{}", "表0{}",
)  # fmt: skip


def read(name: str) -> bytes:
    return (DRAWN / f"{name}.xlsx").read_bytes()


def findings(pipeline, data: bytes, severity: Severity) -> list[str]:
    report = pipeline.run(data, "x.xlsx").report
    return [f.rule or f.code for f in report.findings if f.severity is severity]


@pytest.mark.parametrize("name", CLEAN)
def test_right_figures_in_a_strange_layout_are_no_error(pipeline, name):
    assert findings(pipeline, read(name), Severity.ERROR) == []


def test_what_is_not_checked_is_said(pipeline):
    assert findings(pipeline, read("by_unit"), Severity.VERIFY) == ["rows_by_unit"]
    assert "unknown_table" in findings(pipeline, read("two_funds"), Severity.NOTE)


@pytest.mark.parametrize(
    ("name", "table", "row", "columns"),
    [
        ("wide_flow", "一般公共支出表", 6, {"I", "J", "K"}),  # 本年支出, not 年初结转和结余
        ("counts_below", "三公表", 7, set("ABCDEFGHIJKL")),
        ("sides_as_rows", "三公表", 7, set("BCDEFG")),
    ],
)
def test_figures_are_bound_under_their_own_headings(pipeline, name, table, row, columns):
    now = pipeline.read(read(name))
    sections = now.tables[table].sections.values()
    cells = {s.cell(r, c) for s in sections for r in range(len(s.rows)) for c in range(len(s.columns))} - {None}
    assert {cell.rstrip("0123456789") for cell in cells if cell.endswith(str(row))} == columns


def test_without_tables_of_funds_that_nobody_has_an_exchange_is_found(pipeline):
    assert {"G0305-02", "G0305-03"} <= set(findings(pipeline, read("no_funds_exchanged"), Severity.ERROR))


@pytest.mark.parametrize("words", NUMBERS)
def test_the_number_of_a_table_in_any_words_is_no_title(pipeline, words):
    book = openpyxl.load_workbook(io.BytesIO(read("number_in_words")))
    changed = 0
    for sheet in book:
        for cell in (c for row in sheet.iter_rows(max_row=3) for c in row):
            if isinstance(cell.value, str) and cell.value.startswith("财决批复"):
                cell.value = words.format(int(sheet.title))
                changed += 1
    out = io.BytesIO()
    book.save(out)
    assert changed > 5
    assert findings(pipeline, out.getvalue(), Severity.ERROR) == []


@pytest.mark.parametrize(
    "text", ["收入支出决算总表", "支出决算表1", "一、本年收入", "2023年度", "栏次1", "项目1", "其中：1", "三公经费表2"]
)
def test_a_text_that_says_what_a_table_holds_is_no_number(text):
    assert not is_table_number(text)
