"""新疆, 中央部门, as published there."""

from __future__ import annotations

from support.layouts.units import T01, T05, T09, TOTAL, classes
from support.narratives.accounts import ABROAD, BUY, CARS, CENT, MEALS, RUN, rounded
from support.narratives.known import fund, soe
from support.narratives.report import Report
from support.narratives.west import OFFICE, PAID


def xinjiang(r: Report) -> None:
    """新疆维吾尔自治区: 预决算差异率."""
    p, h, now, last, pen, Y, k, c = r.pen.p, r.pen.h, r.now, r.last, r.pen, r.Y, r.pen.count, r.book.counts  # noqa: N806
    r.cover("部门决算公开说明")
    r.contents(
        [
            "第一部分 部门概况",
            "一、主要职能",
            "二、机构设置及人员情况",
            "第二部分 部门决算情况说明",
            "第三部分 专业名词解释",
            "第四部分 部门决算报表",
        ]
    )
    r.overview("第一部分 部门概况")
    h("第二部分 部门决算情况说明")

    def year(n, b):
        return (
            f"与{r.base('上年')}相比，"
            + ("无变化" if pen.same(n, b) else f"{r.change(n, b)}")
            + f"，主要原因是：{r.why()}"
        )

    def gap(v: int, plan: int) -> str:
        if pen.habits.difference == "printed":
            v, plan = rounded(v) * CENT, rounded(plan) * CENT
        return pen.percent(v - plan, plan, "gap")

    h("一、收入支出决算总体情况说明", 2)
    n, b = now(*r.TOTAL_IN[0]), last(*r.TOTAL_IN[0])
    p(
        f"{Y}收入总计{r.a(*r.TOTAL_IN)}万元，其中：本年收入合计{r.a(*reversed(r.IN))}万元，使用非财政拨款结余（含专用结余）{r.a(*r.HELPED)}万元，年初结转和结余{r.a(*r.START)}万元。"
    )
    p(
        f"{Y}支出总计{r.a(*r.TOTAL_OUT)}万元，其中：本年支出合计{r.a(*reversed(r.OUT))}万元，结余分配{r.a((T01, '支出', '结余分配', '决算数'))}万元，年末结转和结余{r.a(*r.END)}万元。"
    )
    p(f"收入支出总体{year(n, b)}。")
    h("二、收入决算情况说明", 2)
    p(
        f"本年收入{r.a(*r.IN)}万元，其中：{r.shares(r.incomes(empty=True), now(*r.IN[0]), '{name}{amount}万元，占{share}', '；', '收入')}。"
    )
    h("三、支出决算情况说明", 2)
    p(
        f"本年支出{r.a(*r.OUT)}万元，其中：{r.shares(r.uses(empty=True), now(*r.OUT[0]), '{name}{amount}万元，占{share}', '；', '支出')}。"
    )
    h("四、财政拨款收入支出决算总体情况说明", 2)
    n, b = now(*r.F_TOTAL[0]), last(*r.F_TOTAL[0])
    plan = int(n * r.d.uniform(0.8, 1.2))
    p(
        f"{Y}财政拨款收入总计{r.a(*r.F_TOTAL)}万元，其中：年初财政拨款结转和结余{r.a(*r.F_START)}万元，本年财政拨款收入{r.a(*r.F_GOT)}万元。财政拨款支出总计{r.a(*r.F_TOTAL)}万元，其中：年末财政拨款结转和结余{r.a(*r.F_END)}万元，本年财政拨款支出{r.a(*r.F_SPENT)}万元。"
    )
    p(
        f"财政拨款收入支出总体{year(n, b)}。与{r.base('年初预算')}相比，年初预算数{r.budget(plan)}万元，决算数{r.a(*r.F_TOTAL)}万元，预决算差异率{gap(n, plan)}，主要原因是：{r.why()}。"
    )
    h("五、一般公共预算财政拨款支出决算情况说明", 2)
    h("（一）一般公共预算财政拨款支出决算总体情况", 3)
    g, gb, total = now(*r.GENERAL[0]), last(*r.GENERAL[0]), r.book.budget_of(TOTAL)
    p(
        f"{Y}一般公共预算财政拨款支出{r.a(*r.GENERAL)}万元，占本年支出合计的{pen.percent(g, now(*r.OUT[0]))}。{year(g, gb)}。与年初预算相比，年初预算数{r.budget(total)}万元，决算数{r.a(*r.GENERAL)}万元，预决算差异率{gap(g, total)}，主要原因是：{r.why()}。"
    )
    h("（二）一般公共预算财政拨款支出决算结构情况", 3)
    for i, x in enumerate(r.book.groups(), 1):
        p(f"{i}.{r.shares([(r.classname(x), r.code(x))], g, '{name}（类）{amount}万元，占{share}', '', 'class')}。")
    h("（三）一般公共预算财政拨款支出决算具体情况", 3)
    for i, x in enumerate(r.book.leaves(), 1):
        v, b = now(T05, "", x, "合计"), last(T05, "", x, "合计")
        versus = "与上年决算无变化" if pen.same(v, b) else f"比{r.base('上年决算')}{r.change(v, b)}"
        p(f"{i}.{r.subject(x)}：支出决算数为{r.a(*r.code(x))}万元，{versus}，主要原因是：{r.why()}。")
    h("六、一般公共预算财政拨款基本支出决算情况说明", 2)
    p(
        f"{Y}一般公共预算财政拨款基本支出{r.a(*r.BASIC)}万元，其中：人员经费{r.a(*r.STAFF)}万元，{PAID}公用经费{r.a(*r.OFFICE)}万元，{OFFICE}"
    )
    h("七、财政拨款“三公”经费支出决算情况说明", 2)
    t, b_ = (lambda i, col="决算数": now(T09, "", i, col)), (lambda i: last(T09, "", i, "决算数"))

    def ye(i):
        return (
            "与上年无变化"
            if pen.same(t(i), b_(i))
            else f"比{r.base('上年')}{r.change(t(i), b_(i))}，主要原因是：{r.why(plain=True)}"
        )

    v = t("合计")
    share = lambda i: pen.percent(t(i), v) if rounded(v) else pen.percent_said(0, 2, "share")  # noqa: E731
    p(
        f"{Y}财政拨款“三公”经费支出{r.a(*r.public('合计'))}万元，{ye('合计')}。其中：因公出国（境）费支出{r.a(*r.public(ABROAD))}万元，占{share(ABROAD)}，{ye(ABROAD)}；公务用车购置及运行维护费支出{r.a(*r.public(CARS))}万元，占{share(CARS)}，{ye(CARS)}；公务接待费支出{r.a(*r.public(MEALS))}万元，占{share(MEALS)}，{ye(MEALS)}。"
    )
    p("具体情况如下：")
    p(
        f"因公出国（境）费支出{r.a(*r.public(ABROAD))}万元，开支内容包括国际旅费、住宿费等。单位全年安排的因公出国（境）团组{k(c['groups'])}个，因公出国（境）{k(c['travellers'])}人次。"
    )
    p(
        f"公务用车购置及运行维护费{r.a(*r.public(CARS))}万元，其中：公务用车购置费{r.a(*r.public(BUY))}万元，公务用车运行维护费{r.a(*r.public(RUN))}万元。公务用车运行维护费开支内容包括车辆燃油费、维修费、保险费等。公务用车购置数{k(c['bought'])}辆，公务用车保有量{k(c['kept'])}辆。国有资产占用情况中固定资产车辆{k(c['cars'])}辆，与公务用车保有量差异原因是：部分车辆为执法执勤用车。"
    )
    p(
        f"公务接待费{r.a(*r.public(MEALS))}万元，开支内容包括住宿费、用餐费等。单位全年安排的国内公务接待{k(c['visits'])}批次，{k(c['guests'])}人次。"
    )

    def planned(i: str) -> str:
        x, y = t(i), t(i, "预算数")
        rate = gap(x, y) if rounded(y) else pen.percent_said(0, 2, "gap")
        return f"全年预算数{r.budget(y, *r.public(i, '预算数'))}万元，决算数{r.a(*r.public(i))}万元，预决算差异率{rate}，主要原因是：{r.why(plain=True)}"

    p(
        f"与全年预算相比，财政拨款“三公”经费支出{planned('合计')}。其中：因公出国（境）费{planned(ABROAD)}；公务用车购置费{planned(BUY)}；公务用车运行维护费{planned(RUN)}；公务接待费{planned(MEALS)}。"
    )
    h("八、政府性基金预算财政拨款收入支出决算情况说明", 2)
    fund(r, f"{Y}政府性基金预算财政拨款")
    h("九、国有资本经营预算财政拨款收入支出决算情况说明", 2)
    soe(r, f"{Y}国有资本经营预算财政拨款")
    h("十、其他重要事项的情况说明", 2)
    h("（一）机关运行经费及公用经费支出情况", 3)
    value, before, said = r.office()
    p(
        f"{Y}{r.name}机关运行经费支出{said}万元，"
        + (
            "与上年相比无变化。"
            if pen.same(value, before)
            else f"比{r.base('上年')}{r.change(value, before)}，主要原因是：{r.why()}。"
        )
    )
    h("（二）政府采购情况", 3)
    p(r.purchasing(f"{Y}"))
    h("（三）国有资产占用情况说明", 3)
    p(
        f"截至{r.y}年12月31日，房屋{pen.foreign('3,512.60')}平方米，价值{pen.foreign('862.35')}万元。车辆{r.cars()}辆，价值{pen.foreign('98.70')}万元，其中：{r.car_counts()}；单价100万元（含）以上设备（不含车辆）{r.devices()}台（套）。"
    )
    h("十一、预算绩效的情况说明", 2)
    n = r.d.randrange(1_000, 90_000) * 100_000
    p(
        f"根据预算绩效管理要求，本部门{Y}年度预算绩效管理工作开展情况：实施绩效管理的项目{k(c['projects'])}个，共涉及资金{pen.amount(n)}万元，全年执行数{pen.amount(n)}万元。".replace(
            "年度年度", "年度"
        )
    )
    r.project_reviews()
    h("第三部分 专业名词解释")
    p("财政拨款收入：指同级财政当年拨付的资金。")


def central(r: Report) -> None:
    """中央部门."""
    p, h, now, last, pen, Y, k, c = r.pen.p, r.pen.h, r.now, r.last, r.pen, r.Y, r.pen.count, r.book.counts  # noqa: N806
    r.cover("部门决算")
    r.contents(
        [
            f"第一部分 {r.name}概况",
            "一、主要职能",
            "二、部门决算单位构成",
            f"第二部分 {Y}部门决算表",
            f"第三部分 {Y}部门决算情况说明",
            "第四部分 名词解释",
        ]
    )
    r.overview(f"第一部分 {r.name}概况")
    h(f"第三部分 {Y}部门决算情况说明")
    h("一、收入支出决算总体情况说明", 2)
    n, b = now(*r.TOTAL_IN[0]), last(*r.TOTAL_IN[0])
    p(f"{Y}收、支总计均为{r.a(*r.TOTAL_IN)}万元。与{r.L}相比，收、支总计各{r.change(n, b)}，主要是{r.why()}。")
    h("二、收入决算情况说明", 2)
    p(
        f"本年收入合计{r.a(*r.IN)}万元，其中：{r.shares(r.incomes(empty=False), now(*r.IN[0]), '{name}{amount}万元，占{share}', '；', '收入')}。"
    )
    h("三、支出决算情况说明", 2)
    p(
        f"本年支出合计{r.a(*r.OUT)}万元，其中：{r.shares(r.uses(empty=False), now(*r.OUT[0]), '{name}{amount}万元，占{share}', '；', '支出')}。"
    )
    h("四、财政拨款收入支出决算总体情况说明", 2)
    n, b = now(*r.F_TOTAL[0]), last(*r.F_TOTAL[0])
    p(
        f"{Y}财政拨款收、支总计均为{r.a(*r.F_TOTAL)}万元。与{r.L}相比，财政拨款收、支总计各{r.change(n, b)}，主要是{r.why()}。"
    )
    h("五、一般公共预算财政拨款支出决算情况说明", 2)
    h("（一）一般公共预算财政拨款支出决算总体情况", 3)
    g, gb, total = now(*r.GENERAL[0]), last(*r.GENERAL[0]), r.book.budget_of(TOTAL)
    p(
        f"{Y}一般公共预算财政拨款支出{r.a(*r.GENERAL)}万元，占本年支出合计的{pen.percent(g, now(*r.OUT[0]), places=1)}。与{r.L}相比，一般公共预算财政拨款支出{r.change(g, gb)}。主要是{r.why()}。"
    )
    h("（二）一般公共预算财政拨款支出决算结构情况", 3)
    p(
        f"{Y}一般公共预算财政拨款支出{r.a(*r.GENERAL)}万元，主要用于以下方面：{r.shares([(r.classname(x), r.code(x)) for x in r.book.groups()], g, '{name}（类）{amount}万元，占{share}', '；', 'class')}。"
    )
    h("（三）一般公共预算财政拨款支出决算具体情况", 3)
    p(
        f"{Y}一般公共预算财政拨款支出年初预算为{r.budget(total)}万元，支出决算为{r.a(*r.GENERAL)}万元，完成年初预算的{r.done(g, total)}。其中："
    )
    for i, x in enumerate(r.book.groups(), 1):
        p(f"{i}.{classes()[x]}（类）。")
        for j, y in enumerate([y for y in r.book.leaves() if y.startswith(x)], 1):
            v, budget = now(T05, "", y, "合计"), r.book.budget[y]
            name = f"{r.book.unit.named(y[:5])}（款）{pen.word(r.book.unit.named(y), 'name', group='subject')}（项）"
            done = f"，完成{r.base('年初预算')}的{r.done(v, budget)}" if rounded(budget) else ""
            than = (
                "决算数与年初预算数持平"
                if pen.same(v, budget)
                else f"决算数{r.than(v, budget, r.d.choice(('大于', '高于')), r.d.choice(('小于', '低于')))}年初预算数的主要原因是{r.why()}"
            )
            p(f"（{j}）{name}。年初预算为{r.budget(budget)}万元，支出决算为{r.a(*r.code(y))}万元{done}。{than}。")
    h("六、一般公共预算财政拨款基本支出决算情况说明", 2)
    p(
        f"{Y}一般公共预算财政拨款基本支出{r.a(*r.BASIC)}万元，其中：人员经费{r.a(*r.STAFF)}万元，{PAID[:-1]}；公用经费{r.a(*r.OFFICE)}万元，{OFFICE}"
    )
    h("七、政府性基金预算财政拨款支出决算情况说明", 2)
    fund(r, f"{Y}政府性基金预算财政拨款")
    h("八、国有资本经营预算财政拨款支出决算情况说明", 2)
    soe(r, f"{Y}国有资本经营预算财政拨款")
    h("九、财政拨款“三公”经费支出决算情况说明", 2)
    t = lambda i, col="决算数": now(T09, "", i, col)  # noqa: E731
    v, plan = t("合计"), t("合计", "预算数")
    done = f"，完成预算的{r.done(v, plan)}" if rounded(plan) else ""
    than = (
        "决算数与预算数持平"
        if pen.same(v, plan)
        else f"决算数{r.than(v, plan, less='小于')}预算数的主要原因是{r.why()}"
    )
    items = [
        ("因公出国（境）费", r.public(ABROAD)),
        ("公务用车购置及运行维护费", r.public(CARS)),
        ("公务接待费", r.public(MEALS)),
    ]
    p(
        f"{Y}“三公”经费财政拨款支出预算为{r.budget(plan, *r.public('合计', '预算数'))}万元，支出决算为{r.a(*r.public('合计'))}万元{done}。{than}。"
    )
    p(
        f"{Y}“三公”经费财政拨款支出决算中，{r.shares(items, v, '{name}支出决算{amount}万元，占{share}', '；', 'public')}。具体情况如下："
    )
    p(
        f"1.因公出国（境）费{r.a(*r.public(ABROAD))}万元。全年共派出因公出国（境）团组{k(c['groups'])}个，{k(c['travellers'])}人次。"
    )
    p(
        f"2.公务用车购置及运行维护费{r.a(*r.public(CARS))}万元。其中，公务用车购置支出{r.a(*r.public(BUY))}万元，当年购置车辆{k(c['bought'])}辆；公务用车运行维护支出{r.a(*r.public(RUN))}万元，主要用于公务用车燃料费、维修费、过路过桥费、保险费等支出，年末公务用车保有量{k(c['kept'])}辆。"
    )
    p(
        f"3.公务接待费{r.a(*r.public(MEALS))}万元。其中，国内公务接待支出{pen.amount(t(MEALS))}万元，主要用于与国内相关单位交流工作情况及接受检查指导发生的接待支出，共接待国内来访团组{k(c['visits'])}个、来宾{k(c['guests'])}人次；外事接待支出{pen.amount(0)}万元，共接待来访团组{k(0)}个、来宾{k(0)}人次。"
    )
    h("十、其他重要事项的情况说明", 2)
    value, before, said = r.office()
    h("（一）机关运行经费支出情况说明", 3)
    p(
        f"{Y}机关运行经费财政拨款支出{said}万元，"
        + ("与上年持平。" if pen.same(value, before) else f"比{r.L}{r.change(value, before)}。主要原因是{r.why()}。")
    )
    h("（二）政府采购支出情况说明", 3)
    p(r.purchasing())
    h("（三）国有资产占有使用情况说明", 3)
    p(
        f"截至{r.y}年12月31日，{r.name}共有车辆{r.cars()}辆，其中，{r.car_counts(empty=r.d.random() < 0.5) or '无'}，其他用车主要是用于后勤保障；单位价值100万元（含）以上设备（不含车辆）{r.devices()}台（套）。"
    )
    h("（四）预算绩效情况说明", 3)
    money = r.d.randrange(1_000, 90_000) * 100_000
    p(
        f"根据预算绩效管理要求，我部门组织对{Y}一般公共预算项目支出全面开展绩效自评，共涉及项目{k(c['projects'])}个，资金{pen.amount(money)}万元，占一般公共预算项目支出总额的{pen.percent_said(10000, 0 + 2, 'share')}。"
    )
    r.project_reviews()
    r.glossary()
