"""公开01–10 as tables of a Word document: bound as the sheets of the workbook are, figure by figure."""

from __future__ import annotations

import pytest

from support.worddocs import docx, p
from support.worddocs import row as word_row
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


NOTES = (
    ("注：本表以万元为单位。", True),
    ("说明：本单位没有政府性基金收支，故本表无数据。", True),
    ("我单位2023年没有这类支出，本表为空。", True),
    ("七、国有资本经营预算支出决算情况", False),
    ("2023年支出合计567.18万元。", False),
)


@pytest.mark.parametrize(("line", "is_note"), NOTES)
def test_a_note_below_a_table_is_part_of_it(line, is_note):
    table = f"<w:tbl>{word_row('科目', '金额')}{word_row('合计', '1.20')}</w:tbl>"
    document = read_document(docx(p("支出表") + table + p("") + p(line) + p("后面的文字。")))
    (found,) = document.tables
    texts = [found.grid.text(r, 1) for r in sorted(found.grid.rows)]
    assert texts == ["支出表", "科目", "合计", *[line] * is_note]
    if is_note:
        start, end = found.spans[max(found.grid.rows), 1]
        assert document.text[start:end] == line
