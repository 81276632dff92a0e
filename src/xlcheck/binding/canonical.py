"""What rows are called everywhere, whatever their form prints (``xlcheck extract``, the figures of a text)."""

from __future__ import annotations

from collections.abc import Mapping

from xlcheck.concepts import Concept
from xlcheck.form import TOTAL
from xlcheck.mapping.tables import plain_key


def row_name(rows: Mapping[str, Concept], key: str, label: str) -> str:
    """The canonical name of a row: 合计, the vocabulary's name, else its label without ordinal."""
    if key == TOTAL:
        return TOTAL
    if key in rows and rows[key].name != key:
        return rows[key].name
    return plain_key(key) if key in rows else plain_key(label)
