"""The last sheet of a marked copy, 审核结果: one row a finding, with links to its cells."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from xlcheck.form import Severity
from xlcheck.formula.excel import quoted
from xlcheck.labels import address, column_letters
from xlcheck.model import CellRef
from xlcheck.reading.marks.format import (
    COLOURS,
    HOLDS,
    KEY,
    NAME,
    PART_COLOUR,
    RECORD,
    RIVAL_COLOUR,
    SHEET,
    SIGNATURE,
    SUSPECT_COLOUR,
    VALUES,
)
from xlcheck.reading.marks.records import Record
from xlcheck.report.report import JUSTIFIED, MENDED, OPEN, Finding
from xlcheck.writing.listing import Listing
from xlcheck.writing.markup import Markup, element
from xlcheck.writing.records import compact
from xlcheck.writing.styles import Styles

_HEADINGS = (
    ("级别", 6), ("状态", 9), ("表", 9), ("单元格", 8), ("问题", 48), ("应为", 11), ("现为", 11), ("差额", 11), ("四舍五入允许", 8),
    ("怎么改", 32), ("单位说明", 24), ("规则", 9),
)  # fmt: skip
_SHORT = 300
_MARGINS = {"left": "0.4", "right": "0.4", "top": "0.5", "bottom": "0.5", "header": "0.3", "footer": "0.3"}
_CONTROL = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF])


class Looks(NamedTuple):
    """Style indexes of our sheet."""

    title: int
    plain: int
    heading: int
    text: int
    center: int
    money: int
    number: int
    link: int
    cause: int
    hidden: int
    note: int
    mended: int
    levels: dict[Severity, int]
    part: int
    suspect: int
    rival: int


def looks(styles: Styles) -> Looks:
    """Add the styles our sheet needs."""
    bold = '<b/><sz val="{0}"/><color rgb="FF{1}"/><name val="宋体"/>'
    return Looks(
        title=styles.own(font=bold.format(16, "1F3864"), boxed=False, wrap=False),
        plain=styles.own(boxed=False, wrap=False, number=49),
        heading=styles.own(font=bold.format(10, "FFFFFF"), rgb="1F3864", align="center"),
        text=styles.own(number=49),
        center=styles.own(align="center", number=49),
        money=styles.own(number=4, align="right"),
        number=styles.own(align="right"),
        link=styles.own(font='<u/><sz val="10"/><color rgb="FF0563C1"/><name val="宋体"/>', align="center", number=49),
        cause=styles.own(font=bold.format(11, "C00000"), boxed=False, wrap=False, number=49),
        hidden=styles.own(boxed=False, wrap=False),
        note=styles.own(rgb="FFFFE1", number=49),
        mended=styles.mended(),
        levels={s: styles.own(rgb=COLOURS[s], align="center", number=49) for s in Severity},
        part=styles.own(rgb=PART_COLOUR, align="center", number=49),
        suspect=styles.own(rgb=SUSPECT_COLOUR, align="center", number=49),
        rival=styles.own(rgb=RIVAL_COLOUR, align="center", number=49),
    )


def _text(at: str, text: str, style: int) -> Markup:
    """An inline string: whatever came from the workbook stays text and never runs as a formula."""
    words = _short(text) if len(text) < _SHORT else _words(text)
    return element("c", {"r": at, "s": style, "t": "inlineStr"}, words)


def _words(text: str) -> Markup:
    return element("is", None, element("t", {"xml:space": "preserve"}, text.translate(_CONTROL)[:32000]))


_short = lru_cache(4096)(_words)  # the looks of marked cells, said again and again


def _blank(at: str, style: int) -> Markup:
    return element("c", {"r": at, "s": style})


def _number(at: str, value: str | None, style: int, text_style: int) -> Markup:
    if value is None:
        return _blank(at, text_style)
    return element("c", {"r": at, "s": style}, element("v", None, f"{float(value):.15g}"))


class Dialect(NamedTuple):
    """The namespaces of a workbook: a strict one has others."""

    main: str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relations: str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


TRANSITIONAL = Dialect()


class _SheetRow(NamedTuple):
    """A row of our sheet: its cells, its height in points, what the outline says of it."""

    cells: Sequence[Markup] = ()
    height: float = 15
    outline: Mapping[str, str | int] = {}


class _FindingRow(NamedTuple):
    """A finding's row, and the link to its cell (None where it has no cell in this workbook)."""

    row: _SheetRow
    link: Markup | None


def sheet_xml(listing: Listing, look: Looks, records: Sequence[Record] = (), dialect: Dialect = TRANSITIONAL) -> bytes:
    """The worksheet part."""
    outlines = _outlines(listing)
    found = [_finding_row(i, listing, look, outlines.get(i, {})) for i in range(len(listing.findings))]
    findings = dict(enumerate((f.row for f in found), start=listing.first_row))
    rows = _head_rows(listing, look) | findings | _rows_below(listing, look)
    hidden: list[tuple[str, ...]] = [(SIGNATURE,), *compact(records)]

    def row(at: int) -> Markup:
        shown = rows.get(at, _SheetRow())
        fields = hidden[at - 1] if at <= len(hidden) else ()
        more = [_text(address(at, c), text, look.hidden) for c, text in enumerate(fields, RECORD)]
        return _row(at, [*shown.cells, *more], shown.height, shown.outline)

    body = (row(at) for at in sorted({*rows, *range(1, len(hidden) + 1)}))
    links = [f.link for f in found if f.link]
    return _worksheet(body, links, (listing.heading_row, listing.last_row), look.mended, dialect)


def _head_rows(listing: Listing, look: Looks) -> dict[int, _SheetRow]:
    """Title, summary, causes, the meaning of the colours, and the headings."""
    said = [
        (SHEET, look.title, 26),
        *((line, look.plain, 18) for line in listing.summary),
        *((line, look.cause, 20) for line in listing.causes),
    ]
    rows = {at: _SheetRow([_text(f"A{at}", line, style)], height) for at, (line, style, height) in enumerate(said, 1)}
    at = listing.heading_row
    rows[at - 1] = _SheetRow(_legend(at - 1, look), 20)
    rows[at] = _SheetRow([_text(address(at, c), name, look.heading) for c, (name, _) in enumerate(_HEADINGS, 1)], 30)
    return rows


def _rows_below(listing: Listing, look: Looks) -> dict[int, _SheetRow]:
    """What stands below the findings: titles and lines."""
    styles = {"title": (look.title, 26)}
    rows = {}
    for at, (kind, text) in enumerate(listing.below, start=listing.last_row + 2):
        style, height = styles.get(kind, (look.plain, 16))
        rows[at] = _SheetRow([_text(f"A{at}", text, style)], height)
    return rows


def _legend(row: int, look: Looks) -> list[Markup]:
    """What the colours mean, in the colours, and the frames beside them for those who don't see colours."""
    chips = [("疑似错", look.suspect), ("其中一处错", look.rival), *((s.value, look.levels[s]) for s in Severity)]
    chips.append(("参与计算", look.part))
    said = "← 颜色。粗框：最可能填错；双线框：这几处中有一处填错；实线框：错误；长虚线框：核实；短虚线框：提示；无框：参与计算；改对了变绿。"
    cells = [_text(address(row, c), text, style) for c, (text, style) in enumerate(chips, 1)]
    return [*cells, _text(address(row, len(chips) + 1), said, look.plain)]


def _row(number: int, cells: Sequence[Markup], height: float, outline: Mapping[str, str | int]) -> Markup:
    return element("row", {"r": number, "ht": f"{height:g}", "customHeight": 1, **outline}, *cells)


class _FindingPlace(NamedTuple):
    """Where a finding is, as its row says it: table, cell (or the whole table), and the link that leads there."""

    table: str = ""
    cell: str = ""
    link: Markup | None = None


def _place(anchor: CellRef | None, at: str) -> _FindingPlace:
    """The place of a finding's cell; ``at`` is the cell of the list that the link is in."""
    if anchor is None:
        return _FindingPlace()
    cell = anchor.cell or "整张表"
    if not anchor.sheet:
        return _FindingPlace(anchor.table, cell)
    target = f"{quoted(anchor.sheet)}!{anchor.cell or 'A1'}"
    link = {"ref": at, "location": target, "display": anchor.cell or anchor.sheet}
    return _FindingPlace(anchor.table, cell, element("hyperlink", link))


def _finding_row(index: int, listing: Listing, look: Looks, outline: Mapping[str, str | int]) -> _FindingRow:
    finding, todo, row = listing.findings[index], listing.advice(index), listing.first_row + index
    at = [address(row, c) for c in range(1, len(_HEADINGS) + 1)]
    place = _place(finding.subject, at[3])
    explanation = _justification(finding)
    cells = [
        _text(at[0], finding.severity.value, look.levels[finding.severity]),
        _status(at[1], row, finding, look),
        _text(at[2], place.table, look.center),
        _text(at[3], place.cell, look.link if place.link else look.center),
        _text(at[4], finding.message, look.text),
        _number(at[5], finding.right, look.money, look.text),
        _number(at[6], finding.actual, look.money, look.text),
        _difference(at[7], finding, look),
        _number(at[8], finding.allowed, look.number, look.text),
        _text(at[9], todo, look.text),
        _blank(at[10], look.text) if finding.severity is Severity.ERROR else _text(at[10], explanation, look.note),
        _text(at[11], finding.rule or "", look.center),
    ]
    if finding.live is not None:
        cells.append(_formula(address(row, HOLDS), finding.live.holds, "b", "0", look.hidden))
    cells.append(_text(address(row, KEY), finding.key, look.hidden))
    cells.append(_text(address(row, VALUES), finding.figures_key, look.hidden))
    height = _height((finding.message, 46), (todo, 28), (explanation, 22))
    return _FindingRow(_SheetRow(cells, height, outline), place.link)


def _justification(finding: Finding) -> str:
    """What the unit says of a finding.

    One that is not accepted has to be written anew: left in its place it would be read as said of the new figures.
    """
    return finding.statement.text if finding.statement is not None and finding.justified else ""


def _height(*texts: tuple[str, int]) -> float:
    """The height of a row with texts in columns of some widths."""
    lines = max(-(-_width(text) // width) for text, width in texts)
    return min(14 * max(lines, 1) + 6, 400)


def _outlines(listing: Listing) -> dict[int, Mapping[str, str | int]]:
    """By number of a finding: whether its row is folded away, or has such rows below it."""
    found: dict[int, Mapping[str, str | int]] = {first: {"collapsed": 1} for first in listing.collapsed}
    folded: Mapping[str, str | int] = {"outlineLevel": 1, "hidden": 1}
    return found | dict.fromkeys((i for below in listing.collapsed.values() for i in below), folded)


def _status(at: str, row: int, finding: Finding, look: Looks) -> Markup:
    """What has become of a finding: live where a formula can tell, else what the last check knew."""
    if finding.justified:
        return _text(at, JUSTIFIED, look.center)
    now = finding.change or (OPEN if finding.live is not None else "—")
    if finding.live is None:
        return _text(at, now, look.center)
    holds = f"${column_letters(HOLDS)}{row}"
    return _formula(at, f'=IF({holds},"{MENDED}","{now}")', "str", now, look.center)


def _difference(at: str, finding: Finding, look: Looks) -> Markup:
    if finding.live is None or finding.difference is None:
        return _number(at, finding.difference, look.money, look.text)
    return _formula(at, finding.live.difference, "", f"{float(finding.difference):.15g}", look.money)


def _formula(at: str, formula: str, kind: str, cached: str, style: int) -> Markup:
    """A formula with the result it has now, so that a viewer that does not calculate shows it right."""
    typed = {"t": kind} if kind else {}
    said = element("f", None, formula.removeprefix("=")), element("v", None, cached)
    return element("c", {"r": at, "s": style, **typed}, *said)


def _width(text: str) -> int:
    """Columns of a fixed-width font: GB 18030 gives a Chinese character two bytes, as it gives it two columns."""
    return len(text.encode("gb18030", "replace"))


def _worksheet(
    rows: Iterable[Markup], links: Sequence[Markup], listed: tuple[int, int], mended: int, dialect: Dialect
) -> bytes:
    heading, last = listed
    columns = [
        element("col", {"min": i, "max": i, "width": width, "customWidth": 1})
        for i, (_, width) in enumerate(_HEADINGS, 1)
    ]
    beyond: dict[str, str | int] = {
        "min": len(_HEADINGS) + 1,
        "max": RECORD + 4,
        "width": 9,
        "hidden": 1,
        "customWidth": 1,
    }
    end = f"{column_letters(len(_HEADINGS))}{max(last, heading + 1)}"
    green = element(
        "cfRule", {"type": "expression", "dxfId": mended, "priority": 1},
        element("formula", None, f"${column_letters(HOLDS)}{heading + 1}"),
    )  # fmt: skip
    pane: dict[str, str | int] = {
        "ySplit": heading,
        "topLeftCell": f"A{heading + 1}",
        "activePane": "bottomLeft",
        "state": "frozen",
    }
    views = element("pane", pane), element("selection", {"pane": "bottomLeft"})
    properties = (
        element("tabColor", {"rgb": "FFC00000"}), element("outlinePr", {"summaryBelow": 0}),
        element("pageSetUpPr", {"fitToPage": 1}),
    )  # fmt: skip
    sheet = element(
        "worksheet", {"xmlns": dialect.main, "xmlns:r": dialect.relations},
        element("sheetPr", None, *properties),
        element("sheetViews", None, element("sheetView", {"showGridLines": 0, "workbookViewId": 0}, *views)),
        element("sheetFormatPr", {"defaultRowHeight": 15, "outlineLevelRow": 1}),
        element("cols", None, *columns, element("col", beyond)),
        element("sheetData", None, ""),
        element("autoFilter", {"ref": f"A{heading}:{end}"}),
        element("conditionalFormatting", {"sqref": f"A{heading + 1}:{end}"}, green),
        *([element("hyperlinks", None, *links)] if links else []),
        element("pageMargins", _MARGINS),
        element("pageSetup", {"paperSize": 9, "orientation": "landscape", "fitToHeight": 0}),
        element("headerFooter", None, element("oddFooter", None, "&C第 &P 页，共 &N 页")),
    )  # fmt: skip
    head, end_of_rows, tail = sheet.partition("</sheetData>")
    whole = io.BytesIO()  # row by row: all of them as one text would take several times the memory
    whole.write(b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n')
    whole.write(head.encode())
    for row in rows:
        whole.write(row.encode())
    whole.write((end_of_rows + tail).encode())
    return whole.getvalue()


def defined_names(sheet: str, listing: Listing) -> list[tuple[str, str, bool]]:
    """(name, reference, hidden) of the names that filter and print titles need."""
    heading = listing.heading_row
    end = column_letters(len(_HEADINGS))
    last = max(listing.last_row, heading + 1)
    area = f"{quoted(sheet)}!$A${heading}:${end}${last}"
    titles = f"{quoted(sheet)}!${heading}:${heading}"
    printed = f"{quoted(sheet)}!$A$1:${end}${last + 1 + len(listing.below)}"
    return [
        ("_xlnm._FilterDatabase", area, True),
        ("_xlnm.Print_Area", printed, False),
        ("_xlnm.Print_Titles", titles, False),
    ]


def holds_name(row: int) -> str:
    """The workbook's name for the cell that says whether the finding in ``row`` is mended.

    Conditional formats of other sheets may use a name, but in Excel 2007 no reference to another sheet.
    """
    return f"{NAME}{row}"


def holds_cell(sheet: str, row: int) -> str:
    """The cell that :func:`holds_name` stands for."""
    return f"{quoted(sheet)}!${column_letters(HOLDS)}${row}"
