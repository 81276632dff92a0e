"""Marking loses nothing: rich workbooks, each part of the copy held against the original."""

from __future__ import annotations

import io
import re
import warnings
from pathlib import Path

import openpyxl
import pytest
import python_calamine
from openxml_audit import OpenXmlValidator

from support.rich import VARIANTS, rich
from support.rich.marking import PIPELINE, marked, pair
from support.rich.taking import Pair, find, restored, taken
from xlcheck.reading.marks.unmark import unmarked
from xlcheck.reading.package import Package, rewrite
from xlcheck.reading.workbook import Workbook

NAMES = sorted(VARIANTS)
HEAVY = {"nearly_full_styles", "full_styles"}  # 65,000 styles: the slow readers learn nothing more from them
OPENPYXL = ["big", "formatted", "manual_chart_sheet", "merged", "missing_cells", "protected", "threaded", "wps"]
NOT_AUDITED = HEAVY | {"backslashes", "strict"}  # openxml-audit can't find their parts


def stored(package: Package, key: str) -> tuple:
    """An entry as it lies in the zip."""
    part, raw = package.entry(key)
    return part, bytes(raw)


def test_the_big_one_holds_what_it_should():
    package = Package(rich("big"))
    assert len(package.parts) >= 55
    names = " ".join(package.parts)
    for word in (
        "media/image", "charts/chart", "ctrlprops", "vmldrawing", "comments", "threadedcomments", "persons", "tables/",
        "externallinks", "vbaproject", "customxml", "docprops/custom", "cellimages", "customstorage", "printersettings",
        "metadata.xml", "calcchain",
    ):  # fmt: skip
        assert word in names, word
    text = package.read("xl/worksheets/sheet3.xml").decode()
    for word in (
        "<drawing", "<legacyDrawing ", "<legacyDrawingHF", "<picture", "<tableParts", "AlternateContent", "<dataValidation ",
        "x14:sparkline", "x14:cfRule", "sheetProtection", "protectedRange", "hyperlink ", 't="shared"', 't="array"', "cm=",
    ):  # fmt: skip
        assert word in text, word


@pytest.mark.parametrize("name", NAMES)
def test_parts_without_marks_keep_their_compressed_bytes(name):
    """Names, order, dates and methods too; a signature may go, since marks make it void."""
    both = pair(name)
    kept = [k for k in both.before.parts if not k.startswith("_xmlsignatures/") or k in both.after.parts]
    assert list(both.after.parts)[: len(kept)] == kept
    may = {p.lower() for p in both.may_change()}
    for key in kept:
        if key not in may:
            assert stored(both.before, key) == stored(both.after, key), key
        else:
            assert both.before.parts[key].encoded == both.after.parts[key].encoded


def test_only_sheets_with_marks_change():
    """In the big one that is the sheets with findings; the last table, the hidden ones and others stay as they are."""
    both = pair("big")
    checked = PIPELINE.run(rich("big"), "x.xlsx")
    cells = [c for f in checked.report.findings for c in f.cells] + [c.cell for c in checked.report.diagnoses]
    parts = {e.name: e.part for e in Workbook(both.before).sheets}
    named = {parts[c.sheet] for c in cells if c.sheet}
    assert {"xl/worksheets/sheet3.xml", "xl/worksheets/sheet5.xml"} <= set(both.marked_sheets()) <= named
    assert "xl/worksheets/sheet10.xml" not in both.marked_sheets()


@pytest.mark.parametrize("name", NAMES)
def test_in_touched_parts_only_our_additions_differ(name):
    """With our additions taken off, both say the same: every element, attribute, text and comment, in its order."""
    both = pair(name)
    touched = [
        p.name
        for k, p in both.before.parts.items()
        if k in both.after.parts and both.before.read(k) != both.after.read(k)
    ]
    assert len(touched) >= 6
    for part in touched:
        before, after = taken(both, part)
        assert before == after, part


@pytest.mark.parametrize("name", NAMES)
def test_what_is_added_is_ours_by_name(name):
    own = re.compile(
        r"xlcheck/stash\.zip|xl/worksheets/xlcheckResult1\.xml|xl/(drawings/)?xlcheck(Notes|Comments)\d\.(vml|xml)|xl/worksheets/_rels/sheet\d\.xml\.rels"
    )
    assert [n for n in pair(name).added() if not own.fullmatch(n)] == []


def values(data: bytes) -> dict[str, list]:
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    sheets = [m.name for m in book.sheets_metadata if "Work" in str(m.typ)]
    return {n: book.get_sheet_by_name(n).to_python(skip_empty_area=False) for n in sheets}


@pytest.mark.parametrize("name", [n for n in NAMES if n not in HEAVY])
def test_cached_values_stay_for_a_reader_of_another_kind(name):
    before, after = values(rich(name)), values(marked(name))
    assert list(after)[:-1] == list(before)
    assert {n: after[n] for n in before} == before


@pytest.mark.parametrize("name", OPENPYXL)
def test_openpyxl_reads_the_same_formulas_names_and_states(name):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        before, after = (openpyxl.load_workbook(io.BytesIO(d), keep_vba=True) for d in (rich(name), marked(name)))
    assert after.sheetnames[:-1] == before.sheetnames
    assert {k: v.value for k, v in after.defined_names.items() if not k.startswith("xlcheck_")} == {
        k: v.value for k, v in before.defined_names.items()
    }
    assert (after.active.title, after.calculation.calcMode) == (before.active.title, before.calculation.calcMode)
    for sheet in before.worksheets:
        other = after[sheet.title]
        assert (other.sheet_state, other.merged_cells.ranges) == (sheet.sheet_state, sheet.merged_cells.ranges)
        assert other.print_title_rows == sheet.print_title_rows
        for row in sheet.iter_rows():
            for cell in row:
                twin = other[cell.coordinate]
                said = [getattr(c.value, "text", c.value) for c in (cell, twin)]  # an array formula is an object
                assert (twin.data_type, said[1]) == (cell.data_type, said[0])
                if cell.comment:
                    assert twin.comment.text == cell.comment.text


@pytest.mark.parametrize("name", NAMES)
def test_as_many_tabs_are_selected_as_before(name):
    both = pair(name)
    book = Workbook(both.after)
    selected = [e.name for e in book.sheets if b'tabSelected="1"' in both.after.read(e.part)]
    assert len(selected) == 1


def audit(data: bytes, folder: Path, name: str) -> set[str]:
    path = folder / ("x.xlsm" if name == "big" else "x.xlsx")
    path.write_bytes(data)
    errors = OpenXmlValidator().validate(str(path)).errors
    return {re.sub(r"^Worksheet \S+ has \d+", "A worksheet has", e.description) for e in errors}


@pytest.mark.parametrize("name", [n for n in NAMES if n not in NOT_AUDITED])
def test_openxml_audit_finds_nothing_new(name, tmp_path):
    found = audit(marked(name), tmp_path, name)
    assert not found or found - audit(rich(name), tmp_path, name) == set()


@pytest.mark.parametrize("name", NAMES)
def test_a_second_run_on_the_copy_finds_the_same(name):
    first = PIPELINE.run(rich(name), "x.xlsx")
    again = PIPELINE.run(marked(name), "x.xlsx", mark=True)
    twice = again.marked
    assert again.report.findings == first.report.findings
    assert again.outcome.tallies == first.outcome.tallies
    assert again.report.diagnoses == first.report.diagnoses
    assert twice == marked(name)


@pytest.mark.parametrize("name", NAMES)
def test_unmarking_gives_every_part_back(name):
    before, after = Package(rich(name)), Package(unmarked(marked(name)) or b"")
    assert list(after.parts) == list(before.parts)
    for key in before.parts:
        assert stored(before, key) == stored(after, key), key


def unstashed(data: bytes) -> bytes:
    """The copy as a program leaves it that knows nothing of the stash."""
    package = Package(data)
    types = package.read("[Content_Types].xml").replace(b'PartName="/xlcheck/stash.zip"', b'PartName="/xlcheck/gone"')
    rels = re.sub(rb"<Relationship [^>]*urn:xlcheck:stash[^>]*/>", b"", package.read("_rels/.rels"))
    return rewrite(package, {"[Content_Types].xml": types, "_rels/.rels": rels}, (), {"xlcheck/stash.zip"})


@pytest.mark.parametrize("name", [n for n in NAMES if n not in HEAVY])
def test_unmarking_without_the_stash_loses_nothing_of_the_units(name):
    """Every element, note and shape is there again; cells look as they did."""
    data = unmarked(unstashed(marked(name)))
    assert data is not None
    both = Pair(Package(rich(name)), Package(data))
    gone = [p.name for k, p in both.before.parts.items() if k not in both.after.parts]
    assert [n for n in gone if not n.startswith("_xmlsignatures/")] == []
    assert find(both.trees(Workbook(both.before).part)[1], "sheets") is not None
    for entry in Workbook(both.before).sheets:
        before, after = restored(both, entry.part)
        assert before == after, entry.name
    for key in both.before.parts:
        if "drawing" in key or "comments" in key:
            before, after = (p.read(key) for p in both)
            assert before == after or taken(both, key)[0] == taken(both, key)[1], key
