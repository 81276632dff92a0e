"""The block of indicators: head, rows, groups with their weights, the row of the total, the grade."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from xlcheck.binding.scoresheets.blocks import head_at, headed_columns
from xlcheck.binding.scoresheets.columns import Binding, BoundColumn, HeadedColumn, WantedColumns, bind
from xlcheck.binding.scoresheets.funds import is_fund_head, whole_is_exact
from xlcheck.binding.scoresheets.lattice import Lattice
from xlcheck.binding.scoresheets.words import SheetWords
from xlcheck.labels import plain
from xlcheck.scores.headings import bare_heading, weight_in
from xlcheck.scores.sheet import CERTAIN, DOUBTFUL, ScoreCell, ScoreRow
from xlcheck.scores.spec import INDICATORS, ScoreSheetSpec, SlotRole
from xlcheck.scores.values import NOTHING, ScoreValue, ValueKind, comparable, of_number, of_text

_NEEDED = frozenset({"三级", "指标值", "完成值", "分值", "得分"})
_MOST_ROWS = 120
_MOST_BLANK = 3
_HUNDRED = (100, 90, 80)
_SIGNS = ("≥", "≤", "＝", ">", "<")
_MARKED = re.compile(r"[☑√■✓✔●]\s*([^\s☑√■✓✔□○●]{1,3})")
_SCORE = re.compile(r"(?:[^\d()]{2,12}:(\d{1,3}(?:\.\d{1,3})?)分?|(\d{1,3}(?:\.\d{1,3})?)分)[(,;]?[^\d(]{0,8}\)?")
_MOST_BY_SIGNS = 1.8  # nats that comparison signs say for what the targets are
_ENOUGH_ROWS = 4  # of which one may be the mistake that is to be found
_MOST_ALIKE = 0.6
_LONGEST_SCORE = 24
_EXECUTION = re.compile("预算执行率|^执行率|资金执行率|预算执行情况")
_TICKED_AFTER = re.compile(r"([^\s☑√■✓✔□○●]{1,3})\s*[☑√■✓✔●]")


class IndicatorsRead(NamedTuple):
    """The block as it was read. ``total`` is the row of 总分 (None: there is none), ``below`` the row below the block."""

    rows: tuple[ScoreRow, ...]
    firsts: tuple[ScoreRow, ...]
    seconds: tuple[ScoreRow, ...]
    total: ScoreRow | None
    columns: dict[str, BoundColumn]
    top: int
    below: int


def read_indicators(lattice: Lattice, head: int, spec: ScoreSheetSpec, words: SheetWords) -> IndicatorsRead:
    """The block whose head begins in row ``head``."""
    rows_of_head = head_at(lattice, head)
    first = rows_of_head.bottom + 1
    end = next(
        (r for r in range(first, min(lattice.bottom, first + _MOST_ROWS) + 1) if _is_total(lattice, r, words)), None
    )
    lines = _lines(lattice, words, first, end if end is not None else min(lattice.bottom + 1, first + _MOST_ROWS))
    roles = {s.key: s.role for s in spec.block(INDICATORS).slots}
    wanted = WantedColumns(INDICATORS, roles, _NEEDED, _identity)
    binding = bind(headed_columns(lattice, rows_of_head, lines), wanted, words)
    kept = lines if end is not None else _above_notes(lattice, lines, binding.columns)
    if len(kept) < len(lines):
        lines = kept
        binding = bind(headed_columns(lattice, rows_of_head, lines), wanted, words)
    bound = _with_targets(dict(binding.columns))
    reader = _Reader(lattice, bound, roles)
    rows = [row for line in lines if (row := reader.row(line)) is not None]
    total = _Total(lattice, end, bound, spec, words).row(rows) if end is not None else None
    below = (end if end is not None else (lines[-1] if lines else rows_of_head.bottom)) + 1
    return IndicatorsRead(
        tuple(rows), tuple(_groups(lattice, rows, bound, "一级", binding)), tuple(_groups(lattice, rows, bound, "二级", binding)),
        total, bound, head, below,
    )  # fmt: skip


def _lines(lattice: Lattice, words: SheetWords, first: int, end: int) -> list[int]:
    """Rows that may be indicators: up to the total, else up to where the block plainly ends."""
    lines: list[int] = []
    blank = 0
    for row in range(first, end):
        seen = [at for _, at in lattice.seen(row)]
        own = [at for at in seen if at[0] == row]
        blank = blank + 1 if not own else 0
        if (
            blank >= _MOST_BLANK
            or is_fund_head(lattice, row, words)
            or (len(own) <= 2 and any(len(lattice.text(*at)) > 50 for at in own))
        ):
            break
        if own:
            lines.append(row)
    return lines


def _above_notes(lattice: Lattice, lines: Sequence[int], columns: Mapping[str, BoundColumn]) -> list[int]:
    """The rows of indicators where no total ends them: up to the first in which one cell lies over weight and score, or result."""
    figures = [columns[key].at for key in ("分值", "得分", "完成值") if key in columns]
    for n, row in enumerate(lines):
        places = [lattice.origin(row, at) for at in figures]
        if len(set(places)) < len(places) and n:
            return list(lines[:n])
    return list(lines)


def _is_total(lattice: Lattice, row: int, words: SheetWords) -> bool:
    """Whether the row is that of 总分: its first text says so, and it names no indicator."""
    texts = [(at, text) for _, at in lattice.seen(row) if (text := lattice.text(*at)) and at[0] == row]
    if not texts:
        return False
    at, text = texts[0]
    key = bare_heading(text)
    area = lattice.area(*at)
    named = words.is_label("总分", text) or (key.startswith(("总分", "总得分", "合计", "总计")) and len(key) <= 8)
    wide = area[3] > area[1] or len(texts) <= 3
    return named and wide


def _with_targets(bound: dict[str, BoundColumn]) -> dict[str, BoundColumn]:
    """Where the form prints the targets of the year's beginning alone, they are the targets."""
    if "指标值" not in bound and "年初指标值" in bound:
        bound["指标值"] = bound.pop("年初指标值")
    return bound


class _Reader:
    """Reads the rows of indicators."""

    def __init__(self, lattice: Lattice, bound: Mapping[str, BoundColumn], roles: Mapping[str, SlotRole]) -> None:
        self.lattice = lattice
        self.bound = {key: column for key, column in bound.items() if column.grade != DOUBTFUL}
        self.roles = roles

    def row(self, line: int) -> ScoreRow | None:
        """An indicator; None where the row is none (blank, a sum of its group)."""
        name = self._text(line, "三级") or self._text(line, "二级")
        cells = {key: self._cell(line, key, name) for key in self.bound if self.roles[key] is not SlotRole.LABEL}
        if "三级" in self.bound:
            spot = self.lattice.origin(line, self.bound["三级"].at)
            cells["三级"] = ScoreCell(spot, of_text(name) if name else NOTHING, name)
            said = weight_in(self.lattice.text(*spot)) if "分值" not in self.bound and name else None
            if said:  # 培训人数（20分）
                weight = of_number(said)._replace(ulp=Fraction(0), stored=False)
                cells["分值"] = ScoreCell(spot, weight, f"{name} · 分值")
        figures = any(cells[key].value.filled for key in ("指标值", "完成值", "分值", "得分") if key in cells)
        if bare_heading(name) in ("小计", "合计") or not (figures or (name and "三级" in self.bound)):
            return None
        if not figures and not any(self.lattice.origin(line, c.at)[0] == line for c in self.bound.values()):
            return None
        self._complete(cells)
        return ScoreRow(name or f"第{line}行", name, cells, self._text(line, "一级"), self._text(line, "二级"))

    def _text(self, line: int, key: str) -> str:
        column = self.bound.get(key)
        if column is None:
            return ""
        cell = self.lattice.cell(line, column.at)
        return re.sub(r"\s+", "", cell.text) if cell is not None else ""

    def _cell(self, line: int, key: str, name: str) -> ScoreCell:
        column = self.bound[key]
        at = self.lattice.origin(line, column.at)
        value = self.lattice.value(line, column.at)
        if at[0] != line and key in ("分值", "得分"):
            value = NOTHING  # merged over several indicators: said of the first
        return ScoreCell(at, _exacted(value, self.roles[key]), f"{name or '指标'} · {key}", column.grade)

    def _complete(self, cells: dict[str, ScoreCell]) -> None:
        """Sign and unit that stand in columns of their own belong to the target, the unit to the result too."""
        sign, unit = (cells.get(key) for key in ("指标性质", "度量单位"))
        target = cells.get("指标值")
        if target is None:
            return
        value = target.value
        if sign is not None and sign.value.filled and value.numeric and not value.sign:
            said = of_text(f"{sign.value.text}1").sign
            value = value._replace(sign=said) if said else value
            if "定性" in sign.value.text:
                value = value._replace(kind=ValueKind.WORDS)
        if unit is not None and unit.value.filled and value.numeric and not value.unit:
            value = value._replace(unit=of_text(f"1{plain(unit.value.text)}").unit)
        cells["指标值"] = target._replace(value=value)


def _exacted(value: ScoreValue, role: SlotRole) -> ScoreValue:
    """What is said of counts and weights is exact; a percentage, or what has decimals, may be rounded."""
    if not value.numeric:
        return value
    if role is SlotRole.TARGET:
        return value._replace(ulp=Fraction(0))
    if role is SlotRole.WEIGHT or (role is SlotRole.RESULT and value.unit != "%"):
        return whole_is_exact(value)
    return value


def _groups(
    lattice: Lattice, rows: Sequence[ScoreRow], bound: Mapping[str, BoundColumn], level: str, binding: Binding
) -> list[ScoreRow]:
    """The groups of a level whose weight is printed: in their label, or in a column of its own beside it."""
    column = bound.get(level)
    if column is None or column.grade == DOUBTFUL:
        return []
    beside = _beside(column.at, binding.again.get("分值", ()), bound, level)
    groups: dict[tuple[int, int], list[int]] = {}
    current: tuple[int, int] | None = None
    for index, row in enumerate(rows):
        line = _line(row)
        at = lattice.origin(line, column.at)
        text = lattice.text(*at)
        if current is None or (text and text != lattice.text(*current)):
            current = at  # a label that is printed again, or left out, goes on with its group
        groups.setdefault(current, []).append(index)
    found = []
    for at, members in groups.items():
        label = re.sub(r"\s+", "", lattice.text(*at))
        said = weight_in(lattice.text(*at))
        spot, value = at, of_number(said) if said else NOTHING
        if not said and beside is not None:
            spot = lattice.origin(at[0], beside)
            value = lattice.value(*spot) if spot[0] == at[0] else NOTHING
        if value.numeric:
            cell = ScoreCell(spot, whole_is_exact(value._replace(stored=value.stored and not said)), f"{label} · 分值")
            found.append(ScoreRow(label, label, {"分值": cell}, members=tuple(members)))
    return found


def _line(row: ScoreRow) -> int:
    return next((cell.at[0] for key in ("得分", "分值", "三级") if (cell := row.cell(key)).at is not None), 0)


def _beside(column: int, again: Sequence[HeadedColumn], bound: Mapping[str, BoundColumn], level: str) -> int | None:
    """The column of weights right of the labels of a level, before those of the next."""
    after = bound.get("二级" if level == "一级" else "三级")
    limit = after.at if after is not None else column + 3
    return next((c.at for c in again if column < c.at < limit), None)


class _Total:
    """The row of 总分."""

    def __init__(
        self, lattice: Lattice, line: int, bound: Mapping[str, BoundColumn], spec: ScoreSheetSpec, words: SheetWords
    ) -> None:
        self.lattice = lattice
        self.line = line
        self.bound = bound
        self.spec = spec
        self.words = words

    def row(self, rows: Sequence[ScoreRow]) -> ScoreRow:
        """The row, with weight, score and grade as far as it has them."""
        spots = [at for _, at in self.lattice.seen(self.line) if at[0] == self.line]
        figures = [(at, value) for at in spots if (value := self.lattice.value(*at)).bare]
        cells = dict(self._figures(figures, rows))
        if "得分" not in cells and "得分" in self.bound:
            at = self.lattice.origin(self.line, self.bound["得分"].at)
            if at[0] == self.line and not self.lattice.text(*at):
                cells["得分"] = ScoreCell(at, NOTHING, "总分 · 得分")
        if "得分" not in cells or cells["得分"].at is None or not cells["得分"].value.filled:
            cells.update(self._in_words(spots, rows))
        grade = next((cell for at in spots if (cell := grade_cell(self.lattice, at, self.spec)) is not None), None)
        if grade is not None:
            cells["等级"] = grade
        return ScoreRow("总分", "总分", cells)

    def _in_words(self, spots: Sequence[tuple[int, int]], rows: Sequence[ScoreRow]) -> dict[str, ScoreCell]:
        """A score behind its label in one cell, or beside a grade: 总分：98.5分, 98分（优）."""
        said = ((at, score) for at in spots if (score := score_in(self.lattice.text(*at))) is not None)
        return next(
            ({"得分": ScoreCell(at, score, "总分 · 得分")} for at, score in said if not _is_weight(score, rows)), {}
        )

    def _figures(
        self, figures: Sequence[tuple[tuple[int, int], ScoreValue]], rows: Sequence[ScoreRow]
    ) -> list[tuple[str, ScoreCell]]:
        """Which of the figures is the weight, and which the score: by their columns, else by their order."""
        by_column = {
            key: (at, value)
            for at, value in figures
            for key in ("分值", "得分")
            if key in self.bound and self.lattice.area(*at)[1] <= self.bound[key].at <= self.lattice.area(*at)[3]
        }
        if len(figures) == 1:
            ((at, value),) = figures
            key = "分值" if "分值" in by_column and "得分" not in by_column and _is_weight(value, rows) else "得分"
            by_column = {key: (at, value)}
        elif len(by_column) < 2 <= len(figures):
            by_column = dict(zip(("分值", "得分"), figures[:2], strict=False))
        return [(key, ScoreCell(at, value, f"总分 · {key}")) for key, (at, value) in by_column.items()]


def _is_weight(value: ScoreValue, rows: Sequence[ScoreRow]) -> bool:
    """Whether a lone figure below the weights is their sum: scores add up to something else."""
    scores = sum((row.cell("得分").value.number for row in rows), Fraction(0))
    return value.number == 100 and not 0 <= value.number - scores <= 20


def score_in(text: str) -> ScoreValue | None:
    """The score that a text of a few words says: 总分：98.5分, 98分（优）; None where it says none."""
    match = _SCORE.fullmatch(plain(text)) if text and len(text) <= _LONGEST_SCORE else None
    return of_text(match[1] or match[2]) if match else None


def grade_cell(lattice: Lattice, at: tuple[int, int], spec: ScoreSheetSpec) -> ScoreCell | None:
    """The grade that a cell says, ticked among others or alone."""
    text = lattice.text(*at)
    if not text or len(text) > 60:
        return None
    bare = plain(text)
    ticked = (_MARKED if re.match(r"[☑√■✓✔□○●]", bare) else _TICKED_AFTER).search(bare)
    said = ticked[1] if ticked else re.sub(r"^.{0,8}(?:等级|等次|结果|结论)[:：]?", "", bare).strip('。;；()（）“”"')
    said = re.sub(r"[(（].*", "", said)
    grade = spec.grade_of(said) or next((g for g in spec.grades if ticked and said.startswith(g.name)), None)
    return ScoreCell(at, ScoreValue(ValueKind.WORDS, grade.name), "总分 · 等级", CERTAIN) if grade else None


def execution_row(row: ScoreRow) -> bool:
    """Whether an indicator is the rate of execution, which some forms list among them."""
    return any(_EXECUTION.search(plain(text)) for text in (row.first, row.second, row.label) if text)


def _identity(columns: Mapping[str, HeadedColumn]) -> float:
    """What arithmetic and wording say of a reading of the columns, in nats."""
    nats = 0.0
    weight, score = columns.get("分值"), columns.get("得分")
    if weight is not None:
        nats += 2.5 if sum((v.number for v in weight.values if v.bare), Fraction(0)) in _HUNDRED else -1.0
        if score is not None:
            pairs = [(w, s) for w, s in zip(weight.values, score.values, strict=True) if w.bare and s.bare]
            over = sum(s.number > w.number for w, s in pairs)
            nats += 2.0 if not over else 0.5 if over == 1 and len(pairs) >= _ENOUGH_ROWS else -3.0
    target, result = columns.get("指标值"), columns.get("完成值")
    if target is not None and result is not None:
        more = _signs(target) - _signs(result)
        nats += max(-_MOST_BY_SIGNS, min(_MOST_BY_SIGNS, 0.7 * more))
        nats += 1.0 if _are_pairs(target, result) else -1.0
        nats += 0.7 * (_done(result) > 0) - 1.5 * (_done(target) > 0)
    return nats


def _are_pairs(target: HeadedColumn, result: HeadedColumn) -> bool:
    """Whether two columns say the same sort of thing, row by row: numbers beside numbers of one unit, words beside words."""
    pairs = [(a, b) for a, b in zip(target.values, result.values, strict=True) if a.filled and b.filled]
    alike = sum(a.numeric == b.numeric and (not a.numeric or comparable(a, b) is not None) for a, b in pairs)
    return alike > len(pairs) * _MOST_ALIKE


def _signs(column: HeadedColumn) -> int:
    return sum(value.sign in _SIGNS for value in column.values)


def _done(column: HeadedColumn) -> int:
    return sum("达成" in value.text or "完成" in value.text for value in column.values)
