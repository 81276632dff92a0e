"""Heads drawn by lot through the real reader and the real matching: no workbook is taken for another unit's."""

from __future__ import annotations

import random

import pytest

from support.effort import drawn
from support.headdraw import ROSTER, DrawnHead, draw_head
from xlcheck.binding.regions import regions
from xlcheck.binding.unitnames import names_of, naming_head
from xlcheck.office.matching import Match, match

HEADS, SHARDS = drawn(10_000, "XLCHECK_HEADS", 1_000), 4
FEW = 600
READ = 0.97  # of the heads that name one unit


def matched(drawn: DrawnHead) -> Match:
    """Whose the desk takes a sheet for."""
    heads = [naming_head(region) for region in regions(drawn.grid)]
    return match(ROSTER, names_of(None, heads), drawn.path, drawn.sender)


def shown(drawn: DrawnHead) -> str:
    rows = [
        [cell.text for cell in cells.values()]
        for cells in drawn.grid.rows.values()
        if len(cells) < 3 or "项目" not in str(cells)
    ]
    return f"{[u.name for u in drawn.own]} {drawn.path} {drawn.sender}\n" + "\n".join(map(repr, rows[:14]))


def share_read(seed: int, count: int) -> float:
    """Draw heads; none may be taken for another unit. Returns how many of those with one unit were read."""
    draw = random.Random(seed)
    single = read = 0
    for _ in range(count):
        drawn = draw_head(draw)
        found = matched(drawn)
        if len(drawn.own) > 1:
            assert found.unit is None, f"two names, taken for {found}\n{shown(drawn)}"
            assert set(drawn.own) <= set(found.candidates), shown(drawn)
            continue
        assert found.unit in (None, drawn.own[0]), f"taken for {found.unit}\n{shown(drawn)}"
        single += 1
        read += found.unit is not None
    return read / single


def test_a_head_is_never_taken_for_another_units():
    assert share_read(17, FEW) >= READ


@pytest.mark.parametrize("shard", range(SHARDS))
def test_ten_thousand_heads_are_never_taken_for_another_units(shard: int):
    assert share_read(1000 + shard, HEADS // SHARDS) >= READ
