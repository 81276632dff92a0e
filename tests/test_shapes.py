"""The shapes of a section: every room has an entry for each, none goes by their names, and a mapping may name just these."""

from __future__ import annotations

import ast
import importlib

import pytest

from support.places import ROOT
from xlcheck.drafting.tables import known_table
from xlcheck.errors import MappingError
from xlcheck.filling.write import workbook_bytes
from xlcheck.mapping.compose import compose
from xlcheck.mapping.library import Library
from xlcheck.mapping.schema import json_schema
from xlcheck.reading.opening import open_workbook
from xlcheck.shapes import SHAPES, Shape, by_shape

SOURCE = ROOT / "src" / "xlcheck"
ROOMS = ("binding", "drafting", "filling", "mapping", "reading")  # those that do something else for each shape


# --- every room, every shape --------------------------------------------------------------------------


def tables():
    """Modules that have a table of shapes, by what the source assigns."""
    return sorted(
        ".".join(path.relative_to(SOURCE.parent).with_suffix("").parts)
        for path in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "by_shape"
    )


def test_each_room_that_tells_shapes_apart_has_one_table_of_them():
    assert tables() == [f"xlcheck.{room}.byshape" for room in ROOMS]


@pytest.mark.parametrize("room", ROOMS)
def test_the_table_of_a_room_has_an_entry_for_each_shape(room):
    table = importlib.import_module(f"xlcheck.{room}.byshape").BY_SHAPE
    assert list(table) == list(SHAPES)


def test_a_table_that_forgets_a_shape_fails_when_it_is_made():
    entries = dict.fromkeys(SHAPES, "something")
    assert by_shape(**entries) == entries
    with pytest.raises(LookupError, match="blocks"):
        by_shape(**{name: entry for name, entry in entries.items() if name != "blocks"})
    with pytest.raises(LookupError, match="scores"):
        by_shape(**entries, scores="something")


# --- nobody goes by a name ----------------------------------------------------------------------------


def of_a_shape(node):
    """Whether an expression is a section's shape or the name of one."""
    if isinstance(node, ast.Attribute) and node.attr == "name":
        node = node.value
    return "shape" in (getattr(node, "attr", ""), getattr(node, "id", ""))


def names_compared(tree):
    """Lines that compare a shape, or its name, with anything: its traits are asked for."""
    for node in ast.walk(tree):
        sides = (node.left, *node.comparators) if isinstance(node, ast.Compare) else ()
        sides = (node.subject,) if isinstance(node, ast.Match) else sides
        if any(map(of_a_shape, sides)):
            yield node.lineno


OTHER = ("delivery/templates.py", "cli/status.py", "writing/notes.py")  # where a shape is something else


def test_no_module_compares_a_shape_with_anything():
    found = [
        f"{path.relative_to(SOURCE)}:{line}"
        for path in sorted(SOURCE.rglob("*.py"))
        if path.relative_to(SOURCE).as_posix() not in OTHER
        for line in names_compared(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert found == []


@pytest.mark.parametrize(
    "text",
    [
        'section.spec.shape == "codes"',
        'spec.shape.name != "labels"',
        'shape in ("codes", "blocks")',
        '"record" == section.shape',
        'match spec.shape.name:\n    case "labels":\n        pass',
    ],
)
def test_a_comparison_would_be_seen(text):
    assert list(names_compared(ast.parse(text))) == [1]
    assert list(names_compared(ast.parse("section.shape.listed and TABLE[section.shape.name]"))) == []


def test_each_trait_is_asked_for_somewhere_and_tells_shapes_apart():
    text = "\n".join(path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py"))
    for trait in Shape._fields[1:]:
        assert f"shape.{trait}" in text, trait
        assert len({getattr(shape, trait) for shape in SHAPES.values()}) == 2, trait
        assert f"``{trait}``" in Shape.__doc__, trait


# --- names in mappings and drafts ---------------------------------------------------------------------


def test_a_mapping_may_name_just_the_shapes_that_there_are():
    field = json_schema()["$defs"]["SectionModel"]["properties"]["shape"]
    assert field["anyOf"][0] == {"enum": list(SHAPES), "type": "string"}
    assert list(SHAPES) == ["labels", "codes", "blocks", "record"]


def test_a_shape_is_printed_as_its_name():
    for name, shape in SHAPES.items():
        assert f"{shape}" == shape.name == name
    assert len(set(SHAPES.values())) == len(SHAPES)


def test_compiled_and_cached_sections_have_the_shapes_of_the_table(tmp_path, monkeypatch):
    monkeypatch.setenv("XLCHECK_CACHE", str(tmp_path))
    for _ in ("compiled", "from the cache"):
        form = Library().load("shanxi-2023")
        shapes = {section.shape for table in form.tables for section in table.sections}
        assert shapes == set(SHAPES.values())


def test_a_section_of_an_unknown_shape_is_a_mistake_of_the_mapping(tmp_path):
    folder = tmp_path / "a-2024"
    (folder / "tables").mkdir(parents=True)
    (folder / "set.yaml").write_text("id: a-2024\ntitle: 表\nyear: 2024\nplace: 某地\ntables: [t]\n", encoding="utf-8")
    (folder / "tables" / "t.yaml").write_text(
        "key: t\nname: 表\nsections:\n  a:\n    shape: scores\n    columns: [{header: [数], at: A}]\n", encoding="utf-8"
    )
    with pytest.raises(MappingError, match="“shape”只能是"):
        compose(tmp_path, "a-2024")


def test_a_draft_names_the_shape_as_a_mapping_does():
    form = Library().load("shanxi-2023")
    grids = {grid.name: grid for grid in open_workbook(workbook_bytes(form, None)).grids}
    drafted = [known_table(grids[spec.sheet], spec, spec.name) for spec in form.tables]
    named = {section.values["shape"] for draft in drafted for section in draft.sections}
    assert named == set(SHAPES)
    assert {type(name) for name in named} == {str}
