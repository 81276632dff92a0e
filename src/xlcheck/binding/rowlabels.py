"""Which printed row is which row of a form, by label: exact wordings first, then likeness, order and figures."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple

from xlcheck.binding.evidence import Expected, close
from xlcheck.binding.slots import CERTAIN, DOUBTFUL, LIKELY
from xlcheck.binding.words import Words
from xlcheck.labels import plain

_DIGITS = {c: i for i, c in enumerate("一二三四五六七八九", 1)}
_ORDINAL = re.compile(r"^[(]?([一二三四五六七八九十]{1,3})[)]?[、.．,]")
_MOST_KEPT = 500  # likenesses to one row, of all workbooks
_END = 10**6  # past the last item
_FEWEST_LINES = 5  # so many printed 行次 show whose they are
# nats, of the scale of docs/binding.md §3
_LIKE, _UNLIKE, _LEAST = 4.0, -1.0, 0.45  # a likeness below the least says nothing for a row
_SAME_ORDINAL, _OTHER_ORDINAL = 1.0, -0.5
_ELSEWHERE, _INSIDE, _ONLY_ONE = -1.5, 0.5, 2.7
_OF_WHICH = "其中"
_ROUNDED = 20_000  # in millionths: what a row may be off by the rounding of its parts
_SAME_FIGURE, _OTHER_FIGURE, _MOST_FOR, _MOST_AGAINST = 3.0, -0.9, 4.5, -2.5
_MARGIN = 1.5  # before the next reading
_ENOUGH = 1.6  # less binds nothing


class LabelItem(NamedTuple):
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
        like = self.likes.get(key)
        if like is None:
            if len(self.likes) > _MOST_KEPT:
                self.likes.clear()
            like = self.likes[key] = max(words.alike(key, word) for word in self.words)
        return like


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


def bind_rows(
    items: Sequence[LabelItem],
    wanted: Sequence[Wanted],
    words: Words,
    expected: Expected,
    others: frozenset[str] = frozenset(),
) -> RowsBound:
    """Assign the rows of a section; labels that are not known are bound where order or figures leave one reading.

    ``others`` are folded labels that are known to be none of the rows.
    """
    keys = [words.key(i.text) for i in items]
    binding = _RowBinding(items, ["" if k in others else k for k in keys], wanted)
    binding.bind_known()
    binding.bind_by_line()
    binding.bind_likely(words, expected)
    taken = binding.taken()
    binding.bound.strange = [i for i, item in enumerate(items) if i not in taken and item.filled]
    return binding.bound


def parts_of_rows(items: Sequence[LabelItem], strange: Collection[int]) -> set[int]:
    """Which of the ``strange`` items (indexes) are 其中 of the row above, with those that follow; they don't exceed it."""
    parts: set[int] = set()
    left: dict[str, int] = {}
    for i, item in enumerate(items):
        if i not in strange:
            left = dict(item.figures)
        elif (i - 1 in parts or plain(item.text).startswith(_OF_WHICH)) and _within(item.figures, left):
            left = {column: figure - item.figures.get(column, 0) for column, figure in left.items()}
            parts.add(i)
        else:
            left = {}
    return parts


def _within(figures: Mapping[str, int], left: Mapping[str, int]) -> bool:
    """Whether figures are parts of what is left, in every column; by what rounding may add."""
    return all(0 <= figure <= left.get(column, 0) + _ROUNDED for column, figure in figures.items())


class _Pair(NamedTuple):
    """An item as a row of the form, by their indexes."""

    item: int
    row: int


class _Span(NamedTuple):
    """The items between the neighbours of a row that are bound, and the item that is there if it is the only one left."""

    low: int
    high: int
    alone: int

    def told(self, item: int) -> float:
        """What its place says of an item, in nats: whether the form has the row there, and nothing else is left."""
        if not self.low < item < self.high:
            return _ELSEWHERE
        return _ONLY_ONE if item == self.alone else _INSIDE


class _RowBinding:
    """The rows of one section while they are bound; items and rows of the form go by their indexes."""

    def __init__(self, items: Sequence[LabelItem], keys: Sequence[str], wanted: Sequence[Wanted]) -> None:
        self.items = items
        self.keys = keys
        self.wanted = wanted
        self.index = {row.key: n for n, row in enumerate(wanted)}
        self.item_of: dict[int, int] = {}  # row → item, of what is bound
        self.bound = RowsBound()

    def taken(self) -> set[int]:
        """The items that are a row, or one of several that may be it."""
        return {*self.bound.at.values(), *chain.from_iterable(self.bound.doubled.values())}

    def _before(self, row: int) -> dict[int, int]:
        """Row → item, of what is bound of the rows that the form has before this one."""
        return {n: item for n, item in self.item_of.items() if n < row}

    def _after(self, row: int) -> dict[int, int]:
        """Row → item, of what is bound of the rows that the form has after this one."""
        return {n: item for n, item in self.item_of.items() if n > row}

    def _parts(self, item_of: Mapping[int, int]) -> list[int]:
        """The items of rows that are no total: those keep their order."""
        return [item for n, item in item_of.items() if not self.wanted[n].total]

    def _bind(self, row: int, item: int, grade: str) -> None:
        key = self.wanted[row].key
        self.bound.at[key], self.bound.grades[key] = item, grade
        self.item_of[row] = item

    # --- known wordings -------------------------------------------------------------------------

    def bind_known(self) -> None:
        """Rows whose wording is known. Of one wording that several rows share, the order decides."""
        for items, rows in sorted(self._fits().items(), key=lambda fit: (len(fit[0]), fit[1])):
            free = [i for i in items if i not in self.bound.at.values()]
            for item, row in self._matched(free, rows):
                if self.wanted[row].key not in self.bound.at:
                    self._bind(row, item, CERTAIN)

    def _fits(self) -> dict[tuple[int, ...], list[int]]:
        """Items with a known wording → the rows that may be they; the usual wording goes before the others."""
        fits: dict[tuple[int, ...], list[int]] = {}
        for n, row in enumerate(self.wanted):
            items = self._worded(row.words[:1]) or self._worded(row.words)
            if items:
                fits.setdefault(items, []).append(n)
        return fits

    def _worded(self, wordings: Sequence[str]) -> tuple[int, ...]:
        return tuple(i for i, key in enumerate(self.keys) if key and key in wordings)

    def _matched(self, items: list[int], rows: list[int]) -> Iterable[tuple[int, int]]:
        """(item, row) of items and rows that share one wording."""
        if not items:
            return ()
        if len(rows) == 1:
            item = items[0] if len(items) == 1 else self._only(rows[0], items)
            return [(item, rows[0])] if item is not None else ()
        near = self._nearest(items, rows) if len(items) < len(rows) else rows
        return zip(items, near, strict=False)

    def _only(self, row: int, items: list[int]) -> int | None:
        """Of several items with the label of one row, the one that is it; None where that matters and can't be told."""
        item = self._by_order(row, items)
        if item is not None:
            return item
        self.bound.doubled[self.wanted[row].key] = items
        if self._filled(items):
            return None
        return items[0]  # whichever it is, nothing stands there

    def _by_order(self, row: int, items: list[int]) -> int | None:
        """Of several items with one label, the one that stands where the form has it; None where none alone does."""
        inside = [i for i in items if self._between(i, row)]
        if len(inside) == 1:
            return inside[0]
        filled = self._filled(items)
        if self.wanted[row].total:  # printed first and last, the same twice
            return filled[-1] if len(self._distinct_figures(filled)) == 1 else None
        if len(filled) == 1 and len({self.items[i].text for i in items}) > 1:
            return filled[0]
        return None

    def _filled(self, items: Iterable[int]) -> list[int]:
        return [i for i in items if self.items[i].filled]

    def _distinct_figures(self, items: Iterable[int]) -> set[tuple[tuple[str, int], ...]]:
        return {tuple(sorted(self.items[i].figures.items())) for i in items}

    def _nearest(self, items: list[int], rows: list[int]) -> list[int]:
        """Fewer items than rows of one wording: those between whose neighbours they stand."""
        chosen: list[int] = []
        for i in items:
            chosen += [row for row in rows if row not in chosen and self._between(i, row)][:1]
        return chosen if len(chosen) == len(items) else rows[: len(items)]

    def _between(self, item: int, row: int) -> bool:
        """Whether an item stands between the nearest rows of the form that are bound."""
        before, after = self._before(row), self._after(row)
        below_most = _mostly([i < item for i in self._parts(before)])
        above_most = _mostly([i > item for i in self._parts(after)])
        if not below_most or not above_most:
            return False
        last_before = max(before.values(), default=-1)
        first_after = min(after.values(), default=_END)
        return last_before < item or first_after > item

    # --- printed line numbers -------------------------------------------------------------------

    def bind_by_line(self) -> None:
        """Where the form's own 行次 are printed, they tell rows of one label apart."""
        if not self.bound.doubled or not self._lines_agree():
            return
        for key, items in list(self.bound.doubled.items()):
            row = self.index[key]
            own = [i for i in items if self.items[i].line == self.wanted[row].line]
            if len(own) == 1:
                self._bind(row, own[0], CERTAIN)
                del self.bound.doubled[key]
                self._bind_lines(items)

    def _lines_agree(self) -> bool:
        """Whether nearly all rows that are bound have the 行次 of the form."""
        pairs = [(self.items[item].line, self.wanted[row].line) for row, item in self.item_of.items()]
        pairs = [(printed, usual) for printed, usual in pairs if printed and usual]
        return len(pairs) >= _FEWEST_LINES and sum(a == b for a, b in pairs) * 10 >= 9 * len(pairs)

    def _bind_lines(self, items: Iterable[int]) -> None:
        """Items of which only their 行次 says what they are."""
        for i in items:
            line = self.items[i].line
            for n, row in enumerate(self.wanted):
                if row.line and row.line == line and row.key not in self.bound.at:
                    self._bind(n, i, LIKELY)
                    break

    # --- likeness, ordinal, order and figures ---------------------------------------------------

    def bind_likely(self, words: Words, expected: Expected) -> None:
        """The other rows, best first, where likeness, ordinal, order and figures together leave no rival near."""
        scores = self._scores(words, expected)
        left = dict(sorted(scores.items(), key=lambda scored: -scored[1]))
        while left:
            pair, score = next(iter(left.items()))
            if score < _ENOUGH:
                return
            sure = score - self._rival_score(pair, left) >= _MARGIN or not self.items[pair.item].filled
            self._bind(pair.row, pair.item, LIKELY if sure else DOUBTFUL)
            if not sure:
                self.bound.rivals[self.wanted[pair.row].key] = self._second(pair, scores)
            left = {other: s for other, s in left.items() if other.item != pair.item and other.row != pair.row}

    def _scores(self, words: Words, expected: Expected) -> dict[_Pair, float]:
        """How well each item that is left fits each row that is left, in nats; only what speaks for it."""
        items, rows = self._items_left(), self._rows_left()
        if not items or not rows:
            return {}
        numbered = self._numbered()
        spans = [(n, self._span(n, items, rows)) for n in rows]
        told = {row for row, _ in expected}
        scores: dict[_Pair, float] = {}
        for i in items:
            item, key = self.items[i], self.keys[i]
            number = ordinal_of(item.text) if numbered else 0
            for n, span in spans:
                row = self.wanted[n]
                score = _likeness(row, key, words, number) + span.told(i)
                if row.key in told and score > -_MOST_FOR:
                    score += _told(item, row.key, expected)
                if score > 0:
                    scores[_Pair(i, n)] = score
        return scores

    def _items_left(self) -> list[int]:
        taken = self.taken()
        return [i for i, key in enumerate(self.keys) if key and i not in taken]

    def _rows_left(self) -> list[int]:
        known = self.bound.at.keys() | self.bound.doubled.keys()
        return [n for n, row in enumerate(self.wanted) if row.key not in known]

    def _numbered(self) -> bool:
        """Whether the ordinals are the form's own: a list of used rows only is numbered anew."""
        pairs = [(ordinal_of(self.items[item].text), self.wanted[row].ordinal) for row, item in self.item_of.items()]
        pairs = [(printed, usual) for printed, usual in pairs if printed and usual]
        return sum(a == b for a, b in pairs) * 5 >= 4 * len(pairs)

    def _span(self, row: int, items: Sequence[int], rows: Sequence[int]) -> _Span:
        """Where the form has a row, among the ``items`` and ``rows`` that are left."""
        row_before = max(self._before(row), default=-1)
        row_after = min(self._after(row), default=len(self.wanted))
        low, high = self.item_of.get(row_before, -1), self.item_of.get(row_after, _END)
        rows_inside = [n for n in rows if row_before < n < row_after]
        items_inside = [i for i in items if low < i < high]
        alone = items_inside[rows_inside.index(row)] if len(rows_inside) == len(items_inside) else -1
        return _Span(low, high, alone)

    def _rival_score(self, pair: _Pair, left: Mapping[_Pair, float]) -> float:
        """The best score of a reading that speaks against one."""
        return max((score for other, score in left.items() if self._rivals(other, pair)), default=0.0)

    def _rivals(self, other: _Pair, pair: _Pair) -> bool:
        """Whether another reading speaks against one: another row for its item, or another filled item for its row."""
        if other.item == pair.item:
            return other.row != pair.row
        return other.row == pair.row and self.items[other.item].filled

    def _second(self, pair: _Pair, scores: Mapping[_Pair, float]) -> str:
        """The key of the row that an item might be as well; empty where there is none."""
        others = ((score, other.row) for other, score in scores.items() if other.item == pair.item and other != pair)
        _, row = max(others, default=(0.0, -1))
        return self.wanted[row].key if row >= 0 else ""


def _mostly(flags: Sequence[bool]) -> bool:
    return sum(flags) * 2 >= len(flags)


def _likeness(row: Wanted, key: str, words: Words, number: int) -> float:
    """How well a label fits a row, in nats; likeness alone must not be nothing unless the place leaves no other."""
    like = row.like(key, words)
    score = _LIKE * like if like >= _LEAST else _UNLIKE
    if number and row.ordinal:
        score += _SAME_ORDINAL if number == row.ordinal else _OTHER_ORDINAL
    return score


def _told(item: LabelItem, key: str, expected: Expected) -> float:
    """What other tables and the sums of this one say of an item's figures as row ``key``; 0 beside 0 says nothing."""
    score = 0.0
    for column, figure in item.figures.items():
        for value, sure in expected.get((key, column), ()):
            if not figure and not value:
                continue
            if close(figure, value):
                score += _SAME_FIGURE
            elif sure:
                score += _OTHER_FIGURE
    return max(_MOST_AGAINST, min(_MOST_FOR, score))


def strange_label(text: str) -> bool:
    """Whether a row label names nothing: empty, a dash, or an ordinal alone."""
    bare = plain(text)
    return not bare or bool(re.fullmatch(r"[\d一二三四五六七八九十、.()\-—…·]*", bare))
