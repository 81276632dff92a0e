"""``make bench``: what reading and marking a 文字说明 costs, in processor time, medians of one run.

The text has some 3,000 characters in 110 paragraphs, as the published ones; 15 comments. Each round is a whole file: opened under
the guards, read, marked, unmarked.
"""

from __future__ import annotations

import io
import statistics
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1] / "tests")]

from support.worddocs import docx, p  # noqa: E402
from xlcheck.documents.opening import read_document  # noqa: E402
from xlcheck.writing.word import TextMark, marked_document, unmarked_document  # noqa: E402

ROUNDS = 60
SENTENCE = ("2023年度", "收入总计", "10,661.51", "万元，", "增长", "38.28%", "。")


def median(work: Callable[[], object]) -> float:
    """The median of the processor time that ``work`` takes, in milliseconds."""
    spent = []
    for _ in range(ROUNDS):
        before = time.process_time()
        work()
        spent.append((time.process_time() - before) * 1000)
    return statistics.median(spent)


def main() -> None:
    """Print a line each."""
    data = docx("".join(p(*SENTENCE) for _ in range(110)), styles="", numbering="")
    text = read_document(data).text
    starts = [at for at in range(len(text)) if text.startswith("38.28%", at)][:105:7]
    marks = [TextMark(at, at + 6, "应为 38.29%。\n请改正。") for at in starts]
    marked = marked_document(data, marks, f"共 {len(marks)} 处")
    unpacked = sum(
        len(zipfile.ZipFile(io.BytesIO(data)).read(name)) for name in zipfile.ZipFile(io.BytesIO(data)).namelist()
    )
    print(f"{len(text)} characters, {len(marks)} comments, {unpacked // 1024} KB of XML; median ms of {ROUNDS} rounds")
    print(f"read    {median(lambda: read_document(data)):6.1f}")
    print(f"mark    {median(lambda: marked_document(data, marks, '题')):6.1f}")
    print(f"unmark  {median(lambda: unmarked_document(marked)):6.1f}")


if __name__ == "__main__":
    main()
