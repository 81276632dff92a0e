"""How much the long tests draw: all of it, or the share that ``XLCHECK_SHARE`` says where a machine has little time.

CI draws a share with every push; ``make test-long`` by itself draws everything. A number of one test has a variable of its own.
"""

from __future__ import annotations

import os

SHARE = min(1.0, float(os.environ.get("XLCHECK_SHARE", "1")))


def drawn(usual: int, variable: str = "", least: int = 8) -> int:
    """How many to draw where it is usually so many: what ``variable`` says, else the share, but never fewer than ``least``."""
    said = os.environ.get(variable, "") if variable else ""
    return int(said) if said else max(min(usual, least), round(usual * SHARE))
