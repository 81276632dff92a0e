"""Marks where a workbook makes them hard: cells within cells, a deleted list, hundreds of findings of one rule."""

from __future__ import annotations

import io

import openpyxl
import pytest

from support.badfiles import bad_file
from support.places import SAMPLES
from xlcheck.reading.marks.format import COLOURS, PART_COLOUR, SHEET, SUSPECT_COLOUR
from xlcheck.reading.marks.unmark import unmarked

OURS = {*COLOURS.values(), PART_COLOUR, SUSPECT_COLOUR}


def run(pipeline, data: bytes):
    checked = pipeline.run(data, "x.xlsx", mark=True)
    marked = checked.marked
    assert checked.report.refusal is None
    assert marked
    return checked, marked


@pytest.mark.parametrize("name", ["sheet/cells-in-cells", "sheet/rows-nested"])
def test_cells_within_cells_cost_no_figure(pipeline, name):
    checked, marked = run(pipeline, bad_file(name))
    again, _ = run(pipeline, marked)
    assert [f.code for f in again.report.findings] == [f.code for f in checked.report.findings]
    assert again.outcome.tallies == checked.outcome.tallies
    assert checked.report.findings


def test_colours_go_also_where_the_unit_has_deleted_the_list(pipeline):
    data = (SAMPLES / "tunliu_2023_transposed.xlsx").read_bytes()
    checked, marked = run(pipeline, data)
    book = openpyxl.load_workbook(io.BytesIO(marked))
    del book[SHEET]
    out = io.BytesIO()
    book.save(out)
    clean = openpyxl.load_workbook(io.BytesIO(unmarked(out.getvalue()) or b""))
    fills = {
        c.fill.fgColor.rgb[-6:] for s in clean for row in s.iter_rows() for c in row if c.fill.fill_type == "solid"
    }
    assert not fills & OURS
    assert [n for n in clean.defined_names if n.startswith("xlcheck")] == []
    again, _ = run(pipeline, out.getvalue())
    assert [f.cells for f in again.report.findings] == [f.cells for f in checked.report.findings]


def test_a_rule_that_fails_thousands_of_times_is_counted_and_said(pipeline):
    checked, marked = run(pipeline, bad_file("sheet/4900-codes"))
    findings = checked.report.findings
    for rule, tally in checked.outcome.tallies.items():
        listed = [f for f in findings if f.rule == rule and f.code not in ("unlisted", "tail")]
        more = [f for f in findings if f.rule == rule and f.code == "unlisted"]
        if tally.get("fail", 0) - tally.get("tail", 0) > 300:
            assert len(listed) == 300
            assert [int(f.params["count"]) for f in more] == [tally["fail"] - tally.get("tail", 0) - 300]
        else:
            assert more == []
    assert any(f.code == "unlisted" for f in findings)
    sheet = openpyxl.load_workbook(io.BytesIO(marked), read_only=True)[SHEET]
    assert any("没有逐条列出" in str(c) for row in sheet.iter_rows(values_only=True) for c in row if c)
