"""Ways in which offices say the same: right sentences about which nothing is said, and what each figure is taken for."""

from __future__ import annotations

import pytest

from support.texts import checked

TOTAL, SPENT, FISCAL = "一、收入支出决算总体情况说明", "三、支出决算情况说明", "四、财政拨款收入支出决算总体情况说明"
GENERAL, PUBLIC, SCORES = (
    "五、一般公共预算财政拨款支出决算情况说明",
    "七、财政拨款“三公”经费支出决算情况说明",
    "十三、预算绩效情况说明",
)
ASSETS = "（三）国有资产占用情况"
BASIC = "六、一般公共预算财政拨款基本支出决算情况说明"
QUIET = {"text_no_reason", "text_number_missing", "text_left_out"}


def read(heading, sentence, beside="tunliu_2023"):
    found = checked(f"{heading}\n{sentence}\n", "national-2023", beside, whole=True)
    return [(r.severity.value, r.code, r.cells[0].value) for r in found.remarks if r.code not in QUIET], found.figures


def taken(figures):
    """What each figure is taken for: its cell, else its relation, else why not."""
    return [f"{f.cell.row}/{f.cell.column}" if f.cell else f.relation or f.why for f in figures]


RIGHT = [
    (SPENT, "2023年度支出合计567.18万元，其中：基本支出360.14万元、项目支出207.04万元，分别占支出合计的63.50%和36.50%。"),
    (SPENT, "2023年度本年支出合计567.18万元，其中基本支出和项目支出分别为360.14万元、207.04万元，分别占63.50%、36.50%。"),
    (SPENT, "2023年度支出合计567.18万元，其中：基本支出360.14万元，项目支出207.04万元。与上年相比，增加67.18万元，增长13.44%。"),
    (SPENT, "２０２３年度支出合计５６７．１８万元，其中：基本支出３６０．１４万元，占６３．５％；项目支出２０７．０４万元，占３６．５％。"),
    (TOTAL, "2023年度收入总计和支出总计分别为567.18万元和567.18万元。"),
    (TOTAL, "2023年收入567.18万元，支出567.18万元，较2022年收入500万元、支出500万元均增加67.18万元，增长13.44%。"),
    (TOTAL, "2023年本单位收入总计567.18万元，同比增加67.18万元，同比增长13.44%。"),
    (TOTAL, "2023年度决算收入567.18万元，增加67.18万元，增长13.44%；2023年度决算支出567.18万元，增加67.18万元，增长13.44%。"),
    (FISCAL, "2023年财政拨款收支总计567.18万元，占收支总计的100%。"),
    (GENERAL, "2023年度一般公共预算财政拨款支出567.18万元，其中：基本支出360.14万元，占63.5%；项目支出207.04万元，占36.5%。按功能分类科目分，主要用于社会保障和就业支出525.21万元，占92.6%；卫生健康支出15.27万元，占2.69%；住房保障支出26.71万元，占4.71%。"),
    (GENERAL, "1.社会保障和就业（类）支出525.21万元，占一般公共预算财政拨款支出的92.60%，主要用于社保经办；2.卫生健康（类）支出15.27万元，占2.69%。"),
    (GENERAL, "社会保障和就业支出（208类）525.21万元，占92.60%。"),
    (GENERAL, "1．社会保障和就业支出（208）525.21万元，占92.60%；2．卫生健康支出（210）15.27万元，占2.69%。"),
    (GENERAL, "一般公共预算财政拨款支出567.18万元，与2023年度财政拨款支出年初预算658.61万元相比，完成年初预算的86.12%。"),
    (SCORES, "组织对“社保经办”等3个项目开展了部门评价，涉及一般公共预算支出50.00万元，政府性基金预算支出0万元。"),
]  # fmt: skip


@pytest.mark.parametrize(("heading", "sentence"), RIGHT)
def test_nothing_is_said_of_what_is_right_and_all_is_read(heading, sentence):
    remarks, figures = read(heading, sentence)
    assert remarks == []
    assert figures
    assert not [f.token.text for f in figures if f.standing.value == "cannot_say"]


def test_each_figure_of_a_list_goes_to_its_own_name():
    _, figures = read(*RIGHT[1])
    assert taken(figures) == ["合计/本年支出合计", "合计/基本支出", "合计/项目支出", "占比：基本支出/本年支出合计", "占比：项目支出/本年支出合计"]  # fmt: skip


def test_behind_a_list_in_one_sentence_the_total_is_spoken_of():
    _, figures = read(*RIGHT[2])
    assert taken(figures)[3:] == ["差额：本年支出合计/上年", "增减率：本年支出合计/上年"]


def test_funds_of_single_projects_are_no_cells():
    _, figures = read(*RIGHT[-1])
    assert {f.standing.value for f in figures} == {"foreign"}


WRONG = [
    (SPENT, "2023年度支出合计567.18万元，其中：基本支出360.14万元、项目支出207.04万元，分别占支出合计的63.50%和35.60%。", "35.60%"),
    (SPENT, "2023年度支出合计567.18万元，其中：基本支出360.14万元，项目支出207.04万元。与上年相比，增加67.18万元，增长14.34%。", "增加67.18万元，增长14.34%"),
    (TOTAL, "2023年本单位收入总计567.18万元，同比增加67.18万元，同比增长14.34%。", "增加67.18万元，同比增长14.34%"),
    (FISCAL, "2023年财政拨款收支总计567.18万元，占收支总计的98%。", "98%"),
    (GENERAL, "1.社会保障和就业支出（类）525.21万元，占92.60%；2.卫生健康支出（类）15.27万元，占6.29%。", "6.29%"),
    (GENERAL, "1.社会保障和就业支出（208）525.21万元，占92.60%；2.住房保障支出（210）15.27万元，占2.69%。", "住房保障支出（210）"),
    (GENERAL, "一般公共预算财政拨款支出567.18万元，与2022年度财政拨款支出年初预算658.61万元相比，完成年初预算的86.12%。", "2022年度"),
    (SCORES, "某某中心对2022年度部门项目支出实施绩效评价，评价项目7个，涉及资金207.04万元。", "2022年度"),
    (ASSETS, "共有车辆10辆，其中，主要负责人用车3辆、机要通信用车3辆、其他用车3辆。", "10辆"),
]  # fmt: skip


@pytest.mark.parametrize(("heading", "sentence", "quote"), WRONG)
def test_what_is_wrong_is_found_where_it_stands(heading, sentence, quote):
    beside = None if heading == ASSETS else "tunliu_2023"
    assert quote in [quoted for _, _, quoted in read(heading, sentence, beside)[0]]


def test_a_wrong_budget_is_one_finding():
    """Rate, word and sum of budgets all contradict it: one cause."""
    items = "社会保险经办机构（项）。年初预算为800.00万元，支出决算为277.33万元，完成年初预算的92.44%。决算数小于预算数的主要原因是人员减少。"
    lead = "一般公共预算财政拨款支出年初预算为658.61万元，支出决算为567.18万元，完成年初预算的86.12%。其中："
    other = "住房公积金（项）。年初预算为28.78万元，支出决算为26.71万元，完成年初预算的92.81%。"
    remarks, _ = read(GENERAL, f"{lead}\n1.{items}\n2.{other}")
    assert [code for _, code, _ in remarks] == ["text_completion"]
    greater = items.replace("800.00", "100.00").replace("92.44%", "92.45%")
    assert [code for _, code, _ in read(GENERAL, f"{lead}\n1.{greater}\n2.{other}")[0]] == ["text_completion"]


def test_a_budget_that_only_another_section_prints_is_used():
    lead = "一般公共预算财政拨款支出567.18万元，完成年初预算的{}%。\n五、一般公共预算财政拨款支出决算情况说明\n一般公共预算财政拨款支出年初预算为658.61万元，支出决算为567.18万元，完成年初预算的86.12%。"
    assert read(FISCAL, lead.format("86.12"))[0] == []
    assert read(FISCAL, lead.format("82.16"))[0] == [("错误", "text_completion", "82.16%")]


def test_parts_of_a_section_with_short_headings_stay_in_it():
    text = "（一）总体情况。\n一般公共预算财政拨款支出567.18万元。\n（二）结构情况。\n卫生健康支出15.27万元，占2.69%。"
    _, figures = read(GENERAL, text)
    assert [f.cell.table for f in figures if f.cell] == ["一般公共支出表", "一般公共支出表"]


def test_a_heading_is_known_by_a_word_that_only_one_section_has():
    _, figures = read(
        f"{TOTAL}\n2023年度收入总计567.18万元。\n二、预算绩效工作推进情况", "一是完成培训9期，参训583人次。"
    )
    assert [f.standing.value for f in figures] == ["bound", "foreign", "foreign"]


def test_numbers_follow_the_purpose_of_a_reception():
    text = "公务接待费支出0.95万元，主要用于接待上级检查指导，2024年度共接待33批次，累计接待297人次。"
    _, figures = read(PUBLIC, text, "putuo_caizheng_2024")
    assert taken(figures)[1:] == ["数量：公务接待批次数", "数量：公务接待人次数"]


def test_a_budget_called_otherwise_once_is_asked_about():
    """公开09 has one budget: 全年预算 four times, 年初预算 once."""
    said = "；".join(
        f"{name}支出全年预算0万元，支出决算0万元，完成全年预算的0%"
        for name in ("因公出国（境）费", "公务用车购置及运行维护费")
    )
    odd = "公务接待费支出0万元，完成年初预算0.95万元的0%"
    remarks, _ = read(PUBLIC, f"“三公”经费支出全年预算0.95万元，支出决算0万元，完成全年预算的0%。{said}；{odd}。", "putuo_caizheng_2024")  # fmt: skip
    assert ("核实", "text_budget_name", "完成年初预算0.95万元的0%") in remarks


LIST = "一般公共预算财政拨款支出567.18万元。按功能分类划分：{}住房保障支出（类）26.71万元；卫生健康支出（类）15.27万元。按支出性质划分：基本支出360.14万元，项目支出207.04万元。"


def left_out(heading, sentence):
    found = checked(f"{heading}\n{sentence}\n", "national-2023", "tunliu_2023", whole=True).remarks
    return [r for r in found if r.code == "text_left_out"]


def test_a_list_beside_another_one_of_the_same_total_leaves_out_a_row():
    assert left_out(GENERAL, LIST.format("社会保障和就业支出（类）525.21万元；")) == []
    (found,) = left_out(GENERAL, LIST.format(""))
    assert "社会保障和就业支出" in found.params["missing"]
    assert "26.71万元" in [c.value for c in found.cells]  # marked in the list too


def test_what_expenses_are_for_is_no_list_of_all_rows():
    text = "基本支出360.14万元，其中：人员经费355.02万元，主要包括：工资福利支出342.20万元、对个人和家庭的补助12.82万元；公用经费5.12万元。"
    assert left_out(BASIC, text) == []


def test_the_lead_of_a_list_under_a_stale_year_is_asked_about():
    text = "2023年度一般公共预算财政拨款支出567.18万元。\n{}年度一般公共预算财政拨款支出主要用于以下几个方面：\n（1）卫生健康支出15.27万元，占2.69%。"
    assert read(GENERAL, text.format(2023))[0] == []
    assert read(GENERAL, text.format(2022))[0] == [("核实", "text_year_unsure", "2022年度")]


def test_shares_of_a_list_without_a_total_are_of_the_total_of_its_section():
    text = "基本支出360.14万元，占{}%；项目支出207.04万元，占36.50%。"
    assert read(SPENT, text.format("63.50"))[0] == []
    assert [quote for _, _, quote in read(SPENT, text.format("65.30"))[0]] == ["65.30%"]


def test_nothing_of_nothing_is_as_planned():
    text = "“三公”经费财政拨款支出预算0万元，支出决算0万元，完成预算的0%，决算数与预算数持平。"
    assert [code for _, code, _ in read(PUBLIC, text)[0] if code.startswith("text_comparison")] == []


def test_a_path_that_our_list_does_not_have_is_a_row_of_a_text_by_itself():
    text = "教育支出（类）甲类教育（款）乙类教育（项）。年初预算为20.00万元，支出决算为18.13万元，完成年初预算的{}%。"
    remarks, figures = read(GENERAL, text.format("90.65"), None)
    assert remarks == []
    assert {f.standing.value for f in figures} == {"derived"}
    assert read(GENERAL, text.format("96.05"), None)[0] == [("错误", "text_completion", "96.05%")]
    assert read(GENERAL, text.format("90.65"))[1][0].standing.value == "cannot_say"  # beside tables without it


@pytest.mark.parametrize("beside", ["tunliu_2023", None])
def test_a_path_in_a_section_without_rows_of_codes_is_read(beside):
    text = "住房保障支出（类）住房改革支出（款）住房公积金（项）26.71万元。"
    for heading in ("（一）机关运行经费支出情况", PUBLIC, FISCAL, SCORES):
        assert read(heading, text, beside)[1]


def test_figures_that_print_alike_may_be_called_alike_whatever_their_rate():
    """0.045775 of 0.05: both print 0.05, and the rate was computed before they were rounded."""
    lead = "五、一般公共预算财政拨款支出决算情况说明\n（三）一般公共预算财政拨款支出决算具体情况\n1.住房保障支出（类）住房改革支出（款）住房公积金（项）。"
    figures = "年初预算为0.05万元，支出决算为0.05万元，完成年初预算的91.5%，决算数{}年初预算数。"
    codes = [
        [r.code for r in checked(lead + figures.format(word), "shanxi-2023").remarks if r.rule == "T01-06"]
        for word in ("等于", "小于", "大于")
    ]
    assert codes == [[], [], ["text_comparison_rate"]]
