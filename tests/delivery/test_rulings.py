"""A person decides where the machine can't: assign, count, forget, restore; all in the journal, none rewriting anything."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from delivery.test_whose_and_when import Day
from support.desks import OTHERS, TUNLIU, Bench, sample, stock
from xlcheck.cli import assign as assign_command
from xlcheck.cli import count as count_command
from xlcheck.cli import forget as forget_command
from xlcheck.cli import restore as restore_command
from xlcheck.cli.journal import command as journal
from xlcheck.delivery import rulings, send
from xlcheck.delivery.desk import Desk
from xlcheck.errors import Fault, Usage
from xlcheck.ledger import letters, receipts
from xlcheck.ledger.records import Status
from xlcheck.overview.standing import overview


@pytest.fixture
def day(tmp_path: Path) -> Iterator[Day]:
    bench = Bench.make(tmp_path / "desk")
    with closing(Desk.open(bench.root)) as desk:
        yield Day(desk)


def rewritten(day: Day, act) -> bool:
    """Whether an act changes or removes a row that was there: of receipts, findings, letters, journal."""
    tables = ("receipt", "finding", "letter", "journal", "decision", "explanation")

    def rows() -> dict[str, set[tuple]]:
        return {t: set(map(tuple, day.desk.ledger.rows(f"SELECT * FROM {t}"))) for t in tables}  # noqa: S608

    before = rows()
    act()
    after = rows()
    assert not day.desk.ledger.verify().mistakes
    return any(before[t] - after[t] for t in tables)


def events(day: Day) -> list[str]:
    return [row["event"] for row in day.desk.ledger.rows("SELECT event FROM journal ORDER BY seq")]


def forbidden(day: Day, number: int) -> str:
    (one,) = letters.of_receipt(day.desk.ledger, number)
    return send._forbidden(day.desk, one)


# --- assign --------------------------------------------------------------------------------------------------------


def test_what_nobody_could_place_is_answered_as_the_unit_that_a_person_says(day: Day):
    (stranger,) = day.came(("无人认领.xlsx", stock()["无人认领.xlsx"]))
    assert not rewritten(day, lambda: rulings.assign(day.desk, stranger.id, "140410", 2022))
    assert events(day)[-1] == "assign"
    (placed,) = day.came()
    assert (placed.unit, placed.unit_name, placed.year, placed.year_by) == ("140410", OTHERS[0], 2022, "人工指定")
    assert (placed.version, placed.status) == (1, Status.CHECKED)
    assert receipts.unplaced(day.desk.ledger) == []
    assert forbidden(day, placed.id) == "", "the last look before the letter knows of it"
    assert "年度由审核人定为 2022 年度" in day.letter(placed)
    assert day.came() == []


def test_a_workbook_of_the_wrong_unit_is_taken_from_it(day: Day):
    (wrong,) = day.came(("屯留.xlsx", stock()["屯留.xlsx"]))
    done = rulings.assign(day.desk, wrong.id, OTHERS[1], None)
    assert (done.held, done.counts) == (1, None)
    assert "改判" in forbidden(day, wrong.id)
    (right,) = day.came()
    assert (right.unit, right.year, right.version) == ("140411", 2023, 1)
    assert [r.id for r in receipts.versions(day.desk.ledger)] == [right.id]
    (again,) = day.came(("又来.xlsx", stock()["屯留.xlsx"]))
    assert (again.status, again.first) == (Status.REPEATED, right.id), "it holds for these bytes"
    back = rulings.assign(day.desk, right.id, "140405", None)
    assert back.unit is not None
    (third,) = day.came()
    assert (third.unit, third.version) == ("140405", 2), "no number is given twice"


def test_a_blank_form_of_another_unit_is_still_its_own(day: Day):
    """The same bytes from two units: a decision about the one is none about the other."""
    data = sample("putuo_shiquan_2025")
    (first,) = day.came(("140410.xlsx", data))
    rulings.assign(day.desk, first.id, "140411", None)
    day.came()
    (other,) = day.came(("140412.xlsx", data))
    assert other.unit == "140412"


def test_what_was_assigned_and_not_put_back_is_put_back_by_the_next_look(day: Day, monkeypatch: pytest.MonkeyPatch):
    (stranger,) = day.came(("无人认领.xlsx", stock()["无人认领.xlsx"]))
    with monkeypatch.context() as full:
        full.setattr(rulings, "put_back", lambda *_: (_ for _ in ()).throw(Fault("磁盘空间不足")))
        rulings.assign(day.desk, stranger.id, "140410", None)
    assert list(day.desk.folders.inbox.rglob("*.xlsx")) == []
    (placed,) = day.came()
    assert placed.unit == "140410"
    assert rulings.pending(day.desk) == []


@pytest.mark.parametrize(
    ("unit", "year", "said"),
    [(None, None, "--unit"), ("没有这个", None, "名册里没有单位"), ("140405", None, "已经是")],
)
def test_what_can_not_be_assigned_is_said_and_nothing_entered(day: Day, unit: str | None, year: int | None, said: str):
    (row,) = day.came(("a.xlsx", stock()["无人认领.xlsx" if unit is None else "屯留.xlsx"]))
    before = events(day)
    with pytest.raises(Usage, match=said):
        rulings.assign(day.desk, row.id, unit, year)
    assert events(day) == before


def test_an_original_that_was_changed_is_not_assigned(day: Day):
    (row,) = day.came(("a.xlsx", stock()["无人认领.xlsx"]))
    (day.desk.folders.root / row.original).write_bytes(b"another")
    with pytest.raises(Usage, match="被改动过"):
        rulings.assign(day.desk, row.id, "140410", None)
    assert "assign" not in events(day)


# --- count, forget, restore ----------------------------------------------------------------------------------------


def standing(day: Day) -> tuple[int, str]:
    seen = overview(day.desk.ledger, day.desk.roster, 2023, "2026-08-01T00:00:00+08:00", date(2026, 8, 1))
    own = next(s for s in seen.standings if s.unit.code == "140405")
    return own.version, own.state


def test_a_person_says_which_version_counts_until_another_comes(day: Day):
    (first,) = day.came(("一.xlsx", stock()["屯留.xlsx"]))
    (second,) = day.came(("二.xlsx", stock()["屯留 改.xlsx"]))
    assert standing(day) == (2, "待改正")
    assert not rewritten(day, lambda: rulings.count(day.desk, first.id))
    assert standing(day) == (1, "已通过")
    with pytest.raises(Usage, match="本来就是"):
        rulings.count(day.desk, first.id)
    rulings.count(day.desk, second.id)
    rulings.count(day.desk, first.id)
    assert receipts.latest(day.desk.ledger, "140405", 2023, first.form) == first
    (third,) = day.came(("三.xlsx", stock()["屯留 元.xlsx"]))
    assert third.version == 3
    assert third.mended == 0, "compared with the version that counted, which had nothing to mend"
    assert standing(day)[0] == 3


def test_what_is_forgotten_is_as_if_it_had_not_come_and_can_be_restored(day: Day):
    (first,) = day.came(("一.xlsx", stock()["屯留.xlsx"]))
    (second,) = day.came(("二.xlsx", stock()["屯留 改.xlsx"]))
    assert not rewritten(day, lambda: rulings.forget(day.desk, second.id))
    assert standing(day) == (1, "已通过")
    assert "作废" in forbidden(day, second.id)
    assert forbidden(day, first.id) == ""
    assert [line.receipt.id for line in receipts.register(day.desk.ledger)] == []
    with pytest.raises(Usage, match="已经作废"):
        rulings.forget(day.desk, second.id)
    assert not rewritten(day, lambda: rulings.restore(day.desk, second.id))
    assert standing(day) == (2, "待改正")
    assert forbidden(day, second.id) == ""
    with pytest.raises(Usage, match="没有作废"):
        rulings.restore(day.desk, second.id)
    assert events(day)[-2:] == ["forget", "restore"]


def test_bytes_that_were_forgotten_and_come_again_are_a_new_version(day: Day):
    (first,) = day.came(("一.xlsx", stock()["屯留.xlsx"]))
    rulings.forget(day.desk, first.id)
    (again,) = day.came(("二.xlsx", stock()["屯留.xlsx"]))
    assert (again.status, again.version) == (Status.CHECKED, 2)


def test_a_file_that_nobody_could_place_can_be_forgotten(day: Day):
    (row,) = day.came(("坏.xlsx", stock()["坏.xlsx"]))
    with pytest.raises(Usage, match="不能指定它算数"):
        rulings.count(day.desk, row.id)
    with pytest.raises(Usage, match="没有读出来"):
        rulings.assign(day.desk, row.id, "140405", 2023)
    rulings.forget(day.desk, row.id)
    assert receipts.unplaced(day.desk.ledger) == []


def test_a_decision_can_not_be_rewritten(day: Day):
    (row,) = day.came(("一.xlsx", stock()["屯留.xlsx"]))
    rulings.forget(day.desk, row.id)
    for statement in ("UPDATE decision SET what = 'restore'", "DELETE FROM decision"):
        with pytest.raises(sqlite3.Error, match="append-only"):
            day.desk.ledger.connection.execute(statement)


# --- as commands ---------------------------------------------------------------------------------------------------


def test_the_commands_say_what_they_did_and_the_journal_tells_it(day: Day):
    (first,) = day.came(("一.xlsx", stock()["屯留.xlsx"]))
    day.came(("二.xlsx", stock()["屯留 改.xlsx"]))
    place = str(day.desk.folders.root)

    def run(command, *arguments: str) -> str:
        found = CliRunner().invoke(command, [*arguments], standalone_mode=False)
        assert found.exception is None, found.exception
        return found.output

    assert f"{TUNLIU} 2023 年度：第 1 版（第 1 份 一.xlsx）算数" in run(count_command.command, "1", place)
    assert "现在算数的是第 2 版" in run(forget_command.command, str(first.id), place)
    assert "第 1 份（一.xlsx）已恢复" in run(restore_command.command, "1", place)
    said = run(assign_command.command, "2", place, "--unit", "140410", "--year", "2022")
    assert f"已指定为 140410 {OTHERS[0]} 2022 年度" in said
    assert "1 封信不会再发" in said
    told = run(journal, "show", place)
    assert [line.split(" ", 2)[2] for line in told.splitlines()[-4:]] == [
        "人工指定算数：第 1 份（一.xlsx）", "人工作废第 1 份（一.xlsx）", "人工恢复第 1 份（一.xlsx）",
        "人工改判第 2 份，单位 140410，年度 2022（二.xlsx）",
    ]  # fmt: skip
    assert "完好" in run(journal, "verify", place)
    with pytest.raises(Usage, match="没有第 99 份"):
        CliRunner().invoke(forget_command.command, ["99", place], standalone_mode=False, catch_exceptions=False)
