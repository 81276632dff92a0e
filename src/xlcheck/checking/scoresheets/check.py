"""All that is to be said of the score sheets of a workbook: rules, texts, ties, and what most likely went wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from xlcheck.checking.scoresheets.causes import causes_of, corrected
from xlcheck.checking.scoresheets.judge import CANNOT, FAIL, PASS, SheetVerdicts, judge
from xlcheck.checking.scoresheets.remarks import Key, remarks_of
from xlcheck.checking.scoresheets.results import NO_SHEETS, SheetsChecked
from xlcheck.checking.scoresheets.texts import text_ends
from xlcheck.checking.scoresheets.ties import tie_ends
from xlcheck.model import Submission
from xlcheck.outcome import Diagnosis, NotEvaluated, Remark
from xlcheck.scores.sheet import ScoreSheet


def check_sheets(now: Submission) -> SheetsChecked:
    """Check every score sheet of a workbook; those published unfilled have been said to be that, and no more is."""
    if not now.sheets:
        return NO_SHEETS
    check = _SheetsCheck()
    for sheet in now.sheets:
        if not sheet.unfilled:
            check.sheet(sheet)
    for end in tie_ends(now):
        check.end(end.rule, end.remark, holds=end.holds)
    return check.result()


class _SheetsCheck:
    """What has been found so far."""

    def __init__(self) -> None:
        self.remarks: list[Remark] = []
        self.diagnoses: list[Diagnosis] = []
        self.silent: dict[tuple[str, str], None] = {}
        self.tallies: dict[str, Counter[str]] = {}

    def sheet(self, sheet: ScoreSheet) -> None:
        """The rules and the texts of one sheet."""
        found = judge(sheet)
        self._count(found)
        numbers: dict[Key, int] = {}
        for said in remarks_of(found):
            numbers.update(dict.fromkeys(said.keys, len(self.remarks)))
            self.remarks.append(said.remark)
        causes = causes_of(found)
        for cause in causes:
            explains = tuple(sorted({numbers[key] for key in cause.explains}))
            self.diagnoses.append(
                Diagnosis(cause.kind, cause.cells, explains, cause.unit, cause.others, cause.tied, "cell")
            )
        for end in text_ends(corrected(sheet, causes)):
            self.end(end.rule, end.remark, holds=end.holds)

    def _count(self, found: SheetVerdicts) -> None:
        for rule, tally in found.tally().items():
            self.tallies.setdefault(rule, Counter()).update(tally)
        for relation in found.relations:
            if relation.end.verdict == CANNOT:
                self.silent[relation.rule.rule.id, relation.end.reason] = None

    def end(self, rule: str, remark: Remark | None, *, holds: bool) -> None:
        """A relation that is no rule of the language."""
        self.tallies.setdefault(rule, Counter())[PASS if holds else FAIL] += 1
        if remark is not None:
            self.remarks.append(remark)

    def result(self) -> SheetsChecked:
        """Everything."""
        reasons: Iterable[tuple[str, str]] = self.silent
        return SheetsChecked(
            tuple(self.remarks), tuple(self.diagnoses), tuple(NotEvaluated(*reason) for reason in reasons), self.tallies
        )
