"""The tables of a workbook as they were found, put together into a submission with all that is said of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from xlcheck.binding.binder import Binder, Store
from xlcheck.binding.build import build
from xlcheck.binding.contents import facts, has_amounts, head_of, tablelike, tabular
from xlcheck.binding.exact import Exact
from xlcheck.binding.goes_on import joined
from xlcheck.binding.placing import Found
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
from xlcheck.binding.sets import Choice, kind_of
from xlcheck.binding.slots import CERTAIN, DOUBTFUL, LIKELY
from xlcheck.form import TableSpec
from xlcheck.labels import whole
from xlcheck.model import Recognised, Remark, Submission, Table
from xlcheck.reading.extract import absent_table, lost_table
from xlcheck.reading.opening import Opened
from xlcheck.reading.pictures import has_figures, picture_sheets
from xlcheck.reading.recalculate import Calculator
from xlcheck.reading.sniff import Kind
from xlcheck.reading.values import report_stale


@dataclass(slots=True)
class Result:
    """A table of the form as it was found: the exact way, or by evidence."""

    found: Found
    exact: Exact | None = None
    reading: Reading | None = None


class Workbook(NamedTuple):
    """A workbook whose regions were put to tables.

    ``used`` are the indexes of regions that are a table, ``listing`` the sheets that only name tables.
    """

    opened: Opened
    regions: Sequence[Region]
    used: set[int]
    listing: Sequence[str]


class Assembly:
    """One workbook put together."""

    def __init__(
        self,
        book: Workbook,
        choice: Choice,
        results: Mapping[str, Result],
        binder: Binder,
        store: Store,
        calculator: Calculator,
    ) -> None:
        self.book = book
        self.choice = choice
        self.results = results
        self.binder = binder
        self.store = store
        self.calculator = calculator

    def submission(self) -> Submission:
        """The submission, in the order of the form."""
        choice, results = self.choice, self.results
        form = choice.form
        remarks: list[Remark] = []
        tables: dict[str, Table] = {}
        sheet_order = [g.name for g in self.book.opened.grids]
        nearest = None if choice.explains else choice.nearest.id if choice.nearest is not None else ""
        pictured = self._pictured()
        unknown = [r for i, r in enumerate(self.book.regions) if i not in self.book.used and tabular(r)]
        blank = [
            r for i, r in enumerate(self.book.regions) if i not in self.book.used and not tabular(r) and tablelike(r)
        ]
        # 表1, 表2 are numbers of the office's own: only 公开NN says which table of the form is left out
        numbers = [n for r in results.values() if (n := facts(r.found.region).get("编号", "")).startswith("公开")]
        for spec in form.tables:
            result = results.get(spec.key)
            if result is None:
                remarks += missing(spec, choice, [*unknown, *blank], numbers)
                gone = not choice.explains and not unknown
                lost = f"缺少{spec.title}（{spec.name}）"
                tables[spec.key] = absent_table(spec) if gone else lost_table(spec, lost)
                continue
            sheet = result.found.region.sheet
            if sheet in pictured:
                remarks.append(picture(spec, sheet))
                tables[spec.key] = lost_table(spec, f"{spec.title}（工作表“{sheet}”）是图片，读不出数字")
                continue
            table = self._table(spec, result, remarks)
            remarks += odd_heads(spec, result.found.region, head_of(result.found.region), self.binder.words)
            tables[spec.key] = table
            if result.found.region.grid.formulas and not table.lost:
                report_stale(table, result.found.region.grid, self.calculator, remarks)
        if self.book.opened.kind not in (Kind.HTML, Kind.DELIMITED):
            remarks += shared_sheets(form, {k: r.found.region for k, r in results.items()})
        remarks += [c for k, r in results.items() if (c := contradiction(form, form.table(k), r.found.region))]
        remarks += shared_numbers(
            form, {k: (r.found.region.sheet, facts(r.found.region).get("编号", "")) for k, r in results.items()}
        )
        remarks += [rival(form, other, lacks) for other, lacks in choice.rivals]
        if not choice.explains:
            remarks.append(open_form_used(choice.nearest, [form.table(k) for k in results]))
        remarks += unknown_tables([r for r in unknown if has_amounts(r)], self.binder.words)
        other = [*self.book.listing, *dict.fromkeys(r.sheet for r in unknown)]
        known = {r.found.region.sheet for r in results.values()}
        other += [g.name for g in self.book.opened.grids if g.rows and g.name not in known and g.name not in other]
        order = {n: i for i, n in enumerate(sheet_order)}
        other = sorted(dict.fromkeys(n for n in other if n not in known), key=order.__getitem__)
        common = {fact: _common(fact, tables) for fact in ("单位名称", "年度", "金额单位")}
        return Submission(
            form, tables, common["单位名称"], whole(common["年度"]), common["金额单位"], tuple(remarks), tuple(other),
            tuple(self._recognised(unknown)), nearest, tuple(sheet_order),
        )  # fmt: skip

    def _pictured(self) -> set[str]:
        """Sheets with a picture and no figure: a scanned page pasted where a table should be."""
        blank = {r.sheet for r in self.book.regions if not has_figures([r.grid])}
        if not blank or self.book.opened.workbook is None:
            return set()
        return blank.intersection(picture_sheets(self.book.opened.workbook))

    def _table(self, spec: TableSpec, result: Result, remarks: list[Remark]) -> Table:
        found = result.found
        totals = _total_keys(self.binder, spec)
        if result.exact is not None:
            table = result.exact.table
            remarks += result.exact.remarks
        else:
            reading = result.reading
            if reading is None:
                return lost_table(spec, "")
            table = build(reading, totals, remarks, self.binder.evidence)
        if found.more:
            return joined(
                table, spec, found.more, self.binder, self.store.known, totals, remarks, result.reading
            ) or doubled(spec, [found.region, *found.more], remarks)
        return table

    def _recognised(self, unknown: Sequence[Region]) -> list[Recognised]:
        found = []
        for spec in self.choice.form.tables:
            if spec.key in self.results:
                result = self.results[spec.key]
                words = self.binder.vocabulary.tables.get(kind_of(spec))
                national = words.title if words is not None else spec.name
                for region in (result.found.region, *result.found.more):
                    grade = CERTAIN if region.kinds else LIKELY
                    name = region.named.text if region.named is not None else ""
                    number = facts(region).get("编号", "")
                    found.append(Recognised(spec.key, national, region.sheet, name, number, grade))
        found += [
            Recognised("", "", r.sheet, r.title.text, facts(r).get("编号", ""), DOUBTFUL)
            for r in unknown
            if r.title is not None
        ]
        return found


def _total_keys(binder: Binder, spec: TableSpec) -> frozenset[str]:
    words = binder.vocabulary.tables.get(spec.key)
    if words is None:
        return frozenset()
    concepts = [c for s in words.sections.values() for c in (*s.columns.values(), *s.rows.values())]
    return frozenset(c.key for c in concepts if c.total)


def _common(fact: str, tables: Mapping[str, Table]) -> str | None:
    """What most tables print as a fact of the workbook; None where none prints it."""
    values = Counter(t.facts[fact][0] for t in tables.values() if fact in t.facts)
    return values.most_common(1)[0][0] if values else None
