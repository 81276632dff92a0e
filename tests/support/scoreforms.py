"""Made-up score sheets, right in every figure, in random families, wordings and layouts; and mistakes put into them."""

from __future__ import annotations

import copy
from decimal import ROUND_HALF_UP, Decimal

from support.scoresheets import BEIJING, HUBEI, NATIONAL, SHANXI, SICHUAN, with_changes

FAMILIES = {"national": NATIONAL, "shanxi": SHANXI, "sichuan": SICHUAN, "hubei": HUBEI, "beijing": BEIJING}
# Other words for headings: some stand in the mappings, those of UNKNOWN stand in none.
KNOWN = {
    "年初预算数": ("年初预算数", "年初预算", "年初批复数"), "全年预算数": ("全年预算数", "调整后预算数", "预算数"), "全年执行数": ("全年执行数", "执行数", "实际支出数"),
    "执行率": ("执行率", "预算执行率", "执行率（%）"), "得分": ("得分", "自评得分", "实际得分"), "分值": ("分值", "权重", "标准分"),
    "指标值": ("年度指标值", "目标值", "预期指标值", "计划值"), "完成值": ("实际完成值", "完成值", "全年实际值"), "偏差原因": ("偏差原因分析及改进措施", "未完成原因分析", "偏差原因"),
}  # fmt: skip
UNKNOWN = {
    "年初预算数": ("年头核给额",), "全年预算数": ("全年核定额度", "可用额度"), "全年执行数": ("年内花出额", "实际花费"), "执行率": ("花费进度", "用款比"), "得分": ("评定所得", "自打分数"),
    "分值": ("满额", "应得最高"), "指标值": ("既定标准", "年初所定"), "完成值": ("年末实况", "做到多少"), "偏差原因": ("差距缘由", "为何没做到"),
}  # fmt: skip
REASON = "因项目推迟，部分工作转入下年，已调整进度安排"
_NAMES = (
    "培训人数",
    "设备采购数量",
    "验收合格率",
    "资金到位及时率",
    "维修面积",
    "办理件数",
    "服务覆盖率",
    "宣传次数",
    "补助发放准确率",
    "群众满意度",
    "成本控制",
    "投诉件数",
)
_UNITS = ("人", "台", "%", "%", "平方米", "件", "%", "次", "%", "%", "万元", "件")
_WORDS = (
    ("改善", "达成预期指标"),
    ("效果明显", "达成预期指标"),
    ("及时", "及时"),
    ("规范", "达成预期指标"),
    ("提升", "提升明显"),
)
_LEVELS = (
    ("产出", "数量"),
    ("产出", "质量"),
    ("产出", "时效"),
    ("产出", "成本"),
    ("效益", "社会效益"),
    ("效益", "可持续影响"),
    ("满意度", "服务对象满意度"),
)
_PROJECTS = (
    "城市道路养护",
    "信息系统运维",
    "职业技能培训",
    "农村饮水工程",
    "图书购置",
    "消防器材更新",
    "困难群众救助",
    "档案数字化",
)


def money(value, digits):
    """A figure as it is printed."""
    return f"{Decimal(value).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP):f}"


def trimmed(value):
    """Without zeros at its end."""
    text = money(value, 2)
    return text.rstrip("0").rstrip(".") if "." in text else text


def clean_form(rng, family):
    """A form in which everything holds."""
    currency = rng.choice(("万元", "万元", "元"))
    digits = rng.choice((2, 3)) if currency == "万元" else 2
    fund_weight = 20 if family == "hubei" else 10
    funds, rate, spent = _funds(rng, digits, fund_weight, family, currency)
    indicators = _indicators(rng, 100 - fund_weight, family)
    total = Decimal(funds["年度资金总额"]["得分"]) + sum(Decimal(row["得分"]) for row in indicators)
    grade = next(g for g, least in (("优", 90), ("良", 80), ("中", 60), ("差", 0)) if total >= least)
    return {
        "project": f"{rng.choice(_PROJECTS)}{rng.randint(2, 99)}", "unit": "某某县某某服务中心", "year": "2023", "currency": currency, "funds": funds,
        "fund_weight": str(fund_weight), "indicators": indicators, "total": trimmed(total), "total_weight": "100", "grade": grade,
        "achieved": f"全年共支出{spent}{currency}，完成全年预算的{rate}%，" + (REASON if rng.random() < 0.5 else "各项任务均已完成"),
    }  # fmt: skip


def _funds(rng, digits, weight, family, currency):
    scale = 1 if currency == "万元" else 10_000
    parts = [
        Decimal(money(Decimal(rng.randint(2000, 900_000)) / 1000 * scale, digits))
        for _ in range(rng.choice((1, 1, 2, 3)))
    ]
    share = Decimal(rng.choice((100, 100, rng.randint(91, 99), rng.randint(40, 99)))) / 100
    spent = [Decimal(money(part * share, digits)) if share < 1 else part for part in parts]
    budget, total = sum(parts), sum(spent)
    rate = money(total / budget * 100, 2)
    score = trimmed(min(Decimal(weight), Decimal(weight) * total / budget))
    labels = ("其中：当年财政拨款", "上年结转资金", "其他资金")
    whole = {"目标申报数": money(budget, digits), "年初预算数": money(budget, digits), "全年预算数": money(budget, digits), "全年执行数": money(total, digits),
             "结转余": money(budget - total, digits), "执行率": trimmed(Decimal(rate)), "得分": score}  # fmt: skip
    if share < Decimal("0.9") or rng.random() < 0.2:
        whole["偏差原因"] = REASON
    rows = {"年度资金总额": whole}
    for label, part, paid in zip(labels, parts, spent, strict=False):
        rows[label] = {"目标申报数": money(part, digits), "年初预算数": money(part, digits), "全年预算数": money(part, digits), "全年执行数": money(paid, digits),
                       "结转余": money(part - paid, digits)}  # fmt: skip
    return rows, trimmed(Decimal(rate)), money(total, digits)


def _indicators(rng, points, family):
    count = rng.randint(4, 9)
    cuts = _weights(rng, points, count)
    levels = sorted(rng.choice(range(len(_LEVELS))) for _ in range(count))
    return [_indicator(rng, weight, _LEVELS[level], family) for weight, level in zip(cuts, levels, strict=True)]


def _weights(rng, points, count):
    """Weights of at most 50 that add up."""
    while True:
        marks = sorted(rng.sample(range(2, points, 2), count - 1))
        weights = [b - a for a, b in zip([0, *marks], [*marks, points], strict=True)]
        if max(weights) <= 50:
            return weights


def _indicator(rng, weight, level, family):
    row = {"一级": level[0], "二级": level[1], "分值": str(weight), "偏差原因": ""}
    if rng.random() < 0.35:
        target, result = rng.choice(_WORDS)
        row |= {
            "三级": f"工作{rng.choice(('质量', '效果', '水平'))}{rng.randint(1, 99)}",
            "指标值": target,
            "完成值": result,
            "得分": str(weight),
        }
        if result == "达成预期指标" and rng.random() < 0.2:
            row |= {"得分": trimmed(Decimal(weight) * Decimal("0.9")), "偏差原因": REASON}
        return row
    which = rng.randrange(len(_NAMES))
    name, unit = f"{_NAMES[which]}{rng.randint(1, 99)}", _UNITS[which]
    target = rng.randint(60, 99) if unit == "%" else rng.randint(5, 400)
    sign = rng.choice(("≥", "≥", "＝", "≤"))
    if unit == "%" and sign == "≤":
        sign = "≥"
    result, score, reason = _result(rng, sign, target, weight)
    shown = f"{result}{unit}" if rng.random() < 0.85 else f"{sign if result == target else ''}{result}{unit}"
    return row | {"三级": name, "指标值": f"{sign}{target}{unit}", "完成值": shown, "得分": score, "偏差原因": reason}


def _result(rng, sign, target, weight):
    """A result with the score that a legal formula gives, and a reason where it is less than full."""
    met = rng.random() < 0.8
    if sign == "≤":
        result = target - rng.randint(0, target // 4) if met else target + rng.randint(1, max(1, target // 3))
        if met:
            return result, str(weight), ""
        one = Decimal(weight) * target / result
        other = Decimal(weight) * (1 - Decimal(result - target) / target)
        return result, trimmed(rng.choice((one, other))), REASON
    result = (
        target + (0 if sign == "＝" else rng.randint(0, target // 5))
        if met
        else target - rng.randint(1, max(1, target // 3))
    )
    return result, str(weight) if met else trimmed(Decimal(weight) * result / target), "" if met else REASON


def random_layout(rng, family, unknown=0.0):
    """A layout of a family: other words, other order of columns, merges, blank rows; ``unknown`` is the share of headings in words that no mapping has."""
    base = FAMILIES[family]

    def heading(key, usual):
        if key not in KNOWN:
            return usual
        if rng.random() < unknown:
            return rng.choice(UNKNOWN[key])
        return rng.choice(KNOWN[key]) if rng.random() < 0.5 and family != "hubei" else usual

    funds = [(key, heading(key, usual)) for key, usual in base.funds]
    indicators = [(key, heading(key, usual)) for key, usual in base.indicators]
    if rng.random() < 0.3:
        funds = _moved(rng, funds)
    if rng.random() < 0.3:
        indicators = _moved(rng, indicators)
    return with_changes(
        base, funds=tuple(funds), indicators=tuple(indicators), percent=rng.choice(("plain", "plain", "text", "format", "fraction")) if rng.random() < 0.6 else "plain",
        total=rng.choice(("总分", "总 分", "合计", "总计", "自评总分")), total_weight=rng.random() < 0.7 if family != "shanxi" else False,
        grade=rng.choice(("beside", "labelled", "none")), weights_in_labels=rng.random() < 0.3, merge_levels=rng.random() < 0.7, blank_rows=rng.choice((0, 0, 1)),
        offset=rng.choice((0, 0, 1)), wide=rng.choice((1, 1, 2)), project=rng.choice(("项目名称", "项目名称：", "项目支出名称")), unit=rng.choice((base.unit, "项目单位", "实施单位")),
        title=rng.choice((base.title, "项目支出绩效自评表", "2023年度项目支出绩效自评表")), numbers=rng.random() < 0.85,
    )  # fmt: skip


def _moved(rng, columns):
    """The columns with the weights elsewhere: offices put them before the targets, or after the results."""
    columns = list(columns)
    weights = [c for c in columns if c[0] == "分值"]
    for column in weights:
        columns.remove(column)
        columns.insert(rng.randrange(len(columns)), column)
    return columns


# --- mistakes --------------------------------------------------------------------------------------------

KINDS = ("weight", "score", "rate", "total", "grade", "money", "yuan", "unit", "empty")


def mistaken(rng, form, kind):
    """A copy of a form with one mistake of a kind, and which cell it is in: (block.column key, row); None where the form has no place for it."""
    made = copy.deepcopy(form)
    rows, whole = made["indicators"], made["funds"]["年度资金总额"]
    at = rng.randrange(len(rows))
    if kind == "weight":
        rows[at]["原分值"] = rows[at]["分值"]  # what the group says is right
        rows[at]["分值"] = _other(rng, rows[at]["分值"], (5, 10, -1, 2))
        return made, ("指标.分值", at)
    if kind == "score":
        if rng.random() < 0.3:
            whole["得分"] = _other(rng, whole["得分"], (1, -1, 2, -2))
            return made, ("资金.0.得分", 0)
        rows[at]["得分"] = _other(rng, rows[at]["得分"], (-1, -2, -3, 1))
        return made, ("指标.得分", at)
    if kind == "rate":
        whole["执行率"] = _other(rng, whole["执行率"], (Decimal("0.01"), Decimal("-0.02"), 1, -10))
        return made, ("资金.0.执行率", 0)
    if kind == "total":
        made["total"] = _other(rng, made["total"], (1, -1, Decimal("0.5"), -5, Decimal("0.02")))
        return made, ("总分.得分", 0)
    if kind == "grade":
        made["grade"] = rng.choice([g for g in "优良中差" if g != form["grade"]])
        return made, ("总分.等级", 0)
    if kind in ("money", "yuan"):
        key = rng.choice(("全年预算数", "全年执行数"))
        old = Decimal(whole[key])
        whole[key] = (
            f"{old * 10000:f}".rstrip("0").rstrip(".")
            if kind == "yuan"
            else money(
                old + rng.choice((10, -7, 100)) * (1 if old > 100 else Decimal("0.1")),
                len(whole[key].partition(".")[2]),
            )
        )
        return (made, (f"资金.0.{key}", 0)) if Decimal(whole[key]) > 0 and form["currency"] == "万元" else None
    numeric = [i for i, row in enumerate(rows) if row["指标值"][:1] in "≥≤＝" and row["完成值"]]
    if kind == "unit":
        if not numeric:
            return None
        at = rng.choice(numeric)
        digits = "".join(c for c in rows[at]["完成值"] if c.isdigit() or c == ".")
        rows[at]["完成值"] = digits + ("户" if rows[at]["完成值"].endswith("%") else "%")
        return made, ("指标.完成值", at)
    full = [i for i, row in enumerate(rows) if row["得分"] == row["分值"]]
    if not full:
        return None
    at = rng.choice(full)
    rows[at]["完成值"] = ""
    return made, ("指标.完成值", at)


def _other(rng, text, steps):
    """Another figure near by, never negative."""
    while True:
        new = Decimal(text) + Decimal(rng.choice(steps))
        if new >= 0:
            return trimmed(new)
        steps = (*steps, 1)
