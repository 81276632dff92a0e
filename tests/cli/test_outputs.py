"""Outputs: an own one may be written again, nothing else is replaced."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import pytest

from support.places import SAMPLES
from support.rosters import write_settled
from xlcheck.reading.marks.format import ORIGINALS

LETTER = b"From: js@example.cn\r\nTo: a@unit.cn\r\nMessage-ID: <1@example.cn>\r\n\r\nhi\r\n"


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A folder with two workbooks."""
    folder = tmp_path / "here"
    folder.mkdir()
    shutil.copy(SAMPLES / "tunliu_2023.xlsx", folder / "甲.xlsx")
    shutil.copy(SAMPLES / "tunliu_2023_text.xlsx", folder / "乙.xlsx")
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.mark.parametrize(
    "words",
    [
        ("--out", "marked"),
        ("--format", "html", "--output", "report.html"),
        ("--format", "xlsx", "--output", "report.xlsx"),
        ("--format", "json", "--output", "report.json"),
        ("--explanations", "reasons.csv"),
        ("--out", "标记/一", "--format", "html", "--output", "标记/report.html", "--explanations", "reasons.csv"),
    ],
    ids=lambda words: words[1] + words[-1],
)
def test_a_command_can_be_repeated_where_its_outputs_lie(run, here: Path, words: tuple[str, ...]):
    first = run("check", ".", *words, "--fail-on", "never", here=here)
    assert first.code == 0, first.err
    made = contents(here)
    again = run("check", ".", *words, "--fail-on", "never", here=here)
    assert again.code == 0, again.err
    assert again.out == first.out
    assert contents(here) == made


def test_what_was_left_out_is_said(run, here: Path):
    run("check", ".", "--out", "marked", here=here)
    again = run("check", ".", "--out", "marked", "--fail-on", "never", here=here)
    assert "上次写的标记副本和报告没有再检查（2 个）" in again.err
    assert again.out.count("■") == 2


def test_a_copy_that_somebody_has_saved_since_is_not_replaced(run, here: Path):
    run("check", "甲.xlsx", "--out", "marked", here=here)
    copy = here / "marked" / "甲.xlsx"
    with zipfile.ZipFile(copy) as source, zipfile.ZipFile(here / "saved", "w") as out:  # as Excel saves it
        for entry in source.infolist():
            if entry.filename != ORIGINALS:
                out.writestr(entry, source.read(entry))
    (here / "saved").replace(copy)
    before = contents(here)
    done = run("check", "甲.xlsx", "--out", "marked", here=here)
    assert done.code == 2
    assert "甲.xlsx”不是 xlcheck 写的标记副本，或写好以后又改过" in done.err
    assert contents(here) == before


def test_a_workbook_of_another_hand_where_a_copy_would_go_stays(run, here: Path, tmp_path: Path):
    other = tmp_path / "别处"
    other.mkdir()
    shutil.copy(SAMPLES / "sichuan_2023.xlsx", other / "甲.xlsx")
    before = contents(other)
    done = run("check", here, "--out", other)
    assert done.code == 2
    assert "--out" in done.err
    assert contents(other) == before


def precious(folder: Path) -> dict[str, Path]:
    """One of everything that no output may replace."""
    files = {
        "letter": ("信.eml", LETTER),
        "letter by its content": ("信.html", LETTER),
        "ledger": ("备份.db", b"SQLite format 3\0" + bytes(100)),
        "settings": ("set.yaml", "单位名册: a.csv\n".encode()),
        "roster": ("名册.txt", "单位代码,单位名称\n1,甲局\n".encode("gb18030")),
        "table": ("表.csv", b"a,b\n1,2\n"),
        "workbook": ("决算.xlsx", (SAMPLES / "tunliu_2023.xlsx").read_bytes()),
        "page": ("旧.html", b"<html><table><tr><td>1</td></tr></table></html>"),
        "document": ("文.pdf", b"%PDF-1.4\n"),
    }
    for name, data in files.values():
        (folder / name).write_bytes(data)
    return {what: folder / name for what, (name, _) in files.items()}


@pytest.mark.parametrize("what", ["letter", "letter by its content", "ledger", "settings", "roster", "table", "workbook", "page", "document"])  # fmt: skip
def test_no_report_replaces_what_is_somebodys(run, here: Path, tmp_path: Path, what: str):
    kept = tmp_path / "kept"
    kept.mkdir()
    path = precious(kept)[what]
    before = contents(kept)
    for words in (("check", "--fail-on", "never"), ("extract",)):
        done = run(words[0], here / "甲.xlsx", *words[1:], "--output", path)
        assert done.code == 2, words
        assert "--output 会盖掉" in done.err
    assert contents(kept) == before


@pytest.mark.parametrize("place", ["收件/a.html", "已退回/a.html", "发件/待发/a.html", "台账/a.html", "信件模板/结果信.html", "xlcheck.yaml", "单位名册.csv"])  # fmt: skip
def test_no_report_goes_among_the_files_of_a_desk(run, here: Path, tmp_path: Path, place: str):
    desk = tmp_path / "desk"
    run("init", desk)
    before = contents(desk)
    done = run("check", here / "甲.xlsx", "--format", "html", "--output", desk / place)
    assert done.code == 2
    done = run("check", here, "--out", (desk / place).parent if place.count("/") else desk / place)
    assert done.code == 2
    assert contents(desk) == before


def test_template_fill_and_unmark_ask_for_force(run, here: Path, tmp_path: Path):
    data = SAMPLES / "tunliu_2023.yaml"
    run("check", "甲.xlsx", "--out", "marked", here=here)
    for words in (
        ("template", "shanxi-2023"),
        ("fill", "shanxi-2023", data),
        ("unmark", here / "marked" / "甲.xlsx"),
    ):
        there = tmp_path / "there.xlsx"
        there.write_bytes(b"theirs")
        done = run(*words, "-o", there)
        assert (done.code, there.read_bytes()) == (2, b"theirs"), words
        assert "--force" in done.err
        assert run(*words, "-o", there, "--force").code == 0
        assert there.read_bytes() != b"theirs"
        letter = tmp_path / "信.eml"
        letter.write_bytes(LETTER)
        done = run(*words, "-o", letter, "--force")
        assert (done.code, letter.read_bytes()) == (2, LETTER)


def test_a_register_and_an_overview_can_be_written_again(run, tmp_path: Path):
    desk = tmp_path / "desk"
    run("init", desk)
    write_settled(desk / "单位名册.csv", "单位代码,单位名称\n1,甲局\n")
    for name in ("问题.csv", "问题.xlsx"):
        for _ in range(2):
            done = run("status", desk, "--output", desk / "总览.html", "--format", "html", "--register", desk / name)
            assert done.code == 0, done.err
    other = desk / "别的.csv"
    other.write_text("单位代码,单位名称\n", encoding="utf-8")
    assert run("status", desk, "--register", other).code == 2
