"""Whose a workbook is, of which year, and which version is the newest: on a real desk, from the drop to the letter."""

from __future__ import annotations

import email
import email.policy
import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from support.desks import OTHERS, TUNLIU, Bench, renamed, sample, stock
from xlcheck.delivery import send
from xlcheck.delivery.claim import take, unfinished
from xlcheck.delivery.desk import Desk
from xlcheck.delivery.watch import Watcher
from xlcheck.ledger import letters, receipts
from xlcheck.ledger.records import Receipt, Status

HEAD = f"部门名称：{TUNLIU}"
NOTES = ("注：本表反映部门本年度取得的各项收入情况。", "注：本表反映部门本年度各项支出情况。")


class Day:
    """A desk at work in this process."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.said: list[str] = []

    def came(self, *files: tuple[str, bytes]) -> list[Receipt]:
        """What becomes of files that are dropped, in this order."""
        known = {r.id for r in self.rows}
        for name, data in files:
            target = self.desk.folders.inbox / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        Watcher(self.desk, self.said.append).once()
        return [r for r in self.rows if r.id not in known]

    @property
    def rows(self) -> list[Receipt]:
        return receipts._receipts(self.desk.ledger, "ORDER BY id")

    def letter(self, receipt: Receipt) -> str:
        """The text of the one letter about a receipt."""
        (one,) = letters.of_receipt(self.desk.ledger, receipt.id)
        message = email.message_from_bytes(
            (self.desk.folders.outbox / "待发" / one.file).read_bytes(), policy=email.policy.default
        )
        return message.get_body(("plain",)).get_content()  # type: ignore[union-attr]


@pytest.fixture
def day(tmp_path: Path) -> Iterator[Day]:
    bench = Bench.make(tmp_path / "desk")
    with closing(Desk.open(bench.root)) as desk:
        yield Day(desk)


def forbidden(day: Day, receipt: Receipt) -> str:
    """Why the letter about a receipt would not go out."""
    (one,) = letters.of_receipt(day.desk.ledger, receipt.id)
    return send._forbidden(day.desk, one)


def headed(text: str) -> bytes:
    return renamed(sample("tunliu_2023"), text, HEAD)


# --- whose ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("gap", ["　　", " ", "；", "\n"])
def test_a_superior_in_the_head_gets_nothing(day: Day, gap: str):
    """主管部门：教育局 above 部门：第一小学 sent the school's letter to the bureau."""
    (row,) = day.came(("教育局.xlsx", headed(f"主管部门：{OTHERS[0]}{gap}部门：{TUNLIU}")))
    assert (row.unit_name, row.status) == (TUNLIU, Status.CHECKED)


def test_two_names_in_one_head_are_nobodys_with_candidates(day: Day):
    (row,) = day.came((f"{TUNLIU}.xlsx", headed(f"部门：{OTHERS[0]}　　单位名称：{TUNLIU}")))
    assert (row.status, row.unit) == (Status.UNKNOWN, "")
    assert all(name in row.reason for name in (OTHERS[0], TUNLIU))
    assert not letters.letters(day.desk.ledger)
    report = receipts.report_of(day.desk.ledger, row.id)
    assert report is not None
    assert [f.code for f in report.findings].count("two_units") == 1
    assert f"xlcheck assign {row.id}" in (day.desk.folders.root / row.note).read_text(encoding="utf-8-sig")


def test_another_tables_name_that_is_another_units_is_nobodys(day: Day):
    """One sheet of a unit of the roster in the workbook of another."""
    data = sample("tunliu_2023_blank_total")  # its 公开07 names another unit, which is not in the roster
    (row,) = day.came(("a.xlsx", data))
    assert row.unit_name == TUNLIU
    roster = day.desk.folders.root / "单位名册.csv"
    roster.write_text(
        roster.read_text(encoding="utf-8-sig") + "140498,长治市屯留区医疗保险中心,yb@example.cn\n", encoding="utf-8-sig"
    )
    (row,) = day.came(("b.xlsx", data + b"\n"))
    assert (row.status, row.unit) == (Status.UNKNOWN, "")


def test_a_department_over_score_sheets_gets_nothing(day: Day):
    """项目支出绩效自评表 have 主管部门 beside 实施单位: the first is nobody's own name, whatever else is missing."""
    book = renamed(sample("selfscore_tunliu_2023"), OTHERS[0], "长治市屯留区人力资源和社会保障局")
    (own,) = day.came(("a.xlsx", book))
    assert own.unit_name == TUNLIU
    assert forbidden(day, own) == ""
    (row,) = day.came(("b.xlsx", renamed(book, "其他", "实施单位")))
    assert row.unit != "140410"


def test_a_name_below_the_tables_is_read(day: Day):
    data = renamed(sample("tunliu_2023"), "公开", HEAD)
    for note in NOTES:
        data = renamed(data, f"编制单位：{TUNLIU}　　制表单位：{OTHERS[0]}", note)
    (row,) = day.came((f"{OTHERS[0]}.xlsx", data))
    assert row.unit_name == TUNLIU, "not by the name of the file"


# --- of which year -------------------------------------------------------------------------------------------------


def without_year(mark: str = "年报") -> bytes:
    return renamed(sample("tunliu_2023"), mark, "2023年度")


def test_the_year_without_a_printed_one_is_said_with_what_says_it(day: Day):
    (named,) = day.came(("2022年度决算.xlsx", without_year()))
    assert (named.year, named.year_by) == (2022, "文件名")
    assert "按文件名算作 2022 年度" in day.said[-1]
    assert "按文件名算作 2022 年度" in day.letter(named)
    (supposed,) = day.came(("决算.xlsx", without_year("年表")))
    assert (supposed.year, supposed.year_by) == (int(supposed.at[:4]) - 1, "收到日期的上一年")
    assert "按收到日期的上一年算作" in day.letter(supposed)


def test_the_desks_year_goes_before_last_year(tmp_path: Path):
    bench = Bench.make(tmp_path / "desk", "年度: 2021\n")
    with closing(Desk.open(bench.root)) as desk:
        (row,) = Day(desk).came(("决算.xlsx", without_year()))
        assert (row.year, row.year_by) == (2021, "设置的年度")


def test_a_printed_year_goes_before_all_and_a_print_date_is_none(day: Day):
    (row,) = day.came(
        ("2021年度.xlsx", renamed(sample("tunliu_2023"), "打印日期：2024年  8月  15日　　2023年度", "2023年度"))
    )
    assert (row.year, row.year_by) == (2023, "")
    assert "算作" not in day.said[-1]
    (dated,) = day.came(("2021年度.xlsx", renamed(sample("tunliu_2023"), "2024年  8月  15日", "2023年度")))
    assert (dated.year, dated.year_by) == (2021, "文件名")


@pytest.mark.parametrize("typed", ["202年度", "2O23年度", "20223年度"])
def test_a_year_that_is_none_is_a_finding_and_what_counts_is_said(day: Day, typed: str):
    (row,) = day.came(("2023年度.xlsx", renamed(sample("tunliu_2023"), typed, "2023年度")))
    assert (row.year, row.year_by) == (2023, "文件名")
    report = receipts.report_of(day.desk.ledger, row.id)
    assert report is not None
    assert "bad_year" in {f.code for f in report.findings}


def test_the_same_bytes_under_another_name_keep_the_year_they_were_counted_for(day: Day):
    (first,) = day.came(("2022年度决算.xlsx", without_year()))
    (again,) = day.came(("决算.xlsx", without_year()))
    assert (again.status, again.first, again.year) == (Status.REPEATED, first.id, 2022)


# --- the newest ----------------------------------------------------------------------------------------------------


def test_of_two_messages_the_one_with_the_greater_number_is_the_newest(day: Day):
    """-99_ stands after -100_ by its characters."""
    inbox = day.desk.folders.inbox
    for name, data in (
        ("邮件00aa-100_决算.xlsx", stock()["屯留.xlsx"]),
        ("邮件00aa-99_决算.xlsx", stock()["屯留 改.xlsx"]),
    ):
        (inbox / name).write_bytes(data)
        os.utime(inbox / name, (1_700_000_000 - len(data) % 7, 1_700_000_000 - len(data) % 7))
    rows = day.came()
    assert [(r.name[6:11], r.version) for r in rows] == [("-99_决", 1), ("-100_", 2)]


def test_of_two_files_the_one_written_last_is_the_newest(day: Day):
    inbox = day.desk.folders.inbox
    for name, data, at in (
        ("甲.xlsx", stock()["屯留.xlsx"], 1_700_000_900),
        ("乙.xlsx", stock()["屯留 改.xlsx"], 1_700_000_000),
    ):
        (inbox / name).write_bytes(data)
        os.utime(inbox / name, (at, at))
    assert [(r.name, r.version) for r in day.came()] == [("乙.xlsx", 1), ("甲.xlsx", 2)]


def test_after_a_crash_files_taken_in_one_second_are_answered_in_the_order_in_which_they_came(
    tmp_path: Path, monkeypatch
):
    """The digits of a claim are drawn by lot."""
    inbox, work = tmp_path / "in", tmp_path / "work"
    inbox.mkdir()
    work.mkdir()
    monkeypatch.setattr("time.strftime", lambda _: "20260820T100000")
    for number, name in enumerate(("甲", "乙", "丙", "丁", "戊", "己")):
        (inbox / name).write_bytes(b"x")
        os.utime(inbox / name, (1_700_000_000 + number, 1_700_000_000 + number))
    for name in ("丁", "甲", "己", "丙", "乙", "戊"):
        assert take(inbox / name, inbox, work) is not None
    claims, _ = unfinished(work)
    assert [c.name for c in claims] == ["甲", "乙", "丙", "丁", "戊", "己"]


def test_the_same_bytes_after_another_version_are_the_newest_again_and_the_letter_says_so(day: Day):
    (first,) = day.came(("一.xlsx", stock()["屯留.xlsx"]))
    (second,) = day.came(("二.xlsx", stock()["屯留 改.xlsx"]))
    (third,) = day.came(("三.xlsx", stock()["屯留.xlsx"]))
    assert (third.status, third.version, third.first) == (Status.CHECKED, 3, first.id)
    assert (third.errors, third.mended) == (0, second.errors + second.verifies + second.notes)
    assert f"与 {first.at[:10]} 报送的第 1 版逐字节相同，又按最新一版算" in day.letter(third)
    assert f"与第 {first.id} 份逐字节相同" in day.said[-1]
    latest = receipts.latest(day.desk.ledger, third.unit, 2023, third.form)
    assert latest == third
    (fourth,) = day.came(("四.xlsx", stock()["屯留.xlsx"]))
    assert (fourth.status, fourth.version) == (Status.REPEATED, 0)
    assert len(letters.letters(day.desk.ledger)) == 3


def test_they_are_so_in_one_look_too(day: Day):
    day.came(("一.xlsx", stock()["屯留.xlsx"]))
    inbox = day.desk.folders.inbox
    for at, name in ((1_800_000_000, "屯留 改.xlsx"), (1_800_000_001, "屯留.xlsx")):
        (inbox / name).write_bytes(stock()[name])
        os.utime(inbox / name, (at, at))
    rows = day.came()
    assert [(r.name, r.version, r.first) for r in rows] == [("屯留 改.xlsx", 2, None), ("屯留.xlsx", 3, 1)]


# --- tried again ---------------------------------------------------------------------------------------------------


def test_what_the_roster_did_not_have_is_answered_once_it_has(day: Day):
    (stranger,) = day.came(("新单位/无人认领.xlsx", stock()["无人认领.xlsx"]))
    assert stranger.status == Status.UNKNOWN
    assert day.came() == [], "nothing has changed"
    roster = day.desk.folders.root / "单位名册.csv"
    roster.write_text(
        roster.read_text(encoding="utf-8-sig") + f"140497,{stranger.unit_name},new@example.cn\n", encoding="utf-8-sig"
    )
    (placed,) = day.came()
    assert (placed.status, placed.unit, placed.version) == (Status.CHECKED, "140497", 1)
    assert placed.name == "新单位/无人认领.xlsx"
    assert len(letters.of_receipt(day.desk.ledger, placed.id)) == 1
    assert receipts.unplaced(day.desk.ledger) == []
    assert day.came() == []


def test_a_workbook_of_an_archive_is_tried_again_by_itself(day: Day):
    day.came(("两份.zip", stock()["两份.zip"]))
    roster = day.desk.folders.root / "单位名册.csv"
    roster.write_text(
        roster.read_text(encoding="utf-8-sig") + "140497,不在名册的单位,new@example.cn\n", encoding="utf-8-sig"
    )
    (placed,) = day.came()
    assert (placed.unit, placed.version, placed.entry) == ("140497", 1, 0)


def test_two_names_in_one_head_stay_nobodys_when_the_roster_has_one_of_them(day: Day):
    (row,) = day.came(("a.xlsx", headed("部门：新来的局　　单位名称：不在名册的单位")))
    assert row.status == Status.UNKNOWN
    roster = day.desk.folders.root / "单位名册.csv"
    roster.write_text(roster.read_text(encoding="utf-8-sig") + "140497,新来的局,n@example.cn\n", encoding="utf-8-sig")
    assert day.came() == []
    assert not letters.letters(day.desk.ledger)


def test_two_names_are_nobodys_without_a_roster_too(tmp_path: Path):
    bench = Bench.make(tmp_path / "desk", opened=False)
    (bench.root / "单位名册.csv").unlink()
    with closing(Desk.open(bench.root)) as desk:
        (row,) = Day(desk).came(("a.xlsx", headed(f"部门：{OTHERS[0]}　　单位名称：{TUNLIU}")))
        assert (row.status, row.unit) == (Status.UNKNOWN, "")
        (one,) = Day(desk).came(("b.xlsx", stock()["屯留.xlsx"]))
        assert (one.status, one.unit_name) == (Status.CHECKED, TUNLIU)
