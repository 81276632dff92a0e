"""What a table looks like before it has a place: cells, merges, and what each figure is.

A :class:`Pen` writes one book's tables in the habits of a draw.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from support.layouts.draws import Draw
from support.layouts.units import Key, Unit
from support.layouts.words import Words

Spot = tuple[int, int]
BLANKS: dict[str, Any] = {"empty": None, "0": 0, "0.00": 0, "—": "—", "-": "-", "——": "——"}
NUMERALS = "一二三四五六七八九十"


def chinese(n: int) -> str:
    """1 → 一, 26 → 二十六."""
    if n <= 10:
        return NUMERALS[n - 1]
    tens, ones = divmod(n, 10)
    return ("" if tens == 1 else NUMERALS[tens - 1]) + "十" + (NUMERALS[ones - 1] if ones else "")


@dataclass
class Block:
    """One printed table; rows and columns from 0. ``marks``: what each figure of the official form is."""

    table: str
    title: str = ""
    number: str = ""
    cells: dict[Spot, Any] = field(default_factory=dict)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    marks: dict[Spot, Key] = field(default_factory=dict)
    loose: set[Spot] = field(default_factory=set)  # neither right nor wrong to claim
    width: int = 1
    part: str = ""  # "（续）" for a continuation

    def put(self, row: int, column: int, value: Any) -> None:
        if value is not None and value != "":
            self.cells[row, column] = value

    def merge(self, r1: int, c1: int, r2: int, c2: int) -> None:
        if (r1, c1) != (r2, c2):
            self.merges.append((r1, c1, r2, c2))

    @property
    def height(self) -> int:
        used = [r for r, _ in self.cells] + [m[2] for m in self.merges]
        return max(used, default=-1) + 1


@dataclass(frozen=True)
class Col:
    """A figure column: header words from outer to inner, and the concept it carries ('' for one of no form)."""

    heads: tuple[str, ...]
    key: str = ""
    noise: str = ""


class Pen:
    """Writes tables of one unit in one draw."""

    def __init__(self, unit: Unit, draw: Draw) -> None:
        self.unit, self.draw = unit, draw
        self.say = Words(f"{draw.family} {draw.seed}", draw["words"], draw.renamed)
        self.random = random.Random(f"noise {draw.family} {draw.seed} {unit.seed}")
        self.numbers: dict[str, str] = {}  # table → the number this workbook gives it

    # --- single things ---

    def figure(self, block: Block, row: int, column: int, key: Key, loose: bool = False) -> None:
        """A figure of the official form, or the blank marker."""
        value = self.unit.facts.get(key)
        block.put(row, column, value / 100 if value is not None else BLANKS[self.draw["blank"]])
        if loose:
            block.loose.add((row, column))
        else:
            block.marks[row, column] = key

    def amount(self, block: Block, row: int, column: int, cents: int | None) -> None:
        """A figure that belongs to no official table."""
        block.put(row, column, cents / 100 if cents else BLANKS[self.draw["blank"]])

    def amount_word(self) -> str:
        word = self.draw["amount_word"]
        if word in ("金额", "决算数"):
            return self.say("", word)
        return word.replace("2023", str(self.unit.year))

    def total_word(self, table: str) -> str:
        return self.say(table, "合计", self.draw["total_word"])

    def ordinal(self, n: int) -> str:
        return {"一、": f"{chinese(n)}、", "1.": f"{n}.", "（一）": f"（{chinese(n)}）", "none": ""}[
            self.draw["ordinals"]
        ]

    def broken(self, word: str) -> str:
        """A header word as a narrow column shows it."""
        style = self.draw["breaks"]
        if style == "line_breaks" and len(word) > 5:
            return word[: len(word) // 2] + "\n" + word[len(word) // 2 :]
        if style == "spaces" and len(word) == 2:
            return f"{word[0]}　{word[1]}"
        if style == "spaces" and len(word) == 4:
            return f"{word[:2]} {word[2:]}"
        return word

    def year(self) -> str:
        year = str(self.unit.year)
        if self.draw["year"] == "二〇二三年度":
            return "".join("〇一二三四五六七八九"[int(c)] for c in year) + "年度"
        return self.draw["year"].replace("2023", year)

    def line(self, n: int) -> Any:
        return {"numbers": n, "text": str(n), "padded": f"{n:02d}", "none": None}[self.draw["hangci"]]

    # --- above and below ---

    def heading(self, block: Block, title: str) -> int:
        """Title, number, unit, year, currency; the row where the table begins."""
        draw, width, unit = self.draw, block.width, self.unit
        block.title = title
        number = block.number
        year = f"{unit.year}年度"
        printed = {
            "year": f"{year}{title}", "unit_year": f"{unit.name}{year}{title}", "部门": f"部门{title}",
            "number_in_brackets": f"{title}（{self.number_text(number) or '公开' + number + '表'}）", "spaced": f" {title} ",
            "year_unit_long": f"{year}{unit.name}部门决算{title}", "表一：": f"表{chinese(int(number))}：{title}",
            "附表1：": f"附表{int(number)}：{title}", "附件1-1": f"附件1-{int(number)}：{title}",
        }.get(draw["title"], title)  # fmt: skip
        if draw["title"] == "部门" and title.startswith(("部门", "单位")):
            printed = title
        printed += block.part
        row = 0
        if draw["title"] == "two_lines":
            block.put(row, 0, f"{unit.name}{year}部门决算公开")
            block.merge(row, 0, row, width - 1)
            row += 1
        block.put(row, 0, printed)
        if draw["merged"] == "yes":
            block.merge(row, 0, row, width - 1)
        row += 1
        text = self.number_text(number)
        if text and draw["title"] != "number_in_brackets":
            block.put(row, width - 1, text)
            row += 1
        if draw["row_height"] == "blank_lines":
            row += 1
        row = self._facts(block, row)
        return row + (draw["row_height"] == "blank_lines")

    def number_text(self, number: str) -> str:
        if not number:
            return ""
        n = int(number)
        return {
            "公开01表": f"公开{n:02d}表", "公开1表": f"公开{n}表", "附表1": f"附表{n}", "表1": f"表{n}", "Z01": f"Z{n:02d}",
            "财决公开01表": f"财决公开{n:02d}表", "none": "",
        }[self.draw["number"]]  # fmt: skip

    def _facts(self, block: Block, row: int) -> int:
        draw, width, unit = self.draw, block.width, self.unit
        label, currency, year = draw["unit_label"], draw["currency"], self.year()
        name = f"{label}{unit.name}"
        style = draw["facts"]
        if style == "one":
            block.put(row, 0, f"{name}        {year}        {currency}")
            if draw["merged"] == "yes":
                block.merge(row, 0, row, width - 1)
            return row + 1
        if style == "year_in_title_only":
            block.put(row, 0, name)
            block.put(row, width - 1, currency)
            return row + 1
        if style == "above":
            block.put(row, 0, year)
            block.put(row + 1, 0, name)
            block.put(row + 1, width - 1, currency)
            return row + 2
        if style == "split" and width > 5 and label:
            block.put(row, 0, label)
            block.put(row, 1, unit.name)
            block.put(row, width // 2 + 1, year)
            block.put(row, width - 1, currency)
            return row + 1
        if width < 3:
            block.put(row, 0, f"{name} {year}")
        else:
            block.put(row, 0, name)
            block.put(row, max(1, width // 2), year)
        block.put(row, width - 1, currency)
        return row + 1

    def footing(self, block: Block, row: int, note: str, empty: bool = False, what: str = "") -> None:
        """Notes and the statement of an empty table."""
        draw = self.draw
        texts = {
            "official": [f"注：{note}"], "none": [], "short": ["注：本表金额四舍五入后可能存在尾数差异。"],
            "long": [f"注：1.{note}", "    2.本套报表金额单位转换时可能存在尾数误差。"],
            "numbered": [f"1.{note}", "2.本表按要求公开，取自部门决算报表。"],
        }[draw["notes"]]  # fmt: skip
        if empty:
            said = {
                "grid+statement": "说明：本表无数据", "statement": "说明：本表无数据", "row_statement": "说明：本表无数据",
                "note_statement": f"说明：本{'部门' if '局' in self.unit.name else '单位'}本年度没有{what}收入和支出，故本表无数据。",
            }.get(draw["empty_table"])  # fmt: skip
            if said:
                texts = [*texts, said] if draw["empty_table"] != "statement" else [said, *texts]
        row += draw["row_height"] == "blank_lines"
        for text in texts:
            block.put(row, 0, text)
            if draw["merged"] == "yes":
                block.merge(row, 0, row, block.width - 1)
            row += 1

    # --- headers ---

    def header(self, block: Block, top: int, left: int, paths: Sequence[tuple[str, ...]], depth: int) -> int:
        """Header words by column, outer to inner; equal neighbours share a cell. The row after the header."""
        merged = self.draw["merged"] == "yes"
        at = 0
        for level in range(depth):
            at = 0
            while at < len(paths):
                path = paths[at]
                if level >= len(path):
                    at += 1
                    continue
                end = at
                while end + 1 < len(paths) and paths[end + 1][: level + 1] == path[: level + 1]:
                    end += 1
                leaf = level == len(path) - 1 and all(len(p) == len(path) for p in paths[at : end + 1])
                block.put(top + level, left + at, self.broken(path[level]))
                if merged:
                    block.merge(top + level, left + at, top + (depth - 1 if leaf else level), left + end)
                at = end + 1
        return top + depth

    def numbers_row(self, block: Block, row: int, lead: int, count: int, left: int = 0, first: int = 1,
                    sums: str = "", label: bool = True) -> int:  # fmt: skip
        """The 栏次 row; the row after it."""
        style = self.draw["lanci"]
        if style == "none":
            return row
        if label and style != "unlabelled":
            block.put(row, left, "栏次")
            if self.draw["merged"] == "yes" and lead > 1:
                block.merge(row, left, row, left + lead - 1)
        for i in range(count):
            n = first + i
            text: Any = {"brackets": f"（{n}）", "text": str(n)}.get(style, n)
            if style == "formula" and i == 0 and sums:
                text = sums
            block.put(row, left + lead + i, text)
        return row + 1
