"""What the rules of a form say about a figure before it is bound: its sums, and its copies in other tables.

Rules are data: the same relations that judge a workbook tell which reading of it is the likelier one. They choose
between readings that headings leave open, and raise doubts; they never move an exact heading (docs/binding.md §6).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from xlcheck.form import TOTAL, SetSpec
from xlcheck.formula import syntax as s

_CENT = 10_000
_LEVELS = s.LEVELS


class Identity(NamedTuple):
    """Columns of one row that add up: Σ weight × column = 0."""

    terms: tuple[tuple[int, str], ...]


class _Term(NamedTuple):
    weight: int
    table: str
    section: str
    rows: tuple[str, ...] | None  # None: the row in hand
    column: str  # empty: the column in hand


class _Relation(NamedTuple):
    terms: tuple[_Term, ...]
    each: str
    sure: bool


@dataclass(slots=True)
class Known:
    """Figures of a section that are bound beyond doubt: (row, column) → millionths; rows by code or key.

    ``whole``: every figure of it is bound, so that a code which it does not have is 0 there.
    """

    figures: dict[tuple[str, str], int] = field(default_factory=dict)
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


Store = Mapping[tuple[str, str], Known]


class Evidence:
    """The relations of a form, arranged by what they say of a column or a cell."""

    def __init__(self, form: SetSpec) -> None:
        self.identities: dict[tuple[str, str], list[Identity]] = {}
        self._relations: dict[tuple[str, str], list[_Relation]] = {}
        for rule in form.rules:
            linear = rule.linear
            if linear is None or linear.op != "=" or linear.constant or any(r.last_year for _, r in linear.terms):
                continue
            self._add(linear, sure=not isinstance(rule.tree, s.Implies))

    def _add(self, linear: Any, *, sure: bool) -> None:
        places = {(r.table, r.section) for _, r in linear.terms}
        if len(places) == 1 and linear.each == "每行":
            inside = tuple((w, k) for w, r in linear.terms for k in _columns(r))
            self.identities.setdefault(next(iter(places)), []).append(Identity(inside))
            return
        terms: list[_Term] = []
        for weight, ref in linear.terms:
            rows = _rows(ref.row)
            columns = _columns(ref)
            if rows is None or (ref.row.kind == "set"):
                return
            terms += [_Term(weight, ref.table, ref.section, rows or None, k) for k in columns]
        relation = _Relation(tuple(terms), linear.each, sure)
        for place in places:
            self._relations.setdefault(place, []).append(relation)

    def expected(
        self, place: tuple[str, str], rows: Iterable[str], columns: Iterable[str], store: Store
    ) -> dict[tuple[str, str], list[tuple[int, bool]]]:
        """What other figures say of the cells of a section: (row, column) → (figure, whether it must be so)."""
        found: dict[tuple[str, str], list[tuple[int, bool]]] = {}
        wanted, listed = set(columns), list(rows)
        for relation in self._relations.get(place, ()):
            for i, term in enumerate(relation.terms):
                if (term.table, term.section) != place:
                    continue
                stars = [term.column] if term.column else list(columns)
                for row in self._rows_of(term, relation, listed):
                    for column in stars:
                        if column not in wanted:
                            continue
                        value = _solved(relation, i, row, column, store)
                        if value is not None:
                            found.setdefault((row, column), []).append((value, relation.sure))
        return found

    @staticmethod
    def _rows_of(term: _Term, relation: _Relation, listed: list[str]) -> Iterator[str]:
        if term.rows is not None:
            if len(term.rows) == 1:
                yield term.rows[0]
            return
        level = _LEVELS.get(relation.each.removeprefix("每个"))
        for row in listed:
            if row.isdigit() and (level is None or len(row) == level):
                yield row

    def about(self, place: tuple[str, str]) -> bool:
        """Whether any relation ties a section to others or to its own total rows."""
        return place in self._relations


def _solved(relation: _Relation, index: int, row: str, column: str, store: Store) -> int | None:
    """The figure that makes a relation hold, from all its other cells; None where one is not known."""
    own = relation.terms[index]
    total = 0
    for i, term in enumerate(relation.terms):
        rows = term.rows if term.rows is not None else (row,)
        for r in rows:
            if i == index and r == row:
                continue
            known = store.get((term.table, term.section))
            value = known.value(r, term.column or column) if known is not None else None
            if value is None:
                return None
            total += term.weight * value
    return -total // own.weight


def _columns(ref: s.Ref) -> tuple[str, ...]:
    key = ref.column
    if key is None or key.kind == "all":
        return ("",)
    return key.keys if key.kind == "some" else (key.first,)


def _rows(key: s.Key) -> tuple[str, ...] | None:
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


def total_row(row: str) -> bool:
    """Whether a row is the total of a code table."""
    return row == TOTAL
