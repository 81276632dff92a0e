"""What offices do to code tables of the official form; the figures stay, so does the verdict: no 错误."""

from __future__ import annotations

import io
from collections.abc import Callable

import openpyxl
import pytest

from xlcheck.form import Severity
from xlcheck.writing.facts import facts

CODED = ("公开02 收入决算表", "公开03 支出决算表", "公开05 一般公共预算支出决算表")
FIRST = 7  # the row of the total


def edited(sample: bytes, change: Callable[[openpyxl.worksheet.worksheet.Worksheet], None]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(sample))
    for name in CODED:
        sheet = book[name]
        for area in [a for a in sheet.merged_cells.ranges if a.min_row >= FIRST]:
            sheet.unmerge_cells(str(area))
        change(sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def rows_of_codes(sheet):
    return [r for r in range(FIRST, sheet.max_row + 1) if str(sheet.cell(r, 1).value or "").isdigit()]


def filled_with_zeros(sheet):
    for r in rows_of_codes(sheet):
        sheet.cell(r, 1).value = str(sheet.cell(r, 1).value).ljust(7, "0")


def the_unit_below_the_total(sheet):
    sheet.insert_rows(FIRST + 1)
    for c in range(1, sheet.max_column + 1):
        sheet.cell(FIRST + 1, c).value = sheet.cell(FIRST, c).value
    sheet.cell(FIRST + 1, 1).value, sheet.cell(FIRST + 1, 4).value = "126001", "长治市屯留区社会保险中心"


def only_the_lowest_level(sheet):
    for r in reversed(rows_of_codes(sheet)):
        if len(str(sheet.cell(r, 1).value)) < 7:
            sheet.delete_rows(r)


@pytest.mark.parametrize("change", [filled_with_zeros, the_unit_below_the_total, only_the_lowest_level])
def test_a_habit_of_offices_is_no_error(pipeline, sample, change):
    checked = pipeline.run(edited(sample, change), "x.xlsx")
    assert checked.report.refusal is None
    assert [f for f in checked.report.findings if f.severity is Severity.ERROR] == []
    assert checked.outcome.count("pass") > 100


def test_codes_filled_with_zeros_are_the_codes_of_the_classification(pipeline, sample):
    now = pipeline.read(edited(sample, filled_with_zeros))
    codes = {
        f["code"] for f in facts(now, "x", pipeline.library.vocabulary) if f["table"] == "支出决算表" and f["code"]
    }
    assert {"208", "20801", "2080109"} <= codes
    assert not any(code.endswith("00") for code in codes)


def test_one_row_left_out_is_still_an_error_where_its_level_is_printed(pipeline, sample):
    def without_one(sheet):
        if sheet.title == CODED[1]:
            (row,) = [r for r in rows_of_codes(sheet) if str(sheet.cell(r, 1).value) == "20801"]
            sheet.delete_rows(row)

    checked = pipeline.run(edited(sample, without_one), "x.xlsx")
    assert any(f.severity is Severity.ERROR for f in checked.report.findings)


def divided(mark: str, *, named: bool = False):
    def change(sheet):
        for r in rows_of_codes(sheet):
            code = str(sheet.cell(r, 1).value)
            parts = mark.join([code[:3], *(code[i : i + 2] for i in range(3, len(code), 2))])
            sheet.cell(r, 1).value = f"{sheet.cell(r, 4).value}（{code}）" if named else parts
            if named:
                sheet.cell(r, 4).value = None

    return change


@pytest.mark.parametrize("change", [divided("."), divided("-"), divided("/"), divided("", named=True)])
def test_codes_are_read_however_their_parts_are_divided(pipeline, sample, change):
    now = pipeline.read(edited(sample, change))
    found = {
        f["code"] for f in facts(now, "x", pipeline.library.vocabulary) if f["table"] == "支出决算表" and f["code"]
    }
    assert {"208", "20801", "2080109"} <= found


def test_an_amount_of_three_digits_and_two_decimals_is_no_code(pipeline, sample):
    """208.05 in a column of amounts kept as text, where no code is divided by dots."""

    def as_text(sheet):
        for r in rows_of_codes(sheet):
            sheet.cell(r, 5).value = "208.05"

    now = pipeline.read(edited(sample, as_text))
    found = {
        f["code"] for f in facts(now, "x", pipeline.library.vocabulary) if f["table"] == "支出决算表" and f["code"]
    }
    assert "2080109" in found


def two_years(sheet):
    """The figures twice: under an earlier year, then under this one, the years over the first of their columns."""
    width = sheet.max_column
    for area in list(sheet.merged_cells.ranges):
        if area.min_row >= 4:
            sheet.unmerge_cells(str(area))
    heads = {
        c: next(v for r in (6, 5, 4) if (v := sheet.cell(r, c).value) and not str(v).isdigit())
        for c in range(5, width + 1)
    }
    for r in range(4, FIRST):
        for c in range(5, 2 * width):
            sheet.cell(r, c).value = None
    for year, shift in ((2022, 0), (2023, width - 4)):
        sheet.cell(4, 5 + shift).value = f"{year}年"
        for c, head in heads.items():
            sheet.cell(5, c + shift).value = head
    for r in range(FIRST, sheet.max_row + 1):
        for c in range(5, width + 1):
            value = sheet.cell(r, c).value
            sheet.cell(r, c + width - 4).value = value
            if isinstance(value, int | float):
                sheet.cell(r, c).value = round(value * 0.9, 2)


def test_of_two_years_beside_each_other_this_one_counts(pipeline, sample):
    data = edited(sample, two_years)
    checked = pipeline.run(data, "x.xlsx")
    assert [f for f in checked.report.findings if f.severity is Severity.ERROR] == []
    official = {
        (f["code"], f["column"]): f["value"]
        for f in facts(pipeline.read(sample), "x", pipeline.library.vocabulary)
        if f["table"] == "支出决算表"
    }
    now = {
        (f["code"], f["column"]): f["value"]
        for f in facts(pipeline.read(data), "x", pipeline.library.vocabulary)
        if f["table"] == "支出决算表" and f["grade"] != "doubtful"
    }
    assert now
    assert {k: v for k, v in now.items() if official.get(k) != v} == {}
