"""Words that leave open what a figure is: nothing is said of right figures, wrong ones are found with the right figure."""

from __future__ import annotations

import pytest

from support.texts import checked

QUIET = {"text_no_reason", "text_number_missing", "text_left_out"}
TUNLIU, PUTUO = "tunliu_2023", "putuo_caizheng_2024"
TOTAL, INCOME, SPENT = "一、收入支出决算总体情况说明", "二、收入决算情况说明", "三、支出决算情况说明"
GENERAL, PUBLIC = "五、一般公共预算财政拨款支出决算情况说明", "七、财政拨款“三公”经费支出决算情况说明"
BASIC = "六、一般公共预算财政拨款基本支出决算情况说明"
ASSETS, BUYING = "（三）国有资产占用情况", "（二）政府采购支出情况"


def read(heading, sentence, beside=TUNLIU):
    found = checked(f"{heading}\n{sentence}\n", "national-2023", beside, whole=True)
    said = [(r.severity.value, r.code, r.cells[0].value, r.expected) for r in found.remarks if r.code not in QUIET]
    return said, found.figures


def taken(figures):
    return [f"{f.cell.row}/{f.cell.column}" if f.cell else f.relation or f.why for f in figures]


HOUSING = "住房保障支出（类）住房改革支出（款）住房公积金（项）支出26.71万元，完成年初预算28.78万元的92.81%，"
RIGHT = [
    # a word of comparison, what is compared with, and an amount: the difference
    (GENERAL, HOUSING + "低于年初预算2.07万元。", TUNLIU),
    (GENERAL, HOUSING + "比年初预算低2.07万元。", TUNLIU),
    (GENERAL, "住房公积金年初预算28.78万元，决算数少于年初预算数2.07万元。", TUNLIU),
    (GENERAL, "住房公积金年初预算20.00万元，支出决算26.71万元，超年初预算6.71万元，增长33.55%。", TUNLIU),
    (GENERAL, "住房公积金支出26.71万元，高于上年20.00万元6.71万元。", TUNLIU),
    (GENERAL, "住房公积金支出26.71万元，超出上年决算数6.71万元，增长33.55%。", TUNLIU),
    (GENERAL, "住房公积金年初预算28.78万元，支出决算26.71万元，低于年初预算28.78万元，完成92.81%。", TUNLIU),  # the base
    # words that we don't know before a name make it another
    (SPENT, "其中：基本建设类项目支出0元。", TUNLIU),
    (SPENT, "其中：政府投资类项目支出0.00万元。", TUNLIU),
    (SPENT, "其中：信息化专项项目支出12.00万元。", TUNLIU),
    (SPENT, "项目支出207.04万元，其中：基本建设类项目支出0万元，行政事业类项目支出207.04万元。", TUNLIU),
    (SPENT, "项目支出207.04万元。其中：本级项目支出200.00万元，下属单位项目支出7.04万元。", TUNLIU),
    (BASIC, "基本支出360.14万元。（一）人员经费355.02万元，其中：机关人员经费300.00万元。", TUNLIU),
    (INCOME, "收入总计2995.39万元。其中：本年收入合计2946.25万元，使用非财政拨款结余0万元，年初结转和结余49.14万元。", PUTUO),
    (ASSETS, "资产总额45.20万元，其中：流动资产12.00万元，固定资产33.20万元，在建工程0元。", TUNLIU),
    (ASSETS, "待摊工程1.25万元。", TUNLIU),
    (ASSETS, "资产总额452,133.71元，其中，流动资产120,411.00元，固定资产331,722.71元，对外投资及有价证券0元，在建工程0元，无形资产0元，其他资产0元。", TUNLIU),
    (ASSETS, "国有资产总额45.20万元，其中：流动资产12.00万元，固定资产净值30.20万元，对外投资0万元，在建工程1.00万元，无形资产1.00万元，其他资产0万元，公共基础设施1.00万元。", TUNLIU),
    # all money for people and for running: no table has it
    (SPENT, "基本支出2336.91万元，其中：基本工资、津贴补贴等人员经费支出2150.00万元，占基本支出的92.00%；公用经费186.91万元，占基本支出的8.00%。", PUTUO),
    (SPENT, "基本支出2336.91万元。其中：人员经费2150.00万元，日常公用经费186.91万元。", PUTUO),
    (TOTAL, "其中：人员支出2150.00万元，公用支出186.91万元。", PUTUO),
    # 总计 is 总计 below another heading too
    (INCOME, "收入总计2995.39万元，其中年初结转和结余49.14万元；本年收入合计2946.25万元。", PUTUO),
    (INCOME, "2024年度收入总计2995.39万元，本年收入合计2946.25万元，占收入总计的98.36%。", PUTUO),
    (INCOME, "2024年度总收入2946.25万元，全部为本年收入。", PUTUO),
    (SPENT, "支出总计2995.39万元，其中本年支出合计2940.05万元，年末结转和结余55.34万元。", PUTUO),
    # a numbered paragraph ends what was spoken of in those before it
    (TOTAL, "（一）2023年收入567.18万元，其中：\n6.其他收入0万元。\n（二）2023年支出567.18万元，比2022年决算数增加67.18万元，增长13.44%。", TUNLIU),
    (TOTAL, "一是总体情况。\n（一）收入567.18万元。\n1、事业收入0万元。\n2、其他收入0万元。\n（二）支出567.18万元。", TUNLIU),
    (PUBLIC, "1.公务接待费支出0万元。\n2.全年预算4.50万元。", TUNLIU),
    # a sentence without a name behind a list
    (SPENT, "本年支出合计567.18万元。按支出性质分：基本支出360.14万元，项目支出207.04万元。与上年支出500.00万元相比，增支67.18万元，增幅13.44%。", TUNLIU),
    (SPENT, "本年支出合计567.18万元。其中基本支出360.14万元、项目支出207.04万元。比上年的500.00万元增加67.18万元，增长13.44%。", TUNLIU),
    (SPENT, "本年支出合计567.18万元。基本支出360.14万元，项目支出207.04万元。与上年支出200.00万元相比，增加7.04万元，增长3.52%。", TUNLIU),
    (PUBLIC, "“三公”经费支出4.90万元，比上年减少0.10万元。其中：公务用车运行维护费2.67万元，公务接待费2.23万元。与上年5.00万元相比，下降2.00%。", None),
    # 0亿元 is a rounded figure
    (TOTAL, "2023年度收入总计0.0567亿元，与上年相比，增加0亿元，增长13.44%。", TUNLIU),
]  # fmt: skip


@pytest.mark.parametrize(("heading", "sentence", "beside"), RIGHT)
def test_nothing_is_said_of_right_figures(heading, sentence, beside):
    assert read(heading, sentence, beside)[0] == []


WRONG = [
    (GENERAL, HOUSING + "低于年初预算2.70万元。", TUNLIU, ("错误", "text_change", "2.70万元", "2.07")),
    (GENERAL, "住房公积金年初预算28.78万元，决算数少于年初预算数2.70万元。", TUNLIU, ("错误", "text_change", "2.70万元", "2.07")),
    (GENERAL, "住房公积金年初预算20.00万元，支出决算26.71万元，超年初预算7.61万元。", TUNLIU, ("错误", "text_change", "7.61万元", "6.71")),
    (GENERAL, "住房公积金年初预算20.00万元，支出决算26.71万元，低于年初预算6.71万元。", TUNLIU, ("错误", "text_direction_known", "低于年初预算6.71万元", None)),
    (SPENT, "基本支出2336.91万元。其中：人员经费2150.00万元，日常公用经费168.91万元。", PUTUO, ("错误", "text_sum", "2336.91万元", "2318.91")),
    (SPENT, "基本支出2336.91万元。其中：津贴补贴等人员经费2150.00万元，占基本支出的29.00%。", PUTUO, ("错误", "text_share", "29.00%", "92.00")),
    (ASSETS, "资产总额45.20万元，其中：流动资产12.00万元，固定资产33.20万元，对外投资0万元，在建工程0元，无形资产2.00万元，其他资产0万元。", None, ("错误", "text_sum", "45.20万元", "47.20")),
    (INCOME, "收入总计2959.39万元，其中年初结转和结余49.14万元；本年收入合计2946.25万元。", PUTUO, ("错误", "text_amount", "2959.39万元", "2995.39")),
    (INCOME, "收入总计2964.25万元，其中财政拨款收入2940.05万元。", PUTUO, ("错误", "text_amount", "2964.25万元", "2946.25")),
    (SPENT, "支出总计2959.39万元，其中本年支出合计2940.05万元，年末结转和结余55.34万元。", PUTUO, ("错误", "text_amount", "2959.39万元", "2995.39")),
    (TOTAL, "（一）2023年收入567.18万元，其中：\n6.其他收入0万元。\n（二）2023年支出576.18万元。", TUNLIU, ("错误", "text_amount", "576.18万元", "567.18")),
    (SPENT, "本年支出合计567.18万元。按支出性质分：基本支出360.14万元，项目支出207.04万元。与上年支出500.00万元相比，增支76.18万元。", TUNLIU, ("错误", "text_change", "76.18万元", "67.18")),
    (TOTAL, "2023年度收入总计567.18万元，与上年相比，增加0万元，增长13.44%。", TUNLIU, ("错误", "text_rate_of_nothing", "13.44%", None)),
]  # fmt: skip


@pytest.mark.parametrize(("heading", "sentence", "beside", "finding"), WRONG)
def test_wrong_figures_are_found_with_the_right_one(heading, sentence, beside, finding):
    said = read(heading, sentence, beside)[0]
    assert finding in said
    assert len(said) == 1


def test_the_base_itself_is_no_difference():
    _, figures = read(GENERAL, "住房公积金年初预算28.78万元，支出决算26.71万元，低于年初预算28.78万元。")
    assert taken(figures)[-1] == "年初预算：住房公积金"


def test_a_name_with_a_qualifier_is_the_cell_only_where_the_figure_says_so():
    _, figures = read(SPENT, "其中：专项业务类项目支出207.04万元。")
    assert taken(figures) == ["合计/项目支出"]
    _, figures = read(SPENT, "其中：专项业务类项目支出204.07万元。")
    assert [f.standing.value for f in figures] == ["cannot_say"]


def test_a_unit_before_a_name_leaves_it_what_it_is():
    for unit in ("某某县卫生健康局", "某某市教育局机关", "本部门机关及所属单位", "长治市屯留区社会保险中心"):
        _, figures = read(BUYING, f"2023年度{unit}政府采购支出总额2.08万元。")
        assert taken(figures) == ["政府采购合计/统计数"], unit


HEADED = [
    "3.公务接待费\n2023年支出1.42万元。",
    "（三）公务接待费支出情况\n支出决算1.42万元。",
    "（三）公务接待费\n1.决算数1.42万元。",
]


@pytest.mark.parametrize("text", HEADED)
def test_a_heading_that_names_something_says_of_what_the_figures_are(text):
    said, figures = read(PUBLIC, text)
    assert taken(figures) == ["决算数/公务接待费"]
    assert [(code, value, right) for _, code, value, right in said] == [("text_amount", "1.42万元", "0")]


def test_a_short_name_is_of_its_own_section():
    _, figures = read(ASSETS, "在建工程1.25万元，工程0万元。")
    assert not [f for f in figures if f.cell is not None and f.cell.row == "工程"]
