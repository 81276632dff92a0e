"""What was bound of one region: rows, columns and cells of each section, each with its grade and its doubts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

from xlcheck.binding.evidence import Evidence, KnownFigures, Store
from xlcheck.binding.frame import Frame
from xlcheck.binding.headings import generic_words
from xlcheck.binding.regions import Region
from xlcheck.binding.slots import CERTAIN, DOUBTFUL, Slots
from xlcheck.binding.words import Words
from xlcheck.concepts import Concept, TableWords, Vocabulary
from xlcheck.form import TOTAL, RowKind, SectionSpec, SetSpec, TableSpec

_T = TypeVar("_T")
_SURE = (CERTAIN, CERTAIN, CERTAIN)


@dataclass(slots=True)
class RowRead:
    """A row as bound. ``at`` is its sheet row (None: not there), ``code`` and ``name`` as printed."""

    key: str
    label: str
    at: int | None
    code: str | None = None
    name: str = ""
    grade: str = CERTAIN
    rival: str = ""


@dataclass(slots=True)
class SectionRead:
    """A section as bound. ``cell_at``: (row index, column key) → cell, where cells are no plain rectangle.

    ``strange`` are rows with figures that no row of the form took (sheet row, text), ``open`` columns with figures
    that no concept took, ``doubled`` rows that stand several times. ``covered`` names rows that hold several of the form's in one. ``absent``: columns that were not found and are missed.
    """

    spec: SectionSpec
    rows: list[RowRead] = field(default_factory=list)
    column_at: dict[str, int] = field(default_factory=dict)
    column_grades: dict[str, str] = field(default_factory=dict)
    rivals: dict[str, str] = field(default_factory=dict)
    cell_at: dict[tuple[int, str], tuple[int, int]] = field(default_factory=dict)
    cell_grades: dict[tuple[int, str], str] = field(default_factory=dict)
    lead_at: dict[str, int] = field(default_factory=dict)
    paths: dict[int, tuple[str, ...]] = field(default_factory=dict)
    strange: list[tuple[int, str]] = field(default_factory=list)
    open: list[int] = field(default_factory=list)
    doubled: dict[str, list[int]] = field(default_factory=dict)
    lost: str = ""
    covered: str = ""
    absent: list[str] = field(default_factory=list)

    def spot(self, row: int, column: str) -> tuple[int, int] | None:
        """The cell of a row (index) and column (key), where both were found."""
        if self.cell_at:
            return self.cell_at.get((row, column))
        at, col = self.rows[row].at, self.column_at.get(column)
        return (at, col) if at is not None and col is not None else None

    def grade(self, row: int, column: str) -> str:
        """The grade of a figure: the weakest of its row's, its column's and its own."""
        own = self.cell_grades.get((row, column), CERTAIN) if self.cell_grades else CERTAIN
        grades = (self.rows[row].grade, self.column_grades.get(column, CERTAIN), own)
        if grades == _SURE:
            return CERTAIN
        return DOUBTFUL if DOUBTFUL in grades else "likely"


@dataclass(slots=True)
class Reading:
    """A region read as one kind of table."""

    kind: str
    spec: TableSpec
    region: Region
    frame: Frame
    sections: dict[str, SectionRead] = field(default_factory=dict)
    top: int = 0
    bottom: int = 0
    data_from: int = 0
    lost: str = ""
    said: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def doubts(self) -> bool:
        """Whether anything of it is not certain, or has figures that nothing took."""
        return any(
            s.open or s.strange or s.doubled or s.lost
            or any(g != CERTAIN for g in (*s.column_grades.values(), *(r.grade for r in s.rows), *s.cell_grades.values()))
            for s in self.sections.values()
        )  # fmt: skip

    def loose(self) -> bool:
        """Whether its headings are not all those of the table: some are unsure, missing, or left over."""
        return any(
            s.open or s.lost or set(s.column_at) != set(s.spec.column_keys)
            or any(g != CERTAIN for g in s.column_grades.values())
            for s in self.sections.values()
        )  # fmt: skip

    def empty(self) -> bool:
        """Whether no figure but zero stands in it, beside column and line numbers."""
        frame = self.frame
        lines = [r for r in frame.lines if not frame.counting(r) and r >= (self.data_from or 0)]
        if self.spec.sections[0].shape == "labels":
            return False
        return not any(v for r in lines for _, v in frame.figures(r))

    def filled(self) -> int:
        """How many figures were bound."""
        return sum(
            1
            for s in self.sections.values()
            for i in range(len(s.rows))
            for c in s.spec.column_keys
            if (spot := s.spot(i, c)) is not None and self.frame.figure(*spot) is not None
        )


class Context(NamedTuple):
    """What binding looks things up in: a form and its evidence, the vocabulary, what is known of other tables."""

    form: SetSpec
    evidence: Evidence
    vocabulary: Vocabulary
    words: Words
    store: Store
    names: Mapping[str, tuple[str, ...]]
    kept: dict[tuple[str, ...], Any]  # what a section of the form is looked up in, made once for many workbooks

    def once(self, key: tuple[str, ...], make: Callable[[], _T]) -> _T:
        """What is kept under ``key``, made where it is not there yet."""
        if key not in self.kept:
            self.kept[key] = make()
        return self.kept[key]  # type: ignore[no-any-return]

    def table_words(self, kind: str) -> TableWords:
        """The vocabulary of a kind of table; empty where it has none."""
        return self.vocabulary.tables.get(kind) or TableWords(kind, kind, {})

    def others(self, kind: str) -> tuple[str, ...]:
        """What stands beside the concepts of a table and is none of them; what the form has of it is a concept."""
        form = {k for s in self.form.table(kind).sections for k in s.column_keys} if kind != "三公表" else set()
        return tuple(w for w in self.table_words(kind).others if w not in form)

    def slots(self, kind: str, section: SectionSpec, dropped: Collection[str] = (), *, others: bool = False) -> Slots:
        """What the headings of a section are held against: all its concepts but those in ``dropped``."""
        key = ("slots", kind, section.key, *sorted(dropped), "*" if others else "")
        return self.once(key, lambda: self._slots(kind, section, dropped, others=others))

    def _slots(self, kind: str, section: SectionSpec, dropped: Collection[str], *, others: bool) -> Slots:
        concepts = [c for c in self.columns(kind, section) if c.key not in dropped]
        return Slots(self.words, concepts, generic_words(self.words), self.others(kind) if others else ())

    def columns(self, kind: str, section: SectionSpec) -> list[Concept]:
        """The column concepts of a section: the vocabulary's wordings and the form's own."""
        return self.once(("columns", kind, section.key), lambda: self._columns(kind, section))

    def _columns(self, kind: str, section: SectionSpec) -> list[Concept]:
        known = self.table_words(kind).sections.get(section.key)
        found = []
        for key in section.column_keys:
            spelled = [c.names for c in section.amounts if c.key == key]
            own = tuple(path for names in spelled for path in names)
            base = known.columns.get(key) if known else None
            words = (*(base.words if base else ((key,),)), *own)
            found.append(
                Concept(key, base.name if base else key, tuple(dict.fromkeys(words)), bool(base and base.total))
            )
        return found

    def rows(self, kind: str, section: SectionSpec) -> list[Concept]:
        """The row concepts of a section, in printed order."""
        return self.once(("rows", kind, section.key), lambda: self._rows(kind, section))

    def _rows(self, kind: str, section: SectionSpec) -> list[Concept]:
        known = self.table_words(kind).sections.get(section.key)
        found = []
        for row in section.rows:
            if row.kind is not RowKind.DATA:
                continue
            base = known.rows.get(row.key) if known else None
            words = ((row.label,), *(base.words if base else ()), *((n,) for n in row.names))
            found.append(
                Concept(
                    row.key, base.name if base else row.label, tuple(dict.fromkeys(words)), bool(base and base.total)
                )
            )
        return found

    def totals(self, kind: str, section: SectionSpec) -> frozenset[str]:
        """Folded words of the total row of a code table."""
        known = self.table_words(kind).sections.get(section.key)
        words = (*section.total_names, *(known.total if known else ()), TOTAL, "总计", "小计")
        return frozenset(self.words.key(w) for w in words)


def known_of(reading: Reading, section: str) -> KnownFigures:
    """The figures of a section that are bound beyond doubt, for what they say of other tables."""
    read = reading.sections[section]
    known = KnownFigures()
    good = [c for c in read.spec.column_keys if read.column_grades.get(c, CERTAIN) != DOUBTFUL]
    columns = {c for _, c in read.cell_at} if read.cell_at else {c for c in good if c in read.column_at}
    rows = set()
    for i, row in enumerate(read.rows):
        if row.at is None or row.grade == DOUBTFUL:
            continue
        key = row.code if row.code and read.spec.shape == "codes" else row.key
        rows.add(key)
        for c in columns:
            spot = read.spot(i, c)
            figure = reading.frame.figure(*spot) if spot else None
            if figure is not None and read.grade(i, c) != DOUBTFUL:
                known.figures[key, c] = figure
    known.columns, known.rows = frozenset(columns), frozenset(rows)
    # a list of labels: what is not printed is nothing, and the one row with a strange label is just what is looked for
    most = 1 if read.spec.shape == "labels" else 0
    known.whole = not (read.doubled or read.lost or read.covered or len(read.strange) > most)
    known.codes = {r.code: r.key for r in read.spec.rows if r.code and read.spec.shape == "labels"}
    return known


def absent_rows(read: SectionRead) -> Sequence[RowRead]:
    """Rows of the form that the region does not print."""
    return [r for r in read.rows if r.at is None]
