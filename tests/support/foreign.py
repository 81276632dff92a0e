"""The same workbook in the formats of other programs, written without any of our own code.

``to_*(sheets)`` give a file's bytes. A cell's value may be text, a number, a truth value, ``None``, a
``Formula`` with its saved result, a ``Percent`` or an ``ErrorValue``. What a format has no place for is left
out: HTML and text hold no hidden sheets. The binary formats are in ``foreign_binary``.
"""

from __future__ import annotations

import csv
import io
import re
import struct
import zlib
from decimal import Decimal
from html import escape
from itertools import groupby
from typing import Any

from openpyxl.utils import column_index_from_string

from support.foreign_binary import (
    LOOKS,
    WIDTH,
    ErrorValue,
    Percent,
    boxed,
    cached,
    covered,
    extent,
    look,
    package,
    rows,
    to_xls,
    to_xlsb,
)
from support.hands import Formula, Sheet, Style, Tables, build_sheets

__all__ = [
    "ErrorValue",
    "Percent",
    "official",
    "to_csv",
    "to_csv_stacked",
    "to_html",
    "to_ods",
    "to_spreadsheetml",
    "to_xls",
    "to_xlsb",
    "zipped",
]

REFERENCE = re.compile(r"(?<![\w.])(\$?)([A-Z]{1,3})(\$?)(\d+)(?![\w(])")


def official(tables: Tables) -> list[Sheet]:
    """The ten sheets as the form prints them, codes as numbers."""
    return build_sheets(tables, Style(code=int))


def shown(value: Any) -> str:
    """The text on the screen: 1,234.50, 2080505, 12.50%, TRUE, #REF!."""
    match cached(value):
        case None:
            return ""
        case bool() as flag:
            return str(flag).upper()
        case float() | Decimal() as number:
            return f"{number:,.2f}"
        case Percent() as share:
            return f"{share.value:.2%}"
        case ErrorValue() as error:
            return error.text
        case other:
            return str(other)


def digits(value: Any) -> str:
    """A number with all its digits and no separators, as the XML formats hold it."""
    return str(value.value if isinstance(value, Percent) else value).removesuffix(".0")


# --- .ods ---------------------------------------------------------------------------------------

Item = tuple[str, str, str]  # element, attributes, content
ODS_SPACES = {
    "calcext": "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0",
    "of": "urn:oasis:names:tc:opendocument:xmlns:of:1.2",
    "number": "urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0",
    "fo": "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0",
    **{n: f"urn:oasis:names:tc:opendocument:xmlns:{n}:1.0" for n in ("office", "style", "text", "table", "manifest")},
}
ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
ODS_ROWS, ODS_COLUMNS = 1048576, 16384
ODS_FORMATS = """
<number:number-style style:name="N0"><number:number number:min-integer-digits="1"/></number:number-style>
<number:number-style style:name="N4"><number:number number:decimal-places="2" number:min-integer-digits="1"
 number:grouping="true"/></number:number-style>
<number:percentage-style style:name="N11"><number:number number:decimal-places="2" number:min-integer-digits="1"/>
<number:text>%</number:text></number:percentage-style>"""
ODS_PAGE = """
<style:page-layout style:name="pm1"><style:page-layout-properties style:print-orientation="landscape"
 fo:page-width="29.7cm" fo:page-height="21cm"/></style:page-layout>"""


def _ods_part(root: str, body: str) -> str:
    spaces = "".join(f' xmlns:{name}="{uri}"' for name, uri in ODS_SPACES.items())
    prefix = root.partition(":")[0]
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{root}{spaces} {prefix}:version="1.3">{body}</{root}>'


def _ods_style(family: str, name: str, properties: str, more: str = "") -> str:
    return f'<style:style style:name="{name}" style:family="{family}"{more}>{properties}</style:style>'


def to_ods(sheets: list[Sheet]) -> bytes:
    """As LibreOffice writes it: runs of equal cells and rows once, errors as empty strings marked by calcext."""
    page = ' style:master-page-name="Default"'
    styles = [
        _ods_style("table-column", "co1", f'<style:table-column-properties style:column-width="{WIDTH / 5}cm"/>'),
        _ods_style("table-row", "ro1", '<style:table-row-properties style:row-height="0.6cm"/>'),
        _ods_style("table", "ta1", '<style:table-properties table:display="true"/>', page),
        _ods_style("table", "ta2", '<style:table-properties table:display="false"/>', page),
    ]
    border = '<style:table-cell-properties fo:border="0.75pt solid #000000"/>'
    bold = '<style:text-properties fo:font-weight="bold" style:font-weight-asian="bold"/>'
    for name in LOOKS:
        data = f' style:data-style-name="{ {"money": "N4", "percent": "N11"}.get(name, "N0") }"'
        styles.append(_ods_style("table-cell", name, {"bare": "", "title": bold}.get(name, border), data))
    tables = "".join(_ods_table(sheet) for sheet in sheets)
    content = f"<office:automatic-styles>{ODS_FORMATS}{''.join(styles)}</office:automatic-styles>"
    content += f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
    pages = f"<office:automatic-styles>{ODS_PAGE}</office:automatic-styles><office:master-styles>"
    pages += '<style:master-page style:name="Default" style:page-layout-name="pm1"/></office:master-styles>'
    entries = "".join(
        f'<manifest:file-entry manifest:full-path="{path}" manifest:media-type="{kind}"/>'
        for path, kind in {"/": ODS_TYPE, "content.xml": "text/xml", "styles.xml": "text/xml"}.items()
    )
    parts = {
        "mimetype": ODS_TYPE.encode(),
        "content.xml": _ods_part("office:document-content", content).encode(),
        "styles.xml": _ods_part("office:document-styles", pages).encode(),
        "META-INF/manifest.xml": _ods_part("manifest:manifest", entries).encode(),
    }
    return package(parts, stored="mimetype")


def _repeated(items: list[Item], what: str, tail: Item, total: int) -> str:
    """Equal neighbours written once, filled up with ``tail`` to ``total``."""
    runs = [(item, len(list(run))) for item, run in groupby(items)]
    rest = total - len(items)
    if runs and runs[-1][0] == tail:
        rest += runs.pop()[1]
    out = ""
    for (element, attributes, content), count in [*runs, (tail, rest)]:
        times = f' table:number-{what}-repeated="{count}"' if count > 1 else ""
        out += f"<table:{element}{attributes}{times}" + (f">{content}</table:{element}>" if content else "/>")
    return out


def _ods_table(sheet: Sheet) -> str:
    (height, width), under = extent(sheet), covered(sheet)
    spans = {(r1, c1): (r2 - r1 + 1, c2 - c1 + 1) for r1, c1, r2, c2 in sheet.merges}
    hide, empty = ' table:visibility="collapse"', ("table-cell", "", "")
    fixed = ' table:style-name="co1" table:default-cell-style-name="Default"'
    columns = [("table-column", fixed + hide * (c in sheet.hidden_columns), "") for c in range(1, width + 1)]
    lines = []
    for r in range(1, height + 1):
        cells = []
        for c in range(1, width + 1):
            attributes, content = _ods_cell(sheet, r, c)
            if (r, c) in spans:
                deep, wide = spans[r, c]
                attributes += f' table:number-columns-spanned="{wide}" table:number-rows-spanned="{deep}"'
            cells.append(("covered-table-cell" if (r, c) in under else "table-cell", attributes, content))
        body = _repeated(cells, "columns", empty, ODS_COLUMNS)
        lines.append(("table-row", ' table:style-name="ro1"' + hide * (r in sheet.hidden_rows), body))
    last = ("table-row", ' table:style-name="ro1"', _repeated([], "columns", empty, ODS_COLUMNS))
    all_columns = _repeated(columns, "columns", ("table-column", fixed, ""), ODS_COLUMNS)
    style = "ta1" if sheet.state == "visible" else "ta2"
    body = all_columns + _repeated(lines, "rows", last, ODS_ROWS)
    return f'<table:table table:name="{escape(sheet.name)}" table:style-name="{style}">{body}</table:table>'


def _ods_cell(sheet: Sheet, row: int, column: int) -> tuple[str, str]:
    """Attributes and content."""
    value = sheet.cells.get((row, column))
    result = cached(value)
    there = value is not None or boxed(sheet, row)
    attributes = f' table:style-name="{look(sheet, row, value)}"' if there else ""
    if value is None:
        return attributes, ""
    if formula := value.text if isinstance(value, Formula) else "":
        attributes += f' table:formula="{escape(_open_formula(formula))}"'
    match result:
        case None:
            return attributes, "<text:p/>"
        case "" if formula:  # LibreOffice gives such a result no type
            return attributes, "<text:p/>"
        case ErrorValue():
            attributes += "" if formula else f' table:formula="of:={result.text}"'
            attributes += ' office:value-type="string" office:string-value="" calcext:value-type="error"'
        case str():
            attributes += _ods_typed("string", f'office:string-value="{escape(result)}"' if formula else "")
        case bool():
            attributes += _ods_typed("boolean", f'office:boolean-value="{str(result).lower()}"')
        case _:
            kind = "percentage" if isinstance(result, Percent) else "float"
            attributes += _ods_typed(kind, f'office:value="{digits(result)}"')
    return attributes, "".join(f"<text:p>{_ods_text(line)}</text:p>" for line in shown(result).split("\n"))


def _ods_typed(kind: str, value: str) -> str:
    return f' office:value-type="{kind}" {value} calcext:value-type="{kind}"'


def _ods_text(text: str) -> str:
    """Spaces that would be lost in XML become text:s."""

    def spaces(found: re.Match[str]) -> str:
        inside = found.start() > 0 and found.end() < len(found.string)
        return " " * inside + f'<text:s text:c="{len(found[0]) - inside}"/>'

    return re.sub("^ +| +$| {2,}", spaces, escape(text)).replace("\t", "<text:tab/>")


def _open_formula(text: str) -> str:
    """=SUM(C3:C9,1) → of:=SUM([.C3:.C9];1)."""
    area = re.compile(f"{REFERENCE.pattern}:{REFERENCE.pattern}")
    text = area.sub(lambda m: f"[.{m[0].replace(':', ':.')}]", text)
    return "of:" + REFERENCE.sub(lambda m: f"[.{m[0]}]", text).replace(",", ";")


# --- Excel 2003 XML -----------------------------------------------------------------------------

MS_STATES = {"hidden": "SheetHidden", "veryHidden": "SheetVeryHidden"}
MS_SPACES = (
    'xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet" '
    'xmlns:html="http://www.w3.org/TR/REC-html40"'
)


def to_spreadsheetml(sheets: list[Sheet], encoding: str = "utf-8") -> bytes:
    """Excel 2003 XML; ss:Index only where cells or rows are skipped, nothing under a merge."""
    styles = ""
    borders = "".join(
        f'<Border ss:Position="{side}" ss:LineStyle="Continuous" ss:Weight="1"/>'
        for side in ("Bottom", "Left", "Right", "Top")
    )
    for name, (number, _) in LOOKS.items():
        styles += f'<Style ss:ID="{name}"><NumberFormat ss:Format="{number}"/>'
        styles += '<Font ss:Bold="1" ss:Size="18"/>' if name == "title" else ""
        styles += "" if name in {"bare", "title"} else f"<Borders>{borders}</Borders>"
        styles += "</Style>\n"
    head = f'<?xml version="1.0" encoding="{encoding}"?>\n<?mso-application progid="Excel.Sheet"?>\n'
    first = next((i for i, s in enumerate(sheets) if s.state == "visible"), 0)
    book = f"<x:ExcelWorkbook><x:ActiveSheet>{first}</x:ActiveSheet></x:ExcelWorkbook>\n"
    body = "".join(_ms_sheet(sheet) for sheet in sheets)
    text = f"{head}<Workbook {MS_SPACES}>\n{book}<Styles>\n{styles}</Styles>\n{body}</Workbook>\n"
    return text.encode(encoding, "xmlcharrefreplace")


def _ms_sheet(sheet: Sheet) -> str:
    (height, width), under = extent(sheet), covered(sheet)
    spans = {(r1, c1): (r2 - r1, c2 - c1) for r1, c1, r2, c2 in sheet.merges}
    out = f'<Worksheet ss:Name="{escape(sheet.name)}">\n'
    out += f'<Table ss:ExpandedColumnCount="{width}" ss:ExpandedRowCount="{height}" x:FullColumns="1">\n'
    for c in sorted(sheet.hidden_columns):
        out += f'<Column ss:Index="{c}" ss:Hidden="1"/>\n'
    next_row = 1
    for r, cells in rows(sheet):
        hidden = ' ss:Hidden="1"' if r in sheet.hidden_rows else ""
        line, next_column = "", 1
        for c, value, name in cells:
            if (r, c) in under:
                continue
            deep, wide = spans.get((r, c), (0, 0))
            line += "<Cell" + (f' ss:Index="{c}"' if c != next_column else "")
            line += f' ss:MergeAcross="{wide}"' if wide else ""
            line += f' ss:MergeDown="{deep}"' if deep else ""
            line += _ms_content(value, name, r, c)
            next_column = c + wide + 1
        if line or hidden:
            index = f' ss:Index="{r}"' if r != next_row else ""
            out += f"<Row{index}{hidden}>\n{line}</Row>\n"
            next_row = r + 1
    out += '</Table>\n<WorksheetOptions xmlns="urn:schemas-microsoft-com:office:excel">'
    out += '<PageSetup><Layout x:Orientation="Landscape"/></PageSetup>'
    if state := MS_STATES.get(sheet.state):
        out += f"<Visible>{state}</Visible>"
    return out + "</WorksheetOptions>\n</Worksheet>\n"


def _ms_content(value: Any, name: str, row: int, column: int) -> str:
    """Style, formula and Data of a cell."""
    out = f' ss:StyleID="{name}"'
    if isinstance(value, Formula):
        out += f' ss:Formula="{escape(_r1c1(value.text, row, column))}"'
    match cached(value):
        case None if not isinstance(value, Formula):
            return out + "/>\n"
        case None | str() as text:
            kind, content = "String", escape(text or "").replace("\n", "&#10;")
        case bool() as flag:
            kind, content = "Boolean", str(int(flag))
        case ErrorValue() as error:
            kind, content = "Error", error.text
        case number:
            kind, content = "Number", digits(number)
    return f'{out}><Data ss:Type="{kind}">{content}</Data></Cell>\n'


def _r1c1(text: str, row: int, column: int) -> str:
    """=SUM(C3:C9) in C10 → =SUM(R[-7]C:R[-1]C)."""

    def place(letter: str, fixed: str, there: int, here: int) -> str:
        if fixed:
            return f"{letter}{there}"
        return f"{letter}[{there - here}]" if there != here else letter

    def reference(m: re.Match[str]) -> str:
        return place("R", m[3], int(m[4]), row) + place("C", m[1], column_index_from_string(m[2]), column)

    return REFERENCE.sub(reference, text)


# --- HTML, called .xls --------------------------------------------------------------------------


def to_html(sheets: list[Sheet], encoding: str = "gb18030", declared: bool = True, style: str = "export") -> bytes:
    """One page with a table for every visible sheet.

    ``style``: "export" is what web systems call .xls; "excel" is Excel's own web page, with the figures in
    ``x:num``, which names GB 18030 gb2312. Without ``declared`` the page does not say its encoding.
    """
    excel = style == "excel"
    charset = "gb2312" if excel and encoding == "gb18030" else encoding
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={charset}">' if excel else ""
    meta = (meta or f'<meta charset="{charset}">') if declared else ""
    spaces = ' xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel"'
    spaces += ' xmlns="http://www.w3.org/TR/REC-html40"'
    tables = "\n".join(_html_table(sheet, excel) for sheet in sheets if sheet.state == "visible")
    page = f"<html{spaces if excel else ''}>\n<head>\n{meta}\n</head>\n<body>\n{tables}\n</body>\n</html>\n"
    return page.encode(encoding, "xmlcharrefreplace")


def _html_table(sheet: Sheet, excel: bool) -> str:
    (height, width), under = extent(sheet), covered(sheet)
    spans = {(r1, c1): (r2 - r1 + 1, c2 - c1 + 1) for r1, c1, r2, c2 in sheet.merges}
    hide = ' style="display:none"'
    lines = [
        '<table border="1" cellspacing="0">' if not excel else "<table x:str border=0 cellpadding=0 cellspacing=0>"
    ]
    if sheet.hidden_columns:
        lines += [f"<col{hide if c in sheet.hidden_columns else ''}>" for c in range(1, width + 1)]
    for r in range(1, height + 1):
        lines.append(f"<tr{hide if r in sheet.hidden_rows else ''}>")
        for c in range(1, width + 1):
            if (r, c) in under:
                continue
            value = sheet.cells.get((r, c))
            attributes = _excel_attributes(value) if excel else ""
            for name, count in zip(("rowspan", "colspan"), spans.get((r, c), (1, 1)), strict=True):
                attributes += f' {name}="{count}"' if count > 1 else ""
            lines.append(f"<td{attributes}>{escape(shown(value)).replace(chr(10), '<br>') or '&nbsp;'}</td>")
        lines.append("</tr>")
    return "\n".join([*lines, "</table>"])


def _excel_attributes(value: Any) -> str:
    out = f' x:fmla="{escape(value.text)}"' if isinstance(value, Formula) else ""
    match cached(value):
        case None | str():
            return out
        case bool() as flag:
            return out + f' x:bool="{str(flag).upper()}"'
        case ErrorValue() as error:
            return out + f' x:err="{error.text}"'
        case number:  # as Excel does, without a value where the text is the number
            return out + (" x:num" if shown(number) == digits(number) else f' x:num="{digits(number)}"')


# --- CSV and TSV --------------------------------------------------------------------------------


def _lines(sheet: Sheet) -> list[list[str]]:
    height, width = extent(sheet)
    return [[shown(sheet.cells.get((r, c))) for c in range(1, width + 1)] for r in range(1, height + 1)]


def _text(lines: list[list[str]], encoding: str, delimiter: str, bom: bool) -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(lines)
    return (("\ufeff" if bom else "") + out.getvalue()).encode(encoding, "replace")


def to_csv(sheet: Sheet, encoding: str = "gb18030", delimiter: str = ",", bom: bool = False) -> bytes:
    """One sheet as Excel saves it: what the cells show ("1,234.50"), every row as wide as the sheet, CR LF."""
    return _text(_lines(sheet), encoding, delimiter, bom)


def to_csv_stacked(sheets: list[Sheet], encoding: str = "gb18030", delimiter: str = ",", bom: bool = False) -> bytes:
    """All visible sheets below each other, a blank line between."""
    lines: list[list[str]] = []
    for sheet in sheets:
        if sheet.state == "visible":
            lines += [[]] * bool(lines) + _lines(sheet)
    return _text(lines, encoding, delimiter, bom)


# --- a zip of files -----------------------------------------------------------------------------


def zipped(files: dict[str, bytes], encoding: str = "utf-8") -> bytes:
    """A zip of these files; names in UTF-8 are flagged as such, others ("gbk") not, as Windows writes them."""
    out, directory = b"", b""
    for name, data in files.items():
        raw = name.encode(encoding)
        flags = 0x0800 if encoding == "utf-8" and not name.isascii() else 0
        body = zlib.compress(data, wbits=-15)
        day = (2024 - 1980) << 9 | 8 << 5 | 20
        common = struct.pack("<5H3L2H", 20, flags, 8, 0, day, zlib.crc32(data), len(body), len(data), len(raw), 0)
        directory += b"PK\x01\x02\x14\x00" + common + struct.pack("<3H2L", 0, 0, 0, 0, len(out)) + raw
        out += b"PK\x03\x04" + common + raw + body
    count = len(files)
    return out + directory + b"PK\x05\x06" + struct.pack("<4H2LH", 0, 0, count, count, len(directory), len(out), 0)
