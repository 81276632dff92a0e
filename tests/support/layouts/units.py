"""Clean made-up units: the figures of every table, in cents of 万元, all relations exact.

Leaves are drawn rounded, totals are sums of what is printed; so nothing is left to rounding. A figure is known by
(table, section, row, column), in the words the truth of a layout uses.
"""

from __future__ import annotations

import csv
import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

Key = tuple[str, str, str, str]
CODES = Path(__file__).resolve().parents[2] / "data" / "codes"

T01, T02, T03 = "收入支出决算总表", "收入决算表", "支出决算表"
T04, T05 = "财政拨款收入支出决算总表", "一般公共预算财政拨款支出决算表"
T06 = "一般公共预算财政拨款基本支出决算表"
T07, T08 = "政府性基金预算财政拨款收入支出决算表", "国有资本经营预算财政拨款支出决算表"
T08_WIDE = "国有资本经营预算财政拨款收入支出决算表"
T09, T10 = "三公经费支出决算表", "部门决算公开相关信息统计表"
# tables of other sets, which no truth speaks of
T05_FLOW = "一般公共预算财政拨款收入支出决算表"
BY_CLASS, WIDE_DETAIL = "财政拨款支出决算明细表", "一般公共预算财政拨款支出决算明细表"
PROJECT, FUND_BASIC = "一般公共预算财政拨款项目支出决算表", "政府性基金预算财政拨款基本支出决算表"
TABLES = (T01, T02, T03, T04, T05, T06, T07, T08, T09, T10)
TOTAL = "合计"
FUNDS = ("一般公共预算财政拨款", "政府性基金预算财政拨款", "国有资本经营预算财政拨款")
SOURCES = ("上级补助收入", "事业收入", "经营收入", "附属单位上缴收入", "其他收入")
USES = ("基本支出", "项目支出", "上缴上级支出", "经营支出", "对附属单位补助支出")
CARRIED_IN, CARRIED_OUT, HELP = "年初结转和结余", "年末结转和结余", "使用非财政拨款结余和专用结余"
F_IN, F_OUT = "年初财政拨款结转和结余", "年末财政拨款结转和结余"
PUBLIC_ITEMS = ("合计", "因公出国（境）费", "公务用车购置及运行维护费小计", "公务用车购置费", "公务用车运行维护费",
                "公务接待费")  # fmt: skip
KINDS = ("plain", "fiscal", "funds", "nonfiscal", "tiny", "large", "negative", "bare", "all", "fund_only")
STAFF = ("301", "303")
OFFICE = ("302", "307", "310", "312", "313", "399")


@cache
def functional() -> dict[str, str]:
    """Functional codes and their names."""
    names: dict[str, str] = {}
    for file in ("functional_seen.csv", "functional_more.csv"):
        with (CODES / file).open(encoding="utf-8") as lines:
            for row in csv.DictReader(lines):
                if not row.get("flag"):
                    names.setdefault(row["code"], row["name"])
    return dict(sorted(names.items()))


@cache
def seen() -> frozenset[str]:
    """The functional codes that published reports showed."""
    with (CODES / "functional_seen.csv").open(encoding="utf-8") as lines:
        return frozenset(r["code"] for r in csv.DictReader(lines))


@cache
def classes() -> dict[str, str]:
    """The 26 classes of the forms: code and name."""
    with (CODES / "functional_class_rows.csv").open(encoding="utf-8") as lines:
        return {r["class_code"]: r["row_label_26"].partition("、")[2] for r in csv.DictReader(lines)}


@cache
def economic() -> dict[str, str]:
    """The 109 economic codes of 公开06 and their names."""
    with (CODES / "economic_gongkai06_2023.csv").open(encoding="utf-8") as lines:
        return {r["code"]: r["name_as_printed"] for r in csv.DictReader(lines)}


@dataclass(frozen=True)
class Unit:
    """One made-up unit. ``codes``: the codes each code table prints, in order, without the total."""

    name: str
    year: int
    kind: str
    seed: int
    codes: dict[str, tuple[str, ...]]
    facts: dict[Key, int] = field(repr=False)
    counts: dict[str, int] = field(repr=False)  # persons, cars …: figures of tables that the truth leaves out
    alias: dict[str, str] = field(default_factory=dict, repr=False)  # other names of codes (published reports)

    def figure(self, table: str, section: str, row: str, column: str) -> int | None:
        """The figure in cents, None for blank."""
        return self.facts.get((table, section, row, column))

    def named(self, code: str) -> str:
        """The printed name of a code."""
        return self.alias.get(code) or functional().get(code) or classes().get(code) or economic()[code]

    def empty(self, table: str) -> bool:
        """Whether the table carries no figure at all."""
        return not any(k[0] == table for k in self.facts)

    def with_facts(self, facts: dict[Key, int]) -> Unit:
        """The same unit with other figures."""
        return replace(self, facts=facts)


PLACES = ("云溪区", "南屏县", "东陵市", "白沙县", "临河区", "青石镇", "凤台县", "北塔区", "松岭区", "永安县", "金水区")
BUREAUS = ("文化和旅游局", "司法局", "市场监督管理局", "财政局", "生态环境局分局", "农业农村局", "统计局", "残疾人联合会",
           "社会保险中心", "档案馆", "住房和城乡建设局", "疾病预防控制中心", "第一中学", "总工会")  # fmt: skip

FUND_LEAVES = ("2120801", "2120803", "2120804", "2120899", "2296002", "2296003", "2070904")
SOE_LEAVES = ("2230105", "2239999")


class _Maker:
    """Draws one unit."""

    def __init__(self, seed: int, kind: str, year: int, without: tuple[str, ...]) -> None:
        self.draw = random.Random(f"unit {seed} {kind}")
        self.kind, self.seed, self.year, self.without = kind, seed, year, without
        self.facts: dict[Key, int] = defaultdict(int)
        self.codes: dict[str, tuple[str, ...]] = {}
        self.low, self.high = {"tiny": (0.3, 3.6), "large": (2.5, 6.6)}.get(kind, (2.0, 5.5))

    def amount(self, chance: float = 1.0) -> int:
        """A figure in cents, rarely a round one, or 0."""
        d = self.draw
        if d.random() > chance:
            return 0
        value = int(10 ** d.uniform(self.low, self.high)) + 1
        return max(100, value // 100 * 100) if d.random() < 0.12 else value

    def part(self, whole: int) -> int:
        """A part of a figure: nothing, all or some."""
        d = self.draw
        if whole <= 0 or d.random() < 0.4:
            return 0
        return whole if d.random() < 0.15 else d.randrange(1, whole + 1)

    def leaves(self) -> list[str]:
        """The leaf codes of the general budget."""
        d = self.draw
        skip = {*FUND_LEAVES, *SOE_LEAVES}
        pool = [c for c in functional() if len(c) == 7 and c not in skip and c[:3] not in self.without]
        pool = [c for c in pool if c[:5] in functional() and not ("unseen" in self.without and c not in seen())]
        many = {"tiny": d.randrange(2, 5), "large": d.randrange(26, 45), "bare": d.randrange(1, 3)}.get(
            self.kind, d.randrange(6, 20)
        )
        usual = [c for c in ("2080505", "2080506", "2101101", "2210201") if d.random() < 0.8]
        return sorted({*usual[: many - 1 or 1], *d.sample(pool, min(many, len(pool)))})

    def put(self, table: str, section: str, row: str, column: str, value: int) -> None:
        if value:
            self.facts[table, section, row, column] = value

    def code_table(self, table: str, leaves: dict[str, dict[str, int]], derived: dict[str, tuple[str, ...]]) -> None:
        """Leaf figures by column, summed to parents and total; ``derived``: columns that are sums of columns."""
        sums: dict[tuple[str, str], int] = defaultdict(int)
        codes: set[str] = set()
        for leaf, columns in leaves.items():
            codes |= {leaf[:3], leaf[:5], leaf}
            for column, value in columns.items():
                for row in (leaf, leaf[:5], leaf[:3], TOTAL):
                    sums[row, column] += value
        for row in (*codes, TOTAL):
            for column, parts in derived.items():
                sums[row, column] = sum(sums[row, p] for p in parts)
        self.codes[table] = tuple(sorted(codes))
        for (row, column), value in sums.items():
            self.put(table, "", row, column, value)

    def money(self) -> None:
        """Every account; the tables follow from it."""
        d, kind = self.draw, self.kind
        general = {c: [self.amount(0.75), self.amount(0.6)] for c in self.leaves()}
        for pair in general.values():
            if not any(pair):
                pair[d.randrange(2)] = self.amount()
        if kind == "fund_only":
            general = dict(list(general.items())[:3])
        if kind == "negative":
            for pair in d.sample(list(general.values()), min(2, len(general))):
                pair[0] += 5_000
                pair[1] = -d.randrange(1, 4_000)
        fund: dict[str, list[int]] = {}
        soe: dict[str, list[int]] = {}
        if kind in ("funds", "large", "all", "fund_only"):
            pool = [c for c in FUND_LEAVES if c[:3] not in self.without]
            fund = {c: [self.amount(0.15), self.amount()] for c in sorted(d.sample(pool, d.randrange(1, 4)))}
        if kind in ("all", "large") and "223" not in self.without:
            soe = {c: [0, self.amount()] for c in sorted(d.sample(SOE_LEAVES, d.randrange(1, 3)))}
        other: dict[str, list[int]] = {}
        if kind in ("nonfiscal", "all", "large"):
            for c in general:
                if d.random() < 0.45:
                    uses = [self.amount(0.5), self.amount(0.5), self.amount(0.1), self.amount(0.25), self.amount(0.1)]
                    if any(uses):
                        other[c] = uses
        self._spread((general, fund, soe), other)

    def _spread(self, fiscal: tuple[dict[str, list[int]], ...], other: dict[str, list[int]]) -> None:
        d = self.draw
        quiet = self.kind in ("fiscal", "bare", "plain") and d.random() < 0.7
        flows: list[dict[str, tuple[int, int, int]]] = []  # per fund: leaf → carried in, income, carried out
        for spent in fiscal:
            flow = {}
            for code, (basic, project) in spent.items():
                start = 0 if quiet or d.random() < 0.6 else self.part(basic + project)
                end = 0 if quiet or d.random() < 0.7 else self.amount()
                flow[code] = (start, basic + project + end - start, end)
            flows.append(flow)
        self._spending(fiscal, other)
        self._funds(fiscal, flows)
        rest = self._non_fiscal(other)
        self._income(flows, rest)
        self._summary(fiscal, other, flows, rest)
        self._fiscal_summary(fiscal, flows)
        self._public()
        self._economic(sum(p[0] for p in fiscal[0].values()))
        self._other_sets(fiscal)

    def _spending(self, fiscal: tuple[dict[str, list[int]], ...], other: dict[str, list[int]]) -> None:
        leaves: dict[str, dict[str, int]] = {}
        for spent in (*fiscal, other):
            for code, values in spent.items():
                row = leaves.setdefault(code, dict.fromkeys(USES, 0))
                for use, value in zip(USES, values, strict=False):
                    row[use] += value
        self.code_table(T03, leaves, {"本年支出合计": USES})
        pair = {c: {"基本支出": b, "项目支出": p} for c, (b, p) in fiscal[0].items()}
        self.code_table(T05, pair, {"合计": ("基本支出", "项目支出")})

    def _funds(self, fiscal: tuple[dict[str, list[int]], ...], flows: list[dict[str, tuple[int, int, int]]]) -> None:
        for table, spent, flow in zip((T05_FLOW, T07, T08_WIDE), fiscal, flows, strict=True):
            rows = {
                code: {
                    CARRIED_IN: flow[code][0], "本年收入": flow[code][1], "本年支出·基本支出": basic,
                    "本年支出·项目支出": project, CARRIED_OUT: flow[code][2],
                }
                for code, (basic, project) in spent.items()
            }  # fmt: skip
            self.code_table(table, rows, {"本年支出·小计": ("本年支出·基本支出", "本年支出·项目支出")})
        pair = {c: {"基本支出": b, "项目支出": p} for c, (b, p) in fiscal[2].items()}
        self.code_table(T08, pair, {"合计": ("基本支出", "项目支出")})
        self.code_table(PROJECT, {c: {"项目支出": p} for c, (_, p) in fiscal[0].items() if p}, {})

    def _non_fiscal(self, other: dict[str, list[int]]) -> dict[str, int]:
        """Income items, help, carried in and out, distribution, so that it closes."""
        d = self.draw
        spent = sum(sum(v) for v in other.values())
        rest = dict.fromkeys((*SOURCES, HELP, CARRIED_IN, CARRIED_OUT, "结余分配"), 0)
        if not spent:
            return rest
        rest[CARRIED_OUT], rest["结余分配"] = self.amount(0.5), self.amount(0.3)
        need = spent + rest[CARRIED_OUT] + rest["结余分配"]
        for name in (CARRIED_IN, HELP, "上级补助收入", "经营收入", "附属单位上缴收入", "其他收入"):
            take = min(need - 1, self.part(need) // 2) if need > 1 else 0
            rest[name] += take
            need -= take
        rest["事业收入" if d.random() < 0.8 else "其他收入"] += need
        return rest

    def _income(self, flows: list[dict[str, tuple[int, int, int]]], rest: dict[str, int]) -> None:
        leaves: dict[str, dict[str, int]] = {}
        for flow in flows:
            for code, (_, got, _) in flow.items():
                row = leaves.setdefault(code, dict.fromkeys(("财政拨款收入", *SOURCES), 0))
                row["财政拨款收入"] += got
        codes = sorted(leaves)
        for source in SOURCES:
            left = rest[source]
            if not left:
                continue
            some = self.draw.sample(codes, min(len(codes), self.draw.randrange(1, 5)))
            for code in some[:-1]:
                share = self.part(left)
                leaves[code][source] += share
                left -= share
            leaves[some[-1]][source] += left
        leaves = {c: v for c, v in leaves.items() if any(v.values())}
        self.code_table(T02, leaves, {"本年收入合计": ("财政拨款收入", *SOURCES)})

    def _summary(self, fiscal: tuple[dict[str, list[int]], ...], other: dict[str, list[int]],
                 flows: list[dict[str, tuple[int, int, int]]], rest: dict[str, int]) -> None:  # fmt: skip
        column = "决算数"
        got = {f"{fund}收入": sum(v[1] for v in flow.values()) for fund, flow in zip(FUNDS, flows, strict=True)}
        got |= {s: rest[s] for s in SOURCES}
        into = sum(v[0] for flow in flows for v in flow.values()) + rest[CARRIED_IN]
        out = sum(v[2] for flow in flows for v in flow.values()) + rest[CARRIED_OUT]
        for row, value in got.items():
            self.put(T01, "收入", row, column, value)
        income = sum(got.values())
        by_class: dict[str, int] = defaultdict(int)
        for spent in (*fiscal, other):
            for code, values in spent.items():
                by_class[code[:3]] += sum(values)
        for code, value in by_class.items():
            self.put(T01, "支出", classes()[code], column, value)
        paid = sum(by_class.values())
        self.put(T01, "收入", "本年收入合计", column, income)
        self.put(T01, "收入", HELP, column, rest[HELP])
        self.put(T01, "收入", CARRIED_IN, column, into)
        self.put(T01, "收入", "总计", column, income + rest[HELP] + into)
        self.put(T01, "支出", "本年支出合计", column, paid)
        self.put(T01, "支出", "结余分配", column, rest["结余分配"])
        self.put(T01, "支出", CARRIED_OUT, column, out)
        self.put(T01, "支出", "总计", column, paid + rest["结余分配"] + out)

    def _fiscal_summary(
        self, fiscal: tuple[dict[str, list[int]], ...], flows: list[dict[str, tuple[int, int, int]]]
    ) -> None:
        left: dict[str, int] = defaultdict(int)
        right: dict[tuple[str, str], int] = defaultdict(int)
        for fund, spent, flow in zip(FUNDS, fiscal, flows, strict=True):
            into, got, out = (sum(v[i] for v in flow.values()) for i in range(3))
            left[fund] += got
            left["本年收入合计"] += got
            left[F_IN] += into
            left[f"{F_IN}·{fund}"] += into
            left["总计"] += got + into
            for code, pair in spent.items():
                for row in (classes()[code[:3]], "本年支出合计", "总计"):
                    for column in (fund, "合计"):
                        right[row, column] += sum(pair)
            for row in (F_OUT, "总计"):
                for column in (fund, "合计"):
                    right[row, column] += out
        for row, value in left.items():
            self.put(T04, "收入", row, "决算数", value)
        for (row, column), value in right.items():
            self.put(T04, "支出", row, column, value)

    def _public(self) -> None:
        d = self.draw
        if self.kind == "bare" or d.random() < 0.08:
            return
        for column in ("决算数", "预算数"):
            if column == "决算数":
                abroad, buy, run, meals = ((self.amount(p) % 40_000) for p in (0.3, 0.25, 0.8, 0.8))
                done = (abroad, buy, run, meals)
            else:
                abroad, buy, run, meals = (v + (d.randrange(1, 3_000) if d.random() < 0.7 and v else 0) for v in done)
            values = (abroad + buy + run + meals, abroad, buy + run, buy, run, meals)
            for item, value in zip(PUBLIC_ITEMS, values, strict=True):
                self.put(T09, "", item, column, value)

    def _economic(self, whole: int) -> None:
        """Leaves that sum to the basic spending; car, meals and travel abroad not above 三公."""
        d = self.draw
        limit = {
            "30212": "因公出国（境）费",
            "30217": "公务接待费",
            "30231": "公务用车运行维护费",
            "31013": "公务用车购置费",
        }
        allowed = [c for c in (*STAFF, *OFFICE) if c not in self.without]
        usable = [c for c in economic() if len(c) == 5 and c[:3] in allowed]
        common = ("30101", "30102", "30103", "30108", "30109", "30110", "30113", "30201", "30211", "30228", "30239")
        chosen = {c for c in common if d.random() < 0.85} | set(d.sample(usable, d.randrange(4, 25)))
        values: dict[str, int] = {}
        left = whole
        for code in sorted(c for c in chosen if c in limit):
            most = self.facts.get((T09, "", limit[code], "决算数"), 0)
            take = min(left - 1, self.part(most)) if left > 1 else 0
            if take > 0:
                values[code] = take
                left -= take
        free = sorted(c for c in chosen if c not in limit) or ["30101"]
        if left <= len(free) * 2:
            free = free[:1]
        cuts = sorted(d.sample(range(1, left), len(free) - 1)) if left > len(free) else []
        for code, a, b in zip(free, [0, *cuts], [*cuts, left], strict=False):
            values[code] = b - a
        sums: dict[str, int] = defaultdict(int)
        for code, value in values.items():
            side = "人员经费合计" if code[:3] in STAFF else "公用经费合计"
            for row in (code, code[:3], side):
                sums[row] += value
        for row, value in sums.items():
            self.put(T06, "", row, "决算数", value)

    def _other_sets(self, fiscal: tuple[dict[str, list[int]], ...]) -> None:
        """Details by economic code: basic spending as 06 has it, projects as commissions (30227)."""
        left = {k[2]: v for k, v in self.facts.items() if k[0] == T06 and len(k[2]) == 5 and k[2].isdigit()}
        leaves: dict[str, dict[str, int]] = {}
        for code, (basic, project) in fiscal[0].items():
            row: dict[str, int] = defaultdict(int)
            row["30227"] += project
            for item in sorted(left):
                take = min(basic, left[item])
                row[item] += take
                left[item] -= take
                basic -= take
            leaves[code] = row
        groups = {g: tuple(c for c in economic() if c[:3] == g and len(c) == 5) for g in economic() if len(g) == 3}
        self.code_table(WIDE_DETAIL, leaves, {**groups, "合计": tuple(c for g in groups.values() for c in g)})
        sums: dict[tuple[str, str], int] = defaultdict(int)
        for item in (c for g in groups.values() for c in g):
            sums[item, FUNDS[0]] += self.facts.get((WIDE_DETAIL, "", TOTAL, item), 0)
        for fund, spent in zip(FUNDS[1:], fiscal[1:], strict=True):
            sums["30201", fund] += sum(b for b, _ in spent.values())
            sums["30227", fund] += sum(p for _, p in spent.values())
        basic_fund = sums["30201", FUNDS[1]]
        for row in ("30201", "302", "公用经费合计"):
            self.put(FUND_BASIC, "", row, "决算数", basic_fund)
        for (item, column), value in list(sums.items()):
            for row in (item, item[:3], TOTAL):
                for into in (column, "合计"):
                    key = (BY_CLASS, "", row, into)
                    self.facts[key] = self.facts.get(key, 0) + value
        self.facts = defaultdict(int, {k: v for k, v in self.facts.items() if v})

    def unit(self) -> Unit:
        self.money()
        d = self.draw
        goods = [self.amount(0.7), self.amount(0.4), self.amount(0.7)]
        for row, value in zip(("货物", "工程", "服务"), goods, strict=True):
            self.put(T10, "", row, "统计数", value)
        self.put(T10, "", "政府采购支出合计", "统计数", sum(goods))
        office = self.facts.get((T06, "", "公用经费合计", "决算数"), 0)
        if office and d.random() < 0.6:
            self.put(T10, "", "机关运行经费", "统计数", office)
        cars = [d.randrange(4) if d.random() < 0.4 else 0 for _ in range(8)]
        counts = {f"car{i}": n for i, n in enumerate(cars)} | {
            "cars": sum(cars), "kept": d.randrange(9), "meals": d.randrange(1, 60), "guests": d.randrange(60, 900),
            "meeting": d.randrange(1, 900), "training": d.randrange(1, 1_900), "devices": d.randrange(3),
        }  # fmt: skip
        name = d.choice(PLACES) + d.choice(BUREAUS)
        return Unit(name, self.year, self.kind, self.seed, self.codes, dict(self.facts), counts)


def make_unit(seed: int, kind: str = "plain", year: int = 2023, without: tuple[str, ...] = ()) -> Unit:
    """A clean unit; ``without``: functional or economic classes its form has no row for."""
    return _Maker(seed, kind, year, without).unit()


def relations(unit: Unit) -> Iterator[tuple[str, int, int]]:
    """Every relation of a unit: what it is, left, right. Written apart from the maker."""
    f = lambda *key: unit.facts.get(key, 0)  # noqa: E731
    one, four = (lambda s, r: f(T01, s, r, "决算数")), (lambda r, c="合计": f(T04, "支出", r, c))
    got = lambda r: f(T04, "收入", r, "决算数")  # noqa: E731
    names = list(classes().values())
    incomes = [*(f"{x}收入" for x in FUNDS), *SOURCES]
    yield "A1", one("收入", "本年收入合计"), sum(one("收入", r) for r in incomes)
    yield "A2", one("支出", "本年支出合计"), sum(one("支出", r) for r in names)
    yield "A3", one("收入", "总计"), sum(one("收入", r) for r in ("本年收入合计", HELP, CARRIED_IN))
    yield "A4", one("支出", "总计"), sum(one("支出", r) for r in ("本年支出合计", "结余分配", CARRIED_OUT))
    yield "A5", one("收入", "总计"), one("支出", "总计")
    sums = {
        T02: ("本年收入合计", ("财政拨款收入", *SOURCES)), T03: ("本年支出合计", USES), T05: ("合计", ("基本支出", "项目支出")),
        T07: ("本年支出·小计", ("本年支出·基本支出", "本年支出·项目支出")),
        T08_WIDE: ("本年支出·小计", ("本年支出·基本支出", "本年支出·项目支出")), T08: ("合计", ("基本支出", "项目支出")),
    }  # fmt: skip
    for table, (total, parts) in sums.items():
        codes = unit.codes[table]
        for row in (*codes, TOTAL):
            yield f"{table} {row} across", f(table, "", row, total), sum(f(table, "", row, p) for p in parts)
            if table in (T07, T08_WIDE):
                flow = f(table, "", row, CARRIED_IN) + f(table, "", row, "本年收入") - f(table, "", row, total)
                yield f"{table} {row} flow", f(table, "", row, CARRIED_OUT), flow
            below = [
                c
                for c in codes
                if len(c) == {TOTAL: 3}.get(row, len(row) + 2) and (row == TOTAL or c[: len(row)] == row)
            ]
            if below or row == TOTAL:
                for column in {k[3] for k in unit.facts if k[0] == table}:
                    whole = sum(f(table, "", c, column) for c in below)
                    yield f"{table} {row} {column} down", f(table, "", row, column), whole
    for row in (*names, "本年支出合计", F_OUT, "总计"):
        yield f"A10 {row}", four(row), sum(four(row, x) for x in FUNDS)
    for column in ("合计", *FUNDS):
        yield f"A11 {column}", four("本年支出合计", column), sum(four(r, column) for r in names)
        yield f"A13 {column}", four("总计", column), four("本年支出合计", column) + four(F_OUT, column)
    yield "A12", got("本年收入合计"), sum(got(x) for x in FUNDS)
    yield "A12 in", got(F_IN), sum(got(f"{F_IN}·{x}") for x in FUNDS)
    yield "A13 in", got("总计"), got("本年收入合计") + got(F_IN)
    yield "A13 both", got("总计"), four("总计")
    for x in FUNDS:
        yield f"A14 {x}", got(f"{F_IN}·{x}") + got(x), four("本年支出合计", x) + four(F_OUT, x)
        yield f"B4 {x}", one("收入", f"{x}收入"), got(x)
    six = lambda r: f(T06, "", r, "决算数")  # noqa: E731
    for group in {c[:3] for c in economic()}:
        yield f"A15 {group}", six(group), sum(six(c) for c in economic() if c[:3] == group and len(c) == 5)
    yield "A16 staff", six("人员经费合计"), sum(six(g) for g in STAFF)
    yield "A16 office", six("公用经费合计"), sum(six(g) for g in OFFICE)
    for c in ("预算数", "决算数"):
        yield f"A18 {c}", f(T09, "", "合计", c), sum(f(T09, "", PUBLIC_ITEMS[i], c) for i in (1, 2, 5))
        yield f"A18 cars {c}", f(T09, "", PUBLIC_ITEMS[2], c), sum(f(T09, "", PUBLIC_ITEMS[i], c) for i in (3, 4))
    yield "B1", one("收入", "本年收入合计"), f(T02, "", TOTAL, "本年收入合计")
    yield "B2", one("支出", "本年支出合计"), f(T03, "", TOTAL, "本年支出合计")
    for code, name in classes().items():
        yield f"B3 {code}", one("支出", name), f(T03, "", code, "本年支出合计")
        yield f"B8 {code}", four(name, FUNDS[0]), f(T05, "", code, "合计")
        yield f"B9 {code}", four(name, FUNDS[1]), f(T07, "", code, "本年支出·小计")
    yield "B5", f(T02, "", TOTAL, "财政拨款收入"), got("本年收入合计")
    for s in SOURCES:
        yield f"B6 {s}", one("收入", s), f(T02, "", TOTAL, s)
    yield "B7", four("本年支出合计", FUNDS[0]), f(T05, "", TOTAL, "合计")
    for table, x in ((T07, FUNDS[1]), (T08_WIDE, FUNDS[2])):
        yield f"B9 {x}", four("本年支出合计", x), f(table, "", TOTAL, "本年支出·小计")
        yield f"B9 in {x}", got(x), f(table, "", TOTAL, "本年收入")
        yield f"B9 before {x}", got(f"{F_IN}·{x}"), f(table, "", TOTAL, CARRIED_IN)
        yield f"B9 after {x}", four(F_OUT, x), f(table, "", TOTAL, CARRIED_OUT)
    yield "B10", four("本年支出合计", FUNDS[2]), f(T08, "", TOTAL, "合计")
    yield "B12", f(T05, "", TOTAL, "基本支出"), six("人员经费合计") + six("公用经费合计")
    yield (
        "C11",
        f(T10, "", "政府采购支出合计", "统计数"),
        sum(f(T10, "", g, "统计数") for g in ("货物", "工程", "服务")),
    )
