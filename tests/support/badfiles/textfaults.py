"""Web pages, Excel 2003 XML and delimited texts that promise more cells than there are, or other signs than they hold."""

from __future__ import annotations

import re
from collections.abc import Callable

from support.badfiles.build import Make, Register, raw
from support.badfiles.formats import SS, book, csv, html, spreadsheetml

cases = Register()
Text = str | bytes | Callable[[], str | bytes]


def page(text: Text, name: str) -> None:
    cases.add(f"foreign/html-{name}", lambda: raw(text))


def ml(name: str, text: Text) -> None:
    cases.add(f"foreign/spreadsheetml-{name}", lambda: raw(text))


def delimited(name: str, text: Text) -> None:
    cases.add(f"foreign/csv-{name}", lambda: raw(text))


def around(cells: str) -> str:
    return f"<html><body><table>{cells}</table></body></html>"


def replaced(text: Callable[[], str], before: str, after: str, count: int = 1) -> Callable[[], str]:
    def make() -> str:
        assert before in text(), before
        return text().replace(before, after, count)

    return make


def coded(text: Callable[[], str], encoding: str, told: str | None = None, before: str = "utf-8") -> Make:
    """A text in another encoding than it says, or that says so."""
    return lambda: (
        text()
        .replace(before, told or before, 1)
        .replace(before.upper(), told or before.upper(), 1)
        .encode(encoding, "replace")
    )


# --- web pages ----------------------------------------------------------------------------------------

page(html, "good")
page(lambda: around("<tr>" + "<td colspan=1000000000>1</td>" * 100_000 + "</tr>"), "100000-cells-colspan-1e9")
page(lambda: around("".join(f"<tr><td rowspan=65534>{n}</td></tr>" for n in range(30_000))), "rowspan-bomb")
page(lambda: around(("<tr>" + "<td rowspan=1000 colspan=1000>1</td>" * 3 + "</tr>") * 20_000), "spans-over-spans")
page(lambda: around("<tr>" + "<td>1</td>" * 300_000 + "</tr>"), "300000-cells-in-a-row")
page(lambda: around("<tr><td>1</td></tr>" * 6_000), "6000-rows")
page(lambda: around("<tr>" * 400_000), "400000-empty-rows")
page(
    lambda: around("<tr>" + "<td></td>" * 400 + "</tr>" * 1) + around(("<tr>" + "<td></td>" * 1_000 + "</tr>") * 600),
    "600000-empty-cells",
)
page(lambda: "<html>" + "<table><tr><td>1</td></tr></table>" * 30_000, "30000-tables")
page(lambda: "<html>" + "<table>" * 20_000, "20000-open-tables")
page(lambda: "<table><tr><td>" * 300 + "1" + "</td></tr></table>" * 300, "tables-nested-300")
page(lambda: "<table><tr><td>" * 30_000 + "1", "tables-nested-30000")
page(lambda: "<html><body>" + "<div>" * 100_000 + html(), "divs-nested-100000")
page(lambda: "<html><body>" + "<b>" * 100_000 + html(), "unclosed-b-100000")
page(lambda: "<html><body>" + "<b><i>" * 200 + html() + "</b></i>" * 200, "tags-crossed")
page(lambda: html().replace("</td>", "").replace("</tr>", ""), "without-closing-tags")
page(lambda: html().replace("<table", "<div").replace("</table", "</div"), "without-tables")
page(lambda: re.sub(r"<tr>|</tr>", "", html()), "without-rows")
page(lambda: html().replace("<td", "<th").replace("</td", "</th"), "th")
page(lambda: html().replace("<td", "<x:td").replace("</td", "</x:td"), "td-of-other-namespace")
page(lambda: html().upper(), "upper-case")
page(lambda: re.sub(r"colspan=\d+", "colspan=0", html()), "colspan-0")
for short, span in {
    "minus-1": "-1",
    "word": "x",
    "endless": "9" * 5_000,
    "superscript": "²",
    "half": "1.5",
    "percent": "100%",
    "empty": '""',
}.items():
    page(lambda span=span: re.sub(r"(colspan|rowspan)=\d+", rf"\1={span}", html()), f"spans-{short}")
page(lambda: re.sub(r"rowspan=\d+", "rowspan=65534", html()), "rowspans-65534")
page(lambda: re.sub(r"colspan=\d+", "colspan=999", html()), "colspans-999")
page(lambda: html().encode("gb18030"), "gbk-that-says-utf8")
page(coded(html, "gb18030", "gb2312"), "gb2312")
page(coded(html, "utf-8", "gb2312"), "utf8-that-says-gb2312")
page(lambda: html().encode("utf-16"), "utf16")
page(lambda: html().encode("utf-32"), "utf32")
page(lambda: b"\xef\xbb\xbf" * 3 + html().encode(), "three-marks")
for name in (
    "utf-7",
    "utf-16",
    "utf-32",
    "unicode_escape",
    "raw_unicode_escape",
    "idna",
    "hex",
    "rot13",
    "zlib",
    "base64",
    "undefined",
    "mbcs",
    "iso-2022-jp",
    "hz",
    "cp037",
    "big5",
    "x-user-defined",
    "nonsense",
    "latin-1",
    "string_escape",
):
    page(coded(html, "utf-8", name), f"charset-{name}")
page(
    lambda: coded(html, "utf-8", "punycode")() + b"<p>" + b"a" * 300_000 + b"-" + b"9az" * 100_000,
    "charset-punycode-600000",
)
page(lambda: b'<meta charset="' + b"a" * 100_000 + b'">' + html().encode(), "charset-100000-letters")
page(lambda: b"<meta " + b"a=b " * 200_000 + b"charset=x>" + html().encode(), "meta-200000-attributes")
page(lambda: b"<meta" * 300_000 + html().encode(), "meta-300000-times")
page(lambda: html().encode().replace("决算".encode(), b"\xff\xfe\x00\x1b", 3), "bytes-of-no-encoding")
page(
    lambda: html().replace(
        "</head>",
        "<base href='http://127.0.0.1:9/'><link rel=stylesheet href='x.css'><script src=x.js></script><meta http-equiv=refresh content='0;url=file:///etc/passwd'></head>",
    ),
    "links-of-the-net",
)
page(
    lambda: html().replace(
        "<body>",
        "<body><img src='http://127.0.0.1:9/x'><iframe src=file:///etc/passwd></iframe><object data=x></object>",
    ),
    "images-of-the-net",
)
page(
    lambda: "<!DOCTYPE html [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>" + html().replace("决算", "&a;决算", 1),
    "doctype-with-entity",
)
page(
    lambda: "<!DOCTYPE html PUBLIC '-//W3C//DTD XHTML 1.0//EN' 'http://127.0.0.1:9/x.dtd'>" + html(),
    "doctype-of-the-net",
)
page(lambda: "<?xml version='1.0'?>" + html(), "xhtml")
page(lambda: "<!--" + html(), "comment-never-closed")
page(lambda: "<!--[if gte mso 9]><xml><x:ExcelWorkbook/></xml><![endif]-->" + html(), "conditional-comment")
page(lambda: html().replace("<table", "<![CDATA[<table", 1), "cdata")
page(lambda: html().replace("<body>", "<body><script>"), "script-never-closed")
page(lambda: html().replace("<body>", "<body><textarea>"), "textarea-never-closed")
page(lambda: html().replace("<body>", "<body><plaintext>"), "plaintext")
page(lambda: html().replace("<body>", "<frameset><frame src=sheet001.htm></frameset>"), "frameset")
page(lambda: html().replace("<td", "<td style=\"mso-number-format:'\\@'\"", 400), "text-format")
page(lambda: re.sub(r"<td>(\d+\.\d+)", r"<td x:num=\1>x", html()), "x-num")
page(lambda: re.sub(r"<td>(\d+\.\d+)", r"<td x:num='nan'>\1", html()), "x-num-nan")
page(lambda: re.sub(r"<td>(\d+\.\d+)", r"<td x:num='1e400' x:fmla='=cmd'>\1", html()), "x-num-1e400")
page(lambda: re.sub(r"<td>(\d+\.\d+)", r"<td>\1&nbsp;&#x110000;&#0;&bogus;", html()), "entities")
page(lambda: re.sub(r"<td>(\d+\.\d+)", r"<td><span><br><font>\1</font>", html()), "tags-in-cells")
page(lambda: html().replace("<td>", "<td hidden style=display:none>"), "hidden-cells")
page(lambda: html().replace("<tr>", "<tr style='display:none'>"), "hidden-rows")
page(lambda: around("<tr><td>" + "决" * 3_000_000 + "</td></tr>"), "cell-of-9-mb")
page(lambda: "<html>" + "<p>收入支出决算总表" * 100_000 + html(), "paragraphs-100000")
page(lambda: "<table " + " ".join(f"a{n}=1" for n in range(40_000)) + ">", "attributes-40000")
page(lambda: "<table>" + "<" * 1_000_000, "brackets-1000000")
page(lambda: "<table><tr><td>" + "&" * 1_000_000, "ampersands-1000000")
page(lambda: "<html>" + "</table>" * 300_000 + html(), "closing-tags-300000")
page(lambda: html().replace("<td", "<td a='", 50), "quotes-never-closed")
page(lambda: html().encode()[:9_000], "cut")
page(lambda: html().encode()[:9_000] + bytes(4_000) + html().encode()[9_000:], "nul-bytes")
page("<html></html>", "empty")
page("<table></table>", "table-of-nothing")
page("<html><body>登录已过期，请重新登录</body></html>", "login-page")
page(
    lambda: (
        "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x\r\nContent-Type: text/html\r\n\r\n"
        + html()
    ),
    "mhtml",
)

# --- Excel 2003 XML --------------------------------------------------------------------------------------

HEAD = '<?xml version="1.0"?>'


def sheet(rows: str, attributes: str = "") -> str:
    return f'{HEAD}<Workbook xmlns="{SS}" xmlns:ss="{SS}"><Worksheet ss:Name="甲"><Table{attributes}>{rows}</Table></Worksheet></Workbook>'


def changed(pattern: str, after: str, count: int = 0) -> Callable[[], str]:
    """The good file with every match replaced."""
    return lambda: re.sub(pattern, after, spreadsheetml(), count=count)


def spread(name: str, pattern: str, after: str, count: int = 0) -> None:
    ml(name, changed(pattern, after, count))


ml("good", spreadsheetml)
for short, number in {
    "1e9": "999999999",
    "1e10": "9999999999",
    "0": "0",
    "minus-1": "-1",
    "word": "x",
    "16384": "16384",
    "16385": "16385",
    "superscript": "²",
    "endless": "9" * 5_000,
    "empty": "",
}.items():
    spread(f"index-{short}", r'<Cell ss:Index="3"', f'<Cell ss:Index="{number}"', 1)
    spread(f"row-index-{short}", r'<Row ss:Index="8"', f'<Row ss:Index="{number}"', 1)
    spread(f"mergeacross-{short}", r'ss:MergeAcross="\d+"', f'ss:MergeAcross="{number}"')
    spread(f"mergedown-{short}", r'ss:MergeDown="\d+"', f'ss:MergeDown="{number}"')
spread("indexes-all-1", r'Index="\d+"', 'Index="1"')
spread("indexes-missing", r' ss:Index="\d+"', "")
spread("row-span-1e9", r"<Row ", '<Row ss:Span="999999999" ')
spread("column-span-1e9", r"<Table>", '<Table><Column ss:Hidden="1" ss:Index="999999999" ss:Span="999999999"/>')
spread("columns-100000", r"<Table>", "<Table>" + '<Column ss:Hidden="1" ss:Span="16000"/>' * 10_000, 1)
spread("merges-over-merges", r"<Cell ", '<Cell ss:MergeAcross="3" ss:MergeDown="3" ')
spread(
    "empty-cell-merged-beyond",
    r"</Table>",
    '<Row ss:Index="999999999"><Cell ss:Index="999999999" ss:MergeDown="5" ss:MergeAcross="5"/></Row></Table>',
)
spread("hidden-row-beyond", r"</Table>", '<Row ss:Index="999999999" ss:Hidden="1"/></Table>')
ml("doctype", lambda: spreadsheetml().replace("<Workbook", '<!DOCTYPE x [<!ENTITY a "b">]><Workbook', 1))
ml(
    "doctype-of-a-file",
    lambda: (
        spreadsheetml()
        .replace("<Workbook", '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><Workbook', 1)
        .replace("决算", "&a;", 1)
    ),
)
ml(
    "billion-laughs",
    lambda: (
        spreadsheetml()
        .replace(
            "<Workbook",
            "<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'>"
            + "".join(f"<!ENTITY {c} '{f'&{p};' * 10}'>" for p, c in zip("abcdefgh", "bcdefghi", strict=True))
            + "]><Workbook",
            1,
        )
        .replace("决算", "&i;", 1)
    ),
)
for kind in ("DateTime", "Boolean", "Error", "String", "x", ""):
    spread(f"type-{kind or 'empty'}", r'ss:Type="Number"', f'ss:Type="{kind}"')
for text in ("NaN", "INF", "1e400", "-0", "0x1F", "", "1,5", "٩", "9" * 5_000):
    spread(f"number-{text[:9] or 'empty'}", r'Type="Number">999.\d+<', f'Type="Number">{text}<')
spread("data-twice", r"(<Data.*?</Data>)", r"\1\1", 99)
spread(
    "data-of-html",
    r'<Data ss:Type="String">([^<]*)<',
    r'<Data ss:Type="String"><B><Font>\1</Font><Sub>x</Sub></B><',
    99,
)
spread("data-missing", r"<Data.*?</Data>", "", 99)
spread("comments-in-cells", r"</Cell>", "<Comment><Data>x</Data></Comment></Cell>")
spread("formulas", r'<Cell ss:Index="3"', '<Cell ss:Formula="=RC[-1]*cmd|x!A0" ss:Index="3"')
spread("formulas-without-data", r'<Cell ss:Index="3"[^>]*><Data.*?</Data>', '<Cell ss:Index="3" ss:Formula="=1">')
spread("styles-unknown", r"<Cell ", '<Cell ss:StyleID="s99999" ')
spread(
    "formats-of-dates",
    r"<Worksheet",
    '<Styles><Style ss:ID="s1"><NumberFormat ss:Format="yyyy"/></Style></Styles><Worksheet',
    1,
)
spread("expanded-counts-lie", r"<Table>", '<Table ss:ExpandedRowCount="-1" ss:ExpandedColumnCount="999999999">')
spread("without-namespace", r' xmlns(:ss)?="[^"]*"|ss:', "")
spread("other-namespace", SS, "urn:x")
spread("sheet-names-odd", r'ss:Name="[^"]*"', 'ss:Name="[]:*?/\u202e&#10;\'"')
spread("sheet-names-missing", r' ss:Name="[^"]*"', "")
spread(
    "sheets-hidden", r"</Worksheet>", "<WorksheetOptions><Visible>SheetHidden</Visible></WorksheetOptions></Worksheet>"
)
spread(
    "sheets-very-hidden",
    r"</Worksheet>",
    "<WorksheetOptions><Visible>SheetVeryHidden</Visible></WorksheetOptions></Worksheet>",
)
spread("tables-two-a-sheet", r"<Worksheet [^>]*>", r"\g<0><Table/>")
spread("tables-missing", r"</?Table>", "")
spread("rows-nested", r"</Row>", "<Row><Cell><Data>1</Data></Cell></Row></Row>")
ml(
    "5000-sheets",
    lambda: sheet("").replace(
        "</Workbook>",
        '<Worksheet ss:Name="x"><Table><Row><Cell><Data ss:Type="Number">1</Data></Cell></Row></Table></Worksheet>'
        * 5_000
        + "</Workbook>",
    ),
)
ml("sheets-of-one-name", changed(r'ss:Name="[^"]*"', 'ss:Name="收入决算表"'))
ml("200001-cells", lambda: sheet(("<Row>" + '<Cell><Data ss:Type="Number">1</Data></Cell>' * 500 + "</Row>") * 402))
ml("300000-empty-rows", lambda: sheet("<Row/>" * 300_000))
ml("800000-strange-elements", lambda: spreadsheetml().replace("<Worksheet", "<a/>" * 800_000 + "<Worksheet", 1))
ml("200000-merges", lambda: sheet(("<Row>" + '<Cell ss:MergeAcross="900" ss:MergeDown="9"/>' * 16 + "</Row>") * 5_000))
ml("deep-nesting", lambda: spreadsheetml().replace("<Worksheet", "<a>" * 300 + "</a>" * 300 + "<Worksheet", 1))
ml("cut", lambda: spreadsheetml()[:9_999])
ml("utf16", lambda: spreadsheetml().replace("UTF-8", "UTF-16").encode("utf-16"))
ml("gb2312", coded(spreadsheetml, "gb18030", "GB2312", "UTF-8"))
ml("gb18030-that-says-utf8", lambda: spreadsheetml().encode("gb18030"))
ml("empty", f'{HEAD}<Workbook xmlns="{SS}"/>')
ml("empty-table", lambda: sheet(""))
ml(
    "word-document",
    f'{HEAD}<?mso-application progid="Word.Document"?><w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml"/>',
)
ml("behind-64-kb-of-comment", lambda: spreadsheetml().replace("<Workbook", f"<!--{'x' * 70_000}--><Workbook", 1))

# --- delimited texts ---------------------------------------------------------------------------------------

delimited("good", csv)
delimited("good-gb18030", lambda: csv().encode("gb18030"))
delimited("good-utf16-tabs", lambda: csv("\t").encode("utf-16"))
delimited("one-table", lambda: csv(number=0))
delimited("10-million-commas", lambda: "," * 10_000_000)
delimited("2-million-lines-of-commas", lambda: ",\n" * 2_000_000)
delimited("3-million-empty-lines", lambda: "a,b" + "\r" * 3_000_000)
delimited("200001-cells", lambda: ("1," * 500 + "\n") * 402)
delimited("6000-lines", lambda: "a,1\n" * 6_000)
delimited("nul-bytes", lambda: csv().replace(",,", ",\0,"))
delimited("nul-bytes-only-late", lambda: csv() + ",\0,\0" * 99)
delimited("nul-everywhere", lambda: csv().encode("utf-16-le"))
delimited("quote-never-closed", lambda: csv().replace("收入", '"收入', 1))
delimited("quote-never-closed-3-mb", lambda: 'a,"' + "b,c\n" * 800_000)
delimited("quotes-1000000", lambda: "a," + '"' * 1_000_000 + ",b")
delimited("quotes-in-fields", lambda: re.sub(r"(\d)\.", r'\1".', csv()))
delimited("quotes-around-all", lambda: re.sub(r"([^,\r\n]+)", r'"\1"', csv(number=0)))
delimited("field-of-3-mb", lambda: "a," + "决" * 1_000_000 + ",b\n1,2,3")
delimited("field-of-999999", lambda: "a," + "决" * 999_999 + ",b\n1,2,3")
delimited("line-breaks-in-fields", lambda: csv().replace("收入", '"收\n入"', 50))
delimited("line-breaks-mixed", lambda: csv().replace("\r\n", "\r", 50).replace("\r\n", "\n\r", 50))
delimited("line-separators", lambda: csv().replace("\r\n", "\u2028"))
delimited("formulas", lambda: re.sub(r"(?<=,)\d", "=cmd|'/c calc'!A", csv(), count=30))
delimited(
    "escape-codes-late", lambda: csv() + "\n" + csv(number=0).replace("社会保障和就业支出", "\x1b[31m\x1b]0;x\x07")
)
delimited("bidi", lambda: csv().replace("一般公共服务支出", "\u202e一般公共服务支出\u2066"))
delimited("lone-surrogates", lambda: csv().encode().replace("决算".encode(), b"\xed\xa0\x80"))
delimited("bytes-of-no-encoding", lambda: csv().encode() + b"\xff\xff\x81")
delimited("big5", lambda: "收入,支出\r\n1,2".encode("big5"))
delimited("utf8-mark-twice", lambda: b"\xef\xbb\xbf\xef\xbb\xbf" + csv().encode())
delimited("utf16-odd-length", lambda: csv().encode("utf-16")[:-1])
delimited("utf16-without-mark", lambda: csv().encode("utf-16-be"))
delimited("utf7", lambda: csv().encode("utf-7"))
delimited("semicolons", lambda: csv(";"))
delimited("pipes", lambda: csv("|"))
delimited("all-delimiters", lambda: "a,b;c\td|e\n" * 99)
delimited("sep-line", lambda: "sep=;\n" + csv(";"))
delimited("numbers-odd", lambda: re.sub(r"\d+\.\d+", "1e999", csv()))
delimited("numbers-of-commas", lambda: re.sub(r"\d+\.\d+", lambda m: f'"{"1" + ",000" * 5_000}"', csv(number=0)))
delimited("numbers-of-dots", lambda: re.sub(r"\d+\.\d+", lambda m: "." * 5_000, csv(number=0)))
delimited("one-comma", ",")
delimited("one-letter", "a")
delimited("blanks", lambda: " \t\r\n" * 9_999)
delimited("50-times-all-tables", lambda: csv() * 50)
delimited("titles-4000", lambda: "\r\n".join(f"{t.name[5:]},表{n},1\r\na,b" for n in range(200) for t in book()))
