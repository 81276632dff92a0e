"""What a report comes to: decided once, by what is still to be done."""

from __future__ import annotations

import pytest

from xlcheck.errors import Refused
from xlcheck.report.assemble import Source, refused
from xlcheck.report.report import CheckedWorkbook, Conclusion, Counts, Report

COUNTED = [
    (Counts(errors=1, open_errors=1, verifies=1, open_verifies=1), Conclusion.WRONG),
    (Counts(verifies=2, open_verifies=1, justified=1), Conclusion.DOUBTFUL),
    (Counts(verifies=2, justified=2, not_evaluated=3), Conclusion.JUSTIFIED),
    (Counts(notes=1, open_notes=1, not_evaluated=3), Conclusion.UNSAID),
    (Counts(notes=1, open_notes=1, passed=9), Conclusion.FINE),
]


@pytest.mark.parametrize(("counts", "conclusion"), COUNTED)
def test_the_worst_that_is_left_is_the_conclusion(counts, conclusion):
    assert Report(CheckedWorkbook("a.xlsx", ""), counts=counts).conclusion is conclusion


def test_a_refused_workbook_was_not_checked():
    assert refused(Source("a.xlsx", ""), Refused("encrypted", "有密码。")).conclusion is Conclusion.REFUSED
