"""What the heading of a column says: which concept it names, how near it is to one, or that it is none of them.

Likeness is in nats (docs/binding.md §3). What headings say is kept: offices use few words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from xlcheck.binding.frame import THIS_YEAR, Column
from xlcheck.binding.words import Words, total_word
from xlcheck.concepts import Concept

_STRANGE = re.compile(
    r"上年|上期|去年|同期|增减|增长|占比|比重|比例|备注|校验|核对|差异|差额|变动|说明|%|率$|年初预算|调整预算|批次|人次|人数|团组|保有量"
)
_EARLIER = re.compile(r"上年|上期|去年|同期")
_BUDGET = re.compile(r"预算数|预算金额|年初预算|调整预算")
_CARRIED = re.compile(r"结转|结余")
_PART = re.compile(r"^其中")
_CACHED = 4_000
_K = TypeVar("_K")
_V = TypeVar("_V")
_LADDER = ((0.85, 3.5), (0.70, 2.2), (0.55, 1.0), (0.40, 0.0), (0.25, -1.2))  # likeness at least → nats
_UNLIKE = -2.0  # nats below the ladder
_OF_ANOTHER = 2.0  # nats against a heading whose outer text speaks of another concept
_OUTER_ALIKE = 0.5  # likeness from which an outer text may be another word for the concept of a total
_SAYING_NOTHING = (
    *("收入", "支出", "项目", "收入项目", "支出项目", "金额", "决算数", "其中"),
    *(THIS_YEAR, "按资金性质", "按性质分类", "资金来源"),
)


class Headings:
    """The concepts of one section, and what headings say of them."""

    def __init__(
        self, words: Words, concepts: Sequence[Concept], generic: frozenset[str], others: Iterable[str] = ()
    ) -> None:
        self.others = frozenset(map(words.key, others))
        self.words = words
        self.concepts = concepts
        self.paths = {c.key: words.paths(c) for c in concepts}
        self.generic = generic
        self.outer = {c.key: {p[0] for p in self.paths[c.key] if len(p) > 1} for c in concepts}
        self._single = _single_texts(self.paths)
        # what headings say, by their texts: offices use few words, and one object serves many workbooks
        self._exacts: dict[tuple[str, ...], frozenset[str]] = {}
        self._strange: dict[tuple[str, ...], bool] = {}
        self._rated: dict[tuple[tuple[str, ...], str], float] = {}

    def distractor(self, column: Column) -> bool:
        """Whether a heading is known to be none of the concepts."""
        strange = self._strange.get(column.path)
        if strange is None:
            strange = _kept(self._strange)[column.path] = self._distracts(column)
        return strange

    def _distracts(self, column: Column) -> bool:
        texts = [self.words.key(t) for t in column.path]
        if not self.others.isdisjoint(texts) or any(_earlier(t) or _BUDGET.search(t) for t in texts[:-1]):
            return True
        part = len(column.path) > 1 and _PART.match(column.path[-1].strip()) is not None
        return (part or any(map(self._odd, texts))) and not self.named_by(column)

    def _odd(self, text: str) -> bool:
        """Whether a text is one that stands over what is no amount of the table."""
        return text in self.words.distractors or _STRANGE.search(text) is not None

    def _texts(self, column: Column) -> list[str]:
        """The texts of a header path that say something: without 项目, 收入 and the like above the rest."""
        texts = [self.words.key(t) for t in column.path]
        texts = [t for i, t in enumerate(texts) if t and (i == 0 or t != texts[i - 1])]
        if len(texts) > 1 and texts[-1] in self.generic and not total_word(texts[-1]):
            texts = texts[:-1]
        return texts

    def named_by(self, column: Column) -> frozenset[str]:
        """The concepts that a heading names in words of the vocabulary or the form."""
        named = self._exacts.get(column.path)
        if named is None:
            named = _kept(self._exacts)[column.path] = self._names(self._texts(column))
        return named

    def _names(self, texts: list[str]) -> frozenset[str]:
        joined = self._joined(texts) if texts else set()
        return frozenset(c.key for c in self.concepts if texts and self._exact(texts, joined, c.key))

    def exact(self, path: tuple[str, ...]) -> frozenset[str]:
        """The concepts that a path of header texts names in words of the vocabulary or the form."""
        return self.named_by(Column(0, path))

    def _exact(self, texts: list[str], joined: set[str], slot: str) -> bool:
        for path in self.paths[slot]:
            if len(path) == 1 and path[0] in joined and self._alone(texts, slot, path[0]):
                return True
            if len(path) > 1 and texts[-1] == path[-1] and path[0] in texts[:-1]:
                return True
        return False

    def _joined(self, texts: list[str]) -> set[str]:
        """What a path may say in one wording: its last text, the last two, all of it."""
        joined = {texts[-1], "".join(texts)}
        if len(texts) > 1:
            outer, last = texts[-2:]
            joined.add(outer + last)
            if total_word(last) or last in self.generic:
                joined = (joined | {outer}) - {last}
        return joined

    def _alone(self, texts: list[str], slot: str, word: str) -> bool:
        """Whether an outer text does not speak of another concept: 本年收入 over 基本支出 is no spending."""
        if len(texts) < 2 or texts[-1] != word:
            return True
        other = next((outer for outer in texts[:-1] if self._names_another(outer, slot)), None)
        return other is None or any(other in (p[0], p[-1]) for p in self.paths[slot])

    def _names_another(self, outer: str, slot: str) -> bool:
        """Whether an outer text is the wording of another concept, and none that stands over this one."""
        if outer in self.outer[slot] or outer in self.generic:
            return False
        return bool(self._single.get(outer, set()) - {slot})

    def heading(self, column: Column, slot: str) -> float:
        """How well a heading fits a concept, in nats."""
        nats = self._rated.get((column.path, slot))
        if nats is None:
            nats = _kept(self._rated)[column.path, slot] = self._fits(self._texts(column), slot)
        return nats

    def _fits(self, texts: list[str], slot: str) -> float:
        if not texts:
            return _UNLIKE
        best = max((self._like(texts, path) for path in self.paths[slot]), default=0.0)
        nats = next((nats for least, nats in _LADDER if best >= least), _UNLIKE)
        if not self._alone(texts, slot, texts[-1]):
            nats -= _OF_ANOTHER
        if total_word(texts[-1]) and self._total_of_another(texts[:-1], slot):
            nats = min(nats, 0.0) - _OF_ANOTHER
        return nats

    def _total_of_another(self, outer: list[str], slot: str) -> bool:
        """Whether what stands over a total speaks of something that is not like the concept."""
        foreign = [t for t in outer if t not in self.generic and t not in self.outer[slot]]
        likes = [self.words.alike(t, path[-1]) for t in foreign for path in self.paths[slot]]
        return bool(foreign) and max(likes, default=0.0) < _OUTER_ALIKE

    def _like(self, texts: list[str], path: tuple[str, ...]) -> float:
        leaf = max(self.words.alike(t, path[-1]) for t in self._joined(texts))
        whole = self.words.alike("".join(texts), "".join(path))
        if len(path) > 1:
            outer = max((self.words.alike(t, path[0]) for t in texts[:-1]), default=0.0)
            leaf = 0.75 * leaf + 0.25 * outer if len(texts) > 1 else 0.8 * leaf
        return max(leaf, whole)


def _single_texts(paths: Mapping[str, Iterable[tuple[str, ...]]]) -> dict[str, set[str]]:
    """Wordings of one text → the concepts that have them."""
    concepts: dict[str, set[str]] = {}
    for key, wordings in paths.items():
        for path in wordings:
            if len(path) == 1:
                concepts.setdefault(path[0], set()).add(key)
    return concepts


def generic_words(words: Words, roles: Iterable[str] = ("amount",)) -> frozenset[str]:
    """Folded texts that only say that a column holds amounts, or what side of a table it is on."""
    of_roles = {w for role in roles for w in words.leads.get(role, ())}
    return frozenset(of_roles.union(map(words.key, _SAYING_NOTHING)))


def _earlier(text: str) -> bool:
    """Whether a text speaks of another year; what is carried over from it is of this one."""
    return _EARLIER.search(text) is not None and not _CARRIED.search(text)


def _kept(cache: dict[_K, _V]) -> dict[_K, _V]:
    """A cache to put one more into; emptied when a hostile workbook has filled it."""
    if len(cache) > _CACHED:
        cache.clear()
    return cache
