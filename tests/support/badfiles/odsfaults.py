"""OpenDocument spreadsheets that repeat without end, or hold what no cell should."""

from __future__ import annotations

import re
from collections.abc import Callable

from support.badfiles.build import Register, raw
from support.badfiles.formats import (
    ODS,
    OFFICE,
    ods,
    ods_content,
    ods_of,
)

cases = Register()
CELL = '<table:table-cell office:value-type="float" office:value="{0}"><text:p>{0}</text:p></table:table-cell>'


def doc(name: str, pattern: str, after: str | Callable[[], str], count: int = 0) -> None:
    """The good .ods with every match of its content replaced."""

    def make() -> bytes:
        put = after() if callable(after) else after
        text, number = re.subn(pattern, put, ods_content(), count=count)
        assert number, name
        return ods_of(text)

    cases.add(f"foreign/ods-{name}", make)


def rows(name: str, text: str | Callable[[], str]) -> None:
    """Rows at the end of the first table."""
    cases.add(
        f"foreign/ods-{name}",
        lambda: ods_of(ods_content().replace("</table:table>", raw(text).decode() + "</table:table>", 1)),
    )


def times(name: str, number: object) -> str:
    return f' table:number-{name}="{number}"'


def row_of(cells: str, attributes: str = "") -> str:
    return f"<table:table-row{attributes}>{cells}</table:table-row>"


# --- OpenDocument ---------------------------------------------------------------------------------------

cases.add("foreign/ods-good", ods)
for short, number in {
    "1e9": 10**9 - 1,
    "1e10": 10**10,
    "0": 0,
    "minus-1": -1,
    "word": "x",
    "16384": 16_384,
    "16385": 16_385,
    "superscript": "²",
    "endless": "9" * 5_000,
    "empty": "",
}.items():
    doc(
        f"columns-repeated-{short}", r'table:number-columns-repeated="\d+"', f'table:number-columns-repeated="{number}"'
    )
    rows(
        f"cells-repeated-{short}-with-content",
        row_of(CELL.format(1).replace(" office", times("columns-repeated", number) + " office", 1)),
    )
    rows(f"rows-repeated-{short}-with-content", row_of(CELL.format(1), times("rows-repeated", number)))
    rows(f"rows-repeated-{short}", row_of("", times("rows-repeated", number)) + row_of(CELL.format(1)))
    doc(f"spans-{short}", r'spanned="\d+"', f'spanned="{number}"')
rows(
    "rows-and-cells-repeated-1e9",
    row_of(
        CELL.format(1).replace(" office", times("columns-repeated", 10**9 - 1) + " office", 1),
        times("rows-repeated", 10**9 - 1),
    ),
)
BLANK = f"<table:table-cell{times('columns-repeated', 2_000)}><text:p/></table:table-cell>"
rows("blank-cells-repeated", lambda: row_of(BLANK * 8, times("rows-repeated", 2_000)) * 500)
rows(
    "spans-repeated",
    lambda: (
        row_of(
            f"<table:table-cell{times('columns-spanned', 900)}{times('rows-spanned', 9)}><text:p/></table:table-cell>"
            * 16,
            times("rows-repeated", 2_000),
        )
        * 20
    ),
)
rows("covered-cells-everywhere", lambda: row_of("<table:covered-table-cell/>" * 1_000) * 300)
rows("hidden-rows-9999", lambda: row_of("", ' table:visibility="collapse"' + times("rows-repeated", 9_999)) * 5_000)
doc(
    "hidden-columns-bomb",
    r"<table:table-column",
    lambda: (
        f'<table:table-column table:visibility="collapse"{times("columns-repeated", 999)}/>' * 30_000
        + "<table:table-column"
    ),
    1,
)
doc(
    "columns-100000",
    r"<table:table-column",
    lambda: f"<table:table-column{times('columns-repeated', 999)}/>" * 100_000 + "<table:table-column",
    1,
)
rows("200001-cells", lambda: row_of(CELL.format(1) * 500) * 402)
rows(
    "spaces-1e9",
    row_of(
        '<table:table-cell office:value-type="string"><text:p>a<text:s text:c="999999999"/>b</text:p></table:table-cell>'
    ),
)
rows(
    "spaces-1000-each-300000-times",
    lambda: row_of(
        '<table:table-cell office:value-type="string"><text:p>a'
        + '<text:s text:c="1000"/>' * 300_000
        + "b</text:p></table:table-cell>"
    ),
)
rows(
    "paragraphs-300000",
    lambda: row_of(
        '<table:table-cell office:value-type="string">' + "<text:p>a</text:p>" * 300_000 + "</table:table-cell>"
    ),
)
rows(
    "spans-deep",
    lambda: row_of(
        '<table:table-cell office:value-type="string"><text:p>'
        + "<text:span>" * 230
        + "a"
        + "</text:span>" * 230
        + "</text:p></table:table-cell>"
    ),
)
rows("groups-deep", lambda: "<table:table-row-group>" * 230 + row_of(CELL.format(1)) + "</table:table-row-group>" * 230)
rows(
    "groups-100000-deep",
    lambda: "<table:table-row-group>" * 100_000 + row_of(CELL.format(1)) + "</table:table-row-group>" * 100_000,
)
rows(
    "table-in-cell",
    lambda: row_of(
        "<table:table-cell><table:table><table:table-row>"
        + CELL.format(1)
        + "</table:table-row></table:table></table:table-cell>"
    ),
)
for text in (
    "NaN",
    "INF",
    "-Infinity",
    "1e400",
    "1E-400",
    "-0",
    "0x1F",
    "",
    "1,5",
    "٩",
    "1_0",
    "9" * 5_000,
    " 7 ",
    "7.0",
):
    doc(
        f"value-{text[:9].strip() or ('blank' if text else 'empty')}{'-blanks' if text != text.strip() else ''}",
        r'office:value="999[^"]*"',
        f'office:value="{text}"',
    )
for kind in ("percentage", "currency", "date", "time", "boolean", "string", "void", "error", "x", ""):
    doc(f"type-{kind or 'empty'}", r'office:value-type="float"', f'office:value-type="{kind}"')
doc("values-missing", r' office:value="[^"]*"', "")
doc("types-missing", r' office:value-type="[^"]*"', "")
doc(
    "types-twice-of-calcext",
    r"<table:table-cell ",
    '<table:table-cell xmlns:c="urn:c" c:value-type="error" c:value="x" ',
)
doc(
    "formulas",
    r'office:value-type="float"',
    'table:formula="of:=[.C7]+WEBSERVICE(&quot;http://127.0.0.1:9&quot;)" office:value-type="float"',
)
doc(
    "formula-errors",
    r'office:value-type="float"[^>]*><text:p>[^<]*',
    'table:formula="of:=1/0" office:value-type="string"><text:p>Err:502',
)
doc("names-of-tables-odd", r'table:name="[^"]*"', 'table:name="[]:*?/\u202e&#10;"')
doc("names-of-tables-missing", r' table:name="[^"]*"', "")
doc("names-of-tables-equal", r'table:name="[^"]*"', 'table:name="收入决算表"')
doc(
    "rows-in-header-rows",
    r"(<table:table-row>.*?</table:table-row>)",
    r"<table:table-header-rows>\1</table:table-header-rows>",
    9,
)
doc(
    "changes-tracked",
    r"<office:spreadsheet>",
    "<office:spreadsheet><table:tracked-changes><table:table><table:table-row/></table:table></table:tracked-changes>",
)
doc("annotations", r"<text:p>", "<office:annotation><text:p>x</text:p></office:annotation><text:p>", 99)
doc(
    "links",
    r"<text:p>([^<]*)</text:p>",
    r'<text:p><text:a xmlns:x="http://www.w3.org/1999/xlink" x:href="file:///etc/passwd">\1</text:a></text:p>',
    99,
)
doc(
    "external-data",
    r"<table:table ",
    '<table:table xmlns:x="http://www.w3.org/1999/xlink"><table:table-source x:href="http://127.0.0.1:9/x.ods"/></table:table><table:table ',
    1,
)
doc(
    "2000-tables",
    r"</office:spreadsheet>",
    lambda: (
        f'<table:table table:name="x"><table:table-row>{CELL.format(1)}</table:table-row></table:table>' * 2_000
        + "</office:spreadsheet>"
    ),
)
doc("text-document", r"office:spreadsheet", "office:text")
doc("without-namespaces", r' xmlns:(\w+)="[^"]*"', r' xmlns:\1="urn:\1"')
doc("doctype", r"<office:document-content", '<!DOCTYPE x [<!ENTITY a "b">]><office:document-content', 1)
doc("800000-strange-elements", r"<office:body>", lambda: "<office:body>" + "<text:p/>" * 800_000)
cases.add("foreign/ods-content-cut", lambda: ods_of(ods_content()[:9_999]))
cases.add("foreign/ods-content-empty", lambda: ods_of(""))
cases.add("foreign/ods-content-of-noise", lambda: ods_of(bytes(range(256)) * 9))
cases.add("foreign/ods-content-utf16", lambda: ods_of(ods_content().replace("UTF-8", "UTF-16").encode("utf-16")))
cases.add("foreign/ods-flat", lambda: ods_content().replace("document-content", "document").encode())
cases.add(
    "foreign/ods-flat-doctype",
    lambda: (
        ods_content()
        .replace("document-content", "document")
        .replace("<office:document", "<!DOCTYPE x><office:document", 1)
        .encode()
    ),
)
cases.add("foreign/ods-flat-cut", lambda: ods_content().encode()[:9_999])
cases.add("foreign/ods-mimetype-of-text", lambda: ods_of(ods_content(), ODS.replace("spreadsheet", "text")))
cases.add("foreign/ods-mimetype-empty", lambda: ods_of(ods_content(), ""))
cases.add(
    "foreign/ods-and-xlsx-in-one",
    lambda: ods_of(ods_content(), more={"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"}),
)
cases.add("foreign/ods-content-missing", lambda: ods_of("").replace(b"content.xml", b"kontent.xml"))
cases.add(
    "foreign/ods-encrypted",
    lambda: ods_of(
        bytes(range(256)),
        more={
            "META-INF/manifest.xml": f'<manifest:manifest xmlns:manifest="{OFFICE}:manifest:1.0"><manifest:file-entry manifest:full-path="content.xml"><manifest:encryption-data/></manifest:file-entry></manifest:manifest>'.encode()
        },
    ),
)
cases.add(
    "foreign/ods-macros",
    lambda: ods_of(ods_content(), more={"Basic/Standard/Module1.xml": b"<x/>", "Scripts/python/x.py": b"import os"}),
)
