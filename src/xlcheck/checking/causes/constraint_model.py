"""The constraint model: every figure a variable in millionths, every relation that always holds a constraint.

It is laid out from the rules' linear forms: there is no second list of identities. Figures have the interval that
their print leaves them (*strict*), or that an office's rounding habit may (*wide*: level 错误).
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from xlcheck.checking.conditions import Terms, condition
from xlcheck.checking.relations import Relations, SidePlan, Term
from xlcheck.form import RuleSpec
from xlcheck.formula import syntax as s
from xlcheck.model import ABSENT, SCALE, Amount, Section, Submission
from xlcheck.solving.system import Constraint

_OPS = ("=", "≤", "≥")
_DECIMALS = 6  # of a millionth
_ROUNDING = 3  # last digits by which a sum of figures and its saved result may differ, the figures being rounded
_SAME_ITEM = 0.9  # budget and account of one item: whoever spends what was planned has copied nothing
_SAME_RESIDUAL = 3  # decimals: residuals are whole last digits, but where tables print differing numbers of decimals
Key = tuple[str, int, int]  # a relation: rule, binding, column


class Relation(NamedTuple):
    """A relation of the model: its cells by number with weights, ``Σ weight·figure + constant`` as printed.

    ``total`` is the cell that the relation gives as the sum of others in its own table (−1: it is no such sum).
    """

    key: Key
    op: str
    weights: dict[int, int]
    constant: int
    difference: int
    total: int

    def allows(self, difference: int, room: int = 0) -> bool:
        """Whether its sides may differ by so much, give or take ``room``."""
        return (self.op == "≥" or difference <= room) and (self.op == "≤" or difference >= -room)

    def parts(self) -> list[int]:
        """The cells that its total is the sum of."""
        return [c for c in self.weights if c != self.total]


class CellAt(NamedTuple):
    """Where a variable stands: its section, and row and column by index."""

    section: Section
    row: int
    column: int


class Grain(NamedTuple):
    """The last digits of the figures in a relation, each times its weight: their sum, the largest, how many they are."""

    whole: int
    largest: int
    number: int


class Residuals(NamedTuple):
    """By how many last digits the relations of a rule are off: how often each, and how many relations there are."""

    counts: Mapping[float, int]
    number: int

    def often(self, off: float) -> int:
        """How many relations are off by so much."""
        return self.counts.get(round(off, _SAME_RESIDUAL), 0)


class _Operand(NamedTuple):
    """A reference of a rule as the model reads it for one binding: its ``rows``, its columns (None: the one asked for).

    ``first`` is the first variable of its section (−1: last year's).
    """

    weight: int
    rows: Sequence[int]
    columns: list[int] | None
    first: int
    width: int
    figures: list[list[int | None]]
    is_total: bool


class ConstraintModel:
    """Cells and relations of one submission."""

    def __init__(self, now: Submission) -> None:
        self.now = now
        self.relations: list[Relation] = []
        self.size = 0
        self._sections: list[Section] = []
        self._first: list[int] = []
        self._base: dict[int, int] = {}
        self._figures: list[int] = []
        self._ulps: list[int] = []
        self._amounts: list[Amount] = []
        for table in now.tables.values():
            ulp = 10 ** (_DECIMALS - table.spec.decimals)
            for section in table.sections.values():
                self._enter(section, ulp)
        self._absent = self._not_printed()
        self._near: dict[int, list[int]] | None = None
        self._of_rule: dict[str, list[Relation]] | None = None
        self._residuals: dict[str, Residuals] = {}
        self._grains: dict[int, Grain] = {}
        self._alike: dict[tuple[int, int], tuple[int, int]] = {}

    def _enter(self, section: Section, ulp: int) -> None:
        """Variables for the cells of a section, row by row."""
        width = len(section.columns)
        self._base[id(section)] = self.size
        if section.rows and width:
            self._sections.append(section)
            self._first.append(self.size)
        self.size += len(section.rows) * width
        for row, figures, amounts in zip(section.rows, section.figures, section.amounts, strict=False):
            self._figures += [f or 0 for f in figures]
            self._amounts += amounts
            self._ulps += [0 if row.exact else ulp] * width

    def _not_printed(self) -> frozenset[int]:
        """Cells that this workbook's form does not have: nobody can have made a mistake there."""
        return frozenset(
            first + r * len(section.columns) + c
            for first, section in zip(self._first, self._sections, strict=True)
            for r, row in enumerate(section.amounts)
            for c, amount in enumerate(row)
            if amount is ABSENT
        )

    # --- cells ------------------------------------------------------------------------------------

    def number(self, section: Section, row: int, column: int) -> int:
        """The variable of a cell."""
        return self._base[id(section)] + row * len(section.columns) + column

    def place(self, cell: int) -> CellAt:
        """The cell of a variable."""
        at = bisect_right(self._first, cell) - 1
        section = self._sections[at]
        row, column = divmod(cell - self._first[at], len(section.columns))
        return CellAt(section, row, column)

    def table_of(self, cell: int) -> str:
        """The table that a cell stands in, by its key."""
        return self._sections[bisect_right(self._first, cell) - 1].table

    def amount(self, cell: int) -> Amount:
        """What the cell holds."""
        return self._amounts[cell]

    def figure(self, cell: int) -> int:
        """The printed figure in millionths; a blank is 0."""
        return self._figures[cell]

    def ulp(self, cell: int) -> int:
        """The last digit a figure in this cell has (millionths; 0: whole numbers)."""
        return self._ulps[cell]

    def step(self, cell: int) -> int:
        """How far apart two figures are that can be printed in this cell, one after the other."""
        return self._ulps[cell] or SCALE

    def alike(self, cell: int, beside: bool) -> float:
        """The share of figures around a cell that are equal to the one beside (in its column), or above, without being a copy.

        A class with one 款, a budget that was spent to the cent: what is often so is no slip by itself.
        """
        section, _, column = self.place(cell)
        key = id(section), column if beside else -1
        if key not in self._alike:
            self._alike[key] = _alike(section, column if beside else None)
        equal, pairs = self._alike[key]
        share = (equal + 1) / (pairs + 2)
        return max(share, _SAME_ITEM) if section.spec.shape.turned and not beside else share

    def term(self, cell: int) -> Term:
        """The cell as a term, for those who print it."""
        section, row, column = self.place(cell)
        return Term(1, section, row, column, True)

    def stale(self) -> dict[int, int]:
        """Cells whose formulas nobody has recalculated, with what they will say; what only rounding tells apart aside."""
        found = {
            first + row * len(section.columns) + column: figure
            for first, section in zip(self._first, self._sections, strict=True)
            for (row, column), figure in section.stale.items()
        }
        return {c: f for c, f in found.items() if abs(f - self._figures[c]) > _ROUNDING * self._ulps[c]}

    # --- relations -----------------------------------------------------------------------------------

    def add(self, rule: RuleSpec, laid: Callable[[RuleSpec], Relations | None], terms: Terms) -> None:
        """Add the relations of a rule that can be ``laid`` out and is in force: its condition, if it has one, is met."""
        form = rule.linear
        if form is None or form.op not in _OPS:
            return
        if isinstance(rule.tree, s.Implies) and not condition(rule.tree.condition, rule, self.now, terms).value:
            return
        relations = laid(rule)
        if relations is not None:
            self._lay(rule, relations)

    def _lay(self, rule: RuleSpec, laid: Relations) -> None:
        """The relations whose cells all have figures; last year's figures are constants."""
        op, constant = laid.form.op, laid.form.constant
        is_sum = rule.kind == "arithmetic" and laid.form.split == 1
        operands = [self._operand(plan, is_total=is_sum and plan.left) for plan in laid.plans]
        rows = [plan.choice.rows for plan in laid.plans]
        for binding in range(len(laid.bindings)):
            if binding not in laid.doubled:
                bound = [one._replace(rows=of(binding)) for one, of in zip(operands, rows, strict=True)]
                for column in laid.columns:
                    relation = self._relation((rule.id, binding, column), op, constant, bound)
                    if relation is not None:
                        self.relations.append(relation)
        self._forget()

    def _operand(self, plan: SidePlan, *, is_total: bool) -> _Operand:
        section = plan.section
        first = self._base.get(id(section), -1)
        return _Operand(plan.weight, (), plan.columns, first, len(section.columns), section.figures, is_total)

    def _relation(self, key: Key, op: str, constant: int, operands: Sequence[_Operand]) -> Relation | None:
        """One relation; None where a cell has no figure, or where it says nothing of this year's cells."""
        column = key[2]
        weights: dict[int, int] = {}
        fixed = difference = constant
        total, absent = -1, self._absent
        for weight, rows, columns, first, width, figures, is_total in operands:
            for row in rows:
                for at in (column,) if columns is None else columns:
                    figure = figures[row][at]
                    if figure is None:
                        return None
                    difference += weight * figure
                    if first < 0:
                        fixed += weight * figure
                        continue
                    cell = first + row * width + at
                    if cell not in absent:
                        weights[cell] = weights.get(cell, 0) + weight
                        if is_total:
                            total = cell
        return Relation(key, op, weights, fixed, difference, total) if weights else None

    def keep(self, wanted: Callable[[Relation], bool]) -> None:
        """Drop all other relations; those that are left get new numbers."""
        self.relations = [r for r in self.relations if wanted(r)]
        self._forget()

    def without(self, numbers: Container[int]) -> ConstraintModel:
        """The same model without some relations."""
        found = ConstraintModel(self.now)
        found.relations = [r for n, r in enumerate(self.relations) if n not in numbers]
        return found

    def _forget(self) -> None:
        """What is known of relations by their numbers is so no more."""
        self._near = None
        self._of_rule = None
        self._residuals = {}
        self._grains = {}

    @property
    def near(self) -> dict[int, list[int]]:
        """Relations by cell."""
        if self._near is None:
            found: defaultdict[int, list[int]] = defaultdict(list)
            for number, relation in enumerate(self.relations):
                for cell in relation.weights:
                    found[cell].append(number)
            self._near = dict(found)
        return self._near

    def around(self, cell: int) -> Iterator[Relation]:
        """The relations that a cell stands in."""
        for number in self.near.get(cell, ()):
            yield self.relations[number]

    def sums_to(self, cell: int) -> Iterator[Relation]:
        """The relations that give a cell as the sum of others in its table."""
        return (relation for relation in self.around(cell) if relation.total == cell)

    def residuals(self, rule: str) -> Residuals:
        """By how many last digits the relations of a rule that have figures are off, in this workbook."""
        if rule not in self._residuals:
            self._residuals[rule] = self._residuals_of(rule)
        return self._residuals[rule]

    @property
    def _by_rule(self) -> dict[str, list[Relation]]:
        """The equations by rule."""
        if self._of_rule is None:
            found: defaultdict[str, list[Relation]] = defaultdict(list)
            for relation in self.relations:
                if relation.op == "=":
                    found[relation.key[0]].append(relation)
            self._of_rule = dict(found)
        return self._of_rule

    def _residuals_of(self, rule: str) -> Residuals:
        counts: Counter[float] = Counter()
        for relation in self._by_rule.get(rule, ()):
            filled = next((c for c in relation.weights if self._figures[c]), None)
            if filled is not None:
                off = round(relation.difference / self.step(filled), _SAME_RESIDUAL)
                if abs(off) <= len(relation.weights) + 1:  # more is no rounding
                    counts[off] += 1
        return Residuals(counts, counts.total())

    def grain(self, number: int) -> Grain:
        """The last digits of the figures in a relation."""
        if number not in self._grains:
            sizes = [abs(w) * self._ulps[c] for c, w in self.relations[number].weights.items() if self._figures[c]]
            self._grains[number] = Grain(sum(sizes), max(sizes, default=0), len(sizes))
        return self._grains[number]

    def difference(self, relation: Relation, figures: Mapping[int, int]) -> int:
        """The difference between the sides of a relation, if some cells showed other figures."""
        weights = relation.weights
        moved = sum(weights[c] * (f - self._figures[c]) for c, f in figures.items() if c in weights)
        return relation.difference + moved

    def constraint(self, number: int) -> Constraint:
        """A relation as a constraint of a system."""
        _, op, weights, constant, _, _ = self.relations[number]
        return Constraint(weights, None if op == "≤" else -constant, None if op == "≥" else -constant)

    def holds(self, number: int) -> bool:
        """Whether the printed figures themselves satisfy a relation."""
        relation = self.relations[number]
        return relation.allows(relation.difference)


def _alike(section: Section, column: int | None) -> tuple[int, int]:
    """How many filled neighbours are equal, and how many there are: beside a column, or (None) below each other."""
    figures = section.figures[: len(section.rows)]
    pairs = _below_each_other(figures) if column is None else _beside_each_other(figures, column)
    filled = [(a, b) for a, b in pairs if a and b]
    return sum(a == b for a, b in filled), len(filled)


_Figures = Sequence[Sequence[int | None]]
_Pairs = Iterator[tuple[int | None, int | None]]


def _below_each_other(figures: _Figures) -> _Pairs:
    for above, below in pairwise(figures):
        yield from zip(above, below, strict=True)


def _beside_each_other(figures: _Figures, column: int) -> _Pairs:
    for row in figures:
        yield from ((row[c], row[c + 1]) for c in (column - 1, column) if 0 <= c < len(row) - 1)


class Constraints(Sequence[Constraint]):
    """The relations of a model as constraints, made when they are asked for."""

    def __init__(self, model: ConstraintModel) -> None:
        self._model = model

    def __len__(self) -> int:
        return len(self._model.relations)

    def __getitem__(self, number: int) -> Constraint:  # type: ignore[override]
        return self._model.constraint(number)


def failing_of(model: ConstraintModel, keys: Iterable[Key]) -> list[int]:
    """Numbers of the relations with these keys, in the order of the keys."""
    at = {r.key: n for n, r in enumerate(model.relations)}
    return [at[k] for k in keys if k in at]
