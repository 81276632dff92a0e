"""The published 屯留 2023 text: every figure accounted for, its own defects found, nothing else."""

from __future__ import annotations

import pytest

from support.texts import NARRATIVES, checked, said
from xlcheck.narrative.statements import FigureStanding

SEED = (NARRATIVES / "tunliu_2023.txt").read_text(encoding="utf-8")
DEFECTS = {
    ("错误", "text_doubled_section", "（三）一般公共预算财政拨款支出决算具体情况"),
    ("错误", "text_doubled_section", "六、一般公共预算财政拨款基本支出决算情况说明"),
    ("错误", "text_doubled_section", "（四）预算绩效情况说明"),
    ("核实", "text_numbers_missing", "九、财政拨款“三公”经费支出决算情况说明"),
    ("核实", "text_budget_unsaid", "28.78万元"),
    ("核实", "text_rate_without_amount", "∞%"),
}


@pytest.fixture(scope="module", params=["tunliu_2023", None], ids=["beside its workbook", "by itself"])
def found(request):
    return checked(SEED, "shanxi-2023", request.param)


def test_every_figure_is_accounted_for(found):
    counts = found.counts
    assert counts.figures == 154
    assert counts.bound + counts.derived >= 151
    assert counts.cannot_say == 0


def test_the_only_foreign_figure_is_a_threshold(found):
    assert [f.token.text for f in found.figures if f.standing is FigureStanding.FOREIGN] == ["100万元"]


def test_its_own_defects_are_found_and_nothing_else_is_wrong(found):
    severe = {one for one in said(found) if one[0] != "提示"}
    assert severe - {("核实", "text_sections_missing", "一、收入支出决算总体情况说明")} == DEFECTS


def test_places_are_those_of_the_printed_characters(found):
    for figure in found.figures:
        quote = "".join(SEED[figure.start : figure.end].split())
        assert quote == figure.token.text.replace("(", "（").replace(")", "）"), quote
        assert quote in figure.sentence.replace("(", "（")


def test_a_base_of_nothing_is_only_noted(found):
    assert {s for s, code, _ in said(found) if code == "text_no_base_sign"} == {"提示"}
