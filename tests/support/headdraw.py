"""Heads drawn by lot: whose a table is, said in the lead words, orders and layouts of many offices, with decoys beside."""

from __future__ import annotations

import random
from typing import NamedTuple

from xlcheck.office.roster import Roster, Unit
from xlcheck.reading.grid import Cell, Grid

UNITS = (
    Unit("101001", "教育局", ("区教育局",), addresses=("jy@b.cn",)),
    Unit("101002", "教育局幼儿园", department="教育局", addresses=("yey@b.cn",)),
    Unit("101003", "第一小学", ("一小",), department="教育局", addresses=("yx@b.cn",)),
    Unit("101004", "第二小学", department="教育局", addresses=("ex@b.cn",)),
    Unit("201001", "水利局", addresses=("sl@b.cn",)),
    Unit("201002", "水利局机关服务中心", department="水利局", addresses=("fw@b.cn",)),
    Unit("301001", "财政局（本级）", ("财政局",), addresses=("cz@b.cn",)),
    Unit("301002", "长治市屯留区社会保险中心", department="财政局（本级）", addresses=("sb@b.cn",)),
    Unit("0401", "中共屯留区委员会办公室", addresses=("wb@b.cn",)),
    Unit("0402", "卫生和体育局", addresses=("wt@b.cn",)),
)
ROSTER = Roster({unit.code: unit for unit in UNITS})
_OWN = (
    "单位名称", "编制单位", "填报单位", "公开部门", "公开单位", "部门", "单位", "部门名称", "预算单位", "预算单位名称", "决算单位", "部门（单位）", "部门（单位）名称",
    "单位（部门）", "报送单位", "编报单位", "填表单位", "单位全称", "本单位名称", "部门/单位", "填报部门", "编制部门", "二级预算单位",
)  # fmt: skip
_BARE = (
    "单位名称",
    "编制单位",
    "填报单位",
    "公开部门",
    "部门名称",
    "预算单位",
    "部门（单位）名称",
)  # that need no colon
_OTHERS = (
    "主管部门", "主管单位", "上级部门", "上级单位", "上级主管部门", "制表单位", "监制单位", "监制部门", "批复单位", "批复部门", "汇总单位", "汇总部门", "所属部门", "所属单位",
    "主管预算单位", "审核单位", "归口部门", "主管部门名称",
)  # fmt: skip
_ASIDE = (
    "金额单位：万元", "单位：万元", "2023年度", "公开01表", "单位：元", "财决01表", "单位负责人：张三", "填表人：李四", "单位代码：101", "编制日期：2024年8月15日", "2024年  8月  15日",
    "打印时间：2024-08-15", "联系电话：0355-1234567", "2023年", "单位：万元（保留两位小数）", "第1页", "部门代码：201",
)  # fmt: skip
_TITLES = (
    "收入支出决算总表",
    "2023年度收入支出决算总表",
    "收入支出决算总表（万元）",
    "收入决算表",
    "2023年度部门收入支出决算总表",
)
_SEALS = ("（公章）", "(盖章)", "（签章）", "", "", "", "", "")
_GAPS = ("  ", "　　", "    ", "\n", "\t", "　　　　", " ", "；", "，", "/", " | ", "　")
_SAFE_GAPS = ("  ", "　　", "    ", "\n", "\t", "　　　　")


class DrawnHead(NamedTuple):
    """A sheet, a path it may come under, an address it may come from; ``own`` are the units that its own labels name."""

    grid: Grid
    path: str
    sender: str
    own: tuple[Unit, ...]


class _Entry(NamedTuple):
    """A label with what stands behind it; a label alone, or a text without a label."""

    label: str
    value: str
    colon: str

    @property
    def text(self) -> str:
        return f"{self.label}{self.colon}{self.value}"


def draw_head(draw: random.Random) -> DrawnHead:
    """A head that says whose it is at least once behind a label of its own; every tenth names two."""
    own = draw.sample(UNITS, 2) if draw.random() < 0.1 else [draw.choice(UNITS)]
    entries = [_own(draw, unit) for unit in own]
    if len(own) == 1 and draw.random() < 0.1:
        entries.append(_own(draw, own[0]))  # said twice
    if draw.random() < 0.7:
        strangers = [unit for unit in UNITS if unit not in own]
        entries += [_other(draw, draw.choice(strangers)) for _ in range(draw.choice((1, 1, 2)))]
    entries += [_Entry("", text, "") for text in draw.sample(_ASIDE, draw.randrange(4))]
    draw.shuffle(entries)
    below = draw.random() < 0.15
    cells: dict[int, dict[int, Cell]] = {}
    at = _put(cells, 1, [draw.choice(_TITLES)])
    if below:
        at = _table(draw, cells, at)
        _lay(draw, cells, at, entries)
    else:
        at = _lay(draw, cells, at, entries)
        at = _table(draw, cells, at)
        _put(cells, at, ["注：本表反映部门本年度收支情况，主管部门：另有说明。"])
    return DrawnHead(Grid("表", "", rows=cells), _path(draw, own), _sender(draw, own), tuple(own))


def _own(draw: random.Random, unit: Unit) -> _Entry:
    name = draw.choice(
        (unit.name, unit.name, unit.name, *unit.others, f"{unit.code} {unit.name}", unit.code[:0] + unit.name)
    )
    seal = draw.choice(_SEALS)
    if draw.random() < 0.15:
        return _Entry(draw.choice(_BARE) + seal, name, "")
    label = draw.choice(_OWN)
    if draw.random() < 0.1:
        label = " ".join(label) if "（" not in label and "/" not in label else label
    if draw.random() < 0.5:
        return _Entry(label + seal, name, draw.choice("：:∶"))
    return _Entry(label, name + seal, draw.choice(("：", ":", "： ", " :", "：　")))


def _other(draw: random.Random, unit: Unit) -> _Entry:
    label = draw.choice(_OTHERS)
    if draw.random() < 0.15:
        label = draw.choice((" ", "  ")).join(label)
    elif draw.random() < 0.1:
        label = f"（{label[:2]}）{label[2:]}"
    return _Entry(label, draw.choice((unit.name, unit.name, *unit.others)), draw.choice(("：", ":", "： ", "")))


def _lay(draw: random.Random, cells: dict[int, dict[int, Cell]], at: int, entries: list[_Entry]) -> int:
    """The entries in one of many layouts; what has no colon has a cell, or wide room, between label and value."""
    layout = draw.choice(("line", "cells", "split", "rows", "split rows", "mixed"))
    match layout:
        case "line":
            return _put(cells, at, [_joined(draw, entries)])
        case "cells":
            return _put(cells, at, _spread(draw, [_whole(draw, e) for e in entries]))
        case "rows":
            for entry in entries:
                at = _put(cells, at, _spread(draw, [_whole(draw, entry)]))
            return at
        case "split":
            return _put(cells, at, _spread(draw, [t for e in entries for t in _halves(e)]))
        case "split rows":
            for entry in entries:
                at = _put(cells, at, _spread(draw, _halves(entry)))
            return at
    middle = draw.randrange(len(entries) + 1)
    at = _put(cells, at, [_joined(draw, entries[:middle])] if middle else [])
    return _put(cells, at, _spread(draw, [t for e in entries[middle:] for t in _halves(e)]))


def _joined(draw: random.Random, entries: list[_Entry]) -> str:
    """All in one cell."""
    text = ""
    for entry in entries:
        bare = not (entry.label and entry.colon)
        gap = draw.choice(_SAFE_GAPS) if bare or text.endswith("\0") else draw.choice(_GAPS)
        text = f"{text.rstrip(chr(0))}{gap if text else ''}{_whole(draw, entry)}" + ("\0" if bare else "")
    return text.rstrip("\0")


def _whole(draw: random.Random, entry: _Entry) -> str:
    text = entry.text if entry.colon or not entry.label else f"{entry.label}{draw.choice(_SAFE_GAPS)}{entry.value}"
    return _wide(text) if draw.random() < 0.1 else text


def _halves(entry: _Entry) -> list[str]:
    return [f"{entry.label}{entry.colon}", entry.value] if entry.label else [entry.value]


def _wide(text: str) -> str:
    """In full-width forms."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def _spread(draw: random.Random, texts: list[str]) -> list[str]:
    """With empty cells between."""
    found: list[str] = []
    for text in texts:
        found += [""] * (draw.randrange(3) if draw.random() < 0.3 else 0)
        found.append(text)
    return found


def _put(cells: dict[int, dict[int, Cell]], at: int, texts: list[str]) -> int:
    row = {c: Cell(t, "s", 0, formula=False) for c, t in enumerate(texts, 1) if t}
    if row:
        cells[at] = row
    return at + 1


def _table(draw: random.Random, cells: dict[int, dict[int, Cell]], at: int) -> int:
    """A table with headings and figures."""
    at = _put(cells, at, ["项目", "行次", "决算数", "项目", "行次", "决算数"])
    for number in range(1, draw.randrange(3, 12)):
        cells[at] = {
            1: Cell(f"{number}、某项收入", "s", 0, formula=False), 2: Cell(str(number), "n", 0, formula=False),
            3: Cell(f"{draw.randrange(100000) / 100:.2f}", "n", 0, formula=False),
        }  # fmt: skip
        at += 1
    return at


def _path(draw: random.Random, own: list[Unit]) -> str:
    other = draw.choice(UNITS)
    return draw.choice(
        ("决算.xlsx", "决算.xlsx", f"{own[0].name}决算.xlsx", f"{other.name}决算公开.xlsx", f"{other.code}.xlsx")
    )


def _sender(draw: random.Random, own: list[Unit]) -> str:
    return draw.choice(("", "", own[0].addresses[0], draw.choice(UNITS).addresses[0]))
