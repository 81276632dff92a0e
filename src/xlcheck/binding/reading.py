"""What was bound of one region: rows, columns and cells of each section, each with its grade and its doubts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, NamedTuple, TypeVar

from xlcheck.binding.evidence import Evidence, Expectation, Place, Spot, Store
from xlcheck.binding.frame import Frame
from xlcheck.binding.headings import generic_words
from xlcheck.binding.regions import Region
from xlcheck.binding.slots import CERTAIN, DOUBTFUL, LIKELY, Slots
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
    that no concept took, ``doubled`` rows that stand several times. ``parts`` are sheet rows that are 其中 of a row above.
    ``covered`` names rows that hold several of the form's in one. ``absent``: columns that were not found and are missed.
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
    parts: frozenset[int] = frozenset()
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
        return DOUBTFUL if DOUBTFUL in grades else LIKELY

    def doubts(self) -> bool:
        """Whether anything of it is not certain, or has figures that nothing took."""
        if self.open or self.strange or self.doubled or self.lost:
            return True
        rows = (row.grade for row in self.rows)
        return any(g != CERTAIN for g in chain(self.column_grades.values(), rows, self.cell_grades.values()))

    def loose(self) -> bool:
        """Whether its headings are not all those of the form: some are unsure, missing, or left over."""
        if self.open or self.lost or set(self.column_at) != set(self.spec.column_keys):
            return True
        return any(grade != CERTAIN for grade in self.column_grades.values())


class Asked(NamedTuple):
    """What is asked of other tables while a region is bound: of the cells of a section."""

    place: Place
    rows: tuple[str, ...]
    columns: tuple[str, ...]


Told = dict[Asked, dict[Spot, list[Expectation]]]
"""What other tables told: all that a reading owes to them."""


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
    asked: Told = field(default_factory=dict)
    kept: dict[tuple[str, ...], Any] = field(default_factory=dict)

    def once(self, key: tuple[str, ...], make: Callable[[], _T]) -> _T:
        """What the region and its form alone say, made once: most of it does not change where a region is bound again."""
        if key not in self.kept:
            self.kept[key] = make()
        return self.kept[key]  # type: ignore[no-any-return]

    def doubts(self) -> bool:
        """Whether anything of it is not certain, or has figures that nothing took."""
        return any(section.doubts() for section in self.sections.values())

    def loose(self) -> bool:
        """Whether its headings are not all those of the table: some are unsure, missing, or left over."""
        return any(section.loose() for section in self.sections.values())

    def empty(self) -> bool:
        """Whether no figure but zero stands in it, beside column and line numbers; a list of labels is never empty."""
        if self.spec.sections[0].shape.listed:
            return False
        rows = (r for r in self.frame.lines if r >= self.data_from and not self.frame.counting(r))
        return not any(figure for r in rows for _, figure in self.frame.figures(r))


class Context(NamedTuple):
    """What binding looks things up in: a form and its evidence, the vocabulary, what is known of other tables."""

    form: SetSpec
    evidence: Evidence
    vocabulary: Vocabulary
    words: Words
    store: Store
    names: Mapping[str, tuple[str, ...]]
    kept: dict[tuple[str, ...], Any]  # what a section of the form is looked up in, made once for many workbooks
    asked: Told  # of other tables, while one region is bound

    def expected(self, place: Place, rows: Iterable[str], columns: Iterable[str]) -> dict[Spot, list[Expectation]]:
        """What other tables say of the cells of a section; that it was asked is kept."""
        asked = Asked(place, tuple(rows), tuple(columns))
        if asked not in self.asked:
            self.asked[asked] = self.evidence.expected(*asked, self.store)
        return self.asked[asked]

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
        concepts = []
        for key in section.column_keys:
            spelled = [path for column in section.amounts if column.key == key for path in column.names]
            base = known.columns.get(key) if known else None
            concepts.append(_concept(key, base or Concept(key, key, ((key,),)), spelled))
        return concepts

    def rows(self, kind: str, section: SectionSpec) -> list[Concept]:
        """The row concepts of a section, in printed order."""
        return self.once(("rows", kind, section.key), lambda: self._rows(kind, section))

    def _rows(self, kind: str, section: SectionSpec) -> list[Concept]:
        known = self.table_words(kind).sections.get(section.key)
        concepts = []
        for row in (row for row in section.rows if row.kind is RowKind.DATA):
            base = known.rows.get(row.key) if known else None
            names = ((name,) for name in row.names)
            concepts.append(_concept(row.key, base or Concept(row.key, row.label, ()), names, (row.label,)))
        return concepts

    def totals(self, kind: str, section: SectionSpec) -> frozenset[str]:
        """Folded words of the total row of a code table."""
        known = self.table_words(kind).sections.get(section.key)
        words = (*section.total_names, *(known.total if known else ()), TOTAL, "总计", "小计")
        return frozenset(self.words.key(w) for w in words)


def _concept(key: str, known: Concept, more: Iterable[tuple[str, ...]], *first: tuple[str, ...]) -> Concept:
    """A concept of the form: the wordings of the vocabulary between the ``first`` and those that the form has ``more``."""
    return Concept(key, known.name, tuple(dict.fromkeys((*first, *known.words, *more))), known.total)
