"""Tables of two sides, 收入 and 支出: 01 and 04."""

from __future__ import annotations

from support.layouts.blocks import Block, Col, Pen
from support.layouts.units import (
    CARRIED_IN,
    CARRIED_OUT,
    F_IN,
    F_OUT,
    FUNDS,
    HELP,
    SOURCES,
    T01,
    T04,
    classes,
)

Row = tuple[str, str]  # printed label, canonical row ('' for a line without one, '?' for one of no modelled concept)
OLD_NAMES = {
    "2019": {"215": "资源勘探信息等支出"},
    "2017": {"215": "资源勘探信息等支出", "207": "文化体育与传媒支出", "210": "医疗卫生与计划生育支出", "220": "国土海洋气象等支出"},
}  # fmt: skip
MISSING = {"2023": (), "2019": ("223", "234"), "2017": ("223", "224", "234")}
NOTES = {
    T01: "本表反映部门本年度的总收支和年末结转结余情况。",
    T04: "本表反映部门本年度一般公共预算财政拨款、政府性基金预算财政拨款和国有资本经营预算财政拨款的总收支和年末结转结余情况。",
}


def functions(pen: Pen, table: str) -> list[Row]:
    """The function rows the draw prints."""
    draw, form = pen.draw, pen.draw["form"]
    chosen = [c for c in classes() if c not in MISSING[form]]
    used = {k[2] for k in pen.unit.facts if k[0] == table and k[1] == "支出"}
    if draw["functions"] == "24":
        chosen = [c for c in chosen if c not in ("231", "232")]
    numbers = {c: i for i, c in enumerate(chosen, 1)}
    if draw["functions"].startswith("used"):
        chosen = [c for c in chosen if classes()[c] in used]
        if draw["functions"] == "used":
            numbers = {c: i for i, c in enumerate(chosen, 1)}
    old = OLD_NAMES.get(form, {})
    return [(pen.ordinal(numbers[c]) + pen.say(table, classes()[c], old.get(c)), classes()[c]) for c in chosen]


def incomes(pen: Pen) -> list[Row]:
    """The income rows of 01."""
    form = pen.draw["form"]
    rows: list[tuple[str, str]] = []
    if form == "2017":
        rows.append(("财政拨款收入", "?fiscal"))
        rows += [(s, s) for s in SOURCES]
        found = [
            (pen.ordinal(i) + pen.say(T01, f"收入.{r}" if r in SOURCES else r, n), r)
            for i, (n, r) in enumerate(rows, 1)
        ]
        return [found[0], ("    其中：政府性基金预算财政拨款", "?fund"), *found[1:]]
    funds = FUNDS[:2] if form == "2019" else FUNDS
    rows = [(f"收入.{f}收入", f"{f}收入") for f in funds] + [(s, s) for s in SOURCES]
    return [(pen.ordinal(i) + pen.say(T01, concept), row) for i, (concept, row) in enumerate(rows, 1)]


def _ends(pen: Pen) -> tuple[list[Row], list[Row]]:
    """The rows below the items of 01."""
    say, form = pen.say, pen.draw["form"]
    help_word = {"2017": "用事业基金弥补收支差额", "2019": "使用非财政拨款结余"}.get(form)
    left = [
        (say(T01, "收入.本年收入合计"), "本年收入合计"),
        (say(T01, HELP, help_word), HELP),
        (say(T01, f"收入.{CARRIED_IN}"), CARRIED_IN),
    ]
    right = [
        (say(T01, "支出.本年支出合计"), "本年支出合计"),
        (say(T01, "支出.结余分配"), "结余分配"),
        (say(T01, f"支出.{CARRIED_OUT}"), CARRIED_OUT),
    ]
    if form == "2017":
        left.append(("    其中：项目支出结转和结余", "?"))
        right.append(("    其中：项目支出结转和结余", "?"))
    return [*left, (say(T01, "收入.总计"), "总计")], [*right, (say(T01, "支出.总计"), "总计")]


def _of_which(pen: Pen) -> list[Row]:
    """04: whose the carried-in money is."""
    style = pen.draw["of_which"]
    funds = FUNDS[:2] if pen.draw["form"] != "2023" else FUNDS
    if style == "none":
        return []
    found = []
    for i, fund in enumerate(funds, 1):
        word = pen.say(T04, f"收入.{fund}")
        front = {"一、": f"  {chr(0)}", "其中：": "  其中：" if i == 1 else "        "}.get(style, "  ")
        front = front.replace(chr(0), "一二三"[i - 1] + "、")
        found.append((front + word, f"{F_IN}·{fund}"))
    return found


def _level(
    left: list[Row], left_end: list[Row], right: list[Row], right_end: list[Row], padding: str
) -> tuple[list[Row], list[Row]]:
    """Both sides as long as each other, 总计 in the last line."""
    foot = padding == "foot"
    if padding == "totals_first":
        left, left_end, right, right_end = [left_end[0], *left], left_end[1:], [right_end[0], *right], right_end[1:]
    gap = len(right) + len(right_end) - len(left) - len(left_end)
    blanks: list[Row] = [("", "")] * abs(gap)
    short, end = (left, left_end) if gap > 0 else (right, right_end)
    made = [*short, *blanks, *end] if foot else [*short, *end[:-1], *blanks, end[-1]]
    return (made, [*right, *right_end]) if gap > 0 else ([*left, *left_end], made)


class Side:
    """One half: where its label, line number and figures stand."""

    def __init__(self, pen: Pen, section: str, cols: list[Col], label: str) -> None:
        self.pen, self.section, self.cols, self.label = pen, section, cols, label
        self.sequence = pen.draw["hangci"] != "none"
        self.lead = 1 + self.sequence
        self.width = self.lead + len(cols)

    def paths(self, one_row: bool, outer: str, line_word: str) -> list[tuple[str, ...]]:
        lead = [(outer,) if one_row else (outer, self.label)]
        if self.sequence:
            lead.append((line_word,) if one_row else (outer, line_word))
        return [*lead, *((c.heads if one_row else (outer, *c.heads)) for c in self.cols)]


def two_sided(pen: Pen, table: str, title: str) -> list[Block]:
    """01 or 04."""
    draw, say = pen.draw, pen.say
    amount = pen.amount_word()
    if table == T01:
        left_end, right_end = _ends(pen)
        left, right = incomes(pen), functions(pen, T01)
        left_cols = _money(pen, amount)
        right_cols = list(left_cols)
    else:
        funds = FUNDS[:2] if draw["form"] != "2023" else FUNDS
        names = [(pen.ordinal(i) + say(T04, f"收入.{f}"), f) for i, f in enumerate(funds, 1)]
        left, right = names, functions(pen, T04)
        left_end = [(say(T04, "收入.本年收入合计"), "本年收入合计"), (say(T04, F_IN), F_IN), *_of_which(pen),
                    (say(T04, "收入.总计"), "总计")]  # fmt: skip
        right_end = [
            (say(T04, "支出.本年支出合计"), "本年支出合计"),
            (say(T04, F_OUT), F_OUT),
            (say(T04, "支出.总计"), "总计"),
        ]
        left_cols = [Col((amount,), "决算数")]
        right_cols = [Col((say(T04, "04.合计"),), "合计"), *(Col((say(T04, f"04.{f}"),), f) for f in funds)]
        if draw["depth"] == "deep":
            right_cols = [Col(("决算数", *c.heads), c.key) for c in right_cols]
            left_cols = [Col((amount if amount != "金额" else "决算数",), "决算数")]
        if draw["extra_01"] == "remark":
            right_cols.append(Col(("备注",), "", "remark"))
    item = say(table, "项目")
    special = draw["side_header"] == "functional_words"
    sides = (
        Side(pen, "收入", left_cols, item),
        Side(pen, "支出", right_cols, "项目（按功能分类）" if special else item),
    )
    if draw["two_sided"] == "stacked":
        if draw["padding"] == "totals_first":
            left, left_end = [left_end[0], *left], left_end[1:]
            right, right_end = [right_end[0], *right], right_end[1:]
        return [_stacked(pen, table, title, sides, ([*left, *left_end], [*right, *right_end]))]
    rows = _level(left, left_end, right, right_end, draw["padding"])
    return [_beside(pen, table, title, sides, rows)]


def _money(pen: Pen, amount: str) -> list[Col]:
    """The figure columns of one side of 01."""
    year = pen.unit.year
    match pen.draw["extra_01"]:
        case "previous":
            word = "本年决算数" if amount == "金额" else amount
            return [Col((word,), "决算数"), Col(("上年决算数",), "", "previous"), Col(("增减额",), "", "change"),
                    Col(("增减%",), "", "rate")]  # fmt: skip
        case "previous_before":
            return [Col((f"{year - 1}年决算数",), "", "previous"), Col((f"{year}年决算数",), "决算数")]
        case "budget":
            return [Col(("年初预算数",), "", "budget"), Col(("决算数" if amount == "金额" else amount,), "决算数")]
        case "budget2":
            return [
                Col(("年初预算数",), "", "budget"),
                Col(("全年预算数",), "", "adjusted"),
                Col(("决算数",), "决算数"),
            ]
        case "remark":
            return [Col((amount,), "决算数"), Col(("备注",), "", "remark")]
        case "share":
            return [Col((amount,), "决算数"), Col(("占比（%）",), "", "share")]
    return [Col((amount,), "决算数")]


def _figure(pen: Pen, block: Block, table: str, side: Side, row: int, left: int, name: str) -> None:
    unit = pen.unit
    base: int | None = None
    by: dict[str, int] = {}
    for i, col in enumerate(side.cols):
        at = left + side.lead + i
        if not name:
            continue
        if col.key and name.startswith("?"):
            value = {"?fiscal": sum(unit.facts.get((T01, "收入", f"{f}收入", "决算数"), 0) for f in FUNDS),
                     "?fund": unit.facts.get((T01, "收入", f"{FUNDS[1]}收入", "决算数"), 0)}.get(name, 0)  # fmt: skip
            pen.amount(block, row, at, value)
            block.loose.add((row, at))
        elif col.key:
            pen.figure(block, row, at, (table, side.section, name, col.key))
            base = unit.facts.get((table, side.section, name, col.key)) if base is None else base
    r = pen.random
    for i, col in enumerate(side.cols):
        at = left + side.lead + i
        if col.noise and base:
            by[col.noise] = at
            match col.noise:
                case "previous" | "budget" | "adjusted":
                    block.put(row, at, round(base / 100 * r.uniform(0.7, 1.2), 2))
                case "share":
                    block.put(row, at, round(r.uniform(0, 100), 2))
                case "remark":
                    block.put(row, at, "含追加" if r.random() < 0.03 else None)
                case "change":
                    block.put(row, at, round(base / 100 - block.cells[row, by["previous"]], 2))
                case "rate":
                    then = block.cells[row, by["previous"]]
                    block.put(row, at, f"{(base / 100 - then) / then * 100:.2f}%" if then else None)


def _half(pen: Pen, block: Block, table: str, side: Side, rows: list[Row], top: int, left: int, first_line: int) -> int:
    for i, (label, name) in enumerate(rows):
        block.put(top + i, left, label)
        if side.sequence:
            block.put(top + i, left + 1, pen.line(first_line + i))
        _figure(pen, block, table, side, top + i, left, name)
    return top + len(rows)


def _beside(pen: Pen, table: str, title: str, sides: tuple[Side, Side], rows: tuple[list[Row], list[Row]]) -> Block:
    draw = pen.draw
    block = Block(table, number=pen.numbers.get(title, ""))
    block.width = sides[0].width + sides[1].width
    row = pen.heading(block, title)
    one_row = draw["side_header"] == "one_row"
    paths: list[tuple[str, ...]] = []
    for side in sides:
        paths += side.paths(one_row, pen.say(table, side.section), "行次")
    depth = max(len(p) for p in paths)
    row = pen.header(block, row, 0, paths, depth)
    before = row
    row = pen.numbers_row(block, row, sides[0].lead, len(sides[0].cols))
    if row > before:
        pen.numbers_row(block, before, sides[1].lead, len(sides[1].cols), sides[0].width, 1 + len(sides[0].cols))
    end = _half(pen, block, table, sides[0], rows[0], row, 0, 1)
    _half(pen, block, table, sides[1], rows[1], row, sides[0].width, 1 + len(rows[0]))
    pen.footing(block, end, NOTES[table])
    return block


def _stacked(pen: Pen, table: str, title: str, sides: tuple[Side, Side], rows: tuple[list[Row], list[Row]]) -> Block:
    block = Block(table, number=pen.numbers.get(title, ""))
    block.width = max(s.width for s in sides)
    row = pen.heading(block, title)
    line, number = 1, 1
    for side, lines in zip(sides, rows, strict=True):
        paths = side.paths(False, pen.say(table, side.section), "行次")
        row = pen.header(block, row, 0, paths, max(len(p) for p in paths))
        row = pen.numbers_row(block, row, side.lead, len(side.cols), first=number)
        row = _half(pen, block, table, side, lines, row, 0, line)
        line, number = line + len(lines), number + len(side.cols)
    pen.footing(block, row, NOTES[table])
    return block
