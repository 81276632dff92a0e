"""“三公”经费: one figure an item and a side (预算数, 决算数), in whatever direction they are printed.

Blocks (all 预算, then all 决算), pairs under each item, items as rows, sides as rows, inside an information table, one
row a sub-unit with a total row. Each figure is bound by the words around it: an item and a side, both must be said.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from xlcheck.binding.frame import Column, Frame
from xlcheck.binding.reading import Context, Reading, RowRead, SectionRead
from xlcheck.binding.slots import CERTAIN, DOUBTFUL, LIKELY
from xlcheck.binding.words import Words, total_word
from xlcheck.concepts import Concept
from xlcheck.form import SectionSpec

_LEAST = 0.55
_COUNT = re.compile(r"[(（](?:个|人|次|批|辆|台|套|人次|批次|团)[)）]|团组|人次|人数|批次|保有量|购置数|数量|辆数")
_AGAIN = re.compile(r"上年|去年|上期|增减|增长|比|率|占|年初预算.*执行|差")
_NO_ITEM = re.compile(r"年度|序号|行次|代码|编码|日期|人数")
CAR = "公务用车小计"
_PARTS = ("公务用车购置费", "公务用车运行维护费")


class _Said(NamedTuple):
    key: str
    like: float


def bind_record(reading: Reading, section: SectionSpec, context: Context) -> SectionRead:
    """Bind the one section of a table of items and sides."""
    frame, words = reading.frame, context.words
    items = context.columns("三公表", section)
    sides = context.rows("三公表", section)
    others = [words.key(o) for o in context.table_words("三公表").others]
    read = SectionRead(section, [RowRead(r.key, r.label, None) for r in section.rows])
    finder = _Finder(frame, words, items, sides, others)
    found = finder.rows_of_items() or finder.columns_of_items()
    reading.top, reading.bottom = finder.header
    reading.data_from = finder.first
    index = {r.key: i for i, r in enumerate(read.rows)}
    for (side, item), (at, grade) in found.items():
        i = index[side]
        read.cell_at[i, item] = at
        read.rows[i].at = at[0] if read.rows[i].at is None else read.rows[i].at
        if grade != CERTAIN:
            read.cell_grades[i, item] = grade
    read.lost = finder.lost
    read.open = sorted(finder.left)
    read.paths = finder.paths
    read.strange = finder.strange
    if finder.units:
        reading.said.append(("sangong_units", {"count": str(finder.units)}))
    return read


_Headed = tuple[Column, _Said | None, _Said | None]
Spots = dict[tuple[str, str], tuple[tuple[int, int], str]]


class _Finder:
    """Looks for items in rows first, then in columns."""

    def __init__(
        self, frame: Frame, words: Words, items: Sequence[Concept], sides: Sequence[Concept], others: Sequence[str]
    ) -> None:
        self.frame = frame
        self.words = words
        self.items = {c.key: [tuple(map(words.key, w)) for w in c.words] for c in items}
        self.sides = {c.key: [words.key(w[-1]) for w in c.words] for c in sides}
        self.others = others
        self.header = (0, 0)
        self.first = 0
        self.lost = ""
        self.units = 0
        self.left: set[int] = set()
        self.strange: list[tuple[int, str]] = []
        self.paths: dict[int, tuple[str, ...]] = {}

    # --- words -------------------------------------------------------------------------------

    def side_of(self, texts: Iterable[str]) -> _Said | None:
        """The side that some of ``texts`` speak of; the full-year budget outranks the one at its beginning."""
        best: _Said | None = None
        for text in texts:
            folded = self.words.key(text)
            if not folded or _AGAIN.search(text):
                return None if _AGAIN.search(text) and "预算" not in text else best
            for key, known in self.sides.items():
                if folded in known:
                    like = 1.0
                elif ("预算" in folded) != ("决算" in folded) and ("预算" in folded) == (key == "预算数"):
                    like = 0.95
                else:
                    like = max(self.words.alike(folded, k) for k in known)
                if like >= _LEAST and (best is None or like > best.like):
                    best = _Said(key, like)
        return best

    def item_of(self, texts: Sequence[str]) -> _Said | None:
        """The item that a path of texts speaks of, from the innermost outwards."""
        said = [t for t in texts if (s := self.side_of([t])) is None or s.like < 0.9]
        folded = [f for t in said if (f := self.words.key(t))]
        if not folded or any(_COUNT.search(t) for t in texts):
            return None
        leaf = folded[-1]
        outer = "".join(folded[:-1])
        car_above = "用车" in outer or "购置运行" in outer
        if total_word(leaf) and len(folded) > 1:
            return _Said(CAR, 1.0) if car_above else self._best(folded[-2])
        found = self._best(leaf)
        if found is not None and found.key == CAR and car_above and leaf != folded[0] and found.like < 1.0:
            return self._told(leaf) if "购置" in leaf or "运行" in leaf else None  # a part of it in other words
        return found

    def _best(self, folded: str) -> _Said | None:
        if folded in self.others:
            return None
        ranked = sorted(
            (max(self.words.alike(folded, p[-1]) for p in paths), key) for key, paths in self.items.items()
        )
        like, key = ranked[-1]
        other = max((self.words.alike(folded, o) for o in self.others), default=0.0)
        if like >= 1.0:
            return _Said(key, 1.0)
        if like < _LEAST or other >= like:
            return self._told(folded)
        told = self._told(folded)
        return told if told is not None and told.key != key and like < 0.85 else _Said(key, like)

    def _told(self, folded: str) -> _Said | None:
        """An item by the words that only it has."""
        if "出国" in folded or "境" in folded and "接待" not in folded:
            return _Said("因公出国（境）费", 0.8)
        if "接待" in folded:
            return _Said("公务接待费", 0.8) if not re.search(r"外宾|国外|外事|国内|批|次", folded) else None
        buy, run = "购置" in folded or "购车" in folded, "运行" in folded or "运维" in folded
        if buy and run:
            return _Said(CAR, 0.8)
        if buy or run:
            return _Said(_PARTS[0] if buy else _PARTS[1], 0.8)
        return _Said(CAR, 0.7) if "用车" in folded else None

    # --- items in rows -----------------------------------------------------------------------

    def rows_of_items(self) -> Spots:
        """Items as labels of rows, sides as headings of columns; empty where it is not so."""
        frame = self.frame
        best: tuple[int, int, dict[int, _Said]] = (0, 0, {})
        for c in sorted({c for r in frame.lines for c in frame.grid.rows[r]}):
            said = {r: s for r in frame.lines if (t := frame.text(r, c)) and (s := self.item_of([t])) is not None}
            kinds = {s.key for s in said.values()}
            if len(kinds) >= 3 and len(kinds) > best[0]:
                best = len(kinds), c, said
        if not best[0]:
            return {}
        label, said = best[1], best[2]
        until = self._next_label(label, said)
        said = self._in_order(label, said, until)
        first = min(said)
        header = [r for r in frame.lines if r < first and not frame.counting(r) and not any(True for _ in frame.figures(r))][-4:]
        paths = frame.paths(header[0], header[-1]) if header else {}
        self.header, self.first = ((header[0], header[-1]) if header else (0, 0)), first
        sides: dict[str, list[tuple[float, int]]] = {}
        for c in range(label + 1, until):
            side = self.side_of(paths.get(c, ()))
            if side is not None and not self._line(c, said):
                sides.setdefault(side.key, []).append((side.like + self._full(paths.get(c, ())), c))
        if not sides:
            figured = [c for c in range(label + 1, until) if any(frame.figure(r, c) for r in said) and not self._line(c, said)]
            if len(figured) == 1:
                sides["决算数"] = [(0.6, figured[0])]
        said |= self._left_rows(label, said, [max(r)[1] for r in sides.values()])
        found: Spots = {}
        for side_key, ranked in sides.items():
            like, column = max(ranked)
            for r, item in said.items():
                grade = CERTAIN if min(like, item.like) >= 0.9 else LIKELY if min(like, item.like) >= _LEAST else DOUBTFUL
                if (side_key, item.key) not in found:
                    found[side_key, item.key] = ((r, column), grade)
        return found

    def _left_rows(self, label: int, said: Mapping[int, _Said], columns: Sequence[int]) -> dict[int, _Said]:
        """Rows among the items whose label says nothing we know: the one item that is missing there, or left over."""
        frame = self.frame
        rows = [r for r in frame.lines if min(said) <= r <= max(said) + 2 and r not in said]
        rows = [r for r in rows if any(frame.figure(r, c) for c in columns) and not self._known_other(frame.text(r, label))]
        order = list(self.items)
        found: dict[int, _Said] = {}
        for r in rows:
            above = [order.index(s.key) for q, s in said.items() if q < r]
            below = [order.index(s.key) for q, s in said.items() if q > r]
            have = {s.key for s in said.values()}
            fits = [k for i, k in enumerate(order) if k not in have and (not above or i > max(above)) and (not below or i < min(below))]
            between = [q for q in rows if (not above or q > max(p for p in said if p < r)) and (not below or q < min(p for p in said if p > r))]
            if len(fits) == 1 and len(between) == 1:
                found[r] = _Said(fits[0], 0.6)
            else:
                self.strange.append((r, frame.text(r, label)))
        return found

    def _known_other(self, text: str) -> bool:
        """Whether a label is one that stands beside the items and is none of them (会议费, 批次)."""
        key = self.words.key(text)
        return bool(_COUNT.search(text)) or any(self.words.alike(key, o) >= 0.75 for o in self.others)

    def _in_order(self, label: int, said: dict[int, _Said], until: int) -> dict[int, _Said]:
        """One row an item: the likelier one, the upper of equals (below it stand 其中 of another kind)."""
        kept: dict[str, tuple[float, int]] = {}
        for r, s in said.items():
            figured = any(v for c, v in self.frame.figures(r) if label < c < until and not self._line(c, said))
            rank = s.like + (0.05 if figured else 0.0)
            if s.key not in kept or rank > kept[s.key][0]:
                kept[s.key] = rank, r
        return {r: said[r] for _, r in kept.values()}

    def _next_label(self, label: int, said: Mapping[int, _Said]) -> int:
        """The next column of texts: there another part of the sheet begins."""
        frame = self.frame
        width = max((max(frame.grid.rows[r]) for r in frame.lines), default=label)
        for c in range(label + 1, width + 1):
            texts = sum(len(frame.text(r, c)) > 2 and frame.figure(r, c) is None for r in said)
            if texts * 2 >= len(said):
                return c
        return width + 1

    def _line(self, column: int, rows: Iterable[int]) -> bool:
        """Whether a column numbers the lines."""
        values = [v for r in sorted(rows) if (v := self.frame.figure(r, column)) is not None]
        return len(values) > 2 and all(0 < b - a <= 4_000_000 and (b - a) % 1_000_000 == 0 for a, b in zip(values, values[1:], strict=False))

    @staticmethod
    def _full(path: Sequence[str]) -> float:
        """Of several budgets the one for the whole year counts (footnote of the 三公 table)."""
        text = "".join(path)
        return 0.04 if "全年" in text or "调整" in text else 0.0

    # --- items in columns --------------------------------------------------------------------

    def columns_of_items(self) -> Spots:
        """Items as headings of columns; sides above, below, or as labels of the rows."""
        frame = self.frame
        rows = [r for r in frame.lines if not frame.counting(r) and any(True for _ in frame.figures(r))]
        heads = [r for r in frame.lines if not frame.counting(r) and r not in rows]
        first = rows[0] if rows else max(frame.lines, default=0) + 1
        header = [r for r in heads if r < first][:5]
        if not header:
            return {}
        self.header, self.first = (header[0], header[-1]), first
        paths = frame.paths(header[0], header[-1])
        columns = [(Column(c, p), self.item_of(p), self.side_of(p)) for c, p in sorted(paths.items())]
        columns = self._other_side(columns)
        columns = [(c, i, s) for c, i, s in columns if i is not None and not _AGAIN.search("".join(c.path))]
        if len({i.key for _, i, _ in columns if i}) < 2:
            return {}
        by_row = {r: s for r in rows if (s := self.side_of([t for c in range(1, 4) if (t := frame.text(r, c))])) is not None}
        if by_row and not any(s for _, _, s in columns):
            return self._crossed(columns, by_row)
        row = self._record(rows, min(c.at for c, _, _ in columns))
        if not row:
            return {}
        self.paths = dict(paths)
        found: Spots = {}
        sided = any(s for _, _, s in columns)
        columns = self._once(columns, sided=sided)
        bound = {c.at for c, i, s in columns if i is not None and (s is not None or not sided)}
        columns += self._left_columns(row, paths, bound, columns)
        for column, item, side in columns:
            if item is None or (side is None and sided):
                continue
            key = side.key if side is not None else "决算数"
            like = min(item.like, side.like if side is not None else 0.6)
            grade = CERTAIN if like >= 0.9 else LIKELY if like >= _LEAST else DOUBTFUL
            if (key, item.key) in found:
                found[key, item.key] = (found[key, item.key][0], DOUBTFUL)
            else:
                found[key, item.key] = ((row, column.at), grade)
        return found

    @staticmethod
    def _once(columns: list[_Headed], *, sided: bool) -> list[_Headed]:
        """One column an item and side: the likelier; the other is one whose item is open."""
        best: dict[tuple[str, str], tuple[float, int]] = {}
        for c, i, s in columns:
            if i is not None and (s is not None or not sided):
                key = (s.key if s else "", i.key)
                if key not in best or i.like > best[key][0]:
                    best[key] = i.like, c.at
        kept = {at for _, at in best.values()}
        return [(c, i if c.at in kept else None, s) for c, i, s in columns]

    def _other_side(self, columns: list[_Headed]) -> list[_Headed]:
        """Where one side is said in words we know and one other text stands for the rest, that is the other side."""
        known = {s.key for _, i, s in columns if i is not None and s is not None}
        if len(known) != 1:
            return columns
        texts: Counter[str] = Counter()
        for c, i, s in columns:
            if s is None and (i is not None or len(c.path) > 1):
                texts.update({self.words.key(t) for t in c.path if self.item_of([t]) is None} - {""})
        said = [t for t, n in texts.items() if n >= 3 and not total_word(t)]
        if len(said) != 1:
            return columns
        other = next(k for k in self.sides if k not in known)
        found: list[_Headed] = []
        for c, i, s in columns:
            if s is None and said[0] in [self.words.key(t) for t in c.path]:
                path = [t for t in c.path if self.words.key(t) != said[0]]
                found.append((c, i if i is not None else self.item_of(path), _Said(other, 0.6)))
            else:
                found.append((c, i, s))
        return found

    def _left_columns(
        self,
        row: int,
        paths: Mapping[int, tuple[str, ...]],
        bound: set[int],
        columns: Sequence[_Headed],
    ) -> list[_Headed]:
        """Columns with a figure whose heading says no item we know: the one that is missing there, or left over."""
        frame = self.frame
        rest = [c for c, v in frame.figures(row) if v and c not in bound and not _NO_ITEM.search("".join(paths.get(c, ("年度",))))]
        rest = [c for c in rest if not _AGAIN.search("".join(paths.get(c, ()))) and not self._known_other("".join(paths.get(c, ("",))[-1:]))]
        found: list[_Headed] = []
        order = list(self.items)
        sides = {c.at: s.key for c, _, s in columns if s is not None}
        for c in rest:
            path = paths.get(c, ())
            side = self.side_of(path)
            if side is None and sides:
                near = [sides[b] for b in (max((x for x in sides if x < c), default=0), min((x for x in sides if x > c), default=0)) if b]
                side = _Said(near[0], 0.6) if near and len(set(near)) == 1 else None
            mine = {k.at: i.key for k, i, s in columns if i is not None and (s.key if s else "") == (side.key if side else "")}
            below = [order.index(i) for x, i in mine.items() if x < c]
            above = [order.index(i) for x, i in mine.items() if x > c]
            fits = [k for n, k in enumerate(order) if k not in mine.values() and (not below or n > max(below)) and (not above or n < min(above))]
            if len(fits) == 1 and path and (side is not None or not sides):
                found.append((Column(c, path), _Said(fits[0], 0.6), side))
            else:
                self.left.add(c)
        return found

    def _crossed(self, columns: Sequence[_Headed], rows: Mapping[int, _Said]) -> Spots:
        found: Spots = {}
        for column, item, _ in columns:
            for r, side in rows.items():
                if item is not None and (side.key, item.key) not in found:
                    like = min(item.like, side.like)
                    found[side.key, item.key] = ((r, column.at), CERTAIN if like >= 0.9 else LIKELY)
        return found

    def _record(self, rows: Sequence[int], first: int) -> int:
        """The row of the figures: the only one, else the total of several; 0 where that can't be told."""
        frame = self.frame
        filled = [r for r in rows if any(c >= first for c, _ in frame.figures(r))]
        if len(filled) <= 1:
            return filled[0] if filled else (self.first if self.first < frame.end else 0)
        totals = [r for r in filled if frame.total_in(r, range(1, first))]
        if len(totals) == 1:
            return totals[0]
        summed = [r for r in filled if self._sum_of(r, [q for q in filled if q != r], first)]
        if len(summed) == 1:
            return summed[0]
        self.units = len(filled)
        self.lost = f"一行一个单位（{len(filled)} 行），没有合计行，不知道以哪一行为准"
        return 0

    def _sum_of(self, row: int, others: Sequence[int], first: int) -> bool:
        columns = [c for c, v in self.frame.figures(row) if c >= first and v]
        return bool(columns) and all(
            abs((self.frame.figure(row, c) or 0) - sum(self.frame.figure(q, c) or 0 for q in others)) <= 20_000 for c in columns
        )
