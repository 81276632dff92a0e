"""A reading of a region → the :class:`~xlcheck.model.Table` that rules run on; what is in doubt is kept from them."""

from __future__ import annotations

from collections.abc import Collection

from xlcheck.binding.doubts import report_reading, row_reason
from xlcheck.binding.evidence import Evidence, SumIdentity, close
from xlcheck.binding.reading import Reading, RowRead, SectionRead
from xlcheck.binding.slots import CERTAIN, DOUBTFUL
from xlcheck.binding.words import total_word
from xlcheck.form import TOTAL, RowSpec, SectionSpec
from xlcheck.labels import address, simplified
from xlcheck.model import ABSENT, LOST, Amount, CellKind, Doubt, Row, Section, Table
from xlcheck.outcome import Remark
from xlcheck.reading.amounts import AmountReader
from xlcheck.reading.columns import Header
from xlcheck.reading.extract import finish, lost_section
from xlcheck.reading.recognise import head_facts, no_data
from xlcheck.reading.structure import report_structure
from xlcheck.reading.values import fold_many, report_notes, report_values

_BROKEN = 4  # a row that breaks to so many that hold is more than mistakes of the unit's


def build(reading: Reading, totals: frozenset[str], remarks: list[Remark], evidence: Evidence) -> Table:
    """The table of a reading; ``totals`` are the keys of rows and columns that others add up to.

    What is odd about the reading and its figures goes to ``remarks``.
    """
    start = len(remarks)
    spec, grid = reading.spec, reading.frame.grid
    table = Table(spec, grid.name, {})
    table.facts = {k: (v, _a1(at)) for k, (v, at) in head_facts(grid, reading.top or reading.data_from or 99).items()}
    reader = AmountReader(10 ** (6 - spec.decimals), spec.currency, grid.formats)
    for section in spec.sections:
        lost = _lost(reading, section)
        if lost:
            table.sections[section.key] = lost_section(spec, section, f"{spec.title}（工作表“{grid.name}”）{lost}")
            continue
        builder = _SectionBuilder(reading, reading.sections[section.key], reader, totals, evidence)
        table.sections[section.key] = builder.section()
        report_values(spec, table.sections[section.key], grid, remarks)
    report_reading(reading, remarks)
    remarks += _structure(reading, table)
    report_notes(table, grid, remarks)
    fold_many(spec, remarks, start)
    table.statement = simplified("\n".join(_notes(reading)))
    return table


def _lost(reading: Reading, section: SectionSpec) -> str:
    """Why a section could not be read; empty where it was."""
    read = reading.sections.get(section.key)
    return reading.lost or (read.lost if read is not None else "没有找到这一部分")


def _structure(reading: Reading, table: Table) -> list[Remark]:
    """What is odd about the structure of the sheet; there is no form whose order its rows must keep."""
    grid = reading.frame.grid
    header = Header(reading.top, reading.bottom, {}, {}, reading.data_from)
    every = frozenset(c for cells in grid.rows.values() for c in cells)  # what is left over is said by the reading
    structure: list[Remark] = []
    report_structure(table, grid, header, every, structure)
    return [finding for finding in structure if finding.code != "moved_row"]


def _notes(reading: Reading) -> list[str]:
    """The texts below the table, and those that say that there is nothing to report."""
    rows = reading.frame.grid.rows
    below = [cell for row in sorted(rows) if row >= reading.frame.end for cell in rows[row].values()]
    notes = [cell.text.strip() for cell in below if cell.type == "s"]
    return notes + [text for text in no_data(reading.frame.grid, reading.data_from) if text not in notes]


def _a1(at: str) -> str:
    row, _, column = at.partition(":")
    return address(int(row), int(column))


class _SectionBuilder:
    """One section as it was read, built into what rules run on."""

    def __init__(
        self, reading: Reading, read: SectionRead, reader: AmountReader, totals: frozenset[str], evidence: Evidence
    ) -> None:
        self.reading = reading
        self.read = read
        self.spec = read.spec
        self.keys = list(read.spec.column_keys)
        self.reader = reader
        self.exact = AmountReader(0, reader.currency, reading.frame.grid.formats)
        self.totals = totals
        self.evidence = evidence
        self.empty = reading.empty()
        self.inferred: set[tuple[int, int]] = set()

    def section(self) -> Section:
        """The section, with every figure that is in doubt kept apart."""
        read, keys = self.read, self.keys
        form = {row.key: row for row in self.spec.rows}
        rows = [self._row(row, form.get(row.key)) for row in read.rows]
        columns = [read.column_at.get(key) for key in keys]
        section = Section(self.spec, self.reading.spec.key, rows, keys, columns, [], lead_at=dict(read.lead_at))
        if read.cell_at:
            section.column_at = [None] * len(keys)
            section.cell_at = {(row, keys.index(key)): at for (row, key), at in read.cell_at.items()}
        else:
            self._leave_out_columns(section)
        for i in range(len(rows)):
            self._fill(section, i)
        section.inferred = frozenset(self.inferred)
        return finish(section)

    def _fill(self, section: Section, index: int) -> None:
        """Add the amounts of a row; a figure in doubt is kept from rules."""
        row = section.rows[index]
        reader = self.exact if row.exact else self.reader
        amounts: list[Amount] = []
        for c, key in enumerate(self.keys):
            spot = self.read.spot(index, key)
            if spot is None:
                amounts.append(self._unprinted(self.read.rows[index], key))
                continue
            amount = reader.read(self.reading.frame.cell(*spot))
            grade = self.read.grade(index, key)
            if grade != CERTAIN:
                self.inferred.add((index, c))
            if grade == DOUBTFUL:
                section.doubts[index, c] = Doubt(amount, self._doubt(index, key))
                amount = _kept_back(amount)
            elif row.key == TOTAL:
                amount = self._in_total_row(amount)
            amounts.append(amount)
        section.amounts.append(amounts)

    def _leave_out_columns(self, section: Section) -> None:
        """Mark the columns that are not printed; those of them that are missed are said."""
        absent = [key for key in self.keys if key not in self.read.column_at]
        if self.spec.shape.rectangular and len(absent) < len(self.keys) and not self.empty:
            self.read.absent = self._missed(absent)
        if not self.read.open:
            section.absent_columns = frozenset(map(self.keys.index, absent))

    def _missed(self, absent: Collection[str]) -> list[str]:
        """Columns that are absent and missed: a total; or a part, where row upon row the sum of the others falls short.

        One row that does not add up is a mistake of the unit's; most of them are a column that we did not find.
        """
        missed = [key for key in absent if key in self.totals]
        for identity in self.evidence.identities.get((self.reading.spec.key, self.spec.key), ()):
            parts = _parts_not_found(identity, absent)
            if parts and _falls_short(self.reading, self.read, identity):
                missed += parts
        return list(dict.fromkeys(missed))

    def _row(self, row: RowRead, spec: RowSpec | None) -> Row:
        """A row as the form has it, with what the sheet prints."""
        code = spec.code if spec is not None and self.spec.shape.listed else row.code
        built = Row(row.key, row.label, row.at, code, row.name)
        if spec is not None:
            built.unit, built.exact, built.optional = spec.unit, spec.exact, spec.optional
            built.label = row.label if self.spec.shape.coded else spec.label
        if row.at is None:
            built.reason = row_reason(self.reading, self.read, row)
        return built

    def _unprinted(self, row: RowRead, key: str) -> Amount:
        """What a cell that was not found counts as: nothing where the form does not have it, lost where it may be there."""
        if key in self.read.absent:
            return LOST
        return LOST if not self.empty and self._may_be_there(row, key) else ABSENT

    def _may_be_there(self, row: RowRead, key: str) -> bool:
        """Whether a figure that was not found may stand somewhere in the table."""
        read = self.read
        if self.spec.shape.turned:  # 小计 that is not printed is what its parts are, not nothing
            return bool(read.open or read.strange) or row.at is None or key in self.totals
        if read.cell_at:
            strange = row.at is None and bool(read.strange)
            return strange or row.key in read.doubled or not self.totals.isdisjoint((row.key, key))
        if row.at is None:
            return self._row_may_be_there(row)
        return key in self.totals or bool(read.open)

    def _row_may_be_there(self, row: RowRead) -> bool:
        """Whether a row that was not found may be one of those that nothing took, or is one that is never left out."""
        if row.key == TOTAL or row.key in self.totals:
            return True
        return row.key in self.read.doubled or bool(self.read.strange or self.read.covered)

    def _in_total_row(self, amount: Amount) -> Amount:
        """What a cell of the total row holds: a text that repeats a word of the header (合计, 基本支出) is no figure."""
        if amount.kind is not CellKind.TEXT:
            return amount
        fold = self.reading.frame.words.key
        key = fold(amount.text)
        repeats = total_word(key) or key in map(fold, self.reading.spec.header_texts)
        return amount._replace(kind=CellKind.HEADER_WORD) if repeats else amount

    def _doubt(self, index: int, key: str) -> str:
        """Why a figure is used by no rule."""
        title, row = self.reading.spec.title, self.read.rows[index]
        if row.grade == DOUBTFUL:
            return f"{title}“{row.label}”这一行是哪个项目有疑问"
        return f"{title}“{key}”是哪一栏有疑问"


def _kept_back(amount: Amount) -> Amount:
    """What rules see of an amount in doubt: nothing, unless it is blank anyway."""
    return LOST if amount.filled or amount.kind is CellKind.TEXT else amount


def _parts_not_found(identity: SumIdentity, absent: Collection[str]) -> list[str]:
    """The parts of a sum that are absent, where its whole is there."""
    whole, *parts = (key for _, key in identity.terms)
    return [key for key in parts if key in absent] if whole not in absent else []


def _falls_short(reading: Reading, read: SectionRead, identity: SumIdentity) -> bool:
    """Whether an identity breaks in several rows, and in more than a few of those that say anything of it."""
    good = bad = 0
    for row in range(len(read.rows)):
        values = [
            weight * (reading.frame.figure(*spot) or 0)
            for weight, key in identity.terms
            if (spot := read.spot(row, key)) is not None
        ]
        if any(values):
            fits = close(sum(values), 0, len(identity.terms))
            good, bad = good + fits, bad + (not fits)
    return bad > 1 and bad * _BROKEN > good
