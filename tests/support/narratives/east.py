"""北京, 浙江, as published there."""

from __future__ import annotations

from support.layouts.units import FUNDS, T01, T05, T09, TOTAL
from support.narratives.accounts import ABROAD, BUY, CARS, MEALS, RUN, rounded
from support.narratives.known import fund, soe
from support.narratives.report import Report
from support.narratives.west import OFFICE, PAID


def beijing(r: Report) -> None:
    """北京市: by 类 and 款 against 年初预算; 三公 among 其他重要事项."""
    p, h, now, last, pen, Y, k, c = r.pen.p, r.pen.h, r.now, r.last, r.pen, r.Y, r.pen.count, r.book.counts  # noqa: N806
    d = r.d
    r.cover("部门决算")
    r.contents(
        [
            f"第一部分 {Y}部门决算报表",
            f"第二部分 {Y}部门决算说明",
            "第三部分 其他重要事项的情况说明",
            "第四部分 部门绩效评价情况",
        ]
    )
    h(f"第二部分 {Y}部门决算说明")
    h("一、部门基本情况", 2)
    p(f"（一）机构设置、职责：{r.name}内设处室{pen.foreign(c['offices'])}个，所属事业单位{pen.foreign(3)}个。")
    p(
        f"（二）人员构成情况：行政编制{pen.foreign(c['staff'])}人，实际{pen.foreign(c['staff'] - 5)}人；离退休人员{pen.foreign(36)}人。"
    )
    versus = lambda n, b: f"与{r.base('上年')}持平" if pen.same(n, b) else f"比{r.base('上年')}{r.change(n, b)}"  # noqa: E731
    h("二、收入支出决算总体情况说明", 2)
    n, b = now(*r.TOTAL_IN[0]), last(*r.TOTAL_IN[0])
    p(f"{Y}收、支总计{r.a(*r.TOTAL_IN)}万元，{versus(n, b)}。")
    h("（一）收入决算说明", 3)
    v = now(*r.IN[0])
    p(
        f"{Y}本年收入合计{r.a(*r.IN)}万元，{versus(v, last(*r.IN[0]))}，其中：{r.shares(r.incomes(empty=True), v, '{name}{amount}万元，占收入合计的{share}', '；', '收入')}。"
    )
    p("图1：收入决算")
    h("（二）支出决算说明", 3)
    v = now(*r.OUT[0])
    p(
        f"{Y}本年支出合计{r.a(*r.OUT)}万元，{versus(v, last(*r.OUT[0]))}，其中：{r.shares(r.uses(empty=True), v, '{name}{amount}万元，占支出合计的{share}', '；', '支出')}。"
    )
    p("图2：基本支出和项目支出情况")
    h("三、财政拨款收入支出决算总体情况说明", 2)
    n, b = now(*r.F_TOTAL[0]), last(*r.F_TOTAL[0])
    p(f"{Y}财政拨款收、支总计{r.a(*r.F_TOTAL)}万元，{versus(n, b)}。主要原因：{r.why()}。")
    h("四、一般公共预算财政拨款支出决算情况说明", 2)
    h("（一）一般公共预算财政拨款支出决算总体情况", 3)
    g = now(*r.GENERAL[0])
    items = [(r.classname(x), r.code(x)) for x in r.book.groups()]
    p(
        f"{Y}一般公共预算财政拨款支出{r.a(*r.GENERAL)}万元，主要用于以下方面（按大类）：{r.shares(items, g, '{name}{amount}万元，占本年一般公共预算财政拨款支出{share}', '；', 'class')}。"
    )
    h("（二）一般公共预算财政拨款支出决算具体情况", 3)

    def against(v: int, budget: int) -> str:
        base = r.base(f"{r.y}年年初预算")
        return f"与{base}持平" if pen.same(v, budget) else f"比{base}{r.change(v, budget, base='年初预算')}"

    for i, x in enumerate(r.book.groups(), 1):
        v, budget = now(T05, "", x, "合计"), r.book.budget_of(x)
        p(f"{i}、“{r.classname(x)}”（类）{Y}决算{r.a(*r.code(x))}万元，{against(v, budget)}。其中：")
        for y in [y for y in r.book.groups(5) if y.startswith(x)]:
            v, budget = now(T05, "", y, "合计"), r.book.budget_of(y)
            p(
                f"“{pen.word(r.book.unit.named(y), 'name', group='kuan')}”（款）{Y}决算{r.a(*r.code(y))}万元，{against(v, budget)}。主要原因：{r.why()}。"
            )
    h("五、政府性基金预算财政拨款支出决算情况说明", 2)
    fund(r, f"{Y}政府性基金预算财政拨款")
    h("六、国有资本经营预算财政拨款支出决算情况说明", 2)
    soe(r, f"{Y}国有资本经营预算财政拨款")
    h("七、财政拨款基本支出决算情况说明", 2)
    p(
        f"{Y}使用一般公共预算财政拨款安排基本支出{r.a(*r.BASIC)}万元，使用政府性基金财政拨款安排基本支出{pen.amount(now('政府性基金预算财政拨款收入支出决算表', '', TOTAL, '本年支出·基本支出'))}万元，其中：（1）工资福利支出包括基本工资、津贴补贴、奖金等；（2）商品和服务支出包括办公费、水费、电费等；（3）对个人和家庭补助支出包括退休费、抚恤金等。"
    )
    h("第三部分 其他重要事项的情况说明")
    h("一、“三公”经费财政拨款决算情况", 2)
    t = lambda i, col="决算数": now(T09, "", i, col)  # noqa: E731

    def budgeted(i: str) -> str:
        v, plan = t(i), t(i, "预算数")
        base = r.base(f"{r.y}年年初预算数")
        said = f"比{base}{r.budget(plan, *r.public(i, '预算数'))}万元"
        if pen.same(v, plan):
            return said.replace("比", "与", 1) + "持平"
        return said + f"{pen.word('增加' if v > plan else '减少', 'dir')}{pen.delta(v, plan, base='年初预算')}万元"

    p(f"{Y}“三公”经费财政拨款决算数{r.a(*r.public('合计'))}万元，{budgeted('合计')}。其中：")
    abroad = f"，{r.y}年组织因公出国（境）团组{k(c['groups'])}个、{k(c['travellers'])}人次" + (
        f"，人均因公出国（境）费用{pen.foreign(pen.number(rounded(t(ABROAD) // c['travellers'])))}万元"
        if c["travellers"]
        else ""
    )
    p(
        f"1.因公出国（境）费用。{r.y}年决算数{r.a(*r.public(ABROAD))}万元，{budgeted(ABROAD)}。主要原因：{r.why(plain=True)}。{r.y}年因公出国（境）费用主要用于考察交流{abroad}。"
    )
    p(
        f"2.公务接待费。{r.y}年决算数{r.a(*r.public(MEALS))}万元，{budgeted(MEALS)}。主要原因：{r.why(plain=True)}。{r.y}年公务接待费主要用于接待兄弟省市来访。公务接待{k(c['visits'])}批次，公务接待{k(c['guests'])}人次。"
    )
    run, kept = t(RUN), c["kept"]
    parts = [run // 2, run // 4, run // 8]
    parts.append(run - sum(parts))
    detail = ""
    if rounded(run) > 50:
        detail = "，其中，" + "，".join(
            f"公务用车{w}{pen.foreign(pen.number(rounded(x)))}万元"
            for w, x in zip(("加油", "维修", "保险", "其他支出"), parts, strict=True)
        )
    mean = f"，车均运行维护费{pen.foreign(pen.number(rounded(run // kept)))}万元" if kept else ""
    p(f"3.公务用车购置及运行维护费。{r.y}年决算数{r.a(*r.public(CARS))}万元，{budgeted(CARS)}。其中，公务用车购置费{r.y}年决算数{r.a(*r.public(BUY))}万元，{budgeted(BUY)}。主要原因：{r.why(plain=True)}。{r.y}年购置（更新）{k(c['bought'])}辆。"
      f"公务用车运行维护费{r.y}年决算数{r.a(*r.public(RUN))}万元，{budgeted(RUN)}，主要原因：{r.why(plain=True)}。{r.y}年公务用车运行维护费中{detail[4:] if detail else '无支出'}。{r.y}年公务用车保有量{k(kept)}辆{mean}。")  # fmt: skip
    h("二、机关运行经费支出情况", 2)
    value, before, said = r.office()
    p(
        f"{r.y}年行政单位（含参照公务员法管理的事业单位）机关运行经费支出合计{said}万元，"
        + (
            "与上年持平。"
            if pen.same(value, before)
            else f"比{r.base('上年')}{pen.word('增加' if value > before else '减少', 'dir')}{pen.delta(value, before)}万元，{'增加' if value > before else '减少'}原因：{r.why()}。"
        )
    )
    h("三、政府采购支出情况", 2)
    p(r.purchasing(f"{r.y}年"))
    h("四、国有资产占用情况", 2)
    p(
        f"{r.y}年车辆{r.cars()}台，共计{pen.foreign('86.52')}万元；单价100万元（含）以上的设备{r.devices()}台（套），共计{pen.foreign('0')}万元。"
    )
    h("五、政府购买服务支出说明", 2)
    p(f"{r.y}年政府购买服务决算{pen.foreign(pen.number(d.randrange(100, 90_000)))}万元。")
    h("第四部分 部门绩效评价情况")
    p(
        f"{r.name}对{Y}部门项目支出实施绩效评价，评价项目{k(c['projects'])}个，占部门项目总数的{pen.percent_said(10000, 2, 'share')}，涉及金额{pen.amount(d.randrange(1_000, 90_000) * 100_000)}万元。"
    )
    p(f"其中，普通程序评价项目{k(c['best'])}个，简易程序评价项目{k(c['good'])}个。")


def zhejiang(r: Report) -> None:
    """浙江省: （一）… as headings; 其中 by fund in brackets."""
    p, h, now, last, pen, Y, k, c = r.pen.p, r.pen.h, r.now, r.last, r.pen, r.Y, r.pen.count, r.book.counts  # noqa: N806
    r.cover("部门决算")
    r.contents(["一、概况", "（一）部门职责", "二、部门决算公开表", "三、部门决算情况说明", "四、名词解释"])
    h("一、概况")
    p(
        f"（一）部门职责。负责有关管理工作。（二）机构设置。从预算单位构成看，部门决算包括本级决算和下属{pen.foreign(4)}家单位决算。"
    )
    h("三、部门决算情况说明")
    diff = r.change
    each = lambda n, b: "持平" if pen.same(n, b) else "各" + diff(n, b)  # noqa: E731
    h("（一）收入支出决算总体情况说明", 2)
    n, b = now(*r.TOTAL_IN[0]), last(*r.TOTAL_IN[0])
    p(
        f"本部门{Y}收入总计{r.a(*r.TOTAL_IN)}万元，支出总计{r.a(*r.TOTAL_OUT)}万元，与{r.L}相比，{each(n, b)}。主要原因是：{r.why()}。"
    )
    h("（二）收入决算情况说明", 2)
    v = now(*r.IN[0])
    general = r.a((T01, "收入", f"{FUNDS[0]}收入", "决算数"), ("财政拨款收入支出决算总表", "收入", FUNDS[0], "决算数"))
    gov = r.a((T01, "收入", f"{FUNDS[1]}收入", "决算数"), ("财政拨款收入支出决算总表", "收入", FUNDS[1], "决算数"))
    rest = r.shares(
        [x for x in r.incomes(empty=False) if x[0] != "财政拨款收入"],
        v,
        "{name}{amount}万元，占收入合计{share}",
        "；",
        "收入",
    )
    p(
        f"本年收入合计{r.a(*r.IN)}万元，其中：财政拨款收入{r.a(*r.income('财政拨款收入'))}万元（其中：一般公共预算{general}万元，政府性基金预算{gov}万元），占收入合计{pen.percent(now(*r.income('财政拨款收入')[0]), v)}{'；' + rest if rest else ''}。"
    )
    h("（三）支出决算情况说明", 2)
    p(
        f"本年支出合计{r.a(*r.OUT)}万元，其中{r.shares(r.uses(empty=False), now(*r.OUT[0]), '{name}{amount}万元，占{share}', '；', '支出')}。"
    )
    h("（四）财政拨款收入支出决算总体情况说明", 2)
    n, b = now(*r.F_TOTAL[0]), last(*r.F_TOTAL[0])
    total = r.book.budget_of(TOTAL)
    g = now(*r.GENERAL[0])
    p(
        f"{Y}财政拨款收入总计{r.a(*r.F_TOTAL)}万元，支出总计{r.a(*r.F_TOTAL)}万元，与{r.L}相比，{each(n, b)}。主要原因是：{r.why()}。一般公共预算财政拨款支出{r.a(*r.GENERAL)}万元，完成{r.base('年初预算')}的{r.done(g, total)}。"
    )
    h("（五）一般公共预算财政拨款支出决算情况说明", 2)
    h("1.一般公共预算财政拨款支出决算总体情况。", 3)
    p(
        f"{Y}一般公共预算财政拨款支出{r.a(*r.GENERAL)}万元，占本年支出合计的{pen.percent(g, now(*r.OUT[0]))}。与{r.L}相比，一般公共预算财政拨款支出{diff(g, last(*r.GENERAL[0]))}。主要原因是：{r.why()}。"
    )
    h("2.一般公共预算财政拨款支出决算结构情况。", 3)
    items = [(r.classname(x), r.code(x)) for x in r.book.groups()]
    p(
        f"{Y}一般公共预算财政拨款支出{r.a(*r.GENERAL)}万元，主要用于以下方面：{r.shares(items, g, '{name}（类）{amount}万元，占{share}', '；', 'class')}。"
    )
    h("3.一般公共预算财政拨款支出决算具体情况。", 3)
    p(
        f"{Y}一般公共预算财政拨款支出{r.base('年初预算')}为{r.budget(total)}万元，支出决算为{r.a(*r.GENERAL)}万元，完成{r.base('年初预算')}的{r.done(g, total)}，主要原因是：{r.why()}。其中："
    )
    for i, x in enumerate(r.book.leaves(), 1):
        v, budget = now(T05, "", x, "合计"), r.book.budget[x]
        done = f"，完成{r.base('年初预算')}的{r.done(v, budget)}" if rounded(budget) else ""
        than = (
            "决算数等于预算数" if pen.same(v, budget) else f"决算数{r.than(v, budget)}年初预算数的主要原因是：{r.why()}"
        )
        p(
            f"（{i}）{r.subject(x)}。{r.base('年初预算')}为{r.budget(budget)}万元，支出决算为{r.a(*r.code(x))}万元{done}，{than}。"
        )
    h("（六）一般公共预算财政拨款基本支出决算情况说明", 2)
    p(f"{Y}一般公共预算财政拨款基本支出{r.a(*r.BASIC)}万元，其中：")
    p(f"1.人员经费{r.a(*r.STAFF)}万元，{PAID}")
    p(f"2.公用经费{r.a(*r.OFFICE)}万元，{OFFICE}")
    h("（七）政府性基金预算财政拨款支出决算情况说明", 2)
    fund(r, f"{Y}政府性基金预算财政拨款")
    h("（八）国有资本经营预算财政拨款支出决算情况说明", 2)
    soe(r, f"{Y}国有资本经营预算财政拨款")
    _zhejiang_public(r)
    h("（十）机关运行经费支出说明", 2)
    value, before, said = r.office()
    p(
        f"{Y}本部门机关运行经费支出{said}万元，"
        + (
            f"比{r.L}{diff(value, before)}，主要原因是：{r.why()}。"
            if not pen.same(value, before)
            else f"与{r.L}持平。"
        )
    )
    h("（十一）政府采购支出说明", 2)
    p(r.purchasing(Y) + "")
    h("（十二）国有资产占用情况说明", 2)
    p(
        f"截至{r.y}年12月31日，{r.name}共有车辆{r.cars()}辆，其中，{r.car_counts()}；单价100万元以上设备（不含车辆）{r.devices()}台（套）。"
    )
    h("（十三）预算绩效情况说明", 2)
    money = r.d.randrange(1_000, 90_000) * 100_000
    p(
        f"1.预算绩效管理工作开展情况。根据预算绩效管理要求，组织对{Y}一般公共预算项目支出全面开展绩效自评，共涉及项目{k(c['projects'])}个，涉及一般公共预算资金{pen.amount(money)}万元，占一般公共预算项目支出总额的{pen.percent_said(10000, 2, 'share')}。"
    )
    r.project_reviews()
    r.glossary("四、名词解释")


def _zhejiang_public(r: Report) -> None:
    p, h, now, last, pen, Y, k, c = r.pen.p, r.pen.h, r.now, r.last, r.pen, r.Y, r.pen.count, r.book.counts  # noqa: N806
    t, b = (lambda i, col="决算数": now(T09, "", i, col)), (lambda i: last(T09, "", i, "决算数"))
    h("（九）财政拨款“三公”经费支出决算情况说明", 2)
    h("1.财政拨款“三公”经费支出决算总体情况说明。", 3)
    v, plan = t("合计"), t("合计", "预算数")
    done = f"，完成全年预算的{r.done(v, plan)}" if rounded(plan) else ""
    than = (
        "决算数等于全年预算数"
        if pen.same(v, plan)
        else f"{Y}财政拨款“三公”经费支出决算数{r.than(v, plan)}全年预算数的主要原因是：{r.why()}"
    )
    p(
        f"{Y}财政拨款“三公”经费支出{r.base('全年预算')}为{r.budget(plan, *r.public('合计', '预算数'))}万元，支出决算为{r.a(*r.public('合计'))}万元{done}，{than}。"
    )
    h("2.财政拨款“三公”经费支出决算具体情况说明。", 3)

    def year(i: str) -> str:
        if pen.same(t(i), b(i)):
            zero = pen.mark(pen.number(0), "delta", "derived")
            return (
                f"与{r.L}相比，增加{zero}万元，增长{pen.percent_said(0, 2, 'rate')}"
                if r.d.random() < 0.5
                else f"与{r.L}相比持平"
            )
        return f"与{r.L}相比，{r.change(t(i), b(i))}，主要原因是：{r.why(plain=True)}"

    share = lambda i: pen.percent(t(i), v) if rounded(v) else pen.percent_said(0, 2, "share")  # noqa: E731
    p(
        f"{Y}财政拨款“三公”经费支出决算中，因公出国（境）费用支出决算为{r.a(*r.public(ABROAD))}万元，占{share(ABROAD)}，{year(ABROAD)}；公务用车购置及运行维护费支出决算为{r.a(*r.public(CARS))}万元，占{share(CARS)}，{year(CARS)}；公务接待费支出决算为{r.a(*r.public(MEALS))}万元，占{share(MEALS)}，{year(MEALS)}。具体情况如下："
    )
    rate = lambda i: f"，完成{r.base('全年预算')}的{r.done(t(i), t(i, '预算数'))}" if rounded(t(i, "预算数")) else ""  # noqa: E731

    def bud(i):
        return f"全年预算数为{r.budget(t(i, '预算数'), *r.public(i, '预算数'))}万元，支出决算为{r.a(*r.public(i))}万元{rate(i)}"

    p(
        f"（1）因公出国（境）费{bud(ABROAD)}。全年安排因公出国（境）团组{k(c['groups'])}个；累计{k(c['travellers'])}人次。"
    )
    p(
        f"（2）公务用车购置及运行维护费{bud(CARS)}。公务用车购置支出{r.a(*r.public(BUY))}万元，购置公务用车{k(c['bought'])}辆。公务用车运行维护费支出{r.a(*r.public(RUN))}万元，主要用于所需的公务用车燃料费、维修费、过路过桥费、保险费等支出。{Y}，开支一般公共预算财政拨款的公务用车保有量为{k(c['kept'])}辆。"
    )
    p(
        f"（3）公务接待费{bud(MEALS)}。主要用于接待国内来宾支出。其中：外事接待支出{pen.amount(0)}万元，接待{k(0)}批次，累计{k(0)}人次；其他国内公务接待支出{pen.amount(t(MEALS))}万元，接待{k(c['visits'])}批次，累计{k(c['guests'])}人次。"
    )
