"""What all bad files are made with: the parts of a good workbook, a zip writer that can lie, a register."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from support.places import SAMPLES

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPE_LEAD = "application/vnd.openxmlformats-officedocument.spreadsheetml."
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
SHEET = "xl/worksheets/sheet1.xml"
SHEET3 = "xl/worksheets/sheet3.xml"
BOOK = "xl/workbook.xml"
RELS = "xl/_rels/workbook.xml.rels"
ROOT_RELS = "_rels/.rels"
STYLES = "xl/styles.xml"
STRINGS = "xl/sharedStrings.xml"
THEME = "xl/theme/theme1.xml"
TYPES = "[Content_Types].xml"
FIRST = '<c r="C7" s="8"><v>999.1799999999999</v>'  # the wrong figure of sheet1: the sheet gets marks
Parts = dict[str, bytes]
Make = Callable[[], bytes | str]


class Register(dict[str, Make]):
    """Name → maker. ``@cases("zip/x")`` for functions, ``cases.add`` for the rest."""

    def __call__(self, name: str) -> Callable[[Make], Make]:
        return lambda make: self.add(name, make)

    def add(self, name: str, make: Make) -> Make:
        assert name not in self, name
        self[name] = make
        return make


# --- raw material -------------------------------------------------------------------------------


@cache
def sample(name: str) -> bytes:
    return (SAMPLES / f"{name}.xlsx").read_bytes()


@cache
def _parts(name: str) -> Parts:
    with zipfile.ZipFile(io.BytesIO(sample(name))) as archive:
        return {n: archive.read(n) for n in archive.namelist()}


def good() -> Parts:
    """The parts of the clean workbook."""
    return dict(_parts("tunliu_2023"))


def faulty() -> Parts:
    """A workbook with two mistyped figures, in the first and the third table: both sheets get marks."""
    parts = dict(_parts("tunliu_2023_transposed"))
    text = parts[SHEET].decode()
    before = FIRST.replace("999.", "567.")
    assert before in text
    return parts | {SHEET: text.replace(before, FIRST, 1).encode()}


def text_of(part: str) -> str:
    return faulty()[part].decode()


# --- edits --------------------------------------------------------------------------------------


def raw(data: bytes | str | Make) -> bytes:
    found = data() if callable(data) else data
    return found.encode() if isinstance(found, str) else found


def changed(part: str, before: str, after: str, count: int = 1, parts: Parts | None = None) -> Parts:
    found = faulty() if parts is None else parts
    text = found[part].decode()
    assert before in text, (part, before)
    return found | {part: text.replace(before, after, count).encode()}


def edit(part: str, before: str, after: str | Callable[[], str], count: int = 1) -> Make:
    return lambda: zipped(changed(part, before, after() if callable(after) else after, count))


def sub(part: str, pattern: str, after: str, count: int = 0) -> Make:
    def make() -> bytes:
        text, number = re.subn(
            pattern, lambda m: m.expand(after) if "\\" in after else after, text_of(part), count=count
        )
        assert number, (part, pattern)
        return zipped(faulty() | {part: text.encode()})

    return make


def swap(part: str, data: bytes | str | Make) -> Make:
    return lambda: zipped(faulty() | {part: raw(data)})


def plus(new: dict[str, bytes | str | Make]) -> Make:
    return lambda: zipped(faulty() | {n: raw(d) for n, d in new.items()})


def drop(*names: str) -> Make:
    assert set(names) <= set(good())
    return lambda: zipped({n: d for n, d in faulty().items() if n not in names})


def rows_added(rows: Callable[[], str] | str, part: str = SHEET) -> Make:
    """Rows appended to a sheet."""
    return lambda: zipped(changed(part, "</sheetData>", f"{rows() if callable(rows) else rows}</sheetData>"))


def before_end(text: str | Callable[[], str], part: str = SHEET) -> Make:
    """Elements behind the rows and all that follows them."""
    return edit(part, "</worksheet>", lambda: f"{text() if callable(text) else text}</worksheet>")


def sheet_of(data: str, behind: str = "", before: str = "") -> bytes:
    """A worksheet part around the XML of its rows."""
    head = f'{XML}<worksheet xmlns="{MAIN}" xmlns:r="{REL}">{before}<sheetData>'
    return f"{head}{data}</sheetData>{behind}</worksheet>".encode()


def value(text: str, kind: str = "") -> Make:
    """The wrong figure of the first table replaced by something stranger."""
    head = FIRST.partition("><v>")[0]
    return edit(SHEET, FIRST, f"{head}{f' t={chr(34)}{kind}{chr(34)}' if kind else ''}><v>{text}</v>")


def inside(text: str, kind: str = "") -> Make:
    """The same cell with other contents altogether."""
    head = FIRST.partition("><v>")[0]
    return edit(SHEET, FIRST, f"{head}{f' t={chr(34)}{kind}{chr(34)}' if kind else ''}>{text}")


def row(number: int | str, *cells: str) -> str:
    return f'<row r="{number}">{"".join(cells)}</row>'


def cell(at: str, text: str, kind: str = "") -> str:
    return f'<c r="{at}" t="{kind}"><v>{text}</v></c>' if kind else f'<c r="{at}"><v>{text}</v></c>'


def letters(index: int) -> str:
    found = ""
    while index:
        index, rest = divmod(index - 1, 26)
        found = chr(65 + rest) + found
    return found


def block(first: int, count: int, width: int, text: str = "1") -> str:
    names = [letters(c) for c in range(1, width + 1)]
    return "".join(row(r, *[f'<c r="{n}{r}"><v>{text}</v></c>' for n in names]) for r in range(first, first + count))


def related(part: str, *targets: tuple[str, str, str]) -> tuple[str, bytes]:
    """The relationships part of ``part``: (id, last word of the type, target)."""
    folder, _, name = part.rpartition("/")
    found = "".join(f'<Relationship Id="{i}" Type="{REL}/{kind}" Target="{t}"/>' for i, kind, t in targets)
    body = f'{XML}<Relationships xmlns="{PACKAGE}/relationships">{found}</Relationships>'
    return f"{folder}/_rels/{name}.rels", body.encode()


def book_of(sheets: str, rels: str, more: Parts, behind: str = "") -> bytes:
    """The faulty workbook with its list of sheets and the relationships of its workbook replaced."""
    parts = faulty()
    book = re.sub(r"<sheets>.*</definedNames>", lambda _: f"<sheets>{sheets}</sheets>{behind}", parts[BOOK].decode())
    kept = re.sub(r'<Relationship [^>]*Target="worksheets/[^>]*>', "", parts[RELS].decode())
    relations = kept.replace("</Relationships>", f"{rels}</Relationships>")
    return zipped(parts | {BOOK: book.encode(), RELS: relations.encode()} | more)


# --- zips -----------------------------------------------------------------------------------------


@dataclass
class Entry:
    """One entry as it is written; everything that is not None overrides what is true."""

    name: bytes
    data: bytes = b""
    method: int = 8
    flags: int = 0
    crc: int | None = None
    packed: int | None = None
    size: int | None = None
    offset: int | None = None
    extra: bytes = b""
    local_extra: bytes = b""
    local_name: bytes | None = None
    body: bytes | None = None  # the compressed bytes themselves
    behind: bytes = b""  # right behind the body
    version: int = 20
    made: int = 20
    time: int = 0
    date: int = 0x21
    external: int = 0
    comment: bytes = b""
    absent: bool = False  # only in the directory
    unlisted: bool = False  # not in the directory
    local_size: int | None = None


@lru_cache(maxsize=64)  # the parts that hardly any file changes
def deflated(data: bytes) -> bytes:
    return deflate([data])


def deflate(chunks: Iterable[bytes], level: int = 1) -> bytes:
    machine = zlib.compressobj(level, zlib.DEFLATED, -15)
    return b"".join(machine.compress(c) for c in chunks) + machine.flush()


def dense(data: bytes) -> bytes:
    """Deflated to a little over 1/110, with a stored head if need be, as one who knows the limit of the ratio would."""
    head = zlib.compressobj(0, zlib.DEFLATED, -15)
    cut = len(data) // 110
    return head.compress(data[:cut]) + head.flush(zlib.Z_FULL_FLUSH) + deflate([data[cut:]])


def entries(parts: Parts) -> list[Entry]:
    found = [Entry(n.encode(), d, flags=0 if n.isascii() else 0x800) for n, d in parts.items()]
    for e in found:
        if len(e.data) > 1_000_000:
            e.body = dense(e.data)
    return found


def _body(entry: Entry) -> bytes:
    if entry.method != 8:
        return entry.data
    return deflated(entry.data) if len(entry.data) < 20_000 else deflate([entry.data])


def archive(
    found: list[Entry], *, comment: bytes = b"", prefix: bytes = b"", end: dict[str, int] | None = None
) -> bytes:
    """A zip of entries. ``end`` overrides fields of the last record: disk, here, total, size, start, comment."""
    out, directory, listed = io.BytesIO(), [], 0
    out.write(prefix)
    for e in found:
        body = _body(e) if e.body is None else e.body
        crc = zlib.crc32(e.data) if e.crc is None else e.crc
        packed = len(body) if e.packed is None else e.packed
        size = len(e.data) if e.size is None else e.size
        offset = out.tell() if e.offset is None else e.offset
        if not e.absent:
            told = (e.method, e.time, e.date, crc, packed, size if e.local_size is None else e.local_size)
            name = e.name if e.local_name is None else e.local_name
            out.write(struct.pack("<4s5H3L2H", b"PK\x03\x04", e.version, e.flags, *told, len(name), len(e.local_extra)))
            out.writelines((name, e.local_extra, body, e.behind))
        if not e.unlisted:
            listed += 1
            told = (e.version, e.flags, e.method, e.time, e.date, crc, packed, size)
            rest = (len(e.name), len(e.extra), len(e.comment), 0, 0, e.external, offset)
            directory += [struct.pack("<4s6H3L5H2L", b"PK\x01\x02", e.made, *told, *rest), e.name, e.extra, e.comment]
    start, listing = out.tell(), b"".join(directory)
    told_end = {"disk": 0, "here": listed & 0xFFFF, "total": listed & 0xFFFF, "size": len(listing), "start": start}
    told_end |= {"comment": len(comment)} | (end or {})
    fields = (told_end["disk"], 0, told_end["here"], told_end["total"], told_end["size"], told_end["start"])
    out.write(listing)
    out.write(struct.pack("<4s4H2LH", b"PK\x05\x06", *fields, told_end["comment"]) + comment)
    return out.getvalue()


def zipped(parts: Parts) -> bytes:
    return archive(entries(parts))
