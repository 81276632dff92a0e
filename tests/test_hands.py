"""The same figures in workbooks made by other hands give the same findings."""

from __future__ import annotations

import copy
import shutil
from pathlib import Path

import pytest
import yaml

from support import hands
from support.places import ROOT
from xlcheck.form import Severity
from xlcheck.mapping.library import Library
from xlcheck.model import CellKind
from xlcheck.pipeline import Pipeline

DOCUMENT = yaml.safe_load((Path(__file__).parent / "data" / "tunliu_2023" / "tables.yaml").read_text(encoding="utf-8"))
TABLES = {**DOCUMENT["tables"], "unit": DOCUMENT["unit"]}

# other forms rather than other hands: what is said of them is tested below
OTHER_FORMS = {"formulas_empty_value", "rows_deleted", "sangong_rows"}
SAME = sorted(set(hands.VARIANTS) - OTHER_FORMS)


def run(pipeline, variant, tables):
    checked = pipeline.run(hands.VARIANTS[variant](copy.deepcopy(tables)), f"{variant}.xlsx", mark=True)
    marked = checked.marked
    return checked, marked


# what some hands do and is said of them: their own tests are below
MANNERS = {
    "all_in_one_sheet": ("shared_sheet", 1),
    "float_codes_number_names": ("float_noise", 7),
    "formulas": ("stale_cache", 6),
}


def signature(checked, manner=""):
    """What was found, without addresses and sheets, and without what is said of the manner."""
    return sorted(
        (f.rule, f.severity.value, f.code, f.expected, f.actual, f.difference, f.cells[0].table, f.cells[0].label)
        for f in checked.report.findings
        if f.code != manner
    )


@pytest.mark.parametrize("variant", SAME)
def test_the_clean_report_has_no_findings(pipeline, variant):
    checked, marked = run(pipeline, variant, TABLES)
    manner, times = MANNERS.get(variant, ("", 0))
    assert signature(checked, manner) == []
    assert sum(f.code == manner for f in checked.report.findings) == times
    assert checked.outcome.count("explained_by_rounding") == 15
    assert checked.report.not_evaluated == ()
    assert (checked.submission.unit, checked.submission.year) == ("长治市屯留区社会保险中心", 2023)
    assert marked


@pytest.mark.parametrize("variant", SAME)
def test_one_wrong_figure_gives_the_same_findings_and_the_same_cause(pipeline, variant):
    checked, _ = run(pipeline, variant, hands.with_error(copy.deepcopy(TABLES)))
    assert signature(checked, MANNERS.get(variant, ("",))[0]) == [
        ("G03-01", "错误", "relation", "259.33", "277.33", "18.00", "公开03", "20801 · 本年支出合计"),
        ("G03-02", "错误", "relation", "275.64", "257.64", "-18.00", "公开03", "20801 · 基本支出"),
        ("G03-02", "错误", "relation", "300.16", "318.16", "18.00", "公开03", "208 · 基本支出"),
        ("G0305-02", "错误", "relation", "275.64", "257.64", "-18.00", "公开03", "20801 · 基本支出"),
    ]
    (cause,) = checked.report.diagnoses
    kind = "stale_total" if variant == "formulas" else "transposition"  # its formula gives another result
    assert (cause.kind, cause.cell.label, cause.suggested) == (kind, "20801 · 基本支出", "275.64")


@pytest.mark.parametrize("variant", SAME)
def test_figures_come_from_the_cells_they_are_said_to_come_from(pipeline, variant):
    """The address of every figure leads, in the raw grid, to a cell with that very text."""
    from xlcheck.reading.grid import split_reference
    from xlcheck.reading.opening import open_workbook

    opened = open_workbook(hands.VARIANTS[variant](hands.enriched(copy.deepcopy(TABLES))))
    now = pipeline.reader.read(opened, None)
    grids = {g.name: g for g in opened.grids}
    filled = 0
    for table in now.tables.values():
        for section in table.sections.values():
            for r, amounts in enumerate(section.amounts):
                for c, amount in enumerate(amounts):
                    if amount.kind is CellKind.NUMBER:
                        spot = split_reference(section.cell(r, c) or "")
                        assert spot
                        assert grids[table.sheet].text(*spot) == amount.text
                        filled += 1
    assert filled >= 147


def test_rows_that_are_not_printed_and_carry_nothing_are_nothing(pipeline):
    checked, _ = run(pipeline, "rows_deleted", TABLES)
    assert [f.code for f in checked.report.findings] == []
    assert (checked.outcome.count("fail"), checked.outcome.count("cannot_say")) == (0, 0)


def test_formulas_without_a_cached_value_are_said_and_never_read_as_blank(pipeline):
    checked, _ = run(pipeline, "formulas_empty_value", TABLES)
    assert {f.code for f in checked.report.findings} == {"many_no_cache"}
    assert checked.outcome.count("fail") == 0
    assert checked.outcome.count("cannot_say") > 50


def test_a_set_may_demand_that_all_rows_are_printed(tmp_path, own_cache):
    shutil.copytree(ROOT / "mappings", tmp_path / "m")
    table = tmp_path / "m/national-2023/tables/01.yaml"
    table.write_text(
        table.read_text(encoding="utf-8").replace("sections:\n", "all_rows: true\nsections:\n", 1), encoding="utf-8"
    )
    demanding = Pipeline(Library(tmp_path / "m"))
    checked, _ = run(demanding, "rows_deleted", TABLES)
    (finding,) = checked.report.findings
    assert (finding.code, finding.severity, finding.cells[0].table) == ("missing_rows", Severity.VERIFY, "公开01")
    whole, _ = run(demanding, SAME[0], TABLES)
    assert "missing_rows" not in [f.code for f in whole.report.findings]
