"""Score sheets as tables of Word documents: checked alone and beside a workbook, said as passages, marked by comments."""

from __future__ import annotations

import json
import re

import pytest

from support.drawnforms import docx_of, drawing
from support.places import SAMPLES
from support.worddocs import commented
from support.wordtables import as_word
from xlcheck.documents.document import SentDocument
from xlcheck.reading.opening import open_workbook
from xlcheck.report.json import report_data, report_from, to_json
from xlcheck.writing.word import unmarked_document

CLEAN = drawing("national_2020")
WRONG_RATE = CLEAN.replace("| 95.00% | 9.5\n", "| 96.00% | 9.5\n", 1)
EMPTY_RESULT = drawing("hunan_style").replace("| 22所 |", "|  |")
WRONG_UNIT = drawing("text_everything").replace("'95% |", "'95个 |")
WORKBOOK = SAMPLES / "tunliu_2023.xlsx"


def sent(*drawings, **options):
    return SentDocument("说明.docx", docx_of(*drawings, **options))


def said(report, least=("错误", "核实")):
    return [(f.severity.value, f.rule or f.code) for f in report.findings if f.severity.value in least]


def comments(document, marked):
    assert unmarked_document(marked) == document.data
    return [(held, text) for _, text, held in commented(marked).values() if "核对结果" not in text]


def test_mistakes_of_three_forms_are_comments_at_their_cells(pipeline):
    document = sent(WRONG_RATE, EMPTY_RESULT, WRONG_UNIT)
    checked = pipeline.run_document(document, mark=True)
    assert said(checked.report) == [("错误", "P01-03"), ("核实", "P03-04"), ("核实", "P03-07")]
    for finding in checked.report.findings:
        assert all(cell.passage and not cell.cell and not cell.sheet for cell in finding.cells)
        assert not re.search(r"[A-Z]\d|文中表", finding.message), finding.message
        assert "说明.docx" in finding.message
    (cause,) = checked.report.diagnoses
    assert (cause.cell.passage.quote, cause.suggested) == ("96.00%", "95%")
    held = dict(comments(document, checked.documents[0].data))
    assert "疑似" in held["96.00%"]
    assert "【错误】" in held["96.00%"]
    assert "计量单位不同" in held["95个"]
    assert any("实际完成值却空着" in text for text in held.values())


def test_a_form_that_is_broken_into_two_tables_is_read_as_one(pipeline):
    lines = WRONG_RATE.splitlines()
    (head,) = [n for n, line in enumerate(lines) if "三级指标" in line]
    lower = [
        line.replace("总分 | < |", "总分 |") if "总分" in line else line.partition("|")[2] for line in lines[head:]
    ]
    broken = docx_of("\n".join(lines[:head]), "\n".join(lower))
    document = SentDocument("说明.docx", docx_of(CLEAN, titles=False)), SentDocument("说明.docx", broken)
    whole, parts = (pipeline.run_document(one, mark=True) for one in document)
    assert [len(one.submission.sheets) for one in (whole, parts)] == [1, 1]
    assert said(parts.report) == [("错误", "P01-03")]
    assert parts.submission.sheets[0].rows.keys() == whole.submission.sheets[0].rows.keys()
    assert len(parts.submission.sheets[0].rows["指标"]) == 6
    assert "疑似" in dict(comments(document[1], parts.documents[0].data))["96.00%"]
    assert parts.report.counts.passed >= whole.report.counts.passed - 3


def test_a_report_about_passages_of_forms_comes_back_from_its_json(pipeline):
    report = pipeline.run_document(sent(WRONG_RATE, EMPTY_RESULT)).report
    again = report_from(json.loads(to_json(report_data(report))))
    there = [c._replace(weight=1) for f in report.findings for c in f.cells]
    assert [c for f in again.findings for c in f.cells] == there
    assert {c.table for c in there} == {"自评表“农村公路养护经费”", "自评表“中小学校舍维修”"}
    assert [d.cells for d in again.diagnoses] == [d.cells for d in report.diagnoses]


def test_forms_beside_a_workbook_are_checked_and_tied_to_its_tables(pipeline):
    document = sent(WRONG_RATE, WRONG_UNIT)
    data = WORKBOOK.read_bytes()
    alone = pipeline.run(data, "表.xlsx")
    checked = pipeline.run(data, "表.xlsx", mark=True, documents=[document])
    assert said(alone.report) == []
    found = said(checked.report)
    assert {("错误", "P01-03"), ("核实", "P03-07"), ("核实", "sheets_over_projects")} <= set(found)
    assert found.count(("核实", "sheet_other_unit")) == 2
    assert found.count(("核实", "sheet_other_year")) == 1
    assert checked.report.counts.passed > alone.report.counts.passed + 90
    assert [t.sheet for t in checked.report.workbook.tables if t.kind == "自评表"] == [
        "说明.docx 文中表1",
        "说明.docx 文中表2",
    ]
    (rate,) = [f for f in checked.report.findings if f.rule == "P01-03"]
    assert rate.advice.startswith("先把 说明.docx 自评表“农村公路养护经费”“96.00%” 改为 95%")
    assert "疑似" in dict(comments(document, checked.documents[0].data))["96.00%"]


def test_right_forms_beside_their_workbook_say_nothing(pipeline):
    right = (
        CLEAN.replace("2022", "2023").replace("某县公路管理站", "长治市屯留区社会保险中心").replace("126.5", "12.65")
    )
    right = right.replace("120.18", "12.018").replace("| 120 |", "| 12 |")
    checked = pipeline.run(WORKBOOK.read_bytes(), "表.xlsx", mark=True, documents=[sent(right)])
    assert said(checked.report) == []


SAID = "2023年二级项目绩效自评个数{}个，涉及资金292.5万元。3个项目自评等级为“优”，0个项目自评等级为“良”。"


@pytest.mark.parametrize(("count", "differs"), [("3", False), ("4", True)])
def test_the_text_above_the_forms_is_held_against_them(count, differs, pipeline):
    forms = as_word(
        open_workbook((SAMPLES / "selfscore_tunliu_2023.xlsx").read_bytes()).grids,
        before=("（四）预算绩效情况说明", SAID.format(count)),
    )
    checked = pipeline.run(WORKBOOK.read_bytes(), "表.xlsx", documents=[SentDocument("说明.docx", forms)])
    assert [f.rule for f in checked.report.findings if f.severity.value == "核实"] == ["T01-13"] * differs
    alone = pipeline.run_document(SentDocument("说明.docx", forms))
    assert len(alone.submission.sheets) == 3
    assert [f.rule for f in alone.report.findings if f.severity.value == "核实"] == ["T01-13"] * differs
