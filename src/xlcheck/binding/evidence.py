"""What the rules of a form say about a figure before it is bound: its sums, and its copies in other tables.

Rules are data: the same relations that judge a workbook tell which reading of it is the likelier one. They choose
between readings that headings leave open, and raise doubts; they never move an exact heading (docs/binding.md §6).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import NamedTuple

from xlcheck.form import SetSpec
from xlcheck.formula.linear import Linear
from xlcheck.formula.syntax import LEVELS, Implies, Key, Ref

_CENT = 10_000  # a hundredth, the least that forms print, in millionths


class SumIdentity(NamedTuple):
    """Columns of one row that add up: Σ weight × column = 0."""

    terms: tuple[tuple[int, str], ...]


Place = tuple[str, str]
"""A section: (table, section)."""
Spot = tuple[str, str]
"""A cell of a section: (row, column), both by key."""


class Expectation(NamedTuple):
    """What a relation says of a cell: the figure, and whether it must be so."""

    figure: int
    sure: bool


Expected = Mapping[Spot, Sequence[Expectation]]


class _Term(NamedTuple):
    weight: int
    place: Place
    rows: tuple[str, ...] | None  # None: the row in hand
    column: str  # empty: the column in hand

    def rows_among(self, rows: Sequence[str], level: int | None) -> Sequence[str]:
        """The rows of which the term says what stands there; ``level`` is the length of their codes (None: any)."""
        if self.rows is None:
            return [row for row in rows if row.isdigit() and (level is None or len(row) == level)]
        return self.rows if len(self.rows) == 1 else ()

    def columns_among(self, columns: Sequence[str]) -> Sequence[str]:
        """The columns of which the term says what stands there."""
        if not self.column:
            return columns
        return (self.column,) if self.column in columns else ()


class _Relation(NamedTuple):
    terms: tuple[_Term, ...]
    each: str
    sure: bool

    @property
    def level(self) -> int | None:
        """The length of the codes that it holds for; None: of any length."""
        return LEVELS.get(self.each.removeprefix("每个"))

    def told_by(self, own: _Term, store: Store) -> bool:
        """Whether anything is known of all sections that its other cells stand in."""
        return all(t.place in store for t in self.terms if t is not own or (t.rows is not None and len(t.rows) > 1))

    def solved(self, own: _Term, spot: Spot, store: Store) -> int | None:
        """The figure of ``own`` at ``spot`` that makes it hold, from all its other cells; None where one is not known."""
        row, column = spot
        total = 0
        for term in self.terms:
            for other in term.rows if term.rows is not None else (row,):
                if term is own and other == row:
                    continue
                figures = store.get(term.place)
                value = figures.value(other, term.column or column) if figures is not None else None
                if value is None:
                    return None
                total += term.weight * value
        return -total // own.weight


@dataclass(slots=True)
class KnownFigures:
    """Figures of a section that are bound beyond doubt: (row, column) → millionths; rows by code or key.

    ``whole``: every figure of it is bound, so that a code which it does not have is 0 there.
    """

    figures: dict[Spot, int] = field(default_factory=dict)
    columns: frozenset[str] = frozenset()
    rows: frozenset[str] = frozenset()
    whole: bool = False
    codes: Mapping[str, str] = field(default_factory=dict)

    def value(self, row: str, column: str) -> int | None:
        """The figure at a place; 0 for a row that a whole section does not have; None where that is not known."""
        if column not in self.columns:
            return None
        row = self.codes.get(row, row)
        if row in self.rows:
            return self.figures.get((row, column), 0)
        return 0 if self.whole else None


Store = Mapping[Place, KnownFigures]


class Evidence:
    """The relations of a form, arranged by what they say of a column or a cell."""

    def __init__(self, form: SetSpec) -> None:
        self.identities: dict[Place, list[SumIdentity]] = {}
        self._relations: dict[Place, list[_Relation]] = {}
        for rule in form.rules:
            if rule.linear is not None and _tells(rule.linear):
                self._add(rule.linear, sure=not isinstance(rule.tree, Implies))

    def _add(self, linear: Linear, *, sure: bool) -> None:
        places = {(ref.table, ref.section) for _, ref in linear.terms}
        if len(places) == 1 and linear.each == "每行":
            self.identities.setdefault(next(iter(places)), []).append(_identity(linear))
            return
        terms = _terms(linear)
        if terms is not None:
            relation = _Relation(terms, linear.each, sure)
            for place in places:
                self._relations.setdefault(place, []).append(relation)

    def expected(
        self, place: Place, rows: Iterable[str], columns: Iterable[str], store: Store
    ) -> dict[Spot, list[Expectation]]:
        """What other figures say of the cells of a section."""
        told: dict[Spot, list[Expectation]] = {}
        listed_rows, listed_columns = list(rows), list(columns)
        for relation in self._relations.get(place, ()):
            for term in relation.terms:
                if term.place != place or not relation.told_by(term, store):
                    continue
                inside = term.columns_among(listed_columns)
                for spot in product(term.rows_among(listed_rows, relation.level), inside):
                    figure = relation.solved(term, spot, store)
                    if figure is not None:
                        told.setdefault(spot, []).append(Expectation(figure, relation.sure))
        return told


def _tells(linear: Linear) -> bool:
    """Whether a rule is a sum of this year's figures alone: what it leaves over is a figure."""
    return linear.op == "=" and not linear.constant and not any(ref.last_year for _, ref in linear.terms)


def _identity(linear: Linear) -> SumIdentity:
    return SumIdentity(tuple((weight, column) for weight, ref in linear.terms for column in _columns(ref)))


def _terms(linear: Linear) -> tuple[_Term, ...] | None:
    """The cells of a relation; None where it speaks of rows that only the workbook fills."""
    terms: list[_Term] = []
    for weight, ref in linear.terms:
        rows = _rows(ref.row)
        if rows is None:
            return None
        terms += [_Term(weight, (ref.table, ref.section), rows or None, column) for column in _columns(ref)]
    return tuple(terms)


def _columns(ref: Ref) -> tuple[str, ...]:
    key = ref.column
    if key is None or key.kind == "all":
        return ("",)
    return key.keys if key.kind == "some" else (key.first,)


def _rows(key: Key) -> tuple[str, ...] | None:
    """Fixed rows; empty for the row in hand; None for a set that only the workbook fills."""
    if key.kind in ("each", "same"):
        return ()
    if key.kind == "some":
        return key.keys
    if key.kind in ("one", "code"):
        return (key.first,)
    return None


def close(a: int, b: int, terms: int = 2) -> bool:
    """Whether two figures agree, each of ``terms`` cells rounded to hundredths."""
    return abs(a - b) <= (terms + 1) * _CENT // 2 + 1
