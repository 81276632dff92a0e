"""Whose a workbook is, as the heads of its tables say, or the lines below them where no head says it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from xlcheck.binding.cells import figure_of
from xlcheck.binding.contents import head_of, head_until
from xlcheck.binding.regions import Region
from xlcheck.form import Severity, TableSpec
from xlcheck.labels import address, plain
from xlcheck.model import PrintedNames
from xlcheck.outcome import CellRef, Remark
from xlcheck.reading.heads import Fact, Head, read_foot

_LONGEST_QUOTE = 40  # characters


def names_of(usual: str | None, heads: Sequence[Head], carried: str | None = None) -> PrintedNames:
    """The names of one workbook, from its :func:`naming_head` each table.

    ``usual`` is what most tables print, if anything; ``carried`` is who carries out what its score sheets are about, which
    counts where no table says whose it is.
    """
    first = Counter(head.units[0].value for head in heads if head.units)
    name = usual or (first.most_common(1)[0][0] if first else carried or "")
    beside = [unit.value for head in heads if len(head.units) > 1 for unit in head.units]
    elsewhere = [unit.value for head in heads for unit in (*head.units, *head.loose)]
    known = {plain(name)}
    return PrintedNames(name, tuple(_new(beside, known)), tuple(_new(elsewhere, known)))


def _new(names: Iterable[str], known: set[str]) -> Iterator[str]:
    """Names that are not known yet; they are from then on."""
    for name in names:
        if plain(name) not in known:
            known.add(plain(name))
            yield name


def naming_head(region: Region) -> Head:
    """What names the unit of a region: its head; what stands below its table where that names none, else beside it."""
    head = head_of(region)
    foot = read_foot(region.grid, max(_last_figure(region), head_until(region) - 1))
    if not head.units:
        return foot
    known = {plain(unit.value) for unit in (*head.units, *head.loose)}
    return head._replace(loose=(*head.loose, *(unit for unit in foot.units if plain(unit.value) not in known)))


def _last_figure(region: Region) -> int:
    """The last row of a region that holds a figure."""
    rows = region.grid.rows
    filled = (row for row in sorted(rows, reverse=True) if any(figure_of(c) is not None for c in rows[row].values()))
    return next(filled, 0)


def two_names(spec: TableSpec, region: Region, units: Sequence[Fact]) -> Remark:
    """A head that names two units: nobody can tell whose it is."""
    (row, column), sheet = units[1].at, region.sheet
    at = address(row, column)
    ref = CellRef(spec.number, sheet, at, "subject", spec.name, units[1].text)
    said = "、".join(f"“{fact.value[:_LONGEST_QUOTE]}”" for fact in units)
    params = {"table": spec.number, "cell": at, "found": said}
    return Remark(None, Severity.VERIFY, "structure", "two_units", (ref,), params=params)
