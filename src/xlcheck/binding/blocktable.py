"""公开06 and its like: economic codes in one to four blocks, or one list with the totals as columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from xlcheck.binding.codes import Lead, code_groups
from xlcheck.binding.columns import (
    bodies_of,
    candidates,
    columns_in,
    columns_of,
    filled_at_all,
    filled_columns,
    headed_by,
    header_rows,
    place_header,
    without_words,
)
from xlcheck.binding.evidence import close
from xlcheck.binding.frame import Column, Frame
from xlcheck.binding.names import TOTALS_OF_CLASSES, named_blocks
from xlcheck.binding.reading import Context, Reading, RowRead, SectionRead
from xlcheck.binding.slots import CERTAIN, DOUBTFUL, LIKELY
from xlcheck.binding.words import total_word
from xlcheck.form import RowKind, RowSpec, SectionSpec

_KIND = "基本支出表"
_PEOPLE, _PUBLIC = "人员经费合计", "公用经费合计"
_SIDES = {_PEOPLE: "人员", _PUBLIC: "公用"}
_PEOPLE_CLASSES = ("301", "303")  # the other classes are 公用经费
_END = 10**6  # right of the last column
_LONGEST_SIDE = 10  # a longer heading says more than 人员经费 or 公用经费
_SHORTEST_LABEL = 3
_CLASS = 3  # digits of an economic class
_LEAST_LIKE = 0.5  # of a label of a total to the form's wordings
_SURE_LIKE = 0.99
_FILLED_FIRST = 0.01  # of two labels as like, the one with a figure
_SUM_TERMS = 4  # figures that a total of classes may be rounded from
_WORST_LAST = (CERTAIN, LIKELY, DOUBTFUL)
_CELL, _MOST_POINTS = 0.3, 6.0  # for cells that are there, in columns bound beyond doubt
_LEAST_CELLS = 8  # that make a region the table

CellAt = tuple[int, int]


def bind_blocks(reading: Reading, section: SectionSpec, context: Context) -> SectionRead:
    """Bind the one section of a table of economic codes."""
    frame = reading.frame
    groups = _of_departments(frame, [g for g in code_groups(frame) if _economic(g)])
    coded = bool(groups)
    groups = groups or named_blocks(frame, context, "3")
    if not groups:
        return _without_codes(frame, section)
    binding = _BlockSection(reading, section, context, groups)
    binding.bind()
    if not coded and (binding.unnamed() or binding.misplaced()):
        binding.read.lost = "没有经济分类科目代码，有的科目名称认不出"
    return binding.read


def points_of_cells(section: SectionRead) -> float:
    """What cells that are there say for a reading."""
    return min(_MOST_POINTS, _CELL * len(section.cell_at))


def is_specific(reading: Reading) -> bool:
    """Whether enough of its cells are there."""
    return len(next(iter(reading.sections.values())).cell_at) >= _LEAST_CELLS


def _economic(group: Lead) -> bool:
    return sum(code[0] in "35" for code in group.codes.values()) * 2 > len(group.codes)


def _of_departments(frame: Frame, groups: list[Lead]) -> list[Lead]:
    """The groups without 政府预算经济分类 (5..) that stands between the codes of 部门预算 (3..) and their figures."""
    ours = [group for group in groups if _leading(group) == "3"]
    return [g for g in groups if _leading(g) == "3" or not ours or not _shares_figures(frame, g, ours)]


def _leading(group: Lead) -> str:
    """The digit that most codes of a group begin with."""
    return max("35", key=[code[0] for code in group.codes.values()].count)


def _shares_figures(frame: Frame, group: Lead, ours: Sequence[Lead]) -> bool:
    """Whether no figure stands between a group and one of ``ours`` to the left: both speak of the same ones."""
    left = max((g.last for g in ours if g.last < group.columns[0]), default=0)
    between = range(left + 1, group.columns[0])
    return left > 0 and not any(frame.figure(row, column) for row in group.codes for column in between)


def _without_codes(frame: Frame, section: SectionSpec) -> SectionRead:
    """A table that holds no code: an empty one has nothing to bind, one with figures can't be read."""
    read = SectionRead(section, [RowRead(r.key, r.label, None, r.code, r.label) for r in _data(section)])
    if filled_at_all(frame):
        read.lost = "没有认出经济分类科目代码"
    return read


def _data(section: SectionSpec) -> list[RowSpec]:
    return [r for r in section.rows if r.kind is RowKind.DATA]


class _Block(NamedTuple):
    """Codes with their names, and the column where the next block begins."""

    lead: Lead
    until: int


class _AmountColumn(NamedTuple):
    """The column of figures of a block (0: none), and the heading of another one that may be it."""

    at: int
    grade: str = CERTAIN
    rival: str = ""


class _CodePlace(NamedTuple):
    """Where a code stands, and the column of its figure."""

    row: int
    column: int
    lead: Lead


class _BlockSection:
    """The section of a table of economic codes while it is bound."""

    def __init__(self, reading: Reading, section: SectionSpec, context: Context, groups: Sequence[Lead]) -> None:
        self.frame = reading.frame
        self.section = section
        self.context = context
        self.slots = context.slots(_KIND, section)
        self.words = context.words
        self.read = SectionRead(section)
        self.key = section.column_keys[0]
        self.own_words = self.words.leads["amount"] | {path[-1] for path in self.slots.paths[self.key]}
        starts = [*(group.columns[0] for group in groups), _END]
        self.blocks = [_Block(group, until) for group, (_, until) in zip(groups, pairwise(starts), strict=True)]
        self.first = min(min(group.codes) for group in groups)
        self.header = header_rows(self.frame, self.first)
        place_header(reading, self.header, self.first)
        self.side_columns: dict[str, int] = {}  # total → its column, where the totals are columns
        self.own_column: dict[int, int] = {}  # row of a code → the column of its side, where no column holds all
        self.read.lead_at = {"code": groups[0].columns[0], "name": groups[0].name or groups[0].columns[0]}

    def bind(self) -> None:
        """Bind the columns of figures, the rows of codes, and the totals."""
        places: dict[str, list[_CodePlace]] = {}
        for block in self.blocks:
            amount = self._amount(block)
            self._keep(amount)
            if amount.at:
                for r, code in block.lead.codes.items():
                    places.setdefault(code, []).append(_CodePlace(r, amount.at, block.lead))
        self._bind_codes(places)
        self._bind_totals()

    def _keep(self, amount: _AmountColumn) -> None:
        """Keep the column of a block for the section: the first one, with the weakest of all grades."""
        read = self.read
        if amount.at:
            read.column_at.setdefault(self.key, amount.at)
        read.column_grades[self.key] = max(
            read.column_grades.get(self.key, CERTAIN), amount.grade, key=_WORST_LAST.index
        )
        if amount.rival:
            read.rivals[self.key] = amount.rival

    # --- the column of figures ------------------------------------------------------------------

    def _amount(self, block: _Block) -> _AmountColumn:
        """The column of figures of a block."""
        columns = self._columns(block)
        sides = {total: _headed(columns, side) for total, side in _SIDES.items()}
        if len(self.blocks) == 1 and all(sides.values()) and sides[_PEOPLE] != sides[_PUBLIC]:
            self.side_columns = sides
            return self._beside_sides(block, columns)
        exact = headed_by(self.frame, columns, self.own_words)
        if len(exact) == 1:
            return _AmountColumn(exact[0].at)
        filled = filled_columns(bodies_of(self.frame, columns, {r: f"{r}" for r in block.lead.codes}))
        if exact:
            return _first_of(columns_in(exact, filled) or exact[:1], sure=True)
        return _first_of(columns_in(columns, filled) or columns)

    def _columns(self, block: _Block) -> list[Column]:
        """The columns of a block that may hold its figures."""
        columns = columns_of(self.frame, self.header, block.lead.last, block.lead.codes)
        columns = without_words(self.frame, columns, self.words.leads["line"])
        return [c for c in candidates(columns, self.slots) if c.at < block.until]

    def _beside_sides(self, block: _Block, columns: Sequence[Column]) -> _AmountColumn:
        """The column of figures of a list with the totals as columns; without one, each figure stands in its own side."""
        people, public = self.side_columns[_PEOPLE], self.side_columns[_PUBLIC]
        rest = [c for c in columns if c.at not in (people, public)]
        totals = [c for c in rest if self._says_total(c)]
        if totals or len(rest) == 1:
            return _AmountColumn((totals or rest)[0].at)
        for r in block.lead.codes:
            self.own_column[r] = people if self.frame.figure(r, people) is not None else public
        return _AmountColumn(people)

    def _says_total(self, column: Column) -> bool:
        return any(total_word(self.words.key(text)) for text in column.path)

    # --- rows of codes --------------------------------------------------------------------------

    def _bind_codes(self, places: Mapping[str, list[_CodePlace]]) -> None:
        """One row a code of the form, then codes that the form does not have."""
        labels = {r.code: r.label for r in _data(self.section)}
        extra = [_unknown_code(code, found[0]) for code, found in places.items() if code not in labels]
        for spec in [*_data(self.section), *extra]:
            if spec.code:
                self._bind_code(spec, labels.get(spec.code, ""), self._filled(places.get(spec.code, [])))

    def _filled(self, places: list[_CodePlace]) -> list[_CodePlace]:
        """Of several places of a code the one with a figure, the first where none has; all where several have."""
        filled = [p for p in places if self.frame.figure(p.row, p.column)]
        return places if len(places) < 2 or len(filled) > 1 else filled or places[:1]

    def _bind_code(self, spec: RowSpec, usual_name: str, places: Sequence[_CodePlace]) -> None:
        row = RowRead(spec.key, spec.label, None, spec.code, spec.label)
        if len(places) == 1:
            at, column, lead = places[0]
            row.at, row.name = at, lead.names.get(at, "") or usual_name
            row.grade = LIKELY if at in lead.guessed else CERTAIN
            self.read.cell_at[len(self.read.rows), self.key] = at, self.own_column.get(at, column)
        elif places:
            self.read.doubled[spec.key] = [p.row for p in places]
        row.label = f"{spec.code} {row.name}".strip()
        self.read.rows.append(row)

    # --- totals ---------------------------------------------------------------------------------

    def _bind_totals(self) -> None:
        """人员经费合计 and 公用经费合计: a row with its figure to the right, or a column of the total row."""
        amounts = sorted({column for _, column in self.read.cell_at.values()})
        for spec in _data(self.section):
            if spec.code:
                continue
            row = RowRead(spec.key, spec.label, None, None, spec.label)
            cell: CellAt | None = None
            if spec.key not in self.side_columns:
                cell, row.grade = self._labelled(spec, amounts)
            elif total := self._total_row():
                cell = total, self.side_columns[spec.key]
            if cell is not None:
                row.at, self.read.cell_at[len(self.read.rows), self.key] = cell[0], cell
            self.read.rows.append(row)
        self._bind_by_sum(amounts)

    def _total_row(self) -> int:
        """The row without a code that says 合计; 0 where there is none."""
        coded = {r for block in self.blocks for r in block.lead.codes}
        leads = range(1, self.blocks[0].lead.last + 1)
        return next((r for r in self.frame.lines if r not in coded and self.frame.total_in(r, leads)), 0)

    def _labelled(self, spec: RowSpec, amounts: Sequence[int]) -> tuple[CellAt | None, str]:
        """The figure beside a label that says 人员经费合计 in some wording, and how sure that is."""
        best: CellAt | None = None
        most = 0.0
        for like, cell in self._labels(spec, amounts):
            rated = like + (_FILLED_FIRST if self.frame.figure(*cell) is not None else 0.0)
            if rated > most:
                best, most = cell, rated
        return best, CERTAIN if best is None or most >= _SURE_LIKE else LIKELY

    def _labels(self, spec: RowSpec, amounts: Sequence[int]) -> Iterator[tuple[float, CellAt]]:
        """Labels like that of a total: the likeness, and the cell of the figure beside it."""
        concept = next(c for c in self.context.rows(_KIND, self.section) if c.key == spec.key)
        wordings = {self.words.key(path[-1]) for path in concept.words}
        for r, c, folded in self._texts_of_side(_SIDES[spec.key]):
            like = max(self.words.alike(folded, wording) for wording in wordings)
            cell = _beside(self.frame, r, c, amounts) if like >= _LEAST_LIKE else None
            if cell is not None and (r >= self.first or self.frame.figure(*cell) is not None):
                yield like, cell

    def _texts_of_side(self, side: str) -> Iterator[tuple[int, int, str]]:
        """(row, column, folded text) of texts that speak of 人员 or 公用."""
        for r in self.frame.lines:
            for c in sorted(self.frame.grid.rows[r]):
                text = self.frame.text(r, c)
                if len(text) >= _SHORTEST_LABEL and side in (folded := self.words.key(text)):
                    yield r, c, folded

    def _bind_by_sum(self, amounts: Sequence[int]) -> None:
        """A total under another name: a row without a code whose figure is 301 + 303, or the other classes."""
        figures = self._figures()
        people = sum(figures.get(code, 0) for code in _PEOPLE_CLASSES)
        classes = sum(v for code, v in figures.items() if len(code) == _CLASS)
        sums = {_PEOPLE: people, _PUBLIC: classes - people}
        missing = [(i, row) for i, row in enumerate(self.read.rows) if not row.code and row.at is None]
        for i, row in missing if sums[_PEOPLE] != sums[_PUBLIC] else ():
            cells = self._free_cells(sums[row.key], amounts)
            if len(cells) == 1:
                row.at, row.grade = cells[0][0], LIKELY
                self.read.cell_at[i, self.key] = cells[0]

    def _figures(self) -> dict[str, int]:
        """Code → figure, of the codes that were found."""
        figures = {}
        for i, row in enumerate(self.read.rows):
            cell = self.read.cell_at.get((i, self.key))
            if row.code and cell is not None:
                figures[row.code] = self.frame.figure(*cell) or 0
        return figures

    def _free_cells(self, wanted: int, amounts: Sequence[int]) -> list[CellAt]:
        """The cells that hold a figure other than zero and are no row yet."""
        if not wanted:
            return []
        taken = set(self.read.cell_at.values())
        cells = [(r, c) for r in self.frame.lines for c in amounts if (r, c) not in taken]
        return [cell for cell in cells if (v := self.frame.figure(*cell)) and close(v, wanted, _SUM_TERMS)]

    # --- names that no code was found for -------------------------------------------------------

    def unnamed(self) -> bool:
        """Whether a row among the names holds a figure that no name of the list and no total took."""
        return any(
            self._names(r, block.lead.columns[0]) and self._has_free_figure(r, block)
            for block in self.blocks
            for r in self.frame.lines
            if r >= min(block.lead.codes) and r not in block.lead.codes
        )

    def misplaced(self) -> bool:
        """Whether a class with a name below it that the list does not have is not the sum of what stands below it."""
        figures = self._figures()
        unlisted = {code[:_CLASS] for code in figures if not code.isdigit()}
        return any(not self._adds_up(top, figures) for top in unlisted)

    @staticmethod
    def _adds_up(top: str, figures: Mapping[str, int]) -> bool:
        parts = [figure for code, figure in figures.items() if code != top and code.startswith(top)]
        return close(sum(parts), figures.get(top, 0), len(parts))

    def _names(self, row: int, column: int) -> bool:
        """Whether a text stands in a cell that speaks of no total."""
        text = self.frame.text(row, column)
        key = self.words.key(text)
        return len(text) > 1 and not total_word(key) and not any(word in key for word in TOTALS_OF_CLASSES)

    def _has_free_figure(self, row: int, block: _Block) -> bool:
        """Whether a row of a block holds figures, none of which was taken."""
        used = self.read.cell_at.values()
        if len(self.blocks) == 1 and any(row == at for at, _ in used):
            return False
        filled = [c for c, v in self.frame.figures(row) if v and block.lead.columns[0] < c < block.until]
        return bool(filled) and not any((row, c) in used for c in filled)


def _headed(columns: Sequence[Column], side: str) -> int:
    """The column headed 人员经费 or 公用经费."""
    found = [c.at for c in columns if c.path and side in c.path[-1] and len(c.path[-1]) < _LONGEST_SIDE]
    return found[0] if len(found) == 1 else 0


def _first_of(columns: Sequence[Column], *, sure: bool = False) -> _AmountColumn:
    """The first of columns that may hold the figures, doubtful where there are several; ``sure``: a heading says so."""
    if not columns:
        return _AmountColumn(0)
    first, *others = columns
    if others:
        return _AmountColumn(first.at, DOUBTFUL, "·".join(others[0].path))
    return _AmountColumn(first.at, LIKELY if first.path and not sure else CERTAIN)


def _unknown_code(code: str, place: _CodePlace) -> RowSpec:
    """A row for a code that the form does not have."""
    return RowSpec(code, f"{code} {place.lead.names.get(place.row, '')}".strip(), 0, code=code)


def _beside(frame: Frame, row: int, column: int, amounts: Sequence[int]) -> CellAt | None:
    """The amount cell right of a label: past its merge, up to the next text."""
    area = frame.grid.merge_at(row, column)
    if area and area[3] > column:
        merged_to = area[3]
        return next(((row, a) for a in amounts if a > merged_to), None)
    stop = _next_text(frame, row, column)
    near = [a for a in amounts if column < a < stop]
    filled = [a for a in near if frame.figure(row, a) is not None]
    return next(((row, a) for a in (*filled, *near[-1:])), None)


def _next_text(frame: Frame, row: int, column: int) -> int:
    """The next column of a row in which a text stands."""
    cells = frame.grid.rows[row]
    texts = (c for c in cells if c > column and cells[c].type == "s" and frame.figure(row, c) is None)
    return min(texts, default=_END)
