"""The workbook as a guarded zip of parts, lazily inflated; untouched entries are copied raw.

One ``Package`` serves the reader and the marker. Nothing is parsed before the guards have passed:
sizes are counted on the bytes that really come out, never taken from the archive's own words.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from lxml import etree

from xlcheck.errors import Refused
from xlcheck.reading.zips import ZIP_ERRORS
from xlcheck.workers import short_of_memory

MAX_FILE = 20 * 1024 * 1024
MAX_ENTRIES = 2_000
MAX_INFLATED = 200 * 1024 * 1024
MAX_RATIO = 200
_RATIO_FLOOR = 1024 * 1024
_LARGE_PART = 1024 * 1024  # its tree takes twenty times as much
_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_DATE = (0, 0x21)  # 1980-01-01 00:00, the first date a zip can hold: marked copies are reproducible


class Part(NamedTuple):
    """One entry of the zip as stored. ``raw`` is sliced lazily from the file."""

    name: str
    encoded: bytes
    flags: int
    method: int
    time: int
    date: int
    crc: int
    start: int
    packed: int
    size: int
    external: int


def refuse_large(data: bytes) -> None:
    """Refuse a file larger than any 决算公开 workbook.

    Raises:
        Refused: more than 20 MB.
    """
    if len(data) > MAX_FILE:
        raise Refused("too_large", f"文件有 {len(data) / 1048576:.1f} MB，超过 20 MB 的上限。")


_FIRST_ENTRY = b"PK\x03\x04"


class Package:
    """A workbook's bytes, its entries, and its parts as bytes or parsed XML.

    Raises:
        Refused: any guard that fails, with a plain reason.
    """

    def __init__(self, data: bytes) -> None:
        refuse_large(data)
        self.data = data
        self.parts: dict[str, Part] = {}
        self._bytes: dict[str, bytes] = {}
        self._trees: dict[str, etree._Element] = {}
        self._inflated = 0
        self._read_directory()

    def _read_directory(self) -> None:
        entries = self._entries()
        if self._is_cut_off(entries):
            raise Refused("damaged", "文件不完整：前面还有别的压缩内容，像是没有复制完的压缩包。请重新复制或重新发送。")
        if len(entries) > MAX_ENTRIES:
            raise Refused("too_many_parts", f"文件里有 {len(entries)} 个部件，超过 {MAX_ENTRIES} 个的上限。")
        for entry in entries:
            if entry.orig_filename.endswith("/"):
                continue
            name = part_name(entry.orig_filename)
            if name.lower() in self.parts:
                raise Refused("duplicate_parts", f"文件里有两个同名部件“{name}”，内容不可信，拒绝读取。")
            self.parts[name.lower()] = self._part(entry, name)

    def _is_cut_off(self, entries: list[zipfile.ZipInfo]) -> bool:
        """Whether it is the end of the last workbook in an archive of several that was cut off, and not the whole."""
        return self.data[:4] == _FIRST_ENTRY and bool(entries) and min(e.header_offset for e in entries) > 0

    def _entries(self) -> list[zipfile.ZipInfo]:
        try:
            with zipfile.ZipFile(io.BytesIO(self.data)) as archive:
                return archive.infolist()
        except ZIP_ERRORS as error:
            raise Refused("damaged", "文件已损坏，压缩目录读不出来。请重新导出或重新发送。") from error

    def _part(self, entry: zipfile.ZipInfo, name: str) -> Part:
        if entry.flag_bits & 0x1:
            raise Refused("encrypted", "压缩包加了密码，无法读取。请取消密码后再发送。")
        if entry.compress_type not in (0, 8):
            raise Refused("damaged", f"部件“{name}”用了不认识的压缩方法。请用 Excel/WPS 重新保存。")
        header = self.data[entry.header_offset : entry.header_offset + 30]
        if len(header) < 30 or header[:4] != b"PK\x03\x04":
            raise Refused("damaged", f"文件已损坏：部件“{name}”的位置不对。请重新导出或重新发送。")
        fields = _LOCAL.unpack(header)
        start = entry.header_offset + 30 + fields[9] + fields[10]
        if start + entry.compress_size > len(self.data):
            raise Refused("damaged", f"文件不完整：部件“{name}”被截断。请重新导出或重新发送。")
        encoded = entry.orig_filename.encode("utf-8" if entry.flag_bits & 0x800 else "cp437")
        return Part(
            name, encoded, entry.flag_bits & 0x800, entry.compress_type, fields[4], fields[5],
            entry.CRC, start, entry.compress_size, entry.file_size, entry.external_attr,
        )  # fmt: skip

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.lower() in self.parts

    def read(self, name: str) -> bytes:
        """The inflated bytes of a part.

        Raises:
            Refused: there is no such part, or it is damaged.
        """
        key = name.lower()
        if key not in self._bytes:
            if key not in self.parts:
                raise Refused("damaged", f"文件不完整：缺少部件“{name}”。请用 Excel/WPS 重新保存。")
            self._bytes[key] = self._inflate(self.parts[key])
        return self._bytes[key]

    def _inflate(self, part: Part) -> bytes:
        inflated = self._decompressed(part)
        self._inflated += len(inflated)
        if self._inflated > MAX_INFLATED:
            raise Refused("bomb", "文件解压后超过 200 MB，拒绝读取。")
        if len(inflated) > _RATIO_FLOOR and len(inflated) > MAX_RATIO * max(part.packed, 1):
            raise Refused("bomb", f"部件“{part.name}”的压缩比异常（超过 {MAX_RATIO}:1），拒绝读取。")
        if zlib.crc32(inflated) != part.crc:
            raise Refused("damaged", f"文件已损坏：部件“{part.name}”校验不符。请重新导出或重新发送。")
        return inflated

    def _decompressed(self, part: Part) -> bytes:
        """The bytes of a part, of too many only the first ones."""
        raw = self.data[part.start : part.start + part.packed]
        if part.method == 0:
            return raw
        try:
            return zlib.decompressobj(-15).decompress(raw, MAX_INFLATED - self._inflated + 1)
        except zlib.error as error:
            raise Refused("damaged", f"文件已损坏：部件“{part.name}”解压失败。请重新导出。") from error

    def tree(self, name: str) -> etree._Element:
        """The parsed root element of an XML part, parsed once; a large part is not kept, and parsed anew when asked for.

        Raises:
            Refused: not well-formed, or with a document type.
            KeyError: no such part.
        """
        key = name.lower()
        if key in self._trees:
            return self._trees[key]
        data = self.read(name)
        tree = parse_xml(data, name, bare=True)
        if len(data) <= _LARGE_PART:
            self._trees[key] = tree
        return tree


def parse_xml(data: bytes, name: str, *, bare: bool = False) -> etree._Element:
    """Parse untrusted XML: no entities, no network, no document type; ``bare``: no comments, no instructions."""
    head = data[:1024].replace(b"\0", b"")
    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
        raise Refused("doctype", f"部件“{name}”带有文档类型声明（DOCTYPE），可能有害，拒绝读取。")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=bare, remove_pis=bare
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        if short_of_memory():
            raise MemoryError from error  # libxml2 takes its own lack of memory for bad XML
        raise Refused("damaged", f"部件“{name}”不是合格的 XML。请用 Excel/WPS 重新保存。") from error
    if getattr(root.getroottree().docinfo, "doctype", ""):
        raise Refused("doctype", f"部件“{name}”带有文档类型声明（DOCTYPE），可能有害，拒绝读取。")
    return root


def chosen(element: etree._Element) -> etree._Element:
    """An element itself; of alternatives (``mc:AlternateContent``) the one meant for every program."""
    if not str(element.tag).endswith("}AlternateContent"):
        return element
    by_name = {str(e.tag).rpartition("}")[2]: e for e in reversed(list(element.iterchildren("*")))}
    holder = by_name.get("Fallback", by_name.get("Choice"))
    inner = next(holder.iterchildren("*"), None) if holder is not None else None
    return element if inner is None else inner


def part_name(name: str) -> str:
    """A part's name with forward slashes and no leading slash."""
    return name.replace("\\", "/").lstrip("/")


def rewrite(
    package: Package,
    changed: Mapping[str, bytes],
    added: Iterable[tuple[str, bytes]],
    dropped: Collection[str] = (),
) -> bytes:
    """A zip like ``package`` with some parts changed, some ``dropped`` and some added at the end.

    Parts that are in neither are copied with their compressed bytes. Names in ``changed`` are looked
    up without regard to case.
    """
    new = {name.lower(): data for name, data in changed.items()}
    entries: list[tuple[Part, bytes]] = []
    for key, part in package.parts.items():
        if key in dropped:
            continue
        if key in new:
            entries.append(_packed(part, new[key]))
        else:
            entries.append((part, package.data[part.start : part.start + part.packed]))
    blank = Part("", b"", 0x800, 8, *_DATE, 0, 0, 0, 0, 0)
    for name, data in added:
        entries.append(_packed(blank._replace(name=name, encoded=name.encode()), data))
    return _assemble(entries)


def reassembled(package: Package, order: Iterable[str], originals: Mapping[str, tuple[Part, bytes]]) -> bytes:
    """A zip of the parts in ``order`` (names in small letters): those of ``originals`` as given, others raw as they are.

    Raises:
        KeyError: a part is in neither.
    """
    entries = []
    for key in order:
        if key in originals:
            entries.append(originals[key])
        else:
            part = package.parts[key]
            entries.append((part, package.data[part.start : part.start + part.packed]))
    return _assemble(entries)


def _packed(part: Part, data: bytes) -> tuple[Part, bytes]:
    machine = zlib.compressobj(6, zlib.DEFLATED, -15)
    raw = machine.compress(data) + machine.flush()
    if len(data) > _RATIO_FLOOR and len(data) > MAX_RATIO * len(raw):  # our own guard would refuse it
        return part._replace(method=0, crc=zlib.crc32(data), packed=len(data), size=len(data)), data
    return part._replace(method=8, crc=zlib.crc32(data), packed=len(raw), size=len(data)), raw


def _assemble(entries: list[tuple[Part, bytes]]) -> bytes:
    out = io.BytesIO()
    directory = io.BytesIO()
    for part, raw in entries:
        offset = out.tell()
        shared = (part.flags, part.method, part.time, part.date, part.crc, part.packed, part.size)
        out.write(_LOCAL.pack(b"PK\x03\x04", 20, *shared, len(part.encoded), 0))
        out.write(part.encoded)
        out.write(raw)
        directory.write(
            _CENTRAL.pack(b"PK\x01\x02", 20, 20, *shared, len(part.encoded), 0, 0, 0, 0, part.external, offset)
        )
        directory.write(part.encoded)
    start, size = out.tell(), directory.tell()
    out.write(directory.getvalue())
    out.write(_END.pack(b"PK\x05\x06", 0, 0, len(entries), len(entries), size, start, 0))
    return out.getvalue()
