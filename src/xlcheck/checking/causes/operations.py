"""What people do to whole groups of cells: all candidates for one set of failing relations."""

from __future__ import annotations

from collections.abc import Iterable

from xlcheck.checking.causes.chains import Chains
from xlcheck.checking.causes.joint import Joint
from xlcheck.checking.causes.labels import Labels
from xlcheck.checking.causes.pairs import Pairs
from xlcheck.checking.causes.shifts import Shifts
from xlcheck.checking.causes.trial import Operation


def operations(joint: Joint, failing: Iterable[int], *, blocks: bool, wide: bool) -> list[Operation]:
    """Candidates, those that explain most first; without ``blocks``: of a few cells only.

    ``wide``: the workbook's rounding is not strict.
    """
    failing = frozenset(failing)
    pairs = Pairs(joint, failing, wide=wide)
    every = list(pairs.swaps())
    if blocks:
        every += Chains(joint, failing, wide=wide).chains()
        every += pairs.rows_in_yuan()
        every += Shifts(joint, failing, wide=wide).shifts()
        labels = Labels(joint, failing, wide=wide)
        every += [*labels.aligned(), *labels.pasted()]
    every += pairs.echoes()
    unique: dict[tuple[frozenset[int], frozenset[int]], Operation] = {}
    for one in every:
        key = (one.cells, one.explains)
        if key not in unique or unique[key].score < one.score:
            unique[key] = one
    return sorted(unique.values(), key=lambda o: (-len(o.explains), -o.score, o.primary))
