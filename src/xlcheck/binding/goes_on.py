"""A table that goes on on another sheet or further down: its rows are read by their own header and join the first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from xlcheck.binding.binder import Binder
from xlcheck.binding.build import build
from xlcheck.binding.evidence import KnownFigures, close
from xlcheck.binding.reading import Reading
from xlcheck.binding.regions import Region
from xlcheck.form import TOTAL, Severity, TableSpec
from xlcheck.model import Amount, Row, Section, Table
from xlcheck.outcome import CellRef, Remark
from xlcheck.reading.amounts import AmountReader
from xlcheck.reading.extract import finish, lost_table

_CLASS, _SUBCLASS = 3, 5  # digits of 类 and 款
_CODE_COLUMNS = 5  # columns that a code may be split into, before its name


@dataclass(slots=True)
class _LaterPart:
    """A region that goes on with a table, read by its own header, and what is said of it."""

    region: Region
    reading: Reading
    section: Section
    remarks: list[Remark]

    @property
    def strange(self) -> list[tuple[int, str]]:
        """Rows that no code took."""
        return self.reading.sections[self.section.spec.key].strange

    @property
    def marked(self) -> bool:
        """Whether the region says that it goes on with another (续)."""
        titles = (self.region.title, self.region.tab)
        return any(t is not None and t.goes_on for t in titles) or "续" in self.region.sheet


class _Layout(NamedTuple):
    """Where the first region ended and how it was laid out: the code of the last row, the columns of code and name."""

    last: str
    columns: tuple[int, ...]

    def carry(self) -> tuple[str, str]:
        """The class and 款 of the last row."""
        return self.last[:_CLASS], self.last[:_SUBCLASS] if len(self.last) >= _SUBCLASS else ""


class Continuation:
    """Reads the regions that go on with tables of one workbook; ``known`` is what is certain of its figures."""

    def __init__(self, binder: Binder, known: Mapping[tuple[str, str], KnownFigures], remarks: list[Remark]) -> None:
        self.binder = binder
        self.known = known
        self.remarks = remarks

    def joined(
        self, table: Table, more: Sequence[Region], totals: frozenset[str], first: Reading | None
    ) -> Table | None:
        """``table`` (read as ``first``, where by evidence) with the rows of the regions that go on with it.

        None where they are the same table again.
        """
        spec, main = table.spec, _section_of_codes(table)
        if main is None:
            return None
        parts: list[_LaterPart] = []
        for part in self._parts(spec, main, more, totals):
            if _same_again(main, part):
                return None
            if part.section.lost or not _all_read(main, part):
                self.remarks.append(_part_not_read(spec, part.region))
                return lost_table(spec, f"{spec.title}接在工作表“{part.region.sheet}”的部分没有读出来")
            parts.append(part)
            self.remarks += _without(part.remarks, "ambiguous_row")
        if first is not None and not self._first_all_read(table, main, parts, first):
            return lost_table(spec, f"{spec.title}有认不出的行")
        for part in parts:
            sheet = part.region.sheet
            _append(main, part.section, sheet if sheet != table.sheet else "")
        finish(main)
        return table

    def _parts(
        self, spec: TableSpec, main: Section, more: Sequence[Region], totals: frozenset[str]
    ) -> Iterator[_LaterPart]:
        """The regions read one after the other, each from where the one before it ended."""
        layout = _Layout(_last_code(main), _code_columns(main))
        for region in more:
            reading = self.binder.bind(region, spec, self.known, layout.carry(), layout.columns)
            remarks: list[Remark] = []
            table = build(reading, totals, remarks, self.binder.evidence)
            section = next(iter(table.sections.values()))
            layout = layout._replace(last=_last_code(section) or layout.last)
            yield _LaterPart(region, reading, section, remarks)

    def _first_all_read(self, table: Table, main: Section, parts: Sequence[_LaterPart], first: Reading) -> bool:
        """Whether no row of the first region is left over but the total of all parts, which then is bound."""
        strange = first.sections[main.spec.key].strange
        if len(strange) == 1 and _early_total(main, [part.section for part in parts], first, strange[0][0]):
            self.remarks[:] = [f for f in self.remarks if not _open_rows_on(f, table.sheet)]
            return True
        return not strange


def _section_of_codes(table: Table) -> Section | None:
    """The one section of a table of codes; None where it is of another shape, or lost."""
    sections = list(table.sections.values())
    whole = len(sections) == 1 and sections[0].spec.shape.open_ended and not sections[0].lost
    return sections[0] if whole else None


def _last_code(section: Section) -> str:
    """The code of the last row that has one; empty where none has."""
    return next((row.code for row in reversed(section.rows) if row.code), "")


def _code_columns(section: Section) -> tuple[int, ...]:
    """The columns of the code and, last, of the name; empty where they do not stand side by side."""
    code, name = section.lead_at.get("code", 0), section.lead_at.get("name", 0)
    return (*range(code, name), name) if 0 < code < name < code + _CODE_COLUMNS else ()


def _same_again(main: Section, part: _LaterPart) -> bool:
    """Whether a region is the same table again: most of its codes are there already, and it does not say 续."""
    again = set(part.section.codes) & set(main.codes)
    return len(again) * 2 > len(part.section.codes) and not part.marked


def _all_read(main: Section, part: _LaterPart) -> bool:
    """Whether no row of a part is left over but the total of all, which then is bound."""
    strange = part.strange
    if len(strange) == 1 and not part.section.lost and _late_total(main, part, strange[0][0]):
        part.remarks = _without(part.remarks, "open_rows")
        return True
    return not strange


def _without(findings: Iterable[Remark], what: str) -> list[Remark]:
    """Findings that are not of one kind."""
    return [finding for finding in findings if finding.code != what]


def _part_not_read(spec: TableSpec, region: Region) -> Remark:
    ref = CellRef(spec.number, region.sheet, None, "subject", spec.name, None)
    facts = {"table": spec.title, "name": spec.name, "sheet": region.sheet}
    return Remark(None, Severity.VERIFY, "structure", "part_not_read", (ref,), params=facts)


def _open_rows_on(finding: Remark, sheet: str | None) -> bool:
    """Whether a finding is about rows of a sheet that nothing took."""
    return finding.code == "open_rows" and bool(finding.cells) and finding.cells[0].sheet == sheet


# --- a total in another part than its rows ---------------------------------------------------


def _early_total(main: Section, parts: Sequence[Section], reading: Reading, row: int) -> bool:
    """Bind a row of the first part without a code as the total of all, where they add up to it."""
    if any(r.key == TOTAL and r.at is not None for s in parts for r in s.rows):
        return False
    return _bind_total(main, [main, *parts], reading, row)


def _late_total(main: Section, part: _LaterPart, row: int) -> bool:
    """Bind a row of a later part without a code as the total of both, whose own word for it we do not know."""
    total = _total_row(main)
    if total is None or total.at is not None:
        return False
    return _bind_total(part.section, [main, part.section], part.reading, row)


def _bind_total(section: Section, parts: Sequence[Section], reading: Reading, row: int) -> bool:
    """Bind a row of ``section`` as the total where it is the sum of the classes of all parts in every column."""
    total = _total_row(section)
    if total is None or total.at is not None or not _adds_up(section, parts, reading, row):
        return False
    total.at, total.reason = row, ""
    index = section.rows.index(total)
    section.amounts[index] = _amounts(section, reading, row, section.amounts[index])
    return True


def _total_row(section: Section) -> Row | None:
    """The total of a section, printed or not."""
    return next((row for row in section.rows if row.key == TOTAL), None)


def _adds_up(section: Section, parts: Sequence[Section], reading: Reading, row: int) -> bool:
    """Whether a row is the sum of the classes of all parts in every column."""
    for c, at in enumerate(section.column_at):
        figure = reading.frame.figure(row, at) if at else None
        tops = [top for part in parts for top in _class_figures(part, c)]
        if not close(figure or 0, sum(tops), len(tops)):
            return False
    return True


def _class_figures(section: Section, column: int) -> list[int]:
    """The figures of the classes in a column."""
    classes = [i for i, row in enumerate(section.rows) if row.code and len(row.code) == _CLASS]
    return [section.figures[i][column] or 0 for i in classes]


def _amounts(section: Section, reading: Reading, row: int, usual: Sequence[Amount]) -> list[Amount]:
    """The amounts of a row in the columns of a section; ``usual`` are those of columns that are not there."""
    spec = reading.spec
    reader = AmountReader(10 ** (6 - spec.decimals), spec.currency, reading.frame.grid.formats)
    places = zip(section.column_at, usual, strict=True)
    return [reader.read(reading.frame.cell(row, at)) if at else amount for at, amount in places]


# --- rows put together -----------------------------------------------------------------------


def _append(main: Section, section: Section, sheet: str) -> None:
    """Add the rows of a section, with their cells, to the main one; ``sheet`` is theirs, where it is another."""
    if main.column_at and not main.cell_at:
        main.cell_at = _cells(main)
    for i, row in enumerate(section.rows):
        index = _added(main, row, section.amounts[i]) if row.at is not None else None
        if index is None:
            continue
        main.rows[index].sheet = sheet
        spots = {(index, c): section.spot(i, c) for c in range(len(main.columns))}
        main.cell_at.update({place: spot for place, spot in spots.items() if spot is not None})
    main.figures, main.index, main.codes, main.doubled, main.tops = [], {}, {}, {}, []


def _cells(section: Section) -> dict[tuple[int, int], tuple[int, int]]:
    """The cell of every figure: (row index, column index) → (row, column)."""
    return {
        (r, c): (row.at, at)
        for r, row in enumerate(section.rows)
        for c, at in enumerate(section.column_at)
        if row.at is not None and at is not None
    }


def _added(main: Section, row: Row, amounts: list[Amount]) -> int | None:
    """The index of a row once it is added; a total only comes along where the main section prints none, else None."""
    if row.key != TOTAL:
        main.rows.append(row)
        main.amounts.append(amounts)
        return len(main.rows) - 1
    total = _total_row(main)
    if total is None or total.at is not None:
        return None
    total.at, total.reason = row.at, ""
    index = main.rows.index(total)
    main.amounts[index] = amounts
    return index
