"""Cells that should hold a figure and hold something else: each named as what it is."""

from __future__ import annotations

from decimal import Decimal

from xlcheck.form import Severity, TableSpec
from xlcheck.labels import label_key
from xlcheck.model import BLANK, SCALE, Amount, CellKind, CellRef, Finding, Section, Table
from xlcheck.reading.grid import Grid
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
    "date_format": Severity.VERIFY,
    "invisible": Severity.VERIFY,
    "more_digits": Severity.NOTE,
    "float_noise": Severity.NOTE,
}
_FOLDED = {*(what for _, what in _WRONG_KINDS.values()), "changed_label"} - {"header_word"}
_SHOWN = 4
_MANY = 2
_HALF_CENT = Decimal("0.005")


def _report_counts(table: TableSpec, section: Section, grid: Grid, remarks: list[Finding], row: int) -> None:
    """Cars and machines are whole numbers, and never fewer than none."""
    for c, amount in enumerate(section.amounts[row]):
        if amount.figure is not None and (amount.figure < 0 or amount.figure % SCALE):
            label = cell_label(section, row, c)
            ref = CellRef(table.number, grid.name, section.cell(row, c), "subject", label, amount.text)
            facts = {"table": table.title, "label": label, "text": amount.text.strip()}
            unit = section.rows[row].unit or table.currency
            remarks.append(Finding(None, Severity.ERROR, "value", "no_count", (ref,), unit=unit, facts=facts))


def report_values(table: TableSpec, section: Section, grid: Grid, remarks: list[Finding]) -> None:
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
            facts = {"table": table.number, "label": label, "text": amount.text.strip()}
            if amount.stored is not None:
                facts["number"] = _plain(amount) if amount.ulp else str(amount.stored)
            unit = section.rows[r].unit or table.currency
            remarks.append(Finding(None, wrong[0], "value", wrong[1], (ref,), unit=unit, facts=facts))
        if words:
            cells = "、".join(w.cell or "" for w in words)
            remarks.append(
                Finding(
                    None,
                    Severity.NOTE,
                    "value",
                    "header_word",
                    tuple(words),
                    facts={"table": table.number, "cells": cells},
                )
            )


def fold_many(table: TableSpec, remarks: list[Finding], start: int) -> None:
    """Of the remarks from ``start`` on, those of one kind about many cells become one: there is but one thing to do."""
    kinds: dict[str, list[Finding]] = {}
    for finding in remarks[start:]:
        if finding.what in _FOLDED:
            kinds.setdefault(finding.what, []).append(finding)
    for what, found in kinds.items():
        if len(found) >= _MANY:
            refs = tuple(c for f in found for c in f.cells)
            places = "、".join(_placed(c) for c in refs[:_SHOWN]) + (" 等" if len(refs) > _SHOWN else "")
            facts = {"table": table.title, "count": str(len(refs)), "found": places}
            at = remarks.index(found[0], start)
            remarks[start:] = [f for f in remarks[start:] if f.what != what]
            remarks.insert(at, found[0]._replace(what=f"many_{what}", cells=refs, facts=facts))


def _placed(cell: CellRef) -> str:
    value = (cell.value or "").strip()
    return f"{cell.cell}（{cell.label}）" + (f"“{value}”" if value else "")


def report_notes(table: Table, grid: Grid, remarks: list[Finding]) -> None:
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
            places = "、".join(f"{ref.cell} 存的是 {_stored(a)}，按 {_plain(a)} 核对" for ref, a in cells[:_SHOWN])
            remarks.append(_together(note, severity, [ref for ref, _ in cells], places, table))


def _plain(amount: Amount) -> str:
    """A figure as it was read, with the decimals that the form prints."""
    digits = 2 if amount.ulp else 0
    return f"{Decimal(amount.figure or 0).scaleb(-6):.{digits}f}"


def _stored(amount: Amount) -> str:
    """A stored number with the digits that it really has: Excel keeps fifteen."""
    return amount.text if amount.note == "float_noise" else f"{Decimal(amount.text):.15g}"


def _together(what: str, severity: Severity, refs: list[CellRef], places: str, table: Table) -> Finding:
    more = f" 等 {len(refs)} 格" if len(refs) > _SHOWN else ""
    facts = {"table": table.spec.title, "found": places + more}
    return Finding(None, severity, "value", what, tuple(refs), unit=table.currency, facts=facts)


def report_stale(table: Table, grid: Grid, calculator: Calculator, remarks: list[Finding]) -> None:
    """Formulas whose saved result is not what they give on the saved figures: nobody has recalculated."""
    stale = []
    for section in table.sections.values():
        for r, amounts in enumerate(section.amounts):
            for c, amount in enumerate(amounts):
                spot = section.spot(r, c)
                formula = grid.formulas.get(spot) if spot else None
                if spot is None or formula is None or amount.kind is not CellKind.NUMBER or amount.stored is None:
                    continue
                value = calculator.value(grid, spot, formula)
                stored = Decimal(amount.text) if amount.note == "scaled" else amount.stored
                if value is not None and abs(value - stored) > _HALF_CENT:
                    label = cell_label(section, r, c)
                    ref = CellRef(table.spec.number, grid.name, section.cell(r, c), "subject", label, amount.text)
                    stale.append((ref._replace(value=f"{Decimal(amount.text):.15g}"), value))
    if stale:
        places = "、".join(
            f"{ref.cell}（{ref.label}）存的是 {ref.value}，按公式应为 {value.quantize(Decimal('0.01')):f}"
            for ref, value in stale[:_SHOWN]
        )
        remarks.append(_together("stale_cache", Severity.VERIFY, [ref for ref, _ in stale], places, table))


def cell_label(section: Section, row: int, column: int) -> str:
    """How a person names a figure: ``2080505 · 基本支出``, ``本年收入合计``, ``决算数 · 合计``."""
    key = section.rows[row].code or section.rows[row].key
    if len(section.columns) == 1:
        name = section.rows[row].name
        return f"{key} {name}" if section.rows[row].code == key and name and label_key(name) != key else key
    return f"{key} · {section.columns[column]}"
