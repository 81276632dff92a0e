"""What is known of the tables of a workbook: figures that are bound beyond doubt, for what they say of other tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import product

from xlcheck.binding.evidence import KnownFigures
from xlcheck.binding.frame import Frame
from xlcheck.binding.reading import Reading, RowRead, SectionRead
from xlcheck.binding.slots import CERTAIN, DOUBTFUL
from xlcheck.form import RowKind, RowSpec, SectionSpec
from xlcheck.model import Row, Section, Table


@dataclass
class Store:
    """What is known of tables. Nothing is made of an exact one before somebody asks: most workbooks are exact throughout."""

    _known: dict[tuple[str, str], KnownFigures] = field(default_factory=dict)
    _waiting: list[Table] = field(default_factory=list)

    def add(self, table: Table) -> None:
        """Keep the figures of an exact table."""
        self._waiting.append(table)

    @property
    def known(self) -> dict[tuple[str, str], KnownFigures]:
        """By the keys of table and section; the same mapping each time."""
        for table in self._waiting:
            for key, section in table.sections.items():
                if not section.lost:
                    self._known[table.spec.key, key] = known_exactly(section)
        self._waiting.clear()
        return self._known


def known_exactly(section: Section) -> KnownFigures:
    """The figures of a section that was read the exact way; a row with a cell that is no number is not known."""
    lines = list(zip(_keys(section.spec, section.rows), section.figures, strict=False))  # figures end in a row of zeros
    complete = {key: None not in figures for key, figures in lines}
    columns = section.columns
    coded = {code: row.key for code, row in _coded_rows(section.spec).items() if row.kind is RowKind.DATA}
    return KnownFigures(
        {(key, c): figure for key, figures in lines for c, figure in zip(columns, figures, strict=True) if figure},
        columns=frozenset(columns),
        rows=frozenset(key for key, is_complete in complete.items() if is_complete),
        whole=True,
        codes=coded,
    )


def known_of(reading: Reading, section: str) -> KnownFigures:
    """The figures of a section that was bound by evidence, as far as they are beyond doubt."""
    read = reading.sections[section]
    keys = _keys(read.spec, read.rows)
    rows = [i for i, row in enumerate(read.rows) if row.at is not None and row.grade != DOUBTFUL]
    columns = _sure_columns(read)
    unsure = {at for at, grade in read.cell_grades.items() if grade == DOUBTFUL}
    sure = (at for at in product(rows, columns) if at not in unsure)
    figures = {(keys[row], column): figure for row, column, figure in _figures_at(reading.frame, read, sure)}
    coded = {code: row.key for code, row in _coded_rows(read.spec).items()}
    return KnownFigures(figures, columns, frozenset(keys[row] for row in rows), _is_whole(read), coded)


def _figures_at(frame: Frame, read: SectionRead, cells: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str, int]]:
    """Row, column and figure of those cells of a section that stand somewhere and hold one."""
    for row, column in cells:
        spot = read.spot(row, column)
        figure = frame.figure(*spot) if spot is not None else None
        if figure is not None:
            yield row, column, figure


def _sure_columns(read: SectionRead) -> frozenset[str]:
    """Columns that are bound beyond doubt; where cells are no plain rectangle, all that have any."""
    if read.cell_at:
        return frozenset(column for _, column in read.cell_at)
    sure = (c for c in read.spec.column_keys if read.column_grades.get(c, CERTAIN) != DOUBTFUL)
    return frozenset(c for c in sure if c in read.column_at)


def _is_whole(read: SectionRead) -> bool:
    """Whether every figure was bound, so that what is not there is nothing.

    Of a list of labels one row may be strange: it is just what is looked for.
    """
    most = 1 if read.spec.shape.listed else 0
    return not (read.doubled or read.lost or read.covered or len(read.strange) > most)


def _keys(spec: SectionSpec, rows: Iterable[Row | RowRead]) -> list[str]:
    """What rows are known by: their codes in a table of codes, else their keys."""
    coded = spec.shape.open_ended
    return [row.code if coded and row.code else row.key for row in rows]


def _coded_rows(spec: SectionSpec) -> dict[str, RowSpec]:
    """Rows of a list of labels by the codes that the form gives them."""
    return {row.code: row for row in spec.rows if row.code} if spec.shape.listed else {}
