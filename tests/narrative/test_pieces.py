"""What amounts are made of inside the text: 国内公务接待, funds in brackets, fuel and repairs, rows that a 类 was spent on."""

from __future__ import annotations

import pytest

from support.texts import checked

PUBLIC, GENERAL = "七、财政拨款“三公”经费支出决算情况说明", "五、一般公共预算财政拨款支出决算情况说明"
QUIET = {"text_no_reason", "text_number_missing", "text_left_out"}
TUNLIU = "tunliu_2023"


def read(heading, sentence, beside=None):
    found = checked(f"{heading}\n{sentence}\n", "national-2023", beside, whole=True)
    return [(r.severity.value, r.code, r.cells[0].value, r.expected) for r in found.remarks if r.code not in QUIET]


RIGHT = [
    (PUBLIC, "公务接待费支出0.84万元，其中：国内公务接待支出0.84万元，接待15批次，96人次，共计支出0.84万元，具体内容包括：接待检查0.26万元；接待考核0.21万元。外事接待支出0万元。", None),
    (PUBLIC, "公务接待费支出2.23万元。其中：外宾接待支出0.23万元，其他国内公务接待支出2.00万元，主要用于督导。", None),
    (PUBLIC, "公务接待费2.23万元，其中国内接待费2.23万元（其中：外事接待费0.23万元），国（境）外接待费0元。", None),
    (PUBLIC, "公务接待费2.23万元，其中国内公务接待费1.00万元。", None),
    (PUBLIC, "公务用车运行维护费支出决算2.89万元（其中：一般公共预算支出2.00万元；政府性基金预算支出0.89万元；国有资本经营预算支出0万元）。", None),
    (PUBLIC, "“三公”经费支出决算3.28万元（一般公共预算财政拨款3.2万元，政府性基金预算财政拨款0.1万元）。", None),
    (PUBLIC, "公务用车运行费5.18万元，主要用于执法，其中：燃料费2.59万元；维修费1.55万元；过桥过路费0.52万元；保险费0.52万元。", None),
    (PUBLIC, "公务用车运行维护费5.18万元，主要用于燃油费2.59万元、维修费1.55万元、保险费0.52万元等。", None),
    (PUBLIC, "公务用车运行维护费5.18万元，其中：燃料费2.59万元、维修费1.00万元、过路过桥费0.52万元、保险费0.52万元、车辆年检费0.55万元。", None),
    (GENERAL, "1.社会保障和就业支出（类）525.21万元。主要用于：社会保险经办机构277.33万元、机关事业单位基本养老保险缴费支出25.30万元。", None),
    (GENERAL, "住房保障支出（类）26.71万元，主要用于住房公积金26.71万元。", TUNLIU),
    (GENERAL, "卫生健康支出（类）15.27万元，主要用于：行政单位医疗2.00万元、设备1.00万元。", TUNLIU),
    (PUBLIC, "2.公务用车运行维护费支出全年预算数8.00万元，决算数7.90万元，年末保有8辆。决算数较全年预算数减少的主要原因是厉行节约0.10万元。", None),
    (PUBLIC, "公务接待费支出1.42万元，与上年1.42万元相比无变化。", None),
]  # fmt: skip


@pytest.mark.parametrize(("heading", "sentence", "beside"), RIGHT)
def test_nothing_is_said_of_right_pieces(heading, sentence, beside):
    assert read(heading, sentence, beside) == []


WRONG = [
    (PUBLIC, "公务接待费支出0.84万元，其中：国内公务接待支出1.27万元，接待15批次，96人次，共计支出0.84万元。", ("错误", "text_sum", "0.84万元", "1.27")),
    (PUBLIC, "公务接待费支出0.84万元，其中：国内公务接待支出0.48万元，外事接待支出0.26万元。", ("错误", "text_sum", "0.84万元", "0.74")),
    (PUBLIC, "公务接待费2.23万元，其中国内公务接待费2.03万元，国（境）外接待费0元。", ("错误", "text_sum", "2.23万元", "2.03")),
    (PUBLIC, "公务用车运行维护费支出决算2.89万元（其中：一般公共预算支出2.98万元；政府性基金预算支出0万元；国有资本经营预算支出0万元）。", ("错误", "text_sum", "2.89万元", "2.98")),
    (PUBLIC, "公务用车运行维护费支出预算2.89万元（一般公共预算财政拨款2.00万元，政府性基金预算财政拨款0.98万元），支出决算2.00万元。", ("错误", "text_sum", "2.89万元", "2.98")),
    (PUBLIC, "公务用车运行费5.18万元，主要用于执法，其中：燃料费3.14万元；维修费1.55万元；过桥过路费0.52万元；保险费0.52万元。", ("错误", "text_sum", "5.18万元", "5.73")),
    (PUBLIC, "公务用车运行维护费5.18万元，其中：加油费2.59万元、维修费1.00万元、过路费0.52万元、保险费0.52万元。", ("错误", "text_sum", "5.18万元", "4.63")),
    (PUBLIC, "2.公务用车运行维护费支出全年预算数8.00万元，决算数7.90万元，年末保有8辆。决算数较全年预算数增加的主要原因是车辆增加。", ("错误", "text_comparison", "决算数较全年预算数增加的主要原因", None)),
    (PUBLIC, "公务接待费支出1.42万元，与上年1.10万元相比无变化。", ("错误", "text_comparison", "无变化", None)),
]  # fmt: skip


@pytest.mark.parametrize(("heading", "sentence", "finding"), WRONG)
def test_wrong_pieces_are_found(heading, sentence, finding):
    assert finding in read(heading, sentence)


def test_the_only_piece_is_wrong_where_the_total_is_what_its_cell_prints():
    said = read(PUBLIC, "公务接待费支出0万元，其中：国内公务接待支出0.48万元，外事接待支出0万元。", TUNLIU)
    assert ("错误", "text_piece", "0.48万元", "0") in said


def test_a_wrong_row_among_those_that_a_class_was_spent_on_is_found():
    right = "社会保障和就业支出（类）525.21万元。主要用于：社会保险经办机构277.33万元、机关事业单位基本养老保险缴费支出{}万元。"
    figures = checked(f"{GENERAL}\n{right.format('25.30')}\n", "national-2023", TUNLIU, whole=True).figures
    assert [f.cell.row for f in figures if f.cell][:2] == ["208", "2080109"]
    said = read(GENERAL, right.format("99.99"), TUNLIU)
    assert [(code, value) for _, code, value, _ in said] == [("text_amount", "99.99万元")]


def test_a_total_that_its_cell_prints_is_not_blamed_for_a_wrong_part():
    text = "（二）政府采购支出情况\n2023年度政府采购支出总额2.08万元，其中：政府采购货物支出1.80万元、政府采购工程支出0万元、政府采购服务支出1.00万元。"
    found = checked(text, "national-2023", TUNLIU, whole=True)
    assert [(r.code, r.cells[0].value) for r in found.remarks] == [("text_amount", "1.80万元")]
