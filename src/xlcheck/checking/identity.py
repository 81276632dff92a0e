"""What makes a finding the same one in a later version of the workbook, and the values it was about."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence

from xlcheck.labels import label_key
from xlcheck.model import CellRef, Finding, Submission


def identities(findings: Sequence[Finding], now: Submission) -> list[str]:
    """One key a finding: unit, year, form, rule and cells by their labels; addresses and figures don't count.

    Findings that would share a key are numbered in their order.
    """
    seen: Counter[str] = Counter()
    keys = []
    for finding in findings:
        key = _hash(
            label_key(now.unit or ""), str(now.year or ""), now.form.id, finding.rule or finding.what,
            *sorted({_cell(c) for c in finding.cells} or {str(sorted(finding.facts.items()))}),
        )  # fmt: skip
        seen[key] += 1
        keys.append(key if seen[key] == 1 else f"{key}.{seen[key]}")
    return keys


def values(finding: Finding) -> str:
    """A key of the figures that a finding is about: it changes as soon as one of them does."""
    cells = sorted(f"{_cell(c)}={c.value or ''}" for c in finding.cells)
    return _hash(*cells, finding.expected or "", finding.actual or "")


def _cell(cell: CellRef) -> str:
    return f"{cell.table}|{label_key(cell.label)}|{cell.role}|{cell.last_year}"


def _hash(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
