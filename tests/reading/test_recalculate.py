"""A saved result that the formula does not give is said; what is not understood is never judged."""

from __future__ import annotations

import copy

import pytest
import yaml

from support import hands
from support.places import TUNLIU_TABLES

DOCUMENT = yaml.safe_load(TUNLIU_TABLES.read_text(encoding="utf-8"))
TABLES = {**DOCUMENT["tables"], "unit": DOCUMENT["unit"]}
TABLE_05 = "'公开05 一般公共预算财政拨款支出决算表'"
# 公开03: D11 (20805 · 基本支出) = D12 2.98 + D13 37.39 + D14 2.15 + D15 blank


def defect(*values, reason):
    """What was once read wrong, and how."""
    return pytest.param(*values, id=reason[:40])


def check(pipeline, formulas, edit=None, **cells):
    sheets = hands.build_sheets(copy.deepcopy(TABLES))
    sheet = sheets[2]
    for at, (text, value) in formulas.items():
        sheet.cells[at] = hands.Formula(text, value)
    if edit:
        edit(sheet)
    return pipeline.run(hands.by_xlsxwriter(sheets), "x.xlsx")[0]


def stale(checked):
    return [
        (f.severity.value, f.kind, [c.cell for c in f.cells])
        for f in checked.outcome.findings
        if f.what == "stale_cache"
    ]


@pytest.mark.parametrize(
    "text",
    [
        "=SUM(D12:D15)", "=SUM(D$12:$D15)", "=sum(D12,D13:D15)", "=D12+D13+D14+D15", "=+D12+D13+D14", "=D12 + D13\n + D14", "=SUM(D12:D15)+0",
        "=ROUND(SUM(D12:D15),2)", "=SUBTOTAL(9,D12:D15)", "=D8-D9", "=(D12+D13+D14)*100%", f"={TABLE_05}!D11", f"=SUM({TABLE_05}!D12:D15)",
    ],
)  # fmt: skip
def test_a_formula_is_silent_while_its_result_fits_and_said_when_it_does_not(pipeline, text):
    assert stale(check(pipeline, {(11, 4): (text, 42.52)})) == []
    checked = check(pipeline, {(11, 4): (text, 42.57)})
    assert stale(checked) == [("核实", "value", ["D11"])]
    assert "42.52" in next(f for f in checked.outcome.findings if f.what == "stale_cache").facts["found"]


def test_a_stale_total_is_checked_as_saved(pipeline):
    checked = check(pipeline, {(11, 4): ("=D12+D13+D14", 30)})
    assert [f.rule for f in checked.outcome.findings if f.what == "relation"] == [
        "G03-01", "G03-02", "G03-02", "G0305-02",
    ]  # fmt: skip
    assert [(c.cell.cell, c.suggested) for c in checked.outcome.causes] == [("D11", "42.52")]
    assert checked.outcome.count("pass") == 220


@pytest.mark.parametrize(
    "text",
    [
        '=SUMIF(A:A,"20805*",D:D)', "=VLOOKUP(A11,A:D,4,0)", "=IF(1>0,D12,0)", '=D12&""', "=SUM(D12:D15,[1]Sheet!A1)", "=[1]Sheet1!A1", "=SUM(D:D)",
        "=SUM(名称)", "=名称", "=PRODUCT(D12,D13)", "=D12^2", "=-D12^2", "=SUM((D12,D13))", "=SUM(D12:D15 D13:D14)", "=SUM({1,2})", "=N(D12)",
        "=SUM(D12:INDEX(D:D,15))", "=OFFSET(D12,0,0)", "=SUM(Sheet99!D1:D4)", "=SUM('公开01:公开03'!D12)", "=TRUE", "=SUM(D12:D15,TRUE)", '=SUM("1",D12)',
        "=_xlfn.SUM(D12)", "=INT(D12)", "=ROUNDUP(D12,1)", "=AVERAGE(D12:D15)", "=SUM(D12:D15,)", "=SUM()", "=SUM(R12C4)", "=ROUND(D12)", "=SUM(D12;D13)",
        "=D12=D13", "=SUM(D12:D14)>0", "=SUM(", "=)", "=D12/D15", "=A11+1", "=B11+1", "=ROUND(D12,99)", "=" + "(" * 50 + "D12" + ")" * 50, "=D0+1", "=SUBTOTAL(1,D12:D15)",
    ],
)  # fmt: skip
def test_what_is_not_understood_is_silent(pipeline, text):
    assert stale(check(pipeline, {(11, 4): (text, 42.52)})) == []


@pytest.mark.parametrize(
    ("formulas", "hidden"),
    [
        defect({(11, 4): ("=SUM(D11:D14)", 42.52)}, (), reason="a circular formula has no right result: says 85.04"),
        defect(
            {(11, 4): ("=SUBTOTAL(9,D12:D15)", 42.52), (8, 4): ("=SUBTOTAL(9,D9:D15)", 318.16), (9, 4): ("=SUBTOTAL(9,D10)", 275.64)},
            (),
            reason="SUBTOTAL leaves out cells that are SUBTOTALs themselves: says 636.32",
        ),
        defect({(11, 4): ("=SUBTOTAL(109,D12:D15)", 40.37)}, {14}, reason="SUBTOTAL 109 leaves out hidden rows"),
    ],
)  # fmt: skip
def test_a_result_that_a_spreadsheet_would_give_is_silent(pipeline, formulas, hidden):
    checked = check(pipeline, formulas, edit=lambda sheet: sheet.hidden_rows.update(hidden))
    assert stale(checked) == []


def test_text_numbers_do_not_count_in_a_sum(pipeline):
    as_text = lambda sheet: sheet.cells.update({(13, 4): "37.39"})  # noqa: E731
    assert stale(check(pipeline, {(11, 4): ("=SUM(D12:D15)", 5.13)}, as_text)) == []
    assert stale(check(pipeline, {(11, 4): ("=SUM(D12:D15)", 42.52)}, as_text)) == [("核实", "value", ["D11"])]
    assert stale(check(pipeline, {(11, 4): ("=D12+D13+D14", 42.52)}, as_text)) == []


def test_a_stale_cell_is_named_where_it_is_and_not_where_it_is_used(pipeline):
    checked = check(pipeline, {(11, 4): ("=SUM(D12:D15)", 40), (8, 4): ("=D9+D11", 315.64)})
    assert stale(checked) == [("核实", "value", ["D11"])]


def shared(pipeline, first, second):
    sheets = hands.build_sheets(copy.deepcopy(TABLES))
    sheets[2].cells[11, 4] = hands.Formula("=SUM(D12:D15)", first)
    sheets[2].cells[11, 5] = hands.Formula("=SHARED", second)

    def edit(name, part):
        if name != "xl/worksheets/sheet3.xml":
            return part
        part = part.replace(b"<f>SUM(D12:D15)</f>", b'<f t="shared" ref="D11:E11" si="0">SUM(D12:D15)</f>')
        return part.replace(b"<f>SHARED</f>", b'<f t="shared" si="0"/>')

    return pipeline.run(hands._edit_parts(hands.by_xlsxwriter(sheets), edit), "x.xlsx")[0]


@pytest.mark.parametrize(
    ("first", "second", "cells"),
    [(42.52, 205.35, []), (42.52, 200, ["E11"]), (40, 205.35, ["D11"]), (40, 200, ["D11", "E11"])],
)
def test_a_shared_formula_is_moved_to_each_of_its_cells(pipeline, first, second, cells):
    assert stale(shared(pipeline, first, second)) == ([("核实", "value", cells)] if cells else [])


def test_a_formula_may_refer_to_another_table_on_the_same_sheet(pipeline):
    whole, places, row = hands.Sheet("公开表"), {}, 0
    for sheet in hands.build_sheets(copy.deepcopy(TABLES)):
        sheet.shift(row)
        places[sheet.key] = sheet.marks.get("20805·基本支出")
        whole.cells.update(sheet.cells)
        whole.merges += sheet.merges
        row = sheet.height + 2
    whole.cells[places["公开03"]] = hands.Formula(f"=D{places['公开05'][0]}", 42.52)
    assert stale(pipeline.run(hands.by_xlsxwriter([whole]), "x.xlsx")[0]) == []


def test_what_a_wrong_cell_explains_is_not_called_rounding(pipeline):
    checked = check(pipeline, {(11, 4): ("=SUM(D12:D15)", 42.50)})
    assert "tail" not in [f.what for f in checked.outcome.findings]
