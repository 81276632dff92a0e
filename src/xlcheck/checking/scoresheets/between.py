"""One project in the score sheets of several files (workbook and Word file, two Word files): what they print must be the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

from xlcheck.checking.scoresheets.ties import TieEnd, in_yuan
from xlcheck.form import Severity
from xlcheck.labels import label_key
from xlcheck.outcome import CellRef, Remark
from xlcheck.scores.sheet import ScoreCell, ScoreSheet
from xlcheck.scores.spec import TOTAL_ROW

SAME_IN_FILES = "P05-05"
MONEY = ("年初预算数", "全年预算数", "全年执行数")
_PERCENT = Fraction(1, 100)


class PlacedSheet(NamedTuple):
    """A score sheet with the file that it stands in; ``refer`` turns one of its cells into what findings say of that file."""

    sheet: ScoreSheet
    file: str
    refer: Callable[[CellRef], CellRef]

    def ref(self, cell: ScoreCell) -> CellRef:
        """A cell for a finding."""
        return self.refer(
            CellRef(self.sheet.name, self.sheet.sheet, cell.cell, "subject", cell.label, cell.value.text or None)
        )


class FormFigure(NamedTuple):
    """A figure as a form prints it: money in 元, all else as it is; ``half`` is half of its last digit."""

    value: Fraction
    half: Fraction

    def meets(self, other: FormFigure) -> bool:
        """Whether both may stand for one figure."""
        return abs(self.value - other.value) <= self.half + other.half


def figures_of(sheet: ScoreSheet) -> Iterator[tuple[str, ScoreCell, FormFigure]]:
    """What a form says as a whole: money, rate of execution, total score; each with its name. Blanks say nothing."""
    total = sheet.total_funds
    scale = in_yuan(sheet)
    for key in MONEY if total is not None else ():
        cell = total.cell(key)  # type: ignore[union-attr]
        if cell.value.numeric:
            yield key, cell, FormFigure(cell.value.number * scale, cell.value.ulp * scale / 2)
    rate = total.cell("执行率") if total is not None else None
    if rate is not None and rate.value.numeric:
        yield "执行率", rate, FormFigure(rate.value.number, rate.value.ulp / 2)
    for row in sheet.rows.get(TOTAL_ROW, ())[:1]:
        cell = row.cell("得分")
        if cell.value.numeric:
            yield "总分", cell, FormFigure(cell.value.number, cell.value.ulp / 2)


def same_in_files(placed: Sequence[PlacedSheet]) -> Iterator[TieEnd]:
    """Each project that has a form in more files than one: the first form against those of the other files."""
    named: dict[str, list[PlacedSheet]] = {}
    for one in placed:
        if one.sheet.project and not one.sheet.unfilled:
            named.setdefault(label_key(one.sheet.project), []).append(one)
    for first, *others in named.values():
        for other in others:
            if other.file != first.file:
                yield _compared(first, other)


def _compared(first: PlacedSheet, other: PlacedSheet) -> TieEnd:
    theirs = {name: (cell, figure) for name, cell, figure in figures_of(other.sheet)}
    cells: list[CellRef] = []
    said: list[str] = []
    for name, cell, figure in figures_of(first.sheet):
        there = theirs.get(name)
        if there is None or figure.meets(there[1]):
            continue
        one, two = first.ref(cell), other.ref(there[0])
        cells += [one, two]
        said.append(
            f"{name} {_where(first, one)}是 {_printed(first, cell)}，{_where(other, two)}是 {_printed(other, there[0])}"
        )
    if not said:
        return TieEnd(SAME_IN_FILES, holds=True)
    params = {"name": first.sheet.project, "found": "；".join(said)}
    remark = Remark(None, Severity.VERIFY, "performance", "sheet_in_files", tuple(cells), params=params)
    return TieEnd(SAME_IN_FILES, holds=False, remark=remark)


def _where(placed: PlacedSheet, ref: CellRef) -> str:
    """Where a figure stands: the file, and the cell or the table of a document."""
    if ref.passage is not None:
        return f"“{placed.file}”里"
    return f"工作簿（工作表“{ref.sheet}”{ref.cell or ''}）"


def _printed(placed: PlacedSheet, cell: ScoreCell) -> str:
    """A figure as printed, money with its unit."""
    money = cell.label and any(key in cell.label for key in MONEY)
    return f"{cell.value.text}{placed.sheet.currency if money else ''}"
