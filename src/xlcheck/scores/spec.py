"""The template of a family of score sheets, compiled: headings, labels, grades, bands, rules, the blank. Frozen.

A score sheet is no table of a set: a workbook has as many as it has projects, its rows are what a unit writes, and its
cells hold comparisons and words beside figures. So it has a template of its own; its rules are those of the same language.
"""

from __future__ import annotations

from decimal import Decimal
from enum import Enum
from typing import NamedTuple

from xlcheck.form import RuleSpec

FUNDS, INDICATORS, TOTAL_ROW = "资金", "指标", "总分"
FIRST_LEVEL, SECOND_LEVEL = "一级", "二级"


class SlotRole(Enum):
    """What stands in a column of a score sheet."""

    LABEL = "label"
    MONEY = "money"
    RATE = "rate"
    WEIGHT = "weight"
    SCORE = "score"
    TARGET = "target"
    RESULT = "result"
    SIGN = "sign"
    UNIT = "unit"
    REASON = "reason"
    OTHER = "other"


class SlotSpec(NamedTuple):
    """A column of a block. ``names`` are label keys, ``header`` is what the blank prints; ``first`` to ``last`` are its columns there (0: the blank has none)."""

    key: str
    role: SlotRole
    header: str
    names: frozenset[str]
    first: int = 0
    last: int = 0
    group: str = ""


class BlockSpec(NamedTuple):
    """A block of a score sheet by its columns."""

    key: str
    slots: tuple[SlotSpec, ...]

    def slot(self, key: str) -> SlotSpec | None:
        """The column of that key, if the family knows one."""
        return next((slot for slot in self.slots if slot.key == key), None)


class GradeBand(NamedTuple):
    """A grade with all its names, and the score from which it is given."""

    name: str
    names: frozenset[str]
    at_least: Decimal


class ResultBand(NamedTuple):
    """Words of a result, and the shares of the weight (percent) that they allow."""

    words: tuple[str, ...]
    low: Decimal
    high: Decimal


class SheetRule(NamedTuple):
    """A rule of score sheets.

    ``says`` is the sentence of one that tests (empty: it compares figures), ``together``: one finding a form, whatever the number of
    rows; ``unless`` are rules after whose failure in the same row this one says nothing.
    """

    rule: RuleSpec
    says: str = ""
    together: bool = False
    unless: tuple[str, ...] = ()


class BlankText(NamedTuple):
    """A free text of the blank: its label, and rows that it takes up."""

    label: str
    rows: int = 1


class ScoreSheetSpec(NamedTuple):
    """A family of score sheets.

    ``marks`` are headings that tell this family from others. ``fund_rows`` are the labels of the blank's rows of 资金, the total first.
    ``labels`` are the words of facts and blocks by key (项目名称, 实施单位 …). ``execution_weights`` are those that the
    rate of execution may have where no cell says it, the usual one first.
    """

    id: str
    title: str
    place: str
    year: int
    dated: str
    blocks: tuple[BlockSpec, ...]
    labels: dict[str, frozenset[str]]
    marks: frozenset[str]
    grades: tuple[GradeBand, ...]
    bands: tuple[ResultBand, ...]
    done_words: tuple[str, ...]
    instructions: tuple[str, ...]
    execution_weights: tuple[Decimal, ...]
    currency: str
    rules: tuple[SheetRule, ...]
    fund_rows: tuple[str, ...]
    fund_title: str
    texts: tuple[BlankText, ...]
    groups: tuple[tuple[str, tuple[str, ...]], ...]
    footnote: str
    grade_beside_total: bool

    def block(self, key: str) -> BlockSpec:
        """The block 资金 or 指标."""
        return next(block for block in self.blocks if block.key == key)

    def grade_of(self, text: str) -> GradeBand | None:
        """The grade that a text is, if it is one."""
        return next((g for g in self.grades if text in g.names), None)
