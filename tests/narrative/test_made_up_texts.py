"""The texts of the bench are what they say: figures where the truth has them, in every form of file."""

from __future__ import annotations

import re

import pytest

from support.narratives.measuring import Checker, case, truth_of
from support.narratives.mistaken import Mistakes
from support.narratives.outputs import FORMS
from support.narratives.styles import STYLES
from xlcheck.documents.document import SentDocument
from xlcheck.readdocuments import opened_document


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("seed", range(len(FORMS)))
def test_marks_stand_where_the_file_has_them(style: str, seed: int) -> None:
    """The place of each figure, counted in the text that a reader sees."""
    one = case(style, seed)
    read = opened_document(SentDocument(one.output.name, one.output.data))
    assert read.document is not None
    assert read.document.text == one.output.text
    for placed in one.output.placed:
        assert one.output.text[placed.start : placed.end].replace("\n", "") == placed.mark.text


def test_the_same_seed_writes_the_same_text() -> None:
    """Measures can be repeated."""
    assert case("四川", 3).output.text == case("四川", 3).output.text


def test_every_number_of_a_sentence_is_in_the_truth() -> None:
    """Amounts in 万元 and percentages outside 名词解释 are all marked (单价100万元 is a name)."""
    one = case("新疆", 2)
    spans = [(p.start, p.end) for p in one.output.placed]
    for found in re.finditer(r"(?<!单价)(?<![\d.,])[\d.,]+(?=\s*万元|%|％)", one.output.text):
        assert any(a < found.end() and found.start() < b for a, b in spans), one.output.text[
            found.start() - 30 : found.end() + 10
        ]


def test_figures_are_found_and_compared() -> None:
    """The measure itself: what the checker read is matched to the truth, and a wrong truth is seen as wrong."""
    one, checker = case("上海", 1), Checker()
    found = checker.check(one)
    truth = truth_of(one, found)
    assert truth.figures > 80
    assert truth.right > 40
    bound = [f for f in found.facts if f["as"] == "bound"]
    for fact in bound:
        fact["row"] = "别的行"
    assert len(truth_of(one, found).wrong) >= truth.right


def test_a_mistake_changes_what_it_says() -> None:
    """Each kind of mistake is offered by some text, and changes it."""
    import random

    one = case("上海", 2)
    offered = {k: m() for k, m in Mistakes(one, random.Random(1)).makers.items()}
    made = {k: m for k, m in offered.items() if m is not None}
    assert {"digit", "rate", "share", "direction", "unit", "row", "year", "lost", "count"} <= set(made)
    for mistake in made.values():
        assert one.output.text[mistake.start : mistake.end] != mistake.now
