"""The original of every part that marking touched, kept inside the marked copy: unmarking gives it back as it was.

They lie in a part of their own that no program reads; one that saves the workbook anew leaves it out, and then marks are
taken off one by one.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from typing import Any

from xlcheck.errors import Refused
from xlcheck.reading.entries import MAX_FILE, UTF8, Entry, Part, part_name
from xlcheck.reading.marks.format import ORIGINALS
from xlcheck.reading.package import Package
from xlcheck.reading.zips import ZIP_ERRORS

_FIELDS = ("name", "flags", "method", "time", "date", "crc", "packed", "size", "external")
_BITS = {
    "flags": 16,
    "method": 16,
    "time": 16,
    "date": 16,
    "crc": 32,
    "packed": 32,
    "size": 32,
    "external": 32,
}  # fmt: skip - what a zip has for a number
_LONGEST_NAME = 0xFFFF
_DATE = (1980, 1, 1, 0, 0, 0)
_MANIFEST = "manifest.json"
_FRAME = "frame"


def packed(
    package: Package,
    changed: Mapping[str, bytes],
    added: Mapping[str, bytes],
    dropped: Iterable[str] = (),
    frame: bytes = b"",
) -> bytes:
    """The originals for a copy in which ``changed`` parts differ, ``added`` ones are new, ``dropped`` ones missing.

    ``frame`` is the file around its parts (``file_frame``), where that is to come back too.
    """
    out = io.BytesIO()
    parts = []
    with zipfile.ZipFile(out, "w") as archive:
        for name in (*changed, *sorted(dropped)):
            part, raw = package.entry(name)
            parts.append({f: getattr(part, f) for f in _FIELDS} | {"encoded": part.encoded.hex()})
            archive.writestr(_named(_raw(len(parts) - 1)), bytes(raw))
        manifest = {
            "order": list(package.parts),
            "dropped": sorted(dropped),
            "parts": parts,
            "marked": {n.lower(): _hash(d) for n, d in (*changed.items(), *added.items())},
        }
        archive.writestr(_named(_MANIFEST), json.dumps(manifest, ensure_ascii=False))
        if frame:
            archive.writestr(_named(_FRAME), frame)
    return out.getvalue()


def original_entries(package: Package) -> list[Entry] | None:
    """The entries of the workbook before it was marked; None where another program has saved it since.

    Parts that marking left alone are the package's own entries. Whether the whole is a workbook is for its reader to say.

    Raises:
        Refused: the part with the originals, or one that was marked, is damaged.
    """
    if ORIGINALS not in package:
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(package.read(ORIGINALS))) as archive:
            if any(e.compress_type or e.file_size > MAX_FILE for e in archive.infolist()):
                return None  # ours are stored as they are
            manifest = json.loads(archive.read(_MANIFEST))
            if not (_complete(manifest) and _untouched(package, manifest["marked"])):
                return None
            originals = {
                told["name"].lower(): _entry(told, archive.read(_raw(i))) for i, told in enumerate(manifest["parts"])
            }
        return [originals[key] if key in originals else package.entry(key) for key in manifest["order"]]
    except (MemoryError, Refused):
        raise
    except Exception:  # noqa: BLE001 - not ours, or one that somebody has tampered with: it says nothing
        return None


def original_frame(package: Package) -> bytes:
    """The file around the original parts as it was kept; empty where it was not."""
    try:
        with zipfile.ZipFile(io.BytesIO(package.read(ORIGINALS))) as archive:
            listed = archive.getinfo(_FRAME)
            return b"" if listed.compress_type or listed.file_size > MAX_FILE else archive.read(listed)
    except (*ZIP_ERRORS, KeyError):
        return b""


def _complete(manifest: Mapping[str, Any]) -> bool:
    """Whether no part is named twice, and each original is one that marking changed or left out."""
    order, kept = manifest["order"], {entry["name"].lower() for entry in manifest["parts"]}
    return len(set(order)) == len(order) and kept <= {*manifest["marked"], *manifest["dropped"]}


def _untouched(package: Package, marked: Mapping[str, str]) -> bool:
    """Whether the parts that marking wrote are as it left them."""
    return all(name in package and _hash(package.read(name)) == digest for name, digest in marked.items())


def _entry(told: Mapping[str, Any], raw: bytes) -> Entry:
    """An original as the manifest tells of it.

    Raises:
        ValueError: no zip could have it so, or it is none of its name: the entry is used without being in one.
    """
    part = Part(encoded=bytes.fromhex(told["encoded"]), **{f: told[f] for f in _FIELDS})
    numbers = all(isinstance(told[f], int) and 0 <= told[f] < 1 << bits for f, bits in _BITS.items())
    if not numbers or part.flags not in (0, UTF8) or part.packed != len(raw) or len(part.encoded) > _LONGEST_NAME:
        raise ValueError(part)
    name = part.encoded.decode("utf-8" if part.flags else "cp437")
    if name.endswith("/") or part_name(name) != part.name:
        raise ValueError(part)
    return Entry(part, raw)


def _raw(number: int) -> str:
    """The name under which an original lies beside the manifest."""
    return f"raw/{number}"


def _named(name: str) -> zipfile.ZipInfo:
    return zipfile.ZipInfo(name, _DATE)


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
