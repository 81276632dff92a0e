"""A saved result that the formula does not give is said; what is not understood is never judged."""

from __future__ import annotations

import copy
import time
from decimal import Decimal

import pytest
import yaml

from support import hands
from support.places import TUNLIU_TABLES
from xlcheck import pipeline as pipelines
from xlcheck.reading.grid import Cell, Formula, Grid
from xlcheck.reading.opening import open_workbook
from xlcheck.reading.recalculate import Calculator

DOCUMENT = yaml.safe_load(TUNLIU_TABLES.read_text(encoding="utf-8"))
TABLES = {**DOCUMENT["tables"], "unit": DOCUMENT["unit"]}
TABLE_05 = "'公开05 一般公共预算财政拨款支出决算表'"
# 公开03: D11 (20805 · 基本支出) = D12 2.98 + D13 37.39 + D14 2.15 + D15 blank


def defect(*values, reason):
    """What was once read wrong, and how."""
    return pytest.param(*values, id=reason[:40])


def as_saved(data: bytes) -> bytes:
    """A workbook that does not ask to be recalculated when it is opened, as XlsxWriter's do."""
    return hands._edit_parts(data, lambda name, part: part.replace(b' fullCalcOnLoad="1"', b""))


def workbook(formulas, edit=None) -> bytes:
    sheets = hands.build_sheets(copy.deepcopy(TABLES))
    sheet = sheets[2]
    for at, (text, value) in formulas.items():
        sheet.cells[at] = hands.Formula(text, value)
    if edit:
        edit(sheet)
    return hands.by_xlsxwriter(sheets)


def check(pipeline, formulas, edit=None):
    return pipeline.run(as_saved(workbook(formulas, edit)), "x.xlsx")


def stale(checked):
    return [
        (f.severity.value, f.category, [c.cell for c in f.cells])
        for f in checked.report.findings
        if f.code == "stale_cache"
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
    assert "42.52" in next(f for f in checked.report.findings if f.code == "stale_cache").params["found"]


def test_a_stale_total_is_checked_as_saved(pipeline):
    checked = check(pipeline, {(11, 4): ("=D12+D13+D14", 30)})
    assert [f.rule for f in checked.report.findings if f.code == "relation"] == [
        "G03-01", "G03-02", "G03-02", "G0305-02",
    ]  # fmt: skip
    assert [(c.cell.cell, c.suggested) for c in checked.report.diagnoses] == [("D11", "42.52")]
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

    return pipeline.run(as_saved(hands._edit_parts(hands.by_xlsxwriter(sheets), edit)), "x.xlsx")


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
    assert stale(pipeline.run(hands.by_xlsxwriter([whole]), "x.xlsx")) == []


def test_what_a_wrong_cell_explains_is_not_called_rounding(pipeline):
    checked = check(pipeline, {(11, 4): ("=SUM(D12:D15)", 42.50)})
    assert "tail" not in [f.code for f in checked.report.findings]


# --- formulas that refer to stale formulas ------------------------------------------------------------


def message(checked, what):
    return next((f.params["found"] for f in checked.report.findings if f.code == what), "")


STALE = {  # as an export program leaves them: the template's results, all 0
    (7, 3): ("=C8+C16+C19", 0), (7, 4): ("=D8+D16+D19", 0), (7, 5): ("=E8", 0),
    (8, 3): ("=C9+C11", 0), (8, 4): ("=D9+D11", 0), (8, 5): ("=E9+E11", 0),
}  # fmt: skip


def test_what_a_stale_formula_should_say_follows_from_all_before_it(pipeline):
    checked = check(pipeline, STALE)
    assert stale(checked) == [("核实", "value", ["C7", "D7", "C8", "D8", "E8"])]  # E7 agrees with E8
    for cell, value in {"C7": "567.18", "D7": "360.14", "C8": "525.20", "D8": "318.16", "E8": "207.04"}.items():
        assert f"{cell}（" in message(checked, "stale_cache")
        assert f"按公式应为 {value}" in message(checked, "stale_cache")


def test_a_formula_that_is_not_understood_counts_with_its_saved_result(pipeline):
    formulas = {(11, 4): ("=SUM(D12:D15)", 40), (12, 4): ("=VLOOKUP(1,A:D,4)", 2.98), (8, 4): ("=D9+D11", 0)}
    checked = check(pipeline, formulas)
    assert stale(checked) == [("核实", "value", ["D8", "D11"])]
    assert "按公式应为 318.16" in message(checked, "stale_cache")
    assert "按公式应为 42.52" in message(checked, "stale_cache")


def test_a_saved_result_that_will_be_right_is_silent(pipeline):
    formulas = {(11, 4): ("=SUM(D12:D15)", 40), (8, 4): ("=D9+D11", 318.16)}
    assert stale(check(pipeline, formulas)) == [("核实", "value", ["D11"])]


def test_a_circle_has_no_right_result(pipeline):
    formulas = {(11, 4): ("=D12+D13+D14+D8-D8", 42.52), (8, 4): ("=D9+D11", 318.16)}
    assert stale(check(pipeline, formulas)) == []


# --- workbooks that are recalculated when they are opened ------------------------------------------------


@pytest.fixture
def reopened(monkeypatch, pipeline):
    """Checks as a reader that refreshes what a spreadsheet recalculates."""

    def opened(data):
        found = open_workbook(data)
        if found.recalculates:
            Calculator(found.grids).refresh(found.grids)
        return found

    monkeypatch.setattr(pipelines, "open_workbook", opened)
    return lambda formulas, edit=None: pipeline.run(workbook(formulas, edit), "x.xlsx")


def fresh(checked):
    return [
        (f.severity.value, f.category, [c.cell for c in f.cells])
        for f in checked.report.findings
        if f.code == "recalculated"
    ]


def test_a_workbook_that_is_recalculated_is_checked_as_it_will_be_seen(reopened):
    checked = reopened(STALE)
    assert fresh(checked) == [("核实", "value", ["C7", "D7", "E7", "C8", "D8", "E8"])]
    assert [f.code for f in checked.report.findings if f.severity.value != "提示"] == ["recalculated"]
    assert checked.outcome.count("fail") == checked.outcome.count("tail")
    found = message(checked, "recalculated")
    assert "C7（合计 · 本年支出合计）存的是 0，重算为 567.18" in found
    assert "E8（208 · 项目支出）存的是 0，重算为 207.04" in found
    assert checked.report.findings[0].cells[0].value == "567.18"


def test_a_recalculated_figure_that_is_wrong_is_wrong(reopened):
    checked = reopened({(11, 4): ("=D12+D13", 42.52)})
    assert fresh(checked) == [("核实", "value", ["D11"])]
    assert {f.code for f in checked.report.findings} == {"recalculated", "relation"}
    assert [(c.cell.cell, c.suggested) for c in checked.report.diagnoses] == [("D11", "42.52")]


def test_what_cannot_be_recalculated_is_checked_as_saved(reopened):
    formulas = {(11, 4): ("=SUM(D12:D15)", 40), (12, 4): ("=VLOOKUP(1,A:D,4)", 2.98)}
    checked = reopened(formulas)
    assert (fresh(checked), stale(checked)) == ([], [("核实", "value", ["D11"])])
    assert "unjudged_formula" not in {f.code for f in checked.report.findings}  # whoever saved 2.98 has worked it out


def test_a_zero_that_cannot_be_recalculated_is_said(reopened):
    checked = reopened({(12, 4): ("=VLOOKUP(1,A:D,4)", 0)})
    (said,) = (f for f in checked.report.findings if f.code == "unjudged_formula")
    assert (said.severity.value, [c.cell for c in said.cells]) == ("核实", ["D12"])


def test_right_results_are_silent(reopened):
    checked = reopened({(11, 4): ("=SUM(D12:D15)", 42.52), (8, 4): ("=D9+D11", 318.16)})
    assert [f.code for f in checked.report.findings] == []


def test_a_formula_without_a_saved_result_stays_one(reopened):
    checked = reopened({(11, 4): ("=SUM(D12:D15)", "")})
    assert fresh(checked) == []
    assert "no_cache" in [f.code for f in checked.report.findings]


@pytest.mark.parametrize(
    ("attribute", "asked"),
    [('fullCalcOnLoad="1"', True), ('fullCalcOnLoad="true"', True), ('forceFullCalc="1"', True), ('fullCalcOnLoad="0"', False), ('calcMode="manual"', False), ("", False)],
)  # fmt: skip
def test_the_file_says_whether_it_is_recalculated(attribute, asked):
    data = hands._edit_parts(workbook({}), lambda n, p: p.replace(b'fullCalcOnLoad="1"', attribute.encode()))
    assert open_workbook(data).recalculates is asked


def grid(formulas, values=(), name="表"):
    """Cells of one sheet: {at: (formula, saved)} and {at: number}."""
    found = Grid(name, "")
    for (row, column), (text, saved) in formulas.items():
        found.formulas[row, column] = Formula(text, (row, column))
        found.rows.setdefault(row, {})[column] = Cell(saved, "n", 0, formula=True)
    for (row, column), value in dict(values).items():
        found.rows.setdefault(row, {})[column] = Cell(value, "n", 0, formula=False)
    return found


def refreshed(*grids):
    Calculator(grids).refresh(grids)
    return [{at: g.rows[at[0]][at[1]].text for at in g.formulas if at[0] in g.rows} for g in grids]


def test_a_long_chain_is_followed_to_its_end():
    chain = {(r, 1): (f"A{r - 1}+1", "0") for r in range(2, 4_001)}
    found = grid(chain, {(1, 1): "1"})
    assert refreshed(found)[0][4_000, 1] == "4000"
    assert found.recalculated[4_000, 1] == "0"


def test_sheets_refer_to_each_other():
    first = grid({(1, 1): ("二!A1+1", "0")}, name="一")
    second = grid({(1, 1): ("SUM(三!A1:A2)", "0")}, name="二")
    third = grid({(1, 1): ("2*3", "0")}, {(2, 1): "4"}, name="三")
    assert [list(r.values()) for r in refreshed(first, second, third)] == [["11"], ["10"], ["6"]]


@pytest.mark.parametrize(
    "formulas",
    [
        {(1, 1): ("A1", "7")},
        {(1, 1): ("SUM(A1:A3)", "7")},
        {(1, 1): ("B1", "7"), (1, 2): ("A1+0", "7")},
        {(1, 1): ("B1", "7"), (1, 2): ("C1", "7"), (1, 3): ("SUM(A1:B1)", "7")},
        {(1, 1): ("NOW()", "7")},
        {(1, 1): ("B1", "7"), (1, 2): ("IF(1,2,3)", "7")},
        {(1, 1): ("1/0", "7")},
        {(1, 1): ("SUM(B1:B9)", "7"), (5, 2): ("RAND()", "7")},
        {(1, 1): ("'没有'!A1", "7")},
    ],
)
def test_what_has_no_certain_result_keeps_the_saved_one(formulas):
    found = grid(formulas)
    assert set(refreshed(found)[0].values()) == {"7"}
    assert found.recalculated == {}


def test_a_formula_whose_saved_result_is_an_empty_text_is_no_blank():
    found = grid({(1, 1): ("SUM(B1:B3)", "7")}, {(1, 2): "1"})
    found.formulas[2, 2] = Formula('IF(1,"",2)', (2, 2))
    assert refreshed(found)[0][1, 1] == "7"
    found.formulas[2, 2] = Formula("B1*5", (2, 2))
    assert refreshed(found)[0][1, 1] == "6"


def test_an_array_formula_is_no_certain_input():
    found = grid({(1, 1): ("B1+1", "7")})
    found.rows[1][2] = Cell("1", "n", 0, formula=True)
    assert refreshed(found)[0][1, 1] == "7"


def test_an_error_that_a_spreadsheet_would_not_show_is_no_error():
    found = grid({(1, 1): ("B1+1", "7")}, {(1, 2): "1"})
    found.rows[1][1] = Cell("#VALUE!", "e", 0, formula=True)
    assert refreshed(found)[0][1, 1] == "2"
    assert found.recalculated == {(1, 1): "#VALUE!"}


def test_covered_cells_count_in_formulas():
    found = grid({(1, 1): ("SUM(B1:B2)", "7")}, {(1, 2): "1"})
    found.covered[2, 2] = Cell("4", "n", 0, formula=False)
    assert refreshed(found)[0][1, 1] == "5"


def test_refreshing_again_changes_nothing():
    found = grid({(1, 1): ("B1+1", "7")}, {(1, 2): "1"})
    assert refreshed(found) == refreshed(found)
    assert found.recalculated == {(1, 1): "7"}


def test_formulas_that_refer_to_very_many_cells_end():
    wide = {(r, 1): (f"SUM(B1:Z{r})", "0") for r in range(1, 3_000)}
    found = grid(wide, {(r, c): "1" for r in range(1, 3_000) for c in range(2, 27)})
    start = (
        time.process_time()
    )  # of this process alone, however busy the machine is: each cell by itself would take minutes
    refreshed(found)
    assert time.process_time() - start < 15


def test_a_value_is_exact():
    found = grid({(1, 1): ("SUM(B1:B2)", "0")}, {(1, 2): "0.1", (2, 2): "0.2"})
    assert refreshed(found)[0][1, 1] == "0.3"
    assert Calculator([found]).value(found, (1, 1), found.formulas[1, 1]) == Decimal("0.3")
