"""What goes out, and what no longer does: reminders of what has come in, changed addresses, templates that never end."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from click.testing import CliRunner

from support.desks import renamed
from support.places import SAMPLES
from support.posts import DROPPED, TO, UNIT, PostOffice, by_state, drop, fresh, settings, with_letters
from xlcheck.cli.send import command as send_command
from xlcheck.delivery import templates
from xlcheck.delivery.desk import Desk
from xlcheck.delivery.remind import post, reminders
from xlcheck.delivery.send import resolve, send
from xlcheck.delivery.watch import Watcher
from xlcheck.errors import Usage
from xlcheck.ledger import letters, receipts
from xlcheck.ledger.records import Letter
from xlcheck.report.json import to_json
from xlcheck.workers import Limits

UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def _silent(_: str) -> None:
    """Say nothing."""


def _since(desk: Desk, made: str) -> None:
    """As if the letters had been written at another time."""
    with desk.ledger.transaction() as change:
        change.execute("UPDATE letter SET made = ?", made)


def _typed(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(send_command, list(words), standalone_mode=False)
    if done.exception is not None:
        raise done.exception
    return int(done.return_value or 0), done.output


# --- reminders -----------------------------------------------------------------------------------


def test_a_reminder_that_waits_is_dropped_when_the_unit_has_reported(tmp_path: Path):
    with PostOffice(tmp_path).open() as office:
        desk = fresh(tmp_path / "desk", settings(office.port))
        post(desk, reminders(desk, 2023, 10))
        _since(desk, "2026-01-01T09:00:00+08:00")
        drop(desk, DROPPED[0])  # of unit 1001; 1002 has sent nothing
        said: list[str] = []
        assert send(desk, said.append).counts == {"sent": 2}, "the result, and the reminder of the other unit"
        gone = by_state(desk, Letter.DROPPED)
        assert [(one.kind, one.unit) for one in gone] == [("reminder", "1001")]
        assert (desk.folders.letters(Letter.DROPPED) / gone[0].file).is_file()
        assert not list(desk.folders.letters(Letter.READY).glob("*.eml"))
        assert sum("不再催" in line for line in said) == 1
        assert send(desk, said.append).counts == {}
        with pytest.raises(Usage, match="已撤下"):
            resolve(desk, gone[0].id, arrived=False)


def test_a_reminder_is_looked_at_right_before_it_goes_out(tmp_path: Path):
    """The workbook of the second unit comes in while the first is being written to."""
    with PostOffice(tmp_path).open() as office:
        desk = fresh(tmp_path / "desk", settings(office.port))
        post(desk, reminders(desk, 2023, 10))
        _since(desk, "2026-01-01T09:00:00+08:00")
        first, second = (one.unit for one in letters.due(desk.ledger, "2026-02-01T00:00:00+08:00"))
        lines = {first: "乙局,a@unit.cn;b@unit.cn;z@unit.cn", second: f"{UNIT},a@unit.cn;b@unit.cn;z@unit.cn"}
        rows = "".join(f"{code},{line},c@unit.cn\n" for code, line in lines.items())
        (desk.folders.root / "u.csv").write_text(f"单位代码,单位名称,邮箱,抄送\n{rows}", encoding="utf-8")
        said: list[str] = []

        def say(line: str) -> None:
            said.append(line)
            if line.startswith("已发") and not receipts.versions(desk.ledger):
                drop(desk, DROPPED[0])

        assert send(desk, say).counts == {"sent": 1}, said
        assert [one.unit for one in by_state(desk, Letter.DROPPED)] == [second]


def test_a_reminder_that_was_put_away_right_before_a_crash_is_carried_to_its_end(tmp_path: Path):
    """The ledger knows; the file still lies in 待发."""
    with PostOffice(tmp_path).open() as office:
        desk = fresh(tmp_path / "desk", settings(office.port))
        post(desk, reminders(desk, 2023, 10))
        with desk.ledger.transaction() as change:
            for one in letters.letters(change):
                letters.move(change, one, Letter.DROPPED)
        assert list(desk.folders.letters(Letter.READY).glob("*.eml"))
        assert send(desk, _silent).counts == {}
        assert not list(desk.folders.letters(Letter.READY).glob("*.eml"))
        assert len(list(desk.folders.letters(Letter.DROPPED).glob("*.eml"))) == 2
        assert office.taken == []


def test_a_reminder_of_another_year_goes_out_all_the_same(tmp_path: Path):
    with PostOffice(tmp_path).open() as office:
        desk = fresh(tmp_path / "desk", settings(office.port))
        post(desk, reminders(desk, 2024, 10))
        _since(desk, "2026-01-01T09:00:00+08:00")
        drop(desk, DROPPED[0])  # prints 2023
        assert send(desk, _silent).counts == {"sent": 3}


# --- addresses -----------------------------------------------------------------------------------


def test_a_change_of_case_of_an_address_is_no_change(tmp_path: Path):
    with PostOffice(tmp_path).open() as office:
        desk = with_letters(tmp_path / "desk", settings(office.port))
        roster = desk.folders.root / "u.csv"
        roster.write_text(roster.read_text(encoding="utf-8").replace("@unit.cn", "@Unit.CN"), encoding="utf-8")
        first = letters.letters(desk.ledger)[0]
        with desk.ledger.transaction() as change:
            letters.move(change, first, Letter.UNCERTAIN)
        assert resolve(desk, first.id, arrived=False).file == first.file, "the same letter, in the same file"
        assert send(desk, _silent).counts == {"sent": len(DROPPED)}
        assert office.envelopes[0][1][: len(TO)] == list(TO)


# --- letters that are not there --------------------------------------------------------------------


def test_send_without_letters_points_to_the_workbooks_that_wait_for_some(tmp_path: Path):
    text = settings(25)
    desk = fresh(tmp_path, text[: text.index("邮件:")])
    drop(desk, DROPPED[0])
    desk.close()
    with pytest.raises(Usage, match=r"没有写“邮件”.*有 1 份检查过的工作簿还没有信.*send --missing"):
        _typed(str(tmp_path))
    (tmp_path / "xlcheck.yaml").write_text(text, encoding="utf-8")
    for words in ((), ("--dry-run",), ("--status",)):
        code, said = _typed(str(tmp_path), *words)
        assert code == 0
        assert f"send --missing {tmp_path}" in said, words
    assert "没有要发的信。" in _typed(str(tmp_path), "--dry-run")[1]
    _typed(str(tmp_path), "--missing")
    assert "--missing" not in _typed(str(tmp_path), "--dry-run")[1]


# --- templates -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("{% for a in range(99999) %}{% for b in range(99999) %}{% for c in range(99999) %}{% endfor %}{% endfor %}{% endfor %}", "没有写完"),
        ("{% for a in range(99999) %}{{ 'x' * 99999 }}{% endfor %}", "太长"),
        ("{{ ('x' * 999999999) | length }}{{ ('y' * 999999999) | length }}", "内存"),
        ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "不能用"),
    ],
    ids=["loops", "length", "memory", "recursion"],
)  # fmt: skip
def test_a_template_that_never_ends_or_eats_memory_is_said(
    tmp_path: Path, template: str, said: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(templates, "_LIMITS", Limits(seconds=3, megabytes=512))
    (tmp_path / "结果信.txt").write_text(template, encoding="utf-8")
    with pytest.raises(Usage, match=said):
        templates.render("结果信", "txt", {}, tmp_path)


# --- text of cells ---------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", ["txt", "html"])
def test_a_letter_carries_no_characters_that_turn_text_around(tmp_path: Path, shape: str):
    finding = templates._EXAMPLE["findings"][0] | {"message": "见\u202e附\u2028注\x07"}
    for own in (False, True):
        if own:
            (tmp_path / f"结果信.{shape}").write_text("{{ findings[0].message }}", encoding="utf-8")
        text = templates.render("结果信", shape, {**templates._EXAMPLE, "findings": [finding]}, tmp_path)
        assert "见\ufffd附\ufffd注\ufffd" in text
        assert UNFIT.search(text) is None


def test_what_the_ledger_keeps_of_a_workbook_carries_none(tmp_path: Path):
    desk = fresh(tmp_path, settings(25))
    data = renamed((SAMPLES / "tunliu_2023_text.xlsx").read_bytes(), "见\u202e附\u061c注\u2028", "见附注")
    (desk.folders.inbox / "a.xlsx").write_bytes(data)
    Watcher(desk, _silent, 1).once()
    report = receipts.report_of(desk.ledger, receipts.versions(desk.ledger)[0].id)
    assert report is not None
    values = [cell.value for finding in report.findings for cell in finding.cells if cell.value]
    assert "见\ufffd附\ufffd注\ufffd" in values
    assert UNFIT.search("".join(values)) is None


@pytest.mark.parametrize("words", [("check", "--format", "json"), ("check", "--format", "jsonl"), ("extract",)])
def test_data_in_files_carry_none_either(tmp_path: Path, words: tuple[str, ...]):
    book = tmp_path / "a.xlsx"
    book.write_bytes(renamed((SAMPLES / "tunliu_2023_text.xlsx").read_bytes(), "见\u202e附\x85注", "见附注"))
    output = tmp_path / "out.json"
    command = import_module(f"xlcheck.cli.{words[0]}").command
    CliRunner().invoke(command, [str(book), *words[1:], "--output", str(output)], standalone_mode=False)
    text = output.read_text(encoding="utf-8")
    assert "见\ufffd附\ufffd注" in text
    assert UNFIT.search(text) is None


def test_what_programs_look_up_stays_exact_and_steers_no_screen():
    text = to_json({"path": "a\u202eb.xlsx", "sheet": "\x85"}, indent=None)
    assert text == '{"path": "a\\u202eb.xlsx", "sheet": "\\u0085"}'
    assert json.loads(text)["path"] == "a\u202eb.xlsx"


# --- stopped ---------------------------------------------------------------------------------------


def test_an_interrupted_send_says_how_many_letters_are_left(tmp_path: Path):
    with PostOffice(tmp_path).open() as office:
        desk = with_letters(tmp_path / "desk", settings(office.port, 每封间隔秒数="60"))
        desk.close()
        command = [sys.executable, "-m", "xlcheck", "send", str(tmp_path / "desk")]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as program:
            assert program.stdout is not None
            first = next(iter(program.stdout)).decode()
            assert "已发：" in first
            program.send_signal(signal.SIGINT)
            said = program.communicate()[1].decode()
    assert program.returncode == 130
    assert "还有 2 封没有发，再运行 xlcheck send 接着发" in said
    assert len(office.taken) == 1
