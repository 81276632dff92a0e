"""安徽, 湖南, as published there."""

from __future__ import annotations

from support.layouts.units import FUNDS, T04, T05, T07, T09, TOTAL, classes
from support.narratives.accounts import ABROAD, BUY, CARS, MEALS, RUN, rounded
from support.narratives.known import fund, soe
from support.narratives.report import Report
from support.narratives.west import OFFICE, PAID


def anhui(r: Report) -> None:
    """安徽省."""
    p, h, now, last, pen, Y, k, c = r.pen.p, r.pen.h, r.now, r.last, r.pen, r.Y, r.pen.count, r.book.counts  # noqa: N806
    r.cover("部门决算")
    r.contents(
        [
            "第一部分  部门概况",
            "一、部门职责",
            "二、机构设置",
            f"第二部分  {r.name}{Y}部门决算表",
            "一、收入支出决算总表",
            f"第三部分  {Y}部门决算情况说明",
            "一、收入支出决算总体情况说明",
            "十、其他重要事项情况说明",
            "第四部分  名词解释",
        ]
    )
    r.overview()
    h(f"第三部分  {r.name}{Y}部门决算情况说明")
    diff = r.change
    h("一、收入支出决算总体情况说明", 2)
    n, b = now(*r.TOTAL_IN[0]), last(*r.TOTAL_IN[0])
    p(
        f"{Y}收入总计{r.a(*r.TOTAL_IN)}万元、支出总计{r.a(*r.TOTAL_OUT)}万元（含结转结余）。与{r.L}相比，收、支总计各{diff(n, b)}，主要原因：{r.why()}。"
    )
    h("二、收入决算情况说明", 2)
    p(
        f"{Y}本年收入合计{r.a(*r.IN)}万元，其中：{r.shares(r.incomes(empty=r.d.random() < 0.5), now(*r.IN[0]), '{name}{amount}万元，占{share}', '；', '收入')}。"
    )
    h("三、支出决算情况说明", 2)
    p(
        f"{Y}本年支出合计{r.a(*r.OUT)}万元，其中：{r.shares(r.uses(empty=r.d.random() < 0.5), now(*r.OUT[0]), '{name}{amount}万元，占{share}', '；', '支出')}。"
    )
    h("四、财政拨款收入支出决算总体情况说明", 2)
    n, b = now(*r.F_TOTAL[0]), last(*r.F_TOTAL[0])
    p(
        f"{Y}财政拨款收入总计{r.a(*r.F_TOTAL)}万元、支出总计{r.a(*r.F_TOTAL)}万元。与{r.L}相比，财政拨款收、支总计各{diff(n, b)}，主要原因：{r.why()}。"
    )
    h("五、一般公共预算财政拨款支出决算情况说明", 2)
    h("（一）一般公共预算财政拨款支出决算总体情况", 3)
    g, gb = now(*r.GENERAL[0]), last(*r.GENERAL[0])
    p(
        f"{Y}一般公共预算财政拨款支出{r.a(*r.GENERAL)}万元，占本年支出的{pen.percent(g, now(*r.OUT[0]))}。与{r.L}相比，一般公共预算财政拨款支出{diff(g, gb)}，主要原因：{r.why()}。"
    )
    h("（二）一般公共预算财政拨款支出决算结构情况", 3)
    items = [(pen.word(classes()[x].removesuffix("支出"), "name", group="class"), r.code(x)) for x in r.book.groups()]
    p(
        f"{Y}一般公共预算财政拨款支出{r.a(*r.GENERAL)}万元，主要用于以下方面：{r.shares(items, g, '{name}（类）支出{amount}万元，占{share}', '；', 'class')}。"
    )
    h("（三）一般公共预算财政拨款支出决算具体情况", 3)
    total = r.book.budget_of(TOTAL)
    parts = r.shares(
        [("基本支出", r.BASIC), ("项目支出", r.PROJECT)], g, "{name}{amount}万元，占{share}", "；", "use05"
    )
    p(
        f"{Y}一般公共预算财政拨款支出{r.base('年初预算')}为{r.budget(total)}万元，支出决算为{r.a(*r.GENERAL)}万元，完成{r.base('年初预算')}的{r.done(g, total)}，决算数{r.than(g, total)}年初预算数的主要原因：{r.why()}。其中：{parts}。具体情况如下："
    )
    for i, x in enumerate(r.book.leaves(), 1):
        v, budget = now(T05, "", x, "合计"), r.book.budget[x]
        if rounded(budget):
            tail = (
                "决算数与年初预算数持平。"
                if pen.same(v, budget)
                else f"决算数{r.than(v, budget)}年初预算数的主要原因是{r.why()}。"
            )
            said = f"{r.base('年初预算')}为{r.budget(budget)}万元，支出决算为{r.a(*r.code(x))}万元，完成{r.base('年初预算')}的{r.done(v, budget)}，{tail}"
        else:
            said = f"{r.base('年初预算')}为{r.budget(budget)}万元，支出决算为{r.a(*r.code(x))}万元，决算数{r.than(v, budget)}年初预算数的主要原因是年中追加预算。"
        p(f"{i}．{r.subject(x, expenditure=False)}。{said}")
    h("六、一般公共预算财政拨款基本支出决算情况说明", 2)
    p(
        f"{Y}一般公共预算财政拨款基本支出{r.a(*r.BASIC)}万元，其中：人员经费{r.a(*r.STAFF)}万元，{PAID[:-1]}；公用经费{r.a(*r.OFFICE)}万元，{OFFICE}"
    )
    h("七、政府性基金预算财政拨款收入支出决算情况说明", 2)
    fund(r, f"{Y}政府性基金预算财政拨款")
    h("八、国有资本经营预算财政拨款支出决算情况说明", 2)
    soe(r, f"{Y}国有资本经营预算财政拨款")
    _anhui_public(r)
    h("十、其他重要事项情况说明", 2)
    h("（一）机关运行经费支出情况", 3)
    value, before, said = r.office()
    p(
        f"{Y}{r.name}机关运行经费支出{said}万元，"
        + (f"比{r.L}{diff(value, before)}，主要原因：{r.why()}。" if not pen.same(value, before) else f"与{r.L}持平。")
    )
    h("（二）政府采购支出情况", 3)
    p(r.purchasing(f"{Y}{r.name}"))
    h("（三）国有资产占用情况", 3)
    p(
        f"截至{r.y}年12月31日，{r.name}共有车辆{r.cars()}辆，其中：{r.car_counts()}；单价100万元（含）以上设备（不含车辆）{r.devices()}台（套）。"
    )
    h("（四）预算绩效管理情况", 3)
    money = r.d.randrange(1_000, 90_000) * 100_000
    p(
        f"1.绩效管理工作开展情况。根据财政预算绩效管理要求，{r.name}组织对{Y}{k(c['projects'])}个项目开展了绩效自评，共涉及资金{pen.amount(money)}万元，占部门预算项目支出总额的{pen.percent_said(100, 0, 'share')}。从评价情况来看，各项目均按计划完成了年度绩效目标。"
    )
    r.project_reviews()
    r.glossary()


def _anhui_public(r: Report) -> None:
    p, h, now, last, pen, Y, k, c = r.pen.p, r.pen.h, r.now, r.last, r.pen, r.Y, r.pen.count, r.book.counts  # noqa: N806
    t, b = (lambda i, col="决算数": now(T09, "", i, col)), (lambda i: last(T09, "", i, "决算数"))
    h("九、财政拨款“三公”经费支出决算情况说明", 2)
    h("（一）“三公”经费财政拨款支出决算总体情况说明", 3)
    v, plan = t("合计"), t("合计", "预算数")
    done = f"，完成预算的{r.done(v, plan)}" if rounded(plan) else ""
    than = "决算数与预算数持平。" if pen.same(v, plan) else f"决算数{r.than(v, plan)}预算数的主要原因：{r.why()}。"
    p(
        f"{Y}“三公”经费财政拨款支出预算为{r.budget(plan, *r.public('合计', '预算数'))}万元，支出决算为{r.a(*r.public('合计'))}万元{done}，{than}"
    )
    h("（二）“三公”经费财政拨款支出决算具体情况说明", 3)
    items = [
        ("因公出国（境）费", r.public(ABROAD)),
        ("公务用车购置及运行维护费", r.public(CARS)),
        ("公务接待费", r.public(MEALS)),
    ]
    p(
        f"{Y}“三公”经费财政拨款支出决算中，{r.shares(items, v, '{name}支出决算为{amount}万元，占{share}', '；', 'public')}。具体情况如下："
    )

    def one(i: str, name: str) -> str:
        v, plan = t(i), t(i, "预算数")
        if not rounded(v) and not rounded(plan):
            return (
                f"{name}支出预算为{r.budget(plan, *r.public(i, '预算数'))}万元，支出决算为{r.a(*r.public(i))}万元，"
                + ("与上年持平" if pen.same(v, b(i)) else f"较{r.base('上年')}{r.change(v, b(i))}")
                + "。"
            )
        done = f"，完成预算的{r.done(v, plan)}" if rounded(plan) else ""
        year = (
            "与上年持平"
            if pen.same(v, b(i))
            else f"较{r.base('上年')}{r.change(v, b(i))}，主要原因：{r.why(plain=True)}"
        )
        than = (
            "决算数与预算数持平"
            if pen.same(v, plan)
            else f"决算数{r.than(v, plan)}预算数的主要原因：{r.why(plain=True)}"
        )
        return f"{name}支出预算为{r.budget(plan, *r.public(i, '预算数'))}万元，支出决算为{r.a(*r.public(i))}万元{done}，{than}；{year}。"

    p(
        f"1.{one(ABROAD, '因公出国（境）费')}全年安排因公出国（境）团组{k(c['groups'])}个，累计{k(c['travellers'])}人次。"
    )
    p(
        f"2.{one(CARS, '公务用车购置及运行维护费')}其中：公务用车购置费支出{r.a(*r.public(BUY))}万元，{r.y}年更新购置公务用车{k(c['bought'])}辆；公务用车运行维护费支出{r.a(*r.public(RUN))}万元，主要用于公务出行所需车辆燃料费、维修费、过路过桥费、保险费等。截至{r.y}年12月31日，开支财政拨款的公务用车保有量为{k(c['kept'])}辆。"
    )
    p(
        f"3.{one(MEALS, '公务接待费')}主要用于接待上级检查调研、兄弟单位学习交流。{Y}国内公务接待共计{k(c['visits'])}批次（其中外事接待{k(0)}批次），{k(c['guests'])}人次（其中外事接待{k(0)}人次）。"
    )


def hunan(r: Report) -> None:
    """湖南省."""
    p, h, now, last, pen, Y, k, c = r.pen.p, r.pen.h, r.now, r.last, r.pen, r.Y, r.pen.count, r.book.counts  # noqa: N806
    d = r.d
    r.cover("部门决算")
    r.contents(
        [
            "第一部分 部门概况",
            "一、部门职责",
            "二、机构设置及决算单位构成",
            "第二部分 部门决算表",
            "第三部分 部门决算情况说明",
            "一、收入支出决算总体情况说明",
            "十一、一般性支出情况说明",
            "第四部分 名词解释",
            "第五部分 附件",
        ]
    )
    r.overview("第一部分 部门概况")
    h(f"第三部分 {Y}部门决算情况说明")
    word = d.choice(("降低", "减少", "下降"))
    diff = lambda n, b, none="持平": r.change(n, b, down=("减少", word), none=none)  # noqa: E731
    versus = lambda n, b: "与上年持平" if pen.same(n, b) else f"与{r.base('上年')}相比，{diff(n, b)}"  # noqa: E731
    h("一、收入支出决算总体情况说明", 2)
    n, b = now(*r.TOTAL_IN[0]), last(*r.TOTAL_IN[0])
    p(f"{Y}收、支总计{r.a(*r.TOTAL_IN)}万元。{versus(n, b)}，主要是因为{r.why()}。")
    h("二、收入决算情况说明", 2)
    p(
        f"{Y}收入合计{r.a(*r.IN)}万元，其中：{r.shares(r.incomes(empty=d.random() < 0.5), now(*r.IN[0]), '{name}{amount}万元，占{share}', '；', '收入')}。"
    )
    h("三、支出决算情况说明", 2)
    p(
        f"{Y}支出合计{r.a(*r.OUT)}万元，其中：{r.shares(r.uses(empty=d.random() < 0.5), now(*r.OUT[0]), '{name}{amount}万元，占{share}', '；', '支出')}。"
    )
    h("四、财政拨款收入支出决算总体情况说明", 2)
    n, b = now(*r.F_TOTAL[0]), last(*r.F_TOTAL[0])
    p(f"{Y}财政拨款收、支总计{r.a(*r.F_TOTAL)}万元，{versus(n, b)}，主要是因为{r.why()}。")
    h("五、一般公共预算财政拨款支出决算情况说明", 2)
    h("（一）财政拨款支出决算总体情况", 3)
    g, gb = now(*r.GENERAL[0]), last(*r.GENERAL[0])
    p(
        f"{Y}一般公共预算财政拨款支出{r.a(*r.GENERAL)}万元，占本年支出合计的{pen.percent(g, now(*r.OUT[0]))}，与{r.base('上年')}相比，一般公共预算财政拨款支出{diff(g, gb)}，主要是因为{r.why()}。"
    )
    h("（二）财政拨款支出决算结构情况", 3)
    items = [(pen.word(classes()[x].removesuffix("支出"), "name", group="class"), r.code(x)) for x in r.book.groups()]
    p(
        f"{Y}一般公共预算财政拨款支出{r.a(*r.GENERAL)}万元，主要用于以下方面：{r.shares(items, g, '{name}（类）支出{amount}万元，占{share}', '；', 'class')}。"
    )
    h("（三）财政拨款支出决算具体情况", 3)
    total = r.book.budget_of(TOTAL)
    p(
        f"{Y}一般公共预算财政拨款支出{r.base('年初预算数')}为{r.budget(total)}万元，支出决算数为{r.a(*r.GENERAL)}万元，完成{r.base('年初预算')}的{r.done(g, total)}，其中："
    )
    for i, x in enumerate(r.book.leaves(), 1):
        v, budget = now(T05, "", x, "合计"), r.book.budget[x]
        p(f"{i}、{r.subject(x, expenditure=False)}。")
        if rounded(budget):
            tail = (
                "决算数与年初预算数持平。"
                if pen.same(v, budget)
                else f"决算数{r.than(v, budget)}年初预算数的主要原因是：{r.why()}。"
            )
            p(
                f"年初预算为{r.budget(budget)}万元，支出决算为{r.a(*r.code(x))}万元，完成年初预算的{r.done(v, budget)}，{tail}"
            )
        else:
            p(
                f"年初预算为{r.budget(budget)}万元，支出决算为{r.a(*r.code(x))}万元，由于年初预算数为0万元，无法计算百分比，决算数{r.than(v, budget)}年初预算数的主要原因是：年中追加预算。"
            )
    h("六、一般公共预算财政拨款基本支出决算情况说明", 2)
    basic = now(*r.BASIC[0])
    share = lambda cells: f"，占基本支出的{pen.percent(now(*cells[0]), basic)}" if rounded(basic) else ""  # noqa: E731
    p(f"{Y}财政拨款基本支出{r.a(*r.BASIC)}万元，其中：")
    p(f"人员经费{r.a(*r.STAFF)}万元{share(r.STAFF)}，{PAID}")
    p(f"公用经费{r.a(*r.OFFICE)}万元{share(r.OFFICE)}，{OFFICE}")
    _hunan_public(r)
    h("八、政府性基金预算收入支出决算情况", 2)
    if any(rounded(v) for key, v in r.book.now.items() if key[0] == T07):
        p(
            f"{Y}政府性基金预算财政拨款收入{r.a((T07, '', TOTAL, '本年收入'), (T04, '收入', FUNDS[1], '决算数'))}万元；年初结转和结余{r.a((T07, '', TOTAL, '年初结转和结余'))}万元；支出{r.a((T07, '', TOTAL, '本年支出·小计'), (T04, '支出', '本年支出合计', FUNDS[1]))}万元，其中基本支出{r.a((T07, '', TOTAL, '本年支出·基本支出'))}万元，项目支出{r.a((T07, '', TOTAL, '本年支出·项目支出'))}万元；年末结转和结余{r.a((T07, '', TOTAL, '年末结转和结余'))}万元。"
        )
    else:
        p("本单位无政府性基金收支。")
    h("九、国有资本经营预算财政拨款支出决算情况", 2)
    soe(r, f"{Y}国有资本经营预算财政拨款")
    h("十、关于机关运行经费支出说明", 2)
    value, _, said = r.office()
    plan = int(value * d.uniform(0.8, 1.25)) if d.random() < 0.8 else value
    plan = value if abs(plan - value) < 30_000 else plan
    p(
        f"本部门{Y}机关运行经费支出{said}万元，"
        + (
            f"比{r.base('年初预算数')}{r.change(value, plan, down=('减少', word), base='年初预算')}。主要原因是：{r.why()}。"
            if not pen.same(value, plan)
            else "与年初预算数持平。"
        )
    )
    h("十一、一般性支出情况说明", 2)
    meeting, training = d.randrange(50, 900), d.randrange(50, 2_000)
    p(
        f"{r.y}年本部门开支会议费{pen.foreign(pen.number(meeting))}万元，用于召开年度工作会议，人数{pen.foreign(120)}人，内容为总结部署年度工作；开支培训费{pen.foreign(pen.number(training))}万元，用于开展业务能力提升培训，人数{pen.foreign(85)}人，内容为业务知识；未举办节庆、晚会、论坛、赛事等活动。"
    )
    h("十二、关于政府采购支出说明", 2)
    whole = now("部门决算公开相关信息统计表", "", "政府采购支出合计", "统计数")
    more = (
        ""
        if not whole
        else f"货物采购授予中小企业合同金额占货物支出金额的{pen.percent_said(10000, 2, 'share')}，工程采购授予中小企业合同金额占工程支出金额的{pen.percent_said(0, 2, 'share')}，服务采购授予中小企业合同金额占服务支出金额的{pen.percent_said(8_350, 2, 'share')}。"
    )
    p(r.purchasing(f"本部门{Y}") + more)
    h("十三、关于国有资产占用情况说明", 2)
    names = (
        "副部（省）级及以上领导用车",
        "主要领导干部用车",
        "机要通信用车",
        "应急保障用车",
        "执法执勤用车",
        "特种专业技术用车",
        "离退休干部用车",
        "其他用车",
    )
    p(
        f"截至{r.y}年12月31日，本单位共有车辆{r.cars()}辆，其中，{r.car_counts(names)}，其他用车主要是业务用车；单位价值50万元以上通用设备{k(d.randrange(3))}台（套）；单位价值100万元以上专用设备{r.devices()}台（套）。"
    )
    h(f"十四、关于{Y}预算绩效情况的说明", 2)
    money = d.randrange(1_000, 90_000) * 100_000
    p(
        f"本部门整体支出绩效自评得分{pen.mark('96.5', 'count', 'derived')}分，评价等级为“优”。组织对{Y}一般公共预算项目支出全面开展绩效自评，共涉及项目{k(c['projects'])}个，资金{pen.amount(money)}万元。"
    )
    r.project_reviews()
    r.glossary("第四部分 名词解释")


def _hunan_public(r: Report) -> None:
    p, h, now, last, pen, Y, k, c = r.pen.p, r.pen.h, r.now, r.last, r.pen, r.Y, r.pen.count, r.book.counts  # noqa: N806
    t, b = (lambda i, col="决算数": now(T09, "", i, col)), (lambda i: last(T09, "", i, "决算数"))
    h("七、财政拨款“三公”经费支出决算情况说明", 2)
    h("（一）“三公”经费财政拨款支出决算总体情况说明", 3)

    def one(i: str, name: str) -> str:
        v, plan = t(i), t(i, "预算数")
        said = f"{name}支出预算为{r.budget(plan, *r.public(i, '预算数'))}万元，支出决算为{r.a(*r.public(i))}万元"
        if rounded(plan):
            said += f"，完成预算的{r.done(v, plan)}"
        if not pen.same(v, plan):
            said += f"，决算数{r.than(v, plan)}预算数的主要原因是{r.why(plain=True)}"
        else:
            said += "，决算数与预算数持平"
        if pen.same(v, b(i)):
            return said + "，与上年持平"
        return (
            said
            + f"，与{r.base('上年')}相比{r.change(v, b(i), down=('减少', '减少'))}，{'增加' if v > b(i) else '减少'}的主要原因是{r.why(plain=True)}"
        )

    v, plan = t("合计"), t("合计", "预算数")
    done = f"，完成预算的{r.done(v, plan)}" if rounded(plan) else ""
    p(
        f"{Y}“三公”经费财政拨款支出预算为{r.budget(plan, *r.public('合计', '预算数'))}万元，支出决算为{r.a(*r.public('合计'))}万元{done}，其中："
    )
    for i, name in (
        (ABROAD, "因公出国（境）费"),
        (MEALS, "公务接待费"),
        (BUY, "公务用车购置费"),
        (RUN, "公务用车运行维护费"),
    ):
        p(one(i, name) + "。")
    h("（二）“三公”经费财政拨款支出决算具体情况说明", 3)
    items = [
        ("公务接待费", r.public(MEALS)),
        ("因公出国（境）费", r.public(ABROAD)),
        ("公务用车购置费及运行维护费", r.public(CARS)),
    ]
    p(
        f"{Y}“三公”经费财政拨款支出决算中，{r.shares(items, v, '{name}支出决算{amount}万元，占{share}', '，', 'public')}。其中："
    )
    p(
        f"1、因公出国（境）费支出决算为{r.a(*r.public(ABROAD))}万元，全年安排因公出国（境）团组{k(c['groups'])}个，累计{k(c['travellers'])}人次。"
    )
    p(
        f"2、公务接待费支出决算为{r.a(*r.public(MEALS))}万元，全年共接待来访团组{k(c['visits'])}个、来宾{k(c['guests'])}人次，主要是接待上级检查、外地考察发生的接待支出。"
    )
    p(
        f"3、公务用车购置费及运行维护费支出决算为{r.a(*r.public(CARS))}万元，其中：公务用车购置费{r.a(*r.public(BUY))}万元，更新公务用车{k(c['bought'])}辆。公务用车运行维护费{r.a(*r.public(RUN))}万元，主要是燃料费、维修费、保险费支出，截止{r.y}年12月31日，我单位开支财政拨款的公务用车保有量为{k(c['kept'])}辆。"
    )
