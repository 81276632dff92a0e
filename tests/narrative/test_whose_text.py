"""Whose a text is: names of other units in it, and texts of another unit or year as one sentence."""

from __future__ import annotations

import pytest

from support.texts import NARRATIVES, checked, sample
from xlcheck.narrative.unitnames import own_names, same_unit, titled_unit

UNIT = "长治市屯留区社会保险中心"
OTHER = "临汾市尧都区医疗保障局"
WHOLE = (NARRATIVES / "tunliu_2023.txt").read_text(encoding="utf-8")


def said(text, beside="tunliu_2023"):
    found = checked(text, "shanxi-2023", beside)
    return [(r.severity.value, r.code, r.cells[0].value) for r in found.remarks]


SAME = [
    ("卫生健康局", "榕江县卫生健康局"), ("榕江县卫健局", "榕江县卫生健康局"), ("榕江县卫生健康局", "榕江县卫生健康局（本级）"),
    ("中共榕江县委组织部", "榕江县委组织部"), ("安徽省皖城市审计局", "皖城市审计局"),
]  # fmt: skip
APART = [
    ("榕江县财政局", "榕江县卫生健康局"), ("邻水川县卫生健康局", "泸定川县中医药管理局"), ("邻水县卫生健康局", "泸定县卫生健康局"),
    ("某某市第一中学", "某某市人民医院"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), SAME)
def test_short_forms_are_the_same_unit(one, other):
    assert same_unit(one, other)
    assert same_unit(other, one)


@pytest.mark.parametrize(("one", "other"), APART)
def test_other_units_are_told_apart(one, other):
    assert not same_unit(one, other)
    assert not same_unit(other, one)


def test_running_text_is_no_title():
    for line in (
        "从部门决算单位构成看，纳入2023年度部门决算编制范围的二级预算单位包括：1.局本级；2.县图书馆。",
        "从决算编报单位构成看，部门包括6个机关行政股室，列入2023年部门决算编报范围的单位1个。",
        "纳入本部门2023年部门决算编制范围的单位共3个",
        "第一部分2023年度部门决算情况说明",
    ):
        assert titled_unit(line) is None, line


def test_a_title_names_its_unit_before_or_behind_the_year():
    assert titled_unit(f"{OTHER}2023年度部门决算公开说明").name == OTHER
    assert titled_unit(f"2023年度{OTHER}部门决算").name == OTHER
    assert own_names("山西省长治市屯留区财政局") == [
        "山西省长治市屯留区财政局",
        "长治市屯留区财政局",
        "屯留区财政局",
        "财政局",
    ]


COVERS = [f"{OTHER}2023年度部门决算公开说明\n", f"2023年度{OTHER}部门决算\n", f"2023年度\n{OTHER}部门决算\n", f"2023年度\n{OTHER}\n部门决算\n"]  # fmt: skip


@pytest.mark.parametrize("cover", COVERS)
def test_another_unit_on_the_cover_is_asked_about(cover):
    text = cover + "二、收入决算情况说明\n2023年度收入合计567.18万元。\n"
    assert ("核实", "text_other_unit", OTHER) in said(text)
    assert not [one for one in said(text.replace(OTHER, UNIT)) if one[1] == "text_other_unit"]


LEFT = [
    "（二）政府采购支出情况\n2023年度，{}政府采购支出总额2.08万元。\n",
    "（二）政府采购支出情况\n2023年度{}机关政府采购支出总额2.08万元。\n",
    "二、收入决算情况说明\n2023年度{}收入合计567.18万元。\n",
]


@pytest.mark.parametrize("text", LEFT)
def test_a_name_left_in_a_sentence_is_found_where_it_stands(text):
    assert [one for one in said(text.format(OTHER)) if one[1] == "text_unit_left"] == [
        ("核实", "text_unit_left", OTHER)
    ]
    for ours in (UNIT, "屯留区社会保险中心", "区社保中心", "本部门机关"):
        assert not [one for one in said(text.format(ours)) if one[1] == "text_unit_left"], ours


def test_the_text_of_another_workbook_is_one_sentence():
    remarks = said(WHOLE, "putuo_shegong_2024")
    assert [code for _, code, _ in remarks].count("text_of_another") == 1
    assert not [one for one in remarks if one[1] in ("text_amount", "text_share", "text_rate")]
    assert "text_of_another" not in [code for _, code, _ in said(WHOLE)]


def test_a_year_that_nobody_changed_is_one_sentence():
    stale = WHOLE.replace("2022年", "2021年").replace("2023年", "2022年")
    assert sample("tunliu_2023")[0].year == 2023
    remarks = said(stale)
    assert [code for _, code, _ in remarks].count("text_year_throughout") == 1
    assert not [one for one in remarks if one[1] in ("text_year", "text_base_year", "text_cover_year", "text_day")]
