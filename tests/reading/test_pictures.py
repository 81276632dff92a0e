"""Pictures where tables should be, and files that are no workbooks: each refused in one sentence that names it."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest
import xlsxwriter

from support.badfiles.formats import ole
from support.foreign import package
from support.places import SAMPLES
from support.rich import rich
from support.rich.build import png
from xlcheck.intake import Intake
from xlcheck.reading.grid import Cell, Grid
from xlcheck.reading.package import Package
from xlcheck.reading.pictures import has_figures, has_pictures, picture_sheets, pictures_only
from xlcheck.reading.sheetxml import read_grid
from xlcheck.reading.sniff import Kind, is_archive, kind_of, other_name
from xlcheck.reading.workbook import Workbook

PNG = png(200, 30, 30)


def pasted(titles: dict[str, str], pictures: set[str]) -> bytes:
    """A workbook of sheets with a title each, and pictures on some."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    for name, title in titles.items():
        sheet = book.add_worksheet(name)
        sheet.write_string(0, 0, title)
        if name in pictures:
            sheet.insert_image(2, 0, "x.png", {"image_data": io.BytesIO(PNG)})
    book.close()
    return out.getvalue()


def opened(data: bytes) -> tuple[Workbook, list[Grid]]:
    book = Workbook(Package(data))
    return book, [read_grid(book, s) for s in book.sheets]


def test_sheets_with_pictures_are_named():
    book, _ = opened(pasted({"一": "收入决算表", "二": "", "三": "支出决算表"}, {"一", "三"}))
    assert picture_sheets(book) == ["一", "三"]


def test_a_workbook_of_pictures_is_refused_in_one_sentence(pipeline):
    data = pasted({"一": "收入决算表", "二": "2023年度支出决算表"}, {"一", "二"})
    refusal = pictures_only(*opened(data))
    assert refusal.code == "pictures_only"
    checked = pipeline.run(data, "x.xlsx", mark=True)
    marked = checked.marked
    assert (checked.report.refusal.message, marked) == (str(refusal), None)
    assert str(refusal) == (
        "工作簿里只有图片，没有可以读的数字（工作表“一”“二”）。请发送用 Excel 或 WPS 填列的表，不要截图或扫描件。"
    )


def test_many_sheets_of_pictures_are_counted():
    names = {f"表{n}": "" for n in range(1, 10)}
    assert "（工作表“表1”“表2”“表3”等 9 张）" in str(pictures_only(*opened(pasted(names, set(names)))))


def test_pictures_beside_figures_are_no_matter():
    """Seals, logos and charts stand in many workbooks."""
    for name in ("big", "wps"):
        book, grids = opened(rich(name))
        assert picture_sheets(book)
        assert pictures_only(book, grids) is None


def test_without_pictures_it_is_another_matter():
    assert pictures_only(*opened(pasted({"一": "收入决算表"}, set()))) is None
    book, grids = opened((SAMPLES / "tunliu_2023.xlsx").read_bytes())
    assert (picture_sheets(book), pictures_only(book, grids)) == ([], None)


def test_pictures_in_cells_are_seen_too():
    """As WPS has them: a formula in the cell, the pictures in a part of their own."""
    with zipfile.ZipFile(io.BytesIO(pasted({"甲": "", "乙": ""}, set()))) as archive:
        parts = {n: archive.read(n) for n in archive.namelist()}
    cell = b'<row r="3"><c r="A3" t="str"><f>_xlfn.DISPIMG("ID_1",1)</f><v>=DISPIMG("ID_1",1)</v></c></row></sheetData>'
    sheet = "xl/worksheets/sheet2.xml"
    parts[sheet] = parts[sheet].replace(b"<sheetData/>", b"<sheetData></sheetData>").replace(b"</sheetData>", cell)
    assert picture_sheets(Workbook(Package(package(parts)))) == []
    parts |= {"xl/cellimages.xml": b"<etc:cellImages xmlns:etc='http://www.wps.cn/officeDocument/2017/etCustomData'/>"}
    assert picture_sheets(Workbook(Package(package(parts)))) == ["乙"]


def test_a_drawing_whose_picture_is_gone_is_none():
    with zipfile.ZipFile(io.BytesIO(pasted({"一": ""}, {"一"}))) as archive:
        parts = {n: archive.read(n) for n in archive.namelist() if "media" not in n}
    assert picture_sheets(Workbook(Package(package(parts)))) == []


@pytest.mark.parametrize(
    ("kind", "data", "found"),
    [
        (Kind.ODS, package({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "", "Pictures/1.png": PNG}), True),
        (Kind.ODS, package({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": ""}), False),
        (Kind.XLSB, package({"xl/workbook.bin": "", "xl/media/image1.png": PNG}), True),
        (Kind.FLAT_ODS, b"<office:document><draw:image/></office:document>", True),
        (Kind.FLAT_ODS, b"<office:document/>", False),
        (Kind.XLS, b"\xd0\xcf\x11\xe0" + bytes(600) + PNG, True),
        (Kind.XLS, b"\xd0\xcf\x11\xe0" + bytes(600), False),
        (Kind.HTML, b"<html><IMG src=x></html>", True),
        (Kind.HTML, b"<html><imgx></html>", False),
        (Kind.DELIMITED, b"a,b", False),
    ],
)  # fmt: skip
def test_pictures_in_other_formats(kind, data, found):
    assert has_pictures(data, kind) is found
    grids = [Grid("甲", "", rows={1: {1: Cell("收入决算表", "s", 0, formula=False)}})]
    refusal = pictures_only(None, grids, data, kind)
    assert (refusal is not None) is found
    assert (pictures_only(None, [], data, kind) is not None) is found


@pytest.mark.parametrize(
    ("text", "kind", "figure"),
    [
        ("567.18", "n", True), ("567.18", "s", True), ("1,234.50", "s", True), ("￥5", "s", True), ("12万元", "s", True), ("12%", "s", True), ("", "?", True), ("2023年度", "s", False), ("公开01表", "s", False),
        ("收入决算表", "s", False), ("（单位：万元）", "s", False), ("第1页", "s", False),
    ],
)  # fmt: skip
def test_what_counts_as_a_figure(text, kind, figure):
    assert has_figures([Grid("甲", "", rows={1: {1: Cell(text, kind, 0, formula=False)}})]) is figure


# --- other files ----------------------------------------------------------------------------------------


def office(part: str) -> bytes:
    return package({"[Content_Types].xml": "<Types/>", part: "<x/>"})


def bitmap() -> bytes:
    return b"BM" + struct.pack("<LHHL", 70, 0, 0, 54) + bytes(56)


FILES = {
    "a.pdf": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "这是 PDF 文件，"),
    "lead.pdf": (b"\xef\xbb\xbf\r\n%PDF-1.4\n", "这是 PDF 文件，"),
    "a.png": (PNG, "这是图片（PNG），"),
    "a.jpg": (b"\xff\xd8\xff\xe0\x00\x10JFIF", "这是图片（JPG），"),
    "a.tif": (b"II*\0\x08\0\0\0", "这是图片（TIF），"),
    "b.tif": (b"MM\0*\0\0\0\x08", "这是图片（TIF），"),
    "a.bmp": (bitmap(), "这是图片（BMP），"),
    "a.gif": (b"GIF89a\x01\0\x01\0", "这是图片（GIF），"),
    "a.docx": (office("word/document.xml"), "这是 Word 文档（.docx），"),
    "a.pptx": (office("ppt/presentation.xml"), "这是 PPT 演示文稿（.pptx），"),
    "a.odt": (package({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<x/>"}, "mimetype"), "这是 OpenDocument 文字文档（.odt），"),
    "a.ofd": (package({"OFD.xml": "<x/>", "Doc_0/Document.xml": "<x/>"}), "这是 OFD 版式文件，"),
    "a.doc": (ole({"WordDocument": b"x"}), "这是 Word 或 WPS 文字文档（.doc），"),
    "a.ppt": (ole({"PowerPoint Document": b"x"}), "这是 PPT 演示文稿（.ppt），"),
    "a.rtf": (b"{\\rtf1\\ansi x}", "这是 RTF 文档，"),
    "a.rar": (b"Rar!\x1a\x07\x00", "这是 RAR 压缩包，"),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_another_kind_is_refused_by_name(pipeline, tmp_path, name):
    data, said = FILES[name]
    assert kind_of(data) is Kind.OTHER
    checked = pipeline.run(data, name)
    assert checked.report.refusal.code == "not_xlsx"
    help_with_it = (
        "请解压后发送 Excel/WPS 工作簿，或压成 .zip 再发送。" if "压缩包" in said else "请发送 Excel/WPS 工作簿。"
    )
    assert checked.report.refusal.message == f"{said}不是 Excel 工作簿。{help_with_it}"


@pytest.mark.parametrize("name", FILES)
def test_in_a_folder_it_is_passed_over_and_told_and_named_it_is_one_job(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(FILES[name][0])
    assert not is_archive(path)
    intake = Intake()
    assert (intake.jobs((str(tmp_path),)), intake.skipped) == ([], [str(path)])
    assert [j.path for j in Intake().jobs((str(path),))] == [path]


def test_workbooks_are_still_workbooks():
    assert [kind_of((SAMPLES / "tunliu_2023.xlsx").read_bytes()), other_name(b"PK\x03\x04")] == [Kind.OOXML, ""]
    both = package({"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<x/>", "word/document.xml": "<x/>"})
    assert kind_of(both) is Kind.OOXML
    assert kind_of(package({"word/a.xlsx": b"x"})) is Kind.ARCHIVE
    assert kind_of("项目,金额\n%PDF,1\n".encode()) is Kind.DELIMITED
