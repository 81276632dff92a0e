"""The marked copy: the unit's own package with fills, notes and the sheet 审核结果 added.

Every part that is not touched keeps its compressed bytes, cached results and all. In a touched sheet
only the ``s`` of marked cells and the reference to the notes change.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from lxml import etree

from xlcheck.errors import Refused
from xlcheck.formula.excel import quoted
from xlcheck.labels import whole
from xlcheck.reading.edit import Edit
from xlcheck.reading.grid import split_reference
from xlcheck.reading.marks.format import BLUE_FRAME, RED_FRAME, RIVAL_FRAME, SHEET, YELLOW_FRAME
from xlcheck.reading.marks.records import Record
from xlcheck.reading.package import parse_xml
from xlcheck.reading.workbook import SheetEntry, Workbook, local, namespace
from xlcheck.report.marks import CellMark, Level, marks_of
from xlcheck.report.report import JUSTIFIED, Finding, Report
from xlcheck.report.sentences import place
from xlcheck.writing import listsheet
from xlcheck.writing.colours import COLOUR_OF
from xlcheck.writing.dialects import Dialect, relations_space
from xlcheck.writing.keeping import finished
from xlcheck.writing.listcells import looks
from xlcheck.writing.listing import Listing
from xlcheck.writing.sheetnotes import NoteDrawings, add_notes
from xlcheck.writing.sheetpatch import SheetPatch
from xlcheck.writing.styles import MINIMAL, Styles

_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_STYLES_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
_NOTE_LINES = 5
_MOST_NOTES = 2_000  # of one sheet: Excel crawls with more, and each costs as much memory as a row of figures
# A second sign beside the colour: a frame whose line tells the level.
_FRAMES = {
    Level.SUSPECT: f"thick {RED_FRAME}",
    Level.RIVAL: f"double {RIVAL_FRAME}",
    Level.ERROR: f"medium {RED_FRAME}",
    Level.VERIFY: f"mediumDashed {YELLOW_FRAME}",
    Level.NOTE: f"dashed {BLUE_FRAME}",
}
_AFTER_NAMES = {
    "calcPr", "oleSize", "customWorkbookViews", "pivotCaches", "smartTagPr", "smartTagTypes", "webPublishing",
    "fileRecoveryPr", "webPublishObjects", "extLst",
}  # fmt: skip


@dataclass(slots=True)
class _Mark:
    """What one cell gets: its mark, and the lines of its note (empty: fill only).

    ``rows`` are its findings in the list; the cell turns green once all of them hold, if all are ``live``.
    """

    level: Level
    lines: list[str] = field(default_factory=list)
    rows: set[int] = field(default_factory=set)
    live: bool = True

    @property
    def colour(self) -> str:
        """Its fill."""
        return COLOUR_OF[self.level]

    @property
    def mended(self) -> str:
        """The formula that is true once all of its findings hold; empty where none can tell."""
        if not (self.live and self.rows):
            return ""
        names = [listsheet.holds_name(row) for row in sorted(self.rows)]
        return names[0] if len(names) == 1 else f"AND({','.join(names)})"


class Return(NamedTuple):
    """How a marked copy goes back: where the unit is to send it (a few words), and what it was rebuilt from, if it was."""

    send_to: str = ""
    rebuilt_from: str = ""


def marked_copy(workbook: Workbook, report: Report, back: Return = Return()) -> bytes:  # noqa: B008 - frozen
    """The bytes of the marked copy.

    Equal inputs give equal bytes. Raises ``Refused`` when the package can't take marks.
    """
    edit = Edit(workbook.package)
    styles = _styles(edit, workbook)
    remarks = tuple(_remarks(edit, workbook, back.rebuilt_from))
    listing = Listing(report, back.rebuilt_from, remarks, back.send_to)
    marks = _collect(listing)
    records: list[Record] = []
    drawings, names = NoteDrawings(edit), Counter(e.name for e in workbook.sheets)
    for entry in workbook.sheets:
        if entry.name in marks:
            there = marks.pop(entry.name) if names[entry.name] == 1 else marks[entry.name]
            records += _mark_sheet(edit, styles, entry, there, drawings)
            edit.settle(entry.part)
    for name in sorted(drawings.crowded):
        listing.footnotes.append(
            f"工作表“{name}”有问题的格子太多，只有 {_MOST_NOTES} 格加了批注，其余只加底色；问题都列在上面。"
        )
    _add_list(edit, styles, workbook, listing, records)
    return finished(edit)


def _remarks(edit: Edit, workbook: Workbook, rebuilt_from: str) -> Iterator[str]:
    """What is to be said of the copy itself."""
    if rebuilt_from:
        yield f"本文件由原文件（{rebuilt_from}）按其中的数值重新生成，只用来看标记；请改原文件。"
    if edit.drop_signatures():
        yield "原文件带有数字签名；加上标记后签名不再有效，本文件里已去掉签名，去掉标记后即恢复。"
    calculation = workbook.root.find(namespace(workbook.root) + "calcPr")
    if calculation is not None and calculation.get("calcMode") == "manual":
        yield "本工作簿设为手动计算：改好后请按 F9，状态和颜色才会更新。"


def _styles(edit: Edit, workbook: Workbook) -> Styles:
    part = workbook.related("styles")
    if part is not None:
        return Styles(edit.tree(part))
    part = "xl/styles.xml" if "xl/styles.xml" not in edit.package else edit.free_name("xl/xlcheckStyles{}.xml")
    edit.put(part, parse_xml(MINIMAL, part))
    edit.content_type(part, _STYLES_TYPE)
    edit.relate(workbook.part, f"{relations_space(namespace(workbook.root))}/styles", part)
    return Styles(edit.tree(part))


# --- which cells, in which colour -------------------------------------------------------------


def _collect(listing: Listing) -> dict[str, dict[str, _Mark]]:
    """Marks by sheet and address, each with the lines of its note and its rows in the list."""
    return {
        sheet: {address: _mark(mark, listing) for address, mark in there.items()}
        for sheet, there in marks_of(listing.report).items()
    }


def _mark(mark: CellMark, listing: Listing) -> _Mark:
    found = _Mark(mark.level, list(dict.fromkeys(_lines(mark, listing))))
    for index in mark.findings:
        row, finding = listing.row_of(index), listing.report.findings[index]
        if row is not None:
            found.rows.add(row)
        found.live &= row is not None and finding.live is not None
    return found


def _lines(mark: CellMark, listing: Listing) -> Iterator[str]:
    """The note of a cell: the diagnosis that names it, then the findings that are about it."""
    if mark.diagnosis is not None:
        diagnosis = listing.report.diagnoses[mark.diagnosis]
        if mark.leads:
            yield f"▶ {diagnosis.message}"
        elif mark.suspect is not None and mark.suspect.suggested and not diagnosis.tied:
            may_be = "" if mark.level is Level.SUSPECT else "如果错在这一格，"
            yield f"▶ {may_be}应为 {mark.suspect.suggested}，原因见 {place(diagnosis.cell)} 的说明。"
        else:
            yield f"▶ 见 {place(diagnosis.cell)} 的说明。"
    for index in mark.about:
        yield _line(listing.report.findings[index], listing.row_of(index))


def _line(finding: Finding, row: int | None) -> str:
    name = f"{finding.severity.value}·{JUSTIFIED}" if finding.justified else finding.severity.value
    where = f"见“{SHEET}”第 {row} 行" if row is not None else f"见“{SHEET}”，没有逐条列出"
    return f"【{name}】{finding.message}（{where}）"


def _note_text(lines: list[str]) -> str:
    shown = lines[:_NOTE_LINES]
    if len(lines) > _NOTE_LINES:
        shown[-1] = f"……另有 {len(lines) - _NOTE_LINES + 1} 条，见“{SHEET}”。"
    return "\n".join(shown)


# --- one sheet ------------------------------------------------------------------------------------


def _mark_sheet(
    edit: Edit, styles: Styles, entry: SheetEntry, marks: dict[str, _Mark], drawings: NoteDrawings
) -> list[Record]:
    root = edit.tree(entry.part)
    if root.find(namespace(root) + "sheetData") is None:
        return []  # another sheet of the same name, without a cell
    patch = SheetPatch(root)
    spots = {a: s for a in marks if (s := split_reference(a))}
    ordered = sorted(spots, key=spots.__getitem__)
    records = []
    for address in ordered:
        before = _mark_cell(patch, styles, spots[address], address, marks[address])
        records.append(Record(entry.name, address, marks[address].colour, *styles.before(before)))
    _link_back(patch)
    noted = {a: marks[a] for a in ordered if marks[a].lines}
    if len(noted) > _MOST_NOTES:
        drawings.crowded.add(entry.name)
    if noted:
        add_notes(edit, patch, entry, _note_texts(noted), drawings)
    return records


def _mark_cell(patch: SheetPatch, styles: Styles, spot: tuple[int, int], address: str, mark: _Mark) -> int:
    """Give a cell the fill and frame of its mark, and what turns it green; returns the style that it had."""
    cell = patch.cell(*spot)
    before = whole(cell.get("s")) or 0
    cell.set("s", str(styles.recoloured(before, mark.colour, _FRAMES.get(mark.level, ""))))
    if mark.mended:
        patch.add_green(address, mark.mended, styles.mended())
    return before


def _note_texts(marks: dict[str, _Mark]) -> dict[str, str]:
    """The notes of as many of the worst marks as there may be, in the order of the cells."""
    kept = set(sorted(marks, key=lambda a: marks[a].level)[:_MOST_NOTES])
    return {address: _note_text(mark.lines) for address, mark in marks.items() if address in kept}


def _link_back(patch: SheetPatch) -> None:
    """The title of a marked sheet leads to the list; the style of its cell stays."""
    patch.add_hyperlink(f"{quoted(SHEET)}!A1", f"跳到“{SHEET}”")


# --- the list sheet -------------------------------------------------------------------------------


def _add_list(
    edit: Edit,
    styles: Styles,
    workbook: Workbook,
    listing: Listing,
    records: list[Record],
) -> None:
    root = edit.tree(workbook.part)
    sheets = root.find(namespace(root) + "sheets")
    if sheets is None:
        raise Refused("damaged", "工作簿里没有工作表目录。请用 Excel/WPS 重新保存。")
    listed = list(sheets.iterchildren("*"))
    name = _free_sheet_name(e.get("name") or "" for e in listed)
    part = edit.free_name("xl/worksheets/xlcheckResult{}.xml")
    rel_space = relations_space(namespace(root))
    look = looks(styles)
    if styles.full:
        listing.footnotes.append("本工作簿的单元格样式已到 Excel 的上限，有的格子没能加上颜色；问题都列在上面。")
    edit.added[part] = listsheet.sheet_xml(listing, look, records, Dialect(namespace(root)[1:-1], rel_space))
    edit.content_type(part, _SHEET_TYPE)
    relation = edit.relate(workbook.part, f"{rel_space}/worksheet", part)
    number = 1 + max((whole(e.get("sheetId")) or 0 for e in listed), default=0)
    element = etree.SubElement(sheets, namespace(root) + "sheet", name=name, sheetId=str(number))
    element.set(f"{{{rel_space}}}id", relation)
    _define_names(root, len(listed), listsheet.defined_names(name, listing))
    _define_names(root, None, _live_names(name, listing))


def _live_names(sheet: str, listing: Listing) -> list[tuple[str, str, bool]]:
    """The hidden names by which other sheets ask whether a finding is mended."""
    live = [listing.row_of(i) for i, f in enumerate(listing.findings) if f.live is not None and not f.sums_up]
    return [(listsheet.holds_name(row), listsheet.holds_cell(sheet, row), True) for row in live if row is not None]


def _free_sheet_name(names: Iterable[str]) -> str:
    taken = {n.lower() for n in names}
    number, name = 1, SHEET
    while name.lower() in taken:
        number += 1
        name = f"{SHEET}({number})"
    return name


def _define_names(root: etree._Element, index: int | None, names: list[tuple[str, str, bool]]) -> None:
    holder = _defined_names(root)
    for name, reference, hidden in names:
        element = etree.SubElement(holder, namespace(root) + "definedName", name=name)
        if index is not None:
            element.set("localSheetId", str(index))
        if hidden:
            element.set("hidden", "1")
        element.text = reference


def _defined_names(root: etree._Element) -> etree._Element:
    """The list of names of a workbook; made, in its place, where there is none."""
    tag = namespace(root) + "definedNames"
    holder = root.find(tag)
    if holder is None:
        holder = etree.Element(tag)
        root.insert(next((i for i, e in enumerate(root) if local(e.tag) in _AFTER_NAMES), len(root)), holder)
    return holder
