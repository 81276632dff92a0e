"""A marked package written out with the originals of its parts, so that they come back as they were."""

from __future__ import annotations

from xlcheck.reading.edit import Edit
from xlcheck.reading.marks.format import ORIGINALS, ORIGINALS_RELATION, ORIGINALS_TYPE
from xlcheck.reading.marks.original_parts import packed
from xlcheck.reading.package import rewrite


def finished(edit: Edit, frame: bytes = b"") -> bytes:
    """The bytes of a package that was marked; the originals of the touched parts go along, and the file's ``frame``."""
    edit.added[ORIGINALS] = b""
    edit.content_type(ORIGINALS, ORIGINALS_TYPE)
    edit.relate("", ORIGINALS_RELATION, ORIGINALS)
    changed = edit.written()
    originals = {edit.package.parts[k].name: d for k, d in changed.items()}
    others = {n: d for n, d in edit.added.items() if n != ORIGINALS}
    edit.added[ORIGINALS] = packed(edit.package, originals, others, edit.dropped, frame)
    return rewrite(edit.package, changed, edit.added.items(), edit.dropped)
