"""The constraint model: every figure a variable in millionths, every relation that always holds a row.

It is laid out from the rules' linear forms: there is no second list of identities. Figures have the interval that
their print leaves them (*strict*), or that an office's rounding habit may (*wide*: level 错误).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

from xlcheck.checking import judge
from xlcheck.checking.conditions import Terms, condition
from xlcheck.checking.relations import NotCheckable, Relations, Term, lay
from xlcheck.form import RuleSpec
from xlcheck.formula import syntax as s
from xlcheck.formula.interval import Interval
from xlcheck.model import ABSENT, Amount, Section, Submission
from xlcheck.solving.system import Constraint

_OPS = ("=", "≤", "≥")
Key = tuple[str, int, int]  # a relation: rule, binding, column


class Relation(NamedTuple):
    """A row of the model: its cells by number with weights, ``Σ weight·figure + constant`` as printed.

    ``total`` is the cell that the relation gives as the sum of others in its own table (−1: it is no such sum).
    """

    key: Key
    op: str
    weights: dict[int, int]
    constant: int
    difference: int
    total: int


class Grain(NamedTuple):
    """The last digits of the figures in a relation, each times its weight: their sum, the largest, how many they are."""

    whole: int
    largest: int
    number: int


class ConstraintModel:
    """Cells and relations of one submission."""

    def __init__(self, now: Submission) -> None:
        self.now = now
        self.relations: list[Relation] = []
        self._sections: list[Section] = []
        self._first: list[int] = []
        self._base: dict[int, int] = {}
        self._figures: list[int] = []
        self._ulps: list[int] = []
        size = 0
        for table in now.tables.values():
            for section in table.sections.values():
                self._sections.append(section)
                self._first.append(size)
                self._base[id(section)] = size
                width = len(section.columns)
                size += len(section.rows) * width
                ulp = 10 ** (6 - table.spec.decimals)
                for row, figures in zip(section.rows, section.figures, strict=False):
                    self._figures += [f or 0 for f in figures]
                    self._ulps += [0 if row.exact else ulp] * width
        self.size = size
        self._absent = self._not_printed()
        self._near: dict[int, list[int]] | None = None
        self._residuals: dict[str, tuple[dict[float, int], int]] = {}
        self._grains: dict[int, Grain] = {}

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

    def place(self, cell: int) -> tuple[Section, int, int]:
        """The cell of a variable."""
        at = bisect_right(self._first, cell) - 1
        while not self._sections[at].columns or not self._sections[at].rows:
            at -= 1
        section = self._sections[at]
        return (section, *divmod(cell - self._first[at], len(section.columns)))

    def amount(self, cell: int) -> Amount:
        """What the cell holds."""
        section, row, column = self.place(cell)
        return section.amounts[row][column]

    def figure(self, cell: int) -> int:
        """The printed figure in millionths; a blank is 0."""
        return self._figures[cell]

    def ulp(self, cell: int) -> int:
        """The last digit a figure in this cell has (millionths; 0: whole numbers)."""
        return self._ulps[cell]

    def term(self, cell: int) -> Term:
        """The cell as a term, for those who print it."""
        section, row, column = self.place(cell)
        return Term(1, section, row, column, True)

    # --- relations -----------------------------------------------------------------------------------

    def add(self, rule: RuleSpec, before: Submission | None, terms: Terms) -> None:
        """Add the relations of a rule that can be laid out and is in force: its condition, if it has one, is met."""
        form = rule.linear
        if form is None or form.op not in _OPS:
            return
        if isinstance(rule.tree, s.Implies) and not condition(rule.tree.condition, rule, self.now, terms)[0]:
            return
        with suppress(NotCheckable):
            self._lay(rule, lay(rule, form, self.now, before))

    def _lay(self, rule: RuleSpec, laid: Relations) -> None:
        """The relations whose cells all have figures; last year's figures are constants."""
        op, constant = laid.form.op, laid.form.constant
        inside = rule.kind == "arithmetic" and laid.form.split == 1
        plans = [(p, self._base.get(id(p.section), -1), len(p.section.columns), p.section.figures) for p in laid.plans]
        for binding, column in laid:
            if binding in laid.doubled:
                continue
            weights: dict[int, int] = {}
            fixed = difference = constant
            total, filled = -1, True
            for plan, base, width, figures in plans:
                for row, at in plan.cells(binding, column):
                    figure = figures[row][at]
                    if figure is None:
                        filled = False
                        break
                    difference += plan.weight * figure
                    if base < 0:
                        fixed += plan.weight * figure
                        continue
                    cell = base + row * width + at
                    if cell in self._absent:
                        continue
                    weights[cell] = weights.get(cell, 0) + plan.weight
                    if inside and plan.left:
                        total = cell
            if filled and weights:
                self.relations.append(Relation((rule.id, binding, column), op, weights, fixed, difference, total))
        self._near = None

    def without(self, numbers: Container[int]) -> ConstraintModel:
        """The same model without some relations."""
        found = ConstraintModel(self.now)
        found.relations = [r for n, r in enumerate(self.relations) if n not in numbers]
        return found

    @property
    def near(self) -> dict[int, list[int]]:
        """Relations by cell."""
        if self._near is None:
            self._near = {}
            for number, relation in enumerate(self.relations):
                for cell in relation.weights:
                    self._near.setdefault(cell, []).append(number)
        return self._near

    def residuals(self, rule: str) -> tuple[Mapping[float, int], int]:
        """How often the relations of a rule that have figures are off by how many last digits, and how many they are."""
        if not self._residuals:
            for relation in self.relations:
                filled = [c for c in relation.weights if self._figures[c]]
                if relation.op == "=" and filled:
                    ulp = self._ulps[filled[0]] or 1_000_000
                    off = round(relation.difference / ulp, 3)
                    counts, number = self._residuals.get(relation.key[0], ({}, 0))
                    if abs(off) <= len(relation.weights) + 1:
                        counts[off] = counts.get(off, 0) + 1
                        self._residuals[relation.key[0]] = (counts, number + 1)
        return self._residuals.get(rule, ({}, 0))

    def grain(self, number: int) -> Grain:
        """The last digits of the figures in a relation."""
        if number not in self._grains:
            sizes = [abs(w) * self._ulps[c] for c, w in self.relations[number].weights.items() if self._figures[c]]
            self._grains[number] = Grain(sum(sizes), max(sizes, default=0), len(sizes))
        return self._grains[number]

    def row(self, number: int) -> Constraint:
        """A relation as a row of a system."""
        _, op, weights, constant, _, _ = self.relations[number]
        return Constraint(weights, None if op == "≤" else -constant, None if op == "≥" else -constant)

    def holds(self, number: int) -> bool:
        """Whether the printed figures themselves satisfy a relation."""
        relation = self.relations[number]
        difference = relation.difference
        return difference <= 0 if relation.op == "≤" else difference >= 0 if relation.op == "≥" else difference == 0


class Constraints(Sequence[Constraint]):
    """The relations of a model as rows, made when they are asked for."""

    def __init__(self, model: ConstraintModel) -> None:
        self._model = model

    def __len__(self) -> int:
        return len(self._model.relations)

    def __getitem__(self, number: int) -> Constraint:  # type: ignore[override]
        return self._model.row(number)


Level = Callable[[int], Interval]


def strict(model: ConstraintModel) -> Level:
    """What the print of a figure leaves it (localization.md §2.2): half-open; a blank is exactly 0."""
    return lambda cell: judge.span(model.amount(cell))


def tolerant(model: ConstraintModel) -> Level:
    """Level 错误 (localization.md §2.3): one last digit, and half of one for each filled leaf below in its table."""
    return _Tolerant(model).band


class _Tolerant:
    """No function in a function that calls itself: such a ring would keep the whole model in memory."""

    def __init__(self, model: ConstraintModel) -> None:
        self._model = model
        self._known: dict[int, int] = {}

    def band(self, cell: int) -> Interval:
        """The interval of a cell."""
        model = self._model
        amount, ulp = model.amount(cell), model.ulp(cell)
        if not amount.filled:
            return Interval(0, 0)
        reach = ulp + ulp // 2 * self._leaves(cell) if ulp else 0
        return Interval(model.figure(cell) - reach, model.figure(cell) + reach)

    def _leaves(self, cell: int) -> int:
        """The filled leaves below a cell in its table."""
        model, known = self._model, self._known
        if cell not in known:
            known[cell] = 1 if model.figure(cell) else 0  # ends a cycle, should a form ever have one
            sums = [model.relations[n].weights for n in model.near.get(cell, ()) if model.relations[n].total == cell]
            counts = [sum(self._leaves(c) for c in weights if c != cell) for weights in sums]
            known[cell] = max(counts, default=0) or known[cell]
        return known[cell]


def cached(level: Level) -> Level:
    """A level that is asked for the same cell many times."""
    known: dict[int, Interval] = {}

    def bounds(cell: int) -> Interval:
        if cell not in known:
            known[cell] = level(cell)
        return known[cell]

    return bounds


def failing_of(model: ConstraintModel, keys: Iterable[Key]) -> list[int]:
    """Numbers of the relations with these keys, in the order of the keys."""
    at = {r.key: n for n, r in enumerate(model.relations)}
    return [at[k] for k in keys if k in at]
