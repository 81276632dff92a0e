"""Columns of 科目代码, found by what stands in them: full, in parts, one level a column, beside or before the name.

Source of the layouts: docs/binding.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from xlcheck.binding.codetexts import (
    Look,
    code_and_name,
    coded,
    is_dotted,
    joined,
    longest_code,
    look_of,
    padded,
    unpadded,
)
from xlcheck.binding.columns import has_figures, plain_lines
from xlcheck.binding.frame import Frame
from xlcheck.binding.words import total_word
from xlcheck.reading.rows import code_text

_SURE = 0.7  # share of the cells of a column, or of the names beside it, that makes it one of codes
_SURE_BOTH = 0.6  # share of cells that hold code and name
_SURE_TREE = 0.8  # share of codes that stand below another
_SURE_NAMES = 0.5  # share of codes with a text in the column of names
_FEWEST_TREE = 3
_MOST_COLUMNS = 3  # 类, 款, 项
_PART_WITHIN, _NAMES_WITHIN, _NAME_WITHIN = 2, 4, 5  # columns to the right: of parts, of the names, of one name
_OTHERS_OF_PARTS = 6  # one other cell among so many parts is let pass
_LEAD_ROLES = ("code", "name", "label", "line", "codename")


class Lead(NamedTuple):
    """A group of columns that say what a row is. ``codes``: row → code; ``names``: row → name as printed.

    ``columns`` are those of the code, ``name`` that of the name (0: none, or in the code's own cell); ``last`` is the
    last column of the group. ``guessed`` are rows whose code was found by the name alone.
    """

    columns: tuple[int, ...]
    name: int
    codes: Mapping[int, str]
    names: Mapping[int, str]
    guessed: frozenset[int] = frozenset()

    @property
    def last(self) -> int:
        """The last column of the group."""
        return max(*self.columns, self.name)


def code_groups(frame: Frame) -> list[Lead]:
    """The groups of code columns of a region, from left to right; empty where it has no codes."""
    if frame.groups is None:
        frame.groups = _CodeColumns(frame).groups()
    return frame.groups


@dataclass(slots=True)
class _CodeCells:
    """A column: row → what its cell looks like, from the top."""

    looks: dict[int, Look] = field(default_factory=dict)

    def rows(self, look: Look) -> list[int]:
        """The rows whose cells look like this."""
        return [r for r, own in self.looks.items() if own == look]

    def holds_both(self) -> bool:
        """Whether nearly all that may be codes has its name in the same cell."""
        both = len(self.rows("both"))
        return both > 0 and both >= _SURE_BOTH * (both + len(self.rows("full")) + len(self.rows("other")))

    def names(self, rows: Iterable[int]) -> bool:
        """Whether texts stand in at least half of the rows."""
        texts = [self.looks.get(r) == "text" for r in rows]
        return sum(texts) >= _SURE_NAMES * len(texts)


class _CodeColumns:
    """The columns of a region, seen as codes."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        cells = [(r, c, cell) for r in frame.lines for c, cell in frame.grid.rows[r].items()]
        self.dotted = frozenset(c for _, c, cell in cells if is_dotted(cell))
        self.columns: dict[int, _CodeCells] = {}
        for r, c, cell in cells:
            self.columns.setdefault(c, _CodeCells()).looks[r] = look_of(cell, dotted=c in self.dotted)

    def groups(self) -> list[Lead]:
        """The groups of code columns, from left to right."""
        groups: list[Lead] = []
        for c in sorted(self.columns):
            inside = groups and c <= groups[-1].last
            group = self._group(c) if not inside else None
            if group is not None:
                groups.append(group)
        return [_ours(group) for group in groups] or self._carried()

    def _group(self, column: int) -> Lead | None:
        """The group that begins with a column; None where it holds no codes."""
        if self.columns[column].holds_both():
            return self._with_names_inside(column)
        return self._with_parts(column) if self._holds_codes(column) else None

    def _after(self, column: int, within: int) -> list[int]:
        """The columns to the right, so many at most."""
        return [c for c in sorted(self.columns) if column < c <= column + within]

    # --- whether a column holds codes -----------------------------------------------------------

    def _holds_codes(self, column: int) -> bool:
        """Whether nearly all cells of a column look like codes, and a name stands to the right.

        A round amount of three digits looks like a code; a name beside it does not stand there.
        """
        cells = self.columns[column]
        full = cells.rows("full")
        if not full:
            return False
        amounts = [r for r in cells.rows("text") if self.frame.figure(r, column) is not None]  # figures kept as text
        others = [r for r in (*cells.rows("part"), *cells.rows("other"), *amounts) if not self.frame.counting(r)]
        if len(full) < _SURE * (len(full) + len(others)):
            return False
        right = self._after(column, _NAME_WITHIN)
        named = sum(self._has_name(r, right) for r in full)
        return named >= _SURE * len(full) or self._is_tree(column, full)

    def _has_name(self, row: int, right: Iterable[int]) -> bool:
        """Whether the first cell to the right that is no code is a name."""
        for c in right:
            look = self.columns[c].looks.get(row)
            if look == "other":
                return False
            if look in ("text", "both"):
                text = self.frame.grid.rows[row][c].text
                return len(text.strip()) > 1 and self.frame.figure(row, c) is None
        return False

    def _is_tree(self, column: int, rows: Sequence[int]) -> bool:
        """Whether the codes of a column stand below one another (208, 20805, 2080505): figures do not."""
        codes = {self._coded(r, column) for r in rows}
        below = [code for code in codes if len(code) > 3]
        several = len(rows) >= _FEWEST_TREE and len({len(code) for code in codes}) > 1
        return several and sum(code[:-2] in codes for code in below) >= _SURE_TREE * len(below)

    # --- the groups -----------------------------------------------------------------------------

    def _with_names_inside(self, column: int) -> Lead:
        """A column whose cells hold code and name."""
        cells = self.columns[column]
        codes, names = {}, {}
        for r in sorted((*cells.rows("both"), *cells.rows("full"))):
            text = self.frame.text(r, column) or self.frame.grid.rows[r][column].text
            both = code_and_name(text) if cells.looks[r] == "both" else None
            codes[r], names[r] = both or (code_text(text), "")
        return Lead((column,), 0, codes, names)

    def _with_parts(self, first: int) -> Lead | None:
        """The code column ``first`` with the columns of parts or further levels beside it, and the names."""
        columns = [first]
        rows = set(self.columns[first].rows("full"))
        top = min(rows)
        while len(columns) < _MOST_COLUMNS and (right := self._after(columns[-1], _PART_WITHIN)):
            parts = self._parts(right[0], top)
            if not parts:
                break
            columns.append(right[0])
            rows.update(parts)
        right = self._after(columns[-1], _NAMES_WITHIN)
        name = next((c for c in right if self.columns[c].names(rows)), 0)
        codes = self._decoded(columns, sorted(rows))
        names = {r: self.frame.text(r, name) for r in rows} if name else {}
        return Lead(tuple(columns), name, codes, names) if codes else None

    def _parts(self, column: int, top: int) -> list[int]:
        """The rows with codes or parts of codes in a column from ``top``; none where other cells speak against it."""
        cells = self.columns[column]
        parts = [r for r in cells.rows("part") if (r >= top or self.frame.carry[0]) and not self.frame.counting(r)]
        inside = [*cells.rows("full"), *parts]
        texts = [r for r in cells.rows("text") if not self._lead_text(r, column)]
        others = [r for r in (*cells.rows("other"), *texts) if r >= top]
        return inside if len(others) * _OTHERS_OF_PARTS <= len(inside) else []

    def _lead_text(self, row: int, column: int) -> bool:
        """Whether a text in a code column is none that speaks against it: a total, or a header that is repeated."""
        words = self.frame.words
        key = words.key(self.frame.text(row, column))
        return total_word(key) or any(key in words.leads[role] for role in _LEAD_ROLES)

    def _carried(self) -> list[Lead]:
        """A page that goes on with parts of codes alone, in the columns of the page before."""
        frame = self.frame
        if not frame.carry[0] or not frame.carried:
            return []
        *columns, name = frame.carried
        named = [r for r in plain_lines(frame) if frame.text(r, name) and has_figures(frame, r)]
        rows = [r for r in named if any(frame.cell(r, c) is not None for c in columns)]
        codes = self._decoded(columns, rows)
        return [Lead(tuple(columns), name, codes, {r: frame.text(r, name) for r in codes})] if codes else []

    # --- codes ----------------------------------------------------------------------------------

    def _coded(self, row: int, column: int) -> str:
        """What a cell says as a code; empty where nothing stands."""
        cell = self.frame.cell(row, column)
        return coded(cell, dotted=column in self.dotted) if cell is not None else ""

    def _decoded(self, columns: Sequence[int], rows: Iterable[int]) -> dict[int, str]:
        """Row → code. A part belongs to the class and 款 above it where its own row does not print them."""
        codes: dict[int, str] = {}
        top, second = self.frame.carry
        for row in rows:
            parts = [self._coded(row, c) for c in columns]
            code = longest_code(parts) if len(columns) == 1 else joined(parts, top, second)
            if code:
                codes[row] = code
                top = code[:3]
                second = code[:5] if len(code) >= 5 else ""
        return codes


def _ours(group: Lead) -> Lead:
    """Codes as the classification has them: 2080000 is 208; the code of the unit itself (126) is none of them."""
    codes = {r: unpadded(c) for r, c in group.codes.items()} if padded(group.codes.values()) else group.codes
    if any(code[0] == "2" for code in codes.values()):
        codes = {r: code for r, code in codes.items() if code[0] != "1" or len(code) != 3}
    return group._replace(codes=codes)
