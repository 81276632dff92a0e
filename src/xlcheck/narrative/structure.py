"""What a text is made of: sections doubled, missing, out of order; years; the unit's name; what must be said."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from xlcheck.labels import plain
from xlcheck.model import Remark
from xlcheck.narrative.amounts import printed_span, span
from xlcheck.narrative.binding import TextBinder
from xlcheck.narrative.blanks import OPEN_BLANK
from xlcheck.narrative.outline import Outline, Passage, TextHeading, heading_key, number_of
from xlcheck.narrative.prose import TextLine
from xlcheck.narrative.remarks import ERROR, NOTE, VERIFY, Speaker, name_of, role_name
from xlcheck.narrative.statements import Item, Mention, Role, TextReading
from xlcheck.profile import NarrativeProfile

_BUDGETED = (Role.BUDGET, Role.CHANGE, Role.RATE)
_CHINESE = "零一二三四五六七八九十"
_SAME = 40  # characters from which two passages that agree are the same text printed twice
_DAY = re.compile(r"(?:截至|截止)(?:到)?(\d{4})年12月31日")
_COVER = re.compile(
    r"^(?:第[一二三四五六七八九十]+部分)?(?!第[一二三四五六七八九十]+部分)(.{4,40}?)(\d{4})年度?(?:部门|单位)决算"
)


class StructureJudge:
    """Judges what is there, and what is not."""

    def __init__(
        self, profile: NarrativeProfile, speaker: Speaker, year: int | None, unit: str | None, *, known: bool
    ) -> None:
        self.profile = profile
        self.speaker = speaker
        self.year = year
        self.unit = unit
        self.known = known

    def remarks(self, outline: Outline, lines: Sequence[TextLine]) -> Iterator[Remark]:
        """All about sections, dates and names."""
        yield from self._doubled(outline.passages)
        yield from self._numbering(outline.passages)
        yield from self._missing(outline)
        yield from self._wrong_part(outline.passages)
        yield from self._days(outline)
        yield from self._cover(lines)

    # --- sections ---

    def _doubled(self, passages: Sequence[Passage]) -> Iterator[Remark]:
        seen: dict[str, Passage] = {}
        inside: int | None = None
        for at, passage in enumerate(passages):
            heading = passage.heading
            if heading is None or heading.section is None or heading.section.end or heading.level == 9:
                continue
            if inside is not None and heading.level > inside:
                continue
            inside = None
            text = _whole(passages, at)
            if "。" not in text:
                continue
            key = f"{heading.section.key}|{heading_key(heading.line.text)}"
            if key not in seen:
                seen[key] = passage
                continue
            inside = heading.level
            first = seen[key]
            same = text == _whole(passages, passages.index(first)) or (
                passage.text == first.text and len(first.lines) > 0
            )
            same = same and len(passage.text or text) >= _SAME
            yield self.speaker.remark(
                "T02-03", ERROR if same else VERIFY, "text_doubled_section",
                [self.speaker.line(heading.line), self.speaker.line(_heading(seen[key]).line, "left")],
                heading=_title(heading), same="文字完全相同" if same else "文字不同",
            )  # fmt: skip

    def _numbering(self, passages: Sequence[Passage]) -> Iterator[Remark]:
        """Numbers of the main sections that are left out (六、 then 九、)."""
        before: TextHeading | None = None
        for passage in _main(passages):
            heading = _heading(passage)
            number, last = number_of(heading.ordinal), None if before is None else number_of(before.ordinal)
            if before is not None and number is not None and last is not None and number > last + 1:
                gone = "、".join(_chinese(n) for n in range(last + 1, number))
                yield self.speaker.remark(
                    "T02-04", VERIFY, "text_numbers_missing", [self.speaker.line(heading.line), self.speaker.line(before.line, "left")],
                    numbers=gone, above=_title(before), heading=_title(heading),
                )  # fmt: skip
            if number is not None and (last is None or number > last):
                before = heading

    def _missing(self, outline: Outline) -> Iterator[Remark]:
        """Required sections that are not there."""
        there = {p.section.key for p in outline.passages if p.section is not None and p.heading is not None}
        if len(there) < 4:
            return  # a part of a text, or headings that we don't know
        gone = [s for s in self.profile.sections.values() if s.required and s.key not in there]
        if not gone:
            return
        headed = [p for p in outline.passages if p.heading is not None and p.section is not None and not p.section.end]
        anchor = _heading(headed[0])
        names = "、".join(s.headings[0] for s in gone)
        yield self.speaker.remark(
            "T02-04",
            VERIFY if self.known else NOTE,
            "text_sections_missing",
            [self.speaker.line(anchor.line)],
            sections=names,
        )

    def _wrong_part(self, passages: Sequence[Passage]) -> Iterator[Remark]:
        """The text below the heading of the tables: 第二部分…决算表 above 情况说明."""
        part: Passage | None = None
        for passage in passages:
            heading = passage.heading
            if heading is None:
                continue
            if heading.level == 0:
                part = passage
            elif passage.lines and passage.section is not None and passage.section.table and part is not None:
                if part.section is not None and part.section.key == "决算表" and not part.lines:
                    yield self.speaker.remark(
                        "T02-04",
                        VERIFY,
                        "text_wrong_part",
                        [self.speaker.line(_heading(part).line)],
                        heading=_title(_heading(part)),
                    )
                return

    # --- dates and names ---

    def _days(self, outline: Outline) -> Iterator[Remark]:
        """截至…年12月31日 of another year."""
        if self.year is None:
            return
        for passage in outline.read:
            for line in passage.lines:
                bare, at = _bare(line)
                for mark in _DAY.finditer(bare):
                    if int(mark[1]) != self.year:
                        place = self.speaker.passage(
                            line.start + at[mark.start(1)], line.start + at[mark.end(1) - 1] + 1, bare
                        )
                        yield self.speaker.remark(
                            "T01-11", ERROR, "text_day", [place], quote=mark[0], year=str(self.year)
                        )

    def _cover(self, lines: Sequence[TextLine]) -> Iterator[Remark]:
        """Unit and year on the cover."""
        for line in [one for one in lines if one.text.strip()][:6]:
            bare, at = _bare(line)
            mark = _COVER.match(bare)
            if mark is None:
                continue
            if self.year is not None and int(mark[2]) != self.year:
                place = self.speaker.passage(line.start + at[mark.start(2)], line.start + at[mark.end(2) - 1] + 1, bare)
                yield self.speaker.remark(
                    "T01-11", VERIFY, "text_cover_year", [place], quote=mark[2], year=str(self.year)
                )
            if self.unit and not _same_unit(mark[1], plain(self.unit)):
                place = self.speaker.passage(line.start + at[0], line.start + at[mark.end(1) - 1] + 1, bare)
                yield self.speaker.remark(
                    "T02-06", VERIFY, "text_other_unit", [place], quote=mark[1], unit_name=self.unit
                )
            return


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
        taken = {item.year_place for item in reading.items}
        taken |= {m.year_place for i in reading.items for m in i.mentions}
        ours = {lead.passage for lead in reading.leads if lead.token.year == self.year}
        for lead in reading.leads:
            stale = self.year is not None and lead.token.year == self.year - 1
            if stale and lead.start not in taken and lead.passage not in ours:
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
        done: set[str] = set()
        for item in reading.items:
            if item.subject is None or item.section is None or item.subject.name in done:
                continue
            needed = item.section.needs.get(item.subject.name, ())
            missing = [n for n in needed if n not in given and f"国内{n}" not in given]
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


def _heading(passage: Passage) -> TextHeading:
    assert passage.heading is not None  # noqa: S101 - callers have looked
    return passage.heading


def _title(heading: TextHeading) -> str:
    return "".join(heading.line.text.split())


def _whole(passages: Sequence[Passage], at: int) -> str:
    """The text of a passage with those below it."""
    heading = _heading(passages[at])
    text = passages[at].text if passages[at].prose else ""
    for passage in passages[at + 1 :]:
        if passage.heading is None or passage.heading.level <= heading.level:
            break
        text += passage.text if passage.prose else ""
    return text


def _main(passages: Sequence[Passage]) -> Iterator[Passage]:
    """The passages of the main sections (一、二、…) that have a text, or others below them."""
    for at, passage in enumerate(passages):
        heading = passage.heading
        if heading is None or heading.level != 1 or (passage.section is not None and passage.section.end):
            continue
        if _whole(passages, at):
            yield passage


def _chinese(number: int) -> str:
    if number <= 10:
        return _CHINESE[number]
    tens, ones = divmod(number, 10)
    return (_CHINESE[tens] if tens > 1 else "") + "十" + (_CHINESE[ones] if ones else "")


def _bare(line: TextLine) -> tuple[str, list[int]]:
    """A line without spaces, and the place of each character in it."""
    kept = [(c, i) for i, c in enumerate(line.text) if not c.isspace()]
    return "".join(c for c, _ in kept), [i for _, i in kept]


def _same_unit(printed: str, unit: str) -> bool:
    """Whether two names may be of one unit: one within the other, or most characters the same."""
    one, other = plain(printed), unit
    if one in other or other in one:
        return True
    common = len(set(one) & set(other))
    return common >= 0.6 * min(len(set(one)), len(set(other)))
