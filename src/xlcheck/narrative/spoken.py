"""What is spoken of: the items of a passage as its sentences name them, and the figures that are said of them.

The walk (``reader.py``) finds forms and words; here is what they do to the items.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from xlcheck.narrative.asides import BUDGETS, DOWN, UP, ReadingState
from xlcheck.narrative.leads import is_qualified
from xlcheck.narrative.outline import Passage, heading_key, level
from xlcheck.narrative.prose import BREAK, Prose
from xlcheck.narrative.statements import (
    NO_LEVEL,
    FigureStanding,
    Item,
    Mention,
    Role,
    SaidComparison,
    TextFigure,
    TextReading,
)
from xlcheck.narrative.subjects import Meant, Subjects
from xlcheck.narrative.tokens import AMOUNT, OTHER_YEAR, THIS_YEAR, Printed, Token, ordinal_at
from xlcheck.narrative.unitnames import owner_before
from xlcheck.profile import CellName

_COMPARING = {"大于": ">", "增": ">", "小于": "<", "减": "<", "平": "="}
_NAMING = 2  # how deep a heading stands at least that names a subject: （一）公务接待费
_NEAR = 3  # items of a paragraph that a comparison at its end may be of
_TOTALS = ("总", "合计", "“三公”经费", "本年")


class Spoken:
    """The items of one passage. ``sentence`` is the sentence in hand as printed, ``number`` that of the passage."""

    def __init__(self, subjects: Subjects, passage: Passage, prose: Prose, reading: TextReading, number: int) -> None:
        self.subjects = subjects
        self.section = passage.section
        self.prose = prose
        self.reading = reading
        self.number = number
        self.state = ReadingState()
        self.sentence = ""
        self.start = 0
        self.named: list[Item] = []
        self.after_list = False
        self.level = NO_LEVEL
        self.numbered = {line.start: line.numbering for line in passage.lines if line.numbering}
        self._begin_below(passage)

    def begin(self, sentence: str, start: int) -> None:
        """A new sentence begins; ``start`` is its place in the prose."""
        self.after_list = len(self.named) > 1
        self.sentence, self.start, self.named = sentence, start, []
        if not start or self.prose.text[start - 1] == BREAK:
            self._begin_paragraph(start)

    def _begin_paragraph(self, start: int) -> None:
        """A numbered paragraph ends what was spoken of below the one before, or deeper: 6.其他收入0万元。（二）支出…"""
        ordinal = ordinal_at(self.prose.text, start) or self.numbered.get(self.prose.at[start], "")
        if not ordinal:
            return
        self.level = level(ordinal)
        state = self.state
        if state.whole is not None and state.whole.level >= self.level:
            state.whole = None
        if state.item is not None and state.item.token is not None and state.item.level >= self.level:
            state.item, state.dropped = None, True

    @property
    def cells_in_hand(self) -> tuple[CellName, ...]:
        """The cells of the item in hand: several where one name is of two figures (收、支总计)."""
        item = self.state.item
        return () if item is None or item.codes else item.cells

    # --- items ---

    def meant(self, token: Token) -> Meant:
        """What a name means here, behind the 科目 named before."""
        return self.subjects.meant(token, self.section, self.state.code)

    def speak_of(self, token: Token) -> Item:
        """The item of a subject: the one in hand where it is the same, else a new one."""
        state = self.state
        meant = self.meant(token)
        self._threshold(token)
        state.unknown = ""
        named = meant.known or self.subjects.is_name(token)
        if self.section is not None and self.section.projects and meant.section is not self.section:
            meant = meant._replace(
                subject=None, cells=(), codes=(), section=self.section
            )  # what single projects cost of a fund
        if state.outside and (meant.section is not self.section or not meant.known):
            meant = meant._replace(subject=None, cells=(), codes=(), part=named)
        known, qualified, instead = state.item, is_qualified(token), self.subjects.instead(token, meant)
        qualified = qualified or self._is_part_of_itself(meant)
        same = known is not None and _same(known, meant) and known.instead == instead
        if known is not None and same and not (token.ordinal or qualified or known.qualified):
            if not known.mentions:
                self.under_year(known)  # so far only named: in a heading that stands as a sentence
            if known not in self.named:
                self.named.append(known)
            return known
        item = Item(
            meant.subject, meant.label, meant.section, meant.cells, meant.codes,
            meant.subject.budget if meant.subject else None, None, token=token, passage=self.number,
            known=meant.known, mismatched=meant.mismatched, place=self.prose.span(token.start, token.end),
            qualified=qualified, instead=instead,
        )  # fmt: skip
        self._find_owner(item, token)
        self.under_year(item)
        if meant.codes:
            state.code = meant.codes[0]
        return self.take(item)

    def _is_part_of_itself(self, meant: Meant) -> bool:
        """项目支出207.04万元，其中：本级项目支出200.00万元: under 其中 of one sentence a total named again is a part of it."""
        state = self.state
        return state.grouped == self.start and state.whole is not None and _same(state.whole, meant)

    def _begin_below(self, passage: Passage) -> None:
        """What a heading names that opens no section (3.公务接待费): said of that, or of nobody knows what."""
        heading, section = passage.heading, passage.section
        if heading is None or section is None or heading.section is not None or heading.level < _NAMING:
            return
        own = self.subjects.headed(section, heading_key(heading.line.text))
        if own is not None:
            item = Item(own, own.name, section, own.cells, (), own.budget, passage=self.number, known=bool(own.cells))
            self.state.item, item.level = item, heading.level
            self.reading.items.append(item)

    def _find_owner(self, item: Item, token: Token) -> None:
        """The unit named in front of the first thing that a sentence speaks of."""
        if any(named.mentions for named in self.named):
            return
        found = owner_before(self.prose.text[self.start : token.start])
        if found is not None:
            item.owner, at = found
            item.owner_at = self.prose.at[self.start + at]

    def under_year(self, item: Item) -> None:
        """Under which year an item is said."""
        token = self.state.year
        if token is not None:
            item.said_year, item.year_token = token.year, token
            item.year_place = self.prose.span(token.start, token.end)[0]

    def take(self, item: Item) -> Item:
        """Speak of an item; below a whole it is part of that."""
        state = self.state
        if state.whole is not None and not _same_item(state.whole, item):
            item.whole = state.whole
            state.whole.parts.append(item)
        elif state.whole is not None:
            state.whole = None
        item.level, item.purpose, state.dropped = self.level, state.listing, False
        item.within = state.within[-1] if state.within else None
        self.reading.items.append(item)
        self.named.append(item)
        state.item = item
        state.first = state.first or item
        return item

    def _threshold(self, token: Token) -> None:
        """A figure inside a name (单价100万元以上设备) is no figure of the report."""
        mark = re.search(r"\d+(?:万元|万|元)", token.text)
        if mark:
            inner = Token(AMOUNT, token.start + mark.start(), token.start + mark.end(), mark[0], _threshold_of(mark[0]))
            figure = self.figure(inner)
            figure.standing, figure.why = FigureStanding.FOREIGN, "name"

    def speak_of_unknown(self) -> None:
        """What is spoken of has no name that we know."""
        item = Item(None, self.state.unknown, self.section, passage=self.number, known=False)
        self.state.unknown = ""
        self.reading.items.append(item)
        item.whole = self.state.whole
        self.state.item = item

    def speak_of_section(self) -> None:
        """Figures before any subject: the section's own, where it has one of its own."""
        own = next(iter(self.section.subjects.values()), None) if self.section is not None else None
        if own is None or self.state.dropped:
            self.state.unknown = self.state.unknown or ""
            self.speak_of_unknown()
            return
        self.take(
            Item(own, own.name, self.section, own.cells, (), own.budget, passage=self.number, known=bool(own.cells))
        )

    # --- figures ---

    def figure(self, token: Token) -> TextFigure:
        """A figure of the text; what it is taken for is still to be said."""
        start, end = self.prose.span(token.start, token.end)
        figure = TextFigure(token, start, end, self.sentence)
        self.reading.figures.append(figure)
        return figure

    def mention_of(self, item: Item, token: Token, role: Role, inside: Sequence[Token]) -> Mention:
        """A figure that is said of another item than the one in hand."""
        before, self.state.item = self.state.item, item
        found = self.mention(token, role, inside, 0)
        self.state.item = before
        return found

    def mention(self, token: Token, role: Role, inside: Sequence[Token], place: int) -> Mention:
        """A figure that is said of the item in hand, in a role; ``inside`` are the tokens of its form."""
        state = self.state
        item = state.item
        assert item is not None  # noqa: S101 - _apply has seen to it
        if role is Role.ACTUAL and item.actual(place) is not None and place == 0 and item.of(Role.CHANGE):
            item = self._again(item)
        if role is Role.BUDGET and item.subject is not None and item.subject.amounts:
            role = Role.ACTUAL  # 涉及预算金额 is what the projects amount to
        if role is Role.ACTUAL and state.before:
            role = Role.LAST
        mention = Mention(self.figure(token), role, item, place=place)
        mention.carried = item.token is None or item.token.start < self.start
        mention.after_list = self.after_list and mention.carried
        if role in (Role.CHANGE, Role.RATE):
            mention.word = next((t for t in reversed(inside) if t.kind in (*UP, *DOWN) and t.start < token.start), None)
            mention.sign = 0 if mention.word is None else 1 if mention.word.kind in UP else -1
            mention.base, mention.base_year, mention.budget = state.base, state.base_year, state.base_budget
            if state.base_token is not None:
                mention.year_token = state.base_token
                mention.year_place = self.prose.span(state.base_token.start, state.base_token.end)[0]
        if role in (Role.BUDGET, Role.COMPLETION):
            mention.budget = next((t.kind for t in inside if t.kind in BUDGETS), state.base_budget or "预算")
        if role is Role.LAST or (role is Role.BUDGET and state.base == "预算"):
            mention.year_token = next((t for t in inside if t.kind in (OTHER_YEAR, THIS_YEAR)), None)
            if mention.year_token is None and state.before:
                mention.year_token = state.base_token
            if mention.year_token is not None:
                mention.base_year = mention.year_token.year
                mention.year_place = self.prose.span(mention.year_token.start, mention.year_token.end)[0]
        if role is Role.NUMBER:
            self._name_number(mention)
        first, last = (inside[0], inside[-1]) if inside else (token, token)
        mention.phrase = self.prose.span(first.start, last.end)
        item.mentions.append(mention)
        return mention

    def _again(self, item: Item) -> Item:
        """The same subject spoken of anew, with another amount."""
        fresh = Item(
            item.subject, item.label, item.section, item.cells, item.codes, item.budget, item.whole,
            token=item.token, passage=self.number, known=item.known,
        )  # fmt: skip
        self.under_year(fresh)
        self.reading.items.append(fresh)
        self.state.item = fresh
        return fresh

    def _name_number(self, mention: Mention) -> None:
        subject = mention.item.subject
        if subject is not None:
            mention.name = subject.counts.get(mention.figure.printed.unit, "")

    def set_whole(self, mention: Mention, token: Token | None) -> None:
        """What a figure is said to be a share of: what is named, else what 其中 opened, else the first of the passage."""
        if token is None:
            mention.whole = self._whole_by_place(mention.item)
            return
        meant = self.meant(token)
        if _same(mention.item, meant):  # 财政拨款收支总计…，占收支总计的: of the tables of all funds
            meant = self.subjects.overall(token) or meant
        mention.whole_said = True
        before = (i for i in reversed(self.reading.items) if _same(i, meant) and i.actual() is not None)
        mention.whole = next(before, None) or Item(
            meant.subject, meant.label, meant.section, meant.cells, meant.codes, token=token, known=meant.known
        )
        self.state.share_of = mention.whole

    def _whole_by_place(self, item: Item) -> Item | None:
        """What a share is of where nothing is named; 科目 in a list without a total are parts of their section's."""
        state = self.state
        found = item.whole or state.whole or state.share_of or state.first
        own = next(iter(self.section.subjects.values()), None) if self.section is not None else None
        beside = found is not None and (found is item or bool(found.codes) or _is_beside(found, item))
        total = found is not None and found.subject is own and found is not item
        if own is None or not own.cells or total or (found is not None and not beside):
            return found
        return Item(own, own.name, self.section, own.cells, (), own.budget, passage=self.number, known=bool(own.cells))

    def compare(self, inside: Sequence[Token]) -> bool:
        """决算数小于预算数, 与上年持平."""
        state = self.state
        if state.item is None:
            return False
        word = next((t for t in inside if t.kind in _COMPARING), None)
        if word is None:
            return False
        op = _COMPARING[word.kind]
        budget = next((t.kind for t in inside if t.kind in BUDGETS), "")
        last = any(t.kind in ("上年", OTHER_YEAR) for t in inside)
        against = budget or ("上年" if last else "") or (state.base_budget or state.base)
        start, end = self.prose.span(inside[0].start, inside[-1].end)
        figure = TextFigure(word, start, end, self.sentence, FigureStanding.DERIVED)
        item, *others = self._compared(state.item)
        item.comparisons.append(
            SaidComparison(word, figure, op, against, "基本" in word.text or "大致" in word.text, tuple(others))
        )
        return True

    def _compared(self, item: Item) -> list[Item]:
        """What account and budget are compared of: …年末保有8辆。决算数较预算数减少的原因: an item that has both, near by."""
        if item.subject is None or any(m.role is not Role.NUMBER for m in item.mentions) or not item.mentions:
            return [item]
        near = [i for i in self.reading.items if i.passage == self.number and i.level == item.level]
        both = [i for i in near if i.of(Role.ACTUAL) and (i.of(Role.BUDGET) or i.of(Role.COMPLETION))]
        return both[-_NEAR:] or [item]


def _threshold_of(text: str) -> Printed:
    return Printed(AMOUNT, Decimal("".join(c for c in text if c.isdigit())), Decimal(1), "万元")


def _is_beside(one: Item, other: Item) -> bool:
    """Whether two items are parts of one total: neither is called a total, and they stand in one row or column."""
    if not one.cells or not other.cells or any(word in one.label for word in _TOTALS):
        return False
    a, b = one.cells[0], other.cells[0]
    return a.table == b.table and (a.row == b.row or a.column == b.column) and one.whole is None


def _same(item: Item, meant: Meant) -> bool:
    """Whether a name means what an item is of."""
    if item.subject is not None or meant.subject is not None:
        return (
            item.subject is not None
            and meant.subject is not None
            and item.subject.name == meant.subject.name
            and item.cells == meant.cells
        )
    return bool(item.codes) and item.codes == meant.codes


def _same_item(one: Item, other: Item) -> bool:
    if one.qualified or other.qualified or one.instead != other.instead:
        return False
    if one.subject is not None or other.subject is not None:
        return one.subject is not None and other.subject is not None and one.subject.name == other.subject.name
    return bool(one.codes) and one.codes == other.codes
