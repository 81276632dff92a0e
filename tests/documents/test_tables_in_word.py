"""公开01–10 as tables of a Word document: bound as the sheets of the workbook are, figure by figure."""

from __future__ import annotations

import io

import docx as python_docx

from xlcheck.documents.opening import read_document
from xlcheck.reading.opening import Opened, open_workbook


def printed(cell):
    """A cell as a report prints it."""
    return f"{float(cell.text):,.2f}" if cell.type == "n" and "." in cell.text else cell.text


def as_word(grids):
    """Each sheet as a table of its own, its headings as paragraphs above, parts of a heading apart by tabs."""
    made = python_docx.Document()
    made.add_paragraph("第二部分 部门决算表")
    for grid in grids:
        first = next(r for r in sorted(grid.rows) if len(grid.rows[r]) >= 3)
        for r in sorted(grid.rows):
            if r < first:
                made.add_paragraph("\t".join(printed(grid.rows[r][c]) for c in sorted(grid.rows[r])))
        wide = max(c for cells in grid.rows.values() for c in cells)
        table = [list(row.cells) for row in made.add_table(max(grid.rows) - first + 1, wide).rows]
        for r in (r for r in grid.rows if r >= first):
            for c, cell in grid.rows[r].items():
                table[r - first][c - 1].text = printed(cell)
        for top, left, bottom, right in grid.merges:
            if top >= first:
                table[top - first][left - 1].merge(table[bottom - first][right - 1])
        made.add_paragraph("")
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def figures(submission):
    return {
        (number, name, r, c): amount.figure
        for number, table in submission.tables.items()
        for name, section in table.sections.items()
        for r, amounts in enumerate(section.amounts)
        for c, amount in enumerate(amounts)
    }


def test_the_ten_tables_in_a_word_document_are_bound_like_those_of_the_workbook(pipeline, sample, sample_submission):
    document = read_document(as_word(open_workbook(sample).grids))
    submission = pipeline.reader.read(Opened(None, list(document.grids)), None)
    assert figures(submission) == figures(sample_submission)
    assert len(figures(submission)) > 500
    for table in document.tables:
        for (row, column), (start, end) in table.spans.items():
            shown = document.text[start:end]
            assert table.grid.text(row, column) in (shown.strip(), shown.strip().replace(",", ""), "")
