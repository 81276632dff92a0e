"""openpyxl made quick with merged cells reads and writes what openpyxl as it was does."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest
from openpyxl.styles import Border, Protection, Side
from openpyxl.worksheet.merge import MergedCellRange

from support import quickmerges
from support.places import SAMPLES


def saved(data: bytes) -> dict[str, bytes]:
    """The parts of the workbook as openpyxl writes it anew; all but that with the time."""
    out = io.BytesIO()
    openpyxl.load_workbook(io.BytesIO(data)).save(out)
    with zipfile.ZipFile(out) as archive:
        return {name: archive.read(name) for name in archive.namelist() if name != "docProps/core.xml"}


def framed() -> bytes:
    """Merges whose corners have borders and a protection of their own, over cells that have others."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["B2"].border = Border(left=Side("thick"), top=Side("double"))
    sheet["D4"].border = Border(right=Side("dotted"), bottom=Side("hair"))
    sheet["C2"].border = Border(top=Side("thin"), bottom=Side("medium"))
    sheet["B2"].protection = Protection(locked=False)
    sheet["G9"].border = Border(bottom=Side("thin"))
    sheet["F8"].border = Border(right=Side("thin"))
    for merge in ("B2:D4", "F8:G9", "I1:I7"):
        sheet.merge_cells(merge)
    book.create_sheet("又").merge_cells("A1:C1")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("name", ["framed", "putuo_shiquan_2025", "beijing_2023", "selfscore_tunliu_2023"])
def test_a_workbook_is_the_same_to_the_byte(name, monkeypatch):
    data = framed() if name == "framed" else (SAMPLES / f"{name}.xlsx").read_bytes()
    assert MergedCellRange.format is quickmerges._format
    quick = saved(data)
    monkeypatch.setattr(MergedCellRange, "format", quickmerges.FORMAT)
    monkeypatch.setattr(MergedCellRange, "_get_borders", quickmerges.GET_BORDERS)
    assert saved(data) == quick
