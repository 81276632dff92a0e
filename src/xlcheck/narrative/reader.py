"""Passages → statements: walks the sentences, keeps in mind what is spoken of, and gives every figure its identity.

The forms of sentences are data (``narrative/words.yaml``); here is what they do to the state: a subject is spoken of
until another one is, 其中 makes it the whole of what follows, a base (与上年相比) holds to the end of its sentence. What
stands in a reason (主要原因…) or an explanation (主要用于…) is foreign. A figure after a word that we don't know is not
the subject's: it is left open.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from xlcheck.narrative.asides import BUDGETS, DOWN, GROUP, PURPOSE, REASON, UP, Asides, ReadingState
from xlcheck.narrative.forms import compiled_frames
from xlcheck.narrative.outline import Outline, Passage
from xlcheck.narrative.prose import Prose, full_width, prose_of
from xlcheck.narrative.statements import (
    FigureStanding,
    Item,
    Mention,
    Role,
    SaidComparison,
    SaidYear,
    TextFigure,
    TextReading,
)
from xlcheck.narrative.subjects import Meant, Subjects
from xlcheck.narrative.tokens import (
    AMOUNT,
    COUNT,
    OTHER_YEAR,
    SUBJECT,
    THIS_YEAR,
    UNKNOWN,
    VERSUS,
    Lexicon,
    Printed,
    Sentence,
    Token,
    sentences,
)
from xlcheck.profile import NarrativeProfile, SentenceForm, Subject

_AVERAGE = "均摊"
_GENERIC = 3  # characters: a shorter name of a subject behind an unknown word is part of that word
_CLAUSE_SIGNS = ("，", "：")
_AROUND = 60


class NarrativeReader:
    """Reads texts by one profile, beside one submission."""

    def __init__(self, profile: NarrativeProfile, subjects: Subjects, year: int | None) -> None:
        self.profile = profile
        self.subjects = subjects
        self.year = year
        self.lexicon = Lexicon(profile, subjects.names())
        self.frames = compiled_frames(profile.frames, tuple(profile.classes.values()))

    def read(self, outline: Outline, text: str) -> TextReading:
        """Everything that a text says; ``text`` is the document's, of which sentences are quoted."""
        reading = TextReading()
        passages = list(outline.read)
        full = full_width([line for passage in passages for line in passage.lines])
        for number, passage in enumerate(passages):
            prose = prose_of(passage.lines, full)
            _PassageReader(self, passage, prose, reading, number, text).run(
                list(sentences(prose, self.lexicon, self.year))
            )
        reading.figures.sort(key=lambda f: f.start)
        return reading


class _PassageReader:
    """Reads one passage."""

    def __init__(
        self, reader: NarrativeReader, passage: Passage, prose: Prose, reading: TextReading, number: int, text: str
    ) -> None:
        self.text = text
        self.reader = reader
        self.passage = passage
        self.section = passage.section
        self.prose = prose
        self.reading = reading
        self.number = number
        self.state = ReadingState()
        self.asides = Asides(self)
        self.sentence = ""

    def run(self, found: Sequence[Sentence]) -> None:
        for sentence in found:
            self._sentence(sentence)

    def _sentence(self, sentence: Sentence) -> None:
        state = self.state
        state.base, state.base_year, state.base_budget, state.base_token = "", None, "", None
        state.unknown, state.aside, state.year, state.average = "", "", None, False
        state.outside.clear()
        start, end = self.prose.span(sentence.start, sentence.end)
        self.sentence = "".join(self.text[start:end].split())
        self._lead(sentence)
        at = 0
        while at < len(sentence.tokens):
            at = self._step(sentence, at)
        state.open.clear()

    def _lead(self, sentence: Sentence) -> None:
        """The year under which all of a sentence is said: the only one, before any figure, not what is compared with."""
        tokens = sentence.tokens
        years = [i for i, t in enumerate(tokens) if t.kind in (THIS_YEAR, OTHER_YEAR)]
        if len(years) != 1 or any(t.kind in (VERSUS, REASON, "上年") for t in tokens[: years[0]]):
            return
        at, token = years[0], tokens[years[0]]
        if any(t.printed is not None for t in tokens[:at]) or not any(t.printed is not None for t in tokens[at:]):
            return
        start, end = self.prose.span(token.start, token.end)
        self.reading.leads.append(SaidYear(token, start, end, self.sentence, self.number))

    def _step(self, sentence: Sentence, at: int) -> int:
        """Take what stands at a token; returns where to go on."""
        token = sentence.tokens[at]
        self.asides.step(sentence, at)
        if token.ordinal and token.kind == SUBJECT:
            self.state.whole = None
        self._turn_to_spending(sentence, at)
        matched = None if self.state.average else self.match(sentence, at)
        if matched is not None:
            frame, match = matched
            aside = bool(self.state.aside) and token.kind != GROUP and not frame.compare
            if not aside and self._apply(frame, match, sentence):
                return match.end()
        self._plain(token, sentence, at)
        return at + 1

    def _turn_to_spending(self, sentence: Sentence, at: int) -> None:
        """…财政拨款收入A万元，支出B万元: the second is of the spending that goes with that income."""
        token, item = sentence.tokens[at], self.state.item
        if token.text != "支出" or at == 0 or sentence.tokens[at - 1].kind not in ("，", "、") or self.state.aside:
            return
        if item is None or item.subject is None or item.section is None:
            return
        wanted = item.subject.name.replace("收入", "支出")
        if item.section.key in ("基金", "国资"):
            wanted = next(iter(item.section.subjects))
        other = item.section.subjects.get(wanted) if wanted != item.subject.name else None
        if other is not None:
            self._take(
                Item(other, other.name, item.section, other.cells, (), other.budget, passage=self.number, token=token)
            )

    def match(self, sentence: Sentence, at: int) -> tuple[SentenceForm, re.Match[str]] | None:
        for frame, pattern in self.reader.frames[sentence.classes[at]]:
            match = pattern.match(sentence.classes, at)
            if match is not None:
                return frame, match
        return None

    # --- single tokens ---

    def _plain(self, token: Token, sentence: Sentence, at: int) -> None:
        """A token that no form begins with."""
        state = self.state
        if token.printed is not None:
            self._left_open(token)
        elif state.aside:
            if token.kind == REASON and state.item is not None:
                state.item.reasoned = True
        elif token.kind == SUBJECT:
            if not state.average and self._is_spoken_of(sentence, at):
                self._speak_of(token)
        elif token.kind == UNKNOWN:
            state.unknown = token.text
        elif token.kind in _CLAUSE_SIGNS:
            state.unknown, state.average = "", False
        elif token.kind == _AVERAGE:
            state.average = True
        elif token.kind == "（":
            state.outside.append((state.item, state.whole))
        elif token.kind == "）" and state.outside:
            state.item, state.whole = state.outside.pop()
        elif token.kind in (THIS_YEAR, OTHER_YEAR):
            state.unknown, state.year = "", token
            if at and sentence.tokens[at - 1].kind == SUBJECT and state.item is not None and not state.item.mentions:
                self._under_year(state.item)  # 绩效自评的2023年度项目
        elif token.kind == GROUP:
            self._group()
        elif token.kind in (REASON, PURPOSE):
            state.aside = token.kind
            if token.kind == REASON and state.item is not None:
                state.item.reasoned = True

    def _is_spoken_of(self, sentence: Sentence, at: int) -> bool:
        """Whether the sentence goes on to say something of a subject, not only uses its name."""
        tokens, token = sentence.tokens, sentence.tokens[at]
        before = tokens[at - 1] if at else None
        if before is not None and before.kind == UNKNOWN and before.end == token.start and len(token.text) < _GENERIC:
            return False
        if token.levels or token.code or token.ordinal or len(tokens) <= 2:
            return True
        return any(t.printed is not None or t.kind in ("平", "大于", "小于", REASON) for t in tokens[at + 1 :])

    def _group(self) -> None:
        """其中: what is spoken of becomes the whole of what follows."""
        state = self.state
        state.unknown, state.aside = "", ""
        if state.item is not None and state.item.known:
            state.whole = state.item

    def _left_open(self, token: Token) -> None:
        """A figure that no form takes: its subject's by its unit, foreign in an aside, else open."""
        if self._by_unit(token) or (token.printed is not None and not token.printed.unit):
            return  # a number without a unit is a figure only where a form takes it for one
        figure = self._figure(token)
        if self.state.aside:
            figure.standing, figure.why = FigureStanding.FOREIGN, self.state.aside
        else:
            figure.why = "unread"
        if not self.state.aside and (self.state.average or self._others_are_foreign()):
            figure.standing, figure.why = FigureStanding.FOREIGN, "unknown"

    def _by_unit(self, token: Token) -> bool:
        """A number that its unit tells (…，0人次), or an amount that its subject has a name for (…3个，涉及资金292.5万元)."""
        state = self.state
        subject = state.item.subject if state.item is not None else None
        if subject is None or state.aside or state.unknown or token.printed is None:
            return False
        if token.kind == COUNT and token.printed.unit in subject.counts:
            self._mention(token, Role.NUMBER, (), 0)
        elif token.kind == AMOUNT and self._takes_amount(subject) and self._lacks_amount():
            self._mention(token, Role.ACTUAL, (), 0)
        else:
            return False
        return True

    def _lacks_amount(self) -> bool:
        """Whether the amount of what is counted is still to come: 轿车1辆、金额1.15万元，越野车0辆、金额0万元 each have one."""
        item = self.state.item
        assert item is not None and item.subject is not None  # noqa: S101, PT018 - the caller has looked
        if not item.of(Role.ACTUAL):
            return True
        return not item.subject.amounts and item.mentions[-1].role is Role.NUMBER

    @staticmethod
    def _takes_amount(subject: Subject) -> bool:
        """Whether what is counted also has an amount of its own: 轿车1辆、金额1.15万元."""
        counted = bool(subject.counts) and (not subject.cells or subject.name in subject.counts.values())
        return bool(subject.amounts) or counted

    def _others_are_foreign(self) -> bool:
        """Whether this section speaks of many things that stand in no table: single projects."""
        return self.section is not None and self.section.projects

    def _figure(self, token: Token) -> TextFigure:
        start, end = self.prose.span(token.start, token.end)
        figure = TextFigure(token, start, end, self.sentence)
        self.reading.figures.append(figure)
        return figure

    # --- subjects ---

    def meant(self, token: Token) -> Meant:
        return self.reader.subjects.meant(token, self.section, self.state.code)

    def _speak_of(self, token: Token) -> Item:
        """The item of a subject: the one in hand where it is the same, else a new one."""
        state = self.state
        meant = self.meant(token)
        self._threshold(token)
        state.unknown = ""
        named = meant.known or self.reader.subjects.is_name(token)
        if state.outside and (meant.section is not self.section or not meant.known):
            meant = meant._replace(subject=None, cells=(), codes=(), part=named)
        known = state.item
        if known is not None and _same(known, meant) and not token.ordinal:
            if not known.mentions:
                self._under_year(known)  # so far only named: in a heading that stands as a sentence
            return known
        item = Item(
            meant.subject, meant.label, meant.section, meant.cells, meant.codes,
            meant.subject.budget if meant.subject else None, None, token=token, passage=self.number,
            known=meant.known, mismatched=meant.mismatched, place=self.prose.span(token.start, token.end),
        )  # fmt: skip
        self._under_year(item)
        if meant.codes:
            state.code = meant.codes[0]
        return self._take(item)

    def _under_year(self, item: Item) -> None:
        """Under which year an item is said."""
        token = self.state.year
        if token is not None:
            item.said_year, item.year_token = token.year, token
            item.year_place = self.prose.span(token.start, token.end)[0]

    def _take(self, item: Item) -> Item:
        state = self.state
        if state.whole is not None and not _same_item(state.whole, item):
            item.whole = state.whole
            state.whole.parts.append(item)
        elif state.whole is not None:
            state.whole = None
        self.reading.items.append(item)
        state.item = item
        state.first = state.first or item
        return item

    def _threshold(self, token: Token) -> None:
        """A figure inside a name (单价100万元以上设备) is no figure of the report."""
        mark = re.search(r"\d+(?:万元|万|元)", token.text)
        if mark:
            inner = Token(AMOUNT, token.start + mark.start(), token.start + mark.end(), mark[0], _threshold_of(mark[0]))
            figure = self._figure(inner)
            figure.standing, figure.why = FigureStanding.FOREIGN, "name"

    # --- forms ---

    def _apply(self, frame: SentenceForm, match: re.Match[str], sentence: Sentence) -> bool:
        """What a form says; False where it can't be said here, and its tokens are taken one by one."""
        state, tokens = self.state, sentence.tokens
        inside = tokens[match.start() : match.end()]
        slots = {match.start(group): slot for group, slot in frame.slots if match.start(group) >= 0}
        if any(_without_unit(tokens[i]) and slot != Role.LAST for i, slot in slots.items()):
            return False
        subject_at = next((i for i, slot in slots.items() if slot == "该项"), None)
        if frame.compare or frame.flat:
            if subject_at is not None:
                self._speak_of(tokens[subject_at])
            return self._compare(inside)
        if subject_at is not None:
            self._speak_of(tokens[subject_at])
        elif state.unknown and frame.base == "":
            self._speak_of_unknown()
        if frame.base:
            self._set_base(frame, inside)
        whole_at = next((i for i, slot in slots.items() if slot == "总体"), None)
        if state.item is None and (frame.base == "" or any(s != "总体" for s in slots.values())):
            self._speak_of_section()
        places: dict[str, int] = {}
        for i in sorted(slots):
            slot = slots[i]
            if slot in ("该项", "总体"):
                continue
            mention = self._mention(tokens[i], Role(slot), inside, places.get(slot, 0))
            places[slot] = places.get(slot, 0) + 1
            if mention.role is Role.SHARE:
                self._set_whole(mention, tokens[whole_at] if whole_at is not None else None)
        return True

    def _speak_of_unknown(self) -> None:
        """What is spoken of has no name that we know."""
        item = Item(None, self.state.unknown, self.section, passage=self.number, known=False)
        self.state.unknown = ""
        self.reading.items.append(item)
        item.whole = self.state.whole
        self.state.item = item

    def _speak_of_section(self) -> None:
        """Figures before any subject: the section's own, where it has one of its own."""
        own = next(iter(self.section.subjects.values()), None) if self.section is not None else None
        if own is None:
            self.state.unknown = self.state.unknown or ""
            self._speak_of_unknown()
            return
        self._take(
            Item(own, own.name, self.section, own.cells, (), own.budget, passage=self.number, known=bool(own.cells))
        )

    def _set_base(self, frame: SentenceForm, inside: Sequence[Token]) -> None:
        state = self.state
        state.base = frame.base
        state.base_token = next((t for t in inside if t.kind in (OTHER_YEAR, THIS_YEAR)), None)
        state.base_year = None if state.base_token is None else state.base_token.year
        state.base_budget = next((t.kind for t in inside if t.kind in BUDGETS), "")
        state.unknown = ""

    def _set_whole(self, mention: Mention, token: Token | None) -> None:
        """What a figure is said to be a share of: what is named, else what 其中 opened, else the first of the passage."""
        if token is None:
            mention.whole = mention.item.whole or self.state.whole or self.state.first
            return
        meant = self.meant(token)
        mention.whole_said = True
        before = (i for i in reversed(self.reading.items) if _same(i, meant) and i.actual() is not None)
        mention.whole = next(before, None) or Item(
            meant.subject, meant.label, meant.section, meant.cells, meant.codes, token=token, known=meant.known
        )

    def _mention(self, token: Token, role: Role, inside: Sequence[Token], place: int) -> Mention:
        state = self.state
        item = state.item
        assert item is not None  # noqa: S101 - _apply has seen to it
        if role is Role.ACTUAL and item.actual(place) is not None and place == 0 and item.of(Role.CHANGE):
            item = self._again(item)
        if role is Role.BUDGET and item.subject is not None and item.subject.amounts:
            role = Role.ACTUAL  # 涉及预算金额 is what the projects amount to
        mention = Mention(self._figure(token), role, item, place=place)
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
        self._under_year(fresh)
        self.reading.items.append(fresh)
        self.state.item = fresh
        return fresh

    def _name_number(self, mention: Mention) -> None:
        subject = mention.item.subject
        if subject is not None:
            mention.name = subject.counts.get(mention.figure.printed.unit, "")

    def _compare(self, inside: Sequence[Token]) -> bool:
        """决算数小于预算数, 与上年持平."""
        state = self.state
        if state.item is None:
            return False
        word = next((t for t in inside if t.kind in ("大于", "小于", "平")), None)
        if word is None:
            return False
        op = {"大于": ">", "小于": "<", "平": "="}[word.kind]
        budget = next((t.kind for t in inside if t.kind in BUDGETS), "")
        last = any(t.kind in ("上年", OTHER_YEAR) for t in inside)
        against = budget or ("上年" if last else "") or (state.base_budget or state.base)
        start, end = self.prose.span(inside[0].start, inside[-1].end)
        figure = TextFigure(word, start, end, self.sentence, FigureStanding.DERIVED)
        state.item.comparisons.append(
            SaidComparison(word, figure, op, against, "基本" in word.text or "大致" in word.text)
        )
        return True


def _without_unit(token: Token) -> bool:
    """Whether a number is printed without a unit: only 上年2.08 is said so."""
    return token.kind == AMOUNT and token.printed is not None and not token.printed.unit


def _threshold_of(text: str) -> Printed:
    return Printed(AMOUNT, Decimal("".join(c for c in text if c.isdigit())), Decimal(1), "万元")


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
    if one.subject is not None or other.subject is not None:
        return one.subject is not None and other.subject is not None and one.subject.name == other.subject.name
    return bool(one.codes) and one.codes == other.codes
