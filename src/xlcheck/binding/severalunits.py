"""Whole sets of tables of several units in one workbook (部门汇总 and 本级): those of one are read, the others are said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from xlcheck.binding.contents import head_of, tabular
from xlcheck.binding.regions import Region
from xlcheck.form import Severity
from xlcheck.labels import plain
from xlcheck.outcome import CellRef, Remark

_LEAST_TWICE = 2  # tables that two units must both have: one alone may be an annex 分单位
_MOST_NAMED = 6  # sheets named in one sentence


class OtherUnit(NamedTuple):
    """A unit whose tables are not read, as it is printed, and the sheets that hold them."""

    name: str
    sheets: tuple[str, ...]


class OneUnit(NamedTuple):
    """The regions that are read, and the units whose regions are not."""

    regions: list[Region]
    others: tuple[OtherUnit, ...]


def of_one_unit(regions: list[Region]) -> OneUnit:
    """The regions of the unit that has the most tables, the first of several; the units that have the same tables again."""
    titled = [r for r in regions if r.kinds and not r.grid.hidden]
    twice = [kind for kind, count in Counter(r.kinds[0] for r in titled).items() if count > 1]
    if len(twice) < _LEAST_TWICE:
        return OneUnit(regions, ())
    tables = _tables_by_unit(titled)
    main = max(tables, key=lambda unit: len(tables[unit]), default="")
    others = [u for u in tables if u != main and len(tables[u] & tables[main]) >= _LEAST_TWICE]
    if not others:
        return OneUnit(regions, ())
    sheets = _sheets_by_unit(titled, others)
    gone = frozenset[str]().union(*sheets.values())
    kept = [r for r in regions if r.sheet not in gone or _unit_of(r) == main]
    return OneUnit(kept, tuple(OtherUnit(_printed(titled, unit), tuple(sheets[unit])) for unit in others))


def said_of(others: Iterable[OtherUnit]) -> Iterable[Remark]:
    """One finding a unit whose tables were not read."""
    for other in others:
        refs = tuple(CellRef("", sheet, None, "subject", sheet, None) for sheet in other.sheets)
        named = "”“".join(other.sheets[:_MOST_NAMED])
        shown = f"“{named}”" + (" 等" if len(other.sheets) > _MOST_NAMED else "")
        params = {"unit": other.name, "count": str(len(other.sheets)), "sheets": shown}
        yield Remark(None, Severity.VERIFY, "structure", "other_unit", refs, params=params)


def _unit_of(region: Region) -> str:
    """The unit that the head of a region names, folded; empty where it names none."""
    unit = head_of(region).unit
    return plain(unit.value) if unit is not None else ""


def _printed(regions: Sequence[Region], unit: str) -> str:
    """A unit as it is printed."""
    heads = (head_of(region).unit for region in regions if _unit_of(region) == unit)
    return next(head.value for head in heads if head is not None)


def _tables_by_unit(regions: Sequence[Region]) -> Mapping[str, set[str]]:
    """Unit → kinds of tables that hold figures."""
    found: dict[str, set[str]] = {}
    for region in regions:
        unit = _unit_of(region)
        if unit and tabular(region):
            found.setdefault(unit, set()).add(region.kinds[0])
    return found


def _sheets_by_unit(regions: Sequence[Region], units: Sequence[str]) -> dict[str, dict[str, None]]:
    """Unit → the sheets with tables of it, in their order."""
    found: dict[str, dict[str, None]] = {unit: {} for unit in units}
    for region in regions:
        unit = _unit_of(region)
        if unit in found:
            found[unit][region.sheet] = None
    return found
