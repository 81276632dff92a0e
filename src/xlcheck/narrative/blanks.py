"""The sign of a blank that only the unit can fill, in the texts that ``xlcheck write`` makes."""

from __future__ import annotations

OPEN_BLANK = "【待填】"
