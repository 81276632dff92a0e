"""The rows of one form → a :class:`~xlcheck.scores.sheet.ScoreSheet`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from xlcheck.binding.scoresheets.funds import (
    FundsRead,
    as_percent,
    read_funds,
    weight_of_heading,
    with_score,
    with_weight,
)
from xlcheck.binding.scoresheets.indicators import IndicatorsRead, execution_row, grade_cell, read_indicators, score_in
from xlcheck.binding.scoresheets.lattice import Lattice
from xlcheck.binding.scoresheets.seek import FormArea
from xlcheck.binding.scoresheets.words import SheetWords, family_of
from xlcheck.labels import column_letters, plain
from xlcheck.reading.headyears import bare_year
from xlcheck.scores.headings import heading_key
from xlcheck.scores.sheet import DOUBTFUL, LIKELY, ScoreCell, ScoreRow, ScoreSheet, SheetFact, SheetText
from xlcheck.scores.spec import FIRST_LEVEL, FUNDS, INDICATORS, SECOND_LEVEL, TOTAL_ROW, ScoreSheetSpec
from xlcheck.scores.values import ScoreValue, of_number

_FACTS = ("项目名称", "主管部门", "实施单位", "项目负责人", "联系电话")
_YEAR = re.compile(r"(20\d\d)年")
_MONEY = re.compile(r"(?:单位[:：]?|\()(万元|千元|百元|亿元|元)\)?")
_SHORTEST_TEXT = 10
_NONE = re.compile("无项目|没有项目|不涉及|无绩效|未安排项目|本(?:单位|部门)无|无此(?:项|类)")
_CODE = re.compile(r"^\d{3,}[-—_]+")  # 300003-…中心
_TOTALS = re.compile(
    "(?:绩效|项目|自评|评价|综合|最终|本项目)*(?:总分|总得分|自评得分|自评分|自评分数|综合得分|评价得分|绩效得分|得分)"
)
_ESSENTIAL = {FUNDS: ("全年预算数", "全年执行数", "执行率", "得分"), INDICATORS: ("指标值", "完成值", "分值", "得分")}
_HUNDRED = Fraction(100)
_NONE_AT_ALL = of_number("0")._replace(ulp=Fraction(0), stored=False)
_NOT_SCORED = {key: ScoreCell(None, _NONE_AT_ALL, f"预算执行率 · {key}") for key in ("分值", "得分")}
# Where a form has no money and its indicators are the hundred points, the rate of execution counts nothing.
_NO_FUNDS = FundsRead((ScoreRow("总额", "", _NOT_SCORED),), {}, 0, 0)


def read_sheet(area: FormArea, number: int, specs: Sequence[ScoreSheetSpec], words: SheetWords) -> ScoreSheet:
    """The ``number``-th form of a workbook."""
    return _FormReader(area, number, specs, words).sheet()


class _FormReader:
    """Reads one form."""

    def __init__(self, area: FormArea, number: int, specs: Sequence[ScoreSheetSpec], words: SheetWords) -> None:
        self.lattice = Lattice(area.grid, area.top, area.bottom)
        self.area = area
        self.number = number
        self.words = words
        self.below = area.head
        self.texts = dict(self._every_text())
        self.spec = family_of(specs, self.texts.values())

    def _every_text(self) -> Iterator[tuple[tuple[int, int], str]]:
        for row in range(self.area.top, self.area.bottom + 1):
            for column, cell in self.area.grid.rows.get(row, {}).items():
                if cell.type == "s":
                    yield (row, column), cell.text.strip()

    def sheet(self) -> ScoreSheet:
        """The form."""
        head = self.area.head
        indicators = read_indicators(self.lattice, head, self.spec, self.words)
        funds = read_funds(self.lattice, head, self.spec, self.words)
        if funds is None:  # some offices print the money last
            bottom = self.lattice.bottom + 1
            funds = read_funds(self.lattice, bottom, self.spec, self.words, top=head + 1 + len(indicators.rows))
        funds, indicators, assumed = self._weighed(as_percent(funds) if funds is not None else None, indicators)
        self.below = indicators.below
        blocks = self._blocks(funds, indicators)
        facts = dict(self._facts(head))
        shown = funds if funds is not _NO_FUNDS else None
        columns = {FUNDS: shown.columns if shown else {}, INDICATORS: indicators.columns}
        return ScoreSheet(
            self.spec, self.area.grid.name, self.number, facts, blocks,
            {block: {key: c.grade for key, c in found.items()} for block, found in columns.items()},
            texts=tuple(self._free_texts(indicators.below, shown, head)),
            doubts=tuple(_said(columns, DOUBTFUL, "像是“{key}”，但拿不准")),
            inferred=tuple(_said(columns, LIKELY, "认作“{key}”")),
            missing=tuple(self._missing(shown, indicators, bool(blocks[TOTAL_ROW]))),
            unfilled=self._is_unfilled(blocks),
            currency=self._currency(shown),
            title=self._title(head), lines=(self.area.top, self.area.bottom), assumed=assumed,
        )  # fmt: skip

    # --- blocks ------------------------------------------------------------------------------

    def _weighed(
        self, funds: FundsRead | None, indicators: IndicatorsRead
    ) -> tuple[FundsRead | None, IndicatorsRead, bool]:
        """The weight of the rate of execution: printed, listed among the indicators, in a heading, or what is usual."""
        if funds is None:
            return (_NO_FUNDS if _adds_up_alone(indicators) else None), indicators, False
        listed = [row for row in indicators.rows if execution_row(row)]
        own = funds.rows[0].cell("分值") if funds.rows else None
        if len(listed) == 1:
            funds, indicators = _taken_over(funds, indicators, listed[0])
            own = funds.rows[0].cell("分值")
        if own is not None and (own.at is not None or own.value.filled):
            return funds, indicators, False
        said = weight_of_heading(funds)
        if said is not None:
            return with_weight(funds, said), indicators, False
        if "得分" not in funds.columns and _adds_up_alone(indicators):
            return with_score(with_weight(funds, _NONE_AT_ALL), _NONE_AT_ALL), indicators, True
        return with_weight(funds, self._usual_weight(funds, indicators)), indicators, True

    def _usual_weight(self, funds: FundsRead, indicators: IndicatorsRead) -> ScoreValue:
        """What the weight must be where no cell says it: the usual one, unless both sum and score speak of another."""
        usual, *others = self.spec.execution_weights
        weights = sum((row.cell("分值").value.number for row in indicators.rows), Fraction(0))
        total = funds.rows[0]
        rate, score = total.cell("执行率").value, total.cell("得分").value
        for other in others:
            sums = weights + Fraction(other) == _HUNDRED
            scored = rate.numeric and score.numeric and abs(Fraction(other) * rate.number / 100 - score.number) < 1
            if sums and scored:
                return of_number(str(other))._replace(ulp=Fraction(0))
        return of_number(str(usual))._replace(ulp=Fraction(0))

    def _blocks(self, funds: FundsRead | None, indicators: IndicatorsRead) -> Mapping[str, tuple[ScoreRow, ...]]:
        total = indicators.total or self._labelled_total()
        if total is not None and "等级" not in total.cells:
            grade = self._labelled_grade()
            total = total._replace(cells={**total.cells, "等级": grade}) if grade else total
        return {
            FUNDS: funds.rows if funds else (),
            INDICATORS: indicators.rows,
            FIRST_LEVEL: indicators.firsts,
            SECOND_LEVEL: indicators.seconds,
            TOTAL_ROW: (total,) if total is not None else (),
        }

    def _labelled_total(self) -> ScoreRow | None:
        """A total that is no row below the indicators: 自评得分 with a figure beside it, in the head or at the end."""
        for (row, column), text in self.texts.items():
            label, _, behind = plain(text).partition(":")
            if self._is_in_table(row) or not _TOTALS.fullmatch(heading_key(label)):
                continue
            beside = self._next(row, column)
            at, value = (row, column), score_in(text) if behind else None
            if value is None and beside is not None and not behind:
                at, value = beside, self.lattice.value(*beside)
                value = value if value.bare else score_in(self.lattice.text(*beside))
            if value is not None and 0 <= value.number <= _HUNDRED:
                return ScoreRow("总分", "总分", {"得分": ScoreCell(at, value, "总分 · 得分")})
        return None

    def _is_in_table(self, row: int) -> bool:
        """Whether a row is one of the indicators."""
        return self.area.head <= row < self.below

    def _labelled_grade(self) -> ScoreCell | None:
        """A grade that stands beside a label, or behind it in one cell."""
        for (row, column), text in self.texts.items():
            label = text.split("：")[0].split(":")[0]
            if not self.words.is_label("等级", label):
                continue
            own = grade_cell(self.lattice, (row, column), self.spec)
            beside = self._next(row, column)
            found = own or (grade_cell(self.lattice, beside, self.spec) if beside else None)
            if found is not None:
                return found
        return None

    def _next(self, row: int, column: int) -> tuple[int, int] | None:
        """The place of the next cell to the right."""
        right = self.lattice.area(row, column)[3] + 1
        return self.lattice.origin(row, right) if right <= self.lattice.width + 1 else None

    def _missing(self, funds: FundsRead | None, indicators: IndicatorsRead, has_total: bool) -> Iterator[str]:
        """Parts of a form that are not there: what needs them is not checked, and that is said."""
        if funds is None:
            yield "资金（预算数、执行数、执行率）"
        if not has_total:
            yield "总分一行"
        found = {key for row in indicators.rows for key in row.cells} | indicators.columns.keys()
        yield from (f"{key}一栏" for key in _ESSENTIAL[INDICATORS] if key not in found)

    # --- what the form says of itself --------------------------------------------------------

    def _facts(self, head: int) -> Iterator[tuple[str, SheetFact]]:
        found: set[str] = set()
        for (row, column), text in self.texts.items():
            if row >= head:
                break
            label, _, behind = plain(text).partition(":")
            for key in self.spec.labels:
                if key in _FACTS and key not in found and self.words.is_label(key, label):
                    value = SheetFact(behind, (row, column)) if behind else self._beside(row, column)
                    if value is not None and key != "项目名称":
                        value = value._replace(value=_CODE.sub("", value.value))
                    if value is not None:
                        found.add(key)
                        yield key, value
        year = self._year(head)
        if year is not None:
            yield "年度", year

    def _beside(self, row: int, column: int) -> SheetFact | None:
        at = self._next(row, column)
        if at is None:
            return None
        cell = self.lattice.cell(*at)
        text = re.sub(r"\s+", "", cell.text) if cell is not None else ""
        if any(self.words.is_label(key, text) for key in ("主管部门", "实施单位", "项目名称")):
            text = ""
        return SheetFact(text, at)

    def _year(self, head: int) -> SheetFact | None:
        """The year of the form: （2023年度） above, not one in the name of the project."""
        for (row, column), text in self.texts.items():
            if row >= min(head, self.area.top + 6) or len(text) > 40:
                continue
            bare = plain(text).strip("()")
            if bare.endswith("年度") or bare.startswith(("年度:", "自评年度:")):
                match = _YEAR.search(bare)
                year = match[1] if match else bare_year(bare.rpartition(":")[2])
                if year:
                    return SheetFact(year, (row, column))
        return None

    def _title(self, head: int) -> SheetFact | None:
        for (row, column), text in self.texts.items():
            if row >= head:
                break
            if "自评" in text and len(text) < 80:
                return SheetFact(text, (row, column))
        return None

    def _currency(self, funds: FundsRead | None) -> str:
        """The unit of money that the form prints; of the family where it prints none."""
        below = funds.below if funds else self.area.top + 8
        for (row, _), text in self.texts.items():
            if row >= below:
                break
            match = _MONEY.search(plain(text)) if len(text) < 40 else None
            if match:
                return match[1]
        return self.spec.currency

    # --- texts -------------------------------------------------------------------------------

    def _free_texts(self, below: int, funds: FundsRead | None, head: int) -> Iterator[SheetText]:
        """Goals, results and analyses: longer texts outside of the two tables, with the label beside or above."""
        after = funds.below if funds else self.area.top
        for (row, column), text in self.texts.items():
            if len(plain(text)) < _SHORTEST_TEXT or not (row >= below or after <= row < head):
                continue
            beside = self.lattice.text(row, column - 1) if column > 1 else ""
            above = self.lattice.text(row - 1, column) if row > self.area.top else ""
            label = beside if 0 < len(beside) < _SHORTEST_TEXT * 2 else above if len(above) < _SHORTEST_TEXT * 2 else ""
            yield SheetText(re.sub(r"\s+", "", label), text, (row, column))

    def _is_unfilled(self, blocks: Mapping[str, tuple[ScoreRow, ...]]) -> bool:
        """Whether nothing was filled in that a form is for: no money, no result, no score; and nothing says why."""
        if any(_NONE.search(plain(text)) for text in self.texts.values()):
            return False
        told = {FUNDS: ("年初预算数", "全年预算数", "全年执行数"), INDICATORS: ("完成值", "得分"), TOTAL_ROW: ("得分",)}
        cells = (row.cell(key) for block, keys in told.items() for row in blocks[block] for key in keys)
        values = [cell.value for cell in cells]
        return not any(
            v.filled and not (v.numeric and not v.number) and not v.text.startswith(("填", "请")) for v in values
        )


def _adds_up_alone(indicators: IndicatorsRead) -> bool:
    """Whether the weights of the indicators are the hundred points: the rate of execution is not scored."""
    weights = sum((row.cell("分值").value.number for row in indicators.rows), Fraction(0))
    return abs(weights - 100) < abs(weights - 90)


def _taken_over(funds: FundsRead, indicators: IndicatorsRead, row: ScoreRow) -> tuple[FundsRead, IndicatorsRead]:
    """The rate of execution that is listed among the indicators, as the score of the money: counted once."""
    total = funds.rows[0]
    both = {key: row.cell(key)._replace(label=f"预算执行率 · {key}") for key in ("分值", "得分")}
    if total.cell("得分").value.filled and total.cell("得分").value.number != row.cell("得分").value.number:
        return funds, indicators
    cells = {**total.cells, **{key: cell for key, cell in both.items() if not total.cell(key).value.filled}}
    kept = tuple(r for r in indicators.rows if r is not row)
    at = indicators.rows.index(row)
    first, second = (
        tuple(_without(group, at) for group in groups if _without(group, at).members)
        for groups in (indicators.firsts, indicators.seconds)
    )
    return (
        funds._replace(rows=(total._replace(cells=cells), *funds.rows[1:])),
        indicators._replace(rows=kept, firsts=first, seconds=second),
    )


def _without(group: ScoreRow, index: int) -> ScoreRow:
    """A group without an indicator that is none; those behind it move up."""
    return group._replace(members=tuple(i - (i > index) for i in group.members if i != index))


def _said(columns: Mapping[str, Mapping[str, object]], grade: str, sentence: str) -> Iterator[str]:
    """Columns of a grade as a sentence names them: F 栏“完成数”认作“完成值”."""
    for block in columns.values():
        for key, column in block.items():
            if getattr(column, "grade", "") == grade:
                at, heading = getattr(column, "at", 0), getattr(column, "heading", "")
                yield f"{column_letters(at)} 栏“{heading}”{sentence.format(key=key)}"
