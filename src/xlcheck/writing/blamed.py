"""Which cells the causes name, and how: the same in the marked copy and on the page."""

from __future__ import annotations

from typing import NamedTuple

from xlcheck.model import Outcome


class Blamed(NamedTuple):
    """A cell that a cause (by number) names. ``rival``: only one of several that may be wrong; ``first``: shown first."""

    cause: int
    rival: bool
    first: bool


def blamed(outcome: Outcome) -> dict[tuple[str, str], Blamed]:
    """By sheet and address: cells to change, then those that may be the wrong one as well."""
    found: dict[tuple[str, str], Blamed] = {}
    for number, cause in enumerate(outcome.causes):
        for at, one in enumerate(cause.cells):
            if one.cell.sheet and one.cell.cell:
                found.setdefault((one.cell.sheet, one.cell.cell), Blamed(number, cause.tied, at == 0))
    for number, cause in enumerate(outcome.causes):
        for one in cause.alternatives:
            if one.cell.sheet and one.cell.cell:
                found.setdefault((one.cell.sheet, one.cell.cell), Blamed(number, rival=True, first=False))
    return found


def explained(outcome: Outcome) -> set[int]:
    """Indexes of the findings that a cause explains: their own cells are not the ones to change."""
    return {i for cause in outcome.causes for i in cause.explains}
