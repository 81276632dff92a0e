"""Where everything stands in the blank of a family: rows and columns, for as many rows of money and indicators as wanted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from xlcheck.scores.spec import FUNDS, INDICATORS, BlockSpec, ScoreSheetSpec, SlotSpec

LEFT = 1  # the column of the blocks' titles
_FACTS = 3  # the first row below title and year
_GOAL_ROWS = 2


class SheetPlan(NamedTuple):
    """The rows of a blank, 1-based, and its last column. ``funds`` and ``indicators`` are the first rows of figures."""

    project: int
    department: int
    fund_head: int
    funds: int
    goals: int
    indicator_head: int
    indicators: int
    total: int
    texts: int
    footnote: int
    width: int


def plan_of(spec: ScoreSheetSpec, fund_rows: int, indicators: int) -> SheetPlan:
    """The plan of a sheet with so many rows of money and so many indicators."""
    deep = 2 if any(slot.group for slot in printed(spec.block(FUNDS))) else 1
    head = _FACTS + 2
    funds = head + deep
    goals = funds + fund_rows
    indicator_head = goals + _GOAL_ROWS
    total = indicator_head + 1 + indicators
    texts = total + 1
    width = max(slot.last for block in spec.blocks for slot in printed(block))
    footnote = texts + sum(text.rows for text in spec.texts)
    return SheetPlan(
        _FACTS, _FACTS + 1, head, funds, goals, indicator_head, indicator_head + 1, total, texts, footnote, width
    )


def printed(block: BlockSpec) -> list[SlotSpec]:
    """The columns that the blank prints, from left to right."""
    return sorted((slot for slot in block.slots if slot.first), key=lambda slot: slot.first)


def total_columns(spec: ScoreSheetSpec) -> Mapping[str, int]:
    """Where weight, score and grade of the total stand: below those of the indicators, the grade right of them."""
    slots = {slot.key: slot for slot in printed(spec.block(INDICATORS))}
    found: dict[str, int] = {key: slots[key].first for key in ("分值", "得分") if key in slots}
    beside = slots.get("偏差原因")
    return {**found, "等级": beside.first if beside is not None else max(slot.last for slot in slots.values())}
