"""``make bench-causes``: how often the right cause is named, first, with the right figure; and how long that takes.

Seeded mistakes in the clean real reports and in made-up units of all rounding habits (``tests/support``). Times are
of the causes step alone, and as a ratio to reading the same workbook. ``XLCHECK_CAUSES`` is the number of mistakes of
each kind.
"""

from __future__ import annotations

import os
import random
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
from support.judging import LAID, Base, bases, cases, judge, mistakes, named_cells, score
from support.mistakes import SINGLES, STRUCTURAL, several_mistakes
from support.synthetic import clean_submission
from xlcheck.checking import check as checking
from xlcheck.checking import diagnosis
from xlcheck.filling.write import workbook_bytes
from xlcheck.form import Severity
from xlcheck.pipeline import Pipeline

COUNT = int(os.environ.get("XLCHECK_CAUSES", "400"))
SIZES = ((650, 7), (1_100, 20), (3_300, 90))
HABITS = ("A", "B", "D", "AB", "ABD")


def clean(pipeline: Pipeline) -> None:
    """False errors in clean units."""
    form = pipeline.library.load("shanxi-2023")
    wrong = count = 0
    for habits in HABITS:
        for seed in range(max(10, COUNT // 2)):
            outcome = checking.check(clean_submission(form, 50_000 + seed, habits, 4 + seed % 37, seed % 3 == 0))
            wrong += any(f.severity is Severity.ERROR for f in outcome.remarks)
            count += 1
    print(f"clean units: {count}, with an error: {wrong}")


def quality(found: list[Base]) -> None:
    """The table of shares."""
    print(f"{'mistake':16}{'n':>6}{'detected':>10}{'named':>8}{'first':>8}{'figure':>8}{'unique':>8}{'red':>7}")
    singles = []
    for kind in SINGLES:
        judged = [judge(b, kind, m) for b, m in cases(found, kind, COUNT, 1)]
        singles += judged
        show(kind, score(judged))
    show("all ten", score(singles))
    for kind in ("swap", "move", "double", *STRUCTURAL, *LAID):
        show(kind, score(judge(b, kind, m) for b, m in cases(found, kind, COUNT, 1)))


def several(found: list[Base]) -> None:
    """Three to five mistakes in one workbook: how often every true cell is named."""
    draw = random.Random("several 1")
    named = 0
    for _ in range(COUNT):
        mistake = several_mistakes(draw.choice(found).now, draw.choice((3, 4, 5)), draw)
        named += set(mistake.right) <= named_cells(mistake.wrong)
    print(f"three to five mistakes in one workbook: {COUNT}, all true cells named: {100 * named / COUNT:.1f}")


def show(kind: str, s: object) -> None:
    """One line."""
    n, detected, named, first, figure, red, unique = s  # type: ignore[misc]
    print(f"{kind:16}{n:6}{detected:10.1f}{named:8.1f}{first:8.1f}{figure:8.1f}{unique:8.1f}{red:7.2f}", flush=True)


def times(pipeline: Pipeline) -> None:
    """The causes step at three sizes, beside reading the same workbook."""
    form = pipeline.library.load("shanxi-2023")
    took: list[float] = []
    search = diagnosis.Finder.causes

    def timed(*args: object) -> object:
        start = time.perf_counter()
        answer = search(*args)  # type: ignore[arg-type]
        took.append(time.perf_counter() - start)
        return answer

    diagnosis.Finder.causes = timed  # type: ignore[assignment]
    for cells, leaves in SIZES:
        for habits in ("A", "ABD"):
            now = clean_submission(form, 11, habits, leaves)
            data = workbook_bytes(form, now, "某某中心", "2023")
            read = statistics.median(_once(lambda data=data: pipeline.read(data)) for _ in range(9))
            size = sum(len(r) for t in now.tables.values() for s in t.sections.values() for r in s.amounts)
            for kind in ("single", "swap", "double", "shifted_block", "extra_labels"):
                took.clear()
                draw = random.Random(cells)
                while len(took) < max(20, COUNT // 4):
                    mistake = mistakes(now, kind, draw)
                    if mistake is not None:
                        checking.check(mistake.wrong)
                ms = sorted(1000 * t for t in took)
                p99 = ms[int(len(ms) * 0.99)]
                middle = statistics.median(ms)
                print(
                    f"{size:6} cells, habits {habits:4} {kind:14} median {middle:6.1f} ms  p99 {p99:6.1f}  max {ms[-1]:6.1f}"
                    f"  median / reading {middle / (1000 * read):.2f}"
                )
    diagnosis.Finder.causes = search


def _once(call: object) -> float:
    start = time.perf_counter()
    call()  # type: ignore[operator]
    return time.perf_counter() - start


if __name__ == "__main__":
    line = Pipeline()
    clean(line)
    found = bases(line)
    quality(found)
    several(found)
    times(line)
