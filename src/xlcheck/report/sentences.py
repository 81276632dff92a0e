"""The words a user reads: one sentence a finding, and how to mend it. In plain Chinese."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from xlcheck.form import titled
from xlcheck.outcome import CellRef, Remark, TextPlace
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
    blanks = {
        "places": "、".join(dict.fromkeys(c.passage.document if c.passage else titled(c.table) for c in remark.cells)),
        "title": title,
        "difference": _distance(remark),
        "unit": remark.unit or "",
        "expected": remark.expected or "",
        **_cell_blanks(remark.cells[0] if remark.cells else None),
        **remark.params,
    }
    cut = {name: _cut(text) for name, text in blanks.items()}
    return cut | {"table": titled(cut["table"])}


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}……"


def _distance(remark: Remark) -> str:
    """The difference without its sign; empty where there is none."""
    return (remark.difference or "").lstrip("-")


def _cell_blanks(cell: CellRef | None) -> dict[str, str]:
    if cell is None:
        return {"cell": "", "value": "", "where": "", "table": ""}
    return {"cell": cell.cell or "", "value": cell.value or "空", "where": place(cell), "table": cell.table}


def advice(remark: Remark, rules_own: str = "") -> str:
    """What to do about a remark; ``rules_own`` is what its rule says to do."""
    return CODES[remark.code].advised(_blanks(remark, "")) or rules_own


def place(cell: CellRef) -> str:
    """``公开03表 D8``; the table alone where the cell is not there."""
    if cell.passage is not None:
        return _passage(cell, cell.passage)
    table = ("上年" if cell.last_year else "") + titled(cell.table)
    return f"{table} {cell.cell}" if cell.cell else table


def _passage(cell: CellRef, passage: TextPlace) -> str:
    """``说明.docx“38.28%”``; of a table in a document its name too, and the label of a cell that holds nothing."""
    quote = _cut(passage.quote.strip())
    if not cell.table:
        return f"{passage.document}“{quote}”" if passage.quote else passage.document
    return f"{passage.document} {titled(cell.table)}“{quote or cell.label}”"


def _named(cell: CellRef) -> str:
    return f"{place(cell)}（{cell.label}）"


def _relation(remark: Remark) -> str:
    subject, others = split(remark)
    if "absent" in remark.params:
        return _absent(remark)
    if len(subject) == 1:
        return _one_cell(remark, subject[0], others)
    left, right = _sum(subject), _sum(others)
    return f"一方为 {remark.actual}（{left}），{remark.params['op']}另一方的 {remark.expected}（{right}），{_off(remark)}。"


def _one_cell(remark: Remark, cell: CellRef, others: Sequence[CellRef]) -> str:
    """A relation of one cell to others: another place with the same figure, or its parts."""
    op = remark.params["op"]
    if len(others) == 1 and op == "应等于":
        return f"{_stated(cell)}，{_stated(others[0])}，两处应相等，相差 {_distance(remark)} {remark.unit}。"
    parts = f"，即 {_sum(others)}" if others else "（表里没有明细）"
    return f"{_stated(cell)}，{op} {remark.expected}{parts}，{_off(remark)}。"


def _off(remark: Remark) -> str:
    """By how much a relation fails, and what rounding would have allowed."""
    allowance = f"，超过四舍五入允许的 {remark.allowed}" if remark.allowed and float(remark.allowed) else ""
    return f"相差 {remark.difference} {remark.unit}{allowance}"


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
    by_role: dict[str | None, list[CellRef]] = defaultdict(list)
    for cell in remark.cells:
        by_role[cell.role].append(cell)
    if by_role["total"]:
        return by_role["total"], by_role["part"]
    return by_role["left"], by_role["right"]


def shown(value: str | None) -> str:
    """A cell's value as a reader is told of it."""
    return value if value not in (None, "") else "空"


def _sum(cells: Sequence[CellRef]) -> str:
    filled = [c for c in cells if c.value not in (None, "")] or list(cells)
    tables = list(dict.fromkeys(c.table for c in filled))
    in_one = len(tables) == 1
    terms = "".join(_term(cell, first=not i, in_one=in_one) for i, cell in enumerate(filled[:_MOST_PARTS]))
    rest = len(filled) - _MOST_PARTS
    more = f" + 其余 {rest} 项" if rest > 0 else ""
    return f"{titled(tables[0])} {terms}{more}" if in_one else f"{terms}{more}"


def _term(cell: CellRef, *, first: bool, in_one: bool) -> str:
    """A cell with its sign and its value; the table is said where not all are ``in_one``."""
    where = (cell.cell or "") if in_one else place(cell)
    return f"{_sign(cell, first=first)}{f'{where} ' if where else ''}{shown(cell.value)}"


def _sign(cell: CellRef, *, first: bool) -> str:
    """What stands before a term of a sum."""
    if first:
        return "-" if cell.weight < 0 else ""
    return " - " if cell.weight < 0 else " + "


_RELATIONS: Mapping[str, Callable[[Remark], str]] = {"relation": _relation, "blank_total": _blank_total}
