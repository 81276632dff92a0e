"""The colours of marks, the same in the marked copy, on the page and in our own workbooks. RRGGBB."""

from __future__ import annotations

from xlcheck.form import Severity
from xlcheck.report.marks import Level

# Colours that no palette offers: unmarking finds them again after another program has saved the workbook.
COLOURS = {Severity.ERROR: "F8A5A6", Severity.VERIFY: "FFD967", Severity.NOTE: "BDD7EF"}
PART_COLOUR = "FCE4D7"
SUSPECT_COLOUR = "FF5051"
RIVAL_COLOUR = "FFAB4E"
COLOUR_OF = {
    Level.SUSPECT: SUSPECT_COLOUR, Level.RIVAL: RIVAL_COLOUR, Level.PART: PART_COLOUR,
    **{Level(severity.rank): colour for severity, colour in COLOURS.items()},
}  # fmt: skip
