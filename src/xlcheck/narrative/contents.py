"""What is said of the items of a text: under which years, with which numbers and reasons, by names that belong together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from xlcheck.narrative.amounts import printed_span, span
from xlcheck.narrative.binding import TextBinder
from xlcheck.narrative.blanks import OPEN_BLANK
from xlcheck.narrative.remarks import ERROR, NOTE, VERIFY, Speaker, name_of, role_name
from xlcheck.narrative.statements import Item, Mention, Role, TextReading
from xlcheck.outcome import Remark

_BUDGETED = (Role.BUDGET, Role.CHANGE, Role.RATE)


class ContentJudge:
    """Judges what is said of the items: years, numbers that must be given, reasons."""

    def __init__(self, binder: TextBinder, speaker: Speaker, year: int | None) -> None:
        self.binder = binder
        self.speaker = speaker
        self.year = year

    def remarks(self, reading: TextReading) -> Iterator[Remark]:
        """All of it."""
        yield from self._years(reading)
        yield from self._needs(reading)
        yield from self._reasons(reading)
        yield from self._paths(reading)

    def _years(self, reading: TextReading) -> Iterator[Remark]:
        if self.year is None:
            return
        for item in reading.items:
            for mention in item.mentions:
                if (
                    mention.role in (Role.CHANGE, Role.RATE)
                    and mention.base_year is not None
                    and mention.base == "上年"
                ):
                    yield from self._base_year(mention)
                elif mention.role is Role.LAST and not item.of(Role.ACTUAL):
                    yield from self._last_is_ours(mention)
                elif mention.year_token is not None and mention.base_year != self.year and mention.role in _BUDGETED:
                    yield self._budget_year(mention)
            if item.said_year is not None and item.said_year != self.year:
                yield from self._own_year(item, reading)
        yield from self._lead_years(reading)

    def _lead_years(self, reading: TextReading) -> Iterator[Remark]:
        """A sentence under last year's date whose figures no item has under it: 对2022年度部门项目支出实施绩效评价，项目7个."""
        taken = {item.year_place for item in reading.items if item.mentions}
        taken |= {m.year_place for i in reading.items for m in i.mentions}
        ours = {lead.passage for lead in reading.leads if lead.token.year == self.year}
        for lead in reading.leads:
            stale = self.year is not None and lead.token.year == self.year - 1
            if stale and lead.start not in taken and (lead.opens or lead.passage not in ours):
                yield self.speaker.remark(
                    "T01-11", VERIFY, "text_year_unsure", [self.speaker.passage(lead.start, lead.end, lead.sentence)],
                    quote=lead.token.text, year=str(self.year), what="本句",
                )  # fmt: skip

    def _base_year(self, mention: Mention) -> Iterator[Remark]:
        assert self.year is not None  # noqa: S101 - the caller has looked
        token = mention.year_token
        if mention.base_year == self.year - 1 or token is None:
            return
        start = mention.year_place or 0
        place = self.speaker.passage(start, start + len(token.text), mention.figure.sentence)
        same = mention.base_year == self.year
        yield self.speaker.remark(
            "T01-11", ERROR if same else VERIFY, "text_base_year", [place], quote=token.text, year=str(self.year), right=str(self.year - 1),
            what=name_of(mention.item),
        )  # fmt: skip

    def _budget_year(self, mention: Mention) -> Remark:
        """A budget of another year beside the account of ours."""
        token, start = mention.year_token, mention.year_place or 0
        assert token is not None  # noqa: S101 - the caller has looked
        place = self.speaker.passage(start, start + len(token.text), mention.figure.sentence)
        return self.speaker.remark(
            "T01-11", VERIFY, "text_budget_year", [place], quote=token.text, year=str(self.year), what=name_of(mention.item)
        )  # fmt: skip

    def _last_is_ours(self, mention: Mention) -> Iterator[Remark]:
        """The only figure of an item is said to be an earlier year's, and is this year's: the year was not changed."""
        item, token = mention.item, mention.year_token
        table = self.binder.cells.figure(item.cells[0]) if len(item.cells) == 1 else None
        if (
            token is None
            or mention.year_place is None
            or table is None
            or not table.value
            or mention.figure.printed.value is None
        ):
            return
        if printed_span(mention.figure.printed).overlaps(span(table.value, table.ulp)):
            place = self.speaker.passage(
                mention.year_place, mention.year_place + len(token.text), mention.figure.sentence
            )
            yield self.speaker.remark(
                "T01-11", VERIFY, "text_year", [place], quote=token.text, year=str(self.year), what=role_name(Role.ACTUAL, item),
                amount=mention.figure.token.text,
            )  # fmt: skip

    def _own_year(self, item: Item, reading: TextReading) -> Iterator[Remark]:
        """A figure of this year under another year: the year is wrong, or it is that year's figure."""
        said = item.actual() or next(iter(item.of(Role.NUMBER)), None)
        if said is None or item.year_place is None or item.year_token is None or said.figure.printed.value is None:
            return
        place = self.speaker.passage(item.year_place, item.year_place + len(item.year_token.text), said.figure.sentence)
        beside = self.binder.table_of(said)
        table = None if beside is None else beside.table
        ours = table is not None and printed_span(said.figure.printed).meets(span(table.value, table.ulp))
        if table is None or not table.value or not ours:
            alone = ours and f"{self.year}年" not in said.figure.sentence
            if alone or not self._said_of_this_year(item, reading):
                yield self.speaker.remark(
                    "T01-11",
                    VERIFY,
                    "text_year_unsure",
                    [place],
                    quote=item.year_token.text,
                    year=str(self.year),
                    what=name_of(item),
                )
            return
        yield self.speaker.remark(
            "T01-11", ERROR, "text_year", [place], quote=item.year_token.text, year=str(self.year), what=role_name(Role.ACTUAL, item),
            amount=said.figure.token.text,
        )  # fmt: skip

    def _said_of_this_year(self, item: Item, reading: TextReading) -> bool:
        """Whether the text says the same of this year too: then the other year's is for comparison."""
        return any(
            other is not item and other.label == item.label and other.said_year in (None, self.year) and other.mentions
            for other in reading.items
        )

    def _needs(self, reading: TextReading) -> Iterator[Remark]:
        """Numbers that an item with an amount must give (三公: 团组, 人次, 购置, 保有, 批次)."""
        if OPEN_BLANK in self.speaker.text:
            return  # a draft of ours: the numbers are still to be filled in
        given = {m.name for i in reading.items for m in i.of(Role.NUMBER)}
        sentences = dict.fromkeys(figure.sentence for figure in reading.figures)
        done: set[str] = set()
        for item in reading.items:
            if item.subject is None or item.section is None or item.qualified or item.subject.name in done:
                continue
            needed = item.section.needs.get(item.subject.name, ())
            missing = [n for n in needed if n not in given and f"国内{n}" not in given]
            patterns = item.section.written
            missing = [n for n in missing if n not in patterns or not _is_there(patterns[n], sentences)]
            said = item.actual()
            if not missing or said is None or not said.figure.printed.value:
                continue
            done.add(item.subject.name)
            yield self.speaker.remark(
                "T02-01", VERIFY, "text_number_missing", [self.speaker.place(said.figure, label=role_name(Role.ACTUAL, item))],
                what=name_of(item), quote=said.figure.token.text, missing="、".join(missing),
            )  # fmt: skip

    def _paths(self, reading: TextReading) -> Iterator[Remark]:
        """类, 款 and 项 that do not belong together."""
        for item in reading.items:
            if item.mismatched and item.place is not None:
                cell = self.speaker.passage(*item.place, "", label=item.label)
                yield self.speaker.remark("T01-01", VERIFY, "text_path", [cell], quote=cell.value or "")

    def _reasons(self, reading: TextReading) -> Iterator[Remark]:
        """A passage that speaks of changes and gives no reason at all."""
        for passage in dict.fromkeys(i.passage for i in reading.items):
            items = [i for i in reading.items if i.passage == passage]
            if any(i.reasoned for i in items):
                continue
            changed = [
                m for i in items for m in i.mentions if m.role in (Role.CHANGE, Role.RATE) and m.figure.printed.value
            ]
            if changed:
                yield self.speaker.remark(
                    "T02-02",
                    NOTE,
                    "text_no_reason",
                    [self.speaker.place(changed[0].figure)],
                    what=name_of(changed[0].item),
                    quote=changed[0].figure.token.text,
                )


def _is_there(pattern: str, sentences: Iterable[str]) -> bool:
    """Whether a sentence with figures prints what is asked for, in words that no form has read."""
    return any(re.search(pattern, sentence) for sentence in sentences)
