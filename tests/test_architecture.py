"""ARCHITECTURE.md and CONTRIBUTING.md say what the source is: its rooms, their order, and names that are there."""

from __future__ import annotations

import ast
import graphlib
import re
import tomllib
from collections import defaultdict
from functools import cache

import grimp
import pytest

from support.places import ROOT

SOURCE = ROOT / "src" / "xlcheck"
PAGES = ("ARCHITECTURE.md", "CONTRIBUTING.md", "docs/glossary.md")
MAP = re.compile(r"^## The map\n.*?^```text\n(.*?)^```", re.DOTALL | re.MULTILINE)
ROOM = re.compile(r"^ *(\d+) +(\w+) +(\S.*)$")
OUTSIDE = ("xlcheck", "xlcheck.__main__")
FENCED = re.compile(r"^```.*?^```\n", re.DOTALL | re.MULTILINE)
QUOTED = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
PATH = re.compile(r"[\w.*<>-]+(/[\w.*<>-]+)*/?")
ENDINGS = (".py", ".md", ".yaml", ".toml", ".txt", ".json", ".csv", ".j2", ".po", ".xlsx")
DOTTED = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)+")
CLASS = re.compile(r"_?[A-Z][a-z]+[A-Za-z]*")
CITED = re.compile(r"[\w/.-]*\w\.md\b")
SECTION = re.compile(r"([\w/.-]*\w\.md)\)? §(\d+(?:\.\d+)?)")


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


# --- the map ------------------------------------------------------------------------------------------


def mapped():
    """The layers of the map from the top: the rooms of each."""
    lines = MAP.search(read("ARCHITECTURE.md"))[1].splitlines()
    found = [ROOM.match(line) for line in lines]
    assert all(found), [line for line, match in zip(lines, found, strict=True) if not match]
    numbers = [int(match[1]) for match in found]
    assert sorted(set(numbers)) == list(range(1, max(numbers) + 1))
    assert numbers == sorted(numbers)
    layers = defaultdict(list)
    for match in found:
        layers[int(match[1])].append(match[2])
    return [sorted(layers[number]) for number in sorted(layers)]


def contracted():
    """The layers of the contract from the top: the rooms of each."""
    contracts = tomllib.loads(read("pyproject.toml"))["tool"]["importlinter"]["contracts"]
    (layers,) = [contract["layers"] for contract in contracts if contract["type"] == "layers"]
    return [sorted(name.strip().removeprefix("xlcheck.") for name in layer.split("|")) for layer in layers]


def standing():
    """The packages and modules that stand directly below the source folder."""
    folders = {path.parent.name for path in SOURCE.glob("*/__init__.py")}
    return folders | {path.stem for path in SOURCE.glob("*.py")} - {"__init__", "__main__"}


def test_every_room_of_the_source_is_in_the_map_and_no_other():
    rooms = [room for layer in mapped() for room in layer]
    assert len(rooms) == len(set(rooms))
    assert set(rooms) == standing()


def test_the_map_has_the_layers_of_the_contract_in_its_order():
    assert mapped() == contracted()


def test_every_folder_with_modules_is_a_package():
    folders = {path.parent for path in SOURCE.rglob("*.py")}
    assert [str(folder) for folder in folders if not (folder / "__init__.py").is_file()] == []


# --- the import graph ---------------------------------------------------------------------------------


@cache
def graph():
    """All imports between modules, those inside functions and for types alone included."""
    return grimp.build_graph("xlcheck", cache_dir=None)


def test_every_module_belongs_to_a_layer_or_is_named_as_outside():
    rooms = {room for layer in contracted() for room in layer}
    loose = [name for name in graph().modules if name not in OUTSIDE and name.split(".")[1] not in rooms]
    assert sorted(loose) == []
    outside = read("ARCHITECTURE.md").split("Outside the contract", 1)[1].split("\n\n", 1)[0]
    assert "`src/xlcheck/__init__.py`" in outside
    assert "`src/xlcheck/__main__.py`" in outside


def test_no_import_goes_up_or_to_a_room_beside():
    depth = {room: number for number, layer in enumerate(mapped()) for room in layer}
    wrong = []
    for module in graph().modules - set(OUTSIDE):
        for other in graph().find_modules_directly_imported_by(module) - set(OUTSIDE):
            here, there = module.split(".")[1], other.split(".")[1]
            if here != there and depth[there] <= depth[here]:
                wrong.append(f"{module} → {other}")
    assert sorted(wrong) == []


def test_modules_import_each_other_in_no_circle():
    imports = {module: graph().find_modules_directly_imported_by(module) for module in graph().modules}
    assert circle_in(imports) == []


def test_a_circle_would_be_seen():
    assert sorted(set(circle_in({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}))) == ["a", "b", "c"]


def circle_in(imports):
    """Modules that import each other in a circle; none where there is no circle."""
    try:
        graphlib.TopologicalSorter(imports).prepare()
    except graphlib.CycleError as error:
        return error.args[1]
    return []


# --- one name, one thing ------------------------------------------------------------------------------


@cache
def trees():
    """The syntax tree of every module, by its path below the source folder."""
    paths = sorted(SOURCE.rglob("*.py"))
    return {path.relative_to(SOURCE): ast.parse(path.read_text(encoding="utf-8")) for path in paths}


@cache
def classes():
    """Every class by its name: where it is defined, and its tree."""
    found = defaultdict(list)
    for path, tree in trees().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                found[node.name].append((path, node))
    return found


def test_no_class_name_is_defined_twice():
    twice = {name: [str(path) for path, _ in places] for name, places in classes().items() if len(places) > 1}
    assert twice == {}


# --- names in the pages -------------------------------------------------------------------------------


def quoted(page):
    """What stands in backticks, apart from whole blocks."""
    return list(dict.fromkeys(QUOTED.findall(FENCED.sub("", read(page)))))


def is_path(text):
    return PATH.fullmatch(text) is not None and ("/" in text or text.endswith(ENDINGS))


def is_there(text):
    """Whether there is a file or folder of that name, from the root or from the source folder; <…> stands for any name."""
    pattern = re.sub(r"<\w+>", "*", text.rstrip("/"))
    found = [path for base in (ROOT, SOURCE) for path in base.glob(pattern)]
    return any(path.is_dir() for path in found) if text.endswith("/") else bool(found)


def defined_in(body, name):
    """The node that defines a name in a body of statements, the body of an ``if`` included; None where nothing does."""
    for node in body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and node.name == name:
            return node
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        if any(isinstance(target, ast.Name) and target.id == name for target in targets):
            return node
        if isinstance(node, ast.If) and (found := defined_in(node.body, name)) is not None:
            return found
    return None


def reaches(body, names):
    """Whether names lead from a body of statements to something: a class of it, a member of that."""
    for name in names:
        node = defined_in(body, name)
        if node is None:
            return False
        body = node.body if isinstance(node, ast.ClassDef) else []
    return True


def resolves(text):
    """Whether a dotted name is a module of ours, something in one, or a member of a class that only one module has."""
    names = text.removeprefix("xlcheck.").split(".")
    for count in range(len(names), 0, -1):
        for path in (
            SOURCE.joinpath(*names[:count]).with_suffix(".py"),
            SOURCE.joinpath(*names[:count], "__init__.py"),
        ):
            if path.is_file():
                return reaches(trees()[path.relative_to(SOURCE)].body, names[count:])
    if len(names) == 1:
        return reaches(trees()[(SOURCE / "__init__.py").relative_to(SOURCE)].body, names)
    places = classes().get(names[0], [])
    return len(places) == 1 and reaches(places[0][1].body, names[1:])


def names_in(page, fits):
    return [text for text in quoted(page) if fits(text)]


@pytest.mark.parametrize("page", PAGES)
def test_every_path_of_the_page_is_there(page):
    paths = names_in(page, is_path)
    assert len(paths) > 10
    assert [path for path in paths if not is_there(path)] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_dotted_name_of_the_page_leads_to_something(page):
    names = names_in(page, lambda text: DOTTED.fullmatch(text) and not is_path(text))
    assert len(names) >= 5
    assert [name for name in names if not resolves(name)] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_class_that_the_page_names_alone_is_there(page):
    assert [name for name in names_in(page, CLASS.fullmatch) if name not in classes()] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_make_target_of_the_page_is_there(page):
    targets = set(re.findall(r"^([\w-]+):", read("Makefile"), re.MULTILINE))
    said = {text.split()[1] for text in quoted(page) if re.fullmatch(r"make [\w-]+", text)}
    assert sorted(said - targets) == []


@pytest.mark.parametrize("page", PAGES)
def test_every_command_of_the_page_is_there(page):
    said = {match[1] for text in quoted(page) if (match := re.match(r"xlcheck ([a-z]+)\b", text))}
    assert [name for name in sorted(said) if not (SOURCE / "cli" / f"{name}.py").is_file()] == []


# --- pages that the source cites ----------------------------------------------------------------------


def docstrings(tree):
    """The docstrings of a module, as one text."""
    documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    return "\n".join(ast.get_docstring(node) or "" for node in ast.walk(tree) if isinstance(node, documented))


def test_every_page_that_a_docstring_cites_is_there():
    cited = {(str(path), page) for path, tree in trees().items() for page in CITED.findall(docstrings(tree))}
    assert cited
    assert [entry for entry in sorted(cited) if not (ROOT / entry[1]).is_file()] == []


def test_every_section_that_the_source_cites_is_there():
    wrong = []
    for path in trees():
        for page, section in SECTION.findall((SOURCE / path).read_text(encoding="utf-8")):
            if not re.search(rf"^#+ {re.escape(section)}[. ]", read(page), re.MULTILINE):
                wrong.append((str(path), page, section))
    assert wrong == []


def test_the_pages_of_the_design_point_to_pages_that_are_there():
    for page in sorted((ROOT / "docs" / "design").glob("*.md")):
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), (page.name, target)
