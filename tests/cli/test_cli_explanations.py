"""审核说明: typed into 审核结果 by the unit, read back, bound to the figures; kept in a file beside the workbooks."""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest

from support.places import SAMPLES
from xlcheck.form import Severity
from xlcheck.pipeline import Pipeline
from xlcheck.reading.marks.format import KEY, SHEET
from xlcheck.report.report import Statement

REASON = "本年新设机构，年初没有结转资金，口径与上年不同"


def marked(pipeline: Pipeline, data: bytes) -> bytes:
    checked = pipeline.run(data, "x.xlsx", mark=True)
    copy = checked.marked
    assert checked.report.refusal is None
    assert copy is not None
    return copy


def typed(copy: bytes, say: dict[int, str], figures: dict[tuple[str, str], object] | None = None) -> bytes:
    """The copy as a unit sends it back: ``say`` by number of the finding, saved by another program."""
    book = openpyxl.load_workbook(io.BytesIO(copy))
    sheet = book[SHEET]
    heading = next(r for r in range(1, 60) if sheet.cell(r, 1).value == "级别")
    rows = [r for r in range(heading + 1, sheet.max_row + 1) if sheet.cell(r, KEY).value]  # a cause has no key
    for number, text in say.items():
        sheet.cell(rows[number], 11).value = text
    for (name, cell), value in (figures or {}).items():
        book[name][cell] = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.fixture(scope="module")
def doubtful() -> bytes:
    """A workbook with errors, and with findings of three rules that may be explained."""
    book = openpyxl.load_workbook(SAMPLES / "tunliu_2023.xlsx")
    for name, old, new in (
        ("公开01 收入支出决算总表", 525.21, 525.12), ("公开02 收入决算表", "事业单位离退休", "事业单位离退休费用"),
        ("公开03 支出决算表", 2.98, "2.98"), ("公开03 支出决算表", 318.16, "318.16"), ("公开03 支出决算表", 105.56, "105.56元"),
    ):  # fmt: skip
        for row in book[name].iter_rows():
            for cell in row:
                if cell.value == old:
                    cell.value = new
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.fixture(scope="module")
def first(pipeline, doubtful):
    return pipeline.run(doubtful, "x.xlsx").report.findings


def numbers(found, *severities):
    return [i for i, f in enumerate(found) if f.severity in severities]


def findings(pipeline, data):
    return pipeline.run(data, "x.xlsx").report.findings


def test_the_workbook_of_these_tests_has_what_they_need(first):
    assert len(numbers(first, Severity.ERROR)) >= 1
    assert len(numbers(first, Severity.VERIFY, Severity.NOTE)) >= 3


def test_an_explanation_of_unchanged_figures_stands_from_round_to_round(pipeline, doubtful, first):
    number = numbers(first, Severity.VERIFY, Severity.NOTE)[0]
    back = typed(marked(pipeline, doubtful), {number: REASON})
    for _ in range(3):
        found = findings(pipeline, back)
        assert (found[number].justified, found[number].statement) == (True, Statement(REASON, "accepted"))
        assert [f for i, f in enumerate(found) if i != number and (f.justified or f.statement)] == []
        back = marked(pipeline, back)
    assert tuple(f._replace(statement=None) for f in found) == first


def test_an_explanation_lapses_with_its_figures_and_is_not_read_as_said_of_the_new_ones(pipeline, doubtful, first):
    number, cell = next(
        (i, c) for i in numbers(first, Severity.VERIFY, Severity.NOTE) for c in first[i].cells if c.cell and c.value
    )
    changed = typed(marked(pipeline, doubtful), {number: REASON}, {(cell.sheet, cell.cell): "12345.67 "})
    same = [f for f in findings(pipeline, changed) if f.statement]
    assert [(f.justified, f.statement.state) for f in same] == [(False, "lapsed")]
    again = findings(pipeline, marked(pipeline, changed))
    assert [f.statement for f in again if f.statement] == []


@pytest.mark.parametrize(("old", "new"), [("长治市屯留区社会保险中心", "长治市屯留区档案馆"), ("2023年度", "2022年度")])
def test_an_explanation_is_of_one_unit_and_one_year(pipeline, doubtful, first, old, new):
    number = numbers(first, Severity.VERIFY, Severity.NOTE)[0]
    back = typed(marked(pipeline, doubtful), {number: REASON})
    book = openpyxl.load_workbook(io.BytesIO(back))
    changed = 0
    for sheet in book.worksheets[:-1]:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and old in cell.value:
                    cell.value = cell.value.replace(old, new)
                    changed += 1
    assert changed
    out = io.BytesIO()
    book.save(out)
    assert [f for f in findings(pipeline, out.getvalue()) if f.statement] == []


@pytest.mark.parametrize("text", ["情况属实", "无", "。。。。。。。。。。。。", "已核实", "11111111111"])
def test_a_word_is_no_explanation(pipeline, doubtful, first, text):
    number = numbers(first, Severity.VERIFY, Severity.NOTE)[0]
    found = findings(pipeline, typed(marked(pipeline, doubtful), {number: text}))
    assert (found[number].justified, found[number].statement.state) == (False, "short")


def test_one_sentence_copied_to_every_row_is_none(pipeline, doubtful, first):
    some = numbers(first, Severity.VERIFY, Severity.NOTE)
    found = findings(pipeline, typed(marked(pipeline, doubtful), dict.fromkeys(some, REASON)))
    rules = {found[i].rule or found[i].code for i in some}
    assert len(rules) >= 3
    assert {found[i].statement.state for i in some} == {"copied"}


def test_an_error_is_mended_and_not_explained(pipeline, doubtful, first):
    number = numbers(first, Severity.ERROR)[0]
    checked = pipeline.run(typed(marked(pipeline, doubtful), {number: REASON}), "x.xlsx", mark=True)
    copy = checked.marked
    assert checked.report.findings[number].statement.state == "error"
    sheet = openpyxl.load_workbook(io.BytesIO(copy))[SHEET]
    assert any("不能用说明代替" in str(c.value) for row in sheet.iter_rows() for c in row)


def test_what_is_explained_is_shown_as_explained(run, tmp_path, pipeline, doubtful, first):
    some = numbers(first, Severity.VERIFY, Severity.NOTE)
    reasons = {n: f"{REASON}（第{'甲乙丙丁戊己庚辛壬癸'[i]}处，见附件）" for i, n in enumerate(some)}
    back = typed(marked(pipeline, doubtful), reasons)
    (tmp_path / "二.xlsx").write_bytes(back)
    report = run("check", tmp_path / "二.xlsx", "--format", "json").json
    assert report["counts"]["已说明"] == len(some)
    states = [f["explanation"]["state"] for f in report["findings"] if f["explanation"]]
    assert states == ["accepted"] * len(some)
    text = run("check", tmp_path / "二.xlsx").out
    assert text.count("·已说明]") == len(some)


def test_fail_on_follows_what_is_left_unexplained(run, tmp_path, pipeline):
    book = openpyxl.load_workbook(SAMPLES / "tunliu_2023.xlsx")
    book["公开02 收入决算表"]["D13"] = "机关养老保险"  # one code with two names: 核实
    out = io.BytesIO()
    book.save(out)
    found = findings(pipeline, out.getvalue())
    assert {f.severity for f in found} == {Severity.VERIFY, Severity.NOTE}
    (tmp_path / "一.xlsx").write_bytes(out.getvalue())
    assert run("check", tmp_path / "一.xlsx", "--fail-on", "提示").code == 1
    reasons = {n: f"{REASON}，见附件{n}" for n in numbers(found, Severity.VERIFY)}
    (tmp_path / "二.xlsx").write_bytes(typed(marked(pipeline, out.getvalue()), reasons))
    assert run("check", tmp_path / "二.xlsx", "--fail-on", "核实").code == 0
    assert run("check", tmp_path / "二.xlsx", "--fail-on", "提示").code == 1


@pytest.mark.parametrize("name", ["说明.csv", "说明.json"])
def test_explanations_are_kept_in_a_file_and_taken_from_it(run, tmp_path, pipeline, doubtful, first, name):
    number = numbers(first, Severity.VERIFY, Severity.NOTE)[0]
    (tmp_path / "原件.xlsx").write_bytes(doubtful)
    (tmp_path / "回件.xlsx").write_bytes(typed(marked(pipeline, doubtful), {number: f"-{REASON}"}))
    kept = tmp_path / name
    assert run("check", tmp_path / "回件.xlsx", "--explanations", kept, "--fail-on", "never").code == 0
    data = kept.read_bytes()
    assert data.count(REASON.encode()) == 1
    report = run("check", tmp_path / "原件.xlsx", "--explanations", kept, "--format", "json").json
    assert [f["explanation"]["text"] for f in report["findings"] if f["explanation"]] == [f"-{REASON}"]
    assert kept.read_bytes() == data
    if name.endswith("csv"):  # a text that Excel would run as a formula stays a text
        (row,) = csv.DictReader(io.StringIO(data.decode("utf-8-sig")))
        assert row["单位说明"].startswith("'-")


def test_a_file_that_is_none_of_ours_is_refused_in_words(run, tmp_path, doubtful):
    (tmp_path / "一.xlsx").write_bytes(doubtful)
    for name, content in {
        "坏.json": b"[1]",
        "坏.csv": b"a,b\r\n1,2\r\n",
        "坏.txt": b"",
        "乱.csv": b"\xff\xfe\x00",
    }.items():
        (tmp_path / name).write_bytes(content)
        done = run("check", tmp_path / "一.xlsx", "--explanations", tmp_path / name)
        assert (done.code, name in done.err) == (2, True), done.err
        assert (tmp_path / name).read_bytes() == content
