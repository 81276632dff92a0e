"""Compound files and BIFF streams that are cut, that go round in circles, or that promise more than they hold."""

from __future__ import annotations

import struct
from collections.abc import Callable

from support.badfiles.build import Make, Register, faulty, letters, zipped
from support.badfiles.formats import (
    FREE,
    LAST,
    OLE,
    Record,
    biff,
    bof,
    book,
    ole,
    records,
    wide,
    xls,
    xls_records,
)

cases = Register()


Place = tuple[int, str, int]


def patched(*places: Place | Callable[[], Place]) -> Make:
    """The good .xls with numbers overwritten: (offset, struct code, value)."""

    def make() -> bytes:
        data = bytearray(xls())
        for at, code, told in (p() if callable(p) else p for p in places):
            struct.pack_into(f"<{code}", data, at, told)
        return bytes(data)

    return make


def directory() -> int:
    """The offset of the root entry."""
    return 512 + 512 * struct.unpack_from("<L", xls(), 48)[0]


def entry(number: int, field: int, told: int, code: str = "L") -> Make:
    return patched(lambda: (directory() + 128 * number + field, code, told))


def sheet(change: Callable[[list[Record]], list[Record]]) -> Make:
    """The records of the first sheet changed."""

    def make() -> bytes:
        first, sheets = xls_records()
        return ole({"Workbook": biff(first, [change(sheets[0]), *sheets[1:]])})

    return make


def globally(change: Callable[[list[Record]], list[Record]]) -> Make:
    def make() -> bytes:
        first, sheets = xls_records()
        return ole({"Workbook": biff(change(first), sheets)})

    return make


def before(kind: int, *more: Record) -> Callable[[list[Record]], list[Record]]:
    """Records put in before the first of ``kind``."""

    def change(found: list[Record]) -> list[Record]:
        at = next(i for i, r in enumerate(found) if r[0] == kind)
        return [*found[:at], *more, *found[at:]]

    return change


def altered(kind: int, change: Callable[[bytes], bytes]) -> Callable[[list[Record]], list[Record]]:
    """The first record of ``kind`` with other contents."""

    def make(found: list[Record]) -> list[Record]:
        at = next(i for i, r in enumerate(found) if r[0] == kind)
        return [*found[:at], (kind, change(found[at][1])), *found[at + 1 :]]

    return make


def without(*kinds: int) -> Callable[[list[Record]], list[Record]]:
    return lambda found: [r for r in found if r[0] not in kinds]


def stream(change: Callable[[bytes], bytes], name: str = "Workbook") -> Make:
    return lambda: ole({name: change(biff(*xls_records()))})


# --- the compound file ------------------------------------------------------------------------------

for size in (8, 76, 511, 512, 600, 1_024, 4_096):
    cases.add(f"foreign/ole-cut-at-{size}", lambda size=size: xls()[:size])
cases.add("foreign/ole-truncated", lambda: xls()[: len(xls()) // 2])
cases.add("foreign/ole-last-sector-cut", lambda: xls()[:-300])
cases.add("foreign/ole-header-only-of-noise", lambda: OLE + bytes(range(256)) * 2)
cases.add("foreign/ole-ff", lambda: OLE + b"\xff" * 8_192)
for number in (0, 1, 2, 3, 10):
    cases.add(f"foreign/ole-fat-loop-{number}", patched((512 + 4 * number, "L", number)))
cases.add("foreign/ole-fat-loop", patched(*((512 + 4 * n, "L", 6 + n % 5) for n in range(5, 40))))
cases.add("foreign/ole-fat-all-free", patched(*((512 + 4 * n, "L", FREE) for n in range(128))))
cases.add("foreign/ole-fat-all-last", patched(*((512 + 4 * n, "L", LAST) for n in range(128))))
cases.add("foreign/ole-fat-beyond", patched(*((512 + 4 * n, "L", 0x7FFFFFF0) for n in range(1, 128))))
HEADER = {
    "minor-version": (24, "H"), "major-version": (26, "H"), "byte-order": (28, "H"), "sector-shift": (30, "H"), "mini-shift": (32, "H"),
    "directory-sectors": (40, "L"), "fat-sectors": (44, "L"), "directory-start": (48, "L"), "cutoff": (56, "L"), "minifat-start": (60, "L"),
    "minifat-sectors": (64, "L"), "difat-start": (68, "L"), "difat-sectors": (72, "L"), "first-fat": (76, "L"), "second-fat": (80, "L"),
}  # fmt: skip
for short, (at, code) in HEADER.items():
    for told in (0, 1, 31, 0xFFFF if code == "H" else 0x7FFFFFFF):
        if patched((at, code, told))() != xls():
            cases.add(f"foreign/ole-{short}-{told}", patched((at, code, told)))
ENTRY = {
    "name-length": (64, "H"),
    "kind": (66, "B"),
    "left": (68, "L"),
    "right": (72, "L"),
    "child": (76, "L"),
    "start": (116, "L"),
    "size": (120, "L"),
    "size-high": (124, "L"),
}
for short, (field, code) in ENTRY.items():
    for number, whose in enumerate(("root", "stream")):
        cases.add(
            f"foreign/ole-{whose}-{short}-wild",
            entry(number, field, {"H": 0xFFFF, "B": 9, "L": 0x7FFFFFFF}[code], code),
        )
        if not (short.startswith("size") and number == 0):
            cases.add(f"foreign/ole-{whose}-{short}-itself", entry(number, field, number, code))
cases.add("foreign/ole-stream-name-empty", lambda: ole({"": biff(*xls_records())}))
cases.add(
    "foreign/ole-stream-name-without-end", lambda: xls().replace("Workbook".encode("utf-16-le") + b"\0\0", b"W\0" * 32)
)
cases.add(
    "foreign/ole-streams-of-one-name",
    lambda: xls().replace("Root Entry".encode("utf-16-le"), "Workbook\0\0".encode("utf-16-le")),
)
cases.add("foreign/ole-workbook-in-small-letters", stream(bytes, "workbook"))
cases.add("foreign/ole-two-books", lambda: ole({"Workbook": biff(*xls_records()), "Book": biff(*xls_records())[:500]}))
cases.add("foreign/ole-no-stream", lambda: ole({}))
cases.add("foreign/ole-workbook-empty", lambda: ole({"Workbook": b""}))
cases.add(
    "foreign/ole-2000-streams", lambda: ole({f"s{n}": b"" for n in range(400)} | {"Workbook": biff(*xls_records())})
)
for short, names in {
    "word": ("WordDocument", "1Table"),
    "powerpoint": ("PowerPoint Document", "Current User"),
    "outlook": ("__substg1.0_0037001F", "__properties_version1.0"),
    "visio": ("VisioDocument",),
    "msi": ("\u4840\u3f7f\u4164\u422f\u4836",),
    "wps-text": ("WpsCustomData", "WordDocument"),
    "summary": ("\x05SummaryInformation",),
    "ole-package": ("\x01Ole10Native",),
    "hwp": ("FileHeader", "BodyText"),
}.items():
    cases.add(f"foreign/ole-{short}", lambda names=names: ole(dict.fromkeys(names, b"x" * 5_000)))
cases.add(
    "foreign/encrypted-ooxml",
    lambda: ole(
        {
            "EncryptionInfo": struct.pack("<4H", 4, 4, 0x40, 0) + b"<encryption/>",
            "EncryptedPackage": struct.pack("<Q", 9_000) + bytes(range(256)) * 36,
        }
    ),
)
cases.add("foreign/encrypted-ooxml-without-package", lambda: ole({"EncryptionInfo": struct.pack("<2L", 2, 2)}))
cases.add(
    "foreign/encrypted-ooxml-truncated", lambda: ole({"EncryptionInfo": b"x", "EncryptedPackage": b"x" * 9_000})[:6_000]
)
cases.add(
    "foreign/ole-that-says-encrypted-in-a-cell",
    sheet(before(0x0A, (0x204, struct.pack("<3H", 0, 0, 15) + wide("EncryptedPackage")))),
)
cases.add("foreign/ole-that-holds-an-xlsx", lambda: ole({"Package": zipped(faulty())}))

# --- records --------------------------------------------------------------------------------------------

cases.add("foreign/xls-good", xls)
cases.add("foreign/xls-biff-record-overrun", stream(lambda data: data[:-4] + struct.pack("<2H", 0x203, 0xFFFF)))
cases.add("foreign/xls-biff-first-record-overrun", stream(lambda data: data[:2] + b"\xff\xff" + data[4:]))
cases.add("foreign/xls-biff-cut-in-record", stream(lambda data: data[:3_333]))
cases.add("foreign/xls-empty-records-100000", sheet(before(0x200, *[(0, b"")] * 100_000)))
cases.add("foreign/xls-unknown-records", sheet(before(0x200, *[(kind, b"x" * 9) for kind in range(0x1000, 0x1900)])))
cases.add("foreign/xls-records-of-0", stream(lambda data: bytes(len(data))))
cases.add("foreign/xls-without-bof", globally(lambda found: found[1:]))
cases.add("foreign/xls-without-eof", sheet(without(0x0A)))
cases.add("foreign/xls-bof-10000-deep", sheet(before(0x0A, *[bof(0x10)] * 10_000)))
cases.add("foreign/xls-bof-only", stream(lambda data: data[:20]))
for version in (0x200, 0x300, 0x400, 0x500, 0, 0xFFFF):
    cases.add(
        f"foreign/xls-version-{version:x}",
        stream(lambda data, version=version: data[:4] + struct.pack("<H", version) + data[6:]),
    )
for kind in (0x06, 0x20, 0x40, 0x100, 0xFFFF):
    cases.add(
        f"foreign/xls-sheet-kind-{kind:x}",
        sheet(altered(0x809, lambda data, kind=kind: data[:2] + struct.pack("<H", kind) + data[4:])),
    )
for short, head in {
    "biff2": (0x09, b"\x02\0\x10\0"),
    "biff3": (0x209, b"\0\x03\x10\0\0\0"),
    "biff4": (0x409, b"\0\x04\x10\0\0\0"),
    "biff4-workbook": (0x409, b"\0\x04\0\x01\0\0"),
}.items():
    cases.add(
        f"foreign/xls-{short}",
        lambda head=head: records([head, (0x03, struct.pack("<2HB2Bd", 0, 0, 0, 0, 0, 999.18)), (0x0A, b"")]),
    )
cases.add("foreign/xls-biff5-in-book", stream(lambda data: data[:4] + b"\0\x05" + data[6:], "Book"))
cases.add("foreign/xls-bare-stream", lambda: biff(*xls_records()))
for short, told in {
    "rc4": struct.pack("<3H", 1, 1, 1) + bytes(48),
    "xor": struct.pack("<3H", 0, 0x1234, 0x5678),
    "cut": b"",
    "unknown": b"\xff" * 6,
}.items():
    cases.add(f"foreign/xls-password-{short}", globally(before(0x42, (0x2F, told))))
for page in (0, 437, 936, 950, 1_252, 10_000, 32_769, 65_535):
    cases.add(f"foreign/xls-code-page-{page}", globally(altered(0x42, lambda _, page=page: struct.pack("<H", page))))
cases.add("foreign/xls-code-page-empty", globally(altered(0x42, lambda _: b"")))
cases.add("foreign/xls-date-1904", globally(before(0xFC, (0x22, b"\x01\0"))))
for shift in (-1, 1, 4, 10**6, 2**31):
    cases.add(
        f"foreign/xls-sheet-offset-shift-{shift}",
        lambda shift=shift: ole({"Workbook": biff(*xls_records(), shift=shift)}),
    )
cases.add(
    "foreign/xls-sheet-is-the-globals",
    lambda: ole(
        {
            "Workbook": biff(
                *xls_records(), shift=-len(records(xls_records()[0])) - sum(12 + 2 * len(t.name) for t in book())
            )
        }
    ),
)
cases.add(
    "foreign/xls-sheets-5000-of-one",
    globally(before(0xFC, *[(0x85, struct.pack("<L4B", 3_000, 0, 0, 1, 0) + b"x")] * 5_000)),
)
cases.add(
    "foreign/xls-sheet-names-endless", globally(before(0xFC, (0x85, struct.pack("<L4B", 0, 0, 0, 255, 1) + b"x")))
)
cases.add(
    "foreign/xls-sheet-names-odd",
    lambda: ole(
        {
            "Workbook": biff(
                *xls_records(),
                ["", "\0", "\ud83d\ude00", "'[]:*?/", "\u202e", "a\r\nb", "\x1b[31m", "审核结果", "=1+1", "x" * 200],
            )
        }
    ),
)
cases.add(
    "foreign/xls-sheet-hidden-kinds",
    globally(
        before(0xFC, *[(0x85, struct.pack("<L4B", 0, s, k, 1, 0) + b"x") for s in (1, 2, 9) for k in (1, 2, 6, 255)])
    ),
)

# --- strings ----------------------------------------------------------------------------------------------

cases.add("foreign/xls-strings-missing", globally(without(0xFC, 0x3C)))
cases.add("foreign/xls-strings-empty", globally(altered(0xFC, lambda _: b"")))
for told in (0, 1, 10**9, 2**32 - 1):
    cases.add(
        f"foreign/xls-strings-count-{told}",
        globally(altered(0xFC, lambda data, told=told: struct.pack("<2L", told, told) + data[8:])),
    )
cases.add("foreign/xls-string-length-lies", globally(altered(0xFC, lambda data: data[:8] + b"\xff\xff" + data[10:])))
cases.add("foreign/xls-string-flags-ff", globally(altered(0xFC, lambda data: data[:10] + b"\xff" + data[11:])))
cases.add(
    "foreign/xls-string-runs-65535",
    globally(altered(0xFC, lambda data: data[:8] + struct.pack("<HBH", 1, 8, 65_535) + data[10:])),
)
cases.add(
    "foreign/xls-string-extension-4-gb",
    globally(altered(0xFC, lambda data: data[:8] + struct.pack("<HBL", 1, 4, 2**32 - 1) + data[10:])),
)
cases.add("foreign/xls-string-without-continue", globally(without(0x3C)))
cases.add(
    "foreign/xls-string-cut-by-continue",
    globally(
        lambda found: (
            before(0x3C, (0x3C, b""))(found)
            if any(r[0] == 0x3C for r in found)
            else [*before(0xFC)(found)[:-1], (0x3C, b"\x01x"), (0x0A, b"")]
        )
    ),
)
cases.add("foreign/xls-continues-100000", globally(before(0x0A, *[(0x3C, b"\x01")] * 100_000)))
cases.add(
    "foreign/xls-string-of-lone-surrogates",
    globally(altered(0xFC, lambda data: data[:11] + b"\x00\xd8" * 3 + data[17:])),
)
cases.add("foreign/xls-string-of-nul", globally(altered(0xFC, lambda data: data[:11] + bytes(6) + data[17:])))
cases.add(
    "foreign/xls-string-of-escape-codes",
    globally(altered(0xFC, lambda data: data[:11] + "\x1b[3".encode("utf-16-le") + data[17:])),
)

# --- cells ------------------------------------------------------------------------------------------------

PLACE = struct.pack("<3H", 6, 2, 15)
CELLS: dict[str, Record] = {
    "shared-index-beyond": (0xFD, PLACE + struct.pack("<L", 99_999)), "shared-index-minus-1": (0xFD, PLACE + b"\xff" * 4), "shared-cut": (0xFD, PLACE),
    "number-nan": (0x203, PLACE + struct.pack("<d", float("nan"))), "number-snan": (0x203, PLACE + b"\x01\0\0\0\0\0\xf0\x7f"), "number-inf": (0x203, PLACE + struct.pack("<d", float("inf"))),
    "number-minus-zero": (0x203, PLACE + struct.pack("<d", -0.0)), "number-denormal": (0x203, PLACE + b"\x01" + bytes(7)), "number-1e308": (0x203, PLACE + struct.pack("<d", 1e308)), "number-cut": (0x203, PLACE + b"\0" * 4),
    "rk-ff": (0x27E, PLACE + b"\xff" * 4), "rk-cut": (0x27E, PLACE), "mulrk-backward": (0xBD, struct.pack("<2HHLH", 6, 9, 15, 0, 2)), "mulrk-width-lies": (0xBD, struct.pack("<2HHLH", 6, 2, 15, 0, 255)), "mulrk-odd": (0xBD, struct.pack("<2HB", 6, 2, 1)), "mulrk-empty": (0xBD, b""),
    "mulblank-65535": (0xBE, struct.pack("<2H", 6, 0) + bytes(8_000) + b"\xff\xff"), "blank-cut": (0x201, b"\x06"), "row-65535": (0x203, struct.pack("<3Hd", 65_535, 2, 15, 1.0)), "column-65535": (0x203, struct.pack("<3Hd", 6, 65_535, 15, 1.0)), "column-256": (0x203, struct.pack("<3Hd", 6, 256, 15, 1.0)),
    "format-beyond": (0x203, struct.pack("<3Hd", 6, 2, 0xFFFF, 1.0)), "boolean-9": (0x205, PLACE + b"\x09\0"), "error-ff": (0x205, PLACE + b"\xff\x01"), "label-length-lies": (0x204, PLACE + struct.pack("<HB", 0xFFFF, 1) + b"x\0"), "label-of-8-bit": (0x204, PLACE + struct.pack("<HB", 4, 0) + b"\xb7\xa2\x81\xff"), "rstring": (0xD6, PLACE + struct.pack("<H", 3) + b"abc\xff"),
    "formula-without-string": (0x06, PLACE + b"\0\0\0\0\0\0\xff\xff" + bytes(8)), "formula-cut": (0x06, PLACE), "formula-length-lies": (0x06, PLACE + struct.pack("<dHLH", 1.0, 0, 0, 0xFFFF)), "formula-of-boolean": (0x06, PLACE + b"\x01\0\x09\0\0\0\xff\xff" + bytes(8)), "formula-of-nothing": (0x06, PLACE + b"\x09\0\0\0\0\0\xff\xff" + bytes(8)),
    "string-alone": (0x207, struct.pack("<HB", 2, 0) + b"ab"), "shared-formula": (0x4BC, bytes(8) + struct.pack("<H", 999)), "array": (0x221, bytes(12) + b"\xff\xff"), "merges-count-lies": (0xE5, struct.pack("<H", 9_999)), "merges-everything": (0xE5, struct.pack("<5H", 1, 0, 65_535, 0, 255)), "merges-backward": (0xE5, struct.pack("<5H", 1, 9, 0, 9, 0)),
    "dimensions-everything": (0x200, struct.pack("<2L3H", 0, 2**32 - 1, 0, 65_535, 0)), "dimensions-backward": (0x200, struct.pack("<2L3H", 9, 0, 9, 0, 0)), "dimensions-empty": (0x200, b""), "row-record-wild": (0x208, b"\xff" * 16), "column-info-wild": (0x7D, b"\xff" * 12), "note": (0x1C, struct.pack("<4H", 6, 2, 0, 1) + b"\xff\xff\x01"), "hyperlink": (0x1B8, b"\xff" * 40), "drawing": (0xEC, b"\xff" * 80), "object": (0x5D, b"\xff" * 8),
}  # fmt: skip
for short, record in CELLS.items():
    cases.add(f"foreign/xls-{short}", sheet(before(0xE5, record)))
cases.add("foreign/xls-cell-twice", sheet(lambda found: [*found[:-1], *found[2:]]))
cases.add("foreign/xls-cells-shuffled", sheet(lambda found: [*found[:2], *found[2:-2][::-1], *found[-2:]]))
cases.add(
    "foreign/xls-60000-rows",
    sheet(before(0xE5, *[(0x27E, struct.pack("<3HL", r, 0, 15, 7)) for r in range(100, 60_000)])),
)
cases.add(
    "foreign/xls-500000-cells",
    sheet(
        before(
            0xE5,
            *[
                (0xBD, struct.pack("<2H", r, 0) + struct.pack("<HL", 15, 7) * 256 + struct.pack("<H", 255))
                for r in range(100, 2_100)
            ],
        )
    ),
)
cases.add(
    "foreign/xls-200000-merges",
    sheet(before(0x0A, *[(0xE5, struct.pack("<H", 1_000) + struct.pack("<4H", 0, 65_535, 0, 255) * 1_000)] * 200)),
)
cases.add(
    "foreign/xls-formats-50000",
    globally(before(0xE0, *[(0x41E, struct.pack("<H", n) + wide("0." + "0" * 50)) for n in range(50_000)])),
)
cases.add("foreign/xls-xfs-60000", globally(before(0xE0, *[(0xE0, b"\xff" * 20)] * 60_000)))
cases.add("foreign/xls-macros", lambda: ole({"Workbook": biff(*xls_records()), "_VBA_PROJECT_CUR": b"x" * 5_000}))
cases.add(
    "foreign/xls-names-10000",
    globally(before(0xFC, *[(0x18, struct.pack("<H2B2H5B", 0x20, 0, 1, 0, 0, 0, 0, 0, 0, 0) + b"\0\x06")] * 10_000)),
)
cases.add(
    "foreign/xls-columns-in-order",
    sheet(before(0xE5, *[(0x204, struct.pack("<3H", 99, c, 15) + wide(letters(c + 1))) for c in range(256)])),
)


@cases("foreign/xls-corner-cell-in-each-sheet")
def _() -> bytes:
    """One cell in the last row and one in the last column of each sheet: a reader that fills up rows needs 16 million."""
    first, sheets = xls_records()
    far = [(0x203, struct.pack("<3Hd", 65_535, 0, 15, 1.0)), (0x203, struct.pack("<3Hd", 65_535, 255, 15, 1.0))]
    return ole({"Workbook": biff(first, [before(0xE5, *far)(s) for s in sheets])})
