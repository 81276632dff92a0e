"""审核说明: what a unit says to a finding, accepted or not.

An explanation is bound to unit, year, form, rule and cells (its key) and to the figures it explains: it stands as
long as they do not change (design.md: severities). An 错误 is to be mended, not explained.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from xlcheck.checking.identity import identities, values
from xlcheck.form import Severity
from xlcheck.model import Explanation, Finding, Outcome, Submission

SHORTEST = 8  # characters that say something; "情况属实" is no reason
_COPIED = 3  # as many findings of different rules with one text have not been looked at one by one
_SAYS = re.compile(r"[\W_]+")


def explained(outcome: Outcome, now: Submission, given: Iterable[Explanation]) -> None:
    """Bind ``given`` explanations to the findings of ``outcome``.

    Of several for one finding the last one counts, but one of other figures only where there is none of these.
    """
    versions: dict[str, list[Explanation]] = defaultdict(list)
    for one in given:
        if one.text.strip():
            versions[one.key].append(one)
    if not versions:
        return
    keys = identities(outcome.findings, now)
    said = {}
    for finding, key in zip(outcome.findings, keys, strict=True):
        if key in versions:
            fitting = [e for e in versions[key] if e.values == values(finding)]
            said[key] = (fitting or versions[key])[-1]
    rules: dict[str, set[str]] = defaultdict(set)
    for finding, key in zip(outcome.findings, keys, strict=True):
        if key in said:
            rules[_bare(said[key].text)].add(finding.rule or finding.what)
    copied = {text for text, found in rules.items() if len(found) >= _COPIED}
    for i, (finding, key) in enumerate(zip(outcome.findings, keys, strict=True)):
        if key in said:
            text = said[key].text.strip()
            why = _why_not(finding, said[key], copied=_bare(text) in copied)
            outcome.findings[i] = finding._replace(explanation=text, explained=not why, unaccepted=why)


def _why_not(finding: Finding, said: Explanation, *, copied: bool) -> str:
    """Why an explanation does not count; empty when it does."""
    if finding.severity is Severity.ERROR:
        return "error"
    if said.values != values(finding):
        return "lapsed"
    bare = _bare(said.text)
    if len(bare) < SHORTEST or len(set(bare)) < SHORTEST // 2:
        return "short"
    return "copied" if copied else ""


def _bare(text: str) -> str:
    return _SAYS.sub("", text)


def stated(outcome: Outcome, now: Submission) -> list[Explanation]:
    """The explanations that stand, as they can be kept and given again."""
    found = []
    for finding, key in zip(outcome.findings, identities(outcome.findings, now), strict=True):
        if finding.explained:
            cells = "、".join(f"{c.table} {c.cell}" for c in finding.cells if c.cell)[:200]
            found.append(
                Explanation(
                    key, values(finding), finding.explanation, now.unit or "", str(now.year or ""), now.form.id,
                    finding.rule or finding.what, cells,
                )
            )  # fmt: skip
    return found
