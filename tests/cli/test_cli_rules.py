"""``rules``, ``explain``, ``lint``, ``schema`` and the shell itself."""

from __future__ import annotations

import json
import re
import shutil

import pytest

from support.effort import SHARE
from support.mapping_files import FILES, write_set
from support.places import ROOT

MAPPINGS = ROOT / "mappings"


FEW = ("national-2023", "national-info-2023", "shanxi-2023")


@pytest.fixture
def mappings(tmp_path, own_cache):
    """Three sets that extend each other, so that few rules are compiled and few examples run."""
    for name in FEW:
        shutil.copytree(MAPPINGS / name, tmp_path / "mappings" / name)
    return tmp_path / "mappings"


def change(path, before, after):
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


# --- rules and explain ------------------------------------------------------------------------


def test_rules_lists_every_rule_with_its_formula(run):
    done = run("rules", "shanxi-2023")
    assert done.code == 0
    assert len(re.findall(r"^  G\d", done.out, re.MULTILINE)) == 97
    assert "10 张表，97 条规则" in done.out
    assert "公开03[每个上级, *] = 合计(公开03[直接下级, *])" in done.out


def test_rules_without_a_set_lists_all_sets_a_workbook_can_be_of(run):
    done = run("rules")
    assert done.code == 0
    assert "shanxi-2023" in done.out
    assert not re.search(r"^national-2023", done.out, re.MULTILINE)


def test_rules_of_no_set_is_exit_2(run):
    done = run("rules", "none")
    assert done.code == 2
    assert (
        "没有“none”这套映射。现有：beijing-2023、central-2023、shanxi-2023、sichuan-2023、shanghai-putuo-2024"
        in done.err
    )


@pytest.mark.parametrize("rule", ["G03-02", "g03-02", " G03-02 "])
def test_explain_finds_a_rule_in_any_letters(run, rule):
    done = run("explain", rule)
    assert done.code == 0
    assert done.out.startswith("# G03-02 ")


def test_a_page_has_formula_reasons_excel_form_and_examples(run):
    page = run("explain", "G03-02").out
    for heading in ("## 公式", "## 为什么", "## 怎么改", "## Excel 公式", "## 示例", "## 依据"):
        assert heading in page
    assert "=OR(ROUND(SUM('公开03 支出决算表'!" in page
    assert all(f"**{kind}" in page for kind in ("成立", "不成立", "只有四舍五入的差额"))


def test_a_page_says_why_there_is_no_excel_form(run):
    assert "没有 Excel 形式" in run("explain", "G00-01").out


def test_explain_of_no_rule_is_exit_2(run):
    done = run("explain", "G99-99")
    assert done.code == 2
    assert "没有“G99-99”这条规则" in done.err


def test_explain_takes_a_set(run):
    assert run("explain", "G10-01", "--set", "shanxi-2023").code == 0
    assert run("explain", "G10-01", "--set", "none").code == 2


# --- lint -------------------------------------------------------------------------------------


@pytest.mark.long
@pytest.mark.skipif(SHARE < 1, reason="CI says it by make lint")
def test_the_shipped_mappings_have_no_mistakes(run):
    done = run("lint")
    assert (done.code, done.err) == (0, "")
    assert "没有错误" in done.out
    assert "shanxi-2023" in done.out


def test_lint_takes_a_folder_of_sets_or_one_set(run, tmp_path, own_cache):
    write_set(tmp_path / "m", FILES)
    for folder in (tmp_path / "m", tmp_path / "m" / "mini"):
        done = run("lint", folder)
        assert (done.code, done.out, done.err) == (0, "没有错误：mini\n", "")


def test_lint_says_all_mistakes_of_all_files_with_their_places(run, mappings):
    change(mappings / "national-2023/rules/03.yaml", "公开03[直接下级, *]", "公开93[直接下级, *]")
    change(mappings / "national-2023/rules/01.yaml", "severity: 错误", "severity: 大错")
    change(mappings / "national-info-2023/rules/10.yaml", "mend: 核对三类", "mand: 核对三类")
    done = run("lint", mappings)
    assert done.code == 4
    assert re.search(r"^national-2023/rules/03\.yaml:\d+:\d+: 公式有误：没有“公开93”这张表$", done.err, re.MULTILINE)
    assert re.search(r"^national-2023/rules/01\.yaml:5:15: “severity”只能是", done.err, re.MULTILINE)
    assert re.search(
        r"^national-info-2023/rules/10\.yaml:\d+:5: 不认识的项“mand”。是不是“mend”？$", done.err, re.MULTILINE
    )
    assert re.search(r"^national-info-2023/rules/10\.yaml:\d+:\d+: 缺少必填项“mend”$", done.err, re.MULTILINE)
    lines = done.err.strip().splitlines()
    assert len(lines) == len(set(lines))


def test_lint_runs_the_examples_and_says_which_does_not_end_as_it_says(run, tmp_path, own_cache):
    write_set(tmp_path, FILES)
    path = tmp_path / "mini/rules/01.yaml"
    change(path, "'公开01.收入[合计]': 2}", "'公开01.收入[合计]': 1}")
    line = next(n for n, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1) if "fail:" in text)
    done = run("lint", tmp_path)
    assert done.code == 4
    assert f"mini/rules/01.yaml:{line}:7: 规则 G01-01 的示例 fail 应当不成立" in done.err


def test_lint_of_a_folder_without_mappings_is_exit_2(run, tmp_path):
    for folder in (tmp_path, tmp_path / "none"):
        done = run("lint", folder)
        assert done.code == 2
        assert "没有映射" in done.err


# --- schema and shell -------------------------------------------------------------------------


def test_schema_writes_the_schema_of_mapping_files(run):
    done = run("schema")
    assert done.code == 0
    schema = json.loads(done.out)
    assert schema["$schema"].startswith("https://json-schema.org/")
    assert {"set", "table", "rules"} <= set(schema["$defs"])


@pytest.mark.parametrize("command", ["check", "fill", "template", "rules", "explain", "lint", "schema"])
def test_every_command_has_chinese_help(run, command):
    done = run(command, "--help")
    assert done.code == 0
    assert "用法：" in done.out
    assert not re.search(r"Usage|Options|Show this|required|default", done.out)


@pytest.mark.parametrize("args", [["--help"], ["-h"], []])
def test_the_program_lists_its_commands(run, args):
    done = run(*args)
    assert done.code == (0 if args else 2)
    for command in ("check", "fill", "template", "rules", "explain", "lint", "schema"):
        assert command in done.out + done.err


def test_a_command_that_does_not_exist_is_exit_2_in_chinese(run):
    done = run("chekc")
    assert done.code == 2
    assert "没有 chekc 这个命令。是不是 check？" in done.err


def test_too_many_arguments_are_exit_2_in_chinese(run):
    done = run("schema", "extra")
    assert done.code == 2
    assert "多了参数：extra" in done.err


def test_the_version_is_the_packages(run):
    from xlcheck import __version__

    assert __version__ in run("--version").out
