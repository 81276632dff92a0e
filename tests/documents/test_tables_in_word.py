"""公开01–10 as tables of a Word document: bound as the sheets of the workbook are, figure by figure."""

from __future__ import annotations

from support.wordtables import as_word
from xlcheck.documents.opening import read_document
from xlcheck.reading.opening import Opened, open_workbook


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
