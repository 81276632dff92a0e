"""Whole texts with truth through the checker: what it blames falsely, leaves unread, binds wrong, and misses.

    python tools/bench_narrative.py [--texts N] [--first SEED] [--errors N] [--styles 山西,上海] [--show N]

Deterministic by seed. Times are figures of one run on one machine.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1] / "tests")]

from support.narratives.measuring import Case, Checker, cases, truth_of  # noqa: E402
from support.narratives.styles import STYLES  # noqa: E402


@dataclass
class Tally:
    """What came of the texts of one style."""

    texts: int = 0
    errors: Counter[str] = field(default_factory=Counter)
    verifies: Counter[str] = field(default_factory=Counter)
    figures: int = 0
    open: int = 0
    unread: int = 0
    right: int = 0
    wrong: int = 0
    unbound: int = 0
    times: list[float] = field(default_factory=list)
    examples: dict[str, list[str]] = field(default_factory=dict)

    def note(self, kind: str, said: str) -> None:
        """Keep an example of a kind."""
        self.examples.setdefault(kind, []).append(said)


def measure(checker: Checker, case: Case, tally: Tally) -> None:
    """One clean text."""
    start = time.process_time()
    found = checker.check(case)
    tally.times.append(1000 * (time.process_time() - start))
    tally.texts += 1
    for remark in found.remarks:
        if remark.severity in ("错误", "核实"):
            (tally.errors if remark.severity == "错误" else tally.verifies)[remark.rule] += 1
            tally.note(remark.severity, f"{remark.rule} {remark.message[:140]} ‖ {remark.sentence[:160]}")
    truth = truth_of(case, found)
    tally.figures += truth.figures
    tally.open += len(truth.open)
    tally.unread += len(truth.unread)
    tally.right += truth.right
    tally.wrong += len(truth.wrong)
    tally.unbound += len(truth.unbound)
    for kind, said in (
        ("cannot_say", truth.open),
        ("unread", truth.unread),
        ("wrong", truth.wrong),
        ("unbound", truth.unbound),
    ):
        for one in said:
            tally.note(kind, one)


def main() -> int:
    """Print the tables."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--texts", type=int, default=12)
    arguments.add_argument("--first", type=int, default=0, help="the first seed")
    arguments.add_argument("--errors", type=int, default=0)
    arguments.add_argument("--styles", default=",".join(STYLES))
    arguments.add_argument("--show", type=int, default=0)
    options = arguments.parse_args()
    checker = Checker()
    print("style | texts | 错误 | 核实 | figures | accounted | bound right | wrong | not bound | ms")
    for style in options.styles.split(","):
        tally = Tally()
        for case in cases(style, options.texts, options.first):
            measure(checker, case, tally)
        read = 1 - (tally.open + tally.unread) / (tally.figures or 1)
        bound = tally.right / ((tally.right + tally.wrong) or 1)
        print(
            f"{style} | {tally.texts} | {sum(tally.errors.values())} | {sum(tally.verifies.values())} | {tally.figures} | {read:.1%} | "
            f"{bound:.2%} | {tally.wrong} | {tally.unbound} | {statistics.median(tally.times):.0f}"
        )
        for kind, said in tally.examples.items():
            if options.show:
                print(f"  {kind} ({len(said)})")
                for one in said[: options.show]:
                    print(f"     {one}")
    if options.errors:
        from support.narratives.mistaken import seeded

        for line in seeded(checker, options.styles.split(","), options.errors, options.show, options.first):
            print(line)
    return 0


if __name__ == "__main__":
    sys.exit(main())
