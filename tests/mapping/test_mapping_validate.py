"""Each kind of mistake in a mapping file is one Chinese sentence at its line and column."""

from __future__ import annotations

import re

import pytest

from support.mapping_files import FILES as MINI
from support.mapping_files import RULES, SET, TABLE, unmarked
from xlcheck.mapping.library import home
from xlcheck.mapping.schema import FILES, RuleFile, SetModel, TableModel, json_schema
from xlcheck.mapping.source import MappingSource
from xlcheck.mapping.validate import check


def mistakes(tmp_path, model, marked: str) -> tuple[list[tuple[int, int, str]], dict[str, tuple[int, int]]]:
    text, places = unmarked(marked)
    path = tmp_path / "f.yaml"
    path.write_text(text, encoding="utf-8")
    found = check(model, MappingSource(path, "f.yaml"))
    assert {m.file for m in found} <= {"f.yaml"}
    return [(m.line, m.column, m.message) for m in found], places


@pytest.mark.parametrize(
    ("model", "marked", "sentence"),
    [
        (SetModel, "«x»title: t\nyear: 2023\nplace: p", "缺少必填项“id”"),
        (SetModel, "id: a\ntitle: t\nyear: 2023\nplace: p\n«x»colour: red", "不认识的项“colour”"),
        (SetModel, "id: a\ntitle: «x»''\nyear: 2023\nplace: p", "“title”不能为空"),
        (SetModel, "id: a\ntitle: «x»[t]\nyear: 2023\nplace: p", "“title”应当是文字"),
        (SetModel, "id: «x»Shan_Xi\ntitle: t\nyear: 2023\nplace: p", "“id”的写法不对"),
        (SetModel, "id: a\ntitle: t\nyear: «x»二〇二三\nplace: p", "“year”应当是整数，现在是“二〇二三”"),
        (SetModel, "id: a\ntitle: t\nyear: «x»[1]\nplace: p", "“year”应当是整数"),
        (SetModel, "id: a\ntitle: t\nyear: 2023\nplace: p\nabstract: «x»maybe", "“abstract”应当是 true 或 false，现在是“maybe”"),
        (SetModel, "id: a\ntitle: t\nyear: 2023\nplace: p\ntables: «x»收入表", "“tables”应当是列表"),
        (SetModel, "id: a\ntitle: t\nyear: 2023\nplace: p\ntables: [甲, «x»'']", "不能为空"),
        (SetModel, "id: a\ntitle: t\nyear: 2023\nplace: p\ndrop: «x»[G01-01]", "“drop”应当是“键: 值”"),
        (TableModel, "key: a\nsections: «x»[1]", "“sections”应当是“键: 值”"),
        (TableModel, "key: a\nsections: {b: «x»1}", "“b”应当是“键: 值”"),
        (TableModel, "key: a\nsections:\n  b:\n    shape: «x»list\n    columns: [{header: [h], at: A}]", "“shape”只能是"),
        (TableModel, "key: a\nsections:\n  b:\n    shape: labels\n    columns: «x»[]", "“columns”至少要有一项"),
        (TableModel, "key: a\nsections:\n  b:\n    shape: labels\n    columns: [{header: [h], at: «x»A1}]", "“at”的写法不对"),
        (TableModel, "key: a\nsections:\n  b:\n    shape: labels\n    columns: [{header: [h], at: A, width: «x»宽}]",
         "“width”应当是数字，现在是“宽”"),
        (RuleFile, RULES.replace("G01-01", "«x»g1"), "“id”的写法不对"),
        (RuleFile, RULES.replace("severity: 错误", "severity: «x»严重"), "“severity”只能是 '错误'、'核实'、'提示'，现在是“严重”"),
        (RuleFile, RULES.replace("severity: 错误", "severity: 错误\n    grade: «x»often"), "“grade”只能是"),
        (RuleFile, RULES.replace("    reason: 合计是各项之和。\n", "").replace("- id", "- «x»id"), "缺少必填项“reason”"),
        (RuleFile, RULES.replace("basis: 表样", "basis: 表样\n    «x»tolerance: 0.01"), "不认识的项“tolerance”"),
        (RuleFile, "terms: [«x»{name: 甲, condition: 乙}]", "缺少必填项“reason”"),
        (RuleFile, "«x»[1, 2]", "“文件”应当是“键: 值”"),
    ],
)  # fmt: skip
def test_a_mistake_is_said_at_its_place_in_chinese(tmp_path, model, marked, sentence):
    [(line, column, message)], places = mistakes(tmp_path, model, marked)
    assert (line, column) == places["x"]
    assert sentence in message
    assert re.search(r"[\u4e00-\u9fff]", message)


def test_all_mistakes_of_a_file_are_said_at_once(tmp_path):
    found, places = mistakes(
        tmp_path,
        SetModel,
        """
        id: «id»X
        title: t
        year: «year»y
        «odd»odd: 1
        abstract: «flag»2b
        place: p
        «twice»title: u
        """,
    )
    assert sorted((line, column) for line, column, _ in found) == sorted(places.values())


def test_an_empty_file_is_a_mistake(tmp_path):
    assert mistakes(tmp_path, SetModel, "# empty")[0] == [(1, 1, "文件是空的")]


@pytest.mark.parametrize(("model", "text"), [(SetModel, SET), (TableModel, TABLE), (RuleFile, RULES)])
def test_a_right_file_has_no_mistakes(tmp_path, model, text):
    assert mistakes(tmp_path, model, text)[0] == []


@pytest.mark.parametrize("number", ["2023", "'2023'"])
def test_numbers_and_flags_may_be_written_as_the_schema_says(number):
    model = SetModel.model_validate(
        {"id": "a", "title": "t", "year": number.strip("'"), "place": "p", "abstract": "true"}
    )
    assert (model.year, model.abstract) == (2023, True)


# --- our own files, and the schema --------------------------------------------------------------

OURS = (
    sorted(home().glob("*/set.yaml")) + sorted(home().glob("*/tables/*.yaml")) + sorted(home().glob("*/rules/*.yaml"))
)


@pytest.mark.parametrize("path", OURS, ids=lambda p: p.relative_to(home()).as_posix())
def test_every_shipped_file_fits_its_model(path):
    kind = {"set.yaml": "set"}.get(path.name) or {"tables": "table", "rules": "rules"}[path.parent.name]
    assert check(FILES[kind], MappingSource(path)) == []


def test_the_shipped_sets_are_here():
    assert {p.parent.name for p in OURS if p.name == "set.yaml"} >= {"national-2023", "shanxi-2023"}


def references(node: object) -> set[str]:
    if isinstance(node, dict):
        own = {node["$ref"]} if isinstance(node.get("$ref"), str) else set()
        return own.union(*(references(v) for v in node.values()))
    if isinstance(node, list):
        return set().union(*(references(v) for v in node))
    return set()


def test_the_schema_has_one_kind_for_each_file_and_no_dangling_reference():
    schema = json_schema()
    assert {r["$ref"] for r in schema["anyOf"]} == {f"#/$defs/{name}" for name in FILES}
    assert references(schema) <= {f"#/$defs/{name}" for name in schema["$defs"]}


@pytest.mark.parametrize("name", list(FILES))
def test_the_schema_knows_every_option_of_the_models_by_the_name_an_author_writes(name):
    definition = json_schema()["$defs"][name]
    written = {field.alias or key for key, field in FILES[name].model_fields.items()}
    assert set(definition["properties"]) == written
    assert definition["additionalProperties"] is False


def test_the_schema_speaks_of_pass_and_fail_not_of_our_field_names():
    assert {"pass", "fail", "rounding"} == set(json_schema()["$defs"]["ExampleModel"]["properties"])


def test_the_small_mapping_of_these_tests_is_complete():
    assert set(MINI) == {"set.yaml", "tables/01.yaml", "tables/03.yaml", "rules/01.yaml"}
