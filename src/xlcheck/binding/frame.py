"""One region seen as a table: where heads, header, column numbers and body are, and the header path of every column.

Nothing here knows a form. What a cell is, is decided by its content: a code, a part of a code, a figure, a text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

from xlcheck.binding.words import Words, total_word
from xlcheck.labels import label_key, plain
from xlcheck.reading.amounts import text_number
from xlcheck.reading.columns import printed_number
from xlcheck.reading.grid import Cell, Grid
from xlcheck.reading.recognise import is_footnote

_HEAD = re.compile(
    r"^(?:编制|填报|公开|预算|决算|报送|主管|制表|填表)?(?:部门|单位|机构)(?:名称|\([^()]*\))*[:：]"
    r"|^(?:金额|计量|货币)?单位[:：]?|^\(?(?:人民币)?(?:万元|元|千元|亿元)\)?$|^(?:20\d\d|二[〇○零O0o]..|2O\d\d)年?度?$|^\d{3,5}年?度$"
    r"|^20\d\d年\d{1,2}月|^(?:财?决?公开|附表|附件|表|财决|GK|Z)\s?0?[\d一二三四五六七八九十]{1,3}(?:-\d)?表?$|年度[:：]|日期[:：]"
)
_DASHES = "-—─–―－‐‑−━_ \u3000"
_YEARS = re.compile(r"(20\d\d)\s*年?度?")
THIS_YEAR = "本年"  # over columns that need no telling apart: it says nothing but where the year before ends
_NOTES = "注註说說备備附本0123456789"  # what a note may begin with
_COUNT_WORDS = ("栏次", "行次", "栏号", "列次")
_WIDEST = 160


class Column(NamedTuple):
    """A column of the body. ``path``: its header texts from the top; ``number``: its printed 栏次 (0: none)."""

    at: int
    path: tuple[str, ...]
    number: int = 0


def figure_of(cell: Cell) -> int | None:
    """The figure in a cell in millionths, as evidence (not for verdicts); None where there is none."""
    if cell.type == "n":
        try:
            value = float(cell.text)
        except ValueError:
            return None
        return round(value * 1_000_000) if abs(value) < 1e12 else None
    return _text_figure(cell.text) if cell.type == "s" and len(cell.text) < 24 else None


@lru_cache(maxsize=4096)
def _text_figure(text: str) -> int | None:
    """The figure in a text, where it is nothing else."""
    if not any(ch.isdigit() for ch in text):
        return None
    bare = plain(text)
    number = text_number(bare, "万元") if bare.isascii() else None
    return int(number.scaleb(6)) if number is not None and abs(number) < 10**12 else None


class Frame:
    """A region below its title. ``end`` is the row where its notes begin, or one past the last."""

    def __init__(
        self,
        grid: Grid,
        words: Words,
        title_row: int = 0,
        year: int | None = None,
        carry: tuple[str, str] = ("", ""),
        carried: tuple[int, ...] = (),
    ) -> None:
        self.grid = grid
        self.words = words
        self.year = year
        self._leads = frozenset().union(
            *(words.leads.get(r, frozenset()) for r in ("code", "name", "label", "codename"))
        )
        self.carry = carry  # class and 款 that the table before this one ended in
        self.carried = carried  # its columns of codes and, last, of names
        self.rows = [r for r in sorted(grid.rows) if r > title_row]
        self.end = next((r for r in self.rows if self._is_note(r)), (self.rows[-1] + 1) if self.rows else 1)
        self.body = [r for r in self.rows if r < self.end]
        self.start = next((i for i, r in enumerate(self.body) if not self._is_head(r)), len(self.body))
        self.printed: dict[str, str] = {}  # texts of the header as they are compared → as they are printed
        self._figures: dict[tuple[int, int], int | None] = {}
        self._lines: dict[int, list[tuple[int, int]]] = {}
        self._counts: dict[int, dict[int, int]] = {}
        self._paths: dict[tuple[int, int], dict[int, tuple[str, ...]]] = {}
        self.groups: list[Any] | None = None  # what code_groups() found here, once it has looked
        self.lines = self.body[self.start :]  # rows of header and body: below the heads, above the notes
        self._merged = {(m[0], m[1]): m for m in grid.merges}
        self._wide: dict[int, list[tuple[int, int, int, int]]] = {}
        for m in grid.merges:
            if m[2] - m[0] < 200:
                for row in range(m[0], m[2] + 1):
                    self._wide.setdefault(row, []).append(m)

    def _is_note(self, row: int) -> bool:
        cells = self.grid.rows[row]
        first = cells[min(cells)]
        lead = first.text[:1]
        if first.type != "s" or (lead.isalnum() and lead not in _NOTES):
            return False
        if not (is_footnote(first.text) or _is_remark(first.text)):
            return False
        return not any(c.type == "n" for c in cells.values())

    def _is_head(self, row: int) -> bool:
        """Whether a row only says unit, year, currency or number."""
        cells = self.grid.rows[row]
        texts = [plain(c.text) for c in cells.values() if c.type == "s"]
        if not texts or any(self.words.key(t) in self._leads for t in texts if len(t) < 12):
            return False  # 科目名称, 项目: the header has begun, whatever years stand beside it
        hits = sum(_HEAD.search(t) is not None for t in texts if len(t) < 80)
        return hits > 0 and (hits == len(texts) or (hits * 2 >= len(texts) and len(texts) <= 6))

    def cell(self, row: int, column: int) -> Cell | None:
        """What stands in a cell."""
        return self.grid.rows.get(row, {}).get(column)

    def text(self, row: int, column: int) -> str:
        """The text in a cell; empty where there is none, a number, or a dash for nothing."""
        cell = self.grid.rows.get(row, {}).get(column)
        text = cell.text.strip() if cell is not None and cell.type == "s" else ""
        return "" if text and not text.strip(_DASHES) else text

    def heading(self, row: int, column: int) -> str:
        """A text of the header: this report's year says nothing, an earlier one means 上年."""
        text = self.text(row, column)
        if text and text[-1].isdigit() and self.figure(row, column) is not None:
            return ""
        if self.year is None or "20" not in text:
            return text
        found = _YEARS.search(text)
        if found is None:
            return text
        rest = text[: found.start()] + text[found.end() :]
        if int(found[1]) < self.year:
            self.printed[f"上年{rest}"] = text
            return f"上年{rest}"
        if int(found[1]) > self.year:
            return text
        if not rest:
            self.printed[THIS_YEAR] = text
        return rest or THIS_YEAR

    def figure(self, row: int, column: int) -> int | None:
        """The figure in a cell, in millionths."""
        at = (row, column)
        if at not in self._figures:
            cell = self.grid.rows.get(row, {}).get(column)
            self._figures[at] = figure_of(cell) if cell is not None else None
        return self._figures[at]

    def figures(self, row: int) -> Sequence[tuple[int, int]]:
        """(column, figure) of a row, from left to right."""
        found = self._lines.get(row)
        if found is None:
            columns = sorted(self.grid.rows.get(row, ()))
            found = self._lines[row] = [(c, v) for c in columns if (v := self.figure(row, c)) is not None]
        return found

    def counting(self, row: int) -> Mapping[int, int]:
        """The printed column numbers in a row: column → number; empty where it is no such row."""
        found = self._counts.get(row)
        if found is None:
            found = self._counts[row] = self._counting(row)
        return found

    def _counting(self, row: int) -> dict[int, int]:
        cells = self.grid.rows.get(row, {})
        if any(c.type == "n" and len(c.text) > 3 and not c.text.endswith(".0") for c in cells.values()):
            return {}  # the number of a column is short
        numbers = {c: n for c, cell in cells.items() if (n := printed_number(cell.text)) is not None}
        named = any(label_key(cell.text) in _COUNT_WORDS for cell in cells.values() if cell.type == "s")
        ordered = [numbers[c] for c in sorted(numbers)]
        rest = [cell for c, cell in cells.items() if c not in numbers and label_key(cell.text) not in _COUNT_WORDS]
        if any(cell.type == "n" for cell in rest):
            return {}
        rising = len(ordered) > 1 and all(b > a for a, b in pairwise(ordered))
        if named and ordered:
            return numbers
        formulas = [c for c in rest if re.fullmatch(r"[\d=+\-\s()（）、~～栏类款项]+", c.text)]
        if rising and ordered[0] in (1, 101) and len(formulas) == len(rest):
            steps = sum(b - a == 1 for a, b in pairwise(ordered))
            return numbers if steps * 2 >= len(ordered) - 1 else {}
        return {}

    def count_row(self, first: int, until: int) -> int:
        """The row of column numbers among the lines from ``first`` to before ``until``; 0: there is none."""
        return next((r for r in self.lines if first <= r < until and self.counting(r)), 0)

    # --- header -----------------------------------------------------------------------------

    def paths(self, top: int, bottom: int) -> dict[int, tuple[str, ...]]:
        """Header texts over each column, outermost first, of the rows ``top`` to ``bottom``.

        A merged text counts for all its columns, but one merged down to the last header row names only its first.
        A text that is not merged runs right over columns with a text below, until a text above begins a new group.
        """
        if (top, bottom) not in self._paths:
            self._paths[top, bottom] = self._headed(top, bottom)
        return dict(self._paths[top, bottom])

    def _headed(self, top: int, bottom: int) -> dict[int, tuple[str, ...]]:
        rows = [r for r in range(top, bottom + 1) if r in self.grid.rows or r in self._wide]
        own = {(r, c): t for r in rows for c in self.grid.rows.get(r, ()) if (t := self.heading(r, c))}
        spread: dict[tuple[int, int], str] = {}
        for r in rows:
            for first, left, last, right in self._wide.get(r, ()):
                text = own.get((first, left)) or self.heading(first, left)
                if first < top and last < top:
                    continue
                for c in range(left, min(right, left + _WIDEST) + 1):
                    spread[r, c] = "" if last >= bottom and c > left else text
        width = max([c for _, c in [*own, *spread]], default=0)
        found: dict[int, list[str]] = {}
        named: set[int] = {c for _, c in own} | {c for (_, c), t in spread.items() if t}
        for i, r in enumerate(rows):
            before = ""
            for c in range(1, min(width, 400) + 1):
                text = spread[r, c] if (r, c) in spread else own.get((r, c), "")
                if not text and (r, c) not in spread and i < len(rows) - 1 and before:
                    below = any((q, c) in own for q in rows[i + 1 :])
                    above = any((q, c) in own for q in rows[:i])
                    text = before if below and not above else ""
                before = text
                if text and (c not in found or found[c][-1] != text):
                    found.setdefault(c, []).append(text)
        return {c: tuple(p) for c, p in found.items() if c in named}

    def total_in(self, row: int, columns: Iterable[int]) -> str:
        """The total word that stands in one of ``columns`` of a row; empty where there is none."""
        for c in columns:
            key = self.words.key(self.text(row, c))
            if total_word(key):
                return key
        return ""


def _is_remark(text: str) -> bool:
    bare = plain(text[:30])
    return bool(re.match(r"^(?:注|说明|备注|附注)(?:[:：.、]|\d|本表)", bare)) or bool(
        re.match(r"^(?:\d[.、．])?本表(?:反映|无|没有|按|为空|数据)", bare)
    )
