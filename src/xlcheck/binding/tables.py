"""The tables of one form read from the regions of a workbook: exact ones first, the others by evidence, those without a title last."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from xlcheck.binding.binder import Binder, quality
from xlcheck.binding.contents import number_of, tabular
from xlcheck.binding.exact import Exact, read_exactly
from xlcheck.binding.known import Store
from xlcheck.binding.placing import PlacedTable, Placement, same_title
from xlcheck.binding.reading import Reading
from xlcheck.binding.regions import Region
from xlcheck.form import SetSpec, TableSpec

_TWINS = {"收入表": "支出表", "支出表": "收入表"}  # built alike but for their headings
_PLAINLY_BETTER = 2.5  # quality by which headings must speak for the twin, against the title


@dataclass(frozen=True, slots=True)
class ReadTable:
    """A table of the form, with its regions, as it was bound: the exact way, or by evidence."""

    placed: PlacedTable
    bound: Exact | Reading

    @property
    def region(self) -> Region:
        """The main one of its regions."""
        return self.placed.region


class TableReader:
    """Reads the tables of ``form`` from regions that were put to them; ``used`` grows by regions recognised without a title."""

    def __init__(
        self, form: SetSpec, binder: Binder, regions: Sequence[Region], placement: Placement, store: Store
    ) -> None:
        self.form = form
        self.binder = binder
        self.regions = regions
        self.placed = dict(placement.tables)
        self.used = set(placement.used)
        self.store = store
        self.tables: dict[str, ReadTable] = {}

    def read(self) -> dict[str, ReadTable]:
        """Every table of the form that is there, by key."""
        specs = [spec for spec in self.form.tables if spec.key in self.placed]
        for spec in specs:
            self._read_exactly(spec)
        others = [spec for spec in specs if spec.key not in self.tables]
        if others:
            self._bind(others)
        if self._guess():
            self._settle_again()
        return self.tables

    def _read_exactly(self, spec: TableSpec) -> None:
        """Read a table as the form prints it, where it is so built."""
        placed = self.placed[spec.key]
        exact = read_exactly(spec, placed.region)
        if exact is not None:
            self.tables[spec.key] = ReadTable(placed, exact)
            self.store.add(exact.table)

    def _bind(self, specs: Iterable[TableSpec]) -> None:
        """Bind tables by evidence."""
        readings = [self.binder.bind(self.placed[s.key].region, s, self.store.known) for s in specs]
        settled = self.binder.settle(readings, self.store.known)
        checked = [self._against_title(reading) for reading in settled]
        for reading in checked:
            self.tables[reading.spec.key] = ReadTable(self.placed[reading.spec.key], reading)

    def _against_title(self, reading: Reading) -> Reading:
        """Title against headings: where the headings are plainly those of another table, they decide."""
        key = reading.spec.key
        twin = next((t for t in self.form.tables if t.key == _TWINS.get(key)), None)
        if twin is None or twin.key in self.placed or not reading.loose():
            return reading
        if not _speaks_of(self.binder, reading, twin):
            return reading
        other = self.binder.bind(reading.region, twin, self.store.known)
        if quality(other) - quality(reading) <= _PLAINLY_BETTER:
            return reading
        other.said.append(("title_headings", {"other": reading.spec.name}))
        self.placed[twin.key] = self.placed.pop(key)
        return other

    def _guess(self) -> bool:
        """Bind what no title names, but headings, labels or figures do; whether there is any such table."""
        before = len(self.tables)
        for i, region in enumerate(self.regions):
            if i in self.used or not tabular(region) or (region.named is not None and region.named.by_unit):
                continue
            from xlcheck.binding.kinds import guessed

            reading = guessed(region, self.binder, self.form, self.tables, self.store.known, number_of(region))
            if reading is not None:
                reading.said.append(_said_of_title(region))
                more = [j for j in range(i + 1, len(self.regions)) if self._goes_on(region, j)]
                self.used.update((i, *more))
                placed = PlacedTable(region, [self.regions[j] for j in more])
                self.tables[reading.spec.key] = ReadTable(placed, reading)
        return len(self.tables) > before

    def _goes_on(self, region: Region, index: int) -> bool:
        """Whether a region further on, not yet used, has the title of ``region``."""
        return index not in self.used and same_title(self.regions[index], region)

    def _settle_again(self) -> None:
        """Bind all readings again, with what the tables recognised last say."""
        readings = [table.bound for table in self.tables.values() if isinstance(table.bound, Reading)]
        for reading in self.binder.settle(readings, self.store.known):
            self.tables[reading.spec.key] = replace(self.tables[reading.spec.key], bound=reading)


def _said_of_title(region: Region) -> tuple[str, dict[str, str]]:
    """What is said of a table that was recognised without its title."""
    if region.title is not None and region.title.strong:
        return "other_title", {"title": region.title.text}
    return "no_title", {"title": ""}


def _speaks_of(binder: Binder, reading: Reading, other: TableSpec) -> bool:
    """Whether a heading names a column that ``other`` has and the table of the reading has not."""
    section = other.sections[0]
    distinct = set(section.column_keys) - set(reading.spec.sections[0].column_keys)
    slots = binder.context({}).slots(other.key, section, others=True)
    paths = {p for s in reading.sections.values() for p in s.paths.values()}
    return any(slots.exact(path) & distinct for path in paths if path)
