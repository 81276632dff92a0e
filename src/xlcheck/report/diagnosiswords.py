"""What a cause is called in Chinese: which cell, what it says, what it should say, how many relations say so."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from xlcheck.form import titled
from xlcheck.outcome import CellRef, Diagnosis, SuspectCell
from xlcheck.report.sentences import place

_KINDS = {
    "transposition": "疑似数字错位", "wrong_digit": "疑似录错一位数字", "missing_digit": "疑似漏录一位数字",
    "extra_digit": "疑似多录一位数字", "scale": "疑似小数点或单位错误", "sign": "疑似正负号错误", "deleted": "疑似漏填",
    "copied": "疑似抄成了旁边的数", "stale_total": "合计疑似没有跟着明细更新", "unknown": "最可能是这一格填错",
}  # fmt: skip
_SHOWN = 4
_EXTRA_NAMED = 6  # rows in one sentence
_NARROW = Decimal("0.02")
UNSEARCHED = "差错太多，没有把每一条的原因都找全；先改上面已经指出的，改后再检查一次。"


def diagnosis_message(diagnosis: Diagnosis) -> str:
    """The sentence for a diagnosis."""
    return _SENTENCES.get(diagnosis.code, _cell)(diagnosis)


def diagnosis_advice(diagnosis: Diagnosis) -> str:
    """What to do about a finding that a diagnosis explains."""
    first = "" if diagnosis.tied else "先"
    return f"{first}{diagnosis_todo(diagnosis).removesuffix('。')}，这一条就成立了。"


def diagnosis_todo(diagnosis: Diagnosis) -> str:
    """What to do about what a diagnosis explains."""
    if diagnosis.tied:
        total = len(diagnosis.cells) + len(diagnosis.alternatives) + int(diagnosis.params.get("more", "0"))
        which = f"{_places(diagnosis)} {'两' if total == 2 else f'等 {total} '}处中有一处填错"
        return f"{which}，核对后改正那一处。"
    if diagnosis.code in ("shifted", "labels", "pasted", "extra_rows"):
        return f"按上面 ▶ 的说明，把{titled(diagnosis.cell.table)}的科目和金额对齐。"
    if diagnosis.code == "stale_formulas":
        return "在 Excel/WPS 中按 F9 重新计算后保存。"
    if len(diagnosis.cells) == 1:
        right = f"改为 {diagnosis.suggested}" if diagnosis.suggested else "改正"
        return f"把 {place(diagnosis.cell)} {right}。"
    return f"改正 {place(diagnosis.cell)} 等 {len(diagnosis.cells)} 格（见上面 ▶ 的说明）。"


def _places(diagnosis: Diagnosis) -> str:
    return "、".join(place(b.cell) for b in (*diagnosis.cells, *diagnosis.alternatives)[:_SHOWN])


def _named(cell: CellRef) -> str:
    return f"{place(cell)}（{cell.label}）"


def _says(suspect: SuspectCell) -> str:
    value = suspect.cell.value
    return f"{_named(suspect.cell)}{f'填列 {value}' if value else '没有填'}"


def _right(suspect: SuspectCell) -> str:
    low, high = (_bound(x) for x in suspect.interval)
    if suspect.suggested is None:
        return _between(low, high)
    if _as_good_as_known(low, high):
        return f"应为 {suspect.suggested}"
    return f"{_between(low, high)}，最可能是 {suspect.suggested}"


def _bound(figure: str | None) -> str:
    """An end of an interval as it is printed; empty where there is none."""
    return f"{Decimal(figure):.4f}".rstrip("0").rstrip(".") if figure else ""


def _between(low: str, high: str) -> str:
    if low and high:
        return f"应在 {low}～{high} 之间"
    return f"应不小于 {low}" if low else "另有正确的数"


def _as_good_as_known(low: str, high: str) -> bool:
    """Whether the bounds, where there are both, are so near together that they need not be said."""
    return not low or not high or Decimal(high) - Decimal(low) < _NARROW


def _count(diagnosis: Diagnosis) -> str:
    return f"按 {len(diagnosis.explains)} 条不成立的勾稽关系" if len(diagnosis.explains) > 1 else "按勾稽关系"


def _measure(diagnosis: Diagnosis) -> str:
    """The unit of the figures that a sentence has named, in brackets; nothing where they are words, or print it themselves."""
    said = diagnosis.suggested
    if said is not None and (not said.strip("-").replace(".", "").replace(",", "").isdecimal()):
        return ""
    return f"（{diagnosis.unit}）"


def _others(diagnosis: Diagnosis) -> str:
    """The other cells that would do: ties are said to be ties."""
    if not diagnosis.alternatives:
        return ""
    total = len(diagnosis.alternatives) + int(diagnosis.params.get("more", "0"))
    named = "；".join(f"{_says(b)}，{_short(b)}" for b in diagnosis.alternatives[:_SHOWN])
    more = f"……等共 {total} 处" if total > _SHOWN else ""
    return f"也可能是：{named}{more}{_measure(diagnosis)}。"


def _short(suspect: SuspectCell) -> str:
    return f"应为 {suspect.suggested}" if suspect.suggested else "数待核实"


def _cell(diagnosis: Diagnosis) -> str:
    if diagnosis.tied:
        cells = (*diagnosis.cells, *diagnosis.alternatives)
        total = len(cells) + int(diagnosis.params.get("more", "0"))
        named = "；".join(f"{_says(b)}，{_short(b)}" for b in cells[:_SHOWN])
        return f"以下 {total} 处任一处填错都能解释，数字本身分不出是哪一处：{named}{'……' if total > _SHOWN else ''}{_measure(diagnosis)}。"
    if len(diagnosis.cells) > 1:
        named = "；".join(f"{_says(b)}，{_right(b)}" for b in diagnosis.cells)
        return f"最可能是这 {len(diagnosis.cells)} 格一起填错：{named}，{_count(diagnosis)}{_measure(diagnosis)}。{_others(diagnosis)}"
    first = diagnosis.cells[0]
    return f"{_KINDS[diagnosis.kind]}：{_says(first)}，{_count(diagnosis)}{_right(first)}{_measure(diagnosis)}。{_others(diagnosis)}"


def _part(said: str) -> Callable[[Diagnosis], str]:
    def sentence(diagnosis: Diagnosis) -> str:
        first, label = diagnosis.cells[0], diagnosis.params.get("label", "")
        part = f"“{label}”{diagnosis.params['amount']}" if label else f"一项 {diagnosis.params['amount']}"
        return f"合计疑似{said}{part}：{_says(first)}，{_count(diagnosis)}{_right(first)}（{diagnosis.unit}）。{_others(diagnosis)}"

    return sentence


def _chain(diagnosis: Diagnosis) -> str:
    first = diagnosis.cells[0]
    rest = f"；它已带进本表 {len(diagnosis.cells) - 1} 个合计，要一起改" if len(diagnosis.cells) > 1 else ""
    lead = _KINDS[diagnosis.kind]
    return f"{lead}，并已带进合计：{_says(first)}，{_count(diagnosis)}{_right(first)}（{diagnosis.unit}）{rest}。{_others(diagnosis)}"


def _echo(diagnosis: Diagnosis) -> str:
    first, others = diagnosis.cells[0], diagnosis.cells[1:]
    also = "、".join(place(b.cell) for b in others)
    return (
        f"{_KINDS[diagnosis.kind]}，同一个错数出现在 {len(diagnosis.cells)} 格：{_says(first)}，{_count(diagnosis)}{_right(first)}"
        f"（{diagnosis.unit}）；{also} 要一起改。"
    )


def _swapped(diagnosis: Diagnosis) -> str:
    first, second = diagnosis.cells[:2]
    return (
        f"疑似两格金额互换：{_says(first)}，与 {_says(second)}，"
        f"对调后，{len(diagnosis.explains)} 条不成立的勾稽关系就成立了（{diagnosis.unit}）。"
    )


def _moved(diagnosis: Diagnosis) -> str:
    first, second = diagnosis.cells[:2]
    return (
        f"疑似填错了位置：{_says(first)}，应填在 {_named(second.cell)}，"
        f"挪过去后，{len(diagnosis.explains)} 条不成立的勾稽关系就成立了（{diagnosis.unit}）。"
    )


def _shifted(diagnosis: Diagnosis) -> str:
    params, table = diagnosis.params, titled(diagnosis.cell.table)
    return (
        f"疑似整块金额错行：{table}“{params['first']}”到“{params['last']}”各行的金额整体{params['way']}移了 "
        f"{params['by']} 行，移回{_refilled(diagnosis)}后，{len(diagnosis.explains)} 条不成立的勾稽关系就成立了。"
        f"{_lost(diagnosis)}"
    )


def _overwritten(diagnosis: Diagnosis) -> list[str]:
    return [b.cell.cell for b in diagnosis.cells if b.suggested is None and b.cell.cell]


def _refilled(diagnosis: Diagnosis) -> str:
    return "、补填被盖掉的格" if _overwritten(diagnosis) else ""


def _lost(diagnosis: Diagnosis) -> str:
    lost = _overwritten(diagnosis)
    more = " 等格" if len(lost) > _SHOWN else ""
    worked_out = diagnosis.params.get("worked_out", "0")
    said = f"另有 {worked_out} 格的数被盖掉了，应填的数是按勾稽关系推算的，请核对。" if worked_out != "0" else ""
    return said + (f"被盖掉的 {'、'.join(lost[:_SHOWN])}{more}要核对、重新填。" if lost else "")


def _labels(diagnosis: Diagnosis) -> str:
    params, table = diagnosis.params, titled(diagnosis.cell.table)
    return (
        f"疑似科目与金额对不上行：{table}从“{params['first']}”到“{params['last']}”有 {params['count']} 行的金额属于别的行"
        f"（次序没有乱），按其他表的同名科目重新对应{_refilled(diagnosis)}后，{len(diagnosis.explains)} 条不成立的勾稽关系就成立了。{_lost(diagnosis)}"
    )


def _pasted(diagnosis: Diagnosis) -> str:
    return (
        f"疑似科目与金额对不上行：{titled(diagnosis.cell.table)}的 {diagnosis.params['count']} 行科目与{diagnosis.params['other']}的完全一样，"
        f"金额却少几行，{len(diagnosis.explains)} 条勾稽关系不成立。不是科目栏从{diagnosis.params['other']}粘贴错了，就是金额漏了几行、整体上移了。"
    )


_FILLINGS = {"again": "又从头重复填了一遍", "last": "重复填了最后一个", "blank": "就空着了"}


def _extra_rows(diagnosis: Diagnosis) -> str:
    params, table = diagnosis.params, titled(diagnosis.cell.table)
    column, more = params.get("column"), "等" if int(params["count"]) > _EXTRA_NAMED else ""
    filling = _FILLINGS.get(params["filling"])
    end = f"；金额用完以后，下面{filling}" if filling else ""
    what_to_do = (
        f"把“{column}”栏的金额移到各自的科目旁"
        if column
        else "删去多出的科目（只删科目，不删金额），下面的科目上移，再删去末尾多出的金额"
    )
    return (
        f"疑似科目与金额对不上行：{table}多出 {params['count']} 行不属于本表的科目（“{params['extra']}”{more}），"
        f"{f'“{column}”栏' if column else ''}金额的次序没有乱，但从“{params['first']}”起，上面多几行，金额就填高了几行{end}。"
        f"{what_to_do}（每格应填多少，见各格的标记），{len(diagnosis.explains)} 条不成立的勾稽关系就成立了。"
    )


def _row(diagnosis: Diagnosis) -> str:
    first = diagnosis.cells[0]
    return f"疑似整行按元填列：{_says(first)}，{_right(first)}，这一行的 {len(diagnosis.cells)} 个数都要除以 10000（{diagnosis.unit}）。"


def _whole(diagnosis: Diagnosis) -> str:
    what = f"“{diagnosis.params['column']}”栏" if "column" in diagnosis.params else ""
    return (
        f"疑似{'整栏' if what else '整张表'}按元填列：{titled(diagnosis.cell.table)}{what}的金额都要除以 10000，"
        f"其他{'各栏' if what else '各表'}是{diagnosis.unit}。"
    )


def _stale(diagnosis: Diagnosis) -> str:
    params = diagnosis.params
    return (
        f"疑似整张表还是上年的数：{titled(diagnosis.cell.table)}的 {params['count']} 个数有 {params['alike']} 个与上年的完全一样，"
        f"{len(diagnosis.explains)} 条勾稽关系因此不成立。请换成本年的数。"
    )


def _stale_formulas(diagnosis: Diagnosis) -> str:
    first, count = diagnosis.cells[0], len(diagnosis.cells)
    all_of_them = f"；等 {count} 格的公式存的都是旧结果" if count > 1 else ""
    return (
        f"公式没有重新计算：{_says(first)}，重新计算后为 {first.suggested}{all_of_them}，"
        f"{len(diagnosis.explains)} 条不成立的勾稽关系由此而来。请在 Excel/WPS 中把计算选项设为自动，按 F9 重新计算后保存。"
    )


_SENTENCES: dict[str, Callable[[Diagnosis], str]] = {
    "cell": _cell,
    "omitted": _part("漏加"),
    "doubled": _part("重复计入"),
    "chain": _chain,
    "echo": _echo,
    "swapped": _swapped,
    "moved": _moved,
    "shifted": _shifted,
    "labels": _labels,
    "pasted": _pasted,
    "extra_rows": _extra_rows,
    "row_in_yuan": _row,
    "in_yuan": _whole,
    "stale": _stale,
    "stale_formulas": _stale_formulas,
}
