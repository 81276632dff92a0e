"""The six items of “三公”经费 and its two sides, found in the words around figures.

Items stand in a usual order, and only the cars have items of their own below them (小计, 购置费, 运行维护费): where one
wording says nothing we know, its place among the others tells which it is. A place that leaves two open is doubtful.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from itertools import product
from typing import NamedTuple

from xlcheck.binding.words import Words, total_word
from xlcheck.concepts import Concept
from xlcheck.form import TOTAL

Path = tuple[str, ...]


class Meaning(NamedTuple):
    """A side or an item, and how surely words say so (0 to 1)."""

    key: str
    like: float


LEAST = 0.55  # likeness below which words say nothing
BY_PLACE = 0.6  # how sure it is what stands between two known items
COUNT = re.compile(r"[(（](?:个|人|次|批|辆|台|套|人次|批次|团)[)）]|团组|人次|人数|批次|保有量|购置数|数量|辆数")
AGAIN = re.compile(r"上年|去年|上期|增减|增长|比|率|占|年初预算.*执行|差")
NO_ITEM = re.compile(r"年度$|序号|行次|代码|编码|日期|人数|备注")
CAR = "公务用车小计"
PARTS = ("公务用车购置费", "公务用车运行维护费")
_BELOW_CARS = {3: (CAR, *PARTS), 2: PARTS}  # what stands under one heading, by how many there are
_OVER_CARS = re.compile("用车|购置运行")
_PART_OF_CARS = re.compile("购置|运行")
_NOTHING = Meaning("", 0.0)
_BUDGET, _FINAL = "预算", "决算"
_FUND = re.compile("(?:一般|财政|公共|政府性|基金|国有|资本|经营|部门|综合)+预算(?:财政)?(?:拨款|资金)?(?:安排)?")
_SIDE_WORD = 0.95  # how surely one of these two words says the side
_PLAINLY = 0.9
_LIKE_OTHER = 0.75  # likeness from which a text is what stands beside the items
_LIKE_ITEM = 0.85  # likeness from which words that only another item has say nothing
_HINTS: tuple[tuple[re.Pattern[str], Meaning | None], ...] = (  # words that only one item has; the first that fits
    (re.compile(r"出国|^(?!.*接待).*境"), Meaning("因公出国（境）费", 0.8)),
    (re.compile(r"^(?=.*接待).*(?:外宾|国外|外事|国内|批|次)"), None),  # a part of it, or how many
    (re.compile(r"接待"), Meaning("公务接待费", 0.8)),
    (re.compile(r"^(?=.*(?:购置|购车)).*(?:运行|运维)"), Meaning(CAR, 0.8)),
    (re.compile(r"购置|购车"), Meaning(PARTS[0], 0.8)),
    (re.compile(r"运行|运维"), Meaning(PARTS[1], 0.8)),
    (re.compile(r"用车"), Meaning(CAR, 0.7)),
)
_MOST_KEPT = 2_000


class Items:
    """What texts say of items and sides."""

    def __init__(self, words: Words, items: Sequence[Concept], sides: Sequence[Concept], others: Sequence[str]) -> None:
        self.words = words
        self.items = {c.key: [tuple(map(words.key, w)) for w in c.words] for c in items}
        self.sides = {c.key: [words.key(w[-1]) for w in c.words] for c in sides}
        self.others = [words.key(o) for o in others]
        self._order = {key: n for n, key in enumerate(self.items)}
        # what texts say, kept from workbook to workbook
        self._side_meanings: dict[Path, Meaning | None] = {}
        self._item_meanings: dict[Path, Meaning | None] = {}

    def side_of(self, texts: Iterable[str]) -> Meaning | None:
        """The side that one of ``texts`` speaks of."""
        path = tuple(texts)
        if path not in self._side_meanings:
            if len(self._side_meanings) > _MOST_KEPT:
                self._side_meanings.clear()
            self._side_meanings[path] = self._side(path)
        return self._side_meanings[path]

    def _side(self, path: Path) -> Meaning | None:
        if any(AGAIN.search(text) and _BUDGET not in text for text in path):
            return None
        said = product(self._folded(path), self.sides)
        meanings = [Meaning(side, self._side_like(side, text)) for text, side in said]
        best = max(meanings, key=lambda m: m.like, default=_NOTHING)
        return best if best.like >= LEAST else None

    def _folded(self, texts: Iterable[str]) -> list[str]:
        """Texts as they are compared, without those that say nothing."""
        return [key for text in texts if (key := self.words.key(text))]

    def _side_like(self, side: str, folded: str) -> float:
        """How surely a folded text says a side."""
        if folded in self.sides[side]:
            return 1.0
        budget = _BUDGET in _FUND.sub("", folded)
        if budget != (_FINAL in folded):
            return _SIDE_WORD if budget == (side == "预算数") else 0.0
        return max(self.words.alike(folded, known) for known in self.sides[side])

    def is_side(self, text: str) -> bool:
        """Whether a text plainly speaks of a side."""
        meaning = self.side_of([text])
        return meaning is not None and meaning.like >= _PLAINLY

    def item_of(self, texts: Sequence[str]) -> Meaning | None:
        """The item that a path of texts speaks of, from the innermost outwards."""
        path = tuple(texts)
        if path not in self._item_meanings:
            if len(self._item_meanings) > _MOST_KEPT:
                self._item_meanings.clear()
            self._item_meanings[path] = self._item(path)
        return self._item_meanings[path]

    def _item(self, path: Path) -> Meaning | None:
        folded = self._folded(text for text in path if not self.is_side(text))
        if not folded or any(COUNT.search(text) for text in path):
            return None
        *above, leaf = folded
        return self._nested(above, leaf) if above else self._best(leaf)

    def _nested(self, above: Sequence[str], leaf: str) -> Meaning | None:
        """The item that a folded text speaks of under others."""
        outer = "".join(above)
        if total_word(leaf):
            if "三公" in above[-1]:
                return Meaning(TOTAL, 1.0)
            return Meaning(CAR, 1.0) if _OVER_CARS.search(outer) else self._best(above[-1])
        meaning = self._best(leaf)
        if meaning is not None and meaning.key == CAR and meaning.like < 1.0 and "用车" in outer:
            return _hinted(leaf) if _PART_OF_CARS.search(leaf) else None  # a part of it in other words
        return meaning

    def known_other(self, text: str) -> bool:
        """Whether a text is one that stands beside the items and is none of them (会议费, 批次)."""
        return bool(COUNT.search(text)) or self._other_like(self.words.key(text)) >= _LIKE_OTHER

    def _other_like(self, folded: str) -> float:
        """Likeness of a folded text to the nearest of what stands beside the items."""
        return max((self.words.alike(folded, other) for other in self.others), default=0.0)

    def _best(self, folded: str) -> Meaning | None:
        """The item that one folded text speaks of."""
        if folded in self.others:
            return None
        if "三公" in folded and folded.endswith("计"):  # “三公”经费小计, beside a 合计 that counts 会议费 too
            return Meaning(TOTAL, 1.0)
        nearest = self._nearest(folded)
        return Meaning(nearest.key, 1.0) if nearest.like >= 1.0 else self._likely(folded, nearest)

    def _likely(self, folded: str, nearest: Meaning) -> Meaning | None:
        """What a text says whose wording is not known: the ``nearest`` item, or the one whose own words it has."""
        other = self._other_like(folded)
        hinted = _hinted(folded)
        if nearest.like < LEAST or other >= nearest.like:
            return hinted if other < _LIKE_OTHER else None
        if nearest.like >= _LIKE_ITEM or hinted is None or hinted.key == nearest.key:
            return nearest
        return hinted

    def _nearest(self, folded: str) -> Meaning:
        """The item with the wording that a folded text is most like."""
        likes = {key: max(self.words.alike(folded, path[-1]) for path in paths) for key, paths in self.items.items()}
        like, key = max((like, key) for key, like in likes.items())
        return Meaning(key, like)

    # --- several paths together -----------------------------------------------------------------

    def resolve(self, paths: Sequence[Path]) -> list[Meaning | None]:
        """The item of each path (in printed order), those that say nothing we know by their place."""
        meanings = _each_once([self.item_of(path) if path else None for path in paths])
        _name_parts_of_cars(paths, meanings)
        self._name_between(paths, meanings)
        return meanings

    def _name_between(self, paths: Sequence[Path], meanings: list[Meaning | None]) -> None:
        """Between two known items as many unknown ones as are missing there: each is what is left."""
        unknown = [i for i, path in enumerate(paths) if path and meanings[i] is None and not self._no_item(path)]
        nested = max(map(len, paths), default=0) > 1
        outside_cars = {i for i in unknown if nested and len(paths[i]) == 1}
        while (left := self._left(unknown, outside_cars, meanings)) is not None:
            i, key = left
            meanings[i] = Meaning(key, BY_PLACE)
            unknown.remove(i)

    def _left(
        self, unknown: Sequence[int], outside_cars: Collection[int], meanings: Sequence[Meaning | None]
    ) -> tuple[int, str] | None:
        """The first unknown path for which one item is left, and that item; None where there is none."""
        for i in unknown:
            missing = self._missing_around(i, meanings)
            if i in outside_cars:
                missing = [key for key in missing if key not in (CAR, *PARTS)]
            inside = _unknown_around(i, unknown, meanings)
            if len(missing) == len(inside):
                return i, missing[inside.index(i)]
        return None

    def _missing_around(self, i: int, meanings: Sequence[Meaning | None]) -> list[str]:
        """The items that no path is, between those that words say before and after the ``i``-th."""
        low = max(self._worded(meanings[:i]), default=-1)
        high = min(self._worded(meanings[i + 1 :]), default=len(self._order))
        there = {m.key for m in meanings if m is not None}
        return [key for key, n in self._order.items() if low < n < high and key not in there]

    def _worded(self, meanings: Iterable[Meaning | None]) -> list[int]:
        """The places in the usual order of the items that words say."""
        return [self._order[m.key] for m in meanings if m is not None and m.like > BY_PLACE]

    def _no_item(self, path: Path) -> bool:
        return self.known_other(path[-1]) or bool(NO_ITEM.search(path[-1]) or AGAIN.search("".join(path)))


def _hinted(folded: str) -> Meaning | None:
    """An item by the words that only it has."""
    return next((meaning for pattern, meaning in _HINTS if pattern.search(folded)), None)


def _unknown_around(i: int, unknown: Iterable[int], meanings: Sequence[Meaning | None]) -> list[int]:
    """The unknown paths, with the ``i``-th, between the known ones before and after it."""
    known = [j for j, meaning in enumerate(meanings) if meaning is not None]
    first = max((j for j in known if j < i), default=-1)
    last = min((j for j in known if j > i), default=len(meanings))
    return [j for j in unknown if first < j < last]


def _each_once(meanings: Sequence[Meaning | None]) -> list[Meaning | None]:
    """Of several paths that say one item the one that says it most surely, the first of equals."""
    best: dict[str, tuple[float, int]] = {}
    for i, meaning in enumerate(meanings):
        if meaning is not None:
            best[meaning.key] = max(best.get(meaning.key, (0.0, 0)), (meaning.like, -i))
    kept = {-i for _, i in best.values()}
    return [meaning if i in kept else None for i, meaning in enumerate(meanings)]


def _name_parts_of_cars(paths: Sequence[Path], meanings: list[Meaning | None]) -> None:
    """Under one heading three items stand: those of the cars, whatever they are called."""
    below: dict[str, list[int]] = {}
    for i, path in enumerate(paths):
        if len(path) > 1:
            below.setdefault(path[-2], []).append(i)
    there = {m.key for m in meanings if m is not None}
    for places in below.values():
        for i, key in zip(places, _BELOW_CARS.get(len(places), ()), strict=False):
            if meanings[i] is None and key not in there:
                meanings[i] = Meaning(key, BY_PLACE)
                there.add(key)
