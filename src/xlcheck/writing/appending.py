"""Rows of text put below what a sheet of a workbook has; every other part of the workbook stays byte for byte."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lxml import etree

from xlcheck.reading.edit import Edit, remove_children
from xlcheck.reading.workbook import Workbook, local
from xlcheck.shown import clean
from xlcheck.writing.sheetpatch import SheetPatch

_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def with_rows(workbook: Workbook, part: str, first: int, rows: Sequence[Mapping[int, str]]) -> bytes:
    """The workbook with texts (by 1-based column) in the rows of a sheet from the 1-based row ``first`` on.

    Raises:
        Refused: a cell stands where it can't be edited.
    """
    edit = Edit(workbook.package)
    patch = SheetPatch(edit.tree(part))
    for at, row in enumerate(rows, first):
        for column, text in sorted(row.items()):
            _write(patch.cell(at, column), patch.space, text)
    remove_children(patch.root, lambda e: local(e.tag) == "dimension")  # it may be left out, but not be wrong
    edit.drop_signatures()
    return edit.finish()


def _write(cell: etree._Element, space: str, text: str) -> None:
    """Text as text, whatever it begins with."""
    for child in list(cell):
        cell.remove(child)
    cell.set("t", "inlineStr")
    holder = etree.SubElement(etree.SubElement(cell, f"{space}is"), f"{space}t")
    holder.set(_SPACE, "preserve")
    holder.text = clean(text)
