"""Marks on workbooks that other programs than Excel and WPS make: the traps met in 941 of them, each in its smallest form.

The workbooks are built here, part by part; the findings are made up.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable

import pytest
from lxml import etree

from xlcheck.errors import Refused
from xlcheck.form import Severity
from xlcheck.model import Submission
from xlcheck.outcome import CellRef, Diagnosis, Live, Outcome, Remark, SuspectCell
from xlcheck.reading.edit import Edit
from xlcheck.reading.marks.format import COLOURS, ORIGINALS, ORIGINALS_RELATION, PART_COLOUR, SUSPECT_COLOUR
from xlcheck.reading.marks.unmark import unmarked
from xlcheck.reading.numberformats import odd_formats
from xlcheck.reading.package import Package
from xlcheck.reading.sheetxml import read_grid
from xlcheck.reading.workbook import Workbook, local, relations
from xlcheck.report.assemble import Source, report_of
from xlcheck.report.report import Report
from xlcheck.writing.marked import marked_copy

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
DOC = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_MAIN = "http://purl.oclc.org/ooxml/spreadsheetml/main"
STRICT_DOC = "http://purl.oclc.org/ooxml/officeDocument/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
VML = "urn:schemas-microsoft-com:vml"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml."
RELS_TYPE = "application/vnd.openxmlformats-package.relationships+xml"
VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
# CT_Worksheet's children from the cells on
ORDER = re.split(
    r" ",
    "sheetData sheetCalcPr sheetProtection protectedRanges scenarios autoFilter sortState dataConsolidate customSheetViews "
    "mergeCells phoneticPr conditionalFormatting dataValidations hyperlinks printOptions pageMargins pageSetup headerFooter "
    "rowBreaks colBreaks customProperties cellWatches ignoredErrors smartTags drawing legacyDrawing legacyDrawingHF "
    "drawingHF picture oleObjects controls webPublishItems tableParts extLst",
)

SHEET1, SHEET2 = "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"
CELLS = '<row r="1"><c r="A1" t="str"><v>支出</v></c><c r="C1" s="1"><v>12.50</v></c></row><row r="4"><c r="B4"><v>3</v></c></row>'
XF = '<xf numFmtId="0" fontId="0" fillId="0" borderId="0"{}/>'
STYLES = (
    f'<styleSheet xmlns="{MAIN}"><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    f'<cellStyleXfs count="1">{XF.format("")}</cellStyleXfs>'
    f'<cellXfs count="2">{XF.format(" xfId=" + chr(34) + "0" + chr(34)) * 2}</cellXfs></styleSheet>'
)


def worksheet(cells: str = CELLS, after: str = "", names: str = "", main: str = MAIN, doc: str = DOC) -> str:
    return f'<worksheet xmlns="{main}" xmlns:r="{doc}"{names}><sheetData>{cells}</sheetData>{after}</worksheet>'


def rels(*targets: tuple[str, str], base: str = DOC) -> str:
    """A relationships part; ids count from rId1."""
    inner = "".join(
        f'<Relationship Id="rId{i}" Type="{k if "/" in k else f"{base}/{k}"}" Target="{t}"/>'
        for i, (k, t) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{inner}</Relationships>'


def types(*more: tuple[str, str], default: bool = True) -> str:
    """Content types; without ``default`` each .rels part is named, as LibreOffice did up to 7."""
    known = [("xl/workbook.xml", TYPE + "sheet.main+xml"), (SHEET1, TYPE + "worksheet+xml"), (SHEET2, TYPE + "worksheet+xml"),
             ("xl/styles.xml", TYPE + "styles+xml"), *more]  # fmt: skip
    if not default:
        known += [("_rels/.rels", RELS_TYPE), ("xl/_rels/workbook.xml.rels", RELS_TYPE)]
    said = f'<Default Extension="rels" ContentType="{RELS_TYPE}"/>' if default else ""
    said += "".join(f'<Override PartName="/{p}" ContentType="{k}"/>' for p, k in known)
    return f'<Types xmlns="{PACKAGE}/content-types">{said}</Types>'


def book(sheets: str = "", after: str = "", main: str = MAIN, doc: str = DOC) -> str:
    sheets = sheets or '<sheet name="甲" sheetId="1" r:id="rId1"/><sheet name="乙" sheetId="2" r:id="rId2"/>'
    return f'<workbook xmlns="{main}" xmlns:r="{doc}"><sheets>{sheets}</sheets>{after}</workbook>'


BOOK_RELS = (("worksheet", "worksheets/sheet1.xml"), ("worksheet", "worksheets/sheet2.xml"), ("styles", "styles.xml"))


def package(parts: dict[str, str | bytes | None] | None = None) -> bytes:
    """A workbook of two sheets, with other or more ``parts`` (None: left out)."""
    usual: dict[str, str | bytes | None] = {
        "[Content_Types].xml": types(), "_rels/.rels": rels(("officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": book(), "xl/_rels/workbook.xml.rels": rels(*BOOK_RELS), "xl/styles.xml": STYLES,
        SHEET1: worksheet(), SHEET2: worksheet(),
    }  # fmt: skip
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in (usual | (parts or {})).items():
            if text is not None:
                data = text if isinstance(text, bytes) else (HEAD + text).encode()
                archive.writestr(zipfile.ZipInfo(name, (2023, 1, 1, 0, 0, 0)), data)
    return out.getvalue()


def ref(sheet: str, cell: str, role: str = "subject", value: str | None = "12.5") -> CellRef:
    return CellRef("财决01表", sheet, cell, role, "支出", value)


def outcome(sheet: str = "甲", cells: Iterable[str] = ("C1", "B2", "B4")) -> Outcome:
    """Every level, a cause, a cell that only takes part, live and dead findings."""
    first, *others = cells
    live = Live(f"=ABS('{sheet}'!{first}-1)<0.005", f"='{sheet}'!{first}-1")
    found = [
        Remark(None, severity, "structure", "all_blank", (ref(sheet, cell),), live=live if i % 2 == 0 else None)
        for i, (severity, cell) in enumerate(zip(Severity, [*others, first], strict=False))
    ]
    found.append(found[0]._replace(cells=(ref(sheet, first, "total"), ref(sheet, "A1", "part"))))
    suspect = SuspectCell(ref(sheet, first), "13", ("13", "13"))
    return Outcome(tuple(found), (Diagnosis("transposition", (suspect,), (len(found) - 1,), "万元"),), (), {})


def report(now: Submission, out: Outcome | None = None) -> Report:
    """What a check of ``now`` says where it ends so."""
    return report_of(Source("x.xlsx", ""), now, out or outcome())


def mark(data: bytes, now: Submission, out: Outcome | None = None) -> Package:
    """The marked copy, once it has been seen that unmarking gives the original and that values stay."""
    workbook = Workbook(Package(data))
    copy = marked_copy(workbook, report(now, out))
    before, after = Package(data), Package(copy)
    back = unmarked(copy)
    assert back is not None
    assert _stored(Package(back)) == _stored(before)
    assert marked_copy(Workbook(Package(back)), report(now, out)) == copy
    assert _cells(Workbook(after)).items() >= _cells(workbook).items()
    assert _cells(_saved_by_another(copy)) == _cells(workbook)
    for name in {s.part for s in workbook.sheets}:
        assert _spelled(after.tree(name)) == _spelled(before.tree(name))
    return after


def _stored(package: Package) -> list:
    return [(part, bytes(raw)) for part, raw in map(package.entry, package.parts)]


def _cells(workbook: Workbook) -> dict:
    return {s.name: {r: {c: v[:2] for c, v in row.items()} for r, row in read_grid(workbook, s).rows.items()} for s in workbook.sheets}  # fmt: skip


def _spelled(root: etree._Element) -> list:
    return [(local(e.tag), e.text, dict(e.attrib)) for e in root.iter() if local(e.tag) in ("v", "f", "is", "t")]


def _saved_by_another(copy: bytes) -> Workbook:
    """Unmarked without the stash, which a program that saves the copy leaves out."""
    package = Package(copy)
    edit = Edit(package)
    root = edit.tree("_rels/.rels")
    for element in [e for e in root if e.get("Type") == ORIGINALS_RELATION]:
        root.remove(element)
    edit.forget_type(ORIGINALS)
    back = unmarked(edit.finish(drop={ORIGINALS}))
    assert back is not None
    return Workbook(Package(back))


def kind_of(package: Package, name: str) -> str | None:
    """A part's content type: by its name, else by its ending."""
    root = package.tree("[Content_Types].xml")
    named = {(e.get("PartName") or "").lower(): e.get("ContentType") for e in root if local(e.tag) == "Override"}
    by_ending = {(e.get("Extension") or "").lower(): e.get("ContentType") for e in root if local(e.tag) == "Default"}
    return named.get("/" + name.lower()) or by_ending.get(name.rpartition(".")[2].lower())


def children(package: Package, name: str = SHEET1) -> list[str]:
    """What stands in a worksheet, in its order; alternatives by what they hold."""
    found = []
    for element in package.tree(name):
        inner = [local(e.tag) for choice in element for e in choice] if local(element.tag) == "AlternateContent" else []
        found.append(inner[0] if inner else local(element.tag))
    return found


def cell(package: Package, at: str, name: str = SHEET1) -> etree._Element:
    return next(e for e in package.tree(name).iter() if local(e.tag) == "c" and e.get("r") == at)


def fill(package: Package, at: str, name: str = SHEET1) -> str:
    """RRGGBB of a cell's fill, found as a program finds it that knows no alternatives but the fallback."""
    root = package.tree("xl/styles.xml")
    table = {local(e.tag): [_fallback(x) for x in e] for e in root}
    xf = table["cellXfs"][int(cell(package, at, name).get("s", "0"))]
    colours = [e.get("rgb", "") for e in table["fills"][int(xf.get("fillId", "0"))].iter() if local(e.tag) == "fgColor"]
    return colours[0][-6:] if colours else ""


def _fallback(element: etree._Element) -> etree._Element:
    if local(element.tag) != "AlternateContent":
        return element
    return next(e[0] for e in element if local(e.tag) == "Fallback")


# --- the packaging --------------------------------------------------------------------------------


def test_the_usual_workbook_takes_every_mark(sample_submission):
    copy = mark(package(), sample_submission)
    assert {a: fill(copy, a) for a in ("A1", "C1", "B2", "B4")} == {
        "A1": PART_COLOUR, "C1": SUSPECT_COLOUR, "B2": COLOURS[Severity.ERROR], "B4": COLOURS[Severity.VERIFY],
    }  # fmt: skip
    assert [c for c in children(copy) if c not in ORDER] == []
    assert sorted(children(copy), key=ORDER.index) == children(copy)


@pytest.mark.parametrize(
    "default",
    [
        True,
        False,
    ],
)
def test_every_part_of_the_copy_has_a_content_type(sample_submission, default):
    """LibreOffice up to 7 has no Default for .rels; a part without a type makes the package invalid."""
    copy = mark(package({"[Content_Types].xml": types(default=default)}), sample_submission)
    assert [p.name for p in copy.parts.values() if p.name != "[Content_Types].xml" and not kind_of(copy, p.name)] == []
    assert {kind_of(copy, n) for n in copy.parts if n.endswith(".rels")} == {RELS_TYPE}
    assert {kind_of(copy, n) for n in copy.parts if n.endswith(".vml")} == {VML_TYPE}


def test_part_names_that_differ_in_case_from_their_relations(sample_submission):
    data = package({SHEET1: None, "xl/worksheets/Sheet1.xml": worksheet()})
    copy = mark(data, sample_submission)
    assert fill(copy, "C1") == SUSPECT_COLOUR
    assert sum(n.startswith("xl/worksheets/") for n in copy.parts) == 4  # two sheets, the list, the relations of one


def test_backslashes_and_absolute_targets(sample_submission):
    slashed = {"xl\\worksheets\\sheet1.xml": worksheet(), SHEET1: None}
    absolute = [(k, "/xl/" + t) for k, t in BOOK_RELS]
    copy = mark(package(slashed | {"xl/_rels/workbook.xml.rels": rels(*absolute)}), sample_submission)
    assert fill(copy, "C1") == SUSPECT_COLOUR


def test_folders_in_the_zip_and_stored_parts_stay_readable(sample_submission):
    """An entry for each folder, the content types last, nothing compressed."""
    source = zipfile.ZipFile(io.BytesIO(package()))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/", b"")
        for name in reversed(source.namelist()):
            archive.writestr(name, source.read(name))
    assert fill(mark(out.getvalue(), sample_submission), "C1") == SUSPECT_COLOUR


def test_no_styles_part_at_all(sample_submission):
    parts = {"xl/styles.xml": None, "xl/_rels/workbook.xml.rels": rels(*BOOK_RELS[:2])}
    copy = mark(package(parts | {"[Content_Types].xml": types().replace("/xl/styles.xml", "/xl/none.xml")}), sample_submission)  # fmt: skip
    assert fill(copy, "C1") == SUSPECT_COLOUR


def test_a_chart_sheet_between_the_sheets_counts_for_the_names(sample_submission):
    sheets = (
        '<sheet name="甲" sheetId="1" r:id="rId1"/><sheet name="图" sheetId="7" r:id="rId4"/>'
        '<sheet name="乙" sheetId="2" r:id="rId2"/>'
    )
    names = '<definedNames><definedName name="_xlnm.Print_Area" localSheetId="2">乙!$A$1:$C$4</definedName></definedNames><calcPr calcId="1"/>'
    parts = {
        "xl/workbook.xml": book(sheets, names),
        "xl/_rels/workbook.xml.rels": rels(*BOOK_RELS, ("chartsheet", "chartsheets/sheet1.xml")),
        "xl/chartsheets/sheet1.xml": f'<chartsheet xmlns="{MAIN}"/>',
        "[Content_Types].xml": types(("xl/chartsheets/sheet1.xml", TYPE + "chartsheet+xml")),
    }
    copy = mark(package(parts), sample_submission)
    names_of = [e for e in copy.tree("xl/workbook.xml").iter() if local(e.tag) == "definedName"]
    assert [(e.get("name"), e.get("localSheetId")) for e in names_of if e.get("localSheetId")] == [
        ("_xlnm.Print_Area", "2"), ("_xlnm._FilterDatabase", "3"), ("_xlnm.Print_Area", "3"), ("_xlnm.Print_Titles", "3"),
    ]  # fmt: skip


# --- the style table ------------------------------------------------------------------------------

_HS = "http://schemas.haansoft.com/office/spreadsheet/8.0"


def alternative(xml: str) -> str:
    """As Hancom Office writes a style: its own reading first, everybody's as the fallback."""
    own = xml.replace(" ", f' xmlns:hs="{_HS}" hs:extension="1" ', 1)
    return (
        f'<mc:AlternateContent xmlns:mc="{MC}"><mc:Choice xmlns:hs="{_HS}" Requires="hs">{own}</mc:Choice>'
        f"<mc:Fallback>{xml}</mc:Fallback></mc:AlternateContent>"
    )


def hancom() -> bytes:
    xf = XF.format(' xfId="0"')
    last = STYLES.rindex(xf)
    return package({"xl/styles.xml": STYLES[:last] + alternative(xf) + STYLES[last + len(xf) :]})


def test_a_style_in_an_alternative_is_coloured(sample_submission):
    copy = mark(hancom(), sample_submission)
    wrappers = [e for e in copy.tree("xl/styles.xml").iter() if local(e.tag) == "AlternateContent"]
    assert [dict(e.attrib) for e in wrappers if len(e.attrib)] == []  # an attribute there is against the rules
    assert fill(copy, "C1") == SUSPECT_COLOUR


def test_a_scaling_format_in_an_alternative_is_seen():
    xf = '<xf numFmtId="164" fontId="0"/>'
    plain = f'<styleSheet xmlns="{MAIN}"><numFmts><numFmt numFmtId="164" formatCode="0.00,"/></numFmts><cellXfs>{{}}</cellXfs></styleSheet>'
    assert set(odd_formats(etree.fromstring(plain.format(xf)))) == {0}
    assert set(odd_formats(etree.fromstring(plain.format(alternative(xf))))) == {0}


@pytest.mark.parametrize(
    "styles",
    [
        f'<styleSheet xmlns="{MAIN}" xml:space="preserve"/>',
        re.sub(r"<(fills|borders)\b.*?</\1>", "", STYLES),
        re.sub(r"<cellXfs\b.*</cellXfs>", "<cellXfs/>", STYLES),
    ],
    ids=["nothing", "no_fills_and_borders", "no_cell_styles"],
)
def test_a_style_table_with_gaps_is_refused_in_words(sample_submission, styles):
    with pytest.raises(Refused, match="样式表不完整"):
        marked_copy(Workbook(Package(package({"xl/styles.xml": styles}))), report(sample_submission))


def test_counts_that_lie_named_styles_that_lack_and_a_style_past_the_end(sample_submission):
    styles = re.sub(r"<cellStyleXfs.*</cellStyleXfs>", "", STYLES).replace('count="2"', 'count="99"')
    parts = {"xl/styles.xml": styles, SHEET1: worksheet(CELLS.replace('s="1"', 's="77"'))}
    assert fill(mark(package(parts), sample_submission), "C1") == SUSPECT_COLOUR


# --- a worksheet ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "after",
    [
        '<pageMargins left="1" right="1" top="1" bottom="1" header="0" footer="0"/><drawing r:id="rId1"/>',
        '<dataConsolidate/><phoneticPr fontId="0"/><pageMargins left="1" right="1" top="1" bottom="1" header="0" footer="0"/>',
        (
            f'<drawing r:id="rId1"/><mc:AlternateContent xmlns:mc="{MC}"><mc:Choice Requires="x14"><controls/></mc:Choice>'
            "</mc:AlternateContent>"
        ),
    ],
    ids=["drawing", "consolidated", "controls_in_an_alternative"],
)
def test_new_elements_stand_where_the_schema_wants_them(sample_submission, after):
    names = ' xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"'
    copy = mark(package({SHEET1: worksheet(after=after, names=names)}), sample_submission)
    found = children(copy)
    assert sorted(found, key=ORDER.index) == found
    assert "legacyDrawing" in found


def test_prefixes_marks_of_order_and_unused_names_stay(sample_submission):
    """``x:worksheet``, a byte order mark, no declaration, CDATA, names that only mc:Ignorable uses."""
    text = worksheet(names=f' xmlns:mc="{MC}" xmlns:z="urn:z" mc:Ignorable="z"').replace("支出", "<![CDATA[支出 & 1]]>")
    text = re.sub(r"<(/?)(?=\w+[ >])", r"<\1x:", text).replace('xmlns="', 'xmlns:x="')
    copy = mark(package({SHEET1: b"\xef\xbb\xbf" + text.encode()}), sample_submission)
    root = copy.tree(SHEET1)
    assert root.nsmap == {"x": MAIN, "r": DOC, "mc": MC, "z": "urn:z"}
    assert fill(copy, "C1") == SUSPECT_COLOUR
    assert {etree.QName(e).namespace for e in root.iter()} == {MAIN}


def test_utf_16_sheets(sample_submission):
    text = HEAD.replace("UTF-8", "UTF-16") + worksheet()
    assert fill(mark(package({SHEET1: text.encode("utf-16")}), sample_submission), "C1") == SUSPECT_COLOUR


def test_cells_and_rows_without_addresses(sample_submission):
    """Rows and cells that are counted: new ones come after them, none is pushed aside."""
    cells = "<row><c><v>1</v></c><c><v>2</v></c></row><row/><row><c><v>3</v></c></row>"
    copy = mark(package({SHEET1: worksheet(cells)}), sample_submission, outcome(cells=("B1", "C3", "XFD1048576")))
    rows = [e for e in copy.tree(SHEET1).iter() if local(e.tag) == "row"]
    assert [(r.get("r"), [(c.get("r"), len(c)) for c in r]) for r in rows] == [
        (None, [(None, 1), (None, 1)]), (None, []), (None, [(None, 1), ("C3", 0)]),
        ("1048576", [("XFD1048576", 0)]),
    ]  # fmt: skip


def test_a_cell_whose_address_is_of_another_row_is_marked_where_it_is_read(sample_submission):
    """Or refused: Excel calls such a sheet damaged."""
    cells = '<row r="1"><c r="A1"><v>1</v></c></row><row r="3"><c r="A2"><v>5</v></c></row>'
    workbook = Workbook(Package(package({SHEET1: worksheet(cells)})))
    try:
        copy = Package(marked_copy(workbook, report(sample_submission, outcome(cells=("A2", "A1")))))
    except Refused:
        return
    at = [c for c in copy.tree(SHEET1).iter() if local(c.tag) == "c" and c.get("r") == "A2"]
    assert [(len(c), c.get("s") is None) for c in at] == [(1, False)]


def test_a_data_table_an_array_and_a_shared_formula_stay_as_spelled(sample_submission):
    cells = (
        '<row r="1"><c r="A1"><f t="dataTable" ref="A1:A2" dt2D="0" dtr="0" r1="C1" ca="1"/><v>1</v></c>'
        '<c r="B1" cm="1"><f t="array" ref="B1:C1" aca="1">{1,2}*A1</f><v>1</v></c><c r="C1"><v>2</v></c></row>'
        '<row r="2"><c r="A2"><v>1</v></c><c r="B2"><f t="shared" ref="B2:B3" si="0">A2*2</f><v>2</v></c></row>'
        '<row r="3"><c r="B3"><f t="shared" si="0"/><v>0</v></c></row>'
    )
    copy = mark(package({SHEET1: worksheet(cells)}), sample_submission, outcome(cells=("A1", "B1", "B3")))
    assert fill(copy, "A1") == SUSPECT_COLOUR


# --- notes ----------------------------------------------------------------------------------------

_COMMENTS = (
    '<comments xmlns="{}"><authors><author>会计</author></authors><commentList>'
    '<comment ref="A1" authorId="0"><text><t>已核对</t></text></comment></commentList></comments>'
)
_SHAPES = (
    f'<xml xmlns:v="{VML}" xmlns:x="urn:schemas-microsoft-com:office:excel"><v:shape id="_x0000_s1025" type="#_x0000_t202">'
    '<x:ClientData ObjectType="Note"><x:Row>0</x:Row><x:Column>0</x:Column></x:ClientData></v:shape></xml>'
)


def noted(shapes: str = _SHAPES, *, strict: bool = False) -> bytes:
    """A workbook with a note on A1; ``strict`` as Excel writes it in that dialect."""
    main, doc = (STRICT_MAIN, STRICT_DOC) if strict else (MAIN, DOC)
    legacy = '<legacyDrawing r:id="rId2"/>'
    if strict:  # VML is no part of that dialect: Excel offers it to programs that know it
        legacy = (
            f'<mc:AlternateContent xmlns:mc="{MC}"><mc:Choice Requires="v">{legacy}</mc:Choice></mc:AlternateContent>'
        )
    more = [("xl/comments1.xml", TYPE + "comments+xml"), ("xl/drawings/vmlDrawing1.vml", VML_TYPE)]
    return package({
        "[Content_Types].xml": types(*more), "_rels/.rels": rels(("officeDocument", "xl/workbook.xml"), base=doc),
        "xl/workbook.xml": book(main=main, doc=doc), "xl/_rels/workbook.xml.rels": rels(*BOOK_RELS, base=doc),
        "xl/styles.xml": STYLES.replace(MAIN, main), SHEET2: worksheet(main=main, doc=doc),
        SHEET1: worksheet(after=legacy, names=f' xmlns:v="{VML}"', main=main, doc=doc),
        "xl/worksheets/_rels/sheet1.xml.rels":
            rels((f"{doc}/comments", "../comments1.xml"), (f"{DOC}/vmlDrawing", "../drawings/vmlDrawing1.vml")),
        "xl/comments1.xml": _COMMENTS.format(main), "xl/drawings/vmlDrawing1.vml": shapes,
    })  # fmt: skip


def shapes_of(copy: Package, name: str = SHEET1) -> list[list[str]]:
    """Ids of the shapes, by VML drawing."""
    found = [t for k, t in relations(copy, name).values() if k.endswith("/vmlDrawing")]
    return [[str(e.get("id")) for e in copy.tree(t) if local(e.tag) == "shape"] for t in found]


@pytest.mark.parametrize(
    "strict",
    [
        False,
        True,
    ],
)
def test_notes_join_the_drawing_that_the_sheet_has(sample_submission, strict):
    copy = mark(noted(strict=strict), sample_submission)
    assert children(copy).count("legacyDrawing") == 1
    ids = shapes_of(copy)
    assert [(len(i), len(set(i))) for i in ids] == [(4, 4)]


def test_a_strict_workbook_stays_in_its_dialect(sample_submission):
    copy = mark(noted(strict=True), sample_submission)
    workbook = Workbook(copy)
    assert {etree.QName(copy.tree(s.part)).namespace for s in workbook.sheets} == {STRICT_MAIN}


def test_a_new_drawing_in_a_strict_sheet_is_offered_as_excel_does(sample_submission):
    copy = mark(noted(strict=True), sample_submission, outcome("乙"))
    assert "AlternateContent" in [local(e.tag) for e in copy.tree(SHEET2)]
    assert [k for k, _ in relations(copy, SHEET2).values() if k.endswith("/vmlDrawing")] == [f"{DOC}/vmlDrawing"]


BROKEN = _SHAPES.replace("<x:ClientData", "<br><x:ClientData")  # Excel itself leaves <br> open in a note's box


def test_vml_that_is_no_xml_costs_the_notes_and_nothing_else(sample_submission):
    workbook = Workbook(Package(noted(BROKEN)))
    copy = marked_copy(workbook, report(sample_submission))
    assert Package(copy).read("xl/drawings/vmlDrawing1.vml") == (HEAD + BROKEN).encode()
    assert fill(Package(copy), "C1") == SUSPECT_COLOUR
    assert _stored(Package(unmarked(copy) or b"")) == _stored(workbook.package)


def test_a_copy_saved_again_with_vml_that_is_no_xml_is_unmarked(sample_submission):
    workbook = Workbook(Package(noted(BROKEN)))
    copy = marked_copy(workbook, report(sample_submission))
    assert _cells(_saved_by_another(copy)) == _cells(workbook)


def test_a_drawing_of_buttons_without_notes_takes_them(sample_submission):
    """``legacyDrawing`` is there for form controls; the sheet has no comments part yet."""
    controls = _SHAPES.replace('"Note"', '"Button"')
    legacy = '<legacyDrawing r:id="rId1"/>'
    data = package({
        "[Content_Types].xml": types(("xl/drawings/vmlDrawing1.vml", VML_TYPE)), SHEET1: worksheet(after=legacy),
        "xl/worksheets/_rels/sheet1.xml.rels": rels(("vmlDrawing", "../drawings/vmlDrawing1.vml")),
        "xl/drawings/vmlDrawing1.vml": controls,
    })  # fmt: skip
    (ids,) = shapes_of(mark(data, sample_submission))
    assert ids == ["_x0000_s1025", "_x0000_s1026", "_x0000_s1027", "_x0000_s1028"]
