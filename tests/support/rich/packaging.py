"""What hangs on the workbook as a whole: macros, links, properties, WPS's own parts, signatures, the strict dialect."""

from __future__ import annotations

import re

from support.rich.build import BOOK, LEAD, MAIN, PACKAGE, REL, SPACES, STYLES, TYPES, Book, png

_STRICT = {
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main": "http://purl.oclc.org/ooxml/spreadsheetml/main",
    "http://schemas.openxmlformats.org/officeDocument/2006/": "http://purl.oclc.org/ooxml/officeDocument/",
    "http://schemas.openxmlformats.org/drawingml/2006/": "http://purl.oclc.org/ooxml/drawingml/",
}
_DSIG = "application/vnd.openxmlformats-package.digital-signature-"
WPS = "http://www.wps.cn/officeDocument"


def macros(book: Book) -> None:
    """An .xlsm: the macro project and its signature, bytes nobody may touch."""
    book.swap(TYPES, LEAD + "spreadsheetml.sheet.main+xml", "application/vnd.ms-excel.sheet.macroEnabled.main+xml")
    project = book.add(
        "xl/vbaProject.bin", b"\xd0\xcf\x11\xe0" + bytes(range(256)) * 60, "application/vnd.ms-office.vbaProject"
    )
    vba = "http://schemas.microsoft.com/office/2006/relationships"
    book.relate(BOOK, f"{vba}/vbaProject", project)
    sign = book.add(
        "xl/vbaProjectSignature.bin", bytes(range(255, -1, -1)), "application/vnd.ms-office.vbaProjectSignature"
    )
    book.relate(project, f"{vba}/vbaProjectSignature", sign)
    book.swap(BOOK, "<workbookPr ", '<workbookPr codeName="ThisWorkbook" ')


def external_link(book: Book) -> None:
    """Another workbook's figures, kept."""
    body = (
        f'<externalLink xmlns="{MAIN}" xmlns:r="{REL}"><externalBook r:id="rId1"><sheetNames><sheetName val="Sheet1"/></sheetNames>'
        '<sheetDataSet><sheetData sheetId="0"><row r="1"><cell r="A1"><v>8.5</v></cell></row></sheetData></sheetDataSet>'
        "</externalBook></externalLink>"
    )
    made = book.add("xl/externalLinks/externalLink1.xml", body, "spreadsheetml.externalLink+xml")
    book.relate(made, "externalLinkPath", "file:///D:/2022/%E4%B8%8A%E5%B9%B4.xlsx", external=True)
    link = f'<externalReferences><externalReference r:id="{book.relate(BOOK, "externalLink", made)}"/></externalReferences>'
    book.swap(BOOK, "<definedNames>", f"{link}<definedNames>")


def custom(book: Book) -> None:
    """Custom XML with its properties, and custom document properties as WPS writes them."""
    item = book.add("customXml/item1.xml", '<b:batch xmlns:b="urn:unit:batch" no="7">批次</b:batch>')
    props = (
        '<ds:datastoreItem xmlns:ds="http://schemas.openxmlformats.org/officeDocument/2006/customXml" '
        'ds:itemID="{0F0E0D0C-1111-4222-8333-444444444444}"><ds:schemaRefs/></ds:datastoreItem>'
    )
    kept = book.add("customXml/itemProps1.xml", props, LEAD + "customXmlProperties+xml")
    book.relate(item, "customXmlProps", kept)
    book.relate(BOOK, "customXml", item)
    body = (
        f'<Properties xmlns="{SPACES["r"].replace("relationships", "custom-properties")}" '
        'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">'
        '<property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="2" name="KSOProductBuildVer"><vt:lpwstr>2052-12.1.0.16120'
        '</vt:lpwstr></property><property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="3" name="ICV"><vt:lpwstr>8A7B'
        "</vt:lpwstr></property></Properties>"
    )
    made = book.add("docProps/custom.xml", body, LEAD + "custom-properties+xml")
    book.relate("", "custom-properties", made)


def wps(book: Book) -> None:
    """Pictures in cells and the storage that only WPS reads."""
    book.default("png", "image/png")
    image = book.add("xl/media/wps1.png", png(9, 9, 9))
    body = (
        f'<etc:cellImages xmlns:etc="{WPS}/2017/etCustomData" xmlns:xdr="{SPACES["xdr"]}" xmlns:a="{SPACES["a"]}" xmlns:r="{REL}">'
        '<etc:cellImage><xdr:pic><xdr:nvPicPr><xdr:cNvPr id="5" name="ID_ABC"/><xdr:cNvPicPr/></xdr:nvPicPr><xdr:blipFill>'
        '<a:blip r:embed="rId1"/><a:stretch><a:fillRect/></a:stretch></xdr:blipFill><xdr:spPr><a:prstGeom prst="rect">'
        "<a:avLst/></a:prstGeom></xdr:spPr></xdr:pic></etc:cellImage></etc:cellImages>"
    )
    made = book.add("xl/cellimages.xml", body, "application/vnd.wps-officedocument.cellimage+xml")
    book.relate(made, "image", image)
    book.relate(BOOK, f"{WPS}/2020/cellImage", made)
    store = f'<s:customStorage xmlns:s="{WPS}/2020/customStorage"><book/></s:customStorage>'
    kept = book.add("customStorage/customStorage.xml", store, "application/vnd.wps-officedocument.customStorage+xml")
    book.relate(BOOK, f"{WPS}/2020/customStorage", kept)
    ext = f'<extLst><ext uri="{{140A7094-0E35-4892-8432-C4D2E57EDEB5}}" xmlns:x15="{WPS}/2018/et"><x15:wps v="1"/></ext></extLst>'
    book.swap(BOOK, "</workbook>", f"{ext}</workbook>")


def workbook_parts(book: Book) -> None:
    """What Excel writes into workbook.xml: AlternateContent, manual calculation, an active tab."""
    spaces = f' xmlns:mc="{SPACES["mc"]}" mc:Ignorable="x15" xmlns:x15="http://schemas.microsoft.com/office/spreadsheetml/2010/11/main"'
    book.swap(BOOK, f' xmlns:r="{REL}"', f' xmlns:r="{REL}"{spaces}')
    path = 'xmlns:x15ac="http://schemas.microsoft.com/office/spreadsheetml/2010/11/ac" url="D:\\决算\\"'
    choice = f'<mc:AlternateContent><mc:Choice Requires="x15"><x15ac:absPath {path}/></mc:Choice></mc:AlternateContent>'
    behind = "<workbookProtection" if "<workbookProtection" in book.parts[BOOK].decode() else "<bookViews"
    book.swap(BOOK, behind, f"{choice}{behind}")
    book.swap(BOOK, 'fullCalcOnLoad="1"', 'calcMode="manual" fullPrecision="0"')
    book.swap(BOOK, "<workbookView ", '<workbookView activeTab="2" firstSheet="1" ')


def signed(book: Book) -> None:
    """A digital signature over the package (its figures are made up: nobody can check them here)."""
    origin = "_xmlsignatures/origin.sigs"
    book.default("sigs", _DSIG + "origin")
    book.parts[origin] = b""
    sign = '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#" Id="idPackageSignature"><SignedInfo/></Signature>'
    made = book.add("_xmlsignatures/sig1.xml", sign, _DSIG + "xmlsignature+xml")
    kind = f"{PACKAGE}/relationships/digital-signature"
    book.relate("", f"{kind}/origin", origin)
    book.relate(origin, f"{kind}/signature", made)


def strict(book: Book) -> None:
    """The same workbook in the strict dialect: other namespaces and relationship types everywhere."""
    for part, data in book.parts.items():
        if part.endswith((".xml", ".rels")) and part != TYPES:
            text = data.decode()
            for loose, tight in _STRICT.items():
                text = text.replace(loose, tight)
            book.parts[part] = text.encode()
    book.swap(BOOK, "<workbook ", '<workbook conformance="strict" ')


def many_styles(book: Book, count: int) -> None:
    """A style table that has swollen to ``count`` cell styles, with fonts and fills by the hundred."""
    fonts = "".join(f'<font><sz val="{8 + i / 4:g}"/><name val="宋体{i}"/></font>' for i in range(400))
    book.swap(STYLES, '<fonts count="4">', '<fonts count="404">')
    book.swap(STYLES, "</fonts>", f"{fonts}</fonts>")
    fills = "".join(
        f'<fill><patternFill patternType="solid"><fgColor rgb="FF{i * 977:06X}"/></patternFill></fill>'
        for i in range(400)
    )
    book.swap(STYLES, '<fills count="2">', '<fills count="402">')
    book.swap(STYLES, "</fills>", f"{fills}</fills>")
    xfs = "".join(
        f'<xf numFmtId="{i % 40}" fontId="{i * 7919 % 404}" fillId="{i * 104729 % 402}" borderId="{i % 2}" xfId="0"/>'
        for i in range(count - 15)
    )
    book.swap(STYLES, '<cellXfs count="15">', f'<cellXfs count="{count}">')
    book.swap(STYLES, "</cellXfs>", f"{xfs}</cellXfs>")


def remarks(book: Book) -> None:
    """Comments and processing instructions in XML, as some exporters leave them."""
    book.swap(BOOK, "<sheets>", "<sheets><!-- 十张表 -->")
    book.swap("xl/worksheets/sheet3.xml", "<sheetData>", "<sheetData><!-- 数据 --><?unit keep?>")
    for part in (BOOK, "xl/worksheets/sheet3.xml"):
        book.parts[part] = re.sub(
            rb'standalone="yes"\?>\n', b'standalone="yes"?>\n<!-- export 2024 -->\n', book.parts[part]
        )
