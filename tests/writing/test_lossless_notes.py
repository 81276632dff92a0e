"""What marks add to rich workbooks fits what is there: notes, shapes, formats, styles, signatures."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import warnings
import zipfile

import openpyxl
import pytest
from lxml import etree

from support.rich import NAME3
from support.rich.build import ORDER, TEXTS
from support.rich.marking import marked, pair
from support.rich.taking import OURS, colour, find, local
from xlcheck.reading.marks.format import SUSPECT_COLOUR
from xlcheck.reading.package import Package
from xlcheck.reading.workbook import Workbook, relations

SHEET3 = "xl/worksheets/sheet3.xml"
WITH_SHAPES = [
    "big", "button_only", "named_button", "grouped_shapes", "full_block", "other_drawings", "threaded", "strict", "backslashes",
]  # fmt: skip
_V = "{urn:schemas-microsoft-com:vml}"
_O = "{urn:schemas-microsoft-com:office:office}"


def drawing_of(name: str, part: str = SHEET3) -> etree._Element:
    drawing = pair(name).notes(part)[1]
    assert drawing is not None
    return drawing


def numbers(drawing: etree._Element) -> list[int]:
    """The numbers of all shapes, in groups too; a named one has it in ``o:spid``."""
    said = [e.get(_O + "spid") or e.get("id") or "" for e in drawing.iter(_V + "shape", _V + "group")]
    return [int(m.group(1)) for s in said if (m := re.fullmatch(r"_x0000_s(\d+)", s))]


def blocks(drawing: etree._Element) -> set[int]:
    return {int(n) for e in drawing.iter(_O + "idmap") for n in str(e.get("data")).split(",")}


@pytest.mark.parametrize("name", WITH_SHAPES)
def test_no_shape_number_is_taken_twice(name):
    found = numbers(drawing_of(name))
    assert len(found) >= 4
    assert len(set(found)) == len(found)


@pytest.mark.parametrize("name", WITH_SHAPES)
def test_shape_numbers_lie_in_the_blocks_of_their_drawing(name):
    drawing = drawing_of(name)
    assert {n // 1024 for n in numbers(drawing)} <= blocks(drawing)


@pytest.mark.parametrize("name", ["big", "other_drawings", "named_button"])
def test_no_two_drawings_claim_one_block(name):
    after = pair(name).after
    drawings = {k: blocks(etree.fromstring(after.read(k))) for k in after.parts if k.endswith(".vml")}
    ours = [b for k in drawings if "xlcheck" in k for b in drawings[k]]
    others = [b for k in drawings if "xlcheck" not in k for b in drawings[k]]
    assert len(ours) >= 1
    assert len(set(ours)) == len(ours)
    assert not set(ours) & set(others)


@pytest.mark.parametrize("name", WITH_SHAPES)
def test_the_type_of_every_note_is_defined(name):
    drawing = drawing_of(name)
    defined = {"#" + str(e.get("id")) for e in drawing.iter(_V + "shapetype")}
    assert {str(e.get("type")) for e in drawing.iter(_V + "shape")} <= defined


@pytest.mark.parametrize("name", WITH_SHAPES)
def test_every_note_has_one_box_and_every_marked_figure_a_note(name):
    comments, drawing = pair(name).notes(SHEET3)
    at = [str(e.get("ref")) for e in comments.iter("{*}comment")]
    boxes = [(e.findtext(".//{*}Row"), e.findtext(".//{*}Column")) for e in drawing.iter(_V + "shape")]
    spots = [f"{chr(65 + int(c))}{int(r) + 1}" for r, c in boxes if r is not None]
    assert sorted(at) == sorted(spots)
    assert len(at) == len(set(at))
    assert {"F9", *TEXTS} <= set(at)


def test_a_conversation_on_the_wrong_cell_is_kept_and_the_cell_filled():
    both = pair("threaded")
    comments, _ = both.notes(SHEET3)
    (own,) = [e for e in comments.iter("{*}comment") if e.get("ref") == "F9"]
    assert "线程批注" in "".join(own.itertext())
    cell = next(c for c in both.trees(SHEET3)[1].iter("{*}c") if c.get("r") == "F9")
    assert colour(both.styles()[1], int(cell.get("s"))) == SUSPECT_COLOUR


def test_old_vml_that_is_no_xml_stays_and_the_fills_must_do():
    both = pair("broken_vml")
    (vml,) = [k for k in both.before.parts if k.endswith(".vml")]
    assert both.after.read(vml) == both.before.read(vml)
    assert not [k for k, _ in relations(both.after, SHEET3).values() if k.endswith("/comments")]
    cells = [c for c in both.trees(SHEET3)[1].iter("{*}c") if colour(both.styles()[1], int(c.get("s") or 0)) in OURS]
    assert len(cells) >= 5


def test_elements_of_the_marked_sheet_stand_in_the_order_of_the_schema():
    for name in ("big", "button_only", "formatted", "protected", "title_link"):
        for part in pair(name).marked_sheets():
            ranks = [ORDER.index(local(e)) for e in pair(name).trees(part)[1]]
            assert ranks == sorted(ranks), (name, part)


@pytest.mark.parametrize("name", ["big", "formatted"])
def test_our_conditional_formats_come_after_all_of_the_units(name):
    rules = list(pair(name).trees(SHEET3)[1].iter("{*}cfRule"))
    ours = [int(r.get("priority")) for r in rules if "xlcheck_" in "".join(r.itertext())]
    others = [int(r.get("priority")) for r in rules if "xlcheck_" not in "".join(r.itertext()) and r.get("priority")]
    assert len(ours) >= 3
    assert len(others) == 3
    assert min(ours) > max(others)


def test_a_title_that_leads_somewhere_gets_no_second_link():
    links = find(pair("title_link").trees(SHEET3)[1], "hyperlinks")
    assert [e.get("location") for e in links] == ["A22"]


def test_the_list_of_a_strict_workbook_is_strict():
    both = pair("strict")
    (part,) = [n for n in both.added() if "xlcheckResult" in n]
    assert (
        etree.QName(etree.fromstring(both.after.read(part))).namespace
        == "http://purl.oclc.org/ooxml/spreadsheetml/main"
    )


def test_styles_grow_while_there_is_room():
    both = pair("nearly_full_styles")
    cell = next(c for c in both.trees(SHEET3)[1].iter("{*}c") if c.get("r") == "F9")
    assert colour(both.styles()[1], int(cell.get("s"))) == SUSPECT_COLOUR
    assert 63_990 < len(both.styles()[1].xfs) <= 65_490


def test_a_full_style_table_stays_within_what_excel_takes():
    assert len(pair("full_styles").styles()[1].xfs) <= 65_490


@pytest.mark.parametrize("at", ["F8", "E8"])
def test_a_wrong_blank_that_had_no_cell_has_the_look_of_its_row(at):
    """Row 8 has a style of its own: a cell made there starts from it."""
    both = pair("missing_cells")
    (row,) = [r for r in both.trees(SHEET3)[1].iter("{*}row") if r.get("r") == "8"]
    places = [c.get("r") for c in row]
    assert places == sorted(places)
    (cell,) = [c for c in row if c.get("r") == at]
    before, after = both.styles()
    assert len(cell) == 0
    assert after.xfs[int(cell.get("s"))].get("fontId") == before.xfs[15].get("fontId")
    assert after.xfs[int(cell.get("s"))].find("{*}protection").get("hidden") == "1"
    assert colour(after, int(cell.get("s"))) in OURS


SIGNED = "no code knows of signatures: the copy keeps one that its marks have made void"


def names_signature(package: Package) -> bool:
    texts = [package.read("_rels/.rels"), package.read("[Content_Types].xml")]
    return any(b"digital-signature" in t for t in texts) or any("_xmlsignatures" in k for k in package.parts)


def test_a_signature_that_the_marks_make_void_is_dropped():
    assert names_signature(pair("signed").before)
    assert not names_signature(pair("signed").after)


def test_the_list_says_that_the_copy_is_no_longer_signed():
    both = pair("signed")
    (part,) = [n for n in both.added() if "xlcheckResult" in n]
    assert "签名" in both.after.read(part).decode()


@pytest.mark.parametrize("name", ["manual_chart_sheet", "big", "remarks"])
def test_names_of_the_list_belong_to_the_list(name):
    """``localSheetId`` counts sheets of any kind, and nothing but sheets."""
    root = etree.fromstring(pair(name).after.read(Workbook(pair(name).after).part))
    sheets = [e.get("name") for e in find(root, "sheets") if isinstance(e.tag, str)]
    for element in root.iter("{*}definedName"):
        if (element.text or "").startswith("'审核结果'") and element.get("localSheetId"):
            assert sheets[int(element.get("localSheetId"))] == "审核结果"


SOFFICE = shutil.which("soffice")


@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed here; .ci/run installs it")
def test_libreoffice_finds_marks_and_everything_of_the_units_in_the_big_one(tmp_path):
    source = tmp_path / "in.xlsm"
    source.write_bytes(marked("big"))
    command = [
        SOFFICE, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "xlsx",
        "--outdir", str(tmp_path / "out"), str(source),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    data = (tmp_path / "out" / "in.xlsx").read_bytes()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book, ours = (openpyxl.load_workbook(io.BytesIO(d)) for d in (data, marked("big")))
    sheet = book[NAME3]
    for at in ("F9", *TEXTS):
        fill = sheet[at].fill.fgColor.rgb[2:]
        assert fill in OURS
        assert fill == ours[NAME3][at].fill.fgColor.rgb[2:]
        assert "".join(sheet[at].comment.text.split()) == "".join(ours[NAME3][at].comment.text.split())
    assert "已核对" in sheet["E9"].comment.text
    assert (sheet["F9"].value, sheet["AB3"].value) == (257.64, "=E10*2")
    assert book["审核结果"]["A1"].value == "审核结果"
    assert (book["字典"].sheet_state, book["内部"]["A1"].value) == ("hidden", 6)
    assert sheet.protection.sheet
    assert sheet.data_validations.dataValidation
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        drawings = [
            archive.read(n).decode() for n in archive.namelist() if re.fullmatch(r"xl/drawings/drawing\d+\.xml", n)
        ]
        rels = archive.read("xl/worksheets/_rels/sheet3.xml.rels").decode()
        assert sum(n.startswith("xl/charts/chart") for n in archive.namelist()) == 2
    own = [d for d in drawings if "经审核无误" in d and "graphicFrame" in d]
    assert len(own) == 2
    assert all("<xdr:pic>" in d for d in own)
    assert "comments" in rels
    assert "drawing" in rels
