"""Score sheets drawn as text: a line a row, cells apart by ``|``; ``<`` goes on from the left, ``^`` from above.

A figure is a number; ``'95`` is a text, ``95%%`` is 0.95 shown as 95%. Written with openpyxl: no code of the program.
"""

from __future__ import annotations

import io
import re

import docx as python_docx
import openpyxl

from support.places import DATA

DRAWN = sorted(path.stem for path in (DATA / "drawnforms").glob("*.txt"))
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_SHARE = re.compile(r"(-?\d+(?:\.\d+)?)%%")


def cells_of(text):
    """The cells of a drawing, line by line."""
    lines = text.strip("\n").splitlines()
    return [[cell.strip() for cell in line.split("|")] for line in lines]


def draw(ws, text, top=1, left=1):
    """Draw a form into a worksheet; the row below it."""
    rows = cells_of(text)
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            if cell and cell not in ("<", "^"):
                _put(ws, top + r, left + c, cell)
                wide = 1
                while c + wide < len(row) and row[c + wide] == "<":
                    wide += 1
                high = 1
                while r + high < len(rows) and c < len(rows[r + high]) and rows[r + high][c] == "^":
                    high += 1
                if wide > 1 or high > 1:
                    ws.merge_cells(
                        start_row=top + r,
                        start_column=left + c,
                        end_row=top + r + high - 1,
                        end_column=left + c + wide - 1,
                    )
    return top + len(rows)


def _put(ws, row, column, text):
    cell = ws.cell(row, column)
    share = _SHARE.fullmatch(text)
    if share:
        cell.value = float(share[1]) / 100
        cell.number_format = "0." + "0" * len(share[1].partition(".")[2]) + "%" if "." in share[1] else "0%"
    elif _NUMBER.fullmatch(text):
        cell.value = float(text) if "." in text else int(text)
        if "." in text:
            cell.number_format = "0." + "0" * len(text.partition(".")[2])
    else:
        cell.value = text.removeprefix("'").replace("\\n", "\n")
        cell.data_type = "s"


def book_of(*sheets):
    """The bytes of a workbook: each sheet is a drawing, or a list of (drawing, top, left)."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, drawings in enumerate(sheets, 1):
        ws = book.create_sheet(f"表{number}")
        for text, top, left in [(drawings, 1, 1)] if isinstance(drawings, str) else drawings:
            draw(ws, text, top, left)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def drawing(name):
    """A drawing of the tests' data."""
    return (DATA / "drawnforms" / f"{name}.txt").read_text(encoding="utf-8").strip("\n")


def docx_of(*drawings, above=("部门决算公开说明",), titles=True):
    """The bytes of a Word document: paragraphs, then each drawing as a table; with ``titles`` its first rows are paragraphs."""
    made = python_docx.Document()
    for text in above:
        made.add_paragraph(text)
    for text in drawings:
        rows = cells_of(text)
        while titles and set(rows[0][1:]) <= {"<", ""}:
            made.add_paragraph(rows.pop(0)[0])
        _table(made, rows)
        made.add_paragraph("")
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _table(made, rows):
    wide = max(map(len, rows))
    table = made.add_table(len(rows), wide)
    places = [list(row.cells) for row in table.rows]
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            if cell and cell not in ("<", "^"):
                places[r][c].text = cell.removeprefix("'").replace("%%", "%").replace("\\n", "\n")
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            if not cell or cell in ("<", "^"):
                continue
            across = next((n for n in range(c + 1, len(row)) if row[n] != "<"), len(row)) - 1
            down = next((n for n in range(r + 1, len(rows)) if c >= len(rows[n]) or rows[n][c] != "^"), len(rows)) - 1
            if across > c or down > r:
                places[r][c].merge(places[down][across])
