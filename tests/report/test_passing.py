"""通过 has one meaning: no 错误, no open 核实, nothing unchecked."""

from __future__ import annotations

import ast

import pytest

from support.places import ROOT
from xlcheck.ledger.records import Receipt, Status
from xlcheck.office.passing import passing_of_receipt
from xlcheck.office.roster import Unit
from xlcheck.report.passing import Passing, passing, unchecked

PLAIN = Receipt("c", 0, "a.xlsx", "0", "2026-08-01", Status.CHECKED, unit="001", form="shanxi-2023")


@pytest.mark.parametrize(
    ("errors", "verifies", "doubts", "wanted"),
    [
        (0, 0, (), "通过"), (1, 0, (), "有错误（错误 1 条）"), (0, 2, (), "待核实（核实 2 条）"), (0, 0, ("甲",), "待核实（甲）"),
        (1, 2, ("甲",), "有错误（错误 1 条、核实 2 条、甲）"),
    ],
)  # fmt: skip
def test_what_passes_and_why_not(errors: int, verifies: int, doubts: tuple[str, ...], wanted: str):
    decision = passing(errors, verifies, doubts)
    assert decision.said == wanted
    assert decision.passed == (decision.passing is Passing.PASSED) == (wanted == "通过")


@pytest.mark.parametrize(
    ("receipt", "unit", "wanted"),
    [
        (PLAIN, None, "通过"), (PLAIN._replace(unsaid=3), None, "待核实（3 条勾稽关系没能核对）"), (PLAIN._replace(notes=5, explained=2), None, "通过"),
        (PLAIN._replace(form=""), None, "待核实（表样没有认出，只按各地通用的规则核对）"),
        (PLAIN, Unit("001", "甲", forms=("beijing-2023",)), "待核实（不是名册要求的表样）"), (PLAIN, Unit("001", "甲"), "通过"),
    ],
)  # fmt: skip
def test_a_receipt_passes_by_the_same_rule(receipt: Receipt, unit: Unit | None, wanted: str):
    assert passing_of_receipt(receipt, unit).said == wanted


def test_nothing_is_unchecked_where_all_is_said():
    assert unchecked(0, "shanxi-2023") == ()
    assert len(unchecked(1, "")) == 2


def test_nobody_else_says_that_a_workbook_passes():
    """The words of the decision stand in one module; templates get them as data."""
    found = {}
    for path in (ROOT / "src" / "xlcheck").rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        words = {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)}
        if words & {"通过", "待核实"}:
            found[path.name] = words & {"通过", "待核实"}
    assert found == {"passing.py": {"通过", "待核实"}, "standing.py": {"待核实"}}, (
        "standing.py: a state of the overview"
    )
