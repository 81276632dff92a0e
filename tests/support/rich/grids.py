"""What stands in the cells and in the elements around them."""

from __future__ import annotations

from support.rich.build import BOOK, MAIN, REL, STYLES, Book

_HASH = 'algorithmName="SHA-512" hashValue="kZ3l1mVd0x2n5J0c5w==" saltValue="c2FsdHNhbHQ=" spinCount="100000"'
_NO_STYLE = ' t="s"'


def formats(book: Book, part: str) -> None:
    """Conditional formats and checks on input of both ages, a sparkline, a data bar with its x14 half."""
    if '<dxfs count="0"/>' in book.parts[STYLES].decode():
        book.swap(
            STYLES, '<dxfs count="0"/>', '<dxfs count="1"><dxf><font><b/><color rgb="FF0000FF"/></font></dxf></dxfs>'
        )
    own = "{11111111-2222-4333-8444-555555555555}"
    bar = (
        '<cfRule type="dataBar" priority="2"><dataBar><cfvo type="min"/><cfvo type="max"/><color rgb="FF638EC6"/></dataBar>'
        f'<extLst><ext uri="{{B025F937-C7B1-47D3-B67F-A62EFF666E3E}}" xmlns:x14="{{}}"><x14:id>{own}</x14:id></ext></extLst></cfRule>'
    ).replace("{}", "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main")  # fmt: skip
    book.put(part, f'<conditionalFormatting sqref="E7:E9">{bar}</conditionalFormatting>')
    book.put(
        part,
        '<conditionalFormatting sqref="F7:F21"><cfRule type="expression" dxfId="0" priority="1" stopIfTrue="1">'
        "<formula>F7&lt;0</formula></cfRule></conditionalFormatting>",
    )
    book.put(
        part,
        '<dataValidations count="1"><dataValidation type="decimal" allowBlank="1" showErrorMessage="1" errorTitle="金额" '
        'error="只能填数" sqref="E7:G21"><formula1>-1000000</formula1><formula2>1000000</formula2></dataValidation></dataValidations>',
    )
    name = "公开01 收入支出决算总表"
    book.put(
        part,
        '<extLst><ext uri="{78C0D931-6437-407d-A8EE-F0AAD7539E65}"><x14:conditionalFormattings><x14:conditionalFormatting>'
        f'<x14:cfRule type="dataBar" id="{own}"><x14:dataBar minLength="0" maxLength="100" gradient="0"><x14:cfvo type="autoMin"/>'
        '<x14:cfvo type="autoMax"/></x14:dataBar></x14:cfRule><xm:sqref>E7:E9</xm:sqref></x14:conditionalFormatting>'
        '<x14:conditionalFormatting><x14:cfRule type="expression" priority="7" id="{11111111-2222-4333-8444-666666666666}">'
        f"<xm:f>'{name}'!$C$7&lt;0</xm:f><x14:dxf><font><i/></font></x14:dxf></x14:cfRule><xm:sqref>G7:G9</xm:sqref>"
        "</x14:conditionalFormatting></x14:conditionalFormattings></ext>"
        '<ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}"><x14:dataValidations count="1"><x14:dataValidation type="list" '
        f"allowBlank=\"1\"><x14:formula1><xm:f>'{name}'!$A$7:$A$9</xm:f></x14:formula1><xm:sqref>AA1</xm:sqref>"
        "</x14:dataValidation></x14:dataValidations></ext>"
        '<ext uri="{05C60535-1F16-4fd2-B633-F4F36F0B64E0}"><x14:sparklineGroups><x14:sparklineGroup>'
        f"<x14:colorSeries rgb=\"FF376092\"/><x14:sparklines><x14:sparkline><xm:f>'{name}'!C7:C9</xm:f><xm:sqref>AA2</xm:sqref>"
        "</x14:sparkline></x14:sparklines></x14:sparklineGroup></x14:sparklineGroups></ext></extLst>",
        "x14", "xm",
    )  # fmt: skip
    book.put(part, '<ignoredErrors><ignoredError sqref="A8:A21" numberStoredAsText="1"/></ignoredErrors>')


def protection(book: Book, part: str) -> None:
    """The sheet's and the workbook's password, as hashes."""
    book.put(part, f'<sheetProtection {_HASH} sheet="1" objects="1" scenarios="1"/>')
    book.put(part, f'<protectedRanges><protectedRange {_HASH} sqref="E7:J21" name="填报区"/></protectedRanges>')
    if "<workbookProtection" not in book.parts[BOOK].decode():
        hashed = _HASH.replace("algorithm", "workbookAlgorithm").replace("hash", "workbookHash")
        hashed = hashed.replace("salt", "workbookSalt", 1).replace("spin", "workbookSpin")
        book.swap(BOOK, "<bookViews>", f'<workbookProtection lockStructure="1" {hashed}/><bookViews>')


def strings(book: Book, part: str) -> None:
    """Rich text and a reading aid, in cells beside the table."""
    rich = '<r><t xml:space="preserve">合 </t></r><r><rPr><b/><color rgb="FFFF0000"/><rFont val="黑体"/></rPr><t>计</t></r>'
    read = '<t>課題</t><rPh sb="0" eb="2"><t>カダイ</t></rPh><phoneticPr fontId="1" type="noConversion"/>'
    for at, xml in (("AA4", rich), ("AA5", read)):
        book.cell(part, at, f'<c r="{at}" t="s"><v>{book.string(xml)}</v></c>')
    book.cell(part, "AA6", '<c r="AA6" t="inlineStr"><is><r><t>行内</t></r><r><rPr><i/></rPr><t>文本</t></r></is></c>')
    book.cell(part, "AA7", '<c r="AA7" t="b"><v>1</v></c>')
    book.cell(part, "AA8", '<c r="AA8" t="e"><v>#N/A</v></c>')


def formulas(book: Book, part: str) -> None:
    """Shared, array and spilling formulas with their cached results; some in cells that get marks."""
    book.cell(part, "AB1", '<c r="AB1"><f t="shared" ref="AB1:AB3" si="0">E8*2</f><v>1050.42</v></c>')
    book.cell(part, "AB2", '<c r="AB2"><f t="shared" si="0"/><v>554.66</v></c>')
    book.cell(part, "AB3", '<c r="AB3"><f t="shared" si="0"/><v>554.66</v></c>')
    book.cell(part, "AB4", '<c r="AB4"><f t="array" ref="AB4">SUM(E8:E9*1)</f><v>802.54</v></c>')
    book.cell(part, "AB5", '<c r="AB5" cm="1"><f t="array" ref="AB5:AB6">_xlfn.UNIQUE(E9:E10)</f><v>277.33</v></c>')
    book.cell(part, "AB7", '<c r="AB7" t="str"><f>_xlfn.DISPIMG("ID_ABC",1)</f><v>=DISPIMG("ID_ABC",1)</v></c>')
    for at, formula, value in (
        ("F8", "<f>ROUND(318.16,2)</f>", "318.16"),
        ("E9", '<f t="shared" ref="E9:E10" si="1">ROUND(277.33,2)</f>', "277.33"),
        ("E10", '<f t="shared" si="1"/>', "277.33"),
    ):
        book.cell(part, at, f'<c r="{at}" s="8">{formula}<v>{value}</v></c>')
    if "xl/metadata.xml" not in book.parts:
        space = "http://schemas.microsoft.com/office/spreadsheetml/2017/dynamicarray"
        body = (
            f'<metadata xmlns="{MAIN}" xmlns:xda="{space}"><metadataTypes count="1"><metadataType name="XLDAPR" '
            'minSupportedVersion="120000" copy="1" pasteAll="1" pasteValues="1" merge="1" splitFirst="1" rowColShift="1" '
            'clearFormats="1" clearComments="1" assign="1" coerce="1" cellMeta="1"/></metadataTypes><futureMetadata '
            'name="XLDAPR" count="1"><bk><extLst><ext uri="{bdbb8cdc-fa1e-496e-a857-3c3f30c029c3}">'
            '<xda:dynamicArrayProperties fDynamic="1" fCollapsed="0"/></ext></extLst></bk></futureMetadata>'
            '<cellMetadata count="1"><bk><rc t="1" v="0"/></bk></cellMetadata></metadata>'
        )
        book.relate(BOOK, "sheetMetadata", book.add("xl/metadata.xml", body, "spreadsheetml.sheetMetadata+xml"))
        chain = f'<calcChain xmlns="{MAIN}"><c r="AB1" i="3"/><c r="AB2"/><c r="AB3"/><c r="AB4"/><c r="F8"/><c r="E9"/></calcChain>'
        book.relate(BOOK, "calcChain", book.add("xl/calcChain.xml", chain, "spreadsheetml.calcChain+xml"))


def table(book: Book, part: str) -> None:
    """A table of Excel's own kind, beside the form."""
    for at, text in (("AD1", "项目"), ("AE1", "金额"), ("AD2", "甲")):
        book.cell(part, at, f'<c r="{at}"{_NO_STYLE}><v>{book.string(f"<t>{text}</t>")}</v></c>')
    book.cell(part, "AE2", '<c r="AE2"><v>12.5</v></c>')
    number = 1 + sum(p.startswith("xl/tables/") for p in book.parts)
    body = (
        f'<table xmlns="{MAIN}" id="{number}" name="表{number}" displayName="表{number}" ref="AD1:AE2" totalsRowShown="0">'
        '<autoFilter ref="AD1:AE2"/><tableColumns count="2"><tableColumn id="1" name="项目"/><tableColumn id="2" name="金额"/>'
        '</tableColumns><tableStyleInfo name="TableStyleMedium2" showRowStripes="1"/></table>'
    )
    made = book.add(f"xl/tables/table{number}.xml", body, "spreadsheetml.table+xml")
    book.put(part, f'<tableParts count="1"><tablePart r:id="{book.relate(part, "table", made)}"/></tableParts>')


def links(book: Book, part: str) -> None:
    """Links of the unit's own: out of the workbook, and within it."""
    relation = book.relate(part, "hyperlink", "http://example.invalid/a?b=1&amp;c=2", external=True)
    book.put(
        part,
        f'<hyperlinks><hyperlink ref="AA4" r:id="{relation}" tooltip="公开网址"/><hyperlink ref="AA6" location="AA1" display="x"/></hyperlinks>',
    )


def look(book: Book) -> None:
    """A full style table: gradient fill, named styles, extensions."""
    book.swap(
        STYLES,
        "</fills>",
        '<fill><gradientFill degree="90"><stop position="0"><color theme="0"/></stop><stop position="1"><color theme="4"/></stop></gradientFill></fill></fills>',
    )
    book.swap(STYLES, '<fills count="2">', '<fills count="3">')
    xf = '<xf numFmtId="164" fontId="2" fillId="2" borderId="1" xfId="0" quotePrefix="1" applyFill="1"><alignment horizontal="right"/><protection locked="0" hidden="1"/></xf>'
    book.swap(STYLES, "</cellXfs>", f"{xf}</cellXfs>")
    book.swap(STYLES, '<cellXfs count="15">', '<cellXfs count="16">')
    book.swap(
        STYLES,
        "</styleSheet>",
        '<colors><mruColors><color rgb="FFFF0066"/></mruColors></colors><extLst><ext uri="{EB79DEF2-80B8-43e5-95BD-54CBDDF9020C}" xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"><x14:slicerStyles defaultSlicerStyle="SlicerStyleLight1"/></ext></extLst></styleSheet>',
    )


def names(book: Book) -> None:
    """Defined names: of the workbook, of a sheet, hidden, and of another workbook."""
    new = (
        '<definedName name="合计数">\'公开03 支出决算表\'!$E$7</definedName><definedName name="hid" hidden="1">1+1</definedName>'
        '<definedName name="上年" comment="去年的">[1]Sheet1!$A$1</definedName>'
    )
    book.swap(BOOK, "</definedNames>", f"{new}</definedNames>")


def hidden_sheets(book: Book) -> list[str]:
    """One hidden and one very hidden."""
    body = '<sheetData><row r="1"><c r="A1"><v>{}</v></c></row></sheetData>'
    return [
        book.new_sheet("字典", body.format(5), "hidden"),
        book.new_sheet("内部", body.format(6), "veryHidden"),
    ]


def chart_sheet(book: Book) -> None:
    """A sheet that is no worksheet, between the tables and the last one."""
    body = (
        f'<chartsheet xmlns="{MAIN}" xmlns:r="{REL}"><sheetViews><sheetView workbookViewId="0"/></sheetViews>'
        '<drawing r:id="rId1"/></chartsheet>'
    )
    made = book.add("xl/chartsheets/sheet1.xml", body, "spreadsheetml.chartsheet+xml")
    space = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
    empty = f'<xdr:wsDr xmlns:xdr="{space}"/>'
    book.relate(made, "drawing", book.add("xl/drawings/drawing99.xml", empty, "drawing+xml"))
    relation = book.relate(BOOK, "chartsheet", made)
    book.swap(BOOK, '<sheet name="公开02', f'<sheet name="图" sheetId="77" r:id="{relation}"/><sheet name="公开02')
    text = book.parts[BOOK].decode()
    for index in range(9, 0, -1):
        text = text.replace(f'localSheetId="{index}"', f'localSheetId="{index + 1}"')
    book.parts[BOOK] = text.encode()
