"""A form, blank or with figures → an .xlsx in the look of the official tables."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

import xlsxwriter

from xlcheck.filling.byshape import BY_SHAPE
from xlcheck.filling.pen import FormStyles, Pen
from xlcheck.form import SetSpec, TableSpec
from xlcheck.model import Section, Submission, Table

_CREATED = datetime(2023, 12, 31)  # noqa: DTZ001 - a fixed stamp, so that equal data give equal bytes
_OPTIONS = {
    "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
}  # fmt: skip
_A4 = 9
_ROOM_FOR_UNIT = 34  # characters of width left of the year: the longest usual name of a unit


def workbook_bytes(form: SetSpec, filled: Submission | None, unit: str = "", year: str = "") -> bytes:
    """The workbook: blank when ``filled`` is None, else with its figures.

    Equal arguments give equal bytes.
    """
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, _OPTIONS)
    book.set_properties({"created": _CREATED, "title": form.title, "comments": f"xlcheck {form.id}"})
    styles = FormStyles(book)
    for spec in form.tables:
        facts = {"单位名称": unit, "年度": year or str(form.year), "金额单位": spec.currency}
        sheet = book.add_worksheet(_sheet_name(spec))
        _TableWriter(sheet, spec, styles).write(facts, filled.tables[spec.key] if filled else None)
    book.get_worksheet_by_name(_sheet_name(form.tables[0])).activate()
    book.close()
    return out.getvalue()


def _sheet_name(spec: TableSpec) -> str:
    return spec.sheet[:31]


class _TableWriter:
    """Writes one table."""

    def __init__(self, sheet: Any, spec: TableSpec, styles: FormStyles) -> None:
        self.pen = Pen(sheet, spec, styles)
        self.sheet = sheet
        self.spec = spec
        self.styles = styles
        self.columns = sorted((c for s in spec.sections for c in s.columns), key=lambda c: c.at)
        self.width = max(c.last for c in self.columns)

    def write(self, facts: dict[str, str], table: Table | None) -> None:
        """Write the table: blank where it is None, else its figures and its own facts."""
        if table is not None:
            facts = facts | {name: text for name, (text, _) in table.facts.items()}
        self._head(facts)
        self._header()
        sections = table.sections if table is not None else {}
        bottoms = [BY_SHAPE[s.shape.name].write(self.pen, s, sections.get(s.key)) for s in self.spec.sections]
        self._notes(max(bottoms) + 1, self._statement(table))
        self._page()

    def _statement(self, table: Table | None) -> str:
        """The sentence below the figures: as the data have it, else the form's own where there are no figures."""
        if table is None:
            return ""
        return table.statement or (self.spec.empty_statement if _is_empty(table.sections) else "")

    def _head(self, facts: dict[str, str]) -> None:
        get = self.styles.get
        self.pen.merge((1, 1), (1, self.width), self.spec.name, get(font_size=16, align="center", bold=True))
        self.sheet.set_row(0, 30)
        if self.spec.number != self.spec.key:
            self.pen.text(2, self.width, self.spec.title, get(align="right"))
        if self.spec.unit_label:
            middle = self._middle()
            left = f"{self.spec.unit_label}：{facts['单位名称']}"
            self.pen.merge((3, 1), (3, middle - 1), left, get(align="left"))
            self.pen.text(3, middle, f"{facts['年度']}年度", get(align="center" if self.width > 3 else "left"))
        self.pen.text(3, self.width, f"{self.spec.currency_label}{facts['金额单位']}", get(align="right"))

    def _middle(self) -> int:
        """The column of the year: the middle one, or so far right of it that the unit's name has room."""
        middle = max(2, (self.width + 1) // 2)
        while middle < self.width - 1 and sum(c.width for c in self.columns if c.last < middle) < _ROOM_FOR_UNIT:
            middle += 1
        return middle

    # --- header ---------------------------------------------------------------------------------

    def _header(self) -> None:
        style = self.styles.boxed(align="center", text_wrap=True)
        depth, top = self.spec.header_depth, self.spec.header_row
        for column in self.columns:
            share = column.width / (column.last - column.at + 1)
            self.sheet.set_column(column.at - 1, column.last - 1, share)
        for level in range(depth):
            self._header_level(level, depth, top, style)
        if depth:
            self.sheet.set_row(top + depth - 2, self._header_height())
        if self.spec.numbered:
            self._number_row(top + depth, style)

    def _header_height(self) -> float:
        """Height of the innermost header row: what the longest text needs beyond the rows it spans."""
        needed = 18.0
        for column in self.columns:
            lines = -(-len(column.header[-1]) * 2 // max(int(column.width) - 1, 1))
            spare = 15 * (self.spec.header_depth - len(column.header))
            needed = max(needed, 14.0 * lines + 4 - spare)
        return needed

    def _header_level(self, level: int, depth: int, top: int, style: Any) -> None:
        first = 0
        while first < len(self.columns):
            path = self.columns[first].header
            last = self._last_of_head(first, level)
            if level < len(path):
                bottom = top + level if level < len(path) - 1 else top + depth - 1
                corner = (top + level, self.columns[first].at)
                self.pen.merge(corner, (bottom, self.columns[last].last), path[level], style)
            first = last + 1

    def _last_of_head(self, first: int, level: int) -> int:
        """The last of the columns that share a header cell."""
        last = first
        while last + 1 < len(self.columns) and self._same_head(first, last + 1, level):
            last += 1
        return last

    def _same_head(self, a: int, b: int, level: int) -> bool:
        first, second = self.columns[a].header, self.columns[b].header
        inner = level < len(first) - 1 and level < len(second) - 1
        return inner and first[: level + 1] == second[: level + 1]

    def _number_row(self, row: int, style: Any) -> None:
        for section in self.spec.sections:
            lead = [c for c in section.columns if c.role in ("label", "code", "name")]
            if lead:
                self.pen.merge(
                    (row, lead[0].at),
                    (row, lead[-1].last if len(lead) > 1 else lead[0].at),
                    self.spec.number_caption,
                    style,
                )
            for column in section.columns:
                if column.role == "line":
                    self.pen.text(row, column.at, "", style)
                elif column.number is not None:
                    self.sheet.write_number(row - 1, column.at - 1, column.number, style)

    # --- notes and page ---------------------------------------------------------------------------

    def _notes(self, row: int, statement: str) -> None:
        style = self.styles.get(text_wrap=True, align="left", valign="top")
        total_width = max(int(sum(c.width for c in self.columns)), 1)
        for at, text in enumerate(filter(None, (self.spec.footnote, statement)), row):
            self.pen.merge((at, 1), (at, self.width), text, style)
            lines = -(-len(text) * 2 // total_width)
            self.sheet.set_row(at - 1, 15 * max(lines, 1) + 2)

    def _page(self) -> None:
        first = min(s.first_row for s in self.spec.sections)
        self.sheet.set_paper(_A4)
        if self.spec.landscape:
            self.sheet.set_landscape()
        self.sheet.fit_to_pages(1, 0)
        self.sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
        self.sheet.center_horizontally()
        self.sheet.repeat_rows(0, first - 2)
        self.sheet.freeze_panes(first - 1, 0)
        self.sheet.set_footer("&C第 &P 页，共 &N 页")


def _is_empty(sections: dict[str, Section]) -> bool:
    return not any(a.filled or a.text.strip("─ ") for s in sections.values() for row in s.amounts for a in row)
