"""What does not fit around a workbook: its year and unit against the template's, and against last year's workbook."""

from __future__ import annotations

import math
from collections.abc import Iterator

from xlcheck.form import Severity
from xlcheck.labels import label_key
from xlcheck.model import Submission
from xlcheck.outcome import Remark

_TIMES = {"十": 10, "百": 100, "千": 1_000, "万": 10_000, "亿": 100_000_000}


def circumstances(now: Submission, before: Submission | None) -> Iterator[Remark]:
    """Remarks on the year and the currency of ``now``, and on whether ``before`` is its last year's."""
    return filter(None, (_older_year(now), _other_currency(now), _other_last_year(before, now)))


def _older_year(now: Submission) -> Remark | None:
    if not now.year or now.year >= now.form.year:
        return None
    params = {"year": str(now.year), "form": str(now.form.year)}
    return Remark(None, Severity.NOTE, "structure", "older_year", params=params)


def _other_currency(now: Submission) -> Remark | None:
    """Only where the set is known: the nearest one says nothing of what is usual.

    A workbook whose tables all print one unit is read in it, and its form may allow that: no more than a 提示.
    """
    if not now.form.tables:
        return None
    usual = now.form.tables[0].currency
    if now.nearest is not None or not now.currency or now.currency == usual:
        return None
    params = {"unit": now.currency, "usual": usual, "how": _turned_into(now.currency, usual)}
    severity = Severity.VERIFY if now.mixed_units else Severity.NOTE
    return Remark(None, severity, "scale", "other_currency", params=params)


def _turned_into(unit: str, usual: str) -> str:
    """What turns amounts of one unit into another: 除以 10000."""
    own, other = _yuan(unit), _yuan(usual)
    return f"乘以 {own // other}" if own > other else f"除以 {other // own}"


def _yuan(unit: str) -> int:
    """How many yuan a unit of money is: 千万元 is 千 times 万."""
    return math.prod(_TIMES.get(sign, 1) for sign in unit)


def _other_last_year(before: Submission | None, now: Submission) -> Remark | None:
    if before is None or _is_last_years(before, now):
        return None
    params = {"year": f"{before.year or '（没有年度）'}", "unit": before.unit or "（没有单位名称）"}
    return Remark(None, Severity.VERIFY, "continuity", "other_last_year", params=params)


def _is_last_years(before: Submission, now: Submission) -> bool:
    """Whether ``before`` is of the same unit and the year before, as far as both say so."""
    year_fits = not (before.year and now.year) or before.year == now.year - 1
    unit_fits = not (before.unit and now.unit) or label_key(before.unit) == label_key(now.unit)
    return year_fits and unit_fits
