"""What a text says of the unit's self-scores (绩效自评) against the forms in the workbook: how many, how much, which grades."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from xlcheck.narrative.amounts import Span, printed_span, shown
from xlcheck.narrative.remarks import VERIFY, Speaker, name_of
from xlcheck.narrative.statements import Mention, Role, TextReading
from xlcheck.outcome import Remark

_COUNT, _AMOUNT = "绩效自评项目个数", "绩效自评金额"
_GRADES = {f"自评等级为{grade}的项目个数": grade for grade in ("优", "良", "中", "差")}


class SelfScores(NamedTuple):
    """The forms of a workbook: how many, their budgets in 万元 (what the printed sum stands for), how many of each grade."""

    forms: int
    budget: Span
    grades: Mapping[str, int]


class SelfScoreJudge:
    """Judges the numbers of the text about self-scores. The forms may be those of some projects only: 核实."""

    def __init__(self, speaker: Speaker, scores: SelfScores | None) -> None:
        self.speaker = speaker
        self.scores = scores

    def remarks(self, reading: TextReading) -> Iterator[Remark]:
        """What differs, in printed order."""
        if self.scores is None or not self.scores.forms:
            return
        for item in reading.items:
            for mention in item.mentions:
                should = self._should(mention)
                value = mention.figure.printed.value
                if should is None or value is None or printed_span(mention.figure.printed).meets(should):
                    continue
                yield self._differs(mention, (should.low + should.high) / 2)

    def _should(self, mention: Mention) -> Span | None:
        """What the forms say of a figure; None where they say nothing."""
        assert self.scores is not None  # noqa: S101 - the caller has looked
        subject = mention.item.subject
        if mention.role is Role.ACTUAL and subject is not None and subject.amount_name == _AMOUNT:
            return self.scores.budget
        if mention.role is not Role.NUMBER:
            return None
        if mention.name == _COUNT:
            return _exactly(self.scores.forms)
        grade = _GRADES.get(mention.name)
        return None if grade is None or not self.scores.grades else _exactly(self.scores.grades.get(grade, 0))

    def _differs(self, mention: Mention, should: Fraction) -> Remark:
        printed = mention.figure.printed
        amount = mention.role is Role.ACTUAL
        said = shown(should) if amount else str(int(should))
        cells = [self.speaker.place(mention.figure, label=mention.name or name_of(mention.item))]
        return self.speaker.remark(
            "T01-13", VERIFY, "text_selfscores", cells, expected=said, actual=str(printed.value or Decimal(0)),
            unit="万元" if amount else printed.unit, what=_AMOUNT if amount else mention.name, quote=mention.figure.token.text,
            printed=said, measure="万元" if amount else printed.unit,
        )  # fmt: skip


def _exactly(count: int) -> Span:
    return Span(Fraction(count), Fraction(count))
