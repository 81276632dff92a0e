"""What people do to whole groups of cells: all candidates for one set of failing relations."""

from __future__ import annotations

from collections.abc import Iterable

from xlcheck.checking.causes.chains import Chains
from xlcheck.checking.causes.constraint_model import ConstraintModel
from xlcheck.checking.causes.hypothesis import Operation
from xlcheck.checking.causes.labels import Labels
from xlcheck.checking.causes.pairs import Pairs
from xlcheck.checking.causes.shifts import Shifts
from xlcheck.solving.simplex import OverBudgetError


def operations(
    model: ConstraintModel, failing: Iterable[int], *, blocks: bool, wide: bool
) -> tuple[list[Operation], bool]:
    """Candidates, those that explain most first, and whether the search was complete.

    Without ``blocks``: of a few cells only. ``wide``: the workbook's rounding is not strict.
    """
    failing = frozenset(failing)
    pairs = Pairs(model, failing, wide=wide)
    searches = [pairs.swaps()]
    if blocks:
        searches.append(Chains(model, failing, wide=wide).chains())
        searches.append(pairs.rows_in_yuan())
        searches.append(Shifts(model, failing, wide=wide).shifts())
        labels = Labels(model, failing, wide=wide)
        searches += [labels.aligned(), labels.pasted()]
    searches.append(pairs.echoes())
    every: list[Operation] = []
    complete = True
    for search in searches:
        try:
            every.extend(search)
        except OverBudgetError:
            complete = False
    unique: dict[tuple[frozenset[int], frozenset[int]], Operation] = {}
    for one in every:
        key = (one.cells, one.explains)
        if key not in unique or unique[key].score < one.score:
            unique[key] = one
    return sorted(unique.values(), key=lambda o: (-len(o.explains), -o.score, o.primary)), complete
