"""One region seen as a table: where heads, header, column numbers and body are, and the header path of every column.

Nothing here knows a form. What a cell is, is decided by its content: a code, a part of a code, a figure, a text.
"""

from __future__ import annotations

import re
from collections.abc import ItemsView, Iterable, Mapping
from typing import Any, NamedTuple

from xlcheck.binding.cells import column_numbers, figure_of
from xlcheck.binding.headerpaths import HeaderTexts, merges_by_row
from xlcheck.binding.words import Words, total_word
from xlcheck.labels import plain
from xlcheck.reading.grid import Cell, Grid
from xlcheck.reading.recognise import is_footnote
from xlcheck.reading.tablenumbers import is_table_number

_HEAD = re.compile(
    r"^(?:编制|填报|公开|预算|决算|报送|主管|制表|填表)?(?:部门|单位|机构)(?:名称|\([^()]*\))*[:：]"
    r"|^(?:金额|计量|货币)?单位[:：]?|^\(?(?:人民币)?(?:万元|元|千元|亿元)\)?$|^(?:20\d\d|二[〇○零O0o]..|2O\d\d)年?度?$|^\d{3,5}年?度$"
    r"|^20\d\d年\d{1,2}月|年度[:：]|日期[:：]"
)
_NUMBER_LEAD = re.compile("编号|附件|公开|财决|GK|Z")
_DASHES = "-—─–―－‐‑−━_ \u3000"
_YEARS = re.compile(r"(20\d\d)\s*年?度?")
THIS_YEAR = "本年"  # over columns that need no telling apart: it says nothing but where the year before ends
_NOTES = "注註说說备備附本0123456789"  # what a note may begin with
_LEADS = ("code", "name", "label", "codename")  # the roles of columns whose heading begins the header
_LONGEST_NOTE_LEAD = 30  # characters in which a note says that it is one
_LONGEST_LEAD, _LONGEST_HEAD = 12, 80  # characters of a heading such as 科目名称; of what a head says
_REMARK = re.compile(r"^(?:注|说明|备注|附注)(?:[:：.、]|\d|本表)|^(?:\d[.、．])?本表(?:反映|无|没有|按|为空|数据)")


class Column(NamedTuple):
    """A column of the body. ``path``: its header texts from the top; ``number``: its printed 栏次 (0: none)."""

    at: int
    path: tuple[str, ...]
    number: int = 0


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
        self._leads = frozenset[str]().union(*(words.leads.get(role, frozenset()) for role in _LEADS))
        self.carry = carry  # class and 款 that the table before this one ended in
        self.carried = carried  # its columns of codes and, last, of names
        self.rows = [r for r in sorted(grid.rows) if r > title_row]
        self.end = self._notes_begin()
        self.body = [r for r in self.rows if r < self.end]
        self.start = next((i for i, r in enumerate(self.body) if not self._is_head(r)), len(self.body))
        self.printed: dict[str, str] = {}  # texts of the header as they are compared → as they are printed
        self._figures: dict[int, dict[int, int]] = {}
        self._counts: dict[int, dict[int, int]] = {}
        self._paths: dict[tuple[int, int], dict[int, tuple[str, ...]]] = {}
        self.groups: list[Any] | None = None  # what code_groups() found here, once it has looked
        self.lines = self.body[self.start :]  # rows of header and body: below the heads, above the notes
        self._merges = merges_by_row(grid.merges)

    def _notes_begin(self) -> int:
        """The first row of notes; one past the last row where there are none."""
        past = self.rows[-1] + 1 if self.rows else 1
        return next((r for r in self.rows if self._is_note(r)), past)

    def _is_note(self, row: int) -> bool:
        cells = self.grid.rows[row]
        first = cells[min(cells)]
        return first.type == "s" and _begins_note(first.text) and not any(c.type == "n" for c in cells.values())

    def _is_head(self, row: int) -> bool:
        """Whether a row only says unit, year, currency or number."""
        cells = self.grid.rows[row]
        texts = [plain(c.text) for c in cells.values() if c.type == "s"]
        if not texts or self._begins_header(texts):
            return False
        hits = sum(_HEAD.search(t) is not None or _numbers_table(t) for t in texts if len(t) < _LONGEST_HEAD)
        mostly = (
            hits * 2 >= len(texts) and len(texts) <= 6
        )  # a long row of texts is no head for a few that look like one
        return hits > 0 and (hits == len(texts) or mostly)

    def _begins_header(self, texts: Iterable[str]) -> bool:
        """Whether 科目名称, 项目 or the like is there: the header has begun, whatever years stand beside it."""
        return any(self.words.key(t) in self._leads for t in texts if len(t) < _LONGEST_LEAD)

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
        return self._without_year(text, self.year)

    def _without_year(self, text: str, current: int) -> str:
        """A text of the header without the year it begins with or names, which is kept as it is ``printed``."""
        match = _YEARS.search(text)
        if match is None:
            return text
        year, rest = int(match[1]), text[: match.start()] + text[match.end() :]
        if year > current:
            return text
        if year == current and rest:
            return rest
        wording = THIS_YEAR if year == current else f"上年{rest}"
        self.printed[wording] = text
        return wording

    def figure(self, row: int, column: int) -> int | None:
        """The figure in a cell, in millionths."""
        line = self._figures.get(row)
        return (line if line is not None else self._line(row)).get(column)

    def figures(self, row: int) -> ItemsView[int, int]:
        """(column, figure) of a row, from left to right."""
        line = self._figures.get(row)
        return (line if line is not None else self._line(row)).items()

    def _line(self, row: int) -> dict[int, int]:
        """Column → figure of a row, from left to right; worked out once."""
        cells = sorted(self.grid.rows.get(row, {}).items())
        line = {column: figure for column, cell in cells if (figure := figure_of(cell)) is not None}
        self._figures[row] = line
        return line

    def counting(self, row: int) -> Mapping[int, int]:
        """The printed column numbers in a row: column → number; empty where it is no such row."""
        counts = self._counts.get(row)
        if counts is None:
            counts = self._counts[row] = column_numbers(self.grid.rows.get(row, {}))
        return counts

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
            texts = HeaderTexts(self.grid.rows, self._merges, self.heading, top, bottom)
            self._paths[top, bottom] = texts.paths()
        return dict(self._paths[top, bottom])

    def total_in(self, row: int, columns: Iterable[int]) -> str:
        """The total word that stands in one of ``columns`` of a row; empty where there is none."""
        for c in columns:
            key = self.words.key(self.text(row, c))
            if total_word(key):
                return key
        return ""


def _numbers_table(text: str) -> bool:
    """Whether a text is the number of a table, said so: 公开01表, 编号：09. A bare number may be that of a column."""
    return ("表" in text or _NUMBER_LEAD.match(text) is not None) and is_table_number(text)


def _begins_note(text: str) -> bool:
    """Whether a text is that of a note: 注：…, 本表反映…, （1）…."""
    lead = text[:1]
    if lead.isalnum() and lead not in _NOTES:
        return False
    return is_footnote(text) or _REMARK.search(plain(text[:_LONGEST_NOTE_LEAD])) is not None
