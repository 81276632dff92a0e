"""公开06 (economic codes in blocks or a list), 公开09 (三公 in its many shapes) and 公开10 (information)."""

from __future__ import annotations

from typing import Any

from support.layouts.blocks import Block, Pen
from support.layouts.units import OFFICE, PUBLIC_ITEMS, STAFF, T06, T09, T10, economic

NOTE_06 = "本表反映部门本年度一般公共预算财政拨款基本支出明细情况。"
NOTE_09 = "本表反映部门本年度“三公”经费支出预决算情况。"
TOTAL, ABROAD, CARS, BUY, RUN, MEALS = PUBLIC_ITEMS
NEVER = ("309", "311")


# --- 06 -------------------------------------------------------------------------------------------


def _rows_06(pen: Pen, table: str) -> list[str]:
    """The economic codes that are printed."""
    used = {k[2] for k in pen.unit.facts if k[0] == table}
    match pen.draw["rows_06"]:
        case "used":
            return [c for c in economic() if c in used]
        case "putuo":
            return [c for c in economic() if c[:3] in ("301", "302", "303", "310") or c in used]
    return list(economic())


def _split_06(codes: list[str], blocks: int) -> list[list[str]]:
    """Codes by block: staff first."""
    staff = [c for c in codes if c[:3] in STAFF]
    office = [c for c in codes if c[:3] not in STAFF]
    if blocks == 1:
        return [[*staff, *office]]
    if blocks == 2:
        return [staff, office]
    second = [c for c in office if c[:3] == "302"]
    third = [c for c in office if c[:3] != "302"]
    if blocks == 3:
        return [staff, second, third]
    half = (len(third) + 1) // 2
    return [staff, second, third[:half], third[half:]]


def table_06(pen: Pen, title: str, table: str = T06) -> list[Block]:
    """06, or the same of the fund, in the draw's shape."""
    shape = pen.draw["blocks_06"]
    if shape in ("1", "2", "3", "4", "totals_on_top"):
        return [_blocks_06(pen, title, table, 2 if shape == "totals_on_top" else int(shape))]
    return [_list_06(pen, title, table, shape)]


def _name(pen: Pen, code: str) -> str:
    indent = "  " if pen.draw["indent_06"] == "yes" and len(code) == 5 else ""
    return indent + pen.unit.named(code)


def _code(pen: Pen, code: str) -> Any:
    return int(code) if pen.draw["code_type"] == "number" else code


def _amount_06(pen: Pen, block: Block, row: int, column: int, name: str) -> None:
    if name[:3] in NEVER:
        block.put(row, column, "────" if pen.draw["blank"] == "empty" else None)
    else:
        pen.figure(block, row, column, (block.table, "", name, "决算数"), loose=block.table != T06)


def _blocks_06(pen: Pen, title: str, table: str, count: int) -> Block:
    draw, say = pen.draw, pen.say
    parts = [p for p in _split_06(_rows_06(pen, table), count) if p]
    parts = parts or [["301"], ["302"]][:count]
    count = len(parts)
    block = Block(table, number=pen.numbers.get(title, ""))
    block.width = 3 * count
    row = pen.heading(block, title)
    code, name = (
        say(T06, "科目代码", "科目代码" if draw["code_word"] == "科目代码" else "科目编码"),
        say(T06, "科目名称"),
    )
    if "经济" not in code and draw["code_word"].startswith("支出功能"):
        code = "经济分类科目编码"
    amount = pen.amount_word()
    staff, office = say(T06, "人员经费"), say(T06, "公用经费")
    paths: list[tuple[str, ...]] = []
    for part in parts:
        outer = staff if part[0][:3] in STAFF else office
        outer = f"{staff}和{office}" if count == 1 else outer
        lead = (outer,) if draw["groups_06"] == "yes" and count > 1 else ()
        paths += [(*lead, code), (*lead, name), (*lead, amount)]
    row = pen.header(block, row, 0, paths, len(paths[0]))
    first = row
    on_top = draw["blocks_06"] == "totals_on_top"
    if (count == 1 and draw["foot_06"] == "sum_row") or (on_top and count == 1):
        first = _foot_rows(pen, block, row)
    elif on_top:
        first = _foot_06(pen, block, row, count)
    for i, part in enumerate(parts):
        for j, c in enumerate(part):
            block.put(first + j, 3 * i, _code(pen, c))
            block.put(first + j, 3 * i + 1, _name(pen, c))
            _amount_06(pen, block, first + j, 3 * i + 2, c)
    row = first + max(len(p) for p in parts)
    if count == 1 and draw["foot_06"] != "sum_row" and not on_top:
        row = _foot_rows(pen, block, row)
    elif count > 1 and not on_top:
        row = _foot_06(pen, block, row, count)
    pen.footing(block, row, NOTE_06)
    return block


def _foot_rows(pen: Pen, block: Block, row: int) -> int:
    for word in ("人员经费合计", "公用经费合计"):
        block.put(row, 0, pen.say(T06, word))
        if pen.draw["merged"] == "yes":
            block.merge(row, 0, row, block.width - 2)
        _amount_06(pen, block, row, block.width - 1, word)
        row += 1
    return row


def _foot_06(pen: Pen, block: Block, row: int, count: int) -> int:
    """人员经费合计 under the first block, 公用经费合计 under the others."""
    merged = pen.draw["merged"] == "yes"
    staff, office = pen.say(T06, "人员经费合计"), pen.say(T06, "公用经费合计")
    last = 3 * count - 1
    match pen.draw["foot_06"]:
        case "own_rows":
            return _foot_rows(pen, block, row)
        case "label_beside":  # label over the name column, figure beside it
            block.put(row, 1, staff)
            _amount_06(pen, block, row, 2, "人员经费合计")
            block.put(row, last - 1, office)
            _amount_06(pen, block, row, last, "公用经费合计")
            return row + 1
        case "sum_row":
            block.put(row, 0, staff)
            _amount_06(pen, block, row, 2, "人员经费合计")
            block.put(row, 3, office)
            _amount_06(pen, block, row, last, "公用经费合计")
            block.put(row + 1, 0, "基本支出合计" if not pen.draw.renamed else pen.say(T06, "基本支出") + "合计")
            whole = sum(pen.unit.facts.get((block.table, "", w, "决算数"), 0) for w in ("人员经费合计", "公用经费合计"))
            pen.amount(block, row + 1, last, whole)
            block.loose.add((row + 1, last))
            return row + 2
    block.put(row, 0, staff)
    _amount_06(pen, block, row, 2, "人员经费合计")
    block.put(row, 3, office)
    _amount_06(pen, block, row, last, "公用经费合计")
    if merged:
        block.merge(row, 0, row, 1)
        block.merge(row, 3, row, last - 1)
    return row + 1


def _list_06(pen: Pen, title: str, table: str, shape: str) -> Block:
    """One list of codes; the two totals are columns."""
    say, draw = pen.say, pen.draw
    block = Block(table, number=pen.numbers.get(title, ""))
    codes = _split_06(_rows_06(pen, table), 1)[0]
    heads = [say(T06, "合计"), say(T06, "人员经费"), say(T06, "公用经费")]
    if shape == "list2":
        heads = heads[1:]
    block.width = 2 + len(heads)
    row = pen.heading(block, title)
    code_word, name_word = say(T06, "科目代码", "科目编码"), say(T06, "科目名称")
    outer = "经济分类科目" if not draw.renamed else say(T06, "项目")
    paths = [(outer, code_word), (outer, name_word), *((amount_path(h, draw["depth"])) for h in heads)]
    row = pen.header(block, row, 0, paths, 2)
    row = pen.numbers_row(block, row, 2, len(heads))
    all_rows = [*codes, "合计"] if draw["total"] == "last" else ["合计", *codes]
    for name in all_rows:
        staff = name[:3] in STAFF
        if name == "合计":
            block.put(row, 0, pen.total_word(T06))
            if shape != "list2":
                whole = sum(
                    pen.unit.facts.get((block.table, "", w, "决算数"), 0) for w in ("人员经费合计", "公用经费合计")
                )
                pen.amount(block, row, 2, whole)
                block.loose.add((row, 2))
            for i, word in enumerate(("人员经费合计", "公用经费合计")):
                pen.figure(block, row, block.width - 2 + i, (table, "", word, "决算数"), loose=table != T06)
            row += 1
            continue
        block.put(row, 0, _code(pen, name))
        block.put(row, 1, _name(pen, name))
        at = block.width - (2 if staff else 1)
        other = block.width - (1 if staff else 2)
        if name[:3] not in NEVER:
            pen.figure(block, row, at, (table, "", name, "决算数"), loose=table != T06)
            block.loose.add((row, other))
            if shape != "list2":
                pen.figure(block, row, 2, (table, "", name, "决算数"), loose=table != T06)
        row += 1
    pen.footing(block, row, NOTE_06)
    return block


def amount_path(head: str, depth: str) -> tuple[str, ...]:
    """The header of a figure column of the list."""
    return ("决算数", head) if depth == "deep" else ("基本支出", head)


assert set(STAFF) | set(OFFICE) | set(NEVER) == {c[:3] for c in economic()}


# --- 09 -------------------------------------------------------------------------------------------


class Public:
    """公开09 in one of its shapes."""

    def __init__(self, pen: Pen, title: str) -> None:
        self.pen, self.title = pen, title
        self.shape = pen.draw["public"]
        self.words = {
            TOTAL: pen.say(T09, "09.合计"), ABROAD: pen.say(T09, ABROAD), BUY: pen.say(T09, BUY), RUN: pen.say(T09, RUN),
            MEALS: pen.say(T09, MEALS), CARS: pen.say(T09, "公务用车购置及运行维护费"),
        }  # fmt: skip
        self.small = pen.say(T09, "09.小计")
        self.budget, self.done = pen.say(T09, "09.预算数"), pen.say(T09, "09.决算数")

    def items(self) -> list[str]:
        if self.shape in ("meals_first", "sub_units"):
            return [TOTAL, ABROAD, MEALS, CARS, BUY, RUN]
        return list(PUBLIC_ITEMS)

    def path(self, item: str) -> tuple[str, ...]:
        words = self.words
        return {CARS: (words[CARS], self.small), BUY: (words[CARS], words[BUY]), RUN: (words[CARS], words[RUN])}.get(
            item, (words[item],)
        )

    def figure(self, block: Block, row: int, at: int, item: str, column: str) -> None:
        self.pen.figure(block, row, at, (T09, "", item, column))

    def begin(self, width: int) -> tuple[Block, int]:
        block = Block(T09, number=self.pen.numbers.get(self.title, ""))
        block.width = width
        return block, self.pen.heading(block, self.title)

    def end(self, block: Block, row: int) -> list[Block]:
        empty = self.pen.unit.empty(T09)
        self.pen.footing(block, row, NOTE_09, empty=empty and self.shape != "information", what="“三公”经费")
        return [block]

    def write(self) -> list[Block]:
        match self.shape:
            case "blocks" | "meals_first":
                return self.blocks()
            case "pairs":
                return self.pairs()
            case "transposed" | "with_meetings":
                return self.transposed()
            case "information":
                return self.information()
            case "sub_units":
                return self.sub_units()
        return self.labels()

    def blocks(self) -> list[Block]:
        block, row = self.begin(12)
        paths = [(side, *self.path(i)) for side in (self.budget, self.done) for i in self.items()]
        row = self.pen.header(block, row, 0, paths, 3)
        row = self.pen.numbers_row(block, row, 0, 12, label=False)
        for i, (column, item) in enumerate((c, i) for c in ("预算数", "决算数") for i in self.items()):
            self.figure(block, row, i, item, column)
        return self.end(block, row + 1)

    def pairs(self) -> list[Block]:
        block, row = self.begin(12)
        paths = [(*self.path(i), side) for i in self.items() for side in (self.budget, self.done)]
        paths = [p if len(p) == 3 else (p[0], p[1]) for p in paths]
        row = self._pair_header(block, row, paths)
        row = self.pen.numbers_row(block, row, 0, 12, label=False)
        for i, (item, column) in enumerate((i, c) for i in self.items() for c in ("预算数", "决算数")):
            self.figure(block, row, i, item, column)
        return self.end(block, row + 1)

    def _pair_header(self, block: Block, row: int, paths: list[tuple[str, ...]]) -> int:
        """预算 and 决算 stand in the last row, whatever stands above."""
        merged = self.pen.draw["merged"] == "yes"
        at = 0
        while at < len(paths):
            end = at
            while end + 1 < len(paths) and paths[end + 1][0] == paths[at][0]:
                end += 1
            deep = len(paths[at]) == 3
            block.put(row, at, self.pen.broken(paths[at][0]))
            if merged:
                block.merge(row, at, row + (0 if deep else 1), end)
            if deep:
                for i in range(at, end + 1, 2):
                    block.put(row + 1, i, paths[i][1])
                    if merged:
                        block.merge(row + 1, i, row + 1, i + 1)
            for i in range(at, end + 1):
                block.put(row + 2, i, paths[i][-1])
            at = end + 1
        return row + 3

    def labels(self) -> list[Block]:
        """Items in rows."""
        pen, shape, words = self.pen, self.shape, self.words
        heads = [self.budget, self.done]
        columns = ["预算数", "决算数"]
        if shape == "three_amounts":
            heads, columns = ["年初预算数", "全年预算数", self.done], ["", "预算数", "决算数"]
        block, row = self.begin(1 + len(heads))
        row = pen.header(block, row, 0, [(pen.say(T09, "项目"),), *((h,) for h in heads)], 1)
        row = pen.numbers_row(block, row, 1, len(heads))
        numbered = shape == "numbered_labels"
        lines = [
            (words[TOTAL], TOTAL),
            (("1." if numbered else "") + words[ABROAD], ABROAD),
            (("2." if numbered else "") + words[CARS], CARS),
            (f"其中：（1）{words[BUY]}" if numbered else f"  其中：{words[BUY]}", BUY),
            (f"      （2）{words[RUN]}" if numbered else f"        {words[RUN]}", RUN),
            (("3." if numbered else "") + words[MEALS], MEALS),
        ]
        for label, item in lines:
            block.put(row, 0, label)
            for i, column in enumerate(columns):
                if column:
                    self.figure(block, row, 1 + i, item, column)
                else:
                    value = pen.unit.facts.get((T09, "", item, "预算数"), 0)
                    pen.amount(block, row, 1 + i, value * 9 // 10)
                    block.loose.add((row, 1 + i))
            row += 1
        if shape == "labels_with_counts":
            for label, key in (
                ("公务用车保有量（辆）", "kept"),
                ("国内公务接待批次（个）", "meals"),
                ("国内公务接待人次（人）", "guests"),
            ):
                block.put(row, 0, label)
                block.put(row, 2, pen.unit.counts[key])
                row += 1
        return self.end(block, row)

    def transposed(self) -> list[Block]:
        """预算 and 决算 in rows."""
        pen = self.pen
        meetings = self.shape == "with_meetings"
        items = [TOTAL, ABROAD, MEALS, CARS, BUY, RUN] if meetings else self.items()
        lead = (pen.say(T09, "项目"),)
        if meetings:
            paths = [lead, *(("“三公”经费", "小计") if i == TOTAL else ("“三公”经费", *self.path(i)) for i in items),
                     ("会议费",), ("培训费",)]  # fmt: skip
        else:
            paths = [lead, *(self.path(i) for i in items)]
        block, row = self.begin(len(paths))
        row = pen.header(block, row, 0, paths, max(len(p) for p in paths))
        row = pen.numbers_row(block, row, 1, len(paths) - 1)
        for word, column in ((self.budget, "预算数"), (self.done, "决算数")):
            block.put(row, 0, word)
            for i, item in enumerate(items):
                self.figure(block, row, 1 + i, item, column)
            if meetings:
                pen.amount(block, row, len(paths) - 2, pen.unit.counts["meeting"])
                pen.amount(block, row, len(paths) - 1, pen.unit.counts["training"])
            row += 1
        return self.end(block, row)

    def sub_units(self) -> list[Block]:
        """One row a sub-unit, and a total."""
        pen, unit = self.pen, self.pen.unit
        items = self.items()
        lead = [("单位名称",)]
        paths = [*lead, *((side, *self.path(i)) for side in (self.budget, self.done) for i in items)]
        block, row = self.begin(len(paths))
        row = pen.header(block, row, 0, paths, 3)
        row = pen.numbers_row(block, row, 1, 12)
        rows = [("合计", 10), (f"{unit.name}本级", 6), ("下属事业单位", 4)]
        if pen.draw["total"] == "last":
            rows = [*rows[1:], rows[0]]
        for label, share in rows:
            block.put(row, 0, pen.total_word(T09) if share == 10 else label)
            for i, (column, item) in enumerate((c, i) for c in ("预算数", "决算数") for i in items):
                if share == 10:
                    self.figure(block, row, 1 + i, item, column)
                else:
                    parts = {x: unit.facts.get((T09, "", x, column), 0) * 6 // 10 for x in (ABROAD, BUY, RUN, MEALS)}
                    if share == 4:
                        parts = {x: unit.facts.get((T09, "", x, column), 0) - v for x, v in parts.items()}
                    cars = parts[BUY] + parts[RUN]
                    value = {CARS: cars, TOTAL: cars + parts[ABROAD] + parts[MEALS]}.get(item, parts.get(item, 0))
                    pen.amount(block, row, 1 + i, value)
            row += 1
        return self.end(block, row)

    def information(self) -> list[Block]:
        """三公 inside 机构运行信息表: left 三公 and counts, right office cost, cars, devices, purchases."""
        pen, unit, words = self.pen, self.pen.unit, self.words
        block, row = self.begin(7)
        paths = [("项目",), ("行次",), (self.budget,), ("统计数",), ("项目",), ("行次",), ("统计数",)]
        row = pen.header(block, row, 0, paths, 1)
        if pen.draw["lanci"] != "none":
            block.put(row, 0, "栏次")
            for c, n in ((2, 1), (3, 2), (4, "栏次"), (6, 3)):
                block.put(row, c, n)
            row += 1
        left = [
            ("一、“三公”经费支出", ""), ("（一）支出合计", TOTAL), (f"  1．{words[ABROAD]}", ABROAD), (f"  2．{words[CARS]}", CARS),
            (f"    （1）{words[BUY]}", BUY), (f"    （2）{words[RUN]}", RUN), (f"  3．{words[MEALS]}", MEALS),
            ("    （1）国内接待费", "?meals"), ("         其中：外事接待费", "?"), ("    （2）国（境）外接待费", "?"),
            ("（二）相关统计数", ""), ("  1．因公出国（境）团组数（个）", "#"), ("  2．因公出国（境）人次数（人）", "#"),
            ("  3．公务用车购置数（辆）", "#"), ("  4．公务用车保有量（辆）", "#kept"), ("  5．国内公务接待批次（个）", "#meals"),
            ("  6．国内公务接待人次（人）", "#guests"),
        ]  # fmt: skip
        office = unit.facts.get((T10, "", "机关运行经费", "统计数"))
        cars = unit.counts
        right: list[tuple[str, Any]] = [
            ("二、机关运行经费", office), ("（一）行政单位", office), ("（二）参照公务员法管理事业单位", None),
            ("三、国有资产占用情况", "—"), ("（一）车辆数合计（辆）", cars["cars"]),
            *((f"{i + 1}.{w}", cars[f"car{i}"]) for i, w in enumerate(CAR_KINDS)),
            ("（二）单价100万元（含）以上设备（不含车辆）", cars["devices"]), ("四、政府采购支出信息", "—"),
            *((w, unit.facts.get((T10, "", k, "统计数"))) for w, k in PURCHASES),
        ]  # fmt: skip
        for i in range(max(len(left), len(right))):
            if i < len(left):
                label, what = left[i]
                block.put(row + i, 0, label)
                block.put(row + i, 1, i + 1)
                if what in words:
                    self.figure(block, row + i, 2, what, "预算数")
                    self.figure(block, row + i, 3, what, "决算数")
                else:
                    block.put(row + i, 2, "—")
                    self._other(block, row + i, what)
            if i < len(right):
                label, value = right[i]
                block.put(row + i, 4, label)
                block.put(row + i, 5, len(left) + i + 1)
                block.put(row + i, 6, value / 100 if isinstance(value, int) and _money(label) else value)
        return self.end(block, row + max(len(left), len(right)))

    def _other(self, block: Block, row: int, what: str) -> None:
        unit = self.pen.unit
        if what == "?meals":
            self.pen.amount(block, row, 3, unit.facts.get((T09, "", MEALS, "决算数")))
        elif what.startswith("#") and len(what) > 1:
            block.put(row, 3, unit.counts[what[1:]])
        elif not what:
            block.put(row, 3, "—")


def _money(label: str) -> bool:
    return "辆" not in label and "设备" not in label and "用车" not in label


CAR_KINDS = ("副部（省）级及以上领导用车", "主要负责人用车", "机要通信用车", "应急保障用车", "执法执勤用车", "特种专业技术用车",
             "离退休干部服务用车", "其他用车")  # fmt: skip
PURCHASES = (("（一）政府采购支出合计", "政府采购支出合计"), ("1.政府采购货物支出", "货物"), ("2.政府采购工程支出", "工程"),
             ("3.政府采购服务支出", "服务"))  # fmt: skip


# --- 10 -------------------------------------------------------------------------------------------


def table_10(pen: Pen, title: str) -> list[Block]:
    """部门决算公开相关信息统计表: nothing of it is in the truth."""
    unit = pen.unit
    block = Block(T10, number=pen.numbers.get(title, ""))
    block.width = 3
    row = pen.heading(block, title)
    money = lambda k: v / 100 if (v := unit.facts.get((T10, "", k, "统计数"))) else None  # noqa: E731
    parts: list[tuple[str, bool, list[tuple[str, int, Any]]]] = [
        ("一、政府采购情况", True, [("合计", 1, money("政府采购支出合计")), ("货物", 2, money("货物")),
                             ("工程", 3, money("工程")), ("服务", 4, money("服务"))]),
        ("二、机关运行经费", True, [("（一）行政单位", 5, money("机关运行经费")), ("（二）参照公务员法管理事业单位", 6, None)]),
        ("三、国有资产占用情况", False, [
            ("（一）车辆数合计（辆）", 7, unit.counts["cars"]),
            *((f"{i + 1}.{w}", 8 + i, unit.counts[f"car{i}"] or None) for i, w in enumerate(CAR_KINDS)),
            ("（二）单价100万元（含）以上设备（不含车辆）", 17, unit.counts["devices"] or None)]),
    ]  # fmt: skip
    for heading, header, lines in parts:
        block.put(row, 0, heading)
        row += 1
        if header:
            row = pen.header(block, row, 0, [("项目",), ("行次",), ("统计数",)], 1)
        for label, n, value in lines:
            block.put(row, 0, label)
            block.put(row, 1, n)
            block.put(row, 2, value)
            row += 1
    pen.footing(block, row, "本表反映部门本年度政府采购、机关运行经费和国有资产占用情况。")
    return [block]
