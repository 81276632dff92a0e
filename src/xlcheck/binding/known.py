"""What is known of the tables of a workbook: figures that are bound beyond doubt, for what they say of other tables."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from xlcheck.binding.evidence import Known
from xlcheck.binding.reading import Reading, RowRead, SectionRead
from xlcheck.binding.slots import CERTAIN, DOUBTFUL
from xlcheck.form import RowKind, RowSpec, SectionSpec
from xlcheck.model import Row, Section, Table


@dataclass
class Store:
    """What is known of tables, by the keys of table and section."""

    known: dict[tuple[str, str], Known] = field(default_factory=dict)

    def add(self, table: Table) -> None:
        """Keep the figures of an exact table."""
        for key, section in table.sections.items():
            if not section.lost:
                self.known[table.spec.key, key] = known_exactly(section)


def known_exactly(section: Section) -> Known:
    """The figures of a section that was read the exact way; a row with a cell that is no number is not known."""
    known = Known(columns=frozenset(section.columns), whole=True)
    rows: set[str] = set()
    for row, figures in zip(section.rows, section.figures, strict=False):  # behind the rows, figures has zeros
        key = _key(section.spec, row)
        known.figures.update({(key, column): figure for column, figure in _filled(section, figures)})
        (rows.discard if None in figures else rows.add)(key)
    known.rows = frozenset(rows)
    known.codes = {code: row.key for code, row in _coded_rows(section.spec).items() if row.kind is RowKind.DATA}
    return known


def known_of(reading: Reading, section: str) -> Known:
    """The figures of a section that was bound by evidence, as far as they are beyond doubt."""
    read = reading.sections[section]
    columns = _sure_columns(read)
    known = Known(columns=columns, whole=_is_whole(read))
    rows = {i: _key(read.spec, row) for i, row in enumerate(read.rows) if _is_sure(row)}
    for i, key in rows.items():
        known.figures.update({(key, column): figure for column, figure in _sure_figures(reading, read, i, columns)})
    known.rows = frozenset(rows.values())
    known.codes = {code: row.key for code, row in _coded_rows(read.spec).items()}
    return known


def _filled(section: Section, figures: Iterable[int | None]) -> Iterator[tuple[str, int]]:
    """(column, figure) of a row, without zeros: what is in a row and no figure of it is 0."""
    return ((column, figure) for column, figure in zip(section.columns, figures, strict=True) if figure)


def _sure_columns(read: SectionRead) -> frozenset[str]:
    """Columns that are bound beyond doubt; where cells are no plain rectangle, all that have any."""
    if read.cell_at:
        return frozenset(column for _, column in read.cell_at)
    sure = (c for c in read.spec.column_keys if read.column_grades.get(c, CERTAIN) != DOUBTFUL)
    return frozenset(c for c in sure if c in read.column_at)


def _sure_figures(reading: Reading, read: SectionRead, row: int, columns: Collection[str]) -> Iterator[tuple[str, int]]:
    """(column, figure) of a row (index), without those in doubt."""
    for column in columns:
        spot = read.spot(row, column)
        figure = reading.frame.figure(*spot) if spot is not None else None
        if figure is not None and read.grade(row, column) != DOUBTFUL:
            yield column, figure


def _is_sure(row: RowRead) -> bool:
    """Whether a row is there, and which one it is beyond doubt."""
    return row.at is not None and row.grade != DOUBTFUL


def _is_whole(read: SectionRead) -> bool:
    """Whether every figure was bound, so that what is not there is nothing.

    Of a list of labels one row may be strange: it is just what is looked for.
    """
    most = 1 if read.spec.shape == "labels" else 0
    return not (read.doubled or read.lost or read.covered or len(read.strange) > most)


def _key(spec: SectionSpec, row: Row | RowRead) -> str:
    """What a row is known by: its code in a table of codes, else its key."""
    return row.code if row.code and spec.shape == "codes" else row.key


def _coded_rows(spec: SectionSpec) -> dict[str, RowSpec]:
    """Rows of a list of labels by the codes that the form gives them."""
    return {row.code: row for row in spec.rows if row.code} if spec.shape == "labels" else {}
