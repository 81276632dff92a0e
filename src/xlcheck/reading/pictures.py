"""Pictures where tables should be: screen shots and scanned pages pasted into a workbook."""

from __future__ import annotations

import re
from collections.abc import Iterable

from xlcheck.errors import Refused
from xlcheck.reading.formats import FORMATS
from xlcheck.reading.grid import Grid
from xlcheck.reading.package import Package
from xlcheck.reading.sniff import Kind
from xlcheck.reading.workbook import SheetEntry, Workbook, relations

_IMAGE = "/image"
_DRAWING = "/drawing"
_RICH = "/richValueRel"
_IN_CELL = re.compile(rb"DISPIMG\(")  # WPS: a picture in a cell is a formula
_RICH_CELL = re.compile(rb'<(?:\w+:)?c\s[^>]*\svm="')  # Excel: the value of a cell is a rich one
_FIGURE = re.compile(r"[-+(（]?[￥¥]?\d[\d,，]*(?:[.．]\d+)?[)）%％]?(?:亿|万|千|百)?元?")
_NAMED = 3


def picture_sheets(workbook: Workbook) -> list[str]:
    """The names of the sheets of an .xlsx that hold pictures: over the cells, or (WPS, Excel) in them."""
    marks = _marks_of_cells(workbook)
    return [
        e.name for e in workbook.sheets if _drawn_over(workbook.package, e) or _in_cells(workbook.package, e, marks)
    ]


def _drawn_over(package: Package, entry: SheetEntry) -> bool:
    drawings = [t for k, t in relations(package, entry.part).values() if k.endswith(_DRAWING)]
    return any(_has_images(package, drawing) for drawing in drawings)


def _marks_of_cells(workbook: Workbook) -> list[re.Pattern[bytes]]:
    """What cells with a picture in them look like, as far as the workbook holds such pictures."""
    marks = []
    if any("cellimage" in name for name in workbook.package.parts):
        marks.append(_IN_CELL)
    if any(k.endswith(_RICH) and _has_images(workbook.package, t) for k, t in workbook.relations.values()):
        marks.append(_RICH_CELL)
    return marks


def _in_cells(package: Package, entry: SheetEntry, marks: list[re.Pattern[bytes]]) -> bool:
    if not marks or entry.part not in package:
        return False
    data = package.read(entry.part)
    return any(mark.search(data) for mark in marks)


def _has_images(package: Package, part: str) -> bool:
    if part not in package:
        return False
    return any(k.endswith(_IMAGE) and t in package for k, t in relations(package, part).values())


def has_pictures(data: bytes, kind: Kind) -> bool:
    """Whether a workbook of another format holds any picture, by its parts and bytes."""
    return FORMATS[kind].pictures(data)


def has_figures(grids: Iterable[Grid]) -> bool:
    """Whether any cell holds a number, a date, a result: anything but words."""
    return any(
        cell.type != "s" or _FIGURE.fullmatch(cell.text.strip())
        for grid in grids
        for cells in grid.rows.values()
        for cell in cells.values()
    )


def pictures_only(
    workbook: Workbook | None, grids: Iterable[Grid], data: bytes = b"", kind: Kind = Kind.OOXML
) -> Refused | None:
    """The refusal of a workbook with pictures and without a figure; None for every other one.

    ``workbook`` is the package of an .xlsx; for other formats ``data`` and ``kind`` tell.
    """
    grids = list(grids)
    if has_figures(grids):
        return None
    if workbook is not None:
        names = picture_sheets(workbook)
        return _refusal(_said(names)) if names else None
    if not has_pictures(data, kind):
        return None
    return _refusal(_said([g.name for g in grids]) if grids else "")


def _said(names: list[str]) -> str:
    shown = "”“".join(names[:_NAMED])
    return f"（工作表“{shown}”）" if len(names) <= _NAMED else f"（工作表“{shown}”等 {len(names)} 张）"


def _refusal(where: str) -> Refused:
    sentence = f"工作簿里只有图片，没有可以读的数字{where}。请发送用 Excel 或 WPS 填列的表，不要截图或扫描件。"
    return Refused("pictures_only", sentence)
