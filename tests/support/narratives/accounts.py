"""The figures a text speaks of: this year's to the 分, last year's, the budget's, and the counts, all consistent.

Amounts are integers in 分. The workbook prints each rounded half up to 0.01 万元, so printed parts may miss their sum by
last digits, as in life.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from support.layouts import units
from support.layouts.units import (
    CARRIED_IN,
    CARRIED_OUT,
    F_IN,
    F_OUT,
    HELP,
    SOURCES,
    T01,
    T02,
    T03,
    T04,
    T05,
    T07,
    T08_WIDE,
    T09,
    T10,
    TOTAL,
    USES,
    Key,
    Unit,
)

CENT = 10_000  # 0.01 万元 in 分
ABROAD, CARS, BUY, RUN, MEALS = units.PUBLIC_ITEMS[1:]
INCOMES = ("财政拨款收入", *SOURCES)


def rounded(exact: int) -> int:
    """0.01 万元, half up, away from zero."""
    sign = -1 if exact < 0 else 1
    return sign * ((abs(exact) + CENT // 2) // CENT)


class _FineMaker(units._Maker):
    """Draws a unit whose amounts are in 分."""

    def amount(self, chance: float = 1.0) -> int:
        value = super().amount(chance)
        return value * CENT + self.draw.randrange(-4_900, 4_900) if value else 0

    def _public(self) -> None:
        d = self.draw
        if self.kind == "bare" or d.random() < 0.08:
            return
        done = [(self.amount(p) % (40_000 * CENT)) for p in (0.3, 0.25, 0.85, 0.85)]
        planned = [
            v + (d.randrange(60, 3_000) * CENT + d.randrange(CENT) if d.random() < 0.7 and v else 0) for v in done
        ]
        for column, (abroad, buy, run, meals) in (("决算数", done), ("预算数", planned)):
            values = (abroad + buy + run + meals, abroad, buy + run, buy, run, meals)
            for item, value in zip(units.PUBLIC_ITEMS, values, strict=True):
                self.put(T09, "", item, column, value)


@dataclass
class Accounts:
    """Everything a text of a unit may say. ``now``, ``last``: by the keys of layouts; ``budget``: by 项 of 公开05."""

    unit: Unit
    now: dict[Key, int]
    draw: random.Random
    has_info: bool = False
    new: bool = False  # no last year
    last: dict[Key, int] = field(default_factory=dict)
    budget: dict[str, int] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def year(self) -> int:
        return self.unit.year

    def leaves(self) -> list[str]:
        """The 项 of 公开05 that spent anything."""
        return [c for c in self.unit.codes[T05] if len(c) == 7 and self.now.get((T05, "", c, "合计"))]

    def groups(self, length: int = 3, table: str = T05, column: str = "合计") -> list[str]:
        """The codes of a length with an amount that prints."""
        return [
            c for c in self.unit.codes[table] if len(c) == length and rounded(self.now.get((table, "", c, column), 0))
        ]

    def budget_of(self, code: str) -> int:
        """The budget of a code: the sum of its 项."""
        return sum(v for c, v in self.budget.items() if c.startswith(code) or code == TOTAL)


def _before(d: random.Random, value: int, chance: float = 0.12) -> int:
    """Last year's figure beside this year's: about it, the same, or nothing; never a difference that prints as nothing."""
    if d.random() < chance:
        return value
    if value and d.random() < 0.08:
        return 0
    if not value:
        return 0 if d.random() < 0.7 else (d.randrange(20, 9_000) * CENT + d.randrange(CENT))
    found = int(value * d.uniform(0.45, 1.7))
    if abs(found - value) < 3 * CENT:
        found = value + d.choice((-1, 1)) * d.randrange(3, 40) * CENT if value > 50 * CENT else value
    return found


def fine_unit(
    seed: int, kind: str, year: int, without: tuple[str, ...] = ("231", "232", "234")
) -> tuple[Unit, dict[Key, int]]:
    """A unit as its workbook prints it, and its figures to the 分."""
    exact = _FineMaker(seed, kind, year, without).unit()
    printed = {k: n for k, v in exact.facts.items() if (n := rounded(v))}
    return exact.with_facts(printed), exact.facts


def whole_unit(
    seed: int, kind: str, year: int, without: tuple[str, ...] = ("231", "232", "234")
) -> tuple[Unit, dict[Key, int]]:
    """A unit whose figures are whole cents of 万元: nothing is left to rounding."""
    unit = units.make_unit(seed, kind, year, without)
    return unit, {k: v * CENT for k, v in unit.facts.items()}


def accounts(unit: Unit, now: dict[Key, int], seed: int, *, info: bool = False, new: bool = False) -> Accounts:
    """Last year, budgets and counts beside a unit's figures."""
    d = random.Random(f"accounts {seed}")
    book = Accounts(unit, now, d, has_info=info, new=new)
    f: Callable[..., int] = lambda *key: now.get(key, 0)  # noqa: E731
    _codes(book, d)
    last = book.last
    # 三公: budgets stand in the table
    parts = {i: (0 if new else _before(d, f(T09, "", i, "决算数"), 0.25)) for i in (ABROAD, BUY, RUN, MEALS)}
    parts[CARS] = parts[BUY] + parts[RUN]
    parts["合计"] = parts[ABROAD] + parts[CARS] + parts[MEALS]
    last.update({(T09, "", i, "决算数"): v for i, v in parts.items()})
    # 收入, 支出 and their totals; this year's 年初结转 is last year's 年末结转
    uses = {u: 0 if new else _before(d, f(T03, "", TOTAL, u)) for u in USES}
    if not new:
        uses["项目支出"] = uses["项目支出"] or 12_345 * CENT + 77
    spent = sum(uses.values())
    total = spent + f(T01, "收入", CARRIED_IN, "决算数")
    got = int(total * (1 if new else d.uniform(0.9, 1.0)))
    shares = {i: 0 if not f(T02, "", TOTAL, i) else int(got * d.uniform(0.02, 0.12)) for i in SOURCES}
    shares["财政拨款收入"] = got - sum(shares.values())
    last.update({(T03, "", TOTAL, u): v for u, v in uses.items()})
    last.update({(T02, "", TOTAL, i): v for i, v in shares.items()})
    last[T03, "", TOTAL, "本年支出合计"] = last[T01, "支出", "本年支出合计", "决算数"] = spent
    last[T02, "", TOTAL, "本年收入合计"] = last[T01, "收入", "本年收入合计", "决算数"] = got
    last[T01, "收入", "总计", "决算数"] = last[T01, "支出", "总计", "决算数"] = total
    last[T01, "收入", CARRIED_IN, "决算数"] = total - got
    last[T01, "收入", HELP, "决算数"] = last[T01, "支出", "结余分配", "决算数"] = 0
    last[T01, "支出", CARRIED_OUT, "决算数"] = f(T01, "收入", CARRIED_IN, "决算数")
    _funds(book, d)
    last[T10, "", "机关运行经费", "统计数"] = 0 if new else _before(d, office_cost(book))
    _counted(book, d)
    return book


def _codes(book: Accounts, d: random.Random) -> None:
    """Last year's spending by 项, and this year's budgets."""
    for code in book.leaves():
        value = book.now[T05, "", code, "合计"]
        before = 0 if book.new else _before(d, value)
        for row in (code, code[:5], code[:3], TOTAL):
            key = (T05, "", row, "合计")
            book.last[key] = book.last.get(key, 0) + before
        draw = d.random()
        if value <= 0 or draw < 0.15:
            book.budget[code] = max(value, 0)
        elif draw < 0.27:
            book.budget[code] = 0
        else:
            planned = int(value * d.uniform(0.7, 1.45))
            book.budget[code] = planned // (100 * CENT) * (100 * CENT) or planned if d.random() < 0.3 else planned


def _funds(book: Accounts, d: random.Random) -> None:
    """公开04, 07, 08 of last year."""
    f = lambda *key: book.now.get(key, 0)  # noqa: E731
    last = book.last
    spent = last.get((T05, "", TOTAL, "合计"), 0)
    for table in (T07, T08_WIDE):
        paid = 0 if book.new else _before(d, f(table, "", TOTAL, "本年支出·小计"), 0.1)
        last[table, "", TOTAL, "本年支出·小计"] = paid
        last[table, "", TOTAL, "本年收入"] = paid
        spent += paid
    total = spent + f(T04, "收入", F_IN, "决算数")
    last[T04, "收入", "总计", "决算数"] = last[T04, "支出", "总计", "合计"] = total
    last[T04, "支出", "本年支出合计", "合计"] = spent
    last[T04, "收入", "本年收入合计", "决算数"] = total
    last[T04, "收入", F_IN, "决算数"] = 0
    last[T04, "支出", F_OUT, "合计"] = f(T04, "收入", F_IN, "决算数")


def office_cost(book: Accounts) -> int:
    """机关运行经费: what 公开10 says, else the office expenses of 公开06."""
    if book.has_info:
        return book.now.get((T10, "", "机关运行经费", "统计数"), 0)
    return book.now.get((units.T06, "", "公用经费合计", "决算数"), 0)


def _counted(book: Accounts, d: random.Random) -> None:
    """Counts that go with the amounts: 团组, 批次, cars, projects."""
    spent = lambda item: book.now.get((T09, "", item, "决算数"), 0)  # noqa: E731
    kept = book.unit.counts["kept"] or 1
    groups = d.randrange(1, 4)
    visits = d.randrange(2, 60)
    book.counts.update(book.unit.counts)
    projects = d.randrange(3, 30)
    best = d.randrange(projects // 2, projects + 1)
    book.counts.update({
        "groups": groups if rounded(spent(ABROAD)) else 0, "travellers": groups * d.randrange(1, 5) if rounded(spent(ABROAD)) else 0,
        "bought": d.randrange(1, 3) if rounded(spent(BUY)) else 0, "kept": kept if rounded(spent(RUN)) else 0,
        "visits": visits if rounded(spent(MEALS)) else 0, "guests": visits * d.randrange(3, 12) if rounded(spent(MEALS)) else 0,
        "projects": projects, "best": best, "good": projects - best, "staff": d.randrange(20, 300), "offices": d.randrange(3, 15),
    })  # fmt: skip


def renamed(unit: Unit, name: str) -> Unit:
    """The unit under another name."""
    return replace(unit, name=name)
