"""``make bench``: what xlcheck costs, against a floor and a peer, medians of one run.

floor    unzip every part and run expat over the XML ones: nobody can read a workbook for less
openpyxl load for values, load for formulas, fill 20 cells, add comments, save
xlcheck  read + check + mark

Then a batch of 200 workbooks: what guards and workers add, and what a second worker is worth.
"""

from __future__ import annotations

import copy
import io
import os
import statistics
import sys
import tempfile
import time
import zipfile
import zlib
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.parsers import expat

sys.path.insert(0, str(Path(__file__).parent))
from samples import SAMPLES, SET, fill, load
from xlcheck.batch import Batch
from xlcheck.engines.local import Processes
from xlcheck.intake import Job
from xlcheck.mapping.library import Library
from xlcheck.pipeline import Pipeline
from xlcheck.reading.grid import guard
from xlcheck.reading.opening import open_workbook
from xlcheck.reading.sniff import kind_of

ROUNDS = int(os.environ.get("XLCHECK_BENCH_ROUNDS", "41"))


def large(base: dict[str, Any], details: int = 300) -> dict[str, Any]:
    """The sample with about ``details`` rows in 公开02, 03 and 05, all relations kept."""
    data = copy.deepcopy(base)
    leaves = []
    classes = ["201", "204", "205", "206", "208", "210", "213", "221"]
    per_group = 6
    for i in range(details * 6 // 8):
        group, item = divmod(i, per_group)
        code = f"{classes[group % len(classes)]}{group // len(classes) + 1:02d}{item + 1:02d}"
        leaves.append((code, Decimal(10 + i * 37 % 991) + Decimal("0.25"), Decimal(5 + i * 53 % 677) + Decimal("0.50")))
    sums: dict[str, list[Decimal]] = {}
    for code, basic, project in leaves:
        for key in (code[:3], code[:5], code):
            both = sums.setdefault(key, [Decimal(0), Decimal(0)])
            both[0] += basic
            both[1] += project
    total = [sum((s[i] for c, s in sums.items() if len(c) == 3), Decimal(0)) for i in (0, 1)]
    listed = Library().load(SET).codes
    names = {c: next(iter(listed.get(c, {})), f"科目{c}") for c in sums}
    tables = data["tables"]
    shapes: dict[str, Callable[[Decimal, Decimal], list[Any]]] = {
        "公开02": lambda b, p: [b + p, b + p, *[None] * 5],
        "公开03": lambda b, p: [b + p, b, p, None, None, None],
        "公开05": lambda b, p: [b + p, b, p],
    }
    for table, shape in shapes.items():
        rows = [{"code": c, "name": names[c], "values": shape(*sums[c])} for c in sorted(sums)]
        tables[table] = {"合计": shape(*total), "rows": rows}
    both, basic = sum(total), total[0]
    functions = {row.code: row.label for row in Library().load(SET).table("公开01").section("支出").rows if row.code}
    by_class = {functions[c]: sum(v) for c, v in sums.items() if len(c) == 3}
    tables["公开01"] = {
        "收入": {"一、一般公共预算财政拨款收入": both, "本年收入合计": both, "总计": both},
        "支出": {**by_class, "本年支出合计": both, "总计": both},
    }
    fund = "一般公共预算财政拨款"
    tables["公开04"] = {
        "收入": {fund: both, "本年收入合计": both, "总计": both},
        "支出": {k: {"合计": v, fund: v} for k, v in {**by_class, "本年支出合计": both, "总计": both}.items()},
    }
    tables["公开06"] = {"30101": basic, "301": basic, "人员经费合计": basic, "公用经费合计": None}
    return data


def floor(data: bytes) -> None:
    """Unzip and tokenise."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            part = archive.read(name)
            if name.endswith((".xml", ".rels", ".vml")):
                expat.ParserCreate().Parse(part, True)


def peer(data: bytes) -> None:
    """What a tool on openpyxl does."""
    import openpyxl
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    book = openpyxl.load_workbook(io.BytesIO(data))
    red = PatternFill("solid", fgColor="F8A5A5")
    for i in range(20):
        cell = book.worksheets[2].cell(8 + i // 2, 5 + i % 2)
        cell.fill = red
        cell.comment = Comment("marked", "bench")
    book.create_sheet("审核结果")
    book.save(io.BytesIO())


def ours(data: bytes) -> Callable[[], None]:
    """Read, check, mark."""
    pipeline = Pipeline()
    pipeline.run(data, "x", mark=True)
    return lambda: pipeline.run(data, "x", mark=True) and None


def medians(works: dict[str, Callable[[], None]], rounds: int = ROUNDS) -> dict[str, float]:
    """Median milliseconds of each, taken in turns so that a slow spell hits all."""
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            start = time.perf_counter()
            work()
            times[name].append((time.perf_counter() - start) * 1000)
    return {name: statistics.median(found) for name, found in times.items()}


def guards(data: bytes) -> Callable[[], None]:
    """What the guards alone do: know the format, count and check every inflated byte, look for document types, count cells."""
    package = open_workbook(data).workbook.package
    parts = {name: package.read(name) for name in package.parts}
    grids = open_workbook(data).grids

    def work() -> None:
        kind_of(data)
        for part in parts.values():
            zlib.crc32(part)
            head = part[:1024].replace(b"\0", b"")
            _ = b"<!DOCTYPE" in head or b"<!ENTITY" in head
        for grid in grids:
            guard(grid)

    return work


def batch(cases: list[bytes], count: int = 200) -> None:
    """A batch of ``count`` workbooks: without workers, with one, with two; all write their marked copies."""
    with tempfile.TemporaryDirectory() as folder:
        jobs = []
        for i in range(count):
            path = Path(folder) / f"{i:03d}.xlsx"
            path.write_bytes(cases[i % len(cases)])
            jobs.append(Job(path, path.name, Path(path.stem)))
        work = Batch(Pipeline(), Path(folder) / "out")
        _ = work.pipeline.forms
        works = {
            "here": lambda: [work(job) for job in jobs] and None,
            "one worker": lambda: list(work.run(jobs, Processes(1))) and None,
            "two workers": lambda: list(work.run(jobs, Processes(2))) and None,
        }
        found = medians(works, max(3, ROUNDS // 8))
    guarding = statistics.mean(medians({"guards": guards(d)})["guards"] for d in cases) * count
    here, one, two = found["here"], found["one worker"], found["two workers"]
    print(f"\nbatch of {count} workbooks with marked copies, median ms")
    print(f"  in this process {here:.0f} (guards {guarding:.0f}), one worker {one:.0f}, two workers {two:.0f}")
    print(
        f"  guards and worker cost {(one - here + guarding) / (here - guarding):.1%}    throughput of two {one / two:.2f}"
    )


def main() -> None:
    """Print the table."""
    base = load(SAMPLES / "tunliu_2023.yaml")
    wrong = copy.deepcopy(base)
    wrong["tables"]["公开03"]["rows"][1]["values"][1] = "257.64"
    big = large(base)
    big_wrong = copy.deepcopy(big)
    big_wrong["tables"]["公开03"]["rows"][9]["values"][1] += 7
    cases = {
        "sample": fill(base), "sample, one error": fill(wrong),
        "300 rows": fill(big), "300 rows, one error": fill(big_wrong),
    }  # fmt: skip
    print(
        f"median ms of {ROUNDS} rounds\n{'':22}{'floor':>8}{'xlcheck':>9}{'openpyxl':>10}{'xlcheck/floor':>15}{'openpyxl/xlcheck':>18}"
    )
    for name, data in cases.items():
        quick = medians({"floor": lambda d=data: floor(d), "xlcheck": ours(data)})
        slow = medians({"openpyxl": lambda d=data: peer(d)}, max(5, ROUNDS // 8))
        f, x, o = quick["floor"], quick["xlcheck"], slow["openpyxl"]
        print(f"{name:22}{f:8.2f}{x:9.2f}{o:10.1f}{x / f:15.1f}{o / x:18.1f}")
    batch(list(cases.values())[:2])


if __name__ == "__main__":
    main()
