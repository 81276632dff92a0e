"""What the hand that marks a workbook and the eye that finds the marks again agree on, each decided here alone.

Copies that are out in the world were made with these: a change means that their marks are not found any more.
"""

from __future__ import annotations

import re

from xlcheck.form import Severity

# --- the list sheet -------------------------------------------------------------------------------

SHEET = "审核结果"  # how its name begins: a workbook that has one of that name gets 审核结果(2)
SIGNATURE = "xlcheck 标记"  # in the first row of the column RECORD
STATEMENT, RULE = 11, 12  # K and L of a finding: what the unit says, and the rule
HOLDS, KEY, VALUES = 14, 15, 16  # its hidden columns N, O, P
RECORD = 18  # R to V: the marked cells and how they looked before, one a row: see ``records``

# --- names and notes ------------------------------------------------------------------------------

NAME = "xlcheck_"  # how the names of ours begin, which conditional formats ask whether a finding is mended
AUTHOR = "xlcheck"  # of our notes
# How our notes begin and end, for programs that leave authors out, or write them before the text.
OWN_NOTE = re.compile(r"(?:\S{0,20}:\s*)?(?:▶ 疑似|▶ 最可能|【(?:错误|核实|提示)】.*见“审核结果)", re.DOTALL)

# --- colours (RRGGBB) -----------------------------------------------------------------------------

# Colours that no palette offers: unmarking finds them again after another program has saved the workbook.
COLOURS = {Severity.ERROR: "F8A5A6", Severity.VERIFY: "FFD967", Severity.NOTE: "BDD7EF"}
PART_COLOUR = "FCE4D7"
SUSPECT_COLOUR = "FF5051"
RIVAL_COLOUR = "FFAB4E"
FILLS = frozenset({*COLOURS.values(), PART_COLOUR, RIVAL_COLOUR, SUSPECT_COLOUR})
# Frames, a second sign beside the colour.
RED_FRAME, YELLOW_FRAME, BLUE_FRAME = "C00001", "BF8F01", "2E75B7"
RIVAL_FRAME = "C55A12"
FRAMES = frozenset({RED_FRAME, YELLOW_FRAME, BLUE_FRAME, RIVAL_FRAME})

# --- the part that holds the originals of the parts that were marked ------------------------------

ORIGINALS = "xlcheck/stash.zip"
ORIGINALS_TYPE = "application/zip"
ORIGINALS_RELATION = "urn:xlcheck:stash"
