"""决算公开 workbooks with the same figures, as other hands and other programs make them.

``build_*(tables) -> bytes`` each make one workbook from the published figures (``tables.yaml``), without
any template of ours. ``VARIANTS`` names them all.
"""

from __future__ import annotations

import copy
import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import openpyxl
import xlsxwriter
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.utils import get_column_letter as letter
from openpyxl.worksheet.cell_range import CellRange

Tables = dict[str, Any]


@dataclass
class Formula:
    text: str
    value: Any


@dataclass
class Sheet:
    """Cells by (row, column); ``marks`` remembers where a figure stands: '20801·基本支出' → (row, column)."""

    name: str
    key: str = ""
    cells: dict[tuple[int, int], Any] = field(default_factory=dict)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    marks: dict[str, tuple[int, int]] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    state: str = "visible"
    head: dict[str, int] = field(default_factory=dict)  # rows: title, facts, top, bottom, numbers, first, last

    def put(self, row: int, column: int, value: Any, mark: str = "") -> None:
        if mark:
            self.marks[mark] = (row, column)
        if value is not None:
            self.cells[row, column] = value

    def merge(self, r1: int, c1: int, r2: int, c2: int) -> None:
        if (r1, c1) != (r2, c2):
            self.merges.append((r1, c1, r2, c2))

    def move(self, row_of: Callable[[int], int], column_of: Callable[[int], int]) -> Sheet:
        """Every row and column to its new place (for inserting and shifting; not for sheets with formulas)."""
        at = lambda p: (row_of(p[0]), column_of(p[1]))  # noqa: E731
        self.cells = {at(p): v for p, v in self.cells.items()}
        self.marks = {k: at(p) for k, p in self.marks.items()}
        self.merges = [(*at(m[:2]), *at(m[2:])) for m in self.merges]
        self.hidden_rows = {row_of(r) for r in self.hidden_rows}
        self.hidden_columns = {column_of(c) for c in self.hidden_columns}
        self.head = {k: row_of(r) for k, r in self.head.items()}
        return self

    def shift(self, rows: int = 0, columns: int = 0) -> Sheet:
        return self.move(lambda r: r + rows, lambda c: c + columns)

    def insert_row(self, before: int) -> Sheet:
        return self.move(lambda r: r + (r >= before), lambda c: c)

    @property
    def width(self) -> int:
        return max(c for _, c in self.cells)

    @property
    def height(self) -> int:
        return max(r for r, _ in self.cells)


@dataclass
class Style:
    """The choices of the hand that made a workbook."""

    sheet_name: Callable[[str, str], str] = lambda number, title: f"{number} {title}"[:31]
    title: Callable[[str, str], str] = lambda number, title: title
    number_text: Callable[[str], str] = lambda number: f"{number}表"
    head: str = "row"  # row | one | split | labels | below | year_number
    unit_label: str = "部门名称："
    year: str = "2023年度"
    currency: str = "金额单位：万元"
    title_row: int = 1
    facts_row: int = 3
    top: int = 4  # first header row
    blank: Any = None
    line: Callable[[int], Any] | None = lambda n: n
    numbers: str = "row"  # row | none | text | nolabel | words
    code: Callable[[str], Any] = str
    code_columns: int = 1
    class_row: bool = False  # 久其: the 栏次 row says 类 款 项 over the code columns
    header_rows: int = 2  # rows the header of code tables takes (久其 export: 4)
    merge_headers: bool = True
    label_columns: int = 1  # two-sided tables: columns merged for the label
    header: Callable[[str], str] = lambda t: t
    label: Callable[[str], str] = lambda t: t
    name: Callable[[str, str], str] = lambda code, name: name
    words: dict[str, str] = field(default_factory=dict)  # other wording of header texts
    code_word: str = "科目代码"  # header over functional codes
    economic_word: str = "科目代码"  # header over economic codes (公开06)
    subtotal_05: str = "小计"
    group_05: str = "本年支出"  # outer header of 05 and 08, '' for none
    groups_06: bool = True  # the row 人员经费 | 公用经费 above the blocks
    function_word: str = "项目"  # header over the right-hand labels of 01 and 04
    footnotes: bool = True
    notes: tuple[str, ...] = ()
    statement: bool = True
    total_last: bool = False
    total_on_name: bool = False
    formulas: bool = False
    blocks: int = 4
    footer: str = "merged"  # merged | last | beside | none-merged
    footer_order: str = "row"  # row | own rows
    sangong: str = "wide"  # wide | label | interleaved | rows
    info: str = "official"  # official | one_header | codes
    of_which: Callable[[str], str] = lambda t: t
    blank_lines: bool = True  # keep the numbered blank lines of 01 and 04

    def say(self, text: str) -> str:
        return self.header(self.words.get(text, text))


# --- one function a table -----------------------------------------------------------------------


def _head(sheet: Sheet, style: Style, number: str, table: dict[str, Any], tables: Tables, width: int) -> None:
    """Title, number, unit, year, currency above the table."""
    at = style.title_row
    sheet.head.update(title=at, facts=style.facts_row, top=style.top)
    sheet.put(at, 1, style.title(number, table["title"]))
    if style.merge_headers:
        sheet.merge(at, 1, at, width)
    if text := style.number_text(number):
        sheet.put(at + 1, width, text)
    unit, row = tables["unit"], style.facts_row
    middle = max(2, width // 2)
    if style.head == "one":
        sheet.put(row, 1, f"{style.unit_label}{unit}          {style.year}          {style.currency}")
        sheet.merge(row, 1, row, width)
    elif style.head == "split":
        sheet.put(row, 1, style.unit_label)
        sheet.put(row, 2, unit)
        if width > 4:
            sheet.put(row, middle + 1, style.year)
        else:
            sheet.put(row - 1, 1, style.year)
        sheet.put(row, width, style.currency)
    elif style.head == "labels":  # every fact and its label in a cell of its own, one under another
        sheet.put(row - 1, 1, "年度：")
        sheet.put(row - 1, 2, 2023)
        sheet.put(row, 1, style.unit_label)
        sheet.put(row, 2, unit)
        sheet.put(row, width - 1 if width > 3 else width, style.currency)
    elif style.head == "above":  # year under the title, unit and currency in one line
        sheet.put(row - 1, 1, style.year)
        sheet.put(row, 1, style.unit_label + unit)
        sheet.put(row, width, style.currency)
    else:
        sheet.put(row, 1, style.unit_label + unit)
        sheet.put(row, middle, style.year)
        sheet.put(row, width, style.currency)


def _foot(sheet: Sheet, style: Style, table: dict[str, Any], row: int, width: int, empty: bool = False) -> None:
    texts = [table["footnote"]] if style.footnotes else []
    if empty and style.statement and table.get("statement"):
        texts.append(table["statement"])
    for text in [*texts, *style.notes]:
        sheet.put(row, 1, text)
        sheet.merge(row, 1, row, width)
        row += 1


def _new(style: Style, number: str, table: dict[str, Any]) -> Sheet:
    return Sheet(style.sheet_name(number, table["title"]), number)


def _two_sided(tables: Tables, style: Style, number: str, amounts: list[str]) -> Sheet:
    """公开01 and 公开04: 收入 ‖ 支出, rows by 行次."""
    table, sheet = tables[number], _new(style, number, tables[number])
    wide, lines = style.label_columns, style.line is not None
    left = {"label": 1, "line": wide + 1, "amount": wide + 1 + lines}
    right = {
        "label": left["amount"] + 1,
        "line": left["amount"] + 1 + wide,
        "amount": left["amount"] + 1 + wide + lines,
    }
    width = right["amount"] + len(amounts) - 1
    _head(sheet, style, number, table, tables, width)
    top = style.top
    say = style.say
    for side, word, last in ((left, "收入", left["amount"]), (right, "支出", width)):
        sheet.put(top, side["label"], say(word))
        sheet.put(top + 1, side["label"], say("项目" if word == "收入" else style.function_word))
        if lines:
            sheet.put(top + 1, side["line"], say("行次"))
        if style.merge_headers:
            sheet.merge(top, side["label"], top, last)
            sheet.merge(top + 1, side["label"], top + 1, side["label"] + wide - 1)
    sheet.put(top + 1, left["amount"], say("金额"))
    for i, name in enumerate(amounts):
        sheet.put(top + 1, right["amount"] + i, say(name))
    row = top + 2
    sheet.head["bottom"] = top + 1
    if style.numbers != "none":
        columns = [left["amount"], *(right["amount"] + i for i in range(len(amounts)))]
        _numbers(sheet, style, row, [left["label"], right["label"]], columns)
        row += 1
    sheet.head["first"] = row
    spots: dict[tuple[str, str], int] = {}
    income, spending = table["income"], table["expenditure"]
    line_of = table["line_no"]
    first_right = 32 if number == "公开01" else 33
    count = max(line_of["expenditure"].values()) - first_right + 1
    by_line = {line_of["income"][k]: (k, v) for k, v in income.items()}
    by_right = {line_of["expenditure"][k]: (k, v) for k, v in spending.items()}
    for i in range(count):
        if not style.blank_lines and i + 1 not in by_line and first_right + i not in by_right:
            continue
        if lines:
            if i + 1 < first_right:
                sheet.put(row, left["line"], style.line(i + 1))
            sheet.put(row, right["line"], style.line(first_right + i))
        if i + 1 in by_line:
            key, value = by_line[i + 1]
            text = style.of_which(key.split("/")[1]) if "/" in key else style.label(key)
            sheet.put(row, left["label"], text)
            sheet.put(row, left["amount"], _shown(value, style), f"收·{key}")
            spots["收", key] = row
        if first_right + i in by_right:
            key, value = by_right[first_right + i]
            sheet.put(row, right["label"], style.label(key))
            values = value if isinstance(value, dict) else {amounts[0]: value}
            for j, name in enumerate(amounts):
                sheet.put(row, right["amount"] + j, _shown(values.get(name), style), f"支·{key}·{name}")
            spots["支", key] = row
        if wide > 1:
            sheet.merge(row, left["label"], row, left["label"] + wide - 1)
            sheet.merge(row, right["label"], row, right["label"] + wide - 1)
        row += 1
    if style.formulas:
        _two_sided_formulas(sheet, spots, left["amount"], [right["amount"] + i for i in range(len(amounts))])
    sheet.head["last"] = row - 1
    _foot(sheet, style, table, row, width)
    return sheet


def _two_sided_formulas(sheet: Sheet, spots: dict[tuple[str, str], int], left: int, right: list[int]) -> None:
    for side, columns in (("收", [left]), ("支", right)):
        keys = [k for s, k in spots if s == side]
        total = next(k for k in keys if k.startswith("本年"))
        parts = keys[: keys.index(total)]
        for c in columns:
            span = f"{letter(c)}{spots[side, parts[0]]}:{letter(c)}{spots[side, parts[-1]]}"
            _formula(sheet, spots[side, total], c, f"=SUM({span})")
            after = [k for k in keys[keys.index(total) :] if k != "总计" and "/" not in k]
            _formula(sheet, spots[side, "总计"], c, "=" + "+".join(f"{letter(c)}{spots[side, k]}" for k in after))


def _formula(sheet: Sheet, row: int, column: int, text: str) -> None:
    """Put a formula whose cached result is what the cell shows now (blank: an empty text)."""
    value = sheet.cells.get((row, column))
    sheet.cells[row, column] = Formula(text, value if value is not None else 0)


def _numbers(sheet: Sheet, style: Style, row: int, labels: list[int], columns: list[int]) -> None:
    sheet.head["numbers"] = row
    if style.numbers != "nolabel":
        for at in labels:
            sheet.put(row, at, style.header("栏次"))
    for n, at in enumerate(columns, 1):
        value = {"text": str(n), "words": f"{n}栏"}.get(style.numbers, n)
        sheet.put(row, at, value)


def _shown(value: Any, style: Style) -> Any:
    return style.blank if value is None else value


def _codes(tables: Tables, style: Style, number: str, groups: list[tuple[str, list[str]]]) -> Sheet:
    """公开02 03 05 07 08: rows by code. ``groups``: (outer header or '', column names)."""
    table, sheet = tables[number], _new(style, number, tables[number])
    wide = style.code_columns
    name_at = wide + 1
    names = [(outer, c) for outer, columns in groups for c in columns]
    width = name_at + len(names)
    _head(sheet, style, number, table, tables, width)
    top, say = style.top, style.say
    bottom = top + style.header_rows - 1
    sheet.head["bottom"] = bottom
    sheet.put(top, 1, say("项目"))
    sheet.put(top + 1, 1, say(style.code_word))
    sheet.put(top + 1, name_at, say("科目名称"))
    if style.merge_headers:
        sheet.merge(top, 1, top, name_at)
        sheet.merge(top + 1, 1, bottom, wide)
        sheet.merge(top + 1, name_at, bottom, name_at)
    at = name_at + 1
    for outer, columns in groups:
        if outer:
            sheet.put(top, at, say(outer))
            if style.merge_headers:
                sheet.merge(top, at, top, at + len(columns) - 1)
        for column in columns:
            sheet.put(top + 1 if outer else top, at, say(column))
            if style.merge_headers:
                sheet.merge(top + 1 if outer else top, at, bottom, at)
            at += 1
    row = bottom + 1
    columns = list(range(name_at + 1, width + 1))
    if style.numbers != "none":
        label_at = name_at if style.class_row else 1
        _numbers(sheet, style, row, [label_at], columns)
        if style.class_row:
            for c, word in enumerate(("类", "款", "项"), 1):
                sheet.put(row, c, word)
                sheet.merge(row, c, row + 1, c)
        elif style.merge_headers:
            sheet.merge(row, 1, row, name_at)
        row += 1
    sheet.head["first"] = row
    total_row = row + len(table["rows"]) if style.total_last else row
    first = row if style.total_last else row + 1
    sheet.put(total_row, name_at if style.class_row or style.total_on_name else 1, style.label("合计"))
    if style.merge_headers and not style.class_row and not style.total_on_name:
        sheet.merge(total_row, 1, total_row, name_at)
    for c, value in zip(columns, table["total"], strict=True):
        sheet.put(total_row, c, _shown(value, style), f"合计·{names[c - name_at - 1][1]}")
    for i, item in enumerate(table["rows"]):
        r = first + i
        sheet.put(r, 1, style.code(item["code"]))
        if wide > 1:
            sheet.merge(r, 1, r, wide)
        sheet.put(r, name_at, style.name(item["code"], item["name"]))
        for c, value in zip(columns, item["values"], strict=True):
            sheet.put(r, c, _shown(value, style), f"{item['code']}·{names[c - name_at - 1][1]}")
    if style.formulas and table["rows"]:
        _code_formulas(sheet, table, columns, total_row, first, number)
    row = max(total_row, first + len(table["rows"]) - 1) + 1
    sheet.head["last"] = row - 1
    if not table["rows"]:
        row += 1  # the one empty row under an empty table
    _foot(sheet, style, table, row, width, empty=not table["rows"])
    return sheet


def _code_formulas(
    sheet: Sheet, table: dict[str, Any], columns: list[int], total: int, first: int, number: str
) -> None:
    codes = [item["code"] for item in table["rows"]]
    for c in columns:
        for parent in ["", *(k for k in codes if len(k) < 7)]:
            parts = [
                first + i
                for i, k in enumerate(codes)
                if k.startswith(parent) and len(k) == (len(parent) + 2 if parent else 3)
            ]
            if parts:
                row = first + codes.index(parent) if parent else total
                _formula(sheet, row, c, "=" + "+".join(f"{letter(c)}{p}" for p in parts))
    if number != "公开07":
        for r in [first + i for i, k in enumerate(codes) if len(k) == 7]:
            _formula(sheet, r, columns[0], f"=SUM({letter(columns[1])}{r}:{letter(columns[-1])}{r})")


def _blocks(tables: Tables, style: Style) -> Sheet:
    """公开06: economic codes in blocks side by side."""
    number = "公开06"
    table, sheet = tables[number], _new(style, number, tables[number])
    items = table["items"]
    staff = [c for c in items if c[:3] in ("301", "303")]
    public = [c for c in items if c not in staff]
    if style.blocks == 1:
        stacks = [list(items)]
    else:
        size = -(-len(public) // (style.blocks - 1))
        stacks = [staff, *(public[i : i + size] for i in range(0, len(public), size))]
    width = 3 * style.blocks
    _head(sheet, style, number, table, tables, width)
    top, say = style.top, style.say
    depth = 1
    if style.blocks > 1 and style.groups_06:
        sheet.put(top, 1, say("人员经费"))
        sheet.put(top, 4, say("公用经费"))
        if style.merge_headers:
            sheet.merge(top, 1, top, 3)
            sheet.merge(top, 4, top, width)
        depth = 2
    for b in range(style.blocks):
        for i, text in enumerate((style.economic_word, "科目名称", "")):
            sheet.put(top + depth - 1, 3 * b + 1 + i, say(text) if text else style.header("决算数"))
    sheet.head["bottom"] = top + depth - 1
    first = top + depth
    sheet.head["first"] = first
    for b, stack in enumerate(stacks):
        for i, code in enumerate(stack):
            r, c = first + i, 3 * b + 1
            sheet.put(r, c, style.code(code))
            sheet.put(r, c + 1, style.name(code, items[code]["name"]))
            sheet.put(r, c + 2, _shown(items[code]["amount"], style), code)
    if style.formulas:
        for stack_at, stack in enumerate(stacks):
            c = 3 * stack_at + 3
            for parent in (k for k in stack if len(k) == 3):
                kids = [first + i for i, k in enumerate(stack) if k.startswith(parent) and len(k) == 5]
                if kids and not isinstance(items[parent]["amount"], str) and items[parent]["amount"] is not None:
                    _formula(sheet, first + stack.index(parent), c, f"=SUM({letter(c)}{kids[0]}:{letter(c)}{kids[-1]})")
    row = first + max(map(len, stacks))
    sheet.head["last"] = row
    people, other = table["人员经费合计"], table["公用经费合计"]
    if style.blocks == 1:
        for label, value in (("人员经费合计", people), ("公用经费合计", other)):
            sheet.put(row, 1, style.label(label))
            sheet.merge(row, 1, row, 2)
            sheet.put(row, 3, value, label)
            row += 1
    else:
        sheet.put(row, 1, style.label("人员经费合计"))
        sheet.put(row, 3, people, "人员经费合计")
        sheet.put(row, 4, style.label("公用经费合计"))
        sheet.put(row, 6 if style.footer == "beside" else width, other, "公用经费合计")
        if style.footer == "merged":
            sheet.merge(row, 1, row, 2)
            sheet.merge(row, 4, row, width - 1)
        elif style.footer == "middle":  # label over the code and name of the last block only
            del sheet.cells[row, 4]
            sheet.put(row, width - 2, style.label("公用经费合计"))
            sheet.merge(row, width - 2, row, width - 1)
        row += 1
    _foot(sheet, style, table, row, width)
    return sheet


SANGONG = [
    "合计",
    "因公出国（境）费",
    "公务用车购置及运行维护费小计",
    "公务用车购置费",
    "公务用车运行维护费",
    "公务接待费",
]


def _sangong(tables: Tables, style: Style) -> Sheet:
    """公开09: one data row, twelve columns, or as other places print it."""
    number = "公开09"
    table, sheet = tables[number], _new(style, number, tables[number])
    budget, actual = table["budget"], table["actual"]
    empty = not any(budget.values()) and not any(actual.values())
    say, top = style.say, style.top
    if style.sangong == "rows":
        return _sangong_rows(tables, style, sheet)
    lead = 1 if style.sangong == "label" else 0
    width = 12 + lead
    _head(sheet, style, number, table, tables, width)
    if lead:
        sheet.put(top, 1, say("项目"))
        if style.merge_headers:
            sheet.merge(top, 1, top + 2, 1)
    car = say("公务用车购置及运行维护费")
    row = top + 3
    if style.sangong == "interleaved":
        at = 1
        for name, key in zip(SANGONG, SANGONG, strict=True):
            deep = key in SANGONG[2:5]
            if key == SANGONG[2]:
                sheet.put(top, at, car)
                sheet.merge(top, at, top, at + 5)
            sheet.put(top + deep, at, say("小计" if key == SANGONG[2] else name))
            if style.merge_headers:
                sheet.merge(top + deep, at, top + 1, at + 1)
            for j, (word, values) in enumerate((("预算数", budget), ("决算数", actual))):
                sheet.put(top + 2, at + j, say(word))
                sheet.put(row, at + j, _shown(values[key], style), f"{word}·{key}")
            at += 2
    else:
        for b, word in enumerate(("预算数", "决算数")):
            at = lead + 6 * b + 1
            sheet.put(top, at, say(word))
            sheet.put(top + 1, at + 2, car)
            if style.merge_headers:
                sheet.merge(top, at, top, at + 5)
                sheet.merge(top + 1, at + 2, top + 1, at + 4)
            for i, key in enumerate(SANGONG):
                deep = 2 <= i <= 4
                sheet.put(top + 1 + deep, at + i, say("小计" if i == 2 else key))
                if style.merge_headers and not deep:
                    sheet.merge(top + 1, at + i, top + 2, at + i)
        row = top + 3
        sheet.head["bottom"] = top + 2
        if style.numbers != "none":
            _numbers(sheet, style, row, [1] if lead else [], list(range(lead + 1, width + 1)))
            row += 1
        if lead:
            sheet.put(row, 1, "金额")
        for b, (word, values) in enumerate((("预算数", budget), ("决算数", actual))):
            for i, key in enumerate(SANGONG):
                sheet.put(row, lead + 6 * b + 1 + i, _shown(values[key], style), f"{word}·{key}")
    sheet.head.setdefault("bottom", top + 2)
    sheet.head["first"] = sheet.head["last"] = row
    _foot(sheet, style, table, row + 1, width, empty=empty)
    return sheet


def _sangong_rows(tables: Tables, style: Style, sheet: Sheet) -> Sheet:
    """公开09 with the items as rows, 预算数 and 决算数 as columns (city level)."""
    table, say, top = tables["公开09"], style.say, style.top
    _head(sheet, style, "公开09", table, tables, 3)
    for c, text in enumerate(("项目", "预算数", "决算数"), 1):
        sheet.put(top, c, say(text))
    labels = [
        "合计",
        "1.因公出国（境）费",
        "2.公务用车购置及运行维护费",
        "（1）公务用车购置费",
        "（2）公务用车运行维护费",
        "3.公务接待费",
    ]
    for i, (label, key) in enumerate(zip(labels, SANGONG, strict=True)):
        sheet.put(top + 1 + i, 1, label)
        for c, (word, values) in enumerate((("预算数", table["budget"]), ("决算数", table["actual"])), 2):
            sheet.put(top + 1 + i, c, _shown(values[key], style), f"{word}·{key}")
    sheet.head.update(bottom=top, first=top + 1, last=top + 6)
    empty = not any(table["budget"].values()) and not any(table["actual"].values())
    _foot(sheet, style, table, top + 7, 3, empty=empty)
    return sheet


def _info(tables: Tables, style: Style) -> Sheet:
    """公开10: three parts with label rows."""
    number = "公开10"
    table, sheet = tables[number], _new(style, number, tables[number])
    lines = style.line is not None
    amount = 2 + lines
    _head(sheet, replace(style, unit_label=style.unit_label.replace("部门", "单位")), number, table, tables, amount)
    row, say = style.top, style.say
    sheet.head["bottom"] = row
    single = style.info == "one_header"
    if single:
        _caption(sheet, style, row, lines)
        row += 1
    sheet.head["first"] = row
    for part, title in enumerate(k for k in table if k[1] == "、"):
        sheet.put(row, 1, title)
        if style.merge_headers:
            sheet.merge(row, 1, row, amount)
        row += 1
        if not single and (part < 2 or style.info == "every_header"):
            _caption(sheet, style, row, lines and part == 0)
            row += 1
        for key, value in table[title].items():
            sheet.put(row, 1, say(key))
            if lines:
                sheet.put(row, 2, style.line(table["line_no"][key]))
            sheet.put(row, amount, _shown(value, style), f"{title}·{key}")
            row += 1
    sheet.head["last"] = row - 1
    _foot(sheet, style, table, row, amount)
    return sheet


def _caption(sheet: Sheet, style: Style, row: int, lines: bool) -> None:
    sheet.put(row, 1, style.say("项目"))
    if lines:
        sheet.put(row, 2, style.say("行次"))
    sheet.put(row, 3 if style.line else 2, style.say("统计数"))


def _spread(outer: str, columns: list[str]) -> list[tuple[str, list[str]]]:
    return [(outer, columns)] if outer else [("", [c]) for c in columns]


def build_sheets(tables: Tables, style: Style | None = None) -> list[Sheet]:
    """All ten tables in the official order."""
    style = style or Style()
    income = ["本年收入合计", "财政拨款收入", "上级补助收入", "事业收入", "经营收入", "附属单位上缴收入", "其他收入"]
    spending = ["本年支出合计", "基本支出", "项目支出", "上缴上级支出", "经营支出", "对附属单位补助支出"]
    kinds = ["基本支出", "项目支出"]
    fund = [("", ["年初结转和结余"]), ("", ["本年收入"]), ("本年支出", ["小计", *kinds]), ("", ["年末结转和结余"])]
    funds = ["合计", "一般公共预算财政拨款", "政府性基金预算财政拨款", "国有资本经营预算财政拨款"]
    return [
        _two_sided(tables, style, "公开01", ["金额"]),
        _codes(tables, style, "公开02", [("", [c]) for c in income]),
        _codes(tables, style, "公开03", [("", [c]) for c in spending]),
        _two_sided(tables, style, "公开04", funds),
        _codes(tables, style, "公开05", _spread(style.group_05, [style.subtotal_05, *kinds])),
        _blocks(tables, style),
        _codes(tables, style, "公开07", fund),
        _codes(
            tables, style, "公开08", _spread(style.group_05, ["合计" if style.group_05 else style.subtotal_05, *kinds])
        ),
        _sangong(tables, style),
        _info(tables, style),
    ]


# --- writers ------------------------------------------------------------------------------------


def by_xlsxwriter(sheets: list[Sheet], **options: Any) -> bytes:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False, **options})
    money, plain = book.add_format({"num_format": "#,##0.00", "border": 1}), book.add_format({"border": 1})
    for sheet in sheets:
        ws = book.add_worksheet(sheet.name)
        for r1, c1, r2, c2 in sheet.merges:
            ws.merge_range(r1 - 1, c1 - 1, r2 - 1, c2 - 1, "", plain)
        for (r, c), value in sorted(sheet.cells.items()):
            if isinstance(value, Formula):
                ws.write_formula(r - 1, c - 1, value.text, money, value.value)
            elif isinstance(value, str):
                ws.write_string(r - 1, c - 1, value, plain)
            else:
                ws.write_number(r - 1, c - 1, value, money if isinstance(value, float) else plain)
        for r in sheet.hidden_rows:
            ws.set_row(r - 1, None, None, {"hidden": True})
        for c in sheet.hidden_columns:
            ws.set_column(c - 1, c - 1, None, None, {"hidden": True})
        if sheet.state != "visible":
            ws.hide()
    book.close()
    return stream.getvalue()


def saved(data: bytes) -> bytes:
    """A file as Excel or WPS saves it: what it shows was saved, while XlsxWriter asks for a recalculation on load."""
    return _edit_parts(data, lambda name, part: part.replace(b' fullCalcOnLoad="1"', b""))


def by_openpyxl(sheets: list[Sheet], rich: bool = False) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for sheet in sheets:
        ws = book.create_sheet(sheet.name)
        for (r, c), value in sheet.cells.items():
            if rich and isinstance(value, str) and len(value) > 3:
                value = CellRichText(value[:2], TextBlock(InlineFont(b=True), value[2:]))
            ws.cell(r, c, value.text if isinstance(value, Formula) else value)
        for m in sheet.merges:
            ws.merged_cells.add(CellRange(None, m[1], m[0], m[3], m[2]))
        for r in sheet.hidden_rows:
            ws.row_dimensions[r].hidden = True
        for c in sheet.hidden_columns:
            ws.column_dimensions[letter(c)].hidden = True
        ws.sheet_state = sheet.state
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _edit_parts(data: bytes, edit: Callable[[str, bytes], bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, edit(name, source.read(name)))
    return out.getvalue()


# --- the variants -------------------------------------------------------------------------------

Maker = Callable[[Tables], bytes]
CN = "一二三四五六七八九十"
NAMES_OF_Z = {
    "公开01": "Z01 收入支出决算总表(财决01表)", "公开02": "Z03 收入决算表(财决03表)", "公开03": "Z04 支出决算表(财决04表)",
    "公开04": "Z01_1 财政拨款收入支出决算总表(财决01-1表)", "公开05": "Z07 一般公共预算财政拨款支出决算表(财决07表)",
    "公开06": "Z08_1 一般公共预算财政拨款基本支出决算明细表(财决08-", "公开07": "Z09 政府性基金预算财政拨款收入支出决算表(财决09表)",
    "公开08": "Z11 国有资本经营预算财政拨款支出决算表(财决11表)", "公开09": "F03 “三公”经费支出决算表", "公开10": "F04 部门决算公开相关信息统计表",
}  # fmt: skip


def build_official(tables: Tables) -> bytes:
    """As the form prints it."""
    return by_xlsxwriter(build_sheets(tables))


def build_official_openpyxl(tables: Tables) -> bytes:
    return by_openpyxl(build_sheets(tables))


JIUQI = Style(code_columns=3, class_row=True, total_on_name=True, title_row=1, facts_row=3, unit_label="部门：",
              code_word="功能分类科目编码", economic_word="经济分类科目编码")  # fmt: skip


def build_jiuqi_merged_codes(tables: Tables) -> bytes:
    """久其 export: code merged over A:C, 类款项 in the row of 栏次, 合计 in the name column."""
    return by_xlsxwriter(build_sheets(tables, JIUQI))


def build_jiuqi_deep_header(tables: Tables) -> bytes:
    """久其 export: header of four rows (most empty below the merge), then 类|款|项|栏次."""
    style = replace(JIUQI, header_rows=4, code_word="支出功能分类科目编码")
    return by_xlsxwriter(build_sheets(tables, style))


def build_jiuqi_flat(tables: Tables) -> bytes:
    """Code merged over A:C with name in D, ordinary 栏次 row; sheets named Z01 …(财决01表)."""
    style = replace(Style(), code_columns=3, sheet_name=lambda n, t: NAMES_OF_Z[n][:31])
    return by_openpyxl(build_sheets(tables, style))


def build_z_names_no_titles(tables: Tables) -> bytes:
    """Only the tab says which table it is (Z01 …), title row left out."""
    sheets = build_sheets(tables, Style(sheet_name=lambda n, t: NAMES_OF_Z[n][:31], number_text=lambda n: ""))
    for sheet in sheets:
        del sheet.cells[1, 1]
        sheet.merges = [m for m in sheet.merges if m[0] != 1]
    return by_xlsxwriter(sheets)


def build_unmerged_headers(tables: Tables) -> bytes:
    """No merges at all; header text in the first cell only."""
    sheets = build_sheets(tables, Style(merge_headers=False, footer="last"))
    for sheet in sheets:
        sheet.merges = []
    return by_openpyxl(sheets)


def build_low_headers(tables: Tables) -> bytes:
    """Unmerged, and one-line header texts stand in the lowest header row (vertical centring by hand)."""
    sheets = build_sheets(tables, Style(merge_headers=False, footer="last"))
    for sheet in sheets:
        sheet.merges = []
        if sheet.key in ("公开02", "公开03", "公开07"):
            top = sheet.head["top"]
            for c in range(3, sheet.width + 1):
                if (top, c) in sheet.cells and (top + 1, c) not in sheet.cells:
                    sheet.cells[top + 1, c] = sheet.cells.pop((top, c))
    return by_openpyxl(sheets)


def build_spaced_texts(tables: Tables) -> bytes:
    """Texts stretched with spaces, line breaks and full-width signs; footnotes without 注."""
    spread = lambda t: "　".join(t) if len(t) <= 3 else (t[: len(t) // 2] + "\n" + t[len(t) // 2 :])  # noqa: E731
    style = Style(
        header=spread,
        label=lambda t: " " + t.replace("、", "、 ").replace("合计", "合  计") if len(t) > 2 else "　".join(t),
        title=lambda n, t: " ".join(t),
        code=lambda c: "".join(chr(ord(d) + 0xFEE0) for d in c) + " ",
        name=lambda c, n: "　" * (len(c) - 3) + n.replace("（", "(").replace("）", ")"),
        of_which=lambda t: "    其中：" + t if t.startswith("一般") else "　　　　　" + t,
        year="2023 年度", currency="金额单位:万元", unit_label="部门名称 : ",
    )  # fmt: skip
    return by_xlsxwriter(build_sheets(tables, style))


def build_text_lines_number_codes(tables: Tables) -> bytes:
    """行次 as text, codes as numbers, 栏次 as text."""
    style = Style(line=str, code=int, numbers="text")
    return by_xlsxwriter(build_sheets(tables, style))


def build_float_codes_number_names(tables: Tables) -> bytes:
    """Codes stored as 208.0 text by pandas, tabs 公开01表, figures as pandas floats with noise."""
    style = Style(code=lambda c: f"{c}.0", sheet_name=lambda n, t: f"{n}表")
    sheets = build_sheets(tables, style)
    for sheet in sheets:
        for p, v in sheet.cells.items():
            if isinstance(v, float):
                sheet.cells[p] = v * 3 / 3 + 1e-13
    return by_xlsxwriter(sheets)


def build_no_numbers_no_lines(tables: Tables) -> bytes:
    """Neither 行次 nor 栏次, no numbered blank lines, no footnotes."""
    style = Style(line=None, numbers="none", blank_lines=False, footnotes=False)
    return by_openpyxl(build_sheets(tables, style))


def build_number_words(tables: Tables) -> bytes:
    """栏次 row says '1栏', '2栏'…"""
    return by_xlsxwriter(build_sheets(tables, Style(numbers="words")))


def build_numbers_without_label(tables: Tables) -> bytes:
    """The row of column numbers without the word 栏次."""
    return by_xlsxwriter(build_sheets(tables, Style(numbers="nolabel")))


def build_formulas(tables: Tables) -> bytes:
    """Totals are formulas with cached results (blank totals cached as 0)."""
    return saved(by_xlsxwriter(build_sheets(tables, Style(formulas=True))))


def _blank_when_zero(tables: Tables) -> bytes:
    sheets = build_sheets(tables, Style(formulas=True))
    for sheet in sheets:
        for p, v in sheet.cells.items():
            if isinstance(v, Formula):
                body = v.text[1:]
                sheet.cells[p] = Formula(f'=IF(({body})=0,"",{body})', v.value or "")
    return by_xlsxwriter(sheets)


def build_formulas_empty_value(tables: Tables) -> bytes:
    """IF(…=0,"",…) totals as XlsxWriter writes them: <f>…</f><v></v> without a type."""
    return _blank_when_zero(tables)


def build_formulas_blank_text(tables: Tables) -> bytes:
    """IF(…=0,"",…) totals as Excel saves them: t="str" and an empty value."""

    def edit(name: str, data: bytes) -> bytes:
        if not name.startswith("xl/worksheets/sheet"):
            return data
        return re.sub(rb'<c r="(\w+)" s="(\d+)">(<f>[^<]*</f><v></v>)', rb'<c r="\1" s="\2" t="str">\3', data)

    return _edit_parts(_blank_when_zero(tables), edit)


def build_zeros(tables: Tables) -> bytes:
    """0 in place of every blank."""
    return by_xlsxwriter(build_sheets(tables, Style(blank=0)))


def build_zeros_text(tables: Tables) -> bytes:
    """'—' in place of every blank."""
    return by_xlsxwriter(build_sheets(tables, Style(blank="—")))


def build_long_dashes(tables: Tables) -> bytes:
    """'——' in place of every blank."""
    return by_xlsxwriter(build_sheets(tables, Style(blank="——")))


def build_spaces_for_blanks(tables: Tables) -> bytes:
    """A space typed into every blank cell."""
    return by_openpyxl(build_sheets(tables, Style(blank=" ")))


def _with_front(tables: Tables, entry: Callable[[int, str, str], tuple[str, ...]], style: Style | None = None) -> bytes:
    sheets = build_sheets(tables, style)
    cover = Sheet("封面")
    for row, text in enumerate(
        ("2023年度", "部门决算公开表", f"单位名称：{tables['unit']}", "单位负责人：张三", "报送日期：2024年8月20日"), 3
    ):
        cover.put(row, 2, text)
    listing = Sheet("目录")
    listing.put(1, 1, "目    录")
    for i, sheet in enumerate(sheets):
        for c, text in enumerate(entry(i, sheet.key, tables[sheet.key]["title"]), 1):
            listing.put(i + 3, c, text)
    return by_xlsxwriter([cover, listing, *sheets])


def build_cover_and_contents(tables: Tables) -> bytes:
    """封面 and a 目录 that lists the tables as 一、收入支出决算总表…"""
    return _with_front(tables, lambda i, n, t: (f"{CN[i]}、{t}",))


def build_contents_numbers(tables: Tables) -> bytes:
    """A 目录 with number | 表号 | name | page columns."""
    return _with_front(
        tables, lambda i, n, t: (str(i + 1), f"{n}表", t, f"第{i + 3}页"), Style(sheet_name=lambda n, t: f"{n}表")
    )


def build_contents_joined(tables: Tables) -> bytes:
    """A 目录 with '公开01表 收入支出决算总表' in one cell."""
    return _with_front(tables, lambda i, n, t: (f"{n}表  {t}",))


def build_sheet1_other_order(tables: Tables) -> bytes:
    """Tabs Sheet1…Sheet10, tables in another order, year inside the title, head in one cell."""
    style = Style(title=lambda n, t: f"2023年度{t}", head="one", year="2023 年度")
    sheets = build_sheets(tables, style)
    sheets = [sheets[i] for i in (8, 3, 0, 9, 1, 2, 6, 7, 4, 5)]
    for i, sheet in enumerate(sheets, 1):
        sheet.name = f"Sheet{i}"
    return by_openpyxl(sheets)


def build_unit_in_title(tables: Tables) -> bytes:
    """'XX中心2023年度收入支出决算总表' as title; tabs by number and short name."""
    style = Style(
        title=lambda n, t: f"{tables['unit']}2023年度{t}",
        sheet_name=lambda n, t: f"{int(n[2:])}.{t}"[:31],
        number_text=lambda n: "",
    )
    return by_xlsxwriter(build_sheets(tables, style))


def build_unit_in_title_sheet1(tables: Tables) -> bytes:
    """'XX中心2023年度收入支出决算总表' as title and tabs Sheet1…, 公开NN表 in the corner."""
    sheets = build_sheets(tables, Style(title=lambda n, t: f"{tables['unit']}2023年度{t}"))
    for i, sheet in enumerate(sheets, 1):
        sheet.name = f"Sheet{i}"
    return by_xlsxwriter(sheets)


def build_number_in_title(tables: Tables) -> bytes:
    """'收入支出决算总表（公开01表）' in one cell, no corner, tabs Sheet1…"""
    sheets = build_sheets(tables, Style(title=lambda n, t: f"{t}（{n}表）", number_text=lambda n: ""))
    for i, sheet in enumerate(sheets, 1):
        sheet.name = f"Sheet{i}"
    return by_xlsxwriter(sheets)


def build_number_before_title(tables: Tables) -> bytes:
    """'公开01表 收入支出决算总表' in one cell, tabs 表1…"""
    style = Style(title=lambda n, t: f"{n}表 {t}", number_text=lambda n: "", sheet_name=lambda n, t: f"表{int(n[2:])}")
    return by_xlsxwriter(build_sheets(tables, style))


def build_split_head(tables: Tables) -> bytes:
    """部门名称： | XX | year | currency in cells of their own; title lower down."""
    style = Style(head="split", title_row=3, facts_row=6, top=8, year="2023 年度")
    return by_openpyxl(build_sheets(tables, style))


def build_head_labels(tables: Tables) -> bytes:
    """年度： | 2023 (a number) and 编制单位： | XX."""
    return by_xlsxwriter(build_sheets(tables, Style(head="labels", unit_label="编制单位：", facts_row=4, top=6)))


def build_head_bracket_unit(tables: Tables) -> bytes:
    """部门（单位）名称：XX; the year alone under the title."""
    return by_xlsxwriter(build_sheets(tables, Style(head="above", unit_label="部门（单位）名称：")))


def build_head_seal_unit(tables: Tables) -> bytes:
    """编制单位（盖章）：XX."""
    return by_xlsxwriter(build_sheets(tables, Style(unit_label="编制单位（公章）：", currency="单位：万元")))


def build_leading_blank_column(tables: Tables) -> bytes:
    """A narrow empty column A and two empty rows before every table."""
    return by_xlsxwriter([s.shift(2, 1) for s in build_sheets(tables)])


def build_leading_column_merged_codes(tables: Tables) -> bytes:
    """Empty column A, then codes merged over B:D."""
    return by_xlsxwriter([s.shift(1, 1) for s in build_sheets(tables, Style(code_columns=3))])


def build_merged_labels(tables: Tables) -> bytes:
    """Labels of 01 and 04 merged over two columns."""
    return by_xlsxwriter(build_sheets(tables, Style(label_columns=2)))


def build_split_code_columns(tables: Tables) -> bytes:
    """类 | 款 | 项 in three columns: 208 | 05 | 05."""
    sheets = build_sheets(tables, Style(code_columns=3))
    for sheet in sheets:
        if sheet.key not in ("公开02", "公开03", "公开05", "公开07", "公开08"):
            continue
        top, first = sheet.head["top"] + 1, sheet.head["first"]
        sheet.merges = [
            m for m in sheet.merges if not (m[1] == 1 and m[3] == 3 and m[0] >= first) and m[:2] != (top, 1)
        ]
        for c, word in enumerate(("类", "款", "项"), 1):
            sheet.cells[top, c] = word
        for row in range(first, sheet.head["last"] + 1):
            code = sheet.cells.get((row, 1))
            if code and code.isdigit():
                for c, part in enumerate((code[:3], code[3:5], code[5:7]), 1):
                    if part:
                        sheet.cells[row, c] = part
    return by_xlsxwriter(sheets)


def build_total_last(tables: Tables) -> bytes:
    """合计 as the last row of the code tables."""
    return by_xlsxwriter(build_sheets(tables, Style(total_last=True)))


def build_three_blocks(tables: Tables) -> bytes:
    """公开06 in three blocks, as the national form prints it."""
    return by_xlsxwriter(build_sheets(tables, Style(blocks=3, economic_word="科目编码")))


def build_two_blocks(tables: Tables) -> bytes:
    """公开06 in two blocks: 人员 ‖ 公用."""
    return by_xlsxwriter(build_sheets(tables, Style(blocks=2)))


def build_one_block(tables: Tables) -> bytes:
    """公开06 as one long list."""
    return by_xlsxwriter(build_sheets(tables, Style(blocks=1, economic_word="经济分类科目编码")))


def build_footer_beside(tables: Tables) -> bytes:
    """公开06: amounts right beside the unmerged footer labels."""
    return by_xlsxwriter(build_sheets(tables, Style(footer="beside")))


def build_footer_last_block(tables: Tables) -> bytes:
    """公开06: 公用经费合计 under the last block only."""
    return by_xlsxwriter(build_sheets(tables, Style(footer="middle")))


def build_sangong_label(tables: Tables) -> bytes:
    """公开09 with a label column 项目."""
    return by_xlsxwriter(build_sheets(tables, Style(sangong="label")))


def build_sangong_label_unmerged(tables: Tables) -> bytes:
    """公开09 with a label column, three header rows, nothing merged."""
    sheets = build_sheets(tables, Style(sangong="label", merge_headers=False))
    return by_openpyxl(sheets)


def build_sangong_interleaved(tables: Tables) -> bytes:
    """公开09 with 预算数/决算数 under each item."""
    return by_xlsxwriter(build_sheets(tables, Style(sangong="interleaved")))


def build_sangong_rows(tables: Tables) -> bytes:
    """公开09 with items as rows."""
    return by_xlsxwriter(build_sheets(tables, Style(sangong="rows")))


def build_info_one_header(tables: Tables) -> bytes:
    """公开10 with one header on top."""
    return by_xlsxwriter(build_sheets(tables, Style(info="one_header")))


def build_info_every_header(tables: Tables) -> bytes:
    """公开10 with a header in each of its three parts."""
    return by_xlsxwriter(build_sheets(tables, Style(info="every_header")))


def build_more_notes(tables: Tables) -> bytes:
    """More notes, numbered 注1 注2, hand-written lines and signatures under the table."""
    notes = (
        "注2：本表金额转换为万元时因四舍五入可能存在尾差。",
        "2.数据来源：部门决算系统。",
        "填表人：李四    联系电话：0355-7522000    审核人：王五",
    )
    return by_openpyxl(build_sheets(tables, Style(notes=notes)))


def build_note_above(tables: Tables) -> bytes:
    """'说明：…' between title and header, notes below start without 注."""
    sheets = build_sheets(tables, Style(facts_row=4, top=6, footnotes=False, notes=("本表反映部门本年度有关情况。",)))
    for sheet in sheets:
        sheet.put(5, 1, "说明：本表以“万元”为金额单位（保留两位小数）。")
    return by_xlsxwriter(sheets)


def build_helper_columns(tables: Tables) -> bytes:
    """Checking formulas in columns to the right, with headers of their own."""
    sheets = build_sheets(tables)
    for sheet in sheets:
        c = sheet.width + 2
        sheet.put(sheet.head["top"], c, "校验")
        sheet.put(sheet.head["bottom"], c + 1, "差额")
        if sheet.key in ("公开02", "公开03"):
            for row in range(sheet.head["first"], sheet.head["last"] + 1):
                sheet.put(row, c, Formula(f"=SUM(D{row}:I{row})", 0.5))
                sheet.put(row, c + 1, Formula(f"=C{row}-{letter(c)}{row}", 0))
                sheet.put(row, c + 2, "√")
        else:
            sheet.put(sheet.head["first"] + 1, c, Formula("=1-1", 0))
    return by_xlsxwriter(sheets)


def build_helper_columns_same_names(tables: Tables) -> bytes:
    """Helper columns to the right that repeat header words (合计, 基本支出) and say 备注：."""
    sheets = build_sheets(tables)
    for sheet in sheets:
        c = sheet.width + 2
        for i, text in enumerate(("合计", "基本支出", "项目支出")):
            sheet.put(sheet.head["bottom"], c + i, text)
            sheet.put(sheet.head["first"] + 1, c + i, Formula("=9.99", 9.99))
    return by_xlsxwriter(sheets)


def build_helper_remark(tables: Tables) -> bytes:
    """A remark '备注：…' written beside a row in the middle of the table."""
    sheets = build_sheets(tables)
    for sheet in sheets:
        sheet.put(sheet.head["first"] + 1, sheet.width + 2, "备注：与上年口径一致")
    return by_xlsxwriter(sheets)


def build_hidden_rows_columns(tables: Tables) -> bytes:
    """Empty rows of 01/04 and empty columns of 02/03 hidden; a hidden old sheet of the same title."""
    sheets = build_sheets(tables)
    for sheet in sheets:
        if sheet.key in ("公开01", "公开04"):
            sheet.hidden_rows = set(range(16, 25))
        if sheet.key in ("公开02", "公开03"):
            sheet.hidden_columns = {6, 7, 8}
    old = copy.deepcopy(sheets[2])
    old.name, old.state = "支出决算表（旧）", "hidden"
    return by_xlsxwriter([*sheets, old])


def build_blank_rows_inside(tables: Tables) -> bytes:
    """A blank row in the middle of every table and one between header and figures."""
    sheets = build_sheets(tables)
    for sheet in sheets:
        sheet.insert_row(sheet.head["first"] + 3)
        sheet.insert_row(sheet.head["first"])
    return by_xlsxwriter(sheets)


def build_blank_row_after_title(tables: Tables) -> bytes:
    """Blank rows between title, facts, header; header rows apart by a blank row in none."""
    return by_xlsxwriter(build_sheets(tables, Style(title_row=2, facts_row=6, top=9)))


def build_other_words(tables: Tables) -> bytes:
    """Words of other printings: 决算数 for 金额, 合计 for 小计 in 05, 科目编码."""
    style = Style(words={"金额": "决算数"}, subtotal_05="合计", code_word="科目编码", economic_word="科目编码")
    return by_xlsxwriter(build_sheets(tables, style))


def build_function_word(tables: Tables) -> bytes:
    """01 and 04 say 项目（按功能分类） over the right-hand labels."""
    return by_xlsxwriter(build_sheets(tables, Style(function_word="项目（按功能分类）")))


def build_economic_word(tables: Tables) -> bytes:
    """06 says 支出经济分类科目编码; 02, 03, 05 功能分类科目编码."""
    return by_xlsxwriter(
        build_sheets(tables, Style(economic_word="支出经济分类科目编码", code_word="功能分类科目编码"))
    )


def build_flat_05(tables: Tables) -> bytes:
    """05 and 08 with 本年支出合计 | 基本支出 | 项目支出 and no header above them."""
    return by_xlsxwriter(build_sheets(tables, Style(group_05="", subtotal_05="本年支出合计")))


def build_no_groups_06(tables: Tables) -> bytes:
    """06 without the row 人员经费 | 公用经费 over its four blocks."""
    return by_xlsxwriter(build_sheets(tables, Style(groups_06=False)))


def build_budget_words(tables: Tables) -> bytes:
    """09 says 2023年度预算数 | 2023年度决算数."""
    return by_xlsxwriter(build_sheets(tables, Style(words={"预算数": "2023年度预算数", "决算数": "2023年度决算数"})))


def build_car_words(tables: Tables) -> bytes:
    """09 says 公务用车购置及运行费 | 公务用车运行费."""
    words = {"公务用车购置及运行维护费": "公务用车购置及运行费", "公务用车运行维护费": "公务用车运行费"}
    return by_xlsxwriter(build_sheets(tables, Style(words=words)))


def build_no_ordinals(tables: Tables) -> bytes:
    """Labels of 01 and 04 without 一、二、…; no 行次."""
    style = Style(label=lambda t: re.sub("^[一二三四五六七八九十]+、", "", t), line=None)
    return by_xlsxwriter(build_sheets(tables, style))


def build_double_columns(tables: Tables) -> bytes:
    """Every column printed over two, each cell merged with its right neighbour (web export)."""
    sheets = build_sheets(tables)
    for sheet in sheets:
        sheet.merges = [(m[0], 2 * m[1] - 1, m[2], 2 * m[3]) for m in sheet.merges]
        taken = {(r, c) for m in sheet.merges for r in range(m[0], m[2] + 1) for c in range(m[1], m[3] + 1)}
        height, width = sheet.height, sheet.width
        sheet.cells = {(r, 2 * c - 1): v for (r, c), v in sheet.cells.items()}
        sheet.marks = {k: (r, 2 * c - 1) for k, (r, c) in sheet.marks.items()}
        for r in range(sheet.head["top"], height + 1):
            for c in range(1, 2 * width, 2):
                if (r, c) not in taken:
                    sheet.merge(r, c, r, c + 1)
    return by_xlsxwriter(sheets)


def build_helper_adjacent(tables: Tables) -> bytes:
    """Right beside 05 stand last year's 基本支出 and 项目支出, under the same words."""
    sheets = build_sheets(tables)
    sheet = sheets[4]
    for i, text in enumerate(("基本支出", "项目支出")):
        c = sheet.width + 1
        sheet.put(sheet.head["bottom"], c, text)
        for row in range(sheet.head["first"], sheet.head["last"] + 1):
            sheet.put(row, c, 11.11 + i)
    return by_xlsxwriter(sheets)


def build_helper_adjacent_no_numbers(tables: Tables) -> bytes:
    """The same without a 栏次 row."""
    sheets = build_sheets(tables, Style(numbers="none"))
    sheet = sheets[4]
    for i, text in enumerate(("基本支出", "项目支出")):
        c = sheet.width + 1
        sheet.put(sheet.head["bottom"], c, text)
        for row in range(sheet.head["first"], sheet.head["last"] + 1):
            sheet.put(row, c, 11.11 + i)
    return by_xlsxwriter(sheets)


def build_continued_pages(tables: Tables) -> bytes:
    """Header repeated in the middle of 公开03 (a printed page break)."""
    sheets = build_sheets(tables)
    sheet = sheets[2]
    at = sheet.head["first"] + 7
    for _ in range(3):
        sheet.insert_row(at)
    for i in range(3):
        for c in range(1, sheet.width + 1):
            if (4 + i, c) in sheet.cells:
                sheet.put(at + i, c, sheet.cells[4 + i, c])
    return by_xlsxwriter(sheets)


def build_rich_text(tables: Tables) -> bytes:
    """Rich text in the cells (openpyxl)."""
    return by_openpyxl(build_sheets(tables), rich=True)


def build_inline_strings(tables: Tables) -> bytes:
    """Inline strings, no shared strings (streaming writers)."""

    def edit(name: str, data: bytes) -> bytes:
        if not name.startswith("xl/worksheets/sheet"):
            return data
        text = data.decode()
        return re.sub(r'<c r="(\w+)"( s="\d+")? t="s"><v>(\d+)</v></c>',
                      lambda m: f'<c r="{m[1]}"{m[2] or ""} t="inlineStr"><is>{strings[int(m[3])]}</is></c>', text).encode()  # fmt: skip

    data = build_official(tables)
    with zipfile.ZipFile(io.BytesIO(data)) as z:
        strings = re.findall(r"<si>(.*?)</si>", z.read("xl/sharedStrings.xml").decode(), re.DOTALL)
    return _edit_parts(data, edit)


def build_prefixed_xml(tables: Tables) -> bytes:
    """Every element with an x: prefix (Open XML SDK, ClosedXML)."""

    def edit(name: str, data: bytes) -> bytes:
        if not (name.startswith("xl/worksheets/sheet") or name in ("xl/workbook.xml", "xl/sharedStrings.xml")):
            return data
        text = data.decode().replace(' xmlns="', ' xmlns:x="')
        return re.sub(r"<(/?)(?=[A-Za-z])", r"<\1x:", text).encode()

    return _edit_parts(build_official(tables), edit)


def build_strict_xml(tables: Tables) -> bytes:
    """Strict Open XML namespaces."""

    def edit(name: str, data: bytes) -> bytes:
        if not name.endswith((".xml", ".rels")):
            return data
        return (
            data.replace(b"http://schemas.openxmlformats.org/spreadsheetml/2006/main", b"http://purl.oclc.org/ooxml/spreadsheetml/main")
            .replace(b"http://schemas.openxmlformats.org/officeDocument/2006/relationships", b"http://purl.oclc.org/ooxml/officeDocument/relationships")
        )  # fmt: skip

    return _edit_parts(build_official(tables), edit)


def _all_cells_there(tables: Tables) -> list[Sheet]:
    sheets = build_sheets(tables)
    for sheet in sheets:
        for r in range(1, sheet.height + 1):
            for c in range(1, sheet.width + 1):
                sheet.cells.setdefault((r, c), "")
    return sheets


def build_empty_strings(tables: Tables) -> bytes:
    """Every empty cell holds an empty shared string (POI, EasyExcel); footers of 06 unmerged."""
    sheets = _all_cells_there(tables)
    for sheet in sheets:
        sheet.merges = [m for m in sheet.merges if m[2] <= sheet.head["bottom"]]
    return by_xlsxwriter(sheets)


def build_no_references(tables: Tables) -> bytes:
    """Cells and rows without r= attributes (hand-made XML)."""

    def edit(name: str, data: bytes) -> bytes:
        if not name.startswith("xl/worksheets/sheet"):
            return data
        return re.sub(rb'<(row|c) r="\w+"', rb"<\1", data)

    return _edit_parts(by_xlsxwriter(_all_cells_there(tables)), edit)


def build_messy(tables: Tables) -> bytes:
    """Many of these at once: lead column, merged codes, no 行次, '—', 目录, helper columns, 3 blocks, label column in 09."""
    style = Style(
        code_columns=3, line=None, blank_lines=False, blank="—", blocks=3, sangong="label", head="split", numbers="text",
        total_last=True, sheet_name=lambda n, t: f"{n}表", notes=("制表：财务股",), year="2023 年度",
    )  # fmt: skip
    sheets = [s.shift(1, 1) for s in build_sheets(tables, style)]
    return by_xlsxwriter([sheets[i] for i in (0, 3, 1, 2, 5, 4, 9, 8, 7, 6)])


def build_rows_deleted(tables: Tables) -> bytes:
    """Functions without amounts deleted from 01 and 04: structure findings are right here."""
    tables = copy.deepcopy(tables)
    for number in ("公开01", "公开04"):
        for key, value in list(tables[number]["expenditure"].items()):
            if "、" in key and not (any(value.values()) if isinstance(value, dict) else value):
                del tables[number]["expenditure"][key]
                del tables[number]["line_no"]["expenditure"][key]
    return by_xlsxwriter(build_sheets(tables, Style(line=None, blank_lines=False)))


def build_all_in_one_sheet(tables: Tables) -> bytes:
    """All ten tables under each other in one sheet: read as if each had its own."""
    whole = Sheet("公开表")
    row = 0
    for sheet in build_sheets(tables):
        sheet.shift(row)
        whole.cells.update(sheet.cells)
        whole.merges += sheet.merges
        row = sheet.height + 2
    return by_xlsxwriter([whole])


VARIANTS: dict[str, Maker] = {
    name.removeprefix("build_"): maker
    for name, maker in list(globals().items())
    if name.startswith("build_") and name != "build_sheets"
}


# --- data ---------------------------------------------------------------------------------------


def enriched(tables: Tables) -> Tables:
    """The same unit with a fund item of 10.00 and 三公 figures, so that 07 and 09 are not empty."""
    t = copy.deepcopy(tables)
    t["公开01"]["income"].update({"二、政府性基金预算财政拨款收入": 10.00, "本年收入合计": 577.18, "总计": 577.18})
    t["公开01"]["expenditure"].update({"十一、城乡社区支出": 10.00, "本年支出合计": 577.18, "总计": 577.18})
    t["公开04"]["income"].update({"二、政府性基金预算财政拨款": 10.00, "本年收入合计": 577.18, "总计": 577.18})
    for key in ("十一、城乡社区支出", "本年支出合计", "总计"):
        cells = t["公开04"]["expenditure"][key]
        cells["合计"] = round((cells["合计"] or 0) + 10, 2)
        cells["政府性基金预算财政拨款"] = 10.00
    fund = [
        ("212", "城乡社区支出"),
        ("21208", "国有土地使用权出让收入安排的支出"),
        ("2120899", "其他国有土地使用权出让收入安排的支出"),
    ]
    for number, values in (
        ("公开02", [10.0, 10.0, *[None] * 5]),
        ("公开03", [10.0, None, 10.0, *[None] * 3]),
        ("公开07", [None, 10.0, 10.0, None, 10.0, None]),
    ):
        table = t[number]
        rows = [{"code": c, "name": n, "values": list(values)} for c, n in fund]
        at = next((i for i, r in enumerate(table["rows"]) if r["code"] > "212"), len(table["rows"]))
        table["rows"][at:at] = rows
        table["total"] = [round((a or 0) + b, 2) if b else a for a, b in zip(table["total"], values, strict=True)]
    t["公开09"]["budget"] = dict(zip(SANGONG, (9.0, 1.0, 6.0, 2.5, 3.5, 2.0), strict=True))
    t["公开09"]["actual"] = dict(zip(SANGONG, (7.5, 0.8, 5.5, 2.25, 3.25, 1.2), strict=True))
    return t


def with_error(tables: Tables) -> Tables:
    """公开03 20801 基本支出 275.64 → 257.64."""
    t = copy.deepcopy(tables)
    row = next(r for r in t["公开03"]["rows"] if r["code"] == "20801")
    row["values"][1] = 257.64
    return t


def with_sangong_error(tables: Tables) -> Tables:
    """公开09 决算 公务用车运行维护费 3.25 → 2.35."""
    t = copy.deepcopy(tables)
    t["公开09"]["actual"]["公务用车运行维护费"] = 2.35
    return t
