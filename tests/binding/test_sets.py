"""The set is the best explanation of the tables found, with a floor; numbers are evidence and no more."""

from __future__ import annotations

import pytest

from xlcheck.binding.naming import relabelled
from xlcheck.binding.sets import choose, profile
from xlcheck.mapping.library import Library

LIBRARY = Library()
SETS = [profile(LIBRARY.load(i)) for i in LIBRARY.concrete()]
OPEN = LIBRARY.open_form()


def tables(set_id: str, without: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], str]]:
    found = next(p for p in SETS if p.form.id == set_id)
    return [((kind,), found.printed[kind]) for kind in found.kinds if kind not in without]


@pytest.mark.parametrize("set_id", [p.form.id for p in SETS])
def test_the_tables_of_a_set_are_explained_by_it(set_id):
    found = choose(tables(set_id), SETS, OPEN, None)
    assert (found.form.id, found.explains) == (set_id, True)


def test_one_table_less_is_that_set_and_the_table_is_missing():
    found = choose(tables("sichuan-2023", without=("基金表",)), SETS, OPEN, 2023)
    assert (found.form.id, found.explains) == ("sichuan-2023", True)


def test_a_table_that_no_set_has_beside_the_rest_is_no_set():
    found = choose([*tables("central-2023"), (("基金基本支出表",), "公开10")], SETS, OPEN, 2023)
    assert (found.form, found.explains) == (OPEN, False)
    assert found.nearest is not None


def test_a_form_of_other_years_is_not_explained_by_ours():
    assert not choose(tables("central-2023"), SETS, OPEN, 2017).explains
    assert choose(tables("central-2023"), SETS, OPEN, 2021).explains


def test_numbers_that_close_the_gap_are_another_form():
    """Without 国资表, and the next table has its number: nothing is missing."""
    there = [(k, "公开08" if n == "公开09" else n) for k, n in tables("central-2023", without=("国资表",))]
    assert not choose(there, SETS, OPEN, 2023).explains


def test_so_are_numbers_of_another_kind_that_close_the_gap():
    there = [(kinds, "") for kinds, _ in tables("central-2023", without=("支出表",))]
    assert choose(there, SETS, OPEN, 2023).explains
    assert not choose(there, SETS, OPEN, 2023, [f"表{n}" for n in range(1, 9)]).explains


def test_rules_speak_in_the_numbers_that_the_workbook_prints():
    form = LIBRARY.load("central-2023")
    now = relabelled(form, {"支出表": ("附表3", "部门支出总体情况表"), "收入表": ("收入表", "收入决算表")})
    assert now.table("支出表").title == "附表3"
    texts = " ".join(r.title + r.formula + r.reason + r.mend for r in now.rules)
    assert "附表3" in texts
    assert not any(bad in texts for bad in ("附表3表", "收入表表", "公开03", "公开02"))
    assert form.table("支出表").number == "公开03"
