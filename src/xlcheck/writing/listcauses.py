"""What went wrong, on our list sheet: the lines above the list, and the row above what a cause explains."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation

from xlcheck.form import Severity
from xlcheck.labels import address, column_letters
from xlcheck.reading.marks.format import HOLDS, KEY
from xlcheck.report.report import MENDED, OPEN
from xlcheck.writing import listcells
from xlcheck.writing.listing import CauseLine, Listing
from xlcheck.writing.markup import Markup

_STATUS = 2  # the column B
_COLUMNS = 12
_MOST_ARGUMENTS = 30  # of a function: more are too many for some programs


def left_to_do(at: str, listing: Listing, look: listcells.Looks) -> Markup:
    """How many of the findings that a formula can tell are still there: it counts down while they are mended."""
    told = sum(f.live is not None and not f.justified for f in listing.findings)
    first, last = listing.first_row, listing.last_row
    status, key = (f"${c}${first}:${c}${last}" for c in (column_letters(_STATUS), column_letters(KEY)))
    mended = f'SUMPRODUCT(({status}="{MENDED}")*({key}<>""))'
    tail = f" 条（共 {told} 条可以自动判断；改好后按原公式重新计算，这里随之变化）。"
    return listcells.formula_cell(at, f'="还剩 "&({told}-{mended})&"{tail}"', "str", f"还剩 {told}{tail}", look.plain)


def cause_line(at: str, line: CauseLine, listing: Listing, look: listcells.Looks) -> Markup:
    """A line of a cause; the first one says too when what it explains has been mended."""
    holds = "" if line.diagnosis is None else all_hold(line.diagnosis, listing)
    if not holds:
        return listcells.text_cell(at, line.text, look.cause)
    said = line.text.translate(listcells.CONTROL)
    doubled = said.removeprefix("▶").replace('"', '""')
    return listcells.formula_cell(at, f'=IF({holds},"✔ {MENDED}","▶")&"{doubled}"', "str", said, look.cause)


def all_hold(number: int, listing: Listing) -> str:
    """The formula that is true once all findings hold that a cause explains; empty where none can tell."""
    explained = listing.report.diagnoses[number].explains
    rows = listing.rows_explained(number)
    if not rows or len(rows) < len(explained) or any(listing.report.findings[i].live is None for i in explained):
        return ""
    cells = [f"${column_letters(HOLDS)}${row}" for row in rows]
    if len(cells) == 1:
        return cells[0]
    if rows == list(range(rows[0], rows[-1] + 1)):
        return f"AND({cells[0]}:{cells[-1]})"
    return f"AND({','.join(cells)})" if len(cells) <= _MOST_ARGUMENTS else ""


def cause_links(listing: Listing) -> Iterator[Markup]:
    """From the lines of the causes to the cells that should change."""
    at = 2 + len(listing.summary) + listing.is_live
    for row, line in enumerate(listing.causes, at):
        if line.diagnosis is not None:
            link = listcells.place_of(listing.report.diagnoses[line.diagnosis].cell, f"A{row}").link
            if link:
                yield link


def cause_row(
    number: int, row: int, listing: Listing, look: listcells.Looks, outline: Mapping[str, str | int]
) -> listcells.ListedRow:
    """What went wrong, as the first of the rows that it explains: the cell that should change, and what it should say."""
    diagnosis, todo = listing.report.diagnoses[number], listing.cause_advice(number)
    at = [address(row, c) for c in range(1, _COLUMNS + 1)]
    place, holds = listcells.place_of(diagnosis.cell, at[3]), all_hold(number, listing)
    right, now = (None, None) if diagnosis.tied else (diagnosis.suggested, _number_in(diagnosis.cell.value))
    severity = listing.report.findings[min(diagnosis.explains)].severity
    cells = [
        listcells.text_cell(at[0], severity.value, look.levels[severity]),
        listcells.status_when(at[1], f"${column_letters(HOLDS)}{row}" if holds else "", OPEN if holds else "—", look),
        listcells.text_cell(at[2], place.table, look.center),
        listcells.text_cell(at[3], place.cell, look.link if place.link else look.center),
        listcells.text_cell(at[4], f"▶ {diagnosis.message}", look.text),
        listcells.number_cell(at[5], right, look.money, look.text),
        listcells.number_cell(at[6], now, look.money, look.text),
        listcells.number_cell(at[7], _difference_of(now, right), look.money, look.text),
        listcells.blank_cell(at[8], look.text),
        listcells.text_cell(at[9], todo, look.text),
        listcells.text_cell(at[10], "" if severity is Severity.ERROR else "说明请写在下面的各条", look.text),
        listcells.blank_cell(at[11], look.text),
    ]
    if holds:
        cells.append(listcells.formula_cell(address(row, HOLDS), holds, "b", "0", look.hidden))
    height = listcells.height_of((diagnosis.message, 46), (todo, 28))
    return listcells.ListedRow(listcells.SheetRow(cells, height, outline), place.link)


def _number_in(value: str | None) -> str | None:
    """The figure that a cell says; None where it says none."""
    try:
        return None if value is None else str(Decimal(value))
    except InvalidOperation:
        return None


def _difference_of(now: str | None, right: str | None) -> str | None:
    """How much too large a figure is; a blank one is 0."""
    return None if right is None or not listcells.is_number(right) else str(Decimal(now or 0) - Decimal(right))
