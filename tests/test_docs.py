"""What the docs say is what the program does."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest
from click.testing import CliRunner

import docs as generator
from support.places import ROOT
from xlcheck.cli import cli
from xlcheck.formula.syntax import EACH, SAME, SETS, TESTS

BLOCK = re.compile(r"```text\n\$ xlcheck ?(.*?) ?--help\n(.*?)\n```", re.DOTALL)


def help_of(*command: str) -> str:
    environment = {**os.environ, "COLUMNS": "100"}
    done = subprocess.run(
        [sys.executable, "-m", "xlcheck", *command, "--help"],
        capture_output=True,
        text=True,
        check=True,
        env=environment,
    )
    return "\n".join(
        line.rstrip() for line in done.stdout.rstrip().replace("python -m xlcheck", "xlcheck").splitlines()
    )


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_help_in_the_readme_is_the_help_of_the_program(name):
    blocks = BLOCK.findall((ROOT / name).read_text(encoding="utf-8"))
    assert {command for command, _ in blocks} >= {"", "check"}
    for command, text in blocks:
        assert text == help_of(*command.split())


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_every_file_the_readme_points_to_is_there(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        assert (ROOT / target).exists(), target


def test_there_is_a_current_page_for_every_rule_and_no_other():
    pages = {p: t for p, t in generator.build().items() if generator.FOLDER in p.parents}
    assert set(generator.FOLDER.rglob("*.md")) == set(pages)
    assert [p.name for p, text in pages.items() if p.read_text(encoding="utf-8") != text] == []


def test_the_number_of_rules_in_the_readme_is_right(form):
    assert f"All {len(form.rules)} rules" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"全部 {len(form.rules)} 条规则" in (ROOT / "README.zh-CN.md").read_text(encoding="utf-8")


def test_the_language_page_names_every_word_of_the_language():
    text = (ROOT / "docs" / "language.md").read_text(encoding="utf-8")
    assert [w for w in (*EACH, *SAME, *SETS, *TESTS) if w not in text] == []


def test_every_command_has_help_in_chinese():
    for name in cli.list_commands(None):
        said = CliRunner().invoke(cli, [name, "--help"]).stdout
        assert re.search(r"[\u4e00-\u9fff]", said), name
        assert "用法：" in said
        assert "Usage" not in said
