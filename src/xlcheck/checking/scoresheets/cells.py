"""Which cells a reference of a rule means in a score sheet, row by row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from xlcheck.formula import syntax as s
from xlcheck.formula.ranges import Unusable
from xlcheck.scores.sheet import DOUBTFUL, ScoreCell, ScoreRow, ScoreSheet
from xlcheck.scores.spec import FIRST_LEVEL, FUNDS, INDICATORS, SECOND_LEVEL, TOTAL_ROW, SlotRole

_EACH = {"每行": FUNDS, "每个指标": INDICATORS, "每个一级": FIRST_LEVEL, "每个二级": SECOND_LEVEL}
_BLOCK_NAMES = {FUNDS: "资金", INDICATORS: "指标", TOTAL_ROW: "总分一行"}


class NotThere(Exception):
    """The form prints no such row or column: a rule that needs it says nothing."""


class RowBinding(NamedTuple):
    """The row of a block and the column that a rule is at: −1 and empty where it goes through none."""

    row: int = -1
    column: str = ""
    block: str = ""


class FormPlace(NamedTuple):
    """A cell by its block, row and column."""

    block: str
    row: int
    column: str


_REFS: dict[int, tuple[s.Claim, tuple[s.Ref, ...]]] = {}  # the trees of rules are few, and asked for again and again
_MOST_KEPT = 2_000


def refs_of(tree: s.Claim) -> tuple[s.Ref, ...]:
    """The references of a claim, looked up once."""
    known = _REFS.get(id(tree))
    if known is None:
        if len(_REFS) > _MOST_KEPT:
            _REFS.clear()
        known = _REFS[id(tree)] = tree, tuple(s.refs(tree))
    return known[1]


def bindings(tree: s.Claim, sheet: ScoreSheet) -> Iterator[RowBinding]:
    """Every row (and every column of money) that a rule goes through."""
    refs = refs_of(tree)
    each = next((ref for ref in refs if ref.row.kind == "each"), None)
    block = _EACH[each.row.first] if each is not None else ""
    rows: Sequence[int] = range(len(sheet.rows.get(block, ()))) if block else (-1,)
    starred = any(ref.column is not None and ref.column.kind == "all" for ref in refs)
    columns = money_columns(sheet) if starred else ("",)
    return (RowBinding(row, column, block) for row in rows for column in columns)


def money_columns(sheet: ScoreSheet) -> list[str]:
    """The columns of money that a form has, in usual order."""
    found = sheet.columns.get(FUNDS, {})
    slots = sheet.spec.block(FUNDS).slots
    return [slot.key for slot in slots if slot.role is SlotRole.MONEY and slot.key in found]


def places(ref: s.Ref, at: RowBinding, sheet: ScoreSheet) -> list[FormPlace]:
    """The cells of a reference at a binding, whether or not something stands there.

    Raises:
        NotThere: the form has no such row or column.
        Unusable: it has, but which it is is doubtful, or a part of the form is missing.
    """
    if ref.table == TOTAL_ROW:
        return [_sure(FormPlace(TOTAL_ROW, 0, ref.row.first), sheet)]
    column = (
        at.column if ref.column is not None and ref.column.kind == "all" else ref.column.first if ref.column else ""
    )
    found = [_sure(FormPlace(block, row, column), sheet) for block, row in _rows(ref, at, sheet)]
    if ref.row.kind == "set" and not any(cell_at(place, sheet).value.filled for place in found):
        raise NotThere
    return found


def _rows(ref: s.Ref, at: RowBinding, sheet: ScoreSheet) -> list[tuple[str, int]]:
    rows = sheet.rows.get(ref.table, ())
    if ref.row.kind in ("each", "same"):
        return [(ref.table, at.row)]
    if ref.row.first == "各指标":
        return [(INDICATORS, i) for i in range(len(rows))]
    if ref.row.first == "本组":
        return [(INDICATORS, i) for i in sheet.rows[at.block][at.row].members]
    if ref.row.first == "各分项":
        return [(ref.table, i) for i, row in enumerate(rows) if row.key.startswith("分项")]
    index = next((i for i, row in enumerate(rows) if row.key == ref.row.first), None)
    if index is None:
        raise Unusable(f"{sheet.name}没有认出{_BLOCK_NAMES.get(ref.table, ref.table)}")
    return [(ref.table, index)]


def _sure(place: FormPlace, sheet: ScoreSheet) -> FormPlace:
    if place.row >= len(sheet.rows.get(place.block, ())):
        raise Unusable(f"{sheet.name}没有认出{_BLOCK_NAMES.get(place.block, place.block)}")
    if sheet.columns.get(place.block, {}).get(place.column) == DOUBTFUL:
        raise Unusable(f"{sheet.name}的“{place.column}”拿不准是哪一栏")
    cell = cell_at(place, sheet)
    if cell.at is None and not cell.value.filled:
        raise NotThere
    return place


def cell_at(place: FormPlace, sheet: ScoreSheet) -> ScoreCell:
    """The cell in a place."""
    return row_at(place, sheet).cell(place.column)


def row_at(place: FormPlace, sheet: ScoreSheet) -> ScoreRow:
    """The row of a place."""
    return sheet.rows[place.block][place.row]
