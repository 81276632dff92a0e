"""The labels of another table beside the amounts of this one: rows too many, from each of which on the amounts stand higher.

As it was published: the labels of 公开03 beside the amounts of 公开05, which has no place for some of them. The amounts
keep their order, the total among them; when they were used up, the column was left blank, began again from the top, or
repeated its last amount. One pass over the rows finds which of them do not belong (docs/causes.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress

from xlcheck.checking.causes.alignment import EXTRA, Alignment, Slip
from xlcheck.checking.causes.constraint_model import ConstraintModel
from xlcheck.checking.causes.hypothesis import PRIOR, Hypothesis, Operation
from xlcheck.form import TOTAL
from xlcheck.model import Section
from xlcheck.solving.simplex import OverBudgetError

_FEWEST_ROWS = 5
_MOST_ROWS = 400
_FEWEST_EXPLAINED = 5  # relations: fewer are explained by less
_FEWEST_MOVED = 3  # cells that were meant to say something else
_MOST_NAMED = 6  # rows in one sentence
_UNLIKELY = 1.0  # it is rarer than a block that was shifted
_EACH_EXTRA = 0.6  # for each that no other table has either
_STRANGE_FILLING = 4.0  # below the last amount stands what is neither nothing nor any of the amounts
_EACH_LEFT = 4  # relations that it mends for each one that fails then


class ExtraRows(Hypothesis):
    """Rows that do not belong in a table, found by what its amounts have to add up to."""

    def extra_rows(self) -> Iterator[Operation]:
        """One operation for each section that has them: in all columns, else in single ones."""
        for section, columns in self._failing_sections():
            if _FEWEST_ROWS <= len(section.rows) <= _MOST_ROWS and section.spec.shape.open_ended:
                yield from self._of_section(section, columns)

    def _failing_sections(self) -> Iterator[tuple[Section, list[int]]]:
        """Sections that many failing relations speak of, with the columns they do."""
        spoken: dict[int, tuple[Section, set[int], int]] = {}
        for relation in self.failing_relations():
            places = [self.model.place(cell) for cell in relation.weights]
            for section in {id(p.section): p.section for p in places}.values():
                _, columns, count = spoken.get(id(section), (section, set(), 0))
                columns.update(p.column for p in places if p.section is section)
                spoken[id(section)] = section, columns, count + 1
        for section, columns, count in spoken.values():
            if count >= _FEWEST_EXPLAINED:
                yield section, sorted(columns)

    def _of_section(self, section: Section, touched: Sequence[int]) -> Iterator[Operation]:
        every = list(range(len(section.columns)))
        orders = list(_orders(section))
        one = self._in_columns(section, orders, every)
        if one is not None:
            yield one
        elif len(every) > 1:
            found = (self._in_columns(section, orders, [column]) for column in touched)
            yield from (one for one in found if one is not None)

    def _in_columns(self, section: Section, orders: Iterable[list[int]], columns: list[int]) -> Operation | None:
        """The best operation in some columns, with the total among the rows or without it."""
        found = (self._best(Slip(section, order, columns)) for order in orders)
        return max((one for one in found if one is not None), key=_worth, default=None)

    def _best(self, slip: Slip) -> Operation | None:
        """The operation that explains most, of the readings with as few extra rows as possible."""
        alignment = Alignment(self, slip, beside=self.beside)
        found = (self._operation(slip, sources, alignment.costs) for sources in alignment.readings())
        return max((one for one in found if one is not None), key=_worth, default=None)

    def _operation(self, slip: Slip, sources: Sequence[int], costs: Sequence[float]) -> Operation | None:
        figures = self._meant(slip, sources)
        explained = self._explained(figures) or frozenset()
        if len(figures) < _FEWEST_MOVED or len(explained) < _FEWEST_EXPLAINED:
            return None
        filling = _filling(slip, sources)
        extra = [p for p, source in enumerate(sources) if source == EXTRA]
        cost = _UNLIKELY + _EACH_EXTRA * sum(costs[p] for p in extra)
        return Operation(
            kind="pasted_labels",
            what="extra_rows",
            explains=explained,
            primary=min(figures, key=lambda c: self.model.place(c).row),
            score=PRIOR - cost - (_STRANGE_FILLING if filling == "other" else 0.0),
            figures=figures,
            facts=_facts(slip, [slip.rows[p] for p in extra], filling),
        )

    def _meant(self, slip: Slip, sources: Sequence[int]) -> dict[int, int]:
        """What cells were meant to say that show something else; nothing in rows that do not belong."""
        nothing = (0,) * len(slip.columns)
        figures: dict[int, int] = {}
        for position, source in enumerate(sources):
            meant, shown = slip.shown(source) if source != EXTRA else nothing, slip.shown(position)
            for column, figure, own in zip(slip.columns, meant, shown, strict=True):
                if figure != own:
                    figures[self.model.number(slip.section, slip.rows[position], column)] = figure
        return figures

    def _explained(self, figures: Mapping[int, int]) -> frozenset[int] | None:
        """The failing relations that it mends; beside other mistakes, where it mends nearly all that it touches."""
        if not self.beside:
            return self.outcome(figures)
        effect = self.effect(figures)
        return effect.mended if len(effect.mended) >= _EACH_LEFT * len(effect.left) else None


def _orders(section: Section) -> Iterator[list[int]]:
    """The rows of a section as they are printed: all of them; without the total, which may have stayed where it was.

    At the top it stays in its place anyhow.
    """
    rows = [r for r in range(len(section.rows)) if section.rows[r].at is not None]
    rows.sort(key=lambda r: section.rows[r].at or 0)
    yield rows
    if rows and section.rows[rows[0]].key != TOTAL:
        yield [r for r in rows if section.rows[r].key != TOTAL]


def _worth(one: Operation) -> tuple[int, float]:
    return len(one.explains), one.score


def laid_wrong(model: ConstraintModel, failing: Sequence[int]) -> Operation | None:
    """A table whose rows do not belong to its amounts, other mistakes beside it allowed; None where there is none."""
    with suppress(OverBudgetError):
        return max(ExtraRows(model, failing, wide=True, beside=True).extra_rows(), key=_worth, default=None)
    return None


def _facts(slip: Slip, extra: Sequence[int], filling: str) -> dict[str, str]:
    """What the sentence needs."""
    section = slip.section
    facts = {
        "extra": "、".join(section.rows[r].label for r in extra[:_MOST_NAMED]),
        "count": str(len(extra)),
        "first": section.rows[extra[0]].label,
        "filling": filling,
    }
    return facts | ({"column": section.columns[slip.columns[0]]} if len(slip.columns) < len(section.columns) else {})


def _filling(slip: Slip, sources: Sequence[int]) -> str:
    """What stands below the last amount: nothing, the amounts again from the top, the last one again, or something else."""
    amounts = [slip.shown(p) for p in range(len(sources))]
    used = sum(source != EXTRA for source in sources)
    rest = amounts[used:]
    if not any(map(any, rest)):
        return "blank"
    if rest == amounts[: len(rest)] or rest == amounts[1 : 1 + len(rest)]:
        return "again"
    return "last" if used and rest == [amounts[used - 1]] * len(rest) else "other"
