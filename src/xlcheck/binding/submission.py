"""An opened workbook → :class:`~xlcheck.model.Submission`: regions, the set that explains them, every figure bound."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from xlcheck.binding.assemble import Assembly, Result, Workbook
from xlcheck.binding.binder import Binder, Store, quality
from xlcheck.binding.contents import FEWEST, facts, tabular
from xlcheck.binding.exact import read_exactly
from xlcheck.binding.kinds import guessed
from xlcheck.binding.naming import as_printed
from xlcheck.binding.placing import Found, Placing, same_title
from xlcheck.binding.reading import Reading
from xlcheck.binding.regions import Region, regions
from xlcheck.binding.sets import Choice, choose, profile
from xlcheck.binding.words import Words
from xlcheck.concepts import Vocabulary
from xlcheck.errors import Refused
from xlcheck.form import SetSpec, TableSpec
from xlcheck.labels import whole
from xlcheck.model import Submission, Table
from xlcheck.reading.opening import Opened
from xlcheck.reading.recalculate import Calculator


class SubmissionReader:
    """Reads workbooks by the sets of a library; what can be prepared once is."""

    def __init__(self, forms: Sequence[SetSpec], open_form: SetSpec, vocabulary: Vocabulary) -> None:
        self.forms = forms
        self.profiles = [profile(form) for form in forms]
        self.open_form = open_form
        self.words = Words(vocabulary)
        self.vocabulary = vocabulary
        self._binders: dict[str, Binder] = {}

    def read(self, opened: Opened, forced: SetSpec | None = None) -> Submission:
        """Recognise every table, choose the set, bind every figure.

        Raises:
            Refused: no table that we know.
        """
        return _Run(self, opened, forced).run()

    def binder(self, form: SetSpec) -> Binder:
        """The binder of a form as the library has it, made once: no workbook's own numbers and names are in it."""
        if form.id not in self._binders:
            kept = next((f for f in (*self.forms, self.open_form) if f.id == form.id), form)
            self._binders[form.id] = Binder(kept, self.vocabulary, self.words)
        return self._binders[form.id]


class _Run:
    """One workbook being read."""

    def __init__(self, reader: SubmissionReader, opened: Opened, forced: SetSpec | None) -> None:
        self.reader = reader
        self.opened = opened
        self.forced = forced
        self.regions: list[Region] = []
        self.store = Store()
        self.calculator = Calculator(opened.grids)
        if opened.recalculates:  # what was saved is not what a spreadsheet shows
            self.calculator.refresh(opened.grids)

    def run(self) -> Submission:
        """Everything, one step after the other."""
        listing = []
        for grid in self.opened.grids:
            there = regions(grid)
            self.regions += there
            if not there and grid.rows:
                listing.append(grid.name)
        choice, tables, used = self._read(self._choice())
        if self.forced is None and choice.explains and _foreign_codes(tables):
            self.store = Store()
            choice, tables, used = self._read(Choice(self.reader.open_form, explains=False, nearest=choice.nearest))
        if not tables and not choice.explains:
            raise Refused(
                "unknown_form",
                "没有认出决算公开表：没有一张工作表的标题、表头或项目像决算公开表（“收入支出决算总表”“收入决算表”等）。"
                "请确认发送的是决算公开表工作簿；如是其他表样，请指明是哪一套（xlcheck check 用 --set，工作文件夹用设置里的“表样”）。",
            )
        if self.forced is None and len(tables) < FEWEST and not self._single(tables):
            raise Refused(
                "unknown_form",
                f"没有认出决算公开表：只认出 {len(tables)} 张。请确认发送的是决算公开表工作簿，各表的标题都在；"
                "如是其他表样，请指明是哪一套（xlcheck check 用 --set，工作文件夹用设置里的“表样”）。",
            )
        book = Workbook(self.opened, self.regions, used, listing)
        binder = self.reader.binder(choice.form)
        return Assembly(book, choice, tables, binder, self.store, self.calculator).submission()

    def _read(self, choice: Choice) -> tuple[Choice, dict[str, Result], set[int]]:
        """The tables read by the set chosen: in its form as the workbook prints it, with the regions that are one."""
        binder = self.reader.binder(choice.form)
        found, used = Placing(self.regions, choice.form, binder, self.store.known).by_title()
        form = as_printed(choice.form, {k: f.region for k, f in found.items()}, explains=choice.explains)
        return choice._replace(form=form), self._read_by(form, found, used), used

    @staticmethod
    def _single(tables: dict[str, Result]) -> bool:
        """Whether one table alone is surely one of ours: a workbook may be sent table by table."""
        return any(
            r.exact is not None or (r.reading is not None and quality(r.reading) >= 3.0) for r in tables.values()
        )

    # --- the set -----------------------------------------------------------------------------

    def _choice(self) -> Choice:
        if self.forced is not None:
            return Choice(self.forced, explains=True, nearest=self.forced)
        found = []
        years: Counter[str] = Counter()
        others: list[str] = []
        for region in self.regions:
            if region.kinds and not region.grid.hidden:
                said = facts(region)
                if "年度" in said:
                    years[said["年度"]] += 1
                number = said.get("编号", "")
                others += [number] if number and not number.startswith("公开") else []
                found.append((region.kinds, number if number.startswith("公开") else ""))
        year = whole(years.most_common(1)[0][0]) if years else None
        for region in self.regions:
            region.year = year
        return choose(found, self.reader.profiles, self.reader.open_form, year, others)

    # --- tables ------------------------------------------------------------------------------

    def _read_by(self, form: SetSpec, found: dict[str, Found], used: set[int]) -> dict[str, Result]:
        """Every table of ``form`` that is there: exact ones first, the others by evidence."""
        results: dict[str, Result] = {}
        inexact: list[Reading] = []
        binder = self.reader.binder(form)
        for spec in form.tables:
            if spec.key not in found:
                continue
            entry = found[spec.key]
            exact = read_exactly(spec, entry.region)
            if exact is not None:
                results[spec.key] = Result(entry, exact=exact)
                self.store.add(exact.table)
        for spec in form.tables:
            if spec.key in found and spec.key not in results:
                inexact.append(binder.bind(found[spec.key].region, spec, self.store.known))
        inexact = binder.settle(inexact, self.store.known)
        inexact = [self._checked(binder, form, r, found) for r in inexact]
        for reading in inexact:
            results[reading.spec.key] = Result(found[reading.spec.key], reading=reading)
        late = False
        for i, region in enumerate(self.regions):
            if i in used or not tabular(region) or (region.named is not None and region.named.by_unit):
                continue
            late_one = guessed(region, binder, form, results, self.store.known, facts(region).get("编号", ""))
            if late_one is not None:
                titled = region.title is not None and region.title.strong
                late_one.said.append(
                    (
                        "other_title" if titled else "no_title",
                        {"title": region.title.text if titled and region.title else ""},
                    )
                )
                used.add(i)
                more = [j for j, r in enumerate(self.regions) if j not in used and j > i and same_title(r, region)]
                used.update(more)
                results[late_one.spec.key] = Result(Found(region, [self.regions[j] for j in more]), reading=late_one)
                late = True
        if late:
            kept = {k: r.reading for k, r in results.items() if r.reading is not None}
            for reading in binder.settle(list(kept.values()), self.store.known):
                results[reading.spec.key].reading = reading
        return results

    def _checked(self, binder: Binder, form: SetSpec, reading: Reading, found: dict[str, Found]) -> Reading:
        """Title against headings: where the headings are plainly those of another table, they decide."""
        for own, other in (("收入表", "支出表"), ("支出表", "收入表")):
            if reading.spec.key != own or other in found or other not in {t.key for t in form.tables}:
                continue
            if reading.loose() and _speaks_of(binder, reading, form.table(other), reading.spec):
                rest = binder.bind(reading.region, form.table(other), self.store.known)
                if quality(rest) - quality(reading) > 2.5:
                    rest.said.append(("title_headings", {"other": reading.spec.name}))
                    found[other] = found.pop(own)
                    return rest
        return reading


def _foreign_codes(results: dict[str, Result]) -> bool:
    """Whether the economic codes hold a class with figures that the set's form does not have: it is another form."""
    for result in results.values():
        if result.exact is not None and _foreign_rows(result.exact.table):
            return True
        if result.reading is None:
            continue
        for section in result.reading.sections.values():
            if section.spec.shape != "blocks":
                continue
            own = {r.code for r in section.spec.rows}
            for i, row in enumerate(section.rows):
                spot = section.spot(i, section.spec.column_keys[0])
                if (
                    row.code
                    and len(row.code) == 3
                    and row.code not in own
                    and spot
                    and result.reading.frame.figure(*spot)
                ):
                    return True
    return False


def _foreign_rows(table: Table) -> bool:
    for section in table.sections.values():
        if section.spec.shape == "blocks":
            own = {r.code for r in section.spec.rows}
            if any(
                r.code and len(r.code) == 3 and r.code not in own and section.figures[i][0]
                for i, r in enumerate(section.rows)
            ):
                return True
    return False


def _speaks_of(binder: Binder, reading: Reading, other: TableSpec, own: TableSpec) -> bool:
    """Whether a heading names a column that ``other`` has and ``own`` has not."""
    context = binder.context({})
    section = other.sections[0]
    distinct = set(section.column_keys) - set(own.sections[0].column_keys)
    paths = {p for s in reading.sections.values() for p in s.paths.values()}
    slots = context.slots(other.key, section, others=True)
    return any(slots.exact(p) & distinct for p in paths if p)
