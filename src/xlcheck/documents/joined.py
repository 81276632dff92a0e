"""A score sheet (绩效自评表) that a document breaks into two tables, put together again: money above, indicators below."""

from __future__ import annotations

import re
from dataclasses import replace

from xlcheck.documents.document import Document, DocumentTable
from xlcheck.reading.grid import Grid

_PROJECT = re.compile(r"项目(?:支出)?名称[:：]?")
_INDICATORS = re.compile("三级指标|二级指标|指标名称")


def joined_forms(document: Document) -> Document:
    """The document with each table that names a project and has no indicators joined to the next one, where that is the reverse."""
    found: list[DocumentTable] = []
    for table in document.tables:
        if found and _begins(found[-1]) and not _names_project(table) and _has_indicators(table):
            found[-1] = _joined(found[-1], table)
        else:
            found.append(table)
    return document if len(found) == len(document.tables) else replace(document, tables=tuple(found))


def _begins(table: DocumentTable) -> bool:
    return _names_project(table) and not _has_indicators(table)


def _texts(table: DocumentTable) -> list[str]:
    return [re.sub(r"\s+", "", cell.text) for cells in table.grid.rows.values() for cell in cells.values()]


def _names_project(table: DocumentTable) -> bool:
    return any(_PROJECT.match(text) for text in _texts(table))


def _has_indicators(table: DocumentTable) -> bool:
    return any(_INDICATORS.fullmatch(text) for text in _texts(table))


def _joined(upper: DocumentTable, lower: DocumentTable) -> DocumentTable:
    """One table: the rows of the second below those of the first, under its name."""
    down = max((*upper.grid.rows, *(area[2] for area in upper.grid.merges)), default=0)
    grid = Grid(
        upper.grid.name,
        upper.grid.part,
        upper.grid.rows | {row + down: cells for row, cells in lower.grid.rows.items()},
        [*upper.grid.merges, *((a + down, b, c + down, d) for a, b, c, d in lower.grid.merges)],
        formats=upper.grid.formats,
    )
    spans = {(row + down, column): span for (row, column), span in lower.spans.items()}
    return DocumentTable(grid, {**upper.spans, **spans})
