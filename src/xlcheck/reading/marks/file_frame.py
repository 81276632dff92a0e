"""A file around the parts of its zip, byte for byte: headers, extra fields, directory, as some program wrote them.

Kept beside the original parts it gives back the very file that came in, not only the same parts.
"""

from __future__ import annotations

import hashlib
import io
import json
import struct
import zipfile
from collections.abc import Mapping
from typing import NamedTuple

from xlcheck.reading.entries import Entry, part_name
from xlcheck.reading.zips import ZIP_ERRORS

_LOCAL = 30  # bytes of a local header before the name
_LENGTHS = struct.Struct("<2H")
_HEAD = struct.Struct("<L")


class _PartPlace(NamedTuple):
    """Where the bytes of a part lie in the file."""

    start: int
    end: int
    key: str


def frame_of(data: bytes) -> bytes:
    """All of a zip but the bytes of its parts, and where these go; empty where parts lie over each other."""
    try:
        places = _places(data)
    except ZIP_ERRORS:
        return b""
    gaps, at = [], 0
    for place in places:
        if place.start < at or place.end > len(data):
            return b""
        gaps.append(data[at : place.start])
        at = place.end
    gaps.append(data[at:])
    order = {"order": [p.key for p in places], "gaps": [len(g) for g in gaps], "sha256": _hash(data)}
    head = json.dumps(order, ensure_ascii=False).encode()
    return _HEAD.pack(len(head)) + head + b"".join(gaps)


def _places(data: bytes) -> list[_PartPlace]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        listed = [e for e in archive.infolist() if not e.orig_filename.endswith("/")]
    places = []
    for entry in listed:
        header = data[entry.header_offset : entry.header_offset + _LOCAL]
        start = entry.header_offset + _LOCAL + sum(_LENGTHS.unpack(header[26:30]))
        places.append(_PartPlace(start, start + entry.compress_size, part_name(entry.orig_filename).lower()))
    return sorted(places)


def refilled(frame: bytes, entries: Mapping[str, Entry]) -> bytes | None:
    """The file that had this frame and these parts (by their names in small letters); None where it is another.

    Nothing is taken on trust: the whole must have the digest that the file had.
    """
    try:
        (length,) = _HEAD.unpack_from(frame)
        order = json.loads(frame[_HEAD.size : _HEAD.size + length])
        at = _HEAD.size + length
        pieces: list[bytes | memoryview] = []
        for number, gap in enumerate(order["gaps"]):
            pieces.append(frame[at : at + gap])
            at += gap
            if number < len(order["order"]):
                pieces.append(entries[order["order"][number]].raw)
        whole = b"".join(pieces)
        return whole if _hash(whole) == order["sha256"] else None
    except (struct.error, ValueError, KeyError, TypeError, IndexError):
        return None


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
