"""The tables of a workbook as they were found, put together into a submission with all that is said of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from xlcheck.binding.binder import Binder
from xlcheck.binding.build import build
from xlcheck.binding.contents import OFFICIAL, has_amounts, head_of, number_of, tablelike, tabular
from xlcheck.binding.exact import Exact
from xlcheck.binding.goes_on import Continuation
from xlcheck.binding.known import Store
from xlcheck.binding.reading import Reading
from xlcheck.binding.regions import Region
from xlcheck.binding.remarks import (
    contradiction,
    doubled,
    missing,
    odd_heads,
    open_form_used,
    picture,
    rival,
    shared_numbers,
    shared_sheets,
    unknown_tables,
)
from xlcheck.binding.scoresheets.find import SheetsFound
from xlcheck.binding.sets import Choice, kind_of
from xlcheck.binding.slots import CERTAIN, DOUBTFUL, LIKELY
from xlcheck.binding.tables import ReadTable
from xlcheck.binding.unitnames import names_of, naming_head, two_names
from xlcheck.form import TableSpec
from xlcheck.labels import whole
from xlcheck.model import Recognised, Submission, Table
from xlcheck.outcome import Remark
from xlcheck.reading.extract import absent_table, lost_table
from xlcheck.reading.heads import Head
from xlcheck.reading.opening import Opened
from xlcheck.reading.pictures import has_figures, picture_sheets
from xlcheck.reading.recalculate import Calculator
from xlcheck.reading.sniff import Kind
from xlcheck.reading.values import keep_fresh, report_stale

_WITHOUT_SHEETS = (Kind.HTML, Kind.DELIMITED)  # formats in which all tables share one sheet, of necessity


class PlacedWorkbook(NamedTuple):
    """A workbook whose tables were read by a set.

    ``used`` are the indexes of regions that are, or belong to, a table of the set; ``store`` knows what is
    certain of its figures.
    """

    opened: Opened
    regions: Sequence[Region]
    choice: Choice
    tables: Mapping[str, ReadTable]
    used: frozenset[int]
    store: Store


class Assembly:
    """One workbook put together: its tables in the order of the form, and all that is said of them."""

    def __init__(
        self,
        book: PlacedWorkbook,
        binder: Binder,
        calculator: Calculator,
        found: SheetsFound,
        said: Iterable[Remark] = (),
    ) -> None:
        self.book = book
        self.choice = book.choice
        self.form = book.choice.form
        self.binder = binder
        self.found = found
        self.calculator = calculator
        self.remarks: list[Remark] = [*said]
        self.unread = [region for i, region in enumerate(book.regions) if i not in book.used]
        self.unknown = [region for region in self.unread if tabular(region)]

    def submission(self) -> Submission:
        """The submission, in the order of the form."""
        tables = {spec.key: self._table(spec) for spec in self.form.tables}
        if any(remark.code == "stale_cache" for remark in self.remarks):
            self._keep_fresh(tables)
        self._remark_workbook()
        facts = {fact: _common(tables, fact) for fact in ("单位名称", "年度", "金额单位")}
        names = names_of(facts["单位名称"], list(self._naming.values()), self.found.own_unit())
        return Submission(
            self.form,
            tables,
            unit=facts["单位名称"] or self.found.unit() or names.name or None,
            year=whole(facts["年度"] or self.found.year()),
            currency=facts["金额单位"],
            remarks=(*self.remarks, *self.found.remarks),
            other_sheets=tuple(self._other_sheets()),
            recognised=(*self._recognised_tables(), *self.found.recognised(), *self._unknown_titles()),
            nearest=self._nearest(),
            sheet_order=tuple(grid.name for grid in self.book.opened.grids),
            sheets=self.found.sheets,
            names=names,
        )

    # --- tables ------------------------------------------------------------------------------

    def _table(self, spec: TableSpec) -> Table:
        """A table of the form as the workbook has it."""
        read = self.book.tables.get(spec.key)
        if read is None:
            return self._missing(spec)
        sheet = read.region.sheet
        if sheet in self._pictured:
            self.remarks.append(picture(spec, sheet))
            return lost_table(spec, f"{spec.title}（工作表“{sheet}”）是图片，读不出数字")
        table = self._whole(spec, read)
        self.remarks += odd_heads(spec, read.region, head_of(read.region), self.binder.words)
        if read.region.grid.formulas and not table.lost:
            report_stale(table, read.region.grid, self.calculator, self.remarks)
        return table

    def _keep_fresh(self, tables: Mapping[str, Table]) -> None:
        """Where some formulas are behind, keep what all figures will say that follow from them, in whichever table."""
        for key, read in self.book.tables.items():
            if read.region.grid.formulas and not tables[key].lost:
                keep_fresh(tables[key], read.region.grid, self.calculator)

    def _missing(self, spec: TableSpec) -> Table:
        """A table that is not there: lost where it may be, or is demanded; else the workbook's form does not have it."""
        blank = [r for r in self.unread if not tabular(r) and tablelike(r)]
        numbered = any(number_of(read.region).startswith(OFFICIAL) for read in self.book.tables.values())
        self.remarks += missing(spec, self.choice, [*self.unknown, *blank], numbered=numbered)
        if not self.choice.explains and not self.unknown:
            return absent_table(spec)
        return lost_table(spec, f"缺少{spec.title}（{spec.name}）")

    def _whole(self, spec: TableSpec, read: ReadTable) -> Table:
        """A table with the regions that go on with it."""
        totals = _total_keys(self.binder, spec)
        table = self._first(read, totals)
        more = read.placed.more
        if not more:
            return table
        reading = read.bound if isinstance(read.bound, Reading) else None
        whole = Continuation(self.binder, self.book.store.known, self.remarks).joined(table, more, totals, reading)
        return whole or doubled(spec, [read.region, *more], self.remarks)

    def _first(self, read: ReadTable, totals: frozenset[str]) -> Table:
        """The table of the main region."""
        if isinstance(read.bound, Exact):
            self.remarks += read.bound.remarks
            return read.bound.table
        return build(read.bound, totals, self.remarks, self.binder.evidence)

    @cached_property
    def _naming(self) -> dict[str, Head]:
        """What names the unit of each table."""
        return {key: naming_head(read.region) for key, read in self.book.tables.items()}

    @cached_property
    def _pictured(self) -> set[str]:
        """Sheets with a picture and no figure: a scanned page pasted where a table should be."""
        blank = {r.sheet for r in self.book.regions if not has_figures([r.grid])}
        if not blank or self.book.opened.workbook is None:
            return set()
        return blank.intersection(picture_sheets(self.book.opened.workbook))

    # --- the workbook ------------------------------------------------------------------------

    def _remark_workbook(self) -> None:
        """What is said of the workbook as a whole."""
        form, choice = self.form, self.choice
        regions = {key: read.region for key, read in self.book.tables.items()}
        if self.book.opened.kind not in _WITHOUT_SHEETS:
            self.remarks += shared_sheets(form, regions)
        self.remarks += filter(None, (contradiction(form, form.table(k), r) for k, r in regions.items()))
        self.remarks += shared_numbers(form, regions)
        torn = next((key for key, head in self._naming.items() if len(head.units) > 1), None)
        if torn is not None:  # once: the heads of a workbook are mostly alike
            self.remarks.append(two_names(form.table(torn), regions[torn], self._naming[torn].units))
        self.remarks += [rival(form, other, lacks) for other, lacks in choice.rivals]
        if not choice.explains:
            self.remarks.append(open_form_used(choice.nearest, [form.table(k) for k in regions]))
        self.remarks += unknown_tables([r for r in self.unknown if has_amounts(r)], self.binder.words)

    def _nearest(self) -> str | None:
        """The id of the nearest set, where none explains the tables; empty: none is near."""
        if self.choice.explains:
            return None
        return self.choice.nearest.id if self.choice.nearest is not None else ""

    def _other_sheets(self) -> list[str]:
        """Sheets with something on them that is no table of the form, in their order."""
        known = {read.region.sheet for read in self.book.tables.values()} | self.found.names
        filled = dict.fromkeys(grid.name for grid in self.book.opened.grids if grid.rows)
        return [name for name in filled if name not in known]

    def _recognised_tables(self) -> Iterator[Recognised]:
        """What each region was recognised as, in the order of the form."""
        for spec in self.form.tables:
            if spec.key in self.book.tables:
                placed = self.book.tables[spec.key].placed
                for region in (placed.region, *placed.more):
                    yield self._recognised(spec, region)

    def _recognised(self, spec: TableSpec, region: Region) -> Recognised:
        """A table by its national name, and by the name and number that its region prints."""
        words = self.binder.vocabulary.tables.get(kind_of(spec))
        national = words.title if words is not None else spec.name
        name = region.named.text if region.named is not None else ""
        return Recognised(
            spec.key, national, region.sheet, name, number_of(region), CERTAIN if region.kinds else LIKELY
        )

    def _unknown_titles(self) -> Iterator[Recognised]:
        """Regions that hold a table and have a title, and are no table of the form."""
        for region in self.unknown:
            if region.title is not None:
                yield Recognised("", "", region.sheet, region.title.text, number_of(region), DOUBTFUL)


def _total_keys(binder: Binder, spec: TableSpec) -> frozenset[str]:
    """Keys of the rows and columns of a table that others add up to."""
    words = binder.vocabulary.tables.get(spec.key)
    if words is None:
        return frozenset()
    concepts = [c for s in words.sections.values() for c in (*s.columns.values(), *s.rows.values())]
    return frozenset(c.key for c in concepts if c.total)


def _common(tables: Mapping[str, Table], fact: str) -> str | None:
    """What most of the tables say of a fact; None where none says it."""
    values = Counter(t.facts[fact][0] for t in tables.values() if fact in t.facts)
    return values.most_common(1)[0][0] if values else None
