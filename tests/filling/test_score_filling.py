"""Score sheets from data: what is written is printed, what is left out is computed by the rules, what is wrong is said."""

from __future__ import annotations

import copy
import io

import openpyxl
import pytest

from support.places import SAMPLES
from xlcheck.errors import DataError
from xlcheck.filling.content import load
from xlcheck.filling.scoreforms import filled_forms
from xlcheck.filling.scorewrite import score_workbook
from xlcheck.mapping.library import Library

FAMILIES = {spec.id: spec for spec in Library().score_sheets}
SHANXI = FAMILIES["selfscore-shanxi"]


@pytest.fixture
def data():
    return copy.deepcopy(load(SAMPLES / "selfscore_tunliu_2023.yaml"))


def numbers(workbook):
    return {
        (ws.title, cell.coordinate): cell.value
        for ws in openpyxl.load_workbook(io.BytesIO(workbook))
        for row in ws.iter_rows()
        for cell in row
        if isinstance(cell.value, (int, float)) or cell.value == "优"
    }


def test_scores_totals_and_grade_are_computed_from_the_results_as_they_were_published(data, pipeline):
    published = filled_forms(SHANXI, copy.deepcopy(data))
    for form in data["forms"]:
        whole, part = form["资金"].values()
        whole.clear()
        for indicator in form["指标"]:
            del indicator["得分"]
        form["总分"] = {"得分": None, "等级": None}
        assert part
    computed = filled_forms(SHANXI, data)
    assert numbers(computed) == numbers(published)
    report = pipeline.run(computed, "x").report
    assert (report.counts.errors, report.counts.verifies, report.counts.not_evaluated) == (0, 0, 0)


def test_what_is_written_stays_right_or_wrong(data, pipeline):
    data["forms"][0]["总分"] = {"得分": "94.34", "等级": "优"}
    report = pipeline.run(filled_forms(SHANXI, data), "x").report
    assert [f.rule for f in report.findings] == ["P02-04"]


def test_both_directions_and_words_are_scored(data, pipeline):
    form = data["forms"][2]
    form["指标"][0] |= {"指标值": "≤100人", "完成值": "125人", "得分": None}
    form["指标"][1] |= {"指标值": "≥95%", "完成值": "90%", "得分": None}
    form["指标"][4] |= {"完成值": "部分达成预期指标", "得分": "20", "偏差原因": "部分工作推迟"}
    form["总分"] = {"得分": None}
    sheet = pipeline.read(filled_forms(SHANXI, data)).sheets[2]
    assert [row.cell("得分").value.text for row in sheet.rows["指标"]] == ["16", "9.47", "10", "10", "20", "10"]
    assert [sheet.rows["总分"][0].cell(key).value.text for key in ("得分", "等级")] == ["84.9", "良"]


def test_all_that_does_not_fit_is_said_at_once(data):
    form = data["forms"][0]
    del form["项目名称"]
    form["资金"]["资金总额："]["决算"] = 1
    form["指标"][0]["评语"] = "好"
    form["等级"] = "优"
    data["year"] = "23"
    with pytest.raises(DataError) as caught:
        filled_forms(SHANXI, data)
    said = str(caught.value)
    for part in ("没有写项目名称", "没有“决算”这一栏", "没有“评语”这一栏", "不认识“等级”", "year 应当是四位数字"):
        assert part in said


@pytest.mark.parametrize("spec", FAMILIES.values(), ids=FAMILIES)
def test_the_blank_of_a_family_is_known_as_unfilled_and_nothing_else_is_said_of_it(spec, pipeline):
    data = score_workbook(spec, ())
    assert data == score_workbook(spec, ())
    checked = pipeline.run(data, "x")
    assert [f.code for f in checked.report.findings] == ["sheet_unfilled"]
    (sheet,) = checked.submission.sheets
    assert sheet.spec.id in (spec.id, "selfscore-national")
    assert not sheet.doubts
    assert {"指标值", "完成值", "分值", "得分"} <= set(sheet.columns["指标"])


@pytest.mark.parametrize("spec", FAMILIES.values(), ids=FAMILIES)
def test_what_is_filled_in_any_family_is_read_back(spec, pipeline):
    form = {
        "项目名称": "道路养护", "实施单位": "某某中心", "年度": "2023",
        "资金": {spec.fund_rows[0]: {"全年预算数": "200.00", "全年执行数": "190.00"}},
        "指标": [
            {"一级": "产出指标", "二级": "数量指标", "三级": "养护里程", "指标值": "≥50公里", "完成值": "52公里", "分值": "50"},
            {"一级": "效益指标", "二级": "社会效益指标", "三级": "通行条件", "指标值": "改善", "完成值": "达成预期指标", "分值": "30" if spec.id != "selfscore-hubei" else "20"},
            {"一级": "满意度指标", "二级": "服务对象满意度指标", "三级": "满意度", "指标值": "≥90%", "完成值": "95%", "分值": "10"},
        ],
    }  # fmt: skip
    checked = pipeline.run(filled_forms(spec, {"unit": "某某中心", "year": "2023", "forms": [form]}), "x")
    assert [(f.severity.value, f.message) for f in checked.report.findings if f.severity.value != "提示"] == []
    (sheet,) = checked.submission.sheets
    total = sheet.rows["总分"][0]
    assert total.cell("得分").value.text == ("99.5" if spec.id != "selfscore-hubei" else "99")
    assert [row.cell("三级").value.text for row in sheet.rows["指标"]] == ["养护里程", "通行条件", "满意度"]
