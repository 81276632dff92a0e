"""A marked copy that comes back is opened once, as what the unit made; packages without a zip are guarded like files."""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from collections import Counter

import openpyxl
import pytest

from support.places import SAMPLES
from xlcheck.errors import Refused
from xlcheck.reading import entries, package
from xlcheck.reading.edit import Edit
from xlcheck.reading.entries import MAX_ENTRIES, MAX_FILE, Entry, Part, entries_of, packed
from xlcheck.reading.marks import returned, unmark
from xlcheck.reading.marks.format import KEY, ORIGINALS, SHEET, STATEMENT, VALUES
from xlcheck.reading.marks.original_parts import original_entries
from xlcheck.reading.marks.unmark import unmarked
from xlcheck.reading.opening import open_marked, open_workbook
from xlcheck.reading.package import MAX_INFLATED, Package, Read, rewrite
from xlcheck.reading.workbook import Workbook

REASON = "本单位当年没有这项收支，已核实。"


@pytest.fixture(scope="module")
def original() -> bytes:
    return (SAMPLES / "tunliu_2023_transposed.xlsx").read_bytes()


@pytest.fixture(scope="module")
def marked(pipeline, original) -> bytes:
    return pipeline.run(original, "x.xlsx", mark=True).marked


@pytest.fixture(scope="module")
def saved(marked) -> bytes:
    """The copy as another program saves it, with something said of its first finding."""
    book = openpyxl.load_workbook(io.BytesIO(marked))
    sheet = book[SHEET]
    row = next(r for r in range(1, 99) if sheet.cell(r, KEY).value and sheet.cell(r, VALUES).value)
    sheet.cell(row, STATEMENT).value = REASON
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


# --- what is opened -------------------------------------------------------------------------------------


def test_a_marked_copy_opens_as_the_unit_has_it(original, marked):
    mine, theirs = open_workbook(marked), open_workbook(original)
    assert mine.grids == theirs.grids
    assert (mine.marked, mine.justifications) == (True, ())
    assert (theirs.marked, theirs.justifications) == (False, ())
    assert mine.workbook.package.parts == theirs.workbook.package.parts
    assert SHEET in {grid.name for grid in open_marked(marked).grids}


def test_a_copy_that_was_saved_opens_without_marks_and_with_what_the_unit_wrote(original, saved):
    opened = open_workbook(saved)
    assert opened.marked
    assert [g.name for g in opened.grids] == [g.name for g in open_workbook(original).grids]
    assert [j.text for j in opened.justifications] == [REASON]
    assert opened.workbook.package.zipped() == unmarked(saved)


def test_what_opening_leaves_is_what_the_file_without_marks_holds(marked, saved):
    for copy in (marked, saved):
        clean = unmarked(copy)
        mine, theirs = open_workbook(copy), open_workbook(clean)
        assert mine.grids == theirs.grids
        assert not theirs.marked
        for name in theirs.workbook.package.parts:
            assert mine.workbook.package.read(name) == theirs.workbook.package.read(name)


# --- once -----------------------------------------------------------------------------------------------


@pytest.fixture
def costs(monkeypatch, marked, saved) -> dict[str, Counter]:
    """What opening does from now on: zips looked through, parts inflated and parsed (for reading), sheets read; how often."""
    found: dict[str, Counter] = {name: Counter() for name in ("zips", "inflated", "parsed", "sheets")}

    def counted(module, name, what, key):
        true = getattr(module, name)

        def work(*given, **more):
            if (said := key(*given, **more)) is not None:
                found[what][said] += 1
            return true(*given, **more)

        monkeypatch.setattr(module, name, work)

    counted(package, "entries_of", "zips", lambda data: "zip")
    counted(package, "inflated", "inflated", lambda entry, most: (entry.part.name, entry.part.crc))
    counted(package, "parse_xml", "parsed", lambda data, name, *, bare=False: (name, zlib.crc32(data)))
    counted(returned, "read_grid", "sheets", lambda book, entry: entry.name)
    counted(unmark, "read_grid", "sheets", lambda book, entry: entry.name)
    return found


def test_a_workbook_without_marks_is_opened_once(costs, original):
    open_workbook(original)
    assert costs["zips"] == {"zip": 1}
    assert set(costs["inflated"].values()) == set(costs["parsed"].values()) == {1}
    assert not costs["sheets"]  # beyond those that its reader reads


@pytest.mark.parametrize("which", ["marked", "saved"])
def test_of_a_marked_copy_no_part_is_inflated_or_parsed_twice(costs, request, which):
    opened = open_workbook(request.getfixturevalue(which))
    assert costs["zips"] == {"zip": 1}
    assert set(costs["inflated"].values()) == set(costs["parsed"].values()) == {1}
    assert set(costs["sheets"]) == {grid.name for grid in opened.grids}  # marked ones are known from their reader
    assert set(costs["sheets"].values()) == {1}


# --- guards of a package without a zip ------------------------------------------------------------------


def part_of(name: str, data: bytes, **more) -> Entry:
    blank = Part(name, name.encode(), 0x800, 8, 0, 0x21, 0, 0, 0, 0)
    entry = packed(blank, data)
    return entry._replace(part=entry.part._replace(**more))


def refusal(work) -> str:
    with pytest.raises(Refused) as refused:
        work()
    return refused.value.code


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("too_large", [Entry(part_of("a", b"").part, bytes(MAX_FILE))]),
        ("too_many_parts", [part_of(str(i), b"") for i in range(MAX_ENTRIES + 1)]),
        ("duplicate_parts", [part_of("a", b"1"), part_of("A", b"2")]),
        ("encrypted", [part_of("a", b"1", flags=1)]),
        ("damaged", [part_of("a", b"1", method=99)]),
    ],
)
def test_entries_are_refused_as_the_zip_of_them_would_be(code, found):
    assert refusal(lambda: Package(found)) == code


@pytest.mark.parametrize(
    ("code", "entry"),
    [
        ("damaged", part_of("a", b"1", crc=7)),
        ("damaged", part_of("a", b"1")._replace(raw=b"\xff" * 9)),
        ("bomb", Entry(*packed(part_of("a", b"").part, b"\0" * 4_000_000))),
    ],
)
def test_parts_of_entries_are_guarded_when_they_are_read(code, entry):
    if code == "bomb":  # our own writing stores such a part: say that it is deflated
        raw = zlib.compress(b"\0" * 4_000_000, wbits=-15)
        entry = Entry(entry.part._replace(method=8, packed=len(raw)), raw)
    assert refusal(lambda: Package([entry]).read("a")) == code


def test_what_is_known_of_parts_counts_for_what_a_package_may_hold():
    half = bytes(MAX_INFLATED // 2 + 1)
    found = [part_of("a", b""), part_of("b", b""), part_of("c", b"<x/>")]
    book = Package(found, {"a": Read(half), "b": Read(half)})
    assert len(book.read("a")) == len(half)
    assert refusal(lambda: book.read("b")) == "bomb"
    assert refusal(lambda: book.tree("c")) == "bomb"


def test_only_a_packages_own_entries_are_known(original):
    first, second = Package(original), Package(original)
    first.read("xl/workbook.xml")
    mine = [first.entry(name) for name in first.parts]
    assert list(first.read_of(mine)) == ["xl/workbook.xml"]
    assert first.read_of([second.entry(name) for name in second.parts]) == {}


def test_the_length_of_a_zip_is_known_before_it_is_made(original):
    found = list(entries_of(original).values())
    assert entries._length(found) == len(entries.zipped(found))


def test_an_edited_package_is_what_its_file_would_be(original):
    def edited():
        edit = Edit(Workbook(Package(original)).package)
        edit.tree("xl/workbook.xml").set("mark", "中")
        return edit

    made, file = edited().finished(drop={"docprops/app.xml"}), edited().finish(drop={"docprops/app.xml"})
    assert made.zipped() == file
    assert {n: made.read(n) for n in made.parts} == {n: Package(file).read(n) for n in made.parts}


# --- original parts that nobody of us has kept ----------------------------------------------------------

LIES = {
    "name": ["x", "xl/other.xml", 7], "encoded": ["00", "ff", ""], "flags": [1, 8, True, "0", 0x10000], "method": [-1, "8", 8.0],
    "time": [-1, 1 << 16, None], "crc": [1 << 32, "0"], "packed": [0, 1 << 32], "size": [-1, 1 << 40], "external": [-1, 0.5],
}  # fmt: skip


@pytest.mark.parametrize(("field", "value"), [(field, value) for field, values in LIES.items() for value in values])
def test_a_part_that_no_zip_could_have_is_none_of_ours(marked, field, value):
    copy = Package(marked)
    assert original_entries(copy) is not None
    assert original_entries(Package(lied(copy, {field: value}))) is None


def test_the_word_of_a_part_for_its_size_is_not_taken(marked):
    """Neither was it, when it came in a zip: bytes are counted as they come out."""
    assert unmarked(lied(Package(marked), {"size": 7})) is not None


def lied(copy: Package, fields: dict) -> bytes:
    """A copy whose manifest says something else of its first original."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(copy.read(ORIGINALS))) as kept, zipfile.ZipFile(out, "w") as archive:
        for name in kept.namelist():
            data = kept.read(name)
            if name == "manifest.json":
                manifest = json.loads(data)
                manifest["parts"][0] |= fields
                data = json.dumps(manifest).encode()
            archive.writestr(name, data)
    return rewrite(copy, {ORIGINALS: out.getvalue()}, ())
