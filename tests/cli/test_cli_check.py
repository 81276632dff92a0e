"""``xlcheck check`` as the contract has it: exit codes, reports, marked copies."""

from __future__ import annotations

import hashlib
import io
import json
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


# --- exit codes -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "fail_on", "code"),
    [
        ("好", "提示", 0),
        ("提示", "错误", 0), ("提示", "核实", 0), ("提示", "提示", 1), ("提示", "never", 0),
        ("核实", "错误", 0), ("核实", "核实", 1), ("核实", "提示", 1), ("核实", "never", 0),
        ("错误", "错误", 1), ("错误", "核实", 1), ("错误", "提示", 1), ("错误", "never", 0),
        ("坏", "错误", 3), ("坏", "never", 3),
    ],
)  # fmt: skip
def test_the_exit_code_follows_the_worst_finding_and_fail_on(run, inbox, name, fail_on, code):
    assert run("check", inbox / f"{name}.xlsx", "--fail-on", fail_on).code == code


@pytest.mark.parametrize(("name", "code"), [("好", 0), ("提示", 0), ("核实", 0), ("错误", 1)])
def test_only_errors_fail_when_nothing_is_said(run, inbox, name, code):
    assert run("check", inbox / f"{name}.xlsx").code == code


def test_the_workbooks_of_these_tests_are_what_their_names_say(run, inbox):
    worst = {}
    for name in ("好", "提示", "核实", "错误"):
        counts = run("check", inbox / f"{name}.xlsx", "--format", "json").json["counts"]
        worst[name] = next((s for s in ("错误", "核实", "提示") if counts[s]), "好")
    assert worst == {n: n for n in worst}


def test_a_refused_workbook_outweighs_findings(run, inbox):
    assert run("check", inbox / "错误.xlsx", inbox / "坏.xlsx").code == 3


def test_a_wrong_mapping_is_exit_4_with_its_place(run, inbox, tmp_path, own_cache):
    folder = tmp_path / "m" / "bad"
    folder.mkdir(parents=True)
    (folder / "set.yaml").write_text("id: bad\ntitle: t\nyear: x\nplace: p\n", encoding="utf-8")
    done = run("check", inbox / "好.xlsx", XLCHECK_MAPPINGS=str(tmp_path / "m"))
    assert done.code == 4
    assert "bad/set.yaml:3:7: " in done.err
    assert "山西省2023年度部门决算公开表" in done.out, "the sets of the program serve all the same"


def test_a_machine_that_cannot_write_the_copy_is_exit_70_and_the_report_still_comes(run, inbox, tmp_path):
    (tmp_path / "file").write_bytes(b"")
    done = run("check", inbox / "好.xlsx", "--out", tmp_path / "file" / "下级", "--format", "json")
    assert done.code == 70
    assert done.json["status"] == "checked"
    assert "写不了" in done.err


def test_a_machine_that_cannot_write_the_report_is_exit_70(run, inbox, tmp_path):
    (tmp_path / "folder").mkdir()
    done = run("check", inbox / "好.xlsx", "--output", tmp_path / "folder")
    assert done.code == 70
    assert "这是文件夹，不是文件" in done.err


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ([], "缺少参数 PATH"),
        (["没有.xlsx"], "没有“没有.xlsx”这个文件或文件夹"),
        (["收件/好.xlsx", "没有.xlsx"], "没有“没有.xlsx”这个文件或文件夹"),
        (["收件/好.xlsx", "--colour"], "没有 --colour 这个选项"),
        (["收件/好.xlsx", "--format", "xml"], "--format 只能是：text、json、jsonl、html"),
        (["收件/好.xlsx", "--fail-on", "大错"], "--fail-on 只能是：错误、核实、提示、never"),
        (
            ["收件/好.xlsx", "--set", "无此"],
            "没有“无此”这套映射。现有：beijing-2023、central-2023、shanxi-2023、sichuan-2023、shanghai-putuo-2024",
        ),
        (["收件/好.xlsx", "--output"], "--output"),
        (["收件/好.xlsx", "--last-year", "没有.xlsx"], "读不了上年的工作簿“没有.xlsx”：文件或文件夹不存在"),
        (["收件/好.xlsx", "--last-year", "收件/坏.xlsx"], "上年的工作簿“收件/坏.xlsx”不能用"),
        (["空"], "没有找到工作簿"),
    ],
)
def test_wrong_usage_is_exit_2_said_in_chinese_on_stderr(run, inbox, args, said):
    (inbox.parent / "空").mkdir()
    done = run("check", *args, here=inbox.parent)
    assert done.code == 2
    assert said in done.err
    assert done.out == ""
    assert not re.search(r"\b(requires?|invalid|missing|no such|option|error|usage)\b", done.err, re.IGNORECASE), (
        done.err
    )


# --- several workbooks ------------------------------------------------------------------------


def test_a_broken_workbook_among_good_ones_is_refused_and_the_others_go_on(run, inbox):
    done = run("check", inbox, "--format", "json")
    assert done.code == 3
    ended = {Path(r["workbook"]["path"]).name: r["status"] for r in done.json["reports"]}
    assert ended == {
        "坏.xlsx": "refused",
        "好.xlsx": "checked",
        "提示.xlsx": "checked",
        "核实.xlsx": "checked",
        "错误.xlsx": "checked",
    }


def test_a_folder_is_searched_below_and_locks_and_other_files_are_passed_over(run, inbox):
    below = inbox / "区" / "县"
    below.mkdir(parents=True)
    shutil.copy(inbox / "好.xlsx", below / "深.XLSX")
    for name in ("~$好.xlsx", ".~lock.好.xlsx#", ".隐.xlsx", "通讯录.txt", "图.png"):
        (inbox / name).write_bytes(b"x")
    (inbox / "文件夹.xlsx").mkdir()
    done = run("check", inbox, "--format", "json")
    names = [Path(r["workbook"]["path"]).relative_to(inbox).as_posix() for r in done.json["reports"]]
    assert sorted(names) == sorted(["坏.xlsx", "好.xlsx", "提示.xlsx", "核实.xlsx", "错误.xlsx", "区/县/深.XLSX"])


def test_files_and_folders_are_checked_in_the_order_given(run, inbox):
    done = run("check", inbox / "错误.xlsx", inbox / "好.xlsx", "--format", "jsonl")
    assert [Path(json.loads(line)["workbook"]["path"]).name for line in done.out.splitlines()] == [
        "错误.xlsx",
        "好.xlsx",
    ]


# --- standard input ---------------------------------------------------------------------------


def test_a_dash_reads_one_workbook_from_standard_input(run, books):
    done = run("check", "-", "--format", "json", stdin=books["错误"])
    assert done.code == 1
    assert done.json["workbook"]["path"] == "-"
    assert done.json["workbook"]["sha256"] == digest(books["错误"])


def test_nothing_on_standard_input_is_an_empty_file(run):
    done = run("check", "-", "--format", "json")
    assert done.code == 3
    assert done.json["refusal"]["code"] == "empty_file"


def test_standard_input_can_be_marked(run, books, tmp_path):
    done = run("check", "-", "--out", tmp_path / "out", stdin=books["错误"])
    assert done.code == 1
    [copy] = (tmp_path / "out").iterdir()
    assert zipfile.is_zipfile(copy)


# --- json -------------------------------------------------------------------------------------


def test_one_file_is_one_object_of_the_contract(run, inbox, books):
    found = run("check", inbox / "错误.xlsx", "--format", "json").json
    assert found["schema"] == "xlcheck.report/1"
    assert found["status"] == "checked"
    assert found["refusal"] is None
    book = found["workbook"]
    assert book["sha256"] == digest(books["错误"])
    assert (book["set"], book["unit"], book["year"], book["currency_unit"]) == (
        "shanxi-2023", "长治市屯留区社会保险中心", 2023, "万元",
    )  # fmt: skip
    assert {"错误", "核实", "提示", "pass", "not_applicable", "cannot_say", "explained_by_rounding"} <= set(
        found["counts"]
    )
    assert found["counts"]["错误"] == sum(f["severity"] == "错误" for f in found["findings"]) > 0
    for finding in found["findings"]:
        assert {
            "rule",
            "severity",
            "kind",
            "message",
            "expected",
            "actual",
            "difference",
            "allowed",
            "unit",
            "cells",
            "cause",
        } <= set(finding)
        assert finding["cause"] is None or 0 <= finding["cause"] < len(found["causes"])
        for cell in finding["cells"]:
            assert {"table", "sheet", "cell", "role", "label", "value"} <= set(cell)


def address_of(data: bytes, sheet: str, value: float) -> str:
    """Where ``value`` stands in a sheet, as an independent reader finds it."""
    cells = openpyxl.load_workbook(io.BytesIO(data))[sheet].iter_rows()
    [found] = [c.coordinate for row in cells for c in row if c.value == value]
    return found


def test_the_wrong_cell_is_named_with_its_value_and_what_it_should_be(run, inbox, books):
    found = run("check", inbox / "错误.xlsx", "--format", "json").json
    [finding] = [f for f in found["findings"] if f["rule"] == "G03-03"]
    total = next(c for c in finding["cells"] if c["role"] == "total")
    assert (total["table"], total["sheet"], total["cell"], total["value"]) == (
        "公开03", "公开03 支出决算表", address_of(books["错误"], "公开03 支出决算表", 657.18), "657.18",
    )  # fmt: skip
    assert (finding["expected"], finding["actual"]) == ("567.19", "657.18")


def test_a_refusal_is_a_report_with_code_and_reason_and_no_findings(run, inbox):
    found = run("check", inbox / "坏.xlsx", "--format", "json").json
    assert found["status"] == "refused"
    assert found["refusal"]["code"] == "damaged"
    assert CHINESE.search(found["refusal"]["message"])
    assert found["findings"] == found["causes"] == found["cannot_say"] == []


def test_several_paths_or_a_folder_are_one_object_with_reports(run, inbox):
    several = run("check", inbox / "好.xlsx", inbox / "错误.xlsx", "--format", "json").json
    assert [r["schema"] for r in several["reports"]] == ["xlcheck.report/1"] * 2
    for name in ("坏", "提示", "核实", "错误"):
        (inbox / f"{name}.xlsx").unlink()
    assert len(run("check", inbox, "--format", "json").json["reports"]) == 1


def test_jsonl_is_one_line_a_workbook(run, inbox):
    done = run("check", inbox, "--format", "jsonl")
    lines = done.out.splitlines()
    assert len(lines) == 5
    for line in lines:
        assert json.loads(line)["schema"] == "xlcheck.report/1"


def test_jsonl_and_json_say_the_same(run, inbox):
    one = run("check", inbox / "错误.xlsx", "--format", "json").json
    line = run("check", inbox / "错误.xlsx", "--format", "jsonl")
    assert json.loads(line.out) == one


def test_equal_bytes_give_an_equal_report_and_copy(run, inbox, tmp_path):
    runs = []
    for folder in ("a", "b"):
        done = run("check", inbox / "错误.xlsx", "--format", "json", "--out", tmp_path / folder)
        runs.append((done.out, (tmp_path / folder / "错误.xlsx").read_bytes()))
    assert runs[0] == runs[1]


# --- text -------------------------------------------------------------------------------------


def test_text_names_the_unit_the_cell_and_both_figures(run, inbox, books):
    done = run("check", inbox / "错误.xlsx")
    assert "长治市屯留区社会保险中心" in done.out
    assert f"公开03表 {address_of(books['错误'], '公开03 支出决算表', 657.18)}（" in done.out
    assert "657.18" in done.out
    assert "567.19" in done.out
    assert "\x1b[" not in done.out


def test_quiet_text_has_counts_but_no_findings(run, inbox):
    done = run("check", inbox / "错误.xlsx", "-q")
    assert re.search(r"错误 [1-9]", done.out)
    assert "怎么改" not in done.out
    assert done.code == 1


def test_text_says_why_a_workbook_was_refused(run, inbox):
    done = run("check", inbox / "坏.xlsx")
    assert "拒绝：文件已损坏" in done.out


def test_a_report_goes_to_a_file_where_asked(run, inbox, tmp_path):
    for shape in ("text", "json", "jsonl"):
        screen = run("check", inbox / "错误.xlsx", "--format", shape)
        target = tmp_path / "报告" / f"r.{shape}"
        done = run("check", inbox / "错误.xlsx", "--format", shape, "--output", target)
        assert (done.code, done.out) == (1, "")
        assert target.read_text(encoding="utf-8") == screen.out


def test_characters_the_terminal_cannot_show_do_not_stop_the_report(run, filled, tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(filled(lambda data: data.update(unit="𠮷县䶮中心")))
    for encoding in ("gbk", "ascii"):
        done = run("check", path, PYTHONIOENCODING=encoding)
        assert done.code == 0, done.err
        assert "224" in done.out


def test_a_reader_that_closes_the_pipe_ends_it_quietly(inbox, environment):
    with subprocess.Popen(
        [sys.executable, "-m", "xlcheck", "check", inbox, "-v"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""


# --- marked copies ----------------------------------------------------------------------------


def sheet_names(data: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return re.findall(r'<sheet [^>]*?name="([^"]+)"', archive.read("xl/workbook.xml").decode())


def test_out_puts_a_marked_copy_of_each_workbook_beside_its_name_and_leaves_the_originals(run, inbox, books, tmp_path):
    run("check", inbox, "--out", tmp_path / "out")
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["好.xlsx", "提示.xlsx", "核实.xlsx", "错误.xlsx"]
    for name, data in books.items():
        assert (inbox / f"{name}.xlsx").read_bytes() == data
    marked = (tmp_path / "out" / "错误.xlsx").read_bytes()
    assert sheet_names(marked) == [*sheet_names(books["错误"]), "审核结果"]


def test_copies_keep_the_folders_they_came_from(run, inbox, tmp_path):
    for folder in ("甲", "乙"):
        (inbox / folder).mkdir()
        shutil.copy(inbox / "好.xlsx", inbox / folder / "表.xlsx")
    run("check", inbox, "--out", tmp_path / "out")
    assert (tmp_path / "out" / "甲" / "表.xlsx").is_file()
    assert (tmp_path / "out" / "乙" / "表.xlsx").is_file()


def test_two_workbooks_of_one_name_get_two_copies(run, inbox, tmp_path):
    for folder in ("甲", "乙"):
        (tmp_path / folder).mkdir()
        shutil.copy(inbox / "好.xlsx", tmp_path / folder / "表.xlsx")
    run("check", tmp_path / "甲" / "表.xlsx", tmp_path / "乙" / "表.xlsx", "--out", tmp_path / "out")
    assert len(list((tmp_path / "out").iterdir())) == 2


@pytest.mark.parametrize("spelling", ["same", "dotted", "linked"])
def test_out_never_overwrites_the_workbook_it_marks(run, inbox, books, spelling):
    link = inbox.parent / "link"
    link.symlink_to(inbox)
    target = {"same": inbox, "dotted": inbox / ".." / inbox.name, "linked": link}[spelling]
    done = run("check", inbox / "错误.xlsx", "--out", target)
    assert done.code == 2
    assert "请换一个文件夹" in done.err
    assert (inbox / "错误.xlsx").read_bytes() == books["错误"]


def test_out_never_overwrites_another_workbook_of_the_same_run(run, inbox, books):
    (inbox / "甲").mkdir()
    shutil.copy(inbox / "好.xlsx", inbox / "甲" / "错误.xlsx")
    done = run("check", inbox / "甲" / "错误.xlsx", inbox / "错误.xlsx", "--out", inbox)
    assert done.code == 2
    assert (inbox / "错误.xlsx").read_bytes() == books["错误"]


def test_the_report_never_overwrites_a_workbook_it_is_about(run, inbox, books):
    done = run("check", inbox / "错误.xlsx", "--output", inbox / "错误.xlsx")
    assert done.code == 2
    assert (inbox / "错误.xlsx").read_bytes() == books["错误"]


def test_a_marked_copy_checks_like_its_original(run, inbox, tmp_path):
    run("check", inbox / "错误.xlsx", "--out", tmp_path / "out")
    first = run("check", inbox / "错误.xlsx", "--format", "json").json
    again = run("check", tmp_path / "out" / "错误.xlsx", "--format", "json").json
    assert again["findings"] == first["findings"]
    assert again["counts"] == first["counts"]


# --- forms and years --------------------------------------------------------------------------


def test_a_forced_form_gives_the_report_of_the_recognised_one(run, inbox):
    free = run("check", inbox / "错误.xlsx", "--format", "json").json
    assert run("check", inbox / "错误.xlsx", "--format", "json", "--set", "shanxi-2023").json == free


def test_last_year_lets_rules_of_continuity_speak(run, filled, tmp_path):
    before, now = tmp_path / "2022.xlsx", tmp_path / "2023.xlsx"
    before.write_bytes(filled(lambda data: data["tables"]["公开01"]["支出"].update({"年末结转和结余": 5})))
    now.write_bytes(filled(lambda data: data["tables"]["公开01"]["收入"].update({"年初结转和结余": 7})))
    alone = run("check", now, "--format", "json").json
    both = run("check", now, "--format", "json", "--last-year", before).json
    assert not [f for f in alone["findings"] if f["kind"] == "continuity"]
    [finding] = [f for f in both["findings"] if f["rule"] == "G01-09"]
    assert finding["kind"] == "continuity"
    assert finding["difference"] in ("2", "2.00", "-2.00")
