"""What is read from a sheet's text is what its tree says; whatever is written in another way is left to the tree."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from support.office import Office, needs_office
from support.places import SAMPLES
from xlcheck.errors import Refused
from xlcheck.reading import sheetxml
from xlcheck.reading.package import Package
from xlcheck.reading.sheettext import sheet_text
from xlcheck.reading.workbook import Workbook

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
HEAD = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{MAIN}" xmlns:x14ac="urn:x14ac">'
STRINGS = f'<sst xmlns="{MAIN}"><si><t>一</t></si><si><t>  </t></si><si><r><t>二</t></r><r><t>三</t></r></si></sst>'
BOOK = (SAMPLES / "tunliu_2023.xlsx").read_bytes()


def book(sheet: str | bytes) -> Workbook:
    """A sample whose first sheet has other XML."""
    part = sheet if isinstance(sheet, bytes) else sheet.encode()
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(BOOK)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            own = {"xl/worksheets/sheet1.xml": part, "xl/sharedStrings.xml": STRINGS.encode()}
            target.writestr(name, own.get(name, source.read(name)))
    return Workbook(Package(out.getvalue()))


def sheet(data: str, after: str = "") -> str:
    return f"{HEAD}<sheetData>{data}</sheetData>{after}</worksheet>"


def read(workbook: Workbook, number: int = 0) -> object:
    """The grid of a sheet, or the code of why it is refused: of two faults either may be named."""
    try:
        return sheetxml.read_grid(workbook, workbook.sheets[number])
    except Refused as refusal:
        return refusal.code


def by_tree(workbook: Workbook, number: int = 0) -> object:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sheetxml, "sheet_text", lambda *_: None)
        return read(workbook, number)


def is_plain(workbook: Workbook, number: int = 0) -> bool:
    return sheet_text(workbook.package, workbook.sheets[number].part) is not None


@pytest.mark.parametrize("name", sorted(path.name for path in SAMPLES.glob("*.xlsx")))
def test_every_sheet_of_a_sample_is_read_from_its_text_as_from_its_tree(name):
    data = (SAMPLES / name).read_bytes()
    for number in range(len(Workbook(Package(data)).sheets)):
        assert is_plain(Workbook(Package(data)), number)
        assert read(Workbook(Package(data)), number) == by_tree(Workbook(Package(data)), number)


def of_xlsxwriter() -> bytes:
    out = io.BytesIO()
    made = xlsxwriter.Workbook(out)
    page = made.add_worksheet()
    page.write_row("A1", ["一", 2.5, "", True])
    page.write_formula("A2", "=B1*2", None, 5)
    page.merge_range("A3:B3", "甲")
    page.set_row(4, None, None, {"hidden": True})
    made.close()
    return out.getvalue()


def of_openpyxl() -> bytes:
    out, made = io.BytesIO(), openpyxl.Workbook()
    made.active.append(["一", 2.5, None, "=B1*2"])
    made.active.merge_cells("A3:B3")
    made.active.row_dimensions[5].hidden = True
    made.save(out)
    return out.getvalue()


@pytest.mark.parametrize("hand", [of_xlsxwriter, of_openpyxl])
def test_what_libraries_write_is_plain(hand):
    workbook = Workbook(Package(hand()))
    assert is_plain(workbook)
    assert read(workbook) == by_tree(workbook)


@needs_office
def test_what_libreoffice_saves_is_plain(tmp_path):
    saved = Office(tmp_path).saved({"book": BOOK})["book"]
    for number in range(len(Workbook(Package(saved)).sheets)):
        assert is_plain(Workbook(Package(saved)), number)
        assert read(Workbook(Package(saved)), number) == by_tree(Workbook(Package(saved)), number)


CELLS = st.sampled_from(
    (
        '<c r="{at}" s="1" t="s"><v>0</v></c>', '<c r="{at}" t="s"><v>1</v></c>', '<c r="{at}" s="3"><v>12.5</v></c>',
        '<c r="{at}" s="8"/>', '<c r="{at}"/>', '<c r="{at}"></c>', '<c r="{at}"><v></v></c>', '<c r="{at}"><v/></c>',
        '<c r="{at}" t="str"><f>A1</f><v>甲_x4e00_</v></c>', '<c r="{at}"><f>SUM(A1:A2)</f></c>',
        '<c r="{at}"><f>SUM(A1:A2)</f><v>3</v></c>', '<c r="{at}" t="e"><v>#N/A</v></c>', '<c r="{at}" t="b"><v>1</v></c>',
        '<c r="{at}"><f t="shared" ref="A1:B2" si="0">A1+1</f><v>7</v></c>', '<c r="{at}"><f t="shared" si="0"/><v>8</v></c>',
        '<c r="{at}" t="s"><v>99</v></c>', '<c r="{at}" t="s"><v>x</v></c>', '<c r="{at}"><f aca="false">B1</f><v>0</v></c>',
        '<c r="{at}" t="str"><f>A1</f></c>',
        '<c r="{at}" t="inlineStr"><is><t>内 &#25910;&lt;\n</t></is></c>', '<c r="{at}" t="inlineStr"><is><t xml:space="preserve"> </t></is></c>',
        '<c r="{at}"><is><t>内</t></is></c>', '<c r="{at}" t="inlineStr"><v>3</v></c>', '<c r="{at}"><f>A1&amp;"&gt;"</f><v>5</v></c>',
        '<c r="{at}" t="inlineStr"><f>A1</f><is><t>内</t></is></c>', '<c r="{at}" t="inlineStr"><is><t></t></is></c>',
        # these are left to the tree
        '<c r="{at}" t="inlineStr"><is><t>&#1;</t></is></c>', '<c r="{at}" t="inlineStr"><is><r><t>内</t></r></is></c>',
        '<c r="{at}"><v>1&amp;2</v></c>', '<c t="s" r="{at}"><v>0</v></c>',
        '<c r="{at}"><f t="array" ref="A1">A1</f><v>5</v></c>', "<c><v>4</v></c>", '<c r="{at}"> <v>4</v></c>',
        '<c r="{at}" cm="1"><v>6</v></c>', "<!-- a --><c r='{at}'><v>6</v></c>", '<c r="{at}"><v>6</v><v>7</v></c>',
        '<c r="{at}"><v>6</c>', '<c r="{at}" s="1" s="1"><v>6</v></c>', '<c r="{at}" t="s"><v> 0 </v></c>',
    )
)  # fmt: skip
ADDRESSES = st.tuples(
    st.sampled_from(("A", "B", "AB", "XFD", "XFE", "ZZZ")), st.sampled_from((1, 2, 3, 70, 1_048_576, 0))
)
ROWS = st.sampled_from(
    (
        'r="{n}"', 'r="{n}" spans="1:5"', 'r="{n}" ht="0.5" customHeight="1"', 'r="{n}" hidden="1"', 'r="{n}" x14ac:dyDescent="0.2"',
        # these are left to the tree
        "", 'r="{n}" r="{n}"', 'r="x"', 'r="{n}" y:z="1"', 'r="{n}" a="1" a="2"', 'r="{n}" xmlns="urn:other"', 'r="{n}" b="&#1;"',
    )
)  # fmt: skip
USUAL = st.integers(0, 4)


@st.composite
def sheets(draw: st.DrawFn) -> str:
    rows = []
    for number in range(1, draw(st.integers(1, 4))):
        cells = []
        for column in "ABC"[: draw(st.integers(0, 3))]:
            letters, digits = (column, number) if draw(USUAL) else draw(ADDRESSES)
            cells.append(draw(CELLS).format(at=f"{letters}{digits}"))
        row = draw(ROWS).format(n=number if draw(USUAL) else 1)
        rows.append(f"<row {row}>{''.join(cells)}</row>".replace("<row >", "<row>"))
    around = ("", '<mergeCells><mergeCell ref="A1:B2"/></mergeCells>', "<sheetData/>", "<mergeCells>", "<!-- b -->")
    return sheet("".join(rows), draw(st.sampled_from(around)))


@settings(max_examples=300, deadline=None)
@given(sheets())
def test_any_sheet_is_read_or_refused_as_its_tree_is(xml):
    assert read(book(xml)) == by_tree(book(xml))


@settings(max_examples=100, deadline=None)
@given(sheets(), st.data())
def test_a_sheet_with_a_byte_too_few_is_read_or_refused_as_its_tree_is(xml, data):
    part = xml.encode()
    at = data.draw(st.integers(0, len(part) - 1))
    assert read(book(part[:at] + part[at + 1 :])) == by_tree(book(part[:at] + part[at + 1 :]))


ROW = '<row r="1"><c r="A1"><v>7</v></c></row>'


@pytest.mark.parametrize(
    "xml",
    [
        pytest.param(f"{HEAD}<!-- <sheetData>{ROW}</sheetData> --><sheetData/></worksheet>", id="in a comment"),
        pytest.param(f"{HEAD}<?x <sheetData>{ROW}</sheetData>?><sheetData/></worksheet>", id="in an instruction"),
        pytest.param(f"{HEAD}<a><![CDATA[<sheetData>{ROW}</sheetData>]]></a><sheetData/></worksheet>", id="in CDATA"),
        pytest.param(f"{HEAD}<a><sheetData>{ROW}</sheetData></a></worksheet>", id="deeper"),
        pytest.param(f"{HEAD}<sheetData>{ROW}</sheetData><a><sheetData/></a></worksheet>", id="and deeper"),
        pytest.param(f'{HEAD}<sheetData>{ROW}</sheetData><x:sheetData xmlns:x="urn:x"/></worksheet>', id="twins"),
        pytest.param(sheet(ROW).replace(MAIN, "urn:x", 1).replace("<worksheet", "<worksheets"), id="another root"),
        pytest.param(f'<x:worksheet xmlns:x="{MAIN}"><sheetData>{ROW}</sheetData></x:worksheet>', id="no namespace"),
        pytest.param(sheet(ROW).replace("UTF-8", "GBK"), id="another encoding"),
        pytest.param(sheet(ROW).replace('version="1.0"', 'version="1.1"'), id="another XML"),
        pytest.param(sheet('<row r="1"><c r="A1" t="str"><v>\ufffe</v></c></row>'), id="no XML"),
        pytest.param(sheet('<row r="1"><c r="A1" t="str"><v>甲</v></c></row>').encode()[:-40] + b"\xff", id="no UTF-8"),
    ],
)
def test_what_may_be_something_else_is_left_to_the_tree(xml):
    workbook = book(xml)
    try:
        plain = is_plain(workbook)
    except Refused:
        plain = False
    assert not plain
    assert read(book(xml)) == by_tree(book(xml))
