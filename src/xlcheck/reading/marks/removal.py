"""Takes our marks off a workbook one by one, after another program has saved it: what the unit has changed stays."""

from __future__ import annotations

from typing import NamedTuple

from lxml import etree

from xlcheck.errors import Refused
from xlcheck.formula.excel import quoted
from xlcheck.labels import whole
from xlcheck.reading.edit import Edit, remove_children
from xlcheck.reading.grid import split_reference
from xlcheck.reading.marks import notes
from xlcheck.reading.marks.format import FILLS, FRAMES, NAME, ORIGINALS, ORIGINALS_RELATION
from xlcheck.reading.marks.records import Record, of_sheet
from xlcheck.reading.marks.returned import ReturnedCopy, is_our_name, names_of
from xlcheck.reading.marks.styles import MarkedStyles
from xlcheck.reading.package import Package
from xlcheck.reading.workbook import SheetEntry, Workbook, local, namespace, relations

_NO_RECORD = Record("", "", "", "", "")


def without_marks(copy: ReturnedCopy) -> Package:
    """The package without fills, frames, notes, conditional formats, names and list sheets of ours.

    Raises:
        Refused: it can't be read, or has become more than a workbook may be.
    """
    workbook = copy.workbook
    edit = Edit(workbook.package)
    part = workbook.related("styles")
    styles = MarkedStyles(edit.tree(part)) if part else None
    gone = {g.name for g in copy.lists}
    lists = [e for e in workbook.sheets if e.name in gone]
    for entry in workbook.sheets:
        if entry.name not in gone:
            root = edit.tree(entry.part)
            if styles is not None:
                _clear_cells(root, styles, of_sheet(copy.records, entry.name))
            _clear_formats(root)
            _clear_links(root, gone)
            _clear_notes(edit, entry.part, root)
    for entry in lists:
        _drop_sheet(edit, workbook, entry)
    _drop_names(edit.tree(workbook.part), gone)
    _drop_originals(edit)
    return edit.finished(drop={e.part.lower() for e in lists} | {ORIGINALS})


def _clear_cells(root: etree._Element, styles: MarkedStyles, records: dict[str, Record]) -> None:
    """Cells in a colour of ours get back the look of their record; moved ones, of which there is none, lose it."""
    cleared: dict[tuple[int, str], int] = {}
    for cell in root.iter(namespace(root) + "c"):
        style = whole(cell.get("s")) or 0
        fill, frame = styles.marks(style)
        if fill not in FILLS:
            continue
        record = records.get(cell.get("r") or "", _NO_RECORD)
        if record.colour != fill:
            record = _NO_RECORD
        key = style, record.fill + record.border
        if key not in cleared:
            cleared[key] = styles.restored(style, record.fill, record.border, framed=frame in FRAMES)
        cell.set("s", str(cleared[key]))


def _clear_formats(root: etree._Element) -> None:
    """Our conditional formats, known by the names in their formulas."""
    for holder in list(root.iter(namespace(root) + "conditionalFormatting")):
        for rule in list(holder):
            formulas = " ".join(f.text or "" for f in rule if local(f.tag) == "formula")
            if NAME in formulas:
                holder.remove(rule)
        if not len(holder):
            _remove(holder)


def _clear_links(root: etree._Element, sheets: set[str]) -> None:
    """The links into ``sheets``."""
    for link in list(root.iter(namespace(root) + "hyperlink")):
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


class _NoteBoxes(NamedTuple):
    """The drawing with the boxes of a sheet's notes: the element of the sheet that names it, its relation, its part."""

    element: etree._Element
    relation: str
    part: str


def _clear_notes(edit: Edit, part: str, root: etree._Element) -> None:
    """Our notes and their boxes; the parts go too when nothing else is left in them."""
    found = relations(edit.package, part)
    comments_id = next((i for i, (k, t) in found.items() if k.endswith("/comments") and t in edit.package), None)
    if comments_id is None:
        return
    comments_part = found[comments_id][1]
    comments = edit.tree(comments_part)
    cells = notes.remove_ours(comments)
    boxes = _boxes(root, found)
    empty = boxes is not None and _clear_boxes(edit, boxes.part, cells)
    if notes.commented_cells(comments):
        return
    edit.drop(comments_part, part, comments_id)
    if boxes is not None and empty:
        edit.drop(boxes.part, part, boxes.relation)
        _remove(_outermost(boxes.element, root))


def _boxes(root: etree._Element, found: dict[str, tuple[str, str]]) -> _NoteBoxes | None:
    legacy = next(root.iter(namespace(root) + "legacyDrawing"), None)
    if legacy is None:
        return None
    relation = next((str(v) for k, v in legacy.attrib.items() if local(k) == "id"), "")
    part = found.get(relation, ("", ""))[1]
    return _NoteBoxes(legacy, relation, part) if part else None


def _clear_boxes(edit: Edit, drawing: str, cells: set[str]) -> bool:
    """Take the boxes of the notes of ``cells`` out of a drawing; whether nothing is left in it."""
    try:
        return notes.remove_shapes(edit.tree(drawing), {s for a in cells if (s := split_reference(a))})
    except Refused:  # old VML may be no XML: its boxes stay, without notes
        return False


def _outermost(element: etree._Element, root: etree._Element) -> etree._Element:
    """The wrapper that holds nothing but ``element`` (below ``root``), or the element itself."""
    above = element.getparent()
    while above is not None and above is not root and len(above) == 1:
        element, above = above, above.getparent()
    return element


def _drop_sheet(edit: Edit, workbook: Workbook, entry: SheetEntry) -> None:
    root = edit.tree(workbook.part)
    space = namespace(root)
    holder = root.find(space + "sheets")
    elements = list(holder.iterchildren("*")) if holder is not None else []
    index = next((i for i, e in enumerate(elements) if e.get("name") == entry.name), None)
    if index is not None:
        _remove(elements[index])
        _forget_index(root, index)
    for view in root.iter(space + "workbookView"):
        if (whole(view.get("activeTab")) or 0) >= max(len(elements) - 1, 1):
            view.set("activeTab", "0")
    edit.drop(entry.part, workbook.part, entry.relation)
    edit.drop_relations(entry.part)


def _forget_index(root: etree._Element, index: int) -> None:
    """Names of the sheet at ``index`` go; those of the sheets after it follow them one place up."""
    for element in names_of(root):
        local_id = whole(element.get("localSheetId"))
        if local_id == index:
            _remove(element)
        elif local_id is not None and local_id > index:
            element.set("localSheetId", str(local_id - 1))


def _drop_names(root: etree._Element, sheets: set[str]) -> None:
    for element in names_of(root):
        if is_our_name(element) or any(_leads_to(element.text or "", s) for s in sheets):
            _remove(element)
    holder = root.find(namespace(root) + "definedNames")
    if holder is not None and not len(holder):
        _remove(holder)


def _drop_originals(edit: Edit) -> None:
    if ORIGINALS not in edit.package:
        return
    remove_children(edit.tree("_rels/.rels"), lambda e: e.get("Type") == ORIGINALS_RELATION)
    edit.forget_type(ORIGINALS)
