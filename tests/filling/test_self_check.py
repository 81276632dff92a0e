"""The blank with a sheet 自查: its formulas follow what is filled in, in another program than ours; and it comes back as a form."""

from __future__ import annotations

import io

import openpyxl
import pytest

from support.office import Office, needs_office
from support.places import SAMPLES
from xlcheck.filling.content import load
from xlcheck.filling.scoreforms import filled_forms
from xlcheck.filling.scoreselfcheck import NAME, self_check_lines
from xlcheck.filling.scorewrite import score_workbook
from xlcheck.mapping.library import Library

FAMILIES = {spec.id: spec for spec in Library().score_sheets}
SHANXI = FAMILIES["selfscore-shanxi"]
FORM = "项目支出绩效自评表"


@pytest.mark.parametrize("family", FAMILIES)
def test_every_formula_fits_into_excel_and_names_cells_of_the_blank(family):
    book = openpyxl.load_workbook(io.BytesIO(score_workbook(FAMILIES[family], (), self_check=True)))
    assert book.sheetnames == [FORM, NAME]
    lines = [row for row in book[NAME].iter_rows(min_row=5, values_only=True) if row[0]]
    assert {"P01-03", "P01-04", "P02-02", "P02-03", "P02-04", "P03-04", "P03-10"} <= {row[0] for row in lines}
    assert ("P01-01" in {row[0] for row in lines}) is (len(FAMILIES[family].fund_rows) > 1)
    assert all(row[3].startswith("=") and len(row[3]) < 8192 for row in lines)
    assert book[NAME]["D5"].value.count(FORM)


def test_a_blank_without_self_check_is_as_it_was():
    blank = openpyxl.load_workbook(io.BytesIO(score_workbook(SHANXI, ())))
    assert blank.sheetnames == [FORM]
    assert self_check_lines(SHANXI, FORM, [{"一级": "产出指标", "二级": "数量指标"}])


# where the figures of the filled sample go in the blank: its rows of indicators are others
ROWS = ((12, 10, "=12人"), (14, 20, "=100%"), (16, 20, "≥95%"), (20, 30, "达成预期指标"), (22, 10, "≥95%"))


def filled(**changes):
    book = openpyxl.load_workbook(io.BytesIO(score_workbook(SHANXI, (), self_check=True)))
    ws = book[FORM]
    for cell, value in {"D7": 186, "E7": 186, "F7": 186, "G7": 82.357, "H7": 103.643, "I7": 44.28, "J7": 4.43}.items():
        ws[cell] = value
    for cell, value in {"D8": 186, "E8": 186, "F8": 186, "G8": 82.357, "H8": 103.643}.items():
        ws[cell] = value
    for row, weight, result in ROWS:
        ws[f"D{row}"], ws[f"I{row}"], ws[f"J{row}"] = f"指标{row}", weight, weight
        for column in "GH":
            ws[f"{column}{row}"].value = result
            ws[f"{column}{row}"].data_type = "s"
    ws["C3"], ws["J24"], ws["K24"] = "某项目", 94.43, "优"
    for cell, value in changes.items():
        ws[cell] = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


WRONG = {
    "right": ({}, {}),
    "rate_as_percent": ({"I7": 0.4428}, {}),
    "rate": ({"I7": 45.28}, {"P01-03": "不对，应为 44.28"}),
    "score": ({"J7": 5, "J24": 95}, {"P01-04": "不对，应为 4.43"}),
    "balance": ({"H7": 113.643}, {"P01-01": "不对，应为 103.643", "P01-02": "不对，应为 103.64"}),
    "total": ({"J24": 95.43}, {"P02-04": "不对，应为 94.43"}),
    "grade": ({"K24": "良"}, {"P02-05": "不对，应为 优"}),
    "weights": ({"I12": 15, "J12": 15, "J24": 99.43}, {"P02-02": "不对"}),
    "more_than_full": ({"J14": 21, "J24": 95.43}, {"P02-03": "不对： J14"}),
    "no_result": ({"H16": None}, {"P03-04": "请核对： H16"}),
    "no_score": ({"J22": None, "J24": 84.43, "K24": "良"}, {"P03-10": "请核对： J22"}),
    "no_reason": ({"J20": 25, "J24": 89.43, "K24": "良"}, {"P03-05": "请核对： J20"}),
    "overspent": ({"G7": 190, "G8": 190, "H7": -4, "H8": -4, "I7": 102.15, "J7": 10, "J24": 100}, {"P01-07": "请核对"}),
    "words": ({"G7": "八十二", "G8": 82.357}, {"P01-03": "请填数字"}),
}  # fmt: skip


def lines(data):
    ws = openpyxl.load_workbook(io.BytesIO(data), data_only=True)[NAME]
    found = {}
    for rule, _, _, said in ws.iter_rows(min_row=5, max_col=4, values_only=True):
        if rule:
            found.setdefault(rule, []).append(said or "")
    return found, ws["A3"].value


@needs_office
def test_the_sheet_says_what_is_wrong_while_it_is_filled_in(tmp_path):
    books = {name: filled(**changes) for name, (changes, _) in WRONG.items()}
    saved = Office(tmp_path).saved({**books, "blank": score_workbook(SHANXI, (), self_check=True)})
    for name, (_, wrong) in WRONG.items():
        found, summary = lines(saved[name])
        for rule, words in wrong.items():
            assert words in found[rule], (name, found)
        if name != "words":
            bad = {rule for rule, said in found.items() if any(s not in ("", "对") for s in said)}
            assert bad == set(wrong), (name, found)
            assert (summary == "没有不对的地方") is not bool(wrong)
    found, summary = lines(saved["blank"])
    assert {said for each in found.values() for said in each} == {""}
    assert summary == "没有不对的地方"


@needs_office
def test_what_was_filled_in_comes_back_as_the_form_alone(tmp_path, pipeline):
    saved = Office(tmp_path).saved({"right": filled(), "total": filled(J24=95.43)})
    for name, rules in (("right", []), ("total", ["P02-04"])):
        checked = pipeline.run(saved[name], "x")
        assert len(checked.submission.sheets) == 1
        assert [f.rule or f.code for f in checked.report.findings if f.severity.value != "提示"] == rules


def test_what_fill_writes_has_no_self_check():
    data = load(SAMPLES / "selfscore_tunliu_2023.yaml")
    assert NAME not in openpyxl.load_workbook(io.BytesIO(filled_forms(SHANXI, data))).sheetnames
