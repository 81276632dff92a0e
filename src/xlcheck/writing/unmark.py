"""Takes our marks off a workbook: from the stash if it is as we left it, else one by one."""

from __future__ import annotations

import contextlib
from itertools import islice
from typing import NamedTuple

from lxml import etree

from xlcheck.errors import Refused
from xlcheck.formula.excel import quoted
from xlcheck.labels import whole
from xlcheck.reading.grid import MAX_CELLS, Cell, Grid, split_reference
from xlcheck.reading.package import Package
from xlcheck.reading.sheetxml import read_grid
from xlcheck.reading.workbook import Workbook, local, namespace, relations
from xlcheck.writing import listsheet, notes, stash
from xlcheck.writing.edit import Edit
from xlcheck.writing.styles import Styles

_OURS = frozenset(
    {*listsheet.COLOURS.values(), listsheet.PART_COLOUR, listsheet.RIVAL_COLOUR, listsheet.SUSPECT_COLOUR}
)
_FRAMES = frozenset({"C00001", "BF8F01", "2E75B7"})
_TYPES = "[Content_Types].xml"
_NAME = "xlcheck_"


class Marks(NamedTuple):
    """What a marked copy says of itself: its list sheets (grids), and the record of the marked cells."""

    sheets: list[Grid]
    records: list[listsheet.Record]


def marks_of(workbook: Workbook) -> Marks:
    """Our list sheets in a workbook, known by their signature; empty where there are none."""
    sheets = []
    for entry in workbook.sheets:
        if entry.name.startswith(listsheet.SHEET):
            grid = read_grid(workbook, entry)
            if grid.text(1, listsheet.RECORD) == listsheet.SIGNATURE:
                sheets.append(grid)
    records = []
    for grid in sheets:
        for row in sorted(grid.rows):
            fields = [grid.text(row, listsheet.RECORD + i) for i in range(5)]
            if row > 1 and fields[1] and fields[2]:
                records.append(listsheet.Record(*fields))
    return Marks(sheets, records)


def is_marked(workbook: Workbook) -> bool:
    """Whether a workbook carries our marks, at the price of a look at its sheets' names."""
    listed = any(e.name.startswith(listsheet.SHEET) for e in workbook.sheets)
    return listed or stash.PART in workbook.package or _named(workbook)


def _named(workbook: Workbook) -> bool:
    """Whether names of ours are there: a unit may have deleted 审核结果 and left the colours."""
    return any((e.get("name") or "").startswith(_NAME) for e in _names(workbook.root))


def _names(root: etree._Element) -> list[etree._Element]:
    holder = root.find(namespace(root) + "definedNames")
    return list(holder.iterchildren("*")) if holder is not None else []


def unmarked(data: bytes) -> bytes | None:
    """The workbook without our marks; None where it has none.

    As long as nobody has saved the copy, every part comes back as it was; else fills, frames, notes, conditional
    formats, names and the list sheet go, and everything of the unit's stays.

    Raises:
        Refused: no workbook that can be read.
    """
    package = Package(data)
    workbook = Workbook(package)
    original = stash.restored(package)
    if original is not None and _same_figures(workbook, original):
        return original
    marks = marks_of(workbook)
    if not marks.sheets and not _named(workbook):
        return None
    edit = Edit(package)
    part = workbook.related("styles")
    styles = Styles(edit.tree(part)) if part else None
    gone = {g.name for g in marks.sheets}
    for entry in workbook.sheets:
        if entry.name not in gone:
            root = edit.tree(entry.part)
            if styles is not None:
                mine = ((c, r) for r in marks.records if r.sheet == entry.name for c in r.cells())
                _clear_cells(root, styles, dict(islice(mine, MAX_CELLS)))
            _clear_formats(root, gone)
            _clear_notes(edit, entry.part, root)
    for entry in [s for s in workbook.sheets if s.name in gone]:
        _drop_sheet(edit, workbook, entry.part, entry.name, entry.relation)
    _drop_names(edit.tree(workbook.part), gone)
    _drop_stash(edit)
    dropped = {s.part.lower() for s in workbook.sheets if s.name in gone} | {stash.PART}
    return edit.finish(drop=dropped)


def _same_figures(marked: Workbook, original: bytes) -> bool:
    """Whether the original in a stash says what the marked copy shows: nobody can hide other figures in there."""
    try:
        before = Workbook(Package(original))
        shown = [read_grid(marked, e) for e in marked.sheets]
        stored = [read_grid(before, e) for e in before.sheets]
    except Refused:
        return False
    ours = [g for g in shown if g.text(1, listsheet.RECORD) == listsheet.SIGNATURE]
    left = {g.name: g.rows for g in shown if g not in ours}
    return {n: _texts(r) for n, r in left.items()} == {g.name: _texts(g.rows) for g in stored}


def _texts(rows: dict[int, dict[int, Cell]]) -> dict[tuple[int, int], tuple[str, str]]:
    return {(r, c): (cell.text, cell.type) for r, cells in rows.items() for c, cell in cells.items()}


def _clear_cells(root: etree._Element, styles: Styles, records: dict[str, listsheet.Record]) -> None:
    """Cells in a colour of ours get back the look of their record; moved ones, of which there is none, lose it."""
    cleared: dict[tuple[int, str], int] = {}
    for cell in root.iter(namespace(root) + "c"):
        style = whole(cell.get("s")) or 0
        fill, frame = styles.marks(style)
        if fill not in _OURS:
            continue
        record = records.get(cell.get("r") or "")
        record = record if record is not None and record.colour == fill else None
        key = style, (record.fill + record.border) if record else ""
        if key not in cleared:
            cleared[key] = styles.restored(
                style, record.fill if record else None, record.border if record else None, framed=frame in _FRAMES
            )
        cell.set("s", str(cleared[key]))


def _clear_formats(root: etree._Element, sheets: set[str]) -> None:
    space = namespace(root)
    for holder in list(root.iter(space + "conditionalFormatting")):
        for rule in list(holder):
            formulas = " ".join(f.text or "" for f in rule if local(f.tag) == "formula")
            if _NAME in formulas:
                holder.remove(rule)
        if not len(holder):
            _remove(holder)
    for link in list(root.iter(space + "hyperlink")):
        if any(_leads_to(link.get("location") or "", s) for s in sheets):
            above = link.getparent()
            _remove(link)
            if above is not None and not len(above):
                _remove(above)


def _leads_to(reference: str, sheet: str) -> bool:
    """Whether a reference or link begins in ``sheet``, however its name is spelled."""
    return reference.lstrip("#").startswith((f"{quoted(sheet)}!", f"{sheet}!"))


def _remove(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _clear_notes(edit: Edit, part: str, root: etree._Element) -> None:
    """Our notes and their boxes; the parts go too when nothing else is left in them."""
    found = relations(edit.package, part)
    comments_id = next((i for i, (k, t) in found.items() if k.endswith("/comments") and t in edit.package), None)
    if comments_id is None:
        return
    comments = edit.tree(found[comments_id][1])
    ours = notes.remove_ours(comments)
    legacy = next(root.iter(namespace(root) + "legacyDrawing"), None)
    drawing_id = next((str(v) for k, v in legacy.attrib.items() if local(k) == "id"), "") if legacy is not None else ""
    drawing = found.get(drawing_id, ("", ""))[1]
    empty = False
    if drawing:
        with contextlib.suppress(Refused):  # old VML may be no XML: its boxes stay, without notes
            empty = notes.remove_shapes(edit.tree(drawing), {s for a in ours if (s := split_reference(a))})
    if notes.commented_cells(comments):
        return
    edit.drop(found[comments_id][1], part, comments_id)
    if drawing and empty and legacy is not None:
        edit.drop(drawing, part, drawing_id)
        wrapper = legacy.getparent()
        while wrapper is not None and wrapper is not root and len(wrapper) == 1:
            legacy, wrapper = wrapper, wrapper.getparent()
        _remove(legacy)


def _drop_sheet(edit: Edit, workbook: Workbook, part: str, name: str, relation: str) -> None:
    root = edit.tree(workbook.part)
    space = namespace(root)
    holder = root.find(space + "sheets")
    elements = list(holder.iterchildren("*")) if holder is not None else []
    index = next((i for i, e in enumerate(elements) if e.get("name") == name), -1)
    if index >= 0:
        _remove(elements[index])
    for element in _names(root):
        local_id = whole(element.get("localSheetId"))
        if local_id is not None and local_id == index:
            _remove(element)
        elif local_id is not None and local_id > index >= 0:
            element.set("localSheetId", str(local_id - 1))
    for view in root.iter(space + "workbookView"):
        if (whole(view.get("activeTab")) or 0) >= max(len(elements) - 1, 1):
            view.set("activeTab", "0")
    edit.drop(part, workbook.part, relation)
    edit.drop_relations(part)


def _drop_names(root: etree._Element, sheets: set[str]) -> None:
    for element in _names(root):
        text = element.text or ""
        if (element.get("name") or "").startswith(_NAME) or any(_leads_to(text, s) for s in sheets):
            _remove(element)
    holder = root.find(namespace(root) + "definedNames")
    if holder is not None and not len(holder):
        _remove(holder)


def _drop_stash(edit: Edit) -> None:
    if stash.PART not in edit.package:
        return
    rels = edit.tree("_rels/.rels")
    for element in list(rels):
        if element.get("Type") == stash.RELATION:
            rels.remove(element)
    edit.forget_type(stash.PART)
