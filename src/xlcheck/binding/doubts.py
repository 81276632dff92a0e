"""What is said of a reading: by position and figures (提示), doubts with both readings (核实), figures left over.

One finding a table and kind, never one a column (docs/binding.md §7).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from xlcheck.binding.reading import Reading, RowRead, SectionRead
from xlcheck.binding.slots import DOUBTFUL, LIKELY
from xlcheck.binding.unread import named_strange, unread_figures
from xlcheck.form import TOTAL, Severity
from xlcheck.labels import address, column_letters
from xlcheck.outcome import CellRef, Remark
from xlcheck.reading.extract import digits

_MOST = 6  # things named in one sentence
_NOTES = ("no_title", "other_title")  # what is said without asking anyone to look


def report_reading(reading: Reading, remarks: list[Remark]) -> None:
    """The findings about how a table was read."""
    remarks += _Report(reading).findings()


class _Report:
    """What is said of one reading; ``likely`` and ``doubtful`` are gathered over all its sections."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.frame = reading.frame
        self.sheet = reading.frame.grid.name
        self.likely: list[str] = []
        self.doubtful: list[str] = []
        self.cells: list[CellRef] = []

    def findings(self) -> Iterator[Remark]:
        """All of them, in the order in which they are said."""
        reading = self.reading
        for section in reading.sections.values():
            self._columns(section)
            self._rows(section)
            self._single_cells(section)
            yield from self._left_over(section)
            yield from self._doubled(section)
            if section.lost and not reading.said:
                yield self._finding(Severity.VERIFY, "not_read", found=section.lost)
        yield from self._unread()
        yield from self._left_out()
        if self.doubtful:
            yield self._finding(Severity.VERIFY, "doubtful_binding", self.cells, found=_some(self.doubtful))
        if self.likely:
            yield self._finding(Severity.NOTE, "likely_binding", found=_some(self.likely))
        for what, facts in reading.said:
            yield self._finding(Severity.NOTE if what in _NOTES else Severity.VERIFY, what, (), **facts)

    # --- what is inferred --------------------------------------------------------------------

    def _columns(self, read: SectionRead) -> None:
        for key, grade in read.column_grades.items():
            at = read.column_at.get(key)
            if at is None or not self._has_figures(read, at):
                continue
            name = self._heading(read, at)
            place = f"{column_letters(at)} 栏“{name}”"
            if grade == LIKELY:
                self.likely.append(f"{place}认作“{key}”")
            elif grade == DOUBTFUL:
                self.doubtful.append(f"{place}像是“{key}”{_or_else(read.rivals.get(key, ''))}")
                self.cells.append(self._ref(self._header_row, at, key, name))

    def _rows(self, read: SectionRead) -> None:
        column = _label_column(read)
        coded = read.spec.shape.coded
        by_name = 0
        for row, at in self._filled_rows(read):
            text = "".join(self.frame.text(at, column).split())
            if row.grade == LIKELY and row.code and coded:
                by_name += 1
            elif row.grade == LIKELY:
                self.likely.append(f"第 {at} 行“{text}”认作“{row.label}”")
            elif row.grade == DOUBTFUL:
                self.doubtful.append(f"第 {at} 行“{text}”像是“{row.label}”{_or_else(row.rival)}")
                self.cells.append(self._ref(at, column, row.label, text))
        if by_name:
            self.likely.append(f"没有科目代码，{by_name} 行按科目名称认出代码")

    def _single_cells(self, read: SectionRead) -> None:
        for (row, key), grade in read.cell_grades.items():
            spot = read.cell_at[row, key]
            if self.frame.figure(*spot):
                taken_for = f"{address(*spot)} 认作“{read.rows[row].label}·{key}”"
                (self.likely if grade == LIKELY else self.doubtful).append(taken_for)

    # --- what is left ------------------------------------------------------------------------

    def _left_over(self, read: SectionRead) -> Iterator[Remark]:
        """Columns and rows with figures that nothing took, and columns that are missed."""
        if read.open:
            names = [f"{column_letters(c)} 栏“{self._heading(read, c)}”" for c in read.open]
            refs = [self._cell(self._header_row, column) for column in read.open]
            yield self._finding(Severity.VERIFY, "open_columns", refs, found=_some(names))
        yield from self._strange(read)
        if read.absent:
            names = [f"“{key}”" for key in read.absent]
            yield self._finding(Severity.VERIFY, "absent_columns", found="、".join(names))

    def _strange(self, read: SectionRead) -> Iterator[Remark]:
        """Rows with figures that nothing took."""
        strange = named_strange(self.reading, read)
        if strange:
            names = [f"第 {row} 行“{''.join(text.split())}”" for row, text in strange]
            refs = [self._cell(row, _label_column(read)) for row, _ in strange]
            yield self._finding(Severity.VERIFY, "open_rows", refs, found=_some(names))

    def _doubled(self, read: SectionRead) -> Iterator[Remark]:
        """Rows that stand there several times."""
        for key, rows in read.doubled.items():
            refs = [self._cell(row, _label_column(read)) for row in rows]
            names = [f"第 {row} 行" for row in rows]
            yield self._finding(Severity.VERIFY, "ambiguous_row", refs, expected=key, found=_some(names))

    def _unread(self) -> Iterator[Remark]:
        """Figures that nothing took: one finding a table."""
        cells = unread_figures(self.reading)
        if cells and not any(section.lost for section in self.reading.sections.values()):
            refs = [self._cell(*cell) for cell in cells]
            places = [f"{address(*cell)}（{digits(self.frame.grid.text(*cell))}）" for cell in cells]
            yield self._finding(Severity.VERIFY, "unread_figure", refs, found=_some(places))

    def _left_out(self) -> Iterator[Remark]:
        """Rows that the form has and the sheet does not print, of a table that must print them all."""
        if self.reading.spec.all_rows:
            names = [f"“{label}”" for s in self.reading.sections.values() if not s.lost for label in _unprinted(s)]
            if names:
                yield self._finding(Severity.VERIFY, "missing_rows", expected=_some(names))

    # --- sentences and places ----------------------------------------------------------------

    @property
    def _header_row(self) -> int:
        """The row that a column is shown by: its heading's, else the first of the body."""
        return self.reading.bottom or self.reading.data_from or 1

    def _finding(self, severity: Severity, what: str, refs: Iterable[CellRef] = (), **facts: str) -> Remark:
        spec = self.reading.spec
        cells = tuple(refs) or (CellRef(spec.number, self.sheet, None, "subject", spec.name, None),)
        facts = {"table": spec.title, "name": spec.name, "sheet": self.sheet, **facts}
        return Remark(None, severity, "structure", what, cells, params=facts)

    def _ref(self, row: int, column: int, label: str, text: str) -> CellRef:
        return CellRef(self.reading.spec.number, self.sheet, address(row, column), "subject", label, text)

    def _cell(self, row: int, column: int) -> CellRef:
        """A cell with what stands in it."""
        return self._ref(row, column, "", self.frame.grid.text(row, column))

    def _heading(self, read: SectionRead, column: int) -> str:
        """The header over a column, on one line."""
        printed = self.frame.printed
        texts = (printed.get(text, text) for text in read.paths.get(column, ()))
        return "·".join("".join(text.split()) for text in texts) or "没有表头"

    def _has_figures(self, read: SectionRead, column: int) -> bool:
        return any(self.frame.figure(row.at, column) for row in read.rows if row.at is not None)

    def _filled_rows(self, read: SectionRead) -> Iterator[tuple[RowRead, int]]:
        """Rows that are there and have a figure other than zero, each with its sheet row."""
        keys = read.spec.column_keys
        for i, row in enumerate(read.rows):
            spots = (read.spot(i, key) for key in keys)
            if row.at is not None and any(self.frame.figure(*spot) for spot in spots if spot is not None):
                yield row, row.at


def row_reason(reading: Reading, read: SectionRead, row: RowRead) -> str:
    """Why a row has no figures."""
    if row.key in read.doubled:
        return f"{reading.spec.title}“{row.label}”有几行，分不清是哪一行"
    label = "合计" if row.key == TOTAL else row.label
    return f"{reading.spec.title}（工作表“{reading.frame.grid.name}”）没有“{label}”这一行"


def _label_column(read: SectionRead) -> int:
    """The column that says what a row is."""
    return read.lead_at.get("label", read.lead_at.get("code", 1))


def _unprinted(read: SectionRead) -> list[str]:
    """Labels of the rows that a section must have and does not print."""
    needed = {row.key for row in read.spec.rows if not row.optional} - read.doubled.keys()
    return [row.label for row in read.rows if row.at is None and row.key in needed]


def _or_else(rival: str) -> str:
    """How a sentence about a doubt ends."""
    return f"，也可能是“{rival}”" if rival else "，但拿不准"


def _some(names: Sequence[str]) -> str:
    shown = "、".join(names[:_MOST])
    return shown if len(names) <= _MOST else f"{shown} 等 {len(names)} 处"
