"""init, doctor, journal, watch and the roster, as a reviewer types them."""

from __future__ import annotations

import contextlib
import io
import re
import shutil
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from support.places import SAMPLES
from xlcheck.cli.doctor import command as doctor
from xlcheck.cli.init import command as init
from xlcheck.cli.journal import command as journal
from xlcheck.cli.remind import command as remind
from xlcheck.cli.send import command as send
from xlcheck.cli.status import command as status
from xlcheck.cli.watch import command as watch
from xlcheck.delivery.desk import Desk
from xlcheck.delivery.stability import complete
from xlcheck.delivery.watch import Watcher
from xlcheck.errors import MappingError, Refused, Usage, XlcheckError
from xlcheck.ledger import receipts
from xlcheck.ledger.store import Ledger
from xlcheck.office.roster import load, with_zeros
from xlcheck.reading.opening import open_workbook

UNIT = "长治市屯留区社会保险中心"


def run(command, *words: str) -> tuple[int, str]:
    found = CliRunner().invoke(command, list(words), standalone_mode=False)
    if found.exception is not None:
        raise found.exception
    return int(found.return_value or 0), found.output


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    root = tmp_path / "desk"
    assert run(init, str(root))[0] == 0
    (root / "单位名册.csv").write_text(f"单位代码,单位名称,邮箱\n001,{UNIT},a@b.cn\n", encoding="utf-8-sig")
    text = (root / "xlcheck.yaml").read_text(encoding="utf-8").replace("静置秒数: 3", "静置秒数: 0")
    (root / "xlcheck.yaml").write_text(text, encoding="utf-8")
    return root


def answered(desk: Path, name: str = "tunliu_2023_text") -> str:
    shutil.copy(SAMPLES / f"{name}.xlsx", desk / "收件")
    code, said = run(watch, str(desk), "--once")
    assert code == 0
    return said


def test_init_makes_a_desk_that_the_doctor_likes_once_the_roster_is_filled(desk: Path):
    code, said = run(doctor, str(desk), "--offline")
    assert code == 0, said
    assert "不行" not in said
    assert (desk / "收件").is_dir()


def test_init_leaves_what_is_there(desk: Path):
    before = {p: p.read_bytes() for p in desk.iterdir() if p.is_file()}
    run(init, str(desk))
    assert {p: p.read_bytes() for p in before} == before


def test_the_doctor_speaks_of_columns_units_and_templates(desk: Path):
    answered(desk)
    (desk / "单位名册.csv").write_text("单位代码,单位名称,电话,负责人\n7,别的单位,1,2\n", encoding="utf-8-sig")
    (desk / "信件模板").mkdir(exist_ok=True)
    (desk / "信件模板" / "催报信.txt").write_text("{{ items[0].nothing }}", encoding="utf-8")
    code, said = run(doctor, str(desk), "--offline")
    assert code == 1
    assert "不认识的栏，没有用：“电话”、“负责人”" in said
    assert "台账里有、名册里没有的单位代码：001" in said
    assert "催报信.txt”不能用" in said


def test_zeros_that_a_spreadsheet_took_from_a_code_are_put_back(desk: Path):
    answered(desk)
    (desk / "单位名册.csv").write_text(f"单位代码,单位名称,邮箱\n1,{UNIT},a@b.cn\n", encoding="utf-8-sig")
    assert " 001 " in answered(desk, "tunliu_2023")
    assert "第 3 版" in answered(desk, "tunliu_2023_transposed")
    code, said = run(status, str(desk))
    assert code == 0
    assert "第 3 版" in said or " 3 " in said
    units = load(desk / "单位名册.csv")
    assert list(with_zeros(units, {"001": {UNIT}, "01": {UNIT}})) == ["1"], "two that fit: none"
    assert list(with_zeros(units, {"001": {UNIT}})) == ["001"]
    assert list(with_zeros(units, {"1": {UNIT}, "001": {UNIT}})) == ["1"]
    assert list(with_zeros(units, {"001": {"别的单位"}})) == ["1"], "no unit takes over another's history"


def test_the_head_of_the_journal_may_be_noted_in_part_but_not_too_short(desk: Path):
    answered(desk)
    code, said = run(journal, "verify", str(desk))
    assert code == 0
    head = said.strip().rsplit("：", 1)[1]
    answered(desk, "tunliu_2023")
    assert run(journal, "verify", str(desk), "--head", head[:16])[0] == 0
    assert run(journal, "verify", str(desk), "--head", head)[0] == 0
    assert run(journal, "verify", str(desk), "--head", "0" * 16)[0] == 1
    with pytest.raises(Usage, match="至少"):
        run(journal, "verify", str(desk), "--head", head[:8])


def test_a_backup_covers_no_file(desk: Path, tmp_path: Path):
    answered(desk)
    roster = (desk / "单位名册.csv").read_bytes()
    with pytest.raises(Usage, match="换一个文件名"):
        run(journal, "backup", str(desk), "-o", str(desk / "单位名册.csv"))
    assert (desk / "单位名册.csv").read_bytes() == roster
    assert run(journal, "backup", str(desk), "-o", str(tmp_path / "b.sqlite"))[0] == 0


def test_settings_that_do_not_fit_are_said_with_an_empty_inbox_too(desk: Path):
    with (desk / "xlcheck.yaml").open("a", encoding="utf-8") as file:
        file.write("\n表样: nowhere-1999\n")
    with pytest.raises((Usage, MappingError), match="nowhere-1999"):
        run(watch, str(desk), "--once")


def test_a_roster_that_is_broken_is_said_at_once(desk: Path):
    (desk / "单位名册.csv").write_text("甲,乙\n1,2\n", encoding="utf-8-sig")
    with pytest.raises(XlcheckError, match="没有找到表头"):
        run(watch, str(desk), "--once")


def test_a_roster_may_hold_more_units_than_a_table_rows(tmp_path: Path):
    rows = [f"{100000 + i},第{i}所," for i in range(12_000)]
    (tmp_path / "u.csv").write_text("\n".join(["单位代码,单位名称,邮箱", *rows]), encoding="utf-8-sig")
    assert len(load(tmp_path / "u.csv")) == 12_000


def test_an_archive_that_was_cut_off_behind_a_workbook_is_not_taken_for_that_workbook(tmp_path: Path):
    """Stored archives hold workbooks as they are: cut off there, the file ends as a workbook does."""
    first, second = (SAMPLES / f"{n}.xlsx" for n in ("tunliu_2023", "tunliu_2023_text"))
    target = tmp_path / "三份.zip"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, path in (("a.xlsx", first), ("b.xlsx", second), ("c.xlsx", first)):
            archive.write(path, name)
            end = archive.fp.tell()  # type: ignore[union-attr]
            if name == "b.xlsx":
                cut = end
    assert complete(target)
    target.write_bytes(target.read_bytes()[:cut])
    assert not complete(target)
    with pytest.raises(Refused, match="不完整"):
        open_workbook(target.read_bytes())


def test_the_journal_is_shown_in_words(desk: Path):
    answered(desk)
    code, said = run(journal, "show", str(desk))
    assert code == 0
    assert "建账" in said
    assert "收到第 1 份，检查 001 第 1 版：有错误，错误 1，核实 1，提示 0（tunliu_2023_text.xlsx，SHA-256 " in said
    assert "归档 " in said
    assert "{" not in said
    assert "=" not in said.split("归档")[1]


def test_a_line_of_the_watch_has_its_time_once_on_the_screen_and_in_the_log(desk: Path):
    said = answered(desk)
    log = (desk / "台账" / "watch.log").read_text(encoding="utf-8")
    for text, time in ((said, r"\d\d:\d\d:\d\d"), (log, r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")):
        assert [line for line in text.splitlines() if re.match(rf"{time} (001 |检查 1 份)", line)] == text.splitlines()


def test_a_command_that_runs_for_months_picks_up_its_garbage(desk: Path):
    """Starting it is quicker without, and the shell turns it off for that."""
    found = subprocess.run(
        [sys.executable, "-c", _ASKED, "watch", str(desk), "--once"], capture_output=True, text=True, check=False
    )
    assert found.stdout.splitlines()[-1] == "True", found.stderr


_ASKED = """
import gc, sys
import xlcheck.cli, xlcheck.delivery.watch
assert gc.isenabled()  # importing switches nothing
xlcheck.delivery.watch.Watcher.once = lambda self: print(gc.isenabled()) or sys.exit(0)
xlcheck.cli.main()
"""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_screen_that_is_full_stops_no_watch(desk: Path):
    shutil.copy(SAMPLES / "tunliu_2023.xlsx", desk / "收件")
    with Path("/dev/full").open("w") as full:
        found = subprocess.run(
            [sys.executable, "-m", "xlcheck", "watch", str(desk), "--once"],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert found.returncode == 0, found.stderr
    assert not list((desk / "收件").glob("*.xlsx"))


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="no terminals that hang up here")
def test_a_watch_under_nohup_survives_its_terminal(desk: Path):
    ignore = "import os, signal, sys; signal.signal(signal.SIGHUP, signal.SIG_IGN); os.execv(sys.argv[1], sys.argv[1:])"
    command = [sys.executable, "-c", ignore, sys.executable, "-m", "xlcheck", "watch", str(desk)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()  # it watches
        process.send_signal(signal.SIGHUP)
        shutil.copy(SAMPLES / "tunliu_2023.xlsx", desk / "收件")
        assert "第 1 版" in process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0


def without_year(path: Path) -> None:
    """A workbook that prints no year."""
    with zipfile.ZipFile(SAMPLES / "tunliu_2023.xlsx") as source, zipfile.ZipFile(path, "w") as out:
        for entry in source.infolist():
            text = re.sub(rb"2023(?=\s*\xe5\xb9\xb4)", b"", source.read(entry))
            out.writestr(entry.filename, text)


def test_a_workbook_without_a_year_counts_for_the_season_it_came_in_for_everybody_alike(desk: Path, monkeypatch):
    settings = desk / "xlcheck.yaml"
    mail = "邮件:\n  服务器: localhost\n  加密: 不加密\n  发件人: js@example.gov.cn\n"
    settings.write_text(settings.read_text(encoding="utf-8") + mail, encoding="utf-8")
    (desk / "单位名册.csv").write_text(
        f"单位代码,单位名称,邮箱,截止日期\n001,{UNIT},a@b.cn,2026-08-20\n002,另一个局,c@d.cn,2026-08-20\n",
        encoding="utf-8",
    )
    for name in ("store", "chain"):
        with contextlib.suppress(AttributeError):
            monkeypatch.setattr(f"xlcheck.ledger.{name}.now", lambda: "2026-08-25T10:00:00+08:00")
    for module in ("delivery.processor", "delivery.remind", "cli.status", "cli.remind"):
        monkeypatch.setattr(f"xlcheck.{module}.now", lambda: "2026-08-25T10:00:00+08:00")
    without_year(desk / "收件" / "a.xlsx")
    code, said = run(watch, str(desk), "--once")
    assert "表里没有写年度" in said
    code, said = run(remind, str(desk), "--year", "2025")
    assert (code, "001" in said, "002 另一个局" in said) == (0, False, True)
    assert "未报送 0" in run(status, str(desk), "--year", "2025")[1]
    assert "逾期未报 2" in run(status, str(desk), "--year", "2026")[1], "next season it counts no more"
    with pytest.raises(Usage, match="哪一年度"):
        run(remind, str(desk), "--post")


def test_a_slip_in_a_year_makes_no_season(tmp_path: Path):
    with Ledger(tmp_path / "l.sqlite") as ledger, ledger.transaction() as change:
        for number, year in enumerate((2024, 2025, 2062, None)):
            change.execute(
                "INSERT INTO receipt (claim, entry, name, sha256, at, status, unit, unit_name, year, form, version, errors, verifies,"
                " notes, explained, mended, unsaid, reason, sender, tool, rules, original, marked, note)"
                " VALUES (?, 0, '', '', '2026-08-25', 'checked', '1', '', ?, '', 1, 0, 0, 0, 0, 0, 0, '', '', '', '', '', '', '')",
                str(number), year,
            )  # fmt: skip
        assert receipts.present_year(change, "2026-08-25T10:00:00+08:00") == 2025
        assert receipts.present_year(change, "2024-08-25T10:00:00+08:00") == 2024
        assert [r.year for r in receipts.versions(change, 2025)] == [2025, None]


def test_a_last_day_of_last_year_urges_nobody(desk: Path, monkeypatch):
    monkeypatch.setattr("xlcheck.delivery.remind.now", lambda: "2026-08-25T10:00:00+08:00")
    monkeypatch.setattr("xlcheck.cli.remind.now", lambda: "2026-08-25T10:00:00+08:00")
    (desk / "单位名册.csv").write_text(
        "单位代码,单位名称,邮箱,截止日期\n001,甲局,a@b.cn,2025-08-20\n002,乙局,c@d.cn,2026-08-20\n", encoding="utf-8"
    )
    _, said = run(remind, str(desk), "--year", "2025")
    assert "001" not in said
    assert "002 乙局" in said
    assert "1 个单位的截止日期（如 2025-08-20）像是上一年的" in said


def test_a_preview_is_not_written_among_the_desks_own_files(desk: Path):
    for folder in ("收件", "发件", "发件/待发", "台账/x"):
        with pytest.raises(Usage, match="请另选一个"):
            run(remind, str(desk), "--year", "2025", "--preview", str(desk / folder))
        with pytest.raises(Usage, match="请另选一个"):
            run(send, str(desk), "--dry-run", "--to", str(desk / folder))


def test_the_same_bytes_get_a_copy_that_nobody_has_written_in(desk: Path):
    answered(desk)
    (marked,) = (desk / "已退回").rglob("*_审核.xlsx")
    clean = marked.read_bytes()
    marked.write_bytes(clean + b"\n")
    said = answered(desk)
    assert "重复" in said
    other = next(p for p in (desk / "已退回").rglob("*_审核.xlsx") if p != marked)
    with zipfile.ZipFile(other) as new, zipfile.ZipFile(io.BytesIO(clean)) as old:
        assert new.testzip() is None
        assert new.namelist() == old.namelist()
    assert other.read_bytes() != marked.read_bytes()


def test_a_folder_of_last_year_that_is_not_there_is_said(desk: Path):
    settings = desk / "xlcheck.yaml"
    settings.write_text(settings.read_text(encoding="utf-8") + "上年文件夹: 没有\n", encoding="utf-8")
    assert "没有上年文件夹" in run(watch, str(desk), "--once")[1]
    assert "注意 上年文件夹：没有" in run(doctor, str(desk), "--offline")[1]


def test_the_working_folder_that_somebody_took_away_is_made_again(desk: Path):
    answered(desk)
    found = Desk.open(desk)
    shutil.rmtree(desk / "处理中")
    shutil.copy(SAMPLES / "tunliu_2023.xlsx", desk / "收件")
    Watcher(found, lambda _: None, 1).once()
    assert len(receipts.versions(found.ledger)) == 2
    found.close()


def test_only_the_folder_that_is_set_is_an_inbox(desk: Desk):
    (desk / "上年").mkdir()
    with pytest.raises(Usage, match="不是设置里的收件文件夹"):
        run(watch, str(desk / "上年"), "--once")
    assert run(watch, str(desk / "收件"), "--once")[0] == 0
    for name in ("单位名册: 收件/u.csv", "文件夹: {信件模板: 处理中/t}", "上年文件夹: 收件"):
        (desk / "xlcheck.yaml").write_text(name, encoding="utf-8")
        with pytest.raises(Usage, match="不能放在“收件”或“处理中”里"):
            run(watch, str(desk), "--once")
