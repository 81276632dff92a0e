"""Published texts of 普陀: the errors that are known of them, no others."""

from __future__ import annotations

from support.texts import NARRATIVES, checked, said


def text(name):
    return (NARRATIVES / f"{name}.txt").read_text(encoding="utf-8")


def severe(found):
    return [one for one in said(found) if one[0] == "错误"]


def test_caizheng_has_a_wild_total_and_a_wrong_share():
    found = checked(text("putuo_caizheng_2024"), "shanghai-putuo-2024", "putuo_caizheng_2024")
    assert severe(found) == [("错误", "text_amount", "0.3万元"), ("错误", "text_share", "71.73%")]
    (amount, share) = found.remarks[:2]
    assert amount.expected == "2961.68"
    assert share.params["should"] == "71.65"


def test_shegong_takes_the_rate_of_one_budget_for_that_of_another_and_has_rates_of_nothing():
    found = checked(text("putuo_shegong_2024"), "shanghai-putuo-2024", "putuo_shegong_2024")
    assert severe(found) == [("错误", "text_completion_base", "完成年初预算的95.89%")]
    rest = said(found)[1:]
    assert [one for one in rest if one[1] == "text_no_base"] == [("核实", "text_no_base", "100.00%")] * 4
    assert ("提示", "text_share_forced", "9.55%") in rest


def test_all_their_figures_are_read():
    for name in ("putuo_caizheng_2024", "putuo_shegong_2024"):
        assert checked(text(name), "shanghai-putuo-2024", name).counts.cannot_say == 0
        assert checked(text(name), "shanghai-putuo-2024").counts.cannot_say == 0
