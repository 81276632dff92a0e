"""Cells that should hold a figure and hold something else: each named as what it is."""

from __future__ import annotations

from xlcheck.form import Severity, TableSpec
from xlcheck.labels import label_key
from xlcheck.model import BLANK, SCALE, CellKind, CellRef, Finding, Section
from xlcheck.reading.grid import Grid

_WRONG_KINDS = {
    CellKind.TEXT: (Severity.ERROR, "text_cell"),
    CellKind.ERROR_VALUE: (Severity.ERROR, "error_value"),
    CellKind.NO_CACHE: (Severity.ERROR, "no_cache"),
    CellKind.BOOLEAN: (Severity.ERROR, "boolean_cell"),
    CellKind.DATE: (Severity.ERROR, "date_cell"),
    CellKind.TEXT_NUMBER: (Severity.VERIFY, "text_number"),
    CellKind.HEADER_WORD: (Severity.NOTE, "header_word"),
}


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
                facts["number"] = str(amount.stored)
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


def cell_label(section: Section, row: int, column: int) -> str:
    """How a person names a figure: ``2080505 · 基本支出``, ``本年收入合计``, ``决算数 · 合计``."""
    key = section.rows[row].code or section.rows[row].key
    if len(section.columns) == 1:
        name = section.rows[row].name
        return f"{key} {name}" if section.rows[row].code == key and name and label_key(name) != key else key
    return f"{key} · {section.columns[column]}"
