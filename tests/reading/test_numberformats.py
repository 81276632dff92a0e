"""A figure is read as the cell shows it; what shows another number than it holds is said."""

from __future__ import annotations

import copy
import io
from decimal import Decimal

import openpyxl
import pytest
import yaml

from support import hands
from support.places import TUNLIU_TABLES
from xlcheck.reading.numberformats import shown_of

DOCUMENT = yaml.safe_load(TUNLIU_TABLES.read_text(encoding="utf-8"))
TABLES = {**DOCUMENT["tables"], "unit": DOCUMENT["unit"]}
SHEET, FIGURE = "公开03 支出决算表", "D13"  # 37.39


def formatted(figures):
    book = openpyxl.load_workbook(io.BytesIO(hands.by_xlsxwriter(hands.build_sheets(copy.deepcopy(TABLES)))))
    for at, (value, number_format) in figures.items():
        book[SHEET][at].value = value
        book[SHEET][at].number_format = number_format
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def check(pipeline, value, number_format):
    return pipeline.run(formatted({FIGURE: (value, number_format)}), "x.xlsx")[0]


def said(checked):
    return [(f.what, f.severity.value, f.kind, [c.cell for c in f.cells]) for f in checked.outcome.findings]


@pytest.mark.parametrize(
    ("value", "number_format"),
    [
        (373900, "0!.0,"),
        (373912.34, "0!.0,"),
        (373900, "0!.0000"),
        (373900, "0\\.0000"),
        (373900, '0"."0000'),
        (373900, "#!.0000;-#!.0000"),
        (37390, "#,##0,"),
        (37390, "#,##0.00,"),
        (0.3739, "0.00%"),
        (373900, "[>=10000]0!.0000;0.00"),
    ],
)
def test_a_scaled_figure_is_checked_as_shown_and_said(pipeline, value, number_format):
    checked = check(pipeline, value, number_format)
    assert said(checked) == [("scaled", "核实", "value", [FIGURE])]
    assert checked.outcome.count("pass") == 224


@pytest.mark.parametrize(
    ("number_format", "what"),
    [
        (";;;", "invisible"),
        ("yyyy-mm-dd", "date_format"),
        ("m/d/yy", "date_format"),
        ('yyyy"年"m"月"', "date_format"),
        ("[h]:mm", "date_format"),
    ],
)
def test_a_figure_that_is_not_shown_as_a_number_is_checked_as_stored_and_said(pipeline, number_format, what):
    checked = check(pipeline, 37.39, number_format)
    assert said(checked) == [(what, "核实", "value", [FIGURE])]
    assert checked.outcome.count("pass") == 224


@pytest.mark.parametrize(
    "number_format",
    [
        "0", "0.0", "0.0000", "General", "@", "#,##0.00", "#,##0.00_ ", "0.00_);(0.00)", "#,##0.00;[Red]-#,##0.00", "0.00E+00",
        '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', "[$¥-804]#,##0.00", '0.00"万元"', "[DBNum1]0.00", '[=0]"";0.00', "0.00;-0.00;;@",
    ],
)  # fmt: skip
def test_formats_that_show_the_number_itself_are_silent(pipeline, number_format):
    checked = check(pipeline, 37.39, number_format)
    assert said(checked) == []
    assert checked.outcome.count("pass") == 224


def test_a_section_that_is_for_large_numbers_leaves_small_ones_alone(pipeline):
    assert said(check(pipeline, 37.39, '[>=10000]0!.0,"万";0.00')) == []


@pytest.mark.parametrize("number_format", ['""', '"-"', '"√"'])
def test_a_format_of_words_alone_hides_the_figure(pipeline, number_format):
    assert said(check(pipeline, 37.39, number_format)) == [("invisible", "核实", "value", [FIGURE])]


def test_a_percentage_of_a_figure_in_wan_is_a_hundred_times_too_much(pipeline):
    checked = check(pipeline, 37.39, "0.00%")
    assert [what for what, *_ in said(checked)] == ["relation", "relation", "relation", "scaled"]
    assert [(c.kind, c.cell.cell, c.suggested) for c in checked.outcome.causes] == [("scale", FIGURE, "37.39")]


def test_a_wrong_figure_among_scaled_ones_is_named_in_wan(pipeline):
    column = {"D9": 275.64, "D10": 275.64, "D11": 42.52, "D12": 2.98, "D13": 37.39, "D14": 2.15}
    figures = {at: (round(v * 10_000), "0!.0000") for at, v in column.items()}
    checked, _ = pipeline.run(formatted(figures | {"D9": (2576400, "0!.0000")}), "x.xlsx")
    assert [f.what for f in checked.outcome.findings].count("scaled") == 1
    assert [(c.kind, c.cell.cell, c.suggested) for c in checked.outcome.causes] == [("transposition", "D9", "275.64")]


@pytest.mark.parametrize(
    ("code", "factor"),
    [("0!.0,", 10_000), ("0!.0000", 10_000), ("#,##0,", 1_000), ("0.00,,", 1_000_000), ("0%", Decimal("0.01")), ("0.00", None), ("#,##0.00", None), ("", None), ("0!", None), ('0"', None), ("[", None)],
)  # fmt: skip
def test_the_factor_of_a_format(code, factor):
    shown = shown_of(code)
    assert (shown and shown.factor) == factor
