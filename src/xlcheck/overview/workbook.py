"""The overview → an Excel workbook: 总览, 各单位, 热力图, 无法识别. Equal input gives equal bytes."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import xlsxwriter

from xlcheck.office.drafts import code_shown
from xlcheck.overview.arrange import FILLS, UNSENT, moment, title, why
from xlcheck.overview.heatsheet import write_heat
from xlcheck.overview.standing import Overview, Standing
from xlcheck.overview.summarysheet import write_summary
from xlcheck.writing.newsheets import OPTIONS, StyleBook, Value, columns, fitting, listed, printed, put, tall, when

SUMMARY, UNITS, HEAT, UNKNOWN = "总览", "各单位", "热力图", "无法识别"
_UNIT_COLUMNS = (
    ("单位代码", 11), ("单位名称", 28), ("主管部门", 16), ("联系人", 8), ("表样", 16), ("状态", 10), ("版本", 6),
    ("报送时间", 17), ("错误", 6), ("核实", 6), ("提示", 6), ("已说明", 8), ("没能核对", 9), ("新增", 6), ("未改正", 8), ("已改正", 8),
    ("截止日期", 12), ("逾期天数", 7), ("信件", 9),
)  # fmt: skip
_STATE = 5
_UNKNOWN_COLUMNS = (("文件名", 44), ("收到时间", 17), ("表内单位", 26), ("发件人", 26), ("原因", 60))
_WRAPPED = frozenset({"单位代码", "单位名称", "主管部门", "联系人", "表样", "文件名", "表内单位", "发件人", "原因"})


def status_workbook(overview: Overview) -> bytes:
    """The bytes of an .xlsx with four sheets. Text of users never becomes a formula or a link.

    Raises:
        ValueError: ``overview.made`` is no ISO 8601 time.
    """
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, OPTIONS)
    made = datetime.fromisoformat(overview.made).replace(tzinfo=None, microsecond=0)
    book.set_properties({"created": made, "title": title(overview), "comments": "xlcheck status"})
    styles = StyleBook(book)
    write_summary(book, book.add_worksheet(SUMMARY), styles, overview)
    _units(book.add_worksheet(UNITS), styles, overview)
    write_heat(book.add_worksheet(HEAT), styles, overview)
    _unknown(book.add_worksheet(UNKNOWN), styles, overview)
    book.close()
    return out.getvalue()


def _units(sheet: Any, styles: StyleBook, overview: Overview) -> None:
    columns(sheet, styles, 0, _UNIT_COLUMNS)
    for row, standing in enumerate(overview.standings, 1):
        values = _values(standing, overview.titled(standing.form))
        _height(sheet, row, values, _UNIT_COLUMNS)
        for column, (value, (name, _)) in enumerate(zip(values, _UNIT_COLUMNS, strict=True)):
            style = styles.filled(FILLS[standing.state]) if column == _STATE else _style(styles, name, value)
            put(sheet, row, column, value, style)
    listed(sheet, len(overview.standings), len(_UNIT_COLUMNS), 2)
    printed(sheet, f"{title(overview)}：各单位（{moment(overview.made)}）")


def _values(standing: Standing, form: str) -> tuple[Value, ...]:
    """One row. Where nothing came in there are no counts: a 0 would say that it was checked."""
    unit, sent = standing.unit, standing.state not in UNSENT
    counts = (
        standing.errors, standing.verifies, standing.notes, standing.explained, standing.unsaid, standing.fresh, standing.still,
        standing.mended,
    )  # fmt: skip
    return (
        code_shown(unit.code), unit.name, unit.department, unit.contact, form, standing.state, standing.version or None,
        when(standing.came), *(counts if sent else (None,) * len(counts)), unit.due, standing.late or None,
        standing.letter,
    )  # fmt: skip


def _height(sheet: Any, row: int, values: Sequence[Value], names: Sequence[tuple[str, float]]) -> None:
    found = [(fitting(v), w) for v, (n, w) in zip(values, names, strict=True) if isinstance(v, str) and n in _WRAPPED]
    sheet.set_row(row, tall(found))


def _style(styles: StyleBook, name: str, value: Value) -> Any:
    if isinstance(value, str) and name not in _WRAPPED:
        return styles.box(align="center")
    return styles.of(value, **({"text_wrap": True} if name in _WRAPPED else {}))


def _unknown(sheet: Any, styles: StyleBook, overview: Overview) -> None:
    columns(sheet, styles, 0, _UNKNOWN_COLUMNS)
    for row, receipt in enumerate(overview.unplaced, 1):
        values = (receipt.name, when(receipt.at), receipt.unit_name, receipt.sender, why(receipt))
        _height(sheet, row, values, _UNKNOWN_COLUMNS)
        for column, (value, (name, _)) in enumerate(zip(values, _UNKNOWN_COLUMNS, strict=True)):
            put(sheet, row, column, value, _style(styles, name, value))
    if not overview.unplaced:
        put(sheet, 1, 0, "没有：收到的文件都认出了单位。", styles.box())
    listed(sheet, len(overview.unplaced), len(_UNKNOWN_COLUMNS))
    printed(sheet, f"{title(overview)}：无法识别的文件（{moment(overview.made)}）")
