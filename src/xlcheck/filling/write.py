"""A form, blank or with figures → an .xlsx in the look of the official tables."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any, NamedTuple

import xlsxwriter

from xlcheck.form import TOTAL, ColumnSpec, RowKind, RowSpec, SectionSpec, SetSpec, TableSpec
from xlcheck.model import Amount, CellKind, Section, Submission, Table
from xlcheck.shown import put_text

_FONT = "宋体"
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
    styles = _FormStyles(book)
    for spec in form.tables:
        facts = {"单位名称": unit, "年度": year or str(form.year), "金额单位": spec.currency}
        sheet = book.add_worksheet(_sheet_name(spec))
        _TableWriter(sheet, spec, styles).write(facts, filled.tables[spec.key] if filled else None)
    book.get_worksheet_by_name(_sheet_name(form.tables[0])).activate()
    book.close()
    return out.getvalue()


def _sheet_name(spec: TableSpec) -> str:
    return spec.sheet[:31]


class _FormStyles:
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


class _TableWriter:
    """Writes one table."""

    def __init__(self, sheet: Any, spec: TableSpec, styles: _FormStyles) -> None:
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
        bottoms = [self._section(spec, sections.get(spec.key)) for spec in self.spec.sections]
        self._notes(max(bottoms) + 1, self._statement(table))
        self._page()

    def _statement(self, table: Table | None) -> str:
        """The sentence below the figures: as the data have it, else the form's own where there are no figures."""
        if table is None:
            return ""
        return table.statement or (self.spec.empty_statement if _is_empty(table.sections) else "")

    def _merge(self, first: tuple[int, int], last: tuple[int, int], text: str, style: Any) -> None:
        """Write over 1-based (row, column) corners; a single cell is not merged."""
        (top, left), (bottom, right) = first, last
        if first == last:
            self._text(top, left, text, style)
            return
        odd = text.startswith("<")  # see put_text
        self.sheet.merge_range(top - 1, left - 1, bottom - 1, right - 1, "" if odd else text, style)
        if odd:
            self._text(top, left, text, style)

    def _head(self, facts: dict[str, str]) -> None:
        get = self.styles.get
        self._merge((1, 1), (1, self.width), self.spec.name, get(font_size=16, align="center", bold=True))
        self.sheet.set_row(0, 30)
        if self.spec.number != self.spec.key:
            self._text(2, self.width, self.spec.title, get(align="right"))
        if self.spec.unit_label:
            middle = self._middle()
            left = f"{self.spec.unit_label}：{facts['单位名称']}"
            self._merge((3, 1), (3, middle - 1), left, get(align="left"))
            self._text(3, middle, f"{facts['年度']}年度", get(align="center" if self.width > 3 else "left"))
        self._text(3, self.width, f"{self.spec.currency_label}{facts['金额单位']}", get(align="right"))

    def _middle(self) -> int:
        """The column of the year: the middle one, or so far right of it that the unit's name has room."""
        middle = max(2, (self.width + 1) // 2)
        while middle < self.width - 1 and sum(c.width for c in self.columns if c.last < middle) < _ROOM_FOR_UNIT:
            middle += 1
        return middle

    def _text(self, row: int, column: int, text: str, style: Any) -> None:
        put_text(self.sheet, row - 1, column - 1, text, style)

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
                self._merge(corner, (bottom, self.columns[last].last), path[level], style)
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
                last = lead[-1].last if len(lead) > 1 else lead[0].at
                self._merge((row, lead[0].at), (row, last), self.spec.number_caption, style)
            for column in section.columns:
                self._column_number(row, column, style)

    def _column_number(self, row: int, column: ColumnSpec, style: Any) -> None:
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
        elif row.footer:
            self._footer(spec, section, row)
        else:
            for column in spec.columns:
                if not row.block or column.block == row.block:
                    self._cell(section, row, column)

    def _cell(self, section: Section | None, row: RowSpec, column: ColumnSpec) -> None:
        match column.role:
            case "code":
                self._text(row.at, column.at, row.code or "", self.styles.boxed(align="left"))
            case "label" | "name":
                self._text(row.at, column.at, row.label, self._label_style(row))
            case "line":
                self._line(row, column)
            case _:
                self._amount(row.at, column.at, _from_data(section, row.key, column.key), row)

    def _label_style(self, row: RowSpec) -> Any:
        if row.label == "总计" or row.label.endswith("合计"):
            return self.styles.boxed(align="center")
        return self.styles.boxed(text_wrap=True, indent=row.indent)

    def _line(self, row: RowSpec, column: ColumnSpec) -> None:
        style = self.styles.boxed(align="center")
        if row.line is None:
            self.sheet.write_blank(row.at - 1, column.at - 1, None, style)
        else:
            self.sheet.write_number(row.at - 1, column.at - 1, row.line, style)

    def _words_row(self, spec: SectionSpec, row: RowSpec) -> None:
        if row.kind is RowKind.HEADING:
            style = self.styles.boxed(bold=True)
            self._merge((row.at, spec.columns[0].at), (row.at, spec.columns[-1].at), row.texts[0], style)
            return
        for column, text in zip(spec.columns, row.texts, strict=False):
            self._text(row.at, column.at, text, self.styles.boxed(align="center"))

    def _footer(self, spec: SectionSpec, section: Section | None, row: RowSpec) -> None:
        amount = next(c for c in spec.columns if c.role == "amount" and c.block == row.block)
        style = self.styles.boxed(align="center")
        self._merge((row.at, _first_under(spec, row)), (row.at, amount.at - 1), row.label, style)
        self._amount(row.at, amount.at, _from_data(section, row.key, amount.key), row)

    def _box_blocks(self, spec: SectionSpec) -> None:
        """Empty boxes under blocks that are shorter than the longest."""
        bottoms = _block_bottoms(spec)
        bottom = max(bottoms.values())
        for column in spec.columns:
            for row in range(bottoms.get(column.block, bottom) + 1, bottom + 1):
                self.sheet.write_blank(row - 1, column.at - 1, None, self.styles.boxed())

    def _codes(self, spec: SectionSpec, section: Section | None) -> int:
        lines = _code_lines(section)
        count = max(len(lines) if section else spec.spare, 1)
        lines += [_CodeLine()] * (count - len(lines))
        self._total_row(spec, section, spec.first_row if spec.total_first else spec.first_row + count)
        for at, line in enumerate(lines, spec.first_row + spec.total_first):
            self._code_row(spec, line, at)
        return spec.first_row + count

    def _total_row(self, spec: SectionSpec, section: Section | None, at: int) -> None:
        code, name = _column_of(spec, "code"), _column_of(spec, "name")
        self._merge((at, code.at), (at, name.last), spec.total or TOTAL, self.styles.boxed(align="center"))
        for column in spec.amounts:
            self._amount(at, column.at, _from_data(section, TOTAL, column.key), None)

    def _code_row(self, spec: SectionSpec, line: _CodeLine, at: int) -> None:
        code, name = _column_of(spec, "code"), _column_of(spec, "name")
        self._merge((at, code.at), (at, code.last), line.code, self.styles.boxed(align="left"))
        self._merge((at, name.at), (at, name.last), line.name, self.styles.boxed(text_wrap=True))
        for column in spec.amounts:
            self._amount(at, column.at, line.amounts.get(column.key), None)

    def _record(self, spec: SectionSpec, section: Section | None) -> int:
        for column in spec.amounts:
            self._amount(spec.first_row, column.at, _from_data(section, column.row or TOTAL, column.key), None)
        return spec.first_row

    def _amount(self, row: int, column: int, amount: Amount | None, spec: RowSpec | None) -> None:
        pattern = "0" if spec is not None and spec.exact else "#,##0." + "0" * self.spec.decimals
        style = self.styles.boxed(align="right", num_format=pattern)
        if amount is not None and amount.stored is not None:
            self.sheet.write_number(row - 1, column - 1, _plain(amount.stored), style)
        elif spec is not None and spec.mark and not _is_text(amount):
            self._text(row, column, spec.mark, self.styles.boxed(align="center"))
        else:
            self._text_or_blank(row, column, amount, style)

    def _text_or_blank(self, row: int, column: int, amount: Amount | None, style: Any) -> None:
        """What stands in the place of a figure."""
        if amount is not None and (amount.text or _is_text(amount)):
            self._text(row, column, amount.text, style)
        else:
            self.sheet.write_blank(row - 1, column - 1, None, style)

    # --- notes and page ---------------------------------------------------------------------------

    def _notes(self, row: int, statement: str) -> None:
        style = self.styles.get(text_wrap=True, align="left", valign="top")
        total_width = max(int(sum(c.width for c in self.columns)), 1)
        for at, text in enumerate(filter(None, (self.spec.footnote, statement)), row):
            self._merge((at, 1), (at, self.width), text, style)
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


def _first_under(spec: SectionSpec, footer: RowSpec) -> int:
    """The column in which a row below all blocks begins: after the blocks of the one before it."""
    before = [r.block for r in spec.rows if r.footer and r.block < footer.block]
    return min(c.at for c in spec.columns if c.block > max(before, default=0))


def _block_bottoms(spec: SectionSpec) -> dict[int, int]:
    """The last row of each block."""
    bottoms: dict[int, int] = {}
    for row in spec.rows:
        if not row.footer:
            bottoms[row.block] = max(row.at, bottoms.get(row.block, 0))
    return bottoms


class _CodeLine(NamedTuple):
    """One row of codes, by default a blank one."""

    code: str = ""
    name: str = ""
    amounts: Mapping[str, Amount] = MappingProxyType({})


def _code_lines(section: Section | None) -> list[_CodeLine]:
    """The rows of a section but its total."""
    if section is None:
        return []
    return [
        _CodeLine(row.code or "", row.name, dict(zip(section.columns, amounts, strict=True)))
        for row, amounts in zip(section.rows, section.amounts, strict=True)
        if row.key != TOTAL
    ]


def _column_of(spec: SectionSpec, role: str) -> ColumnSpec:
    return next(column for column in spec.columns if column.role == role)


def _from_data(section: Section | None, row: str, column: str) -> Amount | None:
    """The figure of a cell; None in a blank form, or where the row is not there."""
    if section is None or row not in section.index:
        return None
    return section.amounts[section.index[row]][section.columns.index(column)]


def _is_text(amount: Amount | None) -> bool:
    return amount is not None and amount.kind is CellKind.TEXT


def _plain(value: Decimal) -> int | float:
    """XlsxWriter takes floats; 15 digits survive the way there and back."""
    return int(value) if value == int(value) else float(value)


def _is_empty(sections: dict[str, Section]) -> bool:
    return not any(a.filled or a.text.strip("─ ") for s in sections.values() for row in s.amounts for a in row)
