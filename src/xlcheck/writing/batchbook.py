"""``--format xlsx``: a run as one workbook: a row a workbook, a row a finding, and a heat map unit × table.

Written by XlsxWriter row by row in constant memory, so that ten thousand workbooks fit; only a few numbers a workbook
are kept for the heat map. Text of units never becomes a formula or a link. Equal runs give equal bytes.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import xlsxwriter

from xlcheck.form import Severity
from xlcheck.model import Submission
from xlcheck.outcome import CellRef
from xlcheck.reading.marks.format import COLOURS
from xlcheck.report.report import JUSTIFIED, Conclusion, Finding, Report
from xlcheck.writing.newsheets import OPTIONS, StyleBook, Value, amount, columns, listed, printed, put
from xlcheck.writing.rendering import Options, Run, Sink, View

BOOKS, FINDINGS, HEAT = "工作簿", "问题", "热力图"
MOST_OF_ONE = 1_000  # findings of one workbook that are listed
MOST_LISTED = 1_000_000  # and of all: a sheet has 1,048,576 rows
_CREATED = dt.datetime(2023, 1, 1, tzinfo=dt.UTC)  # equal inputs give equal bytes
_BOOK_COLUMNS = (
    ("序号", 6), ("单位", 30), ("年度", 7), ("表样", 26), ("结论", 12), ("错误", 7), ("核实", 7), ("提示", 7), ("已说明", 7),
    ("没能核对", 9), ("第一个原因", 60), ("文件", 40),
)  # fmt: skip
_FINDING_COLUMNS = (
    ("工作簿", 8), ("单位", 26), ("级别", 7), ("状态", 9), ("表", 12), ("单元格", 9), ("问题", 60), ("应为", 13), ("现为", 13), ("差额", 12),
    ("怎么改", 44), ("规则", 10), ("单位说明", 24), ("文件", 30),
)  # fmt: skip
_HEAT_LEFT = (("单位", 30), ("年度", 7), ("错误和核实", 11))
_CONCLUSION = 4  # column of 结论
_ROW, _LINE, _TALLEST = 16.0, 13.5, 160.0  # points
_WHOLE = "整份工作簿"
_FILLS = {
    Conclusion.REFUSED: "BFBFBF", Conclusion.WRONG: COLOURS[Severity.ERROR], Conclusion.DOUBTFUL: COLOURS[Severity.VERIFY],
    Conclusion.JUSTIFIED: COLOURS[Severity.NOTE], Conclusion.UNSAID: "FFF2CC", Conclusion.FINE: "C6E0B4",
}  # fmt: skip


class FindingRow(NamedTuple):
    """One row of 问题, without what it has from its workbook."""

    severity: Severity
    state: str
    table: str
    cell: str
    message: str
    right: str
    actual: str
    difference: str
    advice: str
    rule: str
    statement: str


class BookPart(NamedTuple):
    """What one workbook adds. ``tables`` counts open 错误 and 核实 by the national title of their table."""

    path: str
    unit: str
    year: int | None
    template: str
    conclusion: Conclusion
    counts: tuple[int, int, int, int, int]
    cause: str
    findings: tuple[FindingRow, ...]
    left_out: int
    tables: dict[str, int]


class WorkbookRenderer:
    """The run as an .xlsx."""

    needs_sheets = False
    binary = True

    def __init__(self, options: Options) -> None:
        del options  # the workbook has filters

    def part(self, view: View) -> BookPart:
        """The rows of one workbook."""
        report, book, counts = view.report, view.report.workbook, view.report.counts
        rows = tuple(_finding_row(f) for f in report.findings[:MOST_OF_ONE])
        return BookPart(
            book.path, book.unit or "", book.year, book.template_title, report.conclusion,
            (counts.errors, counts.verifies, counts.notes, counts.justified, counts.not_evaluated), _first_cause(report),
            rows, len(report.findings) - len(rows), _by_table(report, view.submission),
        )  # fmt: skip

    def write(self, parts: Iterable[BookPart], run: Run, sink: Sink) -> None:
        """The workbook, through a file of its own: it may be large."""
        with tempfile.TemporaryDirectory(prefix="xlcheck") as folder:
            path = Path(folder) / "report.xlsx"
            book = xlsxwriter.Workbook(
                str(path), OPTIONS | {"in_memory": False, "constant_memory": True, "tmpdir": folder}
            )
            book.set_properties(
                {"created": _CREATED, "title": "决算公开表审核结果", "comments": "xlcheck check --format xlsx"}
            )
            _BatchBook(book).write(parts, run)
            book.close()
            sink.file(path)


# --- one workbook -----------------------------------------------------------------------------------------


def _first_cause(report: Report) -> str:
    """What to begin with: the refusal, the first diagnosis, else the first finding that is open."""
    if report.refusal is not None:
        return report.refusal.message
    if report.diagnoses:
        return report.diagnoses[0].message
    return next((f.message for f in report.findings if f.open and f.severity is not Severity.NOTE), "")


def _finding_row(finding: Finding) -> FindingRow:
    table, cell = _place(finding.subject)
    return FindingRow(
        finding.severity,
        JUSTIFIED if finding.justified else finding.change,
        table,
        cell,
        finding.message,
        finding.right or "",
        finding.actual or "",
        finding.difference or "",
        finding.advice,
        finding.rule or "",
        finding.statement.text if finding.statement else "",
    )


def _place(subject: CellRef | None) -> tuple[str, str]:
    """The table and the cell of a finding, in words where it is about no single one."""
    return (subject.listed_table, subject.listed_cell) if subject else ("", "")


def _by_table(report: Report, now: Submission | None) -> dict[str, int]:
    """Open 错误 and 核实 by table, in printed order, under the national title of each."""
    if now is None:
        return {}
    titles = _titles(now)
    found: Counter[str] = Counter(dict.fromkeys(titles.values(), 0))
    for finding in report.findings:
        if finding.open and finding.severity is not Severity.NOTE:
            table = finding.subject.listed_table if finding.subject else ""
            found[titles.get(table, table or _WHOLE)] += 1
    return dict(found)


def _titles(now: Submission) -> dict[str, str]:
    """What the tables are called everywhere, by their number here."""
    national = {r.kind: r.title for r in now.recognised if r.title}
    return {t.spec.number: national.get(t.spec.key, t.spec.name) for t in now.tables.values() if not t.absent}


# --- the workbook ------------------------------------------------------------------------------------------


class _HeatRow(NamedTuple):
    """What is kept of a workbook until all are known."""

    unit: str
    year: int | None
    counts: tuple[tuple[int, int], ...]  # (number of the table, how many), where there are any


class _BatchBook:
    """The three sheets, being written side by side."""

    def __init__(self, book: Any) -> None:
        self._styles = StyleBook(book)
        self._books, self._findings, self._heat = (book.add_worksheet(name) for name in (BOOKS, FINDINGS, HEAT))
        columns(self._books, self._styles, 0, _BOOK_COLUMNS)
        columns(self._findings, self._styles, 0, _FINDING_COLUMNS)
        self._kept: list[_HeatRow] = []
        self._tables: dict[str, int] = {}  # number by title, in printed order
        self._next = 1  # row of 问题
        self._unlisted = 0

    def write(self, parts: Iterable[BookPart], run: Run) -> None:
        """All rows, then what needs them all."""
        count = 0
        for count, part in enumerate(parts, 1):
            self._book(count, part)
            self._kept.append(self._heat_row(part))
        self._after(count, run)
        listed(self._books, count, len(_BOOK_COLUMNS), 2)
        listed(self._findings, max(self._next - 1, 1), len(_FINDING_COLUMNS), 1)
        printed(self._books, "决算公开表审核结果：各工作簿")
        printed(self._findings, "决算公开表审核结果：问题")
        self._write_heat()

    def _book(self, number: int, part: BookPart) -> None:
        """The row of a workbook; its number leads to its first finding, and those to it."""
        first = self._next
        for row in part.findings:
            if self._next > MOST_LISTED:
                break
            self._finding(number, part, row)
        unlisted = part.left_out + len(part.findings) - (self._next - first)
        self._unlisted += unlisted
        self._books.set_row(number, _height((part.cause, _BOOK_COLUMNS[10][1]), (part.path, _BOOK_COLUMNS[11][1])))
        link = f"#'{FINDINGS}'!A{first + 1}" if self._next > first else ""
        self._link(self._books, number, link, number)
        fill = self._styles.filled(_FILLS[part.conclusion])
        values: list[Value] = [
            part.unit,
            part.year,
            part.template,
            part.conclusion.value,
            *part.counts,
            part.cause,
            part.path,
        ]
        for column, value in enumerate(values, 1):
            style = fill if column == _CONCLUSION else self._styles.of(value, text_wrap=isinstance(value, str))
            put(self._books, number, column, value, style)

    def _finding(self, number: int, part: BookPart, row: FindingRow) -> None:
        at = self._next
        self._next += 1
        wrapped = self._styles.box(text_wrap=True)
        self._findings.set_row(
            at, _height((row.message, _FINDING_COLUMNS[6][1]), (row.advice, _FINDING_COLUMNS[10][1]))
        )
        self._link(self._findings, at, f"#'{BOOKS}'!A{number + 1}", number)
        put(self._findings, at, 1, part.unit, self._styles.box())
        put(self._findings, at, 2, row.severity.value, self._styles.filled(COLOURS[row.severity]))
        texts = (row.state, row.table, row.cell, row.message)
        for column, text in enumerate(texts, 3):
            put(self._findings, at, column, text, wrapped)
        for column, figure in enumerate((row.right, row.actual, row.difference), 7):
            value, form = amount(figure)
            style = self._styles.box(num_format=form, align="right") if form else self._styles.box()
            put(self._findings, at, column, value, style)
        for column, text in enumerate((row.advice, row.rule, row.statement, part.path), 10):
            put(self._findings, at, column, text, wrapped)

    def _link(self, sheet: Any, row: int, target: str, number: int) -> None:
        """A number in the first column that leads somewhere: a formula, since a sheet takes but 65,530 hyperlinks."""
        if not target:
            put(sheet, row, 0, number, self._styles.box(align="center"))
            return
        style = self._styles.box(align="center", font_color="#0563C1", underline=1)
        sheet.write_formula(row, 0, f'=HYPERLINK("{target}",{number})', style, number)

    def _after(self, count: int, run: Run) -> None:
        """Below the lists: what they leave out."""
        notes = [f"另有 {self._unlisted} 条问题没有列出（每份最多列 {MOST_OF_ONE} 条）。"] if self._unlisted else []
        notes += [f"不是工作簿，没有检查：{name}" for name in run.skipped[:200]]
        for row, text in enumerate(notes, count + 2):
            put(self._books, row, 1, text, self._styles.get(font_color="#5B6675"))

    def _heat_row(self, part: BookPart) -> _HeatRow:
        numbers = ((self._tables.setdefault(name, len(self._tables)), count) for name, count in part.tables.items())
        return _HeatRow(part.unit or part.path, part.year, tuple(both for both in numbers if both[1]))

    def _write_heat(self) -> None:
        """Units by tables: how many 错误 and 核实 are open."""
        sheet, styles = self._heat, self._styles
        tables = list(self._tables)
        columns(sheet, styles, 0, (*_HEAT_LEFT, *((name, 14.0) for name in tables)))
        for at, row in enumerate(self._kept, 1):
            for column, value in enumerate(_heat_values(row, len(tables))):
                put(sheet, at, column, value, styles.of(value))
        last, width = len(self._kept), len(_HEAT_LEFT) + len(tables)
        listed(sheet, last, width, 1)
        printed(sheet, "决算公开表审核结果：热力图")
        if tables and last:
            _colour(sheet, last, width)


def _heat_values(row: _HeatRow, tables: int) -> Iterator[Value]:
    """A unit, what is open in all of its tables, and in each of them."""
    counts = dict(row.counts)
    yield from (row.unit, row.year, sum(counts.values()))
    yield from map(counts.get, range(tables))


def _height(*texts: tuple[str, float]) -> float:
    """The height (points) of a row whose texts, each in a column of a width (characters), are wrapped.

    GB 18030 gives a Chinese character two bytes, as it takes two columns: quick enough for a million rows.
    """
    lines = max(-(-len(text.encode("gb18030", "replace")) // int(width - 2)) for text, width in texts)
    return min(_TALLEST, max(_ROW, lines * _LINE + 3))


def _colour(sheet: Any, last: int, width: int) -> None:
    """From 1 (pale, so that any number shows) over the middle one, so that one bad unit does not pale all others."""
    sheet.conditional_format(1, len(_HEAT_LEFT), last, width - 1, {
        "type": "3_color_scale", "min_type": "num", "min_value": 1, "min_color": "#FFF6D6",
        "mid_type": "percentile", "mid_value": 50, "mid_color": "#FFC58A", "max_type": "max", "max_color": "#F0655F",
    })  # fmt: skip
