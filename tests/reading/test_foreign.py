"""A workbook says the same in every format; what a format can't hold is never read as something else."""

from __future__ import annotations

import copy
import io
import struct

import openpyxl
import pytest
import python_calamine
import xlwt
import yaml

from support import foreign, foreign_binary, hands
from support.places import TUNLIU_TABLES
from xlcheck.errors import Refused
from xlcheck.model import Amount
from xlcheck.reading.amounts import AmountReader
from xlcheck.reading.foreign.building import typed
from xlcheck.reading.grid import Grid
from xlcheck.reading.opening import open_workbook
from xlcheck.reading.sniff import Kind, kind_of
from xlcheck.report.json import report_data

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
    found = report_data(checked.report)
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
    expected = pipeline.run(hands.by_xlsxwriter(book), "x")
    checked = pipeline.run(FORMATS[name][0](book), "x", mark=True)
    marked = checked.marked
    assert said(checked) == said(expected)
    assert (len(checked.report.findings) > 0) == (which == "wrong")
    copy_of = openpyxl.load_workbook(io.BytesIO(marked))
    assert copy_of.sheetnames[-1] == "审核结果"
    lines = [str(row[0].value) for row in copy_of["审核结果"].iter_rows(max_row=8)]
    assert any("按其中的数值重新生成" in line for line in lines)


@pytest.mark.parametrize("name", ["xls", "ods", "xlsb", "spreadsheetml"])
def test_every_cell_and_merge_is_in_the_rebuilt_copy_at_its_place(pipeline, wrong, name):
    marked = pipeline.run(FORMATS[name][0](wrong), "x", mark=True).marked
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
    marked = pipeline.run(foreign.to_xls(sheets), "x", mark=True).marked
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
    checked = pipeline.run(FORMATS[name][0](book), "x")
    assert [f.params["text"] for f in checked.report.findings if f.code == "error_value"] == ["#REF!"]


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


# --- what is seen of a number -------------------------------------------------------------------------

SEEN = [  # format, stored, (figure, ulp, note)
    ("0.00", "37.39", (37_390_000, 10_000, "")),
    ("#,##0.00", "37.391", (37_390_000, 10_000, "more_digits")),
    ("0", "37.39", (37_000_000, 1_000_000, "fewer_digits")),
    ("0.000", "37.391", (37_391_000, 1_000, "finer_digits")),
    ("-0.00;0.00", "37.39", (-37_390_000, 10_000, "scaled")),
    ("0.00;0.00", "-37.39", (37_390_000, 10_000, "scaled")),
    ("0.00;-0.00", "-37.39", (-37_390_000, 10_000, "")),
    ("0!.0000", "373900", (37_390_000, 10_000, "scaled")),
    ("0.00%", "0.3739", (37_390_000, 10_000, "scaled")),
    ('0.00"（注1）"', "37.39", (None, 10_000, "unclear")),
    (";;;", "37.39", (37_390_000, 10_000, "invisible")),
]


def amount(grid: Grid, row: int = 1, column: int = 1) -> Amount:
    return AmountReader(10_000, "万元", grid.formats).read(grid.rows.get(row, {}).get(column))


def read(found: Amount) -> tuple[int | None, int, str]:
    return found.figure, found.ulp, found.note


def only(data: bytes) -> Grid:
    (grid,) = open_workbook(data).grids
    return grid


def small(value: float) -> hands.Sheet:
    return hands.Sheet("表", cells={(1, 1): value, (2, 2): "合计"})


@pytest.mark.parametrize(("code", "stored", "expected"), SEEN)
@pytest.mark.parametrize("name", ["xls", "xlsb", "spreadsheetml"])
def test_a_figure_is_read_as_it_is_shown(monkeypatch, name, code, stored, expected):
    style = foreign_binary.LOOKS["money"][1]
    quoted = code.replace('"', "&quot;") if name == "spreadsheetml" else code
    monkeypatch.setitem(foreign_binary.LOOKS, "money", (quoted, style))
    assert read(amount(only(FORMATS[name][0]([small(float(stored))])))) == expected


def spreadsheetml(styles: str, cell: str, table: str = "", before: str = "", row: str = "") -> bytes:
    ss = 'xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"'
    return f"""<?xml version="1.0"?><Workbook {ss}><Styles>{styles}</Styles><Worksheet ss:Name="表"><Table{table}>{before}
        <Row{row}>{cell}</Row></Table></Worksheet></Workbook>""".encode()


def style(name: str, form: str | None = None, parent: str = "") -> str:
    number = "" if form is None else f'<NumberFormat ss:Format="{form}"/>'
    derived = f' ss:Parent="{parent}"' if parent else ""
    return f'<Style ss:ID="{name}"{derived}>{number}</Style>'


def number(value: str, more: str = "") -> str:
    return f'<Cell{more}><Data ss:Type="Number">{value}</Data></Cell>'


@pytest.mark.parametrize(
    ("form", "value", "expected"),
    [
        ("Standard", "37.391", (37_390_000, 10_000, "more_digits")), ("Fixed", "37.391", (37_390_000, 10_000, "more_digits")), ("Currency", "37.39", (37_390_000, 10_000, "")),
        ("General Number", "37.391", (37_390_000, 10_000, "more_digits")), ("General", "37.39", (37_390_000, 10_000, "")), ("Percent", "0.3739", (37_390_000, 10_000, "scaled")),
        ("Scientific", "37.39", (37_400_000, 100_000, "fewer_digits")), ("Short Date", "37.39", (37_390_000, 10_000, "date_format")), ("0", "37.39", (37_000_000, 1_000_000, "fewer_digits")),
        ("Yes/No", "37.39", (37_390_000, 10_000, "invisible")),
    ],
)  # fmt: skip
def test_the_formats_that_excel_2003_xml_has_names_for(form, value, expected):
    data = spreadsheetml(style("a", form), number(value, ' ss:StyleID="a"'))
    assert read(amount(only(data))) == expected


@pytest.mark.parametrize(
    ("styles", "cell", "more"),
    [
        (style("p", "0") + style("c", None, "p"), ' ss:StyleID="c"', {}),  # its parent's
        (style("g", "0") + style("p", None, "g") + style("c", None, "p"), ' ss:StyleID="c"', {}),
        (style("Default", "0") + style("c"), ' ss:StyleID="c"', {}),  # what it doesn't say, Default says
        (style("Default", "0"), "", {}),
        (style("r", "0"), "", {"row": ' ss:StyleID="r"'}),
        (style("k", "0"), "", {"before": '<Column ss:StyleID="k" ss:Span="2"/>'}),
        (style("t", "0"), "", {"table": ' ss:StyleID="t"'}),
    ],
)
def test_a_style_of_excel_2003_xml_is_inherited(styles, cell, more):
    assert read(amount(only(spreadsheetml(styles, number("37.39", cell), **more)))) == (
        37_000_000,
        1_000_000,
        "fewer_digits",
    )


def test_an_empty_number_format_is_general_whatever_the_parent_has():
    styles = style("p", "0") + '<Style ss:ID="c" ss:Parent="p"><NumberFormat/></Style>'
    assert read(amount(only(spreadsheetml(styles, number("37.39", ' ss:StyleID="c"'))))) == (37_390_000, 10_000, "")


def test_styles_that_are_each_others_parents_end():
    styles = style("a", None, "b") + style("b", None, "a")
    assert read(amount(only(spreadsheetml(styles, number("37.39", ' ss:StyleID="a"'))))) == (37_390_000, 10_000, "")


# --- OpenDocument

DIGITS = '<number:number number:decimal-places="{}" number:min-integer-digits="1"/>'
MINUS = "<number:text>-</number:text>"


def fods(styles: str, body: str, columns: str = "<table:table-column/>") -> bytes:
    spaces = " ".join(f'xmlns:{name}="{uri}"' for name, uri in foreign.ODS_SPACES.items())
    return f"""<?xml version="1.0" encoding="UTF-8"?><office:document {spaces}
        office:mimetype="application/vnd.oasis.opendocument.spreadsheet"><office:automatic-styles>{styles}
        </office:automatic-styles><office:body><office:spreadsheet><table:table table:name="表">{columns}{body}
        </table:table></office:spreadsheet></office:body></office:document>""".encode()


def ods_number(value: str, text: str = "", more: str = ' table:style-name="c"') -> str:
    shown = f"<text:p>{text}</text:p>" if text else ""
    return f'<table:table-cell{more} office:value-type="float" office:value="{value}">{shown}</table:table-cell>'


def ods_row(*cells: str, more: str = "") -> str:
    return f"<table:table-row{more}>{''.join(cells)}</table:table-row>"


def ods_style(body: str, kind: str = "number-style", name: str = "n") -> str:
    cell = '<style:style style:name="c" style:family="table-cell" style:data-style-name="n"/>' if name == "n" else ""
    return f'{cell}<number:{kind} style:name="{name}">{body}</number:{kind}>'


def ods_map(condition: str, name: str) -> str:
    return f'<style:map style:condition="value(){condition}" style:apply-style-name="{name}"/>'


@pytest.mark.parametrize(
    ("styles", "value", "expected"),
    [
        (ods_style(DIGITS.format(2)), "37.391", (37_390_000, 10_000, "more_digits")),
        (ods_style(DIGITS.format(0)), "37.39", (37_000_000, 1_000_000, "fewer_digits")),
        (ods_style(DIGITS.format(3)), "37.391", (37_391_000, 1_000, "finer_digits")),
        (ods_style('<number:number number:min-integer-digits="1"/>'), "37.39", (37_390_000, 10_000, "")),  # General
        (ods_style(DIGITS.format(2) + "<number:text>%</number:text>", "percentage-style"), "0.3739", (37_390_000, 10_000, "scaled")),
        (ods_style("<number:currency-symbol>¥</number:currency-symbol>" + DIGITS.format(2), "currency-style"), "37.39", (37_390_000, 10_000, "")),
        (ods_style(DIGITS.format(2) + "<number:text>%</number:text>"), "37.39", (None, 10_000, "unclear")),
        (ods_style(MINUS + DIGITS.format(2)), "37.39", (-37_390_000, 10_000, "scaled")),
        (ods_style(MINUS + DIGITS.format(2) + ods_map("&gt;=0", "p")) + ods_style(DIGITS.format(2), name="p"), "-37.39", (-37_390_000, 10_000, "")),
        (ods_style(DIGITS.format(2) + ods_map("&gt;=0", "p")) + ods_style(DIGITS.format(2), name="p"), "-37.39", (37_390_000, 10_000, "scaled")),
        (ods_style(DIGITS.format(2) + ods_map("&gt;=0", "p")) + ods_style(MINUS + DIGITS.format(2), name="p"), "37.39", (-37_390_000, 10_000, "scaled")),
        (
            ods_style("<number:text>无</number:text>" + ods_map("&gt;0", "p") + ods_map("&lt;0", "q"))
            + ods_style(DIGITS.format(0), name="p") + ods_style(MINUS + DIGITS.format(1), name="q"),
            "-37.39", (-37_400_000, 100_000, "fewer_digits"),
        ),
        (ods_style('<number:number number:decimal-places="0" number:min-integer-digits="5"><number:embedded-text number:position="4">.</number:embedded-text></number:number>'),
         "373900", (37_390_000, 10_000, "scaled")),
        (ods_style('<number:number number:decimal-places="2" number:min-integer-digits="1" number:display-factor="1000"/>'), "37390", (37_390_000, 10_000, "scaled")),
        (ods_style('<number:scientific-number number:decimal-places="2" number:min-integer-digits="1"/>'), "37.39", (37_400_000, 100_000, "fewer_digits")),
        (ods_style("<number:year/>", "date-style"), "37.39", (37_390_000, 10_000, "date_format")),
        ('<style:style style:name="q" style:family="table-cell" style:data-style-name="n"/><style:style style:name="c" style:family="table-cell" style:parent-style-name="q"/>'
         + ods_style(DIGITS.format(0)).partition("/>")[2], "37.39", (37_000_000, 1_000_000, "fewer_digits")),
    ],
)  # fmt: skip
def test_the_number_styles_of_opendocument(styles, value, expected):
    grid = only(fods(styles, ods_row(ods_number(value), ods_number("1"))))
    assert read(amount(grid)) == expected


@pytest.mark.parametrize(
    ("row", "column"),
    [(' table:default-cell-style-name="c"', ""), ("", ' table:default-cell-style-name="c"')],
)
def test_a_cell_of_opendocument_has_the_style_of_its_row_or_column(row, column):
    data = fods(
        ods_style(DIGITS.format(0)), ods_row(ods_number("37.39", more=""), more=row), f"<table:table-column{column}/>"
    )
    assert read(amount(only(data))) == (37_000_000, 1_000_000, "fewer_digits")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("37.39", (37_390_000, 10_000, "")), ("37.4", (37_390_000, 10_000, "")), ("", (37_390_000, 10_000, "")), ("###", (37_390_000, 10_000, "")),
        ("38.39", (38_390_000, 10_000, "scaled")), ("-37.39", (-37_390_000, 10_000, "scaled")), ("373900", (373_900_000_000, 1_000_000, "scaled")),
    ],
)  # fmt: skip
def test_the_text_in_an_opendocument_file_is_what_was_seen_when_it_was_saved(text, expected):
    assert read(amount(only(fods("", ods_row(ods_number("37.39", text, more="")))))) == expected


def test_an_ods_package_has_styles_in_a_part_of_their_own(sheets):
    def edit(name, part):
        if name == "content.xml":
            return part.replace(b'style:data-style-name="N4"', b'style:data-style-name="N9"')
        return (
            part.replace(
                b"<office:automatic-styles>",
                b"<office:automatic-styles>" + ods_style(DIGITS.format(0), name="N9").encode(),
            )
            if name == "styles.xml"
            else part
        )

    grid = only(hands._edit_parts(foreign.to_ods([small(37.39)]), edit))
    assert read(amount(grid))[2] == "fewer_digits"


# --- web pages


def page(cell: str, styles: str = "", more: str = "") -> bytes:
    space = 'xmlns:x="urn:schemas-microsoft-com:office:excel"'
    return f"<html {space}><head><style><!-- {styles} --></style></head><body><table>{more}<tr>{cell}</tr></table></body></html>".encode()


@pytest.mark.parametrize(
    ("cell", "styles", "expected"),
    [
        ('<td x:num="37.391">37.39</td>', "", (37_390_000, 10_000, "more_digits")),
        ("<td x:num>37.39</td>", "", (37_390_000, 10_000, "")),
        ('<td x:num="37.39" style=\'mso-number-format:"0"\'>37</td>', "", (37_000_000, 1_000_000, "fewer_digits")),
        ('<td x:num="37.391" style="mso-number-format:\'0\\.000\'">37.391</td>', "", (37_391_000, 1_000, "finer_digits")),
        ('<td x:num="37.39" style="mso-number-format:Fixed">37.39</td>', "", (37_390_000, 10_000, "")),
        ('<td x:num="0.3739" style="mso-number-format:Percent">37.39%</td>', "", (37_390_000, 10_000, "scaled")),
        ('<td class=xl65 x:num="373900">37.3900</td>', r'.xl65 {mso-number-format:"0\!\.0000";}', (37_390_000, 10_000, "scaled")),
        ('<td class="a xl65" x:num="37.39">-37.39</td>', r'td {mso-number-format:General;} .xl65, .xl66 {color:red;mso-number-format:"\0022-\00220\.00"}', (-37_390_000, 10_000, "scaled")),
        ('<td x:num="373900">37.39</td>', "", (37_390_000, 10_000, "scaled")),  # the page is what people see
        ('<td x:num="373900" style="mso-number-format:Standard">约 37.39 万</td>', "", (None, 10_000, "unclear")),
        ("<td>37.39</td>", "td {mso-number-format:Standard}", (37_390_000, 10_000, "")),
        (r"<td style='mso-number-format:\@'>37.39</td>", "", (37_390_000, 10_000, "")),
        ("<td class=t>37.39</td>", r'.t {mso-number-format:"\@"}', (37_390_000, 10_000, "")),
    ],
)  # fmt: skip
def test_a_web_page_is_read_as_it_is_seen(cell, styles, expected):
    assert read(amount(only(page(cell + "<td>1</td>", styles)))) == expected


def test_a_cell_of_texts_is_a_text_also_by_its_class():
    grid = only(page("<td class=t>37.39</td><td>1</td>", r'.t {mso-number-format:"\@"}'))
    assert (grid.rows[1][1].type, grid.rows[1][2].type) == ("s", "n")


# --- rows and columns that are not seen ------------------------------------------------------------------


def xls(edit) -> bytes:
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("表", cell_overwrite_ok=True)
    for row in range(4):
        for column in range(4):
            sheet.write(row, column, row + column + 0.5)
    edit(sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def low(sheet):
    sheet.row(1).height_mismatch, sheet.row(1).height = True, 0


def test_rows_without_height_and_columns_without_width_of_an_xls_are_hidden():
    grid = only(xls(low))
    assert (grid.hidden_rows, grid.hidden_columns) == ({2}, set())
    assert only(xls(lambda s: setattr(s.col(2), "width", 0))).hidden_columns == {3}
    assert only(xls(lambda s: None)).hidden_rows == set()


def xlsb(edit) -> bytes:
    data = foreign.to_xlsb([hands.Sheet("表", cells={(r, c): r + c + 0.5 for r in range(1, 4) for c in range(1, 4)})])
    return hands._edit_parts(data, lambda name, part: edit(part) if name == "xl/worksheets/sheet1.bin" else part)


def test_rows_without_height_and_columns_without_width_of_an_xlsb_are_hidden():
    def row(part):  # BrtRowHdr: row, style, height
        return part.replace(struct.pack("<LLH", 1, 0, 285), struct.pack("<LLH", 1, 0, 0))

    def column(part):  # BrtColInfo: number 60
        at = part.index(b"\x3c\x12") + 2
        return part[: at + 8] + bytes(4) + part[at + 12 :]

    assert only(xlsb(row)).hidden_rows == {2}
    assert only(xlsb(column)).hidden_columns
    assert only(xlsb(lambda part: part)).hidden_rows == set()


@pytest.mark.parametrize(
    ("row", "before", "table", "rows", "columns"),
    [
        ("", "", "", set(), set()),
        (' ss:Hidden="1"', "", "", {1}, set()),
        (' ss:Height="0"', "", "", {1}, set()),
        (' ss:Height="14.25"', "", "", set(), set()),
        ("", "", ' ss:DefaultRowHeight="0"', {1}, set()),
        ("", '<Column ss:Hidden="1" ss:Span="2"/>', "", set(), {1, 2, 3}),
        ("", '<Column ss:Index="2" ss:Width="0"/>', "", set(), {2}),
        ("", '<Column ss:Width="abc"/>', "", set(), set()),
    ],
)
def test_rows_and_columns_that_excel_2003_xml_does_not_show(row, before, table, rows, columns):
    grid = only(spreadsheetml("", number("1"), row=row, before=before, table=table))
    assert (grid.hidden_rows, grid.hidden_columns) == (rows, columns)


ROW = '<style:style style:name="r" style:family="table-row"><style:table-row-properties style:row-height="{}"/></style:style>'
COLUMN = '<style:style style:name="r" style:family="table-column"><style:table-column-properties style:column-width="{}"/></style:style>'


@pytest.mark.parametrize(
    ("styles", "row", "column", "group", "rows", "columns"),
    [
        ("", "", "", "", set(), set()),
        ("", ' table:visibility="filter"', "", "", {1}, set()),
        (ROW.format("0cm"), ' table:style-name="r"', "", "", {1}, set()),
        (ROW.format("0.5cm"), ' table:style-name="r"', "", "", set(), set()),
        (ROW.format("?"), ' table:style-name="r"', "", "", set(), set()),
        (COLUMN.format("0in"), "", ' table:style-name="r"', "", set(), {1}),
        ("", "", ' table:visibility="collapse"', "", set(), {1}),
        ("", "", "", ' table:display="false"', {1}, set()),
        ("", "", "", ' table:display="true"', set(), set()),
    ],
)
def test_rows_and_columns_that_opendocument_does_not_show(styles, row, column, group, rows, columns):
    line = ods_row(ods_number("1"), more=row)
    body = f"<table:table-row-group{group}>{line}</table:table-row-group>" if group else line
    grid = only(fods(styles, body, f"<table:table-column{column}/>"))
    assert (grid.hidden_rows, grid.hidden_columns) == (rows, columns)


@pytest.mark.parametrize(
    ("line", "more", "rows", "columns"),
    [
        ("<tr>", "", set(), set()),
        ("<tr style='display: none'>", "", {1}, set()),
        ("<tr height=0>", "", {1}, set()),
        ("<tr style='height:0pt;color:red'>", "", {1}, set()),
        ("<tr style='height:0.75cm'>", "", set(), set()),
        ("<tr class=gone>", "", {1}, set()),
        ("<tbody style='display:none'><tr>", "", {1}, set()),
        ("<tr>", "<col><col style='display:none' span=2>", set(), {2, 3}),
        ("<tr>", "<col width=0>", set(), {1}),
        ("<tr>", "<colgroup span=2 style='width:0'></colgroup>", set(), {1, 2}),
    ],
)
def test_rows_and_columns_that_a_page_does_not_show(line, more, rows, columns):
    data = page("<td>1</td><td>2</td>", ".gone {display:none}", more).replace(b"<tr>", line.encode())
    grid = only(data)
    assert (grid.hidden_rows, grid.hidden_columns) == (rows, columns)


# --- one place, one value ---------------------------------------------------------------------------------


def test_two_values_in_one_place_of_excel_2003_xml_are_refused():
    for cells in (
        number("1", ' ss:Index="2"') + number("2", ' ss:Index="2"'),
        number("1") + number("2", ' ss:Index="1"'),
    ):
        with pytest.raises(Refused) as refusal:
            open_workbook(spreadsheetml("", cells))
        assert (refusal.value.code, "“表”里的单元格" in refusal.value.message) == ("damaged", True)
    with pytest.raises(Refused):
        open_workbook(spreadsheetml("", number("1") + '</Row><Row ss:Index="1">' + number("2")))


def test_two_tables_of_cells_in_one_sheet_of_excel_2003_xml_are_refused():
    with pytest.raises(Refused) as refusal:
        open_workbook(spreadsheetml("", number("1") + "</Row></Table><Table><Row>" + number("2")))
    assert refusal.value.code == "damaged"


def test_two_values_in_one_place_of_an_xlsb_are_refused():
    def twice(part):
        at = part.index(b"\x02\x0c")  # BrtCellRk
        return part[:at] + part[at : at + 14] + part[at:]

    with pytest.raises(Refused) as refusal:
        open_workbook(xlsb(twice))
    assert refusal.value.code == "damaged"


@pytest.mark.parametrize("column", [0, 2])
def test_two_values_in_one_place_of_an_xls_are_refused(column):
    data = xls(lambda sheet: sheet.write(1, 9, 7.5))  # an RK record: number, length, row, column
    record = struct.pack("<4H", 0x27E, 10, 1, 9)
    assert data.count(record) == 1
    with pytest.raises(Refused) as refusal:
        open_workbook(data.replace(record, struct.pack("<4H", 0x27E, 10, 1, column)))
    assert (refusal.value.code, f" {'ABC'[column]}2 " in refusal.value.message) == ("damaged", True)


# --- under merged cells -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        spreadsheetml("", number("1", ' ss:MergeDown="1"') + "</Row><Row>" + number("2")),
        fods("", ods_row(ods_number("1", more=' table:number-rows-spanned="2"')) + ods_row(ods_number("2").replace("table-cell", "covered-table-cell"))),
        xls(lambda s: (s.merge(0, 1, 0, 0), s.write(1, 0, 2.5))),
    ],
    ids=["spreadsheetml", "fods", "xls"],
)  # fmt: skip
def test_what_a_merged_cell_covers_is_kept_apart(data):
    grid = only(data)
    assert 1 in grid.rows[1]
    assert 1 not in grid.rows.get(2, {})
    assert set(grid.covered) == {(2, 1)}
    assert grid.covered[2, 1].type == "n"
