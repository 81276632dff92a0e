"""The sheet 热力图: units × tables, the number of open 错误 and 核实 as colour."""

from __future__ import annotations

from typing import Any

from xlcheck.office.drafts import code_shown
from xlcheck.overview.arrange import FILLS, UNSENT, WHOLE, Heat, heat, moment, title
from xlcheck.overview.standing import Overview, Standing, TableCount
from xlcheck.writing.newsheets import StyleBook, Value, columns, fitting, printed, put, tall

_LEFT = (("单位代码", 11), ("单位名称", 28), ("表样", 16), ("状态", 10), ("合计", 7))
_WIDTH = 9
_NOTHING = "—"
_LEGEND = (
    "数字是还没有改正、也没有说明的错误和核实的个数，越多颜色越深；粗体的含错误，斜体的只有核实。",
    f"空白：这张表没有错误和核实。灰底“{_NOTHING}”：单位没有报来，不知道有没有问题。",
)


def write_heat(sheet: Any, styles: StyleBook, overview: Overview) -> None:
    """Fill the sheet; its head is in row 0, the legend below the last unit."""
    found = heat(overview)
    names = [*_LEFT, *((table or WHOLE, _WIDTH) for table in found.tables)]
    columns(sheet, styles, 0, names)
    for row, (standing, cells) in enumerate(zip(found.rows, found.cells, strict=True), 1):
        _row(sheet, styles, row, standing, overview.titled(standing.form), cells)
    last = len(found.rows)
    if found.tables and last:
        _sums(sheet, styles, last + 1, found)
        _colours(sheet, last, len(found.tables))
    for at, text in enumerate(_LEGEND, last + 3):
        put(sheet, at, 0, text, styles.get(font_color="#5B6675"))
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, max(last, 1), len(names) - 1)
    printed(sheet, f"{title(overview)}：热力图（{moment(overview.made)}）")


def _row(
    sheet: Any, styles: StyleBook, row: int, standing: Standing, form: str, cells: tuple[TableCount | None, ...]
) -> None:
    unit, sent = standing.unit, standing.state not in UNSENT
    left = (code_shown(unit.code), unit.name, form)
    sheet.set_row(row, tall((fitting(text), width) for text, (_, width) in zip(left, _LEFT, strict=False)))
    for column, text in enumerate(left):
        put(sheet, row, column, text, styles.box(text_wrap=True))
    put(sheet, row, 3, standing.state, styles.filled(FILLS[standing.state]))
    put(sheet, row, 4, _whole(cells) if sent else _NOTHING, styles.box(align="center", bold=True))
    for column, count in enumerate(cells, len(_LEFT)):
        put(sheet, row, column, *_count(styles, count, sent))


def _whole(cells: tuple[TableCount | None, ...]) -> int:
    """What is open in all tables of a row together."""
    return sum(count.errors + count.verifies for count in cells if count)


def _count(styles: StyleBook, count: TableCount | None, sent: bool) -> tuple[Value, Any]:
    """What is open in one table of a unit, and how it looks."""
    if not sent:
        return _NOTHING, styles.box(align="center", bg_color="#D9D9D9", font_color="#5B6675")
    if count is None:
        return None, styles.box()
    weight = {"bold": True} if count.errors else {"italic": True}
    return count.errors + count.verifies, styles.box(align="center", **weight)


def _sums(sheet: Any, styles: StyleBook, row: int, found: Heat) -> None:
    """What is open in each table, over all units: below the list, outside its filter."""
    style = styles.box(align="center", bold=True, bg_color="#EEF1F5")
    sums = [sum(c.errors + c.verifies for c in column if c) for column in zip(*found.cells, strict=True)]
    for column, value in enumerate(("合计", "", "", "", sum(sums), *sums)):
        put(sheet, row, column, value, style)


def _colours(sheet: Any, last: int, width: int) -> None:
    """From 1 (pale, so that any number shows) over the middle one, so that one bad unit does not pale all others."""
    first = len(_LEFT)
    sheet.conditional_format(1, first, last, first + width - 1, {
        "type": "3_color_scale", "min_type": "num", "min_value": 1, "min_color": "#FFF6D6",
        "mid_type": "percentile", "mid_value": 50, "mid_color": "#FFC58A", "max_type": "max", "max_color": "#F0655F",
    })  # fmt: skip
