"""The Excel form: it says in the workbook what the interval test says here."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xlcheck.formula.excel import FormulaCell, areas, quoted, test, weighted_sum
from xlcheck.formula.interval import ZERO, possible, printed
from xlcheck.labels import column_index

excel_test = test
del test  # a function of that name would be collected

# --- areas ------------------------------------------------------------------------------------


def cells(*spots: tuple[int, int], sheet: str = "表") -> list[FormulaCell]:
    return [FormulaCell(sheet, row, column) for row, column in spots]


def test_one_cell_is_itself():
    assert areas(cells((3, 28))) == ["'表'!AB3"]


def test_a_run_down_a_column_is_one_range():
    assert areas(cells((2, 1), (3, 1), (4, 1))) == ["'表'!A2:A4"]


def test_a_run_along_a_row_is_one_range():
    assert areas(cells((2, 1), (2, 2), (2, 3))) == ["'表'!A2:C2"]


def test_a_run_never_turns_a_corner():
    assert areas(cells((1, 1), (2, 1), (2, 2))) == ["'表'!A1:A2", "'表'!B2"]
    assert areas(cells((1, 1), (1, 2), (2, 2))) == ["'表'!A1:B1", "'表'!B2"]


def test_gaps_and_repeats_and_steps_backward_part_ranges():
    assert areas(cells((1, 1), (3, 1))) == ["'表'!A1", "'表'!A3"]
    assert areas(cells((2, 1), (2, 1))) == ["'表'!A2", "'表'!A2"]
    assert areas(cells((3, 1), (2, 1))) == ["'表'!A3", "'表'!A2"]


def test_another_sheet_parts_ranges():
    assert areas([FormulaCell("甲", 1, 1), FormulaCell("乙", 2, 1)]) == ["'甲'!A1", "'乙'!A2"]


def test_no_cells_have_no_areas():
    assert areas([]) == []


@given(st.lists(st.tuples(st.integers(1, 6), st.integers(1, 6)), max_size=25))
def test_areas_name_every_cell_once_and_no_other(spots):
    named = [spot for area in areas(cells(*spots)) for spot in spread(area)]
    assert named == spots


@pytest.mark.parametrize(
    ("name", "spelled"),
    [
        ("支出决算表", "'支出决算表'"),
        ("公开03 表", "'公开03 表'"),
        ("it's", "'it''s'"),
        ("'", "''''"),
        ("a!b", "'a!b'"),
    ],
)
def test_sheet_names_are_quoted_and_their_quotes_doubled(name, spelled):
    assert quoted(name) == spelled
    assert areas([FormulaCell(name, 1, 1)]) == [f"{spelled}!A1"]


# --- formulas as text -------------------------------------------------------------------------

A, B, C = (cells((1, n)) for n in (1, 2, 3))


def test_weights_are_signs_and_factors():
    assert weighted_sum([(1, A), (-1, B), (2, C)]) == "SUM('表'!A1)-SUM('表'!B1)+2*SUM('表'!C1)"
    assert weighted_sum([(-3, A), (1, B)]) == "-3*SUM('表'!A1)+SUM('表'!B1)"


def test_groups_without_cells_or_weight_are_left_out():
    assert weighted_sum([(1, []), (0, A), (1, B)]) == "SUM('表'!B1)"
    assert weighted_sum([]) == "0"


def test_the_constant_is_added_in_units():
    assert weighted_sum([(1, A)], 1_500_000) == "SUM('表'!A1)+1.5"
    assert weighted_sum([(1, A)], -10_000) == "SUM('表'!A1)-0.01"


_D = "ROUND(SUM('表'!A1)-SUM('表'!B1),6)"
_SLACK = "0.005*COUNT('表'!A1,'表'!B1)"
_LOOSE = f"OR({_D}=0,ABS({_D})<{_SLACK})"


@pytest.mark.parametrize(
    ("op", "rounded", "exact"),
    [
        ("=", f"={_LOOSE}", f"={_D}=0"),
        ("恒等", f"={_D}=0", f"={_D}=0"),
        ("≠", f"={_D}<>0", f"={_D}<>0"),
        ("≤", f"=OR({_D}<=0,{_LOOSE})", f"=OR({_D}<=0,{_D}=0)"),
        ("≥", f"=OR({_D}>=0,{_LOOSE})", f"=OR({_D}>=0,{_D}=0)"),
    ],
)
def test_each_operator_has_its_formula_for_rounded_and_for_exact_figures(op, rounded, exact):
    assert excel_test(op, [(1, A), (-1, B)], 0, 10_000) == rounded
    assert excel_test(op, [(1, A), (-1, B)], 0, 0) == exact


def test_an_operator_the_language_does_not_have_is_an_error():
    with pytest.raises(ValueError, match="=="):
        excel_test("==", [(1, A)], 0, 0)


# --- formulas as meaning ----------------------------------------------------------------------

_REFERENCE = re.compile(r"'[^']*'!([A-Z]+)(\d+)(?::([A-Z]+)(\d+))?")


def spread(area: str) -> list[tuple[int, int]]:
    match = _REFERENCE.fullmatch(area)
    assert match
    first, top, last, bottom = match.groups()
    columns = range(column_index(first), column_index(last or first) + 1)
    return [(r, c) for r in range(int(top), int(bottom or top) + 1) for c in columns]


def excel(formula: str, values: dict[tuple[int, int], int | None]) -> bool:
    """What a spreadsheet makes of the few functions we use; figures in millionths."""
    text = _REFERENCE.sub(lambda m: f'R("{m.group(0)}")', formula.removeprefix("="))
    text = re.sub(r"(?<![<>=])=", "==", text).replace("<>", "!=")
    known = {
        "R": lambda area: [v / 1_000_000 for s in spread(area) if (v := values[s]) is not None],
        "SUM": lambda *lists: sum(sum(x) for x in lists),
        "COUNT": lambda *lists: sum(len(x) for x in lists),
        "ROUND": round, "ABS": abs, "OR": lambda *said: any(said),
    }  # fmt: skip
    return bool(eval(text, {"__builtins__": {}}, known))  # noqa: S307 - our own formula


figures = st.none() | st.integers(0, 12).map(lambda n: n * 10_000)


@pytest.mark.parametrize("op", ["=", "≤", "≥", "<", ">"])
@settings(deadline=None, max_examples=200)
@given(left=st.lists(figures, min_size=1, max_size=4), right=st.lists(figures, max_size=6))
def test_the_formula_is_true_when_and_only_when_exact_figures_exist(op, left, right):
    values = {(1, i): f for i, f in enumerate(left, 1)} | {(2, i): f for i, f in enumerate(right, 1)}
    groups = [(1, cells(*(s for s in values if s[0] == 1))), (-1, cells(*(s for s in values if s[0] == 2)))]
    difference = ZERO
    for (row, _), figure in values.items():
        if figure is not None:
            difference += printed(figure, 10_000).scaled(1 if row == 1 else -1)
    assert excel(excel_test(op, groups, 0, 10_000), values) == possible(op, difference)
