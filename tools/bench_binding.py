"""What reading by evidence costs: a layout against the same figures in the official form, warm, in one process.

For each family the milliseconds of processor time that a book costs above its official twin (median and mean), and the
ratio of both: figures of one run on one machine.
"""

from __future__ import annotations

import gc
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1] / "tests")]

from support.layouts.render import Book, book, render  # noqa: E402
from xlcheck.pipeline import Pipeline  # noqa: E402
from xlcheck.reading.opening import open_workbook  # noqa: E402

FAMILIES = ("near", "provincial", "wild", "renamed20", "renamed40")
_ROUNDS = 4


def best(work: Callable[[], object]) -> float:
    """The least processor time of some rounds, in milliseconds."""
    times = []
    for _ in range(_ROUNDS):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return 1000 * min(times)


def costs(pipeline: Pipeline, one: Book) -> tuple[float, float]:
    """Milliseconds to read a book, and to read its official twin."""
    there, twin = open_workbook(one.data), open_workbook(render(one.unit).data)
    return best(lambda: pipeline.reader.read(there)), best(lambda: pipeline.reader.read(twin))


def main() -> int:
    """Print a line for each family."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 12
    pipeline = Pipeline()
    gc.disable()  # as the pipeline does while a workbook is in hand
    print("family | books | + ms median | + ms mean | ratio to the official form")
    for family in FAMILIES:
        books = [book(family, seed) for seed in range(count)]
        for one in books:
            pipeline.run(one.data, "x.xlsx")
        both = [costs(pipeline, one) for one in books]
        more = [a - b for a, b in both]
        ratio = sum(a for a, _ in both) / sum(b for _, b in both)
        print(f"{family} | {count} | {statistics.median(more):.1f} | {statistics.mean(more):.1f} | {ratio:.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
