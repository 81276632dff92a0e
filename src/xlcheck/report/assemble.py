"""Submission and outcome, with what the unit says and an earlier version → the :class:`Report`. A pure function."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from xlcheck.errors import Refused
from xlcheck.form import RuleSpec
from xlcheck.model import Submission
from xlcheck.outcome import CellRef, Diagnosis, Justification, Outcome, Remark, TextCounts
from xlcheck.report.comparison import EarlierVersion, compared, earlier_of, mismatch
from xlcheck.report.diagnosiswords import diagnosis_advice, diagnosis_message
from xlcheck.report.identity import figures_key, identities
from xlcheck.report.justifications import statements
from xlcheck.report.report import (
    NEW,
    OPEN,
    CheckedWorkbook,
    Comparison,
    Finding,
    Refusal,
    Report,
    Statement,
    counted,
)
from xlcheck.report.sentences import advice, message

_LEADING = ("total", "left", "subject")


class Source(NamedTuple):
    """Where a workbook came from: its path as the user named it, the SHA-256 of its bytes."""

    path: str
    sha256: str


def digest(data: bytes) -> str:
    """The SHA-256 that stands for a workbook's bytes in reports."""
    return hashlib.sha256(data).hexdigest()


class History(NamedTuple):
    """What is known from before: what units have said to findings, and earlier versions of workbooks."""

    justifications: Sequence[Justification] = ()
    versions: Sequence[EarlierVersion] = ()


def refused(source: Source, refusal: Refused) -> Report:
    """The report of a workbook that can't be checked."""
    return Report(CheckedWorkbook(*source), Refusal(refusal.code, refusal.message))


def report_of(
    source: Source,
    now: Submission,
    outcome: Outcome,
    history: History = History(),  # noqa: B008 - frozen
    texts: tuple[TextCounts, ...] = (),
) -> Report:
    """The report of a workbook that was checked, with the texts that belong to it."""
    other = mismatch(now, history.versions)
    remarks = outcome.remarks if other is None else (*outcome.remarks, other)
    keys = identities(remarks, now)
    comparison, known = _comparison(now, keys, outcome, history.versions)
    said = statements(remarks, keys, history.justifications)
    rules = now.rules
    explained_by = _by_remark(outcome.diagnoses)
    findings = tuple(
        _finding(
            remark, key, rules.get(remark.rule or ""), said.get(i), _change(key, known),
            _explained(i, explained_by, outcome.diagnoses),
        )
        for i, (remark, key) in enumerate(zip(remarks, keys, strict=True))
    )  # fmt: skip
    return Report(
        _workbook(source, now),
        findings=findings,
        diagnoses=tuple(d._replace(message=diagnosis_message(d)) for d in outcome.diagnoses),
        complete=not outcome.unsearched,
        not_evaluated=outcome.not_evaluated,
        tallies=outcome.tallies,
        comparison=comparison,
        counts=counted(findings, outcome.tallies),
        texts=texts,
    )


def _by_remark(diagnoses: Sequence[Diagnosis]) -> dict[int, int]:
    """The number of the first diagnosis that explains a remark, by the number of the remark."""
    return {i: n for n, d in reversed(list(enumerate(diagnoses))) for i in d.explains}


def _workbook(source: Source, now: Submission) -> CheckedWorkbook:
    return CheckedWorkbook(
        source.path,
        source.sha256,
        now.form.id,
        now.form.title,
        recognised=now.nearest is None,
        dated=now.form.dated,
        nearest=now.nearest or None,
        unit=now.unit,
        year=now.year,
        currency=now.currency,
        tables=now.recognised,
        other_sheets=now.other_sheets,
        names=now.names,
        project=now.project,
    )


def _comparison(
    now: Submission, keys: Sequence[str], outcome: Outcome, versions: Sequence[EarlierVersion]
) -> tuple[Comparison | None, frozenset[str] | None]:
    earlier = earlier_of(now, versions)
    return (None, None) if earlier is None else compared(earlier, keys, outcome.not_evaluated)


def _change(key: str, known: frozenset[str] | None) -> str:
    """What became of a finding since the version whose keys are ``known``; empty where there is none."""
    if known is None:
        return ""
    return OPEN if key in known else NEW


class _Explained(NamedTuple):
    """The diagnosis that explains a finding, with its number."""

    number: int
    diagnosis: Diagnosis


def _explained(index: int, explained_by: Mapping[int, int], diagnoses: Sequence[Diagnosis]) -> _Explained | None:
    number = explained_by.get(index)
    return None if number is None else _Explained(number, diagnoses[number])


def _finding(
    remark: Remark, key: str, rule: RuleSpec | None, statement: Statement | None, change: str, by: _Explained | None
) -> Finding:
    subject = main_cell(remark.cells)
    mend = advice(remark, rule.mend if rule else "")
    return Finding(
        key,
        remark.rule,
        remark.severity,
        remark.category,
        remark.code,
        message(remark, rule.title if rule else ""),
        mend,
        remark.cells,
        remark.expected,
        remark.actual,
        remark.difference,
        remark.allowed,
        remark.unit,
        remark.params,
        remark.live,
        figures_key=figures_key(remark),
        subject=subject,
        advice=diagnosis_advice(by.diagnosis) if by else mend,
        right=_right(subject, by.diagnosis) if by else remark.expected,
        statement=statement,
        change=change,
        diagnosis=by.number if by else None,
    )


def main_cell(cells: Iterable[CellRef]) -> CellRef | None:
    """The cell that a finding is listed under: its total, left side or subject, one that is there before one that is not."""
    ranked = sorted(cells, key=lambda c: (c.role not in _LEADING, c.cell is None))
    return ranked[0] if ranked else None


def _right(subject: CellRef | None, diagnosis: Diagnosis) -> str | None:
    """The figure to put into ``subject``: what follows from a figure that is itself wrong is no advice."""
    suspect = diagnosis.cell
    itself = subject is not None and (suspect.table, suspect.cell) == (subject.table, subject.cell)
    return diagnosis.suggested if itself and not diagnosis.tied else None
