"""元 for 万元 in a cell, a column, a table, the whole workbook; and what only looks like it."""

from __future__ import annotations

import copy
from decimal import Decimal

import pytest
import yaml

from support import hands
from support.places import TUNLIU_TABLES

DOCUMENT = yaml.safe_load(TUNLIU_TABLES.read_text(encoding="utf-8"))
TABLES = {**DOCUMENT["tables"], "unit": DOCUMENT["unit"]}


def check(pipeline, change, tables=TABLES):
    """The clean workbook with ``change(table, mark, value)`` for every figure."""
    sheets = hands.build_sheets(copy.deepcopy(tables))
    for sheet in sheets:
        for mark, at in sheet.marks.items():
            if isinstance(sheet.cells.get(at), int | float):
                new = change(sheet.key, mark, sheet.cells[at])
                if new is None:
                    del sheet.cells[at]
                else:
                    sheet.cells[at] = new
    return pipeline.run(hands.by_xlsxwriter(sheets), "x.xlsx")


def times(number, where):
    return lambda table, mark, value: round(value * number, 2) if where(table, mark) else value


def said(checked):
    return [(f.code, f.severity.value, f.category, f.cells[0].table, f.cells[0].cell) for f in checked.report.findings]


def in_yuan(checked):
    return [(f.code, f.cells[0].table) for f in checked.report.findings if f.category == "scale"]


@pytest.mark.parametrize(
    ("table", "mark", "cell", "value"),
    [
        ("公开03", "2080505·本年支出合计", "C13", "37.39"),
        ("公开03", "208·本年支出合计", "C8", "525.21"),
        ("公开03", "合计·基本支出", "D7", "360.14"),
        ("公开02", "2080505·本年收入合计", "C13", "37.39"),
        ("公开01", "支·九、卫生健康支出·金额", "F15", "15.27"),
        ("公开06", "301", "C6", "342.20"),
    ],
)
def test_one_cell_in_yuan_is_that_cell(pipeline, table, mark, cell, value):
    checked = check(pipeline, times(10_000, lambda t, m: (t, m) == (table, mark)))
    assert said(checked) == [("cell_in_yuan", "错误", "scale", table, cell)]
    assert checked.report.findings[0].expected == value
    assert [(c.kind, c.cell.cell, c.suggested) for c in checked.report.diagnoses] == [("scale", cell, value)]


@pytest.mark.parametrize("number", [10, 100, 1_000, 100_000])
def test_another_power_of_ten_is_not_called_yuan(pipeline, number):
    checked = check(pipeline, times(number, lambda t, m: (t, m) == ("公开03", "2080505·本年支出合计")))
    assert in_yuan(checked) == []
    assert {what for what, *_ in said(checked)} == {"relation"}
    assert [(c.kind, c.cell.cell, c.suggested) for c in checked.report.diagnoses] == [("scale", "C13", "37.39")]


@pytest.mark.parametrize(
    ("table", "column", "cells"),
    [
        ("公开03", "本年支出合计", 15),
        ("公开03", "基本支出", 14),
        ("公开03", "项目支出", 7),
        ("公开02", "本年收入合计", 15),
        ("公开05", "基本支出", 14),
        ("公开04", "一般公共预算财政拨款", 5),
    ],
)
def test_one_column_in_yuan_is_that_column(pipeline, table, column, cells):
    checked = check(pipeline, times(10_000, lambda t, m: t == table and not m.startswith("收") and m.endswith(column)))
    assert [(f.code, f.severity.value, f.params["column"]) for f in checked.report.findings] == [
        ("column_in_yuan", "错误", column)
    ]
    assert len(checked.report.findings[0].cells) >= cells
    (cause,) = checked.report.diagnoses
    assert (cause.kind, cause.code, cause.explains, cause.params["column"]) == ("scale", "in_yuan", (0,), column)
    assert len(cause.cells) >= cells
    for blame in cause.cells:
        assert abs(Decimal(blame.suggested) - Decimal(blame.cell.value) / 10_000) <= Decimal("0.005")


@pytest.mark.parametrize("table", ["公开01", "公开02", "公开03", "公开04", "公开05", "公开07"])
def test_one_table_in_yuan_is_that_table(pipeline, table):
    tables = hands.enriched(TABLES)
    before = check(pipeline, lambda _table, _mark, value: value, tables)
    assert said(before) == []
    checked = check(pipeline, times(10_000, lambda t, m: t == table), tables)
    assert in_yuan(checked) == [("table_in_yuan", table)]
    # what 万元 rounded away is a difference of 100 元 inside the table, and nothing else is
    assert {c.table for f in checked.report.findings for c in f.cells} == {table}


@pytest.mark.parametrize("tables", [("公开03", "公开05"), ("公开02", "公开03", "公开05")])
def test_several_tables_in_yuan_are_each_said_once(pipeline, tables):
    checked = check(pipeline, times(10_000, lambda t, m: t in tables))
    assert sorted(in_yuan(checked)) == [("table_in_yuan", t) for t in tables]
    assert {what for what, *_ in said(checked)} == {"table_in_yuan"}


def test_a_whole_workbook_in_yuan_is_doubted_once(pipeline):
    checked = check(pipeline, times(10_000, lambda t, m: True))
    assert in_yuan(checked) == [("workbook_in_yuan", "公开06")]


def test_one_unit_a_thousand_times_as_large_is_a_large_unit(pipeline):
    assert in_yuan(check(pipeline, times(1_000, lambda t, m: True))) == []


def test_only_the_economic_detail_in_yuan_is_not_the_whole_workbook(pipeline):
    checked = check(pipeline, times(10_000, lambda t, m: t == "公开06"))
    assert in_yuan(checked) == [("table_in_yuan", "公开06")]


def test_two_cells_of_one_column_are_not_the_column(pipeline):
    wrong = ("2080505·基本支出", "2080506·基本支出")
    checked = check(pipeline, times(10_000, lambda t, m: t == "公开03" and m in wrong))
    assert not {w for w, _ in in_yuan(checked)} & {"column_in_yuan", "table_in_yuan"}


def test_two_cells_far_apart_are_two_cells(pipeline):
    wrong = ("2080505·基本支出", "2210201·基本支出")
    checked = check(pipeline, times(10_000, lambda t, m: t == "公开03" and m in wrong))
    assert in_yuan(checked) == [("cell_in_yuan", "公开03")] * 2
    assert [c.suggested for c in checked.report.diagnoses] == ["37.39", "26.71"]


def test_a_row_in_yuan_is_that_row(pipeline):
    checked = check(pipeline, times(10_000, lambda t, m: t == "公开03" and m.startswith("2080505·")))
    assert said(checked) == [("row_in_yuan", "错误", "scale", "公开03", "C13")]
    (cause,) = checked.report.diagnoses
    assert (cause.kind, cause.code, cause.explains) == ("scale", "row_in_yuan", (0,))
    assert [(b.cell.cell, b.suggested) for b in cause.cells] == [("C13", "37.39"), ("D13", "37.39")]


ACCUSED = "a figure under 100 beside a blank passes for 元: another table, all right, is called 整张按元填列的"


@pytest.mark.parametrize(
    ("table", "marks"),
    [
        ("公开03", ("2080505·基本支出", "2080506·基本支出")),
        ("公开05", ("2080505·基本支出", "2080506·基本支出")),
        ("公开05", ("2080505·基本支出", "2080506·基本支出", "2080505·小计", "2080506·小计")),
        ("公开02", ("2080505·财政拨款收入", "2080506·财政拨款收入")),
        ("公开01", ("支·九、卫生健康支出·金额", "支·十九、住房保障支出·金额")),
    ],
)
@pytest.mark.parametrize("nothing", [None, 0])
def test_figures_left_out_accuse_no_table_of_yuan(pipeline, table, marks, nothing):
    checked = check(pipeline, lambda t, m, v: nothing if t == table and m in marks else v)
    assert in_yuan(checked) == []


def test_headers_that_were_swapped_accuse_no_table_of_yuan(pipeline):
    sheets = hands.build_sheets(copy.deepcopy(TABLES))
    cells = sheets[2].cells
    cells[4, 4], cells[4, 5] = cells[4, 5], cells[4, 4]
    checked = pipeline.run(hands.by_xlsxwriter(sheets), "x.xlsx")
    assert in_yuan(checked) == []


def declared(pipeline, unit, number):
    sheets = hands.build_sheets(copy.deepcopy(TABLES), hands.Style(currency=f"金额单位：{unit}"))
    for sheet in sheets:
        for at in sheet.marks.values():
            if isinstance(sheet.cells.get(at), float):
                sheet.cells[at] = round(sheet.cells[at] * number, 2)
    return pipeline.run(hands.by_xlsxwriter(sheets), "x.xlsx")


@pytest.mark.parametrize("number", [1, 10_000])
def test_a_workbook_that_says_yuan_is_asked_about_its_unit_and_not_accused(pipeline, number):
    checked = declared(pipeline, "元", number)
    assert [f.code for f in checked.report.findings if f.category == "scale"] == ["other_currency"]


@pytest.mark.parametrize(
    ("unit", "what"),
    [("元", "除以 10000"), ("百元", "除以 100"), ("千元", "除以 10"), ("百万元", "乘以 100"), ("亿元", "乘以 10000")],
)
def test_what_turns_one_unit_into_the_other_is_said(pipeline, unit, what):
    checked = declared(pipeline, unit, 1)
    (said,) = [f for f in checked.report.findings if f.code == "other_currency"]
    assert f"金额按{unit}填列的，{what}、保留" in said.mend
