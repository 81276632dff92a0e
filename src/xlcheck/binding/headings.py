"""What the heading of a column says: which concept it names, how near it is to one, or that it is none of them.

Likeness is in nats (docs/binding.md §3). What headings say is kept: offices use few words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TypeVar

from xlcheck.binding.frame import THIS_YEAR, Column
from xlcheck.binding.words import Words, total_word
from xlcheck.concepts import Concept

_STRANGE = re.compile(
    r"上年|上期|去年|同期|增减|增长|占比|比重|比例|备注|校验|核对|差异|差额|变动|说明|%|率$|年初预算|调整预算|批次|人次|人数|团组|保有量"
)
_EARLIER = re.compile(r"上年|上期|去年|同期")
_CARRIED = re.compile(r"结转|结余")
_PART = re.compile(r"^其中")
_CACHED = 4_000
_K = TypeVar("_K")
_V = TypeVar("_V")
_LADDER = ((0.85, 3.5), (0.70, 2.2), (0.55, 1.0), (0.40, 0.0), (0.25, -1.2))


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
        # what headings say, by their texts: offices use few words, and one object serves many workbooks
        self._exacts: dict[tuple[str, ...], frozenset[str]] = {}
        self._strange: dict[tuple[str, ...], bool] = {}
        self._rated: dict[tuple[tuple[str, ...], str], float] = {}

    def distractor(self, column: Column) -> bool:
        """Whether a heading is known to be none of the concepts."""
        found = self._strange.get(column.path)
        if found is None:
            found = _kept(self._strange)[column.path] = self._distracts(column)
        return found

    def _distracts(self, column: Column) -> bool:
        texts = [self.words.key(t) for t in column.path]
        if any(t in self.others for t in texts):
            return True
        if any(_EARLIER.search(t) and not _CARRIED.search(t) for t in texts[:-1]):
            return True
        if len(column.path) > 1 and _PART.match(column.path[-1].strip()):
            return not self.named_by(column)
        if any(t in self.words.distractors for t in texts) or any(_STRANGE.search(t) for t in texts):
            return not self.named_by(column)
        return False

    def _texts(self, column: Column) -> list[str]:
        """The texts of a header path that say something: without 项目, 收入 and the like above the rest."""
        texts = [self.words.key(t) for t in column.path]
        texts = [t for i, t in enumerate(texts) if t and (i == 0 or t != texts[i - 1])]
        if len(texts) > 1 and texts[-1] in self.generic and not total_word(texts[-1]):
            texts = texts[:-1]
        return texts

    def named_by(self, column: Column) -> frozenset[str]:
        """The concepts that a heading names in words of the vocabulary or the form."""
        found = self._exacts.get(column.path)
        if found is None:
            texts = self._texts(column)
            joined = self._joined(texts) if texts else set()
            found = frozenset(c.key for c in self.concepts if texts and self._exact(texts, joined, c.key))
            _kept(self._exacts)[column.path] = found
        return found

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
        found = {texts[-1], "".join(texts)}
        if len(texts) > 1:
            found.add("".join(texts[-2:]))
            if total_word(texts[-1]) or texts[-1] in self.generic:
                found.add(texts[-2])
                found.discard(texts[-1])
                found.add(f"{texts[-2]}{texts[-1]}")
        return found

    def _alone(self, texts: list[str], slot: str, word: str) -> bool:
        """Whether an outer text does not speak of another concept: 本年收入 over 基本支出 is no spending."""
        if len(texts) < 2 or texts[-1] != word:
            return True
        for outer in texts[:-1]:
            if outer in self.outer[slot] or outer in self.generic:
                continue
            for other, paths in self.paths.items():
                if other != slot and any(p[-1] == outer for p in paths if len(p) == 1):
                    return any(outer in (p[0], p[-1]) for p in self.paths[slot])
        return True

    def heading(self, column: Column, slot: str) -> float:
        """How well a heading fits a concept, in nats."""
        found = self._rated.get((column.path, slot))
        if found is None:
            found = _kept(self._rated)[column.path, slot] = self._fits(column, slot)
        return found

    def _fits(self, column: Column, slot: str) -> float:
        texts = self._texts(column)
        if not texts:
            return -2.0
        best = max(
            (self._like(texts, path) for path in self.paths[slot]),
            default=0.0,
        )
        score = next((s for least, s in _LADDER if best >= least), -2.0)
        if not self._alone([*texts], slot, texts[-1]):
            score -= 2.0
        if total_word(texts[-1]) and len(texts) > 1:
            foreign = [t for t in texts[:-1] if t not in self.generic and t not in self.outer[slot]]
            likes = [self.words.alike(t, p[-1]) for t in foreign for p in self.paths[slot]]
            if foreign and max(likes, default=0.0) < 0.5:
                score = min(score, 0.0) - 2.0
        return score

    def _like(self, texts: list[str], path: tuple[str, ...]) -> float:
        leaf = max(self.words.alike(t, path[-1]) for t in self._joined(texts))
        whole = self.words.alike("".join(texts), "".join(path))
        if len(path) > 1:
            outer = max((self.words.alike(t, path[0]) for t in texts[:-1]), default=0.0)
            leaf = 0.75 * leaf + 0.25 * outer if len(texts) > 1 else 0.8 * leaf
        return max(leaf, whole)


def generic_words(words: Words, roles: Iterable[str] = ("amount",)) -> frozenset[str]:
    """Folded texts that only say that a column holds amounts, or what side of a table it is on."""
    found = {w for role in roles for w in words.leads.get(role, ())}
    return frozenset(
        found
        | {
            words.key(t)
            for t in (
                "收入",
                "支出",
                "项目",
                "收入项目",
                "支出项目",
                "金额",
                "决算数",
                "其中",
                THIS_YEAR,
                "按资金性质",
                "按性质分类",
                "资金来源",
            )
        }
    )


def _kept(cache: dict[_K, _V]) -> dict[_K, _V]:
    """A cache to put one more into; emptied when a hostile workbook has filled it."""
    if len(cache) > _CACHED:
        cache.clear()
    return cache
