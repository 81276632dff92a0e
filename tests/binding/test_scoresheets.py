"""Score sheets are found and read as they are laid out anywhere; what is none is left alone."""

from __future__ import annotations

import io

import openpyxl
import pytest

from support.foreign import to_html, to_ods, to_spreadsheetml
from support.foreign_binary import to_xls
from support.hands import Sheet
from support.places import SAMPLES
from support.scoresheets import FORMS, NATIONAL, SHANXI, layout_of, load_form, render, with_changes
from xlcheck.mapping.library import Library
from xlcheck.pipeline import Pipeline

FAMILY = {"national": "national", "山西": "shanxi", "四川": "sichuan", "湖北": "hubei", "北京(旧)": "beijing"}


def sheets(pipeline, data):
    return pipeline.read(data).sheets


def figures(sheet, block):
    return [
        {key: cell.value.text for key, cell in row.cells.items() if cell.value.filled and cell.at}
        for row in sheet.rows[block]
    ]


@pytest.mark.parametrize("path", FORMS, ids=lambda p: p.stem)
def test_a_published_form_is_read_cell_by_cell(path, pipeline):
    form = load_form(path)
    (sheet,) = sheets(pipeline, render([form]).data())
    assert sheet.spec.id == f"selfscore-{FAMILY[form['layout']]}"
    assert (sheet.project, sheet.currency, sheet.facts["年度"].value) == (
        form["project"],
        form["currency"],
        form["year"],
    )
    assert not sheet.doubts
    assert not sheet.inferred
    rows = sheet.rows["指标"]
    assert [row.cell("三级").value.text for row in rows] == [indicator["三级"] for indicator in form["indicators"]]
    for row, indicator in zip(rows, form["indicators"], strict=True):
        assert [row.cell(key).value.text for key in ("完成值", "分值", "得分")] == [
            indicator[key] for key in ("完成值", "分值", "得分")
        ]
        assert row.cell("指标值").value.text in indicator["指标值"]
    for row, (label, values) in zip(sheet.rows["资金"], form["funds"].items(), strict=True):
        read = {("结转余" if key == "结转结余" else key): cell.value.text for key, cell in row.cells.items() if cell.at}
        assert {key: read.get(key) for key in values if key in read} == {
            k: v for k, v in values.items() if k in read
        }, label
    total = sheet.rows["总分"]
    assert (total[0].cell("得分").value.text if total else "null") == (form["total"] or "null")


def test_the_year_of_a_project_is_part_of_its_name(pipeline):
    form = load_form(FORMS[-2])
    (sheet,) = sheets(pipeline, render([form]).data())
    assert sheet.project == "2023年企业退休人员取暖费"


@pytest.mark.parametrize("one_sheet", [False, True])
def test_several_forms_of_a_workbook_are_read_each_by_itself(one_sheet, pipeline):
    forms = [load_form(path) for path in FORMS]
    found = sheets(pipeline, render(forms, one_sheet=one_sheet).data())
    assert [sheet.project for sheet in found] == [form["project"] for form in forms]
    assert [len(sheet.rows["指标"]) for sheet in found] == [len(form["indicators"]) for form in forms]
    assert [sheet.sheet for sheet in found] == (["自评表"] * 8 if one_sheet else [f"自评表{n}" for n in range(1, 9)])


def as_sheets(book):
    found = []
    for ws in book:
        sheet = Sheet(ws.title)
        sheet.merges = [(m.min_row, m.min_col, m.max_row, m.max_col) for m in ws.merged_cells.ranges]
        sheet.cells = {
            (cell.row, cell.column): cell.value for row in ws.iter_rows() for cell in row if cell.value is not None
        }
        sheet.cells = {
            at: "＝" + v[1:] if isinstance(v, str) and v.startswith("=") else v for at, v in sheet.cells.items()
        }
        found.append(sheet)
    return found


@pytest.mark.parametrize("writer", [to_xls, to_ods, to_spreadsheetml, to_html])
def test_other_formats_hold_forms_too(writer, pipeline):
    forms = [load_form(path) for path in FORMS if "tunliu" in path.stem]
    report = pipeline.run(writer(as_sheets(render(forms).book)), "x", mark=True).report
    assert report.refusal is None
    assert (report.counts.errors, report.counts.verifies) == (0, 0)
    assert report.counts.passed > 100


UNHEARD = {
    "年度指标值": "既定的标准",
    "实际完成值": "年末实况",
    "分值": "应得最高",
    "得分": "评定所得",
    "偏差原因分析及改进措施": "差距缘由",
}


def test_headings_that_no_mapping_names_are_told_by_what_stands_below_them(pipeline):
    form = load_form(next(p for p in FORMS if "putuo" in p.stem))
    words = [w for spec in Library().score_sheets for block in spec.blocks for slot in block.slots for w in slot.names]
    assert not set(UNHEARD.values()) & set(words)
    layout = with_changes(NATIONAL, indicators=tuple((key, UNHEARD[heading]) for key, heading in NATIONAL.indicators))
    checked = pipeline.run(render([form], [layout]).data(), "x")
    (sheet,) = checked.submission.sheets
    assert {key: sheet.columns["指标"][key] for key in ("指标值", "完成值", "分值", "得分")} == dict.fromkeys(
        ("指标值", "完成值", "分值", "得分"), "likely"
    )
    assert [f.rule for f in checked.report.findings if f.severity.value == "错误"] == ["P01-03"]
    assert [f.code for f in checked.report.findings if f.severity.value == "提示"] == ["likely_binding"]


def test_money_under_words_nobody_knows_is_told_by_arithmetic(pipeline):
    form = load_form(FORMS[4])
    unheard = {
        "全年预算数": "年度可用额",
        "全年执行数": "年内花出",
        "执行率": "花费比",
        "得分": "评定所得",
        "资金结(转)余": "剩下",
    }
    layout = with_changes(SHANXI, funds=tuple((key, unheard.get(heading, heading)) for key, heading in SHANXI.funds))
    checked = pipeline.run(render([form], [layout]).data(), "x")
    (sheet,) = checked.submission.sheets
    total = sheet.rows["资金"][0]
    assert [total.cell(key).value.text for key in ("全年预算数", "全年执行数", "执行率", "得分")] == [
        "186",
        "82.357",
        "44.28",
        "4.43",
    ]
    assert checked.report.counts.errors == 0


@pytest.mark.parametrize("percent", ["plain", "text", "format", "fraction"])
def test_a_rate_is_read_however_it_is_typed(percent, pipeline):
    form = load_form(FORMS[4])
    (sheet,) = sheets(pipeline, render([form], [with_changes(layout_of(form), percent=percent)]).data())
    assert float(sheet.rows["资金"][0].cell("执行率").value.number) == 44.28


def test_weights_of_groups_are_read_from_their_labels(pipeline):
    form = load_form(FORMS[4])
    for merged in (True, False):
        layout = with_changes(layout_of(form), weights_in_labels=True, merge_levels=merged)
        (sheet,) = sheets(pipeline, render([form], [layout]).data())
        assert [(row.label[:2], row.cell("分值").value.text) for row in sheet.rows["一级"]] == [
            ("产出", "50"),
            ("效益", "30"),
            ("满意", "10"),
        ]


def book_of(rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


TARGETS = [
    ["项目支出绩效目标表"],
    ["项目名称", "道路养护"],
    ["一级指标", "二级指标", "三级指标", "指标值"],
    ["产出指标", "数量指标", "里程", "≥5公里"],
]
SUMMARY = [
    ["项目支出绩效自评情况汇总表"],
    ["序号", "项目名称", "全年预算数", "全年执行数", "自评得分", "等级"],
    [1, "道路养护", 10, 9.5, 98.5, "优"],
]


@pytest.mark.parametrize("rows", [TARGETS, SUMMARY])
def test_targets_and_summaries_are_no_score_sheets(rows, pipeline):
    report = pipeline.run(book_of(rows), "x").report
    assert report.refusal is not None
    assert report.refusal.code == "unknown_form"


def test_a_form_that_can_not_be_read_is_said_and_not_passed_over(pipeline, sample):
    book = openpyxl.load_workbook(io.BytesIO(sample))
    ws = book.create_sheet("自评表")
    for row in (["项目支出绩效自评表"], ["项目名称", "道路养护"], ["甲", "乙", "丙"], ["一", "二", "三"]):
        ws.append(row)
    out = io.BytesIO()
    book.save(out)
    report = pipeline.run(out.getvalue(), "x").report
    assert [f.code for f in report.findings if f.severity.value == "核实"] == ["sheet_unread"]


def test_families_are_not_even_loaded_for_a_workbook_without_forms(sample):
    class Watched(Library):
        @property
        def score_sheets(self):
            raise AssertionError("loaded")

    assert Pipeline(Watched()).run(sample, "x").report.refusal is None
    with pytest.raises(AssertionError, match="loaded"):
        Pipeline(Watched()).examine((SAMPLES / "selfscore_tunliu_2023.xlsx").read_bytes(), "x")


def test_a_workbook_of_forms_alone_says_whose_and_of_which_year_it_is(pipeline):
    report = pipeline.run((SAMPLES / "selfscore_tunliu_2023.xlsx").read_bytes(), "x").report
    book = report.workbook
    assert (book.unit, book.year, book.template_id, book.recognised) == (
        "长治市屯留区社会保险中心",
        2023,
        "selfscore-shanxi",
        True,
    )
    assert [(t.title, t.sheet) for t in book.tables] == [("项目支出绩效自评表", f"自评表{n}") for n in (1, 2, 3)]
    assert book.other_sheets == ()
