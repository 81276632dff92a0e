"""What is filled and not checked is said."""

from __future__ import annotations

import io

import openpyxl
import pytest


def findings(pipeline, sample, changes):
    book = openpyxl.load_workbook(io.BytesIO(sample))
    for number, cell, value in changes:
        sheet = next(s for s in book if s.title.startswith(number))
        sheet[cell].value = value
    out = io.BytesIO()
    book.save(out)
    checked = pipeline.run(out.getvalue(), "x.xlsx", mark=True)
    return [(f.code, f.cells[0].cell) for f in checked.report.findings if f.severity != "提示"]


@pytest.mark.parametrize(
    ("number", "cell", "value"),
    [
        ("公开03", "F6", 360.14),  # in the row of 栏次
        ("公开01", "C20", "33.1"),  # on a line without a name, as text
        ("公开06", "L32", 3),  # beside no code
        ("公开10", "C11", 9),  # in a row of captions
    ],
)
def test_a_figure_that_no_row_takes_is_said(pipeline, sample, number, cell, value):
    assert ("unread_figure", cell) in findings(pipeline, sample, [(number, cell, value)])


def test_a_code_beside_the_name_of_another_code_is_said(pipeline, sample):
    book = openpyxl.load_workbook(io.BytesIO(sample))
    sheet = next(s for s in book if s.title.startswith("公开06"))
    first, second = sheet["B13"].value, sheet["B14"].value
    found = findings(pipeline, sample, [("公开06", "B13", second), ("公开06", "B14", first)])
    assert found == [("wrong_name", "B13"), ("wrong_name", "B14")]


@pytest.mark.parametrize("cars", [2.4, -2])
def test_cars_are_whole_and_not_fewer_than_none(pipeline, sample, cars):
    found = findings(pipeline, sample, [("公开10", "C15", cars), ("公开10", "C23", cars)])
    assert found == [("no_count", "C15"), ("no_count", "C23")]
