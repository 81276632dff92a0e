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
    checked, _ = pipeline.run(edited(sample, change), "x.xlsx")
    assert checked.refusal is None
    assert [f for f in checked.outcome.findings if f.severity is Severity.ERROR] == []
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

    checked, _ = pipeline.run(edited(sample, without_one), "x.xlsx")
    assert any(f.severity is Severity.ERROR for f in checked.outcome.findings)
