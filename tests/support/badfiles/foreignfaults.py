"""Files that are no workbooks at all, and archives around workbooks."""

from __future__ import annotations

import base64
import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zlib

from support.badfiles.build import (
    PACKAGE,
    REL,
    TYPES,
    Entry,
    Make,
    Register,
    archive,
    deflate,
    faulty,
    good,
    raw,
    zipped,
)
from support.badfiles.formats import csv, html, ods, xls, xlsb

cases = Register()


def xlsx() -> bytes:
    return zipped(faulty())


def png(width: int = 1, height: int = 1) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">L", len(data)) + kind + data + struct.pack(">L", zlib.crc32(kind + data))

    size = struct.pack(">2L5B", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + chunk(b"IDAT", zlib.compress(b"\0\xff\0\0")) + chunk(b"IEND", b"")
    )


def tar() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as target:
        info = tarfile.TarInfo("../a.xlsx")
        info.size = len(xlsx())
        target.addfile(info, io.BytesIO(xlsx()))
    return out.getvalue()


# --- other kinds of files ---------------------------------------------------------------------------------

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog/OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
FILES: dict[str, bytes | str | Make] = {
    "empty": b"", "one-byte": b"x", "one-nul": b"\0", "nuls": bytes(65_536), "blanks": " \r\n" * 999, "ff": b"\xff" * 9_999, "noise": bytes((n * n * 31 + n) % 251 for n in range(20_000)),
    "pk-only": b"PK", "pk-and-nuls": b"PK\x03\x04" + bytes(999), "mark-of-utf8": b"\xef\xbb\xbf", "mark-of-utf16": b"\xff\xfe", "mark-of-utf32": b"\xff\xfe\0\0",
    "pdf-called-xls": PDF, "pdf-behind-junk": b"junk\n" * 99 + PDF, "pdf-that-is-a-zip": lambda: PDF + xlsx(), "rtf": rb"{\rtf1\ansi{\object\objdata 0105}}", "postscript": b"%!PS-Adobe-3.0\n(/etc/passwd) run",
    "rar": b"Rar!\x1a\x07\x00" + bytes(range(200)), "rar5": b"Rar!\x1a\x07\x01\x00" + bytes(range(200)), "7z": b"7z\xbc\xaf\x27\x1c\0\x04" + bytes(range(200)), "gzip": lambda: gzip.compress(xlsx(), mtime=0), "gzip-bomb": lambda: gzip.compress(bytes(9_000_000), mtime=0), "bzip2": lambda: bz2.compress(xlsx()), "xz": lambda: lzma.compress(xlsx()), "tar": tar,
    "zstd": b"\x28\xb5\x2f\xfd" + bytes(99), "lz4": b"\x04\x22\x4d\x18" + bytes(99), "cab": b"MSCF" + bytes(99), "arj": b"\x60\xea" + bytes(99), "iso": bytes(32_769) + b"CD001" + bytes(99), "ace": bytes(7) + b"**ACE**", "compress": b"\x1f\x9d\x90" + bytes(99),
    "png": png, "png-huge-size": lambda: png(2**31 - 1, 2**31 - 1), "jpeg": b"\xff\xd8\xff\xe0\0\x10JFIF" + bytes(99), "gif": b"GIF89a\xff\xff\xff\xff" + bytes(20), "bmp": b"BM" + bytes(99), "tiff": b"II*\0" + bytes(99), "webp": b"RIFF\x10\0\0\0WEBPVP8 " + bytes(9), "svg": '<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>', "heic": b"\0\0\0\x18ftypheic" + bytes(99), "ico": b"\0\0\x01\0" + bytes(99),
    "exe": b"MZ" + bytes(999), "elf": b"\x7fELF\x02\x01\x01" + bytes(99), "class": b"\xca\xfe\xba\xbe" + bytes(99), "shell-script": "#!/bin/sh\nrm -rf /,x\n", "python": "import os,sys\n", "pickle": b"cos\nsystem\n(S'id'\ntR.", "python-pickle-4": b"\x80\x04\x95\x0a\0\0\0\0\0\0\0\x8c\x02os\x94.", "lnk": b"L\0\0\0\x01\x14\x02\0" + bytes(99), "url": "[InternetShortcut]\r\nURL=http://127.0.0.1:9/\r\n", "torrent": b"d8:announce9:http://x/e",
    "sqlite": b"SQLite format 3\0" + bytes(99), "mdb": b"\0\x01\0\0Standard Jet DB\0" + bytes(99), "dbf": b"\x03\x7b\x01\x01" + struct.pack("<L2H", 10**9, 65_535, 65_535) + bytes(99), "parquet": b"PAR1" + bytes(99), "json": '{"a": [1, 2]}', "json-deep": "[" * 100_000, "yaml-bomb": "a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n",
    "sylk": "ID;PWXL;N;E\r\nC;Y1;X1;K1\r\nE\r\n", "dif": 'TABLE\r\n0,1\r\n"EXCEL"\r\nVECTORS\r\n0,999999999\r\n', "lotus": b"\0\0\x02\0\x06\x04\x06\0\x08\0" + bytes(99), "quattro": b"\0\0\x02\0\x20\x51" + bytes(99), "mp4": b"\0\0\0\x20ftypisom" + bytes(99), "mp3": b"ID3\x04" + bytes(99), "eml": "From: a@b\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x--", "vcard": "BEGIN:VCARD\r\nN:x;y;;\r\nEND:VCARD", "pem": "-----BEGIN CERTIFICATE-----\nAAAA\n",
    "base64-of-xlsx": lambda: base64.b64encode(xlsx()), "hex-of-xlsx": lambda: xlsx().hex(), "xlsx-backward": lambda: xlsx()[::-1], "xlsx-through-text-mode": lambda: xlsx().replace(b"\n", b"\r\n"), "xlsx-decoded-as-latin1": lambda: xlsx().decode("latin-1").encode(), "xlsx-decoded-as-utf8": lambda: xlsx().decode("utf-8", "replace").encode(), "xlsx-behind-mark": lambda: b"\xef\xbb\xbf" + xlsx(), "xlsx-behind-http-head": lambda: b"HTTP/1.1 200 OK\r\nContent-Type: x\r\n\r\n" + xlsx(),
    "xml-of-other-kind": '<?xml version="1.0"?><a/>', "xml-broken": "<?xml", "xml-feed": '<?xml version="1.0"?><rss><channel/></rss>', "ofd": lambda: zipped({"OFD.xml": b"<ofd:OFD/>", "Doc_0/Document.xml": b"<x/>"}), "git-lfs-pointer": "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", "html-error-page": "<!DOCTYPE html><html><title>404</title><h1>Not Found</h1></html>",
}  # fmt: skip
for short, data in FILES.items():
    cases.add(f"foreign/{short}", lambda data=data: raw(data))
CALLED = {
    "docx": ("word/document.xml", "document", "wordprocessingml"),
    "pptx": ("ppt/presentation.xml", "presentation", "presentationml"),
    "vsdx": ("visio/document.xml", "VisioDocument", "visio"),
}
for short, (name, root, kind) in CALLED.items():

    def other(name: str = name, root: str = root, kind: str = kind) -> bytes:
        space = f"http://schemas.openxmlformats.org/{kind}/2006/main"
        rels = f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="a" Type="{REL}/officeDocument" Target="{name}"/></Relationships>'
        return zipped(
            {TYPES: good()[TYPES], "_rels/.rels": rels.encode(), name: f'<w:{root} xmlns:w="{space}"/>'.encode()}
        )

    cases.add(f"foreign/{short}", other)
cases.add(
    "foreign/docx-with-workbook-inside",
    lambda: zipped(
        {TYPES: b"<Types/>", "_rels/.rels": b"<Relationships/>", "word/embeddings/a.xlsx": xlsx(), "xl/x": b""}
    ),
)
cases.add("foreign/jar", lambda: zipped({"META-INF/MANIFEST.MF": b"Main-Class: x", "x.class": b"\xca\xfe\xba\xbe"}))
cases.add(
    "foreign/epub",
    lambda: archive([Entry(b"mimetype", b"application/epub+zip", 0), Entry(b"META-INF/container.xml", b"<x/>")]),
)
cases.add("foreign/numbers", lambda: zipped({"Index/Document.iwa": bytes(99), "preview.jpg": b"\xff\xd8\xff"}))

# --- archives ----------------------------------------------------------------------------------------------


def named(*names: bytes, data: bytes | None = None, flags: int = 0) -> Make:
    """An archive of one workbook under odd names."""
    return lambda: archive([Entry(n, xlsx() if data is None else data, flags=flags) for n in names])


def nested(levels: int) -> bytes:
    data = xlsx()
    for level in range(levels):
        data = archive([Entry(b"%d.zip" % level, data, 0)])
    return data


cases.add(
    "foreign/zip-of-workbooks",
    lambda: zipped(
        {
            "甲/a.xlsx": xlsx(),
            "b.xls": xls(),
            "c.ods": ods(),
            "d.xlsb": xlsb(),
            "e.html": html().encode(),
            "f.csv": csv().encode(),
        }
    ),
)
cases.add("foreign/zip-of-zip", lambda: nested(2))
cases.add("foreign/zip-of-zip-100-deep", lambda: nested(100))
cases.add("foreign/zip-of-nothing-useful", lambda: zipped({"a.txt": b"x", "b/c.png": png()}))
cases.add("foreign/zip-of-30-workbooks", lambda: zipped({f"{n}.xlsx": xlsx() for n in range(30)}))
cases.add("foreign/zip-of-6000-files", lambda: archive([Entry(b"%d.xlsx" % n, b"", 0) for n in range(6_000)]))
cases.add(
    "foreign/zip-of-bad-workbooks",
    lambda: zipped({"empty.xlsx": b"", "noise.xls": bytes(range(256)), "cut.xlsx": xlsx()[:999], "good.xlsx": xlsx()}),
)
cases.add(
    "foreign/zip-of-bombs",
    lambda: archive([Entry(b"a%d.xlsx" % n, b"", body=deflate([bytes(25_000_000)]), crc=0, size=99) for n in range(9)]),
)
cases.add("foreign/zip-encrypted", lambda: archive([Entry(b"a.xlsx", xlsx(), flags=1)]))
cases.add(
    "foreign/zip-aes",
    lambda: archive([Entry(b"a.xlsx", xlsx(), 99, flags=1, extra=struct.pack("<2HH2sBH", 0x9901, 7, 2, b"AE", 3, 8))]),
)
for method, body in {9: b"x" * 99, 12: bz2.compress(b"x" * 999), 93: b"\x28\xb5\x2f\xfd", 99: b"x"}.items():
    cases.add(
        f"foreign/zip-method-{method}",
        lambda method=method, body=body: archive([Entry(b"a.xlsx", xlsx(), method, body=body)]),
    )
LZMA = b"\x09\x04\x05\x00\x5d\xff\xff\xff\xff"
cases.add(
    "foreign/zip-lzma-dictionary-of-4-gb",
    lambda: archive(
        [Entry(b"a.xlsx", xlsx(), 14, body=LZMA + bytes(99)), Entry(b"b", xlsx(), 14, body=LZMA + bytes(99))]
    ),
)
for short, ending in {"with-ending": b".xlsx", "without-ending": b""}.items():
    cases.add(
        f"foreign/zip-entry-damaged-{short}",
        lambda ending=ending: archive([Entry(b"a" + ending, xlsx(), body=b"\xff" * 999)]),
    )
    cases.add(
        f"foreign/zip-entry-cut-{short}",
        lambda ending=ending: archive([Entry(b"a" + ending, xlsx(), body=deflate([xlsx()])[:500])]),
    )
    cases.add(
        f"foreign/zip-entry-lzma-damaged-{short}",
        lambda ending=ending: archive(
            [Entry(b"a" + ending, xlsx(), 14, body=b"\x09\x04\x05\x00\x5d\0\0\x10\0" + b"\xff" * 99)]
        ),
    )
    cases.add(
        f"foreign/zip-entry-bzip2-damaged-{short}",
        lambda ending=ending: archive([Entry(b"a" + ending, xlsx(), 12, body=b"BZh9" + b"\xff" * 99)]),
    )
    cases.add(
        f"foreign/zip-entry-crc-wrong-{short}", lambda ending=ending: archive([Entry(b"a" + ending, xlsx(), crc=1)])
    )
    cases.add(
        f"foreign/zip-entry-offset-beyond-{short}",
        lambda ending=ending: archive([Entry(b"a" + ending, xlsx(), offset=0x7FFFFFFF)]),
    )
    cases.add(
        f"foreign/zip-entry-packed-lies-{short}",
        lambda ending=ending: archive([Entry(b"a" + ending, xlsx(), packed=0x7FFFFFFF)]),
    )
NAMES = {
    "dot": (b".",), "dots": (b"..",), "dot-slash-dot": (b"./.",), "slash-dot": (b"/.",), "empty": (b"",), "slashes": (b"///",), "nul": (b"\0",), "blank": (b" ",), "traversal": (b"../../../tmp/xlcheck-was-here.xlsx",), "traversal-with-backslashes": (b"..\\..\\..\\tmp\\xlcheck-was-here.xlsx",), "absolute": (b"/tmp/xlcheck-was-here.xlsx",), "drive": (b"C:\\xlcheck-was-here.xlsx",),
    "dots-inside": (b"a/../../b.xlsx",), "ending-only": (b".xlsx",), "ending-of-dots": (b"a/...xlsx",), "long": (b"n" * 300 + b".xlsx",), "very-long": (b"n" * 65_000 + b".xlsx",), "deep": (b"d/" * 2_000 + b"a.xlsx",), "escape-codes": (b"\x1b[31m\x1b]0;x\x07.xlsx",), "line-breaks": (b"a\r\nb.xlsx",), "twins": (b"a.xlsx", b"A.XLSX", b"a.xlsx"), "file-and-folder": (b"a.xlsx", b"a/b.xlsx", b"a"), "device": (b"CON.xlsx", b"nul.xlsx"), "stream": (b"a.xlsx:b.xlsx",), "tilde": (b"~/.ssh/a.xlsx",), "owner-file": (b"~$a.xlsx",),
    "gbk": ("决算/表.xlsx".encode("gbk"),), "not-gbk": (b"\x81\xff\xfe\x30.xlsx",), "star": (b'*?<>|".xlsx',), "mac-litter": (b"__MACOSX/._a.xlsx",), "nul-inside": (b"a.txt\0.xlsx",), "folder-that-is-a-file": (b"a.xlsx/",),
}  # fmt: skip
for short, names in NAMES.items():
    cases.add(f"foreign/zip-name-{short}", named(*names))
cases.add("foreign/zip-name-bidi", named("\u202exslx.a.xlsx".encode(), flags=0x800))
cases.add("foreign/zip-name-not-utf8", named(b"\xff\xfe.xlsx", flags=0x800))
cases.add("foreign/zip-name-surrogate", named(b"\xed\xa0\x80.xlsx", flags=0x800))
cases.add(
    "foreign/zip-symlink",
    lambda: archive([Entry(b"a.xlsx", b"/etc/passwd", made=0x314, external=0o120777 << 16), Entry(b"b.xlsx", xlsx())]),
)
cases.add(
    "foreign/zip-of-itself-by-offset",
    lambda: archive([Entry(b"a.xlsx", xlsx(), 0), Entry(b"b.xlsx", xlsx(), 0, absent=True, offset=0)]),
)


@cases("foreign/zip-zip64-big-directory")
def _() -> bytes:
    """150,000 entries, and a last record that says the directory is empty: the zip64 record says otherwise."""
    plain = archive([Entry(b"%d" % n, absent=True, offset=0) for n in range(150_000)])
    end = plain.rindex(b"PK\x05\x06")
    record = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 150_000, 150_000, end, 0)
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0, 0xFFFFFFFF, 0)
    return b"PK" + plain[2:end] + record + struct.pack("<4sLQL", b"PK\x06\x07", 0, end, 1) + tail
