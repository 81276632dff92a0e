"""Workbooks drawn by hand in layouts of other offices, all figures right: read, and nobody blamed (tests/data/drawntables)."""

from __future__ import annotations

import io

import openpyxl
import pytest

from support.places import DATA
from xlcheck.form import Severity
from xlcheck.reading.tablenumbers import is_table_number

DRAWN = DATA / "drawntables"
CLEAN = (
    "wide_flow", "number_in_words", "by_unit", "two_funds", "counts_below", "sides_as_rows", "no_funds", "codes_in_brackets",
    "names_alone_06", "two_classifications", "two_units", "counts_beside", "of_which", "budget_beside", "all_on_one_sheet",
    "money_behind",
)  # fmt: skip
DECIDED = (
    "codes_in_brackets", "names_alone_06", "two_classifications", "two_units", "of_which", "budget_beside", "money_behind",
)  # fmt: skip
NUMBERS = (
    "批复{}表", "决算0{}表", "公开决算0{}表", "决算公开0{}表", "县级决算公开表{}", "编号：0{}", "第{}号表", "政府信息公开0{}表", "公开0{}表（单位）",
    "江南省财决0{}表", "部门预决算公开{}表", "附表{}", "表0{}",
)  # fmt: skip


def read(name: str) -> bytes:
    return (DRAWN / f"{name}.xlsx").read_bytes()


def changed(name: str, sheet: str, cells: dict[str, object]) -> bytes:
    """The same workbook with other contents of some cells."""
    book = openpyxl.load_workbook(io.BytesIO(read(name)))
    for cell, value in cells.items():
        book[sheet][cell].value = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def findings(pipeline, data: bytes, severity: Severity) -> list[str]:
    report = pipeline.run(data, "x.xlsx").report
    return [f.rule or f.code for f in report.findings if f.severity is severity]


@pytest.mark.parametrize("name", CLEAN)
def test_right_figures_in_a_strange_layout_are_no_error(pipeline, name):
    assert findings(pipeline, read(name), Severity.ERROR) == []


def test_what_is_not_checked_is_said(pipeline):
    assert findings(pipeline, read("by_unit"), Severity.VERIFY) == ["rows_by_unit"]
    assert "unknown_table" in findings(pipeline, read("two_funds"), Severity.NOTE)


@pytest.mark.parametrize("name", DECIDED)
def test_every_relation_of_these_is_decided(pipeline, name):
    counts = pipeline.run(read(name), "x.xlsx").report.counts
    assert counts.passed + counts.within_rounding > 250
    assert counts.not_evaluated == 0


def test_amounts_with_their_unit_behind_them_are_read_and_said(pipeline):
    assert set(findings(pipeline, read("money_behind"), Severity.VERIFY)) == {"many_text_number"}
    rules = findings(pipeline, read("money_behind"), Severity.NOTE)
    assert "G09-03" not in rules  # “没有数据”


def test_of_two_units_one_is_read_and_the_other_is_said(pipeline):
    report = pipeline.run(read("two_units"), "x.xlsx").report
    assert findings(pipeline, read("two_units"), Severity.VERIFY) == ["other_unit"]
    said = next(f for f in report.findings if f.code == "other_unit")
    assert "黑水县农业农村局本级" in said.message
    assert {cell.sheet for cell in said.cells} == {f"本级0{n}" for n in range(1, 6)}


def test_empty_tables_that_are_missing_are_asked_for_and_their_rules_run(pipeline):
    assert findings(pipeline, read("of_which"), Severity.VERIFY) == ["missing_empty_table"] * 2


@pytest.mark.parametrize(
    ("name", "sheet", "cell", "figure"),
    [
        ("codes_in_brackets", "02", "B8", 361.58 + 9),
        ("names_alone_06", "06", "B5", 674.75 + 9),
        ("of_which", "01", "D9", 2089.31 + 9),
    ],
)
def test_a_wrong_figure_in_a_strange_layout_is_found(pipeline, name, sheet, cell, figure):
    report = pipeline.run(changed(name, sheet, {cell: figure}), "x.xlsx").report
    suspects = [s.cell for d in report.diagnoses for s in (*d.cells, *d.alternatives)]
    assert (sheet, cell) in {(ref.sheet, ref.cell) for ref in suspects}


def test_a_part_that_its_own_whole_does_not_hold_is_said(pipeline):
    data = changed("two_classifications", "06", {"F8": 190.51 + 9})  # 人员经费 beside 合计
    assert findings(pipeline, data, Severity.VERIFY) == ["unread_figure"]


def test_an_economic_name_that_nobody_lists_is_a_part_of_its_class(pipeline):
    data = changed("names_alone_06", "06", {"A17": "困难职工慰问金支出"})
    now = pipeline.read(data)
    (section,) = now.tables["基本支出表"].sections.values()
    assert not section.lost
    assert findings(pipeline, data, Severity.ERROR) == []


def test_a_class_that_does_not_add_up_with_a_name_nobody_lists_is_not_judged(pipeline):
    data = changed("names_alone_06", "06", {"A17": "困难职工慰问金支出", "B17": 200})
    (section,) = pipeline.read(data).tables["基本支出表"].sections.values()
    assert section.lost


def test_of_which_must_not_exceed_the_row_above(pipeline):
    data = changed("of_which", "01", {"B7": 9999.99})
    assert "open_rows" in findings(pipeline, data, Severity.VERIFY)


def test_a_total_of_all_classes_that_is_none_is_said(pipeline):
    right, wrong = read("all_on_one_sheet"), changed("all_on_one_sheet", "决算公开", {"C159": 212000})
    assert "unread_figure" not in findings(pipeline, right, Severity.VERIFY)
    assert "unread_figure" in findings(pipeline, wrong, Severity.VERIFY)


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
