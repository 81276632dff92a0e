"""Tables are found and read wherever they stand; what differs from the form is said, and what is not clear is not guessed."""

from __future__ import annotations

import copy
import io

import openpyxl
import pytest
import yaml

import samples
from support import hands
from support.places import TUNLIU_TABLES
from xlcheck.labels import _SIMPLIFIED, _TRADITIONAL

DOCUMENT = yaml.safe_load(TUNLIU_TABLES.read_text(encoding="utf-8"))
TABLES = {**DOCUMENT["tables"], "unit": DOCUMENT["unit"]}
ALL = 224  # relations that hold to the digit


def defect(*values, reason):
    """What was once read wrong, and how."""
    return pytest.param(*values, id=reason[:40])


def build(style=None):
    return {s.key: s for s in hands.build_sheets(copy.deepcopy(TABLES), style)}


def check(pipeline, sheets, writer=hands.by_xlsxwriter):
    return pipeline.run(writer(list(sheets.values() if isinstance(sheets, dict) else sheets)), "x.xlsx")


def said(checked):
    return [
        (f.code, f.severity.value, f.category, [c.cell for c in f.cells])
        for f in checked.report.findings
        if f.code != "relation"
    ]


def whats(checked):
    return [f.code for f in checked.report.findings]


def counts(checked):
    return tuple(checked.outcome.count(c) for c in ("fail", "cannot_say", "pass"))


def insert_column(sheet, before):
    return sheet.move(lambda r: r, lambda c: c + (c >= before))


def drop(sheet, row=0, column=0):
    sheet.cells = {
        (r - (0 < row < r), c - (0 < column < c)): v for (r, c), v in sheet.cells.items() if r != row and c != column
    }
    sheet.merges = [
        (a - (0 < row < a), b - (0 < column < b), c - (0 < row <= c), d - (0 < column <= d)) for a, b, c, d in sheet.merges
    ]  # fmt: skip
    sheet.merges = [m for m in sheet.merges if m[0] <= m[2] and m[1] <= m[3] and m[:2] != m[2:]]


def swap_rows(sheet, one, other, columns):
    for column in columns:
        a, b = sheet.cells.pop((one, column), None), sheet.cells.pop((other, column), None)
        sheet.cells.update({at: v for at, v in (((one, column), b), ((other, column), a)) if v is not None})


# --- rows ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", ["公开01", "公开03", "公开04", "公开06", "公开10"])
def test_a_blank_row_in_the_middle_changes_nothing(pipeline, table):
    sheets = build()
    sheets[table].insert_row(12)
    checked = check(pipeline, sheets)
    assert (said(checked), counts(checked)) == ([], (0, 0, ALL))


@pytest.mark.parametrize(
    ("table", "row", "cells", "at"),
    [
        ("公开01", 15, {4: "某项支出", 6: 5.5}, "D15"),
        ("公开03", 10, {1: "备用", 3: 5.5}, "A10"),
        ("公开03", 12, {1: "小计", 3: 100.0}, "A12"),
    ],
)
def test_a_strange_row_with_a_figure_is_said_and_left_out(pipeline, table, row, cells, at):
    sheets = build()
    sheets[table].insert_row(row)
    sheets[table].cells.update({(row, c): v for c, v in cells.items()})
    checked = check(pipeline, sheets)
    assert (said(checked), counts(checked)) == ([("open_rows", "核实", "structure", [at])], (0, 0, ALL))


def test_a_row_that_is_not_printed_and_carries_nothing_is_nothing(pipeline):
    sheets = build()
    drop(sheets["公开01"], row=8)
    checked = check(pipeline, sheets)
    assert (said(checked), counts(checked)[:2]) == ([], (0, 0))


def test_a_row_that_is_not_printed_though_its_amount_is_missed_breaks_the_sum(pipeline):
    sheets = build()
    row = sheets["公开01"].marks["支·九、卫生健康支出·金额"][0]
    drop(sheets["公开01"], row=row)
    checked = check(pipeline, sheets)
    assert [(f.rule, f.severity.value) for f in checked.report.findings] == [("G01-02", "错误")]
    assert all(b.cell.cell for cause in checked.report.diagnoses for b in cause.cells)  # never a cell that is not there


def test_a_total_that_is_not_printed_leaves_its_relations_unsaid(pipeline):
    sheets = build()
    row = sheets["公开01"].marks["支·本年支出合计·金额"][0]
    drop(sheets["公开01"], row=row)
    checked = check(pipeline, sheets)
    assert counts(checked)[0] == 0
    assert {c.rule for c in checked.report.not_evaluated} >= {"G01-02", "G01-04", "G0103-01"}


def test_a_deleted_row_of_codes_is_missed_by_the_other_tables(pipeline):
    sheets = build()
    drop(sheets["公开05"], row=13)
    checked = check(pipeline, sheets)
    assert [f.rule for f in checked.report.findings] == ["G05-02", "G05-02", "G0305-01", "G0305-02"]
    assert counts(checked) == (4, 0, 219)


@pytest.mark.parametrize("columns", [(4, 6), (4, 5, 6)])
def test_rows_that_changed_places_are_noted_and_bound_by_label(pipeline, columns):
    sheets = build()
    swap_rows(sheets["公开01"], 14, 15, columns)
    checked = check(pipeline, sheets)
    assert (said(checked), counts(checked)) == ([("moved_row", "提示", "structure", ["D15"])], (0, 0, ALL))


# --- columns ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "figure", "expected"),
    [
        ("人员支出", 9.0, [("extra_column", "提示", "structure", ["E5"])]),
        (None, 9.0, [("extra_column", "提示", "structure", ["E5"])]),
        ("序号", 3, []),
        ("行次", 3, []),
        (None, None, []),
        ("备注", "已核", []),
    ],
)
def test_a_column_in_the_middle_is_said_where_it_holds_figures_and_never_read(pipeline, header, figure, expected):
    sheets = build()
    sheet = insert_column(sheets["公开03"], 5)
    sheet.put(5, 5, header)
    for row in range(sheet.head["first"], sheet.head["last"] + 1):
        sheet.put(row, 5, figure)
    checked = check(pipeline, sheets)
    assert (said(checked), counts(checked)) == (expected, (0, 0, ALL))


@pytest.mark.parametrize("column", [3, 4, 5])  # the total, and the two parts that hold figures
def test_a_deleted_column_of_figures_is_said_once_and_its_relations_cannot_be(pipeline, column):
    sheets = build()
    drop(sheets["公开03"], column=column)
    checked = check(pipeline, sheets)
    assert said(checked) == [("absent_columns", "核实", "structure", [None])]
    assert counts(checked)[0] == 0
    assert counts(checked)[1] > 0


@pytest.mark.parametrize("column", [6, 7, 8])
def test_a_column_that_is_not_printed_and_would_carry_nothing_is_nothing(pipeline, column):
    sheets = build()
    drop(sheets["公开03"], column=column)
    checked = check(pipeline, sheets)
    assert (said(checked), counts(checked)[:2]) == ([], (0, 0))


def test_codes_without_names_are_codes(pipeline):
    sheets = build()
    drop(sheets["公开03"], column=2)
    checked = check(pipeline, sheets)
    assert (said(checked), counts(checked)[:2]) == ([], (0, 0))


@pytest.mark.parametrize("table", ["公开01", "公开02", "公开03", "公开04", "公开05", "公开06", "公开07", "公开08"])
def test_figures_right_of_the_table_are_the_units_own_business(pipeline, table):
    sheets = build()
    sheet = sheets[table]
    column = sheet.width + 2
    for row in range(sheet.head["first"], sheet.head["last"] + 1):
        sheet.put(row, column, 123.45)
        sheet.put(row, column + 1, "√")
    checked = check(pipeline, sheets)
    assert (said(checked), counts(checked)) == ([], (0, 0, ALL))


@pytest.mark.parametrize("numbers", ["int", "none"])
@pytest.mark.parametrize("text", ["基本经费", "日常保运转类"])
def test_a_column_in_other_words_is_the_one_that_is_left(pipeline, text, numbers):
    sheets = build() if numbers == "int" else build(hands.Style(numbers="none"))
    sheets["公开03"].cells[4, 4] = text
    checked = check(pipeline, sheets)
    assert {f.severity.value for f in checked.report.findings} <= {"提示"}
    assert counts(checked) == (0, 0, ALL)
    assert checked.submission.section("支出表", "全表").column_at[1] == 4


def test_two_columns_in_other_words_that_nothing_tells_apart_are_doubtful(pipeline):
    sheets = build(hands.Style(numbers="none"))
    sheet = sheets["公开03"]
    sheet.cells[4, 4], sheet.cells[4, 5] = "甲类", "乙类"
    for key in ("公开05", "公开06", "公开07", "公开08"):  # no other table repeats their figures
        del sheets[key]
    checked = check(pipeline, sheets)
    section = checked.submission.section("支出表", "全表")
    grades = {c: "doubtful" for _, c in section.doubts}
    assert counts(checked)[0] == 0
    assert set(grades) == {1, 2} or section.column_at[1:3] == [4, 5]


# --- sheets -------------------------------------------------------------------------------------


def test_names_and_order_of_sheets_don_t_matter(pipeline):
    sheets = list(build().values())[::-1]
    for n, sheet in enumerate(sheets):
        sheet.name = f"Sheet{n + 1}"
    checked = check(pipeline, sheets)
    assert (said(checked), counts(checked)) == ([], (0, 0, ALL))


def test_a_hidden_sheet_is_checked_and_said(pipeline):
    sheets = build()
    sheets["公开03"].state = "hidden"
    checked = check(pipeline, sheets, hands.by_openpyxl)
    assert (said(checked), counts(checked)) == ([("hidden_sheet", "核实", "structure", [None])], (0, 0, ALL))


def test_a_very_hidden_sheet_is_not_called_missing(pipeline):
    sheets = build()
    sheets["公开03"].state = "veryHidden"
    assert "missing_table" not in whats(check(pipeline, sheets, hands.by_openpyxl))


def test_the_title_counts_and_not_the_tab(pipeline):
    sheets = build()
    one, other = sheets["公开02"], sheets["公开03"]
    one.name, other.name = other.name, one.name
    checked = check(pipeline, sheets)
    assert counts(checked) == (0, 0, ALL)


@pytest.mark.parametrize("change", ["tab", "number"])
def test_a_title_that_contradicts_its_tab_or_number_is_said(pipeline, change):
    sheets = build()
    one, other = sheets["公开02"], sheets["公开03"]
    if change == "tab":
        one.name, other.name = other.name, one.name
    else:
        other.cells[2, other.width] = "公开05表"
    checked = check(pipeline, sheets)
    assert {f.category for f in checked.report.findings} == {"structure"}


def test_two_sheets_of_one_title_are_never_chosen_between(pipeline):
    sheets = build()
    again = copy.deepcopy(sheets["公开03"])
    again.name = "支出决算表（2）"
    checked = check(pipeline, [*sheets.values(), again])
    assert said(checked) == [("doubled_table", "错误", "structure", [None])]
    assert counts(checked) == (0, 15, 150)


def test_a_table_without_title_is_known_by_its_headings_and_that_is_said(pipeline):
    sheets = build()
    del sheets["公开03"].cells[1, 1]
    sheets["公开03"].name = "Sheet3"
    checked = check(pipeline, sheets)
    assert (said(checked), counts(checked)) == ([("no_title", "提示", "structure", [None])], (0, 0, ALL))


# --- several tables on one sheet ----------------------------------------------------------------


def together(tables, *, side=False, gap=1, starts=(), between="", style=None, edit=None):
    sheets = build(style)
    whole, row, column = hands.Sheet("合并"), 0, 0
    for n, table in enumerate(tables):
        part = sheets.pop(table)
        if edit:
            edit(n, part)
        part.shift(0 if side else row, column if side else (starts[n] if starts else 0))
        whole.cells.update(part.cells)
        whole.merges += part.merges
        row, column = part.height + gap, part.width + gap
        if between:
            whole.put(row, 1, between)
            row += 1
    return [whole, *sheets.values()]


@pytest.mark.parametrize(
    ("tables", "options"),
    [
        (("公开02", "公开03"), {}),
        (("公开02", "公开03"), {"gap": 0}),
        (("公开02", "公开03", "公开05"), {}),
        (("公开01", "公开04"), {}),
        (("公开05", "公开06"), {}),
        (("公开07", "公开08", "公开09"), {}),
        (("公开02", "公开03"), {"side": True}),
        (("公开02", "公开03"), {"side": True, "gap": 0}),
        (("公开01", "公开04"), {"side": True}),
        (("公开05", "公开06"), {"side": True}),
        (("公开02", "公开03"), {"between": "以上为收入，以下为支出"}),
        (("公开02", "公开03"), {"between": "（收入决算表完，支出决算表见下）"}),
        (("公开02", "公开03"), {"style": hands.Style(footnotes=False)}),
        (("公开02", "公开03", "公开05"), {"starts": (0, 2, 1)}),
    ],
)
def test_several_tables_on_one_sheet_are_each_read_and_that_is_noted(pipeline, tables, options):
    checked = check(pipeline, together(tables, **options))
    assert said(checked) == [("shared_sheet", "提示", "structure", [None] * len(tables))]
    assert counts(checked) == (0, 0, ALL)


@pytest.mark.parametrize("lower", [1, 3])
def test_tables_side_by_side_may_begin_in_different_rows(pipeline, lower):
    checked = check(pipeline, together(("公开02", "公开03"), side=True, edit=lambda n, part: part.shift(n * lower)))
    assert (whats(checked), counts(checked)) == (["shared_sheet"], (0, 0, ALL))


def new_page(sheet):
    """The head of the table once more in the middle, as on a second printed page."""
    at = sheet.head["first"] + 7
    for _ in range(6):
        sheet.insert_row(at)
    sheet.cells.update({(at + r - 1, c): v for (r, c), v in list(sheet.cells.items()) if r <= 6})


def test_a_title_repeated_on_the_next_page_is_the_same_table(pipeline):
    sheets = build()
    new_page(sheets["公开03"])
    checked = check(pipeline, sheets)
    assert (said(checked), counts(checked)) == ([], (0, 0, ALL))


def test_a_title_repeated_on_the_next_page_is_the_same_table_on_a_shared_sheet_too(pipeline):
    tables = together(("公开02", "公开03"), edit=lambda n, part: new_page(part) if n else None)
    checked = check(pipeline, tables)
    assert (whats(checked), counts(checked)) == (["shared_sheet"], (0, 0, ALL))


@pytest.mark.parametrize(
    "text",
    ["注：本表与收入决算表衔接。", defect("收入决算表", reason="says 有 1 张表，已分开核对: one is not several")],
)
def test_a_table_that_is_only_mentioned_is_not_there(pipeline, text):
    sheets = build()
    sheets["公开03"].put(sheets["公开03"].height + 1, 1, text)
    checked = check(pipeline, sheets)
    assert (said(checked), counts(checked)) == ([], (0, 0, ALL))


@pytest.mark.parametrize("variant", ["cover_and_contents", "contents_numbers", "contents_joined"])
def test_a_cover_and_contents_are_no_tables(pipeline, variant):
    checked = pipeline.run(hands.VARIANTS[variant](copy.deepcopy(TABLES)), "x.xlsx")
    assert (said(checked), counts(checked)) == ([], (0, 0, ALL))


CONTENTS = ["编报说明", "收入支出决算总表", "反映收支总额。", "按年度填列。", "单位为万元。", "见附件。", "其他。"]


@pytest.mark.parametrize("every", [True, False])
def test_a_page_that_explains_the_tables_is_none_of_them(pipeline, every):
    sheets = build()
    page, row = hands.Sheet("说明"), 1
    for sheet in list(sheets.values())[: None if every else 1]:
        for text in [TABLES[sheet.key]["title"] if t == CONTENTS[1] else t for t in CONTENTS]:
            page.put(row, 1, text)
            row += 1
    checked = check(pipeline, [page, *sheets.values()])
    assert (said(checked), counts(checked)) == ([], (0, 0, ALL))


# --- hidden rows and columns --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "rows", "columns", "cells"),
    [
        ("公开03", {13}, set(), ["C13", "D13"]),
        ("公开06", {8}, set(), ["C8", "F8"]),
        ("公开03", set(), {5}, ["E7", "E8", "E9", "E10", "E11", "E12", "E15"]),
    ],
)
def test_figures_in_hidden_rows_and_columns_are_checked_and_said(pipeline, table, rows, columns, cells):
    sheets = build()
    sheets[table].hidden_rows, sheets[table].hidden_columns = rows, columns
    checked = check(pipeline, sheets)
    assert (said(checked), counts(checked)) == ([("hidden_cells", "核实", "structure", cells)], (0, 0, ALL))


@pytest.mark.parametrize(
    ("table", "rows", "columns"),
    [("公开01", {16, 17, 18}, set()), ("公开03", set(), {6, 7}), ("公开03", set(), {1}), ("公开01", set(), {2}), ("公开03", {6}, set())],
)  # fmt: skip
def test_hidden_rows_and_columns_without_figures_are_silent(pipeline, table, rows, columns):
    sheets = build()
    sheets[table].hidden_rows, sheets[table].hidden_columns = rows, columns
    assert said(check(pipeline, sheets)) == []


# --- labels -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "label",
    [
        " ".join,
        "　".join,
        "\n".join,
        lambda t: "其中：" + t,
        lambda t: t.replace("、", "．"),
        lambda t: t.replace("、", "，"),
        lambda t: t + "：",
        lambda t: t.replace("（", "(").replace("）", ")"),
        lambda t: "（" + t.replace("、", "）", 1) if "、" in t else t,
    ],
)
def test_spaces_signs_and_ordinals_of_labels_don_t_matter(pipeline, label):
    checked = check(pipeline, build(hands.Style(label=label, line=None)))
    assert (said(checked), counts(checked)) == ([], (0, 0, ALL))


def test_ordinals_without_a_stop_are_said_once_a_table_at_most(pipeline):
    checked = check(pipeline, build(hands.Style(label=lambda t: t.replace("、", " "))))
    assert len(checked.report.findings) <= 10


def test_traditional_characters_throughout_are_read_alike(pipeline):
    traditional = str.maketrans(
        dict(zip(_SIMPLIFIED, _TRADITIONAL, strict=True)) | {"余": "餘", "采": "採", "台": "臺", "说": "說"}
    )
    sheets = build()
    for sheet in sheets.values():
        sheet.name = sheet.name.translate(traditional)
        sheet.cells = {at: v.translate(traditional) if isinstance(v, str) else v for at, v in sheet.cells.items()}
    texts = "".join(v for s in sheets.values() for v in s.cells.values() if isinstance(v, str))
    assert all(c in texts for c in "決財撥預單萬說")
    checked = check(pipeline, sheets)
    assert (said(checked), counts(checked)) == ([], (0, 0, ALL))
    assert (checked.submission.year, checked.submission.currency) == (2023, "万元")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("使用非财政拨款结余和专用结余", "使用非财政拨款结余"),
        ("使用非财政拨款结余和专用结余", "使用非财政拨款结余（含专用结余）"),
        ("十四、资源勘探工业信息等支出", "十四、资源勘探信息等支出"),
    ],
)
def test_old_and_new_names_of_a_row_are_the_same_row(pipeline, old, new):
    checked = check(pipeline, build(hands.Style(label=lambda t: new if t == old else t, line=None)))
    assert (said(checked), counts(checked)) == ([], (0, 0, ALL))


@pytest.mark.parametrize("figure", [None, 9.99])
def test_two_rows_of_one_label_are_never_chosen_between(pipeline, figure):
    sheets = build(hands.Style(line=None))
    sheet = sheets["公开01"]
    row = sheet.marks["支·九、卫生健康支出·金额"][0] + 1
    sheet.put(row, 3, "九、卫生健康支出")
    sheet.put(row, 4, figure)
    checked = check(pipeline, sheets)
    assert "ambiguous_row" in whats(checked)
    assert (checked.outcome.count("fail"), checked.outcome.count("cannot_say")) == (0, 2)


def test_two_rows_of_one_label_are_told_apart_by_their_line(pipeline):
    sheets = build()
    sheets["公开01"].put(16, 4, "九、卫生健康支出")
    checked = check(pipeline, sheets)
    assert (said(checked), counts(checked)) == ([], (0, 0, ALL))


def test_two_total_rows_are_never_chosen_between(pipeline):
    sheets = build()
    sheets["公开03"].insert_row(12)
    sheets["公开03"].cells.update({(12, 1): "合计", (12, 3): 100.0})
    checked = check(pipeline, sheets)
    assert [what for what, *_ in said(checked)] == ["ambiguous_row"]
    assert counts(checked)[:2] == (0, 9)


def test_two_footers_are_never_called_missing(pipeline):
    sheets = build()
    sheet = sheets["公开06"]
    row = sheet.marks["人员经费合计"][0] + 1
    sheet.cells.update({(row, 1): "人员经费合计", (row, 3): 1.0})
    assert "missing_row" not in whats(check(pipeline, sheets))


# --- 栏次 and 行次 --------------------------------------------------------------------------------


def numbered(pipeline, table, number):
    sheets = build()
    sheet = sheets[table]
    row = sheet.head["numbers"]
    for column in range(1, sheet.width + 1):
        if isinstance(sheet.cells.get((row, column)), int):
            sheet.cells[row, column] = number(sheet.cells[row, column])
    return check(pipeline, sheets)


@pytest.mark.parametrize("table", ["公开01", "公开03", "公开04", "公开09"])
@pytest.mark.parametrize("number", [int, str, lambda n: f"{n}栏", lambda n: f" {n} ", float])
def test_numbers_of_columns_are_never_figures(pipeline, table, number):
    checked = numbered(pipeline, table, number)
    assert (said(checked), counts(checked)) == ([], (0, 0, ALL))


def full_width(n):
    return "".join(chr(ord(d) + 0xFEE0) for d in str(n))


@pytest.mark.parametrize(
    ("table", "number"),
    [
        ("公开03", full_width),
        ("公开03", lambda n: f"第{n}栏"),
        ("公开03", lambda n: chr(0x245F + n)),
        defect("公开03", lambda n: n + 100, reason="unread_figure, though the row says 栏次"),
        defect("公开03", lambda n: f"({n})", reason="unread_figure, though the row says 栏次"),
        defect(
            "公开09", full_width, reason="１ ２ ３ … are read as the 三公 figures: 12 text numbers and false errors"
        ),
        defect("公开09", lambda n: f"({n})", reason="read as −1, −2, …: false errors"),
        defect("公开09", lambda n: chr(0x245F + n), reason="① ② ③ are read as figures: false errors"),
        defect("公开09", lambda n: f"第{n}栏", reason="12 findings 应填数字，填的是文字“第1栏”"),
        defect("公开09", lambda n: n + 100, reason="101 102 103 … are read as figures: false errors"),
    ],
)
def test_numbers_of_columns_in_other_digits_are_never_figures(pipeline, table, number):
    checked = numbered(pipeline, table, number)
    assert (said(checked), counts(checked)) == ([], (0, 0, ALL))


@pytest.mark.parametrize("line", [str, full_width, float, lambda n: f" {n} ", lambda n: n + 100])
def test_numbers_of_lines_are_never_figures(pipeline, line):
    checked = check(pipeline, build(hands.Style(line=line)))
    assert (said(checked), counts(checked)) == ([], (0, 0, ALL))


# --- which form ---------------------------------------------------------------------------------

FORMS = {
    "tunliu_2023": "shanxi-2023",
    "sichuan_2023": "sichuan-2023",
    "beijing_2023": "beijing-2023",
    "putuo_caizheng_2024": "shanghai-putuo-2024",
    "putuo_shegong_2024": "shanghai-putuo-2024",
    "putuo_shengtai_2025": "shanghai-putuo-2024",
    "putuo_shiquan_2025": "shanghai-putuo-2024",
}


def without(name, *gone, unnumbered=False):
    book = openpyxl.load_workbook(samples.SAMPLES / f"{name}.xlsx")
    for index in sorted(gone, reverse=True):
        book.remove(book.worksheets[index])
    for n, sheet in enumerate(book.worksheets if unnumbered else ()):
        sheet.title = f"Sheet{n + 1}"
        for row in sheet.iter_rows(max_row=6):
            for cell in row:
                if isinstance(cell.value, str) and cell.value.startswith("公开") and cell.value.endswith("表"):
                    cell.value = None
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize("unnumbered", [False, True])
@pytest.mark.parametrize("name", FORMS)
def test_each_sample_is_of_its_own_form(pipeline, name, unnumbered):
    checked = pipeline.run(without(name, unnumbered=unnumbered), "x.xlsx")
    assert checked.submission.form.id == FORMS[name]
    assert not {"form_unsure", "missing_table"} & set(whats(checked))


EMPTY: dict[str, tuple[int, ...]] = {
    "tunliu_2023": (6, 7),
    "sichuan_2023": (),
    "beijing_2023": (),
    "putuo_shegong_2024": (7, 8),
}


@pytest.mark.parametrize("gone", range(9))
@pytest.mark.parametrize("name", ["tunliu_2023", "sichuan_2023", "beijing_2023", "putuo_shegong_2024"])
def test_a_workbook_without_one_table_is_still_of_its_form(pipeline, name, gone):
    checked = pipeline.run(without(name, gone), "x.xlsx")
    assert checked.submission.form.id == FORMS[name]
    assert [what for what in whats(checked) if what in ("missing_table", "missing_empty_table")] == [
        "missing_empty_table" if gone in EMPTY[name] else "missing_table"
    ]
    assert "form_unsure" not in whats(checked)


def test_nine_tables_of_the_ten_of_shanxi_may_be_the_national_form(pipeline):
    checked = pipeline.run(without("tunliu_2023", 9), "x.xlsx")
    assert checked.submission.form.id == "central-2023"
    assert said(checked) == [("form_unsure", "提示", "structure", [])]
    assert checked.report.findings[0].params["id"] == "shanxi-2023"


@pytest.mark.parametrize("gone", [(9,), (8, 9)])
def test_at_most_one_line_doubts_the_form(pipeline, gone):
    checked = pipeline.run(without("tunliu_2023", *gone, unnumbered=True), "x.xlsx")
    assert whats(checked).count("form_unsure") == 1


def test_a_workbook_of_two_tables_is_checked_by_the_national_rules_and_that_is_said(pipeline):
    checked = check(pipeline, list(build().values())[:2])
    assert checked.submission.form.id == "open-2023"
    assert whats(checked) == ["form_unknown"]
    assert counts(checked)[0] == 0


def test_a_workbook_of_no_table_is_refused(pipeline):
    sheet = hands.Sheet("说明")
    for row, text in enumerate(CONTENTS, 1):
        sheet.put(row, 1, text)
    assert check(pipeline, [sheet]).report.refusal.code == "unknown_form"
