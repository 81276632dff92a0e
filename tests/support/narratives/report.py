"""What texts of all places share: the cells of an indicator, phrases of change, lists of shares, subjects, reasons, decoys."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from support.layouts.units import (
    CARRIED_IN,
    CARRIED_OUT,
    F_IN,
    F_OUT,
    FUNDS,
    HELP,
    T01,
    T02,
    T03,
    T04,
    T05,
    T06,
    T07,
    T08,
    T08_WIDE,
    T09,
    T10,
    TOTAL,
    USES,
    Key,
    classes,
)
from support.narratives.accounts import ABROAD, BUY, CARS, INCOMES, MEALS, RUN, Accounts, office_cost, rounded
from support.narratives.pen import Pen, zero

_REASONS = (
    "人员增减变动", "项目支出增加", "严格落实过紧日子要求，压减一般性支出", "本年度项目实施进度变化", "人员工资调标及社保缴费基数调整",
    "上年结转项目在本年支付", "部分项目跨年度实施，按合同约定进度付款", "机构改革后职能划转、人员转隶", "年中追加专项资金",
)  # fmt: skip
_PROJECTS = (
    "智慧政务平台建设",
    "业务用房维修改造",
    "基层服务能力提升",
    "档案数字化加工",
    "公共文化服务体系建设",
    "食品安全抽检",
    "信息系统运行维护",
)


class Report:
    """A text in the making."""

    def __init__(self, book: Accounts, pen: Pen, name: str = "", kind: str = "部门") -> None:
        self.book, self.pen, self.d = book, pen, pen.draw
        self.y, self.name = book.year, name or book.unit.name
        self.kind = kind  # 部门, 单位
        self.long_year = self.d.random() < 0.5
        self.reason_amounts = self.d.random() < 0.6
        self.spans = {CARS: (CARS,), BUY: (BUY,), RUN: (RUN,)}

    # --- years ---

    @property
    def Y(self) -> str:  # noqa: N802 - how the report's year is printed
        return f"{self.y}年度"

    @property
    def L(self) -> str:  # noqa: N802 - last year
        return self.pen.word(f"{self.y - 1}年度", "base")

    def base(self, said: str) -> str:
        return self.pen.word(said, "base")

    # --- figures ---

    def now(self, *key: str) -> int:
        return self.book.now.get(key, 0)  # type: ignore[arg-type]

    def last(self, *key: str) -> int:
        return self.book.last.get(key, 0)  # type: ignore[arg-type]

    def a(self, *cells: Key, group: str = "") -> str:
        """An amount of a cell; further cells print the same by the form."""
        return self.pen.amount(self.book.now.get(cells[0], 0), *self.known(cells), group=group)

    def known(self, cells: Sequence[Key]) -> tuple[Key, ...]:
        """The cells that the workbook has."""
        return tuple(c for c in cells if c[0] != T10 or self.book.has_info)

    # --- indicators: the cell and those that print the same ---

    TOTAL_IN: tuple[Key, ...] = ((T01, "收入", "总计", "决算数"), (T01, "支出", "总计", "决算数"))
    TOTAL_OUT: tuple[Key, ...] = ((T01, "支出", "总计", "决算数"), (T01, "收入", "总计", "决算数"))
    IN: tuple[Key, ...] = ((T02, "", TOTAL, "本年收入合计"), (T01, "收入", "本年收入合计", "决算数"))
    OUT: tuple[Key, ...] = ((T03, "", TOTAL, "本年支出合计"), (T01, "支出", "本年支出合计", "决算数"))
    F_TOTAL: tuple[Key, ...] = ((T04, "收入", "总计", "决算数"), (T04, "支出", "总计", "合计"))
    F_GOT: tuple[Key, ...] = ((T04, "收入", "本年收入合计", "决算数"), (T02, "", TOTAL, "财政拨款收入"))
    F_SPENT: tuple[Key, ...] = ((T04, "支出", "本年支出合计", "合计"),)
    GENERAL: tuple[Key, ...] = ((T05, "", TOTAL, "合计"), (T04, "支出", "本年支出合计", FUNDS[0]))
    BASIC: tuple[Key, ...] = ((T05, "", TOTAL, "基本支出"),)
    PROJECT: tuple[Key, ...] = ((T05, "", TOTAL, "项目支出"),)
    STAFF: tuple[Key, ...] = ((T06, "", "人员经费合计", "决算数"),)
    OFFICE: tuple[Key, ...] = ((T06, "", "公用经费合计", "决算数"),)
    START: tuple[Key, ...] = ((T01, "收入", CARRIED_IN, "决算数"),)
    END: tuple[Key, ...] = ((T01, "支出", CARRIED_OUT, "决算数"),)
    HELPED: tuple[Key, ...] = ((T01, "收入", HELP, "决算数"),)
    F_START: tuple[Key, ...] = ((T04, "收入", F_IN, "决算数"),)
    F_END: tuple[Key, ...] = ((T04, "支出", F_OUT, "合计"),)

    def income(self, item: str) -> tuple[Key, ...]:
        first: Key = (T02, "", TOTAL, item)
        if item == "财政拨款收入":
            return (first, (T04, "收入", "本年收入合计", "决算数"))
        return (first, (T01, "收入", item, "决算数"))

    def use(self, item: str) -> tuple[Key, ...]:
        return ((T03, "", TOTAL, item),)

    def code(self, code: str, column: str = "合计") -> tuple[Key, ...]:
        first: Key = (T05, "", code, column)
        if len(code) == 3 and column == "合计":
            return (first, (T04, "支出", classes()[code], FUNDS[0]))
        return (first,)

    def public(self, item: str, column: str = "决算数") -> tuple[Key, ...]:
        return ((T09, "", item, column),)

    # --- changes ---

    def change(
        self, now: int, last: int, *, up: tuple[str, str] = ("增加", "增长"), down: tuple[str, str] = ("减少", "下降"),
        none: str = "持平", zero_base: str = "", each: str = "", comma: str = "，", base: str = "上年",
    ) -> str:  # fmt: skip
        """增加…万元，增长…%; ``zero_base`` is said for the rate where last year was 0 (empty: nothing)."""
        pen = self.pen
        if pen.same(now, last):
            return none
        way = pen.word((up if now > last else down)[0], "dir")
        said = f"{each}{way}{pen.delta(now, last, base=base)}万元"
        if zero(last):
            return said + (f"{comma}{zero_base}" if zero_base else "")
        rate = pen.word((up if now > last else down)[1], "dir")
        return f"{said}{comma}{each}{rate}{pen.rate(now, last)}"

    def done(self, actual: int, budget: int) -> str:
        return self.pen.percent(actual, budget, "done")

    def than(self, actual: int, budget: int, greater: str = "大于", less: str = "小于", equal: str = "等于") -> str:
        if self.pen.same(actual, budget):
            return equal
        return self.pen.word(greater if actual > budget else less, "than")

    def budget(self, fen: int, *cells: Key) -> str:
        """A budget figure: in the table, or in the text alone."""
        return self.pen.amount(fen, *cells, kind="budget")

    # --- words ---

    def why(self, plain: bool = False) -> str:
        """A reason; now and then with figures that belong to no cell."""
        d, pen = self.d, self.pen
        said = d.choice(_REASONS)
        if plain or not self.reason_amounts or d.random() < 0.7:
            return said
        n, money = d.randrange(1, 9), f"{d.randrange(1, 90)}.{d.randrange(10, 99)}"
        project = d.choice(_PROJECTS)
        return d.choice((
            f"{said}，其中{project}项目支出{pen.foreign(money)}万元",
            f"{said}，本年新增{project}经费{pen.foreign(money)}万元",
            f"新调入人员{pen.foreign(n)}人，退休{pen.foreign(n + 1)}人",
            f"{project}项目于上年完工，本年不再安排资金{pen.foreign(money)}万元",
        ))  # fmt: skip

    def subject(self, code: str, form: str = "（类）{}（款）{}（项）", expenditure: bool = True) -> str:
        """The path of names of a 项, as texts print it."""
        named = self.book.unit.named
        first = classes()[code[:3]] if len(code) else ""
        if not expenditure:
            first = first.removesuffix("支出")
        name = self.pen.word(named(code), "name", group="subject")
        return first + form.format(named(code[:5]), name)

    def classname(self, code: str) -> str:
        return self.pen.word(classes()[code], "name", group="class")

    def shares(
        self, items: Sequence[tuple[str, tuple[Key, ...]]], whole: int, line: str, join: str, group: str,
    ) -> str:  # fmt: skip
        """A list of items with amounts and shares; ``line`` has {name} {amount} {share}."""
        said = []
        for name, cells in items:
            value = self.book.now.get(cells[0], 0)
            mark = self.pen.word(name, "name", group=group) if name[0] < "\ue000" or name[0] > "\uf8ff" else name
            share = (
                self.pen.percent(value, whole, group=group) if whole else self.pen.percent_said(0, 2, "share", group)
            )
            said.append(line.format(name=mark, amount=self.a(*cells, group=group), share=share))
        return join.join(said)

    def incomes(self, *, empty: bool, funds: bool = False) -> list[tuple[str, tuple[Key, ...]]]:
        """Income items with their cells; ``empty``: those of nothing too; ``funds``: appropriations by fund."""
        items: list[tuple[str, tuple[Key, ...]]] = []
        if funds:
            items += [(f"{x}收入", ((T01, "收入", f"{x}收入", "决算数"), (T04, "收入", x, "决算数"))) for x in FUNDS]
        items += [(i, self.income(i)) for i in INCOMES if not (funds and i == "财政拨款收入")]
        return [(n, c) for n, c in items if empty or rounded(self.book.now.get(c[0], 0))]

    def uses(self, *, empty: bool) -> list[tuple[str, tuple[Key, ...]]]:
        items = [(u, self.use(u)) for u in USES]
        return [(n, c) for n, c in items if empty or n in USES[:2] or rounded(self.book.now.get(c[0], 0))]

    # --- what belongs to no table ---

    def cover(self, title: str = "部门决算") -> None:
        p = self.pen.p
        p(self.name)
        p(f"{self.Y}{title}")
        p("目  录")

    def contents(self, lines: Sequence[str]) -> None:
        """The table of contents, with page numbers."""
        page = 3
        for line in lines:
            self.pen.p(line + self.d.choice(("", "\t", "……………………")) + (str(page) if self.d.random() < 0.7 else ""))
            page += self.d.randrange(3)

    def overview(self, head: str = "第一部分  部门概况") -> None:
        """Duties and offices, with figures that are none of the tables'."""
        c, pen = self.book.counts, self.pen
        pen.h(head)
        pen.h("一、主要职责", 2)
        pen.p(
            f"{self.name}贯彻落实党中央、国务院和上级党委、政府的决策部署，负责本行政区域有关行政管理和公共服务工作。主要职责："
        )
        pen.p("（一）拟订相关政策措施并组织实施；（二）负责行业监督管理；（三）承办上级交办的其他事项。")
        pen.h("二、机构设置", 2)
        pen.p(
            f"{self.name}内设机构{pen.foreign(c['offices'])}个，下属单位{pen.foreign(self.d.randrange(1, 6))}个。"
            f"核定编制{pen.foreign(c['staff'] + 8)}名，年末实有在职人员{pen.foreign(c['staff'])}人，离退休人员{pen.foreign(c['staff'] // 3)}人。"
        )

    def glossary(self, head: str = "第四部分  名词解释") -> None:
        pen = self.pen
        pen.h(head)
        for line in (
            "一、财政拨款收入：指单位从同级财政部门取得的财政预算资金。", "二、事业收入：指事业单位开展专业业务活动及辅助活动取得的收入。",
            "三、年初结转和结余：指以前年度尚未完成、结转到本年按有关规定继续使用的资金。",
            "四、基本支出：指为保障机构正常运转、完成日常工作任务而发生的人员支出和公用支出。",
            "五、“三公”经费：指用财政拨款安排的因公出国（境）费、公务用车购置及运行维护费和公务接待费。",
            "六、机关运行经费：为保障行政单位（含参照公务员法管理的事业单位）运行用于购买货物和服务的各项资金。",
        ):  # fmt: skip
            pen.p(line)

    # --- procurement, cars, performance: the national sentences ---

    def purchases(self) -> dict[str, str]:
        """Amounts of 政府采购 with the shares of small firms, ready to be put into a sentence."""
        d, pen = self.d, self.pen
        whole = self.now(T10, "", "政府采购支出合计", "统计数")
        small = int(whole * d.uniform(0.3, 1)) if whole and d.random() < 0.8 else whole
        tiny = int(small * d.uniform(0.2, 1)) if d.random() < 0.7 else small
        none = pen.percent_said
        share = lambda part: pen.percent(part, whole) if whole else none(0, 2, "share")  # noqa: E731
        return {
            "all": self.a((T10, "", "政府采购支出合计", "统计数"), group="采购"), "goods": self.a((T10, "", "货物", "统计数"), group="采购"),
            "works": self.a((T10, "", "工程", "统计数"), group="采购"), "services": self.a((T10, "", "服务", "统计数"), group="采购"),
            "small": pen.amount(small), "small%": share(small), "tiny": pen.amount(tiny), "tiny%": share(tiny),
        }  # fmt: skip

    def purchasing(self, lead: str = "", total: str = "政府采购支出总额") -> str:
        """The national sentence of 政府采购."""
        v = self.purchases()
        n = lambda w: self.pen.word(w, "name", group="采购")  # noqa: E731
        return (
            f"{lead or self.Y}{total}{v['all']}万元，其中：{n('政府采购货物支出')}{v['goods']}万元、{n('政府采购工程支出')}{v['works']}万元、"
            f"{n('政府采购服务支出')}{v['services']}万元。授予中小企业合同金额{v['small']}万元，占政府采购支出总额的{v['small%']}，"
            f"其中：授予小微企业合同金额{v['tiny']}万元，占政府采购支出总额的{v['tiny%']}。"
        )

    CAR_NAMES = ("副部（省）级及以上领导用车", "主要负责人用车", "机要通信用车", "应急保障用车", "执法执勤用车", "特种专业技术用车",
                 "离退休干部服务用车", "其他用车")  # fmt: skip

    def car_counts(self, names: Sequence[str] = (), empty: bool = True, measure: str = "辆") -> str:
        """机要通信用车0辆、… of the kinds of cars."""
        said = []
        for i, name in enumerate(names or self.CAR_NAMES):
            n = self.book.counts[f"car{i}"]
            if n or empty:
                cell = self.known([(T10, "", self.CAR_NAMES[i], "统计数")])
                said.append(
                    f"{self.pen.word(name, 'name', group='car')}{self.pen.count(n, *cell, group='car')}{measure}"
                )
        return "、".join(said)

    def cars(self) -> str:
        return self.pen.count(self.book.counts["cars"], *self.known([(T10, "", "车辆数合计", "统计数")]), group="car")

    def devices(self) -> str:
        return self.pen.count(
            self.book.counts["devices"], *self.known([(T10, "", "单价100万元（含）以上设备（不含车辆）", "统计数")])
        )

    def office(self) -> tuple[int, int, str]:
        """机关运行经费: this year, last year, as printed."""
        now, last = office_cost(self.book), self.last(T10, "", "机关运行经费", "统计数")
        cells: tuple[Key, ...] = ((T10, "", "行政单位", "统计数"),)
        return now, last, self.pen.amount(now, *self.known(cells))

    def project_reviews(self) -> None:
        """Performance of single projects: figures of their own."""
        d, pen = self.d, self.pen
        for i in range(d.randrange(1, 4)):
            plan = d.randrange(10, 400)
            paid = plan if d.random() < 0.5 else plan - d.randrange(1, 9)
            score = f"{d.randrange(85, 99)}.{d.randrange(10, 99)}"
            rate = pen.mark(f"{paid / plan * 100:.1f}%" if paid != plan else "100%", "other", "foreign")
            pen.p(
                f"（{i + 1}）{d.choice(_PROJECTS)}项目绩效自评综述：根据年初设定的绩效目标，项目自评得分为{pen.foreign(score)}分。"
                f"项目全年预算数为{pen.foreign(plan)}万元，执行数为{pen.foreign(paid)}万元，完成预算的{rate}。"
                f"主要产出和效果：一是完成培训{pen.foreign(d.randrange(2, 30))}期，参训{pen.foreign(d.randrange(100, 900))}人次；二是群众满意度达到{pen.foreign(d.randrange(90, 99))}%以上。"
            )


Style = Callable[[Report], None]


def wide_soe(report: Report) -> bool:
    return any(k[0] == T08_WIDE for k in report.book.now)


__all__ = ["ABROAD", "BUY", "CARS", "MEALS", "RUN", "T07", "T08", "T08_WIDE", "Report", "Style", "random"]
