"""What makes a finding the same one in a later version of the workbook, and the values it was about."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence

from xlcheck.labels import label_key
from xlcheck.model import Submission
from xlcheck.outcome import CellRef, Remark


def identities(remarks: Sequence[Remark], now: Submission) -> list[str]:
    """One key a remark: unit, year, form, rule and cells by their labels; addresses and figures don't count.

    Remarks that would share a key are numbered in their order.
    """
    seen: Counter[str] = Counter()
    keys = []
    whole = (label_key(now.unit or ""), str(now.year or ""), now.form.id)
    for remark in remarks:
        key = _hash(*whole, remark.rule or remark.code, *sorted(_about(remark)))
        seen[key] += 1
        keys.append(key if seen[key] == 1 else f"{key}.{seen[key]}")
    return keys


def _about(remark: Remark) -> set[str]:
    """The cells of a remark; its parameters where it has none."""
    return {_cell(c) for c in remark.cells} or {str(sorted(remark.params.items()))}


def figures_key(remark: Remark) -> str:
    """A key of the figures that a remark is about: it changes as soon as one of them does."""
    cells = sorted(f"{_cell(c)}={c.value or ''}" for c in remark.cells)
    return _hash(*cells, remark.expected or "", remark.actual or "")


def _cell(cell: CellRef) -> str:
    if cell.passage is not None:  # by what it is of; the name of the file and the place in it may change
        of = f"{cell.table}|" if cell.table else ""
        return f"文字|{of}{label_key(cell.label)}|{cell.role}|{'' if cell.label else label_key(cell.passage.quote)}"
    return f"{cell.table}|{label_key(cell.label)}|{cell.role}|{cell.last_year}"


def _hash(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
