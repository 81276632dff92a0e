"""What became of the findings of an earlier version of the workbook: 新增, 未改正, 已改正, or nobody can say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from xlcheck.form import Severity
from xlcheck.labels import label_key
from xlcheck.model import Submission
from xlcheck.outcome import NotEvaluated, Remark
from xlcheck.report.report import Comparison, EarlierFinding, Report


class EarlierVersion(NamedTuple):
    """An earlier version of a workbook: whose it was, and what was found in it. ``template_id`` is empty for the open form."""

    path: str
    unit: str
    year: int | None
    template_id: str
    findings: tuple[EarlierFinding, ...]


def version_of(report: Report) -> EarlierVersion | None:
    """The version that a report is of; None where the workbook was refused."""
    if report.refusal is not None:
        return None
    book = report.workbook
    known = tuple(EarlierFinding(f.key, f.rule or "", f.severity.value, f.message) for f in report.findings)
    return EarlierVersion(book.path, book.unit or "", book.year, book.known_template, known)


def earlier_of(now: Submission, versions: Sequence[EarlierVersion]) -> EarlierVersion | None:
    """The last of ``versions`` that is of the same unit, year and template."""
    template_id = now.form.id if now.nearest is None else ""  # as a report says it: no set explains the tables
    own = (label_key(now.unit or ""), now.year, template_id)
    same = [e for e in versions if (label_key(e.unit), e.year, e.template_id) == own]
    return same[-1] if same else None


def mismatch(now: Submission, versions: Sequence[EarlierVersion]) -> Remark | None:
    """That the one version given is somebody else's."""
    if len(versions) != 1 or earlier_of(now, versions) is not None:
        return None
    other = versions[0]
    params = {
        "unit": other.unit or "（没有单位名称）",
        "year": str(other.year or "（没有年度）"),
        "form": other.template_id or "表样未知",
    }
    return Remark(None, Severity.NOTE, "continuity", "other_previous", params=params)


def compared(
    earlier: EarlierVersion, keys: Iterable[str], not_evaluated: Iterable[NotEvaluated]
) -> tuple[Comparison, frozenset[str]]:
    """The comparison with an earlier version, and the keys that it had: what could not be checked now is not mended."""
    left, silent = set(keys), {n.rule for n in not_evaluated}
    gone = [known for known in earlier.findings if known.key not in left]
    mended = tuple(known for known in gone if known.rule not in silent)
    unsure = tuple(known for known in gone if known.rule in silent)
    return Comparison(earlier.path, mended, unsure), frozenset(known.key for known in earlier.findings)
