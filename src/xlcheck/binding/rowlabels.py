"""Which printed row is which row of a form, by label: exact wordings first, then likeness, order and figures."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from xlcheck.binding.evidence import close
from xlcheck.binding.slots import CERTAIN, DOUBTFUL, LIKELY
from xlcheck.binding.words import Words
from xlcheck.labels import plain

_DIGITS = {c: i for i, c in enumerate("一二三四五六七八九", 1)}
_ORDINAL = re.compile(r"^[(]?([一二三四五六七八九十]{1,3})[)]?[、.．,]")
_MOST_KEPT = 500
_LEAST = 0.45
_MARGIN = 1.5
_ENOUGH = 1.6


class Item(NamedTuple):
    """A printed row: its label as printed, its figure by column (of this section), its 行次 (0: none)."""

    at: int
    text: str
    figures: Mapping[str, int]
    line: int = 0

    @property
    def filled(self) -> bool:
        """Whether a figure other than zero stands in the row."""
        return any(self.figures.values())


class Wanted(NamedTuple):
    """A row of the form: its key, its folded wordings, its usual ordinal (0: none); ``likes`` keeps what was compared."""

    key: str
    words: tuple[str, ...]
    ordinal: int
    total: bool
    line: int
    likes: dict[str, float]

    def like(self, key: str, words: Words) -> float:
        """Likeness of a folded label to the nearest wording."""
        found = self.likes.get(key)
        if found is None:
            if len(self.likes) > _MOST_KEPT:
                self.likes.clear()
            found = self.likes[key] = max(words.alike(key, word) for word in self.words)
        return found


@dataclass(slots=True)
class RowsBound:
    """Row keys → indexes of items, with grades; ``strange`` are items with figures that no row took."""

    at: dict[str, int] = field(default_factory=dict)
    grades: dict[str, str] = field(default_factory=dict)
    rivals: dict[str, str] = field(default_factory=dict)
    strange: list[int] = field(default_factory=list)
    doubled: dict[str, list[int]] = field(default_factory=dict)


def ordinal_of(text: str) -> int:
    """The number that a label begins with: ``十二、农林水支出`` → 12; 0 where there is none."""
    match = _ORDINAL.match(plain(text[:12]))
    if not match:
        return 0
    tens, ten, ones = match[1].partition("十")
    if not ten:
        return _DIGITS.get(tens, 0)
    return 10 * _DIGITS.get(tens, 1) + _DIGITS.get(ones, 0)


Expected = Mapping[tuple[str, str], Sequence[tuple[int, bool]]]


def bind_rows(
    items: Sequence[Item],
    wanted: Sequence[Wanted],
    words: Words,
    expected: Expected,
    others: frozenset[str] = frozenset(),
) -> RowsBound:
    """Assign the rows of a section; labels that are not known are bound where order or figures leave one reading.

    ``others`` are folded labels that are known to be none of the rows.
    """
    bound = RowsBound()
    keys = [words.key(i.text) for i in items]
    keys = ["" if k in others else k for k in keys]
    _exact(items, keys, wanted, bound)
    _by_line(items, wanted, bound)
    _likely(items, keys, wanted, words, expected, bound)
    used = set(bound.at.values()) | {i for found in bound.doubled.values() for i in found}
    bound.strange = [i for i, item in enumerate(items) if i not in used and item.filled]
    return bound


def _exact(items: Sequence[Item], keys: Sequence[str], wanted: Sequence[Wanted], bound: RowsBound) -> None:
    """Rows whose wording is known. Of one wording that several rows share, the order decides."""
    fits: dict[tuple[int, ...], list[int]] = {}
    for w, row in enumerate(wanted):
        first = tuple(i for i, k in enumerate(keys) if k and k == row.words[0])
        found = first or tuple(i for i, k in enumerate(keys) if k and k in row.words)
        if found:
            fits.setdefault(found, []).append(w)
    places: dict[int, list[int]] = {}
    for found, rows in fits.items():
        for i in found:
            places.setdefault(i, []).extend(rows)
    for found, rows in sorted(fits.items(), key=lambda f: (len(f[0]), f[1])):
        left = [i for i in found if i not in bound.at.values()]
        if not left:
            continue
        if len(rows) == 1 and len(left) > 1:
            order = _by_order(left, rows[0], wanted, bound, items)
            if order is None:
                bound.doubled[wanted[rows[0]].key] = left
                if any(items[i].filled for i in left):
                    continue
                order = left[0]  # whichever it is, nothing stands there
            left = [order]
        near = _nearest(left, rows, wanted, bound) if len(left) < len(rows) and len(rows) > 1 else rows
        for i, w in zip(left, near, strict=False):
            if wanted[w].key not in bound.at:
                bound.at[wanted[w].key] = i
                bound.grades[wanted[w].key] = CERTAIN


def _by_line(items: Sequence[Item], wanted: Sequence[Wanted], bound: RowsBound) -> None:
    """Where the form's own 行次 are printed, they tell rows of one label apart."""
    rows = {w.key: w for w in wanted}
    pairs = [(items[i].line, rows[k].line) for k, i in bound.at.items() if rows[k].line and items[i].line]
    if not bound.doubled or len(pairs) < 5 or sum(a == b for a, b in pairs) * 10 < 9 * len(pairs):
        return
    for key, places in list(bound.doubled.items()):
        own = [i for i in places if items[i].line == rows[key].line]
        if len(own) == 1:
            bound.at[key], bound.grades[key] = own[0], CERTAIN
            del bound.doubled[key]
            for i in places:
                other = next((w for w in wanted if w.line and w.line == items[i].line and w.key not in bound.at), None)
                if other is not None:
                    bound.at[other.key], bound.grades[other.key] = i, LIKELY


def _by_order(left: list[int], w: int, wanted: Sequence[Wanted], bound: RowsBound, items: Sequence[Item]) -> int | None:
    """Of several rows with one label, the one that stands where the form has it; None where none alone does."""
    inside = [i for i in left if _between(i, w, wanted, bound)]
    if len(inside) == 1:
        return inside[0]
    filled = [i for i in left if items[i].filled]
    same = {tuple(sorted(items[i].figures.items())) for i in filled}
    if wanted[w].total and filled and len(same) == 1:
        return filled[-1]  # a total printed first and last, the same twice
    if len(filled) == 1 and not wanted[w].total and len({items[i].text for i in left}) > 1:
        return filled[0]
    return None


def _nearest(left: list[int], rows: list[int], wanted: Sequence[Wanted], bound: RowsBound) -> list[int]:
    """Fewer rows than concepts of one wording: those between whose neighbours they stand."""
    chosen = []
    for i in left:
        fitting = [w for w in rows if w not in chosen and _between(i, w, wanted, bound)]
        if fitting:
            chosen.append(fitting[0])
    return chosen if len(chosen) == len(left) else rows[: len(left)]


def _between(i: int, w: int, wanted: Sequence[Wanted], bound: RowsBound) -> bool:
    """Whether an item stands between the nearest rows of the form that are bound."""
    index = {row.key: n for n, row in enumerate(wanted)}
    before = [at for key, at in bound.at.items() if index[key] < w and not wanted[index[key]].total]
    after = [at for key, at in bound.at.items() if index[key] > w and not wanted[index[key]].total]
    low = sum(at < i for at in before) * 2 >= len(before) if before else True
    high = sum(at > i for at in after) * 2 >= len(after) if after else True
    near_low = max((at for key, at in bound.at.items() if index[key] < w), default=-1)
    near_high = min((at for key, at in bound.at.items() if index[key] > w), default=10**6)
    return low and high and (near_low < i or near_high > i)


def _likely(
    items: Sequence[Item],
    keys: Sequence[str],
    wanted: Sequence[Wanted],
    words: Words,
    expected: Expected,
    bound: RowsBound,
) -> None:
    """The other rows, best first, where likeness, ordinal, order and figures together leave no rival near."""
    used = set(bound.at.values()) | {i for found in bound.doubled.values() for i in found}
    open_items = [i for i, k in enumerate(keys) if i not in used and k]
    open_rows = [w for w, row in enumerate(wanted) if row.key not in bound.at and row.key not in bound.doubled]
    if not open_items or not open_rows:
        return
    numbered = _numbered(items, wanted, bound)
    scores: dict[tuple[int, int], float] = {}
    spans = {w: _span(w, wanted, bound, open_items, open_rows) for w in open_rows}
    for i in open_items:
        number = ordinal_of(items[i].text) if numbered else 0
        for w in open_rows:
            score = _score(wanted[w], keys[i], words, number) + spans[w].told(i)
            score += _told(items[i], wanted[w].key, expected)
            if score > 0:
                scores[i, w] = score
    pairs = sorted(scores.items(), key=lambda p: -p[1])
    done_items: set[int] = set()
    done_rows: set[int] = set()
    for (i, w), score in pairs:
        if i in done_items or w in done_rows or score < _ENOUGH:
            continue
        rivals = [s for (a, b), s in scores.items() if ((a == i and b != w) or (b == w and a != i and items[a].filled))
                  and a not in done_items and b not in done_rows]  # fmt: skip
        done_items.add(i)
        done_rows.add(w)
        key = wanted[w].key
        bound.at[key] = i
        sure = score - max(rivals, default=0.0) >= _MARGIN or not items[i].filled
        bound.grades[key] = LIKELY if sure else DOUBTFUL
        if not sure:
            other = max(((s, b) for (a, b), s in scores.items() if a == i and b != w), default=(0.0, -1))[1]
            bound.rivals[key] = wanted[other].key if other >= 0 else ""


def _score(row: Wanted, key: str, words: Words, number: int) -> float:
    """How well a label fits a row, in nats; likeness alone must not be nothing unless the place leaves no other."""
    like = row.like(key, words)
    score = 4.0 * like if like >= _LEAST else -1.0
    if number and row.ordinal:
        score += 1.0 if number == row.ordinal else -0.5
    return score


def _numbered(items: Sequence[Item], wanted: Sequence[Wanted], bound: RowsBound) -> bool:
    """Whether the ordinals are the form's own: a list of used rows only is numbered anew."""
    rows = {w.key: w for w in wanted}
    pairs = [(ordinal_of(items[i].text), rows[k].ordinal) for k, i in bound.at.items() if rows[k].ordinal]
    same = sum(a == b for a, b in pairs if a)
    return same * 5 >= 4 * sum(1 for a, _ in pairs if a)


class _Span(NamedTuple):
    """The items between the neighbours of a row that are bound, and the item that is there if it is the only one left."""

    low: int
    high: int
    alone: int

    def told(self, i: int) -> float:
        """What its place says of an item, in nats: whether the form has the row there, and nothing else is left."""
        if not self.low < i < self.high:
            return -1.5
        return 2.7 if i == self.alone else 0.5


def _span(
    w: int, wanted: Sequence[Wanted], bound: RowsBound, open_items: Sequence[int], open_rows: Sequence[int]
) -> _Span:
    index = {row.key: n for n, row in enumerate(wanted)}
    low = max(((index[k], at) for k, at in bound.at.items() if index[k] < w), default=(-1, -1))
    high = min(((index[k], at) for k, at in bound.at.items() if index[k] > w), default=(len(wanted), 10**6))
    rows = [x for x in open_rows if low[0] < x < high[0]]
    inside = [x for x in open_items if low[1] < x < high[1]]
    return _Span(low[1], high[1], inside[rows.index(w)] if len(rows) == len(inside) else -1)


def _told(item: Item, key: str, expected: Expected) -> float:
    """What other tables and the sums of this one say of an item's figures as row ``key``."""
    score = 0.0
    for column, figure in item.figures.items():
        for value, sure in expected.get((key, column), ()):
            if not figure and not value:
                continue
            if close(figure, value):
                score += 3.0
            elif sure:
                score -= 0.9
    return max(-2.5, min(4.5, score))


def strange_label(text: str) -> bool:
    """Whether a row label names nothing: empty, a dash, or an ordinal alone."""
    bare = plain(text)
    return not bare or bool(re.fullmatch(r"[\d一二三四五六七八九十、.()\-—…·]*", bare))
