"""What headings and labels of score sheets are called anywhere: the words of all families together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from xlcheck.scores.headings import bare_heading, heading_key
from xlcheck.scores.spec import ScoreSheetSpec

EXACT = 5.0
_STEPS = ((0.85, 3.5), (0.7, 2.2), (0.55, 1.0), (0.4, 0.0), (0.25, -1.2))
_UNLIKE = -2.0
_LONGEST_LABEL = 30
_ENOUGH_MARKS = 3  # of one family
_MOST_KEPT = 20_000


class SheetWords:
    """Names by block and column, and labels by key, of all families."""

    def __init__(self, specs: Sequence[ScoreSheetSpec]) -> None:
        self.columns: dict[str, dict[str, frozenset[str]]] = {}
        self.labels: dict[str, frozenset[str]] = {}
        for spec in specs:
            for block in spec.blocks:
                named = self.columns.setdefault(block.key, {})
                for slot in block.slots:
                    named[slot.key] = named.get(slot.key, frozenset()) | slot.names
            for key, names in spec.labels.items():
                self.labels[key] = self.labels.get(key, frozenset()) | names
        self._likeness: dict[tuple[str, str, str], float] = {}
        self._exact = {
            block: {name: key for key, names in named.items() for name in names}
            for block, named in self.columns.items()
        }

    def exact(self, block: str, heading: str) -> str:
        """The column that a heading names; empty where none is called so."""
        known = self._exact[block]
        return known.get(heading_key(heading)) or known.get(bare_heading(heading)) or ""

    def likeness(self, block: str, column: str, heading: str) -> float:
        """What the words of a heading say for a column, in nats."""
        known = self._likeness.get((block, column, heading))
        if known is None:
            if len(self._likeness) > _MOST_KEPT:
                self._likeness.clear()
            known = self._likeness[block, column, heading] = self._compared(block, column, heading)
        return known

    def _compared(self, block: str, column: str, heading: str) -> float:
        keys = {heading_key(heading), bare_heading(heading)}
        names = self.columns[block].get(column, frozenset())
        if keys & names:
            return EXACT
        like = max((alike(key, name) for key in keys for name in names), default=0.0)
        return next((nats for least, nats in _STEPS if like >= least), _UNLIKE)

    def is_label(self, key: str, text: str) -> bool:
        """Whether a text is one of the labels of a fact or block, and nothing else."""
        return len(text) <= _LONGEST_LABEL and bool({heading_key(text), bare_heading(text)} & self.labels[key])


@lru_cache(maxsize=16384)
def alike(one: str, other: str) -> float:
    """Dice's measure over characters and pairs of characters."""
    mine, theirs = _grams(one), _grams(other)
    return 2 * len(mine & theirs) / (len(mine) + len(theirs)) if mine and theirs else 0.0


@lru_cache(maxsize=8192)
def _grams(text: str) -> frozenset[str]:
    return frozenset([*text, *(text[i : i + 2] for i in range(len(text) - 1))])


def family_of(specs: Sequence[ScoreSheetSpec], texts: Iterable[str]) -> ScoreSheetSpec:
    """The family that most of the texts speak of: three of its marks or more than half, or one where only its grades are called so.

    Else the general one: forms of many places share some columns (指标性质, 度量单位), and no rule of one place is for another.
    """
    keys = {key for text in texts if len(text) <= _LONGEST_LABEL for key in (heading_key(text), bare_heading(text))}
    marks: Mapping[str, int] = {spec.id: len(spec.marks & keys) for spec in specs}
    best = max(specs, key=lambda spec: marks[spec.id])
    own_grades = best.grades != specs[0].grades
    said = marks[best.id]
    enough = said >= 1 if own_grades else said >= min(_ENOUGH_MARKS, len(best.marks) // 2 + 1)
    return best if enough else specs[0]
