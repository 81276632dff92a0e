"""A form, blank or with figures → an .xlsx in the look of the official tables."""

from __future__ import annotations

import io
from datetime import datetime
from decimal import Decimal
from typing import Any

import xlsxwriter

from xlcheck.form import TOTAL, ColumnSpec, RowKind, RowSpec, SectionSpec, SetSpec, TableSpec
from xlcheck.labels import address
from xlcheck.model import Amount, CellKind, Section, Submission
from xlcheck.shown import put_text

_FONT = "宋体"
_CREATED = datetime(2023, 12, 31)  # noqa: DTZ001 - a fixed stamp, so that equal data give equal bytes
_A4 = 9


def workbook_bytes(form: SetSpec, filled: Submission | None, unit: str = "", year: str = "") -> bytes:
    """The workbook: blank when ``filled`` is None, else with its figures.

    Equal arguments give equal bytes.
    """
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, options)
    book.set_properties({"created": _CREATED, "title": form.title, "comments": f"xlcheck {form.id}"})
    formats = _Formats(book)
    for spec in form.tables:
        table = filled.tables[spec.key] if filled else None
        head = {"单位名称": unit, "年度": year or str(form.year), "金额单位": spec.currency}
        if table:
            head |= {k: v for k, (v, _) in table.facts.items()}
        sheet = book.add_worksheet(_sheet_name(spec))
        sections = table.sections if table else None
        statement = table.statement if table else ""
        _Sheet(sheet, spec, formats).write(sections, head, statement)
    book.get_worksheet_by_name(_sheet_name(form.tables[0])).activate()
    book.close()
    return out.getvalue()


def _sheet_name(spec: TableSpec) -> str:
    return spec.sheet[:31]


class _Formats:
    """Cell formats by what they are for; each made once."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, Any], ...], Any] = {}

    def get(self, **properties: Any) -> Any:
        base = {"font_name": _FONT, "font_size": 10, "valign": "vcenter"} | properties
        key = tuple(sorted(base.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(base)
        return self._made[key]

    def boxed(self, **properties: Any) -> Any:
        return self.get(border=1, **properties)


class _Sheet:
    """Writes one table."""

    def __init__(self, sheet: Any, spec: TableSpec, formats: _Formats) -> None:
        self.sheet = sheet
        self.spec = spec
        self.formats = formats
        self.columns = sorted((c for s in spec.sections for c in s.columns), key=lambda c: c.at)
        self.width = max(c.last for c in self.columns)
        self.bottom = spec.last_row

    def write(self, sections: dict[str, Section] | None, head: dict[str, str], statement: str) -> None:
        self._head(head)
        self._header()
        bottoms = [self._section(spec, sections[spec.key] if sections else None) for spec in self.spec.sections]
        self._notes(max(bottoms) + 1, statement, empty=sections is not None and _is_empty(sections))
        self._page()

    def _merge(self, first: tuple[int, int], last: tuple[int, int], text: str, style: Any) -> None:
        """Write over 1-based (row, column) corners; a single cell is not merged."""
        if first == last:
            put_text(self.sheet, first[0] - 1, first[1] - 1, text, style)
        else:
            odd = text.startswith("<")  # see put_text
            self.sheet.merge_range(first[0] - 1, first[1] - 1, last[0] - 1, last[1] - 1, "" if odd else text, style)
            if odd:
                put_text(self.sheet, first[0] - 1, first[1] - 1, text, style)

    def _head(self, head: dict[str, str]) -> None:
        get = self.formats.get
        self._merge((1, 1), (1, self.width), self.spec.name, get(font_size=16, align="center", bold=True))
        self.sheet.set_row(0, 30)
        if self.spec.number != self.spec.key:
            self._text(2, self.width, self.spec.title, get(align="right"))
        if self.spec.unit_label:
            middle = max(2, (self.width + 1) // 2)
            while middle < self.width - 1 and sum(c.width for c in self.columns if c.last < middle) < 34:
                middle += 1  # leave room for the name of the unit
            left = f"{self.spec.unit_label}：{head['单位名称']}"
            self._merge((3, 1), (3, middle - 1), left, get(align="left"))
            self._text(3, middle, f"{head['年度']}年度", get(align="center" if self.width > 3 else "left"))
        self._text(3, self.width, f"{self.spec.currency_label}{head['金额单位']}", get(align="right"))

    def _text(self, row: int, column: int, text: str, style: Any) -> None:
        put_text(self.sheet, row - 1, column - 1, text, style)

    # --- header ---------------------------------------------------------------------------------

    def _header(self) -> None:
        style = self.formats.boxed(align="center", text_wrap=True)
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
        index = 0
        while index < len(self.columns):
            path = self.columns[index].header
            last = index
            if level < len(path):
                while last + 1 < len(self.columns) and self._same_head(index, last + 1, level):
                    last += 1
                bottom = top + level if level < len(path) - 1 else top + depth - 1
                first = (top + level, self.columns[index].at)
                self._merge(first, (bottom, self.columns[last].last), path[level], style)
            index = last + 1

    def _same_head(self, a: int, b: int, level: int) -> bool:
        first, second = self.columns[a].header, self.columns[b].header
        inner = level < len(first) - 1 and level < len(second) - 1
        return inner and first[: level + 1] == second[: level + 1]

    def _number_row(self, row: int, style: Any) -> None:
        caption = self.spec.number_caption
        for section in self.spec.sections:
            lead = [c for c in section.columns if c.role in ("label", "code", "name")]
            if len(lead) > 1:
                self._merge((row, lead[0].at), (row, lead[-1].last), caption, style)
            elif lead:
                self._text(row, lead[0].at, caption, style)
            for column in section.columns:
                if column.role == "line":
                    self._text(row, column.at, "", style)
                elif column.number is not None:
                    self.sheet.write_number(row - 1, column.at - 1, column.number, style)

    # --- data -------------------------------------------------------------------------------------

    def _section(self, spec: SectionSpec, section: Section | None) -> int:
        """Write one section; returns its last row."""
        if spec.shape == "codes":
            return self._codes(spec, section)
        if spec.shape == "record":
            return self._record(spec, section)
        for row in spec.rows:
            self._fixed_row(spec, section, row)
        if spec.shape == "blocks":
            self._box_blocks(spec)
        return max(r.at for r in spec.rows)

    def _fixed_row(self, spec: SectionSpec, section: Section | None, row: RowSpec) -> None:
        if row.kind in (RowKind.HEADING, RowKind.CAPTION):
            self._words_row(spec, row)
            return
        columns = [c for c in spec.columns if not row.block or c.block == row.block]
        if row.footer:
            self._footer(spec, section, row)
            return
        label = self.formats.boxed(text_wrap=True, indent=row.indent)
        center = self.formats.boxed(align="center")
        for column in columns:
            if column.role == "code":
                self._text(row.at, column.at, row.code or "", self.formats.boxed(align="left"))
            elif column.role in ("label", "name"):
                style = center if row.label == "总计" or row.label.endswith("合计") else label
                self._text(row.at, column.at, row.label, style)
            elif column.role == "line":
                self._line(row, column, center)
            else:
                self._amount(row.at, column.at, self._given(section, row.key, column.key), row)

    def _line(self, row: RowSpec, column: ColumnSpec, style: Any) -> None:
        if row.line is None:
            self.sheet.write_blank(row.at - 1, column.at - 1, None, style)
        else:
            self.sheet.write_number(row.at - 1, column.at - 1, row.line, style)

    def _words_row(self, spec: SectionSpec, row: RowSpec) -> None:
        if row.kind is RowKind.HEADING:
            style = self.formats.boxed(bold=True)
            self._merge((row.at, spec.columns[0].at), (row.at, spec.columns[-1].at), row.texts[0], style)
            return
        for column, text in zip(spec.columns, row.texts, strict=False):
            self._text(row.at, column.at, text, self.formats.boxed(align="center"))

    def _footer(self, spec: SectionSpec, section: Section | None, row: RowSpec) -> None:
        amount = next(c for c in spec.columns if c.role == "amount" and c.block == row.block)
        before = [r.block for r in spec.rows if r.footer and r.block < row.block]
        first = min(c.at for c in spec.columns if c.block > max(before, default=0))
        style = self.formats.boxed(align="center")
        self._merge((row.at, first), (row.at, amount.at - 1), row.label, style)
        self._amount(row.at, amount.at, self._given(section, row.key, amount.key), row)

    def _box_blocks(self, spec: SectionSpec) -> None:
        """Empty boxes under blocks that are shorter than the longest."""
        bottom = max(r.at for r in spec.rows if not r.footer)
        for column in spec.columns:
            last = max((r.at for r in spec.rows if r.block == column.block and not r.footer), default=bottom)
            for row in range(last + 1, bottom + 1):
                self.sheet.write_blank(row - 1, column.at - 1, None, self.formats.boxed())

    def _codes(self, spec: SectionSpec, section: Section | None) -> int:
        code, name = (next(c for c in spec.columns if c.role == r) for r in ("code", "name"))
        rows = [(at, r) for at, r in enumerate(section.rows) if r.key != TOTAL] if section else []
        count = max(len(rows), 1) if section else max(spec.spare, 1)
        first = spec.first_row + (1 if spec.total_first else 0)
        total_at = spec.first_row if spec.total_first else spec.first_row + count
        center = self.formats.boxed(align="center")
        self._merge((total_at, code.at), (total_at, name.last), spec.total or TOTAL, center)
        for column in spec.amounts:
            self._amount(total_at, column.at, self._given(section, TOTAL, column.key), None)
        for i in range(count):
            place, row = rows[i] if i < len(rows) else (0, None)
            at = first + i
            left = self.formats.boxed(align="left")
            self._merge((at, code.at), (at, code.last), row.code or "" if row else "", left)
            self._merge((at, name.at), (at, name.last), row.name if row else "", self.formats.boxed(text_wrap=True))
            for column in spec.amounts:
                amount = None
                if section and row:
                    amount = section.amounts[place][section.columns.index(column.key)]
                self._amount(at, column.at, amount, None)
        return spec.first_row + count

    def _record(self, spec: SectionSpec, section: Section | None) -> int:
        for column in spec.amounts:
            self._amount(spec.first_row, column.at, self._given(section, column.row or TOTAL, column.key), None)
        return spec.first_row

    def _given(self, section: Section | None, row: str, column: str) -> Amount | None:
        if section is None or row not in section.index:
            return None
        return section.amounts[section.index[row]][section.columns.index(column)]

    def _amount(self, row: int, column: int, amount: Amount | None, spec: RowSpec | None) -> None:
        pattern = "0" if spec is not None and spec.exact else "#,##0." + "0" * self.spec.decimals
        style = self.formats.boxed(align="right", num_format=pattern)
        if amount is not None and amount.stored is not None:
            self.sheet.write_number(row - 1, column - 1, _plain(amount.stored), style)
        elif amount is not None and amount.kind is CellKind.TEXT:
            put_text(self.sheet, row - 1, column - 1, amount.text, style)
        elif spec is not None and spec.mark:
            put_text(self.sheet, row - 1, column - 1, spec.mark, self.formats.boxed(align="center"))
        elif amount is not None and amount.text:
            put_text(self.sheet, row - 1, column - 1, amount.text, style)
        else:
            self.sheet.write_blank(row - 1, column - 1, None, style)

    # --- notes and page ---------------------------------------------------------------------------

    def _notes(self, row: int, statement: str, empty: bool) -> None:
        style = self.formats.get(text_wrap=True, align="left", valign="top")
        said = statement or (self.spec.empty_statement if empty else "")
        total_width = sum(c.width for c in self.columns)
        for text in (t for t in (self.spec.footnote, said) if t):
            self._merge((row, 1), (row, self.width), text, style)
            lines = -(-len(text) * 2 // max(int(total_width), 1))
            self.sheet.set_row(row - 1, 15 * max(lines, 1) + 2)
            row += 1

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


def _plain(value: Decimal) -> int | float:
    """XlsxWriter takes floats; 15 digits survive the way there and back."""
    return int(value) if value == int(value) else float(value)


def _is_empty(sections: dict[str, Section]) -> bool:
    return not any(a.filled or a.text.strip("─ ") for s in sections.values() for row in s.amounts for a in row)


__all__ = ["address", "workbook_bytes"]
