"""元 under a heading that says 万元: one remark for the column, the table or the workbook it is about.

Balance is no proof of scale: inside a table (or a column) in 元 everything adds up. What gives it away are the
relations with figures outside of it, which are off by the same factor of 10,000. A whole workbook in 元 agrees with
itself everywhere: there only the size of everyday figures tells. Single cells and rows are found by the search for
causes (:mod:`xlcheck.checking.collapse`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from statistics import median
from typing import NamedTuple

from xlcheck.checking.cellrefs import cell_ref, digits
from xlcheck.checking.judge import Judged
from xlcheck.checking.relations import Term
from xlcheck.checking.verdicts import RelationKey
from xlcheck.form import Severity
from xlcheck.model import SCALE, Section, Submission, Table, decimal_text
from xlcheck.outcome import CellRef, Diagnosis, Remark, SuspectCell

YUAN_IN_WAN = 10_000
_FEWEST = 2  # relations that must be off by the factor: one alone may be a slip
_EVERYDAY = 6  # filled items, below which there is no usual one
# 1 亿元: no unit pays as much for its usual item of 公开06 (salaries, office costs, …); in 元 every unit does
_UNUSUAL = 10_000 * SCALE

KeyedTerms = tuple[RelationKey, Sequence[Term]]


class Failing(NamedTuple):
    """A failing relation: its number among the failures, its key, its figures."""

    number: int
    key: RelationKey
    judged: Judged


class InYuan(NamedTuple):
    """What was typed in 元: the remark on it, the figures that are meant, and the failing relations that it explains.

    ``certain`` is False where only the size of the figures speaks for it: nothing is explained by that.
    """

    remark: Remark
    group: Group
    explains: frozenset[int]
    certain: bool = True


class Group(NamedTuple):
    """Figures that may be in 元 together: a table, or one column (by index) of a section of it."""

    table: str
    section: str = ""
    column: int = -1

    @property
    def whole(self) -> bool:
        """Whether it is a whole table."""
        return self.column < 0

    def holds(self, term: Term) -> bool:
        """Whether a cell belongs to it."""
        if term.section.table != self.table:
            return False
        return self.whole or (term.section.spec.key == self.section and term.column == self.column)

    def holds_some(self, terms: Iterable[Term]) -> bool:
        """Whether any of these cells belongs to it."""
        return any(map(self.holds, terms))

    def holds_all(self, terms: Iterable[Term]) -> bool:
        """Whether all of these cells belong to it."""
        return all(map(self.holds, terms))


# --- tables and columns ---------------------------------------------------------------------------------


def in_yuan(failing: Sequence[Failing], now: Submission, equations: Callable[[], Iterable[KeyedTerms]]) -> list[InYuan]:
    """The tables and columns in the wrong unit, those first that most relations speak for.

    ``equations`` lists the cells of all ``=`` relations. What agrees with other tables as it stands is not in 元: one
    large figure in 元, carried into all totals above it, looks like a table in 元 to those totals only.
    """
    votes = Counter(group for one in failing for group in _off_by_scale(one.judged))
    court = _Court(failing, votes, equations)
    left, found = list(failing), []
    for group, _ in sorted(votes.items(), key=lambda v: (-v[1], not v[0].whole, v[0])):
        case = _Case.of(group, left)
        if case.convincing and not court.contradicts(case):
            found.append(InYuan(_remark(now, group, case.across), group, case.numbers))
            left = [one for one in left if one.number not in case.numbers]
    return found


@dataclass(frozen=True)
class _Case:
    """What speaks for a group being in 元: failing relations ``inside`` of it, and those ``across`` its border that fit."""

    group: Group
    inside: tuple[Failing, ...]
    across: tuple[Failing, ...]
    touched: int

    @classmethod
    def of(cls, group: Group, failing: Sequence[Failing]) -> _Case:
        """The case of a group, from the relations that fail."""
        touched = [one for one in failing if group.holds_some(one.judged.terms)]
        inside = tuple(one for one in touched if group.holds_all(one.judged.terms))
        mine = {one.number for one in inside}
        across = tuple(one for one in touched if one.number not in mine and group in _off_by_scale(one.judged))
        return cls(group, inside, across, len(touched))

    @property
    def convincing(self) -> bool:
        """Several relations and cells, all of which fit. What is in 元 still adds up: else a single cell is wrong."""
        complete = self.group.whole or len(self.across) + len(self.inside) == self.touched
        sound = all(_adds_up_in_yuan(one.judged) for one in self.inside)
        return len(self.across) >= _FEWEST and sound and complete and self._several

    @property
    def _several(self) -> bool:
        """A table or column is more than one cell: the relations must speak of at least two."""
        return len({t.spot for t in _terms_in(self.group, self.across) if t.amount.figure}) > 1

    @property
    def numbers(self) -> frozenset[int]:
        """The failing relations that it explains."""
        return frozenset(one.number for one in (*self.across, *self.inside))


class _Court:
    """Hears what speaks against a case: relations that hold between the group and tables that nobody doubts."""

    def __init__(
        self, failing: Sequence[Failing], votes: Counter[Group], equations: Callable[[], Iterable[KeyedTerms]]
    ) -> None:
        self._wrong = {one.key for one in failing}
        self._doubted = {group.table for group, count in votes.items() if count >= _FEWEST}
        self._equations = equations

    @cached_property
    def _holding(self) -> list[Sequence[Term]]:
        return [terms for key, terms in self._equations() if key not in self._wrong]

    def contradicts(self, case: _Case) -> bool:
        """Whether at least half as many relations hold across the border as fail by the factor."""
        doubted = self._doubted - {case.group.table}
        against = sum(_agrees(case.group, terms, doubted) for terms in self._holding)
        return _FEWEST * against >= len(case.across)


def _agrees(group: Group, terms: Sequence[Term], doubted: set[str]) -> bool:
    """Whether figures of a group stand, in a relation that holds, against figures of tables that are not in doubt."""
    figures = [t for t in terms if t.amount.figure]
    outside = [t for t in figures if not group.holds(t)]
    if not 0 < len(outside) < len(figures):
        return False
    return doubted.isdisjoint(t.section.table for t in outside)


def _adds_up_in_yuan(judged: Judged) -> bool:
    """Whether a difference within one table is no more than rounding to 万元 leaves, seen in 元."""
    return abs(judged.left - judged.right) <= _slack(judged) * YUAN_IN_WAN


def _slack(judged: Judged) -> int:
    return sum(abs(t.weight) * t.amount.ulp for t in judged.terms if t.amount.filled)


def _off_by_scale(judged: Judged) -> list[Group]:
    """Groups in a relation whose figures, divided by 10,000, would make it hold but for rounding."""
    sums = _sums_of_groups(judged.terms)
    whole = sum(s for group, s in sums.items() if group.whole)
    slack = _slack(judged)
    return [
        group
        for group, own in sums.items()
        if _off_by_factor(own, whole - own, slack) and not group.holds_all(judged.terms)
    ]


def _sums_of_groups(terms: Iterable[Term]) -> Counter[Group]:
    """What the figures of each table, and of each column, come to in a relation."""
    sums: Counter[Group] = Counter()
    for term in terms:
        figure = term.weight * (term.amount.figure or 0)
        sums[Group(term.section.table)] += figure
        sums[Group(term.section.table, term.section.spec.key, term.column)] += figure
    return sums


def _off_by_factor(own: int, others: int, slack: int) -> bool:
    """Whether two sums, both more than rounding leaves, cancel each other once the first is divided by 10,000."""
    return min(abs(own), abs(others)) > slack and abs(others * YUAN_IN_WAN + own) <= slack * YUAN_IN_WAN


def _remark(now: Submission, group: Group, across: Sequence[Failing]) -> Remark:
    table = now.tables[group.table]
    params = {"table": table.spec.number, "count": str(len(across))}
    if group.whole:
        return _about(table, Severity.ERROR, "table_in_yuan", params)
    terms = {t.spot: t for t in _terms_in(group, across) if t.amount.filled}
    cells = tuple(cell_ref(terms[spot], "subject", now) for spot in sorted(terms, key=lambda s: terms[s].row))
    params["column"] = table.sections[group.section].columns[group.column]
    return Remark(None, Severity.ERROR, "scale", "column_in_yuan", cells, unit=table.currency, params=params)


def _terms_in(group: Group, failing: Iterable[Failing]) -> Iterator[Term]:
    """The cells of relations that belong to a group."""
    return (term for one in failing for term in one.judged.terms if group.holds(term))


def _about(table: Table, severity: Severity, code: str, params: dict[str, str]) -> Remark:
    """A remark on a whole table."""
    cell = CellRef(table.spec.number, table.sheet, None, "subject", table.spec.name, None)
    return Remark(None, severity, "scale", code, (cell,), unit=table.currency, params=params)


# --- the whole workbook -------------------------------------------------------------------------------------


class UnusualTable(NamedTuple):
    """A table of economic items whose ``usual`` one (in millionths) no unit pays."""

    table: Table
    usual: float


def workbook_in_yuan(now: Submission, failing: Sequence[Failing]) -> InYuan | None:
    """What is in 元 where the usual item of the economic detail is larger than any unit's.

    公开06 lists what every unit pays every year; half of its filled items above 1 亿元 means that 元 were typed: in
    the whole workbook if the other tables agree with it, else in this table.
    """
    if now.currency not in (None, "万元") or now.mixed_units:
        return None
    found = next(_unusual(now), None)
    if found is None:
        return None
    group = Group(found.table.spec.key)
    across = [one for one in failing if _crosses(group, one.judged)]
    return _one_table(now, group, across, failing) if across else _whole_workbook(found, group)


def _whole_workbook(found: UnusualTable, group: Group) -> InYuan:
    params = {"table": found.table.spec.number, "usual": f"{Decimal(int(found.usual)).scaleb(-6):,.2f}"}
    remark = _about(found.table, Severity.VERIFY, "workbook_in_yuan", params)
    return InYuan(remark, group, frozenset(), certain=False)


def _one_table(now: Submission, group: Group, across: Sequence[Failing], failing: Sequence[Failing]) -> InYuan | None:
    """The table alone, if a relation with another one is off by the factor."""
    fitting = [one for one in across if group in _off_by_scale(one.judged)]
    if not fitting:
        return None
    inside = [one for one in failing if _fails_in_yuan(group, one.judged)]
    return InYuan(_remark(now, group, fitting), group, frozenset(one.number for one in (*fitting, *inside)))


def _fails_in_yuan(group: Group, judged: Judged) -> bool:
    """Whether a relation within a group fails only because 元 are printed to the digit of 万元."""
    return group.holds_all(judged.terms) and _adds_up_in_yuan(judged)


def _unusual(now: Submission) -> Iterator[UnusualTable]:
    """Tables of economic items whose usual one no unit pays."""
    for table in now.tables.values():
        for section in () if table.lost else table.sections.values():
            if section.spec.shape.economic and (usual := _usual(section)) > _UNUSUAL:
                yield UnusualTable(table, usual)


def _usual(section: Section) -> float:
    """The median of the filled leaves, in millionths; 0 where there are too few to speak of a usual one."""
    firsts = [amounts[0] for i, amounts in enumerate(section.amounts) if _is_leaf(section, i)]
    leaves = [abs(amount.figure) for amount in firsts if amount.filled and amount.figure]
    return median(leaves) if len(leaves) >= _EVERYDAY else 0


def _is_leaf(section: Section, row: int) -> bool:
    """Whether a row has a code, and none below it."""
    return bool(section.rows[row].code) and not section.children[row]


def _crosses(group: Group, judged: Judged) -> bool:
    """Whether a relation is between a group and another table."""
    return len({t.section.table for t in judged.terms}) > 1 and group.holds_some(judged.terms)


# --- what it means for the figures ----------------------------------------------------------------------


def diagnosis_of(found: InYuan, number: int, now: Submission) -> Diagnosis | None:
    """The diagnosis of a table or column in 元: all of its figures, and what they should say; it explains ``number``."""
    table = now.tables[found.group.table]
    column = found.remark.params.get("column")
    cells = tuple(_divided(term, now) for term in _figures(table, column))
    if not cells:
        return None
    params = {"column": column} if column else {}
    return Diagnosis("scale", cells, (number,), table.currency, code="in_yuan", params=params)


def _figures(table: Table, column: str | None) -> Iterator[Term]:
    """The figures other than 0 of a table (or of a column): amounts only, no counts."""
    for section in table.sections.values():
        for r, row in enumerate(section.rows):
            for c, name in enumerate(section.columns):
                if section.figures[r][c] and not row.exact and column in (None, name):
                    yield Term(1, section, r, c, True)


def _divided(term: Term, now: Submission) -> SuspectCell:
    ulp = 10 ** (6 - now.tables[term.section.table].spec.decimals)
    figure = term.amount.figure or 0
    whole = (abs(figure) + YUAN_IN_WAN * ulp // 2) // (YUAN_IN_WAN * ulp) * ulp
    text = decimal_text(whole if figure > 0 else -whole, digits(ulp))
    return SuspectCell(cell_ref(term, "subject", now), text, (text, text))
