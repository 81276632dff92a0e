"""A table that goes on on another sheet or further down: its rows are read by their own header and join the first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from xlcheck.binding.binder import Binder
from xlcheck.binding.build import build
from xlcheck.binding.evidence import KnownFigures, close
from xlcheck.binding.reading import Reading
from xlcheck.binding.regions import Region
from xlcheck.form import TOTAL, Severity, TableSpec
from xlcheck.model import CellRef, Finding, Section, Table
from xlcheck.reading.amounts import AmountReader
from xlcheck.reading.extract import finish, lost_table


def joined(
    table: Table,
    spec: TableSpec,
    more: Sequence[Region],
    binder: Binder,
    store: Mapping[tuple[str, str], KnownFigures],
    totals: frozenset[str],
    remarks: list[Finding],
    first: Reading | None = None,
) -> Table | None:
    """``table`` (read as ``first``, where by evidence) with the rows of the regions that go on with it; None where they are the same table again."""
    if len(spec.sections) != 1 or spec.sections[0].shape != "codes":
        return None
    main = next(iter(table.sections.values()))
    if main.lost:
        return None
    parts = []
    last = next((r.code for r in reversed(main.rows) if r.code), None) or ""
    code, name = main.lead_at.get("code", 0), main.lead_at.get("name", 0)
    columns = (*range(code, name), name) if 0 < code < name < code + 5 else ()
    for region in more:
        said: list[Finding] = []
        reading = binder.bind(region, spec, store, (last[:3], last[:5] if len(last) >= 5 else ""), columns)
        part = build(reading, totals, said, binder.evidence)
        section = next(iter(part.sections.values()))
        last = next((r.code for r in reversed(section.rows) if r.code), None) or last
        same = set(section.codes) & set(main.codes)
        if len(same) * 2 > len(section.codes) and not _marked(region):
            return None
        strange = reading.sections[section.spec.key].strange
        if len(strange) == 1 and not section.lost and _late_total(main, section, reading, strange[0][0]):
            strange = []
            said = [f for f in said if f.what != "open_rows"]
        if section.lost or strange:
            ref = CellRef(spec.number, region.sheet, None, "subject", spec.name, None)
            facts = {"table": spec.title, "name": spec.name, "sheet": region.sheet}
            remarks.append(Finding(None, Severity.VERIFY, "structure", "part_not_read", (ref,), facts=facts))
            return lost_table(spec, f"{spec.title}接在工作表“{region.sheet}”的部分没有读出来")
        parts.append((region, section))
        remarks += [f for f in said if f.what != "ambiguous_row"]
    if first is not None:
        strange = first.sections[main.spec.key].strange
        if len(strange) == 1 and _early_total(main, [s for _, s in parts], first, strange[0][0]):
            remarks[:] = [
                f for f in remarks if not (f.what == "open_rows" and f.cells and f.cells[0].sheet == table.sheet)
            ]
        elif strange:
            return lost_table(spec, f"{spec.title}有认不出的行")
    for region, section in parts:
        _append(main, section, region.sheet, table.sheet)
    finish(main)
    return table


def _early_total(main: Section, parts: Sequence[Section], reading: Reading, row: int) -> bool:
    """The same for a row of the first part."""
    if any(r.key == TOTAL and r.at is not None for s in parts for r in s.rows):
        return False
    return _total_at(main, [main, *parts], reading, row)


def _late_total(main: Section, section: Section, reading: Reading, row: int) -> bool:
    """Whether a row without a code is the total of both parts, whose own word for it we do not know; then it is bound."""
    first = next((r for r in main.rows if r.key == TOTAL), None)
    if first is None or first.at is not None:
        return False
    return _total_at(section, [main, section], reading, row)


def _total_at(section: Section, parts: Sequence[Section], reading: Reading, row: int) -> bool:
    """Bind a row of ``section`` as the total where it is the sum of the classes of all parts in every column."""
    total = next((r for r in section.rows if r.key == TOTAL), None)
    if total is None or total.at is not None:
        return False
    index = section.rows.index(total)
    for c, at in enumerate(section.column_at):
        figure = reading.frame.figure(row, at) if at else None
        tops = [s.figures[i][c] or 0 for s in parts for i, r in enumerate(s.rows) if r.code and len(r.code) == 3]
        if not close(figure or 0, sum(tops), len(tops)):
            return False
    total.at, total.reason = row, ""
    reader = AmountReader(10 ** (6 - reading.spec.decimals), reading.spec.currency, reading.frame.grid.formats)
    section.amounts[index] = [
        reader.read(reading.frame.cell(row, at)) if at else a
        for at, a in zip(section.column_at, section.amounts[index], strict=True)
    ]
    return True


def _marked(region: Region) -> bool:
    """Whether a region says that it goes on with another (续)."""
    return any(t is not None and t.goes_on for t in (region.title, region.tab)) or "续" in region.sheet


def _append(main: Section, section: Section, sheet: str, own: str | None) -> None:
    """Add the code rows of a section, with their cells, to the main one; a total printed only there comes along."""
    if main.column_at and not main.cell_at:
        main.cell_at = {
            (r, c): (row.at, at)
            for r, row in enumerate(main.rows)
            for c, at in enumerate(main.column_at)
            if row.at is not None and at is not None
        }
    total = next((i for i, r in enumerate(main.rows) if r.key == TOTAL), None)
    for i, row in enumerate(section.rows):
        if row.at is None:
            continue
        if row.key == TOTAL:
            if total is None or main.rows[total].at is not None:
                continue
            index = total
            main.rows[index].at, main.rows[index].reason = row.at, ""
            main.amounts[index] = section.amounts[i]
        else:
            index = len(main.rows)
            main.rows.append(row)
            main.amounts.append(section.amounts[i])
        main.rows[index].sheet = sheet if sheet != own else ""
        for c in range(len(main.columns)):
            spot = section.spot(i, c)
            if spot is not None:
                main.cell_at[index, c] = spot
    main.figures, main.index, main.codes, main.doubled, main.tops = [], {}, {}, {}, []
