"""A desk without a roster: everything is checked and kept under the name that it prints; the roster makes itself."""

from __future__ import annotations

import contextlib
import os
import shutil
import zipfile
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from support.desks import OTHERS, SETTINGS, STRANGER, TUNLIU, Bench, packed, renamed, sample, stock
from support.places import SAMPLES
from xlcheck.cli.doctor import command as doctor
from xlcheck.cli.init import command as init
from xlcheck.cli.roster import command as roster
from xlcheck.cli.send import command as send
from xlcheck.cli.status import command as status
from xlcheck.cli.watch import command as watch
from xlcheck.delivery import rulings
from xlcheck.delivery.accepting import accept
from xlcheck.delivery.backfill import missing, write_missing
from xlcheck.delivery.desk import Desk
from xlcheck.errors import DataError, Usage
from xlcheck.ledger import letters, noted, receipts
from xlcheck.ledger.records import Letter, Receipt, Status
from xlcheck.ledger.store import Ledger
from xlcheck.office.drafts import draft_code, is_draft, named_file, printed_code, printed_unit
from xlcheck.office.proposals import FILE, rows_in
from xlcheck.office.roster import load

forked = pytest.mark.skipif(not hasattr(os, "fork"), reason="a child is forked, with everything imported")
HEAD = "单位代码,单位名称,邮箱\n"


def bare(root: Path) -> Bench:
    """A desk with mail, and no roster."""
    bench = Bench.make(root, opened=False)
    (root / "单位名册.csv").unlink()
    with Desk.open(root).ledger:
        return bench


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return bare(tmp_path / "desk")


def told(command, *words: object) -> tuple[int, str]:
    found = CliRunner().invoke(command, [str(word) for word in words], standalone_mode=False)
    if found.exception is not None:
        raise found.exception
    return int(found.return_value or 0), found.output


def run(bench: Bench) -> str:
    code, said = bench.run()
    assert code == 0, said
    return said


def rows(bench: Bench) -> list[Receipt]:
    with Ledger(bench.folders.ledger_file) as ledger:
        assert ledger.verify().mistakes == ()
        return receipts._receipts(ledger, "ORDER BY id")


def posted(bench: Bench):
    with Ledger(bench.folders.ledger_file) as ledger:
        return letters.letters(ledger)


def proposed(bench: Bench) -> list[str]:
    return [row.unit.name for row in rows_in(bench.root / FILE)]


# --- the first minute ------------------------------------------------------------------------------------------


@pytest.mark.quick
def test_the_first_minute_needs_nothing_but_init_and_a_workbook(tmp_path: Path):
    root = tmp_path / "desk"
    told(init, root)
    shutil.copy(SAMPLES / "tunliu_2023_text.xlsx", root / "收件")
    shutil.copy(SAMPLES / "tunliu_2023.xlsx", root / "收件" / "好.xlsx")
    code, said = told(watch, root, "--once")
    assert code == 0
    assert "还没有单位名册" in said
    assert f"{TUNLIU} 2023 第 " in said
    assert "检查 2 份" in said
    (marked,) = (root / "已退回").rglob("*.xlsx")
    assert TUNLIU in marked.name
    assert len(list((root / "已处理").rglob(f"*{TUNLIU}*"))) == 3
    assert not list((root / "无法识别").rglob("*.xlsx"))
    assert not list((root / "发件").rglob("*.eml"))
    code, said = told(status, root)
    assert code == 0
    assert TUNLIU in said
    assert "1 个单位应报 1 份" in said
    code, said = told(doctor, root, "--offline")
    assert code == 0, said
    assert "单位名册：还没有" in said


@forked
def test_mail_that_is_set_up_writes_to_nobody_who_is_in_no_roster(bench: Bench):
    bench.drop("屯留 改.xlsx", stock()["屯留 改.xlsx"])
    said = run(bench)
    assert "不在名册里，没有写信" in said
    (row,) = rows(bench)
    assert (row.status, row.unit_name, row.version) == (Status.CHECKED, TUNLIU, 1)
    assert is_draft(row.unit)
    assert posted(bench) == []


@forked
def test_versions_and_repeated_bytes_are_known_without_a_roster_too(bench: Bench):
    bench.drop("一.xlsx", stock()["屯留 改.xlsx"])
    run(bench)
    bench.drop("二.xlsx", stock()["屯留 改.xlsx"])
    bench.drop("三.xlsx", sample("tunliu_2023_transposed"))
    said = run(bench)
    assert "重复：二.xlsx" in said
    assert "第 2 版：错误 4，核实 0，提示 0，比上一版改正了 2 条" in said


@forked
def test_a_workbook_that_prints_no_unit_goes_by_its_file_where_that_says_who(bench: Bench):
    bench.drop("某某县教育局2023年度部门决算公开表(2).xlsx", renamed(sample("tunliu_2023"), ""))
    bench.drop("附件1.xlsx", renamed(stock()["屯留 改.xlsx"], ""))
    run(bench)
    named, nameless = rows(bench)
    assert (named.unit_name, named.status) == ("某某县教育局", Status.CHECKED)
    assert (nameless.unit, nameless.status) == ("", Status.UNKNOWN)


@pytest.mark.quick
@pytest.mark.parametrize(
    ("said", "name", "code"),
    [
        ("001001 某某县财政局", "某某县财政局", "001001"), ("某某县财政局（001001）", "某某县财政局", "001001"),
        ("某某县 财政局", "某某县 财政局", ""), ("2023 年办公室", "2023 年办公室", ""), ("001 甲 002", "001 甲 002", ""),
    ],
)  # fmt: skip
def test_a_code_beside_the_name_is_no_part_of_the_name(said: str, name: str, code: str):
    unit = printed_unit(said)
    assert unit is not None
    assert (unit.name, printed_code(said), unit.code) == (name, code, draft_code(name))
    assert printed_unit(" \n") is None


@pytest.mark.quick
@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("附件2：武乡县文化馆2023年度决算.xlsx", "武乡县文化馆"), ("教育局/2023年度决算.xlsx", "教育局"), ("001 水利局 决算.xlsx", "水利局"),
        ("putuo_shegong_2024.xlsx", "putuo_shegong"), ("2023年度部门决算.xlsx", ""), ("book1.xlsx", ""), ("附件1.xlsx", ""), ("a.xlsx", ""),
    ],
)  # fmt: skip
def test_a_file_names_a_unit_or_nobody(path: str, name: str):
    unit = named_file(path)
    assert (unit.name if unit else "") == name


# --- proposals -------------------------------------------------------------------------------------------------


@forked
def test_units_outside_the_roster_are_proposed_whether_there_is_one_or_not(bench: Bench, tmp_path: Path):
    bench.drop("无人认领.xlsx", stock()["无人认领.xlsx"])
    assert FILE in run(bench)
    assert proposed(bench) == [STRANGER]
    other = Bench.make(tmp_path / "other")
    other.drop("无人认领.xlsx", stock()["无人认领.xlsx"])
    other.drop("屯留.xlsx", stock()["屯留.xlsx"])
    run(other)
    assert proposed(other) == [STRANGER]
    sheet = openpyxl.load_workbook(other.root / FILE).active
    head, row = [[cell.value for cell in line] for line in sheet.iter_rows(max_row=2)]
    shown = dict(zip(head, row, strict=True))
    assert (shown["单位名称"], shown["文件"], shown["依据"]) == (STRANGER, "无人认领.xlsx", "表内名称")
    assert sheet.cell(2, 1).number_format == "@", "a code that is typed keeps its zeros"


@forked
def test_a_file_that_is_open_keeps_no_workbook_and_is_written_later(bench: Bench):
    beside = bench.root / f"~${FILE}"
    beside.touch()
    bench.drop("一.xlsx", stock()["屯留.xlsx"])
    said = run(bench)
    assert "第 1 版" in said
    assert "正打开着" in said
    assert not (bench.root / FILE).exists()
    beside.unlink()
    run(bench)
    assert proposed(bench) == [TUNLIU]


@forked
def test_what_a_person_has_written_into_it_stays_and_what_was_taken_out_stays_out(bench: Bench):
    bench.drop("一.xlsx", stock()["屯留.xlsx"])
    bench.drop("二.xlsx", stock()["无人认领.xlsx"])
    run(bench)
    book = openpyxl.load_workbook(bench.root / FILE)
    sheet = book.active
    sheet["A2"], sheet["F2"] = "001001", "a@b.cn"
    sheet.delete_rows(3)
    book.save(bench.root / FILE)
    bench.drop("三.xlsx", renamed(sample("tunliu_2023"), OTHERS[0]))
    run(bench)
    first, second = rows_in(bench.root / FILE)
    assert (first.unit.code, first.unit.name, first.unit.addresses) == ("001001", TUNLIU, ("a@b.cn",))
    assert first.facts[1] == "一.xlsx"
    assert second.unit.name == OTHERS[0]


@forked
def test_a_file_with_a_mistake_is_left_and_keeps_no_workbook(bench: Bench):
    bench.drop("一.xlsx", stock()["屯留.xlsx"])
    run(bench)
    book = openpyxl.load_workbook(bench.root / FILE)
    book.active["F2"] = "不是邮箱"
    book.save(bench.root / FILE)
    before = (bench.root / FILE).read_bytes()
    bench.drop("三.xlsx", renamed(sample("tunliu_2023"), OTHERS[0]))
    said = run(bench)
    assert f"“{FILE}”没有写成" in said
    assert "第 2 行（F2）" in said
    assert [row.status for row in rows(bench)] == [Status.CHECKED] * 2
    assert (bench.root / FILE).read_bytes() == before


# --- accepting -------------------------------------------------------------------------------------------------


@forked
def test_accepted_units_are_in_the_roster_and_their_workbooks_are_theirs(bench: Bench):
    bench.drop("一.xlsx", stock()["屯留 改.xlsx"])
    bench.drop("二.xlsx", sample("tunliu_2023_transposed"))
    bench.drop("别的.xlsx", stock()["无人认领.xlsx"])
    run(bench)
    book = openpyxl.load_workbook(bench.root / FILE)
    book.active["A2"], book.active["F2"] = "0010", "a@b.cn"
    book.save(bench.root / FILE)
    code, said = told(roster, "accept", bench.root)
    assert code == 0
    assert f"收进名册：0010 {TUNLIU}" in said
    assert "没有补发信" in said
    units = load(bench.root / "单位名册.csv")
    assert [unit.name for unit in units.values()] == [TUNLIU, STRANGER]
    assert units["0010"].addresses == ("a@b.cn",)
    assert not (bench.root / FILE).exists()
    found = rows(bench)
    assert [(row.unit, row.version) for row in found] == [("0010", 1), ("0010", 2), (draft_code(STRANGER), 1)]
    assert posted(bench) == [], "what was answered without a letter is written to nobody by itself"
    with Ledger(bench.folders.ledger_file) as ledger:
        assert noted.last(ledger, "adopted")["receipts"] == [1, 2]
        assert noted.last(ledger, "roster")["units"] == 2
    assert "没有要收进名册的单位" in told(roster, "accept", bench.root)[1]


@forked
def test_what_was_filed_without_a_roster_is_neither_mailed_twice_nor_lost(bench: Bench):
    bench.drop("一.xlsx", stock()["屯留 改.xlsx"])
    bench.drop("二.xlsx", sample("tunliu_2023_transposed"))
    run(bench)
    bench.roster(OTHERS)
    bench.drop("又.xlsx", sample("tunliu_2023_transposed"))
    assert "归入 140405" in run(bench)
    assert [row.status for row in rows(bench)] == [Status.CHECKED, Status.CHECKED, Status.REPEATED]
    assert posted(bench) == []
    desk = Desk.open(bench.root)
    assert [receipt.id for receipt in missing(desk)] == [2], "the last version only, and when a person asks"
    assert len(write_missing(desk)) == 1
    assert write_missing(desk) == []
    desk.close()
    bench.drop("新.xlsx", sample("tunliu_2023"))
    assert "第 3 版" in run(bench)
    assert [one.receipt for one in posted(bench)] == [2, 4]


@forked
@pytest.mark.parametrize("archived", [False, True])
def test_a_workbook_that_waited_for_its_unit_is_answered_once_the_roster_has_it(tmp_path: Path, archived: bool):
    bench = Bench.make(tmp_path / "desk")
    data = renamed(stock()["屯留 改.xlsx"], STRANGER)
    if archived:
        bench.drop("乡镇/两份.zip", packed({"甲/一.xlsx": data, "乙.xlsx": stock()["屯留.xlsx"]}))
    else:
        bench.drop("乡镇/一.xlsx", data)
    run(bench)
    before = [row for row in rows(bench) if row.status == Status.UNKNOWN]
    assert len(before) == 1
    with (bench.root / "单位名册.csv").open("a", encoding="utf-8") as file:
        file.write(f"777,{STRANGER},new@b.cn\n")
    said = run(bench)
    assert f"名册里有了 777 {STRANGER}" in said
    last = rows(bench)[-1]
    assert (last.unit, last.status, last.version) == ("777", Status.CHECKED, 1)
    assert [row.status for row in rows(bench) if row.id == before[0].id] == [Status.AGAIN]
    assert [one.recipients for one in posted(bench) if one.unit == "777"] == [("new@b.cn",)]
    assert not [p for p in bench.folders.unknown.rglob("*") if p.is_file()], "nothing of it is left"
    assert (bench.root / last.marked).is_file()
    if archived:
        (kept,) = bench.folders.done.rglob("*.zip")
        assert zipfile.is_zipfile(kept)
    count = len(rows(bench))
    run(bench)
    assert len(rows(bench)) == count
    assert TUNLIU not in said


@forked
def test_a_name_that_is_like_one_of_the_roster_is_left_to_a_person(tmp_path: Path):
    bench = Bench.make(tmp_path / "desk")
    alike = f"{TUNLIU}（本级）"
    bench.drop("一.xlsx", renamed(sample("tunliu_2023"), alike))
    run(bench)
    (row,) = rows_in(bench.root / FILE)
    assert row.facts[3] == f"140405 {TUNLIU}"
    said = told(roster, "accept", bench.root)[1]
    assert f"没有收：“{alike}”可能就是 140405 {TUNLIU}" in said
    assert len(load(bench.root / "单位名册.csv")) == 2 + len(OTHERS)
    assert f"收进名册：待定 {alike}" in told(roster, "accept", bench.root, "--only", alike)[1]
    with pytest.raises(Usage, match="里没有“谁”"):
        told(roster, "accept", bench.root, "--only", "谁")


@forked
def test_a_drafted_code_gives_way_to_the_real_one_and_letters_follow(bench: Bench):
    bench.drop("一.xlsx", stock()["屯留 改.xlsx"])
    run(bench)
    told(roster, "accept", bench.root)
    text = (bench.root / "单位名册.csv").read_text(encoding="utf-8-sig")
    assert text.splitlines()[1] == f"{draft_code(TUNLIU)},{TUNLIU}"
    (bench.root / "单位名册.csv").write_text(f"{HEAD}{draft_code(TUNLIU)},{TUNLIU},a@b.cn\n", encoding="utf-8")
    bench.drop("二.xlsx", sample("tunliu_2023_transposed"))
    run(bench)
    assert [one.unit for one in posted(bench)] == [draft_code(TUNLIU)]
    (bench.root / "单位名册.csv").write_text(f"{HEAD}0010,{TUNLIU},a@b.cn\n", encoding="utf-8")
    run(bench)
    assert [(row.unit, row.version) for row in rows(bench)] == [("0010", 1), ("0010", 2)]
    assert [(one.unit, one.state) for one in posted(bench)] == [("0010", Letter.READY)]
    code, said = told(send, bench.root, "--status")
    assert code == 0, said


def test_a_roster_that_would_have_mistakes_is_not_changed(bench: Bench):
    (bench.root / "单位名册.csv").write_text(f"{HEAD}001,甲局,\n", encoding="utf-8")
    book = openpyxl.Workbook()
    book.active.append(["单位代码", "单位名称"])
    for line in (["001", "乙局"], ["002", "丙局"]):
        book.active.append(line)
    book.save(bench.root / FILE)
    desk = Desk.open(bench.root)
    found = accept(desk)  # 001 is in the roster: its row is none that could be taken
    assert [unit.name for unit in found.taken] == ["丙局"]
    desk.close()
    (bench.root / "单位名册.csv").write_text("单位代码,单位名称,其他名称\n001,甲局,丁局\n", encoding="utf-8")
    book.active.append(["003", "戊局"])
    book.active["C1"], book.active["C4"] = "其他名称", "丁局"
    book.save(bench.root / FILE)
    before = (bench.root / "单位名册.csv").read_bytes()
    desk = Desk.open(bench.root)
    with pytest.raises(DataError, match=r"名册没有改"):
        accept(desk)
    desk.close()
    assert (bench.root / "单位名册.csv").read_bytes() == before


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_csv_roster_keeps_its_encoding_columns_and_lines(bench: Bench, encoding: str):
    before = "名册\r\n电话\t单位名称\t单位代码\r\n1\t甲局\t001"
    (bench.root / "单位名册.csv").write_bytes(before.encode(encoding))
    _propose(bench)
    desk = Desk.open(bench.root)
    accept(desk)
    desk.close()
    text = (bench.root / "单位名册.csv").read_bytes().decode(encoding)
    assert text == f"{before}\r\n\t乙局\t{draft_code('乙局')}\r\n"


def test_an_excel_roster_keeps_all_that_is_in_it(bench: Bench):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["单位代码", "单位名称", "邮箱"])
    sheet.append(["001", "甲局", "=1+1"])
    sheet["A2"].font = openpyxl.styles.Font(bold=True)
    sheet.column_dimensions["B"].width = 33
    book.create_sheet("别的")["A1"] = "留着"
    sheet["C2"] = None
    book.save(bench.root / "单位名册.xlsx")
    _propose(bench, "=乙局")
    desk = Desk.open(bench.root)
    assert "单位名册.xlsx" in desk.roster.hint
    accept(desk)
    assert [unit.name for unit in desk.roster.values()] == ["甲局", "=乙局"]
    desk.close()
    found = openpyxl.load_workbook(bench.root / "单位名册.xlsx")
    assert found["别的"]["A1"].value == "留着"
    assert found.active["A2"].font.bold
    assert found.active.column_dimensions["B"].width == 33
    assert (found.active["B3"].value, found.active["B3"].data_type) == ("=乙局", "s")


def test_a_roster_that_is_open_or_of_an_old_format_is_not_written(bench: Bench):
    _propose(bench)
    (bench.root / "单位名册.csv").write_text(f"{HEAD}001,甲局,\n", encoding="utf-8")
    (bench.root / "~$单位名册.csv").touch()
    desk = Desk.open(bench.root)
    with pytest.raises(Usage, match="正打开着"):
        accept(desk)
    desk.close()


def _propose(bench: Bench, name: str = "乙局") -> None:
    book = openpyxl.Workbook()
    book.active.append(["单位代码", "单位名称"])
    book.active.append([draft_code(name), name])
    book.active["B2"].data_type = "s"
    book.save(bench.root / FILE)


# --- which roster ----------------------------------------------------------------------------------------------


def _sheet(path: Path, *units: tuple[str, str]) -> None:
    book = openpyxl.Workbook()
    book.active.append(["单位代码", "单位名称"])
    for unit in units:
        book.active.append(unit)
    book.save(path)


@pytest.mark.quick
def test_a_roster_saved_as_excel_beside_the_csv_is_found(tmp_path: Path):
    root = tmp_path / "desk"
    told(init, root)
    _sheet(root / "单位名册.xlsx", ("001", TUNLIU))
    shutil.copy(SAMPLES / "tunliu_2023.xlsx", root / "收件")
    code, said = told(watch, root, "--once")
    assert code == 0
    assert "名册用的是“单位名册.xlsx”：设置里的“单位名册.csv”里没有单位。" in said
    assert f"001 {TUNLIU} 2023 第 1 版" in said


@pytest.mark.quick
def test_where_two_have_units_the_one_that_is_set_counts_and_the_line_to_change_is_said(tmp_path: Path):
    root = tmp_path / "desk"
    told(init, root)
    line = 1 + (root / "xlcheck.yaml").read_text(encoding="utf-8").splitlines().index(
        "单位名册: 单位名册.csv     # 也可以是 .xlsx"
    )
    (root / "单位名册.csv").write_text(f"{HEAD}001,{TUNLIU},\n", encoding="utf-8")
    _sheet(root / "单位名册.xlsx", ("002", TUNLIU))
    said = told(watch, root, "--once")[1]
    assert f"把 xlcheck.yaml 第 {line} 行改成“单位名册: 单位名册.xlsx”" in said
    assert f"第 {line} 行" in told(doctor, root, "--offline")[1]
    (root / "单位名册.csv").unlink()
    _sheet(root / "单位名册.xlsm", ("003", TUNLIU))
    with pytest.raises(Usage, match=f"不知道用哪一个名册。请把 xlcheck.yaml 第 {line} 行改成"):
        told(watch, root, "--once")


@forked
def test_a_desk_that_had_a_roster_and_lost_it_stops(tmp_path: Path):
    bench = Bench.make(tmp_path / "desk")
    bench.drop("一.xlsx", stock()["屯留.xlsx"])
    run(bench)
    kept = (bench.root / "单位名册.csv").read_bytes()
    bench.drop("二.xlsx", stock()["屯留 改.xlsx"])
    (bench.root / "单位名册.csv").unlink()
    code, said = bench.run()
    assert (code, "读不了单位名册" in said) == (2, True)
    (bench.root / "单位名册.csv").write_text(HEAD, encoding="utf-8")
    code, said = bench.run()
    assert (code, "名册里没有单位，台账里却有" in said) == (2, True)
    (bench.root / "单位名册.csv").write_bytes(kept)
    run(bench)
    assert [row.unit for row in rows(bench)] == ["140405"] * 2


def test_all_mistakes_of_a_roster_are_said_by_watch_and_doctor(tmp_path: Path):
    root = tmp_path / "desk"
    told(init, root)
    (root / "单位名册.csv").write_text(
        "单位代码,单位名称,其他名称,邮箱\n1,甲,,不是\n1,乙,甲,\n,丙,,\n", encoding="utf-8"
    )
    with pytest.raises(DataError) as caught:
        told(watch, root, "--once")
    wanted = ["第 2 行（D2）", "第 3 行（A3）", "第 3 行（C3）", "第 4 行（A4）"]
    assert [mistake.split(" ", 1)[1].split("：")[0] for mistake in caught.value.mistakes] == wanted
    said = told(doctor, root, "--offline")[1]
    assert [place in said for place in wanted] == [True] * 4


# --- a draft of a roster ---------------------------------------------------------------------------------------


def test_a_roster_is_drafted_from_a_folder_of_workbooks(tmp_path: Path):
    folder, root = tmp_path / "来", tmp_path / "desk"
    (folder / "乡镇").mkdir(parents=True)
    (folder / "一.xlsx").write_bytes(sample("tunliu_2023"))
    (folder / "二.xlsx").write_bytes(sample("tunliu_2023_text"))
    (folder / "乡镇" / "三.xlsx").write_bytes(renamed(sample("tunliu_2023"), f"001003 {OTHERS[0]}"))
    (folder / "坏.xlsx").write_bytes(b"PK\x03\x04 this was a workbook once")
    code, said = told(init, root, "--from", folder)
    assert code == 0
    assert "坏.xlsx" in said
    units = load(root / "单位名册.csv")
    assert sorted((unit.code, unit.name) for unit in units.values()) == [
        ("001003", OTHERS[0]),
        (draft_code(TUNLIU), TUNLIU),
    ]
    (folder / "四.xlsx").write_bytes(renamed(sample("tunliu_2023"), OTHERS[1]))
    before = (root / "单位名册.csv").read_bytes()
    told(init, root, "--from", folder)
    assert (root / "单位名册.csv").read_bytes() == before
    assert [row.unit.name for row in rows_in(root / FILE)] == [OTHERS[1]]
    with pytest.raises(Usage, match="没有文件夹"):
        told(init, root, "--from", tmp_path / "无")


def test_settings_of_these_desks_have_mail():
    assert "邮件:" in SETTINGS


def test_a_person_assigns_to_a_unit_that_the_ledger_knows_by_name(bench: Bench):
    bench.drop("甲.xlsx", renamed(sample("tunliu_2023_text"), OTHERS[0]))
    bench.drop("乙.xlsx", sample("tunliu_2023"))
    run(bench)
    with contextlib.closing(Desk.open(bench.root)) as desk:
        (wrong,) = [r for r in receipts.versions(desk.ledger) if r.unit_name == TUNLIU]
        with pytest.raises(Usage, match="还没有单位名册，台账里也没有单位“丙局”"):
            rulings.assign(desk, wrong.id, "丙局", None)
        rulings.assign(desk, wrong.id, OTHERS[0], None)
    run(bench)
    with contextlib.closing(Desk.open(bench.root)) as desk:
        counted = {(r.unit, r.unit_name, r.version) for r in receipts.versions(desk.ledger)}
        assert counted == {(draft_code(OTHERS[0]), OTHERS[0], 1), (draft_code(OTHERS[0]), OTHERS[0], 2)}
