"""江苏, 广东, as published there."""

from __future__ import annotations

from support.layouts.units import CARRIED_OUT, T01, T02, T03, T05, T07, T08, T08_WIDE, T09, TOTAL, classes
from support.narratives.accounts import ABROAD, BUY, CARS, MEALS, RUN, rounded
from support.narratives.known import fund, soe
from support.narratives.report import Report
from support.narratives.west import OFFICE, PAID


def jiangsu(r: Report) -> None:
    """江苏省: totals with what they consist of, each against 上年决算."""
    p, h, now, last, pen, Y, k, c = r.pen.p, r.pen.h, r.now, r.last, r.pen, r.Y, r.pen.count, r.book.counts  # noqa: N806
    r.cover("部门决算公开")
    r.contents(
        [
            "第一部分 部门概况",
            "一、主要职能",
            "二、部门机构设置及决算单位构成情况",
            f"第二部分 {Y}部门决算表",
            f"第三部分 {Y}部门决算情况说明",
            "第四部分 名词解释",
        ]
    )
    r.overview("第一部分 部门概况")
    h(f"第三部分 {Y}部门决算情况说明")

    def diff(n, b):
        return (
            "与上年决算数相同" if pen.same(n, b) else f"与{r.base('上年')}相比，{r.change(n, b)}，变动原因：{r.why()}"
        )

    h("一、收入支出决算总体情况说明", 2)
    n, b = now(*r.TOTAL_IN[0]), last(*r.TOTAL_IN[0])
    p(f"{Y}收入、支出决算总计{r.a(*r.TOTAL_IN)}万元。与{r.base('上年')}相比，收、支总计各{r.change(n, b)}。其中：")
    p(f"（一）收入决算总计{r.a(*r.TOTAL_IN)}万元。包括：")
    p(f"1．本年收入决算合计{r.a(*reversed(r.IN))}万元。{diff(now(*r.IN[0]), last(*r.IN[0]))}。")
    p(
        f"2．使用非财政拨款结余（含专用结余）{r.a(*r.HELPED)}万元。"
        + (
            "与上年决算数相同。"
            if not rounded(now(*r.HELPED[0]))
            else f"与{r.base('上年')}相比，增加{pen.delta(now(*r.HELPED[0]), 0)}万元，变动原因：{r.why()}。"
        )
    )
    p(f"3．年初结转和结余{r.a(*r.START)}万元。{diff(now(*r.START[0]), last(*r.START[0]))}。")
    p(f"（二）支出决算总计{r.a(*r.TOTAL_OUT)}万元。包括：")
    p(f"1．本年支出决算合计{r.a(*reversed(r.OUT))}万元。{diff(now(*r.OUT[0]), last(*r.OUT[0]))}。")
    p(
        f"2．结余分配{r.a((T01, '支出', '结余分配', '决算数'))}万元。"
        + (
            "与上年决算数相同。"
            if not rounded(now(T01, "支出", "结余分配", "决算数"))
            else "结余分配事项：事业单位按规定提取的专用结余。"
        )
    )
    p(
        f"3．年末结转和结余{r.a(*r.END)}万元。结转和结余事项：跨年度项目资金。{diff(now(*r.END[0]), last(T01, '支出', CARRIED_OUT, '决算数'))}。"
    )
    h("二、收入决算情况说明", 2)
    p(
        f"{Y}本年收入决算合计{r.a(*r.IN)}万元，其中：{r.shares(r.incomes(empty=True), now(*r.IN[0]), '{name}{amount}万元，占{share}', '；', '收入')}。"
    )
    h("三、支出决算情况说明", 2)
    p(
        f"{Y}本年支出决算合计{r.a(*r.OUT)}万元，其中：{r.shares(r.uses(empty=True), now(*r.OUT[0]), '{name}{amount}万元，占{share}', '；', '支出')}。"
    )
    h("四、财政拨款收入支出决算总体情况说明", 2)
    n, b = now(*r.F_TOTAL[0]), last(*r.F_TOTAL[0])
    p(
        f"{Y}财政拨款收入、支出决算总计{r.a(*r.F_TOTAL)}万元。与{r.base('上年')}相比，财政拨款收、支总计各{r.change(n, b)}，变动原因：{r.why()}。"
    )
    h("五、财政拨款支出决算情况说明", 2)
    f = now(*r.F_SPENT[0])
    others = [
        (t_, x)
        for t_ in (T07, T08_WIDE)
        for x in r.book.unit.codes.get(t_, ())
        if len(x) == 7 and rounded(now(t_, "", x, "本年支出·小计"))
    ]
    total = r.book.budget_of(TOTAL) + sum(now(t_, "", x, "本年支出·小计") for t_, x in others)
    p(
        f"{Y}财政拨款支出决算{r.a(*r.F_SPENT)}万元，占本年支出合计的{pen.percent(f, now(*r.OUT[0]))}。与{Y}财政拨款支出{r.base('年初预算')}{r.budget(total)}万元相比，完成{r.base('年初预算')}的{r.done(f, total)}。其中："
    )
    for i, x in enumerate(r.book.groups(), 1):
        p(f"（{'一二三四五六七八九十'[(i - 1) % 10]}）{classes()[x]}（类）")
        for j, y in enumerate([y for y in r.book.leaves() if y.startswith(x)], 1):
            v, budget = now(T05, "", y, "合计"), r.book.budget[y]
            name = f"{r.book.unit.named(y[:5])}（款）{pen.word(r.book.unit.named(y), 'name', group='subject')}（项）"
            if not rounded(budget):
                p(
                    f"{j}．{name}。年初预算{r.budget(budget)}万元，支出决算{r.a(*r.code(y))}万元，（年初预算数为0万元，无法计算完成比率）决算数与年初预算数的差异原因：年中追加。"
                )
            else:
                than = "决算数与年初预算数相同" if pen.same(v, budget) else f"决算数与年初预算数的差异原因：{r.why()}"
                p(
                    f"{j}．{name}。年初预算{r.budget(budget)}万元，支出决算{r.a(*r.code(y))}万元，完成{r.base('年初预算')}的{r.done(v, budget)}。{than}。"
                )
    for i, (t_, x) in enumerate(others, 1 + len(r.book.groups())):
        v = now(t_, "", x, "本年支出·小计")
        cell = r.a((t_, "", x, "本年支出·小计"), *(((T08, "", x, "合计"),) if t_ == T08_WIDE else ()))
        p(f"（{'一二三四五六七八九十'[(i - 1) % 10]}）{classes()[x[:3]]}（类）")
        p(
            f"1．{r.book.unit.named(x[:5])}（款）{r.book.unit.named(x)}（项）。年初预算{r.budget(v)}万元，支出决算{cell}万元，完成{r.base('年初预算')}的{r.done(v, v)}。决算数与年初预算数相同。"
        )
    h("六、财政拨款基本支出决算情况说明", 2)
    basic = now(*r.BASIC[0]) + now("政府性基金预算财政拨款收入支出决算表", "", TOTAL, "本年支出·基本支出")
    p(f"{Y}财政拨款基本支出决算{pen.amount(basic)}万元，其中：")
    staff, office = now(*r.STAFF[0]), basic - now(*r.STAFF[0])
    p(f"（一）人员经费{r.a(*r.STAFF) if basic == now(*r.BASIC[0]) else pen.amount(staff)}万元。{PAID}")
    p(f"（二）公用经费{r.a(*r.OFFICE) if basic == now(*r.BASIC[0]) else pen.amount(office)}万元。{OFFICE}")
    h("七、一般公共预算财政拨款支出决算情况说明", 2)
    g, gb = now(*r.GENERAL[0]), last(*r.GENERAL[0])
    p(f"{Y}一般公共预算财政拨款支出决算{r.a(*r.GENERAL)}万元。{diff(g, gb)}。")
    h("八、一般公共预算财政拨款基本支出决算情况说明", 2)
    p(f"{Y}一般公共预算财政拨款基本支出决算{r.a(*r.BASIC)}万元，其中：")
    p(f"（一）人员经费{r.a(*r.STAFF)}万元。{PAID}")
    p(f"（二）公用经费{r.a(*r.OFFICE)}万元。{OFFICE}")
    _jiangsu_public(r)
    h("十、政府性基金预算财政拨款支出决算情况说明", 2)
    fund(r, f"{Y}政府性基金预算财政拨款")
    h("十一、国有资本经营预算财政拨款支出决算情况说明", 2)
    soe(r, f"{Y}国有资本经营预算财政拨款")
    h("十二、机关运行经费支出决算情况说明", 2)
    value, before, said = r.office()
    p(
        f"{Y}机关运行经费支出决算{said}万元（与部门决算中行政单位和参照公务员法管理事业单位一般公共预算财政拨款基本支出中公用经费之和保持一致）。{diff(value, before)}。"
    )
    h("十三、政府采购支出决算情况说明", 2)
    p(r.purchasing(f"{Y}"))
    h("十四、国有资产占用情况说明", 2)
    p(
        f"截至{r.y}年12月31日，本部门共有车辆{r.cars()}辆，其中：{r.car_counts()}。单价100万元（含）以上的设备（不含车辆）{r.devices()}台（套）。"
    )
    h("十五、预算绩效评价工作开展情况", 2)
    money = r.d.randrange(1_000, 90_000) * 100_000
    p(
        f"{Y}，本部门共{k(c['projects'])}个项目开展了财政重点绩效评价，涉及财政性资金合计{pen.amount(money)}万元；本部门未开展部门整体支出财政重点绩效评价。"
    )
    r.glossary()


def _jiangsu_public(r: Report) -> None:
    p, h, now, last, pen, Y, k, c = r.pen.p, r.pen.h, r.now, r.last, r.pen, r.Y, r.pen.count, r.book.counts  # noqa: N806
    t, b = (lambda i, col="决算数": now(T09, "", i, col)), (lambda i: last(T09, "", i, "决算数"))
    h("九、财政拨款“三公”经费、会议费和培训费支出决算情况说明", 2)
    h("（一）“三公”经费财政拨款支出决算总体情况说明", 3)
    v = t("合计")
    share = lambda i: pen.percent(t(i), v) if rounded(v) else pen.percent_said(0, 2, "share")  # noqa: E731
    p(f"{Y}财政拨款“三公”经费支出决算{r.a(*r.public('合计'))}万元（其中：一般公共预算支出{pen.amount(v)}万元；政府性基金预算支出{pen.amount(0)}万元；国有资本经营预算支出{pen.amount(0)}万元）。" + ("与上年决算数相同。" if pen.same(v, b("合计")) else f"与{r.base('上年')}相比，{pen.word('增加' if v > b('合计') else '减少', 'dir')}{pen.delta(v, b('合计'))}万元，变动原因：{r.why()}。")
      + f"其中，因公出国（境）费支出{r.a(*r.public(ABROAD))}万元，占“三公”经费的{share(ABROAD)}；公务用车购置及运行维护费支出{r.a(*r.public(CARS))}万元，占“三公”经费的{share(CARS)}；公务接待费支出{r.a(*r.public(MEALS))}万元，占“三公”经费的{share(MEALS)}。")  # fmt: skip
    h("（二）“三公”经费财政拨款支出决算具体情况说明", 3)

    def one(i: str, name: str) -> str:
        v, plan = t(i), t(i, "预算数")
        done = f"，完成{r.base('调整后预算')}的{r.done(v, plan)}" if rounded(plan) else ""
        return (
            f"{name}支出预算{r.budget(plan, *r.public(i, '预算数'))}万元（其中：一般公共预算支出{pen.amount(plan)}万元；政府性基金预算支出{pen.amount(0)}万元），支出决算{r.a(*r.public(i))}万元{done}，"
            + ("决算数与预算数相同。" if pen.same(v, plan) else f"决算数与预算数的差异原因：{r.why(plain=True)}。")
        )

    p(
        f"1．{one(ABROAD, '因公出国（境）费')}全年使用财政拨款涉及的出国（境）团组{k(c['groups'])}个，累计{k(c['travellers'])}人次。"
    )
    p(f"2．{one(CARS, '公务用车购置及运行维护费')}其中：")
    p(f"（1）{one(BUY, '公务用车购置费')}本年度使用财政拨款购置公务用车{k(c['bought'])}辆。")
    p(
        f"（2）{one(RUN, '公务用车运行维护费')}公务用车运行维护费主要用于按规定保留的公务用车的燃料费、维修费等支出。截至{r.y}年12月31日，使用财政拨款开支的公务用车保有量为{k(c['kept'])}辆。"
    )
    p(
        f"3．{one(MEALS, '公务接待费')}其中：国内公务接待支出{pen.amount(t(MEALS))}万元，接待{k(c['visits'])}批次，{k(c['guests'])}人次，开支内容：接待上级部门检查调研；国（境）外公务接待支出{pen.amount(0)}万元，接待{k(0)}批次，{k(0)}人次。"
    )
    h("（三）财政拨款会议费支出决算情况说明", 3)
    plan, paid = r.d.randrange(100, 2_000), r.d.randrange(50, 100)
    rate = pen.mark(f"{paid}%", "other", "foreign")
    p(
        f"{Y}财政拨款会议费支出预算{pen.foreign(pen.number(plan * 100))}万元，支出决算{pen.foreign(pen.number(plan * paid))}万元，完成调整后预算的{rate}。{Y}全年召开会议{pen.foreign(6)}个，参加会议{pen.foreign(320)}人次，开支内容：召开年度工作会议。"
    )
    h("（四）财政拨款培训费支出决算情况说明", 3)
    p(
        f"{Y}财政拨款培训费支出预算{pen.foreign(pen.number(plan * 200))}万元，支出决算{pen.foreign(pen.number(plan * 2 * paid))}万元，完成调整后预算的{pen.mark(f'{paid}%', 'other', 'foreign')}。{Y}全年组织培训{pen.foreign(4)}个，组织培训{pen.foreign(210)}人次，开支内容：业务培训。"
    )


def guangdong(r: Report) -> None:
    """广东省."""
    p, h, now, last, pen, Y, k, c = r.pen.p, r.pen.h, r.now, r.last, r.pen, r.Y, r.pen.count, r.book.counts  # noqa: N806
    r.cover("部门决算")
    r.contents(["第一部分 部门概况", "第二部分 部门决算表", "第三部分 部门决算情况说明", "第四部分 名词解释"])
    r.overview("第一部分 部门概况")
    h(f"第三部分 {r.name}{Y}部门决算情况说明")

    def versus(n, b):
        return (
            f"与{r.base('上年')}决算数持平"
            if pen.same(n, b)
            else f"比{r.base('上年')}决算数{r.change(n, b)}，主要原因是{r.why()}"
        )

    h("一、收入支出决算总体情况说明", 2)
    p(
        f"{r.name}{Y}总收入{r.a(*r.TOTAL_IN)}万元，{versus(now(*r.TOTAL_IN[0]), last(*r.TOTAL_IN[0]))}。总支出{r.a(*r.TOTAL_OUT)}万元，{versus(now(*r.TOTAL_IN[0]), last(*r.TOTAL_IN[0]))}。"
    )
    h("二、收入决算情况说明", 2)
    p(f"{r.name}{Y}本年收入{r.a(*r.IN)}万元，其中：")
    for i, x in enumerate(r.incomes(empty=True), 1):
        v, b = now(*x[1][0]), last(T02, "", TOTAL, x[0])
        p(
            f"{i}．{r.shares([x], now(*r.IN[0]), '{name}{amount}万元，占{share}', '', '收入')}，{versus(v, b)}。"
            if r.d.random() < 0.5
            else f"{i}．{r.shares([x], now(*r.IN[0]), '{name}{amount}万元，占{share}', '', '收入')}。"
        )
    h("三、支出决算情况说明", 2)
    p(f"{r.name}{Y}本年支出{r.a(*r.OUT)}万元，其中：")
    for i, x in enumerate(r.uses(empty=True), 1):
        v, b = now(*x[1][0]), last(T03, "", TOTAL, x[0])
        p(f"{i}．{r.shares([x], now(*r.OUT[0]), '{name}{amount}万元，占{share}', '', '支出')}，{versus(v, b)}。")
    h("四、财政拨款收入支出决算总体情况说明", 2)
    p(
        f"{r.name}{Y}财政拨款收入、支出总计均为{r.a(*r.F_TOTAL)}万元，{versus(now(*r.F_TOTAL[0]), last(*r.F_TOTAL[0]))}。"
    )
    h("五、一般公共预算财政拨款支出决算情况说明", 2)
    g, total = now(*r.GENERAL[0]), r.book.budget_of(TOTAL)
    p(
        f"{r.name}{Y}一般公共预算财政拨款支出合计{r.a(*r.GENERAL)}万元，占本年支出合计的{pen.percent(g, now(*r.OUT[0]))}；较{r.base('年初预算数')}{r.budget(total)}万元"
        + ("持平" if pen.same(g, total) else r.change(g, total, base="年初预算"))
        + f"，主要原因是{r.why()}。按功能分类划分：{r.shares([(r.classname(x), r.code(x)) for x in r.book.groups()], g, '{name}（类）{amount}万元，占{share}', '；', 'class')}。按支出性质划分：{r.shares([('基本支出', r.BASIC), ('项目支出', r.PROJECT)], g, '{name}{amount}万元，占{share}', '；', 'use05')}。"
    )
    h("六、一般公共预算财政拨款基本支出决算情况说明", 2)
    p(
        f"{r.name}{Y}一般公共预算财政拨款基本支出{r.a(*r.BASIC)}万元。其中：人员经费{r.a(*r.STAFF)}万元，{PAID[:-1]}；公用经费{r.a(*r.OFFICE)}万元，{OFFICE}"
    )
    h("七、政府性基金预算财政拨款支出决算情况说明", 2)
    fund(r, f"{r.name}{Y}政府性基金预算财政拨款")
    h("八、国有资本经营预算财政拨款支出决算情况说明", 2)
    soe(r, f"{r.name}{Y}国有资本经营预算财政拨款")
    h("九、“三公”经费支出决算情况说明", 2)
    t, b = (lambda i, col="决算数": now(T09, "", i, col)), (lambda i: last(T09, "", i, "决算数"))

    def one(i: str) -> str:
        v, plan = t(i), t(i, "预算数")
        done = (
            f"完成{r.base('全年预算')}{r.budget(plan, *r.public(i, '预算数'))}万元的{r.done(v, plan)}，"
            if rounded(plan)
            else ""
        )
        return f"{r.a(*r.public(i))}万元，{done}" + (
            f"比{r.base('上年决算数')}{r.change(v, b(i))}" if not pen.same(v, b(i)) else "与上年决算数持平"
        )

    p(
        f"{Y}“三公”经费支出决算{one('合计')}，主要原因是{r.why()}。其中：因公出国（境）费支出决算{one(ABROAD)}；公务用车购置及运行维护费支出决算{one(CARS)}；公务接待费支出决算{one(MEALS)}。具体情况如下："
    )
    p(
        f"1．因公出国（境）费支出{r.a(*r.public(ABROAD))}万元，全年使用财政拨款安排出国团组{k(c['groups'])}个，累计{k(c['travellers'])}人次。"
    )
    p(
        f"2．公务用车购置及运行维护费支出{r.a(*r.public(CARS))}万元，其中：公务用车购置支出{r.a(*r.public(BUY))}万元，公务用车购置数{k(c['bought'])}辆；公务用车运行维护费支出{r.a(*r.public(RUN))}万元，公务用车保有量为{k(c['kept'])}辆，主要用于日常公务用车的燃料费、维修费等。"
    )
    p(
        f"3．公务接待费支出{r.a(*r.public(MEALS))}万元，主要用于接待上级及兄弟单位。国内公务接待{k(c['visits'])}批次，接待人数共{k(c['guests'])}人。"
    )
    h("十、其他重要事项的情况说明", 2)
    value, before, said = r.office()
    h("（一）机关运行经费支出情况", 3)
    p(f"{Y}机关运行经费支出{said}万元，{versus(value, before)}。")
    h("（二）政府采购支出情况", 3)
    p(r.purchasing())
    h("（三）国有资产占用情况", 3)
    p(
        f"截至{r.y}年12月31日，{r.name}共有车辆{r.cars()}辆，其中{r.car_counts()}；单位价值100万元（含）以上设备（不含车辆）{r.devices()}台（套）。"
    )
    h("（四）预算绩效管理开展情况", 3)
    p(
        f"根据预算绩效管理要求，本部门组织对{Y}项目支出开展绩效自评，共涉及项目{k(c['projects'])}个，资金{pen.amount(r.d.randrange(1_000, 90_000) * 100_000)}万元。"
    )
    r.project_reviews()
    r.glossary()
