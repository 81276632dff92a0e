"""Pictures where tables should be: screen shots and scanned pages pasted into a workbook."""

from __future__ import annotations

import re
from collections.abc import Iterable

from xlcheck.errors import Refused
from xlcheck.reading.grid import Grid
from xlcheck.reading.package import Package
from xlcheck.reading.sniff import Kind
from xlcheck.reading.workbook import Workbook, relations
from xlcheck.reading.zips import part_names

_IMAGE = "/image"
_DRAWING = "/drawing"
_RICH = "/richValueRel"
_IN_CELL = b"DISPIMG("  # WPS: a picture in a cell is a formula
_RICH_CELL = re.compile(rb'<(?:\w+:)?c\s[^>]*\svm="')  # Excel: the value of a cell is a rich one
_FIGURE = re.compile(r"[-+(（]?[￥¥]?\d[\d,，]*(?:[.．]\d+)?[)）%％]?(?:亿|万|千|百)?元?")
_NAMED = 3
_SIGNATURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF89a", b"GIF87a", b"II*\0", b"MM\0*")


def picture_sheets(workbook: Workbook) -> list[str]:
    """The names of the sheets of an .xlsx that hold pictures: over the cells, or (WPS, Excel) in them."""
    package = workbook.package
    rich = any(k.endswith(_RICH) and _has_images(package, t) for k, t in workbook.relations.values())
    cell_images = any("cellimage" in name for name in package.parts)
    found = []
    for entry in workbook.sheets:
        drawings = [t for k, t in relations(package, entry.part).values() if k.endswith(_DRAWING)]
        if any(_has_images(package, d) for d in drawings):
            found.append(entry.name)
        elif (cell_images or rich) and entry.part in package:
            data = package.read(entry.part)
            if (cell_images and _IN_CELL in data) or (rich and _RICH_CELL.search(data)):
                found.append(entry.name)
    return found


def _has_images(package: Package, part: str) -> bool:
    if part not in package:
        return False
    return any(k.endswith(_IMAGE) and t in package for k, t in relations(package, part).values())


def has_pictures(data: bytes, kind: Kind) -> bool:
    """Whether a workbook of another format holds any picture, by its parts and bytes."""
    if kind in (Kind.ODS, Kind.XLSB, Kind.OOXML):
        return any(n.startswith(("pictures/", "xl/media/", "media/")) for n in part_names(data) or ())
    if kind is Kind.FLAT_ODS:
        return b"<draw:image" in data
    if kind is Kind.XLS:
        return any(s in data for s in _SIGNATURES)
    return kind is Kind.HTML and re.search(rb"<img\b", data, re.IGNORECASE) is not None


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
    else:
        names = [g.name for g in grids] if has_pictures(data, kind) else []
        if not grids and has_pictures(data, kind):
            return _refusal("")
    return _refusal(_said(names)) if names else None


def _said(names: list[str]) -> str:
    shown = "”“".join(names[:_NAMED])
    return f"（工作表“{shown}”）" if len(names) <= _NAMED else f"（工作表“{shown}”等 {len(names)} 张）"


def _refusal(where: str) -> Refused:
    said = f"工作簿里只有图片，没有可以读的数字{where}。请发送用 Excel 或 WPS 填列的表，不要截图或扫描件。"
    return Refused("pictures_only", said)
