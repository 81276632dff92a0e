"""山西、上海, as 屯留 and 普陀 print them."""

from __future__ import annotations

from support.layouts.units import FUNDS, T05, T07, T08, T08_WIDE, T09, TOTAL
from support.narratives.accounts import ABROAD, BUY, CARS, MEALS, RUN, rounded
from support.narratives.report import Report


def shanxi(r: Report) -> None:
    """屯留's wording (山西省, 2022–)."""
    p, h, Y, now, last = r.pen.p, r.pen.h, r.Y, r.now, r.last  # noqa: N806
    inf = lambda n, l: r.change(n, l, none="持平", zero_base="增长∞%" if False else "")  # noqa: E731, E741
    r.cover()
    r.contents(["第一部分  概况", "一、本部门职责", "二、机构设置情况", "第二部分  2023年度部门决算公开表".replace("2023", str(r.y)),
                "第三部分  部门决算情况说明", "一、收入支出决算总体情况说明", "二、收入决算情况说明", "第四部分  名词解释"])  # fmt: skip
    r.overview("第一部分  概况")
    h(f"第三部分  {Y}部门决算情况说明")
    h("一、收入支出决算总体情况说明", 2)
    n, b = now(*r.TOTAL_IN[0]), last(*r.TOTAL_IN[0])
    p(
        f"{Y}收入总计{r.a(*r.TOTAL_IN)}万元，支出总计{r.a(*r.TOTAL_OUT)}万元。与{r.base('上年')}相比，收入总计{inf(n, b)}，支出总计{inf(n, b)}。主要原因是{r.why()}。"
    )
    h("二、收入决算情况说明", 2)
    p(f"{Y}收入合计{r.a(*r.IN)}万元，其中：")
    items = r.incomes(empty=True)
    for i, item in enumerate(items):
        p(
            r.shares([item], now(*r.IN[0]), "{name}{amount}万元，占比{share}", "", "收入")
            + ("；" if i + 1 < len(items) else "。")
        )
    h("三、支出决算情况说明", 2)
    p(f"{Y}支出合计{r.a(*r.OUT)}万元，其中：")
    items = r.uses(empty=True)
    for i, item in enumerate(items):
        p(
            r.shares([item], now(*r.OUT[0]), "{name}{amount}万元，占比{share}", "", "支出")
            + ("；" if i + 1 < len(items) else "。")
        )
    h("四、财政拨款收支决算总体情况说明", 2)
    n, b = now(*r.F_TOTAL[0]), last(*r.F_TOTAL[0])
    p(
        f"{Y}财政拨款收入总计{r.a(*r.F_TOTAL)}万元，支出总计{r.a(*r.F_TOTAL)}万元。与{r.base('上年')}相比，财政拨款收入总计{inf(n, b)}；财政拨款支出总计{inf(n, b)}。主要原因是{r.why()}。"
    )
    h("五、一般公共预算财政拨款支出决算情况说明", 2)
    h("（一）一般公共预算财政拨款支出决算总体情况", 3)
    g, gb = now(*r.GENERAL[0]), last(*r.GENERAL[0])
    p(
        f"{Y}一般公共预算财政拨款决算支出{r.a(*r.GENERAL)}万元，占本年支出合计的{r.pen.percent(g, now(*r.OUT[0]))}。与{r.base('上年')}相比，一般公共预算财政拨款支出{inf(g, gb)}。主要原因是{r.why()}。"
    )
    h("（二）一般公共预算财政拨款支出决算结构情况", 3)
    p(f"{Y}一般公共预算财政拨款支出{r.a(*r.GENERAL)}万元，主要用于以下方面：")
    for i, c in enumerate(r.book.groups()):
        p(
            r.shares([(r.classname(c), r.code(c))], g, "{name}(类){amount}万元，占比{share}", "", "class")
            + ("；" if i + 1 < len(r.book.groups()) else "。")
        )
    h("（三）一般公共预算财政拨款支出决算具体情况", 3)
    p(
        f"{Y}一般公共预算财政拨款支出{r.base('年初预算')}{r.budget(r.book.budget_of(TOTAL))}万元，支出决算{r.a(*r.GENERAL)}万元，完成{r.base('年初预算')}的{r.done(g, r.book.budget_of(TOTAL))}。其中："
    )
    for c in r.book.groups():
        budget, v, before = r.book.budget_of(c), now(T05, "", c, "合计"), last(T05, "", c, "合计")
        done = f"，完成{r.base('年初预算')}的{r.done(v, budget)}" if rounded(budget) else ""
        p(
            f"{r.classname(c)}年初预算{r.budget(budget)}万元，支出决算{r.a(*r.code(c))}万元{done}，用于人员工资薪金发放、日常办公需要。较{r.base('上年决算')}{inf(v, before)}，主要原因是{r.why()}。"
        )
    _basic(
        r, f"{Y}财政拨款基本支出{r.a(*r.BASIC)}万元，其中：", "六、一般公共预算财政拨款基本支出决算情况说明", split=True
    )
    h("七、政府性基金预算财政拨款收入支出决算情况说明", 2)
    fund(r, f"{Y}政府性基金预算财政拨款")
    h("八、国有资本经营预算财政拨款支出决算情况说明", 2)
    soe(r, f"{Y}国有资本经营预算财政拨款")
    h("九、财政拨款“三公”经费支出决算情况说明", 2)
    h("（一）“三公”经费财政拨款支出决算总体情况说明", 3)
    t = {
        i: (now(T09, "", i, "决算数"), now(T09, "", i, "预算数"), last(T09, "", i, "决算数"))
        for i in ("合计", ABROAD, CARS, BUY, RUN, MEALS)
    }

    def line(item: str, said: str) -> str:
        v, b, before = t[item]
        rate = r.done(v, b) if rounded(b) else r.pen.percent_said(0, 2, "done")
        name = r.pen.word(said, "name", group="public") if item != "合计" else said
        return f"{name}支出{r.a(*r.public(item), group='public')}万元，完成{r.base('全年预算')}的{rate}，" + (
            "与上年相同" if r.pen.same(v, before) else f"较{r.base('上年')}{inf(v, before)}") + f"，主要原因是：{r.why(plain=True)}"  # fmt: skip

    v, b, before = t["合计"]
    rate = r.done(v, b) if rounded(b) else r.pen.percent_said(0, 2, "done")
    p(f"{Y}“三公”经费财政拨款支出{r.base('全年预算')}{r.budget(b, *r.public('合计', '预算数'))}万元，支出决算{r.a(*r.public('合计'))}万元，完成全年预算的{rate}，"
      + ("与上年“三公”经费财政拨款支出决算相同" if r.pen.same(v, before) else f"较{r.base('上年')}{inf(v, before)}") + "。其中：")  # fmt: skip
    for item, said in (
        (ABROAD, "因公出国（境）费"),
        (BUY, "公务用车购置费"),
        (RUN, "公务用车运行维护费"),
        (MEALS, "公务接待费"),
    ):
        p(line(item, said) + ("。" if item == MEALS else "；"))
    h("（二）“三公”经费财政拨款支出决算具体情况说明", 3)
    c, n_ = r.book.counts, r.pen.count
    meals = now(T09, "", MEALS, "决算数")
    p(
        f"1、因公出国（境）费支出{r.a(*r.public(ABROAD))}万元，出国团组共{n_(c['groups'])}个，{n_(c['travellers'])}人次。主要用于：{'赴外考察交流' if c['groups'] else '本年无因公出国（境）费用支出'}。"
    )
    p(f"2、公务用车购置支出{r.a(*r.public(BUY))}万元，使用财政拨款共购置公务用车{n_(c['bought'])}辆。")
    p(
        f"3、公务用车运行维护费支出{r.a(*r.public(RUN))}万元，使用财政拨款负担的公务用车保有量共{n_(c['kept'])}辆车，主要用于：公务用车燃料费、维修费、过路过桥费、保险费。"
    )
    nought = r.pen.number(0)
    p(f"4、公务接待费支出{r.a(*r.public(MEALS))}万元，共接待{n_(c['visits'])}批次，{n_(c['guests'])}人次。国内接待费{r.pen.amount(meals)}万元，共接待{n_(c['visits'])}批次，{n_(c['guests'])}人次，"
      f"其中外事接待费{r.pen.mark(nought, 'amount', 'derived')}万元，共接待{n_(0)}批次，{n_(0)}人次；国（境）外接待费{r.pen.mark(nought, 'amount', 'derived')}万元，共接待国（境）外{n_(0)}批次，{n_(0)}人次。")  # fmt: skip
    h("十、其他重要事项情况说明", 2)
    h("（一）机关运行经费支出情况说明", 3)
    value, before, said = r.office()
    if rounded(value):
        p(
            f"{Y}机关运行经费支出{said}万元，比{r.base('上年')}{inf(value, before)}。主要原因是{r.why()}。"
            if not r.pen.same(value, before)
            else f"{Y}机关运行经费支出{said}万元，与上年持平。"
        )
    else:
        p("本部门无机关运行经费。")
    h("（二）政府采购情况说明", 3)
    p(r.purchasing().replace("授予中小企业合同金额", "政府采购授予中小企业合同金额"))
    h("（三）国有资产占用情况说明", 3)
    p(
        f"截至{r.y}年12月31日，本部门（单位）共有车辆{r.cars()}辆。其中：{r.car_counts()}，其他用车主要是单位日常业务经办及下乡用车；单价100万元（含）以上设备（不含车辆）{r.devices()}台（套）。"
    )
    h("（四）预算绩效情况说明", 3)
    p("1、预算绩效管理工作开展情况")
    money = r.d.randrange(1_000, 90_000) * 100_000
    a = r.pen.amount
    p(f"{r.y}年二级项目绩效自评个数{n_(c['projects'])}个，涉及资金{a(money)}万元，其中一般公共预算项目支出{a(money)}万元，政府性基金预算项目支出{a(0)}万元、国有资金经营预算项目支出{a(0)}万元、社会保险基金预算项目支出{a(0)}万元。"
      f"{n_(c['best'])}个项目自评等级为“优”，{n_(c['good'])}个项目自评等级为“良”，{n_(0)}个项目自评等级为“中”，{n_(0)}个项目自评等级为“差”。")  # fmt: skip
    p("2、其他需要说明的事项")
    p("无")
    r.glossary()


def _basic(r: Report, lead: str, head: str, split: bool) -> None:
    p = r.pen.p
    r.pen.h(head, 2)
    staff = f"{r.pen.word('人员经费', 'name', group='basic')}{r.a(*r.STAFF, group='basic')}万元，主要包括：基本工资、津贴补贴、奖金、机关事业单位基本养老保险缴费、职业年金缴费、住房公积金"
    office = f"{r.pen.word('公用经费', 'name', group='basic')}{r.a(*r.OFFICE, group='basic')}万元，主要包括：办公费、印刷费、邮电费、差旅费、维修（护）费、培训费、工会经费、其他交通费用。"
    if split:
        p(lead)
        p(staff + "；")
        p(office)
    else:
        p(f"{lead}{staff}；{office}")


def fund(r: Report, lead: str) -> None:
    """政府性基金: nothing, or its flows."""
    if not any(rounded(v) for k, v in r.book.now.items() if k[0] == T07):
        r.pen.p(
            r.d.choice(
                (
                    f"本部门{r.y}年度无政府性基金预算财政拨款收入和支出。",
                    f"{lead}支出{r.pen.amount(0)}万元。",
                    f"{r.y}年度本部门无政府性基金预算财政拨款收支情况。",
                )
            )
        )
        return
    r.pen.p(
        f"{lead}年初结转和结余{r.a((T07, '', TOTAL, '年初结转和结余'))}万元，本年收入{r.a((T07, '', TOTAL, '本年收入'), (T04, '收入', FUNDS[1], '决算数'))}万元，"
        f"本年支出{r.a((T07, '', TOTAL, '本年支出·小计'), (T04, '支出', '本年支出合计', FUNDS[1]))}万元，其中：基本支出{r.a((T07, '', TOTAL, '本年支出·基本支出'))}万元，项目支出{r.a((T07, '', TOTAL, '本年支出·项目支出'))}万元；"
        f"年末结转和结余{r.a((T07, '', TOTAL, '年末结转和结余'))}万元。"
    )


def soe(r: Report, lead: str) -> None:
    """国有资本经营."""
    if not any(rounded(v) for k, v in r.book.now.items() if k[0] == T08):
        r.pen.p(r.d.choice((f"本部门{r.y}年度无国有资本经营预算财政拨款支出。", f"{lead}支出{r.pen.amount(0)}万元。")))
        return
    spent = r.a(
        (T08, "", TOTAL, "合计"), (T08_WIDE, "", TOTAL, "本年支出·小计"), (T04, "支出", "本年支出合计", FUNDS[2])
    )
    r.pen.p(
        f"{lead}支出{spent}万元，其中：基本支出{r.a((T08, '', TOTAL, '基本支出'), (T08_WIDE, '', TOTAL, '本年支出·基本支出'))}万元，项目支出{r.a((T08, '', TOTAL, '项目支出'), (T08_WIDE, '', TOTAL, '本年支出·项目支出'))}万元。"
    )


def shanghai(r: Report) -> None:
    """普陀's wording (上海市)."""
    p, h, now, last, name, pen = r.pen.p, r.pen.h, r.now, r.last, r.name, r.pen
    Y = r.Y  # noqa: N806
    r.cover()
    r.contents([f"第一部分 {name}概况", "一、主要职能", "二、部门决算单位构成", f"第二部分 {name}{Y}部门决算表", "一、收入支出决算总表", "七、财政拨款“三公”经费支出决算表",
                f"第三部分 {name}{Y}部门决算情况说明", "一、收入支出决算总体情况说明", "二、收入决算情况说明", "第四部分 名词解释"])  # fmt: skip
    h(f"第一部分 {name}概况")
    r.pen.h("一、主要职能", 2)
    p(f"{name}负责贯彻落实党中央有关方针政策、决策部署和市委、区委有关工作要求。")
    h("二、部门决算单位构成", 2)
    p(f"纳入{name}{Y}部门决算编制范围的二级预算单位共{pen.foreign(r.d.randrange(1, 9))}家。")
    h(f"第三部分 {name}{Y}部门决算情况说明")
    diff = lambda n, l: r.change(n, l, none="持平")  # noqa: E731, E741
    h("一、收入支出决算总体情况说明", 2)
    n, b = now(*r.TOTAL_IN[0]), last(*r.TOTAL_IN[0])
    p(f"{name}{Y}收入支出总计{r.a(*r.TOTAL_IN)}万元。与{r.L}相比，收入支出总计{diff(n, b)}。主要原因：{r.why()}。")
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
        f"{name}{Y}财政拨款收入支出总计{r.a(*r.F_TOTAL)}万元。与{r.L}相比，财政拨款收入支出总计{diff(n, b)}。主要原因：{r.why()}。"
    )
    h("五、一般公共预算财政拨款支出决算情况说明", 2)
    h("（一）一般公共预算财政拨款支出决算总体情况", 3)
    g, gb = now(*r.GENERAL[0]), last(*r.GENERAL[0])
    p(
        f"一般公共预算财政拨款支出{r.a(*r.GENERAL)}万元，占本年支出合计的{pen.percent(g, now(*r.OUT[0]))}。与{r.L}相比，一般公共预算财政拨款支出{diff(g, gb)}。主要原因：{r.why()}。"
    )
    h("（二）一般公共预算财政拨款支出决算结构情况", 3)
    items = [(r.classname(c), r.code(c)) for c in r.book.groups()]
    quoted = r.d.random() < 0.3
    form = "“{name}”{amount}万元，占{share}" if quoted else "{name}（类）{amount}万元，占{share}"
    p(f"一般公共预算财政拨款支出{r.a(*r.GENERAL)}万元，主要用于以下方面：{r.shares(items, g, form, '；', 'class')}。")
    h("（三）一般公共预算财政拨款支出决算具体情况", 3)
    total = r.book.budget_of(TOTAL)
    p(
        f"一般公共预算财政拨款支出{r.base('年初预算')}为{r.budget(total)}万元，支出决算为{r.a(*r.GENERAL)}万元，完成{r.base('年初预算')}的{r.done(g, total)}。决算数{r.than(g, total)}预算数的主要原因：{r.why()}。其中："
    )
    for i, c in enumerate(r.book.leaves(), 1):
        v, budget = now(T05, "", c, "合计"), r.book.budget[c]
        same = pen.same(v, budget)
        done = f"，完成{r.base('年初预算')}的{r.done(v, budget)}" if r.d.random() < 0.5 and rounded(budget) else ""
        end = (
            r.d.choice(("决算数与预算数基本持平。", "决算数与预算数持平。", "决算数等于预算数。"))
            if same
            else f"决算数{r.than(v, budget)}预算数的主要原因：{r.why()}。"
        )
        p(
            f"{i}、{r.subject(c)}。主要用于：人员经费及公用经费等支出。{r.base('年初预算')}为{r.budget(budget)}万元，支出决算为{r.a(*r.code(c))}万元{done}。{end}"
        )
    _basic(
        r,
        f"一般公共预算财政拨款基本支出{r.a(*r.BASIC)}万元。其中：",
        "六、一般公共预算财政拨款基本支出决算情况说明",
        split=False,
    )
    h("七、财政拨款“三公”经费支出决算情况说明", 2)
    t = lambda i, c="决算数": now(T09, "", i, c)  # noqa: E731
    if not rounded(t("合计")) and not rounded(t("合计", "预算数")):
        p(f"{name}{Y}无“三公”经费财政拨款支出。")
    else:
        _shanghai_public(r)
    h("八、政府性基金预算财政拨款收入支出决算情况说明", 2)
    if any(rounded(v) for k, v in r.book.now.items() if k[0] == T07):
        p(
            f"{name}{Y}政府性基金预算财政拨款收入{r.a((T07, '', TOTAL, '本年收入'), (T04, '收入', FUNDS[1], '决算数'))}万元，支出{r.a((T07, '', TOTAL, '本年支出·小计'), (T04, '支出', '本年支出合计', FUNDS[1]))}万元。"
        )
    else:
        p(f"{name}{Y}无政府性基金预算财政拨款收入和支出。")
    h("九、国有资本经营预算财政拨款收入支出决算情况说明", 2)
    soe(r, f"{name}{Y}国有资本经营预算财政拨款")
    h("十、预算绩效管理情况", 2)
    money, c, k = r.d.randrange(1_000, 90_000) * 100_000, r.book.counts, pen.count
    p(f"{name}{Y}预算绩效管理工作开展情况如下：本部门建立了预算绩效管理制度；全过程绩效管理实施情况：编报绩效目标的{Y}项目{k(c['projects'])}个，涉及预算金额{pen.amount(money)}万元；绩效跟踪评价的{Y}项目{k(c['projects'])}个，涉及预算金额{pen.amount(money)}万元；"
      f"绩效自评的{Y}项目{k(c['projects'])}个，涉及预算金额{pen.amount(money)}万元，平均得分{pen.mark('97.35', 'count', 'derived')}分（其中，绩效评级为“优”的项目{k(c['best'])}个；绩效评级为“良”的项目{k(c['good'])}个；绩效评级为“合格”的项目{k(0)}个；绩效评级为“不合格”的项目{k(0)}个。绩效自评中共发现问题{k(2)}个，已经完成整改的{k(1)}个，正在整改的{k(1)}个）。")  # fmt: skip
    h("十一、其他重要事项的情况说明", 2)
    h("（一）机关运行经费支出情况", 3)
    value, before, said = r.office()
    p(
        f"机关运行经费支出{said}万元，"
        + (f"与{r.L}持平。" if pen.same(value, before) else f"比{r.L}{diff(value, before)}。主要原因是{r.why()}。")
        if rounded(value)
        else "本部门无机关运行经费。"
    )
    h("（二）政府采购支出情况", 3)
    v = r.purchases()
    n_ = lambda w: pen.word(w, "name", group="采购")  # noqa: E731
    p(
        f"{name}{Y}政府采购金额（以合同签订为准）为{v['all']}万元，其中：{n_('货物采购')}金额{v['goods']}万元、{n_('工程采购')}金额{v['works']}万元、{n_('服务采购')}金额{v['services']}万元。"
    )
    p(
        f"{Y}本部门面向中小企业预留政府采购项目预算金额{v['small']}万元，面向小微企业预留政府采购项目预算金额{v['tiny']}万元。在面向中小企业预留的政府采购项目中，由中小企业供应商中标或成交的，采购金额{pen.amount(now('部门决算公开相关信息统计表', '', '服务', '统计数'))}万元；在面向小微企业预留政府采购项目中，由小微企业供应商中标或成交的，采购金额{pen.amount(0)}万元；在其他政府采购项目中，由中小企业供应商中标或成交的，采购金额{pen.amount(0)}万元。"
    )
    h("（三）国有资产占有使用情况说明", 3)
    names = (
        "部级领导干部用车",
        "主要领导干部用车",
        "机要通信用车",
        "应急保障用车",
        "执法执勤用车",
        "特种专业技术用车",
        "离退休干部用车",
        "其他用车",
    )
    p(
        f"截至{r.y}年12月31日，{name}共有车辆{r.cars()}辆，其中：{r.car_counts(names)}。单价100万元（含）以上设备（不含车辆）{r.devices()}台（套）。"
    )
    r.glossary("第四部分 名词解释")


def _shanghai_public(r: Report) -> None:
    p, now, last, pen, Y, c = r.pen.p, r.now, r.last, r.pen, r.Y, r.book.counts  # noqa: N806
    t = lambda i, col="决算数": now(T09, "", i, col)  # noqa: E731
    b = lambda i: last(T09, "", i, "决算数")  # noqa: E731
    rate = lambda i: r.done(t(i), t(i, "预算数")) if rounded(t(i, "预算数")) else pen.percent_said(0, 2, "done")  # noqa: E731
    items = ((ABROAD, "因公出国（境）费"), (CARS, "公务用车购置及运行维护费"), (MEALS, "公务接待费"))
    r.pen.h("（一）“三公”经费财政拨款支出决算总体情况说明。", 3)
    listed = "；".join(
        f"{pen.word(said, 'name', group='public')}支出决算为{r.a(*r.public(i), group='public')}万元，完成预算的{rate(i)}"
        for i, said in items
    )
    first = (f"“三公”经费财政拨款支出年初预算为{r.budget(t('合计', '预算数'), *r.public('合计', '预算数'))}万元，支出决算为{r.a(*r.public('合计'))}万元，完成预算的{rate('合计')}，其中：{listed}。")  # fmt: skip
    same = pen.same(t("合计"), t("合计", "预算数"))
    p(
        first
        + (
            f"{Y}“三公”经费支出决算数与预算数持平。"
            if same
            else f"{Y}“三公”经费支出决算数{r.than(t('合计'), t('合计', '预算数'))}预算数的主要原因：{r.why()}。"
        )
    )
    diff = lambda i: r.change(t(i), b(i), none="持平")  # noqa: E731
    if pen.same(t("合计"), b("合计")):
        lead = f"{Y}“三公”经费财政拨款支出决算数与{r.L}持平。"
    else:
        lead = f"{Y}“三公”经费财政拨款支出决算数比{r.L}{diff('合计')}。"
    p(lead + "其中：" + "；".join(f"{said}支出决算{diff(i)}" for i, said in items) + "。")
    r.pen.h("（二）“三公”经费财政拨款支出决算具体情况说明。", 3)
    whole = t("合计")
    p(
        f"{Y}“三公”经费财政拨款支出决算中，"
        + r.shares([(s, r.public(i)) for i, s in items], whole, "{name}支出决算{amount}万元，占{share}", "；", "public")
        + "。具体情况如下："
    )
    k = pen.count
    p(
        f"1、因公出国（境）费支出{r.a(*r.public(ABROAD))}万元。全年安排因公出国（境）团组{k(c['groups'])}个、累计{k(c['travellers'])}人次。"
    )
    p(
        f"2、公务用车购置及运行维护费支出{r.a(*r.public(CARS))}万元。其中：公务用车购置支出为{r.a(*r.public(BUY))}万元，购置车辆{k(c['bought'])}辆；公务用车运行维护支出{r.a(*r.public(RUN))}万元，主要用于执法用车所需燃料费、维修费、保险费等。{r.y}年，开支财政拨款的公务用车保有量为{k(c['kept'])}辆。"
    )
    p(
        f"3、公务接待费支出{r.a(*r.public(MEALS))}万元。其中：国内公务接待支出{pen.amount(t(MEALS))}万元（含外宾接待支出{pen.amount(0)}万元）。国内公务接待{k(c['visits'])}批次、{k(c['guests'])}人次，其中：接待外宾{k(0)}批次、{k(0)}人次。"
    )


T04 = "财政拨款收入支出决算总表"
