"""A linear rule laid over a submission: every relation it stands for, with its cells.

A *binding* is one choice of row (每行, 每个科目, …) and column (``*``). The fast path compares integers
bound by bound without building anything; cells are listed only for relations somebody asks about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from xlcheck.form import TOTAL, RuleSpec
from xlcheck.formula import syntax as s
from xlcheck.formula.linear import Linear
from xlcheck.model import Amount, Section, Submission

Summer = Callable[[int, int], int]


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


@dataclass(slots=True)
class _Plan:
    """One reference of the formula, ready to be read for any binding."""

    weight: int
    left: bool
    section: Section
    rows: list[int] | None
    by_binding: list[int] | None
    children: list[list[int]] | None
    columns: list[int] | None

    def cells(self, binding: int, column: int) -> Iterator[tuple[int, int]]:
        """(row, column) of every cell of this reference; absent codes are left out."""
        if self.by_binding is not None:
            at = self.by_binding[binding]
            rows = [at] if at >= 0 else []
        elif self.children is not None:
            rows = self.children[binding]
        else:
            rows = self.rows or []
        for row in rows:
            for c in self.columns if self.columns is not None else (column,):
                yield row, c

    def summer(self) -> Summer:
        """A function (binding, column) → sum of figures; ``TypeError`` where one is unusable."""
        figures, columns = self.section.figures, self.columns
        if self.by_binding is not None:
            return _summer_of_row(figures, self.by_binding, columns)
        if self.children is not None:
            below = self.children
            if columns is None:
                return lambda b, c: sum([figures[r][c] for r in below[b]])  # type: ignore[misc]
            return lambda b, c: sum([figures[r][k] for r in below[b] for k in columns])  # type: ignore[misc]
        rows = self.rows or []
        if columns is None:
            return lambda b, c: sum([figures[r][c] for r in rows])  # type: ignore[misc]
        cells = [figures[r][k] for r in rows for k in columns]
        if None in cells:
            return lambda b, c: sum(cells)  # type: ignore[arg-type]
        total = sum(cells)  # type: ignore[arg-type]
        return lambda b, c: total


def _summer_of_row(figures: list[list[int | None]], at: list[int], columns: list[int] | None) -> Summer:
    if columns is None:
        return lambda b, c: figures[at[b]][c]  # type: ignore[return-value]
    if len(columns) == 1:
        only = columns[0]
        return lambda b, c: figures[at[b]][only]  # type: ignore[return-value]
    first, last = columns[0], columns[-1] + 1
    if columns == list(range(first, last)):
        return lambda b, c: sum(figures[at[b]][first:last])  # type: ignore[arg-type]
    return lambda b, c: sum([figures[at[b]][k] for k in columns])  # type: ignore[misc]


@dataclass(slots=True)
class Relations:
    """All relations of one linear rule on one submission."""

    rule: RuleSpec
    form: Linear
    plans: list[_Plan]
    bindings: list[str]
    columns: list[int]
    doubled: dict[int, str] = field(default_factory=dict)

    def terms(self, binding: int, column: int) -> list[Term]:
        """Every cell of one relation, in the order in which the formula names them."""
        return [Term(p.weight, p.section, r, c, p.left) for p in self.plans for r, c in p.cells(binding, column)]

    def absent(self, binding: int) -> list[tuple[str, str]]:
        """(table key, code) of codes that a reference names and the table does not have."""
        return [
            (p.section.table, self.bindings[binding])
            for p in self.plans
            if p.by_binding is not None and p.by_binding[binding] < 0
        ]

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
    if now.mixed_units:
        _require_one_unit(sections, now)
    own = sections[form.own] if form.own >= 0 else None
    involved: list[Section] = []
    if own is not None:
        involved = [x for (_, r), x in zip(form.terms, sections, strict=True) if r.row.kind in ("each", "same")]
    bindings = _bindings(form.each, own, involved)
    columns = list(range(len(sections[form.starred].columns))) if form.starred >= 0 else [0]
    plans = [
        _plan(weight, i < form.split, ref, section, own, bindings)
        for i, ((weight, ref), section) in enumerate(zip(form.terms, sections, strict=True))
    ]
    found = Relations(rule, form, plans, bindings, columns)
    at = {b: i for i, b in reversed(list(enumerate(bindings)))} if any(x.doubled for x in involved) else {}
    for section in involved:
        for code, places in section.doubled.items():
            if code in at:
                reason = (
                    f"{now.tables[section.table].spec.title}科目 {code} 出现了 {len(places)} 次，分不清以哪一行为准"
                )
                found.doubled[at[code]] = reason
    return found


def _require_one_unit(sections: list[Section], now: Submission) -> None:
    """Amounts in 元 and in 万元 can't be compared as they stand."""
    units: dict[str, str] = {}
    for section in sections:
        table = now.tables[section.table]
        units.setdefault(table.currency, table.spec.title)
    if len(units) > 1:
        raise NotCheckable(
            "，".join(f"{title}的金额单位是{unit}" for unit, title in units.items()) + "，单位不同，不能比较"
        )


def _section(ref: s.Ref, now: Submission, before: Submission | None) -> Section:
    source = before if ref.last_year else now
    if source is None:
        raise NotCheckable("没有给出上年的工作簿（--last-year）")
    table = source.tables.get(ref.table)
    if table is None:
        raise NotCheckable(f"本套表没有“{ref.table}”")
    section = table.sections[ref.section]
    if table.absent:
        return section
    if table.lost:
        raise NotCheckable(table.lost)
    if section.lost:
        raise NotCheckable(section.lost)
    return section


def _bindings(each: str, own: Section | None, involved: list[Section]) -> list[str]:
    if not each or own is None:
        return [""]
    if each == "每行":
        return [_binding(own, i) for i in range(len(own.rows))]
    if each == "每个上级":
        return [r.code for i, r in enumerate(own.rows) if r.code and own.children[i]]
    if each == "每个末级":
        return [r.code for i, r in enumerate(own.rows) if r.code and not own.children[i]]
    codes = sorted({c for section in involved for c in section.codes})
    length = s.LEVELS.get(each.removeprefix("每个"))
    return [c for c in codes if length is None or len(c) == length]


def _plan(weight: int, left: bool, ref: s.Ref, section: Section, own: Section | None, bindings: list[str]) -> _Plan:
    columns: list[int] | None = None
    if ref.column is not None and ref.column.kind != "all":
        keys = ref.column.keys if ref.column.kind == "some" else (ref.column.first,)
        columns = [section.columns.index(k) for k in keys]
    plan = _Plan(weight, left, section, None, None, None, columns)
    key = ref.row
    if key.kind in ("each", "same"):
        plan.by_binding = _rows_of(section, own, bindings)
    elif key.first == "直接下级" and key.kind == "set":
        below = [*section.children, []]
        plan.children = [below[r] for r in _rows_of(section, own, bindings)]
    else:
        plan.rows = _fixed_rows(key, section)
    return plan


def _rows_of(section: Section, own: Section | None, bindings: list[str]) -> list[int]:
    """The row of each binding in ``section``; −1 (the row of zeros) where it has none."""
    if own is None or not bindings:
        return []
    if len(bindings) == len(own.rows) and bindings[0] == _binding(own, 0):
        if section is own:
            return list(range(len(own.rows)))
        return [section.codes.get(r.code, -1) if r.code else section.index.get(r.key, -1) for r in own.rows]
    return [section.codes.get(b, -1) for b in bindings]


def _binding(own: Section, row: int) -> str:
    return own.rows[row].key if own.rows[row].code is None else f"#{row}"


def _fixed_rows(key: s.Key, section: Section) -> list[int]:
    if key.kind == "one":
        return [section.index[key.first]] if key.first in section.index else []
    if key.kind == "some":
        return [section.index[k] for k in key.keys if k in section.index]
    if key.kind == "code":
        return [i for i, r in enumerate(section.rows) if r.code == key.first]
    if key.kind == "codes":
        return [i for i, r in enumerate(section.rows) if r.code and key.first <= r.code <= key.last]
    name = key.first
    if name == "各顶级":
        return section.tops
    if name == "各行":
        return [i for i, r in enumerate(section.rows) if r.key != TOTAL]
    if name == "各末级":
        return [i for i, r in enumerate(section.rows) if r.code and not section.children[i]]
    length = s.LEVELS[name.removeprefix("各")]
    return [i for i, r in enumerate(section.rows) if r.code and len(r.code) == length]
