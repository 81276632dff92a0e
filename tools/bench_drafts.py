"""What ``xlcheck write`` writes for made-up units, checked: there must be no finding.

    python tools/bench_drafts.py [--units N] [--first SEED] [--show N]

Every unit is written in the wording of every place. Deterministic by seed.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1] / "tests")]

from support.narratives.drafts import SETS, findings, made_up  # noqa: E402


def main() -> int:
    """Print a line a place: texts, texts of which something is said."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--units", type=int, default=500)
    arguments.add_argument("--first", type=int, default=0, help="the first seed")
    arguments.add_argument("--show", type=int, default=20)
    options = arguments.parse_args()
    blamed: Counter[str] = Counter()
    shown = 0
    for seed in range(options.first, options.first + options.units):
        unit = made_up(seed)
        for set_id in SETS:
            said = list(findings(unit, set_id))
            blamed[set_id] += bool(said)
            for one in said:
                if shown < options.show:
                    print(f"{seed} {set_id}: {one}", flush=True)
                    shown += 1
    for set_id in SETS:
        print(f"{set_id} | {options.units} texts | {blamed[set_id]} with findings")
    return 1 if sum(blamed.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
