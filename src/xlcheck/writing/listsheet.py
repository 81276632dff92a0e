"""The last sheet of a marked copy, 审核结果: one row a finding, with links to its cells."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence

from xlcheck.form import Severity
from xlcheck.formula.excel import quoted
from xlcheck.labels import address, column_letters
from xlcheck.reading.marks.format import (
    HOLDS,
    KEY,
    NAME,
    RECORD,
    SHEET,
    SIGNATURE,
    VALUES,
)
from xlcheck.reading.marks.records import Record
from xlcheck.report.report import JUSTIFIED, OPEN, Finding
from xlcheck.writing.dialects import TRANSITIONAL, Dialect
from xlcheck.writing.listcauses import cause_line, cause_links, cause_row, left_to_do
from xlcheck.writing.listcells import (
    ListedRow,
    Looks,
    SheetRow,
    blank_cell,
    formula_cell,
    height_of,
    number_cell,
    place_of,
    status_when,
    text_cell,
)
from xlcheck.writing.listing import Listing, ListRow
from xlcheck.writing.markup import Markup, element
from xlcheck.writing.records import compact

_HEADINGS = (
    ("级别", 6), ("状态", 9), ("表", 9), ("单元格", 8), ("问题", 48), ("应为", 11), ("现为", 11), ("差额", 11), ("四舍五入允许", 8),
    ("怎么改", 32), ("单位说明", 24), ("规则", 9),
)  # fmt: skip
_MARGINS = {"left": "0.4", "right": "0.4", "top": "0.5", "bottom": "0.5", "header": "0.3", "footer": "0.3"}


def sheet_xml(listing: Listing, look: Looks, records: Sequence[Record] = (), dialect: Dialect = TRANSITIONAL) -> bytes:
    """The worksheet part."""
    outlines = _outlines(listing)
    listed = {
        at: _listed(entry, at, listing, look, outlines) for at, entry in enumerate(listing.rows, listing.first_row)
    }
    rows = _head_rows(listing, look) | {at: f.row for at, f in listed.items()} | _rows_below(listing, look)
    hidden: list[tuple[str, ...]] = [(SIGNATURE,), *compact(records)]

    def row(at: int) -> Markup:
        shown = rows.get(at, SheetRow())
        fields = hidden[at - 1] if at <= len(hidden) else ()
        more = [text_cell(address(at, c), text, look.hidden) for c, text in enumerate(fields, RECORD)]
        return _row(at, [*shown.cells, *more], shown.height, shown.outline)

    body = (row(at) for at in sorted({*rows, *range(1, len(hidden) + 1)}))
    links = [*cause_links(listing), *(f.link for f in listed.values() if f.link)]
    return _worksheet(body, links, (listing.heading_row, listing.last_row), look.mended, dialect)


def _head_rows(listing: Listing, look: Looks) -> dict[int, SheetRow]:
    """Title, summary, what is left to do, causes, the meaning of the colours, and the headings."""
    rows = {1: SheetRow([text_cell("A1", SHEET, look.title)], 26)}
    for line in listing.summary:
        at = len(rows) + 1
        rows[at] = SheetRow([text_cell(f"A{at}", line, look.plain)], 18)
    if listing.is_live:
        at = len(rows) + 1
        rows[at] = SheetRow([left_to_do(f"A{at}", listing, look)], 18)
    for at, cause in enumerate(listing.causes, len(rows) + 1):
        rows[at] = SheetRow([cause_line(f"A{at}", cause, listing, look)], 20)
    at = listing.heading_row
    rows[at - 1] = SheetRow(_legend(at - 1, look), 20)
    rows[at] = SheetRow([text_cell(address(at, c), name, look.heading) for c, (name, _) in enumerate(_HEADINGS, 1)], 30)
    return rows


def _rows_below(listing: Listing, look: Looks) -> dict[int, SheetRow]:
    """What stands below the findings: titles and lines."""
    styles = {"title": (look.title, 26)}
    rows = {}
    for at, (kind, text) in enumerate(listing.below, start=listing.last_row + 2):
        style, height = styles.get(kind, (look.plain, 16))
        rows[at] = SheetRow([text_cell(f"A{at}", text, style)], height)
    return rows


def _legend(row: int, look: Looks) -> list[Markup]:
    """What the colours mean, in the colours, and the frames beside them for those who don't see colours."""
    chips = [("疑似错", look.suspect), ("其中一处错", look.rival), *((s.value, look.levels[s]) for s in Severity)]
    chips.append(("参与计算", look.part))
    said = "← 颜色。粗框：最可能填错；双线框：这几处中有一处填错；实线框：错误；长虚线框：核实；短虚线框：提示；无框：参与计算；改对了变绿。"
    cells = [text_cell(address(row, c), text, style) for c, (text, style) in enumerate(chips, 1)]
    return [*cells, text_cell(address(row, len(chips) + 1), said, look.plain)]


def _row(number: int, cells: Sequence[Markup], height: float, outline: Mapping[str, str | int]) -> Markup:
    return element("row", {"r": number, "ht": f"{height:g}", "customHeight": 1, **outline}, *cells)


def _listed(
    entry: ListRow, row: int, listing: Listing, look: Looks, outlines: Mapping[ListRow, Mapping[str, str | int]]
) -> ListedRow:
    """A row of the list."""
    outline = outlines.get(entry, {})
    if entry.finding is not None:
        return _finding_row(entry.finding, row, listing, look, outline)
    return cause_row(entry.diagnosis or 0, row, listing, look, outline)


def _finding_row(index: int, row: int, listing: Listing, look: Looks, outline: Mapping[str, str | int]) -> ListedRow:
    finding, todo = listing.findings[index], listing.advice(index)
    at = [address(row, c) for c in range(1, len(_HEADINGS) + 1)]
    place = place_of(finding.subject, at[3])
    explanation = _justification(finding)
    cells = [
        text_cell(at[0], finding.severity.value, look.levels[finding.severity]),
        _status(at[1], row, finding, look),
        text_cell(at[2], place.table, look.center),
        text_cell(at[3], place.cell, look.link if place.link else look.center),
        text_cell(at[4], finding.message, look.text),
        number_cell(at[5], finding.right, look.money, look.text),
        number_cell(at[6], finding.actual, look.money, look.text),
        _difference(at[7], finding, look),
        number_cell(at[8], finding.allowed, look.number, look.text),
        text_cell(at[9], todo, look.text),
        blank_cell(at[10], look.text)
        if finding.severity is Severity.ERROR
        else text_cell(at[10], explanation, look.note),
        text_cell(at[11], finding.rule or "", look.center),
    ]
    if finding.live is not None:
        cells.append(formula_cell(address(row, HOLDS), finding.live.holds, "b", "0", look.hidden))
    cells.append(text_cell(address(row, KEY), finding.key, look.hidden))
    cells.append(text_cell(address(row, VALUES), finding.figures_key, look.hidden))
    height = height_of((finding.message, 46), (todo, 28), (explanation, 22))
    return ListedRow(SheetRow(cells, height, outline), place.link)


def _justification(finding: Finding) -> str:
    """What the unit says of a finding.

    One that is not accepted has to be written anew: left in its place it would be read as said of the new figures.
    """
    return finding.statement.text if finding.statement is not None and finding.justified else ""


def _outlines(listing: Listing) -> dict[ListRow, Mapping[str, str | int]]:
    """Which rows are folded away, and which have such rows below them."""
    found: dict[ListRow, Mapping[str, str | int]] = {ListRow(None, n): {"collapsed": 1} for n in listing.folded}
    folded: Mapping[str, str | int] = {"outlineLevel": 1, "hidden": 1}
    return found | dict.fromkeys((ListRow(i, None) for below in listing.folded.values() for i in below), folded)


def _status(at: str, row: int, finding: Finding, look: Looks) -> Markup:
    """What has become of a finding: live where a formula can tell, else what the last check knew."""
    if finding.justified:
        return text_cell(at, JUSTIFIED, look.center)
    now = finding.change or (OPEN if finding.live is not None else "—")
    return status_when(at, f"${column_letters(HOLDS)}{row}" if finding.live is not None else "", now, look)


def _difference(at: str, finding: Finding, look: Looks) -> Markup:
    if finding.live is None or finding.difference is None:
        return number_cell(at, finding.difference, look.money, look.text)
    return formula_cell(at, finding.live.difference, "", f"{float(finding.difference):.15g}", look.money)


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
    green = _green(f"${column_letters(HOLDS)}{heading + 1}", 1, mended)
    done = _green('LEFT($A2)="✔"', 2, mended)
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
        element("conditionalFormatting", {"sqref": f"A2:A{heading - 2}"}, done),
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


def _green(formula: str, priority: int, mended: int) -> Markup:
    """The rule that paints what is mended."""
    rule: dict[str, str | int] = {"type": "expression", "dxfId": mended, "priority": priority}
    return element("cfRule", rule, element("formula", None, formula))


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
