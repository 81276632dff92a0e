"""The labels of another table beside the amounts of this one: one cause, which rows, and what every cell was meant to hold."""

from __future__ import annotations

import random

import pytest

from support.judging import SYNTHETIC, Base
from support.mislaid import FILLINGS, Laid, extra_labels, lay
from support.mistakes import single
from support.places import SAMPLES
from support.synthetic import clean_submission
from xlcheck.checking.check import check
from xlcheck.report.diagnosiswords import diagnosis_message

FUNDS = ("21208", "2120801", "2120899", "229", "22960", "2296002")


@pytest.fixture(scope="module")
def units(pipeline) -> list[Base]:
    form = pipeline.library.load("shanxi-2023")
    made = [Base(f"{h}{n}", clean_submission(form, seed, h, n)) for h, seed, n in SYNTHETIC]
    real = [
        Base(name, pipeline.read((SAMPLES / f"{name}.xlsx").read_bytes()))
        for name in ("tunliu_2023", "putuo_shiquan_2025")
    ]
    return [*made, *real]


@pytest.mark.parametrize("single", [False, True], ids=["all columns", "one column"])
def test_rows_that_do_not_belong_are_one_cause_with_the_right_figure_of_every_cell(units, single):
    draw = random.Random("laid" + str(single))
    whole = cells = good = 0
    for _ in range(40):
        base = draw.choice(units[:-1])
        mistake = None
        while mistake is None:
            mistake = extra_labels(base.now, draw, single=single)
        outcome = check(mistake.wrong)
        whole += [d.code for d in outcome.diagnoses] == ["extra_rows"]
        told = {(s.cell.table, s.cell.cell): s.suggested for d in outcome.diagnoses for s in d.cells}
        for (table, section, row, column), figure in mistake.right.items():
            there = mistake.wrong.section(table, section)
            said = told.get((mistake.wrong.tables[table].spec.number, there.cell(row, column)))
            cells += 1
            good += said is not None and round(float(said) * 1e6) == figure
    assert whole >= 38
    assert good >= 0.95 * cells


@pytest.mark.parametrize("filling", FILLINGS)
@pytest.mark.parametrize("total", ["first", "last"])
def test_the_total_takes_part_and_what_fills_the_end_is_said(units, total, filling):
    now = next(b.now for b in units if b.name == "A12")
    mistake = lay(now, "一般公共支出表", FUNDS, Laid(total, True, None, filling))
    (cause,) = check(mistake.wrong).diagnoses
    assert cause.code == "extra_rows"
    assert cause.params["count"] == str(len(FUNDS))
    assert cause.params["filling"] == filling
    message = diagnosis_message(cause)
    assert "公开05表多出 6 行不属于本表的科目" in message
    assert {"again": "又从头重复填了一遍", "last": "重复填了最后一个", "blank": "就空着了"}[filling] in message
    assert "只删科目，不删金额" in message


def test_another_mistake_beside_it_is_a_cause_of_its_own_with_what_is_printed_now(units):
    """石泉: 1066.51 for 10661.51 stands in the very table that is laid out wrongly."""
    now = next(b.now for b in units if b.name == "putuo_shiquan_2025")
    mistake = lay(now, "一般公共支出表", ("20822", "2082201", *FUNDS), Laid("last", True, None, "again"))
    first, second = check(mistake.wrong).diagnoses
    assert first.code == "extra_rows"
    assert len(first.explains) > 100
    assert {s.suggested for s in second.cells} == {"10661.51"}
    printed = {
        (mistake.wrong.tables[t].spec.number, s.cell(r, c)): a
        for t, table in mistake.wrong.tables.items()
        for s in table.sections.values()
        for r, amounts in enumerate(s.amounts)
        for c, a in enumerate(amounts)
    }
    for suspect in second.cells:
        amount = printed[suspect.cell.table, suspect.cell.cell]
        assert (suspect.cell.value or "") == (f"{(amount.figure or 0) / 1e6:.2f}" if amount.filled else "")
    both = {(s.cell.table, s.cell.cell) for s in first.cells} & {(s.cell.table, s.cell.cell) for s in second.cells}
    told = {(s.cell.table, s.cell.cell): s.suggested for s in first.cells}
    assert {told[at] for at in both} == {"10661.51"}


def test_one_wrong_figure_is_no_row_too_many(units):
    draw = random.Random("one")
    for base in units[:4]:
        for _ in range(10):
            section = base.now.section("一般公共支出表", "全表")
            rows = [r for r in range(len(section.rows)) if section.figures[r][0]]
            mistake = single(base.now, ("一般公共支出表", "全表", draw.choice(rows), 0), "wrong_digit", draw)
            if mistake is not None:
                assert "extra_rows" not in {d.code for d in check(mistake.wrong).diagnoses}


def test_a_clean_table_with_fund_items_has_no_cause(units):
    assert [check(b.now).diagnoses for b in units[:-1]] == [()] * (len(units) - 1)
