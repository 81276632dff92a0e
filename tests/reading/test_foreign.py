"""A workbook says the same in every format; what a format can't hold is never read as something else."""

from __future__ import annotations

import copy
import io

import openpyxl
import pytest
import python_calamine
import yaml

from support import foreign, hands
from support.places import TUNLIU_TABLES
from xlcheck.errors import Refused
from xlcheck.reading.foreign.building import typed
from xlcheck.reading.opening import open_workbook
from xlcheck.reading.sniff import Kind, kind_of
from xlcheck.writing.report import report

DOCUMENT = yaml.safe_load(TUNLIU_TABLES.read_text(encoding="utf-8"))
TABLES = {**DOCUMENT["tables"], "unit": DOCUMENT["unit"]}

FORMATS = {
    "xls": (foreign.to_xls, Kind.XLS),
    "ods": (foreign.to_ods, Kind.ODS),
    "xlsb": (foreign.to_xlsb, Kind.XLSB),
    "xlsb, inline strings": (lambda sheets: foreign.to_xlsb(sheets, shared=False), Kind.XLSB),
    "spreadsheetml": (foreign.to_spreadsheetml, Kind.SPREADSHEETML),
    "spreadsheetml in utf-16": (lambda s: foreign.to_spreadsheetml(s, encoding="utf-16"), Kind.SPREADSHEETML),
    "html": (foreign.to_html, Kind.HTML),
    "html in utf-8": (lambda s: foreign.to_html(s, encoding="utf-8"), Kind.HTML),
    "html without charset": (lambda s: foreign.to_html(s, declared=False), Kind.HTML),
    "html by Excel": (lambda s: foreign.to_html(s, style="excel"), Kind.HTML),
    "csv": (foreign.to_csv_stacked, Kind.DELIMITED),
    "csv in utf-8 with mark": (lambda s: foreign.to_csv_stacked(s, encoding="utf-8", bom=True), Kind.DELIMITED),
    "tsv in utf-16": (lambda s: foreign.to_csv_stacked(s, encoding="utf-16", delimiter="\t"), Kind.DELIMITED),
    "csv with semicolons": (lambda s: foreign.to_csv_stacked(s, delimiter=";"), Kind.DELIMITED),
}


def said(checked):
    """The report without the file's own name and the names of its sheets."""
    found = report(checked)
    assert found["refusal"] is None
    del found["workbook"]
    for finding in found["findings"] + found["causes"]:
        for cell in finding["cells"]:
            del cell["sheet"], cell["cell"]
        del finding["message"]
    return found


@pytest.fixture(scope="module")
def sheets():
    return foreign.official(copy.deepcopy(TABLES))


@pytest.fixture(scope="module")
def wrong():
    return foreign.official(hands.with_error(copy.deepcopy(TABLES)))


@pytest.mark.parametrize("name", FORMATS)
def test_the_format_is_known_by_its_bytes(sheets, name):
    make, kind = FORMATS[name]
    assert kind_of(make(sheets)) is kind


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("which", ["sheets", "wrong"])
def test_the_report_is_the_report_of_the_xlsx(pipeline, request, name, which):
    book = request.getfixturevalue(which)
    expected, _ = pipeline.run(hands.by_xlsxwriter(book), "x")
    checked, marked = pipeline.run(FORMATS[name][0](book), "x", mark=True)
    assert said(checked) == said(expected)
    assert (len(checked.outcome.findings) > 0) == (which == "wrong")
    copy_of = openpyxl.load_workbook(io.BytesIO(marked))
    assert copy_of.sheetnames[-1] == "审核结果"
    lines = [str(row[0].value) for row in copy_of["审核结果"].iter_rows(max_row=8)]
    assert any("按其中的数值重新生成" in line for line in lines)


@pytest.mark.parametrize("name", ["xls", "ods", "xlsb", "spreadsheetml"])
def test_every_cell_and_merge_is_in_the_rebuilt_copy_at_its_place(pipeline, wrong, name):
    _, marked = pipeline.run(FORMATS[name][0](wrong), "x", mark=True)
    book = openpyxl.load_workbook(io.BytesIO(marked))
    for sheet in wrong:
        there = book[sheet.name]
        for (row, column), value in sheet.cells.items():
            if value not in (None, ""):
                found = there.cell(row, column).value
                assert found == (value.value if isinstance(value, hands.Formula) else value), (sheet.name, row, column)
        merged = {(m.min_row, m.min_col, m.max_row, m.max_col) for m in there.merged_cells.ranges}
        assert merged == set(sheet.merges)


def test_the_look_of_an_xls_comes_along(pipeline, sheets):
    _, marked = pipeline.run(foreign.to_xls(sheets), "x", mark=True)
    there = openpyxl.load_workbook(io.BytesIO(marked))[sheets[1].name]
    assert there["A1"].font.bold
    assert there.page_setup.orientation == "landscape"
    assert there.page_setup.paperSize == 9
    widths = [d.width for d in there.column_dimensions.values()]
    assert max(widths) > 12
    assert any(c.border.left.style for row in there.iter_rows(max_row=12) for c in row)


# --- what formats say beyond figures -----------------------------------------------------------------


@pytest.fixture(scope="module")
def odd_sheet():
    book = foreign.official(copy.deepcopy(TABLES))
    sheet = next(s for s in book if s.key == "公开03")
    row, column = next(spot for spot, v in sheet.cells.items() if v == 275.64)
    sheet.cells[row, column] = foreign.ErrorValue("#REF!")
    sheet.hidden_rows = {row}
    return book, sheet.name, (row, column)


@pytest.mark.parametrize("name", ["xls", "ods", "xlsb", "xlsb, inline strings", "spreadsheetml", "html", "csv"])
def test_an_error_value_is_an_error_value_and_not_a_blank(pipeline, odd_sheet, name):
    book, _, _ = odd_sheet
    checked, _ = pipeline.run(FORMATS[name][0](book), "x")
    assert [f.facts["text"] for f in checked.outcome.findings if f.what == "error_value"] == ["#REF!"]


@pytest.mark.parametrize("name", ["xls", "ods", "xlsb", "spreadsheetml"])
def test_hidden_rows_and_sheets_are_known(odd_sheet, name):
    book, sheet, (row, _) = odd_sheet
    book = copy.deepcopy(book)
    book[4].state = "hidden"
    grids = {g.name: g for g in open_workbook(FORMATS[name][0](book)).grids}
    assert row in grids[sheet].hidden_rows
    assert grids[book[4].name].hidden
    assert not grids[sheet].hidden


@pytest.mark.parametrize("name", ["xls", "ods", "xlsb"])
def test_calamine_reads_the_same_values(wrong, name):
    """An independent reader, cell by cell; errors, which it gives as blanks, are tested above."""
    data = FORMATS[name][0](wrong)
    theirs = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    for grid in open_workbook(data).grids:
        rows = theirs.get_sheet_by_name(grid.name).to_python(skip_empty_area=False)
        filled = {(r, c): v for r, line in enumerate(rows, 1) for c, v in enumerate(line, 1) if v not in ("", None)}
        ours = {(r, c): cell for r, cells in grid.rows.items() for c, cell in cells.items()}
        assert set(ours) == {spot for spot, v in filled.items() if not isinstance(v, str) or v.strip()}
        for spot, cell in ours.items():
            value = filled[spot]
            assert cell.text == value if isinstance(value, str) else float(cell.text) == float(value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,234.50", ("1234.50", "n")), ("0", ("0", "n")), ("-3", ("-3", "n")), (".5", (".5", "n")),
        ("2080505", ("2080505", "n")), ("0201", ("0201", "s")), ("1,23", ("1,23", "s")), ("-", ("-", "s")),
        ("", ("", "s")), ("12万", ("12万", "s")), ("#REF!", ("#REF!", "e")), ("１２", ("１２", "s")), ("+5", ("5", "n")),
    ],
)  # fmt: skip
def test_texts_become_what_excel_would_make_of_them(text, expected):
    assert typed(text) == expected


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"),
        (b"\0" * 512, "empty_file"),
        (b"%PDF-1.7 ...", "not_xlsx"),
        (b"Rar!\x1a\x07\x00", "not_xlsx"),
        (b"\x89PNG\r\n\x1a\n", "not_xlsx"),
        (b"MIME-Version: 1.0\nContent-Type: multipart/related\n\n<html>", "not_xlsx"),
        (b"<?xml version='1.0'?><a/>", "not_xlsx"),
        (b"<html><body><p>no table</p></body></html>", "not_xlsx"),
        ("一句话".encode(), "not_xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "WordDocument".encode("utf-16-le"), "not_xlsx"),
    ],
)
def test_what_is_no_workbook_is_refused_by_its_own_name(data, code):
    with pytest.raises(Refused) as refusal:
        open_workbook(data)
    assert refusal.value.code == code
    assert refusal.value.message.endswith("。")
