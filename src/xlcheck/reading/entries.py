"""The entries of a zip: read under guards, and written again with their compressed bytes as they are."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from xlcheck.errors import Refused
from xlcheck.reading.zips import ZIP_ERRORS

MAX_FILE = 20 * 1024 * 1024
MAX_ENTRIES = 2_000
MAX_RATIO = 200
UTF8 = 0x800  # the flag of entries whose names are in UTF-8; others have them in cp437
_ENCRYPTED = 0x1
_RATIO_FLOOR = 1024 * 1024
_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_FIRST_ENTRY = b"PK\x03\x04"
_DATE = (0, 0x21)  # 1980-01-01 00:00, the first date a zip can hold: marked copies are reproducible


class Part(NamedTuple):
    """What the directory of a zip says of one entry."""

    name: str
    encoded: bytes
    flags: int
    method: int
    time: int
    date: int
    crc: int
    packed: int
    size: int
    external: int


class Entry(NamedTuple):
    """A part with its bytes as they lie in the zip, not copied out of it."""

    part: Part
    raw: bytes | memoryview


def refuse_large(data: bytes) -> None:
    """Refuse a file larger than any 决算公开 workbook.

    Raises:
        Refused: more than 20 MB.
    """
    _refuse_size(len(data))


def part_name(name: str) -> str:
    """A part's name with forward slashes and no leading slash."""
    return name.replace("\\", "/").lstrip("/")


# --- guards ---------------------------------------------------------------------------------------


def _refuse_size(size: int) -> None:
    if size > MAX_FILE:
        raise Refused("too_large", f"文件有 {size / 1048576:.1f} MB，超过 20 MB 的上限。")


def _refuse_many(entries: int) -> None:
    if entries > MAX_ENTRIES:
        raise Refused("too_many_parts", f"文件里有 {entries} 个部件，超过 {MAX_ENTRIES} 个的上限。")


def _refuse_twin(name: str, known: Collection[str]) -> None:
    if name.lower() in known:
        raise Refused("duplicate_parts", f"文件里有两个同名部件“{name}”，内容不可信，拒绝读取。")


def _refuse_unreadable(flags: int, method: int, name: str) -> None:
    if flags & _ENCRYPTED:
        raise Refused("encrypted", "压缩包加了密码，无法读取。请取消密码后再发送。")
    if method not in (0, 8):
        raise Refused("damaged", f"部件“{name}”用了不认识的压缩方法。请用 Excel/WPS 重新保存。")


def guarded(entries: Collection[Entry]) -> dict[str, Entry]:
    """Entries that need not have been in a zip, by their names in small letters: as if they had been read from one.

    Raises:
        Refused: what the zip of them would be refused for.
    """
    _refuse_size(_length(entries))
    _refuse_many(len(entries))
    found: dict[str, Entry] = {}
    for entry in entries:
        part = entry.part
        _refuse_twin(part.name, found)
        _refuse_unreadable(part.flags, part.method, part.name)
        found[part.name.lower()] = entry
    return found


# --- reading --------------------------------------------------------------------------------------


def entries_of(data: bytes) -> dict[str, Entry]:
    """The entries of a zip by their names in small letters, in its order.

    Raises:
        Refused: any guard that fails, with a plain reason.
    """
    refuse_large(data)
    found: dict[str, Entry] = {}
    for listed in _directory(data):
        name = part_name(listed.orig_filename)
        _refuse_twin(name, found)
        found[name.lower()] = _entry(data, listed, name)
    return found


def _directory(data: bytes) -> Iterator[zipfile.ZipInfo]:
    """What the directory of a zip lists, folders left out."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except ZIP_ERRORS as error:
        raise Refused("damaged", "文件已损坏，压缩目录读不出来。请重新导出或重新发送。") from error
    if data[:4] == _FIRST_ENTRY and entries and min(e.header_offset for e in entries) > 0:
        # the end of the last workbook in an archive of several that was cut off: it is not the whole
        raise Refused("damaged", "文件不完整：前面还有别的压缩内容，像是没有复制完的压缩包。请重新复制或重新发送。")
    _refuse_many(len(entries))
    return (entry for entry in entries if not entry.orig_filename.endswith("/"))


def _entry(data: bytes, listed: zipfile.ZipInfo, name: str) -> Entry:
    _refuse_unreadable(listed.flag_bits, listed.compress_type, name)
    header = data[listed.header_offset : listed.header_offset + 30]
    if len(header) < 30 or header[:4] != _FIRST_ENTRY:
        raise Refused("damaged", f"文件已损坏：部件“{name}”的位置不对。请重新导出或重新发送。")
    fields = _LOCAL.unpack(header)
    start = listed.header_offset + 30 + fields[9] + fields[10]
    if start + listed.compress_size > len(data):
        raise Refused("damaged", f"文件不完整：部件“{name}”被截断。请重新导出或重新发送。")
    part = Part(
        name, listed.orig_filename.encode("utf-8" if listed.flag_bits & UTF8 else "cp437"), listed.flag_bits & UTF8,
        listed.compress_type, fields[4], fields[5], listed.CRC, listed.compress_size, listed.file_size,
        listed.external_attr,
    )  # fmt: skip
    return Entry(part, memoryview(data)[start : start + listed.compress_size])


def inflated(entry: Entry, most: int) -> bytes:
    """The bytes of a part, not many more than ``most``: then they are for the caller to refuse.

    Raises:
        Refused: damaged.
    """
    if entry.part.method == 0:
        return bytes(entry.raw)
    try:
        return zlib.decompressobj(-15).decompress(entry.raw, most + 1)
    except zlib.error as error:
        raise Refused("damaged", f"文件已损坏：部件“{entry.part.name}”解压失败。请重新导出。") from error


def refuse_false(part: Part, data: bytes) -> None:
    """Refuse a part that swells too much, or is not what its directory says."""
    if len(data) > _RATIO_FLOOR and len(data) > MAX_RATIO * max(part.packed, 1):
        raise Refused("bomb", f"部件“{part.name}”的压缩比异常（超过 {MAX_RATIO}:1），拒绝读取。")
    if zlib.crc32(data) != part.crc:
        raise Refused("damaged", f"文件已损坏：部件“{part.name}”校验不符。请重新导出或重新发送。")


# --- writing --------------------------------------------------------------------------------------


def new_entry(name: str, data: bytes) -> Entry:
    """A part that was not there."""
    return packed(Part(name, name.encode(), UTF8, 8, *_DATE, 0, 0, 0, 0), data)


def packed(part: Part, data: bytes) -> Entry:
    """A part with other bytes."""
    machine = zlib.compressobj(6, zlib.DEFLATED, -15)
    raw = machine.compress(data) + machine.flush()
    if len(data) > _RATIO_FLOOR and len(data) > MAX_RATIO * len(raw):  # our own guard would refuse it
        return Entry(part._replace(method=0, crc=zlib.crc32(data), packed=len(data), size=len(data)), data)
    return Entry(part._replace(method=8, crc=zlib.crc32(data), packed=len(raw), size=len(data)), raw)


def _length(entries: Iterable[Entry]) -> int:
    """How long the zip of ``entries`` is."""
    heads = _LOCAL.size + _CENTRAL.size
    return _END.size + sum(heads + 2 * len(entry.part.encoded) + len(entry.raw) for entry in entries)


def zipped(entries: Collection[Entry]) -> bytes:
    """The zip of ``entries``."""
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
