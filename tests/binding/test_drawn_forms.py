"""Score sheets drawn by hand, each with a habit of some office: nothing is said of them; on sheets, side by side, in Word."""

from __future__ import annotations

import io
import re
from collections import Counter

import openpyxl
import pytest

import bench_scores as bench
from support.drawnforms import DRAWN, book_of, cells_of, docx_of, drawing
from support.effort import drawn
from xlcheck.documents.document import SentDocument

NO_TOTAL = {"no_total_row", "no_total_notes_below", "no_total_person_rows"}
NO_MONEY = {"no_funds_block"}


def grave(report):
    return [f"{f.severity.value} {f.rule or f.code} {f.message}" for f in report.findings if f.severity.value != "提示"]


@pytest.mark.parametrize("name", DRAWN)
def test_what_is_legal_is_found_legal_with_every_relation_decided(name, pipeline):
    checked = pipeline.run(book_of(drawing(name)), "x")
    (sheet,) = checked.submission.sheets
    assert grave(checked.report) == []
    assert checked.report.counts.passed > 20
    assert bool(checked.report.counts.not_evaluated) is (name in NO_TOTAL)
    assert [(bool(sheet.rows[block])) for block in ("指标", "总分")] == [True, name not in NO_TOTAL]
    assert ("资金（预算数、执行数、执行率）" in sheet.missing) is (name in NO_MONEY)


@pytest.mark.parametrize("titles", [True, False])
@pytest.mark.parametrize("step", [6, pytest.param(2, marks=pytest.mark.long)], ids=["few", "many"])
def test_the_same_forms_as_tables_of_a_word_document(titles, step, pipeline):
    for name in DRAWN[titles::step]:
        beside = pipeline.run(book_of(drawing(name)), "x").report.counts
        checked = pipeline.run_document(SentDocument("说明.docx", docx_of(drawing(name), titles=titles)))
        assert len(checked.submission.sheets) == 1, name
        assert grave(checked.report) == [], name
        assert checked.report.counts.passed >= beside.passed - 8, name  # a share typed as 95% has its digits, 0.95 not


SIDE_BY_SIDE = [
    (("national_2020", 1, 1), ("text_everything", 1, 12)),
    (("national_2020", 1, 1), ("text_everything", 1, 11)),
    (("national_2020", 1, 1), ("text_everything", 1, 12), ("hubei_2020", 3, 21)),
    (("national_2020", 1, 1), ("text_everything", 1, 13), ("hubei_2020", 24, 1), ("sichuan_split", 25, 13)),
    (("zhejiang_simple", 1, 1), ("inner_mongolia", 1, 8)),
    (("national_2020", 1, 1), ("text_everything", 21, 1), ("hubei_2020", 40, 2)),
]


@pytest.mark.parametrize(
    "places", SIDE_BY_SIDE, ids=lambda p: "-".join(f"{name}@{top},{left}" for name, top, left in p)
)
def test_forms_beside_and_below_each_other_are_read_each_by_itself(places, pipeline):
    drawn = [(drawing(name), top, left) for name, top, left in places]
    checked = pipeline.run(book_of(drawn), "x")
    alone = [pipeline.run(book_of(text), "x") for text, _, _ in drawn]
    assert grave(checked.report) == []
    assert {s.project: len(s.rows["指标"]) for s in checked.submission.sheets} == {
        one.submission.sheets[0].project: len(one.submission.sheets[0].rows["指标"]) for one in alone
    }
    assert checked.report.counts.passed >= sum(one.report.counts.passed for one in alone)


def test_a_mistake_in_one_of_two_forms_side_by_side_is_told_at_its_cell(pipeline):
    wrong = drawing("text_everything").replace("'99.00", "'98.00")
    (row,) = [n for n, cells in enumerate(cells_of(wrong), 1) if "'98.00" in cells]
    report = pipeline.run(book_of([(drawing("national_2020"), 1, 1), (wrong, 1, 12)]), "x").report
    (finding,) = [f for f in report.findings if f.severity.value == "错误"]
    assert (finding.rule, finding.subject.cell) == ("P02-04", f"R{row}")


def test_a_list_of_projects_beside_a_form_cuts_nothing(pipeline):
    rows = "项目名称 | 预算数 | 执行数\n甲 | 1 | 1\n乙 | 2 | 2"
    checked = pipeline.run(book_of([(drawing("national_2020"), 1, 1), (rows, 4, 14)]), "x")
    assert [s.project for s in checked.submission.sheets] == ["农村公路养护经费"]


# --- one mistake in each -----------------------------------------------------------------------------------


def less(value, by):
    """A figure that is less by so much, typed as it was."""
    if isinstance(value, (int, float)):
        return round(value - by, 4)
    digits = re.search(r"[0-9][0-9,]*(?:\.[0-9]+)?", str(value))
    if digits is None or float(digits[0].replace(",", "")) < by:
        return value
    return value[: digits.start()] + f"{float(digits[0].replace(',', '')) - by:g}" + value[digits.end() :]


def some(names, count):
    """So many of them, spread over all."""
    return names[:: len(names) // count]


def mistakes(sheet):
    """A cell with what is typed into it instead, by kind."""
    rows = [row for row in sheet.rows["指标"] if row.cell("得分").value.filled]
    total = sheet.rows["总分"][0] if sheet.rows["总分"] else None
    if total is not None:
        yield "total", total.cell("得分"), lambda value: less(value, 1.5)
    for row in (rows[0], rows[-1]):
        yield "score", row.cell("得分"), lambda value: less(value, 1)
        yield "weight", row.cell("分值"), lambda value: less(value, -5)
        if row.cell("完成值").value.filled and row.cell("得分").value.number == row.cell("分值").value.number > 0:
            yield "empty", row.cell("完成值"), lambda _: None
    funds = sheet.total_funds
    if funds is not None and funds.cell("全年预算数").value.number:
        yield "rate score", funds.cell("得分"), lambda value: less(value, 1)


@pytest.mark.parametrize(
    "forms", [DRAWN[::9], pytest.param(some(DRAWN, drawn(len(DRAWN))), marks=pytest.mark.long)], ids=["few", "many"]
)
def test_one_mistake_in_a_drawn_form_is_found_and_named_at_its_cell(forms, pipeline):
    ends = Counter()
    lost = []
    for name in forms:
        data = book_of(drawing(name))
        sheet = pipeline.read(data).sheets[0]
        for kind, cell, wrong in mistakes(sheet):
            book = openpyxl.load_workbook(io.BytesIO(data))
            if (
                cell.cell is None
                or (new := wrong(book[sheet.sheet][cell.cell].value)) == book[sheet.sheet][cell.cell].value
            ):
                continue
            book[sheet.sheet][cell.cell].value = new
            out = io.BytesIO()
            book.save(out)
            checked = pipeline.run(out.getvalue(), "x")
            ends["made"] += 1
            ends["found"] += bench.is_found(checked, sheet.sheet, cell.cell)
            named = bench.is_named(checked, sheet.sheet, cell.cell)
            ends["named"] += named
            lost += [] if named else [f"{name} {kind} {cell.cell}"]
    assert ends["made"] > 5 * len(forms)
    assert ends["found"] >= 0.99 * ends["made"], lost
    assert ends["named"] >= 0.98 * ends["made"], lost
