"""How well score sheets are read and checked: clean forms in random layouts, and one mistake each in others.

``python tools/bench_scores.py [--clean N] [--mistakes N] [--unknown SHARE] [--seed S] [--show]``
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).resolve().parents[1] / "tests")]

from openpyxl.utils import get_column_letter  # noqa: E402

from support.scoreforms import FAMILIES, KINDS, clean_form, mistaken, random_layout  # noqa: E402
from support.scoresheets import random_of, render  # noqa: E402
from xlcheck.checked import Checked  # noqa: E402
from xlcheck.pipeline import Pipeline  # noqa: E402


def book(rng: Any, unknown: float) -> tuple[Any, Any, str]:
    """A clean form with its layout and family."""
    family = rng.choice(sorted(FAMILIES))
    return clean_form(rng, family), random_layout(rng, family, unknown), family


def clean(pipeline: Pipeline, number: int, seed: int, unknown: float, show: bool) -> Counter[str]:
    """Check clean forms; anything but a 提示 is a false finding."""
    ends: Counter[str] = Counter()
    for n in range(number):
        rng = random_of(f"{seed}.{n}")
        form, layout, family = book(rng, unknown)
        report = pipeline.run(render([form], [layout]).data(), "x.xlsx").report
        counts = report.counts
        ends["forms"] += 1
        ends["refused"] += report.refusal is not None
        ends["false 错误"] += counts.errors > 0
        ends["false 核实"] += counts.verifies > 0
        ends["doubts said"] += any(f.code in ("doubtful_binding", "sheet_unread") for f in report.findings)
        ends["relations decided"] += counts.passed + counts.within_rounding
        ends["relations silent"] += counts.not_evaluated
        if show and (counts.errors or counts.verifies or report.refusal):
            print(
                seed,
                n,
                family,
                report.refusal,
                *[f"{f.severity.value} {f.rule or f.code} {f.message}" for f in report.findings],
                sep="\n    ",
            )
    return ends


def is_found(checked: Checked, sheet: str, cell: str) -> bool:
    """Whether a finding of weight is about the cell, or a diagnosis names it."""
    report = checked.report
    about = {(c.sheet, c.cell) for f in report.findings if f.severity.value != "提示" for c in f.cells}
    named = {(s.cell.sheet, s.cell.cell) for d in report.diagnoses for s in (*d.cells, *d.alternatives)}
    return (sheet, cell) in about | named


def is_named(checked: Checked, sheet: str, cell: str) -> bool:
    """Whether the cell is what a diagnosis names, or (where none explains it) what the finding is listed under."""
    report = checked.report
    named = {
        (s.cell.sheet, s.cell.cell) for d in report.diagnoses for s in (*d.cells, *(d.alternatives if d.tied else ()))
    }
    subjects = {(c.sheet, c.cell) for f in report.findings if f.diagnosis is None for c in f.cells if f.code in _TESTS}
    return (sheet, cell) in named | subjects


_TESTS = ("score_test", "score_tests", "score_grade", "cell_in_yuan")


def mistakes(pipeline: Pipeline, number: int, seed: int, unknown: float, show: bool) -> dict[str, Counter[str]]:
    """Put one mistake each into forms; count what is found, and what is named."""
    ends: dict[str, Counter[str]] = {}
    made = n = 0
    while made < number:
        n += 1
        rng = random_of(f"{seed}.e.{n}")
        form, layout, family = book(rng, unknown)
        kind = KINDS[n % len(KINDS)]
        wrong = mistaken(rng, form, kind)
        if wrong is None:
            continue
        rendered = render([wrong[0]], [layout])
        title, cells = rendered.cells[0]
        key, row = wrong[1]
        spots = cells.get(key, [])
        at = (
            spots[row]
            if key.startswith("指标") and len(spots) > row
            else spots[0]
            if spots and not key.startswith("指标")
            else None
        )
        if kind in ("unit", "empty") or key.startswith("指标"):
            at = _indicator_spot(rendered, key, row)
        if at is None:
            continue
        made += 1
        cell = f"{get_column_letter(at[1])}{at[0]}"
        checked = pipeline.run(rendered.data(), "x.xlsx")
        found, named = is_found(checked, title, cell), is_named(checked, title, cell)
        tally = ends.setdefault(kind, Counter())
        tally["made"] += 1
        tally["found"] += found
        tally["named"] += named
        if show and not (found and named):
            print(seed, n, kind, family, cell, wrong[1], "found" if found else "LOST")
            for finding in checked.report.findings:
                print("    ", finding.severity.value, finding.rule or finding.code, finding.message)
            for diagnosis in checked.report.diagnoses:
                print("     ▶", diagnosis.message)
    return ends


def _indicator_spot(rendered: Any, key: str, row: int) -> tuple[int, int] | None:
    """Where the cell of an indicator stands, filled or not."""
    place = rendered.indicator_places.get(key)
    return None if place is None else (place[0] + row, place[1])


def speed(pipeline: Pipeline, seed: int) -> float:
    """Milliseconds (of processor time) a form, reading and checking of a workbook with twenty, warm."""
    rng = random_of(seed)
    forms, layouts = [], []
    for _ in range(20):
        form, layout, _ = book(rng, 0.0)
        forms.append(form)
        layouts.append(layout)
    data = render(forms, layouts).data()
    best = 1e9
    for _ in range(4):
        start = time.process_time()
        pipeline.run(data, "x.xlsx")
        best = min(best, time.process_time() - start)
    return best * 1000 / len(forms)


def main() -> int:
    """Measure, and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--clean", type=int, default=200)
    parser.add_argument("--mistakes", type=int, default=500)
    parser.add_argument("--unknown", type=float, default=0.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", action="store_true")
    given = parser.parse_args()
    pipeline = Pipeline()
    print(dict(clean(pipeline, given.clean, given.seed, given.unknown, given.show)))
    every: Counter[str] = Counter()
    for kind, tally in mistakes(pipeline, given.mistakes, given.seed, given.unknown, given.show).items():
        print(f"{kind:<8}", dict(tally))
        every.update(tally)
    if every["made"]:
        print(
            f"found {every['found'] / every['made']:.1%}, named {every['named'] / every['made']:.1%} of {every['made']}"
        )
    print(f"{speed(pipeline, given.seed):.1f} ms a form")
    return 0


if __name__ == "__main__":
    sys.exit(main())
