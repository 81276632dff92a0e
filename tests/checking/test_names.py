"""Codes and their names: doubled, orphaned, too short, out of order, under another name."""

from __future__ import annotations

import copy

import pytest
import yaml

from support import hands
from support.places import TUNLIU_TABLES

DOCUMENT = yaml.safe_load(TUNLIU_TABLES.read_text(encoding="utf-8"))
TABLES = {**DOCUMENT["tables"], "unit": DOCUMENT["unit"]}
ALL = ("公开02", "公开03", "公开05")
PENSION, ANNUITY = "机关事业单位基本养老保险缴费支出", "机关事业单位职业年金缴费支出"


def check(pipeline, *changes):
    """The clean workbook with ``changes``: (table, code, new code or None, new name or None)."""
    sheets = {s.key: s for s in hands.build_sheets(copy.deepcopy(TABLES))}
    for table, code, new_code, new_name in changes:
        sheet = sheets[table]
        at = sheet.marks.get(code)  # 公开06: code and name stand before the amount
        row, column = (at[0], at[1] - 2) if at else (sheet.marks[f"{code}·基本支出" if table != "公开02" else f"{code}·本年收入合计"][0], 1)  # fmt: skip
        sheet.cells[row, column] = new_code or sheet.cells[row, column]
        sheet.cells[row, column + 1] = new_name or sheet.cells[row, column + 1]
    return pipeline.run(hands.by_xlsxwriter(list(sheets.values())), "x.xlsx")


def said(checked):
    return [
        (f.code, f.severity.value, f.category, [f"{c.table[2:]}!{c.cell}" for c in f.cells])
        for f in checked.report.findings
        if f.code != "relation"
    ]


def test_an_old_name_is_a_note_with_the_new_one(pipeline):
    checked = check(pipeline, *((t, "20805", None, "行政事业单位离退休") for t in ALL))
    assert said(checked) == [("old_name", "提示", "reference", ["02!B11", "03!B11", "05!B11"])]
    assert checked.report.findings[0].params["expected"] == "行政事业单位养老支出"
    assert checked.outcome.count("pass") == 223


def test_two_names_of_one_code_are_said_with_both(pipeline):
    checked = check(pipeline, ("公开03", "20805", None, "行政事业单位离退休"))
    assert said(checked) == [
        ("code_names", "核实", "reference", ["03!B11"]),
        ("old_name", "提示", "reference", ["03!B11"]),
    ]


def test_where_no_name_has_the_most_all_are_pointed_at(pipeline):
    checked = check(pipeline, ("公开03", "2080505", None, "养老保险甲"), ("公开05", "2080505", None, "养老保险乙"))
    names = [cells for what, _, _, cells in said(checked) if what == "code_names"]
    assert names == [["02!B13", "03!B13", "05!B13"]]


@pytest.mark.parametrize("name", ["机关养老保险缴费", "减排专项支出", ANNUITY])
def test_a_name_that_the_list_does_not_have_is_a_note(pipeline, name):
    checked = check(pipeline, *((t, "2080505", None, name) for t in ALL))
    assert said(checked) == [("listed_name", "提示", "reference", ["02!B13", "03!B13", "05!B13"])]
    assert checked.report.findings[0].params["expected"] == PENSION
    assert checked.outcome.count("fail") == 1


def test_the_code_that_owns_the_name_is_told(pipeline):
    (finding,) = check(pipeline, *((t, "2080505", None, "减排专项支出") for t in ALL)).report.findings
    assert "2111103" in finding.params["hint"]


@pytest.mark.parametrize("name", [" 机关事业单位\n基本养老保险缴费支出 ", "　　机关事业单位基本养老保险缴费支出", "機關事業單位基本養老保險繳費支出"])  # fmt: skip
def test_spaces_line_breaks_and_traditional_characters_are_no_other_name(pipeline, name):
    assert said(check(pipeline, ("公开03", "2080505", None, name))) == []


def test_a_code_that_the_list_does_not_have_proves_nothing(pipeline):
    checked = check(pipeline, *((t, "2080599", "2080597", "其他养老支出") for t in ALL))
    assert said(checked) == []


def test_names_that_changed_places_are_said_for_both_codes(pipeline):
    checked = check(pipeline, ("公开03", "2080505", None, ANNUITY), ("公开03", "2080506", None, PENSION))
    assert [(what, cells) for what, _, _, cells in said(checked)] == [
        ("code_names", ["03!B13"]),
        ("code_names", ["03!B14"]),
        ("listed_name", ["03!B13"]),
        ("listed_name", ["03!B14"]),
    ]
    assert checked.outcome.count("fail") == 4


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("奖金", [("wrong_name", "核实", "structure", ["06!B8"])]),
        ("津补贴", [("other_name", "提示", "structure", ["06!B8"])]),
        (" 津贴 补贴", []),
        ("津貼補貼", []),
    ],
)
def test_a_name_beside_an_economic_code_is_the_one_that_the_form_prints(pipeline, name, expected):
    checked = check(pipeline, ("公开06", "30102", None, name))
    assert said(checked) == expected
    assert checked.outcome.count("pass") == 224


def test_a_doubled_code_is_said_at_both_rows(pipeline):
    checked = check(pipeline, ("公开03", "2080506", "2080505", PENSION))
    assert ("doubled_code", "错误", "structure", ["03!A13", "03!A14"]) in said(checked)
    assert checked.outcome.count("cannot_say") == 3


@pytest.mark.parametrize(("code", "cell"), [("208050", "03!A14"), ("20805060", "03!A14"), ("20", "03!A14")])
def test_a_code_of_the_wrong_length_is_said(pipeline, code, cell):
    checked = check(pipeline, ("公开03", "2080506", code, None))
    assert ("code_length", "错误", "structure", [cell]) in said(checked)


def test_a_missing_parent_is_said(pipeline):
    checked = check(pipeline, ("公开03", "20805", "20899", None))
    assert ("missing_parent", "错误", "structure", ["03!A12"]) in said(checked)


def test_a_missing_parent_is_said_once(pipeline):
    checked = check(pipeline, ("公开03", "20805", "20899", None))
    assert [what for what, *_ in said(checked)].count("missing_parent") == 1


def test_codes_out_of_order_are_a_note_and_figures_are_checked(pipeline):
    sheets = hands.build_sheets(copy.deepcopy(TABLES))
    cells = sheets[2].cells
    for column in range(1, 9):
        cells[13, column], cells[14, column] = cells.get((14, column)), cells.get((13, column))
    sheets[2].cells = {at: v for at, v in cells.items() if v is not None}
    checked = pipeline.run(hands.by_xlsxwriter(sheets), "x.xlsx")
    assert said(checked) == [("code_order", "提示", "structure", ["03!A14"])]
    assert checked.outcome.count("pass") == 223


def test_an_economic_code_twice_is_never_guessed(pipeline):
    checked = check(pipeline, ("公开06", "30102", "30101", None))
    assert [what for what, *_ in said(checked)] == ["ambiguous_row"]
    assert (checked.outcome.count("fail"), checked.outcome.count("cannot_say")) == (0, 1)
