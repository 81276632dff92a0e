"""The rule language: every construct reads as the tree it says, every mistake names its place."""

from __future__ import annotations

from decimal import Decimal

import pytest
from formula_trees import shape

from xlcheck.formula.parser import FormulaError, parse, parse_reference
from xlcheck.formula.syntax import (
    EACH,
    SAME,
    SETS,
    TESTS,
    Arithmetic,
    Bare,
    Call,
    Compare,
    Implies,
    Junction,
    Key,
    Negative,
    Not,
    Number,
    Ref,
    refs,
    walk,
)

ONE, TWO, THREE = (Number(Decimal(n)) for n in (1, 2, 3))


def left(text: str) -> object:
    claim = parse(text)
    assert isinstance(claim, Compare)
    return claim.left


def agree(found: object, meant: object) -> bool:
    """Whether two trees are the same, kinds and offsets included."""
    return shape(found) == shape(meant)


def ref(text: str) -> Ref:
    found = left(f"{text} = 0")
    assert isinstance(found, Ref)
    return found


# --- references ------------------------------------------------------------------------------


def test_a_label_is_an_exact_key():
    assert agree(ref("公开03[合计, 基本支出]"), Ref("公开03", "", Key("exact", "合计"), Key("exact", "基本支出")))


def test_a_reference_may_leave_out_the_column():
    assert agree(ref("公开06[人员经费合计]"), Ref("公开06", "", Key("exact", "人员经费合计"), None))


def test_the_section_follows_the_table_after_a_dot():
    assert agree(ref("公开01.收入[总计]"), Ref("公开01", "收入", Key("exact", "总计"), None))


@pytest.mark.parametrize("text", ["27", "栏3", "208", "2080505", "30101"])
def test_line_column_numbers_and_codes_stay_the_text_that_was_written(text):
    assert agree(ref(f"公开03[{text}, {text}]"), Ref("公开03", "", Key("exact", text), Key("exact", text)))


@pytest.mark.parametrize("colon", [":", " : ", "：", " ： "])
def test_a_range_has_two_ends_in_either_colon(colon):
    assert agree(ref(f"公开01[货物{colon}服务]").row, Key("range", "货物", "服务"))
    assert agree(ref(f"公开03[1, 2{colon}5]").column, Key("range", "2", "5"))


@pytest.mark.parametrize("comma", [",", ", ", "，", " ， "])
def test_row_and_column_are_parted_by_either_comma(comma):
    expected = Ref("公开03", "", Key("exact", "合计"), Key("exact", "基本支出"))
    assert agree(ref(f"公开03[合计{comma}基本支出]"), expected)


def test_a_star_stands_for_every_column():
    assert agree(ref("公开03[合计, *]").column, Key("all"))


@pytest.mark.parametrize("word", list(EACH))
def test_every_quantifier_is_known(word):
    assert agree(ref(f"公开03[{word}, *]").row, Key("each", word))


@pytest.mark.parametrize("word", list(SAME))
def test_the_row_in_hand_is_known(word):
    assert agree(ref(f"公开03[{word}, *]").row, Key("same", word))


@pytest.mark.parametrize("word", list(SETS))
def test_every_set_of_rows_is_known(word):
    assert agree(ref(f"公开03[{word}, *]").row, Key("set", word))


@pytest.mark.parametrize("mark", ["@上年", "@ 上年", " @上年 "])
def test_last_year_is_written_after_the_table(mark):
    found = ref(f"公开01.支出{mark}[年末结转和结余]")
    assert (found.table, found.section, found.last_year) == ("公开01", "支出", True)


def test_a_reference_without_the_mark_is_of_this_year():
    assert ref("公开01.支出[年末结转和结余]").last_year is False


def test_labels_keep_inner_spaces_brackets_and_hyphens():
    assert agree(ref("公开10[参照 公务员法 - 单位（一）]").row, Key("exact", "参照 公务员法 - 单位（一）"))


# --- comparisons and arithmetic ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("=", "="), ("恒等", "恒等"), ("≤", "≤"), ("<=", "≤"), ("≥", "≥"), (">=", "≥"),
        ("≠", "≠"), ("!=", "≠"), ("<>", "≠"), ("<", "<"), (">", ">"),
    ],
)  # fmt: skip
def test_every_operator_has_one_meaning_in_every_spelling(written, meant):
    assert agree(parse(f"1 {written} 2"), Compare(meant, ONE, TWO))


def test_operators_need_no_spaces_around_them():
    sides = Ref("公开01", "", Key("exact", "1"), None, at=0), Ref("公开01", "", Key("exact", "2"), None, at=9)
    assert agree(parse("公开01[1]<=公开01[2]"), Compare("≤", *sides))


def test_times_binds_more_than_plus_and_both_bind_to_the_left():
    mixed = Arithmetic("-", Arithmetic("+", ONE, Arithmetic("*", TWO, THREE)), ONE)
    assert agree(left("1 + 2 × 3 - 1 = 0"), mixed)
    assert agree(left("1 ÷ 2 * 3 = 0"), Arithmetic("*", Arithmetic("/", ONE, TWO), THREE))


def test_brackets_come_first():
    assert agree(left("(1 + 2) × 3 = 0"), Arithmetic("*", Arithmetic("+", ONE, TWO), THREE))


@pytest.mark.parametrize(
    ("written", "meant"),
    [("+", "+"), ("＋", "+"), ("-", "-"), ("−", "-"), ("－", "-"), ("×", "*"), ("*", "*"), ("÷", "/"), ("/", "/")],
)
def test_arithmetic_signs_may_be_chinese_or_ascii(written, meant):
    assert agree(left(f"1 {written} 2 = 0"), Arithmetic(meant, ONE, TWO))


def test_a_leading_minus_is_negative_and_a_leading_plus_is_nothing():
    assert agree(left("-1 = 0"), Negative(ONE))
    assert agree(left("+1 = 0"), ONE)
    assert agree(left("-(1 + 2) = 0"), Negative(Arithmetic("+", ONE, TWO)))


def test_numbers_are_exact_decimals():
    assert agree(left("0.10 = 0"), Number(Decimal("0.1")))
    assert agree(left("12345678901234567890.12 = 0"), Number(Decimal("12345678901234567890.12")))


def test_sums_take_any_number_of_expressions():
    assert agree(left("合计(1, 2，3) = 0"), Call("合计", (ONE, TWO, THREE)))


def test_rounding_takes_an_expression_and_digits():
    ratio = Arithmetic("*", Arithmetic("/", ONE, TWO), THREE)
    assert agree(left("四舍五入(1 / 2 * 3, 2) = 0"), Call("四舍五入", (ratio, TWO)))


@pytest.mark.parametrize("name", list(TESTS))
def test_every_test_is_a_claim_by_itself(name):
    assert agree(parse(f"{name}(公开07)"), Call(name, (Bare("公开07", at=len(name) + 1),)))


# --- claims joined ----------------------------------------------------------------------------


def test_if_then_joins_a_condition_and_a_claim():
    assert agree(parse("若 甲 则 1 = 2"), Implies(Bare("甲", at=2), Compare("=", ONE, TWO)))


def test_and_binds_more_than_or():
    found = parse("甲 或 乙 且 丙", condition=True)
    assert agree(found, Junction("或", (Bare("甲"), Junction("且", (Bare("乙", at=4), Bare("丙", at=8))))))


def test_conditions_of_an_if_may_be_joined_and_negated():
    found = parse("若 甲 且 非 乙 或 1 ≠ 2 则 丙")
    condition = Junction("或", (Junction("且", (Bare("甲", at=2), Not(Bare("乙", at=8)))), Compare("≠", ONE, TWO)))
    assert agree(found, Implies(condition, Bare("丙", at=20)))


def test_negation_may_be_doubled():
    assert agree(parse("非 非 甲", condition=True), Not(Not(Bare("甲", at=4))))


def test_line_breaks_and_tabs_are_white_space():
    assert agree(parse("1\n\t=\n2"), Compare("=", ONE, TWO))


# --- places -----------------------------------------------------------------------------------


def test_offsets_point_at_the_names_they_belong_to():
    text = "若 无数据(公开07) 则 合计(公开08[每行, *]) ≤ 公开01.支出@上年[总计] + 全表名"
    for node in walk(parse(text)):
        if isinstance(node, Ref):
            assert text[node.at :].startswith(node.table)
        if isinstance(node, (Bare, Call)):
            assert text[node.at :].startswith(node.name)


def test_references_come_in_the_order_in_which_they_are_written():
    tree = parse("若 有数(乙[1]) 则 丙[1] = 合计(甲[1], 丁[1]) - 戊[1]")
    assert [r.table for r in refs(tree)] == ["乙", "丙", "甲", "丁", "戊"]


# --- mistakes ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("marked", "said"),
    [
        ("公开01[1] = ‸= 2", "读不下去"),
        ("公开01[1] = 2 ‸= 3", "读不下去"),
        ("公开01[1] ‸～ 2", "读不下去"),
        ("公开01[‸] = 1", "读不下去"),
        ("公开01[1, 2‸, 3] = 1", "读不下去"),
        ("公开01[1:2‸:3] = 1", "读不下去"),
        ("公开01[1] = 1 ‸且 甲", "读不下去"),
        ("若 甲 则 若 ‸乙 则 丙", "读不下去"),
        ("‸公开01[1]", "缺少比较号"),
        ("若 甲 则 ‸公开01[1]", "缺少比较号"),
        ("‸合计(公开01[1:8])", "缺少比较号"),
        ("公开01[1] = ‸求和(公开01[2])", "不认识的函数“求和”"),
        ("公开03[‸每个人, *] = 1", "不认识的范围“每个人”"),
        ("公开03[1] = 公开03[‸各位, *]", "不认识的范围“各位”"),
    ],
)
def test_a_mistake_is_said_with_its_offset(marked, said):
    with pytest.raises(FormulaError) as caught:
        parse(marked.replace("‸", ""))
    assert said in caught.value.message
    assert caught.value.at == marked.index("‸")


@pytest.mark.parametrize(
    "text", ["", "   ", "公开01[1] =", "公开01[1] = 1 +", "合计(公开01[1]", "公开01[1", "若 甲", "若 甲 则"]
)
def test_a_formula_that_breaks_off_is_said_to_be_unfinished_at_its_end(text):
    with pytest.raises(FormulaError) as caught:
        parse(text)
    assert caught.value.message == "公式没有写完"
    assert caught.value.at == len(text)


def test_an_unknown_quantifier_is_answered_with_those_that_exist():
    with pytest.raises(FormulaError) as caught:
        parse("公开03[每个人, *] = 1")
    for word in (*EACH, *SETS):
        assert word in caught.value.message


# --- single references -----------------------------------------------------------------------


def test_a_single_reference_can_be_parsed():
    expected = Ref("公开03", "", Key("exact", "208"), Key("exact", "基本支出"))
    assert agree(parse_reference("公开03[208, 基本支出]"), expected)


@pytest.mark.parametrize(
    "text", ["公开03", "1", "公开03[1] + 1", "合计(公开03[1])", "-公开03[1]", "公开03[1] = 公开03[2]"]
)
def test_anything_else_is_no_single_reference(text):
    with pytest.raises(FormulaError):
        parse_reference(text)
