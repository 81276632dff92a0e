"""The national vocabulary: loads, says all its mistakes with their places, and names what the forms have."""

from __future__ import annotations

import shutil

import pytest

from support.mapping_files import FILES, write_set
from support.places import ROOT
from xlcheck.errors import MappingError
from xlcheck.mapping.library import Library
from xlcheck.mapping.vocabulary import compile_vocabulary

WRONG = """
folds:
  见于:
    - [一样]
leads:
  code:
    听说: [科目]
distractors:
  样表: 备注
tables:
  收入表:
    sections:
      全表:
        columns:
          本年收入合计: {推定: [[], 收入总数]}
  别的表:
    title: 别的表
    sections:
      全表:
        rows:
          like: 没有·全表
"""


def test_every_column_and_row_of_the_national_forms_is_a_concept():
    library = Library()
    words = library.vocabulary
    form = library.load("national-2023")
    for table in form.tables:
        known = words.tables[table.key].sections
        for section in table.sections:
            assert set(section.column_keys) <= set(known[section.key].columns), table.key
            if section.shape.listed:
                assert set(section.row_keys) <= set(known[section.key].rows), table.key


def test_all_mistakes_are_said_with_their_places(tmp_path):
    (tmp_path / "vocabulary.yaml").write_text(WRONG, encoding="utf-8")
    with pytest.raises(MappingError) as caught:
        compile_vocabulary(tmp_path)
    said = [str(m) for m in caught.value.mistakes]
    assert len(said) == 6
    assert all(s.startswith("vocabulary.yaml:") for s in said)
    for words in ("词根写成", "没有“听说”", "一列词", "词要写成文字", "缺少必填项“title”", "没有“没有·全表”"):
        assert sum(words in s for s in said) == 1, words


def test_lint_reads_the_vocabulary_too(tmp_path, own_cache):
    from click.testing import CliRunner

    from xlcheck.cli.lint import command

    write_set(tmp_path / "m", FILES)
    (tmp_path / "m/vocabulary.yaml").write_text(WRONG, encoding="utf-8")
    done = CliRunner().invoke(command, [str(tmp_path / "m")])
    assert isinstance(done.exception, MappingError)
    assert len(done.exception.mistakes) == 6


def test_a_folder_of_sets_without_a_vocabulary_or_an_open_form_uses_what_there_is(tmp_path, own_cache):
    shutil.copytree(ROOT / "mappings/national-2023", tmp_path / "national-2023")
    shutil.copytree(ROOT / "mappings/central-2023", tmp_path / "central-2023")
    library = Library(tmp_path)
    assert library.vocabulary == Library().vocabulary
    assert library.open_form().id == "national-2023"
    assert library.general() == ["national-2023", "central-2023"]
