"""What became of the findings of an earlier version of the workbook: 新增, 未改正, 已改正, or nobody can say."""

from __future__ import annotations

from collections.abc import Sequence

from xlcheck.checking.identity import identities
from xlcheck.form import Severity
from xlcheck.labels import label_key
from xlcheck.model import Earlier, Finding, Outcome, Submission

NEW, OPEN, MENDED, UNSURE = "新增", "未改正", "已改正", "无法核对"


def earlier_of(now: Submission, versions: Sequence[Earlier]) -> Earlier | None:
    """The last of ``versions`` that is of the same unit, year and form."""
    form = now.form.id if now.nearest is None else ""  # as a report says it: no set explains the tables
    own = (label_key(now.unit or ""), now.year, form)
    same = [e for e in versions if (label_key(e.unit), e.year, e.form) == own]
    return same[-1] if same else None


def compared(outcome: Outcome, now: Submission, versions: Sequence[Earlier]) -> None:
    """Say of every finding what it is against the earlier version; a single one of somebody else is told."""
    found = earlier_of(now, versions)
    if found is None:
        if len(versions) == 1:
            other = versions[0]
            facts = {
                "unit": other.unit or "（没有单位名称）",
                "year": str(other.year or "（没有年度）"),
                "form": other.form or "表样未知",
            }
            outcome.findings.append(Finding(None, Severity.NOTE, "continuity", "other_previous", facts=facts))
        return
    keys = identities(outcome.findings, now)
    known = {k.key for k in found.findings}
    for i, (finding, key) in enumerate(zip(outcome.findings, keys, strict=True)):
        outcome.findings[i] = finding._replace(change=OPEN if key in known else NEW)
    left = set(keys)
    outcome.earlier = found
    gone = [k for k in found.findings if k.key not in left]
    silent = {c.rule for c in outcome.cannot_say}  # what could not be checked is not mended
    outcome.mended = [k for k in gone if k.rule not in silent]
    outcome.unsure = [k for k in gone if k.rule in silent]
