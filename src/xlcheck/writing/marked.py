"""The marked copy: the unit's own package with fills, notes and the sheet 审核结果 added.

Every part that is not touched keeps its compressed bytes, cached results and all. In a touched sheet
only the ``s`` of marked cells and the reference to the notes change.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from dataclasses import dataclass, field

from lxml import etree

from xlcheck.errors import Refused
from xlcheck.form import Severity
from xlcheck.formula.excel import quoted
from xlcheck.labels import whole
from xlcheck.model import CellRef, Finding, Outcome, Submission
from xlcheck.reading.grid import split_reference
from xlcheck.reading.package import Package, parse_xml, rewrite
from xlcheck.reading.workbook import SheetEntry, Workbook, local, namespace, relations
from xlcheck.writing import listsheet, notes
from xlcheck.writing.sheetpatch import SheetPatch
from xlcheck.writing.styles import MINIMAL, Styles
from xlcheck.writing.words import cause_message, message

_TYPES = "[Content_Types].xml"
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_NOTES_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_STYLES_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
_VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TRANSITIONAL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_ORDER = {Severity.ERROR: 0, Severity.VERIFY: 1, Severity.NOTE: 2}
_NOTE_LINES = 5
_AFTER_NAMES = {
    "calcPr", "oleSize", "customWorkbookViews", "pivotCaches", "smartTagPr", "smartTagTypes", "webPublishing",
    "fileRecoveryPr", "webPublishObjects", "extLst",
}  # fmt: skip


@dataclass(slots=True)
class _Mark:
    """What one cell gets: its colour, and the lines of its note (empty: fill only)."""

    colour: str
    rank: int
    lines: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Edit:
    """The parts to change and to add, as trees or bytes, and the package they belong to."""

    package: Package
    trees: dict[str, etree._Element] = field(default_factory=dict)
    added: dict[str, bytes] = field(default_factory=dict)

    def tree(self, part: str) -> etree._Element:
        """A private copy of a part's tree: what was read stays as it was read."""
        key = part.lower()
        if key not in self.trees:
            self.trees[key] = parse_xml(self.package.read(part), part)
        return self.trees[key]

    def free_name(self, pattern: str) -> str:
        """The first ``pattern`` with a number that no part has."""
        number = 1
        while pattern.format(number) in self.package or pattern.format(number) in self.added:
            number += 1
        return pattern.format(number)

    def content_type(self, part: str, kind: str) -> None:
        types = self.tree(_TYPES)
        etree.SubElement(types, namespace(types) + "Override", PartName="/" + part, ContentType=kind)

    def default_type(self, extension: str, kind: str) -> None:
        types = self.tree(_TYPES)
        space = namespace(types)
        if not any(e.get("Extension", "").lower() == extension for e in types.iter(space + "Default")):
            types.insert(0, etree.Element(space + "Default", Extension=extension, ContentType=kind))

    def relate(self, part: str, kind: str, target: str) -> str:
        """Add a relationship of ``part``; returns its id."""
        folder, name = posixpath.split(part)
        rels = posixpath.join(folder, "_rels", name + ".rels")
        if rels in self.package:
            root = self.tree(rels)
        else:
            root = self.trees.setdefault(rels.lower(), etree.fromstring(f'<Relationships xmlns="{_RELATIONS}"/>'))
            self.added.setdefault(rels, b"")
        used = {e.get("Id") for e in root}
        number = 1
        while f"rIdXc{number}" in used:
            number += 1
        etree.SubElement(root, namespace(root) + "Relationship", Id=f"rIdXc{number}", Type=kind, Target="/" + target)
        return f"rIdXc{number}"

    def finish(self) -> bytes:
        """The new package's bytes."""
        changed: dict[str, bytes] = {}
        for key, root in self.trees.items():
            data = _serialised(root)
            name = next((n for n in self.added if n.lower() == key), None)
            if name is not None:
                self.added[name] = data
            else:
                changed[key] = data
        return rewrite(self.package, changed, self.added.items())


def _serialised(root: etree._Element) -> bytes:
    body = etree.tostring(root.getroottree(), encoding="UTF-8")
    return b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' + body


def marked_copy(workbook: Workbook, now: Submission, outcome: Outcome) -> bytes:
    """The bytes of the marked copy.

    Equal inputs give equal bytes. Raises ``Refused`` when the package can't take marks.
    """
    edit = _Edit(workbook.package)
    styles = _styles(edit, workbook)
    marks = _collect(outcome, now)
    for entry in workbook.sheets:
        if entry.name in marks:
            _mark_sheet(edit, styles, entry, marks[entry.name])
    _add_list(edit, styles, workbook, now, outcome)
    return edit.finish()


def _styles(edit: _Edit, workbook: Workbook) -> Styles:
    part = workbook.related("styles")
    if part is not None:
        return Styles(edit.tree(part))
    part = "xl/styles.xml" if "xl/styles.xml" not in edit.package else edit.free_name("xl/xlcheckStyles{}.xml")
    edit.added[part] = MINIMAL
    edit.trees[part.lower()] = parse_xml(MINIMAL, part)
    edit.content_type(part, _STYLES_TYPE)
    edit.relate(workbook.part, f"{_rel_space(workbook)}/styles", part)
    return Styles(edit.trees[part.lower()])


def _rel_space(workbook: Workbook) -> str:
    return _STRICT if "purl.oclc.org" in namespace(workbook.root) else _TRANSITIONAL


# --- which cells, in which colour -------------------------------------------------------------


def _collect(outcome: Outcome, now: Submission) -> dict[str, dict[str, _Mark]]:
    """Marks by sheet and address. The worst finding gives the colour; each adds a note line.

    The cell that a cause names comes first: its own colour, and the figure it should show.
    """
    marks: dict[str, dict[str, _Mark]] = {}
    for cause in outcome.causes:
        if cause.cell.sheet and cause.cell.cell:
            mark = _Mark(listsheet.SUSPECT_COLOUR, -1, [f"▶ {cause_message(cause)}"])
            marks.setdefault(cause.cell.sheet, {})[cause.cell.cell] = mark
    for row, finding in enumerate(outcome.findings, start=listsheet.first_row(now, outcome)):
        if finding.what == "tail":
            continue
        sides = {c.role for c in finding.cells} == {"left", "right"} and len(finding.cells) > 2
        anchor = listsheet.main_cell(finding)
        for cell in finding.cells:
            if cell.sheet and cell.cell:
                aside = cell.role == "part" or (sides and cell is not anchor)
                _put(marks.setdefault(cell.sheet, {}), cell, finding, row, now, aside=aside)
    return marks


def _put(marks: dict[str, _Mark], cell: CellRef, finding: Finding, row: int, now: Submission, *, aside: bool) -> None:
    """Mark one cell; ``aside``: it only takes part in the sum (blank ones then stay as they are)."""
    address = cell.cell or ""
    if aside:
        if cell.value:
            marks.setdefault(address, _Mark(listsheet.PART_COLOUR, 9))
        return
    rank = _ORDER[finding.severity]
    mark = marks.setdefault(address, _Mark(listsheet.COLOURS[finding.severity], rank))
    if rank < mark.rank:
        mark.colour, mark.rank = listsheet.COLOURS[finding.severity], rank
    said = f"【{finding.severity.value}】{message(finding, now.form)}（见“{listsheet.SHEET}”第 {row} 行）"
    if said not in mark.lines:
        mark.lines.append(said)


def _note_text(lines: list[str]) -> str:
    shown = lines[:_NOTE_LINES]
    if len(lines) > _NOTE_LINES:
        shown[-1] = f"……另有 {len(lines) - _NOTE_LINES + 1} 条，见“{listsheet.SHEET}”。"
    return "\n".join(shown)


# --- one sheet ------------------------------------------------------------------------------------


def _mark_sheet(edit: _Edit, styles: Styles, entry: SheetEntry, marks: dict[str, _Mark]) -> None:
    patch = SheetPatch(edit.tree(entry.part))
    spots = {a: s for a in marks if (s := split_reference(a))}
    for address in sorted(spots, key=lambda a: spots[a]):
        row, column = spots[address]
        style = styles.recoloured(patch.style(row, column), marks[address].colour)
        patch.restyle(row, column, style)
    _link_back(patch)
    texts = {a: _note_text(marks[a].lines) for a in sorted(spots, key=lambda a: spots[a]) if marks[a].lines}
    if texts:
        _add_notes(edit, patch, entry, texts)


def _link_back(patch: SheetPatch) -> None:
    """The title of a marked sheet leads to the list; the style of its cell stays."""
    patch.add_hyperlink(f"{quoted(listsheet.SHEET)}!A1", f"跳到“{listsheet.SHEET}”")


def _add_notes(edit: _Edit, patch: SheetPatch, entry: SheetEntry, texts: dict[str, str]) -> None:
    """Notes where the sheet can take them; a cell that has one already keeps it as it is."""
    found = relations(edit.package, entry.part)
    base = _STRICT if "purl.oclc.org" in patch.space else _TRANSITIONAL
    comments_part = next((t for k, t in found.values() if k.endswith("/comments") and t in edit.package), None)
    drawing, possible = _existing_drawing(edit, patch, found)
    if not possible:
        return  # fills and the list must do
    comments = edit.tree(comments_part) if comments_part else notes.new_comments(patch.space[1:-1])
    taken = notes.commented_cells(comments)
    shapes = notes.new_drawing() if drawing is None else drawing
    for address, text in texts.items():
        spot = split_reference(address)
        if address not in taken and spot:
            notes.add_comment(comments, address, text)
            notes.add_shape(shapes, *spot, text)
    if comments_part is None:
        part = edit.free_name("xl/xlcheckComments{}.xml")
        edit.added[part] = b""
        edit.trees[part.lower()] = comments
        edit.content_type(part, _NOTES_TYPE)
        edit.relate(entry.part, f"{base}/comments", part)
    if drawing is None:
        part = edit.free_name("xl/drawings/xlcheckNotes{}.vml")
        edit.added[part] = b""
        edit.trees[part.lower()] = shapes
        edit.default_type("vml", _VML_TYPE)
        patch.add_legacy_drawing(edit.relate(entry.part, f"{base}/vmlDrawing", part), base)


def _existing_drawing(
    edit: _Edit, patch: SheetPatch, found: dict[str, tuple[str, str]]
) -> tuple[etree._Element | None, bool]:
    """The sheet's VML tree, if it has one, and whether notes can be added (old VML may be no XML)."""
    element = patch.legacy_drawing()
    if element is None:
        return None, True
    relation = next((str(v) for k, v in element.attrib.items() if local(k) == "id"), "")
    part = found.get(relation, ("", ""))[1]
    if part not in edit.package:
        return None, False
    try:
        return edit.tree(part), True
    except Refused:
        return None, False


# --- the list sheet -------------------------------------------------------------------------------


def _add_list(edit: _Edit, styles: Styles, workbook: Workbook, now: Submission, outcome: Outcome) -> None:
    root = edit.tree(workbook.part)
    sheets = root.find(namespace(root) + "sheets")
    if sheets is None:
        raise Refused("damaged", "工作簿里没有工作表目录。请用 Excel/WPS 重新保存。")
    name = _free_sheet_name(e.get("name") or "" for e in sheets)
    part = edit.free_name("xl/worksheets/xlcheckResult{}.xml")
    data = listsheet.sheet_xml(now, outcome, listsheet.looks(styles))
    edit.added[part] = data
    edit.content_type(part, _SHEET_TYPE)
    relation = edit.relate(workbook.part, f"{_rel_space(workbook)}/worksheet", part)
    numbers = [whole(e.get("sheetId")) or 0 for e in sheets]
    element = etree.SubElement(sheets, namespace(root) + "sheet", name=name, sheetId=str(max(numbers, default=0) + 1))
    element.set(f"{{{_rel_space(workbook)}}}id", relation)
    _define_names(root, len(sheets) - 1, listsheet.defined_names(name, now, outcome))


def _free_sheet_name(names: Iterable[str]) -> str:
    taken = {n.lower() for n in names}
    number, name = 1, listsheet.SHEET
    while name.lower() in taken:
        number += 1
        name = f"{listsheet.SHEET}({number})"
    return name


def _define_names(root: etree._Element, index: int, names: list[tuple[str, str, bool]]) -> None:
    space = namespace(root)
    holder = root.find(space + "definedNames")
    if holder is None:
        holder = etree.Element(space + "definedNames")
        at = next((i for i, e in enumerate(root) if local(e.tag) in _AFTER_NAMES), len(root))
        root.insert(at, holder)
    for name, reference, hidden in names:
        element = etree.SubElement(holder, space + "definedName", name=name, localSheetId=str(index))
        if hidden:
            element.set("hidden", "1")
        element.text = reference
