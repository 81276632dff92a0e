"""“三公” with items as labels of rows: the sides are headings of columns, and of several rows of one item one counts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from xlcheck.binding.columns import figures_down, has_figures, plain_lines, rises_by_ones
from xlcheck.binding.frame import Frame
from xlcheck.binding.itemcells import SURE, GradedCell, ItemCells, grade_of
from xlcheck.binding.items import AGAIN, BY_PLACE, NO_ITEM, Items, Meaning, Path

_FEWEST_ITEMS = 3  # that make a column one of labels
_FINAL = "决算数"
_KNOWN = 0.7  # likeness from which a row is one of the body
_MOST_HEADER_ROWS = 4
_ROWS_BELOW = 3  # below the last known item, in which another may stand
_LINE_STEP = 4  # between the numbers of lines that are printed
_WHOLE_YEAR = 0.04  # the budget of the whole year goes before the one of its beginning (footnote of the 三公 table)
_WITH_FIGURES = 0.05  # of two rows as like, the one with figures
_SAYS_WHOSE = 0.2  # beside a total of more than 三公 (会议费, 培训费) the one that says so


def items_in_rows(frame: Frame, items: Items) -> ItemCells | None:
    """Items as labels of rows, sides as headings of columns; None where it is not so."""
    label = _label_column(frame, items)
    return _ItemRows(frame, items, label).bound() if label else None


def _label_column(frame: Frame, items: Items) -> int:
    """The first of the columns that say most items; 0 where none says enough of them."""
    columns = sorted({c for r in frame.lines for c in frame.grid.rows[r]})
    said = {c: _items_in(frame, items, c) for c in columns}
    best = max(columns, key=said.__getitem__, default=0)
    return best if best and said[best] >= _FEWEST_ITEMS else 0


def _items_in(frame: Frame, items: Items, column: int) -> int:
    """How many different items the texts of a column say."""
    texts = (text for r in frame.lines if (text := frame.text(r, column)))
    return len({item.key for t in texts if (item := items.item_of([t])) is not None and not items.is_side(t)})


class _SideColumn(NamedTuple):
    like: float
    column: int


class _RankedRow(NamedTuple):
    rank: float
    row: int


class _ItemRows:
    """The rows with a text in the column of labels; ``known`` are those that plainly say an item."""

    def __init__(self, frame: Frame, items: Items, label: int) -> None:
        self.frame = frame
        self.items = items
        self.label = label
        self.rows = [r for r in plain_lines(frame) if frame.text(r, label)]
        self.known = [r for r in self.rows if (item := self._item(r)) is not None and item.like >= _KNOWN]

    def _item(self, row: int) -> Meaning | None:
        return self.items.item_of([self.frame.text(row, self.label)])

    def bound(self) -> ItemCells | None:
        """The cells of sides and items; None where no column is a side."""
        bound = self._headed()
        sides = self._side_columns(bound.paths)
        if not sides:
            return None
        columns = [side.column for side in sides.values()]
        last = max(self.known)
        body = [r for r in self.rows if bound.first <= r <= last + _ROWS_BELOW]
        for r, item in self._resolved(self._one_an_item(body, columns)):
            if item is not None:
                for key, side in sides.items():
                    cell = GradedCell((r, side.column), grade_of(side.like, item.like))
                    bound.cells.setdefault((key, item.key), cell)
            elif r < last and self._strange(r, columns):
                bound.strange.append((r, self.frame.text(r, self.label)))
        return bound

    def _resolved(self, rows: Sequence[int]) -> Iterable[tuple[int, Meaning | None]]:
        """Rows with the items that their labels say together."""
        return zip(rows, self.items.resolve([(self.frame.text(r, self.label),) for r in rows]), strict=True)

    def _headed(self) -> ItemCells:
        """The header above the first known item."""
        frame, first = self.frame, min(self.known)
        above = [r for r in plain_lines(frame) if r < first and not has_figures(frame, r)]
        header = above[-_MOST_HEADER_ROWS:]
        if not header:
            return ItemCells(first=first)
        return ItemCells((header[0], header[-1]), first, frame.paths(header[0], header[-1]))

    def _filled(self, row: int, columns: Iterable[int]) -> bool:
        return any(self.frame.figure(row, c) for c in columns)

    def _strange(self, row: int, columns: Iterable[int]) -> bool:
        """Whether a row that is no item holds figures, and nothing is known that stands beside the items."""
        return self._filled(row, columns) and not self.items.known_other(self.frame.text(row, self.label))

    # --- sides ----------------------------------------------------------------------------------

    def _side_columns(self, paths: dict[int, Path]) -> dict[str, _SideColumn]:
        """Side → column: by its heading, else the only one with figures that no heading names."""
        sides: dict[str, _SideColumn] = {}
        unnamed = []
        for c in range(self.label + 1, self._next_label()):
            path = paths.get(c, ())
            side = self.items.side_of(path)
            if self._no_side(c, path):
                continue
            if side is not None:
                named = _SideColumn(side.like + _whole_year(path), c)
                sides[side.key] = max(sides.get(side.key, named), named, key=lambda s: s.like)
            elif any(figures_down(self.frame, c, self.known)):
                unnamed.append(c)
        self._add_unnamed(sides, unnamed)
        return sides

    def _add_unnamed(self, sides: dict[str, _SideColumn], columns: Sequence[int]) -> None:
        """The only column that no heading names is the side that is missing, or alone the final accounts."""
        missing = [key for key in self.items.sides if key not in sides]
        if len(columns) == 1 and (len(missing) == 1 or not sides):
            sides[missing[0] if len(missing) == 1 else _FINAL] = _SideColumn(BY_PLACE, columns[0])

    def _no_side(self, column: int, path: Path) -> bool:
        """Whether a column numbers lines, or its heading speaks of something else."""
        if rises_by_ones(figures_down(self.frame, column, self.known), _LINE_STEP):
            return True
        return bool(path) and bool(NO_ITEM.search(path[-1]) or AGAIN.search("".join(path)))

    def _next_label(self) -> int:
        """The next column of texts: there another part of the sheet begins."""
        frame = self.frame
        width = max((max(frame.grid.rows[r]) for r in frame.lines), default=self.label)
        for c in range(self.label + 1, width + 1):
            texts = sum(len(frame.text(r, c)) > 2 and frame.figure(r, c) is None for r in self.known)
            if texts * 2 >= len(self.known):
                return c
        return width + 1

    # --- rows -----------------------------------------------------------------------------------

    def _one_an_item(self, rows: Sequence[int], columns: Collection[int]) -> list[int]:
        """Of rows that say the same item, the one with figures, else the first; rows of other things are left out."""
        best: dict[str, _RankedRow] = {}
        others = []
        for r in rows:
            item = self._item(r)
            if item is None:
                others.append(_RankedRow(0.0, r))
                continue
            old, new = best.get(item.key), _RankedRow(self._rank(r, item, columns), r)
            if old is None or new.rank > old.rank:
                best[item.key] = new
                others += [old] if old is not None else []
            else:
                others.append(_RankedRow(item.like, r))
        kept = [o.row for o in others if self._counts(o, columns)]
        return sorted([*(ranked.row for ranked in best.values()), *kept])

    def _counts(self, other: _RankedRow, columns: Collection[int]) -> bool:
        """Whether a row that stands for no item is to be said: it has figures, and nothing tells what else it is."""
        return other.rank < SURE and self._filled(other.row, columns) and not self._known_other(other.row)

    def _rank(self, row: int, item: Meaning, columns: Collection[int]) -> float:
        """How well a row stands for the item that its label says."""
        if not self._filled(row, columns):
            return item.like
        rank = item.like + _WITH_FIGURES
        return rank + _SAYS_WHOSE if "三公" in self.frame.text(row, self.label) else rank

    def _known_other(self, row: int) -> bool:
        """Whether a label says no item, and is known to stand beside them."""
        return self._item(row) is None and self.items.known_other(self.frame.text(row, self.label))


def _whole_year(path: Path) -> float:
    """What speaks for one of several budgets: that it is the one of the whole year."""
    heading = "".join(path)
    return _WHOLE_YEAR if "全年" in heading or "调整" in heading else 0.0
