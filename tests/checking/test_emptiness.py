"""A form that nobody has filled in is said, and passes nowhere; tables that may be empty stay without a word."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from openpyxl.cell.cell import MergedCell

from support.effort import drawn
from support.places import ROOT, SAMPLES
from xlcheck.cli.check import command as check
from xlcheck.cli.fill import command as fill
from xlcheck.form import Severity
from xlcheck.pipeline import Pipeline
from xlcheck.report.passing import Passing, passing_of
from xlcheck.report.report import Report

FORMS = ("shanxi-2023", "shanghai-putuo-2024", "central-2023", "sichuan-2023", "beijing-2023")


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return Pipeline()


def said(report: Report, code: str) -> list:
    return [finding for finding in report.findings if finding.code == code]


def filled(form: str, folder: Path, data: str = "{}") -> bytes:
    (folder / "d.json").write_text(data, encoding="utf-8")
    CliRunner().invoke(fill, [form, str(folder / "d.json"), "-o", str(folder / "o.xlsx")], standalone_mode=False)
    return (folder / "o.xlsx").read_bytes()


@pytest.mark.parametrize("form", FORMS)
def test_a_form_filled_from_nothing_passes_nowhere(form: str, pipeline: Pipeline, tmp_path: Path):
    report = pipeline.run(filled(form, tmp_path), "空.xlsx").report
    (finding,) = said(report, "empty_form")
    assert finding.severity is Severity.ERROR
    assert finding.message.startswith("各表都没有数据：")
    assert passing_of(report).passing is Passing.WRONG
    done = CliRunner().invoke(check, [str(tmp_path / "o.xlsx")], standalone_mode=False)
    assert done.return_value == 1


@pytest.mark.parametrize("path", sorted((ROOT / "templates").glob("*.xlsx")), ids=lambda path: path.stem)
def test_a_blank_template_is_not_filled_in(path: Path, pipeline: Pipeline):
    report = pipeline.run(path.read_bytes(), path.name).report
    if path.stem.startswith("selfscore-"):  # score sheets say it of each form
        assert ["没有填" in finding.message for finding in report.findings] == [True]
    else:
        assert said(report, "empty_form")
    assert passing_of(report).passing is not Passing.PASSED


def test_zeros_that_are_typed_are_to_be_confirmed_not_convicted(pipeline: Pipeline, tmp_path: Path):
    book = openpyxl.load_workbook(io.BytesIO(filled("shanxi-2023", tmp_path)))
    book["公开03 支出决算表"]["E7"] = 0.0
    (finding,) = said(pipeline.run(_bytes(book), "零.xlsx").report, "empty_form")
    assert finding.severity is Severity.VERIFY
    assert "填的数都是 0" in finding.message


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.xlsx")), ids=lambda path: path.stem)
def test_filled_workbooks_with_empty_tables_are_not_spoken_of(path: Path, pipeline: Pipeline):
    """公开07 and 公开08 of the 屯留 report are empty, and rightly so."""
    report = pipeline.run(path.read_bytes(), path.name).report
    assert not said(report, "empty_form")
    assert not said(report, "empty_table")


def test_one_figure_that_is_not_read_is_no_empty_form(pipeline: Pipeline, tmp_path: Path):
    book = openpyxl.load_workbook(io.BytesIO(filled("shanxi-2023", tmp_path)))
    book["公开03 支出决算表"]["E7"] = "见附注"
    assert not said(pipeline.run(_bytes(book), "字.xlsx").report, "empty_form")


@pytest.mark.parametrize(
    "what",
    [
        "tunliu_2023",
        pytest.param("beijing_2023", marks=pytest.mark.long),
        pytest.param("sichuan_2023", marks=pytest.mark.long),
    ],
)
def test_a_table_whose_counterpart_has_figures_does_not_pass_empty(what: str, pipeline: Pipeline):
    """Each table that shares an equation with another one, cleared in turn: with its rows, and with its figures alone."""
    book = openpyxl.load_workbook(SAMPLES / f"{what}.xlsx")
    alone = {"公开10 相关信息统计表", "公开12 政府采购情况表"}  # what they say stands in no other table
    sheets = [name for name in book.sheetnames if name not in alone]
    for name in sheets[:: -(-len(sheets) // drawn(len(sheets)))]:
        for rows in (False, True):
            cleared = openpyxl.load_workbook(SAMPLES / f"{what}.xlsx")
            if _clear(cleared[name], rows=rows):
                report = pipeline.run(_bytes(cleared), f"{name}.xlsx").report
                assert not passing_of(report).passed, name


def test_a_table_that_lost_its_rows_is_named_with_the_figure_that_it_should_agree_with(pipeline: Pipeline):
    book = openpyxl.load_workbook(SAMPLES / "beijing_2023.xlsx")
    _clear(book["公开09 政府性基金基本支出决算表"], rows=True)
    report = pipeline.run(_bytes(book), "基金.xlsx").report
    (finding,) = said(report, "empty_table")
    assert finding.message == "公开09表没有数据，而公开08表与它对应的“合计 · 基本支出”是 2.00。"
    assert passing_of(report).said == "待核实（核实 1 条）"


def _clear(sheet, *, rows: bool) -> bool:
    """Take the figures out of a sheet, and the rows of codes; whether any was other than 0."""
    had = False
    for cell in (c for row in sheet.iter_rows() for c in row if not isinstance(c, MergedCell)):
        if isinstance(cell.value, float) or (
            isinstance(cell.value, int) and not (cell.column == 2 and cell.value < 60)
        ):
            had = had or (bool(cell.value) and cell.row > 6)
            cell.value = None
    if rows:
        codes = [
            r
            for r in range(1, sheet.max_row + 1)
            if len(str(sheet.cell(r, 1).value or "")) > 2 and str(sheet.cell(r, 1).value).isdigit()
        ]
        for row in reversed(codes):
            sheet.delete_rows(row)
    return had


def _bytes(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
