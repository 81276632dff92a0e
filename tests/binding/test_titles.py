"""Titles are read by their grammar: fund, content, detail; what is none of ours stays unknown."""

from __future__ import annotations

import pytest

from xlcheck.binding.titles import parse_title, tab_title

KINDS = {
    "收入支出决算总表": "收支总表",
    "2023年度部门收支总体情况表": "收支总表",
    "收入决算表": "收入表",
    "附表2 部门收入总体情况表（单位：万元）": "收入表",
    "2022年度支出决算表（续）": "支出表",
    "财政拨款收入支出决算总表": "财拨总表",
    "财政拨款收支总体情况表": "财拨总表",
    "一般公共预算财政拨款支出决算表": "一般公共支出表",
    "一般公共预算支出情况表": "一般公共支出表",
    "一般公共预算财政拨款基本支出决算明细表": "基本支出表",
    "政府性基金预算财政拨款收入支出决算表": "基金表",
    "国有资本经营预算财政拨款支出决算表": "国资表",
    "国有资本经营预算财政拨款收入支出决算表": "国资收支表",
    "财政拨款“三公”经费支出决算表": "三公表",
    "“三公”经费、会议费、培训费支出情况表": "三公表",
}
UNKNOWN = [
    "项目支出绩效自评表",
    "国有资产占用情况表",
    "人员情况表",
    "分单位收入决算表",
    "目录",
    "部门决算编制说明",
]


@pytest.mark.parametrize("text", KINDS)
def test_a_title_says_a_kind(text):
    found = parse_title(text)
    assert found is not None
    assert found.kinds[0] == KINDS[text]


@pytest.mark.parametrize("text", UNKNOWN)
def test_what_is_no_table_of_ours_says_no_kind(text):
    found = parse_title(text)
    assert found is None or found.kinds == ()


def test_a_title_knows_that_it_goes_on_and_its_name_without_year_and_number():
    found = parse_title("公开03表 2023年度支出决算表（续）")
    assert (found.goes_on, found.name) == (True, "支出决算表")


@pytest.mark.parametrize("tab", ["Z03 支出决算表(财决03表)", "GK03支出决算表", "3.支出决算表", "表三、支出决算表"])
def test_a_tab_is_a_title_behind_its_number(tab):
    assert tab_title(tab).kinds[0] == "支出表"


def test_a_tab_without_words_says_nothing():
    assert tab_title("Sheet3") is None
    assert tab_title("表3") is None
