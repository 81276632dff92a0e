"""Every kind of finding, one block each: code, category, severities, the sentence, what to do, an example.

Kinds of findings are declared in the modules of blocks that are put together here, by what they speak of, and nowhere else.
``docs/findings.md`` is made of them; a test holds them against the source: no code without a block, no block that nothing says.
"""

from __future__ import annotations

from collections.abc import Mapping

from xlcheck.report.cellcodes import CELL_BLOCKS
from xlcheck.report.findingcode import FindingCode
from xlcheck.report.rulecodes import RULE_BLOCKS
from xlcheck.report.sheetcodes import SHEET_BLOCKS
from xlcheck.report.structurecodes import STRUCTURE_BLOCKS
from xlcheck.report.textcodes import TEXT_BLOCKS

_BLOCKS = (*STRUCTURE_BLOCKS, *CELL_BLOCKS, *RULE_BLOCKS, *TEXT_BLOCKS, *SHEET_BLOCKS)
CODES: Mapping[str, FindingCode] = {block.code: block for block in _BLOCKS}
