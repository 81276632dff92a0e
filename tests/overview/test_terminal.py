"""The table on a terminal: aligned though Chinese is wide, worst first, as narrow as it has to be, safe to print."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from support import ledgers
from support.ledgers import MADE, TODAY, YEAR
from xlcheck.ledger.store import Ledger
from xlcheck.overview.standing import overview
from xlcheck.overview.terminal import cut, lines
from xlcheck.shown import columns_of

CHINESE = st.text(st.characters(codec="gb2312", exclude_categories=["Cc", "Cf", "Cs", "Zl", "Zp"]), max_size=20)


def column(row: str, at: int, width: int) -> str:
    """What stands in cells ``at`` to ``at + width`` of a line."""
    taken, place = "", 0
    for character in row:
        if at <= place < at + width:
            taken += character
        place += columns_of(character)
    return taken.strip()


def test_the_table_is_exactly_this(seen):
    found = [one.text for one in lines(seen)]
    head, *body, blank, last = found
    assert head.split() == [
        "状态", "代码", "单位", "主管部门", "表样", "版本", "报送时间", "错误", "核实", "提示", "没能核对", "未改正", "已改正", "逾期天数", "信件",
    ]  # fmt: skip
    assert [r.split()[:3] for r in body] == [
        ["逾期未报", "004", "县卫健局"], ["未报送", "005", "+县水利局"], ["未报送", "006", "县农业农村局"], ["待改正", "001", "县财政局"],
        ["待核实", "002", "=1+1"], ["已通过", "003", "<b>县教育局</b>"], ["已通过", "006", "县农业农村局"],
    ]  # fmt: skip
    assert " ".join(body[3].split()[3:]) == "县政府办 shanxi-2023 2 2026-08-19 16:05 2 1 1 0 2 1 失败"
    assert body[0].split()[3:] == ["<i>教体</i>", "shanxi-2023", *"--------", "5"]
    assert (blank, last[:20]) == ("", "2025 年度决算公开报送情况：6 个单")


def test_columns_begin_in_the_same_cell_on_every_line(seen):
    head, *body = [one.text for one in lines(seen)][:-2]
    for name in ("代码", "单位"):
        at = columns_of(head[: head.index(name)])
        assert all(column(row, at - 2, 2) == "" for row in body)
    at = columns_of(head[: head.index("单位")])
    assert [column(row, at, 15) for row in body] == [
        "县卫健局", "+县水利局", "县农业农村局", "县财政局", "=1+1", "<b>县教育局</b>", "县农业农村局",
    ]  # fmt: skip
    right = columns_of(head[: head.index("错误") + 2])
    assert [column(row, right - 4, 4) for row in body] == ["-", "-", "-", "2", "0", "0", "0"]


@pytest.mark.parametrize("width", [40, 44, 60, 80, 100, 120, 200])
def test_no_row_is_wider_than_the_terminal(seen, width):
    *rows, _ = lines(seen, width)
    assert max(columns_of(row.text) for row in rows) <= width
    assert all(word in rows[0].text for word in ("状态", "代码", "单位", "错误", "核实"))
    assert len(rows) == 9


def test_the_widest_terminal_shows_all_a_narrow_one_what_matters(seen):
    assert lines(seen, 500) == lines(seen)
    assert "主管部门" not in lines(seen, 110)[0].text
    assert "逾期天数" in lines(seen, 80)[0].text
    assert [row.text for row in lines(seen, 40)][6].split()[2:] == ["<b>县教育..", "0", "0"]


def test_only_some_states_but_the_sum_of_all(seen):
    found = lines(seen, states=["待改正", "逾期未报"])
    assert [row.text.split()[1] for row in found[1:3]] == ["004", "001"]
    assert found[3].text == ""
    assert found[-1].text == lines(seen)[-1].text
    assert lines(seen._replace(standings=seen.standings[:1]), states=["已通过"])[0].text == ("没有处在这些状态的单位。")


def test_each_state_has_a_style(seen):
    assert [row.style for row in lines(seen)[1:8]] == [
        "bold magenta", "magenta", "magenta", "red", "yellow", "green", "green",
    ]  # fmt: skip


def test_names_cannot_steer_the_terminal(tmp_path):
    unit = ledgers.UNITS[0]._replace(name="局\x1b[31m\n假\u202e的\r行\t完")
    with Ledger(tmp_path / "l.sqlite") as ledger:
        found = lines(overview(ledger, ledgers.roster([unit]), YEAR, MADE, TODAY))
    assert len(found) == 4
    assert "局\ufffd[31m 假\ufffd的\ufffd行 完" in found[1].text


@given(CHINESE)
def test_widths_are_those_that_rich_counts(text):
    assert columns_of(text) == cell_len(text)


@given(CHINESE, st.integers(2, 30))
def test_a_cut_text_fits_and_keeps_its_beginning(text, room):
    found = cut(text, room)
    assert columns_of(found) <= room
    assert found == text or (found.endswith("..") and text.startswith(found[:-2]))


def test_marks_on_a_character_take_no_cell():
    assert (columns_of("é"), columns_of("局\u200d"), columns_of("ＡＢ"), columns_of("")) == (1, 2, 4, 0)
