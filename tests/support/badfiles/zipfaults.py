"""Zips that are damaged, that lie about themselves, or that are larger than they look."""

from __future__ import annotations

import bz2
import io
import lzma
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

from support.badfiles.build import (
    BOOK,
    RELS,
    SHEET,
    STRINGS,
    STYLES,
    THEME,
    Entry,
    Make,
    Register,
    archive,
    deflate,
    entries,
    faulty,
    raw,
    sheet_of,
    text_of,
    zipped,
)

cases = Register()


def whole() -> bytes:
    return zipped(faulty())


def with_entry(part: str = SHEET, **fields: object) -> Make:
    """The good zip with fields of one entry overridden."""

    def make() -> bytes:
        found = entries(faulty())
        for e in found:
            if e.name == part.encode():
                for key, told in fields.items():
                    setattr(e, key, told() if callable(told) else told)
        return archive(found)

    return make


def and_entries(*more: Entry) -> Make:
    return lambda: archive([*entries(faulty()), *more])


def with_end(**end: int) -> Make:
    return lambda: archive(entries(faulty()), end=end)


def twin(rename: Callable[[str], str | bytes], data: bytes = b"<x/>") -> Make:
    return lambda: archive([*entries(faulty()), Entry(raw(rename(SHEET)), data, flags=0x800)])


def body_of(part: str) -> bytes:
    return deflate([faulty()[part]])


# --- the directory --------------------------------------------------------------------------------

for share in (1, 5, 20, 50, 80, 95, 99):
    cases.add(f"zip/cut-at-{share}-percent", lambda share=share: whole()[: len(whole()) * share // 100])
cases.add("zip/one-byte-short", lambda: whole()[:-1])
cases.add("zip/head-missing", lambda: b"PK" + whole()[40:])
cases.add("zip/central-directory-cut", lambda: whole()[: whole().rindex(b"PK\x01\x02") + 20])
cases.add("zip/central-directory-missing", lambda: whole()[: whole().index(b"PK\x01\x02")])
cases.add("zip/end-record-missing", lambda: whole()[: whole().rindex(b"PK\x05\x06")])
cases.add("zip/end-record-twice", lambda: whole() + whole()[whole().rindex(b"PK\x05\x06") :])
cases.add("zip/end-comment-64k", lambda: archive(entries(faulty()), comment=b"c" * 65_535))
cases.add("zip/end-comment-with-fake-end", lambda: archive(entries(faulty()), comment=b"PK\x05\x06" + bytes(18)))
cases.add("zip/end-comment-length-lies", with_end(comment=999))
cases.add("zip/entries-count-lies-more", with_end(here=99, total=99))
cases.add("zip/entries-count-lies-less", with_end(here=2, total=2))
cases.add("zip/entries-count-ffff", with_end(here=0xFFFF, total=0xFFFF))
cases.add("zip/directory-size-lies", with_end(size=46))
cases.add("zip/directory-size-ffffffff", with_end(size=0xFFFFFFFF))
cases.add("zip/directory-offset-lies", with_end(start=4))
cases.add("zip/directory-offset-ffffffff", with_end(start=0xFFFFFFFF))
cases.add("zip/many-disks", with_end(disk=7))
cases.add("zip/empty", lambda: archive([]))
cases.add("zip/only-folders", lambda: archive([Entry(b"xl/"), Entry(b"xl/worksheets/")]))
cases.add("zip/folders-with-content", and_entries(Entry(b"xl/worksheets/", b"<x/>" * 99)))
cases.add(
    "zip/every-part-listed-nowhere", lambda: archive([Entry(e.name, e.data, unlisted=True) for e in entries(faulty())])
)
cases.add("zip/no-part-really-there", lambda: archive([Entry(e.name, e.data, absent=True) for e in entries(faulty())]))
cases.add("zip/parts-in-reverse", lambda: archive(entries(faulty())[::-1]))
cases.add("zip/two-zips-in-a-row", lambda: whole() + zipped({"a.txt": b"x"}))
cases.add("zip/workbook-before-other-zip", lambda: zipped({"a.txt": b"x"}) + whole())
cases.add("zip/junk-before", lambda: b"PK\x03\x04" + b"junk" * 500 + whole())
cases.add("zip/junk-behind", lambda: whole() + b"junk" * 500)
cases.add("zip/stub-exe-before", lambda: b"MZ" + bytes(2_000) + whole())
cases.add("zip/spanned-marker-before", lambda: b"PK\x07\x08" + whole())
cases.add("zip/prefix-counted-in-offsets", lambda: archive(entries(faulty()), prefix=b"PK\x30\x30" + b"x" * 999))
cases.add("zip/mimetype-first", lambda: archive([Entry(b"mimetype", b"application/zip", 0), *entries(faulty())]))
for place in (6, 8, 10, 16, 20, 24, 28, 30, 32, 42):
    for wild in (1, 0x7F, 0xFF):

        def patched(place: int = place, wild: int = wild) -> bytes:
            data = bytearray(whole())
            width = 4 if place in (16, 20, 24, 42) else 2
            start = data.index(SHEET.encode(), data.index(b"PK\x01\x02")) - 46 + place
            data[start : start + width] = bytes([wild, *([0] if wild == 1 else [wild]) * (width - 1)])
            return bytes(data)

        cases.add(f"zip/central-field-{place}-is-{wild:x}", patched)


# --- zip64 ------------------------------------------------------------------------------------------


def zip64(record: bytes, *, at: int | None = None, extra: bytes = b"") -> bytes:
    """The good zip with a zip64 record and its locator before the end; the plain end says nothing."""
    found = entries(faulty())
    if extra:
        found[3].extra, found[3].offset, found[3].size = extra, 0xFFFFFFFF, 0xFFFFFFFF
    plain = archive(found, end={"here": 0xFFFF, "total": 0xFFFF, "size": 0xFFFFFFFF, "start": 0xFFFFFFFF})
    end = plain.rindex(b"PK\x05\x06")
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, end if at is None else at, 1)
    return plain[:end] + record + locator + plain[end:]


def record64(*, total: int, size: int, start: int, length: int = 44) -> bytes:
    return struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", length, 45, 45, 0, 0, total, total, size, start)


def true64() -> dict[str, int]:
    plain = whole()
    end, start = plain.rindex(b"PK\x05\x06"), plain.index(b"PK\x01\x02")
    return {"total": len(faulty()), "size": end - start, "start": start}


cases.add("zip/zip64-that-is-right", lambda: zip64(record64(**true64())))
cases.add("zip/zip64-lies", lambda: zip64(record64(total=2**63, size=2**63, start=2**62)))
cases.add("zip/zip64-negative-start", lambda: zip64(record64(**true64() | {"start": 2**64 - 1})))
cases.add("zip/zip64-locator-to-itself", lambda: zip64(b"", at=0))
cases.add("zip/zip64-locator-beyond", lambda: zip64(record64(**true64()), at=2**63))
cases.add("zip/zip64-record-length-lies", lambda: zip64(record64(**true64(), length=2**60)))
cases.add("zip/zip64-extra-cut", lambda: zip64(record64(**true64()), extra=struct.pack("<2HQ", 1, 24, 5)))
cases.add("zip/zip64-extra-empty", lambda: zip64(record64(**true64()), extra=struct.pack("<2H", 1, 0)))
cases.add("zip/zip64-extra-beyond", lambda: zip64(record64(**true64()), extra=struct.pack("<2H2Q", 1, 16, 9, 2**63)))


# --- one entry --------------------------------------------------------------------------------------

cases.add("zip/flag-encrypted", with_entry(flags=1))
cases.add("zip/flag-strong-encryption", with_entry(flags=0x41))
cases.add("zip/flag-masked-headers", with_entry(flags=0x2000))
cases.add("zip/flags-all", with_entry(flags=0xFFFF))
cases.add("zip/flag-patched-data", with_entry(flags=0x20))
for number, name in {1: "shrink", 6: "implode", 9: "deflate64", 93: "zstd", 99: "aes", 65_535: "ffff"}.items():
    cases.add(f"zip/method-{name}", with_entry(method=number))
cases.add("zip/method-bzip2", with_entry(method=12, body=lambda: bz2.compress(faulty()[SHEET])))
cases.add("zip/method-lzma", with_entry(method=14, body=lambda: lzma.compress(faulty()[SHEET])))
cases.add("zip/method-stored-but-deflated", with_entry(method=0, body=lambda: body_of(SHEET)))
cases.add("zip/method-deflated-but-stored", with_entry(method=8, body=lambda: faulty()[SHEET]))
cases.add("zip/crc-wrong", with_entry(crc=12_345))
cases.add("zip/crc-zero", with_entry(crc=0))
cases.add("zip/crc-of-styles-wrong", with_entry(STYLES, crc=1))
cases.add("zip/crc-of-unread-theme-wrong", with_entry(THEME, crc=1))
cases.add("zip/size-lies-small", with_entry(size=1))
cases.add("zip/size-lies-big", with_entry(size=0xFFFFFFFE))
cases.add("zip/size-differs-in-local-header", with_entry(local_size=7))
cases.add("zip/packed-lies-small", with_entry(packed=10))
cases.add("zip/packed-lies-big", with_entry(packed=0x7FFFFFFF))
cases.add("zip/packed-zero", with_entry(packed=0))
cases.add("zip/offset-into-itself", with_entry(offset=44))
cases.add("zip/all-at-one-offset", lambda: archive([Entry(e.name, e.data, offset=0) for e in entries(faulty())]))
cases.add("zip/body-garbage-behind", with_entry(body=lambda: body_of(SHEET) + b"garbage"))
cases.add("zip/body-without-end-block", with_entry(body=lambda: body_of(SHEET)[:-3]))
cases.add("zip/body-cut-in-half", with_entry(body=lambda: body_of(SHEET)[: len(body_of(SHEET)) // 2]))
cases.add("zip/body-one-bit-wrong", with_entry(body=lambda: body_of(SHEET)[:200] + b"\xff" + body_of(SHEET)[201:]))
cases.add("zip/body-empty", with_entry(body=b""))
cases.add("zip/body-zlib-not-raw", with_entry(body=lambda: zlib.compress(faulty()[SHEET])))
cases.add("zip/local-name-differs", with_entry(local_name=b"xl/other.xml"))
cases.add("zip/local-extra-64k", with_entry(local_extra=b"x" * 65_535))
cases.add("zip/extra-cut", with_entry(extra=b"\x01\x00\xff\xff\x00"))
cases.add("zip/extra-64k", with_entry(extra=struct.pack("<2H", 0xCAFE, 65_531) + b"x" * 65_531))
cases.add("zip/extra-unicode-path", with_entry(extra=struct.pack("<2HBL", 0x7075, 11, 1, 0) + b"xl/a.b"))
cases.add(
    "zip/extra-unicode-path-not-utf8",
    with_entry(extra=struct.pack("<2HBL", 0x7075, 9, 1, zlib.crc32(SHEET.encode())) + b"\xff" * 4),
)
cases.add("zip/comment-of-entry-64k", with_entry(comment=b"c" * 65_535))
cases.add("zip/date-impossible", with_entry(date=0xFFFF, time=0xFFFF))
cases.add("zip/date-zero", with_entry(date=0))
cases.add("zip/version-needed-999", with_entry(version=999))
cases.add("zip/symlink", and_entries(Entry(b"xl/link", b"/etc/passwd", made=0x314, external=0o120777 << 16)))
cases.add("zip/sheet-is-symlink", with_entry(made=0x314, external=0o120777 << 16))


@cases("zip/data-descriptors")
def _() -> bytes:
    """As a streaming writer makes them: sizes behind the bodies."""
    found = entries(faulty())
    for e in found:
        e.flags |= 8
        body = deflate([e.data])
        e.behind = b"PK\x07\x08" + struct.pack("<3L", zlib.crc32(e.data), len(body), len(e.data))
    return archive(found)


cases.add("zip/data-descriptor-missing", with_entry(flags=8, local_size=0))
cases.add("zip/name-empty", and_entries(Entry(b"", b"x")))
cases.add("zip/name-nul", and_entries(Entry(b"xl/a\0.xml", b"x")))
cases.add("zip/name-nul-hides-part", with_entry(name=SHEET.encode() + b"\0.txt"))
cases.add("zip/name-64k", and_entries(Entry(b"n" * 65_535, b"x")))
cases.add("zip/name-64k-twice", and_entries(Entry(b"n" * 65_535, b"x"), Entry(b"n" * 65_535, b"y")))
cases.add("zip/name-not-utf8", and_entries(Entry(b"xl/\xff\xfe\x80.xml", b"x", flags=0x800)))
cases.add("zip/name-gbk", and_entries(Entry("xl/决算.xml".encode("gbk"), b"x")))
cases.add("zip/name-escape-codes-twice", and_entries(*[Entry(b"\x1b[31m\x1b]0;x\x07\r\n.xml", b"x")] * 2))
cases.add("zip/name-bidi-twice", and_entries(*[Entry("xl/\u202elmx.exe".encode(), b"x", flags=0x800)] * 2))
cases.add("zip/name-escape-codes-unknown-method", and_entries(Entry(b"\x1b[2J\x1b[H", b"x", 99)))
cases.add("zip/twin-parts", twin(lambda name: name))
cases.add("zip/case-twin-parts", twin(str.upper))
cases.add("zip/backslash-twin-parts", twin(lambda name: name.replace("/", "\\")))
cases.add("zip/leading-slash-twin-parts", twin(lambda name: "/" + name))
cases.add("zip/dot-twin-parts", twin(lambda name: name.replace("xl/", "xl/./")))
cases.add("zip/double-slash-twin-parts", twin(lambda name: name.replace("/", "//")))
cases.add("zip/space-twin-parts", twin(lambda name: name + " "))
cases.add("zip/fullwidth-twin-parts", twin(lambda name: name.replace("x", "ｘ")))
cases.add(
    "zip/turkish-i-twin-parts",
    lambda: archive([*entries(faulty()), *(Entry(n.encode(), b"x", flags=0x800) for n in ("xl/İ.xml", "xl/i̇.xml"))]),
)
cases.add(
    "zip/nfd-twin-parts",
    lambda: archive(
        [
            *entries(faulty()),
            *(Entry(unicodedata.normalize(f, "xl/é.xml").encode(), b"x", flags=0x800) for f in ("NFC", "NFD")),
        ]
    ),
)
cases.add("zip/nul-twin-parts", twin(lambda name: name + "\0"))
cases.add(
    "zip/twin-only-in-local-headers",
    lambda: archive([*entries(faulty()), Entry(SHEET.encode(), b"<x/>", unlisted=True)]),
)


# --- bombs ------------------------------------------------------------------------------------------


def spaces(part: str, size: int, place: str = "</") -> Make:
    """Blanks before the last tag of a part: the ratio bomb."""

    def make() -> bytes:
        head, mark, tail = text_of(part).rpartition(place)
        data = (head + " " * size + mark + tail).encode()
        return with_entry(part, data=data)()

    return make


MEGABYTE = b" " * 999_992 + b"<x>1</x>"  # libxml2 takes no text of more than 10 MB


def bomb(head: bytes, megabytes: int, tail: bytes, told: int | None = None) -> dict[str, Any]:
    """Fields of an entry: blanks that deflate to 1/110, under the limit of the ratio."""
    machine = zlib.compressobj(9, zlib.DEFLATED, -15)
    chunk = machine.compress(MEGABYTE) + machine.flush(zlib.Z_FULL_FLUSH)
    fill = head + MEGABYTE[: megabytes * 8_000] if megabytes < 125 else head + MEGABYTE + MEGABYTE
    packed = zlib.compressobj(0, zlib.DEFLATED, -15)
    body = packed.compress(fill) + packed.flush(zlib.Z_FULL_FLUSH) + chunk * megabytes + deflate([tail])
    crc = zlib.crc32(fill)
    for _ in range(megabytes):
        crc = zlib.crc32(MEGABYTE, crc)
    size = len(fill) + megabytes * len(MEGABYTE) + len(tail)
    return {"body": body, "crc": zlib.crc32(tail, crc), "size": size if told is None else told}


def blanks(megabytes: int, told: int | None = None) -> Make:
    head = text_of(SHEET).removesuffix("</worksheet>").encode()

    def make() -> bytes:
        return with_entry(**bomb(head, megabytes, b"</worksheet>", told))()

    return make


for part, short in (
    (SHEET, "sheet"),
    (STRINGS, "shared-strings"),
    (STYLES, "styles"),
    (BOOK, "workbook"),
    (RELS, "rels"),
):
    cases.add(f"zip/bomb-of-blanks-in-{short}", spaces(part, 8_000_000))
cases.add("zip/bomb-in-unread-theme", spaces(THEME, 8_000_000))
cases.add("zip/bomb-of-blanks-just-under-the-floor", spaces(SHEET, 1_000_000))
cases.add("zip/bomb-210-mb-that-says-100-bytes", blanks(210, 100))
cases.add("zip/bomb-196-mb-under-the-ratio", blanks(196))
cases.add("zip/bomb-of-empty-blocks", with_entry(body=lambda: b"\0\0\0\xff\xff" * 1_000_000 + body_of(SHEET)))


@cases("zip/bomb-of-many-parts")
def _() -> bytes:
    """Ten sheets of 19 MB each, every one under the ratio."""
    fields = bomb(sheet_of("").removesuffix(b"</worksheet>"), 19, b"</worksheet>")
    found = entries(faulty())
    for e in found:
        if e.name.startswith(b"xl/worksheets/"):
            e.body, e.crc, e.size = fields["body"], fields["crc"], fields["size"]
    return archive(found)


def overlapping(count: int) -> bytes:
    """Many names for one body: the directory points again and again to the same local header."""
    body = sheet_of(" " * 900_000)
    found = [*entries(faulty()), Entry(b"xl/kernel.xml", body)]
    plain = archive(found)
    offset = plain.index(b"xl/kernel.xml") - 30
    packed = len(deflate([body]))
    more = [Entry(b"xl/o%d.xml" % n, body, absent=True, offset=offset, packed=packed) for n in range(count)]
    return archive([*found, *more])


cases.add("zip/overlapping-entries-bomb", lambda: overlapping(1_900))


@cases("zip/overlapping-sheets-bomb")
def _() -> bytes:
    """All ten sheets are one body that inflates to 19 MB."""
    fields = bomb(sheet_of("").removesuffix(b"</worksheet>"), 19, b"</worksheet>")
    found = entries(faulty())
    sheets = [e for e in found if e.name.startswith(b"xl/worksheets/")]
    start = archive(found).index(sheets[0].name) - 30
    for e in sheets:
        e.body, e.crc, e.size = fields["body"], fields["crc"], fields["size"]
        e.offset, e.absent = start, e is not sheets[0]
    return archive(found)


cases.add("zip/2001-entries", lambda: zipped(faulty() | {f"x/{n}": b"" for n in range(2_001)}))
cases.add("zip/1980-entries", lambda: zipped(faulty() | {f"x/{n}": b"" for n in range(1_980)}))
cases.add("zip/65535-entries", lambda: archive([Entry(b"x/%d" % n, absent=True, offset=0) for n in range(65_535)]))
cases.add("zip/20-mb-and-one-byte", lambda: b"PK\x03\x04" + bytes(20 * 1024 * 1024 - 3))
cases.add("zip/exactly-20-mb", lambda: zipped(faulty())[:-22] + bytes(20 * 1024 * 1024 - len(whole())) + whole()[-22:])
cases.add("zip/many-end-records", lambda: b"PK" + b"PK\x05\x06" * 300_000)
cases.add("zip/stored", lambda: archive([Entry(e.name, e.data, 0) for e in entries(faulty())]))


@cases("zip/written-by-zipfile-with-lzma")
def _() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_LZMA) as target:
        for name, data in faulty().items():
            target.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_LZMA)
    return out.getvalue()
