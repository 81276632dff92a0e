"""Whether a workbook passes. The one place that says so: letter, status, journal and 审核结果 ask here.

It passes where there is no 错误, no open 核实, and nothing that should have been checked is unchecked.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from xlcheck.report.report import Report


class Passing(StrEnum):
    """What becomes of a workbook that was checked."""

    WRONG = "有错误"
    DOUBTFUL = "待核实"
    PASSED = "通过"


class PassingDecision(NamedTuple):
    """What becomes of it, and why it does not pass (nothing: it does)."""

    passing: Passing
    why: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether it passes."""
        return self.passing is Passing.PASSED

    @property
    def said(self) -> str:
        """In words: 待核实（核实 2 条、3 条勾稽关系没能核对）."""
        return f"{self.passing}（{'、'.join(self.why)}）" if self.why else self.passing.value


def passing(errors: int, verifies: int, unchecked: Sequence[str]) -> PassingDecision:
    """The decision. ``errors`` and ``verifies`` are the open ones, ``unchecked`` says what was not checked."""
    counts = tuple(f"{name} {count} 条" for name, count in (("错误", errors), ("核实", verifies)) if count)
    if errors:
        return PassingDecision(Passing.WRONG, (*counts, *unchecked))
    if verifies or unchecked:
        return PassingDecision(Passing.DOUBTFUL, (*counts, *unchecked))
    return PassingDecision(Passing.PASSED)


def unchecked(relations: int, template: str) -> tuple[str, ...]:
    """What was not checked of a workbook: relations that could not be, and all that only its own form demands."""
    said = []
    if relations:
        said.append(f"{relations} 条勾稽关系没能核对")
    if not template:
        said.append("表样没有认出，只按各地通用的规则核对")
    return tuple(said)


def passing_of(report: Report) -> PassingDecision:
    """The decision about a workbook that was checked (not refused)."""
    counts = report.counts
    return passing(
        counts.open_errors, counts.open_verifies, unchecked(counts.not_evaluated, report.workbook.known_template)
    )
