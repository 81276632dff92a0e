"""Tables of codes in rows: 02, 03, 05, 07, 08, and those of other sets that look like them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from support.layouts.blocks import Block, Col, Pen
from support.layouts.units import (
    BY_CLASS,
    CARRIED_IN,
    CARRIED_OUT,
    FUNDS,
    PROJECT,
    SOURCES,
    T02,
    T03,
    T05,
    T05_FLOW,
    T07,
    T08,
    T08_WIDE,
    TOTAL,
    USES,
    WIDE_DETAIL,
    economic,
)

NOTES = {
    T02: "本表反映部门本年度取得的各项收入情况。", T03: "本表反映部门本年度各项支出情况。",
    T08_WIDE: "本表反映部门本年度国有资本经营预算财政拨款收入、支出及结转和结余情况。",
    T05: "本表反映部门本年度一般公共预算财政拨款支出情况。",
    T07: "本表反映部门本年度政府性基金预算财政拨款收入、支出及结转和结余情况。",
    T08: "本表反映部门本年度国有资本经营预算财政拨款支出情况。",
    T05_FLOW: "本表反映部门本年度一般公共预算财政拨款的收支和年初、年末结转结余情况。",
}  # fmt: skip
SPLIT = ("split_part", "split_full", "split_parts", "split_cumulative", "split_numbers")


def columns(pen: Pen, table: str) -> list[Col]:
    """The figure columns of a table in the draw's words."""
    say, draw = pen.say, pen.draw
    flat, deep = draw["depth"] == "flat", draw["depth"] == "deep"
    if table == T02:
        names = [("02.本年收入合计", "本年收入合计"), ("财政拨款收入", "财政拨款收入"), *((s, s) for s in SOURCES)]
        found = []
        for concept, key in names:
            if key == "事业收入" and draw["income_02"] == "education":
                word = say(table, "事业收入")
                found += [Col((word, "小计"), key), Col((word, "其中：教育收费"), "", "of_which")]
            else:
                found.append(Col((say(table, concept),), key))
        if draw["column_order"] == "swapped":
            found[2:] = found[3:] + found[2:3]
        return [Col(("本年收入", *c.heads), c.key, c.noise) for c in found] if deep else found
    if table == T03:
        found = [Col((say(table, "03.本年支出合计"),), "本年支出合计"), *(Col((say(table, u),), u) for u in USES)]
        if draw["column_order"] == "swapped":
            found[3], found[4] = found[4], found[3]
        return [Col(("本年支出", *c.heads), c.key) for c in found] if deep else found
    if table in (T05, T08):
        word = say(table, "05.合计", draw["total_05"] if table == T05 else "合计")
        if flat and word == "合计":
            word = "本年支出合计"
        found = [
            Col((word,), "合计"),
            Col((say(table, "基本支出"),), "基本支出"),
            Col((say(table, "项目支出"),), "项目支出"),
        ]
        return [Col(("本年支出", *c.heads), c.key) for c in found] if draw["group_05"] == "yes" or deep else found
    return _flow(pen, table)


def _flow(pen: Pen, table: str) -> list[Col]:
    """年初, 收入, 支出, 年末."""
    say, flat = pen.say, pen.draw["depth"] == "flat"
    carry = pen.draw["carry_word"]
    ends = {"年初": "年末", "上年": "年末", "期初": "期末"}[carry[:2]]
    after = "结转下年" if carry == "上年结转" else ends + carry[2:]
    before = say(table, "07.年初结转和结余", carry)
    after = say(table, "07.年末结转和结余", after)
    spent, small = say(table, "07.本年支出"), say(table, "07.本年支出·小计")
    basic, project = say(table, "基本支出"), say(table, "项目支出")
    if flat:
        inner = [(f"{spent}合计",), (f"其中：{basic}",), (f"其中：{project}",)]
    else:
        inner = [(spent, small), (spent, basic), (spent, project)]
    return [
        Col((before,), CARRIED_IN), Col((say(table, "07.本年收入"),), "本年收入"), Col(inner[0], "本年支出·小计"),
        Col(inner[1], "本年支出·基本支出"), Col(inner[2], "本年支出·项目支出"), Col((after,), CARRIED_OUT),
    ]  # fmt: skip


def _with_extra(pen: Pen, found: list[Col], table: str) -> list[Col]:
    """Columns of no form beside the figures."""
    extra = pen.draw["extra_codes"]
    first = found[0]
    outer = first.heads[:-1]
    if extra == "remark":
        return [*found, Col(("备注",), "", "remark")]
    if extra == "previous":
        return [found[0], Col((*outer, "上年决算数"), "", "previous"), *found[1:]]
    if extra == "changes":
        more = [Col(("上年决算数",), "", "previous"), Col(("增减额",), "", "change"), Col(("增减%",), "", "rate")]
        return [*found, *more]
    if extra == "share":
        return [found[0], Col((*outer, "占比（%）"), "", "share"), *found[1:]]
    if extra == "empty_columns" and len(found) > 3:
        return [*found[:2], Col(("",), "", "empty"), *found[2:]]
    return found


class CodeTable:
    """One table of codes."""

    def __init__(self, pen: Pen, table: str, title: str, cols: list[Col], codes: Sequence[str],
                 sums: str = "", note: str = "", what: str = "") -> None:  # fmt: skip
        self.pen, self.table, self.title, self.codes = pen, table, title, list(codes)
        self.cols, self.sums, self.what = _with_extra(pen, cols, table), sums, what
        self.note = note or NOTES.get(table, "本表反映部门本年度有关情况。")
        draw = pen.draw
        self.form = draw["codes"]
        self.total = draw["total"]
        if self.total == "words" and table not in (T07, T08_WIDE):
            self.total = "last"
        if self.total == "absent" and table in (T07, T08, T08_WIDE):
            self.total = "first"
        self.loose = table in (T05_FLOW, WIDE_DETAIL, PROJECT)
        self.empty = not self.codes

    def lead(self) -> list[tuple[str, ...]]:
        """Header words of the columns left of the figures."""
        pen, table = self.pen, self.table
        code, name = (
            pen.say(table, "科目代码", pen.draw["code_word"]),
            pen.say(table, "科目名称", pen.draw["name_word"]),
        )
        item = pen.say(table, "项目")
        flat = pen.draw["depth"] == "flat"
        outer = () if flat else (item,)
        found: list[tuple[str, ...]]
        if self.form == "one_merged":
            found = [(*outer, code)] * 3 + [(*outer, name)]
        elif self.form == "one":
            found = [(*outer, code), (*outer, name)]
        elif self.form in SPLIT:
            parts = [(x,) for x in "类款项"] if flat else [(item, code, x) for x in "类款项"]
            found = [*parts, (*outer, name)]
            if self.total == "header":
                found = [(item, code)] * 3 + [(item, name)]
        elif self.form.startswith("both"):
            found = [("科目编码及名称" if not pen.draw.renamed else f"{code}及{name}",)]
        elif self.form == "names_first":
            found = [(pen.say(table, "项目", "功能分类科目"),)]
        else:
            found = [(pen.say(table, "项目"),)]
        if pen.draw["extra_codes"] == "sequence":
            found = [("序号",), *found]
        return found

    def code_cells(self, code: str) -> list[Any]:
        """The cells left of the figures for one code."""
        pen = self.pen
        level = (len(code) - 3) // 2
        indent = {"no": "", "spaces": "  " * level, "wide": "　" * level}[pen.draw["name_indent"]]
        name = indent + pen.unit.named(code)
        typed: Any = int(code) if pen.draw["code_type"] == "number" else code
        parts = [code[:3], code[3:5], code[5:7]]
        match self.form:
            case "one_merged":
                return [typed, None, None, name]
            case "one":
                return [typed, name]
            case "split_part":
                return [p if i == level else None for i, p in enumerate(parts)] + [name]
            case "split_full":
                return [code if i == level else None for i in range(3)] + [name]
            case "split_parts":
                return [p or None for p in parts] + [name]
            case "split_cumulative":
                return [code[: 3 + 2 * i] if i <= level else None for i in range(3)] + [name]
            case "split_numbers":
                return [int(p) if p else None for p in parts] + [name]
            case "both":
                return [f"{indent}{code}{pen.unit.named(code)}"]
            case "both_space":
                return [f"{indent}{code} {pen.unit.named(code)}"]
        return [name]

    def begin(self, part: str = "") -> tuple[Block, int, int]:
        """A block with its heading; where the header begins, and how many lead columns there are."""
        lead = self.lead()
        block = Block(self.table, part=part, number=self.pen.numbers.get(self.title, ""))
        block.width = len(lead) + len(self.cols)
        return block, self.pen.heading(block, self.title), len(lead)

    def top(self, block: Block, row: int) -> int:
        """Header and 栏次; the first row after them."""
        pen, lead = self.pen, self.lead()
        paths = [*lead, *(c.heads for c in self.cols)]
        depth = max(len(p) for p in paths)
        row = pen.header(block, row, 0, paths, depth)
        if self.total == "header":
            cells = ["类", "款", "项", pen.total_word(self.table)]
            if len(lead) == 5:
                cells.insert(0, None)  # type: ignore[arg-type]
            for i, cell in enumerate(cells):
                block.put(row, i, cell)
            self.figures(block, row, len(lead), TOTAL)
            return row + 1
        return pen.numbers_row(block, row, len(lead), len(self.cols), sums=self.sums)

    def figures(self, block: Block, row: int, left: int, code: str) -> None:
        """The figures of one row."""
        pen = self.pen
        first: int | None = None
        for i, col in enumerate(self.cols):
            at = left + i
            if col.key:
                key = (self.table, "", code, col.key)
                pen.figure(block, row, at, key, loose=self.loose)
                if first is None:
                    value_of = pen.unit.facts.get(key)
                    first = value_of if value_of is not None else 0
            else:
                self._noise(block, row, at, col.noise, first or 0)
        self._relate(block, row, left)

    def _noise(self, block: Block, row: int, at: int, noise: str, base: int) -> None:
        r = self.pen.random
        match noise:
            case "previous":
                block.put(row, at, round(base / 100 * r.uniform(0.6, 1.3), 2) if base else None)
            case "share":
                block.put(row, at, round(r.uniform(0, 100), 2) if base else None)
            case "of_which":
                self.pen.amount(block, row, at, None)
            case "remark":
                block.put(row, at, "含上年追加" if r.random() < 0.04 else None)

    def _relate(self, block: Block, row: int, left: int) -> None:
        """Change and rate from this year's and last year's figures."""
        by = {c.noise: left + i for i, c in enumerate(self.cols) if c.noise}
        if "change" in by:
            now, then = block.cells.get((row, left)), block.cells.get((row, by["previous"]))
            if isinstance(now, float) and isinstance(then, float):
                block.put(row, by["change"], round(now - then, 2))
                block.put(row, by["rate"], f"{(now - then) / then * 100:.2f}%" if then else None)

    def total_row(self, block: Block, row: int, left: int) -> int:
        pen, word = self.pen, self.pen.total_word(self.table)
        offset = 1 if pen.draw["extra_codes"] == "sequence" else 0
        on_name = pen.draw["total_cell"] == "name" and left - offset > 1
        block.put(row, left - 1 if on_name else offset, word)
        if pen.draw["merged"] == "yes" and not on_name and left - offset > 1:
            block.merge(row, offset, row, left - 1)
        if self.total == "words":
            for i, col in enumerate(self.cols):
                if col.key.startswith("本年支出"):
                    block.put(
                        row, left + i, {"小计": "合计"}.get(col.key.rpartition("·")[2], col.key.rpartition("·")[2])
                    )
                elif col.key:
                    pen.figure(block, row, left + i, (self.table, "", TOTAL, col.key))
            return row + 1
        self.figures(block, row, left, TOTAL)
        return row + 1

    def body(self, block: Block, row: int, left: int, codes: Sequence[str], start: int) -> int:
        sequence = self.pen.draw["extra_codes"] == "sequence"
        for n, code in enumerate(codes):
            cells = self.code_cells(code)
            if sequence:
                cells = [start + n, *cells]
            for i, cell in enumerate(cells):
                block.put(row, i, cell)
            if self.form == "one_merged" and self.pen.draw["merged"] == "yes":
                block.merge(row, int(sequence), row, int(sequence) + 2)
            self.figures(block, row, left, code)
            row += 1
        return row

    def blocks(self) -> list[Block]:
        """The table, in one block or continued in another."""
        pen, draw = self.pen, self.pen.draw
        block, row, left = self.begin()
        row = self.top(block, row)
        if self.empty and draw["empty_table"] in ("statement", "row_statement"):
            if draw["empty_table"] == "row_statement":
                block.put(row, 0, pen.total_word(self.table))
            pen.footing(block, row + (draw["empty_table"] == "row_statement"), self.note, empty=True, what=self.what)
            return [block]
        if self.total in ("first", "both"):
            row = self.total_row(block, row, left)
        codes, cut = self.codes, len(self.codes)
        if draw["continued"] != "no" and len(codes) > 9:
            cut = pen.random.randrange(4, len(codes) - 3)
        row = self.body(block, row, left, codes[:cut], 1)
        found = [block]
        if cut < len(codes):
            if draw["continued"] == "header_again":
                row = pen.header(block, row, 0, [*self.lead(), *(c.heads for c in self.cols)],
                                 max(len(p) for p in [*self.lead(), *(c.heads for c in self.cols)]))  # fmt: skip
                row = pen.numbers_row(block, row, left, len(self.cols), sums=self.sums)
            else:
                block, row, left = self.begin("（续）" if draw["continued"] == "next_sheet" else "")
                kept, self.total = self.total, self.total if self.total != "header" else "first"
                row = self.top(block, row)
                self.total = kept
                found.append(block)
            row = self.body(block, row, left, codes[cut:], cut + 1)
        if self.empty:
            row += 2
        if self.total in ("last", "both", "words"):
            row = self.total_row(block, row, left)
        pen.footing(block, row, self.note, empty=self.empty, what=self.what)
        return found


def official(pen: Pen, table: str, title: str) -> list[Block]:
    """02, 03, 05, 07 or 08."""
    sums = {T02: "1=2+3+4+5+6+7", T03: "1=2+3+4+5+6", T05: "1=2+3"}.get(table, "")
    soe = "国有资本经营预算财政拨款"
    what = {T07: "政府性基金预算财政拨款", T08: soe, T08_WIDE: soe}.get(table, "")
    return CodeTable(pen, table, title, columns(pen, table), pen.unit.codes[table], sums, what=what).blocks()


def flow_05(pen: Pen, title: str) -> list[Block]:
    """一般公共预算…收入支出决算表: of no official set; its spending repeats table 05."""
    return CodeTable(pen, T05_FLOW, title, _flow(pen, T05_FLOW), pen.unit.codes[T05_FLOW]).blocks()


def wide_detail(pen: Pen, title: str) -> list[Block]:
    """一般公共预算…支出决算明细表: functional codes by every economic code, some 110 columns."""
    cols = [Col(("合计",), "合计")]
    for code, name in economic().items():
        if len(code) == 3:
            cols.append(Col((name, "小计"), code))
        else:
            cols.append(Col((economic()[code[:3]], name), code))
    return CodeTable(pen, WIDE_DETAIL, title, cols, pen.unit.codes[WIDE_DETAIL]).blocks()


def project(pen: Pen, title: str) -> list[Block]:
    """一般公共预算财政拨款项目支出决算表: codes and one amount."""
    return CodeTable(pen, PROJECT, title, [Col(("项目支出",), "项目支出")], pen.unit.codes[PROJECT]).blocks()


def by_class(pen: Pen, title: str) -> list[Block]:
    """财政拨款支出决算明细表: economic codes by fund."""
    cols = [Col((c,), c) for c in ("合计", *FUNDS)]
    codes = [c for c in economic() if (BY_CLASS, "", c, "合计") in pen.unit.facts]
    block = Block(BY_CLASS, number=pen.numbers.get(title, ""))
    block.width = 2 + len(cols)
    row = pen.heading(block, title)
    row = pen.header(block, row, 0, [("项目", "科目代码"), ("项目", "科目名称"), *(c.heads for c in cols)], 2)
    row = pen.numbers_row(block, row, 2, len(cols))
    for code in (TOTAL, *codes):
        block.put(row, 0, code)
        block.put(row, 1, pen.unit.named(code) if code != TOTAL else None)
        for i, col in enumerate(cols):
            pen.figure(block, row, 2 + i, (BY_CLASS, "", code, col.key), loose=True)
        row += 1
    pen.footing(block, row, "本表反映部门本年度财政拨款支出明细情况。")
    return [block]


def by_unit(pen: Pen, table: str, title: str) -> list[Block]:
    """收入决算表（分单位）: units in rows."""
    cols = columns(pen, table)
    block = Block("", number=pen.numbers.get(title, ""))
    block.width = 2 + len(cols)
    row = pen.heading(block, title)
    depth = max(2, *(len(c.heads) for c in cols))
    row = pen.header(block, row, 0, [("项目", "单位代码"), ("项目", "单位名称"), *(c.heads for c in cols)], depth)
    row = pen.numbers_row(block, row, 2, len(cols))
    for label, share in (("合计", 10), ("本级", 7), ("下属事业单位", 3)):
        block.put(row, 0 if label == "合计" else 1, label if label != "本级" else f"{pen.unit.name}本级")
        if label != "合计":
            block.put(row, 0, f"00{1 if share == 7 else 2}")
        for i, col in enumerate(cols):
            whole = pen.unit.facts.get((table, "", TOTAL, col.key), 0) if col.key else 0
            part = whole * 7 // 10
            pen.amount(block, row, 2 + i, {10: whole, 7: part, 3: whole - part}[share])
        row += 1
    return [block]
