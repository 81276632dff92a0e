"""The marked copy: the unit's own file plus marks, held against independent readers."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import openpyxl
import pytest
from lxml import etree
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openxml_audit import OpenXmlValidator

from support import hands
from support.corrupt import Corruption, Corruptor
from support.places import SAMPLES
from test_hands import TABLES
from xlcheck.reading.marks.format import COLOURS, PART_COLOUR, SUSPECT_COLOUR
from xlcheck.reading.package import Package

SHEET = "公开03 支出决算表"


def mark(pipeline, data: bytes) -> tuple[bytes, object]:
    checked = pipeline.run(data, "x.xlsx", mark=True)
    marked = checked.marked
    assert checked.report.refusal is None
    return marked, checked


@pytest.fixture(scope="module")
def wrong() -> bytes:
    return (SAMPLES / "tunliu_2023_transposed.xlsx").read_bytes()


def fill_of(cell) -> str:
    return cell.fill.fgColor.rgb[2:] if cell.fill.fill_type == "solid" else ""


def as_text(data: bytes, at: str) -> bytes:
    """The figure of one cell typed as text, saved by openpyxl."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    book[SHEET][at] = str(book[SHEET][at].value)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_the_cell_of_a_cause_is_red_with_a_note_and_the_others_take_part(pipeline, wrong):
    marked, _ = mark(pipeline, wrong)
    sheet = openpyxl.load_workbook(io.BytesIO(marked))[SHEET]
    assert fill_of(sheet["F9"]) == SUSPECT_COLOUR
    assert fill_of(sheet["E9"]) == fill_of(sheet["F8"]) == fill_of(sheet["G9"]) == PART_COLOUR
    assert fill_of(sheet["F12"]) == fill_of(sheet["H9"]) == ""
    (said,) = sheet["F9"].comment.text.splitlines()
    assert "应为 275.64" in said
    assert [c.coordinate for row in sheet for c in row if c.comment] == ["F9"]


def test_the_cells_of_a_finding_that_no_cause_explains_have_its_colour_and_a_note(pipeline, wrong):
    marked, _ = mark(pipeline, as_text(wrong, "E12"))
    sheet = openpyxl.load_workbook(io.BytesIO(marked))[SHEET]
    assert fill_of(sheet["E12"]) == COLOURS["核实"]
    assert sheet["E12"].comment.text.startswith("【核实】公开03表 E12")
    assert "（见“审核结果”第" in sheet["E12"].comment.text
    assert fill_of(sheet["F9"]) == SUSPECT_COLOUR


def test_only_fill_and_frame_of_a_marked_cell_change(pipeline, wrong):
    marked, _ = mark(pipeline, wrong)
    before = openpyxl.load_workbook(io.BytesIO(wrong))[SHEET]["F9"]
    after = openpyxl.load_workbook(io.BytesIO(marked))[SHEET]["F9"]
    for part in ("font", "alignment", "number_format", "protection"):
        assert repr(getattr(before, part)) == repr(getattr(after, part)), part


def raw_entries(data: bytes) -> dict[str, tuple[bytes, int, int]]:
    """Compressed bytes, method and CRC of every entry, read by the zip directory alone."""
    package = Package(data)
    return {part.name: (bytes(raw), part.method, part.crc) for part, raw in map(package.entry, package.parts)}


def test_untouched_parts_keep_their_compressed_bytes(pipeline, wrong):
    marked, _ = mark(pipeline, wrong)
    before, after = raw_entries(wrong), raw_entries(marked)
    changed = {n for n in before if before[n] != after[n]}
    book = next(n for n in before if n.endswith("workbook.xml"))
    sheets = [f"xl/worksheets/sheet{i}.xml" for i in (3, 5)]
    rels = {"_rels/.rels", "xl/_rels/workbook.xml.rels"}
    assert changed == {"[Content_Types].xml", book, "xl/styles.xml", *rels, *sheets}


def test_in_a_touched_sheet_only_styles_of_marked_cells_and_the_notes_reference_change(pipeline, wrong):
    marked, _ = mark(pipeline, wrong)
    part = "xl/worksheets/sheet3.xml"
    before, after = (etree.fromstring(Package(d).read(part)) for d in (wrong, marked))
    space = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    (legacy,) = after.findall(space + "legacyDrawing")
    (links,) = after.findall(space + "hyperlinks")
    assert [dict(e.attrib)["location"] for e in links] == ["'审核结果'!A1"]
    after.remove(legacy)
    after.remove(links)
    greens = after.findall(space + "conditionalFormatting")
    assert {e.get("sqref") for e in greens} == {"E9", "F8", "F9", "F10", "F11", "G9"}
    for green in greens:
        after.remove(green)
    restyled = set()
    for old, new in zip(before.iter(), after.iter(), strict=True):
        if dict(old.attrib) != dict(new.attrib):
            assert {k for k in new.attrib if old.get(k) != new.get(k)} == {"s"}
            restyled.add(new.get("r"))
        assert (old.tag, old.text) == (new.tag, new.text)
    assert restyled == {"E9", "F8", "F9", "F10", "F11", "G9"}


@pytest.mark.parametrize("name", sorted(p.stem for p in SAMPLES.glob("*.xlsx")))
def test_openpyxl_reads_every_original_value_unchanged(pipeline, name):
    data = (SAMPLES / f"{name}.xlsx").read_bytes()
    marked, _ = mark(pipeline, data)
    before, after = openpyxl.load_workbook(io.BytesIO(data)), openpyxl.load_workbook(io.BytesIO(marked))
    assert after.sheetnames == [*before.sheetnames, "审核结果"]
    for sheet in before:
        assert list(sheet.iter_rows(values_only=True)) == list(after[sheet.title].iter_rows(values_only=True))


def audit(data: bytes, folder: Path) -> set[str]:
    path = folder / "x.xlsx"
    path.write_bytes(data)
    errors = OpenXmlValidator().validate(str(path)).errors
    return {re.sub(r"^Worksheet \S+ has \d+", "A worksheet has", e.description) for e in errors}


@pytest.mark.parametrize("name", sorted(p.stem for p in SAMPLES.glob("*.xlsx")))
def test_openxml_audit_finds_nothing(pipeline, name, tmp_path):
    marked, _ = mark(pipeline, (SAMPLES / f"{name}.xlsx").read_bytes())
    assert audit(marked, tmp_path) == set()


@pytest.mark.parametrize(
    "variant",
    ["official_openpyxl", "inline_strings", "rich_text", "jiuqi_merged_codes", "no_references", "prefixed_xml"],
)
def test_openxml_audit_finds_nothing_new_in_other_hands_workbooks(pipeline, variant, tmp_path):
    data = hands.VARIANTS[variant](hands.with_error(TABLES))
    marked, _ = mark(pipeline, data)
    found = audit(marked, tmp_path)
    assert not found or found <= audit(data, tmp_path)


@pytest.mark.parametrize("variant", sorted(hands.VARIANTS))
def test_a_marked_copy_of_any_hand_reads_the_same_and_has_the_same_findings(pipeline, variant):
    data = hands.VARIANTS[variant](hands.with_error(TABLES))
    first = pipeline.run(data, "x.xlsx", mark=True)
    marked = first.marked
    if first.report.refusal is not None:
        assert marked is None
        return
    again = pipeline.run(marked, "x.xlsx")
    assert again.report.findings == first.report.findings
    assert again.outcome.tallies == first.outcome.tallies


def test_the_same_bytes_give_the_same_marked_copy(pipeline, wrong):
    assert mark(pipeline, wrong)[0] == mark(pipeline, wrong)[0]


def test_the_input_is_never_changed(pipeline, wrong):
    kept = bytes(bytearray(wrong))
    mark(pipeline, wrong)
    assert wrong == kept


def list_rows(marked: bytes):
    sheet = openpyxl.load_workbook(io.BytesIO(marked))["审核结果"]
    rows = list(sheet.iter_rows())
    heading = next(i for i, r in enumerate(rows) if r[0].value == "级别")
    return sheet, [c.value for c in rows[heading]], rows[heading + 1 :]


def test_the_list_sheet_says_what_where_how_much_and_what_to_do(pipeline, wrong):
    marked, checked = mark(pipeline, wrong)
    sheet, headings, rows = list_rows(marked)
    assert headings[:12] == [
        "级别", "状态", "表", "单元格", "问题", "应为", "现为", "差额", "四舍五入允许", "怎么改", "单位说明", "规则",
    ]  # fmt: skip
    assert len(checked.report.findings) == 4
    assert len(rows) == 5  # the cause, and below it what it explains
    values = openpyxl.load_workbook(io.BytesIO(marked), data_only=True)["审核结果"]
    at = rows[0][0].row
    cause, first, _, itself, _ = (
        dict(zip(headings, [c.value for c in values[r]], strict=True)) for r in range(at, at + 5)
    )
    assert cause["状态"] == "未改正"
    assert (cause["级别"], cause["表"], cause["单元格"], cause["规则"]) == ("错误", "公开03", "F9", None)
    assert (cause["应为"], cause["现为"], cause["差额"]) == (275.64, 257.64, -18)
    assert cause["问题"].startswith("▶ 疑似数字错位：公开03表 F9")
    assert cause["怎么改"] == "把 公开03表 F9 改为 275.64。由它引起的 4 条收在下面，点左边的 + 展开。"
    assert first["状态"] == "未改正"
    assert (first["级别"], first["表"], first["单元格"], first["规则"]) == ("错误", "公开03", "E9", "G03-01")
    assert (first["现为"], first["差额"], first["四舍五入允许"]) == (277.33, 18, 0.015)
    assert first["应为"] is None  # what follows from the wrong figure is no advice
    assert [row[9].value for row in rows[1:]] == ["先把 公开03表 F9 改为 275.64，这一条就成立了。"] * 4
    assert (itself["单元格"], itself["应为"], itself["现为"]) == ("F9", 275.64, 257.64)
    assert [row[3].hyperlink.location for row in rows[:2]] == [f"'{SHEET}'!F9", f"'{SHEET}'!E9"]
    assert sheet.auto_filter.ref.startswith("A")
    assert sheet.freeze_panes == rows[0][0].coordinate
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_rows == f"${rows[0][0].row - 1}:${rows[0][0].row - 1}"


def test_text_from_the_workbook_never_becomes_a_formula(pipeline, sample):
    evil = "=cmd|' /C calc'!A0"
    book = openpyxl.load_workbook(io.BytesIO(sample))
    cell = book[SHEET]["F9"]
    cell.value = evil
    cell.data_type = "s"
    book["公开01 收入支出决算总表"]["A3"].value = f"部门名称：{evil}"
    book["公开01 收入支出决算总表"]["A3"].data_type = "s"
    out = io.BytesIO()
    book.save(out)
    marked, _ = mark(pipeline, out.getvalue())
    listed = next(n for n in Package(marked).parts if "xlcheckresult" in n)
    xml = Package(marked).read(listed).decode()
    assert "<f>" not in xml
    assert evil.split("|", maxsplit=1)[0] in xml
    assert all(c.data_type != "f" for row in list_rows(marked)[2] for c in row)


def with_extras(sample: bytes) -> bytes:
    """The sample with a note, a data validation and a formula of the unit's own, saved by openpyxl."""
    book = openpyxl.load_workbook(io.BytesIO(sample))
    sheet = book[SHEET]
    sheet["F9"] = 257.64
    sheet["F9"].comment = Comment("会计：已核对", "会计")
    sheet["E10"].comment = Comment("另一条", "会计")
    sheet["F9"].font = Font(bold=True, color="FF0000FF")
    sheet["J3"] = "=SUM(E8:E9)"
    sheet["J3"].fill = PatternFill("solid", fgColor="FF00FF00")
    book["公开05 一般公共预算支出决算表"].sheet_state = "visible"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_notes_of_the_unit_stay_and_ours_are_added(pipeline, sample, tmp_path):
    data = as_text(with_extras(sample), "E12")
    marked, _ = mark(pipeline, data)
    sheet = openpyxl.load_workbook(io.BytesIO(marked))[SHEET]
    assert sheet["F9"].comment.text == "会计：已核对"
    assert sheet["E10"].comment.text == "另一条"
    assert "文本格式的数字" in sheet["E12"].comment.text
    assert sheet["F9"].font.b
    assert fill_of(sheet["F9"]) == SUSPECT_COLOUR
    assert sheet["J3"].value == "=SUM(E8:E9)"
    drawings = [Package(marked).read(n) for n in Package(marked).parts if n.endswith(".vml")]
    (ids,) = [re.findall(rb'<(?:v|ns\d):shape [^>]*?\bid="([^"]+)"', d) for d in drawings]
    assert (len(ids), len(set(ids))) == (3, 3)
    assert audit(marked, tmp_path) <= audit(data, tmp_path)


def test_cells_that_do_not_exist_yet_are_made_in_order(pipeline, sample):
    package = Corruptor(sample)
    deleted = package.package.read(package.parts[SHEET]).decode()
    bare = re.sub(r'<c r="F9"[^>]*>.*?</c>', "", deleted)
    assert bare != deleted
    from xlcheck.reading.package import rewrite

    data = rewrite(package.package, {package.parts[SHEET]: bare.encode()}, ())
    marked, _ = mark(pipeline, data)
    xml = Package(marked).read(package.parts[SHEET]).decode()
    row = re.search(r'<row r="9".*?</row>', xml).group()
    assert re.findall(r'<c r="([A-Z]+)9"', row) == list("ABCDEFGHIJ")
    assert fill_of(openpyxl.load_workbook(io.BytesIO(marked))[SHEET]["F9"])


def test_a_workbook_without_findings_gets_the_list_and_no_colour(pipeline, sample):
    marked, _ = mark(pipeline, sample)
    before, after = raw_entries(sample), raw_entries(marked)
    assert [n for n in before if n.startswith("xl/worksheets/sheet") and before[n] != after[n]] == []
    text = " ".join(str(c.value) for r in openpyxl.load_workbook(io.BytesIO(marked))["审核结果"].iter_rows() for c in r)
    assert "没有发现问题" in text


def test_a_sheet_of_the_units_own_called_like_ours_is_left_alone(pipeline, wrong):
    book = openpyxl.load_workbook(io.BytesIO(wrong))
    book.create_sheet("审核结果")["A1"] = "去年的审核意见"
    out = io.BytesIO()
    book.save(out)
    marked, checked = mark(pipeline, out.getvalue())
    after = openpyxl.load_workbook(io.BytesIO(marked))
    assert after.sheetnames[-2:] == ["审核结果", "审核结果(2)"]
    assert after["审核结果"]["A1"].value == "去年的审核意见"
    assert checked.submission.other_sheets == ("审核结果",)


def test_marks_never_pile_up(pipeline, wrong):
    once, first = mark(pipeline, wrong)
    twice, again = mark(pipeline, once)
    assert twice == once
    assert again.report.findings == first.report.findings


def test_the_zip_is_sound_for_another_reader(pipeline, wrong):
    marked, _ = mark(pipeline, wrong)
    with zipfile.ZipFile(io.BytesIO(marked)) as archive:
        assert archive.testzip() is None


def test_cells_of_a_corruption_with_many_findings_get_one_note_of_at_most_five_lines(pipeline, sample):
    data = Corruptor(sample).apply(Corruption("digit", "公开01 收入支出决算总表", "C33", "567.18", "999.99"))
    marked, _ = mark(pipeline, data)
    note = openpyxl.load_workbook(io.BytesIO(marked))["公开01 收入支出决算总表"]["C33"].comment.text
    assert len(note.splitlines()) <= 5


SOFFICE = shutil.which("soffice")


@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed here; .ci/run installs it")
def test_libreoffice_opens_it_with_marks_in_place(pipeline, wrong, tmp_path):
    marked, _ = mark(pipeline, wrong)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "x.xlsx").write_bytes(marked)
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [
        SOFFICE,
        profile,
        "--headless",
        "--convert-to",
        "xlsx",
        "--outdir",
        str(tmp_path),
        str(tmp_path / "in" / "x.xlsx"),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    assert fill_of(book[SHEET]["F9"]) == SUSPECT_COLOUR
    assert "275.64" in book[SHEET]["F9"].comment.text
    assert book["审核结果"]["A1"].value == "审核结果"
    assert book[SHEET]["F9"].value == 257.64


def test_macros_stay_where_they_are(pipeline, wrong):
    """An .xlsm keeps its macro part byte for byte and its content type."""
    from xlcheck.reading.package import rewrite

    package = Package(wrong)
    types = package.read("[Content_Types].xml").replace(
        b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    )
    types = types.replace(
        b"<Override", b'<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/><Override', 1
    )
    macros = bytes(range(256)) * 40
    data = rewrite(package, {"[Content_Types].xml": types}, [("xl/vbaProject.bin", macros)])
    marked, checked = mark(pipeline, data)
    assert len(checked.report.findings) == 4
    before, after = raw_entries(data), raw_entries(marked)
    assert after["xl/vbaProject.bin"] == before["xl/vbaProject.bin"]
    assert Package(marked).read("xl/vbaProject.bin") == macros
    assert b"macroEnabled" in Package(marked).read("[Content_Types].xml")
