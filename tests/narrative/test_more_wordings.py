"""Wordings of other places: read, and nothing said where they are right; wrong figures in them are found."""

from __future__ import annotations

import pytest

from support.texts import checked

PUBLIC, GENERAL = "七、财政拨款“三公”经费支出决算情况说明", "五、一般公共预算财政拨款支出决算情况说明"
FISCAL, BASIC = "四、财政拨款收入支出决算总体情况说明", "六、一般公共预算财政拨款基本支出决算情况说明"
TOTAL, INCOME = "一、收入支出决算总体情况说明", "二、收入决算情况说明"
TUNLIU, PUTUO = "tunliu_2023", "putuo_caizheng_2024"


def read(heading, sentence, beside=None):
    found = checked(f"{heading}\n{sentence}\n", "national-2023", beside, whole=True)
    return [(r.code, r.cells[0].value, r.expected) for r in found.remarks if r.severity.value != "提示"], found.figures


def taken(figures):
    return [f"{f.cell.row}/{f.cell.column}" if f.cell else f.relation or f.why for f in figures]


KEPT = [
    "公务用车运行维护费支出3.42万元，主要用于下乡督导、疫情处置等，2022年度本部门机关及下属单位开支财政拨款的公务用车保有量为8辆。",
    "公务用车运行维护费支出3.42万元，主要用于执法；2023年度，本级及所属单位开支财政拨款的公务用车保有量为8辆。",
    "公务用车运行维护费支出3.42万元，主要用于执法，年末某某县水利局系统公务用车保有量8辆。",
    "公务用车运行维护费支出3.42万元，主要用于燃料等，期末共保有各类执法用车8辆。",
]


@pytest.mark.parametrize("sentence", KEPT)
def test_cars_kept_by_the_unit_and_those_below_it_are_given(sentence):
    assert "text_number_missing" not in [code for code, _, _ in read(PUBLIC, sentence)[0]]


def test_cars_of_another_kind_are_not_those_kept():
    said, _ = read(PUBLIC, "公务用车运行维护费支出3.42万元，主要用于执法。")
    assert [code for code, _, _ in said] == ["text_number_missing"]


VISITS = [
    ("共接待国内来访团组45个，来访人次398人次；接待外事团组0个，来访外宾0人次。", ["公务接待批次数", "公务接待人次数", "外事接待批次数", "外事接待人次数"]),
    ("累计接待31批次、接待总人数247人。", ["公务接待批次数", "公务接待人次数"]),
    ("接待总批次31批，来访总人次247人次。", ["公务接待批次数", "公务接待人次数"]),
    ("共接待国（境）外来访团组0个、来访外宾0人次。", ["国（境）外公务接待批次数", "外事接待人次数"]),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "names"), VISITS)
def test_visits_are_counted_in_many_words(sentence, names):
    said, figures = read(PUBLIC, f"公务接待费支出1.61万元。2022年度{sentence}")
    assert taken(figures)[1:] == [f"数量：{name}" for name in names]
    if "总" in sentence or "国内" in sentence:
        assert said == []


def test_columns_of_the_total_are_not_left_out():
    text = "2024年度财政拨款收、支总计均为2961.68万元。财政拨款收入中，一般公共预算财政拨款收入2940.05万元，政府性基金预算财政拨款收入0万元，国有资本经营预算财政拨款收入0万元。"
    assert read(FISCAL, text, PUTUO)[0] == []


@pytest.mark.parametrize(
    "name", ["对个人和家庭补助支出", "对个人和家庭的补助支出", "对个人和家庭补助", "对个人和家庭的补助"]
)
def test_a_name_may_leave_out_a_word(name):
    text = "一般公共预算财政拨款基本支出2336.91万元，其中：工资福利支出2082.85万元，商品和服务支出171.07万元，{}{}万元，资本性支出13.58万元。"
    said, figures = read(BASIC, text.format(name, "69.41"), PUTUO)
    assert said == []
    assert taken(figures)[3] == "303/金额"
    assert read(BASIC, text.format(name, "69.14"), PUTUO)[0] == [("text_amount", "69.14万元", "69.41")]


CODED = [
    "住房保障支出（221）住房改革支出（02）住房公积金（01）决算数{}万元，年初预算数28.78万元，完成年初预算的92.81%。",
    "住房保障支出（221类）住房改革支出（02款）住房公积金（01项）支出{}万元。",
    "（1）住房保障支出（221）住房改革支出（02）住房公积金（01）：年初预算28.78万元，支出决算{}万元。",
]


@pytest.mark.parametrize("text", CODED)
def test_codes_may_be_printed_part_by_part(text):
    said, figures = read(GENERAL, text.format("26.71"), TUNLIU)
    assert said == []
    assert "2210201/小计" in taken(figures)
    assert [(c, v, e) for c, v, e in read(GENERAL, text.format("62.71"), TUNLIU)[0] if c == "text_amount"] == [("text_amount", "62.71万元", "26.71")]  # fmt: skip


def test_short_names_are_names_right_before_a_figure():
    _, figures = read(BASIC, "人员经费2152.26万元，主要包括：基本工资200.00万元、奖金31.55万元；公用经费184.65万元，主要包括：水费2.19万元、电费3.10万元。")  # fmt: skip
    assert [f.cell.row for f in figures if f.cell and f.cell.row.isdigit()] == ["30101", "30103", "30205", "30206"]
    _, figures = read(BASIC, "公用经费184.65万元，主要包括水费、电费等支出2.19万元。")
    assert not [f for f in figures if f.cell and f.cell.row.isdigit()]


def test_a_share_of_all_that_was_spent_on_the_three():
    text = "财政拨款“三公”经费支出年初预算为6.92万元，支出决算为5.13万元。其中：公务用车运行维护费支出决算为3.99万元，占财政拨款“三公”经费总支出决算的{}%；公务接待费支出决算为1.14万元，占“三公”经费总支出的22.22%。"
    said, figures = read(PUBLIC, text.format("77.78"))
    assert [code for code, _, _ in said] == ["text_number_missing"] * 2
    assert not [f for f in figures if f.standing.value == "cannot_say"]
    assert ("text_share", "78.77%", "77.78") in read(PUBLIC, text.format("78.77"))[0]


def test_signs_and_fees_that_some_places_print():
    said, figures = read(TOTAL, "2024年度收入总计￥2995.39万元，支出总计¥2,995.39万元。", PUTUO)
    assert said == []
    assert [f.standing.value for f in figures] == ["bound", "bound"]
    _, figures = read(INCOME, "本年收入合计2946.25万元，其中：财政专户管理教育收费0万元，占0.00%。", PUTUO)
    assert not [f for f in figures if f.standing.value == "cannot_say"]


OUTLINE = [
    "一、收入支出决算总体情况说明\n2023年度收入总计567.18万元。",
    "二、收入决算情况说明\n2023年度收入合计567.18万元。",
    "三、支出决算情况说明\n2023年度支出合计567.18万元。",
    "四、财政拨款收入支出决算总体情况说明\n2023年度财政拨款收支总计567.18万元。",
    "五、财政拨款支出决算情况说明\n2023年度财政拨款支出567.18万元。",
    "六、一般公共预算及政府性基金财政拨款“三公”经费支出决算情况说明\n公务接待费支出0万元。",
]


def missing(text, profile="national-2023"):
    found = checked(text, profile, TUNLIU, whole=True).remarks
    return [(r.severity.value, r.params["sections"]) for r in found if r.code == "text_sections_missing"]


def test_outlines_of_other_places_are_a_note():
    ((severity, names),) = missing("\n".join(OUTLINE) + "\n")
    assert severity == "提示"
    assert "一般公共预算财政拨款支出" not in names  # said as 财政拨款支出
    assert "三公" not in names  # known by the last word of its heading
    ((severity, _),) = missing("山西省某县\n" + "\n".join(OUTLINE), "shanxi-2023")
    assert severity == "核实"


def test_a_heading_in_a_group_is_known_by_a_word():
    text = (
        "\n".join(OUTLINE)
        + "\n七、其他重要事项情况说明\n（一）机关运行经费及公用经费支出情况说明\n2023年度机关运行经费支出0万元。"
    )
    assert "机关运行" not in missing(text)[0][1]
