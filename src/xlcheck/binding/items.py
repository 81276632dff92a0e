"""The six items of “三公”经费 and its two sides, found in the words around figures.

Items stand in a usual order, and only the cars have items of their own below them (小计, 购置费, 运行维护费): where one
wording says nothing we know, its place among the others tells which it is. A place that leaves two open is doubtful.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from xlcheck.binding.words import Words, total_word
from xlcheck.concepts import Concept
from xlcheck.form import TOTAL

LEAST = 0.55
BY_PLACE = 0.6
COUNT = re.compile(r"[(（](?:个|人|次|批|辆|台|套|人次|批次|团)[)）]|团组|人次|人数|批次|保有量|购置数|数量|辆数")
AGAIN = re.compile(r"上年|去年|上期|增减|增长|比|率|占|年初预算.*执行|差")
NO_ITEM = re.compile(r"年度$|序号|行次|代码|编码|日期|人数|备注")
CAR = "公务用车小计"
PARTS = ("公务用车购置费", "公务用车运行维护费")


class Said(NamedTuple):
    """A side or an item, and how surely its words say so (0 to 1)."""

    key: str
    like: float


Path = tuple[str, ...]

_MOST_KEPT = 2_000


class Items:
    """What texts say of items and sides."""

    def __init__(self, words: Words, items: Sequence[Concept], sides: Sequence[Concept], others: Sequence[str]) -> None:
        self.words = words
        self.items = {c.key: [tuple(map(words.key, w)) for w in c.words] for c in items}
        self.sides = {c.key: [words.key(w[-1]) for w in c.words] for c in sides}
        self.others = [words.key(o) for o in others]
        self.order = list(self.items)
        # what texts say, kept from workbook to workbook
        self._said: dict[tuple[str, ...], Said | None] = {}
        self._found: dict[Path, Said | None] = {}

    def side_of(self, texts: Iterable[str]) -> Said | None:
        """The side that one of ``texts`` speaks of."""
        key = tuple(texts)
        if key not in self._said:
            if len(self._said) > _MOST_KEPT:
                self._said.clear()
            self._said[key] = self._side(key)
        return self._said[key]

    def _side(self, texts: Iterable[str]) -> Said | None:
        best: Said | None = None
        for text in texts:
            folded = self.words.key(text)
            if AGAIN.search(text) and "预算" not in text:
                return None
            if not folded:
                continue
            for key, known in self.sides.items():
                if folded in known:
                    like = 1.0
                elif ("预算" in folded) != ("决算" in folded):
                    like = 0.95 if ("预算" in folded) == (key == "预算数") else 0.0
                else:
                    like = max(self.words.alike(folded, k) for k in known)
                if like >= LEAST and (best is None or like > best.like):
                    best = Said(key, like)
        return best

    def is_side(self, text: str) -> bool:
        """Whether a text plainly speaks of a side."""
        said = self.side_of([text])
        return said is not None and said.like >= 0.9

    def item_of(self, texts: Sequence[str]) -> Said | None:
        """The item that a path of texts speaks of, from the innermost outwards."""
        key = tuple(texts)
        if key not in self._found:
            if len(self._found) > _MOST_KEPT:
                self._found.clear()
            self._found[key] = self._item(key)
        return self._found[key]

    def _item(self, texts: Path) -> Said | None:
        said = [t for t in texts if not self.is_side(t)]
        folded = [f for t in said if (f := self.words.key(t))]
        if not folded or any(COUNT.search(t) for t in texts):
            return None
        leaf, outer = folded[-1], "".join(folded[:-1])
        if total_word(leaf) and len(folded) > 1:
            found = self._best(folded[-2])
            return Said(CAR, 1.0) if "用车" in outer or "购置运行" in outer else found
        found = self._best(leaf)
        if found is not None and found.key == CAR and len(folded) > 1 and found.like < 1.0 and "用车" in outer:
            return self._told(leaf) if "购置" in leaf or "运行" in leaf else None  # a part of it in other words
        return found

    def known_other(self, text: str) -> bool:
        """Whether a text is one that stands beside the items and is none of them (会议费, 批次)."""
        key = self.words.key(text)
        return bool(COUNT.search(text)) or any(self.words.alike(key, o) >= 0.75 for o in self.others)

    def _best(self, folded: str) -> Said | None:
        if folded in self.others:
            return None
        if "三公" in folded and folded.endswith("计"):  # “三公”经费小计, beside a 合计 that counts 会议费 too
            return Said(TOTAL, 1.0)
        ranked = sorted((max(self.words.alike(folded, p[-1]) for p in paths), key) for key, paths in self.items.items())
        like, key = ranked[-1]
        if like >= 1.0:
            return Said(key, 1.0)
        other = max((self.words.alike(folded, o) for o in self.others), default=0.0)
        told = self._told(folded)
        if like < LEAST or other >= like:
            return told if other < 0.75 else None
        return told if told is not None and told.key != key and like < 0.85 else Said(key, like)

    @staticmethod
    def _told(folded: str) -> Said | None:
        """An item by the words that only it has."""
        if "出国" in folded or ("境" in folded and "接待" not in folded):
            return Said("因公出国（境）费", 0.8)
        if "接待" in folded:
            return None if re.search(r"外宾|国外|外事|国内|批|次", folded) else Said("公务接待费", 0.8)
        buy, run = "购置" in folded or "购车" in folded, "运行" in folded or "运维" in folded
        if buy and run:
            return Said(CAR, 0.8)
        if buy or run:
            return Said(PARTS[0] if buy else PARTS[1], 0.8)
        return Said(CAR, 0.7) if "用车" in folded else None

    # --- several paths together -----------------------------------------------------------------

    def resolve(self, paths: Sequence[Path]) -> list[Said | None]:
        """The item of each path (in printed order), those that say nothing we know by their place."""
        found = [self.item_of(p) if p else None for p in paths]
        found = self._once(found)
        found = self._below_cars(paths, found)
        return self._between(paths, found)

    @staticmethod
    def _once(found: list[Said | None]) -> list[Said | None]:
        best: dict[str, float] = {}
        for said in found:
            if said is not None:
                best[said.key] = max(best.get(said.key, 0.0), said.like)
        kept: set[str] = set()
        once: list[Said | None] = []
        for said in found:
            good = said is not None and said.key not in kept and said.like == best[said.key]
            once.append(said if good else None)
            if said is not None and good:
                kept.add(said.key)
        return once

    def _below_cars(self, paths: Sequence[Path], found: list[Said | None]) -> list[Said | None]:
        """Under one heading three items stand: those of the cars, whatever they are called."""
        groups: dict[str, list[int]] = {}
        for i, path in enumerate(paths):
            if len(path) > 1:
                groups.setdefault(path[-2], []).append(i)
        for places in groups.values():
            wanted = (CAR, *PARTS) if len(places) == 3 else PARTS if len(places) == 2 else ()
            if not wanted:
                continue
            for i, key in zip(places, wanted, strict=True):
                if found[i] is None and key not in {s.key for s in found if s is not None}:
                    found[i] = Said(key, BY_PLACE)
        return found

    def _between(self, paths: Sequence[Path], found: list[Said | None]) -> list[Said | None]:
        """Between two known items as many unknown ones as are missing there: each is what is left."""
        index = {k: n for n, k in enumerate(self.order)}
        have = {s.key for s in found if s is not None}
        open_ = [i for i, s in enumerate(found) if s is None and paths[i] and not self._none(paths[i])]
        for i in open_:
            below = [index[s.key] for s in found[:i] if s is not None and s.like > BY_PLACE]
            above = [index[s.key] for s in found[i + 1 :] if s is not None and s.like > BY_PLACE]
            low, high = max(below, default=-1), min(above, default=len(self.order))
            missing = [k for k in self.order if k not in have and low < index[k] < high]
            if len(paths[i]) == 1 and any(len(p) > 1 for p in paths):
                missing = [k for k in missing if k not in (CAR, *PARTS)]
            first = max((j for j in range(i) if found[j] is not None), default=-1)
            last = min((j for j in range(i + 1, len(found)) if found[j] is not None), default=len(found))
            inside = [j for j in open_ if first < j < last]
            if len(missing) == len(inside):
                found[i] = Said(missing[inside.index(i)], BY_PLACE)
                have.add(missing[inside.index(i)])
                open_ = [j for j in open_ if j != i]
                return self._between(paths, found)
        return found

    def _none(self, path: Path) -> bool:
        return self.known_other(path[-1]) or bool(NO_ITEM.search(path[-1]) or AGAIN.search("".join(path)))
