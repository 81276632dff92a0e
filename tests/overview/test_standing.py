"""The ledger beside the roster: states, days late, versions, what was mended; sums, ranks and the heat map."""

from __future__ import annotations

from datetime import date

import pytest

from support import ledgers
from support.ledgers import FORM, MADE, OTHER, TODAY, YEAR, finding, receive
from xlcheck.ledger import receipts
from xlcheck.ledger.records import Letter, Status
from xlcheck.ledger.store import Ledger
from xlcheck.overview import arrange
from xlcheck.overview.standing import TableCount, overview


@pytest.fixture
def ledger(tmp_path):
    with Ledger(tmp_path / "ledger.sqlite") as opened:
        yield opened


def look(ledger, units=ledgers.UNITS, year=YEAR, today=TODAY):
    return overview(ledger, ledgers.roster(units), year, MADE, today)


def test_every_unit_stands_where_its_last_version_left_it(seen):
    found = [
        (s.unit.code, s.form, s.state, s.version, s.came[:10], s.errors, s.verifies, s.notes, s.explained)
        for s in seen.standings
    ]
    assert found == [
        ("001", FORM, "待改正", 2, "2026-08-19", 2, 1, 1, 0),
        ("002", FORM, "待核实", 1, "2026-08-23", 0, 2, 0, 0),
        ("003", FORM, "已通过", 1, "2026-08-20", 0, 0, 0, 1),
        ("004", FORM, "逾期未报", 0, "", 0, 0, 0, 0),
        ("005", "", "未报送", 0, "", 0, 0, 0, 0),
        ("006", FORM, "未报送", 0, "", 0, 0, 0, 0),
        ("006", OTHER, "已通过", 1, "2026-08-24", 0, 0, 0, 0),
    ]
    assert [(s.fresh, s.still, s.mended) for s in seen.standings[:3]] == [(2, 2, 1), (2, 0, 0), (0, 0, 0)]
    assert [s.late for s in seen.standings] == [0, 3, 0, 5, 0, 0, 0]
    assert [(s.letter, s.letter_at[:10]) for s in seen.standings[:3]] == [
        ("失败", "2026-08-19"), ("待发", "2026-08-23"), ("", ""),
    ]  # fmt: skip
    assert seen.letters == {"已发": 1, "失败": 1, "待发": 1}


def test_open_findings_count_for_their_tables(seen):
    assert seen.standings[0].tables == (
        TableCount("公开02", 0, 0, 1), TableCount("公开03", 1, 0, 0), TableCount("公开10", 0, 1, 0), TableCount("公开2", 1, 0, 0),
    )  # fmt: skip
    assert seen.standings[1].tables == (TableCount("", 0, 2, 0),)
    assert seen.standings[2].tables == ()  # explained


def test_what_could_not_be_placed_is_listed_latest_first(seen):
    assert [(r.name, r.status) for r in seen.unplaced] == [
        ("@SUM(1).xlsx", Status.UNKNOWN), ("坏\u202ecod.xlsx", Status.REFUSED),
    ]  # fmt: skip


@pytest.mark.parametrize(("day", "state", "late"), [(20, "未报送", 0), (21, "逾期未报", 1), (31, "逾期未报", 11)])
def test_a_unit_is_late_from_the_day_after_the_last_day(ledger, day, state, late):
    standing = look(ledger, ledgers.UNITS[:1], today=date(2026, 8, day)).standings[0]
    assert (standing.state, standing.late) == (state, late)


def test_without_a_year_the_latest_is_looked_at(ledger):
    receive(ledger, "001", 1, "2026-08-18T10:00:00+08:00")
    assert look(ledger, year=None).year == YEAR
    assert look(ledger, year=YEAR - 1).standings[0].state == "逾期未报"


def test_a_form_that_nobody_asked_for_is_listed_too(ledger):
    receive(ledger, "001", 1, "2026-08-18T10:00:00+08:00", form=OTHER)
    assert [(s.form, s.state) for s in look(ledger, ledgers.UNITS[:1]).standings] == [
        (FORM, "逾期未报"), (OTHER, "待核实"),
    ]  # fmt: skip


def test_a_corrected_version_takes_the_place_of_the_one_before(ledger):
    receive(ledger, "001", 1, "2026-08-18T10:00:00+08:00", [finding("甲")])
    assert look(ledger).standings[0].state == "待改正"
    receive(ledger, "001", 2, "2026-08-19T10:00:00+08:00", [finding("甲", "已改正")])
    now = look(ledger).standings[0]
    assert (now.state, now.version, now.mended, now.tables) == ("已通过", 2, 1, ())


def test_the_register_has_every_version_unit_by_unit(ledger):
    receive(ledger, "002", 1, "2026-08-18T10:00:00+08:00", [finding("甲")])
    receive(ledger, "001", 1, "2026-08-19T10:00:00+08:00", [finding("乙"), finding("丙")])
    receive(ledger, "001", 2, "2026-08-20T10:00:00+08:00", [finding("乙", "未改正"), finding("丙", "已改正")])
    found = [
        (one.receipt.unit, one.receipt.version, one.found.key, one.found.state) for one in receipts.register(ledger)
    ]
    assert found == [
        ("001", 1, "乙", "新增"), ("001", 1, "丙", "新增"), ("001", 2, "乙", "未改正"), ("001", 2, "丙", "已改正"),
        ("002", 1, "甲", "新增"),
    ]  # fmt: skip
    assert list(receipts.register(ledger, YEAR - 1)) == []


def test_a_letter_is_the_last_one_to_the_unit(ledger):
    ledgers.post(ledger, "A", "001", "2026-08-18T11:00:00+08:00", Letter.SENDING, Letter.RETRY)
    assert look(ledger).standings[0].letter == "待重发"
    ledgers.post(ledger, "B", "001", "2026-08-19T11:00:00+08:00")
    assert look(ledger).standings[0].letter == "待发"


# --- how it is arranged ------------------------------------------------------------------------------------------


def test_the_worst_come_first_then_the_order_of_the_roster(seen):
    assert [s.unit.code for s in arrange.ranked(seen)] == ["004", "005", "006", "001", "002", "003", "006"]
    assert [s.unit.code for s in arrange.ranked(seen, ["已通过", "逾期未报"])] == ["004", "003", "006"]


def test_sums_by_department_come_in_the_order_of_the_roster(seen):
    assert arrange.departments(seen) == [
        arrange.Department("县政府办", 2, (0, 0, 1, 1, 0), 2, 3),
        arrange.Department("<i>教体</i>", 2, (1, 0, 0, 0, 1), 0, 0),
        arrange.Department("（没有写主管部门）", 1, (0, 1, 0, 0, 0), 0, 0),
        arrange.Department("@农口", 1, (0, 1, 0, 0, 1), 0, 0),
    ]


def test_the_heat_map_has_tables_by_number_and_the_whole_workbook_last(seen):
    found = arrange.heat(seen)
    assert found.tables == ("公开2", "公开03", "公开10", "")  # 公开02 has but 提示
    assert found.cells[0] == (
        TableCount("公开2", 1, 0, 0), TableCount("公开03", 1, 0, 0), TableCount("公开10", 0, 1, 0), None,
    )  # fmt: skip
    assert found.cells[3] == (None, None, None, None)


def test_one_sentence_says_all_counts(seen):
    assert arrange.summary(seen) == (
        "2025 年度决算公开报送情况：6 个单位应报 7 份：逾期未报 1，未报送 2，待改正 1，待核实 1，已通过 2；"
        "无法识别的文件 2 个；信件：失败 1，已发 1，待发 1。"
    )


def test_a_late_unit_stays_late_when_it_corrects(ledger):
    receive(ledger, "001", 1, "2026-08-23T10:00:00+08:00", [finding("甲")])
    receive(ledger, "001", 2, "2026-08-25T10:00:00+08:00")
    assert look(ledger).standings[0].late == 3


def test_what_could_not_be_checked_is_not_passed(ledger):
    receipt = receive(ledger, "001", 1, "2026-08-19T10:00:00+08:00")
    with ledger.transaction() as change:
        change.execute("UPDATE receipt SET unsaid = 4 WHERE id = ?", receipt.id)
    found = look(ledger).standings[0]
    assert (found.state, found.unsaid) == ("待核实", 4)


def test_a_finding_that_could_not_be_checked_again_is_in_no_count(ledger):
    receive(ledger, "001", 1, "2026-08-19T10:00:00+08:00", [finding("甲", "已改正"), finding("乙", "已说明")])
    assert look(ledger).standings[0].tables == ()
    receive(ledger, "002", 1, "2026-08-19T10:00:00+08:00", [finding("丙")._replace(state="无法核对")])
    assert look(ledger).standings[1].tables == ()


def test_a_workbook_without_a_year_counts_for_the_year_looked_at(ledger):
    receive(ledger, "001", 1, "2026-08-19T10:00:00+08:00")
    with ledger.transaction() as change:
        change.execute("UPDATE receipt SET year = NULL")
    assert look(ledger).standings[0].state == "已通过"


def test_what_has_been_placed_since_is_not_listed_any_more(ledger):
    ledgers.set_aside(ledger, "a.xlsx", Status.UNKNOWN, "2026-08-21T07:00:00+08:00", "不在名册里")
    ledgers.set_aside(ledger, "b.xlsx", Status.UNKNOWN, "2026-08-21T07:00:00+08:00", "不在名册里")
    placed = receive(ledger, "001", 1, "2026-08-22T10:00:00+08:00")
    with ledger.transaction() as change:
        old = change.rows("SELECT sha256 FROM receipt WHERE name = 'a.xlsx'")[0][0]
        change.execute("UPDATE receipt SET sha256 = ? WHERE id = ?", old, placed.id)
    assert [r.name for r in look(ledger).unplaced] == ["b.xlsx"]
