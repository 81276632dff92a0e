"""Texts of no one place: every sentence in one of the wordings that offices somewhere use, sections in another order, 元 for 万元.

Wordings are those of 河南, 山东, 河北, 福建, 江西, 云南, 贵州, 陕西, 甘肃, 黑龙江, 辽宁, 内蒙古, 天津 and others, as published there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from support.layouts.units import FUNDS, T01, T04, T05, T09, TOTAL, Key
from support.narratives.accounts import ABROAD, BUY, CARS, CENT, MEALS, RUN, rounded
from support.narratives.known import fund, soe
from support.narratives.report import Report


class _Mixed:
    """One text: what is chosen once for all of it, and its sections."""

    def __init__(self, r: Report) -> None:
        self.r, self.d, self.pen = r, r.d, r.pen
        d = r.d
        self.u = "万元"
        if d.random() < 0.3 and all(v % CENT == 0 for v in (*r.book.now.values(), *r.book.budget.values())):
            self.u, r.pen.habits.yuan = "元", True
        elif d.random() < 0.06:
            self.u = "万"
        self.who = d.choice(("", "", "我单位", "本部门", "我局", f"{r.name}", "本单位"))
        self.Y = d.choice((f"{r.y}年", f"{r.y}年度", f"{r.y}年度"))
        self.numbers = d.choice(("1.", "1、", "（1）", "1．", ""))
        self.lists = d.random() < 0.4
        self.up = d.choice(
            (("增加", "增长"), ("增加", "增长"), ("增加", "上升"), ("增长", "增幅"), ("增加", "增长率为"))
        )
        self.down = d.choice(
            (("减少", "下降"), ("减少", "下降"), ("减少", "降低"), ("下降", "降幅"), ("减少", "下降率为"))
        )
        self.none = d.choice(("持平", "无变化", "基本持平", "无增减变化", "持平，无变化", "无增减变动"))
        self.since = d.choice((
            "与{b}相比，", "与{b}相比", "较{b}", "比{b}", "较{b}相比，", "同比", "与{b}相比较，", "相较于{b}，", "比{b}决算数", "与{b}决算数相比，",
        ))  # fmt: skip

    # --- pieces ---

    def p(self, text: str) -> None:
        self.pen.p(re.sub("(?<!100)万元", self.u, text))

    def pick(self, *texts: str) -> str:
        return self.d.choice(texts)

    def since_last(self) -> str:
        if self.since == "同比":
            return "较" + self.r.base("上年")
        return self.since.format(
            b=self.r.base(self.d.choice(("上年", "上年度", f"{self.r.y - 1}年度", f"{self.r.y - 1}年", "上年")))
        )

    def moved(self, now: int, before: int, subject: str = "", each: str = "") -> str:
        """较上年增加…万元，增长…%, 主要原因…"""
        if self.pen.same(now, before):
            base = self.r.base(self.d.choice(("上年", "上年度", f"{self.r.y - 1}年度")))
            return self.pick(
                "与{b}持平", "与{b}相比持平", "与{b}相比无变化", "与{b}基本持平", "较{b}无增减变化"
            ).format(b=base)
        said = self.r.change(
            now, before, up=self.up, down=self.down, each=each, comma=self.pick("，", "，", "、", ",", "")
        )
        return f"{self.since_last()}{subject}{said}"

    def because(self) -> str:
        return (
            self.pick(
                "主要原因是",
                "主要原因：",
                "原因是",
                "主要是",
                "主要是由于",
                "主要原因为",
                "变动原因：",
                "其主要原因是",
                "增减变化的主要原因是",
                "主要系",
            )
            + self.r.why()
        )

    def change(self, now: int, before: int, subject: str = "", each: str = "") -> str:
        return self.moved(now, before, subject, each) + self.pick("，", "。", "，", "；") + self.because() + "。"

    def listed(self, items: Sequence[str], end: str = "。") -> None:
        """A list: in one paragraph, or each a paragraph with its number."""
        if self.lists:
            for i, one in enumerate(items, 1):
                self.p(
                    self.numbers.replace("1", str(i)) + one + (end if i == len(items) else self.d.choice(("；", "。")))
                )
        else:
            self.p(self.pick("；", "；", "，").join(items) + end)

    def shares(
        self, items: Sequence[tuple[str, tuple[Key, ...]]], whole: int, lead: str, group: str, of: str = ""
    ) -> None:
        """其中：A…万元，占…%；"""
        line = self.pick("{name}{amount}万元，占{share}", "{name}{amount}万元，占比{share}", "{name}为{amount}万元，占{share}", "{name}{amount}万元，占" + (of or "总额") + "的{share}",
                         "{name}{amount}万元，约占{share}", "{name}{amount}万元（占{share}）", "{name}{amount}万元,占比为{share}", "{name}{amount}万元、占{share}")  # fmt: skip
        said = [self.r.shares([one], whole, line, "", group) for one in items]
        if self.lists:
            self.p(lead + self.pick("其中：", "具体如下：", "其中"))
            self.listed(said)
        else:
            self.p(
                lead + self.pick("其中：", "其中，", "包括：", "其中：") + self.pick("；", "；", "，").join(said) + "。"
            )

    # --- sections ---

    def total(self) -> None:
        r = self.r
        n, b = r.now(*r.TOTAL_IN[0]), r.last(*r.TOTAL_IN[0])
        t, s = r.a(*r.TOTAL_IN), r.a(*r.TOTAL_OUT)
        way = self.d.randrange(7)
        if way == 0:
            self.p(
                f"{self.who}{self.Y}收入总计{t}万元，支出总计{s}万元，{self.moved(n, b, '收、支总计')}，{self.because()}。"
            )
        elif way == 1:
            self.p(f"{self.Y}{self.who}收、支总计{t}万元。{self.moved(n, b, '收、支总计各')}。{self.because()}。")
        elif way == 2:
            self.p(f"{self.Y}{self.who}收入总计{t}万元，{self.change(n, b, '收入总计')}")
            self.p(f"{self.Y}{self.who}支出总计{s}万元，{self.change(n, b, '支出总计')}")
        elif way == 3:
            self.p(f"{self.Y}收入、支出总计均为{t}万元（含结转和结余），{self.change(n, b, '收入、支出总计均')}")
        elif way == 4:
            self.p(f"{self.who}{self.Y}收入支出总计{t}万元。{self.change(n, b)}")
        elif way == 5:
            i, ib = r.now(*r.IN[0]), r.last(*r.IN[0])
            self.p(f"（一）收入总计{t}万元。包括：")
            self.p(f"1.本年收入{r.a(*r.IN)}万元，{self.moved(i, ib)}。{self.because()}。")
            self.p(f"2.年初结转和结余{r.a(*r.START)}万元，为以前年度尚未完成、结转到本年按有关规定继续使用的资金。")
            o, ob = r.now(*r.OUT[0]), r.last(*r.OUT[0])
            self.p(f"（二）支出总计{s}万元。包括：")
            self.p(f"1.本年支出{r.a(*r.OUT)}万元，{self.moved(o, ob)}。{self.because()}。")
            self.p(f"2.年末结转和结余{r.a(*r.END)}万元。")
        else:
            self.p(
                f"{self.Y}{self.who}收入总计{t}万元（其中：本年收入{r.a(*r.IN)}万元，年初结转和结余{r.a(*r.START)}万元），{self.moved(n, b)}；支出总计{s}万元（其中：本年支出{r.a(*r.OUT)}万元，年末结转和结余{r.a(*r.END)}万元），{self.moved(n, b)}。{self.because()}。"
            )

    def incomes(self) -> None:
        r = self.r
        v, b = r.now(*r.IN[0]), r.last(*r.IN[0])
        moved = f"{self.moved(v, b)}。" if self.d.random() < 0.3 else ""
        name = self.pick("收入合计", "本年收入合计", "收入决算合计", "本年收入")
        lead = f"{self.who}{self.Y}{name}{r.a(*r.IN)}万元{'，' if not moved else '，' + moved}"
        self.shares(
            r.incomes(empty=self.d.random() < 0.4), v, lead, "收入", self.pick("本年收入", "收入合计", "本年收入合计")
        )

    def uses(self) -> None:
        r = self.r
        v, b = r.now(*r.OUT[0]), r.last(*r.OUT[0])
        items = r.uses(empty=self.d.random() < 0.4)
        name = self.pick("支出合计", "本年支出合计", "支出决算合计", "本年支出")
        of = self.pick("本年支出", "支出合计", "本年支出合计")
        lead = f"{self.who}{self.Y}{name}{r.a(*r.OUT)}万元"
        way = self.d.randrange(4)
        if way == 0 and len(items) > 1:
            self.p(f"{lead}，其中：{self._respective(items, v, of)}。")
        elif way == 1:
            said = "，".join(r.shares([one], v, "{name}{amount}万元，占{share}", "", "支出") for one in items)
            self.p(f"{lead}，其中：{said}。{self.change(v, b)}")
        else:
            moved = f"{self.moved(v, b)}。" if self.d.random() < 0.3 else ""
            self.shares(items, v, f"{lead}，{moved}", "支出", of)

    def _respective(self, items: Sequence[tuple[str, tuple[Key, ...]]], whole: int, of: str) -> str:
        """A、B、C万元，分别占…的p%、q%和r%; or the names before the amounts too."""
        r, pen = self.r, self.pen
        amounts = [r.a(*cells, group="支出") + "万元" for _, cells in items]
        shares = [pen.percent(r.now(*cells[0]), whole, group="支出") for _, cells in items]
        join = self.pick("、", "和")
        tail = f"分别占{self.pick(of + '的', '')}{'、'.join(shares[:-1])}{join}{shares[-1]}"
        if self.d.random() < 0.5:
            return f"{'、'.join(n + a for (n, _), a in zip(items, amounts, strict=True))}，{tail}"
        names = "、".join(n for n, _ in items[:-1]) + self.pick("和", "、") + items[-1][0]
        return f"{names}分别为{'、'.join(amounts[:-1])}{join}{amounts[-1]}，{tail}"

    def fiscal(self) -> None:
        r = self.r
        n, b = r.now(*r.F_TOTAL[0]), r.last(*r.F_TOTAL[0])
        t, s = r.a(*r.F_TOTAL), r.a(*(r.F_TOTAL[1], r.F_TOTAL[0]))
        way = self.d.randrange(5)
        if way == 0:
            self.p(
                f"{self.who}{self.Y}财政拨款收入总计{t}万元，财政拨款支出总计{s}万元。{self.change(n, b, '财政拨款收、支总计各')}"
            )
        elif way == 1:
            self.p(f"{self.Y}财政拨款收、支总计{t}万元。{self.change(n, b, '财政拨款收、支总计')}")
        elif way == 2:
            self.p(f"{self.Y}{self.who}财政拨款收入、支出总计均为{t}万元。{self.change(n, b)}")
        elif way == 3:
            got = r.now(T04, "收入", FUNDS[0], "决算数")
            self.p(f"{self.Y}财政拨款收入总计{t}万元，{self.change(n, b, '财政拨款收入总计')}")
            self.p(f"财政拨款支出总计{s}万元，{self.change(n, b, '财政拨款支出总计')}")
            if rounded(got):
                self.p(
                    f"其中：一般公共预算财政拨款收入{r.a((T04, '收入', FUNDS[0], '决算数'), (T01, '收入', FUNDS[0] + '收入', '决算数'))}万元。"
                )
        else:
            self.p(f"{self.who}{self.Y}财政拨款收支总计{t}万元，{self.change(n, b, '收支总计')}")

    def general(self) -> None:
        r, pen = self.r, self.pen
        g, b = r.now(*r.GENERAL[0]), r.last(*r.GENERAL[0])
        share = pen.percent(g, r.now(*r.OUT[0]))
        heads = self.d.choice((
            ("（一）一般公共预算财政拨款支出决算总体情况", "（二）一般公共预算财政拨款支出决算结构情况", "（三）一般公共预算财政拨款支出决算具体情况"),
            ("（一）总体情况。", "（二）结构情况。", "（三）具体情况。"),
            ("（一）财政拨款支出决算总体情况。", "（二）财政拨款支出决算结构情况。", "（三）财政拨款支出决算具体情况。"),
            ("1.一般公共预算财政拨款支出总体情况", "2.一般公共预算财政拨款支出结构情况", "3.一般公共预算财政拨款支出具体情况"),
        ))  # fmt: skip
        pen.h(heads[0], 3)
        name = self.pick("一般公共预算财政拨款支出", "一般公共预算财政拨款支出", "一般公共预算支出")
        self.p(self.pick(
            f"{self.who}{self.Y}{name}{r.a(*r.GENERAL)}万元，占本年支出合计的{share}。{self.change(g, b, name)}",
            f"{self.Y}{name}{r.a(*r.GENERAL)}万元，占本年支出的{share}，{self.change(g, b)}",
            f"{self.Y}{name}为{r.a(*r.GENERAL)}万元，占本年支出合计{share}。{self.change(g, b)}",
        ))  # fmt: skip
        pen.h(heads[1], 3)
        items = [(r.classname(c), r.code(c)) for c in r.book.groups()]
        lead = f"{self.Y}{name}{r.a(*r.GENERAL)}万元，主要用于以下方面："
        tail = self.pick("（类）", "（类）支出", "", "（{code}）")
        line = self.pick(
            "{name}" + tail + "{amount}万元，占{share}",
            "{name}" + tail + "{amount}万元，占比{share}",
            "{name}" + tail + "支出{amount}万元，占{share}"
            if tail.startswith("（类") and "支出" not in tail
            else "{name}" + tail + "{amount}万元，占{share}",
        )
        said = [
            r.shares([one], g, line.replace("{code}", code), "", "class")
            for one, code in zip(items, r.book.groups(), strict=True)
        ]
        if self.lists:
            self.p(lead)
            self.listed(said)
        else:
            self.p(self.pick(lead, lead, self._by_use(name)) + "；".join(said) + "。")
        pen.h(heads[2], 3)
        self._details(g, name)

    def _by_use(self, name: str) -> str:
        """The lead of a list of 类 behind one of 基本 and 项目支出."""
        r = self.r
        g = r.now(*r.GENERAL[0])
        uses = "；".join(
            r.shares([one], g, "{name}{amount}万元，占{share}", "", "basic")
            for one in (("基本支出", r.BASIC), ("项目支出", r.PROJECT))
        )
        return f"{self.Y}{name}{r.a(*r.GENERAL)}万元，其中：{uses}。按{self.pick('功能分类科目', '支出功能', '功能科目')}分，主要用于"

    def _details(self, g: int, name: str) -> None:
        r, pen = self.r, self.pen
        total = r.book.budget_of(TOTAL)
        word = self.pick("年初预算", "年初预算", "全年预算", "年初预算数", "调整预算")
        than = "" if self.d.random() < 0.5 else self._than(g, total)
        self.p(
            f"{self.Y}{name}{r.base(word)}{self.pick('为', '', '数为' if not word.endswith('数') else '为')}{r.budget(total)}万元，支出决算{self.pick('为', '数为', '')}{r.a(*r.GENERAL)}万元，完成{r.base(word)}的{r.done(g, total)}。{than}其中："
        )
        form = self.pick("（类）{}（款）{}（项）", "（类）{}（款）{}（项）", "-{}-{}")
        if form.startswith("-"):
            form = "（类）{}（款）{}（项）"
        says = self.d.randrange(5)
        for i, x in enumerate(r.book.leaves(), 1):
            v, budget = r.now(T05, "", x, "合计"), r.book.budget[x]
            done = (
                f"，完成{r.base(word)}的{r.done(v, budget)}" if rounded(budget) else self.pick("", "，年初未安排预算")
            )
            head = (self.numbers.replace("1", str(i)) or f"{i}.") + r.subject(x, form)
            sign = self.pick("。", "：", "。", "")
            use = self.pick("", "", "主要用于保障机关正常运转，", "主要用于：人员经费支出。")
            if use and sign == "":
                sign = "，"
            than_ = self._than(v, budget)
            if says == 0:
                self.p(
                    f"{head}{sign}{use}{word}为{r.budget(budget)}万元，支出决算为{r.a(*r.code(x))}万元{done}。{than_}"
                )
            elif says == 1:
                self.p(f"{head}{sign}{word}{r.budget(budget)}万元，支出决算{r.a(*r.code(x))}万元{done}，{than_}")
            elif says == 2:
                self.p(f"{head}{sign}支出决算为{r.a(*r.code(x))}万元，{word}为{r.budget(budget)}万元{done}。{than_}")
            elif says == 3:
                before = r.last(T05, "", x, "合计")
                self.p(
                    f"{head}{sign}{word}数为{r.budget(budget)}万元，决算数为{r.a(*r.code(x))}万元{done}，{self.change(v, before)}".replace(
                        "数数", "数"
                    )
                )
            else:
                gap = pen.mark(pen.number(abs(rounded(v) - rounded(budget))), "delta", "derived", relation=word)
                move = (
                    f"，{self.pick('较', '比')}{word}{pen.word('增加' if v > budget else '减少', 'dir')}{gap}万元"
                    if not pen.same(v, budget)
                    else f"，与{word}持平"
                )
                self.p(f"{head}{sign}{word}为{r.budget(budget)}万元，支出决算为{r.a(*r.code(x))}万元{done}{move}。")

    def _than(self, v: int, budget: int) -> str:
        r = self.r
        if self.pen.same(v, budget):
            return self.pick(
                "决算数与预算数持平。", "决算数等于预算数。", "支出决算与年初预算持平。", "决算数与预算数基本一致。"
            )
        greater, less = self.pick("大于/小于", "高于/低于", "大于/小于").split("/")
        return self.pick("决算数{t}预算数的主要原因是{w}。", "决算数{t}预算数，主要原因：{w}。", "支出决算{t}预算的原因是{w}。", "决算数{t}预算数的主要原因：一是{w}；二是据实结算。").format(
            t=r.than(v, budget, greater, less), w=r.why(plain=True))  # fmt: skip

    def basic(self) -> None:
        r = self.r
        staff, office = r.now(*r.STAFF[0]), r.now(*r.OFFICE[0])
        whole = r.now(*r.BASIC[0])
        s, o, b = r.a(*r.STAFF), r.a(*r.OFFICE), r.a(*r.BASIC)
        ps, po = self.pen.percent(staff, whole) if whole else "", self.pen.percent(office, whole) if whole else ""
        paid, spent = (
            "主要包括：基本工资、津贴补贴、奖金、社会保障缴费、住房公积金、离退休费等",
            "主要包括：办公费、印刷费、水费、电费、差旅费、公务用车运行维护费等",
        )
        name = self.pick("一般公共预算财政拨款基本支出", "一般公共预算财政拨款基本支出", "一般公共预算基本支出")
        if self.lists:
            self.p(f"{self.Y}{name}{b}万元，其中：")
            self.p(f"（一）人员经费{s}万元，{paid}。")
            self.p(f"（二）公用经费{o}万元，{spent}。")
        elif whole and self.d.random() < 0.4:
            self.p(
                f"{self.who}{self.Y}{name}{b}万元，其中：人员经费{s}万元，占基本支出的{ps}，{paid}；公用经费{o}万元，占基本支出的{po}，{spent}。"
            )
        else:
            self.p(f"{self.Y}{name}{b}万元。其中：人员经费{s}万元，{paid}；日常公用经费{o}万元，{spent}。")

    def public(self) -> None:
        r, pen, d = self.r, self.pen, self.d
        t = {i: (r.now(T09, "", i, "决算数"), r.now(T09, "", i, "预算数"), r.last(T09, "", i, "决算数")) for i in ("合计", ABROAD, CARS, BUY, RUN, MEALS)}  # fmt: skip
        pen.h(
            self.pick(
                "（一）“三公”经费财政拨款支出决算总体情况说明",
                "（一）“三公”经费支出总体情况。",
                "（一）“三公”经费财政拨款支出决算总体情况说明。",
            ),
            3,
        )
        v, b, before = t["合计"]
        word = self.pick("全年预算", "预算", "年初预算", "全年预算数", "预算数")
        name = self.pick(
            "“三公”经费财政拨款支出", "“三公”经费支出", "一般公共预算财政拨款“三公”经费支出", "财政拨款“三公”经费支出"
        )
        rate = f"，完成{r.base(word)}的{r.done(v, b)}" if rounded(b) else ""
        than = "" if d.random() < 0.4 else self._than(v, b).replace("年初预算", "预算")
        self.p(
            f"{self.Y}{name}{word}{self.pick('为', '', '为')}{r.budget(b, *r.public('合计', '预算数'))}万元，{self.pick('支出决算为', '支出决算', '决算数为')}{r.a(*r.public('合计'))}万元{rate}。{self.moved(v, before)}。{than}"
        )
        pen.h(
            self.pick(
                "（二）“三公”经费财政拨款支出决算具体情况说明",
                "（二）“三公”经费支出具体情况。",
                "（二）“三公”经费财政拨款支出决算具体情况说明。",
            ),
            3,
        )
        if rounded(v) and d.random() < 0.5:
            said = [f"{pen.word(n, 'name', group='public')}{self.pick('支出决算', '支出', '')}{r.a(*r.public(i), group='public')}万元，占{pen.percent(t[i][0], v, group='public')}" for i, n in ((ABROAD, "因公出国（境）费"), (CARS, "公务用车购置及运行维护费"), (MEALS, "公务接待费"))]  # fmt: skip
            self.p(f"{self.Y}“三公”经费财政拨款支出决算中，" + "；".join(said) + "。具体情况如下：")
        c, k = r.book.counts, pen.count
        self.p(
            f"1.{self._one(ABROAD, '因公出国（境）费', word)}{self.pick('全年安排因公出国（境）团组', '全年共安排因公出国（境）团组', '全年使用财政拨款安排本单位组织的出国团组')}{k(c['groups'])}个，{self.pick('累计', '', '因公出国（境）')}{k(c['travellers'])}人次。"
        )
        self.p(f"2.{self._one(CARS, '公务用车购置及运行维护费', word)}其中：")
        self.p(
            f"公务用车购置支出{r.a(*r.public(BUY))}万元，{self.pick('全年购置公务用车', '本年度购置公务用车', '更新购置公务用车', '公务用车购置数')}{k(c['bought'])}辆。"
        )
        self.p(
            f"公务用车运行维护费支出{r.a(*r.public(RUN))}万元，主要用于{self.pick('公务用车燃料费、维修费、过桥过路费、保险费等支出', '车辆燃油、维修、保险')}。{self.pick('年末', f'截至{r.y}年12月31日，', f'{self.Y}末，', f'{r.y}年末，')}{self.pick('公务用车保有量', '开支财政拨款的公务用车保有量', '单位公务用车保有量', '使用财政拨款开支运行维护费的公务用车保有量')}{self.pick('为', '', '共')}{k(c['kept'])}辆。"
        )
        meals = t[MEALS][0]
        self.p(
            f"3.{self._one(MEALS, '公务接待费', word)}其中：{self.pick('国内接待费', '国内公务接待费', '国内公务接待支出')}{pen.amount(meals)}万元，{self.pick('主要用于接待上级检查指导，', '主要是接待兄弟单位考察学习。', '')}{self.pick('共接待', '全年共接待', f'{self.Y}共接待', '国内公务接待')}{self.pick('{}批次', '{}批次', '国内来访团组{}个', '国内公务接待{}批次').format(k(c['visits']))}，{self.pick('', '接待', '累计接待', '来宾')}{k(c['guests'])}人次{self.pick('', '（不包括陪同人员）', '（不含陪同人员）')}。{self.pick('国（境）外接待费', '外事接待费', '外宾接待支出')}{pen.mark(pen.number(0), 'amount', 'derived')}万元，接待{k(0)}批次，{k(0)}人次。"
        )

    def _one(self, item: str, name: str, word: str) -> str:
        r, pen = self.r, self.pen
        v, b, before = (r.now(T09, "", item, "决算数"), r.now(T09, "", item, "预算数"), r.last(T09, "", item, "决算数"))
        said = f"{name}{self.pick('支出', '', '支出')}{word}{self.pick('为', '')}{r.budget(b, *r.public(item, '预算数'))}万元，支出决算{self.pick('为', '')}{r.a(*r.public(item))}万元"
        if rounded(b):
            said += f"，完成{word}的{r.done(v, b)}"
        said += f"，{self.moved(v, before)}"
        return said + self.pick("。", f"，{self.because()}。" if not pen.same(v, before) else "。")

    def office(self) -> None:
        r = self.r
        now, before, said = r.office()
        if not rounded(now):
            self.p(self.pick("本单位无机关运行经费支出。", f"{self.Y}无机关运行经费。"))
            return
        staff = f"年末在职人员{self.pen.foreign(self.d.randrange(9, 90))}人。" if self.d.random() < 0.3 else ""
        self.p(f"{self.who}{self.Y}机关运行经费支出{said}万元，{self.change(now, before)}{staff}")

    def purchases(self) -> None:
        r = self.r
        v = r.purchases()
        n = lambda w: self.pen.word(w, "name", group="采购")  # noqa: E731
        self.p(self.pick(
            f"{self.Y}{self.who}政府采购支出总额{v['all']}万元，其中：{n('政府采购货物支出')}{v['goods']}万元、{n('政府采购工程支出')}{v['works']}万元、{n('政府采购服务支出')}{v['services']}万元。",
            f"{self.Y}政府采购支出总额{v['all']}万元，其中：{n('货物支出')}{v['goods']}万元，{n('工程支出')}{v['works']}万元，{n('服务支出')}{v['services']}万元。",
            f"{self.Y}政府采购支出合计{v['all']}万元。其中：采购货物支出{v['goods']}万元；采购工程支出{v['works']}万元；采购服务支出{v['services']}万元。",
        ) + self.pick(
            f"授予中小企业合同金额{v['small']}万元，占政府采购支出总额的{v['small%']}，其中：授予小微企业合同金额{v['tiny']}万元，占政府采购支出总额的{v['tiny%']}。",
            f"授予中小企业合同金额为{v['small']}万元，占政府采购支出总额的{v['small%']}；其中授予小微企业合同金额为{v['tiny']}万元。",
            f"授予中小企业合同金额{v['small']}万元，占政府采购支出总额的{v['small%']}。货物采购授予中小企业合同金额占货物支出金额的{self.pen.percent_said(10000, 2, 'share')}，工程采购授予中小企业合同金额占工程支出金额的{self.pen.percent_said(0, 2, 'share')}，服务采购授予中小企业合同金额占服务支出金额的{self.pen.percent_said(8000, 2, 'share')}。",
        ))  # fmt: skip

    def assets(self) -> None:
        r = self.r
        names = self.d.choice(
            (
                r.CAR_NAMES,
                (
                    "副部（省）级及以上领导用车",
                    "主要领导干部用车",
                    "机要通信用车",
                    "应急保障用车",
                    "执法执勤用车",
                    "特种专业技术用车",
                    "离退休干部用车",
                    "其他用车",
                ),
            )
        )
        self.p(
            f"截至{r.y}年12月31日，{self.who or '本部门'}{self.pick('共有车辆', '共有车辆', '车辆共计')}{r.cars()}辆，其中：{r.car_counts(names, measure='辆')}；{self.pick('单价100万元（含）以上设备（不含车辆）', '单价100万元以上设备（不含车辆）', '单位价值100万元以上设备（不含车辆）')}{r.devices()}台（套）。"
        )

    def performance(self) -> None:
        r, pen, c = self.r, self.pen, self.r.book.counts
        money = self.d.randrange(1_000, 90_000) * 100_000
        self.p(self.pick(
            f"根据预算绩效管理要求，{self.who or '我部门'}组织对{self.Y}项目支出全面开展绩效自评，共涉及项目{pen.count(c['projects'])}个，涉及资金{pen.amount(money)}万元，自评覆盖率达到{pen.percent_said(10000, 2, 'share')}。",
            f"{self.who or '我单位'}对{self.Y}{pen.count(c['projects'])}个项目开展了绩效自评，涉及资金{pen.amount(money)}万元。",
            f"按照要求，{self.Y}我单位纳入绩效自评的项目共{pen.count(c['projects'])}个，涉及预算资金{pen.amount(money)}万元，其中评价等次为“优”的{pen.count(c['best'])}个，“良”的{pen.count(c['good'])}个。",
        ))  # fmt: skip
        if self.d.random() < 0.5:
            spent = pen.foreign(f"{self.d.randrange(10, 900)}.50")
            self.p(
                f"组织对“信息化建设”等{pen.foreign(3)}个项目开展了部门评价，涉及一般公共预算支出{spent}万元，政府性基金预算支出{pen.foreign(0)}万元。"
            )
        if self.d.random() < 0.5:
            r.project_reviews()


_HEADS = {
    "total": (
        "收入支出决算总体情况说明",
        "收入支出决算总体情况",
        "收支决算总体情况说明",
        "关于收入支出决算总体情况说明",
    ),
    "incomes": ("收入决算情况说明", "收入决算情况", "收入决算具体情况说明"),
    "uses": ("支出决算情况说明", "支出决算情况", "支出决算具体情况说明"),
    "fiscal": ("财政拨款收入支出决算总体情况说明", "财政拨款收支决算总体情况说明", "财政拨款收入支出决算总体情况"),
    "general": (
        "一般公共预算财政拨款支出决算情况说明",
        "一般公共预算财政拨款支出决算情况",
        "一般公共预算支出决算情况说明",
    ),
    "basic": (
        "一般公共预算财政拨款基本支出决算情况说明",
        "一般公共预算财政拨款基本支出决算情况",
        "一般公共预算基本支出决算情况说明",
    ),
    "public": (
        "财政拨款“三公”经费支出决算情况说明",
        "“三公”经费财政拨款支出决算情况说明",
        "一般公共预算财政拨款“三公”经费支出决算情况说明",
    ),
    "fund": (
        "政府性基金预算财政拨款收入支出决算情况说明",
        "政府性基金预算收入支出决算情况说明",
        "政府性基金预算财政拨款支出决算情况说明",
    ),
    "soe": (
        "国有资本经营预算财政拨款支出决算情况说明",
        "国有资本经营预算支出决算情况说明",
        "国有资本经营预算财政拨款支出决算情况",
    ),
}
_OTHER = {
    "office": ("机关运行经费支出情况说明", "机关运行经费支出情况", "机关运行经费支出说明"),
    "purchases": ("政府采购支出情况说明", "政府采购支出情况", "政府采购支出说明"),
    "assets": ("国有资产占用情况说明", "国有资产占有使用情况", "国有资产占用情况"),
    "performance": ("预算绩效情况说明", "预算绩效管理工作开展情况说明", "预算绩效管理情况"),
}
_NUMERALS = "一二三四五六七八九十"


def mixed(r: Report) -> None:
    """A text of wordings from many places."""
    m = _Mixed(r)
    pen, d = r.pen, r.d
    r.cover(f"{r.kind}决算")
    r.contents(["第一部分 概况", "第二部分 决算情况说明", "一、收入支出决算总体情况说明", "第三部分 名词解释"])
    r.overview("第一部分 概况")
    pen.h(
        d.choice(
            (f"第二部分 {m.Y}部门决算情况说明", f"第三部分 {r.name}{m.Y}部门决算情况说明", "第三部分 决算情况说明")
        )
    )
    order = list(_HEADS)
    if d.random() < 0.3:
        order.remove("public")
        order.append("public")
    if d.random() < 0.3:
        order.remove("basic")
        order.insert(order.index("fund"), "basic")
    for i, key in enumerate(order):
        pen.h(f"{_NUMERALS[i]}、{d.choice(_HEADS[key])}", 2)
        if key in ("fund", "soe"):
            pen.habits.yuan = False  # their writers say 万元
            {"fund": fund, "soe": soe}[key](
                r,
                d.choice((f"{m.Y}政府性基金预算财政拨款", "政府性基金预算财政拨款"))
                if key == "fund"
                else f"{m.Y}国有资本经营预算财政拨款",
            )
            pen.habits.yuan = m.u == "元"
        else:
            getattr(m, key)()
    if d.random() < 0.6:
        pen.h(
            f"{_NUMERALS[len(order)]}、"
            + d.choice(("其他重要事项的情况说明", "其他重要事项情况说明", "其他重要事项说明")),
            2,
        )
        for i, key in enumerate(_OTHER):
            pen.h(f"（{_NUMERALS[i]}）{d.choice(_OTHER[key])}{d.choice(('', '。'))}", 3)
            getattr(m, key)()
    else:
        for i, key in enumerate(_OTHER, len(order)):
            pen.h(f"{_chinese(i + 1)}、{d.choice(_OTHER[key])}", 2)
            getattr(m, key)()
    pen.habits.yuan = False
    r.glossary(d.choice(("第三部分 名词解释", "第四部分 名词解释")))


def _chinese(n: int) -> str:
    return _NUMERALS[n - 1] if n <= 10 else "十" + _NUMERALS[n - 11]
