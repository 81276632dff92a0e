"""Score sheets written in the look of their family: blank, or with what the data say."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import xlsxwriter

from xlcheck.filling.pen import FormStyles
from xlcheck.filling.scoreselfcheck import write_self_check
from xlcheck.scores.made import FormData
from xlcheck.scores.plan import LEFT, SheetPlan, plan_of, printed, total_columns
from xlcheck.scores.sheet import ScoreCell, ScoreSheet
from xlcheck.scores.spec import FUNDS, INDICATORS, TOTAL_ROW, ScoreSheetSpec, SlotRole, SlotSpec
from xlcheck.scores.values import ScoreValue
from xlcheck.shown import put_text

_CREATED = datetime(2023, 12, 31)  # noqa: DTZ001 - a fixed stamp, so that equal data give equal bytes
_OPTIONS = {
    "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
}  # fmt: skip
_TITLE = "项目支出绩效自评表"
_WIDTH = 12.0
_WIDE = 18.0
_LONGEST_NAME = 31


class FilledForm(NamedTuple):
    """A form to write: its cells as a sheet, and the texts that are no cells of it."""

    sheet: ScoreSheet
    data: FormData


def score_workbook(spec: ScoreSheetSpec, forms: Sequence[FilledForm], *, self_check: bool = False) -> bytes:
    """A workbook of forms, a sheet each; a blank one where there are none. Equal arguments give equal bytes.

    ``self_check``: the blank has a sheet 自查 that follows what is filled in.
    """
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, _OPTIONS)
    book.set_properties({"created": _CREATED, "title": spec.title, "comments": f"xlcheck {spec.id}"})
    write_forms(book, spec, forms)
    if self_check and not forms:
        write_self_check(book, spec, _TITLE, _blank_indicators(spec))
    book.close()
    return out.getvalue()


def write_forms(book: Any, spec: ScoreSheetSpec, forms: Sequence[FilledForm]) -> None:
    """Add the sheets of forms to a workbook that is being made."""
    styles = FormStyles(book)
    for form in forms:
        _FormWriter(book.add_worksheet(form.sheet.sheet), spec, styles, form).write()
    if not forms:
        _FormWriter(book.add_worksheet(_TITLE), spec, styles, None).write()


def sheet_name(number: int, many: int) -> str:
    """The name of the sheet of a form."""
    return _TITLE if many == 1 else f"自评表{number}"[:_LONGEST_NAME]


class _FormWriter:
    """Writes one form."""

    def __init__(self, sheet: Any, spec: ScoreSheetSpec, styles: FormStyles, form: FilledForm | None) -> None:
        self.sheet = sheet
        self.spec = spec
        self.form = form
        self.data = form.data if form is not None else FormData()
        self.label = styles.boxed(align="center", text_wrap=True)
        self.words = styles.boxed(align="left", text_wrap=True)
        self.figure = styles
        self.title = styles.get(font_size=16, align="center", bold=True)
        self.plain = styles.get(align="center")
        self.note = styles.get(align="left", text_wrap=True, valign="top")
        self.indicators = self.data.indicators or list(_blank_indicators(spec))
        self.fund_labels = [label for label, _ in self.data.funds] or list(spec.fund_rows)
        self.plan: SheetPlan = plan_of(spec, len(self.fund_labels), len(self.indicators))

    def write(self) -> None:
        """The whole form."""
        self._columns()
        self._head()
        self._funds()
        self._goals()
        self._indicators()
        self._total()
        self._texts()
        self.sheet.set_paper(9)
        self.sheet.fit_to_pages(1, 0)

    # --- cells -----------------------------------------------------------------------------------

    def box(self, first: tuple[int, int], last: tuple[int, int], text: str, style: Any) -> None:
        """A text over 1-based corners."""
        if first == last:
            put_text(self.sheet, first[0] - 1, first[1] - 1, text, style)
            return
        self.sheet.merge_range(first[0] - 1, first[1] - 1, last[0] - 1, last[1] - 1, "", style)
        put_text(self.sheet, first[0] - 1, first[1] - 1, text, style)

    def value(self, first: tuple[int, int], last: tuple[int, int], cell: ScoreCell | None) -> None:
        """What a cell of the form holds: a number as a number, anything else as text."""
        value = cell.value if cell is not None else None
        if value is None or not value.filled:
            self.box(first, last, "", self.label)
        elif value.stored:
            decimals = len(
                value.text.rstrip("%").partition(".")[2]
            )  # as they are written, not as finely as they are reckoned
            pattern = "0." + "0" * decimals if decimals else "0"
            style = self.figure.boxed(align="center", num_format=pattern)
            if first != last:
                self.sheet.merge_range(first[0] - 1, first[1] - 1, last[0] - 1, last[1] - 1, "", style)
            self.sheet.write_number(first[0] - 1, first[1] - 1, _number(value), style)
        else:
            self.box(first, last, value.text, self.label)

    def _columns(self) -> None:
        self.sheet.set_column(0, self.plan.width - 1, _WIDTH)
        self.sheet.set_column(3, 4, _WIDE)

    # --- parts -----------------------------------------------------------------------------------

    def _head(self) -> None:
        plan, facts = self.plan, self.data.facts
        year = facts.get("年度") or str(self.spec.year)
        self.box((1, 1), (1, plan.width), _TITLE, self.title)
        self.box((2, 1), (2, plan.width), f"（{year}年度）", self.plain)
        self.box((plan.project, 1), (plan.project, 2), "项目名称", self.label)
        self.box((plan.project, 3), (plan.project, plan.width), facts.get("项目名称", ""), self.words)
        middle = plan.width // 2 + 1
        self.box((plan.department, 1), (plan.department, 2), "主管部门", self.label)
        self.box((plan.department, 3), (plan.department, middle - 1), facts.get("主管部门", ""), self.words)
        self.box((plan.department, middle), (plan.department, middle), "实施单位", self.label)
        self.box((plan.department, middle + 1), (plan.department, plan.width), facts.get("实施单位", ""), self.words)

    def _funds(self) -> None:
        plan, block = self.plan, self.spec.block(FUNDS)
        title = self.spec.fund_title
        if self.data.currency:
            title = title.replace(self.spec.currency, self.data.currency)
        last = plan.funds + len(self.fund_labels) - 1
        self.box((plan.fund_head, LEFT), (last, LEFT + 1), title, self.label)
        deep = plan.funds - plan.fund_head
        groups: dict[str, list[SlotSpec]] = {}
        for slot in printed(block):
            top = plan.fund_head + (deep - 1 if slot.group else 0)
            self.box((top, slot.first), (plan.funds - 1, slot.last), slot.header, self.label)
            if slot.group:
                groups.setdefault(slot.group, []).append(slot)
        for name, slots in groups.items():
            self.box((plan.fund_head, slots[0].first), (plan.fund_head, slots[-1].last), name, self.label)
        rows = self.form.sheet.rows[FUNDS] if self.form is not None else ()
        for index, label in enumerate(self.fund_labels):
            for slot in printed(block):
                at, to = (plan.funds + index, slot.first), (plan.funds + index, slot.last)
                if slot.role is SlotRole.LABEL:
                    self.box(at, to, label, self.label)
                else:
                    self.value(at, to, rows[index].cell(slot.key) if index < len(rows) else None)

    def _goals(self) -> None:
        row, width = self.plan.goals, self.plan.width
        middle = width // 2 + 1
        self.box((row, 1), (row + 1, 2), "年度总体目标", self.label)
        self.box((row, 3), (row, middle - 1), "年度目标", self.label)
        self.box((row, middle), (row, width), "实际完成情况", self.label)
        self.box((row + 1, 3), (row + 1, middle - 1), self.data.goals[0], self.words)
        self.box((row + 1, middle), (row + 1, width), self.data.goals[1], self.words)
        self.sheet.set_row(row, 48)

    def _indicators(self) -> None:
        plan, slots = self.plan, printed(self.spec.block(INDICATORS))
        last = plan.indicators + len(self.indicators) - 1
        self.box((plan.indicator_head, LEFT), (last, LEFT), "绩效指标", self.label)
        for slot in slots:
            self.box((plan.indicator_head, slot.first), (plan.indicator_head, slot.last), slot.header, self.label)
        rows = self.form.sheet.rows[INDICATORS] if self.form is not None else ()
        for index, row in enumerate(self.indicators):
            at = plan.indicators + index
            for slot in slots:
                if slot.role is not SlotRole.LABEL:
                    self.value((at, slot.first), (at, slot.last), rows[index].cell(slot.key) if rows else None)
                elif slot.key == "三级":
                    self.box((at, slot.first), (at, slot.last), row.get("三级", ""), self.words)
        self._levels({slot.key: slot for slot in slots})

    def _levels(self, slots: Mapping[str, SlotSpec]) -> None:
        """The labels of the first and second level, merged over their indicators."""
        for level, keys in (("一级", ("一级",)), ("二级", ("一级", "二级"))):
            start = 0
            for index in range(1, len(self.indicators) + 1):
                if index < len(self.indicators) and all(
                    self.indicators[index].get(k) == self.indicators[start].get(k) for k in keys
                ):
                    continue
                first, last = (
                    (self.plan.indicators + start, slots[level].first),
                    (self.plan.indicators + index - 1, slots[level].last),
                )
                self.box(first, last, self.indicators[start].get(level, ""), self.label)
                start = index

    def _total(self) -> None:
        row, places = self.plan.total, total_columns(self.spec)
        first = min(places.values())
        self.box((row, 1), (row, first - 1), "总分", self.label)
        cells = self.form.sheet.rows[TOTAL_ROW][0] if self.form is not None else None
        for column in range(first, self.plan.width + 1):
            key = next((key for key, at in places.items() if at == column), "")
            self.value((row, column), (row, column), cells.cell(key) if cells is not None and key else None)

    def _texts(self) -> None:
        row, width = self.plan.texts, self.plan.width
        for text in self.spec.texts:
            bottom = row + text.rows - 1
            self.box((row, 1), (bottom, 2), text.label, self.label)
            self.box((row, 3), (bottom, width), self.data.texts.get(text.label, ""), self.words)
            row = bottom + 1
        if self.spec.footnote:
            self.box((row, 1), (row, width), self.spec.footnote, self.note)
            self.sheet.set_row(row - 1, 32)


def _number(value: ScoreValue) -> float | int:
    number = value.number / 100 if value.percent else value.number
    return int(number) if number.denominator == 1 else float(number)


def _blank_indicators(spec: ScoreSheetSpec) -> Sequence[dict[str, str]]:
    """The rows of the blank: two for each group of the second level."""
    return [{"一级": first, "二级": second} for first, seconds in spec.groups for second in seconds for _ in range(2)]
