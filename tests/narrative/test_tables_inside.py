"""Tables inside a document against those of the workbook (T01-12)."""

from __future__ import annotations

import pytest

from support.texts import pipeline
from support.wordtables import as_word
from xlcheck.documents.document import SentDocument
from xlcheck.reading.opening import open_workbook


def findings(sample, **changes):
    """What is said of the tables of a document that has those of the sample, with some figures changed."""
    data = as_word(open_workbook(sample).grids, **changes)
    report = pipeline().run(sample, "a.xlsx", documents=[SentDocument("报告.docx", data)]).report
    return [f for f in report.findings if f.rule == "T01-12"]


def test_tables_as_in_the_workbook_are_right(sample):
    assert findings(sample) == []


def test_tables_printed_with_fewer_decimals_are_right(sample):
    shown = {f"{float(c.text):,.2f}" for g in open_workbook(sample).grids for r in g.rows.values() for c in r.values() if c.type == "n" and "." in c.text}  # fmt: skip
    assert findings(sample, replaced={text: f"{float(text.replace(',', '')):.1f}" for text in shown}) == []


def test_a_table_that_differs_is_a_finding_at_its_cells(sample):
    found = findings(sample, replaced={"108.54": "105.84"})
    assert [f.severity for f in found] == ["错误"] * 3  # 公开02, 03, 05 print it
    for one in found:
        assert {c.passage.quote.strip() for c in one.cells if c.passage is not None} == {"105.84"}
        assert "108.54" in one.message


def test_every_table_that_differs_is_said(sample):
    found = findings(sample, replaced={"15.27": "15.72"})
    assert len(found) == len({f.message for f in found}) > 2  # 公开01, 03, 04, 05 print it


@pytest.mark.parametrize("factor", [10_000, 1.37])
def test_a_table_of_another_unit_or_year_is_only_asked_about(sample, factor):
    """Most figures differ: the table is in 元, or last year's."""

    def other(text):
        return f"{float(text.replace(',', '')) * factor:.2f}" if "." in text else text

    printed = {"567.18", "360.14", "207.04", "525.21", "318.16", "277.33", "275.64", "247.87", "42.52", "205.35", "108.54", "105.56", "37.39", "15.27", "26.71", "99.79"}  # fmt: skip
    found = findings(sample, replaced={text: other(text) for text in printed})
    assert found
    assert any(f.severity == "核实" for f in found)
