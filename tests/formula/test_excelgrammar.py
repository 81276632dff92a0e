"""Formulas of Excel are read as a tree; what is not understood, long or deep is no more than that."""

from __future__ import annotations

import subprocess
import sys
import time
from decimal import Decimal

import pytest

from xlcheck.formula.excelgrammar import parse_excel
from xlcheck.formula.excelsyntax import Addition, Constant, Corner, FunctionCall, Reference, Signed

A1 = Reference("", Corner(1, 1, row_fixed=False, column_fixed=False), None)


def test_signs_bind_as_in_arithmetic():
    tree = parse_excel("-A1+2*3").tree
    assert isinstance(tree, Addition)
    assert tree.terms[0] == Signed(negative=True, operand=A1)
    assert tree.terms[1].factors == (Constant(Decimal(2)), Constant(Decimal(3)))


def test_a_reference_has_its_sheet_and_what_is_fixed():
    formula = parse_excel("SUM('it''s'!$A1:B$2)")
    first = Corner(1, 1, row_fixed=False, column_fixed=True)
    last = Corner(2, 2, row_fixed=True, column_fixed=False)
    assert formula.references == (Reference("it's", first, last),)
    assert formula.tree == FunctionCall("SUM", formula.references)


@pytest.mark.parametrize("text", ["SUM(A1", "A1 A1", "NOW()+A1", "A1*", "SUM((A1,A1))"])
def test_what_is_not_understood_still_has_its_references(text):
    formula = parse_excel(text)
    assert formula.tree is None
    assert set(formula.references) == {A1}


@pytest.mark.parametrize("text", ["", "A:A", "A1^2", '"x"', "A1(", "[1]Sheet1!A1", "2023!A1", "R1C1"])
def test_what_cannot_be_told_apart_is_nothing(text):
    formula = parse_excel(text)
    assert formula is None or (formula.tree is None and not formula.references)


@pytest.mark.parametrize(
    "text",
    ["(" * 1_999 + "1", "(" * 900 + "1" + ")" * 900, "-" * 1_999 + "1", "SUM(" * 400, "1+" * 999 + "1", "'" * 2_000],
)
def test_deep_and_long_formulas_are_read_without_recursion(text):
    start = time.perf_counter()
    parse_excel(text)
    assert time.perf_counter() - start < 2


def test_lark_is_loaded_when_a_formula_is_recalculated():
    code = "import sys, xlcheck.binding.submission; sys.exit('lark' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
