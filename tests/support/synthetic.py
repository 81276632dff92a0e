"""Clean synthetic units: exact figures first, then printed in one of the honest habits.

Exact figures are integers in 分; every relation of the form holds on them. A table is then printed in habit
A (every cell rounded from the exact figure), B (leaves rounded, totals summed from what is shown) or D
(every cell cut off). Whatever the habits, such a workbook holds no error.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from xlcheck.form import TOTAL, RowKind, RowSpec, SetSpec
from xlcheck.model import Submission
from xlcheck.reading.from_data import DataTable, number, submission

CENT = 10_000  # 0.01 万元 in 分
FUNDS = ("一般公共预算财政拨款", "政府性基金预算财政拨款", "国有资本经营预算财政拨款")
OTHERS = ("上级补助收入", "事业收入", "经营收入", "附属单位上缴收入", "其他收入")
Cells = dict[tuple[str, str], int]


def rounded(exact: int) -> int:
    """Half up, away from zero."""
    sign = -1 if exact < 0 else 1
    return sign * ((abs(exact) + CENT // 2) // CENT) * CENT


def cut(exact: int) -> int:
    """Further digits dropped."""
    sign = -1 if exact < 0 else 1
    return sign * (abs(exact) // CENT) * CENT


@dataclass
class Unit:
    """The exact accounts of one unit; amounts in 分."""

    draw: random.Random
    leaves: list[str] = field(default_factory=list)
    general: dict[str, tuple[int, int]] = field(default_factory=dict)
    fund: dict[str, int] = field(default_factory=dict)
    soe: dict[str, int] = field(default_factory=dict)
    other: dict[str, list[int]] = field(default_factory=dict)
    small: float = 0.0  # the share of amounts that are too small to print

    def amount(self, chance: float = 1.0) -> int:
        """A figure between 0.5 万元 and 5,000 万元, or nothing."""
        if self.draw.random() > chance:
            return 0
        if self.small and self.draw.random() < self.small:
            return self.draw.randrange(1, CENT // 2)
        return int(10 ** self.draw.uniform(3.7, 7.7)) * 10 + self.draw.randrange(10)


def make_unit(draw: random.Random, leaves: int, classes: list[str], fiscal_only: bool, small: float = 0.0) -> Unit:
    """Draw the accounts of a unit with about ``leaves`` leaf codes."""
    unit = Unit(draw, small=small)
    codes = {draw.choice(classes) + f"{draw.randrange(1, 8):02d}{draw.randrange(1, 30):02d}" for _ in range(leaves)}
    unit.leaves = sorted(codes)
    for code in unit.leaves:
        unit.general[code] = (unit.amount(0.8), unit.amount(0.5))
        unit.fund[code] = unit.amount(0.1) if not fiscal_only else 0
        unit.soe[code] = unit.amount(0.05) if not fiscal_only else 0
        unit.other[code] = [unit.amount(0.2) if not fiscal_only else 0 for _ in range(5)]
    return unit


class Printer:
    """Prints exact cells of one table in one habit, totals included."""

    def __init__(self, habit: str) -> None:
        self.habit = habit

    def leaf(self, exact: int) -> int:
        """A cell that is typed."""
        return cut(exact) if self.habit == "D" else rounded(exact)

    def total(self, exact: int, shown: Iterable[int]) -> int:
        """A cell that is a sum."""
        return sum(shown) if self.habit == "B" else self.leaf(exact)


def tree(leaves: Iterable[str]) -> dict[str, list[str]]:
    """All codes in printed order → the leaves under each."""
    under: dict[str, list[str]] = {}
    for leaf in leaves:
        for length in (3, 5, 7):
            under.setdefault(leaf[:length], []).append(leaf)
    return dict(sorted(under.items()))


class Book:
    """Collects printed cells and turns them into a submission."""

    def __init__(self, form: SetSpec, draw: random.Random, habits: str, *, blanks: bool = False) -> None:
        """``blanks``: nothing is printed for what rounds to nothing."""
        self.form = form
        self.blanks = blanks
        self.given = {t.key: DataTable() for t in form.tables}
        self.habit = {t.number: draw.choice(habits) for t in form.tables}
        self._rows: dict[tuple[str, str], dict[str, RowSpec]] = {}

    def printer(self, table: str) -> Printer:
        return Printer(self.habit[table])

    def put(self, table: str, section: str, row: str, column: str, figure: int, keep_zero: bool = False) -> None:
        """One cell; zeros stay blank unless asked for."""
        spec = self.form.table(table)
        rows = self._rows.get((table, section))
        if rows is None:
            rows = {r.key: r for r in spec.section(section).rows if r.kind is RowKind.DATA}
            self._rows[table, section] = rows
        if figure or (keep_zero and not self.blanks):
            exact = row in rows and rows[row].exact
            amount = number(Decimal(figure).scaleb(-6), 0 if exact else CENT)
            key = rows[row].code or row if row in rows else row
            self.given[spec.key].amounts[section, key, column] = amount

    def code_table(self, table: str, leaves: list[str], columns: dict[str, Callable[[str], int]],
                   total_column: str | None) -> None:  # fmt: skip
        """A code table: leaf cells exact by column; the total column is the sum of the others."""
        printer, under = self.printer(table), tree(leaves)
        self.given[self.form.table(table).key].codes["全表"] = [
            (c, next(iter(self.form.codes.get(c, {})), f"科目{c}")) for c in under
        ]
        shown: Cells = {}
        there: set[tuple[str, str]] = set()
        sums = {**under, TOTAL: leaves}
        for code, below in sums.items():
            for column, exact in columns.items():
                value = sum(exact(leaf) for leaf in below)
                if value:
                    there.add((code, column))
                if code in below:
                    shown[code, column] = printer.leaf(value)
                else:
                    shown[code, column] = printer.total(value, [printer.leaf(exact(leaf)) for leaf in below])
            if total_column:
                value = sum(exact(leaf) for leaf in below for exact in columns.values())
                if value:
                    there.add((code, total_column))
                shown[code, total_column] = printer.total(value, [shown[code, c] for c in columns])
        for (code, column), figure in shown.items():
            self.put(table, "全表", code, column, figure, keep_zero=(code, column) in there)

    def finish(self) -> Submission:
        """The submission; a table without figures says so."""
        for table in ("公开07", "公开08", "公开09"):
            given = self.given[self.form.table(table).key]
            given.statement = "" if given.amounts else "说明：本表无数据"
        return submission(self.form, self.given)


def clean_submission(
    form: SetSpec, seed: int, habits: str = "A", leaves: int = 12, fiscal_only: bool = False, *, small: float = 0.0
) -> Submission:
    """A clean unit printed with each table in one of ``habits``.

    ``small``: the share of amounts below 50 元, for which its office prints nothing.
    """
    draw = random.Random(seed)
    functions = {r.code: r.key for r in form.table("公开01").section("支出").rows if r.code}
    unit = make_unit(draw, leaves, [c for c in functions if c], fiscal_only, small)
    book = Book(form, draw, habits, blanks=small > 0)
    _code_tables(book, unit)
    start, spent, income = _accounts(unit, fiscal_only)
    _summary(book, unit, functions, start, spent, income)
    _fiscal_summary(book, unit, functions, start, spent, income)
    _economic(book, unit)
    _three_public(book, unit)
    _information(book, unit)
    return book.finish()


def _code_tables(book: Book, unit: Unit) -> None:
    def own(code: str, column: int) -> int:
        basic, project = unit.general[code]
        other = unit.other[code]
        return (basic + other[0], project + unit.fund[code] + unit.soe[code] + other[1], *other[2:])[column]

    names = ("基本支出", "项目支出", "上缴上级支出", "经营支出", "对附属单位补助支出")
    book.code_table("公开03", unit.leaves, {n: (lambda c, i=i: own(c, i)) for i, n in enumerate(names)}, "本年支出合计")
    general = [c for c in unit.leaves if any(unit.general[c])]
    book.code_table(
        "公开05", general, {"基本支出": lambda c: unit.general[c][0], "项目支出": lambda c: unit.general[c][1]}, "小计"
    )
    soe = [c for c in unit.leaves if unit.soe[c]]
    book.code_table("公开08", soe, {"项目支出": lambda c: unit.soe[c]}, "合计")


def _accounts(unit: Unit, fiscal_only: bool) -> tuple[list[int], list[int], list[int]]:
    """Per source (general, fund, soe, other): carried in, spent, income."""
    spent = [
        sum(sum(v) for v in unit.general.values()),
        sum(unit.fund.values()),
        sum(unit.soe.values()),
        sum(sum(v) for v in unit.other.values()),
    ]
    start = [0 if fiscal_only or not s else unit.amount(0.5) for s in spent]
    # what is left over is nothing or prints as something: a blank stands for exactly nothing
    start = [0 if abs(s - b) < CENT else b for s, b in zip(spent, start, strict=True)]
    income = [
        s if fiscal_only else max(0, s - b) + (unit.amount(0.5) if s else 0) for s, b in zip(spent, start, strict=True)
    ]
    return start, spent, income


def _by_class(unit: Unit, code: str, value: Callable[[str], int]) -> tuple[int, list[int]]:
    parts = [value(c) for c in unit.leaves if c.startswith(code)]
    return sum(parts), parts


def _summary(
    book: Book, unit: Unit, functions: dict[str, str], start: list[int], spent: list[int], income: list[int]
) -> None:
    p = book.printer("公开01")
    others = _split(unit, income[3], 5)
    rows = dict(
        zip(
            ("一般公共预算财政拨款收入", "政府性基金预算财政拨款收入", "国有资本经营预算财政拨款收入"),
            income,
            strict=False,
        )
    )
    rows |= dict(zip(OTHERS, others, strict=True))
    shown = {k: p.leaf(v) for k, v in rows.items()}
    shown["本年收入合计"] = p.total(sum(income), list(shown.values()))
    shown["年初结转和结余"] = p.leaf(sum(start))
    shown["总计"] = p.total(sum(income) + sum(start), [shown["本年收入合计"], shown["年初结转和结余"]])
    for row, figure in shown.items():
        book.put("公开01", "收入", row, "金额", figure)

    def all_of(code: str) -> int:
        return sum(unit.general[code]) + unit.fund[code] + unit.soe[code] + sum(unit.other[code])

    out = {key: p.leaf(_by_class(unit, code, all_of)[0]) for code, key in functions.items()}
    out["本年支出合计"] = p.total(sum(spent), list(out.values()))
    end = sum(start) + sum(income) - sum(spent)
    out["年末结转和结余"] = p.leaf(end)
    out["总计"] = p.total(sum(spent) + end, [out["本年支出合计"], out["年末结转和结余"]])
    for row, figure in out.items():
        book.put("公开01", "支出", row, "金额", figure)
    _income_table(book, unit, income, others)


def _split(unit: Unit, whole: int, count: int) -> list[int]:
    """``whole`` in ``count`` parts of at least 1 万元 each (all in the first, if it is too small).

    Parts that would print as 0.00 are left to the tests of zeros: a blank stands for exactly nothing.
    """
    least = 100 * CENT
    spare = whole - least * count
    if spare <= 0:
        return [whole, *[0] * (count - 1)]
    cuts = sorted(unit.draw.randrange(spare + 1) for _ in range(count - 1))
    return [b - a + least for a, b in zip([0, *cuts], [*cuts, spare], strict=True)]


def _income_table(book: Book, unit: Unit, income: list[int], others: list[int]) -> None:
    fiscal = _split(unit, sum(income[:3]), len(unit.leaves))
    rest = [_split(unit, o, len(unit.leaves)) for o in others]
    at = {c: i for i, c in enumerate(unit.leaves)}
    columns: dict[str, Callable[[str], int]] = {"财政拨款收入": lambda c: fiscal[at[c]]}
    for name, parts in zip(OTHERS, rest, strict=True):
        columns[name] = lambda c, parts=parts: parts[at[c]]
    book.code_table("公开02", unit.leaves, columns, "本年收入合计")


def _fiscal_summary(
    book: Book, unit: Unit, functions: dict[str, str], start: list[int], spent: list[int], income: list[int]
) -> None:
    p = book.printer("公开04")
    shown = {k: p.leaf(v) for k, v in zip(FUNDS, income, strict=False)}
    before = {"年初" + k: p.leaf(v) for k, v in zip(FUNDS, start, strict=False)}
    got, had = sum(income[:3]), sum(start[:3])
    extra = {"本年收入合计": p.total(got, shown.values()), "年初财政拨款结转和结余": p.total(had, before.values())}
    extra["总计"] = p.total(got + had, extra.values())
    for row, figure in {**shown, **before, **extra}.items():
        book.put("公开04", "收入", row, "金额", figure)
    sources: list[Callable[[str], int]] = [
        lambda c: sum(unit.general[c]),
        lambda c: unit.fund[c],
        lambda c: unit.soe[c],
    ]
    exact: dict[str, list[int]] = {
        key: [_by_class(unit, code, s)[0] for s in sources] for code, key in functions.items()
    }
    cells: Cells = {(key, f): p.leaf(v) for key, values in exact.items() for f, v in zip(FUNDS, values, strict=True)}
    end = [b + i - s for b, i, s in zip(start, income, spent, strict=True)]
    for i, fund in enumerate(FUNDS):
        cells["本年支出合计", fund] = p.total(spent[i], [cells[k, fund] for k in exact])
        cells["年末财政拨款结转和结余", fund] = p.leaf(end[i])
        below = [cells["本年支出合计", fund], cells["年末财政拨款结转和结余", fund]]
        cells["总计", fund] = p.total(spent[i] + end[i], below)
    sums = {
        **exact,
        "本年支出合计": spent[:3],
        "年末财政拨款结转和结余": end[:3],
        "总计": [s + e for s, e in zip(spent[:3], end[:3], strict=True)],
    }
    for key, values in sums.items():
        cells[key, "合计"] = p.total(sum(values), [cells[key, f] for f in FUNDS])
    for (row, column), figure in cells.items():
        book.put("公开04", "支出", row, column, figure)
    _fund_table(book, unit, start[1], spent[1], income[1])


def _fund_table(book: Book, unit: Unit, start: int, spent: int, income: int) -> None:
    leaves = [c for c in unit.leaves if unit.fund[c]]
    if not leaves:
        return
    first = leaves[0]
    columns: dict[str, Callable[[str], int]] = {
        "年初结转和结余": lambda c: start if c == first else 0,
        "本年收入": lambda c: unit.fund[c] + (income - spent if c == first else 0),
        "项目支出": lambda c: unit.fund[c],
        "支出小计": lambda c: unit.fund[c],
        "年末结转和结余": lambda c: start + income - spent if c == first else 0,
    }
    book.code_table("公开07", leaves, columns, None)


def _economic(book: Book, unit: Unit) -> None:
    p = book.printer("公开06")
    whole = sum(v[0] for v in unit.general.values())
    codes = [
        "30101",
        "30102",
        "30103",
        "30107",
        "30113",
        "30199",
        "30201",
        "30202",
        "30207",
        "30211",
        "30299",
        "30302",
        "31002",
    ]
    parts = dict(zip(codes, _split(unit, whole, len(codes)), strict=True))
    shown = {c: p.leaf(v) for c, v in parts.items()}
    exact: dict[str, int] = {}
    for group in ("301", "302", "303", "310"):
        exact[group] = sum(v for c, v in parts.items() if c.startswith(group))
        shown[group] = p.total(exact[group], [shown[c] for c in parts if c.startswith(group)])
    for name, groups in (("人员经费合计", ("301", "303")), ("公用经费合计", ("302", "310"))):
        shown[name] = p.total(sum(exact[g] for g in groups), [shown[g] for g in groups])
    for row, figure in shown.items():
        book.put("公开06", "全表", row, "金额", figure)


def _three_public(book: Book, unit: Unit) -> None:
    p = book.printer("公开09")
    for row in ("预算数", "决算数"):
        abroad, buy, run, meals = (unit.amount(0.6) for _ in range(4))
        cells = {
            "因公出国（境）费": p.leaf(abroad),
            "公务用车购置费": p.leaf(buy),
            "公务用车运行维护费": p.leaf(run),
            "公务接待费": p.leaf(meals),
        }
        cells["公务用车小计"] = p.total(buy + run, [cells["公务用车购置费"], cells["公务用车运行维护费"]])
        shown = [cells["因公出国（境）费"], cells["公务用车小计"], cells["公务接待费"]]
        cells["合计"] = p.total(abroad + buy + run + meals, shown)
        for column, figure in cells.items():
            book.put("公开09", "全表", row, column, figure)


def _information(book: Book, unit: Unit) -> None:
    p = book.printer("公开10")
    goods = [unit.amount(0.8) for _ in range(3)]
    shown = [p.leaf(g) for g in goods]
    for row, figure in zip(("货物", "工程", "服务"), shown, strict=True):
        book.put("公开10", "全表", row, "统计数", figure)
    book.put("公开10", "全表", "政府采购合计", "统计数", p.total(sum(goods), shown))
    cars = unit.draw.randrange(0, 9)
    book.put("公开10", "全表", "车辆数合计", "统计数", cars * 1_000_000)
    book.put("公开10", "全表", "其他用车", "统计数", cars * 1_000_000)
