"""One score sheet as a workbook has it: its facts, its rows with every cell read and graded, its texts. Frozen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from xlcheck.labels import address
from xlcheck.scores.spec import FUNDS, ScoreSheetSpec
from xlcheck.scores.values import NOTHING, ScoreValue

CERTAIN, LIKELY, DOUBTFUL = "certain", "likely", "doubtful"
_LONGEST_NAME = 40


class ScoreCell(NamedTuple):
    """A cell with what stands there. ``at`` is None where the form prints none; ``label`` is how a person names it."""

    at: tuple[int, int] | None
    value: ScoreValue
    label: str = ""
    grade: str = CERTAIN

    @property
    def cell(self) -> str | None:
        """Its address."""
        return None if self.at is None else address(*self.at)


NO_CELL = ScoreCell(None, NOTHING)


class ScoreRow(NamedTuple):
    """A row by the columns that it has a cell in. ``members`` are the indexes of the indicators of a group."""

    key: str
    label: str
    cells: Mapping[str, ScoreCell]
    first: str = ""
    second: str = ""
    members: tuple[int, ...] = ()

    def cell(self, column: str) -> ScoreCell:
        """The cell in a column; one without place where the form has no such column."""
        return self.cells.get(column, NO_CELL)


class SheetText(NamedTuple):
    """A free text, with the label beside or above it."""

    label: str
    text: str
    at: tuple[int, int]


class SheetFact(NamedTuple):
    """What a form says of itself: its project, its unit, its year."""

    value: str
    at: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class ScoreSheet:
    """A score sheet that was read.

    ``rows`` has its rows by block (资金, 指标, 总分, 一级, 二级). ``columns`` are, by block, the columns found and how sure that is. ``doubts``
    says what could not be told; ``unfilled``: it was published without what belongs into it. ``reasons``: it has a column for reasons.
    ``assumed`` is the weight of the rate of execution where no cell says it.
    """

    spec: ScoreSheetSpec
    sheet: str
    number: int
    facts: Mapping[str, SheetFact]
    rows: Mapping[str, tuple[ScoreRow, ...]]
    columns: Mapping[str, Mapping[str, str]]
    texts: tuple[SheetText, ...] = ()
    doubts: tuple[str, ...] = ()
    inferred: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    unfilled: bool = False
    currency: str = ""
    title: SheetFact | None = None
    lines: tuple[int, int] = (0, 0)
    assumed: bool = field(default=False)

    @property
    def project(self) -> str:
        """The name of the project; empty where the form says none."""
        fact = self.facts.get("项目名称")
        return fact.value if fact else ""

    @property
    def name(self) -> str:
        """What the form is called in a sentence: 自评表“…”."""
        said = self.project or f"第 {self.number} 份"
        cut = said if len(said) <= _LONGEST_NAME else f"{said[: _LONGEST_NAME - 1]}…"
        return f"自评表“{cut}”"

    @property
    def total_funds(self) -> ScoreRow | None:
        """The row of all money."""
        return next((row for row in self.rows.get(FUNDS, ()) if row.key == "总额"), None)

    def every_cell(self) -> Iterator[tuple[str, ScoreRow, str, ScoreCell]]:
        """Every cell of every block: block, row, column, cell."""
        for block, rows in self.rows.items():
            for row in rows:
                for column, cell in row.cells.items():
                    yield block, row, column, cell
