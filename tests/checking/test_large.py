"""5,000 rows are promised: workbooks with that many are checked and marked within the limits of a worker.

What they cost is counted in processor time, which hardly depends on how busy the machine is.
"""

from __future__ import annotations

import io
import random
import time

import openpyxl
import pytest

from support.large import (
    SHEET_ROWS,
    TABLE_ROWS,
    book,
    edited,
    large_unit,
    recoded,
    revalued,
    saved,
    with_mistakes,
)
from xlcheck.batch import Batch
from xlcheck.intake import Job
from xlcheck.reading.marks.format import SHEET
from xlcheck.reading.opening import open_marked
from xlcheck.workers import Limits, Lost, Workers
from xlcheck.writing.listing import MOST_FINDINGS

DEARER = 30  # times what a clean workbook of that size costs; what looks at all rows for each of them costs hundreds
_DRAW = random.Random(9)
SICK = {
    "flat codes": recoded(lambda at, _: f"{2_000_000 + at * 7}"),
    "codes in pairs": recoded(lambda at, _: f"{2_000_000 + at // 2 * 7}"),
    "one code": recoded(lambda at, _: "2080505"),
    "codes without parents": recoded(lambda at, code: code.ljust(7, "9")),
    "no codes": recoded(lambda at, _: ""),
    "figures as text": revalued(lambda v: f"{v:.2f}"),
    "all figures alike": revalued(lambda _: 1.0),
    "figures at random": revalued(lambda _: round(_DRAW.random() * 1000, 2)),
    "everything in yuan": revalued(lambda v: round(v * 10_000, 2)),
    "words for figures": revalued(lambda _: "见附件"),
}


@pytest.fixture(scope="module")
def tables(form):
    return large_unit(form, TABLE_ROWS)


def lost_or_cost(pipeline, data: bytes) -> tuple[float, object, bytes | None]:
    """Seconds of processor time, the report and the marked copy, made in a worker with the usual memory."""

    def work(given: bytes):
        start = time.process_time()
        checked = pipeline.run(given, "x.xlsx", mark=True)
        marked = checked.marked
        outcome = checked.outcome
        found = checked.report.refusal.code if checked.report.refusal else len(outcome.remarks)
        return time.process_time() - start, found, marked

    answer = next(iter(Workers(work, 1, Limits(120.0)).run([data])))
    assert not isinstance(answer, Lost), answer
    return answer


@pytest.mark.parametrize("mistakes", [0, 20, 500, 5_000])
@pytest.mark.parametrize("leaves", [TABLE_ROWS, SHEET_ROWS])
def test_five_thousand_rows_are_checked_and_marked_within_the_limits(pipeline, form, tables, leaves, mistakes):
    clean = tables if leaves == TABLE_ROWS else large_unit(form, leaves)
    data = book(form, with_mistakes(clean, mistakes) if mistakes else clean)
    cost, found, marked = lost_or_cost(pipeline, data)
    assert found == 0 if not mistakes else found > mistakes // 10
    floor, _, _ = lost_or_cost(pipeline, book(form, clean))
    assert cost < DEARER * floor, (cost, floor)
    assert marked


@pytest.mark.parametrize("sick", SICK)
def test_nothing_that_is_done_to_all_rows_costs_more(pipeline, form, tables, sick):
    clean = book(form, tables)
    floor, _, _ = lost_or_cost(pipeline, clean)
    cost, found, marked = lost_or_cost(pipeline, edited(clean, SICK[sick]))
    assert cost < DEARER * floor, (sick, cost, floor)
    assert found
    assert marked
    if sick in ("flat codes", "figures as text"):
        again, _, _ = lost_or_cost(pipeline, marked)  # a copy that comes back as it is costs little more
        assert again < 2 * DEARER * floor, (sick, again, floor)


def test_a_copy_with_thousands_of_findings_can_come_back(pipeline, form, tables):
    """Its list has no more rows than a sheet may have, says what it leaves out, and all marks go again."""
    data = book(form, with_mistakes(tables, 5_000))
    checked = pipeline.run(data, "x.xlsx", mark=True)
    marked = checked.marked
    assert len(checked.report.findings) > 2_000
    for copy in (marked, saved(marked)):  # with and without the stash
        again = pipeline.run(copy, "x.xlsx", mark=True)
        assert again.report.refusal is None
        assert again.outcome.tallies == checked.outcome.tallies
    grid = next(g for g in open_marked(marked).grids if g.name == SHEET)
    assert len(grid.rows) < 5_000


def test_more_findings_than_a_list_has_room_for_are_counted(pipeline, form, tables):
    data = edited(book(form, with_mistakes(tables, 5_000)), revalued(lambda v: round(v * 1.37, 2)))
    checked = pipeline.run(data, "x.xlsx", mark=True)
    marked = checked.marked
    left = len(checked.report.findings) - MOST_FINDINGS
    sheet = openpyxl.load_workbook(io.BytesIO(marked), read_only=True)[SHEET]
    said = [str(r[0]) for r in sheet.iter_rows(values_only=True) if r and r[0]]
    assert (f"……另有 {left} 条没有列出。请先改上面的，改好后再检查。" in said) == (left > 0)


@pytest.mark.parametrize(("why", "code"), [("time", "timeout"), ("memory", "out_of_memory"), ("died", "crashed")])
def test_what_is_too_large_is_not_called_harmful(pipeline, tmp_path, why, code):
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"PK")
    batch = Batch(pipeline, keep_reports=True)
    answer = batch.lost(Job(path, "a.xlsx", path), Lost(why, "信号 SIGKILL"))
    refusal = answer.report.refusal
    assert refusal.code == code
    assert "有害" not in refusal.message
    assert ("工作簿太大" in refusal.message) == (why != "died")
    assert refusal.message.endswith("。")
