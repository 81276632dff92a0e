"""Whatever bytes arrive, a workbook ends as a report or as a refusal with a plain reason, never as a crash."""

from __future__ import annotations

import contextlib
import io
import random
import re
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from support.places import SAMPLES
from xlcheck.checked import Checked
from xlcheck.filling.content import load, understand
from xlcheck.filling.totals import complete
from xlcheck.filling.write import workbook_bytes
from xlcheck.pipeline import Pipeline
from xlcheck.reading.opening import open_marked
from xlcheck.report.json import report_data, to_json
from xlcheck.writing.text import pieces

SAMPLE = SAMPLES / "tunliu_2023.yaml"
CHINESE = re.compile(r"[\u4e00-\u9fff]")
SHEET = "xl/worksheets/sheet1.xml"
BOOK = "xl/workbook.xml"
RELS = "xl/_rels/workbook.xml.rels"
STYLES = "xl/styles.xml"
STRINGS = "xl/sharedStrings.xml"
TYPES = "[Content_Types].xml"
Parts = dict[str, bytes]
Case = Callable[[Parts], bytes]


@pytest.fixture(scope="module")
def parts(pipeline) -> Parts:
    """The parts of a workbook with mistakes in several tables, so that every room has work to do."""
    form = pipeline.library.load("shanxi-2023")
    data = load(SAMPLE)
    data["tables"]["公开01"]["收入"]["总计"] = "999.99"
    data["tables"]["公开01"]["支出"]["结余分配"] = {"text": "见附注"}
    data["tables"]["公开03"]["合计"][0] = "657.18"
    content = understand(form, data)
    made = workbook_bytes(form, complete(form, content), content.unit, content.year)
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


# --- building ---------------------------------------------------------------------------------


def zipped(parts: Parts, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(name), data, method)  # 1980: equal parts give equal bytes
    return out.getvalue()


def changed(parts: Parts, part: str, before: str, after: str, count: int = -1) -> Parts:
    text = parts[part].decode()
    assert before in text, (part, before)
    return parts | {part: text.replace(before, after, count).encode()}


def without(parts: Parts, *names: str) -> Parts:
    assert set(names) <= set(parts)
    return {name: data for name, data in parts.items() if name not in names}


def edit(part: str, before: str, after: str, count: int = -1) -> Case:
    return lambda parts: zipped(changed(parts, part, before, after, count))


def swap(part: str, data: bytes | str) -> Case:
    raw = data.encode() if isinstance(data, str) else data
    return lambda parts: zipped(parts | {part: raw})


def drop(*names: str) -> Case:
    return lambda parts: zipped(without(parts, *names))


def raw(data: bytes) -> Case:
    return lambda _parts: data


def cut(share: float) -> Case:
    def make(parts: Parts) -> bytes:
        whole = zipped(parts)
        return whole[: int(len(whole) * share)]

    return make


def patched(offset: int, code: str, value: int, *, which: int = 0) -> Case:
    """A zip with one field of the local and central header of an entry overwritten; offset in the central one."""

    def make(parts: Parts) -> bytes:
        data = bytearray(zipped(parts))
        at = [m.start() for m in re.finditer(b"PK\x01\x02", data)][which]
        struct.pack_into(code, data, at + offset, value)
        local = struct.unpack_from("<L", data, at + 42)[0]
        if offset <= 28:
            struct.pack_into(code, data, local + offset - 2, value)
        return bytes(data)

    return make


def twins(*names: str) -> Case:
    def make(parts: Parts) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # zipfile says that the name is there already: that is the point
            for name, data in [*parts.items(), *((n, b"<x/>") for n in names)]:
                archive.writestr(name, data)
        return out.getvalue()

    return make


def deflated(parts: Parts, name: str, chunks: list[bytes], told: int) -> bytes:
    """A zip whose entry ``name`` holds all ``chunks`` but says it holds ``told`` bytes."""
    machine = zlib.compressobj(1, zlib.DEFLATED, -15)
    body = b"".join(machine.compress(c) for c in chunks) + machine.flush()
    crc = 0
    for chunk in chunks:
        crc = zlib.crc32(chunk, crc)
    data = bytearray(zipped(without(parts, name) | {"placeholder": b""}, zipfile.ZIP_STORED))
    end = data.rindex(b"PK\x05\x06")
    start = struct.unpack_from("<L", data, end + 16)[0]
    encoded = name.encode()
    shared = struct.pack("<5H3L2H", 20, 0, 8, 0, 0x21, crc, len(body), told, len(encoded), 0)
    local = b"PK\x03\x04" + shared + encoded + body
    central = b"PK\x01\x02" + struct.pack("<H", 20) + shared + struct.pack("<3H2L", 0, 0, 0, 0, start) + encoded
    directory = bytes(data[start:end]) + central
    entries = struct.unpack_from("<H", data, end + 10)[0] + 1
    tail = b"PK\x05\x06" + struct.pack("<4H2LH", 0, 0, entries, entries, len(directory), start + len(local), 0)
    return bytes(data[:start]) + local + directory + tail


def ratio_bomb(parts: Parts) -> bytes:
    return zipped(parts | {SHEET: b"<worksheet>" + b" " * 4_000_000 + b"</worksheet>"})


def size_bomb(parts: Parts) -> bytes:
    """210 MB that come out of 1.5 MB: under the ratio, over the size, and the header says 100 bytes."""
    noise = random.Random(7).randbytes(8_000)
    return deflated(parts, SHEET, [noise[i:] + noise[:i] + b" " * 1_000_000 for i in range(210)], 100)


def row(number: int | str, *cells: str) -> str:
    return f'<row r="{number}">{"".join(cells)}</row>'


def first_row(text: str) -> Case:
    return edit(SHEET, "<sheetData>", f"<sheetData>{text}", 1)


def last_row(text: str) -> Case:
    return edit(SHEET, "</sheetData>", f"{text}</sheetData>", 1)


def value(text: str, kind: str = "") -> Case:
    """The first amount of the first table replaced."""
    return edit(SHEET, "<v>567.1799999999999</v>", f"<v>{text}</v>", 1) if not kind else edit(
        SHEET, '<c r="C7" s="8"><v>567.1799999999999</v>', f'<c r="C7" s="8" t="{kind}"><v>{text}</v>', 1
    )  # fmt: skip


def doctype(encoding: str, late: bool = False) -> Case:
    def make(parts: Parts) -> bytes:
        text = parts[SHEET].decode().partition("?>")[2].lstrip()
        filler = f"<!-- {'x' * 3_000} -->" if late else ""
        head = f'<?xml version="1.0" encoding="{encoding}"?>{filler}<!DOCTYPE worksheet [<!ENTITY a "b">]>'
        return zipped(parts | {SHEET: (head + text).encode(encoding)})

    return make


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {c} "{f"&{p};" * 10}">' for p, c in zip("abcdefgh", "bcdefghi", strict=True))
    + "]><worksheet>&i;</worksheet>"
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504
MANY = "".join(row(100 + n, f'<c r="A{100 + n}"><v>1</v></c>') for n in range(5_001))
WORD = '<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body/></w:document>'


def word_document(parts: Parts) -> bytes:
    rels = parts["_rels/.rels"].decode().replace("xl/workbook.xml", "word/document.xml").encode()
    return zipped({TYPES: parts[TYPES], "_rels/.rels": rels, "word/document.xml": WORD.encode()})


def utf16(parts: Parts) -> bytes:
    text = parts[SHEET].decode().partition("?>")[2]
    return zipped(parts | {SHEET: ('<?xml version="1.0" encoding="UTF-16"?>' + text).encode("utf-16")})


def cyclic(parts: Parts) -> bytes:
    """The workbook is its own sheet and its own shared strings."""
    text = (
        parts[RELS]
        .decode()
        .replace("worksheets/sheet1.xml", "workbook.xml")
        .replace("sharedStrings.xml", "workbook.xml")
    )
    return zipped(parts | {RELS: text.encode()})


def sheets_of_one_name(parts: Parts) -> bytes:
    """Two sheets of one name, one of them without cells."""
    names = re.findall(r'<sheet name="([^"]+)"', parts[BOOK].decode())
    made = changed(parts, BOOK, f'name="{names[1]}"', f'name="{names[0]}"', 1)
    return zipped(
        made
        | {
            "xl/worksheets/sheet2.xml": b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
        }
    )


DAMAGED, NOT_XLSX, BOMBS = {"damaged"}, {"not_xlsx"}, {"bomb"}
REFUSED = {"damaged", "not_xlsx", "unknown_form", "duplicate_parts"}
READ = {"checked"}
EITHER = READ | REFUSED | {"too_many_rows", "too_many_cells"}
NAME = "公开01 收入支出决算总表"

CASES: dict[str, tuple[Case, set[str]]] = {
    # no workbook at all
    "empty": (raw(b""), {"empty_file"}),
    "text": (raw("收入 支出".encode()), NOT_XLSX),
    "text in gb18030": (raw("收入,支出".encode("gb18030")), {"unknown_form"}),
    "zero bytes": (raw(b"\0" * 4096), {"empty_file"}),
    "html called xls": (raw(b"\xef\xbb\xbf  <HTML><table></table></HTML>"), {"empty_workbook"}),
    "spreadsheet xml 2003": (raw(b'<?xml version="1.0"?><Workbook/>'), NOT_XLSX),
    "pdf": (raw(b"%PDF-1.7"), NOT_XLSX),
    "encrypted package": (raw(OLE + "EncryptedPackage".encode("utf-16-le")), {"encrypted"}),
    "legacy xls": (raw(OLE + "Workbook".encode("utf-16-le")), DAMAGED),
    "too large": (raw(b"PK\x03\x04" + b"\0" * (20 * 1024 * 1024)), {"too_large"}),
    # broken zips
    "two letters of a zip": (raw(b"PK"), DAMAGED),
    "local header only": (raw(b"PK\x03\x04" + b"\0" * 40), DAMAGED),
    "end of directory only": (raw(b"PK\x05\x06" + b"\0" * 18), REFUSED),
    "directory that points outside": (raw(b"PK\x05\x06" + struct.pack("<4H2LH", 0, 0, 1, 1, 46, 9999, 0)), DAMAGED),
    **{f"cut at {int(s * 100)} %": (cut(s), DAMAGED) for s in (0.01, 0.1, 0.5, 0.9, 0.99)},
    "one byte short": (lambda parts: zipped(parts)[:-1], DAMAGED),
    "junk behind": (lambda parts: zipped(parts) + b"junk", EITHER),
    "junk before": (lambda parts: b"PKjunk" + zipped(parts), EITHER),
    "encrypted entry": (patched(8, "<H", 1, which=3), {"encrypted"}),
    "unknown compression": (patched(10, "<H", 99, which=3), DAMAGED),
    "bzip2 compression": (lambda parts: zipped(parts, zipfile.ZIP_BZIP2), DAMAGED),
    "wrong checksum": (patched(16, "<L", 12345, which=3), DAMAGED),
    "wrong packed size": (patched(20, "<L", 10, which=3), DAMAGED),
    "packed size beyond the file": (patched(20, "<L", 0x7FFFFFFF, which=3), DAMAGED),
    "offset beyond the file": (patched(42, "<L", 0x7FFFFFFF, which=3), DAMAGED),
    "offset into another entry": (patched(42, "<L", 7, which=3), DAMAGED),
    "lying about the real size": (patched(24, "<L", 1, which=3), EITHER),
    "version nobody knows": (patched(6, "<H", 999, which=3), DAMAGED),
    "duplicate entries": (twins(SHEET), {"duplicate_parts"}),
    "case twins": (twins(SHEET.upper()), {"duplicate_parts"}),
    "backslash twins": (twins(SHEET.replace("/", "\\")), {"duplicate_parts"}),
    "leading slash twins": (twins("/" + SHEET), {"duplicate_parts"}),
    "3000 entries": (lambda parts: zipped(parts | {f"x/{n}": b"" for n in range(3_000)}), {"too_many_parts"}),
    "path out of the folder": (lambda parts: zipped(parts | {"../../etc/passwd": b"x"}), READ),
    "bomb by ratio": (ratio_bomb, BOMBS),
    "bomb by size with a lying header": (size_bomb, BOMBS),
    "stored without compression": (lambda parts: zipped(parts, zipfile.ZIP_STORED), READ),
    # no workbook inside
    "zip of nothing": (lambda _parts: zipped({}), REFUSED),
    "zip of a text": (lambda _parts: zipped({"a.txt": b"x"}), {"archive"}),
    "without content types": (drop(TYPES), NOT_XLSX),
    "content types that are no xml": (swap(TYPES, "types"), EITHER),
    "content types of another root": (swap(TYPES, "<x/>"), EITHER),
    "without package relationships": (drop("_rels/.rels"), NOT_XLSX),
    "without workbook part": (drop(BOOK), NOT_XLSX),
    "word document": (word_document, NOT_XLSX),
    "without workbook relationships": (drop(RELS), DAMAGED),
    "without the first worksheet": (drop(SHEET), READ),
    "without any worksheet": (
        lambda parts: zipped({n: d for n, d in parts.items() if "worksheets/" not in n}),
        DAMAGED,
    ),
    "workbook without sheets": (
        lambda parts: zipped(parts | {BOOK: re.sub(rb"<sheets>.*</sheets>", b"", parts[BOOK])}),
        DAMAGED,
    ),
    "workbook with an empty list of sheets": (
        lambda parts: zipped(parts | {BOOK: re.sub(rb"<sheets>.*</sheets>", b"<sheets/>", parts[BOOK])}),
        DAMAGED,
    ),
    "all sheets very hidden": (edit(BOOK, "<sheet name", '<sheet state="veryHidden" name'), READ),
    "a sheet in a state nobody knows": (edit(BOOK, "<sheet name", '<sheet state="lost" name', 1), READ),
    "without styles": (drop(STYLES), READ),
    "without shared strings": (drop(STRINGS), DAMAGED),
    "without theme": (drop("xl/theme/theme1.xml"), READ),
    # xml
    "doctype": (doctype("UTF-8"), {"doctype"}),
    "doctype in utf-16": (doctype("UTF-16"), {"doctype"}),
    "doctype behind a long comment": (doctype("UTF-8", late=True), {"doctype"}),
    "doctype in utf-16 behind a long comment": (doctype("UTF-16", late=True), {"doctype"}),
    "doctype in the workbook": (edit(BOOK, "<workbook ", "<!DOCTYPE workbook><workbook "), {"doctype"}),
    "doctype in the relationships": (edit(RELS, "<Relationships", "<!DOCTYPE x><Relationships", 1), {"doctype"}),
    "entity bomb": (swap(SHEET, BOMB), {"doctype"}),
    "entity nobody declared": (edit(SHEET, "<v>567", "<v>&who;567", 1), DAMAGED),
    "external entity": (
        swap(SHEET, '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><worksheet>&a;</worksheet>'),
        {"doctype"},
    ),
    "xml that breaks off": (lambda parts: zipped(parts | {SHEET: parts[SHEET][:3_000]}), DAMAGED),
    "empty worksheet part": (swap(SHEET, b""), DAMAGED),
    "worksheet of noise": (swap(SHEET, bytes(range(256))), DAMAGED),
    "worksheet in utf-16": (utf16, READ),
    "worksheet in an encoding nobody knows": (edit(SHEET, 'encoding="UTF-8"', 'encoding="martian"'), DAMAGED),
    "worksheet of another namespace": (edit(SHEET, "spreadsheetml/2006/main", "other", 1), READ),
    "worksheet that is a chart": (swap(SHEET, "<chartSpace/>"), READ),
    "ten thousand levels": (swap(SHEET, "<a>" * 10_000 + "</a>" * 10_000), DAMAGED),
    "comments and instructions everywhere": (
        lambda parts: zipped(
            {
                n: re.sub(rb"(<(?!/|\?)[A-Za-z][^<>]*[^/<>]>|<[A-Za-z]>)(?=<)", rb"\1<!-- c --><?p i?>", d)
                if n.endswith((".xml", ".rels"))
                else d
                for n, d in parts.items()
            }
        ),
        READ,
    ),
    # cells
    "sheet without sheetData": (
        lambda parts: zipped(parts | {SHEET: re.sub(rb"<sheetData>.*</sheetData>", b"", parts[SHEET])}),
        READ,
    ),
    "sheet with empty sheetData": (
        lambda parts: zipped(parts | {SHEET: re.sub(rb"<sheetData>.*</sheetData>", b"<sheetData/>", parts[SHEET])}),
        READ,
    ),
    "column beyond XFD": (last_row(row(50, '<c r="XFE50"><v>1</v></c>')), DAMAGED),
    "column of four letters": (last_row(row(50, '<c r="AAAA50"><v>1</v></c>')), DAMAGED),
    "row beyond 1048576": (last_row(row(1048577, '<c r="A1048577"><v>1</v></c>')), DAMAGED),
    "the last cell of a sheet": (last_row(row(1048576, '<c r="XFD1048576"><v>1</v></c>')), READ),
    "row number without end": (last_row(row("9" * 5_000, f'<c r="A{"9" * 5_000}"><v>1</v></c>')), DAMAGED),
    "row zero": (first_row(row(0, '<c r="A0"><v>1</v></c>', '<c r="B0" t="str"><v>x</v></c>')), EITHER),
    "row below zero": (first_row(row(-1, '<c r="A1"><v>1</v></c>')), EITHER),
    "row numbers that are words": (edit(SHEET, '<row r="', '<row r="x'), EITHER),
    "row number in superscript": (last_row(row("²", "<c><v>1</v></c>")), EITHER),
    "row number in ethiopic": (last_row(row("፩", "<c><v>1</v></c>")), EITHER),
    "no row numbers": (lambda parts: zipped(parts | {SHEET: re.sub(rb'<row r="\d+"', b"<row", parts[SHEET])}), READ),
    "no references": (lambda parts: zipped(parts | {SHEET: re.sub(rb'<c r="[A-Z]+\d+"', b"<c", parts[SHEET])}), READ),
    "references in small letters": (
        lambda parts: zipped(parts | {SHEET: re.sub(rb'<c r="[A-Z]+', lambda m: m.group().lower(), parts[SHEET])}),
        READ,
    ),
    **{
        f"reference {name}": (last_row(row(50, f'<c r="{reference}"><v>1</v></c>')), EITHER)
        for name, reference in {
            "1A": "1A",
            "empty": "",
            "dollars": "$$$",
            "absolute": "$A$50",
            "chinese": "甲50",
            "of another row": "A51",
            "negative": "A-50",
            "a range": "A1:B50",
            "long": "A" * 10_000,
            "zero": "A0",
            "spaces": " A 50 ",
        }.items()
    },
    "rows twice": (lambda parts: zipped(changed(parts, SHEET, '<row r="8"', '<row r="7"')), EITHER),
    "rows backward": (
        lambda parts: zipped(
            parts
            | {
                SHEET: re.sub(
                    rb"(?<=<sheetData>).*(?=</sheetData>)",
                    lambda m: b"".join(reversed(re.findall(rb"<row .*?</row>", m.group()))),
                    parts[SHEET],
                )
            }
        ),
        READ,
    ),
    "cells twice": (edit(SHEET, '<c r="C8"', '<c r="C7"'), EITHER),
    "5001 rows": (last_row(MANY), {"too_many_rows"}),
    "200001 cells": (
        last_row("".join(row(100 + n, *(f"<c><v>{m}</v></c>" for m in range(500))) for n in range(402))),
        {"too_many_cells"},
    ),
    "a row of 20000 cells without references": (last_row(row(60, "<c><v>1</v></c>" * 20_000)), EITHER),
    "style that is a word": (edit(SHEET, 's="8"', 's="x"'), READ),
    "style below zero": (edit(SHEET, 's="8"', 's="-5"'), READ),
    "style beyond the table": (edit(SHEET, 's="8"', 's="99999999999"'), READ),
    "style in superscript": (edit(SHEET, 's="8"', 's="²"'), READ),
    "shared string beyond the table": (edit(SHEET, 't="s"><v>0</v>', 't="s"><v>99999</v>', 1), DAMAGED),
    "shared string below zero": (edit(SHEET, 't="s"><v>0</v>', 't="s"><v>-1</v>', 1), DAMAGED),
    "shared string that is a word": (edit(SHEET, 't="s"><v>0</v>', 't="s"><v>x</v>', 1), DAMAGED),
    "shared string that is half": (edit(SHEET, 't="s"><v>0</v>', 't="s"><v>0.5</v>', 1), DAMAGED),
    "shared strings of another root": (swap(STRINGS, "<x/>"), DAMAGED),
    "inline string of nothing": (edit(SHEET, 't="s"><v>0</v>', 't="inlineStr"><is/>', 1), READ),
    "inline string with a comment": (
        edit(SHEET, 't="s"><v>0</v>', 't="inlineStr"><!-- c --><is><t>甲</t></is>', 1),
        READ,
    ),
    "cell type nobody knows": (value("1", "zz"), READ),
    "cell of two values": (edit(SHEET, "<v>567.1799999999999</v>", "<v>1</v><v>2</v>", 1), DAMAGED),
    **{
        f"number {text[:12]}": (value(text), READ)
        for text in (
            "1e999",
            "1E400",
            "-1e999",
            "1e-999",
            "1e9999999",
            "1e-9999999",
            "1e99999999999999999999",
            "NaN",
            "-NaN",
            "sNaN",
            "INF",
            "-Infinity",
            "-0",
            "-0.0",
            "0x10",
            "1_0",
            "１２３",
            "1,5",
            "word",
            "9" * 6_000,
            "0." + "1" * 6_000,
            "²",
            "፩",
        )
    },
    **{f"boolean {text}": (value(text, "b"), READ) for text in ("1", "0", "2", "x")},
    **{f"error {text}": (value(text, "e"), READ) for text in ("#REF!", "", "x")},
    "date": (value("2023-12-31T00:00:00", "d"), READ),
    "formula without a result": (edit(SHEET, "<v>567.1799999999999</v>", "<f>1/0</f>", 1), READ),
    "formula that refers to itself": (edit(SHEET, "<v>567.1799999999999</v>", "<f>C7</f><v>1</v>", 1), READ),
    "line number of 5000 digits": (
        edit(SHEET, '<c r="B7" s="7"><v>1</v>', f'<c r="B7" s="7"><v>{"9" * 5_000}</v>'),
        READ,
    ),
    "line number in superscript": (edit(SHEET, '<c r="B7" s="7"><v>1</v>', '<c r="B7" s="7" t="str"><v>²</v>'), READ),
    "line number in ethiopic": (edit(SHEET, '<c r="B7" s="7"><v>1</v>', '<c r="B7" s="7" t="str"><v>፩</v>'), READ),
    "column number in superscript": (edit(SHEET, '<c r="C6" s="5"><v>1</v>', '<c r="C6" s="5" t="str"><v>²</v>'), READ),
    "column number in ethiopic": (edit(SHEET, '<c r="C6" s="5"><v>1</v>', '<c r="C6" s="5" t="str"><v>፩</v>'), READ),
    # texts
    "very long text": (value("决" * 200_000, "str"), READ),
    "very long title": (edit(STRINGS, "<t>收入支出决算总表</t>", f"<t>{'收入支出决算总表' * 20_000}</t>", 1), READ),
    "very long label of ordinals": (edit(STRINGS, "一、一般公共预算财政拨款收入", "一、" * 2_000, 1), READ),
    "text of brackets": (value("(" * 50_000, "str"), READ),
    "text of spaces": (value(" " * 100_000 + "x", "str"), READ),
    "text with escaped control characters": (value("甲_x0001__x0000__x001F_乙", "str"), READ),
    "text with an escaped half of a character": (value("甲_xD800__xDFFF_乙", "str"), READ),
    "text with an escaped nonsense character": (value("甲_xFFFE__xFFFF_乙", "str"), READ),
    "text that would be markup": (value("&lt;/t&gt;]]&gt;&amp;amp;&quot;", "str"), READ),
    "text that would be a formula": (value("=cmd|' /C calc'!A0", "str"), READ),
    "text of right to left marks": (value("\u202e567\u202c", "str"), READ),
    "unit name with escaped control characters": (
        edit(STRINGS, "部门名称：长治", "部门名称：长_x0000__xD800_治"),
        READ,
    ),
    "label with escaped control characters": (
        edit(STRINGS, "一、一般公共预算财政拨款收入", "一、甲_x0001_乙", 1),
        READ,
    ),
    "code with escaped control characters": (
        edit(STRINGS, "<t>社会保障和就业支出</t>", "<t>社_x0000__xDC00_会</t>", 1),
        READ,
    ),
    # sheet names
    "sheet without a name": (edit(BOOK, f'name="{NAME}" ', "", 1), READ),
    "sheet with an empty name": (edit(BOOK, NAME, "", 1), READ),
    "sheet name with line breaks and tabs": (edit(BOOK, NAME, "公开01&#10;收入&#9;表", 1), READ),
    "sheet name with quotes and markup": (edit(BOOK, NAME, "'&quot;&lt;b&gt;!$'", 1), READ),
    "sheet name with a NUL": (edit(BOOK, NAME, "公开&#0;01", 1), DAMAGED),
    "sheet name with a control character": (edit(BOOK, NAME, "公开\x0101", 1), DAMAGED),
    "sheet name with an escaped NUL": (edit(BOOK, NAME, "公开_x0000_01", 1), READ),
    "sheet name of 100000 characters": (edit(BOOK, NAME, "公" * 100_000, 1), EITHER),
    "sheet name of nothing but numbers and brackets": (edit(BOOK, NAME, "1" * 100 + "(" * 100, 1), READ),
    "sheet named like our own": (edit(BOOK, NAME, "审核结果", 1), READ),
    "two sheets of one name": (edit(BOOK, "公开02 收入决算表", NAME, 1), READ),
    "two sheets of one name, one without cells": (sheets_of_one_name, READ),
    "one part listed as two sheets": (edit(RELS, "sheet2.xml", "sheet1.xml", 1), READ),
    "sheet id that is a word": (edit(BOOK, 'sheetId="1"', 'sheetId="x"', 1), READ),
    "sheet id without end": (edit(BOOK, 'sheetId="1"', f'sheetId="{"9" * 5_000}"', 1), READ),
    "sheet without an id": (edit(BOOK, 'sheetId="1" ', "", 1), READ),
    # relationships
    "cyclic relationships": (cyclic, EITHER),
    "package that is related to itself": (edit("_rels/.rels", "xl/workbook.xml", "_rels/.rels", 1), NOT_XLSX),
    "targets that climb out": (edit(RELS, 'Target="worksheets/', 'Target="../../../../../worksheets/'), DAMAGED),
    "absolute targets": (edit(RELS, 'Target="worksheets/', 'Target="/xl/worksheets/'), READ),
    "targets with backslashes": (edit(RELS, 'Target="worksheets/', 'Target="worksheets\\'), READ),
    "targets that go round": (
        edit(RELS, 'Target="worksheets/', 'Target="./worksheets/../worksheets/../worksheets/'),
        READ,
    ),
    "empty targets": (edit(RELS, 'Target="worksheets/sheet1.xml"', 'Target=""'), READ),
    "external targets": (
        edit(RELS, 'Target="worksheets/sheet1.xml"', 'Target="http://x/" TargetMode="External"'),
        READ,
    ),
    "relationships without ids": (edit(RELS, 'Id="', 'Nr="'), DAMAGED),
    "relationships all of one id": (
        lambda parts: zipped(parts | {RELS: re.sub(rb'Id="rId\d+"', b'Id="rId1"', parts[RELS])}),
        EITHER,
    ),
    # merges, columns, names
    **{
        f"merge {name}": (edit(SHEET, '<mergeCell ref="A1:F1"/>', f'<mergeCell ref="{reference}"/>'), READ)
        for name, reference in {
            "empty": "",
            "nonsense": "x:y:z",
            "dollars": "$$$",
            "backward": "F9:A1",
            "gigantic": "A1:XFD1048576",
            "column": "A:A",
            "row": "1:1",
            "negative": "A-1:B2",
            "without end": "A1:A" + "9" * 5_000,
            "chinese": "甲1:乙2",
            "superscript": "A²:B²",
            "one cell": "A1",
        }.items()
    },
    "merge without a reference": (edit(SHEET, '<mergeCell ref="A1:F1"/>', "<mergeCell/>"), READ),
    "comment among merges": (edit(SHEET, '<mergeCell ref="A1:F1"/>', "<!-- none -->"), READ),
    "20000 merges": (edit(SHEET, '<mergeCell ref="A1:F1"/>', '<mergeCell ref="A1:XFD1048576"/>' * 20_000), READ),
    "column of a huge width": (edit(SHEET, 'width="34.7109375"', 'width="1e308"'), READ),
    "column widths that are words": (edit(SHEET, 'width="34.7109375"', 'width="wide"'), READ),
    "column numbers that are words": (edit(SHEET, '<col min="3" max="3"', '<col min="x" max="y"'), READ),
    "columns without numbers": (edit(SHEET, '<col min="3" max="3"', "<col"), READ),
    "columns without end": (edit(SHEET, '<col min="3" max="3"', '<col min="1" max="99999999999"'), READ),
    # styles
    "styles of another root": (swap(STYLES, "<x/>"), EITHER),
    "styles without formats": (
        lambda parts: zipped(parts | {STYLES: re.sub(rb"<cellXfs.*</cellXfs>", b"", parts[STYLES])}),
        EITHER,
    ),
    "styles with an empty list of formats": (
        lambda parts: zipped(
            parts | {STYLES: re.sub(rb"<cellXfs.*</cellXfs>", b'<cellXfs count="0"/>', parts[STYLES])}
        ),
        EITHER,
    ),
    "styles without fills": (
        lambda parts: zipped(parts | {STYLES: re.sub(rb"<fills.*</fills>", b"", parts[STYLES])}),
        EITHER,
    ),
    "styles that are no xml": (swap(STYLES, "styles"), EITHER),
    "styles with a number format bomb": (
        edit(
            STYLES,
            "</styleSheet>",
            f'<numFmts><numFmt numFmtId="200" formatCode="{"0" * 100_000}"/></numFmts></styleSheet>',
        ),
        READ,
    ),
}


# --- the promises -------------------------------------------------------------------------------


def unreadable(data: bytes) -> set[str]:
    """The parts of a package whose bytes are damaged."""
    found = set()
    with contextlib.suppress(zipfile.BadZipFile), zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            try:
                archive.read(name)
            except Exception:  # noqa: BLE001 - whatever the library says of damage
                found.add(name)
    return found


def ended(checked: Checked, data: bytes = b"") -> str:
    """``checked`` or the code of the refusal, after proving that either can be shown to a person.

    ``data`` is the workbook, where parts that nobody looks at may be damaged: those stay as they are in the copy.
    """
    written = to_json(report_data(checked.report)).encode("utf-8")
    assert written
    shown = "\n".join(p.text for p in pieces(checked.report, verbose=True)).encode("utf-8")
    assert shown
    if checked.report.refusal is not None:
        assert checked.report.refusal.code != "fault", (
            checked.report.refusal.message
        )  # a crash that the pipeline caught
        assert CHINESE.search(checked.report.refusal.message)
        assert re.fullmatch(r"[a-z_]+", checked.report.refusal.code)
        assert (checked.submission, checked.outcome) == (None, None)
        assert checked.marked is None
        return checked.report.refusal.code
    assert checked.outcome is not None
    assert checked.marked is not None
    assert unreadable(checked.marked) <= unreadable(data)
    again = open_marked(checked.marked)
    assert again.workbook.sheets[-1].name.startswith("审核结果")
    return "checked"


def test_the_workbook_before_it_is_harmed_is_checked_marked_and_has_mistakes(pipeline, parts):
    checked = pipeline.run(zipped(parts), "x.xlsx", mark=True)
    assert ended(checked) == "checked"
    tables = {c.table for f in checked.report.findings for c in f.cells}
    assert {"公开01", "公开03"} <= tables


@pytest.mark.parametrize("name", CASES)
def test_it_ends_as_a_report_or_a_refusal(pipeline, parts, name):
    make, allowed = CASES[name]
    data = make(parts)
    assert data != zipped(parts)
    assert ended(pipeline.run(data, "x.xlsx", mark=True)) in allowed


def test_there_are_enough_bad_files():
    assert len(CASES) >= 40


def test_marks_find_cells_whose_references_are_in_small_letters(pipeline, parts):
    """The copy restyles the cells that are there; it never puts a second one beside them."""
    marked = pipeline.run(CASES["references in small letters"][0](parts), "x.xlsx", mark=True).marked
    assert marked is not None
    with zipfile.ZipFile(io.BytesIO(marked)) as archive:
        references = re.findall(r'<c r="([^"]+)"', archive.read(SHEET).decode())
    assert len(references) == len({r.upper() for r in references})
    assert len(references) == len(re.findall(rb"<c r=", parts[SHEET]))


@pytest.mark.parametrize("set_id", ["shanxi-2023"])
@pytest.mark.parametrize(
    "name", ["without any worksheet", "sheet without sheetData", "worksheet that is a chart", "all sheets very hidden"]
)
def test_a_forced_form_changes_nothing_about_that(pipeline, parts, set_id, name):
    forced = Pipeline(pipeline.library, set_id)
    assert ended(forced.run(CASES[name][0](parts), "x.xlsx", mark=True)) in EITHER


NASTY = {
    "empty": "", "word": "abc", "minus": "-1", "huge": "99999999999", "endless": "9" * 5_000, "superscript": "²",
}  # fmt: skip


@pytest.mark.parametrize("nasty", NASTY)
@pytest.mark.parametrize("part", [SHEET, BOOK, RELS, TYPES])
def test_no_attribute_of_any_element_can_bring_it_down(pipeline, parts, part, nasty):
    root = etree.fromstring(parts[part])
    places = {(e.tag, name): e for e in reversed(list(root.iter())) for name in e.attrib}
    crashes = []
    turn = list(NASTY).index(nasty)  # each place with one of the values: test_fuzz has the rest
    for (tag, name), element in list(places.items())[turn :: len(NASTY)]:
        kept = element.get(name)
        element.set(name, NASTY[nasty])
        data = zipped(parts | {part: etree.tostring(root)}, zipfile.ZIP_STORED)
        element.set(name, kept)
        try:
            ended(pipeline.run(data, "x.xlsx", mark=True))
        except Exception as error:  # noqa: BLE001 - any is a crash, and all are to be said
            crashes.append(f"{tag.rpartition('}')[2]} @{name}: {type(error).__name__}: {str(error)[:80]}")
    assert crashes == []


@pytest.mark.parametrize("nasty", NASTY)
def test_no_attribute_of_the_styles_can_bring_it_down_even_all_at_once(pipeline, parts, nasty):
    root = etree.fromstring(parts[STYLES])
    for element in root.iter():
        for name in element.attrib:
            element.set(name, NASTY[nasty])
    assert ended(pipeline.run(zipped(parts | {STYLES: etree.tostring(root)}), "x.xlsx", mark=True))


@pytest.mark.parametrize("part", [SHEET, BOOK, RELS, STYLES, TYPES, STRINGS, "_rels/.rels"])
@pytest.mark.parametrize("turn", [0, pytest.param(1, marks=pytest.mark.long)])
def test_no_element_is_needed_so_much_that_its_absence_brings_it_down(pipeline, parts, part, turn):
    crashes = []
    tags = {e.tag for e in etree.fromstring(parts[part]).iterdescendants()}
    for number, tag in enumerate(sorted(tags)):
        everywhere = (number + turn) % 2  # all of them, or the first
        root = etree.fromstring(parts[part])
        for element in list(root.iter(tag))[: None if everywhere else 1]:
            parent = element.getparent()
            if parent is not None:
                parent.remove(element)
        data = zipped(parts | {part: etree.tostring(root)}, zipfile.ZIP_STORED)
        try:
            ended(pipeline.run(data, "x.xlsx", mark=True))
        except Exception as error:  # noqa: BLE001 - any is a crash, and all are to be said
            crashes.append(f"{tag.rpartition('}')[2]}: {type(error).__name__}: {str(error)[:80]}")
    assert crashes == []


@settings(deadline=None, max_examples=25, derandomize=True)  # test_fuzz has many more
@given(data=st.data())
def test_bytes_flipped_anywhere_never_crash_it(pipeline, parts, data):
    whole = bytearray(zipped(parts))
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(2, len(whole) - 1))] = data.draw(st.integers(0, 255))
    assert ended(pipeline.run(bytes(whole), "x.xlsx", mark=True), bytes(whole))


@settings(deadline=None, max_examples=25, derandomize=True)  # test_fuzz has many more
@given(data=st.data())
def test_bytes_flipped_inside_a_part_never_crash_it(pipeline, parts, data):
    part = data.draw(st.sampled_from([SHEET, BOOK, RELS, STRINGS, STYLES, TYPES]))
    inside = bytearray(parts[part])
    for _ in range(data.draw(st.integers(1, 3))):
        inside[data.draw(st.integers(60, len(inside) - 1))] = data.draw(st.sampled_from(b'0129AZaz"<>&/=-. '))
    assert ended(pipeline.run(zipped(parts | {part: bytes(inside)}), "x.xlsx", mark=True))


@settings(deadline=None, max_examples=60, derandomize=True)
@given(st.binary(max_size=400))
def test_any_bytes_are_refused_with_a_reason(pipeline, noise):
    assert ended(pipeline.run(noise, "x.xlsx", mark=True)) != "checked"
    assert ended(pipeline.run(b"PK\x03\x04" + noise, "x.xlsx", mark=True)) != "checked"
