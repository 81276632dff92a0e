"""Passages → statements: walks the sentences and gives every figure its identity. What is spoken of: ``spoken.py``.

The forms of sentences are data (``narrative/words.yaml``); here is what they do to the state: a subject is spoken of
until another one is, 其中 makes it the whole of what follows, a base (与上年相比) holds to the end of its sentence. What
stands in a reason (主要原因…) or an explanation (主要用于…) is foreign. A figure after a word that we don't know is not
the subject's: it is left open.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from xlcheck.narrative.asides import BUDGETS, DOWN, GROUP, PURPOSE, REASON, UP, Asides
from xlcheck.narrative.forms import compiled_frames
from xlcheck.narrative.outline import Outline, Passage
from xlcheck.narrative.prose import Prose, full_width, prose_of
from xlcheck.narrative.respective import Respective
from xlcheck.narrative.spoken import Spoken
from xlcheck.narrative.statements import (
    FigureStanding,
    Item,
    Role,
    SaidYear,
    TextReading,
)
from xlcheck.narrative.subjects import Subjects
from xlcheck.narrative.tokens import (
    AMOUNT,
    COUNT,
    OTHER_YEAR,
    PERCENT,
    SUBJECT,
    THIS_YEAR,
    UNKNOWN,
    VERSUS,
    Lexicon,
    Sentence,
    Token,
    sentences,
)
from xlcheck.profile import NarrativeProfile, NarrativeSection, SentenceForm, Subject

_AVERAGE = "均摊"
_GENERIC = 3  # characters: a shorter name of a subject behind an unknown word is part of that word
_SPENT = ("支出", "决算支出", "支出决算")  # the counterpart of an income named before
_CLAUSE_SIGNS = ("，", "：")


class NarrativeReader:
    """Reads texts by one profile, beside one submission. ``own`` are names of the unit: they name nothing else."""

    def __init__(
        self, profile: NarrativeProfile, subjects: Subjects, year: int | None, own: Iterable[str] = ()
    ) -> None:
        self.profile = profile
        self.subjects = subjects
        self.year = year
        self.lexicon = Lexicon(profile, subjects.names(), own, subjects.short_names())
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
        self.section = passage.section
        self.prose = prose
        self.reading = reading
        self.spoken = Spoken(reader.subjects, passage, prose, reading, number)
        self.state = self.spoken.state
        self.meant = self.spoken.meant
        self.asides = Asides(self)
        self.respective = Respective(self.spoken)

    def run(self, found: Sequence[Sentence]) -> None:
        for sentence in found:
            self._sentence(sentence)

    def _sentence(self, sentence: Sentence) -> None:
        state = self.state
        state.base, state.base_year, state.base_budget, state.base_token = "", None, "", None
        state.unknown, state.aside, state.year, state.average = "", "", None, False
        state.before, state.share_of, state.listing = False, None, False
        state.outside.clear()
        state.within.clear()
        self.respective.items = ()
        start, end = self.prose.span(sentence.start, sentence.end)
        self._return_to_whole(sentence)
        self.spoken.begin("".join(self.text[start:end].split()), sentence.start)
        self._lead(sentence)
        at = 0
        while at < len(sentence.tokens):
            at = self._step(sentence, at)
        state.open.clear()

    def _return_to_whole(self, sentence: Sentence) -> None:
        """…总计A万元，其中：…B万元，…C万元。与上年相比，…: behind a list within one sentence the total is spoken of."""
        item, named = self.state.item, self.spoken.named
        whole = None if item is None else item.whole
        begins = sentence.tokens[0].kind if sentence.tokens else ""
        if whole in named and begins == VERSUS and sum(other.whole is whole for other in named) > 1:
            self.state.item = whole

    def _lead(self, sentence: Sentence) -> None:
        """The year under which all of a sentence is said: the only one, before any figure, not what is compared with."""
        tokens = sentence.tokens
        years = [i for i, t in enumerate(tokens) if t.kind in (THIS_YEAR, OTHER_YEAR)]
        if len(years) != 1 or any(t.kind in (VERSUS, REASON, "上年") for t in tokens[: years[0]]):
            return
        at, token = years[0], tokens[years[0]]
        says = tokens[-1].kind == "：" or any(t.printed is not None for t in tokens[at:])  # or what follows does
        if any(t.printed is not None for t in tokens[:at]) or not says:
            return
        start, end = self.prose.span(token.start, token.end)
        self.reading.leads.append(
            SaidYear(token, start, end, self.spoken.sentence, self.spoken.number, tokens[-1].kind == "：")
        )

    def _step(self, sentence: Sentence, at: int) -> int:
        """Take what stands at a token; returns where to go on."""
        token = sentence.tokens[at]
        self.asides.step(sentence, at)
        if token.ordinal and token.kind == SUBJECT:
            self.state.whole = None
        self._turn_to_spending(sentence, at)
        if self.state.before and (token.kind in (*UP, *DOWN, "，", "相比", "平") or token.text in ("均", "各")):
            self.state.before = False
        taken = 0 if self.state.aside else self.respective.take(sentence, at)
        if taken:
            return taken
        matched = None if self.state.average else self.match(sentence, at)
        if matched is not None:
            frame, match = matched
            aside = bool(self.state.aside) and token.kind != GROUP and not frame.compare
            if not aside and self._apply(frame, match, sentence):
                return match.end() - (sentence.tokens[match.end() - 1].kind == REASON)  # the reason begins there
        self._plain(token, sentence, at)
        return at + 1

    def _turn_to_spending(self, sentence: Sentence, at: int) -> None:
        """…财政拨款收入A万元，支出B万元: the second is of the spending that goes with that income."""
        token, item = sentence.tokens[at], self.state.item
        before = at - 1
        while before >= 0 and sentence.tokens[before].kind == THIS_YEAR:
            before -= 1
        begins = before < 0 and token.text == _SPENT[0] and not self.state.dropped
        if token.text not in _SPENT or self.state.aside or begins:
            return
        if before >= 0 and sentence.tokens[before].kind not in ("，", "、"):
            return
        income, section = (None, None) if item is None else (item.subject, item.section)
        if item is None and self.state.dropped:
            income, section = self.reader.subjects.plain_income(self.section), self.section
        other = _spending_beside(income, section)
        if other is not None:
            self.spoken.take(
                Item(other, other.name, section, other.cells, (), other.budget, passage=self.spoken.number, token=token)
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
        elif state.aside and not (token.kind == GROUP and self.asides.lists_parts(sentence, at)):
            if token.kind == REASON and state.item is not None:
                state.item.reasoned = True
        elif token.kind == SUBJECT:
            if not state.average and self._is_spoken_of(sentence, at):
                self.spoken.speak_of(token)
        elif token.kind == UNKNOWN:
            state.unknown = token.text
        elif token.kind in _CLAUSE_SIGNS:
            state.unknown, state.average = "", False
        elif token.kind == _AVERAGE:
            state.average = True
        elif token.kind == "（":
            self._open_brackets(token)
        elif token.kind == "）" and state.outside:
            state.item, state.whole = state.outside.pop()
            state.within.pop()
        elif token.kind in (THIS_YEAR, OTHER_YEAR):
            state.unknown, state.year = "", token
            if at and sentence.tokens[at - 1].kind == SUBJECT and state.item is not None and not state.item.mentions:
                self.spoken.under_year(state.item)  # 绩效自评的2023年度项目
        elif token.kind == GROUP:
            self._group()
        elif token.kind == PURPOSE and self.asides.lists_rows(sentence, at):
            deeper = state.item is None or state.item.whole is None or bool(state.item.codes)
            state.whole = state.item if deeper or state.item is None else state.item.whole
            state.listing = state.item is not None and bool(state.item.codes)
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

    def _open_brackets(self, token: Token) -> None:
        """What stands in brackets is said of the figure right before them, then the item is spoken of again."""
        state, item = self.state, self.state.item
        state.outside.append((item, state.whole))
        last = item.mentions[-1] if item is not None and item.mentions else None
        state.within.append(last if last is not None and last.figure.token.end == token.start else None)

    def _group(self) -> None:
        """其中: what is spoken of becomes the whole of what follows."""
        state = self.state
        state.unknown, state.aside, state.grouped = "", "", self.spoken.start
        if state.item is not None and state.item.known:
            state.whole = state.item

    def _left_open(self, token: Token) -> None:
        """A figure that no form takes: its subject's by its unit, foreign in an aside, else open."""
        if self._by_unit(token) or (token.printed is not None and not token.printed.unit):
            return  # a number without a unit is a figure only where a form takes it for one
        figure = self.spoken.figure(token)
        if self.state.aside:
            figure.standing, figure.why = FigureStanding.FOREIGN, self.state.aside
        else:
            figure.why = "unread"
        uncounted = token.kind == COUNT and not self._is_counted_here(token)
        if not self.state.aside and (self.state.average or uncounted or self._others_are_foreign()):
            figure.standing, figure.why = FigureStanding.FOREIGN, "unknown"

    def _by_unit(self, token: Token) -> bool:
        """A number that its unit tells (…，0人次), or an amount that its subject has a name for (…3个，涉及资金292.5万元)."""
        state = self.state
        subject = state.item.subject if state.item is not None else None
        if subject is None or state.aside or state.unknown or token.printed is None:
            return False
        if token.kind == COUNT and token.printed.unit in subject.counts:
            self.spoken.mention(token, Role.NUMBER, (), 0)
        elif token.kind == AMOUNT and self._takes_amount(subject) and self._lacks_amount():
            self.spoken.mention(token, Role.ACTUAL, (), 0)
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

    def _is_counted_here(self, token: Token) -> bool:
        """Whether anything that the section speaks of is counted in such a measure: persons are in 三公 alone."""
        assert token.printed is not None  # noqa: S101 - a number
        subjects = self.section.subjects.values() if self.section is not None else ()
        return self.section is None or any(token.printed.unit in subject.counts for subject in subjects)

    def _others_are_foreign(self) -> bool:
        """Whether this section speaks of many things that stand in no table: single projects."""
        return self.section is not None and self.section.projects

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
                self.spoken.speak_of(tokens[subject_at])
            return self.spoken.compare(inside)
        if subject_at is not None:
            self.spoken.speak_of(tokens[subject_at])
        elif state.unknown and frame.base == "":
            self.spoken.speak_of_unknown()
        if frame.base:
            self._set_base(frame, inside)
        whole_at = next((i for i, slot in slots.items() if slot == "总体"), None)
        if state.item is None and (frame.base == "" or any(s != "总体" for s in slots.values())):
            self.spoken.speak_of_section()
        places: dict[str, int] = {}
        shared = () if subject_at is not None else self.respective.items
        for i in sorted(slots):
            slot = slots[i]
            if slot in ("该项", "总体"):
                continue
            place = places.get(slot, 0)
            if shared and list(slots.values()).count(slot) == len(shared):
                mention = self.spoken.mention_of(shared[place], tokens[i], Role(slot), inside)
            else:
                mention = self.spoken.mention(tokens[i], Role(slot), inside, place)
            places[slot] = place + 1
            mention.or_base = bool(frame.base) and mention.role is Role.CHANGE
            if mention.role is Role.SHARE:
                self.spoken.set_whole(mention, tokens[whole_at] if whole_at is not None else None)
        return True

    def _set_base(self, frame: SentenceForm, inside: Sequence[Token]) -> None:
        state = self.state
        state.base = frame.base
        state.base_token = next((t for t in inside if t.kind in (OTHER_YEAR, THIS_YEAR)), None)
        state.base_year = None if state.base_token is None else state.base_token.year
        state.base_budget = next((t.kind for t in inside if t.kind in BUDGETS), "")
        state.unknown = ""
        state.before = frame.base == "上年" and inside[-1].kind not in ("，", "相比", AMOUNT, PERCENT)


def _spending_beside(income: Subject | None, section: NarrativeSection | None) -> Subject | None:
    """The spending that goes with an income of a section."""
    if income is None or section is None:
        return None
    wanted = income.name.replace("收入", "支出")
    if section.key in ("基金", "国资"):
        wanted = next(iter(section.subjects))
    return section.subjects.get(wanted) if wanted != income.name else None


def _without_unit(token: Token) -> bool:
    """Whether a number is printed without a unit: only 上年2.08 is said so."""
    return token.kind == AMOUNT and token.printed is not None and not token.printed.unit
