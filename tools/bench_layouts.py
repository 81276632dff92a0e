"""How well workbooks of any layout are read and checked: books drawn by tests/support/layouts, judged cell by cell.

    python tools/bench_layouts.py [--books N] [--seed S] [--family near,provincial,…] [--keep DIR] [--show N]

Families: near, provincial, wild, renamed20, renamed40 (drawn), shared (../shared/layouts), real (published reports in
layouts of ours), official (the form itself), single (every habit alone). Truth is what the generator wrote. A figure is right when it is claimed,
not doubtful, at its cell with its table, section, row and column; a claim with any other place is wrong.
"""

from __future__ import annotations

import argparse
import collections
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from support.layouts import inject, reports
from support.layouts.draws import FAMILIES, OFFICIAL, draw, singles
from support.layouts.judging import Cell, Place, judge, place_of
from support.layouts.render import Book, plain_form, render, unit_for

SHARED = Path(__file__).resolve().parents[2] / "shared" / "layouts"
DEFAULT = "near,provincial,wild,renamed20,renamed40,shared,real"


@dataclass
class Case:
    """One workbook, what its cells are, and what was said of it."""

    name: str
    path: Path
    truth: dict[Cell, Place]
    free: set[Cell]  # cells where a claim is neither right nor wrong
    about: str = ""
    clean: bool = True
    known: list[set[str]] = field(default_factory=list)  # figures of true errors: {expected, actual}
    report: dict[str, Any] = field(default_factory=dict)
    claims: list[dict[str, Any]] = field(default_factory=list)
    right: set[Place] = field(default_factory=set)
    doubtful: set[Place] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)

    def errors(self) -> list[dict[str, Any]]:
        """The 错误 said of it that are not known to be true."""
        if self.report.get("status") == "refused":
            return [
                {"message": f"refused: {self.report['refusal']['message']}", "kind": "refusal", "rule": "", "cells": []}
            ]
        found = [f for f in self.report.get("findings", []) if f["severity"] == "错误"]
        return [f for f in found if {str(f.get("expected")), str(f.get("actual"))} not in self.known]

    def decided(self) -> int:
        """How many relations with figures were decided."""
        counts = self.report.get("counts", {})
        failed = sum(f["severity"] == "错误" and f.get("what") == "relation" for f in self.report.get("findings", []))
        return counts.get("pass", 0) + counts.get("explained_by_rounding", 0) + failed

    def judge(self) -> None:
        """Claims against the truth."""
        found = judge(self.claims, self.truth, self.free)
        self.right, self.doubtful, self.wrong = found.right, found.doubtful, found.wrong


# --- books ----------------------------------------------------------------------------------------


def case_of(book: Book, folder: Path, name: str, clean: bool = True, about: str = "") -> Case:
    """A book of the generator on disk, and its truth."""
    path = folder / f"{name}.xlsx"
    path.write_bytes(book.data)
    truth = {(r["sheet"], r["cell"]): place_of(r) for r in book.truth()}
    return Case(name, path, truth, book.loose, about or repr(book.draw), clean)


def drawn(family: str, count: int, seed: int, folder: Path) -> dict[str, list[Case]]:
    """Books of a family, their twins in the official form, and both with one wrong figure."""
    found: dict[str, list[Case]] = {k: [] for k in ("books", "plain", "wrong", "wrong_plain")}
    for kind in found:
        (folder / kind).mkdir(parents=True)
    layouts = [(n, draw(family, n) if family in FAMILIES else OFFICIAL) for n in range(seed, seed + count)]
    if family == "single":
        layouts = [(seed + i, layout) for i, layout in enumerate(singles())]
    for n, layout in layouts:
        unit, plain = unit_for(layout, n), plain_form(layout)
        name = f"{family}_{n:04d}"
        book, twin = render(unit, layout), render(unit, plain)
        found["books"].append(case_of(book, folder / "books", name))
        found["plain"].append(case_of(twin, folder / "plain", name))
        kind = inject.KINDS[n % len(inject.KINDS)]
        wrong = inject.inject(unit, kind, n, set(book.marks.values()) & set(twin.marks.values()))
        if wrong is not None:
            said = f"{wrong}\n{layout!r}"
            found["wrong"].append(case_of(render(wrong.unit, layout), folder / "wrong", name, False, said))
            found["wrong_plain"].append(case_of(render(wrong.unit, plain), folder / "wrong_plain", name, False, said))
    return found


def shared(folder: Path) -> dict[str, list[Case]]:
    """The layouts that lie beside the repository."""
    (folder / "books").mkdir(parents=True)
    found = []
    for path in sorted(SHARED.glob("*.xlsx")):
        records = [
            json.loads(x) for x in path.with_suffix("").with_suffix(".truth.jsonl").read_text("utf-8").splitlines()
        ]
        copy = folder / "books" / path.name
        shutil.copy(path, copy)
        found.append(Case(path.stem, copy, {(r["sheet"], r["cell"]): place_of(r) for r in records}, set(), path.stem))
    return {"books": found}


def real(count: int, seed: int, folder: Path) -> dict[str, list[Case]]:
    """The published reports in our hands, and in layouts drawn."""
    found: dict[str, list[Case]] = {"books": [], "plain": []}
    for kind in found:
        (folder / kind).mkdir(parents=True)
    for name in reports.names():
        unit, known = reports.as_unit(name), reports.known_errors(name)
        layouts = [
            *reports.HANDS.items(),
            *((f"drawn{n}", draw("provincial", n)) for n in range(seed, seed + max(1, count // 10))),
        ]
        for hand, layout in layouts:
            if layout["form"] != "2023" or layout["order"] in ("no_soe", "yunnan"):
                continue
            case = case_of(render(unit, layout), folder / "books", f"{name}_{hand}")
            twin = case_of(render(unit, plain_form(layout)), folder / "plain", f"{name}_{hand}")
            case.known = twin.known = known
            found["books"].append(case)
            found["plain"].append(twin)
    return found


# --- runs -----------------------------------------------------------------------------------------


def run(arguments: list[str]) -> subprocess.CompletedProcess[str]:
    """One run of the command line."""
    return subprocess.run([sys.executable, "-m", "xlcheck", *arguments], capture_output=True, text=True, check=False)


def check(cases: list[Case]) -> float:
    """Reports for all cases (one folder); milliseconds a book."""
    if not cases:
        return 0.0
    start = time.perf_counter()
    done = run(["check", str(cases[0].path.parent), "--format", "jsonl", "--fail-on", "never", "--jobs", "1"])
    spent = (time.perf_counter() - start) * 1000
    by_name = {c.path.name: c for c in cases}
    for line in done.stdout.splitlines():
        report = json.loads(line)
        by_name[Path(report["workbook"]["path"]).name].report = report
    lost = [c.name for c in cases if not c.report]
    if len(lost) == len(cases):
        raise SystemExit(f"xlcheck check gave no report (code {done.returncode}): {done.stderr[:400]}")
    if lost:
        print(f"no report for {len(lost)} books, first {lost[0]}: {done.stderr[:400]}", file=sys.stderr)
    return spent / len(cases)


def extract(cases: list[Case]) -> bool:
    """Claims for all cases; False while the command does not exist."""
    if run(["extract", "--help"]).returncode != 0:
        return False
    done = run(["extract", str(cases[0].path.parent)])
    by_name = {c.path.name: c for c in cases}
    for line in done.stdout.splitlines():
        claim = json.loads(line)
        by_name[Path(claim["path"]).name].claims.append(claim)
    if done.returncode or not done.stdout:
        print(f"extract: code {done.returncode}: {done.stderr[:400]}", file=sys.stderr)
    for case in cases:
        case.judge()
    return True


def detected(wrong: Iterable[Case], clean: dict[str, Case]) -> dict[str, bool]:
    """Whether a wrong figure gives a 错误 that the same book without it does not give."""
    found = {}
    for case in wrong:
        before = {signature(f) for f in clean[case.name].errors()}
        found[case.name] = any(signature(f) not in before for f in case.errors())
    return found


def signature(finding: dict[str, Any]) -> tuple[Any, ...]:
    """What tells a finding from another."""
    return (finding.get("rule"), finding.get("expected"), finding.get("actual"),
            tuple((c.get("sheet"), c.get("cell")) for c in finding.get("cells", ())))  # fmt: skip


# --- what is said ---------------------------------------------------------------------------------


@dataclass
class Line:
    """The figures of one family."""

    family: str
    cases: dict[str, list[Case]]
    ms: float
    extracted: bool
    found: dict[str, bool]
    found_plain: dict[str, bool]

    def row(self) -> list[str]:
        """The cells of the printed line."""
        books = self.cases["books"]
        false = sum(bool(c.errors()) for c in books)
        plain = {c.name: c.decided() for c in self.cases.get("plain", ())}
        share = "–"
        if plain:
            kept = sum(min(c.decided(), plain[c.name]) for c in books)
            share = f"{100 * kept / max(1, sum(plain.values())):.2f}"
        said = sum(c.report.get("counts", {}).get("cannot_say", 0) for c in books)
        decided = sum(c.decided() for c in books)
        row = [self.family, str(len(books)), f"{false} ({100 * false / len(books):.0f} %)", share,
               f"{100 * decided / max(1, decided + said):.2f}"]  # fmt: skip
        if self.extracted:
            whole = sum(len(set(c.truth.values())) for c in books)
            right = sum(len(c.right) for c in books)
            doubtful = sum(len(c.doubtful - c.right) for c in books)
            wrong = sum(len(c.wrong) for c in books)
            missing = whole - sum(len(c.right | c.doubtful) for c in books)
            perfect = sum(set(c.truth.values()) == c.right and not c.wrong for c in books)
            row += [f"{100 * right / whole:.3f}", f"{100 * wrong / whole:.3f}", f"{100 * doubtful / whole:.2f}",
                    f"{100 * missing / whole:.2f}", str(perfect)]  # fmt: skip
        else:
            row += ["–"] * 5
        hits, plain_hits = sum(self.found.values()), sum(self.found_plain.values())
        both = sum(self.found[n] for n, hit in self.found_plain.items() if hit)
        row.append(f"{hits}/{len(self.found)} ({plain_hits}, both {both})" if self.found else "–")
        return [*row, f"{self.ms:.1f}"]


HEAD = ["family", "books", "false 错误", "decided % of official", "of own", "right %", "wrong %", "doubtful %", "missing %",
        "perfect", "injected found (official)", "ms/book"]  # fmt: skip


def blanked(text: str) -> str:
    """A message without its figures."""
    return re.sub(r"[-\d][\d,.]*", "#", text)[:110]


def commonest(line: Line, count: int) -> Iterator[str]:
    """The commonest messages of false 错误, wrong claims, missing places."""
    books = line.cases["books"]
    for kind in ("plain",):
        bad = [c for c in line.cases.get(kind, ()) if c.errors()]
        if bad:
            yield f"  NOTE the official form of {len(bad)} has 错误 too, e.g. {bad[0].name}: {bad[0].errors()[0]['message'][:120]}"
    said = collections.Counter(blanked(f["message"]) for c in books for f in c.errors())
    where = collections.Counter(m for c in books for m in {blanked(f["message"]) for f in c.errors()})
    for message, n in said.most_common(count):
        yield f"  错误 {n}× in {where[message]} books: {message}"
    wrong = collections.Counter(
        re.sub(r"^\S+!\S+ ", "", re.sub(r"(?<!\d)\d{3,7}(?!\d)", "#", w)) for c in books for w in c.wrong
    )
    for message, n in wrong.most_common(count):
        yield f"  wrong {n}×: {message}"
    if line.extracted:
        missing = collections.Counter(p[0] for c in books for p in set(c.truth.values()) - c.right - c.doubtful)
        unsure = collections.Counter(p[0] for c in books for p in c.doubtful - c.right)
        if missing:
            yield "  missing by table: " + ", ".join(f"{t} {n}" for t, n in missing.most_common())
        if unsure:
            yield "  doubtful by table: " + ", ".join(f"{t} {n}" for t, n in unsure.most_common())
        if line.family in (*FAMILIES, "single"):
            yield from habits(books)


def habits(books: list[Case]) -> Iterator[str]:
    """The habits whose books are worst, by share of cells not right or by false 错误."""
    by: dict[str, list[tuple[float, bool]]] = collections.defaultdict(list)
    for case in books:
        whole = max(1, len(set(case.truth.values())))
        bad = 1 - len(case.right) / whole
        for habit in re.sub(r"^<\S+ \d+: |>$", "", case.about).split(", "):
            by[habit].append((bad, bool(case.errors())))
    ranked = sorted(by.items(), key=lambda x: -sum(b + 0.1 * e for b, e in x[1]) / len(x[1]))
    worst = [
        f"{h} ({100 * sum(b for b, _ in v) / len(v):.1f} %, {sum(e for _, e in v)}/{len(v)} 错误)"
        for h, v in ranked[:8]
    ]
    yield "  worst habits (cells not right, false 错误): " + "; ".join(worst)


def keep(line: Line, folder: Path) -> None:
    """The worst books of a family, each with a text of what failed."""
    into = folder / line.family
    into.mkdir(parents=True, exist_ok=True)
    for case in line.cases["books"]:
        gone = sorted(set(case.truth.values()) - case.right) if line.extracted else []
        if not (case.errors() or case.wrong or gone):
            continue
        shutil.copy(case.path, into / case.path.name)
        text = [case.about, "", *(f"错误 {f['message']}" for f in case.errors())]
        text += [f"{f['severity']} {f['message']}" for f in case.report.get("findings", ()) if f["severity"] != "错误"]
        text += [f"wrong {w}" for w in case.wrong]
        cells = {p: f"{c[0]}!{c[1]}" for c, p in case.truth.items()}
        text += [f"{'doubtful' if p in case.doubtful else 'missing'} {cells[p]} {'·'.join(p)}" for p in gone]
        text += [f"cannot say {x['rule']}: {x['reason']}" for x in case.report.get("cannot_say", ())]
        (into / f"{case.name}.txt").write_text("\n".join(text) + "\n", encoding="utf-8")
    for case in line.cases.get("wrong", ()):
        if line.found_plain.get(case.name) and not line.found.get(case.name):
            shutil.copy(case.path, into / f"{case.name}_injected.xlsx")
            (into / f"{case.name}_injected.txt").write_text(case.about + "\n", encoding="utf-8")


def measure(family: str, books: int, seed: int, folder: Path) -> Line:
    """One family, generated and judged."""
    if family == "shared":
        cases = shared(folder)
    elif family == "real":
        cases = real(books, seed, folder)
    else:
        cases = drawn(family, books, seed, folder)
    ms = check(cases["books"])
    check(cases.get("plain", []))
    extracted = extract(cases["books"])
    found = found_plain = {}
    if cases.get("wrong"):
        check(cases["wrong"])
        check(cases["wrong_plain"])
        found = detected(cases["wrong"], {c.name: c for c in cases["books"]})
        found_plain = detected(cases["wrong_plain"], {c.name: c for c in cases["plain"]})
    return Line(family, cases, ms, extracted, found, found_plain)


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--books", type=int, default=40)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--family", default=DEFAULT)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--show", type=int, default=6, help="commonest messages of each family")
    options = parser.parse_args()
    print(" | ".join(HEAD), flush=True)
    with tempfile.TemporaryDirectory() as temporary:
        for family in options.family.split(","):
            if family == "shared" and not SHARED.is_dir():
                continue
            line = measure(family, options.books, options.seed, Path(temporary) / family)
            print(" | ".join(line.row()))
            for text in commonest(line, options.show):
                print(text)
            sys.stdout.flush()
            if options.keep:
                keep(line, options.keep)
    return 0


if __name__ == "__main__":
    sys.exit(main())
