"""An opened workbook → :class:`~xlcheck.model.Submission`: regions, the set that explains them, every figure bound."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from xlcheck.binding.assemble import Assembly, PlacedWorkbook
from xlcheck.binding.binder import Binder, quality
from xlcheck.binding.contents import FEWEST, OFFICIAL, facts, number_of
from xlcheck.binding.exact import Exact
from xlcheck.binding.known import Store
from xlcheck.binding.naming import as_printed
from xlcheck.binding.placing import Placing
from xlcheck.binding.reading import Reading, SectionRead
from xlcheck.binding.regions import Region, regions
from xlcheck.binding.scoresheets.find import FormFinder, outside
from xlcheck.binding.sets import Choice, choose, profile
from xlcheck.binding.severalunits import of_one_unit, said_of
from xlcheck.binding.tables import ReadTable, TableReader
from xlcheck.binding.words import Words
from xlcheck.concepts import Vocabulary
from xlcheck.errors import Refused
from xlcheck.form import SetSpec
from xlcheck.labels import whole
from xlcheck.model import Section, Submission
from xlcheck.reading.opening import Opened
from xlcheck.reading.recalculate import Calculator
from xlcheck.scores.spec import ScoreSheetSpec

_PLAINLY_OURS = 3.0  # quality from which one table by itself is surely one of ours
_CLASS = 3  # digits of the code of an economic class
_OTHER_FORM = "如是其他表样，请指明是哪一套（xlcheck check 用 --set，工作文件夹用设置里的“表样”）。"


class SubmissionReader:
    """Reads workbooks by the sets of a library; what can be prepared once is."""

    def __init__(
        self,
        forms: Sequence[SetSpec],
        open_form: SetSpec,
        vocabulary: Vocabulary,
        families: Callable[[], Sequence[ScoreSheetSpec]] = tuple,
    ) -> None:
        self.forms = forms
        self.profiles = [profile(form) for form in forms]
        self.open_form = open_form
        self.words = Words(vocabulary)
        self.vocabulary = vocabulary
        self.finder = FormFinder(families)
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
        self.calculator = Calculator(opened.grids)
        if opened.recalculates:  # what was saved is not what a spreadsheet shows
            self.calculator.refresh(opened.grids)
        of_grid = {id(grid): regions(grid) for grid in opened.grids}  # not by name: a damaged workbook has twins
        self.found = reader.finder.find(opened.grids, lambda grid: of_grid[id(grid)])
        every = [region for found in of_grid.values() for region in found]
        ours = outside(every, self.found.sheets) if self.found.sheets else every
        self.regions, self.others = of_one_unit(ours)

    def run(self) -> Submission:
        """Everything, one step after the other."""
        book = self._read(self._choice())
        if self.forced is None and book.choice.explains and any(map(_has_foreign_classes, book.tables.values())):
            book = self._read(Choice(self.reader.open_form, explains=False, nearest=book.choice.nearest))
        if self.found.sheets and not book.tables and self.forced is None:
            book = book._replace(choice=Choice(self.found.alone(), explains=True, nearest=None))
        else:
            self._refuse_strange(book)
        binder = self.reader.binder(book.choice.form)
        return Assembly(book, binder, self.calculator, self.found, said_of(self.others)).submission()

    def _read(self, choice: Choice) -> PlacedWorkbook:
        """The tables read by the set chosen: in its form as the workbook prints it, with the regions that are one."""
        store = Store()
        binder = self.reader.binder(choice.form)
        placement = Placing(self.regions, choice.form, binder, store.known).by_title()
        placed = {key: table.region for key, table in placement.tables.items()}
        form = as_printed(choice.form, placed, explains=choice.explains)
        reader = TableReader(form, binder, self.regions, placement, store)
        tables = reader.read()
        return PlacedWorkbook(
            self.opened, self.regions, choice._replace(form=form), tables, frozenset(reader.used), store
        )

    def _refuse_strange(self, book: PlacedWorkbook) -> None:
        """Refuse a workbook that holds no table of ours, or so few that it may be by chance."""
        if not book.tables and not book.choice.explains and not self.found.sheets:
            raise Refused(
                "unknown_form",
                "没有认出决算公开表：没有一张工作表的标题、表头或项目像决算公开表（“收入支出决算总表”“收入决算表”等）。"
                f"请确认发送的是决算公开表工作簿；{_OTHER_FORM}",
            )
        few = len(book.tables) < FEWEST and not self.found.sheets
        if self.forced is None and few and not any(map(_plainly_ours, book.tables.values())):
            raise Refused(
                "unknown_form",
                f"没有认出决算公开表：只认出 {len(book.tables)} 张。请确认发送的是决算公开表工作簿，各表的标题都在；{_OTHER_FORM}",
            )

    def _choice(self) -> Choice:
        """The set that explains the titles of the workbook; all regions learn its year."""
        if self.forced is not None:
            return Choice(self.forced, explains=True, nearest=self.forced)
        titled = _titled(self.regions)
        year = _usual_year(titled)
        for region in self.regions:
            region.year = year
        numbers = [number_of(region) for region in titled]
        tables = [(region.kinds, _official(number)) for region, number in zip(titled, numbers, strict=True)]
        others = [number for number in numbers if number and not _official(number)]
        return choose(tables, self.reader.profiles, self.reader.open_form, year, others)


def _official(number: str) -> str:
    """A number of the national form; empty for one of the office's own."""
    return number if number.startswith(OFFICIAL) else ""


def _titled(regions: Iterable[Region]) -> list[Region]:
    """Regions that can be seen and whose title, or tab, says what table they are."""
    return [region for region in regions if region.kinds and not region.grid.hidden]


def _usual_year(titled: Iterable[Region]) -> int | None:
    """The year that most of the regions print; None where none prints one."""
    years = Counter(head["年度"] for head in map(facts, titled) if "年度" in head)
    return whole(years.most_common(1)[0][0]) if years else None


def _plainly_ours(table: ReadTable) -> bool:
    """Whether one table alone is surely one of ours: a workbook may be sent table by table."""
    return isinstance(table.bound, Exact) or quality(table.bound) >= _PLAINLY_OURS


def _has_foreign_classes(table: ReadTable) -> bool:
    """Whether an economic class has figures that the set's form does not have: it is another form."""
    if isinstance(table.bound, Exact):
        return any(s.figures[i][0] for s in table.bound.table.sections.values() for i in _foreign_classes(s))
    return any(_figure(table.bound, s, i) for s in table.bound.sections.values() for i in _foreign_classes(s))


def _foreign_classes(section: Section | SectionRead) -> list[int]:
    """Rows (index) of economic classes that the form does not have."""
    if not section.spec.shape.economic:
        return []
    own = {row.code for row in section.spec.rows}
    codes = [row.code or "" for row in section.rows]
    return [i for i, code in enumerate(codes) if len(code) == _CLASS and code not in own]


def _figure(reading: Reading, section: SectionRead, row: int) -> int | None:
    """The figure in the first column of a row (index)."""
    spot = section.spot(row, section.spec.column_keys[0])
    return reading.frame.figure(*spot) if spot is not None else None
