"""A linear rule laid over a submission: every relation it stands for, with its cells.

A *binding* is one choice of row (每行, 每个科目, …) and column (``*``). The fast path compares integers
bound by bound without building anything; cells are listed only for relations somebody asks about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple, Protocol, cast

from xlcheck.form import TOTAL, RuleSpec
from xlcheck.formula import syntax as s
from xlcheck.formula.linear import Linear
from xlcheck.model import Amount, Section, Submission

Summer = Callable[[int, int], int]  # (binding, column) → the sum of some figures
Figures = list[list[int]]  # seen as if each cell had one: adding up the None of an unusable cell is a TypeError


class Term(NamedTuple):
    """One cell of a relation with its weight; ``left`` says on which side it was written."""

    weight: int
    section: Section
    row: int
    column: int
    left: bool

    @property
    def amount(self) -> Amount:
        """What the cell holds."""
        return self.section.amounts[self.row][self.column]

    @property
    def spot(self) -> tuple[int, int, int]:
        """Identity of the cell within a submission."""
        return (id(self.section), self.row, self.column)


class NotCheckable(Exception):
    """A rule that cannot be laid over this submission at all. ``str()`` is the reason."""


# --- the rows of a reference ---------------------------------------------------------------------


class _RowChoice(Protocol):
    """Which rows of its section a reference names for a binding."""

    def rows(self, binding: int) -> list[int]:
        """The rows; absent codes are left out."""

    def summer(self, figures: Figures, columns: list[int] | None) -> Summer:
        """The function that adds up the figures of these rows in ``columns`` (None: in the column asked for)."""


class _RowOfBinding(NamedTuple):
    """One row a binding (每行, 本行, 同码): −1 where the section has none, which is its row of zeros."""

    at: list[int]

    def rows(self, binding: int) -> list[int]:
        row = self.at[binding]
        return [row] if row >= 0 else []

    def summer(self, figures: Figures, columns: list[int] | None) -> Summer:
        at = self.at
        if columns is None:
            return lambda b, c: figures[at[b]][c]
        if len(columns) == 1:
            only = columns[0]
            return lambda b, c: figures[at[b]][only]
        first, end = columns[0], columns[-1] + 1
        if columns == list(range(first, end)):
            return lambda b, c: sum(figures[at[b]][first:end])
        return lambda b, c: sum([figures[at[b]][k] for k in columns])


class _RowsBelow(NamedTuple):
    """The rows right below that of a binding (直接下级)."""

    below: list[list[int]]

    def rows(self, binding: int) -> list[int]:
        return self.below[binding]

    def summer(self, figures: Figures, columns: list[int] | None) -> Summer:
        below = self.below
        if columns is None:
            return lambda b, c: sum([figures[r][c] for r in below[b]])
        return lambda b, c: sum([figures[r][k] for r in below[b] for k in columns])


class _FixedRows(NamedTuple):
    """The same rows for every binding: named ones, or a set such as 各类."""

    named: list[int]

    def rows(self, _binding: int) -> list[int]:
        return self.named

    def summer(self, figures: Figures, columns: list[int] | None) -> Summer:
        named = self.named
        if columns is None:
            return lambda b, c: sum([figures[r][c] for r in named])
        cells = [figures[r][k] for r in named for k in columns]
        try:
            total = sum(cells)
        except TypeError:  # it is the caller's, who asks for a relation
            return lambda b, c: sum(cells)
        return lambda b, c: total


class SidePlan(NamedTuple):
    """One reference of the formula, ready to be read for any binding. ``columns``: None is the column of ``*``."""

    weight: int
    left: bool
    section: Section
    choice: _RowChoice
    columns: list[int] | None

    def cells(self, binding: int, column: int) -> Iterator[tuple[int, int]]:
        """(row, column) of every cell of this reference; absent codes are left out."""
        return product(self.choice.rows(binding), (column,) if self.columns is None else self.columns)

    def summer(self) -> Summer:
        """A function (binding, column) → sum of figures; ``TypeError`` where one is unusable."""
        return self.choice.summer(cast("Figures", self.section.figures), self.columns)

    def absent(self, binding: int) -> bool:
        """Whether it names a code that its table does not have."""
        return isinstance(self.choice, _RowOfBinding) and self.choice.at[binding] < 0


@dataclass(slots=True)
class Relations:
    """All relations of one linear rule on one submission.

    ``doubled`` are bindings to a code that stands twice in a table, each with the sentence that says so.
    """

    rule: RuleSpec
    form: Linear
    plans: list[SidePlan]
    bindings: list[str]
    columns: list[int]
    doubled: dict[int, str]

    def terms(self, binding: int, column: int) -> list[Term]:
        """Every cell of one relation, in the order in which the formula names them."""
        return [
            Term(p.weight, p.section, row, at, p.left)
            for p in self.plans
            for row in p.choice.rows(binding)
            for at in ((column,) if p.columns is None else p.columns)
        ]

    def absent(self, binding: int) -> list[tuple[str, str]]:
        """(table key, code) of codes that a reference names and the table does not have."""
        return [(p.section.table, self.bindings[binding]) for p in self.plans if p.absent(binding)]

    def __iter__(self) -> Iterator[tuple[int, int]]:
        """Every (binding, column)."""
        for binding in range(len(self.bindings)):
            for column in self.columns:
                yield binding, column


def lay(rule: RuleSpec, form: Linear, now: Submission, before: Submission | None) -> Relations:
    """Lay ``rule`` over a submission (and last year's, where it asks for it).

    Raises:
        NotCheckable: a table it needs is not there.
    """
    sections = [_section(ref, now, before) for _, ref in form.terms]
    tables = {section.table for section in sections}
    if len(tables) > 1:
        _require_one_unit(tables, now)
    own = sections[form.own] if form.own >= 0 else None
    involved = _by_binding(form, sections) if own is not None else []
    bindings = _bindings(form.each, own, involved)
    columns = list(range(len(sections[form.starred].columns))) if form.starred >= 0 else [0]
    plans = [
        SidePlan(weight, i < form.split, section, _row_choice(ref.row, section, own, bindings), _columns(ref, section))
        for i, ((weight, ref), section) in enumerate(zip(form.terms, sections, strict=True))
    ]
    return Relations(rule, form, plans, bindings, columns, _doubled(bindings, involved, now))


# --- sections ----------------------------------------------------------------------------------------


def _section(ref: s.Ref, now: Submission, before: Submission | None) -> Section:
    source = before if ref.last_year else now
    if source is None:
        raise NotCheckable("没有给出上年的工作簿（--last-year）")
    table = source.tables.get(ref.table)
    if table is None:
        raise NotCheckable(f"本套表没有“{ref.table}”")
    section = table.sections[ref.section]
    lost = "" if table.absent else table.lost or section.lost
    if lost:
        raise NotCheckable(lost)
    return section


def _require_one_unit(keys: set[str], now: Submission) -> None:
    """Amounts in 元 and in 万元 can't be compared as they stand."""
    tables = [now.tables[key] for key in keys]
    if any(table.currency != tables[0].currency for table in tables):
        named = {table.currency: table.spec.title for table in now.tables.values() if table.spec.key in keys}
        said = "，".join(f"{title}的金额单位是{unit}" for unit, title in named.items())
        raise NotCheckable(f"{said}，单位不同，不能比较")


def _by_binding(form: Linear, sections: list[Section]) -> list[Section]:
    """The sections of which a relation names the row of its binding."""
    return [x for (_, ref), x in zip(form.terms, sections, strict=True) if ref.row.kind in _BY_BINDING]


def _columns(ref: s.Ref, section: Section) -> list[int] | None:
    """The columns that a reference names; None where it is ``*``, or has none."""
    column = ref.column
    if column is None or column.kind == "all":
        return None
    keys = column.keys if column.kind == "some" else (column.first,)
    return [section.columns.index(k) for k in keys]


# --- bindings -----------------------------------------------------------------------------------------


def _bindings(each: str, own: Section | None, involved: list[Section]) -> list[str]:
    """What a rule is said of, one by one: rows by their keys, codes as they are; a rule without 每… is said once."""
    if not each or own is None:
        return [""]
    if each in _ROW_BINDINGS:
        return _ROW_BINDINGS[each](own)
    return _common_codes(involved, s.LEVELS.get(each.removeprefix("每个")))


def _every_row(own: Section) -> list[str]:
    return [_binding(own, i) for i in range(len(own.rows))]


def _codes_with_codes_below(own: Section) -> list[str]:
    return [r.code for i, r in enumerate(own.rows) if r.code and own.children[i]]


def _codes_without_codes_below(own: Section) -> list[str]:
    return [r.code for i, r in enumerate(own.rows) if r.code and not own.children[i]]


def _common_codes(sections: list[Section], length: int | None) -> list[str]:
    """Codes that one of the sections has, in their order: all of them, or those of one length."""
    codes = sorted({c for section in sections for c in section.codes})
    return codes if length is None else [c for c in codes if len(c) == length]


def _binding(own: Section, row: int) -> str:
    return own.rows[row].key if own.rows[row].code is None else f"#{row}"


def _doubled(bindings: list[str], involved: list[Section], now: Submission) -> dict[int, str]:
    """Bindings to a code that stands twice in one of the sections, each with the sentence that says so."""
    if not any(section.doubled for section in involved):
        return {}
    at = {b: i for i, b in reversed(list(enumerate(bindings)))}
    return {
        at[code]: f"{now.tables[section.table].spec.title}科目 {code} 出现了 {len(places)} 次，分不清以哪一行为准"
        for section in involved
        for code, places in section.doubled.items()
        if code in at
    }


# --- rows ------------------------------------------------------------------------------------------------


def _row_choice(key: s.Key, section: Section, own: Section | None, bindings: list[str]) -> _RowChoice:
    if key.kind in _BY_BINDING:
        return _RowOfBinding(_rows_of(section, own, bindings))
    if key.kind == "set" and key.first == "直接下级":
        below = [*section.children, []]  # the row of zeros has none
        return _RowsBelow([below[r] for r in _rows_of(section, own, bindings)])
    return _FixedRows(_FIXED_ROWS[key.kind](key, section))


def _rows_of(section: Section, own: Section | None, bindings: list[str]) -> list[int]:
    """The row of each binding in ``section``; −1 (the row of zeros) where it has none."""
    if own is None or not bindings:
        return []
    if len(bindings) != len(own.rows) or bindings[0] != _binding(own, 0):
        return [section.codes.get(b, -1) for b in bindings]
    return list(range(len(own.rows))) if section is own else _same_rows(section, own)


def _same_rows(section: Section, own: Section) -> list[int]:
    return [section.codes.get(r.code, -1) if r.code else section.index.get(r.key, -1) for r in own.rows]


def _named_row(key: s.Key, section: Section) -> list[int]:
    return [section.index[key.first]] if key.first in section.index else []


def _named_rows(key: s.Key, section: Section) -> list[int]:
    return [section.index[k] for k in key.keys if k in section.index]


def _rows_of_code(key: s.Key, section: Section) -> list[int]:
    return [i for i, r in enumerate(section.rows) if r.code == key.first]


def _rows_of_codes(key: s.Key, section: Section) -> list[int]:
    return [i for i, r in enumerate(section.rows) if r.code and key.first <= r.code <= key.last]


def _rows_of_set(key: s.Key, section: Section) -> list[int]:
    """各顶级, 各行, 各末级, or all codes of a level."""
    if key.first in _ROW_SETS:
        return _ROW_SETS[key.first](section)
    length = s.LEVELS[key.first.removeprefix("各")]
    return [i for i, r in enumerate(section.rows) if r.code and len(r.code) == length]


def _tops(section: Section) -> list[int]:
    return section.tops


def _all_but_the_total(section: Section) -> list[int]:
    return [i for i, r in enumerate(section.rows) if r.key != TOTAL]


def _leaves(section: Section) -> list[int]:
    return [i for i, r in enumerate(section.rows) if r.code and not section.children[i]]


_BY_BINDING = ("each", "same")  # kinds of rows that are one for each binding
_ROW_BINDINGS: dict[str, Callable[[Section], list[str]]] = {
    "每行": _every_row,
    "每个上级": _codes_with_codes_below,
    "每个末级": _codes_without_codes_below,
}
_ROW_SETS: dict[str, Callable[[Section], list[int]]] = {"各顶级": _tops, "各行": _all_but_the_total, "各末级": _leaves}
_FIXED_ROWS: dict[str, Callable[[s.Key, Section], list[int]]] = {
    "one": _named_row,
    "some": _named_rows,
    "code": _rows_of_code,
    "codes": _rows_of_codes,
    "set": _rows_of_set,
}
