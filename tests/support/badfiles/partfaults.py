"""Side parts of sheets that are damaged or endless, and lists of sheets that don't fit their parts."""

from __future__ import annotations

from collections.abc import Callable

from support.badfiles.build import (
    BOOK,
    MAIN,
    REL,
    RELS,
    SHEET,
    STYLES,
    TYPES,
    XML,
    Make,
    Register,
    before_end,
    block,
    book_of,
    cell,
    changed,
    edit,
    faulty,
    raw,
    related,
    row,
    sheet_of,
    sub,
    swap,
    text_of,
    zipped,
)

cases = Register()
NOTES = "xl/comments1.xml"
VML = "xl/drawings/vmlDrawing1.vml"
GOOD_VML = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel">{}</xml>'
)
GOOD_NOTES = (
    f'{XML}<comments xmlns="{MAIN}"><authors><author>甲</author></authors><commentList>{{}}</commentList></comments>'
)


def noted(notes: str | bytes | Make, vml: str | bytes | Make, *, drawing: bool = True) -> Make:
    """The first sheet, which gets marks, with comments and VML of its own."""

    def make() -> bytes:
        rels, body = related(
            SHEET, ("rId1", "comments", "../comments1.xml"), ("rId2", "vmlDrawing", "../drawings/vmlDrawing1.vml")
        )
        parts = changed(SHEET, "</worksheet>", '<legacyDrawing r:id="rId2"/></worksheet>') if drawing else faulty()
        return zipped(parts | {NOTES: raw(notes), VML: raw(vml), rels: body})

    return make


# --- notes ------------------------------------------------------------------------------------------------


def note(at: str, text: str = "x", author: str = "0") -> str:
    return f'<comment ref="{at}" authorId="{author}"><text><t>{text}</t></text></comment>'


cases.add("sheet/vml-not-xml", noted(GOOD_NOTES.format(""), GOOD_VML.format("<v:shape><br></v:shape>")))
cases.add("sheet/vml-of-noise", noted(GOOD_NOTES.format(""), bytes(range(256))))
cases.add("sheet/vml-empty", noted(GOOD_NOTES.format(""), b""))
cases.add("sheet/vml-in-utf16", noted(GOOD_NOTES.format(""), GOOD_VML.format("").encode("utf-16")))
cases.add("sheet/vml-doctype", noted(GOOD_NOTES.format(""), "<!DOCTYPE x [<!ENTITY a 'b'>]>" + GOOD_VML.format("")))
cases.add("sheet/vml-other-root", noted(GOOD_NOTES.format(""), "<html/>"))
cases.add("sheet/vml-without-namespaces", noted(GOOD_NOTES.format(""), "<xml><!-- x --><shape id='_x0000_s1'/></xml>"))
cases.add(
    "sheet/vml-shape-id-endless",
    noted(GOOD_NOTES.format(""), GOOD_VML.format(f'<v:shape id="_x0000_s{"9" * 5_000}"/>')),
)
cases.add(
    "sheet/vml-shape-id-32-bits", noted(GOOD_NOTES.format(""), GOOD_VML.format('<v:shape id="_x0000_s4294967295"/>'))
)
cases.add(
    "sheet/vml-shapes-50000",
    noted(
        GOOD_NOTES.format(""),
        lambda: GOOD_VML.format("".join(f'<v:shape id="_x0000_s{n}"/>' for n in range(50_000))),
    ),
)
cases.add("sheet/notes-not-xml", noted("<comments>", GOOD_VML.format("")))
cases.add("sheet/notes-empty", noted(b"", GOOD_VML.format("")))
cases.add("sheet/notes-other-root", noted("<x/>", GOOD_VML.format("")))
cases.add(
    "sheet/notes-without-authors", noted(f'<comments xmlns="{MAIN}"><commentList/></comments>', GOOD_VML.format(""))
)
cases.add("sheet/notes-without-list", noted(f'<comments xmlns="{MAIN}"><authors/></comments>', GOOD_VML.format("")))
cases.add("sheet/notes-without-drawing", noted(GOOD_NOTES.format(note("C7")), b"", drawing=False))
cases.add("sheet/notes-with-doctype", noted("<!DOCTYPE x><comments/>", GOOD_VML.format("")))
cases.add(
    "sheet/notes-of-other-author",
    noted(GOOD_NOTES.format(note("C7", author="-1") + note("C38", author="99999")), GOOD_VML.format("")),
)
cases.add(
    "sheet/notes-at-nonsense",
    noted(GOOD_NOTES.format(note("") + note("XFE1") + note("c7") + note("C7:D8") + "<comment/>"), GOOD_VML.format("")),
)
cases.add(
    "sheet/notes-100000",
    noted(lambda: GOOD_NOTES.format("".join(note(f"H{n}") for n in range(100_000))), GOOD_VML.format("")),
)
cases.add(
    "sheet/notes-authors-are-comments",
    noted(GOOD_NOTES.replace("<author>", "<!-- a --><author>").format(""), GOOD_VML.format("")),
)
cases.add("sheet/legacy-drawing-unrelated", before_end('<legacyDrawing r:id="rId77"/>'))
cases.add("sheet/legacy-drawing-without-id", before_end("<legacyDrawing/>"))
for short, target in {
    "itself": "sheet1.xml",
    "workbook": "../workbook.xml",
    "styles": "../styles.xml",
    "types": "../../[Content_Types].xml",
    "rels": "_rels/sheet1.xml.rels",
    "strings": "../sharedStrings.xml",
}.items():
    for kind, element in (("comments", ""), ("vmlDrawing", '<legacyDrawing r:id="rId1"/>')):

        def loop(target: str = target, kind: str = kind, element: str = element) -> bytes:
            rels, body = related(SHEET, ("rId1", kind, target))
            return zipped(changed(SHEET, "</worksheet>", f"{element}</worksheet>") | {rels: body})

        cases.add(f"sheet/{kind}-is-{short}", loop)

# --- which part is which sheet ---------------------------------------------------------------------------

ENTRY = '<sheet name="{0}" sheetId="{0}" r:id="r{1}"/>'
LINK = f'<Relationship Id="r{{0}}" Type="{REL}/worksheet" Target="worksheets/{{1}}.xml"/>'


def same_part(count: int, part: Callable[[], bytes]) -> Make:
    """A list of many sheets that are all the same part."""
    return lambda: book_of(
        "".join(ENTRY.format(n, 1) for n in range(1, count + 1)), LINK.format(1, "s"), {"xl/worksheets/s.xml": part()}
    )


cases.add(
    "sheet/2000-sheets",
    lambda: book_of(
        "".join(ENTRY.format(n, n) for n in range(1, 1_901)),
        "".join(LINK.format(n, f"s{n}") for n in range(1, 1_901)),
        {f"xl/worksheets/s{n}.xml": sheet_of(row(1, cell("A1", str(n)))) for n in range(1, 1_901)},
    ),
)
cases.add("sheet/100000-sheets-of-one-part", same_part(100_000, lambda: sheet_of("")))
cases.add("sheet/3000-sheets-of-one-good-part", same_part(3_000, lambda: faulty()[SHEET]))
cases.add("sheet/500-sheets-of-200000-cells", same_part(500, lambda: sheet_of(block(1, 400, 500))))
cases.add("sheet/part-used-by-two-sheets", edit(RELS, "sheet2.xml", "sheet1.xml"))
cases.add("sheet/part-used-by-all-sheets", sub(RELS, r"worksheets/sheet\d+", "worksheets/sheet3"))
cases.add("sheet/relation-used-by-two-sheets", edit(BOOK, 'r:id="rId2"', 'r:id="rId1"'))
cases.add("sheet/is-the-workbook", edit(RELS, "worksheets/sheet1.xml", "workbook.xml"))
cases.add("sheet/is-the-styles", edit(RELS, "worksheets/sheet1.xml", "styles.xml"))
cases.add("sheet/is-the-strings", edit(RELS, "worksheets/sheet1.xml", "sharedStrings.xml"))
cases.add("sheet/is-a-chart-sheet", edit(RELS, "relationships/worksheet", "relationships/chartsheet"))
cases.add("sheet/is-a-macro-sheet", edit(RELS, "relationships/worksheet", "relationships/xlMacrosheet"))
cases.add("sheet/is-a-dialog-sheet", swap(SHEET, text_of(SHEET).replace("worksheet", "dialogsheet")))
cases.add("sheet/all-very-hidden", edit(BOOK, "<sheet name", '<sheet state="veryHidden" name', -1))
cases.add("sheet/all-hidden", edit(BOOK, "<sheet name", '<sheet state="hidden" name', -1))
cases.add("sheet/list-empty", sub(BOOK, "<sheets>.*</sheets>", "<sheets/>"))
cases.add("sheet/list-twice", sub(BOOK, "(<sheets>.*</sheets>)", "\\1\\1"))
cases.add("sheet/list-not-in-sheets", sub(BOOK, "</?sheets>", ""))
cases.add("sheet/content-type-of-styles", sub(TYPES, r'(sheet1.xml" ContentType="[^"]*)worksheet', "\\1styles"))
cases.add("sheet/styles-are-the-sheet", edit(RELS, "styles.xml", "worksheets/sheet1.xml"))
cases.add("sheet/swapped-with-styles", lambda: zipped(faulty() | {SHEET: faulty()[STYLES], STYLES: faulty()[SHEET]}))
