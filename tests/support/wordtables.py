"""Sheets of a workbook as tables of a Word document, as reports have them."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping

import docx as python_docx

from xlcheck.reading.grid import Cell, Grid


def printed(cell: Cell) -> str:
    """A cell as a report prints it."""
    return f"{float(cell.text):,.2f}" if cell.type == "n" and "." in cell.text else cell.text


TABLES = "第二部分 部门决算表"


def as_word(
    grids: Iterable[Grid], before: Iterable[str] = (TABLES,), replaced: Mapping[str, str] | None = None
) -> bytes:
    """Each sheet as a table of its own, its headings as paragraphs above, parts of a heading apart by tabs.

    ``before`` are paragraphs above the tables; a cell that prints a key of ``replaced`` prints its value.
    """
    made = python_docx.Document()
    for paragraph in before:
        made.add_paragraph(paragraph)
    for grid in grids:
        first = next(r for r in sorted(grid.rows) if len(grid.rows[r]) >= 3)
        for r in sorted(grid.rows):
            if r < first:
                made.add_paragraph("\t".join(printed(grid.rows[r][c]) for c in sorted(grid.rows[r])))
        wide = max(c for cells in grid.rows.values() for c in cells)
        table = [list(row.cells) for row in made.add_table(max(grid.rows) - first + 1, wide).rows]
        for r in (r for r in grid.rows if r >= first):
            for c, cell in grid.rows[r].items():
                table[r - first][c - 1].text = (replaced or {}).get(printed(cell), printed(cell))
        for top, left, bottom, right in grid.merges:
            if top >= first:
                table[top - first][left - 1].merge(table[bottom - first][right - 1])
        made.add_paragraph("")
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()
