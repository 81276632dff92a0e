"""Labels are compared without ordinals, spaces and width; addresses count like a spreadsheet."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl.utils import column_index_from_string, get_column_letter

from xlcheck.labels import address, column_index, column_letters, label_key, plain


@pytest.mark.parametrize(
    "printed",
    [
        "一般公共预算财政拨款收入",
        "一、一般公共预算财政拨款收入",
        "一、 一般公共预算\n财政拨款收入",
        "1.一般公共预算财政拨款收入",
        "1、一般公共预算财政拨款收入",
        "（一）一般公共预算财政拨款收入",
        "(1)一般公共预算财政拨款收入",
        "其中：一般公共预算财政拨款收入",
        "其中:一、一般公共预算财政拨款收入：",
        "　　一般公共预算财政拨款收入",
        "一般公共\u200b预算财政拨款收入\ufeff",
        "十一、一般公共预算财政拨款收入",
        "加：一般公共预算财政拨款收入",
    ],
)
def test_one_label_has_one_key_in_every_print(printed):
    assert label_key(printed) == "一般公共预算财政拨款收入"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("一般公共服务支出", "公共服务支出"),
        ("本年收入合计", "本年支出合计"),
        ("年初结转和结余", "年末结转和结余"),
        ("1.5米以上", "5米以上"),
        ("工资福利支出", "其他工资福利支出"),
    ],
)
def test_different_labels_keep_different_keys(one, other):
    assert label_key(one) != label_key(other)


def test_width_and_quotes_do_not_count():
    assert label_key("“三公”经费（万元）") == label_key('"三公"经费(万元)')
    assert label_key("ＡＢＣ１２") == "ABC12"


def test_plain_takes_only_spaces_width_and_quotes_away():
    assert plain(" 一、“三 公”\n经费（元） ") == '一、"三公"经费(元)'


@example(":一、甲")
@given(st.text("一二十、.,()（）：:其中加减 12甲乙\n", max_size=12))
def test_the_key_of_a_key_is_itself(text):
    once = label_key(text)
    assert label_key(once) == once


@pytest.mark.parametrize("text", ["", " ", "：", "其中：", "一、", "（一）"])
def test_a_label_of_nothing_but_ordinals_has_an_empty_key(text):
    assert label_key(text) == ""


@given(st.integers(1, 16_384))
def test_column_letters_are_those_of_the_spreadsheet(index):
    assert column_letters(index) == get_column_letter(index)
    assert column_index(column_letters(index)) == column_index_from_string(get_column_letter(index)) == index


def test_an_address_is_letters_then_row():
    assert address(1, 1) == "A1"
    assert address(1_048_576, 16_384) == "XFD1048576"
