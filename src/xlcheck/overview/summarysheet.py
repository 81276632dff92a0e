"""The sheet 总览: counts by state and by 主管部门 with their charts, sums of findings, letters, what the states mean."""

from __future__ import annotations

from typing import Any

from xlcheck.overview.arrange import FILLS, MEANINGS, STATES, departments, moment, title
from xlcheck.overview.standing import Overview
from xlcheck.shown import clean
from xlcheck.writing.newsheets import HEAD, StyleBook, fitting, paper, put, tall

NAME = "总览"
_WIDTHS = (26, 9, 9, 9, 9, 9, 9, 9, 9)
_TOP = 4  # 0-based row of the first table's head
_PERCENT = "0.0%"
_CHARTED = 20  # departments that a chart of one page can tell apart
_TOGETHER = 8  # departments whose table and chart fit on one page
_FACTS = ("错误", "核实", "提示", "已说明", "没能核对", "新增", "未改正", "已改正")


def write_summary(book: Any, sheet: Any, styles: StyleBook, overview: Overview) -> None:
    """Fill the sheet; ``book`` makes the charts."""
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    _head(sheet, styles, overview)
    _states(sheet, styles, overview)
    sheet.insert_chart(_TOP - 1, 3, _state_chart(book), {"x_offset": 18, "object_position": 2})
    row = _facts(sheet, styles, overview, _TOP + len(STATES) + 3)
    row = _meanings(sheet, styles, row + 1)
    breaks = _departments(book, sheet, styles, overview, row + 1)
    paper(sheet)
    sheet.set_h_pagebreaks([row + 1, *breaks])  # Excel heeds them only where a sheet is not fitted to pages
    sheet.hide_gridlines(2)


def _head(sheet: Any, styles: StyleBook, overview: Overview) -> None:
    put(sheet, 0, 0, title(overview), styles.get(font_size=16, bold=True, font_color=f"#{HEAD}"))
    sheet.set_row(0, 28)
    units = len({s.unit.code for s in overview.standings})
    facts = [f"{units} 个单位，应报 {len(overview.standings)} 份", f"制表时间 {moment(overview.made)}"]
    if overview.head:
        facts.append(f"台账流水末条校验值 {overview.head[:16]}")
    put(sheet, 1, 0, "　".join(facts), styles.get(font_color="#5B6675"))


def _states(sheet: Any, styles: StyleBook, overview: Overview) -> None:
    put(sheet, _TOP - 1, 0, "按状态", styles.get(bold=True, font_size=12))
    for column, name in enumerate(("状态", "份数", "占比")):
        put(sheet, _TOP, column, name, styles.heading())
    whole = len(overview.standings)
    for row, state in enumerate(STATES, _TOP + 1):
        count = overview.count(state)
        put(sheet, row, 0, state, styles.filled(FILLS[state]))
        put(sheet, row, 1, count, styles.box())
        put(sheet, row, 2, count / whole if whole else 0, styles.box(num_format=_PERCENT))
    last = _TOP + 1 + len(STATES)
    put(sheet, last, 0, "合计", styles.box(bold=True))
    put(sheet, last, 1, whole, styles.box(bold=True))
    put(sheet, last, 2, 1 if whole else 0, styles.box(bold=True, num_format=_PERCENT))


def _state_chart(book: Any) -> Any:
    chart = book.add_chart({"type": "bar"})
    first, last = _TOP + 1, _TOP + len(STATES)
    chart.add_series({
        "name": "份数", "categories": [NAME, first, 0, last, 0], "values": [NAME, first, 1, last, 1], "gap": 40,
        "points": [{"fill": {"color": f"#{FILLS[s]}"}, "border": {"color": "#5B6675"}} for s in STATES],
        "data_labels": {"value": True},
    })  # fmt: skip
    chart.set_title({"name": "各状态份数", "name_font": {"size": 11}, "overlay": False})
    chart.set_legend({"none": True})
    chart.set_y_axis({"reverse": True, "major_tick_mark": "none"})
    chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}, "min": 0})
    chart.set_size({"width": 385, "height": 350})
    return chart


def _facts(sheet: Any, styles: StyleBook, overview: Overview, row: int) -> int:
    """Sums of findings, then letters and files; returns the row after them."""
    put(sheet, row, 0, "问题、信件和文件", styles.get(bold=True, font_size=12))
    names = ("errors", "verifies", "notes", "explained", "unsaid", "fresh", "still", "mended")
    sums = [
        (f"最近一版的{word}", sum(getattr(s, n) for s in overview.standings))
        for word, n in zip(_FACTS, names, strict=True)
    ]
    sums += [(f"信件：{clean(word)}", count) for word, count in sorted(overview.letters.items())]
    sums.append(("无法识别的文件", len(overview.unplaced)))
    for at, (word, count) in enumerate(sums, row + 1):
        put(sheet, at, 0, word, styles.box())
        put(sheet, at, 1, count, styles.box())
    return row + 1 + len(sums)


def _departments(book: Any, sheet: Any, styles: StyleBook, overview: Overview, row: int) -> list[int]:
    """The table by 主管部门 with its chart below; returns the rows before which a page must end."""
    found = departments(overview)
    put(sheet, row, 0, "按主管部门", styles.get(bold=True, font_size=12))
    for column, name in enumerate(("主管部门", "单位数", *STATES, "错误", "核实")):
        put(sheet, row + 1, column, name, styles.heading())
    for at, one in enumerate(found, row + 2):
        sheet.set_row(at, tall([(fitting(one.name), _WIDTHS[0])]))
        put(sheet, at, 0, one.name, styles.box(text_wrap=True))
        for column, count in enumerate((one.units, *one.counts, one.errors, one.verifies), 1):
            put(sheet, at, column, count, styles.box())
    last = row + 1 + len(found)
    if not 2 <= len(found) <= _CHARTED:
        return []
    height = 110 + 26 * len(found)
    sheet.insert_chart(last + 2, 0, _department_chart(book, row + 1, last, height), {"object_position": 2})
    return [last + 2] if len(found) > _TOGETHER else []


def _department_chart(book: Any, head: int, last: int, height: int) -> Any:
    chart = book.add_chart({"type": "bar", "subtype": "stacked"})
    for column, state in enumerate(STATES, 2):
        chart.add_series({
            "name": [NAME, head, column], "categories": [NAME, head + 1, 0, last, 0], "gap": 40,
            "values": [NAME, head + 1, column, last, column],
            "fill": {"color": f"#{FILLS[state]}"}, "border": {"color": "#5B6675"},
        })  # fmt: skip
    chart.set_title({"name": "各主管部门份数", "name_font": {"size": 11}})
    chart.set_legend({"position": "bottom"})
    chart.set_y_axis({"reverse": True, "major_tick_mark": "none"})
    chart.set_x_axis({"major_gridlines": {"visible": True, "line": {"color": "#D5DBE4"}}, "min": 0, "num_format": "0"})
    chart.set_size({"width": 715, "height": height})
    return chart


def _meanings(sheet: Any, styles: StyleBook, row: int) -> int:
    """What the states mean; returns the row after it."""
    put(sheet, row, 0, "状态的意思", styles.get(bold=True, font_size=12))
    for at, state in enumerate(STATES, row + 1):
        put(sheet, at, 0, state, styles.filled(FILLS[state]))
        sheet.merge_range(at, 1, at, len(_WIDTHS) - 1, "", styles.box())
        put(sheet, at, 1, MEANINGS[state], styles.box())
    return row + 1 + len(STATES)
