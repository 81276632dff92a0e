"""Reasons and explanations: where they begin and end. What stands in them is foreign to the tables.

A reason (主要原因…) goes to the end of its sentence, an explanation (主要用于…) to where something is said of the item
again; both end where the next item begins.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Protocol

from xlcheck.narrative.leads import is_qualified
from xlcheck.narrative.statements import Item, Mention, Role, TextFigure
from xlcheck.narrative.subjects import Meant
from xlcheck.narrative.tokens import COUNT, OTHER_YEAR, SUBJECT, THIS_YEAR, UNKNOWN, VERSUS, Sentence, Token
from xlcheck.profile import NarrativeSection, SentenceForm

UP, DOWN = ("增", "单字增", "大于"), ("减", "单字减", "小于")
BUDGETS = ("年初预算", "全年预算", "预算")
REASON, PURPOSE, GROUP = "原因", "用途", "其中"
_CHANGES = ("增减", "增减额", "增减率", "持平")
_DEFINES = ("为", "是", "指", "即")
_CLASS = 3  # digits of the code of a 类
_PLAIN = ("批次", "人次", "批", "团组", "辆")  # measures that nothing else of the sentence is counted in


@dataclass(slots=True)
class ReadingState:
    """What is spoken of."""

    item: Item | None = None
    whole: Item | None = None
    first: Item | None = None
    code: str = ""
    base: str = ""
    base_year: int | None = None
    base_budget: str = ""
    unknown: str = ""
    aside: str = ""
    average: bool = False
    year: Token | None = None
    outside: list[tuple[Item | None, Item | None]] = field(default_factory=list)
    base_token: Token | None = None
    share_of: Item | None = None  # what the last share of this sentence was said to be of
    before: bool = False  # the amounts that follow are last year's: 较2022年收入500万元、支出500万元
    within: list[Mention | None] = field(default_factory=list)  # the figures behind which brackets are open
    listing: bool = False  # what is spoken of is listed as what its whole was spent on
    grouped: int = -1  # where the sentence begins in which 其中 was said last
    dropped: bool = False  # a numbered paragraph began that names nothing: what was spoken of before is over
    open: list[TextFigure] = field(default_factory=list)


class Walk(Protocol):
    """What the end of an aside is judged by: the state, and what follows."""

    state: ReadingState
    section: NarrativeSection | None

    def meant(self, token: Token) -> Meant:
        """What a name means here."""

    def match(self, sentence: Sentence, at: int) -> tuple[SentenceForm, re.Match[str]] | None:
        """The form that begins at a token."""


class Asides:
    """Keeps ``state.aside`` of a walk: empty, a reason, or an explanation."""

    def __init__(self, walk: Walk) -> None:
        self.walk = walk

    def step(self, sentence: Sentence, at: int) -> None:
        """A reason or purpose ends where the next item begins, or what is said of the item goes on."""
        state, token = self.walk.state, sentence.tokens[at]
        if at == 0:
            return
        if not state.aside:
            self._begin_definition(sentence, at)
            return
        before = sentence.tokens[at - 1]
        semicolon = before.kind == "，" and before.text == "；"
        begins = token.kind == SUBJECT and self._says_figure(sentence, at)
        if begins and _before_years(sentence, at).kind == "，" and self._counts(sentence, at):
            state.aside = ""
            return
        if (
            (begins and (semicolon or token.ordinal))
            or (token.ordinal and semicolon)
            or (state.aside == PURPOSE and before.kind == "，" and self._goes_on(sentence, at))
            or (state.aside == PURPOSE and before.kind == "，" and self._is_counted(sentence, at))
            or (before.kind == "，" and token.kind == VERSUS and self._changes_anew(sentence, at))
        ) or (state.aside == PURPOSE and begins and self._lists_classes() and self.walk.meant(token).known):
            state.aside = ""

    def _begin_definition(self, sentence: Sentence, at: int) -> None:
        """…453.87万元，为事业单位从主管部门取得的收入: what a subject is, not what is said of it."""
        token, before = sentence.tokens[at], sentence.tokens[at - 1]
        following = sentence.tokens[at + 1 : at + 2]
        if token.text in _DEFINES and before.kind == "，" and following and following[0].kind == UNKNOWN:
            self.walk.state.aside = PURPOSE

    def _changes_anew(self, sentence: Sentence, at: int) -> bool:
        """Whether behind a reason the change of the item is said: …厉行节约，较上年减少1.20万元."""
        item = self.walk.state.item
        found = self.walk.match(sentence, at)
        if item is None or found is None or not found[0].base or found[1].end() >= len(sentence.tokens):
            return False
        said = {mention.base for mention in (*item.of(Role.CHANGE), *item.of(Role.RATE))}
        if said and (sentence.tokens[at - 1].text != "；" or found[0].base in said):
            return False
        following = self.walk.match(sentence, found[1].end())
        return following is not None and following[0].name in _CHANGES

    def _counts(self, sentence: Sentence, at: int) -> bool:
        """Whether a subject that is counted is followed by a number: …保险费支出，公务用车保有量为2辆."""
        meant = self.walk.meant(sentence.tokens[at])
        if meant.subject is None or not meant.subject.counts or meant.subject.cells:
            return False
        following = next((t for t in sentence.tokens[at + 1 :] if t.kind not in ("连", "各")), None)
        return following is not None and following.kind == COUNT

    def lists_rows(self, sentence: Sentence, at: int) -> bool:
        """Whether 主要用于 at a token opens a list of rows: 按功能分类，主要用于教育支出12.50万元，占…, or of those of a 类."""
        at += 2 if sentence.tokens[at + 1 : at + 2] and sentence.tokens[at + 1].kind == "：" else 1
        item = self.walk.state.item
        if at >= len(sentence.tokens) or sentence.tokens[at].kind != SUBJECT or item is None:
            return False
        codes = self.walk.meant(sentence.tokens[at]).codes
        if not codes or not self._says_figure(sentence, at):
            return False
        if not item.codes:
            return len(codes) == 1 and len(codes[0]) == _CLASS
        above = item.codes[0]
        return len(item.codes) == 1 and all(c != above and c.startswith(above) for c in codes)

    def lists_parts(self, sentence: Sentence, at: int) -> bool:
        """Whether 其中 inside an explanation lists parts of the item: 主要用于执法，其中：燃料费3.14万元；…"""
        following = next(
            (i for i in range(at + 1, len(sentence.tokens)) if sentence.tokens[i].kind not in ("：", "，")), 0
        )
        if self.walk.state.aside != PURPOSE or not following or sentence.tokens[following].kind != SUBJECT:
            return False
        return (
            self._says_figure(sentence, following) and self.walk.meant(sentence.tokens[following]).subject is not None
        )

    def _is_counted(self, sentence: Sentence, at: int) -> bool:
        """Whether the numbers of the item follow its purpose: 主要用于接待上级检查，2022年度共接待33批次，297人次."""
        item = self.walk.state.item
        subject = None if item is None else item.subject
        following = next((t for t in sentence.tokens[at:] if t.kind not in ("连", "各", THIS_YEAR)), None)
        if subject is None or following is None or following.kind != COUNT or following.printed is None:
            return False
        return following.printed.unit in _PLAIN and following.printed.unit in subject.counts

    def _lists_classes(self) -> bool:
        """Whether an explanation here may list rows of the table: 主要包括基本工资134.25万元…"""
        return self.walk.section is not None and self.walk.section.key == "基本"

    def _says_figure(self, sentence: Sentence, at: int) -> bool:
        """Whether a subject is followed by what is said of it, not by the rest of a sentence."""
        for token in sentence.tokens[at + 1 : at + 4]:
            if token.printed is not None:
                return True
            if token.kind in BUDGETS or token.kind == "决算":
                return True
            if token.kind not in ("连", "各", THIS_YEAR, *UP, *DOWN):
                return False
        return False

    def _goes_on(self, sentence: Sentence, at: int) -> bool:
        token = sentence.tokens[at]
        if token.kind in (*BUDGETS, "决算", "完成", "占", VERSUS, *UP, *DOWN):
            return self.walk.match(sentence, at) is not None
        return token.kind == SUBJECT and self._says_figure(sentence, at) and self.walk.meant(token).known


def _before_years(sentence: Sentence, at: int) -> Token:
    """The token before one, years, units and words that say nothing left out."""
    before = at - 1
    if sentence.tokens[at].lead and not is_qualified(sentence.tokens[at]):
        before -= 1
    while before > 0 and sentence.tokens[before].kind in (THIS_YEAR, OTHER_YEAR, "连"):
        before -= 1
    return sentence.tokens[max(before, 0)]
