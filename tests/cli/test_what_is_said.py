"""What is said while a batch runs, on a terminal as people have it, and at its end."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import shutil
import signal
import struct
import subprocess
import sys
import termios
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.places import ROOT, SAMPLES
from support.rosters import write_settled
from xlcheck.delivery.desk import Desk
from xlcheck.shown import columns_of, shortened, wrapped

BOOKS = ("tunliu_2023", "tunliu_2023_transposed", "tunliu_2023_text")
FIGURE = re.compile(r"[!-~]+")


@pytest.fixture
def books(tmp_path: Path) -> Path:
    folder = tmp_path / "books"
    folder.mkdir()
    for name in BOOKS:
        shutil.copy(SAMPLES / f"{name}.xlsx", folder)
    return folder


def on_terminal(environment: dict[str, str], *words: object, columns: int = 80) -> tuple[int, bytes]:
    """Run the program in a terminal so many columns wide; its exit code, and all that it wrote there."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    clean = {k: v for k, v in environment.items() if k not in ("COLUMNS", "LINES")} | {"TERM": "xterm"}
    command = [sys.executable, "-m", "xlcheck", *map(str, words)]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=clean) as program:
        os.close(theirs)
        written = b""
        with contextlib.suppress(OSError):  # the terminal is gone once the program is
            while piece := os.read(ours, 65_536):
                written += piece
        os.close(ours)
        return program.wait(), written


def screen(written: bytes) -> list[str]:
    """The lines as they stand in the end: what was erased is gone."""
    lines = []
    for line in re.sub(rb"\x1b\[[0-9;]*m", b"", written).decode().replace("\r\n", "\n").split("\n"):
        at = line.rfind("\r\x1b[K")
        lines.append(line if at < 0 else line[at + 4 :])
    return lines


# --- a terminal ----------------------------------------------------------------------------------


def test_the_line_of_progress_is_gone_before_each_result(environment, books: Path):
    code, written = on_terminal(environment, "check", books, "--fail-on", "never", "-q", columns=200)
    assert code == 0
    assert written.count("正在检查 2/3".encode()) == 1
    lines = screen(written)
    assert not [line for line in lines if "正在检查" in line]
    assert [line for line in lines if "■" in line] == [f"■ {books}/{name}.xlsx" for name in sorted(BOOKS)]


def test_lines_fit_the_terminal_and_figures_stay_whole(environment, books: Path):
    book = books / "tunliu_2023_transposed.xlsx"
    _, wide = on_terminal(environment, "check", book, columns=1_000)
    _, narrow = on_terminal(environment, "check", book, columns=60)
    assert max(map(columns_of, screen(wide))) > 100
    short = screen(narrow)
    words = [word for line in short for word in FIGURE.findall(line)]
    assert words == [word for line in screen(wide) for word in FIGURE.findall(line)]
    assert all(columns_of(line) <= 60 or len(FIGURE.findall(line)) == 1 for line in short)


def test_nothing_is_wrapped_into_a_pipe(run, books: Path):
    done = run("check", books / "tunliu_2023_transposed.xlsx", COLUMNS="40")
    assert max(map(columns_of, done.out.splitlines())) > 100


@given(st.text("公开03表（）“”，。 F9 257.64-1,234.5%", max_size=120), st.integers(4, 60))
def test_wrapping_loses_nothing_and_breaks_no_figure(text: str, width: int):
    lines = wrapped(text, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert [word for line in lines for word in FIGURE.findall(line)] == FIGURE.findall(text)


def test_no_line_begins_with_a_closing_mark_and_all_are_indented():
    text = "    公开03表 E9（20801 · 本年支出合计）为 277.33，应等于 259.33，即 公开03表 F9 257.64 + G9 1.69，相差 18.00 万元。"
    for width in range(24, 80):
        lines = wrapped(text, width)
        assert not [line for line in lines if line.strip()[0] in "，。）"], width
        assert all(line.startswith("    ") for line in lines)
        assert max(map(columns_of, lines)) <= width


@given(st.text(max_size=60), st.integers(1, 40))
def test_a_shortened_line_fits(text: str, width: int):
    assert columns_of(shortened(text, width)) <= width


# --- the end of a batch --------------------------------------------------------------------------


def test_a_batch_ends_with_totals_and_where_the_copies_are(run, books: Path, tmp_path: Path):
    (books / "坏.xlsx").write_bytes(b"PK\x03\x04 not a workbook")
    done = run("check", books, "--out", tmp_path / "marked", "-q")
    last = done.out.rstrip().splitlines()[-1]
    assert last == f"共 4 份：有错误 2 份，没有发现问题 1 份，没有检查 1 份。标记副本在“{tmp_path / 'marked'}”。"
    done = run("check", books, "--format", "html", "--output", tmp_path / "a.html")
    assert "共 4 份：有错误 2 份" in done.err
    assert "共" not in run("check", books / "tunliu_2023.xlsx").out.splitlines()[-1]


def test_an_interrupted_batch_says_how_far_it_came(environment, books: Path, tmp_path: Path):
    for number in range(40):
        shutil.copy(books / "tunliu_2023.xlsx", books / f"更多{number:02}.xlsx")
    out = tmp_path / "marked"
    command = [sys.executable, "-m", "xlcheck", "check", str(books), "--jobs", "1", "--out", str(out), "-q"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment) as program:
        assert program.stdout is not None
        assert program.stderr is not None
        while "■" not in program.stdout.readline().decode():
            pass
        program.send_signal(signal.SIGINT)
        said = program.communicate()[1].decode()
    assert program.returncode == 130
    found = re.search(r"已中断：43 份里检查完 (\d+) 份。标记副本在“(.*)”。", said)
    assert found is not None, said
    assert 1 <= int(found[1]) < 43
    assert found[2] == str(out)


def test_sheets_that_were_not_checked_are_named_in_one_line(run, tmp_path: Path):
    names = [f"附页{n}" for n in range(1, 9)]
    book = openpyxl.load_workbook(SAMPLES / "tunliu_2023.xlsx")
    for name in names:
        book.create_sheet(name)["A1"] = "说明"
    book.save(tmp_path / "多.xlsx")
    said = run("check", tmp_path / "多.xlsx").out
    assert "没有核对的工作表：附页1、附页2、附页3、附页4、附页5 等 8 张（加 -v 全部列出）" in said
    assert f"没有核对的工作表：{'、'.join(names)}\n" in run("check", tmp_path / "多.xlsx", "-v").out


# --- mappings, help ------------------------------------------------------------------------------


@pytest.fixture
def one_broken(tmp_path: Path, own_cache: Path) -> str:
    """The mappings, one set of them with a mistake."""
    shutil.copytree(ROOT / "mappings", tmp_path / "mappings")
    path = tmp_path / "mappings" / "sichuan-2023" / "set.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "\nnonsense: 1\n", encoding="utf-8")
    return str(tmp_path / "mappings")


def test_one_broken_mapping_does_not_stop_the_others(run, books: Path, one_broken: str):
    good = run("check", books, "--fail-on", "never")
    done = run("check", books, "--fail-on", "never", XLCHECK_MAPPINGS=one_broken)
    assert done.out == good.out
    assert done.code == 4
    assert "sichuan-2023/set.yaml:" in done.err
    assert "其余各套照常" in done.err
    assert run("check", books, "--set", "sichuan-2023", XLCHECK_MAPPINGS=one_broken).code == 4
    assert run("check", books, "--set", "shanxi-2023", "--fail-on", "never", XLCHECK_MAPPINGS=one_broken).code == 0
    listed = run("rules", XLCHECK_MAPPINGS=one_broken)
    assert listed.code == 4
    assert "shanxi-2023  " in listed.out
    assert run("explain", "G03-02", XLCHECK_MAPPINGS=one_broken).code == 0
    facts = run("extract", books, XLCHECK_MAPPINGS=one_broken)
    assert (facts.code, facts.out) == (4, run("extract", books).out)
    assert "sichuan-2023/set.yaml:" in facts.err


def test_a_desk_does_not_watch_with_a_broken_mapping(run, tmp_path: Path, one_broken: str):
    run("init", tmp_path / "desk")
    write_settled(tmp_path / "desk" / "单位名册.csv", "单位代码,单位名称\n1,甲局\n")
    done = run("watch", tmp_path / "desk", "--once", XLCHECK_MAPPINGS=one_broken)
    assert done.code == 4
    assert "sichuan-2023/set.yaml:" in done.err


def test_help_helps(run):
    assert run("help").out == run("--help").out
    assert run("help", "check").out == run("check", "--help").out
    wrong = run("help", "chekc")
    assert wrong.code == 2
    assert "是不是 check？" in wrong.err


def test_the_shell_can_complete_commands_and_options(environment):
    program = Path(sys.executable).with_name("xlcheck")
    for words, number, found in (("xlcheck st", "1", "status"), ("xlcheck check --fo", "2", "--format")):
        asked = environment | {"_XLCHECK_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": number}
        done = subprocess.run([program], env=asked, capture_output=True, text=True, check=False)
        assert f"plain,{found}" in done.stdout


# --- the desk ------------------------------------------------------------------------------------


@pytest.fixture
def desk(run, tmp_path: Path) -> Path:
    root = tmp_path / "desk"
    run("init", root)
    (root / "单位名册.csv").write_text("单位代码,单位名称\n1,石泉路街道\n2,乙局\n", encoding="utf-8")
    settings = root / "xlcheck.yaml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("静置秒数: 3", "静置秒数: 0"), encoding="utf-8")
    return root


def test_a_second_watcher_is_no_fault_of_the_machine(run, desk: Path):
    opened = Desk.open(desk)
    with opened.alone("watch", ""):
        done = run("watch", desk, "--once")
    opened.close()
    assert done.code == 2
    assert "另一个 xlcheck watch 正在看守" in done.err


@pytest.mark.parametrize(
    ("sample", "helps", "other"),
    [("putuo_shiquan_2025", "文件名改成带有名册里的单位名称", "核对名册"), ("tunliu_2023", "核对名册", "文件名改成")],
)
def test_the_reason_says_what_helps_for_this_form(run, desk: Path, sample: str, helps: str, other: str):
    shutil.copy(SAMPLES / f"{sample}.xlsx", desk / "收件" / "决算.xlsx")
    assert run("watch", desk, "--once").code == 0
    (reason,) = (path.read_text(encoding="utf-8-sig") for path in (desk / "无法识别").rglob("*_原因.txt"))
    assert helps in reason
    assert other not in reason
