"""Click speaks Chinese through our catalogue: all of it, in any language of the system, and click alone."""

from __future__ import annotations

import argparse
import ast
import gettext
import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from xlcheck.cli.words import CATALOGUE, Catalogue

FOR_PROGRAMMERS = {  # what click says of mistakes in the code that uses it
    "Could not determine name for option with declarations {decls!r}",
    "No options defined but a name was passed ({name}). Did you mean to declare an argument instead? Did you mean to pass '--{name}'?",
    "Arguments take exactly one parameter declaration, got {length}: {decls}.",
    "Name '{name}' defined twice",
    "Boolean option {decl!r} cannot use the same flag for true/false.",
    "Invalid start character for option ({option})",
    "Unknown color {colour!r}",
    "Unknown standard stream '{name}'",
    "Choice({choices})",
}
FIELD = re.compile(r"\{(\w+(?:\.\w+)*)|%\((\w+)\)")


def said_by_click() -> set[str]:
    found = set()
    for path in Path(click.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("_", "ngettext"):
                found |= {n.value for n in node.args[:1] if isinstance(n, ast.Constant)}
    return found - FOR_PROGRAMMERS


def test_every_sentence_of_the_installed_click_is_in_the_catalogue():
    said = said_by_click()
    assert "Usage:" in said
    assert said - CATALOGUE.sentences.keys() == set()


@pytest.mark.parametrize("sentence", [s for s in CATALOGUE.sentences if s])
def test_a_sentence_in_chinese_asks_for_nothing_that_click_does_not_give(sentence):
    chinese = CATALOGUE.sentences[sentence]
    assert chinese
    given = set(FIELD.findall(sentence)) | ({("possibilities", "")} if "{possibility}" in sentence else set())
    more = {("nargs", ""), ("len", ""), ("choices", ""), ("formats", "")}  # of the form for several
    assert set(FIELD.findall(chinese)) <= given | more


def test_the_file_is_read_as_gettext_reads_it(tmp_path):
    file = tmp_path / "x.po"
    file.write_text(
        '# comment\nmsgid ""\nmsgstr ""\n"Language: zh\\n"\n\n#, python-format\nmsgid "a \\"b\\"\\n"\nmsgstr "甲"\n"乙"\n\n'
        'msgid "{n} thing"\nmsgid_plural "{n} things"\nmsgstr[0] "{n} 件"\n',
        encoding="utf-8",
    )
    catalogue = Catalogue(str(file))
    assert catalogue.gettext('a "b"\n') == "甲乙"
    assert [catalogue.ngettext("{n} thing", "{n} things", n) for n in (1, 2)] == ["{n} 件"] * 2
    assert catalogue.gettext("unknown") == "unknown"
    assert [catalogue.ngettext("one", "many", n) for n in (1, 2)] == ["one", "many"]


def test_no_other_library_speaks_through_it():
    assert vars(click.core)["_"] == CATALOGUE.gettext
    assert vars(argparse)["_"] is gettext.gettext
    assert gettext.gettext("Usage:") == "Usage:"
    assert gettext.textdomain() == "messages"


@pytest.mark.parametrize("language", ["C", "de_DE.UTF-8", "zh_CN.UTF-8"])
def test_the_language_of_the_system_does_not_matter(language):
    environment = {**os.environ, "LANG": language, "LANGUAGE": language, "LC_ALL": language, "PYTHONUTF8": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "xlcheck", "check", "--format"], env=environment, capture_output=True, check=False,
        encoding="utf-8",
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.startswith("选项 --format 后面要写值。")
