"""What a text is made of: sections doubled, missing, out of order; dates and the name of the unit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from xlcheck.narrative.outline import Outline, Passage, TextHeading, heading_key, number_of
from xlcheck.narrative.prose import TextLine
from xlcheck.narrative.remarks import ERROR, NOTE, VERIFY, Speaker
from xlcheck.narrative.unitnames import bare_line, cover_titles, same_unit
from xlcheck.outcome import CellRef, Remark
from xlcheck.profile import NarrativeProfile

_CHINESE = "零一二三四五六七八九十"
_PLACE = 2  # characters of the name of a province
_SAME = 40  # characters from which two passages that agree are the same text printed twice
_DAY = re.compile(r"(?:截至|截止)(?:到)?(\d{4})年12月31日")
_PART_YEAR = re.compile(r"((?:19|20)\d{2})年度?(?:部门|单位)?(?:预算执行和)?决算")


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
        gaps = list(self._numbering(outline.passages))
        yield from gaps
        yield from self._missing(outline, gaps=bool(gaps))
        yield from self._wrong_part(outline.passages)
        yield from self._days(outline)
        yield from self._cover(lines)
        yield from self._parts_years(outline.passages)

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

    def _missing(self, outline: Outline, *, gaps: bool) -> Iterator[Remark]:
        """Required sections that are not there; ``gaps``: numbers are left out too."""
        there = {p.section.key for p in outline.passages if p.section is not None and p.heading is not None}
        if len(there) < 4:
            return  # a part of a text, or headings that we don't know
        gone = [s for s in self.profile.sections.values() if s.required and not there & {s.key, *s.covered}]
        if not gone:
            return
        headed = [p for p in outline.passages if p.heading is not None and p.section is not None and not p.section.end]
        anchor = _heading(headed[0])
        names = "、".join(s.headings[0] for s in gone)
        yield self.speaker.remark(
            "T02-04",
            VERIFY if gaps or (self.known and self._is_of_place()) else NOTE,
            "text_sections_missing",
            [self.speaker.line(anchor.line)],
            sections=names,
        )

    def _is_of_place(self) -> bool:
        """Whether the text is of the place whose outline the profile has: forms are shared by places, outlines are not."""
        place = self.profile.place[:_PLACE]
        return self.profile.local and (place in self.speaker.text or place in (self.unit or ""))

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
                bare, at = bare_line(line)
                for mark in _DAY.finditer(bare):
                    if int(mark[1]) != self.year:
                        place = self.speaker.passage(
                            line.start + at[mark.start(1)], line.start + at[mark.end(1) - 1] + 1, bare
                        )
                        yield self.speaker.remark(
                            "T01-11", ERROR, "text_day", [place], quote=mark[0], year=str(self.year)
                        )

    def _parts_years(self, passages: Sequence[Passage]) -> Iterator[Remark]:
        """The year in the heading of a part: 第三部分 2022年度部门决算情况说明."""
        for heading in (p.heading for p in passages if p.heading is not None):
            group = heading.section is not None and heading.section.group
            bare, at = bare_line(heading.line)
            mark = _PART_YEAR.search(bare)
            if self.year is None or mark is None or int(mark[1]) == self.year or not (heading.level == 0 or group):
                continue
            start = heading.line.start
            place = self.speaker.passage(start + at[mark.start(1)], start + at[mark.end(1) - 1] + 1, bare)
            yield self.speaker.remark("T01-11", VERIFY, "text_cover_year", [place], quote=mark[1], year=str(self.year))

    def _cover(self, lines: Sequence[TextLine]) -> Iterator[Remark]:
        """Unit and year on the cover."""
        for line, found in cover_titles(lines):
            if found.year and self.year is not None and int(found.year) != self.year:
                place = self._within(line, found.year_span)
                yield self.speaker.remark(
                    "T01-11", VERIFY, "text_cover_year", [place], quote=found.year, year=str(self.year)
                )
            if self.unit and not same_unit(found.name, self.unit):
                place = self._within(line, found.span)
                yield self.speaker.remark(
                    "T02-06", VERIFY, "text_other_unit", [place], quote=found.name, unit_name=self.unit
                )
            return

    def _within(self, line: TextLine, span: tuple[int, int]) -> CellRef:
        """Characters of a line without spaces, as a place."""
        bare, at = bare_line(line)
        return self.speaker.passage(line.start + at[span[0]], line.start + at[span[1] - 1] + 1, bare)


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
