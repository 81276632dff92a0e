"""``xlcheck status``: in every shape, with a ledger and before there is one, and what it refuses."""

from __future__ import annotations

import csv
import io
import json
import os

import openpyxl
import pytest

from support import ledgers
from support.rosters import write_settled
from xlcheck.ledger.store import Ledger

STATES = ["逾期未报", "未报送", "待改正", "待核实", "已通过"]


@pytest.fixture
def bare(tmp_path):
    """A desk with settings and roster; nothing has come in yet."""
    root = tmp_path / "工作台"
    root.mkdir()
    (root / "xlcheck.yaml").write_text("年度: 2025\n", encoding="utf-8")
    write_settled(root / "单位名册.csv", ledgers.ROSTER_CSV)
    return root


@pytest.fixture
def desk(bare):
    with Ledger(bare / "台账" / "ledger.sqlite") as ledger:
        ledgers.fill(ledger)
    return bare


def test_a_pipe_gets_the_whole_table_in_plain_text(run, desk):
    done = run("status", desk)
    assert (done.code, done.err) == (0, "")
    rows = done.out.splitlines()
    assert [r.split()[0] for r in rows[1:8]] == [
        "逾期未报", "未报送", "未报送", "待改正", "待核实", "已通过", "已通过",
    ]  # fmt: skip
    assert "\x1b" not in done.out
    assert rows[-1].startswith("2025 年度决算公开报送情况：6 个单位应报 7 份：")


def test_the_folder_is_where_one_stands(run, desk):
    assert run("status", here=desk).out == run("status", desk).out


def test_only_the_sum_or_some_states(run, desk):
    assert run("status", desk, "-q").out.splitlines() == run("status", desk).out.splitlines()[-1:]
    some = run("status", desk, "--state", "待改正", "--state", "已通过").out.splitlines()
    assert [r.split()[1] for r in some[1:4]] == ["001", "003", "006"]
    assert len(some) == 6


def test_json_has_everything_but_addresses(run, desk):
    done = run("status", desk, "--format", "json")
    found = done.json
    assert (found["schema"], found["year"], len(found["head"])) == ("xlcheck.status/1", 2025, 64)
    assert list(found["counts"]) == STATES
    assert list(found["counts"].values()) == [1, 2, 1, 1, 2]
    first = found["standings"][0]
    assert first["unit"] == {
        "code": "001", "name": "县财政局", "department": "县政府办", "contact": "王芳", "due": "2026-08-20",
    }  # fmt: skip
    assert (first["state"], first["version"], first["errors"], first["mended"]) == ("待改正", 2, 2, 1)
    assert first["tables"][1] == {"table": "公开03", "errors": 1, "verifies": 0, "notes": 0}
    assert [u["name"] for u in found["unplaced"]] == ["@SUM(1).xlsx", "坏\u202ecod.xlsx"]
    assert found["letters"] == {"失败": 1, "已发": 1, "待发": 1}
    assert "example.cn" not in done.out


def test_a_page_goes_to_the_screen_in_utf8_or_to_a_file(run, desk, tmp_path):
    screen = run("status", desk, "--format", "html", PYTHONIOENCODING="gbk")
    assert screen.code == 0
    assert screen.out.startswith("<!DOCTYPE html>")
    assert "&lt;b&gt;县教育局" in screen.out
    target = tmp_path / "新" / "总览.html"
    done = run("status", desk, "--format", "html", "--output", target)
    assert (done.code, done.out) == (0, "")
    assert "县财政局" in target.read_text(encoding="utf-8")


def test_a_workbook_and_both_registers(run, desk, tmp_path):
    done = run(
        "status", desk, "--format", "xlsx", "--output", tmp_path / "总览.xlsx", "--register", tmp_path / "问题.XLSX"
    )
    assert (done.code, done.out, done.err) == (0, "", "")
    book = openpyxl.load_workbook(tmp_path / "总览.xlsx")
    assert [book["总览"].cell(r, 2).value for r in range(6, 11)] == [1, 2, 1, 1, 2]
    assert openpyxl.load_workbook(tmp_path / "问题.XLSX")["问题台账"].max_row == 12
    done = run("status", desk, "-q", "--register", tmp_path / "问题.csv")
    assert done.out.startswith("2025 年度")
    text = (tmp_path / "问题.csv").read_bytes().decode("utf-8-sig")
    assert len(list(csv.reader(io.StringIO(text, newline="")))) == 12


def test_text_goes_to_a_file_too(run, desk, tmp_path):
    assert run("status", desk, "--output", tmp_path / "a.txt").code == 0
    assert (tmp_path / "a.txt").read_text(encoding="utf-8") == run("status", desk).out


def test_before_anything_came_in_nobody_has_sent_and_no_file_is_made(run, bare, tmp_path):
    before = sorted(p.name for p in bare.rglob("*"))
    done = run("status", bare, "--format", "json", "--register", tmp_path / "r.csv")
    assert {s["state"] for s in done.json["standings"]} <= {"未报送", "逾期未报"}
    assert [s["version"] for s in done.json["standings"]] == [0] * 7
    assert (tmp_path / "r.csv").read_text(encoding="utf-8-sig").count("\n") == 1
    assert sorted(p.name for p in bare.rglob("*")) == before


def test_another_year_can_be_asked_for(run, desk, tmp_path):
    found = run("status", desk, "--year", "2024", "--format", "json", "--register", tmp_path / "r.csv").json
    assert (found["year"], found["counts"]["已通过"]) == (2024, 0)
    assert len((tmp_path / "r.csv").read_bytes().splitlines()) == 1


def test_looking_changes_nothing(run, desk):
    with Ledger(desk / "台账" / "ledger.sqlite") as ledger:
        before = ledger.verify()
    run("status", desk)
    with Ledger(desk / "台账" / "ledger.sqlite") as ledger:
        assert ledger.verify() == before


# --- what it refuses ---------------------------------------------------------------------------------------------


def test_a_folder_that_is_no_desk(run, tmp_path):
    done = run("status", tmp_path)
    assert (done.code, done.out) == (2, "")
    assert f"“{tmp_path}”里没有 xlcheck.yaml，不是工作文件夹。" in done.err


def test_a_roster_that_is_not_there_yet(run, bare):
    (bare / "单位名册.csv").unlink()
    done = run("status", bare)
    assert done.code == 0
    assert "名册里没有单位，也还没有收到工作簿。" in done.out


def test_a_roster_that_is_there_no_longer(run, desk):
    (desk / "单位名册.csv").unlink()
    done = run("status", desk)
    assert done.code == 2
    assert "读不了单位名册" in done.err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--format", "xlsx"], "--format xlsx 要用 --output 写明文件名。"),
        (["--register", "a.txt"], "要以 .xlsx 或 .csv 结尾"),
        (["--output", "a.csv", "--register", "a.csv"], "是同一个文件"),
        (["--output", "单位名册.csv"], "会盖掉"),
        (["--register", "台账/问题.csv"], "不要写进"),
        (["--output", "收件/总览.html", "--format", "html"], "不要写进"),
        (["--state", "好"], "--state 只能是：逾期未报、未报送、待改正、待核实、已通过。"),
        (["--format", "pdf"], "--format 只能是：text、xlsx、html、json。"),
        (["--year", "abc"], "--year 要写 2000 到 2100 的整数"),
    ],
)
def test_what_makes_no_sense_is_said_and_nothing_written(run, desk, options, said):
    before = {p: p.read_bytes() for p in desk.rglob("*") if p.is_file()}
    done = run("status", *options, here=desk)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert {p: p.read_bytes() for p in desk.rglob("*") if p.is_file()} == before


def test_an_output_that_cannot_be_written(run, desk, tmp_path):
    (tmp_path / "文件").write_text("x", encoding="utf-8")
    done = run("status", desk, "--format", "html", "--output", tmp_path / "文件" / "总览.html")
    assert (done.code, done.out) == (70, "")
    assert "写不了“" in done.err


def test_a_ledger_that_is_damaged(run, bare):
    (bare / "台账").mkdir()
    (bare / "台账" / "ledger.sqlite").write_bytes(os.urandom(5_000))
    done = run("status", bare)
    assert done.code == 70
    assert "不是台账文件，或已损坏" in done.err


def test_it_is_listed_among_the_commands(run):
    assert "谁报了、谁没报、还有什么没改" in run("--help").out
    assert "选项：" in run("status", "--help").out


def test_json_is_one_document(run, desk, tmp_path):
    run("status", desk, "--format", "json", "--output", tmp_path / "a.json")
    assert json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))["year"] == 2025
