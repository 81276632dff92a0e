"""湖北, 重庆, as published there."""

from __future__ import annotations

from support.layouts.units import CARRIED_OUT, FUNDS, T01, T04, T05, T07, T09, TOTAL
from support.narratives.accounts import ABROAD, BUY, CARS, MEALS, RUN, rounded
from support.narratives.known import fund, soe
from support.narratives.report import Report
from support.narratives.west import OFFICE, PAID


def hubei(r: Report) -> None:
    """湖北省."""
    p, h, now, last, pen, Y, k, c = r.pen.p, r.pen.h, r.now, r.last, r.pen, r.Y, r.pen.count, r.book.counts  # noqa: N806
    r.cover("部门决算")
    r.contents(
        [
            f"第一部分 {r.name}概况",
            "一、部门主要职能",
            "二、机构设置情况",
            f"第二部分 {r.name}{Y}部门决算表",
            f"第三部分 {r.name}{Y}部门决算情况说明",
            "一、收入支出决算总体情况说明",
            "第四部分 其他需要说明的情况",
            "第五部分 名词解释",
        ]
    )
    r.overview(f"第一部分 {r.name}概况")
    h(f"第三部分 {r.name}{Y}部门决算情况说明")
    diff = r.change
    h("一、收入支出决算总体情况说明", 2)
    n, b = now(*r.TOTAL_IN[0]), last(*r.TOTAL_IN[0])
    p(f"{Y}收、支总计均为{r.a(*r.TOTAL_IN)}万元。与{r.L}相比，收、支总计各{diff(n, b)}，主要原因是{r.why()}。")
    p("图1：收、支决算总计变动情况")
    h("二、收入决算情况说明", 2)
    v, b = now(*r.IN[0]), last(*r.IN[0])
    p(
        f"{Y}收入合计{r.a(*r.IN)}万元，与{r.L}相比，收入合计{diff(v, b)}。其中：{r.shares(r.incomes(empty=True), v, '{name}{amount}万元，占本年收入{share}', '；', '收入')}。"
    )
    h("三、支出决算情况说明", 2)
    v, b = now(*r.OUT[0]), last(*r.OUT[0])
    p(
        f"{Y}支出合计{r.a(*r.OUT)}万元，与{r.L}相比，支出合计{diff(v, b)}。其中：{r.shares(r.uses(empty=True), v, '{name}{amount}万元，占本年支出{share}', '；', '支出')}。"
    )
    h("四、财政拨款收入支出决算总体情况说明", 2)
    n, b = now(*r.F_TOTAL[0]), last(*r.F_TOTAL[0])
    p(
        f"{Y}财政拨款收、支总计均为{r.a(*r.F_TOTAL)}万元。与{r.L}相比，财政拨款收、支总计各{diff(n, b)}。主要原因是{r.why()}。"
    )
    got = now(T04, "收入", FUNDS[0], "决算数")
    was = int(got * r.d.uniform(0.7, 1.3))
    if rounded(got) and abs(got - was) > 30_000:
        p(
            f"{Y}财政拨款收入中，一般公共预算财政拨款收入{r.a((T04, '收入', FUNDS[0], '决算数'), (T01, '收入', FUNDS[0] + '收入', '决算数'))}万元，比{r.L}决算数{pen.word('增加' if got > was else '减少', 'dir')}{pen.delta(got, was)}万元。{'增加' if got > was else '减少'}主要原因是{r.why()}。"
        )
    h("五、一般公共预算财政拨款支出决算情况说明", 2)
    h("（一）一般公共预算财政拨款支出决算总体情况", 3)
    g, gb = now(*r.GENERAL[0]), last(*r.GENERAL[0])
    p(
        f"{Y}一般公共预算财政拨款支出{r.a(*r.GENERAL)}万元，占本年支出合计的{pen.percent(g, now(*r.OUT[0]))}。与{r.L}相比，一般公共预算财政拨款支出{diff(g, gb)}。主要原因是{r.why()}。"
    )
    h("（二）一般公共预算财政拨款支出决算结构情况", 3)
    p(f"{Y}一般公共预算财政拨款支出{r.a(*r.GENERAL)}万元，主要用于以下方面：")
    for i, x in enumerate(r.book.groups(), 1):
        p(
            f"{i}.{r.shares([(r.classname(x), r.code(x))], g, '{name}（类）支出{amount}万元，占{share}' if r.d.random() < 0.3 else '{name}（类）{amount}万元，占{share}', '', 'class')}。主要是用于人员经费和项目支出。"
        )
    h("（三）一般公共预算财政拨款支出决算具体情况", 3)
    total = r.book.budget_of(TOTAL)
    project = rounded(now(*r.PROJECT[0]))
    listed = (
        f"项目支出主要用于信息化建设{pen.foreign(pen.number(project // 3))}万元，主要成效：系统运行稳定；业务工作经费{pen.foreign(pen.number(project - project // 3))}万元，主要成效：完成年度目标任务。"
        if project > 100
        else ""
    )
    p(
        f"{Y}一般公共预算财政拨款支出{r.base('年初预算')}为{r.budget(total)}万元，支出决算为{r.a(*r.GENERAL)}万元，完成{r.base('年初预算')}的{r.done(g, total)}。其中：基本支出{r.a(*r.BASIC)}万元，项目支出{r.a(*r.PROJECT)}万元。{listed}"
    )
    for i, x in enumerate(r.book.leaves(), 1):
        v, budget = now(T05, "", x, "合计"), r.book.budget[x]
        done = f"，完成{r.base('年初预算')}的{r.done(v, budget)}" if rounded(budget) else ""
        than = (
            "支出决算数与年初预算数持平"
            if pen.same(v, budget)
            else f"支出决算数{r.than(v, budget)}年初预算数的主要原因：一是{r.why()}；二是{r.why(plain=True)}"
        )
        p(f"{i}.{r.subject(x)}。年初预算为{r.budget(budget)}万元，支出决算为{r.a(*r.code(x))}万元{done}，{than}。")
    h("六、一般公共预算财政拨款基本支出决算情况说明", 2)
    p(f"{Y}一般公共预算财政拨款基本支出{r.a(*r.BASIC)}万元，其中：")
    p(f"人员经费{r.a(*r.STAFF)}万元，{PAID}")
    p(f"公用经费{r.a(*r.OFFICE)}万元，{OFFICE}")
    h("七、政府性基金预算财政拨款收入支出决算情况说明", 2)
    fund(r, f"{Y}政府性基金预算财政拨款")
    h("八、国有资本经营预算财政拨款支出决算情况说明", 2)
    soe(r, f"{Y}国有资本经营预算财政拨款")
    _hubei_public(r)
    h("十、机关运行经费支出说明", 2)
    value, before, said = r.office()
    p(
        f"{Y}{r.name}机关运行经费支出{said}万元，"
        + (f"比{r.base('年初预算数')}持平，" if False else "")
        + (
            f"比{r.base('上年决算数')}{diff(value, before)}。主要原因是{r.why()}。"
            if not pen.same(value, before)
            else "与上年决算数持平。"
        )
    )
    h("十一、政府采购支出说明", 2)
    v = r.purchases()
    p(
        f"{Y}{r.name}政府采购支出总额{v['all']}万元，其中：政府采购货物支出{v['goods']}万元、政府采购工程支出{v['works']}万元、政府采购服务支出{v['services']}万元。授予中小企业合同金额{v['small']}万元，占政府采购支出总额的{v['small%']}，其中：授予小微企业合同金额{v['tiny']}万元，占授予中小企业合同金额的{pen.percent_said(10000, 2, 'share') if v['tiny'] == v['small'] else pen.mark('—', 'other', 'foreign')}。"
        if False
        else r.purchasing(f"{Y}{r.name}")
    )
    h("十二、国有资产占用情况说明", 2)
    p(
        f"截至{r.y}年12月31日，{r.name}共有车辆{r.cars()}辆，其中，{r.car_counts()}，其他用车主要是一般公务用车；单价100万元（含）以上设备（不含车辆）{r.devices()}台（套）。"
    )
    h("十三、预算绩效情况说明", 2)
    money = r.d.randrange(1_000, 90_000) * 100_000
    p(
        f"（一）预算绩效管理工作开展情况。根据预算绩效管理要求，我部门组织对{Y}一般公共预算项目支出全面开展绩效自评，共涉及项目{k(c['projects'])}个，资金{pen.amount(money)}万元，占一般公共预算项目支出总额的{pen.percent_said(10000, 2, 'share')}。从绩效评价情况来看，各项目较好地完成了年度绩效目标。"
    )
    p("（二）部门决算中项目绩效自评结果。")
    r.project_reviews()
    r.glossary("第五部分 名词解释")


def _hubei_public(r: Report) -> None:
    p, h, now, last, pen, Y, k, c = r.pen.p, r.pen.h, r.now, r.last, r.pen, r.Y, r.pen.count, r.book.counts  # noqa: N806
    t, b = (lambda i, col="决算数": now(T09, "", i, col)), (lambda i: last(T09, "", i, "决算数"))
    h("九、财政拨款“三公”经费支出决算情况说明", 2)
    h("（一）“三公”经费财政拨款支出决算总体情况说明。", 3)

    def one(i: str, name: str) -> str:
        v, plan = t(i), t(i, "预算数")
        said = f"{name}支出{r.base('全年预算')}为{r.budget(plan, *r.public(i, '预算数'))}万元，支出决算为{r.a(*r.public(i))}万元"
        if rounded(plan):
            said += f"，完成{r.base('全年预算')}的{r.done(v, plan)}"
        if not pen.same(v, plan):
            said += f"；比{r.base('全年预算')}{pen.word('增加' if v > plan else '减少', 'dir')}{pen.delta(v, plan, base='全年预算')}万元，主要原因是{r.why(plain=True)}"
        return said + (
            "。支出决算与上年持平。"
            if pen.same(v, b(i))
            else f"。支出决算较{r.base('上年度')}{r.change(v, b(i))}，主要原因是{r.why(plain=True)}。"
        )

    p(one("合计", f"{Y}“三公”经费财政拨款"))
    h("（二）“三公”经费财政拨款支出决算具体情况说明。", 3)
    p(
        f"1.{one(ABROAD, '因公出国（境）费')}全年安排因公出国（境）团组{k(c['groups'])}个，累计{k(c['travellers'])}人次。"
    )
    p(f"2.{one(CARS, '公务用车购置及运行维护费')}其中：")
    p(f"（1）{one(BUY, '公务用车购置费')}本年度购置（更新）公务用车{k(c['bought'])}辆。")
    p(
        f"（2）{one(RUN, '公务用车运行维护费')}主要用于燃料费、维修费、保险费等。截至{r.y}年12月31日，开支财政拨款的公务用车保有量{k(c['kept'])}辆。"
    )
    p(
        f"3.{one(MEALS, '公务接待费')}其中：国内公务接待支出{pen.amount(t(MEALS))}万元，主要用于接待上级检查和外地考察。{Y}共接待国内来访团组{k(c['visits'])}个，{k(c['guests'])}人次（不包括陪同人员）；外事接待支出{pen.amount(0)}万元，接待{k(0)}批次{k(0)}人次。"
    )


def chongqing(r: Report) -> None:
    """重庆市: 1.总体情况。2.收入情况。… within sections; 元 a head at the end."""
    p, h, now, last, pen, Y, k, c = r.pen.p, r.pen.h, r.now, r.last, r.pen, r.Y, r.pen.count, r.book.counts  # noqa: N806
    r.cover("部门决算情况说明")
    h("一、部门基本情况")
    p(
        f"（一）职能职责。{r.name}负责有关管理工作。（二）机构设置。内设科室{pen.foreign(c['offices'])}个。（三）单位构成。纳入本部门{Y}决算编制的二级预算单位{pen.foreign(3)}个。"
    )
    h("二、部门决算收支情况说明")
    wan = r.change

    def year(n, b):
        return (
            f"较{r.base('上年决算数')}无增减"
            if pen.same(n, b)
            else f"较{r.base('上年决算数')}{wan(n, b)}，主要原因是{r.why()}"
        )

    def plan(n, b):
        return (
            f"较{r.base('年初预算数')}无增减"
            if pen.same(n, b)
            else f"较{r.base('年初预算数')}{r.change(n, b, base='年初预算')}，主要原因是{r.why()}"
        )

    h("（一）收入支出决算总体情况说明", 2)
    n, b = now(*r.TOTAL_IN[0]), last(*r.TOTAL_IN[0])
    p(f"1.总体情况。{Y}收入总计{r.a(*r.TOTAL_IN)}万元，支出总计{r.a(*r.TOTAL_OUT)}万元。收支{year(n, b)}。")
    v = now(*r.IN[0])
    p(
        f"2.收入情况。{Y}收入合计{r.a(*r.IN)}万元，{year(v, last(*r.IN[0]))}。其中：{r.shares(r.incomes(empty=False), v, '{name}{amount}万元，占{share}', '；', '收入')}。此外，使用非财政拨款结余和专用结余{r.a(*r.HELPED)}万元，年初结转和结余{r.a(*r.START)}万元。"
    )
    v = now(*r.OUT[0])
    p(
        f"3.支出情况。{Y}支出合计{r.a(*r.OUT)}万元，{year(v, last(*r.OUT[0]))}。其中：{r.shares(r.uses(empty=False), v, '{name}{amount}万元，占{share}', '；', '支出')}。此外，结余分配{r.a((T01, '支出', '结余分配', '决算数'))}万元。"
    )
    p(
        f"4.结转结余情况。{Y}年末结转和结余{r.a(*r.END)}万元，{year(now(*r.END[0]), last(T01, '支出', CARRIED_OUT, '决算数'))}。"
    )
    h("（二）财政拨款收入支出决算情况说明", 2)
    n, b = now(*r.F_TOTAL[0]), last(*r.F_TOTAL[0])
    p(
        f"{Y}财政拨款收、支总计{r.a(*r.F_TOTAL)}万元。与{r.y - 1}年相比，财政拨款收、支总计各{wan(n, b)}。主要原因是{r.why()}。"
    )
    h("（三）一般公共预算财政拨款收入支出决算情况说明", 2)
    got, start = now(T04, "收入", FUNDS[0], "决算数"), now(T04, "收入", f"年初财政拨款结转和结余·{FUNDS[0]}", "决算数")
    was = int(got * r.d.uniform(0.6, 1.4))
    budget = r.book.budget_of(TOTAL)
    near = lambda x, y: y if abs(x - y) > 30_000 else x  # noqa: E731
    p(
        f"1.收入情况。{Y}一般公共预算财政拨款收入{r.a((T04, '收入', FUNDS[0], '决算数'), (T01, '收入', FUNDS[0] + '收入', '决算数'))}万元，{year(got, near(got, was))}。{plan(got, near(got, budget))}。此外，年初财政拨款结转和结余{r.a((T04, '收入', f'年初财政拨款结转和结余·{FUNDS[0]}', '决算数'))}万元。"
    )
    g, gb = now(*r.GENERAL[0]), last(*r.GENERAL[0])
    p(f"2.支出情况。{Y}一般公共预算财政拨款支出{r.a(*r.GENERAL)}万元，{year(g, gb)}。{plan(g, budget)}。")
    end = now(T04, "支出", "年末财政拨款结转和结余", FUNDS[0])
    p(
        f"3.结转结余情况。{Y}年末一般公共预算财政拨款结转和结余{r.a((T04, '支出', '年末财政拨款结转和结余', FUNDS[0]))}万元，{year(end, start)}。"
    )
    p(f"4.比较情况。本部门{Y}一般公共预算财政拨款支出主要用于以下几个方面：")
    for i, x in enumerate(r.book.groups(), 1):
        v, plan_ = now(T05, "", x, "合计"), r.book.budget_of(x)
        p(
            f"（{i}）{r.shares([(r.classname(x), r.code(x))], g, '{name}{amount}万元，占{share}', '', 'class')}，{plan(v, plan_)}。"
        )
    h("（四）一般公共预算财政拨款基本支出决算情况说明", 2)
    p(
        f"{Y}一般公共预算财政拨款基本支出{r.a(*r.BASIC)}万元。其中：人员经费{r.a(*r.STAFF)}万元，{year(now(*r.STAFF[0]), near(now(*r.STAFF[0]), int(now(*r.STAFF[0]) * 0.93)))}。人员经费用途{PAID}公用经费{r.a(*r.OFFICE)}万元，{year(now(*r.OFFICE[0]), near(now(*r.OFFICE[0]), int(now(*r.OFFICE[0]) * 1.08)))}。公用经费用途{OFFICE}"
    )
    h("（五）政府性基金预算收支决算情况说明", 2)
    if any(rounded(v) for key, v in r.book.now.items() if key[0] == T07):
        p(
            f"{Y}政府性基金预算财政拨款年初结转结余{r.a((T07, '', TOTAL, '年初结转和结余'))}万元，年末结转结余{r.a((T07, '', TOTAL, '年末结转和结余'))}万元。本年收入{r.a((T07, '', TOTAL, '本年收入'), (T04, '收入', FUNDS[1], '决算数'))}万元，{year(now(T07, '', TOTAL, '本年收入'), last(T07, '', TOTAL, '本年收入'))}。本年支出{r.a((T07, '', TOTAL, '本年支出·小计'), (T04, '支出', '本年支出合计', FUNDS[1]))}万元，{year(now(T07, '', TOTAL, '本年支出·小计'), last(T07, '', TOTAL, '本年支出·小计'))}。"
        )
    else:
        p("本部门无政府性基金预算收支。")
    h("（六）国有资本经营预算财政拨款支出决算情况说明", 2)
    soe(r, f"{Y}国有资本经营预算财政拨款")
    h("三、财政拨款“三公”经费情况说明")
    t, b_ = (lambda i, col="决算数": now(T09, "", i, col)), (lambda i: last(T09, "", i, "决算数"))

    def pl(i):
        return (
            f"较{r.base('年初预算数')}无增减"
            if pen.same(t(i), t(i, "预算数"))
            else f"较{r.base('年初预算数')}{r.change(t(i), t(i, '预算数'), base='年初预算')}，主要原因是{r.why(plain=True)}"
        )

    def ye(i):
        return (
            f"较{r.base('上年支出数')}无增减"
            if pen.same(t(i), b_(i))
            else f"较{r.base('上年支出数')}{wan(t(i), b_(i))}，主要原因是{r.why(plain=True)}"
        )

    h("（一）“三公”经费支出总体情况说明", 2)
    p(f"{Y}“三公”经费支出共计{r.a(*r.public('合计'))}万元，{pl('合计')}。{ye('合计')}。")
    h("（二）“三公”经费分项支出情况", 2)
    p(
        f"{Y}本部门因公出国（境）费用{r.a(*r.public(ABROAD))}万元，主要用于对外交流。费用支出{pl(ABROAD)}。{ye(ABROAD)}。"
    )
    p(f"公务车购置费{r.a(*r.public(BUY))}万元，主要用于购置执法车辆。费用支出{pl(BUY)}。{ye(BUY)}。")
    p(
        f"公务车运行维护费{r.a(*r.public(RUN))}万元，主要用于市内因公出行所需的车辆燃料费、维修费、过路过桥费、保险费等。费用支出{pl(RUN)}。{ye(RUN)}。"
    )
    p(
        f"公务接待费{r.a(*r.public(MEALS))}万元，主要用于接待国内其他单位到我单位学习调研。费用支出{pl(MEALS)}。{ye(MEALS)}。"
    )
    h("（三）“三公”经费实物量情况", 2)
    head = f"{t(MEALS) / 100 / c['guests']:.2f}" if c["guests"] else "0.00"
    mean = pen.number(rounded(t(RUN) // c["kept"])) if c["kept"] else "0.00"
    p(
        f"{Y}本部门因公出国（境）共计{k(c['groups'])}个团组，{k(c['travellers'])}人；公务用车购置{k(c['bought'])}辆，公务车保有量为{k(c['kept'])}辆；国内公务接待{k(c['visits'])}批次{k(c['guests'])}人，其中：国内外事接待{k(0)}批次，{k(0)}人；国（境）外公务接待{k(0)}批次，{k(0)}人。{r.y}年本部门人均接待费{pen.foreign(head)}元，车均购置费{pen.foreign(pen.number(rounded(t(BUY) // c['bought'])) if c['bought'] else '0.00')}万元，车均维护费{pen.foreign(mean)}万元。"
    )
    h("四、其他需要说明的事项")
    h("（一）财政拨款会议费和培训费情况说明", 2)
    p(
        f"{Y}会议费支出{pen.foreign('1.25')}万元，较上年决算数增加{pen.foreign('0.31')}万元，增长{pen.mark('33.0%', 'other', 'foreign')}，主要原因是会议增加。{Y}培训费支出{pen.foreign('3.60')}万元，较上年决算数减少{pen.foreign('0.40')}万元，下降{pen.mark('10.0%', 'other', 'foreign')}，主要原因是压减开支。"
    )
    h("（二）机关运行经费情况说明", 2)
    value, before, said = r.office()
    p(
        f"{Y}本部门机关运行经费支出{said}万元，机关运行经费主要用于开支办公费、邮电费、差旅费等。机关运行经费{year(value, before)}。"
    )
    h("（三）国有资产占用情况说明", 2)
    p(
        f"截至{r.y}年12月31日，本部门共有车辆{r.cars()}辆，其中，{r.car_counts()}。单价100万元（含）以上设备（不含车辆）{r.devices()}台（套）。"
    )
    h("（四）政府采购支出情况说明", 2)
    p(r.purchasing(f"{Y}本部门") + "主要用于采购办公设备、物业服务。")
    h("五、预算绩效管理情况说明")
    p(
        f"（一）单位自评情况。根据预算绩效管理要求，本部门对部门整体和{k(c['projects'])}个项目开展了绩效自评，其中，以填报自评表形式开展自评{k(c['projects'])}项，涉及资金{pen.amount(r.d.randrange(1_000, 90_000) * 100_000)}万元。"
    )
    r.project_reviews()
    r.glossary("六、专业名词解释")
    p(f"本部门决算公开信息反馈和联系方式：023-{pen.foreign('48612345')}")
