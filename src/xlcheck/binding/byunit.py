"""Code tables that list each unit by itself: a code stands there once for every unit, and no row is the whole's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xlcheck.binding.codes import Lead  # a workbook in its form's own layout does without
    from xlcheck.binding.frame import Frame

FEWEST_DOUBLED = 3  # codes that stand several times: fewer are mistakes


def units_listed(frame: Frame, lead: Lead) -> int:
    """How many units a column beside the codes names, so that each code stands once under each of them; 0: it is not so."""
    doubled = [code for code, n in Counter(lead.codes.values()).items() if n > 1]
    if len(doubled) < FEWEST_DOUBLED:
        return 0
    beside = [c for c in range(1, lead.last) if c not in (*lead.columns, lead.name)]
    return max((_units_in(_names_down(frame, column, lead), lead) for column in beside), default=0)


def _names_down(frame: Frame, column: int, lead: Lead) -> dict[int, str]:
    """Row → what stands beside its code, or above where the cell is blank."""
    return dict(_named_rows(frame, column, lead))


def _named_rows(frame: Frame, column: int, lead: Lead) -> Iterator[tuple[int, str]]:
    name = ""
    for row in frame.lines:
        name = frame.text(row, column) or name
        if row in lead.codes:
            yield row, name


def _units_in(names: Mapping[int, str], lead: Lead) -> int:
    """The number of different names, where every code stands once under each; 0 where one stands twice, or is named by none."""
    under = Counter((names[row], code) for row, code in lead.codes.items())
    units = set(names.values())
    return len(units) if "" not in units and len(units) > 1 and max(under.values()) == 1 else 0
