"""Cells that should hold a figure and hold something else: each named as what it is."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from xlcheck.form import Severity, TableSpec
from xlcheck.labels import label_key, without_invisible
from xlcheck.model import BLANK, SCALE, Amount, CellKind, CellRef, Remark, Section, Table
from xlcheck.reading.grid import Grid, split_reference
from xlcheck.reading.recalculate import Calculator

_WRONG_KINDS = {
    CellKind.TEXT: (Severity.ERROR, "text_cell"),
    CellKind.ERROR_VALUE: (Severity.ERROR, "error_value"),
    CellKind.NO_CACHE: (Severity.ERROR, "no_cache"),
    CellKind.BOOLEAN: (Severity.ERROR, "boolean_cell"),
    CellKind.DATE: (Severity.ERROR, "date_cell"),
    CellKind.TEXT_NUMBER: (Severity.VERIFY, "text_number"),
    CellKind.HEADER_WORD: (Severity.NOTE, "header_word"),
}
# What is odd about a figure that could be read: one finding a table, not one a cell.
_NOTES = {
    "scaled": Severity.VERIFY,
    "unclear": Severity.VERIFY,
    "date_format": Severity.VERIFY,
    "invisible": Severity.VERIFY,
    "more_digits": Severity.NOTE,
    "fewer_digits": Severity.NOTE,
    "finer_digits": Severity.NOTE,
    "float_noise": Severity.NOTE,
}
_FOLDED = {what for _, what in _WRONG_KINDS.values()} - {"header_word"}
_SHOWN = 4
_SHOWN_STALE = 6
_MANY = 2
_HALF_CENT = Decimal("0.005")


def _report_counts(table: TableSpec, section: Section, grid: Grid, remarks: list[Remark], row: int) -> None:
    """Cars and machines are whole numbers, and never fewer than none."""
    for c, amount in enumerate(section.amounts[row]):
        if amount.figure is not None and (amount.figure < 0 or amount.figure % SCALE):
            label = cell_label(section, row, c)
            ref = CellRef(table.number, grid.name, section.cell(row, c), "subject", label, amount.text)
            facts = {"table": table.title, "label": label, "text": amount.text.strip()}
            unit = section.rows[row].unit or table.currency
            remarks.append(Remark(None, Severity.ERROR, "value", "no_count", (ref,), unit=unit, params=facts))


def report_values(table: TableSpec, section: Section, grid: Grid, remarks: list[Remark]) -> None:
    """Findings for the cells of a section that should hold a figure and hold something else."""
    number = CellKind.NUMBER
    for r, amounts in enumerate(section.amounts):
        words: list[CellRef] = []
        if section.rows[r].exact:
            _report_counts(table, section, grid, remarks, r)
        for c, amount in enumerate(amounts):
            if amount is BLANK or amount.kind is number or (wrong := _WRONG_KINDS.get(amount.kind)) is None:
                continue
            label = cell_label(section, r, c)
            ref = CellRef(table.number, grid.name, section.cell(r, c), "subject", label, amount.text)
            if amount.kind is CellKind.HEADER_WORD:
                words.append(ref)
                continue
            facts = {"table": table.number, "label": label, "text": without_invisible(amount.text).strip()}
            if amount.stored is not None:
                facts["number"] = _plain(amount) if amount.ulp else str(amount.stored)
            unit = section.rows[r].unit or table.currency
            remarks.append(Remark(None, wrong[0], "value", wrong[1], (ref,), unit=unit, params=facts))
        if words:
            cells = "、".join(w.cell or "" for w in words)
            remarks.append(
                Remark(
                    None,
                    Severity.NOTE,
                    "value",
                    "header_word",
                    tuple(words),
                    params={"table": table.number, "cells": cells},
                )
            )


def fold_many(table: TableSpec, remarks: list[Remark], start: int) -> None:
    """Of the remarks from ``start`` on, those of one kind about many cells become one: there is but one thing to do."""
    kinds: dict[str, list[Remark]] = {}
    for finding in remarks[start:]:
        if finding.code in _FOLDED:
            kinds.setdefault(finding.code, []).append(finding)
    for what, found in kinds.items():
        if len(found) >= _MANY:
            refs = tuple(c for f in found for c in f.cells)
            places = "、".join(_placed(c) for c in refs[:_SHOWN]) + (" 等" if len(refs) > _SHOWN else "")
            facts = {"table": table.title, "count": str(len(refs)), "found": places}
            at = remarks.index(found[0], start)
            remarks[start:] = [f for f in remarks[start:] if f.code != what]
            remarks.insert(at, found[0]._replace(code=f"many_{what}", cells=refs, params=facts))


def _placed(cell: CellRef) -> str:
    value = without_invisible(cell.value or "").strip()
    return f"{cell.cell}（{cell.label}）" + (f"“{value}”" if value else "")


def report_notes(table: Table, grid: Grid, remarks: list[Remark]) -> None:
    """One finding for all cells of a table whose figure could be read but is oddly stored or shown."""
    found: dict[str, list[tuple[CellRef, Amount]]] = {}
    for section in table.sections.values():
        for r, amounts in enumerate(section.amounts):
            for c, amount in enumerate(amounts):
                if amount.note:
                    label = cell_label(section, r, c)
                    ref = CellRef(table.spec.number, grid.name, section.cell(r, c), "subject", label, amount.text)
                    found.setdefault(amount.note, []).append((ref, amount))
    for note, severity in _NOTES.items():
        if cells := found.get(note):
            places = "、".join(_odd_place(note, ref, a, grid) for ref, a in cells[:_SHOWN])
            remarks.append(_together(note, severity, [ref for ref, _ in cells], places, table))


def _odd_place(note: str, ref: CellRef, amount: Amount, grid: Grid) -> str:
    """A cell of a note: what it holds, and as what it was checked."""
    if note != "unclear":
        return f"{ref.cell} 存的是 {_stored(amount)}，按 {_plain(amount)} 核对"
    at = split_reference(ref.cell or "")
    cell = grid.rows.get(at[0], {}).get(at[1]) if at else None
    shown = grid.format_of(cell) if cell else None
    text = shown.seen(amount.stored).text if shown and amount.stored is not None else ""
    return f"{ref.cell} 存的是 {_stored(amount)}，显示的是“{text.strip()}”"


def _plain(amount: Amount) -> str:
    """A figure as it was read, with the decimals that its cell shows."""
    digits = max(0, 7 - len(str(amount.ulp))) if amount.ulp else 0
    return f"{Decimal(amount.figure or 0).scaleb(-6):.{digits}f}"


def _stored(amount: Amount) -> str:
    """A stored number with the digits that it really has: Excel keeps fifteen."""
    return amount.text if amount.note == "float_noise" else f"{Decimal(amount.text):.15g}"


def _together(
    what: str, severity: Severity, refs: list[CellRef], places: str, table: Table, most: int = _SHOWN
) -> Remark:
    more = f" 等 {len(refs)} 格" if len(refs) > most else ""
    facts = {"table": table.spec.title, "found": places + more}
    return Remark(None, severity, "value", what, tuple(refs), unit=table.currency, params=facts)


def report_stale(table: Table, grid: Grid, calculator: Calculator, remarks: list[Remark]) -> None:
    """Formulas whose saved result is not what they give: nobody has recalculated.

    What a spreadsheet recalculates when it opens the file (:meth:`Calculator.refresh`) was checked as recalculated.
    """
    stale: list[tuple[CellRef, str]] = []
    fresh: list[tuple[CellRef, str]] = []
    for section in table.sections.values():
        for r, amounts in enumerate(section.amounts):
            for c, amount in enumerate(amounts):
                spot = section.spot(r, c)
                if spot is None or spot not in grid.formulas:
                    continue
                label = cell_label(section, r, c)
                ref = CellRef(table.spec.number, grid.name, section.cell(r, c), "subject", label, amount.text)
                if spot in grid.recalculated:
                    said = (
                        f"{ref.cell}（{label}）存的是 {_short(grid.recalculated[spot])}，重算为 {_short(amount.text)}"
                    )
                    fresh.append((ref, said))
                elif (value := _right(amount, spot, grid, calculator)) is not None:
                    ref = ref._replace(value=f"{Decimal(amount.text):.15g}")
                    said = f"{ref.cell}（{label}）存的是 {ref.value}，按公式应为 {value.quantize(Decimal('0.01')):f}"
                    stale.append((ref, said))
    for what, found in (("recalculated", fresh), ("stale_cache", stale)):
        if found:
            places = "、".join(said for _, said in found[:_SHOWN_STALE])
            refs = [ref for ref, _ in found]
            remarks.append(_together(what, Severity.VERIFY, refs, places, table, _SHOWN_STALE))


def _right(amount: Amount, spot: tuple[int, int], grid: Grid, calculator: Calculator) -> Decimal | None:
    """What a stale formula should say; None where its saved result is right, or can't be judged."""
    formula = grid.formulas[spot]
    if amount.kind is not CellKind.NUMBER or amount.stored is None:
        return None
    stored = Decimal(amount.text)
    own = calculator.on_saved(grid, spot, formula)
    if own is None or abs(own - stored) <= _HALF_CENT:
        return None  # it agrees with what it refers to: if that is stale, it is said there
    value = calculator.value(grid, spot, formula)
    value = own if value is None else value
    return None if abs(value - stored) <= _HALF_CENT else value


def _short(text: str) -> str:
    try:
        return f"{Decimal(text):.15g}"
    except InvalidOperation:
        return text.strip()


def cell_label(section: Section, row: int, column: int) -> str:
    """How a person names a figure: ``2080505 · 基本支出``, ``本年收入合计``, ``决算数 · 合计``."""
    key = section.rows[row].code or section.rows[row].key
    if section.rows[row].code and not key.isdigit():
        key = section.rows[row].name or key  # a name without a code
    if len(section.columns) == 1:
        name = section.rows[row].name
        return f"{key} {name}" if section.rows[row].code == key and name and label_key(name) != key else key
    return f"{key} · {section.columns[column]}"
