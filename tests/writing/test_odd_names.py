"""Names that mean something where they are written: of sheets in copies made anew, of namespaces, texts like markup."""

from __future__ import annotations

import io
import re
import zipfile
from html import escape

import openpyxl
import pytest
import xlsxwriter
from lxml import etree

from support.badfiles.build import BOOK, STYLES, changed, faulty, zipped
from support.rich import rich
from xlcheck.form import Severity
from xlcheck.outcome import CellRef, Diagnosis, Live, Outcome, Remark, SuspectCell
from xlcheck.reading.grid import Cell, Grid
from xlcheck.reading.marks.format import SHEET
from xlcheck.reading.marks.records import Record
from xlcheck.reading.opening import open_workbook
from xlcheck.reading.trees import adopted, root_of
from xlcheck.report.assemble import Source, report_of
from xlcheck.shown import put_text
from xlcheck.writing.markup import Markup, element
from xlcheck.writing.rebuild import rebuilt
from xlcheck.writing.records import compact
from xlcheck.writing.sheetnames import fit_names, renamed

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


# --- sheets ---------------------------------------------------------------------------------------------

FITTED = {
    ("公开01 收入", "公开02 支出"): ("公开01 收入", "公开02 支出"),
    ("表", "表"): ("表", "表(2)"),
    ("表 ", "表", " 表"): ("表 ", "表", " 表"),
    ("Sheet", "sheet", "SHEET"): ("Sheet", "sheet(2)", "SHEET(3)"),
    ("a/b", "a_b"): ("a_b(2)", "a_b"),
    ("", " ", "\t"): ("工作表", "工作表(2)", "\ufffd"),
    ("History", "history_"): ("History_(2)", "history_"),
    ("'甲'", "乙'", "'"): ("甲", "乙", "工作表"),
    ("x" * 32, "x" * 31, "x" * 40): ("x" * 28 + "(2)", "x" * 31, "x" * 28 + "(3)"),
    ("😀" * 16, "😀" * 15): ("😀" * 14 + "(2)", "😀" * 15),
    ("[1]:*?/\\", "a\x0bb"): ("_1______", "a\ufffdb"),
    ("审核结果",): ("审核结果",),
    ("a" * 30 + "'b",): ("a" * 30,),
}  # fmt: skip


@pytest.mark.parametrize("names", FITTED)
def test_every_sheet_gets_a_name_that_excel_takes(names):
    found = fit_names(names)
    assert tuple(found) == FITTED[names]
    assert len({n.casefold() for n in found}) == len(names)
    book = xlsxwriter.Workbook(io.BytesIO(), {"in_memory": True})
    for name in found:
        book.add_worksheet(name)  # raises what Excel would not open
        assert len(name.encode("utf-16-le")) <= 62
    book.close()


def test_a_hundred_sheets_of_one_name_are_told_apart():
    found = fit_names(["x" * 60] * 120)
    assert len(set(found)) == 120
    assert max(map(len, found)) <= 31


def test_findings_follow_their_sheets(sample_submission):
    cells = (CellRef("公开01", "a/b", "C7", "total", "", "1"), CellRef("公开02", "丙", "C8", "part", "", "1"))
    live = Live("='a/b'!C7='丙'!C8", "='a/b'!C7-'丙'!C8-'x''y'!A1")
    remark = Remark(
        None, Severity.ERROR, "arithmetic", "relation", cells, "2", "1", "-1", live=live, params={"op": "应等于"}
    )
    suspects = tuple(SuspectCell(c, None, ("", "")) for c in cells)
    diagnosis = Diagnosis("unknown", suspects[:1], (0,), "万元", suspects[1:])
    report = report_of(Source("x.xlsx", ""), sample_submission, Outcome((remark,), (diagnosis,), (), {}))
    new = renamed(report, {"a/b": "a_b", "丙": "丙", "x'y": "z"})
    (found,), (why,) = new.findings, new.diagnoses
    assert [c.sheet for c in found.cells] == ["a_b", "丙"]
    assert found.subject is found.cells[0]
    assert [s.cell for s in (*why.cells, *why.alternatives)] == list(found.cells)
    assert (found.message, why.message) == (report.findings[0].message, report.diagnoses[0].message)
    assert found.live == Live("='a_b'!C7='丙'!C8", "='a_b'!C7-'丙'!C8-'z'!A1")
    assert report.findings[0].cells == cells


# A workbook without fills takes no marks: it is made anew, with sheets of these names.
TWINS = {
    "case": ("Sheet A", "sheet a", "SHEET A"),
    "blanks": ("表三", "表三 ", " 表三"),
    "forbidden": ("支出/决算", "支出:决算", "支出?决算"),
    "long": ("支出决算表" * 8, "支出决算表" * 8 + "甲", "x" * 200),
    "apostrophes": ("'甲'", "甲", "甲'"),
    "reserved": ("History", "HISTORY", "history"),
    "empty": ("", " ", "甲"),
    "markup": ("<r>&</r>", "&amp;", '"'),
    "emoji": ("😀" * 16, "😀" * 17, "😀"),
    "our own": ("审核结果", "审核结果(2)", "甲"),
    "the same": ("甲", "甲", "甲"),
}  # fmt: skip


@pytest.mark.parametrize("kind", TWINS)
def test_a_copy_made_anew_survives_sheets_that_are_twins(pipeline, kind):
    parts = dict(faulty())
    parts[STYLES] = re.sub(rb"<fills.*</fills>", b"", parts[STYLES])
    before = re.findall(r'<sheet name="([^"]*)"', parts[BOOK].decode())[:5:2]
    for old, new in zip(before, TWINS[kind], strict=True):
        parts = changed(BOOK, f'name="{old}"', f'name="{escape(new)}"', 1, parts)
    checked = pipeline.run(zipped(parts), "x.xlsx", mark=True)
    marked = checked.marked
    assert checked.report.refusal is None
    findings = checked.report.findings
    assert any(f.rule for f in findings)
    book = openpyxl.load_workbook(io.BytesIO(marked))
    names = [n for n in book.sheetnames if not n.startswith(SHEET)]
    assert len({n.casefold() for n in book.sheetnames}) == len(book.sheetnames)
    grids = open_workbook(zipped(parts)).grids
    assert len(names) == len(grids) - (2 if kind == "our own" else 0)
    if kind != "the same":  # where two sheets have one name nobody can tell which is meant
        fitted = dict(zip([g.name for g in grids], fit_names([g.name for g in grids]), strict=True))
        for finding in findings:
            for cell in finding.cells:
                if cell.cell and cell.role in ("total", "left", "subject"):
                    fill = book[fitted[cell.sheet]][cell.cell].fill
                    assert finding.code == "tail" or fill.fill_type == "solid", cell
    listed = book[book.sheetnames[-1]]
    assert any("按其中的数值重新生成" in str(row[0].value) for row in listed.iter_rows(max_col=1))
    for row in listed.iter_rows(min_col=4, max_col=4):
        link = row[0].hyperlink
        assert not link or re.sub(r"^'|'![A-Z0-9]+$", "", link.location).replace("''", "'") in book.sheetnames


def test_texts_that_look_like_markup_stay_texts():
    texts = ["<r>&</r>", "<r><t>x</t></r>", "<r></r>", "&amp;", "<b>", "x" * 40_000]
    grid = Grid("甲", "", rows={i: {1: Cell(t, "s", 0, formula=False)} for i, t in enumerate(texts, 1)})
    sheet = openpyxl.load_workbook(io.BytesIO(rebuilt([grid], []))).active
    assert [sheet.cell(i, 1).value for i in range(1, 7)] == [t[:32_767] for t in texts]
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    put_text(book.add_worksheet(), 0, 0, "<r>&</r>", book.add_format({"bold": True}))
    book.close()
    cell = openpyxl.load_workbook(io.BytesIO(out.getvalue())).active["A1"]
    assert (cell.value, cell.font.bold) == ("<r>&</r>", True)


# --- namespaces -----------------------------------------------------------------------------------------

SPACES = ["urn:a&b", "urn:a'b", "urn:x?a=1&b=2;c", "http://purl.example/~x/#y"]


@pytest.mark.parametrize("space", SPACES)
@pytest.mark.parametrize("base", ["faulty", "remarks"])
def test_a_namespace_with_signs_of_xml_is_written_as_it_is(pipeline, base, space):
    data = zipped(faulty()) if base == "faulty" else rich(base)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {n: archive.read(n) for n in archive.namelist()}
    told = escape(space).encode()
    parts = {
        n: d.replace(f'"{MAIN}"'.encode(), b'"' + told + b'"') if n.endswith(".xml") else d for n, d in parts.items()
    }
    usual = pipeline.run(data, "x.xlsx", mark=True)
    checked = pipeline.run(zipped(parts), "x.xlsx", mark=True)
    marked = checked.marked
    assert checked.report.refusal is None
    assert [f.code for f in checked.report.findings] == [f.code for f in usual.report.findings]
    with zipfile.ZipFile(io.BytesIO(marked)) as archive:
        ours = [n for n in archive.namelist() if "xlcheck" in n.lower() and n.endswith((".xml", ".vml"))]
        assert any("Comments" in n for n in ours)
        for name in archive.namelist():
            if name.endswith((".xml", ".rels", ".vml")):
                root = etree.fromstring(archive.read(name))
                if "xlcheckResult" in name or "xlcheckComments" in name:
                    assert root.tag.startswith(f"{{{space}}}")


def test_markup_is_built_of_elements_only():
    assert element("a", {"x": '<"&>', "n": 3}, "<&>", element("b"), element("c", None, "")) == (
        '<a x="&lt;&quot;&amp;&gt;" n="3">&lt;&amp;&gt;<b/><c></c></a>'
    )
    assert isinstance(element("a"), Markup)
    assert element("a", {}, str(element("b"))) == "<a>&lt;b/&gt;</a>"


@pytest.mark.parametrize("space", ["", *SPACES])
def test_elements_join_a_tree_in_its_namespace(space):
    root = root_of("x", space)
    made = adopted(etree.fromstring('<fill a="1"><p>&amp;</p></fill>'), root)
    assert made.tag == (f"{{{space}}}fill" if space else "fill")
    assert etree.fromstring(etree.tostring(root))[0][0].text == "&"


# --- records of marked cells --------------------------------------------------------------------------


def test_few_records_are_written_one_by_one():
    records = [Record("甲", f"A{n}", "FFFFFF", "", "") for n in range(1, 4_001)]
    assert compact(records) == records


def test_many_records_are_written_together_and_read_back():
    records = [
        Record("甲", f"{c}{n}", "FFFFFF" if n % 50 else "000000", "<fill/>", "") for c in "ABC" for n in range(1, 4_901)
    ]
    records += [Record("乙", f"A{n}", "FFFFFF", "<fill/>", "") for n in range(1, 4_901, 2)]
    found = compact(records)
    assert len(found) < 10
    assert all(len(r.cell) <= 8_000 for r in found)
    before = {(r.sheet, r.cell): r[2:] for r in records}
    assert {(r.sheet, c): r[2:] for r in found for c in r.cells()} == before


def test_a_record_that_somebody_has_written_over_says_nothing_odd():
    assert list(Record("甲", "A1:XFD1048576", "", "", "").cells()) == ["A1:XFD1048576"]
    assert list(Record("甲", "A5:A1 :: A1:B2", "", "", "").cells()) == ["A5:A1", "::", "A1:B2"]
    assert list(Record("甲", "", "", "", "").cells()) == []
