"""Which sheet of a workbook is which table of a known set, and what its words teach the known table."""

from __future__ import annotations

from typing import NamedTuple

from xlcheck.binding.binder import Binder
from xlcheck.binding.reading import Reading, RowRead, SectionRead
from xlcheck.binding.regions import Region, regions
from xlcheck.binding.sets import key_in, kind_of
from xlcheck.binding.slots import DOUBTFUL
from xlcheck.binding.words import Words
from xlcheck.form import ColumnSpec, RowSpec, SectionSpec, SetSpec, TableSpec
from xlcheck.labels import label_key
from xlcheck.mapping.library import Library
from xlcheck.reading.grid import Grid


class Fit(NamedTuple):
    """How a set fits a workbook: region index → the table it is there; the better set has the greater ``score``."""

    form: SetSpec
    found: dict[int, TableSpec]
    score: tuple[int, int, int]


class Sheets:
    """The regions of a workbook from the first sheet on, top to bottom, and the sets that may explain them."""

    def __init__(self, grids: list[Grid], library: Library) -> None:
        self.library = library
        self.regions = [region for grid in grids for region in regions(grid)]
        self.words = Words(library.vocabulary)
        self._binders: dict[str, Binder] = {}

    def fits(self) -> list[Fit]:
        """Every set of the library with the tables of it that are there, the most general set first."""
        return [self.fit(self.library.load(set_id)) for set_id in self.library.general()]

    def fit(self, form: SetSpec) -> Fit:
        """The regions that are tables of ``form``, by title: of several with one title the first."""
        found = self._tables_of(form)
        exact = sum(kind_of(spec) in self.regions[i].kinds[:1] for i, spec in found.items())
        named = sum(_is_named(self.regions[i], spec) for i, spec in found.items())
        # a table that is not there drops rules
        return Fit(form, found, (3 * len(found) - len(form.tables), exact, named))

    def _tables_of(self, form: SetSpec) -> dict[int, TableSpec]:
        found: dict[int, TableSpec] = {}
        for i, region in enumerate(self.regions):
            key = key_in(form, region.kinds)
            spec = form.table(key) if key is not None else None
            if spec is not None and spec not in found.values():
                found[i] = spec
        return found

    def taught(self, region: Region, form: SetSpec, spec: TableSpec) -> TableSpec:
        """``spec`` with the words that ``region`` prints for its columns and rows, as far as they are no doubt."""
        if form.id not in self._binders:
            self._binders[form.id] = Binder(form, self.library.vocabulary, self.words)
        reading = self._binders[form.id].bind(region, spec, {})
        return spec._replace(sections=tuple(_section(reading, s) for s in spec.sections))


def _is_named(region: Region, spec: TableSpec) -> bool:
    """Whether the sheet prints a name of the table."""
    return region.named is not None and label_key(region.named.text) in spec.names


def _section(reading: Reading, spec: SectionSpec) -> SectionSpec:
    read = reading.sections.get(spec.key)
    if read is None or read.lost:
        return spec
    paths = _sure_paths(reading, read)
    texts = {row.key: text for row in read.rows if (text := _row_text(row))}
    columns = tuple(_column(c, paths.get(c.key, ())) for c in spec.columns)
    return spec._replace(columns=columns, rows=tuple(_row(r, texts.get(r.key, "")) for r in spec.rows))


def _sure_paths(reading: Reading, read: SectionRead) -> dict[str, tuple[str, ...]]:
    """The headers of the columns that are no doubt, by the key of the column."""
    return {key: _path(reading, at) for key, at in read.column_at.items() if read.column_grades.get(key) != DOUBTFUL}


def _row_text(row: RowRead) -> str:
    """What a row that is no doubt prints as its name."""
    sure = row.at is not None and row.grade != DOUBTFUL
    return label_key(row.name or row.label) if sure else ""


def _path(reading: Reading, column: int) -> tuple[str, ...]:
    read = next((s.paths[column] for s in reading.sections.values() if column in s.paths), ())
    return tuple(label_key(t) for t in read)


def _column(spec: ColumnSpec, path: tuple[str, ...]) -> ColumnSpec:
    if spec.role != "amount" or not path or path in spec.names:
        return spec
    return spec._replace(names=(*spec.names, path))


def _row(spec: RowSpec, text: str) -> RowSpec:
    return spec._replace(names=(*spec.names, text)) if text and text not in spec.names else spec
