"""Mappings of one's own lie outside the program: they add to the shipped sets, may extend or replace them, and outlive an update."""

from __future__ import annotations

import shutil

import pytest
import yaml

from support.places import ROOT
from xlcheck.errors import Usage
from xlcheck.mapping.library import Library
from xlcheck.mapping.places import shipped
from xlcheck.office.mappings import library_of
from xlcheck.office.settings import Settings

SAMPLE = ROOT / "samples" / "tunliu_2023.xlsx"


@pytest.fixture
def own(tmp_path, own_cache):
    """A folder with one set, which extends a shipped one and changes nothing but its names."""
    folder = tmp_path / "自己的映射" / "changzhi-2023"
    folder.mkdir(parents=True)
    head = {"id": "changzhi-2023", "title": "长治市 2023", "extends": "shanxi-2023", "year": 2023, "place": "长治"}
    (folder / "set.yaml").write_text(yaml.safe_dump(head, allow_unicode=True), encoding="utf-8")
    return folder.parent


def test_a_set_of_ones_own_extends_a_shipped_one_and_stands_beside_it(own):
    library = Library.with_own(own)
    mine, theirs = library.load("changzhi-2023"), Library().load("shanxi-2023")
    assert mine.title == "长治市 2023"
    assert [rule.id for rule in mine.rules] == [rule.id for rule in theirs.rules]
    assert set(library.ids()) == {*Library().ids(), "changzhi-2023"}
    assert library.vocabulary == Library().vocabulary


def test_a_set_of_ones_own_replaces_a_shipped_one_of_its_name(own):
    shutil.copytree(shipped() / "shanxi-2023", own / "shanxi-2023")
    path = own / "shanxi-2023" / "set.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "\n# 改过\n", encoding="utf-8")
    library = Library.with_own(own)
    assert library.folders.of("shanxi-2023") == own / "shanxi-2023"
    assert library.folders.of("central-2023") == shipped() / "central-2023"
    assert library.digest() != Library().digest()


def test_the_commands_take_them_by_option(run, own):
    assert "changzhi-2023" in run("rules", "--mappings", own).out
    done = run("check", SAMPLE, "--mappings", own, "--set", "changzhi-2023", "--format", "json", "--fail-on", "never")
    assert done.code == 0
    assert done.json["workbook"]["set"] == "changzhi-2023"
    assert run("check", SAMPLE, "--set", "changzhi-2023").code == 2


def test_the_commands_take_them_from_the_environment(run, own):
    done = run(
        "check", SAMPLE, "--set", "changzhi-2023", "--format", "json", "--fail-on", "never", XLCHECK_MAPPINGS=str(own)
    )
    assert done.json["workbook"]["set"] == "changzhi-2023"


def test_lint_looks_at_ones_own_sets_alone_and_finds_what_they_extend(run, own):
    assert run("lint", own).out == "没有错误：changzhi-2023\n"
    (own / "changzhi-2023" / "set.yaml").write_text(
        "id: changzhi-2023\ntitle: t\nextends: none\nyear: 2023\nplace: p\n", encoding="utf-8"
    )
    done = run("lint", own)
    assert done.code == 4
    assert "没有“none”这套映射" in done.err


def test_a_draft_outside_the_program_can_be_used_at_once(run, tmp_path):
    own = tmp_path / "映射"
    made = run("scaffold", ROOT / "templates" / "shanxi-2023.xlsx", "-o", own / "new-2023")
    assert made.code == 0
    assert f"--mappings {own}" in made.out
    done = run("check", SAMPLE, "--mappings", own, "--set", "new-2023", "--format", "json", "--fail-on", "never")
    assert done.code == 0
    assert done.json["workbook"]["set"] == "new-2023"


def test_a_folder_that_is_not_there_is_said(run, tmp_path):
    done = run("check", SAMPLE, "--mappings", tmp_path / "无")
    assert done.code == 2
    assert "没有" in done.err
    assert "映射文件夹" in done.err


def test_a_desk_has_a_folder_of_its_own(own, tmp_path):
    settings = Settings.model_validate({"映射文件夹": "自己的映射"})
    assert "changzhi-2023" in library_of(tmp_path, settings).ids()
    assert library_of(tmp_path, Settings()).folders.base is None
    with pytest.raises(Usage, match="映射文件夹"):
        library_of(tmp_path, Settings.model_validate({"映射文件夹": "没有"}))
