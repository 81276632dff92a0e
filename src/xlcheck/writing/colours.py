"""The colour of a mark by its level, the same in the marked copy and on the page. RRGGBB."""

from __future__ import annotations

from xlcheck.reading.marks.format import COLOURS, PART_COLOUR, RIVAL_COLOUR, SUSPECT_COLOUR
from xlcheck.report.marks import Level

COLOUR_OF = {
    Level.SUSPECT: SUSPECT_COLOUR, Level.RIVAL: RIVAL_COLOUR, Level.PART: PART_COLOUR,
    **{Level(severity.rank): colour for severity, colour in COLOURS.items()},
}  # fmt: skip
