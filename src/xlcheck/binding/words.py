"""How near two wordings are: folded to one spelling, then by shared characters and pairs of characters.

Rare characters count more than common ones (“附” says more than “支”), as in the study of ``docs/binding.md``.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping

from xlcheck.concepts import Concept, Vocabulary
from xlcheck.labels import label_key, without_unit

_YEAR = re.compile(r"20\d\d年?度?")
_DROPPED = re.compile(r"[\"'“”‘’「」『』〈〉《》【】\[\]·:：/、,，。;；*＊\-—_~]+")
_BRACKETS = re.compile(r"[()]")
_LEAD = re.compile(r"^(?:其中|第?[0-9]{1,2}[.．、栏]|[a-z][.．、]|附[:：])+")
_TOTAL = re.compile(
    r"^(?:本年|全部|各项|部门|单位|本单位|本部门|金额)?(?:收入|支出)?(?:(?:总|合|小|共|累|统)(?:计|数|额|合计)(?:数|额|总计)?|总共|全部|汇总|加总|总和)$"
)
_CACHED = 20_000


def total_word(key: str) -> bool:
    """Whether a folded text says nothing but “total”."""
    return bool(key) and _TOTAL.match(key) is not None


class Words:
    """Wordings of one vocabulary compared; keys and weights are kept, so one object serves many workbooks."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self._folds = [(label_key(a), label_key(b)) for a, b in vocabulary.folds if a]
        self._keys: dict[str, str] = {}
        self._grams: dict[str, Mapping[str, float]] = {}
        self._pairs: dict[tuple[str, str], float] = {}
        self._weights: dict[str, float] | None = None
        self._usual = 1.0
        self.leads = {role: frozenset(map(self.key, words)) for role, words in vocabulary.leads.items()}
        self.distractors = frozenset(map(self.key, vocabulary.distractors))

    def key(self, text: str) -> str:
        """A wording as it is compared: without ordinal, year, unit, quotes and brackets, in one spelling."""
        key = self._keys.get(text)
        if key is None:
            if len(self._keys) > _CACHED:
                self._keys.clear()
            key = self._keys[text] = self._fold(text)
        return key

    def _fold(self, text: str) -> str:
        bare = _YEAR.sub("", without_unit(label_key(text)))
        bare = _LEAD.sub("", _DROPPED.sub("", bare)) or bare
        for written, compared in self._folds:
            if written in bare:
                bare = bare.replace(written, compared)
        return _BRACKETS.sub("", bare)

    def paths(self, concept: Concept) -> list[tuple[str, ...]]:
        """The wordings of a concept as they are compared."""
        return list(dict.fromkeys(tuple(map(self.key, path)) for path in concept.words))

    # --- likeness ---------------------------------------------------------------------------

    def alike(self, a: str, b: str) -> float:
        """Likeness of two folded wordings, 0 to 1."""
        if a == b:
            return 1.0
        if not a or not b:
            return 0.0
        pair = (a, b) if a < b else (b, a)
        likeness = self._pairs.get(pair)
        if likeness is None:
            if len(self._pairs) > 10 * _CACHED:
                self._pairs.clear()
            likeness = self._pairs[pair] = self._dice(a, b)
        return likeness

    def _dice(self, a: str, b: str) -> float:
        """Twice the weight that two wordings share, of the weight that both have."""
        of_a, of_b = self._counted(a), self._counted(b)
        shared = sum(min(weight, of_b[gram]) for gram, weight in of_a.items() if gram in of_b)
        return 2 * shared / (sum(of_a.values()) + sum(of_b.values()))

    def _counted(self, text: str) -> Mapping[str, float]:
        """Each character and pair of a wording with its weight, as often as it is there."""
        grams = self._grams.get(text)
        if grams is None:
            weights = self._weighed()
            counts = Counter(_grams_of(text))
            grams = self._grams[text] = {gram: n * weights.get(gram, self._usual) for gram, n in counts.items()}
        return grams

    def _weighed(self) -> dict[str, float]:
        """How much each character and pair says: the rarer in the vocabulary, the more."""
        if self._weights is None:
            texts = {self.key(w) for w in self._vocabulary_words()}
            seen = Counter(g for t in texts for g in set(_grams_of(t)))
            self._weights = {g: math.log(1 + len(texts) / n) for g, n in seen.items()}
            self._usual = math.log(1 + len(texts))
        return self._weights

    def _vocabulary_words(self) -> Iterable[str]:
        for table in self.vocabulary.tables.values():
            for section in table.sections.values():
                for concept in (*section.columns.values(), *section.rows.values()):
                    for path in concept.words:
                        yield from path
        yield from self.vocabulary.distractors


def _grams_of(text: str) -> list[str]:
    return [*text, *(text[i : i + 2] for i in range(len(text) - 1))]
