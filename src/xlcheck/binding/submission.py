"""An opened workbook → :class:`~xlcheck.model.Submission`: regions, the set that explains them, every figure bound."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from xlcheck.binding.binder import Binder, Store, quality
from xlcheck.binding.build import build
from xlcheck.binding.codes import padded
from xlcheck.binding.frame import figure_of
from xlcheck.binding.goes_on import joined
from xlcheck.binding.kinds import guessed
from xlcheck.binding.reading import Reading
from xlcheck.binding.regions import Region, regions
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
from xlcheck.binding.sets import Choice, choose, key_in, kind_of, profile, relabelled
from xlcheck.binding.slots import CERTAIN, DOUBTFUL, LIKELY
from xlcheck.binding.words import Words
from xlcheck.concepts import Vocabulary
from xlcheck.errors import Refused
from xlcheck.form import SectionSpec, SetSpec, TableSpec
from xlcheck.labels import whole
from xlcheck.model import Finding, Recognised, Submission, Table
from xlcheck.reading.columns import Header, bind_columns, find_header
from xlcheck.reading.extract import NotAsPrintedError, absent_table, extract, lost_table
from xlcheck.reading.heads import Head, read_head
from xlcheck.reading.opening import Opened
from xlcheck.reading.pictures import has_figures, picture_sheets
from xlcheck.reading.recalculate import Calculator
from xlcheck.reading.recognise import facts_of, title_key
from xlcheck.reading.sniff import Kind
from xlcheck.reading.values import report_stale

# What the exact way of reading says where a table is not built as the form prints it.
_NOT_EXACT = {
    "changed_label", "many_changed_label", "unknown_row", "missing_row", "ambiguous_row", "unread_figure", "no_code",
}  # fmt: skip
_RIGHT_LENGTHS = (3, 5, 7)
_UNIT_CODES = (3, 6)  # digits of 预算单位代码: department, unit
_FEWEST = 2
_NUMERIC = frozenset("0123456789-+(.")


class _Exact(NamedTuple):
    table: Table
    remarks: list[Finding]


@dataclass(slots=True)
class _Found:
    """Regions of one table of the form; the first is the main one, ``more`` go on with it."""

    region: Region
    more: list[Region] = field(default_factory=list)


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
        self.remarks: list[Finding] = []
        self.store = Store()
        self.released: set[int] = set()
        self.calculator = Calculator(opened.grids)
        if opened.recalculates:  # what was saved is not what a spreadsheet shows
            self.calculator.refresh(opened.grids)

    def run(self) -> Submission:
        grids = self.opened.grids
        listing = []
        for grid in grids:
            there = regions(grid)
            self.regions += there
            if not there and grid.rows:
                listing.append(grid.name)
        choice = self._choice()
        found, used = self._by_title(choice.form)
        choice = choice._replace(
            form=_printed(choice.form, {k: f.region for k, f in found.items()}, explains=choice.explains)
        )
        tables = self._read_by(choice.form, found, used)
        if self.forced is None and choice.explains and _foreign_codes(tables):
            choice = Choice(self.reader.open_form, explains=False, nearest=choice.nearest)
            self.store = Store()
            found, used = self._by_title(choice.form)
            choice = choice._replace(
                form=_printed(choice.form, {k: f.region for k, f in found.items()}, explains=choice.explains)
            )
            tables = self._read_by(choice.form, found, used)
        if not tables and not choice.explains:
            raise Refused(
                "unknown_form",
                "没有认出决算公开表：没有一张工作表的标题、表头或项目像决算公开表（“收入支出决算总表”“收入决算表”等）。"
                "请确认发送的是决算公开表工作簿；如是其他表样，请指明是哪一套（xlcheck check 用 --set，工作文件夹用设置里的“表样”）。",
            )
        if self.forced is None and len(tables) < _FEWEST and not self._single(tables):
            raise Refused(
                "unknown_form",
                f"没有认出决算公开表：只认出 {len(tables)} 张。请确认发送的是决算公开表工作簿，各表的标题都在；"
                "如是其他表样，请指明是哪一套（xlcheck check 用 --set，工作文件夹用设置里的“表样”）。",
            )
        return self._submission(choice, tables, used, listing)

    @staticmethod
    def _single(tables: dict[str, _Result]) -> bool:
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
                facts = _facts(region)
                if "年度" in facts:
                    years[facts["年度"]] += 1
                number = facts.get("编号", "")
                others += [number] if number and not number.startswith("公开") else []
                found.append((region.kinds, number if number.startswith("公开") else ""))
        year = whole(years.most_common(1)[0][0]) if years else None
        for region in self.regions:
            region.year = year
        return choose(found, self.reader.profiles, self.reader.open_form, year, others)

    # --- tables ------------------------------------------------------------------------------

    def _read_by(self, form: SetSpec, found: dict[str, _Found], used: set[int]) -> dict[str, _Result]:
        """Every table of ``form`` that is there: exact ones first, the others by evidence."""
        results: dict[str, _Result] = {}
        inexact: list[Reading] = []
        binder = self.reader.binder(form)
        for spec in form.tables:
            if spec.key not in found:
                continue
            entry = found[spec.key]
            exact = self._exact(spec, entry.region)
            if exact is not None:
                results[spec.key] = _Result(entry, exact=exact)
                self.store.add(exact.table)
        for spec in form.tables:
            if spec.key in found and spec.key not in results:
                inexact.append(self._first(binder, spec, found[spec.key].region))
        inexact = binder.settle(inexact, self.store.known)
        inexact = [self._checked(binder, form, r, found) for r in inexact]
        for reading in inexact:
            results[reading.spec.key] = _Result(found[reading.spec.key], reading=reading)
        late = False
        for i, region in enumerate(self.regions):
            if i in used or not _tabular(region) or (region.named is not None and region.named.by_unit):
                continue
            late_one = guessed(region, binder, form, results, self.store.known, _facts(region).get("编号", ""))
            if late_one is not None:
                titled = region.title is not None and region.title.strong
                late_one.said.append(
                    (
                        "other_title" if titled else "no_title",
                        {"title": region.title.text if titled and region.title else ""},
                    )
                )
                used.add(i)
                more = [j for j, r in enumerate(self.regions) if j not in used and j > i and _same_title(r, region)]
                used.update(more)
                results[late_one.spec.key] = _Result(_Found(region, [self.regions[j] for j in more]), reading=late_one)
                late = True
        if late:
            kept = {k: r.reading for k, r in results.items() if r.reading is not None}
            for reading in binder.settle(list(kept.values()), self.store.known):
                results[reading.spec.key].reading = reading
        return results

    def _first(self, binder: Binder, spec: TableSpec, region: Region) -> Reading:
        return binder.bind(region, spec, self.store.known)

    def _checked(self, binder: Binder, form: SetSpec, reading: Reading, found: dict[str, _Found]) -> Reading:
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

    def _by_title(self, form: SetSpec) -> tuple[dict[str, _Found], set[int]]:
        """Regions by the table that their titles name; of several the one that holds a table."""
        grouped: dict[str, list[int]] = {}
        for i, region in enumerate(self.regions):
            kinds = region.kinds
            key = key_in(form, kinds) if kinds else None
            if key is not None and len(kinds) > 1:
                key = self._better(form, region, kinds, key)
            if key is not None:
                grouped.setdefault(key, []).append(i)
        found: dict[str, _Found] = {}
        used: set[int] = set()
        for key, places in grouped.items():
            own = [i for i in places if self.regions[i].kinds[0] == key] or [
                i for i in places if key_in(form, self.regions[i].kinds[:1]) == key
            ]
            if not own:
                own = self._best_titled(form, key, places)
            own = self._distinct(form, key, own)
            kept = self._kept(own)
            used.update(own)
            found[key] = _Found(self.regions[kept[0]], [self.regions[i] for i in kept[1:]])
        return found, used

    def _better(self, form: SetSpec, region: Region, kinds: Sequence[str], first: str) -> str:
        """Of the tables that a title may mean, the one whose headings are there."""
        keys = list(dict.fromkeys(k for kind in kinds if (k := key_in(form, [kind])) is not None))
        if len(keys) < 2:
            return first
        exact = next((k for k in keys if _as_printed(form.table(k), region)), None)
        if exact is not None:
            return exact
        binder = self.reader.binder(form)
        rated = [(quality(binder.bind(region, form.table(k), self.store.known)), -n, k) for n, k in enumerate(keys)]
        return max(rated)[2]

    def _best_titled(self, form: SetSpec, key: str, places: list[int]) -> list[int]:
        """Of regions whose titles may mean a table, those of the title that reads best as it."""
        named: dict[str, list[int]] = {}
        for i in places:
            named.setdefault(_stem(self.regions[i]), []).append(i)
        if len(named) == 1:
            return places
        binder, spec = self.reader.binder(form), form.table(key)
        rated = []
        for n, (text, listed) in enumerate(named.items()):
            score = quality(binder.bind(self.regions[listed[0]], spec, self.store.known))
            rated.append((score - 0.5 * ("收入" in text and "收入" not in spec.name), -n, listed))
        return max(rated)[2]

    def _distinct(self, form: SetSpec, key: str, places: list[int]) -> list[int]:
        """Of regions with different titles that all may be one table, those that read best as it; the others are free."""
        if len({_stem(self.regions[i]) for i in places}) < 2:
            return places
        filled = [i for i in places if _weight(self.regions[i])]
        if len(filled) < 2:
            return places
        kept = self._best_titled(form, key, filled)
        self.released.update(i for i in filled if i not in kept)
        return kept

    def _kept(self, places: list[int]) -> list[int]:
        """Of several regions with one title, those that hold figures and can be seen."""
        if len(places) == 1:
            return places
        filled = [i for i in places if _weight(self.regions[i])]
        kept = filled or places[:1]
        visible = [i for i in kept if not self.regions[i].grid.hidden]
        return visible or kept

    def _exact(self, spec: TableSpec, region: Region) -> _Exact | None:
        """The table as the form prints it; None where anything of it is not so."""
        if region.title is not None and region.title.goes_on:
            return None
        remarks: list[Finding] = []
        try:
            table = extract(spec, region.grid, remarks, (_said(region), _head_until(region)))
        except NotAsPrintedError:
            return None
        if any(f.what in _NOT_EXACT for f in remarks) or table.lost:
            return None
        for section in table.sections.values():
            lengths = section.spec.lengths
            codes = [r.code for r in section.rows if r.code]
            wrong = sum(len(c) not in lengths for c in codes) if lengths and not section.lost else 0
            if lengths and (padded(codes) or any(c[0] == "1" and len(c) in _UNIT_CODES for c in codes)):
                return None  # filled up with zeros, or the unit's own code among them
            if wrong * 4 > len(codes):  # codes in parts; one or two of them are mistakes, for the rules to say
                return None
        return _Exact(table, remarks)

    # --- the submission ----------------------------------------------------------------------

    def _submission(
        self, choice: Choice, results: dict[str, _Result], used: set[int], listing: list[str]
    ) -> Submission:
        form = choice.form
        submission = Submission(form, {}, sheet_order=[g.name for g in self.opened.grids])
        submission.nearest = None if choice.explains else choice.nearest.id if choice.nearest is not None else ""
        binder = self.reader.binder(choice.form)
        pictured = self._pictured()
        unknown = [r for i, r in enumerate(self.regions) if i not in used and _tabular(r)]
        blank = [r for i, r in enumerate(self.regions) if i not in used and not _tabular(r) and _tablelike(r)]
        # 表1, 表2 are numbers of the office's own: only 公开NN says which table of the form is left out
        numbers = [n for r in results.values() if (n := _facts(r.found.region).get("编号", "")).startswith("公开")]
        for spec in form.tables:
            result = results.get(spec.key)
            if result is None:
                submission.remarks += missing(spec, choice, [*unknown, *blank], numbers)
                gone = not choice.explains and not unknown
                lost = f"缺少{spec.title}（{spec.name}）"
                submission.tables[spec.key] = absent_table(spec) if gone else lost_table(spec, lost)
                continue
            sheet = result.found.region.sheet
            if sheet in pictured:
                submission.remarks.append(picture(spec, sheet))
                submission.tables[spec.key] = lost_table(spec, f"{spec.title}（工作表“{sheet}”）是图片，读不出数字")
                continue
            table = self._table(spec, result, binder, submission.remarks)
            submission.remarks += odd_heads(spec, result.found.region, _head(result.found.region), self.reader.words)
            submission.tables[spec.key] = table
            if result.found.region.grid.formulas and not table.lost:
                report_stale(table, result.found.region.grid, self.calculator, submission.remarks)
        if self.opened.kind not in (Kind.HTML, Kind.DELIMITED):
            submission.remarks += shared_sheets(form, {k: r.found.region for k, r in results.items()})
        submission.remarks += [
            c for k, r in results.items() if (c := contradiction(form, form.table(k), r.found.region))
        ]
        submission.remarks += shared_numbers(
            form, {k: (r.found.region.sheet, _facts(r.found.region).get("编号", "")) for k, r in results.items()}
        )
        submission.remarks += [rival(form, other, lacks) for other, lacks in choice.rivals]
        if not choice.explains:
            submission.remarks.append(open_form_used(choice.nearest, [form.table(k) for k in results]))
        submission.remarks += unknown_tables([r for r in unknown if _amounts(r)], self.reader.words)
        submission.other_sheets = [*listing, *dict.fromkeys(r.sheet for r in unknown)]
        known = {r.found.region.sheet for r in results.values()}
        submission.other_sheets += [
            g.name
            for g in self.opened.grids
            if g.rows and g.name not in known and g.name not in submission.other_sheets
        ]
        order = {n: i for i, n in enumerate(submission.sheet_order)}
        submission.other_sheets = sorted(
            dict.fromkeys(n for n in submission.other_sheets if n not in known), key=order.__getitem__
        )
        submission.recognised = self._recognised(form, results, unknown)
        _common_facts(submission)
        return submission

    def _pictured(self) -> set[str]:
        """Sheets with a picture and no figure: a scanned page pasted where a table should be."""
        blank = {r.sheet for r in self.regions if not has_figures([r.grid])}
        if not blank or self.opened.workbook is None:
            return set()
        return blank.intersection(picture_sheets(self.opened.workbook))

    def _table(self, spec: TableSpec, result: _Result, binder: Binder, remarks: list[Finding]) -> Table:
        found = result.found
        totals = _total_keys(binder, spec)
        if result.exact is not None:
            table = result.exact.table
            remarks += result.exact.remarks
        else:
            reading = result.reading
            if reading is None:
                return lost_table(spec, "")
            table = build(reading, totals, remarks, binder.evidence)
        if found.more:
            return joined(
                table, spec, found.more, binder, self.store.known, totals, remarks, result.reading
            ) or doubled(spec, [found.region, *found.more], remarks)
        return table

    def _recognised(self, form: SetSpec, results: dict[str, _Result], unknown: Sequence[Region]) -> list[Recognised]:
        found = []
        for spec in form.tables:
            if spec.key in results:
                result = results[spec.key]
                words = self.reader.vocabulary.tables.get(kind_of(spec))
                national = words.title if words is not None else spec.name
                for region in (result.found.region, *result.found.more):
                    grade = CERTAIN if region.kinds else LIKELY
                    name = region.named.text if region.named is not None else ""
                    number = _facts(region).get("编号", "")
                    found.append(Recognised(spec.key, national, region.sheet, name, number, grade))
        found += [
            Recognised("", "", r.sheet, r.title.text, _facts(r).get("编号", ""), DOUBTFUL)
            for r in unknown
            if r.title is not None
        ]
        return found


@dataclass(slots=True)
class _Result:
    """A table of the form as it was found: the exact way, or by evidence."""

    found: _Found
    exact: _Exact | None = None
    reading: Reading | None = None


def _total_keys(binder: Binder, spec: TableSpec) -> frozenset[str]:
    words = binder.vocabulary.tables.get(spec.key)
    if words is None:
        return frozenset()
    concepts = [c for s in words.sections.values() for c in (*s.columns.values(), *s.rows.values())]
    return frozenset(c.key for c in concepts if c.total)


def _foreign_codes(results: dict[str, _Result]) -> bool:
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


def _stem(region: Region) -> str:
    """A title without the sign that it goes on."""
    title = region.named
    return re.sub(r"\(?续表?\d?\)?", "", title.text) if title is not None else ""


def _same_title(one: Region, other: Region) -> bool:
    """Whether two regions have one title, the first going on with the second."""
    return bool(_stem(other)) and _stem(one) == _stem(other)


def _speaks_of(binder: Binder, reading: Reading, other: TableSpec, own: TableSpec) -> bool:
    """Whether a heading names a column that ``other`` has and ``own`` has not."""
    context = binder.context({})
    section = other.sections[0]
    distinct = set(section.column_keys) - set(own.sections[0].column_keys)
    paths = {p for s in reading.sections.values() for p in s.paths.values()}
    slots = context.slots(other.key, section, others=True)
    return any(slots.exact(p) & distinct for p in paths if p)


def _as_printed(spec: TableSpec, region: Region) -> bool:
    """Whether a region has the title of a table and every one of its headings, in the form's own words."""
    if region.named is None or title_key(region.named.text) not in {title_key(n) for n in spec.names}:
        return False
    if not spec.header_depth:  # its parts have headings each: rows say what they are
        return True
    header = find_header(region.grid, spec)
    return header.top > 0 and all(_headed(header, section) for section in spec.sections)


def _headed(header: Header, section: SectionSpec) -> bool:
    bound, by_number = bind_columns(header, section, frozenset())
    return bool(bound) and not by_number and (section.shape == "blocks" or all(c in bound for c in section.amounts))


def _head_until(region: Region) -> int:
    """The row below which no head is looked for."""
    rows = sorted(region.grid.rows)
    return rows[min(len(rows) - 1, 8)] + 1 if rows else 1


def _tabular(region: Region) -> bool:
    """Whether a region holds a table at all: a few figures, or a header over codes."""
    return _weight(region) >= _FEWEST


def _amounts(region: Region) -> bool:
    """Whether a region holds what looks like amounts or codes: page numbers and counts are small and whole."""
    figures = (figure_of(c) for r, cells in region.grid.rows.items() if r > region.at[0] for c in cells.values())
    return sum(1 for v in figures if v and (v % 1_000_000 or abs(v) >= 200_000_000)) >= _FEWEST


def _tablelike(region: Region) -> bool:
    """Whether a region without figures looks like a table that is empty: two rows or more of several cells."""
    return sum(len(cells) >= 3 for r, cells in region.grid.rows.items() if r > region.at[0]) >= 2


def _weight(region: Region) -> int:
    """Cells of a region that hold a number, beside those in the row of column numbers."""
    return sum(
        1
        for r, cells in region.grid.rows.items()
        if r > region.at[0]
        for c in cells.values()
        if c.type == "n" or (c.type == "s" and c.text[:1] in _NUMERIC and figure_of(c) is not None)
    )


def _facts(region: Region) -> dict[str, str]:
    """What the head of a region says: fact → value; looked up once."""
    return {k: v for k, (v, _) in _said(region).items()}


def _said(region: Region) -> dict[str, tuple[str, str]]:
    """What the head of a region says: fact → (value, row:column); looked up once."""
    if region.facts is None:
        region.facts = facts_of(_head(region))
    return region.facts


def _head(region: Region) -> Head:
    """The head of a region; looked up once."""
    if region.head is None:
        region.head = read_head(region.grid, _head_until(region))
    return region.head


def _printed(form: SetSpec, found: dict[str, Region], *, explains: bool) -> SetSpec:
    """``form`` with the numbers and names that the workbook prints, as far as no two tables share one.

    Where no set explains the tables, one without a number goes by its short name: a number of ours says nothing there.
    """
    numbers = {k: _facts(r).get("编号") or (form.table(k).number if explains else k) for k, r in found.items()}
    for spec in form.tables:
        numbers.setdefault(spec.key, spec.number)
    names = {t.key: t.name for t in form.tables}
    names |= {k: _title_of(form.table(k), r) for k, r in found.items()}
    shared, same = Counter(numbers.values()), Counter(names.values())
    labels = {
        k: (n if shared[n] == 1 else k, names[k] if same[names[k]] == 1 else form.table(k).name)
        for k, n in numbers.items()
    }
    return relabelled(form, labels)


def _title_of(spec: TableSpec, region: Region) -> str:
    """The name of a table as its sheet prints it; the form's where that says the same, or nothing is printed."""
    title = region.title
    if (
        title is None
        or not title.kinds
        or not title.strong
        or title_key(title.text) in {title_key(n) for n in spec.names}
    ):
        return spec.name
    return title.name or spec.name


def _common_facts(submission: Submission) -> None:
    for fact in ("单位名称", "年度", "金额单位"):
        values = Counter(t.facts[fact][0] for t in submission.tables.values() if fact in t.facts)
        common = values.most_common(1)[0][0] if values else None
        if fact == "单位名称":
            submission.unit = common
        elif fact == "年度":
            submission.year = whole(common)
        else:
            submission.currency = common
