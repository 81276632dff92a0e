"""Cells that should hold a figure and hold something else: each named as what it is."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from xlcheck.form import Severity, TableSpec
from xlcheck.labels import label_key, without_invisible
from xlcheck.model import BLANK, SCALE, Amount, CellKind, Section, Table
from xlcheck.outcome import CellRef, Remark
from xlcheck.reading.amounts import printed_figure
from xlcheck.reading.grid import Grid, split_reference
from xlcheck.reading.recalculate import Calculator
from xlcheck.reading.remarks import short_number

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
_SHOWN = 4  # cells that a sentence names
_SHOWN_STALE = 6
_MANY = 2  # cells of one kind that are said together
_HALF_CENT = Decimal("0.005")  # a result that rounds to the saved one is right
_CENT = Decimal("0.01")


class _Place(NamedTuple):
    """The place of a figure: its section with the indexes there, and the sheet it stands on."""

    section: Section
    row: int
    column: int
    grid: Grid

    @property
    def amount(self) -> Amount:
        """What stands there."""
        return self.section.amounts[self.row][self.column]

    @property
    def label(self) -> str:
        """How a person names it."""
        return cell_label(self.section, self.row, self.column)

    def reference(self, table: TableSpec) -> CellRef:
        """The cell, for a finding about ``table``."""
        cell = self.section.cell(self.row, self.column)
        return CellRef(table.number, self.grid.name, cell, "subject", self.label, self.amount.text)

    def unit(self, table: TableSpec) -> str:
        """The unit that it is given in."""
        return self.section.rows[self.row].unit or table.currency


def report_values(table: TableSpec, section: Section, grid: Grid, remarks: list[Remark]) -> None:
    """Findings for the cells of a section that should hold a figure and hold something else."""
    number = CellKind.NUMBER
    for r, amounts in enumerate(section.amounts):
        if section.rows[r].exact:
            remarks += _wrong_counts(table, section, grid, r)
        wrong = []
        for c, amount in enumerate(amounts):
            if amount is not BLANK and amount.kind is not number and amount.kind in _WRONG_KINDS:
                wrong.append(_Place(section, r, c, grid))
        if wrong:
            remarks += _wrong_values(table, wrong)


def _wrong_values(table: TableSpec, places: list[_Place]) -> Iterator[Remark]:
    """What is wrong with cells of one row: one finding a cell, but one for all words of the header."""
    words = [place for place in places if place.amount.kind is CellKind.HEADER_WORD]
    yield from (_wrong_value(table, place) for place in places if place.amount.kind is not CellKind.HEADER_WORD)
    if words:
        yield _header_words(table, words)


def _wrong_counts(table: TableSpec, section: Section, grid: Grid, row: int) -> Iterator[Remark]:
    """Cars and machines are whole numbers, and never fewer than none."""
    for column, amount in enumerate(section.amounts[row]):
        if amount.figure is not None and (amount.figure < 0 or amount.figure % SCALE):
            place = _Place(section, row, column, grid)
            facts = {"table": table.title, "label": place.label, "text": amount.text.strip()}
            refs = (place.reference(table),)
            yield Remark(None, Severity.ERROR, "value", "no_count", refs, unit=place.unit(table), params=facts)


def _wrong_value(table: TableSpec, place: _Place) -> Remark:
    """One cell that holds no clean number."""
    amount = place.amount
    severity, what = _WRONG_KINDS[amount.kind]
    facts = {"table": table.number, "label": place.label, "text": without_invisible(amount.text).strip()}
    if amount.stored is not None:
        facts["number"] = _plain(amount) if amount.ulp else str(amount.stored)
    return Remark(None, severity, "value", what, (place.reference(table),), unit=place.unit(table), params=facts)


def _header_words(table: TableSpec, places: list[_Place]) -> Remark:
    """The cells of a total row where words of the header stand."""
    refs = tuple(place.reference(table) for place in places)
    facts = {"table": table.number, "cells": "、".join(ref.cell or "" for ref in refs)}
    return Remark(None, Severity.NOTE, "value", "header_word", refs, params=facts)


def fold_many(table: TableSpec, remarks: list[Remark], start: int) -> None:
    """Of the remarks from ``start`` on, those of one kind about many cells become one: there is but one thing to do."""
    kinds: dict[str, list[Remark]] = {}
    for finding in remarks[start:]:
        if finding.code in _FOLDED:
            kinds.setdefault(finding.code, []).append(finding)
    for what, findings in kinds.items():
        if len(findings) >= _MANY:
            at = remarks.index(findings[0], start)
            remarks[start:] = [f for f in remarks[start:] if f.code != what]
            remarks.insert(at, _folded(table, findings))


def _folded(table: TableSpec, findings: list[Remark]) -> Remark:
    """Findings of one kind as one."""
    refs = tuple(cell for finding in findings for cell in finding.cells)
    places = "、".join(_placed(c) for c in refs[:_SHOWN]) + (" 等" if len(refs) > _SHOWN else "")
    facts = {"table": table.title, "count": str(len(refs)), "found": places}
    return findings[0]._replace(code=f"many_{findings[0].code}", cells=refs, params=facts)


def _placed(cell: CellRef) -> str:
    value = without_invisible(cell.value or "").strip()
    return f"{cell.cell}（{cell.label}）" + (f"“{value}”" if value else "")


def report_notes(table: Table, grid: Grid, remarks: list[Remark]) -> None:
    """One finding for all cells of a table whose figure could be read but is oddly stored or shown."""
    noted = _noted(table, grid)
    for note, severity in _NOTES.items():
        if note in noted:
            refs = [place.reference(table.spec) for place in noted[note]]
            said = [_odd_place(ref, p.amount, grid) for ref, p in zip(refs[:_SHOWN], noted[note], strict=False)]
            remarks.append(_together(note, severity, refs, said, table))


def _noted(table: Table, grid: Grid) -> dict[str, list[_Place]]:
    """The cells with a note, by what it says."""
    noted: dict[str, list[_Place]] = {}
    for section in table.sections.values():
        for r, amounts in enumerate(section.amounts):
            for c, amount in enumerate(amounts):
                if amount.note:
                    noted.setdefault(amount.note, []).append(_Place(section, r, c, grid))
    return noted


def _odd_place(ref: CellRef, amount: Amount, grid: Grid) -> str:
    """A cell of a note: what it holds, and as what it was checked."""
    if amount.note != "unclear":
        return f"{ref.cell} 存的是 {_stored(amount)}，按 {_plain(amount)} 核对"
    return f"{ref.cell} 存的是 {_stored(amount)}，显示的是“{_shown_text(ref, amount, grid)}”"


def _shown_text(ref: CellRef, amount: Amount, grid: Grid) -> str:
    """How a number looks that can't be read as one."""
    at = split_reference(ref.cell or "")
    cell = grid.rows.get(at[0], {}).get(at[1]) if at else None
    shown = grid.format_of(cell) if cell else None
    return shown.seen(amount.stored).text.strip() if shown and amount.stored is not None else ""


def _plain(amount: Amount) -> str:
    """A figure as it was read, with the decimals that its cell shows."""
    digits = max(0, 7 - len(str(amount.ulp))) if amount.ulp else 0
    return f"{Decimal(amount.figure or 0).scaleb(-6):.{digits}f}"


def _stored(amount: Amount) -> str:
    """A stored number with the digits that it really has: Excel keeps fifteen."""
    return amount.text if amount.note == "float_noise" else f"{Decimal(amount.text):.15g}"


def _together(
    what: str, severity: Severity, refs: list[CellRef], said: list[str], table: Table, most: int = _SHOWN
) -> Remark:
    """One finding about several cells, of which the first are ``said``."""
    more = f" 等 {len(refs)} 格" if len(refs) > most else ""
    facts = {"table": table.spec.title, "found": "、".join(said[:most]) + more}
    return Remark(None, severity, "value", what, tuple(refs), unit=table.currency, params=facts)


# --- formulas -------------------------------------------------------------------------------------


def report_stale(table: Table, grid: Grid, calculator: Calculator, remarks: list[Remark]) -> None:
    """Formulas whose saved result is not what they give: nobody has recalculated.

    What a spreadsheet recalculates when it opens the file (:meth:`Calculator.refresh`) was checked as recalculated.
    """
    stale: list[tuple[CellRef, str]] = []
    fresh: list[tuple[CellRef, str]] = []
    unjudged: list[tuple[CellRef, str]] = []
    for place, spot in _formulas(table, grid):
        ref, amount = place.reference(table.spec), place.amount
        lead = f"{ref.cell}（{ref.label}）存的是 "
        if spot in grid.recalculated:
            saved = short_number(grid.recalculated[spot])
            fresh.append((ref, f"{lead}{saved}，重算为 {short_number(amount.text)}"))
        elif (value := _right(amount, spot, grid, calculator)) is not None:
            saved = short_number(amount.text)
            stale.append((ref._replace(value=saved), f"{lead}{saved}，按公式应为 {value.quantize(_CENT):f}"))
        elif spot in grid.unjudged and amount.filled and not amount.figure:
            # what filled a template has left 0 there; another figure was worked out by whoever saved it
            unjudged.append((ref, f"{lead}{short_number(amount.text)}"))
    for what, cells in (("recalculated", fresh), ("unjudged_formula", unjudged), ("stale_cache", stale)):
        if cells:
            refs, said = [ref for ref, _ in cells], [sentence for _, sentence in cells]
            remarks.append(_together(what, Severity.VERIFY, refs, said, table, _SHOWN_STALE))


def keep_fresh(table: Table, grid: Grid, calculator: Calculator) -> None:
    """Keep what figures will say once somebody recalculates: those of stale formulas, and of all that follow from them."""
    for place, spot in _formulas(table, grid):
        amount = place.amount
        if amount.kind is CellKind.NUMBER and amount.stored is not None:
            value = calculator.value(grid, spot, grid.formulas[spot])
            if value is not None and abs(value - Decimal(amount.text)) > _HALF_CENT:
                place.section.stale[place.row, place.column] = printed_figure(value, amount.ulp)


def _formulas(table: Table, grid: Grid) -> Iterator[tuple[_Place, tuple[int, int]]]:
    """The figures of a table that are results of formulas."""
    for section in table.sections.values():
        for r, amounts in enumerate(section.amounts):
            for c in range(len(amounts)):
                spot = section.spot(r, c)
                if spot is not None and spot in grid.formulas:
                    yield _Place(section, r, c, grid), spot


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


def cell_label(section: Section, row: int, column: int) -> str:
    """How a person names a figure: ``2080505 · 基本支出``, ``本年收入合计``, ``决算数 · 合计``."""
    key = section.rows[row].code or section.rows[row].key
    if section.rows[row].code and not key.isdigit():
        key = section.rows[row].name or key  # a name without a code
    if len(section.columns) == 1:
        name = section.rows[row].name
        return f"{key} {name}" if section.rows[row].code == key and name and label_key(name) != key else key
    return f"{key} · {section.columns[column]}"
