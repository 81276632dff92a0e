"""The score sheets of a workbook, read, with all that is odd about them; nothing where it has none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from xlcheck.binding.regions import Region
from xlcheck.binding.scoresheets.lattice import Lattice
from xlcheck.binding.scoresheets.read import read_sheet
from xlcheck.binding.scoresheets.seek import form_areas, may_hold_forms, names_project
from xlcheck.binding.scoresheets.words import SheetWords
from xlcheck.form import SetSpec, Severity
from xlcheck.labels import plain
from xlcheck.model import Recognised
from xlcheck.outcome import CellRef, Remark
from xlcheck.reading.grid import Grid
from xlcheck.scores.sheet import CERTAIN, LIKELY, ScoreCell, ScoreSheet
from xlcheck.scores.spec import FUNDS, INDICATORS, TOTAL_ROW, ScoreSheetSpec
from xlcheck.scores.values import ValueKind

FORM_KIND = "自评表"
_TITLE = "项目支出绩效自评表"
_NO_FIGURES = ("无", "没有", "不适用", "/", "—")
_FIGURES = {
    FUNDS: ("年初预算数", "全年预算数", "全年执行数", "结转结余", "分值", "执行率", "得分"),
    INDICATORS: ("分值", "得分"),
    TOTAL_ROW: ("分值", "得分"),
}
_SUMMARY = ("汇总", "情况", "一览", "清单", "说明")


class SheetsFound(NamedTuple):
    """The forms of a workbook, the sheets that they stand on, what is odd about them."""

    sheets: tuple[ScoreSheet, ...] = ()
    names: frozenset[str] = frozenset()
    remarks: tuple[Remark, ...] = ()

    def recognised(self) -> Iterator[Recognised]:
        """Each form as a table that was recognised."""
        for sheet in self.sheets:
            grade = LIKELY if sheet.inferred or sheet.doubts else CERTAIN
            yield Recognised(
                FORM_KIND, _TITLE, sheet.sheet, sheet.title.value if sheet.title else sheet.project, "", grade
            )

    def alone(self) -> SetSpec:
        """The template of a workbook that holds nothing but forms: their family, without tables."""
        families = Counter(sheet.spec.id for sheet in self.sheets)
        spec = next(s.spec for s in self.sheets if s.spec.id == families.most_common(1)[0][0])
        return SetSpec(spec.id, spec.title, spec.year, spec.place, (), (), {}, {}, {}, spec.dated)

    def unit(self) -> str | None:
        """Whose forms they are: the unit of all of them, else the department of most."""
        for key in ("实施单位", "主管部门"):
            said = [fact.value for sheet in self.sheets if (fact := sheet.facts.get(key)) is not None and fact.value]
            if said and (len(set(said)) == 1 or key == "主管部门"):
                return Counter(said).most_common(1)[0][0]
        return None

    def own_unit(self) -> str | None:
        """The one unit that carries out what all of them are about: what stands behind 主管部门 is the name of nobody here."""
        said = {fact.value for sheet in self.sheets if (fact := sheet.facts.get("实施单位")) is not None and fact.value}
        return said.pop() if len(said) == 1 else None

    def year(self) -> str | None:
        """The year of most of them."""
        said = [fact.value for sheet in self.sheets if (fact := sheet.facts.get("年度")) is not None]
        return Counter(said).most_common(1)[0][0] if said else None


class FormFinder:
    """Finds forms; the families and their words are loaded only for a workbook that may hold some."""

    def __init__(self, families: Callable[[], Sequence[ScoreSheetSpec]]) -> None:
        self._families = families
        self._words: SheetWords | None = None

    def find(self, grids: Sequence[Grid], regions_of: Callable[[Grid], Sequence[Region]]) -> SheetsFound:
        """All forms of a workbook, in its order."""
        grids = [grid for grid in grids if may_hold_forms(grid, regions_of(grid))]
        families = self._families() if grids else ()
        if not families:
            return SheetsFound()
        if self._words is None:
            self._words = SheetWords(families)
        words = self._words
        areas = [area for grid in grids for area in form_areas(grid, words)]
        sheets = tuple(read_sheet(area, number, families, words) for number, area in enumerate(areas, 1))
        held = {area.grid.name for area in areas}
        unread = [grid for grid in grids if grid.name not in held and _is_unread(grid, words)]
        remarks = [remark for sheet in sheets for remark in _remarks(sheet)]
        return SheetsFound(sheets, frozenset(held), (*remarks, *map(_unread, unread)))


def outside(regions: Sequence[Region], areas: Iterable[ScoreSheet]) -> list[Region]:
    """The regions that are no form: those with a title that we know, on sheets that hold forms."""
    held = {sheet.sheet for sheet in areas}
    return [region for region in regions if region.sheet not in held or region.kinds]


def _is_unread(grid: Grid, words: SheetWords) -> bool:
    """Whether a sheet says that it is a form, and could not be read as one."""
    rows = sorted(grid.rows)[:6]
    texts = [
        plain(cell.text) for row in rows for cell in grid.rows[row].values() if cell.type == "s" and len(cell.text) < 60
    ]
    titled = any(text.endswith("自评表") and not any(word in text for word in _SUMMARY) for text in texts)
    lattice = Lattice(grid)
    return titled and any(names_project(lattice, row, words) for row in sorted(grid.rows)[:12])


def _unread(grid: Grid) -> Remark:
    cell = CellRef("", grid.name, None, "subject", grid.name, None)
    return Remark(None, Severity.VERIFY, "performance", "sheet_unread", (cell,), params={"sheet": grid.name})


def _remarks(sheet: ScoreSheet) -> Iterator[Remark]:
    """What is said of a form before any rule runs."""
    if sheet.unfilled:
        yield _said(sheet, Severity.VERIFY, "sheet_unfilled")
        return
    if sheet.doubts:
        yield _said(sheet, Severity.VERIFY, "doubtful_binding", found="、".join(sheet.doubts))
    if sheet.inferred:
        yield _said(sheet, Severity.NOTE, "likely_binding", found="、".join(sheet.inferred))
    if sheet.missing:
        yield _said(sheet, Severity.NOTE, "sheet_parts", found="、".join(sheet.missing))
    yield from _wrong_cells(sheet)


def _said(sheet: ScoreSheet, severity: Severity, code: str, **params: str) -> Remark:
    """A finding about a form as a whole."""
    at = sheet.facts.get("项目名称")
    cell = f"{_column(at.at[1])}{at.at[0]}" if at is not None and at.at is not None else None
    place = CellRef(sheet.name, sheet.sheet, cell, "subject", "项目名称", sheet.project or None)
    category = "structure" if code.endswith("binding") else "performance"
    return Remark(
        None, severity, category, code, (place,), params={"table": sheet.name, "sheet": sheet.sheet, **params}
    )


def _column(index: int) -> str:
    from xlcheck.labels import column_letters

    return column_letters(index)


def _wrong_cells(sheet: ScoreSheet) -> Iterator[Remark]:
    """Cells for figures that hold words, an error value, or a formula without a result."""
    for block, columns in _FIGURES.items():
        for row in sheet.rows.get(block, ()):
            for column in columns:
                cell = row.cell(column)
                if cell.value.kind is ValueKind.ERROR:
                    yield _wrong(sheet, cell, Severity.ERROR, "error_value" if cell.value.text else "no_cache")
                elif cell.value.kind is ValueKind.WORDS and plain(cell.value.text) not in _NO_FIGURES:
                    yield _wrong(sheet, cell, Severity.VERIFY, "sheet_no_number")


def _wrong(sheet: ScoreSheet, cell: ScoreCell, severity: Severity, code: str) -> Remark:
    ref = CellRef(sheet.name, sheet.sheet, cell.cell, "subject", cell.label, cell.value.text)
    params = {"table": sheet.name, "cell": cell.cell or "", "label": cell.label, "text": cell.value.text[:40]}
    return Remark(None, severity, "performance" if code.startswith("sheet") else "value", code, (ref,), params=params)
