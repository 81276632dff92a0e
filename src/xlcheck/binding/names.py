"""Rows of a code table that print names and no codes: the codes are found by name, class above 款 above 项.

One name may have many codes (行政运行 is in every 款); which one is meant follows from the rows above. A name that the
list of codes does not have gets a code of our own by its place (the class and two characters): sums hold, and no one takes it for a code.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import accumulate
from typing import NamedTuple

from xlcheck.binding.codes import Lead
from xlcheck.binding.evidence import close
from xlcheck.binding.frame import Frame
from xlcheck.binding.reading import Context
from xlcheck.binding.words import total_word
from xlcheck.labels import label_key

_LEAST = 0.5  # share of the texts of a column that must be names of codes
_TITLES = 4  # texts of a column that may be header and notes
_FEWEST = 3  # names that make a column of economic codes
_SHORTEST = 2  # characters of a name
_CLASS, _SUBCLASS, _ITEM = _LEVELS = (3, 5, 7)  # digits of 类, 款 and 项
_LOOKED_AT = 60  # rows that a 款 is added up over
TOTALS_OF_CLASSES = ("合计", "经费", "总计")  # words of what is no economic code: 人员经费合计, 公用经费
_MARKS_FROM, _MARKS = 0x4E00, 20_000  # the characters that stand for unlisted names: 20,000 of the CJK block


def names_of(codes: Mapping[str, Iterable[str]], fold: Callable[[str], str]) -> dict[str, tuple[str, ...]]:
    """Folded name → codes that have it. ``fold`` is :meth:`xlcheck.binding.words.Words.key`."""
    by_name: dict[str, set[str]] = {}
    for code, names in codes.items():
        for name in names:
            by_name.setdefault(fold(name), set()).add(code)
    return {name: tuple(sorted(listed)) for name, listed in by_name.items()}


class _NameColumn(NamedTuple):
    """A column of texts: the codes that each of them may be the name of, by row, and how many texts there are."""

    at: int
    codes: Mapping[int, tuple[str, ...]]
    texts: int

    @property
    def has_class(self) -> bool:
        """Whether one of the names may be that of a class."""
        return any(len(code) == _CLASS for codes in self.codes.values() for code in codes)


def named_group(frame: Frame, context: Context, wanted: str) -> Lead | None:
    """The column whose texts are names of codes that begin with ``wanted``; None where there is none."""
    columns = [c for c in _name_columns(frame, context, wanted) if _is_group(c, frame)]
    best = max(columns, key=lambda c: len(c.codes), default=None)
    return _decoded(frame, best.at, best.codes) if best is not None else None


def _is_group(column: _NameColumn, frame: Frame) -> bool:
    """Whether names are no accident: a class is among them, the table goes on from another, or most texts are names."""
    most = len(column.codes) >= max(2, _LEAST * (column.texts - _TITLES))
    return column.has_class or bool(frame.carry[0]) or most


def named_blocks(frame: Frame, context: Context, wanted: str) -> list[Lead]:
    """All columns whose texts are names of economic codes (``wanted`` leads them), from left to right.

    A name that the list does not have is a 款 of the class above it, which may stand in the column before.
    """
    leads: list[Lead] = []
    top = ""
    for column in (c for c in _name_columns(frame, context, wanted) if len(c.codes) >= _FEWEST):
        lead = _decoded(frame, column.at, column.codes, _Above(top, ""), deepest=_SUBCLASS)
        if lead is not None:
            leads.append(lead)
            top = lead.codes[max(lead.codes)][:_CLASS]
    return leads


def _name_columns(frame: Frame, context: Context, wanted: str) -> Iterator[_NameColumn]:
    """Columns with names of codes that begin with ``wanted``, from left to right."""
    columns = frozenset[int]().union(*(frame.grid.rows[row] for row in frame.lines))
    for column in sorted(columns):
        texts = {row: text for row in frame.lines if len(text := frame.text(row, column)) >= _SHORTEST}
        named = {row: _codes_of(text, context, wanted) for row, text in texts.items()}
        codes = {row: listed for row, listed in named.items() if listed}
        if codes:
            yield _NameColumn(column, codes, len(texts))


def _codes_of(name: str, context: Context, wanted: str) -> tuple[str, ...]:
    """Codes that begin with ``wanted`` and have a name; of several, those that have it to the letter."""
    codes = tuple(code for code in context.names.get(context.words.key(name), ()) if code.startswith(wanted))
    if len(codes) < 2:
        return codes
    listed, own = context.form.codes, label_key(name)
    return tuple(code for code in codes if own in map(label_key, listed.get(code, ()))) or codes


def _decoded(
    frame: Frame,
    column: int,
    candidates: Mapping[int, tuple[str, ...]],
    above: _Above | None = None,
    deepest: int = _ITEM,
) -> Lead | None:
    """The code of every name of a column, each by those above it, of ``deepest`` digits at most; None where there is none."""
    above = above or _Above(*frame.carry)
    names = _NameColumns(frame, column, candidates, deepest)
    codes: dict[int, str] = {}
    for row in names.rows():
        code = names.listed(row, above) or names.unlisted(row, above)
        if code:
            codes[row] = code
            above = _Above(code[:_CLASS], code[:_SUBCLASS] if len(code) >= _SUBCLASS else "")
    if not codes:
        return None
    return Lead((column,), column, codes, {r: frame.text(r, column) for r in codes}, frozenset(codes))


class _Above(NamedTuple):
    """The class and the 款 (empty: none) that a row stands below."""

    top: str
    second: str


class _NameColumns:
    """A column of names, and how their indent tells the level of a code."""

    def __init__(self, frame: Frame, column: int, candidates: Mapping[int, tuple[str, ...]], deepest: int) -> None:
        self.frame = frame
        self.deepest = deepest
        self.column = column
        self.candidates = candidates
        self.levels = self._levels()

    def rows(self) -> list[int]:
        """Rows that may have a code: with a text that is no word for a total, from the first name on."""
        frame, first = self.frame, min(self.candidates)
        texts = {row: frame.text(row, self.column) for row in frame.lines if row >= first}
        return [row for row, text in texts.items() if len(text) >= _SHORTEST and not total_word(frame.words.key(text))]

    def listed(self, row: int, above: _Above) -> str | None:
        """The code that the name in a row means below others; None where that is open."""
        level = self._level(row)
        candidates = [c for c in self.candidates.get(row, ()) if not level or len(c) == level]
        item, subclass = _only(candidates, above.second, _ITEM), _only(candidates, above.top, _SUBCLASS)
        return item or subclass or _only_class(candidates) or _only_above_items(candidates, above.top)

    def unlisted(self, row: int, above: _Above) -> str:
        """A code of our own for a name that the list does not have: the code above and two characters for the name.

        Its level follows from the indent, else from the figures: a 款 is the sum of the rows below it. Empty where the
        row is header, has no figures, or stands below nothing.
        """
        key = self.frame.words.key(self.frame.text(row, self.column))
        if not above.top or key in self.frame.words.leads["name"] or not self.frame.figures(row):
            return ""
        if self.deepest == _SUBCLASS and any(word in key for word in TOTALS_OF_CLASSES):
            return ""
        level = min(self._level(row) or self._level_by_figures(row, above), self.deepest)
        if level == _ITEM and above.second:
            return above.second + _mark(key)
        return above.top + _mark(key) if level == _SUBCLASS else ""

    def _level_by_figures(self, row: int, above: _Above) -> int:
        """The length of the code in a row, where its figures tell that it is a 款, or nothing else can be."""
        return _SUBCLASS if not above.second or _sums_below(self.frame, row, self.column) else _ITEM

    def _level(self, row: int) -> int:
        """The length of the code in a row by its indent; 0 where that does not tell."""
        return self.levels.get(self._indent(row), 0)

    def _indent(self, row: int) -> int:
        """Width of the white space before a name, a full-width space counting twice."""
        cell = self.frame.cell(row, self.column)
        text = cell.text if cell is not None else ""
        return sum(2 if ch == "\u3000" else 1 for ch in text[: len(text) - len(text.lstrip())])

    def _levels(self) -> dict[int, int]:
        """Indent → length of the code, where the names that are known agree on it."""
        plain = self._plain_levels()
        if len(set(plain.values())) != len(plain):
            return {}
        if len(plain) > 1:
            return plain
        ranked = self._ranked_indents()
        return ranked if all(ranked.get(indent) == length for indent, length in plain.items()) else {}

    def _ranked_indents(self) -> dict[int, int]:
        """Indent → length of the code, where there are two or three indents from the first name on; else nothing."""
        first = min(self.candidates)
        rows = [row for row in self.frame.lines if row >= first and self.frame.text(row, self.column)]
        indents = sorted({self._indent(row) for row in rows})
        return dict(zip(indents, _LEVELS, strict=False)) if 1 < len(indents) <= len(_LEVELS) else {}

    def _plain_levels(self) -> dict[int, int]:
        """Indent → length of the code, where all names of that indent whose codes are of one length have the same."""
        seen: dict[int, set[int]] = {}
        for row, codes in self.candidates.items():
            lengths = set(map(len, codes))
            if len(lengths) == 1:
                seen.setdefault(self._indent(row), set()).update(lengths)
        return {indent: next(iter(lengths)) for indent, lengths in seen.items() if len(lengths) == 1}


def _only(candidates: Iterable[str], above: str, length: int) -> str | None:
    """The one code of some length below another; None where there are none or several."""
    return _single(c for c in candidates if above and c.startswith(above) and len(c) == length)


def _only_class(candidates: Iterable[str]) -> str | None:
    """The one class among codes."""
    return _single(c for c in candidates if len(c) == _CLASS)


def _only_above_items(candidates: Iterable[str], top: str) -> str | None:
    """The one code of a class, where it is no 项: that would stand below its 款."""
    code = _single(c for c in candidates if top and c.startswith(top))
    return code if code is not None and len(code) < _ITEM else None


def _single(codes: Iterable[str]) -> str | None:
    listed = list(codes)
    return listed[0] if len(listed) == 1 else None


def _mark(name: str) -> str:
    """Two characters that stand for a name, the same in every table: a digest, so that names alike don't meet."""
    digest = hashlib.sha256(name.encode()).digest()
    return "".join(chr(_MARKS_FROM + int.from_bytes(digest[n : n + 2], "big") % _MARKS) for n in (0, 2))


def _sums_below(frame: Frame, row: int, column: int) -> bool:
    """Whether the rows right below a row add up to it before they exceed it."""
    own = {c: v for c, v in frame.figures(row) if c > column and v}
    if not own:
        return False
    at, whole = next(iter(own.items()))
    below = frame.lines[frame.lines.index(row) + 1 :][:_LOOKED_AT]
    count = _adding_up_to(whole, (frame.figure(r, at) or 0 for r in below))
    return count > 0 and all(close(_sum(frame, below[:count], c), v, count) for c, v in own.items())


def _adding_up_to(whole: int, figures: Iterable[int]) -> int:
    """How many of the figures add up to a whole before they exceed it; 0: they do not."""
    for count, total in enumerate(accumulate(figures), 1):
        if close(total, whole, count):
            return count
        if abs(total) > abs(whole):
            break
    return 0


def _sum(frame: Frame, rows: Iterable[int], column: int) -> int:
    """The sum of a column over some rows."""
    return sum(frame.figure(row, column) or 0 for row in rows)
