"""Takes our marks off a workbook: from the stash if it is as we left it, else one by one."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from lxml import etree

from xlcheck.errors import Refused
from xlcheck.formula.excel import quoted
from xlcheck.labels import whole
from xlcheck.reading.grid import MAX_CELLS, Cell, Grid, split_reference
from xlcheck.reading.package import Package
from xlcheck.reading.sheetxml import read_grid
from xlcheck.reading.workbook import SheetEntry, Workbook, local, namespace, relations
from xlcheck.writing import listsheet, notes, stash
from xlcheck.writing.colours import COLOURS, PART_COLOUR, RIVAL_COLOUR, SUSPECT_COLOUR
from xlcheck.writing.edit import Edit, remove_children
from xlcheck.writing.records import Record
from xlcheck.writing.styles import Styles

_OURS = frozenset({*COLOURS.values(), PART_COLOUR, RIVAL_COLOUR, SUSPECT_COLOUR})
_FRAMES = frozenset({"C00001", "BF8F01", "2E75B7"})
_NAME = "xlcheck_"
_NO_RECORD = Record("", "", "", "", "")


class Marks(NamedTuple):
    """What a marked copy says of itself: its list sheets (grids), and the record of the marked cells."""

    sheets: list[Grid]
    records: list[Record]


def marks_of(workbook: Workbook) -> Marks:
    """Our list sheets in a workbook, known by their signature; empty where there are none."""
    named = (read_grid(workbook, e) for e in workbook.sheets if e.name.startswith(listsheet.SHEET))
    sheets = [grid for grid in named if _is_list(grid)]
    return Marks(sheets, [record for grid in sheets for record in _records(grid)])


def _is_list(grid: Grid) -> bool:
    return grid.text(1, listsheet.RECORD) == listsheet.SIGNATURE


def _records(grid: Grid) -> Iterator[Record]:
    """What a list sheet says of the marked cells; its first row is the signature."""
    for row in sorted(r for r in grid.rows if r > 1):
        record = Record(*(grid.text(row, listsheet.RECORD + i) for i in range(len(Record._fields))))
        if record.cell and record.colour:
            yield record


def is_marked(workbook: Workbook) -> bool:
    """Whether a workbook carries our marks, at the price of a look at its sheets' names."""
    listed = any(e.name.startswith(listsheet.SHEET) for e in workbook.sheets)
    return listed or stash.PART in workbook.package or _named(workbook)


def _named(workbook: Workbook) -> bool:
    """Whether names of ours are there: a unit may have deleted 审核结果 and left the colours."""
    return any(map(_is_our_name, _names(workbook.root)))


def _is_our_name(element: etree._Element) -> bool:
    return (element.get("name") or "").startswith(_NAME)


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
    return _without(marks, workbook) if marks.sheets or _named(workbook) else None


def _without(marks: Marks, workbook: Workbook) -> bytes:
    """The workbook with ``marks`` taken off one by one."""
    edit = Edit(workbook.package)
    part = workbook.related("styles")
    styles = Styles(edit.tree(part)) if part else None
    gone = {g.name for g in marks.sheets}
    lists = [e for e in workbook.sheets if e.name in gone]
    for entry in workbook.sheets:
        if entry.name not in gone:
            root = edit.tree(entry.part)
            if styles is not None:
                _clear_cells(root, styles, _records_of(entry.name, marks))
            _clear_formats(root)
            _clear_links(root, gone)
            _clear_notes(edit, entry.part, root)
    for entry in lists:
        _drop_sheet(edit, workbook, entry)
    _drop_names(edit.tree(workbook.part), gone)
    _drop_stash(edit)
    return edit.finish(drop={e.part.lower() for e in lists} | {stash.PART})


def _records_of(sheet: str, marks: Marks) -> dict[str, Record]:
    """The records of a sheet's cells by address."""
    found = ((address, record) for record in marks.records if record.sheet == sheet for address in record.cells())
    return dict(islice(found, MAX_CELLS))


def _same_figures(marked: Workbook, original: bytes) -> bool:
    """Whether the original in a stash says what the marked copy shows: nobody can hide other figures in there."""
    try:
        before = Workbook(Package(original))
        shown = [read_grid(marked, e) for e in marked.sheets]
        stored = [read_grid(before, e) for e in before.sheets]
    except Refused:
        return False
    left = {g.name: _texts(g.rows) for g in shown if not _is_list(g)}
    return left == {g.name: _texts(g.rows) for g in stored}


def _texts(rows: dict[int, dict[int, Cell]]) -> dict[tuple[int, int], tuple[str, str]]:
    return {(r, c): (cell.text, cell.type) for r, cells in rows.items() for c, cell in cells.items()}


def _clear_cells(root: etree._Element, styles: Styles, records: dict[str, Record]) -> None:
    """Cells in a colour of ours get back the look of their record; moved ones, of which there is none, lose it."""
    cleared: dict[tuple[int, str], int] = {}
    for cell in root.iter(namespace(root) + "c"):
        style = whole(cell.get("s")) or 0
        fill, frame = styles.marks(style)
        if fill not in _OURS:
            continue
        record = records.get(cell.get("r") or "", _NO_RECORD)
        if record.colour != fill:
            record = _NO_RECORD
        key = style, record.fill + record.border
        if key not in cleared:
            cleared[key] = styles.restored(style, record.fill, record.border, framed=frame in _FRAMES)
        cell.set("s", str(cleared[key]))


def _clear_formats(root: etree._Element) -> None:
    """Our conditional formats, known by the names in their formulas."""
    for holder in list(root.iter(namespace(root) + "conditionalFormatting")):
        for rule in list(holder):
            formulas = " ".join(f.text or "" for f in rule if local(f.tag) == "formula")
            if _NAME in formulas:
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
    for element in _names(root):
        local_id = whole(element.get("localSheetId"))
        if local_id == index:
            _remove(element)
        elif local_id is not None and local_id > index:
            element.set("localSheetId", str(local_id - 1))


def _drop_names(root: etree._Element, sheets: set[str]) -> None:
    for element in _names(root):
        if _is_our_name(element) or any(_leads_to(element.text or "", s) for s in sheets):
            _remove(element)
    holder = root.find(namespace(root) + "definedNames")
    if holder is not None and not len(holder):
        _remove(holder)


def _drop_stash(edit: Edit) -> None:
    if stash.PART not in edit.package:
        return
    remove_children(edit.tree("_rels/.rels"), lambda e: e.get("Type") == stash.RELATION)
    edit.forget_type(stash.PART)
