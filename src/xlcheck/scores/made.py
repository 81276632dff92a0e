"""A score sheet made of data instead of a workbook: for what is filled in, and for the examples of rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from xlcheck.scores.plan import SheetPlan, plan_of, printed, total_columns
from xlcheck.scores.sheet import CERTAIN, ScoreCell, ScoreRow, ScoreSheet, SheetFact, SheetText
from xlcheck.scores.spec import FIRST_LEVEL, FUNDS, INDICATORS, SECOND_LEVEL, TOTAL_ROW, ScoreSheetSpec, SlotRole
from xlcheck.scores.values import NOTHING, ScoreValue, of_number, of_text

TOTAL_KEY = "总额"
_CENT = Fraction(1, 100)


@dataclass(slots=True)
class FormData:
    """What goes into a form. ``funds`` and ``indicators`` are rows of texts by column; ``total`` is by 分值, 得分, 等级.

    ``groups`` are weights printed for groups, by level and label.
    """

    facts: dict[str, str] = field(default_factory=dict)
    currency: str = ""
    funds: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    indicators: list[dict[str, str]] = field(default_factory=list)
    total: dict[str, str] = field(default_factory=dict)
    groups: dict[str, dict[str, str]] = field(default_factory=dict)
    goals: tuple[str, str] = ("", "")
    texts: dict[str, str] = field(default_factory=dict)


def made_sheet(spec: ScoreSheetSpec, data: FormData, sheet: str, number: int = 1) -> ScoreSheet:
    """The sheet that the data make, its cells where the blank has them."""
    plan = plan_of(spec, max(len(data.funds), 1), max(len(data.indicators), 1))
    columns = _columns(spec, data)
    rows = {
        FUNDS: tuple(_fund_row(spec, data, i, plan) for i in range(len(data.funds))),
        INDICATORS: tuple(_indicator_row(spec, data, i, plan) for i in range(len(data.indicators))),
        FIRST_LEVEL: tuple(_groups(data, FIRST_LEVEL, "一级")),
        SECOND_LEVEL: tuple(_groups(data, SECOND_LEVEL, "二级")),
        TOTAL_ROW: (_total_row(spec, data, plan),),
    }
    facts = {key: SheetFact(value, None) for key, value in data.facts.items() if value}
    texts = [SheetText(label, text, (plan.texts + i, 3)) for i, (label, text) in enumerate(data.texts.items()) if text]
    return ScoreSheet(
        spec,
        sheet,
        number,
        facts,
        _finer(rows, spec),
        columns,
        texts=tuple(texts),
        currency=data.currency or spec.currency,
    )


def _columns(spec: ScoreSheetSpec, data: FormData) -> Mapping[str, Mapping[str, str]]:
    """The columns of the blank, and those that the data have besides."""
    given = {FUNDS: [cells for _, cells in data.funds], INDICATORS: data.indicators}
    found = {}
    for block, rows in given.items():
        keys = [slot.key for slot in spec.block(block).slots if slot.first or any(slot.key in row for row in rows)]
        found[block] = dict.fromkeys(keys, CERTAIN)
    return found


def _fund_row(spec: ScoreSheetSpec, data: FormData, index: int, plan: SheetPlan) -> ScoreRow:
    label, given = data.funds[index]
    cells = {}
    for slot in spec.block(FUNDS).slots:
        first_only = slot.role in (SlotRole.RATE, SlotRole.SCORE, SlotRole.WEIGHT)
        if slot.key == "项目" or not (slot.first or slot.key in given):
            continue
        value = _value(given.get(slot.key, ""), slot.role)
        if not first_only or not index or value.filled:
            at = (plan.funds + index, slot.first) if slot.first else None
            cells[slot.key] = ScoreCell(
                at if slot.first or not value.filled else (plan.funds + index, plan.width),
                value,
                f"{label} · {slot.key}",
            )
    if not index and "分值" not in cells:
        weight = of_number(str(spec.execution_weights[0]))._replace(ulp=Fraction(0), stored=False)
        cells["分值"] = ScoreCell(None, weight, "预算执行率 · 分值")
    return ScoreRow(TOTAL_KEY if not index else f"分项{index}", label, cells)


def _indicator_row(spec: ScoreSheetSpec, data: FormData, index: int, plan: SheetPlan) -> ScoreRow:
    given = data.indicators[index]
    name = given.get("三级", "")
    places = {slot.key: (plan.indicators + index, slot.first) for slot in printed(spec.block(INDICATORS))}
    cells = {}
    for slot in spec.block(INDICATORS).slots:
        if slot.role is SlotRole.LABEL or not (slot.first or slot.key in given):
            continue
        at = places.get(slot.key, (plan.indicators + index, plan.width))
        cells[slot.key] = ScoreCell(at, _value(given.get(slot.key, ""), slot.role), f"{name or '指标'} · {slot.key}")
    return ScoreRow(name or f"第{index + 1}行", name, cells, given.get("一级", ""), given.get("二级", ""))


def _groups(data: FormData, block: str, level: str) -> list[ScoreRow]:
    found = []
    for label, weight in data.groups.get(block, {}).items():
        members = tuple(i for i, row in enumerate(data.indicators) if row.get(level, label) == label)
        cell = ScoreCell((1, 1), _value(weight, SlotRole.WEIGHT), f"{label} · 分值")
        found.append(ScoreRow(label, label, {"分值": cell}, members=members))
    return found


def _total_row(spec: ScoreSheetSpec, data: FormData, plan: SheetPlan) -> ScoreRow:
    places = total_columns(spec)
    cells: dict[str, ScoreCell] = {
        key: ScoreCell(
            (plan.total, places[key]),
            of_text(data.total[key]) if key == "等级" else _value(data.total[key], SlotRole.OTHER),
            f"总分 · {key}",
        )
        for key in ("分值", "得分", "等级")
        if key in data.total and key in places
    }
    return ScoreRow("总分", "总分", cells)


def _value(text: str, role: SlotRole) -> ScoreValue:
    """A text as the value that a cell with it would have."""
    read = of_text(text) if text else NOTHING
    if not read.numeric:
        return read
    if read.bare and not read.unit:
        read = read._replace(stored=True)
    if role is SlotRole.TARGET or (role in (SlotRole.WEIGHT, SlotRole.RESULT) and not read.digits and read.unit != "%"):
        return read._replace(ulp=Fraction(0))
    return read


def _finer(rows: Mapping[str, tuple[ScoreRow, ...]], spec: ScoreSheetSpec) -> Mapping[str, tuple[ScoreRow, ...]]:
    """Money in the digits of the finest, two decimals at least."""
    money = [slot.key for slot in spec.block(FUNDS).slots if slot.role is SlotRole.MONEY]
    values = [row.cell(key).value for row in rows[FUNDS] for key in money]
    finest = min((v.ulp for v in values if v.numeric and v.ulp), default=_CENT)
    return {**rows, FUNDS: tuple(_with_ulp(row, money, min(finest, _CENT)) for row in rows[FUNDS])}


def _with_ulp(row: ScoreRow, money: Sequence[str], ulp: Fraction) -> ScoreRow:
    changed = {
        key: cell._replace(value=cell.value._replace(ulp=ulp)) if key in money and cell.value.numeric else cell
        for key, cell in row.cells.items()
    }
    return row._replace(cells=changed)


def with_value(sheet: ScoreSheet, block: str, row: int, column: str, value: ScoreValue) -> ScoreSheet:
    """The sheet with another value in one cell."""
    rows = list(sheet.rows[block])
    cell = rows[row].cell(column)._replace(value=value)
    rows[row] = rows[row]._replace(cells={**rows[row].cells, column: cell})
    return replace(sheet, rows={**sheet.rows, block: tuple(rows)})
