"""What people do to whole groups of cells: all candidates for one set of failing relations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from xlcheck.checking.causes.chains import Chains
from xlcheck.checking.causes.constraint_model import ConstraintModel
from xlcheck.checking.causes.extra_rows import ExtraRows
from xlcheck.checking.causes.hypothesis import Operation
from xlcheck.checking.causes.labels import Labels
from xlcheck.checking.causes.pairs import Pairs
from xlcheck.checking.causes.shifts import Shifts
from xlcheck.solving.simplex import OverBudgetError


def operations(
    model: ConstraintModel, failing: Iterable[int], *, blocks: bool, wide: bool
) -> tuple[list[Operation], bool]:
    """Candidates, those first that explain most for what they cost (a relation weighs a nat), and whether the search was complete.

    Without ``blocks``: of a few cells only. ``wide``: the workbook's rounding is not strict.
    """
    every: list[Operation] = []
    complete = True
    for search in _searches(model, frozenset(failing), blocks=blocks, wide=wide):
        try:
            every.extend(search)
        except OverBudgetError:
            complete = False
    return sorted(_likeliest(every), key=lambda o: (-len(o.explains) - o.score, o.primary)), complete


def _searches(
    model: ConstraintModel, failing: frozenset[int], *, blocks: bool, wide: bool
) -> Iterator[Iterator[Operation]]:
    pairs = Pairs(model, failing, wide=wide)
    yield pairs.swaps()
    if blocks:
        yield Chains(model, failing, wide=wide).chains()
        yield pairs.rows_in_yuan()
        yield Shifts(model, failing, wide=wide).shifts()
        yield ExtraRows(model, failing, wide=wide).extra_rows()
        labels = Labels(model, failing, wide=wide)
        yield labels.aligned()
        yield labels.pasted()
    yield pairs.echoes()


def _likeliest(every: Iterable[Operation]) -> list[Operation]:
    """Of operations that change the same cells and explain the same, the likeliest."""
    unique: dict[tuple[frozenset[int], frozenset[int]], Operation] = {}
    for one in every:
        key = (one.cells, one.explains)
        if key not in unique or unique[key].score < one.score:
            unique[key] = one
    return list(unique.values())
