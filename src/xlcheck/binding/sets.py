"""Which set explains the tables of a workbook: the one that misses and leaves over the fewest, with a floor.

Numbers (公开NN) are evidence, never stronger than a title. Where no set explains the tables, the open form is used and
the nearest set is named.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from xlcheck.form import SetSpec, TableSpec, titled

_FLOW = "年初结转和结余"
_TWINS = {"国资收支表": "国资表", "国资表": "国资收支表"}
_EARLIEST = 3  # years before its own in which a form is taken to be in use
_MISSED = 4  # one table in so many may be missing of a set that explains the workbook
_LEAST = 2  # tables that must be there: one alone is of many sets


class Choice(NamedTuple):
    """The form to read by. ``explains``: it is a set that accounts for the tables; else it is the open form.

    ``nearest`` is the nearest set, ``rivals`` sets that fit as well but demand more (set, names of what is missing).
    """

    form: SetSpec
    explains: bool
    nearest: SetSpec | None
    rivals: tuple[tuple[SetSpec, tuple[str, ...]], ...] = ()


def kind_of(spec: TableSpec) -> str:
    """The kind of table that a table of a set is: 国资表 with carry-over columns is 国资收支表."""
    if spec.key != "国资表":
        return spec.key
    return "国资收支表" if any(_FLOW in s.column_keys for s in spec.sections) else spec.key


def key_in(form: SetSpec, kinds: Iterable[str]) -> str | None:
    """The table of ``form`` that is of one of ``kinds``, the first that there is; None: it has none."""
    by_kind = {kind_of(t): t.key for t in form.tables}
    keys = {t.key for t in form.tables}
    for kind in kinds:
        if kind in by_kind:
            return by_kind[kind]
        if kind in keys:
            return kind
        twin = _TWINS.get(kind, "")
        if twin in by_kind:
            return by_kind[twin]
    return None


class Profile(NamedTuple):
    """A set as it is recognised: kind of table → the table, and the number that its title prints (empty: none)."""

    form: SetSpec
    kinds: dict[str, TableSpec]
    printed: dict[str, str]


def profile(form: SetSpec) -> Profile:
    """What a set is recognised by; made once for many workbooks."""
    kinds = {kind_of(t): t for t in form.tables}
    return Profile(form, kinds, {k: t.number if re.search(r"\d", titled(t.number)) else "" for k, t in kinds.items()})


class _TitledTable(NamedTuple):
    """A table of the workbook: the kind its title speaks of first, all it may be, the 公开NN it prints (empty: none)."""

    first: str
    kinds: tuple[str, ...]
    number: str


class _Seat(NamedTuple):
    """A table of the workbook, the kind of table in a set that it may be, and the number that the set gives that."""

    table: _TitledTable
    kind: str  # empty: the set has none
    number: str

    @property
    def agrees(self) -> bool:
        """Whether the table prints what the set would."""
        return bool(self.kind) and self.table.number == self.number

    @property
    def disagrees(self) -> bool:
        """Whether the table prints a number that the set would not."""
        return bool(self.table.number) and not self.agrees

    @property
    def second(self) -> bool:
        """Whether it is only what the title may mean besides."""
        return bool(self.kind) and self.kind != self.table.first


class _Printed(NamedTuple):
    """The numbers that a workbook prints: 公开NN, one a table, and what others (附表3) count."""

    own: list[str]
    ordinals: set[int]

    @classmethod
    def of(cls, seen: Iterable[_TitledTable], others: Iterable[str]) -> _Printed:
        """The numbers of the tables seen, and of ``others``."""
        return cls([table.number for table in seen if table.number], set(map(_ordinal, others)) - {0})


@dataclass(frozen=True, slots=True)
class _SetFit:
    """How a set accounts for the tables of a workbook.

    ``over`` counts tables that it has not, or only as what their title may mean besides; ``agree`` printed numbers that
    are its own, ``against`` those that are not.
    """

    form: SetSpec
    missing: list[TableSpec]
    over: int
    agree: int
    against: int

    @property
    def rank(self) -> tuple[int, int, int]:
        """The smaller, the nearer."""
        return len(self.missing) + self.over, -self.agree, self.over

    @property
    def present(self) -> int:
        """How many of its tables are there."""
        return len(self.form.tables) - len(self.missing)

    def explains(self, printed: _Printed) -> bool:
        """Whether it accounts for the tables, and the printed numbers do not speak of another form."""
        most = max(1, len(self.form.tables) // _MISSED)
        tables = not self.over and len(self.missing) <= most and self.present >= _LEAST
        return tables and self.against * 2 <= len(printed.own) and not self._closed(printed)

    def _closed(self, printed: _Printed) -> bool:
        """Whether the numbers in the workbook leave no gap for what is missing: then it is another form."""
        places = {t.key: n for n, t in enumerate(self.form.tables, 1)}
        ordinals = {_ordinal(t.number) or places[t.key] for t in self.missing}
        return any(t.number in printed.own for t in self.missing) or not ordinals.isdisjoint(printed.ordinals)

    def rivals(self, other: _SetFit) -> bool:
        """Whether ``other`` fits as well as this one, but demands more."""
        alike = other.agree == self.agree and other.present == self.present
        return alike and not other.over and len(other.missing) > len(self.missing)


def choose(
    titled_tables: Sequence[tuple[tuple[str, ...], str]],
    sets: Sequence[Profile],
    open_form: SetSpec,
    year: int | None,
    others: Iterable[str] = (),
) -> Choice:
    """The set for tables of these kinds, each with the 公开NN that it prints (empty: none).

    ``others`` are numbers of another kind (附表3, 表3): what they count up without a gap is no form with a table missing.
    """
    known = {kind_of(t) for t in open_form.tables}.union(*(s.kinds for s in sets))
    seen = [_TitledTable(first, kinds, number) for kinds, number in titled_tables if (first := _hit(known, kinds))]
    if not sets:
        return Choice(open_form, explains=False, nearest=None)
    best, *worse = sorted((_fit(candidate, seen) for candidate in sets), key=lambda f: f.rank)
    in_use = year is None or year >= best.form.year - _EARLIEST
    if not in_use or not best.explains(_Printed.of(seen, others)):
        return Choice(open_form, explains=False, nearest=best.form)
    return Choice(best.form, explains=True, nearest=best.form, rivals=_rivals(best, worse))


def _fit(candidate: Profile, seen: Iterable[_TitledTable]) -> _SetFit:
    """How a set accounts for the tables seen."""
    seats = [_seat(candidate, table) for table in seen]
    here = {seat.kind for seat in seats}
    strange = {seat.table.first for seat in seats if not seat.kind}
    return _SetFit(
        candidate.form,
        missing=[spec for kind, spec in candidate.kinds.items() if kind not in here],
        over=len(strange) + sum(seat.second for seat in seats),
        agree=sum(seat.agrees for seat in seats),
        against=sum(seat.disagrees for seat in seats),
    )


def _seat(candidate: Profile, table: _TitledTable) -> _Seat:
    """The table of a set that a table of the workbook may be."""
    kind = _hit(candidate.kinds, table.kinds)
    return _Seat(table, kind, candidate.printed.get(kind, ""))


def _rivals(best: _SetFit, others: Iterable[_SetFit]) -> tuple[tuple[SetSpec, tuple[str, ...]], ...]:
    """The set that fits as well as the best and demands the least more, with the names of what it misses; at most one."""
    rivals = sorted((fit for fit in others if best.rivals(fit)), key=lambda f: len(f.missing))
    return tuple((fit.form, tuple(f"{t.title}（{t.name}）" for t in fit.missing)) for fit in rivals[:1])


def _ordinal(number: str) -> int:
    """附表3, 公开03 → 3; 0 where there is none."""
    match = re.search(r"\d+", number)
    return int(match[0]) if match else 0


def _hit(kinds: Collection[str], alternatives: Sequence[str]) -> str:
    """The first of ``alternatives`` that is one of ``kinds``; empty where none is."""
    return next((k for k in alternatives if k in kinds), "")
