"""A cell that holds something odd is named as what it is, and everything else is still checked."""

from __future__ import annotations

import copy
import datetime as dt
import functools
import io

import openpyxl
import pytest
import yaml

from support import hands
from support.places import TUNLIU_TABLES
from xlcheck.errors import Refused
from xlcheck.reading.opening import open_workbook

DOCUMENT = yaml.safe_load(TUNLIU_TABLES.read_text(encoding="utf-8"))
TABLES = {**DOCUMENT["tables"], "unit": DOCUMENT["unit"]}
SHEET, FIGURE, CODE = "公开03 支出决算表", "D13", "A13"  # 2080505 · 基本支出, 37.39
ITS_RELATIONS = ["G03-01", "G03-02", "G0305-02"]


def defect(*values, reason):
    """What was once read wrong, and how."""
    return pytest.param(*values, id=reason[:40])


@functools.cache
def clean() -> bytes:
    return hands.by_xlsxwriter(hands.build_sheets(copy.deepcopy(TABLES)))


@functools.cache
def loaded() -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(clean()))


def with_cell(value, at=FIGURE, sheet=SHEET, number_format=None) -> bytes:
    book = loaded()
    cell = book[sheet][at]
    before = cell._value, cell.data_type, copy.copy(cell._style)
    cell.value = value
    if number_format:
        cell.number_format = number_format
    stream = io.BytesIO()
    book.save(stream)
    cell._value, cell.data_type, cell._style = before
    return stream.getvalue()


def stored(old: str, new: str) -> bytes:
    """The clean workbook with another spelling of a number in the XML."""

    def edit(name, part):
        return part.replace(f"<v>{old}</v>".encode(), f"<v>{new}</v>".encode()) if "worksheets/" in name else part

    return hands._edit_parts(clean(), edit)


def check(pipeline, data):
    return pipeline.run(data, "x.xlsx")


def said(checked, *, relations=False):
    return [
        (f.code, f.severity.value, f.category, [c.cell for c in f.cells])
        for f in checked.report.findings
        if relations or f.code != "relation"
    ]


def failing(checked):
    return [f.rule for f in checked.report.findings if f.code == "relation"]


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
    assert checked.report.findings[0].params["number"] == "37.39"
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
    assert next(f for f in checked.report.findings if f.code == "text_number").params["number"] == number
    assert failing(checked) == ITS_RELATIONS
    assert counts(checked) == (3, 0, 221)
    assert [(c.cell.cell, c.suggested) for c in checked.report.diagnoses] == [(FIGURE, "37.39")]


def test_a_text_number_with_more_digits_says_the_figure_that_was_compared(pipeline):
    (finding,) = check(pipeline, with_cell("37.391")).report.findings
    assert finding.params["number"] == "37.39"


def test_a_workbook_of_text_numbers_has_one_finding_a_table(pipeline):
    sheets = hands.build_sheets(copy.deepcopy(TABLES))
    for sheet in sheets:
        for at in sheet.marks.values():
            if isinstance(sheet.cells.get(at), int | float):
                sheet.cells[at] = f"{sheet.cells[at]:,.2f}"
    checked = check(pipeline, hands.by_xlsxwriter(sheets))
    tables = [f.cells[0].table for f in checked.report.findings]
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
    tables = [f.cells[0].table for f in checked.report.findings]
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
    assert [c.suggested for c in checked.report.diagnoses] == ["37.39"]


@pytest.mark.parametrize("dash", ["-", "—", "——", "────", "－", "--"])
def test_a_dash_in_place_of_a_figure_is_missed_by_its_relations(pipeline, dash):
    checked = check(pipeline, with_cell(dash))
    assert checked.report.refusal is None
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
    tables = [f.cells[0].table for f in checked.report.findings]
    assert {f.code for f in checked.report.findings} == {"many_no_cache"}
    assert len(tables) == len(set(tables))


# --- how numbers are stored ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new"), [("525.21", "525.21000000000004"), ("37.39", "3.739E1"), ("37.39", "37.390"), ("567.1799999999999", "567.17999999999995")]
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
    assert [f.cells[0].table for f in checked.report.findings] == ["公开02", "公开03", "公开05", "公开06"]
    assert counts(checked) == (0, 0, 224)


def test_the_sum_of_a_tenth_and_two_tenths_is_three_tenths(pipeline):
    checked = check(pipeline, stored("37.39", "0.30000000000000004"))
    assert said(checked)[:3] == [("float_noise", "提示", "value", ["C13", "D13"])] * 3
    assert "按 0.30 核对" in next(f for f in checked.report.findings if f.code == "float_noise").params["found"]


def test_a_message_shows_a_figure_as_the_cell_shows_it(pipeline):
    sheets = hands.build_sheets(copy.deepcopy(TABLES))
    sheets[2].insert_row(12)
    sheets[2].put(12, 5, 91.63)  # nobody says what this is
    data = hands.by_xlsxwriter(sheets)
    data = hands._edit_parts(data, lambda n, p: p.replace(b"<v>91.63</v>", b"<v>91.629999999999995</v>"))
    (finding,) = [f for f in check(pipeline, data).report.findings if f.code == "unread_figure"]
    assert "91.63" in finding.params["found"]
    assert "91.629" not in finding.params["found"]


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


# --- figures under merged cells --------------------------------------------------------------------


def edited(*changes, part="xl/worksheets/sheet3.xml", data=None) -> bytes:
    """公开03 with pieces of its XML replaced: each (old, new), found at least once."""

    def edit(name, content):
        if name != part:
            return content
        for old, new in changes:
            assert old.encode() in content, old
            content = content.replace(old.encode(), new.encode())
        return content

    return hands._edit_parts(data or clean(), edit)


def merged(*areas):
    return "</mergeCells>", "".join(f'<mergeCell ref="{area}"/>' for area in areas) + "</mergeCells>"


def found(checked, what):
    return [f for f in checked.report.findings if f.code == what]


def test_a_figure_under_a_merged_cell_is_not_counted_and_said(pipeline):
    checked = check(pipeline, edited(merged("D12:D13")))
    assert said(checked, relations=True) == [("covered_figure", "核实", "structure", [FIGURE])]
    (finding,) = found(checked, "covered_figure")
    assert finding.params["found"] == "D12:D13 合并成一格，显示 D12 的 2.98，盖住了 D13 的 37.39"
    assert counts(checked) == (0, 3, 221)  # what is not seen can't be said to be wrong
    assert "D13 被合并的单元格盖住" in checked.report.not_evaluated[0].reason


def test_the_same_figure_under_each_covered_cell_is_said_too(pipeline):
    checked = check(pipeline, edited(merged("C19:C21", "D19:D21")))
    (finding,) = found(checked, "covered_figure")
    assert [c.cell for c in finding.cells] == ["C20", "C21", "D20", "D21"]
    assert "盖住了 C20 的 26.71、C21 的 26.71" in finding.params["found"]
    assert checked.outcome.count("fail") == 0


def test_covered_cells_that_hold_nothing_are_said_to_be_merged(pipeline):
    without = ('<c r="D14" s="2"><v>2.15</v></c>', '<c r="D14" s="2"/>')
    checked = check(pipeline, edited(without, merged("D13:D14")))
    assert said(checked, relations=True) == [("merged_figures", "核实", "structure", ["D14"])]
    assert found(checked, "merged_figures")[0].params["found"] == "D13:D14 合并成一格，只有 D13 有数 37.39"
    assert counts(checked)[0] == 0


def test_figures_of_one_row_that_are_merged_are_no_blanks(pipeline):
    checked = check(pipeline, edited(merged("C13:D13")))
    assert said(checked, relations=True) == [("covered_figure", "核实", "structure", [FIGURE])]
    assert counts(checked) == (0, 3, 221)


@pytest.mark.parametrize("areas", [("E13:E14",), ("F12:H15",), ("E13:H13",), ("A12:A13",), ("J12:J40",), ("B13:B13",)])
def test_merged_blanks_are_nothing_to_speak_of(pipeline, areas):
    checked = check(pipeline, edited(merged(*areas), ("<v>74</v>", "<v>74</v>")))
    assert "covered_figure" not in [what for what, *_ in said(checked)]
    assert "merged_figures" not in [what for what, *_ in said(checked)]


def test_a_dash_over_merged_blanks_is_a_dash(pipeline):
    dash = ('</row><row r="15"', '<c r="E14" t="inlineStr"><is><t>—</t></is></c></row><row r="15"')
    checked = check(pipeline, edited(dash, merged("E14:H14")))
    assert said(checked, relations=True) == []


def test_zeros_under_merged_zeros_are_nothing_to_speak_of(pipeline):
    cells = [('</row><row r="15"', '<c r="F14"><v>0</v></c><c r="G14"><v>0.00</v></c></row><row r="15"')]
    assert said(check(pipeline, edited(*cells, merged("F14:G14"))), relations=True) == []


def test_texts_that_a_merge_repeats_in_each_of_its_cells_are_read_once(pipeline):
    text = '<c r="A1" s="1" t="s"><v>93</v></c>'
    again = [(f'<c r="{c}1" s="1"/>', f'<c r="{c}1" s="1" t="s"><v>93</v></c>') for c in "BCDEFGH"]
    data = edited((text, text), *again)
    assert said(check(pipeline, data), relations=True) == []
    grid = open_workbook(data).grids[2]
    assert list(grid.rows[1]) == [1]
    assert [at for at in grid.covered if at[0] == 1] == [(1, c) for c in range(2, 9)]


def test_many_covered_figures_are_one_finding_a_table(pipeline):
    checked = check(pipeline, edited(merged(*(f"{c}{r}:{c}{r + 1}" for c in "CD" for r in range(8, 20, 2)))))
    assert len(found(checked, "covered_figure")) == 1
    assert found(checked, "covered_figure")[0].params["found"].endswith(" 处")


def test_a_covered_cell_that_formulas_refer_to_counts_there(pipeline):
    formula = ('<c r="D11" s="2"><v>42.52</v></c>', '<c r="D11" s="2"><f>SUM(D12:D15)</f><v>42.52</v></c>')
    assert found(check(pipeline, edited(formula, merged("D12:D13"))), "stale_cache") == []


def test_a_row_of_which_everything_is_covered_is_no_row():
    grid = open_workbook(edited(merged("A12:H15"))).grids[2]
    assert (13 in grid.rows, 12 in grid.rows, grid.covered[13, 4].text) == (False, True, "37.39")


def test_merges_over_each_other_without_end_are_refused():
    many = "".join(f'<mergeCell ref="A1:H{r}"/>' for r in range(100, 1100) for _ in range(45))
    rows = "".join(f'<row r="{r}"><c r="A{r}"><v>1</v></c></row>' for r in range(23, 1100))
    with pytest.raises(Refused) as refusal:
        open_workbook(edited(("</sheetData>", f"{rows}</sheetData>"), ("</mergeCells>", f"{many}</mergeCells>")))
    assert refusal.value.code == "too_many_cells"


# --- rows and columns without a size --------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "hidden"),
    [
        ('<row r="13"', '<row ht="0" r="13"', True),
        ('<row r="13"', '<row ht="0" customHeight="1" r="13"', True),
        ('<row r="13"', '<row ht="0.75" customHeight="1" r="13"', True),
        ('<row r="13"', '<row hidden="1" r="13"', True),
        ('<row r="13"', '<row ht="13.5" customHeight="1" r="13"', False),
        ('<row r="13"', '<row ht="x" r="13"', False),
        ('<sheetFormatPr defaultRowHeight="15"/>', '<sheetFormatPr defaultRowHeight="0" customHeight="1"/>', True),
        ('<sheetFormatPr defaultRowHeight="15"/>', '<sheetFormatPr defaultRowHeight="0"/>', False),
        # it hides the rows that are not listed, and these hold nothing
        ('<sheetFormatPr defaultRowHeight="15"/>', '<sheetFormatPr defaultRowHeight="15" zeroHeight="1"/>', False),
        ("<sheetData>", '<cols><col min="3" max="5" width="0" customWidth="1"/></cols><sheetData>', True),
        ("<sheetData>", '<cols><col min="1" max="2" width="0"/></cols><cols><col min="4" max="4" hidden="1"/></cols><sheetData>', True),
        ("<sheetData>", '<cols><col min="1" max="9" width="8.43"/></cols><sheetData>', False),
        ('<sheetFormatPr defaultRowHeight="15"/>', '<sheetFormatPr defaultColWidth="0" defaultRowHeight="15"/>', True),
        ('<sheetFormatPr defaultRowHeight="15"/>', '<sheetFormatPr defaultColWidth="0" defaultRowHeight="15"/><cols><col min="1" max="8" width="9"/></cols>', False),
    ],
)  # fmt: skip
def test_a_figure_in_a_row_or_column_without_a_size_is_said_to_be_hidden(pipeline, old, new, hidden):
    checked = check(pipeline, edited((old, new)))
    assert [what for what, *_ in said(checked)] == (["hidden_cells"] if hidden else [])
    assert counts(checked) == (0, 0, 224)


# --- one address, one value ------------------------------------------------------------------------

D13 = '<c r="D13" s="2"><v>37.39</v></c>'


@pytest.mark.parametrize(
    "second",
    [
        '<c r="D13" s="2"><v>37.39</v></c>',
        '<c r="D13"><v>1</v></c>',
        '<c r="d13"><v>1</v></c>',
        '<c r="D013"><v>1</v></c>',
        '<c r="D13" t="s"><v>1</v></c>',
        '<c r="D13" t="inlineStr"><is><t>1</t></is></c>',
        '<c r="D13"><f>1+1</f></c>',
        '<c r="D13"><f>1+1</f><v>2</v></c>',
    ],
)
@pytest.mark.parametrize("after", [True, False])
def test_a_second_value_in_one_cell_is_refused(second, after):
    with pytest.raises(Refused) as refusal:
        open_workbook(edited((D13, D13 + second if after else second + D13)))
    assert refusal.value.code == "damaged"
    assert refusal.value.message == f"工作表“{SHEET}”里的单元格 D13 出现了两次，分不清哪一个是真的，拒绝读取。"


def test_a_second_value_in_another_row_is_refused():
    with pytest.raises(Refused):
        open_workbook(edited(('<row r="14" spans="1:8">', '<row r="14" spans="1:8"><c r="D13"><v>1</v></c>')))


def test_two_values_within_one_cell_are_refused():
    with pytest.raises(Refused):
        open_workbook(edited((D13, '<c r="D13"><v>37.39</v><v>1</v></c>')))


def test_a_blank_twin_in_a_full_row_is_refused():
    blank = '<c r="H1" s="1"/>'
    with pytest.raises(Refused) as refusal:
        open_workbook(edited((blank, blank + '<c r="A1"/>')))
    assert " A1 " in refusal.value.message


def test_an_address_with_dollars_is_none():
    with pytest.raises(Refused) as refusal:
        open_workbook(edited((D13, '<c r="$D$13"><v>37.39</v></c>')))
    assert "不合规的单元格地址" in refusal.value.message


def test_a_cell_without_an_address_may_stand_in_the_place_of_none():
    strip = [(f' r="{c}13"', "") for c in "ABC"]
    data = edited(*strip, (D13, '<c r="C13"><v>37.39</v></c>'))
    with pytest.raises(Refused):
        open_workbook(data)


def test_a_second_table_of_cells_is_refused():
    with pytest.raises(Refused) as refusal:
        open_workbook(edited(("</sheetData>", "</sheetData><sheetData/>")))
    assert refusal.value.code == "damaged"
    assert f"工作表“{SHEET}”里有 2 份单元格数据" in refusal.value.message


def test_a_second_list_of_merges_counts(pipeline):
    more = '</mergeCells><mergeCells count="1"><mergeCell ref="D12:D13"/></mergeCells>'
    assert [what for what, *_ in said(check(pipeline, edited(("</mergeCells>", more))))] == ["covered_figure"]


# --- what nobody sees in a text, and what is no digit -----------------------------------------------

UNSEEN = ["\u200b", "\u200e", "\u200f", "\u202a", "\u202c", "\u202d", "\u202e", "\u2060", "\u2066", "\u2069", "\ufeff", "\u00ad", "\u00a0", "\u3000"]  # fmt: skip


@pytest.mark.parametrize("mark", UNSEEN)
@pytest.mark.parametrize("where", ["{}37.39", "37.39{}", "37{}.39", "{0}37.39{0}"])
def test_invisible_characters_in_a_figure_are_passed_over(pipeline, mark, where):
    checked = check(pipeline, with_cell(where.format(mark)))
    assert said(checked, relations=True) == [("text_number", "核实", "value", [FIGURE])]
    assert counts(checked) == (0, 0, 224)


def test_a_message_shows_a_figure_without_what_nobody_sees(pipeline):
    (finding,) = check(pipeline, with_cell("\u202d37.39\u202c")).report.findings
    assert (finding.params["text"], finding.params["number"]) == ("37.39", "37.39")


@pytest.mark.parametrize("mark", UNSEEN)
def test_invisible_characters_in_codes_names_and_titles_are_passed_over(pipeline, mark):
    book = openpyxl.load_workbook(io.BytesIO(clean()))
    for sheet in book:
        for row in sheet.iter_rows(max_col=2):
            for cell in row:
                if isinstance(cell.value, str) and cell.value.isalnum():
                    cell.value = f"{mark}{cell.value[:1]}{mark}{cell.value[1:]}{mark}"
    stream = io.BytesIO()
    book.save(stream)
    checked = check(pipeline, stream.getvalue())
    assert (said(checked, relations=True), counts(checked)) == ([], (0, 0, 224))


@pytest.mark.parametrize("text", ["\u200b", "\ufeff\u200e", "\u202d \u202c"])
def test_a_cell_of_which_nothing_is_seen_is_blank(pipeline, text):
    assert said(check(pipeline, with_cell(text, at="E13")), relations=True) == []


@pytest.mark.parametrize("text", ["37.39①", "①37.39", "37.3⁹", "37²", "②", "３７²", "37½", "⒊", "37.39⑴", "₃₇", "➀37"])
def test_circled_and_raised_characters_are_no_digits(pipeline, text):
    checked = check(pipeline, with_cell(text))
    assert said(checked, relations=True) == [("text_cell", "错误", "value", [FIGURE])]


@pytest.mark.parametrize("code", ["208050⑤", "2080505①", "20805⁰5", "①②③", "2080505²"])
def test_circled_and_raised_characters_are_no_digits_of_a_code(pipeline, code):
    other = check(pipeline, with_cell("2080505（项）", at=CODE))
    assert said(check(pipeline, with_cell(code, at=CODE))) == said(other)
    assert CODE in [cell for *_, cells in said(other) for cell in cells]
