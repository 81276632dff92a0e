"""Tables whose rows are labels (01, 04, 信息表): the rows and columns of each section, on the side where it stands."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from xlcheck.binding.columns import (
    bodies_of,
    candidates,
    columns_in,
    figures_down,
    filled_at_all,
    filled_columns,
    headed_by,
    heading_of,
    rises_by_ones,
)
from xlcheck.binding.evidence import Expected
from xlcheck.binding.frame import Column, Frame
from xlcheck.binding.judging import FigureJudge
from xlcheck.binding.labelsides import Side, SideChoice, Wordings, sides_of
from xlcheck.binding.reading import Context, Reading, RowRead, SectionRead
from xlcheck.binding.rowlabels import LabelItem, RowsBound, Wanted, bind_rows, ordinal_of, parts_of_rows
from xlcheck.binding.slots import CERTAIN, DOUBTFUL, LIKELY, WEIGHTS, Bound, Judge
from xlcheck.form import RowKind, RowSpec, SectionSpec

_AMOUNT_HEADS = frozenset({"金额", "决算数"})  # over no line numbers, whatever the figures look like
_LINE_WITHIN = 3  # columns right of the labels, in which 行次 are looked for
_LINE_STEP = 3  # between the 行次 of rows that are printed
_ONE = 1_000_000  # figures are kept in millionths
_MARGIN = 1.5  # nats before the next column
_LABEL = 0.2  # points for a row, in columns bound beyond doubt
_LEAST_LABELS = {"信息表": 4}  # labels that make a region the table; it has few
_USUAL_LABELS = 5


def bind_labels(reading: Reading, sections: Sequence[SectionSpec], context: Context) -> None:
    """Bind all sections of a label table."""
    wordings = {s.key: _wordings(context, reading.kind, [s]) for s in sections}
    known = _wordings(context, reading.kind, sections)
    chosen = reading.once(
        ("sides",), lambda: SideChoice(reading.frame, wordings).chosen(sides_of(reading.frame, known))
    )
    for section in sections:
        side = chosen.get(section.key)
        if side is None:
            reading.sections[section.key] = _without_side(reading.frame, section)
        else:
            reading.sections[section.key] = _SideBinding(reading, section, side, context).read()
    _place_headers(reading, chosen.values())


def points_of_rows(section: SectionRead) -> float:
    """What rows that are there say for a reading."""
    return sum(_LABEL * WEIGHTS[row.grade] for row in section.rows if row.at is not None)


def is_specific(reading: Reading) -> bool:
    """Whether every section has enough of its own labels, and a column its heading."""
    least = _LEAST_LABELS.get(reading.spec.key, _USUAL_LABELS)
    return all(_has_labels(section, least) for section in reading.sections.values())


def _has_labels(section: SectionRead, least: int) -> bool:
    certain = sum(row.at is not None and row.grade == CERTAIN for row in section.rows)
    return certain >= least and CERTAIN in section.column_grades.values()


def _place_headers(reading: Reading, sides: Collection[Side]) -> None:
    """Keep where the first header of the sides and the first row of their labels are."""
    headers = [side.header for side in sides if side.header]
    if headers:
        reading.top, reading.bottom = min(map(min, headers)), min(map(max, headers))
    reading.data_from = min((side.rows[0] for side in sides if side.rows), default=0)


def _without_side(frame: Frame, section: SectionSpec) -> SectionRead:
    """A section that no side is."""
    read = SectionRead(section, [RowRead(r.key, r.label, None, r.code) for r in _data(section)])
    if filled_at_all(frame):
        read.lost = f"没有认出“{section.key}”部分的项目"
    return read


def _data(section: SectionSpec) -> list[RowSpec]:
    return [r for r in section.rows if r.kind is RowKind.DATA]


def _wordings(context: Context, kind: str, sections: Sequence[SectionSpec]) -> Wordings:
    """The wordings of the rows of some sections, kept from workbook to workbook."""

    def made() -> Wordings:
        concepts = [concept for section in sections for concept in context.rows(kind, section)]
        return Wordings(context.words, {context.words.key(path[-1]) for concept in concepts for path in concept.words})

    return context.once(("known", kind, *(s.key for s in sections)), made)


def _wanted(context: Context, kind: str, section: SectionSpec) -> list[Wanted]:
    """The rows of a section as labels are held against them, kept from workbook to workbook."""

    def made() -> list[Wanted]:
        wanted = []
        for concept, spec in zip(context.rows(kind, section), _data(section), strict=True):
            wordings = tuple(dict.fromkeys(context.words.key(path[-1]) for path in concept.words))
            wanted.append(Wanted(concept.key, wordings, ordinal_of(spec.label), concept.total, spec.line or 0, {}))
        return wanted

    return context.once(("wanted", kind, section.key), made)


class _SideBinding:
    """One side while it is bound as one section."""

    def __init__(self, reading: Reading, section: SectionSpec, side: Side, context: Context) -> None:
        self.reading = reading
        self.frame = reading.frame
        self.kind = reading.kind
        self.place = (reading.spec.key, section.key)
        self.section = section
        self.side = side
        self.context = context
        self.wanted = _wanted(context, reading.kind, section)
        self.lines = _line_numbers(reading.frame, side)
        # folded labels of rows that hold several of the form's in one
        self.covering = frozenset(context.words.key(o) for o in context.table_words(reading.kind).others)

    def read(self) -> SectionRead:
        """The section: rows by their labels alone, columns by the figures of those rows, then rows by all there is."""
        expected = self._expected()
        columns, choice = self.reading.once(("choice", self.section.key), self._choice)
        bound = choice(expected)
        items = self._items(bound.at)
        read = self._with_rows(items, self._bind_rows(items, expected))
        read.lead_at = {"label": self.side.label}
        read.paths = {c.at: c.path for c in columns}
        read.column_at, read.column_grades, read.rivals, read.open = bound.at, bound.grades, bound.rivals, bound.open
        return read

    def _choice(self) -> tuple[list[Column], Callable[[Expected], Bound]]:
        """The columns beside the labels, and what binds them with what other tables say."""
        columns = _columns(self.frame, self.side, self.context.words.leads["line"])
        items = self._items({})
        labelled = self._bind_rows(items, {})
        return columns, self._column_choice(columns, {items[i].at: key for key, i in labelled.at.items()})

    def _with_rows(self, items: Sequence[LabelItem], rows: RowsBound) -> SectionRead:
        """The section with its rows and what is said of those that are none of the form's."""
        read = SectionRead(self.section, [_row_read(spec, items, rows) for spec in _data(self.section)])
        parts = parts_of_rows(items, rows.strange)
        strange = [items[i] for i in rows.strange if i not in parts]
        covering = [item for item in strange if self.context.words.key(item.text) in self.covering]
        read.covered = "、".join(item.text for item in covering)
        read.strange = [(item.at, item.text) for item in strange if item not in covering]
        read.parts = frozenset(items[i].at for i in parts)
        read.doubled = {key: [items[i].at for i in several] for key, several in rows.doubled.items()}
        return read

    def _expected(self) -> Expected:
        """What other figures say of the rows; what they say of its code they say of a row."""
        rows = _data(self.section)
        keys = [r.key for r in rows] + [r.code for r in rows if r.code]
        expected = dict(self.context.expected(self.place, keys, self.section.column_keys))
        by_code = {r.code: r.key for r in rows if r.code}
        for (row, column), told in list(expected.items()):
            if row in by_code:
                expected[by_code[row], column] = [*expected.get((by_code[row], column), ()), *told]
        return expected

    def _items(self, column_at: Mapping[str, int]) -> list[LabelItem]:
        """The printed rows with their figures in the columns that are known."""
        return [
            LabelItem(
                r,
                self.frame.text(r, self.side.label),
                {key: v for key, c in column_at.items() if (v := self.frame.figure(r, c)) is not None},
                self.lines.get(r, 0),
            )
            for r in self.side.rows
        ]

    def _bind_rows(self, items: Sequence[LabelItem], expected: Expected) -> RowsBound:
        return bind_rows(items, self.wanted, self.context.words, expected, self.covering)

    def _column_choice(self, columns: Sequence[Column], rows: Mapping[int, str]) -> Callable[[Expected], Bound]:
        """What binds the columns of figures; ``rows`` are those whose key is known."""
        bodies = bodies_of(self.frame, columns, rows)
        slots = self.context.slots(self.kind, self.section)
        filled = filled_columns(bodies)
        figured = [c.at for c in columns_in(candidates(columns, slots), filled)]
        judge = FigureJudge(self.context.evidence, self.place, bodies, figured)
        concepts = self.context.columns(self.kind, self.section)
        if len(concepts) == 1:
            own = {path[-1] for path in slots.paths[concepts[0].key]} | self.context.words.leads["amount"]
            here = candidates(columns, slots)
            single = _SingleColumn(concepts[0].key, here, headed_by(self.frame, here, own), filled)
            return lambda expected: single.bound(judge.told(expected))
        choice = slots.choice(columns, bodies, {c.key: c.number or 0 for c in self.section.amounts})
        return lambda expected: choice.bound(judge.told(expected))


def _row_read(spec: RowSpec, items: Sequence[LabelItem], rows: RowsBound) -> RowRead:
    """A row of the form as it was bound."""
    i = rows.at.get(spec.key)
    at = items[i].at if i is not None else None
    grade, rival = rows.grades.get(spec.key, CERTAIN), rows.rivals.get(spec.key, "")
    return RowRead(spec.key, spec.label, at, spec.code, spec.label, grade, rival)


def _columns(frame: Frame, side: Side, line_words: Collection[str]) -> list[Column]:
    """The columns of a side right of its labels: those with a heading or a figure, without the line numbers."""
    heading = heading_of(frame, side.header)
    last = max((c for r in side.rows for c in frame.grid.rows.get(r, ())), default=side.label)
    figured = {c for r in side.rows for c, _ in frame.figures(r)}
    columns = []
    for at in range(side.label + 1, min(side.until - 1, max(last, *heading.paths, side.label)) + 1):
        column = heading.column(at)
        if (column.path or at in figured) and not _is_line_column(frame, side, column, line_words):
            columns.append(column)
    return columns


def _is_line_column(frame: Frame, side: Side, column: Column, line_words: Collection[str]) -> bool:
    """Whether a column holds 行次, by its heading or by its figures."""
    key = frame.words.key(column.path[-1]) if column.path else ""
    return key in line_words or (key not in _AMOUNT_HEADS and _numbers_lines(frame, side.rows, column.at))


def _line_numbers(frame: Frame, side: Side) -> dict[int, int]:
    """The printed 行次 of a side: row → number."""
    for c in range(side.label + 1, min(side.until, side.label + 1 + _LINE_WITHIN)):
        if _numbers_lines(frame, side.rows, c):
            return {r: v // _ONE for r in side.rows if (v := frame.figure(r, c)) is not None}
    return {}


def _numbers_lines(frame: Frame, rows: Iterable[int], column: int) -> bool:
    """Whether a column holds the numbers of the lines: whole and rising by one."""
    values = figures_down(frame, column, rows)
    return rises_by_ones(values, _LINE_STEP) and values[0] % _ONE == 0


class _SingleColumn(NamedTuple):
    """The one column of figures of a section, among ``columns``.

    ``headed`` are those of a heading that says so, ``filled`` those with a figure other than zero.
    """

    key: str
    columns: Sequence[Column]
    headed: Sequence[Column]
    filled: Collection[int]

    def bound(self, judge: Judge) -> Bound:
        """The column by its heading, else the only one there is, else what figures say."""
        bound = Bound()
        exact = self.headed
        if len(exact) > 1:
            exact = columns_in(exact, self.filled) or exact
        if len(exact) == 1:
            bound.at[self.key], bound.grades[self.key] = exact[0].at, CERTAIN
            return bound
        filled = columns_in(self.columns, self.filled)
        self._bind_best(bound, exact or filled or self.columns[:1], judge)
        if not exact:
            bound.open = [c.at for c in filled if c.at != bound.at.get(self.key)]
        return bound

    def _bind_best(self, bound: Bound, columns: Sequence[Column], judge: Judge) -> None:
        """Of several columns the one that figures speak for; doubtful where they speak for another one as much."""
        scores = {c.at: judge({self.key: c.at}) for c in columns}
        ranked = sorted(columns, key=lambda c: (-scores[c.at], c.at))
        if not ranked:
            return
        best, *others = ranked
        alone = not others or scores[best.at] - scores[others[0].at] >= _MARGIN
        bound.at[self.key], bound.grades[self.key] = best.at, LIKELY if alone else DOUBTFUL
        if not alone:
            bound.rivals[self.key] = "·".join(others[0].path)
