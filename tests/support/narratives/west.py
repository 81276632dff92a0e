"""四川, 广西, as published there."""

from __future__ import annotations

from support.layouts.units import CARRIED_OUT, FUNDS, HELP, SOURCES, T01, T02, T03, T05, T09, TOTAL, classes
from support.narratives.accounts import ABROAD, BUY, CARS, MEALS, RUN, rounded
from support.narratives.known import fund, soe
from support.narratives.report import Report

PAID = "主要包括：基本工资、津贴补贴、奖金、绩效工资、机关事业单位基本养老保险缴费、职业年金缴费、职工基本医疗保险缴费、其他社会保障缴费、住房公积金、生活补助、医疗费补助、奖励金等。"
OFFICE = "主要包括：办公费、印刷费、咨询费、手续费、水费、电费、邮电费、差旅费、维修（护）费、会议费、培训费、公务接待费、劳务费、工会经费、福利费、公务用车运行维护费、其他交通费、税金及附加费用、其他商品和服务支出等。"


def sichuan(r: Report) -> None:
    """四川省."""
    p, h, now, last, pen, Y, k, c = r.pen.p, r.pen.h, r.now, r.last, r.pen, r.Y, r.pen.count, r.book.counts  # noqa: N806
    y = r.y
    r.cover("部门决算")
    p(f"公开时间：{y + 1}年9月26日")
    r.contents(["第一部分 部门概况", "一、部门职责", "二、机构设置", f"第二部分 {Y}部门决算情况说明", "一、收入支出决算总体情况说明", "二、收入决算情况说明", "三、支出决算情况说明",
                "四、财政拨款收入支出决算总体情况说明", "五、一般公共预算财政拨款支出决算情况说明", "八、政府性基金预算支出决算情况说明", "第三部分 名词解释", "第四部分 附件", "第五部分 附表"])  # fmt: skip
    r.overview("第一部分 部门概况")
    h(f"第二部分 {Y}部门决算情况说明")
    diff = lambda n, b, **x: r.change(n, b, none="无变化", **x)  # noqa: E731
    h("一、收入支出决算总体情况说明", 2)
    n, b = now(*r.TOTAL_IN[0]), last(*r.TOTAL_IN[0])
    p(f"{Y}收入、支出总计均为{r.a(*r.TOTAL_IN)}万元。与{r.L}相比，收、支总计各{diff(n, b)}。主要变动原因是{r.why()}。")
    p("（图1：收、支决算总计变动情况图）（柱状图）")
    h("二、收入决算情况说明", 2)
    p(
        f"{Y}本年收入合计{r.a(*r.IN)}万元，其中：{r.shares(r.incomes(empty=r.d.random() < 0.5, funds=True), now(*r.IN[0]), '{name}{amount}万元，占{share}', '；', '收入')}。"
    )
    p("（图2：收入决算结构图）（饼状图）")
    h("三、支出决算情况说明", 2)
    p(
        f"{Y}本年支出合计{r.a(*r.OUT)}万元，其中：{r.shares(r.uses(empty=r.d.random() < 0.5), now(*r.OUT[0]), '{name}{amount}万元，占{share}', '；', '支出')}。"
    )
    p("（图3：支出决算结构图）（饼状图）")
    h("四、财政拨款收入支出决算总体情况说明", 2)
    n, b = now(*r.F_TOTAL[0]), last(*r.F_TOTAL[0])
    p(
        f"{Y}财政拨款收入、支出总计均为{r.a(*r.F_TOTAL)}万元。与{r.L}相比，财政拨款收入、支出总计各{diff(n, b)}。主要变动原因是{r.why()}。"
    )
    h("五、一般公共预算财政拨款支出决算情况说明", 2)
    h("（一）一般公共预算财政拨款支出决算总体情况", 3)
    g, gb = now(*r.GENERAL[0]), last(*r.GENERAL[0])
    p(
        f"{Y}一般公共预算财政拨款支出{r.a(*r.GENERAL)}万元，占本年支出合计的{pen.percent(g, now(*r.OUT[0]))}。与{r.L}相比，一般公共预算财政拨款支出{diff(g, gb)}。主要变动原因是{r.why()}。"
    )
    h("（二）一般公共预算财政拨款支出决算结构情况", 3)
    style = r.d.choice(
        (
            "{name}{amount}万元，占{share}",
            "{name}（类）{amount}万元，占{share}",
            "{name}（类）支出{amount}万元，占{share}",
        )
    )
    items = [
        (
            pen.word(classes()[x].removesuffix("支出") if "）支出" in style else classes()[x], "name", group="class"),
            r.code(x),
        )
        for x in r.book.groups()
    ]
    p(
        f"{Y}一般公共预算财政拨款支出{r.a(*r.GENERAL)}万元，主要用于以下方面：{r.shares(items, g, style, '；', 'class')}。"
    )
    h("（三）一般公共预算财政拨款支出决算具体情况", 3)
    p(f"{Y}一般公共预算支出决算数为{r.a(*r.GENERAL)}万元，完成预算{pen.percent_said(10000, 2, 'done')}。其中：")
    for i, x in enumerate(r.book.leaves(), 1):
        v = now(T05, "", x, "合计")
        full = v if r.d.random() < 0.6 else int(v * r.d.uniform(1.01, 1.3))
        full = v if pen.same(v, full) else full
        tail = "，决算数与预算数持平。" if full == v else f"，决算数{r.than(v, full)}预算数的主要原因是{r.why()}。"
        path = r.subject(x, "（类）{}（款）{}（项）", expenditure=r.d.random() < 0.5)
        codes = f"（{x}）" if r.d.random() < 0.2 else ""
        p(f"{i}.{path}{codes}：支出决算为{r.a(*r.code(x))}万元，完成预算{pen.percent(v, full, 'alone')}{tail}")
    h("六、一般公共预算财政拨款基本支出决算情况说明", 2)
    p(f"{Y}一般公共预算财政拨款基本支出{r.a(*r.BASIC)}万元，其中：")
    p(f"人员经费{r.a(*r.STAFF)}万元，{PAID}")
    p(f"{r.d.choice(('公用经费', '日常公用经费'))}{r.a(*r.OFFICE)}万元，{OFFICE}")
    _sichuan_public(r)
    h("八、政府性基金预算支出决算情况说明", 2)
    fund(r, f"{Y}政府性基金预算财政拨款")
    h("九、国有资本经营预算支出决算情况说明", 2)
    soe(r, f"{Y}国有资本经营预算财政拨款")
    h("十、其他重要事项的情况说明", 2)
    h("（一）机关运行经费支出情况", 3)
    value, before, said = r.office()
    p(
        f"{Y}，{r.name}机关运行经费支出{said}万元，比{r.L}{diff(value, before)}。主要原因是{r.why()}。"
        if rounded(value) and not pen.same(value, before)
        else f"{Y}，{r.name}机关运行经费支出{said}万元，与{r.L}持平。"
    )
    h("（二）政府采购支出情况", 3)
    p(r.purchasing(f"{Y}，{r.name}") + "主要用于办公设备采购、物业管理服务和信息系统运维。")
    h("（三）国有资产占有使用情况", 3)
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
        f"截至{y}年12月31日，{r.name}共有车辆{r.cars()}辆，其中：{r.car_counts(names, empty=r.d.random() < 0.5) or '无'}，其他用车主要是用于日常公务出行。单价100万元（含）以上设备（不含车辆）{r.devices()}台（套）。"
    )
    h("（四）预算绩效管理情况", 3)
    n = c["projects"]
    p(
        f"根据预算绩效管理要求，本部门在{Y}预算编制阶段，组织对智慧政务平台建设等{k(n // 2)}个项目开展了预算事前绩效评估，对{k(n)}个项目编制了绩效目标，预算执行过程中，选取{k(n)}个项目开展绩效监控，组织对{k(n)}个项目开展绩效自评，绩效自评表详见第四部分附件。"
    )
    r.glossary("第三部分 名词解释")
    h("第四部分 附件")
    h("附件1", 2)
    r.project_reviews()


def _sichuan_public(r: Report) -> None:
    p, h, now, last, pen, Y, k, c = r.pen.p, r.pen.h, r.now, r.last, r.pen, r.Y, r.pen.count, r.book.counts  # noqa: N806
    t, b = (lambda i, col="决算数": now(T09, "", i, col)), (lambda i: last(T09, "", i, "决算数"))
    rate = lambda i: r.done(t(i), t(i, "预算数")) if rounded(t(i, "预算数")) else pen.percent_said(0, 2, "done")  # noqa: E731
    h("七、财政拨款“三公”经费支出决算情况说明", 2)
    h("（一）“三公”经费财政拨款支出决算总体情况说明", 3)
    diff = lambda i: "与上年持平" if pen.same(t(i), b(i)) else f"较{r.base('上年度')}{r.change(t(i), b(i))}"  # noqa: E731
    equal = pen.same(t("合计"), t("合计", "预算数"))
    tail = (
        "决算数与预算数持平。"
        if equal
        else f"决算数{r.than(t('合计'), t('合计', '预算数'))}预算数的主要原因是{r.why()}。"
    )
    p(f"{Y}“三公”经费财政拨款支出决算为{r.a(*r.public('合计'))}万元，完成预算{rate('合计')}，{diff('合计')}。{tail}")
    h("（二）“三公”经费财政拨款支出决算具体情况说明", 3)
    items = [
        ("因公出国（境）费", r.public(ABROAD)),
        ("公务用车购置及运行维护费", r.public(CARS)),
        ("公务接待费", r.public(MEALS)),
    ]
    p(
        f"{Y}“三公”经费财政拨款支出决算中，{r.shares(items, t('合计'), '{name}支出决算{amount}万元，占{share}', '；', 'public')}。具体情况如下："
    )
    p("（图7：“三公”经费财政拨款支出结构）（饼状图）")
    than = lambda i: f"无变化" if pen.same(t(i), b(i)) else r.change(t(i), b(i))  # noqa: E731, F541
    p(
        f"1.因公出国（境）经费支出{r.a(*r.public(ABROAD))}万元，完成预算{rate(ABROAD)}。全年安排因公出国（境）团组{k(c['groups'])}次，出国（境）{k(c['travellers'])}人。因公出国（境）支出决算比{r.L}{than(ABROAD)}。"
    )
    p(
        f"2.公务用车购置及运行维护费支出{r.a(*r.public(CARS))}万元，完成预算{rate(CARS)}。公务用车购置及运行维护费支出决算比{r.L}{than(CARS)}。主要原因是{r.why()}。"
    )
    kinds = r.d.randrange(c["kept"] + 1)
    bought = c["bought"]
    p(f"其中：公务用车购置支出{r.a(*r.public(BUY))}万元。全年按规定更新购置公务用车{k(bought)}辆，其中：轿车{k(bought)}辆、金额{pen.amount(t(BUY))}万元，越野车{k(0)}辆、金额{pen.amount(0)}万元，载客汽车{k(0)}辆、金额{pen.amount(0)}万元。"
      f"截至{r.y}年12月31日，单位共有公务用车{k(c['kept'])}辆，其中：轿车{k(kinds)}辆、越野车{k(c['kept'] - kinds)}辆、载客汽车{k(0)}辆。")  # fmt: skip
    p(
        f"公务用车运行维护费支出{r.a(*r.public(RUN))}万元。主要用于执法检查、调研等所需的公务用车燃料费、维修费、过路过桥费、保险费等支出。"
    )
    meals = t(MEALS)
    one = meals // 3
    listed = ""
    if rounded(meals) > 30:
        listed = f"，具体内容包括：接待省厅调研组{pen.foreign(pen.number(rounded(one)))}万元，接待兄弟单位考察组{pen.foreign(pen.number(rounded(meals - one)))}万元"
    p(
        f"3.公务接待费支出{r.a(*r.public(MEALS))}万元，完成预算{rate(MEALS)}。公务接待费支出决算比{r.L}{than(MEALS)}。主要原因是{r.why()}。其中："
    )
    p(
        f"国内公务接待支出{pen.amount(meals)}万元，主要用于执行公务、开展业务活动开支的交通费、住宿费、用餐费等。国内公务接待{k(c['visits'])}批次，{k(c['guests'])}人次（不包括陪同人员），共计支出{pen.amount(meals)}万元{listed}。"
    )
    p(f"外事接待支出{pen.amount(0)}万元，外事接待{k(0)}批次，{k(0)}人次，共计支出{pen.amount(0)}万元。")


def guangxi(r: Report) -> None:
    """广西壮族自治区: items with explanations, each against last year's 决算数."""
    p, h, now, last, pen, Y, k, c = r.pen.p, r.pen.h, r.now, r.last, r.pen, r.Y, r.pen.count, r.book.counts  # noqa: N806
    d = r.d
    r.cover("部门决算公开")
    r.contents(
        [
            "第一部分：部门概况",
            "一、主要职能",
            "二、部门决算单位构成",
            f"第二部分：{r.name}{Y}部门决算报表",
            "表一：收入支出决算总表",
            f"第三部分：{r.name}{Y}部门决算情况说明",
            "第四部分：名词解释",
        ]
    )
    r.overview("第一部分：部门概况")
    h(f"第三部分：{r.name}{Y}部门决算情况说明")
    place = d.choice(("本部门", "本单位"))

    def diff(n: int, b: int) -> str:
        if pen.same(n, b):
            zero = pen.mark(pen.number(0), "delta", "derived")
            return (
                f"较{r.L}决算数增加{zero}万元，增长{pen.percent_said(0, 2, 'rate')}"
                if d.random() < 0.6
                else f"与{r.L}决算数持平"
            )
        return f"较{r.L}决算数{r.change(n, b)}"

    h("一、收入支出决算总体情况说明", 2)
    p(
        f"（一）{place}{Y}总收入{r.a(*r.TOTAL_IN)}万元，其中本年收入{r.a(*reversed(r.IN))}万元，{diff(now(*r.IN[0]), last(*r.IN[0]))}，收入具体情况如下："
    )
    notes = {"一般公共预算财政拨款收入": "为当年从本级财政取得的一般公共预算资金", "政府性基金预算财政拨款收入": "为当年从本级财政取得的政府性基金预算资金", "国有资本经营预算财政拨款收入": "为当年从本级财政取得的国有资本经营预算资金",
             "上级补助收入": "为事业单位从主管部门和上级单位取得的非财政补助收入", "事业收入": "为开展业务活动取得的收入", "经营收入": "为事业单位在业务活动之外开展非独立核算经营活动取得的收入",
             "附属单位上缴收入": "为附属独立核算单位按有关规定上缴的收入", "其他收入": "为除上述收入以外的各项收入"}  # fmt: skip
    n = 0
    scale = {}
    for name, cells in r.incomes(empty=True, funds=True):
        n += 1
        v = now(*cells[0])
        before = last(T02, "", TOTAL, name) if name in SOURCES else None
        if before is None:
            before = 0 if not rounded(v) else int(v * d.uniform(0.6, 1.4)) if d.random() < 0.8 else v
            if abs(before - v) < 30_000:
                before = v
        scale[name] = before
        reason = (
            f"，主要原因是：{r.why()}"
            if not pen.same(v, before)
            else ("，主要原因是：本单位无此项收入，与去年相比无变化" if not rounded(v) else "")
        )
        p(
            f"{n}.{pen.word(name, 'name', group='收入')}{r.a(*cells, group='收入')}万元，{notes[name]}。{diff(v, before)}{reason}。"
        )
    p(
        f"{n + 1}.使用非财政拨款结余和专用结余{r.a(*r.HELPED)}万元，为事业单位使用非财政拨款结余弥补本年度收支差额的数额。"
    )
    p(f"{n + 2}.年初结转和结余{r.a(*r.START)}万元，为以前年度尚未完成、结转到本年按有关规定继续使用的资金。")
    p(
        f"（二）{place}{Y}总支出{r.a(*r.TOTAL_OUT)}万元，其中本年支出{r.a(*reversed(r.OUT))}万元，{diff(now(*r.OUT[0]), last(*r.OUT[0]))}，支出具体情况如下："
    )
    n = 0
    for code, name in classes().items():
        v = now(T01, "支出", name, "决算数")
        if not rounded(v):
            continue
        n += 1
        before = v if d.random() < 0.1 else int(v * d.uniform(0.6, 1.4))
        before = v if abs(before - v) < 30_000 else before
        said = (
            f"{pen.word(name.removesuffix('支出'), 'name', group='class')}支出"
            if d.random() < 0.5 and name.endswith("支出")
            else pen.word(name, "name", group="class")
        )
        p(
            f"{n}.{said}{'（类）' if d.random() < 0.3 else ''}{r.a((T01, '支出', name, '决算数'), (T03, '', code, '本年支出合计'), group='class')}万元，主要用于人员经费、日常公用经费及项目支出。{diff(v, before)}，主要原因：{r.why()}。"
        )
    p(f"{n + 1}.结余分配{r.a((T01, '支出', '结余分配', '决算数'))}万元，为事业单位按规定提取的专用结余等。")
    v, before = now(*r.END[0]), last(T01, "支出", CARRIED_OUT, "决算数")
    p(
        f"{n + 2}.年末结转和结余{r.a(*r.END)}万元，为本年度或以前年度预算安排、因客观条件发生变化无法按原计划实施，需要延迟到以后年度按有关规定继续使用的资金。{diff(v, before)}。"
    )
    h("二、收入决算情况说明", 2)
    p(
        f"{place}{Y}收入合计{r.a(*r.IN)}万元，其中：{r.shares(r.incomes(empty=True), now(*r.IN[0]), '{name}{amount}万元，占{share}', '；', '收入')}。"
    )
    h("三、支出决算情况说明", 2)
    p(
        f"{place}{Y}支出合计{r.a(*r.OUT)}万元，其中：{r.shares(r.uses(empty=True), now(*r.OUT[0]), '{name}{amount}万元，占{share}', '；', '支出')}。"
    )
    h("四、财政拨款收入支出决算总体情况说明", 2)
    v, before = now(*r.F_TOTAL[0]), last(*r.F_TOTAL[0])
    p(
        f"{place}{Y}财政拨款收入、支出总计{r.a(*r.F_TOTAL)}万元。{'与' + r.L + '相比，财政拨款收入、支出总计各' + r.change(v, before, none='持平，无增减变化')}。主要原因：{r.why()}。"
    )
    h("五、一般公共预算财政拨款支出决算情况说明", 2)
    h("（一）一般公共预算财政拨款支出决算总体情况", 3)
    g = now(*r.GENERAL[0])
    p(
        f"{place}{Y}一般公共预算财政拨款支出{r.a(*r.GENERAL)}万元，占本年支出合计的{pen.percent(g, now(*r.OUT[0]))}。{diff(g, last(*r.GENERAL[0]))}，主要原因：{r.why()}。"
    )
    h("（二）一般公共预算财政拨款支出决算结构情况", 3)
    p(
        f"{place}{Y}一般公共预算财政拨款支出{r.a(*r.GENERAL)}万元，主要用于以下方面：{r.shares([(r.classname(x), r.code(x)) for x in r.book.groups()], g, '{name}（类）{amount}万元，占{share}', '；', 'class')}。"
    )
    h("（三）一般公共预算财政拨款支出决算具体情况", 3)
    total = r.book.budget_of(TOTAL)
    p(
        f"{place}{Y}一般公共预算财政拨款支出{r.base('年初预算')}为{r.budget(total)}万元，支出决算为{r.a(*r.GENERAL)}万元，完成{r.base('年初预算')}的{r.done(g, total)}。其中："
    )
    for i, x in enumerate(r.book.leaves(), 1):
        v, budget = now(T05, "", x, "合计"), r.book.budget[x]
        done = f"，完成{r.base('年初预算')}的{r.done(v, budget)}" if rounded(budget) else ""
        tail = (
            "决算数与年初预算数持平。"
            if pen.same(v, budget)
            else f"决算数{r.than(v, budget)}年初预算数的主要原因是{r.why()}。"
        )
        p(f"{i}.{r.subject(x)}年初预算为{r.budget(budget)}万元，支出决算为{r.a(*r.code(x))}万元{done}。{tail}")
    h("六、一般公共预算财政拨款基本支出决算情况说明", 2)
    p(
        f"{place}{Y}一般公共预算财政拨款基本支出{r.a(*r.BASIC)}万元，其中：人员经费{r.a(*r.STAFF)}万元，{PAID[:-1]}；公用经费{r.a(*r.OFFICE)}万元，{OFFICE}"
    )
    _guangxi_public(r, place)
    h("八、政府性基金预算财政拨款支出决算情况说明", 2)
    fund(r, f"{place}{Y}政府性基金预算财政拨款")
    h("九、国有资本经营预算财政拨款支出决算情况说明", 2)
    soe(r, f"{place}{Y}国有资本经营预算财政拨款")
    h("十、其他重要事项的情况说明", 2)
    h("（一）机关运行经费支出情况", 3)
    value, before, said = r.office()
    p(
        f"{place}{Y}机关运行经费支出{said}万元，"
        + (
            f"比{r.base('上年决算数')}{r.change(value, before)}，主要原因是：{r.why()}。"
            if not pen.same(value, before)
            else "与上年决算数持平。"
        )
    )
    h("（二）政府采购支出情况", 3)
    p(r.purchasing(f"{place}{Y}"))
    h("（三）国有资产占用情况", 3)
    p(
        f"截至{r.y}年12月31日，{place}共有车辆{r.cars()}辆，其中：{r.car_counts()}，单价100万元（含）以上设备（不含车辆）{r.devices()}台（套）。"
    )
    h("（四）预算绩效管理工作开展情况", 3)
    money = d.randrange(1_000, 90_000) * 100_000
    p(
        f"根据预算绩效管理要求，{place}组织对{Y}一般公共预算项目支出全面开展绩效自评，共涉及项目{k(c['projects'])}个，资金{pen.amount(money)}万元，占一般公共预算项目支出总额的{pen.percent_said(10000, 2, 'share')}。"
    )
    r.project_reviews()
    r.glossary("第四部分：名词解释")


def _guangxi_public(r: Report, place: str) -> None:
    p, h, now, last, pen, Y, k, c = r.pen.p, r.pen.h, r.now, r.last, r.pen, r.Y, r.pen.count, r.book.counts  # noqa: N806
    t, b = (lambda i, col="决算数": now(T09, "", i, col)), (lambda i: last(T09, "", i, "决算数"))
    h("七、财政拨款“三公”经费支出决算情况说明", 2)
    h("（一）“三公”经费财政拨款支出决算总体情况说明", 3)

    def versus(i: str) -> str:
        v, plan = t(i), t(i, "预算数")
        said = f"预算为{r.budget(plan, *r.public(i, '预算数'))}万元，支出决算为{r.a(*r.public(i))}万元"
        if rounded(plan):
            said += f"，完成预算的{r.done(v, plan)}"
        against = (
            "决算数与预算数持平"
            if pen.same(v, plan)
            else f"决算数{r.than(v, plan)}预算数的主要原因是{r.why(plain=True)}"
        )
        year = (
            f"与{r.base('上年决算数')}持平"
            if pen.same(v, b(i))
            else f"比{r.base('上年')}{r.change(v, b(i))}，主要原因是{r.why(plain=True)}"
        )
        return f"{said}，{against}；{year}"

    p(f"{place}{Y}“三公”经费财政拨款支出{versus('合计')}。其中：")
    for n, (i, said) in enumerate(
        ((ABROAD, "因公出国（境）费支出"), (CARS, "公务用车购置及运行维护费支出"), (MEALS, "公务接待费支出")), 1
    ):
        p(f"{n}.{said}{versus(i)}。")
    h("（二）“三公”经费财政拨款支出决算具体情况说明", 3)
    items = [
        ("因公出国（境）费", r.public(ABROAD)),
        ("公务用车购置及运行维护费", r.public(CARS)),
        ("公务接待费", r.public(MEALS)),
    ]
    p(
        f"{Y}“三公”经费财政拨款支出决算中，{r.shares(items, t('合计'), '{name}支出决算{amount}万元，占{share}', '；', 'public')}。具体情况如下："
    )
    p(
        f"1.因公出国（境）费支出{r.a(*r.public(ABROAD))}万元。全年使用财政拨款安排因公出国（境）团组{k(c['groups'])}个，累计{k(c['travellers'])}人次。"
    )
    p(
        f"2.公务用车购置及运行维护费支出{r.a(*r.public(CARS))}万元。其中：公务用车购置支出{r.a(*r.public(BUY))}万元，{r.y}年购置公务用车{k(c['bought'])}辆；公务用车运行维护费支出{r.a(*r.public(RUN))}万元，用于车辆燃料费、维修费等。{r.y}年，{place}开支财政拨款的公务用车保有量为{k(c['kept'])}辆，全年运行维护费支出{pen.amount(t(RUN))}万元"
        + (f"，平均每辆{pen.foreign(pen.number(rounded(t(RUN) // c['kept'])))}万元" if c["kept"] else "")
        + "。"
    )
    p(
        f"3.公务接待费支出{r.a(*r.public(MEALS))}万元，其中：国内接待费支出{pen.amount(t(MEALS))}万元，国（境）外接待费支出{pen.amount(0)}万元。国内公务接待{k(c['visits'])}批次，{k(c['guests'])}人次；国（境）外公务接待{k(0)}批次，{k(0)}人次。"
    )


_ = (FUNDS, HELP)
