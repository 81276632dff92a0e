"""Parts whose XML is broken, hostile, endless, or well-formed in a way nobody expects."""

from __future__ import annotations

import re
from collections.abc import Callable

from support.badfiles.build import (
    BOOK,
    FIRST,
    MAIN,
    REL,
    RELS,
    ROOT_RELS,
    SHEET,
    STRINGS,
    STYLES,
    THEME,
    TYPES,
    Make,
    Parts,
    Register,
    changed,
    drop,
    edit,
    faulty,
    plus,
    related,
    sheet_of,
    sub,
    swap,
    text_of,
    zipped,
)

cases = Register()
PARTS = {
    "sheet": SHEET, "shared-strings": STRINGS, "styles": STYLES, "workbook": BOOK, "rels": RELS,
    "content-types": TYPES, "root-rels": ROOT_RELS, "theme": THEME,
}  # fmt: skip
LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {c} "{f"&{p};" * 10}">' for p, c in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)


def bare(part: str) -> str:
    """A part's text without its declaration."""
    return text_of(part).partition("?>")[2].lstrip()


def typed(part: str, doctype: str, entity: str = "") -> Make:
    """A document type before the root, and an entity as the first text of a part."""

    def make() -> bytes:
        text = bare(part)
        if entity:
            text = re.sub(r">", lambda _: f">{entity}", text, count=1)
        return swap(part, f'<?xml version="1.0"?>{doctype}{text}')()

    return make


def coded(part: str, encoding: str, told: str | None = None, mark: bytes = b"") -> Make:
    """A part in another encoding, told by its declaration or not."""

    def make() -> bytes:
        head = f'<?xml version="1.0" encoding="{told}"?>' if told else '<?xml version="1.0"?>'
        return swap(part, mark + (head + bare(part)).encode(encoding, "xmlcharrefreplace"))()

    return make


def deep(levels: int, tag: str = "a") -> str:
    return f"<{tag}>" * levels + f"</{tag}>" * levels


def many_names(levels: int, each: int) -> str:
    return (
        "".join("<a " + " ".join(f"xmlns:n{n}='u{m}'" for n in range(each)) + ">" for m in range(levels))
        + "</a>" * levels
    )


def behind(part: str, text: str | Callable[[], str]) -> Make:
    """Text before the last closing tag of a part."""

    def make() -> bytes:
        head, mark, tail = text_of(part).rpartition("</")
        return swap(part, head + (text() if callable(text) else text) + mark + tail)()

    return make


def everywhere(change: Callable[[str], str]) -> Make:
    def make() -> bytes:
        return zipped({n: change(d.decode()).encode() for n, d in faulty().items()})

    return make


# --- document types and entities ----------------------------------------------------------------

for short, part in PARTS.items():
    cases.add(f"xml/billion-laughs-in-{short}", typed(part, LAUGHS, "&i;"))
cases.add("xml/billion-laughs-in-attribute", swap(SHEET, lambda: LAUGHS + bare(SHEET).replace(">", ' x="&i;">', 1)))
cases.add("xml/quadratic-blowup", typed(SHEET, f'<!DOCTYPE x [<!ENTITY a "{"a" * 50_000}">]>', "&a;" * 5_000))
cases.add("xml/entity-of-a-file", typed(STRINGS, '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>', "&a;"))
cases.add("xml/entity-of-the-net", typed(SHEET, '<!DOCTYPE x [<!ENTITY a SYSTEM "http://127.0.0.1:9/x">]>', "&a;"))
cases.add("xml/entity-of-parameter", typed(SHEET, '<!DOCTYPE x [<!ENTITY % a SYSTEM "http://127.0.0.1:9/x">%a;]>'))
cases.add("xml/entity-of-itself", typed(SHEET, '<!DOCTYPE x [<!ENTITY a "&b;"><!ENTITY b "&a;">]>', "&a;"))
cases.add("xml/doctype-of-the-net", typed(SHEET, '<!DOCTYPE worksheet SYSTEM "http://127.0.0.1:9/x.dtd">'))
cases.add("xml/doctype-of-defaults", typed(SHEET, '<!DOCTYPE worksheet [<!ATTLIST c t CDATA "e">]>'))
cases.add(
    "xml/doctype-behind-64k-of-comment",
    typed(SHEET, f"<!--{'x' * 65_536}--><!DOCTYPE worksheet [<!ENTITY a '1'>]>", "&a;"),
)
cases.add("xml/doctype-behind-64k-of-blanks", typed(SHEET, f"{' ' * 65_536}<!DOCTYPE worksheet>"))
cases.add("xml/doctype-in-small-letters", typed(SHEET, "<!doctype worksheet>"))
cases.add("xml/doctype-inside-the-root", edit(SHEET, "<sheetData>", "<!DOCTYPE x><sheetData>"))
cases.add("xml/doctype-in-utf16", swap(SHEET, lambda: ("\ufeff<!DOCTYPE worksheet>" + bare(SHEET)).encode("utf-16-le")))
cases.add(
    "xml/doctype-in-utf16-behind-comment",
    swap(SHEET, lambda: (f"\ufeff<!--{'x' * 9_999}--><!DOCTYPE worksheet>" + bare(SHEET)).encode("utf-16-le")),
)
cases.add(
    "xml/doctype-in-ebcdic",
    swap(
        SHEET, lambda: ('<?xml version="1.0" encoding="cp037"?><!DOCTYPE worksheet>' + "<worksheet/>").encode("cp037")
    ),
)
cases.add("xml/doctype-only-in-vml", plus({"xl/drawings/vmlDrawing1.vml": f"{LAUGHS}<xml>&i;</xml>"}))
cases.add("xml/entity-undeclared", edit(SHEET, "<v>999", "<v>&who;999"))
cases.add("xml/entities-by-number", edit(SHEET, "<v>999.1799999999999", f"<v>{'&#57;' * 200_000}"))
for short, reference in {
    "nul": "&#0;",
    "surrogate": "&#xD800;",
    "beyond": "&#x110000;",
    "endless": f"&#{'9' * 5_000};",
    "ffff": "&#xFFFF;",
    "noncharacter": "&#xFDD0;",
}.items():
    cases.add(f"xml/character-{short}", edit(STRINGS, "<t>收入支出决算总表", f"<t>{reference}收入支出决算总表"))

# --- encodings ------------------------------------------------------------------------------------

cases.add("xml/utf7", coded(SHEET, "utf-7", "UTF-7"))
cases.add(
    "xml/utf7-with-doctype",
    swap(SHEET, lambda: '<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE x+AD4-<worksheet/>'),
)
cases.add("xml/utf16-with-mark", coded(SHEET, "utf-16-be", "UTF-16", b"\xfe\xff"))
cases.add("xml/utf16-without-mark", coded(SHEET, "utf-16-le", "UTF-16"))
cases.add("xml/utf16-odd-length", swap(SHEET, lambda: bare(SHEET).encode("utf-16")[:-1]))
cases.add("xml/utf32", coded(SHEET, "utf-32", "UTF-32"))
cases.add("xml/latin1", coded(STRINGS, "latin-1", "ISO-8859-1"))
cases.add("xml/gb18030", coded(STRINGS, "gb18030", "GB18030"))
cases.add("xml/gbk-that-says-utf8", coded(STRINGS, "gbk", "UTF-8"))
cases.add("xml/utf8-that-says-utf16", coded(STRINGS, "utf-8", "UTF-16"))
cases.add("xml/utf8-that-says-ascii", coded(STRINGS, "utf-8", "US-ASCII"))
cases.add("xml/utf8-that-says-big5", coded(STRINGS, "utf-8", "Big5"))
cases.add("xml/utf8-mark-twice", coded(SHEET, "utf-8", "UTF-8", b"\xef\xbb\xbf\xef\xbb\xbf"))
cases.add("xml/mark-of-utf16-before-utf8", coded(SHEET, "utf-8", "UTF-8", b"\xff\xfe"))
cases.add("xml/iso-2022-jp", coded(SHEET, "iso2022_jp", "ISO-2022-JP"))
cases.add("xml/hz", coded(STRINGS, "hz", "HZ-GB-2312"))
cases.add("xml/encoding-unknown", coded(SHEET, "utf-8", "x-martian"))
cases.add("xml/encoding-of-100000-letters", coded(SHEET, "utf-8", "x" * 100_000))
cases.add("xml/version-1.1", edit(SHEET, 'version="1.0"', 'version="1.1"'))
cases.add("xml/version-9.9", edit(SHEET, 'version="1.0"', 'version="9.9"'))
for short, junk in {
    "overlong": b"\xc0\xbc",
    "surrogate": b"\xed\xa0\x80",
    "cut-character": b"\xe6\x94",
    "ff": b"\xff",
    "nul": b"\0",
    "escape": b"\x1b",
    "beyond-unicode": b"\xf7\xbf\xbf\xbf",
}.items():
    cases.add(
        f"xml/byte-{short}",
        lambda junk=junk: swap(
            STRINGS, faulty()[STRINGS].replace("收入支出".encode(), junk + "收入支出".encode(), 1)
        )(),
    )

# --- well-formed or not -----------------------------------------------------------------------------

cases.add("xml/empty", swap(SHEET, b""))
cases.add("xml/one-bracket", swap(SHEET, b"<"))
cases.add("xml/declaration-only", swap(SHEET, '<?xml version="1.0"?>'))
cases.add("xml/comment-only", swap(SHEET, "<!-- nothing -->"))
cases.add("xml/nul-bytes", swap(SHEET, bytes(4_096)))
cases.add("xml/declaration-behind-blank", swap(SHEET, lambda: " " + text_of(SHEET)))
cases.add("xml/two-roots", swap(SHEET, lambda: text_of(SHEET) + bare(SHEET)))
cases.add("xml/text-behind-root", swap(SHEET, lambda: text_of(SHEET) + "behind"))
cases.add("xml/comment-behind-root", swap(SHEET, lambda: text_of(SHEET) + "<!-- behind --><?x y?>"))
cases.add("xml/cut-in-half", swap(SHEET, lambda: faulty()[SHEET][:4_000]))
cases.add("xml/unclosed-cell", edit(SHEET, "</c>", ""))
cases.add("xml/tags-crossed", edit(SHEET, "</v></c>", "</c></v>"))
cases.add("xml/attribute-twice", edit(SHEET, '<c r="C7"', '<c r="C7" r="C8"'))
cases.add("xml/attribute-without-quotes", edit(SHEET, 'r="C7"', "r=C7"))
cases.add("xml/bare-ampersand", edit(STRINGS, "<t>收入", "<t>& 收入"))
cases.add("xml/cdata", edit(STRINGS, "<t>收入支出决算总表</t>", "<t><![CDATA[收入支出决算总表]]></t>"))
cases.add("xml/cdata-in-value", edit(SHEET, "<v>999.1799999999999</v>", "<v><![CDATA[999]]>.<![CDATA[18]]></v>"))
cases.add("xml/comment-in-value", edit(SHEET, "<v>999.1", "<v>99<!-- 0 -->9.1"))
cases.add("xml/instruction-in-value", edit(SHEET, "<v>999.1", "<v>99<?x y?>9.1"))
cases.add("xml/element-in-value", edit(SHEET, "<v>999.1", "<v>99<x>7</x>9.1"))
cases.add("xml/blanks-around-values", sub(SHEET, "<v>([^<]*)</v>", "<v>\n\\1 </v>"))
cases.add("xml/blanks-around-elements", sub(SHEET, "><", ">\n\t <"))
cases.add("xml/comments-everywhere", everywhere(lambda text: re.sub(r"(?<=[^?\-])><", "><!-- c --><?p i?><", text)))
cases.add("xml/text-between-elements", everywhere(lambda text: re.sub(r"(?<=[^?\-])>(?=<[a-z])", ">x", text)))
cases.add(
    "xml/stylesheet-instruction",
    everywhere(lambda text: text.replace("?>", '?><?xml-stylesheet href="http://127.0.0.1:9/x.xsl"?>', 1)),
)
cases.add(
    "xml/xinclude",
    behind(STRINGS, '<si xmlns:x="http://www.w3.org/2001/XInclude"><x:include href="/etc/passwd" parse="text"/></si>'),
)
cases.add("xml/base-of-the-net", edit(RELS, "<Relationships ", '<Relationships xml:base="http://127.0.0.1:9/" '))

# --- size ---------------------------------------------------------------------------------------------

for levels in (200, 250, 2_000, 100_000):
    cases.add(f"xml/deep-nesting-{levels}", lambda levels=levels: swap(SHEET, deep(levels))())
for short, part in list(PARTS.items())[:6]:
    cases.add(f"xml/deep-nesting-inside-{short}", behind(part, deep(240)))
cases.add("xml/deep-nesting-of-rows", swap(SHEET, lambda: sheet_of('<row r="1"><c>' * 120 + "</c></row>" * 120)))
cases.add("xml/deep-nesting-of-rich-text", behind(STRINGS, lambda: f"<si>{deep(240, 'r')}</si>"))
cases.add(
    "xml/attributes-100000",
    edit(SHEET, "<sheetData", lambda: "<sheetData " + " ".join(f"a{n}='x'" for n in range(100_000))),
)
cases.add("xml/attribute-of-9-mb", edit(SHEET, "<sheetData", lambda: f'<sheetData x="{"y" * 9_000_000}"'))
cases.add("xml/attribute-of-11-mb", edit(SHEET, "<sheetData", lambda: f'<sheetData x="{"y" * 11_000_000}"'))
cases.add("xml/name-of-60000-letters", edit(SHEET, "<sheetData>", lambda: f"<{'x' * 60_000}/><sheetData>"))
cases.add("xml/comments-400000", behind(SHEET, lambda: "<!---->" * 400_000))
cases.add("xml/instructions-400000", behind(SHEET, lambda: "<?p?>" * 400_000))
cases.add("xml/empty-elements-1000000", behind(SHEET, lambda: "<a/>" * 1_000_000))
cases.add("xml/empty-elements-1000000-in-rels", behind(RELS, lambda: "<a/>" * 1_000_000))
cases.add("xml/empty-elements-1000000-in-styles", behind(STYLES, lambda: "<a/>" * 1_000_000))
cases.add("xml/cdata-sections-300000", edit(SHEET, "<v>999.1", lambda: f"<v>{'<![CDATA[9]]>' * 300_000}.1"))
cases.add(
    "xml/namespaces-20000",
    edit(SHEET, "<sheetData", lambda: "<sheetData " + " ".join(f"xmlns:n{n}='u{n}'" for n in range(20_000))),
)
cases.add("xml/namespaces-nested-200x50", behind(SHEET, lambda: many_names(200, 50)))

# --- namespaces ---------------------------------------------------------------------------------------

STRICT = "http://purl.oclc.org/ooxml"


def strict(text: str) -> str:
    text = text.replace(MAIN, f"{STRICT}/spreadsheetml/main")
    return text.replace("http://schemas.openxmlformats.org/officeDocument/2006", f"{STRICT}/officeDocument")


def prefixed(text: str) -> str:
    """The main namespace bound to a prefix instead of being the default."""
    if f'xmlns="{MAIN}"' not in text:
        return text
    return re.sub(r"<(/?)(?=[A-Za-z])", r"<\1x:", text.replace(f'xmlns="{MAIN}"', f'xmlns:x="{MAIN}"'))


cases.add("xml/strict", everywhere(strict))
cases.add(
    "xml/strict-workbook-transitional-sheets",
    lambda: zipped(faulty() | {n: strict(d.decode()).encode() for n, d in faulty().items() if n in (BOOK, RELS)}),
)
cases.add(
    "xml/strict-sheet-in-transitional-workbook", lambda: zipped(faulty() | {SHEET: strict(text_of(SHEET)).encode()})
)
cases.add("xml/prefixed", everywhere(prefixed))
cases.add("xml/prefixed-styles", lambda: zipped(faulty() | {STYLES: prefixed(text_of(STYLES)).encode()}))
cases.add("xml/no-namespace", everywhere(lambda text: text.replace(f' xmlns="{MAIN}"', "")))
cases.add("xml/no-namespace-in-sheet", edit(SHEET, f' xmlns="{MAIN}"', ""))
cases.add("xml/no-namespace-in-styles", edit(STYLES, f' xmlns="{MAIN}"', ""))
cases.add(
    "xml/no-namespace-in-types",
    edit(TYPES, ' xmlns="http://schemas.openxmlformats.org/package/2006/content-types"', ""),
)
cases.add(
    "xml/no-namespace-in-rels", edit(RELS, ' xmlns="http://schemas.openxmlformats.org/package/2006/relationships"', "")
)
cases.add("xml/other-namespace-in-strings", edit(STRINGS, MAIN, "urn:other"))
cases.add("xml/other-namespace-in-shared-cells", edit(SHEET, '<c r="C7"', '<c xmlns="urn:other" r="C7"'))
cases.add("xml/other-namespace-of-ids", edit(BOOK, REL, "urn:other"))
cases.add(
    "xml/namespace-with-quote", everywhere(lambda text: text.replace(f'xmlns="{MAIN}"', "xmlns='urn:\"&gt;&lt;x'"))
)
cases.add("xml/namespace-with-brace", everywhere(lambda text: text.replace(MAIN, "urn:}x{")))
cases.add("xml/namespace-with-markup-in-styles", edit(STYLES, f'"{MAIN}"', '"urn:&quot;&gt;&lt;x/&gt;"'))
cases.add("xml/namespace-relative-in-sheet", edit(SHEET, f'"{MAIN}"', '"../x"'))
cases.add("xml/prefix-undeclared", edit(SHEET, "<sheetData>", "<q:x/><sheetData>"))
MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'


def compatible(head: str, tail: str) -> Callable[[], Parts]:
    """All rows inside of alternate content."""

    def make() -> Parts:
        parts = changed(SHEET, "<sheetData>", f"{head}<sheetData>")
        return changed(SHEET, "</sheetData>", f"</sheetData>{tail}", parts=parts)

    return make


wrapped = compatible(f'<mc:AlternateContent {MC}><mc:Choice Requires="x14">', "</mc:Choice></mc:AlternateContent>")
cases.add("xml/alternate-content-around-rows", lambda: zipped(wrapped()))
cases.add("xml/must-understand", edit(SHEET, "<worksheet ", f'<worksheet {MC} xmlns:q="urn:q" mc:MustUnderstand="q" '))
cases.add("xml/ignorable-of-main", edit(SHEET, "<worksheet ", f'<worksheet {MC} xmlns:q="{MAIN}" mc:Ignorable="q" '))
cases.add(
    "xml/alternate-content-around-cell",
    lambda: zipped(
        changed(
            SHEET,
            f"{FIRST}</c>",
            f"<mc:AlternateContent {MC}><mc:Fallback>{FIRST}</c></mc:Fallback></mc:AlternateContent>",
        )
    ),
)

# --- other roots -----------------------------------------------------------------------------------------

for short, part in PARTS.items():
    cases.add(f"xml/other-root-in-{short}", swap(part, "<x/>"))
    if part != SHEET:
        cases.add(f"xml/cut-{short}", lambda part=part: swap(part, faulty()[part][:-20])())
cases.add("xml/strings-missing", drop(STRINGS))
cases.add("xml/styles-missing", drop(STYLES))
cases.add("xml/workbook-missing", drop(BOOK))
cases.add("xml/content-types-missing", drop(TYPES))
cases.add("xml/rels-missing", drop(RELS))
cases.add("xml/sheet-missing", drop(SHEET))
SHEET_RELS, NO_RELS = related(SHEET)
cases.add("xml/rels-of-sheet-broken", plus({SHEET_RELS: "<Relationships"}))
cases.add("xml/rels-of-sheet-of-noise", plus({SHEET_RELS: bytes(range(256))}))
cases.add("xml/rels-of-sheet-with-doctype", plus({SHEET_RELS: LAUGHS + NO_RELS.decode().partition("?>")[2]}))
