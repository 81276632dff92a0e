"""尾差: differences that an office's honest rounding habit can leave, though strict rounding can't.

Offices round in different ways (docs/design/design.md, *Figures*): every cell from 元, half up; every cell cut off;
or leaves typed and totals summed from what is shown. So a relation that fails strictly is tried again:

* each table may round or cut off, the whole table in the same way: within one table the same exact
  figure prints the same, between two tables it may come out one last digit apart (ties included);
* a total that equals the sum of its parts *as shown* may carry the rounding of all of them;
* an office may print nothing for what comes out as nothing: blank cells hide one last digit in all.

That is tighter than a flat band of 0.01 + 0.005·k around every cell, because a habit must be visible
in the cell itself; and no clean workbook of any of these habits fails it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import product

from xlcheck.checking.relations import Relations, Term
from xlcheck.formula.interval import ZERO, Interval, possible, printed, rounded, truncated
from xlcheck.model import BLANK, Section, Submission

_MOST_TABLES = 4  # of a relation, each with a habit of its own: the ways to combine them double with each


class Sums:
    """The in-table sums (total = Σ parts) of a submission, found by the cell of their total."""

    def __init__(self, rules: Iterable[Relations]) -> None:
        """``rules`` are laid over the submission; each has its total on the left."""
        self._at: dict[tuple[int, int], list[tuple[Relations, int]]] = {}
        for relations in rules:
            total, *parts = relations.plans
            if total.weight == 1 and all(plan.weight == -1 for plan in parts):
                for binding in range(len(relations.bindings)):
                    for row in total.choice.rows(binding):
                        self._at.setdefault((id(total.section), row), []).append((relations, binding))

    def parts(self, total: tuple[int, int, int]) -> Iterator[list[Term]]:
        """The parts of a total (:attr:`Term.spot`), once for each rule that says what they are."""
        section, row, column = total
        for relations, binding in self._at.get((section, row), ()):
            for at in (column,) if relations.plans[0].columns is None else relations.columns:
                terms = relations.terms(binding, at)
                if [t.column for t in terms if t.left] == [column]:
                    yield [t for t in terms if not t.left]


def beyond(terms: list[Term], difference: int) -> bool:
    """Whether a difference is larger than every habit together could leave: the quick look.

    A cell carries at most one last digit for each cell that can stand below it in its section.
    """
    most = sum(abs(t.weight) * t.amount.ulp * (_below(t) + 1) * len(t.section.columns) for t in terms)
    return abs(difference) > most


def _below(term: Term) -> int:
    section = term.section
    if not section.spec.lengths or section.rows[term.row].code is None:
        return len(section.rows)
    found, todo = 0, [term.row]
    while todo:
        children = section.children[todo.pop()]
        found += len(children)
        todo += children
    return found


class Habits:
    """Decides whether some honest habit explains a relation that strict rounding does not."""

    def __init__(self, now: Submission, sums: Sums) -> None:
        self._now = now
        self._sums = sums
        self._known: dict[tuple[tuple[int, int, int], bool, bool], Interval] = {}

    def explain(self, op: str, terms: list[Term], constant: int) -> bool:
        """Whether ``Σ weight·cell + constant op 0`` is possible under one habit a table."""
        differences = list(self._differences(terms, constant))
        if any(possible(op, difference) for difference in differences):
            return True
        unprinted = _unprinted(terms)
        return unprinted != ZERO and any(possible(op, difference + unprinted) for difference in differences)

    def reach(self, terms: list[Term]) -> int:
        """The largest difference between the sides, in millionths, that some honest habit leaves where all is right."""
        shown = sum(t.weight * (t.amount.figure or 0) for t in terms)
        found = self._differences(terms, -shown)
        return max((int(max(abs(d.low), abs(d.high))) for d in found), default=0)

    def band(self, term: Term) -> Interval:
        """Exact figures that the cell can stand for under any habit."""
        return self._wide(term, False, True).hull(self._wide(term, True, True))

    def _differences(self, terms: list[Term], constant: int) -> Iterator[Interval]:
        """The difference between the sides under each way in which the tables may have been rounded."""
        tables = list(dict.fromkeys(self._owner(t) for t in terms))[:_MOST_TABLES]
        ties = len(tables) > 1
        for habits in product((False, True), repeat=len(tables)):
            cut = dict(zip(tables, habits, strict=True))
            difference = Interval(constant, constant)
            for term in terms:
                wide = self._wide(term, cut.get(self._owner(term), False), ties)
                difference += wide.scaled(term.weight)
            yield difference

    def _owner(self, term: Term) -> tuple[str, bool]:
        """The table of a term; last year's is another one than this year's."""
        table = term.section.table
        return table, any(x is term.section for x in self._now.tables[table].sections.values())

    def _wide(self, term: Term, cut: bool, ties: bool) -> Interval:
        """Exact figures that the cell can stand for under one habit; ``ties``: half a digit may have gone either way."""
        amount = term.amount
        if not amount.filled or amount.figure is None:
            return ZERO
        key = (term.spot, cut, ties)
        if key not in self._known:
            base = _before_printing(cut, ties)(amount.figure, amount.ulp)
            self._known[key] = base  # ends a cycle, should a form ever have one
            for parts in self._sums_as_shown(term.spot, amount.figure):
                base = base.hull(sum((self._wide(part, cut, ties) for part in parts), ZERO))
            self._known[key] = base
        return self._known[key]

    def _sums_as_shown(self, total: tuple[int, int, int], figure: int) -> Iterator[list[Term]]:
        """The parts of a total, where what they show adds up to its figure."""
        for parts in self._sums.parts(total):
            shown = [f for p in parts if (f := p.amount.figure) is not None]
            if len(shown) == len(parts) and sum(shown) == figure:
                yield parts


def _unprinted(terms: list[Term]) -> Interval:
    """What blank cells can stand for in an office that prints nothing for what rounds, or is cut off, to nothing.

    Only where no zero is typed; one last digit (100 元 under 万元) in all: most blank cells are nothing.
    """
    ulp = max((t.amount.ulp for t in terms), default=0)
    weights = _blank_weights(terms)
    return Interval(-ulp if min(weights, default=0) < 0 else 0, ulp if max(weights, default=0) > 0 else 0)


def _blank_weights(terms: list[Term]) -> list[int]:
    """The weights of blank cells in sections where no zero is typed."""
    sections = {id(t.section): t.section for t in terms if t.amount == BLANK}
    typed = {key for key, section in sections.items() if _types_zeros(section)}
    return [t.weight for t in terms if t.amount == BLANK and id(t.section) not in typed]


def _types_zeros(section: Section) -> bool:
    return any(amount.filled and amount.figure == 0 for row in section.amounts for amount in row)


def _before_printing(cut: bool, ties: bool) -> Callable[[int, int], Interval]:
    """What gives the exact figures of a printed one, if it was cut off or rounded."""
    if cut:
        return truncated
    return rounded if ties else printed
