"""Score sheets in several files, and texts that speak of their projects: what must be the same, and what must not be said."""

from __future__ import annotations

import io

import openpyxl
import pytest

from support.drawnforms import book_of, docx_of, drawing
from support.places import SAMPLES
from support.worddocs import docx, p, run
from xlcheck.documents.document import SentDocument

CLEAN = drawing("national_2020")
OTHER = (
    CLEAN.replace("120.18", "113.85")
    .replace("| 95.00% | 9.5\n", "| 90.00% | 9\n", 1)
    .replace("| 100 | 97.5", "| 100 | 96.8")
)
NAMED = "农村公路养护经费项目绩效自评综述：根据年初设定的绩效目标，项目自评得分为{score}分。项目全年预算数为126.5万元，执行数为{spent}万元，完成预算的{rate}%。"
TITLE = "第三部分 2023年度部门决算情况说明"


def word(*drawings, name="自评表.docx"):
    return SentDocument(name, docx_of(*drawings, above=()))


def text(*sentences):
    return SentDocument(
        "说明.docx", docx("".join(p(run(line)) for line in (TITLE, "十、预算绩效情况说明", *sentences)))
    )


def tables_with(form):
    """The ten tables of a sample with a form behind them."""
    whole = openpyxl.load_workbook(SAMPLES / "tunliu_2023.xlsx")
    sheet = whole.create_sheet("绩效自评表")
    drawn = openpyxl.load_workbook(io.BytesIO(book_of(form))).worksheets[0]
    for row in drawn.iter_rows():
        for cell in row:
            if cell.value is not None:
                sheet.cell(cell.row, cell.column, cell.value)
    for area in drawn.merged_cells.ranges:
        sheet.merge_cells(str(area))
    out = io.BytesIO()
    whole.save(out)
    return out.getvalue()


def ties(report, *codes):
    return [f for f in report.findings if f.code in (codes or ("sheet_in_files", "sheet_told"))]


def test_the_words_of_a_form_are_no_figures_of_a_text(pipeline):
    checked = pipeline.run_document(word(CLEAN))
    assert [t.cannot_say for t in checked.report.texts] == [0]
    assert checked.report.not_evaluated == ()
    assert (checked.report.counts.errors, checked.report.counts.verifies) == (0, 0)


def test_figures_beside_a_form_are_still_those_of_the_text(pipeline):
    document = SentDocument("自评表.docx", docx_of(CLEAN, above=("另有费用12.34万元未列明。",)))
    assert sum(t.figures for t in pipeline.run_document(document).report.texts) == 1


@pytest.mark.parametrize("first", ["book", "word"])
def test_one_project_with_two_figures_in_two_files_is_said_with_both_places(pipeline, first):
    data = tables_with(CLEAN) if first == "book" else (SAMPLES / "tunliu_2023.xlsx").read_bytes()
    documents = (
        [word(OTHER)] if first == "book" else [word(CLEAN, name="自评表1.docx"), word(OTHER, name="自评表2.docx")]
    )
    (found,) = ties(pipeline.run(data, "决算.xlsx", documents=documents).report)
    assert found.severity.value == "核实"
    for part in (
        "农村公路养护经费",
        "全年执行数",
        "120.18万元",
        "113.85万元",
        "95.00%",
        "90.00%",
        "97.5",
        documents[-1].name,
    ):
        assert part in found.message
    assert ("工作表“绩效自评表”" in found.message) == (first == "book")


def test_the_same_form_in_two_files_is_right(pipeline):
    report = pipeline.run(tables_with(CLEAN), "决算.xlsx", documents=[word(CLEAN)]).report
    assert ties(report) == []
    assert report.tallies["P05-05"] == {"pass": 1}


def test_a_form_in_yuan_is_the_same_as_one_in_wan(pipeline):
    yuan = (
        CLEAN.replace("（万元）", "（元）")
        .replace("120.18", "1201800")
        .replace("126.5", "1265000")
        .replace("| 120 |", "| 1200000 |")
    )
    report = pipeline.run(tables_with(CLEAN), "决算.xlsx", documents=[word(yuan)]).report
    assert ties(report) == []


def test_other_projects_are_not_compared(pipeline):
    other = OTHER.replace("农村公路养护经费", "桥梁检测经费")
    assert ties(pipeline.run(tables_with(CLEAN), "决算.xlsx", documents=[word(other)]).report) == []


@pytest.mark.parametrize(
    ("score", "spent", "rate", "right"),
    [
        ("97.5", "120.18", "95", []), ("97.50", "1201800.00", "95.00", ["执行数"]), ("97.5", "118.20", "95", ["全年执行数是 118.20万元"]),
        ("98.5", "120.18", "93.44", ["执行率是 93.44%", "总分是 98.5分"]),
    ],
)  # fmt: skip
def test_what_a_text_says_of_a_project_is_held_against_its_form(pipeline, score, spent, rate, right):
    told = text(NAMED.format(score=score, spent=spent, rate=rate))
    found = ties(pipeline.run(tables_with(CLEAN), "决算.xlsx", documents=[told]).report)
    assert len(found) == len(right)
    for one, part in zip(found, right, strict=True):
        assert part in one.message
        assert one.severity.value == "核实"
        assert one.cells[0].passage.document == "说明.docx"


def test_figures_behind_the_name_of_another_project_are_its_own(pipeline):
    told = text(
        "农村公路养护经费项目自评得分为97.5分，执行数为120.18万元。桥梁检测经费项目执行数为50万元。",
        "桥梁检测经费项目执行数为88万元。",
    )
    documents = [told, word(OTHER.replace("农村公路养护经费", "桥梁检测经费").replace("113.85", "50"))]
    found = ties(pipeline.run(tables_with(CLEAN), "决算.xlsx", documents=documents).report, "sheet_told")
    assert [("88万元" in f.message, "“桥梁检测经费”" in f.message) for f in found] == [(True, True)]


def test_a_form_and_a_text_in_one_word_file_are_held_against_each_other(pipeline):
    document = SentDocument("绩效.docx", docx_of(CLEAN, above=(NAMED.format(score="97.5", spent="118.2", rate="95"),)))
    (found,) = ties(pipeline.run_document(document).report)
    assert "118.2万元" in found.message


def test_a_right_figure_that_prints_its_unit_is_said_with_one(pipeline):
    wrong = CLEAN.replace("| 95.00% | 9.5\n", "| 96.00% | 9.5\n", 1)
    (cause,) = pipeline.run(book_of(wrong), "x").report.diagnoses
    assert "应为 95%。" in cause.message
