"""Whose a text is: that of another unit or year beside this workbook is said in one sentence; a name left in it, where it stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from xlcheck.narrative.amounts import printed_span
from xlcheck.narrative.binding import TextBinder
from xlcheck.narrative.judging import is_unit_slip
from xlcheck.narrative.prose import TextLine
from xlcheck.narrative.remarks import ERROR, VERIFY, Speaker
from xlcheck.narrative.statements import Item, Mention, TextReading
from xlcheck.narrative.unitnames import cover_titles, cover_unit, elsewhere, same_unit
from xlcheck.outcome import CellRef, Remark

_YEAR_RULE = "T01-11"
_THROUGHOUT = 6  # errors about the year from which they are one
_FEWEST = 12  # figures that stand in the tables, from which most of them may speak
_SIGNED, _UNSIGNED = 0.5, 0.15  # the part that agrees: less with a name or a year that says so, much less without


class OwnershipJudge:
    """Judges whose a text is. ``unit`` and ``year`` are the workbook's, ``said_year`` is the text's own."""

    def __init__(
        self, binder: TextBinder, speaker: Speaker, unit: str | None, year: int | None, said_year: int | None
    ) -> None:
        self.binder = binder
        self.speaker = speaker
        self.unit = unit
        self.year = year
        self.said_year = said_year

    def another(self, reading: TextReading, lines: Sequence[TextLine]) -> Remark | None:
        """That the text belongs to another workbook: most of its figures are others, and its cover or year says why."""
        told = [agrees for mention in _mentions(reading) if (agrees := self._agrees(mention)) is not None]
        if len(told) < _FEWEST or sum(told) > _SIGNED * len(told):
            return None
        reasons = list(self._reasons(lines))
        if not reasons and sum(told) > _UNSIGNED * len(told):
            return None
        first = next((line for line, _ in cover_titles(lines)), next(line for line in lines if line.text.strip()))
        return self.speaker.remark(
            "T02-06", ERROR, "text_of_another", [self.speaker.line(first)],
            count=str(len(told)), off=str(len(told) - sum(told)), hint="".join(f"；{reason}" for reason in reasons),
        )  # fmt: skip

    def in_last_year(self, said: Sequence[Remark]) -> list[Remark]:
        """All that is said of years as one remark, where the text is ours but for its year, which nobody has changed."""
        years = [remark for remark in said if remark.rule == _YEAR_RULE]
        stale = self.said_year is not None and self.year is not None and self.said_year != self.year
        if not stale or sum(remark.severity is ERROR for remark in years) < _THROUGHOUT:
            return list(said)
        first = min((r.cells[0] for r in years if r.severity is ERROR), key=_start)
        one = self.speaker.remark(
            _YEAR_RULE, ERROR, "text_year_throughout", [first],
            quote=str(self.said_year), year=str(self.year), count=str(len(years)),
        )  # fmt: skip
        return [one, *(remark for remark in said if remark.rule != _YEAR_RULE)]

    def _reasons(self, lines: Sequence[TextLine]) -> Iterator[str]:
        name = cover_unit(lines)
        if name and self.unit and not same_unit(name, self.unit):
            yield f"文字的单位是“{name}”，工作簿的单位是“{self.unit}”"
        if self.said_year is not None and self.year is not None and self.said_year != self.year:
            yield f"文字是 {self.said_year} 年度的，工作簿是 {self.year} 年度的"

    def _agrees(self, mention: Mention) -> bool | None:
        """Whether a figure is what its cell prints; None for one that is nothing, has no cell, or only a wrong unit."""
        beside = self.binder.table_of(mention)
        value = mention.figure.printed.value
        if beside is None or beside.table is None or not value or is_unit_slip(value, beside.table.value):
            return None
        return any(printed_span(mention.figure.printed).meets(one) for one in beside.spans)

    def names(self, reading: TextReading) -> Iterator[Remark]:
        """Other units named as those of figures that are this unit's: left over from the text that was copied."""
        seen: set[int] = set()
        for item in reading.items:
            if item.owner and item.place is not None and self.unit and not same_unit(item.owner, self.unit):
                start = item.owner_at
                if start not in seen and (self._is_ours(item) or elsewhere(item.owner, self.unit)):
                    seen.add(start)
                    yield self.speaker.remark(
                        "T02-06", VERIFY, "text_unit_left", [self.speaker.passage(start, start + len(item.owner), "")],
                        quote=item.owner, unit_name=self.unit,
                    )  # fmt: skip

    def _is_ours(self, item: Item) -> bool:
        """Whether a figure of the item is what our tables print; one of a unit below would be another."""
        return any(self._agrees(mention) for mention in item.mentions)


def _start(cell: CellRef) -> int:
    return cell.passage.start if cell.passage is not None else 0


def _mentions(reading: TextReading) -> Iterator[Mention]:
    return (mention for item in reading.items for mention in item.mentions)
