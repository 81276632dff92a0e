"""Notes where a sheet of the unit's can take them: added to its comments and drawing, or as new parts beside it."""

from __future__ import annotations

import contextlib
import itertools
from functools import cached_property
from typing import NamedTuple

from lxml import etree

from xlcheck.errors import Refused
from xlcheck.reading.edit import Edit
from xlcheck.reading.grid import split_reference
from xlcheck.reading.marks.notes import commented_cells
from xlcheck.reading.package import parse_xml
from xlcheck.reading.workbook import SheetEntry, local, relations
from xlcheck.writing import notes
from xlcheck.writing.dialects import TRANSITIONAL, is_strict, relations_space
from xlcheck.writing.sheetpatch import SheetPatch

_NOTES_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"


def add_notes(edit: Edit, patch: SheetPatch, entry: SheetEntry, texts: dict[str, str], drawings: NoteDrawings) -> None:
    """Notes where the sheet can take them; a cell that has one already keeps it as it is."""
    found = relations(edit.package, entry.part)
    comments_part = next((t for k, t in found.values() if k.endswith("/comments") and t in edit.package), None)
    drawing = _existing_drawing(edit, patch, found)
    if not drawing.usable:
        return  # fills and the list must do
    comments = edit.tree(comments_part) if comments_part else notes.new_comments(patch.space[1:-1])
    if not notes.takes_notes(comments):
        return
    shapes = notes.new_drawing(_free_block(drawings.taken)) if drawing.root is None else drawing.root
    _write_notes(comments, shapes, texts, drawings.taken)
    edit.settle(comments_part or _new_comments_part(edit, patch, entry, comments))
    drawings.taken.update(notes.blocks(shapes))
    if drawing.root is None:
        _new_drawing_part(edit, patch, entry, shapes)


def _write_notes(comments: etree._Element, shapes: etree._Element, texts: dict[str, str], taken: set[int]) -> None:
    """The notes and their boxes; ``taken`` are the blocks of shape numbers that the workbook's drawings claim."""
    commented = commented_cells(comments)
    numbers = notes.free_shapes(shapes, taken)
    notes.define_type(shapes)
    for address, text in texts.items():
        spot = split_reference(address)
        if address not in commented and spot:
            notes.add_comment(comments, address, text)
            notes.add_shape(shapes, spot, text, next(numbers))


def _new_comments_part(edit: Edit, patch: SheetPatch, entry: SheetEntry, comments: etree._Element) -> str:
    part = edit.free_name("xl/xlcheckComments{}.xml")
    edit.put(part, comments)
    edit.content_type(part, _NOTES_TYPE)
    edit.relate(entry.part, f"{relations_space(patch.space)}/comments", part)
    return part


def _new_drawing_part(edit: Edit, patch: SheetPatch, entry: SheetEntry, shapes: etree._Element) -> None:
    """VML is no part of the strict dialect: Excel relates to it as ever, and offers it to those who know it."""
    part = edit.free_name("xl/drawings/xlcheckNotes{}.vml")
    edit.put(part, shapes)
    edit.default_type("vml", _VML_TYPE)
    relation = edit.relate(entry.part, f"{TRANSITIONAL.relations}/vmlDrawing", part)
    patch.add_legacy_drawing(relation, relations_space(patch.space), offered=is_strict(patch.space))
    edit.settle(part)


class NoteDrawings:
    """What the notes of all sheets share: blocks of shape numbers. ``crowded`` are sheets with too many notes."""

    def __init__(self, edit: Edit) -> None:
        self._edit = edit
        self.crowded: set[str] = set()

    @cached_property
    def taken(self) -> set[int]:
        """The blocks of shape numbers that any drawing of the workbook claims."""
        found: set[int] = set()
        package = self._edit.package
        for part in package.parts.values():
            if part.name.lower().endswith(".vml"):
                with contextlib.suppress(Refused):  # old VML may be no XML
                    found.update(notes.blocks(parse_xml(package.read(part.name), part.name)))
        return found


def _free_block(taken: set[int]) -> int:
    return next(n for n in itertools.count(1) if n not in taken)


class _Drawing(NamedTuple):
    """The VML tree of a sheet, None where it has none yet, and whether boxes can be added."""

    root: etree._Element | None
    usable: bool


def _existing_drawing(edit: Edit, patch: SheetPatch, found: dict[str, tuple[str, str]]) -> _Drawing:
    element = patch.legacy_drawing()
    if element is None:
        return _Drawing(None, usable=True)
    relation = next((str(v) for k, v in element.attrib.items() if local(k) == "id"), "")
    part = found.get(relation, ("", ""))[1]
    if part not in edit.package:
        return _Drawing(None, usable=False)
    try:
        return _Drawing(edit.tree(part), usable=True)
    except Refused:  # old VML may be no XML
        return _Drawing(None, usable=False)
