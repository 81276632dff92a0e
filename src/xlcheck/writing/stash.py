"""The original of every part that marking touched, kept inside the marked copy: unmarking gives it back as it was.

The stash is a part of its own that no program reads; one that saves the workbook anew leaves it out, and then
``unmark`` takes the marks off one by one.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from typing import Any

from xlcheck.errors import Refused
from xlcheck.reading.package import MAX_FILE, Package, Part, reassembled

PART = "xlcheck/stash.zip"
CONTENT_TYPE = "application/zip"
RELATION = "urn:xlcheck:stash"
_FIELDS = ("name", "flags", "method", "time", "date", "crc", "packed", "size", "external")
_DATE = (1980, 1, 1, 0, 0, 0)


def packed(
    package: Package, changed: Mapping[str, bytes], added: Mapping[str, bytes], dropped: Iterable[str] = ()
) -> bytes:
    """The stash of a copy in which ``changed`` parts differ, ``added`` ones are new, ``dropped`` ones missing."""
    out = io.BytesIO()
    parts = []
    with zipfile.ZipFile(out, "w") as archive:
        for name in (*changed, *sorted(dropped)):
            part = package.parts[name.lower()]
            parts.append({f: getattr(part, f) for f in _FIELDS} | {"encoded": part.encoded.hex()})
            raw = package.data[part.start : part.start + part.packed]
            archive.writestr(zipfile.ZipInfo(f"raw/{len(parts) - 1}", _DATE), raw)
        manifest = {
            "order": list(package.parts),
            "dropped": sorted(dropped),
            "parts": parts,
            "marked": {n.lower(): _hash(d) for n, d in (*changed.items(), *added.items())},
        }
        archive.writestr(zipfile.ZipInfo("manifest.json", _DATE), json.dumps(manifest, ensure_ascii=False))
    return out.getvalue()


def restored(package: Package) -> bytes | None:
    """The workbook before it was marked, byte for byte; None where another program has saved it since."""
    if PART not in package:
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(package.read(PART))) as archive:
            return _restored_from(archive, package)
    except (MemoryError, Refused):
        raise
    except Exception:  # noqa: BLE001 - not our stash, or one that somebody has tampered with: it says nothing
        return None


def _restored_from(archive: zipfile.ZipFile, package: Package) -> bytes | None:
    """The workbook that a stash belongs to; None where it is no stash of ours, or the parts are not as we left them."""
    if any(e.compress_type or e.file_size > MAX_FILE for e in archive.infolist()):
        return None  # ours are stored as they are
    manifest = json.loads(archive.read("manifest.json"))
    if not (_complete(manifest) and _untouched(package, manifest["marked"])):
        return None
    originals = {
        entry["name"].lower(): (_part(entry), archive.read(f"raw/{i}")) for i, entry in enumerate(manifest["parts"])
    }
    return reassembled(package, manifest["order"], originals)


def _complete(manifest: Mapping[str, Any]) -> bool:
    """Whether no part is named twice, and each original is one that marking changed or left out."""
    order, stored = manifest["order"], {entry["name"].lower() for entry in manifest["parts"]}
    return len(set(order)) == len(order) and stored <= {*manifest["marked"], *manifest["dropped"]}


def _untouched(package: Package, marked: Mapping[str, str]) -> bool:
    """Whether the parts that marking wrote are as it left them."""
    return all(name in package and _hash(package.read(name)) == digest for name, digest in marked.items())


def _part(entry: Mapping[str, str | int]) -> Part:
    fields = {f: entry[f] for f in _FIELDS}
    return Part(encoded=bytes.fromhex(str(entry["encoded"])), start=0, **fields)  # type: ignore[arg-type]


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
