"""The words a user reads: one sentence a finding, and how to mend it. In plain Chinese."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from xlcheck.form import titled
from xlcheck.model import CellRef, Remark
from xlcheck.report.codes import CODES

_MOST_PARTS = 6

_LONGEST = 600


def message(remark: Remark, title: str = "") -> str:
    """One sentence: which cell, what it says, what it should say, by how much it is off. ``title`` is its rule's."""
    if remark.code in _RELATIONS:
        return _RELATIONS[remark.code](remark)
    return CODES[remark.code].said(_blanks(remark, title))


def _blanks(remark: Remark, title: str) -> dict[str, str]:
    """What fills the blanks of a sentence: the fields of the remark, its parameters over them."""
    first = remark.cells[0] if remark.cells else None
    blanks = {
        "places": "、".join(dict.fromkeys(titled(c.table) for c in remark.cells)),
        "title": title,
        "difference": (remark.difference or "").lstrip("-"),
        "unit": remark.unit or "",
        "expected": remark.expected or "",
        **_cell_blanks(first),
        **remark.params,
    }
    cut = {k: v if len(v) <= _LONGEST else f"{v[:_LONGEST]}……" for k, v in blanks.items()}
    return cut | {"table": titled(cut["table"])}


def _cell_blanks(cell: CellRef | None) -> dict[str, str]:
    if cell is None:
        return {"cell": "", "value": "", "where": "", "table": ""}
    return {"cell": cell.cell or "", "value": cell.value or "空", "where": place(cell), "table": cell.table}


def advice(remark: Remark, rules_own: str = "") -> str:
    """What to do about a remark; ``rules_own`` is what its rule says to do."""
    own = CODES[remark.code].advice
    return f"{own}。" if own else rules_own


def place(cell: CellRef) -> str:
    """``公开03表 D8``; the table alone where the cell is not there."""
    table = ("上年" if cell.last_year else "") + titled(cell.table)
    return f"{table} {cell.cell}" if cell.cell else table


def _named(cell: CellRef) -> str:
    return f"{place(cell)}（{cell.label}）"


def _relation(remark: Remark) -> str:
    subject, others = split(remark)
    if "absent" in remark.params:
        return _absent(remark)
    op = remark.params["op"]
    distance = (remark.difference or "").lstrip("-")
    if len(subject) == 1 and len(others) == 1 and op == "应等于":
        return f"{_stated(subject[0])}，{_stated(others[0])}，两处应相等，相差 {distance} {remark.unit}。"
    allowance = f"，超过四舍五入允许的 {remark.allowed}" if remark.allowed and float(remark.allowed) else ""
    off = f"相差 {remark.difference} {remark.unit}{allowance}"
    if len(subject) == 1:
        parts = f"，即 {_sum(others)}" if others else "（表里没有明细）"
        return f"{_stated(subject[0])}，{op} {remark.expected}{parts}，{off}。"
    left, right = (f"{_sum(cells)}" for cells in (subject, others))
    return f"一方为 {remark.actual}（{left}），{op}另一方的 {remark.expected}（{right}），{off}。"


def _absent(remark: Remark) -> str:
    """A code that the other tables don't have: most likely a row left out, seldom a wrong figure."""
    code, cells = remark.params["code"], [c for c in remark.cells if c.value]
    has = "、".join(f"{place(c)}（{c.label}）为 {c.value}" for c in cells)
    if "dropped" in remark.params:
        return f"{remark.params['dropped']}漏了科目 {code} 这一行：{has}，{remark.params['dropped']}的上级科目正好少了这个数。"
    return f"{has}，但{remark.params['absent']}没有科目 {code} 这一行。"


def _stated(cell: CellRef) -> str:
    return f"{_named(cell)}没有填" if cell.value in (None, "") else f"{_named(cell)}为 {cell.value}"


def _blank_total(remark: Remark) -> str:
    subject, others = split(remark)
    return f"{_named(subject[0])}没有填，应为 {remark.expected}，即 {_sum(others)}。"


def split(remark: Remark) -> tuple[list[CellRef], list[CellRef]]:
    """Cells of a relation: those it is about, and those it is compared with."""
    totals = [c for c in remark.cells if c.role == "total"]
    if totals:
        return totals, [c for c in remark.cells if c.role == "part"]
    return [c for c in remark.cells if c.role == "left"], [c for c in remark.cells if c.role == "right"]


def shown(value: str | None) -> str:
    """A cell's value as a reader is told of it."""
    return value if value not in (None, "") else "空"


def _sum(cells: Sequence[CellRef]) -> str:
    filled = [c for c in cells if c.value not in (None, "")] or list(cells)
    tables = list(dict.fromkeys(c.table for c in filled))
    text = ""
    for cell in filled[:_MOST_PARTS]:
        where = cell.cell or "" if len(tables) == 1 else place(cell)
        sign = "-" if cell.weight < 0 else ("+" if text else "")
        text += f"{' ' if text else ''}{sign}{' ' if text else ''}{where} {shown(cell.value)}"
    rest = len(filled) - _MOST_PARTS
    more = f" + 其余 {rest} 项" if rest > 0 else ""
    lead = f"{titled(tables[0])} " if len(tables) == 1 and cells else ""
    return f"{lead}{text}{more}"


_RELATIONS: Mapping[str, Callable[[Remark], str]] = {"relation": _relation, "blank_total": _blank_total}
