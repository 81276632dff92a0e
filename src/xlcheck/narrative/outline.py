"""Lines of a text → its passages: which section of the profile each belongs to, under which heading.

A heading is known by its words, without its ordinal, the unit's name and what headings may lack (情况说明). What has an
ordinal, no figure and no full stop is a heading that we don't know: a sub-heading of the section it stands in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from xlcheck.labels import plain
from xlcheck.narrative.prose import TextLine
from xlcheck.profile import NarrativeProfile, NarrativeSection

_ORDINAL = re.compile(
    r"^(?:第[一二三四五六七八九十]+(?:部分|章|节)[、.:：]?|[一二三四五六七八九十]{1,3}[、.．:：]|[（(][一二三四五六七八九十]{1,3}[)）][、.]?"
    r"|\d{1,2}[、.．](?!\d)|[（(]\d{1,2}[)）][、.]?|[①-⑳])"
)
_NUMBER = re.compile(r"第?([一二三四五六七八九十]+)")
_SAYS_SO = re.compile("情况|说明|名词")
_YEAR = re.compile(r"\d{4}年(?:度)?")
_OWNER = re.compile(
    r"^.{0,40}?(?:部门|单位|局|委|厅|院|校|学|所|中心|办公室|办|会|部|处|站|队|园|馆|社|本级|机关|政府|镇|乡|街道|集团|公司|库|台)(?:\(.{1,8}\))?(?:的)?$"
)
_TAIL = re.compile(r"(?:的)?(?:情况)?(?:的)?(?:说明|情况)?$")
_PROSE = re.compile(r"。|；|\d\s*(?:万元|元|%|％|个|辆|批|人|台)")
_PART = 4  # characters of headings that name a part of the section above: 1.收入情况, （一）总体情况
_LONGEST = 60  # characters of a heading
_FOLDS = (
    ("收支", "收入支出"), ("收、支", "收入支出"), ("和", ""), ("与", ""), ("及", ""), ("支出决算", "支出"), ("收入决算", "收入"),
)  # fmt: skip
_END = "。:："
_TOC = re.compile(r"[.…·—\-_]{2,}\d*$|\.{2,}|…|[^\d.年]\d{1,3}$")
_CHINESE = {c: i for i, c in enumerate("零一二三四五六七八九十")}


class TextHeading(NamedTuple):
    """A heading as printed: its line, the section it opens (None: one we don't know), its ordinal."""

    line: TextLine
    section: NarrativeSection | None
    ordinal: str
    level: int


@dataclass(slots=True)
class Passage:
    """Lines below one heading. ``section`` is what they speak of (None: before the first, or unknown)."""

    section: NarrativeSection | None
    heading: TextHeading | None
    lines: list[TextLine] = field(default_factory=list)

    @property
    def prose(self) -> bool:
        """Whether it has sentences or figures with units: not the rows of a table printed as lines."""
        return any(_PROSE.search(line.text) for line in self.lines)

    @property
    def text(self) -> str:
        """All characters that are printed, without spaces."""
        return plain("".join(line.text for line in self.lines))


@dataclass(frozen=True, slots=True)
class Outline:
    """A text by its headings, in printed order."""

    passages: tuple[Passage, ...]

    @property
    def read(self) -> Iterator[Passage]:
        """The passages in which figures are read."""
        return (p for p in self.passages if p.prose and (p.section is None or not p.section.end))


def outline(lines: Sequence[TextLine], profile: NarrativeProfile) -> Outline:
    """The passages of a text.

    What stands before the first section that has a table or figures (cover, 目录, 概况, the tables themselves) belongs to
    passages that are not read, unless the text has no heading at all.
    """
    finder = _HeadingFinder(profile)
    passages = [Passage(None, None)]
    for i, line in enumerate(lines):
        if not line.text.strip():
            continue
        found = finder.heading(line, lines[i + 1] if i + 1 < len(lines) else None)
        if found is None or _inside_end(found[0], passages):
            passages[-1].lines.append(line)
            continue
        heading, rest = found
        finder.took(heading)
        section = heading.section
        if section is None and heading.level > 0:
            anew = _opens_unknown(heading, passages)
            section = finder.hinted(heading) if anew else passages[-1].section
        passages.append(Passage(section, heading, [rest] if rest is not None else []))
    return Outline(tuple(_without_front(passages)))


def _opens_unknown(heading: TextHeading, passages: list[Passage]) -> bool:
    """Whether a heading that we don't know opens a section of its own: as high as the last one that we know, or in a group."""
    before = next(
        (p.heading for p in reversed(passages) if p.heading is not None and p.heading.section is not None), None
    )
    return (
        before is not None
        and (heading.level <= before.level or _is_group(before))
        and _SAYS_SO.search(plain(heading.line.text)) is not None
    )


def _is_group(heading: TextHeading) -> bool:
    """Whether a heading only gathers sections: 其他重要事项情况说明."""
    return heading.section is not None and heading.section.group


def _inside_end(heading: TextHeading, passages: list[Passage]) -> bool:
    """Whether a heading only repeats a word inside what is not read: 七、基本支出 among 名词解释, 二、收入决算表 in a 目录."""
    before = passages[-1]
    if heading.level == 0 or before.section is None or not before.section.end:
        return False
    if heading.section is not None and heading.section.end:
        return False
    return heading.section is None or not _SAYS_SO.search(plain(heading.line.text))


def _without_front(passages: list[Passage]) -> list[Passage]:
    """What stands before the first known section is not part of the text, where there is a known section."""
    known = [i for i, p in enumerate(passages) if p.section is not None]
    if not known:
        return passages
    return [p for i, p in enumerate(passages) if i >= known[0]]


class _HeadingFinder:
    """Knows the headings of a profile."""

    def __init__(self, profile: NarrativeProfile) -> None:
        self.profile = profile
        self.known: dict[str, list[NarrativeSection]] = {}
        for section in profile.sections.values():
            for heading in section.headings:
                self.known.setdefault(heading_key(heading), []).append(section)
        self.above: list[TextHeading] = []
        self.overall = next((s.table for s in profile.sections.values() if s.table), "")

    def took(self, heading: TextHeading) -> None:
        """Keep in mind below which headings the next lines stand."""
        self.above = [h for h in self.above if h.level < heading.level]
        self.above.append(heading)

    def hinted(self, heading: TextHeading) -> NarrativeSection | None:
        """The section of which a heading that we don't know has a word: 预算绩效管理开展情况; of several the last word's.

        一般公共预算及政府性基金财政拨款“三公”经费 speaks of 三公: what a name is of stands at its end.
        """
        text = heading_key(heading.line.text)
        found = [(text.rfind(word), s) for s in self.profile.sections.values() for word in s.hints if word in text]
        return max(found, key=lambda pair: pair[0])[1] if found else None

    def _of_key(self, key: str, ordinal: str) -> NarrativeSection | None:
        """The section of a heading: where several have it, that of the headings above.

        收入情况 and 总体情况 below a section of one table are parts of it, not the tables of all.
        """
        found = self.known.get(key)
        if found is None:
            return None
        over = [h.section for h in self.above if h.level < level(ordinal) and h.section is not None]
        if over and over[-1] in found:
            return over[-1]
        if over and over[-1].table not in ("", self.overall) and len(key) <= _PART:
            return None
        return found[0]

    def heading(self, line: TextLine, following: TextLine | None) -> tuple[TextHeading, TextLine | None] | None:
        """The heading that a line is or begins with, and the rest of the line."""
        text = line.text.strip()
        bare = plain(text)
        mark = _ORDINAL.match(bare)
        ordinal = mark[0] if mark else line.numbering
        if len(bare) <= _LONGEST:
            section = self._section(bare, ordinal)
            if section is not None:
                return TextHeading(line, section, ordinal, level(ordinal)), None
            if ordinal and following is not None and not line.whole and len(bare) + len(following.text) <= _LONGEST:
                section = self._section(bare + plain(following.text), ordinal)
                if section is not None and not _ORDINAL.match(plain(following.text)):
                    return TextHeading(line, section, ordinal, level(ordinal)), None
        inline = self._inline(line, ordinal)
        if inline is not None:
            return inline
        if ordinal and _unknown_heading(bare):
            return TextHeading(line, None, ordinal, level(ordinal)), None
        return None

    def _section(self, bare: str, ordinal: str) -> NarrativeSection | None:
        if bare.endswith(("。", "；", ";", ",", "，")) and not (ordinal and bare.endswith("。") and len(bare) < 40):
            return None
        if not ordinal and not _SAYS_SO.search(bare):
            return None
        key = heading_key(bare)
        if key in self.known:
            return self._of_key(key, ordinal)
        if not ordinal and not bare.startswith("第") and not _YEAR.search(bare):
            return None
        for start in range(1, len(key) - 1):
            if key[start:] in self.known and _OWNER.match(key[:start]):
                return self._of_key(key[start:], ordinal)
        return None

    def _inline(self, line: TextLine, ordinal: str) -> tuple[TextHeading, TextLine | None] | None:
        """A heading at the beginning of a paragraph: （一）机关运行经费支出情况。2023年度…"""
        if not ordinal:
            return None
        for sign in "。：: ":
            head, found, _ = line.text.strip().partition(sign)
            said = sign == "。" or _SAYS_SO.search(head)
            if (
                found
                and said
                and len(plain(head)) <= 40
                and (section := self._of_key(heading_key(head), ordinal)) is not None
            ):
                offset = line.text.index(head) + len(head) + 1
                rest = TextLine(line.start + offset, line.text[offset:], line.whole)
                return TextHeading(line, section, ordinal, level(ordinal)), rest if rest.text.strip() else None
        return None


def _unknown_heading(bare: str) -> bool:
    """Whether a line with an ordinal is a heading that we don't know: short, no figure, no sentence."""
    rest = _ORDINAL.sub("", bare)
    return len(rest) <= 32 and not re.search(r"\d{2,}|[。；;,，]|万元|\([类款项]", rest)


@lru_cache(maxsize=4096)
def heading_key(text: str) -> str:
    """What a heading is compared by."""
    key = _ORDINAL.sub("", plain(text)).strip(_END + " ")
    key = _TOC.sub("", key).translate(_UNQUOTED)
    key = _YEAR.sub("", key)
    for old, new in _FOLDS:
        key = key.replace(old, new)
    key = key.removeprefix("关于")
    return _TAIL.sub("", key) or key


_UNQUOTED = str.maketrans("", "", "\"'“”‘’")


def level(ordinal: str) -> int:
    """How deep a heading stands by its ordinal: 0 第一部分, 1 一、, 2 （一）, 3 1., 4 （1）; 9 without one."""
    if ordinal.startswith("第"):
        return 0
    if re.match(r"[一二三四五六七八九十]", ordinal):
        return 1
    if re.match(r"[（(][一二三四五六七八九十]", ordinal):
        return 2
    if re.match(r"\d", ordinal):
        return 3
    return 4 if ordinal else 9


def number_of(ordinal: str) -> int | None:
    """The number that a Chinese ordinal prints; None where it has none."""
    found = _NUMBER.search(ordinal)
    if not found:
        return None
    text = found[1]
    if text == "十":
        return 10
    tens, ten, ones = text.partition("十")
    if not ten:
        return _CHINESE.get(text)
    return (_CHINESE.get(tens, 1) if tens else 1) * 10 + (_CHINESE.get(ones, 0) if ones else 0)
