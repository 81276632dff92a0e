"""A reading of a region → the :class:`~xlcheck.model.Table` that rules run on; what is in doubt is kept from them."""

from __future__ import annotations

from xlcheck.binding.doubts import report_reading, row_reason
from xlcheck.binding.evidence import Evidence, close
from xlcheck.binding.reading import Reading, RowRead, SectionRead
from xlcheck.binding.slots import CERTAIN, DOUBTFUL
from xlcheck.binding.words import total_word
from xlcheck.form import TOTAL, RowSpec
from xlcheck.labels import address, simplified
from xlcheck.model import ABSENT, BLANK, LOST, Amount, CellKind, Doubt, Remark, Row, Section, Table
from xlcheck.reading.amounts import AmountReader
from xlcheck.reading.columns import Header
from xlcheck.reading.extract import finish, lost_section
from xlcheck.reading.recognise import head_facts, no_data
from xlcheck.reading.structure import report_structure
from xlcheck.reading.values import fold_many, report_notes, report_values


def build(reading: Reading, totals: frozenset[str], remarks: list[Remark], evidence: Evidence | None = None) -> Table:
    """The table of a reading; ``totals`` are the keys of rows and columns that others add up to.

    What is odd about the reading and its figures goes to ``remarks``.
    """
    start = len(remarks)
    spec, frame = reading.spec, reading.frame
    grid = frame.grid
    table = Table(spec, grid.name, {})
    table.facts = {k: (v, _a1(at)) for k, (v, at) in head_facts(grid, reading.top or reading.data_from or 99).items()}
    reader = AmountReader(10 ** (6 - spec.decimals), spec.currency, grid.formats)
    for section in spec.sections:
        read = reading.sections.get(section.key)
        if read is None or read.lost or reading.lost:
            lost = reading.lost or (read.lost if read else "没有找到这一部分")
            table.sections[section.key] = lost_section(spec, section, f"{spec.title}（工作表“{grid.name}”）{lost}")
            continue
        built = _section(reading, read, reader, totals, evidence)
        table.sections[section.key] = built
        report_values(spec, built, grid, remarks)
    report_reading(reading, remarks)
    header = Header(reading.top, reading.bottom, {}, {}, reading.data_from)
    every = frozenset(
        c for cells in grid.rows.values() for c in cells
    )  # columns left over are said by the reading itself
    structure: list[Remark] = []
    report_structure(table, grid, header, every, structure)
    remarks += [f for f in structure if f.code != "moved_row"]  # there is no form whose order it must keep
    report_notes(table, grid, remarks)
    fold_many(spec, remarks, start)
    notes = [
        c.text.strip() for r in sorted(grid.rows) if r >= frame.end for c in grid.rows[r].values() if c.type == "s"
    ]
    notes += [t for t in no_data(grid, reading.data_from) if t not in notes]
    table.statement = simplified("\n".join(notes))
    return table


def _a1(at: str) -> str:
    row, _, column = at.partition(":")
    return address(int(row), int(column))


def _section(
    reading: Reading, read: SectionRead, reader: AmountReader, totals: frozenset[str], evidence: Evidence | None
) -> Section:
    spec = read.spec
    keys = list(spec.column_keys)
    form = {r.key: r for r in spec.rows}
    rows = [_row(reading, read, r, form.get(r.key)) for r in read.rows]
    section = Section(spec, reading.spec.key, rows, keys, [read.column_at.get(k) for k in keys], [])
    section.lead_at = dict(read.lead_at)
    if read.cell_at:
        section.column_at = [None] * len(keys)
        section.cell_at = {(r, keys.index(k)): at for (r, k), at in read.cell_at.items()}
    loose = bool(read.open)
    if not read.cell_at and spec.shape in ("codes", "labels"):
        read.absent = missed_columns(reading, read, totals, evidence)
    section.absent_columns = frozenset(
        c for c, k in enumerate(keys) if not loose and not read.cell_at and k not in read.column_at
    )
    inferred = set()
    empty = reading.empty()
    exact = AmountReader(0, reader.currency, reading.frame.grid.formats)
    for i, (row, found) in enumerate(zip(rows, read.rows, strict=True)):
        amounts: list[Amount] = []
        for c, key in enumerate(keys):
            spot = read.spot(i, key)
            if spot is None and key in read.absent:
                amounts.append(LOST)
                continue
            if spot is None:
                amounts.append(_nothing(read, found, key, totals, loose=loose, empty=empty))
                continue
            amount = (exact if row.exact else reader).read(reading.frame.cell(*spot))
            grade = read.grade(i, key)
            if grade != CERTAIN:
                inferred.add((i, c))
            if grade == DOUBTFUL:
                section.doubts[i, c] = Doubt(amount, _why(reading, read, i, key))
                amount = LOST if amount.filled or amount.kind is CellKind.TEXT else amount
            elif found.key == TOTAL and amount.kind is CellKind.TEXT and _heads(reading, amount.text):
                amount = amount._replace(kind=CellKind.HEADER_WORD)
            amounts.append(amount)
        section.amounts.append(amounts)
    section.inferred = frozenset(inferred)
    return finish(section)


def missed_columns(reading: Reading, read: SectionRead, totals: frozenset[str], evidence: Evidence | None) -> list[str]:
    """Columns that were not found and are missed: a total; or a part, where row upon row the sum of the others falls short.

    One row that does not add up is a mistake of the unit's; most of them are a column that we did not find.
    """
    absent = [k for k in read.spec.column_keys if k not in read.column_at]
    if not absent or reading.empty() or not read.column_at:
        return []
    missed = [k for k in absent if k in totals]
    for identity in evidence.identities.get((reading.spec.key, read.spec.key), ()) if evidence is not None else ():
        parts = [k for _, k in identity.terms if k in absent]
        if not parts or identity.terms[0][1] in absent or len(parts) == len(identity.terms):
            continue
        good = bad = 0
        for i in range(len(read.rows)):
            values = [
                (w, reading.frame.figure(*spot) or 0)
                for w, k in identity.terms
                if (spot := read.spot(i, k)) is not None
            ]
            if any(v for _, v in values):
                fits = close(sum(w * v for w, v in values), 0, len(identity.terms))
                good, bad = good + fits, bad + (not fits)
        if bad > 1 and bad * 4 > good:
            missed += [k for k in parts if k not in missed]
    return missed


def _heads(reading: Reading, text: str) -> bool:
    """Whether a text in a total row repeats a word of the header (合计, 基本支出)."""
    key = reading.frame.words.key(text)
    known = {reading.frame.words.key(t) for t in reading.spec.header_texts}
    return key in known or total_word(key)


def _row(reading: Reading, read: SectionRead, found: RowRead, spec: RowSpec | None) -> Row:
    code = found.code if read.spec.shape != "labels" else (spec.code if spec else found.code)
    row = Row(found.key, found.label, found.at, code, found.name)
    if spec is not None:
        row.unit, row.exact, row.optional = spec.unit, spec.exact, spec.optional
        row.label = found.label if read.spec.shape == "blocks" else spec.label
    if found.at is None:
        row.reason = row_reason(reading, read, found)
    return row


def _nothing(read: SectionRead, row: RowRead, key: str, totals: frozenset[str], *, loose: bool, empty: bool) -> Amount:
    """What a cell that was not found counts as: nothing where the form does not have it, lost where it may be there."""
    if empty:
        return ABSENT
    if read.spec.shape == "record":
        return LOST if read.open or read.strange or row.at is None else ABSENT
    if row.at is None and not read.cell_at:
        if row.key in read.doubled:
            return LOST
        if row.key == TOTAL or row.key in totals:
            return LOST
        return LOST if read.strange or read.covered else ABSENT
    if read.cell_at:
        if row.key in read.doubled or (read.strange and row.at is None):
            return LOST
        return LOST if row.key in totals or key in totals else ABSENT
    if key in totals or loose:
        return LOST
    return ABSENT


def _why(reading: Reading, read: SectionRead, row: int, key: str) -> str:
    """Why a figure is used by no rule."""
    title = reading.spec.title
    if read.rows[row].grade == DOUBTFUL:
        return f"{title}“{read.rows[row].label}”这一行是哪个项目有疑问"
    return f"{title}“{key}”是哪一栏有疑问"


__all__ = ["BLANK", "build"]
