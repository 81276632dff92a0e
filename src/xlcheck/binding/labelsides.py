"""Where the sections of a label table stand: columns of labels, cut where a header stands inside them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from xlcheck.binding.columns import plain_lines
from xlcheck.binding.frame import Frame
from xlcheck.binding.rowlabels import ordinal_of, strange_label
from xlcheck.binding.words import Words

_HIT = 0.62  # likeness from which a text is taken for a label that we know
_LONGEST = 60  # a longer text is no label
_MOST_KEPT = 4_000
_WIDEST = 40  # columns of one side in which words of its header are looked for
_FEW_HITS = 4  # no more of them may be the texts of a heading row
_END = 10**6  # right of the last column
_NO_FIT = 0.4  # likeness that any two labels have
_CAPTION_FITS = 3.0  # what a caption that names a section counts, in labels
_LEAST_FIT, _LEAST_GOES_ON = 0.5, 1.0  # in labels: of a section's own side, of one that goes on with it
_CAPTIONS = ("收入", "支出", "收入部分", "支出部分", "收入情况", "支出情况", "收入方", "支出方")


class Side(NamedTuple):
    """A label column over some rows, with the columns of its figures and the rows of its header."""

    label: int
    rows: tuple[int, ...]
    header: tuple[int, ...]
    until: int
    caption: str


class Wordings:
    """The folded wordings of the rows of some sections, and how near other texts are to them."""

    def __init__(self, words: Words, wordings: Iterable[str]) -> None:
        self.words = words
        self._wordings = frozenset(wordings)
        self._near: dict[str, float] = {}

    def near(self, key: str) -> float:
        """Likeness of a folded text to the nearest wording."""
        if key in self._wordings:
            return 1.0
        like = self._near.get(key)
        if like is None:
            if len(self._near) > _MOST_KEPT:
                self._near.clear()
            like = self._near[key] = max((self.words.alike(key, w) for w in self._wordings), default=0.0)
        return like


class _LabelColumn(NamedTuple):
    """A column of labels ``at``: its texts by row, and those of them that are near to a label that we know."""

    at: int
    texts: Mapping[int, str]
    hits: frozenset[int]


def sides_of(frame: Frame, wordings: Wordings) -> list[Side]:
    """The sides of a table: label columns from left to right, each cut where a header stands inside it."""
    columns: list[_LabelColumn] = []
    for column in _label_columns(frame, wordings):
        # a heading row is no label column: its texts stand in few rows
        if not columns or _figures_between(frame, columns[-1].at, column.at) or len(column.hits) > _FEW_HITS:
            columns.append(column)
    ends = [*(column.at for column in columns[1:]), _END]
    return [side for column, end in zip(columns, ends, strict=False) for side in _Cut(frame, column, end).sides()]


def _label_columns(frame: Frame, wordings: Wordings) -> Iterator[_LabelColumn]:
    """Columns in which labels that we know stand, from left to right."""
    leads = frame.words.leads["label"]
    for at, texts in sorted(_texts(frame).items()):
        hits = frozenset(r for r, text in texts.items() if wordings.near(frame.words.key(text)) >= _HIT)
        many = len(hits) >= 2 and len(hits) * 4 >= len(texts)
        if many or (hits and any(frame.words.key(text) in leads for text in texts.values())):  # 项目 stands over it
            yield _LabelColumn(at, texts, hits)


def _texts(frame: Frame) -> dict[int, dict[int, str]]:
    """Column → row → text that may be a label."""
    texts: dict[int, dict[int, str]] = {}
    for r in frame.lines:
        for c, cell in frame.grid.rows[r].items():
            if cell.type == "s" and not strange_label(cell.text) and len(cell.text) < _LONGEST:
                texts.setdefault(c, {})[r] = cell.text
    return texts


def _figures_between(frame: Frame, left: int, right: int) -> bool:
    return any(left < c < right for r in frame.lines for c, _ in frame.figures(r))


class _LabelPart(NamedTuple):
    """Rows of labels, and the rows of the header above them."""

    header: list[int]
    rows: list[int]


class _Cut:
    """A label column cut into parts, each with the header rows at its top; ``until`` is the next label column."""

    def __init__(self, frame: Frame, column: _LabelColumn, until: int) -> None:
        self.frame = frame
        self.column = column
        self.until = until
        self.leads = frame.words.leads["label"] | {frame.words.key(caption) for caption in _CAPTIONS}
        self.figured = {r for r in plain_lines(frame) if self._has_figures(r)}
        numbered = [r for r, text in column.texts.items() if ordinal_of(text)]
        self.first = min([*column.hits, *self.figured, *numbered], default=0)

    def _has_figures(self, row: int) -> bool:
        return any(self.column.at < c < self.until for c, _ in self.frame.figures(row))

    def sides(self) -> list[Side]:
        """The parts that hold labels that we know; one without a header has that of the first."""
        parts = [part for part in self._parts() if not self.column.hits.isdisjoint(part.rows)]
        sides = []
        for part in parts:
            header = part.header or parts[0].header
            caption = "".join(self.frame.text(r, self.column.at) for r in header)
            sides.append(Side(self.column.at, tuple(part.rows), tuple(header), self.until, caption))
        return sides

    def _parts(self) -> list[_LabelPart]:
        header = self._header()
        parts = [_LabelPart([], [])]
        for r in plain_lines(self.frame):
            if r in header:
                if parts[-1].rows:
                    parts.append(_LabelPart([], []))
                parts[-1].header.append(r)
            elif r in self.column.texts or r in self.figured:
                parts[-1].rows.append(r)
        return [part for part in parts if part.rows]

    def _header(self) -> set[int]:
        """The rows that are a header of the column, wherever it stands."""
        header: set[int] = set()
        before = 0
        for r in self.frame.lines:
            if r not in self.figured and not self._is_label(r):
                if self._heads(r, below=before in header):
                    header.add(r)
                before = r
        return header

    def _is_label(self, row: int) -> bool:
        return row in self.column.hits and not self._leads(row)

    def _leads(self, row: int) -> bool:
        """Whether 项目 or a caption stands in the column."""
        return self.frame.words.key(self.column.texts.get(row, "")) in self.leads

    def _heads(self, row: int, *, below: bool) -> bool:
        """Whether a row is one of a header; ``below``: it stands below a row of it."""
        right = min(self.until, self.column.at + _WIDEST)
        texts = [text for c in range(self.column.at, right) if (text := self.frame.text(row, c))]
        if not texts:
            return False
        if row < self.first or self._leads(row):
            return True
        if below and not self.column.texts.get(row):  # a second line of the header, below a merged 项目
            return True
        amounts = self.frame.words.leads["amount"]
        return any(self.frame.words.key(text) in amounts for text in texts)


# --- which side is which section ------------------------------------------------------------------


class SideChoice:
    """Sides put to sections, by the ``wordings`` of each section."""

    def __init__(self, frame: Frame, wordings: Mapping[str, Wordings]) -> None:
        self.frame = frame
        self.wordings = wordings

    def chosen(self, sides: Sequence[Side]) -> dict[str, Side]:
        """Which side is which section; one list that holds both sections is cut where the second begins."""
        if len(self.wordings) == 1:
            return {section: _merged(sides) for section in self.wordings} if sides else {}
        if len(sides) == 1:
            return self._halved(sides[0])
        fits = [{section: self._fit(side, section) for section in self.wordings} for side in sides]
        chosen = _best_fitting(sides, fits)
        for side, fit_of in zip(sides, fits, strict=True):
            section = max(fit_of, key=fit_of.__getitem__)
            if side not in chosen.values() and fit_of[section] > _LEAST_GOES_ON:
                _go_on(chosen, section, side)
        return chosen

    def _keys(self, side: Side) -> list[str]:
        return [self.frame.words.key(self.frame.text(r, side.label)) for r in side.rows]

    def _fit(self, side: Side, section: str) -> float:
        """How well the labels and the caption of a side fit a section, in labels."""
        wordings = self.wordings[section]
        labels = sum(max(0.0, wordings.near(key) - _NO_FIT) for key in self._keys(side))
        return labels + (_CAPTION_FITS if section in side.caption else 0.0)

    def _halved(self, side: Side) -> dict[str, Side]:
        """One column of labels without a header between two sections: cut where both halves fit best."""
        first, second = list(self.wordings)[:2]
        keys = self._keys(side)
        above = [self.wordings[first].near(key) if key else 0.0 for key in keys]
        below = [self.wordings[second].near(key) if key else 0.0 for key in keys]
        cut = max(range(len(keys) + 1), key=lambda n: sum(above[:n]) + sum(below[n:]))
        halves = {first: side.rows[:cut], second: side.rows[cut:]}
        return {section: side._replace(rows=rows) for section, rows in halves.items() if rows}


def _best_fitting(sides: Sequence[Side], fits: Sequence[Mapping[str, float]]) -> dict[str, Side]:
    """One side a section, the best fit first; ``fits``: for each side, section → fit."""
    chosen: dict[str, Side] = {}
    ranked = sorted((-fit, i, section) for i, fit_of in enumerate(fits) for section, fit in fit_of.items())
    for unfit, i, section in ranked:
        if section not in chosen and sides[i] not in chosen.values() and -unfit > _LEAST_FIT:
            chosen[section] = sides[i]
    return chosen


def _go_on(chosen: dict[str, Side], section: str, side: Side) -> None:
    """A side that goes on below (a second page) belongs to the section it was cut from."""
    old = chosen.get(section)
    if old is not None and old.label == side.label:
        chosen[section] = old._replace(rows=tuple(sorted({*old.rows, *side.rows})))


def _merged(sides: Sequence[Side]) -> Side:
    """All parts of the first label column as one side."""
    rows = {r for side in sides if side.label == sides[0].label for r in side.rows}
    return sides[0]._replace(rows=tuple(sorted(rows)))
