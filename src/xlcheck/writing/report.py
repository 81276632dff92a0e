"""A checked or refused workbook → the report of the contract (``xlcheck.report/1``)."""

from __future__ import annotations

import hashlib
from typing import Any, NamedTuple

from xlcheck.checking.history import MENDED, NEW, OPEN, UNSURE
from xlcheck.checking.identity import identities
from xlcheck.errors import Refused
from xlcheck.form import Severity
from xlcheck.model import Blame, Cause, CellRef, Finding, Known, Outcome, Recognised, Submission
from xlcheck.reading.grid import Grid
from xlcheck.reading.layout import SheetLayout
from xlcheck.writing.causewords import cause_message
from xlcheck.writing.words import mend, message, unaccepted

_LONGEST = 1_000
SCHEMA = "xlcheck.report/1"
_VERDICTS = ("pass", "not_applicable", "cannot_say", "explained_by_rounding")


class Sheet(NamedTuple):
    """A sheet as it was read, for a report that shows it."""

    grid: Grid
    layout: SheetLayout


class Checked(NamedTuple):
    """What came of one workbook: a submission with its outcome, or a refusal. ``sheets`` only where they were asked for."""

    path: str
    sha256: str
    submission: Submission | None
    outcome: Outcome | None
    refusal: Refused | None
    marked: str | None = None
    sheets: tuple[Sheet, ...] = ()


def digest(data: bytes) -> str:
    """The sha256 that stands for a workbook's bytes in reports."""
    return hashlib.sha256(data).hexdigest()


def report(checked: Checked) -> dict[str, Any]:
    """The report as plain data; equal inputs give an equal report."""
    now, outcome = checked.submission, checked.outcome
    findings = outcome.findings if outcome else []
    counts = {s.value: sum(f.severity is s for f in findings) for s in Severity}
    counts["已说明"] = sum(f.explained for f in findings)
    counts |= {v: outcome.count(v) if outcome else 0 for v in _VERDICTS}
    return {
        "schema": SCHEMA,
        "workbook": {
            "path": checked.path,
            "sha256": checked.sha256,
            "set": now.form.id if now and now.nearest is None else None,
            "nearest": (now.nearest or None) if now else None,
            "unit": now.unit if now else None,
            "year": now.year if now else None,
            "currency_unit": now.currency if now else None,
            "tables": [_recognised(r) for r in now.recognised] if now else [],
            "other_sheets": now.other_sheets if now else [],
        },
        "status": "refused" if checked.refusal else "checked",
        "refusal": _refusal(checked.refusal),
        "counts": counts,
        "findings": _findings(outcome, now) if now and outcome else [],
        "causes": [_cause(c) for c in outcome.causes] if outcome else [],
        "causes_complete": not outcome.unsearched if outcome else True,
        "cannot_say": [{"rule": c.rule, "reason": c.reason} for c in outcome.cannot_say] if outcome else [],
        "previous": _previous(outcome),
        "rules": {r: dict(sorted(t.items())) for r, t in sorted(outcome.tallies.items())} if outcome else {},
    }


def _recognised(found: Recognised) -> dict[str, Any]:
    """A table as it was recognised and as the workbook prints it; ``table`` is null for one that we do not know."""
    return {
        "table": found.title or None,
        "sheet": found.sheet,
        "name": found.name or None,
        "number": found.number or None,
        "grade": found.grade,
    }


def _refusal(refusal: Refused | None) -> dict[str, str] | None:
    return {"code": refusal.code, "message": refusal.message} if refusal else None


def _findings(outcome: Outcome, now: Submission) -> list[dict[str, Any]]:
    keys = identities(outcome.findings, now)
    causes = {i: number for number, cause in reversed(list(enumerate(outcome.causes))) for i in cause.explains}
    return [_finding(f, keys[i], causes.get(i), now) for i, f in enumerate(outcome.findings)]


def _explanation(finding: Finding) -> dict[str, Any] | None:
    """What the unit says to a finding: ``state`` is ``accepted`` or why it is not."""
    if not finding.explanation:
        return None
    return {"text": finding.explanation, "state": finding.unaccepted or "accepted", "message": unaccepted(finding)}


def _previous(outcome: Outcome | None) -> dict[str, Any] | None:
    """The earlier version, and what was found in it and is no more (已改正)."""
    if outcome is None or outcome.earlier is None:
        return None
    changes = {c: sum(f.change == c for f in outcome.findings) for c in (NEW, OPEN)}
    return {
        "path": outcome.earlier.path,
        "counts": changes | {MENDED: len(outcome.mended), UNSURE: len(outcome.unsure)},
        "mended": [_known(k) for k in outcome.mended],
        "unsure": [_known(k) for k in outcome.unsure],
    }


def _known(known: Known) -> dict[str, Any]:
    return {"id": known.key, "rule": known.rule or None, "severity": known.severity, "message": known.message}


def _finding(finding: Finding, key: str, cause: int | None, now: Submission) -> dict[str, Any]:
    return {
        "id": key,
        "rule": finding.rule,
        "severity": finding.severity.value,
        "kind": finding.kind,
        "what": finding.what,
        "message": message(finding, now.form),
        "mend": mend(finding, now.form),
        "expected": finding.expected,
        "actual": finding.actual,
        "difference": finding.difference,
        "allowed": finding.allowed,
        "unit": finding.unit,
        "cells": [_cell(c) for c in finding.cells],
        "explanation": _explanation(finding),
        "change": finding.change or None,
        "cause": cause,
    }


def _cause(cause: Cause) -> dict[str, Any]:
    return {
        "kind": cause.kind,
        "what": cause.what,
        "message": cause_message(cause),
        "cells": [_blame(b) for b in cause.cells],
        "explains": list(cause.explains),
        "alternatives": [_blame(b) for b in cause.alternatives],
        "tied": cause.tied,
    }


def _blame(blame: Blame) -> dict[str, Any]:
    cell = _cell(blame.cell) | {"suggested": blame.suggested, "interval": list(blame.interval)}
    del cell["role"]
    return cell


def _cell(cell: CellRef) -> dict[str, Any]:
    found: dict[str, Any] = {
        "table": cell.table,
        "sheet": cell.sheet,
        "cell": cell.cell,
        "role": cell.role,
        "label": cell.label,
        "value": cell.value if cell.value is None or len(cell.value) <= _LONGEST else f"{cell.value[:_LONGEST]}……",
    }
    return found | {"last_year": True} if cell.last_year else found


def to_json(data: Any, indent: int | None = 2) -> str:
    """JSON as reports are written: Chinese readable, keys in the order of the contract."""
    import json

    return json.dumps(data, ensure_ascii=False, indent=indent)
