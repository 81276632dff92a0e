"""The block of 资金: its head, its rows, its columns; the rate of execution as percent; the printed digits of its money."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from xlcheck.binding.scoresheets.blocks import BlockHead, head_at, headed_columns
from xlcheck.binding.scoresheets.columns import BoundColumn, HeadedColumn, WantedColumns, bind
from xlcheck.binding.scoresheets.lattice import Lattice
from xlcheck.binding.scoresheets.words import SheetWords
from xlcheck.labels import plain
from xlcheck.scores.headings import weight_in
from xlcheck.scores.sheet import CERTAIN, DOUBTFUL, ScoreCell, ScoreRow
from xlcheck.scores.spec import FUNDS, ScoreSheetSpec, SlotRole
from xlcheck.scores.values import ScoreValue, ValueKind, of_number

_NUMBERED = re.compile(
    r"[\d一二三四五六、.．]*[:：]?\s*(?:[(（][^)）]*[)）])?[:：]?\s*$|^[一二三四五六七八九\d]+[、.．]"
)
_LONGEST = 24  # characters of a heading
_MOST_ROWS = 14
_CENT = Fraction(1, 100)
_NEEDED = frozenset({"全年预算数", "全年执行数", "执行率", "得分"})
_HEADS = ("年初预算数", "全年预算数", "全年执行数", "执行率", "结转结余")
_LIKE = 1.0
_MOST_NATS = 8.0  # of arithmetic: two rates that fit are no chance
_WAN = 10_000  # 元 for 万元
_FEWEST_WITH_DETAILS = 4
_LEVELS = tuple(
    map(
        re.compile,
        ("[一二三四五六七八九十]+、", r"\([一二三四五六七八九十]+\)", r"\d{1,2}[.、．](?!\d)", r"\(\d{1,2}\)"),
    )
)
_HALF_A_PERCENT = Fraction(1, 2)
_WEIGHTS = (5, 10, 15, 20)


class FundsRead(NamedTuple):
    """The block as it was read: rows (the total first), columns, the row below it, what could not be told."""

    rows: tuple[ScoreRow, ...]
    columns: dict[str, BoundColumn]
    top: int
    below: int
    assumed: bool = False
    title: str = ""


def read_funds(lattice: Lattice, until: int, spec: ScoreSheetSpec, words: SheetWords, top: int = 0) -> FundsRead | None:
    """The block from row ``top`` (of the form, if 0) to above row ``until``; None where there is none."""
    above = range(top or lattice.top, until)
    paired = _pairs(lattice, above, spec, words)
    if paired is not None:
        return paired
    row = next((r for r in above if is_fund_head(lattice, r, words)), None)
    row = row or next((r for r in above if not top and _heads_figures(lattice, r, words)), None)
    if row is None:
        return None
    head = head_at(lattice, row)
    lines = _rows(lattice, head, until, words)
    if not lines:
        return None
    columns = _right_of_labels(headed_columns(lattice, head, lines))
    slots = WantedColumns(
        FUNDS, {s.key: s.role for s in spec.block(FUNDS).slots if s.key != "项目"}, _NEEDED, _identity
    )
    bound = bind(columns, slots, words).columns
    lines = _above_words(lattice, lines, bound)
    first = min((column.at for column in bound.values()), default=1)
    roles = {slot.key: slot.role for slot in spec.block(FUNDS).slots}
    finest = _finest(lattice, lines, [c.at for key, c in bound.items() if roles[key] is SlotRole.MONEY])
    rows = [_row(lattice, line, first, bound, roles, finest) for line in lines]
    rows = [r for r in rows if r.label or any(c.value.filled for c in r.cells.values())]
    whole = _told(rows, words)
    title = next(
        (
            lattice.text(r, c)
            for r in (head.top, lines[0])
            for c in range(1, first)
            if "资金" in lattice.text(r, c) or "预算" in lattice.text(r, c)
        ),
        "",
    )
    return FundsRead(tuple(whole), bound, head.top, lines[-1] + 1, title=title)


def with_weight(funds: FundsRead, weight: ScoreValue) -> FundsRead:
    """The block with the weight of the rate of execution, where no cell says it."""
    total, *others = funds.rows
    cell = ScoreCell(None, weight, "预算执行率 · 分值")
    return funds._replace(rows=(total._replace(cells={**total.cells, "分值": cell}), *others), assumed=True)


def with_score(funds: FundsRead, score: ScoreValue) -> FundsRead:
    """The block with a score for the rate of execution, where the form has no room for one."""
    total, *others = funds.rows
    cell = ScoreCell(None, score, "预算执行率 · 得分")
    return funds._replace(rows=(total._replace(cells={**total.cells, "得分": cell}), *others))


def weight_of_heading(funds: FundsRead) -> ScoreValue | None:
    """The weight that the head prints: 得分（20分×执行率）."""
    for text in (*(c.heading for key, c in funds.columns.items() if key in ("得分", "执行率")), funds.title):
        said = weight_in(text)
        if said:
            return of_number(said)
    return None


def _pairs(lattice: Lattice, rows: Iterable[int], spec: ScoreSheetSpec, words: SheetWords) -> FundsRead | None:
    """A block without a head: each figure stands right of what it is called. None where budget and spending don't stand so."""
    roles = {slot.key: slot.role for slot in spec.block(FUNDS).slots}
    cells: dict[str, ScoreCell] = {}
    columns: dict[str, BoundColumn] = {}
    lines: set[int] = set()
    for row in rows:
        for _, at in lattice.seen(row):
            key = words.exact(FUNDS, lattice.text(*at)) if at[0] == row and len(lattice.text(*at)) <= _LONGEST else ""
            beside = lattice.origin(row, lattice.area(*at)[3] + 1)
            value = lattice.value(*beside)
            if key in roles and key not in cells and beside[0] == row and value.bare:
                exact = whole_is_exact(value) if roles[key] is SlotRole.WEIGHT else value
                cells[key] = ScoreCell(beside, exact, f"资金 · {key}")
                columns[key] = BoundColumn(beside[1], CERTAIN, lattice.text(*at))
                lines.add(row)
    if not {"全年预算数", "全年执行数"} <= cells.keys():
        return None
    money = [key for key in cells if roles[key] is SlotRole.MONEY]
    finest = min(*(cells[key].value.ulp for key in money), _CENT)
    cells |= {key: cells[key]._replace(value=cells[key].value._replace(ulp=finest)) for key in money}
    return FundsRead((ScoreRow("总额", "资金", cells),), columns, min(lines), max(lines) + 1)


def is_fund_head(lattice: Lattice, row: int, words: SheetWords) -> bool:
    """Whether a row heads money: two of its columns by name, or three alike."""
    texts = [lattice.text(*at) for _, at in lattice.seen(row) if at[0] == row]
    short = [text for text in texts if text and len(text) <= _LONGEST]
    if len(short) < 3 or any(words.is_label("项目名称", text) for text in short):
        return False
    known = {words.exact(FUNDS, text) for text in short}.intersection(_HEADS)
    alike = {key for key in _HEADS if any(words.likeness(FUNDS, key, text) >= _LIKE for text in short)}
    return len(known) >= 2 or len(known | alike) >= 3


def _heads_figures(lattice: Lattice, row: int, words: SheetWords) -> bool:
    """Whether a row whose words nobody knows heads figures: short texts, and three bare numbers or more right below."""
    texts = [lattice.text(*at) for _, at in lattice.seen(row) if at[0] == row]
    if len(texts) < 4 or not all(text and len(text) <= 24 for text in texts):
        return False
    if any(words.is_label("项目名称", text) for text in texts):
        return False
    below = head_at(lattice, row).bottom + 1
    return sum(lattice.value(*at).bare for _, at in lattice.seen(below)) >= 3


def _right_of_labels(columns: Sequence[HeadedColumn]) -> list[HeadedColumn]:
    """The columns from the first one with figures on: left of it stand titles and labels."""
    first = next((i for i, c in enumerate(columns) if any(value.bare for value in c.values)), 0)
    return list(columns[first:])


def _rows(lattice: Lattice, head: BlockHead, until: int, words: SheetWords) -> list[int]:
    """The rows below the head: each has a label, and figures or room for them; the goals end them."""
    lines: list[int] = []
    for row in range(head.bottom + 1, min(until, head.bottom + 1 + _MOST_ROWS)):
        texts = [(at, lattice.text(*at)) for _, at in lattice.seen(row)]
        own = [(at, text) for at, text in texts if at[0] == row]
        if any(_is_goal(text, words) for _, text in texts) or any(len(text) > 40 for _, text in own):
            break
        if any(at[0] == row for at, _ in texts):
            lines.append(row)
    while lines and not any(lattice.value(lines[-1], c).numeric for c in range(2, lattice.width + 1)):
        if len(lines) > 1 and not _is_of_money(lattice, lines[-1]):
            lines.pop()
        else:
            break
    return lines


def _above_words(lattice: Lattice, lines: Sequence[int], columns: Mapping[str, BoundColumn]) -> list[int]:
    """The rows of money: up to the first in which one cell of words lies over several columns."""
    for n, row in enumerate(lines):
        places = [lattice.origin(row, column.at) for column in columns.values()]
        wide = {at for at in places if places.count(at) > 1}
        if n and any(lattice.value(*at).kind is ValueKind.WORDS for at in wide):
            return list(lines[:n])
    return list(lines)


def _is_goal(text: str, words: SheetWords) -> bool:
    """Whether a text is the label of the goals: 年度总体目标, 年度目标1（80分）."""
    return words.is_label("目标", _NUMBERED.sub("", text)) if text else False


def _is_of_money(lattice: Lattice, row: int) -> bool:
    return any("资金" in text or "拨款" in text for _, at in lattice.seen(row) if (text := lattice.text(*at)))


def _finest(lattice: Lattice, lines: Sequence[int], columns: Sequence[int]) -> Fraction:
    """The last digit that money of the form prints: two decimals, or more where one cell has them."""
    values = [lattice.value(row, column) for row in lines for column in columns]
    return min((v.ulp for v in values if v.numeric and v.ulp), default=_CENT)


def _row(
    lattice: Lattice,
    line: int,
    first: int,
    bound: Mapping[str, BoundColumn],
    roles: Mapping[str, SlotRole],
    finest: Fraction,
) -> ScoreRow:
    label = _label(lattice, line, first)
    cells: dict[str, ScoreCell] = {}
    for key, column in bound.items():
        if column.grade == DOUBTFUL:
            continue
        value = lattice.value(line, column.at)
        if roles[key] is SlotRole.MONEY and value.numeric:
            value = value._replace(ulp=min(finest, _CENT))
        if roles[key] is SlotRole.WEIGHT and value.numeric:
            value = whole_is_exact(value)
        at = lattice.origin(line, column.at)
        if roles[key] in (SlotRole.RATE, SlotRole.SCORE, SlotRole.WEIGHT) and at[0] != line:
            continue  # merged over several rows: it is said of the first
        cells[key] = ScoreCell(at, value, f"{label} · {key}", column.grade)
    return ScoreRow(label, label, cells)


def whole_is_exact(value: ScoreValue) -> ScoreValue:
    """A weight or a count without decimals is what it says."""
    return value if value.digits else value._replace(ulp=Fraction(0))


def _label(lattice: Lattice, line: int, first: int) -> str:
    texts = [lattice.text(*lattice.origin(line, c)) for c in range(1, first)]
    own = [t for c, t in enumerate(texts, 1) if t and lattice.area(line, c)[0] == lattice.area(line, c)[2]]
    return (own or [t for t in texts if t] or [""])[-1]


def _told(rows: Sequence[ScoreRow], words: SheetWords) -> list[ScoreRow]:
    """The rows with the total named 总额 and first; details of a part (a 其中 within) are no parts."""
    total = next((i for i, row in enumerate(rows) if words.is_label("总额", row.label)), 0 if rows else None)
    if total is None:
        return []
    details = _details(rows, total)
    told = [rows[total]._replace(key="总额")]
    for i, row in enumerate(rows):
        if i != total:
            told.append(row._replace(key="明细" if i in details else f"分项{i}"))
    return told


def _details(rows: Sequence[ScoreRow], total: int) -> set[int]:
    """The rows that only say what a part is made of: a 其中 below a part, and what goes on from it until they add up to the part."""
    found: set[int] = set()
    parent = -1
    for i, row in enumerate(rows):
        if i == total or i in found:
            continue
        if plain(row.label).startswith("其中") and parent >= 0:
            found.update(range(i, _end_of_details(rows, parent, i, total)))
        elif parent >= 0 and 0 < _level(rows[parent]) < _level(row):
            found.add(i)
        else:
            parent = i
    return found or _by_sums(rows, total)


def _level(row: ScoreRow) -> int:
    """How deep the number of a label is: 一、 is 1, （一） 2, 1. 3, （1） 4; 0 where it has none."""
    return next((n for n, pattern in enumerate(_LEVELS, 1) if pattern.match(plain(row.label))), 0)


def _by_sums(rows: Sequence[ScoreRow], total: int) -> set[int]:
    """Details that no word tells: where all rows together come to more than the total, and without them to just that."""
    whole = _amounts(rows[total])
    others = [i for i in range(len(rows)) if i != total]
    if len(others) < _FEWEST_WITH_DETAILS or not any(whole.values()) or _is_sum(rows, others, whole):
        return set()
    for n, parent in enumerate(others):
        for last in range(n + 2, len(others)):
            inner = others[n + 1 : last + 1]
            if _is_sum(rows, inner, _amounts(rows[parent])) and _is_sum(
                rows, [i for i in others if i not in inner], whole
            ):
                return set(inner)
    return set()


def _is_sum(rows: Sequence[ScoreRow], parts: Sequence[int], whole: Mapping[str, Fraction]) -> bool:
    """Whether rows come to what another one says, in every column of money."""
    amounts = [_amounts(rows[i]) for i in parts]
    return any(whole.values()) and all(
        sum((a.get(key, Fraction(0)) for a in amounts), Fraction(0)) == amount for key, amount in whole.items()
    )


def _end_of_details(rows: Sequence[ScoreRow], parent: int, first: int, total: int) -> int:
    """The row behind the details of a part: where most of its money is explained, the first row alone where none is."""
    whole = _amounts(rows[parent])
    best, most = first + 1, 0
    for end in range(first + 1, total if total > first else len(rows)) if whole else ():
        sums = _amounts(rows[first])
        for row in rows[first + 1 : end + 1]:
            for key, amount in _amounts(row).items():
                sums[key] = sums.get(key, Fraction(0)) + amount
        alike = sum(sums.get(key) == amount for key, amount in whole.items() if amount)
        if alike > most:
            best, most = end + 1, alike
    one = sum(_amounts(rows[first]).get(key) == amount for key, amount in whole.items() if amount)
    return first + 1 if one and one >= most else best


def _amounts(row: ScoreRow) -> dict[str, Fraction]:
    return {key: row.cell(key).value.number for key in _HEADS if key != "执行率" and row.cell(key).value.numeric}


def as_percent(funds: FundsRead) -> FundsRead:
    """Rates that are typed as fractions (0.4428) made percentages, where the money says that they are."""
    return funds._replace(rows=tuple(_percent_row(row) for row in funds.rows))


def _percent_row(row: ScoreRow) -> ScoreRow:
    rate, budget, spent = (row.cell(key) for key in ("执行率", "全年预算数", "全年执行数"))
    value = rate.value
    if (
        not value.numeric
        or value.unit
        or not budget.value.numeric
        or not budget.value.number
        or not 0 < value.number <= 2
    ):
        return row
    exact = spent.value.number / budget.value.number
    if abs(exact - value.number) >= abs(exact * 100 - value.number):
        return row
    fraction = value._replace(number=value.number * 100, ulp=value.ulp * 100, percent=True)
    return row._replace(cells={**row.cells, "执行率": rate._replace(value=fraction)})


def _identity(columns: Mapping[str, HeadedColumn]) -> float:
    """What arithmetic says of a reading of the columns, in nats."""
    nats = 0.0
    for line in range(max((len(c.values) for c in columns.values()), default=0)):
        figures = {key: c.values[line].number for key, c in columns.items() if c.values[line].numeric}
        nats += _of_row(figures)
    return max(-_MOST_NATS, min(_MOST_NATS, nats))


def _of_row(figures: Mapping[str, Fraction]) -> float:
    budget, spent = figures.get("全年预算数"), figures.get("全年执行数")
    if budget is None or spent is None or not budget:
        return 0.0
    nats = 0.2 if spent <= budget else -0.8
    if "分值" in figures:
        nats += 0.5 if figures["分值"] in _WEIGHTS else -2.0
    if "执行率" in figures:
        exact = spent / budget * 100
        off = min(abs(exact - figures["执行率"]), abs(exact - figures["执行率"] * 100))
        scaled = min(abs(exact / _WAN - figures["执行率"]), abs(exact * _WAN - figures["执行率"]))
        nats += 4.0 if off < _CENT else 1.5 if off < _HALF_A_PERCENT or scaled < _CENT else -0.6
    if "结转结余" in figures:
        nats += 1.0 if abs(budget - spent - figures["结转结余"]) < _CENT else -1.0
    if "得分" in figures and "执行率" in figures:
        shares = spent / budget, figures["执行率"] / 100, figures["执行率"]
        weights = (figures["分值"],) if "分值" in figures else _WEIGHTS
        fits = any(abs(share * weight - figures["得分"]) < _CENT for share in shares for weight in weights)
        nats += 2.0 if fits else -1.5
    return nats
