"""Compiled sets are cached; the cache never outlives a change and never breaks a check."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from support.mapping_files import FILES, SET, write_set
from xlcheck.errors import MappingError, Usage
from xlcheck.mapping.compose import compose
from xlcheck.mapping.library import Library, cache_home, home


@pytest.fixture
def cache(tmp_path, monkeypatch):
    folder = tmp_path / "cache"
    monkeypatch.setenv("XLCHECK_CACHE", str(folder))
    return folder


@pytest.fixture
def root(tmp_path):
    write_set(tmp_path / "sets", FILES)
    return tmp_path / "sets"


def names(cache: Path) -> list[str]:
    return sorted(p.name for p in cache.iterdir())


def test_the_first_load_writes_one_cache_file(root, cache):
    Library(root).load("mini")
    [name] = names(cache)
    assert name.startswith("mini-")
    assert name.endswith(".pickle")


def test_a_later_load_comes_from_the_cache(root, cache, tmp_path):
    first = Library(root).load("mini")
    [name] = names(cache)
    assert Library(root).load("mini") == first
    write_set(tmp_path / "other", FILES | {"set.yaml": SET.replace("小表", "从缓存来")})
    (cache / name).write_bytes(pickle.dumps(compose(tmp_path / "other", "mini")))
    assert Library(root).load("mini").title == "从缓存来"
    (cache / name).unlink()
    assert Library(root).load("mini") == first


@pytest.mark.parametrize("name", list(FILES))
def test_a_byte_changed_in_any_file_voids_the_cache(root, cache, name):
    Library(root).load("mini")
    before = names(cache)
    path = root / "mini" / name
    path.write_text(path.read_text(encoding="utf-8") + "#\n", encoding="utf-8")
    Library(root).load("mini")
    after = names(cache)
    assert len(after) == 2
    assert set(after) > set(before)


def test_a_change_is_seen_by_the_next_library(root, cache):
    assert Library(root).load("mini").title == "小表"
    (root / "mini" / "set.yaml").write_text(SET.replace("小表", "改表"), encoding="utf-8")
    assert Library(root).load("mini").title == "改表"


def test_a_new_file_voids_the_cache(root, cache):
    before = Library(root).digest()
    (root / "mini" / "rules" / "02.yaml").write_text("rules: []\n", encoding="utf-8")
    assert Library(root).digest() != before


def test_a_renamed_file_voids_the_cache(root, cache):
    before = Library(root).digest()
    (root / "mini" / "rules" / "01.yaml").rename(root / "mini" / "rules" / "02.yaml")
    assert Library(root).digest() != before


@pytest.mark.parametrize(
    "rubbish",
    [
        b"",
        b"\x80",
        b"\x80\x05",
        b"garbage\n",
        b"\x80\x05K\x01.",
        b"not a pickle at all",
        b"cos\nnothing\n.",
        b"\x80\xff.",
        b"}].",
    ],
)
def test_a_broken_cache_file_is_compiled_again_and_replaced(root, cache, rubbish):
    first = Library(root).load("mini")
    [name] = names(cache)
    (cache / name).write_bytes(rubbish)
    assert Library(root).load("mini") == first
    assert Library(root).load("mini") == first
    assert (cache / name).read_bytes() != rubbish


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 0.999])
def test_a_cache_file_cut_short_is_compiled_again(root, cache, part):
    first = Library(root).load("mini")
    [name] = names(cache)
    whole = (cache / name).read_bytes()
    (cache / name).write_bytes(whole[: int(len(whole) * part)])
    assert Library(root).load("mini") == first


def test_a_cache_that_cannot_be_written_costs_nothing_but_time(root, tmp_path, monkeypatch):
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv("XLCHECK_CACHE", str(tmp_path / "file" / "cache"))
    assert Library(root).load("mini").id == "mini"


def test_a_wrong_set_is_never_cached(root, cache):
    (root / "mini" / "set.yaml").write_text(SET.replace("2023", "x"), encoding="utf-8")
    for _ in range(2):
        with pytest.raises(MappingError):
            Library(root).load("mini")
    assert not cache.exists() or names(cache) == []


def test_one_library_loads_a_set_once(root, cache):
    library = Library(root)
    assert library.load("mini") is library.load("mini")


def test_a_set_that_is_not_there_is_a_usage_mistake_that_names_those_that_are(root, cache):
    with pytest.raises(Usage, match="没有“none”这套映射。现有：mini"):
        Library(root).load("none")


@pytest.mark.parametrize(
    "line", ["abstract: true", "abstract: true  # 只供引用", "abstract: yes", "abstract: 'true'", "abstract:   True"]
)
def test_an_abstract_set_is_no_form_a_workbook_can_be_of(root, cache, line):
    write_set(root, FILES | {"set.yaml": SET.replace("mini", "base") + line + "\n"}, "base")
    library = Library(root)
    assert library.ids() == ["base", "mini"]
    assert library.concrete() == ["mini"]


def test_folders_come_from_the_environment(tmp_path, monkeypatch):
    (tmp_path / "m").mkdir()
    monkeypatch.setenv("XLCHECK_MAPPINGS", str(tmp_path / "m"))
    monkeypatch.setenv("XLCHECK_CACHE", str(tmp_path / "c"))
    assert home() == tmp_path / "m"
    assert cache_home() == tmp_path / "c"
    assert Library().root == tmp_path / "m"


def test_an_environment_that_names_no_folder_is_said(tmp_path, monkeypatch):
    monkeypatch.setenv("XLCHECK_MAPPINGS", str(tmp_path / "m"))
    with pytest.raises(Usage, match=r"XLCHECK_MAPPINGS.*不是文件夹"):
        Library()


def test_without_the_environment_the_shipped_sets_are_used(monkeypatch):
    monkeypatch.delenv("XLCHECK_MAPPINGS", raising=False)
    assert (home() / "shanxi-2023" / "set.yaml").is_file()


def test_sets_compiled_beforehand_are_used_while_the_mappings_are_what_they_were(root, cache, tmp_path, monkeypatch):
    ready = tmp_path / "ready"
    Library(root).compile_all(ready)
    monkeypatch.setattr("xlcheck.mapping.library.compiled_home", lambda: ready)
    monkeypatch.setattr("xlcheck.mapping.compose.compose", lambda *_: pytest.fail("compiled again"))
    monkeypatch.setenv("XLCHECK_CACHE", str(tmp_path / "none"))
    assert Library(root).load("mini").title == "小表"
    assert not (tmp_path / "none").exists()
    (root / "mini" / "set.yaml").write_text(SET.replace("小表", "改表"), encoding="utf-8")
    monkeypatch.undo()
    assert Library(root).load("mini").title == "改表"


def test_of_many_changes_only_the_last_compilations_are_kept(root, cache):
    path = root / "mini" / "set.yaml"
    for _ in range(7):
        path.write_text(path.read_text(encoding="utf-8") + "#\n", encoding="utf-8")
        Library(root).load("mini")
    assert len(names(cache)) == 4


def test_who_alternates_between_two_sets_of_rules_compiles_neither_again(root, cache, tmp_path, monkeypatch):
    write_set(tmp_path / "other", FILES | {"set.yaml": SET.replace("小表", "另一套")})
    titles = [Library(folder).load("mini").title for folder in (root, tmp_path / "other")]
    monkeypatch.setattr("xlcheck.mapping.compose.compose", None)
    assert [Library(folder).load("mini").title for folder in (root, tmp_path / "other")] == titles
