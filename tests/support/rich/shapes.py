"""What floats over the cells: stamp, text box, chart, button, notes, header picture, background."""

from __future__ import annotations

from support.rich.build import LEAD, MAIN, REL, SPACES, XML, Book, piece, png

CHART = SPACES["c"]
_VML = "application/vnd.openxmlformats-officedocument.vmlDrawing"
T202 = (
    '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
T201 = (
    '<v:shapetype id="_x0000_t201" coordsize="21600,21600" o:spt="201" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path shadowok="f" o:extrusionok="f" strokeok="f" fillok="f" '
    'o:connecttype="rect"/><o:lock v:ext="edit" shapetype="t"/></v:shapetype>'
)


def _free(book: Book, pattern: str) -> str:
    number = 1
    while pattern.format(number) in book.parts:
        number += 1
    return pattern.format(number)


def _drawing(book: Book, part: str) -> str:
    """The sheet's drawing part; made where there is none."""
    root = book.edit(part)
    holder = root.find(f"{{{MAIN}}}drawing")
    if holder is None:
        drawing = _free(book, "xl/drawings/drawing{}.xml")
        body = f'<xdr:wsDr xmlns:xdr="{SPACES["xdr"]}" xmlns:a="{SPACES["a"]}" xmlns:r="{REL}"></xdr:wsDr>'
        book.add(drawing, body, "drawing+xml")
        book.put(part, f'<drawing r:id="{book.relate(part, "drawing", drawing)}"/>')
        return drawing
    relation = holder.get(f"{{{REL}}}id")
    folder, _, name = part.rpartition("/")
    rels = book.edit(f"{folder}/_rels/{name}.rels")
    return "xl/" + next(e.get("Target") for e in rels if e.get("Id") == relation).removeprefix("../")


def anchored(book: Book, part: str, inner: str, spot: tuple[int, int]) -> None:
    """An anchor of three columns and four rows at a 0-based spot."""
    row, column = spot
    ends = (("from", column, row), ("to", column + 3, row + 4))
    at = "".join(
        f"<xdr:{n}><xdr:col>{c}</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>{r}</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:{n}>"
        for n, c, r in ends
    )
    anchor = f'<xdr:twoCellAnchor editAs="oneCell">{at}{inner}<xdr:clientData/></xdr:twoCellAnchor>'
    drawing = _drawing(book, part)
    root = book.edit(drawing)
    root.append(piece(anchor, "xdr", "a", "a14", "c", "mc"))
    book.keep(drawing, root)


_FRAME = '<a:xfrm><a:off x="0" y="0"/><a:ext cx="900000" cy="900000"/></a:xfrm>'
_BOX = f'<xdr:spPr>{_FRAME}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></xdr:spPr>'


def stamp(book: Book, part: str, spot: tuple[int, int] = (14, 6)) -> None:
    """The round seal over the figures, a picture half transparent."""
    book.default("png", "image/png")
    image = book.add(_free(book, "xl/media/image{}.png"), png(200, 0, len(book.parts)))
    relation = book.relate(_drawing(book, part), "image", image)
    anchored(
        book, part,
        '<xdr:pic><xdr:nvPicPr><xdr:cNvPr id="2" name="公章" descr="单位公章"/><xdr:cNvPicPr/></xdr:nvPicPr><xdr:blipFill>'
        f'<a:blip r:embed="{relation}"><a:alphaModFix amt="60000"/></a:blip><a:stretch><a:fillRect/></a:stretch>'
        f"</xdr:blipFill>{_BOX}</xdr:pic>",
        spot,
    )  # fmt: skip


def text_box(book: Book, part: str, text: str = "经审核无误 李四", spot: tuple[int, int] = (23, 1)) -> None:
    anchored(
        book, part,
        '<xdr:sp macro="" textlink=""><xdr:nvSpPr><xdr:cNvPr id="3" name="文本框 2"/><xdr:cNvSpPr txBox="1"/></xdr:nvSpPr>'
        f'{_BOX}<xdr:txBody><a:bodyPr/><a:lstStyle/><a:p><a:r><a:rPr lang="zh-CN"/><a:t>{text}</a:t></a:r></a:p>'
        "</xdr:txBody></xdr:sp>",
        spot,
    )  # fmt: skip


def chart(book: Book, part: str, name: str, spot: tuple[int, int] = (23, 5)) -> None:
    """Columns drawn from F8:F11 of the sheet ``name``."""
    drawing = _drawing(book, part)
    points = "".join(f'<c:pt idx="{i}"><c:v>{v}</c:v></c:pt>' for i, v in enumerate((318.16, 257.64, 275.64, 42.52)))
    data = (
        f'<c:chartSpace xmlns:c="{CHART}" xmlns:a="{SPACES["a"]}" xmlns:r="{REL}"><c:chart><c:plotArea><c:layout/>'
        '<c:barChart><c:barDir val="col"/><c:grouping val="clustered"/><c:varyColors val="0"/><c:ser><c:idx val="0"/>'
        f"<c:order val=\"0\"/><c:val><c:numRef><c:f>'{name}'!$F$8:$F$11</c:f><c:numCache>"
        f'<c:formatCode>General</c:formatCode><c:ptCount val="4"/>{points}</c:numCache></c:numRef></c:val></c:ser>'
        '<c:axId val="111"/><c:axId val="112"/></c:barChart><c:catAx><c:axId val="111"/><c:scaling/><c:delete val="0"/>'
        '<c:axPos val="b"/><c:crossAx val="112"/></c:catAx><c:valAx><c:axId val="112"/><c:scaling/><c:delete val="0"/>'
        '<c:axPos val="l"/><c:crossAx val="111"/></c:valAx></c:plotArea><c:plotVisOnly val="1"/></c:chart></c:chartSpace>'
    )
    made = book.add(_free(book, "xl/charts/chart{}.xml"), data, "drawingml.chart+xml")
    colours = (
        f'<cs:colorStyle xmlns:cs="http://schemas.microsoft.com/office/drawing/2012/chartStyle" xmlns:a="{SPACES["a"]}" '
        'meth="cycle" id="10"><a:schemeClr val="accent1"/><a:schemeClr val="accent2"/></cs:colorStyle>'
    )
    kept = book.add(_free(book, "xl/charts/colors{}.xml"), colours, "application/vnd.ms-office.chartcolorstyle+xml")
    book.relate(made, "http://schemas.microsoft.com/office/2011/relationships/chartColorStyle", kept)
    relation = book.relate(drawing, "chart", made)
    anchored(
        book, part,
        '<xdr:graphicFrame macro=""><xdr:nvGraphicFramePr><xdr:cNvPr id="4" name="图表 3"/><xdr:cNvGraphicFramePr/>'
        '</xdr:nvGraphicFramePr><xdr:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/></xdr:xfrm><a:graphic>'
        f'<a:graphicData uri="{CHART}"><c:chart r:id="{relation}"/></a:graphicData></a:graphic></xdr:graphicFrame>',
        spot,
    )  # fmt: skip


# --- VML --------------------------------------------------------------------------------------------


def vml(*shapes: str, idmap: str = "1", types: str = T202) -> str:
    """A VML drawing as Excel writes it, without a declaration."""
    return (
        f'<xml xmlns:v="{SPACES["v"]}"\r\n xmlns:o="{SPACES["o"]}"\r\n xmlns:x="{SPACES["x"]}">\r\n'
        f' <o:shapelayout v:ext="edit">\r\n  <o:idmap v:ext="edit" data="{idmap}"/>\r\n </o:shapelayout>{types}'
        f"{''.join(shapes)}</xml>"
    )


def note_shape(number: int, spot: tuple[int, int]) -> str:
    """The box of a note at a 0-based cell."""
    row, column = spot
    return (
        f'<v:shape id="_x0000_s{number}" type="#_x0000_t202" style=\'position:absolute;margin-left:9pt;margin-top:9pt;'
        f'width:90pt;height:60pt;z-index:{number};visibility:hidden\' fillcolor="infoBackground [80]" o:insetmode="auto">'
        '<v:fill color2="infoBackground [80]"/><v:shadow color="none [81]" obscured="t"/><v:path o:connecttype="none"/>'
        "<v:textbox style='mso-direction-alt:auto'>\r\n  <div style='text-align:left'></div>\r\n  </v:textbox>"
        f'<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>\r\n    {column + 1}, 15, {row}, 2, '
        f"{column + 3}, 31, {row + 4}, 1</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row>"
        f"<x:Column>{column}</x:Column></x:ClientData></v:shape>"
    )


def button_shape(number: int, name: str = "") -> str:
    """A form button; one with a name has its number in ``o:spid`` only."""
    own = f'id="{name}" o:spid="_x0000_s{number}"' if name else f'id="_x0000_s{number}"'
    return (
        f'<v:shape {own} type="#_x0000_t201" style=\'position:absolute;margin-left:400pt;margin-top:9pt;width:70pt;'
        f'height:20pt;z-index:1;mso-wrap-style:tight\' o:button="t" fillcolor="buttonFace [67]" o:insetmode="auto">'
        '<v:fill color2="buttonFace [67]" o:detectmouseclick="t"/><o:lock v:ext="edit" rotation="t"/>'
        "<v:textbox style='mso-direction-alt:auto' o:singleclick=\"f\"><div style='text-align:center'>"
        '<font face="宋体" size="220" color="#000000">汇总</font></div></v:textbox><x:ClientData ObjectType="Button">'
        "<x:Anchor>11, 0, 1, 0, 12, 40, 2, 5</x:Anchor><x:PrintObject>False</x:PrintObject><x:AutoFill>False</x:AutoFill>"
        "<x:FmlaMacro>[0]!汇总</x:FmlaMacro><x:TextHAlign>Center</x:TextHAlign></x:ClientData></v:shape>"
    )


def add_vml(book: Book, part: str, data: str, element: str = "legacyDrawing") -> str:
    book.default("vml", _VML)
    made = _free(book, "xl/drawings/vmlDrawing{}.vml")
    book.parts[made] = data.encode()
    book.put(part, f'<{element} r:id="{book.relate(part, "vmlDrawing", made)}"/>')
    return made


def comments(book: Book, part: str, texts: dict[str, str], author: str = "会计") -> None:
    """The comments part only; the boxes are the VML's."""
    listed = "".join(
        f'<comment ref="{at}" authorId="0" shapeId="0"><text><r><rPr><b/><sz val="9"/><rFont val="宋体"/></rPr>'
        f'<t xml:space="preserve">{author}:\n</t></r><r><t>{text}</t></r></text></comment>'
        for at, text in texts.items()
    )
    body = f'<comments xmlns="{MAIN}"><authors><author>{author}</author></authors><commentList>{listed}</commentList></comments>'
    made = book.add(_free(book, "xl/comments{}.xml"), body, "spreadsheetml.comments+xml")
    book.relate(part, "comments", made)


def threaded(book: Book, part: str, address: str, text: str) -> None:
    """A conversation, and the legacy note that stands for it in older programs."""
    ids = [f"{{{n:08X}-1111-4222-8333-444444444444}}" for n in (1, 2, 3)]
    space = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"
    kind = "http://schemas.microsoft.com/office/2017/10/relationships"
    body = (
        f'<ThreadedComments xmlns="{space}"><threadedComment ref="{address}" dT="2024-02-05T01:30:00.00" '
        f'personId="{ids[2]}" id="{ids[0]}"><text>{text}</text></threadedComment><threadedComment ref="{address}" '
        f'dT="2024-02-05T02:30:00.00" personId="{ids[2]}" id="{ids[1]}" parentId="{ids[0]}"><text>已核对</text>'
        "</threadedComment></ThreadedComments>"
    )
    made = book.add(
        _free(book, "xl/threadedComments/threadedComment{}.xml"), body, "application/vnd.ms-excel.threadedcomments+xml"
    )
    book.relate(part, f"{kind}/threadedComment", made)
    people = f'<personList xmlns="{space}"><person displayName="李四" id="{ids[2]}" userId="S::l@x" providerId="AD"/></personList>'
    person = book.add("xl/persons/person.xml", people, "application/vnd.ms-excel.person+xml")
    book.relate("xl/workbook.xml", f"{kind}/person", person)
    comments(book, part, {address: f"[线程批注]{text}"}, f"tc={ids[0]}")


def control(book: Book, part: str, number: int) -> None:
    """What a form button has in the sheet: the element in AlternateContent, its properties, its DrawingML twin."""
    space = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
    body = f'<formControlPr xmlns="{space}" objectType="Button" lockText="1"/>'
    made = book.add(_free(book, "xl/ctrlProps/ctrlProp{}.xml"), body, "application/vnd.ms-excel.controlproperties+xml")
    relation = book.relate(part, "ctrlProp", made)
    at = (
        "<from><xdr:col>11</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>1</xdr:row><xdr:rowOff>0</xdr:rowOff></from>"
        "<to><xdr:col>12</xdr:col><xdr:colOff>9525</xdr:colOff><xdr:row>2</xdr:row><xdr:rowOff>9525</xdr:rowOff></to>"
    )  # fmt: skip
    book.put(
        part,
        '<mc:AlternateContent><mc:Choice Requires="x14"><controls><mc:AlternateContent><mc:Choice Requires="x14">'
        f'<control shapeId="{number}" r:id="{relation}" name="按钮 1"><controlPr defaultSize="0" print="0" autoFill="0" '
        f'autoPict="0" macro="[0]!汇总"><anchor moveWithCells="1" sizeWithCells="1">{at}</anchor></controlPr></control>'
        "</mc:Choice></mc:AlternateContent></controls></mc:Choice></mc:AlternateContent>",
        "mc", "x14", "xdr",
    )  # fmt: skip


def header_picture(book: Book, part: str) -> None:
    """A picture in the page header: a VML of its own, behind ``legacyDrawing``."""
    book.default("png", "image/png")
    shape = (
        '<v:shape id="CH" o:spid="_x0000_s9217" type="#_x0000_t75" style=\'position:absolute;width:30pt;height:30pt\'>'
        '<v:imagedata o:relid="rId1" o:title="页眉"/></v:shape>'
    )
    made = add_vml(book, part, vml(shape, idmap="9", types=""), "legacyDrawingHF")
    book.relate(made, "image", book.add(_free(book, "xl/media/image{}.png"), png(0, 90, len(book.parts))))
    book.swap(part, "<oddFooter>", "<oddHeader>&amp;C&amp;G</oddHeader><oddFooter>")


def background(book: Book, part: str) -> None:
    book.default("png", "image/png")
    image = book.add(_free(book, "xl/media/image{}.png"), png(250, 250, len(book.parts)))
    book.put(part, f'<picture r:id="{book.relate(part, "image", image)}"/>')


def printer(book: Book, part: str) -> None:
    """The settings of the unit's printer, bytes that only its driver reads."""
    book.default("bin", LEAD + "spreadsheetml.printerSettings")
    made = book.add(_free(book, "xl/printerSettings/printerSettings{}.bin"), bytes(range(256)) * 8)
    book.swap(part, "<pageSetup ", f'<pageSetup r:id="{book.relate(part, "printerSettings", made)}" ')


__all__ = ["XML", "anchored", "background", "button_shape", "chart", "comments", "control", "stamp", "text_box", "vml"]
