"""“三公” with items as headings of columns: sides above, below, or as labels of the rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from xlcheck.binding.columns import figures_down, has_figures, plain_lines
from xlcheck.binding.frame import Frame
from xlcheck.binding.itemcells import GradedCell, ItemCells, grade_of
from xlcheck.binding.items import AGAIN, BY_PLACE, NO_ITEM, Items, Meaning, Path
from xlcheck.binding.slots import DOUBTFUL

_FEWEST_ITEMS = 3  # that make a header one of items
_MOST_HEADER_ROWS = 5
_FEWEST_HEADINGS = 2  # in a row without figures, that begin another block
_COMMON = 3  # columns under one text, from which it may be a side
_GUESSED_SIDE = 0.5  # how sure it is which of two unknown texts is which side
_LABELS_WITHIN = 3  # columns from the left, in which sides may be labels of rows
_ROUNDED = 20_000  # in millionths: what a total may be off by the rounding of its parts
_ONLY_SIDE = Meaning("决算数", BY_PLACE)  # where no side is said


def items_in_columns(frame: Frame, items: Items) -> ItemCells | None:
    """Items as headings of columns; None where it is not so."""
    lines = plain_lines(frame)
    body = _first_block(frame, lines)
    first = body[0] if body else max(frame.lines, default=0) + 1
    header = [r for r in lines if r < first][:_MOST_HEADER_ROWS]
    if not header:
        return None
    bound = ItemCells((header[0], header[-1]), first, frame.paths(header[0], header[-1]))
    columns = _ItemColumns(frame, items, body, bound)
    if columns.items_said() < _FEWEST_ITEMS:
        return None
    columns.bind()
    return bound


def _first_block(frame: Frame, lines: Sequence[int]) -> list[int]:
    """The rows with figures, up to where something else begins below them: counts, under headings of their own."""
    body: list[int] = []
    for row in lines:
        if has_figures(frame, row):
            body.append(row)
        elif body and _begins_anew(frame, row):
            break
    return body


def _begins_anew(frame: Frame, row: int) -> bool:
    """Whether a row without figures is a header, or says what comes: 相关统计数："""
    texts = [cell.text.strip() for cell in frame.grid.rows[row].values() if cell.type == "s" and cell.text.strip()]
    return len(texts) >= _FEWEST_HEADINGS or any(text.endswith((":", "：")) for text in texts)


class _ItemColumns:
    """The columns that may be items; what is found goes to ``bound``."""

    def __init__(self, frame: Frame, items: Items, body: Sequence[int], bound: ItemCells) -> None:
        self.frame = frame
        self.items = items
        self.body = body
        self.bound = bound
        self.columns = [c for c, path in sorted(bound.paths.items()) if not _is_other(path)]
        self.sides, self.paths = _sides(items, {c: bound.paths[c] for c in self.columns})
        distinct = list(dict.fromkeys(path for path in self.paths.values() if path))
        self.resolved = dict(zip(distinct, items.resolve(distinct), strict=True))

    def items_said(self) -> int:
        """How many headings say an item."""
        return sum(item is not None for item in self.resolved.values())

    def bind(self) -> None:
        """Bind the cells: rows of sides where labels say them, else the one row of figures."""
        labels = self._labelled_sides() if not self.sides else {}
        if labels:
            self._bind_crossed(labels)
        elif row := self._record():
            self._bind_row(row)

    def _item(self, column: int) -> Meaning | None:
        return self.resolved.get(self.paths[column])

    def _known_other(self, column: int) -> bool:
        """Whether a column is one of what stands beside the items: 会议费, 批次."""
        return self.items.known_other("".join(self.paths[column][-1:]))

    def _side(self, column: int) -> Meaning | None:
        """The side of a column; where only one is ever said (金额, beside 团组数), it is that of the rest too."""
        said = {side.key for side in self.sides.values()}
        if len(said) > 1:
            return self.sides.get(column)
        return self.sides.get(column) or (Meaning(next(iter(said)), BY_PLACE) if said else _ONLY_SIDE)

    def _labelled_sides(self) -> dict[int, Meaning]:
        """Rows whose labels say a side."""
        labels = {}
        for r in self.body:
            texts = [text for c in range(1, _LABELS_WITHIN + 1) if (text := self.frame.heading(r, c))]
            side = self.items.side_of(texts)
            if side is not None:
                labels[r] = side
        return labels

    def _bind_crossed(self, rows: Mapping[int, Meaning]) -> None:
        """Sides as labels of rows, items as headings of columns."""
        for c in self.columns:
            item = self._item(c)
            if item is not None:
                for r, side in rows.items():
                    cell = GradedCell((r, c), grade_of(item.like, side.like))
                    self.bound.cells.setdefault((side.key, item.key), cell)
            elif any(self.frame.figure(r, c) for r in rows) and not self._known_other(c):
                self.bound.open.append(c)

    def _bind_row(self, row: int) -> None:
        """All figures in one row; an item that stands twice is doubtful."""
        cells = self.bound.cells
        for c in self.columns:
            item, side = self._item(c), self._side(c)
            if item is not None and side is not None:
                key = (side.key, item.key)
                if key in cells:
                    cells[key] = cells[key]._replace(grade=DOUBTFUL)
                else:
                    cells[key] = GradedCell((row, c), grade_of(item.like, side.like))
            elif self.frame.figure(row, c) and not self._known_other(c):
                self.bound.open.append(c)

    # --- the row of figures ---------------------------------------------------------------------

    def _record(self) -> int:
        """The row of the figures: the only one, else the total of several; 0 where that can't be told."""
        first = min((c for c in self.columns if self._item(c)), default=1)
        filled = [r for r in self.body if any(c >= first for c, _ in self.frame.figures(r))]
        if not filled:
            return self.bound.first if self.bound.first < self.frame.end else 0
        row = filled[0] if len(filled) == 1 else self._total(filled, first)
        if not row:
            self.bound.units = len(filled)
            self.bound.lost = f"一行一个单位（{len(filled)} 行），没有合计行，不知道以哪一行为准"
        return row

    def _total(self, rows: Sequence[int], first: int) -> int:
        """The one of the rows that says 合计, else the one that is the sum of the others; 0 where none is."""
        named = [r for r in rows if self.frame.total_in(r, range(1, first))]
        if len(named) == 1:
            return named[0]
        summed = [r for r in rows if self._adds_up(r, rows, first)]
        return summed[0] if len(summed) == 1 else 0

    def _adds_up(self, row: int, rows: Collection[int], first: int) -> bool:
        """Whether a row is the sum of the others, in all columns from ``first`` in which it has a figure."""
        figures = {c: v for c, v in self.frame.figures(row) if c >= first and v}
        others = [r for r in rows if r != row]
        sums = {c: sum(figures_down(self.frame, c, others)) for c in figures}
        return bool(figures) and all(abs(v - sums[c]) <= _ROUNDED for c, v in figures.items())


def _is_other(path: Path) -> bool:
    """Whether a heading speaks of another year, or of no item."""
    return bool(AGAIN.search("".join(path)) or NO_ITEM.search(path[-1]))


# --- sides in headings ----------------------------------------------------------------------------


class _SidesRead(NamedTuple):
    """The side of each column, and its path without the texts that say it."""

    sides: dict[int, Meaning]
    paths: dict[int, Path]


def _sides(items: Items, headings: Mapping[int, Path]) -> _SidesRead:
    """The side of each column, and its path without the texts that say it.

    Where one side is said in words we know and one other text stands over (or under) the rest, that is the other side.
    """
    read = _sides_in_words(items, headings)
    unsaid = {c: path for c, path in read.paths.items() if c not in read.sides}
    by_text = _sides_by_place(items, unsaid.values(), {side.key for side in read.sides.values()})
    for c, path in unsaid.items():
        keys = [items.words.key(text) for text in path]
        said = next((text for text in by_text if text in keys), None)
        if said is not None:
            read.sides[c] = by_text[said]
            read.paths[c] = tuple(text for text, key in zip(path, keys, strict=True) if key != said)
    return read


def _sides_in_words(items: Items, headings: Mapping[int, Path]) -> _SidesRead:
    """The sides that headings plainly say."""
    read = _SidesRead({}, {})
    for c, path in headings.items():
        side_texts = [text for text in path if items.is_side(text)]
        read.paths[c] = tuple(text for text in path if text not in side_texts)
        side = items.side_of(side_texts)
        if side is not None:
            read.sides[c] = side
    return read


def _sides_by_place(items: Items, paths: Iterable[Path], known: Collection[str]) -> dict[str, Meaning]:
    """Folded texts that stand over many columns without a side, as the sides that no known word says."""
    counts = Counter(chain.from_iterable(_unknown_texts(items, path) for path in paths))
    common = [text for text, n in counts.items() if n >= _COMMON]
    sides = [key for key in items.sides if key not in known]
    if len(sides) != len(common):
        return {}
    like = BY_PLACE if len(sides) == 1 else _GUESSED_SIDE
    return {text: Meaning(side, like) for side, text in zip(sides, common, strict=True)}


def _unknown_texts(items: Items, path: Path) -> Iterator[str]:
    """The folded texts of a heading of several that say no item, each once."""
    if len(path) > 1:
        folded = dict.fromkeys(items.words.key(text) for text in path if items.item_of([text]) is None)
        yield from (text for text in folded if text)
