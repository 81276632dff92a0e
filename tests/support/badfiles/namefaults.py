"""Names of sheets and parts, relationships, content types and defined names that no workbook should have."""

from __future__ import annotations

import re
from collections.abc import Callable

from support.badfiles.build import (
    BOOK,
    MAIN,
    REL,
    RELS,
    ROOT_RELS,
    SHEET,
    SHEET3,
    TYPE_LEAD,
    TYPES,
    Make,
    Register,
    changed,
    edit,
    faulty,
    plus,
    related,
    sub,
    zipped,
)

cases = Register()
NAME = "公开01 收入支出决算总表"
SECOND = "公开02 收入决算表"
THIRD = "公开03 支出决算表"


def named(text: str | Callable[[], str], before: str = NAME) -> Make:
    """A sheet under another name; the third one is the one that is marked most."""
    return edit(BOOK, f'name="{before}"', lambda: f'name="{text() if callable(text) else text}"')


def moved(part: str, to: str, target: str | None = None) -> Make:
    """A part under another name, with its relationship and its type."""

    def make() -> bytes:
        old = part.removeprefix("xl/")
        parts = {to if n == part else n: d for n, d in faulty().items()}
        parts = changed(RELS, f'"{old}"', f'"{to.removeprefix("xl/") if target is None else target}"', parts=parts)
        return zipped(changed(TYPES, f'"/{part}"', f'"/{to}"', parts=parts))

    return make


def aimed(target: str, mode: str = "") -> Make:
    """The relationship of the first sheet with another target."""
    return edit(RELS, 'Target="worksheets/sheet1.xml"', f'Target="{target}"{mode}')


def no_target(parts: dict[str, str]) -> Make:
    def make() -> bytes:
        found = faulty()
        for before, after in parts.items():
            found = changed(RELS, before, after, -1, parts=found)
        return zipped(found)

    return make


# --- names of sheets ----------------------------------------------------------------------------------

NAMES = {
    "empty": "", "blank": " ", "31-characters": "公" * 31, "32-characters": "公" * 32, "255-characters": "公" * 255, "256-characters": "公" * 256,
    "4-bytes-emoji": "公开01😀🇨🇳", "255-emoji": "😀" * 255, "plane-2": "\U00020000\U0002a6d6", "quotes": "'&quot;''", "quote-first": "'公开01", "quote-last": "公开01'",
    "markup": "&lt;/t&gt;&lt;script&gt;&amp;", "brackets": "[公开01]x", "forbidden-signs": "a:b\\\\c/d?e*f", "exclamation": "Sheet1!A1", "formula": "=1+1", "reference": "A1", "r1c1": "R1C1",
    "line-breaks": "公开01&#10;&#13;&#9;表", "escaped-nul": "公开_x0000_01", "escaped-escape": "_x001B_[31m公开", "escape-cut": "_x00", "bidi": "\u202e表算决\u2066", "zero-width": "公\u200b开\ufeff01",
    "combining": "e\u0301\u0489" * 60, "full-width": "公开０１　收入支出决算总表", "superscript": "公开²表", "arabic-digits": "公开٠١表", "numbers-and-brackets": "1" * 100 + "(" * 100,
    "our-list": "审核结果", "our-list-2": "审核结果(2)", "print-titles": "_xlnm.Print_Titles", "history": "History", "con": "CON", "path": "../../etc/passwd", "windows-path": "C:\\\\x\\\\y",
    "of-other-table": "支出决算表", "of-all-tables": "收入支出决算总表收入决算表支出决算表", "digits": "99999999999999999999", "nan": "NaN", "none": "None", "format": "{0}%s{x.y}", "rich-markup": "[bold red]x[/]",
}  # fmt: skip
for short, text in NAMES.items():
    cases.add(f"name/sheet-name-{short}", named(text))
    if short in (
        "quotes",
        "markup",
        "255-emoji",
        "bidi",
        "escaped-nul",
        "formula",
        "line-breaks",
        "forbidden-signs",
        "rich-markup",
        "255-characters",
    ):
        cases.add(f"name/marked-sheet-name-{short}", named(text, THIRD))
cases.add("name/sheet-name-nul", named("公开&#0;01"))
cases.add("name/sheet-name-control", named("公开\x0101"))
cases.add("name/sheet-name-missing", edit(BOOK, f'name="{NAME}" ', ""))
cases.add("name/sheet-name-9-mb", named(lambda: "公" * 3_000_000))
cases.add("name/twin-sheet-names", named(NAME, SECOND))
cases.add("name/twin-marked-sheet-names", named(THIRD, SECOND))
cases.add("name/case-twin-sheet-names", lambda: zipped(changed(BOOK, NAME, "Sheet", 1, changed(BOOK, SECOND, "SHEET"))))
cases.add("name/all-sheets-of-one-name", sub(BOOK, r'<sheet name="[^"]*"', '<sheet name="同名"'))
cases.add("name/all-sheets-without-names", sub(BOOK, r'<sheet name="[^"]*"', "<sheet"))
cases.add(
    "name/our-list-300-times",
    sub(
        BOOK,
        r"</sheets>",
        "".join(
            f'<sheet name="审核结果{f"({n})" if n > 1 else ""}" sheetId="{n + 20}" r:id="rId1"/>' for n in range(1, 300)
        )
        + "</sheets>",
    ),
)
for text in ("x", "-1", "", "0", "4294967295", "4294967296", "9" * 5_000, "²"):
    cases.add(f"name/sheet-id-{text[:12] or 'empty'}", edit(BOOK, 'sheetId="1"', f'sheetId="{text}"'))
cases.add("name/sheet-ids-all-equal", sub(BOOK, r'sheetId="\d+"', 'sheetId="1"'))
cases.add("name/sheet-state-unknown", edit(BOOK, "<sheet name", '<sheet state="lost" name'))
cases.add("name/relation-id-missing", edit(BOOK, ' r:id="rId1"', ""))
cases.add("name/relation-id-unknown", edit(BOOK, ' r:id="rId1"', ' r:id="rId999"'))
cases.add("name/relation-id-twice", edit(BOOK, ' r:id="rId1"', ' r:id="rId1" id="rId2"'))
cases.add(
    "name/our-relation-id-taken",
    lambda: zipped(changed(BOOK, 'r:id="rId3"', 'r:id="rIdXc1"', 1, changed(RELS, 'Id="rId3"', 'Id="rIdXc1"'))),
)

# --- names of parts -------------------------------------------------------------------------------------

PARTS = {
    "path-traversal": "../../../../tmp/xlcheck-was-here.xml", "absolute": "/etc/cron.d/x.xml", "drive": "C:/x.xml", "unc": "\\\\\\\\127.0.0.1\\\\x.xml", "dots": "xl/./worksheets/../s.xml",
    "percent": "xl/worksheets/%73heet.xml", "blank": "xl/worksheets/she et.xml", "chinese": "xl/worksheets/表.xml", "emoji": "xl/😀.xml", "4000-letters": "xl/" + "n" * 4_000 + ".xml",
    "upper-case": "XL/WORKSHEETS/SHEET1.XML", "no-extension": "xl/worksheets/sheet1", "rels-extension": "xl/worksheets/sheet1.rels", "question-mark": "xl/worksheets/sheet1.xml?x", "hash": "xl/worksheets/sheet1.xml#x",
    "ours": "xl/worksheets/xlcheckResult1.xml", "our-styles": "xl/xlcheckStyles1.xml", "con": "xl/CON", "semicolon": "xl/a;b&amp;c.xml", "trailing-slash-of-folder": "xl/worksheets/sheet1.xml/x",
}  # fmt: skip
for short, name in PARTS.items():
    cases.add(f"name/{short}-part", moved(SHEET, name))
cases.add("name/our-parts-taken", plus({f"xl/worksheets/xlcheckResult{n}.xml": "<x/>" for n in range(1, 400)}))
cases.add("name/our-part-taken-in-capitals", plus({"XL/WORKSHEETS/XLCHECKRESULT1.XML": "<x/>"}))
cases.add(
    "name/our-styles-taken",
    lambda: zipped(
        {n.replace("xl/styles", "xl/other"): d for n, d in changed(RELS, "styles.xml", "gone.xml").items()}
        | {"xl/xlcheckStyles1.xml": b"<x/>"}
    ),
)
cases.add(
    "name/vba-and-signature",
    plus(
        {
            "xl/vbaProject.bin": b"\xd0\xcf\x11\xe0" * 99,
            "_xmlsignatures/sig1.xml": "<x/>",
            "_xmlsignatures/origin.sigs": "",
        }
    ),
)
cases.add(
    "name/external-links-and-connections",
    plus(
        {
            "xl/externalLinks/externalLink1.xml": "<externalLink/>",
            "xl/connections.xml": "<connections/>",
            "xl/customXml/item1.xml": "<!DOCTYPE x>",
        }
    ),
)

# --- relationships ------------------------------------------------------------------------------------------

TARGETS = {
    "empty": "", "itself": "_rels/workbook.xml.rels", "up": "../../../../xl/worksheets/sheet1.xml", "up-to-passwd": "../../../../../etc/passwd", "file-url": "file:///etc/passwd", "http": "http://127.0.0.1:9/x.xml",
    "percent": "worksheets/%73heet1.xml", "percent-traversal": "%2e%2e/%2e%2e/x", "backslashes": "worksheets\\\\sheet1.xml", "absolute": "/xl/worksheets/sheet1.xml", "double-slash": "//xl//worksheets//sheet1.xml",
    "round": "./worksheets/../worksheets/./sheet1.xml", "fragment": "worksheets/sheet1.xml#C7", "blank": " worksheets/sheet1.xml ", "capitals": "WORKSHEETS/SHEET1.XML", "folder": "worksheets/", "dot": ".", "nul-escaped": "worksheets_x0000_",
    "1-mb": "../" * 300_000 + "x", "content-types": "/[Content_Types].xml", "root-rels": "../_rels/.rels",
}  # fmt: skip
for short, target in TARGETS.items():
    cases.add(f"name/target-{short}", aimed(target))
cases.add("name/target-external", aimed("http://127.0.0.1:9/x.xml", ' TargetMode="External"'))
cases.add("name/target-external-of-own-part", aimed("worksheets/sheet1.xml", ' TargetMode="External"'))
cases.add("name/target-mode-unknown", aimed("worksheets/sheet1.xml", ' TargetMode="x"'))
cases.add("name/targets-missing", sub(RELS, r' Target="[^"]*"', ""))
cases.add("name/types-of-relations-missing", sub(RELS, r' Type="[^"]*"', ""))
cases.add("name/ids-of-relations-missing", sub(RELS, r' Id="[^"]*"', ""))
cases.add("name/ids-of-relations-equal", sub(RELS, r' Id="[^"]*"', ' Id="rId1"'))
cases.add("name/relationship-loop-of-workbook", edit(ROOT_RELS, "xl/workbook.xml", "_rels/.rels"))
cases.add("name/relationship-loop-of-strings", edit(RELS, '"sharedStrings.xml"', '"workbook.xml"'))
cases.add("name/relationship-loop-of-styles", edit(RELS, '"styles.xml"', '"_rels/workbook.xml.rels"'))
cases.add("name/styles-are-strings", edit(RELS, '"styles.xml"', '"sharedStrings.xml"'))
cases.add(
    "name/styles-twice",
    edit(
        RELS,
        "</Relationships>",
        f'<Relationship Id="rId98" Type="{REL}/styles" Target="theme/theme1.xml"/></Relationships>',
    ),
)
cases.add(
    "name/styles-twice-other-first",
    edit(
        RELS,
        "<Relationship ",
        f'<Relationship Id="rId98" Type="{REL}/styles" Target="theme/theme1.xml"/><Relationship ',
    ),
)
cases.add(
    "name/strings-twice-other-first",
    edit(
        RELS,
        "<Relationship ",
        f'<Relationship Id="rId98" Type="{REL}/sharedStrings" Target="workbook.xml"/><Relationship ',
    ),
)
cases.add(
    "name/workbooks-two",
    edit(
        ROOT_RELS,
        "</Relationships>",
        f'<Relationship Id="rId98" Type="{REL}/officeDocument" Target="xl/styles.xml"/></Relationships>',
    ),
)
cases.add(
    "name/workbooks-two-other-first",
    edit(
        ROOT_RELS,
        "<Relationship ",
        f'<Relationship Id="rId98" Type="{REL}/officeDocument" Target="xl/styles.xml"/><Relationship ',
    ),
)
cases.add(
    "name/workbook-in-root-folder",
    lambda: zipped(
        {
            n.removeprefix("xl/").replace("_rels/workbook", "_rels/workbook"): d
            for n, d in changed(ROOT_RELS, "xl/workbook.xml", "workbook.xml").items()
        }
    ),
)
cases.add(
    "name/relationships-100000",
    edit(
        RELS,
        "</Relationships>",
        lambda: (
            "".join(f'<Relationship Id="q{n}" Type="x" Target="t{n}"/>' for n in range(100_000)) + "</Relationships>"
        ),
    ),
)
cases.add(
    "name/relationships-100000-of-sheet",
    plus(
        {related(SHEET)[0]: lambda: related(SHEET, *((f"rIdXc{n}", "hyperlink", f"t{n}") for n in range(1, 60_000)))[1]}
    ),
)
cases.add("name/relationships-among-strangers", sub(RELS, "<Relationship ", '<!-- x --><x Id="rId1"/><Relationship '))

# --- content types and defined names ---------------------------------------------------------------------------

MAIN_TYPE = f"{TYPE_LEAD}sheet.main+xml"
for short, kind in {
    "macros": "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    "template": f"{TYPE_LEAD}template.main+xml",
    "add-in": "application/vnd.ms-excel.addin.macroEnabled.main+xml",
    "binary": "application/vnd.ms-excel.sheet.binary.macroEnabled.main",
    "word": "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    "empty": "",
}.items():
    cases.add(f"name/content-type-{short}", edit(TYPES, MAIN_TYPE, kind))
cases.add("name/content-types-empty", sub(TYPES, r"(<Types[^>]*>).*(</Types>)", "\\1\\2"))
cases.add("name/content-types-missing-of-sheets", sub(TYPES, r"<Override[^>]*worksheet[^>]*>", ""))
cases.add("name/content-types-without-defaults", sub(TYPES, r"<Default[^>]*>", ""))
cases.add("name/content-types-twice", sub(TYPES, r"(<Override[^>]*>)", "\\1\\1"))
cases.add(
    "name/content-types-100000",
    edit(
        TYPES,
        "</Types>",
        lambda: "".join(f'<Override PartName="/x{n}" ContentType="x"/>' for n in range(100_000)) + "</Types>",
    ),
)
cases.add("name/content-types-among-comments", sub(TYPES, "<Default", "<!-- x --><?p?><Default"))
cases.add(
    "name/content-types-in-capitals", lambda: zipped({n.upper() if n == TYPES else n: d for n, d in faulty().items()})
)
DEFINED = '<definedName name="{}"{}>{}</definedName>'
NAMED = {
    "broken-reference": DEFINED.format("_xlnm.Print_Titles", ' localSheetId="0"', "#REF!$1:$6"), "of-sheet-99999": DEFINED.format("_xlnm.Print_Titles", ' localSheetId="99999"', "A1"),
    "of-sheet-word": DEFINED.format("x", ' localSheetId="x"', "A1"), "empty": "<definedName/>", "comment": "<!-- x --><?p?>", "formula-8k": DEFINED.format("x", "", "A1+" * 2_700 + "A1"),
    "auto-open": DEFINED.format("Auto_Open", ' hidden="1" function="1" xlm="1"', "EXEC(&quot;calc&quot;)"), "circle": DEFINED.format("a", "", "b") + DEFINED.format("b", "", "a"), "filter-of-our-sheet": DEFINED.format("_xlnm._FilterDatabase", ' localSheetId="10"', "A1"),
}  # fmt: skip
for short, xml in NAMED.items():
    cases.add(f"name/defined-name-{short}", edit(BOOK, "<definedNames>", f"<definedNames>{xml}"))
cases.add(
    "name/defined-names-100000",
    edit(
        BOOK,
        "<definedNames>",
        lambda: "<definedNames>" + "".join(DEFINED.format(f"n{n}", "", f"$A${n}") for n in range(100_000)),
    ),
)
cases.add("name/defined-names-missing", sub(BOOK, r"<definedNames>.*</definedNames>", ""))
cases.add("name/defined-names-twice", sub(BOOK, r"(<definedNames>.*</definedNames>)", "\\1\\1"))
cases.add("name/workbook-extensions-first", edit(BOOK, "<sheets>", "<extLst/><calcPr/><sheets>"))
cases.add("name/workbook-protected", edit(BOOK, "<bookViews>", '<workbookProtection lockStructure="1"/><bookViews>'))
cases.add(
    "name/workbook-external-references",
    edit(BOOK, "</sheets>", '</sheets><externalReferences><externalReference r:id="rId99"/></externalReferences>'),
)
cases.add(
    "name/workbook-alternate-content",
    sub(
        BOOK,
        "(<sheets>.*</sheets>)",
        '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:Choice Requires="x15">\\1</mc:Choice></mc:AlternateContent>',
    ),
)
cases.add("name/workbook-sheets-of-other-namespace", sub(BOOK, "<sheet name", '<sheet xmlns="urn:x" name'))
cases.add(
    "name/workbook-active-tab-99999",
    edit(BOOK, "<workbookView ", '<workbookView activeTab="99999" firstSheet="99999" '),
)
cases.add("name/workbook-date-1904", edit(BOOK, "<workbookPr ", '<workbookPr date1904="1" '))
cases.add(
    "name/title-of-table-in-all-sheets",
    lambda: zipped(
        faulty()
        | {n: re.sub(rb'(<c r="A1"[^>]*><v>)\d+', rb"\g<1>0", d) for n, d in faulty().items() if "worksheets" in n}
    ),
)
cases.add(
    "name/tables-swapped-by-tab",
    lambda: zipped(changed(BOOK, "公开02", "公开99", 1, changed(BOOK, "公开03", "公开02", 1))),
)
cases.add(
    "name/sheet3-and-sheet1-swapped", lambda: zipped(faulty() | {SHEET: faulty()[SHEET3], SHEET3: faulty()[SHEET]})
)
cases.add("name/worksheet-root-in-capitals", sub(SHEET, "(</?)worksheet", "\\1WORKSHEET"))
cases.add("name/main-namespace-in-capitals", edit(SHEET, MAIN, MAIN.upper()))
