"""Copies that say we have marked them before, and have a stash or a list that we never wrote."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from html import escape
from typing import Any

from support.badfiles.build import (
    BOOK,
    FIRST,
    MAIN,
    REL,
    RELS,
    SHEET,
    STYLES,
    Entry,
    Make,
    Parts,
    Register,
    archive,
    changed,
    deflate,
    dense,
    entries,
    faulty,
    good,
    letters,
    raw,
    row,
    sheet_of,
    zipped,
)
from xlcheck.form import Severity
from xlcheck.reading.marks.format import COLOURS, RECORD, SIGNATURE

cases = Register()
STASH = "xlcheck/stash.zip"
NAMES = [n.lower() for n in faulty()]
Manifest = dict[str, Any]


def part_of(name: str, data: bytes) -> Manifest:
    body = deflate([data])
    told = {"name": name, "flags": 0x800, "method": 8, "time": 0, "date": 0x21, "crc": zlib.crc32(data), "external": 0}
    return told | {"packed": len(body), "size": len(data), "encoded": name.encode().hex()}


def stashed(manifest: bytes | str | Manifest | Make, raws: list[bytes] | None = None, **fields: Any) -> bytes:
    """The faulty workbook with a stash; ``fields`` override those of its manifest's entry."""
    told = json.dumps(manifest).encode() if isinstance(manifest, dict) else raw(manifest)
    found = [Entry(b"manifest.json", told, **fields)]
    found += [Entry(b"raw/%d" % n, d, 0) for n, d in enumerate(raws or [])]
    return with_stash(archive(found))


def with_stash(data: bytes) -> bytes:
    return archive([*entries(faulty()), Entry(STASH.encode(), data, 0)])


def of(parts: Parts, **more: Any) -> Make:
    """A stash of these parts in the place of all there are."""

    def make() -> bytes:
        manifest = {
            "order": [n.lower() for n in parts],
            "parts": [part_of(n, d) for n, d in parts.items()],
            "marked": {},
        }
        return stashed(manifest | more, [deflate([d]) for d in parts.values()])

    return make


def told(**more: Any) -> Make:
    """A stash that puts back one part, with something odd about it."""
    fields = {k: v for k, v in more.items() if k not in ("order", "parts", "marked")}
    manifest = {"order": NAMES, "parts": [part_of(SHEET, faulty()[SHEET]) | fields], "marked": {}}
    return lambda: stashed(manifest | {k: v for k, v in more.items() if k not in fields}, [deflate([faulty()[SHEET]])])


cases.add("zip/stash-of-another-workbook", of(good()))
cases.add("zip/stash-of-no-workbook", of({"a.txt": b"x"}))
cases.add("zip/stash-of-a-bomb", of(good() | {SHEET: b" " * 30_000_000}))
cases.add("zip/stash-of-itself", lambda: stashed({"order": [*NAMES, STASH], "parts": [], "marked": {}}))
cases.add("zip/stash-of-nothing", lambda: stashed({"order": [], "parts": [], "marked": {}}))
cases.add("zip/stash-order-100000-times", told(order=NAMES * 6_000))
cases.add("zip/stash-order-of-unknown-parts", told(order=["x", "../../etc/passwd"]))
cases.add("zip/stash-order-of-numbers", told(order=[1, None, {}]))
cases.add("zip/stash-order-missing", lambda: stashed({"parts": [], "marked": {}}))
cases.add("zip/stash-order-is-a-number", told(order=7))
cases.add("zip/stash-parts-are-a-number", told(parts=7))
cases.add("zip/stash-parts-of-numbers", told(parts=[7, None]))
cases.add("zip/stash-marks-are-a-list", told(marked=[]))
cases.add("zip/stash-marks-of-unknown-parts", told(marked={"x": "y"}))
cases.add("zip/stash-marks-of-numbers", told(marked={SHEET: 7}))
FIELDS: dict[str, list[Any]] = {
    "name": [7, None, "", "../../x", "x" * 70_000, "\ud800"], "flags": [-1, 65_536, "x", 1.5, 1], "method": [-1, 99, 65_536], "time": [-1, 2**31], "date": [-1, 65_536],
    "crc": [-1, 2**32, 0], "packed": [-1, 2**32, 7], "size": [-1, 2**64, 7], "external": [-1, 2**40], "encoded": ["x", "", 7, None, "00" * 70_000, "ff"],
}  # fmt: skip
for field, values in FIELDS.items():
    for value in values:
        cases.add(
            f"zip/stash-{field}-{str(value)[:8].encode('unicode_escape').decode() or 'empty'}", told(**{field: value})
        )
MANIFESTS: dict[str, str | bytes | Make] = {
    "empty": "", "of-noise": bytes(range(256)), "list": "[]", "null": "null", "number": "1e999", "deep": "[" * 100_000, "deep-object": '{"a":' * 100_000, "utf16": "{}".encode("utf-16"), "twin-keys": '{"order": [], "order": 7}', "endless-number": '{"order": ' + "9" * 100_000 + "}",
}  # fmt: skip
for short, manifest in MANIFESTS.items():
    cases.add(f"zip/stash-manifest-{short}", lambda manifest=manifest: stashed(manifest))
cases.add("zip/stash-manifest-bomb", lambda: stashed(lambda: b" " * 150_000_000 + b"{}"))
cases.add("zip/stash-manifest-encrypted", lambda: stashed({}, flags=1))
cases.add("zip/stash-manifest-of-unknown-method", lambda: stashed({}, method=99))
cases.add("zip/stash-manifest-of-damaged-deflate", lambda: stashed({}, body=b"\xff" * 99))
cases.add(
    "zip/stash-manifest-of-damaged-lzma",
    lambda: stashed({}, method=14, body=b"\x09\x04\x05\x00\x5d\0\0\x10\0" + b"\xff" * 99),
)
cases.add("zip/stash-manifest-cut", lambda: stashed({}, packed=2**30))
cases.add("zip/stash-manifest-crc-wrong", lambda: stashed({}, crc=1))
cases.add(
    "zip/stash-raw-bomb",
    lambda: with_stash(
        archive(
            [
                Entry(
                    b"manifest.json",
                    json.dumps({"order": NAMES, "parts": [part_of(SHEET, b"")], "marked": {}}).encode(),
                ),
                Entry(b"raw/0", b" " * 150_000_000, body=dense(b" " * 150_000_000)),
            ]
        )
    ),
)
cases.add("zip/stash-raw-missing", lambda: stashed({"order": NAMES, "parts": [part_of(SHEET, b"")], "marked": {}}))
cases.add("zip/stash-not-a-zip", lambda: with_stash(b"no zip"))
cases.add("zip/stash-empty", lambda: with_stash(b""))
cases.add("zip/stash-of-name-empty", lambda: with_stash(archive([Entry(b"", b"x")])))

# --- lists -------------------------------------------------------------------------------------------------

LIST = "xl/worksheets/list.xml"
COLUMNS = [letters(RECORD + n) for n in range(5)]
OUR_RED = COLOURS[Severity.ERROR]
RED = f'<fill><patternFill patternType="solid"><fgColor rgb="FF{OUR_RED}"/></patternFill></fill>'
FRAMED = '<border><left style="medium"><color rgb="FFC00001"/></left></border>'


def text(at: str, held: str) -> str:
    return f'<c r="{at}" t="inlineStr"><is><t>{escape(held)}</t></is></c>'


def listed(*records: tuple[str, ...], rows: Callable[[], str] = str, name: str = "审核结果") -> Make:
    """A sheet with our signature and records, and the wrong figure in our red with our frame."""

    def make() -> bytes:
        found = [row(1, text(f"{COLUMNS[0]}1", SIGNATURE))]
        found += [
            row(r, *(text(f"{c}{r}", t) for c, t in zip(COLUMNS, told, strict=False)))
            for r, told in enumerate(records, 2)
        ]
        parts = changed(STYLES, "</fills>", f"{RED}</fills>")
        parts = changed(STYLES, "</borders>", f"{FRAMED}</borders>", 1, parts)
        parts = changed(
            STYLES, "</cellXfs>", '<xf numFmtId="0" fontId="0" fillId="2" borderId="2" xfId="0"/></cellXfs>', 1, parts
        )
        parts = changed(SHEET, FIRST, FIRST.replace('s="8"', 's="15"'), 1, parts)
        parts = changed(BOOK, "</sheets>", f'<sheet name="{name}" sheetId="99" r:id="rId99"/></sheets>', 1, parts)
        link = f'<Relationship Id="rId99" Type="{REL}/worksheet" Target="worksheets/list.xml"/>'
        parts = changed(RELS, "</Relationships>", f"{link}</Relationships>", 1, parts)
        return zipped(parts | {LIST: sheet_of("".join(found) + rows())})

    return make


NAME = "公开01 收入支出决算总表"
LOOKS = {
    "good": "<fill/>", "empty": "", "text": "x", "open": "<fill>", "two": "<fill/><evil/>", "closing": "</x><y/><x>", "doctype": "<!DOCTYPE x>", "entity": "&who;", "prefixed": "<x:fill/>", "comment": "<!-- x -->", "instruction": "<?x y?>", "of-other-namespace": '<fill xmlns="urn:x"/>',
    "32k": "<fill/>" * 4_000, "deep": "<a>" * 300 + "</a>" * 300, "controls": "_x0000_<fill/>",
}  # fmt: skip
for short, look in LOOKS.items():
    cases.add(f"sheet/record-fill-{short}", listed((NAME, "C7", OUR_RED, look, "")))
    if short != "empty":
        cases.add(f"sheet/record-border-{short}", listed((NAME, "C7", OUR_RED, "<fill/>", look)))
cases.add("sheet/records-none", listed())
cases.add(
    "sheet/records-4900",
    listed(
        rows=lambda: "".join(
            row(
                r,
                *(
                    text(f"{c}{r}", t)
                    for c, t in zip(COLUMNS, (NAME, f"C{r}", OUR_RED, f"<fill n='{r}'/>", ""), strict=True)
                ),
            )
            for r in range(2, 4_900)
        )
    ),
)
cases.add("sheet/records-twice", listed(*[(NAME, "C7", OUR_RED, "<fill/>", "")] * 2))
cases.add("sheet/record-of-no-cell", listed((NAME, "XFE99999999", OUR_RED, "<fill/>", "")))
cases.add("sheet/record-of-no-sheet", listed(("x", "C7", OUR_RED, "<fill/>", "")))
cases.add("sheet/list-of-ours-named-like-ours", listed((NAME, "C7", OUR_RED, "<fill/>", ""), name="审核结果'x"))
cases.add(
    "sheet/list-of-ours-is-every-sheet",
    lambda: zipped(
        {
            n: (
                sheet_of(row(1, text(f"{COLUMNS[0]}1", SIGNATURE)))
                if "worksheets" in n
                else d.replace(b'name="\xe5\x85\xac', 'name="审核结果'.encode())
                if n == BOOK
                else d
            )
            for n, d in faulty().items()
        }
    ),
)
cases.add(
    "sheet/list-of-ours-twice-one-part",
    lambda: zipped(
        {
            n: d.replace(b"</sheets>", '<sheet name="审核结果(2)" sheetId="98" r:id="rId99"/></sheets>'.encode())
            if n == BOOK
            else d
            for n, d in listed_parts().items()
        }
    ),
)


def listed_parts() -> Parts:
    parts = changed(BOOK, "</sheets>", '<sheet name="审核结果" sheetId="99" r:id="rId99"/></sheets>')
    link = f'<Relationship Id="rId99" Type="{REL}/worksheet" Target="worksheets/list.xml"/>'
    parts = changed(RELS, "</Relationships>", f"{link}</Relationships>", 1, parts)
    return parts | {LIST: sheet_of(row(1, text(f"{COLUMNS[0]}1", SIGNATURE)))}


def clearing(more: Parts, before: str, after: str, part: str = SHEET) -> Make:
    """A copy with our list on it, and what clearing the marks has to go through."""
    return lambda: zipped(changed(part, before, after, 1, listed_parts()) | more)


NOTES_RELS = f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="{REL}/comments" Target="../comments1.xml"/><Relationship Id="rId2" Type="{REL}/vmlDrawing" Target="../vml.vml"/></Relationships>'
OURS = f'<comments xmlns="{MAIN}"><authors><author>xlcheck</author></authors><commentList><comment ref="C7" authorId="{{}}"><text><t>x</t></text></comment></commentList></comments>'
SIDES: dict[str, tuple[str, str]] = {
    "author-superscript": (OURS.format("²"), "<xml/>"), "author-endless": (OURS.format("9" * 5_000), "<xml/>"), "not-xml": ("<comments", "<xml/>"), "other-root": ("<x/>", "<xml/>"), "vml-not-xml": (OURS.format(0), "<xml><br>"), "vml-row-endless": (OURS.format(0), f"<xml><shape><Row>{'9' * 5_000}</Row><Column>2</Column></shape></xml>"), "vml-row-superscript": (OURS.format(0), "<xml><shape><Row>²</Row><Column>2</Column></shape></xml>"), "vml-of-comments": (OURS.format(0), "<xml><!-- x --><shape/></xml>"),
    "comment-in-comments": (OURS.format(0).replace("<authors>", "<!-- x --><authors>"), "<xml/>"), "brackets": (OURS.format(9).replace("<t>x", "<t>" + "【错误】" * 20_000), "<xml/>"), "blanks": (OURS.format(9).replace("<t>x", "<t>a:" + " " * 100_000), "<xml/>"),
}  # fmt: skip
for short, (notes, vml) in SIDES.items():
    more = {
        "xl/worksheets/_rels/sheet1.xml.rels": NOTES_RELS.encode(),
        "xl/comments1.xml": notes.encode(),
        "xl/vml.vml": vml.encode(),
    }
    cases.add(
        f"sheet/unmarking-notes-{short}", clearing(more, "</worksheet>", '<legacyDrawing r:id="rId2"/></worksheet>')
    )
cases.add(
    "sheet/unmarking-without-rels-of-sheet", clearing({}, "</worksheet>", '<legacyDrawing r:id="rId2"/></worksheet>')
)
cases.add("sheet/unmarking-names-among-comments", clearing({}, "<definedNames>", "<definedNames><!-- x --><?y?>", BOOK))
cases.add("sheet/unmarking-sheets-among-comments", clearing({}, "<sheets>", "<sheets><!-- x --><?y?>", BOOK))
cases.add(
    "sheet/unmarking-formats-among-comments",
    clearing(
        {},
        "</worksheet>",
        "<conditionalFormatting><!-- x --><cfRule><!-- x --></cfRule></conditionalFormatting></worksheet>",
    ),
)
cases.add("sheet/unmarking-without-styles", clearing({}, '"styles.xml"', '"gone.xml"', RELS))
cases.add(
    "sheet/unmarking-empty-styles",
    clearing({STYLES: f'<styleSheet xmlns="{MAIN}"/>'.encode()}, "<sheets>", "<sheets>", BOOK),
)
