"""What ``xlcheck write`` writes for made-up units gives no finding (``tools/bench_drafts.py`` runs as many as one likes)."""

from __future__ import annotations

import pytest

from support.narratives.drafts import SETS, findings, made_up

UNITS = range(3_000, 3_024)


@pytest.mark.parametrize("seed", UNITS)
def test_a_text_of_ours_gives_no_finding(seed: int) -> None:
    unit = made_up(seed)
    for set_id in SETS:
        assert list(findings(unit, set_id)) == [], set_id


def test_units_are_of_all_kinds() -> None:
    """With and without last year's workbook, budgets and numbers; .docx and .txt."""
    units = [made_up(seed) for seed in UNITS[:8]]
    assert {unit.last is None for unit in units} == {True, False}
    assert {bool(unit.knows.budgets) for unit in units} == {True, False}
    assert {bool(unit.knows.numbers) for unit in units} == {True, False}
    assert {unit.ending for unit in units} == {".docx", ".txt"}


def test_a_wrong_figure_in_a_text_of_ours_is_found() -> None:
    """The measure itself: the same text with another total has findings."""
    unit = made_up(UNITS[0])
    assert any("T01-01" in one for one in findings(unit, SETS[0], ("总计", "总计1")))
