"""(unit, draw) → a workbook and what each of its figures is.

The truth is what was written here, cell by cell; nothing of it was read back.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from support.layouts import codetables, lists, sides
from support.layouts.blocks import Block, Pen
from support.layouts.draws import OFFICIAL, Draw, draw, without, year_of
from support.layouts.units import (
    BY_CLASS,
    FUND_BASIC,
    KINDS,
    PROJECT,
    T01,
    T02,
    T03,
    T04,
    T05,
    T05_FLOW,
    T06,
    T07,
    T08,
    T08_WIDE,
    T09,
    T10,
    WIDE_DETAIL,
    Key,
    Unit,
    make_unit,
)

PURCHASE, SERVICES = "政府采购情况表", "政府购买服务决算公开情况表"
BY_UNIT = {"收入决算表（分单位）": T02, "支出决算表（分单位）": T03}
HEAD = (T01, T02, T03, T04)
ORDERS: dict[str, tuple[str, ...]] = {
    "central": (*HEAD, T05, T06, T07, T08, T09),
    "putuo": (*HEAD, T05, T06, T09, T07, T08),
    "shanghai": (*HEAD, T05, T06, T09, T07, T08),
    "guangdong": (*HEAD, T05, T06, T09, T07, T08),
    "shaanxi": (*HEAD, T05, T06, T09, T07, T08),
    "yunnan": (*HEAD, T05_FLOW, T06, PROJECT, T07, T08, T09),
    "neimenggu": (*HEAD, T05, T06, T07, T08, T09),
    "sichuan": (*HEAD, BY_CLASS, T05, WIDE_DETAIL, T06, PROJECT, T07, T08_WIDE, T08, T09),
    "no_soe": (*HEAD, T05, T06, T07, T09),
    "beijing": (*HEAD, T05_FLOW, T05, T06, T07, FUND_BASIC, T08, T09, PURCHASE, SERVICES),
    "zhejiang": (T01, T02, "收入决算表（分单位）", T03, "支出决算表（分单位）", T04, T05, T06, T07, T08, T09),
}


@dataclass
class Sheet:
    """A sheet in the making."""

    name: str
    cells: dict[tuple[int, int], Any] = field(default_factory=dict)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    marks: dict[tuple[int, int], Key] = field(default_factory=dict)
    loose: set[tuple[int, int]] = field(default_factory=set)

    def place(self, block: Block, row: int, column: int) -> None:
        """A block with its first cell at (row, column)."""
        at = lambda spot: (spot[0] + row, spot[1] + column)  # noqa: E731
        self.cells |= {at(s): v for s, v in block.cells.items()}
        self.merges += [(r1 + row, c1 + column, r2 + row, c2 + column) for r1, c1, r2, c2 in block.merges]
        self.marks |= {at(s): k for s, k in block.marks.items()}
        self.loose |= {at(s) for s in block.loose}


@dataclass
class Book:
    """A workbook, its truth by (sheet, cell), and the figures it was made from."""

    unit: Unit
    draw: Draw
    data: bytes
    marks: dict[tuple[str, str], Key]
    loose: set[tuple[str, str]]
    facts: dict[Key, int]
    sheets: dict[str, dict[str, Any]]

    def truth(self) -> Iterator[dict[str, Any]]:
        """The filled figures, as the records of a truth file."""
        for (sheet, cell), (table, section, row, column) in self.marks.items():
            value = self.facts.get((table, section, row, column))
            if value is not None:
                place = {"table": table} | ({"section": section} if section else {})
                yield place | {"row": row, "column": column, "sheet": sheet, "cell": cell, "value": value / 100}

    def truth_lines(self) -> str:
        return "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in self.truth())


def _title(pen: Pen, table: str) -> str:
    """The title this workbook prints for a table."""
    draw, say = pen.draw, pen.say
    if table == T05 and draw["order"] == "sichuan":
        return table
    if table == T09:
        plain = say(T09, "财政拨款“三公”经费支出决算表")
        if pen.draw["public"] == "information":
            return (
                "机构运行信息表"
                if draw["order"] == "neimenggu"
                else "财政拨款“三公”经费、行政参公单位机关运行经费情况表"
            )
        if pen.draw["public"] == "with_meetings":
            return "一般公共预算财政拨款“三公”经费及会议费、培训费支出决算表"
        return plain
    if table in (T02, T03) and draw["order"] == "shaanxi":
        return table.replace("决算表", "决算总表")
    if table in (T02, T03) and draw["order"] == "zhejiang":
        return table + "（分科目）"
    if table == T06 and draw["order"] in ("neimenggu", "guangdong"):
        return "一般公共预算财政拨款基本支出决算明细表"
    return say(table, table)


def _blocks(pen: Pen, table: str, title: str) -> list[Block]:
    if table in (T01, T04):
        return sides.two_sided(pen, table, title)
    if table in (T02, T03, T05, T07, T08, T08_WIDE):
        return codetables.official(pen, table, title)
    if table in BY_UNIT:
        return codetables.by_unit(pen, BY_UNIT[table], title)
    match table:
        case _ if table == T05_FLOW:
            return codetables.flow_05(pen, title)
        case _ if table == T06:
            return lists.table_06(pen, title)
        case _ if table == T09:
            return lists.Public(pen, title).write()
        case _ if table == T10:
            return lists.table_10(pen, title)
        case _ if table == BY_CLASS:
            return codetables.by_class(pen, title)
        case _ if table == WIDE_DETAIL:
            return codetables.wide_detail(pen, title)
        case _ if table == FUND_BASIC:
            return lists.table_06(pen, title, FUND_BASIC)
        case _ if table == PROJECT:
            return codetables.project(pen, title)
    return [_other(pen, table, title)]


def _other(pen: Pen, table: str, title: str) -> Block:
    """Small tables of other sets: purchases and services bought."""
    block = Block("", number=pen.numbers.get(title, ""))
    block.width = 3
    row = pen.heading(block, title)
    if table == PURCHASE:
        row = pen.header(block, row, 0, [("项目",), ("行次",), ("决算数",)], 1)
        rows = [("一、政府采购支出合计", "政府采购支出合计"), ("1.政府采购货物支出", "货物"), ("2.政府采购工程支出", "工程"),
                ("3.政府采购服务支出", "服务"), ("二、政府采购授予中小企业合同金额", ""), ("其中：授予小微企业合同金额", "")]  # fmt: skip
        for i, (name, key) in enumerate(rows):
            block.put(row, 0, name)
            block.put(row, 1, i + 1)
            pen.amount(block, row, 2, pen.unit.facts.get((T10, "", key, "统计数")))
            row += 1
    else:
        block.width = 2
        row = pen.header(block, row, 0, [("政府购买服务指导性目录",), ("决算数",)], 1)
        bought = pen.unit.facts.get((T10, "", "服务", "统计数"))
        for name in ("合计", "A 公共服务", "A04 社会保障服务", "A17 技术性公共服务", "B 政府履职所需辅助性服务"):
            block.put(row, 0, name)
            pen.amount(block, row, 1, bought if name in ("合计", "A 公共服务", "A04 社会保障服务") else None)
            row += 1
    pen.footing(block, row, "本表反映部门本年度政府采购和购买服务情况。")
    return block


def tables_of(draw_: Draw) -> tuple[str, ...]:
    """The tables a draw prints, in order."""
    found = ORDERS[draw_["order"]]
    if draw_["form"] != "2023":
        found = tuple(t for t in found if t not in (T08, T08_WIDE))
    elif draw_["soe"] == "six" and T08_WIDE not in found:
        found = tuple(T08_WIDE if t == T08 else t for t in found)
    return (*found, T10) if draw_["info"] == "yes" else found


def _sheet_name(pen: Pen, title: str, part: str) -> str:
    number = int(pen.numbers[title])
    plain = title.replace("/", "／")
    name = {
        "公开01表": f"公开{number:02d}表", "公开01 收入支出决算总表": f"公开{number:02d} {plain}", "收入支出决算总表": plain,
        "Z01 收入支出决算总表": f"Z{number:02d} {plain}", "附表1": f"附表{number}", "表1": f"表{number}", "GK01": f"GK{number:02d}",
        "公开表1": f"公开表{number}", "1收入支出决算总表": f"{number}{plain}", "Sheet1": f"Sheet{number}", "01": f"{number:02d}",
    }[pen.draw["sheet_name"]]  # fmt: skip
    extra = "（续）" if part else ""
    return name[: 31 - len(extra)] + extra


def _arrange(pen: Pen, blocks: list[tuple[str, Block]]) -> list[Sheet]:
    """Blocks on sheets."""
    draw = pen.draw
    down = 1 if draw["shift"] in ("row", "both") else 0
    across = 1 if draw["shift"] in ("column", "both") else 0
    found: list[Sheet] = []
    taken: set[str] = set()
    room: tuple[int, int] = (0, 0)

    def fresh(title: str, part: str) -> Sheet:
        name = _sheet_name(pen, title, part)
        n = 2
        while name.lower() in taken:
            name = f"{name[:27]}({n})"
            n += 1
        taken.add(name.lower())
        sheet = Sheet(name)
        found.append(sheet)
        return sheet

    together = {"pairs_below": 2, "beside": 2, "all_on_one": 99}.get(draw["sheets"], 1)
    for count, (title, block) in enumerate(blocks):
        if count % together == 0 or not found:
            sheet = fresh(
                title, block.part or ("2" if any(s.name == _sheet_name(pen, title, "") for s in found) else "")
            )
            row, column = down, across
        elif draw["sheets"] == "beside":
            sheet, row, column = found[-1], down, room[1] + 1
        else:
            sheet, row, column = found[-1], room[0] + 2, across
        sheet.place(block, row, column)
        room = (row + block.height, column + block.width)
    return found


def _front(pen: Pen, titles: list[str]) -> list[Sheet]:
    """Cover, contents, explanations."""
    unit = pen.unit
    found = []
    style = pen.draw["sheets"]
    if style.startswith("cover"):
        cover = Sheet("封面")
        for i, text in enumerate((f"{unit.name}", f"{unit.year}年度部门决算公开表", f"编报日期：{unit.year + 1}年9月")):
            cover.cells[4 + 3 * i, 2] = text
        found.append(cover)
    if style == "cover+contents":
        contents = Sheet("目录")
        contents.cells[0, 0] = "目  录"
        for i, title in enumerate(titles, 1):
            contents.cells[i + 1, 0] = f"表{i}"
            contents.cells[i + 1, 1] = title
        found.append(contents)
    return found


def _back(pen: Pen) -> list[Sheet]:
    if pen.draw["sheets"] != "notes_sheet":
        return []
    sheet, unit = Sheet("说明"), pen.unit
    total = unit.facts.get((T01, "收入", "总计", "决算数"), 0) / 100
    for i, text in enumerate((f"{unit.year}年度部门决算情况说明", f"{unit.name}{unit.year}年度收入总计、支出总计均为{total:.2f}万元。",
                              "一、收入支出决算总体情况说明", "二、名词解释")):  # fmt: skip
        sheet.cells[i, 0] = text
    return [sheet]


def render(unit: Unit, draw_: Draw = OFFICIAL) -> Book:
    """A workbook of the unit in the layout drawn."""
    pen = Pen(unit, draw_)
    tables = tables_of(draw_)
    titles = {t: _title(pen, t) for t in tables}
    pen.numbers = {titles[t]: str(i) for i, t in enumerate(tables, 1)}
    blocks: list[tuple[str, Block]] = []
    for table in tables:
        blocks += [(titles[table], b) for b in _blocks(pen, table, titles[table])]
    sheets = [*_front(pen, list(titles.values())), *_arrange(pen, blocks), *_back(pen)]
    marks = {(s.name, xl_rowcol_to_cell(*spot)): key for s in sheets for spot, key in s.marks.items()}
    loose = {(s.name, xl_rowcol_to_cell(*spot)) for s in sheets for spot in s.loose}
    written = {s.name: {xl_rowcol_to_cell(*spot): v for spot, v in s.cells.items()} for s in sheets}
    return Book(unit, draw_, _write(sheets, draw_), marks, loose, pen.unit.facts, written)


def _write(sheets: list[Sheet], draw_: Draw) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    plain = book.add_format()
    money = book.add_format(
        {
            "num_format": "#,##0.00"
            if draw_["numbers"] == "thousands"
            else "0.00"
            if draw_["blank"] == "0.00"
            else "General"
        }
    )
    for sheet in sheets:
        page = book.add_worksheet(sheet.name)
        for r1, c1, r2, c2 in sheet.merges:
            page.merge_range(r1, c1, r2, c2, "", plain)
        for (row, column), value in sheet.cells.items():
            if isinstance(value, float) and draw_["numbers"] == "text":
                value = f"{value:,.2f}"
            if isinstance(value, str):
                page.write_string(row, column, value, plain)
            else:
                is_money = isinstance(value, float) or ((row, column) in sheet.marks and value == 0)
                page.write_number(row, column, value, money if is_money else plain)
    book.close()
    return out.getvalue()


def unit_for(draw_: Draw, seed: int) -> Unit:
    """A unit that can be printed in the draw's form."""
    kinds = KINDS[:-1] if draw_["form"] != "2023" else KINDS
    forbidden = without(draw_)
    if draw_["order"] in ("putuo", "shanghai"):  # their form has no rows for these economic classes
        forbidden = (*forbidden, "307", "312", "313", "399")
    if draw_["codes"] in ("names", "names_first") and seed % 4:  # names alone: mostly such as reports have shown
        forbidden = (*forbidden, "unseen")
    return make_unit(seed, kinds[seed % len(kinds)], year_of(draw_, 2021 + seed % 4), forbidden)


def book(family: str, seed: int) -> Book:
    """Book number ``seed`` of a family."""
    drawn = draw(family, seed)
    return render(unit_for(drawn, seed), drawn)


CONTENT = ("form", "functions", "order", "soe", "rows_06", "total", "info", "blank")


def plain_form(draw_: Draw) -> Draw:
    """The official layout of the same tables and rows: what a layout is measured against."""
    kept = {k: draw_[k] for k in CONTENT}
    if kept["total"] in ("header", "both", "last"):
        kept["total"] = "first"
    if kept["blank"] not in ("0", "0.00"):  # a row without figures decides nothing
        kept |= {"functions": "26", "rows_06": "all"}
    if kept["order"] not in ("no_soe", "yunnan"):
        kept["order"] = "central"
    if kept["soe"] == "six":
        kept["order"] = "putuo" if kept["order"] == "central" else kept["order"]
    return OFFICIAL.but(**kept)
