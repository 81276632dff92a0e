"""Binary Excel files (.xlsb) whose records lie, point to nowhere, or never end."""

from __future__ import annotations

import struct
from collections.abc import Callable

from support.badfiles.build import PACKAGE, Entry, Make, Parts, Register, archive, raw, zipped
from support.badfiles.formats import book, brt, long, xlsb, xlsb_parts, xlsb_sheet

cases = Register()
BIN = "xl/worksheets/sheet1.bin"


def part(name: str, change: Callable[[bytes], bytes], which: str = BIN) -> None:
    cases.add(f"foreign/xlsb-{name}", lambda: zipped(xlsb_parts() | {which: change(xlsb_parts()[which])}))


def first(name: str, more: bytes | Make) -> None:
    """Records right behind the head of the rows of the first sheet."""
    head = brt(145)

    def change(data: bytes) -> bytes:
        at = data.index(head) + len(head)
        return data[:at] + brt(0, struct.pack("<2LH3BL", 6, 0, 300, 0, 0, 0, 0)) + raw(more) + data[at:]

    part(name, change)


def without(*names: str) -> Callable[[], bytes]:
    def make() -> bytes:
        parts: Parts = {n: d for n, d in xlsb_parts().items() if n not in names}
        return zipped(parts)

    return make


PLACE = struct.pack("<2L", 2, 0)
cases.add("foreign/xlsb-good", xlsb)
part("record-length-lies", lambda data: data[:-9] + brt(5, b"x" * 9, told=2**28 - 1))
part("record-length-endless", lambda data: data + b"\x05" + b"\xff" * 9_000)
part("record-number-cut", lambda data: data + b"\xff")
part("record-cut", lambda data: data[: len(data) // 2])
part("records-of-0", lambda data: bytes(len(data)))
part("records-of-ff", lambda data: b"\xff" * len(data))
part("noise", lambda data: bytes(range(256)) * 40)
part("empty", lambda data: b"")
part("xml-instead", lambda data: b"<worksheet/>")
part("records-in-reverse", lambda data: data[::-1])
part("4-million-empty-records", lambda data: brt(129) + b"\x81\x03\x00" * 4_000_000 + data)
part(
    "1-million-rows",
    lambda data: data + b"".join(brt(0, struct.pack("<2LH3BL", r, 0, 300, 0, 0x10, 0, 0)) for r in range(300_000)) * 3,
)
part("workbook-of-noise", lambda data: bytes(range(256)), "xl/workbook.bin")
part("workbook-cut", lambda data: data[:200], "xl/workbook.bin")
part("workbook-without-sheets", lambda data: brt(131) + brt(132), "xl/workbook.bin")
part(
    "500-sheets-of-one-part",
    lambda data: (
        brt(131)
        + b"".join(brt(156, struct.pack("<2L", 0, n) + long("rId1") + long(f"s{n}")) for n in range(500))
        + brt(132)
    ),
    "xl/workbook.bin",
)
part(
    "sheets-of-unknown-relation",
    lambda data: data.replace(long("rId1"), long("rId7"), 1).replace(long("rId2"), long("xId2"), 1),
    "xl/workbook.bin",
)
part(
    "sheet-state-wild",
    lambda data: data.replace(
        brt(143) + b"\x9c\x01",
        brt(143) + brt(156, struct.pack("<2L", 2**32 - 1, 1) + long("rId1") + long("x")) + b"\x9c\x01",
        1,
    ),
    "xl/workbook.bin",
)
part(
    "sheet-name-null",
    lambda data: data.replace(long(book()[0].name), b"\xff" * 4 + b"x" * (len(long(book()[0].name)) - 4), 1),
    "xl/workbook.bin",
)
part(
    "sheet-name-surrogates",
    lambda data: data.replace("公开".encode("utf-16-le"), b"\x00\xd8\x00\xd8"),
    "xl/workbook.bin",
)
part(
    "sheet-name-length-lies",
    lambda data: data.replace(long("rId1"), struct.pack("<L", 2**31) + "rId1".encode("utf-16-le"), 1),
    "xl/workbook.bin",
)
part("strings-count-lies", lambda data: brt(159, b"\xff" * 8) + data[10:], "xl/sharedStrings.bin")
part("strings-length-lies", lambda data: data[:12] + b"\xff\xff\xff\x7f" + data[16:], "xl/sharedStrings.bin")
part("strings-none", lambda data: brt(159, bytes(8)) + brt(160), "xl/sharedStrings.bin")
part(
    "strings-of-surrogates",
    lambda data: data.replace("收入".encode("utf-16-le"), b"\x00\xd8\x00\xdc"),
    "xl/sharedStrings.bin",
)
part(
    "strings-of-escape-codes",
    lambda data: data.replace("收入".encode("utf-16-le"), "\x1b[".encode("utf-16-le")),
    "xl/sharedStrings.bin",
)
for short, name in {
    "workbook": "xl/workbook.bin",
    "rels": "xl/_rels/workbook.bin.rels",
    "strings": "xl/sharedStrings.bin",
    "sheet": BIN,
    "types": "[Content_Types].xml",
}.items():
    cases.add(f"foreign/xlsb-without-{short}", without(name))
CELLS: dict[str, bytes] = {
    "column-beyond": brt(5, struct.pack("<2Ld", 2**32 - 1, 0, 1.0)), "column-16384": brt(5, struct.pack("<2Ld", 16_384, 0, 1.0)), "row-beyond": brt(0, b"\xff" * 4 + bytes(13)) + brt(5, PLACE + bytes(8)), "row-1048576": brt(0, struct.pack("<L", 1_048_576) + bytes(13)) + brt(5, PLACE + bytes(8)),
    "row-hidden-beyond": brt(0, b"\xff" * 4 + bytes(7) + b"\x10" + bytes(5)), "shared-index-minus-1": brt(7, PLACE + b"\xff" * 4), "shared-index-beyond": brt(7, PLACE + struct.pack("<L", 99_999)), "shared-cut": brt(7, PLACE),
    "number-nan": brt(5, PLACE + struct.pack("<d", float("nan"))), "number-inf": brt(5, PLACE + struct.pack("<d", float("-inf"))), "number-1e308": brt(5, PLACE + struct.pack("<d", 1e308)), "number-denormal": brt(5, PLACE + b"\x01" + bytes(7)), "number-cut": brt(5, PLACE + b"\0\0"),
    "rk-ff": brt(2, PLACE + b"\xff" * 4), "rk-cut": brt(2, PLACE), "error-9": brt(3, PLACE + b"\x09"), "error-cut": brt(3, PLACE), "boolean-9": brt(4, PLACE + b"\x09"), "boolean-cut": brt(4, PLACE), "text-length-lies": brt(6, PLACE + struct.pack("<L", 2**31) + b"x"), "text-null": brt(6, PLACE + b"\xff" * 4),
    "formula-text": brt(8, PLACE + long("甲") + b"\0\0\xff\xff"), "formula-number-cut": brt(9, PLACE), "formula-error": brt(11, PLACE + b"\x2a" + b"\xff" * 9), "style-ffffff": brt(5, struct.pack("<2Ld", 2, 2**32 - 1, 1.0)), "rich-text": brt(62, PLACE + b"\x03" + long("甲") + b"\xff" * 9), "cell-empty-body": brt(5), "row-empty-body": brt(0),
}  # fmt: skip
for short, record in CELLS.items():
    first(short, record)
first(
    "200001-cells",
    lambda: b"".join(
        brt(0, struct.pack("<2LH3BL", r, 0, 300, 0, 0, 0, 0))
        + b"".join(brt(2, struct.pack("<3L", c, 0, 4)) for c in range(500))
        for r in range(100, 502)
    ),
)
first("cells-at-one-place-300000", lambda: brt(2, PLACE + b"\x04\0\0\0") * 300_000)
MERGES = {
    "everything": (0, 1_048_575, 0, 16_383),
    "beyond": (2**32 - 2, 2**32 - 1, 0, 9),
    "backward": (9, 0, 9, 0),
    "row-beyond": (1_048_576, 1_048_580, 0, 0),
}
for short, area in MERGES.items():
    first(f"merge-{short}", brt(176, struct.pack("<4L", *area)))
first("merge-cut", brt(176, b"\0" * 9))
first("merges-200000", lambda: brt(176, struct.pack("<4L", 3, 7, 0, 199)) * 200_000)
first(
    "merges-overlapping", lambda: b"".join(brt(176, struct.pack("<4L", n, n + 3, n % 7, n % 7 + 3)) for n in range(200))
)
first(
    "columns-hidden-bomb",
    lambda: b"".join(brt(60, struct.pack("<4LH", n * 400, 2**32 - 1, 0, 0, 1)) for n in range(50_000)),
)
first("columns-hidden-backward", brt(60, struct.pack("<4LH", 9, 1, 0, 0, 1)))
STYLE = "xl/styles.bin"


def styled(name: str, data: bytes) -> None:
    rels = "xl/_rels/workbook.bin.rels"
    link = f'<Relationship Id="rId98" Type="{PACKAGE}/styles" Target="styles.bin"/></Relationships>'.encode()
    cases.add(
        f"foreign/xlsb-styles-{name}",
        lambda: zipped(xlsb_parts() | {STYLE: data, rels: xlsb_parts()[rels].replace(b"</Relationships>", link)}),
    )


styled("of-noise", bytes(range(256)))
styled("empty", b"")
styled("formats-cut", brt(44, b"\0"))
styled(
    "format-100000-signs",
    brt(44, struct.pack("<H", 200) + long("[" * 50_000))
    + brt(617)
    + brt(47, struct.pack("<2H", 0, 200) + bytes(12))
    + brt(618),
)
styled("xfs-cut", brt(617) + brt(47, b"\0"))
styled("xfs-100000-of-dates", brt(617) + brt(47, struct.pack("<2H", 0, 14)) * 100_000 + brt(618))
cases.add("foreign/xlsb-with-xml-workbook-too", lambda: zipped(xlsb_parts() | {"xl/workbook.xml": b"<workbook/>"}))
cases.add(
    "foreign/xlsb-all-sheets-swapped",
    lambda: zipped(
        xlsb_parts() | {f"xl/worksheets/sheet{n}.bin": xlsb_sheet(t, {}) for n, t in enumerate(book()[::-1], 1)}
    ),
)
cases.add("foreign/xlsb-crc-wrong", lambda: archive([Entry(n.encode(), d, crc=1) for n, d in xlsb_parts().items()]))
