"""The formats of a run for other programs and for Excel: SARIF, JUnit, one workbook. Held against other readers."""

from __future__ import annotations

import io
import json
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import jsonschema
import openpyxl
import pytest

from support.places import ROOT, SAMPLES
from xlcheck.errors import Refused
from xlcheck.report.assemble import Source, refused
from xlcheck.report.report import Statement
from xlcheck.writing.batchbook import BOOKS, FINDINGS, HEAT, MOST_OF_ONE
from xlcheck.writing.rendering import RENDERERS, Run, View, renderer

SCHEMA = json.loads((ROOT / "tests" / "data" / "sarif" / "sarif-schema-2.1.0.json").read_text(encoding="utf-8"))
HOSTILE = '甲/<b>&"\' =HYPERLINK("x")\u202e\x01|%20#?.xlsx'


class Held:
    """A sink that keeps what it is given."""

    def __init__(self):
        self.whole = b""

    def line(self, piece):
        self.whole += f"{piece.text}\n".encode()

    def data(self, whole):
        self.whole += whole

    def file(self, path):
        self.whole += Path(path).read_bytes()


def written(name, views, run=Run(single=False)):  # noqa: B008 - frozen
    made, sink = renderer(name), Held()
    made.write([made.part(view) for view in views], run, sink)
    return sink.whole


@pytest.fixture(scope="module")
def views(pipeline):
    found = []
    for path in sorted(SAMPLES.glob("*.xlsx")):
        checked = pipeline.run(path.read_bytes(), f"报送/{path.name}", show=True)
        found.append(View(path.stem, checked.report, checked.submission, checked.sheets))
    found.append(View("坏", refused(Source(HOSTILE, "0" * 64), Refused("encrypted", "工作簿设了打开密码。"))))
    return found


def reports(views):
    return [v.report for v in views]


@pytest.mark.parametrize("name", RENDERERS)
def test_every_format_takes_the_same_reports_and_gives_the_same_bytes_again(views, name):
    first = written(name, views)
    assert first
    assert written(name, views) == first
    assert bool(written(name, [])) == (name not in ("text", "jsonl"))


# --- SARIF ------------------------------------------------------------------------------------------------


def sarif(views):
    log = json.loads(written("sarif", views))
    jsonschema.Draft7Validator(SCHEMA, format_checker=jsonschema.FormatChecker()).validate(log)
    (run,) = log["runs"]
    return run


def test_sarif_is_valid_and_has_every_finding_with_its_level(views):
    run = sarif(views)
    levels = {"错误": "error", "核实": "warning", "提示": "note"}
    found = [f for r in reports(views) for f in r.findings]
    assert [r["level"] for r in run["results"]] == [levels[f.severity.value] for f in found]
    assert all(f.message in r["message"]["text"] for f, r in zip(found, run["results"], strict=True))
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]


def test_a_cell_is_a_logical_location(views):
    view = next(v for v in views if v.name == "tunliu_2023_transposed")
    run = sarif([view])
    finding = next(f for f in view.report.findings if f.subject and f.subject.cell)
    result = run["results"][view.report.findings.index(finding)]
    (location,) = result["locations"]
    (logical,) = location["logicalLocations"]
    expected = f"{finding.subject.sheet}!{finding.subject.cell}"
    assert (logical["fullyQualifiedName"], logical["kind"]) == (expected, "cell")
    uri = location["physicalLocation"]["artifactLocation"]
    assert unquote(run["artifacts"][uri["index"]]["location"]["uri"]) == view.report.workbook.path
    assert unquote(uri["uri"]) == view.report.workbook.path


def test_a_refused_workbook_is_a_notification_of_the_run(views):
    (invocation,) = sarif(views)["invocations"]
    (note,) = invocation["toolExecutionNotifications"]
    assert note["descriptor"]["id"] == "encrypted"


def test_what_is_justified_is_suppressed_and_what_is_old_unchanged(views):
    view = next(v for v in views if v.name == "tunliu_2023_transposed")
    first, *rest = view.report.findings
    said = first._replace(statement=Statement("上年结转的原因见附注", "accepted"), change="未改正")
    run = sarif([view._replace(report=replaced(view.report, findings=(said, *rest)))])
    assert run["results"][0]["suppressions"][0]["justification"] == "上年结转的原因见附注"
    assert run["results"][0]["baselineState"] == "unchanged"
    assert not any("suppressions" in r for r in run["results"][1:])


def replaced(report, **changes):
    import dataclasses

    return dataclasses.replace(report, **changes)


# --- JUnit ---------------------------------------------------------------------------------------------------


def test_junit_counts_what_it_holds(views):
    whole = ET.fromstring(written("junit", views))  # noqa: S314 - our own
    assert [s.get("name") for s in whole][:-1] == [r.workbook.path for r in reports(views)][:-1]
    for tag, name in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
        assert int(whole.get(name)) == len(list(whole.iter(tag)))
        assert all(int(s.get(name)) == len(list(s.iter(tag))) for s in whole)
    assert int(whole.get("tests")) == len(list(whole.iter("testcase")))
    failing = [f for r in reports(views) for f in r.findings if f.open and f.severity.value != "提示"]
    assert [e.get("message") for e in whole.iter("failure")] == [f.message for f in failing]
    assert len(list(whole.iter("skipped"))) == sum(len(r.not_evaluated) for r in reports(views))
    (error,) = whole.iter("error")
    assert error.get("type") == "encrypted"


# --- one workbook ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def book(views):
    whole = written("xlsx", views, Run(single=False, skipped=("说明.docx",)))
    return openpyxl.load_workbook(io.BytesIO(whole))


def rows(sheet, width):
    values = list(sheet.iter_rows(min_row=2, max_col=width, values_only=True))
    return values[: next((i for i, v in enumerate(values) if v[0] is None), len(values))]


def test_a_row_a_workbook(views, book):
    found = rows(book[BOOKS], 12)
    assert len(found) == len(views)
    for row, report in zip(found, reports(views), strict=True):
        counts = report.counts
        assert row[5:10] == (counts.errors, counts.verifies, counts.notes, counts.justified, counts.not_evaluated)
        assert (row[1] or "") == (report.workbook.unit or "")
        assert row[4] == ("没有检查" if report.refusal else row[4])
    assert found[-1][4] == "没有检查"
    assert {r[4] for r in found} >= {"没有检查", "有错误", "没有发现错误"}


def test_a_row_a_finding_linked_both_ways(views, book):
    found = rows(book[FINDINGS], 14)
    expected = [(n, f) for n, r in enumerate(reports(views), 1) for f in r.findings]
    assert [r[6] for r in found] == [f.message for _, f in expected]
    assert [r[2] for r in found] == [f.severity.value for _, f in expected]
    assert [r[10] for r in found] == [f.advice for _, f in expected]
    for row, (number, _) in zip(found, expected, strict=True):
        assert row[0] == f"=HYPERLINK(\"#'{BOOKS}'!A{number + 1}\",{number})"
    at = 2
    for row, report in zip(rows(book[BOOKS], 1), reports(views), strict=True):
        assert str(row[0]).startswith(f"=HYPERLINK(\"#'{FINDINGS}'!A{at}\"") == bool(report.findings)
        at += len(report.findings)


def test_the_heat_map_counts_open_errors_and_doubts_by_table(views, book):
    sheet = book[HEAT]
    head = [c.value for c in sheet[1]]
    for values, report in zip(rows(sheet, len(head)), reports(views), strict=True):
        open_ones = [f for f in report.findings if f.open and f.severity.value != "提示"]
        assert values[2] == len(open_ones) == sum(v or 0 for v in values[3:])
    assert "支出决算表" in head
    assert sheet.conditional_formatting


def test_lists_have_filters_stay_in_sight_and_print_across(book):
    for name in (BOOKS, FINDINGS, HEAT):
        sheet = book[name]
        assert sheet.auto_filter.ref
        assert sheet.freeze_panes
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.print_title_rows == "$1:$1"


def test_text_of_users_is_no_formula(views):
    view = views[0]
    evil = replaced(view.report, workbook=view.report.workbook._replace(unit='=HYPERLINK("http://x","y")', path="=1+1"))
    book = openpyxl.load_workbook(io.BytesIO(written("xlsx", [view._replace(report=evil)])))
    cell = book[BOOKS]["B2"]
    assert (cell.value, cell.data_type) == ('=HYPERLINK("http://x","y")', "s")


def test_what_is_too_much_is_said(views):
    view = next(v for v in views if v.name == "tunliu_2023_transposed")
    many = replaced(view.report, findings=view.report.findings * (MOST_OF_ONE // 2))
    book = openpyxl.load_workbook(io.BytesIO(written("xlsx", [view._replace(report=many)])))
    assert len(rows(book[FINDINGS], 14)) == MOST_OF_ONE
    left = len(many.findings) - MOST_OF_ONE
    assert any(f"另有 {left} 条问题没有列出" in str(r[1]) for r in book[BOOKS].iter_rows(values_only=True))
