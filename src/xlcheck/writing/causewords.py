"""What a cause is called in Chinese: which cell, what it says, what it should say, how many relations say so."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from xlcheck.form import titled
from xlcheck.model import Blame, Cause, CellRef
from xlcheck.writing.words import place

_KINDS = {
    "transposition": "疑似数字错位", "wrong_digit": "疑似录错一位数字", "missing_digit": "疑似漏录一位数字",
    "extra_digit": "疑似多录一位数字", "scale": "疑似小数点或单位错误", "sign": "疑似正负号错误", "deleted": "疑似漏填",
    "copied": "疑似抄成了旁边的数", "stale_total": "合计疑似没有跟着明细更新", "unknown": "最可能是这一格填错",
}  # fmt: skip
_SHOWN = 4
_NARROW = Decimal("0.02")
UNSEARCHED = "差错太多，没有把每一条的原因都找全；先改上面已经指出的，改后再检查一次。"


def cause_message(cause: Cause) -> str:
    """The sentence for a cause."""
    return _SENTENCES.get(cause.what, _cell)(cause)


def cause_todo(cause: Cause, folded: int = 0) -> str:
    """What to do about a finding that a cause explains; ``folded`` more are out of sight below it."""
    if cause.tied:
        total = len(cause.cells) + len(cause.alternatives) + int(cause.facts.get("more", "0"))
        which = f"{_places(cause)} {'两' if total == 2 else f'等 {total} '}处中有一处填错"
        todo = f"{which}，核对后改正那一处，这一条就成立了。"
    elif cause.what in ("shifted", "labels", "pasted"):
        todo = f"先按上面 ▶ 的说明，把{titled(cause.cell.table)}的科目和金额对齐，这一条就成立了。"
    elif len(cause.cells) == 1:
        right = f"改为 {cause.suggested}" if cause.suggested else "改正"
        todo = f"先把 {place(cause.cell)} {right}，这一条就成立了。"
    else:
        todo = f"先改正 {place(cause.cell)} 等 {len(cause.cells)} 格（见上面 ▶ 的说明），这一条就成立了。"
    return f"{todo}由同一原因引起的另外 {folded} 条收在下面，点左边的 + 展开。" if folded else todo


def _places(cause: Cause) -> str:
    return "、".join(place(b.cell) for b in (*cause.cells, *cause.alternatives)[:_SHOWN])


def _named(cell: CellRef) -> str:
    return f"{place(cell)}（{cell.label}）"


def _says(blame: Blame) -> str:
    value = blame.cell.value
    return f"{_named(blame.cell)}{f'填列 {value}' if value else '没有填'}"


def _right(blame: Blame) -> str:
    low, high = (f"{Decimal(x):.4f}".rstrip("0").rstrip(".") if x else "" for x in blame.interval)
    between = f"应在 {low}～{high} 之间" if low and high else f"应不小于 {low}" if low else "另有正确的数"
    if blame.suggested is None:
        return between
    near = low and high and Decimal(high) - Decimal(low) < _NARROW
    return f"应为 {blame.suggested}" if near or not low or not high else f"{between}，最可能是 {blame.suggested}"


def _count(cause: Cause) -> str:
    return f"按 {len(cause.explains)} 条不成立的勾稽关系" if len(cause.explains) > 1 else "按勾稽关系"


def _others(cause: Cause) -> str:
    """The other cells that would do: ties are said to be ties."""
    if not cause.alternatives:
        return ""
    total = len(cause.alternatives) + int(cause.facts.get("more", "0"))
    named = "；".join(f"{_says(b)}，{_short(b)}" for b in cause.alternatives[:_SHOWN])
    more = f"……等共 {total} 处" if total > _SHOWN else ""
    return f"也可能是：{named}{more}（{cause.unit}）。"


def _short(blame: Blame) -> str:
    return f"应为 {blame.suggested}" if blame.suggested else "数待核实"


def _cell(cause: Cause) -> str:
    if cause.tied:
        cells = (*cause.cells, *cause.alternatives)
        total = len(cells) + int(cause.facts.get("more", "0"))
        named = "；".join(f"{_says(b)}，{_short(b)}" for b in cells[:_SHOWN])
        return f"以下 {total} 处任一处填错都能解释，数字本身分不出是哪一处：{named}{'……' if total > _SHOWN else ''}（{cause.unit}）。"
    if len(cause.cells) > 1:
        named = "；".join(f"{_says(b)}，{_right(b)}" for b in cause.cells)
        return f"最可能是这 {len(cause.cells)} 格一起填错：{named}，{_count(cause)}（{cause.unit}）。{_others(cause)}"
    first = cause.cells[0]
    return f"{_KINDS[cause.kind]}：{_says(first)}，{_count(cause)}{_right(first)}（{cause.unit}）。{_others(cause)}"


def _part(said: str) -> Callable[[Cause], str]:
    def sentence(cause: Cause) -> str:
        first, label = cause.cells[0], cause.facts.get("label", "")
        part = f"“{label}”{cause.facts['amount']}" if label else f"一项 {cause.facts['amount']}"
        return f"合计疑似{said}{part}：{_says(first)}，{_count(cause)}{_right(first)}（{cause.unit}）。{_others(cause)}"

    return sentence


def _chain(cause: Cause) -> str:
    first = cause.cells[0]
    rest = f"；它已带进本表 {len(cause.cells) - 1} 个合计，要一起改" if len(cause.cells) > 1 else ""
    lead = _KINDS[cause.kind]
    return (
        f"{lead}，并已带进合计：{_says(first)}，{_count(cause)}{_right(first)}（{cause.unit}）{rest}。{_others(cause)}"
    )


def _echo(cause: Cause) -> str:
    first, others = cause.cells[0], cause.cells[1:]
    also = "、".join(place(b.cell) for b in others)
    return (
        f"{_KINDS[cause.kind]}，同一个错数出现在 {len(cause.cells)} 格：{_says(first)}，{_count(cause)}{_right(first)}"
        f"（{cause.unit}）；{also} 要一起改。"
    )


def _swapped(cause: Cause) -> str:
    first, second = cause.cells[:2]
    return (
        f"疑似两格金额互换：{_says(first)}，与 {_says(second)}，"
        f"对调后，{len(cause.explains)} 条不成立的勾稽关系就成立了（{cause.unit}）。"
    )


def _moved(cause: Cause) -> str:
    first, second = cause.cells[:2]
    return (
        f"疑似填错了位置：{_says(first)}，应填在 {_named(second.cell)}，"
        f"挪过去后，{len(cause.explains)} 条不成立的勾稽关系就成立了（{cause.unit}）。"
    )


def _shifted(cause: Cause) -> str:
    facts, table = cause.facts, titled(cause.cell.table)
    return (
        f"疑似整块金额错行：{table}“{facts['first']}”到“{facts['last']}”各行的金额整体{facts['way']}移了 "
        f"{facts['by']} 行，移回{_refilled(cause)}后，{len(cause.explains)} 条不成立的勾稽关系就成立了。"
        f"{_lost(cause)}"
    )


def _overwritten(cause: Cause) -> list[str]:
    return [b.cell.cell for b in cause.cells if b.suggested is None and b.cell.cell]


def _refilled(cause: Cause) -> str:
    return "、补填被盖掉的格" if _overwritten(cause) else ""


def _lost(cause: Cause) -> str:
    lost = _overwritten(cause)
    more = " 等格" if len(lost) > _SHOWN else ""
    return f"被盖掉的 {'、'.join(lost[:_SHOWN])}{more}要核对、重新填。" if lost else ""


def _labels(cause: Cause) -> str:
    facts, table = cause.facts, titled(cause.cell.table)
    return (
        f"疑似科目与金额对不上行：{table}从“{facts['first']}”到“{facts['last']}”有 {facts['count']} 行的金额属于别的行"
        f"（次序没有乱），按其他表的同名科目重新对应{_refilled(cause)}后，{len(cause.explains)} 条不成立的勾稽关系就成立了。{_lost(cause)}"
    )


def _pasted(cause: Cause) -> str:
    return (
        f"疑似科目与金额对不上行：{titled(cause.cell.table)}的 {cause.facts['count']} 行科目与{cause.facts['other']}的完全一样，"
        f"金额却少几行，{len(cause.explains)} 条勾稽关系不成立。不是科目栏从{cause.facts['other']}粘贴错了，就是金额漏了几行、整体上移了。"
    )


def _row(cause: Cause) -> str:
    first = cause.cells[0]
    return f"疑似整行按元填列：{_says(first)}，{_right(first)}，这一行的 {len(cause.cells)} 个数都要除以 10000（{cause.unit}）。"


def _whole(cause: Cause) -> str:
    what = f"“{cause.facts['column']}”栏" if "column" in cause.facts else ""
    return (
        f"疑似{'整栏' if what else '整张表'}按元填列：{titled(cause.cell.table)}{what}的金额都要除以 10000，"
        f"其他{'各栏' if what else '各表'}是{cause.unit}。"
    )


def _stale(cause: Cause) -> str:
    facts = cause.facts
    return (
        f"疑似整张表还是上年的数：{titled(cause.cell.table)}的 {facts['count']} 个数有 {facts['alike']} 个与上年的完全一样，"
        f"{len(cause.explains)} 条勾稽关系因此不成立。请换成本年的数。"
    )


_SENTENCES: dict[str, Callable[[Cause], str]] = {
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
    "row_in_yuan": _row,
    "in_yuan": _whole,
    "stale": _stale,
}
