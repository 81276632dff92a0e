"""A cell that holds something odd is named as what it is, and everything else is still checked."""

from __future__ import annotations

import copy
import datetime as dt
import io

import openpyxl
import pytest
import yaml

from support import hands
from support.places import TUNLIU_TABLES

DOCUMENT = yaml.safe_load(TUNLIU_TABLES.read_text(encoding="utf-8"))
TABLES = {**DOCUMENT["tables"], "unit": DOCUMENT["unit"]}
SHEET, FIGURE, CODE = "公开03 支出决算表", "D13", "A13"  # 2080505 · 基本支出, 37.39
ITS_RELATIONS = ["G03-01", "G03-02", "G0305-02"]


def defect(*values, reason):
    """What was once read wrong, and how."""
    return pytest.param(*values, id=reason[:40])


def clean() -> bytes:
    return hands.by_xlsxwriter(hands.build_sheets(copy.deepcopy(TABLES)))


def with_cell(value, at=FIGURE, sheet=SHEET, number_format=None) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(clean()))
    cell = book[sheet][at]
    cell.value = value
    if number_format:
        cell.number_format = number_format
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def stored(old: str, new: str) -> bytes:
    """The clean workbook with another spelling of a number in the XML."""

    def edit(name, part):
        return part.replace(f"<v>{old}</v>".encode(), f"<v>{new}</v>".encode()) if "worksheets/" in name else part

    return hands._edit_parts(clean(), edit)


def check(pipeline, data):
    return pipeline.run(data, "x.xlsx")[0]


def said(checked, *, relations=False):
    return [
        (f.what, f.severity.value, f.kind, [c.cell for c in f.cells])
        for f in checked.outcome.findings
        if relations or f.what != "relation"
    ]


def failing(checked):
    return [f.rule for f in checked.outcome.findings if f.what == "relation"]


def counts(checked):
    return tuple(checked.outcome.count(c) for c in ("fail", "cannot_say", "pass"))


# --- numbers typed as text ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "37.39",
        "３７.３９",
        "３７．３９",
        "37\u00a0.39",
        " 37.39 ",
        "￥37.39",
        "¥37.39",
        "37.39万元",
        "37.39 万元",
        "+37.39",
    ],
)
def test_a_number_typed_as_text_is_said_and_checked_as_that_number(pipeline, text):
    checked = check(pipeline, with_cell(text))
    assert said(checked) == [("text_number", "核实", "value", [FIGURE])]
    assert checked.outcome.findings[0].facts["number"] == "37.39"
    assert counts(checked) == (0, 0, 224)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1,234.50", "1234.50"),
        ("１,２３４.５０", "1234.50"),
        ("５６７．１８", "567.18"),
        ("(3.20)", "-3.20"),
        ("（3.20）", "-3.20"),
        ("−3.20", "-3.20"),
        ("-3.20", "-3.20"),
        ("0.00", "0.00"),
    ],
)
def test_a_wrong_number_typed_as_text_breaks_just_its_own_relations(pipeline, text, number):
    checked = check(pipeline, with_cell(text))
    assert said(checked) == [("text_number", "核实", "value", [FIGURE])]
    assert next(f for f in checked.outcome.findings if f.what == "text_number").facts["number"] == number
    assert failing(checked) == ITS_RELATIONS
    assert counts(checked) == (3, 0, 221)
    assert [(c.cell.cell, c.suggested) for c in checked.outcome.causes] == [(FIGURE, "37.39")]


def test_a_text_number_with_more_digits_says_the_figure_that_was_compared(pipeline):
    (finding,) = check(pipeline, with_cell("37.391")).outcome.findings
    assert finding.facts["number"] == "37.39"


def test_a_workbook_of_text_numbers_has_one_finding_a_table(pipeline):
    sheets = hands.build_sheets(copy.deepcopy(TABLES))
    for sheet in sheets:
        for at in sheet.marks.values():
            if isinstance(sheet.cells.get(at), int | float):
                sheet.cells[at] = f"{sheet.cells[at]:,.2f}"
    checked = check(pipeline, hands.by_xlsxwriter(sheets))
    tables = [f.cells[0].table for f in checked.outcome.findings]
    assert len(tables) == len(set(tables))


# --- words, dashes, blanks ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["无", "见附注", "/", "567.18元", "37.39%", "约37.39", "37,39", "37.39.", "37.39亿元", "37.39（预算）"]
)
def test_a_word_is_an_error_and_its_relations_cannot_be_said(pipeline, text):
    checked = check(pipeline, with_cell(text))
    assert said(checked, relations=True) == [("text_cell", "错误", "value", [FIGURE])]
    assert counts(checked) == (0, 3, 221)


def test_the_word_none_in_every_blank_cell_is_one_finding_a_table(pipeline):
    checked = check(pipeline, hands.by_xlsxwriter(hands.build_sheets(copy.deepcopy(TABLES), hands.Style(blank="无"))))
    tables = [f.cells[0].table for f in checked.outcome.findings]
    assert len(tables) == len(set(tables))


@pytest.mark.parametrize("nothing", [0, "-", "—", "——", "────", "－", "--", " ", "\u3000"])
def test_a_zero_a_dash_or_a_space_in_a_blank_cell_is_nothing_to_speak_of(pipeline, nothing):
    checked = check(pipeline, with_cell(nothing, at="E13"))
    assert said(checked, relations=True) == []
    assert counts(checked)[:2] == (0, 0)


@pytest.mark.parametrize("nothing", [0, None])
def test_a_figure_that_is_left_out_is_missed_by_its_relations(pipeline, nothing):
    checked = check(pipeline, with_cell(nothing))
    assert failing(checked) == ITS_RELATIONS
    assert said(checked) == []
    assert [c.suggested for c in checked.outcome.causes] == ["37.39"]


@pytest.mark.parametrize("dash", ["-", "—", "——", "────", "－", "--"])
def test_a_dash_in_place_of_a_figure_is_missed_by_its_relations(pipeline, dash):
    checked = check(pipeline, with_cell(dash))
    assert checked.refusal is None
    assert failing(checked) == ITS_RELATIONS


# --- errors, booleans, dates, formulas ----------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "what"),
    [
        ("#N/A", "error_value"),
        ("#REF!", "error_value"),
        ("#DIV/0!", "error_value"),
        (True, "boolean_cell"),
        ("=SUM(D99:D100)", "no_cache"),
        defect(dt.date(2023, 5, 6), "date_cell", reason="read as the figure 45052.00; 3 false relations"),
    ],
)
def test_what_is_no_number_is_named_and_its_relations_cannot_be_said(pipeline, value, what):
    checked = check(pipeline, with_cell(value))
    assert said(checked, relations=True) == [(what, "错误", "value", [FIGURE])]
    assert counts(checked) == (0, 3, 221)


def test_a_workbook_without_saved_results_has_one_finding_a_table(pipeline):
    sheets = hands.build_sheets(copy.deepcopy(TABLES), hands.Style(formulas=True))
    checked = check(pipeline, hands.by_openpyxl(sheets))
    tables = [f.cells[0].table for f in checked.outcome.findings]
    assert {f.what for f in checked.outcome.findings} == {"many_no_cache"}
    assert len(tables) == len(set(tables))


# --- how numbers are stored ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new"), [("525.21", "525.21000000000004"), ("37.39", "3.739E1"), ("37.39", "37.390"), ("567.18", "567.17999999999995")]
)  # fmt: skip
def test_the_ordinary_storage_of_two_decimals_is_silent(pipeline, old, new):
    assert stored(old, new) != clean()
    assert said(check(pipeline, stored(old, new)), relations=True) == []


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("37.39", "37.389999999999901", "float_noise"),
        ("37.39", "37.3900000000001", "float_noise"),
        ("37.39", "37.391", "more_digits"),
        ("37.39", "37.3912341", "more_digits"),
    ],
)
def test_more_digits_than_the_form_prints_are_one_note_a_table_and_nothing_else(pipeline, old, new, what):
    checked = check(pipeline, stored(old, new))
    assert said(checked, relations=True) == [
        (what, "提示", "value", ["C13", "D13"]),
        (what, "提示", "value", ["C13", "D13"]),
        (what, "提示", "value", ["C13", "D13"]),
        (what, "提示", "value", ["C12"]),
    ]
    assert [f.cells[0].table for f in checked.outcome.findings] == ["公开02", "公开03", "公开05", "公开06"]
    assert counts(checked) == (0, 0, 224)


def test_the_sum_of_a_tenth_and_two_tenths_is_three_tenths(pipeline):
    checked = check(pipeline, stored("37.39", "0.30000000000000004"))
    assert said(checked)[:3] == [("float_noise", "提示", "value", ["C13", "D13"])] * 3
    assert "按 0.30 核对" in next(f for f in checked.outcome.findings if f.what == "float_noise").facts["found"]


def test_a_message_shows_a_figure_as_the_cell_shows_it(pipeline):
    sheets = hands.build_sheets(copy.deepcopy(TABLES))
    sheets[2].insert_row(12)
    sheets[2].put(12, 1, "合计")
    data = hands.by_xlsxwriter(sheets)
    data = hands._edit_parts(data, lambda n, p: p.replace(b"<v>567.18</v>", b"<v>567.17999999999995</v>"))
    (finding,) = [f for f in check(pipeline, data).outcome.findings if f.what == "unread_figure"]
    assert "567.18" in finding.facts["found"]


# --- codes --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "code",
    [
        "2080505",
        2080505,
        2080505.0,
        "2080505.0",
        "2080505 ",
        "２０８０５０５",
        "208 0505",
        "2.080505E6",
        "2.080505E+06",
    ],
)
def test_a_code_is_read_however_it_is_stored(pipeline, code):
    checked = check(pipeline, with_cell(code, at=CODE))
    assert said(checked, relations=True) == []
    assert counts(checked) == (0, 0, 224)


BROKEN_ROW = "the figures of the row count as missing: sums and 没有科目…这一行 fail, though the row is there"


@pytest.mark.parametrize(
    "code",
    [
        defect("2.08E6", reason=BROKEN_ROW),
        defect("2.08E+06", reason=BROKEN_ROW),
        defect("########", reason=BROKEN_ROW),
        defect("2.0805E6", reason="read as 2080500, a guess: two digits are lost"),
        defect(dt.date(2023, 5, 1), reason="read as the code 45047"),
    ],
)
def test_a_code_that_lost_digits_is_said_and_no_relation_fails_for_it(pipeline, code):
    checked = check(pipeline, with_cell(code, at=CODE))
    assert said(checked, relations=True) == [("broken_code", "核实", "structure", [CODE])]
    assert checked.outcome.count("fail") == 0


@pytest.mark.parametrize("code", ["2.08E6", "2.08E+06", "########"])
def test_a_code_that_lost_digits_is_said_at_its_cell(pipeline, code):
    assert ("broken_code", "核实", "structure", [CODE]) in said(check(pipeline, with_cell(code, at=CODE)))


def test_a_code_of_three_digits_keeps_them_all_in_this_notation(pipeline):
    checked = check(pipeline, with_cell("2.08E+02", at="A8"))
    assert (said(checked, relations=True), counts(checked)) == ([], (0, 0, 224))


def test_a_broken_parent_is_not_a_missing_parent(pipeline):
    checked = check(pipeline, with_cell("2.1E+04", at="A11"))
    assert [what for what, *_ in said(checked)] == ["broken_code"]


def test_a_broken_economic_code_is_said_as_in_other_tables(pipeline):
    checked = check(pipeline, with_cell("3.01E4", at="A8", sheet="公开06 一般公共预算财政拨款基本支出决算明细表"))
    assert "broken_code" in [what for what, *_ in said(checked)]


@pytest.mark.parametrize("code", ["2080505（项）", "#REF!", None])
def test_a_row_without_a_proper_code_is_said_to_have_none(pipeline, code):
    assert "unknown_row" not in [what for what, *_ in said(check(pipeline, with_cell(code, at=CODE)))]


@pytest.mark.parametrize("number_format", ["yyyy-mm-dd", 'yyyy"年"', ";;;", "0!.0000"])
def test_a_code_under_a_format_that_shows_something_else_is_said_and_read(pipeline, number_format):
    checked = check(pipeline, with_cell(2080505, at=CODE, number_format=number_format))
    assert said(checked, relations=True) == [("code_format", "核实", "structure", [CODE])]
    assert counts(checked) == (0, 0, 224)
